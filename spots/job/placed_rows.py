"""Rows with their keys, and facilities in their places: each once, where lists share them.

Stands apart: a run asks once; scenarios ask of a thousand lists that differ in a few rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from boundaries import Regions
from groundfloor.memory import Memory
from groundfloor.problems import Problem
from spots.facilities import RawFacility, lists_of_elsewhere, place_facility
from spots.facilities.matching import Keyed, keyed
from spots.facilities.merging import KeyOfRow
from spots.facilities.model import MunicipalityResolver
from spots.judging.policy import Policy
from spots.types import Facility, Place

_KEPT = 8192  # of a national list, and of lists that differ in a few


def keys_of_rows(memory: Memory | None) -> KeyOfRow:
    """Return what gives the keys of a row; of those that are remembered once."""
    if memory is None:
        return keyed
    known = memory
    return lambda raw, resolver: known.of(_key_of, (raw, resolver), most=_KEPT)


def _key_of(
    question: tuple[RawFacility, MunicipalityResolver | None],
) -> tuple[Keyed, Problem | None]:
    return keyed(*question)


def place_all(
    facilities: Sequence[Facility], regions: Regions, policy: Policy, memory: Memory | None
) -> tuple[dict[str, Place], list[Problem]]:
    """Return where each facility is, by id, and what is doubtful about it."""
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for facility in facilities:
        asked = facility, regions, policy.place.tolerance_m, policy.policy.prefecture
        place = _placed(asked) if memory is None else memory.of(_placed, asked, most=_KEPT)
        places[facility.id], found = place
        problems.extend(found)
    return places, [*problems, *lists_of_elsewhere(facilities, places, policy.policy.prefecture)]


def _placed(asked: tuple[Facility, Regions, float, str]) -> tuple[Place, Sequence[Problem]]:
    facility, regions, tolerance_m, home = asked
    return place_facility(facility, regions, tolerance_m=tolerance_m, home=home)
