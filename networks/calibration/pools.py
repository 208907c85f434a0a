"""Which rows of a profile share a factor: where each alone is thin, or cannot be told from another.

Stands apart: what is fitted is decided here, once, and how in `calibrate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from networks.calibration.certainty import Certainty, twin_of
from networks.calibration.driven import Kinds

MIN_CLASS_TRIPS = 5  # trips that drive `MIN_TRIP_KM` or more on a class
MIN_TRIP_KM = 0.3
MIN_CLASS_KM = 10.0  # of all trips together
#: Minor roads that share a factor where the data of each alone are thin.
_MINOR = frozenset({"unclassified", "residential", "living_street", "service", "road", "track"})
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pools:
    """Rows that share a factor each, F pools.

    Parameters
    ----------
    rows : tuple of tuple of str
        The rows of each pool.
    alike : frozenset of str
        Rows that share a factor because no trip tells them apart.
    unknown : frozenset of str
        Rows that keep their speed because trips enough drive on them and still do not tell it.
    """

    rows: tuple[tuple[str, ...], ...]
    alike: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def of(self, row: str) -> int:
        """Return the pool of a row, -1 where its speed stays."""
        return next((i for i, pool in enumerate(self.rows) if row in pool), -1)

    def joined(self, one: int, other: int) -> Pools:
        """Return the pools with two of them made one."""
        rows = tuple(sorted((*self.rows[one], *self.rows[other])))
        rest = (pool for i, pool in enumerate(self.rows) if i not in {one, other})
        return replace(self, rows=tuple(sorted((*rest, rows))), alike=self.alike | set(rows))

    def without(self, one: int) -> Pools:
        """Return the pools without one of them, whose rows keep their speed."""
        gone = self.rows[one]
        rest = tuple(pool for i, pool in enumerate(self.rows) if i != one)
        return replace(self, rows=rest, unknown=self.unknown | set(gone))


def pools_of(kinds: Kinds, km: _Floats) -> Pools:
    """Return which rows get a factor, and which share one."""
    rows = sorted({row for row in kinds.row if row})
    by_row = {
        row: km[:, [i for i, name in enumerate(kinds.row) if name == row]].sum(axis=1)
        for row in rows
    }

    def enough(names: Sequence[str]) -> bool:
        driven = np.sum([by_row[name] for name in names], axis=0)
        return bool(
            (driven >= MIN_TRIP_KM).sum() >= MIN_CLASS_TRIPS and driven.sum() >= MIN_CLASS_KM
        )

    seen = [row for row in rows if by_row[row].sum() > 0]
    strong = [row for row in seen if enough([row])]
    pools = {row: [row] for row in strong}
    thin = [row for row in seen if row not in strong]
    for row in thin:
        main = row.removesuffix("_link")
        if main != row and main in pools:
            pools[main].append(row)
    minor = [row for row in thin if row.partition(":")[0] in _MINOR]
    if minor and enough(minor):
        pools[minor[0]] = minor
    return Pools(tuple(tuple(pools[first]) for first in sorted(pools)))


def surer(pools: Pools, sure: Certainty) -> Pools:
    """Return pools of which one less is unsure; the same ones where the data identify all.

    The least certain factor is joined with the one that it cannot be told from, or left out, so
    that its rows keep their speed.
    """
    if not sure.unsure.any():
        return pools
    worst = int(np.argmax(sure.width))
    twin = twin_of(sure, worst)
    return pools.without(worst) if twin is None else pools.joined(worst, twin)
