"""Plane coordinates for looking up, geodesic metres for measuring."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from pyproj.enums import TransformDirection

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GEOGRAPHIC_EPSG = 6668  # JGD2011, within centimetres of WGS84 for this purpose
_ELLIPSOID = "GRS80"  # of JGD2011

# Origins (longitude, latitude) of the nineteen JGD2011 plane rectangular zones I to XIX,
# EPSG:6669-6687 (平面直角座標系, 平成14年国土交通省告示第9号).
_ZONE_ORIGINS = (
    (129.5, 33.0),
    (131.0, 33.0),
    (132 + 1 / 6, 36.0),
    (133.5, 33.0),
    (134 + 1 / 3, 36.0),
    (136.0, 36.0),
    (137 + 1 / 6, 36.0),
    (138.5, 36.0),
    (139 + 5 / 6, 36.0),
    (140 + 5 / 6, 40.0),
    (140.25, 44.0),
    (142.25, 44.0),
    (144.25, 44.0),
    (142.0, 26.0),
    (127.5, 26.0),
    (124.0, 26.0),
    (131.0, 26.0),
    (136.0, 20.0),
    (154.0, 26.0),
)
_FIRST_ZONE_EPSG = 6669
_JAPAN = (122.0, 20.0, 154.5, 46.0)


def plane_epsg(west: float, south: float, east: float, north: float) -> int:
    """Return the projected CRS in which a network of these bounds (degrees) is kept.

    In Japan the JGD2011 plane rectangular zone whose origin is nearest to the middle, elsewhere
    the UTM zone. The plane only serves to find what is near: metres are always geodesic.

    Examples
    --------
    >>> plane_epsg(130.0, 32.0, 131.4, 33.2)
    6670
    >>> plane_epsg(9.4, 47.0, 9.7, 47.3)
    32632
    """
    lon, lat = (west + east) / 2, (south + north) / 2
    if _JAPAN[0] <= lon <= _JAPAN[2] and _JAPAN[1] <= lat <= _JAPAN[3]:
        squeeze = float(np.cos(np.radians(lat)))
        gaps = [((lon - x) * squeeze) ** 2 + (lat - y) ** 2 for x, y in _ZONE_ORIGINS]
        return _FIRST_ZONE_EPSG + int(np.argmin(gaps))
    zone = min(int((lon + 180.0) // 6.0) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone


def _to_plane(epsg: int) -> Transformer:
    return Transformer.from_crs(GEOGRAPHIC_EPSG, epsg, always_xy=True)


def project(lon: ArrayLike, lat: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Return plane metres (x east, y north) in `epsg` for degrees."""
    return _transformed(_to_plane(epsg), lon, lat, TransformDirection.FORWARD)


def unproject(x: ArrayLike, y: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Return degrees (longitude, latitude) for plane metres in `epsg`."""
    return _transformed(_to_plane(epsg), x, y, TransformDirection.INVERSE)


def _transformed(
    transformer: Transformer, x: ArrayLike, y: ArrayLike, direction: TransformDirection
) -> tuple[Floats, Floats]:
    a, b = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if a.shape == b.shape == (1,):  # pyproj takes them for scalars, and older numpy warns of it
        u, v = transformer.transform(float(a[0]), float(b[0]), direction=direction)
        return np.array([u], np.float64), np.array([v], np.float64)
    u, v = transformer.transform(a, b, direction=direction)
    return np.asarray(u, np.float64), np.asarray(v, np.float64)


def geodesic_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Return metres on the ellipsoid between points in degrees, element by element."""
    a, b, c, d = (np.atleast_1d(np.asarray(v, np.float64)) for v in (lon1, lat1, lon2, lat2))
    if a.size == b.size == c.size == d.size == 1:
        # pyproj takes such arrays for scalars, and older numpy warns of it.
        a, b, c, d = a[0], b[0], c[0], d[0]
    _, _, metres = Geod(ellps=_ELLIPSOID).inv(a, b, c, d)
    return np.atleast_1d(np.asarray(metres, np.float64))


def packed_lengths(lon: Floats, lat: Floats, offset: Ints) -> Floats:
    """Return geodesic metres of each packed polyline.

    Parameters
    ----------
    lon, lat : (V,) arrays
        Vertices of all polylines, degrees.
    offset : (E + 1,) array
        Polyline ``i`` is ``offset[i]:offset[i + 1]``.

    Returns
    -------
    (E,) array
        Metres.
    """
    if len(lon) == 0:
        return np.zeros(len(offset) - 1)
    steps = np.zeros(len(lon))
    steps[1:] = geodesic_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps[offset[:-1]] = 0.0  # the jump from one polyline to the next is no road
    return np.add.reduceat(steps, offset[:-1])
