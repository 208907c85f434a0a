"""The tables of a policy: what ``[policy]``, ``[circle]``, ``[travel]`` and the others may say.

Each setting is right in itself; whether they fit together is asked in
`spots.judging.policy_contradictions`, and a `spots.judging.policy.Policy` is whole and free of
contradictions, or there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from boundaries.types import AreaClass
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Text
from groundfloor.settings import STRICT, Bilingual, Day, NotNegative, Words, matching, refusal
from spots.judging.criteria import CriterionSetting, RuleSetting, TravelSetting
from spots.judging.selecting.selection_settings import ResultSetting, SelectSetting, UnitReason
from spots.types import TravelDirection

#: Tables that a policy with ``[rule]`` must have.
RULE_TABLES = ("criterion", "circle", "scope", "travel", "place")
#: What stands in problems in the place of a policy's file.
MADE_IN_PYTHON = "<Policy>"

# [0-9], for \d would let ４３１００ through, which then equals no code.
MunicipalityCode = Annotated[
    str,
    matching(
        "[0-9]{5}",
        Text(
            '市区町村コード（半角数字5桁、例 "43100"）',
            'a five-digit municipality code such as "43100"',
        ),
    ),
]
PrefectureCode = Annotated[
    str,
    matching(
        "0[1-9]|[1-3][0-9]|4[0-7]",
        Text(
            '二桁の都道府県コード（"01"～"47"、高知県なら "39"）',
            'a prefecture code of two digits, "01" to "47" (高知県 is "39")',
        ),
    ),
]
CriterionNumber = Annotated[
    str,
    matching(
        "[1-9]",
        Text("1～9 の番号（例 [criterion.1]）", "a number from 1 to 9, as in [criterion.1]"),
    ),
]


def radius_refused(value: float) -> tuple[Text, Text]:
    """Return why metres are none of a circle's radius, and what is probably meant."""
    meant = value * 1000
    slip = 0 < value < LEAST_RADIUS_M <= meant <= MOST_RADIUS_M
    return (
        Text(
            f"半径は{LEAST_RADIUS_M}m以上{MOST_RADIUS_M:,}m以下にしてください",
            f"must be from {LEAST_RADIUS_M} to {MOST_RADIUS_M:,} metres",
        ),
        Text(f"{meant:g} のつもりですか（単位はメートル）", f"did you mean {meant:g}? It is metres")
        if slip
        else Text("メートルで書いてください（例: 4000）", "write metres, e.g. 4000"),
    )


def _metres(value: int) -> int:
    # A radius below the error of a position is a slip of the unit: 4 for 4 km.
    if 0 < value < LEAST_RADIUS_M:
        why, remedy = radius_refused(value)
        raise refusal(f"{why.ja}。{remedy.ja}", f"{why.en}; {remedy.en}")
    return value


#: Metres that a circle's radius may be.
LEAST_RADIUS_M, MOST_RADIUS_M = 100, 100_000
RadiusM = Annotated[int, Field(gt=0, le=MOST_RADIUS_M), AfterValidator(_metres)]


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
    radius_m: RadiusM
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
    """A facility taken in or out by hand, always with a reason.

    What is taken in need not meet the rule. That its municipality is out, or that its area needs
    no spot, it overrules only where `overrides` says so; its circle is then not cut at that ground
    either.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    facility: Words
    decision: Literal["include", "exclude"]
    reason: Bilingual
    overrides: tuple[Literal["excluded", "moot"], ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceSetting:
    """How points and addresses are compared."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    tolerance_m: NotNegative


@dataclass(frozen=True, slots=True)
class ValiditySetting:
    """The period of the designation."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    valid_from: Day
    valid_to: Day


NO_RULE = RuleSetting()
#: What a policy of ground alone means by a drive: as in the presets.
_DEFAULT_TRAVEL = TravelSetting(
    direction=TravelDirection.FROM_CANDIDATE,
    neighbours=True,
    tolls=True,
    ferries=False,
    ferry_wait_min=15.0,
    snap_limit_m=1_000.0,
    also_try=(),
)


@dataclass(frozen=True, slots=True)
class PolicyTables:
    """The tables of a policy file, each right in itself; see `spots.judging.policy.Policy`.

    A policy judges facilities by ``[rule]``, ground by ``[[select]]`` and ``[[result]]``, or both.
    What goes with ``[rule]`` must be written where that is (`RULE_TABLES`).
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    policy: PolicyHead
    validity: ValiditySetting
    rule: RuleSetting = NO_RULE
    criterion: Mapping[CriterionNumber, CriterionSetting] = field(default_factory=FrozenDict)
    circle: CircleSetting = CircleSetting(4_000, ())
    scope: ScopeSetting = ScopeSetting((AreaClass.SHORTAGE,), merge_wards=True)
    travel: TravelSetting = _DEFAULT_TRAVEL
    place: PlaceSetting = PlaceSetting(500.0)
    exclude_municipality: tuple[MunicipalityExclusion, ...] = ()
    manual: tuple[ManualDecision, ...] = ()
    select: tuple[SelectSetting, ...] = ()
    result: tuple[ResultSetting, ...] = ()
    unit_reason: tuple[UnitReason, ...] = ()
