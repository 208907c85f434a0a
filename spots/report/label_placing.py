"""Names on a map: where they go so that none covers another."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from groundfloor.aligned import fills_square
from spots.report.report_data import Label

_MM_PER_POINT = 25.4 / 72
_LINE = 1.16  # of the size
_NARROW = 0.6  # width of a half-width character, of the size: wider than most of them
_PAD = 0.35
_MOST_EM = 11.0
_JOINTS = frozenset(" -_/.,")
_NEVER_FIRST = frozenset("ー々、。・）」』〕】ァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎ")
_SHORT_KATAKANA = re.compile(r"((?<![ァ-ヺー])[ァ-ヺー]{2,5}(?![ァ-ヺー]))")
# Right, left, above, below, then the corners: what is read most easily comes first.
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in millimetres."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name that wants a place.

    Parameters
    ----------
    text : str
        The name.
    x, y : float
        What it names, millimetres.
    size : float
        Points.
    gap : float
        Millimetres between the point and the name; 0 sets the name on the point.
    colour : str
        Of the text.
    must : bool
        Whether it is placed even where it covers another.
    reach : int
        How many steps away it may go, each of 1.6 mm.
    """

    text: str
    x: float
    y: float
    size: float = 8.0
    gap: float = 0.0
    colour: str = "#222222"
    must: bool = False
    reach: int = 2


@dataclass(slots=True)
class Room:
    """The free room of a map while names are placed, one after the other."""

    width: float
    height: float
    taken: list[Box] = field(default_factory=list)
    disliked: list[Box] = field(default_factory=list)

    def free(self, box: Box, *, strict: bool = True) -> bool:
        """Tell whether `box` is inside and covers nothing."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self.width or bottom > self.height:
            return False
        if any(a < right and left < c and b < bottom and top < d for a, b, c, d in self.taken):
            return False
        return not strict or not any(
            a < right and left < c and b < bottom and top < d for a, b, c, d in self.disliked
        )

    def place(self, wanted: Wanted) -> Label | None:
        """Return the name where it fits best and take that room; None where it fits nowhere."""
        lines = wrapped(wanted.text, _MOST_EM)
        w = max(text_em(line) for line in lines) * wanted.size * _MM_PER_POINT
        h = len(lines) * _LINE * wanted.size * _MM_PER_POINT
        tries = list(_tries(wanted, w, h))
        for strict in (True, False):
            for box, align in tries:
                if self.free(_padded(box), strict=strict):
                    return self._settle(wanted, lines, box, align)
        if not wanted.must:
            return None
        box, align = min(tries, key=lambda t: self._outside(t[0]))
        return self._settle(wanted, lines, self._pushed_in(box), align)

    def _settle(self, wanted: Wanted, lines: Sequence[str], box: Box, align: str) -> Label:
        self.taken.append(_padded(box))
        x, y, right, bottom = box
        return Label(
            text="\n".join(lines),
            x=round(x, 2),
            y=round(y, 2),
            width=round(right - x, 2),
            height=round(bottom - y, 2),
            size=wanted.size,
            colour=wanted.colour,
            align=align,
        )

    def _outside(self, box: Box) -> float:
        left, top, right, bottom = box
        out = max(-left, 0) + max(-top, 0) + max(right - self.width, 0)
        covered = sum(_meet(box, other) for other in self.taken)
        return out + max(bottom - self.height, 0) + covered

    def _pushed_in(self, box: Box) -> Box:
        left, top, right, bottom = box
        dx = max(-left, 0) - max(right - self.width, 0)
        dy = max(-top, 0) - max(bottom - self.height, 0)
        return left + dx, top + dy, right + dx, bottom + dy

    def reserve_corner(self, size: tuple[float, float]) -> str:
        """Take the corner of `size` (mm) that hides least, and return its name."""
        w, h = size
        corners = {
            "bottom-left": (0.0, self.height - h, w, self.height),
            "bottom-right": (self.width - w, self.height - h, self.width, self.height),
            "top-left": (0.0, 0.0, w, h),
            "top-right": (self.width - w, 0.0, self.width, h),
        }

        def hidden(name: str) -> tuple[int, int]:
            box = corners[name]
            hard = sum(_meet(box, other) for other in self.taken)
            return hard, sum(_meet(box, other) for other in self.disliked)

        best = min(corners, key=hidden)
        self.taken.append(corners[best])
        return best

    def spread(self, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """Return where a badge that belongs at x, y goes: there, or as near as there is room."""
        for ring in range(12):
            for across, down in ((0, 0),) if ring == 0 else _ring(ring):
                a, b = x + across * width * 0.55, y + down * height * 0.6
                box = (a - width / 2, b - height / 2, a + width / 2, b + height / 2)
                if self.free(box, strict=False):
                    self.taken.append(box)
                    return round(a, 2), round(b, 2)
        return round(x, 2), round(y, 2)


def _ring(radius: int) -> list[tuple[int, int]]:
    """Return the steps at the distance `radius`, nearest first."""
    span = range(-radius, radius + 1)
    steps = [(a, b) for a in span for b in span if max(abs(a), abs(b)) == radius]
    return sorted(steps, key=lambda s: (s[0] * s[0] + s[1] * s[1], -s[0], s[1]))


def _tries(wanted: Wanted, w: float, h: float) -> Iterable[tuple[Box, str]]:
    x, y = wanted.x, wanted.y
    if wanted.gap == 0:
        yield (x - w / 2, y - h / 2, x + w / 2, y + h / 2), "center"
        steps = [(a * 1.8, b * 1.8) for r in range(1, wanted.reach + 1) for a, b in _ring(r)]
        for dx, dy in steps:
            yield (x + dx - w / 2, y + dy - h / 2, x + dx + w / 2, y + dy + h / 2), "center"
        return
    for step in range(wanted.reach):
        gap = wanted.gap + 1.6 * step
        for across, down in _SIDES:
            left = x - w / 2 if across == 0 else x + gap if across > 0 else x - gap - w
            top = y - h / 2 if down == 0 else y + gap if down > 0 else y - gap - h
            if across and down:  # a corner is nearer to the point than a side
                left -= across * gap * 0.3
                top -= down * gap * 0.3
            align = ("center", "left", "right")[across]
            yield (left, top, left + w, top + h), align


def _padded(box: Box) -> Box:
    return box[0] - _PAD, box[1] - _PAD / 2, box[2] + _PAD, box[3] + _PAD / 2


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def text_em(text: str) -> float:
    """Return about how wide `text` is, in em.

    Examples
    --------
    >>> text_em("病院A")
    2.6
    """
    return sum(1.0 if fills_square(c) else _NARROW for c in text)


def wrapped(text: str, most_em: float) -> tuple[str, ...]:
    """Return `text` in lines of about equal length, none wider than `most_em`.

    Examples
    --------
    >>> wrapped("山都町包括医療センターそよう病院", 11)
    ('山都町包括医療', 'センターそよう病院')
    >>> wrapped("熊本リハビリテーション病院", 11)
    ('熊本リハビリ', 'テーション病院')
    """
    total = text_em(text)
    if total <= most_em:
        return (text,)
    fewest = math.ceil(total / most_em)
    pieces = _pieces(text)
    widest = max(total / fewest, 1.0)
    while widest < most_em:
        lines = _filled(pieces, widest)
        if len(lines) <= fewest:
            return lines
        widest += 0.5
    return _filled(pieces, max(most_em, 1.0))


def _filled(pieces: Sequence[str], widest: float) -> tuple[str, ...]:
    """Lay pieces into lines up to a width."""
    lines, line = [], ""
    for piece in pieces:
        if line and text_em(line) + text_em(piece.rstrip()) > widest:
            lines.append(line.strip())
            line = ""
        line += piece
    return tuple(part for part in (*lines, line.strip()) if part)


def _pieces(text: str) -> list[str]:
    """Split between full-width characters and after joints; a long word is cut anyway.

    A short word of katakana stays whole, and no piece begins with what cannot begin a line.
    """
    pieces = [""]
    for part in _SHORT_KATAKANA.split(text):
        if _SHORT_KATAKANA.fullmatch(part):
            pieces.append(part)
            continue
        for character in part:
            last = pieces[-1]
            ends = fills_square(character) or last[-1:] in _JOINTS or len(last) >= 16  # noqa: PLR2004
            if last and (ends or fills_square(last[-1])) and character not in _NEVER_FIRST:
                pieces.append("")
            pieces[-1] += character
    return pieces
