"""Criterion: any *other* facility of the type is far in a straight line.

Distances are geodesic, in whole millimetres, and asked of no road: a line across the sea counts as
any other does. "Other" leaves out the facility itself and every record of the same site. What is
not known of others leaves it open as it does a travel time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict

from groundfloor.problems import Text
from groundfloor.settings import STRICT, Bilingual, Positive, Words
from spots.judging.criteria.criterion import Decided, LayersOf, decided_of
from spots.judging.criteria.facts import Facts, PolicyFacts
from spots.judging.criteria.straight_deciding import Ruler, line_to, sooner_m, variants_of
from spots.judging.criteria.straight_inquiry import StraightAnswer, asked_in_line, millimetres
from spots.judging.criteria.straight_search import FoundInLine, Reached
from spots.judging.criteria.travel import Turn
from spots.telling import straight_words as words
from spots.telling.findings import COMMON_WORDS, marks, may_be_one, not_listed
from spots.telling.setting_words import Line, distance_line, list_line
from spots.telling.units import metres
from spots.telling.wording import fill, run_on
from spots.types import (
    DistanceEvidence,
    Facility,
    FacilityType,
    OtherAtDistance,
    Outcome,
    Truth,
)

LIMIT_WORDS = frozenset({"threshold", "threshold_m"})
DISTANCE_WORDS = COMMON_WORDS | LIMIT_WORDS | {"nearest", "distance"}
_MM = 1_000


@dataclass(frozen=True, slots=True)
class NearestOtherDistanceSetting:
    """Criterion: of `type` and on `list`, and the nearest other is `threshold_m` or more away."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["nearest_other_distance"]
    mark: Words
    title: Bilingual
    type: FacilityType
    list: Words
    threshold_m: Positive
    comparison: Literal["at_least", "more_than"]
    reason: Bilingual
    service: Bilingual | None = None

    @property
    def needs_roads(self) -> bool:
        """Whether a road network is needed."""
        return False

    @property
    def threshold_ms(self) -> int | None:
        """There is no travel-time threshold."""
        return None

    @property
    def at_least(self) -> bool:
        """Whether exactly the threshold meets it."""
        return self.comparison == "at_least"

    @property
    def heading(self) -> Text:
        """The title, with the threshold that is really in use."""
        return fill(self.title.text, self._threshold_words())

    @property
    def asks_for(self) -> str:
        """The list of the run that says who counts."""
        return self.list

    @property
    def sentences(self) -> tuple[tuple[str, Bilingual, frozenset[str]], ...]:
        """Sentences by key, each with the placeholders it may use."""
        return (("title", self.title, LIMIT_WORDS), ("reason", self.reason, DISTANCE_WORDS))

    def lines(self, layers_of: LayersOf) -> Iterable[Line]:
        """Return threshold and list in words."""
        yield distance_line(self.mark, words.compared_m(self.threshold_m, at_least=self.at_least))
        yield list_line(self.mark, self.list, layers_of(self.list))

    def counts(self, facility: Facility, facts: Facts) -> bool:
        """Whether the facility counts under the policy's list, as for a travel time."""
        return facts.counts(facility, self.type, self.list)

    def judge(self, number: int, facts: PolicyFacts) -> Mapping[str, Outcome]:
        """Return an outcome for every candidate, by facility id."""
        answer = asked_in_line(facts, self.type, self.list, None)
        known = {f.id: f for f in facts.facilities}
        judged = _DistancesJudged(self, number, answer, known, facts)
        outcomes = {}
        for f in facts.candidates:
            if not self.counts(f, facts):
                outcomes[f.id] = judged.left_out(f)
            elif f.id in answer.found:
                outcomes[f.id] = judged.outcome(f, answer.found[f.id])
            else:
                outcomes[f.id] = judged.unmeasured(f)
        return outcomes

    def decide(self, number: int, facts: PolicyFacts) -> Mapping[str, Decided]:
        """Return what `judge` finds, by facility id: straight lines are quickly worded."""
        return {i: decided_of(outcome) for i, outcome in self.judge(number, facts).items()}

    def doubted(self, number: int, facts: PolicyFacts) -> Mapping[str, Outcome]:
        """Return the outcomes of who is measured, by facility id."""
        judged = self.judge(number, facts).items()
        return {i: outcome for i, outcome in judged if outcome.distance is not None}

    def turns(self, _outcomes: Mapping[str, Outcome], _facts: PolicyFacts) -> Mapping[str, Turn]:
        """Return nothing: no speed bears on a distance."""
        return {}

    @property
    def ruler(self) -> Ruler:
        """How lines are compared and told: across the sea as elsewhere."""
        limit = millimetres(self.threshold_m)
        return Ruler(
            type=self.type,
            measure=millimetres,
            far=lambda mm: mm >= limit if self.at_least else mm > limit,
            said=lambda far_m: words.in_line(round(far_m, 3), self.threshold_m),
            by_land=None,
            outlined=True,
        )

    def _threshold_words(self) -> dict[str, str | Text]:
        limit = words.compared_m(self.threshold_m, at_least=self.at_least)
        return {"threshold": limit, "threshold_m": f"{self.threshold_m:g}"}

    def finding(self, facility: Facility, facts: PolicyFacts, evidence: DistanceEvidence) -> Text:
        """Return why it is met, or not, in a planner's words."""
        nearest, limit = evidence.nearest, self.threshold_m
        if nearest is None:
            return words.nobody_else(self.type)
        far = nearest.line.distance_m
        if not self.ruler.far(millimetres(far)):
            return words.distance_short(
                self.type, nearest.name, at_least=self.at_least, distance_m=far, threshold_m=limit
            )
        told = {"nearest": nearest.name, "distance": metres(far, limit)}
        return fill(self.reason.text, {**facts.words(facility), **self._threshold_words(), **told})


@dataclass(frozen=True, slots=True)
class _DistancesJudged:
    """A criterion with what was found for it."""

    asked: NearestOtherDistanceSetting
    number: int
    answer: StraightAnswer
    known: Mapping[str, Facility]
    facts: PolicyFacts

    def outcome(self, facility: Facility, found: FoundInLine) -> Outcome:
        """Return the outcome of a facility that has a position."""
        truth, doubt = self.asked.ruler.decided(found, self.known)
        evidence = self._evidence(facility, found)
        other = self.known[evidence.nearest.id] if evidence.nearest else None
        text = doubt or self.asked.finding(facility, self.facts, evidence)
        text = run_on(text, marks(facility, other, None), may_be_one(evidence.doubles))
        variants = tuple(
            variants_of(
                facility, truth, self.answer.tried, self.asked.ruler, self.known, times=False
            )
        )
        return Outcome(self.number, truth, text, variants=variants, distance=evidence)

    def _evidence(self, facility: Facility, found: FoundInLine) -> DistanceEvidence:
        near, border_m = found.near, sooner_m(found.border_m, found.near.nearest)
        beyond = found.beyond.nearest if found.beyond else None
        return DistanceEvidence(
            threshold_m=self.asked.threshold_m,
            others=tuple(self._other(facility, each) for each in found.few),
            ties=tuple(self.known[i].name for i in near.ties),
            tie_count=len(near.ties),
            missing=near.missing,
            border_m=border_m,
            border_unlisted=found.unlisted if border_m is not None else (),
            doubles=found.doubles,
            if_one=self._other(facility, beyond) if beyond else None,
        )

    def _other(self, facility: Facility, reached: Reached) -> OtherAtDistance:
        line = line_to(facility, reached, self.known, self.answer.land)
        return OtherAtDistance(reached.id, self.known[reached.id].name, line)

    def left_out(self, facility: Facility) -> Outcome:
        """Return the outcome of a facility that is not on the list that counts."""
        asked = self.asked
        elsewhere = variants_of(
            *(facility, Truth.NOT_MET, self.answer.tried, asked.ruler, self.known),
            times=False,
            asks=False,
        )
        no = not_listed(asked.type, asked.list, facility)
        lists = tuple(v for v in elsewhere if v.list_name)
        return Outcome(self.number, Truth.NOT_MET, no, variants=lists)

    def unmeasured(self, facility: Facility) -> Outcome:
        """Return the outcome of a facility without a position."""
        evidence = DistanceEvidence(threshold_m=self.asked.threshold_m)
        text = run_on(words.no_position(), marks(facility, None, None))
        return Outcome(self.number, Truth.UNDETERMINED, text, distance=evidence)
