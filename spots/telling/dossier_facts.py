"""What a dossier is made of: facts in sections, and what of a run every fact may need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from groundfloor.problems import Lang, Text
from spots.types import CriterionInfo, FacilityType, Layer, RunResult, Spot

Raw = str | int | float | bool | tuple[str, ...] | tuple[int, ...] | tuple[float, ...] | None


class Tone(StrEnum):
    """How a fact stands out."""

    PLAIN = ""
    STRONG = "strong"
    MET = "met"
    NOT = "not"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something there is to say, labelled.

    Parameters
    ----------
    key : str
        Its name for machines, which stays: ``"time"``, ``"cut.land"``.
    label : Text
        Its name for people.
    words : Text
        The value in words; never empty in a dossier.
    value : Raw
        The same as a machine has it; None where there is no more than the words.
    unit : str
        Of the value: ``"ms"``, ``"m"``, ``"km2"``, ``"people"``, ``"degree"``, ``"times"``; empty
        for what has none.
    tone : Tone
        How it stands out.
    parts : tuple of Fact
        What it is made of, for a table's cells or lines below it.
    """

    key: str
    label: Text
    words: Text
    value: Raw = None
    unit: str = ""
    tone: Tone = Tone.PLAIN
    parts: tuple[Fact, ...] = ()

    def part(self, key: str) -> Fact | None:
        """Return the part `key`; None where there is none."""
        return next((part for part in self.parts if part.key == key), None)

    def part_words(self, key: str, lang: Lang, missing: str = "-") -> str:
        """Return the words of the part `key`, for a cell."""
        found = self.part(key)
        return found.words.render(lang) if found else missing


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under a heading.

    Parameters
    ----------
    key : str
        ``"spot"``; with the criterion's number where there may be several: ``"travel.3"``.
    title : Text
        The heading.
    facts : tuple of Fact
        In reading order.
    """

    key: str
    title: Text
    facts: tuple[Fact, ...]

    @property
    def kind(self) -> str:
        """The key without the criterion's number."""
        return self.key.partition(".")[0]

    def fact(self, key: str) -> Fact | None:
        """Return the fact `key`; None where there is none."""
        return next((fact for fact in self.facts if fact.key == key), None)


@dataclass(frozen=True, slots=True)
class Known:
    """What the facts of a run's facilities need beside the verdict, found once.

    Parameters
    ----------
    result : RunResult
        The run.
    spots : mapping of str to Spot
        By facility id.
    criteria : mapping of int to CriterionInfo
        By number.
    layers : mapping of str to Layer
        By name.
    asked : mapping of int to FacilityType
        The type that each criterion on travel time, or on straight distance, looks for.
    """

    result: RunResult
    spots: Mapping[str, Spot]
    criteria: Mapping[int, CriterionInfo]
    layers: Mapping[str, Layer]
    asked: Mapping[int, FacilityType]

    def criterion(self, number: int) -> CriterionInfo:
        """Return a criterion; where the run does not describe it, its number stands for it."""
        unnamed = CriterionInfo(number, f"({number})", Text("", ""), travel=False)
        return self.criteria.get(number, unnamed)


def known_of(result: RunResult) -> Known:
    """Return what the dossiers of a run need."""
    return Known(
        result,
        {spot.facility_id: spot for spot in result.spots},
        {info.number: info for info in result.settings.criteria},
        {layer.name: layer for layer in result.layers},
        _asked(result),
    )


def _asked(result: RunResult) -> dict[int, FacilityType]:
    """Return the type that each criterion on travel time looks for.

    A run does not record it, but such a criterion measures facilities of its type only: it is
    what all those have in common.
    """
    common: dict[int, frozenset[FacilityType]] = {}
    for verdict in result.verdicts:
        for outcome in verdict.outcomes:
            if outcome.travel is not None or outcome.distance is not None:
                types = verdict.facility.types
                common[outcome.number] = common.get(outcome.number, types) & types
    usual = FacilityType.SECONDARY_EMERGENCY
    return {
        number: usual if usual in types or not types else min(types)
        for number, types in common.items()
    }
