"""The answers of many scenarios of one job, as one table.

Scenarios on the same lists and roads are judged one after the other, on one panel of facts. Where a
policy asks for units of ground, each is a run.

Stands apart: commands ask `scenario_answering`, and Python this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial

import numpy as np

from groundfloor.frozen import FrozenDict
from groundfloor.kept import Kept
from groundfloor.memory import Memory
from groundfloor.problems import Problem, SpotsError, Text, UsageError
from networks import RoadNetwork
from networks.speed_changes import at_factor
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.inputs import job_rows
from spots.job.job_facts import known_facts
from spots.job.job_roads import Progress, silent
from spots.job.run_file import Job
from spots.judging.policy import Policy
from spots.scenarios.filled_columns import ScenarioColumns
from spots.scenarios.kept_by_settings import KeptBySettings, lasting, settings_behind
from spots.scenarios.scenario_doubts import PanelDoubts
from spots.scenarios.scenario_grounds import ScenarioGrounds
from spots.scenarios.scenario_jobs import named, of_scenarios, scenario_jobs
from spots.scenarios.scenario_panels import PanelJudged, ScenarioPanel
from spots.scenarios.turning_points import base_numbers, exact_turns
from spots.types import Role, RunResult, State
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
    hands = _SharedHands(hand or AtHand())
    cases = [
        ScenarioCase(scenario, each, hands.of(each))
        for scenario, each in zip(scenarios, jobs, strict=True)
    ]

    def told(done: int, _column: int) -> None:
        if done % _TOLD_EACH == 0:
            progress(_stage(done, len(cases)))

    look_at_lists(cases, progress)
    return solved_table(cases, told)


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioCase:
    """A scenario whose job is known.

    Parameters
    ----------
    scenario : NamedScenario
        What it says otherwise.
    job : Job
        What that comes to.
    hand : AtHand
        What takes the place of the job's files; cases with one hand share what is read.
    """

    scenario: NamedScenario
    job: Job
    hand: AtHand


def look_at_lists(cases: Sequence[ScenarioCase], progress: Progress = silent) -> None:
    """Read every list once, so that the faults of all are told before anything is solved.

    Raises
    ------
    UsageError
        Some cannot be used.
    """
    problems: list[Problem] = []
    seen: set[Hashable] = set()
    for case in cases:
        if (key := _inputs_key(case)) in seen:
            continue
        seen.add(key)
        try:
            job_rows(case.job, case.hand, progress)
        except SpotsError as fault:
            problems += named(fault.problems, case.scenario)
    if problems:
        raise UsageError(problems)


def solved_table(
    cases: Sequence[ScenarioCase], told: Callable[[int, int], object], *, turns: bool = True
) -> ScenarioTable:
    """Return the table of scenarios whose jobs are known.

    Parameters
    ----------
    cases : sequence of ScenarioCase
        The columns; the first is what the others are compared with.
    told : callable
        Called, before each scenario is solved, with how many are, and with its column.
    turns : bool
        Whether it is found where threshold and speed turn each facility of the first.

    Raises
    ------
    MissingFileError, DataError, UsageError
        An input cannot be used, or does not fit the policy. What the first has is told alone; of
        the others every fault, once, with the names of those that have it.
    """
    solving = _Solving()
    numbers = sorted({n for case in cases for n in case.job.policy.rule.numbers()})
    columns = ScenarioColumns.empty(len(cases), numbers)
    figures: list[ScenarioFigures | None] = [None] * len(cases)
    points: tuple[tuple[TurningPoint, ...], ...] = ()
    faults = _Faults()
    for done, column in enumerate(solving.in_turns(cases)):
        told(done, column)
        case = cases[column]
        try:
            figures[column] = solving.filled(columns, column, case)
        except SpotsError as fault:
            if column == 0:
                raise  # the run file's own, and of every scenario
            faults.add(fault, case.scenario)
        if column == 0 and turns and not case.job.policy.result:
            points = exact_turns(solving.panel(case), case.job.policy)
    faults.told()
    return columns.table(
        tuple(case.scenario for case in cases),
        tuple(each for each in figures if each is not None),
        base_numbers(cases[0].job) if cases else FrozenDict(),
        points,
    )


@dataclass(slots=True, eq=False)
class _Faults:
    """Why some scenarios cannot be solved: each reason once, with the names of all that have it."""

    _names: dict[Problem, list[str]] = field(default_factory=dict)
    _kinds: set[type[SpotsError]] = field(default_factory=set)

    def add(self, fault: SpotsError, scenario: NamedScenario) -> None:
        """Keep the fault of a scenario; the others may be solved nevertheless."""
        self._kinds.add(type(fault))
        for problem in fault.problems:
            self._names.setdefault(problem, []).append(scenario.name)

    def told(self) -> None:
        """Raise what was kept."""
        if self._names:
            kind = next(iter(self._kinds)) if len(self._kinds) == 1 else UsageError
            raise kind(of_scenarios(problem, names) for problem, names in self._names.items())


def _stage(n: int, of: int) -> Text:
    return Text(f"シナリオを計算しています（{n}／{of}）", f"solving scenarios ({n} of {of})")


@dataclass(slots=True, eq=False)
class _SharedHands:
    """What jobs of one run file have at hand: all that others read by the same settings."""

    hand: AtHand
    shared: Kept = field(default_factory=Kept)
    lasting: Kept = field(default_factory=lasting)
    memory: Memory = field(default_factory=Memory)
    _hands: dict[Hashable, AtHand] = field(default_factory=dict)

    def of(self, job: Job) -> AtHand:
        """Return what a job has at hand."""
        key = _tables_key(job)
        if key not in self._hands:
            kept = KeptBySettings(self.shared, self.lasting, settings_behind(job))
            self._hands[key] = replace(self.hand, kept=kept, memory=self.memory, load=self._load)
        return self._hands[key]

    def _load(self, job: Job, progress: Progress) -> RoadNetwork:
        """Load the roads of a job; those at other speeds are made of them."""
        asked = job.settings.network
        if asked is None:
            return self.hand.load(job, progress)
        plain = replace(asked, speed_factor=1.0, closures=(), closures_on=None)
        as_built = replace(job, settings=replace(job.settings, network=plain))
        network = self.lasting.get("built", plain, partial(self.hand.load, as_built, progress))
        return at_factor(network, asked.speed_factor)


@dataclass(slots=True, eq=False)
class _Solving:
    """What is worked out for one scenario and holds for others."""

    grounds: ScenarioGrounds = field(default_factory=ScenarioGrounds)
    _rules: dict[int, Hashable] = field(default_factory=dict)
    _panel: tuple[Hashable, ScenarioPanel] | None = None
    _doubts: PanelDoubts | None = None
    _failed: tuple[Hashable, SpotsError] | None = None

    def filled(self, columns: ScenarioColumns, column: int, case: ScenarioCase) -> ScenarioFigures:
        """Fill the column of a scenario, and return what it comes to."""
        policy = case.job.policy
        if policy.result:
            result = execute(case.job, hand=case.hand, around=False)
            columns.fill_with_run(column, result)
            return _figures_of_run(result)
        panel = self.panel(case)
        judged = panel.judged(policy)
        columns.fill(column, panel, policy, judged)
        return self.figures(panel, case.job, judged)

    def in_turns(self, cases: Sequence[ScenarioCase]) -> Iterator[int]:
        """Yield the columns, those on the same roads and the same lists together."""
        groups: dict[Hashable, dict[Hashable, list[int]]] = {}
        for column, case in enumerate(cases):
            roads = groups.setdefault(id(case.job.settings.network), {})
            roads.setdefault(self._facts_key(case), []).append(column)
        for roads in groups.values():
            for columns in roads.values():
                yield from columns

    def panel(self, case: ScenarioCase) -> ScenarioPanel:
        """Return the facts of a job in arrays; those of the job before, or its fault, are kept."""
        key = self._facts_key(case)
        if self._failed is not None and self._failed[0] == key:
            raise self._failed[1]
        if self._panel is None or self._panel[0] != key:
            try:
                known = known_facts(case.job, silent, case.hand)
            except SpotsError as fault:
                self._failed = key, fault
                raise
            self._panel = key, ScenarioPanel.of(known)
        return self._panel[1]

    def figures(self, panel: ScenarioPanel, job: Job, judged: PanelJudged) -> ScenarioFigures:
        """Return what a scenario comes to."""
        doubts, memory = self._doubts_of(panel), panel.known.facts.memory
        spots = partial(doubts.spots, job.policy, judged)
        ground = self.grounds.totals(judged.spots, spots, panel.known.given, memory)
        about = doubts.of(job.policy, judged, job.written)
        counted = np.bincount(judged.states, minlength=len(STATES))
        return ScenarioFigures(
            states=tuple(counted.tolist()),
            spots=ground.spots,
            area_km2=ground.area_km2,
            dissolved_km2=ground.dissolved_km2,
            people=ground.people,
            problems=(
                *(*panel.known.problems, *about, *ground.problems),
                *doubts.of_indicators(job),
            ),
        )

    def _doubts_of(self, panel: ScenarioPanel) -> PanelDoubts:
        if self._doubts is None or self._doubts.panel is not panel:
            self._doubts = PanelDoubts(panel)
        return self._doubts

    def _facts_key(self, case: ScenarioCase) -> Hashable:
        """Return what the facts of a job depend on, quickly told."""
        policy = case.job.policy
        if id(policy) not in self._rules:
            self._rules[id(policy)] = _rule_read(policy)
        # How wide a belt of neighbours is hangs on the longest time that is asked for.
        belted = any(spec.role is Role.AUTO for spec in case.job.layers)
        return _inputs_key(case), self._rules[id(policy)], policy.criterion if belted else None


def _inputs_key(case: ScenarioCase) -> Hashable:
    """Return what tells the inputs of a case from another's."""
    return id(case.hand), _tables_key(case.job)


def _tables_key(job: Job) -> Hashable:
    """Return what tells the tables of a job from another's: those that are read once are one."""
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
        units_designated=frozenset(
            (v.result, v.unit.id) for v in result.units if v.state is State.DESIGNATED
        ),
        problems=result.problems,
    )
