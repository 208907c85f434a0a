"""Vector layers of every format give the same features, or one refusal that says what to do."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from packaging.version import Version
from shapely.geometry import Point

from groundfloor.layer_choice import chosen_layer
from groundfloor.layers import layers_of, read_features
from groundfloor.problems import DataError, MissingFileError, Text
from groundfloor.vector_files import VectorFormat, vector_files, vector_format

NAMES = ["そよう病院", "髙森①診療所"]
POINTS = [Point(131.150494, 32.685331), Point(131.12, 32.81)]
NEEDS = Text("列", "columns")


def frame(**columns):
    return gpd.GeoDataFrame(
        {"名称": NAMES, "コード": ["04447", "43428"], **columns}, geometry=POINTS, crs=6668
    )


def written(path: Path, data=None, **options) -> Path:
    """Write a layer in the format of the suffix; GeoJSON in UTF-8."""
    data = frame() if data is None else data
    drivers = {".geojsonl": "GeoJSONSeq", ".fgb": "FlatGeobuf"}
    data.to_file(path, driver=drivers.get(path.suffix), **options)
    return path


def read(path, **options):
    """Return all that a path holds: (names, codes), points and problems."""
    cells, points, problems = [], [], []
    with vector_files(path, **options) as files:
        for file in files:
            for layer in layers_of(file):
                problems += layer.problems
                for part in read_features(layer):
                    cells += zip(part.columns["名称"], part.columns["コード"], strict=True)
                    points += shapely.get_coordinates(part.geometry).tolist()
                    problems += part.problems
    return cells, points, problems


def refusal(path, **options):
    with pytest.raises(DataError) as caught:
        read(path, **options)
    return caught.value.problems


def check(path, **options):
    cells, points, problems = read(path, **options)
    assert cells == list(zip(NAMES, ["04447", "43428"], strict=True))
    assert points == [[p.x, p.y] for p in POINTS]
    return [p.code for p in problems]


def zipped(path: Path, *parts: Path, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for part in parts:
            packed.write(part, f"{folder}{part.name}")
    return path


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".geojsonl", ".fgb", ".shp"])
def test_every_format_alone_in_a_zip_in_a_folder_and_under_odd_names(tmp_path, suffix):
    options = {"encoding": "utf-8"} if suffix == ".shp" else {}
    folder = tmp_path / "made"
    folder.mkdir()
    path = written(folder / f"a{suffix}", **options)
    assert check(path) == []
    assert check(folder, folders=True) == []
    parts = sorted(folder.iterdir())
    assert check(zipped(tmp_path / "flat.zip", *parts)) == []
    assert check(zipped(tmp_path / "deep.zip", *parts, folder="A/B/")) == []
    odd = tmp_path / "最新!(1) #2"
    folder.rename(odd)
    assert check(odd / f"a{suffix}") == []
    for part in odd.iterdir():
        part.rename(part.with_name(part.name.upper()))
    assert check(odd / f"A{suffix.upper()}") == []


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb"])
def test_a_wrong_suffix_is_no_matter(tmp_path, suffix):
    path = written(tmp_path / f"a{suffix}").rename(tmp_path / "a.dat")
    assert check(path) == []
    assert vector_format(path) is not None
    assert check(path.rename(tmp_path / "b.json")) == []


def test_a_folder_is_read_only_where_folders_are_wanted(tmp_path):
    with pytest.raises(MissingFileError), vector_files(tmp_path):
        pass
    assert [p.code for p in refusal(tmp_path, folders=True)] == ["vector-none"]


def test_of_twins_the_format_asked_for_is_read(tmp_path):
    written(tmp_path / "a.gpkg")
    written(tmp_path / "a.geojson", frame().iloc[:1])
    assert check(tmp_path, folders=True) == []
    cells, _, _ = read(tmp_path, folders=True, first_of_twins=(VectorFormat.GEOJSON,))
    assert len(cells) == 1


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8-sig", []),
        ("utf-16", []),
        ("cp932", ["encoding-unusual"]),
        ("euc_jp", ["encoding-unusual"]),
    ],
)
def test_geojson_in_other_encodings(tmp_path, encoding, told):
    path = written(tmp_path / "a.geojson")
    plain = (
        path.read_text(encoding="utf-8").replace("髙森①", "高森")
        if encoding == "euc_jp"
        else path.read_text(encoding="utf-8")
    )
    path.write_text(plain, encoding=encoding)
    cells, _, problems = read(path)
    assert cells[0] == ("そよう病院", "04447")
    assert [p.code for p in problems] == told


def test_geojson_that_is_no_text(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(b'{"type": "\x81 "}')
    assert [p.code for p in refusal(path)] == ["wrong-encoding"]


def test_geojson_whose_crs_nobody_knows(tmp_path):
    path = written(tmp_path / "a.geojson")
    text = json.loads(path.read_text(encoding="utf-8"))
    text["crs"]["properties"]["name"] = "urn:ogc:def:crs:EPSG::99999"
    path.write_text(json.dumps(text), encoding="utf-8")
    assert [p.code for p in refusal(path)] == ["crs-unknown"]
    del text["crs"]
    path.write_text(json.dumps(text), encoding="utf-8")
    assert check(path) == []


@pytest.mark.parametrize("beside", [True, False])
def test_a_geopackage_in_wal_mode_is_read_and_left_alone(tmp_path, beside):
    path = written(tmp_path / "a.gpkg")
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma wal_autocheckpoint = 0")
    connection.execute("create table more (x)")
    connection.commit()
    if not beside:
        connection.close()
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    tmp_path.chmod(0o500)
    try:
        assert check(path) == []
    finally:
        tmp_path.chmod(0o700)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    connection.close()
    assert ("a.gpkg-wal" in before) is beside
    connection.close()


@pytest.mark.parametrize(
    "text", ['{"type": "gdal_streamed_alg", "command_line": "gdal vector"}', "<OGRVRTDataSource/>"]
)
@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.fgb"])
def test_a_file_that_leads_elsewhere_is_not_followed(tmp_path, text, name):
    path = tmp_path / name
    path.write_text(text)
    assert [p.code for p in refusal(path)] == ["vector-unreadable"]


def test_what_is_no_vector_file(tmp_path):
    for name, data, code in (
        ("a.txt", b"x", "format-unknown"),
        ("a.dat", b"SQLite format 3\0" + bytes(100), "format-unknown"),
        ("a.gpkg", b"", "vector-unreadable"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "vector-unreadable"),
        ("a.geojson", b'{"type": "Topology"}', "vector-unreadable"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        (problem,) = refusal(path, label="一覧")
        assert (problem.code, problem.file) == (code, "一覧")
        assert str(tmp_path) not in problem.render()


@pytest.mark.parametrize("suffix", [".dbf", ".shx", ".prj"])
def test_a_shapefile_without_a_part(tmp_path, suffix):
    path = written(tmp_path / "a.shp", encoding="cp932")
    path.with_suffix(suffix).unlink()
    (problem,) = refusal(path)
    assert problem.code == ("crs-missing" if suffix == ".prj" else "shapefile-incomplete")
    assert suffix in problem.render()


def test_attributes_are_text_in_one_way(tmp_path):
    data = gpd.GeoDataFrame(
        {
            "whole": [1, 2],
            "gaps": [43447.0, np.nan],
            "real": [0.1, 1e20],
            "day": [date(2024, 4, 1), None],
            "time": [pd.Timestamp(2024, 4, 1, 12, 30), None],
            "truth": [True, False],
            "text": [" 阿蘇 ", ""],
            "list": ["2024-04-01", None],
        },
        geometry=POINTS,
        crs=6668,
    )
    expected = {
        "whole": ["1", "2"],
        "gaps": ["43447", ""],
        "real": ["0.1", "100000000000000000000"],
        "day": ["2024-04-01", ""],
        "time": ["2024-04-01T12:30:00", ""],
        "truth": ["true", "false"],
        "text": ["阿蘇", ""],
        "list": ["2024-04-01", ""],
    }
    for suffix in (".gpkg", ".geojson", ".fgb"):
        with vector_files(written(tmp_path / f"a{suffix}", data)) as (file,):
            (part,) = read_features(layers_of(file)[0])
        found = {name: cells.tolist() for name, cells in part.columns.items()}
        assert found == expected, suffix


def test_lists_and_truths_with_gaps_in_geojson(tmp_path):
    form = '{"type":"Feature","geometry":{"type":"Point","coordinates":[131,32]},"properties":%s}'
    rows = ['{"a": [1, 2], "b": true, "o": {"x": 1}}', '{"a": null, "b": null}']
    path = tmp_path / "a.geojsonl"
    path.write_text("\n".join(form % row for row in rows))
    with vector_files(path) as (file,):
        (part,) = read_features(layers_of(file)[0])
    assert [cells.tolist() for cells in part.columns.values()] == [
        ["[1, 2]", ""],
        ["true", ""],
        ['{ "x": 1 }', ""],
    ]


def test_large_layers_come_in_parts_with_their_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("groundfloor.layers.ROWS_AT_ONCE", 2)
    data = gpd.GeoDataFrame({"n": range(5)}, geometry=[POINTS[0]] * 5, crs=6668)
    for suffix, rows in ((".gpkg", [1, 3, 5]), (".shp", [1, 3, 5]), (".geojson", [1])):
        with vector_files(written(tmp_path / f"a{suffix}", data)) as (file,):
            (layer,) = layers_of(file)
            parts = list(read_features(layer, ["n"], as_text=False))
        assert [p.first_row for p in parts] == rows
        assert np.concatenate([p.columns["n"] for p in parts]).tolist() == list(range(5))


def test_no_rows_and_no_columns(tmp_path):
    with vector_files(written(tmp_path / "a.gpkg", frame().iloc[:0])) as (file,):
        (part,) = read_features(layers_of(file)[0])
        assert (len(part.geometry), list(part.columns)) == (0, ["名称", "コード"])
    with vector_files(written(tmp_path / "b.gpkg")) as (file,):
        (part,) = read_features(layers_of(file)[0], [])
        assert (len(part.geometry), part.columns) == (2, {})


def test_layers_are_chosen_by_columns_or_name(tmp_path):
    path = written(tmp_path / "a.gpkg", layer="一")
    written(path, layer="二")
    written(path, frame()[["geometry"]], layer="背景")

    def choice(wanted=None, *, first=False, column="名称"):
        with vector_files(path) as (file,):
            return chosen_layer(
                layers_of(file),
                [lambda columns: column in columns],
                "a.gpkg",
                wanted=wanted,
                needs=NEEDS,
                first_of_several=first,
            )

    assert choice("二")[0].label == "a.gpkg:二"
    layer, (problem,) = choice(first=True)
    assert (layer.name, problem.code) == ("一", "other-layers-not-read")
    for options, code in (
        ({}, "several-layers"),
        ({"wanted": "三"}, "layer-missing"),
        ({"column": "x"}, "column-missing"),
        ({"wanted": "背景"}, "column-missing"),
    ):
        with pytest.raises(DataError) as caught:
            choice(**options)
        assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.skipif(
    Version(pyogrio.__version__) < Version("0.13"), reason="pyogrio < 0.13 counts to 2³¹ and stops"
)
def test_a_geopackage_that_lies_about_its_rows(tmp_path):
    path = written(tmp_path / "a.gpkg")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update gpkg_ogr_contents set feature_count = 1000000000000")
    assert check(path) == []


def test_a_dbf_that_lies_about_its_records(tmp_path):
    path = written(tmp_path / "a.shp", encoding="utf-8")
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[4:8] = b"\xff\xff\xff\x7f"
    path.with_suffix(".dbf").write_bytes(dbf)
    assert [p.code for p in refusal(path)] == ["vector-unreadable"]
