"""Workbooks as bytes: sheets as cells, merged where it reads better, ready for the printer.

Cells from data are written as text and nothing else: no formula, no link, no error value. The
file holds no time: the one that XLSX must have is fixed, so that the same content is the same
bytes on every machine.

A time is a number of days, as spreadsheets count it, shown in minutes and seconds. A margin is
none: no spreadsheet of the 1900 date system shows a time below zero, so its cell holds the digits
of its minutes and seconds (`spots.telling.units.margin_digits`), which sort and compare as it
does. Both formats show the same in Excel and in LibreOffice.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from groundfloor.installed import TOOL
from groundfloor.problems import Lang
from spots.outputs.sheet_charts import draw_chart
from spots.outputs.sheet_layout import (
    BODY_SIZE,
    BOTTOM_IN,
    HEADER_IN,
    ROOM_SLACK,
    SIDE_IN,
    SIDE_PADDING_PT,
    TOP_IN,
    UNIT_PT,
    Form,
    Paper,
    SheetColumn,
    SheetContent,
    SheetValue,
    clean,
    for_page_header,
    lines_needed,
    page_breaks,
    room_em,
    room_for_rows,
    runs,
)
from spots.outputs.sheet_shades import shade
from spots.outputs.spreadsheet import needs_mark
from spots.telling.units import day_fraction, margin_digits

FONT = "游ゴシック"  # comes with Windows and Excel for Mac
_BASE_SIZE, _TITLE_SIZE, _NOTE_SIZE = 11, 15, 9  # points
#: 游ゴシック is set with much air; other fonts take less.
_LEADING = 1.62
_PADDING_PT, _GAP_PT = 4.0, 6.0
_MAX_HEIGHT = 409.0  # Excel's own
_ONE_LINE_PT = BODY_SIZE * _LEADING + _PADDING_PT
_PAPER_NUMBER = {Paper.A4: 9, Paper.A3: 8}
_PIXELS_PER_PT = 4 / 3
#: What the writer adds to a width: five pixels of the seven that a digit has.
_WIDTH_ADDED = 5 / 7
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - the writer wants a naive time, and it is fixed
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
# The ordinary font is what Excel measures column widths in.
_ORDINARY = {"font_name": FONT, "font_size": _BASE_SIZE}
_SPACE = "_ "  # the width of a blank behind a number
_FORMATS: dict[Form, dict[Lang, str]] = {
    # Era, year, month and day; Excel knows eras of dates under the Japanese locale.
    Form.DAY: {Lang.JA: '[$-411]ggge"年"m"月"d"日"', Lang.EN: "yyyy\\-mm\\-dd"},
    Form.DURATION: {
        Lang.JA: f'[m]"分"ss"秒"{_SPACE}',
        Lang.EN: f'[m]" min "ss" s"{_SPACE}',
    },
    Form.MARGIN: {
        Lang.JA: f'"+"0"分"00"秒"{_SPACE};"−"0"分"00"秒"{_SPACE}',
        Lang.EN: f'"+"0" min "00" s"{_SPACE};"−"0" min "00" s"{_SPACE}',
    },
}


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


Properties = dict[str, object]
_THIN, _MEDIUM = 1, 2
_GREY, _RED, _BLUE = "#7F7F7F", "#C00000", "#DDE6EF"


def _edges(*sides: str) -> Properties:
    return dict.fromkeys(sides, _THIN) | {f"{side}_color": _GREY for side in sides}


_GRID: Properties = {"border": _THIN, "border_color": _GREY}
_HEAD: Properties = {"font_size": BODY_SIZE, "bold": True, "bg_color": _BLUE}
_OVER: Properties = {**_HEAD, "align": "left", "text_wrap": False}  # runs on over its columns
_LOOKS: dict[Look, Properties] = {
    Look.TITLE: {"font_size": _TITLE_SIZE, "bold": True, "align": "left"},
    Look.STAMP: {
        "font_size": _TITLE_SIZE,
        "bold": True,
        "align": "center",
        "font_color": _RED,
        "border": _MEDIUM,
        "border_color": _RED,
    },
    Look.NOTE: {"font_size": _NOTE_SIZE, "align": "left", "valign": "top"},
    Look.HEAD: {**_HEAD, **_GRID, "align": "center"},
    Look.GROUP_START: {**_OVER, **_edges("left", "top")},
    Look.GROUP: {**_OVER, **_edges("top")},
    Look.GROUP_END: {**_OVER, **_edges("top", "right")},
    Look.BODY: {"font_size": BODY_SIZE, **_GRID},
    Look.TOTAL: {"font_size": BODY_SIZE, "bold": True, "bg_color": "#F3F3F3", **_GRID},
}
_ALIGNED = {
    Form.TEXT: "left",
    Form.NUMBER: "right",
    Form.DURATION: "right",
    Form.MARGIN: "right",
}


def workbook(contents: Sequence[SheetContent], *, title: str, lang: Lang) -> bytes:
    """Return sheets as XLSX, the same bytes for the same sheets.

    Parameters
    ----------
    contents : sequence of SheetContent
        The sheets.
    title : str
        Title among the properties of the file.
    lang : Lang
        Language, which decides how days and times are written.

    Returns
    -------
    bytes
        The workbook. No cell holds a formula, whatever its text begins with.
    """
    page = io.BytesIO()
    # The writer adds to what it is given: the next workbook would have another font.
    book = Workbook(page, {**_OPTIONS, "default_format_properties": dict(_ORDINARY)})
    book.set_properties({"title": clean(title), "author": TOOL, "created": _EPOCH})
    book.set_custom_property("Language", lang.value)
    looks = _LookBook(book, lang)
    for content in contents:
        _Drawer(book.add_worksheet(content.tab, _PrintedSheet), content, looks).draw()
    book.close()
    return same_everywhere(page.getvalue())


def same_everywhere(content: bytes) -> bytes:
    """Return the file without the name of the operating system, which a zip has for each part."""
    page = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as whole,
    ):
        for name in made.namelist():
            part = zipfile.ZipInfo(name, _ZIP_TIME)
            part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 0
            whole.writestr(part, made.read(name))
    return page.getvalue()


class _PrintedSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose first printed page, which has the title itself, has a header of its own.

    XlsxWriter knows one header for all pages; where it writes that one, this writes both.
    """

    first_header = ""

    def _write_header_footer(self) -> None:
        self._xml_start_tag("headerFooter", [("differentFirst", 1)])
        parts = {
            "oddHeader": self.header,
            "oddFooter": self.footer,
            "firstHeader": self.first_header,
            "firstFooter": self.footer,
        }
        for tag, text in parts.items():
            self._xml_data_element(tag, text)
        self._xml_end_tag("headerFooter")


@dataclass(slots=True)
class _LookBook:
    """The formats of one workbook: each combination is registered once, and cells share it."""

    book: Workbook
    lang: Lang
    _known: dict[tuple[Look, Form, str, bool], Format] = field(default_factory=dict)
    _texts: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def text(self, value: str) -> tuple[str, bool]:
        """Return text as a cell holds it, and whether Excel must be told that it is text."""
        # Names of areas, states and hospitals come back on many rows.
        known = self._texts.get(value)
        if known is None:
            cleaned = clean(value)
            known = self._texts[value] = (cleaned, needs_mark(cleaned))
        return known

    def of(self, look: Look, column: SheetColumn | None, *, quoted: bool = False) -> Format:
        """Return the format of a cell that looks like `look`."""
        form = Form.TEXT if column is None else column.form
        numbers = column.number_format if column is not None and form is Form.NUMBER else ""
        key = (look, form, numbers, quoted)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._made(*key)
        return found

    def _made(self, look: Look, form: Form, numbers: str, quoted: bool) -> Format:
        properties: Properties = {
            "font_name": FONT,
            "valign": "vcenter",
            "text_wrap": True,
            "align": _ALIGNED.get(form, "center"),
            **_LOOKS[look],
        }
        if form is Form.CODE:
            properties["num_format"] = "@"
        elif form in _FORMATS:
            properties["num_format"] = _FORMATS[form][self.lang]
        elif numbers:
            properties["num_format"] = ";".join(f"{part}{_SPACE}" for part in numbers.split(";"))
        # Otherwise Excel turns the text into a formula or number once somebody edits the cell.
        properties["quote_prefix"] = quoted
        return self.book.add_format(properties)


@dataclass(slots=True)
class _Drawer:
    """Draws one sheet, top down. Rows and columns are counted from 0, as XlsxWriter does."""

    sheet: _PrintedSheet
    content: SheetContent
    looks: _LookBook
    _row: int = 0  # the next one
    _lines: dict[tuple[str, float], int] = field(default_factory=dict)

    def draw(self) -> None:
        """Write the sheet and set up its pages."""
        content = self.content
        for k, column in enumerate(content.columns):
            self.sheet.set_column(k, k, column.width - _WIDTH_ADDED)
        above = self._above()
        first_head = self._row
        headings = self._headings()
        head = self._row - 1
        heights = [self._height(values) for values in content.rows]
        if content.merged is not None and content.rows:
            groups = [values[content.merged] for values in content.rows]
            breaks = self._breaks(heights, groups, (above, headings))
            self._body(heights, runs(groups, breaks))
            self.sheet.set_h_pagebreaks([head + 1 + row for row in breaks])
        else:
            self._body(heights, ())
        self._nothing()
        for values in content.totals:
            self._total(values)
        shade(self.sheet, self.looks.book, content, head + 1)
        if content.chart is not None:
            self._row = draw_chart(self.sheet, self.looks.book, content, head, self._row)
        self._set_up_page(first_head, head)

    @property
    def _grouped(self) -> bool:
        return any(c.group for c in self.content.columns)

    @property
    def _last(self) -> int:
        return len(self.content.columns) - 1

    # --- above the table

    def _above(self) -> float:
        """Write title and notes; return their height.

        Where columns take several pages, they stand over those that every page repeats.
        """
        content = self.content
        block = self._last + 1 if content.pages_wide == 1 else max(content.kept, 1)
        width = sum(c.width for c in content.columns[:block])
        size = block - (1 if content.stamp else 0)
        room = sum(c.width for c in content.columns[:size])
        total = self._line(content.title, Look.TITLE, size, self._line_height_of(_TITLE_SIZE, room))
        if content.stamp:
            self._put(self._row - 1, size, content.stamp, Look.STAMP)
        for note in content.notes:
            total += self._line(note, Look.NOTE, block, self._line_height_of(_NOTE_SIZE, width))
        return total + (self._add(_GAP_PT) if content.notes else 0.0)

    def _line(self, text: str, look: Look, columns: int, room: tuple[float, float]) -> float:
        """Write a line over several columns; return its height."""
        size, em = room
        lines = lines_needed(clean(text), em)
        self._merge(self._row, 0, self._row, columns - 1, look)
        self._put(self._row, 0, text, look)
        return self._add(min(lines * size * _LEADING + _PADDING_PT, _MAX_HEIGHT))

    @staticmethod
    def _line_height_of(size: float, units: float) -> tuple[float, float]:
        """Return a type size, and how many em of it columns of so many units hold."""
        return size, (units * UNIT_PT - SIDE_PADDING_PT) / size * ROOM_SLACK

    def _headings(self) -> float:
        """Write one row of headings, two where columns form groups; return their height."""
        columns, total = self.content.columns, 0.0
        if self._grouped:
            self._over()
            total += self._add(_ONE_LINE_PT)
            if self.content.pages_wide == 1:
                self._merge_headings()
        for k, column in enumerate(columns):
            if column.group or not self._grouped or self.content.pages_wide > 1:
                self._put(self._row, k, column.heading, Look.HEAD)
        return total + self._add(self._height([c.heading for c in columns]))

    def _over(self) -> None:
        """Write the headings of groups; a page may end in the middle of one that is not merged."""
        groups = [c.group for c in self.content.columns]
        if self.content.pages_wide == 1:
            return
        for k, group in enumerate(groups):
            first = k == 0 or groups[k - 1] != group
            last = k == self._last or groups[k + 1] != group
            look = Look.GROUP_START if first else Look.GROUP_END if last else Look.GROUP
            self._put(self._row, k, group if first else None, look)

    def _merge_headings(self) -> None:
        over, k = self._row - 1, 0
        for group, found in groupby(self.content.columns, lambda c: c.group):
            members = list(found)
            if group:
                self._merge(over, k, over, k + len(members) - 1, Look.HEAD)
                self._put(over, k, group, Look.HEAD)
            else:
                for column, member in enumerate(members, k):
                    self._merge(over, column, self._row, column, Look.HEAD)
                    self._put(over, column, member.heading, Look.HEAD)
            k += len(members)

    # --- the table

    def _body(self, heights: Sequence[float], blocks: Sequence[tuple[int, int, bool]]) -> None:
        content, start = self.content, self._row
        merged = {row for first, last, _ in blocks for row in range(first, last + 1)}
        for k, (values, height) in enumerate(zip(content.rows, heights, strict=True)):
            for at, (value, column) in enumerate(zip(values, content.columns, strict=True)):
                if at != content.merged or k not in merged:
                    self._put(self._row, at, value, Look.BODY, column)
            self._add(height)
        for first, last, continued in blocks:
            at = content.merged or 0
            column, name = content.columns[at], content.rows[first][at]
            shown = f"{name}{content.continued}" if continued and name else name
            self._merge(start + first, at, start + last, at, Look.BODY, column)
            self._put(start + first, at, shown, Look.BODY, column)

    def _breaks(
        self, heights: Sequence[float], groups: Sequence[SheetValue], tops: tuple[float, float]
    ) -> tuple[int, ...]:
        content = self.content
        tail = sum(self._height(values) for values in content.totals)
        room = room_for_rows(content.columns, content.paper, *tops)
        return page_breaks(heights, groups, room, tail)

    def _nothing(self) -> None:
        if not self.content.rows and self.content.nothing:
            self._merge(self._row, 0, self._row, self._last, Look.BODY)
            self._put(self._row, 0, self.content.nothing, Look.BODY, SheetColumn("", 0))
            self._add(3 * _ONE_LINE_PT)

    def _total(self, values: Sequence[SheetValue]) -> None:
        numbers = [k for k, value in enumerate(values) if k and value not in {None, ""}]
        end = numbers[0] if numbers else self._last + 1
        self._merge(self._row, 0, self._row, end - 1, Look.TOTAL)
        self._put(self._row, 0, values[0], Look.TOTAL)
        for k in range(end, self._last + 1):
            self._put(self._row, k, values[k], Look.TOTAL, self.content.columns[k])
        self._add(_ONE_LINE_PT)

    # --- cells

    def _put(
        self,
        row: int,
        at: int,
        value: SheetValue,
        look: Look,
        column: SheetColumn | None = None,
    ) -> None:
        """Write a cell; text is text, whatever it looks like."""
        if isinstance(value, str) and value:
            text, quoted = self.looks.text(value)
            self.sheet.write_string(row, at, text, self.looks.of(look, column, quoted=quoted))
            return
        shown = self.looks.of(look, column)
        if isinstance(value, bool):
            self.sheet.write_boolean(row, at, value, shown)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, at, value, shown)
        elif value is None or isinstance(value, str) or not math.isfinite(value):
            # Excel has no infinity, and repairs a file that does.
            self.sheet.write_blank(row, at, None, shown)
        else:
            form = Form.NUMBER if column is None else column.form
            self.sheet.write_number(row, at, _number(value, form), shown)

    def _merge(
        self,
        top: int,
        left: int,
        bottom: int,
        right: int,
        look: Look,
        column: SheetColumn | None = None,
    ) -> None:
        """Make a range one cell; what stands in it is put there afterwards."""
        if (top, left) != (bottom, right):
            self.sheet.merge_range(top, left, bottom, right, "", self.looks.of(look, column))

    def _add(self, height: float) -> float:
        """End a row; return its height in points."""
        pixels = math.ceil(height * _PIXELS_PER_PT)
        self.sheet.set_row_pixels(self._row, pixels)
        self._row += 1
        return height

    def _height(self, values: Sequence[SheetValue]) -> float:
        """Return a row height that shows wrapped text."""
        lines = 1
        for value, column in zip(values, self.content.columns, strict=True):
            if isinstance(value, str) and value:
                lines = max(lines, self._lines_in(value, column.width))
        return min(lines * BODY_SIZE * _LEADING + _PADDING_PT, _MAX_HEIGHT)

    def _lines_in(self, text: str, width: float) -> int:
        # Names of hospitals and reasons come back on many rows.
        known = self._lines.get((text, width))
        if known is None:
            known = self._lines[(text, width)] = lines_needed(clean(text), room_em(width))
        return known

    # --- paper

    def _set_up_page(self, first_head: int, head: int) -> None:
        sheet, content = self.sheet, self.content
        sheet.set_landscape()
        sheet.set_paper(_PAPER_NUMBER[content.paper])
        sheet.fit_to_pages(content.pages_wide, 0)
        sheet.center_horizontally()
        sheet.repeat_rows(first_head, head)
        if content.pages_wide > 1:
            sheet.print_across()
            if content.kept:
                sheet.repeat_columns(0, content.kept - 1)
        sheet.print_area(0, 0, self._row - 1, self._last)
        sheet.freeze_panes(head + 1, content.kept)
        sheet.set_margins(SIDE_IN, SIDE_IN, TOP_IN, BOTTOM_IN)
        title, tab = for_page_header(content.title), for_page_header(content.tab)
        sheet.set_header(f"&L{title}&R{tab}", {"margin": HEADER_IN})
        sheet.set_footer(f"&C{content.footer}", {"margin": HEADER_IN})
        sheet.first_header = f"&R{tab}"
        sheet.hide_gridlines(2)
        if content.filtered and content.rows:
            sheet.autofilter(head, 0, head + len(content.rows), self._last)


def _number(value: float | Decimal, form: Form) -> float | int:
    """Return a number as a cell holds it."""
    if isinstance(value, int) and form is Form.DURATION:
        return day_fraction(value)
    if isinstance(value, int) and form is Form.MARGIN:
        return margin_digits(value)
    return value if isinstance(value, int) else float(value)
