"""What is different of the units of ground in two runs, result by result.

Results are matched by their ids, units within a result by theirs, and what is left by kind, name
and municipality: a layer without ids of its own gives a unit another one. Stands apart:
`comparison` is about facilities.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from shapely.geometry import MultiPolygon

from boundaries import ellipsoidal_km2
from boundaries.geometry import polygons
from groundfloor.folding import compact
from spots.comparing.changed_ground import ComparedRuns
from spots.comparing.changes import (
    ChangeKind,
    ClauseChange,
    ResultChange,
    ResultSide,
    UnitAspect,
    UnitChange,
)
from spots.comparing.unit_sentences import unit_sentence
from spots.comparing.unit_tracing import EditionsOfBoth, unit_why
from spots.types import Clause, GroundResult, RunResult, State, UnitVerdict

_PIECE_KM2 = 1e-6  # 1 m2: below it a difference is the rounding of an overlay
#: Less ground than this is no change of it.
GROUND_KM2 = 1e-4
_Pair = tuple[UnitVerdict | None, UnitVerdict | None]


def result_changes(ground: ComparedRuns) -> tuple[ResultChange, ...]:
    """Return every result of either run, with the units that are different in it.

    Parameters
    ----------
    ground : ComparedRuns
        The two runs, side by side.
    """
    before, after = ({g.id: g for g in run.grounds} for run in (ground.old, ground.new))
    editions = EditionsOfBoth(ground)
    return tuple(
        _result(before.get(key), after.get(key), ground, editions)
        for key in dict.fromkeys((*after, *before))
    )


def _result(
    old: GroundResult | None,
    new: GroundResult | None,
    ground: ComparedRuns,
    editions: EditionsOfBoth,
) -> ResultChange:
    shown = new or old
    assert shown is not None  # noqa: S101 - it is of one of the runs
    before, after = (_units(run, shown.id) for run in (ground.old, ground.new))
    shapes = [MultiPolygon() if g is None else g.geometry for g in (old, new)]
    gained, lost = only_in(shapes[1], shapes[0]), only_in(shapes[0], shapes[1])
    changes = (_change(pair, ground, editions) for pair in _matched(before, after))
    return ResultChange(
        id=shown.id,
        kind=shown.kind,
        title=shown.title,
        old=_side(old, before),
        new=_side(new, after),
        gained=gained,
        lost=lost,
        gained_km2=ellipsoidal_km2(gained),
        lost_km2=ellipsoidal_km2(lost),
        units=tuple(change for change in changes if change is not None),
    )


def _units(run: RunResult, result: str) -> tuple[UnitVerdict, ...]:
    return tuple(v for v in run.units if v.result == result)


def _side(ground: GroundResult | None, units: Sequence[UnitVerdict]) -> ResultSide | None:
    if ground is None:
        return None
    designated = sum(v.state is State.DESIGNATED for v in units)
    return ResultSide(designated, len(units), ground.area_km2, ground.population)


def only_in(one: MultiPolygon, other: MultiPolygon) -> MultiPolygon:
    """Return the ground of one that the other has not, EPSG:6668, without rounding of overlays."""
    if one == other:
        return MultiPolygon()
    rest = polygons(one.difference(other))
    return MultiPolygon([p for p in rest.geoms if ellipsoidal_km2(p) >= _PIECE_KM2])


# --- which unit is which


def _matched(old: Sequence[UnitVerdict], new: Sequence[UnitVerdict]) -> Iterator[_Pair]:
    """Yield the units of a result in pairs: in the order of `new`, then what is left of `old`."""
    partners: dict[str, UnitVerdict] = {}
    taken: set[str] = set()
    for key in _KEYS:
        before = _alone((v for v in old if v.unit.id not in taken), key)
        after = _alone((v for v in new if v.unit.id not in partners), key)
        for value, verdict in after.items():
            if value in before:
                partners[verdict.unit.id] = before[value]
                taken.add(before[value].unit.id)
    yield from ((partners.get(v.unit.id), v) for v in new)
    yield from ((v, None) for v in old if v.unit.id not in taken)


_KEYS: tuple[Callable[[UnitVerdict], Hashable], ...] = (
    lambda v: v.unit.id,
    lambda v: (v.unit.kind, compact(v.unit.name), v.unit.municipality_codes),
)


def _alone(
    verdicts: Iterable[UnitVerdict], key: Callable[[UnitVerdict], Hashable]
) -> dict[Hashable, UnitVerdict]:
    """Return verdicts by a key that only one of them has."""
    groups: dict[Hashable, list[UnitVerdict]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict), []).append(verdict)
    return {value: group[0] for value, group in groups.items() if len(group) == 1}


# --- what is different


def _change(pair: _Pair, ground: ComparedRuns, editions: EditionsOfBoth) -> UnitChange | None:
    old, new = pair
    shapes = [MultiPolygon() if v is None else v.geometry for v in pair]
    gained = ellipsoidal_km2(only_in(shapes[1], shapes[0]))
    lost = ellipsoidal_km2(only_in(shapes[0], shapes[1]))
    kind, aspects = ChangeKind.CHANGED, frozenset[UnitAspect]()
    clauses: tuple[ClauseChange, ...] = ()
    if old is not None and new is not None:
        clauses = tuple(_clauses(old.clauses, new.clauses))
        aspects = _aspects(old, new, clauses, moved=max(gained, lost) >= GROUND_KM2)
        if not aspects:
            return None
    else:
        kind = ChangeKind.ENTERED if old is None else ChangeKind.LEFT
    ordered = tuple(a for a in UnitAspect if a in aspects)
    return UnitChange(
        kind=kind,
        old=old,
        new=new,
        gained_km2=gained,
        lost_km2=lost,
        aspects=ordered,
        clauses=clauses,
        summary=unit_sentence(pair, ordered, clauses, (gained, lost), ground),
        why=unit_why(pair, ordered, clauses, ground, editions),
    )


def _aspects(
    old: UnitVerdict, new: UnitVerdict, clauses: Sequence[ClauseChange], *, moved: bool
) -> frozenset[UnitAspect]:
    both = old.state is State.DESIGNATED and new.state is State.DESIGNATED
    different = {
        UnitAspect.NAME: old.unit.name != new.unit.name,
        UnitAspect.STATE: old.state is not new.state,
        UnitAspect.GROUND: both and moved,
        UnitAspect.REASON: old.reason != new.reason,
        UnitAspect.CLAUSES: bool(clauses),
        UnitAspect.PLAN: _plan(old) != _plan(new),
        UnitAspect.PERIOD: (old.valid_from, old.valid_to) != (new.valid_from, new.valid_to),
    }
    return frozenset(aspect for aspect, differs in different.items() if differs)


def _plan(verdict: UnitVerdict) -> Hashable:
    return verdict.service, verdict.councils, verdict.page, verdict.on_application


def _clauses(old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[ClauseChange]:
    """Yield the clauses of which truth, role or finding is another; each name counts by turns."""
    before, after = _numbered(old), _numbered(new)
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        found = [c and (c.truth, c.role, c.text, c.reason) for c in (was, now)]
        if found[0] != found[1]:
            yield ClauseChange(key[0], was, now)


def _numbered(clauses: Sequence[Clause]) -> dict[tuple[str, int], Clause]:
    """Return clauses by selection, and which one of it: a join may name a selection twice."""
    found: dict[tuple[str, int], Clause] = {}
    for clause in clauses:
        turn = sum(select == clause.select for select, _ in found)
        found[clause.select, turn] = clause
    return found
