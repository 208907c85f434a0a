"""What a criterion of travel time is by the answers of the roads, and what leaves it open.

Times are compared unrounded. One hospital near enough refutes remoteness; where the data cannot
prove it, where near records may be the facility itself, or where it hangs on a closed road at a
door, it stays open.

Stands apart: here is decided; `nearest_other` makes evidence and words of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from groundfloor.problems import Text
from networks import NearestOther
from spots.judging.criteria.answers import named, other_way
from spots.judging.criteria.closed_ways import hanging
from spots.judging.criteria.isolation import Gaps
from spots.judging.criteria.solving import Otherwise, Solved
from spots.telling.border_words import beyond_border
from spots.telling.door_words import hangs_on_door
from spots.telling.findings import hangs_on_doubles, not_proven, one_way_only
from spots.types import Facility, Truth, Variant

Known = Mapping[str, Facility]


@dataclass(frozen=True, slots=True)
class RoadRuling:
    """How a criterion of travel time compares.

    Parameters
    ----------
    limit_ms : int
        The threshold in whole milliseconds.
    at_least : bool
        Whether exactly the threshold meets it.
    unreachable : Truth
        What the policy makes of who reaches no other.
    """

    limit_ms: int
    at_least: bool
    unreachable: Truth

    def is_far(self, ms: int) -> bool:
        """Compare unrounded milliseconds with the threshold."""
        return ms >= self.limit_ms if self.at_least else ms > self.limit_ms

    def truth_of(self, found: NearestOther) -> Truth:
        """Return what one answer makes of the criterion, if the data miss nothing."""
        if found.travel_ms is None:
            return self.unreachable
        return Truth.MET if self.is_far(found.travel_ms) else Truth.NOT_MET

    def untied(self, *, roadless: bool) -> Truth:
        """Return the truth of who is tied to no road: open, unless there is none."""
        return self.unreachable if roadless else Truth.UNDETERMINED

    def settled(
        self, facility: Facility, solved: Solved, known: Known
    ) -> tuple[Truth, Text | None]:
        """Return the criterion's truth, and what leaves it open: data that lack, or a door."""
        other = self.hangs(facility, solved, known)
        if other is None:
            return self._proven(facility, solved, known)
        both = solved.found[facility.id], other.solved.found[facility.id]
        one, two = (named(found, known) for found in both)
        return Truth.UNDETERMINED, hangs_on_door(other.labels[facility.id], one, two)

    def hangs(self, facility: Facility, solved: Solved, known: Known) -> Otherwise | None:
        """Return the closed road at a door that the criterion hangs on, if it does on one."""
        others = tuple(hanging(solved, facility.id))
        if not others:
            return None
        truth, doubt = self._proven(facility, solved, known)
        for other in others:
            if doubt is None and self._proven(facility, other.solved, known)[0] is not truth:
                return other
        return None

    def _proven(
        self, facility: Facility, solved: Solved, known: Known
    ) -> tuple[Truth, Text | None]:
        """Return the criterion's truth, and what leaves it open: data missed, hospitals doubled."""
        found = solved.found[facility.id]
        truth, doubt = self._measured(facility, found, solved.gaps, solved, known)
        beyond = solved.beyond.get(facility.id)
        if beyond is None or truth is Truth.UNDETERMINED:
            return truth, doubt
        gaps = solved.gaps_beyond
        if self._measured(facility, beyond.nearest, gaps, solved, known)[0] is truth:
            return truth, doubt
        text = hangs_on_doubles(*named(found, known), *named(beyond.nearest, known))
        return Truth.UNDETERMINED, text

    def _measured(
        self,
        facility: Facility,
        found: NearestOther,
        gaps: Gaps,
        solved: Solved,
        known: Known,
    ) -> tuple[Truth, Text | None]:
        """Return the criterion's truth by one answer, and what the data miss that leave it open."""
        truth = self.truth_of(found)
        if truth is Truth.NOT_MET and found.reachable:
            return truth, None  # one hospital near enough settles it
        other = known[found.destination_id] if found.destination_id else None
        name = other.name if other else None
        back = other_way(gaps.back.get(facility.id), known)
        if not found.reachable and back is not None:
            return Truth.UNDETERMINED, one_way_only(solved.direction, back)
        missing = gaps.unmeasured.get(facility.id)
        if missing is not None and not self.is_far(missing.least_ms):
            return Truth.UNDETERMINED, not_proven(missing, name, found.travel_ms)
        out = solved.leaving.get(facility.id)
        if out is not None and not self.is_far(out.ms):
            return Truth.UNDETERMINED, beyond_border(out, name, found.travel_ms)
        return truth, None


def compared_ms(facility_id: str, solved: Solved) -> Iterator[int]:
    """Yield every time that `RoadRuling.settled` compares with the threshold, for a facility.

    Between two of them no threshold makes a difference.

    Parameters
    ----------
    facility_id : str
        A candidate that is tied to the roads.
    solved : Solved
        The answers.
    """
    for each in (solved, *(other.solved for other in hanging(solved, facility_id))):
        beyond = each.beyond.get(facility_id)
        for found in (each.found[facility_id], beyond.nearest if beyond else None):
            if found is not None and found.travel_ms is not None:
                yield found.travel_ms
        for gaps in (each.gaps, each.gaps_beyond):
            if (missing := gaps.unmeasured.get(facility_id)) is not None:
                yield missing.least_ms
        if (out := each.leaving.get(facility_id)) is not None:
            yield out.ms


def by_closed_ways(
    facility: Facility, solved: Solved, truth: Truth, ruling: RoadRuling, known: Known
) -> Iterator[Variant]:
    """Yield what becomes of a facility by the closed roads at doors, without words.

    Parameters
    ----------
    facility : Facility
        A candidate.
    solved : Solved
        The answers.
    truth : Truth
        The criterion by them.
    ruling : RoadRuling
        How it compares.
    known : mapping of str to Facility
        By id.
    """
    for other in solved.otherwise:
        if facility.id in other.labels and facility.id in other.solved.found:
            found = other.solved.found[facility.id]
            turned, _ = ruling.settled(facility, other.solved, known)
            label = other.labels[facility.id]
            ends = found.destination_id, None, found.travel_ms
            yield Variant(other.name, label, *ends, turned, turned is not truth)
