"""What a table of scenarios says, gathered once for every file that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Lang, Problem, Severity, Text
from spots.scenarios.scenario_file import ScenarioFile
from spots.scenarios.scenario_jobs import of_scenarios
from spots.telling.labels import STATE_LABELS
from spots.telling.scenario_columns import NOT_LISTED_WORDS
from spots.telling.scenario_words import (
    AS_IT_IS,
    AS_NOW,
    NEVER_TURNS,
    counted_words,
    setting_words,
    turning_words,
)
from spots.telling.wording import joined
from spots.types import Facility, Place, RunResult, State
from spots.types.robustness import Robustness
from spots.types.scenario_table import (
    NOT_LISTED,
    STATES,
    NamedScenario,
    ScenarioFigures,
    ScenarioTable,
    TurningPoint,
)


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A scenario as the tables show it.

    Parameters
    ----------
    number : int
        Its column; 0 is the run file as it is.
    scenario : NamedScenario
        What it says otherwise.
    figures : ScenarioFigures
        What it comes to.
    group : int
        Number of the scenarios of equal results, from 1.
    changed : int
        How many facilities have another state than in the run file as it is.
    description : Text or None
        As the file has it.
    """

    number: int
    scenario: NamedScenario
    figures: ScenarioFigures
    group: int
    changed: int
    description: Text | None = None

    @property
    def name(self) -> Text:
        """What it is called."""
        own = self.scenario.name
        return Text(own, own) if self.number else AS_IT_IS

    @property
    def says(self) -> Text:
        """What it says otherwise than the run file."""
        if self.number and not self.scenario.varies:
            return AS_NOW
        return joined(
            (setting_words(each.axis, each.shown) for each in self.scenario.settings),
            "\n",
            "\n",
        )


@dataclass(frozen=True, slots=True)
class RobustRow:
    """A facility over all scenarios.

    Parameters
    ----------
    row : int
        Its row in the table.
    facility : Facility
        The facility.
    place : Place or None
        Where it is; None of one that only lists of other scenarios have.
    base : State or None
        What it is in the run file as it is; None where its lists do not have it.
    designated_in, scenarios : int
        In how many scenarios it is designated, of how many; the run file as it is not counted, nor
        what says the same.
    seen : tuple of (State or None)
        What it is in any scenario, the run file's first.
    turning : tuple of Text
        The smallest changes that turn it, each in words.
    """

    row: int
    facility: Facility
    place: Place | None
    base: State | None
    designated_in: int
    scenarios: int
    seen: tuple[State | None, ...]
    turning: tuple[Text, ...]

    @property
    def turns(self) -> bool:
        """Whether its state is another one in some scenario."""
        return len(self.seen) > 1

    @property
    def share(self) -> float:
        """The share of the scenarios in which it is designated."""
        return self.designated_in / self.scenarios if self.scenarios else 0.0


@dataclass(frozen=True, slots=True)
class ScenarioGroup:
    """Scenarios of equal results.

    Parameters
    ----------
    number : int
        From 1; that of the run file as it is is the first.
    members : tuple of ScenarioRow
        The scenarios, and the run file as it is where it is among them.
    """

    number: int
    members: tuple[ScenarioRow, ...]

    @property
    def size(self) -> int:
        """How many scenarios it has, of those that say anything otherwise."""
        return sum(bool(row.number) and row.scenario.varies for row in self.members)

    @property
    def first(self) -> ScenarioRow:
        """One of them, for what is equal."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class ScenarioRule:
    """What the policy of a scenario says that a legend repeats.

    Parameters
    ----------
    titles : tuple of (int, str, Text)
        Number, mark and title of each criterion, with the threshold that is in use.
    radius_m : int
        Radius of the circles.
    """

    titles: tuple[tuple[int, str, Text], ...]
    radius_m: int


@dataclass(frozen=True)
class ScenarioAnswers:
    """The scenarios of a file, answered.

    Parameters
    ----------
    table : ScenarioTable
        Every facility in every scenario.
    base : RunResult
        The run file as it is, with what lies around.
    file : ScenarioFile
        What the file says.
    rules : tuple of ScenarioRule
        Of each scenario.
    robustness : Robustness or None
        What the verdicts of the run file as it is hang on; None where that was not asked.
    """

    table: ScenarioTable
    base: RunResult
    file: ScenarioFile
    rules: tuple[ScenarioRule, ...]
    robustness: Robustness | None = None

    @property
    def title(self) -> Text:
        """Title of the outputs: the file's own, else that of the run."""
        of_run = self.base.settings.title
        given = self.file.title or Text("シナリオの比較", "scenarios")
        return Text(f"{of_run.ja}　{given.ja}", f"{of_run.en}: {given.en}")

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is doubtful about the run file as it is, and about scenarios alone by their names.

        A warning of several scenarios is told once, with the first of them and how many there are.
        """
        base = dict.fromkeys(self.base.problems)
        others: dict[Problem, list[str]] = {}
        named = zip(self.table.scenarios[1:], self.table.figures[1:], strict=True)
        for scenario, figures in named:
            for problem in figures.problems:
                if problem not in base and problem.severity is not Severity.NOTE:
                    others.setdefault(problem, []).append(scenario.name)
        return (*base, *(of_scenarios(p, names) for p, names in others.items()))

    @property
    def undetermined(self) -> bool:
        """Whether a facility, or a unit of ground, of any scenario is undetermined."""
        open_ = STATES.index(State.UNDETERMINED)
        units = (each.units for each in self.table.figures if each.units)
        return bool((self.table.states == open_).any()) or any(each[open_] for each in units)

    @property
    def asks(self) -> bool:
        """Whether the file has scenarios at all, and not only what is taken away one at a time."""
        return len(self.table.scenarios) > 1

    @property
    def counted(self) -> Text:
        """How many scenarios there are, in words."""
        count = len(self.table.varied)
        return counted_words(count, len(self.table.scenarios) - 1 - count)

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The scenarios of equal results together; that of the run file as it is is the first."""
        return self.table.groups()

    @cached_property
    def changed(self) -> NDArray[np.int64]:
        """How many facilities of each scenario have another state than in the first, (S,)."""
        states = self.table.states
        found: NDArray[np.int64] = np.count_nonzero(states != states[:, :1], axis=0)
        return found

    @cached_property
    def scenario_rows(self) -> tuple[ScenarioRow, ...]:
        """Every scenario, the run file as it is first."""
        group_of = {column: n for n, group in enumerate(self.groups, 1) for column in group}
        said = self.file.descriptions
        return tuple(
            ScenarioRow(
                column,
                scenario,
                self.table.figures[column],
                group_of[column],
                int(self.changed[column]),
                said.get(scenario.name) if column else None,
            )
            for column, scenario in enumerate(self.table.scenarios)
        )

    @cached_property
    def group_rows(self) -> tuple[ScenarioGroup, ...]:
        """The scenarios of equal results."""
        rows = self.scenario_rows
        return tuple(
            ScenarioGroup(n, tuple(rows[column] for column in group))
            for n, group in enumerate(self.groups, 1)
        )

    @cached_property
    def robust_rows(self) -> tuple[RobustRow, ...]:
        """Every facility over all scenarios."""
        places = {verdict.facility.id: verdict.place for verdict in self.base.verdicts}
        given = self.table.states[:, list(self.table.varied)]
        held = np.count_nonzero(given == STATES.index(State.DESIGNATED), axis=1)
        return tuple(
            RobustRow(
                row,
                facility,
                places.get(facility.id),
                self.table.state(row, 0),
                int(held[row]),
                given.shape[1],
                tuple(self._seen(row)),
                tuple(self._turning(row)),
            )
            for row, facility in enumerate(self.table.facilities)
        )

    @cached_property
    def turning_rows(self) -> tuple[RobustRow, ...]:
        """The facilities whose state is another one in some scenario, the least certain first.

        That is those designated in about half of the scenarios.
        """
        found = (each for each in self.robust_rows if each.turns)
        return tuple(sorted(found, key=lambda each: (abs(each.share - 0.5), each.row)))

    def _seen(self, row: int) -> Iterator[State | None]:
        seen = dict.fromkeys(self.table.states[row].tolist())
        yield from (None if index == NOT_LISTED else STATES[index] for index in seen)

    def _turning(self, row: int) -> Iterator[Text]:
        for point in self.table.turning(row):
            yield self._in_words(point)

    def _in_words(self, point: TurningPoint) -> Text:
        scenario = None if point.scenario is None else self.table.scenarios[point.scenario]
        state = NOT_LISTED_WORDS if point.state is None else STATE_LABELS[point.state]
        return turning_words(point, self.table.base_numbers.get(point.axis), scenario, state)


def turning_text(row: RobustRow, lang: Lang) -> str:
    """Return the smallest changes that turn a facility, a line each."""
    return "\n".join(text.render(lang) for text in row.turning or (NEVER_TURNS,))
