"""The search graph as a networkx graph, so that anybody can check its milliseconds."""

from __future__ import annotations

import networkx as nx
import numpy as np

from networks.network import BOARD, CLOSED_FLAG, FERRY_FLAG, TOLL, WORD_MS, RoadNetwork
from networks.types import TravelOptions


def search_digraph(network: RoadNetwork, options: TravelOptions | None = None) -> nx.DiGraph:
    """Return the states of the search graph and the arcs that a drive may use.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    options : TravelOptions, optional
        Tolls, ferries, waiting time; by default as for a search, tolls yes and ferries no.

    Returns
    -------
    networkx.DiGraph
        State numbers as nodes; ``ms`` of an arc is the least of those between two states.
    """
    chosen = options if options is not None else TravelOptions()
    rows = network.graph.onward
    word = rows.arc[:, 1]
    banned = CLOSED_FLAG | (0 if chosen.tolls else TOLL) | (0 if chosen.ferries else FERRY_FLAG)
    usable = np.flatnonzero((word & np.uint32(banned)) == 0)
    source = np.repeat(np.arange(len(rows.offset) - 1), np.diff(rows.offset))[usable]
    target = rows.arc[usable, 0].astype(np.int64)
    ms = (word[usable] & np.uint32(WORD_MS)).astype(np.int64)
    ms += np.where(word[usable] & np.uint32(BOARD), chosen.ferry_wait_ms, 0)
    order = np.lexsort((-ms, target, source))  # of parallel arcs the last one written stays
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(rows.offset) - 1))
    graph.add_weighted_edges_from(
        zip(source[order].tolist(), target[order].tolist(), ms[order].tolist(), strict=True),
        weight="ms",
    )
    return graph
