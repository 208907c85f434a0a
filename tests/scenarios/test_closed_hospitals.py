"""Hospitals closed by name, alone and together: as if their rows had never been in the lists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from groundfloor.problems import Problem, UsageError
from spots.job.closed_hospitals import ClosedHospitals
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.judging.policy import Policy
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.types import RunResult, State
from tests.helpers.scenario_cases import scenario_answers
from tests.helpers.scenario_cells import assert_columns_are_runs
from tests.helpers.small_job import HOSPITALS, RUN, write_job

PAGE = """
[axes]
without = ["矢部広域病院", ["H3", "済生会みすみ病院"], ["B1"], []]
threshold_min = [30, 60]
[[scenario]]
name = "二つ閉院、25分"
without = ["H1", "H3"]
threshold_min = 25
"""
BY_HAND = """
[[policy.override.manual]]
facility = "H1"
decision = "exclude"
reason = "試験"
[[identity]]
names = ["矢部広域病院", "小国公立病院"]
same = false
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("closed")


@pytest.fixture(scope="module")
def answers(folder: Path) -> ScenarioAnswers:
    write_job(folder)

    return scenario_answers(folder, PAGE)


def run(folder: Path, *keys: str, **changed: str) -> RunResult:
    job = read_run_file(write_job(folder, {f"{k}.csv": v for k, v in changed.items()}), (), keys)
    return execute(job, around=False)


def without(*ids: str) -> str:
    head, *rows = HOSPITALS.splitlines(keepends=True)
    return head + "".join(row for row in rows if row.partition(",")[0] not in ids)


def told(result: RunResult) -> list[tuple[object, ...]]:
    return [
        (v.facility.id, v.facility.types, v.state, v.criteria, v.travel, v.place)
        for v in result.verdicts
    ]


def test_every_cell_is_that_of_the_real_run(folder: Path, answers: ScenarioAnswers) -> None:
    assert len(answers.table.scenarios) == 1 + 8 + 1
    assert_columns_are_runs(folder / "run.toml", answers.table)


@pytest.mark.parametrize("ids", [("H1",), ("H1", "H3"), ("B1",), ("H1", "H2", "H3")])
def test_a_closed_hospital_is_as_if_its_rows_had_never_been_there(
    ids: tuple[str, ...], tmp_path: Path
) -> None:
    listed = ", ".join(f'"{each}"' for each in ids)
    closed = run(tmp_path / "a", f"run.without=[{listed}]")
    assert told(closed) == told(run(tmp_path / "b", hospitals=without(*ids)))


def test_what_is_kept_for_other_reasons_stays(tmp_path: Path) -> None:
    """そよう病院 is a base hospital too: ① holds, and nobody drives there any more."""
    closed = {v.facility.id: v for v in run(tmp_path, 'run.without=["B1"]').verdicts}
    assert closed["B1"].state is State.DESIGNATED
    assert closed["H1"].travel is None or closed["H1"].travel.nearest_id != "B1"


def test_closing_one_by_name_is_its_line_in_the_ranking(tmp_path: Path) -> None:
    page = '[[scenario]]\nwithout = "H1"\n[robustness]\nwithout = "each_hospital"\n'
    answers = scenario_answers(tmp_path, page)
    assert answers.robustness is not None
    assert answers.robustness.hospitals is not None
    (gone,) = (g for g in answers.robustness.hospitals.rows if g.id == "H1")
    states = {m.facility.id: m.after.state for m in gone.moved}
    rows = {f.id: n for n, f in enumerate(answers.table.facilities)}
    assert states
    assert {i: answers.table.state(rows[i], 1) for i in states} == states


def test_a_result_says_whom_it_is_without(tmp_path: Path) -> None:
    closed = run(tmp_path / "a", 'run.without=["矢部広域病院"]')
    assert any("矢部広域病院" in caveat.ja for caveat in closed.settings.caveats)
    assert any("矢部広域病院" in value.ja for _, value in closed.settings.lines)
    plain = run(tmp_path / "b")
    assert not any("閉院" in label.ja for label, _ in plain.settings.lines)
    assert "without" not in plain.job["settings"]["run"]


def test_decisions_about_a_closed_hospital_decide_nothing_any_more(tmp_path: Path) -> None:
    run_file = write_job(tmp_path, {"run.toml": RUN + BY_HAND})
    result = execute(read_run_file(run_file, (), ['run.without=["矢部広域病院"]']), around=False)
    assert "H1" not in {v.facility.id for v in result.verdicts}


def fault(folder: Path, page: str) -> Problem:
    with pytest.raises(UsageError) as caught:
        scenario_answers(folder, page)
    (only,) = caught.value.problems
    return only


@pytest.mark.parametrize(
    ("name", "said"),
    [("矢部病院", "矢部広域病院 [H1]"), ("井無田診療所", "何も変わりません"), ("C1", "種別")],
)
def test_who_is_no_hospital_of_the_lists_is_told_with_near_names(
    name: str, said: str, tmp_path: Path
) -> None:
    told = fault(tmp_path, f'[[scenario]]\nname = "閉院"\nwithout = "{name}"\n')
    assert (told.code, told.value) == ("closed-hospital-unknown", name)
    assert said in told.message.ja
    assert "シナリオ「閉院」" in told.message.ja


def test_a_name_of_several_asks_for_the_id(tmp_path: Path) -> None:
    twins = HOSPITALS.replace("小国公立病院", "矢部広域病院")
    write_job(tmp_path, {"hospitals.csv": twins})
    with pytest.raises(UsageError) as caught:
        run(tmp_path, 'run.without=["矢部広域病院"]', hospitals=twins)
    (only,) = caught.value.problems
    assert "2件" in only.message.ja
    assert "[H1]" in only.message.ja


def test_a_policy_without_another_hospital_closes_nobody(tmp_path: Path) -> None:
    job = read_run_file(write_job(tmp_path), (), ['run.without=["H1"]'])
    with pytest.raises(UsageError, match="closed-without-criterion"):
        ClosedHospitals.of(replace(job, policy=Policy.preset("aomori")), ())


@pytest.mark.parametrize(
    ("page", "column"),
    [
        ('[[scenario]]\nwithout = "each_hospital"\n', "scenario[1].without"),
        ('[robustness]\nwithout = ["矢部広域病院"]\n', "robustness.without"),
    ],
)
def test_each_of_them_and_one_of_them_point_at_each_other(
    page: str, column: str, tmp_path: Path
) -> None:
    told = fault(tmp_path, page)
    assert told.column == column
    assert "[robustness]" in told.message.ja or "[[scenario]]" in told.message.ja
