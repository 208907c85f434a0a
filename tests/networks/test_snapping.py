"""Snapping: to edges, exact, geodesic, never to ferries and motorways."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from networks.errors import SearchError
from networks.geo import cut_polyline
from networks.snapping.points import EdgeIndex, snap_points
from tests.helpers.folders import ROOT
from tests.helpers.road_cases import link, roads

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


def test_refuses_a_margin_below_zero():
    with pytest.raises(SearchError) as caught:
        snap_points(roads([link(0, 1)]), [130.5], [32.5], 1.0, main_within_m=-1.0)
    assert caught.value.problems[0].code == "snap-margin"


# The nearest place against an independent one: in the azimuthal equidistant projection around the
# point every distance from it is true, and lines straight in degrees are drawn in small steps.


def _plane(lon: float, lat: float) -> Transformer:
    around = f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=GRS80"
    return Transformer.from_crs("EPSG:6668", around, always_xy=True)


def _drawn(plane: Transformer, points: list[tuple[float, float]]) -> shapely.LineString:
    share = np.linspace(0, 1, 200)[:, None]
    ends = [np.array(pair) for pair in pairwise(points)]
    drawn = np.concatenate([a + share * (b - a) for a, b in ends])
    return shapely.LineString(np.column_stack(plane.transform(drawn[:, 0], drawn[:, 1])))


offsets = st.tuples(st.floats(-0.03, 0.03), st.floats(-0.03, 0.03))
shapes = st.lists(st.lists(offsets, min_size=2, max_size=4, unique=True), min_size=1, max_size=40)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(shapes, offsets, st.sampled_from([24.3, 32.5, 43.0, -37.8]))
def test_nearest_place_is_that_of_brute_force(lines, away, lat0):
    drawn = [[(130.5 + x, lat0 + y) for x, y in line] for line in lines]
    links = [link(2 * i, 2 * i + 1, points=points) for i, points in enumerate(drawn)]
    network = roads(links, [p for line in drawn for p in (line[0], line[-1])])
    lon, lat = 130.5 + away[0], lat0 + away[1]
    origin = shapely.Point(0, 0)
    plane = _plane(lon, lat)
    metres = [_drawn(plane, points).distance(origin) for points in drawn]
    index = EdgeIndex.of(network, network.door_edges())
    place = index.nearest(np.array([[lon, lat]]))[0]
    assert place.metres == pytest.approx(min(metres), abs=0.002)
    assert metres[place.edge] == pytest.approx(min(metres), abs=0.002)
    cut = cut_polyline(*np.array(drawn[place.edge]).T, 0.0, index.fractions([place])[0])
    # by running length the same place: a bit of a step is not the same bit of its metres
    assert GEOD.inv(*cut[-1], place.lon, place.lat)[2] < 0.05


def test_a_large_index_finds_what_a_small_one_does():
    random = np.random.default_rng(5)
    start = random.uniform([130, 32], [131, 33], (3000, 2))
    end = start + random.normal(0, 0.003, (3000, 2))
    positions = [tuple(p) for pair in zip(start, end, strict=True) for p in pair]
    network = roads([link(2 * i, 2 * i + 1) for i in range(3000)], positions)
    points = random.uniform([129.9, 31.9], [131.1, 33.1], (200, 2))
    found = EdgeIndex.of(network, network.door_edges()).nearest(points)
    for place, (lon, lat) in zip(found, points, strict=True):
        near = np.flatnonzero(np.hypot(*((start + end) / 2 - (lon, lat)).T) < 0.25)
        alone = np.zeros(3000, bool)
        alone[near] = True
        others = EdgeIndex.of(network, alone).nearest(np.array([[lon, lat]]))[0]
        assert (place.edge, place.metres) == (others.edge, others.metres)


def test_roads_drawn_in_opposite_directions_tie():
    bent = [(130.5, 32.5), (130.507, 32.5031), (130.52, 32.5)]
    network = roads([link(0, 1, points=bent), link(1, 0, points=bent[::-1])], [bent[0], bent[-1]])
    lons = np.linspace(130.499, 130.521, 200)
    found = snap_points(network, lons, 32.5 + 0.01 * np.sin(np.arange(200)), 1e5)
    assert {result.snap.edge for result in found} == {0}


# Fragments. The main road runs along 32.5 for five kilometres (nodes 0 to 5).

MAIN = [link(i, i + 1) for i in range(5)]
ROW = [(130.5 + 0.01 * i, 32.5) for i in range(6)]


def beside(metres_north: float, length_m: float, links: int = 1):
    """Return the main road and a fragment that lies north of it."""
    lat = 32.5 + metres_north * METRE
    step = length_m / links / 94_000  # degrees of longitude at this latitude, roughly
    extra = [(130.52 + step * i, lat) for i in range(links + 1)]
    pieces = [link(6 + i, 7 + i, length_m / links) for i in range(links)]
    return roads([*MAIN, *pieces], [*ROW, *extra])


def tied(network, metres_north: float, limit_m: float = 1000.0, **options):
    """Return (edge tied to, edge of the alternative) for a point north of the main road."""
    result = snap_points(network, [130.52005], [32.5 + metres_north * METRE], limit_m, **options)[0]
    edges = [s.edge if s else None for s in (result.snap, result.alternative)]
    assert result.snap is None or result.distance_m == result.snap.distance_m
    return tuple(edges)


def test_a_fragment_slightly_nearer_gives_way_to_the_main_part():
    network = beside(60, 600)
    assert tied(network, 50) == (2, 5)  # 10 m against 50 m
    assert tied(network, 50, main_within_m=30) == (5, 2)
    assert tied(network, 50, main_within_m=0) == (5, 2)
    assert tied(network, 20) == (2, None)  # the main part is nearest anyway


def test_an_island_keeps_its_points():
    near, far = beside(300, 1500, 3), beside(8000, 1500, 3)
    assert tied(near, 290) == (5, 2)  # the other shore lies within the limit, and is named
    assert tied(near, 290, limit_m=200) == (5, None)
    assert tied(far, 7990) == (5, None)


def test_a_stub_gives_way_wherever_there_is_more_within_the_limit():
    stub = beside(400, 30)
    assert tied(stub, 390) == (2, 5)
    assert tied(stub, 390, main_within_m=0) == (2, 5)
    assert tied(stub, 390, limit_m=300) == (5, None)  # better than nothing, which is not known


def test_of_two_parts_alike_neither_is_a_fragment():
    network = beside(60, 2000, 2)
    assert tied(network, 50) == (5, None)


def test_stub_then_village_then_main():
    village = beside(300, 1500, 3)
    lat = 32.5 + 390 * METRE
    stub = link(10, 11, 20.0)
    places = [*zip(village.nodes.lon, village.nodes.lat, strict=True)]
    places += [(130.5200, lat), (130.5202, lat)]
    pieces = [link(6 + i, 7 + i, 500.0) for i in range(3)]
    network = roads([*MAIN, *pieces, stub], [(float(x), float(y)) for x, y in places])
    # past the stub to the village, whose own alternative is the main road
    assert tied(network, 385) == (5, 2)
    assert tied(network, 385, main_within_m=400) == (2, 8)


def test_closed_edges_take_no_points():
    network = beside(60, 600)
    closed = np.zeros(len(network.edges), bool)
    closed[2] = True
    assert tied(replace(network, closed=closed), 50, main_within_m=0) == (5, 1)


def test_a_thousand_places_at_once_are_those_of_one_at_a_time():
    network = beside(200, 600, 3)
    random = np.random.default_rng(2)
    lons, lats = random.uniform(130.49, 130.56, 300), random.uniform(32.495, 32.51, 300)
    together = snap_points(network, lons, lats, 500.0)
    assert together == tuple(
        snap_points(network, [x], [y], 500.0)[0] for x, y in zip(lons, lats, strict=True)
    )
    assert {r.snap is None for r in together} == {True, False}
    assert {r.alternative is None for r in together} == {True, False}


@pytest.mark.slow
def test_needs_no_projection_library():
    code = (
        "import sys\nfrom tests.helpers.road_cases import link, roads\n"
        "from networks.snapping.points import snap_points\n"
        "snap_points(roads([link(0, 1)]), [130.5], [32.5001], 1e3)\n"
        "print('pyproj' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert said.stdout.strip() == "False"
