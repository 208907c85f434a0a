"""In processes of this machine, started by the standard library alone.

Each worker is an interpreter of its own at the two ends of a pipe, not a fork: it is the same on
every system, and a script or a notebook that calls for it needs no ``if __name__ == "__main__"``.
A worker whose pipe is closed stops, so that none outlives who started it, however that dies.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Generic, TypeAlias

from groundfloor.problems import Problem
from spots.runners.machine_size import fitting_workers
from spots.runners.order_queue import OrderQueue
from spots.runners.runner_protocol import Begin, D, Ended, O, Results, Told
from spots.runners.worker_losses import (
    TRIES,
    how_it_ended,
    no_worker,
    out_of_memory,
    worker_killed,
)
from spots.runners.worker_process import NoRoom, Ready, Stage, WorkDone, framed, next_frame

# The same modules as here, wherever they are found, whatever the working folder holds.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from spots.runners.worker_process import main; main()"
)
# Signals reach Python between two looks at the queue on Windows.
_LOOK_S = 0.5
# How long workers may take to clean up when all is stopped, seconds; then they are killed.
_PATIENCE_S = 10.0
_TAIL_BYTES = 4096


class ProcessRunner:
    """Does orders in several processes of this machine.

    An order whose worker is killed, or has no memory left, is tried once more when all others are
    done, alone; then it is given up.

    Parameters
    ----------
    workers : int or None
        How many processes; None for as many as the machine has cores and memory for.
    """

    name = "processes"

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers

    def run(self, orders: Sequence[O], begin: Begin[O, D], told: Told) -> Results[D]:
        """Yield how each order ended, as they end; see `Runner.run`."""
        if not orders:
            return
        most = self._workers if self._workers is not None else fitting_workers()
        shift: _Shift[O, D] = _Shift(orders, framed(begin), told, OrderQueue(orders))
        try:
            shift.begin(min(most, len(orders)))
            yield from shift.ended()
        finally:
            shift.stop()


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, and the order it has in hand."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    ready: bool = False
    holds: int | None = None
    no_room: bool = False
    dismissed: bool = False
    folder: str = ""

    def send(self, message: bytes) -> None:
        """Hand something to the process; where it is gone, its end is told of in a moment."""
        with suppress(OSError, ValueError):
            if self.process.stdin is not None:
                self.process.stdin.write(message)
                self.process.stdin.flush()

    def dismiss(self) -> None:
        """Let the process end: where it is idle at once, else it stops what it does."""
        self.dismissed = True
        with suppress(OSError, ValueError):
            if self.process.stdin is not None:
                self.process.stdin.close()

    def listen(self, events: _Events) -> None:
        """Hand on what the process says, and at last how it ended."""
        stream = self.process.stdout
        with suppress(OSError, ValueError):
            while stream is not None and (data := next_frame(stream)) is not None:
                events.put((self, data))
        events.put((self, self._how_it_ended()))

    def _how_it_ended(self) -> str:
        """Wait for the end, clean up in the place of a process that was killed, and say how."""
        code = self.process.wait()
        self.dismiss()
        if self.process.stdout is not None:
            self.process.stdout.close()
        size = self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, size - _TAIL_BYTES))
        said = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        self.errors.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        return how_it_ended(code, said[-1].strip() if said else "")


# What a worker says, or, as text, how it ended.
_Events: TypeAlias = "queue.SimpleQueue[tuple[_Worker, bytes | str]]"


@dataclass(slots=True, eq=False)
class _Shift(Generic[O, D]):
    """The workers of a run, what waits for them and what each of them has in hand."""

    orders: Sequence[O]
    begins: bytes
    told: Told
    waiting: OrderQueue
    once_more: deque[int] = field(default_factory=deque)
    losses: Counter[int] = field(default_factory=Counter)
    workers: dict[_Worker, threading.Thread] = field(default_factory=dict)
    events: _Events = field(default_factory=queue.SimpleQueue)
    never_ready: int = 0
    why: str = ""

    def begin(self, workers: int) -> None:
        """Start the workers."""
        for _ in range(workers):
            self._start()

    def ended(self) -> Iterator[Ended[D]]:
        """Yield how each order ended, until all have."""
        left = len(self.orders)
        while left:
            for each in self._next() if self.workers else self._nobody():
                left -= 1
                yield each

    def stop(self) -> None:
        """End every worker; those that have an order in hand drop it, and clean up."""
        for worker in self.workers:
            worker.dismiss()
        for worker, listener in self.workers.items():
            try:
                worker.process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                worker.process.kill()
            listener.join()
        self.workers.clear()

    def _start(self) -> None:
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the worker has ended
        try:
            process = subprocess.Popen(  # noqa: S603 - this interpreter, our own code
                [sys.executable, "-P", "-c", _START, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        except OSError as fault:  # no memory, or no more processes
            errors.close()
            self.never_ready, self.why = self.never_ready + 1, str(fault)
            return
        worker = _Worker(process, errors)
        listener = threading.Thread(target=worker.listen, args=(self.events,), daemon=True)
        self.workers[worker] = listener
        listener.start()
        worker.send(self.begins)

    def _next(self) -> Iterator[Ended[D]]:
        """Wait until a worker says something, and do what follows from it."""
        try:
            worker, said = self.events.get(timeout=_LOOK_S)
        except queue.Empty:
            return
        if isinstance(said, str):
            yield from self._without(worker, said)
            return
        match pickle.loads(said):  # noqa: S301 - our own process'
            case Stage(number, text):
                self.told(number, text)
            case Ready(folder):
                worker.ready, worker.folder = True, folder
                self.never_ready = 0
                self._occupy(worker)
            case WorkDone(number, done):
                worker.holds = None
                self.waiting.ended(number)
                self._occupy(worker)  # before anybody looks at the result
                self._occupy_idle()
                yield Ended(number, done)
            case NoRoom():
                worker.no_room = True

    def _occupy(self, worker: _Worker) -> None:
        """Give a worker the next order; what killed a worker is tried again when all else is done.

        Who has nothing to do goes, and leaves its memory to the others; but for orders that wait
        only for others to end, it stays.
        """
        alone = all(other.holds is None for other in self.workers)
        number = self.waiting.take()
        if number is None and self.once_more and alone:
            number = self.once_more.popleft()
        if number is not None:
            worker.holds = number
            worker.send(framed((number, self.orders[number])))
        elif self.once_more or not self.waiting:
            worker.dismiss()

    def _occupy_idle(self) -> None:
        """Give those that stayed what has become ready, or let them go."""
        for worker in self.workers:
            if worker.ready and worker.holds is None and not worker.dismissed:
                self._occupy(worker)

    def _without(self, worker: _Worker, how: str) -> Iterator[Ended[D]]:
        """Go on without a worker that is gone; with another for it, where there is work left."""
        del self.workers[worker]
        number = worker.holds
        if number is not None:
            self.losses[number] += 1
            if self.losses[number] < TRIES:
                self.once_more.append(number)
            else:
                self.waiting.ended(number)
                yield Ended(number, None, (self._given_up(number, worker, how),))
            self._occupy_idle()
        elif not worker.ready:
            self.never_ready, self.why = self.never_ready + 1, how
        needed = self.waiting.ready or (self.once_more and not self.workers)
        if needed and self.never_ready < TRIES:
            self._start()

    def _given_up(self, number: int, worker: _Worker, how: str) -> Problem:
        name = self.orders[number].name
        return out_of_memory(name) if worker.no_room else worker_killed(name, how)

    def _nobody(self) -> Iterator[Ended[D]]:
        """Yield what is left undone where no worker can be had."""
        for number in (*self.waiting.give_up(), *self.once_more):
            yield Ended(number, None, (no_worker(self.why),))
        self.once_more.clear()
