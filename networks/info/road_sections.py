"""Stretches of road between junctions: what is cut when a road is cut somewhere.

Edges end wherever a source has a node: at a signal, a bridge, a change of the limit. A stretch runs
on over such nodes as long as nobody can turn off (two roads meet there and no third) and it is one
road: of one name, or without a name one way of the source.

Stands apart: it knows the network alone; who cuts roads asks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.geo import components
from networks.network import CLOSED, RoadNetwork

_Longs = NDArray[np.int64]

_NO_TURN = 2  # ends of roads that meet at a node where nobody can turn off


@dataclass(frozen=True, slots=True, eq=False)
class RoadSection:
    """A stretch of road between two junctions.

    Parameters
    ----------
    number : int
        Its lowest edge, which tells it from others of the network.
    name, road_class : str
        Of the road; the name may be empty.
    edges : (n,) int64
        Its edges, ascending.
    length_m : float
        Metres.
    """

    number: int
    name: str
    road_class: str
    edges: _Longs
    length_m: float


def road_sections(network: RoadNetwork, chosen: NDArray[np.integer]) -> tuple[RoadSection, ...]:
    """Return the whole stretches that some edges are parts of, by their lowest edge.

    Parameters
    ----------
    network : RoadNetwork
        The roads; what is closed on them ends no stretch and is in none.
    chosen : (n,) int
        Edges; ferries among them are left out.
    """
    edges = network.edges
    usable = ~edges.ferry & ((edges.forward_ms != CLOSED) | (edges.backward_ms != CLOSED))
    if network.closed is not None:
        usable &= ~network.closed
    stretch = _stretches(network, np.flatnonzero(usable))
    wanted = np.unique(stretch[chosen[usable[chosen]]])
    return tuple(sorted(_sections(network, stretch, wanted), key=lambda each: each.number))


def _stretches(network: RoadNetwork, usable: _Longs) -> _Longs:
    """Return the number of the stretch of each edge, -1 of those that are in none."""
    edges = network.edges
    ends = np.concatenate([edges.tail[usable], edges.head[usable]]).astype(np.int64)
    owner = np.concatenate([usable, usable])
    order = np.argsort(ends, kind="stable")
    node, edge = ends[order], owner[order]
    first = np.flatnonzero(np.r_[True, node[1:] != node[:-1]][: len(node)])
    pairs = first[np.diff(np.r_[first, len(node)]) == _NO_TURN]
    one, two = edge[pairs], edge[pairs + 1]
    same_way = (edges.source_id[one] == edges.source_id[two]) & (edges.name[one] == 0)
    named = edges.name[one] > 0
    same = (edges.name[one] == edges.name[two]) & (named | same_way) & (one != two)
    label = components(one[same], two[same], len(edges), np.ones(int(same.sum())))
    stretch = np.full(len(edges), -1, np.int64)
    stretch[usable] = label[usable]
    return stretch


def _sections(network: RoadNetwork, stretch: _Longs, wanted: _Longs) -> Iterator[RoadSection]:
    edges = network.edges
    mine = np.flatnonzero(np.isin(stretch, wanted))
    mine = mine[np.argsort(stretch[mine], kind="stable")]
    for part in np.split(mine, np.flatnonzero(np.diff(stretch[mine])) + 1):
        if not len(part):
            continue
        lowest = int(part[0])
        yield RoadSection(
            number=lowest,
            name=network.names[edges.name[lowest]],
            road_class=network.classes[edges.road_class[lowest]],
            edges=part,
            length_m=float(edges.length_m[part].sum()),
        )
