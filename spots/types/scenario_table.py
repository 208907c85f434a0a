"""What a thousand scenarios of one job come to: facility × scenario, and each scenario's ground.

A scenario is the run file with some things said otherwise, and each of these is what ``spots run``
takes too, so that every column of a table is that of a run with those options. The first scenario
is the run file as it is.

Rows are facilities, columns scenarios, in arrays that nobody can write to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Text
from spots.types.facilities import Facility
from spots.types.verdicts import State

#: The states of `ScenarioTable.states`, in the order of reading; an entry is an index into them.
STATES = (State.DESIGNATED, State.EXCLUDED, State.MOOT, State.NOT_MET, State.UNDETERMINED)
#: In `ScenarioTable.states`: the lists of that scenario do not have the facility.
NOT_LISTED = -1
#: In `ScenarioTable.nearest`: no other was found, or none looked for. In `circle_of`: no ground.
NOBODY = -1
#: In `ScenarioTable.travel_ms` and `margin_ms`: there is no such time.
NO_MS = int(np.iinfo(np.int32).min)


@dataclass(frozen=True, slots=True)
class ScenarioSetting:
    """One thing that a scenario says otherwise.

    Parameters
    ----------
    axis : str
        What is varied: an axis word (``"threshold_min"``, ``"lists"``) or a key of the run file.
    shown : Text
        Its value as people read it.
    keys : tuple of str
        ``KEY=VALUE`` as ``spots run --set`` takes them.
    lists : tuple of str
        ``LAYER=FILE`` as ``spots run --facilities`` takes them.
    number : float or None
        The value of a numeric axis in the unit of the axis (minutes, metres, a factor).
    """

    axis: str
    shown: Text
    keys: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    number: float | None = None

    @property
    def said(self) -> object:
        """What tells two values of one axis apart: 20 and 20.0 are one."""
        return self.keys if self.number is None else self.number, self.lists


@dataclass(frozen=True, slots=True)
class NamedScenario:
    """The run file with some things said otherwise.

    Parameters
    ----------
    name : str
        Unique in a table.
    settings : tuple of ScenarioSetting
        None of them twice; empty of the run file as it is.
    as_now : bool
        Whether all that it says is what the run file says too.
    """

    name: str
    settings: tuple[ScenarioSetting, ...] = ()
    as_now: bool = False

    @property
    def varies(self) -> bool:
        """Whether it says anything otherwise than the run file."""
        return bool(self.settings) and not self.as_now


#: The run file as it is.
BASE_SCENARIO = NamedScenario("base")


@dataclass(frozen=True, slots=True)
class ScenarioFigures:
    """What one scenario comes to on the ground, as a run with those settings says it.

    Parameters
    ----------
    states : tuple of int
        How many facilities have each of `STATES`.
    spots : int
        Circles with ground.
    area_km2 : float
        Of all spots added up, on the ellipsoid.
    dissolved_km2 : float
        Of their union: overlaps once.
    people : float or None
        Inside that union, each once; None where the run has no population.
    units : tuple of int
        How many units of ground have each of `STATES`; empty of a policy without ``[[result]]``.
    units_km2 : float
        Of the ground of all results.
    units_people : float or None
        Inside it.
    units_designated : frozenset of (str, str)
        Result and unit of each that is designated.
    problems : tuple of Problem
        Warnings and notes of that run.
    """

    states: tuple[int, ...]
    spots: int
    area_km2: float
    dissolved_km2: float
    people: float | None = None
    units: tuple[int, ...] = ()
    units_km2: float = 0.0
    units_people: float | None = None
    units_designated: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    problems: tuple[Problem, ...] = field(default=(), repr=False)

    def count(self, state: State) -> int:
        """Return how many facilities have a state."""
        return self.states[STATES.index(state)]


@dataclass(frozen=True, slots=True)
class ScenarioCircle:
    """The ground of one spot, shared by all scenarios in which it is the same.

    Parameters
    ----------
    row : int
        The facility.
    radius_m : int
        Geodesic radius.
    geometry : MultiPolygon
        What is left after cutting, longitude/latitude degrees, EPSG:6668.
    area_km2 : float
        Its area on the ellipsoid.
    """

    row: int
    radius_m: int
    geometry: MultiPolygon
    area_km2: float


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """Where a facility's state is another than in the run file as it is.

    Parameters
    ----------
    axis : str
        What alone is changed; of several the words joined by ``" + "``.
    value : float or None
        The value of a numeric axis at which the state differs; None of other axes.
    state : State or None
        What it is there; None where the lists no longer have it.
    exact : bool
        Whether `value` is found from the facility's own minutes, to the millisecond: on this side
        of it nothing turns. Otherwise it is the nearest of the scenarios given.
    scenario : int or None
        The column in which it was seen; None of a value that no scenario has.
    settings : int
        How many settings that scenario changes.
    """

    axis: str
    value: float | None
    state: State | None
    exact: bool
    scenario: int | None
    settings: int = 1


def _nowhere() -> NDArray[np.int32]:
    return np.empty((0, 0), np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioTable:
    """Every facility in every scenario.

    Parameters
    ----------
    scenarios : tuple of NamedScenario
        The columns, S of them. The first is the run file as it is.
    facilities : tuple of Facility
        The rows, F of them: all that the lists of any scenario have, in the order of the first
        scenario that has them. Hospitals that are only reached are among them.
    criteria : tuple of int
        Numbers of all criteria of any scenario, ascending: bit n of `met` is the n-th.
    states : (F, S) int8
        Index into `STATES`; `NOT_LISTED` where the lists of a scenario do not have the facility.
    met : (F, S) uint16
        Criteria that are met, a bit each.
    travel_ms : (F, S) int32
        Whole milliseconds to the nearest other, by the criterion that the state rests on
        (`Verdict.travel`); `NO_MS` where none was reached or asked for.
    nearest : (F, S) int32
        Row of that other; `NOBODY`.
    margin_ms : (F, S) int32
        `travel_ms` less the threshold; `NO_MS`.
    figures : tuple of ScenarioFigures
        Of each scenario.
    base_numbers : mapping of str to float
        Value of each numeric axis in the run file as it is, where it is known.
    exact_turns : tuple of tuple of TurningPoint
        Of each facility, where the threshold, or the speed of everything, turns its state: found
        from its own minutes, not among the scenarios.
    circles : tuple of ScenarioCircle
        The ground of all spots of all scenarios, each once.
    circle_of : (F, S) int32
        Index into `circles`; `NOBODY` where the facility has no ground there.
    row_of : tuple of mapping of str to int
        Of each scenario, the row of each facility by the id that it has in the lists of that
        scenario: other lists may number otherwise. The ids of `facilities` are unique.
    """

    scenarios: tuple[NamedScenario, ...]
    facilities: tuple[Facility, ...]
    criteria: tuple[int, ...]
    states: NDArray[np.int8]
    met: NDArray[np.uint16]
    travel_ms: NDArray[np.int32]
    nearest: NDArray[np.int32]
    margin_ms: NDArray[np.int32]
    figures: tuple[ScenarioFigures, ...]
    base_numbers: Mapping[str, float] = field(default_factory=FrozenDict)
    exact_turns: tuple[tuple[TurningPoint, ...], ...] = ()
    circles: tuple[ScenarioCircle, ...] = ()
    circle_of: NDArray[np.int32] = field(default_factory=_nowhere)
    row_of: tuple[Mapping[str, int], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Check the shapes, and keep arrays from being written to.

        Raises
        ------
        ValueError
            Rows or columns are not those of facilities and scenarios.
        """
        shape = len(self.facilities), len(self.scenarios)
        if not self.circles:
            object.__setattr__(self, "circle_of", np.full(shape, NOBODY, np.int32))
        for name in _ARRAYS:
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"{name} is {array.shape}, and the table {shape}")
            array.setflags(write=False)
        if len(self.figures) != len(self.scenarios):
            raise ValueError("not each scenario has its figures")

    @property
    def varied(self) -> tuple[int, ...]:
        """Columns of the scenarios that say anything otherwise: those that are counted."""
        return tuple(n for n, each in enumerate(self.scenarios) if n and each.varies)

    def state(self, row: int, column: int) -> State | None:
        """Return what a facility is in a scenario; None where its lists do not have it."""
        index = int(self.states[row, column])
        return None if index == NOT_LISTED else STATES[index]

    def met_by(self, row: int, column: int) -> tuple[int, ...]:
        """Return the numbers of the criteria that a facility meets in a scenario."""
        bits = int(self.met[row, column])
        return tuple(number for n, number in enumerate(self.criteria) if bits >> n & 1)

    def robustness(self) -> NDArray[np.int64]:
        """Return in how many scenarios each facility is designated, (F,)."""
        found: NDArray[np.int64] = np.count_nonzero(
            self.states == STATES.index(State.DESIGNATED), axis=1
        )
        return found

    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Return the scenarios of equal results together, in the order of the first of each.

        Equal are those in which every facility has the same state, the same units are designated,
        and the ground and its people are the same; minutes may differ.
        """
        found: dict[tuple[object, ...], list[int]] = {}
        for column, figures in enumerate(self.figures):
            ground = replace(figures, problems=())
            found.setdefault((self.states[:, column].tobytes(), ground), []).append(column)
        return tuple(tuple(columns) for columns in found.values())

    def restricted(self, columns: Sequence[int]) -> ScenarioTable:
        """Return the table of some scenarios; of the first is told what turns a facility."""
        of = list(columns)
        arrays = {name: getattr(self, name)[:, of] for name in _ARRAYS}
        return replace(
            self,
            scenarios=tuple(self.scenarios[n] for n in of),
            figures=tuple(self.figures[n] for n in of),
            row_of=tuple(self.row_of[n] for n in of) if self.row_of else (),
            **arrays,
        )

    def turning(self, row: int) -> tuple[TurningPoint, ...]:
        """Return the smallest changes that turn a facility's state, each axis alone before others.

        By its own minutes where the axis is the threshold or the speed of everything. Of every
        other numeric axis that a scenario changes alone, the value nearest to that of the run file
        at which the state differs; of an axis without numbers the first. At the end the scenario
        with the fewest settings changed, where more than one has to be.
        """
        exact = self.exact_turns[row] if self.exact_turns else ()
        told = {point.axis for point in exact}
        alone = {p.axis: p for p in reversed(list(self._alone(row))) if p.axis not in told}
        if exact or alone:
            return (*exact, *reversed(alone.values()))
        return tuple(self._together(row))

    def _turned(self, row: int) -> NDArray[np.intp]:
        return np.flatnonzero(self.states[row] != self.states[row, 0])

    def _alone(self, row: int) -> Iterator[TurningPoint]:
        """Yield every turn by one setting, those nearest to the run file's value first."""
        found = []
        for column in self._turned(row).tolist():
            settings = self.scenarios[column].settings
            if len(settings) == 1:
                (one,) = settings
                base = self.base_numbers.get(one.axis)
                known = one.number is not None and base is not None
                far = abs((one.number or 0.0) - (base or 0.0)) if known else 0.0
                found.append((far, column, one))
        for _, column, one in sorted(found, key=lambda each: each[:2]):
            yield TurningPoint(one.axis, one.number, self.state(row, column), False, column)

    def _together(self, row: int) -> Iterator[TurningPoint]:
        """Yield the turn by the fewest settings."""
        turned = self._turned(row).tolist()
        if turned:
            column = min(turned, key=lambda n: (len(self.scenarios[n].settings), n))
            settings = self.scenarios[column].settings
            axes = " + ".join(each.axis for each in settings)
            state = self.state(row, column)
            yield TurningPoint(axes, None, state, False, column, len(settings))


_ARRAYS = ("states", "met", "travel_ms", "nearest", "margin_ms", "circle_of")
