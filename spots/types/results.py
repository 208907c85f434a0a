"""What a run found: spots, settings in words, surroundings, and everything together.

Surroundings are for maps and sheets; verdicts never come from them. They are in degrees (JGD2011,
EPSG:6668), generalised for the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

import shapely
from shapely.geometry import MultiLineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries.geometry import polygons
from boundaries.types import CutEntry, IndexEdition
from groundfloor.codec import UNSAVED
from groundfloor.problems import Problem, Text
from groundfloor.stored_table import GeoTable, tables_when_asked
from networks.info.network_info import NetworkInfo
from spots.types.access import AccessIndicators
from spots.types.belts import Belt
from spots.types.facilities import Layer, Place
from spots.types.ground_units import GroundResult, ResultKind, UnitVerdict
from spots.types.report_choice import ReportChoice
from spots.types.straight_travel import StraightTravel
from spots.types.verdicts import Verdict

NOWHERE = -1
#: What the evidence of a run, this module as a file, says that it is.
EVIDENCE_FORMAT = "shortage-spots/evidence"


@dataclass(frozen=True, slots=True)
class MainRoad:
    """The main roads of one class, for the drawn base.

    Where the network has no class of main roads (`networks.info.road_lines.MAIN_CLASSES`), those
    that most drives between the prefecture's places and its hospitals take.

    Parameters
    ----------
    road_class : str
        Class of the road network (``"trunk"``), as `networks.info.labels.road_label` names it.
    geometry : MultiLineString
        Its lines, generalised.
    """

    road_class: str
    geometry: MultiLineString


@dataclass(frozen=True, slots=True)
class HospitalCatchment:
    """Where a drive to one hospital takes less than the policy's threshold.

    Parameters
    ----------
    facility_id : str
        The hospital.
    limit_ms : int
        The threshold.
    geometry : MultiPolygon
        Outline between cells of the `TimeGrid` within it and those that are not, to a metre, for
        drawing only: small holes are filled. Empty for a hospital too far from the prefecture.
    """

    facility_id: str
    limit_ms: int
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True)
class TimeGrid:
    """How long the drive from anywhere to the nearest hospital is, cell by cell.

    Parameters
    ----------
    west, north : float
        Upper left corner, degrees.
    step_lon, step_lat : float
        Size of a cell, degrees.
    columns, rows : int
        Cells from west to east, and from north to south.
    hospitals : tuple of str
        Facility ids that count.
    nearest : tuple of int
        Row by row from the north-west: index into `hospitals`, of equals one; -1 where no road is
        near or none leads to a hospital.
    travel_ms : tuple of int
        Milliseconds from the middle of the cell, those of a facility that stands there: it is
        tied to a road within the policy's limit, and the way to the road counts. -1 likewise.
    cell_m : float
        Side of a cell, metres: what the answer is good for. 500 m, or as much more as a large
        prefecture needs.
    """

    west: float
    north: float
    step_lon: float
    step_lat: float
    columns: int
    rows: int
    hospitals: tuple[str, ...]
    nearest: tuple[int, ...]
    travel_ms: tuple[int, ...]
    cell_m: float


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """A closed stretch of road with what its file says of it."""

    name: str
    reason: str
    period: str
    geometry: MultiLineString


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything around the spots.

    Parameters
    ----------
    roads : tuple of MainRoad
        Most important class first.
    catchments : tuple of HospitalCatchment
        One for each hospital that counts and is tied to the roads, by facility id.
    covered : MultiPolygon
        Where any of the hospitals is reached so soon: the union of the catchments, drawn as one.
    grid : TimeGrid or None
        Over the land of the prefecture and a cell or two around, without islands whose roads lead
        to no hospital. None where no hospital is tied to roads of the prefecture.
    closed : tuple of ClosedLine
        Closures that hold on the run's day.
    """

    roads: tuple[MainRoad, ...]
    catchments: tuple[HospitalCatchment, ...]
    covered: MultiPolygon
    grid: TimeGrid | None
    closed: tuple[ClosedLine, ...]


# --- the run


class ReasonBasis(StrEnum):
    """Who gives the reason that the plan gives."""

    HAND = "hand"  # [[unit_reason]] of the policy
    LIST = "list"  # 設定理由 of a list or layer
    POLICY = "policy"  # what criteria or clauses say


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
        People inside, in proportion to ground within each cell (`RunResult.population_ground`);
        None where the run has no population.
    service : Text or None
        The service that physicians are secured for.
    councils : tuple of date
        Days of the councils.
    page : str
        Page of the plan.
    on_application : bool
        Whether its municipality applied for it.
    reason_basis : ReasonBasis
        Who gives the reason: where it is not the policy, the verdict's still says what was found.
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
    service: Text | None = None
    councils: tuple[date, ...] = ()
    page: str = ""
    on_application: bool = False
    reason_basis: ReasonBasis = ReasonBasis.POLICY


@dataclass(frozen=True, slots=True)
class InputRecord:
    """An input of the run, for the manifest: a file, or a part of a Shapefile."""

    role: str  # "facilities", "municipalities", "areas", "indices", "network", "policy", ...
    name: str  # label
    file: str  # as given in the run file, never an absolute path
    sha256: str
    source: str
    as_of: str  # ISO date or edition; empty when not given
    key: str = ""  # of the run file, as in "facilities[1].file"; empty for roads held in memory
    size: int = 0  # bytes; 0 where an older version did not say, or for roads held in memory


@dataclass(frozen=True, slots=True)
class MapBackground:
    """Map tiles that a run carries for its map.

    Parameters
    ----------
    attribution : str
        Who is to be named wherever they are seen.
    shallowest, deepest : int
        Zooms that are there.
    tiles : mapping of str to str
        By ``"zoom/column/row"`` (counted from the north-west) the image as
        ``"image/png;base64,…"``.
    """

    attribution: str
    shallowest: int
    deepest: int
    tiles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunOrigin:
    """Where the inputs of a run lay: of the machine, not of the result.

    Parameters
    ----------
    base : Path
        The run file's folder.
    elsewhere : mapping of str to Path
        Inputs that were not named from there, by their key in the run file.
    profile_sha256 : str
        Hash of the speed profile in use, as a file would hold it; empty without roads.
    manual_at, excluded_at : tuple of (str, int or None)
        File and row of each decision by hand, and of each municipality that is out, which
        findings name.
    """

    base: Path
    elsewhere: Mapping[str, Path]
    profile_sha256: str = ""
    manual_at: tuple[tuple[str, int | None], ...] = ()
    excluded_at: tuple[tuple[str, int | None], ...] = ()


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
    title: Text  # says so where no list was given
    travel: bool  # whether it judges travel time
    given: bool = True  # whether the run had a list for it


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
    report: ReportChoice = field(default_factory=ReportChoice)  # no line: no verdict comes from it
    prefectures: tuple[str, ...] = ()  # whose results were put together; empty of one run

    @property
    def home(self) -> frozenset[str]:
        """Prefectures whose facilities are judged, by code: one, but of results put together."""
        return frozenset(self.prefectures or (self.prefecture_code,))


@tables_when_asked("municipalities", "areas", "population", "population_ground")
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
        where secret), geometry in EPSG:6668; cells that touch the prefecture or a circle. None
        where the run file names none.
    dissolved_population : float or None
        People inside `dissolved`, as for `Spot.population`.
    population_ground : GeoDataFrame or None
        Index ``code``, geometry in EPSG:6668: of cells of `population` whose people do not live all
        over them the ground where they do (see `boundaries.inhabited.inhabited_ground`). None
        without a population, and where a folder of an older version spread them over whole cells.
    units : tuple of UnitVerdict
        Every unit of ground that the policy asked for, once for each of its results, in the
        policy's order; empty where it judges facilities alone.
    grounds : tuple of GroundResult
        What each result of the policy designates, in its order.
    indicators : AccessIndicators or None
        Distances of municipalities and medical areas; None where the run file asks for none.
    straight : StraightTravel or None
        The estimate that stands in for roads; None where times are drives, or nothing measures any.
    belts : tuple of Belt
        How lists of more than the prefecture were told apart; empty where lists say their role.
    origin : RunOrigin or None
        Where the inputs lay; None for a run read back from its folder, whose evidence is about no
        machine. ``run.json`` has it, as seen from its own folder.
    background : MapBackground or None
        Map tiles that go into the map; None where the run file names none, or none could be had.
    """

    settings: Settings
    verdicts: tuple[Verdict, ...]
    spots: tuple[Spot, ...]
    dissolved: MultiPolygon
    dissolved_km2: float
    municipalities: GeoTable
    areas: GeoTable
    plane_epsg: int
    layers: tuple[Layer, ...]
    edition: IndexEdition | None
    network: NetworkInfo | None
    inputs: tuple[InputRecord, ...]
    problems: tuple[Problem, ...]
    job: dict[str, object] = field(default_factory=dict)
    closures: RunClosures | None = None
    surroundings: Surroundings | None = None
    population: GeoTable | None = None
    dissolved_population: float | None = None
    population_ground: GeoTable | None = None
    units: tuple[UnitVerdict, ...] = ()
    grounds: tuple[GroundResult, ...] = ()
    indicators: AccessIndicators | None = None
    straight: StraightTravel | None = None
    background: MapBackground | None = None
    belts: tuple[Belt, ...] = ()
    origin: RunOrigin | None = field(default=None, compare=False, metadata=UNSAVED)

    @property
    def by_rule(self) -> bool:
        """Whether facilities are judged by criteria, and may have circles; else units alone are."""
        return bool(self.settings.criteria) or not self.grounds

    @property
    def spot_ground(self) -> MultiPolygon:
        """All ground that is a spot: `dissolved`, and what results of that kind designate."""
        grounds = [g.geometry for g in self.grounds if g.kind is ResultKind.SPOT]
        if not grounds:
            return self.dissolved
        return polygons(shapely.union_all([self.dissolved, *grounds]))
