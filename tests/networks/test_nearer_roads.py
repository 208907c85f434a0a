"""Roads at a door that nothing is tied to: private, behind a barrier, without doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from networks.doorless import Doorless
from networks.geo import geodesic_m
from networks.graphs.graphs_in import from_graph
from networks.network import RoadNetwork
from networks.osm.osm_files import read_osm
from networks.snapping.nearer_roads import CLEARLY_FARTHER_M, nearer_roads
from networks.snapping.points import snap_points
from networks.speeds.profile_files import load_profile
from networks.storage.network_files import open_network, save_network
from networks.types import NearerKind, NearerRoad
from tests.helpers.road_cases import link, roads

EVERYDAY = load_profile("everyday")
PRIVATE = {"highway": "service", "access": "private"}
STREET = {"highway": "unclassified"}
#: A main road along the south; a back road 600 m north of it, joined to it far in the east.
NODES = {
    1: (131.10, 32.950),
    2: (131.11, 32.950),
    3: (131.12, 32.950),
    4: (131.20, 32.950),
    5: (131.11, 32.953),
    6: (131.10, 32.9555),
    7: (131.12, 32.9555),
    8: (131.20, 32.9555),
    9: (131.115, 32.953),
    10: (131.115, 32.950),
}
MAIN = ((1, 2, 10, 3, 4), {"highway": "trunk"})
BACK = ((6, 7, 8, 4), STREET)
DOOR = (131.11, 32.953)  # beside 5; 333 m from the main road, 277 m from the back road


def network(
    tmp_path,
    *ways,
    nodes: Mapping[int, Mapping[str, str]] | None = None,
    at: Mapping[int, tuple[float, float]] = NODES,
) -> RoadNetwork:
    lines = ['<osm version="0.6"><bounds minlat="30" minlon="128" maxlat="35" maxlon="134"/>']
    for i, (lon, lat) in at.items():
        tags = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in (nodes or {}).get(i, {}).items())
        lines.append(f'<node id="{i}" lon="{lon}" lat="{lat}">{tags}</node>')
    for number, (refs, tags) in enumerate(ways, 100):
        body = "".join(f'<nd ref="{r}"/>' for r in refs)
        body += "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        lines.append(f'<way id="{number}">{body}</way>')
    path = tmp_path / "in.osm"
    path.write_text("\n".join([*lines, "</osm>"]), "utf-8")
    return read_osm(path, EVERYDAY)


def at_door(made: RoadNetwork, door=DOOR, limit_m=1000.0, **options) -> NearerRoad | None:
    lon, lat = [door[0]], [door[1]]
    results = snap_points(made, lon, lat, limit_m, **options)
    (found,) = nearer_roads(made, lon, lat, results, limit_m, **options)
    return found


def apart(a: int, b: int) -> float:
    return float(geodesic_m(*([v] for v in (*NODES[a], *NODES[b])))[0])


@pytest.mark.parametrize(
    "tags",
    [
        PRIVATE,
        {"highway": "service", "motor_vehicle": "private"},
        {"highway": "residential", "access": "no"},
        {"highway": "service", "vehicle": "staff"},
        {"highway": "service", "service": "emergency_access"},
        {"highway": "track", "motorcar": "no"},
        {"highway": "service", "access": "no", "access:conditional": "yes @ (Mo-Fr)"},
    ],
)
def test_the_drive_at_a_door_leads_to_the_road_that_it_joins(tmp_path, tags):
    made = network(tmp_path, MAIN, BACK, ((5, 2), tags))
    found = at_door(made)
    drive_m = apart(5, 2)
    assert (found.kind, found.clear, found.distance_m) == (NearerKind.CLOSED_WAY, True, 0.0)
    assert found.way_m == pytest.approx(drive_m, abs=0.01)
    assert made.edges.source_id[found.snap.edge] == 100
    assert (found.snap.lon, found.snap.lat) == NODES[2]
    assert found.snap.access_ms == pytest.approx(EVERYDAY.access_ms(drive_m), abs=1)
    # The main road runs over the joint without a node of the network.
    assert found.snap.fraction == pytest.approx(apart(1, 2) / made.edges.length_m[0], abs=1e-6)
    assert (found.snap.door_lon, found.snap.door_lat) == DOOR


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway", "access": "private"},
        {"highway": "motorway", "access": "no"},
        {"highway": "construction", "access": "private"},
        {"highway": "service", "access": "private", "tunnel": "yes"},
        {"highway": "service", "access": "private", "area": "yes"},
    ],
)
def test_what_no_car_drives_is_no_drive(tmp_path, tags):
    assert at_door(network(tmp_path, MAIN, BACK, ((5, 2), tags))) is None


def test_public_roads_are_what_they_are_without_the_private_ones(tmp_path):
    plain = network(tmp_path, MAIN, BACK)
    made = network(tmp_path, MAIN, BACK, ((5, 2, 9, 10), PRIVATE))
    for group in ("nodes", "edges", "shapes", "turns"):
        one, other = getattr(plain, group), getattr(made, group)
        for name in one.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert made.sha256 != plain.sha256
    assert dict(made.origin.dropped) == {"no-access": 1}


def test_of_two_ways_out_the_shorter_is_taken(tmp_path):
    made = network(tmp_path, MAIN, BACK, ((5, 9), PRIVATE), ((5, 2), PRIVATE), ((9, 10), PRIVATE))
    near_9 = (131.1149, 32.953)
    assert at_door(made, near_9).snap.lon == pytest.approx(NODES[10][0], abs=1e-9)
    assert at_door(made).snap.lon == pytest.approx(NODES[2][0], abs=1e-9)
    # A gate is the owner's: it does not stop the way out.
    gated = network(
        tmp_path, MAIN, BACK, ((5, 2), PRIVATE), nodes={5: {"barrier": "gate", "locked": "yes"}}
    )
    assert at_door(gated).snap is not None


def test_a_road_within_the_error_of_a_position_is_not_clearly_nearer(tmp_path):
    made = network(tmp_path, MAIN, BACK, ((5, 2), PRIVATE))
    assert CLEARLY_FARTHER_M == 30.0
    metre = 1 / 111_000
    found = at_door(made, (131.11 - 0.0003, 32.950 + 40 * metre))
    assert (found.kind, found.clear) == (NearerKind.CLOSED_WAY, False)
    assert at_door(made, (131.11 - 0.0005, 32.950 + 40 * metre)) is None  # the road is nearer
    assert at_door(made, (131.10, 32.950)) is None


def test_behind_a_private_stretch_lies_a_street_of_the_house(tmp_path):
    """The inner lane has no tags: a fragment, which snapping passes over."""
    made = network(tmp_path, MAIN, BACK, ((9, 5), {"highway": "service"}), ((9, 10), PRIVATE))
    found = at_door(made)
    assert found.kind is NearerKind.CLOSED_WAY
    assert (found.snap.lon, found.snap.lat) == NODES[10]
    assert found.way_m == pytest.approx(apart(5, 9) + apart(9, 10), abs=0.1)


@pytest.mark.parametrize(
    "barrier",
    [{"barrier": "bollard"}, {"barrier": "gate", "access": "private"}, {"barrier": "block"}],
)
def test_a_lane_that_a_barrier_cuts_off(tmp_path, barrier):
    lane = ((5, 9, 10), {"highway": "service"})
    made = network(tmp_path, MAIN, BACK, lane, nodes={9: barrier})
    (taken,) = snap_points(made, [DOOR[0]], [DOOR[1]], 1000.0)
    found = at_door(made)
    assert (taken.distance_m, found.kind, found.clear) == (0.0, NearerKind.BARRIER, True)
    assert found.snap.edge != taken.snap.edge
    assert (found.snap.lon, found.snap.lat) == NODES[9]
    on_junction = network(tmp_path, MAIN, BACK, lane, nodes={10: barrier})
    found = at_door(on_junction)
    assert (found.kind, found.snap.lon) == (NearerKind.BARRIER, NODES[10][0])
    assert found.way_m == pytest.approx(apart(5, 9) + apart(9, 10), abs=0.1)
    assert made.profile.access_ms(found.way_m) >= found.snap.access_ms > 0


def test_a_stub_behind_a_barrier_is_passed_over_and_looked_at(tmp_path):
    at = {**NODES, 11: (131.11, 32.9515), 12: (131.11, 32.9506)}
    made = network(
        tmp_path, MAIN, BACK, ((11, 12, 2), STREET), nodes={12: {"barrier": "block"}}, at=at
    )
    (taken,) = snap_points(made, [131.11], [32.9515], 1000.0)
    found = at_door(made, at[11])
    assert taken.distance_m == pytest.approx(100, abs=1)  # the other piece of the lane
    assert (found.kind, found.distance_m, found.clear) == (NearerKind.BARRIER, 0.0, True)
    assert (found.snap.lon, found.snap.lat) == at[12]


ONE_WAY = {"highway": "service", "oneway": "yes"}


@pytest.mark.parametrize("lane", [(2, 5), (5, 2), (2, 5, 9)], ids=["in", "out", "longer"])
def test_a_lane_that_leads_one_way_is_looked_at_both_ways(tmp_path, lane):
    """Whoever drives in comes out again: where, the data do not hold."""
    made = network(tmp_path, MAIN, BACK, (lane, ONE_WAY))
    (taken,) = snap_points(made, [DOOR[0]], [DOOR[1]], 1000.0)
    found = at_door(made)
    assert taken.distance_m == pytest.approx(277, abs=1)  # the back road
    assert (found.kind, found.distance_m, found.clear) == (NearerKind.HALF_WAY, 0.0, True)
    assert (found.snap.lon, found.snap.lat) == NODES[2]
    assert found.way_m == pytest.approx(apart(5, 2), abs=0.1)


def test_a_private_drive_onto_a_one_way_lane_leads_on_to_the_road(tmp_path):
    made = network(tmp_path, MAIN, BACK, ((10, 9), ONE_WAY), ((9, 5), PRIVATE))
    found = at_door(made)
    assert (found.kind, found.snap.lon) == (NearerKind.CLOSED_WAY, NODES[10][0])
    assert found.way_m == pytest.approx(apart(5, 9) + apart(9, 10), abs=0.1)


def test_a_one_way_loop_keeps_its_doors_and_leaves_no_doubt(tmp_path):
    assert at_door(network(tmp_path, MAIN, BACK, ((2, 5, 9, 10), ONE_WAY))) is None


def test_an_island_has_no_way_out(tmp_path):
    lane = ((5, 9), {"highway": "service"})
    assert at_door(network(tmp_path, MAIN, BACK, lane)) is None


def test_a_drive_that_leads_nowhere_is_named_only_where_nothing_else_is_near(tmp_path):
    made = network(tmp_path, MAIN, BACK, ((5, 9), PRIVATE))
    assert at_door(made) is None
    far = at_door(made, limit_m=200.0)
    assert (far.kind, far.snap, far.clear) == (NearerKind.CLOSED_WAY, None, True)


def test_a_door_far_from_all_roads_may_hang_on_its_drive(tmp_path):
    made = network(tmp_path, MAIN, BACK, ((5, 2), PRIVATE))
    (result,) = snap_points(made, [DOOR[0]], [DOOR[1]], 200.0)
    found = at_door(made, limit_m=200.0)
    assert result.snap is None
    assert found.snap.access_ms > 60_000
    assert found.clear


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Doorless.TUNNEL, "tunnel"),
        (Doorless.BRIDGE, "bridge"),
        (Doorless.RAMP, "ramp"),
        (Doorless.MOTORROAD, "motorroad"),
    ],
)
def test_where_nothing_else_is_near_the_road_without_doors_is_named(kind, name):
    made = roads([replace(link(0, 1), doorless=kind), link(2, 3)])
    found = at_door(made, (130.505, 32.5), 200.0)
    assert (found.kind.value, found.snap, found.distance_m) == (name, None, 0.0)
    assert at_door(made, (130.525, 32.5), 200.0) is None
    motorway = roads([link(0, 1, road_class="motorway"), link(2, 3)])
    assert at_door(motorway, (130.505, 32.5), 200.0).kind is NearerKind.MOTORWAY
    assert at_door(motorway, (130.505, 33.5), 200.0) is None


def test_on_a_road_with_a_tunnel_somewhere_the_next_road_is_the_other_possibility():
    nodes = [(130.50, 32.5), (130.51, 32.5), (130.50, 32.502), (130.51, 32.502)]
    made = roads([replace(link(0, 1), doorless=Doorless.PARTLY), link(2, 3), link(1, 3)], nodes)
    found = at_door(made, (130.505, 32.5))
    assert (found.kind, found.distance_m, found.snap.edge) == (NearerKind.PARTLY, 0.0, 1)
    assert at_door(made, (130.505, 32.502)) is None


def test_nothing_to_look_at():
    made = roads([link(0, 1)])
    assert nearer_roads(made, [], [], (), 100.0) == ()
    assert at_door(made, (130.505, 32.5)) is None


def test_closed_roads_of_the_day_are_no_way_out(tmp_path):
    made = network(tmp_path, MAIN, BACK, ((5, 2), PRIVATE))
    shut = replace(made, closed=made.edges.source_id == 100)
    assert at_door(shut) is None


def test_the_layer_is_kept_in_the_file(tmp_path):
    made = network(tmp_path, MAIN, BACK, ((5, 2), PRIVATE), nodes={7: {"barrier": "bollard"}})
    save_network(made, tmp_path / "a.spotsnet")
    again = open_network(tmp_path / "a.spotsnet")
    for name in again.closed_ways.__dataclass_fields__:
        one, other = getattr(made.closed_ways, name), getattr(again.closed_ways, name)
        np.testing.assert_array_equal(one, other)
    assert len(again.closed_ways) == 1
    assert len(again.closed_ways.barrier_node) == 2
    assert at_door(again) == at_door(made)


def test_private_arcs_of_a_graph_are_a_drive_too():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for i in (1, 2, 3, 5, 6, 7):
        graph.add_node(i, x=NODES[i][0], y=NODES[i][1])
    public = {"highway": "trunk", "length": 1000.0}
    private = {"highway": "service", "length": 400.0, "access": "private"}
    for u, v, data in ((1, 2, public), (2, 3, public), (6, 7, public), (5, 2, private)):
        graph.add_edge(u, v, **data)
        graph.add_edge(v, u, **data)
    made = from_graph(graph, EVERYDAY)
    found = at_door(made)
    assert (len(made.edges), len(made.closed_ways), made.closed_ways.joint_edge.tolist()) == (
        3,
        1,
        [1, 0],
    )
    assert (found.kind, found.snap.lon, found.clear) == (NearerKind.CLOSED_WAY, NODES[2][0], True)
    assert (found.snap.edge, found.snap.fraction) in {(0, 1.0), (1, 0.0)}
    assert found.way_m == pytest.approx(apart(5, 2), abs=0.1)
