"""A sheet before it looks like anything: columns, rows, notes, and the paper it is printed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = str | int | float | Decimal | date | None

#: Two decimals; more are there only where the side of a threshold would not show without them.
MINUTES = "0.00###"
SIGNED_MINUTES = f"+{MINUTES};-{MINUTES};{MINUTES}"
KM2 = "#,##0.00"


class Form(StrEnum):
    """What a column holds, which decides how Excel takes and aligns it."""

    TEXT = "text"
    WORD = "word"  # a short text, in the middle
    INDEX = "index"  # a running number
    CODE = "code"  # text that looks like a number
    NUMBER = "number"
    DAY = "day"


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
        Excel's format of a `Form.NUMBER`.
    group : str
        Heading over this and the neighbouring columns of the same group; empty for none.
    """

    heading: str
    width: float
    form: Form = Form.TEXT
    number_format: str = "0"
    group: str = ""


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
    rows : tuple of tuple of Value
        The body.
    totals : tuple of tuple of Value
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
        Whether Excel shows its filter at the headings.
    """

    tab: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...] = ()
    totals: tuple[tuple[Value, ...], ...] = ()
    stamp: str = ""
    nothing: str = ""
    merged: int | None = None
    continued: str = ""
    footer: str = "&P / &N"
    paper: Paper = Paper.A4
    pages_wide: int = 1
    kept: int = 0
    filtered: bool = False
