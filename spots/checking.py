"""``spots check``: facility lists on their own, or against a run file's boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groundfloor.problems import Lang, Severity, Text
from spots.facilities import CheckReport, LayerSpec, check_layers
from spots.job.execution import read_regions
from spots.job.run_file import read_run_file

_COUNTS = {
    Severity.ERROR: Text("エラー", "errors"),
    Severity.WARNING: Text("警告", "warnings"),
    Severity.NOTE: Text("確認", "notes"),
}


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
