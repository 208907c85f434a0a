"""The policy: a prefecture's rule for 医師少数スポット as data, and nothing but data.

A policy is a TOML file. `spots.judging.policy_files.load_policy` checks every key and type and
returns a frozen
`Policy`; presets are package data (``spots/presets``), with the meaning of each setting beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from boundaries.types import AreaClass
from groundfloor.problems import Text
from groundfloor.settings import STRICT, Bilingual, Day, NotNegative, Words, matching
from spots.judging.criteria import CriterionSetting, RuleSetting, TravelSetting

# [0-9], for \d would let ４３１００ through, which then equals no code.
MunicipalityCode = Annotated[
    str,
    matching(
        "[0-9]{5}",
        Text(
            '市区町村コード(半角数字5桁、例 "43100")',
            'a five-digit municipality code such as "43100"',
        ),
    ),
]
PrefectureCode = Annotated[
    str,
    matching(
        "0[1-9]|[1-3][0-9]|4[0-7]",
        Text('都道府県コード("01"～"47")', 'a prefecture code, "01" to "47"'),
    ),
]
CriterionNumber = Annotated[
    str,
    matching(
        "[1-9]", Text("1～9 の番号(例 [criterion.1])", "a number from 1 to 9, as in [criterion.1]")
    ),
]


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
    valid_from: Day
    valid_to: Day


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
