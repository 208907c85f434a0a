"""Geometry for the screen: generalised, rounded to 1e-5 degree (about 1 m), packed as integers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from boundaries.crs import require_geographic
from boundaries.generalising import generalise
from groundfloor.problems import DataError
from spots.map.card_data import Ring, Shape

_SCALE = 100_000
# What a browser pans smoothly as SVG, and what fits the page: about 0.6 MB of integers.
MAX_POINTS = 60_000
# 50 m is 0.1 mm on an A3 sheet of a prefecture; the coarser ones are for islands and fjords.
_TOLERANCES_M = (50.0, 100.0, 200.0, 400.0)
_ROUTE_TOLERANCE = 5e-5  # degrees, about 5 m
_METRES_PER_DEGREE = 111_000


def display_outlines(
    frame: gpd.GeoDataFrame, *, plane_epsg: int, max_points: int = MAX_POINTS
) -> gpd.GeoSeries:
    """Return outlines light enough for a page, with shared borders still shared.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in longitude/latitude.
    plane_epsg : int
        Plane zone to measure tolerances in.
    max_points : int
        Outlines with fewer vertices are returned as they are.

    Returns
    -------
    GeoSeries
        On the index of `frame`.

    Raises
    ------
    CrsError
        `frame` is not longitude/latitude.
    """
    return outlines_and_tolerance(frame, plane_epsg=plane_epsg, max_points=max_points)[0]


def outlines_and_tolerance(
    frame: gpd.GeoDataFrame, *, plane_epsg: int, max_points: int = MAX_POINTS
) -> tuple[gpd.GeoSeries, float]:
    """Return the outlines of `display_outlines`, and by how much they were thinned.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in longitude/latitude.
    plane_epsg, max_points : int
        As for `display_outlines`.

    Returns
    -------
    GeoSeries, float
        The outlines, and metres by which a border may lie off its place; 0 where they are as they
        were.

    Raises
    ------
    CrsError
        `frame` is not longitude/latitude.
    """
    require_geographic(frame, "frame")
    geometry, off_m = frame.geometry, 0.0
    for tolerance in _TOLERANCES_M:
        if int(shapely.get_num_coordinates(geometry.values).sum()) <= max_points:
            break
        geometry, off_m = _simplified(frame, tolerance, plane_epsg), tolerance
    return geometry, off_m


def _simplified(frame: gpd.GeoDataFrame, tolerance_m: float, plane_epsg: int) -> gpd.GeoSeries:
    try:
        light: gpd.GeoSeries = generalise(
            frame, plane_epsg=plane_epsg, tolerance_m=tolerance_m, min_island_km2=0.01
        ).geometry
    except DataError:
        # Outlines of two sources that do not meet exactly: hairline gaps on screen are harmless,
        # and the verdicts never look at these shapes.
        light = frame.geometry.simplify(tolerance_m / _METRES_PER_DEGREE, preserve_topology=True)
    return light


def area_outline(own: BaseGeometry, parts: list[BaseGeometry]) -> BaseGeometry:
    """Return a medical area's outline that runs along the drawn municipalities when it can.

    Parameters
    ----------
    own : geometry
        The area as the run has it, degrees.
    parts : list of geometry
        The drawn outlines of its municipalities, degrees.

    Returns
    -------
    geometry
        The union of `parts` when it is the same area within 1 %, else `own` generalised alone.
    """
    if parts:
        union = shapely.union_all(parts)
        odd = shapely.area(shapely.symmetric_difference(shapely.make_valid(own), union))
        if odd <= 0.01 * shapely.area(own):
            return union
    return thinned(own)


def thinned(geometry: BaseGeometry) -> BaseGeometry:
    """Return ground that stands alone, thinned to what the screen can show."""
    return shapely.simplify(geometry, _TOLERANCES_M[0] / _METRES_PER_DEGREE)


def pack_polygons(geometry: BaseGeometry) -> Shape:
    """Pack the polygons of `geometry`; rings that vanish in rounding are left out.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> pack_polygons(box(130, 32, 130.00002, 32.00001))
    (((13000002, 3200000, 0, 1, -2, 0, 0, -1),),)
    """
    packed = []
    for part in shapely.get_parts(geometry):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        rings = [pack_line(ring, closed=True) for ring in (part.exterior, *part.interiors)]
        if rings[0]:
            packed.append(tuple(ring for ring in rings if ring))
    return tuple(packed)


def pack_line(line: BaseGeometry, *, closed: bool = False) -> Ring:
    """Pack a line; a closed one drops the repeated last point, or is empty below three points."""
    xy = np.round(shapely.get_coordinates(line) * _SCALE).astype(np.int64)
    if closed:
        xy = xy[:-1]
    if len(xy) == 0:
        return ()
    moved = np.diff(xy, axis=0)
    keep = np.concatenate([[True], (moved != 0).any(axis=1)])
    xy = xy[keep]
    if closed and len(xy) < 3:  # noqa: PLR2004  a ring needs three corners
        return ()
    steps = np.concatenate([xy[:1], np.diff(xy, axis=0)])
    return tuple(int(v) for v in steps.ravel())


def pack_route(line: LineString) -> tuple[Ring, ...]:
    """Pack a route, thinned to what the screen can show."""
    return (pack_line(shapely.simplify(line, _ROUTE_TOLERANCE, preserve_topology=False)),)


def label_point(geometry: BaseGeometry) -> tuple[float, float]:
    """Return longitude and latitude of a point well inside the largest part."""
    parts = shapely.get_parts(geometry)
    if len(parts) == 0:
        return 0.0, 0.0
    largest = parts[int(np.argmax(shapely.area(parts)))]
    middle = shapely.get_point(shapely.maximum_inscribed_circle(largest, 1e-3), 0)
    return round(float(middle.x), 5), round(float(middle.y), 5)
