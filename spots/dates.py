"""Dates as Japanese documents write them; `spots.telling.units` writes them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from groundfloor.problems import Text, UsageError, error

# First year of each era minus one, so that era year 1 is the year of its beginning.
_ERA_BASE = {
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "R": 2018,
    "H": 1988,
    "S": 1925,
    "令": 2018,
    "平": 1988,
    "昭": 1925,
}
_PATTERN = re.compile(
    r"(?:(?P<era>令和|平成|昭和|[RHS令平昭])\.?(?P<era_year>元|\d{1,2})|(?P<year>\d{4}))"
    r"(?:(?:年|[./-])(?:(?P<month>\d{1,2})(?:(?:月|[./-])(?:(?P<day>\d{1,2})日?)?)?)?)?"
    r"(?:現在|時点|版)?"
)
# Without marks between them month and day have two digits: 20241 and R641 could be several days.
_COMPACT = re.compile(
    r"(?:(?P<era>[RHS])(?P<era_year>\d{2})|(?P<year>\d{4}))(?P<month>\d{2})(?P<day>\d{2})"
)


def parse_date(
    value: str | date, *, file: str = "", column: str | None = None, whole: bool = False
) -> date:
    """Return the day that `value` names.

    Understood are ISO dates, slashes and dots, ``YYYYMMDD``, ``R060401``, 年月日 and Japanese
    eras (令和, 平成, 昭和, their first characters and R, H, S), in full or half width. A missing
    month or day is the first one. An era may run past its end or begin in its first January
    (``平成31年6月``, ``R1.4.1``): plans are written so, and the year is unambiguous.

    Parameters
    ----------
    value : str or date
        What was written; a date is returned as it is.
    file, column : str, optional
        Where it was written, for the message.
    whole : bool
        Whether year, month and day must all be there.

    Returns
    -------
    date
        The day.

    Raises
    ------
    UsageError
        The text is not a date, or no such day exists.

    Examples
    --------
    >>> parse_date("R6.4.1")
    datetime.date(2024, 4, 1)
    >>> parse_date("令和元年５月１日")
    datetime.date(2019, 5, 1)
    >>> parse_date("平成31年3月")
    datetime.date(2019, 3, 1)
    """
    if isinstance(value, date):
        # A datetime is a date with a time that no as-of date means.
        return date(value.year, value.month, value.day)
    text = "".join(unicodedata.normalize("NFKC", value).split()).upper()
    try:
        return _day(_COMPACT.fullmatch(text) or _PATTERN.fullmatch(text), whole=whole)
    except ValueError:
        raise UsageError(
            error(
                "date-not-understood",
                Text("日付として読めません", "is not a date"),
                Text(
                    "2024-04-01、R6.4.1、令和6年4月1日 のように書いてください",
                    "write it like 2024-04-01 or R6.4.1",
                ),
                file=file,
                column=column,
                value=value,
            )
        ) from None


def _day(found: re.Match[str] | None, *, whole: bool) -> date:
    if found is None or (whole and not found["day"]):
        raise ValueError("no date")
    return date(_year(found), int(found["month"] or 1), int(found["day"] or 1))


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    era_year = 1 if found["era_year"] == "元" else int(found["era_year"])
    if era_year == 0:
        raise ValueError(found[0])
    return _ERA_BASE[found["era"]] + era_year
