"""Layers of the facilities, and of the ways from them to others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from shapely.geometry import Point

from groundfloor.problems import Lang, Text
from networks.types import Route
from spots.outputs.layers import fields as f
from spots.outputs.layers.layer_table import (
    Cell,
    FieldKind,
    GeometryKind,
    LayerTable,
    Source,
    rows_of,
)
from spots.telling.columns import Kind, Value, facility_columns, list_text
from spots.telling.units import shown_minutes
from spots.types import OtherHospital, RunResult, TravelEvidence, Verdict

_KINDS = {
    Kind.INTEGER: FieldKind.INTEGER,
    Kind.NUMBER: FieldKind.NUMBER,
    Kind.BOOLEAN: FieldKind.BOOLEAN,
}


def facilities(result: RunResult, lang: Lang) -> LayerTable:
    """Return every input facility once, in input order; without a shape where it has no place."""
    columns = facility_columns(result)
    places = [v.facility.position for v in result.verdicts]
    return LayerTable(
        "facilities",
        Text("医療機関と判定", "Facilities and verdicts"),
        Text(
            "入力したすべての施設。座標のない施設は図形のない行です",
            "every facility of the input; one without coordinates is a row without a shape",
        ),
        GeometryKind.POINT,
        tuple(f.described(c.name, _KINDS.get(c.kind, FieldKind.TEXT), c.label) for c in columns),
        tuple(tuple(_cell(c.value(v, lang)) for c in columns) for v in result.verdicts),
        tuple(None if p is None else Point(p.lon, p.lat) for p in places),
    )


def _cell(value: Value) -> Cell:
    if isinstance(value, tuple):
        return list_text(value)
    return float(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True, slots=True)
class _Way:
    verdict: Verdict
    travel: TravelEvidence
    route: Route


@dataclass(frozen=True, slots=True)
class _Ranked:
    verdict: Verdict
    travel: TravelEvidence
    rank: int
    other: OtherHospital


def routes(result: RunResult, _lang: Lang) -> LayerTable:
    """Return the decisive route of each facility judged on travel time."""
    sources: tuple[Source[_Way], ...] = (
        Source(f.FACILITY_ID, lambda w: w.verdict.facility.id),
        Source(f.NAME, lambda w: w.verdict.facility.name),
        Source(f.FROM_ID, lambda w: w.route.from_id),
        Source(f.TO_ID, lambda w: w.route.to_id),
        Source(f.NEAREST_NAME, lambda w: w.travel.nearest_name),
        Source(f.TRAVEL_MIN, lambda w: _minutes(w.route.travel_ms, w.travel)),
        Source(f.TRAVEL_MS, lambda w: w.route.travel_ms),
        Source(f.MARGIN_MS, lambda w: w.travel.margin_ms),
        Source(f.LENGTH_M, lambda w: round(w.route.length_m, 1)),
        Source(f.TOLL_M, lambda w: round(w.route.toll_m, 1)),
        Source(f.ROAD_NAMES, lambda w: list_text(w.route.road_names)),
        Source(f.FERRIES, lambda w: list_text(w.route.ferries)),
    )
    ways = tuple(_Way(v, t, t.route) for v in result.verdicts if (t := v.travel) and t.route)
    return LayerTable(
        "routes",
        Text("最寄りの他の病院への経路", "Routes to the nearest other hospital"),
        Text("所要時間の判定に使った経路", "the routes that decided on travel time"),
        GeometryKind.LINE,
        tuple(s.field for s in sources),
        rows_of(sources, ways),
        tuple(w.route.geometry for w in ways),
    )


def nearest_routes(result: RunResult, _lang: Lang) -> LayerTable | None:
    """Return the routes to the nearest three of each facility; None where none were recorded."""
    ways = tuple(
        _Ranked(v, t, rank, other)
        for v in result.verdicts
        if (t := v.travel)
        for rank, other in enumerate(t.others, 1)
    )
    if not ways:
        return None
    sources: tuple[Source[_Ranked], ...] = (
        Source(f.FACILITY_ID, lambda w: w.verdict.facility.id),
        Source(f.NAME, lambda w: w.verdict.facility.name),
        Source(f.integer("rank", "順位", "rank"), lambda w: w.rank),
        Source(f.text("other_id", "相手の病院ID", "other hospital (id)"), lambda w: w.other.id),
        Source(f.text("other_name", "相手の病院", "other hospital"), lambda w: w.other.name),
        Source(f.TRAVEL_MIN, lambda w: _minutes(w.other.travel_ms, w.travel)),
        Source(f.TRAVEL_MS, lambda w: w.other.travel_ms),
        Source(f.LENGTH_M, lambda w: round(w.other.route.length_m, 1)),
        Source(f.TOLL_M, lambda w: round(w.other.route.toll_m, 1)),
        Source(f.ROAD_NAMES, lambda w: list_text(w.other.route.road_names)),
        Source(f.FERRIES, lambda w: list_text(w.other.route.ferries)),
    )
    return LayerTable(
        "nearest_routes",
        Text("近い順に3病院への経路", "Routes to the nearest three hospitals"),
        Text("順位1が判定に使った病院です", "the first is the one that decided"),
        GeometryKind.LINE,
        tuple(s.field for s in sources),
        rows_of(sources, ways),
        tuple(w.other.route.geometry for w in ways),
    )


def _minutes(travel_ms: int, travel: TravelEvidence) -> float:
    return float(shown_minutes(travel_ms, travel.threshold_ms))
