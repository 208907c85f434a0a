"""Where terminals meet the search graph: the states a drive leaves by and arrives at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.network import (
    BOARD,
    CLOSED,
    CLOSED_FLAG,
    FERRY_FLAG,
    LINK,
    TOLL,
    WORD_MS,
    ArcRows,
    RoadNetwork,
)
from networks.types import Snap, TravelOptions

ON_FOOT = LINK  # directed edge of a door that is a junction


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


def banned_flags(options: TravelOptions) -> int:
    """Return the flags of arcs that a drive under `options` may not use."""
    tolls = 0 if options.tolls else TOLL
    ferries = 0 if options.ferries else FERRY_FLAG | BOARD
    return CLOSED_FLAG | tolls | ferries


class Door(NamedTuple):
    """A state of the search graph next to a place, and what lies between.

    ``directed`` is the directed edge the place is on, `ON_FOOT` where the place is a junction.
    """

    state: int
    ms: int
    directed: int


@dataclass(frozen=True, slots=True)
class Doors:
    """Looks up doors of places on a network under given options.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    banned : int
        Flags that rule an arc out, see `banned_flags`.
    """

    network: RoadNetwork
    banned: int

    def departures(self, snap: Snap) -> list[Door]:
        """Return the states in which a drive from a place finds itself at the next junctions."""
        if (node := self._junction(snap)) is not None:
            return [Door(self._entry(node), 0, ON_FOOT)]
        found = []
        for directed, start, whole_ms, delay_ms in self._ways_out(snap):
            before_ms = _before(whole_ms, snap.fraction, backward=bool(directed & 1))
            arcs = self._arcs(start, directed)
            if not arcs and (entry := self._entry(start)) != start:
                arcs = self._arcs(entry, directed)
            found += [Door(state, whole_ms - before_ms + delay_ms, directed) for state, _ in arcs]
        return found

    def arrivals(self, snap: Snap) -> list[Door]:
        """Return the states from which a place is the next thing on a drive."""
        if (node := self._junction(snap)) is not None:
            return [Door(state, 0, ON_FOOT) for state in self._copies(node)]
        found = []
        for directed, start, whole_ms, delay_ms in self._ways_out(snap):
            before_ms = _before(whole_ms, snap.fraction, backward=bool(directed & 1))
            for state in self._copies(start):
                for _, word_ms in self._arcs(state, directed):
                    turn_ms = word_ms - whole_ms - delay_ms
                    found.append(Door(state, before_ms + turn_ms, directed))
        return found

    def _junction(self, snap: Snap) -> int | None:
        edges = self.network.edges
        if snap.fraction <= 0.0:
            return int(edges.tail[snap.edge])
        return int(edges.head[snap.edge]) if snap.fraction >= 1.0 else None

    def _ways_out(self, snap: Snap) -> Iterator[tuple[int, int, int, int]]:
        """Yield (directed edge, its first node, milliseconds, delay) of a place's edge."""
        edges, e = self.network.edges, snap.edge
        if (ms := int(edges.forward_ms[e])) != CLOSED:
            yield 2 * e, int(edges.tail[e]), ms, int(edges.forward_delay_ms[e])
        if (ms := int(edges.backward_ms[e])) != CLOSED:
            yield 2 * e + 1, int(edges.head[e]), ms, int(edges.backward_delay_ms[e])

    def _arcs(self, state: int, directed: int) -> list[tuple[int, int]]:
        """Return (next state, milliseconds) of a state's permitted arcs along an edge."""
        rows: ArcRows = self.network.graph.onward
        low, high = int(rows.offset[state]), int(rows.offset[state + 1])
        found = []
        for at in (np.flatnonzero(rows.directed[low:high] == directed) + low).tolist():
            word = int(rows.arc[at, 1])
            if not word & self.banned:
                found.append((int(rows.arc[at, 0]), word & WORD_MS))
        return found

    def _entry(self, node: int) -> int:
        states = self.network.graph.states
        at = int(np.searchsorted(states.entry_node, node))
        if at < len(states.entry_node) and states.entry_node[at] == node:
            return int(states.entry_state[at])
        return node

    def _copies(self, node: int) -> list[int]:
        """Return all states at a node."""
        first = len(self.network.nodes)
        extra = self.network.graph.states.node[first:]
        low, high = np.searchsorted(extra, [node, node + 1]).tolist()
        return [node, *range(first + low, first + high)]


def _before(whole_ms: int, fraction: float, *, backward: bool) -> int:
    """Return the milliseconds from the first node of a directed edge to a place on it."""
    from_tail = split_ms(whole_ms, fraction)
    return whole_ms - from_tail if backward else from_tail


@dataclass(frozen=True, slots=True, eq=False)
class DoorTable:
    """Doors of many places, packed: those of place ``i`` are ``offset[i]:offset[i + 1]``."""

    offset: NDArray[np.int64]
    state: NDArray[np.uint32]
    ms: NDArray[np.uint32]
    directed: NDArray[np.int64]


def door_table(doors: Doors, snaps: Sequence[Snap], *, leaving: bool) -> DoorTable:
    """Return the departures or arrivals of `snaps`; equal places are looked up once."""
    known: dict[tuple[int, float], list[Door]] = {}
    rows: list[Door] = []
    offset = np.zeros(len(snaps) + 1, np.int64)
    for i, snap in enumerate(snaps):
        key = snap.edge, snap.fraction
        if key not in known:
            known[key] = doors.departures(snap) if leaving else doors.arrivals(snap)
        rows += known[key]
        offset[i + 1] = len(rows)
    columns = np.array(rows, np.int64).reshape(-1, 3)
    return DoorTable(
        offset, columns[:, 0].astype(np.uint32), columns[:, 1].astype(np.uint32), columns[:, 2]
    )
