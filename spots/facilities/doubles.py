"""Records that may be one hospital under two names: told by name, never merged unasked.

A hospital that is renamed stands in an older list under its old name, some metres from where a
newer list has it, and would be its own nearest other. What merging cannot know is whether two
records at one address, or a hundred metres apart, are such a pair or neighbours; a person decides,
by a site column or in the run file.

Stands apart: `merging` joins rows of lists; this looks at finished facilities, as sites do.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from boundaries.geometry import GEOD
from groundfloor.problems import Problem, Text, one_line, warning
from spots.facilities.list_cells import city_of
from spots.facilities.matching import SAME_PLACE_M
from spots.telling.findings import TO_DECIDE_DOUBLES, double_words
from spots.types import Accuracy, Double, Facility, Position, distance_m

_CELL_DEGREES = 0.002  # more than 100 m each way in all of Japan
#: Of a crowd at one place as many are named: enough to see that the list itself needs a look.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Near:
    """Where facilities with a point are, in cells."""

    cells: Mapping[tuple[int, int], Sequence[int]]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def around(self, at: int) -> NDArray[np.int64]:
        """Return who is within `SAME_PLACE_M` of facility `at`, itself too, nearest first."""
        x, y = _cell(self.lon[at], self.lat[at])
        found = [
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in self.cells.get((x + dx, y + dy), ())
        ]
        others = np.array(sorted(found), np.int64)
        size = len(others)
        here = np.full(size, self.lon[at]), np.full(size, self.lat[at])
        metres = GEOD.inv(*here, self.lon[others], self.lat[others])[2]
        order = np.argsort(metres, kind="stable")
        kept: NDArray[np.int64] = others[order][metres[order] <= SAME_PLACE_M]
        return kept


def with_doubles(
    facilities: Sequence[Facility], addresses: Sequence[frozenset[str]]
) -> tuple[tuple[Facility, ...], tuple[Problem, ...]]:
    """Return the facilities with those that may be the same hospital, and a warning for each pair.

    A pair shares a type, is of two sites that nobody has told apart, and has one address down to
    the house number or two points within 100 m.

    Parameters
    ----------
    facilities : sequence of Facility
        With their sites and decisions.
    addresses : sequence of frozenset of str
        Their addresses by `house_key`.

    Returns
    -------
    tuple of Facility, tuple of Problem
        In the order of `facilities`; each warning names the later record's row.
    """
    found: dict[int, list[Double]] = defaultdict(list)
    problems = []
    for a, b in sorted(_pairs(facilities, addresses)):
        first, second = facilities[a], facilities[b]
        gap = _gap_m(first, second)
        at_one = _at_one_address(first, second, addresses[a] & addresses[b])
        found[a].append(Double(second.id, second.name, gap, same_address=at_one))
        double = Double(first.id, first.name, gap, same_address=at_one)
        found[b].append(double)
        problems.append(_finding(first, second, double))
    told = (replace(f, doubles=tuple(found.get(at, ()))) for at, f in enumerate(facilities))
    return tuple(told), tuple(problems)


def _pairs(
    facilities: Sequence[Facility], addresses: Sequence[frozenset[str]]
) -> set[tuple[int, int]]:
    """Return pairs of places in the list, the lower first."""
    near = _near(facilities)
    housed: dict[str, list[int]] = defaultdict(list)
    for at, keys in enumerate(addresses):
        for key in keys:
            housed[key].append(at)
    pairs = set()
    for at, facility in enumerate(facilities):
        beside = near.around(at).tolist() if _point(facility) is not None else []
        at_home = [
            other
            for key in sorted(addresses[at])
            for other in housed[key]
            if _at_one_address(facility, facilities[other], {key})
        ]
        others = (o for o in (*beside, *at_home) if _may_be_one(facility, facilities[o]))
        for other, _ in zip(others, range(_NAMED), strict=False):
            pairs.add((min(at, other), max(at, other)))
    return pairs


def _near(facilities: Sequence[Facility]) -> _Near:
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    points = [_point(f) for f in facilities]
    lon = np.array([p.lon if p else math.nan for p in points])
    lat = np.array([p.lat if p else math.nan for p in points])
    for at, point in enumerate(points):
        if point is not None:
            cells[_cell(point.lon, point.lat)].append(at)
    return _Near(cells, lon, lat)


def _cell(lon: float, lat: float) -> tuple[int, int]:
    return math.floor(lon / _CELL_DEGREES), math.floor(lat / _CELL_DEGREES)


def _point(facility: Facility) -> Position | None:
    """Return a point given for the facility itself; a town's centre says nothing."""
    position = facility.position
    return position if position and position.accuracy is Accuracy.POINT else None


def _gap_m(a: Facility, b: Facility) -> float | None:
    here, there = _point(a), _point(b)
    return distance_m(here, there) if here and there else None


def _at_one_address(a: Facility, b: Facility, shared: Collection[str]) -> bool:
    """Tell whether a shared address is one place: 本町1-1 is in many towns."""
    codes = {city_of(f.municipality_code) for f in (a, b) if f.municipality_code}
    return bool(shared) and len(codes) <= 1


def _may_be_one(a: Facility, b: Facility) -> bool:
    if a.site == b.site or a.told_apart(b):
        return False
    # A check of lists without types asks of every row.
    return bool(a.types & b.types) or not (a.types or b.types)


def _finding(first: Facility, second: Facility, double: Double) -> Problem:
    row, other = second.rows[0], first.rows[0]
    name = one_line(first.name, 40)
    place = f"{one_line(other.file)}:{other.row}"
    why = double_words(double)
    return warning(
        "perhaps-one-hospital",
        Text(
            f"「{name}」（{place}）と同じ医療機関かもしれません（{why.ja}）。"
            "決めるまで別の医療機関として扱い、判定が変わる場合は判定不能とします",
            f"may be the same hospital as {name} ({place}): {why.en}; taken for another until "
            "it is decided, and undetermined where that turns a verdict",
        ),
        TO_DECIDE_DOUBLES,
        file=row.file,
        row=row.row,
        value=second.name,
    )
