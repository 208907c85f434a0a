"""Metres on the ellipsoid, order along a space-filling curve, and connected components.

Everything here takes degrees. What loops over every vertex of a network is compiled
(`networks.geo_kernels`) and imported where it is used.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_Words = NDArray[np.uint32]
_Scalar = TypeVar("_Scalar", bound=np.generic)

GEOGRAPHIC_EPSG = 6668  # JGD2011, within centimetres of WGS84 for this purpose
_ELLIPSOID = "GRS80"  # of JGD2011
_CELLS = 65535.0  # of each axis of the curve, less one


def geodesic_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Return metres on the ellipsoid between points in degrees, element by element.

    Up to a quarter of a degree apart (28 km) and below 80 degrees of latitude by Gauss's
    mid-latitude series, within 0.02 mm of the geodesic; otherwise the geodesic itself.
    """
    columns = [np.atleast_1d(np.asarray(v, np.float64)) for v in (lon1, lat1, lon2, lat2)]
    if len({column.shape for column in columns}) > 1:  # spreading costs more than a short line
        columns = list(np.broadcast_arrays(*columns))
    a, b, c, d = columns
    lon, lat = np.stack([a, c], axis=-1).ravel(), np.stack([b, d], axis=-1).ravel()
    return packed_lengths(lon, lat, np.arange(0, len(lon) + 1, 2)).reshape(a.shape)


def packed_lengths(lon: Floats, lat: Floats, offset: Ints) -> Floats:
    """Return geodesic metres of each packed polyline.

    Each step is within 0.02 mm of the geodesic, usually within a nanometre (see `geodesic_m`).

    Parameters
    ----------
    lon, lat : (V,) arrays
        Vertices of all polylines, degrees.
    offset : (E + 1,) array
        Polyline ``i`` is ``offset[i]:offset[i + 1]``.

    Returns
    -------
    (E,) array
        Metres.
    """
    from networks.geo_kernels import line_lengths  # noqa: PLC0415 (compiled)

    lons, lats, rows = _contiguous(lon), _contiguous(lat), _contiguous_ints(offset)
    metres = np.empty(len(rows) - 1, np.float64)
    if line_lengths(lons, lats, rows, metres):
        end = _long_steps(lons, lats, rows)
        line = np.searchsorted(rows, end, "right") - 1
        steps = _exact_m(lons[end - 1], lats[end - 1], lons[end], lats[end])
        np.add.at(metres, line, steps)
    return metres


def _long_steps(lon: Floats, lat: Floats, offset: Ints) -> Ints:
    """Return the second vertex of each step within a polyline that the series does not reach."""
    from networks.geo_kernels import STEP_DEGREES, STEP_LATITUDE  # noqa: PLC0415 (compiled)

    near = np.abs(np.diff(lon)) <= STEP_DEGREES  # NaN is not near
    near &= np.abs(np.diff(lat)) <= STEP_DEGREES
    near &= np.abs((lat[:-1] + lat[1:]) * 0.5) <= STEP_LATITUDE
    inside = np.ones(len(near), bool)
    inside[offset[1:-1] - 1] = False
    return np.flatnonzero(inside & ~near) + 1


def running_m(lon: Floats, lat: Floats) -> Floats:
    """Return geodesic metres from a polyline's first vertex to each of its vertices.

    Examples
    --------
    >>> running_m(np.array([130.0, 130.0, 130.0]), np.array([32.0, 32.001, 32.002])).round(3)
    array([  0.   , 110.887, 221.774])
    """
    run = np.zeros(len(lon))
    np.cumsum(geodesic_m(lon[:-1], lat[:-1], lon[1:], lat[1:]), out=run[1:])
    return run


def cut_polyline(lon: Floats, lat: Floats, start: float, end: float) -> Floats:
    """Return the stretch of a polyline between two fractions of its length.

    Parameters
    ----------
    lon, lat : (n,) arrays
        Its vertices, degrees; at least two.
    start, end : float
        Fractions of its geodesic length, 0 to 1; with `start` above `end` the stretch runs
        backwards.

    Returns
    -------
    (k, 2) array
        Longitude and latitude, two vertices at least (twice the same for an empty stretch).
        Vertices of the polyline are taken as they are; ends between them are interpolated.

    Examples
    --------
    >>> cut_polyline(np.array([130.0, 130.0]), np.array([32.0, 32.002]), 0.5, 0.0).round(6)
    array([[130.   ,  32.001],
           [130.   ,  32.   ]])
    """
    points = np.column_stack([lon, lat])
    low, high = (start, end) if start <= end else (end, start)
    if (low, high) != (0.0, 1.0):
        run = running_m(lon, lat)
        cuts = np.array([low, high]) * run[-1]
        inside = (run > cuts[0]) & (run < cuts[1])
        ends = np.column_stack([np.interp(cuts, run, points[:, i]) for i in (0, 1)])
        points = np.concatenate([ends[:1], points[inside], ends[1:]])
    return points if start <= end else points[::-1]


def hilbert_order(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
    """Return the order of positions along Hilbert's curve, so that near ones lie near in memory.

    The curve runs over 65,536 x 65,536 cells of the bounding box; positions of one cell keep
    their order.

    Parameters
    ----------
    lon, lat : (N,) array_like
        Finite degrees.

    Returns
    -------
    (N,) int32
        A permutation: ``lon[order]`` follows the curve.
    """
    x, y = _contiguous(np.asarray(lon)), _contiguous(np.asarray(lat))
    if len(x) == 0:
        return np.empty(0, np.int32)
    west, south = float(x.min()), float(y.min())
    # cells are square on the ground, roughly, for the curve to be equally fine both ways
    shrink = float(np.cos(np.radians((south + float(y.max())) / 2)))
    span = max((float(x.max()) - west) * shrink, float(y.max()) - south)
    scale = _CELLS / span if span > 0 else 0.0
    column, row = (
        np.clip((v - low) * cells, 0.0, _CELLS).astype(np.uint32)
        for v, low, cells in ((x, west, scale * shrink), (y, south, scale))
    )
    return _sorted_order(_curve_keys(column, row))


def _curve_keys(x: _Words, y: _Words) -> _Words:
    """Return the place of cells along Hilbert's curve, four levels of both axes at a time."""
    table, byte, nibble = _curve_table(), np.uint32(255), np.uint32(15)
    key, entry = np.zeros(len(x), np.uint32), np.zeros(len(x), np.uint32)
    for level in range(12, -1, -4):
        shift = np.uint32(level)
        at = ((x >> shift) & nibble) << np.uint32(4) | ((y >> shift) & nibble)
        entry = table[(entry & ~byte) | at]
        key = (key << np.uint32(8)) | (entry & byte)
    return key


def _curve_table() -> _Words:
    """Return Hilbert's curve four levels at a time: what a nibble of x and y add to the key.

    The curve inside a quarter is the whole curve mirrored (state bit 0), exchanged (bit 1), both
    or neither. Entry ``state * 256 + x * 16 + y`` is the next state times 256 plus 8 bits of key.
    """
    entry = np.arange(1024)
    state, key = entry >> 8, np.zeros(1024, np.int64)
    for level in range(3, -1, -1):
        mirrored, exchanged = state & 1, (state & 2) > 0
        right, up = ((entry >> (4 + level)) & 1) ^ mirrored, ((entry >> level) & 1) ^ mirrored
        right, up = np.where(exchanged, up, right), np.where(exchanged, right, up)
        key = (key << 2) | ((3 * right) ^ up)
        state = np.where(up == 0, state ^ (2 | right), state)
    return ((state << 8) | key).astype(np.uint32)


def _sorted_order(keys: _Words) -> NDArray[np.int32]:
    """Return the stable order of 32-bit keys, by their halves: numpy counts numbers of 16 bits."""
    low, high = keys.astype(np.uint16), (keys >> np.uint32(16)).astype(np.uint16)
    by_low = np.argsort(low, kind="stable")
    order: NDArray[np.int32] = by_low[np.argsort(high[by_low], kind="stable")].astype(np.int32)
    return order


def components(
    tail: ArrayLike, head: ArrayLike, node_count: int, weight: ArrayLike
) -> NDArray[np.int32]:
    """Return each node's connected component, direction of the edges ignored.

    Parameters
    ----------
    tail, head : (E,) array_like of int
        Node indices of the edges that connect.
    node_count : int
        N; a node without edges is a component of its own.
    weight : (E,) array_like
        Weight of each edge, metres for instance.

    Returns
    -------
    (N,) int32
        Components numbered by falling weight; of equal ones, the one with the lowest node first.

    Examples
    --------
    >>> components([0, 2], [1, 3], 5, [1.0, 2.0])
    array([1, 1, 0, 0, 2], dtype=int32)
    """
    from networks.geo_kernels import lowest_of_component  # noqa: PLC0415 (compiled)

    tails, heads = (_contiguous_nodes(v) for v in (tail, head))
    root = np.arange(node_count, dtype=np.int32)
    lowest_of_component(tails, heads, root)
    metres = np.bincount(root[tails], weights=np.asarray(weight, float), minlength=node_count)
    lowest = np.flatnonzero(root == np.arange(node_count, dtype=np.int32))
    rank = np.empty(node_count, np.int32)
    rank[lowest[np.argsort(-metres[lowest], kind="stable")]] = np.arange(len(lowest))
    answer: NDArray[np.int32] = rank[root]
    return answer


def _exact_m(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    from pyproj import Geod  # noqa: PLC0415 (only long steps need it)

    if len(lon1) == 1:  # pyproj takes such arrays for scalars, and older numpy warns of it
        lon1, lat1, lon2, lat2 = lon1[0], lat1[0], lon2[0], lat2[0]
    _, _, metres = Geod(ellps=_ELLIPSOID).inv(lon1, lat1, lon2, lat2)
    return np.atleast_1d(np.asarray(metres, np.float64))


# Kernels are compiled for one kind of array: contiguous and read-only, as those of a network are.


def _contiguous(values: NDArray[np.generic]) -> Floats:
    return _frozen(np.ascontiguousarray(values, np.float64))


def _contiguous_ints(values: NDArray[np.generic]) -> Ints:
    return _frozen(np.ascontiguousarray(values, np.int64))


def _contiguous_nodes(values: ArrayLike) -> NDArray[np.int32]:
    return _frozen(np.ascontiguousarray(values, np.int32))


def _frozen(values: NDArray[_Scalar]) -> NDArray[_Scalar]:
    view = values.view()
    view.flags.writeable = False
    return view
