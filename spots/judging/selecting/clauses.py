"""The clauses of a result that bear on one unit: what each selection found of it, and why it is.

Stands apart: what is in is computed by `spots.judging.selecting.algebra`; this says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from boundaries import ellipsoidal_km2
from groundfloor.problems import Text
from spots.judging.selecting.algebra import CUTTING, Selected, Share, UnitExtent
from spots.judging.selecting.selection_settings import Join
from spots.telling import unit_words as words
from spots.types import Truth
from spots.types.ground_units import Clause, ClauseRole, Unit


def clauses_of(
    join: Join,
    unit: Unit,
    known: Mapping[str, Selected],
    role: ClauseRole = ClauseRole.TAKES_IN,
) -> Iterator[Clause]:
    """Yield what every selection of a join found of a unit, and the exceptions that name it.

    A selection that is about other units is told where it matters: not where it merely asks for
    those, but where some of this one lies in ground that is taken out, or all parts have to hold.

    Parameters
    ----------
    join : Join
        Of a result.
    unit : Unit
        The unit.
    known : mapping of str to Selected
        Every selection and earlier result by id.
    role : ClauseRole
        What the join itself does.
    """
    ((key, parts),) = join.used()
    for n, part in enumerate(parts):
        here = _role(key, n, role)
        if isinstance(part, Join):
            yield from clauses_of(part, unit, known, here)
        else:
            yield from _told(known[part], unit, here, whole=key not in CUTTING)


def _role(key: str, place: int, role: ClauseRole) -> ClauseRole:
    if key == "none" or (key == "minus" and place > 0):
        return ClauseRole.NEEDS if role is ClauseRole.TAKES_OUT else ClauseRole.TAKES_OUT
    if key in {"all", "intersect"} and place > 0 and role is ClauseRole.TAKES_IN:
        return ClauseRole.NEEDS
    return role


def _told(selected: Selected, unit: Unit, role: ClauseRole, *, whole: bool) -> Iterator[Clause]:
    if unit.id in selected.units:
        yield _of_own(selected, unit, role)
        return
    if role is ClauseRole.TAKES_IN:
        return
    found = selected.extent_of(unit)
    truth = (found.as_whole if whole else found).truth
    if found.maybe.empty and role is not ClauseRole.NEEDS:
        return
    taken = 0.0 if truth is Truth.NOT_MET else _km2(found.sure, unit)
    yield Clause(
        select=selected.id,
        title=selected.title,
        role=role,
        truth=truth,
        text=_where(selected.title, truth, found, unit),
        reason=selected.reason,
        removed_km2=taken if role is ClauseRole.TAKES_OUT else 0.0,
        own=False,
    )


def _of_own(selected: Selected, unit: Unit, role: ClauseRole) -> Clause:
    exception = selected.exceptions.get(unit.id)
    if exception is not None:
        return Clause(
            select=selected.id,
            title=selected.title,
            role=ClauseRole.EXCEPTION,
            truth=Truth.MET,
            text=words.excepted(selected.texts[unit.id]),
            reason=exception,
        )
    taken = _km2(selected.own_share(unit), unit) if role is ClauseRole.TAKES_OUT else 0.0
    met = selected.truths[unit.id] is Truth.MET
    return Clause(
        select=selected.id,
        title=selected.title,
        role=role,
        truth=selected.truths[unit.id],
        text=selected.texts[unit.id],
        reason=selected.reasons.get(unit.id, selected.reason),
        entry=selected.entries.get(unit.id),
        service=selected.services.get(unit.id),
        removed_km2=taken if met else 0.0,
    )


def _km2(share: Share, unit: Unit) -> float:
    ground = share.shape if share.shape is not None else unit.geometry
    return ellipsoidal_km2(ground) if ground is not None else 0.0


def _where(title: Text, truth: Truth, found: UnitExtent, unit: Unit) -> Text:
    if truth is Truth.UNDETERMINED:
        return words.may_lie_inside(title)
    if found.maybe.empty:
        return words.lies_outside(title)
    if truth is Truth.NOT_MET:
        return words.lies_partly(title, _km2(found.maybe, unit))
    return words.lies_inside(title, None if found.sure.whole else _km2(found.sure, unit))
