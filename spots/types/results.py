"""What a run found: spots, settings in words, and everything together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import geopandas as gpd
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries.types import CutEntry, IndexEdition
from groundfloor.problems import Problem, Text
from networks.info.network_info import NetworkInfo
from spots.types.facilities import Layer, Place
from spots.types.surroundings import Surroundings
from spots.types.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Spot:
    """An effective spot: the circle of one designated facility, after cutting.

    Parameters
    ----------
    facility_id, name : str
        The facility at its centre.
    criteria : tuple of int
        Criteria met.
    place : Place
        Municipality and medical area.
    radius_m : int
        Geodesic radius.
    geometry : MultiPolygon
        What is left after cutting, longitude/latitude degrees, EPSG:6668.
    circle : Polygon
        The whole circle before cutting, EPSG:6668.
    circle_km2, area_km2 : float
        Area before and after cutting.
    ledger : tuple of CutEntry
        What each cut took.
    reason : Text
        Why, as the plan must say it.
    valid_from, valid_to : date or None
        The period.
    population : float or None
        People inside, in proportion to area within each cell; None where the run has no
        population.
    """

    facility_id: str
    name: str
    criteria: tuple[int, ...]
    place: Place
    radius_m: int
    geometry: MultiPolygon
    circle: BaseGeometry
    circle_km2: float
    area_km2: float
    ledger: tuple[CutEntry, ...]
    reason: Text
    valid_from: date | None
    valid_to: date | None
    population: float | None = None


@dataclass(frozen=True, slots=True)
class InputRecord:
    """An input of the run, for the manifest."""

    role: str  # "facilities", "municipalities", "areas", "indices", "network", "policy", ...
    name: str  # label
    file: str  # as given in the run file, never an absolute path
    sha256: str
    source: str
    as_of: str  # ISO date or edition; empty when not given


@dataclass(frozen=True, slots=True)
class ClosedRoad:
    """A closure of the run, and what it does to the roads on the run's day.

    Parameters
    ----------
    file : str
        File it stands in, as outputs may show it.
    name, reason : str
        As the file says; may be empty.
    period : str
        First and last day; empty when it always holds.
    holds : bool
        Whether it holds on the day; where it does not, it closes nothing.
    edges : int
        Stretches of road it closes.
    km : float
        Their length.
    """

    file: str
    name: str
    reason: str
    period: str
    holds: bool
    edges: int
    km: float


@dataclass(frozen=True, slots=True)
class RunClosures:
    """The closed roads of a run.

    Parameters
    ----------
    rows : tuple of ClosedRoad
        File by file, in the order of each.
    on : date or None
        The day for which they were looked at; None where none of them has days.
    km : float
        Length of everything closed, each road counted once.
    """

    rows: tuple[ClosedRoad, ...]
    on: date | None
    km: float

    @property
    def holding(self) -> tuple[ClosedRoad, ...]:
        """Those that hold on the day and close a road."""
        return tuple(row for row in self.rows if row.holds and row.edges > 0)


@dataclass(frozen=True, slots=True)
class CriterionInfo:
    """What reports must know of a criterion: its number, mark and title."""

    number: int
    mark: str  # "①"
    title: Text
    travel: bool  # whether it judges travel time


@dataclass(frozen=True, slots=True)
class Settings:
    """The resolved settings that outputs print, in reading order: (label, value) pairs."""

    title: Text
    policy_title: Text
    prefecture_code: str
    prefecture: str
    radius_m: int
    threshold_ms: int | None
    valid_from: date | None
    valid_to: date | None
    criteria: tuple[CriterionInfo, ...]
    lines: tuple[tuple[Text, Text], ...]  # every policy setting in words
    caveats: tuple[Text, ...]  # what a reader must be told (schematic network, 要確認 ...)
    attributions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunResult:
    """Everything a run found: the one argument of every writer and of the map.

    Parameters
    ----------
    settings : Settings
        What the run was asked, in words.
    verdicts : tuple of Verdict
        Every input facility exactly once, in input order.
    spots : tuple of Spot
        Effective spots, in the order of `verdicts`.
    dissolved : MultiPolygon
        Their union, EPSG:6668.
    dissolved_km2 : float
        Its area on the ellipsoid.
    municipalities : GeoDataFrame
        Index ``code``; columns ``name``, ``prefecture_code``, ``prefecture``, ``area_code``
        (None where unknown), ``excluded`` (bool, by the policy), geometry in EPSG:6668.
    areas : GeoDataFrame
        Index ``code``; columns ``name``, ``index`` (float or NaN), ``area_class`` (an
        `AreaClass` value as str), geometry in EPSG:6668; only areas of the prefecture.
    plane_epsg : int
        JGD2011 plane rectangular zone of the data.
    layers : tuple of Layer
        Facility lists of the run.
    edition : IndexEdition or None
        Edition of the indices.
    network : NetworkInfo or None
        The road network used; None when no criterion needed one.
    inputs : tuple of InputRecord
        Every file read.
    problems : tuple of Problem
        Warnings and notes gathered on the way.
    job : dict
        The resolved job as plain JSON-able data, for the manifest.
    closures : RunClosures or None
        Closed roads of the run; None where the run file names none or no roads were needed.
    surroundings : Surroundings or None
        Roads, catchments and times for maps; None when no criterion needed a road network.
    population : GeoDataFrame or None
        Index ``code`` (mesh code or the file's own); columns ``population`` (float, people; NaN
        where secret), geometry in EPSG:6668. None where the run file names none.
    dissolved_population : float or None
        People inside `dissolved`, as for `Spot.population`.
    """

    settings: Settings
    verdicts: tuple[Verdict, ...]
    spots: tuple[Spot, ...]
    dissolved: MultiPolygon
    dissolved_km2: float
    municipalities: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    plane_epsg: int
    layers: tuple[Layer, ...]
    edition: IndexEdition | None
    network: NetworkInfo | None
    inputs: tuple[InputRecord, ...]
    problems: tuple[Problem, ...]
    job: dict[str, object] = field(default_factory=dict)
    closures: RunClosures | None = None
    surroundings: Surroundings | None = None
    population: gpd.GeoDataFrame | None = None
    dissolved_population: float | None = None
