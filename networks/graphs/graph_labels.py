"""What a graph calls its nodes and arcs: kept beside a network, so that it can be given back so.

Stands apart: a network's own ids are numbers or texts, a graph's are whatever Python can hash.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.network import CLOSED, RoadNetwork


@dataclass(frozen=True, slots=True)
class GraphLabels:
    """Names of nodes and arcs.

    Parameters
    ----------
    nodes : tuple of label
        Of each node of the network.
    forward_key, backward_key : tuple of label
        Of each edge: what tells its arc from tail to head, and the one from head to tail, from
        others between the same nodes.
    """

    nodes: tuple[Hashable, ...]
    forward_key: tuple[Hashable, ...]
    backward_key: tuple[Hashable, ...]


def labels_of(network: RoadNetwork) -> GraphLabels:
    """Return names for a network that came from no graph.

    Nodes are called by their ids; where a closed barrier splits a node, the further ends get
    negative numbers. Arcs between the same nodes are counted from 0 in the order of the edges, an
    edge's forward arc before its backward one; arcs that may not be driven are none.
    """
    edges = network.edges
    ends = np.stack([edges.tail, edges.head]), np.stack([edges.head, edges.tail])
    tail, head = (side.T.ravel().astype(np.int64) for side in ends)
    driven = np.stack([edges.forward_ms, edges.backward_ms]).T.ravel() != CLOSED
    pair = np.where(driven, tail * len(network.nodes) + head, -1)
    order = np.argsort(pair, kind="stable")
    first = np.ones(len(order), bool)
    first[1:] = pair[order][1:] != pair[order][:-1]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    key = np.zeros(len(order), np.int64)
    key[order] = np.arange(len(order)) - begin
    key[~driven] = 0
    return GraphLabels(
        _unique(network.nodes.id), tuple(key[0::2].tolist()), tuple(key[1::2].tolist())
    )


def _unique(ids: NDArray[np.generic]) -> tuple[Hashable, ...]:
    """Return the ids, those seen before replaced by a negative number of their own."""
    if len(np.unique(ids)) == len(ids):
        return tuple(ids.tolist())
    seen: set[Hashable] = set()
    unique: list[Hashable] = []
    for i, name in enumerate(ids.tolist()):
        unique.append(-(i + 1) if name in seen else name)
        seen.add(name)
    return tuple(unique)
