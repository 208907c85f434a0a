"""A sheet before it is a file: columns, rows and notes, and the room that they take on paper.

Where pages end, how wide text is, and how many lines it takes once wrapped. Excel does not fit the
height of rows when it opens a file, so heights are estimated here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from groundfloor.aligned import fills_square
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
    shades : tuple of (str, str)
        The colour behind a cell of each text, laid by the spreadsheet itself: it follows what
        somebody writes there. With the texts ``""`` alone, numbers from 0 to 1 go from white to it.
    """

    heading: str
    width: float
    form: Form = Form.TEXT
    number_format: str = "0"
    group: str = ""
    shades: tuple[tuple[str, str], ...] = ()


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
class SheetChart:
    """Columns of a sheet as a chart of the spreadsheet's own, below its table.

    Parameters
    ----------
    title : str
        Its title.
    named_by : int
        The column that names the bars, counted from 0.
    series : tuple of (int, str)
        Columns of numbers, each with the colour of its bars; the first is drawn as an outline.
    """

    title: str
    named_by: int
    series: tuple[tuple[int, str], ...]


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
    chart : SheetChart or None
        A chart below the table.
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
    chart: SheetChart | None = None


# --- room on paper

#: Points. Margins are Excel's unit, inches.
_PAPER = {Paper.A4: (841.9, 595.3), Paper.A3: (1190.6, 841.9)}
SIDE_IN, TOP_IN, BOTTOM_IN, HEADER_IN = 0.4, 0.75, 0.65, 0.35
_POINTS_PER_INCH = 72.0
#: Points of one unit of column width: the digit of the book's font is 8 pixels of 1/96 inch wide.
UNIT_PT = 6.0
#: Points of the type in the body.
BODY_SIZE = 10
SIDE_PADDING_PT, ROOM_SLACK = 6.0, 0.95
#: Printers and fonts differ; a page that is filled less breaks where it was meant to.
_SLACK = 0.95
#: What a group over two pages is worth avoiding, in pages; more where one row of it is left alone.
_TORN, _ALONE = 0.6, 0.2

_CELL_LIMIT = 32_767  # Excel's own
_HEADER_LIMIT = 60  # of 255 characters for the three parts of a page header together
#: Widths in em of Gothic type: Latin letters are proportional, capitals wider than the rest.
_NARROW_EM, _CAPITAL_EM = 0.58, 0.7
# Direction controls and noncharacters: the first make a name read otherwise than it is, XML
# cannot hold the second.
_HIDDEN = re.compile("[\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_TOKENS = re.compile(r"[!-~]+ ?|.", re.DOTALL)

#: Characters of the narrowest and widest column, and the rows that decide where none is given.
_NARROWEST, _WIDEST, _SAMPLE = 7.0, 46.0, 500
_AS_WIDE_AS_A_DAY = frozenset({Form.DAY, Form.DURATION, Form.MARGIN})


@dataclass(frozen=True, slots=True)
class PageRoom:
    """Points of rows that the first page and every other page hold, headings left out."""

    first: float
    other: float


def room_for_rows(
    columns: Sequence[SheetColumn], paper: Paper, above: float, headings: float
) -> PageRoom:
    """Return how much of the body a page holds when the columns are fitted to its width.

    Parameters
    ----------
    columns : sequence of SheetColumn
        The columns.
    paper : Paper
        The paper.
    above : float
        Points of the rows above the headings; first page only.
    headings : float
        Points of the headings, repeated on every page.
    """
    width, height = _PAPER[paper]
    printable = width - 2 * SIDE_IN * _POINTS_PER_INCH
    scale = min(1.0, printable / (UNIT_PT * sum(c.width for c in columns)))
    page = (height - (TOP_IN + BOTTOM_IN) * _POINTS_PER_INCH) * _SLACK / scale
    return PageRoom(page - above - headings, page - headings)


def page_breaks(
    heights: Sequence[float], groups: Sequence[object], room: PageRoom, tail: float = 0.0
) -> tuple[int, ...]:
    """Return the rows before which a page ends: few pages, few groups torn apart.

    Parameters
    ----------
    heights : sequence of float
        Points of each row.
    groups : sequence of object
        Group of each row, same length; equal neighbours are one group.
    room : PageRoom
        What pages hold.
    tail : float
        Points of what must stand right under the last row.

    Examples
    --------
    >>> page_breaks([10] * 6, "aabbbb", PageRoom(40, 50))
    (2,)
    >>> page_breaks([10] * 3, "aaa", PageRoom(30, 50), tail=20)
    (2,)
    """
    needs = [*heights[:-1], heights[-1] + tail] if heights else []
    cost, before = [0.0], [0]  # of the rows so far, and where their last page begins
    for end in range(1, len(needs) + 1):
        best, first, used = math.inf, end - 1, 0.0
        for start in range(end - 1, -1, -1):
            used += needs[start]
            if used > (room.other if start else room.first) and start < end - 1:
                if used > room.other:
                    break
                continue
            here = cost[start] + 1 + _torn(groups, start)
            if here < best:
                best, first = here, start
        cost.append(best)
        before.append(first)
    breaks, row = [], len(needs)
    while row and before[row]:
        row = before[row]
        breaks.append(row)
    return tuple(reversed(breaks))


def _torn(groups: Sequence[object], row: int) -> float:
    """Return what it costs to begin a page at `row`, in pages."""
    if row == 0 or groups[row] != groups[row - 1]:
        return 0.0
    alone_above = row < 2 or groups[row - 2] != groups[row]  # noqa: PLR2004 - the row before
    alone_below = row + 1 == len(groups) or groups[row + 1] != groups[row]
    return _TORN + _ALONE * (alone_above + alone_below)


def runs(groups: Sequence[object], breaks: Sequence[int]) -> tuple[tuple[int, int, bool], ...]:
    """Return ``(first, last, continued)`` of each group on each page.

    Examples
    --------
    >>> runs("aaab", (2,))
    ((0, 1, False), (2, 2, True), (3, 3, False))
    """
    found: list[tuple[int, int, bool]] = []
    for k, group in enumerate(groups):
        same = k > 0 and groups[k - 1] == group
        if same and k not in breaks:
            first, _, continued = found[-1]
            found[-1] = (first, k, continued)
        else:
            found.append((k, k, same))
    return tuple(found)


# --- text in cells


def clean(text: str) -> str:
    r"""Return `text` as a cell can hold it: nothing hidden, at most Excel's length.

    Examples
    --------
    >>> clean("a\x00b\r\nc\u202ed")
    'a b\nc d'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines.isprintable():
        lines = "".join(
            " " if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n" else c for c in lines
        )
        lines = _HIDDEN.sub(" ", lines)
    return lines[:_CELL_LIMIT]


def for_page_header(text: str) -> str:
    """Return `text` for the header of a page, where ``&`` starts a command.

    Examples
    --------
    >>> for_page_header("A&D")
    'A＆D'
    """
    line = " ".join(clean(text).split()).replace("&", "＆")
    return line if len(line) <= _HEADER_LIMIT else line[: _HEADER_LIMIT - 1] + "…"


def em_width(text: str) -> float:
    """Return the width of `text` on one line, in em.

    Examples
    --------
    >>> em_width("そよう"), em_width("①")
    (3.0, 1.0)
    """
    return sum(_em(c) for c in text)


def _em(character: str) -> float:
    if character.isascii():
        return _CAPITAL_EM if character.isupper() else _NARROW_EM
    return 1.0 if fills_square(character) else _NARROW_EM


def lines_needed(text: str, room_em: float) -> int:
    r"""Return how many lines `text` takes where a line holds `room_em`.

    Japanese breaks anywhere; what has no blanks breaks only where a line is too short for it.

    Examples
    --------
    >>> lines_needed("へき地診療所", 4), lines_needed("a b\nc", 4), lines_needed("", 4)
    (2, 2, 1)
    """
    return sum(_wrapped(part, max(room_em, 1.0)) for part in text.split("\n"))


def room_em(width: float) -> float:
    """Return how many em of the body's type a cell of `width` characters holds on a line.

    Where a computer's digits are narrower than ours, columns are too: a little less is counted on.
    """
    return (width * UNIT_PT - SIDE_PADDING_PT) / BODY_SIZE * ROOM_SLACK


def _wrapped(line: str, room: float) -> int:
    if len(line) <= room or em_width(line) <= room:
        return 1
    lines, used = 1, 0.0
    for token in _TOKENS.findall(line):
        need = em_width(token.rstrip())
        if used + need <= room:
            used += em_width(token)
        elif need <= room:
            lines, used = lines + 1, em_width(token)
        else:  # longer than a line: it begins on its own and is cut where the line ends
            lines += int(need // room) + (1 if used else 0)
            used = need % room
    return lines


def fitted(content: SheetContent) -> SheetContent:
    """Return a sheet whose columns are as wide as its first rows need."""
    return replace(
        content,
        columns=tuple(
            replace(column, width=_fitting(column, [row[k] for row in content.rows[:_SAMPLE]]))
            for k, column in enumerate(content.columns)
        ),
    )


def _fitting(column: SheetColumn, cells: Sequence[SheetValue]) -> float:
    texts = [column.heading, *(str(cell) for cell in cells if cell is not None)]
    if column.form in _AS_WIDE_AS_A_DAY:
        texts = [column.heading, "0000-00-00---"]
    widest = max(em_width(line) for text in texts for line in text.split("\n"))
    return min(max(widest * BODY_SIZE / UNIT_PT + 2, _NARROWEST), _WIDEST)
