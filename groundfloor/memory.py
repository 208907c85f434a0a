"""What was worked out once and is asked again, kept by whoever holds what it was worked out of.

A function of one frozen value gives the same answer whenever that value is the same, so its answers
can be kept under it: the key of an answer is the whole question, and there is no key to forget a
part of. Nothing is kept in modules: a memory goes when its holder goes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")


class Memory:
    """The last answers of each function, for threads to share.

    A question that two threads ask at once may be worked out twice; both get the same answer. A
    pickled memory, or a copy, begins anew.

    Parameters
    ----------
    disk : KeptOnDisk
        Where functions look for what other processes worked out, those that say so.

    Examples
    --------
    >>> asked = []
    >>> def double(number):
    ...     asked.append(number)
    ...     return 2 * number
    >>> memory = Memory()
    >>> memory.of(double, 4, most=10), memory.of(double, 4, most=10), asked
    (8, 8, [4])
    """

    __slots__ = ("_answers", "_lock", "disk")

    def __init__(self, disk: KeptOnDisk = NOTHING_KEPT) -> None:
        """Remember nothing yet."""
        self.disk = disk
        self._answers: dict[Callable[[Any], Any], OrderedDict[Hashable, Any]] = {}
        self._lock = Lock()

    def of(self, function: Callable[[Q], A], question: Q, *, most: int) -> A:
        """Return ``function(question)``, worked out where it is not remembered.

        Parameters
        ----------
        function : callable
            A module's own, that looks at nothing but its one argument.
        question : hashable
            Frozen; everything that the answer depends on. Equal questions have equal answers.
        most : int
            How many answers of this function are kept: those asked for last.
        """
        with self._lock:
            kept = self._answers.setdefault(function, OrderedDict())
            if question in kept:
                kept.move_to_end(question)
                return cast("A", kept[question])
        answer = function(question)  # others need not wait for it
        with self._lock:
            answer = kept.setdefault(question, answer)
            kept.move_to_end(question)
            while len(kept) > most:
                kept.popitem(last=False)
        return answer

    def only(self, *functions: Callable[[Any], Any]) -> Memory:
        """Return another that begins with the answers of some functions, and with no others.

        For a row of questions that share something: what each alone asks is not kept.
        """
        other = Memory(self.disk)
        with self._lock:
            found = {each: OrderedDict(self._answers.get(each, {})) for each in functions}
        other._answers = dict(found)
        return other

    def __reduce__(self) -> tuple[type[Memory], tuple[KeptOnDisk]]:
        """Leave the answers behind: they can be had again."""
        return type(self), (self.disk,)
