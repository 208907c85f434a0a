"""The tables: made where they are missing, extended where a run has more to say, never guessed at.

What is there already must be ours: the key and every column we write, of the types we write.

Stands apart: it needs the driver, which may not be installed; the package does not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from psycopg import errors, sql

from groundfloor.problems import Lang, Problem, Text, UsageError, error
from spots.export.exported import (
    DatabaseError,
    ForeignTableError,
    IfExists,
    Loaded,
    RunRecord,
)
from spots.export.postgis.database import Connection, Target, connected
from spots.outputs.layer_table import EPSG, Cell, LayerTable
from spots.outputs.layers import layer_tables
from spots.telling.columns import FieldKind
from spots.telling.facility_columns import VALID_FROM, VALID_TO
from spots.telling.ground_columns import RADIUS_M
from spots.telling.travel_columns import THRESHOLD_MS
from spots.types import RunResult

RUNS = "runs"
#: Version of the tables. A newer one in the database is not written to.
VERSION = 1
_TYPES = {
    FieldKind.TEXT: "text",
    FieldKind.INTEGER: "bigint",
    FieldKind.NUMBER: "double precision",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.DATE: "date",
}


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A column: its name, its type as PostgreSQL prints it, and its comment."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table as it is wanted.

    Parameters
    ----------
    name, comment : str
        Name and comment.
    key : tuple of str
        Names of the first columns, which are its primary key.
    columns : tuple of SqlColumn
        All columns in order; those of the key first.
    geometry : str
        Type of the shapes; empty for a table without.
    """

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[SqlColumn, ...]
    geometry: str = ""


def layer_plan(table: LayerTable, lang: Lang) -> TablePlan:
    """Return the table of a layer: run and row number, its fields, its shapes."""
    run = Text("実行ID（runs を参照）", "run (see runs)").render(lang)
    row = Text("行番号", "row number").render(lang)
    columns = [SqlColumn("run_id", "text", run), SqlColumn("fid", "integer", row)]
    for field in table.fields:
        heading, note = field.heading.render(lang), field.described(lang)
        comment = f"{heading}: {note}" if note else heading
        columns.append(SqlColumn(field.name, _TYPES[field.stored], comment))
    comment = f"{table.title.render(lang)}: {table.note.render(lang)}"
    return TablePlan(table.name, comment, ("run_id", "fid"), tuple(columns), table.geometry.value)


def runs_plan(lang: Lang) -> TablePlan:
    """Return the table of runs."""
    columns = [SqlColumn(name, kind, label.render(lang)) for name, kind, label in _RUN_COLUMNS]
    comment = Text("実行の一覧", "runs").render(lang)
    return TablePlan(RUNS, comment, ("run_id",), tuple(columns))


_RUN_COLUMNS = (
    (
        "run_id",
        "text",
        Text("実行ID（根拠データのハッシュの先頭）", "run: head of the evidence's hash"),
    ),
    ("title", "text", Text("表題", "title")),
    ("prefecture_code", "text", Text("都道府県コード", "prefecture code")),
    ("prefecture", "text", Text("都道府県", "prefecture")),
    ("policy", "text", Text("設定基準", "policy")),
    ("lang", "text", Text("文の言語", "language of sentences")),
    *((c.name, _TYPES[c.stored], c.heading) for c in (RADIUS_M, THRESHOLD_MS)),
    *((c.name, _TYPES[c.stored], c.heading) for c in (VALID_FROM, VALID_TO)),
    ("created", "timestamp with time zone", Text("実行した時刻", "when it ran")),
    ("tool_version", "text", Text("ツールの版", "version of the tool")),
    ("versions", "jsonb", Text("ライブラリの版", "versions of libraries")),
    ("layers_version", "integer", Text("表の形式の版", "version of the tables")),
    ("evidence_sha256", "text", Text("根拠データのハッシュ", "hash of the evidence")),
    ("attributions", "text", Text("出典", "attribution")),
)


def prepare(connection: Connection, target: Target) -> str:
    """Make the database ready for layers, and return the schema in which PostGIS is.

    Raises
    ------
    DatabaseError
        When PostGIS is not there and cannot be switched on, or does not know JGD2011.
    """
    place = _postgis(connection, target)
    # From here on every name is written with its schema: nobody's function is called by mistake.
    connection.execute("SET LOCAL search_path TO pg_catalog")
    connection.execute("SET LOCAL lock_timeout TO '60s'")
    key = f"shortage-spots {target.schema}"
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
    known = connection.execute(
        sql.SQL("SELECT 1 FROM {} WHERE srid = %s").format(
            sql.Identifier(place, "spatial_ref_sys")
        ),
        (EPSG,),
    ).fetchone()
    if known is None:
        raise DatabaseError(_no_srid(target))
    there = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
    if connection.execute(there, (target.schema,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(target.schema)))
    return place


def _postgis(connection: Connection, target: Target) -> str:
    where = (
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
        "WHERE e.extname = 'postgis'"
    )
    found = connection.execute(where).fetchone()
    if found is None:
        offered = "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"
        if connection.execute(offered).fetchone() is None:
            raise DatabaseError(_no_postgis(target, offered=False))
        try:
            connection.execute("CREATE EXTENSION postgis")
        except errors.InsufficientPrivilege as fault:
            raise DatabaseError(_no_postgis(target, offered=True)) from fault
        found = connection.execute(where).fetchone()
    return str(found[0]) if found else "public"


def ensure(connection: Connection, target: Target, plan: TablePlan, place: str) -> None:
    """Make a table, or see that the one that is there can take the rows.

    Columns that an earlier run did not have are added; columns that only other runs have stay.

    Parameters
    ----------
    connection : Connection
        In its transaction.
    target : Target
        The database.
    plan : TablePlan
        The table as it is wanted.
    place : str
        Schema in which PostGIS is.

    Raises
    ------
    ForeignTableError
        When the table is not one of ours, or a column is of another type.
    """
    present = _columns(connection, target.schema, plan.name)
    if not present:
        _create(connection, target, plan, place)
        return
    problems = _differences(target, plan, present)
    if problems:
        raise ForeignTableError(problems)
    for column in plan.columns:
        if column.name not in present:
            _alter(connection, target, plan, column)


def _columns(connection: Connection, schema: str, table: str) -> dict[str, str]:
    rows = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped",
        (schema, table),
    ).fetchall()
    return {str(name): str(kind) for name, kind in rows}


def _differences(target: Target, plan: TablePlan, present: dict[str, str]) -> list[Problem]:
    wanted = {column.name: column.type for column in plan.columns}
    needed = set(plan.key)
    if plan.geometry:
        wanted["geom"] = f"geometry({plan.geometry},{EPSG})"
        needed.add("geom")
    if plan.name == RUNS:
        needed |= {"evidence_sha256", "layers_version"}
    problems = []
    for name, kind in wanted.items():
        found = present.get(name)
        # PostGIS's types are printed with the schema that they are in.
        same = found is not None and (found == kind or found.endswith(f".{kind}"))
        if (found is None and name in needed) or (found is not None and not same):
            problems.append(_differs(target, plan.name, name, kind, found))
    return problems


def _create(connection: Connection, target: Target, plan: TablePlan, place: str) -> None:
    name = sql.Identifier(target.schema, plan.name)
    parts = [sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(c.type)) for c in plan.columns]
    if plan.geometry:
        kind = sql.SQL(f"({plan.geometry},{EPSG})")
        parts.append(sql.SQL("geom {}{}").format(sql.Identifier(place, "geometry"), kind))
        parts.append(
            sql.SQL("FOREIGN KEY (run_id) REFERENCES {} ON DELETE CASCADE").format(
                sql.Identifier(target.schema, RUNS)
            )
        )
    key = sql.SQL(", ").join(sql.Identifier(k) for k in plan.key)
    parts.append(sql.SQL("PRIMARY KEY ({})").format(key))
    body = sql.SQL(", ").join(parts)
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(name, body))
    if plan.geometry:
        index = sql.SQL("CREATE INDEX {} ON {} USING gist (geom)")
        connection.execute(index.format(sql.Identifier(f"{plan.name}_geom_idx"), name))
    remark = sql.SQL("COMMENT ON TABLE {} IS {}")
    connection.execute(remark.format(name, sql.Literal(plan.comment)))
    for column in plan.columns:
        _comment(connection, target, plan, column)


def _alter(connection: Connection, target: Target, plan: TablePlan, column: SqlColumn) -> None:
    connection.execute(
        sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(
            sql.Identifier(target.schema, plan.name),
            sql.Identifier(column.name),
            sql.SQL(column.type),
        )
    )
    _comment(connection, target, plan, column)


def _comment(connection: Connection, target: Target, plan: TablePlan, column: SqlColumn) -> None:
    connection.execute(
        sql.SQL("COMMENT ON COLUMN {} IS {}").format(
            sql.Identifier(target.schema, plan.name, column.name), sql.Literal(column.comment)
        )
    )


def refuse_newer(connection: Connection, target: Target) -> None:
    """Refuse tables that a newer version of this tool wrote to.

    Raises
    ------
    ForeignTableError
        When one did.
    """
    newest = connection.execute(
        sql.SQL("SELECT max(layers_version) FROM {}").format(sql.Identifier(target.schema, RUNS))
    ).fetchone()
    if newest and newest[0] is not None and newest[0] > VERSION:
        raise ForeignTableError(
            error(
                "postgis-newer-tables",
                Text(
                    f"スキーマ「{target.schema}」の表は、より新しい版のツールが書いたものです",
                    f"the tables of schema {target.schema} are of a newer version of this tool",
                ),
                _ANOTHER_SCHEMA,
                file=target.shown,
            )
        )


_ANOTHER_SCHEMA = Text(
    "--schema で別のスキーマを指定してください", "name another schema with --schema"
)


def _differs(target: Target, table: str, column: str, wanted: str, found: str | None) -> Problem:
    is_there = Text(found or "なし", found or "nothing")
    return error(
        "postgis-table-differs",
        Text(
            f"表 {target.schema}.{table} は別の形です（列 {column}: {wanted} のはずが"
            f" {is_there.ja}）。何も書き込んでいません",
            f"table {target.schema}.{table} is of another shape (column {column}: {is_there.en} "
            f"instead of {wanted}); nothing was written",
        ),
        _ANOTHER_SCHEMA,
        file=target.shown,
    )


def _tables_there(target: Target, names: Sequence[str]) -> Problem:
    told = ", ".join(names)
    return error(
        "postgis-tables-there",
        Text(
            f"スキーマ {target.schema} に同じ名前の表があります（{told}）。何も書き込んでいません",
            f"schema {target.schema} has tables of these names ({told}); nothing was written",
        ),
        Text(
            'if_exists="append"（他の実行と並べる）か "replace"（置き換える）、'
            "または別の schema を指定してください",
            'give if_exists="append" (beside other runs) or "replace", or another schema',
        ),
        file=target.shown,
        column="if_exists",
    )


def _no_postgis(target: Target, *, offered: bool) -> Problem:
    if offered:
        return error(
            "postgis-not-enabled",
            Text(
                "このデータベースでは PostGIS が有効になっていません",
                "PostGIS is not switched on in this database",
            ),
            Text(
                "管理者に CREATE EXTENSION postgis; の実行を依頼してください",
                "ask the administrator to run CREATE EXTENSION postgis;",
            ),
            file=target.shown,
        )
    return error(
        "postgis-not-installed",
        Text("サーバーに PostGIS がありません", "the server has no PostGIS"),
        Text(
            "管理者に PostGIS の導入を依頼してください", "ask the administrator to install PostGIS"
        ),
        file=target.shown,
    )


def _no_srid(target: Target) -> Problem:
    return error(
        "postgis-srid",
        Text(
            f"データベースの spatial_ref_sys に JGD2011（EPSG:{EPSG}）がありません",
            f"spatial_ref_sys of the database lacks JGD2011 (EPSG:{EPSG})",
        ),
        Text(
            "管理者に PostGIS の更新を依頼してください", "ask the administrator to update PostGIS"
        ),
        file=target.shown,
    )


def column_names(plan: TablePlan) -> Sequence[str]:
    """Return the columns in the order in which rows are written."""
    return [*(c.name for c in plan.columns), *(["geom"] if plan.geometry else [])]


def load(
    result: RunResult, run: RunRecord, target: Target, lang: Lang, if_exists: IfExists
) -> Loaded:
    """Write all layers of a run in one transaction; see `load_layers`."""
    tables = layer_tables(result, lang)
    plans = [layer_plan(table, lang) for table in tables]
    with connected(target) as connection:
        place = prepare(connection, target)
        if if_exists is IfExists.FAIL:
            _refuse_present(connection, target, [runs_plan(lang), *plans])
        ensure(connection, target, runs_plan(lang), place)
        refuse_newer(connection, target)
        for plan in plans:
            ensure(connection, target, plan, place)
        replaced = _forget(connection, target, None if if_exists is IfExists.REPLACE else run)
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


def _refuse_present(connection: Connection, target: Target, plans: Sequence[TablePlan]) -> None:
    there = [plan.name for plan in plans if _columns(connection, target.schema, plan.name)]
    if there:
        raise UsageError(_tables_there(target, there))


def _forget(connection: Connection, target: Target, run: RunRecord | None) -> bool:
    """Take a run away with all its rows, of layers too that it no longer has; or every run."""
    which = sql.SQL("DELETE FROM {}").format(sql.Identifier(target.schema, RUNS))
    if run is None:
        return connection.execute(which).rowcount > 0
    one = sql.Composed([which, sql.SQL(" WHERE run_id = %s")])
    return connection.execute(one, (run.run_id,)).rowcount > 0


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
