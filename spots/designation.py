"""From facts to verdicts: the pure heart of the product. No disk, no network, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from boundaries.codes import designated_city
from boundaries.types import AreaClass
from problems import Text
from spots.criteria import Facts
from spots.criteria.words import fill
from spots.policy import ManualDecision, MunicipalityExclusion, Policy
from spots.types import Facility, Outcome, Place, Role, State, Truth, Verdict


class ConservationError(AssertionError):
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
    ConservationError
        A facility was lost or doubled; never expected.
    """
    judged = [(number, setting.judge(number, facts)) for number, setting in policy.criteria]
    verdicts = tuple(
        _verdict(policy, f, facts, {n: found[f.id] for n, found in judged if f.id in found})
        for f in facts.facilities
    )
    if [v.facility.id for v in verdicts] != [f.id for f in facts.facilities]:
        raise ConservationError("facilities out differ from facilities in")
    return verdicts


def _verdict(
    policy: Policy, facility: Facility, facts: Facts, outcomes: Mapping[int, Outcome]
) -> Verdict:
    place = facts.places[facility.id]
    met = tuple(n for n, o in outcomes.items() if o.truth is Truth.MET)
    state, reason = _state(policy, facility, place, outcomes)
    return Verdict(
        facility=facility,
        place=place,
        state=state,
        criteria=met,
        state_reason=fill(reason, facts.words(facility)),
        outcomes=tuple(outcomes.values()),
    )


def _state(
    policy: Policy, facility: Facility, place: Place, outcomes: Mapping[int, Outcome]
) -> tuple[State, Text]:
    """Return state and reason; the first rule that applies decides."""
    manual = manual_decision(policy, facility)
    out = exclusion_of(policy, place)
    if facility.role is Role.DESTINATION:
        return State.EXCLUDED, Text(
            "隣県などの病院で、到達先としてのみ用いるため対象外",
            "out: used only as a destination",
        )
    if manual and manual.decision == "exclude":
        return State.EXCLUDED, manual.reason.text
    if place.problem is not None:
        return State.UNDETERMINED, place.problem
    if place.municipality_code is None:
        return State.UNDETERMINED, facility.position_problem or Text(
            "所在する市町村が分かりません", "its municipality is not known"
        )
    if place.prefecture_code != policy.policy.prefecture:
        return State.EXCLUDED, Text(
            "県外({municipality})の医療機関のため対象外",
            "out: it lies in another prefecture ({municipality})",
        )
    if out:
        return State.EXCLUDED, out.reason.text
    if place.area_class in policy.scope.moot_area_classes:
        return State.MOOT, Text(
            f"所在する二次医療圏({{area}})が{CLASS_LABELS[place.area_class].ja}であり、スポットとする必要がない",
            f"its medical area ({{area}}) is already a "
            f"{CLASS_LABELS[place.area_class].en}; no spot is needed",
        )
    return _by_rule(policy, facility, place, outcomes, manual)


def _by_rule(
    policy: Policy,
    facility: Facility,
    place: Place,
    outcomes: Mapping[int, Outcome],
    manual: ManualDecision | None,
) -> tuple[State, Text]:
    truth = policy.rule.holds({n: o.truth for n, o in outcomes.items()})
    if manual and manual.decision == "include":
        truth = Truth.MET
    if truth is Truth.NOT_MET:
        return State.NOT_MET, _not_met_reason(policy, outcomes)
    if truth is Truth.UNDETERMINED:
        return State.UNDETERMINED, _join(
            o.text for o in outcomes.values() if o.truth is Truth.UNDETERMINED
        )
    if facility.position is None:
        return State.UNDETERMINED, facility.position_problem or Text(
            "位置が分からず、円を描けません", "has no position to draw a circle around"
        )
    if place.area_class is AreaClass.UNKNOWN:
        return State.UNDETERMINED, Text(
            "二次医療圏またはその区分(医師偏在指標)が分かりません",
            "its medical area or that area's class is not known",
        )
    if manual:
        return State.DESIGNATED, manual.reason.text
    return State.DESIGNATED, _join(o.text for o in outcomes.values() if o.truth is Truth.MET)


def _not_met_reason(policy: Policy, outcomes: Mapping[int, Outcome]) -> Text:
    """Name the finding that came nearest: a measured one before "is not on a list"."""
    measured = [o.text for o in outcomes.values() if o.travel is not None]
    if measured:
        return _join(measured)
    marks = "・".join(c.mark for _, c in policy.criteria)
    return Text(f"{marks}のいずれの基準にも当たりません", f"meets none of {marks}")


def _join(texts: Iterable[Text]) -> Text:
    parts = list(texts)
    return Text("。".join(t.ja for t in parts), "; ".join(t.en for t in parts))


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
    """Return the policy's decision by hand about `facility`, by id or exact name."""
    keys = {facility.id, facility.name}
    return next((m for m in policy.manual if m.facility in keys), None)


CLASS_LABELS: Mapping[AreaClass, Text] = {
    AreaClass.SHORTAGE: Text("医師少数区域", "physician-shortage area"),
    AreaClass.SURPLUS: Text("医師多数区域", "physician-surplus area"),
    AreaClass.NEITHER: Text("医師少数でも多数でもない区域", "area of neither class"),
    AreaClass.UNKNOWN: Text("区分不明", "area of unknown class"),
}
