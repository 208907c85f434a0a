"""Dead ends that another road passes within a metre: where a network may have come apart.

Whatever cuts a road from its junction (coordinates rounded otherwise on two sheets, lines that
nobody cut at their crossings, a node that stands twice) leaves a dead end beside a road. A drive
then goes the long way round, or no way at all, and nothing else would say so.

Stands apart: `build` makes what a source says into a network; this doubts what the source says.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem, Severity, Text
from networks.network import RoadNetwork
from networks.snapping.edge_tree import tree_of

LOOSE_END = "dead-ends-beside-road"
"""Word of `networks.network.Origin.dropped` for their number."""

NEAR_M = 1.0
_FEW = 0.01  # of all dead ends: a mapper's slips, as every map has some
_SHOWN = 3


def loose_ends(network: RoadNetwork) -> NDArray[np.int64]:
    """Return the nodes at which one road ends within a metre of another that it does not join.

    Nodes of one identity are kept apart on purpose (a closed barrier parts the roads that meet
    there) and do not count; ferries and their piers are no roads.

    Parameters
    ----------
    network : RoadNetwork
        The roads.

    Returns
    -------
    (D,) int64
        Node indices, ascending.
    """
    from networks.dead_end_kernels import STACK, near_other_edges  # noqa: PLC0415 (compiled)

    dead = _dead_ends(network)
    if len(dead) == 0:
        return dead
    nodes, edges, shapes = network.nodes, network.edges, network.shapes
    _, number = np.unique(nodes.id, return_inverse=True)
    place = number.reshape(-1).astype(np.int32)
    tree = tree_of(shapes, ~edges.ferry)
    near = np.zeros(len(dead), np.bool_)
    near_other_edges(
        np.column_stack([nodes.lon[dead], nodes.lat[dead]]),
        place[dead],
        NEAR_M,
        (tree.edges, tree.boxes, tree.level),
        (place[edges.tail], place[edges.head]),
        (shapes.offset, shapes.lon, shapes.lat),
        np.empty(STACK, np.int64),
        near,
    )
    return dead[near]


def _dead_ends(network: RoadNetwork) -> NDArray[np.int64]:
    road = ~network.edges.ferry
    ends = np.concatenate([network.edges.tail[road], network.edges.head[road]])
    return np.flatnonzero(np.bincount(ends, minlength=len(network.nodes)) == 1)


def loose_ends_told(network: RoadNetwork, loose: NDArray[np.int64]) -> Problem:
    """Return what to know of dead ends beside roads: a warning where they are many."""
    every = len(_dead_ends(network))
    severity = Severity.WARNING if len(loose) > _FEW * every else Severity.NOTE
    lat, lon = network.nodes.lat[loose[:_SHOWN]], network.nodes.lon[loose[:_SHOWN]]
    where = ", ".join(f"{y:.6f} {x:.6f}" for y, x in zip(lat.tolist(), lon.tolist(), strict=True))
    return Problem(
        LOOSE_END,
        severity,
        Text(
            f"行き止まり {every:,} か所のうち {len(loose):,} か所は、つながっていない別の道路から"
            f"{NEAR_M:g} m 以内にあり、道路が途切れているおそれがあります",
            f"{len(loose):,} of {every:,} dead ends lie within {NEAR_M:g} m of a road that they do "
            "not join: roads may have come apart there",
        ),
        Text(
            "交わる道路が同じ座標の点を共有しているか、その付近の到達不能や大回りがないか確かめてください",
            "check that roads which meet share a point, and drives near there that are unreachable "
            "or long",
        ),
        file=network.origin.source,
        value=where + (" …" if len(loose) > _SHOWN else ""),
    )
