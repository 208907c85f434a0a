"""What changed of the units of ground between two runs, by which clause, and why it may have."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from shapely.geometry import MultiPolygon, box, shape

from boundaries.geometry import dissolve
from boundaries.types import AreaClass, IndexEdition
from groundfloor.problems import Lang, Text
from spots.comparing import (
    Cause,
    Certainty,
    ChangeKind,
    RunComparison,
    compare,
    comparison_geojson,
    comparison_json,
    comparison_table,
    render_comparison,
    write_comparison,
)
from spots.comparing.changes import ResultChange, UnitAspect, UnitChange
from spots.comparing.differences import given_lines
from spots.outputs import write_folder
from spots.types import InputRecord, RunResult, State, Truth, UnitVerdict
from tests.helpers.cli_runs import spots, spots_json
from tests.helpers.fabricated import area_km2, fabricated_result
from tests.helpers.unit_cases import bare_result, clause, ground_result

OLD = ground_result()
TURNED = clause(
    "few", Truth.MET, Text("人口10万人当たり医師数 240.0 ＜ 255.6", "240.0 < 255.6"),
    reason=Text("医師が少ないため", "few doctors"),
)  # fmt: skip


def edited(key: str, run: RunResult = OLD, **more) -> RunResult:
    """Return a run in which a unit's verdict says something else; its result follows."""
    units = tuple(replace(v, **more) if v.key == key else v for v in run.units)
    return regrounded(replace(run, units=units))


def regrounded(run: RunResult) -> RunResult:
    grounds = []
    for ground in run.grounds:
        union = dissolve([v.geometry for v in run.units if v.result == ground.id])
        grounds.append(replace(ground, geometry=union, area_km2=area_km2(union)))
    return replace(run, grounds=tuple(grounds))


def verdict(key: str, run: RunResult = OLD) -> UnitVerdict:
    return next(v for v in run.units if v.key == key)


def designated(key: str = "spots/municipality:43202") -> RunResult:
    """Return the run in which 八代市 is in, because its number fell."""
    whole = verdict(key).unit.geometry
    return edited(
        key,
        state=State.DESIGNATED,
        reason=TURNED.reason,
        clauses=(TURNED,),
        geometry=whole,
        area_km2=area_km2(whole),
    )


def of(found: RunComparison, result: str = "spots") -> ResultChange:
    return next(r for r in found.results if r.id == result)


def only(found: RunComparison, result: str = "spots") -> UnitChange:
    (change,) = of(found, result).units
    return change


def given(run: RunResult, role: str, sha: str) -> RunResult:
    record = InputRecord(role, role, f"{role}.csv", sha, "", "")
    return replace(run, inputs=(*run.inputs, record))


def test_a_run_compared_with_itself_has_no_differences():
    found = compare(OLD, OLD)
    assert found.identical
    assert [r.id for r in found.results] == ["spots", "support", "programme"]


def test_a_state_is_put_down_to_the_clause_that_turned_it():
    found = compare(OLD, designated())
    change = only(found)
    assert change.aspects[0] is UnitAspect.STATE
    assert [(c.select, c.turned) for c in change.clauses] == [("few", True)]
    assert "状態が「非該当」から「設定（案）」に変わりました" in change.summary.ja
    assert "条項 few：非該当（人口10万人当たり医師数 301.0 ≧ 255.6）→該当" in change.summary.ja
    assert change.gained_km2 == pytest.approx(
        area_km2(verdict("spots/municipality:43202").unit.geometry)
    )
    assert of(found).gained_km2 > 500
    assert of(found, "support").same
    assert not found.same


def test_ground_is_compared_by_geometry_also_where_its_size_is_the_same():
    key = "spots/municipality:43424"
    west, south, east, north = verdict(key).geometry.bounds
    middle = (south + north) / 2
    halves = [MultiPolygon([box(west, s, east, n)]) for s, n in ((south, middle), (middle, north))]
    old, new = (edited(key, geometry=h, area_km2=100.0) for h in halves)
    change = only(compare(old, new))
    assert change.aspects == (UnitAspect.GROUND,)
    assert change.gained_km2 == pytest.approx(area_km2(halves[1]))
    assert change.lost_km2 == pytest.approx(area_km2(halves[0]))
    assert compare(old, edited(key, old, geometry=halves[0])).same


def test_reason_plan_and_period_are_told_as_evidence():
    key = "spots/islands:yushima"
    new = edited(key, reason=Text("別の理由", "another"), page="43", valid_to=date(2033, 3, 31))
    change = only(compare(OLD, new))
    assert change.aspects == (UnitAspect.REASON, UnitAspect.PLAN, UnitAspect.PERIOD)
    assert not change.turned
    assert "理由：無医地区への巡回診療→別の理由" in change.summary.ja
    assert "令和15年3月31日" in change.summary.ja


def test_units_come_and_go():
    units = tuple(v for v in OLD.units if v.key != "spots/districts:izumi")
    found = compare(OLD, regrounded(replace(OLD, units=units)))
    assert only(found).kind is ChangeKind.LEFT
    assert only(found).lost_km2 > 0
    back = only(compare(regrounded(replace(OLD, units=units)), OLD))
    assert back.kind is ChangeKind.ENTERED
    assert "含めた条項：named" in back.summary.ja


def test_a_unit_whose_layer_gave_it_another_id_is_still_the_same():
    old = verdict("spots/districts:izumi")
    units = tuple(
        replace(v, unit=replace(v.unit, id="districts:7")) if v is old else v for v in OLD.units
    )
    assert compare(OLD, replace(OLD, units=units)).same


def test_a_result_of_one_run_only():
    new = replace(
        OLD,
        grounds=OLD.grounds[:2],
        units=tuple(v for v in OLD.units if v.result != "programme"),
    )
    found = of(compare(OLD, new), "programme")
    assert (found.old.designated, found.new) == (1, None)
    assert not found.same


def test_runs_with_and_without_units_are_compared():
    found = compare(fabricated_result(), OLD)
    assert all(r.old is None for r in found.results)
    assert "結果なし" in comparison_table(found)


# --- why


@pytest.mark.parametrize(
    ("role", "cause"),
    [
        ("tables", Cause.TABLES),
        ("units", Cause.UNITS),
        ("entries", Cause.ENTRIES),
        ("population", Cause.POPULATION),
        ("policy", Cause.POLICY),
    ],
)
def test_the_only_input_that_changed_is_the_cause(role, cause):
    (why,) = only(compare(given(OLD, role, "a"), given(designated(), role, "b"))).why
    assert (why.cause, why.certainty) == (cause, Certainty.PROVEN)


def test_of_several_each_is_likely():
    old = given(given(OLD, "tables", "a"), "entries", "a")
    new = given(given(designated(), "tables", "b"), "entries", "b")
    assert {(w.cause, w.certainty) for w in only(compare(old, new)).why} == {
        (Cause.TABLES, Certainty.LIKELY),
        (Cause.ENTRIES, Certainty.LIKELY),
    }


def indexed(run: RunResult, code: str, **row) -> RunResult:
    areas = run.areas.copy()
    for column, value in row.items():
        areas.loc[code, column] = value
    return replace(run, areas=areas)


def test_an_edition_of_the_index_is_told_with_value_and_cut_off():
    """南空知's case: the value rose, the cut-off rose more."""
    old = replace(OLD, edition=IndexEdition("2020", 160.1, 210.0))
    old = indexed(old, "4308", index=162.0, area_class=AreaClass.NEITHER.value)
    new = replace(designated(), edition=IndexEdition("2024-01", 179.3, 217.6))
    new = indexed(new, "4308", index=166.9, area_class=AreaClass.SHORTAGE.value)
    (why,) = only(compare(old, new)).why
    assert (why.cause, why.certainty) == (Cause.INDEX, Certainty.PROVEN)
    assert "基準値" in why.text.ja
    assert "+4.9" in why.text.ja


def test_a_value_that_turns_no_class_is_told_too():
    old = indexed(replace(OLD, edition=IndexEdition("2020", 179.3, 217.6)), "4308", index=244.8)
    new = indexed(designated(), "4308", index=240.0)
    (why,) = only(compare(old, new)).why
    assert "医師偏在指標 244.8→240.0（−4.8）、区分は同じ" in why.text.ja


def test_membership_is_a_cause_of_its_own():
    key = "spots/municipality:43202"
    unit = replace(verdict(key).unit, area_codes=("4310",))
    new = given(edited(key, designated(), unit=unit), "medical_areas", "b")
    (why,) = only(compare(given(OLD, "medical_areas", "a"), new)).why
    assert (why.cause, why.certainty) == (Cause.BOUNDARIES, Certainty.PROVEN)
    assert "二次医療圏が八代から球磨に変わりました（圏域の区割り）" in why.text.ja


def with_policy(run: RunResult, *selects: dict[str, object]) -> RunResult:
    return replace(run, job={"policy": {"select": list(selects)}})


def test_keys_of_selections_are_compared_one_by_one():
    old = with_policy(OLD, {"id": "few", "where": {"column": {"is": {"below": 240.0}}}})
    new = with_policy(designated(), {"id": "few", "where": {"column": {"is": {"below": 255.6}}}})
    found = compare(old, new)
    assert [(c.key, c.old, c.new) for c in found.policy] == [
        ("select.few.where.column.is.below", "240.0", "255.6")
    ]
    (why,) = only(found).why
    assert (why.cause, why.certainty) == (Cause.POLICY, Certainty.PROVEN)
    assert "select.few.where.column.is.below" in why.text.ja


def test_a_unit_is_put_down_to_the_selections_of_its_own_clauses():
    def rules(run: RunResult, limit: float, other: str) -> RunResult:
        few = {"id": "few", "where": {"column": {"is": {"below": limit}}}}
        return with_policy(run, {"id": "another", "page": other}, few)

    old = given(rules(OLD, 240.0, "1"), "tables", "a")
    new = given(rules(designated(), 255.6, "2"), "tables", "b")
    of_policy = next(w for w in only(compare(old, new)).why if w.cause is Cause.POLICY)
    assert "select.few.where" in of_policy.text.ja
    assert "select.another" not in of_policy.text.ja


def test_an_exception_of_the_policy_is_told_by_its_name_and_in_words():
    left = {"name": "早島町", "reason": {"ja": "協議会の意見", "en": "as advised"}}
    new = with_policy(OLD, {"id": "few", "except_": [left]})
    found = compare(with_policy(OLD, {"id": "few"}), new)
    lines = dict(given_lines(found, Lang.JA))["設定基準"]
    assert ("select.few.except.早島町.reason.ja", "-", "協議会の意見") in lines


def test_a_clause_that_only_one_policy_has_is_the_cause():
    more = replace(TURNED, select="more")
    key = "spots/municipality:43202"
    had = verdict(key).clauses
    new = edited(key, designated(), clauses=(*had, more))
    old = with_policy(OLD, {"id": "few"})
    (why,) = only(compare(old, with_policy(new, {"id": "few"}, {"id": "more"}))).why
    assert why.cause is Cause.POLICY
    assert "条項（more）が加わりました" in why.text.ja


# --- outputs


def test_the_terminal_tells_results_units_and_causes():
    found = compare(given(OLD, "tables", "a"), given(designated(), "tables", "b"))
    text = comparison_table(found)
    assert "結果「医師少数スポット」（spots）：旧 9区域のうち5区域" in text
    assert "新たに該当  八代市" in text
    assert "原因（確定） 数値の表" in text
    english = comparison_table(found, Lang.EN)
    assert "result spots (spots): 5 of 9 units" in english
    bare = comparison_table(
        compare(bare_result(), edited("spots/islands:yushima", bare_result(), page="1"))
    )
    assert "0施設" not in bare
    assert "スポットの統合面積" not in bare


def test_json_csv_geojson_and_workbook(tmp_path: Path):
    new = designated()
    found = compare(OLD, new)
    page = comparison_json(found)
    (result,) = [r for r in page["results"] if not r["same"]]
    (unit,) = result["units"]
    assert (unit["unit_id"], unit["old"]["state"], unit["new"]["state"]) == (
        "municipality:43202",
        "not_met",
        "designated",
    )
    assert unit["clauses"][0]["old"]["truth"] == "not_met"
    json.dumps(page, allow_nan=False)
    written = {f.name for f in write_comparison(found, OLD, new, tmp_path / "diff")}
    assert "diff_units.csv" in written
    text = (tmp_path / "diff" / "diff_units.csv").read_text("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["result"], row["name"], row["old_state"], row["new_state"]) == (
        "spots",
        "八代市",
        "not_met",
        "designated",
    )
    assert float(row["gained_km2"]) > 500
    assert "条項 few" in row["clauses"]
    sheets = load_workbook(tmp_path / "diff" / "diff.xlsx")
    assert sheets.sheetnames[0] == "変わった区域"
    features = json.loads(comparison_geojson(found))["features"]
    layers = {f["properties"]["layer"]: f for f in features}
    assert shape(layers["result"]["geometry"]).area > 0
    assert layers["unit"]["properties"]["unit_id"] == "municipality:43202"
    write_comparison(found, OLD, new, tmp_path / "diff", force=True)  # nothing foreign in it


def test_the_page_shows_units_and_the_ground_of_results():
    html = render_comparison(compare(OLD, designated()), OLD, designated())
    assert "八代市" in html
    assert "判定・範囲が変わった区域" in html
    before = fabricated_result()
    assert "判定・範囲が変わった区域" not in render_comparison(
        compare(before, before), before, before
    )


def test_runs_without_units_are_compared_as_before(tmp_path: Path):
    before = fabricated_result()
    found = compare(before, before)
    assert found.results == ()
    assert "results" not in comparison_json(found)
    assert "diff_units.csv" not in {
        f.name for f in write_comparison(found, before, before, tmp_path / "diff")
    }


@pytest.mark.slow
def test_the_command(tmp_path: Path):
    for name, run in (("old", OLD), ("new", designated())):
        write_folder(run, tmp_path / name, lang=Lang.JA, created=datetime(2026, 4, 1, tzinfo=UTC))
    done = spots("diff", tmp_path / "old", tmp_path / "new")
    assert done.exit_code == 0
    assert "新たに該当  八代市" in done.stdout
    page = spots_json("diff", tmp_path / "old", tmp_path / "new")
    assert [r["result"] for r in page["results"] if not r["same"]] == ["spots"]
