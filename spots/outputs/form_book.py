"""Workbooks to be filled in: one sheet of a table with its example, one that says how.

What may stand in a cell is checked by the spreadsheet as it is typed: words from a list, days,
degrees within Japan. The sheet is read again by `groundfloor.tables` as any list is.

Stands apart: `workbook_writer` draws what a run has found, and nobody writes into that.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from groundfloor.installed import TOOL
from groundfloor.problems import Lang, Text
from spots.outputs.sheet_layout import BOTTOM_IN, HEADER_IN, SIDE_IN, TOP_IN, for_page_header
from spots.outputs.workbook_writer import FONT, same_everywhere

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - the writer wants a naive time, and it is fixed
_A4 = 9
#: Blank rows with borders and checks; the checks go on below them.
_BLANK_ROWS, _CHECKED_ROWS = 40, 1000
_LONG_EXAMPLE = 15  # characters of one line
_GREY, _HEAD, _NEEDED, _EXAMPLE = "#7F7F7F", "#DDE6EF", "#FCE4D6", "#F2F2F2"


class CellEntry(StrEnum):
    """What is typed into a column."""

    TEXT = "text"
    CHOICE = "choice"
    DAY = "day"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"


#: Degrees within which Japan lies, from 沖ノ鳥島 and 与那国島 to 択捉島 and 南鳥島.
_DEGREES = {CellEntry.LATITUDE: (20.0, 46.0), CellEntry.LONGITUDE: (122.0, 154.0)}


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column to fill in.

    Parameters
    ----------
    heading : Text
        Its header, by which it is read again.
    width : float
        In half-width characters.
    how : Text
        What is to be written.
    example : Text, date or float
        What the example row has.
    needed : bool
        Whether every row must have it.
    entry : CellEntry
        What is typed.
    choices : tuple of Text
        The words of `CellEntry.CHOICE`.
    """

    heading: Text
    width: float
    how: Text
    example: Text | date | float
    needed: bool = False
    entry: CellEntry = CellEntry.TEXT
    choices: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class FormWords:
    """What a form says beside its columns.

    Parameters
    ----------
    tab, guide_tab : Text
        Names of the sheet to fill in and of the one that says how.
    title : Text
        First row, and header of printed pages.
    notes : tuple of Text
        Lines below the title.
    guide_heads : tuple of Text
        Headings of the second sheet: column, needed, how, example.
    needed, refused : Text
        The mark of what is needed; what the spreadsheet says of a wrong entry.
    """

    tab: Text
    guide_tab: Text
    title: Text
    notes: tuple[Text, ...]
    guide_heads: tuple[Text, Text, Text, Text]
    needed: Text
    refused: Text


def form_book(columns: Sequence[FormColumn], words: FormWords, lang: Lang) -> bytes:
    """Return a form as XLSX, the same bytes for the same form.

    Parameters
    ----------
    columns : sequence of FormColumn
        The columns.
    words : FormWords
        What else it says.
    lang : Lang
        Its language.
    """
    page = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": 11},
    }
    book = Workbook(page, options)
    title = words.title.render(lang)
    book.set_properties({"title": title, "author": TOOL, "created": _EPOCH})
    drawer = _FormDrawer(book, columns, words, lang)
    drawer.table(book.add_worksheet(words.tab.render(lang)))
    drawer.guide(book.add_worksheet(words.guide_tab.render(lang)))
    book.close()
    return same_everywhere(page.getvalue())


@dataclass(slots=True)
class _FormDrawer:
    """Draws the two sheets of a form."""

    book: Workbook
    columns: Sequence[FormColumn]
    words: FormWords
    lang: Lang

    def table(self, sheet: Worksheet) -> None:
        """Draw the sheet to fill in: title, notes, header, example, blank rows."""
        last = len(self.columns) - 1
        plain = {"font_name": FONT, "valign": "vcenter"}
        sheet.write_string(
            0, 0, self.words.title.render(self.lang), self._look(**plain, bold=True, font_size=14)
        )
        for at, text in enumerate(self.words.notes, 1):
            sheet.write_string(at, 0, text.render(self.lang), self._look(**plain, font_size=9))
        head = len(self.words.notes) + 1
        for at, column in enumerate(self.columns):
            sheet.set_column(at, at, column.width)
            fill = _NEEDED if column.needed else _HEAD
            look = self._grid(bold=True, bg_color=fill, align="center")
            sheet.write_string(head, at, column.heading.render(self.lang), look)
            self._put(sheet, head + 1, at, column)
            self._check(sheet, (head + 1, head + _CHECKED_ROWS), at, column)
        blank = self._grid()
        for row in range(head + 2, head + 2 + _BLANK_ROWS):
            sheet.set_row(row, 21)
            for at, column in enumerate(self.columns):
                look = self._day() if column.entry is CellEntry.DAY else blank
                sheet.write_blank(row, at, None, look)
        sheet.set_row(head, 30)
        sheet.set_row(head + 1, 45)
        sheet.freeze_panes(head + 1, 1)
        self._paper(sheet, (0, head + 1 + _BLANK_ROWS), last, head)

    def guide(self, sheet: Worksheet) -> None:
        """Draw the sheet that says what to write."""
        heads = [text.render(self.lang) for text in self.words.guide_heads]
        for at, (text, width) in enumerate(zip(heads, (24, 8, 70, 34), strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, text, self._grid(bold=True, bg_color=_HEAD, align="center"))
        look, middle = self._grid(), self._grid(align="center")
        for row, column in enumerate(self.columns, 1):
            needed = self.words.needed.render(self.lang) if column.needed else ""
            sheet.write_string(row, 0, column.heading.render(self.lang), look)
            sheet.write_string(row, 1, needed, middle)
            sheet.write_string(row, 2, column.how.render(self.lang), look)
            shown = self._shown(column.example)
            sheet.write_string(row, 3, shown, look)
            sheet.set_row(row, 32 if len(shown) > _LONG_EXAMPLE else 18)
        self._paper(sheet, (0, len(self.columns)), 3, 0)

    # --- cells

    def _look(self, **properties: object) -> Format:
        return self.book.add_format(properties)

    def _grid(self, **properties: object) -> Format:
        return self._look(
            font_name=FONT,
            font_size=10,
            border=1,
            border_color=_GREY,
            text_wrap=True,
            valign="vcenter",
            **properties,
        )

    def _day(self, **properties: object) -> Format:
        return self._grid(num_format="yyyy\\-mm\\-dd", **properties)

    def _put(self, sheet: Worksheet, row: int, at: int, column: FormColumn) -> None:
        """Write a cell of the example."""
        style: dict[str, object] = {"italic": True, "font_color": _GREY, "bg_color": _EXAMPLE}
        value = column.example
        if isinstance(value, Text):
            sheet.write_string(row, at, value.render(self.lang), self._grid(**style))
        elif isinstance(value, date):
            sheet.write_datetime(row, at, value, self._day(**style))
        else:
            sheet.write_number(row, at, value, self._grid(num_format="0.000000", **style))

    def _shown(self, value: Text | date | float) -> str:
        if isinstance(value, Text):
            return value.render(self.lang)
        return value.isoformat() if isinstance(value, date) else f"{value:.6f}"

    def _check(self, sheet: Worksheet, rows: tuple[int, int], at: int, column: FormColumn) -> None:
        """Have the spreadsheet check what is typed. Days may be words (R8.4.1): it only asks."""
        said = {
            "input_title": column.heading.render(self.lang)[:32],
            "input_message": column.how.render(self.lang)[:255],
            "error_title": column.heading.render(self.lang)[:32],
            "error_message": self.words.refused.render(self.lang)[:255],
        }
        rule: dict[str, object] = {"validate": "any"}
        if column.entry is CellEntry.CHOICE:
            source = [text.render(self.lang) for text in column.choices]
            rule = {"validate": "list", "source": source, "error_type": "stop"}
        elif column.entry is CellEntry.DAY:
            rule = {
                "validate": "date",
                "criteria": "between",
                "minimum": date(2000, 1, 1),
                "maximum": date(2100, 12, 31),
                "error_type": "warning",
            }
        elif column.entry in _DEGREES:
            low, high = _DEGREES[column.entry]
            rule = {
                "validate": "decimal",
                "criteria": "between",
                "minimum": low,
                "maximum": high,
                "error_type": "stop",
            }
        sheet.data_validation(rows[0], at, rows[1], at, {**rule, **said})

    def _paper(self, sheet: Worksheet, rows: tuple[int, int], last: int, head: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(head)
        sheet.print_area(rows[0], 0, rows[1], last)
        sheet.set_margins(SIDE_IN, SIDE_IN, TOP_IN, BOTTOM_IN)
        title = for_page_header(self.words.title.render(self.lang))
        sheet.set_header(f"&L{title}", {"margin": HEADER_IN})
        sheet.set_footer("&C&P / &N", {"margin": HEADER_IN})
        sheet.hide_gridlines(2)
