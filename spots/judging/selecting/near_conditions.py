"""Conditions on what is near a unit's centre: institutions, by road or in a line, and people.

What is not known of others (no position, no road in the data, perhaps the same hospital, another
prefecture of which nobody is listed) only opens a condition that it could turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely

from groundfloor.problems import Text
from spots.judging.selecting.centre_drives import CentreDrive, centre_drives
from spots.judging.selecting.centre_estimates import centre_estimates
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.institutions_around import LookAround, counted, known_by_id
from spots.judging.selecting.leaf_findings import UnitFinding
from spots.judging.selecting.number_bounds import compare
from spots.judging.selecting.selection_settings import AloneCondition, NearestCondition
from spots.judging.selecting.sides_of_sea import OFF_COAST_M, SidesOfSea
from spots.telling import near_words as words
from spots.telling.findings import town_mark
from spots.telling.selection_words import NO_PLACE
from spots.telling.units import metres, ms_from_minutes, threshold
from spots.telling.wording import run_on, same
from spots.types import Facility, FacilityType, Position, Truth
from spots.types.ground_units import Unit, UnitKind


def centre_of(unit: Unit, facts: GroundFacts) -> Position | None:
    """Return the point that a unit's distances are measured from; None where it has no place.

    Of an institution and of a listed point that is where it stands. Of ground it is the
    representative point of its largest part: that always lies on the unit's own land, where a
    centroid may lie in a bay or in the next municipality, and islets do not draw it out to sea.

    Parameters
    ----------
    unit : Unit
        The unit.
    facts : GroundFacts
        For where an institution stands that the unit does not say.
    """
    if unit.position is not None:
        return unit.position
    if unit.kind is UnitKind.FACILITY:
        own = (f.position for f in facts.facts.facilities if f.id == unit.code)
        return next(own, None)
    if unit.geometry is None or unit.geometry.is_empty:
        return None
    parts = list(unit.geometry.geoms)
    largest = max(parts, key=lambda part: part.area)  # at one latitude degrees will do
    point = shapely.point_on_surface(largest)
    return Position(point.x, point.y)


@dataclass(frozen=True, slots=True)
class _Asking:
    """A unit that asks who is near.

    Parameters
    ----------
    unit : Unit
        The unit.
    own : Facility or None
        The institution that it is.
    here : Position or None
        Its centre.
    """

    unit: Unit
    own: Facility | None
    here: Position | None

    def marks(self, other: Facility | None) -> Text:
        """Return what is to be known of the two positions: whether one is a town block's point."""
        return run_on(*(town_mark(f, own=f is self.own) for f in (self.own, other) if f))

    def looks_for(self, kind: FacilityType | None) -> Text:
        """Return what the unit looks for in words: an institution looks for another."""
        return words.kind_of_other(kind, other=self.own is not None)


def _asking(units: Sequence[Unit], facts: GroundFacts) -> list[_Asking]:
    known = known_by_id(facts)
    return [
        _Asking(u, known.get(u.code) if u.kind is UnitKind.FACILITY else None, centre_of(u, facts))
        for u in units
    ]


# --- the nearest


@dataclass(frozen=True, slots=True)
class _Limit:
    """The limit of a condition on the nearest: ``at_least`` or ``below``, minutes or metres."""

    key: str
    value: float
    by_road: bool

    @classmethod
    def of(cls, asked: NearestCondition) -> _Limit:
        """Return the one that is set."""
        ((key, value),) = asked.limits()
        return cls(key.rpartition("_")[0], value, asked.by_road)


def by_nearest(
    asked: NearestCondition, units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether the nearest (other) institution of a type is far, or near, enough."""
    others = counted(asked.type, asked.list, facts)
    limit, asking = _Limit.of(asked), _asking(units, facts)
    if not others:
        return {u.id: UnitFinding(Truth.UNDETERMINED, words.NONE_LISTED) for u in units}
    if limit.by_road:
        return _by_road(asked, limit, asking, others, facts)
    around = LookAround.of(others, facts.facts)
    return {a.unit.id: _in_line(asked, limit, a, around) for a in asking}


def _by_road(
    asked: NearestCondition,
    limit: _Limit,
    asking: Sequence[_Asking],
    others: tuple[Facility, ...],
    facts: GroundFacts,
) -> dict[str, UnitFinding]:
    if not facts.facts.knows_times:
        return {a.unit.id: UnitFinding(Truth.UNDETERMINED, words.NO_ROADS) for a in asking}
    places = {a.unit.id: a.own or a.here for a in asking}
    straight = facts.facts.straight
    drives = (
        centre_estimates(places, others, facts.facts, straight, asked.type)
        if straight is not None
        else centre_drives(places, others, facts.facts)
    )
    return {
        a.unit.id: _drive_found(a.looks_for(asked.type), limit, drives[a.unit.id]) for a in asking
    }


def _drive_found(label: Text, limit: _Limit, drive: CentreDrive) -> UnitFinding:
    limit_ms = ms_from_minutes(limit.value)
    truth = compare(limit.key, drive.least_ms, drive.most_ms, limit_ms)
    if truth is Truth.UNDETERMINED and drive.doubts:
        return UnitFinding(truth, min(drive.doubts, key=lambda doubt: doubt[0])[1])
    by_road = words.by_road(drive.travel_ms) if drive.travel_ms is not None else words.NO_ROADS
    far = drive.said or by_road
    nearest = drive.nearest if drive.travel_ms is not None else None
    text = words.how_far(label, nearest, far, threshold(limit_ms), limit.key, truth)
    return UnitFinding(truth, text)


def _in_line(
    asked: NearestCondition, limit: _Limit, asking: _Asking, around: LookAround
) -> UnitFinding:
    if asking.here is None:
        return UnitFinding(Truth.UNDETERMINED, NO_PLACE)
    nearest = around.nearest(asking.here, asking.own)
    gap = np.inf if nearest is None else nearest[0]
    truth = compare(limit.key, gap, gap, limit.value)
    if gap >= limit.value:
        # "Below" is below, so who stands exactly at the limit can turn nothing.
        perhaps = around.perhaps(asking.here, asking.own, limit.value)
        near = [each for each in perhaps if each[0] < limit.value]
        if near:
            least, who = min(near, key=lambda each: each[0])
            name = who.name if who is not None else None
            return UnitFinding(Truth.UNDETERMINED, words.perhaps_near(name, least, limit.value))
    other = nearest[1] if nearest is not None else None
    text = words.how_far(
        asking.looks_for(asked.type),
        other.name if other is not None else None,
        words.straight(gap, limit.value),
        same(metres(limit.value)),
        limit.key,
        truth,
    )
    return UnitFinding(truth, run_on(text, asking.marks(other)))


# --- alone


def by_loneliness(
    asked: AloneCondition, units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether no other institution is within a distance of each unit, inclusive."""
    others = counted(asked.type, asked.list, facts)
    if not others:
        return {u.id: UnitFinding(Truth.UNDETERMINED, words.NONE_LISTED) for u in units}
    around = LookAround.of(others, facts.facts)
    apart = tuple(f for f in facts.facts.facilities if f.id in facts.apart)
    aside = _Aside(
        limit_m=asked.within_m,
        around=LookAround.of(apart, facts.facts),
        why=facts.apart,
        sides=SidesOfSea.of(around, facts.land) if asked.same_land else None,
    )
    found = {}
    for asking in _asking(units, facts):
        own: frozenset[int] = frozenset()
        if asking.here is not None and aside.sides is not None:
            own = facts.land.at(asking.here.lon, asking.here.lat, within_m=OFF_COAST_M)
        near = around if aside.sides is None else aside.sides.here(own)
        found[asking.unit.id] = _alone(asked, asking, near, partial(aside.told, asking, own))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Aside:
    """Who is near and does not count.

    Parameters
    ----------
    limit_m : float
        How near.
    around : LookAround
        Those of a kind that does not count.
    why : mapping of str to str
        By id, why not.
    sides : SidesOfSea or None
        Those who would count, where the sea keeps some of them apart.
    """

    limit_m: float
    around: LookAround
    why: Mapping[str, str]
    sides: SidesOfSea | None

    def told(self, asking: _Asking, own: frozenset[int]) -> list[Text]:
        """Return each of them in words, from a place on that land."""
        here = asking.here
        if here is None:
            return []
        kind = [
            words.not_counted(f.name, self.why[f.id])
            for _, f in self.around.within(here, self.limit_m)
            if asking.own is None or f.id != asking.own.id
        ]
        if self.sides is None:
            return kind
        across = self.sides.across(own).within(here, self.limit_m)
        if across:
            gap, nearest = across[0]
            kind.append(words.across_the_sea(nearest.name, gap, len(across) - 1))
        return kind


def _alone(
    asked: AloneCondition,
    asking: _Asking,
    around: LookAround,
    aside: Callable[[], list[Text]],
) -> UnitFinding:
    if asking.here is None:
        return UnitFinding(Truth.UNDETERMINED, NO_PLACE)
    limit, own = float(asked.within_m), asking.own
    near = around.within(asking.here, limit)
    label = asking.looks_for(asked.type)
    others = [each for each in near if around.same_one(own, each[1], each[0]) is Truth.NOT_MET]
    if others:
        gap, other = others[0]
        text = words.is_alone(label, limit, (other.name, gap), (), Truth.NOT_MET)
        return UnitFinding(Truth.NOT_MET, run_on(text, asking.marks(other)))
    perhaps = list(around.perhaps(asking.here, own, limit))
    if perhaps:
        least, who = min(perhaps, key=lambda each: each[0])
        name = who.name if who is not None else None
        return UnitFinding(Truth.UNDETERMINED, words.perhaps_near(name, least, limit))
    one = [words.one_building(f.name) for _, f in near if own is None or f.id != own.id]
    found = around.nearest(asking.here, own)
    nearest = (found[1].name, found[0]) if found is not None else None
    text = words.is_alone(label, limit, nearest, (*one, *aside()), Truth.MET)
    return UnitFinding(Truth.MET, run_on(text, asking.marks(found[1] if found else None)))
