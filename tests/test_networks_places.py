"""Times from many places at once: those of the searches that take them one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from road_cases import at, link, roads
from whole_cases import made_up_case

from networks.errors import SearchError
from networks.search.nearest import drives, nearest_other
from networks.search.places import place_times, times_to_each
from networks.types import Direction

SEEDS = range(80)
FRACTIONS = (0.0, 0.11, 0.37, 0.5, 0.77, 1.0)


def places_of(case):
    """Return places on every road, and those of the case's own terminals."""
    land = np.flatnonzero(~case.network.edges.ferry).tolist()
    spread = [at("x", e, f, access_ms=e % 7).snap for e in land for f in FRACTIONS]
    return [*spread, *(t.snap for t in case.terminals)]


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
