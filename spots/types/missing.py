"""Hospitals that count and of whose place, or way, not enough is known to measure them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Whereabouts(StrEnum):
    """What is known of the place of a hospital that is not on the roads, or has no place."""

    POSITION = "position"  # where the list has it
    NO_WAY = "no_way"  # where the list has it, on roads that none of the data joins to the asking
    MUNICIPALITY = "municipality"  # somewhere on its municipality's ground
    BEYOND = "beyond"  # somewhere in another prefecture
    ANYWHERE = "anywhere"  # nothing


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A hospital that counts, but to which no time is known, and how near it could be.

    Parameters
    ----------
    name : str
        The hospital.
    where : Whereabouts
        What is known of its place.
    least_ms : int
        Milliseconds that a drive to it takes at least: the straight line at the top speed of the
        roads; where it is `Whereabouts.BEYOND`, the drive to the prefecture's border. Of an
        estimate without roads, the estimate to the nearest place where it may stand.
    distance_m : float or None
        Geodesic metres of that straight line: to its position, or to the nearest ground of its
        municipality; None where there is no such line.
    closed_by : tuple of str
        Closures of the run that keep it off the roads; empty where none does.
    """

    name: str
    where: Whereabouts
    least_ms: int
    distance_m: float | None = None
    closed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingNear:
    """A hospital that counts and has no position, and how near it could be in a straight line.

    Parameters
    ----------
    name : str
        The hospital.
    where : Whereabouts
        What is known of its place.
    least_m : float
        Geodesic metres to the nearest place where it may stand.
    """

    name: str
    where: Whereabouts
    least_m: float
