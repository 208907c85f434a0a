"""Areas cut by own polygons: as a run cuts, in the order given, every square metre booked."""

from __future__ import annotations

import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

import spots as ss
from boundaries import CutStep, cut_steps, ellipsoidal_km2
from boundaries import cut as cut_one
from boundaries.geometry import dissolve
from groundfloor.problems import DataError, ProblemWarning, UsageError
from spots.library.told_problems import problems
from spots.types import RunResult
from tests.helpers.folders import SAMPLE

WEST, SOUTH = box(130.0, 32.0, 130.7, 34.0), box(130.0, 32.0, 132.0, 32.75)
LAND = box(130.6, 32.6, 131.5, 33.5)


def area(*shapes, crs=6668, index=None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=6668, index=index).to_crs(crs)


def discs(crs=6668) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([130.70, 130.62, 131.2], [32.75, 32.61, 33.0], crs=6668)
    frame = gpd.GeoDataFrame({"name": ["A", "B", "C"]}, geometry=points, index=["a", "b", "c"])
    return ss.circles(frame.to_crs(crs), 4000)


@pytest.mark.parametrize("crs", [6668, 4326, 6670, 3857])
@pytest.mark.parametrize("other", [6668, 6670])
def test_cuts_are_those_of_a_run(crs, other):
    found, ledger = ss.cut(
        discs(crs), keep={"land": area(LAND, crs=other)}, remove={"west": area(WEST, crs=other)}
    )
    steps = (CutStep("land", keep=dissolve([LAND])), CutStep("west", remove=dissolve([WEST])))
    assert found.crs == discs(crs).crs
    for label, disc in discs().geometry.items():
        left, entries = cut_one(disc, steps)
        mine = found.to_crs(6668).geometry.loc[label]
        assert mine.symmetric_difference(left).area < 1e-9
        booked = ledger[ledger["label"] == label]
        assert booked["removed_km2"].tolist() == pytest.approx(
            [e.removed_km2 for e in entries], abs=1e-5
        )


def test_in_degrees_they_are_the_same_to_the_bit():
    found, ledger = ss.cut(discs(), keep={"land": area(LAND)}, remove={"west": area(WEST)})
    steps = (CutStep("land", keep=dissolve([LAND])), CutStep("west", remove=dissolve([WEST])))
    plain = [cut_one(disc, steps) for disc in discs().geometry]
    assert all(a.equals_exact(b, 0) for a, (b, _) in zip(found.geometry, plain, strict=True))
    assert ledger["after_km2"].tolist() == [e.remaining_km2 for _, es in plain for e in es]


def test_the_ledger_has_a_row_for_each_area_and_step_in_the_order_given():
    _, ledger = ss.cut(
        discs(),
        keep={"z": area(LAND), "a": area(SOUTH)},
        remove={"m": area(WEST), "b": area(box(131.19, 32.9, 131.3, 33.1))},
    )
    assert ledger["label"].tolist() == [label for label in "abc" for _ in range(4)]
    assert ledger["step"].tolist() == ["z", "a", "m", "b"] * 3
    assert ledger["step"].cat.categories.tolist() == ["z", "a", "m", "b"]
    assert ledger["action"].tolist() == ["keep", "keep", "remove", "remove"] * 3
    assert ledger.index.equals(pd.RangeIndex(12))
    km2 = ["before_km2", "removed_km2", "after_km2"]
    assert (ledger.dtypes[km2] == "Float64").all()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    edges=st.lists(
        st.tuples(st.floats(130.5, 131.3), st.floats(32.5, 33.1), st.floats(0.001, 0.5)),
        min_size=1,
        max_size=4,
    )
)
def test_no_area_grows_and_every_square_metre_is_booked(edges):
    own = {f"p{n}": area(box(x, y, x + size, y + size)) for n, (x, y, size) in enumerate(edges)}
    found, ledger = ss.cut(discs(), remove=own)
    assert (ledger["after_km2"] <= ledger["before_km2"]).all()
    removed = ledger.groupby("label")["removed_km2"].sum()
    assert (discs()["area_km2"] - removed - found["area_km2"]).abs().max() < 1e-9
    assert (found["removed_km2"] - removed).abs().max() < 1e-9
    left = [ellipsoidal_km2(shape) for shape in found.geometry]
    assert found["area_km2"].tolist() == pytest.approx(left, abs=1e-9)


def test_columns_index_and_labels_that_stand_twice_stay():
    twice = pd.concat([discs(), discs().rename(index={"b": "a"})])
    found, ledger = ss.cut(twice, remove=area(WEST))
    assert found.index.equals(twice.index)
    assert list(found.columns) == ["name", "geometry", "radius_m", "area_km2", "removed_km2"]
    assert ledger["step"].unique().tolist() == ["remove"]
    assert len(ledger) == 6


def test_what_to_cut_by_may_be_a_geometry_a_series_or_many_rows():
    whole, _ = ss.cut(discs(6670), remove={"w": area(WEST)})
    halves = area(box(130.0, 32.0, 130.65, 34.0), box(130.65, 32.0, 130.7, 34.0))
    bare = area(WEST, crs=6670).geometry.iloc[0]
    for given_as in (area(WEST).geometry, halves, bare):
        found, _ = ss.cut(discs(6670), remove={"w": given_as})
        assert found["area_km2"].tolist() == pytest.approx(whole["area_km2"].tolist(), abs=1e-4)


def test_a_ground_stands_for_the_land_of_its_prefecture():
    ground = ss.read_ground(SAMPLE / "municipalities.geojson", prefecture="熊本県")
    coast = gpd.GeoSeries.from_xy([130.45, 131.3], [32.5, 32.9], index=["sea", "pass"], crs=6670)
    shapes = ss.circles(coast.set_crs(6668, allow_override=True), 8000)
    whole, _ = ss.cut(shapes, keep={"prefecture": ground})
    parts, _ = ss.cut(shapes, keep={"prefecture": ground.municipalities})
    (steps,) = cut_steps(ground.regions, ["prefecture"], prefecture="43")
    for shape, one, other in zip(shapes.geometry, whole.geometry, parts.geometry, strict=True):
        left, _ = cut_one(shape, (steps,))
        assert one.equals_exact(other, 0)
        assert one.symmetric_difference(left).area < 1e-12
    assert (whole["removed_km2"] > 1).all()


def test_what_is_wholly_taken_is_empty_and_what_was_not_there_is_none():
    shapes = discs()
    shapes.loc["b", "geometry"] = None
    found, ledger = ss.cut(shapes, remove={"all": area(box(120, 30, 131, 35))})
    assert found.geometry.is_empty.tolist() == [True, False, False]
    assert found.geometry.isna().tolist() == [False, True, False]
    assert found["area_km2"].tolist()[::2] == [0.0, pytest.approx(50.27, abs=0.01)]
    assert found["area_km2"].isna().tolist() == [False, True, False]
    assert ledger["removed_km2"].isna().tolist() == [False, True, False]


def test_nothing_to_keep_is_refused_and_nothing_to_remove_is_told():
    with pytest.raises(UsageError, match="cut-keeps-nothing"):
        ss.cut(discs(), keep={"land": area(LAND).iloc[:0]})
    with pytest.warns(ProblemWarning, match="cut-removes-nothing"):
        found, ledger = ss.cut(discs(), remove={"city": area(LAND).iloc[:0]})
    assert ledger["removed_km2"].tolist() == [0, 0, 0]
    assert problems(found)["file"].tolist() == ["<city>"]


def test_an_area_to_keep_that_meets_nothing_is_told():
    with pytest.warns(ProblemWarning, match="cut-leaves-nothing"):
        ss.cut(discs(), keep={"elsewhere": area(box(140, 40, 141, 41))})


def test_without_cuts_everything_stays():
    found, ledger = ss.cut(discs())
    assert found["area_km2"].tolist() == pytest.approx(discs()["area_km2"].tolist())
    assert found["removed_km2"].tolist() == [0, 0, 0]
    assert ledger.empty
    assert list(ledger) == ["label", "step", "action", "before_km2", "removed_km2", "after_km2"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (gpd.GeoSeries([Point(131, 33)], crs=6668), DataError),
        (gpd.GeoSeries([LineString([(130, 33), (131, 33)])], crs=6668), DataError),
        (gpd.GeoSeries([LAND]), ValueError),
        (gpd.GeoSeries([box(-20_000, 1_000, -10_000, 9_000)], crs=6668), ValueError),
        (gpd.GeoSeries([LAND], crs=6670), ValueError),
        (pd.DataFrame({"geometry": [LAND]}), UsageError),
        ("land.gpkg", UsageError),
    ],
    ids=["point", "line", "no CRS", "metres as degrees", "degrees as metres", "frame", "path"],
)
@pytest.mark.parametrize("action", ["keep", "remove"])
def test_what_is_no_area_is_refused(wrong, error, action):
    with pytest.raises(error):
        ss.cut(discs(), **{action: {"own": wrong}})
    with pytest.raises(error):
        ss.cut(wrong)


def test_a_crossing_outline_and_a_row_without_one_are_told():
    bow = Polygon([(130, 32), (131, 33), (131, 32), (130, 33)])
    with pytest.warns(ProblemWarning, match="geometry-empty"):
        found, _ = ss.cut(discs(), remove={"own": area(bow, None)})
    assert set(problems(found)["code"]) == {"geometry-repaired", "geometry-empty"}
    assert set(problems(found)["file"]) == {"<own>"}


def test_the_usual_tools_take_both(tmp_path):
    found, ledger = ss.cut(
        discs(6670), keep={"land": area(LAND)}, remove={"all": area(box(120, 30, 131, 35))}
    )
    assert found.geometry.is_empty.any()
    assert '"removed_km2"' in found.to_json()
    found.to_parquet(tmp_path / "cut.parquet")
    for name in ("cut.gpkg", "cut.geojson"):
        found.to_file(tmp_path / name)
    ledger.to_excel(tmp_path / "ledger.xlsx", index=False)
    ledger.to_parquet(tmp_path / "ledger.parquet")
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own bytes
    assert np.array_equal(again["area_km2"], found["area_km2"])
    assert all(isinstance(shape, MultiPolygon) for shape in found.geometry)


def test_explore_shows_what_is_left():
    pytest.importorskip("mapclassify", reason="the extra [notebook] is not installed")
    found, _ = ss.cut(discs(6670), remove={"all": area(box(120, 30, 131, 35))})
    assert found.explore(column="area_km2", tooltip=["name"]) is not None


def test_circles_cut_by_hand_are_the_spots_of_the_run(sample_result: RunResult):
    ground = ss.read_ground(
        SAMPLE / "municipalities.geojson",
        SAMPLE / "medical_areas.csv",
        SAMPLE / "physician_index_2024-01.csv",
        prefecture="熊本県",
        edition="2024-01",
    )
    spots = {spot.facility_id: spot for spot in sample_result.spots}
    positions = {v.facility.id: v.facility.position for v in sample_result.verdicts}
    points = gpd.GeoSeries([Point(positions[i].lon, positions[i].lat) for i in spots], crs=6668)
    towns, areas = ground.municipalities, ground.areas
    found, ledger = ss.cut(
        ss.circles(points.set_axis(list(spots)), 4000),
        keep={"prefecture": ground},
        remove={
            "excluded_municipalities": towns[towns["name"] == "熊本市"],
            "shortage_areas": areas[areas["class"] == "shortage"],
        },
    )
    for facility_id, spot in spots.items():
        assert found.geometry[facility_id].symmetric_difference(spot.geometry).area < 1e-12
        booked = ledger[ledger["label"] == facility_id]
        assert booked["step"].tolist() == [entry.step for entry in spot.ledger]
        removed = [entry.removed_km2 for entry in spot.ledger]
        assert booked["removed_km2"].tolist() == pytest.approx(removed, abs=1e-9)
        assert found["area_km2"][facility_id] == pytest.approx(spot.area_km2, abs=1e-9)
