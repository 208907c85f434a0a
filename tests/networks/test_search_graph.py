"""The search graph against a search that applies the rules to whole histories."""

from __future__ import annotations

import random
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from networks.graphs.graphs_out import search_digraph
from networks.network import BOARD, CLOSED, FERRY_FLAG, LINK, TOLL, WORD_MS, SearchGraph, Shapes
from networks.search.graph import search_graph
from networks.search.graph_kernels import counting_order
from networks.search.turn_memory import FORBIDDEN, bearings_of, turn_automaton
from networks.speeds.profile import TurnDelays, UTurnRule
from networks.types import TravelOptions
from tests.helpers.graph_cases import (
    Road,
    Rules,
    Turning,
    edges_of,
    times_back,
    times_onward,
    turns_from,
)
from tests.helpers.road_cases import link
from tests.helpers.road_cases import roads as roads_of_links

NONE = turns_from([])


def solved(roads: list[Road], forbidden: list[tuple[int, ...]] | None = None) -> SearchGraph:
    count = 1 + max(max(r.tail, r.head) for r in roads)
    return search_graph(count, edges_of(roads), turns_from(forbidden or []))


def minutes(graph: SearchGraph, start: int, end: int, wait_ms: int = 0) -> int | None:
    """Return the time both ways of searching agree on."""
    count = 1 + int(graph.states.node.max())
    onward = times_onward(graph, count, wait_ms).get((start, end))
    assert times_back(graph, count, wait_ms).get((start, end)) == onward
    return onward


# --- plain ------------------------------------------------------------------------------------


def test_without_rules_the_states_are_the_nodes():
    graph = solved([Road(0, 1, 5), Road(1, 2, 7, CLOSED), Road(2, 0, 9, 4)])
    assert graph.states.node.tolist() == [0, 1, 2]
    assert len(graph.states.entry_node) == 0
    assert graph.onward.directed.tolist() == [0, 5, 1, 2, 4]
    assert graph.onward.arc.tolist() == [[1, 5], [2, 4], [0, 5], [2, 7], [0, 9]]
    assert graph.onward.offset.tolist() == [0, 2, 4, 5]
    assert graph.back.directed.tolist() == [1, 4, 0, 5, 2]
    assert graph.back.arc[:, 0].tolist() == [1, 2, 0, 0, 1]


def test_words_hold_delay_and_flags():
    graph = solved([Road(0, 1, 5, 6, toll=True, delay=(10, 0)), Road(1, 2, 1, CLOSED, ferry=True)])
    words = {
        int(d): int(w)
        for d, (_, w) in zip(graph.onward.directed, graph.onward.arc.tolist(), strict=True)
    }
    assert words[0] == 15 | TOLL
    assert words[1] == 6 | TOLL
    assert words[2] == 1 | FERRY_FLAG


@pytest.mark.parametrize("ms", [-2, WORD_MS + 1])
def test_milliseconds_that_fit_no_word_are_refused(ms: int):
    with pytest.raises(ValueError, match="milliseconds"):
        solved([Road(0, 1, ms)])


def test_a_network_of_nothing_is_a_graph_of_nothing():
    graph = search_graph(0, edges_of([]), NONE)
    assert len(graph.states) == 0
    assert graph.onward.offset.tolist() == [0]


# --- turn restrictions ----------------------------------------------------------------------------

# 0 -> 1 -> {2, 3, 4}: a crossing; every edge two-way, 10 ms.
CROSSING = [Road(0, 1, 10), Road(1, 2, 10), Road(1, 3, 10), Road(1, 4, 10)]


def test_no_left_turn_sends_the_drive_round_behind_the_crossing():
    graph = solved(CROSSING, [(0, 2)])
    assert minutes(graph, 1, 2) == 10  # who starts at the crossing may go anywhere
    assert minutes(graph, 0, 2) == 40  # straight on, turn back, then it is another turn
    assert minutes(graph, 0, 3) == 20


def test_with_u_turns_signed_too_there_is_no_way_left():
    bans = [(0, 2), (0, 1), (4, 5), (6, 7)]
    graph = solved(CROSSING, bans)
    assert minutes(graph, 0, 2) is None
    assert minutes(graph, 3, 2) == 20


def test_dual_carriageway_u_turn_ban_over_a_way():
    # 0 -> 1 -> 2 one carriageway, 3 -> 4 -> 5 the other, 1 - 4 the gap between them.
    roads = [
        Road(0, 1, 10, CLOSED),
        Road(1, 2, 10, CLOSED),
        Road(3, 4, 10, CLOSED),
        Road(4, 5, 10, CLOSED),
        Road(1, 4, 5),
        Road(4, 6, 10),
    ]
    free, banned = solved(roads), solved(roads, [(0, 8, 6)])
    assert minutes(free, 0, 5) == 25
    assert minutes(banned, 0, 5) == 35  # back through the gap: two turns that no sign forbids
    assert minutes(solved(roads, [(0, 8, 6), (8, 9)]), 0, 5) == 45  # over 6, and back
    assert minutes(banned, 0, 6) == 25  # crossing straight over stays allowed
    assert minutes(banned, 1, 5) == 15  # and so does the gap for who starts there


def test_a_forbidden_sequence_may_begin_inside_another():
    automaton = turn_automaton(np.array([0, 3, 5]), np.array([0, 2, 4, 2, 6]), 10)
    after = automaton.step(np.array([1]), np.array([2]))  # 0, 2
    assert automaton.step(after, np.array([4])).tolist() == [FORBIDDEN]
    assert automaton.step(after, np.array([6])).tolist() == [FORBIDDEN]  # as an end of 2, 6
    assert automaton.step(after, np.array([8])).tolist() == [0]


@pytest.mark.parametrize("seed", range(60))
def test_the_automaton_forbids_what_ends_in_a_forbidden_sequence(seed: int):
    dice = random.Random(seed)  # noqa: S311  # the same cases on every run
    bans = {tuple(dice.choices(range(3), k=dice.randint(2, 5))) for _ in range(dice.randint(1, 5))}
    turns = turns_from(sorted(bans))
    automaton = turn_automaton(turns.offset, turns.directed, 4)
    state, drive = 0, ()
    for _ in range(300):
        directed = dice.randrange(4)
        after = int(automaton.step(np.array([state]), np.array([directed]))[0])
        banned = any((*drive, directed)[-len(ban) :] == ban for ban in bans)
        assert (after == FORBIDDEN) == banned, (drive, directed)
        if not banned:
            state, drive = after, (*drive, directed)[-5:]


@pytest.mark.parametrize(
    ("offset", "directed"), [([0, 1], [0]), ([0, 2], [0, 10]), ([0, 2], [-1, 0])]
)
def test_sequences_that_are_none_are_refused(offset: list[int], directed: list[int]):
    with pytest.raises(ValueError, match="forbidden sequence"):
        turn_automaton(np.array(offset), np.array(directed), 10)


def test_a_longer_sequence_behind_a_shorter_one_forbids_nothing_more():
    graph = solved(CROSSING, [(0, 2), (0, 2, 3)])
    assert np.array_equal(graph.states.node, solved(CROSSING, [(0, 2)]).states.node)


# --- turning back ---------------------------------------------------------------------------------

# 0 -> 1 -> {2, 3}: left to 3 is forbidden; the street to 2 goes on over 4 to 5, piece by piece.
STREET = [Road(0, 1, 10), Road(1, 3, 10), Road(1, 2, 10), Road(2, 4, 10), Road(4, 5, 10)]


def turning(roads: list[Road], forbidden: list[tuple[int, ...]]) -> SearchGraph:
    count = 1 + max(max(r.tail, r.head) for r in roads)
    bans = turns_from(forbidden)
    return search_graph(count, edges_of(roads), bans, u_turns=UTurnRule.JUNCTIONS)


def test_no_drive_turns_back_in_mid_street():
    assert minutes(solved(STREET, [(0, 2)]), 0, 3) == 40
    assert minutes(turning(STREET, [(0, 2)]), 0, 3) == 80  # at the dead end 5
    junction = [*STREET, Road(2, 6, 7)]
    assert minutes(turning(junction, [(0, 2)]), 0, 3) == 40
    assert minutes(turning(STREET, [(0, 2)]), 0, 4) == 30
    assert minutes(turning(STREET, [(0, 2)]), 4, 3) == 30  # another turn


@pytest.mark.parametrize(
    ("end", "ms"),
    [
        (Road(4, 5, 10, CLOSED), None),  # a one-way street leads on, and none back
        (Road(4, 5, CLOSED, 10), 60),  # one that comes in is no way on: a dead end
        (Road(4, 5, 10, ferry=True), 60),  # a pier is one too
        (Road(4, 5, CLOSED, CLOSED), 60),
        (Road(4, 5, 10, through=False), 60),  # residents turn in, others turn back before it
        (Road(4, 5, 10, toll=True), 60),
    ],
)
def test_what_ends_a_street(end: Road, ms: int | None):
    assert minutes(turning([*STREET[:-1], end], [(0, 2)]), 0, 3) == ms


def test_a_ban_over_a_way_between_is_not_evaded_in_mid_street():
    roads = [Road(0, 1, 10), Road(1, 2, 10), Road(2, 3, 10), Road(1, 4, 5), Road(4, 5, 5)]
    roads += [Road(2, 6, 5)]
    assert minutes(solved(roads, [(0, 2, 4)]), 0, 3) == 40  # over 4 and back, or 6 and back
    assert minutes(turning(roads, [(0, 2, 4)]), 0, 3) == 40
    assert minutes(turning(roads[:-1], [(0, 2, 4)]), 0, 3) == 50  # past 4 to the dead end 5


def test_without_bans_nothing_is_remembered_of_where_a_drive_may_turn():
    assert len(turning(STREET, []).states) == len(solved(STREET).states)
    beyond = [*STREET, Road(0, 6, 10), Road(0, 7, 10), Road(7, 8, 10), Road(8, 9, 10)]
    assert set(turning(beyond, [(0, 2)]).states.node[10:].tolist()) == {1, 2, 4}


# --- roads for their own traffic ------------------------------------------------------------------

# Round the block 0-1-2-3 (10 ms each); 4 and 5 on a private short cut between 0 and 2.
BLOCK = [
    Road(0, 1, 10),
    Road(1, 2, 10),
    Road(2, 3, 10),
    Road(3, 0, 10),
    Road(0, 4, 1, through=False),
    Road(4, 5, 1, through=False),
    Road(5, 2, 1, through=False),
]


def test_no_short_cut_over_own_traffic_roads():
    roads = [*BLOCK, Road(2, 6, 1), Road(0, 7, 1)]
    graph = solved(roads)
    assert minutes(graph, 7, 6) == 22
    assert minutes(graph, 7, 5) == 3  # arriving inside
    assert minutes(graph, 5, 7) == 3  # leaving from inside
    assert minutes(graph, 4, 6) == 3  # either way out
    assert minutes(graph, 4, 5) == 1  # inside all the time
    assert minutes(graph, 0, 6) == 4  # a hospital on the border is inside and outside
    assert graph.states.entry_node.tolist() == [0, 2, 4, 5]
    assert graph.states.node[8:].tolist() == [0, 0, 2, 2, 4, 4, 5, 5]


def test_what_a_private_gate_encloses_can_be_reached_but_not_crossed():
    # 0 -private- 1 -public- 2 -private- 3; around: 0 - 3, long.
    roads = [
        Road(0, 1, 1, through=False),
        Road(1, 2, 1),
        Road(2, 3, 1, through=False),
        Road(0, 4, 50),
        Road(4, 3, 50),
        Road(0, 5, 7),
        Road(3, 6, 7),
    ]
    graph = solved(roads)
    assert minutes(graph, 5, 2) == 9
    assert minutes(graph, 2, 6) == 8
    assert minutes(graph, 5, 6) == 114


def test_a_restriction_holds_through_a_private_gate():
    roads = [Road(0, 1, 10), Road(1, 2, 1, through=False), Road(1, 3, 10)]
    assert minutes(solved(roads), 0, 2) == 11
    assert minutes(solved(roads, [(0, 2)]), 0, 2) == 31
    assert minutes(solved(roads, [(3, 4)]), 2, 3) == 31


# --- ferries --------------------------------------------------------------------------------------

# Pier 1, 2 and 3 on line 1; another line from 3 to 4. Roads 0-1 and 4-5.
CROSSINGS = [
    Road(0, 1, 10),
    Road(1, 2, 100, ferry=True, line=1),
    Road(2, 3, 100, ferry=True, line=1),
    Road(3, 4, 100, ferry=True, line=2),
    Road(4, 5, 10),
]


def test_each_boarding_is_paid_once():
    graph = solved(CROSSINGS)
    assert minutes(graph, 0, 3, wait_ms=1000) == 1210  # over pier 2 without changing
    assert minutes(graph, 0, 5, wait_ms=1000) == 2320  # two lines, two waits
    assert minutes(graph, 0, 5) == 320
    boarding = graph.onward.arc[:, 1] & np.uint32(BOARD) > 0
    assert boarding.sum() == 5  # piers by line
    assert (graph.onward.directed[boarding] == LINK).all()
    assert (graph.onward.arc[boarding, 1] & np.uint32(FERRY_FLAG) > 0).all()


def test_a_boat_there_and_straight_back_is_boarded_twice():
    """Without it no turn at pier 1 leads from 0 to 2."""
    ban = [(0, 4), (0, 1)]
    there = [Road(0, 1, 10), Road(1, 3, 100, ferry=True), Road(1, 2, 10)]
    assert minutes(solved(there, ban), 0, 2, wait_ms=1000) == 10 + 2 * 1100 + 10
    # neither does the other way round help of a line that is mapped as two one-way ways
    ways = [Road(1, 3, 100, CLOSED, ferry=True), Road(3, 1, 90, CLOSED, ferry=True)]
    both = [there[0], ways[0], there[2], ways[1]]
    assert minutes(solved(both, ban), 0, 2, wait_ms=1000) == 10 + 1100 + 1090 + 10
    # A round trip over a third pier is one trip.
    trip = [*there, Road(3, 4, 100, ferry=True), Road(4, 1, 100, ferry=True)]
    assert minutes(solved(trip, ban), 0, 2, wait_ms=1000) == 10 + 1300 + 10


def test_boarding_and_landing_again_rids_nobody_of_a_restriction():
    roads = [Road(0, 1, 10), Road(1, 2, 10), Road(1, 3, 90, ferry=True)]
    assert minutes(solved(roads, [(0, 2), (0, 1)]), 0, 2) == 10 + 180 + 10
    assert minutes(solved(roads, [(0, 2), (0, 1), (4, 5)]), 0, 2) is None


def test_a_pier_on_own_traffic_roads_can_be_used():
    roads = [
        Road(0, 1, 10),
        Road(1, 2, 1, through=False),
        Road(2, 3, 100, ferry=True),
        Road(3, 4, 1, through=False),
        Road(4, 5, 10),
        Road(2, 6, 1, through=False),
        Road(6, 7, 5),
        Road(0, 8, 500),
        Road(8, 7, 500),
    ]
    graph = solved(roads)
    assert minutes(graph, 0, 5) == 122
    assert minutes(graph, 5, 0) == 122
    assert minutes(graph, 0, 7) == 217  # there and back on the ferry, but not through the port


# --- against the rules themselves -----------------------------------------------------------------


def random_case(seed: int) -> tuple[int, list[Road], list[tuple[int, ...]], int]:
    dice = random.Random(seed)  # noqa: S311  # the same cases on every run
    count = dice.randint(3, 7)
    roads = []
    for _ in range(dice.randint(count, 2 * count + 2)):
        tail, head = dice.randrange(count), dice.randrange(count)
        ms, back = dice.randint(0, 9), dice.choice([None, None, None, CLOSED, 3])
        road = Road(tail, head, ms, back, delay=(dice.choice([0, 0, 4]), 0))
        kind = dice.random()
        if kind < 0.25:
            road = replace(road, through=False)
        elif kind < 0.37:
            road = replace(road, ferry=True, line=dice.randint(0, 1))
        roads.append(road if dice.random() < 0.97 else replace(road, ms=CLOSED))
    rules = Rules(roads, [])
    forbidden = []
    for _ in range(dice.randint(0, 10)):
        node, drive = dice.randrange(count), []
        while len(drive) < dice.choice([2, 2, 3, 4]) and rules.ways_out[node]:
            drive.append(dice.choice(rules.ways_out[node]))
            node = rules.ends(drive[-1])[1]
        if len(drive) > 1:
            forbidden.append(tuple(drive))
    return count, roads, forbidden, dice.choice([0, 5])


def in_pieces(seed: int) -> tuple[int, list[Road], list[tuple[int, ...]], int]:
    """Return a random case whose streets are of several pieces, as most are on maps."""
    count, roads, forbidden, wait_ms = random_case(seed)
    dice = random.Random(seed)  # noqa: S311  # the same cases on every run
    roads = roads[:count]  # few ways round
    forbidden = [ban for ban in forbidden if max(ban) < 2 * count]
    for e in range(len(roads)):
        if roads[e].ferry or dice.random() < 0.4:
            continue
        rest = replace(roads[e], tail=count, ms=dice.choice([0, 2, 5]), delay=(0, 0))
        if CLOSED in roads[e].times():
            rest = replace(rest, ms=roads[e].ms, back_ms=roads[e].back_ms)
        pieces = {2 * e: (2 * e, 2 * len(roads)), 2 * e + 1: (2 * len(roads) + 1, 2 * e + 1)}
        forbidden = [tuple(p for d in ban for p in pieces.get(d, (d,))) for ban in forbidden]
        roads = [*roads[:e], replace(roads[e], head=count), *roads[e + 1 :], rest]
        count += 1
    short = [ban for ban in forbidden if len(ban) <= 4]  # the plain rules keep whole histories
    return count, roads, short, wait_ms


@pytest.mark.slow
@pytest.mark.parametrize("u_turns", UTurnRule)
@pytest.mark.parametrize("made_up", [random_case, in_pieces])
@pytest.mark.parametrize("seed", range(150))
def test_same_times_as_rules_applied_to_histories(seed: int, made_up, u_turns: UTurnRule):
    count, roads, forbidden, wait_ms = made_up(seed)
    graph = search_graph(count, edges_of(roads), turns_from(forbidden), u_turns=u_turns)
    anywhere = u_turns is UTurnRule.ANYWHERE
    expected = Rules(roads, forbidden, wait_ms, mid_street=anywhere).times(count)
    assert times_onward(graph, count, wait_ms) == expected
    assert times_back(graph, count, wait_ms) == expected


def shapes_of(roads: list[Road], lon: list[float], lat: list[float]) -> Shapes:
    """Return straight lines; those that are loops have no extent."""
    ends = [node for road in roads for node in (road.tail, road.head)]
    return Shapes(
        offset=np.arange(0, len(ends) + 1, 2, dtype=np.int64),
        lon=np.array([lon[node] for node in ends]),
        lat=np.array([lat[node] for node in ends]),
    )


@pytest.mark.parametrize("u_turns", UTurnRule)
@pytest.mark.parametrize("seed", range(100))
def test_turn_costs_are_those_of_a_search_over_edges(seed: int, u_turns: UTurnRule):
    count, roads, forbidden, wait_ms = in_pieces(seed)
    dice = random.Random(seed)  # noqa: S311  # the same cases on every run
    roads = [r for r in roads if r.tail != r.head] or [Road(0, 1, 5)]
    known = {2 * e + side for e in range(len(roads)) for side in (0, 1)}
    forbidden = [s for s in forbidden if known.issuperset(s)]  # may name other edges by now: fine
    lon = [dice.uniform(130.0, 131.0) for _ in range(count)]
    lat = [dice.uniform(32.0, 33.0) for _ in range(count)]
    costs = dice.choice([TurnDelays(0.002, 0.005, 0.001, 0.02), TurnDelays(0, 0.004, 0, 0)])
    graph = search_graph(
        count,
        edges_of(roads),
        turns_from(forbidden),
        costs=costs,
        bearings=bearings_of(shapes_of(roads, lon, lat)),
        u_turns=u_turns,
    )
    anywhere = u_turns is UTurnRule.ANYWHERE
    turned = Turning(costs, lon, lat)
    expected = Rules(roads, forbidden, wait_ms, turned, mid_street=anywhere).times(count)
    assert times_onward(graph, count, wait_ms) == expected
    assert times_back(graph, count, wait_ms) == expected


@pytest.mark.slow
def test_random_cases_have_everything():
    """Else the two tests above would prove less than they say."""
    cases = [random_case(seed) for seed in range(150)]
    assert sum(any(r.ferry for r in roads) for _, roads, _, _ in cases) > 50
    assert sum(any(len(s) == 4 for s in forbidden) for _, _, forbidden, _ in cases) > 50
    changed = turned = 0
    for count, roads, forbidden, wait_ms in cases:
        changed += Rules(roads, forbidden, wait_ms).times(count) != Rules(roads, []).times(count)
    assert changed > 50
    for count, roads, forbidden, wait_ms in (in_pieces(seed) for seed in range(150)):
        anywhere, junctions = (
            Rules(roads, forbidden, wait_ms, mid_street=allowed).times(count)
            for allowed in (True, False)
        )
        turned += anywhere != junctions
    assert turned > 10


# --- for networkx ---------------------------------------------------------------------------------


def test_the_graph_for_networkx_has_the_arcs_a_drive_may_use():
    network = roads_of_links(
        [
            link(0, 1, ms=10),
            link(0, 1, ms=7),
            link(1, 2, ms=5, toll=True),
            link(2, 3, ms=3, ferry=True),
        ]
    )
    usual = search_digraph(network)
    assert usual[0][1]["ms"] == 7  # the least of two
    assert usual.number_of_nodes() == len(network.graph.states)
    assert nx.has_path(usual, 0, 2)
    assert not nx.has_path(usual, 0, 3)
    free = search_digraph(network, TravelOptions(tolls=False))
    assert not nx.has_path(free, 0, 2)
    afloat = search_digraph(network, TravelOptions(ferries=True, ferry_wait_ms=100))
    assert nx.shortest_path_length(afloat, 0, 3, weight="ms") == 7 + 5 + 100 + 3


def test_the_kernel_as_plain_python():
    key, offset = np.array([2, 0, 2, 1], np.int32), np.array([0, 1, 2, 4])
    order = np.empty(4, np.int64)
    counting_order.py_func(key, offset, order)
    assert order.tolist() == [1, 3, 0, 2]
