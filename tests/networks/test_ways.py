"""Ways to edges: junctions, barriers, delays, borders, ferries, restrictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from networks import Direction, Terminal, drives, nearest_other, place_times, snap_points
from networks.build import build_network
from networks.network import Origin
from networks.osm.data import Marks, OsmData, Places, Restriction, RestrictionKind
from networks.osm.judging import Judging, WayRows
from networks.osm.nodes import NodeMark
from networks.osm.ways import edges_of_ways
from networks.speeds.profile import Delay, DelayKind
from tests.helpers.road_cases import flat_profile

TRUNK = {"highway": "trunk"}
FERRY = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:50"}
CLOSED = NodeMark(closed=True, kind="")
SIGNALS = NodeMark(closed=False, kind="traffic_signals")
STOP_AHEAD = NodeMark(closed=False, kind="stop", forward=True, backward=False)
PROFILE = replace(
    flat_profile(),
    delays=(Delay(DelayKind.TRAFFIC_SIGNALS, 20, "test"), Delay(DelayKind.STOP, 5, "test")),
)
ROW = {i: (130.5 + i / 100, 32.5) for i in range(1, 10)}


def given(
    *ways: tuple[Sequence[int], Mapping[str, str]],
    marks: Mapping[int, NodeMark] | None = None,
    nodes: Mapping[int, tuple[float, float]] = ROW,
    **more: object,
) -> OsmData:
    """OSM data of these ways, numbered from 100; nodes lie on a row."""
    rows = WayRows(Judging(PROFILE))
    for number, (refs, tags) in enumerate(ways, 100):
        road = rows.road(tags)
        assert road >= 0
        rows.add(number, list(refs), road, tags)
    ids = sorted({r for refs, _ in ways for r in refs} & set(nodes))
    kinds = tuple(dict.fromkeys((marks or {}).values()))
    marked = sorted(marks or {})
    at = np.array([nodes[i] for i in ids], np.float64).reshape(-1, 2)
    return OsmData(
        ways=rows.joined("test"),
        places=Places(np.array(ids, np.int64), at[:, 0].copy(), at[:, 1].copy()),
        marks=Marks(
            np.array(marked, np.int64),
            np.array([kinds.index((marks or {})[i]) for i in marked], np.int32),
            kinds,
        ),
        **more,
    )


def made(data: OsmData):
    """Return (table, counts, [(tail id, head id)])."""
    table, counts = edges_of_ways(data, PROFILE)
    ends = zip(table.node_id[table.tail].tolist(), table.node_id[table.head].tolist(), strict=True)
    return table, counts, list(ends)


def network(data: OsmData):
    return build_network(edges_of_ways(data, PROFILE)[0], PROFILE, Origin("test"))


def test_a_barrier_inside_a_way_parts_it_and_both_sides_stay():
    table, counts, ends = made(given(([1, 2, 3, 4], TRUNK), marks={3: CLOSED}))
    assert ends == [(1, 3), (3, 4)]
    assert table.head[0] != table.tail[1]
    assert sorted(table.node_id.tolist()) == [1, 3, 3, 4]
    assert counts == {"closed-barriers": 1}


def test_a_barrier_at_a_junction_parts_every_road_there():
    data = given(([1, 2], TRUNK), ([2, 3], TRUNK), ([4, 2, 5], TRUNK), marks={2: CLOSED})
    table, counts, ends = made(data)
    assert ends == [(1, 2), (2, 3), (4, 2), (2, 5)]
    numbers = np.concatenate([table.tail, table.head])
    at_barrier = numbers[table.node_id[numbers] == 2]
    assert len(set(at_barrier.tolist())) == 4
    assert counts == {"closed-barriers": 1}
    assert network(data).info().components == 4


def test_a_barrier_at_a_dead_end_changes_nothing():
    plain, _, ends = made(given(([1, 2, 3], TRUNK), ([2, 4], TRUNK)))
    table, counts, same = made(given(([1, 2, 3], TRUNK), ([2, 4], TRUNK), marks={4: CLOSED}))
    assert (ends, counts) == (same, {})
    assert np.array_equal(np.sort(plain.node_id), np.sort(table.node_id))


def test_barriers_with_opening_hours_are_counted_on_roads_only():
    timed = NodeMark(closed=False, kind="gate", conditional=True)
    data = given(([1, 2, 3], TRUNK), marks={2: timed, 3: CLOSED, 8: timed})
    _, counts, ends = made(data)
    assert counts["conditional-barriers"] == 1
    assert ends == [(1, 3)]


def test_a_ring_through_a_barrier_is_open_there():
    table, _, ends = made(given(([1, 2, 3, 1], TRUNK), marks={1: CLOSED}))
    assert ends == [(1, 1)]
    assert table.tail[0] != table.head[0]


def test_delays_are_met_on_arriving_never_on_leaving():
    data = given(
        *(([1, 2, 3], TRUNK), ([3, 4, 5], TRUNK), ([3, 6], TRUNK)),
        marks={2: STOP_AHEAD, 3: SIGNALS, 5: STOP_AHEAD, 6: SIGNALS},
    )
    table, _, ends = made(data)
    assert ends == [(1, 2), (2, 3), (3, 5), (3, 6)]  # a road is cut where cars wait
    assert table.forward_delay_ms.tolist() == [5_000, 20_000, 5_000, 20_000]
    assert table.backward_delay_ms.tolist() == [0, 0, 20_000, 20_000]


# One street of 936 m pieces at 60 km/h, and on it signals at 3, a stop sign at 5 for who comes
# from 4: the milliseconds of a drive are its metres, and what it passes.
STREET = given(([1, 2, 3, 4, 5, 6], TRUNK), marks={3: SIGNALS, 5: STOP_AHEAD})


@pytest.mark.parametrize(
    ("start", "end", "wait_ms"),
    [
        (1.5, 2.5, 0),  # both before the signals
        (1.5, 3.5, 20_000),
        (3.5, 1.5, 20_000),
        (3.5, 4.5, 0),  # both behind them
        (4.5, 3.5, 0),
        (4.5, 5.5, 5_000),
        (5.5, 4.5, 0),  # the sign looks the other way
        (1.5, 5.5, 25_000),
        (5.5, 1.5, 20_000),
    ],
)
def test_doors_on_one_street_pay_for_what_lies_between_them(start, end, wait_ms):
    roads = network(STREET)
    lon = [130.5 + place / 100 for place in (start, end)]
    snaps = [found.snap for found in snap_points(roads, lon, [32.5, 32.5], 100.0)]
    terminals = [Terminal(str(i), str(i), snap) for i, snap in enumerate(snaps)]
    for direction, here, there in (
        (Direction.FROM_ORIGIN, 0, 1),
        (Direction.TO_ORIGIN, 1, 0),
    ):
        found = nearest_other(roads, [terminals[here]], [terminals[there]], direction=direction)
        route = found[0].route
        assert route.delay_ms == wait_ms
        times = place_times(roads, [snaps[here]], [terminals[there]], direction=direction)
        assert times.ms.tolist() == [route.travel_ms]
    (drive,) = drives(roads, [(terminals[0], terminals[1])])
    assert (drive.delay_ms, drive.travel_ms) == (wait_ms, route.travel_ms)


def test_a_profile_without_delays_waits_nowhere():
    table, _ = edges_of_ways(given(([1, 2, 3], TRUNK), marks={2: SIGNALS}), flat_profile())
    assert table.forward_delay_ms.tolist() == table.backward_delay_ms.tolist() == [0]


def test_nodes_beside_a_gap_are_border():
    table, counts, ends = made(
        given(([1, 2, 99, 3, 4], TRUNK), ([98, 5, 6], TRUNK), ([4, 2], TRUNK))
    )
    assert ends == [(1, 2), (3, 4), (5, 6), (4, 2)]
    assert sorted(table.node_id[table.border].tolist()) == [2, 3, 5]
    assert counts == {"missing-nodes": 2, "ways-cut-at-missing-nodes": 2}


def test_nodes_outside_the_bounds_of_the_data_are_border():
    data = given(([1, 2, 3, 4], TRUNK), ([3, 5], TRUNK), bounds=(130.5, 32.0, 130.525, 33.0))
    table, counts, _ = made(data)
    assert sorted(table.node_id[table.border].tolist()) == [3, 4, 5]
    assert counts == {"nodes-outside-bounds": 3}


def test_edges_of_no_length_are_kept_for_what_they_join():
    nodes = {**ROW, 3: ROW[2]}
    data = given(([1, 2], TRUNK), ([2, 3], TRUNK), ([3, 4], TRUNK), ([2, 2, 5], TRUNK), nodes=nodes)
    built = network(data)
    assert built.edges.length_m[1] == 0
    assert built.edges.forward_ms[1] == built.edges.backward_ms[1] == 0
    assert built.info().components == 1
    assert len(built.edges) == 4  # a node repeated in a way is one node


def test_durations_of_ferries_sum_and_a_cut_ferry_is_left_out():
    data = given(([1, 2, 3, 5], FERRY), ([2, 6], TRUNK), ([3, 4], FERRY), ([7, 99], FERRY))
    table, counts, ends = made(data)
    assert ends == [(1, 2), (2, 3), (3, 5), (2, 6), (3, 4)]
    assert table.given_ms[[0, 1, 2]].sum() == table.given_ms[4] == 3_000_000
    assert table.given_ms[3] == -1
    assert [table.names[i] for i in table.name] == ["way/100"] * 3 + ["", "way/102"]
    assert counts["ferries-cut"] == 1


def test_what_the_tags_say_reaches_the_edges():
    lane = {"highway": "residential", "access": "destination", "width": "3.5", "maxspeed": "30"}
    table, _, _ = made(given(([1, 2, 3], TRUNK | {"name": "東通り"}), ([2, 4], lane)))
    assert table.source_id.tolist() == [100, 100, 101]
    assert table.through.tolist() == [True, True, False]
    assert table.limit_kmh.tolist() == pytest.approx([np.nan, np.nan, 30.0], nan_ok=True)
    assert table.width_m.tolist() == pytest.approx([np.nan, np.nan, 3.5], nan_ok=True)
    assert [table.names[i] for i in table.name] == ["東通り", "東通り", ""]


def test_restrictions_become_forbidden_sequences_and_are_counted():
    kinds = (
        Restriction(1, RestrictionKind.NO, 100, (2,), (), 101),
        Restriction(2, RestrictionKind.NO, 100, (2,), (), 999),
    )
    data = given(([1, 2], TRUNK), ([2, 3], TRUNK), ([2, 4], TRUNK), restrictions=kinds)
    table, counts, _ = made(data)
    assert table.turn_offset.tolist() == [0, 2]
    assert table.turn_directed.tolist() == [0, 2]
    assert counts == {"restrictions-applied": 1, "restriction-to-missing": 1}


def test_nodes_follow_a_curve_and_edges_the_ways():
    rng = np.random.default_rng(7)
    where = {i: tuple(rng.uniform((130, 32), (131, 33))) for i in range(1, 400)}
    ways = [([i, i + 1], TRUNK) for i in range(1, 399)]
    table, _, ends = made(given(*ways, nodes=where))
    assert ends == [(i, i + 1) for i in range(1, 399)]
    steps = np.hypot(np.diff(table.node_lon), np.diff(table.node_lat))
    apart = np.hypot(*(rng.uniform(size=(2, 2, 1000))[:, 0] - rng.uniform(size=(2, 1000))))
    assert np.median(steps) < 0.2 * np.median(apart)


def test_nothing_known_gives_an_empty_table():
    table, counts, ends = made(given(([1, 2], TRUNK), nodes={}))
    assert (len(table.node_id), ends) == (0, [])
    assert counts == {"missing-nodes": 2, "ways-cut-at-missing-nodes": 1}
