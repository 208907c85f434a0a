"""Many jobs, or one job with many lists; one that fails harms no other.

Stands apart: a batch knows jobs by their beginning and end only, and a job knows no batch.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groundfloor.codec import readable_json
from groundfloor.disk import already_there, write_whole
from groundfloor.folding import nfkc
from groundfloor.problems import (
    ForeignFolderError,
    Lang,
    MissingFileError,
    OutputExistsError,
    Problem,
    SpotsError,
    Text,
    UsageError,
    error,
    warning,
)
from groundfloor.tables import TABLE_SUFFIXES
from groundfloor.vector_files import SIDECAR_SUFFIXES, VECTOR_SUFFIXES
from groundfloor.workspaces import tidy
from spots.job.batch_finished import finished
from spots.job.batch_gathering import AnyOrder, BatchBegin, Gathering, GatheringOrder
from spots.job.batch_outcomes import FORMAT, BatchItem, BatchOutcome, batch_csv, batch_json
from spots.job.batch_work import Execute, JobBegin, JobOrder, failed, job_of, order_of
from spots.job.job_digest import FileHashes, job_digest
from spots.job.job_roads import Progress, silent
from spots.outputs import Writer, refuse_existing
from spots.outputs.manifest import MANIFEST
from spots.runners import Ended, Runner, SerialRunner

SUMMARY_CSV, SUMMARY_JSON = "summary.csv", "summary.json"
LIST_SUFFIXES = TABLE_SUFFIXES | VECTOR_SUFFIXES | {".zip"}
_FORBIDDEN = frozenset('<>:"/\\|?*')  # in file names on Windows
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
)
# A name may have 255 bytes; the folder is written aside under a longer name first.
_MOST_BYTES = 150


def plan(
    run_files: Sequence[Path], *, lists: Path | None = None, layer: str | None = None
) -> tuple[BatchItem, ...]:
    """Return the jobs of a batch: one for each run file, or one for each list of a folder.

    Parameters
    ----------
    run_files : sequence of Path
        Run files; exactly one when `lists` is given.
    lists : Path, optional
        Folder of facility lists, each of which takes the place of a layer in turn, by name.
        Hidden and temporary files, and files that are no lists (`left_out`), are passed over.
    layer : str, optional
        The layer (name, mark or list name) they take the place of; needed unless only one layer
        is judged or the lists have a type column.

    Returns
    -------
    tuple of BatchItem
        In the order given, lists by name.

    Raises
    ------
    UsageError
        The arguments do not go together, or the folder has no list.
    MissingFileError
        There is no such folder.
    """
    if lists is None:
        if layer is not None:
            raise UsageError(_wrong("--layer", "--lists と一緒に指定してください", "needs --lists"))
        return _named([(_label(path, run_files), path, ()) for path in run_files])
    if len(run_files) != 1:
        ja = "--lists は実行ファイル一つと一緒に指定してください"
        raise UsageError(_wrong("--lists", ja, "goes with exactly one run file"))
    files = _lists_in(lists)
    head = f"{layer}=" if layer else ""
    return _named([(_label(path, files), run_files[0], (f"{head}{path}",)) for path in files])


def folder_name(text: str) -> str:
    r"""Return `text` as a folder name that Windows, macOS and Linux take.

    Examples
    --------
    >>> folder_name("R6: 新/旧 一覧?"), folder_name("..\\x"), folder_name("CON"), folder_name("")
    ('R6_ 新_旧 一覧_', '_x', 'CON_', 'job')
    """
    plain = unicodedata.normalize("NFC", text)
    kept = "".join("_" if _unsafe(ch) else ch for ch in plain).strip(" .")
    kept = kept.encode("utf-8")[:_MOST_BYTES].decode("utf-8", errors="ignore").rstrip(" .")
    # A leading dash would be read as an option by other tools.
    kept = f"_{kept[1:]}" if kept.startswith("-") else kept
    stem, dot, rest = kept.partition(".")
    if stem.rstrip().casefold() in _DEVICES:  # Windows means the device, whatever the suffix
        kept = f"{stem.rstrip()}_{dot}{rest}"
    return kept or "job"


def _unsafe(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _FORBIDDEN or category[0] == "C" or category in {"Zl", "Zp"}


def _named(jobs: Iterable[tuple[str, Path, tuple[str, ...]]]) -> tuple[BatchItem, ...]:
    """Make names unique, also where a file system knows neither case nor width."""
    taken = {SUMMARY_CSV, SUMMARY_JSON}
    items = []
    for label, run_file, facilities in jobs:
        base = name = folder_name(label)
        number = 1
        while nfkc(name).casefold() in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(nfkc(name).casefold())
        items.append(BatchItem(name, run_file, facilities))
    return tuple(items)


def _label(path: Path, among: Sequence[Path]) -> str:
    """Return what tells a file from the others: its stem, else its folder or its suffix too."""
    same = [p for p in among if p.stem == path.stem]
    if len(same) <= 1:
        return path.stem
    if Counter(p.name for p in same)[path.name] == 1:
        return path.name
    return f"{path.absolute().parent.name}-{path.stem}"


def _lists_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise MissingFileError(
            error(
                "folder-not-found",
                Text("フォルダが見つかりません", "the folder does not exist"),
                Text("パスを確かめてください", "check the path"),
                file=str(folder),
            )
        )
    found = [path for path in _given(folder) if path.suffix.lower() in LIST_SUFFIXES]
    if not found:
        shown = _shown_suffixes()
        raise UsageError(
            error(
                "no-lists",
                Text("フォルダに施設一覧がありません", "the folder has no facility list"),
                Text(f"次の形式が使えます: {shown}", f"these are read: {shown}"),
                file=str(folder),
            )
        )
    return found


def _given(folder: Path) -> list[Path]:
    """Return what somebody put there: hidden files and Excel's locks (~$list.xlsx) are nobody's."""
    given = (path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    return sorted(given, key=lambda path: path.name)


def left_out(folder: Path) -> tuple[Problem, ...]:
    """Return a warning for each thing in a folder of lists that is none, and no part of one."""
    given = _given(folder)
    stems = {path.stem for path in given if path.suffix.lower() in LIST_SUFFIXES}
    return tuple(
        warning(
            "not-a-list",
            Text("施設一覧ではないため読みません", "is no facility list, so it is left out"),
            Text(
                f"施設一覧なら、次のいずれかの形式で保存してください: {_shown_suffixes()}",
                f"if it is one, save it as one of these: {_shown_suffixes()}",
            ),
            file=path.name,
        )
        for path in given
        if (suffix := path.suffix.lower()) not in LIST_SUFFIXES
        and not (suffix in SIDECAR_SUFFIXES and path.stem in stems)
    )


def _shown_suffixes() -> str:
    return " ".join(sorted(LIST_SUFFIXES))


def _wrong(option: str, ja: str, en: str) -> Problem:
    text = Text("オプションの組合せが正しくありません", f"{option} {en}")
    return error("wrong-combination", text, Text(ja, "see --help"), column=option)


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
    runner: Runner | None = None,
    gatherings: Sequence[Gathering] = (),
    gathered: Callable[[Gathering, Ended[object]], None] = lambda _gathering, _ended: None,
) -> tuple[BatchOutcome, ...]:
    """Run every job and write ``out/<name>/`` for each, ``summary.csv`` and ``summary.json``.

    A job that fails, by its input or by a defect of the tool, is recorded; the others go on, and
    nothing of it is written. A job whose result is there already, whole and of the same inputs,
    settings and version, is not run: a batch that was stopped goes on where it was.

    Parameters
    ----------
    runs : sequence of BatchItem
        From `spots.job.batch_run.plan`.
    out : Path
        The folder of the batch; may exist.
    lang : Lang
        Language of the outputs.
    force : bool
        Replace folders of other inputs, settings or versions, and the summary of another batch.
        Where a job fails, its older folder stays.
    created : datetime, optional
        Time for the manifests; now by default.
    progress : callable
        Called with the name of each job and stage as it begins.
    extra : mapping of str to Writer, optional
        As in `spots.outputs.write_folder`.
    run : callable
        What runs a job; by default `spots.job.execution.execute`, with the network of the job
        before where both name the same.
    runner : Runner, optional
        Where the jobs are done; by default one after the other, in this process. All of them give
        the same bytes.
    gatherings : sequence of Gathering
        What is made of results of several jobs, each as soon as these have ended.
    gathered : callable
        Called with each of them, and how it ended.

    Returns
    -------
    tuple of BatchOutcome
        One for each job, in order.

    Raises
    ------
    OutputExistsError, ForeignFolderError
        The summary of another batch is there already and was not to be replaced, or is not one of
        ours.
    OutputError
        The summary cannot be written.
    StoppedBatchError
        It was stopped (Ctrl-C); the summary says which jobs are missing.
    SpotsError
        The runner has no worker.
    """
    _refuse_summaries(out, runs, force=force)
    moment = created or datetime.now(UTC).replace(microsecond=0)
    batch = _Batch(runs, out, lang, moment, force, gatherings, gathered)
    chosen = runner or SerialRunner()
    batch.look_at_all()
    try:
        batch.go(chosen, JobBegin(extra, run), progress)
    except KeyboardInterrupt:
        outcomes = batch.ended()
        _write_summaries(outcomes, out, lang, chosen.name)
        raise StoppedBatchError(outcomes) from None
    outcomes = batch.ended()
    _write_summaries(outcomes, out, lang, chosen.name)
    return outcomes


class StoppedBatchError(KeyboardInterrupt):
    """A batch was stopped by hand; its summary is written, and it goes on when called again.

    Parameters
    ----------
    outcomes : tuple of BatchOutcome
        How each of its jobs ended, those that are missing too.
    """

    def __init__(self, outcomes: tuple[BatchOutcome, ...]) -> None:
        super().__init__()
        self.outcomes = outcomes


@dataclass(slots=True)
class _Batch:
    """The jobs of a batch, what is still to be done and what came of the others."""

    runs: Sequence[BatchItem]
    out: Path
    lang: Lang
    created: datetime
    force: bool
    gatherings: Sequence[Gathering] = ()
    gathered: Callable[[Gathering, Ended[object]], None] = lambda _gathering, _ended: None
    planned: dict[int, JobOrder] = field(default_factory=dict)  # what could be read
    orders: dict[int, JobOrder] = field(default_factory=dict)  # what is to be done of it
    outcomes: dict[int, BatchOutcome] = field(default_factory=dict)

    def look_at_all(self) -> None:
        """Find what has to be done: what cannot be read fails, what is there is done."""
        hashes = FileHashes()
        for number, item in enumerate(self.runs):
            target = self.out / item.name
            try:
                order = self.planned[number] = self._order(item, target, hashes)
                if found := finished(item, target, order.digest):
                    self.outcomes[number] = found
                    continue
                refuse_existing(target, force=self.force)
            except SpotsError as fault:
                self.outcomes[number] = failed(item, target, fault.problems)
            else:
                self.orders[number] = order

    def _order(self, item: BatchItem, target: Path, hashes: FileHashes) -> JobOrder:
        job = job_of(item)
        return order_of(
            item,
            job,
            target,
            lang=self.lang,
            created=self.created,
            force=self.force,
            digest=job_digest(job, self.lang, hashes),
        )

    def go(self, runner: Runner, begin: JobBegin, progress: Progress) -> None:
        """Have everything done that is to be done."""
        tasks = self._in_order()
        one_by_one = isinstance(runner, SerialRunner)

        def told(place: int, stage: Text) -> None:
            number = tasks[place]
            if isinstance(number, Gathering):
                progress(Text(f"{number.name}: {stage.ja}", f"{number.name}: {stage.en}"))
                return
            # Side by side only how many are done says how far it is.
            far = number + 1 if one_by_one else len(self.outcomes)
            head = f"[{far}/{len(self.runs)}] {self.runs[number].name}"
            progress(Text(f"{head}: {stage.ja}", f"{head}: {stage.en}"))

        try:
            orders = self._orders_of(tasks)
            with closing(runner.run(orders, BatchBegin(begin), told)) as all_ended:
                for each in all_ended:
                    self._take(tasks[each.number], each)
        finally:
            if self.out.is_dir():
                tidy(self.out)  # what workers that were killed had begun

    def _in_order(self) -> list[int | Gathering]:
        """Return the jobs that are left, and what is made of some of them after the last of these.

        So the first are gathered while others are at work.
        """

        def place(task: int | Gathering) -> tuple[int, bool]:
            return (max(task.jobs), True) if isinstance(task, Gathering) else (task, False)

        return sorted([*self.orders, *self.gatherings], key=place)

    def _orders_of(self, tasks: Sequence[int | Gathering]) -> list[AnyOrder]:
        places = {task: place for place, task in enumerate(tasks) if isinstance(task, int)}

        def order(task: int | Gathering) -> AnyOrder:
            if not isinstance(task, Gathering):
                return self.orders[task]
            jobs = tuple(self.planned[n] for n in task.jobs if n in self.planned)
            after = tuple(places[n] for n in task.jobs if n in places)
            return GatheringOrder(task.name, jobs, after, task.make)

        return [order(task) for task in tasks]

    def _take(self, number: int | Gathering, ended: Ended[BatchOutcome | object]) -> None:
        if isinstance(number, Gathering):
            self.gathered(number, ended)
            return
        item, target = self.runs[number], self.out / self.runs[number].name
        if not isinstance(ended.done, BatchOutcome):
            self.outcomes[number] = self._there(number) or _missing(item, target, ended.problems)
        elif ended.done.failed or (target / MANIFEST).is_file():
            self.outcomes[number] = replace(ended.done, item=item)
        else:
            self.outcomes[number] = _missing(item, target, (_not_seen_there(target),))

    def ended(self) -> tuple[BatchOutcome, ...]:
        """Return how each job ended; those that were never done are missing."""
        return tuple(
            self.outcomes.get(n)
            or self._there(n)
            or _missing(item, self.out / item.name, (_STOPPED,))
            for n, item in enumerate(self.runs)
        )

    def _there(self, number: int) -> BatchOutcome | None:
        """Return the outcome of a job that was done, though nobody came to say so."""
        item = self.runs[number]
        found = finished(item, self.out / item.name, self.orders[number].digest)
        return replace(found, finished_before=False) if found else None


_STOPPED = error(
    "batch-stopped",
    Text("中断されたため、実行していません", "was not run: the batch was stopped"),
    Text("同じコマンドで続きから実行します", "the same command goes on from here"),
)


def _not_seen_there(target: Path) -> Problem:
    return error(
        "output-not-seen",
        Text(
            "別のコンピューターで書き出された結果が、ここから見えません",
            "was written on another computer, and cannot be seen on this one",
        ),
        Text(
            "すべてのワーカーから同じパスで見える共有フォルダを --out に指定してください",
            "name a shared folder for --out that all workers see under the same path",
        ),
        file=str(target),
    )


def _missing(item: BatchItem, target: Path, problems: tuple[Problem, ...]) -> BatchOutcome:
    return replace(failed(item, target, problems), missing=True)


def _refuse_summaries(out: Path, runs: Sequence[BatchItem], *, force: bool) -> None:
    """Refuse a target whose summaries must not be replaced, before anything runs."""
    if out.exists() and not out.is_dir():
        raise already_there(out)
    present = [out / name for name in (SUMMARY_CSV, SUMMARY_JSON) if (out / name).exists()]
    if not present:
        return
    page = _summary(out / SUMMARY_JSON)
    if not force and not (page and _all_in(page, runs)):
        raise OutputExistsError([p for path in present for p in already_there(path).problems])
    if not page:
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


def _summary(path: Path) -> dict[str, Any]:
    """Return a summary of ours; empty where there is none."""
    try:
        page = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return page if isinstance(page, dict) and page.get("format") == FORMAT else {}


def _all_in(page: Mapping[str, Any], runs: Sequence[BatchItem]) -> bool:
    """Tell whether a batch has every job of an older summary, which then loses nothing by it."""
    jobs = page.get("jobs")
    return isinstance(jobs, list) and {
        each.get("name") for each in jobs if isinstance(each, dict)
    } <= {item.name for item in runs}


def _write_summaries(outcomes: Sequence[BatchOutcome], out: Path, lang: Lang, runner: str) -> None:
    """Write both; whether any stood there that must stay was asked before."""
    page = readable_json(batch_json(outcomes, lang, runner))
    write_whole(out / SUMMARY_CSV, batch_csv(outcomes, lang), force=True)
    write_whole(out / SUMMARY_JSON, page, force=True)
