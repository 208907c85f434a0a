"""The ground of many scenarios: every distinct set of circles is united, and counted, once.

Stands apart: circles and their union hang on no verdict (`spots.judging.cut_circles`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from groundfloor.memory import Memory
from groundfloor.problems import Problem
from spots.job.inputs import JobInputs
from spots.judging.cut_circles import CutCircle, Pieces, together
from spots.judging.people_counting import count_people
from spots.types import Spot


@dataclass(frozen=True, slots=True)
class GroundTotals:
    """What the spots of one scenario are together.

    Parameters
    ----------
    spots : int
        Those with ground.
    area_km2 : float
        Of each, added up.
    dissolved_km2 : float
        Of their union.
    people : float or None
        Inside it; None without a population.
    problems : tuple of Problem
        What their number lacks.
    """

    spots: int
    area_km2: float
    dissolved_km2: float
    people: float | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, eq=False)
class ScenarioGrounds:
    """Unions by the circles that they are of."""

    _held: dict[int, CutCircle] = field(default_factory=dict)  # an id stands for what is held
    _known: dict[tuple[int, ...], GroundTotals] = field(default_factory=dict)

    def totals(
        self,
        ground: Sequence[CutCircle],
        spots: Callable[[], Sequence[Spot]],
        given: JobInputs,
        memory: Memory,
    ) -> GroundTotals:
        """Return what spots are together.

        Parameters
        ----------
        ground : sequence of CutCircle
            In the order of the facilities, those without ground too.
        spots : callable
            Gives the spots with ground; asked where there are people to be counted.
        given : JobInputs
            For the population, land and prefectures.
        memory : Memory
            What was united before.
        """
        key = (*(id(each) for each in ground), id(given.people), id(given.regions))
        if key not in self._known:
            self._held.update((id(each), each) for each in ground)
            self._known[key] = self._found(ground, spots, given, memory)
        return self._known[key]

    def _found(
        self,
        ground: Sequence[CutCircle],
        spots: Callable[[], Sequence[Spot]],
        given: JobInputs,
        memory: Memory,
    ) -> GroundTotals:
        union, km2 = together(Pieces(tuple(each.left for each in ground), memory))
        left = [each.left_km2 for each in ground if not each.left.is_empty]
        area_km2 = sum(left, 0.0)
        if given.people is None:
            return GroundTotals(len(left), area_km2, km2)
        counted = count_people(given.people, spots(), union, given.regions, lived_in=given.lived_in)
        return GroundTotals(len(left), area_km2, km2, counted.inside, counted.problems)
