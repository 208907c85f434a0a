"""Values of closures: what a file says, and what it does to a network on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from groundfloor.dates import YearlyDay
from groundfloor.problems import Problem

#: The first or last day of a closure: of one year, or of every year.
Day = date | YearlyDay


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed stretch or area.

    Parameters
    ----------
    name, reason : str
        As the file says.
    start, end : Day or None
        First and last day, both of one year or both of every year; None is open.
    geometry : shapely geometry
        Lines or areas, degrees.
    row : int
        Row in the file, from 1.
    """

    name: str
    reason: str
    start: Day | None
    end: Day | None
    geometry: BaseGeometry
    row: int

    @property
    def label(self) -> str:
        """A name for messages."""
        return self.name or f"#{self.row}"

    @property
    def period(self) -> str:
        """First and last day as text; empty when it always holds."""
        if self.start is None and self.end is None:
            return ""
        return f"{self.start or ''}/{self.end or ''}"

    def holds(self, on: date) -> bool:
        """Return whether it holds on a day."""
        return is_within(on, self.start, self.end)


def is_within(on: date, start: Day | None, end: Day | None) -> bool:
    """Return whether a day lies in a period, its first and last day included.

    Parameters
    ----------
    on : date
        The day.
    start, end : date, YearlyDay or None
        Both of one year or both of every year; None is open. A yearly period may run over New
        Year (12-01 to 03-31).

    Examples
    --------
    >>> winter = YearlyDay(12, 1), YearlyDay(3, 31)
    >>> [is_within(date(2025, m, 1), *winter) for m in (3, 4, 12)]
    [True, False, True]
    """
    today = YearlyDay(on.month, on.day)
    if isinstance(start, YearlyDay) and isinstance(end, YearlyDay):
        if start <= end:
            return start <= today <= end
        return today >= start or today <= end
    begun = start is None or (today >= start if isinstance(start, YearlyDay) else on >= start)
    return begun and (end is None or (today <= end if isinstance(end, YearlyDay) else on <= end))


@dataclass(frozen=True, slots=True)
class Closures:
    """What a file of closures says.

    Parameters
    ----------
    source : str
        File name.
    sha256 : str
        Hash of what it says: names, periods and geometry.
    rows : tuple of Closure
        In the order of the file.
    problems : tuple of Problem
        Warnings and notes.
    """

    source: str
    sha256: str
    rows: tuple[Closure, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """What one closure does to a network on a day.

    Parameters
    ----------
    name, reason, period : str
        Of the closure.
    holds : bool
        Whether it holds on that day; where it does not, it closes nothing.
    edges : int
        Edges it closes.
    km : float
        Their length.
    """

    name: str
    reason: str
    period: str
    holds: bool
    edges: int
    km: float

    @property
    def matched(self) -> bool:
        """Whether it closes any road."""
        return self.edges > 0


@dataclass(frozen=True, slots=True, eq=False)
class ClosedEdges:
    """The edges that are closed on a day.

    Parameters
    ----------
    mask : (E,) bool
        True where closed.
    rows : tuple of ClosedRow
        One per closure, in the order of the file.
    on : date
        The day.
    problems : tuple of Problem
        Closures that fit no road, and what is cut off.
    """

    mask: NDArray[np.bool_]
    rows: tuple[ClosedRow, ...]
    on: date
    problems: tuple[Problem, ...] = ()
