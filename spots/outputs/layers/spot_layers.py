"""Layers of what was found: spots, their union, and the whole circles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries import ellipsoidal_km2
from groundfloor.problems import Lang, Text
from spots.outputs.geometry import polygons
from spots.outputs.layers import fields as f
from spots.outputs.layers.layer_table import Code, GeometryKind, LayerTable, Source, rows_of
from spots.telling.columns import list_text
from spots.telling.labels import criteria_marks, removed
from spots.types import Position, RunResult, Spot

_DECIMALS = 6  # of square kilometres: a square metre
_DEGREES = 7  # a centimetre


def spots(result: RunResult, lang: Lang) -> LayerTable:
    """Return the effective spots, one row for each, after cutting."""
    sources = (*_identity(), *_place(), *_size_and_reason(lang), *_rest(result, lang))
    return LayerTable(
        "spots",
        Text("医師少数スポット(案)", "Physician-shortage spots (draft)"),
        Text(
            "施設ごとの設定区域(切り取り後)。1行が1施設です",
            "the area around each designated facility, after cutting; one row for each",
        ),
        GeometryKind.AREA,
        tuple(s.field for s in sources),
        rows_of(sources, result.spots),
        tuple(area(s.geometry) for s in result.spots),
    )


def _identity() -> tuple[Source[Spot], ...]:
    return (
        Source(f.FACILITY_ID, lambda s: s.facility_id),
        Source(f.NAME, lambda s: s.name),
        Source(f.text("criteria", "該当要件", "criteria met"), lambda s: list_text(s.criteria)),
    )


def _place() -> tuple[Source[Spot], ...]:
    return (
        Source(f.MUNICIPALITY_CODE, lambda s: s.place.municipality_code),
        Source(f.MUNICIPALITY, lambda s: s.place.municipality),
        Source(f.AREA_CODE, lambda s: s.place.area_code),
        Source(f.AREA, lambda s: s.place.area),
    )


def _size_and_reason(lang: Lang) -> tuple[Source[Spot], ...]:
    return (
        Source(f.RADIUS, lambda s: s.radius_m),
        Source(f.AREA_KM2, lambda s: round(s.area_km2, _DECIMALS)),
        Source(f.text("reason", "設定の理由", "reason"), lambda s: s.reason.render(lang)),
        Source(f.day("valid_from", "適用開始日", "valid from"), lambda s: s.valid_from),
        Source(f.day("valid_to", "適用終了日", "valid to"), lambda s: s.valid_to),
    )


def _rest(result: RunResult, lang: Lang) -> tuple[Source[Spot], ...]:
    titles = tuple(
        Code(str(c.number), Text(f"{c.mark} {c.title.ja}", f"{c.mark} {c.title.en}"))
        for c in result.settings.criteria
    )
    places = {v.facility.id: v.facility.position for v in result.verdicts}

    def degrees(spot: Spot, of: Callable[[Position], float]) -> float | None:
        place = places.get(spot.facility_id)
        return None if place is None else round(of(place), _DEGREES)

    main = replace(f.integer("main_criterion", "主な要件", "main criterion"), codes=titles)
    cut = f.text("ledger", "切り取りの内訳", "what the cuts removed")
    return (
        Source(f.AREA_CLASS, lambda s: s.place.area_class.value),
        Source(f.CIRCLE_KM2, lambda s: round(s.circle_km2, _DECIMALS)),
        Source(cut, lambda s: "; ".join(removed(entry, lang) for entry in s.ledger)),
        Source(main, lambda s: min(s.criteria, default=None)),
        Source(
            f.text("marks", "要件の記号", "marks"), lambda s: criteria_marks(result, s.criteria)
        ),
        Source(f.LON, lambda s: degrees(s, lambda p: p.lon)),
        Source(f.LAT, lambda s: degrees(s, lambda p: p.lat)),
        Source(f.POPULATION, lambda s: None if s.population is None else round(s.population, 1)),
    )


def dissolved(result: RunResult, _lang: Lang) -> LayerTable:
    """Return the union of the spots, one row for each connected piece."""
    return pieces(
        "spots_dissolved",
        Text("医師少数スポット(重なりなし)", "Spots without overlaps"),
        Text(
            "設定区域を1つにまとめたもの。つながった範囲ごとに1行です",
            "the union of all spots, one row for each connected piece",
        ),
        result.dissolved,
    )


def pieces(name: str, title: Text, note: Text, union: MultiPolygon) -> LayerTable:
    """Return a layer of the connected pieces of an area, with their size."""
    found = polygons(union)
    return LayerTable(
        name,
        title,
        note,
        GeometryKind.AREA,
        (f.PIECE, f.AREA_KM2),
        tuple((k, round(ellipsoidal_km2(piece), _DECIMALS)) for k, piece in enumerate(found, 1)),
        tuple(MultiPolygon([piece]) for piece in found),
    )


def circles(result: RunResult, _lang: Lang) -> LayerTable:
    """Return the whole circles, before cutting."""
    sources: tuple[Source[Spot], ...] = (
        Source(f.FACILITY_ID, lambda s: s.facility_id),
        Source(f.NAME, lambda s: s.name),
        Source(f.RADIUS, lambda s: s.radius_m),
        Source(f.CIRCLE_KM2, lambda s: round(s.circle_km2, _DECIMALS)),
    )
    return LayerTable(
        "circles",
        Text("円(切り取り前)", "Whole circles"),
        Text("海や対象外の区域を除く前の円", "before the sea and excluded areas were cut off"),
        GeometryKind.AREA,
        tuple(s.field for s in sources),
        rows_of(sources, result.spots),
        tuple(area(s.circle) for s in result.spots),
    )


def area(geometry: BaseGeometry) -> MultiPolygon | None:
    """Return the polygons of a geometry as one; None where there are none."""
    return MultiPolygon(polygons(geometry)) or None
