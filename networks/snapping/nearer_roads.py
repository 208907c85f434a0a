"""The road at a door that nothing was tied to: private, behind a barrier, one-way, without doors.

What is closed to the public may still be how a hospital is reached: its own drive, a yard behind
a gate. Tied to a public road behind it instead, a hospital drives from the wrong side. Whether its
cars may use the closed way no data tell; so the way is looked for, and a verdict asked again by it.
The same holds of a lane that leads one way only: whoever drives in comes out again somewhere.

From the door along closed ways, half-way roads and roads that a barrier cuts off, the first place
on the roads for everybody is taken. Closed ways are driven at the speed between door and road, and
all of them in both directions, since nobody tells theirs.

Stands apart: `points` ties places for good, this module looks what else could have been meant.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.doorless import Doorless
from networks.geo import geodesic_m
from networks.network import CLOSED, ClosedWays, RoadNetwork
from networks.parts import parts_of
from networks.snapping.edge_tree import tree_of
from networks.snapping.points import EdgeIndex, snap_points
from networks.types import NearerKind, NearerRoad, Snap, SnapResult

#: From this much on the road taken is clearly farther off than another, metres. Positions of one
#: hospital in two sources lie 13 m apart in the middle, and half a road's width is 5 m or so: of
#: two roads within 30 m nobody can say which is nearer.
CLEARLY_FARTHER_M = 30.0
# A part of the network with less than a third of the road of the largest is a fragment, as for
# `snap_points`; through it a way out is looked for.
_LARGER = 3.0
_MOST_STEPS = 20_000  # a way out that is farther than this many junctions is none
_KINDS = {
    Doorless.TUNNEL: NearerKind.TUNNEL,
    Doorless.BRIDGE: NearerKind.BRIDGE,
    Doorless.MOTORROAD: NearerKind.MOTORROAD,
    Doorless.RAMP: NearerKind.RAMP,
    Doorless.MOTORWAY: NearerKind.MOTORWAY,
}


def nearer_roads(
    network: RoadNetwork,
    lon: ArrayLike,
    lat: ArrayLike,
    results: Sequence[SnapResult],
    limit_m: float,
    *,
    tolls: bool = True,
) -> tuple[NearerRoad | None, ...]:
    """Return the road at each point that it is not tied to and may yet hang on.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    lon, lat : (P,) array_like
        Points, degrees.
    results : sequence of SnapResult
        What `snap_points` found for them.
    limit_m : float
        Greatest geodesic distance that still ties a point to a road, metres.
    tolls : bool
        As for `snap_points`.

    Returns
    -------
    tuple of NearerRoad or None
        In the order of the points: a closed way that is nearer than the road taken; the point's
        own road where a barrier cuts it off from all others; a nearer road that can be left or
        reached, but not both; for a point that is tied to nothing the road without doors beside
        it; for one on a road with a tunnel somewhere, the next road.
    """
    points = np.column_stack([np.atleast_1d(lon), np.atleast_1d(lat)]).astype(np.float64)
    if len(points) == 0:
        return ()
    ways_out = _WaysOut.of(network, tolls=tolls)
    closed = _nearest_closed(network.closed_ways, points, limit_m)
    found = [
        ways_out.nearer(tuple(point), result, way)
        for point, result, way in zip(points.tolist(), results, closed, strict=True)
    ]
    _add_doorless(found, network, points, results, limit_m, tolls=tolls)
    _add_partly(found, network, points, results, limit_m, tolls=tolls)
    return tuple(found)


class _ClosedPlace(NamedTuple):
    """The place on a closed way nearest to a point: metres to it, and along to both its ends."""

    piece: int
    metres: float
    to_tail_m: float
    to_head_m: float


class _Step(NamedTuple):
    """A place reached on the way out: by time, then metres; nodes of roads before other places."""

    ms: int
    metres: float
    is_place: bool
    number: int
    by_closed_way: bool


class _Exit(NamedTuple):
    """Where roads for everybody are met."""

    step: _Step
    edge: int
    fraction: float


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Which rows of a column hold a value."""

    order: NDArray[np.int64]
    value: NDArray[np.int64]

    @classmethod
    def of(cls, column: NDArray[np.integer]) -> _Rows:
        order = np.argsort(column, kind="stable")
        return cls(order, column[order].astype(np.int64))

    def where(self, value: int) -> list[int]:
        low, high = np.searchsorted(self.value, [value, value + 1])
        rows: list[int] = self.order[low:high].tolist()
        return rows


@dataclass(frozen=True, slots=True, eq=False)
class _WaysOut:
    """The search for a way out along closed ways and through fragments of the network."""

    network: RoadNetwork
    road_m: NDArray[np.float64]  # of the component that each edge belongs to
    usable: NDArray[np.bool_]  # edges that a way out may lead to
    half_way: NDArray[np.bool_]  # edges that can be left or reached, but not both
    length_m: NDArray[np.float64]  # of the closed pieces
    ends: _Rows  # of the closed pieces: tails, then heads
    joints: _Rows  # by place
    joints_on: _Rows  # by edge
    barriers: _Rows  # by node
    parted: _Rows  # by number of the barrier
    inner: NDArray[np.int64] = field(repr=False)  # edges of fragments, beside barriers and slips
    inner_ends: _Rows = field(repr=False)

    @classmethod
    def of(cls, network: RoadNetwork, *, tolls: bool) -> _WaysOut:
        from networks.geo import packed_lengths  # noqa: PLC0415

        closed, edges = network.closed_ways, network.edges
        component = network.nodes.component[edges.tail]
        weights = np.where(edges.ferry, 0.0, edges.length_m)
        sums = np.asarray(np.bincount(component, weights=weights), np.float64)
        road_m = sums[component]
        usable = network.open_edges(tolls=tolls) & (network.doorless() != Doorless.MOTORWAY)
        half_way = parts_of(network, tolls=tolls).half_way & usable
        within = np.zeros(len(network.nodes), bool)
        for nodes in (closed.barrier_node, edges.tail[half_way], edges.head[half_way]):
            within[nodes] = True
        small = (road_m * _LARGER <= sums.max()) & ~edges.ferry
        inner = np.flatnonzero(small | within[edges.tail] | within[edges.head])
        return cls(
            network=network,
            road_m=road_m,
            usable=usable,
            half_way=half_way,
            length_m=packed_lengths(closed.lon, closed.lat, closed.offset),
            ends=_Rows.of(np.concatenate([closed.tail, closed.head])),
            joints=_Rows.of(closed.joint_place),
            joints_on=_Rows.of(closed.joint_edge),
            barriers=_Rows.of(closed.barrier_node),
            parted=_Rows.of(closed.barrier),
            inner=inner,
            inner_ends=_Rows.of(np.concatenate([edges.tail[inner], edges.head[inner]])),
        )

    def nearer(
        self, door: tuple[float, float], result: SnapResult, way: _ClosedPlace | None
    ) -> NearerRoad | None:
        """Return the nearer road of a point that is closed, if there is one."""
        taken_m = result.distance_m if result.snap is not None else np.inf
        if way is not None and way.metres < taken_m:
            start = self._along(way)
            beside, slips = result.snap is None, result.half_way
            out = self._out(start, taken=result.snap, slips=slips, beside=beside)
            clear = taken_m - way.metres >= CLEARLY_FARTHER_M
            if out is not None or result.snap is None:
                return self._road(door, way.metres, out, NearerKind.CLOSED_WAY, clear=clear)
        spare = result.alternative
        own = spare if spare is not None and spare.distance_m < taken_m else result.snap
        slip = own is not None and own is spare and bool(self.half_way[own.edge])
        if own is None or not (slip or self._cut_off(own)):
            return None
        taken = result.snap if own is spare else None
        out = self._out(self._from_edge(own), taken=taken, slips=result.half_way)
        if out is None:
            return None
        kind = NearerKind.HALF_WAY if slip else NearerKind.BARRIER
        kind = NearerKind.CLOSED_WAY if out.step.by_closed_way else kind
        clear = own is result.snap or taken_m - own.distance_m >= CLEARLY_FARTHER_M
        return self._road(door, own.distance_m, out, kind, clear=clear)

    def _cut_off(self, own: Snap) -> bool:
        """Tell whether a place lies on a fragment."""
        return bool(self.road_m[own.edge] * _LARGER <= self.road_m.max())

    def _road(
        self,
        door: tuple[float, float],
        metres: float,
        out: _Exit | None,
        kind: NearerKind,
        *,
        clear: bool,
    ) -> NearerRoad:
        if out is None:
            return NearerRoad(kind, metres, 0.0, None, clear)
        lon, lat = self._position(out)
        snap = Snap(
            edge=out.edge,
            fraction=out.fraction,
            distance_m=metres + out.step.metres,
            access_ms=self.network.profile.access_ms(metres) + out.step.ms,
            lon=lon,
            lat=lat,
            door_lon=door[0],
            door_lat=door[1],
        )
        return NearerRoad(kind, metres, out.step.metres, snap, clear)

    def _position(self, out: _Exit) -> tuple[float, float]:
        nodes, closed = self.network.nodes, self.network.closed_ways
        if not out.step.is_place:
            return float(nodes.lon[out.step.number]), float(nodes.lat[out.step.number])
        row = self.ends.where(out.step.number)[0]
        at_tail, piece = row < len(closed), row % len(closed)
        vertex = closed.offset[piece] if at_tail else closed.offset[piece + 1] - 1
        return float(closed.lon[vertex]), float(closed.lat[vertex])

    # --- the search

    def _along(self, way: _ClosedPlace) -> list[_Step]:
        closed = self.network.closed_ways
        ends = (closed.tail[way.piece], way.to_tail_m), (closed.head[way.piece], way.to_head_m)
        return [_Step(self._ms(metres), metres, True, int(end), True) for end, metres in ends]

    def _from_edge(self, own: Snap) -> list[_Step]:
        start = _Step(0, 0.0, False, -1, False)
        return list(self._onto(own.edge, own.fraction, start))

    def _ms(self, metres: float) -> int:
        return self.network.profile.access_ms(metres)

    def _out(
        self, start: Sequence[_Step], *, taken: Snap | None, slips: bool, beside: bool = False
    ) -> _Exit | None:
        """Return the first place on the roads for everybody.

        These are the roads of the part that the point is tied to, and of others as large, among
        them half-way ones (`slips`) where it is tied to such a road; where it is `beside` roads
        and tied to none, the largest part that is found at all.
        """
        enough, largest = self.road_m.max() / _LARGER, None
        if taken is not None:
            enough = min(enough, float(self.road_m[taken.edge]))
        queue, seen = list(start), set[tuple[bool, int]]()
        heapq.heapify(queue)
        while queue and len(seen) < _MOST_STEPS:
            step = heapq.heappop(queue)
            if (step.is_place, step.number) in seen:
                continue
            seen.add((step.is_place, step.number))
            for edge, fraction in self._roads_at(step):
                if not self.usable[edge]:
                    continue
                if self.road_m[edge] >= enough and (slips or not self.half_way[edge]):
                    return _Exit(step, edge, fraction)
                if largest is None or self.road_m[edge] > self.road_m[largest.edge]:
                    largest = _Exit(step, edge, fraction)
            for onward in self._onward(step):
                heapq.heappush(queue, onward)
        return largest if beside else None

    def _roads_at(self, step: _Step) -> Iterator[tuple[int, float]]:
        """Yield the edges, and the places on them, that a place lies on; lowest edge first."""
        closed, edges = self.network.closed_ways, self.network.edges
        if step.is_place:
            for row in self.joints.where(step.number):
                yield int(closed.joint_edge[row]), float(closed.joint_fraction[row])
            return
        for edge in self._edges_at(step.number):
            yield edge, 0.0 if edges.tail[edge] == step.number else 1.0

    def _edges_at(self, node: int) -> list[int]:
        rows = self.inner_ends.where(node)
        return sorted({int(self.inner[row % len(self.inner)]) for row in rows})

    def _onward(self, step: _Step) -> Iterator[_Step]:
        closed = self.network.closed_ways
        for edge, fraction in self._roads_at(step):
            if self.usable[edge]:
                yield from self._onto(edge, fraction, step)
        if step.is_place:
            for row in self.ends.where(step.number):
                piece = row % len(closed)
                other = closed.head[piece] if row < len(closed) else closed.tail[piece]
                metres = float(self.length_m[piece])
                yield _later(step, self._ms(metres), metres, int(other), place=True, closed=True)
            return
        for row in self.barriers.where(step.number):
            for twin in self.parted.where(int(closed.barrier[row])):
                yield _later(step, 0, 0.0, int(closed.barrier_node[twin]), place=False)

    def _onto(self, edge: int, fraction: float, step: _Step) -> Iterator[_Step]:
        """Yield the ends of an edge, and the closed ways along it, from a place on it."""
        edges, closed = self.network.edges, self.network.closed_ways
        ways = [int(ms[edge]) for ms in (edges.forward_ms, edges.backward_ms)]
        whole_ms, whole_m = min(ms for ms in ways if ms != CLOSED), float(edges.length_m[edge])
        ends = (0.0, int(edges.tail[edge]), False), (1.0, int(edges.head[edge]), False)
        met = (
            (float(closed.joint_fraction[row]), int(closed.joint_place[row]), True)
            for row in self.joints_on.where(edge)
        )
        for there, number, place in (*ends, *met):
            part = abs(there - fraction)
            yield _later(step, round(whole_ms * part), whole_m * part, number, place=place)


def _later(
    step: _Step, ms: int, metres: float, number: int, *, place: bool, closed: bool = False
) -> _Step:
    by_closed = step.by_closed_way or closed
    return _Step(step.ms + ms, step.metres + metres, place, number, by_closed)


# --- nearest places


def _nearest_closed(
    closed: ClosedWays, points: NDArray[np.float64], limit_m: float
) -> list[_ClosedPlace | None]:
    from networks.snapping.snap_kernels import ANY_ROAD, nearest_places  # noqa: PLC0415 (compiled)

    if not closed.doors.any():
        return [None] * len(points)
    tree = tree_of(closed, closed.doors)
    count = len(tree.edges)
    item, vertex, share = nearest_places(
        np.ascontiguousarray(points),
        limit_m,
        np.zeros(len(points)),
        np.full(len(points), ANY_ROAD, np.int32),
        (tree.edges, np.ones(count), np.zeros(count, np.int32), tree.boxes, tree.level),
        (closed.offset, closed.lon, closed.lat),
    )
    return [
        _place_on(closed, int(tree.edges[i]), int(v), float(s), point) if i >= 0 else None
        for i, v, s, point in zip(item, vertex, share, points, strict=True)
    ]


def _place_on(
    closed: ClosedWays, piece: int, vertex: int, share: float, point: NDArray[np.float64]
) -> _ClosedPlace:
    first, last = int(closed.offset[piece]), int(closed.offset[piece + 1])
    lon, lat = closed.lon[first:last], closed.lat[first:last]
    steps = geodesic_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    at = vertex - first
    to_tail = float(steps[:at].sum() + share * steps[at])
    x = lon[at] + share * (lon[at + 1] - lon[at])
    y = lat[at] + share * (lat[at + 1] - lat[at])
    metres = float(geodesic_m(point[:1], point[1:], np.array([x]), np.array([y]))[0])
    return _ClosedPlace(piece, metres, to_tail, float(steps.sum()) - to_tail)


def _add_doorless(
    found: list[NearerRoad | None],
    network: RoadNetwork,
    points: NDArray[np.float64],
    results: Sequence[SnapResult],
    limit_m: float,
    *,
    tolls: bool,
) -> None:
    """Name the road without doors beside each point that nothing is found for."""
    without = network.doorless()
    chosen = network.open_edges(tolls=tolls) & (without != Doorless.NO)
    mine = [i for i, r in enumerate(results) if r.snap is None and found[i] is None]
    if not mine or not chosen.any():
        return
    places = EdgeIndex.of(network, chosen).nearest(points[mine], reach_m=limit_m)
    for i, place in zip(mine, places, strict=True):
        if place is not None:
            kind = _KINDS[Doorless(int(without[place.edge]))]
            found[i] = NearerRoad(kind, place.metres, 0.0, None, clear=True)


def _add_partly(
    found: list[NearerRoad | None],
    network: RoadNetwork,
    points: NDArray[np.float64],
    results: Sequence[SnapResult],
    limit_m: float,
    *,
    tolls: bool,
) -> None:
    """Name the next road of each point that is tied to one with a tunnel somewhere."""
    partly = network.edges.doorless == Doorless.PARTLY
    mine = [
        i
        for i, r in enumerate(results)
        if r.snap is not None and found[i] is None and partly[r.snap.edge]
    ]
    if not mine:
        return
    shut = partly if network.closed is None else partly | network.closed
    certain = replace(network, closed=shut)
    nexts = snap_points(certain, points[mine, 0], points[mine, 1], limit_m, tolls=tolls)
    for i, other in zip(mine, nexts, strict=True):
        found[i] = NearerRoad(NearerKind.PARTLY, results[i].distance_m, 0.0, other.snap, clear=True)
