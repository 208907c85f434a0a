"""Editions, designations and classes as rows of the register's tables, and back.

Stands apart: the tables are `register_format`'s; here is what stands in each cell.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from datetime import date, datetime

import shapely
from shapely.geometry import MultiPolygon

from boundaries import AreaClass, AreaIndex, ClassBasis, IndexEdition
from groundfloor.codec import compact_json
from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.register.register_format import EPSG
from spots.types.designations import Designation, DesignationKind, PlanEdition
from spots.types.ground_units import UnitKind

Cell = str | int | float | bytes | None
# GeoPackage binary, little-endian, with an envelope of two axes (OGC 12-128r17, 2.1.3).
_HEAD = struct.Struct("<2sBBi4d")
_FLAGS = 0b00000011


def as_blob(geometry: MultiPolygon) -> bytes | None:
    """Return ground as a GeoPackage has it; None where there is none."""
    if geometry.is_empty:
        return None
    west, south, east, north = geometry.bounds
    head = _HEAD.pack(b"GP", 0, _FLAGS, EPSG, west, east, south, north)
    body: bytes = shapely.to_wkb(geometry, byte_order=1, flavor="iso")
    return head + body


def index_functions(database: sqlite3.Connection) -> None:
    """Give a connection what triggers of a spatial index call (GeoPackage, annex F.3).

    QGIS and GDAL make such an index when somebody asks them to, and have these functions.
    """
    functions: tuple[tuple[str, Callable[[bytes | None], Cell]], ...] = (
        ("ST_IsEmpty", lambda blob: int(blob is None)),  # empty ground is stored as none
        ("ST_MinX", lambda blob: _edge(blob, 0)),
        ("ST_MaxX", lambda blob: _edge(blob, 1)),
        ("ST_MinY", lambda blob: _edge(blob, 2)),
        ("ST_MaxY", lambda blob: _edge(blob, 3)),
    )
    for name, function in functions:
        database.create_function(name, 1, function, deterministic=True)


def _edge(blob: bytes | None, which: int) -> float | None:
    if blob is None:
        return None
    edge: float = _HEAD.unpack_from(blob)[4 + which]
    return edge


def of_blob(blob: bytes | None) -> MultiPolygon:
    """Return the ground that `as_blob` wrote."""
    if blob is None:
        return MultiPolygon()
    shape: MultiPolygon = shapely.from_wkb(blob[_HEAD.size :])
    return shape


def _days(span: DaySpan) -> tuple[str, str | None, str | None]:
    """Return first day, last day and the day after it."""
    last, until = span.last, span.until
    return (
        span.first.isoformat(),
        last.isoformat() if last else None,
        until.isoformat() if until else None,
    )


def _span(first: str, until: str | None) -> DaySpan:
    return DaySpan(date.fromisoformat(first), date.fromisoformat(until) if until else None)


def put_edition(database: sqlite3.Connection, edition: PlanEdition, entry: int) -> None:
    """Add an edition."""
    row: dict[str, Cell] = {
        "number": edition.number,
        "entry": entry,
        "plan": edition.plan,
        "kind": edition.kind.value,
        "prefecture_code": edition.prefecture_code,
        "prefecture": edition.prefecture,
        **dict(zip(_DAYS, _days(edition.span), strict=True)),
        "supersedes": compact_json(edition.supersedes),
        "title_ja": edition.title.ja,
        "title_en": edition.title.en,
        "run_digest": edition.run_digest,
        "evidence_sha256": edition.evidence_sha256,
        "index_edition": edition.index_edition,
        "membership_edition": edition.membership_edition,
        "units": edition.units,
        "recorded": edition.recorded.isoformat(),
    }
    _insert(database, "editions", row)


_DAYS = ("valid_from", "valid_to", "valid_until")


def _insert(database: sqlite3.Connection, table: str, row: dict[str, Cell]) -> None:
    marks = ", ".join(f":{name}" for name in row)
    into = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 - our own names
    database.execute(into, row)


def editions_of(database: sqlite3.Connection) -> tuple[tuple[PlanEdition, int], ...]:
    """Return the editions, each with its entry of the history, in the order of numbers."""
    return tuple(
        (
            PlanEdition(
                number=row["number"],
                plan=row["plan"],
                kind=DesignationKind(row["kind"]),
                prefecture_code=row["prefecture_code"],
                prefecture=row["prefecture"],
                span=_span(row["valid_from"], row["valid_until"]),
                supersedes=tuple(json.loads(row["supersedes"])),
                title=Text(row["title_ja"], row["title_en"]),
                run_digest=row["run_digest"],
                evidence_sha256=row["evidence_sha256"],
                index_edition=row["index_edition"],
                membership_edition=row["membership_edition"],
                units=row["units"],
                recorded=datetime.fromisoformat(row["recorded"]),
            ),
            row["entry"],
        )
        for row in _rows(database, "SELECT * FROM editions ORDER BY number")
    )


def _rows(database: sqlite3.Connection, query: str, *given: Cell) -> list[sqlite3.Row]:
    cursor = database.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(query, given).fetchall()


def put_designation(
    database: sqlite3.Connection, unit: Designation, edition: PlanEdition, entry: int
) -> None:
    """Add a designation."""
    row: dict[str, Cell] = {
        "geom": as_blob(unit.geometry),
        "entry": entry,
        "edition": edition.number,
        "plan": edition.plan,
        "kind": edition.kind.value,
        "unit": unit.unit,
        "unit_kind": unit.unit_kind.value,
        "name": unit.name,
        "codes": compact_json(unit.codes),
        "municipality": unit.municipality,
        "result": unit.result,
        "rule_ja": unit.rule.ja,
        "rule_en": unit.rule.en,
        "criteria": compact_json(unit.criteria),
        "reason_ja": unit.reason.ja,
        "reason_en": unit.reason.en,
        "councils": compact_json([day.isoformat() for day in unit.councils]),
        "page": unit.page,
        **dict(zip(_DAYS, _days(unit.span), strict=True)),
        "area_km2": unit.area_km2,
        "population": unit.population,
    }
    _insert(database, "designations", row)


def designations_of(database: sqlite3.Connection) -> tuple[Designation, ...]:
    """Return all designations, in the order in which they came."""
    return tuple(
        Designation(
            edition=row["edition"],
            unit=row["unit"],
            unit_kind=UnitKind(row["unit_kind"]),
            name=row["name"],
            codes=tuple(json.loads(row["codes"])),
            municipality=row["municipality"],
            result=row["result"],
            rule=Text(row["rule_ja"], row["rule_en"]),
            criteria=tuple(json.loads(row["criteria"])),
            reason=Text(row["reason_ja"], row["reason_en"]),
            councils=tuple(map(date.fromisoformat, json.loads(row["councils"]))),
            page=row["page"],
            span=_span(row["valid_from"], row["valid_until"]),
            area_km2=row["area_km2"],
            population=row["population"],
            geometry=of_blob(row["geom"]),
        )
        for row in _rows(database, "SELECT * FROM designations ORDER BY fid")
    )


def put_area(
    database: sqlite3.Connection,
    area: AreaIndex,
    index: IndexEdition | None,
    edition: PlanEdition,
    entry: int,
) -> None:
    """Add the class of a medical area, with the cut-offs of its edition."""
    row: dict[str, Cell] = {
        "entry": entry,
        "edition": edition.number,
        "area_code": area.area_code,
        "area_name": area.area_name,
        "physician_index": area.value,
        "class": area.area_class.value,
        "class_basis": area.basis.value,
        "shortage_at_most": index.shortage_at_most if index else None,
        "surplus_at_least": index.surplus_at_least if index else None,
    }
    _insert(database, "area_classes", row)


def areas_of(database: sqlite3.Connection) -> tuple[tuple[int, AreaIndex], ...]:
    """Return the medical areas, each with the number of its edition."""
    return tuple(
        (
            row["edition"],
            AreaIndex(
                area_code=row["area_code"],
                area_name=row["area_name"],
                value=row["physician_index"],
                area_class=AreaClass(row["class"]),
                basis=ClassBasis(row["class_basis"]),
            ),
        )
        for row in _rows(database, "SELECT * FROM area_classes ORDER BY id")
    )
