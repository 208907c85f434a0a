"""The compiled loop of `networks.dead_ends`.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from networks.kernel import inner, kernel

_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]
_Ints = NDArray[np.int32]
_At = tuple[float, float]

STACK = 256  # more than sixteen boxes of every level that 2**31 edges can need
_WIDTH = 16  # boxes in a box, as `networks.snapping.snap_kernels` stacks them
_M_PER_DEGREE = 111_000.0  # within one percent, which is a centimetre of a metre


@inner
def _squared_to_edge(
    lon: _Floats, lat: _Floats, low: int, high: int, at: _At, east: float, north: float
) -> float:
    """Return the squared metres from a place to a polyline."""
    best = np.inf
    a, b = (lon[low] - at[0]) * east, (lat[low] - at[1]) * north
    for i in range(low + 1, high):
        c, d = (lon[i] - at[0]) * east, (lat[i] - at[1]) * north
        u, v = c - a, d - b
        along = u * u + v * v
        share = 0.0 if along == 0.0 else min(max(-(a * u + b * v) / along, 0.0), 1.0)
        x, y = a + share * u, b + share * v
        best = min(best, x * x + y * y)
        a, b = c, d
    return best


@inner
def _is_beside(tree: _Floats, box: int, at: _At, dx: float, dy: float) -> bool:
    """Return whether a box comes as near to a place as some degrees."""
    if at[0] < tree[box, 0] - dx or at[0] > tree[box, 2] + dx:
        return False
    return bool(tree[box, 1] - dy <= at[1] <= tree[box, 3] + dy)


@inner
def _push_children(level: _Longs, box: int, stack: _Longs, top: int) -> int:
    """Put the boxes of a box on the stack; return the new height."""
    rank = 1
    while box >= level[rank + 1]:
        rank += 1
    begin, count = level[rank - 1], level[rank] - level[rank - 1]
    first = (box - level[rank]) * _WIDTH
    for child in range(first, min(first + _WIDTH, count)):
        stack[top] = begin + child
        top += 1
    return top


@kernel
def near_other_edges(
    points: _Floats,
    place: _Ints,
    limit_m: float,
    index: tuple[_Ints, _Floats, _Longs],
    ends: tuple[_Ints, _Ints],
    shapes: tuple[_Longs, _Floats, _Floats],
    stack: _Longs,
    found: NDArray[np.bool_],
) -> None:
    """Mark in `found` which points lie within `limit_m` of an edge that ends elsewhere than they.

    `place` is where each point ends a road, `ends` the places of all edges' tails and heads.
    `index` is edges, boxes and levels of an `EdgeTree`, `shapes` the offsets and vertices; `stack`
    has room for `STACK` boxes.
    """
    edges, tree, level = index
    tail, head = ends
    offset, lon, lat = shapes
    for p in range(len(points)):
        at = points[p, 0], points[p, 1]
        east, north = _M_PER_DEGREE * math.cos(math.radians(at[1])), _M_PER_DEGREE
        stack[0], top = level[-1] - 1, 1
        while top > 0 and not found[p]:
            top -= 1
            box = stack[top]
            if not _is_beside(tree, box, at, limit_m / east, limit_m / north):
                continue
            if box >= level[1]:
                top = _push_children(level, box, stack, top)
                continue
            e = edges[box]
            if tail[e] != place[p] and head[e] != place[p]:
                low, high = offset[e], offset[e + 1]
                squared = _squared_to_edge(lon, lat, low, high, at, east, north)
                found[p] = squared <= limit_m * limit_m
