"""Catchments: by hand, and place by place against the search itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.build import EdgeTable, build_network
from networks.closures.closing import close_edges
from networks.edge_rows import EdgeRow, table_of_rows
from networks.errors import SearchError
from networks.network import Origin, RoadNetwork
from networks.search.catchments import Catchment, catchment
from networks.search.nearest import nearest_other
from networks.speeds.profile_files import parse_profile
from networks.types import Direction, Terminal, TravelOptions
from tests.helpers.road_cases import FRACTIONS, PROFILE_TEXT, at, cases, flat_profile, link, roads

FROM, TO = Direction.FROM_ORIGIN, Direction.TO_ORIGIN


def parts(found: Catchment) -> list[tuple[int, float, float]]:
    rows = zip(found.edge.tolist(), found.start.tolist(), found.end.tolist(), strict=True)
    return [(e, round(a, 4), round(b, 4)) for e, a, b in rows]


# From the west to a crossing, to the north and to the south of it.
CROSSING = [(130.5, 32.5), (130.51, 32.5), (130.51, 32.51), (130.51, 32.49)]


def table_of(links: list[EdgeRow], places: list[tuple[float, float]]) -> EdgeTable:
    drawn = [replace(e, points=np.array([places[e.tail], places[e.head]])) for e in links]
    lon, lat = np.array(places).T
    return table_of_rows(np.arange(len(places)), lon.copy(), lat.copy(), drawn)


def test_a_line_is_cut_where_the_time_is_up():
    line = roads([link(i, i + 1) for i in range(4)])  # 60 s each
    hospital = at("h", 1, 0.5)
    assert parts(catchment(line, [hospital], 75_000)) == [(0, 0.25, 1), (1, 0, 1), (2, 0, 0.75)]
    assert parts(catchment(line, [hospital], 15_000)) == [(1, 0.25, 0.75)]
    assert parts(catchment(line, [hospital], 10**12)) == [(i, 0, 1) for i in range(4)]


def test_nothing_is_near_what_takes_longer_to_enter():
    line = roads([link(0, 1)])
    assert parts(catchment(line, [at("h", 0, 0.5, access_ms=20_000)], 19_999)) == []
    assert parts(catchment(line, [], 60_000)) == []
    assert parts(catchment(line, [at("h", 0, 0.5, access_ms=9_000)], 15_000)) == [(0, 0.4, 0.6)]


def test_a_road_is_left_at_both_ends_and_the_middle_is_far():
    #  a loop: hospital at node 0, an edge of ten minutes from 1 to 2
    loop = roads([link(0, 1), link(0, 2), link(1, 2, 10_000.0)])
    found = catchment(loop, [at("h", 0, 0.0)], 120_000)
    assert parts(found) == [(0, 0, 1), (1, 0, 1), (2, 0, 0.1), (2, 0.9, 1)]
    assert found.length_m(loop) == pytest.approx(4000.0, abs=0.1)
    assert found.contains(2, 0.05)
    assert not found.contains(2, 0.5)
    assert not found.contains(3, 0.5)


def test_one_ways_are_driven_one_way():
    line = roads([link(0, 1, both=False), link(1, 2, both=False), link(2, 0, 100_000.0)])
    hospital = at("h", 1, 0.5)
    to_hospital = catchment(line, [hospital], 60_000)
    assert parts(to_hospital) == [(0, 0.5, 1), (1, 0, 0.5), (2, 0.9999, 1)][:2]
    assert parts(catchment(line, [hospital], 60_000, direction=TO)) == [(1, 0.5, 1), (2, 0, 0.005)]


def test_a_forbidden_turn_sends_the_drive_round():
    table = table_of([link(0, 1), link(1, 2), link(1, 3)], CROSSING)
    no_left = replace(table, turn_offset=np.array([0, 2]), turn_directed=np.array([0, 2]))
    network = build_network(no_left, flat_profile(), Origin("test"))
    hospital = at("h", 1, 0.5)
    # straight on, back, and then it is another turn: two minutes more
    assert parts(catchment(network, [hospital], 180_000))[0] == (0, 0.5, 1)
    assert parts(catchment(network, [hospital], 180_000, direction=TO))[0] == (0, 0, 1)


def test_turns_that_cost_time_cost_it_before_the_place():
    profile = parse_profile(PROFILE_TEXT + '[turns]\nright_s = 12\nsource = "test"\n', "test.toml")
    table = table_of([link(0, 1), link(1, 2), link(1, 3)], CROSSING)
    network = build_network(table, profile, Origin("test"))
    hospital = at("h", 0, 0.5)
    found = catchment(network, [hospital], 60_000, direction=TO)
    assert parts(found) == [(0, 0, 1), (1, 0, 0.5), (2, 0, 0.3)]
    assert parts(catchment(network, [hospital], 60_000)) == [(0, 0, 1), (1, 0, 0.3), (2, 0, 0.5)]


def test_waiting_at_the_end_of_a_road_is_not_paid_by_who_stops_before_it():
    table = table_of([link(0, 1), link(1, 2)], CROSSING[:3])
    signals = replace(table, forward_delay_ms=np.array([20_000, 0]))
    network = build_network(signals, flat_profile(), Origin("test"))
    assert parts(catchment(network, [at("h", 1, 0.0)], 35_000))[0] == (0, 0.75, 1)
    from_tail = catchment(network, [at("h", 0, 0.0)], 65_000, direction=TO)
    assert parts(from_tail) == [(0, 0, 1)]
    assert parts(catchment(network, [at("h", 0, 0.0)], 83_000, direction=TO))[1] == (1, 0, 0.05)


def test_own_traffic_roads_are_driven_from_but_not_through():
    short_cut = [link(0, 1), link(1, 2), replace(link(0, 2, 500.0), through=False)]
    network = build_network(table_of(short_cut, CROSSING[:3]), flat_profile(), Origin("test"))
    found = catchment(network, [at("h", 1, 0.9)], 60_000)
    # of road 0 nothing by way of the short cut, which would take half a minute
    assert parts(found) == [(0, 0.9, 1), (1, 0, 1), (2, 0, 1)]


def test_ferries_carry_on_but_are_no_road():
    crossing = roads([link(0, 1), link(1, 2, ms=5_000, ferry=True), link(2, 3)])
    hospital = at("h", 0, 0.5)
    assert parts(catchment(crossing, [hospital], 60_000)) == [(0, 0, 1)]
    by_ship = TravelOptions(ferries=True, ferry_wait_ms=10_000)
    found = catchment(crossing, [hospital], 60_000, options=by_ship)
    assert parts(found) == [(0, 0, 1), (2, 0, 0.25)]


def test_tolls_not_paid_and_roads_closed_are_left_out():
    line = roads([link(0, 1), link(1, 2, toll=True), link(1, 3)])
    hospital = at("h", 0, 0.5)
    free = TravelOptions(tolls=False)
    assert parts(catchment(line, [hospital], 10**6, options=free)) == [(0, 0, 1), (2, 0, 1)]
    closed = close_edges(line, np.array([True, False, False]))
    assert parts(catchment(closed, [hospital], 10**6)) == []
    end = at("end", 0, 1.0)
    assert parts(catchment(closed, [end], 10**6)) == [(1, 0, 1), (2, 0, 1)]


def test_a_cutoff_below_zero_is_refused():
    with pytest.raises(SearchError) as caught:
        catchment(roads([link(0, 1)]), [], -1)
    assert caught.value.problems[0].code == "catchment-cutoff"


# --- place by place -------------------------------------------------------------------------------

TURNS = """
[turns]
left_s = 0.004
right_s = 0.009
straight_s = 0.002
u_turn_s = 0.011
source = "test"
"""


@st.composite
def ruled_cases(draw):
    """Return a random case with delays, own-traffic roads and forbidden turns as well."""
    network, terminals, options, direction = draw(cases())
    size, count = len(network.nodes), len(network.edges)
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    edges = network.edges
    table = table_of_rows(
        network.nodes.id,
        seed.uniform(130.4, 130.6, size),
        seed.uniform(32.4, 32.6, size),
        [
            link(
                int(edges.tail[e]),
                int(edges.head[e]),
                ms=max(int(edges.forward_ms[e]), int(edges.backward_ms[e])),
                both=bool(edges.backward_ms[e] >= 0),
                toll=bool(edges.toll[e]),
                ferry=bool(edges.ferry[e]),
                name=network.names[edges.name[e]],
                points=[(130.5, 32.5), (130.5 + float(seed.uniform(-1, 1)), 32.6)],
            )
            for e in range(count)
        ],
    )
    onto: dict[int, list[int]] = {}
    for d in range(2 * count):
        onto.setdefault(int((edges.head if d & 1 else edges.tail)[d >> 1]), []).append(d)
    ends = [int((edges.tail if d & 1 else edges.head)[d >> 1]) for d in range(2 * count)]
    pairs = [(d, n) for d in range(2 * count) for n in onto.get(ends[d], [])]
    banned = [pairs[i] for i in sorted(set(seed.integers(0, len(pairs), 4).tolist()))]
    table = replace(
        table,
        through=(seed.random(count) < 0.8) | edges.ferry,
        forward_delay_ms=seed.integers(0, 8, count),
        backward_delay_ms=seed.integers(0, 8, count),
        turn_offset=2 * np.arange(len(banned) + 1),
        turn_directed=np.array(banned, np.int64).ravel(),
    )
    profile = flat_profile()
    if draw(st.booleans()):
        profile = parse_profile(PROFILE_TEXT + TURNS, "test.toml")
    return build_network(table, profile, Origin("test")), terminals, options, direction


def judged(
    network: RoadNetwork,
    places: list[tuple[int, float]],
    terminals: list[Terminal],
    options: TravelOptions,
    direction: Direction,
) -> list[int | None]:
    """Return the milliseconds between each place and its nearest terminal, by the search."""
    origins = [at(f"place {i}", e, f) for i, (e, f) in enumerate(places)]
    found = nearest_other(network, origins, terminals, options=options, direction=direction)
    return [answer.travel_ms for answer in found]


def agrees(case, cutoff_ms: int, fractions: list[float]) -> None:
    network, terminals, options, direction = case
    found = catchment(network, terminals, cutoff_ms, direction=direction, options=options)
    places = [
        (e, f) for e in range(len(network.edges)) if not network.edges.ferry[e] for f in fractions
    ]
    # the very place of a cut is a matter of rounding; that of a destination is no part by itself
    cuts = [*found.start.tolist(), *found.end.tolist(), *(t.snap.fraction for t in terminals)]
    times = judged(network, places, terminals, options, direction)
    for (e, f), ms in zip(places, times, strict=True):
        if min(abs(cut - f) for cut in cuts) < 1e-9:
            continue
        assert found.contains(e, f) == (ms is not None and ms <= cutoff_ms), (e, f, ms)


inner = st.lists(st.floats(0.001, 0.999), min_size=1, max_size=6)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(cases(), st.integers(0, 90), inner)
def test_a_place_belongs_exactly_when_the_search_is_in_time(case, cutoff_ms, fractions):
    agrees(case, cutoff_ms, [*FRACTIONS[1:-1], *fractions])


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(ruled_cases(), st.integers(0, 90), inner)
def test_so_it_does_with_delays_turns_and_own_traffic(case, cutoff_ms, fractions):
    agrees(case, cutoff_ms, [*FRACTIONS[1:-1], *fractions])


@settings(max_examples=40, deadline=None)
@given(ruled_cases(), st.integers(0, 90), st.integers(0, 40))
def test_more_time_never_takes_anything_away(case, cutoff_ms, more_ms):
    network, terminals, options, direction = case
    small, large = (
        catchment(network, terminals, ms, direction=direction, options=options)
        for ms in (cutoff_ms, cutoff_ms + more_ms)
    )
    for edge, start, end in zip(small.edge, small.start, small.end, strict=True):
        around = (large.edge == edge) & (large.start <= start) & (large.end >= end)
        assert around.any()


@settings(max_examples=40, deadline=None)
@given(ruled_cases(), st.integers(0, 90))
def test_parts_are_in_order_and_apart(case, cutoff_ms):
    network, terminals, options, direction = case
    found = catchment(network, terminals, cutoff_ms, direction=direction, options=options)
    assert (found.start < found.end).all()
    assert (found.start >= 0).all()
    assert (found.end <= 1).all()
    assert (np.diff(found.edge) >= 0).all()
    same = np.diff(found.edge) == 0
    assert (found.start[1:][same] > found.end[:-1][same]).all()
