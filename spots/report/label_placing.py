"""Names on a map: where they go so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from spots.report.name_lines import name_lines, text_em
from spots.report.report_data import Label

_MM_PER_POINT = 25.4 / 72
_LINE = 1.16  # of the size
_PAD = 0.35
_MOST_EM = 11.0
# Where a name goes that found no room beside what it names: on rings, mm, in so many directions.
_RINGS = tuple(3.0 * k for k in range(1, 21))
_DIRECTIONS = 32
# What is given up for a name at a line, in this order: that it keeps off what is disliked, that
# lines do not cross, that none runs under a name, which is read over it all the same.
_LENIENT = ((True, 0), (False, 0), (False, 1), (False, 2))
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


@dataclass(frozen=True, slots=True)
class Led:
    """A name with the line that leads to it, from what it names; None where it stands beside it."""

    label: Label
    line: tuple[float, float, float, float] | None = None


@dataclass(slots=True)
class Room:
    """The free room of a map while names are placed, one after the other."""

    width: float
    height: float
    taken: list[Box] = field(default_factory=list)
    disliked: list[Box] = field(default_factory=list)
    named: list[Box] = field(default_factory=list)
    lines: list[Box] = field(default_factory=list)

    def free(self, box: Box, *, strict: bool = True) -> bool:
        """Tell whether `box` is inside and covers nothing."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self.width or bottom > self.height:
            return False
        if any(a < right and left < c and b < bottom and top < d for a, b, c, d in self.taken):
            return False
        if any(_meets(line, box) for line in self.lines):
            return False
        return not strict or not any(
            a < right and left < c and b < bottom and top < d for a, b, c, d in self.disliked
        )

    def place(self, wanted: Wanted) -> Label | None:
        """Return the name where it fits best and take that room; None where it fits nowhere."""
        lines, w, h = _laid_out(wanted)
        tries = list(_tries(wanted, w, h))
        for strict in (True, False):
            for box, align in tries:
                if self.free(_padded(box), strict=strict):
                    return self._settle(wanted, lines, box, align)
        if not wanted.must:
            return None
        box, align = min(tries, key=lambda t: self._outside(t[0]))
        return self._settle(wanted, lines, self._pushed_in(box), align)

    def led(self, wanted: Wanted) -> Led | None:
        """Return the name beside what it names, else as near as there is room, at a line.

        None where the whole map has none: a name never covers another.
        """
        beside = self.place(wanted)
        if beside is not None:
            return Led(beside)
        lines, w, h = _laid_out(wanted)
        for strict, under in _LENIENT:
            for box in _around(wanted, w, h):
                line = _line_to(box, wanted)
                if self.free(_padded(box), strict=strict) and under >= self._crossed(line):
                    self.lines.append(line)
                    align = "left" if box[0] > wanted.x else "right"
                    align = align if box[0] > wanted.x or box[2] < wanted.x else "center"
                    return Led(self._settle(wanted, lines, box, align), line)
        return None

    def _crossed(self, line: Box) -> int:
        """Return what a line to a name runs over: nothing, other lines (1), or names (2)."""
        if any(_meets(line, box) for box in self.named):
            return 2
        return 1 if any(_cross(line, other) for other in self.lines) else 0

    def _settle(self, wanted: Wanted, lines: Sequence[str], box: Box, align: str) -> Label:
        self.taken.append(_padded(box))
        self.named.append(box)
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


def _laid_out(wanted: Wanted) -> tuple[tuple[str, ...], float, float]:
    """Return the lines of a name, and how wide and high they are."""
    lines = name_lines(wanted.text, _MOST_EM)
    w = max(text_em(line) for line in lines) * wanted.size * _MM_PER_POINT
    return lines, w, len(lines) * _LINE * wanted.size * _MM_PER_POINT


def _around(wanted: Wanted, w: float, h: float) -> Iterable[Box]:
    """Yield boxes around a point, the nearest first; none of them covers it."""
    for ring in _RINGS:
        for k in range(_DIRECTIONS):
            angle = 2 * math.pi * k / _DIRECTIONS
            across, down = math.cos(angle), math.sin(angle)
            # The box's own half is added, so that its edge is as far away in every direction.
            x = wanted.x + across * (wanted.gap + ring + w / 2)
            y = wanted.y + down * (wanted.gap + ring + h / 2)
            yield x - w / 2, y - h / 2, x + w / 2, y + h / 2


def _line_to(box: Box, wanted: Wanted) -> Box:
    """Return the line from the point to the nearest place of a box, as x, y, x, y."""
    x = min(max(wanted.x, box[0]), box[2])
    y = min(max(wanted.y, box[1]), box[3])
    far = math.hypot(x - wanted.x, y - wanted.y) or 1.0
    away = min(wanted.gap, far) / far
    return (
        round(wanted.x + (x - wanted.x) * away, 2),
        round(wanted.y + (y - wanted.y) * away, 2),
        round(x, 2),
        round(y, 2),
    )


def _meets(line: Box, box: Box) -> bool:
    """Tell whether a line runs through a box (Liang and Barsky)."""
    x, y, to_x, to_y = line
    enters, leaves = 0.0, 1.0
    for start, move, low, high in (
        (x, to_x - x, box[0], box[2]),
        (y, to_y - y, box[1], box[3]),
    ):
        if move == 0:
            if not low < start < high:
                return False
            continue
        near, far = sorted(((low - start) / move, (high - start) / move))
        enters, leaves = max(enters, near), min(leaves, far)
    return enters < leaves


def _cross(a: Box, b: Box) -> bool:
    """Tell whether two lines cross."""

    def side(line: Box, x: float, y: float) -> float:
        return (line[2] - line[0]) * (y - line[1]) - (line[3] - line[1]) * (x - line[0])

    return (
        side(a, b[0], b[1]) * side(a, b[2], b[3]) < 0
        and side(b, a[0], a[1]) * side(b, a[2], a[3]) < 0
    )


def _padded(box: Box) -> Box:
    return box[0] - _PAD, box[1] - _PAD / 2, box[2] + _PAD, box[3] + _PAD / 2


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
