"""Dead ends within a metre of a road that they do not join, in every source."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from shapely.geometry import LineString

from networks.build import build_network
from networks.edge_rows import table_of_rows
from networks.graphs.graphs_in import from_graph
from networks.info.network_report import network_report, network_report_text
from networks.links.link_table import read_link_table
from networks.load import load_network
from networks.n13.centre_lines import read_n13
from networks.network import Origin
from networks.osm.osm_files import read_osm
from networks.speeds.profile_files import load_profile
from tests.helpers.road_cases import ROADS, flat_profile, link

EVERYDAY = load_profile("everyday")
METRE = 1 / 110_900  # of latitude at 32.8 N
CODE = "dead-ends-beside-road"
# A road of a kilometre to the east, and one that comes from the north and ends so far from it.
WEST, EAST, NORTH = (130.70, 32.80), (130.71, 32.80), (130.705, 32.81)


def end(metres):
    return (130.705, 32.80 + metres * METRE)


def from_osm(folder, stop):
    points = [WEST, EAST, NORTH, stop]
    nodes = "".join(
        f'<node id="{k}" lon="{x:.9f}" lat="{y:.9f}"/>' for k, (x, y) in enumerate(points, 1)
    )
    tag = '<tag k="highway" v="primary"/>'
    ways = "".join(
        f'<way id="{k}"><nd ref="{k * 2 - 1}"/><nd ref="{k * 2}"/>{tag}</way>' for k in (1, 2)
    )
    path = folder / "a.osm"
    path.write_text(f'<osm version="0.6">{nodes}{ways}</osm>', "utf-8")
    return read_osm(path, EVERYDAY)


def from_n13(folder, stop):
    codes = {"N13_002": 1, "N13_003": 1, "N13_004": 1, "N13_005": 0, "N13_006": 3, "N13_007": 1}
    lines = [LineString([WEST, EAST]), LineString([NORTH, stop])]
    frame = gpd.GeoDataFrame([codes, codes], geometry=lines, crs=6668)
    frame.to_file(folder / "a.gpkg", engine="pyogrio")
    return read_n13(folder / "a.gpkg", EVERYDAY)


def from_links(folder, stop):
    rows = [f"{k},{x:.9f},{y:.9f}\n" for k, (x, y) in enumerate([WEST, EAST, NORTH, stop])]
    (folder / "nodes.csv").write_text("id,lon,lat\n" + "".join(rows), "utf-8")
    links = "from,to,length_km,class\n0,1,1.2,primary\n2,3,1.2,primary\n"
    (folder / "links.csv").write_text(links, "utf-8")
    return read_link_table(folder / "links.csv", folder / "nodes.csv", EVERYDAY)


def from_osmnx(_folder, stop):
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for k, (x, y) in enumerate([WEST, EAST, NORTH, stop]):
        graph.add_node(k, x=x, y=y)
    for a, b, metres in ((0, 1, 1000.0), (2, 3, 1200.0)):
        for ends in ((a, b), (b, a)):
            graph.add_edge(*ends, highway="primary", length=metres, osmid=a + 1)
    return from_graph(graph, EVERYDAY)


@pytest.mark.parametrize("source", [from_osm, from_n13, from_links, from_osmnx])
@pytest.mark.parametrize(("metres", "told"), [(0.4, True), (0.95, True), (1.1, False), (9, False)])
def test_a_road_that_ends_beside_another(tmp_path, source, metres, told):
    network = source(tmp_path, end(metres))
    found = [p for p in network.problems if p.code == CODE]
    assert bool(found) is told
    assert dict(network.origin.dropped).get(CODE, 0) == told
    assert (CODE in network_report_text(network_report(network))) is told
    if told:
        assert found[0].severity == "warning"
        assert found[0].value == f"{end(metres)[1]:.6f} 130.705000"


def built(points, rows, ids=None):
    node_id = np.array(ids or [f"n{k}" for k in range(len(points))])
    lon, lat = np.array(points, float).T
    return build_network(table_of_rows(node_id, lon, lat, rows), flat_profile(), Origin("made.csv"))


def straight(points, a, b, **more):
    return link(a, b, points=[points[a], points[b]], **more)


def test_roads_that_meet_in_a_node_are_no_dead_ends():
    points = [WEST, EAST, NORTH, (130.705, 32.80)]
    rows = [straight(points, *ends) for ends in ((0, 3), (3, 1), (2, 3))]
    assert built(points, rows).problems == ()


def test_a_closed_barrier_parts_roads_on_purpose():
    # Readers give each road that ends at a barrier a node of its own, all of one identity.
    points = [WEST, (130.705, 32.80), (130.705, 32.80), EAST]
    rows = [straight(points, 0, 1), straight(points, 2, 3)]
    assert built(points, rows, ["a", "gate", "gate", "b"]).problems == ()
    twin = built(points, rows).problems
    assert [p.code for p in twin] == [CODE]  # one place under two names is a slip


def test_a_pier_beside_a_road_is_none():
    points = [WEST, EAST, NORTH, end(0.4)]
    ferry = straight(points, 2, 3, ferry=True, ms=600_000, name="x")
    assert built(points, [straight(points, 0, 1), ferry]).problems == ()


def test_an_end_that_curls_back_to_its_own_road_is_no_fault():
    points = [WEST, end(0.4)]
    curl = link(0, 1, points=[WEST, EAST, NORTH, end(0.4)])
    assert built(points, [curl]).problems == ()


@pytest.mark.parametrize(
    ("name", "loose"),
    [("liechtenstein_2022.osm.pbf", 0), ("kumamoto_chuo_drive_20230105.osm.pbf", 2)],
)
def test_a_clean_extract_is_not_warned_of(name, loose):
    if not (ROADS / name).exists():
        pytest.skip("field data not at hand")
    network = load_network(ROADS / name, profile="everyday")
    assert dict(network.origin.dropped).get(CODE, 0) == loose
    assert {p.severity for p in network.problems if p.code == CODE} <= {"note"}
