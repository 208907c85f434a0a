"""Prefectures of one template: the jobs, their results put together, and what adds up."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from click.testing import CliRunner, Result

from groundfloor.problems import Lang, Text, UsageError, error, warning
from spots.commands.batch import command as batch
from spots.commands.locate import command as locate
from spots.commands.run import command as run
from spots.country import (
    counted,
    country_outcome,
    gatherings,
    prefecture_jobs,
    prefectures_named,
    put_together,
    write_scenarios,
)
from spots.country.put_together import told_once
from spots.job.batch_outcomes import BatchItem
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import load_result
from spots.types import Role, RunResult, State
from spots.types.scenario_table import NamedScenario, ScenarioSetting
from tests.helpers.small_country import HEADER, HOSPITALS, TEMPLATE, write_country

CODES = ("40", "44", "45")
LIGHT = ("--no-report", "--lang", "ja")
SCENARIOS = '[[scenario]]\nname = "25分"\nthreshold_min = 25\n'


def invoke(*words: object) -> Result:
    return CliRunner().invoke(batch, [str(word) for word in words])


def run_all(template: Path) -> list[RunResult]:
    jobs = prefecture_jobs(template, CODES)
    return [execute(read_run_file(j.run_file, j.facilities, j.settings)) for j in jobs]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_country(tmp_path_factory.mktemp("country"), {"s.toml": SCENARIOS})


@pytest.fixture(scope="module")
def results(template: Path) -> list[RunResult]:
    return run_all(template)


@pytest.fixture(scope="module")
def done(template: Path) -> Path:
    """A batch over all three with two scenarios."""
    out = template.parent / "batch"
    scenarios = template.parent / "s.toml"
    ended = invoke(
        template, "--prefectures", "40,44,宮崎県", "--scenarios", scenarios, "--out", out, *LIGHT
    )
    assert ended.exit_code == 3, ended.output  # somebody is undetermined
    return out


# --- the jobs


@pytest.mark.parametrize(
    ("said", "codes"),
    [("46,熊本県", ("43", "46")), ("1、Oita", ("01", "44")), ("４３", ("43",))],
)
def test_prefectures_are_named_by_code_or_name(said: str, codes: tuple[str, ...]) -> None:
    assert prefectures_named(said) == codes


@pytest.mark.parametrize("said", ["all", "全国", " ALL "])
def test_all_are_forty_seven(said: str) -> None:
    assert len(prefectures_named(said)) == 47


def test_what_is_no_prefecture_is_named_with_all_others() -> None:
    with pytest.raises(UsageError) as caught:
        prefectures_named("43,48,蝦夷")
    assert [p.value for p in caught.value.problems] == ["48", "蝦夷"]


def test_a_run_file_without_places_for_a_prefecture_is_no_template(tmp_path: Path) -> None:
    plain = TEMPLATE.replace("{prefecture}", "44").replace("{prefecture_name}", "大分県")
    template = write_country(tmp_path, {"template.toml": plain})
    with pytest.raises(UsageError) as caught:
        prefecture_jobs(template, CODES)
    assert [p.code for p in caught.value.problems] == ["no-template"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{prefectur_name}", "{prefecture_name}"),
        ("{pref}", "{prefecture}"),
        ("{Prefecture}", "{prefecture}"),
        ("{prefecture }", "{prefecture}"),
        ("｛prefecture｝", "{prefecture}"),
        ("{arround}", "{around}"),
    ],
)
def test_a_misspelt_place_for_a_prefecture_is_named(
    tmp_path: Path, written: str, meant: str
) -> None:
    odd = TEMPLATE.replace("{prefecture_name} 医師", f"{written} 医師")
    with pytest.raises(UsageError) as caught:
        prefecture_jobs(write_country(tmp_path, {"template.toml": odd}), CODES)
    (only,) = caught.value.problems
    assert (only.code, only.column) == ("unknown-place", "run.title")
    assert meant in only.remedy.en


def test_words_in_braces_that_are_no_places_stay(tmp_path: Path) -> None:
    odd = TEMPLATE.replace("{prefecture_name} 医師", "{minutes} {案} {prefecture_name} 医師")
    assert prefecture_jobs(write_country(tmp_path, {"template.toml": odd}), CODES)


def test_everything_wrong_in_all_prefectures_is_told_before_anything_runs(tmp_path: Path) -> None:
    wrong = TEMPLATE.replace('"links.csv"', '"links_{prefecture}.csv"') + "cache = 3\n"
    template = write_country(tmp_path, {"template.toml": wrong, "links_44.csv": "x"})
    with pytest.raises(UsageError) as caught:
        prefecture_jobs(template, CODES)
    told = [(p.code, p.message.ja.partition(":")[0], p.value) for p in caught.value.problems]
    assert [each for each in told if each[0] != "file-missing"] == [
        ("wrong-type", "3都道府県すべて", "3")
    ]
    assert [each[1:] for each in told if each[0] == "file-missing"] == [
        ("福岡県、宮崎県", "links_{prefecture}.csv")
    ]


def test_what_one_prefecture_lacks_is_named_as_it_is(tmp_path: Path) -> None:
    wrong = TEMPLATE.replace('"links.csv"', '"links_{prefecture}.csv"')
    there = {f"links_{code}.csv": "x" for code in ("40", "45")}
    with pytest.raises(UsageError) as caught:
        prefecture_jobs(write_country(tmp_path, {"template.toml": wrong, **there}), CODES)
    (only,) = caught.value.problems
    assert (only.value, only.message.ja.partition(":")[0]) == ("links_44.csv", "大分県")


def test_a_fault_of_one_scenario_names_it(template: Path) -> None:
    setting = ScenarioSetting(
        "radius_m", Text("−1", "-1"), keys=("policy.override.circle.radius_m=-1",)
    )
    odd = NamedScenario("小さい円", (setting,))
    with pytest.raises(UsageError) as caught:
        prefecture_jobs(template, CODES, (NamedScenario("base"), odd))
    (only,) = caught.value.problems
    assert "3都道府県すべて: シナリオ「小さい円」" in only.message.ja


# --- put together


def test_each_row_is_told_once_by_its_own_prefecture(results: list[RunResult]) -> None:
    country = put_together(results)
    rows = [(r.file, r.row) for v in country.verdicts for r in v.facility.rows]
    every = HOSPITALS.count("\n") - 1 + 3  # and three clinics
    assert len(rows) == len(set(rows)) == every - 1  # nobody asked for 東京都
    assert {v.facility.role for v in country.verdicts} == {Role.CANDIDATE}


def test_figures_of_the_country_are_the_sums(results: list[RunResult]) -> None:
    country, counts = put_together(results), counted(results)
    assert counts.facilities == len(country.verdicts)
    assert counts.spots == len(country.spots)
    assert counts.km2 == pytest.approx(country.dissolved_km2, abs=1e-9)
    for state in State:
        assert counts.state(state) == sum(v.state is state for v in country.verdicts)
    assert counts.problems == ()


def test_ids_that_two_prefectures_give_alike_are_told_apart(results: list[RunResult]) -> None:
    first, second = results[0], results[2]
    verdict = next(v for v in second.verdicts if v.facility.id == "M2")
    same = replace(verdict, facility=replace(verdict.facility, id="F1"))
    spots = tuple(replace(s, facility_id="F1") for s in second.spots if s.facility_id == "M2")
    other = replace(second, verdicts=(same,), spots=spots)
    country = put_together([first, other])
    assert [v.facility.id for v in country.verdicts if "F1" in v.facility.id] == ["F1", "45-F1"]
    assert "45-F1" in {s.facility_id for s in country.spots}


def test_two_results_of_one_prefecture_are_refused(results: list[RunResult]) -> None:
    with pytest.raises(UsageError) as caught:
        put_together([results[0], results[0]])
    assert [p.code for p in caught.value.problems] == ["prefecture-twice"]


def test_what_is_the_same_everywhere_is_told_once() -> None:
    alike = warning("a", Text("同じ", "same"), Text("", ""))
    other = warning("b", Text("別", "other"), Text("", ""))
    told = told_once([("甲", [alike, alike]), ("乙", [alike, other])])
    assert [p.message.ja for p in told] == ["2都道府県すべて: 同じ", "乙: 別"]


def test_a_row_of_no_prefecture_counts_in_none_and_is_told(tmp_path: Path) -> None:
    odd = HOSPITALS + "X1,どこかの病院,,,,,\n"
    results = run_all(write_country(tmp_path, {"hospitals.csv": odd}))
    counts = counted(results)
    assert [p.code for p in counts.problems] == ["of-no-prefecture"]
    assert sum(v.facility.id == "X1" for v in put_together(results).verdicts) == 1
    assert counts.facilities == 10


def test_a_hospital_whose_address_and_point_disagree_is_judged_once(tmp_path: Path) -> None:
    """It says 大分県 and stands in 宮崎県: 大分県 judges it, for whom it is undetermined."""
    odd = HOSPITALS + "X1,国境の病院,大分県,44205,33.05,132.3,\n"
    results = run_all(write_country(tmp_path, {"hospitals.csv": odd}))
    assert counted(results).problems == ()
    assert [v.state for v in put_together(results).verdicts if v.facility.id == "X1"] == [
        State.UNDETERMINED
    ]


# --- the command


@pytest.mark.slow
def test_one_prefecture_of_a_batch_is_the_run_by_itself(template: Path, done: Path) -> None:
    alone = done / "base" / "alone"
    options = ["--set", "run.prefecture=44", "--no-report", "--out", str(alone)]
    CliRunner().invoke(run, [str(template), *options])
    for path in alone.iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (done / "base" / "44" / path.name).read_bytes(), path.name
    shutil.rmtree(alone)


@pytest.mark.slow
def test_every_scenario_is_put_together(done: Path) -> None:
    table = pd.read_csv(done / "scenarios.csv")
    assert table["scenario"].tolist() == ["base", "25分"]
    assert table["prefectures"].tolist() == [3, 3]
    country = load_result(done / "25分" / "country")
    assert country.settings.prefectures == CODES


@pytest.mark.slow
def test_layers_name_the_prefecture_of_each_row(done: Path) -> None:
    path = done / "base" / "country" / "spots.gpkg"
    for name, _ in pyogrio.list_layers(path):
        if name == "layer_styles":
            continue
        layer = gpd.read_file(path, layer=name)
        assert "prefecture_code" in layer.columns, name
        if len(layer):
            assert set(layer["prefecture_code"]) <= set(CODES), name


@pytest.mark.slow
def test_the_table_of_prefectures_ends_with_their_sum(done: Path) -> None:
    table = pd.read_csv(done / "base" / "country" / "prefectures.csv", dtype=str)
    numbers = table[["facilities", "designated", "spots", "spots_criterion_3"]].astype(int)
    assert numbers.iloc[:-1].sum().tolist() == numbers.iloc[-1].tolist()
    assert table["prefecture_code"].isna().tolist() == [False] * (len(table) - 1) + [True]
    assert table["neighbours"].iloc[-1] is not table["neighbours"].iloc[0]


@pytest.mark.slow
def test_a_second_call_does_nothing(template: Path, done: Path) -> None:
    page = done / "base" / "country" / "map.html"
    before = page.stat().st_mtime_ns
    again = invoke(
        template, "--prefectures", "40,44,45", "--scenarios", template.parent / "s.toml",
        "--out", done, *LIGHT,
    )  # fmt: skip
    assert "実行していません" in again.output
    assert page.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_prefecture_that_fails_is_missing_and_harms_no_other(tmp_path: Path) -> None:
    per_prefecture = TEMPLATE.replace('"hospitals.csv"', '"h_{prefecture}.csv"')
    lists = {f"h_{code}.csv": HOSPITALS for code in CODES} | {"h_45.csv": HEADER}
    template = write_country(tmp_path, {"template.toml": per_prefecture, **lists})
    ended = invoke(template, "--prefectures", "40,45", "--out", tmp_path / "b", "--json", *LIGHT)
    page = json.loads(ended.stdout)
    assert page["countries"][0]["prefectures"] == ["40"]
    assert page["countries"][0]["missing"] == ["45"]
    assert "prefectures-missing" in ended.stderr


@pytest.mark.slow
def test_what_cannot_be_put_together_is_told_and_harms_no_other_scenario(
    template: Path, tmp_path: Path
) -> None:
    """Somebody keeps a file of theirs where the first scenario's country is to stand."""
    mine = tmp_path / "b" / "base" / "country" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", "utf-8")
    scenarios = ("--scenarios", template.parent / "s.toml")
    ended = invoke(
        template, "--prefectures", "40,45", *scenarios, "--out", tmp_path / "b", "--json", *LIGHT
    )
    first, second = json.loads(ended.stdout)["countries"]
    assert ended.exit_code == 1
    assert first["folder"] is None
    assert first["problems"][0]["code"] == "country-not-put-together"
    assert first["facilities"] == second["facilities"]  # they are counted, if not written
    assert load_result(tmp_path / "b" / "25分" / "country").settings.prefectures == ("40", "45")
    assert mine.read_text("utf-8") == "mine"


def test_a_country_whose_worker_was_lost_is_told_without_figures(tmp_path: Path) -> None:
    items = [BatchItem(f"{scenario}/40", Path("t.toml")) for scenario in ("base", "25分")]
    lost = error("worker-killed", Text("終わった", "ended"), Text("", ""))
    found = [country_outcome(each, None, (lost,)) for each in gatherings(items, tmp_path)]
    assert [p.code for p in found[0].problems] == ["country-not-put-together", "worker-killed"]
    assert found[0].failed
    assert "facilities" not in found[0].as_json(Lang.EN)
    write_scenarios(found, tmp_path)
    table = pd.read_csv(tmp_path / "scenarios.csv")
    assert table["prefectures"].tolist() == [0, 0]
    assert table["facilities"].isna().all()


@pytest.mark.slow
def test_an_older_result_of_a_prefecture_that_fails_now_is_in_no_country(tmp_path: Path) -> None:
    per_prefecture = TEMPLATE.replace('"hospitals.csv"', '"h_{prefecture}.csv"')
    lists = {f"h_{code}.csv": HOSPITALS for code in CODES}
    template = write_country(tmp_path, {"template.toml": per_prefecture, **lists})
    options = ("--prefectures", "40,45", "--out", tmp_path / "b", "--json", *LIGHT)
    assert json.loads(invoke(template, *options).stdout)["countries"][0]["missing"] == []
    kept = tmp_path / "b" / "40" / "map.html"
    before = kept.stat().st_mtime_ns
    (tmp_path / "h_45.csv").write_text(HEADER, "utf-8")
    page = json.loads(invoke(template, *options).stdout)
    assert [job["older_left"] for job in page["jobs"]] == [False, True]
    assert page["countries"][0]["missing"] == ["45"]
    (tmp_path / "h_45.csv").write_text(HOSPITALS, "utf-8")
    page = json.loads(invoke(template, *options).stdout)
    assert page["countries"][0]["prefectures"] == ["40", "45"]
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "more",
    [("--lists", "."), ("--layer", "③"), ("second.toml",)],
    ids=["lists", "layer", "two templates"],
)
def test_options_that_do_not_go_together(template: Path, more: tuple[str, ...]) -> None:
    assert invoke(template, *more, "--prefectures", "40").exit_code == 2


def test_scenarios_need_prefectures(template: Path) -> None:
    assert invoke(template, "--scenarios", template).exit_code == 2


@pytest.mark.slow
def test_two_processes_write_what_one_does(template: Path, done: Path) -> None:
    out = template.parent / "processes"
    scenarios = ("--scenarios", template.parent / "s.toml")
    runner = ("--runner", "processes", "--workers", "2")
    invoke(template, "--prefectures", "40,44,45", *scenarios, *runner, "--out", out, *LIGHT)
    files = [p.relative_to(done) for p in done.rglob("*") if p.is_file()]
    assert len(files) > 60
    for path in files:
        if path.name not in {"run.json", "summary.json", "summary.csv"}:
            assert (out / path).read_bytes() == (done / path).read_bytes(), path


# --- locate


def answers(*words: object) -> list[tuple[str, str]]:
    ended = CliRunner().invoke(locate, [*map(str, words), "--json"])
    page = json.loads(ended.stdout)
    return [(row["name"], row["standing"]) for row in page["rows"]]


@pytest.mark.slow
def test_each_place_is_answered_by_the_prefecture_it_lies_in(template: Path, done: Path) -> None:
    places = template.parent / "hospitals.csv"
    whole = answers(done / "base", places)
    assert dict(whole)["久留米中央病院"] == dict(whole)["日向病院"] == "inside_spot"
    assert dict(whole)["佐伯南病院"] == "in_shortage_area"
    folders = [done / "base" / code for code in reversed(CODES)]
    assert answers(*folders, places) == whole


@pytest.mark.slow
def test_a_place_beyond_all_of_them_is_told(template: Path, done: Path) -> None:
    two = [done / "base" / "40", done / "base" / "45"]
    found = dict(answers(*two, template.parent / "hospitals.csv"))
    assert found["日田西病院"] == "elsewhere"
    assert found["三宅島病院"] == "elsewhere"


@pytest.mark.slow
def test_a_batch_of_scenarios_asks_which(template: Path, done: Path) -> None:
    ended = CliRunner().invoke(locate, [str(done), str(template.parent / "hospitals.csv")])
    assert "which-scenario" in ended.stderr
