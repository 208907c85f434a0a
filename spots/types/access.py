"""Indicators of access: how far municipalities and medical areas are from hospitals.

They inform 重点医師偏在対策支援区域 and the coming index; no verdict comes from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry import MultiPolygon

from spots.types.ground_units import UnitKind


class CentreBasis(StrEnum):
    """What the centre of a unit is."""

    POPULATION = "population"  # weighted by people; on the unit's ground
    LARGEST_PART = "largest_part"  # representative point of the largest piece of its ground


class CentreRoad(StrEnum):
    """Whether the centre of a unit has a drive to a hospital."""

    REACHED = "reached"
    UNREACHABLE = "unreachable"  # its road leads to none
    OFF_ROADS = "off_roads"  # no road within the policy's limit: not known


@dataclass(frozen=True, slots=True)
class UnitCentre:
    """The point that a unit's distances are measured from, degrees (EPSG:6668)."""

    lon: float
    lat: float
    basis: CentreBasis


@dataclass(frozen=True, slots=True)
class HospitalAccess:
    """How far hospitals are, of all prefectures or of the own one alone.

    Parameters
    ----------
    straight_id, straight_name : str
        The hospital nearest to the centre in a straight line; empty without any.
    straight_m : float or None
        Geodesic metres to it.
    road : CentreRoad or None
        Whether roads lead from the centre to one; None where the run has no roads.
    road_id, road_name : str
        The nearest by road.
    travel_ms : int or None
        Milliseconds to it; None where there is none.
    people_beyond : float or None
        People from whose cell the drive takes the limit or more, or is none; None without roads
        or population.
    land_beyond : float or None
        Share of the ground, likewise; None without roads.
    """

    straight_id: str = ""
    straight_name: str = ""
    straight_m: float | None = None
    road: CentreRoad | None = None
    road_id: str = ""
    road_name: str = ""
    travel_ms: int | None = None
    people_beyond: float | None = None
    land_beyond: float | None = None


@dataclass(frozen=True, slots=True)
class UnitIndicators:
    """The indicators of a municipality or a medical area.

    Parameters
    ----------
    kind : UnitKind
        Municipality or medical area.
    code, name : str
        Its code and name.
    area_code : str
        Medical area of a municipality; its own code of an area. May be empty.
    geometry : MultiPolygon
        Its ground, EPSG:6668.
    area_km2 : float
        Of it.
    centre : UnitCentre
        Where distances are measured from.
    every, own : HospitalAccess
        With the hospitals of all prefectures, and with those of its own alone.
    people : float or None
        People of the unit; None where the run has no population.
    people_off_roads : float or None
        Of these, who live in cells without a road within the policy's limit: how long their drive
        is, is not known.
    people_beyond_m : float or None
        People farther than the distance from any institution.
    land_off_roads : float or None
        Share of the ground without a road within the policy's limit; None without roads.
    """

    kind: UnitKind
    code: str
    name: str
    area_code: str
    geometry: MultiPolygon
    area_km2: float
    centre: UnitCentre
    every: HospitalAccess
    own: HospitalAccess
    people: float | None = None
    people_off_roads: float | None = None
    people_beyond_m: float | None = None
    land_off_roads: float | None = None


@dataclass(frozen=True, slots=True)
class AccessIndicators:
    """The indicators of a run.

    Parameters
    ----------
    limit_ms : int
        A drive that takes as long, or longer, is beyond.
    distance_m : int
        Ground farther than this from any institution is beyond.
    hospitals : int
        How many hospitals count.
    institutions : int
        How many institutions count; 0 where the run names none.
    units : tuple of UnitIndicators
        Municipalities by code, then medical areas by code.
    """

    limit_ms: int
    distance_m: int
    hospitals: int
    institutions: int
    units: tuple[UnitIndicators, ...]
