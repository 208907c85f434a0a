"""Facilities get the position that a source has of them, one source after the other.

Who has coordinates keeps them, and is told where a source has others. Who has none is given those
of its record (`position_matching`), else its town block's point; never silently, and never where it
could be somebody else's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from groundfloor.folding import nfkc
from groundfloor.problems import Problem
from spots.facilities.geocoding import TownResolver, TownTable, geocode
from spots.facilities.model import RawFacility
from spots.facilities.placing import DEFAULT_TOLERANCE_M
from spots.facilities.position_findings import (
    matched_some,
    names_of_nobody,
    of_elsewhere,
    own_differs,
    unmatched,
)
from spots.facilities.position_matching import (
    Answer,
    Placed,
    Records,
    matched,
    placed,
)
from spots.facilities.position_sources import PositionTable
from spots.types import (
    Accuracy,
    Facility,
    Layer,
    Position,
    PositionDoubt,
    PositionLookup,
    PositionMatch,
    PositionRecord,
    Role,
    SourceRow,
    distance_m,
    source_of,
)

#: Beyond this a facility's own coordinates and those of a source are worth a look: public sources
#: are within 82 m of each other for nine hospitals in ten.
DIFFERS_M = 500.0
#: The same where one of them is a town block's point.
TOWN_DIFFERS_M = 3_000.0
#: What a later source cannot clear up by a name: the first says that the name is not enough.
_UNSURE = frozenset({PositionDoubt.SEVERAL, PositionDoubt.CLAIMED})
_SURE = frozenset({PositionMatch.ADDRESS, PositionMatch.HAND})
#: What is answered, facility by facility, by what is said here.
_ANSWERED = frozenset({"no-coordinates", "zero-coordinates", "no-coordinate-columns"})
_NOBODY = Layer("", "", frozenset(), Role.DESTINATION, "", None)

Found: TypeAlias = tuple[tuple[Facility, ...], tuple[Problem, ...]]


def unanswered(problems: Iterable[Problem]) -> list[Problem]:
    """Return `problems` less those that sources of positions answer, facility by facility.

    Beside a source, "no coordinates: name a source" would send the reader in a circle.
    """
    return [p for p in problems if p.code not in _ANSWERED]


def with_positions(
    facilities: Sequence[Facility],
    tables: Sequence[PositionTable],
    regions: TownResolver | None = None,
) -> Found:
    """Give facilities without a position that of their record in a source, or of their town.

    Parameters
    ----------
    facilities : sequence of Facility
        All of a run: who has coordinates takes part in the matching, and keeps them.
    tables : sequence of PositionTable
        In the order in which they are asked.
    regions : TownResolver or None
        The map: for municipalities by name, and for points outside of theirs.

    Returns
    -------
    tuple of Facility, tuple of Problem
        In the same order; whom a source was asked about and did not simply confirm has
        `looked_up`. A note for each source, and for coordinates that differ; a warning for each
        facility that stays without, or could be several.
    """
    found = list(facilities)
    open_at = frozenset(at for at, f in enumerate(found) if f.position is None)
    towns = [table.towns for table in tables if table.towns is not None]
    by_name = [table for table in tables if table.towns is None]
    sought = [_sought(f, regions) for f in found] if by_name else []
    problems: list[Problem] = []
    for table in tables:
        if table.towns is not None:
            found, told = _by_town(found, table.towns, regions, by_name=bool(by_name))
        else:
            found, told = _by_record(found, sought, open_at, table, regions)
        problems += told
    if by_name:
        found = [_from_town(f, towns, regions) for f in found]
        problems += (unmatched(found[at]) for at in sorted(open_at) if _unclear(found[at]))
    problems += (own_differs(f) for f in found if f.looked_up and f.looked_up.own)
    return tuple(found), (*problems, *names_of_nobody(by_name, found))


def rows_with_positions(
    rows: Sequence[RawFacility],
    tables: Sequence[PositionTable],
    regions: TownResolver | None = None,
) -> tuple[tuple[RawFacility, ...], tuple[Problem, ...]]:
    """Do for rows of one list, before anything is merged, what `with_positions` does.

    Parameters and findings are those of `with_positions`.
    """
    facilities = [_as_facility(row, regions) for row in rows]
    found, problems = with_positions(facilities, tables, regions)
    given = (
        replace(
            row, position=f.position, position_problem=f.position_problem, looked_up=f.looked_up
        )
        for row, f in zip(rows, found, strict=True)
    )
    return tuple(given), problems


def _unclear(facility: Facility) -> bool:
    """Whether a facility has no position, or only its town's where several records fit."""
    said = facility.looked_up
    return facility.position is None or (said is not None and said.why in _UNSURE)


# --- by name


def _by_record(
    facilities: Sequence[Facility],
    sought: Sequence[Placed],
    open_at: frozenset[int],
    table: PositionTable,
    regions: TownResolver | None,
) -> tuple[list[Facility], list[Problem]]:
    """Ask one source of institutions; those it finds are placed, the others say why not."""
    waiting = [at for at in sorted(open_at) if facilities[at].position is None]
    by_hand = _by_hand(table.names)
    asked = [_renamed(one, by_hand) for one in sought]
    records = Records(table.rows, regions, table.names_alone)
    answers = matched(asked, records)
    found = list(facilities)
    for at, answer in enumerate(answers):
        if asked[at].by_hand and answer.how is not None:
            answer = replace(answer, how=PositionMatch.HAND)  # noqa: PLW2901
        if at not in open_at:
            found[at] = _compared(facilities[at], answer, table)
        elif facilities[at].position is None:
            rivals = tuple(facilities[n].name for n in answer.rivals)
            found[at] = _placed_by(facilities[at], answer, rivals, table, regions)
    gained = [f for at in waiting if (f := found[at]).position is not None]
    if not waiting:
        return found, []
    if not gained and (elsewhere := of_elsewhere(table, [sought[at] for at in waiting], records)):
        return found, [elsewhere]
    how = Counter(f.looked_up.how for f in gained if f.looked_up and f.looked_up.how)
    return found, [matched_some(table, len(waiting), how)]


def _sought(facility: Facility, regions: TownResolver | None) -> Placed:
    row = RawFacility(
        layer=_NOBODY,
        row=facility.rows[0] if facility.rows else SourceRow("", "", 0),
        given_id=None,
        name=facility.name,
        types=frozenset(),
        address=facility.address,
        prefecture_code=facility.prefecture_code,
        municipality=facility.municipality_name,
        municipality_code=facility.municipality_code,
        position=facility.position,
    )
    return placed(row, facility.names, regions)


def _by_hand(names: Mapping[str, str]) -> Mapping[str, str]:
    return {nfkc(own): theirs for own, theirs in names.items()}


def _renamed(one: Placed, by_hand: Mapping[str, str]) -> Placed:
    """Return a facility under the name that the source has for it, where somebody says so."""
    theirs = next((by_hand[n] for n in map(nfkc, one.names) if n in by_hand), None)
    return one if theirs is None else one.called(theirs)


def _compared(facility: Facility, answer: Answer, table: PositionTable) -> Facility:
    """Return a facility that has coordinates; where the source has others, it says so."""
    own, record = facility.position, answer.record
    if own is None or record is None or record.position is None or facility.looked_up is not None:
        return facility
    gap_m = distance_m(own, record.position)
    rough = Accuracy.TOWN in {own.accuracy, record.position.accuracy}
    if gap_m <= (TOWN_DIFFERS_M if rough else DIFFERS_M):
        return facility
    said = PositionLookup(answer.how, _told(record, table), table.label, own=True, gap_m=gap_m)
    return replace(facility, looked_up=said)


def _placed_by(
    facility: Facility,
    answer: Answer,
    rivals: tuple[str, ...],
    table: PositionTable,
    regions: TownResolver | None,
) -> Facility:
    before, record = facility.looked_up, answer.record
    unsure = before is not None and before.why in _UNSURE and answer.how not in _SURE
    outside_m = _outside_m(facility, record, regions)
    why = answer.why if record is None else _unusable(record, outside_m)
    if record is not None and record.position is not None and why is None and not unsure:
        said = PositionLookup(answer.how, _told(record, table), table.label, outside_m=outside_m)
        here = replace(record.position, source=source_of(said))
        found = replace(facility, position=here, position_problem=None, looked_up=said)
        return found if facility.municipality_code else _in_municipality(found, answer.code)
    others = answer.others if record is None else (record,)
    told = tuple(_told(other, table) for other in others)
    if before is not None and before.why not in {None, PositionDoubt.NO_RECORD}:
        return replace(facility, looked_up=replace(before, others=(*before.others, *told)))
    open_still = PositionLookup(
        None, source=table.label, why=why, others=told, rivals=rivals, outside_m=outside_m
    )
    return replace(facility, looked_up=open_still)


def _in_municipality(facility: Facility, code: str | None) -> Facility:
    """Return a facility whose address has a former municipality in the one of its record."""
    if code is None:
        return facility
    return replace(facility, municipality_code=code, municipality_name="", prefecture_code=code[:2])


def _outside_m(
    facility: Facility, record: RawFacility | None, regions: TownResolver | None
) -> float | None:
    """Return metres from a record to the facility's municipality; None where that is not known."""
    if record is None or record.position is None or regions is None:
        return None
    code = facility.municipality_code or record.municipality_code
    if code is None or not regions.has_ground(code):
        return None
    return regions.distance_m(code, record.position.lon, record.position.lat)


def _unusable(record: RawFacility, outside_m: float | None) -> PositionDoubt | None:
    """Return why the position of a facility's record cannot be used; None where it can."""
    if record.position is None:
        return PositionDoubt.NO_COORDINATES
    outside = outside_m is not None and outside_m > DEFAULT_TOLERANCE_M
    return PositionDoubt.OUTSIDE if outside else None


def _told(record: RawFacility, table: PositionTable) -> PositionRecord:
    row = record.row
    return PositionRecord(record.name, record.address, table.file, row.row, record.position)


# --- by town block


def _by_town(
    facilities: Sequence[Facility],
    towns: TownTable,
    regions: TownResolver | None,
    *,
    by_name: bool,
) -> tuple[list[Facility], list[Problem]]:
    """Ask a town table; whom it does not know is told once, by the last who is asked."""
    found, problems = geocode(facilities, towns, regions)
    return list(found), [p for p in problems if not (by_name and p.code == "town-not-found")]


def _from_town(
    facility: Facility, towns: Sequence[TownTable], regions: TownResolver | None
) -> Facility:
    """Return a facility that was found by name, with how far that is from its address's town."""
    said = facility.looked_up
    if said is None or said.how in {None, PositionMatch.TOWN} or said.record is None:
        return facility
    there = said.record.position
    centres = (table.point(facility, regions) for table in towns)
    centre: Position | None = next((c for c in centres if c is not None), None)
    if there is None or centre is None:
        return facility
    return replace(facility, looked_up=replace(said, town_m=distance_m(there, centre)))


def _as_facility(row: RawFacility, regions: TownResolver | None) -> Facility:
    """Return a row as a facility that nobody else is."""
    item = placed(row, (row.name,), regions).item
    return Facility(
        id="",
        name=row.name,
        types=row.types,
        role=row.layer.role,
        address=row.address,
        municipality_code=item.code,
        municipality_name=row.municipality,
        prefecture_code=item.prefecture,
        position=row.position,
        position_problem=row.position_problem,
        site="",
        remark=row.remark,
        rows=(row.row,),
        looked_up=row.looked_up,
    )
