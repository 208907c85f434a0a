"""Travel settings that a network cannot tell: they change nothing, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundfloor.problems import Problem, Severity
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from tests.helpers.scenario_cases import scenario_answers
from tests.helpers.small_job import LINKS, write_job

KEY = "policy.override.travel."
SETTINGS = ("tolls=false", "ferries=true", 'direction="to_candidate"')
SAYS_SO = {
    SETTINGS[0]: LINKS.replace("県道1号,0", "県道1号,1"),
    SETTINGS[1]: LINKS + "uki,oguni,60.0,ferry,both,90,航路,0,estimated,test\n",
    SETTINGS[2]: LINKS + "yabe,oguni,40.0,primary,forward,,県道2号,0,estimated,test\n",
}


def idle(problems: tuple[Problem, ...]) -> list[Problem]:
    return [p for p in problems if p.code == "travel-setting-idle"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_that_no_road_answers_is_told(setting: str, tmp_path: Path) -> None:
    job = read_run_file(write_job(tmp_path), settings=[KEY + setting])
    (only,) = idle(execute(job, around=False).problems)
    assert only.column == f"travel.{setting.partition('=')[0]}"
    assert only.severity is Severity.WARNING


@pytest.mark.parametrize("setting", SETTINGS)
def test_roads_that_say_it_leave_it_quiet(setting: str, tmp_path: Path) -> None:
    run_file = write_job(tmp_path, {"links.csv": SAYS_SO[setting]})
    job = read_run_file(run_file, settings=[KEY + setting])
    assert not idle(execute(job, around=False).problems)


def test_what_everybody_has_is_quiet(tmp_path: Path) -> None:
    assert not idle(execute(read_run_file(write_job(tmp_path)), around=False).problems)


def test_a_scenario_that_changes_nothing_is_named_with_the_warning(tmp_path: Path) -> None:
    page = '[[scenario]]\nname = "有料なし"\ntolls = false\n[axes]\nthreshold_min = [20, 25]\n'
    answers = scenario_answers(tmp_path, page)
    (only,) = idle(answers.problems)
    assert "シナリオ「有料なし」" in only.message.ja


def test_the_warning_of_a_scenario_is_that_of_its_run(tmp_path: Path) -> None:
    answers = scenario_answers(tmp_path, "[axes]\nferries = [true]\n")
    (told,) = idle(answers.table.figures[1].problems)
    job = read_run_file(tmp_path / "run.toml", settings=[f"{KEY}ferries=true"])
    assert idle(execute(job, around=False).problems) == [told]
