"""osmnx graphs in and out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import networkx as nx
import osmnx as ox
import pytest
from shapely.geometry import LineString

from groundfloor.problems import MissingFileError
from networks.errors import NetworkDataError
from networks.graphs.graphs_in import from_graph, read_graphml
from networks.graphs.graphs_out import to_networkx
from networks.network import CLOSED
from networks.osm.osm_files import read_osm
from networks.search.nearest import nearest_other
from networks.speeds.profile import Delay
from networks.speeds.profile_files import load_profile
from tests.helpers.road_cases import ROADS, at, flat_profile, link, roads

needs_data = pytest.mark.skipif(not ROADS.is_dir(), reason="shared road data is not here")


def osmnx_graph(*arcs, kind=nx.MultiDiGraph, crs="EPSG:4326"):
    graph = kind(crs=crs)
    for i in range(5):
        graph.add_node(i, x=130.5 + i / 100, y=32.5)
    for u, v, data in arcs:
        graph.add_edge(u, v, **({"highway": "trunk", "length": 1000.0} | data))
    return graph


def drawn(network):
    """Edges as a set that does not depend on their order."""
    e, ids = network.edges, network.nodes.id.tolist()
    return sorted(
        (ids[t], ids[h], int(f), int(b))
        for t, h, f, b in zip(e.tail, e.head, e.forward_ms, e.backward_ms, strict=True)
    )


def arcs(network):
    """Directed arcs, counted."""
    e, ids = network.edges, network.nodes.id
    tail, head = ids[e.tail].tolist(), ids[e.head].tolist()
    both = zip(tail + head, head + tail, [*e.forward_ms, *e.backward_ms], strict=True)
    return Counter((t, h, int(ms)) for t, h, ms in both if ms != CLOSED)


def test_two_mirrored_arcs_are_one_street_and_one_arc_is_oneway():
    bend = LineString([(130.5, 32.5), (130.505, 32.51), (130.51, 32.5)])
    graph = osmnx_graph(
        (0, 1, {"geometry": bend, "oneway": False, "length": 3000.0}),
        (1, 0, {"geometry": bend.reverse(), "oneway": False, "length": 3000.0000001}),
        (1, 2, {"oneway": True}),
    )
    assert drawn(from_graph(graph, flat_profile())) == [
        (0, 1, 180_000, 180_000),
        (1, 2, 60_000, CLOSED),
    ]


def test_parallel_arcs_of_other_length_stay_apart():
    graph = osmnx_graph((0, 1, {}), (1, 0, {"length": 2000.0}), (1, 0, {}))
    assert drawn(from_graph(graph, flat_profile())) == [
        (0, 1, 60_000, 60_000),
        (1, 0, 120_000, CLOSED),
    ]


def test_lists_mean_the_slowest_class_the_lowest_limit_and_any_toll():
    graph = osmnx_graph(
        (0, 1, {"highway": ["trunk", "residential"], "name": ["甲", "乙"], "toll": ["no", "yes"]}),
        (1, 2, {"highway": "['residential', 'trunk']", "maxspeed": ["40", "20"]}),
    )
    network = from_graph(graph, load_profile("everyday"))
    assert network.edges.forward_ms.tolist() == [180_000, 180_000]
    assert network.edges.toll.tolist() == [True, False]
    assert network.names[network.edges.name[0]] == "甲・乙"


def test_imputed_speeds_are_ignored_and_tags_obeyed():
    graph = osmnx_graph(
        (0, 1, {"speed_kph": 10.0, "travel_time": 999.0}), (1, 2, {"access": "private"})
    )
    network = from_graph(graph, flat_profile())
    assert network.edges.forward_ms.tolist() == [60_000]
    assert network.info().dropped == (("no-access", 1),)


def test_undirected_graph_runs_both_ways_unless_it_says_from_where():
    both = osmnx_graph((0, 1, {}), kind=nx.MultiGraph)
    assert drawn(from_graph(both, flat_profile())) == [(0, 1, 60_000, 60_000)]
    told = osmnx_graph((0, 1, {"oneway": True, "from": 1, "to": 0}), kind=nx.Graph)
    assert drawn(from_graph(told, flat_profile())) == [(0, 1, CLOSED, 60_000)]
    lost = osmnx_graph((0, 1, {"oneway": True}), kind=nx.Graph)
    with pytest.raises(NetworkDataError, match="graph-undirected-oneway"):
        from_graph(lost, flat_profile())


def test_measured_lengths_replace_spherical_ones():
    graph = osmnx_graph((0, 1, {"length": 12345.0}), (1, 2, {"length": None}))
    trusted, measured = (from_graph(graph, flat_profile(), measure=m) for m in (False, True))
    assert trusted.edges.length_m.tolist() == [12345.0, pytest.approx(939.77, abs=0.01)]
    assert measured.edges.length_m.tolist() == [pytest.approx(939.77, abs=0.01)] * 2
    assert {name for name, _ in trusted.info().length_basis_share} == {
        "length attribute",
        "geometry",
    }


def test_tags_of_osmnx_reach_the_edges():
    graph = osmnx_graph(
        (0, 1, {"access": ["yes", "destination"], "width": ["6", "2.8"], "osmid": [17, 18]}),
        (1, 2, {"maxspeed": "40", "access:conditional": "no @ (Nov-Mar)", "osmid": "19"}),
        (2, 3, {"motor_vehicle": ["yes", "private"]}),
    )
    graph.graph["created_with"] = "OSMnx 2"
    network = from_graph(graph, load_profile("everyday"))
    edges = network.edges
    assert edges.through.tolist() == [False, True]
    assert edges.width_m.tolist() == [pytest.approx(2.8), pytest.approx(float("nan"), nan_ok=True)]
    assert edges.limit_kmh.tolist() == [pytest.approx(float("nan"), nan_ok=True), 40.0]
    assert edges.source_id.tolist() == [17, 19]
    assert edges.forward_ms.tolist() == [180_000, 90_000]  # 20 km/h below 3 m of width
    assert network.info().dropped == (("conditional-access", 1), ("no-access", 1))


def test_a_narrow_oneway_street_is_one_lane():
    narrow = {"width": "3.5"}
    graph = osmnx_graph((0, 1, narrow), (1, 0, narrow), (1, 2, narrow | {"oneway": True}))
    assert drawn(from_graph(graph, load_profile("everyday"))) == [
        (0, 1, 144_000, 144_000),  # 25 km/h
        (1, 2, 80_000, CLOSED),  # 45 km/h
    ]


@pytest.mark.parametrize("osmid", ["way/1", "９", 10**30, -5, [], None, 1.5])
def test_an_id_that_is_none_is_left_out(osmid):
    graph = osmnx_graph((0, 1, {"osmid": osmid}))
    graph.graph["created_with"] = "OSMnx 2"
    assert from_graph(graph, flat_profile()).edges.source_id.tolist() == [0]


def test_signals_on_nodes_cost_those_who_arrive():
    graph = osmnx_graph((0, 1, {}), (1, 0, {}), (1, 2, {}))
    graph.nodes[1]["highway"] = "traffic_signals"
    signals = Delay("traffic_signals", 10.0, "test")
    edges = from_graph(graph, replace(flat_profile(), delays=(signals,))).edges
    assert edges.forward_delay_ms.tolist() == [10_000, 0]
    assert edges.backward_delay_ms.tolist() == [0, 10_000]
    assert edges.forward_ms.tolist() == [60_000, 60_000]


def test_graph_itself_is_left_alone():
    graph = osmnx_graph((0, 1, {"highway": ["trunk"]}))
    before = [(u, v, dict(d)) for u, v, d in graph.edges(data=True)]
    from_graph(graph, flat_profile())
    assert [(u, v, dict(d)) for u, v, d in graph.edges(data=True)] == before


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"length": -1.0}, "graph-length"),
        ({"length": float("nan")}, "graph-length"),
        ({"length": "far"}, "graph-length"),
        ({"highway": "tertiary"}, "road-class-unknown"),
        ({"highway": None}, "road-class-unknown"),
        ({"geometry": "POINT (1 2)"}, "graph-geometry"),
        ({"geometry": "LINE"}, "graph-geometry"),
        ({"geometry": "LINESTRING (0 0, 1 1)"}, "graph-geometry"),
        ({"length": 0.0}, "graph-length-short"),
        ({"length": 1.0}, "graph-length-short"),  # kilometres
    ],
)
def test_wrong_edges(data, code):
    with pytest.raises(NetworkDataError) as caught:
        from_graph(osmnx_graph((0, 1, data), (1, 2, {})), flat_profile())
    assert [p.code for p in caught.value.problems] == [code]


def test_tags_that_compare_equal_or_look_alike_are_judged_apart():
    """Arcs of one tagging are judged once: what tells taggings apart is what is read of them."""
    said = [1, True, 1.0, "1", ["1"], "['1']", float("nan"), "nan", None]
    data = [{"access": value, "name": f"{i}"} for i, value in enumerate(said)]
    told = []
    for each in data:
        alone = from_graph(osmnx_graph((0, 1, each)), load_profile("everyday"))
        told.append(dict(alone.origin.dropped).get("access-not-understood", 0))
    graph = osmnx_graph(*((0, 1, each) for each in data))
    together = from_graph(graph, load_profile("everyday"))
    assert dict(together.origin.dropped)["access-not-understood"] == sum(told) == 2
    assert [together.names[i] for i in together.edges.name] == [each["name"] for each in data]


def test_an_edge_a_little_shorter_than_its_line_is_a_warning():
    network = from_graph(osmnx_graph((0, 1, {"length": 900.0}), (1, 2, {})), flat_profile())
    (told,) = network.problems
    assert (told.code, told.severity, told.value) == ("graph-length-short", "warning", "0 → 1")
    assert "1 edges" in told.message.en
    assert network.edges.forward_ms[0] == 54_000


@pytest.mark.parametrize(
    "crs",
    [
        *("EPSG:32652", "EPSG:6670"),  # planes, though the coordinates are degrees
        *("EPSG:4978", "EPSG:5773", 'LOCAL_CS["x"]'),  # geocentric, heights, nowhere
    ],
)
def test_degrees_under_another_system_are_refused(crs):
    with pytest.raises(NetworkDataError, match="graph-crs"):
        from_graph(osmnx_graph((0, 1, {}), crs=crs), flat_profile())


def test_wrong_coordinates_and_crs():
    metres = osmnx_graph((0, 1, {}), crs=None)
    metres.nodes[0]["x"] = 500_000.0
    nowhere = osmnx_graph((0, 1, {}))
    del nowhere.nodes[3]["y"]
    strange = osmnx_graph((0, 1, {}), crs="EPSG:moon")
    for graph, code in ((metres, "graph-crs"), (nowhere, "graph-node-position")):
        with pytest.raises(NetworkDataError, match=code):
            from_graph(graph, flat_profile())
    with pytest.raises(NetworkDataError, match="graph-crs"):
        from_graph(strange, flat_profile())


def test_ferry_keeps_its_minutes_on_the_way_out_and_in():
    network = roads([link(0, 1), link(1, 2, ms=1_800_000, ferry=True, name="船")])
    again = from_graph(to_networkx(network), flat_profile())
    assert drawn(again) == drawn(network)
    assert again.edges.ferry.tolist() == network.edges.ferry.tolist()


def test_zero_length_edges_cost_nothing():
    graph = osmnx_graph((0, 1, {"length": 0.0}), (1, 2, {}))
    graph.nodes[0]["x"] = graph.nodes[1]["x"]
    network = from_graph(graph, flat_profile())
    found = nearest_other(network, [at("a", 0, 0.0)], [at("b", 1, 1.0)])
    assert found[0].travel_ms == 60_000


def test_graphml_that_is_none(tmp_path):
    (tmp_path / "x.graphml").write_text("<graphml", "utf-8")
    with pytest.raises(NetworkDataError, match="graphml-unreadable"):
        read_graphml(tmp_path / "x.graphml", flat_profile())
    (tmp_path / "x.graphml").write_text(
        "<?xml version='1.0' encoding='utf-80'?><graphml/>", "utf-8"
    )
    with pytest.raises(NetworkDataError, match="graphml-unreadable"):
        read_graphml(tmp_path / "x.graphml", flat_profile())
    with pytest.raises(MissingFileError):
        read_graphml(tmp_path / "y.graphml", flat_profile())


def test_graphml_that_tells_no_types_is_read(tmp_path):
    nx.write_graphml(osmnx_graph((0, 1, {})), tmp_path / "x.graphml")
    text = (tmp_path / "x.graphml").read_text("utf-8")
    (tmp_path / "x.graphml").write_text(re.sub(r' attr\.type="\w+"', "", text), "utf-8")
    network = read_graphml(tmp_path / "x.graphml", flat_profile())
    assert network.edges.forward_ms.tolist() == [60_000]


@pytest.mark.slow
@needs_data
def test_round_trips_through_osmnx(tmp_path):
    profile = load_profile("everyday")
    network = read_osm(ROADS / "kumamoto_chuo_drive_20230105.osm.pbf", profile)
    graph = to_networkx(network)
    nodes = list(graph)
    route = ox.shortest_path(graph, nodes[0], nodes[3000], weight="travel_time")
    assert ox.routing.route_to_gdf(graph, route)["length"].sum() > 0
    plain = from_graph(graph, profile)
    assert len(plain.edges) == len(network.edges)
    capped = int((network.edges.speed_source != 0).sum())  # maxspeed does not survive the graph
    changed = arcs(network) - arcs(plain)
    assert 0 < changed.total() <= 2 * capped < 20
    assert plain.edges.length_m.sum() == pytest.approx(network.edges.length_m.sum())
    part = graph.subgraph(nodes[:1500]).copy()
    small = from_graph(part, profile)
    ox.save_graphml(part, tmp_path / "g.graphml")
    assert read_graphml(tmp_path / "g.graphml", profile).sha256 == small.sha256
    assert arcs(from_graph(ox.project_graph(part), profile)) == arcs(small)


@pytest.mark.parametrize(
    ("signature", "given", "expected"),
    [
        ("OSMnx 2.0.0", "", "© OpenStreetMap contributors (ODbL)"),
        ("OSMnx 2.0.0", "市の道路台帳", "市の道路台帳"),
        ("by hand", "", ""),
    ],
)
def test_a_graph_of_osmnx_brings_its_attribution(signature, given, expected):
    graph = nx.MultiDiGraph(crs="EPSG:4326", created_with=signature)
    graph.add_node(1, x=131.0, y=32.7)
    graph.add_node(2, x=131.01, y=32.7)
    graph.add_edge(1, 2, highway="primary", length=940.0, oneway=True)
    network = from_graph(graph, load_profile("everyday"), attribution=given)
    assert network.info().attribution == expected
