"""The options that commands share: each is named, worded and checked once."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from groundfloor.problems import Lang

F = TypeVar("F", bound=Callable[..., Any])
# Whether a path is a file or a folder is left to the readers and writers, who say it in the user's
# language.
FOLDER = FILE = click.Path(path_type=Path)


class Metres(click.FloatRange):
    """A number within bounds; ``nan`` is in none, though no comparison with it says so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail as for one that is out of range."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not a number of metres.", param, ctx)
        return number


def lang_option(command: F) -> F:
    """Add ``--lang``; Japanese where neither it nor a run file says otherwise."""
    return click.option(
        "--lang",
        type=click.Choice([lang.value for lang in Lang]),
        callback=lambda _ctx, _param, value: value and Lang(value),
        help="Language of messages, tables and maps [default: ja, or as the run file says].",
    )(command)


def register_option(command: F) -> F:
    """Add ``--register``."""
    return click.option(
        "--register",
        "register_file",
        type=FILE,
        required=True,
        metavar="FILE",
        help="The register, a GeoPackage: plans.gpkg.",
    )(command)


def set_option(command: F) -> F:
    """Add ``--set``."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="KEY=VALUE",
        help="A key of the run file that is otherwise, dotted: network.profile=legal, "
        "policy.override.criterion.3.threshold_min=25. May be given several times.",
    )(command)


def output_options(command: F) -> F:
    """Add ``--outputs`` and ``--no-report``: what is written beside the verdicts."""
    only = click.option(
        "--outputs",
        metavar="WORDS",
        help="What is written beside the verdicts: map, report, workbook, geopackage, dissolved, "
        "routes, or none [default: as the run file says, else all].",
    )
    without = click.option(
        "--no-report",
        "no_report",
        is_flag=True,
        help="Without report.pdf, the slowest of the outputs; spots report makes it later.",
    )
    return only(without(command))


def all_option(command: F) -> F:
    """Add ``--all``."""
    return click.option(
        "--all",
        "everything",
        is_flag=True,
        help="Print every facility, those excluded or only reached too.",
    )(command)


def json_option(command: F) -> F:
    """Add ``--json``."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print the result as JSON for machines."
    )(command)


def force_option(command: F) -> F:
    """Add ``--force``."""
    return click.option("--force", is_flag=True, help="Replace an output that is already there.")(
        command
    )


def database_options(command: F) -> F:
    """Add ``--to`` and ``--schema``."""
    to = click.option(
        "--to",
        metavar="URL",
        help="PostGIS database to write the layers to: postgresql://user@host/database "
        "(password in PGPASSWORD or ~/.pgpass).",
    )
    schema = click.option(
        "--schema", default="spots", show_default=True, help="Schema of that database."
    )
    return to(schema(command))
