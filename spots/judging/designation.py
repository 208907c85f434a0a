"""From facts to verdicts: the pure heart of the product. No disk, no network, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from boundaries.codes import PREFECTURES, designated_city
from boundaries.types import ANY_CLASS, AreaClass
from groundfloor.problems import Problem, Text, UsageError, error
from spots.judging.criteria import CriterionKind, Facts, PolicyFacts, Turn
from spots.judging.policy import Policy
from spots.judging.policy_tables import MADE_IN_PYTHON, ManualDecision, MunicipalityExclusion
from spots.telling import findings as reasons
from spots.telling.wording import fill, run_on
from spots.types import (
    Decision,
    Facility,
    Outcome,
    Place,
    Role,
    State,
    Truth,
    TurningSpeed,
    Variant,
    Verdict,
)

T = TypeVar("T")
Outcomes = Mapping[int, Outcome]
Truths = Mapping[int, Truth]  # of criteria, by number
Why = Callable[[Outcomes], Text]


class FacilitiesLostError(AssertionError):
    """The facilities that came out are not the facilities that went in."""


def judge(policy: Policy, facts: Facts) -> tuple[Verdict, ...]:
    """Give every facility exactly one state, with the outcomes that led to it.

    Parameters
    ----------
    policy : Policy
        The rule.
    facts : Facts
        Facilities, places and roads.

    Returns
    -------
    tuple of Verdict
        In the order of ``facts.facilities``.

    Raises
    ------
    FacilitiesLostError
        A facility was lost or doubled; never expected.
    UsageError
        A criterion counts a list that `facts` do not have.

    Examples
    --------
    >>> judge(policy, facts)  # doctest: +SKIP
    """
    refuse_missing_lists(policy, facts)
    if len({f.id for f in facts.facilities}) < len(facts.facilities):
        raise FacilitiesLostError("two facilities have the same id")
    asked = policy.over(facts)
    judged = {n: _outcomes(n, setting, asked) for n, setting in policy.criteria}
    turns = {n: s.turns(judged[n], asked) for n, s in policy.criteria if n not in facts.not_given}
    verdicts = tuple(
        _verdict(policy, f, asked, _of(f, judged), _of(f, turns)) for f in facts.facilities
    )
    if [v.facility.id for v in verdicts] != [f.id for f in facts.facilities]:
        raise FacilitiesLostError("facilities out differ from facilities in")
    return verdicts


def _outcomes(number: int, setting: CriterionKind, asked: PolicyFacts) -> Mapping[str, Outcome]:
    """Return what a criterion finds; without a list nothing: an absent list is no empty one."""
    if number not in asked.not_given:
        return setting.judge(number, asked)
    text = reasons.not_given(setting.mark, setting.heading)
    unknown = Outcome(number, Truth.UNDETERMINED, text, given=False)
    return {f.id: unknown for f in asked.candidates}


def refuse_missing_lists(policy: Policy, facts: Facts) -> None:
    """Refuse facts without a list that a criterion counts.

    Raises
    ------
    UsageError
        There is such a criterion; all of them are named.
    """
    if missing := tuple(_missing_lists(policy, facts)):
        raise UsageError(missing)


def _missing_lists(policy: Policy, facts: Facts) -> Iterator[Problem]:
    """Yield lists that criteria count and nobody has; a list may be there and empty."""
    have = {*facts.lists, *(named.name for named in facts.named_lists)}
    for number, criterion in policy.criteria:
        name = criterion.asks_for
        if name is not None and name not in have and number not in facts.not_given:
            known = ", ".join(sorted(have)) or "-"
            yield error(
                "list-missing",
                Text(
                    f"基準{criterion.mark}が数える一覧がありません",
                    f"criterion {criterion.mark} counts this list, which is not there",
                ),
                Text(f"{known} のいずれかにしてください", f"use one of: {known}"),
                file=MADE_IN_PYTHON,
                column=f"criterion.{number}.list",
                value=name,
            )


def _of(facility: Facility, found: Mapping[int, Mapping[str, T]]) -> dict[int, T]:
    """Return what each criterion found for a facility, by number; nothing of those without it."""
    return {n: of[facility.id] for n, of in found.items() if facility.id in of}


def _verdict(
    policy: Policy,
    facility: Facility,
    facts: PolicyFacts,
    outcomes: Mapping[int, Outcome],
    turns: Mapping[int, Turn],
) -> Verdict:
    place = facts.places[facility.id]
    without_list = frozenset(n for n, o in outcomes.items() if not o.given)
    ruled = _Ruled.of(policy, facility, facts, without_list)
    state, why = ruled.by({n: o.truth for n, o in outcomes.items()})
    reason = why(outcomes)
    if state is State.DESIGNATED:
        reason = reasons.with_accuracy(reason, facility)
    return Verdict(
        facility=facility,
        place=place,
        state=state,
        criteria=tuple(n for n, o in outcomes.items() if o.truth is Truth.MET),
        state_reason=reason,
        outcomes=weighed(outcomes, turns, lambda truths: ruled.by(truths)[0]),
        decision=_decision(policy, facility, state, ruled.words),
    )


def state_by(
    policy: Policy,
    facility: Facility,
    facts: PolicyFacts,
    truths: Truths,
    without_list: frozenset[int] = frozenset(),
) -> State:
    """Return the state that criteria of such truths lead to, as `judge` finds it.

    Parameters
    ----------
    policy : Policy
        The rule.
    facility : Facility
        Whose.
    facts : PolicyFacts
        Where it is.
    truths : mapping of int to Truth
        Of every criterion, by number; empty of a facility that is only reached.
    without_list : frozenset of int
        Criteria that no list is given for.
    """
    return _Ruled.of(policy, facility, facts, without_list).by(truths)[0]


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A facility under the policy's rule, but for the truths of its criteria.

    Parameters
    ----------
    policy, facility, place : Policy, Facility, Place
        The rule, and whom it is about.
    words : mapping of str to str
        Placeholders of sentences.
    barred : (State, Text) or None
        State and reason where no criterion matters.
    without_list : frozenset of int
        Criteria that no list is given for.
    """

    policy: Policy
    facility: Facility
    place: Place
    words: Mapping[str, str]
    barred: tuple[State, Text] | None
    without_list: frozenset[int]

    @classmethod
    def of(
        cls, policy: Policy, facility: Facility, facts: PolicyFacts, without_list: frozenset[int]
    ) -> _Ruled:
        place, words = facts.places[facility.id], facts.words(facility)
        barred = _barred(policy, facility, place, words)
        return cls(policy, facility, place, words, barred, without_list)

    def by(self, truths: Truths) -> tuple[State, Why]:
        """Return the state by the criteria's truths, and what words its reason."""
        if self.barred is not None:
            state, reason = self.barred
            return state, lambda _outcomes: reason
        truth = _truth(self.policy, truths, self.without_list)
        return _by_rule(self.policy, self.facility, self.place, truth, self.words)


def _decision(
    policy: Policy, facility: Facility, state: State, words: Mapping[str, str]
) -> Decision | None:
    """Return the decision by hand about a facility, with whether it came to bear."""
    manual = manual_decision(policy, facility)
    if manual is None:
        return None
    include = manual.decision == "include"
    applied = facility.role is not Role.DESTINATION and (not include or state is State.DESIGNATED)
    return Decision(include, fill(manual.reason.text, words), manual.overrides, applied)


# Sentences of the policy and of this module are templates and are filled here, each once. Findings
# of criteria and problems of places hold names from lists and are never read as templates.


def _barred(  # noqa: PLR0911 - a list of rules, one answer each
    policy: Policy, facility: Facility, place: Place, words: Mapping[str, str]
) -> tuple[State, Text] | None:
    """Return state and reason where no criterion matters; the first that applies decides."""
    manual = manual_decision(policy, facility)
    if facility.role is Role.DESTINATION:
        return State.EXCLUDED, reasons.ONLY_REACHED
    if manual and manual.decision == "exclude":
        return State.EXCLUDED, fill(manual.reason.text, words)
    if place.problem is not None:
        return State.UNDETERMINED, place.problem
    prefecture = place.prefecture_code or (place.municipality_code or "")[:2]
    if prefecture and prefecture != policy.policy.prefecture:
        where = place.municipality or place.municipality_code or PREFECTURES[prefecture]
        return State.EXCLUDED, reasons.elsewhere(where)
    if place.municipality_code is None:
        return State.UNDETERMINED, facility.position_problem or reasons.NO_MUNICIPALITY
    overruled = manual.overrides if manual else ()
    out = exclusion_of(policy, place)
    if out and "excluded" not in overruled:
        return State.EXCLUDED, fill(out.reason.text, words)
    if not policy.judges_facilities:
        return State.EXCLUDED, reasons.NOT_JUDGED
    if place.area_class in policy.scope.moot_area_classes and "moot" not in overruled:
        return State.MOOT, reasons.already(place)
    return None


def _by_rule(
    policy: Policy, facility: Facility, place: Place, truth: Truth, words: Mapping[str, str]
) -> tuple[State, Why]:
    """Return the state by the rule's truth, and what words its reason: asked for one state only."""
    manual = manual_decision(policy, facility)
    included = manual is not None and manual.decision == "include"
    if not included and truth is Truth.NOT_MET:
        return State.NOT_MET, partial(_not_met_reason, policy)
    if not included and truth is Truth.UNDETERMINED:
        return State.UNDETERMINED, partial(_open_reason, policy)
    if facility.position is None:
        nowhere = facility.position_problem or reasons.NO_POSITION
        return State.UNDETERMINED, lambda _outcomes: nowhere
    if class_open(policy, place) and not (manual and "moot" in manual.overrides):
        return State.UNDETERMINED, lambda _outcomes: reasons.no_class(place)
    if manual is not None:
        return State.DESIGNATED, lambda _outcomes: fill(manual.reason.text, words)
    return State.DESIGNATED, partial(_met_reason, policy)


def _truth(policy: Policy, truths: Truths, without_list: frozenset[int]) -> Truth:
    """Return the rule's truth: what no list is given for may turn a place away, never in.

    Where only such criteria leave the rule open, and it does not hold if none of them is met, the
    place is no spot as far as the lists go, and its reason says so. If it would hold then, as
    under ``none``, it stays open: no designation rests on a list that is not there.
    """
    truth = policy.rule.holds(truths)
    if truth is not Truth.UNDETERMINED:
        return truth
    as_given = {n: Truth.NOT_MET if n in without_list else t for n, t in truths.items()}
    found = policy.rule.holds(as_given)
    return found if found is Truth.NOT_MET else truth


def class_open(policy: Policy, place: Place) -> bool:
    """Tell whether the area's class is not known, and may be one in which no spot is needed.

    多数 or neither (an index that ties with that cut-off) is not open: either has spots.
    """
    moot = frozenset(policy.scope.moot_area_classes)
    narrowed = place.may_be < ANY_CLASS
    return place.area_class is AreaClass.UNKNOWN and (not narrowed or bool(place.may_be & moot))


def _met_reason(policy: Policy, outcomes: Mapping[int, Outcome]) -> Text:
    """Return why the rule holds: the criteria met, or under ``none`` those that are not."""
    decisive = _decisive(policy, outcomes)
    return reasons.together(_texts(decisive, Truth.MET) or _texts(decisive, Truth.NOT_MET))


def _not_met_reason(policy: Policy, outcomes: Mapping[int, Outcome]) -> Text:
    """Name the finding that came nearest: a measured one before "is not on a list".

    Under ``none`` it is a criterion met that rules the facility out.
    """
    marks = {n: c.mark for n, c in policy.criteria if outcomes[n].given}
    unasked = [c.mark for n, c in policy.criteria if not outcomes[n].given]
    text = _given_not_met(policy, outcomes, marks)
    return run_on(text, reasons.as_far_as_given(unasked)) if unasked else text


def _open_reason(policy: Policy, outcomes: Mapping[int, Outcome]) -> Text:
    """Name what leaves the rule open: what was looked at before what has no list."""
    given = {n: o for n, o in outcomes.items() if o.given}
    found = _texts(given, Truth.UNDETERMINED)
    if not found:
        return reasons.together(_texts(outcomes, Truth.UNDETERMINED))
    unasked = [c.mark for n, c in policy.criteria if n not in given]
    text = reasons.together(found)
    return run_on(text, reasons.as_far_as_given(unasked)) if unasked else text


def _given_not_met(
    policy: Policy, outcomes: Mapping[int, Outcome], marks: Mapping[int, str]
) -> Text:
    decisive = _decisive(policy, outcomes)
    if barring := [marks[n] for n, o in decisive.items() if o.truth is Truth.MET]:
        return reasons.ruled_out(barring)
    if had := [marks[n] for n, o in outcomes.items() if o.truth is Truth.MET]:
        return reasons.meets_some(had, reasons.together(_texts(decisive, Truth.NOT_MET)))
    measured = [o.text for o in outcomes.values() if o.travel or o.distance]
    if measured:
        return reasons.together(measured)
    return reasons.meets_none(marks.values())


def _decisive(policy: Policy, outcomes: Mapping[int, Outcome]) -> Mapping[int, Outcome]:
    numbers = policy.rule.decisive({n: o.truth for n, o in outcomes.items()})
    return {n: o for n, o in outcomes.items() if n in numbers}


def _texts(outcomes: Mapping[int, Outcome], truth: Truth) -> list[Text]:
    return [o.text for o in outcomes.values() if o.truth is truth]


def exclusion_of(policy: Policy, place: Place) -> MunicipalityExclusion | None:
    """Return the policy's exclusion that covers the facilities of `place`, if any."""
    return next(
        (
            e
            for e in policy.exclude_municipality
            if e.facilities and covers(e.code, place.municipality_code)
        ),
        None,
    )


def covers(excluded: str, code: str | None) -> bool:
    """Whether municipality `code` is `excluded`, or a ward of that designated city.

    Examples
    --------
    >>> covers("43100", "43103"), covers("43100", "43202")
    (True, False)
    """
    if code is None:
        return False
    city = designated_city(code)
    return code == excluded or (city is not None and city[0] == excluded)


def manual_decision(policy: Policy, facility: Facility) -> ManualDecision | None:
    """Return the policy's decision by hand about `facility`, by id or name but for marks."""
    return next((m for m in policy.manual if facility.is_called(m.facility)), None)


def weighed(
    outcomes: Outcomes, turns: Mapping[int, Turn], state_of: Callable[[Truths], State]
) -> tuple[Outcome, ...]:
    """Return a facility's outcomes with the state under each assumption that was tried.

    Parameters
    ----------
    outcomes : mapping of int to Outcome
        By number of the criterion, in the policy's order.
    turns : mapping of int to Turn
        The speeds at which each turns; those that no speed turns are absent.
    state_of : callable
        The state that criteria of such truths lead to, by the policy's own rule.

    Returns
    -------
    tuple of Outcome
        In the order of `outcomes`; everything but the assumption under question stays as it is.
        What it changes it changes for all criteria: roads and speeds are not one criterion's own.
        Another list is, since each criterion names its own.
    """

    def state_under(variant: Variant, number: int) -> State:
        return state_of(
            {
                n: variant.truth if n == number else _truth_under(o, variant)
                for n, o in outcomes.items()
            }
        )

    def state_beyond(turn: Turn, number: int) -> State:
        faster = _by_faster(turn, outcomes[number])
        return state_of(
            {
                n: _truth_beyond(o, turns.get(n), turn.factor, faster=faster)
                for n, o in outcomes.items()
            }
        )

    def weigh(outcome: Outcome, turn: Turn | None) -> Outcome:
        def with_states(variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
            return tuple(replace(v, state=state_under(v, outcome.number)) for v in variants)

        travel = outcome.travel
        if travel is None:
            return replace(outcome, variants=with_states(outcome.variants))
        turning = None
        if turn is not None:
            state = state_beyond(turn, outcome.number)
            turning = TurningSpeed(turn.factor, turn.exact, state, turn.truth)
        return replace(
            outcome, travel=replace(travel, variants=with_states(travel.variants), turning=turning)
        )

    return tuple(weigh(o, turns.get(n)) for n, o in outcomes.items())


def _truth_under(outcome: Outcome, variant: Variant) -> Truth:
    """Return what a criterion is under an assumption that was tried for another one."""
    if variant.list_name:
        return outcome.truth
    tried = (*(outcome.travel.variants if outcome.travel else ()), *outcome.variants)
    own = (v.truth for v in tried if v.key == variant.key)
    return next(own, outcome.truth)


def _truth_beyond(outcome: Outcome, turn: Turn | None, factor: float, *, faster: bool) -> Truth:
    """Return what a criterion is at speeds just beyond `factor`."""
    if turn is None or _by_faster(turn, outcome) is not faster:
        return outcome.truth
    turned = turn.factor <= factor if faster else turn.factor >= factor
    return turn.truth if turned else outcome.truth


def _by_faster(turn: Turn, outcome: Outcome) -> bool:
    """Whether faster speeds turn a criterion, and not slower ones."""
    return turn.factor > 1.0 or (turn.factor == 1.0 and outcome.truth is not Truth.NOT_MET)
