"""A table of scenarios held against real runs, column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from spots.job.execution import execute
from spots.job.run_file import Job, read_run_file
from spots.types import RunResult, Verdict
from spots.types.scenario_table import NO_MS, NOBODY, STATES, NamedScenario, ScenarioTable


def job_with(
    run_file: Path, scenario: NamedScenario, keys: Sequence[str] = (), lists: Sequence[str] = ()
) -> Job:
    """Return the job that ``spots run`` would do with the options of a scenario."""
    more = [key for each in scenario.settings for key in each.keys]
    other = [file for each in scenario.settings for file in each.lists]
    return read_run_file(run_file, (*lists, *other), (*keys, *more))


def assert_columns_are_runs(
    run_file: Path,
    table: ScenarioTable,
    columns: Sequence[int] | None = None,
    keys: Sequence[str] = (),
) -> None:
    """Do the real run of each column and compare every number of it."""
    for column in range(len(table.scenarios)) if columns is None else columns:
        job = job_with(run_file, table.scenarios[column], keys)
        assert_column_is(table, column, execute(job, around=False))


def assert_column_is(table: ScenarioTable, column: int, result: RunResult) -> None:
    """Compare a column with the result of a run."""
    rows = {f.id: n for n, f in enumerate(table.facilities)}
    listed = {v.facility.id for v in result.verdicts}
    assert {i for i, row in rows.items() if table.state(row, column) is not None} == listed
    for verdict in result.verdicts:
        assert_cell_is(table, rows, column, verdict)
    figures, counted = table.figures[column], Counter(v.state for v in result.verdicts)
    assert figures.states == tuple(counted[state] for state in STATES)
    assert figures.spots == len(result.spots)
    assert figures.area_km2 == sum((s.area_km2 for s in result.spots), 0.0)
    assert figures.dissolved_km2 == result.dissolved_km2
    assert figures.people == result.dissolved_population
    assert figures.problems == result.problems
    for spot in result.spots:
        circle = table.circles[table.circle_of[rows[spot.facility_id], column]]
        assert (circle.row, circle.radius_m) == (rows[spot.facility_id], spot.radius_m)
        assert circle.geometry.equals(spot.geometry)
        assert circle.area_km2 == spot.area_km2
    drawn = {i for i, row in rows.items() if table.circle_of[row, column] != NOBODY}
    assert drawn == {spot.facility_id for spot in result.spots}
    units = Counter(v.state for v in result.units)
    assert figures.units == (tuple(units[state] for state in STATES) if result.grounds else ())
    assert figures.units_km2 == sum(ground.area_km2 for ground in result.grounds)


def assert_cell_is(
    table: ScenarioTable, rows: dict[str, int], column: int, verdict: Verdict
) -> None:
    """Compare a cell with a verdict."""
    row, travel = rows[verdict.facility.id], verdict.travel
    where = f"{verdict.facility.id} in {table.scenarios[column].name}"
    assert table.state(row, column) is verdict.state, where
    assert table.met_by(row, column) == tuple(sorted(verdict.criteria)), where
    nearest = table.nearest[row, column]
    found = (
        int(table.travel_ms[row, column]),
        None if nearest == NOBODY else table.facilities[nearest].id,
        int(table.margin_ms[row, column]),
    )
    ms = None if travel is None else travel.travel_ms
    margin = None if travel is None else travel.margin_ms
    told = (
        NO_MS if ms is None else ms,
        None if travel is None else travel.nearest_id,
        NO_MS if margin is None else margin,
    )
    assert found == told, where
