"""``spots service``: months of service against the clocks of obligations, by pseudonymous key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.dates import parse_date
from groundfloor.problems import Lang, Problem, Text
from spots.commands.options import FILE, FOLDER, force_option, json_option, lang_option
from spots.commands.reporting import dump, reporting, tell_grouped

if TYPE_CHECKING:
    from spots.service.service_pages import ServiceAnswer


@click.command("service")
@click.argument("postings", type=FILE, metavar="POSTINGS")
@click.option("--persons", type=FILE, help="Table of persons: key, cohort, day of the licence.")
@click.option("--programme", required=True, metavar="FILE|PRESET", help="Programme with classes.")
@click.option("--institutions", required=True, type=FILE, help="List of all institutions.")
@click.option("--register", type=FILE, help="Register of designations (spots plan).")
@click.option("--boundaries", type=FILE, help="Outlines of municipalities (N03).")
@click.option("--rules", required=True, metavar="FILE|PRESET", help="nintei, aomori, kanagawa, …")
@click.option("--on", required=True, metavar="DAY", help="The last day that counts: 2027-03-31.")
@click.option(
    "--across-end",
    type=click.Choice(["each_day", "at_start"]),
    help="How a posting across the end of a class counts [default: as the rules say].",
)
@click.option("--out", type=FOLDER, help="New folder for results of persons, readable by you.")
@force_option
@lang_option
@json_option
def command(
    postings: Path,
    persons: Path | None,
    programme: str,
    institutions: Path,
    register: Path | None,
    boundaries: Path | None,
    rules: str,
    on: str,
    across_end: str | None,
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Count months of service of POSTINGS against the clocks of some rules.

    POSTINGS has the columns person_key, institution, from, to, hours_per_week, status. Keys are
    pseudonyms: columns of names, mail, birth dates or licence numbers are refused. What is printed
    are counts for councils; results of persons go into the folder of --out alone.
    """
    from spots.programmes.programme_list import AskedProgramme
    from spots.service.service_asking import AskedService, service_answer
    from spots.service.service_folder import refuse_service_folder
    from spots.types.service_clocks import AcrossEnd

    with reporting(lang) as chosen:
        if out is not None:
            named = (
                postings,
                persons,
                institutions,
                register,
                boundaries,
                *map(Path, (programme, rules)),
            )
            inputs = [path for path in named if path is not None and path.exists()]
            refuse_service_folder(out, force=force, inputs=inputs)
        day = parse_date(on, column="--on", whole=True)
        asked = AskedProgramme(programme, institutions, day, register, boundaries)
        across = AcrossEnd(across_end) if across_end is not None else None
        answer, problems = service_answer(AskedService(postings, persons, asked, rules, across))
        _show(answer, problems, chosen, out, force=force, as_json=as_json)


def _show(
    answer: ServiceAnswer,
    problems: tuple[Problem, ...],
    lang: Lang,
    out: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    from spots.outputs.table_page import page_json, page_table
    from spots.service.service_folder import who_may_read, write_service_folder
    from spots.service.service_pages import (
        council_classes_page,
        council_clocks_page,
        service_files,
    )
    from spots.service.untold_cells import unquoted

    lines: list[str] = []
    if out is not None:
        files = unquoted(lambda: service_files(answer, lang), str(out))
        written = write_service_folder(files, out, force=force)
        lines = [f"{out / file.name}  {file.size:,} B" for file in written]
        problems = (*problems, *who_may_read(out))
    tell_grouped(problems, lang, more=_IN_JSON)
    pages = council_clocks_page(answer), council_classes_page(answer)
    if as_json:
        told = [p.as_json(lang) for p in problems]
        clocks, classes = (page_json(page, lang) for page in pages)
        dump(
            {
                "on": answer.result.on.isoformat(),
                "clocks": clocks,
                "classes": classes,
                "problems": told,
            }
        )
    else:
        click.echo("\n\n".join(f"{p.title.render(lang)}\n{page_table(p, lang)}" for p in pages))
    for line in lines:
        click.echo(line, err=as_json)


_IN_JSON = Text("--json にすべてあります", "all are in --json")
