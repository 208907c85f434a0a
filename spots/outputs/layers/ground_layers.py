"""Layers of the ground: boundaries, population, main roads, catchments and closed roads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from groundfloor.problems import Lang, Text
from spots.outputs.layers import fields as f
from spots.outputs.layers.layer_table import (
    Cell,
    Field,
    FieldKind,
    GeometryKind,
    LayerTable,
    Source,
    rows_of,
)
from spots.outputs.layers.spot_layers import area, pieces
from spots.telling.units import floor_minutes
from spots.types import RunResult
from spots.types.surroundings import ClosedLine, HospitalCatchment, MainRoad

_MUNICIPALITY_FIELDS = (
    f.text("code", "市区町村コード", "municipality code"),
    f.text("name", "市町村", "municipality"),
    f.text("prefecture_code", "都道府県コード", "prefecture code"),
    f.text("prefecture", "都道府県", "prefecture"),
    f.text("area_code", "二次医療圏コード", "medical area code"),
    f.yes_no("excluded", "対象外", "excluded"),
)
_AREA_FIELDS = (
    f.text("code", "二次医療圏コード", "medical area code"),
    f.text("name", "二次医療圏", "medical area"),
    f.number("index", "医師偏在指標", "physician index"),
    f.AREA_CLASS,
)
_POPULATION_FIELDS = (
    f.text("code", "メッシュコード", "mesh code"),
    replace(f.POPULATION, note=Text("秘匿の値は空欄です", "empty where the value is secret")),
)


def municipalities(result: RunResult, _lang: Lang) -> LayerTable:
    """Return the municipalities of the run."""
    return _of_table(
        "municipalities",
        Text("市町村", "Municipalities"),
        Text("行政区域と、対象外かどうか", "boundaries, and whether they are excluded"),
        _MUNICIPALITY_FIELDS,
        result.municipalities,
    )


def medical_areas(result: RunResult, _lang: Lang) -> LayerTable:
    """Return the medical areas of the prefecture, with their class."""
    return _of_table(
        "medical_areas",
        Text("二次医療圏", "Medical areas"),
        Text("医師偏在指標と区域の区分", "physician index and class"),
        _AREA_FIELDS,
        result.areas,
    )


def population(result: RunResult, _lang: Lang) -> LayerTable | None:
    """Return the population of the run; None where it has none."""
    if result.population is None:
        return None
    return _of_table(
        "population",
        Text("人口", "Population"),
        Text("実行ファイルで指定した人口", "as the run file gives it"),
        _POPULATION_FIELDS,
        result.population,
    )


def _of_table(
    name: str, title: Text, note: Text, known: tuple[Field, ...], table: gpd.GeoDataFrame
) -> LayerTable:
    """Return a table with its index as the first column, aliases where its columns are known."""
    attributes = pd.DataFrame(table.drop(columns=table.geometry.name)).reset_index()
    by_name = {field.name: field for field in known}
    names = [str(column) for column in attributes.columns]
    found = tuple(by_name.get(n) or _field(n, attributes[n]) for n in names)
    columns = [
        [_cell(value, field.kind) for value in attributes[n]]
        for n, field in zip(names, found, strict=True)
    ]
    return LayerTable(
        name,
        title,
        note,
        GeometryKind.AREA,
        found,
        tuple(zip(*columns, strict=True)),
        tuple(area(shape) for shape in table.geometry),
    )


def _field(name: str, values: pd.Series) -> Field:
    label = Text(name, name)
    if pd.api.types.is_bool_dtype(values.dtype):
        return f.described(name, FieldKind.BOOLEAN, label)
    if pd.api.types.is_integer_dtype(values.dtype):
        return f.described(name, FieldKind.INTEGER, label)
    number = pd.api.types.is_numeric_dtype(values.dtype)
    return f.described(name, FieldKind.NUMBER if number else FieldKind.TEXT, label)


def _cell(value: Any, kind: FieldKind) -> Cell:
    if value is None or pd.isna(value):
        return None
    if kind is FieldKind.BOOLEAN:
        return bool(value)
    if kind is FieldKind.INTEGER:
        return int(value)
    return float(value) if kind is FieldKind.NUMBER else str(value)


def main_roads(result: RunResult, _lang: Lang) -> LayerTable | None:
    """Return the main roads, one row for each class; None where the run has none."""
    roads = result.surroundings.roads if result.surroundings else ()
    if not roads:
        return None
    kind = f.text("road_class", "道路の種別", "class of road")
    sources: tuple[Source[MainRoad], ...] = (
        Source(replace(kind, codes=f.road_codes(r.road_class for r in roads)), _road_class),
    )
    return LayerTable(
        "main_roads",
        Text("主要な道路", "Main roads"),
        Text("画面表示用に簡略化したもの", "generalised for the screen"),
        GeometryKind.LINES,
        tuple(s.field for s in sources),
        rows_of(sources, roads),
        tuple(r.geometry for r in roads),
    )


def _road_class(road: MainRoad) -> str:
    return road.road_class


def catchments(result: RunResult, _lang: Lang) -> LayerTable | None:
    """Return the catchment of each hospital that counts; None where the run has none."""
    found = result.surroundings.catchments if result.surroundings else ()
    if not found:
        return None
    names = {v.facility.id: v.facility.name for v in result.verdicts}
    sources: tuple[Source[HospitalCatchment], ...] = (
        Source(f.FACILITY_ID, lambda c: c.facility_id),
        Source(f.NAME, lambda c: names.get(c.facility_id)),
        Source(f.LIMIT_MIN, lambda c: float(floor_minutes(c.limit_ms))),
    )
    return LayerTable(
        "catchments",
        Text("病院ごとの到達圏", "Catchments of hospitals"),
        Text(
            "基準の時間より早く着ける範囲。表示用で、判定には使いません",
            "where the drive takes less than the threshold; for drawing, never for verdicts",
        ),
        GeometryKind.AREA,
        tuple(s.field for s in sources),
        rows_of(sources, found),
        tuple(area(c.geometry) for c in found),
    )


def catchments_dissolved(result: RunResult, _lang: Lang) -> LayerTable | None:
    """Return the union of the catchments, piece by piece; None where the run has none."""
    if result.surroundings is None or result.surroundings.covered.is_empty:
        return None
    return pieces(
        "catchments_dissolved",
        Text("いずれかの病院の到達圏", "Within reach of any hospital"),
        Text(
            "病院ごとの到達圏を1つにまとめたもの。表示用で、判定には使いません",
            "the union of the catchments; for drawing, never for verdicts",
        ),
        result.surroundings.covered,
    )


def closures(result: RunResult, _lang: Lang) -> LayerTable | None:
    """Return the closed roads that hold on the run's day; None where there are none."""
    found = result.surroundings.closed if result.surroundings else ()
    if not found:
        return None
    sources: tuple[Source[ClosedLine], ...] = (
        Source(f.text("name", "路線・区間", "name"), lambda c: c.name),
        Source(f.text("reason", "理由", "reason"), lambda c: c.reason),
        Source(f.text("period", "期間", "period"), lambda c: c.period),
    )
    return LayerTable(
        "closures",
        Text("通行止め", "Closed roads"),
        Text("判定で通れないものとした区間", "stretches that the run took as closed"),
        GeometryKind.LINES,
        tuple(s.field for s in sources),
        rows_of(sources, found),
        tuple(c.geometry for c in found),
    )
