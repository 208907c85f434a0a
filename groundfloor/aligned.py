"""How wide characters are: columns for a terminal, aligned also where one takes two cells."""

from __future__ import annotations

import re
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


def aligned_within(
    rows: Sequence[Sequence[str]],
    width: int | None,
    *,
    right: Sequence[int] = (),
    spare: Sequence[int] = (),
) -> list[str]:
    """Return rows as `aligned` does, in lines of at most `width` cells.

    Parameters
    ----------
    rows : sequence of sequences of str
        Cells; every row has as many.
    width : int or None
        Cells of a line; None for no limit.
    right : sequence of int
        Columns to align right.
    spare : sequence of int
        Columns that are left out where lines are too wide, the first first. Where that is not
        enough, the first column is cut.

    Examples
    --------
    >>> aligned_within([["天草地域", "熊本県", "1"]], 12, spare=(1,))
    ['天草地域  1']
    >>> aligned_within([["天草地域", "1"]], 9)
    ['天草…  1']
    """
    kept = list(range(len(rows[0])))
    lines = aligned(rows, right=right)
    for column in (*spare, None):
        if width is None or max(map(cell_width, lines)) <= width:
            return lines
        if column is not None:
            kept.remove(column)
            left = [[row[k] for k in kept] for row in rows]
            lines = aligned(left, right=[kept.index(k) for k in right if k in kept])
    first = max(cell_width(row[0]) for row in rows)
    room = max(first - (max(map(cell_width, lines)) - (width or 0)), _LEAST)
    cut = [[cut_to(row[0], room), *(row[k] for k in kept[1:])] for row in rows]
    return aligned(cut, right=[kept.index(k) for k in right if k in kept])


_LEAST = 6  # cells of a name


def cut_to(text: str, cells: int) -> str:
    """Return `text` in at most so many cells, with an ellipsis where some is left out.

    Examples
    --------
    >>> cut_to("天草地域", 5), cut_to("abc", 5)
    ('天草…', 'abc')
    """
    if cell_width(text) <= cells:
        return text
    kept = ""
    for character in text:
        if cell_width(kept + character) > cells - 1:
            break
        kept += character
    return kept + "…"


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


def folded_lines(text: str, width: int | None, *, hanging: str = "") -> list[str]:
    """Return `text` in lines of at most `width` cells; those after the first begin with `hanging`.

    Lines end at a blank, or anywhere between characters that are two cells wide; what has no such
    place (a path, an address of the web) stays whole, and nothing begins with a closing mark.

    Parameters
    ----------
    text : str
        One line.
    width : int or None
        Cells of a line; None for no limit.
    hanging : str
        What stands before the second line and those after it.

    Examples
    --------
    >>> folded_lines("座標と住所の市町村が違います", 12, hanging="  ")
    ['座標と住所の', '  市町村が違', '  います']
    >>> folded_lines("two words", 5)
    ['two', 'words']
    """
    if width is None or cell_width(text) <= width:
        return [text]
    lines, line, used = [], "", 0
    for piece in _PIECES.findall(text):
        size = cell_width(piece.rstrip())
        if line.strip() and used + size > width:
            lines.append(line.rstrip())
            line = hanging + piece.lstrip()
        else:
            line += piece
        used = cell_width(line)
    return [*lines, line.rstrip()]


# What no line end may part: words, and wide characters with the closing marks behind them.
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
_OPENING = "「『（【《〈〔"
_CLOSING = r"、。，．）」』】》〉〕：；？！ー々ゃゅょっぁぃぅぇぉャュョッァィゥェォ)\]"
_PIECES = re.compile(rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*\s*|[{_OPENING}]+|\s+")


def fills_square(character: str) -> bool:
    """Return whether type sets a character a full em wide: kana and kanji, and signs beside them.

    Examples
    --------
    >>> fills_square("病"), fills_square("①"), fills_square("a"), fills_square("ｱ")
    (True, True, False, False)
    """
    wide = {"W", "F", "A"}  # ambiguous ones are wide among Japanese
    return not character.isascii() and unicodedata.east_asian_width(character) in wide
