"""Generalised outlines: fewer vertices, the same neighbours."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries.crs import require_geographic
from groundfloor.crs import JGD2011
from groundfloor.problems import DataError, Text, error

# Rounding can make two edges of a thin neck cross; a slightly coarser outline has no such neck.
_ATTEMPTS = 12
_COARSER = 1.05


def generalise(
    frame: gpd.GeoDataFrame,
    *,
    plane_epsg: int,
    tolerance_m: float = 100.0,
    min_island_km2: float = 0.5,
    keep_points: gpd.GeoSeries | None = None,
    keep_within_m: float = 300.0,
    decimals: int = 5,
) -> gpd.GeoDataFrame:
    """Simplify municipal outlines so that shared boundaries stay shared.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons that form a coverage (no overlaps, matching vertices), longitude/latitude in
        JGD2011 or WGS84. Index and columns are kept, as is every row.
    plane_epsg : int
        Plane zone to measure metres in.
    tolerance_m : float
        Side of the square of the smallest triangle kept (Visvalingam-Whyatt, as in
        `shapely.coverage_simplify`).
    min_island_km2 : float
        Detached parts below this area are dropped, except the largest part of a row and those
        near `keep_points`.
    keep_points : GeoSeries of Point, optional
        Facilities, longitude/latitude: the part under or nearest within `keep_within_m` of each
        is kept.
    keep_within_m : float
        Reach of `keep_points`, metres.
    decimals : int
        Decimals of a degree in the result; 5 is about 1 m.

    Returns
    -------
    GeoDataFrame
        The same rows with MultiPolygon outlines in EPSG:6668, a valid coverage.

    Raises
    ------
    CrsError
        `frame` or `keep_points` are not longitude/latitude.
    DataError
        `frame` is not a valid coverage, or no valid rounded coverage was found near the tolerance.

    Notes
    -----
    Needs shapely 2.1 with GEOS 3.12 (`shapely.coverage_simplify`). When the rounded outlines
    overlap anywhere, the tolerance is raised by 5 % and the work repeated.
    """
    require_geographic(frame, "frame")
    plane = frame.to_crs(plane_epsg)
    geometries = np.asarray(plane.geometry.values, dtype=object)
    if not shapely.coverage_is_valid(geometries):
        raise _not_a_coverage()
    wanted: list[BaseGeometry] = []
    if keep_points is not None:
        require_geographic(keep_points, "keep_points")
        wanted = list(keep_points.to_crs(plane_epsg).values)
    thinned = _without_small_islands(geometries, min_island_km2 * 1e6, wanted, keep_within_m)
    tolerance = tolerance_m
    for _ in range(_ATTEMPTS):
        simple = gpd.GeoSeries(
            shapely.coverage_simplify(thinned, tolerance), index=frame.index, crs=plane_epsg
        )
        rounded = [_rounded(g, decimals) for g in simple.to_crs(JGD2011).values]
        if _is_clean(rounded):
            return frame.set_geometry(gpd.GeoSeries(rounded, index=frame.index, crs=JGD2011))
        tolerance *= _COARSER
    raise _not_a_coverage()


def _without_small_islands(
    geometries: np.ndarray, min_m2: float, wanted: Iterable[BaseGeometry], reach_m: float
) -> np.ndarray:
    parts, owner = shapely.get_parts(geometries, return_index=True)
    area = shapely.area(parts)
    keep = area >= min_m2
    for row in range(len(geometries)):
        mine = np.flatnonzero(owner == row)
        keep[mine[np.argmax(area[mine])]] = True
    tree = shapely.STRtree(parts)
    for point in wanted:
        near = tree.query_nearest(point, max_distance=reach_m)
        keep[near] = True
    return np.array(
        [MultiPolygon(list(parts[(owner == row) & keep])) for row in range(len(geometries))],
        dtype=object,
    )


def _rounded(geometry: BaseGeometry, decimals: int) -> MultiPolygon:
    moved = shapely.transform(geometry, lambda xy: np.round(xy, decimals))
    clean = [shapely.remove_repeated_points(part) for part in shapely.get_parts(moved)]
    return MultiPolygon([part for part in clean if part.area > 0])


def _is_clean(geometries: list[MultiPolygon]) -> bool:
    array = np.array(geometries, dtype=object)
    return bool(
        shapely.is_valid(array).all()
        and not shapely.is_empty(array).any()
        and shapely.coverage_is_valid(array)
    )


def _not_a_coverage() -> DataError:
    return DataError(
        error(
            "not-a-coverage",
            Text(
                "境界に隙間や重なりがあるため、形を簡略化できません",
                "the outlines overlap or do not match, so they cannot be simplified together",
            ),
            Text(
                "元の行政区域データから作り直すか、許容誤差を変えてください",
                "start from the original boundaries, or try another tolerance",
            ),
        )
    )
