"""Small made-up towns with everything at once, and their drives by the plain rules."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from networks.build import build_network
from networks.edge_rows import EdgeRow, table_of_rows
from networks.network import CLOSED, Origin, RoadNetwork
from networks.speeds.profile import SpeedProfile, UTurnRule
from networks.speeds.profile_files import parse_profile
from networks.types import Direction, Terminal, TravelOptions
from tests.helpers.graph_cases import Road, Rules, Turning, _Drive, enclosed, turns_from
from tests.helpers.road_cases import FRACTIONS, PROFILE_TEXT, at, link

TURN_COSTS = """
[turns]
left_s = 0.003
right_s = 0.007
straight_s = 0.001
u_turn_s = 0.011
source = "test: milliseconds, like the roads of these towns"
"""
SAMPLED = (0.11, 0.37, 0.77)  # where catchments are looked at; on no terminal
MOST_MS = 40  # roads this short, so that many drives take equally long
MOST_FERRY_MS = 10  # and ferries shorter, or nobody would take them after waiting

Sequences = list[tuple[int, ...]]
Place = tuple[int, float]  # edge and fraction


@dataclass(frozen=True)
class Town:
    """Roads between places on the map, and what is forbidden on them."""

    positions: list[tuple[float, float]]
    roads: list[Road]
    forbidden: Sequences
    profile: SpeedProfile

    def land(self) -> list[int]:
        """Return the edges that a door can be on."""
        return [e for e, road in enumerate(self.roads) if not road.ferry]


def made_up_town(dice: random.Random) -> Town:
    """Return a town of a few roads; in two of five, turns cost something."""
    size = dice.randint(2, 7)
    costly = dice.random() < 0.4
    count = dice.randint(5, 20) if costly else dice.randint(1, 11)
    pairs = [(dice.randrange(size), dice.randrange(size)) for _ in range(count)]
    if costly:
        pairs = _plain_pairs(pairs) or [(0, 1)]
    roads = [_made_up_road(dice, i, *pair) for i, pair in enumerate(pairs)]
    return Town(
        [(130.5 + dice.random() * 0.05, 32.5 + dice.random() * 0.05) for _ in range(size)],
        roads,
        _made_up_restrictions(dice, roads),
        parse_profile(
            f'u_turns = "{[*UTurnRule][len(roads) % 2].value}"'
            + PROFILE_TEXT
            + (TURN_COSTS if costly else ""),
            "test.toml",
        ),
    )


def _plain_pairs(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out loops and second roads: lines that coincide have no left and no right."""
    by_ends = {frozenset(pair): pair for pair in pairs}
    return [pair for ends, pair in by_ends.items() if len(ends) > 1]


def _made_up_road(dice: random.Random, number: int, tail: int, head: int) -> Road:
    ferry = number > 0 and dice.random() < 0.2
    ms, one_way = dice.randint(0, MOST_FERRY_MS if ferry else MOST_MS), dice.random()
    shared_line = ferry and dice.random() < 0.5
    return Road(
        tail,
        head,
        ms=CLOSED if one_way < 0.1 else ms,
        back_ms=CLOSED if one_way > 0.75 else ms,
        through=ferry or dice.random() > 0.35,
        ferry=ferry,
        toll=not ferry and dice.random() < 0.2,
        line=99 if shared_line else number,
        delay=(dice.choice([0, 0, 3]), dice.choice([0, 0, 5])),
    )


def _made_up_restrictions(dice: random.Random, roads: list[Road]) -> Sequences:
    """Return walks of two to four edges that may not be driven."""
    rules, found = Rules(roads, []), set()
    for _ in range(dice.choice([0, 2, 4, 8])):
        walk = [dice.randrange(2 * len(roads))]
        for _ in range(dice.choice([1, 1, 2, 3])):
            here = rules.ends(walk[-1])[1]
            ways = [d for d in range(2 * len(roads)) if rules.ends(d)[0] == here]
            onward = [d for d in ways if d != walk[-1] ^ 1]  # those that drives would take
            walk.append(dice.choice(onward * 3 + [walk[-1] ^ 1]))
        found.add(tuple(walk))
    return sorted(found)


def network_of(town: Town) -> RoadNetwork:
    """Return `town` as the product builds it."""
    lon, lat = np.array(town.positions).T
    rows = [_row(road, town.positions) for road in town.roads]
    table = table_of_rows(np.arange(len(lon)), lon.copy(), lat.copy(), rows)
    turns = turns_from(town.forbidden)
    table = replace(
        table,
        forward_delay_ms=np.array([road.delay[0] for road in town.roads]),
        backward_delay_ms=np.array([road.delay[1] for road in town.roads]),
        turn_offset=turns.offset,
        turn_directed=turns.directed,
    )
    return build_network(table, town.profile, Origin("test"))


def _row(road: Road, positions: list[tuple[float, float]]) -> EdgeRow:
    forward, backward = road.times()
    ms = max(forward, backward)
    row = link(
        road.tail,
        road.head,
        float(max(road.ms, 1)),  # the metres by which `enclosed` ranks
        ms=ms,
        toll=road.toll,
        ferry=road.ferry,
        name=f"line {road.line}" if road.ferry else "",
        points=[positions[road.tail], positions[road.head]],
    )
    open_ways = {"forward": forward != CLOSED, "backward": backward != CLOSED}
    return replace(row, **open_ways, through=road.through)


class CutTown(Rules):
    """The plain rules on a town whose roads are cut wherever a door is.

    Every place is then a node, and a drive from door to door is one between nodes.
    """

    def __init__(self, town: Town, places: Iterable[Place], options: TravelOptions) -> None:
        self.town, self.options = town, options
        self.positions = list(town.positions)
        self.node_at: dict[Place, int] = {}
        self.pieces: list[list[int]] = []  # by edge, from its tail on
        pieces: list[Road] = []
        places = set(places)
        for e, road in enumerate(town.roads):
            cut = self._cut(e, road, sorted(f for on, f in places if on == e))
            self.pieces.append(list(range(len(pieces), len(pieces) + len(cut))))
            pieces += cut
        forbidden = [self._in_pieces(walk) for walk in town.forbidden] + self._turns_on_the_way()
        lon, lat = [x for x, _ in self.positions], [y for _, y in self.positions]
        turning = Turning(town.profile.turns, lon, lat) if town.profile.turns else None
        mid_street = town.profile.u_turns is UTurnRule.ANYWHERE
        super().__init__(pieces, forbidden, options.ferry_wait_ms, turning, mid_street=mid_street)
        self.begun = {walk[:n] for walk in forbidden for n in range(1, len(walk))}
        # what encloses what is a matter of the roads, wherever doors happen to be
        self.own = {piece for e in enclosed(town.roads) for piece in self.pieces[e]}

    def _cut(self, e: int, road: Road, fractions: list[float]) -> list[Road]:
        """Return the pieces of an edge, after numbering the nodes between them."""
        (x, y), (to_x, to_y) = (self.positions[end] for end in (road.tail, road.head))
        self.node_at |= {(e, 0.0): road.tail, (e, 1.0): road.head}
        for f in fractions:
            if 0.0 < f < 1.0:
                self.node_at[e, f] = len(self.positions)
                self.positions.append((x + (to_x - x) * f, y + (to_y - y) * f))
        stops = sorted({0.0, *fractions, 1.0})
        return [
            replace(
                road,
                tail=self.node_at[e, f],
                head=self.node_at[e, g],
                ms=_between(road.times()[0], f, g),
                back_ms=_between(road.times()[1], f, g),
                # met at the end of the road, not at a door on the way
                delay=(road.delay[0] * (g == 1.0), road.delay[1] * (f == 0.0)),
            )
            for f, g in pairwise(stops)
        ]

    def _in_pieces(self, walk: tuple[int, ...]) -> tuple[int, ...]:
        """Return a walk from the end of its first edge to the start of its last one.

        Who starts in the middle of the first edge may not finish the walk either.
        """
        first, *middle, last = (self._driven(directed) for directed in walk)
        return (first[-1], *(piece for edge in middle for piece in edge), last[0])

    def _driven(self, directed: int) -> list[int]:
        pieces = self.pieces[directed >> 1]
        if directed & 1:
            return [2 * piece + 1 for piece in reversed(pieces)]
        return [2 * piece for piece in pieces]

    def _turns_on_the_way(self) -> Sequences:
        """Return the turns at places within edges: drives turn round at junctions only."""
        inner = [pair for pieces in self.pieces for pair in pairwise(pieces)]
        there = [(2 * before, 2 * before + 1) for before, _ in inner]
        return there + [(2 * after + 1, 2 * after) for _, after in inner]

    def times_from(self, start: _Drive) -> dict[int, int]:
        """Return the milliseconds of a drive to every node it can reach."""
        best: dict[int, int] = {}
        heap, seen = [(0, start)], set()
        while heap:
            ms, drive = heapq.heappop(heap)
            if drive not in seen:
                seen.add(drive)
                best.setdefault(drive.node, ms)
                for more, onward in self.moves(drive):
                    heapq.heappush(heap, (ms + more, onward))
        return best

    @staticmethod
    def ashore(node: int) -> _Drive:
        """Return a drive that starts at a node."""
        return _Drive(node, 0, -1, crossed=False)

    def aboard(self, pier: int) -> list[dict[int, int]]:
        """Return what `times_from` says of arriving at a pier by ship, for each line that sails on."""
        ships = (self.roads[directed >> 1] for directed in self.ways_out[pier])
        lines = {ship.line for ship in ships if ship.ferry and self.options.ferries}
        return [self.times_from(_Drive(pier, 0, line, crossed=True)) for line in sorted(lines)]

    def moves(self, d: _Drive) -> Iterator[tuple[int, _Drive]]:
        """Yield what the rules allow, on roads that the options allow."""
        for ms, onward in super().moves(d):
            road = self.roads[onward.history[-1] >> 1] if onward.history else None
            tolled = road is not None and road.toll and not self.options.tolls
            shipped = road is not None and road.ferry and not self.options.ferries
            if not (tolled or shipped):
                yield ms, onward._replace(history=self._remembered(onward.history))

    def _remembered(self, history: tuple[int, ...]) -> tuple[int, ...]:
        """Return what may still become a forbidden walk, or else the last piece, for its turn.

        The rules hold without this, in many times the steps.
        """
        ends = (history[n:] for n in range(len(history)))
        return next((end for end in ends if end in self.begun), history[-1:])


def _between(ms: int, f: float, g: float) -> int:
    """Return the milliseconds between two places on a road: times at places are rounded, half up."""
    if ms == CLOSED:
        return CLOSED
    return math.floor(ms * g + 0.5) - math.floor(ms * f + 0.5)


@dataclass(frozen=True)
class Case:
    """A town, what is asked about it, and the milliseconds between all its places."""

    seed: int
    town: Town
    network: RoadNetwork
    cut: CutTown
    least_ms: list[dict[int, int]]  # from each node of the cut town, to each it can reach
    terminals: list[Terminal]
    options: TravelOptions
    sampled: list[Place]
    border: list[int]
    by_ship: list[dict[int, int]]  # the like of `least_ms`, of ships that come over the border
    cutoff_ms: int

    def node(self, terminal: Terminal) -> int:
        """Return where a terminal is in the cut town."""
        return self.cut.node_at[terminal.snap.edge, terminal.snap.fraction]

    def road_ms(self, here: int, there: int, direction: Direction) -> int | None:
        """Return the milliseconds between two nodes, the drive leading as `direction` says."""
        start, end = (here, there) if direction is Direction.FROM_ORIGIN else (there, here)
        return self.least_ms[start].get(end)

    def door_ms(self, node: int, direction: Direction) -> dict[str, int]:
        """Return the milliseconds between a node and each terminal's door, by terminal."""
        road = {t: self.road_ms(node, self.node(t), direction) for t in self.terminals}
        return {t.id: ms + t.snap.access_ms for t, ms in road.items() if ms is not None}

    def others(self, origin: Terminal, direction: Direction) -> list[tuple[int, str]]:
        """Return milliseconds from door to door and id of the terminals of other sites."""
        doors = self.door_ms(self.node(origin), direction)
        other = [t.id for t in self.terminals if t.site != origin.site and t.id in doors]
        return sorted((origin.snap.access_ms + doors[name], name) for name in other)

    def border_ms(self, origin: Terminal, direction: Direction) -> int | None:
        """Return the milliseconds between a door and the nearest node at the border.

        Who comes from beyond the border may come by ship, and stay aboard without waiting again.
        """
        here = self.node(origin)
        found = [self.road_ms(here, node, direction) for node in self.border]
        if direction is Direction.TO_ORIGIN:
            found += [ms.get(here) for ms in self.by_ship]
        reached = [ms for ms in found if ms is not None]
        return min(reached) + origin.snap.access_ms if reached else None


def made_up_case(seed: int) -> Case:
    """Return the case of a seed, the same on every run."""
    dice = random.Random(seed)  # noqa: S311  # the same cases on every run
    town = made_up_town(dice)
    land = town.land()
    terminals = [_made_up_terminal(dice, i, land) for i in range(dice.randint(2, 6))]
    options = TravelOptions(dice.random() < 0.6, dice.random() < 0.6, dice.randint(0, 20))
    sampled = sorted({(dice.choice(land), dice.choice(SAMPLED)) for _ in range(4)})
    places = [*sampled, *((t.snap.edge, t.snap.fraction) for t in terminals)]
    cut = CutTown(town, places, options)
    border = dice.sample(range(len(town.positions)), 2)
    return Case(
        seed=seed,
        town=town,
        network=network_of(town),
        cut=cut,
        least_ms=[cut.times_from(cut.ashore(node)) for node in range(len(cut.positions))],
        terminals=terminals,
        options=options,
        sampled=sampled,
        border=border,
        by_ship=[ms for node in border for ms in cut.aboard(node)],
        cutoff_ms=dice.randint(0, 60),
    )


def _made_up_terminal(dice: random.Random, number: int, land: list[int]) -> Terminal:
    return at(
        f"t{number}",
        dice.choice(land),
        dice.choice(FRACTIONS),
        site=f"s{dice.randint(0, 3)}",
        access_ms=dice.randint(0, 9),
    )
