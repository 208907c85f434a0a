"""How soon a drive can leave the data, or a piece of ground such as a prefecture.

What lies beyond may hold a destination that nobody has named: an answer below these times is
certain, one above them holds only as far as data and ground go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from groundfloor.guarded_shapes import prepared_copy
from networks.geo import components
from networks.network import CLOSED, RoadNetwork
from networks.search.doors import split_ms
from networks.search.question import Question, ask
from networks.search.terminals import check_terminals
from networks.search.times import FAR, spread_from
from networks.types import Direction, Terminal, TravelOptions

#: Roads that stay within this of the ground have not left it: outlines of coasts are generalised,
#: and bridges and causeways lie off all land. Metres.
AWAY_M = 1_000.0
_M_PER_DEGREE = 111_320.0  # of latitude; a rough figure is enough for a rough distance
_ROUNDING = 1e-9  # degrees: a box that holds a straight line, its ends included
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Exit:
    """A place where a road leaves a piece of ground for good.

    Parameters
    ----------
    edge : int
        Index of the edge.
    fraction : float
        Where along it, 0 at its tail; the first such place seen from inside.
    from_tail : bool
        Whether the edge's tail is the end that lies inside.
    """

    edge: int
    fraction: float
    from_tail: bool


def ground_exits(
    network: RoadNetwork, ground: BaseGeometry, others: Sequence[BaseGeometry] = ()
) -> tuple[Exit, ...]:
    """Return where roads leave a piece of ground and go on elsewhere.

    Roads that come back, or end within `AWAY_M` of it, have not left it: they run along the coast
    or over a bridge. Elsewhere is what lies further off, any of the `others`, and wherever the
    data end.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    ground : Polygon or MultiPolygon
        The ground, degrees.
    others : sequence of Polygon or MultiPolygon
        Ground that is known to be another's, degrees.

    Returns
    -------
    tuple of Exit
        By edge.
    """
    nodes, edges = network.nodes, network.edges
    inside = shapely.contains_xy(prepared_copy(ground), nodes.lon, nodes.lat)
    crossing = np.flatnonzero(inside[edges.tail] != inside[edges.head])
    if not len(crossing):
        return ()
    outer = ~inside[edges.tail] & ~inside[edges.head]
    part = components(
        edges.tail[outer], edges.head[outer], len(nodes), edges.length_m[outer].astype(float)
    )
    from_tail = inside[edges.tail[crossing]]
    first_out = np.where(from_tail, edges.head[crossing], edges.tail[crossing])
    near = np.flatnonzero(~inside & np.isin(part, part[first_out]))
    gone = near[_elsewhere(network, near, ground, others)]
    leaves = np.isin(part[first_out], part[gone])
    outline = ground.boundary
    return tuple(
        Exit(edge, _leaving_at(network, edge, outline, from_tail=tail), tail)
        for edge, tail in zip(crossing[leaves].tolist(), from_tail[leaves].tolist(), strict=True)
    )


def _elsewhere(
    network: RoadNetwork,
    near: NDArray[np.int64],
    ground: BaseGeometry,
    others: Sequence[BaseGeometry],
) -> _Flags:
    """Return which of some nodes outside the ground are elsewhere."""
    lon, lat = network.nodes.lon[near], network.nodes.lat[near]
    answer: _Flags = network.nodes.border[near].copy()
    if others:
        answer[shapely.STRtree(others).query(shapely.points(lon, lat), "intersects")[0]] = True
    open_ones = np.flatnonzero(~answer)
    shrink = np.array([np.cos(np.radians((ground.bounds[1] + ground.bounds[3]) / 2)), 1.0])
    flat = shapely.transform(ground, lambda xy: xy * shrink)
    shapely.prepare(flat)
    points = shapely.points(lon[open_ones] * shrink[0], lat[open_ones])
    answer[open_ones] = ~shapely.dwithin(flat, points, AWAY_M / _M_PER_DEGREE)
    return answer


def _leaving_at(
    network: RoadNetwork, edge: int, outline: BaseGeometry, *, from_tail: bool
) -> float:
    """Return the fraction at which an edge first crosses an outline, seen from its end inside."""
    shapes = network.shapes
    part = slice(shapes.offset[edge], shapes.offset[edge + 1])
    points = np.column_stack([shapes.lon[part], shapes.lat[part]])
    line = shapely.linestrings(points if from_tail else points[::-1])
    near = shapely.clip_by_rect(outline, *shapely.buffer(line, _ROUNDING).bounds)
    cuts = shapely.get_coordinates(shapely.intersection(line, near))
    along = shapely.line_locate_point(line, shapely.points(cuts), normalized=True)
    first = float(along.min()) if len(cuts) else 1.0
    return first if from_tail else 1.0 - first


def exit_times(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    exits: Sequence[Exit],
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> tuple[int | None, ...]:
    """Return how soon each origin's drives can leave a piece of ground, in milliseconds.

    Parameters
    ----------
    network : RoadNetwork
        The roads; those that are closed lead nowhere.
    origins : sequence of Terminal
        Ids unique.
    exits : sequence of Exit
        From `ground_exits`, for this network or for the same without closures.
    direction : Direction
        As in `nearest_other`; towards the origin, how soon a drive from outside can be there.
    options : TravelOptions, optional
        As in `nearest_other`.

    Returns
    -------
    tuple of int or None
        Milliseconds with the origin's access; None where no exit can be reached.

    Raises
    ------
    SearchError
        When ids repeat, or a terminal is not on this network.
    """
    chosen = options if options is not None else TravelOptions()
    origins = tuple(origins)
    check_terminals(network, origins, (), chosen)
    onto = direction is Direction.FROM_ORIGIN
    usable = [e for e in exits if _open(network, e.edge, chosen)]
    rest = {e.edge: ms for e in usable if (ms := _rest_ms(network, e, onto=onto)) is not None}
    seeds: dict[int, int] = {}
    for each in usable:
        if each.edge in rest:
            ends = network.edges.tail if each.from_tail else network.edges.head
            node = int(ends[each.edge])
            seeds[node] = min(rest[each.edge], seeds.get(node, rest[each.edge]))
    found = _times(network, origins, seeds, direction, chosen)
    beside = {e.edge: e for e in usable if e.edge in rest}
    return tuple(
        _sooner(ms, _along(network, beside.get(origin.snap.edge), origin, onto=onto))
        for ms, origin in zip(found, origins, strict=True)
    )


def _open(network: RoadNetwork, edge: int, options: TravelOptions) -> bool:
    edges = network.edges
    shut = network.closed is not None and bool(network.closed[edge])
    barred = (edges.toll[edge] and not options.tolls) or (edges.ferry[edge] and not options.ferries)
    return not shut and not barred


def _edge_ms(network: RoadNetwork, way_out: Exit, *, onto: bool) -> int:
    """Return the milliseconds of the whole edge in the direction of the drive."""
    edges = network.edges
    ahead = way_out.from_tail == onto  # out of the tail, or into it from the head
    return int((edges.forward_ms if ahead else edges.backward_ms)[way_out.edge])


def _rest_ms(network: RoadNetwork, way_out: Exit, *, onto: bool) -> int | None:
    """Return the milliseconds between the edge's end inside and the exit; None for one-ways."""
    whole = _edge_ms(network, way_out, onto=onto)
    if whole == CLOSED:
        return None
    share = way_out.fraction if way_out.from_tail else 1.0 - way_out.fraction
    return split_ms(whole, share)


def _along(
    network: RoadNetwork, way_out: Exit | None, origin: Terminal, *, onto: bool
) -> int | None:
    """Return the time of a drive that leaves along the very edge the origin is on."""
    if way_out is None:
        return None
    whole = _edge_ms(network, way_out, onto=onto)
    return split_ms(whole, abs(way_out.fraction - origin.snap.fraction)) + origin.snap.access_ms


def _sooner(one: int | None, other: int | None) -> int | None:
    return min((ms for ms in (one, other) if ms is not None), default=None)


def border_times(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
    ends: Iterable[int] | None = None,
) -> tuple[int | None, ...]:
    """Return how soon each origin's drives can leave the data, in milliseconds.

    A destination that the data do not hold may be as near as that: an answer below it is certain,
    one above it holds only as far as the data go.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins : sequence of Terminal
        Ids unique.
    direction : Direction
        As in `nearest_other`.
    options : TravelOptions, optional
        As in `nearest_other`.
    ends : iterable of int, optional
        The nodes that count as the data's border; by default all where a road is cut.

    Returns
    -------
    tuple of int or None
        Milliseconds with the origin's access; None where no road is cut at the data's border or
        none of those can be reached.

    Raises
    ------
    SearchError
        When ids repeat, or a terminal is not on this network.
    """
    chosen = options if options is not None else TravelOptions()
    origins = tuple(origins)
    check_terminals(network, origins, (), chosen)
    cut = np.flatnonzero(network.nodes.border).tolist() if ends is None else ends
    border = dict.fromkeys(cut, 0)
    return _times(network, origins, border, direction, chosen)


def _times(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    seeds: Mapping[int, int],
    direction: Direction,
    options: TravelOptions,
) -> tuple[int | None, ...]:
    """Return the milliseconds between each origin and the nearest of some nodes, plus the node's.

    `seeds` gives the milliseconds from each node on.
    """
    if not seeds or not origins:
        return (None,) * len(origins)
    question = ask(network, origins, (), direction, options)
    node_ms = np.full(len(network.nodes), FAR, np.uint32)
    node_ms[list(seeds)] = list(seeds.values())
    of_state = node_ms[network.graph.states.node]
    state = np.flatnonzero(of_state != FAR).astype(np.uint32)
    label = spread_from(
        question, (state, of_state[state], np.zeros(len(state), np.uint32)), FAR - 1
    )
    return tuple(_total(question, label, i, origin) for i, origin in enumerate(origins))


def _total(question: Question, label: NDArray[np.uint32], i: int, origin: Terminal) -> int | None:
    near = question.near
    part = slice(near.offset[i], near.offset[i + 1])
    reached = label[near.state[part], 0].astype(np.int64)
    total = (reached + near.ms[part])[reached != FAR]
    return int(total.min()) + origin.snap.access_ms if len(total) else None
