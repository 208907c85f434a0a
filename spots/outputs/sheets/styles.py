"""How cells look. Each look is registered with the workbook once; cells share it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from groundfloor.problems import Lang
from spots.outputs.sheets.model import Form, SheetColumn, Value
from spots.outputs.sheets.rows import Drawn, drawn
from spots.outputs.sheets.text import clean
from spots.outputs.spreadsheet import needs_mark

FONT = "游ゴシック"  # comes with Windows and Excel for Mac
#: Points.
BASE_SIZE, BODY_SIZE = 11, 10
TITLE_SIZE, NOTE_SIZE = 15, 9
_THIN = Side(style="thin", color="FF7F7F7F")
_STRONG = Side(style="medium", color="FFC00000")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_BOX = Border(left=_STRONG, right=_STRONG, top=_STRONG, bottom=_STRONG)
_HEAD_FILL = PatternFill("solid", fgColor="FFDDE6EF")
_TOTAL_FILL = PatternFill("solid", fgColor="FFF3F3F3")
#: Era, year, month and day; Excel knows eras of dates under the Japanese locale.
_DAY_FORMATS = {Lang.JA: '[$-411]ggge"年"m"月"d"日"', Lang.EN: "yyyy\\-mm\\-dd"}


class Look(StrEnum):
    """What a cell is, for its looks."""

    TITLE = "title"
    STAMP = "stamp"
    NOTE = "note"
    HEAD = "head"
    GROUP_START = "group start"  # heading over several columns: the first
    GROUP = "group"
    GROUP_END = "group end"
    BODY = "body"
    TOTAL = "total"


def _font(size: float, *, bold: bool = False, color: str | None = None) -> Font:
    return Font(name=FONT, size=size, bold=bold, color=color)


def _alignment(horizontal: str | None, vertical: str = "center") -> Alignment:
    return Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True)


_FONTS = {
    Look.TITLE: _font(TITLE_SIZE, bold=True),
    Look.STAMP: _font(TITLE_SIZE, bold=True, color="FFC00000"),
    Look.NOTE: _font(NOTE_SIZE),
    Look.HEAD: _font(BODY_SIZE, bold=True),
    Look.GROUP_START: _font(BODY_SIZE, bold=True),
    Look.GROUP: _font(BODY_SIZE, bold=True),
    Look.GROUP_END: _font(BODY_SIZE, bold=True),
    Look.BODY: _font(BODY_SIZE),
    Look.TOTAL: _font(BODY_SIZE, bold=True),
}
_BORDERS = {
    Look.STAMP: _BOX,
    Look.HEAD: _GRID,
    Look.GROUP_START: Border(left=_THIN, top=_THIN),
    Look.GROUP: Border(top=_THIN),
    Look.GROUP_END: Border(top=_THIN, right=_THIN),
    Look.BODY: _GRID,
    Look.TOTAL: _GRID,
}
_FILLS = {
    Look.HEAD: _HEAD_FILL,
    Look.GROUP_START: _HEAD_FILL,
    Look.GROUP: _HEAD_FILL,
    Look.GROUP_END: _HEAD_FILL,
    Look.TOTAL: _TOTAL_FILL,
}
_ALIGNED = {
    Form.TEXT: "left",
    Form.WORD: "center",
    Form.INDEX: "center",
    Form.CODE: "center",
    Form.NUMBER: "right",
    Form.DAY: "center",
}


def _spaced(number_format: str) -> str:
    """Return a format with the width of a blank behind the number, in each of its sections."""
    return ";".join(f"{section}_ " for section in number_format.split(";"))


def new_book() -> Workbook:
    """Return a workbook without sheets whose ordinary font is the product's.

    The ordinary font is what Excel measures column widths in.
    """
    book = Workbook()
    book.remove(book.active)
    base = _font(BASE_SIZE)
    # openpyxl has no public way to the ordinary font, and these two are where it looks.
    book._fonts[0] = base  # noqa: SLF001
    book._named_styles["Normal"].font = base  # noqa: SLF001
    return book


@dataclass(slots=True)
class Styles:
    """The styles of one workbook.

    Setting font, alignment and border on every cell makes openpyxl look each of them up again, so
    each combination is registered once.

    Parameters
    ----------
    scratch : Worksheet
        Any sheet of the workbook.
    lang : Lang
        Language, which decides how days are written.
    """

    scratch: Worksheet
    lang: Lang
    _known: dict[tuple[Look, Form, str, bool], int] = field(default_factory=dict)

    def cell(self, value: Value, look: Look, column: SheetColumn | None = None) -> Drawn:
        """Return a cell with `value` that looks like `look`."""
        quoted = isinstance(value, str) and value != "" and needs_mark(clean(value))
        form = Form.TEXT if column is None else column.form
        numbers = column.number_format if column is not None and form is Form.NUMBER else ""
        key = (look, form, numbers, quoted)
        style = self._known.get(key)
        if style is None:
            style = self._known[key] = self._made(*key)
        return drawn(value, style)

    def _made(self, look: Look, form: Form, numbers: str, quoted: bool) -> int:
        cell = Cell(self.scratch, row=1, column=1)
        cell.font = _FONTS[look]
        cell.alignment = self._alignment(look, form)
        if look in _BORDERS:
            cell.border = _BORDERS[look]
        if look in _FILLS:
            cell.fill = _FILLS[look]
        if form is Form.CODE:
            cell.number_format = "@"
        elif form is Form.DAY:
            cell.number_format = _DAY_FORMATS[self.lang]
        elif numbers:
            cell.number_format = _spaced(numbers)
        # Otherwise Excel turns the text into a formula or number once somebody edits the cell.
        cell.quotePrefix = quoted
        return int(cell.style_id)

    @staticmethod
    def _alignment(look: Look, form: Form) -> Alignment:
        if look in {Look.STAMP, Look.HEAD}:
            return _alignment("center")
        if look in {Look.GROUP_START, Look.GROUP, Look.GROUP_END}:
            return Alignment(horizontal="left", vertical="center")  # runs on over its columns
        if look is Look.NOTE:
            return _alignment("left", "top")
        return _alignment("left" if look is Look.TITLE else _ALIGNED[form])
