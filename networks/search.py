"""One Dijkstra over the whole network that keeps, at every node, what any origin may need.

Sources start at the destinations. A node keeps the cheapest label, the cheapest label of a
*different site*, and everything that ties with them: the origin's own site may take the first
place, and then the second is the answer. That is enough, because a label that two other sites
beat at a node is beaten by them at every node behind it too.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from networks.solve_graph import SolveGraph

MANY_SITES = -1  # a source that stands for terminals of several sites at one door


@dataclass(frozen=True, slots=True)
class Source:
    """Where a search starts: a solve node, the milliseconds to its door, and whose it is.

    ``site`` is a number, or `MANY_SITES` when terminals of several sites share the door: such a
    source serves every origin.
    """

    node: int
    cost_ms: int
    site: int


@dataclass(frozen=True, slots=True)
class Labels:
    """Accepted labels, in order of cost.

    Parameters
    ----------
    at_node : list of list of int
        Labels of each solve node.
    cost_ms : list of int
        Milliseconds of a label, from its node to the source's door (or back).
    source : list of int
        Index of the source.
    parent, arc : list of int
        The label and the arc it came over, -1 at the source.
    """

    at_node: list[list[int]]
    cost_ms: list[int]
    source: list[int]
    parent: list[int]
    arc: list[int]


def nearest_two_sites(
    graph: SolveGraph, sources: Sequence[Source], *, against_traffic: bool
) -> Labels:
    """Return for every node the labels of the nearest two sites, ties included.

    Parameters
    ----------
    graph : SolveGraph
        Arcs in the direction of travel.
    sources : sequence of Source
        Destinations.
    against_traffic : bool
        True to search arcs backwards: times *to* the sources; False for times *from* them.

    Returns
    -------
    Labels
        Deterministic: equal costs are settled by source, node, parent and arc number.
    """
    offset, neighbour, ms, arc_of = _rows(graph, against_traffic=against_traffic)
    at_node: list[list[int]] = [[] for _ in range(graph.node_count)]
    full_at: list[float] = [float("inf")] * graph.node_count  # cost at which a node is served
    labels = Labels(at_node, [], [], [], [])
    site = [s.site for s in sources]
    heap = [(s.cost_ms, i, s.node, -1, -1) for i, s in enumerate(sources)]
    heapq.heapify(heap)
    pop, push = heapq.heappop, heapq.heappush
    while heap:
        cost, who, node, parent, arc = pop(heap)
        if cost > full_at[node] or not _wanted(labels, node, cost, who, site):
            continue
        if site[who] == MANY_SITES or any(
            site[labels.source[i]] not in (MANY_SITES, site[who]) for i in at_node[node]
        ):
            full_at[node] = min(full_at[node], cost)
        mine = len(labels.cost_ms)
        at_node[node].append(mine)
        labels.cost_ms.append(cost)
        labels.source.append(who)
        labels.parent.append(parent)
        labels.arc.append(arc)
        for k in range(offset[node], offset[node + 1]):
            onward = cost + ms[k]
            if onward <= full_at[neighbour[k]]:
                push(heap, (onward, who, neighbour[k], mine, arc_of[k]))
    return labels


def _wanted(labels: Labels, node: int, cost: int, who: int, site: list[int]) -> bool:
    """Tell whether a label is new: neither the same source again nor a dearer one of its site."""
    for i in labels.at_node[node]:
        other = labels.source[i]
        if other == who:
            return False
        if site[other] == site[who] != MANY_SITES and labels.cost_ms[i] < cost:
            return False
    return True


def _rows(
    graph: SolveGraph, *, against_traffic: bool
) -> tuple[list[int], list[int], list[int], list[int]]:
    """Return the arcs in compressed rows as plain lists, which a Python loop reads fastest."""
    near, far = (graph.target, graph.source) if against_traffic else (graph.source, graph.target)
    order = np.argsort(near, kind="stable")
    offset = np.zeros(graph.node_count + 1, np.int64)
    np.cumsum(np.bincount(near, minlength=graph.node_count), out=offset[1:])
    return offset.tolist(), far[order].tolist(), graph.ms[order].tolist(), order.tolist()
