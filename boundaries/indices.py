"""医師偏在指標: indices of an edition, and the class of each area.

The class is a decision of the prefecture: one that the table states holds. Where nothing is stated
the cut-offs of that edition decide, and no other's; an index that equals the cut-off as displayed
is a tie, which they cannot decide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import MappingProxyType

from boundaries.areas import parse_area_code
from boundaries.types import AreaClass, AreaIndex, ClassBasis, IndexEdition, IndexTable
from groundfloor.columns import Vocabulary
from groundfloor.folding import nfkc, plain_number
from groundfloor.grids import Row
from groundfloor.problems import (
    DataError,
    Problem,
    Severity,
    Text,
    UsageError,
    error,
    note,
    warning,
)
from groundfloor.tables import Table, no_rows, read_table

_COLUMNS = {
    "area": (
        "area_code",
        "medical_area_code",
        "二次医療圏コード",
        "2次医療圏コード",
        "医療圏コード",
        "圏域コード",
    ),
    "index": (
        "physician_index",
        "index",
        "医師偏在指標",
        "医師偏在指標の値",
        "医師偏在指標(一般)",
        "指標",
        "指標値",
    ),
    "name": (
        "area_name",
        "medical_area",
        "二次医療圏名",
        "2次医療圏名",
        "二次医療圏",
        "2次医療圏",
        "医療圏名",
        "圏域名",
    ),
    "basis": ("class_basis",),
    "class": ("class", "class_by_threshold", "area_class", "区分", "分類", "医師少数・多数の区分"),
    "edition": ("edition", "版"),
}
# Medical areas are 330.
INDICES = Vocabulary(_COLUMNS, ("area", "index"), most_rows=10_000)
#: The ministry's own table has both in one cell (0101南渡島), below rows of larger ground.
CODED_NAMES = Vocabulary(_COLUMNS, ("name", "index"), most_rows=10_000)
_CODED_NAME = re.compile(r"(\d{4})[\s　]*(\D.*)")
# What the ministry's table calls 区分: of what a row is, not of which class.
_KINDS_OF_ROWS = frozenset({"全国", "都道府県", "二次医療圏", "三次医療圏"})
# What tables write in their class column: one of these words, or both and that it is neither. A
# word with a negation (少数区域以外) leaves two classes open and states none.
_CLASS_WORDS = {
    "少数": AreaClass.SHORTAGE,
    "shortage": AreaClass.SHORTAGE,
    "多数": AreaClass.SURPLUS,
    "surplus": AreaClass.SURPLUS,
}
_NEITHER_WORDS = ("中間", "中程度", "どちらでもない", "いずれでもない", "neither", "middle")
_NEGATIONS = ("ない", "なし", "以外", "除く", "非", "外", "not", "non", "?")
_BLANK = ("", "-", "―", "…", "*", "N/A")
#: Cut-offs by edition: 少数 at most, 多数 at least. 厚生労働省 医師偏在指標（令和6年1月）.
PUBLISHED_CUT_OFFS = MappingProxyType({"2024-01": (179.3, 217.6)})
#: The index of the country, by edition; of the same publication.
PUBLISHED_AVERAGES = MappingProxyType({"2024-01": 255.6})
_TOO_LARGE = 100_000  # a hundred times the highest index of any area
_PUBLISHED = Decimal("0.1")  # indices and cut-offs are published with one decimal


def classify(value: float | Decimal, edition: IndexEdition) -> AreaClass:
    """Return the class of an index by the cut-offs of its edition, both inclusive.

    Parameters
    ----------
    value : float or Decimal
        医師偏在指標; compared after rounding half up to the one decimal that is published, in
        decimal arithmetic.
    edition : IndexEdition
        The edition that the value comes from.

    Returns
    -------
    AreaClass
        `AreaClass.UNKNOWN` only where the edition has no cut-offs.

    Examples
    --------
    >>> edition = IndexEdition("2024-01", shortage_at_most=179.3, surplus_at_least=217.6)
    >>> [classify(v, edition).value for v in (179.3, 179.4, 217.5, 217.6)]
    ['shortage', 'neither', 'neither', 'surplus']
    """
    if edition.cut_offs is None:
        return AreaClass.UNKNOWN
    shown, (low, high) = published(value), edition.cut_offs
    if shown <= published(low):
        return AreaClass.SHORTAGE
    return AreaClass.SURPLUS if shown >= published(high) else AreaClass.NEITHER


def published(value: float | Decimal) -> Decimal:
    """Return an index or a cut-off as it is published: half up to one decimal.

    Examples
    --------
    >>> published(179.34), published(162)
    (Decimal('179.3'), Decimal('162.0'))
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(_PUBLISHED, ROUND_HALF_UP)


def read_physician_index(
    path: str | Path, edition: IndexEdition, *, label: str | None = None
) -> tuple[IndexTable, tuple[Problem, ...]]:
    """Read the indices of one edition.

    Parameters
    ----------
    path : str or Path
        CSV, TSV or Excel with an area code and an index column. A class that a class column
        states holds, whatever the cut-offs say; an edition column must name `edition`.
    edition : IndexEdition
        Name and cut-offs. Without a name it is that of the edition column, else a published one
        that stands in the file's name (a note says so), else the file. Without cut-offs they are
        the published ones of that edition, where it is among `PUBLISHED_CUT_OFFS`, else unknown.
    label : str, optional
        File name in messages; the path's name by default.

    Returns
    -------
    table : IndexTable
        One row for each area that has an index or a class.
    problems : tuple of Problem
        Areas without either; classes of the file that disagree with the cut-offs, or cannot be
        read. Ties are told by `build_regions`, where they matter.

    Raises
    ------
    MissingFileError, DataError
        Unreadable; bad codes or numbers, an area twice, another edition: all together.
    UsageError
        The cut-offs of `edition` are the wrong way round.
    """
    shown = label if label is not None else Path(path).name
    table = _table(Path(path), shown)
    edition, by_name = _completed(edition, table)
    _check_edition(edition)
    problems: list[Problem] = [*by_name, *table.problems, *([] if table.rows else [no_rows(shown)])]
    found: dict[str, AreaIndex] = {}
    blank: dict[str, AreaIndex] = {}
    for row in table.rows:
        read, objections = _read_row(row, edition, table)
        problems += objections
        if read is None:
            continue
        if read.basis is ClassBasis.NO_INDEX:
            blank.setdefault(read.area_code, read)
            continue
        if read.area_code in found:
            problems.append(_at("duplicate-area", row, "area", table))
        found.setdefault(read.area_code, read)
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    indices = tuple(found[c] for c in sorted(found))
    without = tuple(blank[c] for c in sorted(blank) if c not in found)
    return IndexTable(edition, indices, without), _once(problems)


def _table(path: Path, label: str) -> Table:
    """Read the table, by its codes of areas, or by names that begin with them."""
    try:
        return read_table(path, INDICES, label=label)
    except DataError as fault:
        missing = {p.code for p in fault.problems if p.severity is Severity.ERROR}
        if missing != {"column-missing"}:
            raise
        try:
            table = read_table(path, CODED_NAMES, label=label)
        except DataError:
            raise fault from None
        coded = tuple(row for row in table.rows if area_of_row(table, row)[0])
        if not coded:
            raise
        left = len(table.rows) - len(coded)
        told = (_rows_without_area(label, left),) if left else ()
        return replace(table, rows=coded, problems=(*table.problems, *told))


def area_of_row(table: Table, row: Row) -> tuple[str, str]:
    """Return code and name of the area of a row, as written; a name may begin with its code.

    Parameters
    ----------
    table : Table
        Read by `INDICES` or `CODED_NAMES`.
    row : Row
        One of its rows.
    """
    name = _cell(table, row, "name")
    if "area" in table.columns:
        return _cell(table, row, "area"), name
    coded = _CODED_NAME.fullmatch(name)
    return (coded[1], coded[2]) if coded is not None else ("", name)


def _rows_without_area(label: str, count: int) -> Problem:
    return note(
        "index-rows-without-area",
        Text(
            f"全国・都道府県などの行（{count}行）は使いません",
            f"{count} rows of the country or of prefectures are not used",
        ),
        Text("", ""),
        file=label,
    )


def _completed(edition: IndexEdition, table: Table) -> tuple[IndexEdition, tuple[Problem, ...]]:
    """Return an edition with what the table, its name and the ministry say of it."""
    stated = (_cell(table, row, "edition") for row in table.rows)
    name = edition.name or next((name for name in stated if name), "")
    told: tuple[Problem, ...] = ()
    in_name = [known for known in PUBLISHED_CUT_OFFS if known in table.label]
    if not name and len(in_name) == 1:
        name, told = in_name[0], (_by_file_name(table.label, in_name[0]),)
    name = name or table.label
    low, high = edition.shortage_at_most, edition.surplus_at_least
    if low is None and high is None:
        low, high = PUBLISHED_CUT_OFFS.get(name, (None, None))
    return IndexEdition(name, low, high), told


def _by_file_name(file: str, name: str) -> Problem:
    return note(
        "edition-by-file-name",
        Text(
            f"ファイル名から {name} 版の医師偏在指標とみなし、その版の基準値によります",
            f"is taken for edition {name} by its name, and goes by that edition's cut-offs",
        ),
        Text(
            f'そのとおりなら `edition="{name}"` と書き、違えば版か基準値を指定してください',
            f'if so, write edition="{name}"; else name the edition or its cut-offs',
        ),
        file=file,
        value=name,
    )


def _once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the findings with one for all classes that cannot be read: their column is another."""
    unread = [p for p in problems if p.code == "class-unread"]
    others = tuple(p for p in problems if p.code != "class-unread")
    if len(unread) <= 1:
        return tuple(problems)
    said, more = unread[0].message, len(unread) - 1
    told = Text(f"{said.ja}。ほか{more}行", f"{said.en}; and {more} more rows")
    return (*others, replace(unread[0], message=told))


def _read_row(
    row: Row, edition: IndexEdition, table: Table
) -> tuple[AreaIndex | None, tuple[Problem, ...]]:
    """Return what a row says, None where it says nothing usable, and what is wrong with it."""
    area, name = area_of_row(table, row)
    index, stated_as, named = (
        _cell(table, row, column) for column in ("index", "class", "edition")
    )
    if stated_as in _KINDS_OF_ROWS:
        stated_as = ""
    # A table that says on what its classes rest, as ours does, states those alone.
    if _cell(table, row, "basis") not in {"", ClassBasis.STATED.value}:
        stated_as = ""
    if named and named != edition.name:
        return None, (_at("other-edition", row, "edition", table),)
    code = parse_area_code(area)
    if code is None:
        return None, (_at("bad-area-code", row, "area", table),)
    stated = _stated_class(stated_as)
    unread = () if stated or stated_as in _BLANK else (_at("class-unread", row, "class", table),)
    value = None if index in _BLANK else _decimal(index)
    if value is None and index not in _BLANK:
        return None, (*unread, _at("bad-index", row, "index", table))
    if value is None and stated is None:
        unread = (*unread, _at("no-index", row, "index", table))
    said = AreaIndex(
        code,
        name,
        None if value is None else float(value),
        *class_of(value, stated, edition),
        row=row.number,
    )
    if said.basis is not ClassBasis.STATED or value is None or _fits(value, said, edition):
        return said, unread
    return said, (_at("class-disagrees", row, "class", table),)


def class_of(
    value: float | Decimal | None, stated: AreaClass | None, edition: IndexEdition
) -> tuple[AreaClass, ClassBasis]:
    """Return the class of an area, and why it has it.

    Parameters
    ----------
    value : float, Decimal or None
        Its index; None where the table has none.
    stated : AreaClass or None
        The class that the table states, which holds whatever the index is.
    edition : IndexEdition
        The cut-offs that decide where nothing is stated.

    Returns
    -------
    area_class : AreaClass
        Unknown where the index is the shortage cut-off as displayed, or there is no index or no
        cut-off. At the
        surplus cut-off as displayed it is surplus, for 多数 is 217.6 *or more* and the ministry's
        list of 2024-01 has 湖北, 217.6, among them; the basis says that it is a tie.
    basis : ClassBasis
        Stated, by the cut-offs, one of the ties, or without an index or cut-offs.
    """
    if stated is not None:
        return stated, ClassBasis.STATED
    if value is None:
        return AreaClass.UNKNOWN, ClassBasis.NO_INDEX
    if edition.cut_offs is None:
        return AreaClass.UNKNOWN, ClassBasis.NO_CUT_OFFS
    tie = _tie(value, edition)
    if tie is ClassBasis.SURPLUS_TIE:
        return AreaClass.SURPLUS, tie
    if tie is not None:
        return AreaClass.UNKNOWN, tie
    return classify(value, edition), ClassBasis.CUT_OFF


def _fits(value: Decimal, said: AreaIndex, edition: IndexEdition) -> bool:
    """Tell whether the cut-offs, if known, allow the class that is stated."""
    if edition.cut_offs is None:
        return True
    tie = _tie(value, edition)
    return said.area_class in (tie.may_be if tie else {classify(value, edition)})


def _tie(value: float | Decimal, edition: IndexEdition) -> ClassBasis | None:
    """Tell with which cut-off an index is equal as displayed; None with neither.

    The ministry's cut-offs are the index of some area, displayed with one decimal: 179.3 may be a
    little more or less than the 179.3 of another area.
    """
    if edition.cut_offs is None:
        return None
    shown, (low, high) = published(value), edition.cut_offs
    if shown == published(low):
        return ClassBasis.SHORTAGE_TIE
    return ClassBasis.SURPLUS_TIE if shown == published(high) else None


def _cell(table: Table, row: Row, column: str) -> str:
    return nfkc(table.columns.cell(row, column))


def _decimal(text: str) -> Decimal | None:
    plain = plain_number(text)
    value = Decimal("NaN" if plain is None else plain)
    return value if value.is_finite() and 0 < value < _TOO_LARGE else None


def _stated_class(text: str) -> AreaClass | None:
    """Return the class that a cell states; None where it states none.

    A dash states nothing: it stands in columns that nobody filled in, too.
    """
    plain = "".join(text.lower().split())
    named = {kind for word, kind in _CLASS_WORDS.items() if word in plain}
    negated = any(word in plain for word in _NEGATIONS)
    if any(word in plain for word in _NEITHER_WORDS) or (len(named) > 1 and negated):
        return AreaClass.NEITHER
    return named.pop() if len(named) == 1 and not negated else None


def _check_edition(edition: IndexEdition) -> None:
    low, high = edition.shortage_at_most, edition.surplus_at_least
    if low is None and high is None:
        return
    if low is None or high is None:
        raise UsageError(_half_given(low, high))
    if math.isfinite(low) and math.isfinite(high) and low < high:
        return
    raise UsageError(
        error(
            "bad-cut-offs",
            Text(
                "医師少数の基準値は医師多数の基準値より小さくしてください",
                "the shortage cut-off must be below the surplus cut-off",
            ),
            Text(
                "指標と同じ版の基準値を書いてください",
                "give the cut-offs of the same edition as the indices",
            ),
            value=f"{low} / {high}",
        )
    )


def _half_given(low: float | None, high: float | None) -> Problem:
    return error(
        "bad-cut-offs",
        Text(
            "医師少数と医師多数の基準値は両方を指定してください",
            "the cut-offs of shortage and of surplus belong together",
        ),
        Text(
            "指標と同じ版の基準値を書いてください",
            "give the cut-offs of the same edition as the indices",
        ),
        value=f"{'-' if low is None else low} / {'-' if high is None else high}",
    )


_FINDINGS = {
    "duplicate-area": error(
        "duplicate-area",
        Text("同じ医療圏が二度あります", "the area is there twice"),
        Text("一つの版の行だけにしてください", "keep the rows of one edition"),
    ),
    "other-edition": error(
        "other-edition",
        Text("指定した版と違う版の指標です", "the index is of another edition"),
        Text(
            "版と基準値（少数・多数）は必ず同じ版でそろえてください",
            "indices and cut-offs must be of one edition",
        ),
    ),
    "bad-area-code": error(
        "bad-area-code",
        Text("二次医療圏コードとして読めません", "not a code of a medical area"),
        Text("4桁の数字にしてください（例: 4312）", "write four digits, e.g. 4312"),
    ),
    "bad-index": error(
        "bad-index",
        Text("医師偏在指標は正の数にしてください", "an index must be a number above zero"),
        Text("公表された値を書いてください", "write the published value"),
    ),
    "no-index": warning(
        "no-index",
        Text("医師偏在指標が書かれていません", "the area has no index"),
        Text("この医療圏の区分は「不明」になります", "its class will be unknown"),
    ),
    "class-disagrees": warning(
        "class-disagrees",
        Text(
            "表の区分が、指定した版の基準値による区分と違います（表の区分を使います）",
            "the class in the table is not that of the cut-offs; the table's is used",
        ),
        Text("指標と基準値の版を確認してください", "check that both are of the same edition"),
    ),
    "class-unread": warning(
        "class-unread",
        Text(
            "区分として読めません（基準値の区分を使います）",
            "cannot be read as a class; that of the cut-offs is used",
        ),
        Text(
            "少数、多数、中間のいずれかを書いてください（空欄なら基準値によります）",
            "write shortage, surplus or neither, or nothing for that of the cut-offs",
        ),
    ),
}


def _at(code: str, row: Row, column: str, table: Table) -> Problem:
    return replace(
        _FINDINGS[code],
        file=table.label,
        row=row.number,
        column=table.columns.label(column),
        value=_cell(table, row, column),
    )
