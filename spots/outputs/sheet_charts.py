"""Charts of a sheet: the spreadsheet's own, which follow what somebody writes into its cells.

Stands apart: `workbook_writer` draws cells and pages; a chart is of another part of the file.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from spots.outputs.sheet_layout import BODY_SIZE, SheetChart, SheetContent

#: Rows of ordinary height that a chart stands on, 15 points each.
_ROWS, _ROW_PIXELS, _GAP = 20, 20, 1
#: More bars than these hide one another's numbers.
_NUMBERED = 60
#: Pixels of a unit of width as XlsxWriter counts them: the chart ends where its last column does.
_PIXELS_PER_UNIT, _INSIDE = 7, 4
_EDGE, _LINES = "#404040", "#D9D9D9"


def draw_chart(
    sheet: Worksheet, book: Workbook, content: SheetContent, head: int, below: int
) -> int:
    """Draw a sheet's chart below its table.

    Parameters
    ----------
    sheet : Worksheet
        The sheet, its cells written.
    book : Workbook
        Its workbook.
    content : SheetContent
        What is on the sheet; it has a chart.
    head, below : int
        Row of the headings, and the first row below the table, from 0.

    Returns
    -------
    int
        The first row below the chart.
    """
    asked = content.chart
    if asked is None:
        return below
    chart = book.add_chart({"type": "column"})
    for at, (column, colour) in enumerate(asked.series):
        chart.add_series(_series(content, asked, (head, column), colour, outlined=at == 0))
    font = {"size": BODY_SIZE}
    chart.set_title({"name": asked.title, "name_font": {"size": BODY_SIZE + 2}, "overlay": False})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis({"num_font": font, "min": 0, "major_gridlines": _gridlines()})
    chart.set_legend({"position": "bottom", "font": font})
    width = sum(int(column.width * _PIXELS_PER_UNIT) for column in content.columns) - _INSIDE
    chart.set_size({"width": width, "height": _ROWS * _ROW_PIXELS})
    first = below + _GAP
    for row in range(below, first + _ROWS):
        sheet.set_row_pixels(row, _ROW_PIXELS)
    sheet.insert_chart(first, 0, chart, {"object_position": 1, "description": asked.title})
    return first + _ROWS


def _series(
    content: SheetContent, asked: SheetChart, at: tuple[int, int], colour: str, *, outlined: bool
) -> dict[str, Any]:
    """Return a column of the table as bars; totals below it are none of them."""
    head, column = at
    first, last = head + 1, head + len(content.rows)
    bars: dict[str, Any] = {
        "name": [content.tab, head, column],
        "categories": [content.tab, first, asked.named_by, last, asked.named_by],
        "values": [content.tab, first, column, last, column],
        "fill": {"color": colour},
        "border": {"color": _EDGE, "width": 1.25 if outlined else 0.5},
        "gap": 60,
    }
    if len(content.rows) * len(asked.series) <= _NUMBERED:
        bars["data_labels"] = {"value": True, "font": {"size": BODY_SIZE - 2}}
    return bars


def _gridlines() -> dict[str, Any]:
    return {"visible": True, "line": {"color": _LINES, "width": 0.5}}
