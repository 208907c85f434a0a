"""Indicators of access in worlds small enough to work out by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from pyproj import Geod

from groundfloor.problems import Lang, UsageError
from spots.job.execution import execute
from spots.job.inputs import read_inputs
from spots.job.job_roads import silent
from spots.job.run_file import read_run_file
from spots.judging.criteria import Facts
from spots.judging.indicators import IndicatorSetting, access_indicators
from spots.map.payload import map_data
from spots.outputs import load_result, write_folder
from spots.outputs.indicator_tables import indicators_csv, indicators_layer
from spots.types.access import CentreBasis, CentreRoad, UnitIndicators
from tests.helpers.small_job import AREAS, HEADER, HOSPITALS, LINKS, NODES, RUN, write_job

GEOD = Geod(ellps="GRS80")
ASKED = '\n[indicators]\nhospitals = "rotation"\ninstitutions = ["rotation"]\n'
SQUARES = {
    "40202": ("福岡県", "大牟田市", (131.2, 33.05, 131.3, 33.2)),
    "43101": ("熊本県", "熊本市中央区", (130.7, 32.6, 130.95, 32.9)),
    "43213": ("熊本県", "宇城市", (130.5, 32.6, 130.7, 32.9)),
    "43424": ("熊本県", "小国町", (131.0, 33.05, 131.2, 33.2)),
    # Its middle is that of the road between 矢部 and そよう.
    "43447": ("熊本県", "山都町", (131.0, 32.6, 131.2, 32.8)),
}
#: An hour from one hospital to the other, whatever the speeds.
HOUR = LINKS.replace("yabe,soyo,10.0,trunk,both,,", "yabe,soyo,10.0,trunk,both,60,")
ISLAND_NODES = NODES + "a,甲,130.55,32.75\nb,乙,130.65,32.75\n"
ISLAND = HOUR.replace("uki,kuma,20.0", "a,b,20.0")


def square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def layer(rows: list[tuple[dict[str, object], dict[str, object]]]) -> str:
    features = [{"type": "Feature", "properties": p, "geometry": g} for p, g in rows]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


OUTLINES = layer(
    [
        ({"N03_001": p, "N03_004": n, "N03_007": code}, square(*box))
        for code, (p, n, box) in SQUARES.items()
    ]
)
#: At the hospital of 矢部, at the middle of the road, and far from any road.
CELLS = layer(
    [
        ({"people": 100}, square(131.045, 32.695, 131.055, 32.705)),
        ({"people": 300}, square(131.095, 32.695, 131.105, 32.705)),
        ({"people": 50}, square(131.165, 32.775, 131.175, 32.785)),
    ]
)
PEOPLE = '\n[population]\nfile = "cells.geojson"\ncolumn = "people"\nas_of = 2020-10-01\n'


def job(folder: Path, more: str = "", **changed: str) -> Path:
    files = {"municipalities.geojson": OUTLINES, "links.csv": HOUR, "areas.csv": AREAS}
    files |= {name.replace("_", "."): text for name, text in changed.items()}
    return write_job(folder, {"run.toml": RUN + ASKED + more, **files})


def units(folder: Path, more: str = "", **changed: str) -> dict[str, UnitIndicators]:
    found = execute(read_run_file(job(folder, more, **changed))).indicators
    assert found is not None
    return {unit.code: unit for unit in found.units}


def rows(result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(indicators_csv(result).removeprefix("\ufeff"))))


def test_distance_and_minutes_from_the_middle_of_the_road(tmp_path):
    found = units(tmp_path)
    yamato = found["43447"]
    assert (yamato.centre.lon, yamato.centre.lat) == pytest.approx((131.1, 32.7))
    assert yamato.centre.basis is CentreBasis.LARGEST_PART
    straight = GEOD.inv(131.1, 32.7, 131.05, 32.702)[2]
    assert yamato.every.straight_m == pytest.approx(straight)
    assert yamato.every.straight_name == "矢部広域病院"
    # Half an hour of the road, and the way of some 220 m from it to the hospital.
    assert yamato.every.road is CentreRoad.REACHED
    assert yamato.every.road_id == "H1"
    assert 1_800_000 < yamato.every.travel_ms < 1_860_000
    # 小国 has its own hospital on its side road; that of the area is that of its one town.
    assert found["4306"].every == found["43424"].every
    assert [u.code for u in found.values()] == sorted(found, key=lambda code: (len(code) < 5, code))


@pytest.mark.slow
def test_ground_is_near_beyond_or_without_a_road(tmp_path):
    yamato = units(tmp_path)["43447"]
    # The road runs 1.5 km within reach on either side through 0.15 of 0.2 degrees at most.
    assert 0.7 < yamato.land_off_roads < 0.95
    assert yamato.land_off_roads + yamato.every.land_beyond < 1
    assert yamato.every.land_beyond > 0
    soon = units(tmp_path / "soon", "minutes = 10\n")["43447"]
    late = units(tmp_path / "late", "minutes = 60\n")["43447"]
    assert soon.every.land_beyond > yamato.every.land_beyond > late.every.land_beyond == 0


@pytest.mark.slow
def test_people_beyond_the_minutes_and_the_distance(tmp_path):
    yamato = units(tmp_path, PEOPLE, cells_geojson=CELLS)["43447"]
    assert yamato.centre.basis is CentreBasis.POPULATION
    lon = (100 * 131.05 + 300 * 131.1 + 50 * 131.17) / 450
    lat = (400 * 32.7 + 50 * 32.78) / 450
    assert (yamato.centre.lon, yamato.centre.lat) == pytest.approx((lon, lat))
    assert yamato.people == pytest.approx(450)
    assert yamato.every.people_beyond == pytest.approx(300)
    assert yamato.people_off_roads == pytest.approx(50)  # among neither
    assert yamato.people_beyond_m == pytest.approx(350)  # 4.2 km and 8 km from 矢部
    wide = units(tmp_path / "wide", "distance_m = 6000\n" + PEOPLE, cells_geojson=CELLS)
    assert wide["43447"].people_beyond_m == pytest.approx(50)


def test_a_centre_of_people_that_is_no_ground_of_theirs_moves_to_the_nearest_of_them(tmp_path):
    """Two villages on two squares of one town: their middle lies in the town between."""
    outlines = json.loads(OUTLINES)
    other = {"N03_001": "熊本県", "N03_004": "小国町", "N03_007": "43424"}
    outlines["features"].append(
        {"type": "Feature", "properties": other, "geometry": square(131.0, 32.4, 131.2, 32.5)}
    )
    cells = layer(
        [
            ({"people": 100}, square(131.09, 33.1, 131.11, 33.12)),
            ({"people": 110}, square(131.09, 32.44, 131.11, 32.46)),
        ]
    )
    found = units(
        tmp_path, PEOPLE, cells_geojson=cells, municipalities_geojson=json.dumps(outlines)
    )
    centre = found["43424"].centre
    assert centre.basis is CentreBasis.POPULATION
    assert (centre.lon, centre.lat) == pytest.approx((131.1, 32.45))


def test_hospitals_of_neighbours_count_in_one_set_of_figures_and_not_in_the_other(tmp_path):
    own = "".join(line for line in HOSPITALS.splitlines(True) if not line.startswith("H3"))
    beyond = HEADER + "N1,隣県病院,40202,福岡県大牟田市1,33.1200,131.2100,\n"
    more = '[[facilities]]\nname = "隣県"\nfile = "beyond.csv"\ntype = "③"\nrole = "destination"\n'
    found = units(tmp_path, more, hospitals_csv=own, beyond_csv=beyond)["43424"]
    assert (found.every.straight_id, found.own.straight_id) == ("N1", "H1")
    assert found.every.straight_m < 11_000
    assert found.own.straight_m > 45_000


def test_an_island_without_a_hospital_is_unreachable_and_beyond(tmp_path):
    own = "".join(line for line in HOSPITALS.splitlines(True) if not line.startswith("H2"))
    result = execute(
        read_run_file(job(tmp_path, hospitals_csv=own, nodes_csv=ISLAND_NODES, links_csv=ISLAND))
    )
    (uki,) = [u for u in result.indicators.units if u.code == "43213"]
    assert (uki.every.road, uki.every.travel_ms) == (CentreRoad.UNREACHABLE, None)
    assert uki.every.land_beyond == pytest.approx(1 - uki.land_off_roads)
    (row,) = [r for r in rows(result) if r["code"] == "43213"]
    assert (row["road"], row["road_min"], row["road_ms"]) == ("unreachable", "", "")


def test_a_hospital_without_a_place_is_named(tmp_path):
    lost = HOSPITALS + "H9,所在不明病院,43447,熊本県上益城郡山都町9,,,\n"
    result = execute(read_run_file(job(tmp_path, hospitals_csv=lost)))
    (said,) = [p for p in result.problems if p.code == "indicators-facility-unplaced"]
    assert "所在不明病院" in said.message.ja


def test_what_a_run_lacks_has_no_columns(tmp_path):
    checked = read_run_file(job(tmp_path))
    result = execute(checked)
    assert not [name for name in rows(result)[0] if "people" in name]
    told = [p.message.en for p in result.problems if p.code == "indicators-incomplete"]
    assert told == ["without population, people are not among the indicators"]
    given, _ = read_inputs(checked, silent)
    facts = Facts(given.facilities, given.places, given.lists, None, regions=given.regions)
    setting = IndicatorSetting("rotation", (), 1_800_000, 4_000)
    known = checked.policy.over(facts)
    found, problems = access_indicators(setting, known, given.regions, None, None)
    assert {u.every.road for u in found.units} == {None}
    assert {u.every.land_beyond for u in found.units} == {None}
    assert [p.code for p in problems][:2] == ["indicators-incomplete"] * 2


@pytest.mark.slow
def test_table_layer_and_evidence_hold_them(tmp_path):
    result = execute(read_run_file(job(tmp_path, PEOPLE, cells_geojson=CELLS)))
    out = tmp_path / "result"
    names = [written.name for written in write_folder(result, out, extra={})]
    assert "indicators.csv" in names
    assert load_result(out).indicators == result.indicators
    table = indicators_layer(result, Lang.EN)
    assert len(table.rows) == len(result.indicators.units) == 4 + 3
    assert [f.name for f in table.fields] == list(rows(result)[0])


def test_the_map_has_municipalities_by_minutes(tmp_path):
    own = "".join(line for line in HOSPITALS.splitlines(True) if not line.startswith("H2"))
    result = execute(
        read_run_file(job(tmp_path, hospitals_csv=own, nodes_csv=ISLAND_NODES, links_csv=ISLAND))
    )
    data = map_data(result, Lang.EN, ())
    classes = {c.key: (c.label, c.count) for c in data.around.access}
    assert classes == {
        "access-1": ("less than 15 min", 1),  # 小国
        "access-3": ("30 min to less than 45 min", 1),  # 山都
        "access-unreachable": ("unreachable", 1),  # 宇城
        "access-unknown": ("no road near the centre", 1),  # 熊本
    }
    (node,) = [n for n in data.tree if n.key == "access"]
    assert [child.key for child in node.children] == list(classes)
    assert not any(child.on for child in node.children)


def test_a_run_that_does_not_ask_has_none(tmp_path):
    path = write_job(tmp_path, {"run.toml": RUN, "municipalities.geojson": OUTLINES})
    result = execute(read_run_file(path))
    assert result.indicators is None
    assert indicators_layer(result, Lang.JA) is None
    assert map_data(result, Lang.JA, ()).around.access == ()


@pytest.mark.parametrize("key", ["hospitals", "institutions"])
def test_a_list_that_is_not_there_is_an_error_with_those_that_are(tmp_path, key):
    more = {"hospitals": 'hospitals = "kokuji"', "institutions": 'hospitals = "rotation"'}[key]
    text = RUN + f"\n[indicators]\n{more}\n"
    text += 'institutions = ["診療所"]\n' if key == "institutions" else ""
    with pytest.raises(UsageError) as caught:
        read_run_file(write_job(tmp_path, {"run.toml": text}))
    (said,) = caught.value.problems
    assert (said.code, said.column) == ("indicator-list-missing", f"indicators.{key}")
    assert "rotation" in said.remedy.en
