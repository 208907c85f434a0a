"""Dates of closures: a day, or a day of every year, in the ways that offices write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

# 昭和, 平成, 令和: the year before the first of each era.
_ERAS = {"S": 1925, "昭和": 1925, "H": 1988, "平成": 1988, "R": 2018, "令和": 2018}
_FULL = re.compile(
    r"(?:(昭和|平成|令和|[SHR])\s*)?(元|\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEARLY = re.compile(r"(?:毎年\s*|--)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"[T ]\s*\d{1,2}:\d{2}.*$|\s*[(（][日月火水木金土祝・]+[)）]$")
_LEAP = 2000  # any leap year: 29 February is a day of every year here
_SHORTEST_YEAR = 1000  # below it a year needs an era


@dataclass(frozen=True, slots=True)
class Day:
    """A day; ``year`` None means of every year."""

    year: int | None
    month: int
    day: int

    def __str__(self) -> str:
        """Return ISO text; a day of every year is ``--12-01``."""
        head = "-" if self.year is None else f"{self.year:04d}"
        return f"{head}-{self.month:02d}-{self.day:02d}"


def parse_day(text: str) -> Day | None:
    """Return the day that `text` names; None when it names none.

    ISO dates, with slashes or points, 2024年12月1日, eight digits, 令和 (R6.12.1, 令和元年5月1日)
    and earlier eras; without a year (12-01, 12月1日, 毎年12月1日) it is a day of every year. A time
    of day behind it does not count.

    Examples
    --------
    >>> [str(parse_day(t)) for t in ("2024-12-01", "R6.12.1", "令和元年5月1日", "毎年12月1日")]
    ['2024-12-01', '2024-12-01', '2019-05-01', '--12-01']
    >>> parse_day("13-01"), parse_day("soon")
    (None, None)
    """
    plain = _TIME.sub("", unicodedata.normalize("NFKC", text).strip()).strip()
    if match := _FULL.fullmatch(plain):
        era, written, month, day = match.groups()
        year = 1 if written == "元" else int(written)
        if era is None and (written == "元" or year < _SHORTEST_YEAR):
            return None
        first = 0 if era is None else _ERAS[era.upper()]
        return _day(first + year, int(month), int(day))
    if match := _DIGITS.fullmatch(plain):
        return _day(*(int(part) for part in match.groups()))
    if match := _YEARLY.fullmatch(plain):
        found = _day(_LEAP, int(match[1]), int(match[2]))
        return None if found is None else Day(None, found.month, found.day)
    return None


def _day(year: int, month: int, day: int) -> Day | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return Day(year, month, day)


def is_within(on: date, start: Day | None, end: Day | None) -> bool:
    """Return whether a day lies in a period, its first and last day included.

    Parameters
    ----------
    on : date
        The day.
    start, end : Day or None
        Both of one year or both of every year; None is open. A yearly period may run over New
        Year (12-01 to 03-31).

    Examples
    --------
    >>> winter = parse_day("12-01"), parse_day("03-31")
    >>> [is_within(date(2025, m, 1), *winter) for m in (3, 4, 12)]
    [True, False, True]
    """
    if start is not None and end is not None and start.year is None:
        today, first, last = (on.month, on.day), _of_year(start), _of_year(end)
        if first <= last:
            return first <= today <= last
        return today >= first or today <= last
    after = start is None or on >= date(start.year or on.year, start.month, start.day)
    return after and (end is None or on <= date(end.year or on.year, end.month, end.day))


def _of_year(day: Day) -> tuple[int, int]:
    return day.month, day.day
