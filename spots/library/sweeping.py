"""Many what-ifs of one scenario: every combination of a grid, solved together, in frames.

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
from spots.job.job_facts import put_together
from spots.job.job_roads import silent
from spots.job.run_file import Job
from spots.library.facility_rows import labels_of_facilities
from spots.library.made_frames import facility_states
from spots.library.result_frames import Labels
from spots.library.scenario_arguments import policy_of, refuse_no_roads
from spots.library.told_problems import warn_of, warned_once
from spots.scenarios.scenario_solving import ScenarioCase, solved_table
from spots.telling.units import MS_PER_MINUTE
from spots.types import State
from spots.types.scenario_table import (
    BASE_SCENARIO,
    NO_MS,
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
_OF_SCENARIO = frozenset({"facilities", "roads", _FACTOR})
_ID, _NAME = "facility_id", "scenario"


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """A combination.

    Parameters
    ----------
    shown : tuple of label
        What frames show for each key.
    given : mapping of str to object
        The values.
    labels : mapping of str to label
        What tells a value of a key from another.
    """

    shown: tuple[Hashable, ...]
    given: Mapping[str, Any]
    labels: Mapping[str, Hashable]


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioGrid:
    """Many scenarios of one job, solved together: what `Scenario.scenarios` returns.

    Parameters
    ----------
    keys : tuple of str
        Of the grid; ``"scenario"`` of scenarios that have names.
    cells : tuple of _Cell
        The combinations, the last key changing fastest.
    asked : tuple of Scenario
        What each is asked of, the scenario as it is first: lists and roads of a grid are theirs.
    table : ScenarioTable
        A column for each of `asked`.
    """

    keys: tuple[str, ...]
    cells: tuple[_Cell, ...]
    asked: tuple[Scenario, ...]
    table: ScenarioTable

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        grid: Grid,
        progress: Callable[[str], object] | None,
        *,
        turns: bool,
    ) -> ScenarioGrid:
        """Solve a grid, and warn of what is doubtful in any cell."""
        keys, cells = _cells(grid)
        asked, jobs = _jobs(scenario, cells)
        named = (BASE_SCENARIO, *_named(keys, cells))
        cases = [
            ScenarioCase(each, job, of.made.hand)
            for each, job, of in zip(named, jobs, asked, strict=True)
        ]

        def told(_done: int, column: int) -> None:
            if progress is not None and column:
                shown = zip(keys, cells[column - 1].shown, strict=True)
                said = ", ".join(f"{key}={value}" for key, value in shown)
                progress(f"[{column}/{len(cells)}] {said}")

        table = solved_table(cases, told, turns=turns)
        for figures, of in zip(table.figures[1:], asked[1:], strict=True):
            known = set(of.found_problems)
            warn_of((p for p in figures.problems if p not in known), _SWEEP)
        return cls(keys, cells, asked, table)

    @property
    def counts(self) -> pd.DataFrame:
        """A row for each combination, as `Scenario.sweep` returns it."""
        rows = [
            {**dict(zip(self.keys, cell.shown, strict=True)), **_counted(found)}
            for cell, found in zip(self.cells, self.table.figures[1:], strict=True)
        ]
        counts = ("n_spots", *(state.value for state in STATES))
        measures = ("area_km2", "dissolved_km2", "population")
        frame = pd.DataFrame(rows, columns=None if rows else [*self.keys, *counts, *measures])
        for name in frame.columns[len(self.keys) :]:
            whole = not name.endswith(("km2", "population"))
            known = "float64" if name in measures[:2] else "Float64"
            frame[name] = frame[name].astype("Int64" if whole else known)
        return frame.astype({key: "string" for key in self.keys if _all_texts(frame[key])})

    @property
    def states(self) -> pd.DataFrame:
        """What each facility is in each combination, as `Scenario.sweep_states` returns it."""
        values = [state.value for state in State]

        def of(found: NDArray[np.int8]) -> pd.Categorical:
            return pd.Categorical([STATES[n].value for n in found], categories=values)

        return self._frame("states", of)

    @property
    def minutes(self) -> pd.DataFrame:
        """Minutes to the nearest other hospital in each combination (Float64); NA without any."""
        return self._frame("travel_ms", _minutes)

    @property
    def margins(self) -> pd.DataFrame:
        """Minutes beyond the threshold in each combination (Float64), below zero within it."""
        return self._frame("margin_ms", _minutes)

    @property
    def robustness(self) -> pd.Series:
        """In how many combinations each facility is designated (Int64)."""
        designated = self.states == State.DESIGNATED.value
        return designated.sum(axis=1).astype("Int64").rename("designated_in")

    @property
    def groups(self) -> pd.Series:
        """The number of each combination's group of equal results (Int64), from 1, as `counts`."""
        found = self.table.restricted(range(1, len(self.asked))).groups()
        numbers = {column: n for n, group in enumerate(found, 1) for column in group}
        return pd.Series([numbers[n] for n in range(len(self.cells))], dtype="Int64", name="group")

    @property
    def turning(self) -> pd.DataFrame:
        """The smallest changes that turn each facility's state, a row each.

        On the labels of facilities: ``name``, ``state`` (as it is), ``axis`` (what alone is
        changed), ``value`` (Float64, the value from which on it is another), ``state_there``,
        ``exact`` (whether it is found from the facility's own minutes, and not among the
        combinations), ``settings`` (how many are changed). See `ScenarioTable.turning`.
        """
        table, names = self.table, [state.value for state in State]
        ids, index = _labels(self.asked[0])
        label_of = dict(zip(ids, index, strict=True))
        rows, labels = [], []
        for row, facility in enumerate(table.facilities):
            here = table.state(row, 0)
            for point in table.turning(row):
                labels.append(label_of.get(facility.id, facility.id))
                there = point.state
                rows.append(
                    (
                        *(facility.name, here.value if here else None, point.axis, point.value),
                        *(there.value if there else None, point.exact, point.settings),
                    )
                )
        frame = pd.DataFrame(
            rows,
            columns=["name", "state", "axis", "value", "state_there", "exact", "settings"],
            index=pd.Index(labels, name=index.name),
        )
        kinds = pd.CategoricalDtype(names)
        return frame.astype(
            {
                "name": "string",
                "axis": "string",
                "value": "Float64",
                "exact": "boolean",
                "state": kinds,
                "state_there": kinds,
                "settings": "Int64",
            }
        )

    def __repr__(self) -> str:
        """Return how many scenarios there are, of how many facilities."""
        facilities = len(self.table.facilities)
        return f"<ScenarioGrid: {len(self.cells)} scenarios, {facilities} facilities>"

    def _frame(self, name: str, of: Callable[[NDArray[Any]], Any]) -> pd.DataFrame:
        """Return an array of the table as a frame: facilities by combinations."""
        table = self.table
        called: dict[int, Hashable] = {}
        indexes: dict[int, tuple[list[int], pd.Index]] = {}
        columns = []
        for column, scenario in enumerate(self.asked):
            if id(scenario) not in indexes:
                ids, index = _labels(scenario)
                at = [table.row_of[column][each] for each in ids]
                indexes[id(scenario)] = at, _called_as_before(at, index, called)
            if column == 0:
                continue
            at, index = indexes[id(scenario)]
            columns.append(pd.Series(of(getattr(table, name)[at, column]), index=index))
        if not columns:
            return pd.DataFrame()
        frame = pd.concat(columns, axis=1)
        labels = [cell.shown for cell in self.cells]
        frame.columns = (
            pd.Index([label[0] for label in labels], name=self.keys[0])
            if len(self.keys) == 1
            else pd.MultiIndex.from_tuples(labels, names=self.keys)
        )
        return frame


def _called_as_before(
    rows: Sequence[int], index: pd.Index, called: dict[int, Hashable]
) -> pd.Index:
    """Return labels of rows, of those that had another in lists before the one from there.

    `called` is the caller's own, and grows here.
    """
    labels = [called.setdefault(row, own) for row, own in zip(rows, index, strict=True)]
    if labels == list(index) or len(set(labels)) < len(labels):
        return index
    return pd.Index(labels, name=index.name)


def solved_grid(
    scenario: Scenario,
    grid: Grid,
    progress: Callable[[str], object] | None,
    *,
    turns: bool = False,
) -> ScenarioGrid:
    """Return a grid, solved, after one warning of all that is doubtful in it."""
    with warned_once(_SWEEP, stacklevel=6):
        return ScenarioGrid.of(scenario, grid, progress, turns=turns)


def _minutes(found: NDArray[np.int32]) -> pd.arrays.FloatingArray:
    return pd.arrays.FloatingArray(found / MS_PER_MINUTE, found == NO_MS)


def _labels(scenario: Scenario) -> tuple[list[str], pd.Index]:
    """Return the ids of all facilities of a scenario, and what its frames call them."""
    made = scenario.made
    facilities = put_together(made.job, silent, made.hand).given.facilities
    labels, _ = labels_of_facilities(facilities, made.labels, made.frames)
    name = made.index_name if labels else _ID
    ids = [facility.id for facility in facilities]
    if name in {None, _ID}:
        return ids, Labels(labels, name).of(ids)
    result = scenario.judged(made.job, silent, around=False)  # a column may have the same name
    return ids, facility_states(result.evidence, result.names).index


def _jobs(
    scenario: Scenario, cells: Sequence[_Cell]
) -> tuple[tuple[Scenario, ...], tuple[Job, ...]]:
    """Return the scenario as it is, and what each combination is asked of, with their jobs."""
    scenarios: dict[Hashable, Scenario] = {}
    policies: dict[Hashable, Policy] = {}
    asked, jobs = [scenario], [scenario.made.job]
    for cell in cells:
        nouns = {key: label for key, label in cell.labels.items() if key in _OF_SCENARIO}
        rules = {key: label for key, label in cell.labels.items() if key not in _OF_SCENARIO}
        of, by = tuple(nouns.items()), tuple(rules.items())
        if of not in scenarios:
            scenarios[of] = _scenario(scenario, cell.given)
        if by not in policies:
            policies[by] = _policy(scenario, cell.given)
        asked.append(scenarios[of])
        jobs.append(scenarios[of].job_under(policies[by]))
    return tuple(asked), tuple(jobs)


def _named(keys: Sequence[str], cells: Sequence[_Cell]) -> Iterator[NamedScenario]:
    """Yield each combination as a scenario."""
    for cell in cells:
        shown = dict(zip(keys, map(str, cell.shown), strict=True))
        settings = tuple(
            ScenarioSetting(key, Text(said, said), number=_number(value))
            for key, value in cell.given.items()
            for said in (shown.get(key, str(value)),)
        )
        yield NamedScenario(", ".join(f"{key}={value}" for key, value in shown.items()), settings)


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


def _cells(grid: Grid) -> tuple[tuple[str, ...], tuple[_Cell, ...]]:
    """Return the keys that frames show, and the combinations."""
    given = of_kind(grid, Mapping, "grid", _GRID)
    if (
        given
        and not set(given) & set(_NOUNS)
        and all(isinstance(v, Mapping) for v in given.values())
    ):
        return (_NAME,), tuple(_called(name, settings) for name, settings in given.items())
    columns = [_labelled(key, values) for key, values in given.items()]
    cells = []
    for chosen in product(*columns):
        shown = tuple(label for label, _ in chosen)
        values = dict(zip(given, (value for _, value in chosen), strict=True))
        cells.append(_Cell(shown, values, dict(zip(given, shown, strict=True))))
    return tuple(given), tuple(cells)


def _called(name: str, settings: Mapping[str, Any]) -> _Cell:
    """Return a scenario that has a name."""
    values = {key: _plain(value) for key, value in settings.items()}
    labels = {
        key: value if key not in _NOUNS and isinstance(value, Hashable) else id(value)
        for key, value in values.items()
    }
    return _Cell((name,), values, labels)


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
