"""What maps show around the spots: times from anywhere, catchments, main roads, closed roads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiLineString, Point, box

from networks import Terminal, nearest_other, snap_points
from networks.info.road_lines import class_edges, road_lines, thinned
from spots.job import run_surroundings as surrounding_lines
from spots.job import tied_cells
from spots.job.catchment_outlines import MOST_CELLS, MOST_LAND, CellFrame, land_frame, outline
from spots.job.execution import execute
from spots.job.job_roads import load_job_network
from spots.job.run_file import read_run_file
from spots.job.run_surroundings import main_roads, spread_out
from spots.sample import sample_run_file
from spots.telling.units import ms_from_minutes
from spots.types import RunResult
from spots.types.results import Surroundings, TimeGrid
from tests.helpers.road_cases import at, link, roads
from tests.helpers.small_job import HEADER, HOSPITALS, LINKS, NODES, RUN, outlines, write_job

LIMIT_MS = ms_from_minutes(30) - 1
KUMAMOTO = (130.0, 32.0, 131.5, 33.5)


def run(folder: Path, changed: Mapping[str, str | None] | None = None) -> RunResult:
    return execute(read_run_file(write_job(folder, changed)))


def around(result: RunResult) -> Surroundings:
    assert result.surroundings is not None
    return result.surroundings


def grid_of(result: RunResult) -> TimeGrid:
    grid = around(result).grid
    assert grid is not None
    return grid


def middle(grid: TimeGrid, cell: int) -> tuple[float, float]:
    row, column = divmod(cell, grid.columns)
    return grid.west + (column + 0.5) * grid.step_lon, grid.north - (row + 0.5) * grid.step_lat


def cell_at(grid: TimeGrid, lon: float, lat: float) -> int:
    column, row = int((lon - grid.west) / grid.step_lon), int((grid.north - lat) / grid.step_lat)
    assert 0 <= column < grid.columns
    assert 0 <= row < grid.rows
    return row * grid.columns + column


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> RunResult:
    return run(tmp_path_factory.mktemp("small"))


# --- times from anywhere ----------------------------------------------------------------------


def checked_cells(result: RunResult, path: Path, every: int) -> int:
    """Compare cells with searches from their middles; return how many have a hospital."""
    job = read_run_file(path)
    network, grid = load_job_network(job), grid_of(result)
    travel, where = job.policy.travel, {v.facility.id: v.facility for v in result.verdicts}
    spots = [where[i].position for i in grid.hospitals]
    tied = snap_points(network, [p.lon for p in spots], [p.lat for p in spots], travel.snap_limit_m)
    ends = [Terminal(i, i, r.snap) for i, r in zip(grid.hospitals, tied, strict=True)]
    cells = [i for i, ms in enumerate(grid.travel_ms) if ms >= 0][::every]
    lon, lat = zip(*(middle(grid, cell) for cell in cells), strict=True)
    starts = [
        Terminal(f"cell {cell}", "", r.snap)
        for cell, r in zip(cells, snap_points(network, lon, lat, travel.snap_limit_m), strict=True)
    ]
    for cell, found in zip(cells, nearest_other(network, starts, ends), strict=True):
        assert grid.travel_ms[cell] == found.travel_ms
        nearest = grid.hospitals[grid.nearest[cell]]
        assert nearest in (found.destination_id, *found.ties)
    return len(cells)


def test_a_cell_has_the_milliseconds_of_a_facility_in_its_middle(small, tmp_path):
    assert checked_cells(small, write_job(tmp_path), 3) > 100


def test_so_has_a_cell_of_the_sample(sample_result):
    with sample_run_file() as path:
        assert checked_cells(sample_result, path, 40) > 200


def test_cells_lie_over_the_prefecture_and_far_from_roads_have_no_time(small):
    grid = grid_of(small)
    assert len(grid.nearest) == len(grid.travel_ms) == grid.columns * grid.rows
    assert [n >= 0 for n in grid.nearest] == [ms >= 0 for ms in grid.travel_ms]
    assert grid.cell_m == 500.0
    assert grid.hospitals == ("B1", "H1", "H2", "H3")
    on_road, off_road = cell_at(grid, 130.80, 32.70), cell_at(grid, 130.80, 32.85)
    assert grid.travel_ms[on_road] > 0
    assert grid.travel_ms[off_road] == -1
    # 大牟田市 is of another prefecture
    assert grid.north < 33.0 + 0.3
    assert grid.west > 130.48


def test_two_runs_are_equal(small, tmp_path):
    assert around(run(tmp_path)) == around(small)


def test_an_island_without_a_hospital_needs_no_cells(tmp_path, small):
    squares = json.loads(outlines())
    feature = json.loads(json.dumps(squares["features"][-1]))
    shift = [[[x - 4.0, y - 3.0] for x, y in feature["geometry"]["coordinates"][0]]]
    squares["features"].append({**feature, "geometry": {"type": "Polygon", "coordinates": shift}})
    text = json.dumps(squares, ensure_ascii=False)
    assert grid_of(run(tmp_path, {"municipalities.geojson": text})) == grid_of(small)


def test_a_hospital_in_no_reach_of_roads_is_not_drawn(tmp_path):
    away = "\n".join(line.replace(",32.", ",31.") for line in HOSPITALS.splitlines()) + "\n"
    base = HEADER + "B1,そよう病院,43447,熊本県上益城郡山都町滝上476,31.6953,131.1505,\n"
    found = around(run(tmp_path, {"hospitals.csv": away, "base.csv": base}))
    grid = found.grid
    assert grid is not None
    assert grid.hospitals == ("H3",)  # at 33.1 north
    assert [c.facility_id for c in found.catchments] == ["H3"]


def test_without_any_hospital_on_the_roads_there_is_no_grid(tmp_path):
    away = "\n".join(
        line.replace(",32.", ",31.").replace(",33.", ",31.") for line in HOSPITALS.splitlines()
    )
    base = HEADER + "B1,そよう病院,43447,熊本県上益城郡山都町滝上476,31.6953,131.1505,\n"
    found = around(run(tmp_path, {"hospitals.csv": f"{away}\n", "base.csv": base}))
    assert (found.grid, found.catchments) == (None, ())
    assert found.covered.is_empty
    assert found.roads


def test_without_a_criterion_on_time_there_are_no_surroundings(tmp_path):
    text = RUN.replace("[[facilities]]", "[policy.override.rule]\nany = [1, 2]\n[[facilities]]", 1)
    assert run(tmp_path, {"run.toml": text}).surroundings is None


def test_a_large_prefecture_has_larger_cells():
    land = [box(140.0, 42.0, 145.0, 44.0)]
    frame, mask = land_frame(land, (140.0, 42.0, 145.0, 44.0))
    assert frame.cell_m > 500.0
    assert 0.7 * MOST_LAND < mask.sum() <= MOST_LAND
    far = [box(130.0, 27.0, 130.1, 27.1), box(130.0, 32.0, 131.0, 32.5)]
    frame, mask = land_frame(far, (130.0, 27.0, 133.0, 32.5))
    assert 0.7 * MOST_CELLS < frame.rows * frame.columns <= MOST_CELLS
    assert mask.any()


def test_land_is_every_cell_that_a_piece_touches():
    pieces = [box(130.0, 32.0, 130.2, 32.2), box(130.3, 32.1, 130.3001, 32.1001)]
    frame, mask = land_frame(pieces, (129.9, 31.9, 130.4, 32.3))
    lon, lat = frame.middles(np.arange(mask.size))
    middles = shapely.points(lon, lat)
    inside = shapely.intersects(middles, shapely.union_all(pieces))
    near = shapely.dwithin(middles, shapely.union_all(pieces), 2.9 * frame.step_lon)
    assert mask.ravel()[inside].all()
    assert not mask.ravel()[~near].any()
    assert mask.ravel()[shapely.dwithin(middles, pieces[1], 0.5 * frame.step_lat)].any()


# --- catchments -------------------------------------------------------------------------------

FRAME = CellFrame(130.0, 33.0, 0.01, 0.01, 6, 5, 1000.0)


def drawn(rows: list[list[int]], limit_ms: int = 100) -> shapely.MultiPolygon:
    return outline(FRAME, np.array(rows), limit_ms)


def test_an_outline_parts_cells_within_from_those_beyond():
    dice = np.random.default_rng(4)
    lon, lat = FRAME.middles(np.arange(30))
    for _ in range(300):
        rows = dice.choice([-1, 50, 99, 100, 101, 500], (5, 6))
        shape = outline(FRAME, rows, 100)
        assert shape.is_valid
        within = ((rows >= 0) & (rows <= 100)).ravel()
        assert shapely.contains_xy(shape, lon, lat)[within].all()
        holes = shapely.area([shapely.polygons(r) for p in shape.geoms for r in p.interiors])
        assert not (holes < 3.4e-4).any()  # four cells, thinned
        filled = shapely.contains_xy(shape, lon, lat) & ~within
        full = shapely.union_all([shapely.polygons(p.exterior) for p in shape.geoms])
        # only what the land around encloses is filled in
        assert shapely.contains_xy(full, lon[filled], lat[filled]).all()


def test_nothing_within_is_an_empty_outline_and_everything_one_piece():
    assert drawn([[-1] * 6] * 5).is_empty
    assert drawn([[101] * 6] * 5).is_empty
    whole = drawn([[0] * 6] * 5)
    assert len(whole.geoms) == 1
    assert whole.bounds == pytest.approx((130.0, 32.95, 130.06, 33.0), abs=0.005)


def test_an_outline_passes_nearer_to_the_cell_whose_time_is_nearer():
    minutes = 60_000
    rows = [[-1] * 6, *[[0, 0, 20 * minutes, 31 * minutes, 99 * minutes, -1]] * 3, [-1] * 6]
    east = outline(FRAME, np.array(rows), 30 * minutes).bounds[2]
    assert 130.035 > east > 130.03
    rows = [[-1] * 6, *[[0, 0, 29 * minutes, 40 * minutes, 99 * minutes, -1]] * 3, [-1] * 6]
    assert 130.025 < outline(FRAME, np.array(rows), 30 * minutes).bounds[2] < 130.03


def test_opposite_corners_hang_together_where_they_are_well_within():
    minutes = 60_000
    well, hardly, beyond = 20 * minutes, 29 * minutes, 39 * minutes
    for corner, pieces in ((well, 1), (hardly, 2)):
        rows = [[99 * minutes] * 6 for _ in range(5)]
        rows[1][1] = rows[2][2] = corner
        rows[1][2] = rows[2][1] = 31 * minutes if pieces == 1 else beyond
        assert len(outline(FRAME, np.array(rows), 30 * minutes).geoms) == pieces


@pytest.mark.parametrize(("comparison", "inside"), [("at_least", False), ("more_than", True)])
def test_a_cell_at_the_threshold_is_inside_where_the_criterion_is_not_met(
    small, tmp_path, comparison, inside
):
    grid = grid_of(small)
    cell = cell_at(grid, 130.70, 32.70)
    minutes = grid.travel_ms[cell] / 60_000
    override = f'threshold_min = {minutes!r}\ncomparison = "{comparison}"\n'
    text = RUN.replace(
        "[[facilities]]", f"[policy.override.criterion.3]\n{override}[[facilities]]", 1
    )
    found = around(run(tmp_path, {"run.toml": text}))
    assert found.covered.contains(Point(*middle(grid, cell))) is inside
    assert any(c.geometry.contains(Point(*middle(grid, cell))) for c in found.catchments) is inside


def test_catchments_are_where_this_hospital_is_in_time(small):
    found, grid = around(small), grid_of(small)
    assert [c.facility_id for c in found.catchments] == ["B1", "H1", "H2", "H3"]
    assert {c.limit_ms for c in found.catchments} == {ms_from_minutes(30)}
    where = {v.facility.id: v.facility.position for v in small.verdicts}
    for catchment in found.catchments:
        spot = where[catchment.facility_id]
        assert catchment.geometry.contains(Point(spot.lon, spot.lat))
        assert found.covered.buffer(0.2 * grid.step_lat).contains(catchment.geometry)
    lon, lat = np.array([middle(grid, i) for i in range(len(grid.nearest))]).T
    ms = np.array(grid.travel_ms)
    covered = shapely.contains_xy(found.covered, lon, lat)
    assert covered[(ms >= 0) & (ms <= LIMIT_MS)].all()
    assert not covered[ms > LIMIT_MS].any()
    # 矢部 is the nearest to its own cells and yet within both catchments: 10 km to そよう
    between = Point(131.10, 32.70)
    both = [c.facility_id for c in found.catchments if c.geometry.contains(between)]
    assert both == ["B1", "H1"]


# --- main roads -------------------------------------------------------------------------------


def class_lines(network, road_class, bounds):
    return road_lines(network, class_edges(network, road_class), bounds)


def test_main_roads_come_by_class_and_nothing_else_does():
    network = roads(
        [
            link(0, 1, road_class="residential"),
            link(1, 2, road_class="trunk"),
            link(2, 3, road_class="motorway"),
            link(3, 4, road_class="trunk"),
            link(4, 5, ferry=True),
        ]
    )
    found = main_roads(network, KUMAMOTO)
    assert [road.road_class for road in found] == ["motorway", "trunk"]
    assert found[0].geometry.equals(MultiLineString([[(130.52, 32.5), (130.53, 32.5)]]))
    assert len(found[1].geometry.geoms) == 2


def test_stretches_are_joined_thinned_and_cut_at_the_bounds():
    points = [(130.5 + 0.001 * i, 32.5 + 0.00005 * (i % 2)) for i in range(101)]
    network = roads([link(i, i + 1) for i in range(100)], points)
    whole = class_lines(network, "trunk", KUMAMOTO)
    assert (len(whole), shapely.count_coordinates(whole)) == (1, 101)
    assert shapely.count_coordinates(thinned(whole, 40.0)) == 2
    cut = thinned(class_lines(network, "trunk", (130.0, 32.0, 130.55, 33.0)), 40.0)
    assert cut.bounds == pytest.approx((130.5, 32.5, 130.55, 32.5), abs=1e-4)
    assert len(class_lines(network, "trunk", (129.0, 32.0, 130.0, 33.0))) == 0
    assert len(class_lines(network, "primary", KUMAMOTO)) == 0


@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize("bounds", [(130.6, 32.4, 130.7, 32.5), (130.65, 32.4, 130.7, 32.5)])
def test_a_road_whose_box_meets_the_map_and_whose_line_does_not_is_no_road(bounds, both):
    network = roads([link(0, 1, both=both)], [(130.5, 32.4), (130.7, 32.6)])
    assert len(class_lines(network, "trunk", bounds)) == 0
    assert main_roads(network, bounds) == ()


def carriageways(metres: float) -> shapely.MultiLineString:
    """Draw 5 km of two one-way roads some metres apart, with a two-way road at either end."""
    north = metres / 111_195.0
    one = [(130.51 + 0.0005 * i, 32.5) for i in range(101)]
    other = [(x, y + north) for x, y in one[::-1]]
    places = [(130.5, 32.5), *one, *other, (130.57, 32.5)]
    ways = [*pairwise(range(1, 102)), *pairwise(range(102, 203))]
    links = [link(a, b, both=False) for a, b in ways]
    links += [link(0, 1), link(202, 1), link(101, 203), link(101, 102)]
    return thinned(class_lines(roads(links, places), "trunk", KUMAMOTO), 30.0)


def test_two_carriageways_are_one_line_and_two_roads_are_two():
    one, two = carriageways(20.0), carriageways(120.0)
    alone = 0.07  # degrees from end to end
    assert one.length == pytest.approx(alone, abs=0.002)
    assert two.length == pytest.approx(alone + 0.05, abs=0.005)


def test_a_one_way_road_that_crosses_another_stays():
    places = [(130.5, 32.5), (130.52, 32.5), (130.51, 32.49), (130.51, 32.51)]
    network = roads([link(0, 1, both=False), link(2, 3, both=False)], places)
    assert len(class_lines(network, "trunk", KUMAMOTO)) == 2


def test_a_street_that_many_one_way_streets_cross_stays():
    step = 60.0 / 111_195.0
    crossings = [(130.5, 32.5 + i * step) for i in range(30)]
    ends = [(x + 0.05, y) for x, y in crossings]
    links = [link(i, i + 1, both=False) for i in range(29)]
    links += [link(i, 30 + i, both=False) for i in range(0, 30, 2)]
    lines = class_lines(roads(links, [*crossings, *ends]), "trunk", KUMAMOTO)
    assert shapely.bounds(lines)[:, 0].min() == 130.5
    upright = shapely.intersection(lines, box(130.4999, 32.0, 130.5001, 33.0))
    assert shapely.length(upright).sum() == pytest.approx(29 * step, rel=0.2)


def test_the_least_important_classes_go_first(monkeypatch):
    dice = np.random.default_rng(2)
    points = [(130.5 + 0.005 * i, 32.5 + 0.01 * dice.random()) for i in range(60)]
    trunk = [link(i, i + 1, road_class="trunk") for i in range(30)]
    motorway = [link(i, i + 1, road_class="motorway") for i in range(30, 59)]
    network = roads([*trunk, *motorway], points)
    monkeypatch.setattr(surrounding_lines, "MOST_VERTICES", 45)
    assert [road.road_class for road in main_roads(network, KUMAMOTO)] == ["motorway"]
    monkeypatch.setattr(surrounding_lines, "MOST_VERTICES", 100)
    assert [road.road_class for road in main_roads(network, KUMAMOTO)] == ["motorway", "trunk"]


def test_a_network_without_classes_of_main_roads_shows_those_that_drives_take(tmp_path):
    plain = "".join(
        line.replace(",trunk,", ",residential,").replace(",primary,", ",residential,") + "\n"
        for line in LINKS.splitlines()
    )
    stub = "soyo,stub,3.0,residential,both,,町道,0,estimated,test\n"
    nodes = NODES + "stub,行き止まり,131.15,32.67\n"
    (road,) = around(run(tmp_path, {"links.csv": plain + stub, "nodes.csv": nodes})).roads
    assert road.road_class == "residential"
    assert road.geometry.covers(Point(130.9, 32.7))
    assert not road.geometry.covers(Point(131.15, 32.68))  # nobody passes


def test_centres_are_far_from_each_other():
    snaps = [(130.0, 32.0), (130.01, 32.0), (131.0, 32.0), (130.5, 32.0), (131.0, 32.0)]
    ends = [
        replace(at(f"h{i}", 0, 0.5), snap=replace(at("x", 0, 0.5).snap, lon=x, lat=y))
        for i, (x, y) in enumerate(snaps)
    ]
    assert [t.id for t in spread_out(ends, 3)] == ["h0", "h2", "h3"]
    assert len(spread_out(ends, 9)) == 4  # two stand in one place
    assert spread_out([], 3) == ()


def test_main_roads_of_a_run_reach_beyond_the_prefecture(small):
    assert [road.road_class for road in around(small).roads] == ["trunk", "primary"]


# --- closed roads -----------------------------------------------------------------------------


def closures(*rows: tuple[str, str, str, list[list[float]]]) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"名称": name, "理由": "積雪", "開始": start, "終了": end},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for name, start, end, line in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def test_closed_lines_are_those_of_the_day_and_cells_know_of_them(tmp_path, small):
    text = RUN + 'closures = "closures.geojson"\nclosures_on = 2026-01-15\n'
    file = closures(
        ("冬の道", "12-01", "03-31", [[131.05, 32.70], [131.15, 32.70]]),
        ("夏の道", "07-01", "08-31", [[130.60, 32.70], [130.80, 32.70]]),
    )
    result = run(tmp_path, {"run.toml": text, "closures.geojson": file})
    (line,) = around(result).closed
    assert (line.name, line.reason) == ("冬の道", "積雪")
    assert line.period
    assert line.geometry.equals(MultiLineString([[(131.05, 32.7), (131.15, 32.7)]]))
    assert around(small).closed == ()
    grid = grid_of(result)
    assert grid.travel_ms[cell_at(grid, 131.12, 32.70)] == -1
    assert grid_of(small).travel_ms[cell_at(grid_of(small), 131.12, 32.70)] > 0


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("land_frame", {"grid", "catchments", "covered"}),
        ("outline", {"grid", "catchments", "covered"}),
        ("main_roads", {"roads"}),
        ("closed_lines", set()),  # none are closed
    ],
)
def test_each_part_fails_alone(small, tmp_path, monkeypatch, name, left):
    def breaks(*_args):
        raise ValueError("at least one line")

    where = tied_cells if name == "land_frame" else surrounding_lines
    monkeypatch.setattr(where, name, breaks)
    result = run(tmp_path)
    whole, bare = around(small), around(result)
    same = {
        p
        for p in ("roads", "catchments", "covered", "grid")
        if getattr(bare, p) == getattr(whole, p)
    }
    assert same == {"roads", "catchments", "covered", "grid"} - left
    assert [p.code for p in result.problems].count("decoration-left-out") == 1
    assert result.verdicts == small.verdicts


def test_verdicts_know_nothing_of_the_surroundings(small, tmp_path, monkeypatch):
    monkeypatch.setattr("spots.job.execution.surroundings", lambda *_: None)
    bare = run(tmp_path)
    assert bare.surroundings is None
    assert replace(bare, surroundings=small.surroundings).verdicts == small.verdicts
