"""What OSM tags mean to a car: may it drive here, which way, how fast.

Follows the OSM wiki; the topic modules name its pages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from networks.osm.access import (
    ACCESS_KEYS,
    Access,
    Directions,
    Tags,
    drive_directions,
    has_conditions,
    stated_access,
    word,
)
from networks.osm.ferry import FERRY_KEYS, ferry_carries_cars, is_ferry, is_train, parse_duration
from networks.osm.nodes import NODE_KEYS, NodeMark, judge_node
from networks.osm.restrictions import judge_restriction
from networks.osm.speed import SPEED_KEYS, parse_maxspeed, way_speed
from networks.osm.verdicts import CONDITIONAL_ACCESS, Drivable, Dropped, UnknownClass
from networks.speeds.types import FALLBACK, FERRY, RoadClass, SpeedProfile, UnknownClassRule, fold

__all__ = [
    "ATTRIBUTION",
    "CAR_CLASSES",
    "NAME_KEYS",
    "NODE_KEYS",
    "RELEVANT_KEYS",
    "Drivable",
    "Dropped",
    "NodeMark",
    "Tags",
    "UnknownClass",
    "class_row",
    "judge",
    "judge_node",
    "judge_restriction",
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
_TOLL = ("toll:motorcar", "toll:motor_vehicle", "toll:vehicle", "toll")
#: A road's own tags that say it is not there (any more); construction=minor is a working site.
_GONE = ("abandoned", "disused", "demolished", "razed", "removed", "proposed", "construction")
#: A row ``service:parking_aisle`` or ``track:grade5`` of a profile goes before ``service``.
_DETAIL = {"service": "service", "track": "tracktype"}
NAME_KEYS = frozenset({"name", "ref"})
RELEVANT_KEYS = frozenset(
    {
        *ACCESS_KEYS,
        *FERRY_KEYS,
        *SPEED_KEYS,
        *_TOLL,
        *_GONE,
        *("area", "service", "tracktype", "smoothness", "4wd_only", "impassable"),
    }
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
    row = _row(highway, tags, profile, rows)
    if row is None:
        known = highway in CAR_CLASSES
        return UnknownClass(highway) if known else Dropped("unknown-highway-value")
    return _road(highway, row, directions, tags, profile)


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
        (highway in NOT_BUILT or any(tags.get(key) == "yes" for key in _GONE), "not-built"),
        (tags.get("area") == "yes", "area"),
        (highway in NOT_FOR_CARS, "not-for-cars"),
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
    conditional = (CONDITIONAL_ACCESS,) if has_conditions(tags) else ()
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
        doubts=(*conditional, *speed.doubts),
    )


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
