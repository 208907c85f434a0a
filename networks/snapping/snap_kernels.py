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

from networks.kernel import kernel

_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]
_Ints = NDArray[np.int32]
_Plane = tuple[float, float, float, float]

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
def edge_boxes(edges: _Ints, offset: _Longs, lon: _Floats, lat: _Floats) -> _Floats:
    """Return (west, south, east, north) of each of `edges`."""
    boxes = np.empty((len(edges), 4), np.float64)
    for i in range(len(edges)):
        first = offset[edges[i]]
        west = east = lon[first]
        south = north = lat[first]
        for v in range(first + 1, offset[edges[i] + 1]):
            west, east = min(west, lon[v]), max(east, lon[v])
            south, north = min(south, lat[v]), max(north, lat[v])
        boxes[i] = west, south, east, north
    return boxes


@kernel
def stack_boxes(boxes: _Floats, order: _Ints, level: _Longs) -> _Floats:
    """Return the boxes in order, followed by the boxes around each `WIDTH` of them, and so on.

    Level ``l`` is ``level[l]:level[l + 1]``.
    """
    tree = np.empty((level[-1], 4), np.float64)
    for i in range(len(order)):
        tree[i] = boxes[order[i]]
    for above in range(1, len(level) - 1):
        begin, count = level[above - 1], level[above] - level[above - 1]
        for i in range(level[above + 1] - level[above]):
            first, last = begin + i * WIDTH, begin + min((i + 1) * WIDTH, count)
            west, south, east, north = tree[first]
            for j in range(first + 1, last):
                west, south = min(west, tree[j, 0]), min(south, tree[j, 1])
                east, north = max(east, tree[j, 2]), max(north, tree[j, 3])
            tree[level[above] + i] = west, south, east, north
    return tree


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


@kernel
def _squared(east: float, north: float, plane: _Plane) -> float:
    k, h, m, g = plane
    x, y = east * (k - h * north), north * (m + g * north)
    return x * x + y * y


@kernel
def _box_squared(box: _Floats, lon: float, lat: float, plane: _Plane) -> float:
    """Return a lower bound of the squared metres to anything in a box."""
    k, h, m, g = plane
    east = max(box[0] - lon, lon - box[2], 0.0)
    south, north = box[1] - lat, box[3] - lat
    x = east * max(min(k - h * south, k - h * north), 0.0)
    near = max(south, min(north, 0.0))
    y = near * (m + g * near)
    squared: float = (x * x + y * y) * _LOW
    return squared


@kernel
def _slope(a: float, b: float, u: float, v: float, plane: _Plane) -> tuple[float, float]:
    """Return half the first and second derivative of the squared metres at ``a, b``, along u, v."""
    k, h, m, g = plane
    x, y = a * (k - h * b), b * (m + g * b)
    x1, y1 = u * (k - h * b) - h * v * a, v * (m + 2.0 * g * b)
    return x * x1 + y * y1, x1 * x1 + y1 * y1 - 2.0 * h * u * v * x + 2.0 * g * v * v * y


@kernel
def _nearest_on(a: float, b: float, c: float, d: float, plane: _Plane) -> tuple[float, float]:
    """Return (share, squared metres) of the place nearest to 0, 0 between ``a, b`` and ``c, d``.

    The share is exactly 0 or 1 at the ends. Ends are put in one order first, so that roads that
    share a stretch but are drawn in opposite directions lie at exactly the same distance.
    """
    if a > c or (a == c and b > d):
        share, squared = _nearest_in_order(c, d, a, b, plane)
        return 1.0 - share, squared
    return _nearest_in_order(a, b, c, d, plane)


@kernel
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


@kernel
def _nearest_of_edge(
    lon: _Floats, lat: _Floats, low: int, high: int, at: _Floats, plane: _Plane
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


@kernel
def _push_children(
    tree: _Floats,
    level: _Longs,
    parent: int,
    at: _Floats,
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
        squared = _box_squared(tree[child], at[0], at[1], plane)
        if squared > most:
            continue
        place = top
        while place > bottom and bound[place - 1] < squared:
            stack[place], bound[place] = stack[place - 1], bound[place - 1]
            place -= 1
        stack[place], bound[place] = child, squared
        top += 1
    return top


@kernel
def nearest_places(
    points: _Floats,
    reach_m: float,
    at_least_m: _Floats,
    wanted: _Ints,
    index: tuple[_Ints, _Floats, _Ints, _Floats, _Longs],
    shapes: tuple[_Longs, _Floats, _Floats],
) -> tuple[_Longs, _Longs, _Floats]:
    """Return the place nearest to each point: item of the index (-1 for none), vertex, share.

    `index` is the edges, their components' metres of road, their pieces (-1 for half-way roads),
    the tree and its levels; `shapes` the offsets and vertices. Only edges with at least
    `at_least_m` of road in their component count, and of them only those of the piece that is
    `wanted`, or what `ANY_ROAD` and `WHOLE_WAY` say.
    """
    edges, road_m, piece, tree, level = index
    offset, lon, lat = shapes
    n = len(points)
    item, vertex, share = np.full(n, -1, np.int64), np.zeros(n, np.int64), np.zeros(n, np.float64)
    stack, bound = np.empty(_STACK, np.int64), np.empty(_STACK, np.float64)
    for p in range(n):
        at = points[p]
        plane = plane_at(at[1])
        best, found = reach_m * reach_m, _NO_EDGE
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
                if squared < best or (squared == best and e < found):
                    best, found = squared, e
                    item[p], vertex[p], share[p] = box, v, s
    return item, vertex, share
