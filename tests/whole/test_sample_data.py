"""The embedded Kumamoto sample: facility lists and the schematic trunk roads."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from types import ModuleType

import networkx as nx
import pytest
from pyproj import Geod

from tests.helpers.folders import FIELD_DATA, ROOT, SAMPLE

PROBE = FIELD_DATA / "roads" / "kumamoto_probe_links_2026.parquet"
LISTS = {"base_hospitals": 4, "remote_clinics": 16, "rotation_hospitals": 43}
COLUMNS = [
    "施設ID",
    "医療機関名",
    "市町村コード",
    "市町村",
    "所在地",
    "緯度",
    "経度",
    "備考",
    "出典",
]
LINK_COLUMNS = [
    "from",
    "to",
    "length_km",
    "class",
    "direction",
    "minutes",
    "name",
    "toll",
    "basis",
    "source",
]
CLASSES = {"motorway", "trunk", "primary", "secondary", "tertiary", "ferry"}
GEOD = Geod(ellps="GRS80")


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def facilities() -> list[dict[str, str]]:
    return [row for name in (*LISTS, "neighbour_hospitals") for row in rows(name)]


def straight_km(link: dict[str, str], nodes: dict[str, dict[str, str]]) -> float:
    a, b = nodes[link["from"]], nodes[link["to"]]
    lon_a, lat_a, lon_b, lat_b = (float(v) for v in (a["lon"], a["lat"], b["lon"], b["lat"]))
    return float(GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2]) / 1000


@pytest.fixture(scope="module")
def nodes() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in rows("roads_nodes")}


@pytest.fixture(scope="module")
def links() -> list[dict[str, str]]:
    return rows("roads_links")


@pytest.mark.parametrize(("name", "count"), LISTS.items())
def test_lists_have_the_published_number_of_rows(name: str, count: int) -> None:
    table = rows(name)
    assert len(table) == count
    assert list(table[0]) == COLUMNS
    assert len({row["施設ID"] for row in table}) == count


def test_neighbours_lie_beyond_the_border() -> None:
    table = rows("neighbour_hospitals")
    assert 20 <= len(table) <= 40
    prefectures = {row["市町村コード"][:2] for row in table}
    assert prefectures == {"40", "42", "44", "45", "46"}
    names = {row["医療機関名"] for row in table}
    assert {
        "米の山病院",
        "大久保病院",
        "高千穂町国民健康保険病院",
        "えびの市立病院",
        "哲翁病院",
    } <= names


def test_files_open_in_a_spreadsheet() -> None:
    for path in SAMPLE.glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name


def test_every_remote_clinic_is_marked_for_confirmation() -> None:
    assert all(row["備考"].startswith("要確認") for row in rows("remote_clinics"))


def test_municipality_codes_are_complete_and_agree_with_the_address() -> None:
    for row in facilities():
        assert len(row["市町村コード"]) == 5
        assert row["市町村"] in row["所在地"], row["医療機関名"]


def test_one_hospital_in_two_lists_is_one_id_at_one_place() -> None:
    base = {row["施設ID"]: row for row in rows("base_hospitals")}
    rotation = {row["施設ID"]: row for row in rows("rotation_hospitals")}
    assert set(base) <= set(rotation)
    for id_, row in base.items():
        other = rotation[id_]
        assert row["医療機関名"] == other["医療機関名"]
        assert [float(row[c]) for c in ("緯度", "経度")] == [
            float(other[c]) for c in ("緯度", "経度")
        ]


def test_an_id_never_means_two_hospitals() -> None:
    names: dict[str, set[str]] = {}
    for row in facilities():
        names.setdefault(row["施設ID"], set()).add(row["医療機関名"])
    assert [ids for ids in names.values() if len(ids) > 1] == []


def test_every_facility_is_a_node_where_its_list_has_it(nodes: dict[str, dict[str, str]]) -> None:
    for row in facilities():
        node = nodes[row["施設ID"]]
        assert node["kind"] == "facility"
        assert abs(float(node["lon"]) - float(row["経度"])) < 1e-6
        assert abs(float(node["lat"]) - float(row["緯度"])) < 1e-6


def test_every_municipality_has_a_node(nodes: dict[str, dict[str, str]]) -> None:
    offices = [id_ for id_ in nodes if id_.startswith("t_")]
    # 45 municipalities with 熊本市 as its five wards: 49.
    assert len(offices) == 49


def test_links_are_well_formed(
    links: list[dict[str, str]], nodes: dict[str, dict[str, str]]
) -> None:
    assert list(links[0]) == LINK_COLUMNS
    assert {link["class"] for link in links} == CLASSES
    pairs = Counter(frozenset((link["from"], link["to"])) for link in links)
    assert [pair for pair, n in pairs.items() if n > 1 or len(pair) == 1] == []
    assert {end for pair in pairs for end in pair} == set(nodes)
    for link in links:
        assert link["direction"] == "both"
        assert link["basis"] in {"measured", "estimated"}
        assert link["source"]
        assert (link["minutes"] != "") == (link["class"] == "ferry")
        assert link["toll"] == "0" or link["class"] == "motorway"


def test_no_link_is_shorter_than_the_straight_line(
    links: list[dict[str, str]], nodes: dict[str, dict[str, str]]
) -> None:
    for link in links:
        km, straight = float(link["length_km"]), straight_km(link, nodes)
        assert km >= straight - 1e-6, link
        assert km <= max(2.7 * straight, straight + 0.7), link


def test_roads_reach_everything_but_the_islands(
    links: list[dict[str, str]], nodes: dict[str, dict[str, str]]
) -> None:
    road, sea = nx.Graph(), nx.Graph()
    road.add_nodes_from(nodes)
    for link in links:
        sea.add_edge(link["from"], link["to"])
        if link["class"] != "ferry":
            road.add_edge(link["from"], link["to"])
    mainland, *islands = sorted(nx.connected_components(road), key=len, reverse=True)
    assert {"p_yushima", "p_goshoura", "p_yokoura"} == {
        id_ for island in islands for id_ in island if id_.startswith("p_")
    }
    clinics = {row["医療機関名"]: row["施設ID"] for row in rows("remote_clinics")}
    on_islands = {"湯島へき地診療所", "御所浦診療所", "御所浦北診療所"}
    assert {clinics[name] for name in on_islands} == {
        id_ for island in islands for id_ in island if not id_.startswith("p_")
    }
    assert len(mainland) == len(nodes) - 6
    assert nx.is_connected(sea)


def test_most_of_the_length_is_measured(links: list[dict[str, str]]) -> None:
    roads = [link for link in links if link["class"] != "ferry"]
    total = sum(float(link["length_km"]) for link in roads)
    measured = sum(float(link["length_km"]) for link in roads if link["basis"] == "measured")
    assert measured / total > 0.7


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = ROOT / "benchmarks" / "probe_lengths.py"
    spec = importlib.util.spec_from_file_location("probe_lengths", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_link_that_goes_far_around_is_estimated(benchmark: ModuleType) -> None:
    here, there = benchmark.Node("a", "a", 130.7, 32.8), benchmark.Node("b", "b", 130.8, 32.8)
    link = benchmark.Link("a", "b", "0", "trunk", "both", "", "", "0", "estimated", "geodesic")
    both = {"a": here, "b": there}
    assert benchmark.measure(link, both, 12.31).length_km == "12.4"
    assert benchmark.measure(link, both, 12.31).basis == "measured"
    assert benchmark.measure(link, both, 40.0).basis == "estimated"
    assert benchmark.measure(link, both, None).basis == "estimated"


@pytest.mark.slow
@pytest.mark.skipif(not PROBE.exists(), reason="the probe links are not part of the project")
def test_measured_lengths_agree_with_the_probe_links(benchmark: ModuleType) -> None:
    table_nodes = benchmark.read_nodes(SAMPLE / "roads_nodes.csv")
    table_links = benchmark.read_links(SAMPLE / "roads_links.csv")
    probe = benchmark.load_probe(PROBE, table_nodes.values())
    assert benchmark.recompute(table_links, table_nodes, probe) == table_links
