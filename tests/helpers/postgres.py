"""A PostgreSQL with PostGIS of our own, from Debian's packages, in a temporary folder.

`running` starts it and gives a `Server`. Without the packages tests are skipped, except in CI,
where they fail.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.helpers.system import lacking

_HBA = """local all all trust
host all guarded 127.0.0.1/32 scram-sha-256
host all barred 127.0.0.1/32 reject
host all all 127.0.0.1/32 trust
"""
_TEMPLATE = "with_postgis"
_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """A running server; every test takes a database of its own."""

    host: str
    port: int

    def url(self, database: str, user: str = "owner", password: str = "") -> str:
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@{self.host}:{self.port}/{database}"

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)

    def create(self, database: str, *, postgis: bool = True, encoding: str = "UTF8") -> str:
        """Make a database and return its address."""
        # A copy of a database with the extension is made sooner than the extension.
        copied = postgis and encoding == "UTF8"
        with self.admin() as connection:
            statement = "CREATE DATABASE {} TEMPLATE {} ENCODING {} LOCALE 'C'"
            connection.execute(
                sql.SQL(statement).format(
                    sql.Identifier(database),
                    sql.Identifier(_TEMPLATE if copied else "template0"),
                    sql.Literal(encoding),
                )
            )
        if postgis and not copied:
            with self.admin(database) as connection:
                connection.execute("CREATE EXTENSION postgis")
        return self.url(database)


def binaries() -> Path:
    """Return the folder of initdb and pg_ctl, or skip (in CI: fail) the test."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    extension = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    if not found or not extension:
        lacking("PostgreSQL with PostGIS", "postgresql, postgresql-postgis")
    return found[-1].parent


def _unprivileged() -> str | None:
    """Return who is to run the server; None for whoever we are. It refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and take it down and away afterwards."""
    programs, user = binaries(), _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="spots-pg-"))
    data, port = folder / "data", _free_port()
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def run(program: str, *args: str) -> None:
        subprocess.run(
            [str(programs / program), *args],
            user=user,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    try:
        run("initdb", "-D", str(data), "-U", "owner", "-E", "UTF8", "--locale=C", "-A", "trust")
        (data / "pg_hba.conf").write_text(_HBA)
        settings = "".join(f"{key} = {value}\n" for key, value in _SETTINGS.items())
        with (data / "postgresql.conf").open("a") as file:
            file.write(
                f"{settings}port = {port}\nlisten_addresses = '127.0.0.1'\n"
                f"unix_socket_directories = '{folder}'\n"
            )
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "start")
        try:
            server = Server("127.0.0.1", port)
            server.create(_TEMPLATE, postgis=False)
            with server.admin(_TEMPLATE) as connection:
                connection.execute("CREATE EXTENSION postgis")
            yield server
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
