"""Stretches of OSM ways between junctions, in arrays.

Ways for everybody become edges (`networks.osm.ways`), ways that are closed to the public a layer
of their own (`networks.osm.private_ways`); both are cut here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.osm.data import Ints

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class WayPieces:
    """Stretches of ways between junctions, P of them.

    Parameters
    ----------
    way : (P,) int64
        Index of the way.
    offset : (P + 1,) int64
        Vertices of piece ``i`` are ``vertex[offset[i]:offset[i + 1]]``, at least two.
    vertex : (V,) int64
        Indices into the places.
    """

    way: Ints
    offset: Ints
    vertex: Ints

    def tail(self) -> Ints:
        """Return the first vertex of each piece."""
        return self.vertex[self.offset[:-1]]

    def head(self) -> Ints:
        """Return the last vertex of each piece."""
        return self.vertex[self.offset[1:] - 1]


def cut_pieces(at: Ints, usable: Flags, way_of: Ints, stop: Flags) -> WayPieces:
    """Return the ways' usable stretches, cut at junctions and at places where all are to stop.

    Parameters
    ----------
    at : (R,) int64
        Places that the ways run over, one way after the other.
    usable : (R,) bool
        Which of them count.
    way_of : (R,) int64
        Index of the way.
    stop : (K,) bool
        Places at which every way is cut.
    """
    starts = np.ones(len(at), bool)
    starts[1:] = (way_of[1:] != way_of[:-1]) | ~usable[:-1]
    at, way_of, starts = at[usable], way_of[usable], starts[usable]
    repeated = np.zeros(len(at), bool)
    repeated[1:] = (at[1:] == at[:-1]) & ~starts[1:]
    at, way_of, starts = at[~repeated], way_of[~repeated], starts[~repeated]
    ends = np.ones(len(at), bool)
    ends[:-1] = starts[1:]
    uses = np.bincount(at, minlength=len(stop))
    stops = np.flatnonzero(starts | ends | ((uses > 1) | stop)[at])
    run = np.cumsum(starts)
    first, last = stops[:-1], stops[1:]
    inside = run[first] == run[last]
    first, last = first[inside], last[inside]
    size = last - first + 1
    offset = np.zeros(len(first) + 1, np.int64)
    np.cumsum(size, out=offset[1:])
    position = np.repeat(first - offset[:-1], size) + np.arange(offset[-1])
    return WayPieces(way_of[first], offset, at[position])
