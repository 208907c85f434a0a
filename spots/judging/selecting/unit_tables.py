"""Conditions on tables keyed by unit: which row is about which unit (timetables, surveys).

A row is about the unit that its code or name means. Units that no row names have the nearest row
with a position, where it stands no farther from their centre than the run file says, and on the
same land: a pier across a strait serves nobody here. What no row is about is not known.

Stands apart: rows of other tables are tied to codes when they are read; units are made later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundfloor.crs import with_rows
from groundfloor.problems import Problem, Text, note, warning
from spots.judging.selecting.ground_facts import EntryList, GroundFacts, NumberTable, TableRow
from spots.judging.selecting.institutions_around import shown_mm
from spots.judging.selecting.leaf_findings import UnitFinding
from spots.judging.selecting.listed_entries import Matched, matched
from spots.judging.selecting.near_conditions import centre_of
from spots.judging.selecting.number_bounds import Figures
from spots.judging.selecting.selection_settings import ColumnCondition
from spots.judging.selecting.sides_of_sea import OFF_COAST_M
from spots.judging.selecting.unit_names import agrees
from spots.telling import selection_words as words
from spots.telling.near_words import row_at
from spots.telling.wording import same, some
from spots.types import Position, Truth, distance_m
from spots.types.ground_units import Unit


@dataclass(frozen=True, slots=True)
class RowsAbout:
    """The rows of a table that are about a unit: one, several that are equally near, or none.

    Parameters
    ----------
    rows : tuple of TableRow
        Those rows.
    shown : str
        What readers call them: by name, and how far off it stands.
    doubtful : bool
        Whether it is not known that they are.
    """

    rows: tuple[TableRow, ...] = ()
    shown: str = ""
    doubtful: bool = False


_NOTHING = RowsAbout()


def by_unit_table(
    asked: ColumnCondition, table: NumberTable, units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether a number of a table keyed by unit is within a bound for each unit."""
    rows = rows_of(table, units, facts)
    unit = table.units.get(asked.column, "")
    figures = Figures(
        what=words.column_name(asked.column, table.title),
        values=table.columns.get(asked.column, {}),
        among=frozenset(row.key for row in table.rows),
        national=table.national.get(asked.column),
        shown=lambda value: same(f"{words.figure(value)}{unit}"),
    )
    return {u.id: _judged(asked, figures, table, u, rows.get(u.id, _NOTHING)) for u in units}


def _judged(
    asked: ColumnCondition, figures: Figures, table: NumberTable, unit: Unit, own: RowsAbout
) -> UnitFinding:
    title = table.title or table.name
    if not own.rows:
        return UnitFinding(Truth.UNDETERMINED, words.no_row(title, unit.name))
    found = [figures.judge(asked.is_, row.key, own.shown) for row in own.rows]
    values = {figures.values.get(row.key) for row in own.rows}
    if own.doubtful or len(values) > 1:
        each = [_called(row) for row in own.rows]
        return UnitFinding(Truth.UNDETERMINED, words.several_rows(title, each))
    return UnitFinding(*found[0])


def rows_of(
    table: NumberTable, units: Sequence[Unit], facts: GroundFacts
) -> Mapping[str, RowsAbout]:
    """Return the rows that are about each unit; a unit that none is about is absent.

    Parameters
    ----------
    table : NumberTable
        With `TableKey.UNIT`.
    units : sequence of Unit
        Those that it may be about.
    facts : GroundFacts
        The map.
    """
    called = [row for row in table.rows if row.entry.name or row.entry.code]
    listed = EntryList(table.name, table.title, tuple(row.entry for row in called))
    meant = matched(listed, units, facts.regions)
    found = {u.id: own for u in units if (own := _by_name(u, meant, called, facts)) is not None}
    named = {row.key for own in found.values() for row in own.rows}
    placed = [row for row in table.rows if row.position is not None and row.key not in named]
    if table.within_m is None or not placed:
        return found
    lands = {row.key: _land_at(row.position, facts) for row in placed}
    for unit in units:
        here = centre_of(unit, facts) if unit.id not in found else None
        if here is not None and (own := _nearest(here, placed, lands, table.within_m, facts)):
            found[unit.id] = own
    return found


def _by_name(
    unit: Unit, meant: Matched, rows: Sequence[TableRow], facts: GroundFacts
) -> RowsAbout | None:
    """Return the rows that name a unit: of one name there may be several, one for each route."""
    entry = meant.entries.get(unit.id) or meant.doubtful.get(unit.id)
    if entry is None:
        return None
    own = tuple(
        row
        for row in rows
        if row.entry is entry
        or (row.entry.name == entry.name and agrees(row.entry, unit, facts.regions))
    )
    return RowsAbout(own, _called(own[0]), doubtful=unit.id in meant.doubtful)


def _land_at(position: Position | None, facts: GroundFacts) -> frozenset[int]:
    if position is None:
        return frozenset()
    return facts.land.at(position.lon, position.lat, within_m=OFF_COAST_M)


def _nearest(
    here: Position,
    rows: Sequence[TableRow],
    lands: Mapping[str, frozenset[int]],
    within_m: float,
    facts: GroundFacts,
) -> RowsAbout | None:
    """Return the nearest row on the land of a place, and others that are exactly as near."""
    own = _land_at(here, facts)
    gaps = [
        (shown_mm(distance_m(here, row.position)), row)
        for row in rows
        if row.position is not None and own & lands[row.key]
    ]
    least = min((gap for gap, _ in gaps), default=None)
    if least is None or least > within_m:
        return None
    nearest = tuple(row for gap, row in gaps if gap == least)
    return RowsAbout(nearest, row_at(_called(nearest[0]), least))


def _called(row: TableRow) -> str:
    return row.entry.name or row.entry.code or f"{row.entry.row}"


def unused_rows(
    table: NumberTable, asking: Sequence[Sequence[Unit]], facts: GroundFacts
) -> Iterator[Problem]:
    """Yield the rows of a table that are about no unit of those that ask for it.

    A timetable of a whole prefecture has stops that nobody lives far from, which is a note. A row
    without a position was meant for somebody, and a table that is about nobody at all too.

    Parameters
    ----------
    table : NumberTable
        With `TableKey.UNIT`.
    asking : sequence of sequence of Unit
        Units of each selection that asks for it.
    facts : GroundFacts
        The map.
    """
    found = [own for units in asking for own in rows_of(table, units, facts).values()]
    used = {row.key for own in found for row in own.rows}
    left = [row for row in table.rows if row.key not in used]
    if not left:
        return
    meant = [row for row in left if row.position is None]
    tell = warning if meant or not used else note
    shown = meant or left
    yield tell(
        "table-rows-unused",
        with_rows(
            "どの単位にも当たらない行です（使いません）",
            "rows that are about no unit are not used",
            [row.entry.row or 0 for row in shown],
        ),
        Text(
            "名称を単位の名か id に合わせるか、緯度・経度と within_m を確かめてください",
            "write a unit's name or id, or check positions and within_m",
        ),
        file=shown[0].entry.file or table.name,
        row=shown[0].entry.row,
        value=some([_called(row) for row in shown], Text("件", "more")).ja,
    )
