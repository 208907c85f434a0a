"""``spots map``: the map of a finished run again."""

from __future__ import annotations

from pathlib import Path

import click

from groundfloor.problems import Lang
from spots.commands.options import FILE, FOLDER, force_option, lang_option
from spots.commands.targets import write_again


@click.command("map")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--out", type=FILE, help="HTML file to write [default: DIR_map_LANG.html beside DIR]."
)
@force_option
@lang_option
def command(folder: Path, out: Path | None, lang: Lang | None, *, force: bool) -> None:
    """Draw the map of a finished run again, e.g. in English."""
    write_again(folder, out, lang, "map_{}.html", lambda result: result.map().page, force=force)
