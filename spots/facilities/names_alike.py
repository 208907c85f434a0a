"""Which rows may be one facility by their names: equal names, and names that end alike.

山都町包括医療センターそよう病院 ends like そよう病院. Nearly all pairs of two lists do not, and are
never looked at.

Stands apart: it compares texts, and nothing that a row says beside its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamesAlike:
    """Places in a list by what stands there under which names.

    Parameters
    ----------
    by_name : mapping of str to list of int
        Places by the whole name.
    by_ending : mapping of str to list of int
        Places by everything that a name ends with, the whole name too.

    Examples
    --------
    >>> named = NamesAlike.of([["阿蘇病院"], ["病院", "内牧病院"], ["阿蘇温泉"]])
    >>> named.alike("内牧病院"), named.alike("温泉"), named.alike("院")
    ([1], [2], [0, 1])
    """

    by_name: Mapping[str, list[int]]
    by_ending: Mapping[str, list[int]]

    @classmethod
    def of(cls, names: Iterable[Iterable[str]]) -> NamesAlike:
        """Return the places of names: several may stand at one."""
        by_name: dict[str, list[int]] = defaultdict(list)
        by_ending: dict[str, list[int]] = defaultdict(list)
        for at, each in enumerate(names):
            for name in set(each):
                by_name[name].append(at)
                for ending in _endings(name):
                    by_ending[ending].append(at)
        return cls(by_name, by_ending)

    def alike(self, name: str) -> list[int]:
        """Return the places, in order, of names that are `name`, end with it or are its ending."""
        longer = self.by_ending.get(name, ())
        shorter = (at for ending in _endings(name) for at in self.by_name.get(ending, ()))
        return sorted({*longer, *shorter})


def _endings(name: str) -> list[str]:
    return [name[at:] for at in range(max(len(name), 1))]
