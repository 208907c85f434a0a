"""Months by the calendar, and several spans together: more days never make less."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spots.service.calendar_months import first_enough, later, months_between, total
from spots.types.service_clocks import Months

DAY = timedelta(days=1)
DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))
#: First days and lengths; ends of February and gaps of a day among them.
SPANS = st.lists(st.tuples(DAYS, st.integers(1, 800)), min_size=1, max_size=6)
SHORT_MONTHS = st.lists(
    st.tuples(st.dates(date(2023, 12, 25), date(2024, 4, 5)), st.integers(1, 35)),
    min_size=1,
    max_size=5,
)
PER_MONTH = st.sampled_from([30, 31])


def spans_of(found: list[tuple[date, int]]) -> list[tuple[date, date]]:
    return [(first, first + timedelta(days=length)) for first, length in found]


@pytest.mark.parametrize(
    ("first", "until", "months", "days"),
    [
        ("2025-04-01", "2025-10-01", 6, 0),
        ("2025-04-01", "2025-09-30", 5, 29),
        ("2025-02-15", "2025-08-15", 6, 0),
        ("2025-08-31", "2026-02-28", 5, 28),  # the month ends with February
        ("2025-08-31", "2026-03-01", 6, 0),
        ("2023-08-31", "2024-03-01", 6, 0),  # in a leap year with its 29th
        ("2024-02-29", "2025-03-01", 12, 0),
        ("2024-02-29", "2025-02-28", 11, 30),
        ("2026-01-31", "2026-03-31", 2, 0),
        ("2020-04-01", "2029-04-01", 108, 0),
        ("2025-12-31", "2026-01-01", 0, 1),
    ],
)
def test_a_month_ends_on_the_eve_of_its_day_in_the_next(first, until, months, days):
    found = months_between(date.fromisoformat(first), date.fromisoformat(until))
    assert found == Months(months, days)


@given(DAYS, st.integers(0, 240))
def test_months_later_are_so_many_months(first: date, months: int):
    assert months_between(first, later(first, months)) == Months(months, 0)
    assert months == 0 or months_between(first, later(first, months) - DAY) < Months(months, 0)


@given(SPANS, PER_MONTH)
def test_one_span_alone_is_as_the_calendar_says(found, a_month):
    first, until = spans_of(found)[0]
    assert total([(first, until)], a_month) == months_between(first, until)


@given(SPANS, PER_MONTH)
def test_order_and_repetition_make_no_difference(found, a_month):
    spans = spans_of(found)
    assert total(spans, a_month) == total([*reversed(spans), *spans], a_month)


@given(SPANS, st.integers(1, 799), PER_MONTH)
def test_cutting_a_span_changes_nothing(found, at, a_month):
    spans = spans_of(found)
    first, until = spans[0]
    middle = min(first + timedelta(days=at), until - DAY)
    cut = [(first, middle), (middle, until), *spans[1:]] if middle > first else spans
    assert total(cut, a_month) == total(spans, a_month)


@given(SPANS | SHORT_MONTHS, DAYS | st.dates(date(2023, 12, 25), date(2024, 5, 1)), PER_MONTH)
@example([(date(2026, 1, 20), 11), (date(2026, 2, 1), 28)], date(2026, 1, 31), 30)
def test_a_day_more_never_makes_less(found, day, a_month):
    spans = spans_of(found)
    assert total([*spans, (day, day + DAY)], a_month) >= total(spans, a_month)


@given(SHORT_MONTHS, st.integers(0, 34), PER_MONTH)
def test_no_gap_filled_makes_less(found, which, a_month):
    spans = sorted(spans_of(found))
    gaps = [(a[1], b[0]) for a, b in pairwise(spans) if a[1] < b[0]]
    if gaps:
        filled = [*spans, gaps[which % len(gaps)]]
        assert total(filled, a_month) >= total(spans, a_month)


@pytest.mark.parametrize(
    ("spans", "months", "days"),
    [
        # 2 months 15 days and 3 months 15 days: 30 days are a month
        ((("2025-04-01", "2025-06-16"), ("2025-09-01", "2025-12-16")), 6, 0),
        # 30 days of a month with 31 are none yet, also beside whole months
        ((("2025-04-01", "2025-07-01"), ("2025-10-01", "2025-12-31")), 5, 30),
        ((("2025-04-01", "2025-07-01"), ("2025-10-01", "2026-01-01")), 6, 0),
        ((("2025-05-01", "2025-05-31"), ("2025-07-01", "2025-07-31")), 1, 29),
        # 11 days and February; the time without the gap of a day is a month and 9 days
        ((("2026-01-20", "2026-01-31"), ("2026-02-01", "2026-03-01")), 1, 9),
    ],
)
def test_spans_apart_are_added_but_never_more_than_without_the_gap(spans, months, days):
    found = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in spans]
    assert total(found, 30) == Months(months, days)


@given(DAYS, st.integers(1, 2000), st.integers(1, 2000))
def test_the_first_day_that_is_enough_is_found(first, length, wanted):
    until = first + timedelta(days=max(length, wanted))
    found = first_enough(first, until, lambda day: (day - first).days >= wanted)
    assert (found - first).days == wanted
