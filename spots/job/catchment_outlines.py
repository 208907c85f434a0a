"""Outlines of what lies within a time, drawn between the middles of cells.

Marching squares: where a cell is within the limit and its neighbour is not, the outline passes
between their middles, nearer to the one whose time is nearer to the limit. For drawing only.

Stands apart: geometry alone, which knows cells and times and neither roads nor hospitals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from networks.geo import geodesic_m
from networks.info.road_lines import Bounds

_Longs = NDArray[np.int64]

_AS_FAR_MS = 600_000.0  # what lies further from the limit counts as so far from it: ten minutes
# Of a step between middles. An outline thus stays 0.14 cells or more from any middle, and one that
# is thinned by less still has every middle on its own side.
_CLOSEST = 0.2
_THINNED = 0.1
_SMALLEST_HOLE = 4.0  # cells; a smaller hole is one of the grid rather than of the roads
_DECIMALS = 5  # of degrees: a metre


def outline(frame: CellFrame, travel_ms: NDArray[np.int64], limit_ms: int) -> MultiPolygon:
    """Return where times are within a limit.

    Parameters
    ----------
    frame : CellFrame
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

    def points(self, frame: CellFrame, crossings: _Longs) -> Floats:
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


def _tidy(area: shapely.Geometry, frame: CellFrame) -> MultiPolygon:
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


Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Pieces = Sequence[BaseGeometry] | NDArray[np.object_]

WANTED_M = 500.0  # fine enough for a click on a map of a prefecture; roads are closer than that
MOST_LAND = 60_000  # cells that are asked for
MOST_CELLS = 200_000  # cells of the frame, sea included: two numbers each in every output
_PLACES = 7  # decimals of degrees: a centimetre


@dataclass(frozen=True, slots=True)
class CellFrame:
    """Cells row by row from the north-west, degrees.

    Parameters
    ----------
    west, north : float
        Upper left corner.
    step_lon, step_lat : float
        Size of a cell.
    columns, rows : int
        How many.
    cell_m : float
        Side of a cell, metres, in the middle of the frame.
    """

    west: float
    north: float
    step_lon: float
    step_lat: float
    columns: int
    rows: int
    cell_m: float

    def middles(self, cells: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return longitude and latitude of the middles of some cells."""
        row, column = np.divmod(cells, self.columns)
        return (
            self.west + (column + 0.5) * self.step_lon,
            self.north - (row + 0.5) * self.step_lat,
        )


def frame_over(bounds: Bounds, cell_m: float) -> CellFrame:
    """Return the frame of cells of a size that covers some bounds (degrees)."""
    west, south, east, north = bounds
    lon, lat = (west + east) / 2.0, (south + north) / 2.0
    tenth = geodesic_m([lon - 0.05, lon], [lat, lat - 0.05], [lon + 0.05, lon], [lat, lat + 0.05])
    step_lon, step_lat = (round(float(cell_m / (10.0 * m)), _PLACES) for m in tenth)
    columns = max(math.ceil((east - west) / step_lon), 1)
    rows = max(math.ceil((north - south) / step_lat), 1)
    return CellFrame(
        west=round(west, _PLACES),
        north=round(north, _PLACES),
        step_lon=step_lon,
        step_lat=step_lat,
        columns=columns,
        rows=rows,
        cell_m=cell_m,
    )


def land_frame(land: Pieces, bounds: Bounds) -> tuple[CellFrame, Mask]:
    """Return cells over `bounds`, as fine as the limits allow, and which of them are land.

    Parameters
    ----------
    land : (K,) array or sequence of Polygon
        The land, degrees.
    bounds : tuple of float
        West, south, east, north.

    Returns
    -------
    frame : CellFrame
        Cells of `WANTED_M`, or larger where they would be more than the limits.
    mask : (rows, columns) bool
        Cells on land or on its coast, and those next to them.
    """
    frame = frame_over(bounds, WANTED_M)
    cells = frame.columns * frame.rows
    if cells > MOST_CELLS:
        frame = frame_over(bounds, _coarser(WANTED_M, cells / MOST_CELLS))
    mask = land_cells(frame, land)
    if (count := int(mask.sum())) > MOST_LAND:
        frame = frame_over(bounds, _coarser(frame.cell_m, count / MOST_LAND))
        mask = land_cells(frame, land)
    return frame, mask


def _coarser(cell_m: float, times: float) -> float:
    """Return a side that gives so many times fewer cells, in whole tens of metres."""
    return math.ceil(cell_m * math.sqrt(times) * 1.01 / 10.0) * 10.0


def land_cells(frame: CellFrame, land: Pieces) -> Mask:
    """Return the cells on land or on its coast and those next to them, (rows, columns)."""
    mask = np.zeros((frame.rows, frame.columns), bool)
    coast = shapely.get_coordinates(np.array(land, object))
    column = np.floor((coast[:, 0] - frame.west) / frame.step_lon).astype(np.int64)
    row = np.floor((frame.north - coast[:, 1]) / frame.step_lat).astype(np.int64)
    inside = (column >= 0) & (column < frame.columns) & (row >= 0) & (row < frame.rows)
    mask[row[inside], column[inside]] = True
    for polygon in land:
        _fill(frame, polygon, mask)
    wide = np.zeros_like(mask)
    padded = np.pad(mask, 1)
    for down in range(3):
        for right in range(3):
            wide |= padded[down : down + frame.rows, right : right + frame.columns]
    return wide


def _fill(frame: CellFrame, polygon: BaseGeometry, mask: Mask) -> None:
    """Mark the cells whose middle lies in a polygon; those of its outline are marked already."""
    west, south, east, north = polygon.bounds
    left = max(math.ceil((west - frame.west) / frame.step_lon - 0.5), 0)
    right = min(math.floor((east - frame.west) / frame.step_lon - 0.5), frame.columns - 1)
    top = max(math.ceil((frame.north - north) / frame.step_lat - 0.5), 0)
    bottom = min(math.floor((frame.north - south) / frame.step_lat - 0.5), frame.rows - 1)
    if right < left or bottom < top:
        return
    rows, columns = np.mgrid[top : bottom + 1, left : right + 1]
    thin = shapely.simplify(polygon, frame.step_lat / 8.0)
    shapely.prepare(thin)
    cells = (rows * frame.columns + columns).ravel()
    within = shapely.contains_xy(thin, *frame.middles(cells))
    mask.ravel()[cells[within]] = True
