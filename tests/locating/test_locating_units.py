"""Inside or outside of units of ground: by code, by distance, by outline, by name."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import pytest
from openpyxl import load_workbook
from shapely.geometry import MultiPolygon, Point, box

from boundaries.geometry import circles, dissolve
from boundaries.types import CutEntry
from groundfloor.crs import JGD2011
from groundfloor.problems import Lang, UsageError
from spots.facilities import RawFacility
from spots.locating import (
    Located,
    ResultAnswer,
    Standing,
    answers,
    locate_json,
    locate_table,
    write_answers,
)
from spots.outputs import write_folder
from spots.types import (
    Accuracy,
    Layer,
    Position,
    Role,
    RunResult,
    SourceRow,
    State,
    Truth,
    Unit,
    UnitVerdict,
)
from tests.helpers.cli_runs import spots
from tests.helpers.fabricated import GEOD, fabricated_result
from tests.helpers.unit_cases import bare_result, ground_result

LAYER = Layer("一覧", "list.csv", frozenset(), Role.DESTINATION, "", None)
RUN = ground_result()
OGUNI, YATSUSHIRO, HITOYOSHI = "43424", "43202", "43203"
IN_OGUNI, IN_KUMAMOTO = (131.07, 33.12), (130.7, 32.85)


def row(lon: float | None = None, lat: float | None = None, name: str = "ある診療所", **more):
    position = None if lon is None or lat is None else Position(lon, lat, Accuracy.POINT)
    return RawFacility(
        layer=LAYER,
        row=SourceRow("一覧", "list.csv", 2),
        given_id=None,
        name=name,
        types=frozenset(),
        position=position,
        **more,
    )


def located(one: RawFacility, run: RunResult = RUN, **more) -> Located:
    return answers(run, [one], **more).rows[0]


def of(found: Located, result: str = "spots") -> ResultAnswer:
    return next(a for a in found.results if a.result == result)


def changed(run: RunResult, key: str, **more) -> RunResult:
    """Return a run in which a unit's verdict says something else; its result follows."""
    units = tuple(replace(v, **more) if v.key == key else v for v in run.units)
    grounds = tuple(
        replace(g, geometry=dissolve([v.geometry for v in units if v.result == g.id]))
        for g in run.grounds
    )
    return replace(run, units=units, grounds=grounds)


def verdict(key: str, run: RunResult = RUN) -> UnitVerdict:
    return next(v for v in run.units if v.key == key)


# --- by code


def test_a_whole_municipality_answers_by_code_also_without_a_point():
    found = located(row(municipality_code=OGUNI))
    assert of(found).inside is Truth.MET
    assert [u.unit_id for u in of(found).units] == [f"municipality:{OGUNI}"]
    assert of(found).edge_m is None
    assert found.standing is Standing.INSIDE_SPOT
    assert of(found, "support").inside is Truth.MET


def test_a_municipality_that_is_out_answers_too_where_no_circle_can_hold_the_row():
    bare = bare_result()
    found = located(row(municipality="熊本市"), bare)
    assert of(found).inside is Truth.NOT_MET
    assert found.standing is Standing.OUTSIDE
    assert located(row(municipality="熊本市")).standing is Standing.UNDETERMINED  # circles


def test_without_point_or_municipality_everything_is_open():
    found = located(row())
    assert of(found).inside is Truth.UNDETERMINED
    assert "小国町" in of(found).problem.ja
    assert found.undetermined


def test_a_medical_area_holds_what_stands_in_its_municipalities():
    answer = of(located(row(municipality_code=YATSUSHIRO)), "support")
    assert [u.unit_id for u in answer.units] == ["medical_area:4308"]


def test_a_part_of_a_municipality_does_not_answer_for_all_of_it():
    whole = verdict(f"spots/municipality:{OGUNI}")
    west, south, east, north = whole.geometry.bounds
    half = MultiPolygon([box(west, south, (west + east) / 2, north)])
    run = changed(
        RUN, whole.key, geometry=half, ledger=(CutEntry("clauses", whole.unit_km2 / 2, 1.0),)
    )
    assert of(located(row(municipality_code=OGUNI), run)).inside is Truth.UNDETERMINED
    assert of(located(row(west + 0.01, south + 0.05), run)).inside is Truth.MET
    assert of(located(row(east - 0.01, south + 0.05), run)).inside is Truth.NOT_MET


def test_a_point_off_the_coast_belongs_to_its_municipality():
    _west, south, east, _north = verdict(f"spots/municipality:{OGUNI}").geometry.bounds
    found = located(row(east + 0.001, south + 0.05))
    assert of(found).inside is Truth.MET
    assert of(found).edge_m == 0.0


# --- by distance and outline


@pytest.mark.parametrize(("metres", "inside"), [(4000.0, True), (4000.5, False)])
@pytest.mark.parametrize("azimuth", [0.0, 33.0, 91.5, 200.0])
def test_of_a_circle_the_geodesic_distance_decides(azimuth, metres, inside):
    point = verdict("spots/points:hirano")
    centre = point.unit.position
    drawn = MultiPolygon(
        [circles(gpd.GeoSeries([Point(centre.lon, centre.lat)], crs=JGD2011), 4000)[0]]
    )
    unit = replace(point.unit, geometry=drawn, radius_m=4000)
    run = changed(RUN, point.key, unit=unit, geometry=drawn, ledger=())
    lon, lat, _ = GEOD.fwd(centre.lon, centre.lat, azimuth, metres - 1e-6)
    answer = of(located(row(lon, lat), run))
    assert answer.inside is (Truth.MET if inside else Truth.NOT_MET)
    assert answer.edge_m == pytest.approx(4000.0 - metres, abs=1e-3)


def test_the_edge_is_that_of_all_ground_together():
    """宇城 and its neighbour are both in: their common border is none."""
    both = [verdict(f"support/municipality:{code}") for code in ("43213", OGUNI)]
    west, south, east, north = both[0].geometry.bounds
    beside = MultiPolygon([box(east, south, east + 0.2, north)])
    unit = replace(both[1].unit, geometry=beside, municipality_codes=())
    run = changed(RUN, both[1].key, unit=unit, geometry=beside)
    middle = (south + north) / 2
    near = of(located(row(east - 0.0005, middle), run), "support")
    assert near.inside is Truth.MET
    assert near.edge_m > 5_000
    outside = of(located(row(west - 0.01, middle), run), "support")
    assert outside.nearest == "宇城市"
    assert outside.edge_m == pytest.approx(-936, abs=5)


def test_near_an_edge_is_doubtful_unless_the_list_names_the_municipality():
    west, south, _east, north = verdict(f"spots/municipality:{OGUNI}").geometry.bounds
    near = (west + 0.0005, (south + north) / 2)
    assert "near-unit-edge" in {d.code for d in located(row(*near)).doubts}
    sure = located(row(*near, municipality_code=OGUNI))
    assert "near-unit-edge" not in {d.code for d in sure.doubts}
    assert "near-unit-edge" not in {d.code for d in located(row(*IN_OGUNI)).doubts}


def test_a_unit_that_is_undetermined_leaves_open_what_stands_in_it():
    found = located(row(130.7, 32.2))
    assert of(found).inside is Truth.UNDETERMINED
    assert "人吉市" in of(found).problem.ja
    assert [u.unit_id for u in of(found).maybe] == [f"municipality:{HITOYOSHI}"]
    assert "人吉市" in locate_table(answers(RUN, [row(130.7, 32.2)]))


# --- by name


def programme(run: RunResult, *keys: str) -> RunResult:
    """Return a run whose programme names some facilities by id, and judged all of them."""
    (named,) = [v for v in run.units if v.result == "programme"]
    units = []
    for v in run.verdicts:
        unit = replace(
            named.unit, id=f"facility:{v.facility.id}", code=v.facility.id, name=v.facility.name
        )
        state = State.DESIGNATED if v.facility.id in keys else State.NOT_MET
        units.append(replace(named, unit=unit, state=state))
    return replace(run, units=(*(v for v in run.units if v.result != "programme"), *units))


@pytest.mark.parametrize(
    ("name", "code", "inside"),
    [
        ("小国公立病院", "43424", Truth.MET),
        ("医療法人社団 小国公立病院", "43424", Truth.MET),
        ("矢部広域病院", "43447", Truth.NOT_MET),
        ("小国公立診療所", "43424", Truth.UNDETERMINED),
        ("小国公立病院", "43100", Truth.UNDETERMINED),
    ],
)
def test_institutions_are_found_by_name_in_their_municipality(name, code, inside):
    run = programme(RUN, "oguni")
    assert of(located(row(name=name, municipality_code=code), run), "programme").inside is inside
    with_point = row(*IN_OGUNI, name=name, municipality_code=code)
    assert of(located(with_point, run), "programme").inside is inside


def test_two_rows_of_one_institution_leave_open_which_it_is():
    run = programme(RUN, "oguni")
    twice = [row(name="小国公立病院", municipality_code=OGUNI)] * 2
    assert {of(one, "programme").inside for one in answers(run, twice).rows} == {Truth.UNDETERMINED}


# --- the day, one result, tables


def test_units_count_on_days_of_their_period_only():
    on = date(2031, 1, 1)
    found = located(row(*IN_OGUNI), on=on)
    assert of(found).inside is Truth.NOT_MET
    assert [u.unit_id for u in of(found).lapsed] == [f"municipality:{OGUNI}"]
    table = locate_table(answers(RUN, [row(*IN_OGUNI)], on=on))
    assert "この日は設定期間外です（令和9年4月1日～令和12年3月31日）" in table
    assert of(located(row(*IN_OGUNI), on=date(2028, 1, 1))).inside is Truth.MET


def test_one_result_can_be_chosen_and_an_unknown_one_is_told_with_those_there_are():
    found = answers(RUN, [row(*IN_OGUNI)], only="support")
    assert [a.result for a in found.rows[0].results] == ["support"]
    assert [r.id for r in found.question.results] == ["support"]
    assert found.rows[0].standing is Standing.INSIDE_SPOT  # by the other one
    with pytest.raises(UsageError) as unknown:
        answers(RUN, [row(*IN_OGUNI)], only="suport")
    assert "spots, support, programme" in unknown.value.problems[0].message.ja
    with pytest.raises(UsageError) as none:
        answers(fabricated_result(), [row(*IN_OGUNI)], only="support")
    assert none.value.problems[0].code == "result-unknown"


def test_a_run_without_units_answers_as_before(tmp_path: Path):
    found = answers(fabricated_result(), [row(*IN_OGUNI), row(municipality_code=OGUNI)])
    page = locate_json(found)
    assert "results" not in page["asked"]
    assert all("results" not in r for r in page["rows"])
    assert found.rows[1].standing is Standing.UNDETERMINED
    write_answers(found, tmp_path / "a.csv")
    assert "." not in (tmp_path / "a.csv").read_text("utf-8-sig").split("\n")[0]
    assert "結果" not in locate_table(found)


def test_table_json_and_files_have_every_result(tmp_path: Path):
    rows = [row(*IN_OGUNI), row(*IN_KUMAMOTO), row(name="無所属")]
    found = answers(RUN, rows)
    lines = locate_table(found).split("\n")
    head = "結果「重点医師偏在対策支援区域」（support）：3区域、設定期間 令和9年4月1日"
    assert any(line.startswith(head) for line in lines)
    assert "内 小国町 +" in locate_table(found)
    assert "重点医師偏在対策支援区域：内 1、外 1、判定不能 1" in lines[-1]
    (support,) = [r for r in locate_json(found)["rows"][0]["results"] if r["result"] == "support"]
    assert (support["inside"], support["valid_to"]) == (True, "2030-03-31")
    write_answers(found, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig") as file:
        inside, outside, unknown = csv.DictReader(file)
    assert (inside["support.inside"], inside["support.units"]) == ("true", "小国町")
    assert inside["support.valid_from"] == "2027-04-01"
    assert (outside["support.inside"], outside["support.units"]) == ("false", "")
    assert float(outside["support.edge_m"]) < 0
    assert unknown["support.inside"] == ""
    assert unknown["support.problem"]
    for lang in Lang:
        write_answers(found, tmp_path / "a.xlsx", lang=lang, force=True)
        heads = [c.value for r in load_workbook(tmp_path / "a.xlsx").worksheets[0] for c in r]
        title = RUN.grounds[1].title.render(lang)
        assert any(str(h).lower().startswith(title.lower()) for h in heads)
    write_answers(found, tmp_path / "a.geojson")
    feature = json.loads((tmp_path / "a.geojson").read_text("utf-8"))["features"][0]
    assert feature["properties"]["support.unit_ids"] == "municipality:43424"


@pytest.mark.slow
def test_the_command(tmp_path: Path):
    write_folder(RUN, tmp_path / "out", lang=Lang.JA, created=datetime(2026, 4, 1, tzinfo=UTC))
    listed = tmp_path / "list.csv"
    listed.write_text("名称,市区町村コード\n甲,43424\n乙,43100\n", encoding="utf-8")
    done = spots("locate", tmp_path / "out", listed, "--result", "support")
    assert done.exit_code == 0, done.stderr
    assert "内 小国町" in done.stdout
    listed.write_text("名称,市区町村コード\n甲,43203\n", encoding="utf-8")
    assert spots("locate", tmp_path / "out", listed, "--result", "support").exit_code == 3
    assert spots("locate", tmp_path / "out", listed, "--result", "x").exit_code == 2


def test_a_ward_lies_in_its_city_and_a_city_only_perhaps_in_a_ward():
    city = verdict("support/municipality:43100")
    whole = Unit(**{n: getattr(city.unit, n) for n in city.unit.__slots__})
    run = changed(RUN, city.key, state=State.DESIGNATED, geometry=whole.geometry, unit=whole)
    assert of(located(row(municipality_code="43103"), run), "support").inside is Truth.MET
    ward = replace(whole, municipality_codes=("43103",), code="43103")
    run = changed(run, city.key, unit=ward)
    assert of(located(row(municipality_code="43100"), run), "support").inside is Truth.UNDETERMINED


def test_a_run_that_says_nothing_of_spots_does_not_call_everything_undetermined():
    """A programme without medical areas: only its own answer matters."""
    bare = bare_result()
    areas = bare.areas.assign(area_class="unknown", index=float("nan"))
    units = tuple(v for v in bare.units if v.result == "support")
    run = replace(bare, areas=areas, edition=None, units=units, grounds=bare.grounds[1:2])
    found = answers(run, [row(*IN_OGUNI)])
    assert "判定不能" not in locate_table(found).replace("判定不能 0", "")
    assert not found.rows[0].undetermined
    assert "スポット・少数区域" not in locate_table(found)
    assert "スポット・少数区域" in locate_table(answers(bare, [row(*IN_OGUNI)]))
