"""No hidden count can be worked out from those that are shown: tried with every table there is."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.service.cell_suppression import LEAST_SHOWN, hidden_places, with_sums


def fitting(table, hidden):
    """Yield tables that show what this one shows, each hidden count the same or one off.

    One off is enough: what can be otherwise at all can be so by one.
    """
    rows, columns = len(table) - 1, len(table[0]) - 1
    places = product(range(rows), range(columns))
    near = [
        [n for n in (table[r][c], table[r][c] - 1, table[r][c] + 1) if n >= 0]
        if (r, c) in hidden
        else [table[r][c]]
        for r, c in places
    ]
    shown = [p for p in product(range(rows + 1), range(columns + 1)) if p not in hidden]
    for counts in product(*near):
        other = with_sums([counts[r * columns : (r + 1) * columns] for r in range(rows)])
        if all(other[r][c] == table[r][c] for r, c in shown):
            yield other


def worked_out(table, hidden):
    """Return the hidden places that are one number in all tables that fit."""
    found = {place: set() for place in hidden}
    for other in fitting(table, hidden):
        for (r, c), values in found.items():
            values.add(other[r][c])
    return {place for place, values in found.items() if len(values) < 2}


def safe(counts, kept=()):
    table = with_sums(counts)
    hidden = hidden_places(table, kept)
    if hidden is None:
        return None
    small = {(r, c) for r, row in enumerate(table) for c, n in enumerate(row) if n < LEAST_SHOWN}
    assert small <= hidden
    assert not hidden.intersection(kept)
    assert not worked_out(table, hidden)
    return hidden


def test_all_tables_of_two_by_two_are_safe():
    shown = 0
    for a, b, c, d in product(range(5), repeat=4):
        hidden = safe([[a, b], [c, d]])
        shown += hidden is not None and len(hidden) < 9
    assert shown > 50  # and not by hiding everything


@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=3, max_size=3))
def test_three_cohorts_by_two_with_totals_that_are_known(counts):
    table = with_sums(counts)
    kept = {(r, 2) for r in range(4)}
    if any(table[r][c] < LEAST_SHOWN for r, c in kept):
        assert hidden_places(table, kept) is None
    else:
        safe(counts, kept)


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=2))
def test_two_by_three(counts):
    safe(counts)


def test_a_checker_that_hides_small_counts_alone_is_caught():
    table = with_sums([[5, 2], [7, 9]])
    assert worked_out(table, {(0, 1)}) == {(0, 1)}
    assert worked_out(table, {(0, 1), (0, 0)}) == {(0, 0), (0, 1)}  # by the columns


def test_of_zeros_beside_a_total_nothing_is_told():
    """All four of a cohort have not: the total alone would tell it of each."""
    table = with_sums([[0, 4], [6, 7]])
    hidden = hidden_places(table, {(0, 2), (1, 2), (2, 2)})
    assert hidden is not None
    assert {(0, 0), (0, 1)} <= hidden


@pytest.mark.parametrize("counts", [[[10, 12], [9, 30]], [[3]]])
def test_large_counts_are_all_shown(counts):
    assert hidden_places(with_sums(counts)) == frozenset()
