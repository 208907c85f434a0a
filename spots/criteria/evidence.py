"""Pieces of the travel-time criterion's evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from networks import NearestOther
from spots.criteria.solving import Few
from spots.criteria.trials import CLOSURES, Trial
from spots.types import Facility, OtherHospital, Truth, Variant


def others(
    found: NearestOther, few: Few, known: Mapping[str, Facility]
) -> tuple[OtherHospital, ...]:
    """Return the nearest few, the one that decided first, with the way that decided."""
    if few and (few[0].destination_id, few[0].travel_ms) != (found.destination_id, found.travel_ms):
        raise AssertionError(f"{found.origin_id}: two searches, two nearest others")
    return tuple(
        OtherHospital(each.destination_id, known[each.destination_id].name, ms, route)
        for each in (found, *few[1:])
        if each.destination_id and (ms := each.travel_ms) is not None and (route := each.route)
    )


def left_out_of(trial: Trial, facility_id: str, truth: Truth) -> Variant:
    """Return the variant of a list that does not have the facility: it would not be asked."""
    return Variant(
        name=trial.name,
        label=trial.labels[facility_id],
        nearest_id=None,
        nearest_name=None,
        travel_ms=None,
        truth=Truth.NOT_MET,
        changes=truth is not Truth.NOT_MET,
        list_name=trial.list_name,
        asked=False,
    )


def sooner(border_ms: int | None, travel_ms: int | None) -> int | None:
    """Return the time to the border where it is less than that to the nearest other."""
    if border_ms is None or (travel_ms is not None and travel_ms <= border_ms):
        return None
    return border_ms


def reached_when_open(facility_id: str, tried: Sequence[Trial]) -> bool:
    """Whether the facility reaches another on the roads without closures."""
    found = next((t.solved.found.get(facility_id) for t in tried if t.name == CLOSURES), None)
    return found is not None and found.reachable
