"""Conditions on numbers of where a unit lies: the 医師偏在指標, and columns of the run's tables.

Ranks are counted among the areas, or municipalities, of the prefecture. A unit that lies in several
has their common answer, or none; a blank is not known, and never zero.

Stands apart: which number is a unit's own; `number_bounds` compares it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boundaries import designated_city
from spots.judging.selecting.ground_facts import GroundFacts, TableKey
from spots.judging.selecting.leaf_findings import UnitFinding, all_or_none
from spots.judging.selecting.number_bounds import Figures
from spots.judging.selecting.selection_settings import ColumnCondition, NumberBound
from spots.judging.selecting.unit_names import medical_areas_of
from spots.judging.selecting.unit_tables import by_unit_table
from spots.telling import selection_words as words
from spots.telling.wording import as_one, same
from spots.types import Truth
from spots.types.ground_units import Unit, UnitKind

_Places = list[tuple[str, str]]  # code and name of what has a number
_INDEX_DECIMALS = 1  # as the ministry publishes it


def by_index(
    asked: NumberBound, units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether the 医師偏在指標 of each unit's medical area is within a bound."""
    areas = facts.regions.medical_areas
    home = facts.regions.prefecture_code
    figures = Figures(
        what=words.PHYSICIAN_INDEX,
        values={a.code: a.index for a in areas if a.index is not None},
        among=frozenset(a.code for a in areas if a.code.startswith(home)),
        national=facts.national_index,
        shown=lambda value: same(words.figure(value, _INDEX_DECIMALS)),
    )
    return {u.id: _judged(asked, figures, *_areas(u, facts)) for u in units}


def by_column(
    asked: ColumnCondition, units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether a number of the run's tables is within a bound for each unit."""
    table = facts.tables.get(asked.table)
    if table is None:
        absent = UnitFinding(Truth.UNDETERMINED, words.no_table(asked.table))
        return {u.id: absent for u in units}
    if table.key is TableKey.UNIT:
        return by_unit_table(asked, table, units, facts)
    unit = table.units.get(asked.column, "")
    rows = frozenset(code for column in table.columns.values() for code in column)
    figures = Figures(
        what=words.column_name(asked.column, table.title),
        values=table.columns.get(asked.column, {}),
        among=frozenset(_everyone(table.key, facts)),
        national=table.national.get(asked.column),
        shown=lambda value: same(f"{words.figure(value)}{unit}"),
    )
    return {u.id: _judged(asked.is_, figures, *_places(table.key, rows, u, facts)) for u in units}


def _judged(asked: NumberBound, figures: Figures, places: _Places, whole: bool) -> UnitFinding:
    """Judge each place that a unit lies in; where one is not known, or they differ, it is open."""
    parts = [figures.judge(asked, code, name) for code, name in places]
    if not whole:
        parts.append((Truth.UNDETERMINED, words.NO_PLACE))
    texts = [text for _, text in parts]
    split = len({truth for truth, _ in parts}) > 1
    told = words.disagreeing(texts) if split else as_one(texts)
    return UnitFinding(all_or_none(truth for truth, _ in parts), told)


def _areas(unit: Unit, facts: GroundFacts) -> tuple[_Places, bool]:
    areas, whole = medical_areas_of(unit, facts.regions)
    return [(a.code, a.name) for a in areas], whole


def _places(
    key: TableKey, rows: frozenset[str], unit: Unit, facts: GroundFacts
) -> tuple[_Places, bool]:
    """Return the rows of a table that are about a unit, and whether they are about all of it."""
    match key:
        case TableKey.MEDICAL_AREA:
            return _areas(unit, facts)
        case TableKey.FACILITY:
            own = unit.kind is UnitKind.FACILITY
            return ([(unit.code, unit.name)], True) if own else ([], False)
    found = [_row_of(rows, unit, code, facts) for code in unit.municipality_codes]
    return found, bool(found)


def _row_of(rows: frozenset[str], unit: Unit, code: str, facts: GroundFacts) -> tuple[str, str]:
    """Return the row of a municipality, with its name.

    What lies in a ward has the figure of its city, which is the municipality, where the table has
    cities. A ward itself has not, and a city has none of its wards': neither rates nor counts of
    the one are the other's.
    """
    town = facts.regions.municipality(code)
    name = town.name if town is not None else code
    city = designated_city(code)
    if city is not None and code not in rows and unit.kind is not UnitKind.MUNICIPALITY:
        return city
    return code, name


def _everyone(key: TableKey, facts: GroundFacts) -> Iterator[str]:
    """Yield the codes that ranks of the prefecture are counted among."""
    regions, home = facts.regions, facts.regions.prefecture_code
    match key:
        case TableKey.MUNICIPALITY:
            towns = regions.municipalities
            yield from map(str, towns.index[towns["prefecture_code"] == home])
        case TableKey.MEDICAL_AREA:
            yield from (a.code for a in regions.medical_areas if a.code.startswith(home))
        case TableKey.FACILITY:
            places = facts.facts.places
            yield from (
                f.id for f in facts.facts.facilities if places[f.id].prefecture_code in {home, None}
            )
