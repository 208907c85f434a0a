"""Milliseconds shown as minutes without ever crossing the threshold by rounding.

Half a minute of rounding would print ``30.0`` for a hospital that is 29.97 minutes away and fails
the criterion. So minutes are always rounded *down*, times and thresholds alike: what is below
the threshold stays below it in print, what is at or above it stays there.
"""

from __future__ import annotations

from decimal import Decimal

from problems import Lang

_MS_PER_MINUTE = 60_000
_DECIMALS = 2
# 10 ** -5 min is 0.6 ms: at five decimals no two whole milliseconds print alike.
_FINEST = 5


def floor_minutes(ms: int, decimals: int = _DECIMALS) -> Decimal:
    """Return `ms` in minutes, rounded down to `decimals`.

    Examples
    --------
    >>> floor_minutes(1_799_999), floor_minutes(1_800_000), floor_minutes(-1)
    (Decimal('29.99'), Decimal('30.00'), Decimal('-0.01'))
    """
    return Decimal(ms * 10**decimals // _MS_PER_MINUTE).scaleb(-decimals)


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
    minutes, rest = divmod(abs(ms), _MS_PER_MINUTE)
    seconds = f"{rest // 1000}.{rest % 1000:03d}".rstrip("0").rstrip(".")
    sign = "-" if ms < 0 else ""
    return (
        f"{sign}{minutes}分{seconds}秒" if lang is Lang.JA else f"{sign}{minutes} min {seconds} s"
    )
