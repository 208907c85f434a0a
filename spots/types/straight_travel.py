"""Travel without roads: an estimate of time by the straight line, and the lines it was made of.

Such a time is no drive. It knows nothing of sea, mountains, rivers, bridges or one-way streets, and
is told as an estimate wherever it is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry import LineString

from spots.types.facilities import Double
from spots.types.missing import MissingNear


class TravelBasis(StrEnum):
    """What the travel times of a run are made of; one run has one."""

    ROAD = "road"  # drives on a road network
    STRAIGHT = "straight"  # straight lines times a factor, at one speed


@dataclass(frozen=True, slots=True)
class StraightTravel:
    """An estimate of travel time: geodesic metres times a factor, at one speed.

    Parameters
    ----------
    detour_factor : float
        How many times longer a road is taken to be than the straight line; one or more.
    speed_kmh : float
        Mean speed on that road, kilometres per hour.
    source : str
        Where the two numbers come from; may be empty.
    """

    detour_factor: float
    speed_kmh: float
    source: str = ""

    @property
    def crow_kmh(self) -> float:
        """Kilometres of straight line that an hour makes."""
        return self.speed_kmh / self.detour_factor

    def travel_ms(self, metres: float) -> int:
        """Return whole milliseconds for geodesic metres, rounded once, half to even as roads are.

        Examples
        --------
        >>> StraightTravel(1.3, 40.0).travel_ms(15_000.0)
        1755000
        """
        return round(metres * self.detour_factor * 3600.0 / self.speed_kmh)

    def reach_m(self, travel_ms: int) -> float:
        """Return the geodesic metres that take so many milliseconds."""
        return travel_ms * self.speed_kmh / 3600.0 / self.detour_factor


@dataclass(frozen=True, slots=True)
class StraightLine:
    """A straight line between two facilities: no road, and not to be drawn as one.

    Parameters
    ----------
    from_id, to_id : str
        Its ends, from the one that asks.
    distance_m : float
        Geodesic metres.
    geometry : LineString
        Longitude/latitude degrees, the two ends.
    sea_m : float or None
        Metres of it off the land of the outlines that the run has; None where it has none.
    """

    from_id: str
    to_id: str
    distance_m: float
    geometry: LineString
    sea_m: float | None = None

    @property
    def length_m(self) -> float:
        """Metres of it, as a route has."""
        return self.distance_m


@dataclass(frozen=True, slots=True)
class OtherAtDistance:
    """One of the hospitals nearest to a facility in a straight line.

    Parameters
    ----------
    id, name : str
        The hospital.
    line : StraightLine
        The line to it.
    """

    id: str
    name: str
    line: StraightLine


@dataclass(frozen=True, slots=True)
class DistanceEvidence:
    """Evidence of a criterion on straight distance for one facility.

    Distances are geodesic (GRS 80), to the millimetre, and compared as such.

    Parameters
    ----------
    threshold_m : float
        The policy's threshold, metres.
    others : tuple of OtherAtDistance
        The nearest hospitals of other sites, at most three, the one that decides first; empty
        where none is known, or the facility has no position.
    ties : tuple of str
        Names of other hospitals at exactly the same distance; the first hundred of them.
    tie_count : int
        How many there are.
    missing : MissingNear or None
        A hospital that counts and has no position, and may stand nearer than the nearest other.
    border_m : float or None
        Metres to ground beyond the prefecture of which no hospital is listed, where that is nearer
        than the nearest other and hospitals beyond count.
    border_unlisted : tuple of str
        Names of the prefectures there, where hospitals of others are listed.
    doubles : tuple of Double
        Others that may be the facility itself.
    if_one : OtherAtDistance or None
        The nearest other if they are.
    """

    threshold_m: float
    others: tuple[OtherAtDistance, ...] = ()
    ties: tuple[str, ...] = ()
    tie_count: int = 0
    missing: MissingNear | None = None
    border_m: float | None = None
    border_unlisted: tuple[str, ...] = ()
    doubles: tuple[Double, ...] = ()
    if_one: OtherAtDistance | None = None

    @property
    def nearest(self) -> OtherAtDistance | None:
        """The one that decides."""
        return self.others[0] if self.others else None

    @property
    def distance_m(self) -> float | None:
        """Metres to it."""
        return self.others[0].line.distance_m if self.others else None

    @property
    def margin_m(self) -> float | None:
        """Metres to it less the threshold, to the millimetre."""
        return None if self.distance_m is None else round(self.distance_m - self.threshold_m, 3)
