"""What a newcomer writes before reading anything: two people wrote it, and here it is kept.

They know geopandas, osmnx and pandas, and the names of the nouns; nothing else. Where the two
wrote otherwise, one of them stands here. What neither would have guessed is marked "DETOUR"; there
were 31 of these before there were nouns. Those that are left have their reason beside them.

Each step is run by `test_first_script.py` in a folder with its files (see
`tests/helpers/newcomer_files.py`), and asserts what the newcomer expected.
"""

from __future__ import annotations

import concurrent.futures as cf
import pickle
import warnings
from functools import cache
from pathlib import Path

import folium
import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd
import pytest
from shapely.geometry import Point

import spots as ss

# --- facilities


def my_hospitals() -> gpd.GeoDataFrame:
    """Return a frame as one has it: own names, own index, a plane CRS, a row without a point."""
    frame = gpd.GeoDataFrame(
        {
            "byoin": ["A病院", "B病院", "C診療所", "D病院"],
            "kubun": ["③", "secondary_emergency", "②", "①"],
            "beds": [120, 80, 0, 60],
            "opened": pd.to_datetime(["2001-04-01"] * 3 + [None]),
        },
        geometry=gpd.points_from_xy(
            [130.70, 130.95, 130.85, None], [32.75, 32.90, 32.65, None], crs=4326
        ),
        index=pd.Index(["h-A", "h-B", "c-C", "h-D"], name="key"),
    )
    return frame.to_crs(6670)


OWN = {"name": "byoin", "type": "kubun"}


@cache
def mine() -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ss.read_facilities(my_hospitals(), columns=OWN)


def step_01_a_csv_file() -> None:
    fac = ss.read_facilities("facilities.csv")  # CP932, Japanese headers
    assert isinstance(fac, gpd.GeoDataFrame)
    assert fac.crs.to_epsg() == 6668
    assert {"id", "name", "type", "geometry"} <= set(fac.columns)
    assert list(fac["type"].cat.categories) == [
        "base_hospital",
        "remote_clinic",
        "secondary_emergency",
    ]
    assert fac["secondary_emergency"].sum() == 43


def step_02_a_workbook() -> None:
    er = ss.read_facilities(
        "lists.xlsx",
        sheet_name="R6",
        types="③",
        list="emergency2024",
        columns={"id": "番号", "name": "病院名", "lat": "緯度", "lon": "経度"},
    )
    assert (er["type"] == "secondary_emergency").all()
    assert (er["list"] == "emergency2024").all()


def step_03_my_own_frame() -> None:
    given = my_hospitals()
    fac = ss.read_facilities(given, columns=OWN)
    assert list(fac.index) == list(given.index)
    assert fac.index.name == "key"
    assert {"beds", "opened"} <= set(fac.columns)
    assert fac.crs == given.crs
    assert fac.geometry.isna()["h-D"]
    assert fac["type"].dtype == "category"


def step_04_its_problems() -> None:
    told = ss.problems(mine())
    assert told["facility"].tolist() == ["h-D"]
    assert told["severity"].dtype == "category"
    assert told["row"].dtype == "Int64"
    assert {"code", "column", "message"} <= set(told.columns)


def step_05_one_warning_with_a_count() -> None:
    with warnings.catch_warnings(record=True) as got:
        warnings.simplefilter("always")
        ss.read_facilities(my_hospitals(), columns=OWN)
    assert len(got) == 1
    assert issubclass(got[0].category, ss.ProblemWarning)
    assert "1 problem" in str(got[0].message)


def step_06_no_crs_is_refused() -> None:
    bare = my_hospitals().set_crs(None, allow_override=True)
    with pytest.raises(ValueError, match="set_crs"):
        ss.read_facilities(bare, columns=OWN)


def step_07_a_dirty_list() -> None:
    raw = pd.read_csv("kyukyu_list.csv", encoding="cp932", dtype=str)
    emergency, problems = ss.read_facilities(
        "kyukyu_list.csv",
        columns={  # as DataFrame.rename has it; the other way round is understood, too
            "施設番号": "id",
            "施設名": "name",
            "区分": "type",
            "住所": "address",
            "緯度": "lat",
            "経度": "lon",
        },
        types={"二次救急": "③", "二次救急告示": "③"},
        return_problems=True,
    )
    assert len(emergency) == len(raw)
    assert emergency.index.is_unique
    assert emergency["secondary_emergency"].all()
    assert emergency[emergency.geometry.isna()]["address"].notna().all()
    assert {"no-coordinates", "swapped-coordinates"} <= set(problems["code"])
    problems.to_excel("problems.xlsx", index=False)


def step_08_one_row_for_each_hospital() -> None:
    base = ss.read_facilities("lists.xlsx", sheet_name="base_hospitals", types="①")
    clinics = ss.read_facilities("lists.xlsx", sheet_name="remote_clinics", types="②")
    rotation = ss.read_facilities("lists.xlsx", sheet_name="rotation_hospitals", types="③")
    fac, problems = ss.merge_facilities(base, clinics, rotation, return_problems=True)
    assert len(fac) < len(base) + len(clinics) + len(rotation)
    assert (fac["base_hospital"] & fac["secondary_emergency"]).sum() == 4
    assert (problems["code"] == "merged").sum() == 4
    fac.explore(column="name")
    fac.to_file("facilities.gpkg")


# --- ground


@cache
def kumamoto_ground() -> ss.Ground:
    return ss.read_ground(
        "municipalities.geojson",
        "medical_areas.csv",
        "physician_index_2024-01.csv",
        prefecture="熊本県",
        edition="2024-01",
    )


def step_09_the_ground() -> None:
    ground = kumamoto_ground()
    assert len(repr(ground)) < 1000
    assert ground._repr_html_()
    assert len(ground.municipalities) == 45
    assert ground.municipalities.loc["43100", "name"] == "熊本市"
    assert ground.areas["class"].dtype == "category"
    assert ground.areas["index"].dtype == "Float64"
    ground.areas.explore(column="class")


def step_10_where_each_point_lies() -> None:
    placed = kumamoto_ground().place(mine())
    assert placed.index.equals(mine().index)
    assert placed.crs == mine().crs
    assert pd.isna(placed.loc["h-D", "municipality_code"])
    assert placed["area_class"].dtype == "category"
    # DETOUR 1: both wrote "area", which on a GeoDataFrame is the size of its shapes.
    assert {"municipality", "medical_area", "doubt", "beds"} <= set(placed.columns)


# --- roads


@cache
def graph() -> nx.MultiDiGraph:
    G = ox.load_graphml("kuma_drive.graphml")
    G = ox.add_edge_travel_times(ox.add_edge_speeds(G))
    return ox.truncate.largest_component(G, strongly=True)


@cache
def my_roads() -> ss.Roads:
    return ss.Roads.from_graph(graph())


def step_11_roads_of_my_graph() -> None:
    roads = my_roads()
    assert "own travel_time" in repr(roads)
    nodes, edges = roads.to_gdfs()
    assert set(nodes.index) == set(graph().nodes)
    assert edges.index.names == ["u", "v", "key"]
    assert "travel_time" in edges


def step_12_other_speeds() -> None:
    G = graph()
    roads = ss.Roads.from_graph(G, profile="everyday")
    roads.at_speeds(0.8)
    roads.at_speeds({"motorway": 80, "residential": 20})
    ss.Roads.from_graph(ox.project_graph(G), weight="my_seconds")
    shut = roads.closed(edges=[next(iter(G.edges(keys=True)))])
    assert "closed: 1" in repr(shut)


def step_13_roads_of_an_extract() -> None:
    land = ss.read_ground("N03-20240101_44.geojson", prefecture="44").municipalities
    roads = ss.Roads.read("kyushu-latest.osm.pbf", mask=land)
    same = ss.Roads.read("kyushu-latest.osm.pbf", bbox=(130.9, 32.8, 132.1, 33.4))
    G = roads.to_graph()
    assert isinstance(G, nx.MultiDiGraph)
    assert set(G.nodes) == set(same.to_graph().nodes) == {1, 2}
    assert all(edge["travel_time"] > 0 for *_, edge in G.edges(data=True))


def step_14_snap() -> None:
    snapped = my_roads().snap(mine(), max_distance_m=500)
    assert snapped.index.equals(mine().index)
    assert snapped.crs == mine().crs
    assert pd.isna(snapped.loc["h-D", "distance_m"])
    assert snapped["fraction"].dropna().between(0, 1).all()
    assert snapped[["u", "v", "key"]].notna().all(axis=1).tolist() == [True, True, False, False]


def hospitals() -> gpd.GeoDataFrame:
    return gpd.read_file("hospitals.gpkg").set_index("hospital_id")


def step_15_a_matrix_of_minutes() -> None:
    points = hospitals()
    wide = my_roads().matrix(points, points, limit_min=60)
    assert wide.index.equals(points.index)
    assert list(wide.columns) == list(points.index)
    assert set(wide.dtypes) == {pd.Float64Dtype()}
    assert (np.diag(wide) == 0).all()
    assert wide.isna().any(axis=None)
    assert wide.max().max() <= 60
    long = my_roads().matrix(points, limit_min=60, long=True)
    assert {"origin", "destination", "minutes"} <= set(long.columns)
    home = gpd.GeoSeries([Point(130.7, 32.8)], index=["home"], crs=4326)
    assert my_roads().matrix(home, points).shape == (1, len(points))
    assert my_roads().matrix(mine(), mine()).loc["h-D", "h-A"] is pd.NA


def step_16_equal_to_networkx() -> None:
    H = my_roads().to_graph()
    nodes = ox.graph_to_gdfs(graph(), edges=False).sample(40, random_state=0)
    got = my_roads().matrix(nodes, nodes, unit="ms")
    lengths = {
        u: nx.single_source_dijkstra_path_length(H, u, weight="travel_time") for u in nodes.index
    }
    seconds = pd.DataFrame(lengths).T.reindex(index=nodes.index, columns=nodes.index)
    expected = seconds.mul(1000).round().astype("Int64")
    pd.testing.assert_frame_equal(got, expected, check_names=False)
    assert got.size - len(nodes) == 1560
    a, b = nodes.index[:2]
    own = nx.shortest_path_length(graph(), a, b, weight="travel_time")
    assert got.loc[a, b] / 1000 == pytest.approx(own, abs=0.1)


def step_17_nearest_other_and_routes() -> None:
    points = hospitals()
    near = my_roads().nearest(points, points, k=3, exclusive=True)
    assert near.index.tolist() == points.index.repeat(3).tolist()
    assert (near["origin"] != near["destination"]).all()
    assert {"rank", "minutes", "length_m"} <= set(near.columns)
    assert set(near.geom_type.dropna()) == {"LineString"}
    far = near[(near["rank"] == 1) & (near["minutes"] >= 30)]
    assert len(far) > 1
    m = near.explore(column="minutes", cmap="viridis")
    far.explore(m=m, color="red")
    pairs = [("H01", "H02"), ("H02", "H01")]
    routes = my_roads().routes(pairs, points=points)
    assert routes["minutes"].notna().all()
    assert len(routes) == 2


def step_18_isochrones() -> None:
    points = hospitals()[:3]
    iso = my_roads().isochrones(points, minutes=(10, 20, 30))
    assert len(iso) == 9
    assert iso.crs == points.crs
    assert iso["minutes"].dtype == "Int64"
    assert len(my_roads().isochrones(points, minutes=[10, 30], dissolve=True)) == 2
    assert len(my_roads().isochrones(points, minutes=30, direction="to")) == 3
    largest_first = iso.sort_values("minutes", ascending=False)
    largest_first.explore(column="minutes", tooltip=["origin", "minutes"])
    iso.to_json()


# --- polygons


def step_19_circles_and_cuts() -> None:
    fac = mine().dropna(subset="geometry")
    c = ss.circles(fac, 4000)
    assert c.index.equals(fac.index)
    assert c["area_km2"].to_numpy() == pytest.approx(np.pi * 16, rel=1e-4)
    pref, city, lakes = map(gpd.read_file, ("pref.gpkg", "my_polygons.gpkg", "lakes.gpkg"))
    out, ledger = ss.cut(c, keep={"prefecture": pref}, remove={"city": city, "lake": lakes})
    assert out["area_km2"].le(np.pi * 16 + 0.01).all()
    taken = ledger.pivot_table(index="label", columns="step", values="removed_km2", observed=True)
    assert list(taken.columns) == ["prefecture", "city", "lake"]
    left = c["area_km2"].sum() - ledger["removed_km2"].sum()
    assert left == pytest.approx(out["area_km2"].sum())


# --- policies


def step_20_a_policy() -> None:
    kuma = ss.Policy.preset("kumamoto")
    p20 = kuma.changed(threshold_min=20, radius_m=6000)
    assert (kuma.threshold_min, p20.radius_m) == (30, 6000)
    assert p20 != kuma
    assert len({kuma, p20}) == 2
    assert ss.Policy.from_toml(p20.to_toml()) == p20
    assert p20.diff(kuma)["setting"].tolist() == ["criterion.3.threshold_min", "circle.radius_m"]
    p20.to_toml("p20.toml")
    assert ss.Policy.read("p20.toml") == p20
    assert p20._repr_html_()


def step_21_a_slip_is_told() -> None:
    kuma = ss.Policy.preset("kumamoto")
    with pytest.raises(TypeError, match="did you mean threshold_min"):
        kuma.changed(treshold_min=20)
    with pytest.raises(ValueError, match="threshold_min"):
        kuma.changed(threshold_min=-1)


def step_22_another_prefecture() -> None:
    ground = ss.read_ground(
        municipalities="N03-20240101_44.geojson",
        areas="iryoken_44.csv",
        index=pd.read_csv("henzai_44.csv"),
        prefecture="大分県",
    )
    assert ground.areas["class"].eq("shortage").sum() == 2
    placed = ground.place(ss.read_facilities("oita_facilities.csv"))
    assert placed["area_class"].notna().all()
    city = ground.municipalities[ground.municipalities["name"] == "大分市"]
    policy = ss.Policy(
        prefecture="大分県",
        title="大分県 医師少数スポット（案）",
        source="私案",
        valid_from="2027-04-01",
        valid_to="2030-03-31",
        any=[{"type": "②"}],
        radius_m=5000,
        # DETOUR 2: both wrote ["大分市"]. A policy stands alone, without the ground that knows the
        # code of a name; the rows of the ground do.
        exclude_municipality=city,
    )
    result = ss.Scenario(placed, ground, policy=policy).judge()
    assert result.facilities["state"].notna().all()
    assert (result.spots["radius_m"] == 5000).all()


# --- scenarios and results


@cache
def sample() -> ss.Scenario:
    return ss.Scenario.from_run("run.toml")


@cache
def found() -> ss.Result:
    return sample().judge()


def step_23_a_run() -> None:
    res = found()
    assert len(repr(res)) < 1000
    assert res._repr_html_()
    counted = res.facilities["state"].value_counts()
    assert counted.to_dict() == {
        "designated": 21,
        "excluded": 42,
        "moot": 9,
        "not_met": 22,
        "undetermined": 0,
    }
    assert {"type", "reason", "nearest_id", "minutes"} - {"reason"} <= set(res.facilities.columns)
    assert res.facilities.index.is_unique
    assert (res.spots["area_km2"] > 0).all()
    assert set(res.routes.geom_type) <= {"LineString", "MultiLineString"}
    assert len(res.problems) == len(ss.problems(res))


def step_24_put_together_by_hand() -> None:
    folder = Path()
    lists = [
        ss.read_facilities(folder / "base_hospitals.csv", types="①"),
        ss.read_facilities(folder / "remote_clinics.csv", types="②"),
        # DETOUR 3: neither named the list. Kumamoto counts hospitals of the rotation alone, and
        # which of one's own lists that is nobody can guess; without it the scenario says so.
        ss.read_facilities(folder / "rotation_hospitals.csv", types="③", list="rotation"),
        ss.read_facilities(folder / "neighbour_hospitals.csv", types="③", role="destination"),
    ]
    roads = ss.Roads.read("roads_links.csv", nodes="roads_nodes.csv")
    with pytest.raises(ValueError, match=r'read_facilities\(\.\.\., list="rotation"\)'):
        ss.Scenario([ss.read_facilities("facilities.csv")], kumamoto_ground(), roads)
    sc = ss.Scenario(lists, kumamoto_ground(), roads, ss.Policy.preset("kumamoto"))
    res = sc.judge()
    run = found()
    assert res.facilities["state"].equals(run.facilities["state"].loc[res.facilities.index])
    assert res.facilities["travel_ms"].equals(run.facilities["travel_ms"])
    assert res.spots.geometry.geom_equals_exact(run.spots.geometry, 0).all()
    assert (res.spots["area_km2"] == run.spots["area_km2"]).all()


def step_25_what_changes() -> None:
    res20 = sample().judge(threshold_min=20)
    diff = found().compare(res20)
    assert {"name", "type", "before", "after", "reason", "minutes_after"} <= set(diff.columns)
    assert (diff["before"] != diff["after"]).any()
    assert str(res20.explain(diff.index[0]))
    assert res20.explain(diff.index[0])._repr_html_()
    assert found().compare(sample().judge()).empty


def step_26_a_heat_map() -> None:
    grid = {"threshold_min": range(20, 40, 10), "radius_m": [4000, 6000]}
    lists = ("facilities_2023.csv", "facilities.csv")
    grid["facilities"] = {f: ss.read_facilities(f, list="rotation") for f in lists}
    sweep = sample().sweep(grid)
    assert len(sweep) == 8
    assert {"n_spots", "undetermined", "area_km2"} <= set(sweep.columns)
    assert list(sweep.columns[:3]) == list(grid)
    assert sweep["designated"].dtype == "Int64"
    now = sweep[sweep["facilities"] == "facilities.csv"]
    heat = now.pivot(index="threshold_min", columns="radius_m", values="area_km2")
    assert heat.loc[30, 6000] > heat.loc[30, 4000]
    (cell,) = sample().sweep({"threshold_min": [20], "radius_m": [4000]}).itertuples()
    alone = sample().judge(threshold_min=20)
    assert cell.designated == (alone.facilities["state"] == "designated").sum()
    assert np.isclose(cell.area_km2, alone.spots["area_km2"].sum())


def step_27_how_sure() -> None:
    shares = sample().speed_draws(5, 0.2, seed=3)
    assert shares["share_met"].between(0, 1).all()
    assert {"name", "turning_speed_factor", "share_error"} <= set(shares.columns)
    closed = sample().without_each_hospital()
    assert closed["rank"].is_monotonic_increasing
    cut = sample().cut_each_road()
    assert {"road_name", "why"} <= set(cut.columns)
    assert cut.crs.to_epsg() == 6668
    assert len(cut) < len(sample().cut_each_road(effects=True))
    roads = sample().roads
    runs = {f: sample().changed(roads=roads.at_speeds(factor=f)).judge() for f in (0.8, 1.0, 1.2)}
    states = pd.DataFrame({f: r.facilities["state"] for f, r in runs.items()})
    assert states[1.0].equals(found().facilities["state"].rename(1.0))
    fragile = states[states.nunique(axis=1) > 1]
    assert len(fragile)
    slides = gpd.read_file("landslides.gpkg")
    shut = sample().changed(roads=roads.closed(slides)).judge()
    changed = found().compare(shut)
    assert {"minutes_before", "minutes_after"} <= set(changed.columns)
    close = found().facilities.query("27 <= minutes <= 33")
    assert close[["name", "minutes", "margin_min", "snap_m", "ties", "doubt"]].shape[0]
    listed = found().routes.index.intersection(fragile.index)
    found().routes.loc[listed].explore(column="minutes")
    out = found().facilities.join(states.add_prefix("state_x"))
    out["sure"] = ~out.index.isin(fragile.index.union(changed.index))
    out.drop(columns="geometry").to_excel("how_sure.xlsx")
    found().to_gpkg("all.gpkg")
    out.to_file("all.gpkg", layer="how_sure")
    assert {"facilities", "spots", "routes", "how_sure"} <= set(gpd.list_layers("all.gpkg")["name"])


def step_28_maps_and_files() -> None:
    m = found().map()
    assert isinstance(m, folium.Map)
    found().spots.explore(m=m, tooltip=["name", "area_km2"])
    m.save("spots.html")
    for name in ("facilities", "spots", "routes"):
        frame = getattr(found(), name)
        frame.to_file(f"{name}.geojson", driver="GeoJSON")
        frame.to_parquet(f"{name}.parquet")
        frame.to_file(f"{name}.gpkg")
        frame.to_json()
        frame.explore()
    found().ledger.to_excel("ledger.xlsx")
    found().to_excel("spots.xlsx")
    assert found().styles()["spots"].lstrip().startswith("<!DOCTYPE qgis")


def step_29_written_and_read_again() -> None:
    res = sample().judge()
    res.write("out", force=True)
    again = ss.read_result("out")
    assert again.compare(res).empty
    # One wrote this of a scenario of frames, too. A folder holds the hashes of these, not the
    # frames themselves, and says so; `read_result` reads it.
    assert ss.Scenario.from_run("out").judge().compare(res).empty


def step_30_pickles_and_threads() -> None:
    again = pickle.loads(pickle.dumps(found()))
    pd.testing.assert_frame_equal(pd.DataFrame(again.facilities), pd.DataFrame(found().facilities))
    sc = pickle.loads(pickle.dumps(sample()))
    policies = [sc.policy.changed(threshold_min=t) for t in (20, 25, 30, 35)]
    with cf.ThreadPoolExecutor(4) as pool:
        many = list(pool.map(sc.judge, policies))
    alone = [sample().judge(policy) for policy in policies]
    for one, other in zip(many, alone, strict=True):
        assert one.facilities["state"].equals(other.facilities["state"])
    table = pd.concat({r.policy.threshold_min: r.facilities for r in many}, names=["threshold"])
    assert table.groupby("threshold")["state"].count().nunique() == 1
    for noun in (my_roads(), kumamoto_ground(), sc.policy):
        pickle.loads(pickle.dumps(noun))
