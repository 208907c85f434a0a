"""What is in force on a day: editions, what they designate, and kinds that have no answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from boundaries.editions import EditionArea
from groundfloor.problems import Text
from spots.outputs.table_page import TablePage
from spots.register.edition_results import unit_days
from spots.register.register import Register
from spots.register.register_pages import UNITS_TOO_WIDE, tally
from spots.telling.columns import Json
from spots.telling.edition_columns import EDITION_COLUMNS
from spots.telling.in_force_words import day_title, edition_line, kind_silent
from spots.telling.register_columns import (
    PLAN_EDITION_COLUMNS,
    REGISTERED_UNIT_COLUMNS,
    RegisteredEdition,
    RegisteredUnit,
)
from spots.telling.wording import told_as
from spots.types.designations import DesignationKind, InForce

#: Of the table of an edition of indices what is known here: ranks are of the whole country.
_AREA_COLUMNS = tuple(
    column
    for column in EDITION_COLUMNS
    if column.name
    in {"area_code", "prefecture", "area_name", "physician_index", "class", "class_basis"}
)


@dataclass(frozen=True, slots=True)
class GroundOfDay:
    """What a register says of a day.

    Parameters
    ----------
    day : date
        The day.
    held : tuple of InForce
        The editions in force, by number.
    rows : tuple of RegisteredUnit
        What they designate on the day, each with its days in force.
    areas : tuple of EditionArea
        Every medical area with its class, of the editions of 少数区域 among them.
    silent : tuple of Text
        Of every kind that the register knows and that has no edition in force: that, and which
        editions come before and after the day.
    """

    day: date
    held: tuple[InForce, ...]
    rows: tuple[RegisteredUnit, ...]
    areas: tuple[EditionArea, ...]
    silent: tuple[Text, ...]


def ground_of_day(register: Register, day: date) -> GroundOfDay:
    """Return what is in force on a day.

    Parameters
    ----------
    register : Register
        The register.
    day : date
        The day.
    """
    held = register.in_force(day)
    return GroundOfDay(
        day,
        held,
        tuple(row for each in held for row in _rows(register, each, day)),
        tuple(
            EditionArea(area, area.area_name)
            for each in held
            for area in register.area_classes(each.edition)
        ),
        tuple(_silent(register, held, day)),
    )


def _rows(register: Register, held: InForce, day: date) -> Iterator[RegisteredUnit]:
    days = unit_days(register, held)
    for unit in register.designations(held.edition):
        span = days.get((unit.result, unit.unit))
        if span is not None and day in span:
            yield RegisteredUnit(replace(unit, span=span), held.edition)


def _silent(register: Register, held: Sequence[InForce], day: date) -> Iterator[Text]:
    """Yield what there is to say of kinds without an edition, prefecture by prefecture."""
    told = {(each.edition.kind, each.edition.prefecture_code) for each in held}
    every = register.in_force()
    known = {(e.kind, e.prefecture_code): e.prefecture for e in register.editions}
    several = len(set(known.values())) > 1
    for kind in DesignationKind:
        for (of, code), name in sorted(known.items(), key=lambda pair: pair[0][1]):
            if of is not kind or (kind, code) in told:
                continue
            own = [e for e in every if (e.edition.kind, e.edition.prefecture_code) == (kind, code)]
            before = max((e for e in own if e.span.first < day), key=_last, default=None)
            after = min((e for e in own if e.span.first > day), key=_first, default=None)
            yield kind_silent(kind, name if several else "", before, after)


def _first(held: InForce) -> date:
    return held.span.first


def _last(held: InForce) -> date:
    return held.span.last or date.max


# --- tables


def ground_page(ground: GroundOfDay, name: str) -> TablePage[RegisteredUnit]:
    """Return what is designated on the day.

    Parameters
    ----------
    ground : GroundOfDay
        The day.
    name : str
        Of the register.
    """
    counts = Counter(row.edition.kind for row in ground.rows)
    return TablePage(
        day_title(ground.day),
        day_heading(ground, name),
        REGISTERED_UNIT_COLUMNS,
        ground.rows,
        tally(counts, Text("設定", "designations"), len(ground.rows)),
        _facts(ground, name),
        left_out=UNITS_TOO_WIDE,
    )


def day_heading(ground: GroundOfDay, name: str) -> tuple[Text, ...]:
    """Return what stands above tables of a day: register, day, editions, kinds without one."""
    editions = (told_as(*edition_line(each)) for each in ground.held)
    return (
        Text(f"登録簿: {name}", f"register: {name}"),
        day_title(ground.day),
        *editions,
        *ground.silent,
    )


def _facts(ground: GroundOfDay, name: str) -> dict[str, Json]:
    return {
        "register": name,
        "on": ground.day.isoformat(),
        "editions": [
            {
                "edition": each.edition.number,
                "plan": each.edition.plan,
                "kind": each.edition.kind.value,
                "in_force_from": each.span.first.isoformat(),
                "in_force_to": each.span.last.isoformat() if each.span.last else None,
            }
            for each in ground.held
        ],
    }


def day_pages(
    ground: GroundOfDay, name: str
) -> tuple[TablePage[RegisteredUnit], TablePage[RegisteredEdition], TablePage[EditionArea]]:
    """Return the sheets of a day: designations, editions, and every area with its class."""
    heading = day_heading(ground, name)
    editions = tuple(RegisteredEdition(each.edition, each.span) for each in ground.held)
    return (
        ground_page(ground, name),
        TablePage(
            Text("効力のある版", "Editions in force"),
            heading,
            PLAN_EDITION_COLUMNS,
            editions,
            Text(f"版 {len(editions)}", f"editions {len(editions)}"),
        ),
        TablePage(
            Text("二次医療圏の区分", "Classes of medical areas"),
            heading,
            _AREA_COLUMNS,
            ground.areas,
            Text(f"医療圏 {len(ground.areas)}", f"areas {len(ground.areas)}"),
        ),
    )
