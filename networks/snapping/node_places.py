"""Points that lie exactly on a node: the node itself, whatever road comes nearest.

Whoever compares with a search from node to node means the node: also where it lies on a motorway,
on an island, or on a road that leads one way only, from which `snap_points` would tie a place to
another road. Stands apart: `networks.snapping.points` ties places where people live, not nodes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.network import RoadNetwork
from networks.types import Snap

_SAME_PLACE = 1e-7  # degrees, a centimetre: what projecting there and back may cost


def snaps_at_nodes(
    network: RoadNetwork, lon: ArrayLike, lat: ArrayLike, *, tolls: bool = True
) -> tuple[Snap | None, ...]:
    """Return for each point the node that it lies on, within a centimetre.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    lon, lat : (P,) array_like
        Points, finite degrees.
    tolls : bool
        False leaves toll roads out.

    Returns
    -------
    tuple of Snap or None
        The node as an end of its first edge that may be driven, without access; None where a
        point lies on no node, or on several, or no road that may be driven meets there.
    """
    points = np.column_stack([np.asarray(lon, np.float64), np.asarray(lat, np.float64)])
    edge_of = _an_edge_of_each(network, tolls=tolls)
    usable = np.flatnonzero(edge_of >= 0)
    nodes = network.nodes
    if not len(points) or not len(usable):
        return (None,) * len(points)
    from scipy.spatial import KDTree  # noqa: PLC0415 - slow to load, and runs tie no nodes

    tree = KDTree(np.column_stack([nodes.lon[usable], nodes.lat[usable]]))
    away, found = tree.query(points, k=[1, 2], distance_upper_bound=_SAME_PLACE)
    only = np.isfinite(away[:, 0]) & ~np.isfinite(away[:, 1])
    return tuple(
        _snap(network, int(usable[node]), int(edge_of[usable[node]]), point) if alone else None
        for node, alone, point in zip(found[:, 0], only.tolist(), points.tolist(), strict=True)
    )


def _an_edge_of_each(network: RoadNetwork, *, tolls: bool) -> NDArray[np.int64]:
    """Return the first edge at each node that may be driven; -1 where there is none."""
    open_edges = np.flatnonzero(network.open_edges(tolls=tolls))[::-1]
    edge_of = np.full(len(network.nodes), -1, np.int64)
    for ends in (network.edges.head, network.edges.tail):
        edge_of[ends[open_edges]] = open_edges
    return edge_of


def _snap(network: RoadNetwork, node: int, edge: int, door: list[float]) -> Snap:
    return Snap(
        edge=edge,
        fraction=0.0 if network.edges.tail[edge] == node else 1.0,
        distance_m=0.0,
        access_ms=0,
        lon=float(network.nodes.lon[node]),
        lat=float(network.nodes.lat[node]),
        door_lon=door[0],
        door_lat=door[1],
    )
