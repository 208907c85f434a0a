"""The layer of targets: the areas of the table on the ground, for GIS.

Stands apart: layers are made of the same report as tables, and drawn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from groundfloor.gdal_paths import plain_folder
from groundfloor.problems import Lang, Text
from spots.outputs.geopackage import write_layer, write_tables
from spots.outputs.layer_geojson import layer_geojson
from spots.outputs.layer_table import GeometryKind, LayerTable, area_of, filled_cells
from spots.outputs.layers import layer_table
from spots.physician_targets.area_grounds import AreaGround
from spots.physician_targets.target_pages import TargetReport
from spots.telling.target_columns import grade_column, target_columns
from spots.telling.target_words import TITLE
from spots.types import RunResult

GEOPACKAGE = "targets.gpkg"
_AROUND = ("municipalities", "medical_areas", "main_roads")


def targets_layer(report: TargetReport, found: Mapping[int, AreaGround], lang: Lang) -> LayerTable:
    """Return the areas of the table as a layer; one without ground is a row without a shape.

    Parameters
    ----------
    report : TargetReport
        The table.
    found : mapping of int to AreaGround
        The ground of its rows, by row of the file.
    lang : Lang
        Language of sentences in rows; titles and aliases have both.
    """
    years = report.table.years
    columns = (*target_columns(years), *([grade_column(years[0])] if years else []))
    grounds = (found.get(row.figures.row) for row in report.rows)
    return LayerTable(
        "physician_targets",
        TITLE,
        Text(
            "区域ごとの目標数と配置数。年度の配置数は足せません。合計は含みません",
            "target and placements by area; years are never added; without totals",
        ),
        GeometryKind.AREA,
        tuple(column.column for column in columns),
        filled_cells(columns, report.rows, lang),
        tuple(None if ground is None else area_of(ground.geometry) for ground in grounds),
    )


def targets_geojson(table: LayerTable, base: RunResult | None) -> str:
    """Return the layer as GeoJSON, with whom to name where it is of a run."""
    return layer_geojson(table, () if base is None else base.settings.attributions)


def targets_gpkg(table: LayerTable, base: RunResult | None, lang: Lang) -> bytes:
    """Return the layer as a GeoPackage; of a run with the ground around it, styles and a project.

    Parameters
    ----------
    table : LayerTable
        The layer.
    base : RunResult or None
        The run of which the areas are.
    lang : Lang
        Language of labels and legends.
    """
    with (
        tempfile.TemporaryDirectory(prefix="spots-") as folder,
        plain_folder(Path(folder)) as place,
    ):
        path = place / GEOPACKAGE
        if base is None:
            write_layer(table, path, "GPKG", dataset_options={"VERSION": "1.2"})
        else:
            around = (layer_table(base, name, lang) for name in _AROUND)
            tables = (table, *(each for each in around if each is not None))
            write_tables(tables, base, lang, path, GEOPACKAGE)
        return path.read_bytes()
