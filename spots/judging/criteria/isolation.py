"""Who reaches no other by road: the other way, and what proves that there is none.

"No road leads to any other" is what every fault of the road data looks like: a way that is missing
or drawn in one direction, two ends that do not meet. It is believed only where something else says
so: the ground itself, the user, or a closed or toll road that the run leaves out. Elsewhere a
hospital that counts may be as near as the straight line at the roads' top speed, as one off the
roads may (`spots.judging.criteria.unmeasured`).

Ground is apart from the main land when no road of the network's main part lies on it: a piece of
land of the municipalities' outlines, whose parts touch. A bridge thus joins an island to the rest.

Stands apart: it weighs what no search can find.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries import Regions
from groundfloor.guarded_shapes import prepared_copy
from networks import (
    Direction,
    NearestOther,
    RoadNetwork,
    Snap,
    Terminal,
    TravelOptions,
    drives,
    nearest_other,
)
from spots.judging.criteria.unmeasured import Yardstick, soonest
from spots.types import Facility, Isolation, Position, Unmeasured, Whereabouts

# Outlines of two municipalities meet within a few metres; a strait is wider.
_TOUCHING = 5e-5  # degrees, about 5 m
_OFFSHORE = 0.01  # degrees, about 1 km: positions so far off the outlines lie on no known ground
Tied = tuple[Facility, Terminal]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, eq=False)
class _Land:
    """Pieces of the municipalities' ground, and places on the main part of the roads."""

    pieces: NDArray[np.object_]
    tree: shapely.STRtree
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    _known: dict[int, bool] = field(default_factory=dict)

    def has_roads(self, number: int) -> bool:
        """Whether a road of the main part lies on a piece; each is looked at once."""
        if number not in self._known:
            piece: BaseGeometry = self.pieces[number]
            west, south, east, north = piece.bounds
            near = (self.lon >= west) & (self.lon <= east)
            near &= (self.lat >= south) & (self.lat <= north)
            mine = prepared_copy(piece)  # threads may share the pieces
            on_it = shapely.contains_xy(mine, self.lon[near], self.lat[near])
            self._known[number] = bool(on_it.any())
        return self._known[number]


@dataclass(frozen=True, slots=True)
class Lands:
    """Says which places lie apart from the main land; each is looked up once.

    Parameters
    ----------
    regions : Regions or None
        Ground of the municipalities; without it no place is known to lie apart.
    network : RoadNetwork
        The roads.
    """

    regions: Regions | None
    network: RoadNetwork
    _land: list[_Land] = field(default_factory=list)
    _known: dict[tuple[Position, int], bool] = field(default_factory=dict)

    def is_apart(self, position: Position, snap: Snap) -> bool:
        """Whether a place lies on ground with no road of the network's main part.

        A road from there that the border of the data cuts may lead to the main land, so such
        ground is not known to lie apart.

        Parameters
        ----------
        position : Position
            The place.
        snap : Snap
            Where it is tied to the roads.
        """
        nodes = self.network.nodes
        component = int(nodes.component[self.network.edges.tail[snap.edge]])
        if component == 0 or self.regions is None:
            return False
        key = position, component
        if key not in self._known:
            cut = bool(nodes.border[nodes.component == component].any())
            self._known[key] = not cut and not self._reaches_roads(position)
        return self._known[key]

    def lies_apart(self, position: Position) -> bool:
        """Whether a place that is tied to no road lies on ground without the main part of them.

        Beyond the outermost roads nothing is known to lie apart: the data may end before it.
        """
        lon, lat = self.network.nodes.lon, self.network.nodes.lat
        east_west = bool((lon <= position.lon).any() and (lon >= position.lon).any())
        covered = east_west and bool((lat <= position.lat).any() and (lat >= position.lat).any())
        return covered and self.regions is not None and not self._reaches_roads(position)

    def holds_apart(self, tied: Tied) -> bool:
        """Whether a facility that is tied to the roads lies apart."""
        facility, terminal = tied
        return facility.position is not None and self.is_apart(facility.position, terminal.snap)

    def _reaches_roads(self, position: Position) -> bool:
        """Whether land leads from a place to a road of the main part; yes where no land is."""
        land, point = self._lands(), shapely.Point(position.lon, position.lat)
        at = land.tree.nearest(point)
        if at is None or shapely.distance(land.pieces[at], point) > _OFFSHORE:
            return True
        seen, waiting = {int(at)}, [int(at)]
        while waiting:
            number = waiting.pop()
            if land.has_roads(number):
                return True
            beside = land.tree.query(land.pieces[number], predicate="dwithin", distance=_TOUCHING)
            new = set(beside.tolist()) - seen
            seen |= new
            waiting += sorted(new)
        return False

    def _lands(self) -> _Land:
        if not self._land:
            outlines = [] if self.regions is None else self.regions.municipalities.geometry.values
            pieces = shapely.get_parts(outlines)
            nodes, edges = self.network.nodes, self.network.edges
            main = np.zeros(len(nodes), bool)
            for ends in (edges.tail, edges.head):
                main[ends[~edges.ferry]] = True
            main &= nodes.component == 0
            tree = shapely.STRtree(pieces)
            self._land.append(_Land(pieces, tree, nodes.lon[main], nodes.lat[main]))
        return self._land[0]


def tied_loosely(network: RoadNetwork, snap: Snap) -> bool:
    """Whether a road is no part of the main network that can be both left and reached."""
    tail = network.edges.tail[snap.edge]
    return bool(network.half_way[snap.edge] or network.nodes.component[tail] != 0)


def without_a_way(
    candidates: Iterable[Facility], others: Sequence[Facility], yardstick: Yardstick
) -> dict[str, Unmeasured]:
    """Return for each candidate the other that could be nearest if the roads were whole.

    Parameters
    ----------
    candidates : iterable of Facility
        Those that reach none, though nothing proves that there is no road.
    others : sequence of Facility
        Those that count and are tied to the roads; without those on ground apart.
    yardstick : Yardstick
        What they are measured by.
    """
    found = soonest(candidates, others, (), yardstick, dict)
    return {i: replace(each, where=Whereabouts.NO_WAY) for i, each in found.items()}


@dataclass(frozen=True, slots=True)
class Driving:
    """How a question drives.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    direction : Direction
        Away from those that ask, or to them.
    options : TravelOptions
        What drives may use.
    """

    network: RoadNetwork
    direction: Direction
    options: TravelOptions

    def nearest(self, origins: Sequence[Terminal], ends: Sequence[Terminal]) -> list[NearestOther]:
        """Return the nearest other of each origin."""
        return list(
            nearest_other(
                self.network, origins, ends, direction=self.direction, options=self.options
            )
        )

    def turned(self) -> Driving:
        """Return the same the other way round."""
        away = self.direction is Direction.FROM_ORIGIN
        return replace(self, direction=Direction.TO_ORIGIN if away else Direction.FROM_ORIGIN)

    def leads(self, origin: Terminal, ends: Sequence[Terminal]) -> list[bool]:
        """Return to (or from) which of `ends` a drive leads."""
        away = self.direction is Direction.FROM_ORIGIN
        pairs = [(origin, end) if away else (end, origin) for end in ends]
        return [route is not None for route in drives(self.network, pairs, options=self.options)]


def strays(
    candidates: Sequence[tuple[Tied, NearestOther]],
    others: Sequence[Tied],
    way: Driving,
    ground: Lands,
    yardstick: Yardstick,
) -> dict[str, Unmeasured]:
    """Return for each candidate the nearest other that no drive joins to it, though land does.

    An other that is tied to a fragment, or to a road that leads one way only, may be nobody's
    nearest other; where it could be nearer than the one found, remoteness is not proven.

    Parameters
    ----------
    candidates : sequence of ((Facility, Terminal), NearestOther)
        Those that reach another, and what they reach.
    others : sequence of (Facility, Terminal)
        Those that count and are tied to the roads; without those on ground apart.
    way : Driving
        How the question drives.
    ground : Lands
        Says who lies apart; nobody is missed there.
    yardstick : Yardstick
        What distances are measured by.
    """
    loose = [(f, t) for f, t in others if tied_loosely(way.network, t.snap)]
    answer: dict[str, Unmeasured] = {}
    for (candidate, origin), found in candidates:
        left = [(f, t) for f, t in loose if f.id != found.destination_id]
        here = without_a_way([candidate], [f for f, _ in left], yardstick).get(candidate.id)
        if here is None or (found.travel_ms is not None and found.travel_ms <= here.least_ms):
            continue
        if ground.holds_apart((candidate, origin)):
            continue
        led = way.leads(origin, [t for _, t in left])
        cut = [f for (f, _), leads in zip(left, led, strict=True) if not leads]
        answer |= without_a_way([candidate], cut, yardstick)
    return answer


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the roads leave open of the answers to a question, by candidate.

    Parameters
    ----------
    unmeasured : mapping of str to Unmeasured
        Who counts, is not reached by any road of the data and could be reached soonest.
    back : mapping of str to NearestOther
        The nearest other in the opposite direction, of those that reach none in the asked one
        and are reached in that.
    isolation : mapping of str to Isolation
        Why it is believed that no road joins them to any other either way; absent where one does,
        or nothing proves it.
    """

    unmeasured: Mapping[str, Unmeasured] = field(default_factory=dict)
    back: Mapping[str, NearestOther] = field(default_factory=dict)
    isolation: Mapping[str, Isolation] = field(default_factory=dict)

    def joined(self, other: Gaps) -> Gaps:
        """Return both; of two that are missed the sooner."""
        return Gaps(
            sooner_of(self.unmeasured, other.unmeasured),
            {**self.back, **other.back},
            {**self.isolation, **other.isolation},
        )

    def without(self, ids: Container[str]) -> Gaps:
        """Return the gaps of the other candidates."""

        def kept(column: Mapping[str, _Value]) -> dict[str, _Value]:
            return {i: value for i, value in column.items() if i not in ids}

        return Gaps(kept(self.unmeasured), kept(self.back), kept(self.isolation))


def sooner_of(
    one: Mapping[str, Unmeasured], other: Mapping[str, Unmeasured]
) -> dict[str, Unmeasured]:
    """Return who could be reached soonest, of both."""
    both = {**other, **one}
    for i in one.keys() & other.keys():
        both[i] = min(one[i], other[i], key=lambda u: u.least_ms)
    return both


def is_named(facility: Facility, names: Collection[str]) -> bool:
    """Whether a setting names a facility, by id, or by name but for marks around it."""
    return any(map(facility.is_called, names))
