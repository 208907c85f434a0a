"""The one place where milliseconds become minutes for people.

A verdict compares integer milliseconds. What people read is cut off, never rounded, so that a
time shown as 30.0 is at least 30 minutes and 29.97 is shown as 29.9.
"""

from __future__ import annotations

from decimal import Decimal

from groundfloor.problems import Lang

MS_PER_MINUTE = 60_000
_DECIMALS = 2
# 10 ** -5 min is 0.6 ms: at five decimals no two whole milliseconds print alike.
_FINEST = 5


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
    return f"{floor_minutes(travel_ms, decimals):f}"


def format_margin(margin_ms: int) -> str:
    """Return a margin in minutes with its sign, cut off like `format_minutes`.

    Examples
    --------
    >>> format_margin(0), format_margin(125_000), format_margin(-1_800)
    ('+0.0', '+2.0', '-0.1')
    """
    text = format_minutes(margin_ms)
    return text if text.startswith("-") else f"+{text}"


def floor_minutes(ms: int, decimals: int = _DECIMALS) -> Decimal:
    """Return `ms` in minutes, rounded down to `decimals`.

    Examples
    --------
    >>> floor_minutes(1_799_999), floor_minutes(1_800_000), floor_minutes(-1)
    (Decimal('29.99'), Decimal('30.00'), Decimal('-0.01'))
    """
    return Decimal(ms * 10**decimals // MS_PER_MINUTE).scaleb(-decimals)


def shown_minutes(ms: int, threshold_ms: int | None = None) -> Decimal:
    """Return minutes to print, on the same side of the threshold as `ms`.

    Two decimals, more only where a threshold that is not a multiple of 0.01 min needs them.

    Parameters
    ----------
    ms : int
        Milliseconds.
    threshold_ms : int or None
        The threshold it is compared with.

    Returns
    -------
    Decimal
        Minutes, rounded down.

    Examples
    --------
    >>> shown_minutes(1_798_200, 1_800_000)
    Decimal('29.97')
    >>> shown_minutes(1_800_000, 1_800_001)
    Decimal('30.00000')
    """
    decimals = _DECIMALS
    if threshold_ms is not None and ms < threshold_ms:
        while decimals < _FINEST and not (
            floor_minutes(ms, decimals) < floor_minutes(threshold_ms, decimals)
        ):
            decimals += 1
    return floor_minutes(ms, decimals)


def clock(ms: int, lang: Lang = Lang.JA) -> str:
    """Return exact minutes and seconds in words.

    Examples
    --------
    >>> clock(1_798_200), clock(1_800_000, Lang.EN), clock(-1_800)
    ('29分58.2秒', '30 min 0 s', '-0分1.8秒')
    """
    minutes, rest = divmod(abs(ms), MS_PER_MINUTE)
    seconds = f"{rest // 1000}.{rest % 1000:03d}".rstrip("0").rstrip(".")
    sign = "-" if ms < 0 else ""
    return (
        f"{sign}{minutes}分{seconds}秒" if lang is Lang.JA else f"{sign}{minutes} min {seconds} s"
    )
