"""Speed limits, widths and markings of OpenStreetMap ways, and the speed that follows.

Follows the OSM wiki's pages on Key:maxspeed, Key:zone:maxspeed, Key:source:maxspeed, Key:width,
Key:lane_markings and Map features/Units.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from networks.osm.access import Tags, word
from networks.speeds.profile import FALLBACK, MAX_KMH, MaxspeedRule, RoadClass, SpeedProfile

_LIMIT = ("maxspeed:motorcar", "maxspeed:motor_vehicle", "maxspeed")
#: Where the kind of limit stands rather than its figure, best first.
_KIND = ("zone:maxspeed", "maxspeed:type", "source:maxspeed")
_WIDTH = ("width:carriageway", "width", "est_width")
SPEED_KEYS = frozenset(
    {
        *(f"{key}{way}" for key in _LIMIT for way in ("", ":forward", ":backward")),
        *_KIND,
        *_WIDTH,
        *("lane_markings", "dual_carriageway"),
    }
)

ODD_LIMIT = "maxspeed-not-used"
ODD_WIDTH = "width-not-used"

_SLOWEST_KMH = 4.0  # below a walk a limit is a slip of the pen
_WIDTH_M = (0.5, 60.0)  # narrower than a person or wider than any carriageway: likewise
_UNIT_KMH = {
    **dict.fromkeys(("", "km/h", "kmh", "kph", "kmph"), 1.0),
    "mph": 1.609344,
    **dict.fromkeys(("knots", "kn"), 1.852),
}
_SPEED = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?) ?([a-z/]*)")
#: A zone that carries its figure in its name: ``JP:30``, ``DE:zone30``, ``FR:zone:30``.
_ZONE = re.compile(r"[a-z]{2}(?:-[a-z]{1,4})?:(?:zone:?)?([0-9]{2,3})")
#: Values that say that there is no one figure, rather than a wrong one.
_NO_FIGURE = frozenset({"", "none", "signals", "variable", "unposted", "unknown", "implicit"})
_METRES = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?(m|meters?|metres?|cm|ft|feet|')?")
_FEET = re.compile(r"([0-9]{1,3})' ?([0-9]{1,2}(?:\.[0-9]{1,3})?)(?:\"|'')")
_UNIT_M = {"cm": 0.01, "ft": 0.3048, "feet": 0.3048, "foot": 0.3048, "'": 0.3048}


@dataclass(frozen=True, slots=True)
class WaySpeed:
    """How fast a car drives on a way.

    Parameters
    ----------
    kmh, kmh_backward : float
        Along the way's nodes and against them.
    source : str
        What the speed rests on: ``profile``, ``fallback``, ``maxspeed`` (a figure on the map),
        ``maxspeed-zone`` (the profile's figure for a kind of limit), ``centre-line``, ``width``.
    limit_kmh, width_m : float
        What is mapped, the lower limit of the two directions; NaN where nothing usable is.
    doubts : tuple of str
        Words for what is mapped and was not used.
    """

    kmh: float
    kmh_backward: float
    source: str
    limit_kmh: float
    width_m: float
    doubts: tuple[str, ...]


def way_speed(
    row: RoadClass, tags: Tags, profile: SpeedProfile, *, meeting: bool = True
) -> WaySpeed:
    """Return the speed of a way from its row, its mapped limit, its markings and its width.

    Cars do not come towards each other where `meeting` is False: on one-way streets.
    """
    along, zone, odd = mapped_limit(tags, profile.limit_table(), ":forward")
    against, _, odd_too = mapped_limit(tags, profile.limit_table(), ":backward")
    width, odd_width = mapped_width(tags)
    base, source = _base(row, tags, profile)
    speeds = [base if limit is None else _obey(base, limit, profile) for limit in (along, against)]
    limits = [limit for limit in (along, against) if limit is not None]
    if limits and profile.maxspeed is not MaxspeedRule.IGNORE and _ruled(base, limits, profile):
        source = "maxspeed-zone" if zone else "maxspeed"
    cap = profile.width_kmh(width, meeting=meeting and row.doors)
    if cap is not None and cap < max(speeds):
        speeds, source = [min(speed, cap) for speed in speeds], "width"
    doubts = ((ODD_LIMIT, odd or odd_too), (ODD_WIDTH, odd_width))
    return WaySpeed(
        kmh=speeds[0],
        kmh_backward=speeds[1],
        source=source,
        limit_kmh=min(limits, default=math.nan),
        width_m=math.nan if width is None else width,
        doubts=tuple(word for word, applies in doubts if applies),
    )


def _base(row: RoadClass, tags: Tags, profile: SpeedProfile) -> tuple[float, str]:
    """Return the speed before any mapped limit, and what it rests on."""
    if row.name == FALLBACK:
        return row.kmh or math.nan, FALLBACK
    line = profile.centre_line
    if line is not None and row.name in line.classes:
        marked = tags.get("lane_markings")
        if tags.get("dual_carriageway") == "yes" or marked == "yes":
            return line.with_kmh, "centre-line"
        if marked == "no":
            return line.without_kmh, "centre-line"
    return row.kmh or math.nan, "profile"


def _obey(kmh: float, limit: float, profile: SpeedProfile) -> float:
    if profile.maxspeed is MaxspeedRule.USE:
        return limit
    return min(kmh, limit) if profile.maxspeed is MaxspeedRule.CAP else kmh


def _ruled(kmh: float, limits: list[float], profile: SpeedProfile) -> bool:
    return profile.maxspeed is MaxspeedRule.USE or min(limits) < kmh


def mapped_limit(
    tags: Tags, kinds: Mapping[str, float], direction: str = ""
) -> tuple[float | None, bool, bool]:
    """Return (km/h or None, whether it comes from `kinds`, whether an unusable value stands there).

    The tag of the direction comes before the general one, that of cars before that of all. The
    lowest of several figures holds. Practical, advised and conditional limits are not read.

    Parameters
    ----------
    tags : Mapping of str to str
        Tags of the way.
    kinds : Mapping of str to float
        km/h by folded name, for limits that are mapped as a kind (``JP:urban``).
    direction : str
        ``:forward``, ``:backward`` or empty.
    """
    odd = False
    for key in (k for base in _LIMIT for k in dict.fromkeys((base + direction, base))):
        figures: list[tuple[float, bool]] = []
        for part in re.split(r"[;|]", tags.get(key, "")):
            found, wrong = _limit(part, kinds)
            odd = odd or wrong
            if found is not None:
                figures.append(found)
        if figures:
            return *min(figures), odd
    for key in _KIND:
        found, _ = _limit(tags.get(key, ""), kinds, kind_only=True)
        if found is not None:
            return *found, odd
    return None, False, odd


def _limit(
    value: str, kinds: Mapping[str, float], *, kind_only: bool = False
) -> tuple[tuple[float, bool] | None, bool]:
    """Return ((km/h, whether from `kinds`) or None, whether the value is unusable)."""
    text = word(value)
    if text in kinds:
        return (kinds[text], True), False
    zone = _ZONE.fullmatch(text)
    if zone is None and kind_only:
        return None, False
    match = zone or _SPEED.fullmatch(text)
    if match is None:
        return None, text not in _NO_FIGURE
    unit = "" if zone else match[2]
    kmh = float(match[1]) * _UNIT_KMH.get(unit, math.nan)
    if _SLOWEST_KMH <= kmh <= MAX_KMH:
        return (kmh, zone is not None), False
    return None, True


def parse_maxspeed(value: str) -> float | None:
    """Return a speed limit in km/h; None where the value holds no usable figure.

    Several values give the lowest.

    Examples
    --------
    >>> parse_maxspeed("50"), parse_maxspeed("30 mph"), parse_maxspeed("JP:urban")
    (50.0, 48.28032, None)
    """
    return mapped_limit({"maxspeed": value}, {})[0]


def mapped_width(tags: Tags) -> tuple[float | None, bool]:
    """Return (metres of the carriageway or None, whether an unusable value stands there)."""
    odd = False
    for key in _WIDTH:
        if (text := word(tags.get(key, ""))) == "":
            continue
        if (width := parse_width(text)) is not None:
            return width, odd
        odd = True
    return None, odd


def parse_width(value: str) -> float | None:
    r"""Return metres; None where the value holds no usable figure.

    Examples
    --------
    >>> parse_width("2.5 m"), parse_width("250cm"), parse_width("8'6\""), parse_width("narrow")
    (2.5, 2.5, 2.5908, None)
    """
    text = word(value)
    if match := _FEET.fullmatch(text):
        metres = float(match[1]) * 0.3048 + float(match[2]) * 0.0254
    elif match := _METRES.fullmatch(text):
        metres = float(match[1]) * _UNIT_M.get(match[2] or "m", 1.0)
    else:
        return None
    return round(metres, 4) if _WIDTH_M[0] <= metres <= _WIDTH_M[1] else None
