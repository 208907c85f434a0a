"""The answers of many scenarios of one job, as one table.

Scenarios on the same lists and roads are judged one after the other, on one panel of facts. Where a
policy asks for units of ground, each is a run.

Stands apart: commands ask `scenario_answering`, and Python this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from groundfloor.kept import Kept
from groundfloor.memory import Memory
from groundfloor.problems import Problem, SpotsError, Text, UsageError
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.inputs import job_rows
from spots.job.job_facts import known_facts
from spots.job.job_roads import Progress, silent
from spots.job.run_file import Job
from spots.judging.policy import Policy
from spots.scenarios.kept_by_settings import KeptBySettings, lasting, settings_behind
from spots.scenarios.scenario_columns import ScenarioColumns
from spots.scenarios.scenario_grounds import ScenarioGrounds
from spots.scenarios.scenario_jobs import named, scenario_jobs
from spots.scenarios.scenario_panels import PanelJudged, ScenarioPanel
from spots.scenarios.turning_points import base_numbers, exact_turns
from spots.types import RunResult
from spots.types.scenario_table import (
    BASE_SCENARIO,
    STATES,
    NamedScenario,
    ScenarioFigures,
    ScenarioTable,
    TurningPoint,
)

_TOLD_EACH = 50  # scenarios


def scenario_table(
    job: Job,
    scenarios: Sequence[NamedScenario],
    *,
    hand: AtHand | None = None,
    progress: Progress = silent,
) -> ScenarioTable:
    """Return what every facility is in every scenario.

    Every column is what a run with those settings finds.

    Parameters
    ----------
    job : Job
        The run file's own.
    scenarios : sequence of NamedScenario
        What each says otherwise. The run file as it is comes first, also where it is not among
        them.
    hand : AtHand, optional
        What takes the place of the job's files.
    progress : callable
        Called with the name of each stage as it begins.

    Raises
    ------
    UsageError
        A scenario cannot be run; all problems of all of them are named, before any is solved.
    MissingFileError, DataError
        An input cannot be used.
    """
    if not scenarios or scenarios[0].settings:
        scenarios = (BASE_SCENARIO, *scenarios)
    jobs = scenario_jobs(job, scenarios)
    return solved_table(scenarios, jobs, hand or AtHand(), progress)


def solved_table(
    scenarios: Sequence[NamedScenario], jobs: Sequence[Job], hand: AtHand, progress: Progress
) -> ScenarioTable:
    """Return the table of scenarios whose jobs are known.

    Parameters
    ----------
    scenarios : sequence of NamedScenario
        The columns; the first is what the others are compared with.
    jobs : sequence of Job
        Of each.
    hand : AtHand
        What takes the place of files in all of them.
    progress : callable
        Called with the name of each stage as it begins.

    Raises
    ------
    UsageError
        What scenarios ask for does not fit their lists; all of it is named.
    MissingFileError, DataError
        An input cannot be used.
    """
    solving = _Solving(hand)
    solving.look_at_lists(scenarios, jobs, progress)
    numbers = sorted({n for job in jobs for n in job.policy.rule.numbers()})
    columns = ScenarioColumns.empty(len(scenarios), numbers)
    figures: list[ScenarioFigures | None] = [None] * len(scenarios)
    turns: tuple[tuple[TurningPoint, ...], ...] = ()
    for told, column in enumerate(solving.in_turns(jobs)):
        if told % _TOLD_EACH == 0:
            progress(_stage(told, len(jobs)))
        each = jobs[column]
        if each.policy.result:
            result = execute(each, hand=solving.hand_of(each), around=False)
            columns.fill_with_run(column, result)
            figures[column] = _figures_of_run(result)
            continue
        panel = solving.panel(each)
        judged = panel.judged(each.policy)
        columns.fill(column, panel, each.policy, judged)
        figures[column] = solving.figures(panel, judged)
        if column == 0:
            turns = exact_turns(panel, each.policy)
    return columns.table(
        tuple(scenarios),
        tuple(each for each in figures if each is not None),
        base_numbers(jobs[0]),
        turns,
    )


def _stage(n: int, of: int) -> Text:
    return Text(f"シナリオを計算しています（{n}／{of}）", f"solving scenarios ({n} of {of})")


@dataclass(slots=True, eq=False)
class _Solving:
    """What scenarios share: everything read, and what was worked out of it."""

    hand: AtHand
    shared: Kept = field(default_factory=Kept)
    lasting: Kept = field(default_factory=lasting)
    memory: Memory = field(default_factory=Memory)
    grounds: ScenarioGrounds = field(init=False)
    _hands: dict[Hashable, AtHand] = field(default_factory=dict)
    _inputs: dict[Hashable, int] = field(default_factory=dict)
    _rules: dict[int, Hashable] = field(default_factory=dict)
    _panel: tuple[Hashable, ScenarioPanel] | None = None

    def __post_init__(self) -> None:
        self.grounds = ScenarioGrounds(self.memory)

    def hand_of(self, job: Job) -> AtHand:
        """Return what a job has at hand: all that others read by the same settings."""
        key = _inputs_key(job)
        if key not in self._hands:
            kept = KeptBySettings(self.shared, self.lasting, settings_behind(job))
            self._hands[key] = replace(self.hand, kept=kept, memory=self.memory)
        return self._hands[key]

    def look_at_lists(
        self, scenarios: Sequence[NamedScenario], jobs: Sequence[Job], progress: Progress
    ) -> None:
        """Read every list once, so that the faults of all are told before anything is solved.

        Raises
        ------
        UsageError
            Some cannot be used.
        """
        problems: list[Problem] = []
        seen: set[Hashable] = set()
        for scenario, job in zip(scenarios, jobs, strict=True):
            if (key := _inputs_key(job)) in seen:
                continue
            seen.add(key)
            try:
                job_rows(job, self.hand_of(job), progress)
            except SpotsError as fault:
                problems += named(fault.problems, scenario)
        if problems:
            raise UsageError(problems)

    def in_turns(self, jobs: Sequence[Job]) -> Iterator[int]:
        """Yield the columns so that what is on the same lists and roads comes together."""
        groups: dict[Hashable, list[int]] = {}
        for column, job in enumerate(jobs):
            groups.setdefault(self._facts_key(job), []).append(column)
        for columns in groups.values():
            yield from columns

    def panel(self, job: Job) -> ScenarioPanel:
        """Return the facts of a job in arrays; those of the job before are kept."""
        key = self._facts_key(job)
        if self._panel is None or self._panel[0] != key:
            known = known_facts(job, silent, self.hand_of(job))
            self._panel = key, ScenarioPanel.of(known)
        return self._panel[1]

    def figures(self, panel: ScenarioPanel, judged: PanelJudged) -> ScenarioFigures:
        """Return what a scenario comes to."""
        given = panel.known.given
        ground = self.grounds.totals(judged.spots, given.people, given.regions)
        counted = np.bincount(judged.states, minlength=len(STATES))
        return ScenarioFigures(
            states=tuple(counted.tolist()),
            spots=ground.spots,
            area_km2=ground.area_km2,
            dissolved_km2=ground.dissolved_km2,
            people=ground.people,
            problems=panel.known.problems,
        )

    def _facts_key(self, job: Job) -> Hashable:
        """Return what the facts of a job depend on, quickly told."""
        policy = job.policy
        if id(policy) not in self._rules:
            self._rules[id(policy)] = _rule_read(policy)
        return _inputs_key(job), self._rules[id(policy)]


def _inputs_key(job: Job) -> Hashable:
    """Return what tells the inputs of a job from another's: tables that are read once are one."""
    of = job.settings
    return (id(job.layers), *(id(getattr(of, f.name)) for f in fields(of) if f.name != "policy"))


def _rule_read(policy: Policy) -> Hashable:
    """Return all of a policy that reading looks at: neither circle nor threshold."""
    travel = policy.travel
    criteria = tuple(
        (n, c.kind, c.type, c.asks_for, c.needs_roads, (c.threshold_ms or 0) % 1000)
        for n, c in policy.criteria
    )
    tied = travel.snap_limit_m, travel.tolls, travel.also_try
    tables = {f.name for f in fields(policy)} - {"criterion", "circle", "travel"}
    return (criteria, tied, *(getattr(policy, name) for name in sorted(tables)))


def _figures_of_run(result: RunResult) -> ScenarioFigures:
    counted = Counter(v.state for v in result.verdicts)
    units = Counter(v.state for v in result.units)
    people = [ground.population for ground in result.grounds]
    known = [each for each in people if each is not None]
    return ScenarioFigures(
        states=tuple(counted[state] for state in STATES),
        spots=len(result.spots),
        area_km2=sum((spot.area_km2 for spot in result.spots), 0.0),
        dissolved_km2=result.dissolved_km2,
        people=result.dissolved_population,
        units=tuple(units[state] for state in STATES) if result.grounds else (),
        units_km2=sum(ground.area_km2 for ground in result.grounds),
        units_people=sum(known) if result.grounds and len(known) == len(people) else None,
        problems=result.problems,
    )
