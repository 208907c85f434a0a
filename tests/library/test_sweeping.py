"""Grids of what-ifs: every row is a judgement by itself, counted."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import spots as ss
from groundfloor.problems import UsageError
from spots.job.execution import execute
from spots.job.other_policy import job_under
from spots.job.run_file import read_run_file
from spots.library.made_frames import facility_states
from spots.types import State
from tests.helpers.scenarios import sample, sample_parts

GRID = {"threshold_min": [20, 25, 30], "radius_m": [3000, 4000, 6000], "tolls": [True, False]}


@pytest.fixture(scope="module")
def sweep() -> pd.DataFrame:
    return sample().sweep(GRID)


def test_a_row_for_each_combination_with_the_keys_first(sweep):
    assert sweep.index.equals(pd.RangeIndex(18))
    assert list(sweep.columns) == [
        *GRID,
        *("n_spots", "designated", "excluded", "moot", "not_met", "undetermined"),
        *("area_km2", "dissolved_km2", "population"),
    ]
    assert [tuple(row) for row in sweep[list(GRID)].head(3).to_numpy().tolist()] == [
        (20, 3000, True),
        (20, 3000, False),
        (20, 4000, True),
    ]
    assert {str(sweep[c].dtype) for c in ("n_spots", "undetermined")} == {"Int64"}
    assert (str(sweep["area_km2"].dtype), str(sweep["population"].dtype)) == ("float64", "Float64")
    assert sweep["population"].isna().all()
    assert (sweep[[state.value for state in State if state.value in sweep]].sum(axis=1) == 94).all()


@pytest.mark.slow
def test_any_cell_is_that_of_a_whole_run(sweep):
    with ss.sample_run_file() as path:
        job = read_run_file(path)
        for at in random.Random(4).sample(range(len(sweep)), 4):  # noqa: S311
            row = sweep.loc[at]
            changes: dict[str, Any] = {key: row[key].item() for key in list(GRID)[:2]}
            policy = sample().policy.changed(**changes, tolls=bool(row["tolls"]))
            whole = execute(job_under(job, policy), around=False)
            assert row["designated"] == sum(v.state == "designated" for v in whole.verdicts)
            assert row["n_spots"] == len(whole.spots)
            assert row["area_km2"] == sum(s.area_km2 for s in whole.spots)
            assert row["dissolved_km2"] == whole.dissolved_km2


def test_it_pivots_into_a_heat_map(sweep):
    of = {"index": "threshold_min", "columns": "radius_m", "values": "area_km2"}
    wide = sweep[sweep["tolls"]].pivot(**of)  # noqa: PD010 (each cell is there once)
    assert wide.shape == (3, 3)
    assert (wide.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


@pytest.mark.slow
def test_lists_roads_and_speeds_are_keys_too():
    parts = sample_parts()
    scenario = ss.Scenario(**parts)
    fewer, slow = parts["facilities"][:3], parts["roads"].at_speeds(factor=0.8)
    with pytest.warns(ss.ProblemWarning, match="network-border-near"):
        found = scenario.sweep(
            {
                "facilities": {"all": parts["facilities"], "here": fewer},
                "roads": {"as mapped": parts["roads"], "slow": slow},
                "radius_m": [4000],
            }
        )
    assert found["facilities"].tolist() == ["all", "all", "here", "here"]
    assert (str(found["facilities"].dtype), found["roads"].tolist()[:2]) == (
        "string",
        ["as mapped", "slow"],
    )
    with pytest.warns(ss.ProblemWarning, match="network-border-near"):
        alone = [
            ss.Scenario(lists, parts["ground"], roads).judge()
            for lists in (parts["facilities"], fewer)
            for roads in (parts["roads"], slow)
        ]
    assert found["n_spots"].tolist() == [len(result.spots) for result in alone]
    areas = [result.spots["area_km2"].sum() for result in alone]
    assert found["area_km2"].tolist() == pytest.approx(areas, abs=1e-4)
    by_factor = scenario.sweep({"speed_factor": [1.0, 0.8]})
    assert by_factor["area_km2"].tolist() == found["area_km2"].tolist()[:2]
    assert by_factor["n_spots"].tolist()[0] < by_factor["n_spots"].tolist()[1]


def test_policies_are_labelled():
    other = sample().policy.changed(name="other", threshold_min=20)
    found = sample().sweep({"policy": {"own": sample().policy, "other": other}, "radius_m": [5000]})
    assert found["policy"].tolist() == ["own", "other"]
    assert found["n_spots"].tolist() == [
        len(sample().judge(p, radius_m=5000).spots) for p in (sample().policy, other)
    ]


def test_states_of_facilities_stand_beside_each_other():
    states = sample().sweep_states({"threshold_min": [20, 30]})
    assert states.columns.name == "threshold_min"
    assert states.index.name == "facility_id"
    for minutes in (20, 30):
        alone = sample().judge(threshold_min=minutes).facilities["state"]
        assert states[minutes].astype(str).equals(alone.astype(str).rename(minutes))
    assert (states[20] != states[30]).sum() == 4
    assert list(states[20].cat.categories) == [state.value for state in State]
    both = sample().sweep_states({"threshold_min": [20, 30], "radius_m": [3000, 4000]})
    assert both.columns.names == ["threshold_min", "radius_m"]
    assert both[20, 3000].equals(both[20, 4000])


def test_progress_is_told_to_who_asks(capsys):
    told: list[str] = []
    sample().sweep({"threshold_min": [20, 30]}, progress=told.append)
    assert told == ["[1/2] threshold_min=20", "[2/2] threshold_min=30"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("grid", "error"),
    [
        ({"treshold_min": [20]}, TypeError),
        ({"threshold_min": [-5]}, UsageError),
        ({"facilities": ["a.csv"]}, UsageError),
        ({"speed_factor": [0.0]}, UsageError),
    ],
)
def test_what_is_no_grid_is_refused(grid: dict[str, Any], error: type[Exception]):
    with pytest.raises(error):
        sample().sweep(grid)


def test_nothing_asked_is_nothing_answered():
    found = sample().sweep({"threshold_min": []})
    assert (len(found), list(found.columns)[:2]) == (0, ["threshold_min", "n_spots"])


def test_equal_values_of_a_grid_are_a_column_each():
    states = sample().sweep_states({"threshold_min": [20, 20]})
    assert states.columns.tolist() == [20, 20]
    assert states.shape == (94, 2)


def misnamed() -> dict[str, Any]:
    """Return an exclusion whose name is not the municipality's: a warning of every judgement."""
    return {"exclude_municipality": {"43447": "違う町"}}


def test_judging_warns_once_of_what_arises_in_it():
    with pytest.warns(ss.ProblemWarning, match="exclusion-name-unknown") as told:
        result = sample().judge(**misnamed())
    assert len(told) == 1
    assert told[0].filename == __file__
    assert "exclusion-name-unknown" in set(result.problems["code"])


def test_what_the_scenario_told_is_not_warned_of_again():
    with pytest.warns(ss.ProblemWarning, match="exclusion-name-unknown"):
        scenario = sample().changed(policy=sample().policy.changed(**misnamed()))
    assert "exclusion-name-unknown" in set(scenario.judge().problems["code"])


@pytest.mark.slow
@pytest.mark.parametrize("ask", [ss.Scenario.sweep, ss.Scenario.sweep_states])
def test_a_sweep_warns_once_however_many_judgements_it_makes(ask):
    scenario = sample()
    policies = {name: scenario.policy.changed(**misnamed(), title=name) for name in ("a", "b")}
    with pytest.warns(ss.ProblemWarning, match="^1 problem in this sweep") as told:
        ask(scenario, {"policy": policies, "speed_factor": [0.9, 1.0]})
    assert len(told) == 1
    assert told[0].filename == __file__


@pytest.mark.slow
@pytest.mark.parametrize("name", ["facility_id", "name", "key", None])
def test_states_are_those_of_the_frame_of_facilities(name: str | None) -> None:
    result = ss.Scenario.sample().judge()
    ids = [v.facility.id for v in result.evidence.verdicts]
    named = replace(result, labels={each: n for n, each in enumerate(ids)}, index_name=name)
    states = facility_states(named.evidence, named.names)
    pd.testing.assert_series_equal(pd.DataFrame(named.facilities)["state"], states)
