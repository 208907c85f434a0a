"""Lines for a terminal, each with its tone; whether a tone is a colour, others decide.

Stands apart: words are made in many rooms, and colours in the commands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from groundfloor.aligned import cell_width, folded_lines


class Tone(StrEnum):
    """How a line is meant."""

    PLAIN = "plain"
    HEADING = "heading"
    GOOD = "good"
    OPEN = "open"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    FAINT = "faint"


@dataclass(frozen=True, slots=True)
class TonedLine:
    """A line and its tone."""

    text: str
    tone: Tone = Tone.PLAIN


def toned(text: str, tone: Tone, width: int | None) -> Iterator[TonedLine]:
    """Yield a line, folded where it is wider than the terminal."""
    for line in folded_lines(text, width, hanging="    "):
        yield TonedLine(line, tone)


def labelled(
    label: str, value: str, width: int | None, *, cells: int, tone: Tone = Tone.PLAIN
) -> Iterator[TonedLine]:
    """Yield a label and what it is of, folded under itself where it is wider than the terminal.

    Parameters
    ----------
    label, value : str
        What stands left and right.
    width : int or None
        Cells of a line; None for no limit.
    cells : int
        Of the label's column.
    tone : Tone
        Of all lines.
    """
    head = label + " " * max(cells - cell_width(label), 1)
    for line in folded_lines(head + value, width, hanging=" " * cells):
        yield TonedLine(line.rstrip(), tone)
