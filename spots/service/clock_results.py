"""What a clock says of a person, put together: the range, what is missing, and every posting.

Stands apart: it picks nothing and counts nothing that was not counted before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from groundfloor.day_spans import DaySpan
from spots.service.calendar_months import SpanSum
from spots.service.clock_counts import CappedSum, Count
from spots.service.clock_days import NO_END, ClockQuestion, JudgedDays
from spots.types.service_clocks import (
    ClassMonths,
    ClockDeadline,
    ClockFlag,
    ClockResult,
    CountReason,
    Months,
    Route,
    ServicePiece,
)
from spots.types.verdicts import Truth

_DAY = timedelta(days=1)


def result_of(
    asked: ClockQuestion,
    days: Sequence[JudgedDays],
    counts: tuple[Count, Count],
    deadline: tuple[ClockDeadline | None, frozenset[ClockFlag]],
) -> ClockResult:
    """Return what a clock says of a person.

    Parameters
    ----------
    asked : ClockQuestion
        Clock, person and day.
    days : sequence of JudgedDays
        All days of all postings, in order.
    counts : tuple of Count
        What those come to that count for sure, and with all that is open.
    deadline : tuple
        The deadline, and what a reader should see of it.
    """
    sure, most = counts
    marked = [_marked(each, sure, most) for each in days]
    truth = _truth(sure, most, asked.tomorrow)
    fulfilled, possibly = (None if c.reached is None else c.reached - _DAY for c in counts)
    flags = {*sure.flags, *deadline[1], *_flags(asked, truth, marked)}
    if _is_late(deadline[0], fulfilled, asked.tomorrow):
        flags.add(ClockFlag.AFTER_DEADLINE)
    return ClockResult(
        person=asked.person.person,
        clock=asked.clock,
        truth=truth,
        route=sure.route,
        at_least=sure.total,
        at_most=most.total,
        missing=_missing(asked, sure),
        missing_at_least=_missing(asked, most),
        classes=_by_class(marked, asked.days_per_month),
        fulfilled=fulfilled,
        possibly=possibly,
        deadline=deadline[0],
        flags=tuple(flag for flag in ClockFlag if flag in flags),
        pieces=tuple(_pieces(asked, marked)),
    )


def _truth(sure: Count, most: Count, tomorrow: date) -> Truth:
    if sure.reached is not None and sure.reached <= tomorrow:
        return Truth.MET
    possible = most.reached is not None and most.reached <= tomorrow
    return Truth.UNDETERMINED if possible else Truth.NOT_MET


def _marked(days: JudgedDays, sure: Count, most: Count) -> JudgedDays:
    """Return days as they count beside all others: not what stands apart from the best stretch."""
    if days.counts is Truth.NOT_MET:
        return days
    if days.counts is Truth.MET and _is_in(days, sure):
        return days
    if not _is_in(days, most):
        return days._replace(counts=Truth.NOT_MET, why=(*days.why, CountReason.APART))
    why = days.why if days.counts is Truth.UNDETERMINED else (CountReason.APART,)
    return days._replace(counts=Truth.UNDETERMINED, why=why)


def _is_in(days: JudgedDays, count: Count) -> bool:
    if count.chosen is None:
        return True
    institution, first, until = count.chosen
    return institution in {"", days.posting.institution} and first <= days.first < until


def _missing(asked: ClockQuestion, count: Count) -> Months:
    """Return what is still needed: a day at least, and one more where it must be exceeded."""
    if count.reached is not None and count.reached <= asked.tomorrow:
        return Months()
    a_month = asked.days_per_month
    left = asked.needs - count.total.in_halves(a_month)
    left += 2 * (count.route is Route.INTERRUPTED and asked.clock.exceed)
    return Months.of_halves(max(left + left % 2, 2), a_month)


def _by_class(days: Sequence[JudgedDays], days_per_month: int) -> tuple[ClassMonths, ...]:
    """Return the months by class that count by the day that is asked about."""
    by_class: dict[str, list[JudgedDays]] = {}
    for each in days:
        if each.counts is not Truth.NOT_MET and not each.planned:
            name = each.decided.class_id if each.decided is not None else ""
            by_class.setdefault(name, []).append(each)
    found = []
    for name in sorted(by_class):
        most = _months(by_class[name], days_per_month)
        sure = [each for each in by_class[name] if each.counts is Truth.MET]
        least = most if len(sure) == len(by_class[name]) else _months(sure, days_per_month)
        found.append(ClassMonths(name, least, most))
    return tuple(found)


def _months(days: Sequence[JudgedDays], days_per_month: int) -> Months:
    found = SpanSum(days_per_month)
    for each in days:
        found.add(each.first, each.until)
    return found.value


def _flags(asked: ClockQuestion, truth: Truth, days: Sequence[JudgedDays]) -> Iterator[ClockFlag]:
    clock = asked.clock
    if truth is Truth.UNDETERMINED and clock.licence_years and asked.person.licensed is None:
        yield ClockFlag.LICENCE_UNKNOWN
    outside: dict[int, set[bool]] = {}
    for each in days:
        status = each.posting.status
        if status not in clock.statuses or not clock.asks_class(status):
            continue
        if CountReason.CLASS_OPEN not in each.why:
            outside.setdefault(each.posting.row, set()).add(CountReason.CLASS in each.why)
        if each.at_start:
            yield ClockFlag.ACROSS_END
    if any(len(found) > 1 for found in outside.values()):
        yield ClockFlag.ACROSS_END


def _is_late(deadline: ClockDeadline | None, fulfilled: date | None, tomorrow: date) -> bool:
    if deadline is None:
        return False
    return (tomorrow if fulfilled is None else fulfilled + _DAY) > deadline.last + _DAY


def _pieces(asked: ClockQuestion, days: Sequence[JudgedDays]) -> Iterator[ServicePiece]:
    """Yield every posting's days, with what there is by their end."""
    least = _running(asked, days, (Truth.MET,))
    most = least
    if any(each.counts is Truth.UNDETERMINED for each in days):
        most = _running(asked, days, (Truth.MET, Truth.UNDETERMINED))
    for each, total, at_most in zip(days, least, most, strict=True):
        until = None if each.until == NO_END else each.until
        yield ServicePiece(
            each.posting,
            DaySpan(each.first, until),
            each.counts,
            each.why,
            each.decided,
            each.at_start,
            each.planned,
            total,
            at_most,
        )


def _running(
    asked: ClockQuestion, days: Sequence[JudgedDays], counted: tuple[Truth, ...]
) -> list[Months]:
    """Return what there is after each of the days; of those without an end nothing is added."""
    found = CappedSum(asked.clock.cap, asked.days_per_month)
    total, totals = Months(), []
    for each in days:
        if each.counts in counted and each.until != NO_END:
            found.add(each)
            total = found.value
        totals.append(total)
    return totals
