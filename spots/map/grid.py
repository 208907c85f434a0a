"""The grid of drives to the nearest hospital, packed for the page."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

from spots.types.surroundings import TimeGrid

_TENTH_MS = 6_000
#: What stands in a packed cell that no road leads out of.
NOWHERE = 0xFFFF
_LONGEST = NOWHERE - 1


@dataclass(frozen=True, slots=True)
class Grid:
    """Times from anywhere, cell by cell, row by row from the north-west.

    Parameters
    ----------
    west, north : float
        Upper left corner, degrees.
    step_lon, step_lat : float
        Size of a cell, degrees.
    columns, rows : int
        Cells from west to east, and from north to south.
    cell_m : float
        Side of a cell, metres.
    hospitals : tuple of str
        Facility ids that count.
    tenths : str
        Base64 of unsigned 16-bit little-endian numbers: tenths of a minute, cut off, so that 29.97
        minutes are never 30; `NOWHERE` where no road is near or leads to a hospital.
    nearest : str
        Base64 likewise: index into `hospitals`, or `NOWHERE`.
    """

    west: float
    north: float
    step_lon: float
    step_lat: float
    columns: int
    rows: int
    cell_m: float
    hospitals: tuple[str, ...]
    tenths: str
    nearest: str


def pack_grid(grid: TimeGrid | None) -> Grid | None:
    """Return the grid as the page reads it; None when there is none.

    Parameters
    ----------
    grid : TimeGrid or None
        As the run computed it.
    """
    if grid is None:
        return None
    travel = np.asarray(grid.travel_ms, dtype=np.int64)
    nearest = np.asarray(grid.nearest, dtype=np.int64)
    empty = (travel < 0) | (nearest < 0)
    tenths = np.minimum(travel // _TENTH_MS, _LONGEST)
    return Grid(
        west=grid.west,
        north=grid.north,
        step_lon=grid.step_lon,
        step_lat=grid.step_lat,
        columns=grid.columns,
        rows=grid.rows,
        cell_m=grid.cell_m,
        hospitals=grid.hospitals,
        tenths=_base64(np.where(empty, NOWHERE, tenths)),
        nearest=_base64(np.where(empty, NOWHERE, nearest)),
    )


def _base64(numbers: np.ndarray) -> str:
    return base64.b64encode(numbers.astype("<u2").tobytes()).decode("ascii")
