"""Catchments drawn: lines that are the parts, polygons that fill in nothing."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import Point

from networks.geo import geodesic_m
from networks.search.catchments import catchment, catchment_lines, catchment_polygon
from tests.helpers.road_cases import at, link, roads

METRE = 1 / 111_000  # degrees of latitude, roughly
LAT = 32.5


def square():
    """Return a ring of four roads of five kilometres or so, and its corners."""
    corners = [(130.5, LAT), (130.55, LAT), (130.55, LAT + 0.05), (130.5, LAT + 0.05)]
    return roads([link(i, (i + 1) % 4, 5000.0) for i in range(4)], corners), corners


def test_lines_are_the_parts_in_their_order():
    bent = [(130.50, LAT), (130.51, LAT), (130.51, LAT + 0.01)]
    network = roads([link(0, 1, points=bent), link(1, 2)], [bent[0], bent[-1], (130.52, LAT)])
    found = catchment(network, [at("h", 1, 0.0)], 30_000)
    first, second = catchment_lines(network, found)
    half = found.start[0]
    assert half == pytest.approx(0.5, abs=1e-4)
    whole_m = sum(geodesic_m(*bent[0], *bent[1])) + sum(geodesic_m(*bent[1], *bent[2]))
    steps = np.array(first.coords)
    metres = geodesic_m(*steps[:-1].T, *steps[1:].T).sum()
    assert metres == pytest.approx((1 - half) * whole_m, rel=1e-6)
    assert first.coords[-1] == second.coords[0] == bent[-1]
    assert catchment_lines(network, catchment(network, [], 1)).shape == (0,)


def test_a_ring_of_roads_keeps_its_hole():
    ring, corners = square()
    found = catchment(ring, [at("h", 0, 0.0)], 10**6)
    land = catchment_polygon(ring, found, reach_m=200.0)
    assert land.is_valid
    assert [len(p.interiors) for p in land.geoms] == [1]
    assert all(land.contains(Point(c)) for c in corners)
    assert not land.contains(Point(130.525, LAT + 0.025))
    assert land.contains(Point(130.525, LAT - 190 * METRE))
    assert not land.contains(Point(130.525, LAT - 210 * METRE))


def test_an_island_near_the_shore_is_not_filled_in():
    lat = LAT + 150 * METRE
    shore = [(130.50, LAT), (130.52, LAT), (130.505, lat), (130.515, lat)]
    network = roads([link(0, 1), link(2, 3)], shore)
    found = catchment(network, [at("h", 0, 0.5)], 10**6)
    land = catchment_polygon(network, found, reach_m=200.0)
    assert not land.contains(Point(130.51, lat))
    assert not land.contains(Point(130.51, lat - 45 * METRE))
    assert land.contains(Point(130.51, lat - 60 * METRE))
    assert land.contains(Point(130.502, lat))  # beside the shore, where there is no island
    alone = roads([link(0, 1)], shore[:2])
    everything = catchment_polygon(alone, catchment(alone, [at("h", 0, 0.5)], 10**6), reach_m=200.0)
    assert everything.contains(Point(130.51, lat))


def test_the_road_beyond_the_cutoff_is_left_after_half_the_reach():
    network = roads([link(0, 1, 2000.0)], [(130.50, LAT), (130.52, LAT)])
    found = catchment(network, [at("h", 0, 0.0)], 60_000)
    end = catchment_lines(network, found)[0].coords[-1]
    land = catchment_polygon(network, found, reach_m=200.0)
    east = METRE / np.cos(np.radians(LAT))
    assert land.contains(Point(end[0] + 90 * east, LAT))
    assert not land.contains(Point(end[0] + 110 * east, LAT))


def test_nothing_is_drawn_of_nothing_and_no_reach_is_refused():
    ring, _ = square()
    empty = catchment(ring, [], 60_000)
    assert catchment_polygon(ring, empty).is_empty
    with pytest.raises(ValueError, match="reach_m"):
        catchment_polygon(ring, empty, reach_m=0.0)


def test_more_time_draws_more_lines_and_polygons_are_sound():
    random = np.random.default_rng(4)
    places = random.uniform([130.5, LAT], [130.53, LAT + 0.03], (60, 2))
    links = [
        link(*sorted(random.choice(60, 2, replace=False).tolist()), ms=60_000) for _ in range(90)
    ]
    network = roads(links, [tuple(p) for p in places])
    last = 0.0
    for cutoff_ms in (30_000, 60_000, 90_000, 150_000, 400_000):
        found = catchment(network, [at("h", 0, 0.3)], cutoff_ms)
        length = shapely.length(catchment_lines(network, found)).sum()
        assert length > last
        last = length
        land = catchment_polygon(network, found, reach_m=60.0)
        assert land.is_valid
        assert land.buffer(1e-6).contains(shapely.union_all(catchment_lines(network, found)))
