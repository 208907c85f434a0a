"""Which lists of institutions a run uses, as what, and which stand aside.

Stands apart: whose hospitals are judged is a matter of lists alone, not of ground or roads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Text
from spots.starting.choosing import TownNames, newest
from spots.starting.list_signs import KOKUJI, ROTATION, SELF_REPORTED
from spots.starting.recognised import DataKind, FoundData, Survey, TypeMark
from spots.telling import starting_words as words
from spots.types import FacilityType, Role

_EMERGENCY = FacilityType.SECONDARY_EMERGENCY
# Of several lists of 二次救急病院 the first of these is judged by; the others stand beside it.
_LISTS = (ROTATION, "", KOKUJI, SELF_REPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedList:
    """A ``[[facilities]]`` of the run file.

    Parameters
    ----------
    title : Text
        What the layer is called.
    data : FoundData
        The file.
    type : FacilityType or None
        Type of all its rows; None where a column says it, or nobody does.
    role : Role
        Judged, or only reached.
    list_name : str
        What a criterion asks for; may be empty.
    where : mapping of str to tuple of str
        Which rows are used.
    why : Text
        Why it is used so.
    used : bool
        Whether it is used; else it stands there as a comment.
    """

    title: Text
    data: FoundData
    type: FacilityType | None
    role: Role = Role.CANDIDATE
    list_name: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    why: Text
    used: bool = True


class ListsOfSurvey:
    """The lists of institutions of a survey, each with what it is good for."""

    def __init__(self, survey: Survey, own: str, beside: Sequence[str]) -> None:
        self.survey, self.own, self.beside = survey, own, beside
        self.towns = TownNames(survey)

    def planned(self) -> list[PlannedList]:
        """Return the lists in use, judged ones first, and the others that may be."""
        own = [
            entry
            for data in self.survey.of(DataKind.LIST)
            if self._is_own(data)
            for entry in self._entries(data)
        ]
        reports = self.survey.of(DataKind.BED_REPORT)
        mine = newest(e for e in reports if self._in(e))
        report = [self._reported(mine.taken)] if mine.taken is not None else []
        older = [replace(self._reported(e), why=why, used=False) for e, why in mine.others]
        chosen = _one_of_each([*own, *report]) + older
        if not any(entry.used for entry in chosen):
            chosen += self._hospitals()
        near = newest(e for e in reports if any(self._counts[e][code] for code in self.beside))
        neighbours = self._beyond(near.taken) if near.taken is not None else ()
        used = [e for e in chosen if e.used]
        return _named_apart([*used, *neighbours, *(e for e in chosen if not e.used)])

    @cached_property
    def _counts(self) -> dict[FoundData, Counter[str]]:
        return {e: self._prefectures(e) for e in self.survey.found if e.signs is not None}

    def _prefectures(self, data: FoundData) -> Counter[str]:
        signs = data.signs
        if signs is None:
            return Counter()
        return Counter(signs.by_prefecture) + self.towns.prefectures_of(signs.municipalities)

    def _is_own(self, data: FoundData) -> bool:
        """Tell whether a colleague's list is about the prefecture; one that says nothing is."""
        counts, signs = self._counts[data], data.signs
        told_apart = signs is not None and bool(signs.prefecture_column)
        own = counts[self.own]
        return not counts or (own > 0 and (told_apart or 2 * own > counts.total()))

    def _in(self, data: FoundData) -> bool:
        return self._counts[data][self.own] > 0

    def _where(self, data: FoundData, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the filter for prefectures; empty for a list of no others."""
        signs = data.signs
        if signs is None or set(self._counts[data]) <= set(codes) or not signs.prefecture_column:
            return {}
        cells = tuple(cell for code in codes for cell in signs.prefecture_words.get(code, ()))
        return {signs.prefecture_column: cells} if cells else {}

    def _entries(self, data: FoundData) -> Iterator[PlannedList]:
        """Yield what a colleague's list may be used as."""
        signs = data.signs
        if signs is None:
            return
        where = FrozenDict(self._where(data, (self.own,)))
        if signs.typed_rows:
            name = ROTATION if _EMERGENCY in signs.typed_rows else ""
            title = words.list_title(None, _called(data))
            yield PlannedList(
                title=title, data=data, type=None, list_name=name, where=where, why=words.BY_COLUMN
            )
        elif signs.marks:
            for mark in signs.marks:
                yield self._marked(data, mark, where)
        elif signs.guessed is not None:
            yield PlannedList(
                title=words.list_title(signs.guessed, _called(data)),
                data=data,
                type=signs.guessed,
                list_name=ROTATION if signs.guessed is _EMERGENCY else "",
                where=where,
                why=words.CANDIDATES_ONLY if signs.candidates else words.BY_NAME,
                used=not signs.candidates,
            )
        else:
            title = words.list_title(None, _called(data))
            yield PlannedList(
                title=title, data=data, type=None, where=where, why=words.TYPE_UNKNOWN, used=False
            )

    def _marked(
        self, data: FoundData, mark: TypeMark, where: Mapping[str, tuple[str, ...]]
    ) -> PlannedList:
        return PlannedList(
            title=words.list_title(mark.type, _called(data), mark.list_name),
            data=data,
            type=mark.type,
            list_name=mark.list_name,
            where=FrozenDict({**where, mark.column: mark.yes}),
            why=words.by_mark(mark.column),
        )

    def _reported(self, data: FoundData, codes: Sequence[str] = ()) -> PlannedList:
        """Return the hospitals of 病床機能報告 that say themselves that they are 二次救急."""
        signs = data.signs
        mark = signs.marks[0] if signs is not None else None
        where = self._where(data, codes or (self.own,))
        if mark is not None:
            where[mark.column] = mark.yes
        beyond = bool(codes)
        return PlannedList(
            title=words.NEIGHBOURS_TITLE if beyond else words.REPORTED_TITLE,
            data=data,
            type=_EMERGENCY,
            role=Role.DESTINATION if beyond else Role.CANDIDATE,
            list_name="" if beyond else SELF_REPORTED,
            where=FrozenDict(where),
            why=words.neighbours_reported(codes) if beyond else words.SELF_REPORTED_WHY,
        )

    def _beyond(self, data: FoundData) -> Iterator[PlannedList]:
        codes = tuple(code for code in self.beside if self._counts[data][code])
        if codes:
            yield self._reported(data, codes)

    def _hospitals(self) -> list[PlannedList]:
        """Return all hospitals without a type, so that there is a map; nobody is judged."""
        every = self.survey.of(DataKind.IRYO_JOHO, DataKind.P04)
        sources = [e for e in every if self._in(e) and self._is_own(e)]
        return [
            PlannedList(
                title=words.ALL_HOSPITALS_TITLE,
                data=data,
                type=None,
                where=FrozenDict(self._where(data, (self.own,))),
                why=words.ALL_HOSPITALS_WHY,
            )
            for data in sources[:1]
        ]


def _named_apart(entries: Sequence[PlannedList]) -> list[PlannedList]:
    """Return entries of which no two in use have one name."""
    taken: set[str] = set()
    named = []
    for entry in entries:
        title = entry.title
        if title.ja in taken:
            title = words.title_of_file(title, _called(entry.data))
        taken |= {title.ja} if entry.used else set()
        named.append(replace(entry, title=title))
    return named


def _one_of_each(entries: Sequence[PlannedList]) -> list[PlannedList]:
    """Return entries of which one is used for each list; of 二次救急病院 the best alone."""
    emergency = [e for e in entries if e.used and e.type is _EMERGENCY]
    typed = any(
        e.used and e.type is None and e.data.signs and _EMERGENCY in e.data.signs.typed_rows
        for e in entries
    )
    ranked = sorted(emergency, key=lambda e: _LISTS.index(e.list_name))
    best = None if typed or not ranked else ranked[0]
    return [
        entry
        if entry not in emergency or entry is best
        else replace(entry, why=words.ANOTHER_LIST, used=False)
        for entry in entries
    ]


def _called(data: FoundData) -> str:
    """Return what a file is called, or the sheet or part that is meant."""
    return data.sheet or data.layer or PurePosixPath(data.member or data.name).stem
