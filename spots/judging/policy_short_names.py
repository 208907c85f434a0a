"""Settings of a policy by their short names: ``radius_m`` for ``circle.radius_m``.

A name is short where it can mean one setting only: a key of a table that a policy has once, or one
of the criterion of travel time or of straight distance, where a policy asks one such. Everything
has its dotted name (``criterion.3.threshold_min``), as problems write it.

Stands apart: what may be left out of a name is one subject, whoever reads or changes settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, cast

from boundaries.types import AreaClass
from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.settings import Bilingual, key_of, written
from groundfloor.toml import KeyPath
from spots.judging.criteria import (
    NearestOtherDistanceSetting,
    NearestOtherTimeSetting,
    TravelSetting,
    TypeSetting,
)
from spots.judging.policy_tables import (
    MADE_IN_PYTHON,
    CircleSetting,
    Cut,
    PlaceSetting,
    PolicyHead,
    PolicyTables,
    ScopeSetting,
    ValiditySetting,
)
from spots.types import Assumption, TravelDirection

_ONCE = {
    "policy": PolicyHead,
    "validity": ValiditySetting,
    "circle": CircleSetting,
    "scope": ScopeSetting,
    "travel": TravelSetting,
    "place": PlaceSetting,
}
#: Path of each short name whose table a policy has once.
SHORT_NAMES: Mapping[str, KeyPath] = MappingProxyType(
    {key_of(f.name): (table, key_of(f.name)) for table, kind in _ONCE.items() for f in fields(kind)}
)
_COMMON = frozenset(f.name for f in fields(TypeSetting))
_TRAVEL_TIME, _DISTANCE = "nearest_other_time", "nearest_other_distance"
#: The kinds of criterion that have a key, by the keys that no criterion of a type has.
KINDS_WITH: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(
            kind
            for kind, setting in (
                (_TRAVEL_TIME, NearestOtherTimeSetting),
                (_DISTANCE, NearestOtherDistanceSetting),
            )
            if name in {f.name for f in fields(setting)}
        )
        for setting in (NearestOtherTimeSetting, NearestOtherDistanceSetting)
        for name in (f.name for f in fields(setting))
        if name not in _COMMON
    }
)
#: Keys that the criteria of travel time and of straight distance alone have.
MEASURE_NAMES = tuple(KINDS_WITH)
_EXAMPLE = 'any=[{"type": "③", "list": "…", "threshold_min": 30}]'


@dataclass(frozen=True, slots=True)
class ShortNames(PolicyTables):
    """The tables of a policy, with the settings that have a short name."""

    @property
    def name(self) -> str:
        """What the policy is called."""
        return self.policy.name

    @property
    def version(self) -> int:
        """Which version of it this is."""
        return self.policy.version

    @property
    def title(self) -> Bilingual:
        """Title of what it designates, for readers."""
        return self.policy.title

    @property
    def prefecture(self) -> str:
        """Code of the prefecture, two digits."""
        return self.policy.prefecture

    @property
    def source(self) -> Bilingual:
        """Where the rule is written."""
        return self.policy.source

    @property
    def valid_from(self) -> date:
        """First day of the designation."""
        return self.validity.valid_from

    @property
    def valid_to(self) -> date:
        """Last day of the designation."""
        return self.validity.valid_to

    @property
    def radius_m(self) -> int:
        """Radius of the circles in geodesic metres."""
        return self.circle.radius_m

    @property
    def cut(self) -> tuple[Cut, ...]:
        """What circles are cut at, in order."""
        return self.circle.cut

    @property
    def moot_area_classes(self) -> tuple[AreaClass, ...]:
        """Classes of medical areas that need no spot."""
        return self.scope.moot_area_classes

    @property
    def merge_wards(self) -> bool:
        """Whether the wards of a designated city are one city."""
        return self.scope.merge_wards

    @property
    def direction(self) -> TravelDirection:
        """Which way the drive goes."""
        return self.travel.direction

    @property
    def neighbours(self) -> bool:
        """Whether hospitals of other prefectures count."""
        return self.travel.neighbours

    @property
    def tolls(self) -> bool:
        """Whether toll roads may be used."""
        return self.travel.tolls

    @property
    def ferries(self) -> bool:
        """Whether ferries may be used."""
        return self.travel.ferries

    @property
    def ferry_wait_min(self) -> float:
        """Minutes of waiting at each boarding."""
        return self.travel.ferry_wait_min

    @property
    def snap_limit_m(self) -> float:
        """Metres from a road beyond which a facility is undetermined."""
        return self.travel.snap_limit_m

    @property
    def also_try(self) -> tuple[Assumption, ...]:
        """Settings that are also tried the other way round."""
        return self.travel.also_try

    @property
    def roadless(self) -> tuple[str, ...]:
        """Facilities without a road to anywhere, by id or name."""
        return self.travel.roadless

    @property
    def tolerance_m(self) -> float:
        """Metres that a point may lie outside the municipality of its address."""
        return self.place.tolerance_m

    @property
    def threshold_min(self) -> float:
        """Threshold of travel time in minutes; `UsageError` where there is not one."""
        return self._travel_time("threshold_min").threshold_min

    @property
    def threshold_m(self) -> float:
        """Threshold of straight distance in metres; `UsageError` where there is not one."""
        number = measuring_criterion(written(self), "threshold_m")
        return cast("NearestOtherDistanceSetting", self.criterion[number]).threshold_m

    @property
    def comparison(self) -> Literal["at_least", "more_than"]:
        """Whether exactly the threshold meets it; `UsageError` where there is not one."""
        return self._travel_time("comparison").comparison

    @property
    def unreachable(self) -> Literal["met", "not_met", "undetermined"]:
        """What holds where no road leads to any other; `UsageError` where there is not one."""
        return self._travel_time("unreachable").unreachable

    @property
    def reason_unreachable(self) -> Bilingual:
        """The reason where no other is reached; `UsageError` where there is not one."""
        return self._travel_time("reason_unreachable").reason_unreachable

    @property
    def list(self) -> str:
        """The list that counts for travel time; `UsageError` where there is not one."""
        return self._travel_time("list").list

    def _travel_time(self, key: str) -> NearestOtherTimeSetting:
        number = measuring_criterion(written(self), key)
        return cast("NearestOtherTimeSetting", self.criterion[number])


def measuring_criterion(tables: Mapping[str, Any], key: str) -> str:
    """Return the number of the one criterion with a key of its kind that a policy asks.

    That is one of travel time or of straight distance.

    Parameters
    ----------
    tables : mapping
        The policy, as a file would have it.
    key : str
        The short name that is asked for.

    Raises
    ------
    UsageError
        It asks none, or several: then `key` needs its dotted name.
    """
    used = {*_numbers(tables.get("rule")), *_asked(tables.get("select"))}
    criteria = tables.get("criterion")
    found = [
        str(number)
        for number, each in (criteria.items() if isinstance(criteria, Mapping) else ())
        if str(number) in used and isinstance(each, Mapping) and each.get("kind") in KINDS_WITH[key]
    ]
    if len(found) != 1:
        raise UsageError(_not_one(key, found))
    return found[0]


def _numbers(rule: object) -> Iterator[str]:
    """Yield the numbers in a rule, also in rules inside it."""
    if isinstance(rule, Mapping):
        rule = list(rule.values())
    if isinstance(rule, list | tuple):
        for part in rule:
            yield from _numbers(part)
    elif isinstance(rule, int):
        yield str(rule)


def _asked(selections: object) -> Iterator[str]:
    """Yield the numbers of the criteria that selections ask for."""
    if isinstance(selections, Mapping):
        yield from _numbers(selections.get("criterion"))
        selections = list(selections.values())
    if isinstance(selections, list | tuple):
        for part in selections:
            yield from _asked(part)


def _not_one(key: str, found: list[str]) -> Problem:
    place = {"file": MADE_IN_PYTHON, "column": key}
    if not found:
        return error(
            "policy-setting-absent",
            Text(
                "所要時間（または直線距離）の要件がないため、この設定はありません",
                "is no setting of this policy: it has no criterion of travel time, or distance",
            ),
            Text(
                f"要件を {_EXAMPLE} のように書くか、criterion.3.{key} のように示してください",
                f"write the criterion, as in {_EXAMPLE}, or name it, as in criterion.3.{key}",
            ),
            **place,
        )
    dotted = ", ".join(f"criterion.{number}.{key}" for number in found)
    return error(
        "policy-setting-ambiguous",
        Text(
            "この設定を持つ要件が複数あり、どれのものか決まりません", "stands in several criteria"
        ),
        Text(f"{dotted} のいずれかを書いてください", f"write one of {dotted}"),
        **place,
    )
