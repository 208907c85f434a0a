"""Results of several prefectures, read as one: their folders, or that of a batch.

Stands apart: a result is of one folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from groundfloor.problems import Lang, Problem, Text, UsageError, error
from spots.library.result import Result, read_result
from spots.outputs.manifest import MANIFEST


def read_results(folders: Sequence[str | Path], *, lang: Lang | str | None = None) -> Result:
    """Read the results of several prefectures as one.

    Parameters
    ----------
    folders : sequence of str or Path
        Output folders, or that of a batch: of ``spots batch --prefectures`` what it put together,
        of another all of its jobs.
    lang : str, optional
        As for `read_result`.

    Returns
    -------
    Result
        Every facility, spot and municipality of all of them, each told by its own prefecture.

    Raises
    ------
    FolderError
        As `read_result` says.
    UsageError
        Two are of one prefecture, or a batch is one of scenarios: then one of these has to be
        named.
    """
    each = [path for folder in folders for path in results_in(Path(folder))]
    results = [read_result(path, lang=lang) for path in each]
    first = results[0]
    if len(results) == 1:
        return first
    from spots.country import put_together  # noqa: PLC0415 - of one result there is nothing to do

    together = put_together([result.evidence for result in results])
    return replace(first, evidence=together, folder=None)


def results_in(folder: Path) -> tuple[Path, ...]:
    """Return the results that a folder is meant for: itself, the whole of a batch, or its jobs.

    Raises
    ------
    UsageError
        It is a batch of scenarios.
    """
    if (folder / MANIFEST).exists():
        return (folder,)
    from spots.country.country_files import FOLDER  # noqa: PLC0415 - as above

    if (folder / FOLDER / MANIFEST).exists():
        return (folder / FOLDER,)
    names = tuple(_done(folder))
    scenarios = tuple(dict.fromkeys(name.rpartition("/")[0] for name in names if "/" in name))
    if scenarios:
        raise UsageError(_which_scenario(folder, scenarios))
    return tuple(folder / name for name in names) or (folder,)


def _done(folder: Path) -> Iterator[str]:
    from spots.job.batch_outcomes import FORMAT  # noqa: PLC0415 - as above
    from spots.job.batch_run import SUMMARY_JSON  # noqa: PLC0415 - as above

    try:
        page = json.loads((folder / SUMMARY_JSON).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return
    if not isinstance(page, dict) or page.get("format") != FORMAT:
        return
    for job in page.get("jobs", []):
        if isinstance(job, dict) and job.get("counts") and (folder / str(job["name"])).is_dir():
            yield str(job["name"])


def _which_scenario(folder: Path, scenarios: Sequence[str]) -> Problem:
    listed = "、".join(scenarios[:5]), ", ".join(scenarios[:5])
    return error(
        "which-scenario",
        Text("シナリオの一括実行のフォルダです", "is the folder of a batch of several scenarios"),
        Text(
            f"その中のシナリオのフォルダを指定してください（{listed[0]}）",
            f"give the folder of one of its scenarios ({listed[1]})",
        ),
        file=str(folder),
    )
