"""Codes, coordinate systems and plane zones."""

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from boundaries import (
    PREFECTURES,
    CrsError,
    designated_city,
    is_ward,
    parse_code,
    plane_zone,
    plane_zone_of,
)
from boundaries.codes import split_county
from groundfloor.problems import DataError


@pytest.mark.parametrize(
    ("prefecture", "lon", "lat", "municipality", "zone"),
    [
        ("43", 130.7, 32.8, None, 2),
        ("42", 129.9, 32.7, None, 1),
        ("13", 139.7, 35.7, None, 9),
        ("13", 139.8, 33.1, None, 9),  # 八丈島
        ("13", 142.2, 27.1, None, 14),  # 父島
        ("13", 136.08, 20.42, None, 18),  # 沖ノ鳥島
        ("13", 153.98, 24.29, None, 19),  # 南鳥島
        ("46", 130.55, 31.6, None, 2),
        ("46", 129.85, 31.7, None, 1),  # 甑島
        ("46", 129.7, 29.85, None, 1),  # トカラ
        ("46", 130.03, 28.3, None, 1),  # 喜界島: 奄美群島 east of 130°
        ("46", 130.5, 30.35, None, 2),  # 屋久島
        ("47", 127.7, 26.2, None, 15),
        ("47", 124.2, 24.4, None, 16),  # 石垣島
        ("47", 131.25, 25.85, None, 17),  # 南大東島
        ("01", 141.35, 43.06, "01101", 12),
        ("01", 141.0, 43.19, "01203", 11),  # 小樽市
        ("01", 140.97, 42.47, "01233", 11),  # 伊達市
        ("01", 144.38, 42.98, "01206", 13),  # 釧路市
        ("01", 143.2, 42.92, "01207", 13),  # 帯広市
        ("01", 143.35, 44.35, "01219", 12),  # 紋別市 stays in XII
        ("01", 143.96, 44.1, "01549", 13),  # 訓子府町
        ("01", 140.7, 41.8, None, 11),
    ],
)
def test_zones_follow_the_notice(prefecture, lon, lat, municipality, zone):
    assert plane_zone(prefecture, lon, lat, municipality) == 6668 + zone


def test_every_prefecture_has_a_zone_whose_meridian_is_near():
    for code in PREFECTURES:
        assert CRS.from_epsg(plane_zone(code, 139.0, 36.0)).name.startswith("JGD2011 / Japan Plane")
    with pytest.raises(DataError):
        plane_zone("48", 139, 36)


def test_the_zone_of_most_points():
    points = gpd.GeoSeries.from_xy([130.5, 130.6, 129.5], [31.6, 31.5, 28.4], crs=6668)
    assert plane_zone_of(points, ["46"] * 3) == 6670
    assert plane_zone_of(points[1:], ["46"] * 2) == 6669  # a tie: the lower
    with pytest.raises(CrsError):
        plane_zone_of(points.to_crs(3857), ["46"] * 3)
    with pytest.raises(DataError):
        plane_zone_of(points[:0], [])


@pytest.mark.parametrize(
    ("text", "value", "repaired"),
    [
        ("43447", "43447", False),
        ("４３４４７", "43447", False),
        (" 43447.0 ", "43447", False),
        ("434477", "43447", False),
        ("011002", "01100", False),
        ("11002", "01100", True),  # six digits without the zero
        ("11202", "11202", False),  # 熊谷市, though 011202 would be well-formed too
        ("1100", "01100", True),
    ],
)
def test_codes(text, value, repaired):
    found = parse_code(text)
    assert (found.value, found.repaired) == (value, repaired)


@pytest.mark.parametrize(
    "text", ["", "abc", "434471", "123", "00101", "99101", "43000", "43099", "-4344", "4344７x"]
)
def test_no_codes(text):
    assert parse_code(text) is None


@given(st.text(max_size=8))
def test_any_text_is_a_code_or_not(text):
    found = parse_code(text)
    assert found is None or (len(found.value) == 5 and found.value[:2] in PREFECTURES)


def test_designated_cities():
    assert designated_city("14153") == ("14150", "相模原市")
    assert designated_city("27147") == ("27140", "堺市")
    assert designated_city("22138") == ("22130", "浜松市")
    assert designated_city("40137") == ("40130", "福岡市")
    assert is_ward("43105")
    assert not is_ward("43100")
    assert not is_ward("13101")
    assert not is_ward("43202")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("余市郡余市町", ("余市郡", "余市町")),
        ("西村山郡河北町", ("西村山郡", "河北町")),
        ("高市郡明日香村", ("高市郡", "明日香村")),
        ("大和郡山市", (None, "大和郡山市")),
        ("蒲郡市", (None, "蒲郡市")),
        ("赤穂郡上郡町", ("赤穂郡", "上郡町")),
    ],
)
def test_counties(name, parts):
    assert split_county(name) == parts
