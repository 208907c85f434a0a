"""One home for the values of the domain: facilities, evidence, verdicts, spots and runs.

Everything here is frozen. Minutes appear only in reports; inside, time is integer milliseconds,
distance metres, area square kilometres, and coordinates longitude/latitude in degrees (JGD2011,
which agrees with WGS84 to well below the accuracy of any facility list).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import geopandas as gpd
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries.types import AreaClass, CutEntry, IndexEdition
from groundfloor.problems import Problem, Text
from networks.info.types import NetworkInfo
from networks.types import Route
from spots.surroundings.model import Surroundings


class FacilityType(StrEnum):
    """What a list says a facility is; the law's terms."""

    BASE_HOSPITAL = "base_hospital"  # ① へき地医療拠点病院
    REMOTE_CLINIC = "remote_clinic"  # ② へき地診療所
    SECONDARY_EMERGENCY = "secondary_emergency"  # ③ 二次救急病院


class Role(StrEnum):
    """Whether a layer's facilities are judged, or only reached."""

    CANDIDATE = "candidate"
    DESTINATION = "destination"


class Accuracy(StrEnum):
    """How well a position is known."""

    POINT = "point"  # given in the list
    TOWN = "town"  # centre of the 町丁目: 400 m in the median, kilometres in a large 大字


class State(StrEnum):
    """The one state every facility ends in."""

    DESIGNATED = "designated"
    EXCLUDED = "excluded"
    MOOT = "moot"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


class Truth(StrEnum):
    """Three-valued outcome of a criterion."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Layer:
    """A facility list as the run file declares it.

    Parameters
    ----------
    name : str
        Label for reports, e.g. ``"へき地医療拠点病院"``.
    file : str
        File name as given.
    types : frozenset of FacilityType
        Types that every row has; may be empty.
    role : Role
        Judged, or only a destination.
    source : str
        Who published the list.
    as_of : date or None
        The day the list speaks of.
    list_name : str
        Name under which a policy may ask for this list (``"rotation"``); may be empty.
    """

    name: str
    file: str
    types: frozenset[FacilityType]
    role: Role
    source: str
    as_of: date | None
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a facility is, and how that is known."""

    lon: float
    lat: float
    accuracy: Accuracy = Accuracy.POINT
    source: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """The row of an input file that a facility came from."""

    layer: str
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as the lists give it, merged over layers.

    Parameters
    ----------
    id : str
        Unique and stable: the list's own id, or one made from name and municipality.
    name : str
        Name as written in the first list that has it.
    types : frozenset of FacilityType
        All types over all layers.
    role : Role
        `Role.CANDIDATE` when any layer judges it.
    address : str
        As written, possibly empty.
    municipality_code : str or None
        Five digits, as declared by the list (code, name or address), before any look at the map.
    position : Position or None
        None when no usable coordinates were found.
    position_problem : Text or None
        Why `position` is None or must not be trusted.
    site : str
        Facilities of one site (a hospital and its clinic) share it; never each other's "other".
    remark : str
        備考, e.g. ``要確認``.
    rows : tuple of SourceRow
        Every row it came from.
    """

    id: str
    name: str
    types: frozenset[FacilityType]
    role: Role
    address: str
    municipality_code: str | None
    position: Position | None
    position_problem: Text | None
    site: str
    remark: str
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The administrative place of a facility, after comparing point and address.

    ``problem`` is set where the two disagree or the point lies nowhere: then the facility cannot
    be judged.
    """

    municipality_code: str | None
    municipality: str
    prefecture_code: str | None
    area_code: str | None
    area: str
    area_class: AreaClass
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """The same question under one other assumption, kept where a reader must see it.

    Parameters
    ----------
    name : str
        ``"neighbours"``, ``"direction"``, ``"tolls"`` or ``"ferries"``: the setting turned over;
        ``"list"``: another list of the run deciding which hospitals count; ``"closures"``: the
        roads without the run's closures; ``"snap"``, ``"snap_others"``: the facility, or other
        hospitals, tied to the other road they could be tied to.
    label : Text
        What was assumed, for readers.
    nearest_id, nearest_name : str or None
        Nearest other under it.
    travel_ms : int or None
        Its time; None when unreachable.
    truth : Truth
        The criterion under it.
    changes : bool
        Whether that differs from the criterion under the policy.
    state : State or None
        The facility's state under it, everything else being equal; None where not known.
    list_name : str
        Of ``"list"``: the list that counts under it, as criteria name it.
    asked : bool
        Whether the criterion would look at the facility at all; false where a list does not have
        it. Without a time that is not "unreachable".
    """

    name: str
    label: Text
    nearest_id: str | None
    nearest_name: str | None
    travel_ms: int | None
    truth: Truth
    changes: bool
    state: State | None = None
    list_name: str = ""
    asked: bool = True

    @property
    def key(self) -> str:
        """The name, with the list behind a colon: ``"tolls"``, ``"list:rotation"``."""
        return f"{self.name}:{self.list_name}" if self.list_name else self.name


@dataclass(frozen=True, slots=True)
class OtherHospital:
    """One of the hospitals nearest to a facility by road.

    Parameters
    ----------
    id, name : str
        The hospital.
    travel_ms : int
        Milliseconds to it, door to door.
    route : Route
        The way.
    """

    id: str
    name: str
    travel_ms: int
    route: Route


@dataclass(frozen=True, slots=True)
class TurningSpeed:
    """By how much all speeds would have to differ for the criterion to turn.

    Parameters
    ----------
    factor : float
        Speeds times this put the nearest other exactly at the threshold; one or more where the
        criterion is met (faster turns it), one or less where it is not (slower turns it).
    exact : bool
        Whether no other way, or other hospital, can turn it at another factor; false where
        ferries or delays, which do not scale, may be on some way.
    state : State
        The state of the facility just beyond the factor.
    truth : Truth or None
        The criterion just beyond the factor; None where not recorded.
    """

    factor: float
    exact: bool
    state: State
    truth: Truth | None = None


@dataclass(frozen=True, slots=True)
class TravelEvidence:
    """Evidence of the travel-time criterion for one facility.

    Parameters
    ----------
    snap_m : float or None
        Metres from the facility to the road network.
    nearest_id, nearest_name : str or None
        The nearest other hospital; None when unreachable or not computed.
    travel_ms : int or None
        Milliseconds to it, door to door.
    reachable : bool or None
        False when no road leads to any other; None when not computed.
    threshold_ms : int
        The policy's threshold.
    margin_ms : int or None
        ``travel_ms - threshold_ms``: at or above zero the criterion is met (for "at least").
    route : Route or None
        The decisive route.
    ties : tuple of str
        Names of other hospitals at exactly the same time; the first hundred of them.
    variants : tuple of Variant
        The same question under other assumptions.
    tie_count : int
        How many `ties` there are, also of those that are not named.
    alternative_snap_m : float or None
        Metres to the other road that the facility could be tied to, where a fragment of the
        network and a larger part are both near.
    detached : bool
        Whether no other can be reached because the facility's road is an island or a fragment
        that no road joins to the main part of the network.
    border_ms : int or None
        How soon a drive can leave the data, milliseconds, where that is sooner than the nearest
        other and hospitals beyond count but are on no list.
    others : tuple of OtherHospital
        The nearest hospitals of other sites, at most three, the one above first; empty where none
        can be reached.
    turning : TurningSpeed or None
        The speeds at which the criterion turns; None where no speed turns it.
    """

    snap_m: float | None
    nearest_id: str | None
    nearest_name: str | None
    travel_ms: int | None
    reachable: bool | None
    threshold_ms: int
    margin_ms: int | None
    route: Route | None
    ties: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    tie_count: int = 0
    alternative_snap_m: float | None = None
    detached: bool = False
    border_ms: int | None = None
    others: tuple[OtherHospital, ...] = ()
    turning: TurningSpeed | None = None

    @property
    def unnamed_ties(self) -> int:
        """How many others at the same time `ties` does not name."""
        return max(self.tie_count - len(self.ties), 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One criterion applied to one facility.

    Parameters
    ----------
    number : int
        The criterion's number in the policy (1, 2, 3).
    truth : Truth
        Met, not met, or undetermined.
    text : Text
        The finding in a planner's words, with the numbers.
    travel : TravelEvidence or None
        Present for travel-time criteria that look at the facility: it has their type and is on
        their list.
    variants : tuple of Variant
        Where the facility is not on the criterion's list but on others of the run: the criterion
        under each of those. Variants of measured facilities are in `travel`.
    """

    number: int
    truth: Truth
    text: Text
    travel: TravelEvidence | None = None
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A facility, its one state, and everything that led to it."""

    facility: Facility
    place: Place
    state: State
    criteria: tuple[int, ...]  # numbers of the criteria met, ascending
    state_reason: Text
    outcomes: tuple[Outcome, ...]  # in the policy's order

    @property
    def travel(self) -> TravelEvidence | None:
        """Evidence of the first travel-time criterion that looked at this facility."""
        return next((o.travel for o in self.outcomes if o.travel is not None), None)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Every other assumption that was tried for any criterion, in order."""
        found = ((*(o.travel.variants if o.travel else ()), *o.variants) for o in self.outcomes)
        return tuple(v for each in found for v in each)

    @property
    def turns_on(self) -> tuple[str, ...]:
        """Keys of the variants under which the facility would end in another state."""
        turned = (v.key for v in self.variants if v.state not in {None, self.state})
        return tuple(dict.fromkeys(turned))


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
