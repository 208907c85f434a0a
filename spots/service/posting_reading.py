"""Postings and persons from tables: every row checked, everything that is wrong told by row.

A row that cannot be used stops the whole, after all rows were looked at: a posting that is left out
would cost somebody months in silence. Messages name rows and columns, never a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from groundfloor.day_spans import DaySpan
from groundfloor.folding import compact
from groundfloor.grids import Row
from groundfloor.near_names import nearest_names
from groundfloor.problems import DataError, Problem, Text, error, note
from spots.service.institution_names import InstitutionNames
from spots.service.person_tables import KEY, RowReader, has_errors, open_table
from spots.service.posting_words import (
    HOURS_OF_A_WEEK,
    PERSON_HEADINGS,
    POSTING_HEADINGS,
    goes_on,
    hours_of,
    reason_of,
    reason_words,
    status_of,
    status_words,
    yes_or_no,
)
from spots.types.institution_classes import InstitutionClasses
from spots.types.postings import Person, Posting, PostingStatus

_REQUIRED = (KEY, "institution", "from", "to", "status")
_AWAY = frozenset({PostingStatus.LEAVE, PostingStatus.STOP})
#: Of whom such a row is nobody knows: postings may be theirs.
_WITHOUT_KEY = frozenset({"person-key", "posting-blank"})
_BEYOND = Text(
    f"0から{HOURS_OF_A_WEEK}までの時間数ではありません",
    f"is no number of hours from 0 to {HOURS_OF_A_WEEK}",
)


@dataclass(frozen=True, slots=True)
class ServiceTables:
    """What was read: postings, persons, and notes on both.

    Parameters
    ----------
    postings : tuple of Posting
        In the order of the table.
    persons : tuple of Person
        In the order of theirs; where there is no such table, everybody who has a posting.
    problems : tuple of Problem
        Warnings and notes; no key is in them.
    """

    postings: tuple[Posting, ...]
    persons: tuple[Person, ...]
    problems: tuple[Problem, ...]


def read_service_tables(
    postings: Path,
    persons: Path | None,
    classes: Mapping[str, InstitutionClasses],
    cohorts: Mapping[str, tuple[str, ...]],
) -> ServiceTables:
    """Read postings and persons.

    Parameters
    ----------
    postings : Path
        Table of postings.
    persons : Path or None
        Table of persons; without one everybody is of the programme's only cohort, and no licence
        is known.
    classes : mapping of str to InstitutionClasses
        The institutions that there are.
    cohorts : mapping of str to tuple of str
        Ids of the cohorts of the programme, and what else they are called.

    Raises
    ------
    DataError
        Every row of both tables that cannot be used, all at once.
    """
    found: list[Problem] = []
    people = _Persons(cohorts, found).read(persons) if persons is not None else None
    broken = any(p.code in _WITHOUT_KEY for p in found)
    served = _Postings(InstitutionNames(classes), found).read(postings)
    if people is None and persons is None:
        only = next(iter(cohorts)) if len(cohorts) == 1 else ""
        keys = dict.fromkeys(p.person for p in served)
        people = {key: (0, Person(key, only, None)) for key in keys}
    elif people and not broken:
        found += _unknown_persons(served, people, postings.name)
    if has_errors(found):
        raise DataError(sorted(found, key=lambda p: (p.file == postings.name, p.row or 0)))
    return ServiceTables(
        tuple(served), tuple(person for _, person in (people or {}).values()), tuple(found)
    )


def _unknown_persons(
    postings: Iterable[Posting], people: Mapping[str, tuple[int, Person]], label: str
) -> Iterator[Problem]:
    alike: dict[str, list[int]] = {}
    for key, (row, _) in people.items():
        alike.setdefault(_bare_key(key), []).append(row)
    for posting in postings:
        if posting.person not in people:
            rows = alike.get(_bare_key(posting.person), [])[:_ROWS_TOLD]
            yield error(
                "posting-person",
                Text(
                    "この行の個人番号は対象者の表にありません（値は表示しません）",
                    "the key of this row is not in the table of persons (it is not shown)",
                ),
                _meant_person(rows),
                file=label,
                row=posting.row,
            )


_ROWS_TOLD = 3


def _bare_key(key: str) -> str:
    """Return a key without what spreadsheets drop and people vary: zeros in front, case, marks."""
    return "-".join(
        re.sub("^0+(?=.)", "", run) for run in re.findall(r"\d+|[^\W\d_]+", key.lower())
    )


def _meant_person(rows: Sequence[int]) -> Text:
    if rows:
        ja, en = "、".join(map(str, rows)), ", ".join(map(str, rows))
        return Text(
            f"対象者の表の{ja}行目の番号と似ています。書き方（桁・先頭の0）をそろえてください",
            f"row {en} of the table of persons is like it: write both the same way, "
            "with their leading zeros",
        )
    return Text(
        "対象者の表に加えるか、番号の書き方（桁・先頭の0）をそろえてください",
        "add it there, or write both the same way (digits, leading zeros)",
    )


class _Persons:
    """Reads the table of persons."""

    def __init__(self, cohorts: Mapping[str, tuple[str, ...]], problems: list[Problem]) -> None:
        self._cohorts = {compact(word): key for key, words in cohorts.items() for word in words}
        self._cohorts |= {compact(key): key for key in cohorts}
        self._only = next(iter(cohorts)) if len(cohorts) == 1 else None
        self._words = tuple(words[0] if words else key for key, words in cohorts.items())
        self._problems = problems

    def read(self, path: Path) -> dict[str, tuple[int, Person]]:
        """Return persons by key, with their rows."""
        required = (KEY,) if self._only is not None else (KEY, "cohort")
        table, problems = open_table(path, PERSON_HEADINGS, required)
        self._problems += problems
        if table is None:
            return {}
        reader = RowReader(table, self._problems)
        people: dict[str, tuple[int, Person]] = {}
        for row in table.rows:
            key = reader.key(row)
            cohort = self._cohort(reader, row)
            licensed = reader.day(row, "licence_date")
            if not key:
                continue
            if key in people:
                line = people[key][0]
                message = Text(f"{line}行目と同じ個人番号です", f"has the key of row {line}")
                remedy = Text("1人1行にしてください", "one row for each person")
                reader.found(row, KEY, "person-twice", message, remedy)
                continue
            people[key] = (row.number, Person(key, cohort, licensed))
        return people

    def _cohort(self, reader: RowReader, row: Row) -> str:
        cell = reader.cell(row, "cohort")
        if not cell and self._only is not None:
            return self._only
        if not cell:
            reader.blank(row, "cohort")
            return ""
        found = self._cohorts.get(compact(cell))
        if found is None and self._only is None:
            near = nearest_names(cell, self._words) or self._words
            message = Text("プログラムにない対象者の区分です", "is no cohort of the programme")
            remedy = _one_of(near)
            reader.found(row, "cohort", "person-cohort", message, remedy)
        return found or self._only or ""


def _one_of(words: Iterable[str]) -> Text:
    listed = list(words)
    ja, en = "、".join(listed), ", ".join(listed)
    return Text(f"次のいずれかにしてください：{ja}", f"write one of: {en}")


class _Postings:
    """Reads the table of postings."""

    def __init__(self, names: InstitutionNames, problems: list[Problem]) -> None:
        self._names = names
        self._problems = problems

    def read(self, path: Path) -> list[Posting]:
        """Return the postings whose rows can be used; what is wrong is told."""
        table, problems = open_table(path, POSTING_HEADINGS, _REQUIRED)
        self._problems += problems
        if table is None:
            return []
        reader = RowReader(table, self._problems)
        made = [self._posting(reader, row) for row in table.rows]
        postings = [posting for posting in made if posting is not None]
        self._problems += _overlaps(postings, table.label)
        return postings

    def _posting(self, reader: RowReader, row: Row) -> Posting | None:
        """Return the posting of a row; None where it is not known whose, since when, or what."""
        key = reader.key(row)
        told = reader.cell(row, "status")
        status = status_of(told) if told else None
        if not told:
            reader.blank(row, "status")
        elif status is None:
            self._unknown_status(reader, row, told)
        kind, reason = status or (PostingStatus.WORK, "")
        span = self._span(reader, row)
        hours = self._hours(reader, row)
        short = self._short(reader, row)
        reason = self._reason(reader, row, kind) or reason
        institution = self._institution(reader, row, kind)
        if not key or span is None:
            return None
        is_open = span.until is None
        return Posting(row.number, key, institution, span, hours, kind, reason, short, is_open)

    def _unknown_status(self, reader: RowReader, row: Row, cell: str) -> None:
        near = nearest_names(cell, status_words())
        usual = ("勤務", "臨床研修", "専門研修", "休業", "猶予")
        message = Text("勤務の区分として読めません", "is no status of a posting")
        reader.found(row, "status", "posting-status", message, _one_of(near or usual))

    def _span(self, reader: RowReader, row: Row) -> DaySpan | None:
        if not reader.cell(row, "from"):
            reader.blank(row, "from")
        first = reader.day(row, "from")
        if goes_on(reader.cell(row, "to")):
            return DaySpan(first) if first is not None else None
        last = reader.day(row, "to")
        if first is None or last is None:
            return None
        if last < first or last == date.max:
            message = Text("終了日が開始日より前です", "the last day is before the first")
            remedy = Text(
                "開始日と終了日（当日を含む）を確かめてください",
                "check both; the last day is in it",
            )
            reader.found(row, "to", "posting-ends-before", message, remedy, reader.cell(row, "to"))
            return None
        return DaySpan.through(first, last)

    def _hours(self, reader: RowReader, row: Row) -> float | None:
        cell = reader.cell(row, "hours_per_week")
        hours = hours_of(cell) if cell else None
        if cell and hours is None:
            remedy = Text(
                "32、38.75、38時間45分 のように書いてください", "write it like 32 or 38.75"
            )
            reader.found(row, "hours_per_week", "posting-hours", _BEYOND, remedy, cell)
        return hours

    def _short(self, reader: RowReader, row: Row) -> bool:
        short = yes_or_no(reader.cell(row, "short_hours"))
        if short is None:
            message = Text("○か×として読めません", "is neither yes nor no")
            remedy = Text("○ か ×（空欄は×）にしてください", "write yes or no; blank is no")
            reader.found(row, "short_hours", "posting-short-hours", message, remedy)
        return bool(short)

    def _reason(self, reader: RowReader, row: Row, kind: PostingStatus) -> str:
        """Return the reason of a row; of work, a text that is no reason says nothing."""
        reason = reason_of(reader.cell(row, "reason"))
        if reason is None and kind in _AWAY:
            message = Text(
                "休業・猶予の理由として読めません（値は表示しません）",
                "is no reason of leave or of a stop (it is not shown)",
            )
            reader.found(row, "reason", "posting-reason", message, _one_of(reason_words()))
        return reason or ""

    def _institution(self, reader: RowReader, row: Row, kind: PostingStatus) -> str:
        cell = reader.cell(row, "institution")
        if not cell:
            if kind not in _AWAY:
                reader.blank(row, "institution")
            return ""
        where = reader.cell(row, "municipality")
        meant = self._names.meant(cell, where)
        if len(meant) == 1:
            return meant[0]
        place = (reader.label, row.number, reader.columns.label("institution"))
        if kind is PostingStatus.STOP and not meant:
            self._problems.append(_place_of_stop(*place))
            return ""
        self._problems.append(self._names.not_found(cell, *place, where))
        return ""


def _place_of_stop(label: str, row: int, column: str) -> Problem:
    return note(
        "posting-stop-place",
        Text(
            "一覧にない機関での猶予の期間です（機関は使いません）",
            "a stop at a place that is not in the list: the place is not used",
        ),
        Text("一覧の医療機関であれば名称を直してください", "if it is in the list, mend its name"),
        file=label,
        row=row,
        column=column,
    )


def _overlaps(postings: Iterable[Posting], label: str) -> Iterator[Problem]:
    """Yield an error for each posting that begins before an earlier one of the person is over."""
    by_person: dict[str, list[Posting]] = {}
    for posting in postings:
        by_person.setdefault(posting.person, []).append(posting)
    for own in by_person.values():
        longest: Posting | None = None
        for posting in sorted(own, key=lambda p: (p.span.first, p.row)):
            if longest is not None and longest.span & posting.span:
                yield _overlap(longest, posting, label)
            if longest is None or _ends_later(posting, longest):
                longest = posting


def _ends_later(one: Posting, other: Posting) -> bool:
    if other.span.until is None:
        return False
    return one.span.until is None or one.span.until > other.span.until


def _overlap(before: Posting, posting: Posting, label: str) -> Problem:
    same = replace(posting, row=before.row) == before
    message = (
        Text(f"{before.row}行目と同じ内容です", f"is the same as row {before.row}")
        if same
        else Text(
            f"同じ人の{before.row}行目の期間と重なっています",
            f"overlaps the posting of the same person in row {before.row}",
        )
    )
    remedy = (
        Text(
            f"{before.row}行目に終了日がありません。終了日を書いてください",
            f"row {before.row} has no last day: write it",
        )
        if before.open and not same
        else Text(
            "どの日も1つの行だけになるように期間を直してください",
            "mend the days, so that each is in one row only",
        )
    )
    return error("posting-overlap", message, remedy, file=label, row=posting.row)
