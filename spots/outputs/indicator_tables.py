"""The indicators of a run as a table and as a layer."""

from __future__ import annotations

from groundfloor.problems import Lang, Text
from spots.outputs.layer_table import GeometryKind, LayerTable, filled_cells
from spots.outputs.spreadsheet import csv_table
from spots.telling.indicator_columns import indicator_columns
from spots.types import RunResult


def indicators_csv(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return a row for each municipality and medical area; empty without indicators."""
    found = result.indicators
    if found is None:
        return csv_table((), ())
    columns = indicator_columns(found)
    rows = ([c.value(unit, lang) for c in columns] for unit in found.units)
    return csv_table([c.name for c in columns], rows)


def indicators_layer(result: RunResult, lang: Lang) -> LayerTable | None:
    """Return the indicators with the outlines of their units; None without indicators."""
    found = result.indicators
    if found is None:
        return None
    columns = indicator_columns(found)
    return LayerTable(
        "indicators",
        Text("指標（二次救急病院までの距離と時間）", "Indicators: way to the nearest hospital"),
        Text(
            "市区町村と二次医療圏。中心の取り方は centre_basis にあります",
            "municipalities and medical areas; centre_basis says what the centre is",
        ),
        GeometryKind.AREA,
        tuple(c.column for c in columns),
        filled_cells(columns, found.units, lang),
        tuple(unit.geometry for unit in found.units),
    )
