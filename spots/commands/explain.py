"""``spots explain``: why a facility is, or is not, a spot."""

from __future__ import annotations

from pathlib import Path

import click

from groundfloor.disk import write_whole
from groundfloor.problems import Lang
from spots.commands.options import FILE, FOLDER, force_option, json_option, lang_option
from spots.commands.reporting import dump, reporting
from spots.commands.targets import refuse_file


@click.command("explain")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.argument("facility")
@click.option(
    "--routes", type=FILE, metavar="GEOJSON", help="Also write the ways to the nearest hospitals."
)
@force_option
@lang_option
@json_option
def command(
    folder: Path,
    facility: str,
    routes: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say why FACILITY is, or is not, a spot, and what would turn it.

    FACILITY is an id, a name, or part of a name, with its municipality where that is not enough.
    """
    from spots.explaining import explain, explanation_json, explanation_text, ways_geojson
    from spots.outputs import load_result, own_files

    with reporting(lang) as chosen:
        found = explain(load_result(folder), facility)
        if routes is not None:
            refuse_file(routes, *own_files(folder), force=force)
            write_whole(routes, ways_geojson(found, chosen), force=force)
        if as_json:
            dump(explanation_json(found, chosen))
        else:
            click.echo(explanation_text(found, chosen))
