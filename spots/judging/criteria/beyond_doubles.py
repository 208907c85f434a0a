"""The nearest other that surely is another, where the nearest may be the facility itself.

A hospital in two lists under two names would be its own nearest other. Until somebody decides,
both are asked: with the doubtful records as others, and with them as the facility itself. Where
the two answers differ, the criterion is open.

Stands apart: `solving` asks what is certain; this is the second question, asked of few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from groundfloor.problems import Problem, Text, one_line, warning
from networks import NearestOther, RoadNetwork, Terminal, drives, nearest_few
from networks.types import Direction, TravelOptions
from spots.telling.findings import TO_DECIDE_DOUBLES, double_words
from spots.telling.units import MS_PER_MINUTE
from spots.types import (
    Accuracy,
    Double,
    Facility,
    Outcome,
    Position,
    Verdict,
    distance_m,
)

#: A nearest other that is reached sooner than this is looked at: two sources place one hospital
#: some hundred metres apart at times.
AT_ONCE_MS = MS_PER_MINUTE
_FIRST_ASKED = 4


@dataclass(frozen=True, slots=True)
class Beyond:
    """Which records may be a candidate itself, and the nearest that is none of them."""

    doubles: tuple[Double, ...]
    nearest: NearestOther


@dataclass(frozen=True, slots=True)
class Search:
    """The question that was asked, to be asked again."""

    network: RoadNetwork
    destinations: Sequence[Terminal]
    direction: Direction
    options: TravelOptions

    def few(self, origins: Sequence[Terminal], count: int) -> tuple[tuple[NearestOther, ...], ...]:
        """Return the nearest `count` others of each origin."""
        return nearest_few(
            self.network,
            origins,
            self.destinations,
            count,
            direction=self.direction,
            options=self.options,
        )

    def at_one_point(
        self, origins: Iterable[Terminal], counted: Mapping[str, Facility]
    ) -> dict[str, NearestOther]:
        """Return, for each origin that only a point makes one site with others, such another.

        Sites keep them from each other in every search; as two hospitals they would be near.
        """
        ends = {t.id: t for t in self.destinations}
        beside = []
        for origin in origins:
            facility = counted[origin.id]
            here = (d.id for d in facility.doubles if d.id in ends)
            first = next((i for i in here if counted[i].site == facility.site), None)
            if first is not None:
                beside.append((origin, ends[first]))
        away = self.direction is Direction.FROM_ORIGIN
        pairs = [pair if away else pair[::-1] for pair in beside]
        found = drives(self.network, pairs, options=self.options) if pairs else ()
        return {
            origin.id: NearestOther(origin.id, other.id, route.travel_ms, route)
            for (origin, other), route in zip(beside, found, strict=True)
            if route is not None
        }


def beyond_doubles(
    search: Search,
    origins: Iterable[Terminal],
    found: Mapping[str, NearestOther],
    counted: Mapping[str, Facility],
) -> dict[str, Beyond]:
    """Return, for each origin that may have doubles among others, what lies beyond them.

    Parameters
    ----------
    search : Search
        The question.
    origins : iterable of Terminal
        Who asked.
    found : mapping of str to NearestOther
        The answers, by id.
    counted : mapping of str to Facility
        Who counts as another, by id; origins may be among them.
    """
    beyond: dict[str, Beyond] = {}
    waiting: dict[int, list[tuple[Terminal, dict[str, Double]]]] = {}
    for origin in origins:
        facility, answer = counted[origin.id], found[origin.id]
        doubles = {d.id: d for d in facility.doubles if d.id in counted}
        if doubles or _at_once(facility, answer, counted):
            waiting.setdefault(_FIRST_ASKED + len(doubles), []).append((origin, doubles))
    # All that ask for as many are asked at once: the others' doors are looked up for each question.
    while waiting:
        count = min(waiting)
        asked = waiting.pop(count)
        answers = search.few([origin for origin, _ in asked], count)
        for (origin, doubles), few in zip(asked, answers, strict=True):
            done = _beyond(few, count, counted[origin.id], doubles, counted)
            if done is None:
                waiting.setdefault(2 * count, []).append((origin, doubles))
            else:
                beyond[origin.id] = done
    return beyond


def _at_once(
    facility: Facility, answer: NearestOther, counted: Mapping[str, Facility]
) -> Double | None:
    """Return the nearest other as a double where it is reached at once and nobody told it apart."""
    if answer.destination_id is None or answer.travel_ms is None or answer.travel_ms >= AT_ONCE_MS:
        return None
    other = counted[answer.destination_id]
    here, there = facility.position, other.position
    apart_m = distance_m(here, there) if here and there else None
    if facility.told_apart(other) or (apart_m == 0 and _given(here) and _given(there)):
        return None  # records at one point are one site, unless somebody told them apart
    known = next((d for d in facility.doubles if d.id == other.id), None)
    double = known or Double(other.id, other.name, apart_m, same_address=False)
    return replace(double, travel_ms=answer.travel_ms)


def _given(position: Position | None) -> bool:
    return position is not None and position.accuracy is Accuracy.POINT


def _beyond(
    few: Sequence[NearestOther],
    count: int,
    facility: Facility,
    doubles: dict[str, Double],
    counted: Mapping[str, Facility],
) -> Beyond | None:
    """Return the nearest of a few that is no double; None where more than `count` must be asked.

    `doubles` grows here.
    """
    sites = {counted[i].site for i in doubles}
    for answer in few:
        double = _at_once(facility, answer, counted)
        if double is not None:
            doubles[double.id] = double
        elif answer.destination_id and counted[answer.destination_id].site not in sites:
            return Beyond(tuple(doubles.values()), answer)
    if len(few) == count:
        return None
    nothing = NearestOther(facility.id, None, None, None)
    return Beyond(tuple(doubles.values()), nothing)


def nearest_at_once(verdicts: Iterable[Verdict]) -> Iterator[Problem]:
    """Yield a warning for each pair that only the roads make look like one hospital.

    Pairs of one address, or within 100 m, were told when the lists were merged.
    """
    told: set[frozenset[str]] = set()
    for verdict in verdicts:
        facility = verdict.facility
        before = {d.id for d in facility.doubles}
        for double in (d for o in verdict.outcomes for d in _doubles_of(o)):
            pair = frozenset({facility.id, double.id})
            if double.id not in before and pair not in told:
                told.add(pair)
                yield _warning(facility, double)


def _doubles_of(outcome: Outcome) -> Sequence[Double]:
    found = outcome.travel or outcome.distance
    return found.doubles if found is not None else ()


def _warning(facility: Facility, double: Double) -> Problem:
    row = facility.rows[0] if facility.rows else None
    name, why = one_line(double.name, 40), double_words(double)
    by_road = double.travel_ms is not None
    near = (
        Text("は1分もかからず", "is less than a minute away")
        if by_road
        else Text("はごく近く", "is very near")
    )
    return warning(
        "nearest-other-at-once",
        Text(
            f"最も近い他の病院「{name}」との間{near.ja}（{why.ja}）、"
            "同じ医療機関かもしれません。判定が変わる場合は判定不能とします",
            f"its nearest other hospital, {name}, {near.en} ({why.en}) and may "
            "be the same one; undetermined where that turns the verdict",
        ),
        TO_DECIDE_DOUBLES,
        file=row.file if row else "",
        row=row.row if row else None,
        value=facility.name,
    )
