"""Names of places on the maps of the report: municipalities, and the prefectures around."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spots.report.canvas import Frame
from spots.report.label_placing import Room, Wanted
from spots.report.report_data import Label

# Names of municipalities smaller than this on the sheet would only be clutter.
_SMALLEST_TOWN_MM2 = 9.0
# A neighbour of which the sheet shows less is only a corner.
_SMALLEST_NEIGHBOUR_MM2 = 150.0
_INK, _ABROAD_INK = "#55554F", "#8A8A84"


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality to be named: its name, where the name goes (metres), its size (km²)."""

    name: str
    east: float
    north: float
    km2: float
    home: bool


def towns_of(
    names: list[str], shapes: NDArray[np.object_], home: NDArray[np.bool_]
) -> tuple[Town, ...]:
    """Return municipalities as they are named, the largest first.

    Parameters
    ----------
    names : list of str
        Their names.
    shapes : array of geometry
        Their ground, metres of a plane zone.
    home : bool array
        Whether each is of the prefecture.
    """
    towns = []
    for name, shape, own in zip(names, shapes, home, strict=True):
        parts = shapely.get_parts(shape)
        if len(parts) == 0:
            continue
        largest = parts[int(np.argmax(shapely.area(parts)))]
        middle = shapely.point_on_surface(largest)
        inside = shapely.centroid(largest)
        spot = inside if shapely.contains(largest, inside) else middle
        towns.append(Town(str(name), spot.x, spot.y, float(largest.area) / 1e6, bool(own)))
    return tuple(sorted(towns, key=lambda t: (not t.home, -t.km2, t.name)))


def town_labels(
    towns: tuple[Town, ...], frame: Frame, room: Room, *, size: float = 8.0
) -> list[Label]:
    """Return the names of municipalities that find room; they take it."""
    if not towns:
        return []
    xy = frame.on_sheet(np.array([(t.east, t.north) for t in towns], dtype=np.float64))
    labels = []
    for town, (x, y) in zip(towns, xy.tolist(), strict=True):
        inside = 0 <= x <= frame.width and 0 <= y <= frame.height
        if not inside or town.km2 * frame.mm(1000) ** 2 < _SMALLEST_TOWN_MM2:
            continue
        colour = _INK if town.home else _ABROAD_INK
        placed = room.place(Wanted(town.name, x, y, size=size, colour=colour, reach=3))
        if placed is not None:
            labels.append(placed)
    return labels


def neighbour_labels(
    neighbours: dict[str, NDArray[np.object_]], frame: Frame, room: Room
) -> list[Label]:
    """Return the names of neighbouring prefectures, each where the sheet shows most of it.

    Parameters
    ----------
    neighbours : dict of str to array of geometry
        Their land by name, metres of the plane zone.
    frame : Frame
        The map.
    room : Room
        What names may still take.
    """
    free = shapely.box(0.0, 0.0, frame.width, frame.height).difference(
        shapely.union_all([shapely.box(*box) for box in room.taken])
    )
    labels = []
    for name, shapes in neighbours.items():
        seen = shapely.transform(frame.clipped(shapes), frame.on_sheet)
        land = shapely.intersection(shapely.union_all(shapely.make_valid(seen)), free)
        parts = shapely.get_parts(land)
        if not len(parts) or shapely.area(land) < _SMALLEST_NEIGHBOUR_MM2:
            continue
        largest = parts[int(np.argmax(shapely.area(parts)))]
        middle = shapely.get_point(shapely.maximum_inscribed_circle(largest, 0.5), 0)
        spaced = "\u2005".join(name)  # letters apart, as maps write the names of land
        wanted = Wanted(spaced, middle.x, middle.y, size=10.0, colour=_ABROAD_INK, reach=3)
        placed = room.place(wanted)
        if placed is not None:
            labels.append(placed)
    return labels
