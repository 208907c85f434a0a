"""The same roads at other speeds: the milliseconds of a network built anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groundfloor.problems import Text
from networks.closures.closing import close_edges
from networks.errors import NetworkDataError
from networks.network import CLOSED, CLOSED_FLAG
from networks.osm.osm_files import read_osm
from networks.retiming import retimed
from networks.speeds.profile import Delay, MaxspeedRule, TurnDelays, UnknownClassRule, WidthCap
from networks.speeds.profile_files import load_profile
from tests.helpers.road_cases import ROADS, flat_profile, link, roads

EVERYDAY = load_profile("everyday")
WAYS = (
    {"highway": "trunk"},
    {"highway": "trunk", "maxspeed": "30 mph"},
    {"highway": "primary", "maxspeed": "30", "width": "2.5"},
    {"highway": "primary", "zone:maxspeed": "JP:30"},
    {"highway": "secondary", "width": "3.5", "oneway": "yes"},
    {"highway": "tertiary", "width": "8"},
    {"highway": "residential", "maxspeed": "60"},
    {"highway": "service", "access": "destination"},
    {"highway": "service", "service": "driveway"},
    {"route": "ferry", "motor_vehicle": "yes", "duration": "00:25"},
)


def town(path):
    """A file in which each of `WAYS` runs between two nodes of one row."""
    body = "".join(
        f'<node id="{i}" lon="{130.5 + 0.0123 * i:.7f}" lat="{32.5 + 0.001 * i * i:.7f}" version="1"/>'
        for i in range(len(WAYS) + 1)
    )
    for i, tags in enumerate(WAYS):
        inside = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        body += f'<way id="{i + 1}" version="1"><nd ref="{i}"/><nd ref="{i + 1}"/>{inside}</way>'
    path.write_text(f'<osm version="0.6">{body}</osm>', "utf-8")
    return path


def faster(**changes):
    names = {row.name for row in EVERYDAY.classes}
    factors = dict.fromkeys(sorted(names), 1.17) | {"primary": 0.77}
    profile = EVERYDAY.scaled(
        factors,
        name="other",
        version="1",
        title=Text("別", "other"),
        sources=dict.fromkeys(factors, "test"),
    )
    return replace(profile, **changes)


PROFILES = {
    "factors": faster(),
    "limits rule": faster(maxspeed=MaxspeedRule.USE),
    "limits ignored": faster(maxspeed=MaxspeedRule.IGNORE),
    "widths": faster(widths=(WidthCap(4.0, 18.0, "test"), WidthCap(9.0, 33.0, "test"))),
    "no widths": faster(widths=()),
    "turns": faster(turns=TurnDelays(left_s=2, right_s=8, source="test")),
}


def same_times(one, other):
    for name in ("forward_ms", "backward_ms", "forward_delay_ms", "backward_delay_ms"):
        assert np.array_equal(getattr(one.edges, name), getattr(other.edges, name)), name
    assert np.array_equal(one.graph.onward.arc, other.graph.onward.arc)
    assert np.array_equal(one.graph.back.arc, other.graph.back.arc)


def same_sources(one, other):
    sources = [[n.speed_sources[i] for i in n.edges.speed_source] for n in (one, other)]
    assert sources[0] == sources[1]


@pytest.mark.parametrize("name", PROFILES)
def test_the_times_of_a_network_built_anew(tmp_path, name):
    path = town(tmp_path / "town.osm")
    network = read_osm(path, EVERYDAY)
    assert len(network.edges) == len(WAYS)
    answer = retimed(network, PROFILES[name])
    anew = read_osm(path, PROFILES[name])
    same_times(answer, anew)
    same_sources(answer, anew)
    assert answer.profile == PROFILES[name]
    assert answer.sha256 != network.sha256
    assert not [p for p in answer.problems if p.code == "retimed-inexact"]
    back = retimed(answer, EVERYDAY)
    same_times(back, network)


def test_the_same_profile_gives_the_network_itself(tmp_path):
    network = read_osm(town(tmp_path / "town.osm"), EVERYDAY)
    assert retimed(network, EVERYDAY) is network


@pytest.mark.parametrize("name", ["factors", "limits rule"])
def test_a_real_town(name):
    path = ROADS / "kumamoto_chuo_drive_20230105.osm.pbf"
    if not path.exists():
        pytest.skip("the extract of Kumamoto is not at hand")
    network = read_osm(path, EVERYDAY)
    same_times(retimed(network, PROFILES[name]), read_osm(path, PROFILES[name]))


def test_own_minutes_stay():
    network = roads(
        [link(0, 1, 5000), replace(link(1, 2, 5000, ms=600_000), speed_source="minutes")]
    )
    slow = flat_profile().scaled(
        {"trunk": 0.5},
        name="slow",
        version="1",
        title=Text("遅", "slow"),
        sources={"trunk": "test"},
    )
    answer = retimed(network, slow)
    assert answer.edges.forward_ms.tolist() == [600_000, 600_000]
    assert answer.speed_sources == ("profile", "minutes")


def test_one_way_streets_stay_and_closed_roads_stay_closed():
    network = roads([link(0, 1, both=False), link(1, 2)])
    network = close_edges(network, np.array([False, True]))
    slow = flat_profile().scaled(
        {"trunk": 0.5},
        name="slow",
        version="1",
        title=Text("遅", "slow"),
        sources={"trunk": "test"},
    )
    answer = retimed(network, slow)
    assert answer.edges.backward_ms.tolist() == [CLOSED, 120_000]
    assert answer.closed.tolist() == [False, True]
    shut = answer.graph.onward.arc[:, 1] & np.uint32(CLOSED_FLAG) != 0
    assert sorted((answer.graph.onward.directed[shut] >> 1).tolist()) == [1, 1]


def test_a_width_that_no_car_fits_shuts_the_road(tmp_path):
    network = read_osm(town(tmp_path / "town.osm"), EVERYDAY)
    answer = retimed(network, faster(widths=(WidthCap(3.0, 0.0, "test"),)))
    assert answer.edges.forward_ms[2] == CLOSED == answer.edges.backward_ms[2]
    assert (np.delete(answer.edges.forward_ms, 2) > 0).all()


def test_a_class_without_a_row_is_named_or_falls_back(tmp_path):
    network = read_osm(town(tmp_path / "town.osm"), EVERYDAY)
    fewer = tuple(row for row in EVERYDAY.classes if row.name != "tertiary")
    with pytest.raises(NetworkDataError) as caught:
        retimed(network, replace(EVERYDAY, classes=fewer))
    assert [p.value for p in caught.value.problems] == ["tertiary"]
    spare = replace(EVERYDAY.classes[0], name="fallback", kmh=11.0)
    lenient = replace(
        EVERYDAY, classes=fewer, fallback=spare, unknown_class=UnknownClassRule.FALLBACK
    )
    same_times(retimed(network, lenient), read_osm(tmp_path / "town.osm", lenient))


def test_what_is_not_kept_is_said(tmp_path):
    network = read_osm(town(tmp_path / "town.osm"), EVERYDAY)

    def doubts(profile):
        found = [p for p in retimed(network, profile).problems if p.code == "retimed-inexact"]
        return [p.message.en for p in found]

    (delays,) = doubts(faster(delays=(Delay("traffic_signals", 12.0, "test"),)))
    assert "delays at signals" in delays
    (limits,) = doubts(faster(limits=()))
    assert "limits mapped by their kind" in limits
    (ferries,) = doubts(replace(faster(), ferry=replace(EVERYDAY.ferry, kmh=20.0)))
    assert "left out" in ferries
    row = replace(EVERYDAY.classes[0], name="service:alley", aliases=())
    (finer,) = doubts(replace(faster(), classes=(*faster().classes, row)))
    assert "finer" in finer
