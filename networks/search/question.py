"""Who asks for whom: origins and destinations tied to the search graph, ready for a kernel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import one_of
from networks.network import ArcRows, RoadNetwork
from networks.search.doors import Doors, DoorTable, banned_flags, door_table
from networks.search.routes import Drive, build_route, drive_along, drive_beside
from networks.search.terminals import beside_table, check_terminals
from networks.types import Direction, NearestOther, Route, Terminal, TravelOptions


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A destination that a kernel found for an origin.

    Parameters
    ----------
    ms : int
        Milliseconds without the origin's access.
    destination : int
        Number of the destination, -1 when none can be reached.
    how : int
        Index of the origin's door, or the way along the edge both are on.
    seed : int
        Index of the destination's door, -1 when both are on one edge.
    arcs : (K,) int64
        Arcs of `Question.walk` in the order walked from the origin.
    """

    ms: int
    destination: int
    how: int
    seed: int
    arcs: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Origins and destinations on a network, in arrays.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins, destinations : sequence of Terminal
        Destinations are sorted by id, which numbers them.
    onto : bool
        Whether drives lead from origin to destination.
    banned, wait_ms : uint32
        Options as kernels take them.
    near, far : DoorTable
        Doors of the origins; doors of the destinations sorted by state, the milliseconds to the
        destination's own door included.
    far_number : (K,) uint32
        Destination of each door in `far`.
    origin_site, destination_site : (O,) and (D,) uint32
        Numbers of the sites.
    beside : tuple of arrays
        See `terminals.beside_table`.
    """

    network: RoadNetwork
    origins: Sequence[Terminal]
    destinations: Sequence[Terminal]
    onto: bool
    banned: np.uint32
    wait_ms: np.uint32
    near: DoorTable
    far: DoorTable
    far_number: NDArray[np.uint32]
    origin_site: NDArray[np.uint32]
    destination_site: NDArray[np.uint32]
    beside: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

    @property
    def walk(self) -> ArcRows:
        """Rows that lead from origins towards destinations."""
        graph = self.network.graph
        return graph.onward if self.onto else graph.back

    @property
    def search(self) -> ArcRows:
        """Rows that lead from destinations towards origins."""
        graph = self.network.graph
        return graph.back if self.onto else graph.onward

    def route(self, i: int, found: Found) -> Route:
        """Return the drive between origin `i` and what was found for it.

        Raises
        ------
        AssertionError
            When the route does not take the milliseconds that the search found.
        """
        origin, there = self.origins[i], self.destinations[found.destination]
        start, end = (origin, there) if self.onto else (there, origin)
        route = build_route(self.network, self._drive(origin, there, found), start, end)
        if route.travel_ms != found.ms + origin.snap.access_ms:  # the route proves the number
            raise AssertionError(f"route {route.travel_ms} ms, search {found.ms} ms")
        return route

    def edges(self, i: int, found: Found) -> NDArray[np.int64]:
        """Return the edges of the drive between origin `i` and what was found for it."""
        if found.destination < 0:
            return np.zeros(0, np.int64)
        return self._drive(self.origins[i], self.destinations[found.destination], found).edge

    def answer(
        self, i: int, found: Found, ties: tuple[str, ...] = (), tie_count: int = 0
    ) -> NearestOther:
        """Return the answer for origin `i`."""
        origin = self.origins[i]
        if found.destination < 0:
            return NearestOther(origin.id, None, None, None)
        route = self.route(i, found)
        there = self.destinations[found.destination]
        return NearestOther(origin.id, there.id, route.travel_ms, route, ties, tie_count)

    def _drive(self, origin: Terminal, there: Terminal, found: Found) -> Drive:
        ends = origin.snap.fraction, there.snap.fraction
        if found.seed < 0:
            first, last = ends if self.onto else ends[::-1]
            return drive_beside(origin.snap.edge, first, last, found.ms - there.snap.access_ms)
        near = int(self.near.directed[found.how]), int(self.near.ms[found.how]), ends[0]
        far_ms = int(self.far.ms[found.seed]) - there.snap.access_ms
        far = int(self.far.directed[found.seed]), far_ms, ends[1]
        wait_ms = int(self.wait_ms)
        if self.onto:
            return drive_along(self.walk, found.arcs, wait_ms, near, far)
        return drive_along(self.walk, found.arcs[::-1], wait_ms, far, near)


def ask(
    network: RoadNetwork,
    origins: Iterable[Terminal],
    destinations: Iterable[Terminal],
    direction: Direction,
    options: TravelOptions,
) -> Question:
    """Return the question, after checking the terminals.

    Raises
    ------
    SearchError
        When ids repeat, sites contradict each other, or a terminal is not on this network.
    UsageError
        There is no such direction.
    """
    origins, destinations = tuple(origins), tuple(destinations)
    onto = one_of(Direction, direction, "direction") is Direction.FROM_ORIGIN
    check_terminals(network, origins, destinations, options)
    ordered = sorted(destinations, key=lambda t: t.id)
    doors = Doors(network, banned_flags(options))
    far, number = _far(doors, ordered, leaving=not onto)
    sites = {site: i for i, site in enumerate(sorted({t.site for t in (*origins, *ordered)}))}
    return Question(
        network=network,
        origins=origins,
        destinations=ordered,
        onto=onto,
        banned=np.uint32(doors.banned),
        wait_ms=np.uint32(options.ferry_wait_ms),
        near=door_table(doors, [t.snap for t in origins], leaving=onto),
        far=far,
        far_number=number,
        origin_site=np.array([sites[t.site] for t in origins], np.uint32),
        destination_site=np.array([sites[t.site] for t in ordered], np.uint32),
        beside=beside_table(network, origins, ordered, doors.banned),
    )


def _far(
    doors: Doors, destinations: Sequence[Terminal], *, leaving: bool
) -> tuple[DoorTable, NDArray[np.uint32]]:
    """Return the destinations' doors by state, and whose each is."""
    table = door_table(doors, [t.snap for t in destinations], leaving=leaving)
    number = np.repeat(np.arange(len(destinations)), np.diff(table.offset))
    access_ms = np.array([t.snap.access_ms for t in destinations], np.int64)
    ms = table.ms + access_ms[number]
    order = np.lexsort((number, ms, table.state))
    ordered = DoorTable(
        table.offset,
        table.state[order],
        ms[order].astype(np.uint32),
        table.directed[order],
    )
    return ordered, number[order].astype(np.uint32)
