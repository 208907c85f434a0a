"""The small job with a file of scenarios, answered: for tests of what shows them."""

from __future__ import annotations

from pathlib import Path

from groundfloor.problems import Lang
from spots.job.run_file import Job, read_run_file
from spots.scenarios.scenario_answering import answered
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_file import read_scenarios
from tests.helpers.small_job import HOSPITALS, RUN, write_job

#: 5 scenarios beside the run file as it is; one has another list, and a name like a formula.
SCENARIOS = """
title = "試算"
[axes]
threshold_min = [30, 20]
radius_m = [4000, 6000]
[[scenario]]
name = "=1+1"
description = "名前が式に見えるもの"
lists = { "輪番病院" = "fewer.csv" }
"""
FEWER = "".join(HOSPITALS.splitlines(keepends=True)[:3])


def scenario_job(folder: Path, scenarios: str = SCENARIOS) -> Path:
    """Write the small job with ``s.toml`` into `folder`; return its run file."""
    return write_job(folder, {"fewer.csv": FEWER, "s.toml": scenarios, "run.toml": RUN})


def scenario_answers(
    folder: Path, scenarios: str = SCENARIOS, lang: Lang = Lang.EN
) -> ScenarioAnswers:
    """Answer the scenarios of the small job in `folder`."""
    job = read_run_file(scenario_job(folder, scenarios))
    return answers_of(job, lang)


def answers_of(job: Job, lang: Lang = Lang.EN) -> ScenarioAnswers:
    """Answer the scenarios of ``s.toml`` beside a run file."""
    return answered(job, read_scenarios(job.base / "s.toml", job, lang), lambda _stage: None)
