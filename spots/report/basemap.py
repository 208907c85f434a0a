"""The drawn base of every map: sea, land, medical areas, municipalities, roads."""

from __future__ import annotations

import numpy as np

from boundaries.types import AreaClass
from groundfloor.problems import Lang, Text
from networks.info.words import road_label
from spots.labels import AREA_CLASS_LABELS
from spots.report.canvas import filled, path_data, rectangle, stroked
from spots.report.frame import Frame, bar_km
from spots.report.ground import Ground
from spots.report.model import Chart, Label, LegendLine
from spots.report.palette import (
    ABROAD,
    AREA_BORDER,
    AREAS,
    BORDER,
    CLOSED,
    EXCLUDED,
    LAND,
    OUTSIDE,
    SEA,
    Wash,
    road,
)
from spots.report.placing import Room, Wanted
from spots.report.symbols import swatch

# Names of municipalities smaller than this on the sheet would only be clutter.
_SMALLEST_TOWN_MM2 = 9.0
_INK = "#55554F"


def base_parts(ground: Ground, frame: Frame, *, areas: bool) -> list[str]:
    """Return the shapes under everything else.

    Parameters
    ----------
    ground : Ground
        What there is.
    frame : Frame
        Where it goes.
    areas : bool
        Whether medical areas are tinted by class.
    """
    home, abroad = path_data(ground.home, frame), path_data(ground.abroad, frame)
    parts = [
        rectangle(frame.width, frame.height, SEA if len(ground.abroad) else OUTSIDE),
        filled(abroad, Wash(ABROAD, 1.0)),
        filled(home, Wash(LAND, 1.0)),
    ]
    outlines = []
    for kind, shapes in sorted(ground.areas.items()):
        data = path_data(shapes, frame)
        outlines.append(data)
        if areas:
            parts.append(filled(data, AREAS[kind]))
    parts.append(filled(path_data(ground.excluded, frame), EXCLUDED))
    parts.append(stroked(abroad + home, BORDER))
    if areas:
        parts.append(stroked("".join(outlines), AREA_BORDER))
    parts += [stroked(path_data(lines, frame), road(kind)) for kind, lines in ground.roads]
    parts.append(stroked(path_data(ground.closed, frame), CLOSED, casing=0.15))
    return parts


def base_legend(ground: Ground, frame: Frame, lang: Lang, *, areas: bool) -> list[LegendLine]:
    """Return the legend of the base, of what lies in the frame only."""
    lines: list[LegendLine] = []
    if areas:
        shown = [k for k in AreaClass if k in ground.areas and path_data(ground.areas[k], frame)]
        lines += [_line(f"area-{k}", AREA_CLASS_LABELS[k], lang) for k in shown]
    if path_data(ground.excluded, frame):
        left_out = Text("方針により対象外の市町村", "municipality left out by the policy")
        lines.append(_line("excluded-area", left_out, lang))
    if not areas:
        lines.append(_line("municipality", Text("市町村の境", "municipality"), lang))
    seen: dict[str, LegendLine] = {}
    for road_class, shapes in reversed(ground.roads):
        label = road_label(road_class, lang)
        if label not in seen and path_data(shapes, frame):
            seen[label] = LegendLine(swatch(f"road-{road_class}"), label)
    lines += seen.values()
    if path_data(ground.closed, frame):
        lines.append(_line("closed", Text("通行止め", "closed road"), lang))
    return lines


def _line(key: str, text: Text, lang: Lang) -> LegendLine:
    return LegendLine(swatch(key), text.render(lang))


def town_labels(ground: Ground, frame: Frame, room: Room, *, size: float = 8.0) -> list[Label]:
    """Return the names of municipalities that find room; they take it."""
    if not ground.towns:
        return []
    xy = frame.on_sheet(np.array([(t.east, t.north) for t in ground.towns], dtype=np.float64))
    labels = []
    for town, (x, y) in zip(ground.towns, xy.tolist(), strict=True):
        inside = 0 <= x <= frame.width and 0 <= y <= frame.height
        if not inside or town.km2 * frame.mm(1000) ** 2 < _SMALLEST_TOWN_MM2:
            continue
        colour = _INK if town.home else "#8A8A84"
        placed = room.place(Wanted(town.name, x, y, size=size, colour=colour, reach=3))
        if placed is not None:
            labels.append(placed)
    return labels


def scale_box(frame: Frame) -> tuple[float, float]:
    """Return width and height of scale and north on the sheet, in mm."""
    return max(frame.mm(bar_km(frame) * 1000) + 14.0, 34.0) + 12.0, 14.0


def chart_of(
    frame: Frame,
    svg: str,
    labels: list[Label],
    legend: list[LegendLine],
    corner: str,
    alt: str,
) -> Chart:
    """Return a map with its scale."""
    km = bar_km(frame)
    return Chart(
        width=frame.width,
        height=frame.height,
        svg=svg,
        labels=tuple(labels),
        alt=alt,
        scale=f"1:{frame.denominator:,}",
        bar_mm=round(frame.mm(km * 1000), 3),
        bar_text=f"{km:g} km",
        corner=corner,
        legend=tuple(legend),
    )
