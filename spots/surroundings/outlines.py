"""Outlines of what lies within a time, drawn between the middles of cells.

Marching squares: where a cell is within the limit and its neighbour is not, the outline passes
between their middles, nearer to the one whose time is nearer to the limit. For drawing only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from spots.surroundings.cells import Floats, Frame

_Longs = NDArray[np.int64]

_AS_FAR_MS = 600_000.0  # what lies further from the limit counts as so far from it: ten minutes
# Of a step between middles. An outline thus stays 0.14 cells or more from any middle, and one that
# is thinned by less still has every middle on its own side.
_CLOSEST = 0.2
_THINNED = 0.1
_SMALLEST_HOLE = 4.0  # cells; a smaller hole is one of the grid rather than of the roads
_DECIMALS = 5  # of degrees: a metre


def outline(frame: Frame, travel_ms: NDArray[np.int64], limit_ms: int) -> MultiPolygon:
    """Return where times are within a limit.

    Parameters
    ----------
    frame : Frame
        The cells.
    travel_ms : (rows, columns) int64
        Milliseconds of each cell, -1 where there are none.
    limit_ms : int
        The longest time that is inside.

    Returns
    -------
    MultiPolygon
        Degrees, to a metre; empty where no cell is within.
    """
    room = np.where(travel_ms < 0, -_AS_FAR_MS, limit_ms + 0.5 - travel_ms)
    room = np.pad(np.clip(room, -_AS_FAR_MS, _AS_FAR_MS), 1, constant_values=-_AS_FAR_MS)
    inside = np.argwhere(room > 0)
    if not len(inside):
        return MultiPolygon()
    (top, left), (bottom, right) = inside.min(axis=0) - 1, inside.max(axis=0) + 2
    part = _Part(room[top:bottom, left:right], int(top), int(left))
    rings = _rings(*_segments(part.room))
    lines = [shapely.linearrings(part.points(frame, ring)) for ring in rings]
    return _tidy(shapely.build_area(shapely.geometrycollections(lines)), frame)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some rows and columns of a padded frame, with how far each is within the limit."""

    room: Floats
    top: int
    left: int

    def points(self, frame: Frame, crossings: _Longs) -> Floats:
        """Return where the outline crosses between middles, (n, 2) degrees."""
        height, width = self.room.shape
        upright = crossings >= height * width
        row, column = np.divmod(crossings - upright * height * width, width)
        here = self.room[row, column]
        there = self.room[row + upright, column + ~upright]
        share = np.clip(here / (here - there), _CLOSEST, 1.0 - _CLOSEST)
        x = self.left + column + np.where(upright, 0.0, share) - 0.5
        y = self.top + row + np.where(upright, share, 0.0) - 0.5
        return np.column_stack([frame.west + x * frame.step_lon, frame.north - y * frame.step_lat])


def _segments(room: Floats) -> tuple[_Longs, _Longs]:
    """Return where the segments of the outline begin and end, numbers of crossings.

    A crossing between a middle and the one to its right has the middle's number, one between it
    and the one below has it plus the number of middles. Clockwise round four middles, a segment
    begins where one leaves the inside and ends where one enters it: the square beyond goes on.
    """
    height, width = room.shape
    number = np.arange(height * width).reshape(height, width)
    below = number + height * width
    edges = number[:-1, :-1], below[:-1, 1:], number[1:, :-1], below[:-1, :-1]
    corners = room[:-1, :-1], room[:-1, 1:], room[1:, 1:], room[1:, :-1]
    inside = [corner > 0 for corner in corners]
    leaves = [inside[i] & ~inside[(i + 1) % 4] for i in range(4)]
    enters = [~inside[i] & inside[(i + 1) % 4] for i in range(4)]
    twice = (leaves[0] & leaves[2]) | (leaves[1] & leaves[3])
    joined = np.sum(corners, axis=0) > 0  # whether two opposite corners inside hang together
    starts, ends = [], []
    for i in range(4):
        for turn in (1, 2, 3):
            here = leaves[i] & enters[(i + turn) % 4]
            if turn == 2:  # noqa: PLR2004 - straight across: two corners of one side
                here &= ~twice
            else:
                here &= ~twice | (joined if turn == 1 else ~joined)
            starts.append(edges[i][here])
            ends.append(edges[(i + turn) % 4][here])
    return np.concatenate(starts), np.concatenate(ends)


def _rings(starts: _Longs, ends: _Longs) -> list[_Longs]:
    """Return closed rings of crossings; each crossing begins one segment and ends one."""
    order = np.argsort(starts)
    crossing = starts[order]
    after = np.searchsorted(crossing, ends[order]).tolist()
    seen = [False] * len(after)
    rings = []
    for first in range(len(after)):
        ring = []
        at = first
        while not seen[at]:
            seen[at] = True
            ring.append(at)
            at = after[at]
        if ring:
            rings.append(crossing[ring])
    return rings


def _tidy(area: shapely.Geometry, frame: Frame) -> MultiPolygon:
    """Return an area with fewer vertices, without the holes that only the grid has."""
    smallest = _SMALLEST_HOLE * frame.step_lon * frame.step_lat
    kept = []
    for polygon in shapely.get_parts(area):
        rings = shapely.get_rings(polygon)
        large = shapely.area(shapely.polygons(rings)) >= smallest
        large[0] = True
        kept.append(shapely.polygons(rings[0], rings[1:][large[1:]]))
    thin = shapely.simplify(np.array(kept, object), _THINNED * frame.step_lat)
    sound = shapely.make_valid(shapely.transform(thin, lambda xy: np.round(xy, _DECIMALS)))
    parts = [part for each in shapely.get_parts(sound) for part in shapely.get_parts(each)]
    return MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
