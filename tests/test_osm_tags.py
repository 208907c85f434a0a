"""What tags mean to a car."""

from __future__ import annotations

from dataclasses import replace

import pytest
from road_cases import flat_profile

from networks.osm_tags import Drivable, Dropped, UnknownClass, judge
from networks.profile import MaxspeedRule, RoadClass, UnknownClassRule, load_profile

EVERYDAY = load_profile("everyday")


def verdict(profile=EVERYDAY, **tags):
    tags = {key.replace("__", ":"): value for key, value in tags.items()}
    return judge(tags, profile, profile.lookup())


def directions(**tags):
    road = verdict(highway=tags.pop("highway", "primary"), **tags)
    return road.forward, road.backward


@pytest.mark.parametrize("value", ["yes", "true", "1"])
def test_oneway_along(value):
    assert directions(oneway=value) == (True, False)


@pytest.mark.parametrize("value", ["-1", "reverse"])
def test_oneway_against(value):
    assert directions(oneway=value) == (False, True)


@pytest.mark.parametrize("value", ["no", "false", "0", "alternating", "whatever"])
def test_not_oneway(value):
    assert directions(oneway=value) == (True, True)


def test_implied_oneway_and_its_denial():
    assert directions(junction="roundabout") == (True, False)
    assert directions(highway="motorway") == (True, False)
    assert directions(highway="motorway", oneway="no") == (True, True)
    assert directions(junction="roundabout", oneway="-1") == (False, True)
    assert directions(highway="motorway_link") == (True, True)


def test_the_more_specific_oneway_rules():
    assert directions(oneway="yes", oneway__motor_vehicle="no") == (True, True)


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "footway"}, "not-for-cars"),
        ({"highway": "construction"}, "not-built"),
        ({"highway": "proposed"}, "not-built"),
        ({"highway": "service", "area": "yes"}, "area"),
        ({"highway": "primary", "oneway": "reversible"}, "reversible"),
        ({"highway": "gallop"}, "unknown-highway-value"),
        ({"highway": "primary", "access": "no"}, "no-access"),
        ({"highway": "primary", "access": "private"}, "no-access"),
        ({"highway": "primary", "motor_vehicle": "no"}, "no-access"),
        ({"highway": "primary", "motorcar": "no", "access": "yes"}, "no-access"),
        ({"highway": "primary", "vehicle": "private"}, "no-access"),
        ({"route": "ferry"}, "ferry-cars-not-stated"),
        ({"route": "ferry", "motor_vehicle": "no", "duration": "00:30"}, "ferry-no-cars"),
        ({"route": "ferry", "motor_vehicle": "yes"}, "ferry-no-duration"),
    ],
)
def test_left_out_and_why(tags, reason):
    assert verdict(**tags) == Dropped(reason)


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no", "motor_vehicle": "yes"},
        {"access": "private", "motorcar": "permissive"},
        {"motor_vehicle": "destination"},
        {"access": "customers"},
    ],
)
def test_let_in(tags):
    assert isinstance(verdict(highway="service", **tags), Drivable)


def test_neither_road_nor_ferry():
    assert verdict(building="yes") is None
    assert verdict(route="bus") is None


@pytest.mark.parametrize("duration", ["00:30", "0:30:00", "30", "30 min", "PT30M", "PT0H30M"])
def test_car_ferry_takes_its_duration(duration):
    ferry = verdict(route="ferry", motor_vehicle="yes", duration=duration, name="牛深航路")
    assert (ferry.ferry, ferry.duration_ms, ferry.name) == (True, 1_800_000, "牛深航路")


def test_maxspeed_caps_replaces_or_is_ignored():
    slow, fast = {"highway": "trunk", "maxspeed": "30"}, {"highway": "trunk", "maxspeed": "70"}
    expected = {
        MaxspeedRule.CAP: ((30.0, "maxspeed"), (60.0, "profile")),
        MaxspeedRule.USE: ((30.0, "maxspeed"), (70.0, "maxspeed")),
        MaxspeedRule.IGNORE: ((60.0, "profile"), (60.0, "profile")),
    }
    for rule, speeds in expected.items():
        profile = replace(flat_profile(), maxspeed=rule)
        found = [verdict(profile, **tags) for tags in (slow, fast)]
        assert tuple((road.kmh, road.speed_source) for road in found) == speeds


@pytest.mark.parametrize("value", ["JP:urban", "none", "walk", "signals", "", "0", "fast"])
def test_maxspeed_without_a_number_changes_nothing(value):
    profile = replace(flat_profile(), maxspeed=MaxspeedRule.USE)
    assert verdict(profile, highway="trunk", maxspeed=value).kmh == 60.0


def test_class_that_the_profile_lacks_is_an_error_or_the_fallback():
    bare = flat_profile()
    assert verdict(bare, highway="tertiary") == UnknownClass("tertiary")
    rule = UnknownClassRule.FALLBACK
    ready = replace(bare, unknown_class=rule, fallback=RoadClass("fallback", 20.0, "test"))
    road = verdict(ready, highway="tertiary")
    assert (road.road_class, road.kmh, road.speed_source) == ("tertiary", 20.0, "fallback")


def test_tolls():
    assert verdict(highway="motorway", toll="yes").toll
    assert not verdict(highway="motorway", toll="no").toll
    assert not verdict(highway="motorway", toll="yes", toll__motorcar="no").toll
