"""Why two engines disagree: a cause is named when the difference vanishes without it.

Tried are first what concerns turns: our network without its turn restrictions, and with turning
back at dead ends only, as OSRM has it. Then ways: of the roads that only the quicker of two drives
uses the one that most drives have in common is taken out on that side, and both are asked again;
then the next, until all is explained or nothing is left to try.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium

from networks import RoadNetwork
from networks.closures.closing import close_edges
from networks.network import CLOSED, Turns
from networks.search.graph import build_graph

US, ENGINE = "us", "the engine"
MOST_WAYS = 25  # of each side; each costs an extract and a contraction
TENTHS_S = 0.15  # the engine's times are whole tenths
Times = Sequence[float | None]  # seconds by drive; None without a way


@dataclass(frozen=True, slots=True)
class Difference:
    """A drive whose two times differ.

    Parameters
    ----------
    quicker : str
        Who finds the quicker way, or any: `US` or `ENGINE`.
    ours_s, theirs_s : float or None
        Seconds.
    ways : frozenset of int
        OSM ways that only the quicker one drives on.
    """

    quicker: str
    ours_s: float | None
    theirs_s: float | None
    ways: frozenset[int]


@dataclass(frozen=True, slots=True)
class Sides:
    """Who answers again when something is taken out.

    Parameters
    ----------
    network : RoadNetwork
        Ours.
    ours : callable
        Seconds of our drives, by number, on another network.
    theirs : callable
        Seconds of the engine's, by number, on an extract without some ways.
    """

    network: RoadNetwork
    ours: Callable[[RoadNetwork, Sequence[int]], Times]
    theirs: Callable[[frozenset[int], Sequence[int]], Times]


@dataclass(slots=True)
class Causes:
    """Looks for causes of differences; filled as they are found.

    Parameters
    ----------
    found : mapping of int to (str, str)
        Who drives it, and what explains the difference, by number of the drive.
    """

    differences: Sequence[Difference]
    sides: Sides
    much: float
    words: Callable[[int, str], str]
    found: dict[int, tuple[str, str]] = field(default_factory=dict)

    def look(self) -> Counter[tuple[str, str]]:
        """Return how many differences have which cause."""
        for i, d in enumerate(self.differences):
            known = d.ours_s is not None and d.theirs_s is not None
            if known and abs((d.ours_s or 0.0) - (d.theirs_s or 0.0)) <= TENTHS_S:
                self.found[i] = "both", "a drive so short that its tenths of a second tell"
        restrictions = "a turn restriction that it does not keep"
        self._ours(ENGINE, without_restrictions(self.sides.network), restrictions)
        turning = "turning back at a junction or in a street, which it does in dead ends only"
        self._ours(US, at_dead_ends_only(self.sides.network), turning)
        for side in (ENGINE, US):
            self._ways(side)
        for number, difference in enumerate(self.differences):
            self.found.setdefault(number, (difference.quicker, "not explained"))
        return Counter(self.found.values())

    def _open(self, side: str) -> list[int]:
        return [
            i for i, d in enumerate(self.differences) if d.quicker == side and i not in self.found
        ]

    def _ours(self, side: str, network: RoadNetwork, words: str) -> None:
        numbers = self._open(side)
        if numbers:
            self._settle(numbers, self.sides.ours(network, numbers), None, (side, words))

    def _ways(self, side: str) -> None:
        tried: set[int] = set()
        while (numbers := self._open(side)) and len(tried) < MOST_WAYS:
            count = Counter(w for i in numbers for w in self.differences[i].ways - tried)
            if not count:
                return
            way = min(count, key=lambda w: (-count[w], w))
            tried.add(way)
            mine = [i for i in numbers if way in self.differences[i].ways]
            words = side, self.words(way, side)
            if side == US:
                shut = close_edges(self.sides.network, self.sides.network.edges.source_id == way)
                self._settle(mine, self.sides.ours(shut, mine), None, words)
            else:
                self._settle(mine, None, self.sides.theirs(frozenset({way}), mine), words)

    def _settle(
        self,
        numbers: Sequence[int],
        ours: Times | None,
        theirs: Times | None,
        words: tuple[str, str],
    ) -> None:
        for at, i in enumerate(numbers):
            difference = self.differences[i]
            a = difference.ours_s if ours is None else ours[at]
            b = difference.theirs_s if theirs is None else theirs[at]
            if alike(a, b, self.much):
                self.found[i] = words


def alike(a: float | None, b: float | None, much: float) -> bool:
    """Whether two times are none, or differ by no more than a share of the first.

    Examples
    --------
    >>> alike(100.0, 102.0, 0.03), alike(None, None, 0.03), alike(100.0, None, 0.03)
    (True, True, False)
    """
    if a is None or b is None:
        return a is b
    return abs(b - a) <= much * max(a, 0.001)


def without_restrictions(network: RoadNetwork) -> RoadNetwork:
    """Return the network with every turn allowed."""
    return _with_turns(network, ())


def at_dead_ends_only(network: RoadNetwork) -> RoadNetwork:
    """Return the network with turning back forbidden wherever a road leads on."""
    edges, directed = network.edges, network.turns.directed.tolist()
    known = [tuple(directed[a:b]) for a, b in pairwise(network.turns.offset.tolist())]
    leaving: Counter[int] = Counter()
    both = list(_both_ways(network))
    for tail, head, forward, backward in both:
        leaving[tail] += forward
        leaving[head] += backward
    back = [
        (2 * e + side, 2 * e + 1 - side)
        for e, (tail, head, forward, backward) in enumerate(both)
        if forward and backward and not edges.ferry[e]
        for side, end in ((0, head), (1, tail))
        if leaving[end] > 1
    ]
    return _with_turns(network, [*known, *back])


def _both_ways(network: RoadNetwork) -> Iterator[tuple[int, int, bool, bool]]:
    edges = network.edges
    columns = edges.tail, edges.head, edges.forward_ms != CLOSED, edges.backward_ms != CLOSED
    yield from zip(*(column.tolist() for column in columns), strict=True)


def _with_turns(network: RoadNetwork, sequences: Sequence[tuple[int, ...]]) -> RoadNetwork:
    offset = np.zeros(len(sequences) + 1, np.int64)
    np.cumsum([len(s) for s in sequences], out=offset[1:])
    turns = Turns(offset=offset, directed=np.array([d for s in sequences for d in s], np.int32))
    graph = build_graph(network.nodes, network.edges, network.shapes, turns, network.profile)
    return replace(network, turns=turns, graph=graph)


def write_without(extract: Path, ways: frozenset[int], out: Path) -> None:
    """Write an extract without some ways."""
    with osmium.SimpleWriter(str(out), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(extract)):
            if not (thing.is_way() and thing.id in ways):
                writer.add(thing)
