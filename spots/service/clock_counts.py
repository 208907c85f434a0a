"""What the days that count come to: added up, or by the best unbroken stretch there is.

Each way is a pure function of the days, asked twice: of those that count for sure, and of those
with all that is open. More days never come to less, so that the truth lies between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from spots.service.calendar_months import SpanSum, first_enough, later
from spots.service.clock_days import NO_END, ClockQuestion, JudgedDays
from spots.types.service_clocks import ClockCap, ClockFlag, LicenceMeasured, Months, Route

_DAY = timedelta(days=1)
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Count:
    """What days come to.

    Parameters
    ----------
    route : Route
        By which way.
    total : Months
        By the day that is asked about.
    reached : date or None
        The day up to which, without it, the clock is fulfilled; None where it is not.
    chosen : tuple or None
        Institution, empty for all of them, first day and end of what is counted; None for
        everything.
    flags : frozenset of ClockFlag
        What a reader should see.
    """

    route: Route
    total: Months
    reached: date | None
    chosen: tuple[str, date, date] | None
    flags: frozenset[ClockFlag] = frozenset()


class CappedSum:
    """How long days are together where some statuses count so much at most."""

    __slots__ = ("_caps", "_days_per_month", "_sums")

    def __init__(self, caps: Sequence[ClockCap], days_per_month: int) -> None:
        self._caps = caps
        self._days_per_month = days_per_month
        self._sums: dict[int, SpanSum] = {}

    def add(self, days: JudgedDays) -> None:
        """Add days; they come in the order of their first."""
        self._sum_of(self._group(days)).add(days.first, days.until)

    @property
    def halves(self) -> int:
        """The half days, of each capped status as many as count."""
        if not self._caps:
            return sum(each.halves for each in self._sums.values())
        return sum(self._capped(group, each.halves) for group, each in self._sums.items())

    @property
    def value(self) -> Months:
        """The same in months and days."""
        return Months.of_halves(self.halves, self._days_per_month)

    @property
    def capped(self) -> bool:
        """Whether there is more of a status than counts."""
        return any(self._capped(g, each.halves) < each.halves for g, each in self._sums.items())

    def with_days(self, days: JudgedDays, until: date) -> int:
        """Return what its half days would be with days, up to `until`."""
        group = self._group(days)
        mine = self._sum_of(group)
        others = self.halves - self._capped(group, mine.halves)
        return others + self._capped(group, mine.with_span(days.first, until))

    def _sum_of(self, group: int) -> SpanSum:
        if group not in self._sums:
            self._sums[group] = SpanSum(self._days_per_month)
        return self._sums[group]

    def _group(self, days: JudgedDays) -> int:
        if not self._caps:
            return -1
        status = days.posting.status
        return next((n for n, cap in enumerate(self._caps) if status in cap.statuses), -1)

    def _capped(self, group: int, halves: int) -> int:
        if group < 0:
            return halves
        most = Months(self._caps[group].at_most_months)
        return min(halves, most.in_halves(self._days_per_month))


def summed(asked: ClockQuestion, served: Sequence[JudgedDays]) -> Count:
    """Return what days come to that are all added up.

    Parameters
    ----------
    asked : ClockQuestion
        Clock, person and day.
    served : sequence of JudgedDays
        Days that count, in order.
    """
    found = CappedSum(asked.clock.cap, asked.days_per_month)
    total, reached, capped, needs = 0, None, False, asked.needs
    for n, days in enumerate(served):
        found.add(days)
        halves = found.halves
        if reached is None and halves >= needs:
            reached = _reached(asked, served[:n], days)
        if not days.planned:
            total, capped = halves, found.capped
    flags = frozenset({ClockFlag.CAPPED}) if capped else frozenset()
    return Count(Route.SUM, Months.of_halves(total, asked.days_per_month), reached, None, flags)


def _reached(asked: ClockQuestion, before: Sequence[JudgedDays], days: JudgedDays) -> date:
    """Return up to which day it is enough, with days that make it so."""
    found = CappedSum(asked.clock.cap, asked.days_per_month)
    for each in before:
        found.add(each)
    return first_enough(
        days.first,
        _far_enough(asked, days.first, days.until),
        lambda until: found.with_days(days, until) >= asked.needs,
    )


def _far_enough(asked: ClockQuestion, first: date, until: date) -> date:
    """Return a day by which days make what is needed, if ever: not all that an open end has."""
    return min(until, later(first, asked.clock.needs_months + 1))


def continuous(
    asked: ClockQuestion,
    served: Sequence[JudgedDays],
    leave: Sequence[Span],
    anniversary: date | None,
) -> Count:
    """Return what days come to that must be unbroken at one institution.

    The best stretch counts: one that is unbroken, or several with leave between them. Years after
    the licence all of them are put together.

    Parameters
    ----------
    asked : ClockQuestion
        Clock, person and day.
    served : sequence of JudgedDays
        Days that count, in order.
    leave : sequence of tuple of date
        Days of leave that break nothing, in order.
    anniversary : date or None
        The day on which these years are over; None where it does not matter or nobody knows.
    """
    ways = [_chained(asked, *chain) for chain in _chains(served, leave)]
    if anniversary is not None:
        ways.append(_put_together(asked, served, anniversary))
    reached = min((w.reached for w in ways if w.reached is not None), default=None)
    if reached is not None and reached <= asked.tomorrow:
        best = next(w for w in ways if w.reached == reached)
        return replace(best, flags=best.flags - _NOT_YET)
    # Before the anniversary nothing is put together yet, however much there is.
    over = anniversary is not None and anniversary < asked.tomorrow
    now = [w for w in ways if over or w.route is not Route.INTERMITTENT]
    best = max(now, key=lambda w: w.total, default=Count(Route.CONTINUOUS, Months(), None, None))
    flags = frozenset(flag for w in ways for flag in w.flags)
    return replace(best, reached=reached, flags=flags)


_EXACTLY = frozenset({ClockFlag.EXACTLY})
_NOT_YET = _EXACTLY | {ClockFlag.LICENCE_TOO_SHORT}


def _chains(
    served: Sequence[JudgedDays], leave: Sequence[Span]
) -> Iterator[tuple[str, list[Span]]]:
    """Yield stretches at one institution with nothing but leave between them."""
    by_institution: dict[str, list[Span]] = {}
    for days in served:
        spans = by_institution.setdefault(days.posting.institution, [])
        if spans and days.first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], days.until))
        else:
            spans.append((days.first, days.until))
    for institution, spans in by_institution.items():
        chain = spans[:1]
        for before, span in pairwise(spans):
            if not _covered(before[1], span[0], leave):
                yield institution, chain
                chain = []
            chain.append(span)
        yield institution, chain


def _covered(first: date, until: date, spans: Sequence[Span]) -> bool:
    """Return whether all days from `first` up to `until` lie in spans, which are in order."""
    for begins, ends in spans:
        if begins <= first < ends:
            first = ends
    return first >= until


def _chained(asked: ClockQuestion, institution: str, spans: Sequence[Span]) -> Count:
    """Return what a stretch comes to, or several with leave between them."""
    # With leave between them, more is needed than the months: half a day more, since no less is.
    more = asked.needs + asked.clock.exceed
    found = SpanSum(asked.days_per_month)
    total, reached, met_alone = 0, [], False
    for n, (first, until) in enumerate(spans):
        alone = later(first, asked.clock.needs_months)
        ends = _far_enough(asked, first, until)
        if alone <= until:
            reached.append(alone)
        if n and found.with_span(first, ends) >= more:
            reached.append(_chain_reached(found, first, ends, more))
        if first < asked.tomorrow:
            total = found.with_span(first, min(until, asked.tomorrow))
            met_alone |= alone <= min(until, asked.tomorrow)
        found.add(first, until)
    broken = len(spans) > 1 and spans[1][0] < asked.tomorrow
    exactly = broken and asked.clock.exceed and total == asked.needs and not met_alone
    return Count(
        Route.INTERRUPTED if broken and not met_alone else Route.CONTINUOUS,
        Months.of_halves(total, asked.days_per_month),
        min(reached, default=None),
        (institution, spans[0][0], spans[-1][1]),
        _EXACTLY if exactly else frozenset(),
    )


def _chain_reached(found: SpanSum, first: date, ends: date, more: int) -> date:
    return first_enough(first, ends, lambda until: found.with_span(first, until) >= more)


def _put_together(asked: ClockQuestion, served: Sequence[JudgedDays], anniversary: date) -> Count:
    """Return what all days come to, years after the licence."""
    late = [d._replace(first=max(d.first, anniversary)) for d in served if d.until > anniversary]
    after = summed(asked, late)
    if asked.clock.licence_measured is LicenceMeasured.EACH_DAY:
        return replace(after, route=Route.INTERMITTENT, chosen=("", anniversary, NO_END))
    found = summed(asked, served)
    reached = None if found.reached is None else max(found.reached, anniversary + _DAY)
    flags = set()
    needs = Months(asked.clock.needs_months)
    if found.total >= needs:
        if anniversary >= asked.tomorrow:
            flags.add(ClockFlag.LICENCE_TOO_SHORT)
        elif after.total < needs:
            flags.add(ClockFlag.BEFORE_ANNIVERSARY)
    return replace(found, route=Route.INTERMITTENT, reached=reached, flags=frozenset(flags))
