"""Orders that wait for a worker, and those that wait for other orders first.

Stands apart: which order may begin is the same wherever orders are done side by side.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from spots.runners.runner_protocol import Order, waits_for


class OrderQueue:
    """Orders by number, handed out in their order, none before those that it waits for have ended.

    Parameters
    ----------
    orders : sequence of Order
        All of them.

    Examples
    --------
    >>> from dataclasses import make_dataclass
    >>> order = make_dataclass("Sum", ["name", "after"])
    >>> queue = OrderQueue([order("a", ()), order("of a", (0,)), order("b", ())])
    >>> queue.take(), queue.take(), queue.take()
    (0, 2, None)
    >>> queue.ended(0)
    >>> queue.take(), len(queue)
    (1, 0)
    """

    def __init__(self, orders: Sequence[Order]) -> None:
        self._ready: deque[int] = deque()
        self._lacks: dict[int, set[int]] = {}
        self._holds_up: dict[int, list[int]] = {}
        for number, order in enumerate(orders):
            if before := set(waits_for(order)):
                self._lacks[number] = before
                for each in before:
                    self._holds_up.setdefault(each, []).append(number)
            else:
                self._ready.append(number)

    def __len__(self) -> int:
        """Return how many were not handed out."""
        return len(self._ready) + len(self._lacks)

    @property
    def ready(self) -> int:
        """How many can begin now."""
        return len(self._ready)

    def take(self) -> int | None:
        """Hand out the next that can begin; None where there is none now."""
        return self._ready.popleft() if self._ready else None

    def ended(self, number: int) -> None:
        """Let go of those that waited for an order, however it ended: they come next."""
        for later in self._holds_up.pop(number, ()):
            self._lacks[later].discard(number)
            if not self._lacks[later]:
                del self._lacks[later]
                self._ready.appendleft(later)

    def give_up(self) -> tuple[int, ...]:
        """Return all that were not handed out, in their order; none is left."""
        left = tuple(sorted((*self._ready, *self._lacks)))
        self._ready.clear()
        self._lacks.clear()
        self._holds_up.clear()
        return left
