"""The folder of scenarios: tables that say what the table says, whole or absent, run again."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from textwrap import dedent

import pytest

from groundfloor.problems import DataError, Lang
from spots.job.run_file import Job, read_run_file
from spots.outputs.spreadsheet import unmark
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_folder import TABLES, decorations, write_scenarios
from spots.scenarios.scenario_inputs import asked_again
from spots.scenarios.scenario_text import scenario_lines
from spots.types.scenario_table import NO_MS, NOBODY, STATES
from tests.helpers.cli_runs import foreign_words, leftovers, spots, spots_json
from tests.helpers.scenario_cases import SCENARIOS, answers_of, scenario_answers, scenario_job
from tests.helpers.small_job import files


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return read_run_file(scenario_job(tmp_path_factory.mktemp("job")))


@pytest.fixture(scope="module")
def answers(job: Job) -> ScenarioAnswers:
    return answers_of(job)


@pytest.fixture(scope="module")
def folder(job: Job) -> Path:
    done = spots("scenarios", job.base / job.file, job.base / "s.toml", "--lang", "en")
    assert done.exit_code == 0, done.stderr
    return job.base / "out-scenarios"


def rows(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_cell_says_what_the_table_says(answers: ScenarioAnswers, folder: Path):
    table = answers.table
    cells = rows(folder / "cells.csv")
    listed = [(f, s) for f in range(len(table.facilities)) for s in range(len(table.scenarios))]
    listed = [(f, s) for f, s in listed if table.states[f, s] >= 0]
    assert len(cells) == len(listed)
    for cell, (f, s) in zip(cells, listed, strict=True):
        assert unmark(cell["facility_id"]) == table.facilities[f].id
        assert int(cell["scenario"]) == s
        assert unmark(cell["scenario_name"]) == ("as it is" if not s else table.scenarios[s].name)
        assert cell["state"] == STATES[table.states[f, s]].value
        assert cell["criteria"] == ";".join(map(str, table.met_by(f, s)))
        near, ms, margin = (int(a[f, s]) for a in (table.nearest, table.travel_ms, table.margin_ms))
        assert cell["nearest_id"] == ("" if near == NOBODY else table.facilities[near].id)
        assert cell["travel_ms"] == ("" if ms == NO_MS else str(ms))
        assert cell["margin_ms"] == ("" if margin == NO_MS else str(margin))
        assert (cell["travel_min"] == "") is (ms == NO_MS)
        circle = table.circle_of[f, s]
        area = "" if circle == NOBODY else str(round(table.circles[circle].area_km2, 6))
        assert cell["area_km2"] == area


def test_states_stand_side_by_side(answers: ScenarioAnswers, folder: Path):
    found = rows(folder / "states.csv")
    names = ["facility_id", "name", "as it is", *(s.name for s in answers.table.scenarios[1:])]
    assert [unmark(name) for name in found[0]] == names
    for row, facility in zip(found, answers.table.facilities, strict=True):
        assert unmark(row["facility_id"]) == facility.id
    gone = [r["'=1+1"] for r in found]
    assert gone.count("not_listed") == 2  # 済生会みすみ病院 and 小国公立病院


def test_a_name_that_looks_like_a_formula_runs_nowhere(folder: Path):
    for name in ("scenarios.csv", "states.csv", "cells.csv", "groups.csv"):
        for line in csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8-sig"))):
            assert not any(
                cell.startswith(("=", "+", "-", "@")) for cell in line if not _number(cell)
            )


def _number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdigit()


def test_each_scenario_has_its_figures_and_group(answers: ScenarioAnswers, folder: Path):
    found = rows(folder / "scenarios.csv")
    assert [int(r["scenario"]) for r in found] == list(range(6))
    for row, figures in zip(found, answers.table.figures, strict=True):
        assert [int(row[s.value]) for s in STATES] == list(figures.states)
        assert int(row["spots"]) == figures.spots
        assert float(row["dissolved_km2"]) == round(figures.dissolved_km2, 6)
    assert found[1]["group"] == found[0]["group"] == "1"  # 30 minutes and 4 km are the run file's
    assert found[1]["settings"] == "the same as the run file as it is"
    assert found[1]["changed"] == "0"
    assert found[5]["description"] == "名前が式に見えるもの"
    sizes = {r["group"]: int(r["size"]) for r in rows(folder / "groups.csv")}
    counted = [r["group"] for r in found[2:]]  # neither the run file nor what says the same
    assert sizes == {g: counted.count(g) for g in sizes}
    assert sum(sizes.values()) == len(answers.table.varied) == 4


def test_a_facility_has_its_robustness_and_what_turns_it(answers: ScenarioAnswers, folder: Path):
    found = {r["name"]: r for r in rows(folder / "facilities.csv")}
    yabe = found["矢部広域病院"]
    row = [f.name for f in answers.table.facilities].index("矢部広域病院")
    held = (answers.table.states[row, 2:] == 0).sum()
    assert (int(yabe["designated_in"]), int(yabe["scenarios"])) == (held, 4)
    assert yabe["base_state"] == answers.table.state(row, 0)
    assert found["そよう病院"]["turning"] == "the same in every scenario"


def test_json_says_the_same(job: Job, answers: ScenarioAnswers, tmp_path: Path):
    out = tmp_path / "out"
    page = spots_json(
        "scenarios", job.base / job.file, job.base / "s.toml", "--out", out, "--lang", "en"
    )
    assert [s["scenario"] for s in page["scenarios"]] == list(range(6))
    assert page["groups"] == [list(group) for group in answers.groups]
    states = {f["facility_id"]: f["state_in"] for f in page["facilities"]}
    for row, facility in enumerate(answers.table.facilities):
        now = [answers.table.state(row, n) for n in range(6)]
        assert states[facility.id] == ["not_listed" if s is None else s.value for s in now]
    assert {f["name"] for f in page["files"]} == {p.name for p in out.iterdir()}


def test_both_languages_are_whole(job: Job, tmp_path: Path):
    args = ("scenarios", job.base / job.file, job.base / "s.toml", "--out", tmp_path / "out")
    english = spots(*args, "--lang", "en")
    assert foreign_words(english.stdout, [*files().values(), SCENARIOS]) == []
    japanese = spots(*args, "--lang", "ja", "--force")
    assert "結果の異なる組" in japanese.stdout


def test_the_folder_is_whole_or_absent_and_nobody_elses(job: Job, tmp_path: Path):
    out = tmp_path / "out"
    args = ("scenarios", job.base / job.file, job.base / "s.toml", "--out", out)
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert spots(*args).exit_code == 2
    done = spots(*args, "--force")
    assert done.exit_code == 2
    assert [p.name for p in out.iterdir()] == ["mine.txt"]
    (out / "mine.txt").unlink()
    assert spots(*args, "--force").exit_code == 0
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    assert spots(*args).exit_code == 2
    assert spots(*args, "--force").exit_code == 0
    after = {p.name: p.read_bytes() for p in out.iterdir()}
    assert {n for n in before if before[n] != after[n]} <= {"scenarios.json"}
    assert leftovers(tmp_path) == []


def test_the_folder_of_a_run_is_not_replaced(job: Job, small_folder: Path):
    args = ("scenarios", job.base / job.file, job.base / "s.toml", "--out", small_folder)
    before = sorted(p.name for p in small_folder.iterdir())
    assert spots(*args, "--force").exit_code == 2
    assert sorted(p.name for p in small_folder.iterdir()) == before


def test_a_record_is_computed_again_to_the_same_bytes(tmp_path: Path):
    run = scenario_job(tmp_path)
    key = "policy.override.circle.radius_m=5000"
    assert spots("scenarios", run, tmp_path / "s.toml", "--set", key).exit_code == 0
    first = tmp_path / "out-scenarios"
    assert asked_again(first).keys == (key,)
    again = spots("scenarios", first / "scenarios.json", "--out", tmp_path / "again")
    assert again.exit_code == 0, again.stderr
    for file in first.iterdir():
        if file.name != "scenarios.json":
            assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.parametrize("name", ["hospitals.csv", "fewer.csv", "s.toml", "run.toml", "links.csv"])
def test_an_input_that_is_no_longer_the_same_is_named(tmp_path: Path, name: str):
    run = scenario_job(tmp_path)
    assert spots("scenarios", run, tmp_path / "s.toml").exit_code == 0
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(DataError) as caught:
        asked_again(tmp_path / "out-scenarios" / "scenarios.json")
    assert [Path(p.file or "").name for p in caught.value.problems] == [name]


@pytest.mark.slow
def test_a_finished_run_has_scenarios_too_with_what_it_was_set(tmp_path: Path):
    run = scenario_job(tmp_path)
    set_ = ("--set", "policy.override.circle.radius_m=5000")
    assert spots("run", run, *set_).exit_code == 0
    done = spots("scenarios", tmp_path / "out" / "run.json", tmp_path / "s.toml")
    assert done.exit_code == 0, done.stderr
    (base, *_) = rows(tmp_path / "out-scenarios" / "scenarios.csv")
    again = spots("scenarios", run, tmp_path / "s.toml", *set_, "--out", tmp_path / "set")
    assert again.exit_code == 0
    (same, *_) = rows(tmp_path / "set" / "scenarios.csv")
    assert base == same


# --- what cannot be answered


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (("run.toml", "run.toml"), "scenario-file-is-run-file"),
        (("s.toml", "run.toml"), "run-file-is-scenario-file"),
        (("s.toml", "s.toml"), "run-file-is-scenario-file"),
        (("run.toml",), "scenario-file-not-given"),
        (("run.toml", "absent.toml"), "file-missing"),
        (("absent.toml", "s.toml"), "file-missing"),
    ],
)
def test_files_that_are_not_what_is_wanted(job: Job, order: tuple[str, ...], code: str):
    before = sorted(job.base.iterdir())
    done = spots("scenarios", *(job.base / name for name in order), "--out", job.base / "none")
    assert done.exit_code in {1, 2}
    assert f"[{code}]" in done.stderr
    assert sorted(job.base.iterdir()) == before


def test_what_fails_writes_nothing(tmp_path: Path):
    wrong = dedent(
        """
        [[scenario]]
        name = "a"
        exclusions = [{ code = "43999", name = "どこにもない町" }]
        """
    )
    run = scenario_job(tmp_path, wrong)
    before = sorted(tmp_path.iterdir())
    done = spots("scenarios", run, tmp_path / "s.toml")
    assert done.exit_code in {1, 2}
    assert sorted(tmp_path.iterdir()) == before


def test_what_was_made_is_told_as_json_for_machines(folder: Path):
    page = json.loads((folder / "scenarios.json").read_text(encoding="utf-8"))
    assert page["counts"]["scenarios"] == 4
    assert {f["name"] for f in page["files"]} | {"scenarios.json"} == {
        p.name for p in folder.iterdir()
    }
    assert not any(str(folder) in line for line in json.dumps(page).splitlines())


def test_what_says_the_same_as_the_run_file_is_named_and_not_counted(tmp_path: Path):
    page = (
        '[[scenario]]\nname = "今"\nthreshold_min = 30\n'
        '[[scenario]]\nname = "速度も今"\nspeed_factor = 1.0\nradius_m = 4000\n'
        '[[scenario]]\nname = "20分"\nthreshold_min = 20\n'
    )
    answers = scenario_answers(tmp_path, page)
    assert answers.table.varied == (3,)
    assert {row.scenarios for row in answers.robust_rows} == {1}
    assert [row.says.ja for row in answers.scenario_rows[1:3]] == ["現在の条件と同じ"] * 2
    assert "シナリオ 1（ほかに現在の条件と、それと同じもの 2）" in answers.counted.ja
    assert sum(group.size for group in answers.group_rows) == 1


def test_a_file_of_robustness_alone_makes_no_files_of_scenarios(tmp_path: Path):
    run_file = scenario_job(tmp_path, '[robustness]\nwithout = "each_hospital"\n')
    job = read_run_file(run_file)
    answers = answers_of(job)
    written, problems = write_scenarios(answers, job, tmp_path / "out", lang=Lang.JA)
    names = {f.name for f in written}
    assert not names & {*TABLES, *decorations(), "cells.csv"}
    assert {"hospitals_gone.csv", "robustness.xlsx", "scenarios.json"} <= names
    told = "".join(line.text for line in scenario_lines(answers, Lang.JA, None))
    assert "シナリオ 0" not in told
    assert not problems
