"""A list of more than one prefecture: whose rows are judged, only reached, or neither.

Rows of the prefecture are judged. Those of another are destinations where they lie within a belt
around its ground, measured in a straight line, and left out beyond it: no drive at the top speed
gets there in time. Of one without a position its municipality's ground is asked; where that is
not on the map, it stays where its prefecture is near.

Stands apart: lists are merged and placed after this, and know of no belt.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries import Regions
from boundaries.codes import near_prefectures, split_prefecture
from groundfloor.folding import compact
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Severity
from spots.facilities.model import RawFacility
from spots.types import FacilityType, Role
from spots.types.belts import Belt, CutOff

_M_PER_DEGREE = 111_700.0  # of latitude at most, so that flat distances are never too long
_OUTLINE_OFF_M = 500.0  # by how much the outline that is measured to may be off


@dataclass(frozen=True, slots=True)
class BeltWidth:
    """How wide the belt of a list is.

    Parameters
    ----------
    width_m : float
        In a straight line from the prefecture's ground.
    covers_ms : int
        As of `spots.types.belts.Belt`.
    """

    width_m: float
    covers_ms: int


@dataclass(frozen=True, slots=True)
class Belted:
    """Rows of all lists, each judged or only reached; and what was left out.

    Parameters
    ----------
    rows : tuple of RawFacility
        In their order; of lists that say their role themselves as they were.
    belts : tuple of Belt
        One for each list that was told apart.
    left_out : frozenset of (str, int or None)
        File and row of those that are neither.
    """

    rows: tuple[RawFacility, ...]
    belts: tuple[Belt, ...] = ()
    left_out: frozenset[tuple[str, int | None]] = field(default_factory=frozenset)

    @classmethod
    def of_all(cls, rows: Sequence[RawFacility]) -> Belted:
        """Return `rows` as they are."""
        return cls(tuple(rows))

    @property
    def cut_off(self) -> Mapping[str, frozenset[FacilityType]]:
        """Types of the hospitals that are left out, by their prefecture."""
        types: dict[str, set[FacilityType]] = {}
        for belt in self.belts:
            for each in belt.cut_off:
                types.setdefault(each.prefecture, set()).update(each.types)
        return FrozenDict({code: frozenset(found) for code, found in types.items()})

    def about_rows_in_use(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems but those of rows that are left out; an error is told all the same."""
        return [
            p
            for p in problems
            if p.severity is Severity.ERROR or (p.file, p.row) not in self.left_out
        ]


def with_belt(
    rows: Sequence[RawFacility],
    regions: Regions,
    widths: Mapping[str, BeltWidth],
    asked_for: Collection[FacilityType],
    tolerance_m: float,
) -> Belted:
    """Tell rows of lists with ``role = "auto"`` apart: judged, only reached, neither.

    Parameters
    ----------
    rows : sequence of RawFacility
        Of all lists.
    regions : Regions
        The map; its prefecture is the one that is judged.
    widths : mapping of str to BeltWidth
        Of each list that is to be told apart, by its name.
    asked_for : collection of FacilityType
        What somebody beyond the border must be for anybody to ask for it.
    tolerance_m : float
        As of `spots.facilities.place_facility`: where only a point says whose a row is.
    """
    if not widths:
        return Belted.of_all(rows)
    home = regions.prefecture_code
    whose = [
        _prefecture(raw, regions, tolerance_m) if raw.layer.name in widths else home for raw in rows
    ]
    near = _near(rows, whose, regions, widths)
    wanted = frozenset(asked_for)
    kept: list[RawFacility] = []
    told: dict[str, _Tally] = {name: _Tally() for name in widths}
    for raw, code, within in zip(rows, whose, near, strict=True):
        tally = told.get(raw.layer.name)
        if tally is None:
            kept.append(raw)
            continue
        role = Role.CANDIDATE if code in {None, home} else Role.DESTINATION
        types = raw.types | raw.layer.types
        if role is Role.CANDIDATE or (within and types & wanted):
            tally.count(role)
            kept.append(replace(raw, layer=replace(raw.layer, role=role)))
        else:
            tally.leave(raw, code or "", types & wanted)
    belts = tuple(told[name].belt(name, width) for name, width in widths.items())
    left = frozenset(key for tally in told.values() for key in tally.left)
    return Belted(tuple(kept), belts, left)


@dataclass(slots=True)
class _Tally:
    judged: int = 0
    reached: int = 0
    left: list[tuple[str, int | None]] = field(default_factory=list)
    types: dict[str, set[FacilityType]] = field(default_factory=dict)

    def count(self, role: Role) -> None:
        if role is Role.CANDIDATE:
            self.judged += 1
        else:
            self.reached += 1

    def leave(self, raw: RawFacility, code: str, types: frozenset[FacilityType]) -> None:
        self.left.append((raw.row.file, raw.row.row))
        if code and types:
            self.types.setdefault(code, set()).update(types)

    def belt(self, name: str, width: BeltWidth) -> Belt:
        cut_off = tuple(CutOff(code, frozenset(self.types[code])) for code in sorted(self.types))
        counts = self.judged, self.reached, len(self.left)
        return Belt(name, width.width_m, width.covers_ms, *counts, cut_off)


def _prefecture(raw: RawFacility, regions: Regions, tolerance_m: float) -> str | None:
    """Return the prefecture of a row: as it says, else of its point; "" beyond, None unknown.

    As `place_facility` has it of who is judged: a row that says nothing and has no point is.
    """
    code = raw.municipality_code
    named = (split_prefecture(compact(text))[0] for text in (raw.address, raw.municipality))
    said = code[:2] if code else next(filter(None, named), None) or raw.prefecture_code
    if said is None and raw.position is None and raw.municipality:
        town_named = regions.find(compact(raw.municipality))
        return town_named.prefecture_code if town_named is not None else None
    if said is not None or raw.position is None:
        return said
    town, _ = regions.nearest(raw.position.lon, raw.position.lat, within_m=tolerance_m)
    return town[:2]


def _near(
    rows: Sequence[RawFacility],
    whose: Sequence[str | None],
    regions: Regions,
    widths: Mapping[str, BeltWidth],
) -> list[bool]:
    """Return whether each row of another prefecture may lie within its list's belt."""
    home = regions.prefecture_code
    near_by = near_prefectures(home)
    foreign = [n for n, code in enumerate(whose) if code not in {None, home}]
    placed = [n for n in foreign if rows[n].position is not None]
    land = _FlatGround.of(regions, max(width.width_m for width in widths.values()))
    metres = land.metres([_point(rows[n]) for n in placed])
    found = [False] * len(rows)
    for n, away_m in zip(placed, metres, strict=True):
        found[n] = away_m <= widths[rows[n].layer.name].width_m
    towns: dict[str, float] = {}
    for n in foreign:
        code = rows[n].municipality_code
        if rows[n].position is not None:
            continue
        key = regions.resolve(code) if code is not None else None
        if key is None:
            found[n] = whose[n] in near_by
            continue
        if key not in towns:
            towns[key] = land.ground_m(regions.municipalities.geometry.loc[key])
        found[n] = towns[key] <= widths[rows[n].layer.name].width_m
    return found


def _point(raw: RawFacility) -> tuple[float, float]:
    position = raw.position
    return (position.lon, position.lat) if position is not None else (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class _FlatGround:
    """The prefecture's ground in flat metres that are never longer than true ones."""

    ground: BaseGeometry
    scale: np.ndarray
    reach_m: float

    @classmethod
    def of(cls, regions: Regions, reach_m: float) -> _FlatGround:
        land = regions.prefecture_land()
        # Degrees of longitude are shortest in the north: measured by those, nothing is too far.
        north = min(land.bounds[3] + reach_m / _M_PER_DEGREE, 89.0)
        scale = np.array([_M_PER_DEGREE * math.cos(math.radians(north)), _M_PER_DEGREE * 0.99])
        flat = shapely.transform(land, lambda xy: xy * scale)
        return cls(shapely.simplify(flat, _OUTLINE_OFF_M), scale, reach_m)

    def metres(self, points: Sequence[tuple[float, float]]) -> list[float]:
        """Return metres from the ground to points; infinite for those surely out of reach."""
        if not points:
            return []
        flat = np.array(points) * self.scale
        west, south, east, north = self.ground.bounds
        dx = np.maximum.reduce([west - flat[:, 0], flat[:, 0] - east, np.zeros(len(flat))])
        dy = np.maximum.reduce([south - flat[:, 1], flat[:, 1] - north, np.zeros(len(flat))])
        maybe = np.hypot(dx, dy) <= self.reach_m + _OUTLINE_OFF_M
        found = np.full(len(flat), math.inf)
        away = shapely.distance(shapely.points(flat[maybe]), self.ground)
        found[maybe] = np.maximum(away - _OUTLINE_OFF_M, 0.0)
        return [float(each) for each in found]

    def ground_m(self, other: BaseGeometry) -> float:
        """Return metres from the ground to other ground, a municipality's."""
        flat = shapely.transform(other, lambda xy: xy * self.scale)
        away = shapely.distance(shapely.simplify(flat, _OUTLINE_OFF_M), self.ground)
        return max(float(away) - 2 * _OUTLINE_OFF_M, 0.0)
