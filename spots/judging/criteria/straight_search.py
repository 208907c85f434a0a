"""The nearest other of every candidate in a straight line, and what leaves it open.

What roads ask of the same question (`spots.judging.criteria.solving`) is asked here too: who counts
under the policy, records that may be the candidate itself, hospitals without a position, ground
beyond the border of which nobody is listed. What is open of a drive alone (doors, gaps in the data,
directions) is not; in its place stands whether the line crosses the sea.

Distances are geodesic. They are compared as a criterion measures them, in whole milliseconds of an
estimate or whole millimetres, and equal ones by id.

Stands apart: times without roads and distances are one search.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.codes import adjacent_prefectures
from boundaries.geometry import GEOD
from boundaries.regions import geodesic_distance_m, outline_distance_m
from spots.judging.criteria.borders import prefecture_names
from spots.judging.criteria.facts import TravelFacts
from spots.judging.criteria.isolation import is_named
from spots.judging.criteria.lines_over_land import LinesOverLand
from spots.judging.criteria.travel import TravelSetting
from spots.types import (
    Accuracy,
    Double,
    Facility,
    MissingNear,
    Position,
    Whereabouts,
)

NEAREST_SHOWN = 3
_MOST_TIES = 100
#: About what a minute's drive in a town is good for, by which roads look at doubles: two sources
#: place one hospital some hundred metres apart at times.
AT_ONCE_M = 250.0
#: Whoever is farther by land does not matter to any threshold that a policy may have.
_FARTHEST_M = 200_000.0
_FIRST_LOOK = 32
_M_PER_DEGREE = 111_320.0  # of latitude, near enough for choosing what to measure exactly
_SLACK = 1.3  # flat distances are within 30 % of geodesic ones from Hokkaido to Okinawa
Measure = Callable[[float], int]


@dataclass(frozen=True, slots=True)
class Reached:
    """An other at the end of a straight line.

    Parameters
    ----------
    id : str
        The other.
    metres : float
        Geodesic.
    value : int
        The same as the criterion measures it.
    """

    id: str
    metres: float
    value: int


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest other of a candidate, and what leaves it open.

    Parameters
    ----------
    nearest : Reached or None
        None where nobody counts who has a position.
    ties : tuple of str
        Ids at exactly the same, sorted.
    crosses_sea : bool
        Whether the line to it does.
    by_land : Reached or None
        The nearest whose line does not; the same one where its line does not.
    missing : MissingNear or None
        Who has no position and could be nearest.
    """

    nearest: Reached | None
    ties: tuple[str, ...] = ()
    crosses_sea: bool = False
    by_land: Reached | None = None
    missing: MissingNear | None = None


@dataclass(frozen=True, slots=True)
class FoundInLine:
    """What was found for one candidate.

    Parameters
    ----------
    near : Near
        The nearest other.
    few : tuple of Reached
        The nearest of some sites.
    doubles : tuple of Double
        Records among those that count that may be the candidate itself.
    beyond : Near or None
        The nearest that is none of them; None without such records.
    border_m : float or None
        Metres to ground beyond of which nobody is listed; None where that does not matter.
    unlisted : tuple of str
        Names of the prefectures there, where hospitals of others are listed.
    """

    near: Near
    few: tuple[Reached, ...] = ()
    doubles: tuple[Double, ...] = ()
    beyond: Near | None = None
    border_m: float | None = None
    unlisted: tuple[str, ...] = ()

    def if_one(self) -> FoundInLine:
        """Return what holds if every record that may be the candidate itself is."""
        return replace(self, near=self.beyond or self.near, beyond=None)

    def if_two(self) -> FoundInLine:
        """Return what holds if none is."""
        return replace(self, beyond=None)


@dataclass(frozen=True, slots=True)
class StraightQuestion:
    """Who asks for the nearest other in a straight line, and who counts as one.

    Parameters
    ----------
    candidates, counted : tuple of Facility
        Those that ask; everyone who counts, hospitals of other prefectures too.
    facts : TravelFacts
        Everything known.
    measure : callable
        Gives what a criterion compares, whole, for metres; more for more.
    land : LinesOverLand
        Says which lines cross the sea.
    """

    candidates: tuple[Facility, ...]
    counted: tuple[Facility, ...]
    facts: TravelFacts
    measure: Measure
    land: LinesOverLand

    def others(self, travel: TravelSetting) -> tuple[Facility, ...]:
        """Return who counts under `travel`."""
        neighbour = self.facts.is_neighbour
        return tuple(f for f in self.counted if travel.neighbours or not neighbour(f))

    @property
    def knows_beyond(self) -> bool:
        """Whether anybody who counts belongs to another prefecture."""
        return any(map(self.facts.is_neighbour, self.counted))


def straight_search(question: StraightQuestion, travel: TravelSetting) -> dict[str, FoundInLine]:
    """Return the nearest other of every candidate that has a position and is not named roadless.

    Parameters
    ----------
    question : StraightQuestion
        Who asks.
    travel : TravelSetting
        Who counts: neighbours, and those that no road leads to.

    Returns
    -------
    dict of str to FoundInLine
        By candidate.
    """
    named = travel.roadless
    others = tuple(f for f in question.others(travel) if not is_named(f, named))
    look = _OthersInLine.at(others, question)
    beyond = _UnlistedBeyond.of(question, travel)
    found = {}
    for candidate in question.candidates:
        if candidate.position is not None and not is_named(candidate, named):
            found[candidate.id] = _found(candidate, candidate.position, look, beyond)
    return found


def _found(
    candidate: Facility, here: Position, look: _OthersInLine, beyond: _UnlistedBeyond
) -> FoundInLine:
    few: dict[str, Reached] = {}
    for other, reached in look.others_of(candidate, here):
        few.setdefault(other.site, reached)
        if len(few) == NEAREST_SHOWN:
            break
    near = look.near(candidate, here)
    shown = (near.nearest,) if near.nearest is not None else ()
    rest = tuple(r for r in few.values() if near.nearest is None or r.id != near.nearest.id)
    found = FoundInLine(near, (*shown, *rest)[:NEAREST_SHOWN])
    doubles = look.doubles_of(candidate, here)
    if doubles:
        sites = {look.known[i].site for i in doubles}
        left = look.near(candidate, here, without=sites, but=doubles)
        found = replace(found, doubles=tuple(doubles.values()), beyond=left)
    last = (found.beyond or near).nearest
    border_m, unlisted = beyond.border(here, last.metres if last is not None else math.inf)
    return replace(found, border_m=border_m, unlisted=unlisted)


# --- who is near


@dataclass(frozen=True, slots=True, eq=False)
class _OthersInLine:
    """Those who count as another: with a position in arrays, and without one."""

    question: StraightQuestion
    known: Mapping[str, Facility]
    placed: tuple[Facility, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    unplaced: tuple[Facility, ...]

    @classmethod
    def at(cls, others: Iterable[Facility], question: StraightQuestion) -> _OthersInLine:
        by_id = sorted(others, key=lambda f: f.id)
        placed = tuple(f for f in by_id if f.position is not None)
        at = np.array([(p.lon, p.lat) for f in placed if (p := f.position)]).reshape(-1, 2)
        unplaced = tuple(f for f in by_id if f.position is None)
        known = {f.id: f for f in (*by_id, *question.candidates)}
        return cls(question, known, placed, at[:, 0], at[:, 1], unplaced)

    def nearest_first(self, here: Position) -> Iterator[tuple[float, Facility]]:
        """Yield everybody with a position, the nearest first, with geodesic metres."""
        shrink = math.cos(math.radians(here.lat))
        flat_m = np.hypot((self.lon - here.lon) * shrink, self.lat - here.lat) * _M_PER_DEGREE
        order = np.argsort(flat_m, kind="stable")
        done, take = 0, _FIRST_LOOK
        waiting: list[tuple[float, int]] = []
        while done < len(order):
            new = order[done:take]
            start = np.full(len(new), here.lon), np.full(len(new), here.lat)
            gaps = GEOD.inv(*start, self.lon[new], self.lat[new])[2]
            waiting = sorted([*waiting, *zip(gaps.tolist(), new.tolist(), strict=True)])
            done, take = done + len(new), 4 * take
            sure = flat_m[order[done]] / _SLACK if done < len(order) else math.inf
            while waiting and waiting[0][0] < sure:
                metres, at = waiting.pop(0)
                yield metres, self.placed[at]

    def others_of(
        self, candidate: Facility, here: Position, but: Collection[str] = ()
    ) -> Iterator[tuple[Facility, Reached]]:
        """Yield who is another than a candidate, the nearest first; equal ones by id.

        Records of its own site are not, unless only their one point makes them one site: then
        somebody has to say so, and they are told as doubles.
        """
        perhaps = {d.id for d in candidate.doubles}
        equal: list[tuple[int, str, Facility, Reached]] = []
        for metres, other in self.nearest_first(here):
            own = other.site == candidate.site and other.id not in perhaps
            if other.id == candidate.id or own or other.id in but:
                continue
            value = self.question.measure(metres)
            if equal and equal[0][0] != value:
                yield from ((o, r) for _, _, o, r in sorted(equal, key=lambda e: e[1]))
                equal = []
            equal.append((value, other.id, other, Reached(other.id, metres, value)))
        yield from ((o, r) for _, _, o, r in sorted(equal, key=lambda e: e[1]))

    def near(
        self,
        candidate: Facility,
        here: Position,
        *,
        without: Collection[str] = (),
        but: Collection[str] = (),
    ) -> Near:
        """Return the nearest other, without some sites and records."""
        nearest: Reached | None = None
        by_land: Reached | None = None
        ties: list[str] = []
        crosses = False
        for other, reached in self.others_of(candidate, here, but):
            if other.site in without:
                continue
            if nearest is not None and reached.value == nearest.value:
                ties.append(other.id)
            elif by_land is not None or (nearest is not None and reached.metres > _FARTHEST_M):
                break
            there = other.position
            sea = there is not None and self.question.land.crosses_sea(here, there)
            if nearest is None:
                nearest, crosses = reached, sea
            if by_land is None and not sea:
                by_land = reached
        missing = self._missing(candidate, here, without)
        if missing is not None and nearest is not None and missing.least_m >= nearest.metres:
            missing = None
        return Near(nearest, tuple(ties[:_MOST_TIES]), crosses, by_land, missing)

    # --- records that may be the candidate itself

    def doubles_of(self, candidate: Facility, here: Position) -> dict[str, Double]:
        """Return who may be the candidate itself: told by the lists, or nearest at once."""
        ids = {f.id for f in self.placed} | {f.id for f in self.unplaced}
        doubles = {d.id: d for d in candidate.doubles if d.id in ids}
        for other, reached in self.others_of(candidate, here):
            if reached.metres >= AT_ONCE_M:
                break
            if other.id not in doubles and _at_once(candidate, other, reached.metres):
                doubles[other.id] = Double(other.id, other.name, reached.metres, same_address=False)
            elif other.id not in doubles:
                break  # surely another: whoever is farther decides nothing
        return doubles

    # --- who has no position

    def _missing(
        self, candidate: Facility, here: Position, without: Collection[str]
    ) -> MissingNear | None:
        found = [
            self._somewhere(f, here)
            for f in self.unplaced
            if f.site != candidate.site and f.site not in without
        ]
        return min(found, key=lambda m: (m.least_m, m.name), default=None)

    def _somewhere(self, other: Facility, here: Position) -> MissingNear:
        """Return how near somebody without a position may be."""
        facts = self.question.facts
        place, regions = facts.places[other.id], facts.regions
        code = other.municipality_code or place.municipality_code
        if code is not None and regions is not None and regions.has_ground(code):
            metres = regions.distance_m(code, here.lon, here.lat)
            return MissingNear(other.name, Whereabouts.MUNICIPALITY, metres)
        if facts.is_neighbour(other) and not facts.may_be_anywhere(other) and regions is not None:
            metres = ground_m(facts, facts.prefecture_of(other), here)
            return MissingNear(other.name, Whereabouts.BEYOND, metres)
        return MissingNear(other.name, Whereabouts.ANYWHERE, 0.0)


def _at_once(candidate: Facility, other: Facility, apart_m: float) -> bool:
    """Whether an other that is very near may be the candidate, and nobody told it apart."""
    if candidate.told_apart(other):
        return False
    given = all(
        p is not None and p.accuracy is Accuracy.POINT for p in (candidate.position, other.position)
    )
    return not (apart_m == 0 and given)  # records at one point are one site, unless told apart


# --- ground beyond


@dataclass(frozen=True, slots=True)
class _UnlistedBeyond:
    """Prefectures next to this one whose hospitals count and of which nobody is listed.

    Parameters
    ----------
    facts : TravelFacts
        Everything known.
    outlined : tuple of str
        Those whose ground is known.
    elsewhere : bool
        Whether such ground may begin anywhere behind the edge: no outline says where.
    listed : bool
        Whether hospitals of others are listed.
    """

    facts: TravelFacts
    outlined: tuple[str, ...] = ()
    elsewhere: bool = False
    listed: bool = False

    @classmethod
    def of(cls, question: StraightQuestion, travel: TravelSetting) -> _UnlistedBeyond:
        """Return what is open, as borders are on roads (`spots.judging.criteria.borders`)."""
        facts = question.facts
        listed = facts.listed_beyond(question.counted)
        next_to = adjacent_prefectures(facts.prefecture)
        if not travel.neighbours or "" in listed or facts.regions is None or next_to <= listed:
            return cls(facts)
        known = frozenset(facts.regions.municipalities["prefecture_code"])
        open_ones = tuple(sorted((next_to - listed) & known))
        # A list of one neighbour is believed to be of all, where no outline says which border is
        # whose.
        elsewhere = not next_to <= known and not listed
        return cls(facts, open_ones, elsewhere, bool(listed))

    def border(self, here: Position, within_m: float) -> tuple[float | None, tuple[str, ...]]:
        """Return metres to such ground, and whose it is; None where none is nearer than that."""
        codes = (*self.outlined, *([""] if self.elsewhere else []))
        gaps = {code: ground_m(self.facts, code, here, within_m) for code in codes}
        nearest = min(gaps, key=lambda code: (gaps[code], code), default="")
        if gaps.get(nearest, math.inf) >= within_m:
            return None, ()
        whose = frozenset({nearest}) if nearest and self.listed else frozenset()
        return gaps[nearest], prefecture_names(whose)


def ground_m(
    facts: TravelFacts, prefecture: str, here: Position, within_m: float = math.inf
) -> float:
    """Return metres to the ground of another prefecture, or to the edge of this one's without it.

    Parameters
    ----------
    facts : TravelFacts
        For the outlines.
    prefecture : str
        Two digits; empty, or of no outline: anywhere behind the edge.
    here : Position
        From where.
    within_m : float
        What is farther may be told as infinitely far: outlines have 100,000 vertices.
    """
    regions = facts.regions
    if regions is None:
        return 0.0
    frame = regions.municipalities
    ground = frame.geometry[frame["prefecture_code"] == prefecture].to_numpy()
    if not len(ground):
        edge = regions.prefecture_land(facts.prefecture).boundary
        return outline_distance_m(edge, here.lon, here.lat)
    reach = within_m * _SLACK / _M_PER_DEGREE / math.cos(math.radians(here.lat))
    if math.isfinite(reach):
        ground = ground[shapely.dwithin(ground, shapely.Point(here.lon, here.lat), reach)]
    gaps = (geodesic_distance_m(each, here.lon, here.lat) for each in ground)
    return min(gaps, default=math.inf)
