"""The answers of many scenarios of one job, as one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Text
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.job_roads import Progress, silent
from spots.job.run_file import Job
from spots.scenarios.scenario_jobs import scenario_jobs
from spots.types import Facility, RunResult, Verdict
from spots.types.scenario_table import (
    BASE_SCENARIO,
    NO_MS,
    NOBODY,
    NOT_LISTED,
    STATES,
    NamedScenario,
    ScenarioCircle,
    ScenarioFigures,
    ScenarioTable,
)


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
    found = []
    for n, each in enumerate(jobs, 1):
        progress(_stage(n, len(jobs)))
        found.append(execute(each, hand=hand if each is job else None, around=False))
    return _table(scenarios, found)


def _stage(n: int, of: int) -> Text:
    return Text(f"シナリオを計算しています（{n}／{of}）", f"solving scenarios ({n} of {of})")


def _table(scenarios: Sequence[NamedScenario], results: Sequence[RunResult]) -> ScenarioTable:
    facilities: dict[str, Facility] = {}
    for result in results:
        for verdict in result.verdicts:
            facilities.setdefault(verdict.facility.id, verdict.facility)
    rows = {facility_id: n for n, facility_id in enumerate(facilities)}
    numbers = sorted({o.number for r in results for v in r.verdicts for o in v.outcomes})
    table = _Filled.empty(len(rows), len(scenarios))
    for column, result in enumerate(results):
        for verdict in result.verdicts:
            table.fill(rows, column, verdict, numbers)
    circles, circle_of = _circles(rows, results)
    return ScenarioTable(
        scenarios=tuple(scenarios),
        facilities=tuple(facilities.values()),
        criteria=tuple(numbers),
        states=table.states,
        met=table.met,
        travel_ms=table.travel_ms,
        nearest=table.nearest,
        margin_ms=table.margin_ms,
        figures=tuple(map(_figures, results)),
        circles=circles,
        circle_of=circle_of,
    )


def _circles(
    rows: Mapping[str, int], results: Sequence[RunResult]
) -> tuple[tuple[ScenarioCircle, ...], NDArray[np.int32]]:
    """Return the ground of every spot, each once, and where it is whose."""
    circles: dict[tuple[int, int, bytes], ScenarioCircle] = {}
    numbers: dict[tuple[int, int, bytes], int] = {}
    of = np.full((len(rows), len(results)), NOBODY, np.int32)
    for column, result in enumerate(results):
        for spot in result.spots:
            row = rows[spot.facility_id]
            key = row, spot.radius_m, spot.geometry.wkb
            circles.setdefault(
                key, ScenarioCircle(row, spot.radius_m, spot.geometry, spot.area_km2)
            )
            of[row, column] = numbers.setdefault(key, len(numbers))
    return tuple(circles.values()), of


@dataclass(frozen=True, slots=True, eq=False)
class _Filled:
    states: np.ndarray
    met: np.ndarray
    travel_ms: np.ndarray
    nearest: np.ndarray
    margin_ms: np.ndarray

    @classmethod
    def empty(cls, rows: int, columns: int) -> _Filled:
        shape = rows, columns
        return cls(
            np.full(shape, NOT_LISTED, np.int8),
            np.zeros(shape, np.uint16),
            np.full(shape, NO_MS, np.int32),
            np.full(shape, NOBODY, np.int32),
            np.full(shape, NO_MS, np.int32),
        )

    def fill(
        self, rows: dict[str, int], column: int, verdict: Verdict, numbers: Sequence[int]
    ) -> None:
        at = rows[verdict.facility.id], column
        self.states[at] = STATES.index(verdict.state)
        self.met[at] = sum(1 << numbers.index(n) for n in verdict.criteria)
        travel = verdict.travel
        if travel is None:
            return
        if travel.travel_ms is not None:
            self.travel_ms[at] = travel.travel_ms
        if travel.margin_ms is not None:
            self.margin_ms[at] = travel.margin_ms
        if travel.nearest_id is not None:
            self.nearest[at] = rows[travel.nearest_id]


def _figures(result: RunResult) -> ScenarioFigures:
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
