"""What OSM tags mean to a car: may it drive here, which way, how fast.

Follows the OSM wiki; the topic modules name its pages. Ferries are judged here, below the roads:
which carry cars, and how long they take.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from networks.doorless import STRUCTURE_KEYS, doorless_by_tags, is_bridge
from networks.osm.access import (
    ACCESS_KEYS,
    Access,
    Directions,
    Tags,
    drive_directions,
    has_conditions,
    stated_access,
    unclear_access,
    word,
)
from networks.osm.nodes import NODE_KEYS, NodeMark, judge_node
from networks.osm.size import ODD_SIZE, SIZE_KEYS, odd_size, too_small_for_cars
from networks.osm.speed import SPEED_KEYS, parse_maxspeed, way_speed
from networks.osm.verdicts import CONDITIONAL_ACCESS, Drivable, Dropped, UnknownClass
from networks.speeds.profile import FALLBACK, FERRY, RoadClass, SpeedProfile, UnknownClassRule, fold

__all__ = [
    "ATTRIBUTION",
    "CAR_CLASSES",
    "NAME_KEYS",
    "NODE_KEYS",
    "OPENED_CLASSES",
    "RELEVANT_KEYS",
    "Drivable",
    "Dropped",
    "NodeMark",
    "Tags",
    "UnknownClass",
    "class_row",
    "judge",
    "judge_node",
    "parse_duration",
    "parse_maxspeed",
    "road_name",
]

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
#: Why a way is left out that cars could drive on if they were let in.
_CLOSED_TO_THE_PUBLIC = frozenset({"no-access", "no-access-but-at-times", "emergency-access"})
_TOLL = ("toll:motorcar", "toll:motor_vehicle", "toll:vehicle", "toll")
#: Ways for others that a tag may open to cars, and the class that they are driven as.
_SHARED = {"pedestrian": "living_street", "cycleway": "service"}
OPENED_CLASSES = frozenset(_SHARED)
#: States of life (Lifecycle prefix): ``abandoned=yes`` says that the road itself is not there (any
#: more); ``construction=primary`` or ``disused:highway=*`` beside a live class say what else was or
#: will be, and the live class is the road of today.
_STATES = (
    *("abandoned", "disused", "demolished", "razed", "removed", "proposed", "construction"),
    *("planned", "dismantled", "destroyed"),
)
_STATE_HIGHWAY = tuple(f"{state}:highway" for state in (*_STATES, "was", "historic"))
#: Values that say nothing of the road's life: small works, and none at all.
_LIVELY = frozenset({"no", "false", "0", "minor", "widening", ""})
STATE_BESIDE = "lifecycle-beside-class"
UNCLEAR_ACCESS = "access-not-understood"
#: A row ``service:parking_aisle`` or ``track:grade5`` of a profile goes before ``service``.
_DETAIL = {"service": "service", "track": "tracktype"}
NAME_KEYS = frozenset({"name", "ref"})
FERRY_KEYS = frozenset({"route", "ferry", "duration", "highway"})
RELEVANT_KEYS = frozenset(
    {
        *ACCESS_KEYS,
        *FERRY_KEYS,
        *STRUCTURE_KEYS,
        *SPEED_KEYS,
        *_TOLL,
        *_STATES,
        *_STATE_HIGHWAY,
        *SIZE_KEYS,
        *("area", "service", "tracktype", "smoothness", "4wd_only", "impassable"),
    }
)

# Ferries: which routes are none, who is asked about cars, and how their durations are written.
_TRAINS = frozenset({"shuttle_train", "car_shuttle"})
_MOTORISED = ("motorcar", "motor_vehicle", "vehicle")
_LONGEST_S = 48 * 3600  # a crossing beyond two days is a slip of the pen
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9]))?")
_MINUTES = re.compile(r"([0-9]{1,4})(?: ?(?:m|min|mins|minutes?|分))?")
_HOURS = re.compile(r"([0-9]{1,2}) ?(?:h|hours?|時間)(?: ?([0-9]{1,2}) ?(?:m|min|minutes?|分)?)?")
_ISO = re.compile(
    r"p(?:0y)?(?:0m)?(?:([0-9])d)?(?:t(?:([0-9]{1,3})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,6})s)?)?"
)


def judge(
    tags: Tags, profile: SpeedProfile, rows: Mapping[str, RoadClass]
) -> Drivable | Dropped | UnknownClass | None:
    """Return what a way is to a car; None when it is neither road nor ferry.

    Reads `RELEVANT_KEYS` and no other key.

    Parameters
    ----------
    tags : Mapping of str to str
        Tags of the way.
    profile : SpeedProfile
        Speeds and policies.
    rows : Mapping of str to RoadClass
        ``profile.lookup()``, looked up once for all ways.
    """
    if is_ferry(tags):
        return _ferry(tags, profile)
    highway = tags.get("highway")
    if highway is None:
        return Dropped("shuttle-train") if is_train(tags) else None
    directions = drive_directions(tags)
    reason = _why_not(highway, tags, directions)
    if reason or directions is None:
        return Dropped(reason)
    row = _row(_SHARED.get(highway, highway), tags, profile, rows)
    if row is None and highway in _SHARED:
        return Dropped("not-for-cars")
    if row is None or row.name == FERRY:  # a route, never a class of road
        known = highway in CAR_CLASSES
        return UnknownClass(highway) if known else Dropped("unknown-highway-value")
    return _road(highway, row, directions, tags, profile)


def closed_road(
    tags: Tags, reason: str, profile: SpeedProfile, rows: Mapping[str, RoadClass]
) -> Drivable | None:
    """Return the road that a way left out is to those who may use it; None where it is none.

    Private drives, roads of staff, of deliveries, of fire engines: a hospital may stand on one.

    Parameters
    ----------
    tags : Mapping of str to str
        Tags of the way.
    reason : str
        Why `judge` left it out.
    profile, rows : SpeedProfile and Mapping of str to RoadClass
        As `judge` takes them.
    """
    highway = tags.get("highway", "")
    row = _row(highway, tags, profile, rows) if reason in _CLOSED_TO_THE_PUBLIC else None
    if row is None or highway not in CAR_CLASSES or not row.doors:
        return None
    road = _road(highway, row, Directions(Access.CLOSED, Access.CLOSED), tags, profile)
    return road if isinstance(road, Drivable) else None


def road_name(tags: Tags) -> str:
    """Return a way's name, else its number, else nothing.

    Examples
    --------
    >>> road_name({"ref": "57", "name": "豊肥街道"}), road_name({"ref": "57"}), road_name({})
    ('豊肥街道', '57', '')
    """
    return tags.get("name") or tags.get("ref") or ""


def class_row(
    road_class: str, profile: SpeedProfile, rows: Mapping[str, RoadClass]
) -> RoadClass | None:
    """Return the row of a class, the fallback row where the policy allows it, or None."""
    row = rows.get(fold(road_class))
    if row is None and profile.unknown_class is UnknownClassRule.FALLBACK:
        return profile.fallback
    return row


def is_toll(tags: Tags) -> bool:
    """Tell whether cars pay."""
    for key in _TOLL:
        if key in tags:
            return word(tags[key]) not in {"no", "0", "false", "none", ""}
    return False


def _why_not(highway: str, tags: Tags, directions: Directions | None) -> str:
    """Return why a highway is left out; empty when it is not."""
    timed = has_conditions(tags)
    reasons = (
        (highway in NOT_BUILT or any(tags.get(key) == "yes" for key in _STATES), "not-built"),
        (tags.get("area") == "yes", "area"),
        (highway in NOT_FOR_CARS and not _opened_to_cars(highway, tags), "not-for-cars"),
        (too_small_for_cars(tags), "too-small-for-cars"),
        (tags.get("smoothness") == "impassable" or tags.get("impassable") == "yes", "impassable"),
        (tags.get("4wd_only") == "yes", "four-wheel-drive-only"),
        (_for_emergencies(tags), "emergency-access"),
        (directions is None, "reversible"),
        (timed and directions is not None and not directions.usable, "no-access-but-at-times"),
        (directions is not None and not directions.usable, "no-access"),
    )
    return next((reason for applies, reason in reasons if applies), "")


def _road(
    highway: str, row: RoadClass, directions: Directions, tags: Tags, profile: SpeedProfile
) -> Drivable | Dropped:
    """Return the road, unless it is too narrow for the profile."""
    forward, backward = (way > Access.CLOSED for way in (directions.forward, directions.backward))
    speed = way_speed(row, tags, profile, meeting=forward and backward)
    if speed.kmh <= 0:
        return Dropped("too-narrow")
    doubts = (
        (CONDITIONAL_ACCESS, has_conditions(tags)),
        (UNCLEAR_ACCESS, unclear_access(tags)),
        (STATE_BESIDE, _has_other_state(tags)),
        (ODD_SIZE, odd_size(tags)),
    )
    return Drivable(
        road_class=highway if row.name == FALLBACK else row.name,
        kmh=speed.kmh,
        kmh_backward=speed.kmh_backward,
        duration_ms=-1,
        speed_source=speed.source,
        forward=forward,
        backward=backward,
        toll=is_toll(tags),
        ferry=False,
        through=directions.through,
        limit_kmh=speed.limit_kmh,
        width_m=speed.width_m,
        doubts=(*(word for word, applies in doubts if applies), *speed.doubts),
        doorless=doorless_by_tags(tags),
        bridge=is_bridge(tags),
    )


def _opened_to_cars(highway: str, tags: Tags) -> bool:
    """Tell whether a way for others is said to let motor vehicles in.

    ``vehicle`` and ``access`` say too little: on such ways they speak of its own users.
    """
    stated = stated_access(tags, ("motorcar", "motor_vehicle"))
    return highway in _SHARED and stated is not None and stated > Access.CLOSED


def _has_other_state(tags: Tags) -> bool:
    """Tell whether a class that was or will be stands beside the one of today."""
    return any(word(tags.get(key, "")) not in _LIVELY for key in (*_STATES, *_STATE_HIGHWAY))


def _for_emergencies(tags: Tags) -> bool:
    """Tell whether a way is a fire lane or the like, which no tag opens to cars."""
    return tags.get("service") == "emergency_access" and stated_access(tags) is None


def _row(
    highway: str, tags: Tags, profile: SpeedProfile, rows: Mapping[str, RoadClass]
) -> RoadClass | None:
    """Return the row for a way: of its kind of service road or track, where the profile has one."""
    detail = tags.get(_DETAIL.get(highway, ""))
    special = rows.get(fold(f"{highway}:{detail}")) if detail else None
    return special or class_row(highway, profile, rows)


def _ferry(tags: Tags, profile: SpeedProfile) -> Drivable | Dropped:
    """Judge a ferry: it must say that it carries cars, and how long it takes."""
    if tags.get("highway") in NOT_BUILT:
        return Dropped("not-built")
    carries = ferry_carries_cars(tags, CAR_CLASSES)
    if carries is None:
        return Dropped("ferry-cars-not-stated")
    directions = drive_directions(tags)
    if carries is Access.CLOSED or directions is None or not directions.usable:
        return Dropped("ferry-no-cars")
    duration_ms = parse_duration(tags.get("duration", ""))
    if duration_ms < 0 and profile.ferry.kmh is None:
        return Dropped("ferry-no-duration")
    kmh = math.nan if profile.ferry.kmh is None else profile.ferry.kmh
    return Drivable(
        road_class=FERRY,
        kmh=kmh,
        kmh_backward=kmh,
        duration_ms=duration_ms,
        speed_source="duration" if duration_ms >= 0 else "profile",
        forward=directions.forward > Access.CLOSED,
        backward=directions.backward > Access.CLOSED,
        toll=False,  # the fare of a ferry is not a toll road: the ferry switch rules it
        ferry=True,
        through=True,  # a ferry's passengers are all its customers
        limit_kmh=math.nan,
        width_m=math.nan,
        doubts=(CONDITIONAL_ACCESS,) if has_conditions(tags) else (),
    )


def is_ferry(tags: Tags) -> bool:
    """Tell whether a way is a ferry's; a road that is one (``highway`` and ``route=ferry``) too."""
    return FERRY in _routes(tags)


def is_train(tags: Tags) -> bool:
    """Tell whether a way is that of a train which carries cars."""
    return not _TRAINS.isdisjoint(_routes(tags))


def ferry_carries_cars(tags: Tags, car_classes: frozenset[str]) -> Access | None:
    """Return whether a ferry carries cars; None when it does not say.

    ``access`` alone says too little: it stands on ferries for people on foot. ``ferry=trunk`` and
    the like, or a road's class, makes it part of the road network.
    """
    stated = stated_access(tags, _MOTORISED)
    if stated is not None:
        return stated
    if tags.get("ferry") in car_classes or tags.get("highway") in car_classes:
        general = stated_access(tags)
        return Access.OPEN if general is None else general
    return None


def parse_duration(value: str) -> int:
    """Return milliseconds of an OSM duration, or -1 where it cannot be read.

    ``h:mm``, ``h:mm:ss``, minutes, hours and minutes in words, ISO 8601.

    Examples
    --------
    >>> parse_duration("00:30"), parse_duration("PT1H10M"), parse_duration("90分")
    (1800000, 4200000, 5400000)
    >>> parse_duration("1時間10分"), parse_duration("00:30-00:40"), parse_duration("soon")
    (4200000, -1, -1)
    """
    text = word(value)
    for pattern, seconds in (
        (_CLOCK, (3600, 60, 1)),
        (_MINUTES, (60,)),
        (_HOURS, (3600, 60)),
        (_ISO, (86400, 3600, 60, 1)),
    ):
        if match := pattern.fullmatch(text):
            total = sum(int(n or 0) * s for n, s in zip(match.groups(), seconds, strict=True))
            return total * 1000 if 0 < total <= _LONGEST_S else -1
    return -1


def _routes(tags: Tags) -> frozenset[str]:
    return frozenset(part.strip() for part in tags.get("route", "").split(";"))
