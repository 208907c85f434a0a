"""Small road tables, and a search that knows the rules but neither layers nor automata."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import networkx as nx
import numpy as np

from networks.network import BOARD, CLOSED, WORD_MS, ArcRows, Edges, SearchGraph, Turns
from networks.speeds.profile import TurnDelays


@dataclass(frozen=True)
class Road:
    """An edge; ``back_ms`` None means as long as forward."""

    tail: int
    head: int
    ms: int
    back_ms: int | None = None
    through: bool = True
    ferry: bool = False
    toll: bool = False
    line: int = 0
    delay: tuple[int, int] = (0, 0)

    def times(self) -> tuple[int, int]:
        return self.ms, self.ms if self.back_ms is None else self.back_ms


def edges_of(roads: list[Road]) -> Edges:
    """Return the arrays of `roads`."""
    count = len(roads)
    small, flat = np.zeros(count, np.int16), np.zeros(count, np.float32)
    return Edges(
        tail=np.array([r.tail for r in roads], np.int32),
        head=np.array([r.head for r in roads], np.int32),
        length_m=np.array([float(max(r.ms, 1)) for r in roads]),
        road_class=small,
        forward_ms=np.array([r.times()[0] for r in roads], np.int32),
        backward_ms=np.array([r.times()[1] for r in roads], np.int32),
        toll=np.array([r.toll for r in roads], bool),
        ferry=np.array([r.ferry for r in roads], bool),
        name=np.array([r.line for r in roads], np.int32),
        speed_source=small,
        length_basis=small,
        through=np.array([r.through for r in roads], bool),
        limit_kmh=flat,
        width_m=flat,
        forward_delay_ms=np.array([r.delay[0] for r in roads], np.int32),
        backward_delay_ms=np.array([r.delay[1] for r in roads], np.int32),
        source_id=np.zeros(count, np.int64),
        doorless=np.zeros(count, np.int8),
    )


def turns_from(sequences: list[tuple[int, ...]]) -> Turns:
    """Return forbidden sequences as arrays."""
    offset = np.zeros(len(sequences) + 1, np.int64)
    np.cumsum([len(s) for s in sequences], out=offset[1:])
    return Turns(offset=offset, directed=np.array([d for s in sequences for d in s], np.int32))


def plain_rows(rows: ArcRows, wait_ms: int) -> list[list[tuple[int, int]]]:
    """Return (state at the other end, milliseconds) of every state's arcs."""
    arcs = [
        (other, (word & WORD_MS) + (wait_ms if word & BOARD else 0))
        for other, word in rows.arc.tolist()
    ]
    return [arcs[a:b] for a, b in pairwise(rows.offset.tolist())]


def walk(rows: list[list[tuple[int, int]]], seeds: list[int]) -> dict[int, int]:
    """Return the least milliseconds of every state along `rows`, by a textbook search."""
    best: dict[int, int] = {}
    heap = [(0, seed) for seed in seeds]
    while heap:
        ms, state = heapq.heappop(heap)
        if state not in best:
            best[state] = ms
            for other, more in rows[state]:
                heapq.heappush(heap, (ms + more, other))
    return best


def entry(graph: SearchGraph, node: int) -> int:
    """Return the state in which a drive from a node begins."""
    at = np.flatnonzero(graph.states.entry_node == node)
    return int(graph.states.entry_state[at[0]]) if len(at) else node


def times_onward(graph: SearchGraph, count: int, wait_ms: int = 0) -> dict[tuple[int, int], int]:
    """Return milliseconds by (from, to), searched in the direction of travel."""
    table: dict[tuple[int, int], int] = {}
    rows, node = plain_rows(graph.onward, wait_ms), graph.states.node.tolist()
    for start in range(count):
        for state, ms in walk(rows, [entry(graph, start)]).items():
            key = start, node[state]
            table[key] = min(ms, table.get(key, ms))
    return table


def times_back(graph: SearchGraph, count: int, wait_ms: int = 0) -> dict[tuple[int, int], int]:
    """Return the same, searched against it."""
    table = {}
    rows = plain_rows(graph.back, wait_ms)
    for end in range(count):
        best = walk(rows, np.flatnonzero(graph.states.node == end).tolist())
        for start in range(count):
            if (state := entry(graph, start)) in best:
                table[start, end] = best[state]
    return table


@dataclass(frozen=True)
class Turning:
    """Costs of turns and where the nodes are."""

    costs: TurnDelays
    lon: list[float]
    lat: list[float]


class _Drive(NamedTuple):
    """A drive so far: where it is, and what it did lately."""

    node: int
    phase: int  # 0: on own-traffic roads since its start, 1: on public roads, 2: arriving
    line: int  # ferry line aboard, -1 ashore
    crossed: bool
    history: tuple[int, ...] = ()


class Rules:
    """The rules of the road, applied one drive at a time to its whole recent history."""

    def __init__(
        self,
        roads: list[Road],
        forbidden: list[tuple[int, ...]],
        wait_ms: int = 0,
        turning: Turning | None = None,
        *,
        mid_street: bool = True,
    ) -> None:
        self.roads, self.forbidden = roads, set(forbidden)
        self.wait_ms, self.turning = wait_ms, turning
        self.mid_street = mid_street  # whether drives may turn back there
        self.longest = max([len(s) for s in forbidden], default=2)
        self.sizes = {len(s) for s in forbidden}
        self.own = enclosed(roads)
        self.ways_out: dict[int, list[int]] = defaultdict(list)
        for e, road in enumerate(roads):
            for directed, ms in zip((2 * e, 2 * e + 1), road.times(), strict=True):
                if ms != CLOSED:
                    self.ways_out[self.ends(directed)[0]].append(directed)

    def ends(self, directed: int) -> tuple[int, int]:
        road = self.roads[directed >> 1]
        return (road.head, road.tail) if directed & 1 else (road.tail, road.head)

    def times(self, count: int) -> dict[tuple[int, int], int]:
        """Return milliseconds by (from, to)."""
        table: dict[tuple[int, int], int] = {}
        for start in range(count):
            heap = [(0, _Drive(start, 0, -1, False))]
            seen = set()
            while heap:
                ms, drive = heapq.heappop(heap)
                if drive in seen:
                    continue
                seen.add(drive)
                table.setdefault((start, drive.node), ms)
                for cost, onward in self.moves(drive):
                    heapq.heappush(heap, (ms + cost, onward))
        return table

    def moves(self, d: _Drive) -> Iterator[tuple[int, _Drive]]:
        ashore = d.line < 0
        if d.crossed:
            yield 0, _Drive(d.node, 0, -1, False, d.history)
        for directed in self.ways_out[d.node]:
            e = directed >> 1
            road = self.roads[e]
            history = (*d.history, directed)
            if any(history[-n:] in self.forbidden for n in self.sizes):
                continue
            if d.history and directed == d.history[-1] ^ 1 and self.between(d.history[-1]):
                continue
            cost = road.times()[directed & 1] + road.delay[directed & 1]
            cost += self.turn_ms(d.history[-1], directed) if d.history else 0
            kept, end = history[1 - self.longest :], self.ends(directed)[1]
            if road.ferry:
                if ashore:
                    yield self.wait_ms + cost, _Drive(end, 0, road.line, True, kept)
                elif road.line == d.line and not (
                    d.history and end == self.ends(d.history[-1])[0]  # straight back
                ):
                    yield cost, _Drive(end, 0, road.line, True, kept)
            elif ashore and e in self.own:
                yield cost, _Drive(end, 2 if d.phase else 0, -1, False, kept)
            elif ashore and d.phase < 2:
                yield cost, _Drive(end, 1, -1, False, kept)

    def between(self, before: int) -> bool:
        """Whether a drive may not turn back behind an edge: the street goes on, and only that."""
        if self.mid_street or self.roads[before >> 1].ferry:
            return False
        node = self.ends(before)[1]
        land = [r for r in self.roads if not r.ferry and set(r.times()) != {CLOSED}]
        meeting = [r for r in land for end in (r.tail, r.head) if end == node]
        if len(meeting) != 2 or len({(r.toll, r.through) for r in meeting}) > 1:
            return False
        onward = [d for d in self.ways_out[node] if not self.roads[d >> 1].ferry]
        return any(d != before ^ 1 for d in onward)

    def turn_ms(self, before: int, after: int) -> int:
        if self.turning is None or self.roads[before >> 1].ferry or self.roads[after >> 1].ferry:
            return 0
        costs = self.turning.costs
        if before >> 1 == after >> 1 and before != after:
            return costs.u_turn_ms
        node = self.ends(before)[1]
        onward = [
            d
            for d in self.ways_out[node]
            if not self.roads[d >> 1].ferry and d not in (before, before ^ 1)
        ]
        onward += [before] if self.ends(before)[0] == node else []  # round a loop again
        if len(onward) <= 1:
            return 0
        angle = math.remainder(self.bearing(after) - self.bearing(before), 360.0)
        if abs(angle) <= 45.0:
            return costs.straight_ms
        return costs.right_ms if angle > 0 else costs.left_ms

    def bearing(self, directed: int) -> float:
        assert self.turning is not None
        (a, b), lon, lat = self.ends(directed), self.turning.lon, self.turning.lat
        north, middle = lat[b] - lat[a], math.radians((lat[a] + lat[b]) / 2)
        return math.degrees(math.atan2((lon[b] - lon[a]) * math.cos(middle), north))


def enclosed(roads: list[Road]) -> set[int]:
    """Return the own-traffic edges, and the public ones that lie behind them."""
    land = [(e, r) for e, r in enumerate(roads) if not r.ferry and set(r.times()) != {CLOSED}]
    own = {e for e, r in land if not r.through}
    everything = nx.Graph((r.tail, r.head) for _, r in land)
    public = nx.Graph((r.tail, r.head) for _, r in land if r.through)
    for region in nx.connected_components(everything):
        pieces = [p for p in nx.connected_components(public) if p <= region]
        metres = [sum(max(r.ms, 1) for _, r in land if r.through and r.tail in p) for p in pieces]
        if pieces:
            ranked = sorted(zip(metres, pieces, strict=True), key=lambda m: (-m[0], min(m[1])))
            main = ranked[0][1]
            own |= {e for e, r in land if r.tail in region and r.tail not in main}
    return own
