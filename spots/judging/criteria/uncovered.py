"""What the data do not cover may hold the nearest hospital: then remoteness is not proven.

"30 minutes or more to *any* other" can be refuted by one hospital on the network, but is only
proven when no nearer one is missing. Two things can be missing:

- A hospital that counts and is not on the network. The straight line is the yardstick: one that
  is farther off than the one found is no reason for doubt.
- Hospitals beyond the border of the road data, when those of other prefectures count and no list
  names any. The drive to the border is the yardstick, since every drive out of the data passes
  it: where it takes as long as the threshold, whatever lies beyond does too. Where hospitals
  beyond do not count, or are listed (the list is taken to be complete), the border does not
  matter. A drive that leaves the data and comes back is not looked for.

A network whose source does not say where it was cut (link tables) has no border.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spots.types import Facility, distance_m


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
