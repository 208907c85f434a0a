"""Ground of a user's own, from every source that staff have: units, their parts, and what is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

from boundaries import (
    PREFECTURES,
    AreaTable,
    GroundUnit,
    Regions,
    build_regions,
    read_ground_units,
)
from boundaries.municipal_ground import MunicipalGround, island_at
from groundfloor.problems import DataError, Problem, Severity
from tests.contract.layers import Features, geojson

A, B, C = (box(131.0 + n / 10, 32.7, 131.05 + n / 10, 32.75) for n in range(3))


def layer(names: tuple[str, ...], *rows: tuple[tuple[str, ...], BaseGeometry]) -> Features:
    return Features(names, tuple(r for r, _ in rows), tuple(s for _, s in rows), names)


def read(
    folder: Path, features: Features, **how: object
) -> tuple[tuple[GroundUnit, ...], tuple[Problem, ...]]:
    path = folder / "units.geojson"
    path.write_bytes(geojson(features))
    return read_ground_units(path, holders=lambda _: (), **how)


def errors(folder: Path, features: Features, **how: object) -> list[tuple[str, int | None]]:
    with pytest.raises(DataError) as caught:
        read(folder, features, **how)
    return [(p.code, p.row) for p in caught.value.problems if p.severity is Severity.ERROR]


def test_old_n03_has_one_unit_for_each_code(tmp_path):
    names = ("N03_001", "N03_002", "N03_003", "N03_004", "N03_007")
    features = layer(
        names,
        (("熊本県", "", "天草郡", "御所浦町", "43526"), A),
        (("熊本県", "", "天草郡", "御所浦町", "43526"), B),
        (("熊本県", "", "", "本渡市", "43207"), C),
        (("福岡県", "", "北九州市", "門司区", "40101"), C),
        (("熊本県", "", "", "所属未定地", ""), C),
    )
    units, problems = read(tmp_path, features)
    assert [(u.id, u.listed.name, u.rows) for u in units] == [
        ("43526", "御所浦町", (1, 2)),
        ("43207", "本渡市", (3,)),
        ("40101", "北九州市門司区", (4,)),
    ]
    assert units[0].geometry.equals(MultiPolygon([A, B]))
    assert [u.listed.prefecture_code for u in units] == ["43", "43", "40"]
    assert [(p.code, p.row) for p in problems] == [("units-of-nobody", 5)]


def test_small_areas_of_the_census(tmp_path):
    names = ("KEY_CODE", "PREF_NAME", "CITY_NAME", "S_NAME", "HCODE")
    features = layer(
        names,
        (("434470010", "熊本県", "山都町", "滝上", "8101"), A),
        (("434470010", "熊本県", "山都町", "滝上", "8101"), B),
        (("434470020", "熊本県", "山都町", "滝上", "8101"), C),
        (("434470030", "熊本県", "山都町", "", "8154"), C),
    )
    units, problems = read(tmp_path, features)
    assert [(u.id, u.listed.municipality, u.rows) for u in units] == [
        ("434470010", "山都町", (1, 2)),
        ("434470020", "山都町", (3,)),
    ]
    assert [p.code for p in problems] == ["units-of-nobody", "unit-name-twice"]


def test_rows_of_one_name_are_parts_only_within_a_municipality(tmp_path):
    rows = [(("本町", "山都町"), A), (("本町", "山都町"), B), (("本町", "宇城市"), C)]
    units, problems = read(tmp_path, layer(("地区名", "市町村名"), *rows))
    assert [(u.id, u.rows) for u in units] == [("山都町-本町", (1, 2)), ("宇城市-本町", (3,))]
    assert problems == ()


def test_without_a_municipality_the_ground_tells_namesakes_apart(tmp_path):
    path = tmp_path / "units.geojson"
    path.write_bytes(geojson(layer(("name", "n"), (("本町", "1"), A), (("本町", "2"), C))))
    towns = {A.bounds: ("43447",), C.bounds: ("43213",)}
    units, _ = read_ground_units(path, holders=lambda shape: towns[shape.bounds])
    assert [(u.id, u.codes) for u in units] == [
        ("43447-本町", ("43447",)),
        ("43213-本町", ("43213",)),
    ]


def test_codes_of_municipalities_are_not_codes_of_units(tmp_path):
    features = layer(("code", "地区名"), (("43447", "滝上"), A), (("43447", "清和"), B))
    assert errors(tmp_path, features) == [("unit-code-twice", 1)]
    units, _ = read(tmp_path, features, columns={"id": "", "municipality_code": "code"})
    assert [(u.id, u.listed.municipality_code) for u in units] == [
        ("43447-滝上", "43447"),
        ("43447-清和", "43447"),
    ]


def test_english_headers_and_councils(tmp_path):
    names = ("district", "municipality", "reason", "council_date_1", "council_date_2")
    rows = ("Takigami", "Yamato", "no doctor", "2025-08-01", "2025-09-02")
    (unit,), _ = read(tmp_path, layer((*names, "on_application"), ((*rows, "yes"), A)))
    assert unit.listed.councils == (date(2025, 8, 1), date(2025, 9, 2))
    assert (unit.listed.reason, unit.listed.on_application) == ("no doctor", True)


def test_a_header_of_the_users_own(tmp_path):
    features = layer(("振興区",), (("清和",), A))
    assert errors(tmp_path, features)[0][0] == "column-missing"
    (unit,), _ = read(tmp_path, features, columns={"name": "振興区"})
    assert unit.listed.name == "清和"
    assert errors(tmp_path, features, columns={"nmae": "振興区"}) == [("unknown-column", None)]


def test_former_municipalities_may_be_called_municipalities(tmp_path):
    features = layer(("市町村コード", "市町村名"), (("43444", "清和村"), A))
    assert errors(tmp_path, features) == [("column-missing", None)]
    (unit,), problems = read(tmp_path, features, former=True)
    assert (unit.id, unit.listed.name) == ("43444", "清和村")
    assert (unit.listed.municipality, unit.listed.municipality_code) == ("", "")
    assert problems == ()


def test_rows_of_a_unit_that_say_different_things(tmp_path):
    rows = [(("滝上", "無医地区"), A), (("滝上", "へき地"), B)]
    (unit,), problems = read(tmp_path, layer(("地区名", "設定理由"), *rows))
    assert unit.listed.reason == "無医地区"
    assert [(p.code, p.row) for p in problems] == [("unit-rows-disagree", 1)]


def page(*rows: tuple[Mapping[str, str], object]) -> bytes:
    features = [
        {"type": "Feature", "properties": dict(cells), "geometry": shape} for cells, shape in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_row_without_ground_or_name_is_an_error_with_its_row(tmp_path):
    path = tmp_path / "units.geojson"
    drawn = A.__geo_interface__
    path.write_bytes(page(({"name": "a"}, drawn), ({"name": "b"}, None), ({"name": ""}, drawn)))
    with pytest.raises(DataError) as caught:
        read_ground_units(path, holders=lambda _: ())
    assert {(p.code, p.row) for p in caught.value.problems if p.severity is Severity.ERROR} == {
        ("geometry-empty", 2),
        ("name-missing", 3),
    }


def test_points_among_areas_are_not_lost(tmp_path):
    features = layer(("name",), (("a",), A), (("b",), Point(131.0, 32.7)))
    assert errors(tmp_path, features) == [("geometry-kind", 2)]


@pytest.mark.parametrize("points", [True, False])
def test_a_layer_of_points_is_read_as_points(tmp_path, points):
    features = layer(("辺地名",), (("栗林",), Point(131.0, 32.7)))
    (unit,), problems = read(tmp_path, features, points=points)
    assert (unit.point, unit.geometry) == ((131.0, 32.7), None)
    assert problems == ()


def test_a_layer_of_a_geopackage_is_asked_for_by_name(tmp_path):
    path = tmp_path / "units.gpkg"
    for name, shape in (("one", A), ("two", B)):
        frame = gpd.GeoDataFrame({"name": [name]}, geometry=[shape], crs=6668)
        frame.to_file(path, layer=name)
    with pytest.raises(DataError, match="several-layers"):
        read_ground_units(path, holders=lambda _: ())
    (unit,), _ = read_ground_units(path, holders=lambda _: (), layer="two")
    assert unit.listed.name == "two"


# --- which municipalities hold ground, and islands


def regions_of(towns: Mapping[str, BaseGeometry]) -> Regions:
    frame = gpd.GeoDataFrame(
        {
            "name": [f"町{code}" for code in towns],
            "county": "",
            "prefecture_code": [code[:2] for code in towns],
            "prefecture": [PREFECTURES[code[:2]] for code in towns],
        },
        index=pd.Index(list(towns), name="code"),
        geometry=list(towns.values()),
        crs=6668,
    )
    return build_regions(frame, AreaTable(()), None, prefecture_code="43")[0]


WEST, EAST = box(131.0, 32.0, 131.1, 32.1), box(131.1, 32.0, 131.2, 32.1)


@pytest.mark.parametrize(
    ("ground", "codes"),
    [
        (box(131.02, 32.02, 131.05, 32.05), ("43201",)),
        (box(131.05, 32.0, 131.11, 32.1), ("43201", "43202")),
        (box(131.09, 32.0, 131.19, 32.1), ("43202", "43201")),
        (box(131.0, 32.0, 131.1019, 32.1), ("43201",)),  # 19 per mille beyond the border
        (box(131.0, 32.0, 131.1021, 32.1), ("43201", "43202")),  # 21 per mille
        (box(130.0, 32.0, 131.001, 32.1), ("43201",)),  # nearly all at sea, and in no other
        (box(130.0, 32.0, 130.5, 32.1), ()),
    ],
)
def test_ground_lies_in_the_municipalities_that_have_a_share_of_it(ground, codes):
    towns = regions_of({"43201": WEST, "43202": EAST})
    assert MunicipalGround(towns).codes_of(ground) == codes


def test_shares_are_of_the_whole_ground():
    towns = regions_of({"43201": WEST, "43202": EAST})
    shares = MunicipalGround(towns).shares(box(131.05, 32.0, 131.2, 32.1))
    assert [code for code, _ in shares] == ["43202", "43201"]
    assert [share for _, share in shares] == pytest.approx([2 / 3, 1 / 3])


def test_land_is_an_island_unless_it_reaches_the_main_land_somehow():
    whole = box(131.5, 32.0, 131.52, 32.02)  # one island of two towns
    west, east = box(131.5, 32.0, 131.512, 32.02), box(131.512, 32.0, 131.52, 32.02)
    islet = box(131.6, 32.0, 131.605, 32.005)
    exclave = box(131.0, 32.2, 131.05, 32.25)  # joined to the main land by another prefecture
    towns = regions_of(
        {
            "43201": MultiPolygon([WEST, west, islet, exclave]),
            "43202": MultiPolygon([EAST, east]),
            "40201": box(131.0, 32.1, 131.1, 32.2),
            "40202": box(132.0, 32.0, 132.1, 32.1),
        }
    )
    islands = MunicipalGround(towns).islands("43")
    assert [i.codes for i in islands] == [("43201", "43202"), ("43201",)]
    assert islands[0].geometry.equals(whole)
    assert islands[1].geometry.equals(islet)
    assert island_at(islands, 131.515, 32.01) is islands[0]
    assert island_at(islands, 131.05, 32.05) is None
