"""Colours behind cells by what stands in them, as rules of the spreadsheet: they follow an edit.

Stands apart: the writer of sheets draws cells one by one, and these are rules over many.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from spots.outputs.sheet_layout import SheetContent

_WHITE = "#FFFFFF"
_Shades = tuple[tuple[str, str], ...]


def shade(sheet: Worksheet, book: Workbook, content: SheetContent, first: int) -> None:
    """Lay the colours of a sheet's columns over its body.

    Parameters
    ----------
    sheet : Worksheet
        The sheet, whose cells are written.
    book : Workbook
        Its workbook.
    content : SheetContent
        What is in it.
    first : int
        The row in which its body begins, from 0.
    """
    if not content.rows:
        return
    last = first + len(content.rows) - 1
    for left, right, shades in _runs(content):
        for text, colour in shades:
            rule = {
                "type": "cell",
                "criteria": "==",
                "value": '"' + text.replace('"', '""') + '"',
                "format": book.add_format({"bg_color": colour}),
            }
            if not text:
                rule = {
                    "type": "2_color_scale",
                    "min_type": "num",
                    "min_value": 0,
                    "min_color": _WHITE,
                    "max_type": "num",
                    "max_value": 1,
                    "max_color": colour,
                }
            sheet.conditional_format(first, left, last, right, rule)


def _runs(content: SheetContent) -> Iterator[tuple[int, int, _Shades]]:
    """Yield the first and last of neighbouring columns of the same colours."""
    at = 0
    for shades, columns in groupby(content.columns, lambda column: column.shades):
        right = at + sum(1 for _ in columns) - 1
        if shades:
            yield at, right, shades
        at = right + 1
