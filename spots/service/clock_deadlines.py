"""The last day by which a sum must be reached, and how far stops put it off.

Stands apart: it counts days on which nothing is served.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from spots.service.calendar_months import SpanSum, later
from spots.service.clock_days import ClockQuestion
from spots.types.postings import Posting, PostingStatus
from spots.types.service_clocks import ClockDeadline, ClockFlag, ClockStop, DeadlineFrom, Months

_DAY = timedelta(days=1)
_STANDING = frozenset({PostingStatus.LEAVE, PostingStatus.STOP})


def deadline_of(
    asked: ClockQuestion, postings: Sequence[Posting]
) -> tuple[ClockDeadline | None, frozenset[ClockFlag]]:
    """Return the deadline of a clock for a person, and what a reader should see of it.

    A stop that begins when the deadline is over puts nothing off, and one without an end counts to
    the day that is asked about.

    Parameters
    ----------
    asked : ClockQuestion
        Clock, person and day.
    postings : sequence of Posting
        Of the person, in order.
    """
    clock = asked.clock
    first = min((p.span.first for p in postings), default=None)
    if clock.deadline_from is DeadlineFrom.LICENCE:
        first = asked.person.licensed
    if clock.deadline_months is None or first is None:
        return None, frozenset()
    ends = later(first, clock.deadline_months)
    stopping = _Stopping(clock.stop, ends, asked.days_per_month)
    known, running = stopping.through([p for p in postings if p.reason], asked.tomorrow)
    flags = {ClockFlag.STOP_CAPPED} if stopping.over else set()
    latest, running_too = stopping.through(postings, asked.tomorrow)
    flags |= {ClockFlag.STOP_RUNNING} if running or running_too else set()
    return (
        ClockDeadline(first, _later(ends, known) - _DAY, _later(ends, latest) - _DAY, known),
        frozenset(flags),
    )


class _Stopping:
    """How stops put a deadline off, which comes first of all without them."""

    def __init__(self, stops: Sequence[ClockStop], ends: date, days_per_month: int) -> None:
        self._stops, self._ends, self._days_per_month = stops, ends, days_per_month
        self.over = False  # whether more was stopped than may be

    def through(self, postings: Sequence[Posting], tomorrow: date) -> tuple[Months, bool]:
        """Return by how much the stops among postings put it off, and whether one has no end."""
        sums = {n: SpanSum(self._days_per_month) for n in range(len(self._stops))}
        so_far, running = Months(), False
        for posting in postings:
            group = self._group(posting)
            first = posting.span.first
            if group is None or first >= _later(self._ends, so_far):
                continue
            until = posting.span.until or max(tomorrow, first + _DAY)
            running |= posting.span.until is None
            sums[group].add(first, until)
            so_far = self._together(sums)
        return so_far, running

    def _group(self, posting: Posting) -> int | None:
        """Return which stop a posting is of; without a reason, of the one that lets most pass."""
        if posting.status not in _STANDING or not self._stops:
            return None
        if not posting.reason:
            caps = [each.at_most_months for each in self._stops]
            return caps.index(None) if None in caps else caps.index(max(c for c in caps if c))
        named = (n for n, each in enumerate(self._stops) if posting.reason in each.reasons)
        return next(named, None)

    def _together(self, sums: dict[int, SpanSum]) -> Months:
        halves = 0
        for group, each in sums.items():
            most = self._stops[group].at_most_months
            value = each.value
            if most is not None and value > Months(most):
                value, self.over = Months(most), True
            halves += value.in_halves(self._days_per_month)
        return Months.of_halves(halves, self._days_per_month)


def _later(day: date, stopped: Months) -> date:
    """Return a day put off by months and days: by no more than another month, however short."""
    months = later(day, stopped.months)
    return min(months + timedelta(days=stopped.days), later(day, stopped.months + 1))
