"""Catchments: the exact parts of roads from which a destination is within so many milliseconds.

A place belongs to a catchment exactly when a search from it (or to it) takes no longer than the
cutoff, under the same options, with the same turn restrictions, delays and rounding. Verdicts come
from `catchment`; the lines and polygons below it are for drawing only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from groundfloor.arguments import whole_number
from groundfloor.problems import Problem, Text, error, one_of
from networks.errors import SearchError
from networks.geo import GEOGRAPHIC_EPSG, cut_polyline
from networks.network import CLOSED, WORD_MS, RoadNetwork, Shapes
from networks.search.question import Question, ask
from networks.search.times import FAR, label_states
from networks.types import Direction, Terminal, TravelOptions

if TYPE_CHECKING:
    from pyproj import Transformer

_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]
_Parts = tuple[NDArray[np.integer], _Floats, _Floats]
_Lines = NDArray[np.object_]

_NEVER = np.int64(1) << 40  # milliseconds, beyond any label
_METRES_PER_DEGREE = 78_000.0  # of longitude at 45 degrees; for looking around generously
_GRID_DEGREES = 1e-7  # a centimetre
_THINNED = 0.02  # of the reach: 3 m of 150


@dataclass(frozen=True, slots=True, eq=False)
class Catchment:
    """Parts of edges within a time, ascending by edge and start, none touching the next.

    Parameters
    ----------
    edge : (K,) int32
        Edge of each part.
    start, end : (K,) float64
        Where it begins and ends, fractions of the edge's length from its tail; start < end.
    cutoff_ms : int
        Milliseconds between a place on the road and the door of a destination.
    direction : Direction
        `FROM_ORIGIN` for drives from the place to a destination, `TO_ORIGIN` for drives from a
        destination to the place.
    options : TravelOptions
        What the drives may use.
    """

    edge: NDArray[np.int32]
    start: _Floats
    end: _Floats
    cutoff_ms: int
    direction: Direction
    options: TravelOptions

    def length_m(self, network: RoadNetwork) -> float:
        """Return the metres of road in the catchment."""
        return float((network.edges.length_m[self.edge] * (self.end - self.start)).sum())

    def contains(self, edge: int, fraction: float) -> bool:
        """Return whether a place on an edge belongs to the catchment."""
        low, high = np.searchsorted(self.edge, [edge, edge + 1])
        part = slice(int(low), int(high))
        return bool(((self.start[part] <= fraction) & (fraction <= self.end[part])).any())


def catchment(
    network: RoadNetwork,
    destinations: Sequence[Terminal],
    cutoff_ms: int,
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> Catchment:
    """Return all parts of roads within `cutoff_ms` of the nearest destination.

    Ferries carry drives on, where the options allow them, but are no part of a catchment.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    destinations : sequence of Terminal
        Ids unique; their access counts.
    cutoff_ms : int
        Milliseconds, 0 or more. Places on the road have no access of their own.
    direction : Direction
        Whether drives lead from the place to a destination, or from a destination to the place.
    options : TravelOptions, optional
        Tolls, ferries, waiting time; by default tolls yes, ferries no.

    Returns
    -------
    Catchment
        The parts.

    Raises
    ------
    SearchError
        When the cutoff is below zero, ids repeat, or a terminal is not on this network.
    """
    if whole_number(cutoff_ms, "cutoff_ms") < 0:
        raise SearchError(_bad_cutoff(cutoff_ms))
    chosen = options if options is not None else TravelOptions()
    question = ask(network, (), destinations, direction, chosen)
    tail_end, head_start = _from_junctions(question, cutoff_ms)
    whole = tail_end >= head_start
    rows = [(e, 0.0, float(tail_end[e])) for e in np.flatnonzero(~whole & (tail_end > 0)).tolist()]
    rows += [
        (e, float(head_start[e]), 1.0) for e in np.flatnonzero(~whole & (head_start < 1)).tolist()
    ]
    rows += [row for row in _beside(question, cutoff_ms) if not whole[row[0]]]
    merged = np.array(list(_merged(sorted(rows))), np.float64).reshape(-1, 3)
    full = np.flatnonzero(whole)
    edge = np.concatenate([full, merged[:, 0].astype(np.int64)]).astype(np.int32)
    start = np.concatenate([np.zeros(len(full)), merged[:, 1]])
    end = np.concatenate([np.ones(len(full)), merged[:, 2]])
    order = np.lexsort((start, edge))
    way = one_of(Direction, direction, "direction")
    return Catchment(edge[order], start[order], end[order], cutoff_ms, way, chosen)


def _from_junctions(question: Question, cutoff_ms: int) -> tuple[_Floats, _Floats]:
    """Return how far along each edge drives by way of its tail, and of its head, are in time.

    By way of the tail up to the first fraction, 0 for none; by way of the head from the second
    one on, 1 for none. The parts are those for which `split_ms` leaves the drive in time.
    """
    edges = question.network.edges
    whole_ms = np.stack([edges.forward_ms, edges.backward_ms], axis=1).ravel().astype(np.int64)
    left_ms = cutoff_ms - _junction_ms(question, cutoff_ms, whole_ms)
    left_ms[np.repeat(edges.ferry, 2)] = -1
    share = np.where(left_ms < 0, 0.0, (left_ms + 0.5) / np.maximum(whole_ms, 1))
    share[(left_ms >= whole_ms) & (left_ms >= 0)] = 1.0
    forward, backward = share[0::2], share[1::2]
    by_tail, by_head = (backward, forward) if question.onto else (forward, backward)
    return by_tail, 1.0 - by_head


def _junction_ms(question: Question, cutoff_ms: int, whole_ms: _Longs) -> _Longs:
    """Return for each directed edge what a drive along it takes besides the edge itself.

    Towards destinations this is from the edge's end on, the delay there included; from
    destinations up to its start, the turn into it included.
    """
    network = question.network
    label_ms = label_states(question, cutoff_ms)[:, 0].astype(np.int64)
    label_ms[label_ms == FAR] = _NEVER
    rows, edges, states = network.graph.onward, network.edges, network.graph.states
    delay_ms = np.stack([edges.forward_delay_ms, edges.backward_delay_ms], axis=1).ravel()
    best = np.full(2 * len(edges), _NEVER)
    usable = (rows.directed >= 0) & ((rows.arc[:, 1] & question.banned) == 0)
    if not question.onto:
        arc = np.flatnonzero(usable)
        source = np.repeat(np.arange(len(states)), np.diff(rows.offset))[arc]
        directed = rows.directed[arc]
        turn_ms = (rows.arc[arc, 1] & WORD_MS).astype(np.int64)
        turn_ms -= whole_ms[directed] + delay_ms[directed]
        np.minimum.at(best, directed, label_ms[source] + turn_ms)
        return best
    # drives start in the nodes themselves; on own-traffic roads in the states kept for that
    plain = np.flatnonzero(usable[: rows.offset[len(network.nodes)]])
    entry = [
        np.arange(rows.offset[s], rows.offset[s + 1], dtype=np.int64) for s in states.entry_state
    ]
    inside = np.concatenate([*entry, np.zeros(0, np.int64)])
    arc = np.concatenate([plain, inside[usable[inside]]])
    np.minimum.at(best, rows.directed[arc], label_ms[rows.arc[arc, 0]])
    np.minimum(best + delay_ms, _NEVER, out=best)
    return best


def _beside(question: Question, cutoff_ms: int) -> Iterator[tuple[int, float, float]]:
    """Yield the parts on a destination's own edge from which one drives straight to it."""
    along, _, _, inside = question.beside
    edges = question.network.edges
    for i in inside.tolist():
        snap = question.destinations[i].snap
        left_ms = cutoff_ms - snap.access_ms
        if left_ms < 0:
            continue
        for backward, ms in enumerate((edges.forward_ms, edges.backward_ms)):
            at_ms, whole_ms = int(along[i, backward]), int(ms[snap.edge])
            if at_ms == CLOSED:
                continue
            if bool(backward) == question.onto:  # places behind it, seen from the tail
                most_ms = at_ms + left_ms
                end = (most_ms + 0.5) / whole_ms if most_ms < whole_ms else 1.0
                yield snap.edge, snap.fraction, end
            else:
                least_ms = at_ms - left_ms
                start = (least_ms - 0.5) / whole_ms if least_ms > 0 else 0.0
                yield snap.edge, start, snap.fraction


def _merged(rows: Sequence[tuple[int, float, float]]) -> Iterator[tuple[int, float, float]]:
    """Yield sorted parts with those that touch made one."""
    last: tuple[int, float, float] | None = None
    for edge, start, end in rows:
        if last is not None and last[0] == edge and start <= last[2]:
            last = edge, last[1], max(last[2], end)
            continue
        if last is not None and last[1] < last[2]:
            yield last
        last = edge, start, end
    if last is not None and last[1] < last[2]:
        yield last


def _bad_cutoff(value: int) -> Problem:
    return error(
        "catchment-cutoff",
        Text("到達圏の時間は 0 ミリ秒以上の値です", "the time of a catchment is 0 ms or more"),
        Text("設定を直してください", "correct the setting"),
        value=str(value),
    )


def catchment_lines(network: RoadNetwork, parts: Catchment) -> NDArray[np.object_]:
    """Return the parts as lines.

    Parameters
    ----------
    network : RoadNetwork
        The roads the catchment was found on.
    parts : Catchment
        K parts.

    Returns
    -------
    (K,) array of LineString
        Degrees, in the order of the parts, each from the edge's tail towards its head.
    """
    return _lines(network.shapes, (parts.edge, parts.start, parts.end))


def catchment_polygon(
    network: RoadNetwork, parts: Catchment, *, reach_m: float = 150.0
) -> MultiPolygon:
    """Return the land along the parts, for drawing.

    Everything within `reach_m` of a part, except what lies within half of that of a road that is
    not in the catchment and not within half of it of one that is. Gaps between roads stay gaps:
    neither the sea nor an island nor a mountain inside a ring of roads is filled in.

    Parameters
    ----------
    network : RoadNetwork
        The roads the catchment was found on.
    parts : Catchment
        The parts.
    reach_m : float
        Metres to either side, above zero.

    Returns
    -------
    MultiPolygon
        Degrees; empty for an empty catchment.

    Raises
    ------
    ValueError
        When the reach is not above zero.
    """
    if not reach_m > 0:
        raise ValueError("reach_m must be above zero")
    if len(parts.edge) == 0:
        return MultiPolygon()
    plane = _plane(network, parts)
    near = _projected(network.shapes, (parts.edge, parts.start, parts.end), plane, reach_m)
    tree = shapely.STRtree(near)
    land = _along(near, reach_m)
    others = _projected(network.shapes, _rest(network, parts, reach_m), plane, reach_m)
    close, _ = tree.query(others, predicate="dwithin", distance=1.5 * reach_m)
    if len(close):
        theirs = _along(others[np.unique(close)], reach_m / 2)
        _, ours = tree.query(others[np.unique(close)], predicate="dwithin", distance=reach_m)
        land = land.difference(theirs.difference(_along(near[np.unique(ours)], reach_m / 2)))
    degrees = shapely.transform(
        land, lambda x, y: plane.transform(x, y, direction="INVERSE"), interleaved=False
    )
    # where outlines touch in the plane they may cross by a hair in degrees
    sound = shapely.set_precision(shapely.make_valid(degrees, method="structure"), _GRID_DEGREES)
    polygons = [p for p in shapely.get_parts(sound) if p.geom_type == "Polygon"]
    return MultiPolygon(polygons)


def _plane(network: RoadNetwork, parts: Catchment) -> Transformer:
    """Return the way to metres around the middle of the catchment."""
    from pyproj import Transformer  # noqa: PLC0415 (only drawing needs it)

    nodes, tail = network.nodes, network.edges.tail[parts.edge]
    middle = [(float(v[tail].min()) + float(v[tail].max())) / 2 for v in (nodes.lon, nodes.lat)]
    around = f"+proj=tmerc +lon_0={middle[0]!r} +lat_0={middle[1]!r} +ellps=GRS80 +units=m"
    return Transformer.from_crs(GEOGRAPHIC_EPSG, around, always_xy=True)


def _projected(shapes: Shapes, parts: _Parts, plane: Transformer, reach_m: float) -> _Lines:
    """Return parts as lines in metres, thinned by far less than anybody can see at the reach."""
    lines = shapely.transform(_lines(shapes, parts), plane.transform, interleaved=False)
    thinned: _Lines = shapely.simplify(lines, reach_m * _THINNED)
    return thinned


def _along(lines: _Lines, reach_m: float) -> BaseGeometry:
    """Return what lies within reach of the lines."""
    return shapely.union_all(shapely.buffer(lines, reach_m, quad_segs=4))


def _rest(network: RoadNetwork, parts: Catchment, reach_m: float) -> _Parts:
    """Return the parts of roads around a catchment that are not in it."""
    edges, nodes = network.edges, network.nodes
    outside = ~edges.ferry
    outside[parts.edge] = False
    for values in (nodes.lon, nodes.lat):
        ends = np.stack([values[edges.tail], values[edges.head]])
        room = (ends.max(axis=0) - ends.min(axis=0)).max() + 4 * reach_m / _METRES_PER_DEGREE
        there = ends[:, parts.edge]
        outside &= (ends.max(axis=0) > there.min() - room) & (ends.min(axis=0) < there.max() + room)
    edge = np.flatnonzero(outside)
    first = np.ones(len(parts.edge), bool)
    first[1:] = parts.edge[1:] != parts.edge[:-1]
    last = np.roll(first, -1)
    gap_edge = np.concatenate([edge, parts.edge[first], parts.edge])
    gap_start = np.concatenate([np.zeros(len(edge)), np.zeros(int(first.sum())), parts.end])
    following = np.where(last, 1.0, np.roll(parts.start, -1))
    gap_end = np.concatenate([np.ones(len(edge)), parts.start[first], following])
    open_ = gap_start < gap_end
    return gap_edge[open_], gap_start[open_], gap_end[open_]


def _lines(shapes: Shapes, parts: _Parts) -> _Lines:
    """Return parts as lines in degrees."""
    edge, start, end = parts
    size = shapes.offset[edge + 1] - shapes.offset[edge]
    at = np.repeat(shapes.offset[edge], size)
    at += np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    points = np.column_stack([shapes.lon[at], shapes.lat[at]])
    lines: _Lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(edge)), size))
    for i in np.flatnonzero((start > 0.0) | (end < 1.0)).tolist():
        part = slice(int(shapes.offset[edge[i]]), int(shapes.offset[edge[i] + 1]))
        cut = cut_polyline(shapes.lon[part], shapes.lat[part], float(start[i]), float(end[i]))
        lines[i] = shapely.LineString(cut)
    return lines
