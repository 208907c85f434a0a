"""Reading placements by source: one row for each who places physicians, one column for a year.

Stands apart: the table by area is told and drawn; this one is only compared with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from groundfloor.columns import Vocabulary
from groundfloor.folding import nfkc
from groundfloor.grids import Row
from groundfloor.problems import DataError, Problem, Severity, Text, error, warning
from groundfloor.tables import Table, no_rows, read_table
from spots.physician_targets.target_reading import (
    YEAR_HINT,
    is_total,
    number_of_cell,
    total_cell,
    years_of,
)
from spots.types.physician_targets import PlacedBySource, TargetTable, TargetYear

SOURCES = Vocabulary(
    {
        "source": (
            *("source", "供給元", "配置元", "派遣元", "確保策", "確保方策", "施策", "事業"),
            *("事業名", "取組", "制度", "区分", "種別", "枠", "内訳"),
        )
    },
    ("source",),
    brackets=True,
    hint=YEAR_HINT,
    most_rows=10_000,
    totals=True,
)


def read_sources(
    path: str | Path,
    targets: TargetTable,
    *,
    label: str | None = None,
    sheet: str | None = None,
) -> tuple[tuple[PlacedBySource, ...], tuple[Problem, ...]]:
    """Read a table of placements by source.

    Parameters
    ----------
    path : str or Path
        CSV, TSV or Excel with who placed them, and one column for each year. A row called 合計 is
        compared with the sum of the others, and left out.
    targets : TargetTable
        The table by area that it belongs to.
    label : str, optional
        File name in messages; the path's name by default.
    sheet : str, optional
        Sheet of a workbook.

    Returns
    -------
    sources : tuple of PlacedBySource
        As written; blank cells stay blank.
    problems : tuple of Problem
        Warnings: a total that is not the sum, years that the table by area has not.

    Raises
    ------
    MissingFileError, DataError
        Unreadable; a number that is none or below zero, a year twice, a row without a source: all
        together.
    """
    table = read_table(path, SOURCES, label=label, sheet=sheet)
    years, places, problems = years_of(table)
    rows: list[PlacedBySource] = []
    totals: list[PlacedBySource] = []
    for row in table.rows:
        read, odd = _row(table, row, years, places)
        problems += odd
        (totals if is_total(read.name) else rows).append(read)
    problems += table.problems
    if not rows:
        problems.append(no_rows(table.label, table))
    problems += [p for each in totals for p in _odd_total(table.label, rows, each)]
    if years and not {y.year for y in years} & {y.year for y in targets.years}:
        problems.append(_no_common_year(table.label, targets))
    if any(p.severity is Severity.ERROR for p in problems):
        raise DataError(problems)
    return tuple(rows), tuple(problems)


def _row(
    table: Table, row: Row, years: Sequence[TargetYear], places: Sequence[int]
) -> tuple[PlacedBySource, list[Problem]]:
    problems: list[Problem] = []
    name = nfkc(table.columns.cell(row, "source")) or total_cell(row)
    if not name:
        problems.append(
            error(
                "target-without-source",
                Text("供給元の名称がありません", "the row names no source"),
                Text("名称を書くか、行を削除してください", "name its source, or delete the row"),
                file=table.label,
                row=row.number,
                column=table.columns.label("source"),
            )
        )
    placed: list[tuple[int, Decimal | None]] = []
    for year, at in zip(years, places, strict=True):
        value, fault = number_of_cell(table, row, at)
        problems += fault
        placed.append((year.year, value))
    return PlacedBySource(row.number, name, tuple(placed)), problems


def _odd_total(
    label: str, rows: Sequence[PlacedBySource], said: PlacedBySource
) -> tuple[Problem, ...]:
    problems = []
    for year, stated in said.placed:
        values = [dict(row.placed)[year] for row in rows]
        known = [value for value in values if value is not None]
        if stated is None or len(known) < len(values) or sum(known) == stated:
            continue
        problems.append(
            warning(
                "target-source-total",
                Text(
                    f"{year}年度の合計 {stated} は、各行の和 {sum(known)} と一致しません",
                    f"the total of {year}, {stated}, is not the sum of its rows, {sum(known)}",
                ),
                Text(
                    "各行の和を使います。出典を確かめてください",
                    "the sum is used; look at the source of the table",
                ),
                file=label,
                row=said.row,
                value=said.name,
            )
        )
    return tuple(problems)


def _no_common_year(label: str, targets: TargetTable) -> Problem:
    years = ", ".join(str(year.year) for year in targets.years) or "-"
    return warning(
        "target-source-years",
        Text(
            f"区域別の表と共通の年度がないため、照合できません（区域別: {years}）",
            f"no year in common with the table by area ({years}): nothing is compared",
        ),
        Text("同じ年度の列のある表を指定してください", "give the table of the same years"),
        file=label,
    )
