"""The graph a search runs on: the network, masked by options, cut at terminals, with ship decks.

Three kinds of nodes:

* the network's own nodes;
* *decks*: one for each ferry line at each of its piers. A ferry runs from deck to deck; boarding
  (pier to deck) costs the waiting time once however many edges the line has, landing is free;
* *places*: where terminals are tied to the middle of an edge, which is cut there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.network import CLOSED, RoadNetwork
from networks.types import Snap, TravelOptions

NO_EDGE = -1  # edge of a boarding or landing arc


@dataclass(frozen=True, slots=True, eq=False)
class SolveGraph:
    """Arcs in the direction of travel.

    Parameters
    ----------
    node_count : int
        Nodes, decks and places.
    source, target : (A,) int64
        Ends of each arc.
    ms : (A,) int64
        Milliseconds.
    edge : (A,) int64
        Network edge, or `NO_EDGE` for boarding and landing.
    start, end : (A,) float64
        Fractions of the edge between which the arc runs.
    places : tuple of int
        Solve node of each snap that was given, in order.
    """

    node_count: int
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    ms: NDArray[np.int64]
    edge: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    places: tuple[int, ...]


@dataclass(slots=True)
class _ArcList:
    """Arcs being gathered, a tuple each: source, target, ms, edge, start, end."""

    rows: list[tuple[int, int, int, int, float, float]]

    def columns(self) -> list[NDArray[np.float64]]:
        """Return the arcs column by column."""
        table = np.array(self.rows, np.float64).reshape(-1, 6)  # integers here stay below 2**53
        return [table[:, i] for i in range(6)]


def split_ms(edge_ms: int, fraction: float) -> int:
    """Return the milliseconds from an edge's tail to a place on it.

    The one rounding rule of partial edges: the part before a place is rounded, the part behind it
    is what remains, so that parts always sum to the edge.

    Examples
    --------
    >>> split_ms(601, 0.5), 601 - split_ms(601, 0.5)
    (301, 300)
    """
    return math.floor(edge_ms * fraction + 0.5)


def solve_graph(network: RoadNetwork, options: TravelOptions, snaps: Sequence[Snap]) -> SolveGraph:
    """Return the graph of `network` under `options`, cut where `snaps` are."""
    edges = network.edges
    allowed = np.ones(len(edges), bool)
    if not options.tolls:
        allowed &= ~edges.toll
    if not options.ferries:
        allowed &= ~edges.ferry
    fractions = _fractions_by_edge(snaps)
    whole = allowed & ~edges.ferry
    whole[list(fractions)] = False
    extra = _ArcList([])
    next_node = _add_ferries(network, options, np.flatnonzero(allowed & edges.ferry), extra)
    place_of = {}
    for edge in sorted(fractions):
        ordered = sorted(fractions[edge])
        chain = list(range(next_node, next_node + len(ordered)))
        next_node += len(ordered)
        place_of.update({(edge, f): node for f, node in zip(ordered, chain, strict=True)})
        if allowed[edge]:
            _add_cut_edge(network, edge, ordered, chain, extra)
    return _assemble(network, whole, extra, next_node, _places(network, snaps, place_of))


def _fractions_by_edge(snaps: Iterable[Snap]) -> dict[int, set[float]]:
    inside: dict[int, set[float]] = defaultdict(set)
    for snap in snaps:
        if 0.0 < snap.fraction < 1.0:
            inside[snap.edge].add(snap.fraction)
    return dict(inside)


def _places(
    network: RoadNetwork, snaps: Sequence[Snap], place_of: dict[tuple[int, float], int]
) -> tuple[int, ...]:
    """Return solve nodes of the snaps; a snap at an edge's end is the junction itself."""
    tail, head = network.edges.tail, network.edges.head
    return tuple(
        int(tail[s.edge])
        if s.fraction <= 0.0
        else int(head[s.edge])
        if s.fraction >= 1.0
        else place_of[s.edge, s.fraction]
        for s in snaps
    )


def _add_cut_edge(
    network: RoadNetwork, edge: int, fractions: list[float], chain: list[int], extra: _ArcList
) -> None:
    edges = network.edges
    stops = [0.0, *fractions, 1.0]
    nodes = [int(edges.tail[edge]), *chain, int(edges.head[edge])]
    for whole_ms, back in (
        (int(edges.forward_ms[edge]), False),
        (int(edges.backward_ms[edge]), True),
    ):
        if whole_ms == CLOSED:
            continue
        ms = [split_ms(whole_ms, f) for f in stops]
        for i in range(len(stops) - 1):
            a, b = (i + 1, i) if back else (i, i + 1)
            extra.rows.append((nodes[a], nodes[b], ms[i + 1] - ms[i], edge, stops[a], stops[b]))


def _add_ferries(
    network: RoadNetwork, options: TravelOptions, ferries: NDArray[np.int64], extra: _ArcList
) -> int:
    """Add decks and the arcs between them; return the next free node number."""
    edges = network.edges
    next_node = len(network.nodes)
    decks: dict[tuple[int, int], int] = {}
    for edge in ferries.tolist():
        line = int(edges.name[edge])
        ends = []
        for pier in (int(edges.tail[edge]), int(edges.head[edge])):
            if (pier, line) not in decks:
                decks[pier, line] = next_node
                extra.rows.append((pier, next_node, options.ferry_wait_ms, NO_EDGE, 0.0, 0.0))
                extra.rows.append((next_node, pier, 0, NO_EDGE, 0.0, 0.0))
                next_node += 1
            ends.append(decks[pier, line])
        if (ms := int(edges.forward_ms[edge])) != CLOSED:
            extra.rows.append((ends[0], ends[1], ms, edge, 0.0, 1.0))
        if (ms := int(edges.backward_ms[edge])) != CLOSED:
            extra.rows.append((ends[1], ends[0], ms, edge, 1.0, 0.0))
    return next_node


def _assemble(
    network: RoadNetwork,
    whole: NDArray[np.bool_],
    extra: _ArcList,
    node_count: int,
    places: tuple[int, ...],
) -> SolveGraph:
    edges = network.edges
    forward = np.flatnonzero(whole & (edges.forward_ms != CLOSED))
    backward = np.flatnonzero(whole & (edges.backward_ms != CLOSED))
    zero, one = np.zeros(len(forward)), np.ones(len(backward))
    source, target, ms, edge, start, end = extra.columns()

    def joined(a: NDArray[np.generic], b: NDArray[np.generic], c: NDArray[np.float64]) -> Any64:
        return np.concatenate([a, b, c]).astype(np.int64)

    return SolveGraph(
        node_count=node_count,
        source=joined(edges.tail[forward], edges.head[backward], source),
        target=joined(edges.head[forward], edges.tail[backward], target),
        ms=joined(edges.forward_ms[forward], edges.backward_ms[backward], ms),
        edge=joined(forward, backward, edge),
        start=np.concatenate([zero, one, start]),
        end=np.concatenate([zero + 1.0, one - 1.0, end]),
        places=places,
    )


Any64 = NDArray[np.int64]
