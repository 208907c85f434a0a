"""A criterion of travel time as the steps of its threshold: what it is for any, from one look.

Between two of the times that decide, no threshold makes a difference, so each facility is judged
once in each interval, by the rule itself. A thousand thresholds are then looked up.

Stands apart: one policy has one threshold; only who asks "what if" has many.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from spots.judging.criteria.facts import PolicyFacts
from spots.judging.criteria.inquiry import solved_by_roads
from spots.judging.criteria.isolation import is_named
from spots.judging.criteria.nearest_other import NearestOtherTimeSetting
from spots.judging.criteria.road_ruling import compared_ms
from spots.types import Truth
from spots.types.scenario_table import NO_MS, NOBODY

#: Truths as whole numbers, in arrays.
TRUTHS = tuple(Truth)
NOT_MET = TRUTHS.index(Truth.NOT_MET)
#: In `ThresholdSteps.times_ms`: no time.
NEVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True, eq=False)
class CriterionColumn:
    """What a criterion comes to for every facility of some facts, in their order.

    Parameters
    ----------
    truth : (F,) int8
        Index into `TRUTHS`; not met of those that are only reached.
    measured : (F,) bool
        Whether the criterion on travel time looks at the facility.
    travel_ms, nearest : (F,) int32
        Milliseconds to the nearest other, and its place among the facilities; `NO_MS`, `NOBODY`.
    at, interval : (C,) int64
        Facilities that the threshold touches, and between which of the times that decide it lies.
    """

    truth: NDArray[np.int8]
    measured: NDArray[np.bool_]
    travel_ms: NDArray[np.int32]
    nearest: NDArray[np.int32]
    at: NDArray[np.int64]
    interval: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ThresholdSteps:
    """A criterion of travel time for every threshold.

    Parameters
    ----------
    found : CriterionColumn
        Its times; its truths are those of facilities that no threshold touches.
    at : (C,) int64
        Places of the facilities that it does.
    times_ms : (C, T) int64
        Times that decide, ascending; filled up behind.
    truths : (C, T + 1) int8
        Index into `TRUTHS`, by how many of those times do not reach the threshold.
    """

    found: CriterionColumn
    at: NDArray[np.int64]
    times_ms: NDArray[np.int64]
    truths: NDArray[np.int8]

    def under(self, threshold_ms: int, *, at_least: bool) -> CriterionColumn:
        """Return the criterion under a threshold."""
        near = self.times_ms < threshold_ms if at_least else self.times_ms <= threshold_ms
        truth = self.found.truth.copy()
        interval = np.count_nonzero(near, axis=1)
        truth[self.at] = self.truths[np.arange(len(self.at)), interval]
        return replace(self.found, truth=truth, at=self.at, interval=interval)


def threshold_steps(setting: NearestOtherTimeSetting, facts: PolicyFacts) -> ThresholdSteps:
    """Return a criterion for every threshold, on roads.

    Parameters
    ----------
    setting : NearestOtherTimeSetting
        The criterion; neither its threshold nor its comparison is looked at.
    facts : PolicyFacts
        With roads.
    """
    solved = solved_by_roads(facts, setting.type, setting.list)
    known = {f.id: f for f in facts.facilities}
    place = {facility_id: n for n, facility_id in enumerate(known)}
    found = empty_column(len(known))
    steps: list[tuple[int, list[int], list[int]]] = []
    for f in facts.candidates:
        if not setting.counts(f, facts):
            continue
        at = place[f.id]
        found.measured[at] = True
        if f.id not in solved.found:
            roadless = is_named(f, facts.travel.roadless)
            untied = setting.ruling(0, at_least=True).untied(roadless=roadless)
            found.truth[at] = TRUTHS.index(untied)
            continue
        answer = solved.found[f.id]
        if answer.travel_ms is not None and answer.destination_id is not None:
            found.travel_ms[at], found.nearest[at] = answer.travel_ms, place[answer.destination_id]
        times = sorted(set(compared_ms(f.id, solved)))
        # Up to each time, and beyond the last.
        limits = [*times, (times[-1] if times else 0) + 1]
        rulings = (setting.ruling(limit, at_least=True) for limit in limits)
        truths = [TRUTHS.index(each.settled(f, solved, known)[0]) for each in rulings]
        steps.append((at, times, truths))
    return _filled(found, steps)


def empty_column(count: int) -> CriterionColumn:
    """Return a column in which nobody meets a criterion, and nobody is measured."""
    return CriterionColumn(
        np.full(count, NOT_MET, np.int8),
        np.zeros(count, bool),
        np.full(count, NO_MS, np.int32),
        np.full(count, NOBODY, np.int32),
        np.empty(0, np.int64),
        np.empty(0, np.int64),
    )


def _filled(
    found: CriterionColumn, steps: list[tuple[int, list[int], list[int]]]
) -> ThresholdSteps:
    most = max((len(times) for _, times, _ in steps), default=0)
    times_ms = np.full((len(steps), most), NEVER)
    truths = np.zeros((len(steps), most + 1), np.int8)
    for n, (_, times, each) in enumerate(steps):
        times_ms[n, : len(times)] = times
        truths[n, : len(each)] = each
    return ThresholdSteps(found, np.array([at for at, _, _ in steps], np.int64), times_ms, truths)
