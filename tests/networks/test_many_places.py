"""Times from many places at once: those of the searches that take them one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from networks.errors import SearchError
from networks.search.flows import edge_flows
from networks.search.nearest import drives, nearest_other
from networks.search.places import place_times, times_to_each
from networks.types import Direction, TravelOptions
from tests.helpers.road_cases import at, link, roads
from tests.helpers.whole_cases import made_up_case

SEEDS = range(80)
FRACTIONS = (0.0, 0.11, 0.37, 0.5, 0.77, 1.0)


def places_of(case):
    """Return places on every road, and those of the case's own terminals."""
    land = np.flatnonzero(~case.network.edges.ferry).tolist()
    spread = [at("x", e, f, access_ms=e % 7).snap for e in land for f in FRACTIONS]
    return [*spread, *(t.snap for t in case.terminals)]


@pytest.mark.slow
@pytest.mark.parametrize("direction", Direction)
def test_each_place_has_the_time_and_the_nearest_of_a_search_from_there(direction):
    for case in map(made_up_case, SEEDS):
        places = places_of(case)
        origins = [
            replace(case.terminals[0], id=f"from {i}", site=f"from {i}", snap=snap)
            for i, snap in enumerate(places)
        ]
        told = {"direction": direction, "options": case.options}
        answers = nearest_other(case.network, origins, case.terminals, **told)
        times = place_times(case.network, places, case.terminals, **told)
        for i, answer in enumerate(answers):
            assert times.ms[i] == (-1 if answer.travel_ms is None else answer.travel_ms), case.seed
            if times.destination[i] < 0:
                assert answer.destination_id is None
            else:
                name = case.terminals[times.destination[i]].id
                assert name in (answer.destination_id, *answer.ties), case.seed


@pytest.mark.slow
@pytest.mark.parametrize("direction", Direction)
def test_each_destination_has_its_own_times_within_the_limit(direction):
    limit_ms = 60
    for case in map(made_up_case, SEEDS[::5]):
        places, ends = places_of(case), case.terminals
        told = {"direction": direction, "options": case.options}
        found = list(times_to_each(case.network, places, ends, limit_ms, **told))
        assert len(found) == len(ends)
        starts = [replace(ends[0], id=f"from {i}", snap=snap) for i, snap in enumerate(places)]
        for end, ms in zip(ends, found, strict=True):
            pairs = [(s, end) if direction is Direction.FROM_ORIGIN else (end, s) for s in starts]
            for got, route in zip(
                ms, drives(case.network, pairs, options=case.options), strict=True
            ):
                reached = route is not None and route.travel_ms <= limit_ms
                assert got == (route.travel_ms if reached else -1), case.seed


def test_without_destinations_nothing_is_reached_and_without_places_nothing_is_said():
    network = roads([link(0, 1)])
    here = at("x", 0, 0.3).snap
    times = place_times(network, [here], [])
    assert (times.ms.tolist(), times.destination.tolist()) == ([-1], [-1])
    assert len(place_times(network, [], [at("h", 0, 0.5)]).ms) == 0
    assert list(times_to_each(network, [here], [], 100)) == []


def test_places_off_the_network_are_refused():
    network = roads([link(0, 1), link(1, 2, ferry=True)])
    for snap in (at("x", 9, 0.5).snap, at("x", 1, 0.5).snap, at("x", 0, 1.5).snap):
        with pytest.raises(SearchError):
            place_times(network, [snap], [])


# --- which roads drives take


def test_flows_count_the_drives_over_each_edge():
    #  0 - 1 - 2 - 3, and 4 on a side road from 1
    network = roads([link(0, 1), link(1, 2), link(2, 3), link(1, 4)])
    starts = [
        at("x", 0, 0.5).snap,
        at("x", 0, 0.0).snap,
        at("x", 3, 1.0).snap,
        at("x", 2, 0.5).snap,
    ]
    east, west = at("east", 2, 1.0), at("west", 0, 0.0)
    assert edge_flows(network, starts, [east]).tolist() == [1, 3, 3, 1]
    assert edge_flows(network, starts, [west]).tolist() == [2, 1, 0, 1]
    assert edge_flows(network, starts, [west, east]).tolist() == [3, 4, 3, 2]
    assert edge_flows(network, starts, []).tolist() == [0, 0, 0, 0]
    assert edge_flows(network, [], [east]).tolist() == [0, 0, 0, 0]


def test_flows_take_the_fastest_way_that_is_allowed():
    network = roads(
        [link(0, 1, ms=10), link(1, 2, ms=10, toll=True), link(0, 2, ms=50), link(2, 3, ms=10)]
    )
    start, end = [at("x", 0, 0.0).snap], [at("h", 3, 1.0)]
    free = TravelOptions(tolls=False)
    assert edge_flows(network, start, end).tolist() == [1, 1, 0, 1]
    assert edge_flows(network, start, end, options=free).tolist() == [0, 0, 1, 1]


@pytest.mark.slow
def test_flows_lead_where_the_fastest_drives_lead():
    for case in map(made_up_case, SEEDS):
        places = places_of(case)
        flows = edge_flows(case.network, places, case.terminals, options=case.options)
        drives_in_all = len(places) * len(case.terminals)
        assert ((flows >= 0) & (flows <= drives_in_all)).all()
        if not case.options.tolls:
            assert not flows[case.network.edges.toll].any()
        if not case.options.ferries:
            assert not flows[case.network.edges.ferry].any()
