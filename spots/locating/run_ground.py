"""Municipality, medical area and 少数区域 of a point, from the boundaries a run kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from boundaries import designated_city, geodesic_distance_m
from boundaries.addresses import PlaceName, code_of_address, code_of_name
from boundaries.codes import fold
from boundaries.types import AreaClass
from groundfloor.problems import Text
from spots.facilities import RawFacility
from spots.types import Place, RunResult

# How far outside every municipality a point is still taken for the nearest one: the policy's
# place.tolerance_m, and the preset's 500 m where the run did not keep it (coast, generalised
# outlines).
# Square degrees, about 10 m2: outlines that are simplified twice leave such slivers.
_SLIVER = 1e-9
_DEFAULT_TOLERANCE_M = 500.0
_M_PER_DEGREE = 111_000.0  # not more than a degree of latitude has in Japan
NOWHERE = Place(None, "", None, None, "", AreaClass.UNKNOWN)


@dataclass(frozen=True, slots=True, eq=False)
class RunGround:
    """The boundaries of a run, ready for questions. Make it with `ground_of`."""

    prefecture_code: str
    tolerance_m: float
    places: Mapping[str, Place]  # by municipality code
    codes: tuple[str, ...]
    shapes: np.ndarray  # of municipalities, in the order of `codes`
    tree: shapely.STRtree
    names: tuple[PlaceName, ...]
    shortage: tuple[tuple[str, BaseGeometry], ...]  # 少数区域 by name
    others: tuple[tuple[str, BaseGeometry], ...]  # all other ground by name


def ground_of(result: RunResult) -> RunGround:
    """Return the ground of a run."""
    frame = result.municipalities
    areas = {
        str(code): (str(name), AreaClass(kind))
        for code, name, kind in zip(
            result.areas.index, result.areas["name"], result.areas["area_class"], strict=True
        )
    }
    places = {}
    for code, row in zip(map(str, frame.index), frame.itertuples(), strict=True):
        area_code = row.area_code if isinstance(row.area_code, str) else None
        area, kind = areas.get(area_code or "", ("", AreaClass.UNKNOWN))
        places[code] = Place(code, row.name, row.prefecture_code, area_code, area, kind)
    shapes = np.asarray(frame.geometry.values, dtype=object)
    own = result.settings.prefecture_code
    shortage: list[tuple[str, BaseGeometry]] = []
    others: list[tuple[str, BaseGeometry]] = []
    for (area, kind), shape in zip(areas.values(), result.areas.geometry, strict=True):
        (shortage if kind is AreaClass.SHORTAGE else others).append((area, shape))
    others += [
        (p.municipality, shape)
        for p, shape in zip(places.values(), shapes, strict=True)
        if p.prefecture_code != own
    ]
    shapely.prepare([shape for _, shape in (*shortage, *others)])
    return RunGround(
        prefecture_code=own,
        tolerance_m=_tolerance(result),
        places=places,
        codes=tuple(places),
        shapes=shapes,
        tree=shapely.STRtree(shapes),
        names=_names(result),
        shortage=tuple(shortage),
        others=tuple(others),
    )


def _tolerance(result: RunResult) -> float:
    value: object = result.job
    for key in ("policy", "place", "tolerance_m"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) else _DEFAULT_TOLERANCE_M


def _names(result: RunResult) -> tuple[PlaceName, ...]:
    frame = result.municipalities
    counties = frame["county"] if "county" in frame else [""] * len(frame)
    return tuple(
        PlaceName(str(code), prefecture, fold(name), fold(county or ""))
        for code, name, prefecture, county in zip(
            frame.index, frame["name"], frame["prefecture_code"], counties, strict=True
        )
    )


def at_point(ground: RunGround, lon: float, lat: float) -> tuple[Place, float]:
    """Return the place of a point, and how many metres the point lies outside of it.

    `NOWHERE` and ``inf`` when no municipality is within the tolerance.
    """
    point = Point(lon, lat)
    hits = ground.tree.query(point, predicate="intersects")
    if len(hits):
        return ground.places[min(ground.codes[at] for at in hits)], 0.0
    around = ground.tree.query(
        point, predicate="dwithin", distance=degrees(ground.tolerance_m, lat)
    )
    near = sorted(
        (geodesic_distance_m(ground.shapes[at], lon, lat), ground.codes[at]) for at in around
    )
    if not near or near[0][0] > ground.tolerance_m:
        return NOWHERE, math.inf
    return ground.places[near[0][1]], near[0][0]


def declared(ground: RunGround, row: RawFacility) -> Place | None:
    """Return the place that a row's code, municipality or address names; None when none fits."""
    code = row.municipality_code
    if code is None and row.municipality:
        code = code_of_name(row.municipality, ground.names, row.prefecture_code)
    if code is None and row.address:
        code = code_of_address(row.address, ground.names, row.prefecture_code)
    if code is None:
        return None
    city = designated_city(code)
    return ground.places.get(code) or (ground.places.get(city[0]) if city else None)


def metres_to(ground: RunGround, place: Place, lon: float, lat: float) -> float:
    """Return geodesic metres from a point to a municipality of the run, 0 inside."""
    at = ground.codes.index(place.municipality_code or "")
    return geodesic_distance_m(ground.shapes[at], lon, lat)


def nearest_other_class(
    ground: RunGround, place: Place, lon: float, lat: float, within_m: float
) -> tuple[float, str] | None:
    """Return metres and name of ground where 少数区域 or not would be answered otherwise.

    The coast does not count: there is nothing on the other side. None when there is none within
    `within_m`.
    """
    inside = place.area_class is AreaClass.SHORTAGE
    reach, point = degrees(within_m, lat), Point(lon, lat)
    near = [
        (geodesic_distance_m(shape, lon, lat), name)
        for name, shape in (ground.others if inside else ground.shortage)
        if shapely.dwithin(shape, point, reach)
    ]
    return min((found for found in near if found[0] <= within_m), default=None)


def land_beyond(
    ground: RunGround, spot: BaseGeometry, lon: float, lat: float, within_m: float
) -> bool:
    """Tell whether any land of the prefecture within `within_m` of a point is not in a spot."""
    around = Point(lon, lat).buffer(degrees(within_m, lat))
    shapes = [
        ground.shapes[at]
        for at in ground.tree.query(around, predicate="intersects")
        if ground.places[ground.codes[at]].prefecture_code == ground.prefecture_code
    ]
    land = shapely.intersection(shapely.union_all(shapes), around)
    return bool(shapely.area(shapely.difference(land, spot)) > _SLIVER)


def degrees(metres: float, lat: float) -> float:
    """Return degrees that reach at least `metres` in every direction at a latitude."""
    return metres / (_M_PER_DEGREE * math.cos(math.radians(lat)))


def unknown_class(place: Place) -> Text:
    """Return why it is not known whether a place of the prefecture is a 少数区域."""
    area = place.area or place.municipality
    return Text(
        f"{area}の医師偏在指標がないため、医師少数区域かどうか判定できません",
        f"{area} has no physician index, so whether it is a shortage area is not known",
    )
