"""A hospital that the network does not cover may be the nearest: then remoteness is not proven.

"30 minutes or more to *any* other" can be refuted by one hospital on the network, but is only
proven when no nearer hospital is missing from it. The straight line is the yardstick: a missing
hospital farther off than the one found is no reason for doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyproj import Geod

from problems import Text
from spots.criteria.facts import Roads
from spots.types import Facility, Position
from spots.units import format_minutes

_GEOD = Geod(ellps="GRS80")  # JGD2011


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A counted facility of another site that is not tied to the network.

    Parameters
    ----------
    name : str
        Its name.
    distance_m : float
        Geodesic metres from the candidate.
    """

    name: str
    distance_m: float


def nearer_uncovered(
    facility: Facility, found: Facility | None, others: Iterable[Facility], roads: Roads
) -> Uncovered | None:
    """Return the nearest facility that the network misses, when it is nearer than the one found.

    Parameters
    ----------
    facility : Facility
        The candidate; it has a position.
    found : Facility or None
        The nearest other by road; None when no other can be reached.
    others : iterable of Facility
        Everything that counts as another; the candidate and its own site are passed over.
    roads : Roads
        Tells which of them are tied to the network.

    Returns
    -------
    Uncovered or None
        None when nothing that is missing lies nearer. Facilities without a position cannot be
        compared; the run warns of each.
    """
    here = facility.position
    if here is None:
        return None
    limit = _metres(here, found.position) if found and found.position else float("inf")
    missing = [
        Uncovered(other.name, _metres(here, other.position))
        for other in others
        if other.site != facility.site and other.position is not None and not _tied(other, roads)
    ]
    nearest = min(missing, key=lambda m: (m.distance_m, m.name), default=None)
    return nearest if nearest is not None and nearest.distance_m < limit else None


def not_proven(missing: Uncovered, nearest_name: str | None, travel_ms: int | None) -> Text:
    """Return why a facility is undetermined although the network knows of none within reach."""
    km = f"{missing.distance_m / 1000:.1f}"
    ja, en = "道路網で到達できる病院はありません", "none can be reached on the network"
    if nearest_name is not None and travel_ms is not None:
        minutes = format_minutes(travel_ms)
        ja = f"道路網の中で最も近いのは「{nearest_name}」で{minutes}分"
        en = f"the nearest on the network is {nearest_name}, {minutes} minutes"
    return Text(
        f"より近い「{missing.name}」(直線{km}km)が道路網に載っておらず、判定できません({ja})",
        f"a nearer one, {missing.name} ({km} km in a straight line), is not on the road network "
        f"({en})",
    )


def _tied(facility: Facility, roads: Roads) -> bool:
    result = roads.snaps.get(facility.id)
    return result is not None and result.snap is not None


def _metres(a: Position, b: Position) -> float:
    metres: float = _GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2]
    return metres
