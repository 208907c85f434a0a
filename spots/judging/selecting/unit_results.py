"""Results of a policy: every unit that was asked for in exactly one state, with its clauses.

Stands apart: one result by itself; which results there are, and in what order, is not its matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shapely.geometry import MultiPolygon

from boundaries import AreaClass, CutEntry, CutStep, cut, dissolve, ellipsoidal_km2
from boundaries.types import ANY_CLASS
from groundfloor.problems import Text
from spots.judging.designation import covers, exclusion_of
from spots.judging.drawing import policy_cuts
from spots.judging.plan_reasons import plan_reason
from spots.judging.policy import Policy
from spots.judging.selecting.algebra import Selected, UnitExtent, extent, subjects
from spots.judging.selecting.clauses import clauses_of
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.selection_settings import ResultSetting
from spots.judging.selecting.unit_sources import lost_ground
from spots.telling import findings
from spots.telling import unit_words as words
from spots.telling.labels import AREA_CLASS_LABELS
from spots.telling.wording import as_one
from spots.types import ListedEntry, State, Truth
from spots.types.ground_units import Clause, ClauseRole, GroundResult, Unit, UnitKind, UnitVerdict

#: What clauses took from a unit: the first line of its ledger.
CLAUSES = "clauses"
#: Less than that, in km², is the rounding of two areas: a square metre.
_LEAST_KM2 = 1e-6


class UnitsLostError(AssertionError):
    """The units that came out are not the units that went in."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What the units of one result are judged with."""

    policy: Policy
    facts: GroundFacts
    setting: ResultSetting
    known: Mapping[str, Selected]
    cuts: Sequence[CutStep]

    @property
    def period(self) -> tuple[date, date]:
        """First and last day."""
        own, policy = self.setting, self.policy.validity
        return own.valid_from or policy.valid_from, own.valid_to or policy.valid_to


def judge_result(
    policy: Policy, facts: GroundFacts, setting: ResultSetting, known: Mapping[str, Selected]
) -> tuple[tuple[UnitVerdict, ...], GroundResult]:
    """Judge every unit of one result.

    Parameters
    ----------
    policy : Policy
        The rule.
    facts : GroundFacts
        Everything known.
    setting : ResultSetting
        The result.
    known : mapping of str to Selected
        Selections, and the results before it, by id.

    Returns
    -------
    verdicts : tuple of UnitVerdict
        One for each unit, in the order of the selections.
    ground : GroundResult
        What is designated, without overlaps.

    Raises
    ------
    UnitsLostError
        A unit was lost or doubled; never expected.
    """
    cuts = policy_cuts(policy, setting.cut, facts.regions, facts.facts.memory)
    asked = _Asked(policy, facts, setting, known, cuts)
    units = subjects(setting.select, known)
    verdicts = tuple(_verdict(unit, asked) for unit in units.values())
    if [v.unit.id for v in verdicts] != list(units):
        raise UnitsLostError(setting.id)
    union = dissolve([v.geometry for v in verdicts])
    first, last = asked.period
    title, km2 = setting.title.text, ellipsoidal_km2(union)
    return verdicts, GroundResult(setting.id, setting.kind, title, union, km2, first, last)


def truth_of(state: State) -> Truth:
    """Return whether what ends in a state is in, for those that refer to it."""
    known = {State.DESIGNATED: Truth.MET, State.UNDETERMINED: Truth.UNDETERMINED}
    return known.get(state, Truth.NOT_MET)


def as_selected(
    policy: Policy, facts: GroundFacts, setting: ResultSetting, verdicts: Sequence[UnitVerdict]
) -> Selected:
    """Return a result as what later selections and results may refer to."""
    return Selected(
        id=setting.id,
        title=setting.title.text,
        units={v.unit.id: v.unit for v in verdicts},
        truths={v.unit.id: truth_of(v.state) for v in verdicts},
        texts={v.unit.id: v.reason for v in verdicts},
        reasons={
            v.unit.id: v.reason
            for v in verdicts
            if v.state is State.DESIGNATED
            and plan_reason(v.unit, v.clauses, policy, setting).reason
        },
        entries={
            v.unit.id: e for v in verdicts if (e := next(_entries(v.clauses), None)) is not None
        },
        services={v.unit.id: v.service for v in verdicts if v.service is not None},
        ground={
            v.unit.id: v.geometry
            for v in verdicts
            if v.state is State.DESIGNATED and v.unit_km2 - v.area_km2 > _LEAST_KM2
        },
        lost=lost_ground((v.unit for v in verdicts), facts.regions),
    )


def _entries(clauses: Sequence[Clause]) -> Iterator[ListedEntry]:
    taking = (c for c in clauses if c.truth is Truth.MET and c.role is ClauseRole.TAKES_IN)
    return (c.entry for c in taking if c.entry is not None)


def _verdict(unit: Unit, asked: _Asked) -> UnitVerdict:
    clauses = tuple(clauses_of(asked.setting.select, unit, asked.known))
    found = extent(asked.setting.select, unit, asked.known)
    state, reason = _barred(unit, asked) or _by_clauses(unit, asked, found, clauses)
    ground = MultiPolygon()
    ledger: tuple[CutEntry, ...] = ()
    if state is State.DESIGNATED and unit.geometry is not None:
        ground, ledger = _ground(unit.geometry, found, asked.cuts)
        if ground.is_empty:
            state, reason = State.UNDETERMINED, words.nothing_left(unit)
    told = plan_reason(unit, clauses, asked.policy, asked.setting)
    first, last = asked.period
    return UnitVerdict(
        result=asked.setting.id,
        unit=unit,
        state=state,
        reason=told.reason if state is State.DESIGNATED and told.reason else reason,
        clauses=clauses,
        geometry=ground,
        unit_km2=ellipsoidal_km2(unit.geometry) if unit.geometry is not None else 0.0,
        area_km2=ellipsoidal_km2(ground),
        ledger=ledger,
        service=told.service,
        councils=told.councils,
        page=told.page,
        on_application=told.on_application,
        valid_from=first,
        valid_to=last,
    )


def _barred(unit: Unit, asked: _Asked) -> tuple[State, Text] | None:
    """Return state and reason where no selection matters; the first that applies decides."""
    policy, facts = asked.policy, asked.facts.facts
    place = facts.places.get(unit.code) if unit.kind is UnitKind.FACILITY else None
    if place is not None and place.problem is None:
        prefecture = place.prefecture_code or (place.municipality_code or "")[:2]
        if prefecture and prefecture != policy.policy.prefecture:
            return State.EXCLUDED, findings.elsewhere(place.municipality or prefecture)
        out = exclusion_of(policy, place)
        if out is not None:
            return State.EXCLUDED, out.reason.text
    if unit.problem is not None:
        return State.UNDETERMINED, unit.problem
    return None


def _by_clauses(
    unit: Unit, asked: _Asked, found: UnitExtent, clauses: Sequence[Clause]
) -> tuple[State, Text]:
    truth = found.truth
    if truth is Truth.NOT_MET:
        return _not_in(clauses)
    excluded = _excluded_ground(unit, asked)
    if excluded is not None:
        return State.EXCLUDED, excluded
    if truth is Truth.UNDETERMINED:
        return State.UNDETERMINED, as_one(_texts(clauses, Truth.UNDETERMINED))
    settled = _moot(unit, asked)
    if settled is not None:
        return settled
    return State.DESIGNATED, as_one([c.reason or c.text for c in clauses if c.takes_in])


def _not_in(clauses: Sequence[Clause]) -> tuple[State, Text]:
    """Return whether a unit that is not in was taken out again, or never taken in, and why."""
    exceptions = [c.reason or c.text for c in clauses if c.role is ClauseRole.EXCEPTION]
    taken = [c.role is ClauseRole.TAKES_IN and c.truth is Truth.MET for c in clauses]
    outs = [
        c.reason or c.text
        for c in clauses
        if c.role is ClauseRole.TAKES_OUT and c.truth is not Truth.NOT_MET
    ]
    if exceptions and not any(taken):
        return State.EXCLUDED, as_one(exceptions)
    if outs and any(taken):
        return State.EXCLUDED, as_one(outs)
    needed = [
        c.text
        for c in clauses
        if c.truth is Truth.NOT_MET and c.role in {ClauseRole.TAKES_IN, ClauseRole.NEEDS}
    ]
    return State.NOT_MET, as_one(needed) if needed else words.NOT_SELECTED


def _texts(clauses: Sequence[Clause], truth: Truth) -> list[Text]:
    return [c.text for c in clauses if c.truth is truth]


def _excluded_ground(unit: Unit, asked: _Asked) -> Text | None:
    """Return why a unit is out whose whole ground lies in municipalities that are."""
    if unit.kind is UnitKind.FACILITY or not unit.municipality_codes:
        return None
    rules = [e for e in asked.policy.exclude_municipality if e.area]
    hit = [next((e for e in rules if covers(e.code, c)), None) for c in unit.municipality_codes]
    texts = [e.reason.text for e in hit if e is not None]
    return as_one(texts) if texts and len(texts) == len(hit) else None


def _moot(unit: Unit, asked: _Asked) -> tuple[State, Text] | None:
    """Return state and reason where the unit's areas already count, or may."""
    moot = frozenset(asked.setting.moot)
    if not moot or not unit.area_codes:
        unknown = bool(moot) and unit.kind is not UnitKind.PREFECTURE and not unit.area_codes
        return (State.UNDETERMINED, findings.NO_CLASS) if unknown else None
    areas = [asked.facts.regions.medical_area(code) for code in unit.area_codes]
    may_be = [_classes(a.area_class, a.basis.may_be) if a else ANY_CLASS for a in areas]
    if all(classes <= moot for classes in may_be):
        label = AREA_CLASS_LABELS[next(iter(may_be[0]))]
        return State.MOOT, words.moot_unit([a.name for a in areas if a is not None], label)
    if any(classes & moot and not classes <= moot for classes in may_be):
        return State.UNDETERMINED, words.CLASS_OPEN
    return None


def _classes(area_class: AreaClass, may_be: frozenset[AreaClass]) -> frozenset[AreaClass]:
    return may_be if area_class is AreaClass.UNKNOWN else frozenset({area_class})


def _ground(
    whole: MultiPolygon, found: UnitExtent, cuts: Sequence[CutStep]
) -> tuple[MultiPolygon, tuple[CutEntry, ...]]:
    """Return the ground of a unit that is in, after clauses and cuts, with the ledger."""
    ground = whole if found.sure.shape is None else found.sure.shape
    ledger: tuple[CutEntry, ...] = ()
    if not found.sure.whole:
        left = ellipsoidal_km2(ground)
        ledger = (CutEntry(CLAUSES, max(ellipsoidal_km2(whole) - left, 0.0), left),)
    after, taken = cut(ground, cuts)
    return after, (*ledger, *taken)
