"""``table.xlsx``: the 別表 as a council sees it, with every facility and the settings behind it.

Cells from data are written as text and nothing else: no formula, no link, no error value. The
file holds no time: Excel's own (created, modified, zip entries) is set to a fixed one.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from problems import Lang
from spots.outputs.spreadsheet import needs_mark
from spots.outputs.workbook_content import SheetContent, Value, sheets
from spots.types import RunResult

_FONT = "游ゴシック"  # comes with Windows and Excel for Mac
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl wants a naive time, and it is fixed
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_A4, _A3 = 9, 8  # Excel's numbers of paper sizes
_CELL_LIMIT = 32_767  # Excel's own
_LINE_HEIGHT = 15.0
_MAX_HEIGHT = 400.0  # Excel refuses rows above 409 points
_THIN = Side(style="thin", color="FF7F7F7F")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="FFE7E6E6")


@dataclass(frozen=True, slots=True)
class _Look:
    """How cells of one kind look."""

    font: Font
    alignment: Alignment
    border: Border | None = None
    fill: PatternFill | None = None


_TITLE = _Look(Font(name=_FONT, size=14, bold=True), Alignment(vertical="center"))
_NOTE = _Look(Font(name=_FONT, size=9), Alignment(vertical="top", wrap_text=False))
_HEAD = _Look(
    Font(name=_FONT, size=10, bold=True),
    Alignment(horizontal="center", vertical="center", wrap_text=True),
    _BORDER,
    _HEAD_FILL,
)
_BODY = _Look(Font(name=_FONT, size=10), Alignment(vertical="top", wrap_text=True), _BORDER)


def table_xlsx(result: RunResult, lang: Lang = Lang.JA) -> bytes:
    """Return the workbook: 別表, every facility, settings and sources."""
    book = Workbook()
    book.remove(book.active)
    for content in sheets(result, lang):
        _write_sheet(book.create_sheet(content.tab), content)
    book.properties.creator = "shortage-spots"
    book.properties.title = clean(result.settings.title.render(lang))
    book.properties.created = _EPOCH
    book.properties.language = lang.value
    page = io.BytesIO()
    book.save(page)
    return _timeless(page.getvalue())


def clean(text: str) -> str:
    r"""Return `text` as a cell can hold it: no control characters, at most Excel's length.

    Examples
    --------
    >>> clean("a\x00b\r\nc")
    'a b\nc'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n" else c for c in lines
    )
    return kept[:_CELL_LIMIT]


def display_width(text: str) -> int:
    """Return the width of the widest line of `text` in half-width characters."""
    return max((sum(_width(c) for c in line) for line in text.split("\n")), default=0)


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in {"W", "F", "A"} else 1


def _write_sheet(sheet: Worksheet, content: SheetContent) -> None:
    row = 1
    _put(sheet.cell(row, 1), content.title, _TITLE)
    for note in content.notes:
        row += 1
        _put(sheet.cell(row, 1), note, _NOTE)
    head = row + 1
    for k, column in enumerate(content.columns, 1):
        _put(sheet.cell(head, k), column.heading, _HEAD)
        sheet.column_dimensions[get_column_letter(k)].width = column.width
    headings = [c.heading for c in content.columns]
    sheet.row_dimensions[head].height = _height(headings, content)
    for offset, values in enumerate(content.rows, 1):
        for k, value in enumerate(values, 1):
            cell = sheet.cell(head + offset, k)
            _put(cell, value, _BODY)
            cell.number_format = content.columns[k - 1].number_format
        sheet.row_dimensions[head + offset].height = _height(values, content)
    _set_up_page(sheet, head, content)


def _put(cell: Cell, value: Value, look: _Look) -> None:
    cell.font, cell.alignment = look.font, look.alignment
    if look.border is not None:
        cell.border = look.border
    if look.fill is not None:
        cell.fill = look.fill
    if isinstance(value, str) and value:
        text = clean(value)
        cell.value = text
        cell.data_type = "s"  # openpyxl takes "=..." for a formula and "#N/A" for an error
        # Otherwise Excel turns the text into a formula or number once somebody edits the cell.
        cell.quotePrefix = needs_mark(text)
    elif value not in {None, ""}:
        cell.value = float(value) if isinstance(value, Decimal) else value


def _height(values: Sequence[Value], content: SheetContent) -> float:
    """Return a row height that shows wrapped text; Excel does not fit it when it opens a file."""
    lines = 1
    for value, column in zip(values, content.columns, strict=True):
        text = clean(value) if isinstance(value, str) else ""
        room = max(int(column.width) - 1, 1)
        wrapped = sum(max(1, -(-display_width(part) // room)) for part in text.split("\n"))
        lines = max(lines, wrapped)
    return min(lines * _LINE_HEIGHT + 3, _MAX_HEIGHT)


def _set_up_page(sheet: Worksheet, head: int, content: SheetContent) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A3 if content.reference else _A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{head}:{head}"
    sheet.freeze_panes = sheet.cell(head + 1, 3 if content.reference else 1)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.oddFooter.center.text = "&P / &N"
    if content.rows and content.reference:
        last = get_column_letter(len(content.columns))
        sheet.auto_filter.ref = f"A{head}:{last}{head + len(content.rows)}"


def _timeless(content: bytes) -> bytes:
    """Return the workbook with every time in it fixed; openpyxl stamps "now" while saving."""
    page = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                stamp = _EPOCH.isoformat().encode() + b"Z"
                data = _MODIFIED.sub(rb"\g<1>" + stamp, data)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # the same on Windows and Unix
            new.writestr(info, data)
    return page.getvalue()
