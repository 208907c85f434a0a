"""GeoJSON, GeoPackage, Shapefile, zips."""

from __future__ import annotations

import json
import warnings
import zipfile

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point

from groundfloor.problems import SpotsError
from spots.facilities import FacilityListError, read_layer
from tests.helpers.facility_lists import ROWS, codes, only, spec, write


@pytest.fixture
def points():
    return gpd.GeoDataFrame(
        {"名称": ["そよう病院", "教良木診療所"], "コード": ["43447", "43212"]},
        geometry=[Point(131.150494, 32.685331), Point(130.37132, 32.46538)],
        crs="EPSG:6668",
    )


def check(path, **options):
    raws, problems = read_layer(spec(path, **options), {})
    assert [r.name for r in raws] == ["そよう病院", "教良木診療所"]
    assert [r.row.row for r in raws] == [1, 2]
    assert raws[0].position.lon == pytest.approx(131.150494, abs=1e-6)
    assert raws[0].position.lat == pytest.approx(32.685331, abs=1e-6)
    return raws, problems


def test_geojson(tmp_path, points):
    path = tmp_path / "list.geojson"
    points.to_crs(4326).to_file(path)
    assert check(path)[1] == ()


def test_geopackage_in_a_plane_zone(tmp_path, points):
    path = tmp_path / "list.gpkg"
    points.to_crs(6670).to_file(path, layer="一覧")
    check(path)


def test_geopackage_layers(tmp_path, points):
    path = tmp_path / "list.gpkg"
    points.iloc[:1].to_file(path, layer="一")
    points.to_file(path, layer="二")
    raws, problems = read_layer(spec(path), {})
    assert len(raws) == 1
    assert "二" in only(problems, "other-layers-not-read").message.ja
    check(path, sheet="二")
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path, sheet="三"), {})
    assert codes(caught.value.problems) == ["layer-missing"]


@pytest.mark.parametrize("cpg", [None, "CP932", "932", "Shift_JIS", "nonsense"])
def test_cp932_shapefile_with_and_without_cpg(tmp_path, points, cpg):
    path = tmp_path / "list.shp"
    points.to_file(path, encoding="CP932")
    sidecar = tmp_path / "list.cpg"
    sidecar.unlink()
    if cpg:
        sidecar.write_text(cpg)
    check(path)


def test_utf8_shapefile_without_cpg(tmp_path, points):
    path = tmp_path / "list.shp"
    points.to_file(path, encoding="UTF-8")
    (tmp_path / "list.cpg").unlink()
    check(path)


@pytest.mark.parametrize("suffix", [".dbf", ".shx", ".prj"])
def test_shapefile_with_a_part_missing(tmp_path, points, suffix):
    path = tmp_path / "list.shp"
    points.to_file(path, encoding="CP932")
    path.with_suffix(suffix).unlink()
    with pytest.raises(SpotsError) as caught:
        read_layer(spec(path), {})
    assert codes(caught.value.problems) == [
        "crs-missing" if suffix == ".prj" else "shapefile-incomplete"
    ]
    assert caught.value.problems[0].file == "list.shp"


def test_zipped_shapefile_in_a_folder(tmp_path, points):
    folder = tmp_path / "shape"
    folder.mkdir()
    points.to_file(folder / "P04.shp", encoding="CP932")
    (folder / "P04.cpg").unlink()
    path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in sorted(folder.iterdir()):
            packed.write(part, f"P04-20_43_GML/{part.name}")
    check(path)


def test_zip_with_a_cp932_member_name(tmp_path):
    path = tmp_path / "list.zip"
    name = "病院一覧表.csv"
    placeholder = "x" * len(name.encode("cp932"))
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(placeholder, ROWS.encode("cp932"))
    path.write_bytes(path.read_bytes().replace(placeholder.encode(), name.encode("cp932")))
    raws, _ = read_layer(spec(path), {})
    assert [r.name for r in raws] == ["そよう病院", "小国公立病院"]
    assert raws[0].row.file == "list.zip"


def test_unsafe_ambiguous_and_empty_zips(tmp_path):
    for files, code in (
        ({"../list.csv": ROWS}, "zip-unsafe-name"),
        ({"a.csv": ROWS, "b.csv": ROWS}, "zip-with-several-lists"),
        ({"readme.md": "x"}, "zip-without-list"),
    ):
        path = tmp_path / "list.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for name, text in files.items():
                packed.writestr(name, text)
        with pytest.raises(SpotsError) as caught:
            read_layer(spec(path), {})
        assert codes(caught.value.problems) == [code]


def test_damaged_zip_and_damaged_geojson(tmp_path):
    broken = tmp_path / "list.zip"
    broken.write_bytes(b"PK\x03\x04 nothing more")
    with pytest.raises(SpotsError) as caught:
        read_layer(spec(broken), {})
    assert codes(caught.value.problems) == ["zip-damaged"]
    path = write(tmp_path, '{"type": "FeatureCollection", "features": [', "list.geojson")
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path), {})
    assert codes(caught.value.problems) == ["vector-unreadable"]
    assert str(tmp_path) not in str(caught.value)


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_swapped_missing_and_odd_geometries(tmp_path):
    features = [
        feature({"type": "Point", "coordinates": [32.6853, 131.1504]}, name="swapped"),
        feature(None, name="none"),
        feature({"type": "LineString", "coordinates": [[130, 32], [131, 32]]}, name="line"),
        feature({"type": "Point", "coordinates": [0, 0]}, name="zero"),
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    raws, problems = read_layer(spec(write(tmp_path, text, "list.geojson")), {})
    assert [r.position is not None for r in raws] == [True, False, False, False]
    assert raws[0].position.lat == 32.6853
    found = {p.code: p.row for p in problems}
    assert found["swapped-coordinates"] == 1
    assert found["no-coordinates"] in {2, 3}
    assert found["geometry-kind"] == 3
    assert found["zero-coordinates"] == 4


@pytest.mark.parametrize("form", ["gpkg", "fgb"])
def test_an_empty_point_is_no_position(tmp_path, points, form):
    """POINT EMPTY is what GDAL makes of NaN, and of features that were drawn nowhere."""
    path = tmp_path / f"list.{form}"
    points.geometry = [Point(131.150494, 32.685331), Point()]
    pyogrio.write_dataframe(points, path, SPATIAL_INDEX="NO")
    raws, problems = read_layer(spec(path), {})
    assert [r.position is None for r in raws] == [False, True]
    assert codes(problems) == ["no-coordinates"]


def test_lines_have_no_position(tmp_path):
    frame = gpd.GeoDataFrame(
        {"name": ["a"]}, geometry=[LineString([(130, 32), (131, 32)])], crs="EPSG:6668"
    )
    frame.to_file(tmp_path / "list.gpkg")
    raws, problems = read_layer(spec(tmp_path / "list.gpkg"), {})
    assert raws[0].position is None
    assert "geometry-kind" in codes(problems)


def test_declared_format_must_fit(tmp_path, points):
    path = tmp_path / "list.geojson"
    points.to_crs(4326).to_file(path)
    for declared, code in (("p04", "format-columns-missing"), ("table", "format-unknown")):
        with pytest.raises(FacilityListError) as caught:
            read_layer(spec(path, format=declared), {})
        assert codes(caught.value.problems) == [code]


def test_a_point_in_a_collection_is_its_position_and_several_are_none(tmp_path, points):
    points["geometry"] = [
        GeometryCollection([points.geometry[0], LineString([(131, 32), (131, 33)])]),
        MultiPoint([(131, 32), (131, 33)]),
    ]
    points.to_file(tmp_path / "list.gpkg")
    raws, problems = read_layer(spec(tmp_path / "list.gpkg"), {})
    assert [r.position is not None for r in raws] == [True, False]
    assert raws[0].position.lat == 32.685331
    found = {p.code: p.row for p in problems}
    assert (found["geometry-part-dropped"], found["geometry-kind"]) == (1, 2)


def test_a_name_cut_by_the_dbf_is_the_name(tmp_path, points):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of GDAL, which cuts it inside a character
        points.rename(columns={"名称": "医療機関名"}).to_file(
            tmp_path / "list.shp", encoding="UTF-8"
        )
    _, problems = check(tmp_path / "list.shp")
    assert only(problems, "column-name-cut").column == "医療機"


def test_a_table_without_geometry_has_its_position_in_columns(tmp_path, points):
    table = pd.DataFrame(points.drop(columns="geometry"))
    table["緯度"], table["経度"] = points.geometry.y, points.geometry.x
    pyogrio.write_dataframe(table, tmp_path / "list.gpkg", layer="list")
    check(tmp_path / "list.gpkg")
