"""Compiled loops over positions: metres on the ellipsoid, components.

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


@inner
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
def line_lengths(lon: _Floats, lat: _Floats, offset: _Longs, lengths: _Floats) -> int:
    """Fill in each polyline's metres without its long steps; return how many those are."""
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
    return long


@kernel
def lowest_of_component(tail: _Ints, head: _Ints, root: _Ints) -> None:
    """Fill in the lowest node that each node is joined to; `root` is each node itself at first."""
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
    for node in range(len(root)):  # a root is never above its nodes, so one pass flattens all
        root[node] = root[root[node]]
