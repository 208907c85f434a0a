"""Running a batch: each job on its own, its failure recorded and not passed on."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from groundfloor.disk import already_there, write_whole
from groundfloor.problems import (
    ForeignFolderError,
    Lang,
    OutputExistsError,
    Problem,
    SpotsError,
    Text,
    error,
)
from spots.batch.model import BatchItem, BatchOutcome, Tally
from spots.batch.planning import SUMMARY_CSV, SUMMARY_JSON
from spots.batch.report import FORMAT, batch_csv, batch_json
from spots.job import Progress, execute, silent
from spots.job_network import SharedNetwork
from spots.outputs import (
    Writer,
    refuse_existing,
    write_folder,
)
from spots.outputs.manifest import counts
from spots.runfile import Job, read_run_file
from spots.types import RunResult

Execute = Callable[[Job, Progress], RunResult]


def run_batch(
    runs: Sequence[BatchItem],
    out: Path,
    *,
    lang: Lang,
    force: bool = False,
    created: datetime | None = None,
    progress: Progress = silent,
    extra: Mapping[str, Writer] | None = None,
    run: Execute | None = None,
) -> tuple[BatchOutcome, ...]:
    """Run every job and write ``out/<name>/`` for each, ``summary.csv`` and ``summary.json``.

    A job that fails, by its input or by a defect of the tool, is recorded; the others go on, and
    nothing of it is written.

    Parameters
    ----------
    runs : sequence of BatchItem
        From `spots.batch.plan`.
    out : Path
        The folder of the batch; may exist.
    lang : Lang
        Language of the outputs.
    force : bool
        Replace folders and summaries of an older batch. Where a job fails, its older folder stays.
    created : datetime, optional
        Time for the manifests; now by default.
    progress : callable
        Called with the name of each job and stage as it begins.
    extra : mapping of str to Writer, optional
        As in `spots.outputs.write_folder`.
    run : callable
        What runs a job; by default `spots.job.execute`, with the network of the job before where
        both name the same.

    Returns
    -------
    tuple of BatchOutcome
        One for each job, in order.

    Raises
    ------
    OutputExistsError, ForeignFolderError
        A summary is there already and was not to be replaced, or is not one of ours.
    OutputError
        The summary cannot be written.
    """
    _refuse_summaries(out, force=force)
    run = run or partial(execute, load=SharedNetwork().load)
    moment = created or datetime.now(UTC).replace(microsecond=0)
    outcomes = []
    for number, item in enumerate(runs, 1):
        head = f"[{number}/{len(runs)}] {item.name}"

        def stage(text: Text, head: str = head) -> None:
            progress(Text(f"{head}: {text.ja}", f"{head}: {text.en}"))

        def write(result: RunResult, target: Path = out / item.name) -> None:
            write_folder(result, target, lang=lang, created=moment, force=force, extra=extra)

        outcomes.append(_one(item, out / item.name, write, stage, run, force=force))
    _write_summaries(outcomes, out, lang)
    return tuple(outcomes)


def _one(
    item: BatchItem,
    target: Path,
    write: Callable[[RunResult], None],
    progress: Progress,
    run: Execute,
    *,
    force: bool,
) -> BatchOutcome:
    try:
        refuse_existing(target, force=force)
        progress(Text("始めます", "begins"))
        result = run(read_run_file(item.run_file, item.facilities), progress)
        progress(Text("書き出しています", "writing"))
        write(result)
    except SpotsError as fault:
        return _failed(item, target, fault.problems, internal=False)
    except Exception as fault:  # noqa: BLE001 - a defect in one job must not cost the others
        return _failed(item, target, (_defect(fault),), internal=True)
    tally = counts(result)
    return BatchOutcome(item, Tally(**tally), result.dissolved_km2, result.problems)


def _failed(
    item: BatchItem, target: Path, problems: tuple[Problem, ...], *, internal: bool
) -> BatchOutcome:
    return BatchOutcome(item, None, None, problems, internal=internal, older_left=target.exists())


def _defect(fault: Exception) -> Problem:
    """Name an unexpected exception by type, message and the line that raised it."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    kind = type(fault).__name__
    return error(
        "internal-error",
        Text(f"ツールの不具合です({kind}、{where})", f"a defect of the tool ({kind}, {where})"),
        Text(
            "実行設定と入力を添えて開発者にお知らせください",
            "please report it with the run file and the inputs",
        ),
        value=str(fault) or None,
    )


def _refuse_summaries(out: Path, *, force: bool) -> None:
    """Refuse a target whose summaries must not be replaced, before anything runs."""
    if out.exists() and not out.is_dir():
        raise already_there(out)
    present = [out / name for name in (SUMMARY_CSV, SUMMARY_JSON) if (out / name).exists()]
    if not present:
        return
    if not force:
        raise OutputExistsError([p for path in present for p in already_there(path).problems])
    if not _ours(out / SUMMARY_JSON):
        raise ForeignFolderError(
            error(
                "not-our-summary",
                Text(
                    "このツールが作った集計ではないため、置き換えません",
                    "is not a summary of this tool, so it is not replaced",
                ),
                Text("別の出力先を指定してください", "name another output folder"),
                file=str(present[0]),
            )
        )


def _ours(path: Path) -> bool:
    try:
        page = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(page, dict) and page.get("format") == FORMAT


def _write_summaries(outcomes: Sequence[BatchOutcome], out: Path, lang: Lang) -> None:
    page = json.dumps(batch_json(outcomes, lang), ensure_ascii=False, indent=2, sort_keys=True)
    write_whole(out / SUMMARY_CSV, batch_csv(outcomes, lang))
    write_whole(out / SUMMARY_JSON, f"{page}\n")
