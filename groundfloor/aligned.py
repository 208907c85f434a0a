"""How wide characters are: columns for a terminal, aligned also where one takes two cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Return rows as lines with columns of equal display width.

    Parameters
    ----------
    rows : sequence of sequences of str
        Cells; every row has as many.
    right : sequence of int
        Columns to align right.

    Returns
    -------
    list of str
        A line for each row.

    Examples
    --------
    >>> aligned([["天草", "1"], ["a", "22"]], right=(1,))
    ['天草   1', 'a     22']
    """
    widths = [max(cell_width(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for k, cell in enumerate(row):
            gap = " " * (widths[k] - cell_width(cell))
            cells.append(gap + cell if k in right else cell + gap)
        lines.append("  ".join(cells).rstrip())
    return lines


def cell_width(text: str) -> int:
    """Return how many terminal cells `text` takes: wide and full-width characters take two.

    Examples
    --------
    >>> cell_width("そよう病院"), cell_width("abc"), cell_width("ｱ")
    (10, 3, 1)
    """
    return sum(
        0
        if unicodedata.combining(ch)
        else 2
        if unicodedata.east_asian_width(ch) in {"W", "F"}
        else 1
        for ch in text
    )


def fills_square(character: str) -> bool:
    """Return whether type sets a character a full em wide: kana and kanji, and signs beside them.

    Examples
    --------
    >>> fills_square("病"), fills_square("①"), fills_square("a"), fills_square("ｱ")
    (True, True, False, False)
    """
    wide = {"W", "F", "A"}  # ambiguous ones are wide among Japanese
    return not character.isascii() and unicodedata.east_asian_width(character) in wide
