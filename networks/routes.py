"""Routes from the labels of a search: metres, milliseconds by class, names and a line to draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString

from networks.network import RoadNetwork, Shapes
from networks.search import Labels
from networks.solve_graph import NO_EDGE, SolveGraph
from networks.types import Route, RouteShare, Snap, Terminal


@dataclass(frozen=True, slots=True)
class _Leg:
    """A stretch of one edge; `end` is below `start` when driven from head to tail."""

    edge: int
    start: float
    end: float
    ms: int


def trace(labels: Labels, label: int, *, against_traffic: bool) -> list[int]:
    """Return the arcs of a label's route in the direction of travel."""
    arcs: list[int] = []
    while labels.parent[label] >= 0:
        arcs.append(labels.arc[label])
        label = labels.parent[label]
    return arcs if against_traffic else arcs[::-1]


def build_route(
    network: RoadNetwork, graph: SolveGraph, arcs: Sequence[int], start: Terminal, end: Terminal
) -> Route:
    """Return the drive over `arcs` from `start` to `end`, door to door."""
    legs = _legs(graph, arcs)
    edges = network.edges
    wait_ms = sum(int(graph.ms[a]) for a in arcs if graph.edge[a] == NO_EDGE)
    road_ms = sum(leg.ms for leg in legs)
    metres = [abs(leg.end - leg.start) * float(edges.length_m[leg.edge]) for leg in legs]
    ferry = [bool(edges.ferry[leg.edge]) for leg in legs]
    names = [network.names[int(edges.name[leg.edge])] for leg in legs]
    return Route(
        from_id=start.id,
        to_id=end.id,
        travel_ms=start.snap.access_ms + road_ms + wait_ms + end.snap.access_ms,
        access_ms=start.snap.access_ms,
        road_ms=road_ms,
        wait_ms=wait_ms,
        egress_ms=end.snap.access_ms,
        length_m=sum(metres, 0.0),
        toll_m=sum((m for m, leg in zip(metres, legs, strict=True) if edges.toll[leg.edge]), 0.0),
        shares=_shares(network, legs, metres),
        ferries=_folded(n for n, f in zip(names, ferry, strict=True) if f),
        road_names=_folded(n for n, f in zip(names, ferry, strict=True) if n and not f),
        geometry=_line(network.shapes, legs, start.snap, end.snap),
    )


def _legs(graph: SolveGraph, arcs: Iterable[int]) -> list[_Leg]:
    """Return the stretches driven; pieces of an edge that was cut at a place become one again."""
    legs: list[_Leg] = []
    for arc in arcs:
        leg = _Leg(
            int(graph.edge[arc]), float(graph.start[arc]), float(graph.end[arc]), int(graph.ms[arc])
        )
        last = legs[-1] if legs else None
        if (
            last is not None
            and last.edge == leg.edge != NO_EDGE
            and last.end == leg.start
            and (last.end > last.start) == (leg.end > leg.start)
        ):
            legs[-1] = replace(last, end=leg.end, ms=last.ms + leg.ms)
        else:
            legs.append(leg)
    return [leg for leg in legs if leg.edge != NO_EDGE]


def _shares(
    network: RoadNetwork, legs: Sequence[_Leg], metres: Sequence[float]
) -> tuple[RouteShare, ...]:
    by_class: dict[str, RouteShare] = {}
    for leg, length_m in zip(legs, metres, strict=True):
        name = network.classes[int(network.edges.road_class[leg.edge])]
        old = by_class.get(name, RouteShare(name, 0.0, 0))
        by_class[name] = RouteShare(name, old.length_m + length_m, old.travel_ms + leg.ms)
    return tuple(sorted(by_class.values(), key=lambda s: (-s.length_m, s.road_class)))


def _folded(names: Iterable[str]) -> tuple[str, ...]:
    folded: list[str] = []
    for name in names:
        if not folded or folded[-1] != name:
            folded.append(name)
    return tuple(folded)


def _line(shapes: Shapes, legs: Sequence[_Leg], start: Snap, end: Snap) -> LineString:
    """Return the drive as a line in degrees: door, road, door."""
    here, there = np.array([[start.lon, start.lat]]), np.array([[end.lon, end.lat]])
    stretches = [_stretch(shapes, leg) for leg in legs]
    inner = np.concatenate(stretches)[1:-1] if stretches else np.empty((0, 2))
    parts = [_door(start), here, inner, there, _door(end)]  # the road begins and ends at the snaps
    points = np.concatenate(parts)
    moved = np.ones(len(points), bool)
    # a step below a centimetre is the same place reached by two computations
    moved[1:] = np.abs(np.diff(points, axis=0)).max(axis=1) > 1e-7  # noqa: PLR2004
    kept = points[moved]
    return LineString(kept if len(kept) > 1 else np.repeat(kept, 2, axis=0))


def _door(snap: Snap) -> NDArray[np.float64]:
    if snap.door_lon is None or snap.door_lat is None:
        return np.empty((0, 2))
    return np.array([[snap.door_lon, snap.door_lat]])


def _stretch(shapes: Shapes, leg: _Leg) -> NDArray[np.float64]:
    """Return the vertices of a leg in the direction of travel."""
    part = slice(shapes.offset[leg.edge], shapes.offset[leg.edge + 1])
    points = np.column_stack([shapes.lon[part], shapes.lat[part]])
    low, high = min(leg.start, leg.end), max(leg.start, leg.end)
    if (low, high) != (0.0, 1.0):
        steps = np.hypot(np.diff(shapes.x[part]), np.diff(shapes.y[part]))
        run = np.concatenate([[0.0], np.cumsum(steps)])
        cuts = np.array([low, high]) * run[-1]
        inside = (run > cuts[0]) & (run < cuts[1])
        ends = np.column_stack([np.interp(cuts, run, points[:, i]) for i in (0, 1)])
        points = np.concatenate([ends[:1], points[inside], ends[1:]])
    return points if leg.end >= leg.start else points[::-1]
