"""Nearest other: networks small enough to work out by hand, and brute force on random ones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.errors import SearchError
from networks.network import RoadNetwork
from networks.search.borders import border_times
from networks.search.nearest import nearest_few, nearest_other
from networks.search.times import node_times
from networks.snapping.points import snap_points
from networks.types import Direction, NearestOther, Terminal, TravelOptions
from tests.helpers.road_cases import FRACTIONS, at, brute_force, cases, link, roads

FROM, TO = Direction.FROM_ORIGIN, Direction.TO_ORIGIN


def one(
    network: RoadNetwork,
    origin: Terminal,
    *destinations: Terminal,
    direction: Direction = FROM,
    **options: int,
) -> NearestOther:
    answer = nearest_other(
        network, [origin], destinations, direction=direction, options=TravelOptions(**options)
    )
    return answer[0]


def test_thirty_kilometres_at_sixty_take_exactly_thirty_minutes():
    network = roads([link(0, 1, 30_000.0)])
    found = one(network, at("a", 0, 0.0), at("b", 0, 1.0))
    assert found.travel_ms == 1_800_000
    assert found.route.length_m == 30_000.0


def test_one_millisecond_less_stays_one_millisecond_less():
    network = roads([link(0, 1, ms=1_799_999)])
    assert one(network, at("a", 0, 0.0), at("b", 0, 1.0)).travel_ms == 1_799_999


def test_three_thousand_edges_of_ten_metres_sum_exactly():
    network = roads([link(i, i + 1, 10.0) for i in range(3000)])
    found = one(network, at("a", 0, 0.0), at("b", 2999, 1.0))
    assert found.travel_ms == 1_800_000
    assert found.route.shares[0].travel_ms == 1_800_000


def test_access_and_egress_count_so_the_nearer_by_road_can_lose():
    network = roads([link(0, 1, 1000.0), link(0, 2, 1100.0)])
    near_road = at("x", 0, 1.0, access_ms=60_000)
    far_road = at("y", 1, 1.0, access_ms=1_000)
    found = one(network, at("a", 0, 0.0, access_ms=5_000), near_road, far_road)
    assert (found.destination_id, found.travel_ms) == ("y", 5_000 + 66_000 + 1_000)
    route = found.route
    assert (route.access_ms, route.road_ms, route.egress_ms) == (5_000, 66_000, 1_000)


def test_access_and_egress_change_places_with_the_direction():
    network = roads([link(0, 1)])
    found = one(network, at("a", 0, 0.0, access_ms=7), at("b", 0, 1.0, access_ms=9), direction=TO)
    assert (found.route.from_id, found.route.to_id) == ("b", "a")
    assert (found.route.access_ms, found.route.egress_ms) == (9, 7)


def test_one_way_ring_is_long_one_way_and_short_the_other():
    ring = roads([link(0, 1, both=False), link(1, 2, both=False), link(2, 0, both=False)])
    a, b = at("a", 0, 0.0), at("b", 1, 0.0)
    assert one(ring, a, b).travel_ms == 60_000
    assert one(ring, a, b, direction=TO).travel_ms == 120_000


def test_parallel_edges_use_the_faster_one():
    network = roads([link(0, 1, 3000.0, name="旧道"), link(0, 1, 2000.0, name="バイパス")])
    found = one(network, at("a", 0, 0.0), at("b", 0, 1.0))
    assert found.travel_ms == 120_000
    assert found.route.road_names == ("バイパス",)


@pytest.mark.parametrize(("first", "second"), [(0.25, 0.75), (0.75, 0.25)])
def test_same_edge_is_driven_directly_in_both_orders(first, second):
    network = roads([link(0, 1, 1000.0)])
    assert one(network, at("a", 0, first), at("b", 0, second)).travel_ms == 30_000


def test_same_one_way_edge_against_traffic_goes_all_the_way_round():
    network = roads([link(0, 1, both=False), link(1, 0, 2000.0, both=False)])
    found = one(network, at("a", 0, 0.75), at("b", 0, 0.25))
    assert found.travel_ms == 15_000 + 120_000 + 15_000
    assert one(network, at("a", 0, 0.25), at("b", 0, 0.75)).travel_ms == 30_000


def test_parts_of_an_edge_sum_to_the_edge():
    network = roads([link(0, 1, ms=601)])
    ends = one(network, at("a", 0, 0.0), at("b", 0, 1.0)).travel_ms
    left = one(network, at("a", 0, 0.0), at("b", 0, 0.5)).travel_ms
    right = one(network, at("a", 0, 0.5), at("b", 0, 1.0)).travel_ms
    assert left + right == ends == 601


def test_self_loop_is_driven_the_short_way():
    loop = [(130.5, 32.5), (130.51, 32.5), (130.51, 32.51), (130.5, 32.5)]
    network = roads([link(0, 0, 3000.0, points=loop), link(0, 1)])
    found = one(network, at("a", 0, 0.9), at("b", 1, 1.0))
    assert found.travel_ms == 18_000 + 60_000


def test_end_of_a_one_way_edge_is_the_junction_itself():
    network = roads([link(0, 1, both=False), link(0, 2)])
    # the door is at the junction: the car need not first drive down the one-way street
    assert one(network, at("a", 0, 0.0), at("b", 1, 1.0)).travel_ms == 60_000


def test_two_records_of_one_site_never_serve_each_other():
    network = roads([link(0, 1), link(1, 2)])
    clinic = at("clinic", 0, 0.01, site="hospital")
    found = one(network, at("hospital", 0, 0.0), clinic, at("hospital", 0, 0.0), at("far", 1, 1.0))
    assert (found.destination_id, found.travel_ms) == ("far", 120_000)


def test_three_records_of_one_site_do_not_hide_the_second_site():
    network = roads([link(i, i + 1) for i in range(6)])
    crowd = [at(f"r{i}", i, 0.0, site="s") for i in range(3)]
    found = nearest_other(network, crowd, [*crowd, at("far", 5, 1.0)], direction=FROM)
    assert [f.destination_id for f in found] == ["far"] * 3
    assert [f.travel_ms for f in found] == [360_000, 300_000, 240_000]


def test_island_is_unreachable_and_has_no_number():
    network = roads([link(0, 1), link(2, 3)])
    found = one(network, at("a", 0, 0.0), at("b", 1, 0.0))
    assert found == NearestOther("a", None, None, None)
    assert not found.reachable


def test_ferries_are_off_by_default_and_wait_once_for_each_line_boarded():
    crossing = [
        link(0, 1),
        link(1, 2, ms=600_000, ferry=True, name="湯島丸"),
        link(2, 3, ms=600_000, ferry=True, name="湯島丸"),
        link(3, 4, ms=300_000, ferry=True, name="別の船"),
        link(4, 5),
    ]
    network = roads(crossing)
    a, b = at("a", 0, 0.0), at("b", 4, 1.0)
    assert one(network, a, b).destination_id is None
    found = one(network, a, b, ferries=True, ferry_wait_ms=900_000)
    assert found.route.wait_ms == 2 * 900_000
    assert found.travel_ms == 60_000 + 1_200_000 + 300_000 + 60_000 + 2 * 900_000
    assert found.route.ferries == ("湯島丸", "別の船")
    assert one(network, a, b, direction=TO, ferries=True, ferry_wait_ms=7).route.wait_ms == 14


def test_waiting_can_make_the_road_round_the_bay_faster():
    network = roads([link(0, 1, 20_000.0), link(0, 1, ms=300_000, ferry=True, name="船")])
    a, b = at("a", 0, 0.0), at("b", 0, 1.0)
    assert one(network, a, b, ferries=True).travel_ms == 300_000
    assert one(network, a, b, ferries=True, ferry_wait_ms=900_000).travel_ms == 1_200_000


def test_tolls_off_takes_the_long_way_and_tolls_on_reports_toll_metres():
    network = roads([link(0, 1, 5000.0), link(0, 1, 3000.0, toll=True)])
    a, b = at("a", 0, 0.0), at("b", 0, 1.0)
    with_toll, without = one(network, a, b), one(network, a, b, tolls=False)
    assert (with_toll.travel_ms, with_toll.route.toll_m) == (180_000, 3000.0)
    assert (without.travel_ms, without.route.toll_m) == (300_000, 0.0)


def test_ties_are_all_listed_and_the_lowest_id_wins():
    star = roads([link(0, i) for i in range(1, 6)])
    others = [at(name, i, 1.0) for i, name in enumerate("edcba")]
    found = one(star, at("o", 0, 0.0), *others)
    assert (found.destination_id, found.ties) == ("a", ("b", "c", "d", "e"))


def test_tie_of_a_pair_at_one_door_is_listed_once_each():
    network = roads([link(0, 1)])
    found = one(network, at("o", 0, 0.0), at("y", 0, 1.0), at("x", 0, 1.0), at("z", 0, 0.5))
    assert (found.destination_id, found.ties) == ("z", ())
    found = one(network, at("o", 0, 0.0), at("y", 0, 1.0), at("x", 0, 1.0))
    assert (found.destination_id, found.ties) == ("x", ("y",))


def test_two_thousand_hospitals_at_one_door_are_no_trouble():
    network = roads([link(i, i + 1) for i in range(300)])
    crowd = [at(f"h{i:04}", 200, 0.5) for i in range(2000)]
    found = nearest_other(network, [at("o", 0, 0.0), crowd[7]], crowd)
    assert found[0].destination_id == "h0000"
    assert (found[1].travel_ms, found[1].destination_id) == (0, "h0000")


def test_route_line_runs_from_door_to_door_along_the_bends():
    bent = [(130.50, 32.50), (130.51, 32.50), (130.51, 32.51)]
    network = roads([link(0, 1, 2000.0, points=bent)], [bent[0], bent[-1]])
    doors = [(130.505, 32.501), (130.511, 32.505)]
    snaps = snap_points(network, [p[0] for p in doors], [p[1] for p in doors], 1000.0)
    a, b = (Terminal(n, n, s.snap) for n, s in zip("ab", snaps, strict=True))
    there, back = one(network, a, b), one(network, a, b, direction=TO)
    line = [*there.route.geometry.coords]
    assert (line[0], line[-1], len(line)) == (doors[0], doors[1], 5)
    assert bent[1] in line
    assert back.route.geometry.reverse().equals_exact(there.route.geometry, 1e-9)


def test_who_crosses_the_sea_is_waited_for_when_all_others_have_their_answer():
    ferry = link(1, 2, ms=3_600_000, ferry=True)
    network = roads([link(0, 1, ms=1000), ferry, link(2, 3, ms=1000)])
    places = [at("a", 0, 0.0), at("b", 0, 1.0), at("isle", 2, 1.0)]
    options = TravelOptions(ferries=True)
    found = nearest_other(network, places, places, options=options)
    assert [f.travel_ms for f in found[:2]] == [1000, 1000]
    assert found[2].destination_id == "b"
    assert found[2].travel_ms == 3_601_000 + options.ferry_wait_ms


@pytest.mark.parametrize("direction", Direction)
def test_the_bends_of_one_street_come_in_the_order_of_the_drive(direction: Direction):
    bent = [(130.50, 32.50), (130.51, 32.50), (130.51, 32.51), (130.52, 32.51)]
    network = roads([link(0, 1, 3000.0, points=bent)], [bent[0], bent[-1]])
    snaps = snap_points(network, [130.505, 130.515], [32.501, 32.511], 1000.0)
    a, b = (Terminal(n, n, s.snap) for n, s in zip("ab", snaps, strict=True))
    line = [*one(network, a, b, direction=direction).route.geometry.coords]
    assert line[2:4] == (bent[1:3] if direction is FROM else bent[2:0:-1])


@pytest.mark.parametrize("direction", Direction)
def test_of_the_first_and_the_last_road_only_what_is_driven_has_a_length(direction: Direction):
    network = roads([link(0, 1, 1000.0), link(1, 2, 4000.0)])
    found = one(network, at("a", 0, 0.25), at("b", 1, 0.875), direction=direction)
    assert found.route.length_m == 750 + 3500


def test_shares_are_by_class_longest_first_and_sum_to_the_road_time():
    network = roads([link(0, 1, 1000.0), link(1, 2, 4000.0, road_class="residential", kmh=30.0)])
    route = one(network, at("a", 0, 0.0), at("b", 1, 1.0)).route
    assert [(s.road_class, s.travel_ms) for s in route.shares] == [
        ("residential", 480_000),
        ("trunk", 60_000),
    ]
    assert sum(s.travel_ms for s in route.shares) == route.road_ms


@pytest.mark.parametrize(
    ("origins", "destinations", "code"),
    [
        ([at("a", 0, 0.0), at("a", 0, 1.0)], [], "terminal-twice"),
        ([at("a", 0, 0.0)], [at("a", 0, 0.0, site="other")], "terminal-site"),
        ([at("a", 9, 0.0)], [], "terminal-edge"),
        ([at("a", 0, 1.01)], [], "terminal-edge"),
        ([at("a", 0, math.nan)], [], "terminal-edge"),
        ([at("a", 0, 0.0, access_ms=-1)], [], "terminal-access"),
        (
            [],
            [at("a", 0, 0.0, access_ms=2**32)],
            "terminal-access",
        ),  # wrapped round, no time at all
    ],
)
def test_contradictory_terminals_are_refused(origins, destinations, code):
    with pytest.raises(SearchError) as caught:
        nearest_other(roads([link(0, 1)]), origins, destinations)
    assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.parametrize("wait_ms", [-1, 2**32])
def test_a_waiting_time_that_cannot_be_is_refused(wait_ms):
    network, options = roads([link(0, 1)]), TravelOptions(ferry_wait_ms=wait_ms)
    with pytest.raises(SearchError, match="ferry-wait"):
        nearest_other(network, [at("a", 0, 0.0)], [at("b", 0, 1.0)], options=options)
    with pytest.raises(SearchError, match="ferry-wait"):
        border_times(network, [at("a", 0, 0.0)], options=options)


def test_a_drive_of_months_is_no_drive_and_never_a_short_one():
    network = roads([link(i, i + 1, ms=2**27) for i in range(60)])
    ends = [at("a", 0, 0.0)], [at("b", 59, 1.0), at("c", 30, 0.5)]
    assert nearest_other(network, ends[0], ends[1][:1])[0].travel_ms is None
    assert [f.travel_ms for f in nearest_few(network, *ends, 3)[0]] == [61 * 2**26]
    with pytest.raises(SearchError, match="time-limit"):
        node_times(network, ends[1], limit_ms=-1)


# --- random networks against networkx -------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(cases())
def test_equals_brute_force_with_networkx(case):
    network, terminals, options, direction = case
    found = nearest_other(network, terminals, terminals, direction=direction, options=options)
    assert [f.origin_id for f in found] == [t.id for t in terminals]
    for origin, answer in zip(terminals, found, strict=True):
        times = {
            other.id: ms
            for other in terminals
            if other.site != origin.site
            and (
                ms := brute_force(
                    network, *((origin, other) if direction is FROM else (other, origin)), options
                )
            )
            is not None
        }
        best = min(times.values(), default=None)
        assert answer.travel_ms == best
        nearest = sorted(name for name, ms in times.items() if ms == best)
        assert ([answer.destination_id, *answer.ties] if times else []) == nearest


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(cases(), st.sampled_from(FRACTIONS))
def test_another_destination_never_makes_anything_more_remote(case, fraction):
    network, terminals, options, direction = case
    fewer = nearest_other(network, terminals, terminals[:-1], direction=direction, options=options)
    extra = at("extra", terminals[0].snap.edge, fraction)
    more = nearest_other(
        network, terminals, [*terminals, extra], direction=direction, options=options
    )
    for before, after in zip(fewer, more, strict=True):
        if before.travel_ms is not None:
            assert after.travel_ms <= before.travel_ms
