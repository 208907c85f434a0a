"""医師偏在指標: indices of an edition, classified by that edition's cut-offs and no other."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from boundaries.areas import parse_area_code
from boundaries.types import AreaClass, AreaIndex, IndexEdition, IndexTable
from groundfloor.columns import Vocabulary
from groundfloor.folding import nfkc, plain_number
from groundfloor.grids import Row
from groundfloor.problems import DataError, Problem, Severity, Text, UsageError, error, warning
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
    "class": ("class_by_threshold", "area_class", "区分", "分類", "医師少数・多数の区分"),
    "edition": ("edition", "版"),
}
INDICES = Vocabulary(_COLUMNS, ("area", "index"))
# Substrings of what tables write in their class column.
_CLASS_WORDS = (
    ("少数", AreaClass.SHORTAGE),
    ("shortage", AreaClass.SHORTAGE),
    ("多数", AreaClass.SURPLUS),
    ("surplus", AreaClass.SURPLUS),
)
_NEITHER_WORDS = ("中間", "どちらでもない", "いずれでもない", "neither", "-", "―", "－")
_BLANK = ("", "-", "―", "…", "*", "N/A")
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
        Never `AreaClass.UNKNOWN`.

    Examples
    --------
    >>> edition = IndexEdition("2024-01", shortage_at_most=179.3, surplus_at_least=217.6)
    >>> [classify(v, edition).value for v in (179.3, 179.4, 217.5, 217.6)]
    ['shortage', 'neither', 'neither', 'surplus']
    """
    shown = _published(value)
    if shown <= _published(edition.shortage_at_most):
        return AreaClass.SHORTAGE
    return AreaClass.SURPLUS if shown >= _published(edition.surplus_at_least) else AreaClass.NEITHER


def _published(value: float | Decimal) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(_PUBLISHED, ROUND_HALF_UP)


def read_physician_index(
    path: str | Path, edition: IndexEdition, *, label: str | None = None
) -> tuple[IndexTable, tuple[Problem, ...]]:
    """Read the indices of one edition.

    Parameters
    ----------
    path : str or Path
        CSV, TSV or Excel with an area code and an index column. A class column is compared with
        the cut-offs; an edition column must name `edition`.
    edition : IndexEdition
        Name and cut-offs.
    label : str, optional
        File name in messages; the path's name by default.

    Returns
    -------
    table : IndexTable
        One index for each area that has one.
    problems : tuple of Problem
        Areas without an index; classes of the file that disagree with the cut-offs.

    Raises
    ------
    MissingFileError, DataError
        Unreadable; bad codes or numbers, an area twice, another edition: all together.
    UsageError
        The cut-offs of `edition` are the wrong way round.
    """
    shown = label if label is not None else Path(path).name
    _check_edition(edition)
    table = read_table(path, INDICES, label=shown)
    problems: list[Problem] = [*table.problems, *([] if table.rows else [no_rows(shown)])]
    found: dict[str, AreaIndex] = {}
    for row in table.rows:
        read, objections = _read_row(row, edition, table)
        problems += objections
        if read is None:
            continue
        if read.area_code in found:
            problems.append(_at("duplicate-area", row, "area", table))
        found.setdefault(read.area_code, read)
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    return IndexTable(edition, tuple(found[c] for c in sorted(found))), tuple(problems)


def _read_row(
    row: Row, edition: IndexEdition, table: Table
) -> tuple[AreaIndex | None, tuple[Problem, ...]]:
    """Return what a row says, None where it says nothing usable, and what is wrong with it."""
    area, index, name, stated_as, named = (
        _cell(table, row, column) for column in ("area", "index", "name", "class", "edition")
    )
    if named and named != edition.name:
        return None, (_at("other-edition", row, "edition", table),)
    code = parse_area_code(area)
    if code is None:
        return None, (_at("bad-area-code", row, "area", table),)
    if index in _BLANK:
        return None, (_at("no-index", row, "index", table),)
    value = _decimal(index)
    if value is None:
        return None, (_at("bad-index", row, "index", table),)
    found = AreaIndex(code, name, float(value), classify(value, edition))
    stated = _stated_class(stated_as)
    if stated is None or stated is found.area_class:
        return found, ()
    return found, (_at("class-disagrees", row, "class", table),)


def _cell(table: Table, row: Row, column: str) -> str:
    return nfkc(table.columns.cell(row, column))


def _decimal(text: str) -> Decimal | None:
    plain = plain_number(text)
    value = Decimal("NaN" if plain is None else plain)
    return value if value.is_finite() and 0 < value < _TOO_LARGE else None


def _stated_class(text: str) -> AreaClass | None:
    for word, kind in _CLASS_WORDS:
        if word in text.lower():
            return kind
    return AreaClass.NEITHER if text.lower() in _NEITHER_WORDS else None


def _check_edition(edition: IndexEdition) -> None:
    low, high = edition.shortage_at_most, edition.surplus_at_least
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
            "表の区分が、指定した版の基準値による区分と違います（基準値の区分を使います）",
            "the class in the table is not that of the cut-offs, which are used",
        ),
        Text("指標と基準値の版を確認してください", "check that both are of the same edition"),
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
