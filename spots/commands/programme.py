"""``spots programme``: which institutions of a list are of which class of a career programme."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.dates import parse_date
from groundfloor.problems import Lang, Text
from spots.commands.options import FILE, FOLDER, force_option, json_option, lang_option
from spots.commands.reporting import UNDETERMINED, dump, reporting, tell_grouped

if TYPE_CHECKING:
    from spots.programmes.programme_list import ProgrammeList


@click.command("programme")
@click.argument("programme", metavar="FILE.toml|PRESET")
@click.argument("institutions", type=FILE, metavar="LIST")
@click.option("--register", type=FILE, help="Register of designations (spots plan).")
@click.option(
    "--boundaries",
    type=FILE,
    help="Outlines of municipalities (N03), for rows with a position alone and for the map; "
    "by default those of the register.",
)
@click.option("--areas", type=FILE, help="Table or layer of medical areas, with --boundaries.")
@click.option("--on", metavar="DAY", help="Day of the list: 2027-04-01, R9.4.1 [default: today].")
@click.option("--cohort", metavar="ID", help="Only for these graduates.")
@click.option("--out", type=FOLDER, help="Folder to write: CSV, workbook, one page with a map.")
@force_option
@lang_option
@json_option
def command(
    programme: str,
    institutions: Path,
    register: Path | None,
    boundaries: Path | None,
    areas: Path | None,
    on: str | None,
    cohort: str | None,
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say which institutions of LIST are of which class of a programme, and by which rule.

    PRESET is aomori, designated or shortage. No column of LIST that is about a person is carried.
    """
    from spots.programmes.programme_folder import FOLDER
    from spots.programmes.programme_list import AskedProgramme, programme_list

    with reporting(lang) as chosen:
        if out is not None:
            FOLDER.refuse(out, force=force)
        when = parse_date(on, column="--on", whole=True) if on is not None else _today()
        work = programme_list(
            AskedProgramme(programme, institutions, when, register, boundaries, areas, cohort)
        )
        _show(work, chosen, out, force=force, as_json=as_json)
        sys.exit(UNDETERMINED if work.undetermined else 0)


def _today() -> date:
    return datetime.now().astimezone().date()


_IN_JSON = Text("--json にすべてあります", "all are in --json")


def _show(work: ProgrammeList, lang: Lang, out: Path | None, *, force: bool, as_json: bool) -> None:
    from spots.outputs.table_page import page_json, page_table
    from spots.programmes.programme_folder import write_programme
    from spots.programmes.programme_list import list_page

    page = list_page(work)
    problems = work.problems
    lines = []
    if out is not None:
        written, found = write_programme(work, out, lang=lang, force=force)
        problems = (*problems, *found)
        lines = [f"{out / file.name}  {file.size:,} B" for file in written]
    tell_grouped(problems, lang, more=_IN_JSON)
    if as_json:
        dump({**page_json(page, lang), "problems": [p.as_json(lang) for p in problems]})
        return
    click.echo(page_table(page, lang))
    for line in lines:
        click.echo(line)
