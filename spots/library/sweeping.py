"""Many what-ifs of one scenario: every combination of a grid, counted in a row each.

Stands apart: a `Scenario` answers one question; here many are asked and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundfloor.arguments import of_kind
from groundfloor.problems import Problem, Text, UsageError, error
from spots.job.run_file import Job
from spots.library.scenario_arguments import policy_of, refuse_no_roads
from spots.library.told_problems import warn_of, warned_once
from spots.scenarios.scenario_solving import ScenarioCase, solved_table
from spots.types import State
from spots.types.scenario_table import (
    STATES,
    NamedScenario,
    ScenarioFigures,
    ScenarioSetting,
    ScenarioTable,
)

if TYPE_CHECKING:
    from spots.judging.policy import Policy
    from spots.library.scenario import Scenario

#: Values of each key: several, one alone, or of nouns a mapping of labels to them.
Grid: TypeAlias = Mapping[str, Any]

_NOUNS = ("facilities", "roads", "policy")  # a frame shows their labels
_FACTOR = "speed_factor"
_GRID = Text(
    '`{"threshold_min": [20, 30]}` のような辞書を渡してください',
    'give a dict, such as {"threshold_min": [20, 30]}',
)
_SWEEP = "this sweep"  # in a warning


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """A combination: what the frame shows for each key, and the values."""

    shown: tuple[Hashable, ...]
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class SweptCells:
    """Every combination of a grid, solved.

    Parameters
    ----------
    keys : tuple of str
        Of the grid.
    cells : tuple of _Cell
        The combinations, the last key changing fastest.
    scenarios : tuple of Scenario
        What each is asked of: lists and roads of the grid are theirs.
    table : ScenarioTable
        A column for each; of none no table.
    """

    keys: tuple[str, ...]
    cells: tuple[_Cell, ...]
    scenarios: tuple[Scenario, ...]
    table: ScenarioTable | None

    @classmethod
    def of(
        cls, scenario: Scenario, grid: Grid, progress: Callable[[str], object] | None
    ) -> SweptCells:
        """Solve a grid, and warn of what is doubtful in any cell."""
        cells = _cells(grid)
        keys = tuple(grid)
        if not cells:
            return cls(keys, (), (), None)
        scenarios, jobs = _jobs(scenario, keys, cells)
        cases = [
            ScenarioCase(named, job, of.made.hand)
            for named, job, of in zip(_named(keys, cells), jobs, scenarios, strict=True)
        ]

        def told(done: int, column: int) -> None:
            if progress is not None:
                shown = zip(keys, cells[column].shown, strict=True)
                said = ", ".join(f"{key}={value}" for key, value in shown)
                progress(f"[{done + 1}/{len(cells)}] {said}")

        table = solved_table(cases, told)
        for figures, of in zip(table.figures, scenarios, strict=True):
            known = set(of.found_problems)
            warn_of((p for p in figures.problems if p not in known), _SWEEP)
        return cls(keys, cells, scenarios, table)

    def counts(self) -> pd.DataFrame:
        """Return a row for each combination; see `Scenario.sweep`."""
        figures = () if self.table is None else self.table.figures
        rows = [
            {**dict(zip(self.keys, cell.shown, strict=True)), **_counted(found)}
            for cell, found in zip(self.cells, figures, strict=True)
        ]
        counts = ("n_spots", *(state.value for state in STATES))
        measures = ("area_km2", "dissolved_km2", "population")
        frame = pd.DataFrame(rows, columns=None if rows else [*self.keys, *counts, *measures])
        for name in frame.columns[len(self.keys) :]:
            whole = not name.endswith(("km2", "population"))
            known = "float64" if name in measures[:2] else "Float64"
            frame[name] = frame[name].astype("Int64" if whole else known)
        return frame.astype({key: "string" for key in self.keys if _all_texts(frame[key])})

    def states(self) -> pd.DataFrame:
        """Return a column for each combination; see `Scenario.sweep_states`."""
        values = [state.value for state in State]

        def of(found: NDArray[np.generic]) -> pd.Categorical:
            return pd.Categorical([STATES[n].value for n in found], categories=values)

        return self._frame("states", of)

    def _frame(self, name: str, of: Callable[[NDArray[np.generic]], Any]) -> pd.DataFrame:
        """Return an array of the table as a frame: facilities by combinations."""
        table = self.table
        if table is None:
            return pd.DataFrame()
        rows = {facility.id: n for n, facility in enumerate(table.facilities)}
        indexes: dict[int, tuple[list[int], pd.Index]] = {}
        columns = []
        for column, scenario in enumerate(self.scenarios):
            if id(scenario) not in indexes:
                ids, index = scenario.facility_labels()
                indexes[id(scenario)] = [rows[each] for each in ids], index
            at, index = indexes[id(scenario)]
            columns.append(pd.Series(of(getattr(table, name)[at, column]), index=index))
        frame = pd.concat(columns, axis=1)
        labels = [cell.shown for cell in self.cells]
        frame.columns = (
            pd.Index([label[0] for label in labels], name=self.keys[0])
            if len(self.keys) == 1
            else pd.MultiIndex.from_tuples(labels, names=self.keys)
        )
        return frame


def sweep_frame(
    scenario: Scenario, grid: Grid, progress: Callable[[str], object] | None
) -> pd.DataFrame:
    """Return a row for each combination of a grid; see `Scenario.sweep`."""
    with warned_once(_SWEEP, stacklevel=6):
        cells = SweptCells.of(scenario, grid, progress)
    return cells.counts()


def states_frame(
    scenario: Scenario, grid: Grid, progress: Callable[[str], object] | None
) -> pd.DataFrame:
    """Return the state of each facility in each combination; see `Scenario.sweep_states`."""
    with warned_once(_SWEEP, stacklevel=6):
        cells = SweptCells.of(scenario, grid, progress)
    return cells.states()


def _jobs(
    scenario: Scenario, keys: Sequence[str], cells: Sequence[_Cell]
) -> tuple[tuple[Scenario, ...], list[Job]]:
    """Return for each combination what it is asked of, and the job that it is."""
    scenarios: dict[Hashable, Scenario] = {}
    policies: dict[Hashable, Policy] = {}
    nouns = [n for n, key in enumerate(keys) if key in {"facilities", "roads", _FACTOR}]
    rules = [n for n in range(len(keys)) if n not in nouns]
    asked, jobs = [], []
    for cell in cells:
        of, by = (tuple(cell.shown[n] for n in places) for places in (nouns, rules))
        if of not in scenarios:
            scenarios[of] = _scenario(scenario, cell.given)
        if by not in policies:
            policies[by] = _policy(scenario, cell.given)
        asked.append(scenarios[of])
        jobs.append(scenarios[of].job_under(policies[by]))
    return tuple(asked), jobs


def _named(keys: Sequence[str], cells: Sequence[_Cell]) -> Iterator[NamedScenario]:
    """Yield each combination as a scenario."""
    for cell in cells:
        shown = [(key, str(value)) for key, value in zip(keys, cell.shown, strict=True)]
        settings = tuple(
            ScenarioSetting(key, Text(value, value), number=_number(cell.given[key]))
            for key, value in shown
        )
        yield NamedScenario(", ".join(f"{key}={value}" for key, value in shown), settings)


def _number(value: object) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if isinstance(value, int | float) and plain else None


def _scenario(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    factor, roads = values.get(_FACTOR), values.get("roads")
    if factor is not None:
        roads = roads if roads is not None else scenario.roads
        refuse_no_roads(roads)
        if roads is None:
            raise UsageError(_no_roads())
        roads = roads.at_speeds(factor=factor)
    facilities = values.get("facilities")
    if roads is None and facilities is None:
        return scenario
    return scenario.changed(facilities=facilities, roads=roads)


def _policy(scenario: Scenario, values: Mapping[str, Any]) -> Policy:
    policy = policy_of(values.get("policy", scenario.policy))
    changes = {k: v for k, v in values.items() if k not in {*_NOUNS, _FACTOR}}
    return policy.changed(**changes) if changes else policy


def _counted(found: ScenarioFigures) -> dict[str, object]:
    """Return how many facilities are what, and how large all spots are."""
    row: dict[str, object] = {
        "n_spots": found.spots,
        **{state.value: found.count(state) for state in STATES},
        "area_km2": found.area_km2,
        "dissolved_km2": found.dissolved_km2,
        "population": found.people,
    }
    if found.units:
        counted = zip(STATES, found.units, strict=True)
        row |= {f"units_{state.value}": count for state, count in counted}
        row["units_km2"] = found.units_km2
        row["units_population"] = found.units_people
    return row


def _cells(grid: Grid) -> tuple[_Cell, ...]:
    given = of_kind(grid, Mapping, "grid", _GRID)
    columns = [_labelled(key, values) for key, values in given.items()]
    return tuple(
        _Cell(
            tuple(label for label, _ in chosen),
            dict(zip(grid, (value for _, value in chosen), strict=True)),
        )
        for chosen in product(*columns)
    )


def _labelled(key: str, values: Any) -> list[tuple[Hashable, Any]]:
    """Return the values of a key, each with what a frame shows for it.

    Raises
    ------
    UsageError
        Nouns have no labels.
    """
    if key in _NOUNS:
        if not isinstance(values, Mapping):
            raise UsageError(_no_labels(key))
        return list(values.items())
    several = isinstance(values, Iterable) and not isinstance(values, str | Mapping)
    each: Sequence[Any] = [_plain(v) for v in values] if several else [_plain(values)]
    return [(v if isinstance(v, Hashable) else str(v), v) for v in each]


def _plain(value: Any) -> Any:
    """Return a number of numpy as Python's own, which settings are."""
    return value.item() if isinstance(value, np.generic) else value


def _all_texts(column: pd.Series) -> bool:
    return bool(len(column)) and all(isinstance(value, str) for value in column)


def _no_labels(key: str) -> Problem:
    return error(
        "grid-without-labels",
        Text("表に示す名前がありません", "has no labels to show in the frame"),
        Text(
            f'{{"{key}": {{"2023": …, "2024": …}}}} のように名前を付けてください',
            f'name each: {{"{key}": {{"2023": ..., "2024": ...}}}}',
        ),
        column=key,
    )


def _no_roads() -> Problem:
    return error(
        "grid-without-roads",
        Text("このシナリオには道路網がありません", "this scenario has no roads"),
        Text("Scenario に roads を渡してください", "give the scenario its roads"),
        column=_FACTOR,
    )
