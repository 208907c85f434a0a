"""``spots check``: facility lists on their own, or against a run file's boundaries."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.problems import Lang, Severity, Text
from spots.commands.options import FILE, json_option, lang_option
from spots.commands.reporting import UNUSABLE_DATA, dump, reporting

if TYPE_CHECKING:
    from spots.facilities import CheckReport

_COUNTS = {
    Severity.ERROR: Text("エラー", "errors"),
    Severity.WARNING: Text("警告", "warnings"),
    Severity.NOTE: Text("確認", "notes"),
}


@click.command("check")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--run", "run_file", type=FILE, help="Run file whose boundaries and aliases to use.")
@lang_option
@json_option
def command(
    files: tuple[Path, ...], run_file: Path | None, lang: Lang | None, *, as_json: bool
) -> None:
    """Say what is wrong or doubtful in facility lists, by row and column."""
    with reporting(lang) as chosen:
        report = check_files(files, run_file)
        if as_json:
            dump(check_json(report, chosen))
        else:
            click.echo(check_text(report, chosen))
        sys.exit(0 if report.usable else UNUSABLE_DATA)


def check_files(files: Sequence[Path], run_file: Path | None = None) -> CheckReport:
    """Check facility lists and report everything at once.

    Parameters
    ----------
    files : sequence of Path
        The lists. None of them needs a type: the check is about the rows themselves.
    run_file : Path, optional
        Run file whose aliases, town table and boundaries are used: then points are compared with
        addresses too.

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
    from spots.job.run_file import read_run_file

    specs = [LayerSpec(path=f, shown=str(f), name=str(f)) for f in files]
    if run_file is None:
        return check_layers(specs, {})
    job = read_run_file(run_file)
    regions, _ = read_regions(job)
    towns = job.settings.towns
    return check_layers(
        specs,
        job.settings.aliases,
        regions=regions,
        towns=job.path(towns.file) if towns else None,
        tolerance_m=job.policy.place.tolerance_m,
        identities=job.identities,
        home=job.policy.policy.prefecture,
    )


def check_text(report: CheckReport, lang: Lang) -> str:
    """Return the findings, a line each, and a closing count."""
    lines = [p.render(lang) for p in report.problems]
    rows = Text(
        f"{report.rows}行、{len(report.facilities)}施設",
        f"{report.rows} rows, {len(report.facilities)} facilities",
    )
    counts = [f"{label.render(lang)} {len(report.of(s))}" for s, label in _COUNTS.items()]
    return "\n".join([*lines, f"{rows.render(lang)}: {', '.join(counts)}"])


def check_json(report: CheckReport, lang: Lang) -> dict[str, object]:
    """Return the findings as JSON-able data."""
    return {
        "rows": report.rows,
        "facilities": len(report.facilities),
        "usable": report.usable,
        "problems": [p.as_json(lang) for p in report.problems],
    }
