"""Answers of a search as evidence: who was found, and what could be nearer.

Stands apart: `nearest_other` decides by them, and is long enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from networks import NearestOther
from spots.judging.criteria.solving import Few
from spots.judging.criteria.trials import CLOSURES, Trial
from spots.types import Facility, OtherHospital, OtherWay, Unmeasured


def others(
    found: NearestOther, few: Few, known: Mapping[str, Facility]
) -> tuple[OtherHospital, ...]:
    """Return the nearest few, the one that decided first, with the way that decided."""
    if few and (few[0].destination_id, few[0].travel_ms) != (found.destination_id, found.travel_ms):
        raise AssertionError(f"{found.origin_id}: two searches, two nearest others")
    each = (hospital_of(answer, known) for answer in (found, *few[1:]))
    return tuple(hospital for hospital in each if hospital is not None)


def hospital_of(found: NearestOther, known: Mapping[str, Facility]) -> OtherHospital | None:
    """Return an answer with its name and its way; None where none is reached."""
    if found.destination_id is None or found.travel_ms is None or found.route is None:
        return None
    name = known[found.destination_id].name
    return OtherHospital(found.destination_id, name, found.travel_ms, found.route)


def named(found: NearestOther, known: Mapping[str, Facility]) -> tuple[str | None, int | None]:
    """Return name and time of an answer."""
    return known[found.destination_id].name if found.destination_id else None, found.travel_ms


def sooner(border_ms: int | None, travel_ms: int | None) -> int | None:
    """Return the time to the border where it is less than that to the nearest other."""
    if border_ms is None or (travel_ms is not None and travel_ms <= border_ms):
        return None
    return border_ms


def sooner_one(missing: Unmeasured | None, travel_ms: int | None) -> Unmeasured | None:
    """Return who is not on the roads, where it could be reached sooner than the nearest other."""
    late = missing is not None and travel_ms is not None and travel_ms <= missing.least_ms
    return None if late else missing


def other_way(back: NearestOther | None, known: Mapping[str, Facility]) -> OtherWay | None:
    """Return the nearest other of the opposite direction as evidence."""
    if back is None or back.destination_id is None or back.travel_ms is None:
        return None
    return OtherWay(back.destination_id, known[back.destination_id].name, back.travel_ms)


def reached_when_open(facility_id: str, tried: Sequence[Trial]) -> bool:
    """Whether the facility reaches another on the roads without closures."""
    found = next((t.solved.found.get(facility_id) for t in tried if t.name == CLOSURES), None)
    return found is not None and found.reachable
