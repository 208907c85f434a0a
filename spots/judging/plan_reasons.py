"""What the plan says of what is designated: why, for which service, and after which councils.

Circles of ``[rule]`` and units of ground are told alike. What is nearest comes first: by hand
(``[[unit_reason]]``), what a list says, then what the policy says of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from groundfloor.folding import nfkc
from groundfloor.marks import unmarked
from groundfloor.problems import Problem, Text, warning
from spots.judging.policy import Policy
from spots.judging.selecting.selection_settings import RULE, ResultSetting, UnitReason
from spots.telling.wording import as_one, same, some
from spots.types import (
    Clause,
    Facility,
    ListedEntry,
    Spot,
    Unit,
    UnitKind,
    Verdict,
)
from spots.types.results import ReasonBasis


@dataclass(frozen=True, slots=True)
class PlanReason:
    """What the plan says of a unit or a spot, as far as it is known.

    Parameters
    ----------
    reason : Text or None
        設定理由: by hand, from its list or layer, or the policy's own; None where there is none.
    service : Text or None
        The service that physicians are secured for.
    councils : tuple of date
        Days of the councils.
    page : str
        Page of the plan.
    on_application : bool
        Whether its municipality applied for it.
    basis : ReasonBasis
        Who gives the reason.
    """

    reason: Text | None
    service: Text | None = None
    councils: tuple[date, ...] = ()
    page: str = ""
    on_application: bool = False
    basis: ReasonBasis = ReasonBasis.POLICY


def plan_reason(
    unit: Unit, clauses: tuple[Clause, ...], policy: Policy, result: ResultSetting
) -> PlanReason:
    """Return what the plan says of a unit: what is nearest to it comes first.

    By hand before the entry of a list, that before the unit's own row, that before the clause.

    Parameters
    ----------
    unit : Unit
        The unit.
    clauses : tuple of Clause
        Of the result.
    policy : Policy
        For reasons by hand, and what its selections say.
    result : ResultSetting
        The result.
    """
    met = [c for c in clauses if c.takes_in]
    own = [c for c in met if c.own] or met
    asked = {c.select for c in met}
    settings = [s for s in policy.select if s.id in asked]
    entries = [e for c in met if (e := c.entry) is not None]
    services = [c.service for c in met if c.service is not None]
    by_policy = PlanReason(
        reason=as_one(reasons) if (reasons := [c.reason for c in own if c.reason]) else None,
        service=next(iter([*services, *(s.service.text for s in settings if s.service)]), None),
        councils=next((s.councils for s in settings if s.councils), ()),
        page=next((s.page for s in settings if s.page), ""),
    )
    results = _with_earlier({result.id, *asked}, policy)
    mine = [r for r in policy.unit_reason if r.result in {None, *results} and names_unit(r, unit)]
    # What is said of this result comes before what is said of those that it is made of, or of all.
    hand = iter(sorted(mine, key=lambda r: (r.result != result.id, r.result is None)))
    rows = [*entries, *((unit.entry,) if unit.entry is not None else ())]
    return _nearest(next(hand, None), rows, by_policy)


def _with_earlier(ids: Iterable[str], policy: Policy) -> frozenset[str]:
    """Return ids of results with those that they are made of: what is said of these, they keep."""
    parts = {r.id: r.select.ids() for r in policy.result}
    found, grown = frozenset[str](), frozenset(ids)
    while found != grown:
        found, grown = grown, grown.union(*(parts.get(i, ()) for i in grown))
    return found


def spot_reason(policy: Policy, verdict: Verdict) -> PlanReason:
    """Return what the plan says of the circle round a designated facility.

    Without a word by hand or from a list, the reason is that of its state: what the criteria found.

    Parameters
    ----------
    policy : Policy
        For reasons by hand, and the services of its criteria.
    verdict : Verdict
        Of the facility.
    """
    facility = verdict.facility
    services = [c.service.text for n, c in policy.criteria if n in verdict.criteria and c.service]
    by_policy = PlanReason(verdict.state_reason, as_one(services) if services else None)
    hand = (
        r for r in policy.unit_reason if r.result in {None, RULE} and names_facility(r, facility)
    )
    rows = (facility.entry,) if facility.entry is not None else ()
    return _nearest(next(hand, None), rows, by_policy)


def spots_without_service(policy: Policy, spots: Sequence[Spot]) -> Iterator[Problem]:
    """Yield a warning of the spots without a service, where policy or lists give others one.

    Circles that a result takes up as units are told of there.

    Parameters
    ----------
    policy : Policy
        For what its results take up.
    spots : sequence of Spot
        As drawn.
    """
    bare = [s.name for s in spots if s.service is None]
    if 0 < len(bare) < len(spots) and not any(RULE in r.select.ids() for r in policy.result):
        yield without_service(bare, RULE)


def without_service(bare: Sequence[str], where: str) -> Problem:
    """Return the warning of units or spots whose reason names no service.

    Parameters
    ----------
    bare : sequence of str
        Their names.
    where : str
        Id of the result.
    """
    told = some(bare, Text("件", "more"))
    return warning(
        "unit-without-service",
        Text(
            f"設定理由に、医師を確保する目的の医療サービスがありません（{told.ja}）",
            f"the reason names no service that physicians are secured for ({told.en})",
        ),
        Text(
            "一覧の「サービス」の列か、選定・要件の service に書いてください"
            "（例：無医地区の巡回診療）",
            "write it in the list's service column, or as the service of the selection or "
            "criterion (visits to districts without a doctor, say)",
        ),
        value=where,
    )


def names_unit(reason: UnitReason, unit: Unit) -> bool:
    """Tell whether a reason by hand is about a unit: by its name but for marks, code or id."""
    if reason.unit in {unit.id, unit.code}:
        return True
    return nfkc(unmarked(reason.unit)) == nfkc(unmarked(unit.name))


def names_facility(reason: UnitReason, facility: Facility) -> bool:
    """Tell whether a reason by hand is about a facility, as `names_unit` does."""
    unit_id = f"{UnitKind.FACILITY}:{facility.id}"
    return reason.unit == unit_id or facility.is_called(reason.unit)


def _nearest(
    hand: UnitReason | None, rows: Sequence[ListedEntry], by_policy: PlanReason
) -> PlanReason:
    listed = _first(e.reason for e in rows)
    service = _first(e.service for e in rows)
    reason, basis = by_policy.reason, ReasonBasis.POLICY
    if listed:
        reason, basis = same(listed), ReasonBasis.LIST
    if hand:
        reason, basis = hand.reason.text, ReasonBasis.HAND
    by_hand = hand.service.text if hand and hand.service else None
    return PlanReason(
        reason=reason,
        service=by_hand or (same(service) if service else by_policy.service),
        councils=(hand.councils if hand else ())
        or next((e.councils for e in rows if e.councils), by_policy.councils),
        page=(hand.page if hand else "") or _first(e.page for e in rows) or by_policy.page,
        on_application=any(e.on_application for e in rows),
        basis=basis,
    )


def _first(said: Iterable[str]) -> str:
    return next(filter(None, said), "")
