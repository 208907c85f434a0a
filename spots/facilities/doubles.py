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
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from boundaries.geometry import GEOD
from groundfloor.problems import Problem, Text, one_line, warning
from spots.facilities.list_cells import city_of
from spots.facilities.matching import SAME_PLACE_M
from spots.telling.findings import TO_DECIDE_DOUBLES, double_words
from spots.types import Accuracy, Double, Facility, FacilityType, Position, distance_m

_CELL_DEGREES = 0.002  # more than 100 m each way in all of Japan
_HOSPITALS = frozenset({FacilityType.BASE_HOSPITAL, FacilityType.SECONDARY_EMERGENCY})
#: Of a crowd at one place as many are named: enough to see that the list itself needs a look.
_NAMED = 10
_LOOKED_AT = 100  # of those that a plane finds nearest, some of whom may have been told apart
_DEGREE_M = 111_000.0  # of latitude, within 1 %: only the order matters


@dataclass(frozen=True, slots=True)
class _Near:
    """Where facilities with a point are, in cells, and what tells them apart without a look."""

    cells: Mapping[tuple[int, int], NDArray[np.int64]]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    site: NDArray[np.int64]
    stated: NDArray[np.bool_]  # whether the list itself tells sites apart
    kind: NDArray[np.int64]  # the set of types, by number
    alike: NDArray[np.bool_]  # whether two sets of types may be one hospital's

    def around(self, at: int) -> list[int]:
        """Return who may be facility `at` and is within `SAME_PLACE_M`, nearest first.

        A whole list may lie in one cell; a plane finds the few whose geodesics are worth their
        time.
        """
        x, y = _cell(self.lon[at], self.lat[at])
        cells = [self.cells.get((x + dx, y + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        others = np.sort(np.concatenate([cell for cell in cells if cell is not None]))
        others = others[self.site[others] != self.site[at]]
        others = others[~(self.stated[others] & self.stated[at])]
        others = others[self.alike[self.kind[at], self.kind[others]]]
        east = (self.lon[others] - self.lon[at]) * math.cos(math.radians(self.lat[at]))
        metres = np.hypot(east, self.lat[others] - self.lat[at]) * _DEGREE_M
        others = others[np.argsort(metres, kind="stable")[:_LOOKED_AT]]
        size = len(others)
        here = np.full(size, self.lon[at]), np.full(size, self.lat[at])
        metres = GEOD.inv(*here, self.lon[others], self.lat[others])[2]
        order = np.argsort(metres, kind="stable")
        kept: list[int] = others[order][metres[order] <= SAME_PLACE_M].tolist()
        return kept


@dataclass(frozen=True, slots=True)
class _Housed:
    """Who has an address, by what tells them apart and then by site: crowds are passed over."""

    sites: dict[tuple[frozenset[FacilityType], str, bool], dict[str, list[int]]] = field(
        default_factory=dict
    )

    def add(self, at: int, facility: Facility) -> None:
        """Take facility `at` up."""
        kind = (facility.types, _city(facility), facility.site_stated)
        sites = self.sites.setdefault(kind, {})
        sites.setdefault(facility.site, []).append(at)

    def others(self, facility: Facility) -> Iterator[int]:
        """Yield who may be `facility`: 本町1-1 is in many towns."""
        for (types, city, stated), sites in self.sites.items():
            if stated and facility.site_stated:
                continue
            if _alike(types, facility.types) and _one_city(city, _city(facility)):
                for site, members in sites.items():
                    if site != facility.site:
                        yield from members


def with_doubles(
    facilities: Sequence[Facility], addresses: Sequence[frozenset[str]]
) -> tuple[tuple[Facility, ...], tuple[Problem, ...]]:
    """Return the facilities with those that may be the same hospital, and a warning for each pair.

    A pair shares a type (or both are hospitals, ① and ③), is of two sites that nobody has told
    apart, and has one address down to the house number or two points within 100 m. Those at one
    point were found when sites were made.

    Parameters
    ----------
    facilities : sequence of Facility
        With their sites, decisions, and doubles at one point.
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
    told = (replace(f, doubles=(*f.doubles, *found[at])) for at, f in enumerate(facilities))
    return tuple(told), tuple(problems)


def _pairs(
    facilities: Sequence[Facility], addresses: Sequence[frozenset[str]]
) -> set[tuple[int, int]]:
    """Return pairs of places in the list, the lower first."""
    near = _near(facilities)
    housed: dict[str, _Housed] = defaultdict(_Housed)
    for at, keys in enumerate(addresses):
        for key in keys:
            housed[key].add(at, facilities[at])
    pairs = set()
    for at, facility in enumerate(facilities):
        beside = near.around(at) if _point(facility) is not None else []
        at_home = (housed[key].others(facility) for key in sorted(addresses[at]))
        others = chain(beside, *at_home)
        unlike = (o for o in others if not facility.told_apart(facilities[o]))
        for other in islice(unlike, _NAMED):
            pairs.add((min(at, other), max(at, other)))
    return pairs


def _near(facilities: Sequence[Facility]) -> _Near:
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    points = [_point(f) for f in facilities]
    for at, point in enumerate(points):
        if point is not None:
            cells[_cell(point.lon, point.lat)].append(at)
    sites: dict[str, int] = {}
    kinds: dict[frozenset[FacilityType], int] = {}
    return _Near(
        {cell: np.array(members, np.int64) for cell, members in cells.items()},
        np.array([p.lon if p else math.nan for p in points]),
        np.array([p.lat if p else math.nan for p in points]),
        np.array([sites.setdefault(f.site, len(sites)) for f in facilities], np.int64),
        np.array([f.site_stated for f in facilities], np.bool_),
        np.array([kinds.setdefault(f.types, len(kinds)) for f in facilities], np.int64),
        np.array([[_alike(a, b) for b in kinds] for a in kinds], np.bool_),
    )


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
    """Tell whether a shared address is one place."""
    return bool(shared) and _one_city(_city(a), _city(b))


def _city(facility: Facility) -> str:
    return city_of(facility.municipality_code) if facility.municipality_code else ""


def _one_city(a: str, b: str) -> bool:
    """Tell whether two cities may be one; an unknown one may be any."""
    return a == b or not (a and b)


def _alike(a: frozenset[FacilityType], b: frozenset[FacilityType]) -> bool:
    """Tell whether records of these types may be one: base hospitals are hospitals like others.

    A clinic beside a hospital is usual, and no second record of it.
    """
    # A check of lists without types asks of every row.
    return bool(a & b) or not (a or b) or bool(a & _HOSPITALS and b & _HOSPITALS)


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
