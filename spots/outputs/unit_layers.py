"""The layers of units of ground: every verdict, and what each result designates as one.

Stands apart: `layers` lists what every run has; these a policy that judges ground has.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry import MultiPolygon, Point

from boundaries import ellipsoidal_km2
from groundfloor.problems import Lang, Text
from spots.outputs.geojson import polygons
from spots.outputs.layer_table import KM2_DECIMALS, GeometryKind, LayerTable, filled_cells
from spots.telling.columns import Filled
from spots.telling.unit_columns import (
    RESULT_PIECES_LAYER,
    UNIT_COLUMNS,
    UnitRow,
    unit_rows,
    with_results,
)
from spots.types import RunResult


def units_table(
    result: RunResult, lang: Lang, columns: Sequence[Filled[UnitRow]] = UNIT_COLUMNS
) -> LayerTable:
    """Return every judged unit once for each result; without rows where there is none."""
    return _table(
        "units",
        Text("区域と判定", "Units and verdicts"),
        Text(
            "判定した区域（結果ごとに1行）。図形は設定する範囲、ほかの状態では区域全体です",
            "every judged unit once for each result; its shape is what is designated, in other "
            "states the whole unit",
        ),
        GeometryKind.AREA,
        result,
        lang,
        columns,
    )


def units_layer(result: RunResult, lang: Lang) -> LayerTable | None:
    """Return every judged unit once for each result; None where there is none."""
    return units_table(result, lang) if result.units else None


def unit_points_layer(result: RunResult, lang: Lang) -> LayerTable | None:
    """Return the units that have a position; None where there is none."""
    table = _table(
        "unit_points",
        Text("区域の地点", "Points of units"),
        Text(
            "医療機関そのもの、または一覧の地点である区域",
            "units that are an institution itself, or a listed point",
        ),
        GeometryKind.POINT,
        result,
        lang,
    )
    return table if table.rows else None


def _table(
    name: str,
    title: Text,
    note: Text,
    kind: GeometryKind,
    result: RunResult,
    lang: Lang,
    columns: Sequence[Filled[UnitRow]] = UNIT_COLUMNS,
) -> LayerTable:
    rows = unit_rows(result)
    if kind is GeometryKind.POINT:
        rows = tuple(row for row in rows if row.verdict.unit.position is not None)
    where = [row.verdict.unit.position for row in rows]
    return LayerTable(
        name,
        title,
        note,
        kind,
        with_results(tuple(c.column for c in columns), result),
        filled_cells(columns, rows, lang),
        tuple(
            (None if p is None else Point(p.lon, p.lat))
            if kind is GeometryKind.POINT
            else row.verdict.ground
            for row, p in zip(rows, where, strict=True)
        ),
    )


def results_layer(result: RunResult, lang: Lang) -> LayerTable | None:
    """Return the connected pieces of each result's ground; None where there is none."""
    found = [
        (ground, number, piece)
        for ground in result.grounds
        for number, piece in enumerate(polygons(ground.geometry), 1)
    ]
    if not found:
        return None
    return LayerTable(
        "results_dissolved",
        Text("結果ごとの区域（重なりなし）", "Ground of each result without overlaps"),
        Text(
            "結果ごとに設定する範囲を1つにまとめたもの。つながった範囲ごとに1行です",
            "what each result designates, one row for each connected piece",
        ),
        GeometryKind.AREA,
        with_results(RESULT_PIECES_LAYER, result),
        tuple(
            (
                *(ground.id, ground.kind.value, ground.title.render(lang), number),
                round(ellipsoidal_km2(piece), KM2_DECIMALS),
            )
            for ground, number, piece in found
        ),
        tuple(MultiPolygon([piece]) for _, _, piece in found),
    )
