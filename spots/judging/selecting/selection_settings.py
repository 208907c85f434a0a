"""Selections and results as data: what ``[[select]]`` and ``[[result]]`` of a policy may say.

A *selection* asks for units of one kind, by conditions, by name or all of them. A *result* joins
selections and other results, and says what is designated by them. What each key means is taught in
``docs/policies.md``.

Stands apart: what a policy's words are, for the policy and for all that carries them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from boundaries.types import AreaClass
from groundfloor.problems import Text
from groundfloor.settings import (
    STRICT,
    Bilingual,
    Day,
    Finite,
    NotNegative,
    Words,
    matching,
    refusal,
)
from spots.types import FacilityType
from spots.types.ground_units import ResultKind, UnitKind

NATIONAL_AVERAGE = "national_average"


def _many(value: object) -> object:
    """Take one word for an array of one; types are strict behind this, so a list is no tuple."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


T = TypeVar("T")
#: One or several; `strict` is off because the words of an enum have to be taken for its members.
OneOrMany = Annotated[tuple[T, ...], BeforeValidator(_many), Field(min_length=1)]


#: Names or codes; a single one needs no brackets.
Names = OneOrMany[Words]
Numbers = OneOrMany[int]
Metres = Annotated[int, Field(gt=0, le=200_000)]


def _bound_kind(value: object) -> str:
    """Tell what a bound is meant as, so that a fault is said once."""
    return "word" if isinstance(value, str) else "number"


_Average = Annotated[
    str,
    matching(
        NATIONAL_AVERAGE,
        Text('数値か "national_average"（全国平均）', 'a number, or "national_average"'),
    ),
]
Bound = Annotated[
    Annotated[Finite, Tag("number")] | Annotated[_Average, Tag("word")],
    Discriminator(_bound_kind),
]


class MunicipalityKind(StrEnum):
    """What its name ends in."""

    CITY = "city"  # 市
    TOWN = "town"  # 町
    VILLAGE = "village"  # 村
    WARD = "ward"  # 区: special wards of Tokyo, and wards that are not merged


_BOUNDS = ("below", "at_most", "above", "at_least", "lowest", "highest")


def _one_bound(value: NumberBound) -> NumberBound:
    if len(value.bounds()) != 1:
        listed = ", ".join(_BOUNDS)
        raise refusal(f"{listed} のうち一つだけを書きます", f"needs exactly one of {listed}")
    return value


@dataclass(frozen=True, slots=True)
class NumberBound:
    """A number against one bound: another number, the national average, or a rank.

    ``lowest = 3`` takes the three lowest of the prefecture; where equal values stand on both sides
    of the third place, those are undetermined: a rank with ties decides nothing.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    below: Bound | None = None
    at_most: Bound | None = None
    above: Bound | None = None
    at_least: Bound | None = None
    lowest: Annotated[int, Field(gt=0)] | None = None
    highest: Annotated[int, Field(gt=0)] | None = None

    def bounds(self) -> tuple[tuple[str, float | str], ...]:
        """Return the bounds that are set, by key."""
        return tuple((k, v) for k in _BOUNDS if (v := getattr(self, k)) is not None)


Compared = Annotated[NumberBound, AfterValidator(_one_bound)]


@dataclass(frozen=True, slots=True)
class ColumnCondition:
    """A numeric column of one of the run's tables.

    ``optional`` says that a run may lack the table: its units are undetermined then.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    table: Words
    column: Words
    is_: Compared
    optional: bool = False


@dataclass(frozen=True, slots=True)
class NearestCondition:
    """How far the nearest (other) facility of a type is, from the unit's centre.

    The centre is the facility or listed point itself, or the point of the ground that
    `spots.judging.selecting.near_conditions.centre_of` names. Exactly one limit is given.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    type: FacilityType | None = None
    list: Words | None = None
    at_least_min: NotNegative | None = None  # by road
    below_min: NotNegative | None = None
    at_least_m: NotNegative | None = None  # in a straight line, geodesic
    below_m: NotNegative | None = None

    def limits(self) -> tuple[tuple[str, float], ...]:
        """Return the limits that are set, by key."""
        return tuple((k, v) for k in _LIMITS if (v := getattr(self, k)) is not None)

    @property
    def by_road(self) -> bool:
        """Whether a road network is needed."""
        return self.at_least_min is not None or self.below_min is not None


_LIMITS = ("at_least_min", "below_min", "at_least_m", "below_m")


def _one_limit(value: NearestCondition) -> NearestCondition:
    if len(value.limits()) != 1:
        listed = ", ".join(_LIMITS)
        raise refusal(f"{listed} のうち一つだけを書きます", f"needs exactly one of {listed}")
    return value


Near = Annotated[NearestCondition, AfterValidator(_one_limit)]


@dataclass(frozen=True, slots=True)
class AloneCondition:
    """No other institution within a geodesic distance (inclusive) of an institution or point.

    Two records of one building are one; institutions that `apart` names (dental, closed) do not
    count, by words in the list's type column. With ``same_land`` institutions across the sea do not
    count either.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    within_m: Metres
    type: FacilityType | None = None
    list: Words | None = None
    same_land: bool = False


@dataclass(frozen=True, slots=True)
class PeopleCondition:
    """People inside the unit, or within a distance of its centre, by the run's population.

    With ``same_land`` only those count who live on the connected land that the centre lies on: of
    a circle over a strait one side.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    is_: Compared
    within_m: Metres | None = None
    same_land: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a unit must be: every key that is written holds, and joins may nest.

    Names of municipalities and areas are written as on the map, or as codes; one that is not there
    is an error with candidates.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()
    name: Names | None = None  # names or codes of the units themselves
    municipality: Names | None = None
    municipality_kind: OneOrMany[Annotated[MunicipalityKind, Field(strict=False)]] | None = None
    area: Names | None = None
    area_class: OneOrMany[Annotated[AreaClass, Field(strict=False)]] | None = None
    apart: bool | None = None  # on land apart from the main land of the prefecture
    index: Compared | None = None  # 医師偏在指標 of the medical area
    column: ColumnCondition | None = None
    listed: Words | None = None  # on a [[named_list]] of the run
    type: FacilityType | None = None
    criterion: Numbers | None = None  # a facility that meets one of these criteria
    nearest: Near | None = None
    alone: AloneCondition | None = None
    people: PeopleCondition | None = None
    inside: Names | None = None  # ground of other selections or results

    def parts(self) -> Iterator[Condition]:
        """Yield this condition and every one inside it."""
        yield self
        for part in (*self.any, *self.all, *self.none):
            yield from part.parts()


@dataclass(frozen=True, slots=True)
class ExceptionSetting:
    """A unit that a selection leaves out by name, with the reason that it must have."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words  # name or code
    reason: Bilingual
    councils: tuple[Day, ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class SelectSetting:
    """``[[select]]``: units of one kind that a condition holds of.

    Parameters
    ----------
    id : str
        How results call it.
    unit : UnitKind
        What is selected.
    layer : str or None
        ``[[units]]`` of the run that holds former municipalities, districts, islands or points.
        Islands without one are the parts of municipalities apart from the main land.
    from_ : str or None
        What points are made from where no layer lists them: ``"population"`` takes settlements,
        see `spots.judging.selecting.settlements`.
    beyond_m : int or None
        With `from_`: they lie farther than so many geodesic metres from every institution.
    same_land : bool
        With `from_`: institutions across the sea do not count.
    where : Condition or None
        Of which units; None takes all of them.
    radius_m : int or None
        A circle of that geodesic radius round each facility or point; None is the institution
        itself, or the ground that the layer gives.
    title, reason, service : Bilingual or None
        For readers; the reason (設定理由) of every unit that it takes in, and the service that
        physicians are secured for, where its own row gives none.
    councils : tuple of date
        Days of the councils, where its own row gives none.
    page : str
        Page of the plan, likewise.
    requires : tuple of str
        What each row of the list must have: ``"councils"``, ``"reason"``, ``"service"``,
        ``"page"``, ``"on_application"``; one that lacks it is undetermined.
    except_ : tuple of ExceptionSetting
        Units left out by name.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Words
    unit: UnitKind
    layer: Words | None = None
    from_: Literal["population"] | None = None
    beyond_m: Metres | None = None
    same_land: bool = False
    where: Condition | None = None
    radius_m: Metres | None = None
    title: Bilingual | None = None
    reason: Bilingual | None = None
    service: Bilingual | None = None
    councils: tuple[Day, ...] = ()
    page: str = ""
    requires: tuple[Literal["councils", "reason", "service", "page", "on_application"], ...] = ()
    except_: tuple[ExceptionSetting, ...] = ()

    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition that is written, also inside others."""
        return tuple(self.where.parts()) if self.where is not None else ()

    @property
    def asked(self) -> Condition | None:
        """What each unit is asked: that of points beyond all institutions too, with its figure."""
        if self.beyond_m is None:
            return self.where
        beyond = Condition(alone=AloneCondition(self.beyond_m, same_land=self.same_land))
        return beyond if self.where is None else Condition(all=(beyond, self.where))

    @property
    def needs_roads(self) -> bool:
        """Whether a condition asks for a drive."""
        return any(c.nearest is not None and c.nearest.by_road for c in self.conditions())

    @property
    def needs_people(self) -> bool:
        """Whether its points, or a condition, ask for the population."""
        return self.from_ is not None or any(c.people is not None for c in self.conditions())


def _part_kind(value: object) -> str:
    return "join" if isinstance(value, dict | Join) else "id"


Part = Annotated[
    Annotated[Words, Tag("id")] | Annotated["Join", Tag("join")], Discriminator(_part_kind)
]


@dataclass(frozen=True, slots=True)
class Join:
    """How selections and results join: exactly one key, each a list of ids or joins.

    ``any``, ``all`` and ``none`` judge whole units; ``minus`` (the first without the others) and
    ``intersect`` cut ground.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    any: tuple[Part, ...] = ()
    all: tuple[Part, ...] = ()
    none: tuple[Part, ...] = ()
    minus: tuple[Part, ...] = ()
    intersect: tuple[Part, ...] = ()

    def used(self) -> tuple[tuple[str, tuple[Part, ...]], ...]:
        """Return the keys that are written."""
        keys = ("any", "all", "none", "minus", "intersect")
        return tuple((k, v) for k in keys if (v := getattr(self, k)))

    def joins(self) -> Iterator[Join]:
        """Yield this join and every one inside it."""
        yield self
        for _, parts in self.used():
            for part in parts:
                if isinstance(part, Join):
                    yield from part.joins()

    def ids(self) -> frozenset[str]:
        """Return every id that is named."""
        found = (p for j in self.joins() for _, parts in j.used() for p in parts)
        return frozenset(p for p in found if isinstance(p, str))


#: Id of the circles of ``[rule]`` in joins, and in reasons by hand.
RULE = "rule"


@dataclass(frozen=True, slots=True)
class UnitReason:
    """``[[unit_reason]]``: why a unit is designated, written by hand.

    It holds for the unit, or the facility, of that name or id in every result, or in one; ``rule``
    is the circles of ``[rule]``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    unit: Words
    reason: Bilingual
    result: Words | None = None
    service: Bilingual | None = None
    councils: tuple[Day, ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class ResultSetting:
    """``[[result]]``: what a policy designates.

    Parameters
    ----------
    id : str
        How other results call it. ``"rule"`` is taken: the circles of ``[rule]``.
    kind : ResultKind
        What it designates.
    title : Bilingual
        For readers.
    select : Join
        Selections and results that make it up.
    cut : tuple of str
        As for circles: ``land``, ``prefecture``, ``excluded_municipalities``, ``shortage_areas``.
    moot_area_classes : tuple of AreaClass or None
        Where nothing is needed; by default 少数区域 for spots, and nowhere for others.
    reasons : str
        Whether units below the municipality must have a reason: by default of spots and support
        areas (``domain``: the plan has to give it).
    valid_from, valid_to : date or None
        Its own period; the policy's by default.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Words
    kind: ResultKind
    title: Bilingual
    select: Join
    cut: tuple[Literal["land", "prefecture", "excluded_municipalities", "shortage_areas"], ...] = ()
    moot_area_classes: tuple[AreaClass, ...] | None = None
    reasons: Literal["needed", "optional"] | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None

    @property
    def moot(self) -> tuple[AreaClass, ...]:
        """Classes of areas in which nothing is needed."""
        if self.moot_area_classes is not None:
            return self.moot_area_classes
        return (AreaClass.SHORTAGE,) if self.kind is ResultKind.SPOT else ()

    @property
    def needs_reasons(self) -> bool:
        """Whether a unit below the municipality must say why."""
        if self.reasons is not None:
            return self.reasons == "needed"
        return self.kind in {ResultKind.SPOT, ResultKind.SUPPORT_AREA}
