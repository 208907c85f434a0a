"""Where the threshold, or the speed of everything, turns a facility: from its own minutes.

Stands apart: scenarios are values that somebody chose; here are those that nobody need choose.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from groundfloor.frozen import FrozenDict
from spots.job.run_file import Job
from spots.judging.criteria import NearestOtherTimeSetting
from spots.judging.criteria.threshold_steps import NEVER, CriterionColumn, ThresholdSteps
from spots.judging.designation import judge
from spots.judging.policy import Policy
from spots.scenarios.scenario_panels import ScenarioPanel, timed_criteria
from spots.telling.units import MS_PER_MINUTE
from spots.types import State
from spots.types.scenario_table import TurningPoint

THRESHOLD, SPEED = "threshold_min", "speed_factor"


def base_numbers(job: Job) -> Mapping[str, float]:
    """Return the values of the numeric axes in a run file as it is."""
    policy = job.policy
    numbers: dict[str, float] = {
        "radius_m": policy.circle.radius_m,
        "ferry_wait_min": policy.travel.ferry_wait_min,
        "snap_limit_m": policy.travel.snap_limit_m,
        "tolerance_m": policy.place.tolerance_m,
    }
    timed = [setting for _, setting in timed_criteria(policy)]
    if len(timed) == 1:
        numbers[THRESHOLD] = timed[0].threshold_min
    factor = getattr(job.settings.network, SPEED, None)
    numbers[SPEED] = 1.0 if factor is None else factor
    return FrozenDict(numbers)


def exact_turns(panel: ScenarioPanel, policy: Policy) -> tuple[tuple[TurningPoint, ...], ...]:
    """Return for each facility of a panel where threshold and speed turn its state.

    Parameters
    ----------
    panel : ScenarioPanel
        The facts.
    policy : Policy
        As it is.
    """
    found: list[list[TurningPoint]] = [[] for _ in panel.ids]
    for turning in _thresholds(panel, policy):
        for row in turning.rows():
            point = turning.point(row)
            if point is not None:
                found[row].append(point)
    for row, point in _speeds(panel, policy):
        found[row].append(point)
    return tuple(tuple(points) for points in found)


def _thresholds(panel: ScenarioPanel, policy: Policy) -> Iterator[_Threshold]:
    timed = [*timed_criteria(policy)]
    asked, columns = panel.over(policy), panel.columns(policy)
    if asked.roads is None:
        return
    for place, setting in timed:
        number = policy.criteria[place][0]
        if number not in asked.not_given | asked.not_measured:
            axis = THRESHOLD if len(timed) == 1 else f"criterion.{number}.{THRESHOLD}"
            steps = panel.steps(setting, asked)
            yield _Threshold(panel, policy, axis, place, setting, steps, columns)


@dataclass(frozen=True, slots=True, eq=False)
class _Threshold:
    """The threshold of one criterion, with everything else as it is."""

    panel: ScenarioPanel
    policy: Policy
    axis: str
    place: int
    setting: NearestOtherTimeSetting
    steps: ThresholdSteps
    columns: list[CriterionColumn]

    def rows(self) -> list[int]:
        """Return the facilities that the threshold touches."""
        touched: list[int] = self.steps.at.tolist()
        return touched

    def point(self, row: int) -> TurningPoint | None:
        """Return the nearest threshold at which the state is another."""
        limit_ms, at_least = self.setting.threshold_ms, self.setting.comparison == "at_least"
        n = self.rows().index(row)
        times = [ms for ms in self.steps.times_ms[n].tolist() if ms < NEVER]
        here = (bisect_left if at_least else bisect_right)(times, limit_ms)
        state = self._state(row, n, here)
        below = ((i, times[i] if at_least else times[i] - 1) for i in range(here - 1, -1, -1))
        above = (
            (i, times[i - 1] + 1 if at_least else times[i - 1])
            for i in range(here + 1, len(times) + 1)
        )
        turned = []
        for way in (below, above):
            for interval, ms in way:
                other = self._state(row, n, interval)
                if other is not state and ms > 0:
                    turned.append((abs(ms - limit_ms), ms, other))
                    break
        if not turned:
            return None
        _, ms, other = min(turned, key=lambda each: each[:2])
        return TurningPoint(self.axis, ms / MS_PER_MINUTE, other, exact=True, scenario=None)

    def _state(self, row: int, n: int, interval: int) -> State:
        truths = [int(column.truth[row]) for column in self.columns]
        truths[self.place] = int(self.steps.truths[n, interval])
        return self.panel.state_of(self.policy, row, truths)


def _speeds(panel: ScenarioPanel, policy: Policy) -> Iterator[tuple[int, TurningPoint]]:
    """Yield where all speeds times a factor turn a facility, as its evidence says."""
    if not any(True for _ in timed_criteria(policy)) or not panel.known.facts.knows_times:
        return
    for row, verdict in enumerate(judge(policy, panel.known.facts)):
        turning = verdict.travel.turning if verdict.travel else None
        if turning is not None and turning.state is not verdict.state:
            yield row, TurningPoint(SPEED, turning.factor, turning.state, turning.exact, None)
