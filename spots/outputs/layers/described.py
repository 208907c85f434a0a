"""What a GeoPackage says of its layers: aliases, coded values and metadata (OGC 12-128r15)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from groundfloor.problems import Lang
from spots.outputs.layers.gdal import FIXED_TIME
from spots.outputs.layers.layer_table import Field, LayerTable
from spots.outputs.layers.metadata import dataset_metadata, layer_metadata
from spots.types import RunResult

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


def describe(
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
    database.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) "
        "VALUES (?, NULL, ?, ?, 'read-write')",
        _EXTENSIONS,
    )
    _write_columns(database, tables, lang)
    _write_metadata(database, result, tables, lang)


def described_note(field: Field, lang: Lang) -> str:
    """Return what is to be said of a field beside its alias: the note and the unit."""
    note = field.note.render(lang)
    return "; ".join(part for part in (note, field.unit) if part)


def _write_columns(database: sqlite3.Connection, tables: Sequence[LayerTable], lang: Lang) -> None:
    for table in tables:
        for field in table.fields:
            coded = f"{table.name}_{field.name}".lower() if field.codes else None
            label = field.label.render(lang)
            database.execute(
                "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
                (table.name, field.name, label, label, described_note(field, lang), coded),
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
