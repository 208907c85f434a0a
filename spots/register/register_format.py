"""The register's file: a GeoPackage of which nothing is ever changed or removed.

Its tables are those of the standard (OGC 12-128r17, annexes C and F.9), so that QGIS and GDAL open
it, and our own, whose rows triggers protect: what has to be put right is put right by another
entry.

Stands apart: what a file holds is known here alone, what its rows mean in `register_rows`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from groundfloor.frozen import FrozenDict
from spots.telling.register_columns import register_aliases

#: Version of the tables; raised with a step in `MIGRATIONS`.
VERSION = 1
APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300
EPSG = 6668  # JGD2011
#: Tables whose rows belong to an entry of the history, and are hashed with it.
ENTRY_TABLES = ("editions", "designations", "area_classes")
_OWN_TABLES = ("register_format", "history", "parts", *ENTRY_TABLES)

_STANDARD = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
_SCHEMA = "http://www.geopackage.org/spec121/#extension_schema"

# Days are those that people read: `valid_to` is the last one, `valid_until` the first without.
_OWN = """
CREATE TABLE register_format (version INTEGER PRIMARY KEY NOT NULL);
CREATE TABLE history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, recorded TEXT NOT NULL, what TEXT NOT NULL,
  content TEXT NOT NULL, previous TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE);
CREATE TABLE parts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, sha256 TEXT NOT NULL UNIQUE,
  data BLOB NOT NULL);
CREATE TABLE editions (
  number INTEGER PRIMARY KEY NOT NULL, entry INTEGER NOT NULL REFERENCES history(seq),
  plan TEXT NOT NULL, kind TEXT NOT NULL, prefecture_code TEXT NOT NULL, prefecture TEXT NOT NULL,
  valid_from DATE NOT NULL, valid_to DATE, valid_until DATE, supersedes TEXT NOT NULL,
  title_ja TEXT NOT NULL, title_en TEXT NOT NULL, run_digest TEXT NOT NULL,
  evidence_sha256 TEXT NOT NULL, index_edition TEXT NOT NULL, membership_edition TEXT NOT NULL,
  units INTEGER NOT NULL, recorded TEXT NOT NULL);
CREATE TABLE designations (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON,
  entry INTEGER NOT NULL REFERENCES history(seq),
  edition INTEGER NOT NULL REFERENCES editions(number), plan TEXT NOT NULL, kind TEXT NOT NULL,
  unit TEXT NOT NULL, unit_kind TEXT NOT NULL, name TEXT NOT NULL, codes TEXT NOT NULL,
  municipality TEXT NOT NULL, result TEXT NOT NULL, rule_ja TEXT NOT NULL, rule_en TEXT NOT NULL,
  criteria TEXT NOT NULL, reason_ja TEXT NOT NULL, reason_en TEXT NOT NULL,
  councils TEXT NOT NULL, page TEXT NOT NULL, valid_from DATE NOT NULL, valid_to DATE,
  valid_until DATE, area_km2 DOUBLE NOT NULL, population DOUBLE);
CREATE TABLE area_classes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, entry INTEGER NOT NULL REFERENCES history(seq),
  edition INTEGER NOT NULL REFERENCES editions(number), area_code TEXT NOT NULL,
  area_name TEXT NOT NULL, physician_index DOUBLE, class TEXT NOT NULL, class_basis TEXT NOT NULL,
  shortage_at_most DOUBLE, surplus_at_least DOUBLE);
"""
_ATTRIBUTES: Mapping[str, str] = FrozenDict(
    {
        "editions": "計画の版 editions of plans",
        "area_classes": "二次医療圏の区分 classes of medical areas",
        "history": "履歴 history",
    }
)
_FEATURES = "設定 designations"
_UNDEFINED = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
)

#: By the version that a step starts from, what makes the next one of it. A step changes tables and
#: rows as they are; the history is added to by `migrating`, never rewritten.
Step = Callable[[sqlite3.Connection], None]
MIGRATIONS: Mapping[int, Step] = FrozenDict({})


def make_tables(database: sqlite3.Connection) -> None:
    """Make the tables of an empty register, within the caller's transaction."""
    for statement in _statements(_STANDARD + _OWN):
        database.execute(statement)
    protect(database)
    _describe(database)
    database.execute("INSERT INTO register_format VALUES (?)", (VERSION,))


def _statements(script: str) -> list[str]:
    """Return the statements of a script one by one: `executescript` would commit by itself."""
    return [each for part in script.split(";") if (each := part.strip())]


_TRIGGERS = tuple((f"{t}_no_{a.lower()}", a, t) for t in _OWN_TABLES for a in ("UPDATE", "DELETE"))


def protect(database: sqlite3.Connection) -> None:
    """Let no row of the register be changed or removed."""
    for name, act, table in _TRIGGERS:
        database.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the register is only added to'); END"
        )


def unprotect(database: sqlite3.Connection) -> None:
    """Let rows be changed, for a migration alone."""
    for name, _, _ in _TRIGGERS:
        database.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing_triggers(database: sqlite3.Connection) -> tuple[str, ...]:
    """Return what somebody took away of that which keeps rows from being changed."""
    there = {
        name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
    }
    return tuple(name for name, _, _ in _TRIGGERS if name not in there)


def foreign_triggers(database: sqlite3.Connection) -> tuple[str, ...]:
    """Return what somebody else lets happen when rows of the register are added.

    Those of a spatial index, which QGIS makes when it is asked to, change no row.
    """
    ours = {name for name, _, _ in _TRIGGERS}
    found = database.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    return tuple(
        name
        for name, table in found
        if table in _OWN_TABLES and name not in ours and not name.startswith(_SPATIAL_INDEX)
    )


_SPATIAL_INDEX = "rtree_designations_geom_"


def _describe(database: sqlite3.Connection) -> None:
    from pyproj import CRS  # noqa: PLC0415 - for a new file alone

    systems = [
        (crs.name, code, "EPSG", code, crs.to_wkt("WKT1_GDAL"))
        for code in (4326, EPSG)
        for crs in (CRS.from_epsg(code),)
    ]
    database.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)", [*_UNDEFINED, *systems]
    )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
        "VALUES ('designations', 'features', ?, ?)",
        (_FEATURES, EPSG),
    )
    database.execute(
        "INSERT INTO gpkg_geometry_columns "
        "VALUES ('designations', 'geom', 'MULTIPOLYGON', ?, 0, 0)",
        (EPSG,),
    )
    database.executemany(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)",
        _ATTRIBUTES.items(),
    )
    _name_columns(database)


def _name_columns(database: sqlite3.Connection) -> None:
    """Give columns the names that people have for them, which QGIS shows."""
    database.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [(table, _SCHEMA) for table in ("gpkg_data_columns", "gpkg_data_column_constraints")],
    )
    words = register_aliases()
    for table in ENTRY_TABLES:
        columns = database.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        database.executemany(
            "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)",
            [
                (table, column, f"{told.ja} {told.en}", told.ja, told.en)
                for (column,) in columns
                if (told := words.get(column))
            ],
        )
