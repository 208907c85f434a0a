"""Geometry: metres against PROJ, the curve, components against networkx."""

from __future__ import annotations

import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from networks import geo_kernels
from networks.geo import (
    components,
    cut_polyline,
    geodesic_m,
    hilbert_order,
    packed_lengths,
    running_m,
)

GEOD = Geod(ellps="GRS80")


@pytest.mark.parametrize("metres", [0.01, 1.0, 54.0, 56.0, 1e3, 1e4, 2.7e4, 3e4, 1e5])
@pytest.mark.parametrize("lats", [(-1, 1), (20, 46), (46, 70), (70, 79), (79, 89.5)])
def test_metres_are_those_of_the_geodesic(metres, lats):
    random = np.random.default_rng(7)
    lon, lat = random.uniform(129, 146, 2000), random.uniform(*lats, 2000)
    lon2, lat2, _ = GEOD.fwd(lon, lat, random.uniform(0, 360, 2000), np.full(2000, metres))
    exact = GEOD.inv(lon, lat, lon2, lat2)[2]
    off = np.abs(geodesic_m(lon, lat, lon2, lat2) - exact)
    assert (off <= 5e-9 + 1e-9 * exact).all()  # a hundred-thousandth of a millimetre


def test_metres_across_the_antimeridian_and_of_broadcast_points():
    assert geodesic_m(179.999, 40.0, -179.999, 40.0)[0] == pytest.approx(170.78, abs=0.05)
    lat = np.array([40.0, 41.0])
    assert geodesic_m(130.0, 40.0, 130.0, lat).shape == (2,)
    assert geodesic_m(130.0, 40.0, 130.0, 40.0)[0] == 0.0
    assert np.isnan(geodesic_m(130.0, 40.0, np.nan, 40.0)[0])


def test_series_written_in_python_says_the_same():
    place = (130.7, 32.8, 130.71, 32.805)
    assert geo_kernels.step_m.py_func(*place) == geo_kernels.step_m(*place)
    assert geo_kernels.step_m.py_func(130.0, 32.0, 131.0, 32.0) == -1.0


def test_packed_lengths_add_the_steps_of_each_line():
    lon = np.array([130.0, 130.1, 130.2, 140.0, 135.0, 135.0, 131.0])
    lat = np.array([32.0, 32.1, 32.0, 40.0, 35.0, 35.0, 33.0])
    offset = np.array([0, 3, 5, 7])  # a short line, one long step, a standstill and a long step

    def steps(*at):
        return sum(GEOD.inv(lon[i], lat[i], lon[i + 1], lat[i + 1])[2] for i in at)

    expected = [steps(0, 1), steps(3), steps(5)]
    assert packed_lengths(lon, lat, offset) == pytest.approx(expected, abs=1e-5)
    assert packed_lengths(lon[:0], lat[:0], np.zeros(1, np.int64)).shape == (0,)


def test_running_metres_and_cuts():
    lon, lat = np.array([130.0, 130.01, 130.01]), np.array([32.0, 32.0, 32.01])
    run = running_m(lon, lat)
    assert run[-1] == pytest.approx(packed_lengths(lon, lat, np.array([0, 3]))[0])
    corner = run[1] / run[-1]
    assert cut_polyline(lon, lat, 0.0, 1.0).tolist() == np.column_stack([lon, lat]).tolist()
    piece = cut_polyline(lon, lat, corner / 2, (1 + corner) / 2)
    assert piece == pytest.approx(np.array([[130.005, 32.0], [130.01, 32.0], [130.01, 32.005]]))
    assert (
        cut_polyline(lon, lat, 0.9, 0.2).tolist() == cut_polyline(lon, lat, 0.2, 0.9)[::-1].tolist()
    )
    assert cut_polyline(lon, lat, 1.0, 1.0).tolist() == [[130.01, 32.01]] * 2
    standstill = cut_polyline(lon[:1].repeat(2), lat[:1].repeat(2), 0.5, 0.75)
    assert standstill.tolist() == [[130.0, 32.0]] * 2


def test_curve_keeps_near_places_near():
    side = np.arange(16) / 15
    lon, lat = (v.ravel() for v in np.meshgrid(130 + side, 32 + side * np.cos(np.radians(32.5))))
    order = hilbert_order(lon, lat)
    assert sorted(order) == list(range(256))
    steps = np.hypot(np.diff(lon[order]) * np.cos(np.radians(32.5)), np.diff(lat[order]))
    # of a square of 16 x 16 Hilbert's curve only takes steps to a neighbour
    assert steps.max() == pytest.approx(steps.min(), rel=0.02)


def test_curve_is_stable_for_one_place_and_for_a_line():
    assert hilbert_order([130.0] * 5, [32.0] * 5).tolist() == [0, 1, 2, 3, 4]
    assert hilbert_order([], []).tolist() == []
    same = hilbert_order([130.0, 131.0, 130.0, 131.0], [32.0] * 4).tolist()
    assert same in ([0, 2, 1, 3], [1, 3, 0, 2])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(0, 4)), max_size=20))
def test_components_are_those_of_networkx(rows):
    edges = np.array(rows, np.int64).reshape(-1, 3)
    graph = nx.Graph()
    graph.add_nodes_from(range(12))
    graph.add_edges_from((a, b) for a, b, _ in rows)
    weight = {min(c): sum(w for a, _, w in rows if a in c) for c in nx.connected_components(graph)}
    rank = {low: i for i, low in enumerate(sorted(weight, key=lambda low: (-weight[low], low)))}
    expected = [rank[min(nx.node_connected_component(graph, node))] for node in range(12)]
    assert components(edges[:, 0], edges[:, 1], 12, edges[:, 2]).tolist() == expected


def test_importing_brings_neither_proj_nor_compiler():
    code = "import sys, networks.geo; print({'pyproj', 'numba'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
