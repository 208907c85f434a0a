"""A small writer of SVG in the colours and strokes of ``map.html``, so that both maps read alike.

Shapes only: text is set by the page, so no word of a user gets in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.types import AreaClass
from spots.telling import colours
from spots.types import ResultKind


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
#: Ground of results: hatched each its own way, as on ``map.html``.
RESULTS: Mapping[ResultKind, Wash] = MappingProxyType(
    {kind: Wash(colour, 0.16, str(kind)) for kind, colour in colours.RESULTS.items()}
)
RESULT_LINES: Mapping[ResultKind, Stroke] = MappingProxyType(
    {
        ResultKind.SPOT: Stroke(colours.RESULTS[ResultKind.SPOT], 0.45),
        ResultKind.SUPPORT_AREA: Stroke(colours.RESULTS[ResultKind.SUPPORT_AREA], 0.45, (2.0, 0.8)),
        ResultKind.CANDIDATE: Stroke(colours.RESULTS[ResultKind.CANDIDATE], 0.5, (0.4, 1.0)),
        ResultKind.PROGRAMME: Stroke(
            colours.RESULTS[ResultKind.PROGRAMME], 0.45, (2.4, 0.8, 0.4, 0.8)
        ),
    }
)
SEA = "#E2ECF2"
#: Where land of others is not in the data, and may be sea or land.
OUTSIDE = "#ECEEEF"
LAND = "#FBFAF5"
ABROAD = "#EFEEE9"
#: Ground of the prefecture that is in no medical area: grey with white lines, as on ``map.html``.
BARE = Wash("#D9D9D4", 0.75, "bare")
#: Where nobody said what is land and what is sea.
BEYOND = Wash(OUTSIDE, 1.0, "beyond")
BORDER = Stroke("#9A9A94", 0.13)
AREA_BORDER = Stroke("#5B5B5B", 0.34)
EXCLUDED = Wash("#8A8A8A", 0.10, "excluded")
#: Nearest first. They lie on each other where routes share a road, the nearest on top.
ROUTES = (Stroke(colours.ROUTE, 0.8), Stroke("#D9962B", 1.35), Stroke("#8FA3B0", 1.9))
#: The same where no way is known and a straight line stands in for it.
STRAIGHTS = tuple(replace(stroke, dash=(3.2, 2.2)) for stroke in ROUTES)
WAYS: Mapping[str, tuple[Stroke, ...]] = MappingProxyType({"route": ROUTES, "straight": STRAIGHTS})
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


# --- shapes

_HATCHES: Mapping[str, tuple[float, str, str, float]] = {
    # name: tile in mm, paths in tile units of 0.01 mm, colour, stroke in mm
    "shortage": (2.0, "M-50 50L50-50M0 200L200 0M150 250L250 150", "#9A6A00", 0.16),
    "surplus": (2.2, "M100 110h20", "#7A3E68", 0.3),
    "unknown": (2.2, "M0 110h220", "#444444", 0.12),
    "excluded": (1.6, "M0 0L160 160M160 0L0 160", "#444444", 0.12),
    "bare": (1.8, "M-45 135L135-45M45 225L225 45", "#FFFFFF", 0.45),
    "beyond": (2.6, "M0 0L260 260", "#C9CFD3", 0.12),
    "spot": (
        2.4,
        "M-60 60L60-60M0 240L240 0M180 300L300 180",
        RESULTS[ResultKind.SPOT].colour,
        0.2,
    ),
    "support_area": (
        *(2.4, "M-60 180L60 300M0 0L240 240M180-60L300 60"),
        *(RESULTS[ResultKind.SUPPORT_AREA].colour, 0.2),
    ),
    "candidate": (2.4, "M50 50h10M170 170h10", RESULTS[ResultKind.CANDIDATE].colour, 0.45),
    "programme": (2.4, "M120 0V240", RESULTS[ResultKind.PROGRAMME].colour, 0.2),
}


def drawing(parts: Iterable[str], width: float, height: float) -> str:
    """Return an SVG of `width` by `height` millimetres; its units are 0.01 mm."""
    inside = "".join(parts)
    tiles = "".join(_hatch(name) for name in _HATCHES if f"url(#{name})" in inside)
    defs = f"<defs>{tiles}</defs>" if tiles else ""
    w, h = round(width * UNITS), round(height * UNITS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {w} {h}">{defs}{inside}</svg>'
    )


def _hatch(name: str) -> str:
    size, path, colour, width = _HATCHES[name]
    side = round(size * UNITS)
    return (
        f'<pattern id="{name}" width="{side}" height="{side}" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity=".6" '
        f'stroke-width="{round(width * UNITS)}" stroke-linecap="round"/></pattern>'
    )


def rectangle(width: float, height: float, colour: str, *, x: float = 0, y: float = 0) -> str:
    """Return a filled rectangle, millimetres."""
    a, b, w, h = (round(v * UNITS) for v in (x, y, width, height))
    return f'<rect x="{a}" y="{b}" width="{w}" height="{h}" fill="{colour}"/>'


def mark(wash: Wash, x: float, y: float) -> str:
    """Return the square of an institution that a result designates, 2.2 mm across."""
    half = round(1.1 * UNITS)
    a, b = round(x * UNITS) - half, round(y * UNITS) - half
    return (
        f'<rect x="{a}" y="{b}" width="{2 * half}" height="{2 * half}" fill="{wash.colour}" '
        f'stroke="#FFFFFF" stroke-width="25"/>'
    )


def path_data(shapes: NDArray[np.object_], frame: Frame) -> str:
    """Return the path of everything of `shapes` (metres of the plane zone) in `frame`."""
    kept = frame.clipped(shapes)
    rings: list[str] = []
    for part in shapely.get_parts(kept):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            rings += [_run(ring, frame, closed=True) for ring in (part.exterior, *part.interiors)]
        elif part.geom_type in {"LineString", "LinearRing"}:
            rings.append(_run(part, frame, closed=False))
        elif part.geom_type in {"MultiPolygon", "MultiLineString", "GeometryCollection"}:
            rings.append(path_data(np.asarray(part.geoms, dtype=object), frame))
    return "".join(rings)


def _run(line: BaseGeometry, frame: Frame, *, closed: bool) -> str:
    xy = np.round(frame.on_sheet(shapely.get_coordinates(line)) * UNITS).astype(np.int64)
    if closed:
        xy = xy[:-1]
    if len(xy) == 0:
        return ""
    moved = np.diff(xy, axis=0)
    keep = (moved != 0).any(axis=1)
    steps = moved[keep]
    if len(steps) < (2 if closed else 1):
        return ""
    tail = " ".join(f"{dx} {dy}" for dx, dy in steps.tolist())
    return f"M{xy[0][0]} {xy[0][1]}l{tail}{'z' if closed else ''}"


def filled(data: str, wash: Wash) -> str:
    """Return the path filled with a wash, and with its hatch."""
    if not data or (wash.opacity <= 0 and not wash.hatch):
        return ""
    solid = f'<path d="{data}" fill="{wash.colour}" fill-opacity="{wash.opacity:g}"/>'
    return solid + (f'<path d="{data}" fill="url(#{wash.hatch})"/>' if wash.hatch else "")


def stroked(data: str, stroke: Stroke, *, casing: float = 0.0, opacity: float = 1.0) -> str:
    """Return the path as a line, over a white casing of `casing` millimetres on each side."""
    if not data:
        return ""
    dash = ""
    if stroke.dash:
        dash = f' stroke-dasharray="{" ".join(str(round(d * UNITS)) for d in stroke.dash)}"'
    seen = f' stroke-opacity="{opacity:g}"' if opacity < 1 else ""
    width = round(stroke.width * UNITS)
    ends = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    under = ""
    if casing:
        wide = round((stroke.width + 2 * casing) * UNITS)
        under = f'<path d="{data}" {ends} stroke="#FFFFFF" stroke-width="{wide}"/>'
    return (
        f'{under}<path d="{data}" {ends} stroke="{stroke.colour}" stroke-width="{width}"'
        f"{dash}{seen}/>"
    )


#: Drawing units in a millimetre: whole numbers of 0.01 mm keep the drawing small and exact.
UNITS = 100
# About the width of the thinnest line.
_TOLERANCE_MM = 0.09
_BLEED_MM = 3.0
_STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0)
_BARS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Extent:
    """A rectangle in a plane zone, metres."""

    west: float
    south: float
    east: float
    north: float

    def grown(self, share: float, least_m: float) -> Extent:
        """Return the extent with a margin on every side, and at least `least_m` across."""
        wide = max((self.east - self.west) * (1 + 2 * share), least_m)
        high = max((self.north - self.south) * (1 + 2 * share), least_m)
        e, n = (self.west + self.east) / 2, (self.south + self.north) / 2
        return Extent(e - wide / 2, n - high / 2, e + wide / 2, n + high / 2)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle on paper that shows a part of a plane zone.

    Parameters
    ----------
    width, height : float
        Millimetres.
    denominator : int
        Of the scale.
    east, north : float
        Metres of the plane zone in the middle.
    """

    width: float
    height: float
    denominator: int
    east: float
    north: float

    @classmethod
    def around(cls, extent: Extent, width: float, height: float) -> Frame:
        """Return the frame of the largest round scale that shows the whole of `extent`."""
        needed = max(
            (extent.east - extent.west) * 1000 / width,
            (extent.north - extent.south) * 1000 / height,
        )
        e, n = (extent.west + extent.east) / 2, (extent.south + extent.north) / 2
        return cls(width, height, round_scale(needed), e, n)

    def mm(self, metres: float) -> float:
        """Return a length on the sheet."""
        return metres * 1000 / self.denominator

    def metres(self, mm: float) -> float:
        """Return a length on the ground."""
        return mm * self.denominator / 1000

    def on_sheet(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return millimetres from the upper left corner for metres of the plane zone, (n, 2)."""
        factor = 1000 / self.denominator
        x = (xy[:, 0] - self.east) * factor + self.width / 2
        y = self.height / 2 - (xy[:, 1] - self.north) * factor
        return np.column_stack([x, y])

    def clipped(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return what of `shapes` is near the frame, as simple as the sheet can show."""
        bleed = (_BLEED_MM / 1000) * self.denominator
        half_w = self.width * self.denominator / 2000 + bleed
        half_h = self.height * self.denominator / 2000 + bleed
        box = (self.east - half_w, self.north - half_h, self.east + half_w, self.north + half_h)
        kept = shapely.clip_by_rect(shapes, *box)
        tolerance = _TOLERANCE_MM / 1000 * self.denominator
        simple: NDArray[np.object_] = shapely.simplify(kept, tolerance, preserve_topology=False)
        return simple


def round_scale(needed: float) -> int:
    """Return the smallest round denominator that is at least `needed`.

    Examples
    --------
    >>> round_scale(760_000), round_scale(131_000)
    (800000, 150000)
    """
    power = 10.0 ** math.floor(math.log10(max(needed, 100.0)))
    step = next(s for s in _STEPS if s * power >= needed - 1e-6)
    return round(step * power)


def bar_km(frame: Frame) -> float:
    """Return the length of a scale bar that takes up to a quarter of the frame."""
    most = frame.width / 4 * frame.denominator / 1e6
    return max((km for km in _BARS_KM if km <= most), default=_BARS_KM[0])
