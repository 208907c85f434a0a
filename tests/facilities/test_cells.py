"""Cells one by one: coordinates, types, codes, names, dates."""

from __future__ import annotations

import pytest

from groundfloor.positions import parse_degrees
from spots.facilities import FacilityListError, read_layer
from spots.facilities.coordinates import CellPlace, read_pair
from spots.facilities.list_cells import city_of, parse_types, prefecture_code, read_code
from spots.facilities.naming import distinctive, name_key
from spots.types import Accuracy, FacilityType
from tests.helpers.facility_lists import only, spec, write

PLACE = CellPlace("list.csv", 7, "緯度", "経度")
BASE, CLINIC, EMERGENCY = (
    FacilityType.BASE_HOSPITAL,
    FacilityType.REMOTE_CLINIC,
    FacilityType.SECONDARY_EMERGENCY,
)


def pair(lat, lon):
    return read_pair(lat, lon, PLACE, Accuracy.POINT, "")


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("32.685331", 32.685331),
        ("３２．６８５３３１", 32.685331),
        (" N32.685 ", 32.685),
        ("北緯32.685度", 32.685),
        ("32°41′06″", 32.685),
        ("３２度４１分６秒", 32.685),
        ("32°41'06\"N", 32.685),
        ("130", 130.0),
    ],
)
def test_degrees(text, degrees):
    assert parse_degrees(text) == degrees


@pytest.mark.parametrize(
    "text", ["", "abc", "32.41.07", "nan", "inf", "1e2", "32,685", "32°61′00″", "３２北", "--1"]
)
def test_not_degrees(text):
    assert parse_degrees(text) is None


def test_text_in_a_latitude_names_row_and_column():
    reading = pair("不明", "130.5001")
    (problem,) = reading.findings
    assert reading.position is None
    assert reading.problem is not None
    assert (problem.code, problem.row, problem.column, problem.value) == (
        "coordinate-not-a-number",
        7,
        "緯度",
        "不明",
    )


def test_both_bad_cells_are_reported():
    assert [p.column for p in pair("北", "東").findings] == ["緯度", "経度"]


def test_one_empty_cell():
    (problem,) = pair("32.5001", "").findings
    assert (problem.code, problem.column) == ("coordinate-missing", "経度")


def test_swapped_coordinates_are_put_right_and_reported():
    reading = pair("131.150494", "32.685331")
    assert (reading.position.lat, reading.position.lon) == (32.685331, 131.150494)
    assert [p.code for p in reading.findings] == ["swapped-coordinates"]


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        ("0.0", "0.0", "zero-coordinates"),
        ("", "", "no-coordinates"),
        ("32.5", "0", "outside-japan"),
        ("-32.6853", "131.1504", "outside-japan"),
        ("51.5072", "0.1276", "outside-japan"),
        ("-35000.25", "12000.75", "coordinate-not-a-number"),
        ("999.5", "130.5", "outside-japan"),
    ],
)
def test_refused_coordinates(lat, lon, code):
    reading = pair(lat, lon)
    assert reading.position is None
    assert reading.problem is not None
    assert code in [p.code for p in reading.findings]


def test_coarse_coordinates_are_used_but_reported():
    reading = pair("32.68", "131.15")
    assert reading.position is not None
    assert [p.code for p in reading.findings] == ["coarse-coordinates"]
    assert pair("32°41′07″", "131°9′2″").findings == ()
    (of_longitude,) = pair("32.6853", "131.1").findings
    assert (of_longitude.column, of_longitude.value) == ("経度", "131.1")


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("①", {BASE}),
        ("①③", {BASE, EMERGENCY}),
        ("①・③", {BASE, EMERGENCY}),
        ("1/2", {BASE, CLINIC}),
        ("２、３", {CLINIC, EMERGENCY}),
        ("へき地医療拠点病院", {BASE}),
        ("①へき地医療拠点病院", {BASE}),
        ("へき地診療所及び二次救急病院", {CLINIC, EMERGENCY}),
        ("secondary_emergency", {EMERGENCY}),
        ("Remote Clinic", {CLINIC}),
        ("なし", set()),
        ("-", set()),
        ("", set()),
    ],
)
def test_types(text, types):
    assert parse_types(text) == types


@pytest.mark.parametrize("text", ["④", "13", "診療所", "①・不明"])
def test_unknown_types(text):
    assert parse_types(text) is None


def test_codes_of_hokkaido_that_lost_their_zero():
    assert read_code("11002").code == "01100"  # 札幌市: 11002 is no code of 埼玉県
    assert read_code("13315", "01").code == "01331"  # 松前町 beside 北海道
    assert read_code("13315", "13").code == "13315"
    assert read_code("99999").code is None
    assert read_code("44", "43").code is None


def test_prefectures_by_name_and_code():
    assert prefecture_code("北海道") == "01"
    assert prefecture_code("京都") == "26"
    assert prefecture_code("48") is None
    assert prefecture_code("") is None


def test_wards_belong_to_their_city():
    assert city_of("43103") == "43100"
    assert city_of("13101") == "13101"
    assert city_of("14131") == "14130"


@pytest.mark.parametrize(
    "name",
    [
        "松尾医院",
        "医療法人　圭光会　松尾医院",
        "医療法人社団圭光会 松尾医院",
        "（医）松尾医院",
        "社会医療法人 松尾医院",
        "松尾医院（医療法人圭光会）",
        "松 尾 医 院",
    ],
)
def test_one_name_many_ways(name):
    assert name_key(name) == "松尾医院"


def test_name_keys_never_vanish():
    assert name_key("医療法人") == "医療法人"
    assert name_key("国保") == "国保"
    assert name_key("龍ヶ岳診療所") == name_key("龍ケ岳診療所")


def test_generic_names_are_not_distinctive():
    assert not distinctive("中央病院")
    assert not distinctive("東病院")
    assert distinctive("河浦病院")


def test_a_missing_name_is_told_by_headers_that_offices_use(tmp_path):
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(write(tmp_path, "番号,内容,所在地\n1,2,3\n")), {})
    told = only(caught.value.problems, "column-missing").render()
    assert "「医療機関名」の列がありません" in told
    assert "「name」" not in told
    for header in ("名称", "病院名", "施設名"):
        assert f" {header}" in told
    assert "ランファイル" not in told


def test_where_somebody_works_is_an_institution(tmp_path):
    raws, _ = read_layer(spec(write(tmp_path, "勤務先名,緯度,経度\n甲病院,32.5001,130.5001\n")), {})
    assert raws[0].name == "甲病院"
