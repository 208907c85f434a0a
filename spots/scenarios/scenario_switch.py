"""What the switch of a map knows: every scenario, packed so that a thousand fit into one page.

Shapes are shared, and what a facility is in each scenario is a place in a short list of what it
ever is; facilities that go through the scenarios alike share the row of places. Beyond a limit of
size one scenario of each group of equal results stands for all of it, and the page says so.
Stands apart: `scenario_map` makes the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Lang, Text
from spots.map.card_data import Shape
from spots.map.shapes import pack_polygons
from spots.scenarios.scenario_answers import ScenarioAnswers, ScenarioRule, turning_text
from spots.telling.colours import ROBUST
from spots.telling.labels import STATE_LABELS
from spots.telling.scenario_columns import NOT_LISTED_WORDS
from spots.telling.scenario_words import figures_words, share_words
from spots.telling.units import duration, margin
from spots.types.scenario_table import NO_MS, NOT_LISTED, STATES, ScenarioTable

#: Cells and places in them that a page carries at most: some 4 MB.
MOST_PLACES = 1_500_000
#: Scenarios that a list to choose from has at most.
MOST_NAMES = 5_000
#: Key of a facility that the lists of a scenario do not have.
ABSENT = "absent"
#: State (a place in `ScenarioSwitch.states`), criteria as bits, circle, time, margin, both in ms,
#: and the nearest other as a place in `ScenarioSwitch.facilities`; -1 and None for none.
SwitchCell = tuple[int, int, int, str, str, int | None, int | None, int]


@dataclass(frozen=True, slots=True)
class SwitchState:
    """A state: its key on the page, and its word."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class SwitchCriterion:
    """A criterion as a scenario has it."""

    number: int
    mark: str
    title: str


@dataclass(frozen=True, slots=True)
class SwitchRule:
    """What the policy of scenarios says: criteria in the order of the bits of a cell, radius."""

    criteria: tuple[SwitchCriterion, ...]
    radius_m: int


@dataclass(frozen=True, slots=True)
class SwitchCircle:
    """Ground of a spot: whose, its shape, and in how many scenarios it is designated."""

    row: int
    shape: Shape
    held: int


@dataclass(frozen=True, slots=True)
class SwitchShade:
    """A shade: up to which share of the scenarios, its colour, and its words."""

    most: float
    colour: str
    label: str


@dataclass(frozen=True, slots=True)
class SwitchFacility:
    """A facility: what it ever is, by which row of places, and what holds over all scenarios."""

    id: str
    name: str
    cells: tuple[SwitchCell, ...]
    pattern: int
    held: int
    turning: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenarioSwitch:
    """Everything the switch knows.

    Parameters
    ----------
    names, figures, changes : tuple of str
        Of each scenario, the run file as it is first: what it is called, what it comes to, and what
        it says otherwise, a line each.
    total : int
        How many scenarios there are beside the run file as it is, shown or not.
    note : str
        What is said where not all of them can be chosen; empty otherwise.
    rules : tuple of SwitchRule
        The policies that there are.
    rule_of : tuple of int
        Which of them each scenario has.
    states, shades, circles, facilities : tuple
        What cells point to.
    patterns : tuple of tuple of int
        Place of the cell in each scenario; shared by the facilities that it is the same for.
    """

    names: tuple[str, ...]
    figures: tuple[str, ...]
    changes: tuple[str, ...]
    total: int
    note: str
    rules: tuple[SwitchRule, ...]
    rule_of: tuple[int, ...]
    states: tuple[SwitchState, ...]
    shades: tuple[SwitchShade, ...]
    circles: tuple[SwitchCircle, ...]
    facilities: tuple[SwitchFacility, ...]
    patterns: tuple[tuple[int, ...], ...]


def scenario_switch(answers: ScenarioAnswers, lang: Lang) -> ScenarioSwitch:
    """Return the switch: of all scenarios, or of one for each group of equal results.

    Parameters
    ----------
    answers : ScenarioAnswers
        The scenarios.
    lang : Lang
        Language of the page.
    """
    table, rows = answers.table, answers.scenario_rows
    columns, note, packed = _shown(answers, lang)
    rules = list(dict.fromkeys(answers.rules[n] for n in columns))
    return ScenarioSwitch(
        names=tuple(rows[n].name.render(lang) for n in columns),
        figures=tuple(
            figures_words(rows[n].figures, rows[n].changed).render(lang) for n in columns
        ),
        changes=tuple(rows[n].says.render(lang) for n in columns),
        total=len(table.varied),
        note=note.render(lang),
        rules=tuple(_rule(rule, table.criteria, lang) for rule in rules),
        rule_of=tuple(rules.index(answers.rules[n]) for n in columns),
        states=tuple(_states(lang)),
        shades=tuple(_shades(lang)),
        circles=tuple(_circles(table)),
        facilities=tuple(
            SwitchFacility(
                row.facility.id,
                row.facility.name,
                packed.cells[row.row],
                packed.pattern_of[row.row],
                row.designated_in,
                tuple(turning_text(row, lang).split("\n")),
            )
            for row in answers.robust_rows
        ),
        patterns=packed.patterns,
    )


@dataclass(frozen=True, slots=True)
class _Packed:
    """What each facility ever is, and where in that each scenario is; equal rows are one."""

    cells: tuple[tuple[SwitchCell, ...], ...]
    pattern_of: tuple[int, ...]
    patterns: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """How many cells and places it has."""
        return sum(map(len, self.cells)) * 8 + sum(map(len, self.patterns))


def _shown(answers: ScenarioAnswers, lang: Lang) -> tuple[Sequence[int], Text, _Packed]:
    """Return the scenarios that can be chosen, what is said of the others, and all of them packed.

    All of them where the page has room for that; else one of each group, as far as there is room.
    """
    table = answers.table
    columns: Sequence[int] = range(len(table.scenarios))
    if len(columns) <= MOST_NAMES:
        packed = _packed(table, columns, lang)
        if packed.size <= MOST_PLACES:
            return columns, Text("", ""), packed
    columns = [group[0] for group in answers.groups][:MOST_NAMES]
    packed = _packed(table, columns, lang)
    while packed.size > MOST_PLACES and len(columns) > 1:
        columns = columns[: len(columns) // 2]
        packed = _packed(table, columns, lang)
    left = len(answers.groups) - len(columns)
    more = (
        Text(f"（ほかに{left:,}組）", f" ({left:,} more are not shown)") if left else Text("", "")
    )
    note = Text(
        f"シナリオが多いため、結果が同じ組ごとに一つを選べます{more.ja}。濃さと数は全シナリオのものです。",
        f"Of so many scenarios one can be chosen for each group of equal results{more.en}; shades "
        "and counts are of all.",
    )
    return columns, note, packed


def _packed(table: ScenarioTable, columns: Sequence[int], lang: Lang) -> _Packed:
    at = list(columns)
    arrays = (
        table.states,
        table.met,
        table.circle_of,
        table.travel_ms,
        table.margin_ms,
        table.nearest,
    )
    stacked = np.stack([each[:, at].astype(np.int64) for each in arrays], axis=-1)
    cells, pattern_of = [], []
    patterns: dict[tuple[int, ...], int] = {}
    for row in stacked:
        distinct, places = _in_order(row)
        cells.append(tuple(_cell(each.tolist(), lang) for each in distinct))
        pattern_of.append(patterns.setdefault(tuple(places.tolist()), len(patterns)))
    return _Packed(tuple(cells), tuple(pattern_of), tuple(patterns))


def _in_order(row: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct cells in the order of their first scenario, and the place of each."""
    distinct, first, places = np.unique(row, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return distinct[order], rank[places.ravel()]


def _cell(values: Sequence[int], lang: Lang) -> SwitchCell:
    state, met, circle, ms, over, near = values
    return (
        len(STATES) if state == NOT_LISTED else state,
        met,
        circle,
        "" if ms == NO_MS else _time(ms, lang),
        "" if over == NO_MS else _margin(over, lang),
        None if ms == NO_MS else ms,
        None if over == NO_MS else over,
        near,
    )


@cache
def _time(ms: int, lang: Lang) -> str:
    return duration(ms).render(lang)


@cache
def _margin(ms: int, lang: Lang) -> str:
    return margin(ms).render(lang)


def _states(lang: Lang) -> Iterator[SwitchState]:
    for state in STATES:
        yield SwitchState(str(state), STATE_LABELS[state].render(lang))
    yield SwitchState(ABSENT, NOT_LISTED_WORDS.render(lang))


def _rule(rule: ScenarioRule, numbers: Sequence[int], lang: Lang) -> SwitchRule:
    known = {number: (mark, title) for number, mark, title in rule.titles}
    criteria = (
        SwitchCriterion(n, known[n][0], f"{known[n][0]} {known[n][1].render(lang)}")
        if n in known
        else SwitchCriterion(n, str(n), str(n))  # of the policy of another scenario
        for n in numbers
    )
    return SwitchRule(tuple(criteria), rule.radius_m)


def _shades(lang: Lang) -> Iterator[SwitchShade]:
    low = 0.0
    for most, colour in ROBUST:
        if most > 0:  # what no scenario designates is not drawn
            yield SwitchShade(most, colour, share_words(low, most).render(lang))
        low = most


def _circles(table: ScenarioTable) -> Iterator[SwitchCircle]:
    used = np.bincount(
        table.circle_of[:, list(table.varied)].ravel() + 1, minlength=len(table.circles) + 1
    )
    for circle, held in zip(table.circles, used[1:].tolist(), strict=True):
        yield SwitchCircle(circle.row, pack_polygons(circle.geometry), held)
