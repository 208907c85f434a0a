"""Columns of what is different between two days, or two plans, of a register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from shapely.geometry import MultiPolygon

from boundaries.edition_changes import AreaChange, ClassCause
from boundaries.indices import published
from boundaries.types import AreaIndex
from groundfloor.problems import Lang, Text
from spots.telling.columns import Code, Column, ColumnKind, Filled, Value, codes
from spots.telling.edition_words import (
    CLASS_CAUSE_LABELS,
    INDEX_CLASS_LABELS,
    class_code,
    class_words,
)
from spots.telling.facility_columns import AREA_KM2
from spots.telling.labels import listed
from spots.telling.register_columns import DESIGNATION_KIND, RegisteredUnit
from spots.telling.register_words import DESIGNATION_KIND_LABELS
from spots.telling.unit_columns import UNIT_ID, UNIT_NAME
from spots.types.designations import DesignationKind

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_NUMBER, _INTEGER, _DAY = ColumnKind.NUMBER, ColumnKind.INTEGER, ColumnKind.DAY
_KM2_DECIMALS = 6  # a square metre


class PlanChangeKind(StrEnum):
    """What became of a unit."""

    NEW = "new"
    ENDED = "ended"
    CHANGED = "changed"  # designated on both sides, and something of it is another
    CLASS = "class"  # a medical area that is no 少数区域 on either side, of another class
    OPEN = "open"  # the other side has no edition of its kind on record
    KEPT = "kept"


class PlanAspect(StrEnum):
    """What is different of a unit that is designated on both sides."""

    GROUND = "ground"
    REASON = "reason"
    NAME = "name"
    INDEX = "index"


PLAN_CHANGE_LABELS: dict[PlanChangeKind, Text] = {
    PlanChangeKind.NEW: Text("新規", "new"),
    PlanChangeKind.ENDED: Text("終了", "ended"),
    PlanChangeKind.CHANGED: Text("変更", "changed"),
    PlanChangeKind.CLASS: Text("区分の変更", "class changed"),
    PlanChangeKind.OPEN: Text("比較不能（版なし）", "not compared (no edition)"),
    PlanChangeKind.KEPT: Text("継続", "kept"),
}
PLAN_ASPECT_LABELS: dict[PlanAspect, Text] = {
    PlanAspect.GROUND: Text("範囲", "ground"),
    PlanAspect.REASON: Text("理由", "reason"),
    PlanAspect.NAME: Text("名称", "name"),
    PlanAspect.INDEX: Text("指標", "index"),
}


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A unit on two sides.

    Parameters
    ----------
    kind : PlanChangeKind
        What became of it.
    old, new : RegisteredUnit or None
        The designation on each side; None where it is designated on one alone, or on none.
    aspects : tuple of PlanAspect
        What is different, of one that is on both.
    gained, lost : MultiPolygon
        Ground that it has on the new side alone, and on the old one alone, EPSG:6668.
    gained_km2, lost_km2 : float or None
        Their areas; None where the sides are not compared.
    area : AreaChange or None
        Of a medical area: index and class in both editions, and what turned the class.
    why : Text
        What changed it, in sentences; empty where nothing did.
    """

    kind: PlanChangeKind
    old: RegisteredUnit | None
    new: RegisteredUnit | None
    aspects: tuple[PlanAspect, ...]
    gained: MultiPolygon
    lost: MultiPolygon
    gained_km2: float | None
    lost_km2: float | None
    area: AreaChange | None
    why: Text

    @property
    def shown(self) -> RegisteredUnit | None:
        """The new one, else the old one; None of an area that is designated on neither side."""
        return self.new or self.old


CHANGE = Column(
    "change",
    _TEXT,
    Text("区分", "change"),
    Text("新規、終了、変更、区分の変更、継続、比較不能", "what became of the unit"),
    codes=codes(PLAN_CHANGE_LABELS),
    width=12,
)
_ASPECTS = Column(
    "aspects",
    _LIST,
    Text("変わったもの", "what changed"),
    Text("範囲、理由、名称、指標のうち変わったもの", "of one that is on both sides"),
    codes=codes(PLAN_ASPECT_LABELS),
    width=14,
)
_CAUSES = Column(
    "class_causes",
    _LIST,
    Text("区分が変わった原因", "cause of class"),
    Text(
        "指標、基準値、圏域の区割り、区分の記載のうち、それだけで新しい区分になるもの",
        "of value, cut-off, membership and statement what alone gives the new class",
    ),
    codes=codes(CLASS_CAUSE_LABELS),
    width=14,
)
_INDEX_CHANGE = Column(
    "index_change",
    _NUMBER,
    Text("指標の差", "index change"),
    Text("公表値どうしの差", "of the indices as published"),
    decimals=1,
    width=9,
)
_WHY = Column(
    "why",
    _TEXT,
    Text("原因", "why"),
    Text("何によって変わったか", "what changed it"),
    width=60,
)
_PEOPLE_CHANGE = Column(
    "population_change",
    _NUMBER,
    Text("人口の差", "change of people"),
    Text("区域内の人口の差", "of people inside"),
    unit="people",
    decimals=0,
    width=10,
)
_GAINED, _LOST = (
    Column(name, _NUMBER, label, about, unit="km²", width=11, decimals=2)
    for name, label, about in (
        (
            "gained_km2",
            Text("増えた面積", "gained"),
            Text("新しい側だけにある範囲の面積", "ground on the new side alone"),
        ),
        (
            "lost_km2",
            Text("減った面積", "lost"),
            Text("古い側だけにある範囲の面積", "ground on the old side alone"),
        ),
    )
)


def changed_name(row: PlanChange) -> str:
    """Return the name of a unit, or of a medical area, as the new side has it."""
    if row.shown is not None:
        return row.shown.unit.name
    return (row.area.new_name or row.area.old_name) if row.area else ""


def _unit(row: PlanChange) -> str:
    if row.shown is not None:
        return row.shown.unit.unit
    return f"medical_area:{row.area.shown.area_code}" if row.area else ""


def _kind(row: PlanChange) -> str:
    return row.shown.edition.kind.value if row.shown is not None else "shortage_area"


def _kind_words(row: PlanChange, lang: Lang) -> str:
    return next(
        text.render(lang)
        for kind, text in DESIGNATION_KIND_LABELS.items()
        if kind.value == _kind(row)
    )


def _causes(row: PlanChange) -> tuple[ClassCause, ...]:
    ways = row.area.causes if row.area is not None else ()
    return tuple(dict.fromkeys(cause for way in ways for cause in way))


def _index(area: AreaIndex | None) -> Decimal | None:
    return None if area is None or area.value is None else published(area.value)


def _people(row: PlanChange) -> tuple[float | None, float | None]:
    old, new = (side.unit.population if side else None for side in (row.old, row.new))
    return old, new


def _people_change(row: PlanChange) -> Value | None:
    old, new = _people(row)
    return None if old is None or new is None else round(new - old, 1)


def _km2(value: float | None) -> float | None:
    return None if value is None else round(value, _KM2_DECIMALS)


def _told(value: float | None) -> Decimal | None:
    """Return square kilometres as people read them."""
    return None if value is None else Decimal(f"{value:.2f}")


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a row: its columns' names and words, and what it holds."""

    new: bool

    def column(
        self,
        what: str,
        label: Text,
        kind: ColumnKind,
        width: float,
        unit: str = "",
        decimals: int | None = None,
    ) -> Column:
        name, ja, en = ("new", "新", "new") if self.new else ("old", "旧", "old")
        heading = Text(f"{ja}：{label.ja}", f"{en} {label.en}")
        return Column(
            f"{name}_{what}", kind, heading, heading, unit, width=width, decimals=decimals
        )

    def of(self, row: PlanChange) -> RegisteredUnit | None:
        return row.new if self.new else row.old

    def area(self, row: PlanChange) -> AreaIndex | None:
        found = row.area
        return None if found is None else found.new if self.new else found.old


def _plan_columns(side: _Side) -> tuple[Filled[PlanChange], ...]:
    """Return the columns of one side: edition, plan and days."""
    column, of = side.column, side.of
    return (
        Filled(
            column("edition", Text("版", "edition"), _INTEGER, 6),
            lambda r, _: s.edition.number if (s := of(r)) else None,
        ),
        Filled(
            column("plan", Text("計画", "plan"), _TEXT, 16),
            lambda r, _: s.edition.plan if (s := of(r)) else None,
        ),
        Filled(
            column("valid_from", Text("開始", "from"), _DAY, 12),
            lambda r, _: s.unit.span.first if (s := of(r)) else None,
        ),
        Filled(
            column("valid_to", Text("終了", "to"), _DAY, 12),
            lambda r, _: s.unit.span.last if (s := of(r)) else None,
        ),
    )


def _ground_columns(side: _Side) -> tuple[Filled[PlanChange], ...]:
    """Return the columns of one side: ground, people and reason."""
    column, of = side.column, side.of
    return (
        Filled(
            column("area_km2", Text("面積", "area"), _NUMBER, 11, "km²", 2),
            lambda r, _: _km2(s.unit.area_km2) if (s := of(r)) else None,
            lambda r, _: _told(s.unit.area_km2) if (s := of(r)) else None,
        ),
        Filled(
            column("population", Text("人口", "population"), _NUMBER, 10, "people", 0),
            lambda r, _: None if (p := _people(r)[side.new]) is None else round(p, 1),
        ),
        Filled(
            column("reason", Text("理由", "reason"), _TEXT, 34),
            lambda r, lang: s.unit.reason.render(lang) if (s := of(r)) else None,
        ),
    )


def _class_columns(side: _Side) -> tuple[Filled[PlanChange], ...]:
    """Return the columns of one side: index and class of a medical area."""
    column, area = side.column, side.area
    classes = tuple(Code(value, told) for value, told in INDEX_CLASS_LABELS.items())
    return (
        Filled(
            column("index", Text("医師偏在指標", "index"), _NUMBER, 9, "", 1),
            lambda r, _: _index(area(r)),
        ),
        Filled(
            replace(
                column("class", Text("医療圏の区分", "class of area"), _TEXT, 16), codes=classes
            ),
            lambda r, _: class_code(a) if (a := area(r)) else None,
            lambda r, lang: class_words(a).render(lang) if (a := area(r)) else None,
        ),
    )


def _of_side(side: _Side) -> tuple[Filled[PlanChange], ...]:
    return (*_plan_columns(side), *_ground_columns(side), *_class_columns(side))


PLAN_CHANGE_COLUMNS: tuple[Filled[PlanChange], ...] = (
    Filled(
        CHANGE,
        lambda r, _: r.kind.value,
        lambda r, lang: PLAN_CHANGE_LABELS[r.kind].render(lang),
    ),
    Filled(
        _ASPECTS,
        lambda r, _: tuple(a.value for a in r.aspects),
        lambda r, lang: listed((PLAN_ASPECT_LABELS[a].render(lang) for a in r.aspects), lang),
    ),
    Filled(DESIGNATION_KIND, lambda r, _: _kind(r), _kind_words),
    Filled(UNIT_NAME, lambda r, _: changed_name(r)),
    Filled(UNIT_ID, lambda r, _: _unit(r)),
    Filled(_GAINED, lambda r, _: _km2(r.gained_km2), lambda r, _: _told(r.gained_km2)),
    Filled(_LOST, lambda r, _: _km2(r.lost_km2), lambda r, _: _told(r.lost_km2)),
    Filled(_PEOPLE_CHANGE, lambda r, _: _people_change(r)),
    Filled(
        _CAUSES,
        lambda r, _: tuple(c.value for c in _causes(r)),
        lambda r, lang: listed((CLASS_CAUSE_LABELS[c].render(lang) for c in _causes(r)), lang),
    ),
    Filled(_INDEX_CHANGE, lambda r, _: r.area.index_change if r.area is not None else None),
    Filled(_WHY, lambda r, lang: r.why.render(lang)),
    *_of_side(_Side(new=False)),
    *_of_side(_Side(new=True)),
)
"""A row for each unit that is designated on either side, and each area of another class."""


@dataclass(frozen=True, slots=True)
class ChangedPlanGround:
    """Ground that one side has alone, for a layer.

    Parameters
    ----------
    kind : DesignationKind
        What it is designated as.
    gained : bool
        Whether the new side has it; else the old one.
    change : PlanChange or None
        The unit that it is of; None of all units of the kind together, where ground that another
        unit holds on the other side does not count.
    shape : MultiPolygon
        The ground, EPSG:6668.
    area_km2 : float
        Its area.
    """

    kind: DesignationKind
    gained: bool
    change: PlanChange | None
    shape: MultiPolygon
    area_km2: float


_GROUNDS = {
    "gained": Text("増えた範囲", "gained"),
    "lost": Text("減った範囲", "lost"),
}


def _moved(row: ChangedPlanGround) -> str:
    return "gained" if row.gained else "lost"


CHANGED_PLAN_GROUND_COLUMNS: tuple[Filled[ChangedPlanGround], ...] = (
    Filled(
        Column(
            "ground",
            _TEXT,
            Text("増減", "ground"),
            Text("新しい側だけの範囲か、古い側だけの範囲か", "which side has it alone"),
            codes=tuple(Code(value, label) for value, label in _GROUNDS.items()),
        ),
        lambda r, _: _moved(r),
    ),
    Filled(DESIGNATION_KIND, lambda r, _: r.kind.value),
    Filled(
        Column(
            "name",
            _TEXT,
            Text("区域名", "name"),
            Text("空欄は、その種類の全体", "empty for all of the kind together"),
            width=24,
        ),
        lambda r, _: None if r.change is None else changed_name(r.change),
    ),
    Filled(UNIT_ID, lambda r, _: None if r.change is None else _unit(r.change)),
    Filled(
        CHANGE,
        lambda r, _: None if r.change is None else r.change.kind.value,
        lambda r, lang: (
            None if r.change is None else PLAN_CHANGE_LABELS[r.change.kind].render(lang)
        ),
    ),
    Filled(AREA_KM2, lambda r, _: round(r.area_km2, _KM2_DECIMALS)),
)
"""Of the layer of differences: ground of a kind, and of each unit, that one side has alone."""
