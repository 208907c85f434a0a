"""Many jobs, or one job with many lists; one that fails harms no other.

Stands apart: a batch knows jobs by their beginning and end only, and a job knows no batch.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from groundfloor.codec import readable_json
from groundfloor.decorations import raised_at
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
from spots.job.at_hand import AtHand
from spots.job.batch_outcomes import (
    FORMAT,
    BatchItem,
    BatchOutcome,
    Tally,
    batch_csv,
    batch_json,
    result_tallies,
)
from spots.job.execution import execute
from spots.job.job_roads import Progress, SharedNetwork, silent
from spots.job.run_file import Job, read_run_file
from spots.outputs import (
    Writer,
    refuse_existing,
    write_folder,
)
from spots.outputs.manifest import counts
from spots.types import RunResult

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
        From `spots.job.batch_run.plan`.
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
        What runs a job; by default `spots.job.execution.execute`, with the network of the job
        before where both name the same.

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
    load = SharedNetwork().load
    run = run or (lambda job, told: execute(job, told, hand=AtHand(load=load)))
    moment = created or datetime.now(UTC).replace(microsecond=0)
    outcomes = []
    for number, item in enumerate(runs, 1):
        head = f"[{number}/{len(runs)}] {item.name}"

        def stage(text: Text, head: str = head) -> None:
            progress(Text(f"{head}: {text.ja}", f"{head}: {text.en}"))

        def write(
            result: RunResult, missing: Callable[[Problem], None], target: Path = out / item.name
        ) -> None:
            write_folder(
                result,
                target,
                lang=lang,
                created=moment,
                force=force,
                extra=extra,
                missing=missing,
            )

        outcomes.append(_one(item, out / item.name, write, stage, run, force=force))
    _write_summaries(outcomes, out, lang, force=force)
    return tuple(outcomes)


def _one(
    item: BatchItem,
    target: Path,
    write: Callable[[RunResult, Callable[[Problem], None]], None],
    progress: Progress,
    run: Execute,
    *,
    force: bool,
) -> BatchOutcome:
    try:
        refuse_existing(target, force=force)
        progress(Text("始めます", "begins"))
        job = read_run_file(item.run_file, item.facilities, item.settings)
        result = run(job.writing(item.outputs) if item.outputs else job, progress)
        progress(Text("書き出しています", "writing"))
        left_out: list[Problem] = []
        write(result, left_out.append)
    except SpotsError as fault:
        return _failed(item, target, fault.problems, internal=False)
    except Exception as fault:  # noqa: BLE001 - a defect in one job must not cost the others
        return _failed(item, target, (_defect(fault),), internal=True)
    tally = counts(result)
    problems = (*result.problems, *left_out)
    return BatchOutcome(
        item,
        Tally(**tally),
        result.dissolved_km2,
        problems,
        results=result_tallies(result),
    )


def _failed(
    item: BatchItem, target: Path, problems: tuple[Problem, ...], *, internal: bool
) -> BatchOutcome:
    return BatchOutcome(item, None, None, problems, internal=internal, older_left=target.exists())


def _defect(fault: Exception) -> Problem:
    """Name an unexpected exception by type, message and the line that raised it."""
    kind, where = type(fault).__name__, raised_at(fault)
    return error(
        "internal-error",
        Text(f"ツールの不具合です（{kind}、{where}）", f"a defect of the tool ({kind}, {where})"),
        Text(
            "実行ファイルと入力を添えて開発者にお知らせください",
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
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(page, dict) and page.get("format") == FORMAT


def _write_summaries(
    outcomes: Sequence[BatchOutcome], out: Path, lang: Lang, *, force: bool
) -> None:
    write_whole(out / SUMMARY_CSV, batch_csv(outcomes, lang), force=force)
    write_whole(out / SUMMARY_JSON, readable_json(batch_json(outcomes, lang)), force=force)
