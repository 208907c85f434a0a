"""Days of postings that are alike for a clock: cut where a class ends, and judged one by one.

Stands apart: what the days of one posting are, before anything is counted together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from spots.service.calendar_months import later
from spots.types.institution_classes import ClassSpan
from spots.types.postings import LeaveReason, Person, Posting, PostingStatus
from spots.types.service_clocks import AcrossEnd, Clock, CountReason, LicenceMeasured, Months
from spots.types.verdicts import Truth

#: Where days without an end end: no posting begins after it.
NO_END = date.max
_OPEN = frozenset({CountReason.CLASS_OPEN, CountReason.HOURS_OPEN})


@dataclass(frozen=True, slots=True)
class ClockQuestion:
    """What is asked: a clock, of a person, on a day.

    Parameters
    ----------
    clock : Clock
        The rule.
    person : Person
        Of whom.
    tomorrow : date
        The day after the one that is asked about: days from it on are planned.
    days_per_month : int
        How many days of stretches apart are a month.
    """

    clock: Clock
    person: Person
    tomorrow: date
    days_per_month: int

    @property
    def needs(self) -> int:
        """The half days that are needed; see `Months.in_halves`."""
        return Months(self.clock.needs_months).in_halves(self.days_per_month)

    @property
    def anniversary(self) -> date | None:
        """The day on which so many years since the licence are over, where that is asked."""
        years, licensed = self.clock.licence_years, self.person.licensed
        return None if years is None or licensed is None else later(licensed, 12 * years)


class ClassDays(NamedTuple):
    """Days of a posting, up to, without, `until`, on which its institution is of one class."""

    first: date
    until: date
    decided: ClassSpan | None
    at_start: bool = False


class JudgedDays(NamedTuple):
    """Days of a posting that a clock counts, does not count, or leaves open."""

    posting: Posting
    first: date
    until: date
    counts: Truth
    why: tuple[CountReason, ...]
    decided: ClassSpan | None
    at_start: bool
    planned: bool


def days_by_class(posting: Posting, spans: Sequence[ClassSpan]) -> list[ClassDays]:
    """Return the days of a posting cut where the class of its institution is another.

    Parameters
    ----------
    posting : Posting
        The posting.
    spans : sequence of ClassSpan
        Classes of its institution, in order; what they leave out has none.
    """
    day, until = posting.span.first, posting.span.until or NO_END
    found: list[ClassDays] = []
    at = bisect_right(spans, day, key=_first) - 1
    for span in spans[max(at, 0) :]:
        begins, ends = span.span.first, min(span.span.until or NO_END, until)
        if begins >= until:
            break
        if begins > day:
            found.append(ClassDays(day, begins, None))
            day = begins
        if ends > day:
            found.append(ClassDays(day, ends, span))
            day = ends
    if day < until:
        found.append(ClassDays(day, until, None))
    return found


def days_as_at_start(posting: Posting, spans: Sequence[ClassSpan], start: date) -> list[ClassDays]:
    """Return the same, but with the class that the institution had on the day `start`."""
    at = bisect_right(spans, start, key=_first) - 1
    held = spans[at] if at >= 0 and start in spans[at].span else None
    kept = held.class_id if held is not None else None
    return [
        ClassDays(d.first, d.until, held, d.decided is None or d.decided.class_id != kept)
        for d in days_by_class(posting, spans)
    ]


def _first(span: ClassSpan) -> date:
    return span.span.first


def first_days(postings: Sequence[Posting], across_end: AcrossEnd) -> list[date]:
    """Return from which day on each posting of a person goes on, the rows before it included.

    Rows that follow one another at one institution, of one status, are one posting, also with leave
    between them: whoever writes it as two rows does not make it begin twice.

    Parameters
    ----------
    postings : sequence of Posting
        Of one person, in the order of their first days.
    across_end : AcrossEnd
        Only where the first day is asked for is it looked for.
    """
    if across_end is AcrossEnd.EACH_DAY:
        return [posting.span.first for posting in postings]
    stays: dict[tuple[str, PostingStatus], tuple[date, date]] = {}
    found = []
    for posting in postings:
        first, until = posting.span.first, posting.span.until or NO_END
        if posting.status is PostingStatus.LEAVE:
            stays |= {k: (f, max(u, until)) for k, (f, u) in stays.items() if u >= first}
            found.append(first)
            continue
        key = (posting.institution, posting.status)
        before = stays.get(key)
        if before is not None and before[1] >= first:
            first, until = before[0], max(before[1], until)
        stays[key] = (first, until)
        found.append(first)
    return found


def judged_days(
    asked: ClockQuestion, posting: Posting, days: Sequence[ClassDays]
) -> list[JudgedDays]:
    """Return what a clock says of the days of a posting, each reason that keeps them out with it.

    Parameters
    ----------
    asked : ClockQuestion
        Clock, person and day.
    posting : Posting
        The posting.
    days : sequence of ClassDays
        Its days by class.
    """
    clock = asked.clock
    if posting.status not in clock.statuses:
        until, why = posting.span.until or NO_END, _why_no_service(clock, posting)
        whole = ClassDays(posting.span.first, until, None)
        return [_judged(asked, posting, whole, (why,))]
    hours = _hours(clock, posting)
    each_day = clock.licence_measured is LicenceMeasured.EACH_DAY
    asked_on = (clock.from_, asked.tomorrow, asked.anniversary if each_day else None)
    cuts = [cut for cut in asked_on if cut is not None]
    return [
        _judged(asked, posting, each, (*hours, *_class(clock, posting, each.decided)))
        for piece in days
        for each in _cut(piece, cuts)
    ]


def _judged(
    asked: ClockQuestion, posting: Posting, days: ClassDays, why: tuple[CountReason, ...]
) -> JudgedDays:
    begins = asked.clock.from_
    if begins is not None and days.first < begins and posting.status in asked.clock.statuses:
        why = (*why, CountReason.BEFORE)
    counts = Truth.MET
    if why:
        against = tuple(each for each in why if each not in _OPEN)
        counts, why = (Truth.NOT_MET, against) if against else (Truth.UNDETERMINED, why)
    planned = days.first >= asked.tomorrow
    return JudgedDays(
        posting, days.first, days.until, counts, why, days.decided, days.at_start, planned
    )


def _cut(days: ClassDays, cuts: Sequence[date]) -> list[ClassDays]:
    begins, until = days.first, days.until
    inner = [cut for cut in cuts if begins < cut < until]
    if not inner:
        return [days]
    inner = sorted(set(inner))
    ends = zip([days.first, *inner], [*inner, days.until], strict=True)
    return [days._replace(first=first, until=until) for first, until in ends]


def _why_no_service(clock: Clock, posting: Posting) -> CountReason:
    if posting.status is PostingStatus.LEAVE and clock.interrupted_by:
        if not posting.reason:
            return CountReason.REASON_OPEN
        if posting.reason in clock.interrupted_by:
            return CountReason.INTERRUPTION
    return CountReason.STATUS


def _hours(clock: Clock, posting: Posting) -> tuple[CountReason, ...]:
    if (asked := hours_asked(clock, posting)) is None:
        return ()
    if posting.hours is None:
        return (CountReason.HOURS_OPEN,)
    return (CountReason.HOURS,) if posting.hours < asked else ()


def hours_asked(clock: Clock, posting: Posting) -> float | None:
    """Return how many hours a week a clock asks of a posting; None where it asks none."""
    short = posting.short_hours and clock.short_hours is not None
    return clock.short_hours if short else clock.min_hours


def _class(clock: Clock, posting: Posting, decided: ClassSpan | None) -> tuple[CountReason, ...]:
    if not clock.asks_class(posting.status):
        return ()
    if decided is None:
        return (CountReason.CLASS_OPEN,)
    if decided.truth is Truth.UNDETERMINED:
        counted = {each in clock.counts for each in decided.may_be}
        if len(counted) != 1:  # nothing is known, or some of what it may be counts
            return (CountReason.CLASS_OPEN,)
        return () if True in counted else (CountReason.CLASS,)
    counts = decided.truth is Truth.MET and decided.class_id in clock.counts
    return () if counts else (CountReason.CLASS,)


def leave_for(
    postings: Sequence[Posting], reasons: Sequence[LeaveReason], *, unknown: bool = False
) -> list[tuple[date, date]]:
    """Return the days of leave for some reasons, in order; with `unknown` also without a reason."""
    return [
        (p.span.first, p.span.until or NO_END)
        for p in postings
        if p.status is PostingStatus.LEAVE and (p.reason in reasons or (unknown and not p.reason))
    ]
