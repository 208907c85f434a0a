"""What nodes on roads do to a car, and which turns relations forbid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks.osm.data import Restriction, RestrictionKind
from networks.osm.nodes import NODE_KEYS, NodeMark, judge_node
from networks.osm.restrictions import judge_restriction
from networks.osm.verdicts import Dropped
from networks.speeds.profile import DelayKind

STOPS, PASSES = True, False


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        *(({"barrier": b}, STOPS) for b in ("bollard", "block", "cycle_barrier", "chain", "log")),
        *(
            ({"barrier": b}, STOPS)
            for b in ("jersey_barrier", "turnstile", "stile", "kissing_gate")
        ),
        *(
            ({"barrier": b}, STOPS)
            for b in ("motorcycle_barrier", "fence", "wall", "planter", "debris")
        ),
        *(({"barrier": b}, PASSES) for b in ("gate", "lift_gate", "swing_gate", "sliding_gate")),
        *(({"barrier": b}, PASSES) for b in ("toll_booth", "cattle_grid", "entrance", "kerb")),
        *(({"barrier": b}, PASSES) for b in ("height_restrictor", "border_control", "sally_port")),
        *(
            ({"barrier": b}, PASSES) for b in ("yes", "no", "", "dragon")
        ),  # they say nothing of cars
        # Access tags decide first.
        *(({"barrier": "gate", "access": v}, STOPS) for v in ("no", "private", "forestry")),
        *(({"barrier": "gate", "access": v}, PASSES) for v in ("yes", "customers", "unknown", "")),
        ({"barrier": "bollard", "access": "yes"}, PASSES),
        ({"barrier": "bollard", "motor_vehicle": "destination"}, PASSES),
        ({"barrier": "bollard", "bicycle": "yes", "foot": "yes"}, STOPS),
        ({"barrier": "bollard", "access": "unknown"}, STOPS),
        ({"barrier": "gate", "access": "private", "motorcar": "yes"}, PASSES),
        ({"barrier": "lift_gate", "vehicle": "no", "access": "yes"}, STOPS),
        ({"barrier": "gate", "locked": "yes"}, STOPS),
        ({"barrier": "gate", "locked": "no"}, PASSES),
        ({"barrier": "gate", "locked": "yes", "access": "yes"}, PASSES),
        ({"barrier": "bollard", "bollard": "removable"}, STOPS),
        ({"barrier": "bollard", "bollard": "missing"}, PASSES),
        ({"railway": "level_crossing", "access": "private"}, STOPS),
        ({"railway": "level_crossing", "motor_vehicle": "no"}, STOPS),
        # Without a barrier too it is the road that is closed there.
        *(({key: "no"}, STOPS) for key in ("access", "vehicle", "motor_vehicle", "motorcar")),
        *(({"access": v}, STOPS) for v in ("private", "forestry", "emergency_vehicle", "bus")),
        *(({"access": v}, PASSES) for v in ("yes", "destination", "customers", "dragon", "")),
        ({"access": "no", "motor_vehicle": "yes"}, PASSES),
        ({"access": "no", "bicycle": "yes", "foot": "yes", "mofa": "yes"}, STOPS),
        ({"highway": "traffic_signals", "access": "no"}, STOPS),
        ({"traffic_calming": "bump", "motor_vehicle": "no"}, STOPS),
        ({"bicycle": "no"}, PASSES),
        # Doors, crossings on foot and stops at the road have an access of their own.
        ({"highway": "crossing", "motor_vehicle": "no"}, PASSES),
        ({"entrance": "yes", "access": "no"}, PASSES),
        ({"amenity": "parking_entrance", "access": "private"}, PASSES),
        ({"highway": "bus_stop", "access": "no"}, PASSES),
        ({"railway": "crossing", "motor_vehicle": "no"}, PASSES),
        ({"entrance": "no", "access": "no"}, STOPS),
        # What a car does not fit through.
        ({"barrier": "height_restrictor", "maxheight": "1.9"}, STOPS),
        ({"barrier": "height_restrictor", "maxheight": "2"}, PASSES),
        ({"barrier": "height_restrictor", "maxheight": "6'"}, STOPS),
        ({"barrier": "height_restrictor", "maxheight": "default"}, PASSES),
        ({"barrier": "height_restrictor", "maxheight:physical": "1.5 m", "access": "yes"}, STOPS),
        ({"barrier": "bollard", "access": "yes", "maxwidth": "1.5"}, STOPS),
        ({"barrier": "bollard", "access": "yes", "maxwidth:physical": "2.2"}, PASSES),
        ({"maxheight": "1.6", "highway": "stop"}, STOPS),
        ({"maxheight": "1.6", "amenity": "parking_entrance"}, PASSES),  # into the garage
    ],
)
def test_barriers(tags, closed):
    mark = judge_node(tags)
    assert (mark is not None and mark.closed) == closed


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "traffic_signals"}, "traffic_signals"),
        ({"highway": "traffic_signals", "crossing": "traffic_signals"}, "traffic_signals"),
        ({"highway": "crossing", "crossing": "traffic_signals"}, "crossing_signals"),
        ({"highway": "crossing", "crossing:signals": "yes"}, "crossing_signals"),
        ({"highway": "crossing", "crossing": "zebra"}, "crossing"),
        ({"highway": "stop"}, "stop"),
        ({"highway": "give_way"}, "give_way"),
        ({"highway": "mini_roundabout"}, "mini_roundabout"),
        ({"railway": "level_crossing"}, "level_crossing"),
        ({"railway": "level_crossing", "highway": "stop"}, "level_crossing"),
        ({"barrier": "toll_booth"}, "toll_booth"),
        ({"highway": "toll_gantry"}, None),
        ({"barrier": "gate"}, "gate"),
        ({"barrier": "lift_gate", "highway": "traffic_signals"}, "traffic_signals"),
        ({"barrier": "cattle_grid"}, None),
        ({"railway": "crossing"}, None),  # for people on foot
        ({"crossing": "traffic_signals"}, None),
        ({"highway": "bus_stop"}, None),
        ({"highway": "turning_circle"}, None),
        ({}, None),
    ],
)
def test_kinds_of_waiting(tags, kind):
    mark = judge_node(tags)
    assert (None if mark is None else mark.kind) == kind
    assert kind is None or kind in set(DelayKind)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, (True, True)),
        ({"direction": "forward"}, (True, False)),
        ({"direction": " Backward "}, (False, True)),
        ({"direction": "both"}, (True, True)),
        ({"direction": "90"}, (True, True)),
        ({"traffic_signals:direction": "backward"}, (False, True)),
        ({"direction": "N", "traffic_signals:direction": "forward"}, (True, False)),
    ],
)
def test_signals_of_one_direction(tags, expected):
    mark = judge_node({"highway": "traffic_signals"} | tags)
    assert (mark.forward, mark.backward) == expected


def test_a_gate_open_at_times_is_marked():
    assert judge_node(
        {"barrier": "entrance", "access:conditional": "no @ (22:00-06:00)"}
    ) == NodeMark(closed=False, kind="", conditional=True)
    shut = judge_node({"barrier": "gate", "access": "no", "access:conditional": "yes @ (Mo-Fr)"})
    assert (shut.closed, shut.conditional) == (True, True)
    assert not judge_node(
        {"barrier": "gate", "access:conditional": "no @ (weight>3.5)"}
    ).conditional


@pytest.mark.parametrize(
    ("tags", "unclear"),
    [
        ({"highway": "crossing", "motor_vehicle": "no"}, True),
        ({"entrance": "yes", "access": "private"}, True),
        ({"entrance": "yes", "access": "yes"}, False),
        ({"access": "dragon"}, True),
        ({"barrier": "gate", "access": "dragon"}, True),
        ({"barrier": "gate", "access": "dragon", "motorcar": "yes"}, False),
        ({"barrier": "gate", "access": "yes"}, False),
        ({"highway": "crossing"}, False),
    ],
)
def test_access_that_is_not_obeyed_is_counted(tags, unclear):
    mark = judge_node(tags)
    assert (mark is not None and mark.unclear) == unclear
    assert mark is None or not mark.closed


NODE_VALUES = st.sampled_from(
    ["gate", "bollard", "yes", "no", "private", "traffic_signals", "crossing", "forward", "stop"]
)


@given(
    st.dictionaries(
        st.sampled_from([*sorted(NODE_KEYS), "name", "bicycle", "kerb"]),
        st.one_of(NODE_VALUES, st.text(max_size=8)),
    )
)
def test_only_node_keys_are_read(tags):
    few = {key: value for key, value in tags.items() if key in NODE_KEYS}
    assert judge_node(tags) == judge_node(few)


VIA = [("w", 1, "from"), ("n", 7, "via"), ("w", 2, "to")]
NO, ONLY = RestrictionKind.NO, RestrictionKind.ONLY
TURNS = ("left_turn", "right_turn", "straight_on", "u_turn")


def relation(members=VIA, **tags):
    tags = {"type": "restriction"} | {k.replace("__", ":"): v for k, v in tags.items()}
    return judge_restriction(9, tags, members)


@pytest.mark.parametrize("turn", ["left_turn", "right_turn", "straight_on", "u_turn"])
def test_no_and_only(turn):
    assert relation(restriction=f"no_{turn}") == (Restriction(9, NO, 1, (7,), (), 2),)
    assert relation(restriction=f"only_{turn}") == (Restriction(9, ONLY, 1, (7,), (), 2),)


def test_turning_back_into_the_same_road():
    members = [("w", 1, "from"), ("n", 7, "via"), ("w", 1, "to")]
    assert relation(members, restriction="no_u_turn") == (Restriction(9, NO, 1, (7,), (), 1),)


def test_via_ways_stay_in_order():
    members = [
        ("w", 1, "from"),
        ("w", 6, "via"),
        ("w", 5, "via"),
        ("n", 3, "location_hint"),
        ("w", 2, "to"),
    ]
    assert relation(members, restriction="no_u_turn") == (Restriction(9, NO, 1, (), (6, 5), 2),)


def test_no_entry_and_no_exit_name_several_ways():
    several = [
        ("w", 1, "from"),
        ("w", 3, "from"),
        ("w", 3, "from"),
        ("n", 7, "via"),
        ("w", 2, "to"),
    ]
    assert [r.from_way for r in relation(several, restriction="no_entry")] == [1, 3]
    several = [("w", 1, "from"), ("n", 7, "via"), ("w", 2, "to"), ("w", 4, "to")]
    assert [r.to_way for r in relation(several, restriction="no_exit")] == [2, 4]


@pytest.mark.parametrize("turn", [f"{k}_{t}" for k in ("no", "only") for t in TURNS])
def test_other_restrictions_with_several_ways_are_malformed(turn):
    # Of all pairs some would be streets that nobody meant to close.
    for members in ([*VIA, ("w", 4, "from")], [*VIA, ("w", 4, "to")]):
        assert relation(members, restriction=turn) == Dropped("restriction-malformed")
    assert relation([*VIA, ("w", 1, "from"), ("w", 2, "to")], restriction=turn) == relation(
        restriction=turn
    )


@pytest.mark.parametrize(
    ("value", "role"),
    [("no_entry", "to"), ("no_exit", "from"), ("no_entry;no_exit", "to"), ("no_left_turn", "to")],
)
def test_several_ways_on_the_wrong_side_are_malformed(value, role):
    found = relation([*VIA, ("w", 4, role)], restriction=value)
    assert found == Dropped("restriction-malformed")


@pytest.mark.parametrize(
    ("tags", "binds"),
    [
        ({"restriction": "no_left_turn"}, True),
        ({"restriction:motorcar": "no_left_turn"}, True),
        ({"restriction:motor_vehicle": "no_left_turn"}, True),
        ({"restriction:vehicle": "no_left_turn"}, True),
        ({"restriction:hgv": "no_left_turn"}, False),
        ({"restriction:bus": "no_left_turn"}, False),
        ({"restriction:hgv:conditional": "no_left_turn @ (22:00-06:00)"}, False),
        ({"restriction": "no_left_turn", "restriction:motorcar": "none"}, False),
        ({"restriction": "no_left_turn", "except": "bicycle;psv"}, True),
        ({"restriction": "no_left_turn", "except": "psv; motorcar"}, False),
        ({"restriction": "no_left_turn", "except": "motor_vehicle"}, False),
        ({"restriction": "no_left_turn", "restriction:conditional": "none @ (Su)"}, True),
        ({"restriction": "no_left_turn;no_u_turn"}, True),
        ({"type": "restriction:hgv", "restriction": "no_left_turn"}, False),
        ({"type": "restriction:motorcar", "restriction": "no_left_turn"}, True),
        ({"type": "route", "restriction": "no_left_turn"}, False),
        ({"type": "", "restriction": "no_left_turn"}, False),
        ({}, False),
    ],
)
def test_whom_a_restriction_binds(tags, binds):
    found = judge_restriction(9, {"type": "restriction"} | tags, VIA)
    assert found == ((Restriction(9, NO, 1, (7,), (), 2),) if binds else None)


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction:conditional": "no_left_turn @ (07:00-09:00)"},
        {"restriction:motorcar:conditional": "no_left_turn @ (Mo-Fr)"},
        {"restriction": "no_left_turn", "hour_on": "07:00", "hour_off": "09:00"},
        {"restriction": "no_left_turn", "day_on": "Monday"},
    ],
)
def test_restrictions_at_times_are_counted_and_not_applied(tags):
    found = judge_restriction(9, {"type": "restriction"} | tags, VIA)
    assert found == Dropped("restriction-conditional")


@pytest.mark.parametrize(
    "value",
    ["", "yes", "no_parking", "no_right_turn_on_red", "no_left_turn;only_u_turn", "only_dragons"],
)
def test_unknown_kinds_are_counted(value):
    assert relation(restriction=value) == Dropped("restriction-unknown-kind")


@pytest.mark.parametrize(
    ("value", "members"),
    [
        ("no_left_turn", []),
        ("no_left_turn", [("w", 1, "from"), ("w", 2, "to")]),
        ("no_left_turn", [("n", 7, "via"), ("w", 2, "to")]),
        ("no_left_turn", [("w", 1, "from"), ("n", 7, "via")]),
        ("no_left_turn", [*VIA, ("n", 8, "via")]),
        ("no_left_turn", [*VIA, ("w", 8, "via")]),
        ("no_left_turn", [*VIA, ("w", 8, "via"), ("n", 9, "via")]),
        ("no_left_turn", [("w", 1, "from"), ("r", 7, "via"), ("w", 2, "to")]),
        ("no_left_turn", [("n", 1, "from"), ("n", 7, "via"), ("w", 2, "to")]),
        ("no_left_turn", [("w", 1, "from"), ("n", 7, "via"), ("r", 2, "to")]),
        ("no_left_turn", [("w", 1, ""), ("n", 7, ""), ("w", 2, "")]),
        ("only_left_turn", [*VIA, ("w", 3, "to")]),
        ("no_exit", [*VIA, *(("w", i, "to") for i in range(10, 200))]),
        ("no_u_turn", [VIA[0], *(("w", i, "via") for i in range(10, 200)), VIA[2]]),
    ],
)
def test_what_cannot_be_understood_is_counted(value, members):
    assert relation(members, restriction=value) == Dropped("restriction-malformed")
