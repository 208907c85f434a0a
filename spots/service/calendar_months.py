"""Months and days by the calendar, in whole days: how long a span is, and several together.

A month ends on the eve of the day that corresponds to its first in the month after, and on the
last day of that month where it lacks such a day (民法143条2項). The first day counts, since a
posting begins with it (民法140条ただし書). Spans that touch are one.

Spans apart are added, and days over months carried at so many a month, as public service is
counted: 30, though 30 of a month that has 31 stay short of one. Together they are never more than
the time without the gaps between them would be. Else a day more could make less: from 2026-01-20 to
01-30 and all of February are a month and 11 days, and with 01-31 between them the calendar says a
month and 9 days.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from groundfloor.day_spans import DaySpan
from spots.types.service_clocks import Months

_YEAR, _FEBRUARY = 12, 2
#: Time with a longer gap in it is always less than the whole, so that nobody need ask: months in a
#: row are never more than three days off their mean length, on either side of the gap and together.
_UNEVEN_DAYS = 12


def later(day: date, months: int) -> date:
    """Return the day on which so many months from `day` on are over: the first after them.

    Examples
    --------
    >>> str(later(date(2025, 4, 1), 6)), str(later(date(2025, 8, 31), 6))
    ('2025-10-01', '2026-03-01')
    """
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    try:
        return date(year, month + 1, day.day)
    except ValueError:  # that month lacks the day and ends with its last; December lacks none
        return date(year, month + 2, 1)


def months_between(first: date, until: date) -> Months:
    """Return the calendar months and the days over from `first` up to, without, `until`.

    Examples
    --------
    >>> months_between(date(2025, 4, 1), date(2025, 9, 30))
    Months(months=5, days=29)
    >>> months_between(date(2026, 1, 31), date(2026, 3, 1))
    Months(months=1, days=0)
    """
    whole = (until.year - first.year) * _YEAR + until.month - first.month
    if until.day >= first.day:
        return Months(whole, until.day - first.day)
    # The last whole month ended in the month before, or with it where it lacks the day.
    before = _length(until.year, until.month - 1) if until.month > 1 else _LENGTHS[-1]
    return Months(whole - 1, max(before - first.day, -1) + until.day)


_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _length(year: int, month: int) -> int:
    return _LENGTHS[month - 1] + (month == _FEBRUARY and isleap(year))


class SpanSum:
    """How long spans are together, which are handed over in the order of their first days.

    Parameters
    ----------
    days_per_month : int
        How many days of spans apart are a month: 30 or 31. With fewer, the day that completes a
        month would make less.

    Examples
    --------
    >>> found = SpanSum(30)
    >>> found.add(date(2025, 4, 1), date(2025, 7, 1))
    >>> found.add(date(2025, 10, 1), date(2025, 12, 31))
    >>> found.value
    Months(months=5, days=30)
    """

    __slots__ = ("_firsts", "_until", "days_per_month", "halves")

    def __init__(self, days_per_month: int) -> None:
        self.days_per_month = days_per_month
        #: The half days: the least that spans make, whichever short gaps count as filled.
        self.halves = 0
        # Of spans with short gaps between them the first days, each with the half days before it.
        self._firsts: list[tuple[date, int]] = []
        self._until = date.min

    def add(self, first: date, until: date) -> None:
        """Add the days from `first` up to, without, `until`."""
        self._firsts = self._firsts_with(first)
        self._until = max(self._until, until)
        self.halves = _least(self._firsts, self._until, self.days_per_month)

    def with_span(self, first: date, until: date) -> int:
        """Return what its half days would be with the days from `first` up to `until`."""
        firsts, ends = self._firsts_with(first), max(self._until, until)
        return _least(firsts, ends, self.days_per_month)

    def _firsts_with(self, first: date) -> list[tuple[date, int]]:
        if self._firsts and first <= self._until:
            return self._firsts
        far = (first - self._until).days > _UNEVEN_DAYS
        return [*(() if far else self._firsts), (first, self.halves)]

    @property
    def value(self) -> Months:
        """The months and days; of one span alone as the calendar has them."""
        return Months.of_halves(self.halves, self.days_per_month)


def _least(firsts: Sequence[tuple[date, int]], until: date, days_per_month: int) -> int:
    if len(firsts) == 1:  # as nearly always
        first, before = firsts[0]
        return before + months_between(first, until).in_halves(days_per_month)
    return min(
        before + months_between(first, until).in_halves(days_per_month) for first, before in firsts
    )


def first_enough(first: date, until: date, enough: Callable[[date], bool]) -> date:
    """Return the first day, after `first`, for which something holds.

    Parameters
    ----------
    first, until : date
        It holds for `until`, and where it holds for a day, for every later one.
    enough : callable
        Whether it holds.
    """
    low, high = first.toordinal(), until.toordinal()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(date.fromordinal(middle)) else (middle, high)
    return date.fromordinal(high)


def length(span: DaySpan) -> Months | None:
    """Return how long a span is by the calendar; None where it has no end."""
    return None if span.until is None else months_between(span.first, span.until)


def total(spans: Iterable[tuple[date, date]], days_per_month: int) -> Months:
    """Return how long spans are together, in whatever order; see `SpanSum`."""
    found = SpanSum(days_per_month)
    for first, until in sorted(spans):
        found.add(first, until)
    return found.value
