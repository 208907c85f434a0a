"""Asking the roads for the nearest other of all candidates at once, and what they cannot answer.

What the data do not cover may hold the nearest hospital: then remoteness is not proven. "30 minutes
or more to *any* other" can be refuted by one hospital on the network, but is only proven when no
nearer one is missing. Two things can be missing:

- A hospital that counts and is not on the network (`spots.judging.criteria.unmeasured`), or to
  which the network has no way (`spots.judging.criteria.isolation`).
- Hospitals beyond the border of the prefecture, or of the road data, when those of other
  prefectures count and no list names any (`spots.judging.criteria.borders`). Where hospitals
  beyond do not count, or are listed (the list is taken to be complete), no border matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from networks import (
    Direction,
    NearestOther,
    Snap,
    Terminal,
    nearest_few,
)
from spots.judging.criteria.borders import Borders, Leaving
from spots.judging.criteria.facts import PolicyFacts, Roads
from spots.judging.criteria.isolation import (
    Driving,
    Ground,
    Tied,
    is_named,
    strays,
    without_a_way,
)
from spots.judging.criteria.travel import TravelSetting
from spots.judging.criteria.unmeasured import Unplaced, Yardstick, soonest
from spots.types import Facility, Isolation, Role, TravelDirection, Unmeasured

Few = tuple[NearestOther, ...]
_DIRECTIONS = {
    TravelDirection.FROM_CANDIDATE: Direction.FROM_ORIGIN,
    TravelDirection.TO_CANDIDATE: Direction.TO_ORIGIN,
}
NEAREST_SHOWN = 3


def others_of(
    counted: Iterable[Facility], facts: PolicyFacts, travel: TravelSetting
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
    facts : PolicyFacts
        Everything known.
    yardstick : Yardstick
        What those are measured by that the roads do not reach.
    borders : Borders
        What drives may leave.
    ground : Ground
        Says who lies apart from the main land.
    """

    candidates: tuple[Facility, ...]
    counted: tuple[Facility, ...]
    facts: PolicyFacts
    yardstick: Yardstick
    borders: Borders
    ground: Ground

    def others(self, travel: TravelSetting) -> tuple[Facility, ...]:
        """Return who counts under `travel`."""
        return others_of(self.counted, self.facts, travel)

    def beyond_is_open(self, travel: TravelSetting) -> bool:
        """Whether hospitals beyond the data may count and nobody has said which there are.

        The prefecture's own list is complete by its nature. Hospitals of other prefectures are
        not missed either where they do not count, or where a list names them: those of the list
        that the roads do not reach are weighed one by one (`unplaced`). A candidate whose
        coordinates alone lie beyond the border is no such list: they may be a slip.
        """
        return travel.neighbours and not any(map(self._listed_beyond, self.counted))

    @property
    def knows_beyond(self) -> bool:
        """Whether anybody who counts belongs to another prefecture."""
        return any(map(self._foreign, self.counted))

    def _listed_beyond(self, facility: Facility) -> bool:
        code = facility.municipality_code
        declared = code is not None and code[:2] != self.facts.prefecture
        return self._foreign(facility) and (facility.role is Role.DESTINATION or declared)

    def unplaced(self, facilities: Iterable[Facility]) -> tuple[Unplaced, ...]:
        """Return those without a position, with the municipality they are said to be in."""
        places = self.facts.places
        return tuple(
            Unplaced(f, f.municipality_code or places[f.id].municipality_code, self._foreign(f))
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
    unmeasured : mapping of str to Unmeasured
        By candidate, who counts, is not tied to the roads and could be reached soonest.
    leaving : mapping of str to Leaving
        How soon each candidate's drives can leave prefecture or data, where hospitals beyond may
        count and no list names them. Empty otherwise.
    back : mapping of str to NearestOther
        The nearest other in the opposite direction, by candidate that reaches none in the asked
        one and is reached in that.
    isolation : mapping of str to Isolation
        Why it is believed that a candidate is joined to no other either way; absent where nothing
        proves it.
    """

    direction: TravelDirection
    found: Mapping[str, NearestOther]
    unmeasured: Mapping[str, Unmeasured]
    leaving: Mapping[str, Leaving] = field(default_factory=dict)
    back: Mapping[str, NearestOther] = field(default_factory=dict)
    isolation: Mapping[str, Isolation] = field(default_factory=dict)


def solve(
    asked: Asked,
    travel: TravelSetting,
    roads: Roads,
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
    roads : Roads
        The roads.
    origins, others : mapping of str to Snap, optional
        Where candidates, and others, are tied to the roads, by id; by default as `roads` has it.
        Who is absent is not tied.
    """
    start = roads.tied() if origins is None else origins
    end = roads.tied() if others is None else others
    counted = asked.others(travel)
    way = Driving(roads.network, _DIRECTIONS[travel.direction], travel.options)
    terminals = terminals_of(asked.candidates, start)
    found = way.nearest(terminals, terminals_of(counted, end))
    leaving = partial(asked.borders.leaving, roads.network, terminals, way.direction, way.options)
    missing = [f for f in counted if f.id not in end and not is_named(f, travel.roadless)]
    off_roads = soonest(
        [f for f in asked.candidates if f.id in start],
        [f for f in missing if f.position is not None],
        asked.unplaced(missing),
        asked.yardstick,
        leaving,
    )
    ends = [(f, Terminal(f.id, f.site, end[f.id])) for f in counted if f.id in end]
    back, isolation, no_way = _cut_off(asked, travel, roads, way, (terminals, found), ends)
    return Solved(
        travel.direction,
        {n.origin_id: n for n in found},
        _sooner_of(off_roads, no_way),
        leaving() if asked.beyond_is_open(travel) else {},
        back,
        isolation,
    )


def _sooner_of(
    one: Mapping[str, Unmeasured], other: Mapping[str, Unmeasured]
) -> dict[str, Unmeasured]:
    """Return who could be reached soonest, of both."""
    both = {**other, **one}
    for i in one.keys() & other.keys():
        both[i] = min(one[i], other[i], key=lambda u: u.least_ms)
    return both


def _cut_off(
    asked: Asked,
    travel: TravelSetting,
    roads: Roads,
    way: Driving,
    answer: tuple[Sequence[Terminal], Sequence[NearestOther]],
    ends: Sequence[Tied],
) -> tuple[dict[str, NearestOther], dict[str, Isolation], dict[str, Unmeasured]]:
    """Return what holds of those that reach no other, and who is missed by those that do."""
    known = {f.id: f for f in asked.candidates}
    rows = [((known[t.id], t), n) for t, n in zip(*answer, strict=True)]
    reached = [row for row in rows if row[1].reachable]
    lost = [tied for tied, n in rows if not n.reachable]
    joined = [end for end in ends if _why(asked, travel, end) is None]
    far = strays(reached, joined, way, asked.ground, asked.yardstick)
    if not lost:
        return {}, {}, far
    back = {
        n.origin_id: n
        for n in way.turned().nearest([t for _, t in lost], [t for _, t in ends])
        if n.reachable
    }
    shut = [tied for tied in lost if tied[0].id not in back]
    why = {f.id: why for f, t in shut if (why := _why(asked, travel, (f, t))) is not None}
    stated = _stated([f for f, _ in shut if f.id not in why], asked, travel, roads)
    why |= dict.fromkeys(stated, Isolation.STATED)
    doubtful = [f for f, _ in shut if f.id not in why]
    return back, why, far | without_a_way(doubtful, [f for f, _ in joined], asked.yardstick)


def _why(asked: Asked, travel: TravelSetting, tied: Tied) -> Isolation | None:
    """Return why it is believed that no road leads from a facility to the main land."""
    if is_named(tied[0], travel.roadless):
        return Isolation.ROADLESS
    return Isolation.APART if asked.ground.holds_apart(tied) else None


def _stated(
    shut: Sequence[Facility], asked: Asked, travel: TravelSetting, roads: Roads
) -> list[str]:
    """Return who would reach another but for what the run leaves out: closures, toll roads."""
    whole = roads.without_closures or roads
    if not shut or (whole is roads and travel.tolls):
        return []
    options = replace(travel.options, tolls=True)
    way, tied = Driving(whole.network, _DIRECTIONS[travel.direction], options), whole.tied()
    ends = terminals_of(asked.others(travel), tied)
    return [n.origin_id for n in way.nearest(terminals_of(shut, tied), ends) if n.reachable]


def solve_few(asked: Asked, travel: TravelSetting, roads: Roads) -> Mapping[str, Few]:
    """Return the nearest others of every candidate: the first is the one that `solve` finds.

    Parameters
    ----------
    asked : Asked
        The question.
    travel : TravelSetting
        What the drive may use, and who counts.
    roads : Roads
        The roads.

    Returns
    -------
    mapping of str to tuple of NearestOther
        By candidate, `NEAREST_SHOWN` at most, each of another site; without those that are not
        tied to the roads.
    """
    tied = roads.tied()
    origins = terminals_of(asked.candidates, tied)
    found = nearest_few(
        roads.network,
        origins,
        terminals_of(asked.others(travel), tied),
        NEAREST_SHOWN,
        direction=_DIRECTIONS[travel.direction],
        options=travel.options,
    )
    return {t.id: few for t, few in zip(origins, found, strict=True)}


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
