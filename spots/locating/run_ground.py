"""The ground of a run under a point: municipality, medical area, 少数区域, and discs of spots.

Whether a point is inside a spot is a matter of geodesic distance to the facility, never of the
drawn polygon: a drawn circle is up to 0.1 m off the true one. So the disc is decided by distance,
and the polygon is only asked which parts of the disc were cut away.

Stands apart: geometry alone; what it means for an institution is said in `answering`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from boundaries import designated_city, geodesic_distance_m
from boundaries.addresses import PlaceName, code_of_address, code_of_name
from boundaries.codes import fold
from boundaries.geometry import GEOD, polygons
from boundaries.types import AreaClass, ClassBasis
from groundfloor.guarded_shapes import prepared_copy
from groundfloor.stored_table import column_of
from spots.facilities import RawFacility
from spots.locating.standing import SpotDistance
from spots.types import Place, RunResult, Spot

# Square degrees, about 10 m2: outlines that are simplified twice leave such slivers.
_SLIVER = 1e-9
# How far outside every municipality a point is still taken for the nearest one: the policy's
# place.tolerance_m, and the preset's 500 m where the run did not keep it (coast, generalised
# outlines).
_DEFAULT_TOLERANCE_M = 500.0
M_PER_DEGREE = 111_000.0  # not more than a degree of latitude has in Japan
NOWHERE = Place(None, "", None, None, "", AreaClass.UNKNOWN)


@dataclass(frozen=True, slots=True, eq=False)
class RunGround:
    """The boundaries of a run, ready for questions. Make it with `ground_of`."""

    home: frozenset[str]  # prefectures whose facilities are judged
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
    areas = _areas(result)
    towns = partial(column_of, result, "municipalities")
    names, prefectures, members = towns("name"), towns("prefecture_code"), towns("area_code")
    places = {}
    for code, name in names.items():
        area_code = members[code]
        area, kind, basis = areas.get(area_code or "", ("", AreaClass.UNKNOWN, None))
        places[code] = Place(
            code, name, prefectures[code], area_code, area, kind, class_basis=basis
        )
    shapes = np.array([*towns("geometry").values()], dtype=object)
    own = result.settings.home
    shortage: list[tuple[str, BaseGeometry]] = []
    others: list[tuple[str, BaseGeometry]] = []
    for (area, kind, _), shape in zip(
        areas.values(), column_of(result, "areas", "geometry").values(), strict=True
    ):
        (shortage if kind is AreaClass.SHORTAGE else others).append((area, shape))
    others += [
        (p.municipality, shape)
        for p, shape in zip(places.values(), shapes, strict=True)
        if p.prefecture_code not in own
    ]
    return RunGround(
        home=own,
        tolerance_m=_tolerance(result),
        places=places,
        codes=tuple(places),
        shapes=shapes,
        tree=shapely.STRtree(shapes),
        names=_names(result),
        shortage=tuple((area, prepared_copy(shape)) for area, shape in shortage),
        others=tuple((name, prepared_copy(shape)) for name, shape in others),
    )


def _areas(result: RunResult) -> Mapping[str, tuple[str, AreaClass, ClassBasis | None]]:
    """Return name and class of each medical area, and why; older runs did not record the last."""
    areas = partial(column_of, result, "areas")
    kinds, bases = areas("area_class"), areas("class_basis")
    return {
        code: (str(name), AreaClass(kinds[code]), ClassBasis(bases[code]) if bases else None)
        for code, name in areas("name").items()
    }


def _tolerance(result: RunResult) -> float:
    value: object = result.job
    for key in ("policy", "place", "tolerance_m"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) else _DEFAULT_TOLERANCE_M


def _names(result: RunResult) -> tuple[PlaceName, ...]:
    towns = partial(column_of, result, "municipalities")
    prefectures, counties = towns("prefecture_code"), towns("county")
    return tuple(
        PlaceName(code, prefectures[code], fold(name), fold(counties.get(code) or ""))
        for code, name in towns("name").items()
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
        if ground.places[ground.codes[at]].prefecture_code in ground.home
    ]
    # Each is cut first: uniting whole outlines of a coast takes a hundred times as long.
    land = shapely.union_all([shapely.intersection(shape, around) for shape in shapes])
    return bool(shapely.area(shapely.difference(land, spot)) > _SLIVER)


def degrees(metres: float, lat: float) -> float:
    """Return degrees that reach at least `metres` in every direction at a latitude."""
    return metres / (M_PER_DEGREE * math.cos(math.radians(lat)))


# --- discs of spots

# A drawn circle stays within 0.1 m of the true one, in older runs within 0.0001 of its radius.
_CHORD_SHARE = 1e-4
_NOTHING_KM2 = 1e-9  # rounding of an overlay, not a cut


@dataclass(frozen=True, slots=True)
class Disc:
    """A spot with its centre and what was cut from it.

    Parameters
    ----------
    spot : Spot
        The spot.
    lon, lat : float
        Its facility, degrees.
    removed : MultiPolygon
        Parts of the circle that were cut away, EPSG:6668; empty for a whole circle.
    """

    spot: Spot
    lon: float
    lat: float
    removed: MultiPolygon


def discs_of(
    result: RunResult, on: date | None = None, *, lapsed: bool = False
) -> tuple[Disc, ...]:
    """Return the spots of a run that have any ground left.

    Parameters
    ----------
    result : RunResult
        The run.
    on : date, optional
        Only those valid on this day.
    lapsed : bool
        Only those *not* valid on it instead.
    """
    places = {v.facility.id: v.facility.position for v in result.verdicts}
    discs = []
    for spot in result.spots:
        centre = places.get(spot.facility_id)
        if centre is None or spot.geometry.is_empty or valid_on(spot, on) is lapsed:
            continue
        cut = any(entry.removed_km2 > _NOTHING_KM2 for entry in spot.ledger)
        removed = polygons(spot.circle.difference(spot.geometry)) if cut else MultiPolygon()
        own = replace(spot, geometry=prepared_copy(spot.geometry))
        discs.append(Disc(own, centre.lon, centre.lat, prepared_copy(removed)))
    return tuple(discs)


def valid_on(spot: Spot, on: date | None) -> bool:
    """Tell whether a spot is valid on a day; every spot is when no day is given."""
    if on is None:
        return True
    begun = spot.valid_from is None or spot.valid_from <= on
    return begun and (spot.valid_to is None or on <= spot.valid_to)


def measure(
    discs: Sequence[Disc],
    lon: float,
    lat: float,
    within_m: float,
    *,
    valid: bool = True,
    metres: NDArray[np.float64] | None = None,
) -> tuple[SpotDistance, ...]:
    """Measure a point against the spots that matter for it.

    Parameters
    ----------
    discs : sequence of Disc
        The spots.
    lon, lat : float
        The point, degrees.
    within_m : float
        Spots whose edge is as near as this are all measured; of those farther away, only as many
        as it takes to be sure of the nearest edge.
    valid : bool
        What to say of their validity; of spots that are not valid the far ones are left out.
    metres : array of float, optional
        Metres to each centre, as `to_centres` gives them for many points at once.

    Returns
    -------
    tuple of SpotDistance
        Inside ones first by distance to the facility, then by distance to the edge.
    """
    if not discs:
        return ()
    if metres is None:
        metres = to_centres(discs, [lon], [lat])[0]
    # No point of a spot is nearer than the whole disc would be.
    gaps = metres - np.array([float(d.spot.radius_m) for d in discs])
    nearest = np.inf if valid else 0.0
    found: list[SpotDistance] = []
    for at in np.argsort(gaps, kind="stable"):
        if gaps[at] > within_m and gaps[at] > nearest:
            break
        one = replace(_measure(discs[at], lon, lat, float(metres[at])), valid=valid)
        nearest = min(nearest, max(0.0, -one.edge_m))
        found.append(one)
    return tuple(sorted(found, key=_rank))


def to_centres(
    discs: Sequence[Disc], lons: Sequence[float], lats: Sequence[float]
) -> NDArray[np.float64]:
    """Return geodesic metres from every point to every centre, shape ``(points, discs)``."""
    count, each = len(lons), len(discs)
    lon1, lat1 = (np.repeat(np.asarray(v, dtype=np.float64), each) for v in (lons, lats))
    lon2 = np.tile(np.array([d.lon for d in discs], dtype=np.float64), count)
    lat2 = np.tile(np.array([d.lat for d in discs], dtype=np.float64), count)
    metres = np.asarray(GEOD.inv(lon1, lat1, lon2, lat2)[2], dtype=np.float64)
    return metres.reshape(count, each)


def _rank(found: SpotDistance) -> tuple[bool, float, str]:
    value = found.distance_m if found.inside else -found.edge_m
    return not found.inside, value, found.facility_id


def _measure(disc: Disc, lon: float, lat: float, distance_m: float) -> SpotDistance:
    spot, gap = disc.spot, distance_m - disc.spot.radius_m
    inside = gap <= 0
    edge_m = -gap
    if not disc.removed.is_empty:
        point = Point(lon, lat)
        # A point between chord and arc lies in neither part: it belongs to the nearer one.
        kept = shapely.distance(spot.geometry, point) <= shapely.distance(disc.removed, point)
        inside = inside and bool(kept)
        if inside:
            edge_m = min(-gap, geodesic_distance_m(disc.removed, lon, lat))
        else:
            edge_m = -_to_arc(geodesic_distance_m(spot.geometry, lon, lat), gap, spot.radius_m)
    return SpotDistance(
        facility_id=spot.facility_id,
        name=spot.name,
        criteria=spot.criteria,
        inside=inside,
        distance_m=distance_m,
        edge_m=edge_m,
        valid_from=spot.valid_from,
        valid_to=spot.valid_to,
    )


def _to_arc(metres: float, gap: float, radius_m: float) -> float:
    """Return the metres to the true arc where the drawn chord was the nearest thing."""
    return gap if gap > 0 and metres - gap <= radius_m * _CHORD_SHARE else metres
