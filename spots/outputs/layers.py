"""The layers of a run: GeoPackage, Shapefile, FlatGeobuf and PostGIS write from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from groundfloor.problems import Lang, Text
from spots.outputs.conservation import check_ids, check_units
from spots.outputs.indicator_tables import indicators_layer
from spots.outputs.layer_table import (
    Cell,
    GeometryKind,
    LayerTable,
    area_of,
    filled_cells,
    pieces_layer,
)
from spots.outputs.prefecture_fields import with_prefectures
from spots.outputs.unit_layers import results_layer, unit_points_layer, units_layer
from spots.telling.columns import (
    Column,
    ColumnKind,
    FacilityRow,
    FieldKind,
    Filled,
    chosen,
)
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.telling.ground_columns import (
    CATCHMENTS_LAYER,
    CIRCLES_LAYER,
    CLOSURES_LAYER,
    MEDICAL_AREA_LAYER,
    MUNICIPALITY_LAYER,
    POPULATION_LAYER,
    SPOT_COLUMNS,
    SpotRow,
    road_class_of,
    spot_layer_columns,
    spot_rows,
)
from spots.telling.route_columns import (
    NEAREST_ROUTES_LAYER,
    ROUTE_COLUMNS,
    ROUTES_LAYER,
    RouteRow,
    decisive_routes,
    ranked_routes,
)
from spots.telling.straight_words import ESTIMATE, estimate_mark
from spots.telling.units import floor_minutes
from spots.telling.wording import bracketed, joined, run_on
from spots.types import RunResult, StraightTravel


def layer_tables(result: RunResult, lang: Lang) -> tuple[LayerTable, ...]:
    """Return the layers of a run.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of reasons and other sentences in the rows; titles and aliases have both.

    Returns
    -------
    tuple of LayerTable
        Always those of spots, facilities, routes and boundaries; units of ground and results, the
        nearest three, closed roads, main roads, catchments and population where the run has them.

    Raises
    ------
    ConservationError
        When facilities would be lost; a defect of the tool.
    """
    made = (layer(result, lang) for layer in _LAYERS.values())
    tables = tuple(with_prefectures(table, result) for table in made if table is not None)
    for table in tables:
        if table.name == "facilities":
            check_ids(result, _texts(table, "facility_id"), table.name)
        if table.name == "units":
            keys = zip(_texts(table, "result"), _texts(table, "unit_id"), strict=True)
            check_units(result, [f"{key}/{unit}" for key, unit in keys], table.name)
    return tables


def layer_table(result: RunResult, name: str, lang: Lang) -> LayerTable | None:
    """Return one layer of a run by its name; None where the run has none of it."""
    return _LAYERS[name](result, lang)


def _texts(table: LayerTable, name: str) -> list[str]:
    position = [field.name for field in table.fields].index(name)
    return [str(cell) for cell in table.column(position)]


# --- what was found


def spots_layer(
    result: RunResult, lang: Lang, columns: Sequence[Filled[SpotRow]] = ()
) -> LayerTable:
    """Return the spots of a run; with `columns` in the place of the files'."""
    columns, rows = columns or spot_layer_columns(result), spot_rows(result)
    return LayerTable(
        "spots",
        Text("医師少数スポット（案）", "Physician-shortage spots (draft)"),
        Text(
            "施設ごとの設定区域（切り取り後）。1行が1施設です",
            "the area around each designated facility, after cutting; one row for each",
        ),
        GeometryKind.AREA,
        tuple(c.column for c in columns),
        filled_cells(columns, rows, lang),
        tuple(area_of(s.geometry) for s in result.spots),
    )


def _dissolved(result: RunResult, _lang: Lang) -> LayerTable:
    return pieces_layer(
        "spots_dissolved",
        Text("医師少数スポット（重なりなし）", "Spots without overlaps"),
        Text(
            "設定区域を1つにまとめたもの。つながった範囲ごとに1行です",
            "the union of all spots, one row for each connected piece",
        ),
        result.spot_ground,
    )


def circles_layer(
    result: RunResult, lang: Lang, columns: Sequence[Filled[SpotRow]] = ()
) -> LayerTable:
    """Return the whole circles of a run; with `columns` in the place of the files'."""
    columns = columns or chosen(SPOT_COLUMNS, *CIRCLES_LAYER)
    return LayerTable(
        "circles",
        Text("円（切り取り前）", "Whole circles"),
        Text("海や対象外の区域を除く前の円", "before the sea and excluded areas were cut off"),
        GeometryKind.AREA,
        tuple(c.column for c in columns),
        filled_cells(columns, spot_rows(result), lang),
        tuple(area_of(s.circle) for s in result.spots),
    )


def facilities_layer(
    result: RunResult, lang: Lang, columns: Sequence[Filled[FacilityRow]] = ()
) -> LayerTable:
    """Return every facility of a run in input order; with `columns` in the place of the files'."""
    columns = columns or facility_columns(result)
    places = [v.facility.position for v in result.verdicts]
    return LayerTable(
        "facilities",
        Text("医療機関と判定", "Facilities and verdicts"),
        Text(
            "入力したすべての施設。座標のない施設は図形のない行です",
            "every facility of the input; one without coordinates is a row without a shape",
        ),
        GeometryKind.POINT,
        tuple(c.column for c in columns),
        filled_cells(columns, facility_rows(result), lang),
        tuple(None if p is None else Point(p.lon, p.lat) for p in places),
    )


def routes_layer(
    result: RunResult, lang: Lang, columns: Sequence[Filled[RouteRow]] = ()
) -> LayerTable:
    """Return the decisive routes of a run; with `columns` in the place of the files'."""
    columns, rows = columns or chosen(ROUTE_COLUMNS, *ROUTES_LAYER), decisive_routes(result)
    title = Text(
        "最も近い他の二次救急病院への経路",
        "Routes to the nearest other secondary emergency hospital",
    )
    about = Text("所要時間の判定に使った経路", "the routes that decided on travel time")
    if result.straight is not None:
        title = Text(
            "最も近い他の二次救急病院への直線（概算）",
            "Straight lines to the nearest other secondary emergency hospital (estimate)",
        )
        about = _no_routes(result.straight)
    return LayerTable(
        "routes",
        title,
        about,
        GeometryKind.LINE,
        tuple(c.column for c in columns),
        filled_cells(columns, rows, lang),
        tuple(r.way.geometry for r in rows),
    )


def _no_routes(straight: StraightTravel) -> Text:
    """Return that lines are no ways, and what their times are."""
    mark = estimate_mark(straight)
    return Text(
        f"経路ではなく、{mark.ja}のもとになった直線", f"no ways, but the lines of an {mark.en}"
    )


def _nearest_routes(result: RunResult, lang: Lang) -> LayerTable | None:
    columns, rows = chosen(ROUTE_COLUMNS, *NEAREST_ROUTES_LAYER), ranked_routes(result.verdicts)
    if not rows:
        return None
    title = Text("近い順に3病院への経路", "Routes to the nearest three hospitals")
    about = Text("順位1が判定に使った病院です", "the first is the one that decided")
    if result.straight is not None:
        title = Text(
            "近い順に3病院への直線（概算）", "Straight lines to the nearest three (estimate)"
        )
        about = joined((about, _no_routes(result.straight)), "。", "; ")
    return LayerTable(
        "nearest_routes",
        title,
        about,
        GeometryKind.LINE,
        tuple(c.column for c in columns),
        filled_cells(columns, rows, lang),
        tuple(r.way.geometry for r in rows),
    )


# --- the ground


def _municipalities(result: RunResult, _lang: Lang) -> LayerTable:
    return _of_frame(
        "municipalities",
        Text("市町村", "Municipalities"),
        Text("行政区域と、対象外かどうか", "boundaries, and whether they are excluded"),
        MUNICIPALITY_LAYER,
        result.municipalities,
    )


def _medical_areas(result: RunResult, _lang: Lang) -> LayerTable:
    return _of_frame(
        "medical_areas",
        Text("二次医療圏", "Medical areas"),
        Text("医師偏在指標と区域の区分", "physician index and class"),
        MEDICAL_AREA_LAYER,
        result.areas,
    )


def _population(result: RunResult, _lang: Lang) -> LayerTable | None:
    if result.population is None:
        return None
    return _of_frame(
        "population",
        Text("人口", "Population"),
        Text("実行ファイルで指定した人口", "as the run file gives it"),
        POPULATION_LAYER,
        result.population,
    )


def _of_frame(
    name: str, title: Text, note: Text, known: tuple[Column, ...], table: gpd.GeoDataFrame
) -> LayerTable:
    """Return a table with its index as the first column, aliases where its columns are known."""
    attributes = pd.DataFrame(table.drop(columns=table.geometry.name)).reset_index()
    by_name = {column.name: column for column in known}
    names = [str(column) for column in attributes.columns]
    found = tuple(by_name.get(n) or _unknown_column(n, attributes[n]) for n in names)
    columns = [
        [_frame_cell(value, column.stored) for value in attributes[n]]
        for n, column in zip(names, found, strict=True)
    ]
    return LayerTable(
        name,
        title,
        note,
        GeometryKind.AREA,
        found,
        tuple(zip(*columns, strict=True)),
        tuple(area_of(shape) for shape in table.geometry),
    )


def _unknown_column(name: str, values: pd.Series) -> Column:
    """Return a column of an input that came along."""
    kind = ColumnKind.TEXT
    if pd.api.types.is_bool_dtype(values.dtype):
        kind = ColumnKind.BOOLEAN
    elif pd.api.types.is_integer_dtype(values.dtype):
        kind = ColumnKind.INTEGER
    elif pd.api.types.is_numeric_dtype(values.dtype):
        kind = ColumnKind.NUMBER
    return Column(name, kind, Text(name, name), Text("", ""))


def _frame_cell(value: Any, kind: FieldKind) -> Cell:
    if value is None or pd.isna(value):
        return None
    if kind is FieldKind.BOOLEAN:
        return bool(value)
    if kind is FieldKind.INTEGER:
        return int(value)
    return float(value) if kind is FieldKind.NUMBER else str(value)


def _main_roads(result: RunResult, _lang: Lang) -> LayerTable | None:
    roads = result.surroundings.roads if result.surroundings else ()
    if not roads:
        return None
    return LayerTable(
        "main_roads",
        Text("主要な道路", "Main roads"),
        Text("画面表示用に簡略化したもの", "generalised for the screen"),
        GeometryKind.LINES,
        (road_class_of(r.road_class for r in roads),),
        tuple((r.road_class,) for r in roads),
        tuple(r.geometry for r in roads),
    )


def _rings(straight: StraightTravel, title: Text) -> tuple[Text, Text]:
    """Return title and description of ground within reach by an estimate without roads."""
    mark = estimate_mark(straight)
    about = Text(
        f"{mark.ja}による円を陸地で切ったもの。道路の到達圏ではありません",
        f"circles by the {mark.en}, cut at the land: no catchments of roads",
    )
    return run_on(title, bracketed(ESTIMATE)), about


def _catchments(result: RunResult, _lang: Lang) -> LayerTable | None:
    found = result.surroundings.catchments if result.surroundings else ()
    if not found:
        return None
    names = {v.facility.id: v.facility.name for v in result.verdicts}
    title = Text("病院ごとの到達圏", "Catchments of hospitals")
    about = Text(
        "基準の時間より早く着ける範囲。表示用で、判定には使いません",
        "where the drive takes less than the threshold; for drawing, never for verdicts",
    )
    if result.straight is not None:
        title, about = _rings(result.straight, title)
    return LayerTable(
        "catchments",
        title,
        about,
        GeometryKind.AREA,
        CATCHMENTS_LAYER,
        tuple(
            (c.facility_id, names.get(c.facility_id), float(floor_minutes(c.limit_ms)))
            for c in found
        ),
        tuple(area_of(c.geometry) for c in found),
    )


def _catchments_dissolved(result: RunResult, _lang: Lang) -> LayerTable | None:
    if result.surroundings is None or result.surroundings.covered.is_empty:
        return None
    title = Text("いずれかの病院の到達圏", "Within reach of any hospital")
    about = Text(
        "病院ごとの到達圏を1つにまとめたもの。表示用で、判定には使いません",
        "the union of the catchments; for drawing, never for verdicts",
    )
    if result.straight is not None:
        title, about = _rings(result.straight, title)
    return pieces_layer(
        "catchments_dissolved",
        title,
        about,
        result.surroundings.covered,
    )


def _closures(result: RunResult, _lang: Lang) -> LayerTable | None:
    found = result.surroundings.closed if result.surroundings else ()
    if not found:
        return None
    return LayerTable(
        "closures",
        Text("通行止め", "Closed roads"),
        Text("判定で通れないものとした区間", "stretches that the run took as closed"),
        GeometryKind.LINES,
        CLOSURES_LAYER,
        tuple((c.name, c.reason, c.period) for c in found),
        tuple(c.geometry for c in found),
    )


#: Every layer there is by its name, in the order in which writers write them; those that give None
#: are left out.
_LAYERS: Mapping[str, Callable[[RunResult, Lang], LayerTable | None]] = {
    "spots": spots_layer,
    "spots_dissolved": _dissolved,
    "circles": circles_layer,
    "facilities": facilities_layer,
    "routes": routes_layer,
    "units": units_layer,
    "unit_points": unit_points_layer,
    "results_dissolved": results_layer,
    "indicators": indicators_layer,
    "municipalities": _municipalities,
    "medical_areas": _medical_areas,
    "nearest_routes": _nearest_routes,
    "closures": _closures,
    "main_roads": _main_roads,
    "catchments": _catchments,
    "catchments_dissolved": _catchments_dissolved,
    "population": _population,
}
