"""What is different between two days, or two plans: kept, new, ended, changed, and why.

Kinds are compared one by one, prefecture by prefecture. Facilities are matched as two runs are
(`spots.comparing.run_matching`), so that another id or a merged ward makes no new spot; medical
areas as two editions of the index are, and what turned the class of one is proven
(`boundaries.edition_changes`). A kind of which one side has no edition is not compared: nobody
knows what was designated then.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry import MultiPolygon

from boundaries import ellipsoidal_km2
from boundaries.edition_changes import AreaChange, EditionChanges, compare_editions
from boundaries.geometry import polygons
from groundfloor.folding import compact
from groundfloor.problems import Text
from spots.comparing.changed_units import why_line
from spots.comparing.comparison import compare
from spots.comparing.run_matching import match
from spots.comparing.unit_comparing import GROUND_KM2, only_in
from spots.comparing.unit_tracing import run_editions
from spots.facilities.list_cells import city_of
from spots.register.plan_sides import Matter, PlanSide, matter_of, side_units
from spots.register.register import Register
from spots.telling.edition_words import why_changed
from spots.telling.in_force_words import no_edition_on, told_on
from spots.telling.plan_change_columns import PlanAspect, PlanChange, PlanChangeKind
from spots.telling.register_columns import RegisteredUnit
from spots.telling.wording import NOTHING
from spots.types import RunResult, UnitKind
from spots.types.designations import DesignationKind, InForce

_Pair = tuple[RegisteredUnit | None, RegisteredUnit | None]
_NO_GROUND = MultiPolygon()
#: Kept ones last: who compares looks for what is different.
_ORDER = tuple(PlanChangeKind)


@dataclass(frozen=True, slots=True)
class KindGround:
    """All ground of a kind on both sides, without overlaps, EPSG:6668 and km².

    Parameters
    ----------
    kind : DesignationKind
        The kind.
    old_km2, new_km2 : float
        Ground on each side.
    gained, lost : MultiPolygon
        Ground of the new side alone, and of the old one alone.
    gained_km2, lost_km2 : float
        Their areas.
    """

    kind: DesignationKind
    old_km2: float
    new_km2: float
    gained: MultiPolygon
    lost: MultiPolygon
    gained_km2: float
    lost_km2: float


@dataclass(frozen=True, slots=True)
class PlanDifferences:
    """Two sides, and what is different.

    Parameters
    ----------
    old, new : PlanSide
        The sides.
    rows : tuple of PlanChange
        Kind by kind; what changed stands before what was kept.
    grounds : tuple of KindGround
        Of each kind that was compared and has ground.
    open : tuple of Text
        Of each kind that was not compared, which side has no edition of it.
    """

    old: PlanSide
    new: PlanSide
    rows: tuple[PlanChange, ...]
    grounds: tuple[KindGround, ...]
    open: tuple[Text, ...]


def plan_differences(register: Register, old: PlanSide, new: PlanSide) -> PlanDifferences:
    """Return what is different between two sides.

    Parameters
    ----------
    register : Register
        The register.
    old, new : PlanSide
        As `spots.register.plan_sides.plan_side` gives them.

    Raises
    ------
    FolderError
        A run was kept by a version whose evidence this one does not read.
    """
    matters = sorted(
        {matter_of(held) for side in (old, new) for held in side.held},
        key=lambda matter: (list(DesignationKind).index(matter[0]), matter[1]),
    )
    rows: list[PlanChange] = []
    open_: list[Text] = []
    for matter in matters:
        before, after = old.edition(matter), new.edition(matter)
        if before is None or after is None:
            side = old if before is None else new
            open_.append(no_edition_on(matter[0], side.label))
            rows += _uncompared(register, old, new, matter)
            continue
        rows += sorted(
            _compared(_Both(register, (old, before), (new, after))),
            key=lambda row: _ORDER.index(row.kind),
        )
    return PlanDifferences(old, new, tuple(rows), tuple(_grounds(rows)), tuple(open_))


def _grounds(rows: Sequence[PlanChange]) -> Iterator[KindGround]:
    for kind in DesignationKind:
        own = [
            row
            for row in rows
            if row.kind is not PlanChangeKind.OPEN and row.shown and row.shown.edition.kind is kind
        ]
        old, new = (
            polygons(shapely.union_all([u.unit.geometry for u in units if u is not None]))
            for units in ([row.old for row in own], [row.new for row in own])
        )
        if not old.is_empty or not new.is_empty:
            gained, lost = only_in(new, old), only_in(old, new)
            before, after, more, less = map(ellipsoidal_km2, (old, new, gained, lost))
            yield KindGround(kind, before, after, gained, lost, more, less)


def _uncompared(
    register: Register, old: PlanSide, new: PlanSide, matter: Matter
) -> Iterator[PlanChange]:
    for side in (old, new):
        held = side.edition(matter)
        for unit in side_units(register, side, held) if held is not None else ():
            pair = (unit, None) if side is old else (None, unit)
            yield _nothing(PlanChangeKind.OPEN, *pair)


@dataclass(frozen=True, slots=True)
class _Both:
    """The two editions of one kind and prefecture."""

    register: Register
    old: tuple[PlanSide, InForce]
    new: tuple[PlanSide, InForce]

    @property
    def kind(self) -> DesignationKind:
        return self.old[1].edition.kind

    @property
    def units(self) -> tuple[tuple[RegisteredUnit, ...], tuple[RegisteredUnit, ...]]:
        old, new = (side_units(self.register, *each) for each in (self.old, self.new))
        return old, new

    @property
    def runs(self) -> tuple[RunResult, RunResult]:
        old, new = (self.register.result(each[1].edition) for each in (self.old, self.new))
        return old, new


def _compared(both: _Both) -> Iterator[PlanChange]:
    if both.kind is DesignationKind.SHORTAGE_AREA:
        changes = _editions(both.runs)
        if changes is not None:
            yield from _areas(both, changes)
            return
    told = _reasons(both.runs)
    for pair in _matched(both):
        yield _change(pair, told)


# --- medical areas


def _editions(runs: tuple[RunResult, RunResult]) -> EditionChanges | None:
    old, new = (run_editions(run) for run in runs)
    return None if old is None or new is None else compare_editions(old, new)


def _areas(both: _Both, changes: EditionChanges) -> Iterator[PlanChange]:
    """Yield every area that is 少数区域 on a side, and every other whose class is another."""
    before, after = ({u.unit.unit: u for u in units} for units in both.units)
    for area in changes.areas:
        old = before.get(f"medical_area:{area.old.area_code}") if area.old is not None else None
        new = after.get(f"medical_area:{area.new.area_code}") if area.new is not None else None
        if old is not None or new is not None or area.class_changed:
            yield _area(area, old, new, changes)


def _area(
    area: AreaChange,
    old: RegisteredUnit | None,
    new: RegisteredUnit | None,
    changes: EditionChanges,
) -> PlanChange:
    aspects = _aspects(old, new, area)
    kind = _kind(old, new, aspects)
    if old is None and new is None:
        kind = PlanChangeKind.CLASS
    told = why_changed(area, changes)
    return replace(_ground(kind, old, new, aspects), area=area, why=told)


# --- units and circles


def _matched(both: _Both) -> Iterator[_Pair]:
    """Yield the units of both sides in pairs: in the order of the new, then what is left."""
    old, new = both.units
    taken: set[str] = set()
    partners: dict[str, RegisteredUnit] = {}
    for keys in _keys(both.runs):
        before = _alone((u for u in old if _own(u) not in taken), keys[0])
        after = _alone((u for u in new if _own(u) not in partners), keys[1])
        for value, unit in after.items():
            if value in before:
                partners[_own(unit)] = before[value]
                taken.add(_own(before[value]))
    yield from ((partners.get(_own(unit)), unit) for unit in new)
    yield from ((unit, None) for unit in old if _own(unit) not in taken)


_Key = Callable[[RegisteredUnit], Hashable]


def _own(unit: RegisteredUnit) -> str:
    return f"{unit.unit.result}/{unit.unit.unit}"


def _keys(runs: tuple[RunResult, RunResult]) -> Iterator[tuple[_Key, _Key]]:
    """Yield by what units of the old and of the new side are one, the surest first."""
    pairs = match(runs[0].verdicts, runs[1].verdicts)
    new_ids = {
        f"facility:{pair.old.facility.id}": f"facility:{pair.new.facility.id}"
        for pair in pairs
        if pair.old is not None and pair.new is not None
    }

    def renamed(unit: RegisteredUnit) -> Hashable:
        return unit.unit.result, new_ids.get(unit.unit.unit, f"old:{unit.unit.unit}")

    def itself(unit: RegisteredUnit) -> Hashable:
        return unit.unit.result, unit.unit.unit

    def called(unit: RegisteredUnit) -> Hashable:
        one, cities = unit.unit, {city_of(code) for code in unit.unit.codes}
        return one.unit_kind, compact(one.name), tuple(sorted(cities))

    yield renamed, itself
    yield _unless_facility(itself), _unless_facility(itself)
    yield _unless_facility(called), _unless_facility(called)


def _unless_facility(key: _Key) -> _Key:
    """Return a key that no facility has: an id of another list may be another's."""

    def own(unit: RegisteredUnit) -> Hashable:
        return None if unit.unit.unit_kind is UnitKind.FACILITY else key(unit)

    return own


def _alone(units: Iterator[RegisteredUnit], key: _Key) -> dict[Hashable, RegisteredUnit]:
    """Return units by a key that only one of them has."""
    groups: dict[Hashable, list[RegisteredUnit]] = {}
    for unit in units:
        if (value := key(unit)) is not None:
            groups.setdefault(value, []).append(unit)
    return {value: group[0] for value, group in groups.items() if len(group) == 1}


def _change(pair: _Pair, told: Mapping[tuple[str, str], Text]) -> PlanChange:
    old, new = pair
    aspects = _aspects(old, new)
    kind = _kind(old, new, aspects)
    found = _ground(kind, old, new, aspects)
    shown = found.shown
    if kind is PlanChangeKind.KEPT or shown is None:
        return found
    side = "new" if new is not None else "old"
    return replace(found, why=told.get((side, _own(shown)), NOTHING))


def _kind(
    old: RegisteredUnit | None, new: RegisteredUnit | None, aspects: Sequence[PlanAspect]
) -> PlanChangeKind:
    if old is None or new is None:
        return PlanChangeKind.NEW if old is None else PlanChangeKind.ENDED
    return PlanChangeKind.CHANGED if aspects else PlanChangeKind.KEPT


def _aspects(
    old: RegisteredUnit | None, new: RegisteredUnit | None, area: AreaChange | None = None
) -> tuple[PlanAspect, ...]:
    if old is None or new is None:
        return ()
    moved = max(map(ellipsoidal_km2, _moved(old, new)))
    different = {
        PlanAspect.GROUND: moved >= GROUND_KM2,
        # The reason of an area is its index, which is told by itself.
        PlanAspect.REASON: area is None and old.unit.reason != new.unit.reason,
        PlanAspect.NAME: old.unit.name != new.unit.name,
        PlanAspect.INDEX: area is not None and bool(area.index_change),
    }
    return tuple(aspect for aspect, differs in different.items() if differs)


def _moved(
    old: RegisteredUnit | None, new: RegisteredUnit | None
) -> tuple[MultiPolygon, MultiPolygon]:
    """Return the ground gained and lost."""
    before, after = (_NO_GROUND if side is None else side.unit.geometry for side in (old, new))
    return only_in(after, before), only_in(before, after)


def _ground(
    kind: PlanChangeKind,
    old: RegisteredUnit | None,
    new: RegisteredUnit | None,
    aspects: tuple[PlanAspect, ...],
) -> PlanChange:
    gained, lost = _moved(old, new)
    sizes = ellipsoidal_km2(gained), ellipsoidal_km2(lost)
    return PlanChange(kind, old, new, aspects, gained, lost, *sizes, None, NOTHING)


def _nothing(
    kind: PlanChangeKind, old: RegisteredUnit | None, new: RegisteredUnit | None
) -> PlanChange:
    """Return a unit of which nobody knows what it gained or lost."""
    return PlanChange(kind, old, new, (), _NO_GROUND, _NO_GROUND, None, None, None, NOTHING)


def _reasons(runs: tuple[RunResult, RunResult]) -> Mapping[tuple[str, str], Text]:
    """Return by side and unit what changed it, as comparing the two runs says."""
    old, new = runs
    if old is new:
        return {}
    found = compare(old, new)
    told: dict[tuple[str, str], Text] = {}
    for facility in found.facilities:
        words = told_on((facility.summary, *map(why_line, facility.why)))
        for side, verdict in (("old", facility.old), ("new", facility.new)):
            if verdict is not None:
                told[side, f"/facility:{verdict.facility.id}"] = words
    for result in found.results:
        for unit in result.units:
            words = told_on((unit.summary, *map(why_line, unit.why)))
            for side, verdict_ in (("old", unit.old), ("new", unit.new)):
                if verdict_ is not None:
                    told[side, f"{result.id}/{verdict_.unit.id}"] = words
    return told
