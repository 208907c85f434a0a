"""A database to write to: its address, the way in, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from groundfloor.installed import TOOL
from groundfloor.problems import Problem, SpotsError, Text, UsageError, error
from spots.export.exported import DatabaseError

_PREFIXES = ("postgresql://", "postgres://")
_TIMEOUT_S = 10
_NAME_BYTES = 63  # NAMEDATALEN - 1 of PostgreSQL as everybody builds it
# Classes of SQLSTATE that mean that the server went away or was never there (annex A).
_GONE = ("08", "57P")
_NOTHING_WRITTEN = Text("何も書き込んでいません", "nothing was written")

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """A database and a schema in it.

    Parameters
    ----------
    url : str
        As given, with its password: never shown.
    schema : str
        Schema of the tables.
    shown : str
        The address without the password.
    """

    url: str = field(repr=False)
    schema: str
    shown: str


def parsed(url: str, schema: str) -> Target:
    """Return the target that an address names.

    Raises
    ------
    UsageError
        When it is not an address of PostgreSQL, or `schema` cannot be a schema.
    """
    if not url.startswith(_PREFIXES):
        raise UsageError(_not_an_address())
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        # What libpq says of an address may hold a piece of the password: not repeated.
        raise UsageError(_not_an_address()) from None
    if _torn(parts):
        raise UsageError(_not_an_address())
    if not schema or len(schema.encode()) > _NAME_BYTES or not schema.isprintable():
        raise UsageError(_not_a_schema(schema))
    # The driver takes a % in a statement for one of its own marks.
    if schema.startswith("pg_") or schema == "information_schema" or "%" in schema:
        raise UsageError(_not_a_schema(schema))
    return Target(url, schema, _shown(parts))


def _torn(parts: dict[str, Any]) -> bool:
    """Return whether a sign in the password tore the address: its rest would be shown as a host."""
    where = f"{parts.get('host') or ''}{parts.get('dbname') or ''}"
    port = str(parts.get("port") or "").replace(",", "")
    return "@" in where or not (port.isdigit() or not port)


def _shown(parts: dict[str, Any]) -> str:
    user = f"{parts['user']}@" if parts.get("user") else ""
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{user}{parts.get('host') or ''}{port}/{parts.get('dbname') or ''}"


@contextmanager
def connected(target: Target) -> Iterator[Connection]:
    """Give a connection whose transaction ends with the block: kept, or undone on any error.

    Raises
    ------
    DatabaseError
        When the database is down, refuses, or fails on the way.
    """
    try:
        options = conninfo_to_dict(target.url)
        connection: Connection = psycopg.connect(
            target.url,
            connect_timeout=options.get("connect_timeout") or _TIMEOUT_S,
            fallback_application_name=TOOL,
            client_encoding="utf8",
        )
    except psycopg.Error as fault:
        raise DatabaseError(_no_connection(target, fault)) from None
    try:
        with connection:
            yield connection
    except SpotsError:
        raise
    except psycopg.Error as fault:
        raise DatabaseError(_failure(target, fault)) from fault


def _no_connection(target: Target, fault: psycopg.Error) -> Problem:
    detail = _detail(target, str(fault))
    # The server's own word for a refusal is the same in every language.
    asked = fault.pgconn is not None and bool(fault.pgconn.needs_password)
    if asked or "FATAL" in str(fault):
        return error(
            "database-refused",
            Text(
                f"データベースに接続を断られました（{detail}）",
                f"the database refused the connection ({detail})",
            ),
            Text(
                "利用者名・パスワード・データベース名と接続の許可を確かめてください。"
                "パスワードは環境変数 PGPASSWORD か ~/.pgpass でも渡せます",
                "check user, password, database name and whether you may connect; the password "
                "may stand in PGPASSWORD or ~/.pgpass",
            ),
            file=target.shown,
        )
    return error(
        "database-unreachable",
        Text(
            f"データベースにつながりません（{detail}）", f"no answer from the database ({detail})"
        ),
        Text(
            "サーバーが動いているか、ホスト名とポート番号を確かめてください",
            "check that the server runs, and host name and port",
        ),
        file=target.shown,
    )


def _failure(target: Target, fault: psycopg.Error) -> Problem:
    detail = _detail(target, fault.diag.message_primary or str(fault))
    code, what, remedy = _kind(fault)
    message = Text(
        f"{what.ja}（{detail}）。{_NOTHING_WRITTEN.ja}",
        f"{what.en} ({detail}); {_NOTHING_WRITTEN.en}",
    )
    return error(code, message, remedy, file=target.shown)


def _kind(fault: psycopg.Error) -> tuple[str, Text, Text]:
    if isinstance(fault, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
        return (
            "database-permission",
            Text("データベースに書き込む権限がありません", "no permission to write"),
            Text(
                "スキーマを作る権限、またはスキーマに表を作る権限を管理者に依頼してください",
                "ask the administrator for the right to create the schema, or tables in it",
            ),
        )
    if isinstance(fault, errors.LockNotAvailable):
        return (
            "database-locked",
            Text("ほかの利用者が表を使っているため待ち切れません", "tables are in use by others"),
            Text("しばらくしてからもう一度実行してください", "try again in a while"),
        )
    if isinstance(fault, errors.UntranslatableCharacter):
        return (
            "database-encoding",
            Text(
                "データベースの文字コードで表せない文字があります",
                "the encoding of the database lacks a character",
            ),
            Text(
                "文字コードが UTF8 のデータベースをお使いください",
                "use a database whose encoding is UTF8",
            ),
        )
    gone = isinstance(fault, errors.OperationalError) and not fault.sqlstate
    if gone or (fault.sqlstate or "").startswith(_GONE):
        return (
            "database-lost",
            Text("データベースとの接続が切れました", "the connection was lost"),
            Text("サーバーを確かめて、もう一度実行してください", "check the server and try again"),
        )
    return (
        "database-failed",
        Text("データベースに書き込めませんでした", "the database did not take the layers"),
        Text("スキーマの表を確かめてください", "look at the tables of the schema"),
    )


def _detail(target: Target, text: str) -> str:
    """Return what the server or libpq said, on one line, without the password."""
    password = conninfo_to_dict(target.url).get("password")
    said = text.replace(str(password), "***") if password else text
    return " ".join(said.split())


def _not_an_address() -> Problem:
    return error(
        "database-address",
        Text("PostgreSQL の接続先として読み取れません", "not an address of PostgreSQL"),
        Text(
            "postgresql://利用者@ホスト/データベース の形で指定してください"
            "（パスワード中の記号は %40 のように書きます）",
            "write postgresql://user@host/database, with signs of the password as %40",
        ),
        column="--to",
    )


def _not_a_schema(schema: str) -> Problem:
    return error(
        "database-schema",
        Text("スキーマ名に使えません", "not usable as the name of a schema"),
        Text(
            "% を含まない、63 バイトまでの別の名前にしてください",
            "use another name, without %, of up to 63 bytes",
        ),
        column="--schema",
        value=schema,
    )
