"""Minutes for people: cut off, never rounded up over a threshold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.telling.units import MS_PER_MINUTE, format_margin, format_minutes, ms_from_minutes


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (1_800_000, "30.0"),
        (1_799_999, "29.9"),
        (1_798_200, "29.9"),
        (1_800_001, "30.0"),
        (1_805_999, "30.0"),
        (1_806_000, "30.1"),
        (0, "0.0"),
        (59_999, "0.9"),
        (6_000_000, "100.0"),
    ],
)
def test_a_time_is_cut_off(ms: int, shown: str):
    assert format_minutes(ms) == shown


@pytest.mark.parametrize(
    ("ms", "shown"),
    [(0, "+0.0"), (1, "+0.0"), (-1, "-0.1"), (-6_000, "-0.1"), (-6_001, "-0.2"), (125_000, "+2.0")],
)
def test_a_margin_has_its_sign_and_is_never_minus_zero(ms: int, shown: str):
    assert format_margin(ms) == shown


def test_decimals():
    assert format_minutes(1_799_999, 0) == "29"
    assert format_minutes(1_799_999, 2) == "29.99"
    assert format_minutes(-1, 0) == "-1"


@given(st.integers(-(10**9), 10**9))
def test_what_is_shown_never_exceeds_the_time_and_is_close(ms: int):
    shown = round(float(format_minutes(ms)) * MS_PER_MINUTE)
    assert 0 <= ms - shown < MS_PER_MINUTE // 10


@given(st.integers(0, 10**9), st.integers(1, 600))
def test_thirty_is_shown_only_when_thirty_is_met(ms: int, threshold: int):
    limit = ms_from_minutes(threshold)
    assert (float(format_minutes(ms)) >= threshold) == (ms >= limit)
    assert format_margin(ms - limit).startswith("+") == (ms >= limit)


@given(st.integers(0, 10**7))
def test_settings_keep_whole_milliseconds(ms: int):
    assert ms_from_minutes(ms / MS_PER_MINUTE) == ms
