"""``spots report``: the report of a finished run again."""

from __future__ import annotations

from pathlib import Path

import click

from groundfloor.problems import Lang
from spots.commands.options import FILE, FOLDER, force_option, lang_option
from spots.commands.targets import write_again


@click.command("report")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--out", type=FILE, help="PDF file to write [default: DIR_report_LANG.pdf beside DIR]."
)
@force_option
@lang_option
def command(folder: Path, out: Path | None, lang: Lang | None, *, force: bool) -> None:
    """Make the report of a finished run again, e.g. in English."""
    write_again(folder, out, lang, "report_{}.pdf", lambda result: result.pdf, force=force)
