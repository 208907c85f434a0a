"""Condition: how many people live inside a unit, or around its centre.

People are counted on the inhabited land of each cell, as for circles. Where a table ends at the
prefecture's border, or cells are secret, there are at least so many.

Stands apart: the only condition on the run's population.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import geopandas as gpd
from shapely.geometry import MultiPolygon, Point

from boundaries import circles
from boundaries.land_parts import LandParts
from groundfloor.crs import JGD2011
from spots.judging.people_counting import HeadCount, head_counts
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.leaf_findings import UnitFinding
from spots.judging.selecting.near_conditions import centre_of
from spots.judging.selecting.number_bounds import BOUND_KEYS, Figures, compare
from spots.judging.selecting.selection_settings import PeopleCondition
from spots.judging.selecting.sides_of_sea import OFF_COAST_M
from spots.telling import near_words as words
from spots.telling.units import people
from spots.types import Position, Truth
from spots.types.ground_units import Unit

_PERSON = 6  # decimals: shares of cells add up with errors far below


def by_people(
    asked: PeopleCondition, units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether the people inside each unit, or near its centre, are within a bound."""
    if facts.people is None:
        return {u.id: UnitFinding(Truth.UNDETERMINED, words.NO_PEOPLE) for u in units}
    shapes = {u.id: s for u in units if (s := _ground(asked, u, facts)) is not None}
    counts = head_counts(facts.people, tuple(shapes.values()), facts.regions)
    by_unit = dict(zip(shapes, counts, strict=True))
    figures = Figures(
        what=words.head_count(asked.within_m, same_land=asked.same_land),
        values={i: round(c.people, _PERSON) for i, c in by_unit.items()},
        among=frozenset(u.id for u in units),
        shown=people,
        limit_shown=words.heads,
    )
    return {u.id: _judged(asked, u, figures, by_unit.get(u.id)) for u in units}


def _ground(asked: PeopleCondition, unit: Unit, facts: GroundFacts) -> MultiPolygon | None:
    """Return the ground whose people count; None where there is none."""
    here = centre_of(unit, facts)
    ground = unit.geometry
    if asked.within_m is not None:
        if here is None:
            return None
        point = gpd.GeoSeries([Point(here.lon, here.lat)], crs=JGD2011)
        ground = MultiPolygon([circles(point, asked.within_m).iloc[0]])
    if not asked.same_land or ground is None:
        return ground
    return None if here is None else _on_one_land(ground, here, facts.land)


def _on_one_land(ground: MultiPolygon, here: Position, land: LandParts) -> MultiPolygon | None:
    """Return what of some ground is connected with a place; None where that is on no one land."""
    own = list(land.at(here.lon, here.lat, within_m=OFF_COAST_M))
    if len(own) != 1:
        return None
    return land.split(ground, only=own[0]).get(own[0], MultiPolygon())


def _judged(
    asked: PeopleCondition, unit: Unit, figures: Figures, count: HeadCount | None
) -> UnitFinding:
    truth, text = figures.judge(asked.is_, unit.id, unit.name)
    if count is None or not (count.secret or count.uncovered):
        return UnitFinding(truth, text)
    ((key, limit),) = asked.is_.bounds()
    at_least = compare(key, count.people, math.inf, float(limit)) if key in BOUND_KEYS else None
    if at_least is truth:
        return UnitFinding(truth, text)
    told = words.people_open(figures.what, people(count.people), secret=count.secret)
    return UnitFinding(Truth.UNDETERMINED, told)
