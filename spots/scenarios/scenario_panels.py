"""One set of facts in arrays, to be judged under many policies without a word.

Truths come from the criteria's own rulings and states from the policy's own rule
(`spots.judging.designation`), each asked once for what it depends on; a policy then is a look into
tables.

Stands apart: `scenario_solving` knows of scenarios; here is one set of lists on one set of roads.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spots.job.job_facts import KnownFacts
from spots.judging.criteria import (
    CriterionKind,
    NearestOtherTimeSetting,
    PolicyFacts,
    TravelSetting,
)
from spots.judging.criteria.threshold_steps import (
    TRUTHS,
    CriterionColumn,
    ThresholdSteps,
    empty_column,
    threshold_steps,
)
from spots.judging.cut_circles import CutCircle
from spots.judging.designation import manual_decision, refuse_missing_lists, state_by
from spots.judging.drawing import Circles
from spots.judging.policy import Policy
from spots.types import Facility, Role, State, Truth
from spots.types.scenario_table import NO_MS, NOBODY, STATES

_UNKNOWN = -2
_DESIGNATED, _UNDETERMINED = STATES.index(State.DESIGNATED), STATES.index(State.UNDETERMINED)
#: The truth that a state rests on, as `Verdict.measured` has it.
_WANTED = np.array(
    [
        TRUTHS.index(
            {State.NOT_MET: Truth.NOT_MET, State.UNDETERMINED: Truth.UNDETERMINED}.get(
                state, Truth.MET
            )
        )
        for state in STATES
    ],
    np.int8,
)


@dataclass(frozen=True, slots=True, eq=False)
class PanelJudged:
    """Every facility of a panel under one policy.

    Parameters
    ----------
    states : (F,) int8
        Index into `STATES`, with what is left on the ground.
    columns : sequence of CriterionColumn
        Of each criterion, in the policy's order.
    rows : tuple of int
        The facilities that the criteria designate,
    spots : tuple of CutCircle
        and the ground of each, of those without any too.
    """

    states: NDArray[np.int8]
    columns: Sequence[CriterionColumn]
    rows: tuple[int, ...]
    spots: tuple[CutCircle, ...]

    def deciding(self) -> NDArray[np.int64]:
        """Return by facility which criterion its time is told of; -1 where none is measured."""
        chosen = np.full(len(self.states), -1)
        wanted = _WANTED[self.states]
        for only_wanted in (True, False):
            for n, column in enumerate(self.columns):
                fits = column.measured & (chosen < 0)
                chosen[fits & (column.truth == wanted) if only_wanted else fits] = n
        return chosen


@dataclass(slots=True, eq=False)
class ScenarioPanel:
    """Facts that many policies are laid over.

    Parameters
    ----------
    known : KnownFacts
        What was read.
    ids : tuple of str
        Of the facilities, in their order.
    candidates : (F,) bool
        Who is judged.
    """

    known: KnownFacts
    ids: tuple[str, ...]
    candidates: NDArray[np.bool_]
    _asked: dict[Hashable, PolicyFacts] = field(default_factory=dict)
    _steps: dict[Hashable, ThresholdSteps] = field(default_factory=dict)
    _columns: dict[Hashable, CriterionColumn] = field(default_factory=dict)
    _states: dict[Hashable, NDArray[np.int8]] = field(default_factory=dict)
    _grounds: dict[Hashable, dict[int, CutCircle]] = field(default_factory=dict)

    @classmethod
    def of(cls, known: KnownFacts) -> ScenarioPanel:
        """Return a panel of facts."""
        facilities = known.facts.facilities
        judged = np.array([f.role is Role.CANDIDATE for f in facilities], bool)
        return cls(known, tuple(f.id for f in facilities), judged)

    @property
    def facilities(self) -> tuple[Facility, ...]:
        """The rows."""
        return self.known.facts.facilities

    def judged(self, policy: Policy) -> PanelJudged:
        """Return what every facility is under a policy.

        Raises
        ------
        UsageError
            A criterion counts a list that is not there.
        """
        columns = self.columns(policy)
        states = self.ruled(policy, columns)
        rows = np.flatnonzero(states == _DESIGNATED).tolist()
        spots = tuple(self.ground(policy, row) for row in rows)
        for row, spot in zip(rows, spots, strict=True):
            if spot.left.is_empty:
                states[row] = _UNDETERMINED
        return PanelJudged(states, columns, tuple(rows), spots)

    def columns(self, policy: Policy) -> list[CriterionColumn]:
        """Return what each criterion of a policy comes to, in its order."""
        asked = self._over(policy)
        return [self._column(number, setting, asked) for number, setting in policy.criteria]

    def steps(self, setting: NearestOtherTimeSetting, asked: PolicyFacts) -> ThresholdSteps:
        """Return a criterion on roads for every threshold."""
        drive = asked.prefecture, asked.travel
        key = (drive, setting.type, setting.list, setting.unreachable)
        if key not in self._steps:
            self._steps[key] = threshold_steps(setting, asked)
        return self._steps[key]

    def state_of(self, policy: Policy, row: int, truths: Sequence[int]) -> State:
        """Return what a facility is if its criteria are so; with what is left on the ground."""
        given = dict(zip((n for n, _ in policy.criteria), truths, strict=True))
        state = self._ruled(policy, row, given)
        if state is State.DESIGNATED and self.ground(policy, row).left.is_empty:
            return State.UNDETERMINED
        return state

    def ground(self, policy: Policy, row: int) -> CutCircle:
        """Return the circle around a facility, and what the policy leaves of it."""
        key = (policy.policy.prefecture, policy.circle, policy.exclude_municipality, policy.manual)
        drawn = self._grounds.setdefault(key, {})
        if row not in drawn:
            facts, facility = self.known.facts, self.facilities[row]
            if facility.position is None:
                raise AssertionError(f"{facility.id}: designated without a position")
            manual = manual_decision(policy, facility)
            overrules = manual.overrides if manual is not None else ()
            circles = Circles.of(policy, self.known.given.regions, facts.memory)
            drawn[row] = circles.around(facility.position, facts.places[facility.id], overrules)
        return drawn[row]

    def over(self, policy: Policy) -> PolicyFacts:
        """Return the facts with what a policy says of them."""
        return self._over(policy)

    def _over(self, policy: Policy) -> PolicyFacts:
        key: tuple[str, TravelSetting] = (policy.policy.prefecture, policy.travel)
        if key not in self._asked:
            self._asked[key] = policy.over(self.known.facts)
        refuse_missing_lists(policy, self.known.facts)
        return self._asked[key]

    def _column(self, number: int, setting: CriterionKind, asked: PolicyFacts) -> CriterionColumn:
        if number in asked.not_given:
            column = empty_column(len(self.ids))
            column.truth[self.candidates] = TRUTHS.index(Truth.UNDETERMINED)
            return column
        on_roads = asked.roads is not None and number not in asked.not_measured
        if isinstance(setting, NearestOtherTimeSetting) and on_roads:
            at_least = setting.comparison == "at_least"
            return self.steps(setting, asked).under(setting.threshold_ms, at_least=at_least)
        key = asked.prefecture, asked.travel, number, setting
        if key not in self._columns:
            self._columns[key] = self._decided(number, setting, asked)
        return self._columns[key]

    def _decided(self, number: int, setting: CriterionKind, asked: PolicyFacts) -> CriterionColumn:
        column, place = empty_column(len(self.ids)), {i: n for n, i in enumerate(self.ids)}
        for facility_id, found in setting.decide(number, asked).items():
            at = place[facility_id]
            column.truth[at] = TRUTHS.index(found.truth)
            column.measured[at] = found.measured
            column.travel_ms[at] = NO_MS if found.travel_ms is None else found.travel_ms
            column.nearest[at] = NOBODY if found.nearest_id is None else place[found.nearest_id]
        return column

    def ruled(self, policy: Policy, columns: Sequence[CriterionColumn]) -> NDArray[np.int8]:
        """Return the states that the criteria lead to, each asked of the rule once."""
        numbers = [number for number, _ in policy.criteria]
        key = (
            *(policy.policy.prefecture, policy.rule, policy.manual),
            *(policy.exclude_municipality, policy.scope, tuple(numbers)),
        )
        size = len(TRUTHS) ** len(numbers)
        if key not in self._states:
            self._states[key] = np.full((len(self.ids), size), _UNKNOWN, np.int8)
        table, rows = self._states[key], np.arange(len(self.ids))
        code = np.zeros(len(self.ids), np.int64)
        for column in columns:
            code = code * len(TRUTHS) + column.truth
        states = table[rows, code]
        for row in np.flatnonzero(states == _UNKNOWN).tolist():
            truths = [int(column.truth[row]) for column in columns]
            found = STATES.index(self._ruled(policy, row, dict(zip(numbers, truths, strict=True))))
            table[row, code[row]] = states[row] = found
        return states

    def _ruled(self, policy: Policy, row: int, truths: dict[int, int]) -> State:
        asked = self._over(policy)
        given = {n: TRUTHS[t] for n, t in truths.items()} if self.candidates[row] else {}
        return state_by(policy, self.facilities[row], asked, given, asked.not_given)


def timed_criteria(policy: Policy) -> Iterator[tuple[int, NearestOtherTimeSetting]]:
    """Yield the criteria on travel time, each with its place among the policy's."""
    for n, (_, setting) in enumerate(policy.criteria):
        if isinstance(setting, NearestOtherTimeSetting):
            yield n, setting
