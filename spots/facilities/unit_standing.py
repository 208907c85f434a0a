"""Whether an institution stands in the ground that a result designates.

A unit that is whole municipalities is asked by code, so that an institution stands in it whose
municipality is known and whose point is not, and no strip between two outlines of one border
decides. Of a circle the geodesic distance decides, of any other unit its outline. An institution
that is named itself has no ground: it is in as itself.

Stands apart: explanations and answers about lists ask the same question.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import shapely
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from groundfloor.guarded_shapes import prepared_copy
from spots.facilities.list_cells import city_of
from spots.types import Position, State, Truth, UnitKind, UnitVerdict, distance_m

_OF_MUNICIPALITIES = frozenset({UnitKind.MUNICIPALITY, UnitKind.MEDICAL_AREA, UnitKind.PREFECTURE})
#: What cutting whole municipalities along other outlines of the same borders may take, km²: strips.
_STRIPS_KM2 = 0.05
#: A drawn circle has the true one's area, so that its rim is up to 0.1 m off.
_RIM_DEGREES = 2e-6
_LAND = "land"


@dataclass(frozen=True, slots=True)
class InstitutionPlace:
    """Where an institution is, as far as that is known.

    Parameters
    ----------
    position : Position or None
        Its point.
    municipality_code : str or None
        Its municipality: that of the point, else that of the list.
    facility_ids : frozenset of str
        Facilities of the run that it is.
    maybe_ids : frozenset of str
        Facilities of the run of which it may be one: their names do not tell.
    outline : BaseGeometry or None
        Of its municipality, EPSG:6668: all ground where it may be that has no point.
    """

    position: Position | None
    municipality_code: str | None
    facility_ids: frozenset[str] = frozenset()
    maybe_ids: frozenset[str] = frozenset()
    outline: BaseGeometry | None = None


@dataclass(frozen=True, eq=False)
class UnitGround:
    """The ground of a judged unit, ready for questions.

    Parameters
    ----------
    verdict : UnitVerdict
        The unit in one result.
    """

    verdict: UnitVerdict
    shape: MultiPolygon = field(init=False)

    def __post_init__(self) -> None:
        """Prepare what is designated; of a unit that is not decided yet all of it."""
        verdict = self.verdict
        taken = verdict.state is State.DESIGNATED
        shape = verdict.geometry if taken else verdict.unit.geometry or MultiPolygon()
        object.__setattr__(self, "shape", prepared_copy(shape))

    @property
    def itself(self) -> bool:
        """Whether it is an institution, without ground around it."""
        unit = self.verdict.unit
        return unit.kind is UnitKind.FACILITY and unit.geometry is None

    @property
    def by_code(self) -> bool:
        """Whether codes of municipalities answer: it is whole ones, of which no land is cut."""
        lost = sum(e.removed_km2 for e in self.verdict.ledger if e.step != _LAND)
        return self.verdict.unit.kind in _OF_MUNICIPALITIES and lost <= _STRIPS_KM2

    def holds(self, where: InstitutionPlace) -> Truth:
        """Return whether an institution stands in it: undetermined where too little is known.

        Where the unit itself is undetermined, what stands in it is.

        Parameters
        ----------
        where : InstitutionPlace
            Of the institution.
        """
        found = self._holds(where)
        decided = self.verdict.state is State.DESIGNATED or found is Truth.NOT_MET
        return found if decided else Truth.UNDETERMINED

    def _holds(self, where: InstitutionPlace) -> Truth:
        unit = self.verdict.unit
        if self.itself:
            maybe = Truth.UNDETERMINED if unit.code in where.maybe_ids else Truth.NOT_MET
            return Truth.MET if unit.code in where.facility_ids else maybe
        lies = _among(where.municipality_code, unit.municipality_codes)
        if self.by_code and lies is not Truth.UNDETERMINED:
            return lies
        away = unit.radius_m is None and unit.municipality_codes and lies is Truth.NOT_MET
        if unit.geometry is None:  # nobody knows where it is
            return Truth.NOT_MET if away else Truth.UNDETERMINED
        if where.position is not None:
            return Truth.MET if self._covers(where.position) else Truth.NOT_MET
        if away or (where.outline is not None and not self.shape.intersects(where.outline)):
            return Truth.NOT_MET
        return Truth.UNDETERMINED

    def _covers(self, position: Position) -> bool:
        away = shapely.distance(self.shape, Point(position.lon, position.lat))
        unit = self.verdict.unit
        if unit.radius_m is None or unit.position is None:
            return bool(away == 0.0)
        near = away <= _RIM_DEGREES  # else it was cut away
        return bool(near) and distance_m(unit.position, position) <= unit.radius_m


def _among(code: str | None, codes: Collection[str]) -> Truth:
    """Return whether a municipality is one of some; open for a city of which they are wards."""
    if code is None or not codes:
        return Truth.UNDETERMINED
    if code in codes or city_of(code) in codes:
        return Truth.MET
    wards = any(city_of(each) == code for each in codes)
    return Truth.UNDETERMINED if wards else Truth.NOT_MET
