"""Frames that `Roads` answers with: labels, types, what is missing and why, ties, sites."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

import spots as ss
from groundfloor.crs import CrsError
from groundfloor.problems import DataError, SpotsError, UsageError
from networks import Direction, nearest_other
from networks.types import Terminal
from tests.helpers.osmnx_graphs import (
    in_ms,
    networkx_ms,
    node_points,
    projected,
    sample_roads,
    town,
)

AT = {"a": (130.700, 32.8), "b": (130.701, 32.8), "c": (130.702, 32.8), "d": (130.703, 32.8)}


def line_of_roads(*ways: tuple[str, str, float], **attributes: object) -> ss.Roads:
    """Return roads between a, b, c, d (93.6 m apart) with seconds of their own, one way each."""
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for name, (x, y) in AT.items():
        graph.add_node(name, x=x, y=y)
    for u, v, seconds in ways:
        graph.add_edge(u, v, highway="primary", travel_time=seconds, **attributes)
    return ss.Roads.from_graph(graph)


def both_ways(*ways: tuple[str, str, float]) -> ss.Roads:
    return line_of_roads(*ways, *((v, u, s) for u, v, s in ways))


def points(*names: str, **more: object) -> gpd.GeoDataFrame:
    """Return nodes as points on their names."""
    xy = [AT[name] for name in names]
    shapes = gpd.points_from_xy(*zip(*xy, strict=True), crs=4326)
    return gpd.GeoDataFrame(more, geometry=shapes, index=pd.Index(list(names), name="place"))


ROW = both_ways(("a", "b", 60), ("b", "c", 60), ("c", "d", 120))


def with_gaps(crs: int = 6670) -> gpd.GeoDataFrame:
    """Return two points on the roads, one 50 m and one 5 km off, and three rows without one."""
    shapes = [
        Point(AT["a"]),
        Point(AT["d"]),
        Point(130.7005, 32.80045),
        Point(130.70, 32.845),
        None,
        Point(),
        Point(np.nan, np.nan),
    ]
    index = pd.Index(["on", "too", "near", "off", "none", "empty", "nan"], name="clinic")
    return gpd.GeoDataFrame({"beds": range(7)}, geometry=shapes, index=index, crs=4326).to_crs(crs)


def quiet(answer: Any, *arguments: Any, **settings: Any) -> Any:
    """Return an answer that warns of the point off the roads."""
    with pytest.warns(ss.ProblemWarning, match="point-off-roads × 1") as told:
        found = answer(*arguments, **settings)
    assert len(told) == 1
    assert told[0].filename == __file__
    return found


# --- snapped points


def test_snapped_points_come_on_the_caller_s_index_in_the_caller_s_crs():
    given = with_gaps()
    got = quiet(ROW.snap, given)
    assert got.index.equals(given.index)
    assert got.index.name == "clinic"
    assert got.crs == given.crs
    assert got.dtypes.astype(str).to_dict() == {
        "u": "string",
        "v": "string",
        "key": "Int64",
        "fraction": "Float64",
        "distance_m": "Float64",
        "alternative_m": "Float64",
        "half_way": "boolean",
        "geometry": "geometry",
    }
    assert got["u"].isna().tolist() == [False, False, False, True, True, True, True]
    assert got["distance_m"].isna().tolist() == [False] * 4 + [True] * 3
    assert got.loc["off", "distance_m"] == pytest.approx(4990, abs=5)
    assert got.geometry.isna().sum() == 4
    assert got.loc["near", "distance_m"] == pytest.approx(49.9, abs=0.1)
    moved = got.geometry["near"].distance(given.geometry["near"])
    assert moved == pytest.approx(got.loc["near", "distance_m"], abs=0.1)
    told = ss.problems(got)
    assert told["code"].tolist() == ["point-missing", "point-off-roads"]
    assert told["value"].tolist() == ["none, empty, nan", "off"]


def test_the_edge_and_the_fraction_are_those_of_the_frames_of_osmnx():
    graph = projected(town(1, 5))
    roads = ss.Roads.from_graph(graph)
    rng = np.random.default_rng(0)
    given = gpd.GeoSeries.from_xy(
        130.70 + rng.uniform(0, 0.016, 40), 32.80 + rng.uniform(0, 0.016, 40), crs=4326
    )
    got = roads.snap(given, max_distance_m=400)
    _, edges = roads.to_gdfs()
    here = pd.MultiIndex.from_frame(got[["u", "v", "key"]].astype("int64"))
    lines = edges.geometry.loc[here].to_crs(6670).reset_index(drop=True)
    at = lines.interpolate(got["fraction"].astype(float), normalized=True)
    assert at.distance(got.geometry.to_crs(6670)).max() < 0.02
    assert set(here) <= set(graph.edges(keys=True))


def test_a_point_beyond_the_limit_is_off_the_roads_and_one_just_within_is_on():
    given = points("a").set_geometry([Point(130.7005, 32.80045)], crs=4326)
    metres = float(ROW.snap(given)["distance_m"].iloc[0])
    assert ROW.snap(given, max_distance_m=metres)["u"].notna().all()
    assert quiet(ROW.snap, given, max_distance_m=metres - 0.001)["u"].isna().all()


def test_a_point_on_a_node_is_the_node_also_on_a_motorway_an_island_or_a_half_way_road():
    graph = town(1, 5)
    for *_, data in graph.edges(data=True):
        data["highway"] = "motorway"
    x, y = graph.nodes[1000]["x"], graph.nodes[1000]["y"]
    graph.add_node(3000, x=x, y=y - 0.0001)
    graph.add_edge(3000, 1000, length=11.1, highway="residential", travel_time=1.0)  # only out
    got = ss.Roads.from_graph(graph).snap(node_points(graph))
    assert (got["distance_m"] == 0).all()
    assert got["fraction"].isin([0.0, 1.0]).all()
    at = np.where(got["fraction"] == 0, got["u"], got["v"])
    assert (at == got.index).all()


# --- times


def test_times_of_rows_without_a_point_are_missing_and_a_row_is_nothing_from_itself():
    given = with_gaps()
    got = quiet(ROW.matrix, given)
    assert got.index.equals(given.index)
    assert got.columns.equals(given.index)
    assert (got.dtypes == "Float64").all()
    assert (np.diag(got) == 0).all()
    here = got.loc[["on", "too", "near"], ["on", "too", "near"]]
    assert here.loc["on", "too"] == 4.0
    assert here.notna().all(axis=None)
    away = [name for name in given.index if name not in here.index]
    assert got.loc[away, ["on", "too", "near"]].isna().all(axis=None)
    assert got.loc[["on", "too", "near"], away].isna().all(axis=None)
    assert got.loc["none", "empty"] is pd.NA


def test_the_way_to_the_road_counts_at_the_access_speed():
    given = with_gaps().loc[["on", "near"]]
    got = ROW.matrix(given, unit="ms")
    metres = float(ROW.snap(given).loc["near", "distance_m"])
    fraction = float(ROW.snap(given).loc["near", "fraction"])
    assert got.loc["near", "on"] == round(metres * 3600 / 15) + round(60_000 * fraction)
    assert (got.dtypes == "Int64").all()


def test_the_same_place_under_another_label_is_another_place():
    there = Point(130.7005, 32.80045)
    twins = gpd.GeoSeries([there, there], index=["x", "y"], crs=4326)
    got = ROW.matrix(twins, unit="ms")
    assert got.loc["x", "x"] == got.loc["y", "y"] == 0
    assert got.loc["x", "y"] == 2 * round(float(ROW.snap(twins)["distance_m"].iloc[0]) * 240)


def test_long_times_are_those_of_the_wide_frame():
    wide = ROW.matrix(points("a", "b", "c", "d"), points("c", "a"), limit_min=2.5)
    long = ROW.matrix(points("a", "b", "c", "d"), points("c", "a"), limit_min=2.5, long=True)
    assert long.columns.tolist() == ["origin", "destination", "travel_ms", "minutes"]
    assert [str(kind) for kind in long.dtypes[2:]] == ["Int64", "Float64"]
    again = long.pivot_table(index="origin", columns="destination", values="minutes", dropna=False)
    pd.testing.assert_frame_equal(again[["c", "a"]], wide, check_names=False)
    assert (long["minutes"] == long["travel_ms"] / 60_000).dropna().all()


@pytest.mark.parametrize("empty", [0, 2])
def test_empty_frames_have_empty_answers(empty: int):
    none, some = points("a").iloc[:0], points("a", "b").iloc[:empty]
    assert ROW.matrix(none, some).shape == (0, empty)
    assert ROW.matrix(some, none).shape == (empty, 0)
    assert ROW.matrix(some, none, long=True).shape == (0, 4)
    assert len(ROW.snap(none)) == len(ROW.nearest(none, some)) == len(ROW.isochrones(none)) == 0
    near = ROW.nearest(some, none)
    assert near["why"].tolist() == ["no_way"] * empty
    assert ROW.isochrones(none, dissolve=True)["minutes"].tolist() == [10, 20, 30]


# --- the nearest


def test_the_nearest_is_networkx_s_least_and_the_line_leads_there():
    graph = town(13, 6)
    roads, given = ss.Roads.from_graph(graph), node_points(graph)
    some = given.iloc[::4]
    wanted = networkx_ms(in_ms(graph)).loc[given.index, some.index].astype(float)
    for same in set(given.index) & set(some.index):
        wanted.loc[same, same] = np.nan
    got = roads.nearest(given, some)
    assert got.index.equals(given.index)
    least = wanted.min(axis=1)
    assert (got["travel_ms"].fillna(-1) == least.fillna(-1).to_numpy()).all()
    assert got.loc[[2000], "why"].tolist() == ["no_way"]
    found = got[got["why"].isna()]
    for origin, row in found.iterrows():
        equal = [d for d in some.index if wanted.loc[origin, d] == row["travel_ms"]]
        assert row["destination"] == min(equal)
        assert row["ties"] == len(equal) - 1
        ends = given.geometry[origin], given.geometry[row["destination"]]
        assert [Point(row.geometry.coords[i]).distance(ends[i]) < 1e-9 for i in (0, -1)] == [
            True
        ] * 2
    back = roads.nearest(some, given, direction="to")
    assert (back["travel_ms"] <= back["travel_ms"].max()).all()
    first = back[back["why"].isna()].iloc[0]
    assert Point(first.geometry.coords[-1]).distance(given.geometry[first["origin"]]) < 1e-9


@pytest.mark.parametrize("direction", ["from", "to"])
def test_ranks_are_networkx_s_order(direction: str):
    graph = town(14, 5)
    given = node_points(graph).iloc[:18]
    table = networkx_ms(in_ms(graph)).loc[given.index, given.index]
    table = table if direction == "from" else table.T
    got = ss.Roads.from_graph(graph).nearest(given, k=4, direction=direction)
    assert len(got) == 4 * len(given)
    for origin in given.index:
        others = table.loc[origin].drop(origin).dropna().sort_values()
        rows = got.loc[[origin]]
        assert rows["rank"].tolist() == [1, 2, 3, 4]
        assert rows["travel_ms"].dropna().tolist() == others.tolist()[:4]


def test_the_types_of_the_columns_hold_also_where_nothing_is_found():
    kinds = {
        "origin": "str",
        "destination": "string",
        "rank": "Int64",
        "travel_ms": "Int64",
        "minutes": "Float64",
        "length_m": "Float64",
        "ties": "Int64",
        "toll_m": "Float64",
        "ferries": "string",
        "road_names": "string",
        "why": "category",
        "geometry": "geometry",
    }
    for given in (points("a", "b"), points("a")):
        got = ROW.nearest(given)
        found = {name: str(kind) for name, kind in got.dtypes.items()}
        assert found | {"origin": "str"} == kinds
        assert got["why"].cat.categories.tolist() == [
            "beyond_limit",
            "no_way",
            "off_roads",
            "no_point",
        ]


def test_why_there_is_no_drive():
    given = with_gaps()
    got = quiet(ROW.nearest, given, limit_min=1)
    assert got.crs == given.crs
    assert got.loc["on", "destination"] == "near"
    assert pd.isna(got.loc["on", "why"])
    assert got.loc["too", "why"] == "beyond_limit"
    assert got.loc["off", "why"] == "off_roads"
    assert got.loc[["none", "empty", "nan"], "why"].tolist() == ["no_point"] * 3
    missing = got["why"].notna()
    for column in ("destination", "travel_ms", "minutes", "length_m", "ties", "road_names"):
        assert (got[column].isna() == missing).all()
    assert (got.geometry.isna() == missing).all()
    assert (got["minutes"] == got["travel_ms"] / 60_000)[~missing].all()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_ties_are_counted_and_the_lowest_label_is_taken(k: int):
    roads = both_ways(("b", "a", 60), ("b", "c", 60), ("c", "d", 0))
    got = roads.nearest(points("b"), points("d", "c", "a"), k=k)
    assert got["destination"].tolist() == ["a", "c", "d"][:k]
    assert got["ties"].tolist() == [2] * k


def test_a_place_serves_itself_only_if_it_may():
    given = points("a", "b", "d")
    assert ROW.nearest(given)["destination"].tolist() == ["b", "a", "b"]
    for settings in ({"exclusive": False}, {"exclude_self": False}):
        got = ROW.nearest(given, **settings)
        assert got["destination"].tolist() == ["a", "b", "d"]
        assert got["travel_ms"].tolist() == [0, 0, 0]
        two = ROW.nearest(given, k=2, **settings)
        assert two["destination"].tolist() == ["a", "b", "b", "a", "d", "b"]
    elsewhere = points("c", "b").rename(index={"c": "a"})  # the label, another place
    assert ROW.nearest(points("a"), elsewhere)["destination"].tolist() == ["b"]
    assert ROW.nearest(points("b"), elsewhere)["destination"].tolist() == ["a"]


@pytest.mark.parametrize("site", [None, "site", "campus"])
def test_rows_of_one_site_do_not_serve_each_other(site: str | None):
    given = points("a", "b", "d", **{site or "site": ["x", "x", None]})
    assert ROW.nearest(given, site=site)["destination"].tolist() == ["d", "d", "b"]
    again = points("d", "b", **{site or "site": [None, "x"]})
    assert ROW.nearest(given, again, site=site)["destination"].tolist() == ["d", "d", "b"]


def test_nearest_is_nearest_other_on_the_sample():
    roads = sample_roads()
    with ss.sample_run_file() as run:
        table = pd.read_csv(run.with_name("rotation_hospitals.csv"), index_col=0)
    given = gpd.GeoSeries.from_xy(table["経度"], table["緯度"], index=table.index, crs=6668)
    got = roads.nearest(given)
    results = roads._tied(given, "points", 1000.0)
    terminals = [Terminal(i, i, results.snap(n)) for n, i in enumerate(given.index)]
    wanted = nearest_other(
        roads.network, terminals, terminals, direction=Direction.FROM_ORIGIN, options=roads.options
    )
    assert got["destination"].tolist() == [w.destination_id for w in wanted]
    assert got["travel_ms"].tolist() == [w.travel_ms for w in wanted]
    assert got["length_m"].tolist() == [w.route.length_m for w in wanted]
    assert [g.equals(w.route.geometry) for g, w in zip(got.geometry, wanted, strict=True)]


# --- routes and areas


def test_routes_of_pairs_and_row_by_row_have_the_times_of_the_matrix():
    graph = town(15, 5)
    roads, given = ss.Roads.from_graph(graph), node_points(graph)
    times = roads.matrix(given, unit="ms")
    pairs = [(1000, 1007), (1007, 1000), (1001, 1001), (1000, 2000)]
    for got in (
        roads.routes(pairs, points=given),
        roads.routes(pairs=pairs, points=given),
        roads.routes(pd.DataFrame(pairs, columns=["origin", "destination"]), points=given),
        roads.routes(
            given.loc[[a for a, _ in pairs]].reset_index(drop=True).set_index(pd.Index(range(4))),
            given.loc[[b for _, b in pairs]].reset_index(drop=True),
        ),
    ):
        assert got["travel_ms"].fillna(-1).tolist() == [
            -1 if times.loc[a, b] is pd.NA else times.loc[a, b] for a, b in pairs
        ]
        assert got["why"].tolist()[3] == "no_way"
        assert got.geometry.isna().tolist() == [False, False, False, True]
    assert roads.routes(pairs, points=given)["destination"].tolist() == [b for _, b in pairs]
    near = roads.nearest(given)
    again = roads.routes(near, points=given)
    assert again["travel_ms"].tolist() == near["travel_ms"].dropna().tolist()


def test_areas_are_nested_rows_of_each_point():
    given = with_gaps()
    got = quiet(ROW.isochrones, given, minutes=(1, 2, 4))
    assert len(got) == 3 * len(given)
    assert got.index.equals(given.index.repeat(3))
    assert got["origin"].tolist() == got.index.tolist()
    assert got["minutes"].tolist() == [1, 2, 4] * len(given)
    assert str(got["minutes"].dtype) == "Int64"
    assert got.crs == given.crs
    areas = got.loc["on"].geometry.area.tolist()
    assert 0 < areas[0] < areas[1] < areas[2]
    assert got.loc[["off", "none", "empty", "nan"]].geometry.isna().all()
    pieces = quiet(ROW.isochrones, given, (1, 2, 4), lines=True).loc["on"]
    metres = pieces.geometry.length.tolist()
    assert metres == pytest.approx([93.6, 187.2, 280.8], abs=0.5)
    either = quiet(ROW.isochrones, given, 1, dissolve=True, lines=True)
    assert either.columns.tolist() == ["minutes", "geometry"]
    assert either.geometry.length.tolist() == pytest.approx(
        [
            93.6 + 46.8 + 46.8,
        ],
        rel=0.3,
    )
    assert str(quiet(ROW.isochrones, given, 1.5)["minutes"].dtype) == "Float64"


def test_areas_from_a_place_and_to_it_differ_by_one_way_streets():
    roads = line_of_roads(("a", "b", 60), ("b", "c", 60))
    given = points("b")
    away = roads.isochrones(given, 10, lines=True).geometry.iloc[0]
    home = roads.isochrones(given, 10, lines=True, direction="to").geometry.iloc[0]
    assert away.bounds[0] == pytest.approx(AT["b"][0])
    assert home.bounds[2] == pytest.approx(AT["b"][0])


@pytest.mark.slow
@pytest.mark.parametrize("form", ["to_json", "gpkg", "geojson", "parquet", "explore"])
def test_answers_go_into_files_and_maps(form: str, tmp_path):
    if form == "explore":
        pytest.importorskip("mapclassify")
    for got in (
        quiet(ROW.snap, with_gaps()),
        quiet(ROW.nearest, with_gaps(), k=2),
        quiet(ROW.isochrones, with_gaps(), (1, 2)),
        ROW.routes([("a", "b")], points=points("a", "b")),
    ):
        if form == "to_json":
            assert "FeatureCollection" in got.to_json(drop_id=True)
        elif form == "explore":
            assert got.explore()._repr_html_()
        elif form == "parquet":
            got.to_parquet(tmp_path / "a.parquet")
            assert len(gpd.read_parquet(tmp_path / "a.parquet")) == len(got)
        else:
            got.to_file(tmp_path / f"a.{form}")
            assert len(gpd.read_file(tmp_path / f"a.{form}")) == len(got)


# --- refused


def no_crs() -> gpd.GeoSeries:
    return gpd.GeoSeries([Point(130.7, 32.8)])


REFUSED: dict[str, tuple[type[SpotsError], str, Any]] = {
    "no CRS": (CrsError, "set_crs", lambda: ROW.matrix(no_crs())),
    "no frame": (UsageError, "not-a-geodataframe", lambda: ROW.snap([Point(1, 2)])),
    "lines": (
        DataError,
        "not-a-point",
        lambda: ROW.snap(gpd.GeoSeries([LineString([(1, 2), (3, 4)])], crs=4326)),
    ),
    "labels twice": (UsageError, "index-not-unique", lambda: ROW.nearest(points("a", "a"))),
    "no such direction": (
        UsageError,
        "direction",
        lambda: ROW.matrix(points("a"), direction="back"),
    ),
    "no such unit": (UsageError, "unit", lambda: ROW.matrix(points("a"), unit="s")),
    "limit below zero": (UsageError, "limit_min", lambda: ROW.matrix(points("a"), limit_min=-1)),
    "limit is no number": (
        UsageError,
        "limit_min",
        lambda: ROW.nearest(points("a"), limit_min=float("nan")),
    ),
    "k of none": (UsageError, "“k”", lambda: ROW.nearest(points("a"), k=0)),
    "distance of none": (
        UsageError,
        "max_distance_m",
        lambda: ROW.snap(points("a"), max_distance_m=0),
    ),
    "no column of sites": (UsageError, "site", lambda: ROW.nearest(points("a"), site="campus")),
    "no minutes": (UsageError, "minutes", lambda: ROW.isochrones(points("a"), ())),
    "unknown labels": (
        UsageError,
        "no-such-label",
        lambda: ROW.routes([("a", "z"), ("y", "a")], points=points("a")),
    ),
    "no pairs": (UsageError, "pairs", lambda: ROW.routes([("a", "b", "c")], points=points("a"))),
    "nothing": (UsageError, "pairs", ROW.routes),
    "not as many": (UsageError, "2 / 1", lambda: ROW.routes(points("a", "b"), points("a"))),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_by_name(name: str):
    kind, told, ask = REFUSED[name]
    with pytest.raises(kind, match=told):
        ask()


@pytest.mark.filterwarnings("ignore::groundfloor.problems.ProblemWarning")
@pytest.mark.parametrize("k", [1, 2])
def test_routes_of_the_nearest_keep_every_row_and_its_why(k):
    near = ROW.nearest(with_gaps(), k=k)
    found = ROW.routes(near, points=with_gaps())
    assert found.index.equals(near.index)
    for column in ("origin", "destination", "travel_ms", "why"):
        pd.testing.assert_series_equal(found[column], near[column])
    assert near["destination"].isna().any()
    assert list(found.geometry.isna()) == list(near["travel_ms"].isna())


def test_routes_keep_rows_beyond_a_limit():
    far = points("a", "b", "d")
    near = ROW.nearest(far, limit_min=1)
    found = ROW.routes(near, points=far)
    assert found["why"].astype("string").tolist() == [pd.NA, pd.NA, "beyond_limit"]
    assert len(ROW.routes(ROW.matrix(far, limit_min=1, long=True), points=far)) == 9


@pytest.mark.parametrize("gap", [None, np.nan, pd.NaT, pd.NA])
def test_a_missing_label_is_refused_as_a_label_twice_is(gap):
    places = points("a", "b").set_axis(pd.Index(["x", gap], dtype=object))
    with pytest.raises(UsageError) as fault:
        ROW.nearest(places)
    assert [p.code for p in fault.value.problems] == ["index-not-unique"]


def test_a_wide_matrix_becomes_columns_and_pairs_want_their_points():
    roads = ss.Scenario.sample().roads
    points = roads.nodes.iloc[:5].rename_axis("facility_id")
    wide = roads.matrix(points)
    assert (wide.index.name, wide.columns.name) == ("facility_id", "destination")
    assert len(wide.stack().reset_index()) == 25  # noqa: PD013 (what people write)
    labels = [(points.index[0], points.index[1])]
    with pytest.raises(UsageError, match="points="):
        roads.routes(labels)
