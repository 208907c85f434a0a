"""A small writer of SVG: shapes only. Text is set by the page, so no word of a user gets in."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spots.report.frame import UNITS, Frame
from spots.report.palette import Stroke, Wash

_HATCHES = {
    # name: tile in mm, paths in tile units of 0.01 mm, colour, stroke in mm
    "shortage": (2.0, "M-50 50L50-50M0 200L200 0M150 250L250 150", "#9A6A00", 0.16),
    "surplus": (2.2, "M100 110h20", "#7A3E68", 0.3),
    "unknown": (2.2, "M0 110h220", "#444444", 0.12),
    "excluded": (1.6, "M0 0L160 160M160 0L0 160", "#444444", 0.12),
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
