"""Criterion: any *other* facility of the type is far by road (③ 二次救急病院, 30分以上).

Times are integer milliseconds and are compared unrounded. "Other" leaves out the facility itself
and every record of the same site. The policy's assumptions are also tried the other way round, so
that a reader sees where a verdict hangs on one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pydantic import ConfigDict

from networks import Direction, NearestOther, Terminal, TravelOptions, nearest_other
from problems import Text
from spots.config.fields import STRICT, Bilingual, Positive, Words
from spots.criteria.facts import Facts, Roads
from spots.criteria.travel import Assumption, TravelDirection, TravelSetting
from spots.criteria.travel_words import (
    cut_off,
    marks,
    not_listed,
    not_measured,
    short_of,
    turned_label,
)
from spots.criteria.uncovered import Uncovered, nearer_uncovered, not_proven
from spots.criteria.words import THRESHOLD_WORDS, TRAVEL_WORDS, UNREACHABLE_WORDS, fill
from spots.types import (
    Facility,
    FacilityType,
    Outcome,
    Role,
    TravelEvidence,
    Truth,
    Variant,
)
from spots.units import format_minutes, ms_from_minutes


@dataclass(frozen=True, slots=True)
class _Solved:
    """One solve: the nearest other by origin, and what counts but is off the network."""

    found: Mapping[str, NearestOther]
    missing: tuple[Facility, ...]


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
        minutes = f"{self.threshold_min:g}"
        if self.comparison == "at_least":
            return Text(f"{minutes}分以上", f"{minutes} minutes or more")
        return Text(f"{minutes}分超", f"more than {minutes} minutes")

    @property
    def heading(self) -> Text:
        """The title, with the threshold that is really in use."""
        return fill(self.title.text, self._threshold_words())

    @property
    def sentences(self) -> tuple[tuple[str, Bilingual, frozenset[str]], ...]:
        """Sentences by key, each with the placeholders it may use."""
        return (
            ("title", self.title, THRESHOLD_WORDS),
            ("reason", self.reason, TRAVEL_WORDS),
            ("reason_unreachable", self.reason_unreachable, UNREACHABLE_WORDS),
        )

    def judge(self, number: int, facts: Facts) -> Mapping[str, Outcome]:
        """Return an outcome for every candidate, by facility id.

        Raises
        ------
        ValueError
            `facts` has no roads.
        """
        if facts.roads is None:
            raise ValueError("this criterion needs a road network")
        asked = [f for f in facts.candidates if self.counts(f, facts)]
        solved = self._solve(asked, facts, facts.roads, facts.travel)
        turned = {
            a: self._solve(asked, facts, facts.roads, turn_over(facts.travel, a))
            if _bears_on(a, facts.roads)
            else solved
            for a in facts.travel.also_try
        }
        known = {f.id: f for f in facts.facilities}
        outcomes: dict[str, Outcome] = {}
        for f in facts.candidates:
            if not self.counts(f, facts):
                no = not_listed(self.type, self.list, f)
                outcomes[f.id] = Outcome(number, Truth.NOT_MET, no)
            elif f.id in solved.found:
                outcomes[f.id] = self._outcome(
                    number,
                    f,
                    facts,
                    solved=solved,
                    turned=turned,
                    known=known,
                )
            else:
                outcomes[f.id] = self._undetermined(number, f, facts)
        return outcomes

    def counts(self, facility: Facility, facts: Facts) -> bool:
        """Whether the facility counts as 二次救急 under the policy's list.

        Layers that are only destinations (neighbouring prefectures) always count.
        """
        if self.type not in facility.types:
            return False
        return facility.role is Role.DESTINATION or facility.id in facts.lists.get(
            self.list, frozenset()
        )

    def _solve(
        self, asked: Sequence[Facility], facts: Facts, roads: Roads, travel: TravelSetting
    ) -> _Solved:
        others = [
            f
            for f in facts.facilities
            if self.counts(f, facts) and (travel.neighbours or not facts.is_neighbour(f))
        ]
        direction = {
            TravelDirection.FROM_CANDIDATE: Direction.FROM_ORIGIN,
            TravelDirection.TO_CANDIDATE: Direction.TO_ORIGIN,
        }[travel.direction]
        found = nearest_other(
            roads.network,
            _terminals(asked, roads),
            _terminals(others, roads),
            direction=direction,
            options=TravelOptions(
                tolls=travel.tolls,
                ferries=travel.ferries,
                ferry_wait_ms=ms_from_minutes(travel.ferry_wait_min),
            ),
        )
        missing = tuple(f for f in others if roads.snap_of(f) is None)
        return _Solved({n.origin_id: n for n in found}, missing)

    def truth_of(self, found: NearestOther) -> Truth:
        """Compare unrounded milliseconds with the threshold."""
        if found.travel_ms is None:
            return Truth(self.unreachable)
        if self.comparison == "at_least":
            met = found.travel_ms >= self.threshold_ms
        else:
            met = found.travel_ms > self.threshold_ms
        return Truth.MET if met else Truth.NOT_MET

    def _proven(
        self,
        facility: Facility,
        solved: _Solved,
        known: Mapping[str, Facility],
    ) -> tuple[Truth, Uncovered | None]:
        """Return the criterion's truth, and what the network misses where that leaves it open."""
        found = solved.found[facility.id]
        truth = self.truth_of(found)
        if truth is Truth.NOT_MET and found.reachable:
            return truth, None  # one hospital near enough settles it
        other = known[found.destination_id] if found.destination_id else None
        missing = nearer_uncovered(facility, other, solved.missing)
        return (Truth.UNDETERMINED if missing else truth), missing

    def _outcome(
        self,
        number: int,
        facility: Facility,
        facts: Facts,
        *,
        solved: _Solved,
        turned: Mapping[Assumption, _Solved],
        known: Mapping[str, Facility],
    ) -> Outcome:
        found = solved.found[facility.id]
        truth, missing = self._proven(facility, solved, known)
        other = known[found.destination_id] if found.destination_id else None
        snap = facts.roads.snaps[facility.id] if facts.roads else None
        evidence = TravelEvidence(
            snap_m=snap.distance_m if snap else None,
            nearest_id=found.destination_id,
            nearest_name=other.name if other else None,
            travel_ms=found.travel_ms,
            reachable=found.reachable,
            threshold_ms=self.threshold_ms,
            margin_ms=None if found.travel_ms is None else found.travel_ms - self.threshold_ms,
            route=found.route,
            ties=tuple(known[t].name for t in found.ties),
            variants=tuple(
                self._variant(a, facility, facts, s, truth, known) for a, s in turned.items()
            ),
        )
        if missing is not None:
            text = not_proven(missing, evidence.nearest_name, evidence.travel_ms)
        else:
            text = self._finding(facility, facts, evidence, truth)
        beside = marks(facility, other, found.route)
        return Outcome(number, truth, Text(text.ja + beside.ja, text.en + beside.en), evidence)

    def _threshold_words(self) -> dict[str, str | Text]:
        return {"threshold": self.threshold, "threshold_min": f"{self.threshold_min:g}"}

    def _finding(
        self, facility: Facility, facts: Facts, evidence: TravelEvidence, truth: Truth
    ) -> Text:
        words = {**facts.words(facility), **self._threshold_words()}
        if evidence.travel_ms is None or evidence.nearest_name is None:
            if truth is Truth.MET:
                return fill(self.reason_unreachable.text, words)
            return cut_off(self.type, truth)
        words |= {
            "nearest": evidence.nearest_name,
            "minutes": format_minutes(evidence.travel_ms),
        }
        if truth is Truth.MET:
            return fill(self.reason.text, words)
        return short_of(
            self.type,
            words,
            at_least=self.comparison == "at_least",
            travel_ms=evidence.travel_ms,
            threshold_ms=self.threshold_ms,
        )

    def _variant(
        self,
        assumption: Assumption,
        facility: Facility,
        facts: Facts,
        solved: _Solved,
        truth: Truth,
        known: Mapping[str, Facility],
    ) -> Variant:
        found = solved.found[facility.id]
        other, _ = self._proven(facility, solved, known)
        return Variant(
            name=assumption.value,
            label=turned_label(facts.travel, assumption),
            nearest_id=found.destination_id,
            nearest_name=known[found.destination_id].name if found.destination_id else None,
            travel_ms=found.travel_ms,
            truth=other,
            changes=other is not truth,
        )

    def _undetermined(self, number: int, facility: Facility, facts: Facts) -> Outcome:
        snap = facts.roads.snaps.get(facility.id) if facts.roads else None
        text = not_measured(snap.distance_m if snap else None, facts.travel.snap_limit_m)
        beside = marks(facility, None, None)
        evidence = TravelEvidence(
            snap_m=snap.distance_m if snap else None,
            nearest_id=None,
            nearest_name=None,
            travel_ms=None,
            reachable=None,
            threshold_ms=self.threshold_ms,
            margin_ms=None,
            route=None,
        )
        text = Text(text.ja + beside.ja, text.en + beside.en)
        return Outcome(number, Truth.UNDETERMINED, text, evidence)


def _bears_on(assumption: Assumption, roads: Roads) -> bool:
    """Whether an assumption can change a time at all: a network may have no toll road or ferry."""
    edges = roads.network.edges
    if assumption is Assumption.TOLLS:
        return bool(edges.toll.any())
    if assumption is Assumption.FERRIES:
        return bool(edges.ferry.any())
    return True


def _terminals(facilities: Sequence[Facility], roads: Roads) -> tuple[Terminal, ...]:
    """Return terminals for those that are tied to the network, sorted by id."""
    tied = [(f, roads.snap_of(f)) for f in facilities]
    terminals = [Terminal(f.id, f.site, snap) for f, snap in tied if snap is not None]
    return tuple(sorted(terminals, key=lambda t: t.id))


def turn_over(travel: TravelSetting, assumption: Assumption) -> TravelSetting:
    """Return `travel` with one assumption the other way round."""
    match assumption:
        case Assumption.NEIGHBOURS:
            return replace(travel, neighbours=not travel.neighbours)
        case Assumption.TOLLS:
            return replace(travel, tolls=not travel.tolls)
        case Assumption.FERRIES:
            return replace(travel, ferries=not travel.ferries)
        case Assumption.DIRECTION:
            back = travel.direction is TravelDirection.FROM_CANDIDATE
            to, away = TravelDirection.TO_CANDIDATE, TravelDirection.FROM_CANDIDATE
            return replace(travel, direction=to if back else away)
