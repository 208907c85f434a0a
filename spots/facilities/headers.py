"""Which column is which: an alias table in Japanese and English, and the search for the header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from groundfloor.problems import Problem, Text, error, note, one_line, warning
from spots.facilities.model import Row
from spots.facilities.words import compact

# Canonical column -> headers, the most telling first: where a list has two of them, the first of
# this order is used and the other reported.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("id", "facility_id", "施設ID", "施設コード", "医療機関ID", "医療機関コード"),
        *("保険医療機関コード", "record_id", "コード", "code"),
    ),
    "name": (
        *("name", "facility_name", "医療機関名", "医療機関名称", "医療機関の名称", "正式名称"),
        *("施設名", "施設名称", "病院名", "病院名称", "診療所名", "名称", "P04_002", "名前"),
        *("hospital", "hospital_name", "医療機関", "病院・診療所名"),
    ),
    "address": (
        *("address", "所在地", "住所", "医療機関所在地", "施設所在地", "所在地住所", "P04_003"),
    ),
    "municipality": (
        *("municipality", "市町村", "市区町村", "市町村名", "市区町村名", "自治体名", "city"),
        *("muni_name", "市町", "所在市町村"),
    ),
    "municipality_code": (
        *("municipality_code", "市町村コード", "市区町村コード", "自治体コード", "団体コード"),
        *("全国地方公共団体コード", "地方公共団体コード", "muni_code", "jis_code", "city_code"),
        "N03_007",
    ),
    "prefecture_code": (
        *("prefecture_code", "都道府県コード", "県コード", "pref_code", "prefecture", "都道府県"),
        *("都道府県名", "県名", "pref"),
    ),
    "lat": (
        *("lat", "latitude", "緯度", "北緯", "所在地座標(緯度)", "緯度(10進)", "緯度(世界測地系)"),
        *("緯度(10進法)", "y", "y座標", "lat_dd"),
    ),
    "lon": (
        *("lon", "lng", "long", "longitude", "経度", "東経", "所在地座標(経度)", "経度(10進)"),
        *("経度(世界測地系)", "経度(10進法)", "x", "x座標", "lon_dd"),
    ),
    "type": (
        *("type", "types", "種別", "facility_type", "種別①②③", "スポット種別", "施設種別"),
        *("該当要件", "類型"),
    ),
    "site": ("site", "敷地", "同一敷地", "サイト"),
    "remark": ("remark", "remarks", "備考", "note", "notes", "摘要", "特記事項"),
    "beds": ("beds", "病床数", "許可病床数", "合計病床数", "P04_008", "beds_R7"),
}
REQUIRED = ("name",)
_MIN_MATCHES = 2
_SEARCHED_ROWS = 50  # nobody writes a longer preface above a list
_BRACKETS = re.compile(r"\([^()]*\)")
# 正式名称（フリガナ） is not the name but its reading.
_OTHER_SCRIPT = re.compile(r"フリガナ|ふりがな|カナ|かな|英語|英字|ローマ字")
_TRIMMED = re.compile(r"[_\-・:：*※.\"'’]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the canonical columns stand in a header.

    Parameters
    ----------
    index : mapping of str to int
        Canonical column to its place.
    header : tuple of str
        The header as written.
    """

    index: Mapping[str, int]
    header: tuple[str, ...]

    def cell(self, row: Row, column: str) -> str:
        """Return the trimmed cell of a canonical column, empty when there is none."""
        at = self.index.get(column)
        return row.cells[at].strip() if at is not None and at < len(row.cells) else ""

    def label(self, column: str) -> str:
        """Return the header of a canonical column as the user wrote it."""
        at = self.index.get(column)
        return one_line(self.header[at].strip()) if at is not None else column


def header_key(header: str) -> str:
    """Return the form in which headers are compared.

    Examples
    --------
    >>> header_key(" 医療 機関名※"), header_key("Facility_Name")
    ('医療機関名', 'facilityname')
    """
    return _TRIMMED.sub("", compact(header))


def alias_table(extra: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return canonical column to normalised headers; the user's names come first.

    Raises
    ------
    KeyError
        Never: unknown canonical names in `extra` are reported by `unknown_columns`.
    """
    table = {}
    for column, names in ALIASES.items():
        words = (*extra.get(column, ()), *names)
        table[column] = tuple(dict.fromkeys(header_key(w) for w in words))
    return table


def unknown_columns(names: Iterable[str], shown: str) -> tuple[Problem, ...]:
    """Return an error for each name that is not a canonical column."""
    known = ", ".join(ALIASES)
    return tuple(
        error(
            "unknown-column",
            Text("知らない項目名です", "is not a column this program knows"),
            Text(f"次のいずれかにしてください: {known}", f"use one of: {known}"),
            file=shown,
            column=name,
        )
        for name in names
        if name not in ALIASES
    )


def matches(cells: Iterable[str], aliases: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the canonical columns that a row of cells names."""
    keys = {k for cell in cells for k in _keys(cell)}
    return frozenset(c for c, names in aliases.items() if keys.intersection(names))


def find_header(
    rows: tuple[Row, ...], aliases: Mapping[str, tuple[str, ...]], override: Mapping[str, str]
) -> int | None:
    """Return the index of the header row: the first that names two columns, name among them.

    Where the row below names at least as many (a header of two rows with merged cells), that one
    is the header. A row that names only the name column will do when nothing better is found.
    """
    wanted = {c: (header_key(h), *aliases[c]) for c, h in override.items() if h and c in aliases}
    table = {**aliases, **wanted}
    found = [matches(row.cells, table) for row in rows[:_SEARCHED_ROWS]]
    for needed in (_MIN_MATCHES, 1):
        for at, names in enumerate(found):
            if "name" not in names or len(names) < needed:
                continue
            below = found[at + 1] if at + 1 < len(found) else frozenset()
            return at + 1 if "name" in below and len(below) >= len(names) else at
    return None


def map_columns(
    header: tuple[str, ...],
    aliases: Mapping[str, tuple[str, ...]],
    override: Mapping[str, str],
    shown: str,
    row: int | None,
) -> tuple[Columns, tuple[Problem, ...]]:
    """Match a header with the canonical columns.

    Parameters
    ----------
    header : tuple of str
        Column names as written.
    aliases : mapping
        From `alias_table`.
    override : mapping of str to str
        Canonical column to header for this layer; an empty header switches it off.
    shown : str
        The file's name.
    row : int or None
        The header's row.

    Returns
    -------
    Columns, tuple of Problem
        The match; errors for a column twice, a named header that is absent and a missing name.
    """
    keys = [header_key(cell) for cell in header]
    problems: list[Problem] = []
    index: dict[str, int] = {}
    for column, names in aliases.items():
        if column in override:
            places, missing = _overridden(header, keys, override[column])
            if missing:
                problems.append(_absent(override[column], header, shown, row))
        else:
            places = _by_alias(header, keys, names)
        if not places:
            continue
        index[column] = places[0]
        same = [p for p in places if keys[p] == keys[places[0]]]
        if len(same) > 1:
            problems.append(_twice(header, same, shown, row))
        elif len(places) > 1:
            problems.append(_overlap(header, places, shown, row))
    problems += _unused_twice(header, keys, set(index.values()), shown, row)
    if "name" not in index and not any(p.code == "column-absent" for p in problems):
        problems.append(missing_name(header, shown, row))
    return Columns(index, header), tuple(problems)


def _keys(cell: str) -> tuple[str, ...]:
    """Return a header's key and, unless the bracket names another script, the one without it."""
    key = header_key(cell)
    if not key or _OTHER_SCRIPT.search(compact(cell)):
        return (key,) if key else ()
    bare = _BRACKETS.sub("", key)
    return (key, bare) if bare and bare != key else (key,)


def _by_alias(header: tuple[str, ...], keys: list[str], names: tuple[str, ...]) -> list[int]:
    """Return places by the order of the aliases; headers with a bracket count after plain ones."""
    exact = [at for name in names for at, key in enumerate(keys) if key == name]
    if exact:
        return exact
    return [at for name in names for at, cell in enumerate(header) if name in _keys(cell)[1:]]


def _overridden(header: tuple[str, ...], keys: list[str], wanted: str) -> tuple[list[int], bool]:
    if not wanted:
        return [], False
    exact = [at for at, cell in enumerate(header) if cell.strip() == wanted.strip()]
    places = exact or [at for at, key in enumerate(keys) if key == header_key(wanted)]
    return places, not places


def listed(header: Iterable[str]) -> str:
    """Return the headers found, for a message."""
    return ", ".join(one_line(h.strip(), 20) for h in header if h.strip())[:300]


def missing_name(header: tuple[str, ...], shown: str, row: int | None) -> Problem:
    """Return the problem of a list without a column of names."""
    found = listed(header) or "-"
    return error(
        "column-missing",
        Text(
            f"医療機関名の列が見つかりません(見つかった列: {found})",
            f"there is no column of facility names (found: {found})",
        ),
        Text(
            "見出しを「医療機関名」にするか、"
            "ランファイルの columns か aliases で name に対応させてください",
            "call it “name”, or map it to name under columns or aliases in the run file",
        ),
        file=shown,
        row=row,
        column="name",
    )


def _absent(wanted: str, header: tuple[str, ...], shown: str, row: int | None) -> Problem:
    found = listed(header) or "-"
    return error(
        "column-absent",
        Text(
            f"columns で指定された列がありません(見つかった列: {found})",
            f"the column named under columns is not there (found: {found})",
        ),
        Text("列名を確認してください", "check the column's name"),
        file=shown,
        row=row,
        column=wanted,
    )


def _twice(header: tuple[str, ...], places: list[int], shown: str, row: int | None) -> Problem:
    where = [p + 1 for p in places]
    return error(
        "column-twice",
        Text(
            f"同じ見出しの列が複数あります({'、'.join(map(str, where))}列目)",
            f"two columns have the same header (columns {', '.join(map(str, where))})",
        ),
        Text("見出しを変えるか、一方を削除してください", "rename or remove one of them"),
        file=shown,
        row=row,
        column=one_line(header[places[0]].strip()),
    )


def _unused_twice(
    header: tuple[str, ...], keys: list[str], used: set[int], shown: str, row: int | None
) -> list[Problem]:
    """Columns that are not read may repeat: worth a look, no more."""
    problems = []
    for key in dict.fromkeys(k for k in keys if k and keys.count(k) > 1):
        places = [at for at, other in enumerate(keys) if other == key]
        if used.isdisjoint(places):
            problems.append(
                warning(
                    "unused-column-twice",
                    Text(
                        "使わない列の見出しが重複しています",
                        "a column that is not used appears twice",
                    ),
                    Text("意図したものか確認してください", "check that this is meant"),
                    file=shown,
                    row=row,
                    column=one_line(header[places[0]].strip()),
                )
            )
    return problems


def _overlap(header: tuple[str, ...], places: list[int], shown: str, row: int | None) -> Problem:
    used, others = header[places[0]].strip(), listed(header[p] for p in places[1:])
    return note(
        "columns-overlap",
        Text(f"「{others}」ではなくこの列を使いました", f"used instead of {others}"),
        Text(
            "別の列を使うときは columns で指定してください",
            "name the other column under columns to use that",
        ),
        file=shown,
        row=row,
        column=one_line(used),
    )
