"""From OSM restrictions to forbidden sequences, on junctions small enough to do by hand."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest

from networks.osm.data import Restriction, RestrictionKind
from networks.osm.restrictions import turns_of
from networks.search.graph import search_graph
from tests.helpers.graph_cases import Road, edges_of, times_onward, turns_from

NO, ONLY = RestrictionKind.NO, RestrictionKind.ONLY


@dataclass(frozen=True)
class Way:
    """Edges of a way over OSM nodes; cut at all of them."""

    id: int
    nodes: tuple[int, ...]
    oneway: bool = False


def applied(
    ways: list[Way], rules: list[Restriction], split: tuple[int, int] | None = None
) -> tuple[list[tuple[int, ...]], Counter[str]]:
    """Return forbidden drives as (OSM node, OSM node, ...), and what was counted.

    ``split`` gives the edge with that number a tail of its own with the same OSM id.
    """
    ids = sorted({n for way in ways for n in way.nodes})
    rows = [
        (way.id, ids.index(a), ids.index(b), not way.oneway)
        for way in ways
        for a, b in zip(way.nodes, way.nodes[1:], strict=False)
    ]
    tail = [row[1] for row in rows]
    head = [row[2] for row in rows]
    if split is not None:
        edge, node = split
        tail[edge] = len(ids)
        ids = [*ids, node]
    backward = np.array([row[3] for row in rows])
    offset, directed, counts = turns_of(
        rules,
        np.array([row[0] for row in rows]),
        np.array(tail),
        np.array(head),
        np.ones(len(rows), bool),
        backward,
        np.array(ids),
    )
    drives = []
    for start, end in itertools.pairwise(offset):
        drive: list[int] = []
        for d in directed[start:end].tolist():
            ends = (tail[d >> 1], head[d >> 1])
            drive += [ids[ends[d & 1]], ids[ends[1 - (d & 1)]]]
            assert not d & 1 or backward[d >> 1]
        drives.append(tuple(n for i, n in enumerate(drive) if i == 0 or n != drive[i - 1]))
    return sorted(drives), counts


def rule(kind: RestrictionKind, start: int, via: int, end: int) -> Restriction:
    return Restriction(1, kind, start, (via,), (), end)


def rule_over(kind: RestrictionKind, start: int, via: tuple[int, ...], end: int) -> Restriction:
    return Restriction(1, kind, start, (), via, end)


# Way 10 from the south, 20 to the west, 30 to the north, 40 to the east; all meet at node 5.
CROSSING = [Way(10, (1, 5)), Way(20, (5, 2)), Way(30, (3, 5)), Way(40, (5, 4))]


def test_no_left_turn():
    assert applied(CROSSING, [rule(NO, 10, 5, 20)]) == ([(1, 5, 2)], Counter())


def test_only_straight_on_forbids_the_others_and_turning_back():
    drives, counts = applied(CROSSING, [rule(ONLY, 10, 5, 30)])
    assert drives == [(1, 5, 1), (1, 5, 2), (1, 5, 4)]
    assert not counts


def test_two_arrows_on_one_sign_allow_both():
    drives, _ = applied(CROSSING, [rule(ONLY, 10, 5, 30), rule(ONLY, 10, 5, 20)])
    assert drives == [(1, 5, 1), (1, 5, 4)]


def test_no_u_turn_on_one_way():
    assert applied(CROSSING, [rule(NO, 10, 5, 10)]) == ([(1, 5, 1)], Counter())
    # In the middle of a way it holds for both arms.
    through = [Way(10, (1, 5, 3)), Way(20, (5, 2))]
    assert applied(through, [rule(NO, 10, 5, 10)])[0] == [(1, 5, 1), (3, 5, 3)]


def test_dual_carriageway():
    ways = [
        Way(1, (11, 12), oneway=True),
        Way(2, (12, 13), oneway=True),
        Way(3, (21, 22), oneway=True),
        Way(4, (22, 23), oneway=True),
        Way(5, (12, 22)),
        Way(6, (22, 30)),
    ]
    assert applied(ways, [rule_over(NO, 1, (5,), 4)]) == ([(11, 12, 22, 23)], Counter())
    drives, _ = applied(ways, [rule_over(ONLY, 1, (5,), 6)])
    # Neither on past the gap, nor aside or back at its end.
    assert drives == [(11, 12, 13), (11, 12, 22, 12), (11, 12, 22, 23)]


def test_a_way_between_that_is_cut_and_listed_out_of_order():
    ways = [Way(1, (1, 2)), Way(5, (2, 3, 4)), Way(6, (5, 4)), Way(2, (5, 9)), Way(3, (3, 8))]
    expected = [(1, 2, 3, 4, 5, 9)]
    assert applied(ways, [rule_over(NO, 1, (5, 6), 2)]) == (expected, Counter())
    assert applied(ways, [rule_over(NO, 1, (6, 5), 2)]) == (expected, Counter())


def test_turning_round_through_a_loop_can_be_forbidden():
    street, loop = Way(1, (1, 2)), Way(5, (2, 3, 4, 2), oneway=True)
    around = rule_over(NO, 1, (5,), 1)
    assert applied([street, loop], [around]) == ([(1, 2, 3, 4, 2, 1)], Counter())
    halves = [Way(5, (2, 3), oneway=True), Way(6, (3, 4, 2), oneway=True)]
    assert applied([street, *halves], [rule_over(NO, 1, (5, 6), 1)])[0] == [(1, 2, 3, 4, 2, 1)]
    # A loop of both directions is one way, whichever way round.
    both = applied([street, Way(5, (2, 3, 4, 2))], [around])
    assert both == ([(1, 2, 3, 4, 2, 1), (1, 2, 4, 3, 2, 1)], Counter())
    onward = applied([street, loop, Way(7, (2, 9))], [rule_over(NO, 1, (5,), 7)])
    assert onward == ([(1, 2, 3, 4, 2, 9)], Counter())


def test_a_loop_at_the_end_of_a_street():
    ways = [Way(1, (1, 2)), Way(5, (2, 3)), Way(6, (3, 2))]
    assert applied(ways, [rule_over(NO, 1, (5,), 6)])[0] == [(1, 2, 3, 2)]


@pytest.mark.parametrize(
    ("restriction", "reason"),
    [
        (rule(NO, 99, 5, 20), "restriction-from-missing"),
        (rule(NO, 10, 5, 99), "restriction-to-missing"),
        (rule(NO, 10, 4, 20), "restriction-unconnected"),
        (rule(NO, 10, 7, 20), "restriction-unconnected"),
        (rule_over(NO, 10, (99,), 20), "restriction-via-missing"),
        (Restriction(1, NO, 10, (), (), 20), "restriction-via-missing"),
        (rule_over(NO, 10, (70,), 20), "restriction-unconnected"),
        (rule(NO, 10, 5, 50), "restriction-undrivable"),
        (rule(NO, 50, 5, 50), "restriction-undrivable"),
        (rule(ONLY, 10, 5, 50), "restriction-undrivable"),
        (rule_over(NO, 10, (50,), 60), "restriction-undrivable"),
        (rule(NO, 60, 6, 70), "restriction-ambiguous"),
        (rule(NO, 70, 6, 60), "restriction-ambiguous"),
        (rule(ONLY, 70, 6, 70), "restriction-ambiguous"),
    ],
)
def test_what_cannot_be_applied_is_counted(restriction: Restriction, reason: str):
    ways = [
        *CROSSING,
        Way(50, (6, 5), oneway=True),
        Way(60, (6, 8)),
        Way(70, (7, 6, 9)),
    ]
    assert applied(ways, [restriction]) == ([], Counter({reason: 1}))


def test_only_into_a_way_that_runs_through_leaves_both_its_arms():
    ways = [Way(60, (6, 8)), Way(70, (7, 6, 9)), Way(80, (6, 10))]
    assert applied(ways, [rule(ONLY, 60, 6, 70)])[0] == [(8, 6, 8), (8, 6, 10)]


def test_a_barrier_at_the_junction_parts_the_ways():
    # Edge 1 (way 20) begins behind the barrier: same OSM node, another node here.
    drives, counts = applied(CROSSING, [rule(NO, 10, 5, 20)], split=(1, 5))
    assert (drives, counts) == ([], Counter({"restriction-unconnected": 1}))
    drives, _ = applied(CROSSING, [rule(ONLY, 10, 5, 30)], split=(1, 5))
    assert drives == [(1, 5, 1), (1, 5, 4)]


def test_the_same_ban_twice_is_one_and_order_does_not_matter():
    rules = [rule(NO, 10, 5, 40), rule(NO, 10, 5, 20), rule(NO, 10, 5, 40)]
    assert applied(CROSSING, rules) == applied(CROSSING, rules[::-1])
    assert len(applied(CROSSING, rules)[0]) == 2


def test_no_restrictions_at_all():
    none = np.zeros(0, np.int64)
    offset, directed, counts = turns_of([], none, none, none, none > 0, none > 0, none)
    assert offset.tolist() == [0]
    assert len(directed) == 0
    assert not counts


def test_no_roads_at_all():
    none = np.zeros(0, np.int64)
    _, directed, counts = turns_of([rule(NO, 1, 2, 3)], none, none, none, none > 0, none > 0, none)
    assert len(directed) == 0
    assert counts == Counter({"restriction-from-missing": 1})


def test_an_only_sign_reaches_the_minutes():
    roads = [Road(0, 1, 10, -1), Road(1, 2, 10), Road(1, 3, 10)]
    edges = edges_of(roads)
    offset, directed, _ = turns_of(
        [Restriction(1, ONLY, 10, (1,), (), 20)],
        np.array([10, 20, 30]),
        edges.tail,
        edges.head,
        edges.forward_ms >= 0,
        edges.backward_ms >= 0,
        np.arange(4),
    )
    assert directed.tolist() == [0, 4]
    before = search_graph(4, edges, turns_from([]))
    after = search_graph(4, edges, turns_from([tuple(directed[offset[0] : offset[1]])]))
    assert times_onward(before, 4)[0, 3] == 20
    assert times_onward(after, 4)[0, 3] == 40
