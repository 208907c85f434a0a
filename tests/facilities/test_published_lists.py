"""Facility lists that somebody else published."""

from __future__ import annotations

import pytest

from boundaries import build_regions, read_medical_areas, read_municipalities
from groundfloor.problems import Severity
from spots.facilities import check_layers, geocode, merge, read_layer, read_layers
from spots.types import Accuracy, Role
from tests.helpers.facility_lists import codes, only, spec
from tests.helpers.folders import FIELD_DATA

LISTS = FIELD_DATA / "facilities"
pytestmark = [
    pytest.mark.slow,  # real lists, real outlines
    pytest.mark.skipif(not LISTS.is_dir(), reason="real data are not here"),
]
ROLES = LISTS / "kumamoto_emergency_roles_20230901.csv"
ROTATION = (("rotation", ("True",)),)


@pytest.fixture(scope="module")
def regions():
    folder = FIELD_DATA / "boundaries"
    outlines = folder / "municipalities_43_simplified.geojson"
    municipalities, _ = read_municipalities(outlines, merge_wards=False)
    areas, _ = read_medical_areas(folder / "municipality_to_medical_area.csv")
    return build_regions(municipalities, areas, None, prefecture_code="43")[0]


@pytest.fixture(scope="module")
def iryo_joho():
    """医療情報ネット, the zip as it is, read once."""
    path = LISTS / "01-1_hospital_facility_info_20250601.zip"
    return read_layer(spec(path, format="iryo_joho", name="iryo"), {})


def test_three_lists_of_secondary_emergency_hospitals():
    flags = LISTS / "bed_function_report_R7_flags.csv"
    kokuji = (("kyukyu_kokuji", ("True",)),)
    niji = (("niji", ("二次",)), ("pref", ("43",)))
    assert len(read_layer(spec(ROLES, where=ROTATION), {})[0]) == 43
    assert len(read_layer(spec(ROLES, where=kokuji), {})[0]) == 85
    assert len(read_layer(spec(flags, where=niji), {})[0]) == 86


def test_all_roles_keep_the_two_without_coordinates():
    raws, problems = read_layer(spec(ROLES), {})
    assert len(raws) == 90
    assert [r.name for r in raws if r.position is None] == ["米の山病院", "球磨病院"]
    assert codes(problems) == ["no-coordinates", "no-coordinates"]


def test_iryo_joho_zip_as_published(iryo_joho):
    raws, problems = iryo_joho
    assert len(raws) == 7587
    kumamoto = [r for r in raws if r.prefecture_code == "43"]
    assert len(kumamoto) == 199
    assert {len(r.municipality_code) for r in raws} == {5}
    assert kumamoto[0].municipality_code == "43101"
    zero = [p for p in problems if p.code == "zero-coordinates"]
    assert len(zero) == sum(r.position is None for r in raws)
    assert zero[0].row == 3
    assert raws[0].given_id == "0111010000010"


def test_p04_as_published():
    path = LISTS / "p04_2020_around_kumamoto.geojson"
    raws, problems = read_layer(spec(path, format="p04", where=(("P04_009", ("1",)),)), {})
    assert len(raws) == 260
    assert all(r.position is not None for r in raws)
    assert codes(problems) == ["rows-filtered"]


def test_rotation_and_iryo_joho_become_one(iryo_joho, regions):
    raws, _ = read_layer(spec(ROLES, where=ROTATION, name="rotation"), {})
    others = [r for r in iryo_joho[0] if r.prefecture_code == "43"]
    facilities, problems = merge((*raws, *others), regions)
    assert [f.name for f in facilities[:43]] == [r.name for r in raws]
    assert sum(len(f.rows) for f in facilities) == 43 + 199
    lone = [f.name for f in facilities[:43] if len(f.rows) == 1]
    assert lone == []
    far = {p.value for p in problems if p.code == "merged-positions-differ"}
    assert {"菊池郡市医師会立病院", "阿蘇医療センター"} <= far


def test_rotation_hospitals_lie_where_their_address_says(regions):
    report = check_layers([spec(ROLES, where=ROTATION)], {}, regions=regions)
    assert report.usable
    assert len(report.facilities) == 43
    assert report.of(Severity.WARNING) == tuple(
        p for p in report.problems if p.code == "point-outside-municipality"
    )
    soyo = next(f for f in report.facilities if f.name.endswith("そよう病院"))
    assert soyo.municipality_code == "43447"


def test_a_clinic_drawn_in_another_municipality_is_found(regions):
    path = LISTS / "p04_2020_around_kumamoto.geojson"
    report = check_layers([spec(path, role=Role.DESTINATION)], {}, regions=regions)
    found = [p for p in report.problems if p.code == "point-and-address-disagree"]
    assert any("熊本市" in p.message.ja and "多良木町" in p.message.ja for p in found)
    assert sum(len(f.rows) for f in report.facilities) == 5419


def test_remote_clinic_candidates_are_looked_up_in_the_town_table(regions):
    path = LISTS / "kumamoto_remote_clinic_candidates.csv"
    raws, _ = read_layers((spec(path, accuracy=Accuracy.TOWN),), {})
    facilities, _ = merge(raws, regions)
    towns = FIELD_DATA / "geocoding" / "kyushu_towns.csv"
    placed, problems = geocode(facilities, towns, regions)
    assert [p.code for p in problems if p.value is None] == ["town-unusable"]
    notes = {p.value: p.message.ja for p in problems if p.value is not None}
    assert set(notes) == {"熊本市立熊本市民病院", "国保 水俣市立総合医療センター"}
    assert "東町四丁目" in notes["熊本市立熊本市民病院"]
    assert {f.position.accuracy for f in placed} == {Accuracy.TOWN}


def test_a_workbook_without_a_facility_list_is_refused_politely():
    report = check_layers([spec(LISTS / "mhlw_open_data_definition.xlsx")], {})
    assert only(report.of(Severity.ERROR), "column-missing").row is not None
