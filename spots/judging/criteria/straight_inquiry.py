"""What straight lines answer to a criterion, as the policy has it and under other assumptions.

Found once for all policies that differ in a threshold or a radius alone, as the answers of roads
are (`spots.judging.criteria.inquiry`), and kept with the facts.

Stands apart: a time without roads and a distance are asked alike; two criteria compare and word it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundfloor.problems import Text
from spots.judging.criteria.facts import NamedList, PolicyFacts, TravelFacts
from spots.judging.criteria.lines_over_land import LinesOverLand
from spots.judging.criteria.straight_search import FoundInLine, StraightQuestion, straight_search
from spots.judging.criteria.trials import LIST, ONE_HOSPITAL, TWO_HOSPITALS, turn_over
from spots.telling.evidence_words import (
    left_out_label,
    one_hospital_label,
    other_list_label,
    turned_label,
    two_hospitals_label,
)
from spots.types import Assumption, FacilityType, Role, StraightTravel

_KEPT = 16
_MM = 1_000.0


@dataclass(frozen=True, slots=True)
class StraightInquiry:
    """All that the answers of straight lines depend on.

    Parameters
    ----------
    facts : TravelFacts
        Everything known, with the prefecture of the policy and whose hospitals count.
    type : FacilityType
        Who counts, of this type,
    list : str
        and on this list of the run.
    travel : StraightTravel or None
        What makes times of them; None where metres are asked for.
    """

    facts: TravelFacts
    type: FacilityType
    list: str
    travel: StraightTravel | None

    def __hash__(self) -> int:
        """Tell by what is quickly looked at."""
        return hash((self.type, self.list, self.facts.prefecture, self.travel))


@dataclass(frozen=True, slots=True)
class StraightTrial:
    """The same question under one other assumption.

    Parameters
    ----------
    name : str
        As of `Variant`.
    found : mapping of str to FoundInLine
        What was found, by candidate.
    labels : mapping of str to Text
        What was assumed, by candidate; those that are absent were not tried.
    always : bool
        Whether it is shown also where the verdict stays the same.
    list_name : str
        The list that counts, where that is what differs.
    left_out : frozenset of str
        Candidates that this list does not have.
    """

    name: str
    found: Mapping[str, FoundInLine]
    labels: Mapping[str, Text]
    always: bool = True
    list_name: str = ""
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StraightAnswer:
    """What straight lines answer, for all candidates.

    Parameters
    ----------
    found : mapping of str to FoundInLine
        As the policy has it.
    tried : tuple of StraightTrial
        Under other assumptions.
    land : LinesOverLand
        What was known of the sea.
    """

    found: Mapping[str, FoundInLine]
    tried: Sequence[StraightTrial]
    land: LinesOverLand


def asked_in_line(
    facts: PolicyFacts, kind: FacilityType, list_name: str, travel: StraightTravel | None
) -> StraightAnswer:
    """Return what straight lines answer, found once for the facts.

    Parameters
    ----------
    facts : PolicyFacts
        Everything known, and what the policy says of it.
    kind : FacilityType
        The type of those who count.
    list_name : str
        The list that they are on.
    travel : StraightTravel or None
        What makes times of metres; None for the metres themselves.
    """
    inquiry = StraightInquiry(facts.for_roads(), kind, list_name, travel)
    return facts.memory.of(answered_in_line, inquiry, most=_KEPT)


def millimetres(metres: float) -> int:
    """Return whole millimetres: what is less is noise of the calculation."""
    return round(metres * _MM)


def answered_in_line(inquiry: StraightInquiry) -> StraightAnswer:
    """Ask everything: as the policy has it, and under every other assumption that bears on it."""
    facts = inquiry.facts
    land = facts.memory.of(LinesOverLand, facts.regions, most=1)
    measure = inquiry.travel.travel_ms if inquiry.travel is not None else millimetres

    def by(list_name: str) -> StraightQuestion:
        counted = tuple(f for f in facts.facilities if facts.counts(f, inquiry.type, list_name))
        asking = tuple(f for f in counted if f.role is Role.CANDIDATE)
        return StraightQuestion(asking, counted, facts, measure, land)

    asked = by(inquiry.list)
    found = straight_search(asked, facts.travel)
    others = {o: by(o.name) for o in inquiry.facts.other_lists(inquiry.list, inquiry.type)}
    tried = (*_neighbours(asked, found), *_lists(asked, others), *_doubles(found))
    return StraightAnswer(found, tried, land)


def _neighbours(
    asked: StraightQuestion, found: Mapping[str, FoundInLine]
) -> Iterator[StraightTrial]:
    """Turn over whether neighbours count: of all that is tried, only that bears on a line."""
    travel = asked.facts.travel
    if Assumption.NEIGHBOURS not in travel.also_try or not asked.knows_beyond:
        return
    other = straight_search(asked, turn_over(travel, Assumption.NEIGHBOURS))
    label = turned_label(Assumption.NEIGHBOURS, on=travel.neighbours)
    yield StraightTrial(Assumption.NEIGHBOURS.value, other, dict.fromkeys(found, label))


def _lists(
    asked: StraightQuestion, lists: Mapping[NamedList, StraightQuestion]
) -> Iterator[StraightTrial]:
    for other, question in lists.items():
        listed = {f.id for f in question.candidates}
        left_out = frozenset(f.id for f in asked.candidates if f.id not in listed)
        yield StraightTrial(
            LIST,
            straight_search(question, asked.facts.travel),
            dict.fromkeys(sorted(listed), other_list_label(other.title))
            | dict.fromkeys(sorted(left_out), left_out_label(other.title)),
            list_name=other.name,
            left_out=left_out,
        )


def _doubles(found: Mapping[str, FoundInLine]) -> Iterator[StraightTrial]:
    """Take records that may be a candidate itself for it, and for others."""
    doubled = {i: f for i, f in found.items() if f.beyond is not None}
    if not doubled:
        return
    named = {i: [d.name for d in f.doubles] for i, f in doubled.items()}
    one = {i: one_hospital_label(names) for i, names in named.items()}
    yield StraightTrial(
        ONE_HOSPITAL, {i: f.if_one() for i, f in doubled.items()}, one, always=False
    )
    two = {i: two_hospitals_label(names) for i, names in named.items()}
    yield StraightTrial(
        TWO_HOSPITALS, {i: f.if_two() for i, f in doubled.items()}, two, always=False
    )
