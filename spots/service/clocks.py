"""Months of service: what every clock says of every person, with each posting and why it counts.

Pure: postings, persons, classes of institutions day by day and rules go in, results come out. Each
person and clock is judged by itself; no order of rows, and no way of cutting a posting into rows,
makes a difference. Stands apart: what is counted knows of no file.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from groundfloor.problems import Problem, note, warning
from spots.service.clock_counts import Count, continuous, summed
from spots.service.clock_days import (
    NO_END,
    ClassDays,
    ClockQuestion,
    JudgedDays,
    days_as_at_start,
    days_by_class,
    first_days,
    judged_days,
    leave_for,
)
from spots.service.clock_deadlines import deadline_of
from spots.service.clock_results import result_of
from spots.service.service_rules import ServiceRules
from spots.telling.service_words import (
    NO_PROGRAMME_REMEDY,
    OPEN_REMEDY,
    SECOND_HAND,
    SECOND_HAND_REMEDY,
    no_programme,
    open_rows,
)
from spots.types.institution_classes import ClassSpan, InstitutionClasses
from spots.types.postings import Person, Posting
from spots.types.service_clocks import (
    AcrossEnd,
    Clock,
    ClockKind,
    ClockResult,
    CountReason,
    ServiceResult,
)
from spots.types.verdicts import Truth

_DAY = timedelta(days=1)
_OPEN = (CountReason.CLASS_OPEN, CountReason.HOURS_OPEN, CountReason.REASON_OPEN)
#: Institutions by what postings call them.
Classes = Mapping[str, InstitutionClasses]


def serve(
    postings: Iterable[Posting],
    persons: Iterable[Person],
    classes: Classes,
    rules: ServiceRules,
    on: date,
    *,
    by_programme: Mapping[str, Classes] | None = None,
) -> ServiceResult:
    """Return what every clock of the rules says of every person on a day.

    Parameters
    ----------
    postings : iterable of Posting
        In any order.
    persons : iterable of Person
        Of whom they are; one without a posting has served nothing, one who is only in `postings`
        has no cohort and no day of licence.
    classes : mapping of str to InstitutionClasses
        By what postings call the institution. One that is missing is of a class that nobody knows.
    rules : ServiceRules
        The clocks.
    on : date
        The last day that counts; later ones are planned, and only the day of fulfilment knows them.
    by_programme : mapping, optional
        Classes by id of their programme, for clocks that name one: without it `classes` hold for
        these too, and a warning says so; where it lacks one, nobody knows the classes.

    Returns
    -------
    ServiceResult
        A result for each person and clock.
    """
    known = {each.person: each for each in persons}
    rows: dict[str, list[Posting]] = {key: [] for key in known}
    for posting in postings:
        rows.setdefault(posting.person, []).append(posting)
    over = tuple((clock, _classes_of(clock, classes, by_programme)) for clock in rules.clocks)
    work = _Work(rules, on + _DAY, over)
    results: list[ClockResult] = []
    with _uncollected():
        for key in sorted(rows):
            own = sorted(rows[key], key=lambda p: (p.span.first, p.span.until or NO_END, p.row))
            results += work.of_person(known.get(key) or Person(key, ""), own)
    return ServiceResult(
        on,
        rules.title.text,
        rules.source.text,
        rules.across_end,
        rules.days_per_month,
        tuple(results),
        (*_unfounded(rules, by_programme), *_problems(rules, results)),
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no search for cycles run: results have none, and walking them is a third of the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _classes_of(
    clock: Clock, classes: Classes, by_programme: Mapping[str, Classes] | None
) -> Classes:
    """Return the classes that a clock counts over; none where its programme is not there."""
    if not clock.programme or by_programme is None:
        return classes
    return by_programme.get(clock.programme, {})


def _unfounded(
    rules: ServiceRules, by_programme: Mapping[str, Classes] | None
) -> Iterator[Problem]:
    """Yield the clocks that count the classes of a programme nobody named."""
    for n, clock in enumerate(rules.clocks):
        if clock.programme and clock.programme not in (by_programme or {}):
            yield warning(
                "service-programme-missing",
                no_programme(clock.id, clock.programme),
                NO_PROGRAMME_REMEDY,
                file=rules.document.file,
                row=rules.document.line_of(("clock", n, "programme")),
            )


@dataclass(frozen=True, slots=True)
class _Work:
    """What is the same for all persons: the rules, the day, each clock and its classes."""

    rules: ServiceRules
    tomorrow: date
    clocks: tuple[tuple[Clock, Classes], ...]

    def of_person(self, person: Person, postings: Sequence[Posting]) -> Iterator[ClockResult]:
        """Yield what each clock says of a person."""
        starts = first_days(postings, self.rules.across_end)
        cut: dict[int, list[list[ClassDays]]] = {}
        for clock, classes in self.clocks:
            if id(classes) not in cut:
                cut[id(classes)] = [
                    self._cut(posting, start, classes, person.cohort)
                    for posting, start in zip(postings, starts, strict=True)
                ]
            yield self._result(clock, person, postings, cut[id(classes)])

    def _cut(self, posting: Posting, start: date, classes: Classes, cohort: str) -> list[ClassDays]:
        spans = _spans(classes.get(posting.institution), cohort)
        if self.rules.across_end is AcrossEnd.EACH_DAY:
            return days_by_class(posting, spans)
        return days_as_at_start(posting, spans, start)

    def _result(
        self,
        clock: Clock,
        person: Person,
        postings: Sequence[Posting],
        cut: Sequence[Sequence[ClassDays]],
    ) -> ClockResult:
        asked = ClockQuestion(clock, person, self.tomorrow, self.rules.days_per_month)
        days = [
            each
            for posting, pieces in zip(postings, cut, strict=True)
            for each in judged_days(asked, posting, pieces)
        ]
        days.sort(key=lambda d: (d.first, d.until, d.posting.row))
        sure = _count(asked, postings, days)
        most = _count(asked, postings, days, with_open=True) if _is_open(asked, days) else sure
        return result_of(asked, days, (sure, most), deadline_of(asked, postings))


def _count(
    asked: ClockQuestion,
    postings: Sequence[Posting],
    days: Sequence[JudgedDays],
    *,
    with_open: bool = False,
) -> Count:
    """Return what the days come to that count for sure, or with all that is open."""
    counted = (Truth.MET, Truth.UNDETERMINED) if with_open else (Truth.MET,)
    served = [d for d in days if d.counts in counted]
    if asked.clock.kind is ClockKind.SUM:
        return summed(asked, served)
    leave = leave_for(postings, asked.clock.interrupted_by, unknown=with_open)
    over = asked.anniversary
    if over is None and with_open and asked.clock.licence_years is not None:
        over = date.min
    return continuous(asked, served, leave, over)


def _spans(institution: InstitutionClasses | None, cohort: str) -> tuple[ClassSpan, ...]:
    """Return the classes of an institution for a cohort; of a programme with one, for everybody."""
    if institution is None:
        return ()
    spans = institution.spans
    if cohort in spans:
        return spans[cohort]
    return next(iter(spans.values())) if len(spans) == 1 else ()


def _is_open(asked: ClockQuestion, days: Sequence[JudgedDays]) -> bool:
    """Return whether anything that nobody knows may make a difference."""
    if asked.clock.licence_years is not None and asked.person.licensed is None:
        return True
    return any(d.counts is Truth.UNDETERMINED or CountReason.REASON_OPEN in d.why for d in days)


def _problems(rules: ServiceRules, results: Sequence[ClockResult]) -> Iterator[Problem]:
    """Yield what every reader should know: no key of a person, and no name of an institution."""
    if rules.second_hand:
        yield note(
            "service-rule-second-hand", SECOND_HAND, SECOND_HAND_REMEDY, file=rules.document.file
        )
    rows: dict[CountReason, set[int]] = {why: set() for why in _OPEN}
    for piece in (piece for result in results for piece in result.pieces):
        for why in piece.why:
            if why in rows:
                rows[why].add(piece.posting.row)
    for why, found in rows.items():
        if found:
            message = open_rows(why, len(found))
            yield warning("service-open", message, OPEN_REMEDY, row=min(found))
