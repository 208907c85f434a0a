"""Circles of the designated facilities, cut as the policy says, with a ledger.

Stands apart: verdicts need no geometry, and are had without loading any.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
from shapely.geometry import MultiPolygon

from boundaries import (
    Regions,
    circles,
    cut,
    cut_steps,
    dissolve,
    ellipsoidal_km2,
)
from groundfloor.crs import JGD2011
from spots.judging.designation import covers
from spots.judging.policy import Policy
from spots.types import Spot, State, Verdict


def draw_spots(
    policy: Policy, verdicts: Sequence[Verdict], regions: Regions
) -> tuple[tuple[Spot, ...], MultiPolygon, float]:
    """Draw and cut a circle for every designated facility.

    Parameters
    ----------
    policy : Policy
        Radius, cuts and period.
    verdicts : sequence of Verdict
        All verdicts; only designated ones are drawn.
    regions : Regions
        Land, municipalities and areas to cut by.

    Returns
    -------
    spots : tuple of Spot
        One for each designated facility, in order.
    dissolved : MultiPolygon
        Their union, EPSG:6668.
    dissolved_km2 : float
        Its area on the ellipsoid.
    """
    drawn = [(v, v.facility.position) for v in verdicts if v.state is State.DESIGNATED]
    placed = [(v, p) for v, p in drawn if p is not None]
    if not placed:
        return (), MultiPolygon(), 0.0
    points = gpd.GeoSeries.from_xy([p.lon for _, p in placed], [p.lat for _, p in placed])
    round_ones = circles(points.set_crs(JGD2011), policy.circle.radius_m)
    out = frozenset(
        code
        for code in regions.municipalities.index
        for e in policy.exclude_municipality
        if e.area and covers(e.code, code)
    )
    steps = cut_steps(
        regions, policy.circle.cut, prefecture=policy.policy.prefecture, excluded_codes=out
    )
    spots = []
    for (verdict, _), circle in zip(placed, round_ones, strict=True):
        geometry, ledger = cut(circle, steps)
        spots.append(
            Spot(
                facility_id=verdict.facility.id,
                name=verdict.facility.name,
                criteria=verdict.criteria,
                place=verdict.place,
                radius_m=policy.circle.radius_m,
                geometry=geometry,
                circle=circle,
                circle_km2=ellipsoidal_km2(circle),
                area_km2=ellipsoidal_km2(geometry),
                ledger=ledger,
                reason=verdict.state_reason,
                valid_from=policy.validity.valid_from,
                valid_to=policy.validity.valid_to,
            )
        )
    union = dissolve([s.geometry for s in spots])
    return tuple(spots), union, ellipsoidal_km2(union)
