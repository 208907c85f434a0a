"""What a run warns of, found for a scenario: from the same findings, by the same functions.

Stands apart: states and ground are looked up in tables; doubts have words, and names in them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from groundfloor.problems import Problem
from spots.job.run_file import Job
from spots.judging.criteria.criterion import NO_WORDS
from spots.judging.criteria.threshold_steps import TRUTHS, CriterionColumn
from spots.judging.drawing import spot_of, unclassed_ground
from spots.judging.indicator_doubts import indicator_doubts
from spots.judging.plan_reasons import spots_without_service
from spots.judging.policy import Policy
from spots.judging.run_doubts import doubts_after, doubts_before
from spots.judging.selecting.hand_reasons import idle_reasons
from spots.judging.selecting.written_keys import WrittenKeys
from spots.scenarios.scenario_panels import PanelJudged, ScenarioPanel
from spots.types import Outcome, Spot, Truth, Verdict
from spots.types.scenario_table import STATES

_MET, _OPEN = TRUTHS.index(Truth.MET), TRUTHS.index(Truth.UNDETERMINED)


@dataclass(slots=True, eq=False)
class PanelDoubts:
    """Doubts about a panel under one policy after the other; the same are found once.

    Parameters
    ----------
    panel : ScenarioPanel
        The facts.
    """

    panel: ScenarioPanel
    _before: dict[Hashable, tuple[Problem, ...]] = field(default_factory=dict)
    _known: dict[Hashable, tuple[Problem, ...]] = field(default_factory=dict)

    def of(self, policy: Policy, judged: PanelJudged, written: WrittenKeys) -> tuple[Problem, ...]:
        """Return what a run of this policy warns of, reading and people apart.

        Parameters
        ----------
        policy : Policy
            The policy,
        judged : PanelJudged
            and what facilities are under it.
        written : WrittenKeys
            Where the policy stands.
        """
        key = (
            *(policy.travel, policy.circle, policy.exclude_municipality, policy.manual),
            *(policy.unit_reason, judged.states.tobytes()),
            *(_open_at(each) for each in judged.columns),
            *((n, c.kind, c.type, c.asks_for, c.service) for n, c in policy.criteria),
        )
        if key not in self._known:
            self._known[key] = tuple(self._found(policy, judged, written))
        return self._known[key]

    def of_indicators(self, job: Job) -> tuple[Problem, ...]:
        """Return what the indicators of a run would lack, which scenarios do not measure."""
        asked, known = job.settings.indicators, self.panel.known
        if asked is None:
            return ()
        key = job.policy.policy.prefecture, job.policy.travel, asked
        if key not in self._before:
            self._before[key] = indicator_doubts(
                asked.hospitals,
                asked.institutions,
                self.panel.over(job.policy),
                people=known.given.people is not None,
            )
        return self._before[key]

    def _found(
        self, policy: Policy, judged: PanelJudged, written: WrittenKeys
    ) -> Iterator[Problem]:
        facts, regions = self.panel.known.facts, self.panel.known.given.regions
        counting = (policy.travel, *((n, c.type, c.asks_for) for n, c in policy.criteria))
        if counting not in self._before:
            self._before[counting] = doubts_before(policy, facts)
        yield from self._before[counting]
        by_row = self._verdicts(policy, judged)
        verdicts = tuple(by_row.values())
        yield from doubts_after(policy, verdicts, self.panel.known.given.belts)
        spots = tuple(_spots(policy, judged, by_row))
        yield from unclassed_ground(policy, spots, regions)
        yield from idle_reasons(policy, verdicts, (), written)
        yield from spots_without_service(policy, spots)

    def _verdicts(self, policy: Policy, judged: PanelJudged) -> dict[int, Verdict]:
        """Return by row the verdicts that doubts look at, without words.

        Reasons by hand may be about anybody; else only who is measured, or designated, matters.
        """
        asked = self.panel.over(policy)
        doubted: dict[str, list[Outcome]] = {}
        for number, setting in policy.criteria:
            if number not in asked.not_given:
                for facility_id, outcome in setting.doubted(number, asked).items():
                    doubted.setdefault(facility_id, []).append(outcome)
        met = np.array([column.truth == _MET for column in judged.columns])
        numbers, designated = [number for number, _ in policy.criteria], frozenset(judged.rows)
        return {
            row: Verdict(
                facility=facility,
                place=asked.places[facility.id],
                state=STATES[judged.states[row]],
                criteria=tuple(n for n, is_met in zip(numbers, met[:, row], strict=True) if is_met),
                state_reason=NO_WORDS,
                outcomes=tuple(doubted.get(facility.id, ())),
            )
            for row, facility in enumerate(self.panel.facilities)
            if policy.unit_reason or facility.id in doubted or row in designated
        }

    def spots(self, policy: Policy, judged: PanelJudged) -> tuple[Spot, ...]:
        """Return the spots with ground, whose reasons have no words."""
        return tuple(_spots(policy, judged, self._verdicts(policy, judged)))


def _spots(policy: Policy, judged: PanelJudged, verdicts: Mapping[int, Verdict]) -> Iterator[Spot]:
    for row, ground in zip(judged.rows, judged.spots, strict=True):
        if not ground.left.is_empty:
            yield spot_of(policy, verdicts[row], ground)


def _open_at(column: CriterionColumn) -> tuple[bytes, bytes]:
    """Return the truths, and where the threshold lies for whom they leave open: all that is told.

    What leaves a facility open is told by its time and the threshold; of the others nothing is
    said that hangs on it.
    """
    if not len(column.interval):
        return column.truth.tobytes(), b""
    open_ = column.truth[column.at] == _OPEN
    return column.truth.tobytes(), np.where(open_, column.interval, -1).tobytes()
