"""``spots explain``: why a facility is, or is not, a spot, or a unit of ground in a result."""

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
@click.argument("name")
@click.option(
    "--routes", type=FILE, metavar="GEOJSON", help="Also write the ways to the nearest hospitals."
)
@force_option
@lang_option
@json_option
def command(
    folder: Path,
    name: str,
    routes: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say why NAME is, or is not, a spot, and what would turn it.

    NAME is the id, the name or part of the name of a facility, with its municipality where that
    is not enough; or a municipality, district, island, medical area or other unit that the policy
    judges, by name or code: then what each result found of it, and which clause decided.
    """
    from spots.library.explanation import explained

    with reporting(lang) as chosen:
        found = explained(folder, name, chosen)
        if routes is not None:
            from spots.outputs import own_files

            refuse_file(routes, *own_files(folder), force=force)
            write_whole(routes, found.ways_geojson(), force=force)
        if as_json:
            dump(found.to_dict())
        else:
            click.echo(found.text)
