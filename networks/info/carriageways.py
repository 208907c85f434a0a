"""The two carriageways of a road as one line, for maps of a small scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]
_Lines = NDArray[np.object_]

_STEP_M = 60.0  # pieces that are looked at one by one
_BESIDE_M = 45.0  # how far apart carriageways lie; in cities and on hills more than the usual 20 m
_ALONG = 0.85  # cosine of the most that they may differ in direction: 32 degrees
_OVER = 0.1  # of a piece, by which it reaches further: there are no gaps at bends
_SAME_CHAIN = 5  # pieces of one chain this near each other follow each other
_SHORT = 3  # pieces; shorter stretches that remain, or gaps, are not worth a line


def folded(lines: _Lines) -> _Lines:
    """Return one-way lines without those that run beside another.

    Parameters
    ----------
    lines : (N,) array of LineString
        Metres, each in the direction of traffic.

    Returns
    -------
    (K,) array of LineString
        Stretches of the lines, joined; longer lines are kept before shorter ones.
    """
    if not len(lines):
        return lines
    merged = shapely.line_merge(shapely.multilinestrings(list(lines)), directed=True)
    chains = shapely.get_parts(merged)
    metres = shapely.length(chains)
    order = np.lexsort((*shapely.bounds(chains).T[::-1], -metres))
    chains, metres = chains[order], metres[order]
    pieces = _Pieces.of(chains, metres)
    kept = pieces.chosen()
    found = []
    for i, chain in enumerate(chains):
        part = slice(int(pieces.first[i]), int(pieces.first[i + 1]))
        step = float(metres[i]) / (part.stop - part.start)
        for low, high in _runs(kept[part]):
            whole = (low, high) == (0, part.stop - part.start)
            found.append(chain if whole else substring(chain, low * step, high * step))
    return np.array(found, object)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Chains cut into short pieces of equal length, numbered chain by chain."""

    chain: _Longs
    first: _Longs  # of each chain, and the count
    ends: _Floats  # (n, 2, 2)

    @classmethod
    def of(cls, chains: _Lines, metres: _Floats) -> _Pieces:
        count = np.maximum(np.ceil(metres / _STEP_M), 1).astype(np.int64)
        first = np.concatenate([[0], np.cumsum(count)])
        chain = np.repeat(np.arange(len(chains)), count)
        nth = np.arange(int(first[-1])) - first[chain]
        step = (metres / count)[chain]
        here = shapely.line_interpolate_point(chains[chain], nth * step)
        there = shapely.line_interpolate_point(chains[chain], (nth + 1) * step)
        ends = np.stack([shapely.get_coordinates(here), shapely.get_coordinates(there)], axis=1)
        return cls(chain, first, ends)

    def chosen(self) -> NDArray[np.bool_]:
        """Return the pieces that no piece chosen before them runs beside."""
        middle = self.ends.mean(axis=1)
        tree = shapely.STRtree(shapely.linestrings(self.ends))
        one, other = tree.query(shapely.points(middle), predicate="dwithin", distance=_BESIDE_M)
        span = self.ends[:, 1] - self.ends[:, 0]
        length = np.maximum(np.hypot(*span.T), 1e-9)
        cosine = np.abs((span[one] * span[other]).sum(axis=1)) / (length[one] * length[other])
        apart = (self.chain[one] != self.chain[other]) | (one - other > _SAME_CHAIN)
        # what lies before or behind a piece, and not beside it, is the same road going on
        along = ((middle[one] - self.ends[other, 0]) * span[other]).sum(axis=1) / length[other] ** 2
        level = (along >= -_OVER) & (along <= 1.0 + _OVER)
        beside = (other < one) & apart & level & (cosine >= _ALONG)
        one, other = one[beside], other[beside]
        order = np.argsort(one, kind="stable")
        low = np.searchsorted(one[order], np.arange(len(middle) + 1)).tolist()
        others = other[order].tolist()
        kept = [True] * len(middle)
        for piece in np.unique(one).tolist():
            kept[piece] = not any(kept[i] for i in others[low[piece] : low[piece + 1]])
        return np.array(kept, bool)


def _runs(kept: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the stretches of a chain to keep, short gaps closed and short stretches left out."""
    change = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for low, high in zip(change[::2].tolist(), change[1::2].tolist(), strict=True):
        if runs and low - runs[-1][1] < _SHORT:
            runs[-1] = runs[-1][0], high
        else:
            runs.append((low, high))
    return [(a, b) for a, b in runs if b - a >= _SHORT or b - a == len(kept)]
