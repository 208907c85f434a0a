"""Colours and strokes of the printed maps: those of ``map.html``, so that both read alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from boundaries.types import AreaClass
from spots.telling import colours


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line: colour, width and dashes in millimetres."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Wash:
    """A fill of an area: colour, opacity, and the name of a hatch over it (empty for none)."""

    colour: str
    opacity: float
    hatch: str = ""


#: One for each criterion, by its number; they repeat beyond the fifth.
CRITERIA = (
    Stroke(colours.criterion(1), 0.45),
    Stroke(colours.criterion(2), 0.45, (1.8, 0.9)),
    Stroke(colours.criterion(3), 0.5, (0.25, 1.0)),
    Stroke(colours.criterion(4), 0.45, (2.4, 0.8, 0.4, 0.8)),
    Stroke(colours.criterion(5), 0.45, (3.2, 1.2)),
)
AREAS: Mapping[AreaClass, Wash] = MappingProxyType(
    {
        AreaClass.SHORTAGE: Wash(colours.AREAS[AreaClass.SHORTAGE], 0.26, "shortage"),
        AreaClass.SURPLUS: Wash(colours.AREAS[AreaClass.SURPLUS], 0.18, "surplus"),
        AreaClass.NEITHER: Wash(colours.AREAS[AreaClass.NEITHER], 0.0),
        AreaClass.UNKNOWN: Wash(colours.AREAS[AreaClass.UNKNOWN], 0.14, "unknown"),
    }
)
SEA = "#E2ECF2"
#: Where land of others is not in the data, and may be sea or land.
OUTSIDE = "#ECEEEF"
LAND = "#FBFAF5"
ABROAD = "#EFEEE9"
BORDER = Stroke("#9A9A94", 0.13)
AREA_BORDER = Stroke("#5B5B5B", 0.34)
EXCLUDED = Wash("#8A8A8A", 0.10, "excluded")
#: Nearest first. They lie on each other where routes share a road, the nearest on top.
ROUTES = (Stroke(colours.ROUTE, 0.8), Stroke("#D9962B", 1.35), Stroke("#8FA3B0", 1.9))
ROADS: Mapping[str, Stroke] = MappingProxyType(
    {
        "motorway": Stroke("#5E7F5B", 0.42),
        "trunk": Stroke("#B78A5A", 0.34),
        "primary": Stroke("#C9A877", 0.24),
    }
)
OTHER_ROAD = Stroke("#CFC4B0", 0.18)
CLOSED = Stroke("#B00020", 0.7, (0.9, 0.7))


def criterion(number: int) -> Stroke:
    """Return the stroke of the criterion `number`, counted from one.

    Examples
    --------
    >>> criterion(1).colour == criterion(6).colour
    True
    """
    return CRITERIA[(number - 1) % len(CRITERIA)]


def road(road_class: str) -> Stroke:
    """Return the stroke of a road class; a ramp is drawn as its road."""
    return ROADS.get(road_class.partition(":")[0].removesuffix("_link"), OTHER_ROAD)
