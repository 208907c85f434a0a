"""Road networks as networkx graphs in osmnx's conventions."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString

from networks.network import CLOSED, RoadNetwork


def to_networkx(network: RoadNetwork) -> nx.MultiDiGraph:
    """Return the network as osmnx has it, for routing, plotting and analysis there.

    Nodes are the source's ids with ``x``, ``y`` (degrees) and ``street_count``. Each permitted
    direction is an arc with ``osmid`` (the edge's index), ``highway``, ``oneway``, ``reversed``,
    ``length`` (metres), ``geometry``, ``name``, ``toll``, ``speed_kph``, ``travel_time`` (seconds)
    and ``travel_ms``, the whole milliseconds that searches add up.

    Returns
    -------
    networkx.MultiDiGraph
        With ``crs`` EPSG:4326.
    """
    nodes, edges, shapes = network.nodes, network.edges, network.shapes
    graph = nx.MultiDiGraph(crs="EPSG:4326", simplified=True, created_with="shortage-spots")
    ids = nodes.id.tolist()
    degree = np.bincount(edges.tail, minlength=len(nodes))
    degree += np.bincount(edges.head, minlength=len(nodes))
    for i, node in enumerate(ids):
        graph.add_node(
            node, x=float(nodes.lon[i]), y=float(nodes.lat[i]), street_count=int(degree[i])
        )
    for e in range(len(edges)):
        part = slice(shapes.offset[e], shapes.offset[e + 1])
        points = np.column_stack([shapes.lon[part], shapes.lat[part]])
        tail, head = ids[int(edges.tail[e])], ids[int(edges.head[e])]
        if (ms := int(edges.forward_ms[e])) != CLOSED:
            graph.add_edge(tail, head, **_attributes(network, e, ms, points), reversed=False)
        if (ms := int(edges.backward_ms[e])) != CLOSED:
            graph.add_edge(head, tail, **_attributes(network, e, ms, points[::-1]), reversed=True)
    return graph


def _attributes(
    network: RoadNetwork, edge: int, ms: int, points: NDArray[np.float64]
) -> dict[str, object]:
    """Return the attributes of one direction of an edge."""
    edges = network.edges
    length_m = float(edges.length_m[edge])
    seconds = ms / 1000.0
    attributes: dict[str, object] = {
        "osmid": edge,
        "highway": network.classes[int(edges.road_class[edge])],
        "oneway": CLOSED in (int(edges.forward_ms[edge]), int(edges.backward_ms[edge])),
        "length": length_m,
        "geometry": LineString(points),
        "speed_kph": length_m / seconds * 3.6 if ms else 0.0,
        "travel_time": seconds,
        "travel_ms": ms,
    }
    if name := network.names[int(edges.name[edge])]:
        attributes["name"] = name
    if edges.toll[edge]:
        attributes["toll"] = "yes"
    if edges.ferry[edge]:
        attributes["duration"] = f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}"
    return attributes
