"""Times from many places at once: a grid over a prefecture, say.

A place is tied to an edge as a terminal is, and its milliseconds are those that `nearest_other`
gives for it; only there is no route, and sites play no part. What lies between a place and the
search graph is worked out once (`Places`) and serves any number of searches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from groundfloor.arguments import whole_number
from networks.network import CLOSED, LINK, WORD_MS, RoadNetwork
from networks.search.doors import DoorTable
from networks.search.question import Question, ask
from networks.search.terminals import check_places
from networks.search.times import FAR, UNREACHABLE, label_states
from networks.types import Direction, Snap, Terminal, TravelOptions

_Longs = NDArray[np.int64]
_NEVER = np.int64(1) << 40  # milliseconds, beyond any label


@dataclass(frozen=True, slots=True, eq=False)
class TiedPlaces:
    """Many places tied to the roads, in columns: of a grid there are tens of thousands.

    Parameters
    ----------
    edge : (P,) int64
        The edge that each is tied to.
    fraction : (P,) float64
        Where along it, 0 at its tail.
    access_ms : (P,) int64
        Milliseconds from the place to it.
    """

    edge: _Longs
    fraction: NDArray[np.float64]
    access_ms: _Longs

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.edge)

    @classmethod
    def of(cls, snaps: Sequence[Snap]) -> TiedPlaces:
        """Return some snaps in columns."""
        return cls(
            edge=np.array([s.edge for s in snaps], np.int64),
            fraction=np.array([s.fraction for s in snaps], np.float64),
            access_ms=np.array([s.access_ms for s in snaps], np.int64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PlaceTimes:
    """What lies between each place and its nearest destination.

    Parameters
    ----------
    ms : (P,) int64
        Milliseconds door to door, -1 where no destination can be reached.
    destination : (P,) int32
        Index into the destinations as they were given, -1 likewise; of equals, one.
    """

    ms: NDArray[np.int64]
    destination: NDArray[np.int32]


def place_times(
    network: RoadNetwork,
    places: Sequence[Snap] | TiedPlaces,
    destinations: Sequence[Terminal],
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> PlaceTimes:
    """Return the milliseconds between each place and its nearest destination.

    One pass over the network serves all places.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    places : sequence of Snap, or TiedPlaces
        P places; their access counts.
    destinations : sequence of Terminal
        Ids unique; their access counts.
    direction : Direction
        Whether drives lead from the places to a destination, or from a destination to them.
    options : TravelOptions, optional
        Tolls, ferries, waiting time; by default tolls yes, ferries no.

    Returns
    -------
    PlaceTimes
        For each place the milliseconds of `nearest_other` with every destination on another site.

    Raises
    ------
    SearchError
        When ids repeat, sites contradict each other, or a place or terminal is not on this network.
    """
    destinations = tuple(destinations)
    near = Near.of(network, places, destinations, direction, options)
    question = near.question
    best = near.through(label_states(question))
    for at, i, there_ms in near.beside(range(len(question.destinations))):
        np.minimum.at(best, at, _key(there_ms, np.int64(i)))
    ms, number = np.divmod(best, _NUMBERS)
    reached = ms < _NEVER
    index = {t.id: i for i, t in enumerate(destinations)}
    given = np.array([index[t.id] for t in question.destinations] or [0], np.int32)
    return PlaceTimes(
        ms=np.where(reached, ms + near.access_ms, UNREACHABLE),
        destination=np.where(reached, given[np.where(reached, number, 0)], -1).astype(np.int32),
    )


def times_to_each(
    network: RoadNetwork,
    places: Sequence[Snap] | TiedPlaces,
    destinations: Sequence[Terminal],
    limit_ms: int,
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> Iterator[NDArray[np.int64]]:
    """Yield for each destination the milliseconds between every place and it.

    One search for each destination, which ends at the limit.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    places : sequence of Snap, or TiedPlaces
        P places; their access counts.
    destinations : sequence of Terminal
        As in `place_times`.
    limit_ms : int
        Places further away are left out; zero or more.
    direction : Direction
        As in `place_times`.
    options : TravelOptions, optional
        As in `place_times`.

    Yields
    ------
    (P,) int64
        In the order of the destinations; -1 beyond the limit.

    Raises
    ------
    SearchError
        As `place_times`.
    """
    destinations = tuple(destinations)
    near = Near.of(network, places, destinations, direction, options)
    question = near.question
    limit_ms = whole_number(limit_ms, "limit_ms", least=0)
    number = {t.id: i for i, t in enumerate(question.destinations)}
    for terminal in destinations:
        i = number[terminal.id]
        best = near.through(label_states(only(question, i), limit_ms))
        for at, _, ms in near.beside([i]):
            np.minimum.at(best, at, _key(ms, np.int64(i)))
        total = best // _NUMBERS + near.access_ms
        yield np.where(total <= limit_ms, total, UNREACHABLE)


_NUMBERS = np.int64(1) << 20  # destinations, below the milliseconds in one number


def _key(ms: np.int64 | _Longs, number: np.int64 | _Longs) -> _Longs:
    """Return milliseconds and destination as one number, by which the least is the nearest."""
    key: _Longs = np.asarray(ms * _NUMBERS + number)
    return key


def only(question: Question, i: int) -> Question:
    """Return the question with one destination's doors."""
    far = question.far
    own = question.far_number == i
    doors = DoorTable(far.offset, far.state[own], far.ms[own], far.directed[own])
    return replace(question, far=doors, far_number=question.far_number[own])


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Places tied to the search graph of a question.

    Parameters
    ----------
    question : Question
        Destinations and options.
    edge, fraction, access_ms : (P,) arrays
        Of the places.
    place, state, ms : (K,) int64
        Doors: the place, the state next to it, and the milliseconds between, as
        `networks.search.doors.Doors` has them one by one.
    by_edge : (P',) int64
        Places inside edges, by edge.
    """

    question: Question
    edge: _Longs
    fraction: NDArray[np.float64]
    access_ms: _Longs
    place: _Longs
    state: _Longs
    ms: _Longs
    by_edge: _Longs

    @classmethod
    def of(
        cls,
        network: RoadNetwork,
        places: Sequence[Snap] | TiedPlaces,
        destinations: Sequence[Terminal],
        direction: Direction,
        options: TravelOptions | None,
    ) -> Near:
        """Return places tied to the graph of the question of destinations.

        Raises
        ------
        SearchError
            As `place_times`.
        """
        tied = places if isinstance(places, TiedPlaces) else TiedPlaces.of(tuple(places))
        chosen = options if options is not None else TravelOptions()
        edge, fraction, access_ms = tied.edge, tied.fraction, tied.access_ms
        check_places(network, edge, fraction, access_ms, chosen)
        question = ask(network, (), destinations, direction, chosen)
        inside = np.flatnonzero((fraction > 0.0) & (fraction < 1.0))
        at_end = np.flatnonzero((fraction <= 0.0) | (fraction >= 1.0))
        doors = [_doors_inside(question, inside, edge[inside], fraction[inside])]
        doors.append(_doors_of_nodes(question, at_end, edge[at_end], fraction[at_end]))
        place, state, ms = (np.concatenate(column) for column in zip(*doors, strict=True))
        by_edge = inside[np.argsort(edge[inside], kind="stable")]
        return cls(question, edge, fraction, access_ms, place, state, ms, by_edge)

    def through(self, label: NDArray[np.uint32]) -> _Longs:
        """Return the key of the nearest destination by way of the doors, for each place."""
        best = np.full(len(self.edge), _key(_NEVER, np.int64(0)))
        np.minimum.at(best, self.place, self.keys(label))
        return best

    def keys(self, label: NDArray[np.uint32]) -> _Longs:
        """Return the key of the nearest destination by way of each door."""
        behind = label[self.state].astype(np.int64)
        reached = behind[:, 0] != FAR
        ms = np.where(reached, behind[:, 0] + self.ms, _NEVER)
        return _key(ms, np.where(reached, behind[:, 1], 0))

    def beside(self, numbers: Sequence[int]) -> Iterator[tuple[_Longs, int, _Longs]]:
        """Yield places on a destination's own edge, its number, and milliseconds along the edge."""
        question, edges = self.question, self.question.network.edges
        along, _, _, inside = question.beside
        own = set(inside.tolist())
        here = self.edge[self.by_edge]
        for i in numbers:
            if i not in own:
                continue
            snap = question.destinations[i].snap
            low, high = np.searchsorted(here, [snap.edge, snap.edge + 1])
            at = self.by_edge[low:high]
            fraction = self.fraction[at]
            best = np.where(fraction == snap.fraction, np.int64(0), _NEVER)
            before = (fraction < snap.fraction) == question.onto
            for backward, whole in enumerate((edges.forward_ms, edges.backward_ms)):
                if (there := int(along[i, backward])) == CLOSED:
                    continue
                between = np.abs(_split(np.int64(whole[snap.edge]), fraction) - there)
                fits = before if not backward else ~before
                best = np.where(fits, np.minimum(best, between), best)
            ways = best < _NEVER
            yield at[ways], i, best[ways] + snap.access_ms


def _split(whole_ms: np.int64 | _Longs, fraction: NDArray[np.float64]) -> _Longs:
    """Return the milliseconds from tails to places, as `networks.search.doors.split_ms`."""
    parts: _Longs = np.floor(whole_ms * fraction + 0.5).astype(np.int64)
    return parts


_DoorRows = tuple[_Longs, _Longs, _Longs]


def _doors_of_nodes(
    question: Question, place: _Longs, edge: _Longs, fraction: NDArray[np.float64]
) -> _DoorRows:
    """Return the doors of places that are junctions."""
    edges, states = question.network.edges, question.network.graph.states
    node = np.where(fraction <= 0.0, edges.tail[edge], edges.head[edge]).astype(np.int64)
    if question.onto:
        return place, _entries(question.network, node), np.zeros(len(place), np.int64)
    first = len(question.network.nodes)
    low = np.searchsorted(states.node[first:], node, "left")
    count = np.searchsorted(states.node[first:], node, "right") - low
    copy = _runs(low, count) + first
    return (
        np.concatenate([place, np.repeat(place, count)]),
        np.concatenate([node, copy]),
        np.zeros(len(place) + len(copy), np.int64),
    )


def _doors_inside(
    question: Question, place: _Longs, edge: _Longs, fraction: NDArray[np.float64]
) -> _DoorRows:
    """Return the doors of places inside edges, in both directions."""
    edges, rows = question.network.edges, question.network.graph.onward
    source, arc = _arcs(question, edge)
    by_directed = np.argsort(rows.directed[arc], kind="stable")
    source, arc = source[by_directed], arc[by_directed]
    listed = rows.directed[arc]
    parts: list[_DoorRows] = []
    for backward, (whole, delay) in enumerate(
        ((edges.forward_ms, edges.forward_delay_ms), (edges.backward_ms, edges.backward_delay_ms))
    ):
        whole_ms, delay_ms = whole[edge].astype(np.int64), delay[edge].astype(np.int64)
        from_tail = _split(whole_ms, fraction)
        before_ms = whole_ms - from_tail if backward else from_tail
        directed = 2 * edge + backward
        low = np.searchsorted(listed, directed, "left")
        count = np.searchsorted(listed, directed, "right") - low
        count[whole_ms == CLOSED] = 0
        at, of = _runs(low, count), np.repeat(np.arange(len(edge)), count)
        if question.onto:
            state = rows.arc[arc[at], 0].astype(np.int64)
            ms = (whole_ms - before_ms + delay_ms)[of]
        else:
            state = source[at]
            turn_ms = (rows.arc[arc[at], 1] & WORD_MS).astype(np.int64)
            turn_ms -= (whole_ms + delay_ms)[of]
            ms = before_ms[of] + turn_ms
        parts.append((place[of], state, ms))
    places, states, times = (np.concatenate(column) for column in zip(*parts, strict=True))
    return places, states, times


def _arcs(question: Question, edge: _Longs) -> tuple[_Longs, _Longs]:
    """Return the permitted arcs along some edges on which drives of the question end or begin.

    Drives that end may come from any state. Drives that begin do so in the nodes themselves; only
    where no arc along the edge leaves there, in the states kept for such starts.
    """
    network, rows = question.network, question.network.graph.onward
    wanted = np.zeros(len(network.edges), bool)
    wanted[edge] = True
    usable = (rows.arc[:, 1] & question.banned) == 0
    usable &= (rows.directed != LINK) & wanted[rows.directed >> 1]
    arc = np.flatnonzero(usable)
    source = np.searchsorted(rows.offset, arc, "right") - 1
    if not question.onto:
        return source, arc
    plain = source < len(network.nodes)
    entry_state = network.graph.states.entry_state
    entry = np.isin(source, entry_state) & ~plain
    taken = np.zeros(2 * len(network.edges), bool)
    taken[rows.directed[arc[plain]]] = True
    kept = plain | (entry & ~taken[rows.directed[arc]])
    return source[kept], arc[kept]


def _entries(network: RoadNetwork, node: _Longs) -> _Longs:
    """Return the states in which drives that start in nodes begin."""
    states = network.graph.states
    if not len(states.entry_node):
        return node
    at = np.minimum(np.searchsorted(states.entry_node, node), len(states.entry_node) - 1)
    return np.where(states.entry_node[at] == node, states.entry_state[at], node).astype(np.int64)


def _runs(low: _Longs, count: _Longs) -> _Longs:
    """Return the numbers from each `low` on, `count` of each."""
    begin = np.cumsum(count) - count
    runs: _Longs = np.arange(int(count.sum())) + np.repeat(low - begin, count)
    return runs
