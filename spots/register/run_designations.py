"""What a run designates, kind by kind, as the register takes it in.

Undetermined units are nobody's designation yet: they are told, and never taken in.

Stands apart: what of a run is a designation is a question of plans, not of keeping them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from shapely.geometry import MultiPolygon

from boundaries import AreaClass, AreaIndex, ClassBasis, ellipsoidal_km2
from boundaries.geometry import polygons
from boundaries.indices import published
from groundfloor.day_spans import DaySpan
from groundfloor.problems import Problem, Text, UsageError, error, note, warning
from groundfloor.stored_table import column_of
from spots.telling.register_words import (
    AREA_RULE,
    DESIGNATION_KIND_LABELS,
    area_reason,
    circle_rule,
    period,
    unit_rule,
)
from spots.types import ResultKind, RunResult, Spot, State, UnitKind
from spots.types.designations import Designation, DesignationKind
from spots.types.ground_units import GroundResult, UnitVerdict

_NOTHING_KM2 = 1e-9  # rounding of an overlay, not a cut
_Days = tuple[date | None, date | None]
#: What a run's results designate; a candidate is only marked.
_KINDS: Mapping[ResultKind, DesignationKind] = {
    ResultKind.SPOT: DesignationKind.SPOT,
    ResultKind.SUPPORT_AREA: DesignationKind.SUPPORT_AREA,
    ResultKind.PROGRAMME: DesignationKind.PROGRAMME,
}


@dataclass(frozen=True, slots=True)
class DraftEdition:
    """What a run brings for one kind, before it has a number.

    Parameters
    ----------
    kind : DesignationKind
        The kind.
    span : DaySpan
        Days of the plan.
    units : tuple of Designation
        What is designated, edition 0.
    areas : tuple of AreaIndex
        Every medical area with its class, for the kind of areas alone.
    """

    kind: DesignationKind
    span: DaySpan
    units: tuple[Designation, ...]
    areas: tuple[AreaIndex, ...] = ()


def drafts(
    result: RunResult, span: DaySpan | None, kinds: Iterable[DesignationKind] | None
) -> tuple[tuple[DraftEdition, ...], tuple[Problem, ...]]:
    """Return what a run designates, and what of it is not taken in.

    Parameters
    ----------
    result : RunResult
        The run.
    span : DaySpan or None
        Days of the plan; None for the run's own.
    kinds : iterable of DesignationKind or None
        The kinds that are asked for; None for all that the run has.

    Raises
    ------
    UsageError
        It designates nothing of these kinds, has no period, or a unit's own days are beyond it.
    """
    here = _kinds_of(result)
    asked = here if kinds is None else tuple(dict.fromkeys(kinds))
    if lacking := [kind for kind in asked if kind not in here]:
        raise UsageError(_nothing(kind) for kind in lacking)
    if not asked:
        raise UsageError(_nothing(None))
    wrong: list[Problem] = []
    found = []
    for kind in asked:
        days = span or _span(result, kind)
        if days is None:
            wrong.append(no_period(DESIGNATION_KIND_LABELS[kind]))
            continue
        units = tuple(_units(result, kind, days, wrong, given=span is not None))
        areas = area_classes(result) if kind is DesignationKind.SHORTAGE_AREA else ()
        found.append(DraftEdition(kind, days, units, areas))
    if wrong:
        raise UsageError(wrong)
    return tuple(found), tuple(_told(result, asked))


def own_days(result: RunResult, kinds: Iterable[DesignationKind] | None) -> _Days:
    """Return the first and the last day that a run has for these kinds, or for all its own."""
    asked = _kinds_of(result) if kinds is None else tuple(kinds)
    periods = [days for kind in asked for days in _periods(result, kind)]
    starts = [first for first, _ in periods if first is not None]
    ends = [last for _, last in periods if last is not None]
    return (
        min(starts) if periods and len(starts) == len(periods) else None,
        max(ends) if periods and len(ends) == len(periods) else None,
    )


def _kinds_of(result: RunResult) -> tuple[DesignationKind, ...]:
    kinds = {_KINDS[ground.kind] for ground in result.grounds if ground.kind in _KINDS}
    if result.by_rule:
        kinds.add(DesignationKind.SPOT)
    if any(area.area_class is not AreaClass.UNKNOWN for area in area_classes(result)):
        kinds.add(DesignationKind.SHORTAGE_AREA)
    return tuple(kind for kind in DesignationKind if kind in kinds)


def area_classes(result: RunResult) -> tuple[AreaIndex, ...]:
    """Return the medical areas of a run with their classes, sorted by code."""
    areas = partial(column_of, result, "areas")
    called, values, kinds, bases = map(areas, ("name", "index", "area_class", "class_basis"))
    return tuple(
        AreaIndex(
            area_code=code,
            area_name=str(called[code]),
            value=None if values[code] is None else float(values[code]),
            area_class=AreaClass(kinds[code]),
            basis=ClassBasis(bases.get(code) or ClassBasis.CUT_OFF),
        )
        for code in sorted(called)
    )


# --- days


def _grounds(result: RunResult, kind: DesignationKind) -> tuple[GroundResult, ...]:
    return tuple(ground for ground in result.grounds if _KINDS.get(ground.kind) is kind)


def _periods(result: RunResult, kind: DesignationKind) -> Iterator[_Days]:
    """Yield the periods that a run has for a kind: of its criteria, of each of its results."""
    settings = result.settings
    by_run = kind is DesignationKind.SHORTAGE_AREA
    if by_run or (kind is DesignationKind.SPOT and result.by_rule):
        yield settings.valid_from, settings.valid_to
    for ground in _grounds(result, kind):
        yield ground.valid_from, ground.valid_to


def _span(result: RunResult, kind: DesignationKind) -> DaySpan | None:
    """Return the days of a run's plan, from the first of its periods to the last."""
    first, last = own_days(result, (kind,))
    return None if first is None else DaySpan.through(first, last)


def _own(days: DaySpan, own: _Days, usual: _Days, *, given: bool) -> DaySpan | None:
    """Return the days of a unit: those of the plan, less what its own leave out."""
    if given and own == usual:  # it has none of its own: those that were given are its
        return days
    first, last = own
    return days & DaySpan.through(first or days.first, last)


# --- units


def _units(
    result: RunResult, kind: DesignationKind, days: DaySpan, wrong: list[Problem], *, given: bool
) -> Iterator[Designation]:
    """Yield what is designated; days that are none go to `wrong`."""
    settings = result.settings
    made: list[tuple[_Days, _Days, Callable[[DaySpan], Designation], str]] = []
    usual = (settings.valid_from, settings.valid_to)
    if kind is DesignationKind.SHORTAGE_AREA:
        yield from _areas(result, days)
    if kind is DesignationKind.SPOT:
        made += [
            ((s.valid_from, s.valid_to), usual, partial(_of_spot, s), s.name) for s in result.spots
        ]
    for ground in _grounds(result, kind):
        period_ = (ground.valid_from, ground.valid_to)
        made += [
            ((v.valid_from, v.valid_to), period_, partial(_of_unit, v), v.unit.name)
            for v in result.units
            if v.result == ground.id and v.state is State.DESIGNATED
        ]
    for own, its, build, name in made:
        span = _own(days, own, its, given=given)
        if span is None:
            wrong.append(_beyond(name, own, days))
        else:
            yield build(span)


def _of_spot(spot: Spot, span: DaySpan) -> Designation:
    place = spot.place
    cut = any(entry.removed_km2 > _NOTHING_KM2 for entry in spot.ledger)
    return Designation(
        edition=0,
        unit=f"facility:{spot.facility_id}",
        unit_kind=UnitKind.FACILITY,
        name=spot.name,
        codes=(place.municipality_code,) if place.municipality_code else (),
        municipality=place.municipality or "",
        result="",
        rule=circle_rule(spot.radius_m, cut=cut),
        criteria=spot.criteria,
        reason=spot.reason,
        councils=spot.councils,
        page=spot.page,
        span=span,
        area_km2=spot.area_km2,
        population=spot.population,
        geometry=spot.geometry,
    )


def _of_unit(verdict: UnitVerdict, span: DaySpan) -> Designation:
    unit = verdict.unit
    cut = verdict.unit_km2 - verdict.area_km2 > _NOTHING_KM2
    return Designation(
        edition=0,
        unit=unit.id,
        unit_kind=unit.kind,
        name=unit.name,
        codes=unit.municipality_codes,
        municipality=unit.municipality,
        result=verdict.result,
        rule=unit_rule(unit.kind, unit.radius_m, ground=unit.geometry is not None, cut=cut),
        criteria=(),
        reason=verdict.reason,
        councils=verdict.councils,
        page=verdict.page,
        span=span,
        area_km2=verdict.area_km2,
        population=verdict.population,
        geometry=verdict.geometry,
    )


def _areas(result: RunResult, span: DaySpan) -> Iterator[Designation]:
    shapes = column_of(result, "areas", "geometry")
    members = column_of(result, "municipalities", "area_code")
    called = column_of(result, "municipalities", "name")
    edition = result.edition.name if result.edition else ""
    for area in area_classes(result):
        if area.area_class is not AreaClass.SHORTAGE:
            continue
        codes = tuple(sorted(c for c, of in members.items() if of == area.area_code))
        ground: MultiPolygon = polygons(shapes[area.area_code])
        index = "" if area.value is None else str(published(area.value))
        yield Designation(
            edition=0,
            unit=f"medical_area:{area.area_code}",
            unit_kind=UnitKind.MEDICAL_AREA,
            name=area.area_name,
            codes=codes,
            municipality="、".join(str(called[code]) for code in codes),
            result="",
            rule=AREA_RULE,
            criteria=(),
            reason=area_reason(index, edition),
            councils=(),
            page="",
            span=span,
            area_km2=ellipsoidal_km2(ground),
            population=None,
            geometry=ground,
        )


# --- what is told


def _told(result: RunResult, kinds: Iterable[DesignationKind]) -> Iterator[Problem]:
    for kind in kinds:
        if open_ := tuple(_open(result, kind)):
            label = DESIGNATION_KIND_LABELS[kind]
            yield warning(
                "register-undetermined",
                Text(
                    f"{label.ja}の判定不能が{len(open_)}件あり、設定として登録していません",
                    f"{label.en}: {len(open_)} undetermined, not registered as designated",
                ),
                Text(
                    "判定を確定し、改訂として登録してください",
                    "settle them, and add that run as a revision",
                ),
                value="、".join(open_),
            )
    candidates = [g.title for g in result.grounds if g.kind is ResultKind.CANDIDATE]
    for title in candidates:
        yield note(
            "register-candidates",
            Text(
                f"候補「{title.ja}」は設定ではないため登録していません",
                f"candidates “{title.en}” are no designation and are not registered",
            ),
            Text("対応は不要です", "nothing to do"),
        )


def _open(result: RunResult, kind: DesignationKind) -> Iterator[str]:
    """Yield the names of what may be of a kind, and nobody knows."""
    if kind is DesignationKind.SHORTAGE_AREA:
        yield from (a.area_name for a in area_classes(result) if a.area_class is AreaClass.UNKNOWN)
    if kind is DesignationKind.SPOT and result.by_rule:
        yield from (v.facility.name for v in result.verdicts if v.state is State.UNDETERMINED)
    results = {ground.id for ground in _grounds(result, kind)}
    yield from (
        v.unit.name for v in result.units if v.result in results and v.state is State.UNDETERMINED
    )


def _nothing(kind: DesignationKind | None) -> Problem:
    label = DESIGNATION_KIND_LABELS[kind] if kind else Text("設定", "designations")
    return error(
        "register-nothing",
        Text(f"この結果には{label.ja}がありません", f"the result has none: {label.en}"),
        Text("結果のフォルダと種類を確かめてください", "check the result folder and the kinds"),
        value=kind.value if kind else None,
    )


def no_period(label: Text) -> Problem:
    """Return the problem of designations that have no first day."""
    return error(
        "register-no-period",
        Text(
            f"{label.ja}の設定期間が結果にありません",
            f"the result has no period for: {label.en}",
        ),
        Text("--from と --to で期間を指定してください", "give the period by --from and --to"),
        column="--from",
    )


def _beyond(name: str, own: _Days, days: DaySpan) -> Problem:
    told = period(days)
    written = " – ".join("" if d is None else d.isoformat() for d in own)
    return error(
        "register-unit-beyond",
        Text(
            f"「{name}」の設定期間が計画の期間（{told.ja}）と重なりません",
            f"the period of “{name}” has no day of the plan's ({told.en})",
        ),
        Text("計画の期間か、結果を確かめてください", "check the plan's period, or the result"),
        value=written,
    )
