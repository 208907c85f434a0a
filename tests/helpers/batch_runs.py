"""How jobs of a batch are run in tests, by workers too: plainly, and in every way that fails."""

from __future__ import annotations

import os
import signal

from spots.job.execution import execute
from spots.job.job_roads import Progress
from spots.job.run_file import Job
from spots.types import RunResult


def run_plainly(job: Job, progress: Progress) -> RunResult:
    """Run a job without what lies around."""
    return execute(job, progress, around=False)


def run_and_die_once(job: Job, progress: Progress) -> RunResult:
    """Kill the worker at the job called ``victim``, the first time."""
    mark = job.base / "was-here"
    if job.base.name == "victim" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return run_plainly(job, progress)


def run_on_a_full_disk(job: Job, progress: Progress) -> RunResult:
    """Let no file of more than a kilobyte be written after the job called ``victim``."""
    import resource  # noqa: PLC0415 - not on Windows

    result = run_plainly(job, progress)
    most = 1024 if job.base.name == "victim" else resource.RLIM_INFINITY
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    return result


def run_without_room(job: Job, progress: Progress) -> RunResult:
    """Find no memory for the job called ``victim``."""
    if job.base.name == "victim":
        raise MemoryError
    return run_plainly(job, progress)


def run_without_room_for_a_module(job: Job, progress: Progress) -> RunResult:
    """Find no memory for a library that the job called ``victim`` is the first to need."""
    if job.base.name == "victim":
        raise ImportError("libx.so: failed to map segment from shared object")
    return run_plainly(job, progress)


def write_and_die(result: RunResult, _lang: object, /) -> str:
    """Kill the worker when its folder is half written."""
    _ = result
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return ""
