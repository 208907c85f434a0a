"""Units of the boundaries, of the facilities and of layers: all there, and each where it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyproj import Geod
from shapely.geometry import box

from boundaries import ellipsoidal_km2
from spots.job.inputs import read_inputs
from spots.job.run_file import read_run_file
from spots.judging.criteria import Facts
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.selection_settings import SelectSetting
from spots.judging.selecting.unit_sources import (
    facility_units,
    islands_of,
    units_of,
    units_of_boundaries,
    with_circles,
)
from spots.types import Position
from spots.types.ground_units import Unit, UnitKind
from tests.helpers.small_job import CLINICS, write_job
from tests.job.test_ground_inputs import ISLAND, ISLET, with_islands

GEOD = Geod(ellps="GRS80")


def facts_of(folder: Path, **changed: str) -> GroundFacts:
    names = {name.replace("_", ".", 1): text for name, text in changed.items()}
    job = read_run_file(write_job(folder, names))
    given, _ = read_inputs(job, lambda _: None)
    facts = Facts(given.facilities, given.places, given.lists, None, regions=given.regions)
    return GroundFacts(given.regions, job.policy.over(facts))


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> GroundFacts:
    return facts_of(tmp_path_factory.mktemp("job"))


def test_municipalities_are_those_of_the_prefecture_with_wards_merged(facts):
    units = units_of_boundaries(facts.regions, UnitKind.MUNICIPALITY)
    assert [(u.id, u.name, u.area_codes) for u in units] == [
        ("municipality:43100", "熊本市", ("4312",)),
        ("municipality:43213", "宇城市", ("4302",)),
        ("municipality:43424", "小国町", ("4306",)),
        ("municipality:43447", "山都町", ("4312",)),
    ]
    assert units[3].geometry.equals(box(130.95, 32.55, 131.3, 33.05))


def test_areas_and_the_prefecture_have_their_municipalities(facts):
    areas = units_of_boundaries(facts.regions, UnitKind.MEDICAL_AREA)
    assert [(u.id, u.municipality_codes) for u in areas] == [
        ("medical_area:4302", ("43213",)),
        ("medical_area:4306", ("43424",)),
        ("medical_area:4312", ("43100", "43447")),
    ]
    (prefecture,) = units_of_boundaries(facts.regions, UnitKind.PREFECTURE)
    assert (prefecture.id, prefecture.name) == ("prefecture:43", "熊本県")
    assert prefecture.area_codes == ("4302", "4306", "4312")
    whole = sum(ellipsoidal_km2(u.geometry) for u in areas)
    assert ellipsoidal_km2(prefecture.geometry) == pytest.approx(whole, rel=1e-3)


def test_land_apart_from_the_main_land_is_islands_by_size(tmp_path):
    facts = facts_of(tmp_path, municipalities_geojson=with_islands())
    units = islands_of(facts.regions, "43")
    assert [(u.id, u.name) for u in units] == [
        ("island:43213-1", "宇城市の離島1"),
        ("island:43213-2", "宇城市の離島2"),
    ]
    assert units[0].geometry.equals(ISLAND)
    assert units[1].geometry.equals(ISLET)
    assert units[0].municipality_codes == ("43213",)
    # 小国町 touches 山都町, 大牟田市 belongs to another prefecture and touches nobody.
    assert units == units_of(SelectSetting("islands", UnitKind.ISLAND), facts)


def test_every_candidate_at_home_is_a_unit_also_one_without_a_place(tmp_path):
    lost = CLINICS + "C3,迷子診療所,,,,,\nC4,大牟田診療所,40202,,33.05,130.45,\n"
    facts = facts_of(tmp_path, clinics_csv=lost)
    candidates = {f"facility:{f.id}" for f in facts.facts.candidates} - {"facility:C4"}
    for radius_m in (None, 4000):
        units = {u.id: u for u in facility_units(facts.facts, radius_m)}
        assert set(units) == candidates
        assert units["facility:C3"].problem is not None


def test_the_institution_itself_has_no_ground_and_a_circle_is_geodesic(facts):
    itself = {u.code: u for u in facility_units(facts.facts, None)}["B1"]
    assert (itself.geometry, itself.radius_m) == (None, None)
    circle = {u.code: u for u in facility_units(facts.facts, 4000)}["B1"]
    assert circle.radius_m == 4000
    lon, lat = circle.geometry.geoms[0].exterior.coords[0]
    metres = GEOD.inv(circle.position.lon, circle.position.lat, lon, lat)[2]
    assert metres == pytest.approx(4000.0, abs=0.2)


def test_listed_points_get_circles_and_ground_stays_ground(facts):
    point = Unit("l:1", UnitKind.POINT, "栗林", "1", (), position=Position(131.05, 32.75))
    area = replace(point, id="l:2", geometry=units_of_boundaries(facts.regions, UnitKind.PREFECTURE)[0].geometry, position=None)  # fmt: skip
    known = replace(facts, layers={"l": (point, area)})
    drawn, kept = units_of(SelectSetting("p", UnitKind.POINT, layer="l", radius_m=8700), known)
    assert ellipsoidal_km2(drawn.geometry) == pytest.approx(3.14159265 * 8.7**2, rel=1e-4)
    assert kept == area
    assert with_circles((point,), None) == (point,)
    assert units_of(SelectSetting("p", UnitKind.POINT, layer="l"), known) == (point, area)
