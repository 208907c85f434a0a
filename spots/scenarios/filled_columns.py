"""The arrays of a table of scenarios, filled a column at a time.

Stands apart: rows come to light one list after the other; who judges need not know of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from spots.judging.criteria.threshold_steps import TRUTHS
from spots.judging.cut_circles import CutCircle
from spots.judging.policy import Policy
from spots.scenarios.scenario_panels import PanelJudged, ScenarioPanel
from spots.scenarios.table_rows import ListedFacility, TableRows
from spots.types import RunResult, Truth
from spots.types.scenario_table import (
    NO_MS,
    NOBODY,
    NOT_LISTED,
    STATES,
    NamedScenario,
    ScenarioCircle,
    ScenarioFigures,
    ScenarioTable,
    TurningPoint,
)

_EMPTY: Mapping[str, tuple[type[np.generic], int]] = {
    "states": (np.int8, NOT_LISTED),
    "met": (np.uint16, 0),
    "travel_ms": (np.int32, NO_MS),
    "nearest": (np.int32, NOBODY),
    "margin_ms": (np.int32, NO_MS),
    "circle_of": (np.int32, NOBODY),
}
_MET = TRUTHS.index(Truth.MET)


@dataclass(slots=True, eq=False)
class ScenarioColumns:
    """Columns of a table that is being made.

    Parameters
    ----------
    numbers : sequence of int
        Of all criteria.
    arrays : dict of str to array
        As `ScenarioTable` has them, with rows to spare.
    table_rows : TableRows
        Which facilities the rows are.
    circles : list of ScenarioCircle
        The ground of all spots so far.
    """

    numbers: Sequence[int]
    arrays: dict[str, NDArray[Any]]
    table_rows: TableRows = field(default_factory=TableRows)
    circles: list[ScenarioCircle] = field(default_factory=list)
    _row_of: dict[int, Mapping[str, int]] = field(default_factory=dict)
    _cut: dict[tuple[int, int, int], int] = field(default_factory=dict)
    _drawn: dict[tuple[int, int, bytes], int] = field(default_factory=dict)
    _held: list[CutCircle] = field(default_factory=list)
    _last: tuple[ScenarioPanel, Mapping[str, int], NDArray[np.int64]] | None = None

    @classmethod
    def empty(cls, count: int, numbers: Sequence[int]) -> ScenarioColumns:
        """Return `count` columns without rows."""
        arrays = {
            name: np.full((0, count), value, kind, order="F")
            for name, (kind, value) in _EMPTY.items()
        }
        return cls(numbers, arrays)

    def fill(self, column: int, panel: ScenarioPanel, policy: Policy, judged: PanelJudged) -> None:
        """Fill a column with a panel under a policy."""
        rows = self._rows_of(column, panel)
        self._put("states", rows, column, judged.states)
        met = np.zeros(len(rows), np.uint16)
        for (number, _), each in zip(policy.criteria, judged.columns, strict=True):
            met |= (each.truth == _MET).astype(np.uint16) << self.numbers.index(number)
        self._put("met", rows, column, met)
        deciding = judged.deciding()
        for n, ((_, setting), each) in enumerate(zip(policy.criteria, judged.columns, strict=True)):
            at = np.flatnonzero((deciding == n) & (each.travel_ms != NO_MS))
            if not len(at) or setting.threshold_ms is None:
                continue
            ms = each.travel_ms[at]
            self._put("travel_ms", rows[at], column, ms)
            self._put("margin_ms", rows[at], column, ms - setting.threshold_ms)
            self._put("nearest", rows[at], column, rows[each.nearest[at]])
        for row, spot in zip(judged.rows, judged.spots, strict=True):
            if not spot.left.is_empty:
                number = self._circle(int(rows[row]), policy.circle.radius_m, spot)
                self._put("circle_of", rows[[row]], column, number)

    def fill_with_run(self, column: int, result: RunResult) -> None:
        """Fill a column with the verdicts and spots of a run."""
        listed = [ListedFacility(v.facility, v.place) for v in result.verdicts]
        row_of = self._row_of[column] = self._rows_for(listed)
        rows = [row_of[verdict.facility.id] for verdict in result.verdicts]
        for spot in result.spots:
            row = row_of[spot.facility_id]
            number = self._number(row, spot.radius_m, spot.geometry, spot.area_km2)
            self._put("circle_of", np.array([row]), column, number)
        for row, verdict in zip(rows, result.verdicts, strict=True):
            at, travel = np.array([row]), verdict.travel
            self._put("states", at, column, STATES.index(verdict.state))
            bits = sum(1 << self.numbers.index(n) for n in verdict.criteria)
            self._put("met", at, column, bits)
            if travel is None or travel.travel_ms is None:
                continue
            self._put("travel_ms", at, column, travel.travel_ms)
            self._put("margin_ms", at, column, travel.travel_ms - travel.threshold_ms)
            if travel.nearest_id is not None:
                self._put("nearest", at, column, row_of[travel.nearest_id])

    def table(
        self,
        scenarios: tuple[NamedScenario, ...],
        figures: tuple[ScenarioFigures, ...],
        base_numbers: Mapping[str, float],
        turns: tuple[tuple[TurningPoint, ...], ...],
    ) -> ScenarioTable:
        """Return the table."""
        count = len(self.table_rows.known)
        arrays = {name: array[:count] for name, array in self.arrays.items()}
        left = ((),) * (count - len(turns)) if turns else ()
        return ScenarioTable(
            scenarios=scenarios,
            facilities=tuple(each.facility for each in self.table_rows.known),
            criteria=tuple(self.numbers),
            figures=figures,
            base_numbers=base_numbers,
            exact_turns=(*turns, *left),
            circles=tuple(self.circles),
            row_of=tuple(self._row_of[column] for column in range(len(scenarios))),
            **arrays,
        )

    def _circle(self, row: int, radius_m: int, spot: CutCircle) -> int:
        key = row, radius_m, id(spot)
        if key not in self._cut:
            self._held.append(spot)  # so that no other gets its id
            self._cut[key] = self._number(row, radius_m, spot.left, spot.left_km2)
        return self._cut[key]

    def _number(self, row: int, radius_m: int, ground: MultiPolygon, km2: float) -> int:
        key = row, radius_m, ground.wkb
        if key not in self._drawn:
            self._drawn[key] = len(self.circles)
            self.circles.append(ScenarioCircle(row, radius_m, ground, km2))
        return self._drawn[key]

    def _put(
        self, name: str, rows: NDArray[np.int64], column: int, values: NDArray[Any] | int
    ) -> None:
        self.arrays[name][rows, column] = values

    def _rows_of(self, column: int, panel: ScenarioPanel) -> NDArray[np.int64]:
        if self._last is None or self._last[0] is not panel:
            places = panel.known.facts.places
            listed = [ListedFacility(each, places[each.id]) for each in panel.facilities]
            row_of = self._rows_for(listed)
            rows = np.array([row_of[each.id] for each in panel.facilities], np.int64)
            self._last = panel, row_of, rows
        _, self._row_of[column], rows = self._last
        return rows

    def _rows_for(self, listed: Sequence[ListedFacility]) -> Mapping[str, int]:
        """Return the row of each facility by its id, with room for new ones."""
        row_of = self.table_rows.rows_of(listed)
        missing = len(self.table_rows.known) - len(self.arrays["states"])
        if missing > 0:
            for name, (kind, value) in _EMPTY.items():
                array = self.arrays[name]
                more = np.full((missing, array.shape[1]), value, kind, order="F")
                self.arrays[name] = np.asfortranarray(np.concatenate([array, more]))
        return row_of
