"""``spots batch``: many jobs, or one job with many lists."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Severity, Text
from groundfloor.toned_lines import TonedLine
from spots.commands.country_parts import (
    Countries,
    country_jobs,
    refuse_with_prefectures,
    refuse_without_prefectures,
    told_together,
)
from spots.commands.options import (
    FILE,
    FOLDER,
    F,
    force_option,
    json_option,
    lang_option,
    output_options,
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
    from spots.country import CountryOutcome
    from spots.job.batch_outcomes import BatchItem, BatchOutcome
    from spots.runners import Runner

_SERIAL, _PROCESSES = "serial", "processes"


def runner_options(command: F) -> F:
    """Add ``--runner``, ``--workers`` and ``--scheduler``."""
    runner = click.option(
        "--runner",
        metavar="NAME",
        help="Where jobs are done: serial, processes, dask, or one that another package brings "
        "[default: processes; serial for a single job].",
    )
    workers = click.option(
        "--workers",
        type=click.IntRange(min=1),
        help="How many jobs at once [default: as this machine has cores and memory for].",
    )
    scheduler = click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Scheduler of a Dask cluster, such as tcp://host:8786; only of one that is trusted "
        "[default: a cluster of its own on this machine].",
    )
    return runner(workers(scheduler(command)))


@click.command("batch")
@click.argument("run_files", type=FILE, nargs=-1, required=True, metavar="RUN.toml...")
@click.option("--lists", type=FOLDER, help="Run the one RUN.toml with each list of this folder.")
@click.option("--layer", help="The layer that each list takes the place of.")
@click.option(
    "--prefectures",
    metavar="all|43,46|熊本県",
    help="Run the one template for each of these prefectures, and put their results together.",
)
@click.option(
    "--scenarios", type=FILE, help="Each of the scenarios of this file, for each of them."
)
@click.option(
    "--out",
    type=FOLDER,
    default=Path("batch"),
    show_default=True,
    help="Folder of output folders, one for each job.",
)
@set_option
@output_options
@runner_options
@force_option
@lang_option
@json_option
def command(
    run_files: tuple[Path, ...],
    lists: Path | None,
    layer: str | None,
    prefectures: str | None,
    scenarios: Path | None,
    out: Path,
    settings: tuple[str, ...],
    lang: Lang | None,
    *,
    outputs: str | None,
    no_report: bool,
    runner: str | None,
    workers: int | None,
    scheduler: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Run many jobs, or one job with many lists; one that fails harms no other.

    A job whose result is there, of the same inputs, settings and version, is not run again: a
    batch that was stopped goes on where it was. --force replaces results of other inputs.
    """
    from spots.job.batch_run import StoppedBatchError
    from spots.runners import RunnerOptions, runner_called

    with reporting(lang) as chosen:
        planned = _planned(run_files, lists, layer, prefectures, scenarios, settings, chosen)
        items = _set_up(planned, settings, outputs, report=not no_report)
        together = Countries(items if prefectures is not None else (), out)
        name = runner or (_PROCESSES if len(items) > 1 else _SERIAL)
        does = runner_called(name, RunnerOptions(workers, scheduler, stages(chosen)))
        try:
            outcomes = _outcomes(items, out, together, does, lang=chosen, force=force)
        except StoppedBatchError as stopped:
            _tell(stopped.outcomes, (), chosen, out, name, as_json=as_json)
            raise
        countries = together.written()
        _tell(outcomes, countries, chosen, out, name, as_json=as_json)
        sys.exit(_exit_code(outcomes, countries))


def _outcomes(
    items: Sequence[BatchItem],
    out: Path,
    together: Countries,
    runner: Runner,
    *,
    lang: Lang,
    force: bool,
) -> tuple[BatchOutcome, ...]:
    from spots.job.batch_run import run_batch

    with _progress(runner.name, lang) as progress:
        return run_batch(
            items,
            out,
            lang=lang,
            force=force,
            progress=progress,
            runner=runner,
            gatherings=together.gatherings,
            gathered=together.take,
        )


def _planned(
    run_files: Sequence[Path],
    lists: Path | None,
    layer: str | None,
    prefectures: str | None,
    scenarios: Path | None,
    settings: Sequence[str],
    lang: Lang,
) -> tuple[BatchItem, ...]:
    from spots.job.batch_run import left_out, plan

    if prefectures is None:
        refuse_without_prefectures(scenarios)
        planned = plan(run_files, lists=lists, layer=layer)
        if lists is not None:
            tell_grouped(left_out(lists), lang)
        return planned
    refuse_with_prefectures(run_files, lists, layer)
    return country_jobs(run_files[0], prefectures, scenarios, settings, lang)


def _set_up(
    planned: Sequence[BatchItem], settings: tuple[str, ...], outputs: str | None, *, report: bool
) -> tuple[BatchItem, ...]:
    """Return jobs with what the command line sets of all of them."""
    from spots.library.output_arguments import output_choice

    written = output_choice(outputs, report=report)
    return tuple(
        replace(item, settings=item.settings or settings, outputs=written) for item in planned
    )


@contextmanager
def _progress(runner: str, lang: Lang) -> Iterator[Callable[[Text], None]]:
    """Give what tells how far it is: stages below each other, side by side all on one line."""
    if runner == _SERIAL:
        yield stages(lang)
        return
    with stages_on_one_line(lang) as progress:
        yield progress


def _tell(
    outcomes: Sequence[BatchOutcome],
    countries: Sequence[CountryOutcome],
    lang: Lang,
    out: Path,
    runner: str,
    *,
    as_json: bool,
) -> None:
    from spots.job.batch_outcomes import batch_json, batch_lines

    _tell_doubts(outcomes, countries, lang)
    if as_json:
        told = {"countries": [each.as_json(lang) for each in countries]} if countries else {}
        dump({**batch_json(outcomes, lang, runner), **told})
    else:
        say_lines(batch_lines(outcomes, lang, terminal_width(sys.stdout), out))
        say_lines(TonedLine(each.line.render(lang)) for each in countries)


def _exit_code(outcomes: Sequence[BatchOutcome], countries: Sequence[CountryOutcome]) -> int:
    if any(o.failed for o in outcomes) or any(each.failed for each in countries):
        return UNUSABLE_DATA
    problems = [p for o in outcomes for p in o.problems]
    return exit_code_of(problems, undetermined=any(o.undetermined for o in outcomes))


def _tell_doubts(
    outcomes: Sequence[BatchOutcome], countries: Sequence[CountryOutcome], lang: Lang
) -> None:
    ended = [o for o in outcomes if not o.failed]
    done = told_together(ended, countries) if countries else [p for o in ended for p in o.problems]
    doubts = [p for p in done if p.severity is not Severity.NOTE]
    tell_grouped(doubts, lang, more=_IN_SUMMARY)


_IN_SUMMARY = Text("summary.json にすべてあります", "all are in summary.json")
