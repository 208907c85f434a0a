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
from shapely.ops import substring

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
_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]

# The two carriageways of a road as one line.
_STEP_M = 60.0  # pieces that are looked at one by one
_BESIDE_M = 45.0  # how far apart carriageways lie; in cities and on hills more than the usual 20 m
_ALONG = 0.85  # cosine of the most that they may differ in direction: 32 degrees
_OVER = 0.1  # of a piece, by which it reaches further: there are no gaps at bends
_SAME_CHAIN = 5  # pieces of one chain this near each other follow each other
_SHORT = 3  # pieces; shorter stretches that remain, or gaps, are not worth a line


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
    return _rounded(_joined(lines))


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
    single = plane.degrees(_folded(plane.metres(_parts(lines[one_way]))))
    return _joined([*_parts(lines[~one_way]), *single])


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


def _joined(lines: Sequence[object] | Lines) -> Lines:
    """Return lines joined where two meet; none where a box met the bounds and no line did."""
    if not len(lines):
        return np.zeros(0, object)
    joined: Lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(lines))))
    return joined


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


def _folded(lines: Lines) -> Lines:
    """Return one-way lines without those that run beside another.

    Parameters
    ----------
    lines : (N,) array of LineString
        Metres, each in the direction of traffic.

    Returns
    -------
    (K,) array of LineString
        Stretches of the lines, joined; longer lines are kept before shorter ones.
    """
    if not len(lines):
        return lines
    merged = shapely.line_merge(shapely.multilinestrings(list(lines)), directed=True)
    chains = shapely.get_parts(merged)
    metres = shapely.length(chains)
    order = np.lexsort((*shapely.bounds(chains).T[::-1], -metres))
    chains, metres = chains[order], metres[order]
    pieces = _Pieces.of(chains, metres)
    kept = pieces.chosen()
    found = []
    for i, chain in enumerate(chains):
        part = slice(int(pieces.first[i]), int(pieces.first[i + 1]))
        step = float(metres[i]) / (part.stop - part.start)
        for low, high in _runs(kept[part]):
            whole = (low, high) == (0, part.stop - part.start)
            found.append(chain if whole else substring(chain, low * step, high * step))
    return np.array(found, object)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Chains cut into short pieces of equal length, numbered chain by chain."""

    chain: _Longs
    first: _Longs  # of each chain, and the count
    ends: _Floats  # (n, 2, 2)

    @classmethod
    def of(cls, chains: Lines, metres: _Floats) -> _Pieces:
        count = np.maximum(np.ceil(metres / _STEP_M), 1).astype(np.int64)
        first = np.concatenate([[0], np.cumsum(count)])
        chain = np.repeat(np.arange(len(chains)), count)
        nth = np.arange(int(first[-1])) - first[chain]
        step = (metres / count)[chain]
        here = shapely.line_interpolate_point(chains[chain], nth * step)
        there = shapely.line_interpolate_point(chains[chain], (nth + 1) * step)
        ends = np.stack([shapely.get_coordinates(here), shapely.get_coordinates(there)], axis=1)
        return cls(chain, first, ends)

    def chosen(self) -> NDArray[np.bool_]:
        """Return the pieces that no piece chosen before them runs beside."""
        middle = self.ends.mean(axis=1)
        tree = shapely.STRtree(shapely.linestrings(self.ends))
        one, other = tree.query(shapely.points(middle), predicate="dwithin", distance=_BESIDE_M)
        span = self.ends[:, 1] - self.ends[:, 0]
        length = np.maximum(np.hypot(*span.T), 1e-9)
        cosine = np.abs((span[one] * span[other]).sum(axis=1)) / (length[one] * length[other])
        apart = (self.chain[one] != self.chain[other]) | (one - other > _SAME_CHAIN)
        # what lies before or behind a piece, and not beside it, is the same road going on
        along = ((middle[one] - self.ends[other, 0]) * span[other]).sum(axis=1) / length[other] ** 2
        level = (along >= -_OVER) & (along <= 1.0 + _OVER)
        beside = (other < one) & apart & level & (cosine >= _ALONG)
        one, other = one[beside], other[beside]
        order = np.argsort(one, kind="stable")
        low = np.searchsorted(one[order], np.arange(len(middle) + 1)).tolist()
        others = other[order].tolist()
        kept = [True] * len(middle)
        for piece in np.unique(one).tolist():
            kept[piece] = not any(kept[i] for i in others[low[piece] : low[piece + 1]])
        return np.array(kept, bool)


def _runs(kept: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the stretches of a chain to keep, short gaps closed and short stretches left out."""
    change = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for low, high in zip(change[::2].tolist(), change[1::2].tolist(), strict=True):
        if runs and low - runs[-1][1] < _SHORT:
            runs[-1] = runs[-1][0], high
        else:
            runs.append((low, high))
    return [(a, b) for a, b in runs if b - a >= _SHORT or b - a == len(kept)]
