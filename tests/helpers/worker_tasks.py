"""What workers are given to do in tests: small orders that end in every way there is."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from groundfloor.problems import Text


@dataclass(frozen=True, slots=True)
class Task:
    """An order whose name is ``WHAT`` or ``WHAT:FILE``.

    ``die`` kills its worker, ``die-once`` unless FILE is there; ``no-room`` finds no memory,
    ``too-much`` asks for more than the worker may have, ``defect`` raises, ``sleep`` waits for
    FILE's sake, ``slow`` for a moment and ``noise`` prints. All others return their name and the worker's number.
    """

    name: str


@dataclass(frozen=True, slots=True)
class LateTask(Task):
    """A task that waits for others."""

    after: tuple[int, ...]


Work = Callable[[Task, Callable[[Text], None]], tuple[str, int]]


def begin() -> Work:
    """Return what does tasks."""
    return do


def begin_with_little_memory() -> Work:
    """Return what does tasks in a process that may not grow much."""
    import resource  # noqa: PLC0415 - not on Windows

    room = 256 * 1024**2
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + room, used + room))
    return do


def do(task: Task, told: Callable[[Text], None]) -> tuple[str, int]:
    """Do what a task's name says."""
    told(Text("数える", "counting"))
    what, _, file = task.name.partition(":")
    if what in {"die", "die-once"} and not (file and Path(file).exists()):
        Path(file or os.devnull).write_text("", encoding="utf-8")
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    if what == "no-room":
        raise MemoryError
    if what == "too-much":
        bytearray(1024**3)
    if what == "defect":
        raise ValueError("by nothing")
    if what == "noise":
        print("noise")  # noqa: T201
        os.write(1, b"more noise")
        sys.stdin.read()
    if what == "slow":
        time.sleep(0.5)
    if what == "sleep":
        Path(file).write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(300)
    return task.name, os.getpid()
