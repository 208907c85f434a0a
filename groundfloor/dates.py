"""Days as Japanese documents, spreadsheets and programs write them: one reading for every room."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from groundfloor.problems import Problem, Severity, Text, UsageError

# First year of each era minus one, so that era year 1 is the year of its beginning.
_ERA_BASE = {
    **dict.fromkeys(("令和", "令", "R"), 2018),
    **dict.fromkeys(("平成", "平", "H"), 1988),
    **dict.fromkeys(("昭和", "昭", "S"), 1925),
}
_YEAR = r"(?:(?P<era>令和|平成|昭和|[RHS令平昭])\.?(?P<era_year>元|\d{1,2})|(?P<year>[1-9]\d{3}))"
_PATTERN = re.compile(
    _YEAR + r"(?:(?:年|[./-])(?:(?P<month>\d{1,2})(?:(?:月|[./-])(?:(?P<day>\d{1,2})日?)?)?)?)?"
)
# Without marks between them month and day have two digits: 20241 and R641 could be several days.
_COMPACT = re.compile(
    r"(?:(?P<era>[RHS])(?P<era_year>\d{2})|(?P<year>[1-9]\d{3}))(?P<month>\d{2})(?P<day>\d{2})"
)
# The year in both notations, 令和6年(2024年)4月1日: both must mean the same day.
_BOTH_YEARS = re.compile(r"(?P<one>[^()]+?)年?\((?P<other>[^()]+?)年?\)年?(?P<rest>.*)")
# A census counts the people of 1 October, every five years (国勢調査令); it is known by its year.
_CENSUS = re.compile(r"(?P<year>[^()]+?)年?(?:\([^()]+\))?年?度?国勢調査(?:結果|人口)?")
_CENSUS_DAY = (10, 1)
_CENSUS_YEARS = 5
_YEARLY = re.compile(r"(?:毎年|--)?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?")
# What may stand behind a day without changing it: time of day, weekday, "as of".
_BEHIND = re.compile(
    r"""(?:
        (?:T|\s+|(?<=[日)]))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?
      | (?:午前|午後)?\d{1,2}時(?:\d{1,2}分(?:\d{1,2}秒)?)?
      | \([日月火水木金土祝休・曜]+\) | [日月火水木金土]曜日?
      | \((?:MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*\.?\)
      | 現在 | 時点 | 版
    )$""",
    re.VERBOSE,
)
_SERIAL = re.compile(r"(?P<days>\d{5})(?:\.\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)  # day 0 of Excel, whose 1900 has a 29 February
# 2000 to 2049: other numbers of five digits are more likely something else.
_SERIALS = range(36526, 54789)
#: What is said of a text that should be a day and is none, and how to mend it.
NO_DATE = Text("日付として読めません", "is not a date")
_LEFT_OUT = Text("日付として読めません（使いません）", "is not a date: left out")
HOW_TO_WRITE_A_DATE = Text(
    "2024-04-01、R6.4.1、令和6年4月1日 のように書いてください", "write it like 2024-04-01 or R6.4.1"
)
_HOW_YEARLY = Text(
    "2024-04-01、R6.4.1、毎年なら 12-01 のように書いてください",
    "write it like 2024-04-01 or R6.4.1, or 12-01 for every year",
)
_LEAP = 2000  # any leap year: 29 February is a day of every year


@dataclass(frozen=True, slots=True, order=True)
class YearlyDay:
    """A day of every year, such as the first of December.

    Parameters
    ----------
    month, day : int
        From 1; 29 February too.
    """

    month: int
    day: int

    def __str__(self) -> str:
        """Return it as ISO 8601 writes it: ``--12-01``."""
        return f"--{self.month:02d}-{self.day:02d}"


def day_of(text: str, *, whole: bool = False, serial: bool = False) -> date | None:
    """Return the day that `text` names; None when it names none.

    Understood are ISO dates, slashes and dots, ``YYYYMMDD``, ``R060401``, 年月日 and Japanese
    eras (令和, 平成, 昭和, their first characters and R, H, S), in full or half width, the year in
    both notations too (令和6年(2024年)4月1日). A time of day, a weekday or 現在 behind it does not
    count. A missing month or day is the first one. An era may run past its end or begin in its
    first January (``平成31年6月``, ``R1.4.1``): plans are written so, and the year is unambiguous.
    令和2年国勢調査 is its day, 1 October.

    Parameters
    ----------
    text : str
        What was written.
    whole : bool
        Whether year, month and day must all be there.
    serial : bool
        Whether it comes from a cell of a table, where Excel leaves 45383 for 2024-04-01 once the
        cell has lost its format (2000 to 2049). Nobody types such numbers.

    Examples
    --------
    >>> [str(day_of(t)) for t in ("R6.4.1現在", "令和元年５月１日", "2024/4/1(月) 9:00", "R060401")]
    ['2024-04-01', '2019-05-01', '2024-04-01', '2024-04-01']
    >>> day_of("平成31年3月"), day_of("平成31年3月", whole=True), day_of("来年")
    (datetime.date(2019, 3, 1), None, None)
    >>> str(day_of("令和2年国勢調査")), day_of("令和3年国勢調査")
    ('2020-10-01', None)
    >>> day_of("45383"), day_of("45383", serial=True)
    (None, datetime.date(2024, 4, 1))
    """
    bare = _bare(text)
    try:
        if census := _CENSUS.fullmatch(bare):
            return _census_day(census["year"])
        if both := _BOTH_YEARS.fullmatch(bare):
            days = {_day(f"{both[year]}年{both['rest']}", whole=whole) for year in ("one", "other")}
            return days.pop() if len(days) == 1 else None
        if serial and (found := _SERIAL.fullmatch(bare)) and int(found["days"]) in _SERIALS:
            return _SERIAL_ZERO + timedelta(days=int(found["days"]))
        return _day(bare, whole=whole)
    except ValueError:  # 30 February
        return None


def yearly_day_of(text: str) -> YearlyDay | None:
    """Return the day of every year that `text` names; None when it names none, or has a year.

    Examples
    --------
    >>> [str(yearly_day_of(t)) for t in ("12-01", "毎年12月1日", "--02-29", "2024-12-01", "13-01")]
    ['--12-01', '--12-01', '--02-29', 'None', 'None']
    """
    found = _YEARLY.fullmatch(_bare(text))
    if found is None:
        return None
    day = YearlyDay(int(found["month"]), int(found["day"]))
    try:
        date(_LEAP, day.month, day.day)
    except ValueError:
        return None
    return day


def parse_date(
    value: str | date, *, file: str = "", column: str | None = None, whole: bool = False
) -> date:
    """Return the day that a setting or an option names, as `day_of` reads it.

    Parameters
    ----------
    value : str or date
        What was written; a date is returned as it is.
    file, column : str, optional
        Where it was written, for the message.
    whole : bool
        Whether year, month and day must all be there.

    Raises
    ------
    UsageError
        The text is not a date, or no such day exists.

    Examples
    --------
    >>> parse_date("R6.4.1")
    datetime.date(2024, 4, 1)
    """
    if isinstance(value, date):
        # A datetime is a date with a time that no as-of date means.
        return date(value.year, value.month, value.day)
    day = day_of(value, whole=whole)
    if day is None:
        raise UsageError(no_date(value, file, column=column))
    return day


def no_date(
    value: str,
    file: str = "",
    row: int | None = None,
    column: str | None = None,
    *,
    severity: Severity = Severity.ERROR,
    yearly: bool = False,
) -> Problem:
    """Return the problem of a text that should be a day and is none.

    Parameters
    ----------
    value : str
        What was written.
    file, row, column : str or int, optional
        Where, as in a `Problem`.
    severity : Severity
        A warning where the day is only shown, and left out.
    yearly : bool
        Whether a day of every year would do as well.
    """
    message = NO_DATE if severity is Severity.ERROR else _LEFT_OUT
    remedy = _HOW_YEARLY if yearly else HOW_TO_WRITE_A_DATE
    return Problem("date-not-understood", severity, message, remedy, file, row, column, value)


def _bare(text: str) -> str:
    """Return `text` folded, without blanks and without what may stand behind a day."""
    bare = unicodedata.normalize("NFKC", text).strip().upper()
    while (shorter := _BEHIND.sub("", bare).rstrip()) != bare:
        bare = shorter
    return "".join(bare.split())


def _day(bare: str, *, whole: bool) -> date | None:
    found = _COMPACT.fullmatch(bare) or _PATTERN.fullmatch(bare)
    if found is None or (whole and not found["day"]):
        return None
    year = _year(found)
    return None if year is None else date(year, int(found["month"] or 1), int(found["day"] or 1))


def _census_day(year: str) -> date | None:
    first = _day(f"{year}年", whole=False)
    if first is None or first.year % _CENSUS_YEARS:
        return None
    return date(first.year, *_CENSUS_DAY)


def _year(found: re.Match[str]) -> int | None:
    if found["year"]:
        return int(found["year"])
    era_year = 1 if found["era_year"] == "元" else int(found["era_year"])
    return _ERA_BASE[found["era"]] + era_year if era_year else None
