"""The map of a programme's page: institutions by class, numbered as in the list, on its ground.

Ground is washed in the colour of the class that it makes: whole municipalities, or what the
register has in force. An institution without a position stands in its municipality, and is said
to. Stands apart: what is drawn is one subject, and what the page says another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from boundaries.crs import plane_zone
from boundaries.regions import Regions
from groundfloor.crs import JGD2011
from spots.facilities.list_cells import city_of
from spots.report.basemap import (
    BADGE_H,
    SWATCH_H,
    SWATCH_W,
    Base,
    SpotGround,
    badge,
    badge_width,
    chart_of,
    scale_box,
    swatch,
    symbol,
)
from spots.report.canvas import UNITS, Extent, Frame, Wash, criterion, drawing, filled, path_data
from spots.report.label_placing import Room
from spots.report.place_names import neighbour_labels, town_labels, towns_of
from spots.report.report_data import Chart, Label, LegendLine
from spots.types import Position

_NOTHING: NDArray[np.object_] = np.array([], dtype=object)
_WASH = 0.16
_SYMBOL_MM = 2.4
_LEAST_M = 20_000.0
_MARGIN = 0.03


@dataclass(frozen=True, slots=True)
class ClassPoint:
    """An institution on the map.

    Parameters
    ----------
    number : int
        Its number in the list; 0 for one that is in no class of the programme.
    rank : int
        Which class, from 1; 0 for none, -1 where that is open.
    position : Position or None
        Where it stands, where that is known.
    town : str
        Code of its municipality.
    """

    number: int
    rank: int
    position: Position | None
    town: str


@dataclass(frozen=True, slots=True)
class ClassGround:
    """Ground that makes a class: which class, from 1, and its outlines, degrees."""

    rank: int
    shapes: tuple[BaseGeometry, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammeChart:
    """The map, and whom it does not show where they stand.

    Parameters
    ----------
    chart : Chart
        The map.
    in_town : tuple of int
        Numbers of institutions that stand in the middle of their municipality.
    undrawn : tuple of int
        Numbers of those that stand nowhere on it.
    """

    chart: Chart
    in_town: tuple[int, ...]
    undrawn: tuple[int, ...]


def programme_chart(
    regions: Regions,
    points: Sequence[ClassPoint],
    grounds: Sequence[ClassGround],
    legend: Sequence[LegendLine],
    size: tuple[float, float],
    alt: str,
    *,
    numbered: bool,
) -> ProgrammeChart:
    """Draw the map.

    Parameters
    ----------
    regions : Regions
        The map.
    points : sequence of ClassPoint
        The institutions.
    grounds : sequence of ClassGround
        Ground by class.
    legend : sequence of LegendLine
        Its legend.
    size : tuple of float
        Width and height, mm.
    alt : str
        What it shows, for those who cannot see it.
    numbered : bool
        Whether institutions have their number: only where the page lists them.
    """
    ground = _ground(regions)
    land = Extent(*(float(v) for v in shapely.total_bounds(ground.home)))
    frame = Frame.around(land.grown(_MARGIN, _LEAST_M), *size)
    placed = _Points.of(points, regions, ground, frame)
    room = Room(frame.width, frame.height)
    base = Base.of(ground, frame, areas=False)
    parts = base.parts(frame)
    for each in grounds:
        moved = ground.moved(np.asarray(each.shapes, dtype=object))
        parts.append(filled(path_data(moved, frame), Wash(criterion(each.rank).colour, _WASH)))
    half = _SYMBOL_MM / 2
    room.disliked += [
        (x - half, y - half, x + half, y + half)
        for point, (x, y) in zip(placed.points, placed.xy, strict=True)
        if not (numbered and point.number)
    ]
    marks, labels = _marks(placed, room) if numbered else (_dots(placed), [])
    corner = room.reserve_corner(scale_box(frame))
    own = tuple(town for town in ground.towns if town.home)
    labels += town_labels(own, frame, room, size=7.0)
    labels += neighbour_labels(ground.neighbours, frame, room)
    svg = drawing([*parts, *marks], frame.width, frame.height)
    chart = chart_of(frame, svg, labels, list(legend), corner, alt)
    return ProgrammeChart(chart, placed.in_town, placed.undrawn)


def class_swatch(rank: int) -> str:
    """Return what stands before a class in the legend: its number's disc on its ground."""
    if rank <= 0:
        return swatch("undetermined" if rank else "not_met")
    wash = Wash(criterion(rank).colour, _WASH)
    w, h = round(SWATCH_W * UNITS), round(SWATCH_H * UNITS)
    disc = badge(0, (rank,), SWATCH_W / 2, SWATCH_H / 2)
    return drawing([filled(f"M0 0h{w}v{h}h-{w}z", wash), disc], SWATCH_W, SWATCH_H)


def _ground(regions: Regions) -> SpotGround:
    """Return land, borders and names of a map in metres of its plane zone."""
    towns, code = regions.municipalities, regions.prefecture_code
    home = np.asarray(towns["prefecture_code"] == code, dtype=bool)
    middle = shapely.centroid(shapely.union_all(shapely.envelope(towns.geometry.values[home])))
    zone = plane_zone(code, middle.x, middle.y, None)
    to_plane = Transformer.from_crs(JGD2011, zone, always_xy=True)
    shapes = _moved(np.asarray(towns.geometry.values, dtype=object), to_plane)
    names = dict.fromkeys(towns["prefecture"][~home].sort_index())
    return SpotGround(
        to_plane=to_plane,
        points={},
        home=shapes[home],
        abroad=shapes[~home],
        excluded=_NOTHING,
        areas={},
        towns=towns_of([str(name) for name in towns["name"]], shapes, home),
        roads=(),
        closed=_NOTHING,
        bare=_NOTHING,
        neighbours={
            str(name): shapes[~home & np.asarray(towns["prefecture"] == name, dtype=bool)]
            for name in names
        },
        shown=None,
    )


def _moved(shapes: NDArray[np.object_], to_plane: Transformer) -> NDArray[np.object_]:
    moved: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1]))
    )
    return moved


@dataclass(frozen=True, slots=True)
class _Points:
    """Institutions on the sheet, and the numbers of those that stand in their town, or nowhere."""

    points: tuple[ClassPoint, ...]
    xy: tuple[tuple[float, float], ...]
    in_town: tuple[int, ...]
    undrawn: tuple[int, ...]

    @classmethod
    def of(
        cls, points: Sequence[ClassPoint], regions: Regions, ground: SpotGround, frame: Frame
    ) -> _Points:
        middles = dict(_middles(regions))
        known = [(point, at) for point in points if (at := _at(point, middles)) is not None]
        metres = ground.to_plane.transform([at[0] for _, at in known], [at[1] for _, at in known])
        sheet = frame.on_sheet(np.column_stack(metres).astype(np.float64)).tolist()
        drawn = {
            n: (x, y)
            for n, (x, y) in enumerate(sheet)
            if 0 < x < frame.width and 0 < y < frame.height
        }
        on_sheet = [known[n][0] for n in drawn]
        shown = {point.number for point in on_sheet}
        return cls(
            tuple(on_sheet),
            tuple(drawn.values()),
            tuple(p.number for p in on_sheet if p.position is None),
            tuple(p.number for p in points if p.number and p.number not in shown),
        )


def _at(
    point: ClassPoint, middles: Mapping[str, tuple[float, float]]
) -> tuple[float, float] | None:
    """Return where an institution is drawn: without a position, only if it has a number."""
    if point.position is not None:
        return point.position.lon, point.position.lat
    if not (point.number and point.town):
        return None
    return middles.get(point.town) or middles.get(city_of(point.town))


def _middles(regions: Regions) -> Iterator[tuple[str, tuple[float, float]]]:
    for code, shape in regions.municipalities.geometry.items():
        largest = max(shapely.get_parts(shape), key=lambda part: part.area, default=None)
        if largest is not None:
            middle = shapely.point_on_surface(largest)
            yield str(code), (middle.x, middle.y)


def _marks(placed: _Points, room: Room) -> tuple[list[str], list[Label]]:
    """Return the symbols and the numbers on them: those in no class lie below."""
    both = list(zip(placed.points, placed.xy, strict=True))
    parts = [symbol("not_met", x, y, size=_SYMBOL_MM) for p, (x, y) in both if not p.number]
    lines, marks, labels = [], [], []
    for point, (x, y) in sorted((each for each in both if each[0].number), key=_by_number):
        width = badge_width(point.number)
        a, b = room.spread(x, y, width + 0.3, BADGE_H + 0.3)
        if point.position is not None and np.hypot(a - x, b - y) > BADGE_H / 2:
            lines.append(_leader_line(x, y, a, b))
        marks.append(
            badge(point.number, (point.rank,), a, b)
            if point.rank > 0
            else symbol("undetermined", a, b, size=BADGE_H + 1.4)
        )
        labels.append(_number(point, a, b, width))
    return [*parts, *lines, *marks], labels


def _dots(placed: _Points) -> list[str]:
    """Return the symbols where the list is elsewhere: small, each at its place."""
    both = sorted(zip(placed.points, placed.xy, strict=True), key=_by_number)
    return [_dot(point.rank, x, y) for point, (x, y) in both]


def _dot(rank: int, x: float, y: float) -> str:
    if rank <= 0:
        return symbol("undetermined" if rank else "not_met", x, y, size=_SYMBOL_MM)
    a, b, r = (round(v * UNITS) for v in (x, y, _SYMBOL_MM / 2))
    return (
        f'<circle cx="{a}" cy="{b}" r="{r}" fill="{criterion(rank).colour}" stroke="#FFFFFF" '
        f'stroke-width="20"/>'
    )


def _by_number(placed: tuple[ClassPoint, tuple[float, float]]) -> int:
    return placed[0].number


def _leader_line(x: float, y: float, a: float, b: float) -> str:
    """Return the line from a number that had to move to the place that it stands for."""
    ends = " ".join(str(round(v * UNITS)) for v in (x, y))
    other = " ".join(str(round(v * UNITS)) for v in (a, b))
    return f'<path d="M{ends}L{other}" stroke="#222222" stroke-width="15"/>'


def _number(point: ClassPoint, x: float, y: float, width: float) -> Label:
    return Label(
        text=str(point.number),
        x=round(x - width / 2, 2),
        y=round(y - BADGE_H / 2, 2),
        width=width,
        height=BADGE_H,
        size=7.0,
        colour="#FFFFFF" if point.rank > 0 else "#222222",
        halo=False,
    )
