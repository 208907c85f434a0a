"""How far apart two facilities are."""

from __future__ import annotations

from boundaries.geometry import GEOD
from spots.types import Position


def distance_m(a: Position, b: Position) -> float:
    """Return geodesic metres (GRS 80) between two positions."""
    metres: float = GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2]
    return metres
