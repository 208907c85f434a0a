"""Was this institution inside, on that day, and why? Every day that is asked about, kind by kind.

Each edition is asked once, and again only where its own units begin or end on its way. A day
without an edition in force has no answer: it is undetermined, never outside. An institution of
another prefecture is outside on every day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundfloor.day_spans import DaySpan, pieces
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Text
from spots.facilities import RawFacility, read_layer
from spots.locating.list_answering import AskedOfList, list_spec, placed_answers, run_aliases
from spots.locating.positions_found import answered, with_positions
from spots.locating.run_ground import NOWHERE, ground_of
from spots.register.edition_results import edition_result, unit_days
from spots.register.edition_standing import EditionStanding, own_prefecture, standing_in
from spots.register.register import Register
from spots.telling.in_force_words import BEYOND, no_edition
from spots.types import Accuracy, Place, Position, Truth
from spots.types.designations import DesignationKind, InForce, PlanEdition


@dataclass(frozen=True, slots=True)
class Membership:
    """Days on which the answer about an institution and a kind is one.

    Parameters
    ----------
    span : DaySpan
        The days.
    truth : Truth
        MET where a unit in force holds the institution; UNDETERMINED where its place is open, its
        area's class is, or no edition of the kind is in force.
    edition : int or None
        Number of the edition that answers; None where none is in force.
    plan : str
        Its plan; empty likewise.
    unit, name : str
        The unit that holds it; empty where none does.
    reason : Text
        Why, in a sentence, with what the accuracy of its position could change.
    doubtful : bool
        Whether it could change the answer.
    edge_m : float or None
        Metres to the edge: zero or more inside, below zero outside; None where nothing was
        measured.
    """

    span: DaySpan
    truth: Truth
    edition: int | None
    plan: str
    unit: str
    name: str
    reason: Text
    doubtful: bool = False
    edge_m: float | None = None


@dataclass(frozen=True, slots=True)
class InstitutionMemberships:
    """An institution of a list over time.

    Parameters
    ----------
    row : RawFacility
        The institution, as the list has it.
    place : Place
        Municipality and medical area, as the latest edition that knows them has them.
    position : Position or None
        Its point: the list's, else one that was found.
    outside : bool
        Whether it lies in another prefecture than those of the register.
    kinds : mapping of DesignationKind to tuple of Membership
        By kind all days that were asked about, in order, without a gap or an overlap.
    """

    row: RawFacility
    place: Place
    position: Position | None
    outside: bool
    kinds: Mapping[DesignationKind, tuple[Membership, ...]]


@dataclass(frozen=True, slots=True)
class _Answered:
    """What an edition says of every row: its prefectures, and by days the answers."""

    edition: PlanEdition
    homes: frozenset[str]
    rows: tuple[tuple[DaySpan, tuple[EditionStanding, ...]], ...]
    problems: tuple[Problem, ...]


#: What is asked of a register that has no edition yet.
_OF_EVERY_PLAN = {DesignationKind.SHORTAGE_AREA, DesignationKind.SPOT}
#: An edition's answer about one institution, and the days of that answer.
_Answer = tuple[DaySpan, _Answered, EditionStanding]


def institution_rows(
    register: Register | None,
    path: str | Path,
    *,
    accuracy: Accuracy = Accuracy.POINT,
    columns: Mapping[str, str] = FrozenDict(),
) -> tuple[tuple[RawFacility, ...], tuple[Problem, ...]]:
    """Read a list of institutions; headers that runs of the register added are understood too.

    Parameters
    ----------
    register : Register or None
        The register, where there is one.
    path : str or Path
        The list, as for ``spots locate``.
    accuracy : Accuracy
        How well its coordinates are known.
    columns : mapping of str to str
        Headers by canonical column, where their words do not tell.

    Raises
    ------
    DataError, MissingFileError
        The list cannot be used.
    """
    spec = list_spec(Path(path), accuracy, columns=columns)
    runs = [register.result(edition) for edition in register.editions] if register else []
    aliases = {column: heads for run in runs for column, heads in run_aliases(run).items()}
    rows, problems = read_layer(spec, aliases)
    return tuple(rows), tuple(problems)


def memberships(
    register: Register,
    rows: Sequence[RawFacility],
    days: DaySpan,
    *,
    kinds: Iterable[DesignationKind] | None = None,
    problems: Sequence[Problem] = (),
    asked: AskedOfList | None = None,
    shown: str = "",
) -> tuple[tuple[InstitutionMemberships, ...], tuple[Problem, ...]]:
    """Return where each institution stands on every day that is asked about.

    Parameters
    ----------
    register : Register
        The register.
    rows : sequence of RawFacility
        Institutions, as `institution_rows` gives them.
    days : DaySpan
        The days.
    kinds : iterable of DesignationKind, optional
        By default those of which the register has an edition; 少数区域 and spots where it has
        none at all.
    problems : sequence of Problem
        What was found when the list was read.
    asked : AskedOfList, optional
        How far off positions may be, and where rows without one are looked up; its day is not
        used.
    shown : str
        What messages call the list.

    Returns
    -------
    tuple of InstitutionMemberships, tuple of Problem
        One for each row, in order; and the problems, less of positions that were found.

    Raises
    ------
    FolderError
        A run was kept by a version whose evidence this one does not read.
    """
    asked = asked or AskedOfList()
    known = {edition.kind for edition in register.editions} or _OF_EVERY_PLAN
    wanted = known if kinds is None else set(kinds)
    lists = _Lists(tuple(rows), tuple(problems), asked, shown)
    found = tuple(
        _edition(register, held, shared, lists)
        for held in register.in_force()
        if held.edition.kind in wanted and (shared := held.span & days)
    )
    homes = frozenset(e.prefecture_code for e in register.editions).union(
        *(each.homes for each in found)
    )
    every = tuple(kind for kind in DesignationKind if kind in wanted)
    told = tuple(
        _institution(row, _of_row(found, at), every, days, homes) for at, row in enumerate(rows)
    )
    remarks = [p for each in found for p in each.problems] if found else problems
    return told, tuple(dict.fromkeys(remarks))


@dataclass(frozen=True, slots=True)
class _Lists:
    """The rows that are asked about, what was found when they were read, and how they are asked."""

    rows: tuple[RawFacility, ...]
    problems: tuple[Problem, ...]
    asked: AskedOfList
    shown: str


def _edition(register: Register, held: InForce, days: DaySpan, lists: _Lists) -> _Answered:
    """Ask an edition about every row: on its first day, and where its units begin or end."""
    result = edition_result(register, held)
    homes, kind = result.settings.home, held.edition.kind
    placed = with_positions(result, ground_of(result), lists.rows, lists.asked.sources)
    units = {unit.unit: unit for unit in register.designations(held.edition)}
    own = unit_days(register, held).values()
    turns = {day for span in own for day in (span.first, span.until) if day is not None}
    answers = []
    for piece in pieces([days], turns):
        asked = replace(lists.asked, on=piece.first, only=None)
        found = placed_answers(result, placed, lists.problems, asked)
        rows = (
            standing_in(kind, found, units, homes, row, at) for at, row in enumerate(lists.rows)
        )
        answers.append((piece, tuple(rows)))
    remarks = answered(lists.problems, placed, lists.shown)
    return _Answered(held.edition, homes, tuple(answers), remarks)


def _of_row(found: Iterable[_Answered], at: int) -> tuple[_Answer, ...]:
    return tuple((span, each, rows[at]) for each in found for span, rows in each.rows)


def _institution(
    row: RawFacility,
    answers: Sequence[_Answer],
    kinds: Sequence[DesignationKind],
    days: DaySpan,
    homes: frozenset[str],
) -> InstitutionMemberships:
    """Put together what editions say of an institution.

    Parameters
    ----------
    row : RawFacility
        The institution.
    answers : sequence of tuple
        What editions say of it.
    kinds : sequence of DesignationKind
        The kinds that are asked for.
    days : DaySpan
        The days.
    homes : frozenset of str
        Prefectures of the register.
    """
    latest = sorted(answers, key=lambda each: each[0].first, reverse=True)
    located = [standing.located for _, _, standing in latest]
    place = next((one.place for one in located if one.place is not NOWHERE), NOWHERE)
    prefecture = own_prefecture(place, row)
    if prefecture is None:
        outside = bool(answers) and all(s.reason == BEYOND for _, _, s in answers)
    else:
        outside = bool(homes) and prefecture not in homes
    told = {}
    for kind in kinds:
        own = [
            (span, each, standing)
            for span, each, standing in answers
            if each.edition.kind is kind and (prefecture is None or prefecture in each.homes)
        ]
        told[kind] = (_beyond(days),) if outside else tuple(_over_time(kind, own, days))
    return InstitutionMemberships(
        row=row,
        place=place,
        position=next((one.position for one in located if one.position), row.position),
        outside=outside,
        kinds=told,
    )


def _beyond(days: DaySpan) -> Membership:
    return Membership(days, Truth.NOT_MET, None, "", "", "", BEYOND)


def _over_time(
    kind: DesignationKind, answers: Sequence[_Answer], days: DaySpan
) -> Iterator[Membership]:
    """Yield all days in order, days of one answer together."""
    spans = [span for span, _, _ in answers]
    turns = {day for span in spans for day in (span.first, span.until) if day is not None}
    held: Membership | None = None
    for piece in pieces([days], turns):
        here = [(each, standing) for span, each, standing in answers if piece.first in span]
        one = _membership(kind, here, piece)
        if held is not None and replace(held, span=piece) == one:
            held = replace(held, span=DaySpan(held.span.first, piece.until))
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _membership(
    kind: DesignationKind, here: Sequence[tuple[_Answered, EditionStanding]], days: DaySpan
) -> Membership:
    """Return the answer of some days; of several prefectures' editions the one that holds it."""
    if not here:
        return Membership(days, Truth.UNDETERMINED, None, "", "", "", no_edition(kind))
    each, standing = min(here, key=lambda found: _RANK[found[1].truth])
    return Membership(
        span=days,
        truth=standing.truth,
        edition=each.edition.number,
        plan=each.edition.plan,
        unit=standing.unit,
        name=standing.name,
        reason=standing.reason,
        doubtful=standing.doubtful,
        edge_m=standing.edge_m,
    )


_RANK = {Truth.MET: 0, Truth.UNDETERMINED: 1, Truth.NOT_MET: 2}
