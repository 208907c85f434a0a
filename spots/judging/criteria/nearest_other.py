"""Criterion: any *other* facility of the type is far by road (③ 二次救急病院, 30分以上).

Times are integer milliseconds and are compared unrounded. "Other" leaves out the facility itself
and every record of the same site. Other assumptions are tried in `spots.judging.criteria.trials`;
where the data cannot prove remoteness, it stays open (`spots.judging.criteria.solving`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import ClassVar, Literal

from pydantic import ConfigDict

from groundfloor.problems import Text
from groundfloor.settings import STRICT, Bilingual, Positive, Words
from spots.judging.criteria.answers import (
    hospital_of,
    other_way,
    others,
    reached_when_open,
    sooner,
    sooner_one,
)
from spots.judging.criteria.closed_ways import at_door, by_door, doors_in_doubt
from spots.judging.criteria.criterion import NO_WORDS, Decided, LayersOf, decided_of
from spots.judging.criteria.facts import Facts, PolicyFacts, TiedRoads
from spots.judging.criteria.inquiry import asked_of_roads, solved_by_roads
from spots.judging.criteria.isolation import is_named
from spots.judging.criteria.road_ruling import RoadRuling, by_closed_ways
from spots.judging.criteria.solving import Few, Solved
from spots.judging.criteria.straight_times import EstimatedTime
from spots.judging.criteria.travel import Turn, turn_of
from spots.judging.criteria.trials import LIST, Trial
from spots.telling.door_words import shut_by
from spots.telling.findings import (
    THRESHOLD_WORDS,
    TRAVEL_WORDS,
    UNREACHABLE_WORDS,
    WAY,
    cut_off,
    marks,
    may_be_one,
    not_listed,
    not_measured,
    short_of,
    why_cut_off,
)
from spots.telling.setting_words import Line, list_line, threshold_line, unreached_line
from spots.telling.straight_words import TIMES_NOT_MEASURED
from spots.telling.units import compared, duration, ms_from_minutes
from spots.telling.wording import fill, run_on
from spots.types import (
    Border,
    Facility,
    FacilityType,
    Isolation,
    Outcome,
    TravelEvidence,
    Truth,
    Variant,
)


@dataclass(frozen=True, slots=True)
class _Findings:
    """What was found, for all candidates.

    Parameters
    ----------
    facts : PolicyFacts
        Everything known before.
    roads : TiedRoads
        The roads of it.
    solved : Solved
        Under the policy's assumptions.
    tried : tuple of Trial
        Under others.
    known : mapping of str to Facility
        By id.
    few : mapping of str to tuple of NearestOther
        The nearest few under the policy's assumptions.
    """

    facts: PolicyFacts
    roads: TiedRoads
    solved: Solved
    tried: Sequence[Trial]
    known: Mapping[str, Facility]
    few: Mapping[str, Few]


@dataclass(frozen=True, slots=True)
class NearestOtherTimeSetting:
    """Criterion: of `type` and on `list`, and the nearest other is `threshold_min` or more away."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["nearest_other_time"]
    mark: Words
    title: Bilingual
    type: FacilityType
    list: Words
    threshold_min: Positive
    comparison: Literal["at_least", "more_than"]
    unreachable: Literal["met", "not_met", "undetermined"]
    reason: Bilingual
    reason_unreachable: Bilingual
    service: Bilingual | None = None

    @property
    def needs_roads(self) -> bool:
        """Whether a road network is needed."""
        return True

    @property
    def threshold_ms(self) -> int:
        """The threshold in whole milliseconds."""
        return ms_from_minutes(self.threshold_min)

    @property
    def threshold(self) -> Text:
        """The threshold with its comparison, in words."""
        return compared(self.threshold_ms, at_least=self.comparison == "at_least")

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
        return (
            ("title", self.title, THRESHOLD_WORDS),
            ("reason", self.reason, TRAVEL_WORDS),
            ("reason_unreachable", self.reason_unreachable, UNREACHABLE_WORDS),
        )

    def lines(self, layers_of: LayersOf) -> Iterable[Line]:
        """Return threshold, list and what holds where no other is reached, in words."""
        at_least = self.comparison == "at_least"
        yield threshold_line(self.mark, self.threshold_ms, at_least=at_least)
        yield list_line(self.mark, self.list, layers_of(self.list))
        yield unreached_line(self.unreachable)

    def judge(self, number: int, facts: PolicyFacts) -> Mapping[str, Outcome]:
        """Return an outcome for every candidate, by facility id.

        Without roads they are by the estimate that stands in for them.

        Raises
        ------
        ValueError
            `facts` has neither.
        """
        if number in facts.not_measured:
            return {f.id: self._not_asked(number, f, facts) for f in facts.candidates}
        if facts.straight is not None:
            return self._estimated(number, facts).judge(facts, facts.straight)
        if facts.roads is None:
            raise ValueError("this criterion needs a road network")
        answered = asked_of_roads(facts, self.type, self.list)
        known = {f.id: f for f in facts.facilities}
        findings = _Findings(
            facts, facts.roads, answered.solved, answered.tried, known, answered.few
        )
        outcomes: dict[str, Outcome] = {}
        for f in facts.candidates:
            if not self.counts(f, facts):
                outcomes[f.id] = self._left_out(number, f, findings)
            elif f.id in findings.solved.found:
                outcomes[f.id] = self._outcome(number, f, findings)
            else:
                outcomes[f.id] = self._unmeasured(number, f, findings)
        return outcomes

    def decide(self, number: int, facts: PolicyFacts) -> Mapping[str, Decided]:
        """Return what `judge` finds, without words and other assumptions, by facility id."""
        if number in facts.not_measured or facts.roads is None:
            return {i: decided_of(outcome) for i, outcome in self.judge(number, facts).items()}
        solved = solved_by_roads(facts, self.type, self.list)
        known, ruling = {f.id: f for f in facts.facilities}, self._ruling
        decided: dict[str, Decided] = {}
        for f in facts.candidates:
            if not self.counts(f, facts):
                decided[f.id] = Decided(Truth.NOT_MET)
            elif f.id in solved.found:
                found = solved.found[f.id]
                truth, _ = ruling.settled(f, solved, known)
                decided[f.id] = Decided(truth, True, found.travel_ms, found.destination_id)
            else:
                truth = ruling.untied(roadless=is_named(f, facts.travel.roadless))
                decided[f.id] = Decided(truth, measured=True)
        return decided

    def turns(self, outcomes: Mapping[str, Outcome], facts: PolicyFacts) -> Mapping[str, Turn]:
        """Return the speeds at which outcomes of `judge` turn, by facility id; some never do."""
        if facts.straight is not None:
            return self._estimated(0, facts).turns(outcomes, facts, facts.straight)
        if facts.roads is None:
            return {}
        counted = (f.id for f in facts.facilities if self.counts(f, facts))
        # By a closed road at a door the criterion may turn, or open, before: nobody knows which.
        doubt = doors_in_doubt(facts.roads, counted)
        found = {}
        for facility in facts.candidates:
            outcome = outcomes[facility.id]
            if outcome.travel is None or outcome.travel.reachable is None:
                continue
            deciding = self._deciding(outcome.travel)
            if deciding is None:
                continue
            turn = turn_of(
                deciding,
                outcome.truth,
                facts.roads.network,
                facts.travel,
                slower=Truth.MET if deciding is outcome.travel else Truth.UNDETERMINED,
            )
            if turn is not None:
                exact = turn.exact and not doubt and outcome.travel.nearer_road is None
                found[facility.id] = replace(turn, exact=exact)
        return found

    def _not_asked(self, number: int, facility: Facility, facts: PolicyFacts) -> Outcome:
        """Return the outcome in a run without roads: open for those who are on the list."""
        if self.counts(facility, facts):
            return Outcome(number, Truth.UNDETERMINED, TIMES_NOT_MEASURED)
        no = not_listed(self.type, self.list, facility)
        return Outcome(number, Truth.NOT_MET, no)

    def _estimated(self, number: int, facts: PolicyFacts) -> EstimatedTime:
        """Return the criterion as straight lines are asked."""
        return EstimatedTime(
            number=number,
            type=self.type,
            list=self.list,
            threshold_ms=self.threshold_ms,
            at_least=self.comparison == "at_least",
            unreachable=Truth(self.unreachable),
            roadless=lambda f: fill(
                self.reason_unreachable.text, {**facts.words(f), **self._threshold_words()}
            ),
        )

    @property
    def _ruling(self) -> RoadRuling:
        """How the criterion compares."""
        return self.ruling(self.threshold_ms, at_least=self.comparison == "at_least")

    def ruling(self, limit_ms: int, *, at_least: bool) -> RoadRuling:
        """Return how the criterion would compare with another threshold."""
        return RoadRuling(limit_ms, at_least, Truth(self.unreachable))

    def _deciding(self, travel: TravelEvidence) -> TravelEvidence | None:
        """Return the evidence whose time turns the criterion; None where no speed does.

        Where near records may be the facility itself, that is the hospital beyond them.
        """
        if not travel.doubles or travel.travel_ms is None or self._ruling.is_far(travel.travel_ms):
            return travel
        beyond = travel.if_one
        if beyond is None:
            return None
        return replace(travel, travel_ms=beyond.travel_ms, route=beyond.route)

    def counts(self, facility: Facility, facts: Facts) -> bool:
        """Whether the facility counts as 二次救急 under the policy's list.

        Layers that are only destinations (neighbouring prefectures) always count.
        """
        return facts.counts(facility, self.type, self.list)

    def _outcome(self, number: int, facility: Facility, findings: _Findings) -> Outcome:
        solved, known, roads = findings.solved, findings.known, findings.roads
        truth, doubt = self._ruling.settled(facility, solved, known)
        variants = self._variants(facility, findings, truth)
        found = solved.found[facility.id]
        evidence = replace(
            self._reached(facility, solved, known, findings.facts, roads),
            variants=variants,
            nearer_road=at_door(roads.nearer.get(facility.id), variants),
            others=others(found, findings.few[facility.id], known),
        )
        text = doubt or self._finding(facility, findings.facts, evidence, truth)
        other = known[found.destination_id] if found.destination_id else None
        beside = self._beside(facility, other, evidence, findings)
        return Outcome(number, truth, run_on(text, *beside), evidence)

    def _reached(
        self,
        facility: Facility,
        solved: Solved,
        known: Mapping[str, Facility],
        facts: PolicyFacts,
        roads: TiedRoads,
    ) -> TravelEvidence:
        """Return what was found for who is tied to the roads, under the policy alone."""
        found, snap = solved.found[facility.id], roads.snaps[facility.id]
        other = known[found.destination_id] if found.destination_id else None
        out = solved.leaving.get(facility.id)
        back = other_way(solved.gaps.back.get(facility.id), known)
        beyond = solved.beyond.get(facility.id)
        return TravelEvidence(
            snap_m=snap.distance_m,
            nearest_id=found.destination_id,
            nearest_name=other.name if other else None,
            travel_ms=found.travel_ms,
            reachable=found.reachable,
            threshold_ms=self.threshold_ms,
            margin_ms=None if found.travel_ms is None else found.travel_ms - self.threshold_ms,
            route=found.route,
            ties=tuple(known[t].name for t in found.ties),
            tie_count=found.tie_count,
            alternative_snap_m=snap.alternative.distance_m if snap.alternative else None,
            detached=not found.reachable and back is None and roads.is_detached(facility.id),
            border_ms=sooner(out.ms if out else None, found.travel_ms),
            border=out.border if out else Border.DATA,
            border_unlisted=out.unlisted if out else (),
            unmeasured=sooner_one(solved.gaps.unmeasured.get(facility.id), found.travel_ms),
            other_way=back,
            isolation=solved.gaps.isolation.get(facility.id),
            direction=facts.travel.direction,
            doubles=beyond.doubles if beyond else (),
            if_one=hospital_of(beyond.nearest, known) if beyond else None,
        )

    def _untied(self, facility: Facility, facts: PolicyFacts, roads: TiedRoads) -> TravelEvidence:
        """Return what is known of who is tied to no road."""
        snap, roadless = roads.snaps.get(facility.id), is_named(facility, facts.travel.roadless)
        return TravelEvidence(
            snap_m=snap.distance_m if snap and snap.distance_m < inf else None,
            nearest_id=None,
            nearest_name=None,
            travel_ms=None,
            reachable=False if roadless else None,
            threshold_ms=self.threshold_ms,
            margin_ms=None,
            route=None,
            isolation=Isolation.ROADLESS if roadless else None,
            direction=facts.travel.direction,
        )

    def doubted(self, number: int, facts: PolicyFacts) -> Mapping[str, Outcome]:
        """Return outcomes of who is measured, with what doubts hang on, by facility id.

        Without words, and of other assumptions with the closed roads at doors alone.
        """
        if number in facts.not_measured:
            return {}
        if facts.roads is None:
            judged = self.judge(number, facts).items()
            return {i: outcome for i, outcome in judged if outcome.travel is not None}
        solved = solved_by_roads(facts, self.type, self.list)
        known, ruling = {f.id: f for f in facts.facilities}, self._ruling
        found: dict[str, Outcome] = {}
        for f in (f for f in facts.candidates if self.counts(f, facts)):
            if f.id in solved.found:
                truth, _ = ruling.settled(f, solved, known)
                evidence = self._reached(f, solved, known, facts, facts.roads)
            else:
                truth = ruling.untied(roadless=is_named(f, facts.travel.roadless))
                evidence = self._untied(f, facts, facts.roads)
            doors = tuple(by_closed_ways(f, solved, truth, ruling, known))
            found[f.id] = Outcome(number, truth, NO_WORDS, replace(evidence, variants=doors))
        return found

    def _beside(
        self,
        facility: Facility,
        other: Facility | None,
        evidence: TravelEvidence,
        findings: _Findings,
    ) -> Iterable[Text]:
        """Yield what a reader must know beside the finding."""
        if not evidence.reachable:
            by_closures = reached_when_open(facility.id, findings.tried)
            yield why_cut_off(detached=evidence.detached, by_closures=by_closures)
        yield marks(facility, other, evidence.route)
        yield may_be_one(evidence.doubles)
        if self._ruling.hangs(facility, findings.solved, findings.known) is None:
            yield from by_door(evidence)

    def _threshold_words(self) -> dict[str, str | Text]:
        return {"threshold": self.threshold, "threshold_min": f"{self.threshold_min:g}"}

    def _finding(
        self, facility: Facility, facts: PolicyFacts, evidence: TravelEvidence, truth: Truth
    ) -> Text:
        words = {**facts.words(facility), **self._threshold_words()}
        if evidence.travel_ms is None or evidence.nearest_name is None:
            if truth is Truth.MET:
                return fill(self.reason_unreachable.text, words)
            return cut_off(self.type, truth)
        time, way = duration(evidence.travel_ms), WAY[evidence.direction]
        words |= {"nearest": evidence.nearest_name, "time": time, "way": way}
        if truth is Truth.MET:
            return fill(self.reason.text, words)
        return short_of(
            self.type,
            evidence.nearest_name,
            evidence.direction,
            at_least=self.comparison == "at_least",
            travel_ms=evidence.travel_ms,
            threshold_ms=self.threshold_ms,
        )

    def _variants(
        self, facility: Facility, findings: _Findings, truth: Truth
    ) -> tuple[Variant, ...]:
        made = []
        for trial in findings.tried:
            if facility.id not in trial.labels:
                continue
            if facility.id in trial.left_out:
                made.append(trial.unmeasured(facility.id, truth, Truth.NOT_MET, asked=False))
                continue
            if facility.id in trial.solved.found:
                variant = self._variant(trial, facility, findings, truth)
            elif facility.id in findings.solved.found:
                roadless = is_named(facility, findings.facts.travel.roadless)
                other = self._ruling.untied(roadless=roadless)
                variant = trial.unmeasured(facility.id, truth, other, tied=roadless)
            else:
                continue
            if trial.always or variant.changes or facility.id in trial.shown:
                made.append(variant)
        return tuple(made)

    def _left_out(self, number: int, facility: Facility, findings: _Findings) -> Outcome:
        """Return the outcome of a facility that is not on the list that counts."""
        no = not_listed(self.type, self.list, facility)
        elsewhere = tuple(
            self._variant(trial, facility, findings, Truth.NOT_MET)
            for trial in findings.tried
            if trial.name == LIST and facility.id in trial.solved.found
        )
        return Outcome(number, Truth.NOT_MET, no, variants=elsewhere)

    def _variant(
        self, trial: Trial, facility: Facility, findings: _Findings, truth: Truth
    ) -> Variant:
        found, known = trial.solved.found[facility.id], findings.known
        other, _ = self._ruling.settled(facility, trial.solved, known)
        return Variant(
            name=trial.name,
            label=trial.labels[facility.id],
            nearest_id=found.destination_id,
            nearest_name=known[found.destination_id].name if found.destination_id else None,
            travel_ms=found.travel_ms,
            truth=other,
            changes=other is not truth,
            list_name=trial.list_name,
        )

    def _unmeasured(self, number: int, facility: Facility, findings: _Findings) -> Outcome:
        """Return the outcome of a facility that is tied to no road: open, unless it has none."""
        travel, snap = findings.facts.travel, findings.roads.snaps.get(facility.id)
        roadless = is_named(facility, travel.roadless)
        truth = self._ruling.untied(roadless=roadless)
        variants = self._variants(facility, findings, truth)
        evidence = replace(
            self._untied(facility, findings.facts, findings.roads),
            variants=variants,
            nearer_road=at_door(findings.roads.nearer.get(facility.id), variants),
        )
        text = not_measured(snap.distance_m if snap else None, travel.snap_limit_m)
        if roadless:
            text = self._finding(facility, findings.facts, evidence, truth)
        shut = shut_by(findings.roads.closed_by.get(facility.id, ()))
        text = run_on(text, shut, *by_door(evidence), marks(facility, None, None))
        return Outcome(number, truth, text, evidence)
