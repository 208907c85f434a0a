"""OSM files: XML by hand, the real extracts, damaged ones."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import fields, replace

import networkx as nx
import numpy as np
import osmium
import pytest

from groundfloor.problems import MissingFileError
from networks.errors import NetworkDataError
from networks.graphs.graphs_out import to_networkx
from networks.network import CLOSED
from networks.osm.osm_files import read_osm
from networks.search.nearest import nearest_other
from networks.speeds.profile import Delay, DelayKind
from networks.speeds.profile_files import load_profile
from tests.helpers import pbf_files as make
from tests.helpers.folders import ROOT
from tests.helpers.road_cases import ROADS, at, flat_profile

KUMAMOTO = ROADS / "kumamoto_chuo_drive_20230105.osm.pbf"
LIECHTENSTEIN = ROADS / "liechtenstein_2022.osm.pbf"
needs_data = pytest.mark.skipif(not ROADS.is_dir(), reason="shared road data is not here")


def osm_file(tmp_path, ways, *, nodes=6, name="x.osm"):
    lines = ['<osm version="0.6" generator="test">']
    lines += [f'<node id="{i}" lon="{130.5 + i / 100}" lat="32.5"/>' for i in range(1, nodes + 1)]
    for number, (refs, tags) in enumerate(ways, 100):
        body = "".join(f'<nd ref="{r}"/>' for r in refs)
        body += "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        lines.append(f'<way id="{number}">{body}</way>')
    path = tmp_path / name
    path.write_text("\n".join([*lines, "</osm>"]), "utf-8")
    return path


def waiting_profile():
    """Everyday driving that also waits at signals and the like."""
    kinds = {"traffic_signals": 20, "stop": 5, "give_way": 3}
    rows = tuple(Delay(DelayKind(kind), seconds, "test") for kind, seconds in kinds.items())
    return replace(load_profile("everyday"), delays=rows)


def as_xml(source, path):
    """Write the same data as XML."""
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return path


def same(one, other):
    """Check that two networks say the same, whatever file they come from."""
    assert one.sha256 == other.sha256
    assert replace(one.info(), source="") == replace(other.info(), source="")
    assert [p.code for p in one.problems] == [p.code for p in other.problems]
    for rows in ("nodes", "edges", "shapes", "turns"):
        mine, theirs = getattr(one, rows), getattr(other, rows)
        for column in fields(mine):
            a, b = getattr(mine, column.name), getattr(theirs, column.name)
            np.testing.assert_array_equal(a, b, f"{rows}.{column.name}")


def edges(network):
    """(tail id, head id, forward open, backward open) of every edge."""
    e, ids = network.edges, network.nodes.id
    return [
        (int(ids[t]), int(ids[h]), f != CLOSED, b != CLOSED)
        for t, h, f, b in zip(e.tail, e.head, e.forward_ms, e.backward_ms, strict=True)
    ]


TRUNK = {"highway": "trunk"}


@pytest.mark.parametrize("name", ["x.osm", "x.xml"])
def test_ways_are_cut_at_junctions_only(tmp_path, name):
    path = osm_file(tmp_path, [([1, 2, 3, 4], TRUNK), ([3, 5], TRUNK)], name=name)
    network = read_osm(path, flat_profile())
    assert edges(network) == [(1, 3, True, True), (3, 4, True, True), (3, 5, True, True)]
    assert network.shapes.offset.tolist() == [0, 3, 5, 7]


def test_length_is_geodesic_and_time_follows(tmp_path):
    network = read_osm(osm_file(tmp_path, [([1, 2], TRUNK)]), flat_profile())
    assert network.edges.length_m[0] == pytest.approx(939.77, abs=0.01)  # 0.01 degrees at 32.5 N
    assert network.edges.forward_ms[0] == round(network.edges.length_m[0] * 60)


def test_reversed_oneway_and_ring(tmp_path):
    ways = [([1, 2], TRUNK | {"oneway": "-1"}), ([3, 4, 5, 3], TRUNK | {"junction": "roundabout"})]
    network = read_osm(osm_file(tmp_path, ways), flat_profile())
    assert edges(network) == [(1, 2, False, True), (3, 3, True, False)]
    assert network.info().components == 2


def test_missing_nodes_cut_the_way_and_are_counted(tmp_path):
    ways = [([1, 2, 99, 3, 4], TRUNK), ([98, 5], TRUNK), ([2, 2, 6], TRUNK)]
    network = read_osm(osm_file(tmp_path, ways), flat_profile())
    assert edges(network) == [(1, 2, True, True), (3, 4, True, True), (2, 6, True, True)]
    assert dict(network.info().dropped) == {
        "missing-nodes": 2,
        "ways-cut-at-missing-nodes": 2,
        "dead-ends-beside-road": 2,  # all nodes lie in a row here, and roads over one another
    }
    assert [p.code for p in network.problems] == ["osm-missing-nodes", "dead-ends-beside-road"]


def test_what_an_editor_drew_anew_has_negative_ids(tmp_path):
    path = tmp_path / "drawn.osm"
    path.write_text(
        "<osm version='0.6'>"
        "<node id='1' lat='32.5' lon='130.70'/><node id='-2' lat='32.5' lon='130.71'/>"
        "<node id='3' lat='32.5' lon='130.72'/><node id='-4' lat='32.5' lon='130.73'/>"
        "<way id='-10'><nd ref='1'/><nd ref='-2'/><nd ref='3'/><tag k='highway' v='trunk'/></way>"
        "<way id='11'><nd ref='3'/><nd ref='-4'/><nd ref='-99'/><tag k='highway' v='trunk'/></way>"
        "</osm>",
        "utf-8",
    )
    network = read_osm(path, flat_profile())
    assert edges(network) == [(1, 3, True, True), (3, -4, True, True)]
    assert network.edges.length_m.tolist() == pytest.approx([2 * 939.77, 939.77], abs=0.02)
    assert dict(network.info().dropped)["missing-nodes"] == 1


def test_what_is_left_out_is_counted(tmp_path):
    ways = [
        ([1, 2], TRUNK),
        ([1, 3], {"highway": "footway"}),
        ([1, 4], {"highway": "steps"}),
        ([1, 5], TRUNK | {"access": "private"}),
        ([1, 6], {"building": "yes"}),
    ]
    network = read_osm(osm_file(tmp_path, ways), flat_profile())
    assert dict(network.info().dropped) == {"no-access": 1, "not-for-cars": 2}
    assert network.info().nodes == 2


def test_ferry_duration_is_shared_among_its_edges_and_sums(tmp_path):
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:50"}
    ways = [([1, 2, 3, 5], ferry), ([2, 6], TRUNK), ([3, 4], TRUNK)]
    network = read_osm(osm_file(tmp_path, ways), flat_profile())
    is_ferry = network.edges.ferry
    assert network.edges.forward_ms[is_ferry].sum() == 3_000_000
    assert network.edges.forward_ms[is_ferry].tolist() == pytest.approx(
        [750e3, 750e3, 1500e3], 1e-4
    )
    assert {network.names[i] for i in network.edges.name[is_ferry]} == {"way/100"}
    assert network.info().components == 2  # a ferry does not join the two roads


def test_class_without_a_row_stops_the_build(tmp_path):
    path = osm_file(tmp_path, [([1, 2], TRUNK), ([2, 3], {"highway": "tertiary"})])
    with pytest.raises(NetworkDataError) as caught:
        read_osm(path, flat_profile())
    assert [(p.code, p.value) for p in caught.value.problems] == [
        ("road-class-unknown", "tertiary")
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.osm", b'<osm version="0.6"><node id="1" lon='),
        ("letters.osm", b'<osm version="0.6"><way id="1x"/></osm>'),
        ("far.osm", b'<osm version="0.6"><way id="1"><nd ref="99999999999999999999"/></way></osm>'),
        ("empty.osm.pbf", b""),
        ("text.osm.pbf", b"this is no protocol buffer at all"),
        ("strange.dat", b"\0\1\2"),
    ],
)
def test_damaged_files_are_said_to_be(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NetworkDataError) as caught:
        read_osm(tmp_path / name, flat_profile())
    assert [(p.code, p.file) for p in caught.value.problems] == [("osm-unreadable", name)]


def test_no_roads_and_no_file(tmp_path):
    with pytest.raises(NetworkDataError, match="network-empty"):
        read_osm(osm_file(tmp_path, []), flat_profile())
    with pytest.raises(MissingFileError):
        read_osm(tmp_path / "none.osm", flat_profile())


@needs_data
@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_truncated_pbf(tmp_path, keep):
    whole = KUMAMOTO.read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(NetworkDataError, match="osm-unreadable"):
        read_osm(tmp_path / "cut.osm.pbf", load_profile("everyday"))


def test_pbf_and_xml_of_a_file_with_everything_are_one_network(tmp_path):
    nodes = [(i, 1_305_000_000 + i * 50_000, 325_000_000 + i % 3 * 9_000, {}) for i in range(1, 15)]
    marked = {3: {"highway": "traffic_signals"}, 5: {"barrier": "bollard"}, 8: {"highway": "stop"}}
    nodes = [(n[0], n[1], n[2], marked.get(n[0], {})) for n in nodes if n[0] != 11]
    ways = [
        (1, [1, 2, 3], TRUNK | {"name": "東通り", "maxspeed": "40"}),
        (2, [3, 4, 5, 6], TRUNK | {"width": "4"}),
        (3, [3, 7, 8, 9], {"highway": "residential", "oneway": "yes", "access": "destination"}),
        (4, [9, 10, 11, 12], TRUNK | {"toll": "yes"}),
        (5, [6, 13, 14], {"route": "ferry", "motor_vehicle": "yes", "duration": "00:20"}),
        (6, [9, 6], {"highway": "footway"}),
    ]
    turn = [("w", 1, "from"), ("n", 3, "via"), ("w", 2, "to")]
    lost = [("w", 1, "from"), ("n", 3, "via"), ("w", 77, "to")]
    tags = {"type": "restriction", "restriction": "no_left_turn"}
    relations = [(1, turn, tags), (2, lost, tags)]
    blocks = [make.dense_block(nodes), make.way_block(ways), make.relation_block(relations)]
    source = tmp_path / "x.osm.pbf"
    source.write_bytes(make.pbf(blocks))
    network = read_osm(source, waiting_profile())
    for name in ("x.osm", "x.osm.gz", "x.osm.bz2"):
        same(network, read_osm(as_xml(source, tmp_path / name), waiting_profile()))
    assert dict(network.info().dropped) == {
        "closed-barriers": 1,
        "missing-nodes": 1,
        "not-for-cars": 1,
        "restriction-to-missing": 1,
        "restrictions-applied": 1,
        "ways-cut-at-missing-nodes": 1,
    }
    assert len(network.turns.offset) == 2
    assert sorted(network.nodes.id[network.nodes.border].tolist()) == [10]
    assert network.edges.forward_delay_ms.sum() > 0


@needs_data
def test_pbf_and_xml_of_the_city_are_one_network(tmp_path):
    profile = load_profile("everyday")
    network = read_osm(KUMAMOTO, profile)
    same(network, read_osm(as_xml(KUMAMOTO, tmp_path / "city.osm"), profile))
    assert len(network.edges) > 8000


def test_pbf_is_known_by_its_content(tmp_path):
    nodes = [(i, 1_305_000_000 + i * 50_000, 325_000_000, {}) for i in (1, 2)]
    content = make.pbf([make.dense_block(nodes), make.way_block([(1, [1, 2], TRUNK)])])
    (tmp_path / "download").write_bytes(content)
    assert edges(read_osm(tmp_path / "download", flat_profile())) == [(1, 2, True, True)]


@pytest.mark.slow
def test_building_from_pbf_needs_no_heavy_library(tmp_path):
    nodes = [(i, 1_305_000_000 + i * 50_000, 325_000_000, {}) for i in (1, 2)]
    content = make.pbf([make.dense_block(nodes), make.way_block([(1, [1, 2], TRUNK)])])
    (tmp_path / "x.osm.pbf").write_bytes(content)
    heavy = (
        "geopandas",
        "networkx",
        "osmium",
        "osmnx",
        "pandas",
        "pyproj",
        "scipy.linalg",
        "shapely",
    )
    code = (
        "import sys\n"
        "from networks.kernel import start_without_scipy\n"
        "start_without_scipy()\n"
        "from networks.osm.osm_files import read_osm\n"
        "from networks.speeds.profile_files import load_profile\n"
        "read_osm(sys.argv[1], load_profile('everyday'))\n"
        f"print(*sorted(set(sys.modules) & set({heavy!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "x.osm.pbf")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []


@needs_data
def test_liechtenstein():
    network = read_osm(LIECHTENSTEIN, load_profile("everyday"))
    info = network.info()
    assert [p.code for p in network.problems] == ["osm-border"]
    assert network.nodes.border.sum() == dict(info.dropped)["nodes-outside-bounds"] == 4
    assert dict(info.dropped)["restrictions-applied"] > 70
    assert info.as_of == "2022-07-24"
    assert dict(info.km_by_class)["primary"] == pytest.approx(29.0, abs=0.1)
    assert dict(info.dropped)["not-for-cars"] > 2000
    assert read_osm(LIECHTENSTEIN, load_profile("everyday")).info() == info


@pytest.mark.slow
@needs_data
def test_kumamoto_equals_networkx_on_the_same_milliseconds():
    network = read_osm(KUMAMOTO, load_profile("everyday"))
    graph = to_networkx(network)
    rng = random.Random(7)  # noqa: S311 (a fixed sample, no secret)
    solid = np.flatnonzero(network.door_edges()).tolist()
    origins = [at(f"o{e}", e, 0.0) for e in rng.sample(solid, 150)]
    destinations = [at(f"d{e}", e, 1.0) for e in rng.sample(solid, 12)]
    ids = network.nodes.id
    heads = [int(ids[network.edges.head[d.snap.edge]]) for d in destinations]
    times = nx.multi_source_dijkstra_path_length(graph.reverse(), set(heads), weight="travel_ms")
    found = nearest_other(network, origins, destinations)
    expected = [times.get(int(ids[network.edges.tail[o.snap.edge]])) for o in origins]
    assert [f.travel_ms for f in found] == expected
    assert sum(ms is not None for ms in expected) > 100
