"""Ferries of OpenStreetMap: which carry cars, and how long they take.

Follows the OSM wiki's pages on Tag:route=ferry, Key:ferry and Key:duration.
"""

from __future__ import annotations

import re

from networks.osm.access import Access, Tags, stated_access, word
from networks.speeds.types import FERRY

FERRY_KEYS = frozenset({"route", "ferry", "duration", "highway"})
_TRAINS = frozenset({"shuttle_train", "car_shuttle"})
_MOTORISED = ("motorcar", "motor_vehicle", "vehicle")
_LONGEST_S = 48 * 3600  # a crossing beyond two days is a slip of the pen

_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9]))?")
_MINUTES = re.compile(r"([0-9]{1,4})(?: ?(?:m|min|mins|minutes?|分))?")
_HOURS = re.compile(r"([0-9]{1,2}) ?(?:h|hours?|時間)(?: ?([0-9]{1,2}) ?(?:m|min|minutes?|分)?)?")
_ISO = re.compile(
    r"p(?:0y)?(?:0m)?(?:([0-9])d)?(?:t(?:([0-9]{1,3})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,6})s)?)?"
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
