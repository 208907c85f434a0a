"""Text in cells: what Excel can hold, and how many lines it takes once wrapped.

Excel does not fit the height of rows when it opens a file, so heights are estimated here.
"""

from __future__ import annotations

import re
import unicodedata

_CELL_LIMIT = 32_767  # Excel's own
_HEADER_LIMIT = 60  # of 255 characters for the three parts of a page header together
_WIDE = frozenset({"W", "F", "A"})
#: Widths in em of Gothic type: Latin letters are proportional, capitals wider than the rest.
_NARROW_EM, _CAPITAL_EM = 0.58, 0.7
# Direction controls and noncharacters: the first make a name read otherwise than it is, XML
# cannot hold the second.
_HIDDEN = re.compile("[\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_TOKENS = re.compile(r"[!-~]+ ?|.", re.DOTALL)


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


def escaped(text: str) -> str:
    """Return clean `text` as the file must have it; Excel reads ``_x0041_`` as the letter A.

    Examples
    --------
    >>> escaped("_x0041_")
    '_x005F_x0041_'
    """
    return _ESCAPE_LIKE.sub("_x005F_", text)[:_CELL_LIMIT]


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
    return 1.0 if unicodedata.east_asian_width(character) in _WIDE else _NARROW_EM


def lines_needed(text: str, room_em: float) -> int:
    r"""Return how many lines `text` takes where a line holds `room_em`.

    Japanese breaks anywhere; what has no blanks breaks only where a line is too short for it.

    Examples
    --------
    >>> lines_needed("へき地診療所", 4), lines_needed("a b\nc", 4), lines_needed("", 4)
    (2, 2, 1)
    """
    return sum(_wrapped(part, max(room_em, 1.0)) for part in text.split("\n"))


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
