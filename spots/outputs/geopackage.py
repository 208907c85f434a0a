"""``spots.gpkg``: every layer in JGD2011 (EPSG:6668) with QGIS styles, byte-identical.

One layer goes through GDAL the same way whatever the driver, so exports write theirs here too.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyogrio.raw import write

from groundfloor.gdal_paths import plain_folder
from groundfloor.problems import Lang
from spots.outputs.layer_metadata import dataset_metadata, layer_metadata
from spots.outputs.layer_table import EPSG, Cell, LayerTable
from spots.outputs.layers import layer_tables
from spots.outputs.qgis.project import FILE, write_project
from spots.outputs.qgis.styles import LayerStyle, layer_styles
from spots.telling.columns import FieldKind
from spots.types import RunResult

# GDAL writes "now" into some files; outputs carry no time but the manifest's.
FIXED_TIME = "2000-01-01T00:00:00.000Z"
_CURRENT_DATE = "OGR_CURRENT_DATE"

_DTYPES = {
    FieldKind.TEXT: "object",
    FieldKind.INTEGER: "int64",
    FieldKind.NUMBER: "float64",
    FieldKind.BOOLEAN: "bool",
    FieldKind.DATE: "datetime64[D]",
}
_FILLERS: Mapping[FieldKind, Cell] = {
    FieldKind.TEXT: None,
    FieldKind.INTEGER: 0,
    FieldKind.NUMBER: 0.0,
    FieldKind.BOOLEAN: False,
}


@contextmanager
def fixed_clock() -> Iterator[None]:
    """Have GDAL write a fixed time where it would write the present one."""
    before = pyogrio.get_gdal_config_option(_CURRENT_DATE)
    pyogrio.set_gdal_config_options({_CURRENT_DATE: FIXED_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_CURRENT_DATE: before})


def write_layer(
    table: LayerTable,
    path: Path,
    driver: str,
    *,
    names: Sequence[str] | None = None,
    encoding: str = "UTF-8",
    layer_options: Mapping[str, str] | None = None,
    dataset_options: Mapping[str, str] | None = None,
) -> None:
    """Write a layer, into a file that may hold others where the format allows it.

    Parameters
    ----------
    table : LayerTable
        The layer.
    path : Path
        The file.
    driver : str
        GDAL's name of the format.
    names : sequence of str, optional
        Field names in the place of the layer's own.
    encoding : str
        Encoding of text in the file.
    layer_options, dataset_options : mapping of str to str, optional
        Creation options of the driver.
    """
    arrays = [_array(table.column(k), f.stored) for k, f in enumerate(table.fields)]
    shapes = np.array(table.shapes, dtype=object)
    write(
        str(path),
        geometry=shapely.to_wkb(shapes) if len(shapes) else shapes,
        field_data=[data for data, _ in arrays],
        fields=np.array(names or [f.name for f in table.fields], dtype=object),
        field_mask=[mask for _, mask in arrays],
        layer=table.name,
        driver=driver,
        geometry_type=table.geometry.value,
        crs=f"EPSG:{EPSG}",
        encoding=encoding,
        layer_options=dict(layer_options or {}),
        dataset_options=dict(dataset_options or {}),
    )


def _array(
    cells: Sequence[Cell], kind: FieldKind
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    """Return a column for GDAL, and where it is empty."""
    if kind is FieldKind.TEXT:
        return np.array(cells, dtype=object), None
    mask = np.array([c is None for c in cells], dtype=bool)
    filler = "1970-01-01" if kind is FieldKind.DATE else _FILLERS[kind]
    filled = [filler if c is None else c for c in cells]
    return np.array(filled, dtype=_DTYPES[kind]), mask


# --- spots.gpkg

#: How the writers of layers tell of a disk that is full or gone.
GDAL_TROUBLE = (
    sqlite3.OperationalError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.FeatureError,  # of a full disk some drivers speak feature by feature
)
_SCHEMA = ("gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema")
_METADATA = ("gpkg_metadata", "http://www.geopackage.org/spec121/#extension_metadata")
_ISO = "http://www.isotc211.org/2005/gmd"
_QGIS = "http://mrcc.com/qgis.dtd"  # where QGIS looks for what it shows of a layer

# The tables as the standard defines them (annexes F.8 and F.9).
_TABLES = (
    """CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name))""",
    """CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))""",
    """CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
)
_EXTENSIONS = (
    ("gpkg_data_columns", *_SCHEMA),
    ("gpkg_data_column_constraints", *_SCHEMA),
    ("gpkg_metadata", *_METADATA),
    ("gpkg_metadata_reference", *_METADATA),
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
    write_tables(layer_tables(result, lang), result, lang, path)


def write_tables(
    tables: Sequence[LayerTable], result: RunResult, lang: Lang, path: Path, file: str = FILE
) -> None:
    """Write layers as a GeoPackage: with aliases, metadata, styles and a project.

    Parameters
    ----------
    tables : sequence of LayerTable
        The layers.
    result : RunResult
        The run that they are of, for metadata and the view of the project.
    lang : Lang
        Language of labels, aliases and legends.
    path : Path
        File to make; must not be there yet.
    file : str
        What it will be called: where its project looks for the layers.
    """
    _write_layers(tables, lang, path)
    with closing(sqlite3.connect(path)) as database, database:
        _describe(database, result, tables, lang)
        styles = layer_styles(tables, lang)
        _write_styles(database, styles)
        qml = {style.layer: style.qml for style in styles}
        write_project(database, result, tables, qml, lang, file)


def _write_layers(tables: Sequence[LayerTable], lang: Lang, path: Path) -> None:
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


def layers_geopackage(tables: Sequence[LayerTable], lang: Lang) -> bytes:
    """Return a GeoPackage of layers that are no run's, with their aliases and QGIS styles.

    Parameters
    ----------
    tables : sequence of LayerTable
        The layers, one at least.
    lang : Lang
        Language of aliases and legends.
    """
    with (
        tempfile.TemporaryDirectory(prefix="spots-") as folder,
        plain_folder(Path(folder)) as place,
    ):
        path = place / "layers.gpkg"
        _write_layers(tables, lang, path)
        with closing(sqlite3.connect(path)) as database, database:
            for statement in _TABLES[:2]:
                database.execute(statement)
            _write_extensions(database, _EXTENSIONS[:2])
            _write_columns(database, tables, lang)
            _write_styles(database, layer_styles(tables, lang))
        return path.read_bytes()


def geopackage_bytes(result: RunResult, lang: Lang) -> bytes:
    """Return ``spots.gpkg`` as `write_geopackage` writes it, for a file anywhere."""
    with (
        tempfile.TemporaryDirectory(prefix="spots-") as folder,
        plain_folder(Path(folder)) as place,
    ):
        path = place / "spots.gpkg"
        write_geopackage(result, lang, path)
        return path.read_bytes()


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


def _describe(
    database: sqlite3.Connection, result: RunResult, tables: Sequence[LayerTable], lang: Lang
) -> None:
    """Add aliases, coded values and metadata to an open GeoPackage.

    Parameters
    ----------
    database : sqlite3.Connection
        The GeoPackage; the caller commits.
    result : RunResult
        The run, for the metadata.
    tables : sequence of LayerTable
        Its layers.
    lang : Lang
        Language of everything that people read.
    """
    for statement in _TABLES:
        database.execute(statement)
    _write_extensions(database, _EXTENSIONS)
    _write_columns(database, tables, lang)
    _write_metadata(database, result, tables, lang)


def _write_extensions(
    database: sqlite3.Connection, extensions: Sequence[tuple[str, str, str]]
) -> None:
    database.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) "
        "VALUES (?, NULL, ?, ?, 'read-write')",
        extensions,
    )


def _write_columns(database: sqlite3.Connection, tables: Sequence[LayerTable], lang: Lang) -> None:
    for table in tables:
        for field in table.fields:
            coded = f"{table.name}_{field.name}".lower() if field.codes else None
            label = field.heading.render(lang)
            database.execute(
                "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
                (table.name, field.name, label, label, field.described(lang), coded),
            )
            database.executemany(
                "INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, "
                "value, description) VALUES (?, 'enum', ?, ?)",
                [(coded, code.value, code.label.render(lang)) for code in field.codes],
            )


def _write_metadata(
    database: sqlite3.Connection, result: RunResult, tables: Sequence[LayerTable], lang: Lang
) -> None:
    whole = dataset_metadata(result, tables, lang)
    pages: list[tuple[str | None, str, str, str]] = [(None, _ISO, "series", whole)]
    pages += [(t.name, _QGIS, "dataset", layer_metadata(result, t, lang)) for t in tables]
    for number, (table, standard, scope, page) in enumerate(pages, 1):
        database.execute(
            "INSERT INTO gpkg_metadata VALUES (?, ?, ?, 'text/xml', ?)",
            (number, scope, standard, page),
        )
        database.execute(
            "INSERT INTO gpkg_metadata_reference VALUES (?, ?, NULL, NULL, ?, ?, ?)",
            (
                "geopackage" if table is None else "table",
                table,
                FIXED_TIME,
                number,
                None if table is None else 1,
            ),
        )
