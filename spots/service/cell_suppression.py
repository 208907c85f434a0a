"""Counts below three are not shown, and none of them can be worked out from those that are.

A table of counts with its sums: every row adds up to its total, so does every column. Whoever hides
a small count must hide others with it, or a subtraction brings it back. Which ones is found by
asking exactly what a reader could: hidden counts are any whole numbers from 0 up that fit all sums.
A count is safe when it could be another one; else one more is hidden. Stands apart: nothing here
knows of persons or clocks.

Counts and sums of a table with margins are a flow between its rows and its columns, in which a
change of one count is made up for along a closed way through hidden counts alone. So a count could
be another exactly where such a way leads through it, with room to go down on it (a circulation;
its parts are whole because the network is unimodular). Zero is below three too: nobody of a group
is something about each of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product

#: Smaller counts are hidden.
LEAST_SHOWN = 3
#: A place in a table: row and column, from 0; the last of each are the sums.
Place = tuple[int, int]


def with_sums(counts: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Return counts with the sum of each row behind it and of each column below."""
    rows = [(*row, sum(row)) for row in counts]
    return (*rows, tuple(sum(column) for column in zip(*rows, strict=True)))


def hidden_places(
    table: Sequence[Sequence[int]], kept: Collection[Place] = ()
) -> frozenset[Place] | None:
    """Return which counts of a table to hide.

    Parameters
    ----------
    table : sequence of sequence of int
        Counts with their sums, as `with_sums` returns them.
    kept : collection of (int, int)
        Places that are known from elsewhere and are never hidden.

    Returns
    -------
    frozenset of (int, int) or None
        The places; None where a table cannot be shown at all.

    Examples
    --------
    >>> sorted(hidden_places(with_sums([[5, 2], [7, 9]])))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    places = {*product(range(len(table)), range(len(table[0])))}
    hidden = {(r, c) for r, c in places if table[r][c] < LEAST_SHOWN}
    if hidden.intersection(kept):
        return None
    while (told := next(_derivable(table, hidden), None)) is not None:
        more = _more(table, hidden, told, places.difference(kept, hidden))
        if more is None:
            return None
        hidden.add(more)
    return frozenset(hidden)


def _derivable(table: Sequence[Sequence[int]], hidden: set[Place]) -> Iterator[Place]:
    """Yield the hidden counts that can be but one number."""
    ways = _ways(table, hidden)
    for r, c in sorted(hidden):
        up, down = ("row", r), ("column", c)
        if not (_leads(ways, up, down, (r, c)) or _leads(ways, down, up, (r, c))):
            yield r, c


_Node = tuple[str, int]
_Ways = dict[_Node, list[tuple[_Node, Place]]]


def _ways(table: Sequence[Sequence[int]], hidden: set[Place]) -> _Ways:
    """Return the ways along which counts can change: from a row to a column one goes up.

    A sum stands on the other side of its equation: it goes up where a count goes down.
    """
    ways: _Ways = {}
    for r, c in hidden:
        row, column = ("row", r), ("column", c)
        is_sum = (r == len(table) - 1) is not (c == len(table[0]) - 1)
        up, down = ((column, row), (row, column)) if is_sum else ((row, column), (column, row))
        ways.setdefault(up[0], []).append((up[1], (r, c)))
        if table[r][c] > 0:
            ways.setdefault(down[0], []).append((down[1], (r, c)))
    return ways


def _leads(ways: _Ways, start: _Node, first: _Node, place: Place) -> bool:
    """Return whether a count can change from `start` to `first`, and others make up for it."""
    if (first, place) not in ways.get(start, ()):
        return False
    seen, left = {first}, [first]
    while left:
        node = left.pop()
        for other, over in ways.get(node, ()):
            if over == place or other in seen:
                continue
            if other == start:
                return True
            seen.add(other)
            left.append(other)
    return False


def _more(
    table: Sequence[Sequence[int]], hidden: set[Place], told: Place, free: set[Place]
) -> Place | None:
    """Return which count to hide besides: one that helps, rather none that is zero or a sum."""
    last = len(table) - 1, len(table[0]) - 1

    def cost(place: Place) -> tuple[bool, int, int, Place]:
        r, c = place
        sums = (r == last[0]) + (c == last[1])
        beside = r == told[0] or c == told[1]
        return not beside, sums, table[r][c], place

    for place in sorted(free, key=cost):
        if told not in set(_derivable(table, hidden | {place})):
            return place
    return min(free, key=cost, default=None)
