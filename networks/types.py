"""Values that `networks` takes and hands out: snaps, terminals, routes and nearest others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry import LineString

from groundfloor.arguments import flag, whole_number
from networks.speeds.profile import FERRY


class Direction(StrEnum):
    """Which way the drive goes."""

    FROM_ORIGIN = "from_origin"
    TO_ORIGIN = "to_origin"


@dataclass(frozen=True, slots=True)
class TravelOptions:
    """What a drive may use.

    Parameters
    ----------
    tolls, ferries : bool
        Whether toll roads and ferries may be used.
    ferry_wait_ms : int
        Waiting time added each time a ferry is boarded, milliseconds.
    """

    tolls: bool = True
    ferries: bool = False
    ferry_wait_ms: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no flag and no whole number: a text is true, whatever it says."""
        object.__setattr__(self, "tolls", flag(self.tolls, "tolls"))
        object.__setattr__(self, "ferries", flag(self.ferries, "ferries"))
        object.__setattr__(self, "ferry_wait_ms", whole_number(self.ferry_wait_ms, "ferry_wait_ms"))


@dataclass(frozen=True, slots=True)
class Snap:
    """A point tied to the network: the nearest place on an edge.

    Parameters
    ----------
    edge : int
        Edge index in the `RoadNetwork`.
    fraction : float
        Place along the edge by length, 0 at its tail, 1 at its head.
    distance_m : float
        Geodesic metres from the point to that place.
    access_ms : int
        Milliseconds for those metres at the profile's access speed.
    lon, lat : float
        The place itself, degrees.
    door_lon, door_lat : float or None
        The point that was tied, degrees; routes are drawn from there. None when unknown.
    """

    edge: int
    fraction: float
    distance_m: float
    access_ms: int
    lon: float
    lat: float
    door_lon: float | None = None
    door_lat: float | None = None


@dataclass(frozen=True, slots=True)
class SnapResult:
    """Outcome of snapping one point.

    Parameters
    ----------
    snap : Snap or None
        None when no edge lies within the limit.
    distance_m : float
        Geodesic metres to the nearest edge, also when that is beyond the limit
        (``inf`` for an empty network).
    alternative : Snap or None
        The other place that could have been meant, where a fragment of the network and its main
        part are both near, or a road that leads one way only and one that can be both left and
        reached.
    half_way : bool
        Whether the place can not be both left for the main part of its piece of road and reached
        from there: no road that can lies within the limit.
    """

    snap: Snap | None
    distance_m: float
    alternative: Snap | None = None
    half_way: bool = False


class NearerKind(StrEnum):
    """Why a place is not tied to a road that is nearer than the one it is tied to."""

    CLOSED_WAY = "closed_way"  # private, or closed to the public otherwise
    BARRIER = "barrier"  # bollards, a locked gate
    HALF_WAY = "half_way"  # can be left or reached, but not both
    TUNNEL = "tunnel"
    BRIDGE = "bridge"
    MOTORROAD = "motorroad"
    RAMP = "ramp"
    MOTORWAY = "motorway"
    PARTLY = "partly"  # a tunnel is somewhere along it, nobody knows where


@dataclass(frozen=True, slots=True)
class NearerRoad:
    """A road at a door that the place is not tied to, or not for certain.

    Parameters
    ----------
    kind : NearerKind
        Why not.
    distance_m : float
        Geodesic metres from the point to it.
    way_m : float
        Metres along it to where the roads for everybody begin; 0 where there is no `snap`.
    snap : Snap or None
        The place tied to the network by way of it: where it meets the roads for everybody, with
        the time along it as access. None where it does not lead there, or cannot be driven.
    clear : bool
        Whether the road that the place is tied to lies clearly farther off, or there is none, or
        it is this road and nothing leads out of it but the way that is closed.
    """

    kind: NearerKind
    distance_m: float
    way_m: float
    snap: Snap | None
    clear: bool


@dataclass(frozen=True, slots=True)
class Terminal:
    """A place that drives start from or lead to.

    Parameters
    ----------
    id : str
        Unique among the origins, and among the destinations.
    site : str
        Terminals of the same site never serve each other.
    snap : Snap
        Where it is on the network.
    """

    id: str
    site: str
    snap: Snap


@dataclass(frozen=True, slots=True)
class RouteShare:
    """Metres and milliseconds that a route spends on one road class."""

    road_class: str
    length_m: float
    travel_ms: int


@dataclass(frozen=True, slots=True)
class Route:
    """A drive door to door, always described in the direction of travel.

    Parameters
    ----------
    from_id, to_id : str
        Terminals at its two ends in the direction of travel.
    travel_ms : int
        access + road + delays + ferry waiting + egress, milliseconds.
    access_ms, road_ms, wait_ms, egress_ms : int
        The parts.
    length_m : float
        Metres on the network (without access and egress).
    toll_m : float
        Metres of it on toll roads.
    shares : tuple of RouteShare
        By road class, longest first.
    ferries : tuple of str
        Names of the ferries used, in order.
    road_names : tuple of str
        Names or numbers of the roads used, in order, repeats folded; empty where unknown.
    geometry : LineString
        Longitude/latitude degrees, from door to door.
    delay_ms : int
        Waiting at signals, crossings and turns, as the profile has it; part of `travel_ms`.
    """

    from_id: str
    to_id: str
    travel_ms: int
    access_ms: int
    road_ms: int
    wait_ms: int
    egress_ms: int
    length_m: float
    toll_m: float
    shares: tuple[RouteShare, ...]
    ferries: tuple[str, ...]
    road_names: tuple[str, ...]
    geometry: LineString
    delay_ms: int = 0

    @property
    def crossing_ms(self) -> int:
        """Milliseconds on ferries under way, without the waiting."""
        return sum(s.travel_ms for s in self.shares if s.road_class == FERRY)


@dataclass(frozen=True, slots=True)
class NearestOther:
    """The nearest destination of another site, for one origin.

    Parameters
    ----------
    origin_id : str
        The origin.
    destination_id : str or None
        None when no other destination can be reached.
    travel_ms : int or None
        Door-to-door milliseconds; None when unreachable.
    route : Route or None
        The decisive route, from the same search.
    ties : tuple of str
        Other destinations with exactly the same milliseconds, sorted; the first hundred of them.
    tie_count : int
        How many there are.
    """

    origin_id: str
    destination_id: str | None
    travel_ms: int | None
    route: Route | None
    ties: tuple[str, ...] = ()
    tie_count: int = 0

    @property
    def reachable(self) -> bool:
        """Whether any other destination can be reached."""
        return self.destination_id is not None
