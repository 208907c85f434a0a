"""The one place where milliseconds become minutes for people.

A verdict compares integer milliseconds. What people read is cut off, never rounded, so that a
time shown as 30.0 is at least 30 minutes and 29.97 is shown as 29.9.
"""

from __future__ import annotations

MS_PER_MINUTE = 60_000


def ms_from_minutes(minutes: float) -> int:
    """Return whole milliseconds for `minutes` of a setting.

    Examples
    --------
    >>> ms_from_minutes(30)
    1800000
    """
    return round(minutes * MS_PER_MINUTE)


def format_minutes(travel_ms: int, decimals: int = 1) -> str:
    """Return minutes cut off (towards minus infinity) to `decimals` places.

    Examples
    --------
    >>> format_minutes(1_798_200), format_minutes(1_800_000), format_minutes(-1)
    ('29.9', '30.0', '-0.1')
    """
    step = MS_PER_MINUTE // 10**decimals
    units = travel_ms // step
    sign = "-" if units < 0 else ""
    whole, part = divmod(abs(units), 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"


def format_margin(margin_ms: int) -> str:
    """Return a margin in minutes with its sign, cut off like `format_minutes`.

    Examples
    --------
    >>> format_margin(0), format_margin(125_000), format_margin(-1_800)
    ('+0.0', '+2.0', '-0.1')
    """
    text = format_minutes(margin_ms)
    return text if text.startswith("-") else f"+{text}"
