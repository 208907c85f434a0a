"""What maps show: the main ground, insets for far islands, and what is said of lonely rocks."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache

import pytest
from shapely.geometry import MultiPolygon, box

from boundaries import read_medical_areas, read_municipalities
from boundaries.crs import plane_zone_of
from spots.map.extent import MOST_INSETS, ShownGround, shown_ground
from spots.types import RunResult
from tests.helpers.archipelago import AT_HOME, FAR, MAIN, run_on
from tests.helpers.folders import FIELD_DATA


def shown(result: RunResult) -> ShownGround:
    found = shown_ground(result)
    assert found is not None
    return found


def titles(found: ShownGround) -> list[str]:
    return [inset.title.ja for inset in found.insets]


def degrees(box_: tuple[float, float, float, float]) -> tuple[float, ...]:
    return tuple(round(value, 3) for value in box_)


def test_a_far_island_is_an_inset_and_does_not_set_the_scale() -> None:
    found = shown(run_on(*MAIN, FAR))
    assert degrees(found.main.degrees) == (130.5, 32.5, 131.0, 33.0)
    assert titles(found) == ["圏2医療圏"]  # all of a medical area
    assert degrees(found.insets[0].window.degrees) == (130.0, 31.0, 130.1, 31.1)
    assert found.far == ()


def test_an_island_that_costs_nothing_is_on_the_main_map() -> None:
    beside = ("43501", "脇島町", "4302", box(130.2, 32.7, 130.25, 32.75))
    found = shown(run_on(*MAIN, beside))
    assert found.insets == ()
    assert degrees(found.main.degrees) == (130.2, 32.5, 131.0, 33.0)


def test_a_rock_without_anything_on_it_is_named_and_not_drawn() -> None:
    """Most of a town's land is where the town is; its rock 1,800 km away sets no scale."""
    town = ("43501", "遠島町", "4302", MultiPolygon([FAR[3], box(140.0, 25.0, 140.01, 25.01)]))
    found = shown(run_on(*MAIN, town))
    assert titles(found) == ["圏2医療圏"]
    ((land,)) = found.far
    assert (land.municipality, land.count) == ("遠島町", 1)
    assert 1.0 < land.km2 < 1.3
    # With a facility on it, it has to be shown.
    there = shown(run_on(*MAIN, town, at=(*AT_HOME, (140.005, 25.005))))
    assert there.far == ()
    assert len(there.insets) == 2


def test_a_slip_of_coordinates_sets_no_extent() -> None:
    plain = shown(run_on(*MAIN))
    assert shown(run_on(*MAIN, doubted=((135.0, 30.0),))) == plain
    sea = shown(run_on(*MAIN, at=(*AT_HOME, (135.0, 30.0))))
    assert titles(sea) == ["海上の施設"]
    pier = shown(run_on(*MAIN, at=((131.02, 32.6),)))
    assert degrees(pier.main.degrees) == (130.5, 32.5, 131.02, 33.0)


def test_islands_of_one_medical_area_share_an_inset_and_insets_are_few() -> None:
    islands = [
        (f"4360{n}", f"島{n}町", f"43{3 + n // 2:02d}", box(x, 30.0, x + 0.1, 30.1))
        for n, x in enumerate((128.0, 128.6, 129.3, 129.9, 133.0))
    ]
    found = shown(run_on(*MAIN, *islands, at=AT_HOME))
    assert len(found.insets) == MOST_INSETS
    assert set(titles(found)) == {"圏3医療圏", "圏4医療圏", "圏5医療圏"}
    backwards = shown(run_on(*reversed(islands), *reversed(MAIN), at=AT_HOME))
    assert backwards == found


def test_an_inset_never_shows_the_main_land_again() -> None:
    west = ("43501", "西島町", None, box(128.5, 32.7, 128.6, 32.8))
    east = ("43502", "東島町", None, box(133.0, 32.7, 133.1, 32.8))
    found = shown(run_on(*MAIN, west, east, at=AT_HOME))
    assert sorted(titles(found)) == ["東島町", "西島町"]
    left, bottom, right, top = found.main.degrees
    for inset in found.insets:
        a, b, c, d = inset.window.degrees
        assert not (a < right and left < c and b < top and bottom < d)


def test_the_main_map_shows_most_of_what_matters() -> None:
    """Three equal islands far apart: none of them is the prefecture."""
    thirds = [
        (f"4360{n}", f"島{n}町", "4301", box(x, 32.0, x + 0.3, 32.3))
        for n, x in enumerate((129.0, 131.0, 133.0))
    ]
    found = shown(run_on(*thirds))
    assert found.main.degrees[2] - found.main.degrees[0] > 2.0


def test_neighbours_and_ground_without_a_prefecture() -> None:
    abroad = ("40202", "隣市", None, box(129.0, 33.5, 131.5, 35.0))
    assert shown(run_on(*MAIN, abroad)).main == shown(run_on(*MAIN)).main
    alone = shown(run_on(abroad))
    assert degrees(alone.main.degrees) == (129.0, 33.5, 131.5, 35.0)


# --- every prefecture


DATA = FIELD_DATA / "boundaries"
HOSPITALS = FIELD_DATA / "facilities" / "bed_function_report_R7_flags.csv"


@cache
def hospitals() -> tuple[tuple[str, float, float], ...]:
    with HOSPITALS.open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["niji"] and r["longitude"]]
    return tuple((r["pref"], float(r["longitude"]), float(r["latitude"])) for r in rows)


@pytest.mark.slow
@pytest.mark.skipif(not HOSPITALS.is_file(), reason="the shared data are not here")
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("01", ["留別村・紗那村ほか"]),
        ("13", ["大島町・三宅村ほか", "八丈町・青ヶ島村", "小笠原村"]),
        ("15", []),
        ("32", ["隠岐医療圏"]),
        ("34", []),
        ("37", []),
        ("42", ["対馬医療圏"]),
        ("43", []),
        ("46", ["奄美医療圏", "十島村", "熊毛医療圏"]),
        ("47", ["八重山医療圏", "宮古医療圏", "南大東村・北大東村"]),
    ],
)
def test_prefectures(code: str, expected: list[str]) -> None:
    towns, _ = read_municipalities(
        DATA / f"municipalities_{code}_simplified.geojson", merge_wards=True
    )
    table, _ = read_medical_areas(DATA / "municipality_to_medical_area.csv")
    found = {str(c): table.get(str(c)) for c in towns.index}
    result = run_on(
        *(
            (str(c), str(towns["name"][c]), a.area_code if (a := found[str(c)]) else None, g)
            for c, g in towns.geometry.items()
        ),
        at=tuple((lon, lat) for pref, lon, lat in hospitals() if pref == code),
        home=code,
    )
    names = {a.area_code: a.area_name for a in found.values() if a is not None}
    named = result.areas.assign(name=[names[c] for c in result.areas.index])
    points = towns.geometry.representative_point()
    zone = plane_zone_of(points, list(towns["prefecture_code"]), list(towns.index))
    places = replace(result, areas=named, plane_epsg=zone)
    assert titles(shown(places)) == expected
