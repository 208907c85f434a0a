"""``spots.gpkg``: every layer in JGD2011 (EPSG:6668) with QGIS styles, byte-identical."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pyogrio

from groundfloor.problems import Lang
from spots.outputs.layers.described import describe
from spots.outputs.layers.gdal import FIXED_TIME, fixed_clock, write_layer
from spots.outputs.layers.layer_table import EPSG
from spots.outputs.layers.run_layers import layer_tables
from spots.outputs.qgis.project import write_project
from spots.outputs.qgis.styles import LayerStyle, layer_styles
from spots.types import RunResult

__all__ = ["EPSG", "GDAL_TROUBLE", "write_geopackage"]

#: How the writers of layers tell of a disk that is full or gone.
GDAL_TROUBLE = (
    sqlite3.OperationalError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.FeatureError,  # of a full disk some drivers speak feature by feature
)

_LAYER_STYLES_SQL = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME
)"""


def write_geopackage(result: RunResult, lang: Lang, path: Path) -> None:
    """Write ``spots.gpkg``.

    Lists are text joined by semicolons. ``spots.main_criterion`` is the first criterion met, for
    styling. Facilities without a position are rows without geometry. Aliases, coded values and
    metadata are in the file as the standard has them (its schema and metadata extensions), and
    once more in the styles, where QGIS looks. A QGIS project in the file has the layers in order,
    with the prefecture in view; it looks for them in a file of the name ``spots.gpkg``.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of reasons, labels, aliases and legends.
    path : Path
        File to make; must not be there yet.
    """
    tables = layer_tables(result, lang)
    with fixed_clock():
        for table in tables:
            write_layer(
                table,
                path,
                "GPKG",
                dataset_options={"VERSION": "1.2"},  # what every QGIS 3 reads without a warning
                layer_options={
                    "GEOMETRY_NAME": "geom",
                    "FID": "fid",
                    "IDENTIFIER": table.title.render(lang),
                    "DESCRIPTION": table.note.render(lang),
                },
            )
    with closing(sqlite3.connect(path)) as database, database:
        describe(database, result, tables, lang)
        styles = layer_styles(tables, lang)
        _write_styles(database, styles)
        qml = {style.layer: style.qml for style in styles}
        write_project(database, result, tables, qml, lang)


def _write_styles(database: sqlite3.Connection, styles: Sequence[LayerStyle]) -> None:
    database.execute(_LAYER_STYLES_SQL)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
        "last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
        (FIXED_TIME,),
    )
    # QGIS finds a default style by an empty catalogue and schema, not by NULL.
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
        "ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
        [(s.layer, s.layer, s.qml, FIXED_TIME) for s in styles],
    )
