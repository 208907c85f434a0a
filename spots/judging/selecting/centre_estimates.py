"""Times from the centres of units to the nearest other institution, estimated without roads.

Stands apart: `centre_drives` asks the roads; here straight lines stand in for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from groundfloor.problems import Text
from spots.judging.criteria import PolicyFacts
from spots.judging.criteria.isolation import is_named
from spots.judging.criteria.lines_over_land import LinesOverLand
from spots.judging.criteria.straight_deciding import Known, Ruler, told
from spots.judging.criteria.straight_search import FoundInLine, StraightQuestion, straight_search
from spots.judging.criteria.straight_times import all_outlined
from spots.judging.selecting.centre_drives import CentreDrive, as_facility
from spots.telling import straight_words as words
from spots.types import Facility, FacilityType, Position, StraightTravel, Truth


def centre_estimates(
    places: Mapping[str, Facility | Position | None],
    others: tuple[Facility, ...],
    facts: PolicyFacts,
    straight: StraightTravel,
    kind: FacilityType | None,
) -> Mapping[str, CentreDrive]:
    """Return the estimated time of each place to the nearest institution that is another.

    Parameters
    ----------
    places : mapping of str to Facility, Position or None
        By unit id, the institution itself or a centre; without a place a time is quite open.
    others : tuple of Facility
        Those that count.
    facts : PolicyFacts
        Everything known.
    straight : StraightTravel
        The estimate.
    kind : FacilityType or None
        What is looked for, for sentences.
    """
    known = facts.for_roads()
    asking = {i: as_facility(i, place) for i, place in places.items() if place is not None}
    candidates = tuple({f.id: f for f in asking.values()}.values())
    land = facts.memory.of(LinesOverLand, facts.regions, most=1)
    question = StraightQuestion(candidates, others, known, straight.travel_ms, land)
    found = straight_search(question, facts.travel)
    by_id = {f.id: f for f in (*others, *candidates)}
    ruler = Ruler(
        type=kind or FacilityType.SECONDARY_EMERGENCY,
        measure=straight.travel_ms,
        far=lambda _ms: True,  # compared by who asks, with limits of its own
        said=lambda far_m: words.estimated(straight.travel_ms(far_m), far_m, straight),
        by_land=Truth.MET,  # who is reached over land by nobody is far
        outlined=all_outlined(known),
    )
    roadless = facts.travel.roadless
    drives = {}
    for i in places:
        facility = asking.get(i)
        if facility is not None and facility.id in found:
            drives[i] = _drive(found[facility.id], ruler, by_id)
        elif facility is not None and is_named(facility, roadless):
            drives[i] = CentreDrive(float("inf"), float("inf"))
        else:
            nowhere = ((0.0, words.no_position()),)
            drives[i] = CentreDrive(0.0, float("inf"), doubts=nowhere)
    return drives


def _drive(found: FoundInLine, ruler: Ruler, known: Known) -> CentreDrive:
    near = found.near
    if near.nearest is None:
        return CentreDrive(0.0, float("inf"), doubts=tuple(_doubts(found, ruler, known)))
    name, metres = known[near.nearest.id].name, near.nearest.metres
    least, most = ruler.span(found)
    drive = CentreDrive(least, most, name, near.nearest.value, said=ruler.said(metres))
    return replace(drive, doubts=tuple(_doubts(found, ruler, known)))


def _doubts(found: FoundInLine, ruler: Ruler, known: Known) -> Iterator[tuple[float, Text]]:
    """Yield what leaves a time open, by the least it allows."""
    near, said = found.near, ruler.said
    nearest = told(near.nearest, known)
    if near.nearest is None and near.missing is None:
        yield 0.0, words.nobody_else(ruler.type)
    if near.missing is not None:
        least = float(ruler.measure(near.missing.least_m))
        yield least, words.missing_near(near.missing, nearest, said)
    if found.border_m is not None:
        least = float(ruler.measure(found.border_m))
        yield least, words.border_near(found.border_m, found.unlisted, nearest, said)
    if nearest is not None and near.crosses_sea and near.nearest is not None:
        land = told(near.by_land, known)
        text = words.across_sea(nearest, land, said, outlined=ruler.outlined)
        yield float(near.nearest.value), text
    if found.beyond is not None and near.nearest is not None:
        text = words.hangs_on_same(nearest, told(found.beyond.nearest, known), said)
        yield float(near.nearest.value), text
