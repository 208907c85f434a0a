"""How soon drives leave a piece of ground: where roads go on, not where they run along the coast."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from shapely.geometry import MultiPolygon, box

from networks.closures.closing import close_edges
from networks.network import RoadNetwork
from networks.search.borders import AWAY_M, exit_times, ground_exits
from networks.types import Direction, TravelOptions
from tests.helpers.road_cases import at, link, roads

EAST = 1 / 93_964.0  # a metre east at 32.5 degrees, in degrees
#: The ground reaches from 10 km west of the origin to 1,500 m east of it.
GROUND = MultiPolygon([box(130.5 - 10_000 * EAST, 32.4, 130.5 + 1_500 * EAST, 32.6)])


def row(*metres: float, **more: object) -> RoadNetwork:
    """Return a road along the latitude 32.5 with nodes so many metres east, a metre a second."""
    places = [(130.5 + m * EAST, 32.5) for m in metres]
    links = [
        link(i, i + 1, abs(b - a), ms=round(1000 * abs(b - a)), **more)
        for i, (a, b) in enumerate(pairwise(metres))
    ]
    return roads(links, places)


def seconds(network: RoadNetwork, fraction: float = 0.0, **more: object) -> float | None:
    exits = ground_exits(network, GROUND)
    (found,) = exit_times(network, [at("a", 0, fraction)], exits, **more)
    return None if found is None else found / 1000


@pytest.mark.parametrize("direction", list(Direction))
def test_the_time_is_that_to_the_very_border(direction: Direction):
    away = row(0, 1000, 2000, 4000)
    assert seconds(away, direction=direction) == pytest.approx(1500, abs=2)
    assert seconds(away, 0.75, direction=direction) == pytest.approx(750, abs=2)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_door_on_the_road_that_leaves_is_as_near_as_it_is(backwards: bool):
    away = row(4000, 0) if backwards else row(0, 4000)
    fraction = 0.75 if backwards else 0.25
    assert seconds(away, fraction) == pytest.approx(500, abs=2)


def test_a_road_that_comes_back_or_ends_near_the_coast_has_not_left():
    bridge = [(130.5, 32.5), (130.5 + 2_000 * EAST, 32.5), (130.5, 32.51)]
    assert seconds(roads([link(0, 1), link(1, 2)], bridge)) is None
    assert seconds(row(0, 1000, 1500 + AWAY_M - 100)) is None
    assert seconds(row(0, 1000, 1500 + AWAY_M + 100)) == pytest.approx(1500, abs=2)


def test_where_one_road_leaves_another_from_the_same_crossing_may_not():
    """A pier in the east, 100 m beyond the outline; the road to the west leaves in 10 km."""
    places = [(130.5 + m * EAST, 32.5) for m in (0, 1_600, -14_000)]
    links = [link(0, 1, 1600.0, ms=1_600_000), link(0, 2, 14_000.0, ms=14_000_000)]
    assert seconds(roads(links, places)) == pytest.approx(10_000, abs=20)


def test_a_short_way_beyond_is_enough_where_the_data_end_or_the_ground_is_anothers():
    near = row(0, 1000, 1800)
    assert seconds(near) is None
    ends = replace(near, nodes=replace(near.nodes, border=np.array([False, False, True])))
    assert seconds(ends) == pytest.approx(1500, abs=2)
    other = box(130.5 + 1_600 * EAST, 32.4, 130.6, 32.6)
    (found,) = exit_times(near, [at("a", 0, 0.0)], ground_exits(near, GROUND, [other]))
    assert found == pytest.approx(1_500_000, abs=2_000)


def test_only_roads_that_may_be_driven_leave():
    toll, ferry = row(0, 1000, 4000, toll=True), row(0, 4000, ferry=True)
    assert seconds(toll) is not None
    assert seconds(toll, options=TravelOptions(tolls=False)) is None
    assert ground_exits(ferry, GROUND)
    start = roads(
        [link(0, 1, both=False), link(1, 2, ms=1000, both=False)],
        [(130.5, 32.5), (130.501, 32.5), (130.6, 32.5)],
    )
    assert seconds(start) is not None
    assert seconds(start, direction=Direction.TO_ORIGIN) is None
    away = row(0, 1000, 4000)
    shut = close_edges(away, np.array([False, True]))
    assert seconds(shut) is None


def test_the_nearest_of_several_is_taken_with_the_access():
    fork = roads(
        [link(0, 1, ms=100_000), link(1, 2, ms=900_000), link(1, 3, ms=700_000)],
        [(130.5, 32.5), (130.51, 32.5), (130.6, 32.5), (130.6, 32.52)],
    )
    exits = ground_exits(fork, GROUND)
    assert [e.edge for e in exits] == [1, 2]
    (found,) = exit_times(fork, [at("a", 0, 0.0, access_ms=7)], exits)
    share = exits[1].fraction
    assert found == 100_007 + round(700_000 * share)


def test_roads_that_stay_leave_nothing():
    assert ground_exits(row(0, 500, 1000), GROUND) == ()
    assert seconds(row(0, 500, 1000)) is None
