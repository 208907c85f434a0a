"""``spots run``: the main job.

Stands apart: a command of its own; ``spots demo`` is the same job with the sample's run file.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from groundfloor.problems import Lang, SpotsError, Text
from spots.commands.finished_run import (
    FinishedRun,
    compared,
    dump_finished,
    former_run,
    print_finished,
)
from spots.commands.options import (
    FILE,
    FOLDER,
    all_option,
    database_options,
    force_option,
    json_option,
    lang_option,
    output_options,
    set_option,
)
from spots.commands.reporting import exit_code_of, reporting, stages

if TYPE_CHECKING:
    from groundfloor.disk import WrittenFile
    from groundfloor.problems import Problem
    from spots.export.exported import Loaded
    from spots.export.postgis.database import Target
    from spots.job.run_file import Job
    from spots.types import OutputChoice, RunResult


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
@output_options
@click.option(
    "--against",
    type=FOLDER,
    metavar="RESULT",
    help="Tell what changed since this result [default: the one that --force replaces].",
)
@all_option
@force_option
@lang_option
@database_options
@json_option
def command(
    run_file: Path,
    facilities: tuple[str, ...],
    out: Path | None,
    settings: tuple[str, ...],
    against: Path | None,
    lang: Lang | None,
    to: str | None,
    schema: str,
    *,
    outputs: str | None,
    no_report: bool,
    everything: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Do the main job that RUN describes: a run file (TOML), or the run.json of a result.

    A run.json is run again on the same inputs, to the same bytes; an input that is no longer the
    same is named.
    """
    from spots.library.output_arguments import output_choice

    with reporting(lang):
        base = (to, schema) if to is not None else None
        chosen = output_choice(outputs, report=not no_report)
        asked = RunRequest(run_file, facilities, settings, out, against, base, everything, chosen)
        do_run(asked, lang, force=force, as_json=as_json)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is to be run, and what is wanted of it.

    Parameters
    ----------
    path : Path
        Run file, or the run.json of a result.
    facilities, settings : sequence of str
        As `spots.job.run_file.read_run_file` takes them.
    out : Path or None
        Output folder; None for the job's own.
    against : Path or None
        A result to tell changes from; None for the one that is replaced, if any.
    base : (str, str) or None
        Address and schema of a database.
    everything : bool
        Whether every facility is printed.
    outputs : OutputChoice or None
        What is written, where it is not what the run file says.
    """

    path: Path
    facilities: Sequence[str] = ()
    settings: Sequence[str] = ()
    out: Path | None = None
    against: Path | None = None
    base: tuple[str, str] | None = None
    everything: bool = False
    outputs: OutputChoice | None = None


def do_run(asked: RunRequest, lang: Lang | None, *, force: bool, as_json: bool) -> NoReturn:
    """Run a job, write its folder, print what was decided, and exit."""
    from networks.kernel import start_without_scipy
    from spots.job.job_roads import store_of
    from spots.job.run_file import read_run_file
    from spots.library.whole_runs import judged
    from spots.outputs import refuse_existing, write_folder

    job = read_run_file(asked.path, asked.facilities, asked.settings)
    job = job.writing(asked.outputs) if asked.outputs else job
    chosen = lang or job.lang
    target = asked.out or job.output
    refuse_existing(target, force=force)
    named = asked.against is not None
    against = asked.against or target
    former = former_run(against, chosen, named=named) if named or force else None
    database = _open_database(asked.base)
    progress = stages(chosen)
    start_without_scipy()
    # What the libraries hold, and then the result, stays until this process ends: the garbage
    # collector need not walk it again and again.
    gc.freeze()
    new = judged(job, progress)
    result = new.evidence
    gc.freeze()
    progress(Text("書き出しています", "writing"))
    left_out: list[Problem] = []
    kept = store_of(job, progress)
    written = write_folder(
        result, target, lang=chosen, force=force, missing=left_out.append, disk=kept
    )
    problems = (*result.problems, *left_out)
    loaded = _load(result, target, database, chosen) if database else None
    told = (*problems, *_unlike(job, asked.facilities, chosen, written))
    before = compared(former, new, named=named)
    done = FinishedRun(result, written, target, told, before, against, loaded)
    if as_json:
        dump_finished(done, chosen)
    else:
        print_finished(done, chosen, everything=asked.everything)
    sys.exit(exit_code(result, problems))


def _unlike(
    job: Job, facilities: Sequence[str], lang: Lang, written: Sequence[WrittenFile]
) -> Sequence[Problem]:
    """Return what a replay of the very same job wrote otherwise than the run did."""
    from spots.job.replaying import differing_outputs

    if job.record is None or lang is not job.lang or facilities:
        return ()
    return differing_outputs(job.record, written)


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
