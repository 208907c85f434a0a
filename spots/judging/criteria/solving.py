"""Asking the roads for the nearest other of all candidates at once, and what they cannot answer.

What the data do not cover may hold the nearest hospital: then remoteness is not proven. "30 minutes
or more to *any* other" can be refuted by one hospital on the network, but is only proven when no
nearer one is missing. Two things can be missing:

- A hospital that counts and is not on the network (`spots.judging.criteria.unmeasured`), or to
  which the network has no way (`spots.judging.criteria.isolation`).
- Hospitals beyond the border of the prefecture, or of the road data, when those of other
  prefectures count and no list names any of the prefecture that lies there
  (`spots.judging.criteria.borders`). Where hospitals beyond do not count, or are listed (what is
  listed of a prefecture is taken to be complete), no border matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from groundfloor.problems import Text
from networks import (
    NearestOther,
    Snap,
    Terminal,
)
from spots.judging.criteria.beyond_doubles import Beyond, Search, beyond_doubles
from spots.judging.criteria.borders import Borders
from spots.judging.criteria.facts import TiedRoads, TravelFacts
from spots.judging.criteria.isolation import (
    Driving,
    Gaps,
    Lands,
    Tied,
    is_named,
    sooner_of,
    strays,
    without_a_way,
)
from spots.judging.criteria.travel import TravelSetting
from spots.judging.criteria.unmeasured import Unplaced, Yardstick, soonest
from spots.types import Facility, Isolation, Leaving, TravelDirection, Unmeasured

Few = tuple[NearestOther, ...]
WaysOut = Callable[[], Mapping[str, Leaving]]
NEAREST_SHOWN = 3


def others_of(
    counted: Iterable[Facility], facts: TravelFacts, travel: TravelSetting
) -> tuple[Facility, ...]:
    """Return those of `counted` who count as "another" under `travel`."""
    return tuple(f for f in counted if travel.neighbours or not facts.is_neighbour(f))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for the nearest other, and who counts as one.

    Parameters
    ----------
    candidates : tuple of Facility
        Those that ask.
    counted : tuple of Facility
        Everyone who counts, hospitals of other prefectures too.
    facts : TravelFacts
        Everything known.
    yardstick : Yardstick
        What those are measured by that the roads do not reach.
    borders : Borders
        What drives may leave.
    ground : Lands
        Says who lies apart from the main land.
    """

    candidates: tuple[Facility, ...]
    counted: tuple[Facility, ...]
    facts: TravelFacts
    yardstick: Yardstick
    borders: Borders
    ground: Lands

    def others(self, travel: TravelSetting) -> tuple[Facility, ...]:
        """Return who counts under `travel`."""
        return others_of(self.counted, self.facts, travel)

    def beyond_is_open(self, travel: TravelSetting) -> bool:
        """Whether hospitals beyond the data may count and nobody has said which there are.

        The prefecture's own list is complete by its nature. Hospitals of another prefecture are
        not missed either where they do not count, or where a list names some: those of the list
        that the roads do not reach are weighed one by one (`soonest`). A candidate whose
        coordinates alone lie beyond the border is no such list: they may be a slip. Where the
        prefecture of one that is listed is not known, nobody can tell which are covered: the run
        warns of it (`spots.judging.coverage`).
        """
        listed = self.listed()
        return (
            travel.neighbours
            and "" not in listed
            and self.borders.may_be_open(listed, ferries=travel.ferries)
        )

    def listed(self) -> frozenset[str]:
        """Return the other prefectures whose hospitals are listed; "" for one not known."""
        return self.facts.listed_beyond(self.counted)

    @property
    def knows_beyond(self) -> bool:
        """Whether anybody who counts belongs to another prefecture."""
        return any(map(self._foreign, self.counted))

    def soonest(
        self,
        candidates: Sequence[Facility],
        missing: Sequence[Facility],
        leaving: WaysOut,
        closed_by: Mapping[str, tuple[str, ...]],
    ) -> dict[str, Unmeasured]:
        """Return, of those that the roads miss, who could be reached soonest by each candidate."""
        placed, unplaced = [f for f in missing if f.position is not None], self._unplaced(missing)
        return soonest(candidates, placed, unplaced, self.yardstick, leaving, closed_by)

    def _unplaced(self, facilities: Iterable[Facility]) -> tuple[Unplaced, ...]:
        """Return those without a position, with the municipality they are said to be in."""
        places = self.facts.places
        return tuple(
            Unplaced(
                f,
                f.municipality_code or places[f.id].municipality_code,
                self._foreign(f) and not self.facts.may_be_anywhere(f),
            )
            for f in facilities
            if f.position is None
        )

    def _foreign(self, facility: Facility) -> bool:
        return self.facts.is_neighbour(facility)


@dataclass(frozen=True, slots=True)
class Solved:
    """One solve.

    Parameters
    ----------
    direction : TravelDirection
        Which way was asked for.
    found : mapping of str to NearestOther
        The nearest other by candidate; without those that are not tied to the roads.
    gaps : Gaps
        What the roads leave open of them.
    leaving : mapping of str to Leaving
        How soon each candidate's drives can leave for land whose hospitals may count and of
        which no list names any. Empty where there is none.
    beyond : mapping of str to Beyond
        What holds by candidate if records that may be the candidate itself are; those without
        such records are absent.
    gaps_beyond : Gaps
        What the roads then leave open of those.
    otherwise : tuple of Otherwise
        What is found by roads at doors that are closed to the public, where that was asked for.
    """

    direction: TravelDirection
    found: Mapping[str, NearestOther]
    gaps: Gaps
    leaving: Mapping[str, Leaving] = field(default_factory=dict)
    beyond: Mapping[str, Beyond] = field(default_factory=dict)
    gaps_beyond: Gaps = field(default_factory=Gaps)
    otherwise: tuple[Otherwise, ...] = ()

    def if_one(self) -> Solved:
        """Return the answers if every record that may be a candidate itself is."""
        found = {**self.found, **{i: b.nearest for i, b in self.beyond.items()}}
        gaps = self.gaps.without(self.beyond).joined(self.gaps_beyond)
        again = tuple(replace(o, solved=o.solved.if_one()) for o in self.otherwise)
        return replace(self, found=found, gaps=gaps, beyond={}, gaps_beyond=Gaps(), otherwise=again)

    def if_two(self) -> Solved:
        """Return the answers if none is."""
        again = tuple(replace(o, solved=o.solved.if_two()) for o in self.otherwise)
        return replace(self, beyond={}, gaps_beyond=Gaps(), otherwise=again)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The same question with facilities tied by the nearer road at their doors.

    Parameters
    ----------
    name : str
        Of the variant that tells it.
    solved : Solved
        What was found.
    labels : mapping of str to Text
        What was assumed, by candidate that it concerns.
    clear : frozenset of str
        Candidates for whom that road is clearly nearer than the one taken.
    own : frozenset of str
        Those of them whose own door it is, who are told of it whatever it changes.
    """

    name: str
    solved: Solved
    labels: Mapping[str, Text]
    clear: frozenset[str]
    own: frozenset[str] = frozenset()


def solve(
    asked: Asked,
    travel: TravelSetting,
    roads: TiedRoads,
    *,
    origins: Mapping[str, Snap] | None = None,
    others: Mapping[str, Snap] | None = None,
) -> Solved:
    """Return the nearest other of every candidate.

    Parameters
    ----------
    asked : Asked
        The question.
    travel : TravelSetting
        What the drive may use, and who counts.
    roads : TiedRoads
        The roads.
    origins, others : mapping of str to Snap, optional
        Where candidates, and others, are tied to the roads, by id; by default as `roads` has it.
        Who is absent is not tied.
    """
    start = roads.tied() if origins is None else origins
    end = roads.tied() if others is None else others
    counted = asked.others(travel)
    way = Driving(roads.network, travel.drive, travel.options)
    terminals, ends = terminals_of(asked.candidates, start), terminals_of(counted, end)
    known = {f.id: f for f in (*counted, *asked.candidates)}
    search = Search(way.network, ends, way.direction, way.options)
    found = {n.origin_id: n for n in way.nearest(terminals, ends)}
    found |= search.at_one_point(terminals, known)
    leave = partial(asked.borders.leaving, way.network, terminals, way.direction, way.options)
    leaving = cache(leave)
    left = _LeftOpen(asked, travel, roads, way, end, leaving)
    rows = [((known[t.id], t), found[t.id]) for t in terminals]
    beyond = beyond_doubles(search, terminals, found, known)
    gaps_beyond = Gaps()
    for tied, _ in rows:
        if (one := beyond.get(tied[0].id)) is not None:
            own = {known[d.id].site for d in one.doubles}
            others_left = [f for f in counted if f.site not in own]
            gaps_beyond = gaps_beyond.joined(left.gaps([(tied, one.nearest)], others_left))
    return Solved(
        travel.direction,
        found,
        left.gaps(rows, counted),
        leave(asked.listed()) if asked.beyond_is_open(travel) else {},
        beyond,
        gaps_beyond,
    )


@dataclass(frozen=True, slots=True)
class _LeftOpen:
    """A question, to say what the roads leave open of its answers.

    Parameters
    ----------
    asked, travel, roads : Asked, TravelSetting, TiedRoads
        The question.
    way : Driving
        How it drives.
    end : mapping of str to Snap
        Where others are tied to the roads; who is absent is not.
    leaving : callable
        Gives how soon drives can leave prefecture or data.
    """

    asked: Asked
    travel: TravelSetting
    roads: TiedRoads
    way: Driving
    end: Mapping[str, Snap]
    leaving: WaysOut

    def gaps(self, rows: Sequence[tuple[Tied, NearestOther]], counted: Sequence[Facility]) -> Gaps:
        """Return what is open of the nearest others that were found among `counted`."""
        asked, end = self.asked, self.end
        ends = [(f, Terminal(f.id, f.site, end[f.id])) for f in counted if f.id in end]
        named = self.travel.roadless
        missing = [f for f in counted if f.id not in end and not is_named(f, named)]
        asking, closed_by = [f for (f, _), _ in rows], self.roads.closed_by
        off_roads = asked.soonest(asking, missing, self.leaving, closed_by)
        joined = [each for each in ends if self._proof(each) is None]
        reached = [row for row in rows if row[1].reachable]
        no_way = strays(reached, joined, self.way, asked.ground, asked.yardstick)
        lost = [tied for tied, n in rows if not n.reachable]
        return Gaps(sooner_of(off_roads, no_way)).joined(self._lost(lost, ends, joined))

    def _lost(self, lost: Sequence[Tied], ends: Sequence[Tied], joined: Sequence[Tied]) -> Gaps:
        """Return what is open of those that reach nobody."""
        if not lost:
            return Gaps()
        origins, others = [t for _, t in lost], [t for _, t in ends]
        back = {n.origin_id: n for n in self.way.turned().nearest(origins, others) if n.reachable}
        shut = [tied for tied in lost if tied[0].id not in back]
        proofs = {f.id: self._proof((f, t)) for f, t in shut}
        why = {i: proof for i, proof in proofs.items() if proof is not None}
        stated = self._stated([f for f, _ in shut if f.id not in why], [f for f, _ in ends])
        why |= dict.fromkeys(stated, Isolation.STATED)
        doubtful = [f for f, _ in shut if f.id not in why]
        no_way = without_a_way(doubtful, [f for f, _ in joined], self.asked.yardstick)
        return Gaps(no_way, back, why)

    def _proof(self, tied: Tied) -> Isolation | None:
        """Return why it is believed that no road leads from a facility to the main land."""
        if is_named(tied[0], self.travel.roadless):
            return Isolation.ROADLESS
        return Isolation.APART if self.asked.ground.holds_apart(tied) else None

    def _stated(self, shut: Sequence[Facility], others: Sequence[Facility]) -> list[str]:
        """Return who would reach another but for what the run leaves out: closures, tolls."""
        whole = self.roads.without_closures or self.roads
        if not shut or (whole is self.roads and self.travel.tolls):
            return []
        options = replace(self.way.options, tolls=True)
        way, tied = replace(self.way, network=whole.network, options=options), whole.tied()
        found = way.nearest(terminals_of(shut, tied), terminals_of(others, tied))
        return [n.origin_id for n in found if n.reachable]


def solve_few(asked: Asked, travel: TravelSetting, roads: TiedRoads) -> Mapping[str, Few]:
    """Return the nearest others of every candidate: the first is the one that `solve` finds.

    Parameters
    ----------
    asked : Asked
        The question.
    travel : TravelSetting
        What the drive may use, and who counts.
    roads : TiedRoads
        The roads.

    Returns
    -------
    mapping of str to tuple of NearestOther
        By candidate, `NEAREST_SHOWN` at most, each of another site, or perhaps of another at one
        point; without those that are not tied to the roads.
    """
    tied, counted = roads.tied(), asked.others(travel)
    origins, ends = terminals_of(asked.candidates, tied), terminals_of(counted, tied)
    search = Search(roads.network, ends, travel.drive, travel.options)
    at_once = search.at_one_point(origins, {f.id: f for f in (*counted, *asked.candidates)})
    found = dict(zip(origins, search.few(origins, NEAREST_SHOWN), strict=True))
    first = {t.id: (at_once[t.id],) if t.id in at_once else () for t in origins}
    return {t.id: (*first[t.id], *few)[:NEAREST_SHOWN] for t, few in found.items()}


def terminals_of(facilities: Iterable[Facility], snaps: Mapping[str, Snap]) -> tuple[Terminal, ...]:
    """Return terminals for those that are tied to the network, sorted by id.

    Parameters
    ----------
    facilities : iterable of Facility
        The facilities.
    snaps : mapping of str to Snap
        Where each is tied to the roads, by id; who is absent is not.
    """
    tied = [Terminal(f.id, f.site, snaps[f.id]) for f in facilities if f.id in snaps]
    return tuple(sorted(tied, key=lambda t: t.id))
