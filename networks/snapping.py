"""Tying points to edges: exact on the polyline, deterministic, metres geodesic."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from networks.errors import SearchError
from networks.geo import geodesic_m, project, unproject
from networks.network import RoadNetwork, Shapes
from networks.types import Snap, SnapResult
from problems import Problem, Text, error


def snap_points(
    network: RoadNetwork, lon: ArrayLike, lat: ArrayLike, limit_m: float
) -> tuple[SnapResult, ...]:
    """Return the nearest place on an edge for each point.

    Never on ferries, nor on roads without doors (motorways and their ramps). Of edges at the same
    distance the one with the lowest index is taken; at a junction this changes nothing, since a
    place at an edge's end is the junction itself.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    lon, lat : (P,) array_like
        Points, degrees.
    limit_m : float
        Greatest geodesic distance that still ties a point to the network, metres.

    Returns
    -------
    tuple of SnapResult
        In the order of the points.

    Raises
    ------
    SearchError
        When coordinates are not finite degrees, or the limit is not above zero.
    """
    points = np.column_stack(np.broadcast_arrays(*_degrees(lon, lat)))
    if not limit_m > 0:
        raise SearchError(_bad_limit(limit_m))
    candidates = np.flatnonzero(network.door_edges())
    if len(candidates) == 0 or len(points) == 0:
        return tuple(SnapResult(None, math.inf) for _ in points)
    x, y = project(points[:, 0], points[:, 1], network.crs)
    nearest = _nearest_edges(network.shapes, candidates, x, y)
    places = [_place_on(network.shapes, e, px, py) for e, px, py in zip(nearest, x, y, strict=True)]
    on_x, on_y, fraction = (np.array(column) for column in zip(*places, strict=True))
    on_lon, on_lat = unproject(on_x, on_y, network.crs)
    metres = geodesic_m(points[:, 0], points[:, 1], on_lon, on_lat)
    return tuple(
        SnapResult(
            snap=None
            if metres[i] > limit_m
            else Snap(
                edge=int(nearest[i]),
                fraction=float(fraction[i]),
                distance_m=float(metres[i]),
                access_ms=network.profile.access_ms(float(metres[i])),
                lon=float(on_lon[i]),
                lat=float(on_lat[i]),
                door_lon=float(points[i, 0]),
                door_lat=float(points[i, 1]),
            ),
            distance_m=float(metres[i]),
        )
        for i in range(len(points))
    )


def _degrees(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lons, lats = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    if lons.shape != lats.shape or lons.ndim != 1:
        raise SearchError(_bad_points(f"{lons.shape} / {lats.shape}"))
    wrong = ~((np.abs(lons) <= 180) & (np.abs(lats) <= 90))  # noqa: PLR2004 (degrees; NaN is wrong)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise SearchError(_bad_points(f"{lons[at]}, {lats[at]}"))
    return lons, lats


def _nearest_edges(
    shapes: Shapes, candidates: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the nearest candidate edge of each point, the lowest index among equals."""
    lines = shapely.from_ragged_array(
        shapely.GeometryType.LINESTRING,
        np.column_stack([shapes.x, shapes.y]),
        (shapes.offset,),
    )[candidates]
    tree = shapely.STRtree(lines)
    which, found = tree.query_nearest(shapely.points(x, y), all_matches=True)
    best = np.full(len(x), np.iinfo(np.int64).max)
    np.minimum.at(best, which, candidates[found])
    return best


def _place_on(shapes: Shapes, edge: int, x: float, y: float) -> tuple[float, float, float]:
    """Return the nearest place on an edge: plane x, y, and the fraction of its length.

    The fraction is exactly 0 or 1 at the ends, which a projection by running length would miss
    in the last bit.
    """
    part = slice(shapes.offset[edge], shapes.offset[edge + 1])
    px, py = shapes.x[part], shapes.y[part]
    dx, dy = np.diff(px), np.diff(py)
    square = dx * dx + dy * dy
    along = (x - px[:-1]) * dx + (y - py[:-1]) * dy
    share = np.clip(np.divide(along, square, out=np.zeros_like(along), where=square > 0), 0.0, 1.0)
    on_x, on_y = px[:-1] + share * dx, py[:-1] + share * dy
    at = int(np.argmin((on_x - x) ** 2 + (on_y - y) ** 2))
    if share[at] == 1.0:
        on_x[at], on_y[at] = px[at + 1], py[at + 1]
    length = np.sqrt(square)
    total = float(length.sum())
    if total == 0.0 or (at == 0 and share[at] == 0.0):
        fraction = 0.0
    elif at == len(share) - 1 and share[at] == 1.0:
        fraction = 1.0
    else:
        fraction = float(length[:at].sum() + share[at] * length[at]) / total
    return float(on_x[at]), float(on_y[at]), min(fraction, 1.0)


def _bad_points(value: str) -> Problem:
    return error(
        "point-degrees",
        Text("緯度・経度として扱えない値です", "not longitude and latitude in degrees"),
        Text("座標を確かめてください", "check the coordinates"),
        value=value,
    )


def _bad_limit(value: float) -> Problem:
    return error(
        "snap-limit",
        Text("道路までの距離の上限は 0 m より大きい値です", "the snap limit must be above 0 m"),
        Text("設定を直してください", "correct the setting"),
        value=str(value),
    )
