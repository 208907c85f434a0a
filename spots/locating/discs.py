"""Is a point inside a spot? By geodesic distance to the facility, never by the drawn polygon.

A drawn circle loses up to 0.3 m at its chords. So the disc is decided by distance, and the polygon
is only asked which parts of the disc were cut away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from boundaries import geodesic_distance_m
from boundaries.geometry import GEOD, polygons
from spots.locating.standing import SpotDistance
from spots.types import RunResult, Spot

# 64 chords per quadrant stay within 0.3 m of a circle of 4 km, and within 0.0001 of any radius.
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
        _prepare((spot.geometry, removed))
        discs.append(Disc(spot, centre.lon, centre.lat, removed))
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


def _prepare(geometries: Iterable[BaseGeometry]) -> None:
    for geometry in geometries:
        shapely.prepare(geometry)
