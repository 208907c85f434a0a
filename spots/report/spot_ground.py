"""What lies under every map of the report, in metres of the plane zone, made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from boundaries.types import AreaClass
from groundfloor.crs import JGD2011
from spots.map.shapes import area_outline, display_outlines
from spots.report.canvas import Extent
from spots.types import RunResult


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality to be named: its name, where the name goes (metres), its size (km²)."""

    name: str
    east: float
    north: float
    km2: float
    home: bool


@dataclass(frozen=True, slots=True)
class SpotGround:
    """Land, borders, medical areas and roads in metres of the plane zone.

    Parameters
    ----------
    to_plane : Transformer
        From longitude/latitude (JGD2011) to the zone.
    points : mapping of str to (float, float)
        Metres east and north of each facility with a position, by id.
    home, abroad : array of geometry
        Municipalities of the prefecture, and of others.
    excluded : array of geometry
        Those whose area the policy takes out.
    areas : mapping of AreaClass to array of geometry
        Medical areas by class.
    towns : tuple of Town
        Names, the largest first.
    roads : tuple of (str, geometry)
        Class and lines, the least important first: the order of drawing.
    closed : array of geometry
        Closed stretches.
    """

    to_plane: Transformer
    points: Mapping[str, tuple[float, float]]
    home: NDArray[np.object_]
    abroad: NDArray[np.object_]
    excluded: NDArray[np.object_]
    areas: Mapping[AreaClass, NDArray[np.object_]]
    towns: tuple[Town, ...]
    roads: tuple[tuple[str, NDArray[np.object_]], ...]
    closed: NDArray[np.object_]

    def moved(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return `shapes` (degrees) in metres of the zone."""
        return _moved(shapes, self.to_plane)


def ground_of(result: RunResult) -> SpotGround:
    """Return what lies under the maps of a run.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    """
    to_plane = Transformer.from_crs(JGD2011, result.plane_epsg, always_xy=True)
    towns = result.municipalities
    outlines = display_outlines(towns, plane_epsg=result.plane_epsg)
    shapes = _moved(np.asarray(outlines.values, dtype=object), to_plane)
    home = np.asarray(towns["prefecture_code"] == result.settings.prefecture_code, dtype=bool)
    excluded = home & np.asarray(towns["excluded"], dtype=bool)
    near = result.surroundings
    roads = [] if near is None else [(r.road_class, r.geometry) for r in reversed(near.roads)]
    closed = [] if near is None else [line.geometry for line in near.closed]
    return SpotGround(
        to_plane=to_plane,
        points=_points(result, to_plane),
        home=shapes[home],
        abroad=shapes[~home],
        excluded=shapes[excluded],
        areas=_areas(result, outlines, to_plane),
        towns=_towns(list(towns["name"]), shapes, home),
        roads=tuple((c, _moved(_parts([g]), to_plane)) for c, g in roads),
        closed=_moved(_parts(closed), to_plane),
    )


def _points(result: RunResult, to_plane: Transformer) -> Mapping[str, tuple[float, float]]:
    placed = [(v.facility.id, v.facility.position) for v in result.verdicts]
    known = [(key, p) for key, p in placed if p is not None]
    east, north = to_plane.transform([p.lon for _, p in known], [p.lat for _, p in known])
    return {key: (e, n) for (key, _), e, n in zip(known, east, north, strict=True)}


def _parts(shapes: list[BaseGeometry]) -> NDArray[np.object_]:
    parts: NDArray[np.object_] = shapely.get_parts(np.asarray(shapes, dtype=object))
    return parts


def _moved(shapes: NDArray[np.object_], to_plane: Transformer) -> NDArray[np.object_]:
    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1]))

    if len(shapes) == 0:
        return shapes
    moved: NDArray[np.object_] = shapely.transform(shapes, move)
    return moved


def _areas(
    result: RunResult, outlines: gpd.GeoSeries, to_plane: Transformer
) -> Mapping[AreaClass, NDArray[np.object_]]:
    members = result.municipalities["area_code"]
    by_class: dict[AreaClass, list[BaseGeometry]] = {}
    for code in sorted(result.areas.index):
        row = result.areas.loc[code]
        parts = [outlines.loc[m] for m in members.index[members == code]]
        shape = area_outline(row["geometry"], parts)
        by_class.setdefault(AreaClass(row["area_class"]), []).append(shape)
    return {
        kind: _moved(np.asarray(shapes, dtype=object), to_plane)
        for kind, shapes in by_class.items()
    }


def _towns(
    names: list[str], shapes: NDArray[np.object_], home: NDArray[np.bool_]
) -> tuple[Town, ...]:
    towns = []
    for name, shape, own in zip(names, shapes, home, strict=True):
        parts = shapely.get_parts(shape)
        if len(parts) == 0:
            continue
        largest = parts[int(np.argmax(shapely.area(parts)))]
        middle = shapely.point_on_surface(largest)
        inside = shapely.centroid(largest)
        spot = inside if shapely.contains(largest, inside) else middle
        towns.append(Town(str(name), spot.x, spot.y, float(largest.area) / 1e6, bool(own)))
    return tuple(sorted(towns, key=lambda t: (not t.home, -t.km2, t.name)))


def whole_extent(result: RunResult, ground: SpotGround) -> Extent | None:
    """Return what the map of the prefecture shows; None when nothing has a place.

    Specks of land far out are left to the margin, unless a facility of the prefecture is on them.
    """
    boxes = []
    shapes = ground.home if len(ground.home) else ground.abroad
    if len(shapes):
        parts = shapely.get_parts(shapes)
        sizes = shapely.area(parts)
        boxes += [shapely.bounds(p) for p in parts[sizes >= 0.002 * sizes.sum()]]
    spots = np.asarray([s.circle for s in result.spots], dtype=object)
    boxes += list(shapely.bounds(ground.moved(spots))) if len(spots) else []
    for verdict in result.verdicts:
        point = ground.points.get(verdict.facility.id)
        ours = verdict.place.prefecture_code == result.settings.prefecture_code
        if point is not None and (ours or not len(ground.home)):
            boxes.append(np.array([*point, *point]))
    if not boxes:
        return None
    table = np.array(boxes)
    low, high = table[:, :2].min(axis=0), table[:, 2:].max(axis=0)
    least_m = 8.0 * result.settings.radius_m
    return Extent(*(float(v) for v in (*low, *high))).grown(0.02, least_m)
