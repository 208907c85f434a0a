"""Half-open days: what is shared, what is left, and that nothing counts twice."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from groundfloor.day_spans import DaySpan, pieces
from groundfloor.problems import UsageError

ZERO = date(2024, 2, 20)


def _days(span: DaySpan | None) -> set[int]:
    if span is None:
        return set()
    return {n for n in range(-5, 60) if ZERO + timedelta(days=n) in span}


def _some(rng: random.Random) -> DaySpan:
    first = rng.randrange(0, 30)
    until = None if rng.random() < 0.2 else ZERO + timedelta(days=first + rng.randrange(1, 30))
    return DaySpan(ZERO + timedelta(days=first), until)


@pytest.mark.parametrize("seed", range(40))
def test_shared_and_left_days_are_those_of_sets(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a test that can be repeated
    one, other = _some(rng), _some(rng)
    assert _days(one & other) == _days(one) & _days(other)
    left = [_days(each) for each in one.without(other)]
    assert set().union(*left) == _days(one) - _days(other)
    assert sum(map(len, left)) == len(_days(one) - _days(other))


@pytest.mark.parametrize("seed", range(20))
def test_pieces_are_the_same_days_and_meet(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a test that can be repeated
    span = _some(rng)
    cuts = [ZERO + timedelta(days=rng.randrange(-5, 60)) for _ in range(rng.randrange(4))]
    found = list(pieces([span], cuts))
    assert set().union(*map(_days, found)) == _days(span)
    assert all(one.until == other.first for one, other in pairwise(found))
    assert (found[0].first, found[-1].until) == (span.first, span.until)


def test_the_last_day_is_in_and_the_next_is_not() -> None:
    span = DaySpan.through(date(2024, 4, 1), date(2027, 3, 31))
    assert (span.last, span.until) == (date(2027, 3, 31), date(2027, 4, 1))
    assert date(2027, 3, 31) in span
    assert date(2027, 4, 1) not in span
    assert (span.days, DaySpan(ZERO).days, DaySpan(ZERO).last) == (1095, None, None)


@pytest.mark.parametrize("last", [date(2024, 3, 31), date(2020, 1, 1)])
def test_a_period_that_ends_before_it_begins_is_refused(last: date) -> None:
    with pytest.raises(UsageError) as caught:
        DaySpan.through(date(2024, 4, 1), last)
    assert caught.value.problems[0].code == "span-empty"
    assert last.isoformat() in (caught.value.problems[0].value or "")
