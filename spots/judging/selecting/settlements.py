"""Settlements far from every institution, made of the run's population: points that nobody listed.

1. The people of a cell live on its inhabited ground, as everywhere people are counted. What lies in
   the prefecture is split by the sea: a cell over a strait is a piece on either side, each with the
   people of its share of the ground.
2. A piece stands at the centroid of its ground, or where that lies off it, at a point on it. It is
   far where no institution that counts stands within the distance: geodesic, the limit itself is
   near; with `same_land` one across the sea does not count. Who has no position keeps no piece out;
   the condition `alone` then leaves it open.
3. Far pieces on one connected land whose cells touch, if only at a corner, are a settlement.
   Ground with less than one person by its share is nobody's. A secret cell counts as inhabited.
4. The centre is where that piece stands that is nearest to the mean of all, weighted by people: it
   lies on inhabited ground and is far itself. Pieces that a circle of the radius round it does not
   reach make settlements of their own in the same way, so that nobody who lives far is left out.
5. The ground is that circle on the centre's own land; without a radius, the pieces' ground.

Stands apart: the only units that are made and not given.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from boundaries import circles, dissolve
from groundfloor.crs import JGD2011
from spots.judging.people_counting import lived_on
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.institutions_around import LookAround, counted, shown_mm
from spots.judging.selecting.sides_of_sea import SidesOfSea
from spots.telling.unit_words import NO_LAND
from spots.types import Position, distance_m
from spots.types.ground_units import Unit, UnitKind

_TOUCHING = 1e-5  # degrees, about a metre: neighbours drawn by hand leave gaps
_ONE_PERSON = 1.0
_OFF_COAST_M = 5_000.0  # an isle that the outlines lack is looked for so far from their coast
_M_PER_DEGREE = 111_320.0  # of latitude, near enough for choosing what to measure exactly
_GENEROUS = 1.25  # a degree of longitude differs by less over one prefecture, isles of 東京都 too


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Inhabited ground of one cell on one connected land.

    Parameters
    ----------
    cell : str
        Code of the cell.
    whole : geometry
        The cell.
    land : int
        Number of the land.
    ground : MultiPolygon
        Where its people live.
    people : float
        How many, by the share of the cell's ground; a secret cell has none.
    secret : bool
        Whether the cell hides its people.
    at : Position
        Where it stands.
    """

    cell: str
    whole: BaseGeometry
    land: int
    ground: MultiPolygon
    people: float
    secret: bool
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class _Settlement:
    centre: _Piece
    pieces: tuple[_Piece, ...]

    @property
    def people(self) -> float:
        return math.fsum(p.people for p in self.pieces)

    @property
    def inhabited(self) -> bool:
        return self.people >= _ONE_PERSON or any(p.secret for p in self.pieces)


def settlement_units(
    facts: GroundFacts, beyond_m: float, radius_m: int | None, *, same_land: bool = False
) -> tuple[Unit, ...]:
    """Return the settlements of the prefecture that are far from every institution.

    Parameters
    ----------
    facts : GroundFacts
        Population, institutions, outlines.
    beyond_m : float
        How far, geodesic metres; who is exactly as far is near.
    radius_m : int or None
        Of the circle round each, geodesic metres; None takes the settlement's own ground.
    same_land : bool
        Whether institutions across the sea do not count.

    Returns
    -------
    tuple of Unit
        Points by municipality, numbered there, the most people first. The id is that of the cell
        in the centre, and stays while that does. Empty where the run has no population.
    """
    if facts.people is None:
        return ()
    around = LookAround.of(counted(None, None, facts), facts.facts)
    sides = SidesOfSea.of(around, facts.land) if same_land else None
    pieces, lost = _far_pieces(facts.people, facts, _Nearby(around, sides, beyond_m))
    found = [s for group in _groups(pieces) for s in _settlements(group, radius_m)]
    prefix = f"point:{beyond_m:g}:{radius_m or 0}:" + ("same_land:" if same_land else "")
    return (*_units([s for s in found if s.inhabited], facts, radius_m, prefix), *lost)


@dataclass(frozen=True, slots=True, eq=False)
class _Nearby:
    """Which places are near an institution that counts there.

    Parameters
    ----------
    around : LookAround
        All institutions.
    sides : SidesOfSea or None
        The same, where those across the sea do not count.
    limit_m : float
        How near, geodesic metres.
    """

    around: LookAround
    sides: SidesOfSea | None
    limit_m: float

    def is_near(self, at: Position, land: int | None) -> bool:
        """Whether one is near a place on that land."""
        around = self.around
        if self.sides is not None and land is not None:
            around = self.sides.here(frozenset({land}))
        return bool(around.within(at, self.limit_m))

    def perhaps_far(self, wholes: NDArray[np.object_], facts: GroundFacts) -> NDArray[np.bool_]:
        """Return which cells may hold a place that is far: the others are not looked at closely."""
        if self.sides is None:
            return _perhaps_far(wholes, self.around, self.limit_m)
        far = _perhaps_far(wholes, self.around, self.limit_m)
        for number, places in facts.land.perhaps_on(wholes).items():
            around = self.sides.here(frozenset({number}))
            far[places] |= _perhaps_far(wholes[places], around, self.limit_m)
        return far


# --- pieces


def _far_pieces(
    people: gpd.GeoDataFrame, facts: GroundFacts, near: _Nearby
) -> tuple[list[_Piece], list[Unit]]:
    """Return what lies far, and cells that do and whose land the outlines lack."""
    cells, found = lived_on(people, facts.regions)
    count = cells["population"].to_numpy(dtype=np.float64)
    wholes = np.asarray(cells.geometry.values, dtype=object)
    inhabited = np.flatnonzero(~(count <= 0.0))
    perhaps = inhabited[near.perhaps_far(wholes[inhabited], facts)]
    ground = dict(zip(found.ground.index, found.ground.geometry, strict=True))
    pieces: list[_Piece] = []
    lost: list[Unit] = []
    for n in perhaps.tolist():
        code, whole, living = str(cells.index[n]), wholes[n], float(count[n])
        if cells.index[n] in found.adrift:
            # Where outlines end at a neighbour, cells without land are the neighbour's.
            lost += () if found.shared else _adrift(code, whole, facts, near)
            continue
        lived = ground.get(cells.index[n], whole)
        each = _split(code, whole, lived, living, facts)
        pieces += (p for p in each if not near.is_near(p.at, p.land))
    return pieces, lost


def _perhaps_far(
    wholes: NDArray[np.object_], around: LookAround, beyond_m: float
) -> NDArray[np.bool_]:
    """Return which cells may hold a place that is far: exact measuring is for those alone."""
    if not len(around.lon) or not len(wholes):
        return np.ones(len(wholes), bool)
    west, south, east, north = shapely.bounds(wholes).T
    shrink = math.cos(math.radians(float(np.mean(around.lat))))
    there = shapely.STRtree(shapely.points(around.lon * shrink, around.lat))
    centres = shapely.points((west + east) / 2 * shrink, (south + north) / 2)
    gaps = np.empty(len(wholes))
    (at, _), away = there.query_nearest(centres, return_distance=True)
    gaps[at] = away
    half = np.hypot((east - west) * shrink, north - south) / 2
    far: NDArray[np.bool_] = (gaps + half) * _M_PER_DEGREE * _GENEROUS > beyond_m
    return far


def _split(
    code: str, whole: BaseGeometry, lived: BaseGeometry, people: float, facts: GroundFacts
) -> Iterator[_Piece]:
    parts = facts.land.split(lived, prefecture=facts.regions.prefecture_code)
    for number, ground in parts.items():
        share = float(shapely.area(ground) / shapely.area(lived))
        secret = math.isnan(people)
        living = 0.0 if secret else people * share
        yield _Piece(code, whole, number, ground, living, secret, _place_of(ground))


def _place_of(ground: BaseGeometry) -> Position:
    point = shapely.centroid(ground)
    if not shapely.covers(ground, point):
        point = shapely.point_on_surface(ground)
    return Position(point.x, point.y)


def _adrift(code: str, whole: BaseGeometry, facts: GroundFacts, near: _Nearby) -> Iterator[Unit]:
    """Yield the unit of a far cell without land: one that cannot be judged."""
    at, regions = _place_of(whole), facts.regions
    town, _ = regions.nearest(at.lon, at.lat, within_m=_OFF_COAST_M)
    if town[:2] == regions.prefecture_code and not near.is_near(at, None):
        name = f"地点（区画{code}）"
        yield Unit(f"point:{code}", UnitKind.POINT, name, code, (), position=at, problem=NO_LAND)


# --- settlements


def _groups(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Return pieces that touch, if only through others, on one land."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - only who asks for settlements pays
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    if not pieces:
        return []
    wholes = np.array([p.whole for p in pieces], dtype=object)
    land = np.array([p.land for p in pieces])
    one, other = shapely.STRtree(wholes).query(wholes, predicate="dwithin", distance=_TOUCHING)
    same = land[one] == land[other]
    one, other = one[same], other[same]
    touching = coo_array((np.ones(len(one), bool), (one, other)), shape=(len(pieces),) * 2)
    count, labels = connected_components(touching, directed=False)
    return [[pieces[n] for n in np.flatnonzero(labels == k).tolist()] for k in range(count)]


def _settlements(group: Sequence[_Piece], radius_m: int | None) -> Iterator[_Settlement]:
    """Yield the settlements that touching pieces make: one, or as many as circles are needed."""
    waiting = [list(group)]
    while waiting:
        pieces = waiting.pop()
        centre = _centre(pieces)
        reach = math.inf if radius_m is None else float(radius_m)
        near = [p for p in pieces if p is centre or shown_mm(distance_m(centre.at, p.at)) <= reach]
        yield _Settlement(centre, tuple(near))
        taken = {id(p) for p in near}
        waiting += _groups([p for p in pieces if id(p) not in taken])


def _centre(pieces: Sequence[_Piece]) -> _Piece:
    weights = np.array([p.people for p in pieces])
    if not weights.sum():
        weights = np.ones(len(pieces))
    lon = float(np.average([p.at.lon for p in pieces], weights=weights))
    lat = float(np.average([p.at.lat for p in pieces], weights=weights))
    mean = Position(lon, lat)
    return min(pieces, key=lambda p: (shown_mm(distance_m(mean, p.at)), p.cell))


def _units(
    found: Sequence[_Settlement], facts: GroundFacts, radius_m: int | None, prefix: str
) -> Iterator[Unit]:
    regions, in_town, in_cell = facts.regions, Counter[str](), Counter[str]()
    towns = [regions.nearest(s.centre.at.lon, s.centre.at.lat)[0] for s in found]
    grounds = _grounds(found, facts, radius_m)
    order = sorted(
        range(len(found)), key=lambda n: (towns[n], -found[n].people, found[n].centre.cell)
    )
    for n in order:
        town, centre = regions.municipality(towns[n]), found[n].centre
        name = town.name if town is not None else towns[n]
        in_town[towns[n]] += 1
        in_cell[centre.cell] += 1
        # Two sides of a strait may both have their centre in one cell.
        side = in_cell[centre.cell]
        code = centre.cell if side == 1 else f"{centre.cell}-{side}"
        yield Unit(
            id=f"{prefix}{code}",
            kind=UnitKind.POINT,
            name=f"{name}の地点{in_town[towns[n]]}",
            code=code,
            municipality_codes=(towns[n],),
            municipality=name,
            area_codes=(town.area_code,) if town is not None and town.area_code else (),
            geometry=grounds[n],
            position=centre.at,
            radius_m=radius_m,
        )


def _grounds(
    found: Sequence[_Settlement], facts: GroundFacts, radius_m: int | None
) -> list[MultiPolygon]:
    if radius_m is None:
        return [dissolve([p.ground for p in s.pieces]) for s in found]
    points = gpd.GeoSeries([Point(s.centre.at.lon, s.centre.at.lat) for s in found], crs=JGD2011)
    drawn = circles(points, radius_m) if found else ()
    return [facts.land.split(circle)[s.centre.land] for s, circle in zip(found, drawn, strict=True)]
