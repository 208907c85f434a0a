"""Circles, areas and unions on the ellipsoid (GRS 80), in longitude/latitude."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from boundaries.crs import require_degrees, require_geographic
from groundfloor.crs import JGD2011
from groundfloor.problems import DataError, Problem, Text, UsageError, error

if TYPE_CHECKING:
    import geopandas as gpd

GEOD = Geod(ellps="GRS80")  # the ellipsoid of JGD2011
MIN_QUAD_SEGS = 64  # 8 would be 13 m off a circle of 4 km
_OFF_M = 0.1  # how far a drawn ring may be from its circle, unless a caller asks for fewer chords


def circles(
    points: gpd.GeoSeries, radius_m: float, *, quad_segs: int | None = None
) -> gpd.GeoSeries:
    """Draw a geodesic circle around each point.

    Parameters
    ----------
    points : GeoSeries of Point
        Longitude/latitude in JGD2011 or WGS84.
    radius_m : float
        Geodesic radius in metres, above zero.
    quad_segs : int, optional
        Vertices per quadrant, at least 64; by default as many as keep the ring within 0.1 m of
        the circle (91 for 4 km).

    Returns
    -------
    GeoSeries of Polygon
        On the caller's index, EPSG:6668; counter-clockwise; computed on the ellipsoid and not in
        a projection. Every polygon has the area of its circle: its vertices lie beyond `radius_m`
        by up to 0.1 m, the middles of its chords within it by half of that.

    Raises
    ------
    CrsError
        `points` have no CRS or are not longitude/latitude (EPSG:3857 would draw 3.37 km for 4 km).
    UsageError
        `radius_m` or `quad_segs` is out of range.
    DataError
        An element is empty, missing or not a point.
    """
    require_geographic(points, "points")
    _check_circle_settings(radius_m, MIN_QUAD_SEGS if quad_segs is None else quad_segs)
    array = np.asarray(points.values, dtype=object)
    wrong = shapely.is_missing(array) | shapely.is_empty(array) | (shapely.get_type_id(array) != 0)
    if wrong.any():
        raise DataError([_not_a_point(str(label)) for label in points.index[wrong]])
    lon, lat = shapely.get_coordinates(array).reshape(-1, 2).T
    drawn = _drawn(lon, lat, radius_m, quad_segs)
    import geopandas as gpd  # noqa: PLC0415 - a question about areas needs no frames

    return gpd.GeoSeries(drawn, index=points.index, crs=JGD2011)


def circle(lon: float, lat: float, radius_m: float) -> Polygon:
    """Draw the geodesic circle around one place, as `circles` does.

    Parameters
    ----------
    lon, lat : float
        The centre, degrees.
    radius_m : float
        Geodesic radius in metres, above zero.

    Raises
    ------
    UsageError
        `radius_m` is out of range.
    """
    _check_circle_settings(radius_m, MIN_QUAD_SEGS)
    return _drawn(np.array([lon]), np.array([lat]), radius_m, None)[0]


def _drawn(
    lon: NDArray[np.float64], lat: NDArray[np.float64], radius_m: float, quad_segs: int | None
) -> list[Polygon]:
    """Return a circle around each place."""
    count = 4 * (_quad_segs(radius_m) if quad_segs is None else quad_segs)
    # Azimuths run clockwise from north; counting down makes exterior rings counter-clockwise.
    azimuth = -np.arange(count) * (360.0 / count)
    around = np.broadcast_to(azimuth, (len(lon), count))
    x, y, _ = GEOD.fwd(
        np.repeat(lon, count), np.repeat(lat, count), around.ravel(),
        np.full(around.size, _vertex_radius_m(radius_m, count)),
    )  # fmt: skip
    rings = np.stack([x, y], axis=1).reshape(len(lon), count, 2)
    return [Polygon(ring) for ring in rings]


def _vertex_radius_m(radius_m: float, count: int) -> float:
    """Return how far the vertices lie from the centre of a polygon with the circle's area.

    A regular polygon has count / 2 * R**2 * sin(angle) of the plane, its circle pi * r**2. The
    ellipsoid bends both alike. Vertices *on* the circle would lose 0.005 km² of 50.27.
    """
    angle = 2.0 * math.pi / count
    return radius_m * math.sqrt(angle / math.sin(angle))


def _quad_segs(radius_m: float) -> int:
    """Return how many chords per quadrant put the vertices `_OFF_M` beyond the circle at most.

    They lie beyond it by angle**2 / 12 of the radius (`_vertex_radius_m`).
    """
    angle = math.sqrt(12.0 * _OFF_M / radius_m)
    return max(MIN_QUAD_SEGS, math.ceil(math.pi / 2.0 / angle))


def _check_circle_settings(radius_m: float, quad_segs: int) -> None:
    problems = []
    if not (math.isfinite(radius_m) and radius_m > 0):
        problems.append(
            error(
                "bad-radius",
                Text("半径は0より大きい数にしてください", "the radius must be above zero"),
                Text("メートルで書いてください（例: 4000）", "write metres, e.g. 4000"),
                value=str(radius_m),
            )
        )
    if quad_segs < MIN_QUAD_SEGS:
        problems.append(
            error(
                "too-few-segments",
                Text(
                    "円を描く頂点が少なすぎます", "too few vertices for a circle of this accuracy"
                ),
                Text(
                    f"四分円あたり{MIN_QUAD_SEGS}以上にしてください",
                    f"use at least {MIN_QUAD_SEGS} per quadrant",
                ),
                value=str(quad_segs),
            )
        )
    if problems:
        raise UsageError(problems)


def _not_a_point(label: str) -> Problem:
    return error(
        "not-a-point",
        Text("座標のない地点、または点ではない形状です", "the element is not a point"),
        Text("座標のある施設だけを渡してください", "pass facilities with a position only"),
        value=label,
    )


def ellipsoidal_km2(geometry: BaseGeometry) -> float:
    """Return the area of polygons on the ellipsoid.

    Edges are straight in longitude and latitude, as overlays cut and maps draw them (RFC 7946,
    3.1.1), and no geodesics: a corner that a cut puts on an edge changes nothing, so what is cut
    off and what is left make the whole, and no part is larger than the whole. The two definitions
    part by s**3 * tan(latitude) / (12 * R) for an edge of s metres to the east: 0.01 m² for 100 m,
    10 m² for a kilometre.

    Parameters
    ----------
    geometry : shapely geometry
        Longitude/latitude degrees; lines and points count nothing.

    Returns
    -------
    float
        Square kilometres, zero or more.

    Raises
    ------
    CrsError
        The coordinates cannot be degrees.

    Notes
    -----
    By Green's theorem an edge adds its width in longitude times the mean, along it, of the area
    between a parallel and the equator for each radian (Snyder, Map Projections, 1987, 3-12);
    Gauss's rule with four points finds that mean to rounding for edges below a degree.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> round(ellipsoidal_km2(box(131, 33, 132, 34)), 1)
    10306.2
    """
    require_degrees(geometry, "geometry")
    rings, part = shapely.get_rings(list(polygons(geometry).geoms), return_index=True)
    if not len(rings):
        return 0.0
    square_metres = np.abs(_ring_m2(rings))
    outer = np.diff(part, prepend=-1) != 0  # the first ring of a polygon; the others are holes
    return float(np.where(outer, square_metres, -square_metres).sum()) / 1e6


_AT, _WEIGHTS = np.polynomial.legendre.leggauss(4)


def _ring_m2(rings: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return square metres inside each ring, below zero where it runs counter-clockwise."""
    degrees, ring = shapely.get_coordinates(rings, return_index=True)
    lat, width = np.radians(degrees[:, 1]), np.radians(np.diff(degrees[:, 0]))
    same = ring[1:] == ring[:-1]
    middle, half = (lat[1:] + lat[:-1]) / 2, (lat[1:] - lat[:-1]) / 2
    mean = sum(w / 2 * _m2_below(middle + at * half) for at, w in zip(_AT, _WEIGHTS, strict=True))
    edges = width * mean
    within: NDArray[np.float64] = np.zeros(len(rings))
    np.add.at(within, ring[1:][same], edges[same])
    return within


def _m2_below(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area between the equator and parallels, for a radian of longitude."""
    e, sine = math.sqrt(GEOD.es), np.sin(lat)
    along = sine / (1 - GEOD.es * sine**2) + np.arctanh(e * sine) / e
    below: NDArray[np.float64] = GEOD.b**2 / 2 * along
    return below


def polygons(geometry: BaseGeometry) -> MultiPolygon:
    """Return the polygons of any geometry, without its lines, points and empty parts."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return MultiPolygon([p for p in parts if isinstance(p, Polygon) and not p.is_empty])


def dissolve(geometries: Iterable[BaseGeometry]) -> MultiPolygon:
    """Return the union of longitude/latitude polygons as one MultiPolygon.

    Parameters
    ----------
    geometries : iterable of shapely geometry
        Polygons; may be empty.

    Returns
    -------
    MultiPolygon
        Their union in normal form, so that the order of the input does not show.

    Raises
    ------
    CrsError
        The coordinates cannot be degrees.
    """
    given = list(geometries)
    for geometry in given:
        require_degrees(geometry, "geometry")
    return polygons(shapely.normalize(shapely.union_all(given)))


def dissolved_apart(parts: Iterable[MultiPolygon]) -> MultiPolygon:
    """Return the union of polygons of which no two parts touch, as `dissolve` would.

    Parameters
    ----------
    parts : iterable of MultiPolygon
        Each as `dissolve` returns it.
    """
    together = MultiPolygon([polygon for part in parts for polygon in part.geoms])
    return polygons(shapely.normalize(together))
