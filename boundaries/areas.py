"""二次医療圏: which municipality belongs to which, from a table or from A38 (医療圏データ)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from boundaries.codes import PREFECTURES, parse_code
from boundaries.types import AreaAssignment, AreaTable
from boundaries.vector import read_vector
from groundfloor.columns import Vocabulary
from groundfloor.folding import nfkc
from groundfloor.layer_choice import ColumnTest
from groundfloor.problems import DataError, Problem, Severity, Text, error, note
from groundfloor.tables import Table, is_table, no_rows, read_table

_COLUMNS = {
    "municipality": (
        "muni_code",
        "municipality_code",
        "code",
        "市区町村コード",
        "市町村コード",
        "団体コード",
        "全国地方公共団体コード",
        "行政区域コード",
    ),
    "municipality_name": (
        "muni_name",
        "municipality_name",
        "市区町村名",
        "市町村名",
        "市区町村",
        "市町村",
        "団体名",
        "自治体名",
    ),
    "area": (
        "area_code",
        "medical_area_code",
        "二次医療圏コード",
        "2次医療圏コード",
        "医療圏コード",
        "構想区域コード",
        "圏域コード",
    ),
    "name": (
        "area_name",
        "medical_area",
        "medical_area_name",
        "二次医療圏名",
        "2次医療圏名",
        "二次医療圏",
        "2次医療圏",
        "医療圏名",
        "医療圏",
        "構想区域名",
        "構想区域",
        "圏域名",
    ),
}
# Municipalities are 1,900, with the pieces of A38 some 40,000.
AREAS = Vocabulary(_COLUMNS, ("municipality", "area", "name"), most_rows=250_000)
_AREA_DIGITS = 4
# A38-20 (令和2年度). Secondary areas: municipality codes (several, separated by commas), their
# names, area code, area name. Primary areas (= municipalities): code, name, secondary area's code
# and name. Values are repeated on every piece of an area.
_SECONDARY = ("a38b_001", "a38b_003", "a38b_004")
_PRIMARY = ("a38a_001", "a38a_003", "a38a_004")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One municipality of one record, as found."""

    row: int
    column: str
    municipality: str
    area: str
    name: str
    municipality_name: str = ""


def read_medical_areas(
    path: str | Path, *, layer: str | None = None, label: str | None = None
) -> tuple[AreaTable, tuple[Problem, ...]]:
    """Read which 二次医療圏 each municipality belongs to.

    Parameters
    ----------
    path : str or Path
        A table (CSV, TSV, Excel) with a municipality code, an area code and an area name column;
        or A38 (zip, Shapefile, GeoJSON), layer of secondary (``A38b_*``) or primary areas
        (``A38a_*``).
    layer : str, optional
        Member of a zip, where several would do.
    label : str, optional
        File name in messages; the path's name by default.

    Returns
    -------
    table : AreaTable
        One assignment for each municipality, wards of designated cities as the file has them.
    problems : tuple of Problem
        Codes whose leading zero was restored.

    Raises
    ------
    MissingFileError, DataError
        Unreadable; or codes that cannot be read, names missing, a municipality in two areas, an
        area with two names: all together.

    Notes
    -----
    Area codes are four digits, the prefecture's two first. Only attributes of A38 are used;
    outlines of areas are dissolved from municipalities, so that the two can never disagree. Of an
    A38 zip the secondary layer is taken when it is there, as its primary layer says the same.
    """
    source = Path(path)
    shown = label if label is not None else source.name
    if not is_table(source):
        return _assignments(_from_a38(source, shown, layer), shown)
    table = read_table(source, AREAS, label=shown)
    found, problems = _assignments(_from_table(table), shown)
    return found, (*table.problems, *problems)


def _from_table(table: Table) -> Iterator[_Entry]:
    columns = table.columns
    header = columns.label("municipality")
    for row in table.rows:
        municipality, area, name, called = (
            nfkc(columns.cell(row, column))
            for column in ("municipality", "area", "name", "municipality_name")
        )
        yield _Entry(row.number, header, municipality, area, name, called)


def _from_a38(source: Path, label: str, layer: str | None) -> Iterator[_Entry]:
    tests = [_has(_SECONDARY), _has(_PRIMARY)]
    # Repairs of geometry do not matter where only attributes are read.
    frame, _ = read_vector(
        source,
        layer=layer,
        label=label,
        accepts=tests,
        columns=lambda names: [n for n in names if n.lower() in {*_SECONDARY, *_PRIMARY}],
    )
    by_lower = {str(name).lower(): str(name) for name in frame.columns}
    found = _SECONDARY if _has(_SECONDARY)(by_lower) else _PRIMARY
    code, area, name = (by_lower[key] for key in found)
    pieces = frame[[code, area, name]].drop_duplicates()
    for row, codes, area_code, area_name in pieces.itertuples():
        for one in re.split(r"[,、，\s]+", codes or ""):
            yield _Entry(int(row), code, one, area_code or "", area_name or "")


def _has(wanted: tuple[str, ...]) -> ColumnTest:
    return lambda columns: {name.lower() for name in columns}.issuperset(wanted)


def _assignments(entries: Iterable[_Entry], label: str) -> tuple[AreaTable, tuple[Problem, ...]]:
    problems: list[Problem] = []
    found: dict[str, AreaAssignment] = {}
    names: dict[str, str] = {}
    for entry in entries:
        municipality = parse_code(entry.municipality)
        area = parse_area_code(entry.area)
        if municipality is None:
            problems.append(_bad("bad-municipality-code", entry, entry.municipality, label))
        if area is None:
            problems.append(_bad("bad-area-code", entry, entry.area, label))
        if municipality is None or area is None:
            continue
        code, name = municipality.value, nfkc(entry.name)
        if municipality.repaired:
            problems.append(_repaired(entry, code, label))
        first = found.setdefault(code, AreaAssignment(code, area, name, entry.municipality_name))
        if first.area_code != area:
            problems.append(_conflict("municipality-in-two-areas", entry, code, label))
        if names.setdefault(area, name) != name or not name:
            problems.append(_conflict("area-name-unclear", entry, area, label))
    if not found and not problems:
        problems.append(no_rows(label))
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    return AreaTable(tuple(found[code] for code in sorted(found))), tuple(problems)


def parse_area_code(text: str) -> str | None:
    """Return the four-digit area code that `text` stands for, or None.

    A lost leading zero of prefectures 01 to 09 is put back.

    Examples
    --------
    >>> parse_area_code("4312"), parse_area_code("104"), parse_area_code("12.0")
    ('4312', '0104', None)
    """
    digits = nfkc(text).removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()):
        return None
    padded = digits.zfill(_AREA_DIGITS) if len(digits) == _AREA_DIGITS - 1 else digits
    return padded if len(padded) == _AREA_DIGITS and padded[:2] in PREFECTURES else None


_MESSAGES = {
    "bad-municipality-code": (
        Text("市区町村コードとして読めません", "not a municipality code"),
        Text("5桁、または検査数字を含む6桁の数字にしてください", "write five digits, or six"),
    ),
    "bad-area-code": (
        Text("二次医療圏コードとして読めません", "not a code of a medical area"),
        Text("4桁の数字にしてください（例: 4312）", "write four digits, e.g. 4312"),
    ),
    "municipality-in-two-areas": (
        Text("同じ市区町村が二つの医療圏に入っています", "the municipality is in two areas"),
        Text("どちらか一つにしてください", "keep one of them"),
    ),
    "area-name-unclear": (
        Text(
            "医療圏の名称がないか、同じコードに別の名称があります",
            "the area has no name, or two different ones",
        ),
        Text("名称をそろえてください", "use one name for one code"),
    ),
}


def _bad(code: str, entry: _Entry, value: str, label: str) -> Problem:
    message, remedy = _MESSAGES[code]
    return error(code, message, remedy, file=label, row=entry.row, column=entry.column, value=value)


def _conflict(code: str, entry: _Entry, value: str, label: str) -> Problem:
    message, remedy = _MESSAGES[code]
    return error(code, message, remedy, file=label, row=entry.row, value=value)


def _repaired(entry: _Entry, code: str, label: str) -> Problem:
    return note(
        "code-leading-zero",
        Text(
            f"先頭のゼロが落ちたコードを{code}と読みました",
            f"the code lost its leading zero and was read as {code}",
        ),
        Text("元の表ではコードの列を文字列にしてください", "keep the column as text in the source"),
        file=label,
        row=entry.row,
        column=entry.column,
        value=entry.municipality,
    )
