"""Many scenarios of one noun, in frames: each cell a judgement, and what turns a facility."""

from __future__ import annotations

import pandas as pd
import pytest

import spots as ss
from tests.helpers.scenarios import sample

GRID = {"threshold_min": [20, 40], "tolls": [True, False]}


@pytest.fixture(scope="module")
def grid() -> ss.ScenarioGrid:
    return sample().scenarios(GRID)


@pytest.mark.slow
def test_frames_of_a_grid_are_those_of_sweeps_and_of_judgements(grid: ss.ScenarioGrid):
    pd.testing.assert_frame_equal(grid.counts, sample().sweep(GRID))
    pd.testing.assert_frame_equal(grid.states, sample().sweep_states(GRID))
    for minutes, tolls in grid.minutes.columns:
        alone = sample().judge(threshold_min=minutes, tolls=tolls).facilities
        for name, frame in (("minutes", grid.minutes), ("margin_min", grid.margins)):
            found = frame[minutes, tolls]
            assert found.isna().equals(alone[name].isna())
            assert (found - alone[name]).abs().max() < 0.02


@pytest.mark.slow
def test_robustness_and_groups(grid: ss.ScenarioGrid):
    assert grid.robustness.equals((grid.states == "designated").sum(axis=1).astype("Int64"))
    assert grid.groups.tolist()[0] == 1
    assert len(grid.groups) == len(grid.counts)
    assert repr(grid) == "<ScenarioGrid: 4 scenarios, 94 facilities>"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*threshold-splits-seconds")
def test_what_turns_a_facility_is_exact_to_the_millisecond(grid: ss.ScenarioGrid):
    """A judgement at that threshold has the other state, one a millisecond nearer has not."""
    turning = grid.turning
    of_threshold = turning[(turning["axis"] == "threshold_min") & turning["exact"]]
    assert len(of_threshold) > 5
    for facility_id, row in of_threshold.head(3).iterrows():
        there = float(row["value"])
        back = there - 1 / 60_000 if there > 30 else there + 1 / 60_000
        for minutes, state in ((there, row["state_there"]), (back, row["state"])):
            judged = sample().judge(threshold_min=minutes).facilities
            assert judged.loc[facility_id, "state"] == state
    by_speed = turning[turning["axis"] == "speed_factor"]
    assert set(by_speed.index) <= set(turning.index)


@pytest.mark.slow
def test_scenarios_may_have_names_of_their_own():
    named = {"25分": {"threshold_min": 25}, "遅い道": {"speed_factor": 0.9, "radius_m": 5000}}
    found = sample().scenarios(named)
    assert found.counts["scenario"].tolist() == list(named)
    assert found.states.columns.tolist() == list(named)
    slow = sample().changed(roads=sample().roads.at_speeds(factor=0.9))
    assert found.counts["n_spots"].tolist() == [
        len(sample().judge(threshold_min=25).spots),
        len(slow.judge(radius_m=5000).spots),
    ]
