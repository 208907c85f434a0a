"""Why a unit of ground is in a result of the policy, or out of it; and where a facility stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Text, UsageError
from spots.explaining import UnitExplanation, explain, explanation_json, explanation_text
from spots.outputs import write_folder
from spots.types import Clause, ClauseRole, RunResult, State, Truth
from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.fabricated import fabricated_result
from tests.helpers.unit_cases import bare_result, ground_result


@pytest.fixture(scope="module")
def run() -> RunResult:
    return ground_result()


@pytest.mark.parametrize(
    ("query", "unit"),
    [
        ("宇城市", "municipality:43213"),
        ("43213", "municipality:43213"),
        ("municipality:43213", "municipality:43213"),
        ("４３２１３", "municipality:43213"),
        ("熊本県宇城市", "municipality:43213"),
        ("ゆしま", None),
        ("泉", "districts:izumi"),
        ("八代市泉町", "districts:izumi"),
        ("平野", "points:hirano"),
        ("球磨医療圏", None),
    ],
)
def test_a_unit_is_found_by_name_code_or_id(run, query, unit):
    if unit is None:
        with pytest.raises(UsageError):
            explain(run, query)
        return
    found = explain(run, query)
    assert isinstance(found, UnitExplanation)
    assert found.unit.id == unit


def test_a_medical_area_is_found_as_people_call_it(run):
    area = next(v.unit for v in run.units if v.unit.kind.value == "medical_area")
    for query in (area.name, area.code, f"{area.name}医療圏", f"{area.name}保健医療圏"):
        assert explain(run, query).unit is area


def test_what_fits_nothing_or_several_is_told_with_candidates_of_both_kinds(run):
    with pytest.raises(UsageError) as ambiguous:
        explain(run, "小国")
    message = ambiguous.value.problems[0].message
    assert "施設・区域" in message.ja
    assert "小国公立病院 [oguni] 小国町, 小国町 [municipality:43424] 市町村" in message.ja
    with pytest.raises(UsageError) as unknown:
        explain(run, "宇城町")
    assert "宇城市 [municipality:43213]" in unknown.value.problems[0].message.ja
    with pytest.raises(UsageError) as only_units:
        explain(bare_result(), "どこにもない")
    assert "この出力の区域" in only_units.value.problems[0].message.ja


def blocks(run: RunResult, query: str, lang: Lang = Lang.JA) -> list[list[str]]:
    return [b.split("\n") for b in explanation_text(explain(run, query), lang).split("\n\n")]


def test_the_clause_that_decided_is_said_first_in_each_result(run):
    head, spots_, support = blocks(run, "43424")
    assert head[1] == "単位: 市町村"
    assert spots_[0] == "■ 医師少数スポット（spots）"
    assert spots_[1].startswith("含めた条項: few（含める）：該当（人口10万人当たり医師数 120.5")
    assert support[1].startswith("含めた条項: spots（含める）：該当")
    assert [line for line in spots_ if line.startswith("状態: ")] == ["状態: 設定（案）"]
    assert any(line.startswith("設定期間: 令和9年4月1日") for line in spots_)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("43213", "条項によらない理由: 宇城は医師少数区域です"),
        ("43100", "除いた条項: few（例外として除く）：該当（熊本市を除く）"),
        ("43202", "満たさない条項: few（含める）：非該当（人口10万人当たり医師数 301.0"),
        ("43203", "決まらない条項: few（含める）：判定不能（人口10万人当たり医師数が空欄）"),
    ],
)
def test_every_state_names_what_it_rests_on(run, code, words):
    assert blocks(run, code)[1][1].startswith(words)


def test_an_exclusion_that_no_clause_made_is_not_put_down_to_one(run):
    rule = Text("県の協議により対象外", "left out by the prefecture")
    took = Clause("near", ClauseRole.TAKES_OUT, Truth.UNDETERMINED, Text("未定", "open"))
    units = tuple(
        replace(v, state=State.EXCLUDED, reason=rule, clauses=(*v.clauses, took))
        if v.key == "spots/municipality:43424"
        else v
        for v in run.units
    )
    told = blocks(replace(run, units=units), "43424")[1][1]
    assert told == "条項によらない理由: 県の協議により対象外"


def test_data_have_every_clause_the_cuts_and_the_plan(run):
    page = explanation_json(explain(run, "湯島"))
    (found,) = page["results"]
    assert page["unit"]["id"] == found["unit_id"] == "islands:yushima"
    assert found["decided_by"] == ["named"]
    (clause,) = found["clauses"]
    assert clause["entry"] == {"name": "湯島", "file": "places.csv", "row": 3}
    assert found["ledger"][0]["step"] == "land"
    assert found["area_km2"] < found["unit_km2"]
    assert (found["page"], found["service"]) == ("42", "無医地区への巡回診療")
    assert found["councils"] == ["2026-08-03", "2026-10-20"]
    keys = {fact["key"] for section in found["dossier"] for fact in section["facts"]}
    assert {"clause.1", "cut.land", "people", "period", "councils"} <= keys
    json.dumps(page, allow_nan=False)


def test_english_is_english(run):
    for code in ("43424", "43100", "43203"):
        text = explanation_text(explain(run, code), Lang.EN)
        assert foreign_words(text, [*run.areas["name"], *run.municipalities["name"]]) == []


def stands(run: RunResult, who: str) -> dict[str, str]:
    section = explain(run, who).stands
    return {fact.key: fact.words.ja for fact in section.facts}


def test_a_facility_says_in_which_units_it_stands(run):
    assert stands(run, "oguni") == {
        "stands_in.spots": "小国町（市町村）（令和9年4月1日～令和12年3月31日）",
        "stands_in.support": "小国町（市町村）（令和9年4月1日～令和12年3月31日）",
    }
    assert stands(run, "yoshino") == {
        "stands_in.spots": "どの区域にもない",
        "stands_in.support": "どの区域にもない",
    }
    assert stands(run, "soyo")["stands_in.spots"].startswith("平野（一覧の地点）")
    lines = explanation_text(explain(run, "oguni")).split("\n")
    assert lines[lines.index("■ 区域との関係") + 2].startswith("重点医師偏在対策支援区域: 小国町")


def test_an_undetermined_unit_leaves_open_what_stands_in_it(run):
    assert stands(run, "kuma") == {
        "stands_in.spots": "判定不能：人吉市（市町村）",
        "stands_in.support": "判定不能：人吉市（市町村）",
    }


def test_a_facility_without_a_point_stands_in_its_whole_municipality_and_not_in_others(run):
    lost = tuple(
        replace(v, facility=replace(v.facility, position=None))
        if v.facility.id in {"misumi", "yabe"}
        else v
        for v in run.verdicts
    )
    found = replace(run, verdicts=lost)
    assert stands(found, "misumi")["stands_in.support"].startswith("宇城市")
    assert stands(found, "yabe") == {
        "stands_in.spots": "判定不能：平野（一覧の地点）",
        "stands_in.support": "どの区域にもない",
    }


def test_an_institution_that_is_a_unit_itself_is_told_as_facility_and_as_unit(run):
    found = explain(run, "そよう病院")
    assert found == explain(run, "facility:soyo")
    text = explanation_text(found)
    assert "■ 対象の医療機関（programme）" in text
    assert "含めた条項: named（含める）：該当（一覧に記載）" in text
    assert [p["result"] for p in explanation_json(found)["as_unit"]] == ["spots", "programme"]


def test_a_run_without_units_says_nothing_of_them():
    result = fabricated_result()
    found = explain(result, "soyo")
    assert found.stands is None
    assert found.as_unit is None
    assert not {"stands_in", "as_unit"} & set(explanation_json(found))
    assert "区域との関係" not in explanation_text(found)


@pytest.mark.slow
def test_the_command(run, tmp_path: Path):
    write_folder(run, tmp_path / "out", lang=Lang.JA, created=datetime(2026, 4, 1, tzinfo=UTC))
    done = spots("explain", tmp_path / "out", "宇城市")
    assert done.exit_code == 0
    assert "■ 重点医師偏在対策支援区域（support）" in done.stdout
    assert spots_json("explain", tmp_path / "out", "宇城市")["unit"]["code"] == "43213"
    refused = spots("explain", tmp_path / "out", "宇城市", "--routes", tmp_path / "way.geojson")
    assert refused.exit_code == 2
    assert "--routes" in refused.stderr
    assert not (tmp_path / "way.geojson").exists()


def test_a_medical_area_that_the_run_does_not_judge_is_said_to_be_one():
    with pytest.raises(UsageError) as caught:
        explain(fabricated_result(), "阿蘇医療圏")
    (problem,) = caught.value.problems
    assert problem.message.ja.startswith("二次医療圏（阿蘇）の名称です")
