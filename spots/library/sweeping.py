"""Many what-ifs of one scenario: every combination of a grid, counted in a row each.

Stands apart: a `Scenario` answers one question; here many are asked and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from groundfloor.arguments import of_kind
from groundfloor.problems import Problem, Text, UsageError, error
from spots.library.made_frames import facility_states
from spots.library.result import Result
from spots.library.scenario_arguments import policy_of, refuse_no_roads
from spots.library.told_problems import warned_once
from spots.types import RunResult, State

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
#: In the order of reading: what is a spot, what is none and why, what is open.
_COUNTED = (State.DESIGNATED, State.EXCLUDED, State.MOOT, State.NOT_MET, State.UNDETERMINED)


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """A combination: what the frame shows for each key, and the values."""

    shown: tuple[Hashable, ...]
    given: Mapping[str, Any]


def sweep_frame(
    scenario: Scenario, grid: Grid, progress: Callable[[str], object] | None
) -> pd.DataFrame:
    """Return a row for each combination of a grid; see `Scenario.sweep`."""
    with warned_once(_SWEEP, stacklevel=6):
        rows = [
            {**dict(zip(grid, cell.shown, strict=True)), **_counted(result.evidence)}
            for cell, result in _results(scenario, grid, progress)
        ]
    counts = ("n_spots", *(state.value for state in _COUNTED))
    measures = ("area_km2", "dissolved_km2", "population")
    frame = pd.DataFrame(rows, columns=None if rows else [*grid, *counts, *measures])
    for name in frame.columns[len(grid) :]:
        whole = not name.endswith(("km2", "population"))
        known = "float64" if name in measures[:2] else "Float64"
        frame[name] = frame[name].astype("Int64" if whole else known)
    return frame.astype({key: "string" for key in grid if _all_texts(frame[key])})


def states_frame(
    scenario: Scenario, grid: Grid, progress: Callable[[str], object] | None
) -> pd.DataFrame:
    """Return the state of each facility in each combination; see `Scenario.sweep_states`."""
    with warned_once(_SWEEP, stacklevel=6):
        columns = [
            (cell.shown, facility_states(result.evidence, result.names))
            for cell, result in _results(scenario, grid, progress)
        ]
    keys = list(grid)
    frame = pd.concat([states for _, states in columns], axis=1) if columns else pd.DataFrame()
    labels = [label for label, _ in columns]
    frame.columns = (
        pd.Index([label[0] for label in labels], name=keys[0])
        if len(keys) == 1
        else pd.MultiIndex.from_tuples(labels, names=keys)
    )
    return frame


def _results(
    scenario: Scenario, grid: Grid, progress: Callable[[str], object] | None
) -> Iterator[tuple[_Cell, Result]]:
    """Yield every combination with its result, the last key changing fastest."""
    cells = _cells(grid)
    scenarios: dict[Hashable, Scenario] = {}
    policies: dict[Hashable, Policy] = {}
    nouns = [n for n, key in enumerate(grid) if key in {"facilities", "roads", _FACTOR}]
    rules = [n for n in range(len(grid)) if n not in nouns]
    for number, cell in enumerate(cells, 1):
        if progress is not None:
            told = ", ".join(f"{k}={v}" for k, v in zip(grid, cell.shown, strict=True))
            progress(f"[{number}/{len(cells)}] {told}")
        of, by = (tuple(cell.shown[n] for n in places) for places in (nouns, rules))
        if of not in scenarios:
            scenarios[of] = _scenario(scenario, cell.given)
        if by not in policies:
            policies[by] = _policy(scenario, cell.given)
        yield cell, scenarios[of].judge(policies[by])


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


def _counted(found: RunResult) -> dict[str, object]:
    """Return how many facilities are what, and how large all spots are."""
    states = Counter(verdict.state for verdict in found.verdicts)
    row: dict[str, object] = {
        "n_spots": len(found.spots),
        **{state.value: states[state] for state in _COUNTED},
        "area_km2": sum((spot.area_km2 for spot in found.spots), 0.0),
        "dissolved_km2": found.dissolved_km2,
        "population": found.dissolved_population,
    }
    if found.grounds:
        of_units = Counter(verdict.state for verdict in found.units)
        people = [ground.population for ground in found.grounds]
        row |= {f"units_{state.value}": of_units[state] for state in _COUNTED}
        row["units_km2"] = sum(ground.area_km2 for ground in found.grounds)
        row["units_population"] = None if None in people else sum(p for p in people if p)
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
