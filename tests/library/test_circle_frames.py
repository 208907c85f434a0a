"""Circles round a frame's points: true metres in any CRS, one row for one row."""

from __future__ import annotations

import math
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point

import spots as ss
from boundaries import circles as drawn
from groundfloor.problems import DataError, ProblemWarning, UsageError
from spots.library.told_problems import noted, notes_of, problems

LONLAT = [(130.70, 32.75), (130.95, 32.90), (131.2, 32.6)]


def towns(crs: int = 6668, index: tuple[object, ...] = ("h-A", "h-B", "c-C")) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": ["A病院", "B病院", "C診療所"], "beds": [120, 80, 0]},
        geometry=gpd.points_from_xy(*zip(*LONLAT, strict=True), crs=6668),
        index=pd.Index(index[:3], name="key"),
    ).to_crs(crs)


@pytest.mark.parametrize("crs", [6668, 4326, 4612, 6670, 3857, 32652])
def test_metres_are_true_in_any_crs(crs):
    found = ss.circles(towns(crs), 4000)
    assert found.crs == towns(crs).crs
    degrees = found.to_crs(6668)
    plain = drawn(towns().geometry, 4000)
    off = [a.hausdorff_distance(b) for a, b in zip(degrees.geometry, plain, strict=True)]
    assert max(off) < 2e-5 if crs == 4612 else 1e-9  # JGD2000 may be moved by a grid
    assert found["area_km2"].tolist() == pytest.approx([math.pi * 16] * 3, rel=1e-6)


def test_index_columns_and_order_are_the_caller_s():
    given = towns(6670)
    found = ss.circles(given, 4000)
    assert found.index.equals(given.index)
    assert found.index.name == "key"
    assert list(found.columns) == ["name", "beds", "geometry", "radius_m", "area_km2"]
    assert found["beds"].tolist() == [120, 80, 0]
    assert (found.dtypes[["radius_m", "area_km2"]] == "Float64").all()
    assert set(given.columns) == {"name", "beds", "geometry"}  # nothing was done to it


def test_they_are_those_of_a_run_to_the_bit():
    found = ss.circles(towns(), 4000)
    plain = drawn(towns().geometry, 4000)
    assert all(a.equals_exact(b, 0) for a, b in zip(found.geometry, plain, strict=True))


@pytest.mark.parametrize(
    "radii",
    [
        pd.Series([5000, 1000, 3000], index=["c-C", "h-A", "h-B"]),  # by label, in its own order
        pd.Series([1000, 3000, 5000], index=["h-A", "h-B", "c-C"], dtype="Int64"),
        [1000, 3000, 5000],
        np.array([1000.0, 3000.0, 5000.0]),
        "own_m",
    ],
    ids=["labels", "Int64", "list", "array", "column"],
)
def test_a_radius_for_each_row(radii):
    found = ss.circles(towns().assign(own_m=[1000, 3000, 5000]), radii)
    assert found["radius_m"].tolist() == [1000, 3000, 5000]
    wanted = [math.pi * r * r for r in (1, 3, 5)]
    assert found["area_km2"].tolist() == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("gone", [None, Point(), Point(math.nan, math.nan)], ids=repr)
def test_a_row_without_a_point_stays_and_is_told(gone):
    given = towns()
    given.loc["h-B", "geometry"] = gone
    with pytest.warns(ProblemWarning, match="1 problem in circles"):
        found = ss.circles(given, 4000)
    assert found.geometry.isna().tolist() == [False, True, False]
    assert found["area_km2"].isna().tolist() == [False, True, False]
    assert problems(found)[["code", "row", "value"]].to_numpy().tolist() == [
        ["no-point-for-circle", 2, "'h-B'"]
    ]


def test_a_row_without_a_radius_stays_and_is_told():
    with pytest.warns(ProblemWarning, match="no-radius-for-circle"):
        found = ss.circles(towns(), pd.Series([1000, None, 3000], index=towns().index))
    assert found.geometry.isna().tolist() == [False, True, False]
    assert found["radius_m"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("radius", "told"),
    [
        (4, "did you mean 4000"),
        (8.7, "did you mean 8700"),
        (0, "from 100 to 100,000 metres"),
        (-4000, "from 100 to 100,000 metres"),
        (4_000_000, "from 100 to 100,000 metres"),
        (math.inf, "from 100 to 100,000 metres"),
        (math.nan, "is no number"),
        (None, "is no number"),
        ("4 km", "is no column"),
        ([4000, 4000], "another length"),
        ([4000, 4, 4000], "did you mean 4000"),
        (pd.Series([4000, 4000], index=["h-A", "x"]), "lacks rows"),
    ],
)
def test_what_is_no_radius_is_refused(radius, told):
    with pytest.raises(UsageError, match=told):
        ss.circles(towns(), radius)


def test_what_is_no_point_has_no_crs_or_stands_twice_is_refused():
    bare = gpd.GeoDataFrame(geometry=[Point(131, 33)])
    with pytest.raises(ValueError, match="set_crs"):
        ss.circles(bare, 4000)
    with pytest.raises(DataError, match="LineString"):
        ss.circles(gpd.GeoSeries([LineString([(131, 33), (132, 33)])], crs=6668), 4000)
    with pytest.raises(UsageError, match="twice"):
        ss.circles(towns(index=("a", "a", "b")), 4000)


@pytest.mark.parametrize(
    ("points", "crs"),
    [([(130.7, 32.8), (130.8, 32.9)], 6670), ([(-20_000.0, 5_000.0)], 6668)],
    ids=["degrees said to be metres", "metres said to be degrees"],
)
def test_coordinates_that_the_crs_cannot_have_are_refused(points, crs):
    with pytest.raises(ValueError, match="crs-impossible"):
        ss.circles(gpd.GeoSeries([Point(p) for p in points], crs=crs), 4000)


def test_a_series_an_empty_frame_and_another_name_of_the_geometry():
    series = ss.circles(towns().geometry, 4000)
    assert list(series.columns) == ["geometry", "radius_m", "area_km2"]
    renamed = ss.circles(towns().rename_geometry("site"), 4000)
    assert renamed.active_geometry_name == "site"
    assert renamed.geom_type.tolist() == ["Polygon"] * 3
    empty = ss.circles(towns().iloc[:0], 4000)
    assert len(empty) == 0
    assert empty.crs == towns().crs


def test_what_was_noted_of_the_points_goes_along():
    given = noted(towns(), [], labels=["x"])
    assert notes_of(ss.circles(given, 4000))["labels"] == ["x"]


def test_the_usual_tools_take_them(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProblemWarning)
        given = towns(6670)
        given.loc["h-B", "geometry"] = None
        found = ss.circles(given, 4000)
    assert '"radius_m": 4000.0' in found.to_json()
    found.to_parquet(tmp_path / "circles.parquet")
    for name in ("circles.gpkg", "circles.geojson"):
        found.to_file(tmp_path / name)
        again = gpd.read_file(tmp_path / name)
        assert again["area_km2"].notna().tolist() == [True, False, True]


def test_explore_shows_them():
    pytest.importorskip("mapclassify", reason="the extra [notebook] is not installed")
    assert ss.circles(towns(6670), 4000).explore(column="name") is not None


def test_a_polygon_is_valid_and_counter_clockwise():
    (ring, *_) = ss.circles(towns(), 8700).geometry
    assert shapely.is_valid(ring)
    assert ring.exterior.is_ccw
