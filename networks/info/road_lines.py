"""Lines of a network's roads for maps of a small scale: one line a road, fewer vertices.

For drawing only: nothing here is exact enough to measure by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiLineString

from networks.info.carriageways import folded
from networks.network import CLOSED, RoadNetwork

Bounds = tuple[float, float, float, float]
Lines = NDArray[np.object_]

#: Classes that maps of a region show, most important first: the words of the built-in profiles
#: and of OpenStreetMap, those of 国土数値情報, and those that tables use.
MAIN_CLASSES: tuple[frozenset[str], ...] = (
    frozenset({"motorway", "高速自動車国道", "高速自動車国道等", "都市高速道路"}),
    frozenset({"trunk", "国道", "一般国道"}),
    frozenset({"primary", "主要地方道", "主要地方道等"}),
    frozenset({"secondary", "都道府県道", "一般都道府県道", "一般県道", "県道"}),
)

_METRES_PER_DEGREE = 111_195.0  # of a sphere of 6,371 km: a plane for drawing
_DECIMALS = 5  # of degrees: a metre


def edge_lines(network: RoadNetwork, edges: NDArray[np.integer]) -> Lines:
    """Return edges as lines in degrees, each from tail to head."""
    shapes = network.shapes
    start = shapes.offset[edges]
    count = shapes.offset[np.asarray(edges) + 1] - start
    take = np.repeat(start - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
    points = np.column_stack([shapes.lon[take], shapes.lat[take]])
    owner = np.repeat(np.arange(len(edges)), count)
    lines: Lines = shapely.linestrings(points, indices=owner)
    return lines


def merged_lines(lines: Lines) -> MultiLineString:
    """Return lines joined where two meet, to a metre."""
    return _rounded(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(lines)))))


def class_edges(network: RoadNetwork, road_class: str) -> NDArray[np.int64]:
    """Return the edges of a class, ferries left out."""
    if road_class not in network.classes:
        return np.zeros(0, np.int64)
    edges = network.edges
    of_class = edges.road_class == network.classes.index(road_class)
    chosen: NDArray[np.int64] = np.flatnonzero(of_class & ~edges.ferry)
    return chosen


def road_lines(network: RoadNetwork, chosen: NDArray[np.integer], bounds: Bounds) -> Lines:
    """Return edges as roads: one line for the two carriageways of a road.

    Stretches that follow each other are joined. Where carriageways begin and end, lines may be
    some tens of metres apart.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    chosen : (K,) int array
        Edges, those of one class for instance.
    bounds : tuple of float
        West, south, east, north, degrees: roads are cut there.

    Returns
    -------
    (L,) array of LineString
        Degrees, with all vertices.
    """
    lines = edge_lines(network, chosen)
    low, high = np.split(shapely.bounds(lines).reshape(-1, 4), 2, axis=1)
    meets = (low <= bounds[2:]).all(axis=1) & (high >= bounds[:2]).all(axis=1)
    if not meets.any():
        return np.zeros(0, object)
    out = (low < bounds[:2]).any(axis=1) | (high > bounds[2:]).any(axis=1)
    lines[meets & out] = shapely.clip_by_rect(lines[meets & out], *bounds)
    lines, edge = lines[meets], np.asarray(chosen)[meets]
    plane = _Plane.at(bounds[1], bounds[3])
    edges = network.edges
    forward, backward = edges.forward_ms[edge] != CLOSED, edges.backward_ms[edge] != CLOSED
    against = backward & ~forward
    lines[against] = shapely.reverse(lines[against])
    one_way = forward != backward
    single = plane.degrees(folded(plane.metres(_parts(lines[one_way]))))
    whole = shapely.multilinestrings([*_parts(lines[~one_way]), *single])
    joined: Lines = shapely.get_parts(shapely.line_merge(whole))
    return joined


def thinned(lines: Lines, tolerance_m: float) -> MultiLineString:
    """Return lines with fewer vertices, to a metre, without those shorter than the tolerance.

    Parameters
    ----------
    lines : (K,) array of LineString
        Degrees.
    tolerance_m : float
        How far a line may then pass from where it was, metres.

    Returns
    -------
    MultiLineString
        Degrees.
    """
    if not len(lines):
        return MultiLineString()
    _, south, _, north = shapely.total_bounds(lines).tolist()
    plane = _Plane.at(south, north)
    thin = shapely.simplify(plane.metres(lines), tolerance_m)
    return _rounded(plane.degrees(thin[shapely.length(thin) > tolerance_m]))


def _parts(lines: Lines) -> Lines:
    """Return the lines among what a cut has left, each by itself."""
    parts = shapely.get_parts(lines)
    found: Lines = parts[(shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)]
    return found


def _rounded(lines: Sequence[object] | Lines) -> MultiLineString:
    rounded = shapely.transform(np.array(lines, object), lambda xy: np.round(xy, _DECIMALS))
    tidy = [line for line in shapely.simplify(rounded, 0.0) if line.length > 0.0]
    return MultiLineString(tidy)


@dataclass(frozen=True, slots=True)
class _Plane:
    """Metres around a latitude, for drawing."""

    scale: tuple[float, float]

    @classmethod
    def at(cls, south: float, north: float) -> _Plane:
        middle = np.radians((south + north) / 2.0)
        return cls((_METRES_PER_DEGREE * float(np.cos(middle)), _METRES_PER_DEGREE))

    def metres(self, lines: Lines) -> Lines:
        moved: Lines = shapely.transform(lines, lambda xy: xy * self.scale)
        return moved

    def degrees(self, lines: Lines) -> Lines:
        moved: Lines = shapely.transform(lines, lambda xy: xy / self.scale)
        return moved
