"""Checks of terminals, and which of them share an edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem, Text, error
from networks.errors import SearchError
from networks.network import CLOSED, TOLL, WORD_MS, RoadNetwork
from networks.search.doors import split_ms
from networks.types import Terminal, TravelOptions

Ints = NDArray[np.int64]


def beside_table(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    banned: int,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return places along edges, and for each origin the destinations on its own edge.

    Returns
    -------
    along : (O + D, 4) int64
        Milliseconds from the edge's tail driving forward and backward (-1 where that direction
        may not be driven), rank along the edge, milliseconds to the door.
    low, high : (O,) int64
        Range in `by_edge` of the destinations inside the origin's own edge.
    by_edge : (D',) int64
        Destinations inside edges, by edge.
    """
    places = [t.snap for t in (*origins, *destinations)]
    edge = np.array([s.edge for s in places], np.int64)
    fraction = np.array([s.fraction for s in places], np.float64)
    inside = (fraction > 0.0) & (fraction < 1.0)
    count = len(origins)
    by_edge = np.flatnonzero(inside[count:])
    by_edge = by_edge[np.argsort(edge[count + by_edge], kind="stable")]
    edges_there = edge[count + by_edge]
    low = np.searchsorted(edges_there, edge[:count], "left")
    high = np.where(inside[:count], np.searchsorted(edges_there, edge[:count], "right"), low)
    along = np.empty((len(places), 4), np.int64)
    edges = network.edges
    for i, snap in enumerate(places):
        toll = bool(edges.toll[snap.edge]) and bool(banned & TOLL)
        shut = network.closed is not None and bool(network.closed[snap.edge])
        for column, ms in enumerate((edges.forward_ms, edges.backward_ms)):
            whole = CLOSED if toll or shut else int(ms[snap.edge])
            along[i, column] = CLOSED if whole == CLOSED else split_ms(whole, snap.fraction)
        along[i, 3] = snap.access_ms
    along[:, 2] = np.unique(fraction, return_inverse=True)[1]
    return along, low, high, by_edge


def check_terminals(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    options: TravelOptions,
) -> None:
    """Refuse terminals that contradict each other or are not on the network.

    Raises
    ------
    SearchError
        With every problem.
    """
    sites: dict[str, str] = {}
    problems = [
        _problem(wrong, terminal.id)
        for group in (origins, destinations)
        for wrong, terminal in _wrong_terminals(network, group, sites)
    ]
    if not 0 <= options.ferry_wait_ms <= WORD_MS:
        problems.append(_problem("ferry-wait", str(options.ferry_wait_ms)))
    if problems:
        raise SearchError(problems)


def check_places(
    network: RoadNetwork,
    edge: NDArray[np.int64],
    fraction: NDArray[np.float64],
    access_ms: NDArray[np.int64],
    options: TravelOptions,
) -> None:
    """Refuse places, in columns, as `check_terminals` refuses terminals; each by its number.

    Raises
    ------
    SearchError
        With every problem.
    """
    inside = (edge >= 0) & (edge < len(network.edges)) & (fraction >= 0.0) & (fraction <= 1.0)
    off = ~inside
    off[inside] = network.edges.ferry[edge[inside]]
    far = ~((access_ms >= 0) & (access_ms <= WORD_MS))
    problems = [
        _problem(wrong, str(i))
        for i in np.flatnonzero(off | far).tolist()
        for wrong, found in (("terminal-edge", off[i]), ("terminal-access", far[i]))
        if found
    ]
    if not 0 <= options.ferry_wait_ms <= WORD_MS:
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
        if not 0 <= snap.access_ms <= WORD_MS:
            yield "terminal-access", terminal


_MOST_H = WORD_MS // 3_600_000  # what an arc's word can hold; sums stay within 32 bits
_WRONG = {
    "terminal-twice": Text("同じ ID が二つあります", "an id appears twice"),
    "terminal-site": Text("同じ ID の敷地が食い違います", "an id belongs to two sites"),
    "terminal-edge": Text("この道路網の道路上にありません", "it is not on a road of this network"),
    "terminal-access": Text(
        f"道路までの所要時間が 0 以上 {_MOST_H} 時間以下ではありません",
        f"its access time is not from 0 to {_MOST_H} hours",
    ),
    "ferry-wait": Text(
        f"フェリーの待ち時間が 0 以上 {_MOST_H} 時間以下ではありません",
        f"the waiting time is not from 0 to {_MOST_H} hours",
    ),
}


def _problem(code: str, value: str) -> Problem:
    remedy = Text("呼び出し側の値を確かめてください", "check what was handed over")
    return error(code, _WRONG[code], remedy, value=value)
