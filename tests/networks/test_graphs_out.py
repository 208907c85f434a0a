"""Networks as graphs in osmnx's conventions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import osmnx as ox

from networks.graphs.graphs_out import to_networkx
from tests.helpers.road_cases import link, roads


def test_the_two_sides_of_a_closed_barrier_stay_apart():
    network = roads([link(0, 1), link(2, 3)])
    split = replace(network, nodes=replace(network.nodes, id=np.array([10, 11, 11, 12])))
    graph = to_networkx(split)
    assert sorted(graph.nodes) == [-3, 10, 11, 12]
    assert not ox.routing.shortest_path(graph, 10, 12, weight="travel_time")


def test_what_the_source_says_goes_along():
    network = roads([link(0, 1)])
    edges = replace(
        network.edges,
        source_id=np.array([4711]),
        through=np.array([False]),
        limit_kmh=np.array([40.0], np.float32),
        width_m=np.array([3.5], np.float32),
    )
    (data,) = {
        d["osmid"]: d for *_, d in to_networkx(replace(network, edges=edges)).edges(data=True)
    }.values()
    assert (data["osmid"], data["access"], data["maxspeed"], data["width"]) == (
        4711,
        "destination",
        "40",
        "3.5",
    )


def test_edges_closed_for_a_run_are_left_out():
    network = roads([link(0, 1), link(1, 2)])
    graph = to_networkx(replace(network, closed=np.array([True, False])))
    assert {d["osmid"] for *_, d in graph.edges(data=True)} == {1}
