"""A Dask scheduler and workers in processes of their own, on loopback, in another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.folders import ROOT


@dataclass(frozen=True, slots=True)
class Cluster:
    """A scheduler that runs."""

    address: str
    scheduler: subprocess.Popen[bytes]


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Run a scheduler and so many workers until the block ends."""
    file = folder / "scheduler.json"
    place = ["--host", "127.0.0.1", "--no-dashboard"]
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            _process(folder, "scheduler", *place, "--port", "0", "--scheduler-file", file)
        )
        address = _address(file)
        for _ in range(workers):
            more = (*place, "--nthreads", "1", "--local-directory", folder)
            stack.enter_context(_process(folder, "worker", address, *more))
        yield Cluster(address, scheduler)


@contextmanager
def _process(folder: Path, command: str, *options: object) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{command}", *map(str, options)],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(file: Path) -> str:
    while True:
        try:
            return str(json.loads(file.read_text("utf-8"))["address"])
        except (OSError, ValueError):
            time.sleep(0.05)
