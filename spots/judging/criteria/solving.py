"""Asking the roads for the nearest other of all candidates at once, and what they cannot answer.

What the data do not cover may hold the nearest hospital: then remoteness is not proven. "30 minutes
or more to *any* other" can be refuted by one hospital on the network, but is only proven when no
nearer one is missing. Two things can be missing:

- A hospital that counts and is not on the network. The straight line is the yardstick: one that
  is farther off than the one found is no reason for doubt.
- Hospitals beyond the border of the road data, when those of other prefectures count and no list
  names any. The drive to the border is the yardstick, since every drive out of the data passes
  it: where it takes as long as the threshold, whatever lies beyond does too. Where hospitals
  beyond do not count, or are listed (the list is taken to be complete), the border does not
  matter. A drive that leaves the data and comes back is not looked for.

A network whose source does not say where it was cut (link tables) has no border.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from groundfloor.problems import Text
from networks import (
    Direction,
    NearestOther,
    Snap,
    Terminal,
    TravelOptions,
    nearest_few,
    nearest_other,
)
from spots.judging.criteria.beyond_doubles import Beyond, Search, beyond_doubles
from spots.judging.criteria.facts import PolicyFacts, Roads
from spots.judging.criteria.travel import TravelSetting
from spots.types import Facility, Role, TravelDirection, distance_m

Few = tuple[NearestOther, ...]
_DIRECTIONS = {
    TravelDirection.FROM_CANDIDATE: Direction.FROM_ORIGIN,
    TravelDirection.TO_CANDIDATE: Direction.TO_ORIGIN,
}
NEAREST_SHOWN = 3


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
    """

    candidates: tuple[Facility, ...]
    counted: tuple[Facility, ...]
    facts: PolicyFacts

    def others(self, travel: TravelSetting) -> tuple[Facility, ...]:
        """Return who counts under `travel`."""
        return tuple(f for f in self.counted if travel.neighbours or not self._foreign(f))

    def beyond_is_open(self, travel: TravelSetting) -> bool:
        """Whether hospitals beyond the data may count and nobody has said which there are.

        The prefecture's own list is complete by its nature. Hospitals of other prefectures are
        not missed either where they do not count, or where a list of destinations names them:
        those of the list that the roads do not reach are weighed one by one
        (`nearer_uncovered`). A single candidate beyond the border is no such list:
        it may be a slip of its coordinates.
        """
        listed = (f for f in self.counted if f.role is Role.DESTINATION)
        return travel.neighbours and not any(self._foreign(f) for f in listed)

    def _foreign(self, facility: Facility) -> bool:
        return self.facts.is_neighbour(facility)


@dataclass(frozen=True, slots=True)
class Solved:
    """One solve.

    Parameters
    ----------
    found : mapping of str to NearestOther
        The nearest other by candidate; without those that are not tied to the roads.
    missing : tuple of Facility
        Who counts but is not tied to the roads.
    border_ms : mapping of str to int
        How soon each candidate's drives can leave the data, milliseconds, where hospitals beyond
        may count and no list names them. Empty otherwise.
    beyond : mapping of str to Beyond
        What holds by candidate if records that may be the candidate itself are; those without
        such records are absent.
    itself : mapping of str to frozenset of str
        Ids that are taken for the candidate itself and are not missed.
    otherwise : tuple of Otherwise
        What is found by roads at doors that are closed to the public, where that was asked for.
    """

    found: Mapping[str, NearestOther]
    missing: tuple[Facility, ...]
    border_ms: Mapping[str, int] = field(default_factory=dict)
    beyond: Mapping[str, Beyond] = field(default_factory=dict)
    itself: Mapping[str, frozenset[str]] = field(default_factory=dict)
    otherwise: tuple[Otherwise, ...] = ()

    def missed_by(self, facility: Facility) -> tuple[Facility, ...]:
        """Return who counts for a candidate as another but is not tied to the roads."""
        own = self.itself.get(facility.id, frozenset())
        return tuple(f for f in self.missing if f.id not in own) if own else self.missing

    def if_one(self) -> Solved:
        """Return the answers if every record that may be a candidate itself is."""
        found = {**self.found, **{i: b.nearest for i, b in self.beyond.items()}}
        itself = {i: frozenset(d.id for d in b.doubles) for i, b in self.beyond.items()}
        again = tuple(replace(o, solved=o.solved.if_one()) for o in self.otherwise)
        return replace(self, found=found, beyond={}, itself=itself, otherwise=again)

    def if_two(self) -> Solved:
        """Return the answers if none is."""
        again = tuple(replace(o, solved=o.solved.if_two()) for o in self.otherwise)
        return replace(self, beyond={}, otherwise=again)


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
    direction, options = _DIRECTIONS[travel.direction], travel.options
    terminals = terminals_of(asked.candidates, start)
    destinations = terminals_of(counted, end)
    answers = nearest_other(
        roads.network, terminals, destinations, direction=direction, options=options
    )
    found = {n.origin_id: n for n in answers}
    border_ms: dict[str, int] = {}
    if asked.beyond_is_open(travel):
        border_ms = _border_ms(roads, terminals, direction, options)
    missing = tuple(f for f in counted if f.id not in end)
    search = Search(roads.network, destinations, direction, options)
    known = {f.id: f for f in (*counted, *asked.candidates)}
    return Solved(found, missing, border_ms, beyond_doubles(search, terminals, found, known))


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


def _border_ms(
    roads: Roads, origins: Sequence[Terminal], direction: Direction, options: TravelOptions
) -> dict[str, int]:
    from networks.search.times import border_times  # noqa: PLC0415 - only where it is asked for

    times = border_times(roads.network, origins, direction=direction, options=options)
    return {t.id: ms for t, ms in zip(origins, times, strict=True) if ms is not None}


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


# --- what the roads cannot answer


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A counted facility of another site that is not tied to the network.

    Parameters
    ----------
    name : str
        Its name.
    distance_m : float
        Geodesic metres from the candidate.
    """

    name: str
    distance_m: float


def nearer_uncovered(
    facility: Facility, found: Facility | None, missing: Iterable[Facility]
) -> Uncovered | None:
    """Return the nearest facility that the network misses, when it is nearer than the one found.

    Parameters
    ----------
    facility : Facility
        The candidate; it has a position.
    found : Facility or None
        The nearest other by road; None when no other can be reached.
    missing : iterable of Facility
        What counts as another but is not tied to the network; the candidate's own site is passed
        over.

    Returns
    -------
    Uncovered or None
        None when nothing that is missing lies nearer. Facilities without a position cannot be
        compared; the run warns of each.
    """
    here = facility.position
    if here is None:
        return None
    limit = distance_m(here, found.position) if found and found.position else float("inf")
    apart = [
        Uncovered(other.name, distance_m(here, other.position))
        for other in missing
        if other.site != facility.site and other.position is not None
    ]
    nearest = min(apart, key=lambda m: (m.distance_m, m.name), default=None)
    return nearest if nearest is not None and nearest.distance_m < limit else None
