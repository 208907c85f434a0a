"""The nearest other place for all origins at once, with the decisive route."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from networks.errors import SearchError
from networks.network import RoadNetwork
from networks.routes import build_route, trace
from networks.search import MANY_SITES, Labels, Source, nearest_two_sites
from networks.solve_graph import SolveGraph, solve_graph
from networks.types import Direction, NearestOther, Terminal, TravelOptions
from problems import Problem, Text, error


def nearest_other(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> tuple[NearestOther, ...]:
    """Return for each origin the destination of another site with the least travel time.

    Nearest by door-to-door milliseconds: access, road, waiting for ferries, egress. One pass over
    the network serves all origins. Among equals the lowest id is taken and the others are listed.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins, destinations : sequence of Terminal
        Ids unique within each; a place in both has the same id and site in both.
    direction : Direction
        Whether the drive leads from the origin, or to it.
    options : TravelOptions, optional
        Tolls, ferries, waiting time; by default tolls yes, ferries no.

    Returns
    -------
    tuple of NearestOther
        In the order of the origins.

    Raises
    ------
    SearchError
        When ids repeat, sites contradict each other, or a terminal is not on this network.
    """
    chosen = options if options is not None else TravelOptions()
    _check(network, origins, destinations, chosen)
    against = direction is Direction.FROM_ORIGIN
    snaps = [t.snap for t in (*origins, *destinations)]
    graph = solve_graph(network, chosen, snaps)
    doors = _doors(destinations, graph.places[len(origins) :])
    labels = nearest_two_sites(graph, [d.source for d in doors], against_traffic=against)
    solved = _Solved(network, graph, labels, doors, against)
    return tuple(
        solved.answer(origin, node)
        for origin, node in zip(origins, graph.places[: len(origins)], strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Door:
    """Destinations that share a place on the network and the time from there to their door."""

    source: Source
    terminals: tuple[Terminal, ...]  # by id


def _doors(destinations: Sequence[Terminal], nodes: Sequence[int]) -> list[_Door]:
    """Group destinations that no search can tell apart, so that a crowd costs no more than one."""
    groups: dict[tuple[int, int], list[Terminal]] = defaultdict(list)
    numbers: dict[str, int] = {}
    for terminal, node in zip(destinations, nodes, strict=True):
        groups[node, terminal.snap.access_ms].append(terminal)
        numbers.setdefault(terminal.site, len(numbers))
    doors = []
    for (node, cost_ms), terminals in groups.items():
        sites = {t.site for t in terminals}
        site = numbers[terminals[0].site] if len(sites) == 1 else MANY_SITES
        ordered = tuple(sorted(terminals, key=lambda t: t.id))
        doors.append(_Door(Source(node, cost_ms, site), ordered))
    return doors


@dataclass(frozen=True, slots=True)
class _Solved:
    """A finished search, from which every origin reads its answer."""

    network: RoadNetwork
    graph: SolveGraph
    labels: Labels
    doors: Sequence[_Door]
    against_traffic: bool

    def answer(self, origin: Terminal, node: int) -> NearestOther:
        labels = self.labels
        found = [
            (labels.cost_ms[i], terminal.id, i, terminal)
            for i in labels.at_node[node]
            for terminal in self.doors[labels.source[i]].terminals
            if terminal.site != origin.site
        ]
        if not found:
            return NearestOther(origin.id, None, None, None)
        least = min(row[0] for row in found)
        equal = sorted((row for row in found if row[0] == least), key=lambda row: row[1])
        _, best_id, label, best = equal[0]
        arcs = trace(labels, label, against_traffic=self.against_traffic)
        start, end = (origin, best) if self.against_traffic else (best, origin)
        route = build_route(self.network, self.graph, arcs, start, end)
        if route.travel_ms != least + origin.snap.access_ms:  # the route proves the number
            raise AssertionError(f"route {route.travel_ms} ms, search {least} ms")
        return NearestOther(
            origin_id=origin.id,
            destination_id=best_id,
            travel_ms=route.travel_ms,
            route=route,
            ties=tuple(row[1] for row in equal[1:]),
        )


def _check(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    options: TravelOptions,
) -> None:
    sites: dict[str, str] = {}
    problems = [
        _problem(wrong, terminal.id)
        for group in (origins, destinations)
        for wrong, terminal in _wrong_terminals(network, group, sites)
    ]
    if options.ferry_wait_ms < 0:
        problems.append(_problem("ferry-wait", str(options.ferry_wait_ms)))
    if problems:
        raise SearchError(problems)


def _wrong_terminals(
    network: RoadNetwork, group: Sequence[Terminal], sites: dict[str, str]
) -> Iterator[tuple[str, Terminal]]:
    """Yield what is wrong with terminals; `sites` remembers each id's site across groups."""
    seen: set[str] = set()
    for terminal in group:
        snap = terminal.snap
        if terminal.id in seen:
            yield "terminal-twice", terminal
        seen.add(terminal.id)
        if sites.setdefault(terminal.id, terminal.site) != terminal.site:
            yield "terminal-site", terminal
        on_edge = 0 <= snap.edge < len(network.edges) and 0.0 <= snap.fraction <= 1.0
        if not on_edge or network.edges.ferry[snap.edge]:
            yield "terminal-edge", terminal
        if snap.access_ms < 0:
            yield "terminal-access", terminal


_WRONG = {
    "terminal-twice": Text("同じ ID が二つあります", "an id appears twice"),
    "terminal-site": Text("同じ ID の敷地が食い違います", "an id belongs to two sites"),
    "terminal-edge": Text("この道路網の道路上にありません", "it is not on a road of this network"),
    "terminal-access": Text("道路までの所要時間が負です", "its access time is negative"),
    "ferry-wait": Text("フェリーの待ち時間が負です", "the waiting time is negative"),
}


def _problem(code: str, value: str) -> Problem:
    remedy = Text("呼び出し側の値を確かめてください", "check what was handed over")
    return error(code, _WRONG[code], remedy, value=value)
