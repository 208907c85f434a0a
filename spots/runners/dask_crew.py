"""What a Dask worker is given: the work it keeps, one order at a time, and who it says it is.

Stands apart: it is pickled by name and runs on the workers; nothing of the client is needed there.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable
from importlib import metadata
from typing import Any

from distributed import WorkerPlugin, get_worker

from groundfloor.installed import LIBRARIES, TOOL, code_digest
from groundfloor.problems import Text


class Crew(WorkerPlugin):
    """Keeps in each worker what does its orders.

    Parameters
    ----------
    name : str
        Of this run: a cluster may have several at once.
    begin : callable
        See `spots.runners.Begin`.
    """

    def __init__(self, name: str, begin: Callable[[], Callable[..., Any]]) -> None:
        self.name = name
        self._begin = begin
        self._work: Callable[..., Any] | None = None

    def setup(self, worker: object) -> None:
        """Be ready in a worker."""
        _ = worker
        self._turn = threading.Lock()  # a lock cannot be sent

    def do(self, order: object) -> object:
        """Do an order; a worker with several threads does one at a time."""
        with self._turn:
            if self._work is None:
                self._work = self._begin()
            return self._work(order, _silent)


def _silent(_stage: Text) -> None:
    """Report nothing: a cluster has its dashboard."""


def do(crew: str, order: object) -> object:
    """Do an order in the worker that this is called in."""
    return get_worker().plugins[crew].do(order)


def outfit() -> dict[str, str]:
    """Return what makes results here: the versions that must be the same everywhere."""
    versions = {name: metadata.version(name) for name in (TOOL, *LIBRARIES)}
    return {**versions, "python": platform.python_version(), "code": code_digest()[:12]}
