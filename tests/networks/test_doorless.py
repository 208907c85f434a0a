"""Where a car cannot stop there is no door: tunnels, long bridges, ramps, roads for cars only."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from shapely.geometry import LineString

from networks.doorless import LONG_BRIDGE_M, Doorless, doorless_by_tags, doorless_edges
from networks.graphs.graphs_in import from_graph
from networks.graphs.graphs_out import to_networkx
from networks.links.link_table import read_link_table
from networks.n13.centre_lines import read_n13
from networks.osm.osm_files import read_osm
from networks.osm.tags import RELEVANT_KEYS
from networks.snapping.points import snap_points
from networks.speeds.profile_files import load_profile
from tests.helpers.road_cases import flat_profile, link, roads

EVERYDAY = load_profile("everyday")
NO, TUNNEL, BRIDGE = Doorless.NO, Doorless.TUNNEL, Doorless.BRIDGE
MOTORROAD, RAMP, PARTLY = Doorless.MOTORROAD, Doorless.RAMP, Doorless.PARTLY


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, NO),
        *(({"tunnel": value}, TUNNEL) for value in ("yes", "avalanche_protector", "1", "Yes")),
        *(({"tunnel": value}, NO) for value in ("no", "building_passage", "culvert", "0", "")),
        ({"covered": "yes"}, NO),
        ({"covered": "yes", "tunnel": "yes"}, TUNNEL),
        ({"layer": "-1"}, NO),
        ({"bridge": "yes"}, NO),  # its length decides
        ({"motorroad": "yes"}, MOTORROAD),
        ({"motorroad": "no"}, NO),
        ({"motorroad": "yes", "tunnel": "yes"}, TUNNEL),
        *(
            ({"highway": f"{road}_link"}, RAMP)
            for road in ("motorway", "trunk", "primary", "secondary", "tertiary")
        ),
        ({"highway": "service"}, NO),
    ],
)
def test_what_tags_mean(tags, expected):
    assert doorless_by_tags({"highway": "trunk"} | tags) is expected
    assert tags.keys() - {"covered", "layer"} <= RELEVANT_KEYS


def found(tail, head, length_m, bridge, stated=None):
    stated = np.zeros(len(tail), np.int8) if stated is None else np.array(stated, np.int8)
    ends = np.array(tail), np.array(head)
    return doorless_edges(stated, np.array(bridge, bool), ends, np.array(length_m)).tolist()


def test_a_bridge_is_as_long_as_its_ways_together():
    half = LONG_BRIDGE_M / 2
    assert found([0, 1, 2], [1, 2, 3], [500.0, half, half], [False, True, True]) == [NO, 2, 2]
    assert found([0, 1, 2], [1, 2, 3], [500.0, half, half - 0.1], [False, True, True]) == [NO] * 3
    # Drawn against each other, and with a ramp on stilts between them.
    assert found([1, 1, 1], [0, 2, 3], [40.0, 40.0, 40.0], [True] * 3) == [BRIDGE] * 3


def test_bridges_that_only_meet_on_the_ground_are_two():
    """Two carriageways, or two bridges over two streams, with a street between."""
    lengths = [60.0, 60.0, 300.0]
    assert found([0, 1, 1], [1, 2, 3], lengths, [True, True, False]) == [NO] * 3
    assert found([0, 0, 0, 1], [1, 1, 2, 3], [60.0, 60.0, 9.0, 9.0], [1, 1, 0, 0]) == [NO] * 4


def test_what_a_long_bridge_is_besides_stays():
    assert found([0, 1], [1, 2], [900.0, 900.0], [True, True], [TUNNEL, NO]) == [TUNNEL, BRIDGE]
    assert found([0], [1], [20.0], [True], [MOTORROAD]) == [MOTORROAD]


def with_doors(network):
    return network.door_edges().tolist()


def osm(tmp_path, *tags):
    """Ways of 940 m one after the other; the first and the last are trunk roads."""
    lines = ['<osm version="0.6">']
    lines += [f'<node id="{i}" lon="{130.5 + i / 100}" lat="32.5"/>' for i in range(len(tags) + 3)]
    for i, way in enumerate(({}, *tags, {})):
        body = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in ({"highway": "trunk"} | way).items())
        lines.append(f'<way id="{i + 1}"><nd ref="{i}"/><nd ref="{i + 1}"/>{body}</way>')
    path = tmp_path / "in.osm"
    path.write_text("\n".join([*lines, "</osm>"]), "utf-8")
    return read_osm(path, EVERYDAY)


@pytest.mark.parametrize(
    "tags",
    [
        {"tunnel": "yes", "layer": "-1"},
        {"bridge": "viaduct"},
        {"motorroad": "yes"},
        {"highway": "trunk_link"},
        {"highway": "tertiary_link"},
        {"highway": "motorway"},
    ],
)
def test_a_door_above_is_tied_to_its_own_road(tmp_path, tags):
    network = osm(tmp_path, tags)
    assert with_doors(network) == [True, False, True]
    (result,) = snap_points(network, [130.512], [32.5003], 1000.0)
    assert result.snap is not None
    assert (result.snap.edge, result.snap.fraction) == (0, 1.0)  # where the tunnel begins
    (drive,) = snap_points(network, [130.515], [32.5003], 1000.0)
    assert 460 < drive.distance_m < 480


def test_a_passage_through_a_building_and_a_short_bridge_have_doors(tmp_path):
    assert with_doors(osm(tmp_path, {"tunnel": "building_passage"})) == [True] * 3
    short = roads([replace(link(0, 1, 90.0), bridge=True), link(1, 2)])
    assert with_doors(short) == [True, True]


def test_a_network_of_tunnels_only_ties_nothing():
    network = roads([replace(link(0, 1), doorless=TUNNEL)])
    assert snap_points(network, [130.505], [32.5], 1000.0)[0].snap is None


def n13_road(lon, state):
    points = [(130.5 + lon, 32.5), (130.502 + lon, 32.5)]
    columns = {f"N13_00{i}": value for i, value in enumerate(("1", "1", state, "0", "2", "1"), 2)}
    return columns, LineString(points)


def test_n13_tells_tunnels_snow_sheds_and_bridges(tmp_path):
    import geopandas as gpd  # noqa: PLC0415

    rows = [n13_road(i / 500, state) for i, state in enumerate("1231417")]
    frame = gpd.GeoDataFrame([r for r, _ in rows], geometry=[g for _, g in rows], crs=6668)
    frame.to_file(tmp_path / "N13-24.geojson", driver="GeoJSON")
    network = read_n13(tmp_path / "N13-24.geojson", EVERYDAY)
    kinds = [Doorless(kind) for kind in network.edges.doorless.tolist()]
    assert kinds == [NO, BRIDGE, TUNNEL, NO, TUNNEL, NO, NO]


def test_link_tables_may_tell(tmp_path):
    (tmp_path / "nodes.csv").write_text(
        "id,lon,lat\n" + "".join(f"{i},{130.5 + i / 100},32.5\n" for i in range(7)), "utf-8"
    )
    (tmp_path / "links.csv").write_text(
        "起点,終点,延長km,種別,トンネル,橋,自動車専用\n0,1,1,trunk,,,\n1,2,1,trunk,1,,\n"
        "2,3,1,trunk,,有,\n3,4,1,trunk,無,0,○\n4,5,1,trunk_link,,,\n5,6,1,trunk,なし,,\n",
        "utf-8",
    )
    network = read_link_table(tmp_path / "links.csv", tmp_path / "nodes.csv", EVERYDAY)
    kinds = [Doorless(kind) for kind in network.edges.doorless.tolist()]
    assert kinds == [NO, TUNNEL, BRIDGE, MOTORROAD, RAMP, NO]


def graph(**arc):
    made = nx.MultiDiGraph(crs="EPSG:4326", created_with="OSMnx 2.0")
    for i in range(3):
        made.add_node(i, x=130.5 + i / 100, y=32.5)
    for u, v in ((0, 1), (1, 0)):
        made.add_edge(u, v, **({"highway": "trunk", "length": 940.0, "osmid": 7} | arc))
    return from_graph(made, EVERYDAY)


@pytest.mark.parametrize(
    ("arc", "expected"),
    [
        ({"tunnel": "yes"}, TUNNEL),
        ({"tunnel": "building_passage"}, NO),
        ({"bridge": "yes"}, BRIDGE),
        ({"motorroad": "yes"}, MOTORROAD),
        ({"highway": "primary_link"}, RAMP),
        ({"highway": ["trunk_link", "primary_link"], "osmid": [7, 8]}, RAMP),
        # Of several ways in one arc nobody knows which is the tunnel.
        ({"tunnel": "yes", "osmid": [7, 8]}, PARTLY),
        ({"tunnel": "yes", "osmid": "[7, 8]"}, PARTLY),
        ({"tunnel": ["building_passage", "yes"]}, PARTLY),
        ({"motorroad": "yes", "highway": ["trunk", "primary"]}, PARTLY),
        ({"highway": ["trunk", "trunk_link"], "osmid": [7, 8]}, NO),
        ({"bridge": "yes", "osmid": [7, 8]}, NO),
    ],
)
def test_graphs_tell_as_far_as_they_know(arc, expected):
    network = graph(**arc)
    assert network.edges.doorless.tolist() == [expected]
    assert with_doors(network) == [expected in {NO, PARTLY}]
    assert dict(network.origin.dropped).get("tunnel-somewhere", 0) == 2 * (expected is PARTLY)


@pytest.mark.parametrize("kind", [NO, TUNNEL, BRIDGE, MOTORROAD, PARTLY])
def test_a_graph_that_we_wrote_is_read_alike(kind):
    network = roads([replace(link(0, 1), doorless=kind)])
    again = from_graph(to_networkx(network), flat_profile())
    assert again.edges.doorless.tolist() == [kind]


def test_a_profile_still_rules_whole_classes():
    network = roads([link(0, 1, road_class="motorway"), link(1, 2)])
    assert network.doorless().tolist() == [Doorless.MOTORWAY, NO]
    assert network.edges.doorless.tolist() == [NO, NO]
    assert flat_profile().lookup()["motorway"].doors is False
