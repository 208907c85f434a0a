"""Every time of `Roads` is networkx's, node to node, to the millisecond."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

import spots as ss
from tests.helpers.osmnx_graphs import (
    in_ms,
    networkx_ms,
    node_points,
    projected,
    renamed,
    sample_roads,
    town,
)

GRAPHS = {
    "as osmnx makes it": town(),
    "another town": town(2, 5),
    "projected": projected(town(3, 6)),
    "in UTM": projected(town(3, 6), 32652),
    "ids are texts": renamed(town(4, 5)),
    "undirected": town(5, 5).to_undirected(),
    "one arc a pair": nx.DiGraph(town(6, 5)),
    "undirected, one arc a pair": nx.Graph(town(7, 5)),
}


def same(got: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(got, wanted, check_names=False)


@pytest.mark.parametrize("name", GRAPHS)
def test_own_seconds_are_networkx_s_to_the_millisecond(name: str):
    graph = GRAPHS[name]
    points = node_points(graph)
    wanted = networkx_ms(in_ms(graph))
    assert wanted.isna().sum().sum() > 0  # the island
    for roads in (ss.Roads.from_graph(graph), ss.Roads.from_graph(graph, weight="travel_time")):
        same(roads.matrix(points, unit="ms"), wanted)


@pytest.mark.parametrize("name", GRAPHS)
def test_times_to_the_origins_are_those_from_the_destinations(name: str):
    graph = GRAPHS[name]
    points = node_points(graph)
    roads = ss.Roads.from_graph(graph)
    same(roads.matrix(points, unit="ms", direction="to"), networkx_ms(in_ms(graph)).T)


@pytest.mark.parametrize("few", [3, 60])
def test_a_rectangle_is_the_same_from_either_side(few: int):
    graph = town(8, 6)
    points = node_points(graph)
    wanted = networkx_ms(in_ms(graph))
    roads = ss.Roads.from_graph(graph)
    rows, columns = points.iloc[:few], points.iloc[few // 2 : 20]
    same(roads.matrix(rows, columns, unit="ms"), wanted.loc[rows.index, columns.index])


@pytest.mark.parametrize("limit_min", [0, 0.5, 1.25, 3])
def test_what_lies_beyond_the_limit_is_missing(limit_min: float):
    graph = town(9, 6)
    wanted = networkx_ms(in_ms(graph))
    got = ss.Roads.from_graph(graph).matrix(node_points(graph), limit_min=limit_min, unit="ms")
    same(got, wanted.where(wanted <= limit_min * 60_000))


def test_a_time_exactly_at_the_limit_is_within_it():
    graph = town(9, 6)
    wanted = networkx_ms(in_ms(graph))
    u, v = wanted.index[0], wanted.index[-3]
    ms = int(wanted.loc[u, v])
    roads, points = ss.Roads.from_graph(graph), node_points(graph)
    assert roads.matrix(points, limit_min=ms / 60_000, unit="ms").loc[u, v] == ms
    assert pd.isna(roads.matrix(points, limit_min=(ms - 1) / 60_000, unit="ms").loc[u, v])


def test_the_graph_given_back_has_the_caller_s_ids_keys_and_milliseconds():
    graph = renamed(town(10, 5))
    back = ss.Roads.from_graph(graph).to_graph()
    assert set(back.nodes) == set(graph.nodes)
    assert set(back.edges(keys=True)) == set(graph.edges(keys=True))
    for arc in graph.edges(keys=True):
        assert back.edges[arc]["travel_time"] == pytest.approx(graph.edges[arc]["travel_time"])
        assert back.edges[arc]["length"] == pytest.approx(graph.edges[arc]["length"], abs=0.011)
    same(networkx_ms(back, "travel_ms"), networkx_ms(in_ms(graph)))


@pytest.mark.parametrize("profile", ["everyday", "legal"])
def test_with_a_profile_times_are_those_of_the_graph_given_back(profile: str):
    graph = town(11, 6)
    roads = ss.Roads.from_graph(graph, profile=profile)
    wanted = networkx_ms(roads.to_graph(), "travel_ms")
    same(roads.matrix(node_points(graph), unit="ms"), wanted)


def test_without_own_times_the_profile_is_the_everyday_one():
    graph = town(11, 6)
    for *_, data in graph.edges(data=True):
        del data["travel_time"]
    roads = ss.Roads.from_graph(graph)
    assert "everyday" in repr(roads)
    assert "own" not in repr(roads)
    wanted = ss.Roads.from_graph(graph, profile="everyday")
    assert roads.network.sha256 == wanted.network.sha256


@pytest.mark.slow
def test_the_sample_s_roads_between_all_nodes():
    roads = sample_roads()
    graph, by_road = roads.using(ferries=True).to_graph(), roads.to_graph()
    assert graph.number_of_edges() > by_road.number_of_edges()
    points = node_points(graph).iloc[::5]
    for options, searched in (({}, by_road), ({"ferries": True}, graph)):
        wanted = networkx_ms(searched, "travel_ms").loc[points.index, points.index]
        same(roads.using(**options).matrix(points, unit="ms"), wanted)


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.0, 1.2, 3])
def test_speeds_times_a_factor_divide_every_arc_s_milliseconds(factor: float):
    graph = in_ms(town(12, 6))
    for *_, data in graph.edges(data=True):
        data["ms"] = round(data["ms"] / factor)
    roads = ss.Roads.from_graph(graph)
    for at_speeds in (roads.at_speeds(factor=factor), roads.at_speeds(factor)):
        same(at_speeds.matrix(node_points(graph), unit="ms"), networkx_ms(graph))
