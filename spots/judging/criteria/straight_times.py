"""The criterion on travel time where the run has no roads: an estimate by straight lines.

The same criterion, threshold and comparison; no drive. The policy's own sentences speak of roads,
so the reason of what it meets is a sentence of the tool's, which says that it is an estimate.

Stands apart: `nearest_other` judges drives, and nothing here is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from boundaries.codes import adjacent_prefectures
from groundfloor.problems import Text
from spots.judging.criteria.facts import PolicyFacts, TravelFacts
from spots.judging.criteria.isolation import is_named
from spots.judging.criteria.straight_deciding import Ruler, line_to, sooner_m, variants_of
from spots.judging.criteria.straight_inquiry import StraightAnswer, asked_in_line
from spots.judging.criteria.straight_search import FoundInLine, Reached
from spots.judging.criteria.travel import Turn
from spots.telling import straight_words as words
from spots.telling.findings import marks, may_be_one, not_listed
from spots.telling.units import compared
from spots.telling.wording import run_on
from spots.types import (
    Border,
    Facility,
    FacilityType,
    Isolation,
    MissingNear,
    OtherHospital,
    Outcome,
    StraightTravel,
    TravelBasis,
    TravelEvidence,
    Truth,
    Unmeasured,
)


@dataclass(frozen=True, slots=True)
class EstimatedTime:
    """A criterion on travel time as an estimate asks it.

    Parameters
    ----------
    number : int
        Of the criterion.
    type : FacilityType
        Who counts, of this type,
    list : str
        and on this list.
    threshold_ms : int
        The threshold.
    at_least : bool
        Whether exactly the threshold meets it.
    unreachable : Truth
        What the policy makes of who reaches no other.
    roadless : callable
        Gives the policy's sentence on who reaches none.
    """

    number: int
    type: FacilityType
    list: str
    threshold_ms: int
    at_least: bool
    unreachable: Truth
    roadless: Callable[[Facility], Text]

    def judge(self, facts: PolicyFacts, travel: StraightTravel) -> Mapping[str, Outcome]:
        """Return an outcome for every candidate, by facility id."""
        answer = asked_in_line(facts, self.type, self.list, travel)
        known = {f.id: f for f in facts.facilities}
        judged = _TimesJudged(self, answer, known, facts, travel, self.ruler(facts, travel))
        outcomes = {}
        for f in facts.candidates:
            if not facts.counts(f, self.type, self.list):
                outcomes[f.id] = judged.left_out(f)
            elif f.id in answer.found:
                outcomes[f.id] = judged.outcome(f, answer.found[f.id])
            else:
                outcomes[f.id] = judged.unmeasured(f)
        return outcomes

    def is_far(self, ms: int) -> bool:
        """Compare unrounded milliseconds with the threshold."""
        return ms >= self.threshold_ms if self.at_least else ms > self.threshold_ms

    def ruler(self, facts: TravelFacts, travel: StraightTravel) -> Ruler:
        """Return how lines are compared and told."""
        return Ruler(
            type=self.type,
            measure=travel.travel_ms,
            far=self.is_far,
            said=lambda metres: words.estimated(travel.travel_ms(metres), metres, travel),
            by_land=self.unreachable,
            outlined=all_outlined(facts),
        )

    def turns(
        self, outcomes: Mapping[str, Outcome], facts: PolicyFacts, travel: StraightTravel
    ) -> Mapping[str, Turn]:
        """Return the speeds at which outcomes turn, by facility id; some never do."""
        answer, ruler = (
            asked_in_line(facts, self.type, self.list, travel),
            self.ruler(facts, travel),
        )
        found = {}
        for facility_id, outcome in outcomes.items():
            if outcome.travel is not None and facility_id in answer.found:
                last_met, first_near = ruler.span(answer.found[facility_id])
                turn = self._turn(outcome.truth, last_met, first_near)
                if turn is not None:
                    found[facility_id] = turn
        return found

    def _turn(self, truth: Truth, last_met: float, first_near: float) -> Turn | None:
        """Return where one turns: all lines scale alike, so that the order of others stays.

        Faster speeds lead from met to not met, through open where something is open of the lines.
        """
        limit, at_once = self.threshold_ms, last_met == first_near
        if truth is Truth.MET:
            then = Truth.NOT_MET if at_once else Truth.UNDETERMINED
            return None if math.isinf(last_met) else Turn(last_met / limit, exact=True, truth=then)
        if truth is Truth.NOT_MET:
            then = Truth.MET if at_once else Truth.UNDETERMINED
            return None if first_near <= 0 else Turn(first_near / limit, exact=True, truth=then)
        if math.isfinite(first_near):
            return Turn(first_near / limit, exact=True, truth=Truth.NOT_MET)
        return Turn(last_met / limit, exact=True, truth=Truth.MET) if last_met > 0 else None


@dataclass(frozen=True, slots=True)
class _TimesJudged:
    """A criterion with what was found for it."""

    asked: EstimatedTime
    answer: StraightAnswer
    known: Mapping[str, Facility]
    facts: PolicyFacts
    travel: StraightTravel
    ruler: Ruler

    def outcome(self, facility: Facility, found: FoundInLine) -> Outcome:
        """Return the outcome of a facility that has a position."""
        truth, doubt = self.ruler.decided(found, self.known)
        evidence = self._evidence(facility, found, truth)
        nearest = found.near.nearest
        other = self.known[nearest.id] if nearest else None
        text = doubt or self._finding(evidence, truth)
        sea_m = evidence.line.sea_m if evidence.line else None
        beside = (
            words.sea_mark(sea_m, crosses=evidence.crosses_sea),
            marks(facility, other, None),
            may_be_one(evidence.doubles),
        )
        return Outcome(self.asked.number, truth, run_on(text, *beside), evidence)

    def _evidence(self, facility: Facility, found: FoundInLine, truth: Truth) -> TravelEvidence:
        near, threshold_ms = found.near, self.asked.threshold_ms
        nearest = self._hospital(facility, near.nearest)
        ms = nearest.travel_ms if nearest else None
        others = (self._hospital(facility, each) for each in found.few)
        border_m = sooner_m(found.border_m, near.nearest)
        beyond = found.beyond.nearest if found.beyond else None
        sea = near.crosses_sea and self.ruler.by_land is not None
        return TravelEvidence(
            snap_m=None,
            nearest_id=nearest.id if nearest else None,
            nearest_name=nearest.name if nearest else None,
            travel_ms=ms,
            reachable=True if nearest else None,
            threshold_ms=threshold_ms,
            margin_ms=None if ms is None else ms - threshold_ms,
            route=None,
            ties=tuple(self.known[i].name for i in near.ties),
            variants=tuple(
                variants_of(facility, truth, self.answer.tried, self.ruler, self.known, times=True)
            ),
            tie_count=len(near.ties),
            border_ms=None if border_m is None else self.travel.travel_ms(border_m),
            others=tuple(other for other in others if other is not None),
            unmeasured=self._missing(near.missing),
            border=Border.PREFECTURE,
            border_unlisted=found.unlisted if border_m is not None else (),
            doubles=found.doubles,
            if_one=self._hospital(facility, beyond),
            basis=TravelBasis.STRAIGHT,
            line=nearest.line if nearest else None,
            crosses_sea=sea,
            by_land=self._hospital(facility, near.by_land) if sea else None,
        )

    def _hospital(self, facility: Facility, reached: Reached | None) -> OtherHospital | None:
        if reached is None:
            return None
        line = line_to(facility, reached, self.known, self.answer.land)
        return OtherHospital(reached.id, self.known[reached.id].name, reached.value, None, line)

    def _missing(self, missing: MissingNear | None) -> Unmeasured | None:
        if missing is None:
            return None
        ms, metres = self.travel.travel_ms(missing.least_m), missing.least_m
        return Unmeasured(missing.name, missing.where, ms, metres)

    def _finding(self, evidence: TravelEvidence, truth: Truth) -> Text:
        line, ms, name = evidence.line, evidence.travel_ms, evidence.nearest_name
        if line is None or ms is None or name is None:
            return words.nobody_else(self.asked.type)
        asked, travel = self.asked, self.travel
        said = words.estimated(ms, line.distance_m, travel)
        if truth is Truth.MET:
            limit = compared(asked.threshold_ms, at_least=asked.at_least)
            said = words.estimated(ms, line.distance_m, travel, limit)
            return words.estimate_met(asked.type, name, said)
        return words.estimate_short(
            asked.type,
            name,
            said,
            at_least=asked.at_least,
            travel_ms=ms,
            threshold_ms=asked.threshold_ms,
        )

    def left_out(self, facility: Facility) -> Outcome:
        """Return the outcome of a facility that is not on the list that counts."""
        asked, tried = self.asked, self.answer.tried
        no = not_listed(asked.type, asked.list, facility)
        elsewhere = variants_of(
            facility, Truth.NOT_MET, tried, self.ruler, self.known, times=True, asks=False
        )
        lists = tuple(v for v in elsewhere if v.list_name)
        return Outcome(asked.number, Truth.NOT_MET, no, variants=lists)

    def unmeasured(self, facility: Facility) -> Outcome:
        """Return the outcome of a facility without a position, or to which no road leads."""
        asked = self.asked
        named = is_named(facility, self.facts.travel.roadless)
        truth = asked.unreachable if named else Truth.UNDETERMINED
        evidence = TravelEvidence(
            snap_m=None,
            nearest_id=None,
            nearest_name=None,
            travel_ms=None,
            reachable=False if named else None,
            threshold_ms=asked.threshold_ms,
            margin_ms=None,
            route=None,
            isolation=Isolation.ROADLESS if named else None,
            basis=TravelBasis.STRAIGHT,
        )
        text = words.no_position()
        if named:
            met = truth is Truth.MET
            text = asked.roadless(facility) if met else words.roadless_found(asked.type, truth)
        return Outcome(asked.number, truth, run_on(text, marks(facility, None, None)), evidence)


def all_outlined(facts: TravelFacts) -> bool:
    """Whether the ground of every prefecture next to this one is known."""
    if facts.regions is None:
        return False
    known = frozenset(facts.regions.municipalities["prefecture_code"])
    return adjacent_prefectures(facts.prefecture) <= known
