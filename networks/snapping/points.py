"""Tying points to edges: exact on the polyline, deterministic, metres geodesic.

The nearest place on any edge is found in a packed tree of boxes, for many points at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from groundfloor.problems import Problem, Text, error
from networks.errors import SearchError
from networks.geo import geodesic_m
from networks.network import RoadNetwork
from networks.parts import Parts, parts_of
from networks.snapping.edge_tree import tree_of
from networks.types import Snap, SnapResult

_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]
_Ints = NDArray[np.int32]

# A component with this many times the road of another is the larger part of the network for it.
# Of two parts of similar length neither is a fragment of the other.
_LARGER = 3.0
# A component with less road than this in all is a stub (a car park's lanes, a private drive whose
# gate is not mapped); places where a hospital stands have more.
_STUB_M = 200.0
_SLACK_M = 1.0  # the plane of a query differs from the geodesic by less, up to 60 km


def snap_points(
    network: RoadNetwork,
    lon: ArrayLike,
    lat: ArrayLike,
    limit_m: float,
    *,
    main_within_m: float = 100.0,
    tolls: bool = True,
) -> tuple[SnapResult, ...]:
    """Return the place on an edge that each point is tied to: the nearest, or almost.

    Never on ferries, nor on roads without doors (motorways and their ramps), nor on roads that
    are closed. Of edges at the same distance the one with the lowest index is taken; at a
    junction this changes nothing, since a place at an edge's end is the junction itself.

    Fragments: the nearest edge may belong to a part of the network that no road joins to the
    rest: an island, or a piece that lacks a connection in the data. A part with at least three
    times as much road is the larger one for it, and is taken instead when its nearest place is

    - at most `main_within_m` further away than the nearest edge, or
    - within the limit, and the part with the nearest edge has less than 200 m of road in all.

    Half-way roads: the nearest edge may be joined to the rest in one direction only (an entrance
    lane, the end of a one-way road that the data cut off; see `networks.parts`). Nobody who lives
    there is shut in, or out, so the nearest place of the same piece of road that can be both left
    and reached is taken instead, however much further away within the limit. A larger part is
    likewise only taken where it can be both left and reached.

    An island thus keeps its points unless the other shore is as near as that. Where such a
    choice arose, the place not taken is the result's `alternative`, since verdicts may hang on it:
    no data tell a missing connection from a river, nor an exit that is not drawn from a wall.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    lon, lat : (P,) array_like
        Points, degrees.
    limit_m : float
        Greatest geodesic distance that still ties a point to the network, metres.
    main_within_m : float
        How much further away a larger part of the network may be and still be taken, metres;
        0 for never (stubs are passed over all the same).
    tolls : bool
        False leaves toll roads out: where drives may not use them, a place on one is cut off,
        though a free road may run beside it.

    Returns
    -------
    tuple of SnapResult
        In the order of the points.

    Raises
    ------
    SearchError
        When coordinates are not finite degrees, or the limit is not above zero.
    """
    points = np.column_stack(_degrees(lon, lat))
    if isinstance(limit_m, bool | str) or not limit_m > 0:
        raise SearchError(_bad_limit(limit_m))
    if not main_within_m >= 0:
        raise SearchError(_bad_margin(main_within_m))
    doors = network.door_edges(tolls=tolls)
    if len(points) == 0 or not doors.any():
        return tuple(SnapResult(None, math.inf) for _ in points)
    index = EdgeIndex.of(network, doors, parts_of(network, tolls=tolls))
    nearest = [place for place in index.nearest(points) if place is not None]
    taken, spare = _choose(index, points, nearest, limit_m, main_within_m)
    doors_at = points.tolist()
    others = [i for i, other in enumerate(spare) if other is not None]
    snaps = _snaps(index, taken, doors_at)
    spares = _snaps(index, [p for p in spare if p is not None], [doors_at[i] for i in others])
    alternatives = dict(zip(others, spares, strict=True))
    whole = index.whole_way(taken)
    return tuple(
        SnapResult(
            snap=snap if place.metres <= limit_m else None,
            distance_m=place.metres,
            alternative=alternatives.get(i),
            half_way=not both_ways,
        )
        for i, (place, snap, both_ways) in enumerate(zip(taken, snaps, whole, strict=True))
    )


def _choose(
    index: EdgeIndex,
    points: _Floats,
    nearest: list[Place],
    limit_m: float,
    main_within_m: float,
) -> tuple[list[Place], list[Place | None]]:
    """Return the place taken for each point, and the one not taken where there was a choice."""
    from networks.snapping.snap_kernels import WHOLE_WAY  # noqa: PLC0415 (compiled)

    taken, spare = list(nearest), list[Place | None]([None] * len(nearest))
    most_m = float(index.road_m.max())
    pending = [i for i, place in enumerate(nearest) if place.metres <= limit_m]
    for i, other in _whole_way(index, points, nearest, pending, limit_m):
        taken[i], spare[i] = other, nearest[i]
    while pending := [i for i in pending if taken[i].road_m * _LARGER <= most_m]:
        at_least_m = np.array([taken[i].road_m * _LARGER for i in pending])
        whole_way = np.full(len(pending), WHOLE_WAY, np.int32)
        larger = index.nearest(
            points[pending], reach_m=limit_m + _SLACK_M, at_least_m=at_least_m, wanted=whole_way
        )
        moved = []
        for i, place in zip(pending, larger, strict=True):
            if place is None or place.metres > limit_m:
                continue
            if place.metres <= nearest[i].metres + main_within_m or taken[i].road_m < _STUB_M:
                taken[i], spare[i] = place, nearest[i]
                moved.append(i)
            else:
                spare[i] = place
        pending = moved
    return taken, spare


def _whole_way(
    index: EdgeIndex,
    points: _Floats,
    nearest: Sequence[Place],
    pending: Sequence[int],
    limit_m: float,
) -> Iterator[tuple[int, Place]]:
    """Yield the points that are nearest to a half-way road, with the place to take instead."""
    whole = index.whole_way([nearest[i] for i in pending])
    half = [i for i, both_ways in zip(pending, whole, strict=True) if not both_ways]
    if not half:
        return
    edges = np.array([nearest[i].edge for i in half], np.int64)
    pieces = index.parts.piece[index.network.edges.tail[edges]]
    places = index.nearest(points[half], reach_m=limit_m + _SLACK_M, wanted=pieces)
    for i, place in zip(half, places, strict=True):
        if place is not None and place.metres <= limit_m:
            yield i, place


def _snaps(index: EdgeIndex, places: Sequence[Place], doors: Sequence[list[float]]) -> list[Snap]:
    fractions = index.fractions(places)
    access_ms = index.network.profile.access_ms
    return [
        Snap(
            edge=place.edge,
            fraction=fraction,
            distance_m=place.metres,
            access_ms=access_ms(place.metres),
            lon=place.lon,
            lat=place.lat,
            door_lon=door[0],
            door_lat=door[1],
        )
        for place, fraction, door in zip(places, fractions, doors, strict=True)
    ]


def _degrees(lon: ArrayLike, lat: ArrayLike) -> tuple[_Floats, _Floats]:
    lons, lats = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    if lons.shape != lats.shape or lons.ndim != 1:
        raise SearchError(_bad_points(f"{lons.shape} / {lats.shape}"))
    wrong = ~((np.abs(lons) <= 180) & (np.abs(lats) <= 90))  # noqa: PLR2004 (degrees; NaN is wrong)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise SearchError(_bad_points(f"{lons[at]}, {lats[at]}"))
    return lons, lats


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


def _bad_margin(value: float) -> Problem:
    return error(
        "snap-margin",
        Text(
            "本線を優先する距離は 0 m 以上の値です",
            "the margin for the main network is 0 m or more",
        ),
        Text("設定を直してください", "correct the setting"),
        value=str(value),
    )


class Place(NamedTuple):
    """A place on an edge, nearest to a point.

    Parameters
    ----------
    edge : int
        Edge index.
    vertex : int
        Vertex in the network's shapes behind which it lies.
    share : float
        How far towards the next vertex, 0 to 1.
    lon, lat : float
        Degrees.
    metres : float
        Geodesic metres from the point.
    road_m : float
        Metres of road in the component of the edge.
    """

    edge: int
    vertex: int
    share: float
    lon: float
    lat: float
    metres: float
    road_m: float


@dataclass(frozen=True, slots=True, eq=False)
class EdgeIndex:
    """Edges along Hilbert's curve, and boxes around them, sixteen in each of the next level.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    edges : (K,) int32
        The indexed edges.
    parts : Parts
        How the network's roads hang together.
    road_m : (K,) float64
        Metres of road of the component that each of `edges` belongs to.
    piece : (K,) int32
        The piece of each of `edges`; -1 for half-way roads.
    tree : (B, 4) float64
        West, south, east, north of the edges' boxes, then of the boxes around those, up to one.
    level : (L + 1,) int64
        Where each level begins in `tree`.
    """

    network: RoadNetwork
    parts: Parts
    edges: _Ints
    road_m: _Floats
    piece: _Ints
    tree: _Floats
    level: _Longs

    @classmethod
    def of(
        cls, network: RoadNetwork, chosen: NDArray[np.bool_], parts: Parts | None = None
    ) -> EdgeIndex:
        """Return the index of the chosen edges, of which there must be one at least.

        By default drives may use toll roads.
        """
        parts = parts_of(network) if parts is None else parts
        found, tail = tree_of(network.shapes, chosen), network.edges.tail
        component = network.nodes.component[tail]
        road = np.where(network.edges.ferry, 0.0, network.edges.length_m)
        sums = np.asarray(np.bincount(component, weights=road), np.float64)
        road_m = sums[component[found.edges]]
        piece = np.where(parts.half_way, np.int32(-1), parts.piece[tail])[found.edges]
        return cls(network, parts, found.edges, road_m, piece, found.boxes, found.level)

    def nearest(
        self,
        points: _Floats,
        *,
        reach_m: float = np.inf,
        at_least_m: _Floats | None = None,
        wanted: _Ints | None = None,
    ) -> list[Place | None]:
        """Return the place nearest to each point, the lowest edge among equals.

        Parameters
        ----------
        points : (P, 2) array
            Longitude and latitude.
        reach_m : float
            How far to look; from 60 km on a metre more or less.
        at_least_m : (P,) array, optional
            Metres of road that the edge's component must have, for each point.
        wanted : (P,) int32 array, optional
            The piece that the edge must be of, for each point, or `WHOLE_WAY`; no half-way road
            then.
        """
        from networks.snapping.snap_kernels import ANY_ROAD, nearest_places  # noqa: PLC0415 (compiled)

        shapes = self.network.shapes
        item, vertex, share = nearest_places(
            np.ascontiguousarray(points),
            reach_m,
            np.zeros(len(points)) if at_least_m is None else at_least_m,
            np.full(len(points), ANY_ROAD, np.int32) if wanted is None else wanted,
            (self.edges, self.road_m, self.piece, self.tree, self.level),
            (shapes.offset, shapes.lon, shapes.lat),
        )
        lon = _between(shapes.lon, vertex, share)
        lat = _between(shapes.lat, vertex, share)
        metres = geodesic_m(points[:, 0], points[:, 1], lon, lat)
        columns = self.edges[item], vertex, share, lon, lat, metres, self.road_m[item]
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [Place(*row) if i >= 0 else None for i, row in zip(item, rows, strict=True)]

    def whole_way(self, places: Sequence[Place]) -> list[bool]:
        """Return which places can be both left and reached: on such a road, or at its end."""
        edges, half_way = self.network.edges, self.parts.half_way
        on = np.array([place.edge for place in places], np.int64)
        whole: list[bool] = (~half_way[on]).tolist()
        if all(whole):
            return whole
        at_junction = np.zeros(len(self.network.nodes), bool)
        for ends in (edges.tail, edges.head):
            at_junction[ends[~(half_way | edges.ferry)]] = True
        for i, place in enumerate(places):
            if not whole[i] and (end := self._end(place)) is not None:
                whole[i] = bool(at_junction[end])
        return whole

    def _end(self, place: Place) -> int | None:
        """Return the node that a place is at, if it is at one."""
        offset, edges = self.network.shapes.offset, self.network.edges
        if place.vertex == offset[place.edge] and place.share == 0.0:
            return int(edges.tail[place.edge])
        if place.vertex == offset[place.edge + 1] - 2 and place.share == 1.0:
            return int(edges.head[place.edge])
        return None

    def fractions(self, places: Sequence[Place]) -> list[float]:
        """Return where places lie by the length of their edges: 0 at the tail, 1 at the head.

        Exactly so at the ends, which running lengths would miss in the last bit.
        """
        offset = self.network.shapes.offset
        edges = np.unique(np.array([place.edge for place in places], np.int64))
        steps, first = self._steps(edges)
        nth = {edge: i for i, edge in enumerate(edges.tolist())}
        found = []
        for place in places:
            i = nth[place.edge]
            run = np.cumsum(steps[first[i] : first[i + 1]])
            step = place.vertex - int(offset[place.edge])
            if step == 0 and place.share == 0.0:
                found.append(0.0)
            elif step == len(run) - 1 and place.share == 1.0:
                found.append(1.0)
            else:
                behind, ahead = float(run[step - 1]) if step else 0.0, float(run[step])
                along = behind + place.share * (ahead - behind)
                found.append(min(along / float(run[-1]), 1.0))
        return found

    def _steps(self, edges: _Longs) -> tuple[_Floats, list[int]]:
        """Return metres from vertex to vertex of some edges, and where each edge's begin."""
        shapes = self.network.shapes
        count = shapes.offset[edges + 1] - shapes.offset[edges] - 1
        first = np.concatenate([[0], np.cumsum(count)])
        here = np.arange(int(first[-1])) + np.repeat(shapes.offset[edges] - first[:-1], count)
        lon, lat = shapes.lon, shapes.lat
        return geodesic_m(lon[here], lat[here], lon[here + 1], lat[here + 1]), first.tolist()


def _between(values: _Floats, vertex: _Longs, share: _Floats) -> _Floats:
    """Return what lies behind each vertex by a share of the step, exact at both its ends."""
    here, there = values[vertex], values[np.minimum(vertex + 1, len(values) - 1)]
    return np.where(share == 1.0, there, here + share * (there - here))
