"""``spots batch``: many jobs, or one job with many lists."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Severity, Text
from spots.commands.options import (
    FILE,
    FOLDER,
    force_option,
    json_option,
    lang_option,
    set_option,
)
from spots.commands.reporting import (
    UNUSABLE_DATA,
    dump,
    exit_code_of,
    reporting,
    say_lines,
    stages,
    stages_on_one_line,
    tell_grouped,
    terminal_width,
)

if TYPE_CHECKING:
    from spots.job.batch_outcomes import BatchOutcome

_SERIAL, _PROCESSES = "serial", "processes"


@click.command("batch")
@click.argument("run_files", type=FILE, nargs=-1, required=True, metavar="RUN.toml...")
@click.option("--lists", type=FOLDER, help="Run the one RUN.toml with each list of this folder.")
@click.option("--layer", help="The layer that each list takes the place of.")
@click.option(
    "--out",
    type=FOLDER,
    default=Path("batch"),
    show_default=True,
    help="Folder of output folders, one for each job.",
)
@click.option(
    "--runner",
    metavar="NAME",
    help="Where jobs are done: serial, processes, dask, or one that another package brings "
    "[default: processes; serial for a single job].",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="How many jobs are done at once [default: as this machine has cores and memory for].",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Scheduler of a Dask cluster, such as tcp://host:8786 [default: a cluster of its own "
    "on this machine].",
)
@set_option
@force_option
@lang_option
@json_option
def command(
    run_files: tuple[Path, ...],
    lists: Path | None,
    layer: str | None,
    out: Path,
    runner: str | None,
    workers: int | None,
    scheduler: str | None,
    settings: tuple[str, ...],
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Run many jobs, or one job with many lists; one that fails harms no other.

    A job whose result is there, of the same inputs, settings and version, is not run again: a
    batch that was stopped goes on where it was. --force replaces results of other inputs.
    """
    from spots.job import batch_run as batching
    from spots.runners import RunnerOptions, runner_called

    with reporting(lang) as chosen:
        planned = batching.plan(run_files, lists=lists, layer=layer)
        items = tuple(replace(item, settings=settings) for item in planned)
        if lists is not None:
            tell_grouped(batching.left_out(lists), chosen)
        name = runner or (_PROCESSES if len(items) > 1 else _SERIAL)
        does = runner_called(name, RunnerOptions(workers, scheduler))
        try:
            with _progress(name, chosen) as progress:
                outcomes = batching.run_batch(
                    items, out, lang=chosen, force=force, progress=progress, runner=does
                )
        except batching.StoppedBatchError as stopped:
            _tell(stopped.outcomes, chosen, out, name, as_json=as_json)
            raise
        _tell(outcomes, chosen, out, name, as_json=as_json)
        if any(o.failed for o in outcomes):
            sys.exit(UNUSABLE_DATA)
        problems = [p for o in outcomes for p in o.problems]
        sys.exit(exit_code_of(problems, undetermined=any(o.undetermined for o in outcomes)))


@contextmanager
def _progress(runner: str, lang: Lang) -> Iterator[Callable[[Text], None]]:
    """Give what tells how far it is: stages below each other, side by side all on one line."""
    if runner == _SERIAL:
        yield stages(lang)
        return
    with stages_on_one_line(lang) as progress:
        yield progress


def _tell(
    outcomes: Sequence[BatchOutcome], lang: Lang, out: Path, runner: str, *, as_json: bool
) -> None:
    from spots.job.batch_outcomes import batch_json, batch_lines

    _tell_doubts(outcomes, lang)
    if as_json:
        dump(batch_json(outcomes, lang, runner))
    else:
        say_lines(batch_lines(outcomes, lang, terminal_width(sys.stdout), out))


def _tell_doubts(outcomes: Iterable[BatchOutcome], lang: Lang) -> None:
    done = [p for o in outcomes if not o.failed for p in o.problems]
    doubts = [p for p in done if p.severity is not Severity.NOTE]
    tell_grouped(doubts, lang, more=_IN_SUMMARY)


_IN_SUMMARY = Text("summary.json にすべてあります", "all are in summary.json")
