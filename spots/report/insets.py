"""Insets (別図) on a sheet: at which scale, where they stand, and what is drawn around each.

They go into a corner where they hide nothing of the prefecture; where there is none, the main map
makes way for them on one side. Stands apart: the overview draws what lies in a frame, here is how
several frames share one sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.problems import Lang, clean
from spots.map.extent import Inset, ShownGround, Window
from spots.report.basemap import SpotGround
from spots.report.canvas import UNITS, Extent, Frame, bar_km, rectangle, round_scale
from spots.report.label_placing import Box
from spots.report.name_lines import text_em
from spots.report.report_data import Label

_TITLE_MM, _FOOT_MM = 5.2, 5.0  # strips above and below the map of an inset
_GAP_MM = 1.5  # from the edge of the sheet, and between insets
_TITLE_PT, _SCALE_PT = 8.0, 8.0
_MM_PER_POINT = 25.4 / 72
_LEAST_MM = (39.0, 16.0)  # of the map of an inset: bar and scale have to fit below it
_MOST_SHARE = (0.34, 0.36)  # of the sheet's width and height
_AROUND_MM = 2.0
_WEIGHT_OF_INSETS = 0.08  # of their coarseness, against the main map's
_INK, _LINE = "#1F2326", "#5C646A"


@dataclass(frozen=True, slots=True)
class PlacedInset:
    """An inset on a sheet.

    Parameters
    ----------
    inset : Inset
        What it shows.
    frame : Frame
        Its map.
    x, y : float
        Upper left corner of its box, mm.
    """

    inset: Inset
    frame: Frame
    x: float
    y: float

    @property
    def box(self) -> Box:
        """What it covers of the sheet: left, top, right, bottom, mm."""
        width, height = _outer(self.frame)
        return self.x, self.y, self.x + width, self.y + height

    @property
    def at(self) -> tuple[float, float]:
        """Upper left corner of its map, mm."""
        return self.x, self.y + _TITLE_MM


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """The main map of a sheet, the insets on it, and the window that the main map is about."""

    frame: Frame
    insets: tuple[PlacedInset, ...] = ()
    main: Window | None = None

    @property
    def covered(self) -> list[Box]:
        """What the insets hide of the main map."""
        return [placed.box for placed in self.insets]

    def elsewhere(self, east: float, north: float) -> bool:
        """Tell whether a point (metres of the zone) is told of in an inset, not in the main map."""
        windows = [placed.inset.window for placed in self.insets]
        ours = self.main is not None and _within(self.main, east, north)
        return not ours and any(_within(window, east, north) for window in windows)


def laid_out(
    shown: ShownGround,
    ground: SpotGround,
    ours: NDArray[np.float64],
    size: tuple[float, float],
    least_m: float,
    lang: Lang,
) -> SheetLayout:
    """Return where the maps of a sheet stand, at the largest scale of the main one.

    Parameters
    ----------
    shown : ShownGround
        What the maps of the run show.
    ground : SpotGround
        What lies under them.
    ours : (N, 2) float array
        Metres of the zone: the prefecture's facilities, which no inset may hide.
    size : (float, float)
        Width and height of the sheet's map, mm.
    least_m : float
        Metres that a map shows at least.
    lang : Lang
        Language of the titles, which have to fit.
    """
    main = extent_of(shown.main).grown(0.02, least_m)
    alone = Frame.around(main, *size)
    if not shown.insets:
        return SheetLayout(alone, main=shown.main)
    best: tuple[tuple[float, int, int], SheetLayout] | None = None
    blocks = list(_blocks(shown.insets, alone.denominator, size, lang))
    for order, (block, corner) in enumerate(product(blocks, _CORNERS)):
        over = SheetLayout(alone, tuple(block.placed(size, corner)), shown.main)
        ways = [replace(over, frame=_making_way(main, size, block, corner))]
        if not _hides(over, ground, ours):
            ways.insert(0, over)
        for layout in ways:
            key = (_coarseness(layout, alone.denominator), layout is not over, order)
            if best is None or key < best[0]:
                best = (key, layout)
    return best[1] if best is not None else SheetLayout(alone, main=shown.main)


def _within(window: Window, east: float, north: float) -> bool:
    west, south, far, high = window.metres
    return west <= east <= far and south <= north <= high


def extent_of(window: Window) -> Extent:
    """Return a window of ground as an extent in metres of the zone."""
    return Extent(*window.metres)


_Corner = tuple[bool, bool]  # at the right edge, at the lower edge
_CORNERS: tuple[_Corner, ...] = ((True, True), (False, True), (False, False), (True, False))


def _coarseness(layout: SheetLayout, finest: int) -> float:
    """Return how coarse the maps of a sheet are: the main one counts most, then the worst."""
    insets = [placed.frame.denominator / finest for placed in layout.insets]
    told = max(insets) + sum(insets) / len(insets)
    return layout.frame.denominator / finest + _WEIGHT_OF_INSETS * told


@dataclass(frozen=True, slots=True)
class _Block:
    """Insets side by side: their frames row by row, and what they take up with the gaps around."""

    insets: Sequence[Inset]
    rows: tuple[tuple[Frame, ...], ...]

    @property
    def width(self) -> float:
        rows = (sum(frame.width + _GAP_MM for frame in row) for row in self.rows)
        return max(rows) + _GAP_MM

    @property
    def height(self) -> float:
        return sum(_high(row) + _GAP_MM for row in self.rows) + _GAP_MM

    def placed(self, size: tuple[float, float], corner: _Corner) -> Iterator[PlacedInset]:
        """Yield the insets in a corner of a sheet."""
        insets = iter(self.insets)
        y = _GAP_MM + (size[1] - self.height if corner[1] else 0.0)
        for row in self.rows:
            wide = sum(frame.width + _GAP_MM for frame in row)
            x = size[0] - wide if corner[0] else _GAP_MM
            for frame in row:
                yield PlacedInset(next(insets), frame, round(x, 2), round(y, 2))
                x += frame.width + _GAP_MM
            y += _high(row) + _GAP_MM


def _outer(frame: Frame) -> tuple[float, float]:
    return frame.width, frame.height + _TITLE_MM + _FOOT_MM


def _high(row: Sequence[Frame]) -> float:
    return max(_outer(frame)[1] for frame in row)


def _blocks(
    insets: Sequence[Inset], finest: int, size: tuple[float, float], lang: Lang
) -> Iterator[_Block]:
    """Yield insets in columns and rows: each as large as its cell allows, or all at one scale."""
    for columns in sorted({1, (len(insets) + 1) // 2, len(insets)}):
        rows = -(-len(insets) // columns)
        strips = _GAP_MM + _TITLE_MM + _FOOT_MM
        most = (
            min(_MOST_SHARE[0] * size[0], (size[0] - _GAP_MM) / columns - _GAP_MM),
            min(_MOST_SHARE[1] * size[1], (size[1] - _GAP_MM) / rows - strips),
        )
        scales = [max(_scale_in(inset, most), finest) for inset in insets]
        yield _block(insets, scales, columns, lang)
        for one in sorted({scale for scale in scales if scale < max(scales)}):
            block = _block(insets, [one] * len(insets), columns, lang)
            if block.width <= columns * most[0] + _GAP_MM and block.height <= size[1]:
                yield block


def _scale_in(inset: Inset, most: tuple[float, float]) -> int:
    """Return the largest round scale at which an inset fits into a cell."""
    extent = extent_of(inset.window)
    across, up = extent.east - extent.west, extent.north - extent.south
    room = (most[0] - 2 * _AROUND_MM, most[1] - 2 * _AROUND_MM)
    return round_scale(max(across * 1000 / room[0], up * 1000 / room[1]))


def _block(insets: Sequence[Inset], scales: Sequence[int], columns: int, lang: Lang) -> _Block:
    """Return insets at their scales; rows have one height, and a single column one width."""
    frames = [_frame(inset, scale, lang) for inset, scale in zip(insets, scales, strict=True)]
    rows = [frames[n : n + columns] for n in range(0, len(frames), columns)]
    if columns == 1:
        widest = max(frame.width for frame in frames)
        rows = [[replace(frame, width=widest) for frame in row] for row in rows]
    highest = [max(frame.height for frame in row) for row in rows]
    level = zip(rows, highest, strict=True)
    return _Block(
        insets, tuple(tuple(replace(frame, height=high) for frame in row) for row, high in level)
    )


def _frame(inset: Inset, scale: int, lang: Lang) -> Frame:
    extent = extent_of(inset.window)
    across, up = extent.east - extent.west, extent.north - extent.south
    title = text_em(inset.title.render(lang)) * _TITLE_PT * _MM_PER_POINT + 3.0
    width = max(across * 1000 / scale + 2 * _AROUND_MM, _LEAST_MM[0], title)
    height = max(up * 1000 / scale + 2 * _AROUND_MM, _LEAST_MM[1])
    middle = (extent.west + extent.east) / 2, (extent.south + extent.north) / 2
    return Frame(round(width, 2), round(height, 2), scale, *middle)


def _making_way(main: Extent, size: tuple[float, float], block: _Block, corner: _Corner) -> Frame:
    """Return the frame of the main map in the larger part that insets leave of a sheet."""
    beside = Frame.around(main, max(size[0] - block.width, 1.0), size[1])
    above = Frame.around(main, size[0], max(size[1] - block.height, 1.0))
    frame = min(beside, above, key=lambda frame: frame.denominator)
    aside = frame.metres((size[0] - frame.width) / 2) * (1 if corner[0] else -1)
    along = frame.metres((size[1] - frame.height) / 2) * (-1 if corner[1] else 1)
    return Frame(*size, frame.denominator, frame.east + aside, frame.north + along)


def _hides(layout: SheetLayout, ground: SpotGround, ours: NDArray[np.float64]) -> bool:
    """Tell whether insets would lie over land or facilities that none of them shows."""
    frame = layout.frame
    covered = [shapely.box(*_ground_under(box, frame)) for box in layout.covered]
    shown = [shapely.box(*placed.inset.window.metres) for placed in layout.insets]
    hidden = shapely.difference(shapely.union_all(covered), shapely.union_all(shown))
    return bool(
        shapely.intersects(hidden, ground.home).any()
        or shapely.intersects_xy(hidden, ours[:, 0], ours[:, 1]).any()
    )


def _ground_under(box: Box, frame: Frame) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return (
        frame.east + frame.metres(left - frame.width / 2),
        frame.north + frame.metres(frame.height / 2 - bottom),
        frame.east + frame.metres(right - frame.width / 2),
        frame.north + frame.metres(frame.height / 2 - top),
    )


# --- what is drawn


def inset_parts(placed: PlacedInset, parts: Iterable[str]) -> list[str]:
    """Return the box of an inset with its map in it, in the units of the sheet."""
    left, top, right, bottom = placed.box
    x, y = placed.at
    frame = placed.frame
    a, b, w, h = (round(v * UNITS) for v in (x, y, frame.width, frame.height))
    inside = "".join(parts)
    bar, half = frame.mm(bar_km(frame) * 1000), frame.mm(bar_km(frame) * 1000) / 2
    level = bottom - _FOOT_MM / 2 - 0.45
    outline = (
        f'<rect x="{round(left * UNITS)}" y="{round(top * UNITS)}" '
        f'width="{round((right - left) * UNITS)}" height="{round((bottom - top) * UNITS)}" '
        f'fill="none" stroke="{_LINE}" stroke-width="30"/>'
    )
    return [
        rectangle(right - left, bottom - top, "#FFFFFF", x=left, y=top),
        f'<svg x="{a}" y="{b}" width="{w}" height="{h}" viewBox="0 0 {w} {h}">{inside}</svg>',
        rectangle(bar, 0.9, _INK, x=left + 1.5, y=level),
        rectangle(half - 0.15, 0.6, "#FFFFFF", x=left + 1.5 + half, y=level + 0.15),
        outline,
    ]


def inset_labels(placed: PlacedInset, labels: Iterable[Label], lang: Lang) -> list[Label]:
    """Return the words of an inset on the sheet: its title, its scale, and those of its map."""
    left, top, right, bottom = placed.box
    x, y = placed.at
    frame = placed.frame
    km = bar_km(frame)
    bar = frame.mm(km * 1000)
    title = Label(
        text=clean(placed.inset.title.render(lang)),
        x=left,
        y=top,
        width=round(right - left, 2),
        height=_TITLE_MM,
        size=_TITLE_PT,
        colour=_INK,
        halo=False,
    )
    scale = Label(
        text=f"{km:g} km　1:{frame.denominator:,}",
        x=round(left + bar + 2.5, 2),
        y=round(bottom - _FOOT_MM, 2),
        width=round(right - left - bar - 3.0, 2),
        height=_FOOT_MM,
        size=_SCALE_PT,
        colour=_INK,
        align="left",
        halo=False,
    )
    moved = [replace(each, x=round(each.x + x, 2), y=round(each.y + y, 2)) for each in labels]
    return [title, scale, *moved]
