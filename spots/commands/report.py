"""``spots report``: the report of a finished run again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang
from spots.commands.options import FILE, FOLDER, force_option, lang_option
from spots.commands.targets import write_again

if TYPE_CHECKING:
    from spots.library.result import Result


@click.command("report")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--out", type=FILE, help="PDF file to write [default: DIR_report_LANG.pdf beside DIR]."
)
@click.option(
    "--sections",
    metavar="WORDS",
    help="Sections, by key or by the words of the report: maps,annex or 地図,別表.",
)
@click.option("--maps", metavar="WORDS", help="Map pages beside the whole: areas, spots.")
@click.option("--routes", metavar="WORD", help="Whose routes are drawn: decisive, all, none.")
@click.option("--paper", metavar="WORD", help="Paper of the annex: a4, a3.")
@force_option
@lang_option
def command(
    folder: Path,
    out: Path | None,
    lang: Lang | None,
    *,
    sections: str | None,
    maps: str | None,
    routes: str | None,
    paper: str | None,
    force: bool,
) -> None:
    """Make the report of a finished run again: in English, with other pages.

    What is not said here holds as [report] of the run file says it.
    """

    def made(result: Result) -> bytes:
        return result.pdf(sections=sections, maps=maps, routes=routes, paper=paper)

    write_again(folder, out, lang, "report_{}.pdf", made, force=force)
