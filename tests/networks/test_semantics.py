"""What OpenStreetMap's tags do to minutes, on towns small enough to count them by hand.

A letter is a kilometre from the next, a kilometre of trunk road is a minute.
"""

from __future__ import annotations

import pytest

from networks.speeds.profile_files import load_profile
from networks.types import TravelOptions
from tests.helpers.town_maps import Town, minutes, network_of

SQUARE = """
    A B C
    D E F
"""


def square() -> Town:
    """Return two streets, ABC and DEF, and AD; the short way from C to F is to be added."""
    return Town(SQUARE).way("ABC").way("AD").way("DEF")


@pytest.mark.parametrize(
    ("tags", "there", "back"),
    [
        ({"oneway": "yes"}, 1.0, 5.0),
        ({"oneway": "-1"}, 5.0, 1.0),
        ({"oneway": "no", "junction": "roundabout"}, 1.0, 1.0),
        ({"junction": "roundabout"}, 1.0, 5.0),
        ({"junction": "circular"}, 1.0, 5.0),
        ({"vehicle:backward": "no"}, 1.0, 5.0),
        ({"vehicle:forward": "no", "motorcar:forward": "yes"}, 1.0, 1.0),
        ({"oneway": "yes", "oneway:bicycle": "no"}, 1.0, 5.0),
        ({"oneway": "yes", "oneway:motorcar": "no"}, 1.0, 1.0),
        ({"oneway": "reversible"}, 5.0, 5.0),
        ({"oneway": "alternating"}, 1.0, 1.0),
        ({"access": "no"}, 5.0, 5.0),
        ({"access": "private"}, 5.0, 5.0),
        ({"access": "no", "motor_vehicle": "yes"}, 1.0, 1.0),
        ({"motor_vehicle": "yes", "motorcar": "no"}, 5.0, 5.0),
        ({"access": "destination"}, 1.0, 1.0),  # both ends are its own
        ({"access": "delivery"}, 5.0, 5.0),
        ({"hgv": "no", "bicycle": "no", "foot": "private"}, 1.0, 1.0),
        ({"construction": "yes"}, 5.0, 5.0),
        ({"construction": "minor"}, 1.0, 1.0),
        ({"highway": "construction", "construction": "trunk"}, 5.0, 5.0),
        ({"highway": "proposed"}, 5.0, 5.0),
        ({"highway": "trunk", "area": "yes"}, 5.0, 5.0),
        ({"highway": "footway"}, 5.0, 5.0),
        ({"motor_vehicle:conditional": "no @ (Nov-Mar)"}, 1.0, 1.0),
    ],
)
def test_the_short_way_and_the_long_way(tmp_path, tags, there, back):
    town = square().way("CF", tags)
    assert minutes(town, network_of(town, tmp_path), "C>F", "F>C") == [there, back]


@pytest.mark.parametrize("value", ["destination", "customers", "visitors"])
def test_grounds_for_their_own_traffic_are_driven_to_and_not_through(tmp_path, value):
    town = Town("""
        A B C
        D E F
    """)
    town.way("ABC").way("AD").way("DEF").way("CF", motor_vehicle=value)
    network = network_of(town, tmp_path)
    assert minutes(town, network, "B>E", "E>B") == [3.0, 3.0]  # not by CF, which has 3 too
    longer = Town("""
        A B C G
        D E F H
    """)
    longer.way("ABC").way("AD").way("DEF").way("CG").way("FH").way("GH", motor_vehicle=value)
    network = network_of(longer, tmp_path)
    assert minutes(longer, network, "C>F", "C>GH", "GH>F", "GH>GH") == [5.0, 1.5, 1.5, 0.0]


def test_a_public_road_behind_a_road_for_its_own_traffic_is_reached(tmp_path):
    town = Town("A B C D").way("AB").way("BC", access="customers").way("CD")
    network = network_of(town, tmp_path)
    assert minutes(town, network, "A>D", "D>A", "CD>BC") == [3.0, 3.0, 1.0]


def test_a_private_road_leaves_a_hospital_unreached_and_ties_it_to_the_next_road(tmp_path):
    town = Town("A B C").way("AB").way("BC", access="private")
    network = network_of(town, tmp_path)
    assert len(network.edges) == 1
    assert dict(network.origin.dropped) == {"no-access": 1}


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ({"barrier": "bollard"}, False),
        ({"barrier": "block"}, False),
        ({"barrier": "gate"}, True),
        ({"barrier": "lift_gate"}, True),
        ({"barrier": "gate", "locked": "yes"}, False),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, True),
        ({"barrier": "toll_booth"}, True),
        ({"barrier": "cattle_grid"}, True),
        ({"barrier": "kerb"}, True),
        ({"barrier": "entrance"}, True),
        ({"barrier": "swing_gate", "motor_vehicle": "destination"}, True),
        ({"highway": "crossing"}, True),
    ],
)
def test_barriers_in_the_middle(tmp_path, tags, passes):
    town = Town("""
        A B C
        D E F
    """)
    town.way("ABC").way("CF").way("AD").way("DEF").node("B", **tags)
    network = network_of(town, tmp_path)
    assert minutes(town, network, "AB>BC") == [1.0 if passes else 5.0]


def test_a_hospital_at_a_barrier_is_on_one_side_of_it(tmp_path):
    town = square().way("CF").node("B", barrier="bollard")
    network = network_of(town, tmp_path)
    reached = minutes(town, network, "A>B", "C>B")
    assert sorted(reached) in ([1.0, 5.0], [1.0, 4.0])


def test_restrictions_at_a_node(tmp_path):
    #   A B C     10: AB, 11: BC, 12: BE, 13: DEF, 14: AD, 15: CF
    town = Town(SQUARE).way("AB").way("BC").way("BE").way("DEF").way("AD").way("CF")
    free = minutes(town, network_of(town, tmp_path), "A>E", "AB>BE", "C>E")
    assert free == [2.0, 1.0, 2.0]
    town.rule("no_right_turn", 10, "B", 12)
    network = network_of(town, tmp_path)
    assert minutes(town, network, "AB>BE", "C>E", "A>E") == [3.0, 2.0, 2.0]


def test_only_straight_on(tmp_path):
    town = Town(SQUARE).way("AB").way("BC").way("BE").way("DEF").way("AD").way("CF")
    town.rule("only_straight_on", 10, "B", 11)
    network = network_of(town, tmp_path)
    assert minutes(town, network, "AB>BE", "AB>BC", "AB>A") == [3.0, 1.0, 0.5]
    assert minutes(town, network, "C>E", "E>A") == [2.0, 2.0]


def test_no_u_turn_over_a_way_between(tmp_path):
    town = Town("""
        A B C
        D E F
    """)
    town.way("AB").way("BE").way("ED").way("BC").way("EF").way("CF")
    assert minutes(town, network_of(town, tmp_path), "A>D") == [3.0]
    town.rule("no_u_turn", 10, [11], 12)
    network = network_of(town, tmp_path)
    assert network.origin.dropped == (("restrictions-applied", 1),)
    # Round by C and F, or on to F and back, or to the end of B's street: 1 + 3 + 1 at the least.
    assert minutes(town, network, "A>D", "D>A", "B>D", "AB>EF") == [5.0, 3.0, 2.0, 2.0]


def test_restrictions_that_spare_cars(tmp_path):
    town = Town(SQUARE).way("AB").way("BC").way("BE").way("DEF")
    town.rule("no_right_turn", 10, "B", 12)
    town.relations[0][1]["except"] = "psv;motorcar"
    assert minutes(town, network_of(town, tmp_path), "AB>BE") == [1.0]
    del town.relations[0][1]["except"]
    assert minutes(town, network_of(town, tmp_path), "AB>BE") == [3.0]  # turns round behind B


def test_a_roundabout_without_oneway_is_driven_one_way(tmp_path):
    town = Town("""
          E
          A
        B   C
          D
          F
    """)
    town.way("ABDCA", junction="roundabout").way("EA").way("DF")
    network = network_of(town, tmp_path)
    quarter = 2**0.5
    trips = {
        "E>F": 2 + 2 * quarter,
        "F>E": 2 + 2 * quarter,
        "E>C": 1 + 3 * quarter,
        "C>E": 1 + quarter,
        "B>A": 3 * quarter,
        "A>B": quarter,
    }
    assert minutes(town, network, *trips) == [round(m, 1) for m in trips.values()]


@pytest.mark.parametrize("way", ["AB BCEDB", "ABCEDB", "BCEDBA"])
def test_loops_and_ways_that_visit_a_node_twice(tmp_path, way):
    town = Town("""
        A B C
          D E
    """)
    for letters in way.split():
        town.way(letters)
    network = network_of(town, tmp_path)
    trips = ("A>C", "A>E", "A>D", "C>D", "BC>BD", "A>DE")
    assert minutes(town, network, *trips) == [2.0, 3.0, 2.0, 2.0, 1.0, 2.5]


def test_a_loop_driven_one_way(tmp_path):
    town = Town("""
        A B C
          D E
    """)
    town.way("AB").way("BCEDB", oneway="yes")
    network = network_of(town, tmp_path)
    trips = ("A>C", "C>A", "D>C", "BC>BD", "BD>BC")
    assert minutes(town, network, *trips) == [2.0, 4.0, 2.0, 3.0, 1.0]


def test_ways_on_the_same_nodes_are_parallel_roads_of_which_the_fastest_counts(tmp_path):
    town = Town("A B C").way("ABC", highway="residential").way("BC").way("AB", oneway="-1")
    network = network_of(town, tmp_path)
    assert len(network.edges) == 4
    assert minutes(town, network, "A>C", "C>A") == [3.0, 2.0]


def test_a_way_that_runs_back_along_itself(tmp_path):
    town = Town("A B C D").way("ABCB").way("BD").way("AA").way("D")
    network = network_of(town, tmp_path)
    assert minutes(town, network, "A>C", "A>BC", "A>D") == [2.0, 1.5, 3.0]


@pytest.mark.parametrize(
    ("names", "wait_min", "expected"),
    [
        (("L", "L"), 0, [33.0, 30.0, 33.0]),
        (("L", "L"), 5, [38.0, 35.0, 38.0]),  # one line: waiting once
        (("L", "M"), 5, [43.0, 40.0, 43.0]),  # changed at the pier between
        ((), 5, [38.0, 35.0, 38.0]),  # nothing else meets there: one boat, mapped in two ways
    ],
)
def test_a_ferry_of_several_ways(tmp_path, names, wait_min, expected):
    town = Town("A B C D E F").way("AB").way("DEF")
    for i, (letters, duration) in enumerate((("BC", "00:10"), ("CD", "PT20M"))):
        name = {"name": names[i]} if names else {}
        town.way(letters, name, route="ferry", motor_vehicle="yes", duration=duration)
    network = network_of(town, tmp_path)
    options = TravelOptions(ferries=True, ferry_wait_ms=wait_min * 60_000)
    assert minutes(town, network, "A>F", "B>D", "F>A", options=options) == expected
    assert minutes(town, network, "A>F", "A>B") == [None, 1.0]


def test_a_ferry_needs_cars_and_a_duration(tmp_path):
    town = Town("A B C").way("AB").way("BC", route="ferry", duration="00:10")
    town.way("BC", route="ferry", motor_vehicle="yes").way("BC", route="ferry", motorcar="no")
    network = network_of(town, tmp_path)
    assert dict(network.origin.dropped) == {
        "ferry-cars-not-stated": 1,
        "ferry-no-cars": 1,
        "ferry-no-duration": 1,
    }


def test_tolls_off_takes_the_free_road_and_ties_nothing_to_a_toll_road(tmp_path):
    town = square().way("CF").way("AC", toll="yes", highway="trunk")
    town.ways[10] = "ABC", {"highway": "trunk", "toll": "yes"}
    network = network_of(town, tmp_path)
    free = TravelOptions(tolls=False)
    assert minutes(town, network, "A>C", "C>A", "AB>C") == [2.0, 2.0, 1.5]
    assert minutes(town, network, "A>C", "C>A", options=free) == [4.0, 4.0]


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"maxspeed": "JP:urban"}, 60.0),  # no built-up areas in the law of Japan
        ({"maxspeed": "JP:30"}, 30.0),
        ({"zone:maxspeed": "JP:zone30"}, 30.0),
        ({"maxspeed": "50"}, 50.0),
        ({"maxspeed": "30 mph"}, 48.28032),
        ({"maxspeed": "50;40"}, 40.0),
        ({"maxspeed": "none"}, 60.0),
        ({"maxspeed": "-5"}, 60.0),
        ({"maxspeed": "0"}, 60.0),
        ({"maxspeed": "1e9"}, 60.0),
        ({"maxspeed": "nan"}, 60.0),
    ],
)
def test_limits_under_the_law(tmp_path, tags, kmh):
    town = Town("A B").way("AB", {"highway": "trunk", "lane_markings": "yes", **tags})
    network = network_of(town, tmp_path, load_profile("legal"))
    assert minutes(town, network, "A>B") == [round(60 / kmh, 1)]


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({}, 45.0),
        ({"width": "5"}, 30.0),
        ({"width": "3.5"}, 25.0),
        ({"est_width": "2.5"}, 20.0),
        ({"width": "5", "maxspeed": "20"}, 20.0),
        ({"width": "0"}, 45.0),
        ({"width": "-3"}, 45.0),
        ({"width": "narrow"}, 45.0),
        ({"maxspeed": "80"}, 45.0),
    ],
)
def test_narrow_roads_in_everyday_driving(tmp_path, tags, kmh):
    town = Town("A B").way("AB", tags)
    network = network_of(town, tmp_path, load_profile("everyday"))
    assert minutes(town, network, "A>B") == [round(60 / kmh, 1)]


def test_hospitals_at_a_junction_and_at_a_pier(tmp_path):
    town = square().way("CF").way("BE", route="ferry", motor_vehicle="yes", duration="00:01")
    network = network_of(town, tmp_path)
    assert minutes(town, network, "B>E", "A>E") == [3.0, 2.0]
    ferries = TravelOptions(ferries=True)
    assert minutes(town, network, "B>E", "A>E", options=ferries) == [1.0, 2.0]


def test_a_way_cut_at_the_border_is_two_roads(tmp_path):
    town = Town("A B C D").way("ABxCD")
    network = network_of(town, tmp_path)
    assert minutes(town, network, "A>B", "B>C", "C>D") == [1.0, None, 1.0]
    (warned,) = network.problems
    assert warned.code == "osm-missing-nodes"
    assert "隣の都道府県" in warned.remedy.ja
    assert "nearest hospital" in warned.remedy.en
    assert network.nodes.border.sum() == 2
