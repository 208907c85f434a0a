"""PostGIS: the layers of a run in a database, in one transaction, beside those of other runs.

The driver (psycopg 3) is an extra of the distribution; without it there is a message, not a
traceback.
"""

from __future__ import annotations

from importlib import util
from typing import TYPE_CHECKING, Any, Protocol

from groundfloor.problems import Lang, Text, error
from spots.export.exported import DatabaseError, IfExists, Loaded, RunRecord
from spots.types import RunResult

if TYPE_CHECKING:
    from spots.export.postgis.database import Target

__all__ = ["DEFAULT_SCHEMA", "IfExists", "Loaded", "check_target", "load_layers", "target_of"]

DEFAULT_SCHEMA = "spots"


class HasUrl(Protocol):
    """An engine of SQLAlchemy, or a connection of one: its address says where the database is."""

    @property
    def engine(self) -> Any:
        """The engine, which has a ``url``."""
        ...


def address_of(con: str | HasUrl) -> str:
    """Return the address that a connection of SQLAlchemy goes to, as libpq reads it.

    Parameters
    ----------
    con : str or SQLAlchemy engine or connection
        An address is returned as it is.
    """
    if isinstance(con, str) or not hasattr(con, "engine"):
        return str(con)  # what is no address is refused by `target_of`
    return str(con.engine.url.set(drivername="postgresql").render_as_string(hide_password=False))


def target_of(url: str, schema: str = DEFAULT_SCHEMA) -> Target:
    """Return the database that an address names, without connecting to it.

    Parameters
    ----------
    url : str
        ``postgresql://user@host/database``; what it leaves out libpq takes from its environment
        (``PGPASSWORD``, ``~/.pgpass``).
    schema : str
        Schema to write to; made where it is not there.

    Raises
    ------
    UsageError
        When the address or the name of the schema is not one.
    DatabaseError
        When the driver is not installed.
    """
    _need_driver()
    from spots.export.postgis.database import parsed  # noqa: PLC0415 - needs the driver

    return parsed(url, schema)


def check_target(target: Target) -> None:
    """Connect and disconnect, so that a long run does not end at a closed door.

    Raises
    ------
    DatabaseError
        When the database is down or refuses.
    """
    from spots.export.postgis.database import connected  # noqa: PLC0415 - needs the driver

    with connected(target):
        pass


def load_layers(
    result: RunResult,
    run: RunRecord,
    target: Target,
    *,
    lang: Lang | None = None,
    if_exists: IfExists = IfExists.APPEND,
) -> Loaded:
    """Write all layers of a run, or nothing; the same run again takes the place of itself.

    Parameters
    ----------
    result : RunResult
        The run.
    run : RunRecord
        What its manifest says of it.
    target : Target
        The database.
    lang : Lang, optional
        Language of reasons and comments; by default that of the run's folder.
    if_exists : IfExists
        What becomes of tables of ours that are there.

    Returns
    -------
    Loaded
        What was written.

    Raises
    ------
    UsageError
        Tables are there, and were not to be.
    DatabaseError
        When the database is down, refuses, has no PostGIS or fails on the way.
    ForeignTableError
        When a table in the way is not one of ours.
    """
    from spots.export.postgis.tables import load  # noqa: PLC0415 - needs the driver

    return load(result, run, target, lang or run.lang, if_exists)


def _need_driver() -> None:
    if util.find_spec("psycopg") is None:
        raise DatabaseError(
            error(
                "postgis-extra-missing",
                Text(
                    "PostGIS への書き出しに必要な psycopg が入っていません",
                    "writing to PostGIS needs psycopg, which is not installed",
                ),
                Text(
                    "pip install 'shortage-spots[postgis]' を実行してください",
                    "run pip install 'shortage-spots[postgis]'",
                ),
                column="--to",
            )
        )
