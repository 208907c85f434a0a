"""Graphs as osmnx makes them, of streets made up, and networkx's answers on them."""

from __future__ import annotations

from collections.abc import Hashable

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
from pyproj import Geod, Transformer
from shapely.geometry import LineString

import spots as ss

CLASSES = ("residential", "primary", "trunk", "motorway")
GEOD = Geod(ellps="GRS80")
ZONE_II = 6670  # JGD2011, plane rectangular zone II


def town(seed: int = 1, size: int = 7) -> nx.MultiDiGraph:
    """Return a town of `size` by `size` junctions: one-ways, parallel streets, a loop, an island.

    Travel times are seconds with a millisecond's digits, so that each arc has a whole number.
    """
    rng = np.random.default_rng(seed)
    graph = nx.MultiDiGraph(crs="EPSG:4326", created_with="OSMnx test", simplified=True)
    for i in range(size * size):
        x, y = 130.70 + 0.004 * (i % size), 32.80 + 0.004 * (i // size)
        graph.add_node(1000 + i, x=x + rng.uniform(-1, 1) * 1e-3, y=y + rng.uniform(-1, 1) * 1e-3)
    for i in range(size * size):
        right, up = i + 1, i + size
        if right % size:
            street(graph, 1000 + i, 1000 + right, rng)
        if up < size * size:
            street(graph, 1000 + i, 1000 + up, rng)
    street(graph, 1000, 1001, rng)  # a second street between two junctions
    graph.add_edge(1003, 1003, osmid=1, highway="service", length=200.0, travel_time=30.0)
    for n in (2000, 2001):  # an island, a kilometre off
        graph.add_node(n, x=130.75 + 0.001 * (n - 2000), y=32.80)
    street(graph, 2000, 2001, rng, oneway=False)
    return graph


def street(
    graph: nx.MultiDiGraph,
    u: Hashable,
    v: Hashable,
    rng: np.random.Generator,
    *,
    oneway: bool | None = None,
) -> None:
    """Add a street with a bend, one way or both, of some class; each way has its own time."""
    a, b = (np.array([graph.nodes[n]["x"], graph.nodes[n]["y"]]) for n in (u, v))
    bend = (a + b) / 2 + [rng.uniform(-1, 1) * 3e-4, rng.uniform(-1, 1) * 3e-4]
    line = LineString([a, bend, b])
    metres = GEOD.geometry_length(line)
    name = CLASSES[rng.integers(len(CLASSES))]
    one = bool(rng.random() < 0.3) if oneway is None else oneway
    ways = ((u, v, line),) if one else ((u, v, line), (v, u, line.reverse()))
    for start, end, geometry in ways:
        graph.add_edge(
            start,
            end,
            osmid=int(rng.integers(1, 9999)),
            highway=name,
            oneway=one,
            length=metres,
            geometry=geometry,
            travel_time=round(float(metres / rng.uniform(5, 20)), 3),
        )


def renamed(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Return the graph with texts that look like numbers as ids."""
    return nx.relabel_nodes(graph, {n: str(n) for n in graph.nodes})


def projected(graph: nx.MultiDiGraph, crs: int = ZONE_II) -> nx.MultiDiGraph:
    """Return the graph in metres of a projected CRS."""
    moved = graph.copy()
    moved.graph["crs"] = f"EPSG:{crs}"
    there = Transformer.from_crs(4326, crs, always_xy=True).transform
    for _, data in moved.nodes(data=True):
        data["x"], data["y"] = there(data["x"], data["y"])
    for *_, data in moved.edges(data=True):
        if "geometry" in data:
            data["geometry"] = LineString([there(x, y) for x, y in data["geometry"].coords])
    return moved


def node_points(graph: nx.Graph) -> gpd.GeoDataFrame:
    """Return the nodes as points on their ids, in the graph's CRS."""
    ids = list(graph.nodes)
    x, y = ([graph.nodes[n][axis] for n in ids] for axis in "xy")
    shapes = gpd.points_from_xy(x, y, crs=graph.graph["crs"])
    return gpd.GeoDataFrame(geometry=shapes, index=pd.Index(ids, name="osmid"))


def in_ms(graph: nx.Graph, weight: str = "travel_time") -> nx.Graph:
    """Return the graph with whole milliseconds as ``ms``."""
    copy = graph.copy()
    for *_, data in copy.edges(data=True):
        data["ms"] = round(float(data[weight]) * 1000)
    return copy


def networkx_ms(graph: nx.Graph, weight: str = "ms") -> pd.DataFrame:
    """Return networkx's milliseconds from each node (rows) to each (columns), Int64."""
    times = {u: nx.single_source_dijkstra_path_length(graph, u, weight=weight) for u in graph.nodes}
    ids = list(graph.nodes)
    frame = pd.DataFrame.from_dict(times, orient="index").reindex(index=ids, columns=ids)
    return frame.astype("Int64")


def sample_roads() -> ss.Roads:
    """Return the roads of the embedded sample."""
    with ss.sample_run_file() as run:
        return ss.Roads.read(
            run.with_name("roads_links.csv"), nodes=run.with_name("roads_nodes.csv")
        )
