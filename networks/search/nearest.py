"""The nearest other place for all origins at once, with the decisive route; the nearest few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from groundfloor.arguments import whole_number
from groundfloor.problems import Text, error
from networks.errors import SearchError
from networks.network import RoadNetwork
from networks.search.question import Found, Question, ask
from networks.types import Direction, NearestOther, Route, Terminal, TravelOptions

TIES_LISTED = 100  # enough to see what is going on; all are counted


def nearest_other(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> tuple[NearestOther, ...]:
    """Return for each origin the destination of another site with the least travel time.

    Nearest by door-to-door milliseconds: access, road, delays, waiting for ferries, egress. One
    pass over the network serves all origins. Among equals the lowest id is taken and the others
    are listed.

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
    question = ask(network, origins, destinations, direction, chosen)
    return tuple(
        question.answer(
            i,
            found,
            tuple(question.destinations[d].id for d in ties if d not in (-1, found.destination)),
            tied,
        )
        for i, (found, ties, tied) in enumerate(_nearest(question, chosen))
    )


def nearest_edges(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> tuple[NDArray[np.int64], ...]:
    """Return for each origin the edges of the drive that `nearest_other` finds for it.

    Parameters
    ----------
    network, origins, destinations, direction, options
        As in `nearest_other`.

    Returns
    -------
    tuple of (L,) int64
        In the order of the origins, each in the direction of travel; empty where no other
        destination can be reached.

    Raises
    ------
    SearchError
        As `nearest_other`.
    """
    chosen = options if options is not None else TravelOptions()
    question = ask(network, origins, destinations, direction, chosen)
    return tuple(
        question.edges(i, found) for i, (found, _, _) in enumerate(_nearest(question, chosen))
    )


def _nearest(question: Question, chosen: TravelOptions) -> Iterator[tuple[Found, list[int], int]]:
    """Yield for each origin what is nearest, destinations at the same time, and how many others."""
    from networks.search.answer_kernels import answers  # noqa: PLC0415 (numba takes a while)

    if not question.origins:
        return
    walk = question.walk
    best, tied, ties, path_offset, path = answers(
        (walk.offset, walk.arc, question.banned, question.wait_ms),
        _labels(question, chosen),
        (question.far.state, question.far.ms, question.far_number),
        question.origin_site,
        (question.near.offset, question.near.state, question.near.ms),
        (*question.beside, question.destination_site),
        question.onto,
        TIES_LISTED + 1,
    )
    for i, row in enumerate(best):
        arcs = path[path_offset[i] : path_offset[i + 1]]
        yield _found(row, arcs), ties[i].tolist(), max(int(tied[i]) - 1, 0)


def nearest_few(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    count: int,
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> tuple[tuple[NearestOther, ...], ...]:
    """Return for each origin the nearest `count` other sites, each with its route.

    Of a site with several destinations the nearest is given. Each origin's search ends as soon as
    its answer is known.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins, destinations : sequence of Terminal
        As in `nearest_other`.
    count : int
        How many, at least one.
    direction : Direction
        As in `nearest_other`.
    options : TravelOptions, optional
        As in `nearest_other`.

    Returns
    -------
    tuple of tuple of NearestOther
        In the order of the origins; by milliseconds, then id; fewer where fewer can be reached.

    Raises
    ------
    SearchError
        As `nearest_other`, or when `count` is below one.
    """
    if whole_number(count, "count") < 1:
        raise SearchError(
            error(
                "nearest-count",
                Text("求める数は 1 以上です", "ask for one at least"),
                Text("設定を直してください", "correct the setting"),
                value=str(count),
            )
        )
    chosen = options if options is not None else TravelOptions()
    question = ask(network, origins, destinations, direction, chosen)
    return tuple(
        tuple(question.answer(i, found) for found in few)
        for i, few in enumerate(_few(question, count))
    )


def drives(
    network: RoadNetwork,
    pairs: Sequence[tuple[Terminal, Terminal]],
    *,
    options: TravelOptions | None = None,
) -> tuple[Route | None, ...]:
    """Return the fastest drive of each pair (from, to); None where there is none.

    Pairs that start at the same place share a search. Sites play no part.

    Raises
    ------
    SearchError
        When a terminal is not on this network.
    """
    chosen = options if options is not None else TravelOptions()
    pairs = tuple(pairs)
    starts: dict[tuple[int, float, int], list[int]] = {}
    for i, (start, _) in enumerate(pairs):
        key = start.snap.edge, start.snap.fraction, start.snap.access_ms
        starts.setdefault(key, []).append(i)
    routes: list[Route | None] = [None] * len(pairs)
    for group in starts.values():
        origin = replace(pairs[group[0]][0], id="", site="")
        ends = [replace(pairs[i][1], id=f"{n:09}", site=f"{n:09}") for n, i in enumerate(group)]
        question = ask(network, [origin], ends, Direction.FROM_ORIGIN, chosen)
        for found in _few(question, len(ends))[0]:
            i = group[found.destination]
            route = question.route(0, found)
            routes[i] = replace(route, from_id=pairs[i][0].id, to_id=pairs[i][1].id)
    return tuple(routes)


def _labels(question: Question, options: TravelOptions) -> NDArray[np.uint32]:
    """Return the labels of one pass over the network, see `search_kernels.two_sites`."""
    from networks.search.search_kernels import FAR, NO_SITE, two_sites  # noqa: PLC0415

    label = np.empty((len(question.network.graph.states), 4), np.uint32)
    label[:] = (FAR, NO_SITE, FAR, NO_SITE)
    wanted, pending = _wanted(question, options)
    search, far = question.search, question.far
    seed = far.state, far.ms, question.destination_site[question.far_number]
    two_sites(
        search.offset,
        search.arc,
        question.banned,
        question.wait_ms,
        seed,
        wanted,
        pending,
        label,
    )
    return label


def _wanted(question: Question, options: TravelOptions) -> tuple[NDArray[np.uint32], int]:
    """Return what the search must settle before it may stop, see `search_kernels.two_sites`.

    An origin that no other site shares an island with is not waited for, unless ferries run.
    """
    from networks.search.search_kernels import BOTH, NO_SITE  # noqa: PLC0415

    network, near = question.network, question.near
    tail, component = network.edges.tail, network.nodes.component
    sites: dict[int, set[str]] = {}
    for t in question.destinations:
        sites.setdefault(int(component[tail[t.snap.edge]]), set()).add(t.site)
    wanted = np.full(len(network.graph.states), NO_SITE, np.uint32)
    states = set()
    for i, t in enumerate(question.origins):
        around = sites.get(int(component[tail[t.snap.edge]]), set())
        if not options.ferries and around <= {t.site}:
            continue
        own = question.origin_site[i]
        for state in near.state[near.offset[i] : near.offset[i + 1]].tolist():
            wanted[state] = own if wanted[state] in (NO_SITE, own) else BOTH
            states.add(state)
    return wanted, len(states)


def _few(question: Question, count: int) -> list[list[Found]]:
    """Return the nearest `count` destinations of each origin, one a site, in order."""
    from networks.search.answer_kernels import NOWHERE  # noqa: PLC0415
    from networks.search.search_kernels import ranked  # noqa: PLC0415

    walk, near, far = question.walk, question.near, question.far
    size = len(question.network.graph.states)
    work = (
        np.empty(size, np.uint32),
        np.zeros(size, np.int32),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
    )
    answers = []
    for i in range(len(question.origins)):
        part = slice(near.offset[i], near.offset[i + 1])
        best, path_offset, path = ranked(
            (walk.offset, walk.arc, question.banned, question.wait_ms),
            (near.state[part], near.ms[part]),
            (far.state, far.ms, question.far_number),
            question.destination_site,
            question.origin_site[i],
            _beside(question, i, NOWHERE),
            count,
            work,
            i + 1,
        )
        first = np.array([0, 0, part.start, 0])  # doors are counted from the origin's own first
        answers.append(
            [
                _found(row + first * (row[3] >= 0), path[path_offset[n] : path_offset[n + 1]])
                for n, row in enumerate(best)
                if row[1] >= 0
            ]
        )
    return answers


def _beside(question: Question, i: int, nowhere: int) -> NDArray[np.int64]:
    """Return destinations on origin `i`'s own edge: number, milliseconds, way."""
    from networks.search.answer_kernels import along_edge  # noqa: PLC0415

    along, low, high, by_edge = question.beside
    rows = []
    for d in by_edge[low[i] : high[i]].tolist():
        place = len(question.origins) + d
        ms, way = along_edge(along, i, place, question.onto)
        if way != nowhere:
            rows.append((d, int(ms) + int(along[place, 3]), way))
    return np.array(rows, np.int64).reshape(-1, 3)


def _found(row: NDArray[np.int64], arcs: NDArray[np.int64]) -> Found:
    ms, destination, how, seed = row.tolist()
    return Found(ms, destination, how, seed, arcs)
