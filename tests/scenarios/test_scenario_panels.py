"""Judging by looking into tables is judging: truths, times, states and turns, in made-up worlds."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from spots.job.job_facts import KnownFacts
from spots.judging.criteria import Facts, NearestOtherTimeSetting
from spots.judging.criteria.inquiry import solved_by_roads
from spots.judging.criteria.threshold_steps import TRUTHS, threshold_steps
from spots.judging.designation import judge
from spots.judging.policy import Policy
from spots.judging.run_doubts import doubts_after
from spots.scenarios.scenario_panels import PanelJudged, ScenarioPanel
from spots.types import TravelDirection, Verdict
from spots.types.scenario_table import NO_MS, NOBODY, STATES
from tests.helpers.made_up_worlds import LISTS, made_up_world

SEEDS, STEPS = 6, 8


def panel_of(facts: Facts) -> ScenarioPanel:
    nothing = cast("Any", None)  # no ground is drawn here
    return ScenarioPanel.of(KnownFacts(nothing, facts, None, None, ()))


def otherwise(rules: Policy, dice: random.Random) -> Policy:
    """Return the policy with another threshold, comparison, list and drive."""
    timed = [n for n, c in rules.criteria if isinstance(c, NearestOtherTimeSetting)]
    number = dice.choice(timed)
    return rules.changed(
        **{
            f"criterion.{number}.threshold_min": dice.choice([1, 5, 7.5, 10, 20, 30, 60]),
            f"criterion.{number}.comparison": dice.choice(["at_least", "more_than"]),
            f"criterion.{number}.list": dice.choice(LISTS),
        },
        neighbours=dice.random() < 0.5,
        direction=dice.choice(list(TravelDirection)),
    )


def assert_same(panel: ScenarioPanel, policy: Policy, verdicts: tuple[Verdict, ...]) -> PanelJudged:
    columns = panel.columns(policy)
    judged = PanelJudged(panel.ruled(policy, columns), columns, (), ())
    deciding = judged.deciding()
    for row, verdict in enumerate(verdicts):
        assert STATES[judged.states[row]] is verdict.state
        for place, outcome in enumerate(verdict.outcomes):
            column, travel = columns[place], outcome.travel
            assert TRUTHS[column.truth[row]] is outcome.truth
            assert bool(column.measured[row]) is (travel is not None)
            ms = travel.travel_ms if travel else None
            nearest = travel.nearest_id if travel else None
            assert column.travel_ms[row] == (NO_MS if ms is None else ms)
            assert column.nearest[row] == (NOBODY if nearest is None else panel.ids.index(nearest))
        shown = verdict.measured
        assert deciding[row] == (-1 if shown is None else verdict.outcomes.index(shown))
    return judged


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_panel_judges_as_a_run_does(seed: int):
    world, dice = made_up_world(seed), random.Random(seed)  # noqa: S311
    panel = panel_of(world.facts(world.rules))
    for _ in range(STEPS):
        policy = otherwise(world.rules, dice)
        assert_same(panel, policy, judge(policy, panel.known.facts))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_doubts_without_words_are_those_with_them(seed: int):
    world, dice = made_up_world(seed), random.Random(seed)  # noqa: S311
    facts = world.facts(world.rules)
    for _ in range(STEPS):
        policy = otherwise(world.rules, dice)
        asked, full = policy.over(facts), judge(policy, facts)
        bare = []
        for verdict in full:
            found = [
                doubted[verdict.facility.id]
                for number, setting in policy.criteria
                if verdict.facility.id in (doubted := setting.doubted(number, asked))
            ]
            bare.append(replace(verdict, outcomes=tuple(found)))
        assert doubts_after(policy, bare, ()) == doubts_after(policy, full, ())


def test_a_threshold_is_looked_up_at_its_edges_and_between():
    """At exactly the time of the nearest, a millisecond before and after, either comparison."""
    world = made_up_world(1)
    facts = world.facts(world.rules)
    setting = next(c for _, c in world.rules.criteria if isinstance(c, NearestOtherTimeSetting))
    asked = world.rules.over(facts)
    steps = threshold_steps(setting, asked)
    answers = solved_by_roads(asked, setting.type, setting.list)
    known = {f.id: f for f in facts.facilities}
    for n, at in enumerate(steps.at.tolist()):
        facility = facts.facilities[at]
        solved = steps.found.travel_ms[at]
        if solved == NO_MS:
            continue
        for limit_ms in (int(solved) - 1, int(solved), int(solved) + 1):
            for at_least in (True, False):
                column = steps.under(limit_ms, at_least=at_least)
                ruling = setting.ruling(limit_ms, at_least=at_least)
                assert TRUTHS[column.truth[at]] is ruling.settled(facility, answers, known)[0]
        assert np.all(np.diff(steps.times_ms[n]) >= 0)
