"""Positions for published lists from published sources: how many, how far off, and none wrong.

Figures are of the Kumamoto list of 2023-09, 医療情報ネット of 2025-06, P04 of 2020, 病床機能報告 R7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

import pytest

from boundaries import Regions, build_regions, read_medical_areas, read_municipalities
from spots.facilities import (
    PositionFormat,
    PositionSource,
    PositionTable,
    merge,
    read_layer,
    read_positions,
    sources_of,
    with_positions,
)
from spots.types import Facility, distance_m
from tests.helpers.facility_lists import codes, only, spec
from tests.helpers.folders import FIELD_DATA

LISTS = FIELD_DATA / "facilities"
pytestmark = [
    pytest.mark.slow,  # real lists, real outlines
    pytest.mark.skipif(not LISTS.is_dir(), reason="real data are not here"),
]
ROLES = "kumamoto_emergency_roles_20230901.csv"
CLINICS = "kumamoto_remote_clinic_candidates.csv"
FLAGS = "bed_function_report_R7_flags.csv"


def regions_of(prefecture: str) -> Regions:
    folder = FIELD_DATA / "boundaries"
    outlines = folder / f"municipalities_{prefecture}_simplified.geojson"
    municipalities, _ = read_municipalities(outlines, merge_wards=False)
    areas, _ = read_medical_areas(folder / "municipality_to_medical_area.csv")
    return build_regions(municipalities, areas, None, prefecture_code=prefecture)[0]


@pytest.fixture(scope="module")
def kumamoto() -> Regions:
    return regions_of("43")


@pytest.fixture(scope="module")
def iryo_joho() -> PositionTable:
    (source,) = sources_of([LISTS / "01-1_hospital_facility_info_20250601.zip"])
    return read_positions(source)


@pytest.fixture(scope="module")
def p04() -> PositionTable:
    (source,) = sources_of([LISTS / "p04_2020_around_kumamoto.geojson"])
    return read_positions(source)


def facilities_of(
    name: str, regions: Regions, *, bare: bool = True, **more: object
) -> tuple[tuple[Facility, ...], Mapping[str, Facility]]:
    """Return the facilities of a list without their coordinates, and with them by id."""
    rows, _ = read_layer(spec(LISTS / name, columns={"type": ""}, **more), {})
    placed, _ = merge(rows, regions)
    without, _ = merge([replace(row, position=None) for row in rows], regions)
    return (without if bare else placed), {f.id: f for f in placed}


def gaps_m(found: Sequence[Facility], own: Mapping[str, Facility]) -> dict[str, float]:
    """Return metres from the position that was found to the list's own, by name."""
    pairs = ((f, f.position, own[f.id].position) for f in found)
    return {f.name: distance_m(a, b) for f, a, b in pairs if a is not None and b is not None}


def left(found: Sequence[Facility]) -> dict[str, str]:
    """Return why facilities have no position, by name."""
    return {f.name: str(f.looked_up.why) for f in found if f.position is None and f.looked_up}


def test_the_kumamoto_list_by_iryo_joho(kumamoto: Regions, iryo_joho: PositionTable) -> None:
    bare, own = facilities_of(ROLES, kumamoto)
    found, problems = with_positions(bare, [iryo_joho], kumamoto)
    how = Counter(str(f.looked_up.how) for f in found if f.position and f.looked_up)
    assert how == {"exact": 74, "folded": 8, "owner": 3, "address": 2}
    assert left(found) == {"米の山病院": "no_municipality", "球磨病院": "no_record"}
    gaps = gaps_m(found, own)
    assert len(gaps) == 87
    assert 10 < median(gaps.values()) < 11
    # No hospital stands for another: what is far off is so in the source, at the same address.
    far = {name: round(gap) for name, gap in gaps.items() if gap > 250}
    assert far == {
        "くまもと森都総合病院": 556,
        "阿蘇医療センター": 630,
        "菊池郡市医師会立病院": 1861,
    }
    assert codes(problems) == ["positions-matched", "position-not-found", "position-not-found"]


def test_the_kumamoto_list_by_the_sites_of_2020(kumamoto: Regions, p04: PositionTable) -> None:
    bare, own = facilities_of(ROLES, kumamoto)
    found, _ = with_positions(bare, [p04], kumamoto)
    gaps = gaps_m(found, own)
    assert len(gaps) == 83
    assert max(gaps.values()) < 13
    # Renamed (荒尾市民病院), moved (菊陽町, 新屋敷) or founded since: nothing of that is guessed.
    assert left(found) == {
        "荒尾市立有明医療センター": "other_name",
        "くまもと県北病院": "no_record",
        "米の山病院": "no_municipality",
        "熊本セントラル病院": "elsewhere",
        "熊本整形外科病院": "other_address",
        "球磨病院": "no_record",
    }


def test_own_coordinates_that_differ_are_noted_and_hold(
    kumamoto: Regions, iryo_joho: PositionTable
) -> None:
    listed, own = facilities_of(ROLES, kumamoto, bare=False)
    found, problems = with_positions(listed, [iryo_joho], kumamoto)
    told = {p.value for p in problems if p.code == "position-differs"}
    assert told == {"くまもと森都総合病院", "阿蘇医療センター", "菊池郡市医師会立病院"}
    assert all(f.position == own[f.id].position for f in found if own[f.id].position)


def test_remote_clinics_by_p04_and_then_their_towns(kumamoto: Regions, p04: PositionTable) -> None:
    bare, own = facilities_of(CLINICS, kumamoto)
    found, _ = with_positions(bare, [p04], kumamoto)
    assert len(gaps_m(found, own)) == 19  # of 22 that have a town block's point
    # 御所浦診療所 has moved since: its name is there, at another house number.
    assert left(found) == {
        "医療法人朝日野会 球磨村診療所": "no_record",
        "荒尾市立 有明医療センター": "other_name",
        "国民健康保険天草市立御所浦診療所": "other_address",
    }
    (towns,) = sources_of([FIELD_DATA / "geocoding" / "kyushu_towns.csv"])
    table = read_positions(PositionSource(towns.spec, PositionFormat.AUTO))
    assert table.towns is not None
    found, problems = with_positions(bare, [p04, table], kumamoto)
    assert all(f.position for f in found)
    assert codes(problems).count("placed-by-town") == 3


def test_the_flags_of_oita_by_iryo_joho(iryo_joho: PositionTable) -> None:
    oita = regions_of("44")
    where = (("niji", ("二次",)), ("pref", ("44",)))
    bare, own = facilities_of(FLAGS, oita, where=where)
    found, problems = with_positions(bare, [iryo_joho], oita)
    gaps = gaps_m(found, own)
    assert (len(found), len(gaps), len(left(found))) == (41, 39, 1)
    assert median(gaps.values()) < 1
    assert [name for name, gap in gaps.items() if gap > 160] == ["社会医療法人恵愛会 大分中村病院"]
    assert only(problems, "position-not-found").value in left(found)


def test_names_and_municipalities_of_the_country_are_no_other_hospital(
    iryo_joho: PositionTable,
) -> None:
    """Without an address, what is matched stands at the same place but for 66 of 5,487."""
    rows, _ = read_layer(spec(LISTS / FLAGS, columns={"type": ""}), {})
    facilities = [
        Facility(
            id=str(row.row.row),
            name=row.name,
            types=frozenset(),
            role=row.layer.role,
            address="",
            municipality_code=None,
            municipality_name=row.municipality,
            prefecture_code=row.prefecture_code,
            position=None,
            position_problem=None,
            site="",
            remark="",
            rows=(row.row,),
        )
        for row in rows
    ]
    found, _ = with_positions(facilities, [iryo_joho])
    gaps = [
        distance_m(f.position, row.position)
        for f, row in zip(found, rows, strict=True)
        if f.position and row.position
    ]
    assert len(gaps) > 5_400
    assert median(gaps) < 16
    assert sum(gap > 1_000 for gap in gaps) < 70  # moved, or off in one of the two at one address
