"""A sheet before it looks like anything: columns, rows, notes, and the paper it is printed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from groundfloor.problems import Lang
from spots.telling.columns import CellValue, Column, ColumnKind

SheetValue = CellValue | None


class Form(StrEnum):
    """What a column holds, which decides how a spreadsheet takes and aligns it."""

    TEXT = "text"
    WORD = "word"  # a short text, in the middle
    INDEX = "index"  # a running number
    CODE = "code"  # text that looks like a number
    NUMBER = "number"
    DAY = "day"
    DURATION = "duration"  # milliseconds, shown in minutes and seconds
    MARGIN = "margin"  # likewise, with a sign


_FORMS = {
    ColumnKind.CODE: Form.CODE,
    ColumnKind.INTEGER: Form.NUMBER,
    ColumnKind.NUMBER: Form.NUMBER,
    ColumnKind.DAY: Form.DAY,
    ColumnKind.DURATION: Form.DURATION,
    ColumnKind.MARGIN: Form.MARGIN,
}
_WITH_OWN_FORMAT = frozenset({Form.DURATION, Form.MARGIN, Form.DAY})


class Paper(StrEnum):
    """Paper, always landscape."""

    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet.

    Parameters
    ----------
    heading : str
        Its heading.
    width : float
        Width in half-width characters.
    form : Form
        What it holds.
    number_format : str
        The format of a `Form.NUMBER`.
    group : str
        Heading over this and the neighbouring columns of the same group; empty for none.
    """

    heading: str
    width: float
    form: Form = Form.TEXT
    number_format: str = "0"
    group: str = ""


def sheet_column(column: Column, lang: Lang, group: str = "") -> SheetColumn:
    """Return a declared column as a sheet has it.

    Times, margins and days are shown with their units, so their headings have none.
    """
    short = column.centred or column.codes or column.kind is ColumnKind.BOOLEAN
    form = _FORMS.get(column.kind, Form.WORD if short else Form.TEXT)
    if column.name == "number":
        form = Form.INDEX
    words = column.label if form in _WITH_OWN_FORMAT else column.heading
    heading = words.render(lang)
    shown = column.number_format or ("General" if column.kind is ColumnKind.NUMBER else "0")
    return SheetColumn(heading[:1].upper() + heading[1:], column.width, form, shown, group)


@dataclass(frozen=True, slots=True)
class SheetContent:
    """A sheet: tab, title, notes, headings, body, totals.

    Parameters
    ----------
    tab : str
        Name of the sheet; never from data.
    title : str
        First row, and the header of every printed page.
    notes : tuple of str
        Lines under the title.
    columns : tuple of SheetColumn
        The columns.
    rows : sequence of sequence of SheetValue
        The body.
    totals : tuple of tuple of SheetValue
        Rows below it. The text of the first column reaches over the empty ones that follow.
    stamp : str
        Boxed word at the right of the title (案).
    nothing : str
        What stands in place of the body where there are no rows.
    merged : int or None
        Column whose equal neighbours are one cell; rows are sorted by it.
    continued : str
        Said after the text of such a cell where it goes on on the next page.
    footer : str
        Foot of every page; ``&P`` is its number, ``&N`` how many there are.
    paper : Paper
        Size of the paper.
    pages_wide : int
        How many sheets of paper the columns may take.
    kept : int
        Columns at the left that stay in sight, and are repeated on every printed page.
    filtered : bool
        Whether a spreadsheet shows its filter at the headings.
    """

    tab: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[SheetValue]] = ()
    totals: tuple[tuple[SheetValue, ...], ...] = ()
    stamp: str = ""
    nothing: str = ""
    merged: int | None = None
    continued: str = ""
    footer: str = "&P / &N"
    paper: Paper = Paper.A4
    pages_wide: int = 1
    kept: int = 0
    filtered: bool = False
