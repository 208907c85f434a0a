"""The nearest few, drives of pairs, and times from every node: against brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.errors import SearchError
from networks.search.borders import border_times
from networks.search.nearest import TIES_LISTED, drives, nearest_few, nearest_other
from networks.search.times import node_times
from networks.types import Direction, TravelOptions
from tests.helpers.road_cases import at, brute_force, cases, link, roads

FROM, TO = Direction.FROM_ORIGIN, Direction.TO_ORIGIN


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(cases(), st.integers(1, 4))
def test_the_nearest_few_sites_are_those_of_brute_force(case, count):
    network, terminals, options, direction = case
    found = nearest_few(network, terminals, terminals, count, direction=direction, options=options)
    for origin, few in zip(terminals, found, strict=True):
        sites: dict[str, int] = {}
        for other in terminals:
            pair = (origin, other) if direction is FROM else (other, origin)
            ms = brute_force(network, *pair, options) if other.site != origin.site else None
            if ms is not None:
                sites[other.site] = min(ms, sites.get(other.site, ms))
        assert [f.travel_ms for f in few] == sorted(sites.values())[:count]
        site_of = {t.id: t.site for t in terminals}
        for f in few:
            assert sites[site_of[f.destination_id]] == f.travel_ms == f.route.travel_ms


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_first_of_the_few_is_the_nearest_other(case):
    network, terminals, options, direction = case
    few = nearest_few(network, terminals, terminals, 1, direction=direction, options=options)
    one = nearest_other(network, terminals, terminals, direction=direction, options=options)
    assert [f[0].travel_ms if f else None for f in few] == [o.travel_ms for o in one]
    assert {(f.ties, f.tie_count) for found in few for f in found} <= {((), 0)}  # not asked for


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(cases())
def test_drives_take_the_time_of_brute_force(case):
    network, terminals, options, _ = case
    pairs = [(a, b) for a in terminals for b in terminals]
    for (a, b), route in zip(pairs, drives(network, pairs, options=options), strict=True):
        assert (None if route is None else route.travel_ms) == brute_force(network, a, b, options)
        if route is not None:
            assert (route.from_id, route.to_id) == (a.id, b.id)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(cases())
def test_every_node_has_the_time_to_its_nearest_destination(case):
    network, terminals, options, direction = case
    times = node_times(network, terminals, direction=direction, options=options)
    place = {}
    for e in range(len(network.edges)):
        if not network.edges.ferry[e]:
            place.setdefault(int(network.edges.tail[e]), at("x", e, 0.0))
            place.setdefault(int(network.edges.head[e]), at("x", e, 1.0))
    for node, spot in place.items():
        found = [
            brute_force(network, *((spot, t) if direction is FROM else (t, spot)), options)
            for t in terminals
        ]
        reached = [ms for ms in found if ms is not None]
        assert times.ms[node] == min(reached, default=-1)
        if reached:
            assert found[times.destination[node]] == times.ms[node]


def test_a_limit_leaves_out_what_is_further():
    line = roads([link(i, i + 1, ms=10) for i in range(5)])
    times = node_times(line, [at("h", 0, 0.0)], limit_ms=30)
    assert times.ms.tolist() == [0, 10, 20, 30, -1, -1]


def test_asking_for_none_is_refused():
    with pytest.raises(SearchError):
        nearest_few(roads([link(0, 1)]), [], [], 0)


@pytest.mark.slow
def test_ten_thousand_hospitals_at_one_door_are_counted_and_the_first_hundred_listed():
    road = roads([link(0, 1, ms=1000)])
    crowd = [at(f"h{i:05}", 0, 0.5, site=f"s{i}") for i in range(10_000)]
    found = nearest_other(road, crowd, crowd)
    assert {f.travel_ms for f in found} == {0}
    assert found[0].destination_id == "h00001"
    assert found[1].destination_id == "h00000"
    assert {f.tie_count for f in found} == {9_998}
    assert {len(f.ties) for f in found} == {TIES_LISTED}
    assert found[5].ties[:6] == ("h00001", "h00002", "h00003", "h00004", "h00006", "h00007")


def test_a_second_terminal_of_the_same_id_pair_keeps_its_own_access():
    road = roads([link(0, 1, ms=1000)])
    a, slow = at("a", 0, 0.0), at("b", 0, 1.0, access_ms=500)
    quick = at("b", 0, 1.0, access_ms=5)
    first, second = drives(road, [(a, slow), (a, quick)], options=TravelOptions())
    assert (first.travel_ms, second.travel_ms) == (1500, 1005)


def test_the_border_of_the_data_is_as_near_as_the_road_that_is_cut_there():
    line = roads([link(0, 1, ms=100), link(1, 2, ms=100), link(3, 4, ms=5)])
    border = np.array([False, False, True, False, False])
    cut = replace(line, nodes=replace(line.nodes, border=border))
    ends = [at("a", 0, 0.5, access_ms=7), at("b", 2, 0.0)]
    assert border_times(cut, ends) == (157, None)
    assert border_times(cut, ends, direction=TO) == (157, None)
    assert border_times(line, ends) == (None, None)
