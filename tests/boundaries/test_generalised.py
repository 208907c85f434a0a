"""Generalised outlines, and the sample's boundaries made with them."""

import csv
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, box

from boundaries import (
    AreaClass,
    CrsError,
    IndexEdition,
    build_regions,
    dissolve,
    ellipsoidal_km2,
    generalise,
    read_medical_areas,
    read_municipalities,
    read_physician_index,
)
from groundfloor.problems import DataError
from tests.helpers.folders import FIELD_DATA, SAMPLE

FULL = FIELD_DATA / "boundaries" / "kumamoto_municipalities.gpkg"
EDITION = IndexEdition("2024-01", 179.3, 217.6)


def _wiggly(crs=6668):
    """Two neighbours with a common wiggly border, and two islets of the second."""
    y = np.linspace(32.0, 32.2, 200)
    border = np.column_stack([130.1 + 0.0001 * np.sin(np.arange(200) * 2.1), y])
    west = shapely.Polygon([(130.0, 32.0), *border, (130.0, 32.2)])
    east = shapely.Polygon([*border, (130.2, 32.2), (130.2, 32.0)])
    islets = [box(130.3, 32.0, 130.301, 32.001), box(130.4, 32.0, 130.401, 32.001)]
    return gpd.GeoDataFrame(
        {"name": ["西", "東"]},
        geometry=[MultiPolygon([west]), MultiPolygon([east, *islets])],
        index=["a", "b"],
        crs=crs,
    )


def test_neighbours_stay_neighbours_and_wanted_islands_stay():
    frame = _wiggly()
    keep = gpd.GeoSeries([Point(130.4005, 32.0005)], crs=6668)
    simple = generalise(frame, plane_epsg=6670, tolerance_m=100, keep_points=keep)
    assert list(simple.index) == ["a", "b"]
    assert list(simple["name"]) == ["西", "東"]
    assert simple.count_coordinates().sum() < frame.count_coordinates().sum() / 4
    assert shapely.coverage_is_valid(simple.geometry.to_numpy())
    assert len(simple.geometry["b"].geoms) == 2
    assert simple.geometry["b"].covers(keep.iloc[0])
    assert not simple.geometry["b"].intersects(Point(130.3005, 32.0005))
    xy = shapely.get_coordinates(simple.geometry.to_numpy())
    assert np.array_equal(xy, np.round(xy, 5))
    assert frame.count_coordinates().sum() > 400  # the argument is as it was


def test_a_municipality_of_islets_keeps_its_largest():
    islets = MultiPolygon([box(130, 32, 130.001, 32.001), box(130.1, 32, 130.102, 32.002)])
    frame = gpd.GeoDataFrame(geometry=[islets], crs=6668)
    simple = generalise(frame, plane_epsg=6670, tolerance_m=10, min_island_km2=100)
    assert len(simple.geometry[0].geoms) == 1
    assert simple.geometry[0].intersects(Point(130.101, 32.001))


def test_overlaps_and_wrong_crs_are_refused():
    overlapping = gpd.GeoDataFrame(
        geometry=[box(130, 32, 131, 33), box(130.5, 32, 131.5, 33)], crs=6668
    )
    with pytest.raises(DataError, match="not-a-coverage"):
        generalise(overlapping, plane_epsg=6670)
    with pytest.raises(CrsError):
        generalise(_wiggly(crs=3857), plane_epsg=6670)
    with pytest.raises(CrsError):
        generalise(_wiggly(), plane_epsg=6670, keep_points=gpd.GeoSeries([Point(0, 0)], crs=3857))


@pytest.fixture(scope="module")
def wards():
    frame, problems = read_municipalities(SAMPLE / "municipalities.geojson", merge_wards=False)
    assert not problems
    return frame


@pytest.fixture(scope="module")
def regions():
    municipalities, _ = read_municipalities(SAMPLE / "municipalities.geojson", merge_wards=True)
    areas, _ = read_medical_areas(SAMPLE / "medical_areas.csv")
    indices, _ = read_physician_index(SAMPLE / "physician_index_2024-01.csv", EDITION)
    regions, problems = build_regions(municipalities, areas, indices, prefecture_code="43")
    assert not problems
    return regions


def _facilities():
    for name in ("base_hospitals", "remote_clinics", "rotation_hospitals"):
        with (SAMPLE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                yield row["医療機関名"], row["市町村コード"], float(row["経度"]), float(row["緯度"])


def test_sample_outlines_are_small_sourced_and_rfc7946():
    path = SAMPLE / "municipalities.geojson"
    assert path.stat().st_size <= 300_000
    document = json.loads(path.read_text(encoding="utf-8"))
    assert (
        document["attribution"] == "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"
    )
    assert "crs" not in document
    assert {tuple(f["properties"]) for f in document["features"]} == {
        ("code", "name", "prefecture")
    }
    shapes = [shapely.geometry.shape(f["geometry"]) for f in document["features"]]
    assert all(part.exterior.is_ccw for shape in shapes for part in shape.geoms)
    assert not any(ring.is_ccw for s in shapes for part in s.geoms for ring in part.interiors)


def test_sample_has_all_49_and_merges_to_45(wards, regions):
    assert len(wards) == 49
    assert wards["name"]["43103"] == "熊本市西区"
    assert wards["name"]["43447"] == "山都町"
    assert len(regions.municipalities) == 45


def test_sample_outlines_neither_overlap_nor_gape(wards):
    assert wards.is_valid.all()
    assert shapely.coverage_is_valid(wards.geometry.to_numpy())
    total = sum(ellipsoidal_km2(g) for g in wards.geometry)
    land = dissolve(wards.geometry)
    assert ellipsoidal_km2(land) == pytest.approx(total, rel=1e-9)
    # Kumamoto has no enclave of another prefecture, so a hole would be a gap between neighbours;
    # only water that belongs to nobody may be one.
    holes = [shapely.Polygon(ring) for part in land.geoms for ring in part.interiors]
    assert sum(ellipsoidal_km2(hole) for hole in holes) < 0.01 * total


def test_sample_facilities_stand_in_their_municipality(regions):
    facilities = list(_facilities())
    assert len(facilities) >= 63  # 4 + 16 + 43
    astray = [
        (name, code, regions.locate(lon, lat))
        for name, code, lon, lat in facilities
        if regions.locate(lon, lat) != regions.resolve(code)
    ]
    assert not astray


@pytest.mark.parametrize(
    ("lon", "lat"), [(130.33493, 32.60070), (130.35622, 32.35111), (130.34832, 32.36807)]
)
def test_small_islands_with_clinics_survive(regions, lon, lat):
    code, metres = regions.nearest(lon, lat)
    assert code in {"43212", "43215"}
    assert metres <= 300


def test_sample_classes(regions):
    classes = {a.name: a.area_class for a in regions.medical_areas}
    assert len(classes) == 10
    short = {name for name, kind in classes.items() if kind is AreaClass.SHORTAGE}
    assert short == {"宇城", "菊池"}
    assert sum(kind is AreaClass.SURPLUS for kind in classes.values()) == 3


@pytest.mark.slow
@pytest.mark.skipif(not FULL.is_file(), reason="the shared data are not here")
def test_sample_outlines_are_close_to_the_full_ones(wards):
    full, _ = read_municipalities(FULL, merge_wards=False)
    for code in full.index:
        whole = ellipsoidal_km2(full.geometry[code])
        assert ellipsoidal_km2(wards.geometry[code]) == pytest.approx(whole, rel=0.01)
