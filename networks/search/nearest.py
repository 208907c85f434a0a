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
from networks.search.times import FAR, Spreading, heap_of
from networks.types import Direction, NearestOther, Route, Terminal, TravelOptions

TIES_LISTED = 100  # enough to see what is going on; all are counted
_RESTS_MS = (
    600_000,
    2_400_000,
    FAR - 1,
)  # where the pass over the network looks whether it is done


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
    network : RoadNetwork
        The roads.
    origins, destinations : sequence of Terminal
        As in `nearest_other`.
    direction : Direction
        As in `nearest_other`.
    options : TravelOptions, optional
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
    if not question.origins:
        return
    found, ties, tied = _nearest_labelled(question, _labels(question, chosen))
    for i, each in enumerate(found):
        yield each, ties[i].tolist(), max(int(tied[i]) - 1, 0)


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


_Words = NDArray[np.uint32]


def _nearest_labelled(
    question: Question, labels: tuple[_Words, _Words]
) -> tuple[list[Found], NDArray[np.int32], NDArray[np.int64]]:
    """Return what each origin finds, the lowest of its equals and how many there are."""
    from networks.search.answer_kernels import answers  # noqa: PLC0415 (numba takes a while)

    walk, count, size = question.walk, len(question.origins), len(labels[1])
    came_by, came_from, stack, budget = (np.empty(size, np.int64) for _ in range(4))
    best, tied = np.full((count, 4), -1, np.int64), np.zeros(count, np.int64)
    ties = np.full((count, TIES_LISTED + 1), -1, np.int32)
    seen, path_offset = (
        np.zeros(len(question.destinations), np.int32),
        np.zeros(count + 1, np.int64),
    )
    # Room for any one route, and for some hundred real ones; what is not used takes no memory.
    path = np.empty(4 * size + 1, np.int64)
    stamp = np.zeros(size, np.int32)
    found: list[Found] = []
    while len(found) < count:
        done = answers(
            (walk.offset, walk.arc, question.banned, question.wait_ms),
            labels,
            (question.far.state, question.far.ms, question.far_number),
            question.origin_site,
            (question.near.offset, question.near.state, question.near.ms),
            (*question.beside, question.destination_site),
            question.onto,
            len(found),
            (stamp, came_by, came_from, stack, budget),
            (best, tied, ties, seen, path_offset, path),
        )
        path_offset[len(found)] = 0
        found += [
            _found(best[i], path[path_offset[i] : path_offset[i + 1]].copy())
            for i in range(len(found), done)
        ]
    return found, ties, tied


def _labels(question: Question, options: TravelOptions) -> tuple[_Words, _Words]:
    """Return what `answers` reads: the nearest site of each state, and the next where it matters.

    The pass that labels rests when it has come some minutes far, and goes on if an origin's
    answer lies further away: who asks for one place in a large network need not wait for all of it.
    """
    from networks.search.search_kernels import beyond  # noqa: PLC0415 (compiled)

    size = len(question.network.graph.states)
    second = np.full(size, FAR, np.uint32)
    work = np.empty(size, np.uint32), np.zeros(size, np.int32), np.empty(size, np.int64)
    walk, search, near, far = question.walk, question.search, question.near, question.far
    options_of = question.banned, question.wait_ms
    seed = far.state, far.ms, question.destination_site[question.far_number]
    asked, site = _asked(question, options)
    heap = heap_of(len(walk.arc), len(near.state))
    spreading = Spreading.of(question, seed, FAR - 1)
    open_ones, epoch = len(asked), 0
    for pause_ms in _RESTS_MS:
        spreading.go_on(pause_ms)
        open_ones = beyond(
            (walk.offset, walk.arc, *options_of),
            (search.offset, search.arc, *options_of),
            spreading.label,
            np.uint32(pause_ms),
            asked[:open_ones],
            site,
            (near.offset, near.state, near.ms),
            seed,
            heap,
            work,
            epoch,
            second,
        )
        epoch += len(asked)
        if not open_ones:
            break
    return spreading.label, second


def _asked(question: Question, options: TravelOptions) -> tuple[NDArray[np.int64], _Words]:
    """Return the origins that may find another site, and their own, see `search_kernels.beyond`.

    Not an origin that no other site shares an island with, unless ferries run: it would search
    the whole island.
    """
    from networks.search.search_kernels import NOBODY  # noqa: PLC0415 (compiled)

    network = question.network
    tail, component = network.edges.tail, network.nodes.component
    sites: dict[int, set[str]] = {}
    for t in question.destinations:
        sites.setdefault(int(component[tail[t.snap.edge]]), set()).add(t.site)
    asked = [
        i
        for i, t in enumerate(question.origins)
        if options.ferries or not sites.get(int(component[tail[t.snap.edge]]), set()) <= {t.site}
    ]
    shared = np.isin(question.origin_site, question.destination_site)
    site = np.where(shared, question.origin_site, NOBODY).astype(np.uint32)
    return np.array(asked, np.int64), site


def _few(question: Question, count: int) -> list[list[Found]]:
    """Return the nearest `count` destinations of each origin, one a site, in order."""
    from networks.search.answer_kernels import NOWHERE  # noqa: PLC0415
    from networks.search.search_kernels import ranked  # noqa: PLC0415

    walk, near, far = question.walk, question.near, question.far
    size = len(question.network.graph.states)
    heap = heap_of(len(walk.arc), len(near.state))
    work = (
        np.empty(size, np.uint32),
        np.zeros(size, np.int32),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
    )
    answers = []
    for i in range(len(question.origins)):
        part = slice(near.offset[i], near.offset[i + 1])
        best = np.full((count, 4), -1, np.int64)
        ranked(
            (walk.offset, walk.arc, question.banned, question.wait_ms),
            (near.state[part], near.ms[part]),
            (far.state, far.ms, question.far_number),
            question.destination_site,
            question.origin_site[i],
            _beside(question, i, NOWHERE),
            heap,
            work,
            i + 1,
            best,
        )
        path_offset, path = _routes(best, work[2], work[3])
        first = np.array([0, 0, part.start, 0])  # doors are counted from the origin's own first
        answers.append(
            [
                _found(row + first * (row[3] >= 0), path[path_offset[n] : path_offset[n + 1]])
                for n, row in enumerate(best)
                if row[1] >= 0
            ]
        )
    return answers


def _routes(
    best: NDArray[np.int64], came_by: NDArray[np.int64], came_from: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the arcs to each destination that was met, packed; note the doors they start at."""
    from networks.search.answer_kernels import traced  # noqa: PLC0415 (compiled)

    path_offset = np.zeros(len(best) + 1, np.int64)
    traced(best, came_by, came_from, path_offset, np.empty(0, np.int64), False)
    path = np.empty(path_offset[-1], np.int64)
    traced(best, came_by, came_from, path_offset, path, True)
    return path_offset, path


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
