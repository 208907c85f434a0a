"""Which tiles of the web's grid cover some ground: Web Mercator lives here and nowhere else.

Stands apart: arithmetic, while `map_tiles` reads and weighs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

_MOST_LATITUDE = 85.05112878  # where the square world of the web ends


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile of the grid, counted from the north-west: zoom, column and row."""

    z: int
    x: int
    y: int

    @property
    def key(self) -> str:
        """How tiles are named everywhere: ``"9/441/206"``."""
        return f"{self.z}/{self.x}/{self.y}"

    @property
    def row_from_south(self) -> int:
        """Row as MBTiles counts it (TMS)."""
        return int(2**self.z - 1 - self.y)


def column_row(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Return column and row of the tile that holds a point (degrees).

    Examples
    --------
    >>> column_row(130.7417, 32.7898, 9)
    (441, 206)
    """
    most = 2**z - 1
    held = math.radians(min(max(lat, -_MOST_LATITUDE), _MOST_LATITUDE))
    x = (lon + 180.0) / 360.0 * 2**z
    y = (1.0 - math.asinh(math.tan(held)) / math.pi) / 2.0 * 2**z
    return min(max(int(x), 0), most), min(max(int(y), 0), most)


def tiles_of_box(box: tuple[float, float, float, float], z: int) -> tuple[Tile, ...]:
    """Return the tiles of a zoom that a rectangle touches: west, south, east, north, degrees."""
    west, south, east, north = box
    left, top = column_row(west, north, z)
    right, bottom = column_row(east, south, z)
    return tuple(Tile(z, x, y) for y in range(top, bottom + 1) for x in range(left, right + 1))


def tiles_of_land(land: NDArray[np.object_], z: int) -> tuple[Tile, ...]:
    """Return the tiles that land touches, and those around them: what a reader sees beside it.

    Parameters
    ----------
    land : array of Polygon
        Single parts, longitude/latitude.
    z : int
        The zoom.
    """
    tree = shapely.STRtree(land)
    west, south, east, north = shapely.total_bounds(land).tolist()
    grid = tiles_of_box((west, south, east, north), z)
    boxes = np.array([_box_of(tile) for tile in grid], dtype=object)
    touched = {grid[n] for n in np.unique(tree.query(boxes, predicate="intersects")[0]).tolist()}
    most = 2**z - 1
    around = {
        Tile(z, min(max(tile.x + dx, 0), most), min(max(tile.y + dy, 0), most))
        for tile in touched
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
    }
    return tuple(sorted(around))


def _box_of(tile: Tile) -> shapely.Polygon:
    side = 2**tile.z
    west, east = (x / side * 360.0 - 180.0 for x in (tile.x, tile.x + 1))
    north, south = (
        math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y / side))))
        for y in (tile.y, tile.y + 1)
    )
    return shapely.box(west, south, east, north)
