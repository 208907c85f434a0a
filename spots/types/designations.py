"""What a prefecture has designated, on paper: editions of a plan, each with its designations.

An edition is what one run brought into one plan for one kind of designation. It is never changed:
what replaces it is another edition that says so. Days are half open (`DaySpan`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shapely.geometry import MultiPolygon

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.types.ground_units import UnitKind


class DesignationKind(StrEnum):
    """What is designated."""

    SHORTAGE_AREA = "shortage_area"  # 医師少数区域
    SPOT = "spot"  # 医師少数スポット
    SUPPORT_AREA = "support_area"  # 重点医師偏在対策支援区域
    PROGRAMME = "programme"  # institutions of a class of a career programme


@dataclass(frozen=True, slots=True)
class Designation:
    """A unit that an edition designates.

    Parameters
    ----------
    edition : int
        Number of the edition.
    unit : str
        The same for the same unit in every edition: ``"facility:<facility id>"`` of a circle round
        a facility, else the unit's own id (``"municipality:33202"``, ``"medical_area:4304"``).
    unit_kind : UnitKind
        What the unit is.
    name : str
        For readers.
    codes : tuple of str
        JIS codes of the municipalities that it lies in, sorted; of an area all of its own.
    municipality : str
        Their names for readers.
    result : str
        Id of the result of the policy that designates it; empty for a spot by criteria and for a
        medical area.
    rule : Text
        What the ground is: a circle of so many metres round its facility, whole municipalities, …
    criteria : tuple of int
        Criteria met; empty where none are asked.
    reason : Text
        設定理由, as the plan says it.
    councils : tuple of date
        Days of the councils.
    page : str
        Page of the plan.
    span : DaySpan
        Its own days; never beyond those of its edition.
    area_km2 : float
        Its ground, on the ellipsoid.
    population : float or None
        People inside; None where the run had no population.
    geometry : MultiPolygon
        Its ground, EPSG:6668; empty for an institution that is designated itself.
    """

    edition: int
    unit: str
    unit_kind: UnitKind
    name: str
    codes: tuple[str, ...]
    municipality: str
    result: str
    rule: Text
    criteria: tuple[int, ...]
    reason: Text
    councils: tuple[date, ...]
    page: str
    span: DaySpan
    area_km2: float
    population: float | None
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True)
class PlanEdition:
    """What one run brought into one plan for one kind.

    Parameters
    ----------
    number : int
        From 1, in the order of the register; a number is never used again.
    plan : str
        The plan, as the prefecture calls it (第8次後期).
    kind : DesignationKind
        What it designates.
    prefecture_code, prefecture : str
        Whose plan it is.
    span : DaySpan
        Days of the plan.
    supersedes : tuple of int
        Editions that it takes the place of, from its first day on.
    title : Text
        Title of the run.
    run_digest, evidence_sha256 : str
        The run it came from, as its ``run.json`` names it, and its evidence.
    index_edition, membership_edition : str
        Editions of the index and of the table of areas that the run rests on; empty where none.
    units : int
        How many units it designates.
    recorded : datetime
        When it was put into the register, UTC.
    """

    number: int
    plan: str
    kind: DesignationKind
    prefecture_code: str
    prefecture: str
    span: DaySpan
    supersedes: tuple[int, ...]
    title: Text
    run_digest: str
    evidence_sha256: str
    index_edition: str
    membership_edition: str
    units: int
    recorded: datetime


@dataclass(frozen=True, slots=True)
class InForce:
    """An edition and the days on which it is in force: its own, without those of its successors.

    Parameters
    ----------
    edition : PlanEdition
        The edition.
    span : DaySpan
        Its days, up to the first of an edition that supersedes it.
    """

    edition: PlanEdition
    span: DaySpan
