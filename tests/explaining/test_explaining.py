"""Why a facility is, or is not, a spot: the value, its text, its JSON and its ways."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from groundfloor.problems import Lang
from spots.explaining import explain, explanation_json, explanation_text, ways_geojson
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import write_folder
from spots.telling import setting_words
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.telling.setting_words import HEADING, closure_lines, deciding_settings
from spots.telling.units import shown_factor
from spots.types import RunClosures, RunResult, State, Truth
from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.fabricated import fabricated_result
from tests.helpers.small_job import HOSPITALS, NODES, RUN, files, write_job

SECOND = """
[[facilities]]
name = "救急告示病院"
file = "kokuji.csv"
type = "③"
list = "kokuji"
as_of = 2024-04-01
"""
ROWS = HOSPITALS.splitlines(keepends=True)
JOB = {
    "run.toml": RUN.replace("[municipalities]", SECOND + "[municipalities]"),
    "hospitals.csv": "".join(r for r in ROWS if not r.startswith("H1,")),
    "kokuji.csv": "".join(r for r in ROWS if not r.startswith("H3,")),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """The small job with two lists: H1, in the middle, is on the second only, H3 on the first."""
    return execute(read_run_file(write_job(tmp_path_factory.mktemp("lists"), JOB)))


@pytest.fixture(scope="module")
def folder(run: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of that run; tests only read it."""
    out = tmp_path_factory.mktemp("explained") / "out"
    write_folder(run, out, lang=Lang.JA, created=datetime(2026, 4, 1, tzinfo=UTC))
    return out


def squeezed(text: str) -> str:
    return re.sub(" +", " ", text)


def said(result: RunResult, who: str, lang: Lang = Lang.JA) -> str:
    return squeezed(explanation_text(explain(result, who), lang))


# --- the value ----------------------------------------------------------------------------------


def test_the_whole_of_it(run: RunResult):
    found = explain(run, "B1")
    third = found.findings[2]
    assert [f.info.mark for f in found.findings] == ["①", "②", "③"]
    # 55 km of trunk road to H2 in the west; H3 is 60 km away, most of it on a slower road.
    assert [(o.id, o.route.road_names) for o in third.nearest] == [
        ("H2", ("国道218号",)),
        ("H3", ("国道218号", "県道1号")),
    ]
    assert third.recorded
    assert [a.variant.key for a in third.assumed] == [
        *("direction", "tolls", "ferries", "list:kokuji")
    ]
    assert (found.index, found.spot is not None) == (344.3, True)
    assert [(x.row.file, x.layer and x.layer.list_name) for x in found.listed] == [
        ("base.csv", ""),
        ("hospitals.csv", "rotation"),
        ("kokuji.csv", "kokuji"),
    ]
    assert found.turning == ()  # ① holds it
    assert found == explain(run, "そよう病院")
    assert "RunResult" not in repr(found)


def test_what_turns_the_state_and_what_only_the_criterion(run: RunResult):
    turned = {i: [a.variant.key for a in explain(run, i).turning] for i in ("B1", "H1", "H3")}
    assert turned == {"B1": [], "H1": [], "H3": ["list:kokuji"]}
    b1 = explain(run, "B1").findings[2]
    by_list = b1.assumed[-1]
    assert (b1.outcome.truth, by_list.variant.truth, by_list.turns_state) == (
        Truth.MET,
        Truth.NOT_MET,
        False,
    )


def test_a_run_of_before_says_that_it_does_not_know(run: RunResult):
    def old(result: RunResult) -> RunResult:
        return replace(result, verdicts=tuple(_aged(result)))

    found = explain(old(run), "H3")
    third = found.findings[2]
    assert ([o.id for o in third.nearest], third.recorded) == (["B1"], False)
    assert {a.turns_state for a in third.assumed} == {None}
    text = explanation_text(found)
    assert text.count("この結果には記録されていません") == 3
    assert "記録なし" in text
    assert "not recorded in this run" in explanation_text(found, Lang.EN)
    page = explanation_json(found)
    assert (page["turning"], page["turns_on"], page["turning_factor"]) == (None, None, None)
    assert page["outcomes"][2]["recorded"] is False


def _aged(result: RunResult) -> Iterator[Any]:
    for verdict in result.verdicts:
        outcomes = tuple(
            o
            if o.travel is None
            else replace(
                o,
                travel=replace(
                    o.travel,
                    others=(),
                    turning=None,
                    variants=tuple(replace(v, state=None) for v in o.travel.variants),
                ),
            )
            for o in verdict.outcomes
        )
        yield replace(verdict, outcomes=outcomes)


# --- settings that decided ------------------------------------------------------------------------


def labels(result: RunResult, who: str) -> set[str]:
    return {label.en for label, _ in deciding_settings(explain(result, who).verdict, result)}


def test_only_settings_that_bear_on_the_facility_are_told(run: RunResult):
    rule, drive = setting_words.ALWAYS, setting_words.MEASURED
    area, circle = setting_words.CLASS_OF_AREA, setting_words.DRAWN
    time = {"③ threshold", "③ list that counts"}
    assert labels(run, "C1") == rule | area | circle
    assert labels(run, "C2") == rule | {"Excluded: 熊本市"}
    assert labels(run, "H2") == rule | drive | time | area
    assert labels(run, "H3") == rule | drive | time | area | circle
    assert labels(run, "H1") == rule | {"③ list that counts"}  # another list has it


def test_every_setting_it_looks_for_is_one_that_runs_have(run: RunResult, tmp_path: Path):
    looked_for = (
        setting_words.ALWAYS
        | setting_words.MEASURED
        | setting_words.CUT_OFF
        | setting_words.CLASS_OF_AREA
        | setting_words.DRAWN
    )
    have = {label.en for label, _ in run.settings.lines}
    assert looked_for <= have
    for start in (setting_words.EXCLUDED, "③ threshold", "③ list that counts"):
        assert any(label.startswith(start) for label in have)
    # A hospital that no road joins to another: what that counts as is told.
    links = files()["links.csv"].replace("yabe,oguni", "port,oguni")
    island = {"nodes.csv": NODES + "port,港,131.10,33.10\n", "links.csv": links}
    alone = execute(read_run_file(write_job(tmp_path, island)))
    assert labels(alone, "H3") >= setting_words.CUT_OFF
    assert not labels(alone, "B1") & setting_words.CUT_OFF


def test_closures_are_told_where_a_drive_was_measured(run: RunResult):
    lines = (*run.settings.lines, *closure_lines(RunClosures((), None, 0.0)))
    closed = replace(run, settings=replace(run.settings, lines=lines))
    assert labels(closed, "H3") - labels(run, "H3") == {HEADING.en}
    assert labels(closed, "C1") == labels(run, "C1")


# --- text -----------------------------------------------------------------------------------------


def test_the_text_of_a_facility_that_a_list_turns(run: RunResult):
    text = said(run, "H3")
    left_out = "一覧「救急告示病院」による場合（この一覧に載っていません）"
    for wanted in (
        "小国公立病院 [H3]",
        "状態: 設定（案）",
        "二次医療圏: 阿蘇（少数でも多数でもない区域、医師偏在指標 184.2）",
        "記載の一覧: 輪番病院（hospitals.csv 4行目）",
        "■ ③ 近い他の病院（近い順に2か所）",
        "1. そよう病院 ",
        "2. 済生会みすみ病院 ",
        "主な道路: 県道1号 → 国道218号",
        "基準: 30分",
        f"{left_out} - 判定の対象外 該当→非該当 設定（案）→非該当",
        f"状態が変わる前提: {left_out}",
        "③の一覧: rotation（輪番病院）",
    ):
        assert wanted in text
    assert re.search(
        r"全道路の速度が[\d.]+倍を超えると判定が変わります（③ 該当→非該当、状態 設定（案）→非該当）",
        text,
    )


def test_a_hospital_that_only_another_list_has(run: RunResult):
    text = said(run, "H1")
    assert "③" in text
    assert "近い他の病院（近い順" not in text
    assert "設定基準どおり - - 非該当 非該当" in text
    assert "一覧「救急告示病院」による場合 そよう病院 " in text
    assert "状態が変わる前提: なし" in text


def test_english_has_no_japanese_but_the_data(run: RunResult):
    data = [*files().values(), *JOB.values()]
    for who in ("B1", "C1", "C2", "H1", "H2", "H3"):
        assert foreign_words(said(run, who, Lang.EN), data) == []
        assert foreign_words(explanation_text(explain(run, who), Lang.EN), data) == []


def test_the_table_lines_up(run: RunResult):
    lines = explanation_text(explain(run, "H3")).split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("前提 "))
    table = lines[start : start + 6]

    def places(line: str) -> int:
        state = line.rsplit("  ", 1)[0] + "  "
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in state)

    assert len({places(line) for line in table}) == 1


def test_hostile_names_stay_on_their_line():
    result = fabricated_result(hostile=True)
    for verdict in result.verdicts:
        text = explanation_text(explain(result, verdict.facility.id))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029]", text)
        json.dumps(explanation_json(explain(result, verdict.facility.id)), allow_nan=False)
        json.loads(ways_geojson(explain(result, verdict.facility.id)))


@pytest.mark.parametrize(
    ("factor", "faster", "shown"),
    [
        (1.2, True, "1.200"),
        (1.2, False, "1.200"),
        (1.2000001, True, "1.201"),
        (0.9999, False, "0.999"),
        (1.0, True, "1.000"),
    ],
)
def test_a_shown_factor_never_promises_too_little(factor: float, faster: bool, shown: str):
    assert shown_factor(factor, faster=faster) == Decimal(shown)


# --- JSON -----------------------------------------------------------------------------------------

OUTCOME = {"number", "mark", "title", "truth", "given", "text", "assumptions"}
MEASURED = OUTCOME | {
    *("threshold_ms", "travel_ms", "margin_ms", "reachable", "detached", "snap_m", "border_ms"),
    *(
        "unmeasured",
        "other_way",
        "isolation",
        "border",
        "border_unlisted",
        "nearer_road",
        "ties",
        "recorded",
        "nearest",
        "turning",
        *("travel_basis", "straight_m", "sea_m", "crosses_sea", "by_land"),
    ),
}
ASSUMPTION = {
    *("key", "name", "list", "label", "criterion", "asked", "tied", "nearest_id", "nearest_name"),
    *("travel_ms", "travel_min", "truth", "turns_criterion", "state", "turns_state"),
    "distance_m",
}


def test_the_keys_are_the_ones_documented(run: RunResult):
    page = explanation_json(explain(run, "H3"))
    text = explanation_json.__doc__ or ""
    own = set(page) - {c.name for c in facility_columns(run)}
    assert own == {
        *("outcomes", "nearest", "turning", "assumptions", "route", "settings", "listed"),
        *("physician_index", "spot", "dossier"),
    }
    outcomes = page["outcomes"]
    assert [set(o) for o in outcomes] == [OUTCOME, OUTCOME, MEASURED]
    assert {frozenset(a) for a in page["assumptions"]} == {frozenset(ASSUMPTION)}
    nested = [*page["nearest"], page["turning"], *page["settings"], *page["listed"], page["spot"]]
    for key in {*own, *MEASURED, *ASSUMPTION, *(k for each in nested for k in each)}:
        assert f"``{key}``" in text, key
    assert page["nearest"] == outcomes[2]["nearest"]
    assert page["turning"] == outcomes[2]["turning"]
    assert page["turning"]["state"] == "not_met"
    assert page["turning"]["turns_state"] is True
    json.dumps(page, allow_nan=False)


def test_the_codes_do_not_depend_on_the_language(run: RunResult):
    def codes(lang: Lang) -> Any:
        page = explanation_json(explain(run, "H3"), lang)
        return page["turning"]["factor"], [(a["key"], a["state"]) for a in page["assumptions"]]

    assert codes(Lang.JA) == codes(Lang.EN)


# --- tables ---------------------------------------------------------------------------------------


def test_the_tables_say_what_turns_a_state(run: RunResult):
    columns = {c.name: c for c in facility_columns(run)}
    assert list(columns)[-6:-4] == ["turning_factor", "turns_on"]
    by_id = {v.facility.id: v for v in run.verdicts}
    rows = {row.verdict.facility.id: row for row in facility_rows(run)}

    def cells(who: str, *names: str) -> list[object]:
        return [columns[n].value(rows[who], Lang.JA) for n in names]

    turning = by_id["H3"].travel.turning
    said = explanation_json(explain(run, "H3"), Lang.JA)["turning"]
    shown = float(shown_factor(turning.factor, faster=said["faster"]))
    assert cells("H3", "turning_factor", "turns_on") == [shown, ("list:kokuji",)]
    assert said["shown"] == shown != turning.factor
    assert f"{shown:.3f}倍" in said["text"]
    assert cells("B1", "turns_on", "variants_differing") == [(), ("list:kokuji",)]
    assert cells("C1", "turning_factor", "turns_on") == [None, None]
    assert cells("H3", "list1_verdict", "list1_min", "list1_reachable") == ["not_met", None, None]
    name, minutes, differs = cells("H1", "list1_nearest_name", "list1_min", "list1_differs")
    assert (name, minutes is not None, differs) == ("そよう病院", True, False)
    assert (
        columns["list1_min"].column.heading.ja == "一覧「救急告示病院」による場合：所要時間（分）"
    )


# --- the command ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_ways_as_geojson(folder: Path, tmp_path: Path):
    target = tmp_path / "ways.geojson"
    done = spots("explain", folder, "小国", "--routes", target)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("小国公立病院 [H3]")
    page = json.loads(target.read_text(encoding="utf-8"))
    assert [f["properties"]["rank"] for f in page["features"]] == [1, 2]
    first = page["features"][0]
    assert first["properties"]["hospital_id"] == "B1"
    assert first["properties"]["margin_min"] > 0
    line = shape(first["geometry"])
    assert line.coords[0] == pytest.approx((131.101, 33.121), abs=0.01)
    assert line.coords[-1] == pytest.approx((131.1505, 32.6953), abs=0.01)
    again = spots("explain", folder, "小国", "--routes", target)
    assert (again.exit_code, again.stdout) == (2, "")
    before = target.read_bytes()
    assert spots("explain", folder, "小国", "--routes", target, "--force").exit_code == 0
    assert target.read_bytes() == before


def test_a_facility_without_ways_gives_an_empty_layer(folder: Path, tmp_path: Path):
    target = tmp_path / "ways.geojson"
    assert spots("explain", folder, "C1", "--routes", target).exit_code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["features"] == []


def test_the_run_itself_is_never_written_over(folder: Path, tmp_path: Path):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    for name in ("routes.geojson", "evidence.json"):
        done = spots("explain", folder, "小国", "--routes", folder / name, "--force")
        assert (done.exit_code, done.stdout) == (2, "")
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    nowhere = spots("explain", folder, "小国", "--routes", tmp_path / "no" / "ways.geojson")
    assert (nowhere.exit_code, nowhere.stdout) == (1, "")


def test_json_on_the_command_line(folder: Path):
    page = spots_json("explain", folder, "H3")
    assert page["turns_on"] == ["list:kokuji"]
    assert page["state"] == State.DESIGNATED.value
    assert len(page["nearest"]) == 2


@pytest.mark.parametrize("query", ["旧小国病院", "医療法人 旧小国病院", "旧小国"])
def test_a_merged_hospital_is_found_by_its_old_name_and_told(run: RunResult, query: str):
    verdicts = tuple(
        replace(v, facility=replace(v.facility, other_names=("旧小国病院",)))
        if v.facility.name == "小国公立病院"
        else v
        for v in run.verdicts
    )
    told = said(replace(run, verdicts=verdicts), query)
    assert "小国公立病院" in told
    assert "一覧での別の名称" in told
    assert "旧小国病院" in told
