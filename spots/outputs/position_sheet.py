"""Where positions came from that lists lacked: ``positions.csv``, and its sheet of the workbook.

Stands apart: a file of the folder and a sheet of the workbook, which are one table.
"""

from __future__ import annotations

from groundfloor.problems import Lang, Text
from spots.outputs.sheet_layout import Paper, SheetContent, sheet_column
from spots.outputs.spreadsheet import csv_table
from spots.telling.columns import FacilityRow
from spots.telling.facility_columns import facility_rows, review_columns
from spots.telling.position_columns import asked_for_positions, looked_up
from spots.types import RunResult


def positions_csv(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return a row for each facility that a source of positions has something to say of."""
    columns = review_columns()
    rows = ([c.value(row, lang) for c in columns] for row in _rows(result))
    return csv_table([c.name for c in columns], rows)


def positions_sheet(result: RunResult, lang: Lang) -> SheetContent | None:
    """Return the same as a sheet, without columns that say nothing in this run.

    None where no source was asked, or all agree.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    if not asked_for_positions(result):
        return None
    rows = _rows(result)
    filled = [(c, [c.shown(row, lang) for row in rows]) for c in review_columns()]
    told = [(c, cells) for c, cells in filled if any(cell not in {None, ""} for cell in cells)]
    return SheetContent(
        tab=Text("位置の照合", "Positions").render(lang),
        title=Text("位置の出典との照合", "Positions from other sources").render(lang),
        notes=(
            Text(
                "座標のない施設を、出典のどの記録によって置いたか、置かなかったものはその理由です。"
                "一覧の座標が出典から離れている施設も示します（一覧の座標を使っています）。",
                "By which record of a source each facility without coordinates was placed, or why "
                "it was not; and whose own coordinates, which hold, are far from the source's.",
            ).render(lang),
        ),
        columns=tuple(sheet_column(c.column, lang) for c, _ in told),
        rows=tuple(zip(*(cells for _, cells in told), strict=True)),
        paper=Paper.A3,
        kept=2,
        filtered=True,
    )


def _rows(result: RunResult) -> list[FacilityRow]:
    return [row for row in facility_rows(result) if looked_up(row.verdict.facility)]
