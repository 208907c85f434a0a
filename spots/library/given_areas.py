"""Areas as callers give them: polygons in any CRS, to cut and to be cut by.

Stands apart: polygons are mended and taken out of collections, which points need not be.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from groundfloor.crs import JGD2011, refuse_impossible, same_as_jgd2011
from groundfloor.problems import DataError, Problem, Severity
from groundfloor.shapes import (
    ShapeKind,
    is_empty,
    is_kind,
    mended_areas,
    of_wrong_kind,
    taken_apart,
)
from spots.library.given_points import GeoFrame, geometry_of

_AREAS = (ShapeKind.AREA,)


@dataclass(frozen=True, slots=True, eq=False)
class GivenAreas:
    """Areas of a caller's frame in JGD2011 degrees, row by row.

    Parameters
    ----------
    shapes : (N,) array of Polygon or MultiPolygon
        Valid, EPSG:6668; None where a row has none.
    crs : CRS
        The caller's.
    problems : tuple of Problem
        Areas that were mended, and parts of collections that are no areas.
    """

    shapes: NDArray[np.object_]
    crs: CRS
    problems: tuple[Problem, ...] = ()

    @property
    def there(self) -> NDArray[np.bool_]:
        """Which rows have an area, (N,)."""
        there: NDArray[np.bool_] = ~shapely.is_missing(self.shapes)
        return there


def given_areas(areas: GeoFrame, name: str) -> GivenAreas:
    """Return the areas of a frame, in degrees and valid.

    Parameters
    ----------
    areas : GeoDataFrame or GeoSeries of Polygon or MultiPolygon
        Any CRS that PROJ knows. Rows without geometry stay rows without an area.
    name : str
        The argument, for messages.

    Raises
    ------
    UsageError
        `areas` are no GeoDataFrame or GeoSeries.
    CrsError
        They have no CRS, or coordinates that it cannot have.
    DataError
        Some are points or lines, or so tangled that nobody knows what they were; rows are named
        by number, from 1.
    """
    series, crs = geometry_of(areas, name)
    label = f"<{name}>"
    rows = np.arange(1, len(series) + 1)
    apart = taken_apart(shapely.force_2d(np.asarray(series.values, dtype=object)), _AREAS, label)
    shapes = apart.geometry.copy()
    shapes[is_empty(shapes)] = None
    if (wrong := ~is_kind(shapes, _AREAS) & ~shapely.is_missing(shapes)).any():
        kind = shapes[wrong][0].geom_type
        found = of_wrong_kind(rows[wrong].tolist(), kind, _AREAS, label, severity=Severity.ERROR)
        raise DataError(found)
    degrees = _in_degrees(shapes, crs, label)
    mended, repaired = mended_areas(degrees, rows, label)
    return GivenAreas(mended, crs, (*apart.problems, *repaired))


def _in_degrees(shapes: NDArray[np.object_], crs: CRS, label: str) -> NDArray[np.object_]:
    xy = shapely.get_coordinates(shapes)
    if len(xy):
        refuse_impossible(xy, crs, label, judged_by_row=False)
    if same_as_jgd2011(crs):
        return shapes
    moved = gpd.GeoSeries(shapes, crs=crs).to_crs(JGD2011)
    return np.asarray(moved.values, dtype=object)
