"""The nearest other place for all origins at once, with the decisive route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.doors import Doors, DoorTable, banned_flags, door_table
from networks.network import ArcRows, RoadNetwork
from networks.routes import Drive, build_route, drive_along, drive_beside
from networks.terminals import beside_table, check_terminals
from networks.types import Direction, NearestOther, Terminal, TravelOptions

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
    check_terminals(network, origins, destinations, chosen)
    if not origins:
        return ()
    ordered = sorted(destinations, key=lambda t: t.id)
    solved = _solve(network, origins, ordered, direction, chosen)
    return tuple(solved.answer(i) for i in range(len(origins)))


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """A finished search, from which every origin's answer is read."""

    network: RoadNetwork
    origins: Sequence[Terminal]
    destinations: Sequence[Terminal]  # by id
    onto: bool  # whether drives lead from origin to destination
    wait_ms: int
    near: DoorTable
    seeds: DoorTable
    rows: ArcRows
    best: NDArray[np.int64]
    tied: NDArray[np.int64]
    ties: NDArray[np.int32]
    path_offset: NDArray[np.int64]
    path: NDArray[np.int64]

    def answer(self, i: int) -> NearestOther:
        origin = self.origins[i]
        least, number = int(self.best[i, 0]), int(self.best[i, 1])
        if least < 0:
            return NearestOther(origin.id, None, None, None)
        there = self.destinations[number]
        start, end = (origin, there) if self.onto else (there, origin)
        route = build_route(self.network, self._drive(i, origin, there), start, end)
        if route.travel_ms != least + origin.snap.access_ms:  # the route proves the number
            raise AssertionError(f"route {route.travel_ms} ms, search {least} ms")
        equals = [int(d) for d in self.ties[i] if d >= 0 and d != number]
        return NearestOther(
            origin_id=origin.id,
            destination_id=there.id,
            travel_ms=route.travel_ms,
            route=route,
            ties=tuple(self.destinations[d].id for d in equals),
            tie_count=int(self.tied[i]) - 1,
        )

    def _drive(self, i: int, origin: Terminal, there: Terminal) -> Drive:
        how, seed = int(self.best[i, 2]), int(self.best[i, 3])
        ends = [origin.snap.fraction, there.snap.fraction]
        if seed < 0:
            ms = int(self.best[i, 0]) - there.snap.access_ms
            first, last = ends if self.onto else ends[::-1]
            return drive_beside(origin.snap.edge, first, last, ms)
        near = int(self.near.directed[how]), int(self.near.ms[how]), ends[0]
        far_ms = int(self.seeds.ms[seed]) - there.snap.access_ms
        far = int(self.seeds.directed[seed]), far_ms, ends[1]
        arcs = self.path[self.path_offset[i] : self.path_offset[i + 1]]
        if self.onto:
            return drive_along(self.rows, arcs, self.wait_ms, near, far)
        return drive_along(self.rows, arcs[::-1], self.wait_ms, far, near)


def _solve(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    direction: Direction,
    options: TravelOptions,
) -> _Solved:
    from networks.answer_kernels import answers  # noqa: PLC0415 (numba takes a while)
    from networks.search_kernels import FAR, NO_SITE, two_sites  # noqa: PLC0415

    onto = direction is Direction.FROM_ORIGIN
    graph = network.graph
    search, walk = (graph.back, graph.onward) if onto else (graph.onward, graph.back)
    banned = np.uint32(banned_flags(options))
    wait_ms = np.uint32(options.ferry_wait_ms)
    doors = Doors(network, int(banned))
    near = door_table(doors, [t.snap for t in origins], leaving=onto)
    far = door_table(doors, [t.snap for t in destinations], leaving=not onto)
    number = np.repeat(np.arange(len(destinations)), np.diff(far.offset))
    egress_ms = np.array([t.snap.access_ms for t in destinations], np.int64)
    order = np.lexsort((number, far.ms, far.state))
    seeds = DoorTable(
        far.offset,
        far.state[order],
        (far.ms[order] + egress_ms[number[order]]).astype(np.uint32),
        far.directed[order],
    )
    seed_dest: NDArray[np.uint32] = number[order].astype(np.uint32)
    sites = {site: i for i, site in enumerate(sorted({t.site for t in (*origins, *destinations)}))}
    dest_site = np.array([sites[t.site] for t in destinations], np.uint32)
    origin_site = np.array([sites[t.site] for t in origins], np.uint32)
    label = np.empty((len(graph.states), 4), np.uint32)
    label[:] = (FAR, NO_SITE, FAR, NO_SITE)
    wanted, pending = _wanted(network, origins, destinations, near, origin_site, options)
    seed = (seeds.state, seeds.ms, dest_site[seed_dest])
    two_sites(search.offset, search.arc, banned, wait_ms, seed, wanted, pending, label)
    found = answers(
        (walk.offset, walk.arc, banned, wait_ms),
        label,
        (seeds.state, seeds.ms, seed_dest),
        origin_site,
        (near.offset, near.state, near.ms),
        (*beside_table(network, origins, destinations, int(banned)), dest_site),
        onto,
        TIES_LISTED + 1,
    )
    return _Solved(
        network, origins, destinations, onto, options.ferry_wait_ms, near, seeds, walk, *found
    )


def _wanted(
    network: RoadNetwork,
    origins: Sequence[Terminal],
    destinations: Sequence[Terminal],
    near: DoorTable,
    origin_site: NDArray[np.uint32],
    options: TravelOptions,
) -> tuple[NDArray[np.uint32], int]:
    """Return what the search must settle before it may stop, see `search_kernels.two_sites`.

    An origin that no other site shares an island with is not waited for, unless ferries run.
    """
    from networks.search_kernels import BOTH, NO_SITE  # noqa: PLC0415

    component = network.nodes.component[network.edges.tail]
    sites: dict[int, set[str]] = {}
    for t in destinations:
        sites.setdefault(int(component[t.snap.edge]), set()).add(t.site)
    wanted = np.full(len(network.graph.states), NO_SITE, np.uint32)
    states = set()
    for i, t in enumerate(origins):
        if not options.ferries and not sites.get(int(component[t.snap.edge]), set()) - {t.site}:
            continue
        for state in near.state[near.offset[i] : near.offset[i + 1]].tolist():
            taken = wanted[state] not in (NO_SITE, origin_site[i])
            wanted[state] = BOTH if taken else origin_site[i]
            states.add(state)
    return wanted, len(states)
