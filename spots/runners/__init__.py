"""Where many orders are done: one after the other, in processes of this machine, on a cluster.

A runner knows nothing of jobs. It is handed orders, small frozen values that say what is to be
done, and `begin`, which makes in each worker what does them; it gives back what came of each, in
whatever order they end. A worker that is killed, or has no memory left, costs nobody else anything.

Other distributions add runners of their own under the entry points `GROUP`.
"""

from __future__ import annotations

from spots.runners.processes import ProcessRunner
from spots.runners.runner_choice import GROUP, RunnerOptions, runner_called
from spots.runners.runner_protocol import (
    Begin,
    Ended,
    LateOrder,
    Order,
    Results,
    Runner,
    Told,
    Work,
)
from spots.runners.serial import SerialRunner

__all__ = [
    "GROUP",
    "Begin",
    "Ended",
    "LateOrder",
    "Order",
    "ProcessRunner",
    "Results",
    "Runner",
    "RunnerOptions",
    "SerialRunner",
    "Told",
    "Work",
    "runner_called",
]
