"""Files are told by their content, wherever they lie and whatever they are called."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from boundaries import IndexEdition, read_physician_index
from groundfloor.problems import MissingFileError, UsageError
from spots.starting import folder_walk
from spots.starting.recognised import DataKind
from spots.starting.surveying import survey
from spots.types import FacilityType
from tests.helpers.raw_folders import bed_report, clinics, outlines_of, raw_folder
from tests.helpers.small_job import AREAS, INDEX, LINKS, NODES

MESH = "KEY_CODE,HTKSAKI,T001140001\n,,人口（総数）\n49301562,,120\n49301563,,*\n"
TOWNS = "pref,city,town,koaza,lat,lng\n熊本県,上益城郡山都町,北中島,,32.7,131.05\n"
OSM = (
    '<osm version="0.6"><bounds minlat="32" minlon="130" maxlat="33.5" maxlon="132"/>'
    '<node id="1" lat="32.7" lon="130.8"/><node id="2" lat="32.8" lon="130.9"/>'
    '<way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>'
)
OVERPASS = '{"elements": [{"type": "node", "id": 1, "lat": 32.7, "lon": 130.8}]}'
KINDS = {
    "outlines": (outlines_of("43"), DataKind.OUTLINES),
    "areas": (AREAS, DataKind.AREAS),
    "index": (INDEX, DataKind.INDEX),
    "report": (bed_report(), DataKind.BED_REPORT),
    "list": (clinics(), DataKind.LIST),
    "mesh": (MESH, DataKind.POPULATION),
    "towns": (TOWNS, DataKind.TOWNS),
    "osm": (OSM, DataKind.ROADS),
    "overpass": (OVERPASS, DataKind.ROADS),
}


@pytest.mark.parametrize("case", KINDS)
@pytest.mark.parametrize("name", ["a.dat", "無題", "x.json", "x.csv"])
def test_content_tells_what_a_file_is_and_not_its_name(tmp_path: Path, case: str, name: str):
    text, kind = KINDS[case]
    (tmp_path / name).write_text(text, "utf-8")
    found = survey(tmp_path)
    assert [each.kind for each in found.found] == [kind], found.passed


@pytest.mark.parametrize("case", KINDS)
def test_a_zip_is_looked_into_whatever_it_is_called(tmp_path: Path, case: str):
    text, kind = KINDS[case]
    ending = {"osm": ".osm", "overpass": ".json", "outlines": ".geojson"}.get(case, ".csv")
    with zipfile.ZipFile(tmp_path / "b.bin", "w") as packed:
        packed.writestr(f"資料/a{ending}", text)
        packed.writestr("readme.pdf", b"%PDF")
    assert [each.kind for each in survey(tmp_path).found] == [kind]


def test_names_of_windows_zips_are_read(tmp_path: Path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("AAAA.csv", clinics().encode("cp932"))
        packed.writestr("b.geojson", outlines_of("43"))
    path.write_bytes(path.read_bytes().replace(b"AAAA", "一覧".encode("cp932")))
    members = {each.kind: each.member for each in survey(tmp_path).found}
    assert members == {DataKind.LIST: "一覧.csv", DataKind.OUTLINES: "b.geojson"}


def test_an_office_folder_is_recognised_whole(tmp_path: Path):
    found = survey(raw_folder(tmp_path))
    kinds = {each.name: each.kind for each in found.found}
    assert kinds == {
        "境界/download.zip": DataKind.OUTLINES,
        "境界/next door.json": DataKind.OUTLINES,
        "表1.csv": DataKind.AREAS,
        "医師偏在指標_2024-01.csv": DataKind.INDEX,
        "national.csv": DataKind.BED_REPORT,
        "道路リンク.csv": DataKind.ROADS,
    }
    by_name = {each.name: each for each in found.found}
    assert by_name["境界/download.zip"].edition == "2024-01-01"
    assert by_name["医師偏在指標_2024-01.csv"].edition == "2024-01"
    assert [each.name for each in found.passed] == ["メモ.pdf"]


def test_the_ministrys_table_has_codes_and_names_in_one_cell(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2医師偏在指標"
    sheet.append(["医師偏在指標関連データ"])
    sheet.append([])
    sheet.append(["区分", "都道府県名", "二次医療圏名", "医師偏在指標", "標準化医師数"])
    sheet.append(["全国", None, None, 255.58, 1])
    sheet.append(["都道府県", "43 熊本県", None, 271.0, 1])
    for code, name, index in (("4302", "宇城", 164.66), ("4306", "阿蘇", 184.2)):
        sheet.append(["二次医療圏", "43 熊本県", code + name, index, 1])
    for at in range(10):
        sheet.append(["二次医療圏", "44 大分県", f"44{at:02d}圏域{at}", 200.0 + at, 1])
    book.create_sheet("1説明").append(["説明"])
    book.save(tmp_path / "001424491.xlsx")
    (found,) = survey(tmp_path).found
    assert (found.kind, found.edition, found.prefectures) == (
        DataKind.INDEX,
        "2024-01",
        {"43", "44"},
    )
    table, problems = read_physician_index(found.path, IndexEdition("2024-01", None, None))
    by_code = {area.area_code: (area.area_name, area.area_class.value) for area in table.indices}
    assert len(by_code) == 12
    assert by_code["4302"] == ("宇城", "shortage")
    assert by_code["4306"] == ("阿蘇", "neither")
    assert "index-rows-without-area" in {p.code for p in problems}
    assert "class-unread" not in {p.code for p in problems}


def test_links_have_their_places_beside_them(tmp_path: Path):
    (tmp_path / "道.csv").write_text(LINKS, "utf-8")
    (tmp_path / "点.csv").write_text(NODES, "utf-8")
    (road,) = survey(tmp_path).of(DataKind.ROADS)
    assert road.nodes == tmp_path / "点.csv"
    assert road.bounds == (130.6, 32.7, 131.15, 33.12)


def test_links_without_their_places_are_told(tmp_path: Path):
    (tmp_path / "道.csv").write_text(LINKS, "utf-8")
    found = survey(tmp_path)
    assert not found.found
    assert "ノード" in found.passed[0].why.ja


SQUARE = {"type": "Polygon", "coordinates": [[[131, 32], [132, 32], [132, 33], [131, 32]]]}
LINE = {"type": "LineString", "coordinates": [[130.5, 32.5], [131.5, 33.5]]}
POINT = {"type": "Point", "coordinates": [131.1, 32.7]}
LAYERS = {
    "A38": (
        {"A38b_001": "43447", "A38b_002": "山都町", "A38b_003": "4312", "A38b_004": "熊本・上益城"},
        SQUARE,
        DataKind.AREAS,
    ),
    "P04": (
        {"P04_001": "1", "P04_002": "そよう病院", "P04_003": "熊本県山都町"},
        POINT,
        DataKind.P04,
    ),
    "N13": ({"N13_002": "1", "N13_003": "5", "N13_004": "1"}, LINE, DataKind.ROADS),
    "probe": ({"link_id": "1", "component": 0}, LINE, DataKind.ROAD_LINES),
    "mesh": ({"MESH_ID": "49301562", "PTN_2020": 12.0}, SQUARE, DataKind.POPULATION),
    "districts": ({"地区名": "川口", "市町村": "岩手町"}, SQUARE, DataKind.PLACES),
    "clinics": ({"医療機関名": "〇〇診療所", "市町村": "山都町"}, POINT, DataKind.LIST),
}


@pytest.mark.parametrize("case", LAYERS)
@pytest.mark.parametrize("packed", [False, True], ids=["file", "zip"])
def test_a_layer_is_told_by_its_fields(tmp_path: Path, case: str, packed: bool):
    fields, shape, kind = LAYERS[case]
    feature = {"type": "Feature", "properties": fields, "geometry": shape}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    if packed:
        with zipfile.ZipFile(tmp_path / "download.zip", "w") as made:
            made.writestr("x/layer.geojson", text)
    else:
        (tmp_path / "layer.geojson").write_text(text, "utf-8")
    found = survey(tmp_path)
    assert [each.kind for each in found.found] == [kind], found.passed
    if kind in {DataKind.AREAS, DataKind.P04}:
        assert found.found[0].prefectures == {"43"}


def test_a_shapefile_in_the_encoding_of_windows_is_outlines(tmp_path: Path):
    frame = gpd.read_file(outlines_of("43"), engine="pyogrio")
    folder = tmp_path / "made"
    folder.mkdir()
    frame.to_file(folder / "N03-19_43_190101.shp", encoding="CP932")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        for part in sorted(folder.iterdir()):
            packed.write(part, part.name)
        packed.writestr("N03-19_43_190101.geojson", outlines_of("43"))
        packed.writestr("N03-19_43.xml", "<x/>")
        part.unlink()
    shutil.rmtree(folder)
    (found,) = survey(tmp_path).found
    assert (found.kind, found.edition, found.member) == (DataKind.OUTLINES, "2019-01-01", "")
    assert "山都町" in found.names["43"]


# --- which type a list has


@pytest.mark.parametrize(
    ("name", "guessed"),
    [
        ("へき地診療所一覧.csv", FacilityType.REMOTE_CLINIC),
        ("へき地医療拠点病院.csv", FacilityType.BASE_HOSPITAL),
        ("病院群輪番制.csv", FacilityType.SECONDARY_EMERGENCY),
        ("remote_clinics.csv", FacilityType.REMOTE_CLINIC),
        ("一覧.csv", None),
        ("拠点病院とへき地診療所.csv", None),
    ],
)
def test_the_name_of_a_list_says_its_type_where_it_says_one(tmp_path: Path, name: str, guessed):
    (tmp_path / name).write_text(clinics(), "utf-8")
    (found,) = survey(tmp_path).found
    assert found.signs is not None
    assert found.signs.guessed is guessed


@pytest.mark.parametrize(
    ("header", "cells", "yes"),
    [
        ("病院群輪番制", ("○", "×"), ("○",)),
        ("救急告示の有無", ("有", "無"), ("有",)),
        ("二次救急医療施設", ("1", "0"), ("1",)),
        ("rotation", ("True", "False"), ("True",)),
        ("二次救急医療施設（1:有 2:無）", ("1", "2"), ("1",)),
        ("へき地医療拠点病院", ("○", ""), ("○",)),
    ],
)
def test_columns_that_mark_a_type_are_found(tmp_path: Path, header, cells, yes):
    rows = [
        f"医療機関名,市町村,{header}",
        f"第1病院,山都町,{cells[0]}",
        f"第2病院,小国町,{cells[1]}",
    ]
    (tmp_path / "一覧.csv").write_text("\n".join(rows), "utf-8")
    (found,) = survey(tmp_path).found
    assert found.signs is not None
    assert [(mark.column, mark.yes) for mark in found.signs.marks] == [(header, yes)]


def test_a_column_that_says_more_than_yes_and_no_marks_nothing(tmp_path: Path):
    rows = ["医療機関名,市町村,二次救急", "第1病院,山都町,12件", "第2病院,小国町,3件"]
    (tmp_path / "一覧.csv").write_text("\n".join(rows), "utf-8")
    (found,) = survey(tmp_path).found
    assert found.signs is not None
    assert not found.signs.marks


def test_a_type_column_of_hospital_and_clinic_is_none_of_ours(tmp_path: Path):
    rows = ["医療機関名,市町村,種別", "第1病院,山都町,病院", "第2診療所,小国町,診療所"]
    (tmp_path / "へき地診療所.csv").write_text("\n".join(rows), "utf-8")
    (found,) = survey(tmp_path).found
    assert found.unit == "no-type-column"


# --- odd folders


def test_an_empty_folder_holds_nothing(tmp_path: Path):
    assert survey(tmp_path).found == ()


def test_a_folder_that_is_none_is_refused(tmp_path: Path):
    with pytest.raises(MissingFileError) as caught:
        survey(tmp_path / "nowhere")
    assert caught.value.problems[0].code == "data-folder-missing"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leer.csv", b""),
        ("kaputt.zip", b"PK\x03\x04" + b"\x00" * 40),
        ("kaputt.xlsx", b"PK\x03\x04" + b"\x00" * 40),
        ("alt.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("bild.png", b"\x89PNG\r\n"),
        ("probe.parquet", b"PAR1xxxx"),
        ("x.geojson", b'{"type": "FeatureCollection", "features": [{'),
        ("x.gpkg", b"SQLite format 3\x00" + b"\x00" * 100),
        ("x.osm.pbf", b"\x00\x00\x00\x0dnothing"),
        ("x.spotsnet", b"nothing"),
        ("README.md", b"# x"),
        ("x.bin", b"\x01\x02\x00\x03"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_reason(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    found = survey(tmp_path)
    assert not found.found
    assert [each.name for each in found.passed] == [name]
    assert found.passed[0].why.ja


def test_litter_hidden_files_and_locks_are_no_data(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.csv").write_text(INDEX, "utf-8")
    (tmp_path / ".hidden.csv").write_text(INDEX, "utf-8")
    (tmp_path / "Thumbs.db").write_bytes(b"x")
    (tmp_path / "~$一覧.xlsx").write_bytes(b"x")
    found = survey(tmp_path)
    assert not found.found
    assert [each.name for each in found.passed] == ["~$一覧.xlsx"]
    assert "Excel" in found.passed[0].why.ja


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_in_a_circle_end(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "index.csv").write_text(INDEX, "utf-8")
    assert [each.name for each in survey(tmp_path).found] == ["a/index.csv"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who may read everything")
def test_a_folder_without_permission_is_named(tmp_path: Path):
    (tmp_path / "shut").mkdir(mode=0o000)
    try:
        found = survey(tmp_path)
    finally:
        (tmp_path / "shut").chmod(0o700)
    assert [each.name for each in found.passed] == ["shut"]


def test_a_share_of_an_office_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folder_walk, "MOST_FILES", 3)
    for at in range(5):
        (tmp_path / f"{at}.csv").write_text("x", "utf-8")
    with pytest.raises(UsageError) as caught:
        survey(tmp_path)
    assert caught.value.problems[0].code == "too-many-files"
