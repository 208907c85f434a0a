"""Snapping: to edges, exact, geodesic, never to ferries and motorways."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from road_cases import link, roads

from networks.errors import SearchError
from networks.snapping import snap_points

GEOD = Geod(ellps="GRS80")
METRE = 1 / 111_000  # degrees of latitude, roughly


def test_middle_of_an_edge():
    network = roads([link(0, 1)])
    result = snap_points(network, [130.505], [32.5 + 100 * METRE], 1000.0)[0]
    snap = result.snap
    assert snap.fraction == pytest.approx(0.5, abs=1e-6)
    straight = GEOD.inv(130.505, 32.5 + 100 * METRE, snap.lon, snap.lat)[2]
    assert result.distance_m == snap.distance_m == pytest.approx(straight, abs=1e-6)
    assert 99 < snap.distance_m < 101
    assert snap.access_ms == round(snap.distance_m * 1000)  # a metre a second
    assert (snap.door_lon, snap.door_lat) == (130.505, 32.5 + 100 * METRE)


@pytest.mark.parametrize(("lon", "fraction"), [(130.49, 0.0), (130.53, 1.0)])
def test_beyond_an_end_is_exactly_that_end(lon, fraction):
    bent = [(130.5, 32.5), (130.503, 32.501), (130.511, 32.4987), (130.52, 32.5)]
    network = roads([link(0, 1, points=bent)], [bent[0], bent[-1]])
    assert snap_points(network, [lon], [32.5], 5000.0)[0].snap.fraction == fraction


def test_limit_is_in_metres_and_the_distance_is_told_beyond_it():
    network = roads([link(0, 1)])
    lat = 32.5 + 300 * METRE
    distance = snap_points(network, [130.505], [lat], 1000.0)[0].distance_m
    over = snap_points(network, [130.505], [lat], distance - 0.001)[0]
    assert (over.snap, over.distance_m) == (None, distance)
    assert snap_points(network, [130.505], [lat], distance)[0].snap is not None


def test_never_to_ferries_nor_motorways():
    network = roads(
        [
            link(0, 1, ferry=True),
            link(1, 2, road_class="motorway"),
            link(3, 4),
        ]
    )
    lons = [130.505, 130.515]
    assert [r.snap.edge for r in snap_points(network, lons, [32.5] * 2, 1e5)] == [2, 2]
    nothing = roads([link(0, 1, ferry=True)])
    assert snap_points(nothing, [130.5], [32.5], 1e5)[0].distance_m == math.inf


def test_tie_goes_to_the_lowest_edge():
    network = roads([link(1, 2), link(0, 1), link(0, 1)])
    assert snap_points(network, [130.505], [32.5001], 1000.0)[0].snap.edge == 1
    assert snap_points(network, [130.51], [32.51], 5000.0)[0].snap.edge == 0


def test_nothing_to_snap():
    assert snap_points(roads([link(0, 1)]), [], [], 1.0) == ()


@pytest.mark.parametrize(
    ("lon", "lat", "limit"),
    [([130.0], [math.nan], 1.0), ([32.5], [130.5], 1.0), ([130.0], [32.0], 0.0), ([1, 2], [3], 1)],
)
def test_refuses_what_are_no_degrees_or_no_limit(lon, lat, limit):
    with pytest.raises(SearchError):
        snap_points(roads([link(0, 1)]), lon, lat, limit)


near = st.floats(-0.02, 0.02, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(near, near), min_size=2, max_size=6, unique=True), near, near)
def test_no_place_on_the_road_is_nearer(shape, dx, dy):
    points = [(130.5 + x, 32.5 + y) for x, y in shape]
    network = roads([link(0, 1, points=points)], [points[0], points[-1]])
    lon, lat = 130.5 + dx, 32.5 + dy
    found = snap_points(network, [lon], [lat], 1e6)[0]
    share = np.linspace(0, 1, 200)
    for (x0, y0), (x1, y1) in pairwise(points):
        on_x, on_y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        metres = GEOD.inv(np.full(200, lon), np.full(200, lat), on_x, on_y)[2]
        # a line straight in degrees bends by centimetres in the plane over these lengths
        assert found.distance_m <= metres.min() + 0.3
