"""The policy: a prefecture's rule for 医師少数スポット as data, and nothing but data.

A policy is a TOML file. `load_policy` checks every key and type and returns a frozen `Policy`;
presets are package data (``spots/presets``). What each setting means is written there beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from boundaries.types import AreaClass
from problems import PRESET_PREFIX, Text, UsageError, error
from spots.config import TomlDocument, merge_tables, read_toml, validate
from spots.config.fields import (
    STRICT,
    Bilingual,
    CriterionNumber,
    MunicipalityCode,
    NotNegative,
    PrefectureCode,
    Words,
)
from spots.config.lines import KeyPath
from spots.criteria import CriterionSetting, RuleSetting, TravelSetting
from spots.sense import sense_problems


class Cut(StrEnum):
    """A cut that a policy may ask for, applied in the order given."""

    LAND = "land"
    PREFECTURE = "prefecture"
    EXCLUDED_MUNICIPALITIES = "excluded_municipalities"
    SHORTAGE_AREAS = "shortage_areas"


@dataclass(frozen=True, slots=True)
class PolicyHead:
    """Whose rule it is and where it is written."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words
    version: int
    title: Bilingual
    prefecture: PrefectureCode
    source: Bilingual


@dataclass(frozen=True, slots=True)
class CircleSetting:
    """What is drawn round a designated facility."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    radius_m: Annotated[int, Field(gt=0, le=100_000)]
    cut: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class ScopeSetting:
    """Where spots can be."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    moot_area_classes: tuple[AreaClass, ...]
    merge_wards: bool


@dataclass(frozen=True, slots=True)
class MunicipalityExclusion:
    """A municipality that is out: its facilities, its area, or both."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    code: MunicipalityCode
    name: Words
    facilities: bool
    area: bool
    reason: Bilingual


@dataclass(frozen=True, slots=True)
class ManualDecision:
    """A facility taken in or out by hand, always with a reason."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    facility: Words
    decision: Literal["include", "exclude"]
    reason: Bilingual


@dataclass(frozen=True, slots=True)
class PlaceSetting:
    """How points and addresses are compared."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    tolerance_m: NotNegative


@dataclass(frozen=True, slots=True)
class ValiditySetting:
    """The period of the designation."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Policy:
    """A prefecture's rule, checked.

    Raises
    ------
    UsageError
        From `load_policy`, when a key is unknown, missing or of a wrong type.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    policy: PolicyHead
    rule: RuleSetting
    criterion: dict[CriterionNumber, CriterionSetting]
    circle: CircleSetting
    scope: ScopeSetting
    travel: TravelSetting
    place: PlaceSetting
    validity: ValiditySetting
    exclude_municipality: tuple[MunicipalityExclusion, ...] = ()
    manual: tuple[ManualDecision, ...] = ()

    @property
    def criteria(self) -> tuple[tuple[int, CriterionSetting], ...]:
        """Criteria by ascending number, those that the rule names.

        The others are not judged: leaving a number out of the rule switches a criterion off.
        """
        used = self.rule.numbers()
        return tuple((n, self.criterion[str(n)]) for n in sorted(used) if str(n) in self.criterion)


def preset_names() -> tuple[str, ...]:
    """Return the names of the policies that come with the package."""
    folder = resources.files("spots") / "presets"
    return tuple(sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".toml")))


def preset_document(name: str) -> TomlDocument:
    """Read a preset.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    if name not in preset_names():
        known = ", ".join(preset_names())
        raise UsageError(
            error(
                "unknown-preset",
                Text("この名前のプリセットはありません", "there is no preset of this name"),
                Text(f"{known} のいずれかにしてください", f"use one of: {known}"),
                value=name,
            )
        )
    with resources.as_file(resources.files("spots") / "presets" / f"{name}.toml") as path:
        return read_toml(path, f"{PRESET_PREFIX}{name}")


def load_policy(
    document: TomlDocument,
    override: Mapping[str, Any] | None = None,
    override_document: TomlDocument | None = None,
    override_prefix: KeyPath = (),
) -> Policy:
    """Check a policy, with the run file's `override` laid over it.

    Tables are laid over each other key by key, except ``rule``: another join replaces the old
    one, or ``all`` would stand beside ``any``.

    Parameters
    ----------
    document : TomlDocument
        The policy file or preset.
    override : mapping, optional
        Tables of the run file that replace settings.
    override_document, override_prefix : TomlDocument and tuple, optional
        Where the override stands, so that its faults are named there.

    Returns
    -------
    Policy
        The checked policy.

    Raises
    ------
    UsageError
        With every unknown, missing or wrong key, by file and line.
    """
    base = validate(Policy, document.data, document)
    if problems := sense_problems(base, document):
        raise UsageError(problems)
    if not override:
        return base
    blamed = override_document or document
    merged = merge_tables(document.data, override)
    if "rule" in override:
        merged["rule"] = override["rule"]
    policy = validate(Policy, merged, blamed, override_prefix)
    if problems := sense_problems(policy, blamed, override_prefix):
        raise UsageError(problems)
    return policy


def policy_document(preset: str | None, file: str | None, base: Path) -> TomlDocument:
    """Return a preset by name, or else a policy file relative to `base`.

    Raises
    ------
    UsageError
        There is no preset of the name, or the file is not TOML.
    MissingFileError
        The file is not there.
    """
    if preset is not None:
        return preset_document(preset)
    return read_toml(base / str(file), file)
