"""A scenario of a run file: the same answers as whole runs, and nothing read twice."""

from __future__ import annotations

import pickle
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import fields
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import spots as ss
from groundfloor.problems import SpotsError, UsageError
from spots.job import inputs, job_facts
from spots.job.execution import execute
from spots.job.other_policy import job_under
from spots.job.run_file import read_run_file
from spots.outputs.evidence import dump_evidence
from spots.types import RunResult
from tests.helpers.scenarios import codes, found, sample
from tests.helpers.small_job import RUN, write_job

CHANGES: tuple[dict[str, Any], ...] = (
    {"threshold_min": 25},
    {"threshold_min": 20, "radius_m": 6000},
    {"direction": "to_candidate"},
    {"tolls": False},
    {"ferries": True},
    {"neighbours": False},
    {"snap_limit_m": 100},
    {"tolerance_m": 0},
    {"cut": ["prefecture"]},
    {"exclude_municipality": []},
)


def same(one: RunResult, other: RunResult) -> bool:
    return dump_evidence(one) == dump_evidence(other)


@pytest.mark.slow
def test_it_judges_as_a_run_does(sample_result):
    assert same(sample().judge(surroundings=True).evidence, sample_result)


def test_without_surroundings_nothing_else_is_otherwise(sample_result):
    bare = sample().judge().evidence
    assert bare.surroundings is None
    differing = [
        f.name
        for f in fields(RunResult)
        if f.name not in {"municipalities", "areas", "surroundings"}
        if getattr(bare, f.name) != getattr(sample_result, f.name)
    ]
    assert differing == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*travel-setting-idle:spots.ProblemWarning")  # both ways alike
@pytest.mark.parametrize("changes", CHANGES, ids=" ".join)
def test_another_policy_is_judged_as_in_a_whole_run(changes: dict[str, Any]):
    asked = sample().judge(**changes).evidence
    with ss.sample_run_file() as path:
        job = job_under(read_run_file(path), sample().policy.changed(**changes))
        assert same(asked, execute(job, around=False))


def test_overrides_of_a_run_file_say_the_same(tmp_path: Path):

    run = write_job(tmp_path)
    whole = write_job(
        tmp_path / "b",
        {"run.toml": RUN + "\n[policy.override.circle]\nradius_m = 5000\n"},
    )
    asked = ss.Scenario.from_run(run).judge(radius_m=5000).evidence
    straight = ss.Scenario.from_run(whole).judge().evidence
    assert found(asked) == found(straight)
    assert asked.job["policy"] == straight.job["policy"]
    assert asked.settings == straight.settings


# Judging warns of roads and lists that this test is not about.
@pytest.mark.filterwarnings("ignore::groundfloor.problems.ProblemWarning")
def test_what_a_policy_does_not_touch_is_read_once(tmp_path: Path, monkeypatch):
    read: list[str] = []
    for module, name in (
        (inputs, "read_regions"),
        (inputs, "read_layer"),
        (inputs, "merge"),
        (inputs, "place_all"),
        (job_facts, "tied_roads"),
    ):
        whole = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *a, _n=name, _w=whole, **k: read.append(_n) or _w(*a, **k)
        )
    scenario = ss.Scenario.from_run(write_job(tmp_path))
    first = sorted(set(read))
    assert first == ["merge", "place_all", "read_layer", "read_regions", "tied_roads"]
    read.clear()
    scenario.judge(threshold_min=10, radius_m=3000)
    assert scenario.found_problems is not None
    assert read == []
    scenario.judge(tolerance_m=5)
    assert read == ["place_all"]
    read.clear()
    scenario.judge(snap_limit_m=50)
    assert read == ["tied_roads"]
    read.clear()
    scenario.judge(merge_wards=False, exclude_municipality=[])
    assert set(read) == {"read_regions", "merge", "place_all", "tied_roads"}


def test_files_that_change_later_are_not_looked_at(tmp_path: Path):
    scenario = ss.Scenario.from_run(write_job(tmp_path))
    before = scenario.judge()
    for file in tmp_path.iterdir():
        file.unlink()
    assert same(scenario.judge().evidence, before.evidence)
    assert scenario.judge(radius_m=5000).evidence.inputs == before.evidence.inputs


@pytest.mark.slow
def test_a_result_of_another_policy_is_a_job_again(tmp_path: Path):
    asked = ss.Scenario.from_run(write_job(tmp_path)).judge(threshold_min=10, radius_m=5000)
    asked.write(tmp_path / "result")
    for again in (tmp_path / "result", tmp_path / "result" / "run.json"):
        scenario = ss.Scenario.from_run(again)
        assert scenario.policy.radius_m == 5000
        assert found(scenario.judge().evidence) == found(asked.evidence)


def test_it_says_what_it_holds_in_few_words():
    told = repr(sample())
    assert (len(told) < 200, "94" in told, "熊本県" in told) == (True, True, True)
    page = sample()._repr_html_()
    assert len(page) < 3000
    assert "医師少数スポット" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    "scenario",
    [
        lambda: sample().in_lang("en"),
        lambda: ss.Scenario.sample(lang="en"),
        lambda: ss.Scenario(sample().facilities, sample().ground, sample().roads, lang="en"),
    ],
)
def test_it_speaks_english(scenario):
    asked = scenario()
    assert asked.lang == asked.changed(policy="kumamoto").lang == "en"
    assert asked.judge().settings["setting"][0] == "Source of the rule"
    assert "Kumamoto" in asked._repr_html_()
    with pytest.raises(UsageError):
        asked.in_lang("fr")


def test_nothing_of_it_can_be_changed():
    with pytest.raises((AttributeError, TypeError)):
        sample().policy = None


@pytest.mark.slow
def test_threads_and_processes_judge_alike():
    policies = [sample().policy.changed(threshold_min=t) for t in (20, 25, 30, 35)]
    alone = [found(sample().judge(p).evidence) for p in policies]
    fresh = pickle.loads(pickle.dumps(sample()))  # noqa: S301 (our own)
    with ThreadPoolExecutor(4) as pool:
        assert [found(r.evidence) for r in pool.map(fresh.judge, policies)] == alone
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert [found(r.evidence) for r in pool.map(fresh.judge, policies[:2])] == alone[:2]


def test_the_sample_has_nothing_to_warn_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # pyproj, when numpy is older than 2.4.
        warnings.filterwarnings("ignore", "Conversion of an array", DeprecationWarning)
        ss.Scenario.sample().judge()


def test_what_is_doubtful_is_warned_of_once(tmp_path: Path):
    doubtful = "施設ID,医療機関名,市町村コード,所在地,緯度,経度,備考\nX9,甲病院,43447,,,,\n"
    run = write_job(tmp_path, {"base.csv": doubtful})
    with pytest.warns(ss.ProblemWarning) as told:
        scenario = ss.Scenario.from_run(run)
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = scenario.judge()
    whole = execute(read_run_file(run))
    assert codes(result.evidence) == codes(whole)
    assert found(result.evidence) == found(whole)
    assert "no-coordinates" in set(scenario.problems["code"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"treshold_min": 20}, TypeError),
        ({"threshold_min": -1}, UsageError),
        ({"list": "nobody"}, UsageError),
    ],
)
def test_what_no_policy_can_be_is_refused(changes: dict[str, Any], error: type[Exception]):
    with pytest.raises(error):
        sample().judge(**changes)


def test_a_missing_file_is_told_as_of_a_run(tmp_path: Path):
    with pytest.raises(SpotsError) as fault:
        ss.Scenario.from_run(write_job(tmp_path, {"areas.csv": None}))
    assert {p.code for p in fault.value.problems} == {"file-missing"}


def test_stages_are_told_to_who_asks(tmp_path: Path):
    told: list[str] = []
    ss.Scenario.from_run(write_job(tmp_path), progress=told.append).judge(progress=told.append)
    assert "reading boundaries" in told
    assert "drawing circles" in told


@pytest.mark.slow
def test_run_is_all_of_it_in_one_call(sample_result):
    with ss.sample_run_file() as path:
        assert same(ss.run(path).evidence, sample_result)


def test_a_policy_may_be_a_preset_or_a_file(tmp_path: Path):
    own = sample().policy.changed(radius_m=5000)
    own.to_toml(tmp_path / "own.toml")
    for given in (own, tmp_path / "own.toml", str(tmp_path / "own.toml")):
        assert sample().judge(given).policy == own
    assert sample().judge("kumamoto").policy == sample().policy
