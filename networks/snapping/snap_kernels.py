"""Compiled loops of snapping: a packed tree of boxes over the edges, and the nearest place in it.

All distances are taken in a plane of the query point's own: x to the east and y to the north in
metres, with the ellipsoid's radii at the middle latitude between the point and where it looks.
An edge is straight in degrees between its vertices, as GeoJSON has it, and therefore ever so
slightly bent in that plane; both the bend and the boxes are treated exactly.

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
_Plane = tuple[float, float, float, float]
_At = tuple[float, float]
_Index = tuple[_Ints, _Floats, _Ints, _Floats, _Longs]
_Shapes = tuple[_Longs, _Floats, _Floats]

WIDTH = 16  # boxes in a box
ANY_ROAD, WHOLE_WAY = -2, -1  # in the place of a piece: any road; any that is not half-way
_STACK = 256  # more than WIDTH of every level that 2**31 edges can need

# GRS80, the ellipsoid of JGD2011.
_A = 6378137.0
_F = 1 / 298.257222101
_E2 = _F * (2.0 - _F)
_RAD = math.pi / 180.0

_LOW = 1.0 - 1e-12  # rounding must not hide an edge at the same distance
_NEWTON = 4  # steps; the distance is so nearly a parabola that two reach the last bit
_NO_EDGE = np.int32(2147483647)


@kernel
def plane_at(lat: float) -> _Plane:
    """Return what turns degrees east and north of a point into metres: k, h, m and g.

    ``x = east * (k - h * north)`` and ``y = north * (m + g * north)``, to the second order.
    """
    sin, cos = math.sin(lat * _RAD), math.cos(lat * _RAD)
    w2 = 1.0 - _E2 * sin * sin
    n = _A / math.sqrt(w2)
    m = n * (1.0 - _E2) / w2
    bend = 1.5 * m * _E2 * sin * cos / w2
    return n * cos * _RAD, m * sin * _RAD * _RAD * 0.5, m * _RAD, bend * _RAD * _RAD


@inner
def _squared(east: float, north: float, plane: _Plane) -> float:
    k, h, m, g = plane
    x, y = east * (k - h * north), north * (m + g * north)
    return x * x + y * y


@inner
def _box_squared(tree: _Floats, box: int, lon: float, lat: float, plane: _Plane) -> float:
    """Return a lower bound of the squared metres to anything in a box."""
    k, h, m, g = plane
    east = max(tree[box, 0] - lon, lon - tree[box, 2], 0.0)
    south, north = tree[box, 1] - lat, tree[box, 3] - lat
    x = east * max(min(k - h * south, k - h * north), 0.0)
    near = max(south, min(north, 0.0))
    y = near * (m + g * near)
    squared: float = (x * x + y * y) * _LOW
    return squared


@inner
def _slope(a: float, b: float, u: float, v: float, plane: _Plane) -> tuple[float, float]:
    """Return half the first and second derivative of the squared metres at ``a, b``, along u, v."""
    k, h, m, g = plane
    x, y = a * (k - h * b), b * (m + g * b)
    x1, y1 = u * (k - h * b) - h * v * a, v * (m + 2.0 * g * b)
    return x * x1 + y * y1, x1 * x1 + y1 * y1 - 2.0 * h * u * v * x + 2.0 * g * v * v * y


@inner
def _nearest_on(a: float, b: float, c: float, d: float, plane: _Plane) -> tuple[float, float]:
    """Return (share, squared metres) of the place nearest to 0, 0 between ``a, b`` and ``c, d``.

    The share is exactly 0 or 1 at the ends. Ends are put in one order first, so that roads that
    share a stretch but are drawn in opposite directions lie at exactly the same distance.
    """
    if a > c or (a == c and b > d):
        share, squared = _nearest_in_order(c, d, a, b, plane)
        return 1.0 - share, squared
    return _nearest_in_order(a, b, c, d, plane)


@inner
def _nearest_in_order(a: float, b: float, c: float, d: float, plane: _Plane) -> tuple[float, float]:
    u, v = c - a, d - b
    if _slope(a, b, u, v, plane)[0] >= 0.0:
        return 0.0, _squared(a, b, plane)
    if _slope(c, d, u, v, plane)[0] <= 0.0:
        return 1.0, _squared(c, d, plane)
    share = 0.5
    for _ in range(_NEWTON):
        first, second = _slope(a + share * u, b + share * v, u, v, plane)
        if second <= 0.0:
            break
        share = min(max(share - first / second, 0.0), 1.0)
    if share >= 1.0:
        return 1.0, _squared(c, d, plane)
    return share, _squared(a + share * u, b + share * v, plane)


@inner
def _nearest_of_edge(
    lon: _Floats, lat: _Floats, low: int, high: int, at: _At, plane: _Plane
) -> tuple[float, int, float]:
    """Return (squared metres, first vertex, share) of an edge's place nearest to a point."""
    best, vertex, share = np.inf, low, 0.0
    a, b = lon[low] - at[0], lat[low] - at[1]
    for i in range(low, high - 1):
        c, d = lon[i + 1] - at[0], lat[i + 1] - at[1]
        part, squared = _nearest_on(a, b, c, d, plane)
        if squared < best:
            best, vertex, share = squared, i, part
        a, b = c, d
    return best, vertex, share


@inner
def _push_children(
    tree: _Floats,
    level: _Longs,
    parent: int,
    at: _At,
    plane: _Plane,
    most: float,
    stack: _Longs,
    bound: _Floats,
    top: int,
) -> int:
    """Put the boxes of a box on the stack, the nearest last; return the new height."""
    rank = 1
    while parent >= level[rank + 1]:
        rank += 1
    begin, count = level[rank - 1], level[rank] - level[rank - 1]
    first = (parent - level[rank]) * WIDTH
    bottom = top
    for child in range(begin + first, begin + min(first + WIDTH, count)):
        squared = _box_squared(tree, child, at[0], at[1], plane)
        if squared > most:
            continue
        place = top
        while place > bottom and bound[place - 1] < squared:
            stack[place], bound[place] = stack[place - 1], bound[place - 1]
            place -= 1
        stack[place], bound[place] = child, squared
        top += 1
    return top


def nearest_places(
    points: _Floats,
    reach_m: float,
    at_least_m: _Floats,
    wanted: _Ints,
    index: _Index,
    shapes: _Shapes,
) -> tuple[_Longs, _Longs, _Floats]:
    """Return the place nearest to each point: item of the index (-1 for none), vertex, share.

    `index` is the edges, their components' metres of road, their pieces (-1 for half-way roads),
    the tree and its levels; `shapes` the offsets and vertices. Only edges with at least
    `at_least_m` of road in their component count, and of them only those of the piece that is
    `wanted`, or what `ANY_ROAD` and `WHOLE_WAY` say.
    """
    n = len(points)
    found = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.float64)
    waiting = np.empty(_STACK, np.int64), np.empty(_STACK, np.float64)
    find_places(points, reach_m, at_least_m, wanted, index, shapes, waiting, found)
    return found


@kernel
def find_places(
    points: _Floats,
    reach_m: float,
    at_least_m: _Floats,
    wanted: _Ints,
    index: _Index,
    shapes: _Shapes,
    waiting: tuple[_Longs, _Floats],
    found: tuple[_Longs, _Longs, _Floats],
) -> None:
    """Fill `found` with what `nearest_places` returns; `waiting` is a stack and its bounds."""
    stack, bound = waiting
    item, vertex, share = found
    edges, road_m, piece, tree, level = index
    offset, lon, lat = shapes
    for p in range(len(points)):
        at = points[p, 0], points[p, 1]
        item[p], vertex[p], share[p] = -1, 0, 0.0
        plane = plane_at(at[1])
        best, edge = reach_m * reach_m, _NO_EDGE
        stack[0], bound[0], top = level[-1] - 1, 0.0, 1
        while top > 0:
            top -= 1
            box = stack[top]
            if bound[top] > best:
                continue
            if box >= level[1]:
                top = _push_children(tree, level, box, at, plane, best, stack, bound, top)
            elif road_m[box] >= at_least_m[p] and (
                wanted[p] == ANY_ROAD
                or (piece[box] >= 0 and (wanted[p] == WHOLE_WAY or wanted[p] == piece[box]))
            ):
                e = edges[box]
                squared, v, s = _nearest_of_edge(lon, lat, offset[e], offset[e + 1], at, plane)
                if squared < best or (squared == best and e < edge):
                    best, edge = squared, e
                    item[p], vertex[p], share[p] = box, v, s
