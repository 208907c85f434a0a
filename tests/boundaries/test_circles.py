"""Geodesic circles and areas on the ellipsoid."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon, box

from boundaries import CrsError, circles, dissolve, ellipsoidal_km2
from groundfloor.problems import DataError, UsageError

WGS84_GEOD = Geod(ellps="WGS84")
GRS80_GEOD = Geod(ellps="GRS80")


def _points(*lonlat, crs=6668):
    return gpd.GeoSeries(
        [Point(p) for p in lonlat], crs=crs, index=[f"f{n}" for n in range(len(lonlat))]
    )


@settings(max_examples=30, deadline=None)
@given(
    lon=st.floats(122, 154), lat=st.floats(20, 46), radius=st.sampled_from([500.0, 4000.0, 8700.0])
)
def test_every_vertex_lies_at_the_radius(lon, lat, radius):
    (circle,) = circles(_points((lon, lat)), radius)
    vertices = shapely.get_coordinates(circle)
    middles = (vertices[1:] + vertices[:-1]) / 2
    # Measured on WGS84's ellipsoid, not the one they were drawn on: a tenth of a metre is the bar.
    for x, y in (vertices.T, middles.T):
        metres = WGS84_GEOD.inv(np.full_like(x, lon), np.full_like(y, lat), x, y)[2]
        assert np.abs(metres - radius).max() < 0.1
    assert len(vertices) == {500.0: 257, 4000.0: 4 * 91 + 1, 8700.0: 4 * 134 + 1}[radius]
    assert ellipsoidal_km2(circle) == pytest.approx(np.pi * radius**2 / 1e6, rel=1e-6)
    assert circle.exterior.is_ccw
    assert circle.is_valid


@pytest.mark.parametrize("segments", [64, 90, 360])
def test_a_whole_circle_of_four_kilometres_reads_50_27(segments):
    (circle,) = circles(_points((131, 33)), 4000, quad_segs=segments)
    assert f"{ellipsoidal_km2(circle):.2f}" == "50.27"


def test_haversine_agrees_roughly():
    # An independent formula on a sphere: within half a percent of the ellipsoid.
    (circle,) = circles(_points((131, 33)), 4000)
    x, y = np.radians(shapely.get_coordinates(circle)).T
    lon, lat = np.radians([131, 33])
    h = np.sin((y - lat) / 2) ** 2 + np.cos(y) * np.cos(lat) * np.sin((x - lon) / 2) ** 2
    assert np.abs(2 * 6_371_009 * np.arcsin(np.sqrt(h)) - 4000).max() < 20


@pytest.mark.parametrize("crs", [None, 3857, 6670, 4612, 32652])
def test_wrong_crs_is_refused(crs):
    points = gpd.GeoSeries([Point(0, 0)], crs=crs)
    with pytest.raises(CrsError):
        circles(points, 4000)


@pytest.mark.parametrize(
    ("radius", "segments"), [(0, 64), (-1, 64), (float("nan"), 64), (4000, 63)]
)
def test_settings_are_checked(radius, segments):
    with pytest.raises(UsageError):
        circles(_points((131, 33)), radius, quad_segs=segments)


def test_every_element_that_is_no_point_is_named():
    series = gpd.GeoSeries(
        [Point(131, 33), None, Point(), LineString([(0, 0), (1, 1)])], crs=6668, index=list("abcd")
    )
    with pytest.raises(DataError) as caught:
        circles(series, 4000)
    assert [p.value for p in caught.value.problems] == ["b", "c", "d"]


def test_no_points_no_circles():
    assert circles(gpd.GeoSeries([], crs=6668), 4000).empty


def test_area_of_a_polygon_of_many_corners_is_that_of_geodesics():
    """With corners every 10 m, geodesics and straight lines of longitude and latitude are one."""
    rough = Polygon([(130.6, 32.4), (130.75, 32.45), (130.7, 32.6), (130.62, 32.5)])
    fine = shapely.segmentize(rough, 0.0001)
    geodesic = abs(GRS80_GEOD.geometry_area_perimeter(fine)[0]) / 1e6
    assert ellipsoidal_km2(rough) == pytest.approx(geodesic, abs=1e-7)


@settings(max_examples=50, deadline=None)
@given(share=st.floats(0, 1), lon=st.floats(122, 154), lat=st.floats(20, 46))
def test_parts_make_the_whole(share, lon, lat):
    """A corner on an edge changes no area: parts add up within 10 cm² of 200 km²."""
    triangle = Polygon([(lon, lat), (lon + 0.2, lat + 0.03), (lon + 0.07, lat + 0.2)])
    half = triangle.intersection(box(lon, lat, lon + 0.2 * share, lat + 0.2))
    rest = triangle.difference(half)
    parts = ellipsoidal_km2(half) + ellipsoidal_km2(rest)
    assert parts == pytest.approx(ellipsoidal_km2(triangle), abs=1e-9)


def test_area_agrees_with_an_equal_area_projection():
    cell = shapely.segmentize(box(130.6, 32.4, 130.7, 32.5), 0.001)
    flat = gpd.GeoSeries([cell], crs=6668).to_crs(
        "+proj=laea +lat_0=32.45 +lon_0=130.65 +ellps=GRS80"
    )
    assert ellipsoidal_km2(cell) == pytest.approx(flat.area.iloc[0] / 1e6, rel=1e-6)


def test_area_subtracts_holes_whatever_the_winding():
    hole = box(130.62, 32.42, 130.64, 32.44)
    for ring in (hole.exterior, hole.exterior.reverse()):
        outer = Polygon(box(130.6, 32.4, 130.7, 32.5).exterior, [ring])
        expected = ellipsoidal_km2(box(130.6, 32.4, 130.7, 32.5)) - ellipsoidal_km2(hole)
        assert ellipsoidal_km2(outer) == pytest.approx(expected)
    assert ellipsoidal_km2(Point(130, 32)) == 0.0
    assert ellipsoidal_km2(Polygon()) == 0.0


def test_metres_are_not_degrees():
    with pytest.raises(CrsError):
        ellipsoidal_km2(box(0, 0, 4000, 4000))
    with pytest.raises(CrsError):
        dissolve([box(0, 0, 4000, 4000)])


def test_dissolve_ignores_order_and_drops_lines():
    a, b, far = box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 5, 6, 6)
    one = dissolve([a, b, far, LineString([(8, 8), (9, 9)])])
    assert one.equals(shapely.union_all([box(0, 0, 2, 1), far]))
    assert one.wkb == dissolve([far, b, a]).wkb
    assert dissolve([]).is_empty
