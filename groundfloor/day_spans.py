"""Spans of whole days, half open: from a first day up to, and without, another.

A plan says 「2024年4月1日から2027年3月31日まで」, with its last day; two such spans meet where the
last day of one is the eve of the other's first. Half open, they meet in one day, and nothing
counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from groundfloor.problems import Text, UsageError, error

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Whole days, from `first` up to the day before `until`; never empty.

    Parameters
    ----------
    first : date
        The first day.
    until : date or None
        The first day that is not in it any more; None where it has no end.

    Raises
    ------
    UsageError
        It would hold no day.
    """

    first: date
    until: date | None = None

    def __post_init__(self) -> None:
        """Refuse an empty span."""
        if self.until is not None and self.until <= self.first:
            raise UsageError(
                error(
                    "span-empty",
                    Text("期間の終わりが始まりより前です", "a period ends before it begins"),
                    Text("開始日と終了日を確かめてください", "check its first and last day"),
                    value=f"{self.first.isoformat()} – {(self.until - _DAY).isoformat()}",
                )
            )

    @classmethod
    def through(cls, first: date, last: date | None) -> DaySpan:
        """Return the days from `first` to `last`, which is one of them; None for no end."""
        return cls(first, None if last is None else last + _DAY)

    @property
    def last(self) -> date | None:
        """The last day in it, as plans and forms write it; None where it has no end."""
        return None if self.until is None else self.until - _DAY

    @property
    def days(self) -> int | None:
        """How many days it has; None where it has no end."""
        return None if self.until is None else (self.until - self.first).days

    def __contains__(self, day: date) -> bool:
        """Return whether a day is in it."""
        return self.first <= day and (self.until is None or day < self.until)

    def __and__(self, other: DaySpan) -> DaySpan | None:
        """Return the days that are in both; None where there is none."""
        first = max(self.first, other.first)
        ends = [end for end in (self.until, other.until) if end is not None]
        until = min(ends, default=None)
        return None if until is not None and until <= first else DaySpan(first, until)

    def without(self, other: DaySpan) -> tuple[DaySpan, ...]:
        """Return the days that are not in `other`: no, one or two spans.

        Examples
        --------
        >>> year = DaySpan(date(2024, 4, 1), date(2025, 4, 1))
        >>> [str(each.last) for each in year.without(DaySpan(date(2024, 10, 1)))]
        ['2024-09-30']
        """
        if (shared := self & other) is None:
            return (self,)
        before = (DaySpan(self.first, shared.first),) if self.first < shared.first else ()
        goes_on = shared.until is not None and (self.until is None or shared.until < self.until)
        return (*before, DaySpan(shared.until, self.until)) if goes_on and shared.until else before


def pieces(spans: Iterable[DaySpan], cuts: Iterable[date]) -> Iterator[DaySpan]:
    """Cut spans at the beginning of days.

    Parameters
    ----------
    spans : iterable of DaySpan
        The spans.
    cuts : iterable of date
        Days that begin a piece of whichever span they are in.

    Examples
    --------
    >>> [str(each.first) for each in pieces([DaySpan(date(2024, 4, 1))], [date(2025, 4, 1)])]
    ['2024-04-01', '2025-04-01']
    """
    ordered = sorted(set(cuts))
    for span in spans:
        inner = [day for day in ordered if day in span and day != span.first]
        starts = [span.first, *inner]
        for first, until in zip(starts, [*inner, span.until], strict=True):
            yield DaySpan(first, until)
