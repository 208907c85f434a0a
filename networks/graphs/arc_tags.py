"""What the attributes of an arc say to a car: list-valued ones, texts of GraphML, values of frames.

Most arcs are tagged as others are. What follows from the tags is worked out once for each
combination that occurs; what is an arc's own (its name, its way, its line) is not looked at here.

Stands apart: `arcs` makes edges, and asks here what they are to a car.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from networks.doorless import STRUCTURE_KEYS, Doorless, doorless_by_tags, is_bridge, is_ramp
from networks.osm.access import MODES, access
from networks.osm.size import SIZE_KEYS
from networks.osm.speed import parse_width
from networks.osm.tags import (
    NAME_KEYS,
    RELEVANT_KEYS,
    class_row,
    closed_road,
    is_ferry,
    is_toll,
    judge,
)
from networks.osm.verdicts import Drivable, Dropped, UnknownClass
from networks.speeds.profile import FERRY, SpeedProfile

Attributes = Mapping[str, object]

#: An undirected arc is a one-way street where its first value is one of these.
ONEWAY = (["True"], ["true"], ["yes"], ["1"])
#: The class of arcs that name none, as OpenStreetMap calls a road of unknown class.
UNKNOWN_ROAD = "road"

# Direction is the graph's business: an arc may run against its way, and nobody says whether.
_TAG_KEYS = frozenset(
    key
    for key in RELEVANT_KEYS - NAME_KEYS
    if not key.startswith("oneway")
    and ":forward" not in key
    and ":backward" not in key
    and key not in {"highway", "junction", "maxspeed"}
)
_ASKED = _TAG_KEYS | {"highway", "maxspeed", "oneway"}
_PLAIN = frozenset({bool, int, float})
_MERGED_KEYS = ("highway", *STRUCTURE_KEYS)

_Key = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class ArcTags:
    """What the tags of an arc are to a car.

    Parameters
    ----------
    tags : Mapping of str to str
        Plain tags, names aside.
    road : Drivable, Dropped or UnknownClass
        What they are judged to be.
    merged : bool
        Whether they hold several values of class or structure: the arc was made of several ways.
    doorless, parts_doorless : Doorless
        Why the arc has no doors, if it was made of one way; if it was made of several.
    bridge : bool
        Whether it is one, if it was made of one way.
    toll, ferry : bool
        As the tags say; a ferry has no toll.
    named_class : str
        What it calls its class.
    closed : Drivable or None
        What a road that is closed to the public is to those who may use it.
    """

    tags: Mapping[str, str]
    road: Drivable | Dropped | UnknownClass
    merged: bool
    doorless: Doorless
    parts_doorless: Doorless
    bridge: bool
    toll: bool
    ferry: bool
    named_class: str
    closed: Drivable | None


class ArcJudge:
    """Judges the attributes of arcs, once for each combination; mutable.

    Parameters
    ----------
    profile : SpeedProfile
        Speeds and policies.
    """

    def __init__(self, profile: SpeedProfile) -> None:
        self.profile = profile
        self.rows = profile.lookup()
        self._known: dict[_Key, ArcTags] = {}

    def tags(self, data: Attributes) -> ArcTags:
        """Return what an arc's attributes are to a car."""
        key = _key(data)
        if key is None:
            return self._judged(data)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._judged(data)
        return known

    def _judged(self, data: Attributes) -> ArcTags:
        tags = self._plain(data)
        road = judge(tags, self.profile, self.rows) or UnknownClass("")
        reason = road.reason if isinstance(road, Dropped) else ""
        ferry = is_ferry(tags)
        named = road.road_class if isinstance(road, Drivable) else tags.get("highway", UNKNOWN_ROAD)
        return ArcTags(
            tags=tags,
            road=road,
            merged=any(len(values_of(data.get(key))) > 1 for key in _MERGED_KEYS),
            doorless=doorless_by_tags(tags),
            parts_doorless=_parts_doorless(data),
            bridge=is_bridge(tags),
            toll=is_toll(tags) and not ferry,
            ferry=ferry,
            named_class=FERRY if ferry else named,
            closed=closed_road(tags, reason, self.profile, self.rows) if reason else None,
        )

    def _plain(self, data: Attributes) -> dict[str, str]:
        """Return plain tags; of lists the slowest class, the lowest limits, the narrowest width.

        Of access the strictest value, and toll if any: the parts of a simplified edge are driven
        one after the other.
        """
        found = {key: values for key in _TAG_KEYS if (values := values_of(data.get(key)))}
        tags = {key: values[0] for key, values in found.items()}
        for key in found.keys() & set(MODES):
            tags[key] = min((access({key: value}), value) for value in found[key])[1]
        for key in found.keys() & SIZE_KEYS:
            tags[key] = ";".join(found[key])
        for key in found.keys() & {"width", "est_width"}:
            tags[key] = min((parse_width(value) or math.inf, value) for value in found[key])[1]
        if any(value not in {"no", "0"} for value in found.get("toll", ())):
            tags["toll"] = "yes"
        if limits := values_of(data.get("maxspeed")):
            tags["maxspeed"] = ";".join(limits)
        classes = values_of(data.get("highway"))
        if FERRY in classes:
            tags |= {"route": FERRY, "motor_vehicle": tags.get("motor_vehicle", "yes")}
        elif classes:
            tags["highway"] = min(classes, key=self._slowness)
        if values_of(data.get("oneway"))[:1] in ONEWAY:
            tags["oneway"] = "yes"  # for the speed of a narrow road
        return tags

    def _slowness(self, name: str) -> tuple[float, str]:
        """Sort classes: unknown ones first, for the policy to judge, then by speed."""
        row = class_row(name, self.profile, self.rows)
        return (-1.0 if row is None or row.kmh is None else row.kmh), name


def _key(data: Attributes) -> _Key | None:
    """Return what tells combinations of attributes apart; None where a value is out of the common.

    Values that are no texts go in with their type: 1, 1.0 and True are equal, and read differently.
    """
    key: list[tuple[object, ...]] = []
    for item in data.items():
        if item[0] not in _ASKED:
            continue
        value = item[1]
        kind = type(value)
        if kind is str:
            key.append(item)
        elif kind in _PLAIN:
            key.append((item[0], kind, repr(value)))
        elif isinstance(value, list) and all(type(v) is str or type(v) in _PLAIN for v in value):
            key.append((item[0], list, repr(value)))
        elif value is not None:
            return None
    return tuple(key)


def _parts_doorless(data: Attributes) -> Doorless:
    """Return why an arc that simplification made of several ways has no doors.

    It keeps the values that some of them have, not which have none: of a tunnel nobody knows
    where it is. A bridge is taken to have doors, being short as a rule.
    """
    if all(is_ramp(name) for name in values_of(data.get("highway"))):
        return Doorless.RAMP
    tags = ({key: value} for key in STRUCTURE_KEYS for value in values_of(data.get(key)))
    doors = all(doorless_by_tags(each) is Doorless.NO for each in tags)
    return Doorless.NO if doors else Doorless.PARTLY


def arc_name(data: Attributes) -> str:
    """Return the names of an arc's ways, else the first one's number, else nothing."""
    names = values_of(data.get("name"))
    return "・".join(names) or next(iter(values_of(data.get("ref"))), "")


def missing(attribute: object) -> bool:
    """Return whether an attribute says nothing; NaN and NA are what frames say for that."""
    if attribute is None or attribute is pd.NA or attribute is pd.NaT:
        return True
    return isinstance(attribute, float) and math.isnan(attribute)


def values_of(attribute: object) -> list[str]:
    """Return an attribute's values as texts; lists may be written out, as in GraphML.

    Examples
    --------
    >>> values_of("['tertiary', 'residential']"), values_of(True), values_of(None)
    (['tertiary', 'residential'], ['True'], [])
    """
    if missing(attribute):
        return []
    if isinstance(attribute, str) and attribute.startswith("["):
        try:
            attribute = ast.literal_eval(attribute)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return [str(attribute)]
    if isinstance(attribute, list | tuple):
        return [str(value) for value in attribute]
    return [str(attribute)] if attribute != "" else []
