"""Days and periods as staff write them."""

from __future__ import annotations

from datetime import date

from groundfloor.problems import Text

_ERA_BEGAN = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
)


def day_text(value: date | None) -> Text:
    """Return a day as staff write it: in Japanese by era; an open end is empty.

    Examples
    --------
    >>> day_text(date(2026, 4, 1)), day_text(date(2019, 5, 1)).ja
    (Text(ja='令和8年4月1日', en='2026-04-01'), '令和元年5月1日')
    >>> day_text(date(2019, 4, 30)).ja
    '平成31年4月30日'
    """
    if value is None:
        return Text("", "")
    rest = f"{value.month}月{value.day}日"
    for era, first in _ERA_BEGAN:
        if value >= first:
            year = value.year - first.year + 1
            return Text(f"{era}{'元' if year == 1 else year}年{rest}", value.isoformat())
    return Text(f"{value.year}年{rest}", value.isoformat())


def period_text(start: date | None, end: date | None) -> Text:
    """Return a period of validity; without ends it is open, without both empty.

    Examples
    --------
    >>> period_text(date(2024, 4, 1), date(2027, 3, 31)).ja
    '令和6年4月1日～令和9年3月31日'
    """
    if start is None and end is None:
        return Text("", "")
    ends = day_text(start), day_text(end)
    return Text("～".join(e.ja for e in ends), " to ".join(e.en or "..." for e in ends))
