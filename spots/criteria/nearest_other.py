"""Criterion: any *other* facility of the type is far by road (③ 二次救急病院, 30分以上).

Times are integer milliseconds and are compared unrounded. "Other" leaves out the facility itself
and every record of the same site. The policy's assumptions are also tried the other way round, so
that a reader sees where a verdict hangs on one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pydantic import ConfigDict

from networks import Direction, NearestOther, Terminal, TravelOptions, nearest_other
from problems import Text
from spots.config.fields import STRICT, Bilingual, Positive, Words
from spots.criteria.facts import Facts, Roads
from spots.criteria.travel import Assumption, TravelDirection, TravelSetting
from spots.criteria.words import fill
from spots.types import (
    Accuracy,
    Facility,
    FacilityType,
    Outcome,
    Role,
    TravelEvidence,
    Truth,
    Variant,
)
from spots.units import format_margin, format_minutes, ms_from_minutes


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
            for a in facts.travel.also_try
        }
        names = {f.id: f.name for f in facts.facilities}
        outcomes: dict[str, Outcome] = {}
        for f in facts.candidates:
            if not self.counts(f, facts):
                outcomes[f.id] = Outcome(number, Truth.NOT_MET, self._not_on_list(f))
            elif f.id in solved:
                found = {a: t[f.id] for a, t in turned.items()}
                outcomes[f.id] = self._outcome(number, f, facts, solved[f.id], found, names)
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
        self, asked: list[Facility], facts: Facts, roads: Roads, travel: TravelSetting
    ) -> dict[str, NearestOther]:
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
        return {n.origin_id: n for n in found}

    def truth_of(self, found: NearestOther) -> Truth:
        """Compare unrounded milliseconds with the threshold."""
        if found.travel_ms is None:
            return Truth(self.unreachable)
        if self.comparison == "at_least":
            met = found.travel_ms >= self.threshold_ms
        else:
            met = found.travel_ms > self.threshold_ms
        return Truth.MET if met else Truth.NOT_MET

    def _outcome(
        self,
        number: int,
        facility: Facility,
        facts: Facts,
        found: NearestOther,
        turned: Mapping[Assumption, NearestOther],
        names: Mapping[str, str],
    ) -> Outcome:
        truth = self.truth_of(found)
        margin = None if found.travel_ms is None else found.travel_ms - self.threshold_ms
        roads = facts.roads
        snap = roads.snaps[facility.id] if roads else None
        evidence = TravelEvidence(
            snap_m=snap.distance_m if snap else None,
            nearest_id=found.destination_id,
            nearest_name=names[found.destination_id] if found.destination_id else None,
            travel_ms=found.travel_ms,
            reachable=found.reachable,
            threshold_ms=self.threshold_ms,
            margin_ms=margin,
            route=found.route,
            ties=tuple(names[t] for t in found.ties),
            variants=tuple(
                self._variant(a, facts.travel, n, truth, names) for a, n in turned.items()
            ),
        )
        text = self._finding(facility, facts, evidence, truth)
        if facility.position and facility.position.accuracy is Accuracy.TOWN:
            text = Text(
                text.ja + "(位置は町丁目の代表点による)",
                text.en + " (position: centre of the town block)",
            )
        return Outcome(number, truth, text, evidence)

    def _finding(
        self, facility: Facility, facts: Facts, evidence: TravelEvidence, truth: Truth
    ) -> Text:
        words = facts.words(facility) | {"threshold_min": f"{self.threshold_min:g}"}
        if evidence.travel_ms is None or evidence.nearest_name is None:
            return fill(self.reason_unreachable.text, words)
        words |= {
            "nearest": evidence.nearest_name,
            "minutes": format_minutes(evidence.travel_ms),
        }
        if truth is Truth.MET:
            return fill(self.reason.text, words)
        margin = format_margin(evidence.travel_ms - self.threshold_ms)
        return fill(
            Text(
                f"最も近い他の二次救急病院({{nearest}})まで道路で{{minutes}}分で、"
                f"基準の{{threshold_min}}分に達しません(差 {margin}分)",
                f"the nearest other, {{nearest}}, is {{minutes}} minutes away by road, short of "
                f"{{threshold_min}} (margin {margin})",
            ),
            words,
        )

    def _variant(
        self,
        assumption: Assumption,
        travel: TravelSetting,
        found: NearestOther,
        truth: Truth,
        names: Mapping[str, str],
    ) -> Variant:
        other = self.truth_of(found)
        return Variant(
            name=assumption.value,
            label=turned_label(travel, assumption),
            nearest_id=found.destination_id,
            nearest_name=names[found.destination_id] if found.destination_id else None,
            travel_ms=found.travel_ms,
            truth=other,
            changes=other is not truth,
        )

    def _not_on_list(self, facility: Facility) -> Text:
        if self.type in facility.types:
            return Text(
                f"二次救急病院の一覧のうち「{self.list}」に載っていません",
                f"is not on the list that counts ({self.list})",
            )
        return Text("二次救急病院の一覧に載っていません", "is not a secondary emergency hospital")

    def _undetermined(self, number: int, facility: Facility, facts: Facts) -> Outcome:
        snap = facts.roads.snaps.get(facility.id) if facts.roads else None
        if snap is None:
            text = Text("位置が分からず、所要時間を計算できません", "has no position to drive from")
        else:
            metres, limit = snap.distance_m, facts.travel.snap_limit_m
            text = Text(
                f"最寄りの道路まで{metres:,.0f}m(上限{limit:,.0f}m)あり、道路網に結び付けられません",
                f"is {metres:,.0f} m from the nearest road (limit {limit:,.0f} m)",
            )
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
        return Outcome(number, Truth.UNDETERMINED, text, evidence)


def _terminals(facilities: list[Facility], roads: Roads) -> list[Terminal]:
    """Return terminals for those that are tied to the network, sorted by id."""
    tied = [(f, roads.snaps[f.id].snap) for f in facilities if f.id in roads.snaps]
    terminals = [Terminal(f.id, f.site, snap) for f, snap in tied if snap is not None]
    return sorted(terminals, key=lambda t: t.id)


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


def turned_label(travel: TravelSetting, assumption: Assumption) -> Text:
    """Return what `turn_over` assumes, in words."""
    match assumption:
        case Assumption.NEIGHBOURS if travel.neighbours:
            return Text("隣県の病院を数えない場合", "without hospitals of other prefectures")
        case Assumption.NEIGHBOURS:
            return Text("隣県の病院も数える場合", "with hospitals of other prefectures")
        case Assumption.TOLLS if travel.tolls:
            return Text("有料道路を使わない場合", "without toll roads")
        case Assumption.TOLLS:
            return Text("有料道路も使う場合", "with toll roads")
        case Assumption.FERRIES if travel.ferries:
            return Text("フェリーを使わない場合", "without ferries")
        case Assumption.FERRIES:
            return Text("フェリーも使う場合", "with ferries")
        case Assumption.DIRECTION if travel.direction is TravelDirection.FROM_CANDIDATE:
            return Text("逆向き(他の病院から当該病院へ)の場合", "driving from the other hospital")
    return Text("逆向き(当該病院から他の病院へ)の場合", "driving to the other hospital")
