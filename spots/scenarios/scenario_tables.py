"""The tables of scenarios: scenarios, facilities, states side by side, cells, groups.

Columns are filled here once; CSV and workbook choose from them. CSV is formula-safe like every
other (`spots.outputs.spreadsheet`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from groundfloor.problems import Lang
from spots.outputs.spreadsheet import csv_lines, csv_table, csv_texts
from spots.scenarios.scenario_answers import (
    RobustRow,
    ScenarioAnswers,
    ScenarioGroup,
    ScenarioRow,
    turning_text,
)
from spots.telling.columns import CellValue, Column, Filled, Value
from spots.telling.labels import STATE_LABELS
from spots.telling.scenario_columns import (
    CELL_COLUMNS,
    GROUP_COLUMNS,
    NOT_LISTED_CODE,
    NOT_LISTED_WORDS,
    ROBUSTNESS_COLUMNS,
    SCENARIO_COLUMNS,
)
from spots.telling.units import shown_minutes
from spots.types import State
from spots.types.scenario_table import NO_MS, NOBODY, NOT_LISTED, STATES

#: More rows than these no spreadsheet opens and few disks like: the cells are then left out.
MOST_CELLS = 3_000_000
_KM2 = 6  # decimals: a square metre
_OfScenario = Callable[[ScenarioRow, Lang], Value | None]
_OfGroup = Callable[[ScenarioGroup, Lang], Value | None]
_OfFacility = Callable[[RobustRow, Lang], Value | None]


def scenario_columns(answers: ScenarioAnswers) -> tuple[Filled[ScenarioRow], ...]:
    """Return the columns of scenarios; those of people, units and words where there are any."""
    figures = answers.table.figures
    left = set[str]()
    if all(each.people is None for each in figures):
        left.add("population")
    if not any(each.units for each in figures):
        left.add("units_designated")
    if not answers.file.descriptions:
        left.add("description")
    return tuple(
        Filled(column, _OF_SCENARIO[column.name])
        for column in SCENARIO_COLUMNS
        if column.name not in left
    )


def _count(state: State) -> _OfScenario:
    return lambda row, _: row.figures.count(state)


_DESIGNATED = STATES.index(State.DESIGNATED)
_OF_SCENARIO: Mapping[str, _OfScenario] = MappingProxyType(
    {
        "scenario": lambda row, _: row.number,
        "scenario_name": lambda row, lang: row.name.render(lang),
        "settings": lambda row, lang: row.says.render(lang),
        "spots": lambda row, _: row.figures.spots,
        **{state.value: _count(state) for state in State},
        "changed": lambda row, _: row.changed,
        "area_km2": lambda row, _: round(row.figures.area_km2, _KM2),
        "dissolved_km2": lambda row, _: round(row.figures.dissolved_km2, _KM2),
        "population": lambda row, _: row.figures.people,
        "units_designated": lambda row, _: (
            row.figures.units[_DESIGNATED] if row.figures.units else None
        ),
        "group": lambda row, _: row.group,
        "description": lambda row, lang: row.description.render(lang) if row.description else None,
    }
)


def group_columns(answers: ScenarioAnswers) -> tuple[Filled[ScenarioGroup], ...]:
    """Return the columns of groups; that of people where there are any."""
    people = any(each.people is not None for each in answers.table.figures)
    return tuple(
        Filled(column, _OF_GROUP.get(column.name) or _of_first(_OF_SCENARIO[column.name]))
        for column in GROUP_COLUMNS
        if people or column.name != "population"
    )


def _of_first(of: _OfScenario) -> _OfGroup:
    return lambda group, lang: of(group.first, lang)


_OF_GROUP: Mapping[str, _OfGroup] = MappingProxyType(
    {
        "group": lambda group, _: group.number,
        "size": lambda group, _: group.size,
        "names": lambda group, lang: "\n".join(row.name.render(lang) for row in group.members),
    }
)


def robustness_columns() -> tuple[Filled[RobustRow], ...]:
    """Return the columns of facilities over all scenarios."""
    return tuple(
        Filled(column, _OF_FACILITY[column.name], _people_read(column))
        for column in ROBUSTNESS_COLUMNS
    )


def _people_read(column: Column) -> Callable[[RobustRow, Lang], CellValue | None] | None:
    return _states_in_words if column.name == "states" else None


def _states_in_words(row: RobustRow, lang: Lang) -> str:
    labels = (NOT_LISTED_WORDS if s is None else STATE_LABELS[s] for s in row.seen)
    return "\n".join(label.render(lang) for label in labels)


def state_code(state: State | None) -> str:
    """Return the code of a state; that of lists which do not have the facility, too."""
    return NOT_LISTED_CODE if state is None else state.value


_OF_FACILITY: Mapping[str, _OfFacility] = MappingProxyType(
    {
        "facility_id": lambda row, _: row.facility.id,
        "name": lambda row, _: row.facility.name,
        "municipality": lambda row, _: row.place.municipality if row.place else None,
        "medical_area": lambda row, _: row.place.area if row.place else None,
        "base_state": lambda row, _: None if row.base is None else row.base.value,
        "designated_in": lambda row, _: row.designated_in,
        "scenarios": lambda row, _: row.scenarios,
        "share": lambda row, _: round(row.share, 6),
        "states": lambda row, _: tuple(map(state_code, row.seen)),
        "turning": turning_text,
    }
)


# --- CSV


def scenarios_csv(answers: ScenarioAnswers, lang: Lang) -> str:
    """Return a row for each scenario, the run file as it is first."""
    columns = scenario_columns(answers)
    rows = ([c.value(row, lang) for c in columns] for row in answers.scenario_rows)
    return csv_table([c.name for c in columns], rows)


def robustness_csv(answers: ScenarioAnswers, lang: Lang) -> str:
    """Return a row for each facility over all scenarios."""
    columns = robustness_columns()
    rows = ([c.value(row, lang) for c in columns] for row in answers.robust_rows)
    return csv_table([c.name for c in columns], rows)


def states_csv(answers: ScenarioAnswers, lang: Lang) -> str:
    """Return the state of each facility, a column for each scenario."""
    table = answers.table
    names = [row.name.render(lang) for row in answers.scenario_rows]
    head = csv_texts(["facility_id", "name", *names])
    words = {n: s.value for n, s in enumerate(STATES)} | {NOT_LISTED: NOT_LISTED_CODE}
    ids = csv_texts([f.id for f in table.facilities])
    named = csv_texts([f.name for f in table.facilities])
    rows = (
        [of, name, *map(words.__getitem__, states)]
        for of, name, states in zip(ids, named, table.states.tolist(), strict=True)
    )
    return csv_lines(head, rows)


def cells_csv(answers: ScenarioAnswers, lang: Lang) -> str:
    """Return a row for each facility in each scenario whose lists have it.

    Made of texts that are each written once: there may be millions of rows.
    """
    return csv_lines([column.name for column in CELL_COLUMNS], _cells(answers, lang))


def _cells(answers: ScenarioAnswers, lang: Lang) -> Iterator[Sequence[str]]:
    table = answers.table
    ids = csv_texts([f.id for f in table.facilities])
    named = csv_texts([f.name for f in table.facilities])
    scenarios = csv_texts([row.name.render(lang) for row in answers.scenario_rows])
    areas = [str(round(circle.area_km2, _KM2)) for circle in table.circles]
    minutes, criteria = _Minutes(), _Criteria(table.criteria)
    for row, (of, name) in enumerate(zip(ids, named, strict=True)):
        arrays = (
            each[row].tolist()
            for each in (
                table.states,
                table.met,
                table.nearest,
                table.travel_ms,
                table.margin_ms,
                table.circle_of,
            )
        )
        columns = zip(scenarios, *arrays, strict=True)
        for column, (scenario, state, met, near, ms, margin, circle) in enumerate(columns):
            if state == NOT_LISTED:
                continue
            other = ("", "") if near == NOBODY else (ids[near], named[near])
            area = "" if circle == NOBODY else areas[circle]
            yield (
                *(of, name, str(column), scenario, STATES[state].value, criteria[met], *other),
                *minutes[ms, margin],
                area,
            )


class _Minutes(dict[tuple[int, int], tuple[str, str, str, str]]):
    """Milliseconds and minutes of a time and its margin, each pair made once."""

    def __missing__(self, key: tuple[int, int]) -> tuple[str, str, str, str]:
        ms, margin = key
        limit = None if NO_MS in key else ms - margin
        time = ("", "") if ms == NO_MS else (str(ms), str(shown_minutes(ms, limit)))
        over = ("", "") if margin == NO_MS else (str(margin), str(shown_minutes(margin, 0)))
        self[key] = (*time, *over)
        return self[key]


class _Criteria(dict[int, str]):
    """Numbers of the criteria of each set of bits, joined as elsewhere."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, bits: int) -> str:
        met = (number for n, number in enumerate(self._numbers) if bits >> n & 1)
        self[bits] = ";".join(map(str, met))
        return self[bits]


def groups_csv(answers: ScenarioAnswers, lang: Lang) -> str:
    """Return a row for each group of scenarios of equal results."""
    columns = group_columns(answers)
    rows = ([c.value(row, lang) for c in columns] for row in answers.group_rows)
    return csv_table([c.name for c in columns], rows)
