"""Values that are costly to find, kept by what they depend on: the last few of each kind.

What was read belongs here: it is found once, whoever waits, and goes along when its holder is
pickled. What can be worked out again from it is remembered by `groundfloor.memory`.

Stands apart: it knows nothing of what it keeps.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")
MOST = 8  # of a kind: as many as a question asked in turns needs, and memory stays bounded


class Kept:
    """What was found once, for whoever asks again.

    Threads may share it: of two that ask for the same, one waits for the other. It pickles with
    what it holds, so that a process that gets it need not find everything again.

    Parameters
    ----------
    most : int
        How many values of each kind are held; the one that was asked for longest ago goes first.

    Examples
    --------
    >>> kept = Kept()
    >>> kept.get("square", 3, lambda: 9), kept.get("square", 3, lambda: 1 / 0)
    (9, 9)
    """

    __slots__ = ("_lock", "_most", "_values")

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._values: dict[str, OrderedDict[Hashable, object]] = {}
        self._lock = threading.RLock()

    def get(self, kind: str, depends_on: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` gives; of the same kind, depending on the same, it is asked once.

        What `find` raises is raised, and asked for again the next time.

        Parameters
        ----------
        kind : str
            What it is; all values of a kind have one type.
        depends_on : hashable
            Everything that `find` looks at and that may be another the next time.
        find : callable
            Finds it; may ask for other kinds.
        """
        with self._lock:
            values = self._values.setdefault(kind, OrderedDict())
            if depends_on in values:
                values.move_to_end(depends_on)
                return cast("T", values[depends_on])
            found = find()
            values[depends_on] = found
            while len(values) > self._most:
                values.popitem(last=False)
            return found

    def without(self, *kinds: str) -> Kept:
        """Return another with the same values but for those of some kinds."""
        other = Kept(self._most)
        with self._lock:
            left = {k: OrderedDict(v) for k, v in self._values.items() if k not in kinds}
        other._values = left
        return other

    def __getstate__(self) -> tuple[int, dict[str, OrderedDict[Hashable, object]]]:
        """Return what is held; a lock cannot be sent to another process."""
        with self._lock:
            return self._most, {k: OrderedDict(v) for k, v in self._values.items()}

    def __setstate__(self, state: tuple[int, dict[str, OrderedDict[Hashable, object]]]) -> None:
        """Hold what was sent."""
        self._most, self._values = state
        self._lock = threading.RLock()
