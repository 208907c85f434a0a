"""Condition: whether a unit lies on the main land of its prefecture, or apart from it.

Where an institution or a point stands decides for it; of ground all of it has to. Outlines know no
bridges: an island that one leads to is apart, and a policy that means others names a layer of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from boundaries.municipal_ground import LEAST_SHARE_PERMILLE
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.leaf_findings import UnitFinding, truth_of
from spots.judging.selecting.near_conditions import centre_of
from spots.judging.selecting.sides_of_sea import OFF_COAST_M
from spots.telling import selection_words as words
from spots.types import Truth
from spots.types.ground_units import Unit, UnitKind

_OF_CODES = {UnitKind.MUNICIPALITY, UnitKind.MEDICAL_AREA, UnitKind.PREFECTURE}


def by_land(asked: bool, units: Sequence[Unit], facts: GroundFacts) -> dict[str, UnitFinding]:
    """Return whether each unit lies apart from the main land (or, with False, on it)."""
    main = facts.land.main(facts.regions.prefecture_code)
    return {u.id: _judged(asked, u, main, facts) for u in units}


def _judged(asked: bool, unit: Unit, main: int | None, facts: GroundFacts) -> UnitFinding:
    own = _lands(unit, facts)
    sides = {number != main for number in own}
    standing = unit.geometry is None or unit.position is not None
    if main is None or not own or (standing and len(sides) > 1):
        truth = Truth.UNDETERMINED
    else:
        truth = truth_of(sides == {asked})
    return UnitFinding(truth, words.is_apart(asked, truth, partly=len(sides) > 1))


def _lands(unit: Unit, facts: GroundFacts) -> frozenset[int]:
    """Return the numbers of the connected land that a unit lies on."""
    land = facts.land
    if unit.kind in _OF_CODES:
        mine = [code in unit.municipality_codes for code in land.codes]
        return frozenset(land.numbers[mine].tolist())
    if unit.geometry is None or unit.position is not None:
        here = centre_of(unit, facts)
        return frozenset() if here is None else land.at(here.lon, here.lat, within_m=OFF_COAST_M)
    parts = land.split(unit.geometry)
    whole = sum(ground.area for ground in parts.values())
    return frozenset(
        number
        for number, ground in parts.items()
        if ground.area * 1000 >= whole * LEAST_SHARE_PERMILLE
    )
