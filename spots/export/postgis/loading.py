"""Layers into tables: one transaction, COPY, and a run's rows told apart by its id."""

from __future__ import annotations

import json

import shapely
from psycopg import sql

from groundfloor.problems import Lang
from spots.export.postgis.model import Loaded
from spots.export.postgis.tables import (
    RUNS,
    VERSION,
    TablePlan,
    column_names,
    ensure,
    layer_plan,
    prepare,
    refuse_newer,
    runs_plan,
)
from spots.export.postgis.target import Connection, Target, connected
from spots.export.run import RunRecord
from spots.outputs.layers import EPSG, Cell, LayerTable, layer_tables
from spots.types import RunResult


def load(result: RunResult, run: RunRecord, target: Target, lang: Lang) -> Loaded:
    """Write all layers of a run in one transaction; see `load_layers`."""
    tables = layer_tables(result, lang)
    plans = [layer_plan(table, lang) for table in tables]
    with connected(target) as connection:
        place = prepare(connection, target)
        ensure(connection, target, runs_plan(lang), place)
        refuse_newer(connection, target)
        for plan in plans:
            ensure(connection, target, plan, place)
        replaced = _forget(connection, target, run)
        _copy(connection, target, runs_plan(lang), [_run_row(result, run, lang)])
        for table, plan in zip(tables, plans, strict=True):
            _copy(connection, target, plan, _rows(table, run))
    return Loaded(
        run_id=run.run_id,
        database=target.shown,
        schema=target.schema,
        replaced=replaced,
        rows=tuple((table.name, len(table.rows)) for table in tables),
    )


def _forget(connection: Connection, target: Target, run: RunRecord) -> bool:
    """Take a run away with all its rows, of layers too that it no longer has."""
    statement = sql.SQL("DELETE FROM {} WHERE run_id = %s")
    done = connection.execute(statement.format(sql.Identifier(target.schema, RUNS)), (run.run_id,))
    return done.rowcount > 0


def _copy(
    connection: Connection, target: Target, plan: TablePlan, rows: list[tuple[Cell, ...]]
) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in column_names(plan))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(target.schema, plan.name), columns
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_clean(cell) for cell in row])


def _rows(table: LayerTable, run: RunRecord) -> list[tuple[Cell, ...]]:
    shapes: list[str | None] = [
        None
        if shape is None
        else shapely.to_wkb(shapely.set_srid(shape, EPSG), hex=True, include_srid=True)
        for shape in table.shapes
    ]
    return [
        (run.run_id, number, *row, shape)
        for number, (row, shape) in enumerate(zip(table.rows, shapes, strict=True), 1)
    ]


def _run_row(result: RunResult, run: RunRecord, lang: Lang) -> tuple[Cell, ...]:
    settings = result.settings
    return (
        run.run_id,
        settings.title.render(lang),
        settings.prefecture_code,
        settings.prefecture,
        settings.policy_title.render(lang),
        lang.value,
        settings.radius_m,
        settings.threshold_ms,
        settings.valid_from,
        settings.valid_to,
        run.created or None,
        run.tool_version,
        json.dumps(dict(run.versions), sort_keys=True),
        VERSION,
        run.evidence_sha256,
        "\n".join(settings.attributions),
    )


def _clean(cell: Cell) -> Cell:
    """Return a cell without what PostgreSQL's text cannot hold."""
    if isinstance(cell, str):
        return cell.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return cell
