"""Whether a car may drive on a way, and which way: access and one-way tags.

Follows the OSM wiki's pages on Key:access, Key:oneway, Key:junction and Conditional restrictions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

Tags = Mapping[str, str]

#: Most specific first: a road marked access=no with motorcar=yes lets cars in.
MODES = ("motorcar", "motor_vehicle", "vehicle", "access")
_ONEWAY = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
_CONDITIONS = (
    *(f"{mode}{way}:conditional" for mode in MODES for way in ("", ":forward", ":backward")),
    *(f"{key}:conditional" for key in _ONEWAY),
)
ACCESS_KEYS = frozenset(
    {
        *(f"{mode}{way}" for mode in MODES for way in ("", ":forward", ":backward")),
        *_CONDITIONS,
        *_ONEWAY,
        *("highway", "junction", "seasonal"),
    }
)


class Access(IntEnum):
    """How far a car may use a road; the higher the freer."""

    CLOSED = 0
    ENDS = 1  # only at the start or the end of a drive
    OPEN = 2


_MEANING = {
    **dict.fromkeys(("yes", "permissive", "designated", "official", "public"), Access.OPEN),
    # Allowed though not advised; who pays may enter.
    **dict.fromkeys(("discouraged", "true", "1", "allowed", "toll"), Access.OPEN),
    # The car itself named as the one that may.
    **dict.fromkeys(("motorcar", "motor_vehicle", "vehicle", "car", "cars"), Access.OPEN),
    # Signs such as 通り抜け禁止, and roads of hospitals and shops: the way to their own doors.
    **dict.fromkeys(("destination", "customers", "visitors", "guests", "patients"), Access.ENDS),
    **dict.fromkeys(("no", "false", "0", "private", "permit", "permits"), Access.CLOSED),
    **dict.fromkeys(("residents", "resident", "employees", "staff", "members"), Access.CLOSED),
    **dict.fromkeys(("restricted", "prohibited", "forbidden", "closed", "locked"), Access.CLOSED),
    **dict.fromkeys(("authorized", "authorised", "license", "owner", "tenants"), Access.CLOSED),
    # For others than a car of the public; a delivery is not a drive to a hospital.
    **dict.fromkeys(
        ("agricultural", "forestry", "military", "emergency", "delivery"), Access.CLOSED
    ),
    **dict.fromkeys(("agriculture", "farm", "farmers", "forest", "tractor"), Access.CLOSED),
    **dict.fromkeys(("emergency_vehicle", "emergency_vehicles", "ambulance"), Access.CLOSED),
    **dict.fromkeys(("police", "fire", "army", "service", "maintenance"), Access.CLOSED),
    **dict.fromkeys(("construction", "loading", "unloading", "students"), Access.CLOSED),
    **dict.fromkeys(
        ("bus", "psv", "taxi", "hgv", "bicycle", "foot", "use_sidepath"), Access.CLOSED
    ),
    **dict.fromkeys(("minibus", "tourist_bus", "coach", "school_bus", "share_taxi"), Access.CLOSED),
    **dict.fromkeys(("hov", "carpool", "car_sharing", "disabled", "goods"), Access.CLOSED),
    **dict.fromkeys(("motorcycle", "moped", "mofa", "dismount", "horse"), Access.CLOSED),
    **dict.fromkeys(("pedestrian", "pedestrians", "hiking", "ski", "carriage"), Access.CLOSED),
    **dict.fromkeys(("snowmobile", "atv", "golf_cart", "trailer", "caravan"), Access.CLOSED),
    **dict.fromkeys(("tram", "train", "rail", "hazmat", "motorhome"), Access.CLOSED),
}
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_FORWARD = frozenset({"yes", "true", "1", "forward"})
_REVERSE = frozenset({"-1", "reverse", "backward"})
_EITHER = frozenset({"no", "false", "0", "alternating"})  # alternating: both, taking turns
_RING = frozenset({"roundabout", "circular"})
# A limit on what the vehicle weighs or measures, or on lorries, leaves a car alone.
_NOT_ABOUT_CARS = re.compile(
    r"\s*(?:(?:max)?(?:weight|weightrating|axleload|length|height|axles)\s*[<>=]|hgv\b|bus\b|trailer\b)"
)


@dataclass(frozen=True, slots=True)
class Directions:
    """What a car may do on a way, along its nodes and against them."""

    forward: Access
    backward: Access

    @property
    def usable(self) -> bool:
        """Whether a car may drive here at all."""
        return max(self.forward, self.backward) > Access.CLOSED

    @property
    def through(self) -> bool:
        """Whether a drive may pass; False where any open direction is for the ends of a drive."""
        return Access.ENDS not in (self.forward, self.backward)


def drive_directions(tags: Tags) -> Directions | None:
    """Return what a car may do on a way; None where the one-way direction changes by the hour.

    Examples
    --------
    >>> found = drive_directions({"oneway": "-1", "motor_vehicle": "destination"})
    >>> found.forward.name, found.backward.name, found.through
    ('CLOSED', 'ENDS', False)
    """
    ways = oneway(tags)
    if ways is None:
        return None
    return Directions(
        _access(tags, ":forward") if ways[0] else Access.CLOSED,
        _access(tags, ":backward") if ways[1] else Access.CLOSED,
    )


def oneway(tags: Tags) -> tuple[bool, bool] | None:
    """Return whether one-way signs let cars drive (along, against) the way's nodes; None: by turns.

    Implied by ``highway=motorway`` and by ``junction=roundabout`` and ``circular``, not by
    ``motorway_link``, whose direction the wiki asks mappers to state. A value without a meaning
    counts as none.

    Examples
    --------
    >>> oneway({"highway": "motorway"}), oneway({"oneway": "-1"}), oneway({"oneway": "reversible"})
    ((True, False), (False, True), None)
    """
    for key in _ONEWAY:
        value = word(tags.get(key, ""))
        if value in _FORWARD:
            return True, False
        if value in _REVERSE:
            return False, True
        if value in _EITHER:
            return True, True
        if value == "reversible":
            return None
    implied = tags.get("junction") in _RING or tags.get("highway") == "motorway"
    return True, not implied


def access(tags: Tags) -> Access:
    """Return what access tags let an ordinary car do; the most specific tag decides.

    A value that names others than cars closes; one that says nothing of anybody (``unknown``, a
    slip) is passed over, see `unclear_access`; of a list, the freest value holds, since each of
    those named may enter.

    Examples
    --------
    >>> access({"access": "no", "motorcar": "yes"}).name, access({"vehicle": "private"}).name
    ('OPEN', 'CLOSED')
    >>> access({"motor_vehicle": "agricultural;destination"}).name
    'ENDS'
    """
    return _access(tags, "")


def stated_access(tags: Tags, modes: tuple[str, ...] = MODES) -> Access | None:
    """Return what access tags say of cars; None when they say nothing."""
    return _stated(tags, modes, "")


def unclear_access(tags: Tags) -> bool:
    """Tell whether an access value that cannot be understood was passed over.

    Examples
    --------
    >>> unclear_access({"access": "許可"}), unclear_access({"access": "許可", "motorcar": "yes"})
    (True, False)
    """
    return any(_passed_over(tags, direction) for direction in ("", ":forward", ":backward"))


def _passed_over(tags: Tags, direction: str) -> bool:
    for parts in _values(tags, MODES, direction):
        if any(part in _MEANING for part in parts):
            return False
        if any(parts):
            return True
    return False


def has_conditions(tags: Tags) -> bool:
    """Tell whether times, seasons or the like open or close the way to cars.

    Which they are is never guessed: the tags without a condition decide.

    Examples
    --------
    >>> has_conditions({"motor_vehicle:conditional": "no @ (Nov-Mar)"})
    True
    >>> has_conditions({"access:conditional": "no @ (maxweight>3.5)"})
    False
    """
    if word(tags.get("seasonal", "no")) not in {"no", ""}:
        return True
    return any(key in tags and not _others_only(tags[key]) for key in _CONDITIONS)


def _others_only(value: str) -> bool:
    """Tell whether each condition is one on weight, size or lorries."""
    conditions = re.findall(r"@\s*\(?([^);]*)", value)
    return bool(conditions) and all(_NOT_ABOUT_CARS.match(c.lower()) for c in conditions)


def _access(tags: Tags, direction: str) -> Access:
    stated = _stated(tags, MODES, direction)
    return Access.OPEN if stated is None else stated


def _stated(tags: Tags, modes: tuple[str, ...], direction: str) -> Access | None:
    for parts in _values(tags, modes, direction):
        known = [_MEANING[part] for part in parts if part in _MEANING]
        if known:
            return max(known)
    return None


def _values(tags: Tags, modes: tuple[str, ...], direction: str) -> Iterator[list[str]]:
    """Yield the values that may decide, most specific first."""
    for mode in modes:
        for key in (mode + direction, mode) if direction else (mode,):
            if key in tags:
                yield [word(part) for part in tags[key].split(";")]


def word(value: str) -> str:
    """Return a value as it is compared: full-width letters and digits as ASCII, in lower case.

    Other digits of Unicode stay what they are: superscripts and the like are no figures here.

    Examples
    --------
    >>> word(" ５０　km/h"), word("3²")
    ('50 km/h', '3²')
    """
    return value.translate(_FULL_WIDTH).strip().lower()
