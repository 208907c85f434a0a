"""Whether a car fits: mapped limits of height, width and length, on ways and at points.

Follows the OSM wiki's pages Key:maxheight, Key:maxwidth, Key:maxlength and
Tag:barrier=height_restrictor. The car is the largest small one (小型自動車) of
道路運送車両法施行規則 第2条（別表第一）: 2.0 m high, 1.7 m wide, 4.7 m long. Limits of weight
leave it alone: the law has none for it, and what a car weighs with its people is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from networks.osm.access import Tags, word
from networks.osm.speed import parse_width

_CAR_M = {"maxheight": 2.0, "maxwidth": 1.7, "maxlength": 4.7}
#: Metres of the car by key; what is measured (``:physical``) binds as what is signed.
_LIMITS: Mapping[str, float] = {
    f"{key}{suffix}": metres
    for key, metres in _CAR_M.items()
    for suffix in ("", ":physical", ":signed")
}
SIZE_KEYS = frozenset(_LIMITS)
ODD_SIZE = "size-limit-not-used"
#: Values that say that there is no figure, rather than a wrong one.
_NO_FIGURE = re.compile(
    r"|none|no|default|below_default|unsigned|no_sign|no_indications|unknown|variable"
)


def too_small_for_cars(tags: Tags) -> bool:
    r"""Tell whether a mapped limit is below the size of a car; of several figures the lowest holds.

    Examples
    --------
    >>> [too_small_for_cars({"maxheight": value}) for value in ("1.8", "2 m", "6'3\"", "default")]
    [True, False, True, False]
    """
    return any(
        (metres := parse_width(part)) is not None and metres < car
        for key, car in _LIMITS.items()
        for part in re.split(r"[;|]", tags.get(key, ""))
    )


def odd_size(tags: Tags) -> bool:
    """Tell whether a limit of size holds no usable figure although it should."""
    return any(
        parse_width(part) is None and not _NO_FIGURE.fullmatch(word(part))
        for key in _LIMITS
        for part in re.split(r"[;|]", tags.get(key, ""))
    )
