"""Drives by the plain rules, written down for networkx: what our compiled search is held against.

Nothing of the search graph is used here, only the network's edges, delays, zones and forbidden
turns. A state is (the last directed edges that a forbidden turn may still depend on, how far the
drive has got with roads that are no way through); the time is that of the edges driven so far.

The rules, as docs/roads.md states them:

- Roads for their own traffic open for drives that start or end there. Public streets that can only
  be reached over them belong to them: of what such roads join, the longest public part is outside.
- A drive turns back anywhere, or at junctions and dead ends only, as the profile says.
- A ferry is boarded once for each line and pays the waiting; who goes straight back boards again.
  Each leg on land is a drive of its own.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import networkx as nx

from networks import RoadNetwork, Snap, TravelOptions
from networks.network import CLOSED
from networks.speeds.profile import UTurnRule


class Phase(IntEnum):
    """Where a drive is with regard to roads that only lead to their own doors."""

    STARTING = 0  # only such roads so far
    UNDER_WAY = 1
    ENDING = 2  # such a road was turned into: no way out


State = tuple[tuple[int, ...], Phase]


@dataclass(frozen=True, slots=True)
class Rules:
    """A network's edges as plain lists.

    ``ms[d]`` is None where directed edge ``d = 2 * edge + (0 forward, 1 backward)`` may not be
    driven.
    """

    ms: Sequence[int | None]
    delay: Sequence[int]
    start: Sequence[int]
    end: Sequence[int]
    through: Sequence[bool]
    ferry: Sequence[str | None]  # its name
    leaving: dict[int, list[int]]
    forbidden: frozenset[tuple[int, ...]]
    beginnings: frozenset[tuple[int, ...]]
    wait_ms: int
    mid_street: frozenset[int] = frozenset()  # edges behind which no drive turns back

    def follow(self, state: State) -> Iterator[tuple[State, int]]:
        """Yield the states after one more edge, and the milliseconds that it takes."""
        history, phase = state
        for d in self.leaving[self.end[history[-1]]]:
            after = self.remember((*history, d))
            if after is None or (d == history[-1] ^ 1 and history[-1] in self.mid_street):
                continue
            if self.ferry[d] is not None:
                now = Phase.STARTING
            elif self.through[d]:
                if phase is Phase.ENDING:
                    continue
                now = Phase.UNDER_WAY
            else:
                now = Phase.ENDING if phase is not Phase.STARTING else Phase.STARTING
            yield (after, now), self.cost(d, history[-1])

    def cost(self, d: int, before: int | None) -> int:
        """Return milliseconds of an edge: drive, delay at its end, waiting for a ferry."""
        boards = self.ferry[d] is not None and (
            before is None
            or self.ferry[before] != self.ferry[d]
            or self.start[before] == self.end[d]  # straight back
        )
        return (self.ms[d] or 0) + self.delay[d] + (self.wait_ms if boards else 0)

    def remember(self, history: tuple[int, ...]) -> tuple[int, ...] | None:
        """Return what must be known of a history; None when it ends with a forbidden turn."""
        kept = history[-1:]
        for size in range(len(history), 1, -1):
            tail = history[-size:]
            if tail in self.forbidden:
                return None
            if tail in self.beginnings and len(kept) == 1:
                kept = tail
        return kept


def rules_of(network: RoadNetwork, options: TravelOptions) -> Rules:
    """Return the rules of a network under options."""
    edges, turns = network.edges, network.turns
    tail, head = edges.tail.tolist(), edges.head.tolist()
    ms: list[int | None] = []
    delay: list[int] = []
    for e in range(len(edges)):
        shut = (edges.toll[e] and not options.tolls) or (edges.ferry[e] and not options.ferries)
        for whole, wait in (
            (edges.forward_ms[e], edges.forward_delay_ms[e]),
            (edges.backward_ms[e], edges.backward_delay_ms[e]),
        ):
            ms.append(None if shut or whole == CLOSED else int(whole))
            delay.append(int(wait))
    start = [node for pair in zip(tail, head, strict=True) for node in pair]
    end = [node for pair in zip(head, tail, strict=True) for node in pair]
    leaving: dict[int, list[int]] = defaultdict(list)
    for d, (whole, node) in enumerate(zip(ms, start, strict=True)):
        if whole is not None:
            leaving[node].append(d)
    rows = turns.directed.tolist()
    forbidden = frozenset(
        tuple(rows[a:b]) for a, b in zip(turns.offset[:-1], turns.offset[1:], strict=True)
    )
    names = [network.names[i] for i in edges.name.tolist()]
    own = _own_traffic(network)
    return Rules(
        ms=ms,
        delay=delay,
        start=start,
        end=end,
        through=[e not in own for e in range(len(edges)) for _ in (0, 1)],
        ferry=[
            name if ferry else None
            for name, ferry in zip(names, edges.ferry.tolist(), strict=True)
            for _ in (0, 1)
        ],
        leaving=leaving,
        forbidden=forbidden,
        beginnings=frozenset(f[:n] for f in forbidden for n in range(1, len(f))),
        wait_ms=options.ferry_wait_ms,
        mid_street=_mid_street(network),
    )


def _roads(network: RoadNetwork) -> Iterator[tuple[int, int, int]]:
    """Yield (edge, tail, head) of the roads that may be driven either way."""
    edges = network.edges
    for e in range(len(edges)):
        drivable = edges.forward_ms[e] != CLOSED or edges.backward_ms[e] != CLOSED
        if drivable and not edges.ferry[e]:
            yield e, int(edges.tail[e]), int(edges.head[e])


def _own_traffic(network: RoadNetwork) -> set[int]:
    """Return the edges for their own traffic, and the public ones that they enclose."""
    edges = network.edges
    own = {e for e, _, _ in _roads(network) if not edges.through[e]}
    if not own:
        return own
    everything = nx.Graph((a, b) for _, a, b in _roads(network))
    public = nx.Graph((a, b) for e, a, b in _roads(network) if e not in own)
    part = {n: i for i, part in enumerate(nx.connected_components(public)) for n in part}
    metres: dict[int, float] = defaultdict(float)
    for e, a, _ in _roads(network):
        if e not in own:
            metres[part[a]] += float(edges.length_m[e])
    first = {i: min(nodes) for i, nodes in enumerate(nx.connected_components(public))}
    outside = set()
    for region in nx.connected_components(everything):
        parts = {part[n] for n in region if n in part}
        outside.add(min(parts, key=lambda i: (-metres[i], first[i]), default=-1))
    return own | {e for e, a, _ in _roads(network) if e not in own and part[a] not in outside}


def _mid_street(network: RoadNetwork) -> frozenset[int]:
    """Return the directed edges at whose end one street goes on, and nothing else begins."""
    if network.profile.u_turns is UTurnRule.ANYWHERE:
        return frozenset()
    edges = network.edges
    meeting: dict[int, list[int]] = defaultdict(list)
    for e, a, b in _roads(network):
        meeting[a].append(e)
        meeting[b].append(e)

    def leaves(e: int, node: int) -> list[int]:
        along = [2 * e] if edges.tail[e] == node and edges.forward_ms[e] != CLOSED else []
        back = [2 * e + 1] if edges.head[e] == node and edges.backward_ms[e] != CLOSED else []
        return along + back

    found = set()
    for node, pair in meeting.items():
        kinds = {(bool(edges.toll[e]), bool(edges.through[e])) for e in pair}
        if len(pair) != 2 or len(kinds) > 1:  # noqa: PLR2004 (the two ends of a street)
            continue
        ways_on = {d for e in pair for d in leaves(e, node)}
        for back in ways_on:
            if ways_on - {back}:
                found.add(back ^ 1)
    return frozenset(found)


def drives(rules: Rules, origins: dict[str, Snap], destinations: dict[str, Snap]) -> nx.DiGraph:
    """Return every drive between places as a graph with ``ms`` on its arcs.

    Origins are nodes ``("from", id)``, destinations ``("to", id)``.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(("to", name) for name in destinations)
    arriving: dict[int, list[tuple[str, int]]] = defaultdict(list)
    at_node: dict[int, list[str]] = defaultdict(list)
    for name, snap in destinations.items():
        if (node := _junction(rules, snap)) is not None:
            at_node[node].append(name)
            continue
        for d, before, _ in _parts(rules, snap):
            arriving[d].append((name, before))
    todo = deque(_first(rules, d) for d, whole in enumerate(rules.ms) if whole is not None)
    graph.add_nodes_from(todo)
    while todo:
        state = todo.popleft()
        for name in at_node[rules.end[state[0][-1]]]:
            _shorter(graph, state, ("to", name), 0)
        for after, cost in rules.follow(state):
            if after not in graph:
                todo.append(after)
            _shorter(graph, state, after, cost)
            for name, before in arriving[after[0][-1]]:
                _shorter(graph, state, ("to", name), before)
    for name, snap in origins.items():
        _leave(rules, graph, name, snap, arriving, at_node, destinations)
    return graph


def _leave(
    rules: Rules,
    graph: nx.DiGraph,
    name: str,
    snap: Snap,
    arriving: dict[int, list[tuple[str, int]]],
    at_node: dict[int, list[str]],
    destinations: dict[str, Snap],
) -> None:
    """Join an origin to the states that it can drive into."""
    origin = ("from", name)
    graph.add_node(origin)
    if (node := _junction(rules, snap)) is not None:
        for other in at_node[node]:
            _shorter(graph, origin, ("to", other), 0)
        for d in rules.leaving[node]:
            for other, before in arriving[d]:
                _shorter(graph, origin, ("to", other), before)
            _shorter(graph, origin, _first(rules, d), rules.cost(d, None))
        return
    for other, place in destinations.items():
        if (place.edge, place.fraction) == (snap.edge, snap.fraction):
            _shorter(graph, origin, ("to", other), 0)  # next door, whatever the road allows
    for d, before, rest in _parts(rules, snap):
        for other, there in arriving[d]:
            if there >= before:
                _shorter(graph, origin, ("to", other), there - before)
        _shorter(graph, origin, _first(rules, d), rest + rules.delay[d])


def _first(rules: Rules, d: int) -> State:
    under_way = rules.through[d] and rules.ferry[d] is None
    return ((d,), Phase.UNDER_WAY if under_way else Phase.STARTING)


def _junction(rules: Rules, snap: Snap) -> int | None:
    if snap.fraction <= 0:
        return rules.start[2 * snap.edge]
    return rules.end[2 * snap.edge] if snap.fraction >= 1 else None


def _parts(rules: Rules, snap: Snap) -> Iterator[tuple[int, int, int]]:
    """Yield (directed edge, milliseconds up to the place, milliseconds behind it)."""
    for d in (2 * snap.edge, 2 * snap.edge + 1):
        if (whole := rules.ms[d]) is not None:
            near_tail = math.floor(whole * snap.fraction + 0.5)
            before = whole - near_tail if d % 2 else near_tail
            yield d, before, whole - before


def _shorter(graph: nx.DiGraph, a: Hashable, b: Hashable, ms: int) -> None:
    if not graph.has_edge(a, b) or graph.edges[a, b]["ms"] > ms:
        graph.add_edge(a, b, ms=ms)


def all_minutes(graph: nx.DiGraph, origin: str) -> dict[str, int]:
    """Return the milliseconds from an origin to every destination that it reaches."""
    found = nx.single_source_dijkstra_path_length(graph, ("from", origin), weight="ms")
    return {
        name[1]: int(ms)
        for name, ms in found.items()
        if isinstance(name, tuple) and name[0] == "to"
    }
