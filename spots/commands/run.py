"""``spots run``: the main job.

Stands apart: a command of its own; ``spots demo`` is the same job with the sample's run file.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from groundfloor.problems import Lang, SpotsError, Text
from spots.commands.options import (
    FILE,
    FOLDER,
    database_options,
    force_option,
    json_option,
    lang_option,
    set_option,
)
from spots.commands.reporting import dump, exit_code_of, report_problems, reporting, stages

if TYPE_CHECKING:
    from groundfloor.disk import WrittenFile
    from groundfloor.problems import Problem
    from spots.export.exported import Loaded
    from spots.export.postgis.database import Target
    from spots.job.run_file import Job
    from spots.types import RunResult


@click.command("run")
@click.argument("run_file", type=FILE, metavar="RUN")
@click.option(
    "--facilities",
    multiple=True,
    metavar="[LAYER=]FILE",
    help="A new list in the place of a layer of the run file (by name, mark or list name).",
)
@click.option(
    "--out",
    type=FOLDER,
    help="Output folder [default: as the run file says; of a replay, beside the result].",
)
@set_option
@force_option
@lang_option
@database_options
@json_option
def command(
    run_file: Path,
    facilities: tuple[str, ...],
    out: Path | None,
    settings: tuple[str, ...],
    lang: Lang | None,
    to: str | None,
    schema: str,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Do the main job that RUN describes: a run file (TOML), or the run.json of a result.

    A run.json is run again on the same inputs, to the same bytes; an input that is no longer the
    same is named.
    """
    with reporting(lang):
        base = (to, schema) if to is not None else None
        do_run(
            run_file,
            facilities,
            out,
            lang,
            force=force,
            as_json=as_json,
            settings=settings,
            base=base,
        )


def do_run(
    path: Path,
    facilities: Sequence[str],
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
    settings: Sequence[str] = (),
    base: tuple[str, str] | None = None,
) -> NoReturn:
    """Run a job, write its folder, print the summary, and exit."""
    from networks.kernel import start_without_scipy
    from spots.job.run_file import read_run_file
    from spots.library.whole_runs import judged
    from spots.outputs import refuse_existing, write_folder

    job = read_run_file(path, facilities, settings)
    chosen = lang or job.lang
    target = out or job.output
    refuse_existing(target, force=force)
    database = _open_database(base)
    progress = stages(chosen)
    start_without_scipy()
    # What the libraries hold, and then the result, stays until this process ends: the garbage
    # collector need not walk it again and again.
    gc.freeze()
    result = judged(job, progress).evidence
    gc.freeze()
    progress(Text("書き出しています", "writing"))
    left_out: list[Problem] = []
    written = write_folder(result, target, lang=chosen, force=force, missing=left_out.append)
    problems = (*result.problems, *left_out)
    report_problems((*problems, *_unlike(job, facilities, chosen, written)), chosen)
    loaded = _load(result, target, database, chosen) if database else None
    if as_json:
        _dump_summary(result, written, loaded, chosen)
    else:
        _print_summary(result, written, loaded, target, chosen)
    sys.exit(exit_code(result, problems))


def _unlike(
    job: Job, facilities: Sequence[str], lang: Lang, written: Sequence[WrittenFile]
) -> Sequence[Problem]:
    """Return what a replay of the very same job wrote otherwise than the run did."""
    from spots.job.replaying import differing_outputs

    if job.record is None or lang is not job.lang or facilities:
        return ()
    return differing_outputs(job.record, written)


def _dump_summary(
    result: RunResult, written: Sequence[WrittenFile], loaded: Loaded | None, lang: Lang
) -> None:
    from spots.export.exported import loaded_json
    from spots.outputs import summary_json

    extra = {"database": loaded_json(loaded)} if loaded else {}
    dump({**summary_json(result, written, lang), **extra})


def _print_summary(
    result: RunResult,
    written: Sequence[WrittenFile],
    loaded: Loaded | None,
    folder: Path,
    lang: Lang,
) -> None:
    from spots.export.exported import loaded_text
    from spots.outputs import summary_table

    click.echo(summary_table(result, lang))
    click.echo()
    for file in written:
        click.echo(f"{folder / file.name}  {file.size:,} B")
    if loaded:
        click.echo(loaded_text(loaded, lang))


def _open_database(base: tuple[str, str] | None) -> Target | None:
    """Return the database of `--to`, after a look whether it answers."""
    if base is None:
        return None
    from spots.export.postgis import check_target, target_of

    target = target_of(*base)
    check_target(target)
    return target


def _load(result: RunResult, folder: Path, target: Target, lang: Lang) -> Loaded:
    """Write a finished run to a database; say that its folder stands where that fails."""
    from spots.export import read_record
    from spots.export.exported import folder_stands
    from spots.export.postgis import load_layers

    stages(lang)(Text("データベースに書き込んでいます", "writing to the database"))
    try:
        return load_layers(result, read_record(folder), target, lang=lang)
    except SpotsError:
        click.echo(folder_stands(folder).render(lang), err=True)
        raise


def exit_code(result: RunResult, problems: Sequence[Problem]) -> int:
    """Return how the run ended: see `spots.commands.reporting.exit_code_of`."""
    from spots.types import State

    states = {*(v.state for v in result.verdicts), *(v.state for v in result.units)}
    return exit_code_of(problems, undetermined=State.UNDETERMINED in states)
