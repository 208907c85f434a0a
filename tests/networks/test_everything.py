"""Every search against the plain rules, in small towns with everything at once.

Other tests take the rules one by one, or a few together. Here zones, pockets, restrictions, costs
of turns, delays, ferries with waits, tolls, loops, one-way roads and doors in the middle of roads
meet, since the mistakes that are left are those of two rules that do not get on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from networks.search.borders import border_times
from networks.search.catchments import catchment
from networks.search.nearest import drives, nearest_few, nearest_other
from networks.search.times import UNREACHABLE, node_times
from networks.types import Direction
from tests.helpers.whole_cases import Case, made_up_case

SEEDS, CHUNK = 120, 15


@pytest.fixture(scope="module", params=range(0, SEEDS, CHUNK), ids=lambda first: f"from{first}")
def cases(request) -> list[Case]:
    """Return a chunk of cases; whatever fails names the seed of its case."""
    return [made_up_case(seed) for seed in range(request.param, request.param + CHUNK)]


@pytest.fixture(params=Direction)
def direction(request) -> Direction:
    return request.param


@pytest.mark.slow
def test_the_nearest_other_site_and_its_equals_are_those_of_the_plain_rules(cases, direction):
    for case in cases:
        ends = case.terminals
        answers = nearest_other(case.network, ends, ends, direction=direction, options=case.options)
        for origin, answer in zip(ends, answers, strict=True):
            others = case.others(origin, direction) or [(None, None)]
            best_ms, best = others[0]
            ties = tuple(name for ms, name in others[1:] if ms == best_ms)
            given = answer.travel_ms, answer.destination_id, answer.ties
            assert given == (best_ms, best, ties), (case.seed, origin.id)


def test_the_nearest_three_sites_are_those_of_the_plain_rules(cases, direction):
    for case in cases:
        ends = case.terminals
        site = {t.id: t.site for t in ends}
        answers = nearest_few(
            case.network, ends, ends, 3, direction=direction, options=case.options
        )
        for origin, answer in zip(ends, answers, strict=True):
            nearest = {site[name]: (ms, name) for ms, name in case.others(origin, direction)[::-1]}
            given = [(one.travel_ms, one.destination_id) for one in answer]
            assert given == sorted(nearest.values())[:3], (case.seed, origin.id)


def test_drives_of_all_pairs_take_as_long_as_by_the_plain_rules(cases):
    for case in cases:
        pairs = [(a, b) for a in case.terminals for b in case.terminals if a is not b]
        routes = drives(case.network, pairs, options=case.options)
        for (a, b), route in zip(pairs, routes, strict=True):
            road_ms = case.road_ms(case.node(a), case.node(b), Direction.FROM_ORIGIN)
            given = None if route is None else (route.access_ms, route.travel_ms, route.egress_ms)
            access_ms, egress_ms = a.snap.access_ms, b.snap.access_ms
            ends = access_ms, access_ms + (road_ms or 0) + egress_ms, egress_ms
            assert given == (None if road_ms is None else ends), (case.seed, a.id, b.id)


def test_every_node_is_as_far_from_a_door_as_by_the_plain_rules(cases, direction):
    for case in cases:
        times = node_times(case.network, case.terminals, direction=direction, options=case.options)
        nearest = [
            min(case.door_ms(node, direction).values(), default=UNREACHABLE)
            for node in range(len(case.town.positions))
        ]
        assert times.ms.tolist() == nearest, case.seed


def test_catchments_hold_the_places_within_their_time_by_the_plain_rules(cases, direction):
    for case in cases:
        found = catchment(
            case.network,
            case.terminals,
            case.cutoff_ms,
            direction=direction,
            options=case.options,
        )
        for place in case.sampled:
            doors = case.door_ms(case.cut.node_at[place], direction)
            near = any(ms <= case.cutoff_ms for ms in doors.values())
            assert found.contains(*place) is near, (case.seed, place)


def test_the_border_is_as_far_as_the_nearest_of_its_nodes_by_the_plain_rules(cases, direction):
    for case in cases:
        nodes = case.network.nodes
        border = np.isin(np.arange(len(nodes)), case.border)
        cut = replace(case.network, nodes=replace(nodes, border=border))
        given = border_times(cut, case.terminals, direction=direction, options=case.options)
        for origin, ms in zip(case.terminals, given, strict=True):
            assert ms == case.border_ms(origin, direction), (case.seed, origin.id)


def test_the_towns_have_everything_in_them(cases):
    """The comparison is worth something only while answers differ and every rule occurs."""
    towns = [case.town for case in cases]
    roads = [road for town in towns for road in town.roads]
    assert {(road.ferry, road.toll, road.through) for road in roads} >= {
        (True, False, True),
        (False, True, True),
        (False, False, False),
    }
    assert any(road.tail == road.head for road in roads)
    assert {town.profile.turns is None for town in towns} == {True, False}
    assert max(len(walk) for town in towns for walk in town.forbidden) > 2
