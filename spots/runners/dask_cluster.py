"""On a Dask cluster: a scheduler that is named, or one of its own on this machine.

Dask is an extra of the distribution. Everything that can be wrong with a cluster is found before
anything is done: no scheduler, one of another version, workers that lack the package or have
another. Orders and results are pickled on their way: whoever reaches the scheduler can run code on
it and on its workers, so it has to be trusted.

Stands apart: it needs an extra of the distribution, which most users do not have.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import tempfile
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Generic

import dask
from distributed import Client, Future, LocalCluster, Security
from distributed.core import rpc
from distributed.scheduler import KilledWorker
from distributed.versions import get_versions

from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Problem, Text
from spots.runners.cluster_faults import (
    other_outfits,
    other_scheduler,
    scheduler_gone,
    scheduler_not_there,
    scheduler_without_package,
    without_package,
    without_workers,
)
from spots.runners.dask_crew import Crew, do, outfit
from spots.runners.machine_size import fitting_workers
from spots.runners.order_queue import OrderQueue
from spots.runners.runner_protocol import Begin, D, Ended, O, Results, Told
from spots.runners.worker_losses import TRIES, out_of_memory, worker_killed

# How long a scheduler, or its first worker, is waited for, seconds.
PATIENCE_S = 10.0
_LOOK_S = 0.1
_COUNT_S = 2.0
_HERE = "127.0.0.1"
# What has to be the same for client and scheduler to understand each other.
_PROTOCOL = ("dask", "distributed", "msgpack")
_DONE = Text("終わりました", "ended")


class DaskRunner:
    """Does orders on a Dask cluster.

    Parameters
    ----------
    scheduler : str or None
        Address (``tcp://host:8786``); None for a cluster of its own on this machine.
    workers : int or None
        Of a cluster of its own: how many; None for as many as the machine has room for.
    say : callable
        Told where the dashboard is.
    """

    name = "dask"

    def __init__(
        self, scheduler: str | None, workers: int | None, say: Callable[[Text], None]
    ) -> None:
        self._scheduler = scheduler
        self._workers = workers
        self._say = say

    def run(self, orders: Sequence[O], begin: Begin[O, D], told: Told) -> Results[D]:
        """Yield how each order ended, as they end; see `Runner.run`.

        Raises
        ------
        UsageError
            The scheduler is not there or of another version, or its workers lack the package, or
            have it, or a library, in another version.
        """
        if not orders:
            return
        most = self._workers if self._workers is not None else fitting_workers()
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            local = self._scheduler is None
            address = (
                stack.enter_context(_own_cluster(min(most, len(orders))))
                if self._scheduler is None
                else self._scheduler
            )
            _check_scheduler(address)
            client = stack.enter_context(_connected(address))
            _check_workers(client, address)
            self._say(_where(client, local=local))
            tries = TRIES if local else 1  # a cluster's scheduler has counts of its own
            waiting = OrderQueue(orders)
            yield from _Flight(client, address, orders, begin, told, tries, waiting).ended()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log off the terminal: what matters is told as a problem."""
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    patience = {"distributed.comm.timeouts.connect": f"{PATIENCE_S}s"}
    try:
        with dask.config.set(patience), warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed")
            yield
    finally:
        log.setLevel(level)


@contextmanager
def _own_cluster(workers: int) -> Iterator[str]:
    """Give the address of a cluster on this machine, which nobody else's can reach."""
    losses = {"distributed.scheduler.allowed-failures": 0}  # they are counted by us
    with (
        tempfile.TemporaryDirectory(prefix="spots-dask-", ignore_cleanup_errors=True) as folder,
        dask.config.set({**losses, "temporary-directory": folder}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host=_HERE,
            dashboard_address=f"{_HERE}:0",
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster.scheduler_address


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except OSError as fault:
        raise scheduler_not_there(address, PATIENCE_S, fault) from fault
    try:
        yield client
    finally:
        with suppress(OSError, TimeoutError):  # of a scheduler that went away
            client.close(timeout=PATIENCE_S)


def _check_scheduler(address: str) -> None:
    """Ask a scheduler for its versions, before a client of another would wait for its answers."""
    here = get_versions()["packages"]
    try:
        with ThreadPoolExecutor(1) as aside:  # a notebook's own loop is running
            there = aside.submit(asyncio.run, _versions_at(address)).result()["packages"]
    except (OSError, ValueError) as fault:
        raise scheduler_not_there(address, PATIENCE_S, fault) from fault
    names = [*_PROTOCOL, "python"]
    # Of Python the last number says nothing to a protocol.
    told = {name: (_minor(name, here.get(name)), _minor(name, there.get(name))) for name in names}
    if other := {name: pair for name, pair in told.items() if pair[0] != pair[1]}:
        raise other_scheduler(address, other)


async def _versions_at(address: str) -> dict[str, Any]:
    found: dict[str, Any]
    security = Security().get_connection_args("client")
    async with rpc(address, timeout=PATIENCE_S, connection_args=security) as scheduler:
        found = await asyncio.wait_for(scheduler.versions(), PATIENCE_S)
    return found


def _minor(name: str, version: object) -> str:
    text = str(version)
    return ".".join(text.split(".")[:2]) if name == "python" else text


def _check_workers(client: Client, address: str) -> None:
    """Compare what makes results on the workers with what is here."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as fault:
        raise without_workers(address, PATIENCE_S) from fault
    try:  # it reads what is on its way to the workers
        client.run_on_scheduler(metadata.version, TOOL)
    except metadata.PackageNotFoundError as fault:
        raise scheduler_without_package(address) from fault
    versions = client.run(metadata.version, TOOL, on_error="return")
    wrong = {w: v for w, v in versions.items() if v != tool_version()}
    if wrong:
        raise without_package({w: v if isinstance(v, str) else "-" for w, v in wrong.items()})
    here = outfit()
    there: Mapping[str, Any] = client.run(outfit, on_error="return")
    other = {w: _unlike(here, o) for w, o in there.items() if o != here}
    if other:
        raise other_outfits(other)


def _unlike(here: Mapping[str, str], there: object) -> str:
    if not isinstance(there, Mapping):
        return str(there)
    return ", ".join(
        f"{name} {version} / {there.get(name, '-')}"
        for name, version in here.items()
        if there.get(name) != version
    )


def _where(client: Client, *, local: bool) -> Text:
    link = client.dashboard_link
    workers = len(client.scheduler_info(n_workers=-1)["workers"])
    ja = f"Dask：ワーカー {workers}、ダッシュボード {link}"
    en = f"Dask: {workers} workers, dashboard {link}"
    return Text(ja, en) if local else Text(f"{ja}（既存のクラスタ）", f"{en} (of that cluster)")


@dataclass(slots=True, eq=False)
class _Flight(Generic[O, D]):
    """Orders on their way to a cluster and back.

    No more of them are under way than there are workers: the scheduler blames whatever waits at a
    worker for its death, and a worker that holds several leaves others idle.
    """

    client: Client
    address: str
    orders: Sequence[O]
    begin: Begin[O, D]
    told: Told
    tries: int
    waiting: OrderQueue
    crew: str = field(default_factory=lambda: f"spots-{secrets.token_hex(8)}")
    once_more: deque[int] = field(default_factory=deque)
    under_way: dict[int, Future] = field(default_factory=dict)
    losses: Counter[int] = field(default_factory=Counter)
    workers: int = 1
    counted_at: float = 0.0

    def ended(self) -> Iterator[Ended[D]]:
        """Yield how each order ended; what is under way when nobody asks any more is cancelled."""
        self.client.register_plugin(Crew(self.crew, self.begin))
        try:
            for each in self._all():
                self.waiting.ended(each.number)
                yield each
        finally:
            if self.client.status == "running":
                self.client.cancel(list(self.under_way.values()))
                self.client.unregister_worker_plugin(self.crew)

    def _all(self) -> Iterator[Ended[D]]:
        heard_at = time.monotonic()
        while self.waiting or self.once_more or self.under_way:
            if self._in_touch():
                heard_at = time.monotonic()
                self._send_off()
            elif time.monotonic() - heard_at > PATIENCE_S or self.client.status == "closed":
                yield from self._lost()
            time.sleep(_LOOK_S)
            for number, future in list(self.under_way.items()):
                if future.status in {"finished", "error"}:
                    del self.under_way[number]
                    yield from self._one(number, future)

    def _in_touch(self) -> bool:
        known = (future.status for future in self.under_way.values())
        return self.client.status == "running" and not any(
            s in {"cancelled", "lost"} for s in known
        )

    def _send_off(self) -> None:
        """Submit what there are workers for; what killed a worker goes when all else is done."""
        if time.monotonic() - self.counted_at > _COUNT_S:  # workers come and go
            self.workers = max(1, len(self.client.nthreads()))
            self.counted_at = time.monotonic()
        while len(self.under_way) < self.workers:
            if (number := self.waiting.take()) is None:
                break
            self._submit(number)
        if self.once_more and not self.waiting.ready and not self.under_way:
            self._submit(self.once_more.popleft())

    def _submit(self, number: int) -> None:
        key = f"{self.crew}-{number}-{self.losses[number]}"
        order = self.orders[number]
        self.under_way[number] = self.client.submit(do, self.crew, order, key=key, pure=False)

    def _one(self, number: int, future: Future) -> Iterator[Ended[D]]:
        name = self.orders[number].name
        try:
            done: D = future.result(timeout=PATIENCE_S)
        except KilledWorker as fault:
            yield from self._again(number, self.tries, worker_killed(name, type(fault).__name__))
        except MemoryError:
            yield from self._again(number, TRIES, out_of_memory(name))
        except (OSError, RuntimeError, LookupError, ImportError, TypeError, ValueError) as fault:
            told = worker_killed(name, f"{type(fault).__name__}: {fault}")
            yield from self._again(number, TRIES, told)
        else:
            self.told(number, _DONE)
            yield Ended(number, done)

    def _again(self, number: int, tries: int, problem: Problem) -> Iterator[Ended[D]]:
        """Put an order back, alone, or give it up."""
        self.losses[number] += 1
        if self.losses[number] < tries:
            self.once_more.append(number)
        else:
            yield Ended(number, None, (problem,))

    def _lost(self) -> Iterator[Ended[D]]:
        """Yield what nobody knows anything of any more."""
        for number in (*self.under_way, *self.once_more, *self.waiting.give_up()):
            yield Ended(number, None, (scheduler_gone(self.orders[number].name, self.address),))
        self.under_way.clear()
        self.once_more.clear()
