"""``spots check``: a whole job before it is run, or facility lists on their own."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Severity, Text, UsageError, error
from spots.commands.options import FILE, json_option, lang_option, set_option
from spots.commands.reporting import (
    UNDETERMINED,
    UNUSABLE_DATA,
    dump,
    reporting,
    say,
    say_lines,
    stages,
    terminal_width,
)

if TYPE_CHECKING:
    from groundfloor.toned_lines import TonedLine
    from spots.checking import JobCheck
    from spots.facilities import CheckReport, PositionSource

_COUNTS = {
    Severity.ERROR: Text("エラー", "errors"),
    Severity.WARNING: Text("警告", "warnings"),
    Severity.NOTE: Text("確認", "notes"),
}
_RUN_FILE, _RECORD = ".toml", "run.json"


@click.command("check")
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="RUN.toml|LIST...")
@click.option("--run", "run_file", type=FILE, help="Run file whose boundaries and aliases to use.")
@click.option(
    "--positions",
    type=FILE,
    multiple=True,
    help="Where rows of a list without coordinates are looked up by name: 医療情報ネット, P04, a "
    "result, a town table.",
)
@click.option(
    "--facilities",
    multiple=True,
    metavar="[LAYER=]FILE",
    help="A new list in the place of a layer of the run files, as for spots run.",
)
@set_option
@click.option("--all", "everything", is_flag=True, help="Show every problem, setting and column.")
@lang_option
@json_option
def command(
    files: tuple[Path, ...],
    run_file: Path | None,
    positions: tuple[Path, ...],
    facilities: tuple[str, ...],
    settings: tuple[str, ...],
    lang: Lang | None,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Say what a run would come to, and what is wrong or doubtful, without writing anything.

    A run file (TOML), or a result (its folder or run.json), is checked as a whole job: files,
    columns, editions, policy, neighbours, roads, and what would be undetermined. Any other file is
    a facility list, checked by row and column.

    Exit codes: 0 can be run, 3 can be run but something would be undetermined, 1 cannot be run,
    2 wrong usage.
    """
    from spots.facilities import sources_of

    with reporting(lang) as chosen:
        named = [_record_of(file) for file in files]
        jobs = [file for file in named if _is_job(file)]
        lists = [file for file in named if not _is_job(file)]
        _refuse(jobs, lists, (run_file, positions), (*facilities, *settings))
        checks = _checks(jobs, facilities, settings, chosen)
        report = check_files(lists, run_file, sources_of(positions)) if lists else None
        options = _options(facilities, settings)
        if as_json:
            dump(_page(checks, report, options, chosen))
        else:
            _print(checks, report, options, chosen, everything=everything)
        sys.exit(_exit_code(checks, report))


def _record_of(file: Path) -> Path:
    """Return the run.json of a result's folder; any other file as it is."""
    record = file / _RECORD
    return record if file.is_dir() and record.is_file() else file


def _is_job(file: Path) -> bool:
    return file.suffix.casefold() == _RUN_FILE or file.name == _RECORD


def _refuse(
    jobs: Sequence[Path],
    lists: Sequence[Path],
    of_lists: tuple[Path | None, Sequence[Path]],
    changes: Sequence[str],
) -> None:
    """Refuse options that none of the files is for."""
    run_file, positions = of_lists
    if (run_file is not None or positions) and not lists:
        what = Text("一覧のファイルと一緒に使います", "goes with facility lists")
        remedy = Text(
            "実行ファイルはそのまま spots check に渡してください",
            "give the run file itself to spots check",
        )
        column = "--run" if run_file is not None else "--positions"
        raise UsageError(error("option-without-use", what, remedy, column=column))
    if changes and not jobs:
        what = Text("実行ファイルと一緒に使います", "goes with run files")
        remedy = Text("実行ファイルを指定してください", "name a run file")
        raise UsageError(error("option-without-use", what, remedy, value=changes[0]))


def _checks(
    jobs: Iterable[Path], facilities: Sequence[str], settings: Sequence[str], lang: Lang
) -> list[JobCheck]:
    """Check every job; roads that several of them name are loaded once."""
    from spots.checking import check_job
    from spots.job.at_hand import AtHand
    from spots.job.job_roads import SharedNetwork

    load = SharedNetwork().load
    return [
        check_job(job, facilities, settings, progress=stages(lang), hand=AtHand(load=load))
        for job in jobs
    ]


def _options(facilities: Sequence[str], settings: Sequence[str]) -> list[str]:
    """Return the options as they are typed again."""
    pairs = [*(("--facilities", each) for each in facilities), *(("--set", s) for s in settings)]
    return [word for pair in pairs for word in pair]


def _print(
    checks: Iterable[JobCheck],
    report: CheckReport | None,
    options: Sequence[str],
    lang: Lang,
    *,
    everything: bool,
) -> None:
    from spots.checking.check_text import CheckLayout, check_lines, next_line

    layout = CheckLayout(lang, terminal_width(sys.stdout), everything=everything)
    for check in checks:
        say_lines(check_lines(check, layout))
        say(next_line(check, options, lang))
    if report is not None:
        say_lines(list_lines(report, layout.lang, layout.width, everything=everything))


def _page(
    checks: Sequence[JobCheck], report: CheckReport | None, options: Sequence[str], lang: Lang
) -> dict[str, object]:
    from spots.checking.check_pages import FORMAT, VERSION, check_page
    from spots.checking.check_text import next_command

    lists = check_json(report, lang) if report is not None else {}
    if not checks:
        return lists
    jobs = [check_page(check, lang, next_command(check, options)) for check in checks]
    page: dict[str, object] = {"format": FORMAT, "version": VERSION, "jobs": jobs}
    return {**page, "lists": lists} if lists else page


def _exit_code(checks: Sequence[JobCheck], report: CheckReport | None) -> int:
    if not all(check.usable for check in checks) or (report is not None and not report.usable):
        return UNUSABLE_DATA
    return UNDETERMINED if any(check.open for check in checks) else 0


def check_files(
    files: Sequence[Path],
    run_file: Path | None = None,
    positions: Sequence[PositionSource] = (),
) -> CheckReport:
    """Check facility lists and report everything at once.

    Parameters
    ----------
    files : sequence of Path
        The lists. None of them needs a type: the check is about the rows themselves.
    run_file : Path, optional
        Run file whose aliases, sources of positions and boundaries are used: then points are
        compared with addresses too.
    positions : sequence of PositionSource
        Where rows without coordinates are looked up, before the run file's own sources.

    Returns
    -------
    CheckReport
        All findings, never raised.

    Raises
    ------
    SpotsError
        The run file or its boundaries cannot be used.
    """
    from spots.facilities import LayerSpec, check_layers
    from spots.job.inputs import read_regions
    from spots.job.position_inputs import named_sources
    from spots.job.run_file import read_run_file

    specs = [LayerSpec(path=f, shown=str(f), name=str(f)) for f in files]
    if run_file is None:
        return check_layers(specs, {}, positions=positions)
    job = read_run_file(run_file)
    regions, _ = read_regions(job)
    own = [source for _, _, source in named_sources(job.settings, job.base, job.file)]
    return check_layers(
        specs,
        job.settings.aliases,
        regions=regions,
        positions=(*positions, *own),
        tolerance_m=job.policy.place.tolerance_m,
        identities=job.identities,
        home=job.policy.policy.prefecture,
    )


def list_lines(
    report: CheckReport, lang: Lang, width: int | None = None, *, everything: bool = False
) -> Iterable[TonedLine]:
    """Yield the findings by kind, and a closing count."""
    from groundfloor.problem_groups import FEW, group_lines, problem_groups
    from groundfloor.toned_lines import TonedLine
    from spots.facilities.position_review import review_lines

    more = Text("--all ですべて表示", "--all shows all")
    yield from map(TonedLine, review_lines(report.facilities, lang))
    for group in problem_groups(report.problems):
        few = len(group.problems) if everything else FEW
        yield from group_lines(group, lang, few=few, width=width, more=more)
    rows = Text(
        f"{report.rows}行、{len(report.facilities)}施設",
        f"{report.rows} rows, {len(report.facilities)} facilities",
    )
    counts = [f"{label.render(lang)} {len(report.of(s))}" for s, label in _COUNTS.items()]
    yield TonedLine(f"{rows.render(lang)}: {', '.join(counts)}")


def check_json(report: CheckReport, lang: Lang) -> dict[str, object]:
    """Return the findings as JSON-able data."""
    from spots.facilities.position_review import positions_json

    return {
        "rows": report.rows,
        "facilities": len(report.facilities),
        "usable": report.usable,
        "problems": [p.as_json(lang) for p in report.problems],
        **({"positions": asked} if (asked := positions_json(report.facilities, lang)) else {}),
    }
