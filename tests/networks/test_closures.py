"""Closed roads: which edges a layer of closures means, on which day, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiLineString,
    Point,
    Polygon,
    box,
)

from groundfloor.dates import day_of, yearly_day_of
from groundfloor.problems import MissingFileError, Severity
from networks.closures.closing import close_edges, closed_edges
from networks.closures.closure_files import is_within, read_closures
from networks.errors import NetworkDataError
from networks.network import CLOSED_FLAG, WORD_MS
from networks.search.nearest import nearest_other
from networks.types import TravelOptions
from tests.helpers.road_cases import at, link, roads

LON, LAT = 130.7, 32.8
EAST, NORTH = 1 / (111_320 * np.cos(np.radians(LAT))), 1 / 111_320
DAY = date(2025, 1, 15)


def degrees(*points):
    """Degrees of points in metres from the corner of the made-up town."""
    return [(LON + x * EAST, LAT + y * NORTH) for x, y in points]


def line(*points):
    return LineString(degrees(*points))


def town(*lines, **options):
    """A network of straight or bent roads in metres; ends within a centimetre are one node."""
    places: dict[tuple[int, int], int] = {}
    links = []
    for points in lines:
        ends = [
            places.setdefault((round(x), round(y)), len(places)) for x, y in (points[0], points[-1])
        ]
        metres = float(shapely.length(LineString(points)))
        links.append(link(*ends, metres, points=degrees(*points), **options))
    return roads(links, degrees(*places))


def layer(path, rows, crs=6668, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=list(rows), crs=crs)
    frame.to_file(path, **({"encoding": "CP932"} if path.suffix == ".shp" else {}))
    return path


def closed(tmp_path, network, *geometry, on=DAY, **columns):
    """Numbers of the edges that geometry closes."""
    path = layer(tmp_path / "closures.gpkg", geometry, **columns)
    return np.flatnonzero(closed_edges(network, read_closures(path), on).mask).tolist()


#    2 --- 3        main road 0-1-4 along y = 0, a cross road through 1, a parallel one 40 m north
TOWN = (
    [(0, 0), (500, 0)],
    [(500, 0), (1000, 0)],
    [(500, 0), (500, 300)],
    [(500, 0), (500, -300)],
    [(0, 40), (1000, 40)],
    [(1000, 0), (1000, 40)],
)


def test_the_road_and_neither_its_crossings_nor_its_parallel(tmp_path):
    network = town(*TOWN)
    assert closed(tmp_path, network, line((0, 3), (1000, -4))) == [0, 1]


def test_a_line_drawn_on_another_map(tmp_path):
    network = town(*TOWN)
    assert closed(tmp_path, network, line((0, -12), (500, -12))) == [0]
    assert closed(tmp_path, network, line((0, -20), (500, -20))) == []


def test_a_short_closure_closes_the_long_edge_it_is_on(tmp_path):
    network = town(*TOWN)
    assert closed(tmp_path, network, line((650, 2), (700, 2))) == [1]


def test_a_closure_that_reaches_a_little_into_the_next_edge(tmp_path):
    network = town(*TOWN)
    assert closed(tmp_path, network, line((0, 0), (520, 0))) == [0]


def test_short_stubs_and_slanting_roads_at_the_junction_stay_open(tmp_path):
    stub = [(500, 0), (500, 12)]  # all of it within 15 m of the main road
    slanting = [(500, 0), (525, 25)]
    ramp = [(500, 0), (560, 5), (700, 60)]
    network = town(*TOWN[:2], stub, slanting, ramp)
    assert closed(tmp_path, network, line((0, 0), (1000, 0))) == [0, 1]


def test_both_carriageways(tmp_path):
    network = town([(0, 0), (800, 0)], [(800, 9), (0, 9)])
    assert closed(tmp_path, network, line((0, 4), (800, 4))) == [0, 1]


def test_bends_and_rings(tmp_path):
    hairpin = [(0, 0), (400, 0), (420, 30), (400, 60), (0, 60)]
    network = town(hairpin, [(0, 60), (0, 300)])
    assert closed(tmp_path, network, line(*hairpin)) == [0]
    angle = np.linspace(0, 2 * np.pi, 40)
    ring = [(200 * np.cos(a), 200 * np.sin(a)) for a in angle[:-1]]
    ring.append(ring[0])
    loop = town(ring, [(200, 0), (600, 0)])
    assert closed(tmp_path, loop, line(*ring[7:], *ring[1:8])) == [0]


def test_parts_of_a_multiline_are_joined_before_they_are_measured(tmp_path):
    network = town(*TOWN)
    bits = [line((x, 0), (x + 10, 0)) for x in range(0, 500, 10)]
    assert closed(tmp_path, network, MultiLineString(bits)) == [0]


def test_areas_close_what_runs_inside_for_a_metre(tmp_path):
    network = town(*TOWN)
    flooded = Polygon(degrees((-10, -50), (400, -50), (400, 20), (-10, 20)))
    assert closed(tmp_path, network, flooded) == [0]
    touching = Polygon(degrees((499, -20), (501, -20), (501, -1), (499, -1)))
    assert closed(tmp_path, network, touching) == [3]
    hair = Polygon(degrees((499, 20), (501, 20), (501, 20.5), (499, 20.5)))
    assert closed(tmp_path, network, hair) == []
    bow = Polygon(degrees((0, -10), (200, 10), (200, -10), (0, 10)))  # crosses itself
    assert closed(tmp_path, network, bow) == [0]


def test_links_shorter_than_a_metre_inside_an_area_are_closed_too(tmp_path):
    network = town([(0, 0), (500, 0)], [(500, 0), (500.6, 0)], [(501, 0), (900, 0)])
    assert closed(tmp_path, network, box(LON - 1, LAT - 1, LON + 1, LAT + 1)) == [0, 1, 2]


def test_an_area_drawn_with_a_hundred_thousand_points_takes_no_longer(tmp_path):
    angle = np.linspace(0, 2 * np.pi, 100_000)
    ring = Polygon(np.column_stack([LON + 0.1 * np.cos(angle), LAT + 0.1 * np.sin(angle)]))
    lines = [[(x, y), (x + 10, y)] for x in range(0, 800, 20) for y in range(0, 500, 10)]
    assert closed(tmp_path, town(*lines), ring) == list(range(2000))


def test_a_ferry_can_be_closed(tmp_path):
    network = roads(
        [
            link(0, 1, 1000, points=degrees((0, 0), (1000, 0))),
            link(1, 2, 5000, ferry=True, points=degrees((1000, 0), (6000, 0))),
        ],
        degrees((0, 0), (1000, 0), (6000, 0)),
    )
    assert closed(tmp_path, network, line((1000, 5), (6000, 5))) == [1]


def test_periods():
    def holds(day, start, end):
        ends = (day_of(t or "", whole=True) or yearly_day_of(t or "") for t in (start, end))
        return is_within(date.fromisoformat(day), *ends)

    assert holds("2024-12-01", "2024-12-01", "2024-12-01")
    assert not holds("2024-12-02", "2024-12-01", "2024-12-01")
    assert holds("2031-01-01", "2024-12-01", None)
    assert not holds("2024-11-30", "2024-12-01", None)
    assert holds("2024-11-30", None, "2024-12-01")
    assert [holds(f"2025-{m:02d}-15", "12-01", "03-31") for m in (1, 3, 4, 11, 12)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert holds("2025-07-01", "07-01", "08-31")
    assert holds("2000-01-01", None, None)


def test_only_what_holds_on_the_day_is_closed(tmp_path):
    network = town(*TOWN)
    path = layer(
        tmp_path / "winter.shp",
        [line((0, 0), (500, 0)), line((500, 0), (1000, 0)), line((500, 0), (500, 300))],
        名称=["峠A", "峠B", "橋C"],
        理由=["冬期", "冬期", "工事"],
        開始=["毎年12月1日", "12-20", "R6.4.1"],
        終了=["毎年3月31日", "02-28", None],
    )
    closures = read_closures(path)
    found = closed_edges(network, closures, date(2025, 3, 15))
    assert np.flatnonzero(found.mask).tolist() == [0, 2]
    assert [(r.name, r.reason, r.period, r.holds, r.edges) for r in found.rows] == [
        ("峠A", "冬期", "--12-01/--03-31", True, 1),
        ("峠B", "冬期", "--12-20/--02-28", False, 0),
        ("橋C", "工事", "2024-04-01/", True, 1),
    ]
    assert found.rows[0].km == pytest.approx(0.5, rel=1e-3)
    assert not any(p.code == "closure-no-road" for p in found.problems)
    assert closed_edges(network, closures, date(2024, 2, 1)).mask.tolist()[:3] == [
        True,
        True,
        False,
    ]


def test_a_closure_that_fits_no_road_is_named(tmp_path):
    path = layer(tmp_path / "a.gpkg", [line((0, 900), (500, 900))], name=["どこか"])
    found = closed_edges(town(*TOWN), read_closures(path), DAY)
    (problem,) = found.problems
    assert (problem.code, problem.value, problem.row) == ("closure-no-road", "どこか", 1)
    assert problem.severity is Severity.WARNING
    assert not found.rows[0].matched


def test_closing_sets_the_flag_of_both_directions_and_nothing_else():
    network = town(*TOWN)
    mask = np.zeros(len(network.edges), bool)
    mask[1] = True
    shut = close_edges(network, mask)
    for before, after in (
        (network.graph.onward, shut.graph.onward),
        (network.graph.back, shut.graph.back),
    ):
        changed = np.flatnonzero(before.arc[:, 1] != after.arc[:, 1])
        assert sorted(before.directed[changed].tolist()) == [2, 3]
        assert (after.arc[changed, 1] & np.uint32(CLOSED_FLAG) != 0).all()
        assert (after.arc[:, 1] & np.uint32(WORD_MS) == before.arc[:, 1] & np.uint32(WORD_MS)).all()
        assert not after.arc.flags.writeable
    assert shut.sha256 == network.sha256
    assert network.closed is None
    assert not shut.door_edges()[1]
    assert network.door_edges()[1]
    mask[:] = False
    mask[0] = True
    again = close_edges(shut, mask)
    assert np.flatnonzero(again.closed).tolist() == [0, 1]


def test_a_detour_and_then_unreachable():
    network = town(*TOWN, [(500, 300), (1000, 40)])
    here, there = at("a", 0, 0.0), at("b", 1, 1.0)
    mask = np.zeros(len(network.edges), bool)

    def nearest(net):
        return nearest_other(net, [here], [there], options=TravelOptions())[0]

    straight = nearest(network)
    mask[1] = True
    # b stands on the closed road's far end, a junction that the detour reaches
    detour = nearest(close_edges(network, mask))
    assert detour.travel_ms > straight.travel_ms
    assert detour.route.length_m > straight.route.length_m
    mask[:] = True
    assert not nearest(close_edges(network, mask)).reachable


def test_everything_closed_is_said(tmp_path):
    network = town(*TOWN)
    path = layer(tmp_path / "a.gpkg", [box(LON - 1, LAT - 1, LON + 1, LAT + 1)])
    found = closed_edges(network, read_closures(path), DAY)
    assert found.mask.all()
    assert [p.code for p in found.problems] == ["closures-everything"]


def test_what_is_cut_off_is_said(tmp_path):
    network = town([(0, 0), (500, 0)], [(500, 0), (1000, 0)], [(1000, 0), (3000, 0)])
    path = layer(tmp_path / "a.gpkg", [line((500, 0), (1000, 0))])
    (problem,) = closed_edges(network, read_closures(path), DAY).problems
    assert problem.code == "closures-cut-off"
    assert "0.5 km" in problem.message.en


def test_other_systems_and_formats_agree(tmp_path):
    network = town(*TOWN)
    rows = [line((0, 0), (500, 0))]
    plain = read_closures(layer(tmp_path / "a.geojson", rows, crs=4326))
    frame = gpd.GeoDataFrame(geometry=rows, crs=6668).to_crs(6670)
    frame.to_file(tmp_path / "plane.shp")
    plane = read_closures(tmp_path / "plane.shp")
    masks = [closed_edges(network, closures, DAY).mask.tolist() for closures in (plain, plane)]
    assert masks[0] == masks[1]
    assert sum(masks[0]) == 1


def test_the_hash_is_of_what_it_says(tmp_path):
    rows = [line((0, 0), (500, 0))]
    first = read_closures(layer(tmp_path / "a.gpkg", rows, 名称=["峠"]))
    second = read_closures(layer(tmp_path / "b.gpkg", rows, name=["峠"]))
    other = read_closures(layer(tmp_path / "c.gpkg", rows, name=["橋"]))
    assert first.sha256 == second.sha256 != other.sha256


def problems_of(path):
    with pytest.raises(NetworkDataError) as caught:
        read_closures(path)
    return caught.value.problems


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    rows = [Point(LON, LAT), *[line((0, 0), (500, 0))] * 4]
    path = layer(
        tmp_path / "a.geojson",
        rows,
        crs=4326,
        開始=["", "いつか", "2025-03-31", "12-01", "12-01"],
        終了=["", "", "2024-12-01", "2025-03-31", ""],
    )
    found = [(p.code, p.row, p.column) for p in problems_of(path)]
    assert found == [
        ("geometry-kind", 1, None),
        ("date-not-understood", 2, "開始"),
        ("closure-period", 3, "終了"),
        ("closure-period", 4, "終了"),
        ("closure-period", 5, "終了"),
    ]


def test_no_system_no_rows_no_file(tmp_path):
    path = layer(tmp_path / "a.shp", [line((0, 0), (500, 0))])
    path.with_suffix(".prj").unlink()
    assert [p.code for p in problems_of(path)] == ["crs-missing"]
    (tmp_path / "empty.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    assert [p.code for p in problems_of(tmp_path / "empty.geojson")] == ["closures-none"]
    with pytest.raises(MissingFileError):
        read_closures(tmp_path / "none.shp")


def test_shapes_that_are_none(tmp_path):
    """GeoJSON can hold lines of one point, and numbers that are none."""
    form = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        '{"type":"LineString","coordinates":[%s]}}]}'
    )
    path = tmp_path / "a.geojson"
    for points, code in (
        ("[130.7, 32.8]", "geometry-empty"),
        ("[NaN, 32.8], [130.7, 32.8]", "position-impossible"),
        ("[32.8, 130.7], [32.8, 130.71]", "axes-swapped"),
    ):
        path.write_text(form % points, encoding="utf-8")
        with pytest.raises(NetworkDataError, match=code):
            read_closures(path)


def test_metres_that_say_they_are_degrees(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (5000, 4000)])], crs=6668)
    frame.to_file(tmp_path / "a.gpkg")
    assert [p.code for p in problems_of(tmp_path / "a.gpkg")] == ["crs-impossible"]


def test_a_collection_closes_by_its_line_and_by_its_area(tmp_path):
    network = town(*TOWN)
    area = box(*line((450, 100), (550, 200)).bounds)
    both = GeometryCollection([line((0, 0), (500, 0)), area, Point(LON, LAT)])
    path = layer(tmp_path / "a.gpkg", [both], name=["峠"])
    closures = read_closures(path)
    assert [(c.row, c.name) for c in closures.rows] == [(1, "峠"), (1, "峠")]
    assert [(p.code, p.row) for p in closures.problems] == [("geometry-part-dropped", 1)]
    assert np.flatnonzero(closed_edges(network, closures, DAY).mask).tolist() == [0, 2]


def test_a_layer_of_points_beside_the_closures_is_told(tmp_path):
    path = layer(tmp_path / "a.gpkg", [line((0, 0), (500, 0))])
    gpd.GeoDataFrame(geometry=[Point(LON, LAT)], crs=6668).to_file(path, layer="notes")
    closures = read_closures(path)
    assert len(closures.rows) == 1
    assert [p.code for p in closures.problems] == ["other-layers-not-read"]


def test_an_area_that_had_to_be_mended_is_told(tmp_path):
    bow_tie = Polygon(degrees((0, -50), (500, 50), (500, -50), (0, 50)))
    closures = read_closures(layer(tmp_path / "a.gpkg", [bow_tie]))
    assert closures.rows[0].geometry.is_valid
    assert [(p.code, p.row) for p in closures.problems] == [("geometry-repaired", 1)]


def test_rows_without_geometry_are_left_out_and_dates_may_be_dates(tmp_path):
    frame = gpd.GeoDataFrame(
        {"from": [date(2024, 12, 1), None]}, geometry=[line((0, 0), (500, 0)), None], crs=6668
    )
    frame["from"] = frame["from"].astype("datetime64[ms]")
    frame.to_file(tmp_path / "a.gpkg")
    closures = read_closures(Path(tmp_path / "a.gpkg"))
    assert [str(c.start) for c in closures.rows] == ["2024-12-01"]
    assert [p.code for p in closures.problems] == ["geometry-empty"]
    assert replace(closures.rows[0], name="").label == "#1"
