"""Indicators of access for each municipality and medical area: distances, minutes, people, land.

Times are those of the criteria's searches, from each place to the nearest hospital; here places
are the centre of a unit, the ground of each cell of population, and points all over the land. A
drive of the limit or longer is beyond it, and so is a place from which no road leads to a
hospital; a place without a road is neither, and is counted apart.

The centre is the people's: the mean of the cells of the unit by their people, or where that lies
off the unit's ground the inhabited cell nearest to it. Without population it is a representative
point of the unit's largest piece, as for the conditions of `spots.judging.selecting`.

Stands apart: no verdict comes from here, and it runs only where a run file asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from boundaries import Regions, circles, dissolve, ellipsoidal_km2, people_inside
from boundaries.geometry import GEOD
from groundfloor.crs import JGD2011
from groundfloor.problems import Problem
from networks import Direction, SnapResult, Terminal, snap_points
from networks.search.places import place_times
from spots.judging.criteria import PolicyFacts, TiedRoads
from spots.judging.criteria.solving import terminals_of
from spots.judging.indicator_doubts import (
    asked_hospitals,
    asked_institutions,
    indicator_doubts,
)
from spots.types import Facility
from spots.types.access import (
    AccessIndicators,
    CentreBasis,
    CentreRoad,
    HospitalAccess,
    UnitCentre,
    UnitIndicators,
)
from spots.types.ground_units import UnitKind

_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]
_Flags = NDArray[np.bool_]
#: Half of a third-order mesh (about 500 m), degrees: how finely land is looked at.
_STEP_LON, _STEP_LAT = 22.5 / 3600, 15 / 3600
OFF_ROADS, UNREACHABLE = -2, -1


@dataclass(frozen=True, slots=True)
class IndicatorSetting:
    """What a run asks indicators of.

    Parameters
    ----------
    hospitals : str
        Name of the list of secondary emergency hospitals; those of layers that are only reached
        count too, as for the criteria.
    institutions : tuple of str
        Names of the lists of institutions for `distance_m`.
    limit_ms : int
        Drives of this and more are beyond.
    distance_m : int
        Ground farther than this from any institution is beyond.
    """

    hospitals: str
    institutions: tuple[str, ...]
    limit_ms: int
    distance_m: int


def access_indicators(
    asked: IndicatorSetting,
    facts: PolicyFacts,
    regions: Regions,
    cells: gpd.GeoDataFrame | None,
    ground: gpd.GeoDataFrame | None,
) -> tuple[AccessIndicators, tuple[Problem, ...]]:
    """Return the indicators of every municipality and medical area of the prefecture.

    Parameters
    ----------
    asked : IndicatorSetting
        What counts, and the limits.
    facts : PolicyFacts
        Facilities; roads, where the run has some; what a drive may use.
    regions : Regions
        The map.
    cells, ground : GeoDataFrame or None
        Cells of population and where their people live, as `RunResult` has them.

    Returns
    -------
    indicators : AccessIndicators
        What cannot be known for want of roads or population is None, never 0.
    problems : tuple of Problem
        What is missing, and hospitals that count nowhere since they have no place.
    """
    named = asked.hospitals, asked.institutions
    hospitals, institutions = asked_hospitals(named[0], facts), asked_institutions(named[1], facts)
    units = _units(regions)
    people = None if cells is None else _People.of(cells, ground, units)
    centres = tuple(_centre(n, unit, people) for n, unit in enumerate(units))
    places = _Places.of(units, centres, people)
    tied = _tied(places, facts)
    at_home = tuple(f for f in hospitals if not facts.is_neighbour(f))
    every, own = (
        _accesses(places, people, chosen, facts, tied, asked.limit_ms)
        for chosen in (hospitals, at_home)
    )
    found = tuple(
        UnitIndicators(
            kind=unit.kind,
            code=unit.code,
            name=unit.name,
            area_code=unit.area_code,
            geometry=unit.geometry,
            area_km2=ellipsoidal_km2(unit.geometry),
            centre=centres[n],
            every=every[n],
            own=own[n],
        )
        for n, unit in enumerate(units)
    )
    found = _with_land(found, places, tied)
    if people is not None:
        found = _with_people(found, asked, people, places, tied, institutions)
    indicators = AccessIndicators(
        asked.limit_ms, asked.distance_m, len(hospitals), len(institutions), found
    )
    return indicators, indicator_doubts(*named, facts, people=people is not None)


@dataclass(frozen=True, slots=True)
class _Ground:
    """A municipality or a medical area."""

    kind: UnitKind
    code: str
    name: str
    area_code: str
    geometry: MultiPolygon


def _units(regions: Regions) -> tuple[_Ground, ...]:
    towns = regions.municipalities
    mine = towns[towns["prefecture_code"] == regions.prefecture_code].sort_index()
    rows = zip(mine.index, mine["name"], mine["area_code"], mine.geometry, strict=True)
    areas = regions.areas.sort_index()
    return (
        *(_Ground(UnitKind.MUNICIPALITY, c, n, a or "", g) for c, n, a, g in rows),
        *(
            _Ground(UnitKind.MEDICAL_AREA, c, n, c, g)
            for c, n, g in zip(areas.index, areas["name"], areas.geometry, strict=True)
        ),
    )


def home_points(cells: gpd.GeoDataFrame, ground: gpd.GeoDataFrame | None) -> NDArray[np.object_]:
    """Return a point on the ground that the people of each cell live on, (C,)."""
    lived_on = cells.geometry.copy()
    if ground is not None:
        lived_on.update(ground.geometry)
    points: NDArray[np.object_] = shapely.point_on_surface(
        np.asarray(lived_on.values, dtype=object)
    )
    return points


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """Cells of population, a point on the ground of each, and the units."""

    cells: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame | None
    shapes: tuple[MultiPolygon, ...]
    points: NDArray[np.object_]

    @classmethod
    def of(
        cls, cells: gpd.GeoDataFrame, ground: gpd.GeoDataFrame | None, units: Sequence[_Ground]
    ) -> _People:
        """Return the people of some units."""
        points = home_points(cells, ground)
        return cls(cells, ground, tuple(unit.geometry for unit in units), points)

    @property
    def count(self) -> _Floats:
        """People of each cell; of secret ones none."""
        count: _Floats = np.nan_to_num(self.cells["population"].to_numpy(dtype=np.float64))
        return count

    def inside(self, chosen: _Flags | None = None) -> tuple[float, ...]:
        """Return the people of each unit, or those of them who live in some of the cells."""
        cells = self.cells if chosen is None else self.cells[chosen]
        ground = self.ground
        if ground is not None:
            ground = ground[ground.index.isin(cells.index)]
        return people_inside(cells, self.shapes, ground)

    def outside(self, taken: MultiPolygon) -> tuple[float, ...]:
        """Return the people of each unit who live off some ground."""
        rest = [shapely.difference(shape, taken) for shape in self.shapes]
        return people_inside(self.cells, rest, self.ground)


def _centre(n: int, unit: _Ground, people: _People | None) -> UnitCentre:
    if people is not None:
        inside = shapely.contains(people.shapes[n], people.points) & (people.count > 0)
        if inside.any():
            points, weights = people.points[inside], people.count[inside]
            lon, lat = np.average(shapely.get_coordinates(points), axis=0, weights=weights)
            middle = shapely.Point(lon, lat)
            if not shapely.contains(unit.geometry, middle):
                middle = points[int(shapely.distance(points, middle).argmin())]
            return UnitCentre(middle.x, middle.y, CentreBasis.POPULATION)
    largest = max(unit.geometry.geoms, key=ellipsoidal_km2)
    point = shapely.point_on_surface(largest)
    return UnitCentre(point.x, point.y, CentreBasis.LARGEST_PART)


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where drives begin: centres, then cells, then points of the land.

    Parameters
    ----------
    lon, lat : (P,) float64
        Degrees.
    centres, cells : int
        How many of the first are centres, and of the next cells.
    land : tuple of (N,) int64
        For each unit, its points of the land.
    """

    lon: _Floats
    lat: _Floats
    centres: int
    cells: int
    land: tuple[_Longs, ...]

    @classmethod
    def of(
        cls, units: Sequence[_Ground], centres: Sequence[UnitCentre], people: _People | None
    ) -> _Places:
        """Return every place of some units."""
        shapes = np.array([unit.geometry for unit in units], dtype=object)
        grid = _lattice(shapes)
        owner, point = shapely.STRtree(grid).query(shapes, predicate="contains")
        cells = np.array([], dtype=object) if people is None else people.points
        first = len(centres) + len(cells)
        parts = [np.array([(c.lon, c.lat) for c in centres]).reshape(-1, 2)]
        parts += [shapely.get_coordinates(points) for points in (cells, grid)]
        lon, lat = np.concatenate(parts).T
        land = tuple(first + np.sort(point[owner == n]) for n in range(len(units)))
        return cls(lon, lat, len(centres), len(cells), land)

    def of_cells(self, values: _Flags) -> _Flags:
        """Return the flags of the cells."""
        return values[self.centres : self.centres + self.cells]


def _lattice(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return points all over some ground, the middles of half meshes.

    Piece by piece: the box round 東京都 with its islands is a hundred times its land.
    """
    found = [np.empty((0, 2))]
    for part in shapely.get_parts(shapes):
        west, south, east, north = part.bounds
        columns = np.arange(math.floor(west / _STEP_LON), math.ceil(east / _STEP_LON))
        rows = np.arange(math.floor(south / _STEP_LAT), math.ceil(north / _STEP_LAT))
        grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
        middles = (grid + 0.5) * (_STEP_LON, _STEP_LAT)
        found.append(grid[shapely.contains_xy(part, *middles.T)])
    grid = np.unique(np.concatenate(found), axis=0)
    points: NDArray[np.object_] = shapely.points((grid + 0.5) * (_STEP_LON, _STEP_LAT))
    return points


def _tied(places: _Places, facts: PolicyFacts) -> tuple[SnapResult, ...] | None:
    """Return where each place is tied to the roads; None where the run has none."""
    if facts.roads is None:
        return None
    travel = facts.travel
    network = facts.roads.network
    return snap_points(network, places.lon, places.lat, travel.snap_limit_m, tolls=travel.tolls)


def drives_to(
    tied: Sequence[SnapResult], hospitals: Sequence[Terminal], facts: PolicyFacts, roads: TiedRoads
) -> tuple[_Longs, _Longs]:
    """Return milliseconds from each place to the nearest hospital, and which that is.

    Below zero where there is no drive: `UNREACHABLE`, or no road at the place at all.
    """
    ms = np.full(len(tied), OFF_ROADS, np.int64)
    nearest = np.full(len(tied), -1, np.int64)
    at = np.array([i for i, result in enumerate(tied) if result.snap is not None], np.int64)
    times = place_times(
        roads.network,
        [result.snap for result in tied if result.snap is not None],
        hospitals,
        direction=Direction.FROM_ORIGIN,
        options=facts.travel.options,
    )
    ms[at], nearest[at] = times.ms, times.destination
    return ms, nearest


def _accesses(
    places: _Places,
    people: _People | None,
    hospitals: Sequence[Facility],
    facts: PolicyFacts,
    tied: Sequence[SnapResult] | None,
    limit_ms: int,
) -> tuple[HospitalAccess, ...]:
    """Return the access of each unit to some hospitals."""
    found = tuple(_straight(places, n, hospitals) for n in range(places.centres))
    if tied is None or facts.roads is None:
        return found
    terminals = terminals_of(hospitals, facts.roads.tied())
    ms, nearest = drives_to(tied, terminals, facts, facts.roads)
    beyond = (ms == UNREACHABLE) | (ms >= limit_ms)
    names = {f.id: f.name for f in hospitals}
    far = None if people is None else people.inside(places.of_cells(beyond))
    reached = [terminals[k].id if k >= 0 else "" for k in nearest[: places.centres].tolist()]
    return tuple(
        replace(
            access,
            road=_ROADS.get(int(ms[n]), CentreRoad.REACHED),
            road_id=reached[n],
            road_name=names.get(reached[n], ""),
            travel_ms=int(ms[n]) if reached[n] else None,
            people_beyond=None if far is None else far[n],
            land_beyond=_share(beyond, places.land[n]),
        )
        for n, access in enumerate(found)
    )


_ROADS = {OFF_ROADS: CentreRoad.OFF_ROADS, UNREACHABLE: CentreRoad.UNREACHABLE}


def _straight(places: _Places, n: int, hospitals: Sequence[Facility]) -> HospitalAccess:
    """Return the hospital nearest to a centre in a straight line; of equals the first by id."""
    lon, lat = float(places.lon[n]), float(places.lat[n])
    measured = [
        (GEOD.inv(lon, lat, f.position.lon, f.position.lat)[2], f.id, f.name)
        for f in hospitals
        if f.position is not None
    ]
    if not measured:
        return HospitalAccess()
    metres, identity, name = min(measured)
    return HospitalAccess(straight_id=identity, straight_name=name, straight_m=metres)


def _share(flags: _Flags, at: _Longs) -> float | None:
    """Return the share of a unit's points that are flagged; None for a unit without any."""
    return float(flags[at].mean()) if len(at) else None


def _off_roads(tied: Sequence[SnapResult]) -> _Flags:
    return np.array([result.snap is None for result in tied], bool)


def _with_land(
    found: tuple[UnitIndicators, ...], places: _Places, tied: Sequence[SnapResult] | None
) -> tuple[UnitIndicators, ...]:
    """Return units with the share of their ground that is off the roads."""
    if tied is None:
        return found
    off = _off_roads(tied)
    return tuple(
        replace(unit, land_off_roads=_share(off, at))
        for unit, at in zip(found, places.land, strict=True)
    )


def _with_people(
    found: tuple[UnitIndicators, ...],
    asked: IndicatorSetting,
    people: _People,
    places: _Places,
    tied: Sequence[SnapResult] | None,
    institutions: Sequence[Facility],
) -> tuple[UnitIndicators, ...]:
    """Return units with their people, those off the roads, and those far from any institution."""
    whole = people.inside()
    off = far = None
    if tied is not None:
        off = people.inside(places.of_cells(_off_roads(tied)))
    if institutions:
        points = [(f.position.lon, f.position.lat) for f in institutions if f.position is not None]
        series = gpd.GeoSeries(shapely.points(np.array(points).reshape(-1, 2)), crs=JGD2011)
        near = dissolve(circles(series, asked.distance_m).to_numpy())
        far = people.outside(near)
    return tuple(
        replace(
            unit,
            people=whole[n],
            people_off_roads=off[n] if off else None,
            people_beyond_m=far[n] if far else None,
        )
        for n, unit in enumerate(found)
    )
