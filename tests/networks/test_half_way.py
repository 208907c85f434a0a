"""Doors and one-way roads: a place is tied to road that drives can both leave and reach."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.closures.closing import close_edges
from networks.network import RoadNetwork
from networks.parts import parts_of
from networks.snapping.points import snap_points
from networks.storage.network_files import open_network, save_network
from networks.types import Snap
from tests.helpers.road_cases import link, roads
from tests.helpers.town_maps import Town, network_of

METRE = 1 / 110_895  # degree of latitude at 32.5
LON, LAT = 130.5, 32.5

# The main road runs along 32.5 for five kilometres (nodes 0 to 5); a lane leads north from node 2.
MAIN = [link(i, i + 1) for i in range(5)]
ROW = [(LON + 0.01 * i, LAT) for i in range(6)]
LANE_TOP = (LON + 0.02, LAT + 200 * METRE)


def one_way(tail: int, head: int, *, toll: bool = False):
    return link(tail, head, both=False, toll=toll)


def with_lane(*lanes, places=(LANE_TOP,)) -> RoadNetwork:
    return roads([*MAIN, *lanes], [*ROW, *places])


def tied(network: RoadNetwork, metres_north: float = 210.0, **options: object):
    """Return (edge, edge of the alternative, half-way) of a door north of node 2."""
    lat = LAT + metres_north * METRE
    limit_m = options.pop("limit_m", 1000.0)
    result = snap_points(network, [LON + 0.02], [lat], limit_m, **options)[0]
    edges = [s.edge if s else None for s in (result.snap, result.alternative)]
    return (*edges, result.half_way)


ENTRANCE, EXIT = one_way(2, 6), one_way(6, 2)


@pytest.mark.parametrize("lane", [ENTRANCE, EXIT], ids=["entrance", "exit"])
def test_a_lane_that_leads_one_way_gives_way_to_the_road_it_hangs_on(lane):
    edge, other, half_way = tied(with_lane(lane))
    assert (edge in {1, 2}, other, half_way) == (True, 5, False)


@pytest.mark.parametrize("lane", [ENTRANCE, EXIT], ids=["entrance", "exit"])
def test_where_no_other_road_is_near_enough_the_place_says_that_it_is_half_way(lane):
    assert tied(with_lane(lane), limit_m=100.0) == (5, None, True)


def test_a_lane_driven_both_ways_or_round_keeps_its_doors():
    assert tied(with_lane(link(2, 6))) == (5, None, False)
    aside = (LON + 0.021, LAT + 200 * METRE)
    loop = with_lane(ENTRANCE, one_way(6, 7), one_way(7, 3), places=(LANE_TOP, aside))
    assert tied(loop) == (5, None, False)


def test_a_cut_off_carriageway_gives_way_piece_by_piece():
    """Two kilometres of one-way road in three edges, whose far end the data do not hold."""
    tops = [(LON + 0.02, LAT + 100 * i * METRE) for i in (2, 8, 14)]
    cut = with_lane(ENTRANCE, one_way(6, 7), one_way(7, 8), places=tops)
    edge, other, half_way = tied(cut, 700.0)
    assert (edge in {1, 2}, other, half_way) == (True, 6, False)


def test_a_street_that_can_only_be_entered_gives_way_though_it_is_driven_both_ways():
    top = (LON + 0.022, LAT + 200 * METRE)
    street = with_lane(ENTRANCE, link(6, 7), places=(LANE_TOP, top))
    assert tied(street)[2] is False
    assert tied(street)[0] in {1, 2}


def test_of_two_parts_alike_neither_is_half_way():
    far = [(LON + 0.02 + 0.01 * i, LAT + 200 * METRE) for i in range(4)]
    town = with_lane(one_way(2, 6), link(6, 7), link(7, 8), link(8, 9), places=far)
    # five kilometres here, three there; the lane itself leads one way and gives way to the core
    assert not town.half_way[[6, 7, 8]].any()
    assert town.half_way[5]


def test_a_door_at_the_junction_is_at_the_junction():
    """The lane comes first among equals, and its end is the main road: nothing to choose."""
    network = roads([one_way(2, 6), *MAIN], [*ROW, LANE_TOP])
    result = snap_points(network, [LON + 0.02], [LAT - 10 * METRE], 1000.0)[0]
    assert (result.snap.fraction in {0.0, 1.0}, result.alternative, result.half_way) == (
        True,
        None,
        False,
    )


def test_an_island_of_one_way_road_keeps_its_points():
    """No part of it can be left and reached, so nothing on it is better than the rest."""
    coast = [(LON + 0.02 + 0.005 * i, LAT + 300 * METRE) for i in range(3)]
    island = with_lane(one_way(6, 7), one_way(7, 8), places=coast)
    assert tied(island, 305.0) == (5, None, False)


def test_an_island_is_not_left_for_the_other_shore_because_of_a_lane():
    """The island's own road lies farther from the door than the main road over the water."""
    ring = [
        (LON + 0.02, LAT + 300 * METRE),
        (LON + 0.02, LAT + 700 * METRE),
        (LON + 0.03, LAT + 700 * METRE),
    ]
    island = with_lane(one_way(7, 6), link(7, 8), places=ring)
    assert tied(island, 310.0, main_within_m=0.0) == (6, 5, False)


def test_forbidden_turns_shut_a_street_in(tmp_path):
    """At the end of Q's street neither left nor right is allowed: a U-turn only leads back."""
    town = (
        Town(
            """
            A B C D E F G H
              Q
            """
        )
        .way("AB")
        .way("BC")
        .way("BQ")
        .way("CDEFGH")
        .rule("no_right_turn", 12, "B", 11)
        .rule("no_left_turn", 12, "B", 10)
    )
    network = network_of(town, tmp_path)
    lon, lat = town.at["Q"]
    result = snap_points(network, [lon], [lat], 2000.0)[0]
    assert (result.half_way, round(result.distance_m, -2)) == (False, 1000.0)
    assert result.alternative is not None
    assert snap_points(network, [lon], [lat], 500.0)[0].half_way


def test_closures_make_a_street_half_way_and_an_island_keeps_its_points():
    """A loop of one-way street: closing its exit leaves an entrance; closing both, an island."""
    aside = (LON + 0.021, LAT + 200 * METRE)
    loop = with_lane(ENTRANCE, one_way(6, 7), one_way(7, 3), places=(LANE_TOP, aside))
    shut = np.zeros(len(loop.edges), bool)
    shut[7] = True
    closed = close_edges(loop, shut)
    assert tied(closed)[0] in {1, 2}
    assert tied(closed)[1:] == (5, False)
    shut[5] = True
    apart = close_edges(loop, shut)
    assert tied(apart)[0] == 6
    assert tied(apart)[2] is False


def test_toll_roads_that_drives_may_not_use_make_a_street_half_way():
    aside = (LON + 0.021, LAT + 200 * METRE)
    exit_by_toll = one_way(7, 3, toll=True)
    loop = with_lane(ENTRANCE, one_way(6, 7), exit_by_toll, places=(LANE_TOP, aside))
    assert tied(loop) == (5, None, False)
    assert tied(loop, tolls=False)[0] in {1, 2}
    assert tied(loop, tolls=False)[1] == 5


def test_half_way_roads_are_kept_in_the_file_and_by_closures(tmp_path):
    network = with_lane(ENTRANCE)
    save_network(network, tmp_path / "a.spotsnet")
    again = open_network(tmp_path / "a.spotsnet")
    assert again.half_way.tolist() == network.half_way.tolist() == [False] * 5 + [True]
    none = close_edges(network, np.zeros(len(network.edges), bool))
    assert none.half_way.tolist() == network.half_way.tolist()


# --- random worlds: networkx says what can be left and reached, shapely which road is nearest

CELLS = st.tuples(st.integers(0, 5), st.integers(0, 5))
WAYS = st.lists(st.tuples(CELLS, CELLS, st.booleans()), min_size=2, max_size=24)
SPOTS = st.lists(st.tuples(st.floats(-0.5, 5.5), st.floats(-0.5, 5.5)), min_size=1, max_size=6)
CELL_M = 400.0
LIMIT_M = 900.0


def _world(ways):
    """Return a network of straight roads between points of a grid, and its roads."""
    kept = [(a, b, both) for a, b, both in ways if a != b]
    if not kept:
        kept = [((0, 0), (1, 0), True)]
    cells = sorted({cell for a, b, _ in kept for cell in (a, b)})
    number = {cell: i for i, cell in enumerate(cells)}
    east, north = CELL_M * METRE / np.cos(np.radians(LAT)), CELL_M * METRE
    places = [(LON + x * east, LAT + y * north) for x, y in cells]
    links = [link(number[a], number[b], CELL_M, both=both) for a, b, both in kept]
    return roads(links, places), links, places, (east, north)


def _half_way_by_hand(links):
    """Return the roads that cannot be both left for the core of their piece and reached from it."""
    graph = nx.DiGraph()
    for row in links:
        graph.add_edge(row.tail, row.head)
        if row.backward:
            graph.add_edge(row.head, row.tail)
    found = np.zeros(len(links), bool)

    def metres(part):
        inside = [r for r in links if r.tail in part and r.head in part]
        return sum(r.length_m * (1 + r.backward) for r in inside)

    for piece in nx.weakly_connected_components(graph):
        parts = [p for p in nx.strongly_connected_components(graph) if p <= piece]
        core = max(parts, key=lambda part: (metres(part), -min(part)))
        if metres(core) == 0 or metres(core) < 0.25 * metres(piece):
            continue
        for i, row in enumerate(links):
            if row.tail in piece:
                own = next((p for p in parts if {row.tail, row.head} <= p), None)
                small = own is None or 3 * metres(own) <= metres(core)
                found[i] = small and own is not core
    return found


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(WAYS, SPOTS)
def test_random_worlds_are_tied_to_what_can_be_left_and_reached(ways, spots):
    network, links, places, (east, north) = _world(ways)
    half_way = _half_way_by_hand(links)
    assert _ambiguous(links) or network.half_way.tolist() == half_way.tolist()
    lon, lat = ([LON + x * east for x, _ in spots], [LAT + y * north for _, y in spots])
    results = snap_points(network, lon, lat, LIMIT_M, main_within_m=0.0)
    scaled = [
        shapely.LineString([(places[n][0] / east, places[n][1] / north) for n in (r.tail, r.head)])
        for r in links
    ]
    piece = parts_of(network).piece
    for result, x, y in zip(results, lon, lat, strict=True):
        metres = CELL_M * shapely.distance(np.array(scaled), shapely.Point(x / east, y / north))
        if result.snap is None:
            assert metres.min() > LIMIT_M * 0.99
            continue
        assert result.half_way == (
            bool(network.half_way[result.snap.edge]) and not _at_whole_end(network, result.snap)
        )
        home = piece[network.edges.tail] == piece[network.edges.tail[result.snap.edge]]
        whole = metres[home & ~network.half_way]
        if result.half_way:
            assert not len(whole) or whole.min() > LIMIT_M * 0.99
        elif network.half_way[home].any():
            assert result.distance_m == pytest.approx(whole.min(), rel=0.01, abs=0.01)


def _ambiguous(links) -> bool:
    """Whether two parts of a piece are equally long: which is the core is then a matter of order."""
    graph = nx.DiGraph()
    for row in links:
        graph.add_edge(row.tail, row.head)
        if row.backward:
            graph.add_edge(row.head, row.tail)
    sizes = []
    for part in nx.strongly_connected_components(graph):
        inside = [r for r in links if r.tail in part and r.head in part]
        if inside:
            sizes.append(sum(1 + r.backward for r in inside))
    return len(set(sizes)) < len(sizes)


def _at_whole_end(network: RoadNetwork, snap: Snap) -> bool:
    ends = {0.0: network.edges.tail, 1.0: network.edges.head}
    if snap.fraction not in ends:
        return False
    node = ends[snap.fraction][snap.edge]
    touching = (network.edges.tail == node) | (network.edges.head == node)
    return bool((touching & ~network.half_way).any())
