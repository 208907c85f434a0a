"""Geometry as RFC 7946 wants it: WGS84 degrees, seven decimals, exterior rings counterclockwise.

JGD2011 (EPSG:6668) and WGS84 agree to some centimetres, far below the accuracy of a facility list,
so longitude and latitude are written as they are; no transformation is applied.
"""

from __future__ import annotations

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

Position = list[float]
Coordinates = list[Position] | list[list[Position]] | list[list[list[Position]]] | Position
GeoJsonGeometry = dict[str, str | Coordinates]

DECIMALS = 7  # 1e-7 degrees is about a centimetre
_GRID = 1e-7


def polygons(geometry: BaseGeometry) -> tuple[Polygon, ...]:
    """Return the polygons of a geometry; lines and points that a cut may leave are dropped."""
    if isinstance(geometry, Polygon):
        return () if geometry.is_empty else (geometry,)
    return tuple(p for part in getattr(geometry, "geoms", ()) for p in polygons(part))


def snapped_polygons(geometry: BaseGeometry) -> tuple[Polygon, ...]:
    """Return valid polygons on the seven-decimal grid, exterior rings counterclockwise.

    Plain rounding can make a ring cross itself or two parts overlap; snapping to the grid
    (`shapely.set_precision`) keeps them valid. Parts and rings are in canonical order.
    """
    area = MultiPolygon(polygons(geometry))
    snapped = shapely.normalize(shapely.set_precision(area, _GRID))
    return tuple(orient(part) for part in polygons(snapped))


def position(lon: float, lat: float) -> Position:
    """Return a position with at most seven decimals.

    Examples
    --------
    >>> position(131.123456789, 32.0)
    [131.1234568, 32.0]
    """
    return [round(lon, DECIMALS), round(lat, DECIMALS)]


def point(lon: float, lat: float) -> GeoJsonGeometry:
    """Return a Point."""
    return {"type": "Point", "coordinates": position(lon, lat)}


def area(geometry: BaseGeometry) -> GeoJsonGeometry | None:
    """Return a Polygon, a MultiPolygon where there are several parts, None for nothing left."""
    parts = [_rings(part) for part in snapped_polygons(geometry)]
    if not parts:
        return None
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def line(geometry: BaseGeometry) -> GeoJsonGeometry | None:
    """Return a LineString without repeated positions; None when it shrinks to a point."""
    path = _without_repeats([position(*xy[:2]) for xy in geometry.coords])
    return {"type": "LineString", "coordinates": path} if len(path) > 1 else None


def _rings(polygon: Polygon) -> list[list[Position]]:
    rings = (polygon.exterior, *polygon.interiors)
    return [_without_repeats([position(*xy[:2]) for xy in ring.coords]) for ring in rings]


def _without_repeats(path: list[Position]) -> list[Position]:
    return [here for k, here in enumerate(path) if k == 0 or here != path[k - 1]]
