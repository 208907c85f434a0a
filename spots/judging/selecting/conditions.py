"""Of which units a selection's condition holds, in three-valued logic, and by what figure.

Each key of a condition is a *leaf* that is asked of all units at once; the keys of one table all
have to hold, and `any`, `all` and `none` join tables. What is not known stays open unless the rest
settles it, as in the rule of the criteria.

Stands apart: it joins what the leaves find, and knows nothing of results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from spots.judging.criteria.rule import invert
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.institution_conditions import by_criterion, by_type
from spots.judging.selecting.land_conditions import by_land
from spots.judging.selecting.leaf_findings import UnitFinding
from spots.judging.selecting.listed_entries import by_list
from spots.judging.selecting.near_conditions import by_loneliness, by_nearest
from spots.judging.selecting.number_conditions import by_column, by_index
from spots.judging.selecting.people_conditions import by_people
from spots.judging.selecting.place_conditions import (
    by_area,
    by_class,
    by_municipality,
    by_municipality_kind,
    by_name,
)
from spots.judging.selecting.selection_settings import Condition
from spots.telling import selection_words as words
from spots.telling.wording import as_one
from spots.types import Truth
from spots.types.ground_units import Unit

__all__ = ["UnitFinding", "found"]

Inside = Callable[[str, Unit], Truth]
Column = Mapping[str, UnitFinding]
#: Who answers each key of a condition, in the order of its sentences.
_LEAVES: Mapping[str, Callable[[Any, Sequence[Unit], GroundFacts], Column]] = {
    "name": by_name,
    "municipality": by_municipality,
    "municipality_kind": by_municipality_kind,
    "area": by_area,
    "area_class": by_class,
    "apart": by_land,
    "index": by_index,
    "column": by_column,
    "listed": by_list,
    "type": by_type,
    "criterion": by_criterion,
    "nearest": by_nearest,
    "alone": by_loneliness,
    "people": by_people,
}
_EVERY = UnitFinding(Truth.MET, words.EVERY_UNIT)


def found(
    condition: Condition | None,
    units: Sequence[Unit],
    facts: GroundFacts,
    inside: Inside,
) -> dict[str, UnitFinding]:
    """Return what a condition finds of each unit, by unit id.

    Parameters
    ----------
    condition : Condition or None
        None holds of all.
    units : sequence of Unit
        Those that are asked about.
    facts : GroundFacts
        Everything known.
    inside : callable
        Whether a unit lies in the ground of another selection or result, by its id.
    """
    columns = () if condition is None else tuple(_columns(condition, units, facts, inside))
    if not columns:
        return {u.id: _EVERY for u in units}
    return {u.id: _all([column[u.id] for column in columns]) for u in units}


def _columns(
    condition: Condition, units: Sequence[Unit], facts: GroundFacts, inside: Inside
) -> Iterator[Column]:
    """Yield what each key that is written finds, then what the joins do."""
    for key, judge in _LEAVES.items():
        if (value := getattr(condition, key)) is not None:
            yield judge(value, units, facts)
    if condition.inside is not None:
        yield {u.id: _inside(condition.inside, u, inside) for u in units}
    joins = ((condition.all, _all), (condition.any, _any), (condition.none, _none))
    for parts, join in joins:
        if parts:
            each = [found(part, units, facts, inside) for part in parts]
            yield {u.id: join([column[u.id] for column in each]) for u in units}


def _inside(asked: Sequence[str], unit: Unit, inside: Inside) -> UnitFinding:
    return _any([UnitFinding(t := inside(i, unit), words.is_inside((i,), t)) for i in asked])


def _all(parts: Sequence[UnitFinding]) -> UnitFinding:
    """Join findings that all have to hold; the text is of those that settle it."""
    for settling in (Truth.NOT_MET, Truth.UNDETERMINED):
        if decisive := [p for p in parts if p.truth is settling]:
            return _joined(settling, decisive)
    return _joined(Truth.MET, parts)


def _any(parts: Sequence[UnitFinding]) -> UnitFinding:
    """Join findings of which one has to hold."""
    for settling in (Truth.MET, Truth.UNDETERMINED):
        if decisive := [p for p in parts if p.truth is settling]:
            return _joined(settling, decisive)
    return _joined(Truth.NOT_MET, parts)


def _none(parts: Sequence[UnitFinding]) -> UnitFinding:
    """Join findings of which none may hold."""
    either = _any(parts)
    return UnitFinding(invert(either.truth), either.text)


def _joined(truth: Truth, decisive: Sequence[UnitFinding]) -> UnitFinding:
    entry = next((p.entry for p in decisive if p.entry is not None), None)
    return UnitFinding(truth, as_one(p.text for p in decisive), entry)
