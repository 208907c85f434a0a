"""One job of a batch, done where a runner has it done: here, in another process or computer.

Stands apart: it goes to a worker, which knows nothing of the batch.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

from groundfloor.decorations import lacks_memory, raised_at
from groundfloor.problems import (
    DataError,
    Lang,
    MissingFileError,
    OutputExistsError,
    Problem,
    SpotsError,
    Text,
    error,
)
from spots.job.at_hand import AtHand
from spots.job.batch_finished import finished
from spots.job.batch_outcomes import BatchItem, BatchOutcome, Tally, result_tallies
from spots.job.execution import execute
from spots.job.job_digest import FileHashes, job_digest
from spots.job.job_roads import Progress, SharedNetwork, store_of
from spots.job.run_file import Job, read_run_file
from spots.outputs import Writer, refuse_existing, write_folder
from spots.outputs.manifest import counts
from spots.types import RunResult

T = TypeVar("T")
Execute: TypeAlias = Callable[[Job, Progress], RunResult]


@dataclass(frozen=True, slots=True)
class JobOrder:
    """A job of a batch on its way to a worker.

    Parameters
    ----------
    item : BatchItem
        The job; its paths are absolute.
    target : Path
        Its output folder, absolute.
    lang : Lang
        Language of the outputs.
    created : datetime
        Time for the manifest: one for the whole batch.
    force : bool
        Whether an older output is replaced.
    digest : str
        As `spots.job.job_digest.job_digest` gave it when the batch began; empty where an input
        could not be read then.
    """

    item: BatchItem
    target: Path
    lang: Lang
    created: datetime
    force: bool
    digest: str

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.item.name


def order_of(
    item: BatchItem,
    job: Job,
    target: Path,
    *,
    lang: Lang,
    created: datetime,
    force: bool,
    digest: str,
) -> JobOrder:
    """Return the order for a job, good in whatever folder its worker runs."""
    lists = {spec.path for spec in job.layers}
    elsewhere = replace(
        item,
        run_file=item.run_file.absolute(),
        facilities=tuple(_absolute_list(text, lists) for text in item.facilities),
    )
    return JobOrder(elsewhere, target.absolute(), lang, created, force, digest)


def _absolute_list(text: str, lists: set[Path]) -> str:
    """Return ``[LAYER=]FILE`` with an absolute path; the job's lists tell which part is the path.

    Examples
    --------
    >>> _absolute_list("③=a=b.csv", {Path("a=b.csv")}) == f"③={Path('a=b.csv').absolute()}"
    True
    """
    ends = [0, *(n + 1 for n, character in enumerate(text) if character == "=")]
    for end in ends:
        if (path := Path(text[end:].strip())) in lists:
            return f"{text[:end]}{path.absolute()}"
    return text


@dataclass(frozen=True, slots=True)
class JobBegin:
    """Makes in a worker what does its jobs; see `spots.runners.Begin`.

    Parameters
    ----------
    extra : mapping of str to Writer, optional
        As in `spots.outputs.write_folder`.
    run : callable, optional
        What runs a job; by default `spots.job.execution.execute`, with the network of the job
        before where both name the same, and with what was kept of the same content.
    """

    extra: Mapping[str, Writer] | None = None
    run: Execute | None = None

    def __call__(self) -> JobWork:
        """Return what does the jobs of one worker."""
        load = SharedNetwork().load

        def usual(job: Job, told: Progress) -> RunResult:
            return execute(job, told, hand=AtHand(load=load, disk=store_of(job, told)))

        return JobWork(self.run or usual, self.extra)


@dataclass(frozen=True, slots=True)
class JobWork:
    """Does the jobs of one worker; what they share, it reads once.

    Parameters
    ----------
    run : callable
        What runs a job.
    extra : mapping of str to Writer or None
        As in `spots.outputs.write_folder`.
    """

    run: Execute
    extra: Mapping[str, Writer] | None
    _hashes: FileHashes = field(default_factory=FileHashes)

    def __call__(self, order: JobOrder, progress: Progress) -> BatchOutcome:
        """Do one job and write its folder, or nothing of it.

        Raises
        ------
        MemoryError
            There is not room enough; whoever runs it knows what can be done.
        """
        item, target = order.item, order.target
        try:
            return self._done(order, progress)
        except OutputExistsError as fault:  # by a worker that was given up while it was at work
            found = finished(item, target, order.digest) if not order.force else None
            return found or failed(item, target, fault.problems)
        except MissingFileError as fault:
            unseen = (_not_seen_here(item),) if order.digest else ()  # it was read elsewhere
            return failed(item, target, (*unseen, *fault.problems))
        except SpotsError as fault:
            return failed(item, target, fault.problems)
        except Exception as fault:
            if lacks_memory(fault):
                raise MemoryError(str(fault)) from fault
            return failed(item, target, (_defect(fault),), internal=True)

    def _done(self, order: JobOrder, progress: Progress) -> BatchOutcome:
        item = order.item
        refuse_existing(order.target, force=order.force)
        progress(Text("始めます", "begins"))
        job = job_of(item)
        _refuse_changed(order, job, self._hashes)
        result = self.run(job, progress)
        # What was read or imported in between may be neither the old nor the new.
        _refuse_changed(order, job, self._hashes.with_tool_now())
        progress(Text("書き出しています", "writing"))
        left_out: list[Problem] = []
        write_folder(
            result,
            order.target,
            lang=order.lang,
            created=order.created,
            force=order.force,
            extra=self.extra,
            missing=left_out.append,
            disk=store_of(job, progress),
        )
        return BatchOutcome(
            item,
            Tally(**counts(result)),
            result.dissolved_km2,
            (*result.problems, *left_out),
            results=result_tallies(result),
        )


def _refuse_changed(order: JobOrder, job: Job, hashes: FileHashes) -> None:
    """Refuse inputs, or a tool, that are not those of the plan: the result would be taken for it.

    Raises
    ------
    DataError
        One was written to.
    """
    if order.digest and job_digest(job, order.lang, hashes) != order.digest:
        raise DataError(_other_than_planned(order.item))


def job_of(item: BatchItem) -> Job:
    """Read and check the job of an item, with the outputs that it asks for."""
    job = read_run_file(item.run_file, item.facilities, item.settings)
    return job.writing(item.outputs) if item.outputs else job


def failed(
    item: BatchItem, target: Path, problems: tuple[Problem, ...], *, internal: bool = False
) -> BatchOutcome:
    """Return the outcome of a job that failed: nothing of it is written."""
    return BatchOutcome(item, None, None, problems, internal=internal, older_left=target.exists())


def _not_seen_here(item: BatchItem) -> Problem:
    return error(
        "worker-sees-no-file",
        Text(
            f"入力ファイルが、処理を担当したコンピューター（{platform.node()}）から見えません",
            f"an input cannot be seen on the computer that was to do it ({platform.node()})",
        ),
        Text(
            "すべてのワーカーから同じパスで見える共有フォルダに、入力と出力先を置いてください",
            "keep inputs and output in a shared folder that all workers see under the same path",
        ),
        file=item.run_file.name,
    )


def _other_than_planned(item: BatchItem) -> Problem:
    return error(
        "batch-inputs-changed",
        Text(
            "入力ファイルが、一括実行を始めたときのものと異なります",
            "an input is not what it was when the batch began",
        ),
        Text(
            "実行中に書き換えた場合は、もう一度実行してください。別のコンピューターで動かしている場合は、"
            "同じ内容のファイルと同じ版のツールが見えているか確かめてください",
            "if it was edited meanwhile, run the batch again; where other computers do the work, "
            "see that they have the same files and the same version of the tool",
        ),
        file=item.run_file.name,
    )


def endured(do: Callable[[], T]) -> tuple[T | None, tuple[Problem, ...]]:
    """Return what something gives, or why it fails: by its input, or by a defect of the tool.

    Raises
    ------
    MemoryError
        There is not room enough.
    """
    try:
        return do(), ()
    except SpotsError as fault:
        return None, fault.problems
    except Exception as fault:
        if lacks_memory(fault):
            raise MemoryError(str(fault)) from fault
        return None, (_defect(fault),)


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
