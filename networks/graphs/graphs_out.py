"""Road networks as networkx graphs: in osmnx's conventions, and as they are searched here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry import LineString

from networks.doorless import Doorless
from networks.graphs.graph_labels import GraphLabels, labels_of
from networks.network import BOARD, CLOSED, CLOSED_FLAG, FERRY_FLAG, TOLL, WORD_MS, RoadNetwork
from networks.types import TravelOptions

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

# What makes `networks.graphs.arcs` find the same again; a ramp says so by its class.
_STRUCTURES: Mapping[int, Mapping[str, object]] = {
    Doorless.TUNNEL: {"tunnel": "yes"},
    Doorless.BRIDGE: {"bridge": "yes"},
    Doorless.MOTORROAD: {"motorroad": "yes"},
    Doorless.PARTLY: {"tunnel": ["yes", "no"]},
}

_KMH = 3600.0  # of a metre in a millisecond


def to_networkx(
    network: RoadNetwork,
    labels: GraphLabels | None = None,
    options: TravelOptions | None = None,
) -> nx.MultiDiGraph:
    """Return the network as osmnx has it, for routing, plotting and analysis there.

    Nodes are the source's ids with ``x``, ``y`` (degrees) and ``street_count``; where a closed
    barrier splits a node, the further ends get negative ids. Each permitted direction is an arc
    with ``osmid`` (the way in the source, else the edge's index), ``highway``, ``oneway``,
    ``reversed``, ``length`` (metres), ``geometry``, ``name``, ``toll``, ``access``, ``maxspeed``,
    ``width``, ``speed_kph``, ``travel_time`` (seconds) and ``travel_ms``, the whole milliseconds
    that searches add up, delays left out. Edges closed for a run are left out.

    A graph of nodes has no place for turn restrictions, for areas open to their own traffic only
    and for what a turn costs: its routes may use what a search here does not, see
    `search_digraph`.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    labels : GraphLabels, optional
        What nodes and arcs are called; by default as `labels_of` has it.
    options : TravelOptions, optional
        Leaves out toll roads or ferries that may not be used; by default all are there. Waiting
        for a ferry has no place either.

    Returns
    -------
    networkx.MultiDiGraph
        With ``crs`` EPSG:4326.
    """
    nodes, edges, shapes = network.nodes, network.edges, network.shapes
    import networkx as nx  # noqa: PLC0415 - slow to load, and runs ask for no graph

    graph = nx.MultiDiGraph(crs="EPSG:4326", simplified=True, created_with="shortage-spots")
    names = labels if labels is not None else labels_of(network)
    ids = names.nodes
    degree = np.bincount(edges.tail, minlength=len(nodes))
    degree += np.bincount(edges.head, minlength=len(nodes))
    for i, node in enumerate(ids):
        graph.add_node(
            node, x=float(nodes.lon[i]), y=float(nodes.lat[i]), street_count=int(degree[i])
        )
    for e in np.flatnonzero(_usable(network, options)).tolist():
        part = slice(shapes.offset[e], shapes.offset[e + 1])
        points = np.column_stack([shapes.lon[part], shapes.lat[part]])
        tail, head = ids[int(edges.tail[e])], ids[int(edges.head[e])]
        if (ms := int(edges.forward_ms[e])) != CLOSED:
            forward = _attributes(network, e, ms, points)
            graph.add_edge(tail, head, key=names.forward_key[e], **forward, reversed=False)
        if (ms := int(edges.backward_ms[e])) != CLOSED:
            backward = _attributes(network, e, ms, points[::-1])
            graph.add_edge(head, tail, key=names.backward_key[e], **backward, reversed=True)
    return graph


def _usable(network: RoadNetwork, options: TravelOptions | None) -> NDArray[np.bool_]:
    """Return which edges are not closed and may be used, (E,)."""
    edges = network.edges
    usable = np.ones(len(edges), np.bool_) if network.closed is None else ~network.closed
    if options is not None and not options.tolls:
        usable &= ~edges.toll
    if options is not None and not options.ferries:
        usable &= ~edges.ferry
    return usable


def graph_frames(
    network: RoadNetwork, labels: GraphLabels, options: TravelOptions | None = None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return (nodes, edges) of `to_networkx` as ``osmnx.graph_to_gdfs`` has them.

    osmnx takes ids that are tuples, as networkx's grids have them, for levels of an index; here
    they stay ids.
    """
    import osmnx as ox  # noqa: PLC0415 (heavy)

    if not any(isinstance(node, tuple) for node in labels.nodes):
        nodes, edges = ox.graph_to_gdfs(to_networkx(network, labels, options))
        return nodes, edges
    numbered = replace(labels, nodes=tuple(range(len(labels.nodes))))
    nodes, edges = ox.graph_to_gdfs(to_networkx(network, numbered, options))
    ids = pd.Index(labels.nodes, name=nodes.index.name, tupleize_cols=False)
    ends = {name: ids[edges.index.get_level_values(name)] for name in ("u", "v")}
    arcs = zip(ends["u"], ends["v"], edges.index.get_level_values("key"), strict=True)
    nodes.index = ids[nodes.index]
    edges.index = pd.MultiIndex.from_tuples(arcs, names=edges.index.names)
    return nodes, edges


def _attributes(
    network: RoadNetwork, edge: int, ms: int, points: NDArray[np.float64]
) -> dict[str, object]:
    """Return the attributes of one direction of an edge."""
    edges = network.edges
    length_m = float(edges.length_m[edge])
    seconds = ms / 1000.0
    attributes: dict[str, object] = {
        "osmid": int(edges.source_id[edge]) or edge,
        "highway": network.classes[int(edges.road_class[edge])],
        "oneway": CLOSED in (int(edges.forward_ms[edge]), int(edges.backward_ms[edge])),
        "length": length_m,
        "geometry": LineString(points),
        "speed_kph": _kmh(length_m, ms),
        "travel_time": seconds,
        "travel_ms": ms,
    }
    if name := network.names[int(edges.name[edge])]:
        attributes["name"] = name
    if edges.toll[edge]:
        attributes["toll"] = "yes"
    if not edges.through[edge]:
        attributes["access"] = "destination"
    attributes |= _STRUCTURES.get(int(edges.doorless[edge]), {})
    for key, value in (("maxspeed", edges.limit_kmh[edge]), ("width", edges.width_m[edge])):
        if not np.isnan(value):
            attributes[key] = f"{value:g}"
    if edges.ferry[edge]:
        attributes["duration"] = f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}"
    return attributes


def _kmh(length_m: float, ms: int) -> float:
    """Return the roundest speed that takes exactly these milliseconds: 45, not 44.99999999999999.

    Times are whole, so that a range of speeds makes one; a profile's are the round ones.
    """
    if not ms:
        return 0.0
    kmh = length_m * _KMH / ms
    tidy = (round(kmh, digits) for digits in range(4))
    return next((v for v in tidy if v and round(length_m * _KMH / v) == ms), kmh)


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
    import networkx as nx  # noqa: PLC0415 - as above

    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(rows.offset) - 1))
    graph.add_weighted_edges_from(
        zip(source[order].tolist(), target[order].tolist(), ms[order].tolist(), strict=True),
        weight="ms",
    )
    return graph
