"""Arcs of a graph that are closed to the public, as a layer that is looked at and never driven.

Stands apart: `networks.graphs.arcs` makes what is driven, and must not see these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.build import EdgeTable
from networks.network import ClosedWays, no_closed_ways


@dataclass(frozen=True, slots=True, eq=False)
class PrivateArc:
    """An arc that only some may use.

    Parameters
    ----------
    tail, head : int
        Numbers of the graph's nodes.
    points : (k, 2) array
        Degrees from tail to head.
    source_id : int
        OSM way; 0 where unknown.
    doors : bool
        False in a tunnel and the like.
    """

    tail: int
    head: int
    points: NDArray[np.float64]
    source_id: int
    doors: bool


def closed_ways_of_arcs(arcs: Sequence[PrivateArc], table: EdgeTable) -> ClosedWays:
    """Return the layer of closed arcs; they meet the roads at nodes of the graph.

    Parameters
    ----------
    arcs : sequence of PrivateArc
        The arcs; of two that are each other's mirror image one is enough.
    table : EdgeTable
        The roads.
    """
    once = {(*sorted((arc.tail, arc.head)), len(arc.points)): arc for arc in reversed(arcs)}
    kept = tuple(reversed(once.values()))
    if not kept:
        return no_closed_ways()
    tail = np.array([arc.tail for arc in kept], np.int64)
    head = np.array([arc.head for arc in kept], np.int64)
    place = np.unique(np.concatenate([tail, head]))
    ends = np.concatenate([table.tail, table.head])
    met = np.flatnonzero(np.isin(ends, place))
    points = np.concatenate([arc.points for arc in kept])
    offset = np.zeros(len(kept) + 1, np.int64)
    np.cumsum([len(arc.points) for arc in kept], out=offset[1:])
    none = np.zeros(0, np.int32)
    return ClosedWays(
        offset=offset,
        lon=points[:, 0].copy(),
        lat=points[:, 1].copy(),
        tail=np.searchsorted(place, tail).astype(np.int32),
        head=np.searchsorted(place, head).astype(np.int32),
        source_id=np.array([arc.source_id for arc in kept], np.int64),
        doors=np.array([arc.doors for arc in kept], np.bool_),
        joint_place=np.searchsorted(place, ends[met]).astype(np.int32),
        joint_edge=(met % len(table.tail)).astype(np.int32),
        joint_fraction=np.where(met < len(table.tail), 0.0, 1.0),
        barrier_node=none,
        barrier=none,
    )
