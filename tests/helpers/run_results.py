"""A run file's result as the rooms below the library have it."""

from __future__ import annotations

from pathlib import Path

from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.types import RunResult


def run(path: str | Path) -> RunResult:
    """Do the job of a run file."""
    return execute(read_run_file(path))
