"""A hospital that the network does not cover may be the nearest: then remoteness is not proven.

"30 minutes or more to *any* other" can be refuted by one hospital on the network, but is only
proven when no nearer hospital is missing from it. The straight line is the yardstick: a missing
hospital farther off than the one found is no reason for doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from problems import Text
from spots.distance import distance_m
from spots.types import Facility
from spots.units import format_minutes


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
    facility: Facility, found: Facility | None, missing: Iterable[Facility]
) -> Uncovered | None:
    """Return the nearest facility that the network misses, when it is nearer than the one found.

    Parameters
    ----------
    facility : Facility
        The candidate; it has a position.
    found : Facility or None
        The nearest other by road; None when no other can be reached.
    missing : iterable of Facility
        What counts as another but is not tied to the network; the candidate's own site is passed
        over.

    Returns
    -------
    Uncovered or None
        None when nothing that is missing lies nearer. Facilities without a position cannot be
        compared; the run warns of each.
    """
    here = facility.position
    if here is None:
        return None
    limit = distance_m(here, found.position) if found and found.position else float("inf")
    apart = [
        Uncovered(other.name, distance_m(here, other.position))
        for other in missing
        if other.site != facility.site and other.position is not None
    ]
    nearest = min(apart, key=lambda m: (m.distance_m, m.name), default=None)
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
