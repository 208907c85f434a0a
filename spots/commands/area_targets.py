"""``spots targets``: target numbers of physicians by area, and the progress towards them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Problem, Text, UsageError, error
from spots.commands.options import FILE, FOLDER, force_option, json_option, lang_option
from spots.commands.reporting import dump, exit_code_of, name_files, reporting, tell_grouped

if TYPE_CHECKING:
    from groundfloor.disk import WrittenFile
    from spots.physician_targets.target_pages import TargetReport


@click.command("targets")
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--sheet", metavar="NAME", help="Sheet of FILE, where it is a workbook.")
@click.option(
    "--by-source",
    type=FILE,
    help="The same placements by source: compared year by year with those by area.",
)
@click.option(
    "--areas",
    type=FILE,
    help="Where the areas lie, for layer and map: a result folder, or a boundary file (A38).",
)
@click.option("--out", type=FOLDER, help="Folder to make: tables, workbook, chart, layer, map.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the table as CSV.")
@force_option
@lang_option
@json_option
def command(
    file: Path,
    sheet: str | None,
    by_source: Path | None,
    areas: Path | None,
    out: Path | None,
    lang: Lang | None,
    *,
    as_csv: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Print target numbers of physicians by area, and what each year placed of those needed.

    FILE has a row for each area: physicians when the plan was made, the target, how many more are
    needed, and a column for each year. What does not add up is told and never corrected.
    """
    from spots.physician_targets.target_report import targets_of

    with reporting(lang) as chosen:
        if as_csv and as_json:
            raise UsageError(_both())
        if out is not None:
            _refuse(out, force=force)
        work = targets_of(file, by_source=by_source, areas=areas, sheet=sheet)
        written: tuple[WrittenFile, ...] = ()
        problems = work.report.problems
        if out is not None:
            from spots.physician_targets.target_folder import write_targets

            written, more = write_targets(work, out, lang=chosen, force=force)
            problems = (*problems, *more)
        _print(work.report, chosen, as_csv=as_csv, as_json=as_json)
        sys.stdout.flush()
        tell_grouped(problems, chosen)
        name_files(written, None if out is None else out / "_", as_json=as_json or as_csv)
        sys.exit(exit_code_of(problems, undetermined=False))


def _print(report: TargetReport, lang: Lang, *, as_csv: bool, as_json: bool) -> None:
    from spots.outputs.table_page import page_table
    from spots.physician_targets.target_pages import (
        sources_page,
        targets_csv,
        targets_json,
        targets_page,
    )

    if as_json:
        dump(targets_json(report, lang))
    elif as_csv:
        click.echo(targets_csv(report, lang), nl=False)
    else:
        click.echo(page_table(targets_page(report, lang), lang))
        if (page := sources_page(report, lang)) is not None:
            click.echo("\n" + page_table(page, lang))


def _refuse(out: Path, *, force: bool) -> None:
    from spots.physician_targets.target_folder import FOLDER

    FOLDER.refuse(out, force=force)


def _both() -> Problem:
    return error(
        "csv-and-json",
        Text("--csv と --json は同時に指定できません", "--csv and --json exclude each other"),
        Text("どちらか一方を指定してください", "give one of them"),
    )
