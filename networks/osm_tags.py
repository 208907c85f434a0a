"""What OSM tags mean to a car: may it drive here, which way, how fast.

Follows the OSM wiki's pages on Key:access, Key:oneway, Key:maxspeed and Tag:route=ferry.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from networks.profile import (
    FALLBACK,
    FERRY,
    MaxspeedRule,
    RoadClass,
    SpeedProfile,
    UnknownClassRule,
    fold,
)

Tags = Mapping[str, str]

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"  # as openstreetmap.org/copyright asks

CAR_CLASSES = frozenset(
    {
        *("motorway", "trunk", "primary", "secondary", "tertiary"),
        *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
        *("unclassified", "residential", "living_street", "service", "road", "track"),
    }
)
NOT_FOR_CARS = frozenset(
    {
        *("footway", "path", "steps", "cycleway", "pedestrian", "bridleway", "corridor"),
        *("platform", "busway", "bus_guideway", "bus_stop", "raceway", "escape", "elevator"),
        *("via_ferrata", "ladder", "rest_area", "services", "crossing", "traffic_island"),
    }
)
NOT_BUILT = frozenset(
    {
        *("construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished"),
        *("dismantled", "removed", "historic", "no"),
    }
)
# Most specific key first: a gate marked access=no with motorcar=yes lets cars through.
_ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_CLOSED = frozenset(
    {
        *("no", "private", "agricultural", "forestry", "agricultural;forestry", "military"),
        *("emergency", "permit", "residents", "employees", "staff", "bus", "psv", "delivery"),
        "use_sidepath",
    }
)
_FORWARD = frozenset({"yes", "true", "1", "forward", "f"})
_REVERSE = frozenset({"-1", "reverse", "backward", "t"})
_EITHER = frozenset({"no", "false", "0", "alternating"})  # alternating: both, taking turns
_MPH = 1.609344
_MINUTES_MAX = 48 * 60  # a ferry duration beyond two days is a slip of the pen


@dataclass(frozen=True, slots=True)
class Drivable:
    """A way that cars may use.

    Parameters
    ----------
    road_class : str
        Name of the class; the tag's own value where the fallback row was used.
    kmh : float
        Speed; NaN where `duration_ms` is given.
    duration_ms : int
        Milliseconds for the whole way, stated by the map (ferries); -1 otherwise.
    speed_source : str
        ``profile``, ``maxspeed``, ``fallback`` or ``duration``.
    forward, backward : bool
        Directions along the way's nodes.
    toll, ferry : bool
        Toll road; ferry.
    name : str
        Name or number, possibly empty.
    """

    road_class: str
    kmh: float
    duration_ms: int
    speed_source: str
    forward: bool
    backward: bool
    toll: bool
    ferry: bool
    name: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A way left out, and why (a word for counting)."""

    reason: str


@dataclass(frozen=True, slots=True)
class UnknownClass:
    """A road for cars whose class the profile does not know: the build must not go on."""

    road_class: str


def judge(
    tags: Tags, profile: SpeedProfile, rows: Mapping[str, RoadClass]
) -> Drivable | Dropped | UnknownClass | None:
    """Return what a way is to a car; None when it is neither road nor ferry.

    Parameters
    ----------
    tags : Mapping of str to str
        Tags of the way.
    profile : SpeedProfile
        Speeds and policies.
    rows : Mapping of str to RoadClass
        ``profile.lookup()``, looked up once for all ways.
    """
    highway = tags.get("highway")
    if highway is None:
        return _ferry(tags, profile) if tags.get("route") == FERRY else None
    directions = drive_directions(tags)
    reason = _why_not(highway, tags, directions)
    if reason or directions is None:
        return Dropped(reason)
    row = class_row(highway, profile, rows)
    if row is None:
        known = highway in CAR_CLASSES
        return UnknownClass(highway) if known else Dropped("unknown-highway-value")
    kmh, source = way_speed(row, tags, profile)
    return Drivable(
        road_class=highway if row.name == FALLBACK else row.name,
        kmh=kmh,
        duration_ms=-1,
        speed_source=source,
        forward=directions[0],
        backward=directions[1],
        toll=is_toll(tags),
        ferry=False,
        name=tags.get("name") or tags.get("ref") or "",
    )


def _why_not(highway: str, tags: Tags, directions: tuple[bool, bool] | None) -> str:
    """Return why a highway is left out; empty when it is not."""
    reasons = (
        (highway in NOT_BUILT, "not-built"),
        (tags.get("area") == "yes", "area"),
        (highway in NOT_FOR_CARS, "not-for-cars"),
        (not cars_allowed(tags), "no-access"),
        (directions is None, "reversible"),
    )
    return next((reason for applies, reason in reasons if applies), "")


def class_row(
    road_class: str, profile: SpeedProfile, rows: Mapping[str, RoadClass]
) -> RoadClass | None:
    """Return the row of a class, the fallback row where the policy allows it, or None."""
    row = rows.get(fold(road_class))
    if row is None and profile.unknown_class is UnknownClassRule.FALLBACK:
        return profile.fallback
    return row


def cars_allowed(tags: Tags) -> bool:
    """Tell whether access tags let an ordinary car in; the most specific tag decides.

    Examples
    --------
    >>> cars_allowed({"access": "no", "motorcar": "yes"}), cars_allowed({"vehicle": "private"})
    (True, False)
    """
    for key in _ACCESS_KEYS:
        if key in tags:
            return tags[key] not in _CLOSED
    return True


def drive_directions(tags: Tags) -> tuple[bool, bool] | None:
    """Return whether cars may drive (along, against) the way's nodes; None when it changes daily.

    Examples
    --------
    >>> drive_directions({"highway": "motorway"}), drive_directions({"oneway": "-1"})
    ((True, False), (False, True))
    """
    keys = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
    value = next((tags[key].lower() for key in keys if key in tags), None)
    if value in _FORWARD:
        return True, False
    if value in _REVERSE:
        return False, True
    if value == "reversible":
        return None
    implied = (
        tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
    )
    if implied and value not in _EITHER:
        return True, False
    return True, True


def is_toll(tags: Tags) -> bool:
    """Tell whether cars pay."""
    for key in ("toll:motorcar", "toll:motor_vehicle", "toll"):
        if key in tags:
            return tags[key] not in {"no", "0", "false", ""}
    return False


def way_speed(row: RoadClass, tags: Tags, profile: SpeedProfile) -> tuple[float, str]:
    """Return (km/h, what it rests on) from the row and, as the profile says, the mapped limit."""
    kmh = row.kmh if row.kmh is not None else math.nan
    source = FALLBACK if row.name == FALLBACK else "profile"
    limit = parse_maxspeed(tags.get("maxspeed", ""))
    if limit is None or profile.maxspeed is MaxspeedRule.IGNORE:
        return kmh, source
    if profile.maxspeed is MaxspeedRule.USE or limit < kmh:
        return limit, "maxspeed"
    return kmh, source


def parse_maxspeed(value: str) -> float | None:
    """Return a speed limit in km/h; None where the tag names no number.

    Several values give the lowest.

    Examples
    --------
    >>> parse_maxspeed("50"), parse_maxspeed("30 mph"), parse_maxspeed("JP:urban")
    (50.0, 48.28032, None)
    """
    limits = []
    for part in re.split(r"[;|]", value):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*", part)
        if match and float(match[1]) > 0:
            limits.append(float(match[1]) * (_MPH if match[2] == "mph" else 1.0))
    return min(limits) if limits else None


def parse_duration(value: str) -> int:
    """Return milliseconds of an OSM duration (``hh:mm``, ``hh:mm:ss``, minutes, ISO 8601), or -1.

    Examples
    --------
    >>> parse_duration("00:30"), parse_duration("PT1H10M"), parse_duration("soon")
    (1800000, 4200000, -1)
    """
    text = value.strip()
    if match := re.fullmatch(r"(\d+):(\d\d)(?::(\d\d))?", text):
        seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    elif match := re.fullmatch(r"(\d+)(?: ?(?:min|minutes?|分))?", text):
        seconds = int(match[1]) * 60
    elif match := re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text):
        seconds = int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3] or 0)
    else:
        return -1
    return seconds * 1000 if 0 < seconds <= _MINUTES_MAX * 60 else -1


def _ferry(tags: Tags, profile: SpeedProfile) -> Drivable | Dropped:
    """Judge a ferry: it must say that it carries cars, and how long it takes."""
    stated = next((tags[key] for key in _ACCESS_KEYS[:3] if key in tags), None)
    if stated is None and tags.get("ferry") in CAR_CLASSES:
        stated = "yes"  # ferry=trunk and the like: part of the road network
    if stated is None:
        return Dropped("ferry-cars-not-stated")
    if stated in _CLOSED or not cars_allowed(tags):
        return Dropped("ferry-no-cars")
    duration_ms = parse_duration(tags.get("duration", ""))
    if duration_ms < 0 and profile.ferry.kmh is None:
        return Dropped("ferry-no-duration")
    directions = drive_directions(tags) or (True, True)
    return Drivable(
        road_class=FERRY,
        kmh=math.nan if profile.ferry.kmh is None else profile.ferry.kmh,
        duration_ms=duration_ms,
        speed_source="duration" if duration_ms >= 0 else "profile",
        forward=directions[0],
        backward=directions[1],
        toll=False,  # the fare of a ferry is not a toll road: the ferry switch rules it
        ferry=True,
        name=tags.get("name") or tags.get("ref") or "",
    )
