"""The ground of many scenarios: every distinct set of circles is united, and counted, once.

Stands apart: circles and their union hang on no verdict (`spots.judging.cut_circles`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd

from boundaries import Regions
from groundfloor.memory import Memory
from groundfloor.problems import Problem
from spots.judging.cut_circles import CutCircle, Pieces, together
from spots.judging.people_counting import people_together


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
    people: float | None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, eq=False)
class ScenarioGrounds:
    """Unions by the circles that they are of."""

    _held: dict[int, CutCircle] = field(default_factory=dict)  # an id stands for what is held
    _known: dict[tuple[int, ...], GroundTotals] = field(default_factory=dict)

    def totals(
        self,
        spots: Sequence[CutCircle],
        people: gpd.GeoDataFrame | None,
        regions: Regions,
        memory: Memory,
    ) -> GroundTotals:
        """Return what spots are together.

        Parameters
        ----------
        spots : sequence of CutCircle
            In the order of the facilities, those without ground too.
        people : GeoDataFrame or None
            Cells, as `boundaries.read_population` gives them.
        regions : Regions
            For land and prefectures.
        memory : Memory
            What was united before.
        """
        key = (*(id(each) for each in spots), id(people), id(regions))
        if key not in self._known:
            self._held.update((id(each), each) for each in spots)
            self._known[key] = _found(spots, people, regions, memory)
        return self._known[key]


def _found(
    spots: Sequence[CutCircle],
    people: gpd.GeoDataFrame | None,
    regions: Regions,
    memory: Memory,
) -> GroundTotals:
    union, km2 = together(Pieces(tuple(each.left for each in spots), memory))
    left = [each for each in spots if not each.left.is_empty]
    inside = None
    if people is not None:
        inside = people_together(people, [each.whole for each in left], union, regions)
    return GroundTotals(len(left), sum((each.left_km2 for each in left), 0.0), km2, inside)
