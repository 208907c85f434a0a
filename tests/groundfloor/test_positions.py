"""Positions: notations, datums and plane coordinates, as cells and headers write them."""

from __future__ import annotations

import pytest

from groundfloor.positions import (
    Datum,
    Notation,
    Reference,
    agreed,
    coordinate_header,
    split_pair,
    tokyo_accuracy_m,
)

TOKYO, WORLD = Reference(Datum.TOKYO), Reference(Datum.JGD2011)
DMS = Reference(notation=Notation.DMS)


@pytest.mark.parametrize(
    ("header", "key", "reference"),
    [
        ("緯度", "緯度", Reference()),
        ("緯度（度）", "緯度", Reference(notation=Notation.DEGREES)),
        ("緯度(世界測地系)", "緯度", WORLD),
        ("緯度_日本測地系2011", "緯度", WORLD),
        ("lat (JGD2000)", "lat", WORLD),
        ("緯度(日本測地系)", "緯度", TOKYO),
        ("旧測地系　緯度", "緯度", TOKYO),
        ("lat_tokyo", "lat", TOKYO),
        ("緯度（度分秒）", "緯度", DMS),
        ("緯度（日本測地系・度分秒）", "緯度", Reference(Datum.TOKYO, Notation.DMS)),
        ("X座標(平面直角座標系第2系)", "x座標", Reference(notation=Notation.PLANE, zone=2)),
        ("Ｙ（Ⅱ系）", "y", Reference(notation=Notation.PLANE, zone=2)),
        ("x (EPSG:6677)", "x", Reference(notation=Notation.PLANE, zone=9)),
        ("x (EPSG:30162)", "x", Reference(Datum.TOKYO, Notation.PLANE, 2)),
        ("平面直角X", "x", Reference(notation=Notation.PLANE)),
        ("X 第十二系", "x", Reference(notation=Notation.PLANE, zone=12)),
        ("緯度(UTM)", "緯度", Reference(notation=Notation.OTHER)),
    ],
)
def test_headers_say_what_their_numbers_are(header, key, reference):
    found = coordinate_header(header)
    assert (found.key, found.reference) == (key, reference)


@pytest.mark.parametrize(
    "header", ["医療機関名", "体系", "世帯数", "long", "y座標", "診療科の系列"]
)
def test_other_headers_name_no_system(header):
    assert coordinate_header(header).reference == Reference()


@pytest.mark.parametrize(
    "text", ["324106.5", "32.41.06.5", "32-41-06.5", "32:41:06.5", "32°41′06.5″", "32度41分6.5秒"]
)
def test_degrees_minutes_and_seconds(text):
    assert DMS.parse(text) == pytest.approx(32 + 41 / 60 + 6.5 / 3600, abs=1e-12)


@pytest.mark.parametrize("text", ["32.685331", "32.4106", "326106.5", "abc", ""])
def test_what_is_no_angle_under_a_header_of_seconds(text):
    assert DMS.parse(text) is None


def test_decimal_degrees_pass_unchanged():
    assert Reference().parse("３２．６８５３３１") == 32.685331
    assert Reference().parse("324106.5") is None
    assert WORLD.to_jgd2011(131.15, 32.68) == (131.15, 32.68)


def test_tokyo_datum_moves_by_four_hundred_metres_to_the_north_west():
    lon, lat = TOKYO.to_jgd2011(131.12242, 32.94661)
    assert (lon, lat) == pytest.approx((131.120031, 32.949959), abs=2e-6)
    assert 0 < tokyo_accuracy_m() <= 10


def test_plane_coordinates_of_zone_two():
    # The origin of zone II is 33° N, 131° E.
    plane = Reference(notation=Notation.PLANE, zone=2)
    assert plane.to_jgd2011(0.0, 0.0) == pytest.approx((131.0, 33.0), abs=1e-9)
    assert plane.parse("-30,123.45m") == -30123.45
    assert plane.parse("32°") is None


def test_headers_of_one_position_must_agree():
    assert agreed(TOKYO, Reference()) == TOKYO
    assert agreed(TOKYO, DMS) == Reference(Datum.TOKYO, Notation.DMS)
    assert agreed(TOKYO, WORLD) is None


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("32.68,131.15", ("32.68", "131.15")),
        ("32.68, 131.15", ("32.68", "131.15")),
        ("３２．６８　１３１．１５", ("32.68", "131.15")),
        ("131.15/32.68", ("32.68", "131.15")),
        ("(32.68;131.15)", ("32.68", "131.15")),
        ("POINT (131.15 32.68)", ("32.68", "131.15")),
        ("北緯32度41分6秒東経131度9分2秒", ("北緯32度41分6秒", "東経131度9分2秒")),
        ("東経131度9分2秒 北緯32度41分6秒", ("北緯32度41分6秒", "東経131度9分2秒")),
        ("N32.68 E131.15", ("N32.68", "E131.15")),
        ("32.68", None),
        ("32.68,131.15,12", None),
        ("", None),
    ],
)
def test_one_cell_of_both(text, pair):
    assert split_pair(text) == pair
