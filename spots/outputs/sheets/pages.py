"""Where printed pages end, so that what belongs together stays together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spots.outputs.sheets.model import Paper, SheetColumn

#: Points. Margins are Excel's unit, inches.
_PAPER = {Paper.A4: (841.9, 595.3), Paper.A3: (1190.6, 841.9)}
SIDE_IN, TOP_IN, BOTTOM_IN, HEADER_IN = 0.4, 0.75, 0.65, 0.35
_POINTS_PER_INCH = 72.0
#: Points of one unit of column width: the digit of the book's font is 8 pixels of 1/96 inch wide.
UNIT_PT = 6.0
#: Printers and fonts differ; a page that is filled less breaks where it was meant to.
_SLACK = 0.95
#: What a group over two pages is worth avoiding, in pages; more where one row of it is left alone.
_TORN, _ALONE = 0.6, 0.2


@dataclass(frozen=True, slots=True)
class Room:
    """Points of rows that the first page and every other page hold, headings left out."""

    first: float
    other: float


def room_for_rows(
    columns: Sequence[SheetColumn], paper: Paper, above: float, headings: float
) -> Room:
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
    return Room(page - above - headings, page - headings)


def page_breaks(
    heights: Sequence[float], groups: Sequence[object], room: Room, tail: float = 0.0
) -> tuple[int, ...]:
    """Return the rows before which a page ends: few pages, few groups torn apart.

    Parameters
    ----------
    heights : sequence of float
        Points of each row.
    groups : sequence of object
        Group of each row, same length; equal neighbours are one group.
    room : Room
        What pages hold.
    tail : float
        Points of what must stand right under the last row.

    Examples
    --------
    >>> page_breaks([10] * 6, "aabbbb", Room(40, 50))
    (2,)
    >>> page_breaks([10] * 3, "aaa", Room(30, 50), tail=20)
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
