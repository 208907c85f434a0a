"""Stretches between junctions, and the edges of the nearest drives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from networks import nearest_other
from networks.closures.closing import close_edges
from networks.info.road_sections import road_sections
from networks.search.nearest import nearest_edges
from tests.helpers.road_cases import at, cases, link, roads


def edges_of(network, *chosen):
    sections = road_sections(network, np.array(chosen, np.int64))
    return [section.edges.tolist() for section in sections]


def test_a_stretch_runs_on_where_nobody_can_turn_off():
    """0-1-2-3 of one name, and a side road at 2: two stretches."""
    network = roads(
        [link(0, 1, name="国道"), link(1, 2, name="国道"), link(2, 3, name="国道"), link(2, 4)]
    )
    assert edges_of(network, 0) == [[0, 1]]
    assert edges_of(network, 1, 2, 3) == [[0, 1], [2], [3]]
    (section, _) = road_sections(network, np.array([1, 2]))
    assert (section.number, section.name, section.road_class) == (0, "国道", "trunk")
    assert section.length_m == 2000.0


def test_a_stretch_ends_where_the_name_or_without_one_the_way_changes():
    named = roads([link(0, 1, name="国道"), link(1, 2, name="県道"), link(2, 3)])
    assert edges_of(named, 0, 1, 2) == [[0], [1], [2]]
    ways = roads([link(0, 1), link(1, 2), link(2, 3)])
    assert edges_of(ways, 0) == [[0, 1, 2]]  # no source says that these are different ways
    numbered = replace(ways, edges=replace(ways.edges, source_id=np.array([7, 7, 8])))
    assert edges_of(numbered, 0, 2) == [[0, 1], [2]]


def test_ferries_and_closed_roads_are_no_stretch():
    network = roads([link(0, 1), link(1, 2), link(2, 3, ferry=True)])
    assert edges_of(network, 0, 2) == [[0, 1]]
    closed = close_edges(network, np.array([False, True, False]))
    assert edges_of(closed, 0, 1) == [[0]]
    assert edges_of(network) == []


def test_a_road_that_ends_in_itself_is_one_stretch():
    assert edges_of(roads([link(0, 1), link(1, 1)]), 0, 1) == [[0], [1]]


def test_the_edges_of_the_nearest_drive():
    network = roads([link(0, 1), link(1, 2), link(2, 3), link(0, 3, 9_000.0)])
    a, b = at("a", 0, 0.5), at("b", 2, 0.5)
    assert [e.tolist() for e in nearest_edges(network, [a, b], [a, b])] == [[0, 1, 2], [2, 1, 0]]
    apart = at("c", 3, 0.5)
    assert [e.tolist() for e in nearest_edges(network, [apart], [apart])] == [[]]
    assert nearest_edges(network, [], [a]) == ()


@given(case=cases())
@settings(max_examples=60, deadline=None)
def test_a_cut_lengthens_no_drive_but_those_that_lead_over_it(case):
    """What roads_cut rests on: cut off the drive, the nearest and its time stay as they are."""
    network, terminals, options, direction = case
    asked = {"direction": direction, "options": options}
    before = nearest_other(network, terminals, terminals, **asked)
    drives = nearest_edges(network, terminals, terminals, **asked)
    for edge in range(len(network.edges)):
        cut = close_edges(network, np.arange(len(network.edges)) == edge)
        after = nearest_other(cut, terminals, terminals, **asked)
        for was, now, drive in zip(before, after, drives, strict=True):
            if edge not in drive.tolist():
                assert (was.destination_id, was.travel_ms) == (now.destination_id, now.travel_ms)
            elif now.travel_ms is not None:
                assert was.travel_ms is not None
                assert now.travel_ms >= was.travel_ms


@given(case=cases())
@settings(max_examples=60, deadline=None)
def test_who_is_not_the_nearest_can_go_and_nothing_changes(case):
    """What hospitals_gone rests on."""
    network, terminals, options, direction = case
    asked = {"direction": direction, "options": options}
    before = nearest_other(network, terminals, terminals, **asked)
    for gone in terminals:
        left = [t for t in terminals if t.id != gone.id]
        for was, now in zip(before, nearest_other(network, terminals, left, **asked), strict=True):
            if was.destination_id != gone.id:
                assert (was.destination_id, was.travel_ms) == (now.destination_id, now.travel_ms)
            elif now.travel_ms is not None and was.travel_ms is not None:
                assert now.travel_ms >= was.travel_ms
