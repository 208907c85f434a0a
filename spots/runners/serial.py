"""One after the other, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from spots.runners.runner_protocol import Begin, D, Ended, O, Results, Told
from spots.runners.worker_losses import out_of_memory


class SerialRunner:
    """Does orders one after the other, in this process.

    Examples
    --------
    >>> from dataclasses import make_dataclass
    >>> order = make_dataclass("Length", ["name"])
    >>> begin = lambda: lambda order, told: len(order.name)
    >>> [each.done for each in SerialRunner().run([order("a"), order("bcd")], begin, print)]
    [1, 3]
    """

    name = "serial"

    def run(self, orders: Sequence[O], begin: Begin[O, D], told: Told) -> Results[D]:
        """Yield how each order ended, in their order; see `Runner.run`."""
        work = begin()
        for number, order in enumerate(orders):
            try:
                done = work(order, partial(told, number))
            except MemoryError:
                yield Ended(number, None, (out_of_memory(order.name),))
                work = begin()  # what it had kept is let go of
            else:
                yield Ended(number, done)
