"""The policy: a prefecture's rule for 医師少数スポット as data, and nothing but data.

A policy is a TOML file. `load_policy` checks every key and type and returns a frozen `Policy`;
presets are package data (``spots/presets``). What each setting means is written there beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from boundaries.types import AreaClass
from problems import Problem, Text, UsageError, error
from spots.config import TomlDocument, merge_tables, read_toml, validate
from spots.config.fields import STRICT, Bilingual, NotNegative, Words
from spots.criteria import CriterionSetting, NearestOtherTimeSetting, RuleSetting, TravelSetting
from spots.criteria.words import PLACEHOLDERS

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
    prefecture: Annotated[str, Field(pattern=r"^(0[1-9]|[1-3][0-9]|4[0-7])$")]
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
    code: Annotated[str, Field(pattern=r"^\d{5}$")]
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
    criterion: dict[Annotated[str, Field(pattern=r"^[1-9]$")], CriterionSetting]
    circle: CircleSetting
    scope: ScopeSetting
    travel: TravelSetting
    place: PlaceSetting
    validity: ValiditySetting
    exclude_municipality: tuple[MunicipalityExclusion, ...] = ()
    manual: tuple[ManualDecision, ...] = ()

    @property
    def criteria(self) -> tuple[tuple[int, CriterionSetting], ...]:
        """Criteria by ascending number."""
        return tuple((int(n), self.criterion[n]) for n in sorted(self.criterion, key=int))


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
        return read_toml(path, f"preset:{name}")


def load_policy(
    document: TomlDocument,
    override: Mapping[str, Any] | None = None,
    override_document: TomlDocument | None = None,
    override_prefix: tuple[str | int, ...] = (),
) -> Policy:
    """Check a policy, with the run file's `override` laid over it.

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
    _check_sense(base, document)
    if not override or override_document is None:
        return base
    merged = merge_tables(document.data, override)
    policy = validate(Policy, merged, override_document, override_prefix)
    _check_sense(policy, override_document, override_prefix)
    return policy


def _check_sense(
    policy: Policy, document: TomlDocument, prefix: tuple[str | int, ...] = ()
) -> None:
    """Check what types cannot say: joins name criteria, sentences name known placeholders."""

    def wrong(path: tuple[str | int, ...], ja: str, en: str, value: str = "") -> None:
        found.append(
            error(
                "wrong-value",
                Text(ja, en),
                Text("値を直してください", "mend the value"),
                file=document.file,
                row=document.line_of((*prefix, *path)),
                column=".".join(str(p) for p in path),
                value=value or None,
            )
        )

    found: list[Problem] = []
    joins = (policy.rule.any, policy.rule.all, policy.rule.none)
    if sum(bool(j) for j in joins) != 1:
        wrong(("rule",), "any・all・none のどれか一つだけを書きます", "needs one of any, all, none")
    for number in sorted(policy.rule.numbers() - {n for n, _ in policy.criteria}):
        wrong(("rule",), "この番号の基準がありません", "names no criterion", str(number))
    if policy.validity.valid_to < policy.validity.valid_from:
        wrong(("validity", "valid_to"), "終了日が開始日より前です", "ends before it begins")
    for key, setting in policy.criterion.items():
        sentences = [("reason", setting.reason)]
        if isinstance(setting, NearestOtherTimeSetting):
            sentences.append(("reason_unreachable", setting.reason_unreachable))
        for field, sentence in sentences:
            used = set(re.findall(r"\{([^{}]*)\}", sentence.ja + sentence.en))
            for name in sorted(used - PLACEHOLDERS):
                path = ("criterion", key, field)
                wrong(path, "知らない差し込み語です", "is an unknown placeholder", f"{{{name}}}")
    if found:
        raise UsageError(found)


def policy_document(name_or_path: str, base: Path) -> TomlDocument:
    """Return a preset by name, or a policy file relative to `base` (a path ends in .toml)."""
    if name_or_path.endswith(".toml"):
        return read_toml(base / name_or_path, name_or_path)
    return preset_document(name_or_path)
