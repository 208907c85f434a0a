"""The other end of a worker process: orders come in by the standard input, results go out.

Stands apart: it is what runs in the other process, started by `spots.runners.processes`.
"""

from __future__ import annotations

import _thread
import atexit
import os
import pickle
import queue
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, BinaryIO, TypeAlias

from groundfloor.problems import Text

#: Prefix of the folder for a worker's temporary files.
TEMPORARY = "spots-worker-"
_LENGTH_BYTES = 8
_Waiting: TypeAlias = "queue.SimpleQueue[bytes | None]"
# How long work that was told to stop may take to clean up, seconds.
_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has made what does its orders.

    Parameters
    ----------
    folder : str
        Where its temporary files are, for whoever has to remove them in its place.
    """

    folder: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being done for an order."""

    number: int
    told: Text


@dataclass(frozen=True, slots=True)
class WorkDone:
    """What came of an order."""

    number: int
    done: Any


@dataclass(frozen=True, slots=True)
class NoRoom:
    """There was no memory for an order; the worker ends, and gives back what it had."""

    number: int


def main() -> None:
    """Do the orders that come in until no more can come; a parent that dies ends this too."""
    # Python would wait for the thread that reads, which waits for orders.
    atexit.register(os._exit, 1)
    orders, results = _own_streams()
    gone = threading.Event()
    signal.signal(signal.SIGINT, partial(_interrupted, gone))
    waiting: _Waiting = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(orders, waiting, gone), daemon=True).start()
    with suppress(KeyboardInterrupt), _temporary_folder() as folder:
        _work(waiting, partial(_send, results), folder)


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take the standard streams away from everybody else: a library that prints spoils nothing."""
    orders, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return orders, results


def _interrupted(gone: threading.Event, _signal: int, _frame: object) -> None:
    """Stop where nobody waits for the work; a Ctrl-C of the terminal is the parent's business."""
    if gone.is_set():
        raise KeyboardInterrupt


def framed(message: object) -> bytes:
    """Return a message as it goes through a pipe: its length, and its bytes."""
    data = pickle.dumps(message)
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


def next_frame(stream: IO[bytes]) -> bytes | None:
    """Return the bytes of the next message; None where the other end is closed, or was killed."""
    length = stream.read(_LENGTH_BYTES)
    if len(length) < _LENGTH_BYTES:
        return None
    data = stream.read(int.from_bytes(length, "big"))
    return data if len(data) == int.from_bytes(length, "big") else None


def _receive(orders: BinaryIO, waiting: _Waiting, gone: threading.Event) -> None:
    """Hand on what comes in; when the other end is closed, stop what is being done."""
    with suppress(OSError):
        while (data := next_frame(orders)) is not None:
            waiting.put(data)
    gone.set()
    waiting.put(None)
    _interrupt_main()
    time.sleep(_PATIENCE_S)  # not for long: this thread ends with the process
    os._exit(1)


def _interrupt_main() -> None:
    """Raise Ctrl-C in the main thread, also where it waits for the system."""
    number = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and number is not None:
        signal.pthread_kill(number, signal.SIGINT)
    else:
        _thread.interrupt_main()


@contextmanager
def _temporary_folder() -> Iterator[str]:
    """Keep all temporary files of this process in one folder, also those of its libraries."""
    folder = tempfile.mkdtemp(prefix=TEMPORARY)
    tempfile.tempdir = folder
    for variable in ("TMPDIR", "TEMP", "TMP", "CPL_TMPDIR"):
        os.environ[variable] = folder
    try:
        yield folder
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to be stopped
        shutil.rmtree(folder, ignore_errors=True)


def _received(waiting: _Waiting) -> Iterator[Any]:
    """Yield what came in; it is read here, for what it needs is imported by the main thread."""
    while (data := waiting.get()) is not None:
        yield pickle.loads(data)  # noqa: S301 - a pipe of our own parent's


def _work(waiting: _Waiting, send: Callable[[object], None], folder: str) -> None:
    received = _received(waiting)
    begin = next(received, None)
    if begin is None:
        return
    work = begin()
    send(Ready(folder))
    for number, order in received:

        def told(text: Text, number: int = number) -> None:
            send(Stage(number, text))

        try:
            done = work(order, told)
        except MemoryError:
            send(NoRoom(number))
            return
        send(WorkDone(number, done))


def _send(results: BinaryIO, message: object) -> None:
    with suppress(BrokenPipeError):  # nobody waits any more: the other end is told of in a moment
        results.write(framed(message))
        results.flush()
