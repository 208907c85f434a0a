"""What a comparison of two runs says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry import MultiPolygon

from problems import Problem, Text
from spots.types import InputRecord, Verdict


class ChangeKind(StrEnum):
    """What happened to a facility."""

    ENTERED = "entered"  # only the new run has it
    LEFT = "left"  # only the old run has it
    CHANGED = "changed"


class MatchedBy(StrEnum):
    """How the two records of a facility were found to be one."""

    ID = "id"
    NAME = "name"  # same name and municipality under another id
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


class Cause(StrEnum):
    """What may have changed a verdict; a hint, not a proof."""

    LISTS = "lists"
    BOUNDARIES = "boundaries"
    INDEX = "index"
    NETWORK = "network"
    POLICY = "policy"
    UNKNOWN = "unknown"  # inputs and settings are the same


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
    causes : tuple of Cause
        What may have changed it.
    """

    kind: ChangeKind
    matched_by: MatchedBy
    old: Verdict | None
    new: Verdict | None
    old_km2: float | None
    new_km2: float | None
    aspects: tuple[Aspect, ...]
    causes: tuple[Cause, ...]

    @property
    def shown(self) -> Verdict:
        """The verdict that names the facility: the new one where there is one."""
        found = self.new or self.old
        assert found is not None  # noqa: S101 - one of them is always there
        return found


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
class Comparison:
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
        Matches by name.
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

    @property
    def same(self) -> bool:
        """Whether no verdict and no area changed."""
        return not self.facilities and self.gained.is_empty and self.lost.is_empty
