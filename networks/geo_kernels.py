"""Compiled loops over positions: metres on the ellipsoid, a space-filling curve, components.

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
_Words = NDArray[np.uint32]

# GRS80, the ellipsoid of JGD2011 (IAG 1980); WGS84 differs by a tenth of a millimetre.
_A = 6378137.0
_F = 1 / 298.257222101
_E2 = _F * (2.0 - _F)
_EP2 = _E2 / (1.0 - _E2)
_RAD = math.pi / 180.0

# Steps within these degrees keep the series' error below 0.02 mm; beyond, the caller measures.
STEP_DEGREES = 0.25
STEP_LATITUDE = 80.0
_PLAIN_DEGREES = 0.0005  # 55 m, where the third order is below 2e-5 mm

_COSINE = tuple(1.0 / math.factorial(2 * k) for k in range(1, 12))

_HALF = np.uint32(16)  # bits of each axis of the curve, and of each pass of the sort
_MASK = np.uint32(0xFFFF)


@kernel
def _cosine(x: float) -> float:
    """Return the cosine of an angle within a quarter turn, by its series (1e-16).

    Written out because library cosines differ in the last bit between processors.
    """
    s = -x * x
    total = s * _COSINE[10] + _COSINE[9]
    for k in range(8, -1, -1):
        total = total * s + _COSINE[k]
    return total * s + 1.0


@kernel
def step_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return metres between positions in degrees: the mid-latitude series; -1 for a long step.

    Gauss's mid-latitude formulas of the inverse problem (W. Torge, Geodesy, 3rd ed., section
    6.3.3), with terms up to the third order except where those are below a nanometre or so.
    """
    dlon, dlat = lon2 - lon1, lat2 - lat1
    middle = (lat1 + lat2) * 0.5
    if not (
        abs(dlon) <= STEP_DEGREES and abs(dlat) <= STEP_DEGREES and abs(middle) <= STEP_LATITUDE
    ):
        return -1.0
    u, v = dlon * _RAD, dlat * _RAD
    cos = _cosine(middle * _RAD)
    cos2 = cos * cos
    sin2 = 1.0 - cos2
    w2 = 1.0 - _E2 * sin2
    n = _A / math.sqrt(w2)  # radius of curvature across the meridian
    east = n * cos * u
    north = n * (1.0 - _E2) / w2 * v
    if abs(dlon) > _PLAIN_DEGREES or abs(dlat) > _PLAIN_DEGREES:
        eta2 = _EP2 * cos2
        v4 = (1.0 + eta2) * (1.0 + eta2)
        uu, vv = u * u, v * v
        east *= 1.0 - uu * sin2 / 24.0 + vv * (1.0 + eta2 - 9.0 * _EP2 * sin2) / (24.0 * v4)
        north *= 1.0 - uu / 8.0 * (1.0 - uu / 48.0)
        bend = uu * cos2 * (1.0 - 2.0 * eta2) / 24.0
        north *= 1.0 + bend + eta2 * (1.0 - sin2 / cos2) * vv / (8.0 * v4)
    return math.sqrt(east * east + north * north)


@kernel
def pair_steps(lon1: _Floats, lat1: _Floats, lon2: _Floats, lat2: _Floats) -> _Floats:
    """Return the step from each position of the first to that of the second; -1 for long ones."""
    steps = np.empty(len(lon1), np.float64)
    for i in range(len(lon1)):
        steps[i] = step_m(lon1[i], lat1[i], lon2[i], lat2[i])
    return steps


@kernel
def line_lengths(lon: _Floats, lat: _Floats, offset: _Longs) -> tuple[_Floats, int]:
    """Return each polyline's metres without its long steps, and how many those are."""
    lengths = np.empty(len(offset) - 1, np.float64)
    long = 0
    for line in range(len(lengths)):
        total = 0.0
        for i in range(offset[line] + 1, offset[line + 1]):
            step = step_m(lon[i - 1], lat[i - 1], lon[i], lat[i])
            if step < 0.0:
                long += 1
            else:
                total += step
        lengths[line] = total
    return lengths, long


@kernel
def long_steps(lon: _Floats, lat: _Floats, offset: _Longs, count: int) -> tuple[_Longs, _Longs]:
    """Return the line and the second vertex of each of the `count` long steps."""
    lines, ends = np.empty(count, np.int64), np.empty(count, np.int64)
    at = 0
    for line in range(len(offset) - 1):
        for i in range(offset[line] + 1, offset[line + 1]):
            if step_m(lon[i - 1], lat[i - 1], lon[i], lat[i]) < 0.0:
                lines[at], ends[at] = line, i
                at += 1
    return lines, ends


@kernel
def _curve_table() -> _Words:
    """Return Hilbert's curve four levels at a time: what a nibble of x and y add to the key.

    The curve inside a quarter is the whole curve mirrored (state bit 0), exchanged (bit 1), both
    or neither. Entry ``state * 256 + x * 16 + y`` is the next state times 256 plus 8 bits of key.
    """
    table = np.empty(1024, np.uint32)
    for entry in range(1024):
        state, key = entry >> 8, 0
        for level in range(3, -1, -1):
            right, up = (entry >> (4 + level)) & 1, (entry >> level) & 1
            if state & 1:
                right, up = 1 - right, 1 - up
            if state & 2:
                right, up = up, right
            key = (key << 2) | ((3 * right) ^ up)
            if up == 0:
                state ^= 2 | right
        table[entry] = (state << 8) | key
    return table


@kernel
def hilbert_keys(lon: _Floats, lat: _Floats, west: float, south: float, scale: _Floats) -> _Words:
    """Return each position's place along the curve; `scale` is cells per degree of each axis."""
    keys = np.empty(len(lon), np.uint32)
    table = _curve_table()
    byte, nibble = np.uint32(255), np.uint32(15)
    for i in range(len(lon)):
        x = np.uint32(min(max((lon[i] - west) * scale[0], 0.0), 65535.0))
        y = np.uint32(min(max((lat[i] - south) * scale[1], 0.0), 65535.0))
        key, entry = np.uint32(0), np.uint32(0)
        for level in range(12, -1, -4):
            shift = np.uint32(level)
            at = ((x >> shift) & nibble) << np.uint32(4) | ((y >> shift) & nibble)
            entry = table[(entry & ~byte) | at]
            key = (key << np.uint32(8)) | (entry & byte)
        keys[i] = key
    return keys


@kernel
def sorted_order(keys: _Words) -> _Ints:
    """Return the stable order of 32-bit keys, by two passes over their halves."""
    n = len(keys)
    first, second = np.empty(n, np.int32), np.empty(n, np.int32)
    start = np.zeros((2, 65537), np.int64)
    for i in range(n):
        start[0, (keys[i] & _MASK) + np.uint32(1)] += 1
        start[1, (keys[i] >> _HALF) + np.uint32(1)] += 1
    for half in range(2):
        for i in range(65536):
            start[half, i + 1] += start[half, i]
    for i in range(n):
        digit = keys[i] & _MASK
        first[start[0, digit]] = i
        start[0, digit] += 1
    for j in range(n):
        digit = keys[first[j]] >> _HALF
        second[start[1, digit]] = first[j]
        start[1, digit] += 1
    return second


@kernel
def lowest_of_component(tail: _Ints, head: _Ints, count: int) -> _Ints:
    """Return the lowest node that each node is joined to."""
    root = np.empty(count, np.int32)
    for node in range(count):
        root[node] = node
    for i in range(len(tail)):
        a, b = tail[i], head[i]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if a < b:
            root[b] = a
        elif b < a:
            root[a] = b
    for node in range(count):  # a root is never above its nodes, so one pass flattens all
        root[node] = root[root[node]]
    return root
