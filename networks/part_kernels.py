"""Compiled walks over a search graph: its strong components, and what a set of states reaches.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.kernel import kernel

_Flags = NDArray[np.bool_]
_Ints = NDArray[np.int32]
_Longs = NDArray[np.int64]
_Words = NDArray[np.uint32]
_Work = tuple[_Ints, _Ints, _Ints, _Ints]

_OPEN = np.int32(-1)  # label of a state whose component is not complete yet


@kernel
def strong_labels(
    offset: _Longs, arc: _Words, banned: np.uint32, cursor: _Longs, work: _Work, label: _Ints
) -> None:
    """Fill in the strong component of each state, numbered from 0: who reaches each other.

    Tarjan's walk in depth with stacks of its own, since a chain of roads is longer than any stack
    of calls. A component is complete when its first state is left: `low` is the earliest state
    that anything behind a state leads back to.

    scipy has the same walk, but it does not end where two arcs join the same pair of states.

    `cursor` (S,) is the next arc to follow, the first of each state to begin with; `work` the
    order of states (zero at first: not visited yet), `low`, and two stacks; `label` -1 at first.
    """
    order, low, path, waiting = work
    deep, held, visited, number = 0, 0, 0, 0
    for root in range(len(label)):
        if order[root] > 0:
            continue
        path[0], deep = root, 1
        while deep > 0:
            here = path[deep - 1]
            if order[here] == 0:
                visited += 1
                order[here] = low[here] = visited
                waiting[held] = here
                held += 1
            if cursor[here] < offset[here + 1]:
                i = cursor[here]
                cursor[here] += 1
                if arc[i, 1] & banned:
                    continue
                there = np.int32(arc[i, 0])
                if order[there] == 0:
                    path[deep] = there
                    deep += 1
                elif label[there] == _OPEN:
                    low[here] = min(low[here], order[there])
                continue
            deep -= 1
            if deep > 0:
                low[path[deep - 1]] = min(low[path[deep - 1]], low[here])
            if low[here] == order[here]:
                while label[here] == _OPEN:
                    held -= 1
                    label[waiting[held]] = number
                number += 1


@kernel
def reached(offset: _Longs, arc: _Words, banned: np.uint32, found: _Flags, queue: _Ints) -> None:
    """Mark in `found` which states arcs lead to from those that it marks at first."""
    size = 0
    for state in range(len(found)):
        if found[state]:
            queue[size] = state
            size += 1
    at = 0
    while at < size:
        here = queue[at]
        at += 1
        for i in range(offset[here], offset[here + 1]):
            there = arc[i, 0]
            if not (arc[i, 1] & banned or found[there]):
                found[there] = True
                queue[size] = np.int32(there)
                size += 1
