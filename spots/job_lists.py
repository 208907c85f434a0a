"""The named lists of a job: who is on which, and what readers call them."""

from __future__ import annotations

from collections.abc import Sequence

from spots.criteria import NamedList
from spots.runfile import Job
from spots.runfile.lists import EVERY_LIST
from spots.types import Facility, FacilityType


def listed_ids(job: Job, facilities: Sequence[Facility]) -> dict[str, frozenset[str]]:
    """Return the ids on each named list; a layer on every list counts for each there is."""
    named = {spec.name: name for spec, name in zip(job.layers, job.lists, strict=True)}
    every = _names(job)
    lists: dict[str, set[str]] = {}
    for facility in facilities:
        for row in facility.rows:
            name = named[row.layer]
            for each in every if name == EVERY_LIST else {name}:
                lists.setdefault(each, set()).add(facility.id)
    return {name: frozenset(ids) for name, ids in sorted(lists.items())}


def named_lists(job: Job) -> tuple[NamedList, ...]:
    """Return the lists that a criterion of the job may ask for, by name."""
    layers = list(zip(job.layers, job.lists, strict=True))
    found = []
    for name in sorted(_names(job)):
        mine = [spec for spec, of in layers if of in {name, EVERY_LIST}]
        own_words = any(spec.types_in_rows for spec in mine)
        types = frozenset(FacilityType) if own_words else frozenset()
        found.append(
            NamedList(
                name,
                "・".join(spec.name for spec in mine),
                types.union(*(spec.types for spec in mine)),
            )
        )
    return tuple(found)


def _names(job: Job) -> set[str]:
    """Return the names that layers carry or criteria ask for."""
    wanted = {c.list for _, c in job.policy.criteria if c.kind == "nearest_other_time"}
    return (wanted | set(job.lists)) - {"", EVERY_LIST}
