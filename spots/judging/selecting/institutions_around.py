"""Institutions around a place in a straight line: who counts as another, and who may be near.

Distances are geodesic, compared to the millimetre: 4,000.0 m is within 4,000 m, 4,000.5 m is not.
One institution is its own site, and whoever has its address down to the house number; a record
within 100 m of which no address tells may be it. Who has no position may stand anywhere in its
municipality.

Stands apart: one look around serves every condition on distances.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import geodesic_distance_m
from boundaries.codes import BEYOND_NEAR_M, near_prefectures
from boundaries.geometry import GEOD
from spots.facilities.matching import SAME_PLACE_M
from spots.facilities.written_addresses import house_key
from spots.judging.criteria import PolicyFacts
from spots.judging.selecting.ground_facts import GroundFacts
from spots.types import Facility, FacilityType, Position, Role, Truth

_SLACK = 1.05  # flat distances are within 5 % of geodesic ones over some hundred km in Japan
_M_PER_DEGREE = 111_320.0  # of latitude, near enough for choosing what to measure exactly
_FIRST_LOOK_M, _FARTHEST_M = 5_000.0, 5_000_000.0
_MILLIMETRE = 3


def shown_mm(metres: float) -> float:
    """Return metres to the millimetre: what is less is noise of the calculation."""
    return round(metres, _MILLIMETRE)


def counted(
    kind: FacilityType | None, list_name: str | None, facts: GroundFacts
) -> tuple[Facility, ...]:
    """Return the institutions that count as another, as the criteria count them.

    Parameters
    ----------
    kind : FacilityType or None
        Their type; None for any.
    list_name : str or None
        The list that says who counts; who is only a destination always does.
    facts : GroundFacts
        Everything known.
    """
    known = facts.facts
    listed = known.lists.get(list_name, frozenset()) if list_name is not None else None
    return tuple(
        f
        for f in known.facilities
        if f.id not in facts.apart
        and (kind is None or kind in f.types)
        and (listed is None or f.role is Role.DESTINATION or f.id in listed)
        and (known.travel.neighbours or not known.is_neighbour(f))
    )


@dataclass(frozen=True, slots=True, eq=False)
class LookAround:
    """Those who count as another, where they are.

    Parameters
    ----------
    placed : tuple of Facility
        Those with a position that can be trusted, by id.
    lon, lat : ndarray
        Their degrees.
    unplaced : tuple of Facility
        The others.
    facts : PolicyFacts
        Everything known of them.
    houses : mapping of str to str
        Address of each facility down to the house number, in one spelling; by id.
    foreign : mapping of str to ndarray
        Ground of other prefectures on the map, by two-digit code.
    beyond_open : bool
        Whether institutions of other prefectures count and nobody has listed any.
    """

    placed: tuple[Facility, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    unplaced: tuple[Facility, ...]
    facts: PolicyFacts
    houses: Mapping[str, str]
    foreign: Mapping[str, NDArray[np.object_]]
    beyond_open: bool

    @classmethod
    def of(cls, others: Sequence[Facility], facts: PolicyFacts) -> LookAround:
        """Return a look around for institutions that count."""
        by_id = sorted(others, key=lambda f: f.id)
        placed = tuple(f for f in by_id if _trusted(f) is not None)
        at = np.array([(p.lon, p.lat) for f in placed if (p := _trusted(f))]).reshape(-1, 2)
        unplaced = tuple(f for f in by_id if _trusted(f) is None)
        beyond = facts.travel.neighbours and not any(map(facts.is_neighbour, others))
        houses = {f.id: house_key(f.address) for f in facts.facilities if f.address}
        foreign: dict[str, NDArray[np.object_]] = {}
        if facts.regions is not None:
            by_prefecture = facts.regions.municipalities.groupby("prefecture_code").geometry
            foreign = {str(code): towns.to_numpy() for code, towns in by_prefecture}
            foreign.pop(facts.prefecture, None)
        return cls(placed, at[:, 0], at[:, 1], unplaced, facts, houses, foreign, beyond)

    def among(self, kept: NDArray[np.bool_]) -> LookAround:
        """Return a look around for some of those with a position; others stay as they are."""
        placed = tuple(f for f, keep in zip(self.placed, kept.tolist(), strict=True) if keep)
        return replace(self, placed=placed, lon=self.lon[kept], lat=self.lat[kept])

    def within(self, here: Position, limit_m: float) -> list[tuple[float, Facility]]:
        """Return who is no farther than a limit, the nearest first, with geodesic metres."""
        shrink = math.cos(math.radians(here.lat))
        flat = np.hypot((self.lon - here.lon) * shrink, self.lat - here.lat) * _M_PER_DEGREE
        near = np.flatnonzero(flat <= limit_m * _SLACK + 1.0)
        start = np.full(len(near), here.lon), np.full(len(near), here.lat)
        gaps = np.round(GEOD.inv(*start, self.lon[near], self.lat[near])[2], _MILLIMETRE)
        order = np.argsort(gaps, kind="stable")  # of equals the lower id is first
        return [(float(gaps[i]), self.placed[near[i]]) for i in order if gaps[i] <= limit_m]

    def same_one(self, own: Facility | None, other: Facility, gap_m: float) -> Truth:
        """Return whether another record is the same institution, or of the same building."""
        if own is None:
            return Truth.NOT_MET
        if own.site == other.site or own.id == other.id:
            return Truth.MET
        if own.told_apart(other):
            return Truth.NOT_MET
        houses = {self.houses.get(own.id, ""), self.houses.get(other.id, "")}
        towns = {own.municipality_code, other.municipality_code} - {None}
        if houses != {""} and len(houses) == 1 and len(towns) <= 1:
            return Truth.MET
        double = next((d for d in own.doubles if d.id == other.id), None)
        if double is not None:
            return Truth.MET if double.same_address else Truth.UNDETERMINED
        near = gap_m <= SAME_PLACE_M and "" in houses
        return Truth.UNDETERMINED if near else Truth.NOT_MET

    def nearest(self, here: Position, own: Facility | None) -> tuple[float, Facility] | None:
        """Return the nearest that surely is another institution, with geodesic metres."""
        reach = _FIRST_LOOK_M
        while reach <= _FARTHEST_M:
            for gap, other in self.within(here, reach):
                if self.same_one(own, other, gap) is Truth.NOT_MET:
                    return gap, other
            reach *= 4.0
        return None

    def perhaps(
        self, here: Position, own: Facility | None, limit_m: float
    ) -> Iterator[tuple[float, Facility | None]]:
        """Yield who may be another within a limit, with the least metres; None for one unlisted.

        That is a record that may be the same institution, one without a position, and whoever
        stands in another prefecture of which no institution is listed.
        """
        for gap, other in self.within(here, limit_m):
            if self.same_one(own, other, gap) is Truth.UNDETERMINED:
                yield gap, other
        for other in self.unplaced:
            least = self._least_m(other, here, limit_m)
            if least <= limit_m and self.same_one(own, other, math.inf) is not Truth.MET:
                yield least, other
        border = self._border_m(here, limit_m) if self.beyond_open else None
        if border is not None:
            yield border, None

    def _least_m(self, other: Facility, here: Position, limit_m: float) -> float:
        """Return how near somebody without a position may be; infinite if beyond a limit."""
        place, regions = self.facts.places[other.id], self.facts.regions
        code = other.municipality_code or place.municipality_code
        if code is not None and regions is not None and regions.has_ground(code):
            return shown_mm(regions.distance_m(code, here.lon, here.lat))
        if not self.facts.is_neighbour(other) or self.facts.may_be_anywhere(other):
            return 0.0
        prefecture = self.facts.prefecture_of(other)
        if prefecture and prefecture not in self.foreign:
            near = prefecture in near_prefectures(self.facts.prefecture)
            return 0.0 if near else BEYOND_NEAR_M
        if not self.foreign:
            return 0.0
        border = self._border_m(here, limit_m, prefecture)
        return math.inf if border is None else border

    def _border_m(self, here: Position, limit_m: float, prefecture: str = "") -> float | None:
        """Return metres to the ground of another prefecture; None where none is within a limit."""
        asked = (prefecture,) if prefecture else tuple(self.foreign)
        foreign = np.array([g for code in asked for g in self.foreign[code]], dtype=object)
        reach = limit_m * _SLACK / _M_PER_DEGREE / math.cos(math.radians(here.lat))
        if math.isfinite(reach):
            foreign = foreign[shapely.dwithin(foreign, shapely.Point(here.lon, here.lat), reach)]
        gaps = [shown_mm(geodesic_distance_m(g, here.lon, here.lat)) for g in foreign]
        return min((gap for gap in gaps if gap <= limit_m), default=None)


def _trusted(facility: Facility) -> Position | None:
    return facility.position if facility.position_problem is None else None


def known_by_id(facts: GroundFacts) -> Mapping[str, Facility]:
    """Return the facilities by id."""
    return {f.id: f for f in facts.facts.facilities}
