"""Compiled walks over a search graph: its strong components, and what a set of states reaches.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.kernel import kernel

_Flags = NDArray[np.bool_]
_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]
_Longs = NDArray[np.int64]
_Words = NDArray[np.uint32]

_OPEN = np.int32(-1)  # label of a state whose component is not complete yet


@kernel
def strong_labels(offset: _Longs, arc: _Words, banned: np.uint32) -> _Ints:
    """Return the strong component of each state, numbered from 0: who reaches each other.

    Tarjan's walk in depth with stacks of its own, since a chain of roads is longer than any stack
    of calls. A component is complete when its first state is left: `low` is the earliest state
    that anything behind a state leads back to.

    scipy has the same walk, but it does not end where two arcs join the same pair of states.
    """
    count = len(offset) - 1
    order, low = np.zeros(count, np.int32), np.zeros(count, np.int32)  # 0: not visited yet
    label = np.full(count, _OPEN, np.int32)
    cursor = offset[:-1].copy()  # the next arc to follow
    path, waiting = np.empty(count, np.int32), np.empty(count, np.int32)
    deep, held, visited, number = 0, 0, 0, 0
    for root in range(count):
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
    return label


@kernel
def reached(offset: _Longs, arc: _Words, banned: np.uint32, seed: _Flags) -> _Flags:
    """Return which states arcs lead to from the states of `seed`, those included."""
    found = seed.copy()
    queue = np.empty(len(seed), np.int32)
    size = 0
    for state in range(len(seed)):
        if seed[state]:
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
    return found


@kernel
def metres_within(
    rows: tuple[_Longs, _Words, _Ints], banned: np.uint32, label: _Ints, length_m: _Floats
) -> tuple[_Floats, _Ints]:
    """Return the metres driven inside each component, and each edge's component.

    Both directions of an edge count, each once. An edge no direction of which lies inside a
    component has -1.
    """
    offset, arc, directed = rows
    metres = np.zeros(len(offset) - 1, np.float64)
    part = np.full(len(length_m), -1, np.int32)
    counted = np.zeros(2 * len(length_m), np.bool_)
    for state in range(len(offset) - 1):
        for i in range(offset[state], offset[state + 1]):
            d = directed[i]
            if d < 0 or arc[i, 1] & banned or label[arc[i, 0]] != label[state]:
                continue
            part[d >> 1] = label[state]
            if not counted[d]:
                counted[d] = True
                metres[label[state]] += length_m[d >> 1]
    return metres, part


@kernel
def ways_at_edges(
    rows: tuple[_Longs, _Words, _Ints],
    banned: np.uint32,
    leads: _Flags,
    led: _Flags,
    edge_count: int,
) -> tuple[_Flags, _Flags]:
    """Return the edges by which some state of `leads` is entered, and some of `led` is left."""
    offset, arc, directed = rows
    out, back = np.zeros(edge_count, np.bool_), np.zeros(edge_count, np.bool_)
    for state in range(len(offset) - 1):
        for i in range(offset[state], offset[state + 1]):
            d = directed[i]
            if d < 0 or arc[i, 1] & banned:
                continue
            if leads[arc[i, 0]]:
                out[d >> 1] = True
            if led[state]:
                back[d >> 1] = True
    return out, back
