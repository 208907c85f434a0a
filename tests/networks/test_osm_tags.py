"""What tags of ways mean to a car."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks.info.labels import DROPPED, SPEED_SOURCES
from networks.osm.speed import parse_maxspeed, parse_width
from networks.osm.tags import (
    CAR_CLASSES,
    NOT_BUILT,
    NOT_FOR_CARS,
    RELEVANT_KEYS,
    judge,
    parse_duration,
    road_name,
)
from networks.osm.verdicts import Drivable, Dropped, UnknownClass
from networks.speeds.profile import (
    CentreLine,
    LimitKind,
    MaxspeedRule,
    RoadClass,
    UnknownClassRule,
    WidthCap,
)
from networks.speeds.profile_files import load_profile
from tests.helpers.road_cases import flat_profile

EVERYDAY, LEGAL = load_profile("everyday"), load_profile("legal")
ALONG, AGAINST, BOTH = (True, False), (False, True), (True, True)


def verdict(profile=EVERYDAY, **tags):
    tags = {key.replace("__", ":"): value for key, value in tags.items()}
    return judge(tags, profile, profile.lookup())


def road(tags, profile=EVERYDAY):
    found = judge({"highway": "primary"} | tags, profile, profile.lookup())
    assert isinstance(found, Drivable), found
    return found


def directions(tags):
    found = road(tags)
    return found.forward, found.backward


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        *(({"oneway": value}, ALONG) for value in ("yes", "true", "1", " Yes ", "forward")),
        *(({"oneway": value}, AGAINST) for value in ("-1", "reverse", "backward")),
        *(
            ({"oneway": value}, BOTH)
            for value in ("no", "false", "0", "alternating", "whatever", "")
        ),
        ({"junction": "roundabout"}, ALONG),
        ({"junction": "circular"}, ALONG),
        ({"junction": "jughandle"}, BOTH),
        ({"junction": "mini_roundabout"}, BOTH),  # a node's word
        ({"junction": "roundabout", "oneway": "-1"}, AGAINST),
        ({"junction": "roundabout", "oneway": "no"}, BOTH),
        ({"junction": "roundabout", "oneway": "whatever"}, ALONG),
        ({"highway": "motorway"}, ALONG),
        ({"highway": "motorway", "oneway": "no"}, BOTH),
        ({"highway": "motorway_link"}, BOTH),
        ({"highway": "trunk", "motorroad": "yes"}, BOTH),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, BOTH),
        ({"oneway": "no", "oneway:motorcar": "-1"}, AGAINST),
        ({"oneway": "yes", "oneway:vehicle": "?"}, ALONG),
        ({"oneway": "yes", "oneway:bicycle": "no"}, ALONG),
        ({"oneway": "yes", "oneway:bus": "no"}, ALONG),
        ({"vehicle:backward": "no"}, ALONG),
        ({"motor_vehicle:forward": "no"}, AGAINST),
        ({"access:backward": "private"}, ALONG),
        ({"access:backward": "no", "motorcar": "yes"}, BOTH),
        ({"motor_vehicle": "no", "motor_vehicle:forward": "yes"}, ALONG),
        ({"vehicle:backward": "no", "motorcar:backward": "yes"}, BOTH),
    ],
)
def test_directions(tags, expected):
    assert directions(tags) == expected


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        *(({"highway": value}, "not-built") for value in sorted(NOT_BUILT)),
        *(({"highway": value}, "not-for-cars") for value in sorted(NOT_FOR_CARS)),
        ({"highway": "construction", "construction": "primary"}, "not-built"),
        ({"highway": "track", "abandoned": "yes"}, "not-built"),
        ({"highway": "primary", "construction": "yes"}, "not-built"),
        ({"highway": "service", "area": "yes"}, "area"),
        ({"highway": "primary", "oneway": "reversible"}, "reversible"),
        ({"highway": "gallop"}, "unknown-highway-value"),
        ({"highway": "track", "smoothness": "impassable"}, "impassable"),
        ({"highway": "track", "4wd_only": "yes"}, "four-wheel-drive-only"),
        ({"highway": "service", "service": "emergency_access"}, "emergency-access"),
        ({"highway": "primary", "vehicle:forward": "no", "oneway": "yes"}, "no-access"),
        ({"highway": "primary", "vehicle:forward": "no", "vehicle:backward": "no"}, "no-access"),
        ({"route": "ferry"}, "ferry-cars-not-stated"),
        ({"route": "ferry", "access": "yes", "foot": "yes"}, "ferry-cars-not-stated"),
        ({"route": "ferry", "motor_vehicle": "no", "duration": "00:30"}, "ferry-no-cars"),
        ({"route": "ferry", "motorcar": "private", "duration": "00:30"}, "ferry-no-cars"),
        ({"route": "ferry", "motor_vehicle": "yes"}, "ferry-no-duration"),
        ({"route": "ferry", "motor_vehicle": "yes", "duration": "soon"}, "ferry-no-duration"),
        ({"route": "ferry", "ferry": "trunk", "access": "no", "duration": "1"}, "ferry-no-cars"),
        (
            {"route": "ferry", "highway": "proposed", "motorcar": "yes", "duration": "1"},
            "not-built",
        ),
        ({"route": "ferry", "highway": "footway", "duration": "1"}, "ferry-cars-not-stated"),
        ({"route": "shuttle_train", "motor_vehicle": "yes", "duration": "00:30"}, "shuttle-train"),
    ],
)
def test_left_out_and_why(tags, reason):
    assert judge(tags, EVERYDAY, EVERYDAY.lookup()) == Dropped(reason)
    assert reason in DROPPED  # in words that a reader understands


OPEN, ENDS, CLOSED = "open", "ends", "closed"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        *(({"access": v}, OPEN) for v in ("yes", "permissive", "designated", "official")),
        *(({"access": v}, OPEN) for v in ("discouraged", "unknown", "", "?!", "許可")),
        *(({"access": v}, ENDS) for v in ("destination", "customers", " Destination ")),
        *(({"access": v}, CLOSED) for v in ("no", "private", "permit", "residents", "delivery")),
        *(({"access": v}, CLOSED) for v in ("agricultural", "forestry", "military", "emergency")),
        *(({key: "no"}, CLOSED) for key in ("motorcar", "motor_vehicle", "vehicle")),
        *(({key: "no"}, OPEN) for key in ("bicycle", "foot", "hgv", "motorcycle", "bus")),
        # The more specific key decides, whichever way.
        ({"access": "no", "motor_vehicle": "yes"}, OPEN),
        ({"access": "private", "motorcar": "permissive"}, OPEN),
        ({"vehicle": "no", "motor_vehicle": "destination"}, ENDS),
        ({"motorcar": "no", "access": "yes"}, CLOSED),
        ({"motorcar": "unknown", "motor_vehicle": "private"}, CLOSED),  # it says nothing: the next
        # Of a list each may enter.
        ({"access": "agricultural;forestry"}, CLOSED),
        ({"access": "private;customers"}, ENDS),
        ({"motor_vehicle": "agricultural; destination"}, ENDS),
        ({"motor_vehicle": "destination;yes"}, OPEN),
        ({"motor_vehicle": ";;no;"}, CLOSED),
        # One direction for its own traffic only makes the road so.
        ({"motor_vehicle:backward": "destination"}, ENDS),
        ({"motor_vehicle:backward": "destination", "oneway": "yes"}, OPEN),
        ({"highway": "service", "service": "emergency_access", "motor_vehicle": "yes"}, OPEN),
        ({"highway": "service", "service": "parking_aisle"}, OPEN),
        ({"highway": "service", "service": "drive-through"}, OPEN),
        ({"construction": "minor"}, OPEN),
        ({"covered": "yes", "tunnel": "yes", "layer": "-1", "area": "no"}, OPEN),
        ({"4wd_only": "recommended", "smoothness": "very_horrible"}, OPEN),
    ],
)
def test_access(tags, expected):
    found = judge({"highway": "primary"} | tags, EVERYDAY, EVERYDAY.lookup())
    if expected == CLOSED:
        assert found == Dropped("no-access")
    else:
        assert (found.through, found.forward) == (expected == OPEN, True)


@pytest.mark.parametrize(
    ("tags", "counted"),
    [
        ({"motor_vehicle:conditional": "no @ (Nov-Mar)"}, True),
        ({"access:conditional": "no @ (Dec 1-Mar 31); destination @ (wet)"}, True),
        ({"oneway:conditional": "yes @ (07:00-09:00)"}, True),
        ({"oneway": "yes", "oneway:motor_vehicle:conditional": "no @ (20:00-06:00)"}, True),
        ({"vehicle:backward:conditional": "no @ (Sa,Su)"}, True),
        ({"motorcar:conditional": "no"}, True),  # whatever that means
        ({"seasonal": "summer"}, True),
        ({"seasonal": "no"}, False),
        ({"access:conditional": "no @ (maxweight>3.5)"}, False),
        ({"motor_vehicle:conditional": "no @ (weight > 5); no @ hgv"}, False),
        ({"motor_vehicle:conditional": "no @ (weight>5); no @ (Mo-Fr)"}, True),
        ({"hgv:conditional": "no @ (22:00-06:00)"}, False),
        ({"maxspeed:conditional": "30 @ (07:00-09:00)"}, False),
    ],
)
def test_times_and_seasons_are_counted_and_not_guessed(tags, counted):
    found = road(tags)
    assert found.conditional == counted
    assert ("conditional-access" in found.doubts) == counted
    assert (found.forward, found.through) == (True, True)


def test_a_road_open_at_times_only_is_closed_and_counted_apart():
    tags = {"highway": "primary", "access": "no", "access:conditional": "yes @ (May-Oct)"}
    assert judge(tags, EVERYDAY, EVERYDAY.lookup()) == Dropped("no-access-but-at-times")


def test_neither_road_nor_ferry():
    assert verdict(building="yes") is None
    assert verdict(route="bus") is None
    assert verdict() is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *((text, 30) for text in ("00:30", "0:30", "0:30:00", "30", "30 min", "30分", "PT30M")),
        *(
            (text, 30)
            for text in ("PT0H30M", "pt30m", " 00:30 ", "０：３０", "P0DT0H30M", "PT1800S")
        ),
        *(
            (text, 90)
            for text in ("1:30", "1h30", "1 h 30 min", "1時間30分", "PT1H30M", "PT90M", "90")
        ),
        *((text, 1440) for text in ("24:00", "P1D", "24 hours")),
        *((text, None) for text in ("", "soon", "0", "00:00", "PT", "P", "-30", "00:61", "30 s")),
        *((text, None) for text in ("00:30-00:40", "00:30;00:40", "49:00", "9" * 400, "1e3", "٣٠")),
        *((text, None) for text in ("³⁰", "1:2:3:4", "NaN", "inf", "PT30", "1:5", "2.5")),
    ],
)
def test_durations(text, minutes):
    assert parse_duration(text) == (-1 if minutes is None else minutes * 60_000)


@pytest.mark.parametrize(
    "tags",
    [
        {"motor_vehicle": "yes"},
        {"motorcar": "yes", "access": "no"},
        {"vehicle": "designated", "route": "ferry;hiking"},
        {"ferry": "trunk"},
        {"highway": "primary"},  # a ferry that is drawn as a part of the road
        {"motor_vehicle": "customers"},
        {"ferry": "secondary", "access": "yes"},
    ],
)
def test_car_ferries(tags):
    found = judge({"route": "ferry", "duration": "00:30"} | tags, EVERYDAY, EVERYDAY.lookup())
    assert (found.ferry, found.road_class, found.speed_source) == (True, "ferry", "duration")
    assert (found.duration_ms, found.forward, found.backward) == (1_800_000, True, True)
    assert (found.toll, found.through, math.isnan(found.kmh)) == (False, True, True)


def test_ferry_without_a_duration_goes_at_the_speed_of_the_profile_if_it_has_one():
    ship = replace(flat_profile(), ferry=RoadClass("ferry", 20.0, "test", doors=False))
    found = verdict(ship, route="ferry", motor_vehicle="yes", oneway="yes", seasonal="summer")
    assert (found.kmh, found.duration_ms, found.speed_source) == (20.0, -1, "profile")
    assert (found.forward, found.backward, found.conditional) == (True, False, True)


def test_names():
    assert road_name({"name": "国道57号", "ref": "57"}) == "国道57号"
    assert road_name({"name": "", "ref": "57"}) == "57"
    assert road_name({"highway": "trunk"}) == ""


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        *((text, 50.0) for text in ("50", " 50 ", "50 km/h", "50kmh", "50 kph", "５０", "50.0")),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("10 knots", 18.52),
        ("50;30", 30.0),
        ("60|40|40", 40.0),
        ("none;80", 80.0),
        ("50; -3", 50.0),
        ("200", 200.0),
        ("JP:30", 30.0),
        ("DE:zone30", 30.0),
        ("FR:zone:30", 30.0),
        *((text, None) for text in ("JP:urban", "none", "walk", "signals", "variable", "", "fast")),
        *(
            (text, None)
            for text in ("0", "-50", "1", "201", "1e3", "9" * 500, "inf", "nan", "50 m/s")
        ),
        *(
            (text, None)
            for text in ("٥٠", "5²", "5O", "50-60", "50 km/h/", "+50", "0x32", "50\x00")
        ),
    ],
)
def test_speed_limits(value, kmh):
    assert parse_maxspeed(value) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("rule", "slow", "fast"),
    [
        (MaxspeedRule.CAP, (30.0, "maxspeed"), (60.0, "profile")),
        (MaxspeedRule.USE, (30.0, "maxspeed"), (70.0, "maxspeed")),
        (MaxspeedRule.IGNORE, (60.0, "profile"), (60.0, "profile")),
    ],
)
def test_maxspeed_caps_replaces_or_is_ignored(rule, slow, fast):
    profile = replace(flat_profile(), maxspeed=rule)
    for limit, expected in (("30", slow), ("70", fast)):
        found = verdict(profile, highway="trunk", maxspeed=limit)
        assert (found.kmh, found.speed_source) == expected
        assert (found.kmh_backward, found.limit_kmh) == (expected[0], float(limit))


KINDS = (LimitKind("JP:nsl", 40.0, "test"), LimitKind("walk", 7.0, "test"))


@pytest.mark.parametrize(
    ("tags", "kmh", "source"),
    [
        ({"maxspeed": "JP:nsl"}, 40.0, "maxspeed-zone"),
        ({"maxspeed": "jp:NSL"}, 40.0, "maxspeed-zone"),
        ({"maxspeed": "walk"}, 7.0, "maxspeed-zone"),
        ({"zone:maxspeed": "JP:30"}, 30.0, "maxspeed-zone"),
        ({"zone:maxspeed": "30"}, 60.0, "profile"),  # no kind: a figure belongs into maxspeed
        ({"maxspeed:type": "JP:nsl"}, 40.0, "maxspeed-zone"),
        ({"source:maxspeed": "JP:nsl"}, 40.0, "maxspeed-zone"),
        ({"source:maxspeed": "sign"}, 60.0, "profile"),
        ({"source:maxspeed": "JP:nsl", "maxspeed": "50"}, 50.0, "maxspeed"),
        ({"source:maxspeed": "JP:nsl", "maxspeed": "signals"}, 40.0, "maxspeed-zone"),
        ({"maxspeed:motorcar": "20", "maxspeed": "50"}, 20.0, "maxspeed"),
        ({"maxspeed:hgv": "20"}, 60.0, "profile"),
        ({"maxspeed:practical": "20", "maxspeed:advisory": "10"}, 60.0, "profile"),
        ({"maxspeed:conditional": "20 @ (Mo-Fr)"}, 60.0, "profile"),
    ],
)
def test_kinds_of_limits(tags, kmh, source):
    profile = replace(flat_profile(), maxspeed=MaxspeedRule.CAP, limits=KINDS)
    found = road({"highway": "trunk"} | tags, profile)
    assert (found.kmh, found.kmh_backward, found.speed_source) == (kmh, kmh, source)
    assert found.doubts == ()
    assert source in SPEED_SOURCES


@pytest.mark.parametrize(
    ("tags", "speeds", "limit"),
    [
        ({"maxspeed:forward": "30"}, (30.0, 60.0), 30.0),
        ({"maxspeed:backward": "30"}, (60.0, 30.0), 30.0),
        ({"maxspeed:forward": "30", "maxspeed:backward": "50"}, (30.0, 50.0), 30.0),
        ({"maxspeed": "40", "maxspeed:backward": "20"}, (40.0, 20.0), 20.0),
        ({"maxspeed:motorcar": "45", "maxspeed:forward": "30"}, (45.0, 45.0), 45.0),
    ],
)
def test_limits_by_direction(tags, speeds, limit):
    found = road({"highway": "trunk"} | tags, replace(flat_profile(), maxspeed=MaxspeedRule.CAP))
    assert ((found.kmh, found.kmh_backward), found.limit_kmh) == (speeds, limit)


@pytest.mark.parametrize("value", ["fast", "0", "-30", "1000", "٣٠", "JP:moon", "3", "50;-3"])
def test_a_limit_that_cannot_be_used_is_counted(value):
    for key in ("maxspeed", "maxspeed:forward", "maxspeed:backward", "maxspeed:motorcar"):
        assert road({key: value}).doubts == ("maxspeed-not-used",)


@pytest.mark.parametrize("value", ["none", "signals", "variable", "", "JP:urban", "walk", "50"])
def test_a_limit_without_a_figure_is_no_mistake(value):
    assert verdict(EVERYDAY, highway="trunk", maxspeed=value).doubts == ()


@pytest.mark.parametrize(
    ("value", "metres"),
    [
        *(
            (text, 2.5)
            for text in ("2.5", "2.5 m", "2.5m", "250 cm", "２．５ｍ", "2.5 metres", "2.50")
        ),
        ("8'6\"", 2.5908),
        ("8'", 2.4384),
        ("8 ft", 2.4384),
        ("0.5", 0.5),
        *(
            (text, None)
            for text in ("", "narrow", "0", "-2", "2,5", "2-3", "99", "1e1", "2.5;3", "٢")
        ),
        *(
            (text, None)
            for text in ("inf", "nan", "9" * 300, "2.5 km", "<3", "~3", "²", "2.5 m\x00")
        ),
    ],
)
def test_widths(value, metres):
    assert parse_width(value) == metres


CAPS = (WidthCap(5.5, 30.0, "test"), WidthCap(3.0, 15.0, "test"), WidthCap(1.5, 0.0, "test"))


@pytest.mark.parametrize(
    ("tags", "kmh", "source", "width"),
    [
        ({"width": "5.5"}, 60.0, "profile", 5.5),
        ({"width": "5.4"}, 30.0, "width", 5.4),
        ({"width": "2.9 m"}, 15.0, "width", 2.9),
        ({"est_width": "4"}, 30.0, "width", 4.0),
        ({"width": "narrow", "est_width": "4"}, 30.0, "width", 4.0),
        ({"width": "6", "est_width": "4"}, 60.0, "profile", 6.0),
        ({"width": "9", "width:carriageway": "5"}, 30.0, "width", 5.0),
        ({"width": "4", "maxspeed": "20"}, 20.0, "maxspeed", 4.0),
        ({"width": "2", "maxspeed": "20"}, 15.0, "width", 2.0),
        ({"lanes": "1"}, 60.0, "profile", None),
        ({"maxwidth": "2"}, 60.0, "profile", None),
    ],
)
def test_narrow_roads(tags, kmh, source, width):
    profile = replace(flat_profile(), widths=CAPS, maxspeed=MaxspeedRule.CAP)
    found = road({"highway": "trunk"} | tags, profile)
    assert (found.kmh, found.kmh_backward, found.speed_source) == (kmh, kmh, source)
    assert found.width_m == width if width else math.isnan(found.width_m)
    assert ("width-not-used" in found.doubts) == (tags.get("width") == "narrow")


@pytest.mark.parametrize(
    "tags", [{"oneway": "yes"}, {"highway": "motorway", "oneway": "no"}, {"vehicle:backward": "no"}]
)
def test_where_no_cars_meet_one_lane_is_no_narrow_road(tags):
    profile = replace(flat_profile(), widths=CAPS)
    rows = profile.lookup()
    found = judge({"highway": "trunk", "width": "3.5"} | tags, profile, rows)
    assert found.speed_source == "profile"
    lane = {"highway": "trunk", "width": "1.4"} | tags
    assert judge(lane, profile, rows) == Dropped("too-narrow")


def test_a_narrow_road_keeps_the_lower_limit_of_a_direction():
    profile = replace(flat_profile(), widths=CAPS, maxspeed=MaxspeedRule.CAP)
    found = road({"highway": "trunk", "width": "4", "maxspeed:forward": "10"}, profile)
    assert (found.kmh, found.kmh_backward, found.speed_source) == (10.0, 30.0, "width")


def test_a_road_that_no_car_fits_into_is_left_out_where_the_profile_says_so():
    profile = replace(flat_profile(), widths=CAPS)
    assert verdict(profile, highway="trunk", width="1.4") == Dropped("too-narrow")
    assert isinstance(verdict(EVERYDAY, highway="trunk", width="1.4"), Drivable)


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"lane_markings": "no"}, 30.0),
        ({"lane_markings": "yes"}, 60.0),
        ({"lane_markings": "no", "dual_carriageway": "yes"}, 60.0),
        ({"lane_markings": "no", "maxspeed": "40"}, 40.0),
        ({}, 60.0),
        ({"highway": "residential"}, 30.0),
        ({"highway": "residential", "lane_markings": "yes"}, 60.0),
        ({"highway": "service", "lane_markings": "yes"}, 20.0),
    ],
)
def test_the_law_asks_for_a_centre_line(tags, kmh):
    assert road({"highway": "secondary"} | tags, LEGAL).kmh == kmh


def test_markings_are_for_profiles_that_ask():
    line = CentreLine(50.0, 25.0, ("trunk",), "test")
    marked = replace(flat_profile(), centre_line=line)
    assert road({"highway": "trunk", "lane_markings": "no"}, marked).speed_source == "centre-line"
    assert road({"highway": "residential", "lane_markings": "no"}, marked).kmh == 30.0
    assert road({"highway": "trunk", "lane_markings": "no"}, flat_profile()).kmh == 60.0


def test_a_row_for_a_kind_of_service_road_or_track_goes_first():
    special = (
        RoadClass("service:parking_aisle", 8.0, "test"),
        RoadClass("track:grade5", 6.0, "test"),
    )
    profile = replace(EVERYDAY, classes=(*EVERYDAY.classes, *special))
    aisle = verdict(profile, highway="service", service="parking_aisle")
    assert (aisle.road_class, aisle.kmh) == ("service:parking_aisle", 8.0)
    assert verdict(profile, highway="service", service="alley").kmh == 15.0
    assert verdict(profile, highway="track", tracktype="grade5").kmh == 6.0
    assert verdict(profile, highway="track", tracktype="grade1").kmh == 15.0
    assert verdict(profile, highway="trunk", service="parking_aisle").road_class == "trunk"


def test_class_that_the_profile_lacks_is_an_error_or_the_fallback():
    bare = flat_profile()
    assert verdict(bare, highway="tertiary") == UnknownClass("tertiary")
    rule = UnknownClassRule.FALLBACK
    ready = replace(bare, unknown_class=rule, fallback=RoadClass("fallback", 20.0, "test"))
    found = verdict(ready, highway="tertiary")
    assert (found.road_class, found.kmh, found.speed_source) == ("tertiary", 20.0, "fallback")


@pytest.mark.parametrize(
    ("tags", "toll"),
    [
        ({"toll": "yes"}, True),
        ({"toll": "no"}, False),
        ({"toll": ""}, False),
        ({"toll": "yes", "toll:motorcar": "no"}, False),
        ({"toll": "no", "toll:motor_vehicle": "yes"}, True),
        ({"toll:hgv": "yes"}, False),
        ({"barrier": "toll_booth"}, False),
        ({}, False),
    ],
)
def test_tolls(tags, toll):
    assert road({"highway": "motorway"} | tags).toll is toll


VALUES = st.sampled_from(
    [
        *(
            "yes",
            "no",
            "-1",
            "private",
            "destination",
            "customers;no",
            "ferry",
            "30",
            "3.5",
            "00:30",
        ),
        *(
            "JP:nsl",
            "reversible",
            "roundabout",
            "no @ (Nov-Mar)",
            "emergency_access",
            "",
            "９９",
            "٣",
        ),
    ]
)
NEARBY = st.sampled_from(
    [
        "lanes",
        "surface",
        "name",
        "ref",
        "maxspeed:hgv",
        "access:foot",
        "bicycle",
        "oneway:bus",
        "lit",
    ]
)
KEYS = st.one_of(st.sampled_from(sorted(RELEVANT_KEYS - {"highway"})), NEARBY)
CLASSES = st.sampled_from([*sorted(CAR_CLASSES), "footway", "construction"])


@given(st.dictionaries(KEYS, st.one_of(VALUES, st.text(max_size=12))), st.none() | CLASSES)
def test_only_relevant_keys_are_read_and_no_value_breaks_the_judge(tags, highway):
    tags = tags if highway is None else tags | {"highway": highway}
    for profile in (EVERYDAY, LEGAL):
        rows = profile.lookup()
        found = judge(tags, profile, rows)
        few = {key: value for key, value in tags.items() if key in RELEVANT_KEYS}
        # As text: since Python 3.13 a dataclass that holds "not known" (nan) equals no other.
        assert repr(judge(few, profile, rows)) == repr(found)
        assert hash(judge(few, profile, rows)) == hash(found)
        if isinstance(found, Drivable) and not found.ferry:
            assert 0 < found.kmh <= 200
            assert 0 < found.kmh_backward <= 200
            assert found.forward or found.backward


def test_what_is_not_used_has_words():
    doubts = {"conditional-access", "conditional-barriers", "maxspeed-not-used", "width-not-used"}
    assert doubts <= set(DROPPED)
