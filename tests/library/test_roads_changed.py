"""Roads at other speeds, with some closed, for other drives, saved, pickled, shown, shared."""

from __future__ import annotations

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point

import spots as ss
from groundfloor.problems import SpotsError, UsageError
from networks.errors import NetworkDataError, ProfileError
from networks.network import CLOSED
from tests.helpers.osmnx_graphs import in_ms, networkx_ms, node_points, sample_roads, town

KMH = {"residential": 20.0, "primary": 40.0, "trunk": 45.0, "motorway": 80.0}


def same(got: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(got, wanted, check_names=False)


# --- speeds


def test_classes_by_hand_are_driven_at_their_speed_and_others_as_before():
    graph = town(20, 6)
    roads = ss.Roads.from_graph(graph).at_speeds({"primary": 50, "国道": 30})
    timed = in_ms(graph)
    for *_, data in timed.edges(data=True):
        kmh = {"primary": 50.0, "trunk": 30.0}.get(data["highway"])
        if kmh:
            data["ms"] = round(data["length"] * 3600 / kmh)
    same(roads.matrix(node_points(graph), unit="ms"), networkx_ms(timed))
    assert "primary 50, trunk 30" in repr(roads)


def test_classes_by_hand_are_a_profile_with_these_rows():
    roads = sample_roads()
    slow = roads.at_speeds({"trunk": 40, "primary": 35})
    edges, classes = roads.network.edges, np.array(roads.network.classes)
    named = classes[edges.road_class]
    for name, kmh in (("trunk", 40), ("primary", 35)):
        of = np.flatnonzero((named == name) & (edges.forward_ms != CLOSED))
        wanted = np.rint(edges.length_m[of] * 3600 / kmh)
        assert (slow.network.edges.forward_ms[of] == wanted).mean() > 0.9  # the rest has a limit
    others = ~np.isin(named, ["trunk", "primary"])
    assert (slow.network.edges.forward_ms[others] == edges.forward_ms[others]).all()


def test_a_profile_sets_all_speeds_anew():
    graph = town(21, 5)
    for *_, data in graph.edges(data=True):
        del data["travel_time"]
    roads = ss.Roads.from_graph(graph)
    with pytest.warns(ss.ProblemWarning, match="retimed-inexact"):  # centre lines are not kept
        legal = roads.at_speeds("legal")
    built = ss.Roads.from_graph(graph, profile="legal")
    assert (legal.network.edges.forward_ms == built.network.edges.forward_ms).all()
    assert legal.network.profile == built.network.profile
    with pytest.warns(ss.ProblemWarning, match="retimed-inexact"):
        halved = roads.at_speeds("legal", factor=0.5)
    wanted = np.where(built.network.edges.forward_ms > 0, built.network.edges.forward_ms * 2, -1)
    assert (halved.network.edges.forward_ms == wanted).all()


def test_a_factor_leaves_timetables_and_closures_and_slows_the_way_to_the_road():
    roads = sample_roads()
    slow = roads.at_speeds(0.5)
    edges, slowed = roads.network.edges, slow.network.edges
    assert edges.ferry.any()
    assert (slowed.forward_ms[edges.ferry] == edges.forward_ms[edges.ferry]).all()
    driven = ~edges.ferry & (edges.forward_ms != CLOSED)
    assert (slowed.forward_ms[driven] == 2 * edges.forward_ms[driven]).all()
    assert slow.network.profile.access_ms(100) == 2 * roads.network.profile.access_ms(100)
    assert slow.at_speeds(1).network is slow.network
    arc = next(iter(roads.to_graph().edges(keys=True)))
    shut = roads.closed(edges=[arc]).at_speeds(0.5)
    assert (shut.network.closed == roads.closed(edges=[arc]).network.closed).all()
    assert shut.closing.whole.sha256 == slow.network.sha256


# --- closures


def test_edges_closed_by_name_are_not_driven_in_either_direction():
    graph = town(22, 6)
    shut = [arc for n, arc in enumerate(graph.edges(keys=True)) if n % 9 == 0]
    roads = ss.Roads.from_graph(graph).closed(edges=shut)
    timed = in_ms(graph)
    pairs = {(u, v) for u, v, _ in shut}
    back = [a for a in timed.edges(keys=True) if (a[1], a[0]) in pairs]
    lines = [graph.edges[arc]["geometry"] for arc in shut if "geometry" in graph.edges[arc]]
    both = [a for a in back if any(timed.edges[a]["geometry"].equals(each) for each in lines)]
    timed.remove_edges_from({*shut, *both})
    assert both
    got = roads.matrix(node_points(graph), unit="ms", max_distance_m=1)
    wanted = networkx_ms(timed)
    reached = got.notna()
    assert (got == wanted).to_numpy(bool, na_value=False).sum() == reached.to_numpy().sum()
    same(got, wanted)
    assert len(roads.closing.closures.rows) == len(shut)
    assert "closed: " in repr(roads)
    assert set(roads.to_graph().edges(keys=True)) == set(timed.edges(keys=True))


@pytest.mark.parametrize("form", ["frame", "series", "projected", "file"])
def test_roads_under_lines_and_areas_are_closed(form: str, tmp_path):
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for n in range(4):
        graph.add_node(n, x=130.70 + 0.002 * n, y=32.8)
    for n in range(3):
        graph.add_edge(n, n + 1, travel_time=10)
        graph.add_edge(n + 1, n, travel_time=10)
    area = Point(130.703, 32.8).buffer(0.0008)
    given: Any = gpd.GeoDataFrame({"name": ["slide"]}, geometry=[area], crs=4326)
    if form == "series":
        given = given.geometry
    elif form == "projected":
        given = given.to_crs(6670)
    elif form == "file":
        given.to_file(tmp_path / "slide.gpkg")
        given = tmp_path / "slide.gpkg"
    with pytest.warns(ss.ProblemWarning, match="closures-cut-off"):
        roads = ss.Roads.from_graph(graph).closed(given)
    assert roads.network.closed.tolist() == [False, True, False]
    assert roads.problems["code"].tolist() == ["closures-cut-off"]
    row = roads.closing.closures.rows[0]
    assert (row.name, row.file) == (
        "" if form == "series" else "slide",
        "slide.gpkg" if form == "file" else "<closures>",
    )
    assert roads.closing.labels == {1: (row.name or "#1",)}
    assert roads.closing.whole.closed is None
    again = roads.closed(edges=[(0, 1)])
    assert again.network.closed.tolist() == [True, True, False]
    assert again.closing.whole is roads.closing.whole
    assert again.closing.closures.km == pytest.approx(2 * 0.187, abs=0.01)


def test_closures_with_days_need_the_day():
    roads = sample_roads()
    line = gpd.GeoDataFrame(
        {"name": ["snow"], "from": ["12-01"], "until": ["03-31"]},
        geometry=[LineString([(130.708, 32.803), (130.708, 32.789)])],
        crs=4326,
    )
    with pytest.raises(UsageError, match="closures-day-missing"):
        roads.closed(line)
    assert roads.closed(line, on="2026-07-01").network.closed is None
    assert roads.closed(line, on="2026-01-15").network.closed.sum() == 1


# --- tolls and ferries


def test_drives_use_what_they_are_told_to():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for n in range(3):
        graph.add_node(n, x=130.70 + 0.002 * n, y=32.8)
    graph.add_edge(0, 1, highway="primary", travel_time=60)
    graph.add_edge(0, 1, highway="trunk", toll="yes", travel_time=20)
    graph.add_edge(1, 2, route="ferry", motor_vehicle="yes", travel_time=100)
    graph.add_edge(1, 2, highway="primary", travel_time=300)
    points = node_points(graph)

    def ms(**options: Any) -> list[int]:
        got = ss.Roads.from_graph(graph).using(**options).matrix(points, unit="ms")
        return [got.loc[0, 1], got.loc[1, 2]]

    assert ms() == [20_000, 100_000]
    assert ms(tolls=False) == [60_000, 100_000]
    assert ms(ferries=False) == [20_000, 300_000]
    assert ms(ferry_wait_min=2) == [20_000, 220_000]
    assert ms(tolls=False, ferry_wait_min=5) == [60_000, 300_000]


# --- own seconds


def test_with_own_seconds_every_edge_is_driven_whatever_its_tags():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    tags = (
        {"highway": "footway"},
        {"highway": "residential", "access": "private"},
        {"highway": "service", "access": "destination"},
        {},
        {"highway": ["tertiary", "construction"]},
        {"highway": "residential", "oneway": "yes"},
        {"highway": "residential", "width": "1.0"},
    )
    for n in range(len(tags) + 1):
        graph.add_node(n, x=130.70 + 0.002 * n, y=32.8)
    for n, each in enumerate(tags):
        graph.add_edge(n, n + 1, **each, seconds=n + 0.0004)
        graph.add_edge(n + 1, n, **each, seconds=0)
    with pytest.warns(ss.ProblemWarning, match="graph-times-unlikely"):  # 0 seconds back
        roads = ss.Roads.from_graph(graph, weight="seconds")
    got = roads.matrix(node_points(graph), unit="ms")
    assert got.loc[0, len(tags)] == sum(n * 1000 for n in range(len(tags)))
    assert got.loc[len(tags), 0] == 0
    assert roads.at_speeds({"road": 30, "footway": 4}).network.problems == roads.network.problems


def test_texts_as_graphml_has_them_are_seconds_too():
    graph = town(23, 4)
    texts = nx.MultiDiGraph(crs="EPSG:4326")
    texts.add_nodes_from(graph.nodes(data=True))
    for u, v, key, data in graph.edges(keys=True, data=True):
        texts.add_edge(u, v, key=key, **(data | {"travel_time": str(data["travel_time"])}))
    same(
        ss.Roads.from_graph(texts).matrix(node_points(graph), unit="ms"),
        networkx_ms(in_ms(graph)),
    )


@pytest.mark.parametrize("wrong", [None, -1, float("nan"), float("inf"), "soon", 10**9])
def test_seconds_that_are_none_are_refused_with_the_edge(wrong: object):
    graph = town(24, 4)
    arc = next(iter(graph.edges(keys=True)))
    graph.edges[arc]["travel_time"] = wrong
    with pytest.raises(NetworkDataError, match=r"graph-weight") as refused:
        ss.Roads.from_graph(graph, weight="travel_time")
    assert [p.value for p in refused.value.problems] == [str(wrong)]
    assert f"{arc[0]} → {arc[1]}" in str(refused.value)


def test_a_graph_of_which_some_edges_lack_seconds_is_driven_by_the_profile_and_says_so():
    graph = town(24, 4)
    arc = next(iter(graph.edges(keys=True)))
    del graph.edges[arc]["travel_time"]
    with pytest.warns(ss.ProblemWarning, match="graph-times-not-used"):
        roads = ss.Roads.from_graph(graph)
    assert roads.times.startswith("everyday")
    assert "graph-times-not-used" in roads.problems["code"].tolist()
    ss.Roads.from_graph(graph, profile="everyday")  # asked for: nothing to warn of


# --- kept, shown, shared


def test_saved_roads_are_the_same_roads(tmp_path):
    roads = sample_roads()
    roads.save(tmp_path / "roads.spotsnet")
    again = ss.Roads.read(tmp_path / "roads.spotsnet")
    assert again.network.sha256 == roads.network.sha256
    points = node_points(roads.to_graph()).iloc[:20]
    same(again.matrix(points), roads.matrix(points))


def test_a_cache_gives_the_same_roads(tmp_path):
    graph = town(25, 4)
    for *_, data in graph.edges(data=True):
        data.pop("geometry", None)
    nx.write_graphml(graph, tmp_path / "town.graphml")
    plain = ss.Roads.read(tmp_path / "town.graphml")
    for _ in range(2):
        assert ss.Roads.read(tmp_path / "town.graphml", cache=True).network.sha256 == (
            plain.network.sha256
        )


def test_roads_pickle_and_answer_any_number_of_threads():
    graph = town(26, 5)
    roads = ss.Roads.from_graph(graph).closed(edges=[next(iter(graph.edges))])
    points = node_points(graph)
    wanted = roads.nearest(points)
    again = pickle.loads(pickle.dumps(roads))  # noqa: S301 (our own)
    assert repr(again) == repr(roads)
    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(lambda _: again.nearest(points), range(8)):
            assert got.equals(wanted)


def test_a_roads_says_in_a_line_what_it_is_and_in_html_without_letting_names_in():
    graph = town(27, 4)
    for *_, data in graph.edges(data=True):
        data["highway"] = "<script>alert(1)</script>"
    roads = ss.Roads.from_graph(graph)
    assert len(repr(roads)) < 300
    assert "\n" not in repr(roads)
    shown = roads._repr_html_()
    assert "<script>" not in shown
    assert "EPSG:4326" in shown


def test_frames_of_osmnx_have_its_indexes():
    roads = sample_roads()
    assert roads.nodes.index.name == "osmid"
    assert roads.edges.index.names == ["u", "v", "key"]
    assert roads.edges.index.is_unique
    assert roads.nodes.crs == roads.edges.crs == roads.crs
    assert (roads.edges["travel_time"] * 1000).round().astype(int).tolist() == (
        roads.edges["travel_ms"].tolist()
    )


GRAPH = town(28, 4)
REFUSED: dict[str, tuple[type[SpotsError], str, Any]] = {
    "no speeds": (UsageError, "speeds", lambda: sample_roads().at_speeds()),
    "no such class": (
        UsageError,
        "speeds-no-such-class",
        lambda: sample_roads().at_speeds({"trunk": 40, "trnk": 40, "dirt": 3}),
    ),
    "no speed": (UsageError, "km/h", lambda: sample_roads().at_speeds({"trunk": 0})),
    "a ship's speed": (UsageError, "ferry", lambda: sample_roads().at_speeds({"ferry": 30})),
    "no such profile": (ProfileError, "nosuch", lambda: sample_roads().at_speeds("nosuch")),
    "no factor": (UsageError, "factor", lambda: sample_roads().at_speeds(0)),
    "per cent": (UsageError, "factor", lambda: sample_roads().at_speeds(factor=80)),
    "own times": (
        UsageError,
        "speeds-all-own",
        lambda: ss.Roads.from_graph(GRAPH).at_speeds("legal"),
    ),
    "nothing closed": (UsageError, "what", lambda: sample_roads().closed()),
    "closures in a file": (
        UsageError,
        "closures-not-kept",
        lambda: sample_roads().closed(edges=[("t_chuo", "j_honjo")]).save("roads.spotsnet"),
    ),
    "no such edge": (
        UsageError,
        "no-such-edge",
        lambda: sample_roads().closed(edges=[("t_chuo", "nowhere", 0)]),
    ),
    "a text for a flag": (UsageError, "tolls", lambda: sample_roads().using(tolls="no")),
    "waiting below zero": (
        UsageError,
        "ferry_wait_min",
        lambda: sample_roads().using(ferry_wait_min=-1),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_by_name(name: str):
    kind, told, ask = REFUSED[name]
    with pytest.raises(kind, match=told):
        ask()


def test_a_box_and_a_mask_leave_the_same_roads():
    box = (130.6, 32.7, 130.9, 32.9)
    with ss.sample_run_file() as run:
        links, nodes = run.with_name("roads_links.csv"), run.with_name("roads_nodes.csv")
        whole = ss.Roads.read(links, nodes=nodes)
        by_box = ss.Roads.read(links, nodes=nodes, bbox=box)
        shape = gpd.GeoSeries([shapely.box(*box)], crs=6668)
        by_mask = [
            ss.Roads.read(links, nodes=nodes, mask=mask)
            for mask in (shape, shape.to_frame("geometry"), shape.iloc[0])
        ]
        for wrong in ({"bbox": box, "mask": shape}, {"bbox": (2, 1, 1, 2)}, {"bbox": (1, 2)}):
            with pytest.raises(UsageError, match="bbox"):
                ss.Roads.read(links, nodes=nodes, **wrong)
    assert 0 < len(by_box.network.edges) < len(whole.network.edges)
    assert {r.network.sha256 for r in by_mask} == {by_box.network.sha256}
    within = {
        n
        for n, d in whole.to_graph().nodes(data=True)
        if 130.6 < d["x"] < 130.9 and 32.7 < d["y"] < 32.9
    }
    assert within <= set(by_box.to_graph().nodes)
    assert by_box.problems["code"].tolist() == ["roads-clipped"]


def test_grids_of_networkx_keep_their_ids():
    graph = nx.grid_2d_graph(3, 2)
    for x, y in graph:
        graph.nodes[x, y].update(x=130.7 + x / 100, y=32.8 + y / 100)
    nx.set_edge_attributes(graph, "primary", "highway")
    roads = ss.Roads.from_graph(graph)
    assert sorted(roads.nodes.index) == sorted(graph)
    assert {(u, v) for u, v, _ in roads.edges.index} == set(graph.to_directed().edges)
    arc = ((0, 0), (1, 0), 0)
    assert arc in roads.edges.index
    assert arc not in roads.closed(edges=[arc]).edges.index
    lone = roads.nodes.loc[[(1, 1)]].geometry
    assert (lone.x.item(), lone.y.item()) == (graph.nodes[1, 1]["x"], graph.nodes[1, 1]["y"])


def test_speeds_are_the_round_ones_that_make_the_times():
    edges = sample_roads().edges
    of_trunks = edges.loc[edges["highway"] == "trunk", "speed_kph"]
    assert 45.0 in set(of_trunks)
    assert of_trunks[of_trunks.round() == 45].eq(45.0).all()
    ms = (edges["length"] * 3600 / edges["speed_kph"]).round()
    assert ms.tolist() == edges["travel_ms"].tolist()


def test_what_is_known_of_roads_is_told():
    graph = town()
    roads = ss.Roads.from_graph(
        graph, schematic=True, as_of="2026-01-31", source="市", attribution="© 市"
    )
    info = roads.at_speeds(factor=0.5).network.info()
    assert (info.schematic, info.as_of, info.attribution) == (True, "2026-01-31", "© 市")
    assert roads.closed(edges=[next(iter(roads.edges.index))]).source == "市"
    with pytest.raises(UsageError):
        ss.Roads.from_graph(graph, as_of="yesterday")


@pytest.mark.slow
@pytest.mark.parametrize(("times", "told"), [(1.0, False), (1 / 60, True), (60.0, True)])
def test_seconds_that_no_car_could_mean_are_told(times: float, told: bool):
    graph = ss.Scenario.sample().roads.to_graph()
    for *_, data in graph.edges(data=True):
        data["travel_time"] *= times  # minutes, or sixtieths
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        roads = ss.Roads.from_graph(graph)
    assert ("graph-times-unlikely" in set(roads.problems["code"])) is told


def test_a_trip_through_another_crs_leaves_a_place_itself():
    scenario = ss.Scenario.sample()
    some = scenario.facilities[scenario.facilities["secondary_emergency"]][:8]
    moved = some.to_crs(3857).to_crs(6670)
    assert (scenario.roads.nearest(moved, some)["travel_ms"] > 0).all()
    assert (np.diag(scenario.roads.matrix(moved, some)) == 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("ferries", [True, False])
@pytest.mark.parametrize("tolls", [True, False])
def test_a_graph_has_what_drives_may_use(tolls: bool, ferries: bool):
    roads = ss.Scenario.sample().roads.using(tolls=tolls, ferries=ferries, ferry_wait_min=0)
    graph = roads.to_graph()
    kinds = {
        (data.get("toll") == "yes", data["highway"] == "ferry")
        for *_, data in graph.edges(data=True)
    }
    assert (True, False) in kinds or not tolls
    assert {toll for toll, _ in kinds} <= {False, tolls}
    assert {ferry for _, ferry in kinds} == {False, ferries}
    assert len(roads.edges) == graph.number_of_edges()
    assert (roads.edges["highway"] == "ferry").any() == ferries


@pytest.mark.slow
def test_degrees_of_another_datum_are_moved():
    roads = ss.Scenario.sample().roads
    graph = roads.to_graph()
    nodes = roads.nodes.to_crs(4301)
    for name, point in nodes.geometry.items():
        graph.nodes[name].update(x=point.x, y=point.y)
    for *_, data in graph.edges(data=True):
        data.pop("geometry")
    graph.graph["crs"] = "EPSG:4301"
    moved = ss.Roads.from_graph(graph, profile="everyday").snap(roads.nodes.iloc[:20])
    assert moved["distance_m"].max() < 1
