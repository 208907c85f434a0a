"""Condition: a named list has the unit. Rows and units are matched one to one.

A code decides; a name agrees as names of hospitals do everywhere, in the municipality that the row
states. Whole names come first, so that 健生病院 never takes 藤代健生病院's row. What fits several
stays open.

Stands apart: who is meant by a row, for conditions and for the check that nobody is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from boundaries import Regions, parse_code
from groundfloor.folding import nfkc
from spots.judging.selecting.ground_facts import EntryList, GroundFacts
from spots.judging.selecting.leaf_findings import UnitFinding
from spots.judging.selecting.unit_names import (
    UnitIndex,
    agrees,
    area_code,
    extends,
    key_of,
    municipalities_named,
)
from spots.telling import selection_words as words
from spots.types import Truth
from spots.types.ground_units import Unit, UnitKind
from spots.types.listed_entry import ListedEntry


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Who is meant by the rows of a list.

    Parameters
    ----------
    entries : mapping of str to ListedEntry
        By unit id, the row that names it.
    doubtful : mapping of str to ListedEntry
        By unit id, a row that may mean it, or another.
    nobody : tuple of ListedEntry
        Rows that fit none.
    """

    entries: Mapping[str, ListedEntry]
    doubtful: Mapping[str, ListedEntry]
    nobody: tuple[ListedEntry, ...] = ()


def matched(listed: EntryList, units: Sequence[Unit], regions: Regions) -> Matched:
    """Return which rows of a list mean which units.

    Parameters
    ----------
    listed : EntryList
        The list.
    units : sequence of Unit
        Those that it may mean.
    regions : Regions
        The map.
    """
    index = UnitIndex.of(units, regions)
    rows = [(entry, _by_code(entry, index) or _by_name(entry, index)) for entry in listed.entries]
    taken = {u.id for _, hit in rows for u in hit}
    left = [u for u in units if u.kind is UnitKind.FACILITY and u.id not in taken]
    rows = [(e, hit or _behind_owner(e, left, regions)) for e, hit in rows]
    entries: dict[str, ListedEntry] = {}
    doubtful: dict[str, ListedEntry] = {}
    instead: dict[str, ListedEntry] = {}
    for entry, hit in rows:
        others = _others(entry, hit[0], index) if len(hit) == 1 else ()
        sure = len(hit) == 1 and not others and not _lies_elsewhere(entry, hit[0], regions)
        instead |= {u.id: entry for u in others}
        for unit in hit:
            # A second row of its own adds nothing; one that is another name for it is a doubt.
            rival = entries.get(unit.id)
            doubt = not sure or (rival is not None and _key(rival, unit) != _key(entry, unit))
            (doubtful if doubt else entries).setdefault(unit.id, entry)
    # Who has a row of its own is not meant by the name in another's.
    doubtful = {i: e for i, e in instead.items() if i not in entries} | doubtful
    return Matched(
        entries={i: e for i, e in entries.items() if i not in doubtful},
        doubtful=doubtful,
        nobody=tuple(e for e, hit in rows if not hit),
    )


def _key(entry: ListedEntry, unit: Unit) -> str:
    return key_of(entry.name, unit.kind)


def _by_code(entry: ListedEntry, index: UnitIndex) -> tuple[Unit, ...]:
    """Return the units that a row's code means, as written or as a repaired code of a place."""
    if not entry.code:
        return ()
    repaired = parse_code(entry.code)
    forms = (nfkc(entry.code), repaired.value if repaired else None, area_code(entry.code))
    return next((hit for form in forms if form and (hit := index.by_code.get(form))), ())


def _by_name(entry: ListedEntry, index: UnitIndex) -> tuple[Unit, ...]:
    return tuple(u for u in index.named(entry.name) if agrees(entry, u, index.regions))


def _behind_owner(entry: ListedEntry, units: Iterable[Unit], regions: Regions) -> tuple[Unit, ...]:
    """Return the institutions of a row's municipality whose names are the row's behind an owner."""
    if not entry.municipality:
        return ()
    short = key_of(entry.name, UnitKind.FACILITY)
    return tuple(u for u in units if extends(short, u) and agrees(entry, u, regions))


def _others(entry: ListedEntry, unit: Unit, index: UnitIndex) -> tuple[Unit, ...]:
    """Return whom a row means by its name, or its name there, that means another by its code."""
    named = index.named(entry.name) if entry.name else ()
    if unit in named and not _lies_elsewhere(entry, unit, index.regions):
        return ()
    there = tuple(u for u in named if u.id != unit.id and agrees(entry, u, index.regions))
    return there or tuple(u for u in named if unit not in named)


def _lies_elsewhere(entry: ListedEntry, unit: Unit, regions: Regions) -> bool:
    """Whether a row states a municipality of the map that is none of a unit's."""
    known = entry.municipality and municipalities_named(entry.municipality, regions)
    return bool(known and unit.municipality_codes) and not agrees(entry, unit, regions)


def by_list(asked: str, units: Sequence[Unit], facts: GroundFacts) -> dict[str, UnitFinding]:
    """Return whether a named list has each unit, with the row that does."""
    listed = facts.entries.get(asked) or EntryList(asked, asked, ())
    rows = matched(listed, units, facts.regions)
    title = listed.title or listed.name

    def judge(unit: Unit) -> UnitFinding:
        truth = Truth.NOT_MET
        if unit.id in rows.entries:
            truth = Truth.MET
        elif unit.id in rows.doubtful:
            truth = Truth.UNDETERMINED
        entry = rows.entries.get(unit.id)
        return UnitFinding(truth, words.is_listed(title, truth), entry)

    return {u.id: judge(u) for u in units}
