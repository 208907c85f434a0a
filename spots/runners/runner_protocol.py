"""What a runner is: orders in, what came of each out.

Stands apart: what every runner and everybody who has something to run agree on.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from groundfloor.problems import Problem, Text


class Order(Protocol):
    """Something to be done, said in a few hundred bytes.

    It is pickled on its way to a worker, which may run in another folder or on another computer:
    its paths are absolute, and data stay in files.
    """

    @property
    def name(self) -> str:
        """What messages call it."""
        ...


@runtime_checkable
class LateOrder(Order, Protocol):
    """An order that waits for others, and is done with what they left in files."""

    @property
    def after(self) -> tuple[int, ...]:
        """The numbers of orders before it that must have ended first, however they end."""
        ...


def waits_for(order: Order) -> tuple[int, ...]:
    """Return the numbers of the orders that must have ended before this one begins."""
    return order.after if isinstance(order, LateOrder) else ()


O = TypeVar("O", bound=Order)  # noqa: E741 - as mathematicians write it
D = TypeVar("D")

#: Called with the number of an order, from 0, and what is being done for it.
Told: TypeAlias = Callable[[int, Text], None]
#: Does an order; told of each stage. Faults of an order are part of what it returns: it raises
#: nothing but MemoryError, where its worker has no room left.
Work: TypeAlias = Callable[[O, Callable[[Text], None]], D]
#: Makes in a worker what does its orders, once; what that reads it may keep from order to order.
#: It is pickled: a function of a module, or a frozen value of a class of one.
Begin: TypeAlias = Callable[[], Work[O, D]]


@dataclass(frozen=True, slots=True)
class Ended(Generic[D]):
    """How an order ended.

    Parameters
    ----------
    number : int
        Its place among the orders, from 0.
    done : object or None
        What the work returned; None where there is nothing.
    problems : tuple of Problem
        Why there is nothing: its worker was killed, or ran out of memory, more than once.
    """

    number: int
    done: D | None
    problems: tuple[Problem, ...] = ()


Results: TypeAlias = Generator[Ended[D], None, None]


class Runner(Protocol):
    """Does orders, however many at once."""

    @property
    def name(self) -> str:
        """What it is called on the command line and in summaries."""
        ...

    def run(self, orders: Sequence[O], begin: Begin[O, D], told: Told) -> Results[D]:
        """Yield how each order ended, every one of them once, in the order in which they end.

        Whoever stops asking (a Ctrl-C, `close`) ends it: no process is left behind.

        Parameters
        ----------
        orders : sequence of Order
            What is to be done; a `LateOrder` after those that it names, all of which stand before
            it: who does them in their order has no more to do. Of others none depends on another.
        begin : callable
            See `Begin`.
        told : callable
            See `Told`.

        Raises
        ------
        SpotsError
            Nothing can be run at all: no worker can be had.
        """
        ...
