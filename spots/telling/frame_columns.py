"""Columns that only frames of the library have, beside those of the files.

A file for people has a list of types in one cell, minutes cut off to two decimals and the names of
ties; a frame is filtered and counted with, so it has a yes or no for each type, minutes that are
exactly the milliseconds, and how many ties there are.

Stands apart: no file has these; `spots.library` puts them into its frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Lang, Text
from spots.telling.columns import (
    Code,
    Column,
    ColumnKind,
    FacilityRow,
    Filled,
    Value,
    list_text,
)
from spots.telling.evidence_words import turns_state, under
from spots.telling.facility_columns import NAME
from spots.telling.ground_columns import SpotRow
from spots.telling.labels import STEP_LABELS, TYPE_LABELS, travel_marks
from spots.telling.route_columns import RouteRow
from spots.telling.travel_columns import THRESHOLD_MIN, TIES, of_travel
from spots.telling.unit_columns import RESULT, UNIT_ID, UnitRow
from spots.telling.units import MS_PER_MINUTE, floor_minutes
from spots.types import FacilityType, TravelEvidence

_KM2 = ColumnKind.NUMBER
T = TypeVar("T")


def _combinations() -> Iterator[tuple[FacilityType, ...]]:
    """Yield every set of types there may be: single ones first, each in the law's order."""
    known = tuple(FacilityType)
    chosen = [
        tuple(t for k, t in enumerate(known) if bits >> k & 1) for bits in range(1, 2 ** len(known))
    ]
    yield from sorted(chosen, key=lambda types: (len(types), [known.index(t) for t in types]))


def type_code(types: frozenset[FacilityType]) -> str | None:
    """Return types as one value: joined in the law's order; None where a list states none.

    Examples
    --------
    >>> type_code(frozenset({FacilityType.SECONDARY_EMERGENCY, FacilityType.BASE_HOSPITAL}))
    'base_hospital;secondary_emergency'
    """
    return list_text(t.value for t in FacilityType if t in types) or None


TYPE = Column(
    "type",
    ColumnKind.TEXT,
    Text("種別", "type"),
    Text("一覧による施設の種別。複数なら ; で区切る", "what the lists say it is; several by ;"),
    codes=tuple(
        Code(
            list_text(t.value for t in types),
            Text(
                "・".join(TYPE_LABELS[t].ja for t in types),
                " and ".join(TYPE_LABELS[t].en for t in types),
            ),
        )
        for types in _combinations()
    ),
)
MINUTES = Column(
    "minutes",
    ColumnKind.NUMBER,
    Text("所要時間", "travel time"),
    Text("ミリ秒の値をそのまま分にした値", "the milliseconds as minutes, not rounded"),
    "min",
)
TIE_COUNT = replace(
    TIES,
    kind=ColumnKind.INTEGER,
    about=Text("所要時間がまったく同じ他の病院の数", "how many others have exactly the same time"),
)
TIE_NAMES = replace(TIES, name="tie_names")
DOUBT = Column(
    "doubt",
    ColumnKind.TEXT,
    Text("疑い", "doubt"),
    Text(
        "位置・所在の問題と、状態が変わる前提。なければ空欄",
        "problems of position and place, and the assumptions under which the state is another; "
        "empty where there are none",
    ),
)


def minutes_of(travel_ms: int | None) -> float | None:
    """Return milliseconds as minutes, not rounded."""
    return None if travel_ms is None else travel_ms / MS_PER_MINUTE


def _minutes(row: FacilityRow, _lang: Lang) -> Value | None:
    return minutes_of(row.verdict.travel.travel_ms) if row.verdict.travel else None


def _tie_count(row: FacilityRow, _lang: Lang) -> Value | None:
    travel = row.verdict.travel
    return None if travel is None else max(travel.tie_count, len(travel.ties))


def _tie_names(row: FacilityRow, _lang: Lang) -> Value | None:
    travel = row.verdict.travel
    return (travel.ties if travel else ()) or None


def _doubt(row: FacilityRow, lang: Lang) -> Value | None:
    verdict, mark = row.verdict, travel_marks(row.result)
    found = [
        p.render(lang) for p in (verdict.facility.position_problem, verdict.place.problem) if p
    ]
    turned = (v for v in verdict.variants if turns_state(v, verdict))
    return (
        "; ".join(dict.fromkeys((*found, *(under(verdict, v, mark, lang) for v in turned)))) or None
    )


def _is(kind: FacilityType) -> Filled[FacilityRow]:
    label = TYPE_LABELS[kind]
    column = Column(kind.value, ColumnKind.BOOLEAN, label, TYPE.about)
    return Filled(column, lambda r, _: kind in r.verdict.facility.types)


#: In the place of the files' ``types``.
TYPE_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    Filled(TYPE, lambda r, _: type_code(r.verdict.facility.types)),
    *(_is(kind) for kind in FacilityType),
)
FACILITY_MINUTES: Filled[FacilityRow] = Filled(MINUTES, _minutes)
#: In the place of the files' ``threshold_min``: results of a grid are put together under that name.
LIMIT: Filled[FacilityRow] = of_travel(
    replace(THRESHOLD_MIN, name="limit_min"), lambda t: floor_minutes(t.threshold_ms)
)
#: In the place of the files' ``ties``.
TIE_COLUMNS: tuple[Filled[FacilityRow], ...] = (
    Filled(TIE_COUNT, _tie_count),
    Filled(TIE_NAMES, _tie_names),
)
FACILITY_DOUBT: Filled[FacilityRow] = Filled(DOUBT, _doubt)
ROUTE_MINUTES: Filled[RouteRow] = Filled(MINUTES, lambda r, _: minutes_of(r.travel_ms))
#: All that the frame of facilities has in the place of columns of the files, or beside them.
FACILITY_FRAME = tuple(
    filled.column
    for filled in (*TYPE_COLUMNS, FACILITY_MINUTES, LIMIT, *TIE_COLUMNS, FACILITY_DOUBT)
)

# --- measures, which files round and frames do not: they add up, and are what evidence has

Measures: TypeAlias = Mapping[str, Callable[[T], Value | None]]

FACILITY_MEASURES: Measures[FacilityRow] = FrozenDict(
    {
        "margin_min": lambda r: _travelled(r, lambda t: minutes_of(t.margin_ms)),
        "snap_m": lambda r: _travelled(r, lambda t: t.snap_m),
        "route_km": lambda r: _travelled(r, lambda t: t.route.length_m / 1000 if t.route else None),
    }
)
ROUTE_MEASURES: Measures[RouteRow] = FrozenDict(
    {
        "margin_min": lambda r: minutes_of(r.margin_ms),
        "length_m": lambda r: r.route.length_m if r.route else None,
        "toll_m": lambda r: r.route.toll_m if r.route else None,
    }
)
SPOT_MEASURES: Measures[SpotRow] = FrozenDict(
    {
        "area_km2": lambda r: r.spot.area_km2,
        "circle_km2": lambda r: r.spot.circle_km2,
        "population": lambda r: r.spot.population,
    }
)
UNIT_MEASURES: Measures[UnitRow] = FrozenDict(
    {
        "unit_km2": lambda r: r.verdict.unit_km2,
        "area_km2": lambda r: r.verdict.area_km2,
        "population": lambda r: r.verdict.population,
    }
)


def _travelled(row: FacilityRow, of: Callable[[TravelEvidence], float | None]) -> float | None:
    return of(row.verdict.travel) if row.verdict.travel else None


def measured(columns: Iterable[Filled[T]], measures: Measures[T]) -> tuple[Filled[T], ...]:
    """Return columns of which some are filled with the measures as they are."""
    return tuple(
        replace(column, value=_unrounded(measures[column.name]))
        if column.name in measures
        else column
        for column in columns
    )


def _unrounded(of: Callable[[T], Value | None]) -> Callable[[T, Lang], Value | None]:
    return lambda row, _lang: of(row)


# --- the ledger: a row for each cut

STEP = Column(
    "step",
    ColumnKind.TEXT,
    Text("切り取り", "step"),
    Text("何を除いたか", "what was taken away"),
    codes=tuple(Code(name, label) for name, label in STEP_LABELS.items()),
)
BEFORE_KM2 = Column(
    "before_km2",
    _KM2,
    Text("切り取り前の面積", "area before"),
    Text("この切り取りの前の面積", "before this cut"),
    "km²",
)
REMOVED_KM2 = Column(
    "removed_km2",
    _KM2,
    Text("除いた面積", "area removed"),
    Text("この切り取りで除いた面積", "what this cut took"),
    "km²",
)
AFTER_KM2 = Column(
    "after_km2",
    _KM2,
    Text("切り取り後の面積", "area after"),
    Text("この切り取りの後の面積", "what this cut left"),
    "km²",
)
#: Behind the label of the facility, which a frame's index has.
LEDGER_FRAME = (NAME, RESULT, UNIT_ID, STEP, BEFORE_KM2, REMOVED_KM2, AFTER_KM2)
