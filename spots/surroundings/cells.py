"""A frame of square cells over the land of a prefecture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from networks.geo import geodesic_m

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Pieces = Sequence[BaseGeometry] | NDArray[np.object_]
Bounds = tuple[float, float, float, float]

WANTED_M = 500.0  # fine enough for a click on a map of a prefecture; roads are closer than that
MOST_LAND = 60_000  # cells that are asked for
MOST_CELLS = 200_000  # cells of the frame, sea included: two numbers each in every output
_PLACES = 7  # decimals of degrees: a centimetre


@dataclass(frozen=True, slots=True)
class Frame:
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


def frame_over(bounds: Bounds, cell_m: float) -> Frame:
    """Return the frame of cells of a size that covers some bounds (degrees)."""
    west, south, east, north = bounds
    lon, lat = (west + east) / 2.0, (south + north) / 2.0
    tenth = geodesic_m([lon - 0.05, lon], [lat, lat - 0.05], [lon + 0.05, lon], [lat, lat + 0.05])
    step_lon, step_lat = (round(float(cell_m / (10.0 * m)), _PLACES) for m in tenth)
    columns = max(math.ceil((east - west) / step_lon), 1)
    rows = max(math.ceil((north - south) / step_lat), 1)
    return Frame(
        west=round(west, _PLACES),
        north=round(north, _PLACES),
        step_lon=step_lon,
        step_lat=step_lat,
        columns=columns,
        rows=rows,
        cell_m=cell_m,
    )


def land_frame(land: Pieces, bounds: Bounds) -> tuple[Frame, Mask]:
    """Return cells over `bounds`, as fine as the limits allow, and which of them are land.

    Parameters
    ----------
    land : (K,) array or sequence of Polygon
        The land, degrees.
    bounds : tuple of float
        West, south, east, north.

    Returns
    -------
    frame : Frame
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


def land_cells(frame: Frame, land: Pieces) -> Mask:
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


def _fill(frame: Frame, polygon: BaseGeometry, mask: Mask) -> None:
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
