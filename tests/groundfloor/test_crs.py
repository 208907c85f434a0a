"""Layers in JGD2011 degrees, and systems that cannot be right."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import LineString, Point, box

from groundfloor.crs import CrsError, in_degrees, parsed_crs, same_as_jgd2011

HERE = box(130.9, 32.6, 131.1, 32.8)
ESRI = (
    'GEOGCS["GCS_JGD_2011",DATUM["D_JGD_2011",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def shapes(*given):
    made = np.empty(len(given), dtype=object)
    made[:] = given
    return made


def line(lon, lat):
    with np.errstate(invalid="ignore"):
        return LineString([(lon, lat), (131, 32)])


def moved(shape, epsg):
    return gpd.GeoSeries([shape], crs=6668).to_crs(epsg).iloc[0]


@pytest.mark.parametrize("crs", [4326, 6668, "OGC:CRS84", ESRI])
def test_wgs84_is_relabelled(crs):
    given = shapes(HERE, None)
    placed = in_degrees(given, parsed_crs(crs, "x"), "x")
    assert shapely.to_wkb(placed.geometry).tolist() == shapely.to_wkb(given).tolist()
    assert placed.problems == ()
    assert same_as_jgd2011(crs)


@pytest.mark.parametrize("crs", [4612, 6670, 2444, 3857, 32652])
def test_other_systems_are_transformed(crs):
    placed = in_degrees(shapes(moved(HERE, crs), None), CRS.from_epsg(crs), "x")
    assert placed.geometry[0].hausdorff_distance(HERE) < 1e-8
    assert placed.geometry[1] is None
    assert placed.problems == ()


@pytest.mark.parametrize("crs", [4301, 30162])
def test_the_tokyo_datum_is_converted_and_told(crs):
    stated = Point(131.0, 33.0) if crs == 4301 else Point(0.0, 0.0)  # zone II begins there
    placed = in_degrees(shapes(stated), CRS.from_epsg(crs), "x")
    # In Kyushu the old datum lies some 440 m to the north-west.
    lon, lat = placed.geometry[0].coords[0]
    assert (lon - 131.0, lat - 33.0) == (
        pytest.approx(-0.0023, abs=2e-4),
        pytest.approx(0.0034, abs=2e-4),
    )
    assert [p.code for p in placed.problems] == ["datum-converted"]


@pytest.mark.parametrize(
    ("crs", "code"),
    [(None, "crs-missing"), ("", "crs-missing"), ("EPSG:1", "crs-unknown"), ("?", "crs-unknown")],
)
def test_no_system_and_an_unknown_one(crs, code):
    with pytest.raises(CrsError) as caught:
        parsed_crs(crs, "a.shp")
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == (code, "a.shp")


METRES = moved(HERE, 6670)
SWAPPED = box(32.6, 130.9, 32.8, 131.1)
LOCAL = CRS.from_wkt('LOCAL_CS["site",UNIT["metre",1]]')


@pytest.mark.parametrize(
    ("shape", "crs", "code"),
    [
        (HERE, 6670, "crs-impossible"),  # degrees said to be metres: a prefecture one metre wide
        (HERE, 3857, "crs-impossible"),
        (SWAPPED, 6670, "crs-impossible"),
        (METRES, 6668, "crs-impossible"),
        (moved(HERE, 3857), 4326, "crs-impossible"),
        (box(0, 0, 5, 4), 6668, "crs-impossible"),
        (box(2, 48, 3, 49), 4326, "crs-impossible"),
        (METRES, 32610, "crs-impossible"),
        (SWAPPED, 6668, "axes-swapped"),
        (line(130.7, np.nan), 6668, "position-impossible"),
        (line(np.inf, 32), 4326, "position-impossible"),
        (line(1e300, 32), 4326, "position-impossible"),
        (METRES, LOCAL, "crs-unknown"),
    ],
)
def test_what_cannot_be_right(shape, crs, code):
    with pytest.raises(CrsError) as caught:
        in_degrees(shapes(shape, None), CRS.from_user_input(crs), "a.gpkg")
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == (code, "a.gpkg")


def test_single_rows_are_named_by_number():
    far = LineString([(200.0, 32.0), (131.0, 32.0)])
    with pytest.raises(CrsError) as caught:
        in_degrees(shapes(HERE, far, None, far), CRS.from_epsg(6668), "x", first_row=11)
    (problem,) = caught.value.problems
    assert (problem.code, problem.row) == ("position-impossible", 12)
    assert "12, 14" in problem.message.en


def test_lists_judge_their_rows_themselves_but_not_their_system():
    odd = shapes(Point(32.7, 131.0), Point(0, 0), Point(np.nan, 1), Point(131, 32))
    placed = in_degrees(odd, CRS.from_epsg(6668), "x", judged_by_row=True)
    assert placed.geometry is odd
    for point, crs in ((Point(131, 32), 6670), (Point(-20000, 30000), 6668)):
        with pytest.raises(CrsError, match="crs-impossible"):
            in_degrees(shapes(point, point), CRS.from_epsg(crs), "x", judged_by_row=True)


def test_nothing_lies_nowhere():
    for given in (shapes(), shapes(None), shapes(Point())):
        assert len(in_degrees(given, CRS.from_epsg(6670), "x").geometry) == len(given)
