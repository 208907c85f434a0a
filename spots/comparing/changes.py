"""What a comparison of two runs says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from shapely.geometry import MultiPolygon

from groundfloor.problems import Problem, Text
from spots.types import Clause, InputRecord, ResultKind, State, UnitVerdict, Verdict

V = TypeVar("V", Verdict, UnitVerdict)


class ChangeKind(StrEnum):
    """What happened to a facility."""

    ENTERED = "entered"  # only the new run has it
    LEFT = "left"  # only the old run has it
    CHANGED = "changed"


class MatchedBy(StrEnum):
    """How the two records of a facility were found to be one."""

    ID = "id"
    NAME = "name"  # same name and municipality under another id
    POSITION = "position"  # same name, or one that ends alike, at the same place
    NONE = "none"  # it is in one run only


class Aspect(StrEnum):
    """What of a facility is different."""

    NAME = "name"
    STATE = "state"
    CRITERIA = "criteria"
    MINUTES = "minutes"
    NEAREST = "nearest"
    REASON = "reason"
    TYPES = "types"
    ROLE = "role"
    POSITION = "position"
    MUNICIPALITY = "municipality"
    AREA_CLASS = "area_class"
    SPOT_AREA = "spot_area"
    SPOT_GROUND = "spot_ground"  # another ground of the same size
    SPOT_REASON = "spot_reason"  # that the plan gives, where it is not what the criteria found
    SERVICE = "service"
    COUNCILS = "councils"
    PAGE = "page"
    ON_APPLICATION = "on_application"


class UnitAspect(StrEnum):
    """What of a unit of ground is different in a result."""

    NAME = "name"
    STATE = "state"
    GROUND = "ground"  # what of it is designated
    REASON = "reason"
    CLAUSES = "clauses"  # what selections found of it
    PLAN = "plan"  # service, councils, page, application
    PERIOD = "period"


class Cause(StrEnum):
    """What changed between the runs, and may have changed a verdict."""

    LISTS = "lists"
    POSITIONS = "positions"  # sources of those that lists lack
    BOUNDARIES = "boundaries"
    INDEX = "index"
    NETWORK = "network"
    BASIS = "travel_basis"  # what times are made of: roads, or straight lines and their numbers
    POLICY = "policy"
    TABLES = "tables"  # of numbers
    UNITS = "units"  # layers of units of ground
    ENTRIES = "entries"  # lists of names
    POPULATION = "population"  # where units of ground are judged by it
    SOFTWARE = "software"  # another version of the tool
    UNKNOWN = "unknown"  # inputs and settings are the same


class Certainty(StrEnum):
    """Whether the two folders prove a cause, or only make it likely."""

    PROVEN = "proven"
    LIKELY = "likely"


@dataclass(frozen=True, slots=True)
class Why:
    """A cause of one facility's change.

    Parameters
    ----------
    cause : Cause
        What changed.
    certainty : Certainty
        Proven where nothing else that the result rests on changed, or where the evidence of one
        run shows the result of the other.
    text : Text
        The sentence that says why.
    """

    cause: Cause
    certainty: Certainty
    text: Text


def _designated(verdict: Verdict | UnitVerdict | None) -> bool:
    return verdict is not None and verdict.state is State.DESIGNATED


def _newest(old: V | None, new: V | None) -> V:
    found = new or old
    assert found is not None  # noqa: S101 - one of them is always there
    return found


@dataclass(frozen=True, slots=True)
class FacilityChange:
    """A facility that entered, left or changed.

    Parameters
    ----------
    kind : ChangeKind
        What happened.
    matched_by : MatchedBy
        How old and new were matched.
    old, new : Verdict or None
        The verdicts; None where the run has no such facility.
    old_km2, new_km2 : float or None
        Area of its spot after cutting; None without one.
    aspects : tuple of Aspect
        What is different; empty for a facility that entered or left.
    summary : Text
        What changed, in a planner's sentence.
    why : tuple of Why
        What changed it, with the reason to think so.
    list_not_given : Text or None
        The list that would have it, where the other run was given no such list at all: then
        nobody can say that the facility entered or left.
    """

    kind: ChangeKind
    matched_by: MatchedBy
    old: Verdict | None
    new: Verdict | None
    old_km2: float | None
    new_km2: float | None
    aspects: tuple[Aspect, ...]
    summary: Text
    why: tuple[Why, ...]
    list_not_given: Text | None = None

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What changed it, each cause once."""
        return tuple(dict.fromkeys(w.cause for w in self.why))

    @property
    def proven(self) -> bool:
        """Whether every cause is proven."""
        return all(w.certainty is Certainty.PROVEN for w in self.why)

    @property
    def turned(self) -> bool:
        """Whether its verdict or its spot changed, not only the evidence behind them."""
        telling = {Aspect.STATE, Aspect.CRITERIA, Aspect.SPOT_AREA, Aspect.SPOT_GROUND}
        return self.kind is not ChangeKind.CHANGED or not telling.isdisjoint(self.aspects)

    @property
    def designated(self) -> tuple[bool, bool]:
        """Whether it was, and is now, designated."""
        return _designated(self.old), _designated(self.new)

    @property
    def shown(self) -> Verdict:
        """The verdict that names the facility: the new one where there is one."""
        return _newest(self.old, self.new)


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that found something else of a unit; None where a run does not have it."""

    select: str
    old: Clause | None
    new: Clause | None

    @property
    def turned(self) -> bool:
        """Whether its truth or its role is another, not only its finding's words."""
        if self.old is None or self.new is None:
            return True
        return (self.old.truth, self.old.role) != (self.new.truth, self.new.role)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit of ground that entered, left or changed in a result.

    Parameters
    ----------
    kind : ChangeKind
        What happened.
    old, new : UnitVerdict or None
        The verdicts; None where the run has no such unit in this result.
    gained_km2, lost_km2 : float
        Ground of it that is designated in the new, or in the old run alone.
    aspects : tuple of UnitAspect
        What is different; empty for a unit that entered or left.
    clauses : tuple of ClauseChange
        Clauses that found something else, in the policy's order.
    summary : Text
        What changed, in a planner's sentence.
    why : tuple of Why
        What changed it, with the reason to think so.
    """

    kind: ChangeKind
    old: UnitVerdict | None
    new: UnitVerdict | None
    gained_km2: float
    lost_km2: float
    aspects: tuple[UnitAspect, ...]
    clauses: tuple[ClauseChange, ...]
    summary: Text
    why: tuple[Why, ...]

    @property
    def turned(self) -> bool:
        """Whether its state or its ground changed, not only the evidence behind them."""
        telling = {UnitAspect.STATE, UnitAspect.GROUND}
        return self.kind is not ChangeKind.CHANGED or not telling.isdisjoint(self.aspects)

    @property
    def designated(self) -> tuple[bool, bool]:
        """Whether it was, and is now, designated."""
        return _designated(self.old), _designated(self.new)

    @property
    def shown(self) -> UnitVerdict:
        """The verdict that names the unit: the new one where there is one."""
        return _newest(self.old, self.new)


@dataclass(frozen=True, slots=True)
class ResultSide:
    """A result in one run: units designated and in all, ground, people (None where not counted)."""

    designated: int
    units: int
    km2: float
    people: float | None


@dataclass(frozen=True, slots=True)
class ResultChange:
    """A result of the policy in two runs.

    Parameters
    ----------
    id, kind, title : str, ResultKind and Text
        Of the new run, else of the old one.
    old, new : ResultSide or None
        In each run; None where it has no such result.
    gained, lost : MultiPolygon
        Ground that is designated in the new, or in the old run alone, EPSG:6668; pieces below 1 m²
        are left out.
    gained_km2, lost_km2 : float
        Their areas on the ellipsoid.
    units : tuple of UnitChange
        In the order of the new run, then those that left in the order of the old one.
    """

    id: str
    kind: ResultKind
    title: Text
    old: ResultSide | None
    new: ResultSide | None
    gained: MultiPolygon
    lost: MultiPolygon
    gained_km2: float
    lost_km2: float
    units: tuple[UnitChange, ...]

    @property
    def same(self) -> bool:
        """Whether no unit and no ground of it changed."""
        both = self.old is not None and self.new is not None
        return both and not self.units and self.gained.is_empty and self.lost.is_empty


@dataclass(frozen=True, slots=True)
class InputChange:
    """An input file whose content differs, or which only one run read."""

    role: str
    old: InputRecord | None
    new: InputRecord | None


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting as outputs print it, in words; None where a run does not have it."""

    label: Text
    old: Text | None
    new: Text | None


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A key of the resolved policy, with its values as JSON; None where a run lacks it."""

    key: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ListNotGiven:
    """A list that one of the runs was not given: nothing of it is compared.

    Parameters
    ----------
    words : Text
        What to call it.
    in_old : bool
        Whether it is the old run that lacks it.
    count : int
        Facilities that only the other run has for it.
    """

    words: Text
    in_old: bool
    count: int


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs of one prefecture.

    Parameters
    ----------
    prefecture_code, prefecture : str
        Two digits, and name.
    old_title, new_title : Text
        Titles of the runs.
    old_count, new_count : int
        Facilities of each run.
    facilities : tuple of FacilityChange
        In the order of the new run, then those that left in the order of the old one.
    old_km2, new_km2 : float
        Areas of all spots together.
    gained, lost : MultiPolygon
        Ground that is only in the new, or only in the old spots, EPSG:6668; pieces below 1 m²
        are left out.
    gained_km2, lost_km2 : float
        Their areas on the ellipsoid.
    inputs : tuple of InputChange
        Inputs that differ by SHA-256.
    settings : tuple of SettingChange
        Settings that differ, in words.
    policy : tuple of PolicyChange
        Keys of the policy that differ.
    network_changed : bool
        Whether roads or speeds differ.
    causes : tuple of Cause
        Everything that differs and may change verdicts.
    notes : tuple of Problem
        Matches by name, and what could not be matched for sure.
    old_people, new_people : float or None
        People in all spots of each run; None where a run has no population.
    gained_people, lost_people : float or None
        People on the ground gained and lost, by the newest population of the two runs; None where
        neither has one.
    results : tuple of ResultChange
        Every result of either run's policy; empty where both judge facilities alone.
    not_given : tuple of ListNotGiven
        Lists that one of the runs was not given.
    """

    prefecture_code: str
    prefecture: str
    old_title: Text
    new_title: Text
    old_count: int
    new_count: int
    facilities: tuple[FacilityChange, ...]
    old_km2: float
    new_km2: float
    gained: MultiPolygon
    lost: MultiPolygon
    gained_km2: float
    lost_km2: float
    inputs: tuple[InputChange, ...]
    settings: tuple[SettingChange, ...]
    policy: tuple[PolicyChange, ...]
    network_changed: bool
    causes: tuple[Cause, ...]
    notes: tuple[Problem, ...]
    old_people: float | None = None
    new_people: float | None = None
    gained_people: float | None = None
    lost_people: float | None = None
    results: tuple[ResultChange, ...] = ()
    not_given: tuple[ListNotGiven, ...] = ()

    @property
    def same(self) -> bool:
        """Whether no verdict and no area changed."""
        circles = not self.facilities and self.gained.is_empty and self.lost.is_empty
        return circles and all(result.same for result in self.results)

    @property
    def identical(self) -> bool:
        """Whether inputs, settings and roads are the same too."""
        given = self.inputs or self.settings or self.policy or self.notes
        return self.same and not given and not self.network_changed
