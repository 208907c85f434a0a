"""A workbook of plain tables: numbers as numbers, everything else as text, no time in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from groundfloor.aligned import cell_width
from groundfloor.problems import Lang
from spots.outputs.sheets.saving import saved
from spots.outputs.sheets.styles import FONT, new_book
from spots.outputs.sheets.text import clean
from spots.outputs.spreadsheet import needs_mark

PlainValue = str | int | float | bool | date | None

_A4 = 9  # Excel's number of the paper size
_NARROWEST, _WIDEST = 7, 46  # characters
_SAMPLE = 500  # rows that decide a column's width
_THIN = Side(style="thin", color="FFB0B0B0")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="FFE7E6E6")


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """One table.

    Parameters
    ----------
    tab : str
        Name of the sheet, at most 31 characters.
    notes : tuple of str
        Lines above the table; the first one is its title.
    headings : tuple of str
        Heads of the columns.
    rows : sequence of tuples
        Cells, as many as headings. Booleans are written as they are, None stays empty.
    number_formats : tuple of str
        Excel's format of each column; empty for the general one.
    """

    tab: str
    notes: tuple[str, ...]
    headings: tuple[str, ...]
    rows: Sequence[tuple[PlainValue, ...]]
    number_formats: tuple[str, ...] = ()


def plain_workbook(sheets: Sequence[PlainSheet], *, title: str, lang: Lang) -> bytes:
    """Return an XLSX of tables, the same bytes for the same tables.

    Parameters
    ----------
    sheets : sequence of PlainSheet
        The tables.
    title : str
        Title among the properties of the file.
    lang : Lang
        Its language, likewise.

    Returns
    -------
    bytes
        The workbook. No cell holds a formula, whatever its text begins with.
    """
    book = new_book()
    for content in sheets:
        _write(book.create_sheet(content.tab), content)
    return saved(book, title=title, lang=lang)


def _write(sheet: Worksheet, content: PlainSheet) -> None:
    for at, line in enumerate(content.notes, 1):
        cell = sheet.cell(at, 1)
        cell.font = Font(name=FONT, size=13 if at == 1 else 9, bold=at == 1)
        _put(cell, line)
    head = len(content.notes) + 1
    for k, heading in enumerate(content.headings, 1):
        cell = sheet.cell(head, k)
        cell.font, cell.fill, cell.border = Font(name=FONT, bold=True), _HEAD_FILL, _BORDER
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        _put(cell, heading)
    looks = _looks(sheet, content)
    for at, values in enumerate(content.rows, head + 1):
        for k, (value, (plain, quoted)) in enumerate(zip(values, looks, strict=True), 1):
            cell = sheet.cell(at, k)
            text = clean(value) if isinstance(value, str) else None
            # Styles are looked up once for a column: for every cell it takes most of the time.
            cell._style = quoted if text is not None and needs_mark(text) else plain  # noqa: SLF001
            if text is not None:
                cell.value, cell.data_type = text, "s"
            elif value is not None:
                cell.value = value
    _lay_out(sheet, content, head)


def _looks(sheet: Worksheet, content: PlainSheet) -> list[tuple[Any, Any]]:
    """Return the style of each column, for plain cells and for text that Excel would rewrite."""
    formats = content.number_formats or ("",) * len(content.headings)
    looks = []
    for number_format in formats:
        pair = []
        for quoted in (False, True):
            cell = Cell(sheet)  # stands in no row
            cell.font, cell.border = Font(name=FONT), _BORDER
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if number_format:
                cell.number_format = number_format
            # Otherwise Excel turns the text into a formula or number once somebody edits the cell.
            cell.quotePrefix = quoted
            pair.append(cell._style)  # noqa: SLF001 - there is no public way to share a style
        looks.append((pair[0], pair[1]))
    return looks


def _put(cell: Cell, value: str) -> None:
    """Write text as text: openpyxl takes ``=...`` for a formula and ``#N/A`` for an error."""
    text = clean(value)
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = needs_mark(text)


def _lay_out(sheet: Worksheet, content: PlainSheet, head: int) -> None:
    for k, heading in enumerate(content.headings):
        cells = chain([heading], (str(r[k] or "") for r in content.rows[:_SAMPLE]))
        widest = max(cell_width(part) for text in cells for part in (text.split("\n") or [""]))
        letter = get_column_letter(k + 1)
        sheet.column_dimensions[letter].width = min(max(widest + 2, _NARROWEST), _WIDEST)
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{head}:{head}"
    sheet.oddFooter.center.text = "&P / &N"
    if content.rows:
        last = get_column_letter(len(content.headings))
        sheet.auto_filter.ref = f"A{head}:{last}{head + len(content.rows)}"
