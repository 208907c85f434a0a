"""What is made of the results of several jobs of a batch, by the same workers as the jobs.

Stands apart: it goes to a worker when its jobs have ended, and finds them in their folders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from groundfloor.problems import attempt
from spots.job.batch_outcomes import BatchOutcome
from spots.job.batch_work import JobBegin, JobOrder, JobWork
from spots.job.job_roads import Progress
from spots.outputs import read_manifest


@dataclass(frozen=True, slots=True)
class Gathering:
    """Something to be made of the results of several jobs, once all of them have ended.

    Parameters
    ----------
    name : str
        What messages call it.
    jobs : tuple of int
        The jobs, by their numbers in the batch.
    make : callable
        What makes it; pickled on its way to a worker. Faults are part of what it returns: it
        raises nothing but MemoryError.
    """

    name: str
    jobs: tuple[int, ...]
    make: Make


@dataclass(frozen=True, slots=True)
class GatheringOrder:
    """A gathering on its way to a worker.

    Parameters
    ----------
    name : str
        What messages call it.
    jobs : tuple of JobOrder
        Those of its jobs that could be read when the batch began, done now or before.
    after : tuple of int
        The orders that must have ended (`spots.runners.LateOrder`).
    make : callable
        As `Gathering` has it.
    """

    name: str
    jobs: tuple[JobOrder, ...]
    after: tuple[int, ...]
    make: Make

    def done(self) -> tuple[JobOrder, ...]:
        """Return the jobs whose result is there, of the inputs and settings of this batch."""
        return tuple(job for job in self.jobs if _is_there(job))


Make: TypeAlias = Callable[[GatheringOrder, Progress], object]
AnyOrder: TypeAlias = JobOrder | GatheringOrder


def _is_there(job: JobOrder) -> bool:
    """Tell whether a folder is this job's; where the job failed, an older one may still stand."""
    page, _ = attempt(partial(read_manifest, job.target))
    return page is not None and bool(job.digest) and page.get("digest") == job.digest


@dataclass(frozen=True, slots=True)
class BatchBegin:
    """Makes in a worker what does jobs and gatherings; see `spots.runners.Begin`."""

    jobs: JobBegin

    def __call__(self) -> BatchWork:
        """Return what does the orders of one worker."""
        return BatchWork(self.jobs())


@dataclass(frozen=True, slots=True)
class BatchWork:
    """Does the orders of one worker."""

    jobs: JobWork

    def __call__(self, order: AnyOrder, progress: Progress) -> BatchOutcome | object:
        """Do one order.

        Raises
        ------
        MemoryError
            As `JobWork` says.
        """
        if isinstance(order, GatheringOrder):
            return order.make(order, progress)
        return self.jobs(order, progress)
