"""Times for people: cut off to the second, never rounded up over a threshold."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.telling.units import (
    MINUS,
    compared,
    day,
    duration,
    margin,
    metres,
    ms_from_minutes,
    period,
    threshold,
)


def seconds(shown: str) -> int:
    """Read a shown time back."""
    minutes, rest = re.fullmatch(r"[+−]?(\d+)分(\d\d)秒", shown).groups()
    return (-1 if shown.startswith(MINUS) else 1) * (int(minutes) * 60 + int(rest))


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (1_800_000, "30分00秒"),
        (1_799_999, "29分59秒"),
        (1_798_200, "29分58秒"),
        (1_800_001, "30分00秒"),
        (1_805_999, "30分05秒"),
        (0, "0分00秒"),
        (999, "0分00秒"),
        (59_999, "0分59秒"),
        (2_095_900, "34分55秒"),
        (6_000_000, "100分00秒"),
    ],
)
def test_a_time_is_cut_off(ms: int, shown: str):
    assert duration(ms).ja == shown


def test_a_time_in_english():
    assert duration(2_095_900).en == "34 min 55 s"
    assert margin(-1).en == "−0 min 01 s"


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (0, "+0分00秒"),
        (1, "+0分00秒"),
        (-1, "−0分01秒"),
        (-8_001, "−0分09秒"),
        (-60_000, "−1分00秒"),
        (295_900, "+4分55秒"),
    ],
)
def test_a_margin_has_its_sign_and_is_never_minus_zero(ms: int, shown: str):
    assert margin(ms).ja == shown


@given(st.integers(-(10**9), 10**9))
def test_what_is_shown_never_exceeds_the_time_and_is_close(ms: int):
    assert 0 <= ms - seconds(margin(ms).ja) * 1000 < 1000


@given(st.integers(0, 10**9), st.integers(1, 600))
def test_thirty_is_shown_only_when_thirty_is_met(ms: int, minutes: int):
    limit = ms_from_minutes(minutes)
    assert (seconds(duration(ms).ja) >= minutes * 60) == (ms >= limit)
    assert margin(ms - limit).ja.startswith("+") == (ms >= limit)


@given(st.integers(0, 10**9), st.integers(1, 36_000))
def test_a_time_and_its_margin_add_up(ms: int, limit_s: int):
    gap = margin(ms - limit_s * 1000)
    assert seconds(duration(ms).ja) == limit_s + seconds(gap.ja)


@given(st.integers(0, 10**7))
def test_settings_keep_whole_milliseconds(ms: int):
    assert ms_from_minutes(ms / 60_000) == ms


@pytest.mark.parametrize(
    ("ms", "shown"), [(1_800_000, "30分"), (1_830_000, "30分30秒"), (1_800_500, "30分0.5秒")]
)
def test_a_threshold_is_never_cut_off(ms: int, shown: str):
    assert threshold(ms).ja == shown
    assert compared(ms, at_least=True).ja == f"{shown}以上"
    assert compared(ms, at_least=False).ja == f"{shown}超"


def test_a_distance_stays_on_its_side_of_a_limit():
    assert metres(1_000.3, 1_000) == "1,000.3 m"
    assert metres(1_000.3) == metres(1_000, 1_000) == "1,000 m"


def test_days_and_periods_are_those_of_the_era():
    assert day(date(2019, 5, 1)).ja == "令和元年5月1日"
    assert period(None, None).ja == ""
    assert period(None, date(2027, 3, 31)).ja == "～令和9年3月31日"
    assert period(None, date(2027, 3, 31)).en == "until 2027-03-31"
