"""The policy: a prefecture's rule for 医師少数スポット as data, and nothing but data.

A policy is a TOML file, which `spots.judging.policy_files.load_policy` reads. A `Policy` is whole
and free of contradictions, or there is none. Presets are package data (``spots/presets``), with
the meaning of each setting beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from boundaries.codes import is_ward
from boundaries.types import AreaClass
from groundfloor.frozen import FrozenDict, frozen
from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.settings import (
    STRICT,
    Bilingual,
    Day,
    NotNegative,
    Words,
    matching,
    refusal,
    revalidate,
)
from groundfloor.toml import KeyPath, TomlDocument, key_name
from spots.judging.criteria import (
    CriterionKind,
    CriterionSetting,
    Facts,
    PolicyFacts,
    RuleSetting,
    TravelSetting,
)
from spots.judging.selecting.selection_settings import ResultSetting, SelectSetting, UnitReason
from spots.telling.findings import COMMON_WORDS, OLD_WORDS
from spots.telling.wording import SLOT
from spots.types import TravelDirection
from spots.types.ground_units import UnitKind

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


def _metres(value: int) -> int:
    # A radius below the error of a position is a slip of the unit: 4 for 4 km.
    if 0 < value < _LEAST_RADIUS_M:
        raise refusal(
            f"{_LEAST_RADIUS_M} 以上でなければなりません(単位はメートル)",
            f"must be at least {_LEAST_RADIUS_M}; it is metres",
        )
    return value


_LEAST_RADIUS_M = 100
RadiusM = Annotated[int, Field(gt=0, le=100_000), AfterValidator(_metres)]


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


_NO_RULE = RuleSetting()
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
    """The tables of a policy file, each right in itself; see `Policy`.

    A policy judges facilities by ``[rule]``, ground by ``[[select]]`` and ``[[result]]``, or both.
    What goes with ``[rule]`` must be written where that is (`RULE_TABLES`).
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    policy: PolicyHead
    validity: ValiditySetting
    rule: RuleSetting = _NO_RULE
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


@dataclass(frozen=True, slots=True)
class Policy(PolicyTables):
    """A prefecture's rule, checked however it was made: from a file or in Python.

    The fields are the tables of a policy file; the presets say what each setting means, and in
    what unit (``radius_m``: metres, ``threshold_min``: minutes).

    Raises
    ------
    UsageError
        A setting is of a wrong type, out of range or no choice there is, or settings contradict
        each other; all of them are named, with the codes of a policy file.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from spots import load_policy
    >>> policy = load_policy("kumamoto")
    >>> replace(policy, circle=replace(policy.circle, radius_m=8000)).circle.radius_m
    8000
    """

    def __post_init__(self) -> None:
        """Check all settings, and take enums given by value and lists for what they mean."""
        tables = revalidate(PolicyTables, self, MADE_IN_PYTHON)
        if problems := contradictions(tables, TomlDocument(MADE_IN_PYTHON, {}, {})):
            raise UsageError(problems)
        for each in fields(tables):
            object.__setattr__(self, each.name, frozen(getattr(tables, each.name)))

    @property
    def judges_facilities(self) -> bool:
        """Whether facilities are judged by ``[rule]``."""
        return self.rule != _NO_RULE

    @property
    def needs_candidates(self) -> bool:
        """Whether institutions themselves are judged, not only looked at from elsewhere."""
        return self.judges_facilities or any(s.unit is UnitKind.FACILITY for s in self.select)

    @property
    def needs_areas(self) -> bool:
        """Whether medical areas matter: their class, their index, or their ground."""
        return self.needs_index or any(
            s.unit is UnitKind.MEDICAL_AREA or any(c.area for c in s.conditions())
            for s in self.select
        )

    @property
    def needs_index(self) -> bool:
        """Whether the class or the index of medical areas matters."""
        by_rule = self.judges_facilities and bool(self.scope.moot_area_classes)
        cuts = (*self.circle.cut, *(c for r in self.result for c in r.cut))
        asked = (c for s in self.select for c in s.conditions())
        return (
            by_rule
            or Cut.SHORTAGE_AREAS in cuts
            or any(r.moot for r in self.result)
            or any(c.area_class or c.index for c in asked)
        )

    @property
    def selects_by_road(self) -> bool:
        """Whether a selection asks for a drive, so that a road network is needed."""
        return any(s.needs_roads for s in self.select)

    @property
    def needs_people(self) -> bool:
        """Whether a selection asks for the population."""
        return any(s.needs_people for s in self.select)

    @property
    def criteria(self) -> tuple[tuple[int, CriterionKind], ...]:
        """Criteria by ascending number, those that the rule names.

        The others are not judged: leaving a number out of the rule switches a criterion off.
        """
        used = self.rule.numbers()
        return tuple((n, self.criterion[str(n)]) for n in sorted(used) if str(n) in self.criterion)

    def over(self, facts: Facts) -> PolicyFacts:
        """Return `facts` with what this policy, and no other, says of them."""
        return PolicyFacts(
            facilities=facts.facilities,
            places=facts.places,
            lists=facts.lists,
            roads=facts.roads,
            named_lists=facts.named_lists,
            regions=facts.regions,
            not_given=facts.not_given,
            memory=facts.memory,
            prefecture=self.policy.prefecture,
            radius_m=self.circle.radius_m,
            travel=self.travel,
        )


@dataclass(frozen=True, slots=True)
class _Finding:
    """A contradiction: the key it stands at, what is the matter, what to do."""

    path: KeyPath
    message: Text
    remedy: Text
    value: str | None = None


def contradictions(
    policy: PolicyTables, document: TomlDocument, prefix: KeyPath = ()
) -> tuple[Problem, ...]:
    """Return everything that contradicts itself in a policy whose types are right.

    Parameters
    ----------
    policy : PolicyTables
        The policy.
    document : TomlDocument
        The file to name.
    prefix : tuple
        Where the policy's tables stand in it.
    """
    found = (
        *_rule(policy),
        *_validity(policy),
        *_sentences(policy),
        *_exclusions(policy),
        *_manual(policy),
    )
    return tuple(
        error(
            "policy-contradiction",
            f.message,
            f.remedy,
            file=document.file,
            row=document.line_of((*prefix, *f.path)),
            column=key_name((*prefix, *f.path)),
            value=f.value,
        )
        for f in found
    )


def _rule(policy: PolicyTables) -> Iterator[_Finding]:
    if policy.select and policy.rule == _NO_RULE:
        return
    if not policy.rule.well_formed():
        yield _Finding(
            ("rule",),
            Text(
                "any・all・none のうち一つだけを書きます（入れ子の中も同じです）",
                "needs exactly one of any, all and none, also in rules inside it",
            ),
            Text("any = [1, 2, 3] のように書いてください", "write it like any = [1, 2, 3]"),
        )
    have = sorted(policy.criterion, key=int)
    for number in sorted(policy.rule.numbers()):
        if str(number) not in policy.criterion:
            yield _Finding(
                ("rule",),
                Text("この番号の基準がありません", "names a criterion that is not there"),
                Text(
                    f"基準は {', '.join(have)} です。番号を直すか基準を書き加えてください",
                    f"there are {', '.join(have)}; mend the number or add a criterion",
                ),
                str(number),
            )


def _validity(policy: PolicyTables) -> Iterator[_Finding]:
    first, last = policy.validity.valid_from, policy.validity.valid_to
    if last < first:
        yield _Finding(
            ("validity", "valid_to"),
            Text(f"終了日が開始日（{first}）より前です", f"lies before valid_from ({first})"),
            Text("日付を直してください", "mend the dates"),
            str(last),
        )


def _sentences(policy: PolicyTables) -> Iterator[_Finding]:
    for key, setting in policy.criterion.items():
        for name, sentence, allowed in setting.sentences:
            yield from _slots(("criterion", key, name), sentence, allowed)
    for n, exclusion in enumerate(policy.exclude_municipality):
        path: KeyPath = ("exclude_municipality", n, "reason")
        yield from _slots(path, exclusion.reason, COMMON_WORDS)
    for n, decision in enumerate(policy.manual):
        yield from _slots(("manual", n, "reason"), decision.reason, COMMON_WORDS)


def _slots(path: KeyPath, sentence: Bilingual, allowed: frozenset[str]) -> Iterator[_Finding]:
    for lang, text in (("ja", sentence.ja), ("en", sentence.en)):
        unknown = sorted({m[0] for m in SLOT.finditer(text) if m[1] not in allowed})
        stray = ["{ }"] if re.search(r"[{}]", SLOT.sub("", text)) else []
        for slot in (*unknown, *stray):
            yield _Finding(
                (*path, lang),
                Text("この文では使えない差し込み語です", "is not a placeholder of this sentence"),
                _instead(slot, allowed),
                slot,
            )


def _instead(slot: str, allowed: frozenset[str]) -> Text:
    """Return what to write in the place of a placeholder that a sentence cannot use."""
    listed = ", ".join(f"{{{w}}}" for w in sorted(allowed))
    usable = Text(f"使えるのは {listed} です", f"use these: {listed}")
    now = OLD_WORDS.get(slot.strip("{}"))
    if now not in allowed:
        return usable
    old, new = slot, f"{{{now}}}"
    return Text(
        f"{old}分 を {new} に書き換えてください（34分55秒 のように単位も入ります）。{usable.ja}",
        f"write {new} for it, without a unit: it brings its own (34 min 55 s); {usable.en}",
    )


def _exclusions(policy: PolicyTables) -> Iterator[_Finding]:
    seen: set[str] = set()
    for n, exclusion in enumerate(policy.exclude_municipality):
        path, code = ("exclude_municipality", n, "code"), exclusion.code
        if code in seen:
            yield _Finding(
                path,
                Text("同じ市区町村が二度書かれています", "stands here twice"),
                Text("一つにまとめてください", "make it one entry"),
                code,
            )
        seen.add(code)
        if not code.startswith(policy.policy.prefecture):
            yield _Finding(
                path,
                Text(
                    f"都道府県 {policy.policy.prefecture} の市区町村ではありません",
                    f"is no municipality of prefecture {policy.policy.prefecture}",
                ),
                Text(
                    "コードを直すか、除く所がなければ exclude_municipality = [] としてください",
                    "mend the code, or write exclude_municipality = [] to exclude none",
                ),
                code,
            )
        if policy.scope.merge_wards and is_ward(code):
            # Wards are gone from the map then, and the exclusion would hit nothing.
            yield _Finding(
                path,
                Text(
                    "merge_wards = true のときは区を単位にできません",
                    "is a ward, but merge_wards = true makes one city of the wards",
                ),
                Text(
                    "市のコードを書くか、merge_wards = false にしてください",
                    "write the city's code, or set merge_wards = false",
                ),
                code,
            )


def _manual(policy: PolicyTables) -> Iterator[_Finding]:
    seen: set[str] = set()
    for n, decision in enumerate(policy.manual):
        if decision.facility in seen:
            yield _Finding(
                ("manual", n, "facility"),
                Text("同じ医療機関の決定が二度書かれています", "is decided twice"),
                Text("一つにしてください", "keep one of them"),
                decision.facility,
            )
        seen.add(decision.facility)
        if decision.overrides and decision.decision == "exclude":
            yield _Finding(
                ("manual", n, "overrides"),
                Text('decision = "exclude" では使えません', "has no meaning where one is excluded"),
                Text("この行を消してください", "take this line out"),
                decision.facility,
            )
