"""What lies under every map of the report: its ground, made once, and its lines and symbols.

Ground is in metres of the plane zone. Symbols have the shapes of ``map.html`` and are about three
millimetres wide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from boundaries.types import AreaClass
from groundfloor.crs import JGD2011
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Text
from networks.info.labels import road_label
from spots.map.drawn_outlines import drawn_outlines
from spots.map.extent import ShownGround, shown_ground
from spots.map.page_extent import without_area
from spots.report.canvas import (
    ABROAD,
    AREA_BORDER,
    AREAS,
    BARE,
    BEYOND,
    BORDER,
    CLOSED,
    EXCLUDED,
    LAND,
    RESULT_LINES,
    RESULTS,
    SEA,
    UNITS,
    WAYS,
    Frame,
    Stroke,
    Wash,
    bar_km,
    criterion,
    drawing,
    filled,
    path_data,
    rectangle,
    road,
    stroked,
)
from spots.report.place_names import Town, towns_of
from spots.report.report_data import Chart, Label, LegendLine
from spots.telling.drawn_ground import WITHOUT_AREA
from spots.telling.labels import AREA_CLASS_LABELS
from spots.types import ResultKind, RunResult


@dataclass(frozen=True, slots=True)
class SpotGround:
    """Land, borders, medical areas and roads in metres of the plane zone.

    Parameters
    ----------
    to_plane : Transformer
        From longitude/latitude (JGD2011) to the zone.
    points : mapping of str to (float, float)
        Metres east and north of each facility with a position, by id.
    home, abroad : array of geometry
        Municipalities of the prefecture, and of others.
    excluded : array of geometry
        Those whose area the policy takes out.
    areas : mapping of AreaClass to array of geometry
        Medical areas by class.
    towns : tuple of Town
        Names, the largest first.
    roads : tuple of (str, geometry)
        Class and lines, the least important first: the order of drawing.
    closed : array of geometry
        Closed stretches.
    bare : array of geometry
        Municipalities of the prefecture that are in no medical area, where others are.
    neighbours : dict of str to array of geometry
        Land of other prefectures by name.
    shown : ShownGround or None
        What maps show first; None where nothing has a place.
    """

    to_plane: Transformer
    points: Mapping[str, tuple[float, float]]
    home: NDArray[np.object_]
    abroad: NDArray[np.object_]
    excluded: NDArray[np.object_]
    areas: Mapping[AreaClass, NDArray[np.object_]]
    towns: tuple[Town, ...]
    roads: tuple[tuple[str, NDArray[np.object_]], ...]
    closed: NDArray[np.object_]
    bare: NDArray[np.object_]
    neighbours: dict[str, NDArray[np.object_]]
    shown: ShownGround | None

    def moved(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return `shapes` (degrees) in metres of the zone."""
        return _moved(shapes, self.to_plane)


def ground_of(result: RunResult, disk: KeptOnDisk = NOTHING_KEPT) -> SpotGround:
    """Return what lies under the maps of a run.

    Parameters
    ----------
    result : RunResult
        The run.
    disk : KeptOnDisk
        As for `spots.map.drawn_outlines.drawn_outlines`.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    """
    to_plane = Transformer.from_crs(JGD2011, result.plane_epsg, always_xy=True)
    towns = result.municipalities
    drawn = drawn_outlines(result, disk)
    shapes = _moved(np.asarray(drawn.towns.values, dtype=object), to_plane)
    home = np.asarray(towns["prefecture_code"].isin(result.settings.home), dtype=bool)
    excluded = home & np.asarray(towns["excluded"], dtype=bool)
    near = result.surroundings
    roads = [] if near is None else [(r.road_class, r.geometry) for r in reversed(near.roads)]
    closed = [] if near is None else [line.geometry for line in near.closed]
    return SpotGround(
        to_plane=to_plane,
        points=_points(result, to_plane),
        home=shapes[home],
        abroad=shapes[~home],
        excluded=shapes[excluded],
        areas=_areas(result, drawn.areas, to_plane),
        towns=towns_of(list(towns["name"]), shapes, home),
        roads=tuple((c, _moved(_parts([g]), to_plane)) for c, g in roads),
        closed=_moved(_parts(closed), to_plane),
        bare=shapes[without_area(result)],
        neighbours={
            str(name): shapes[~home & np.asarray(towns["prefecture"] == name, dtype=bool)]
            for name in dict.fromkeys(towns["prefecture"][~home].sort_index())
        },
        shown=shown_ground(result, drawn.towns),
    )


def _points(result: RunResult, to_plane: Transformer) -> Mapping[str, tuple[float, float]]:
    placed = [(v.facility.id, v.facility.position) for v in result.verdicts]
    known = [(key, p) for key, p in placed if p is not None]
    east, north = to_plane.transform([p.lon for _, p in known], [p.lat for _, p in known])
    return {key: (e, n) for (key, _), e, n in zip(known, east, north, strict=True)}


def _parts(shapes: list[BaseGeometry]) -> NDArray[np.object_]:
    parts: NDArray[np.object_] = shapely.get_parts(np.asarray(shapes, dtype=object))
    return parts


def _moved(shapes: NDArray[np.object_], to_plane: Transformer) -> NDArray[np.object_]:
    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1]))

    if len(shapes) == 0:
        return shapes
    moved: NDArray[np.object_] = shapely.transform(shapes, move)
    return moved


def _areas(
    result: RunResult, shapes: Mapping[str, BaseGeometry], to_plane: Transformer
) -> Mapping[AreaClass, NDArray[np.object_]]:
    by_class: dict[AreaClass, list[BaseGeometry]] = {}
    for code in sorted(result.areas.index):
        kind = AreaClass(result.areas.loc[code, "area_class"])
        by_class.setdefault(kind, []).append(shapes[code])
    return {
        kind: _moved(np.asarray(each, dtype=object), to_plane) for kind, each in by_class.items()
    }


# --- symbols and lines

SWATCH_W, SWATCH_H = 8.0, 4.6


def _u(value: float) -> int:
    return round(value * UNITS)


def _shape(d: str, fill: str, edge: str, width: float) -> str:
    return f'<path d="{d}" fill="{fill}" stroke="{edge}" stroke-width="{_u(width)}"/>'


def _disc(x: float, y: float, r: float, fill: str, edge: str, width: float) -> str:
    return (
        f'<circle cx="{_u(x)}" cy="{_u(y)}" r="{_u(r)}" fill="{fill}" stroke="{edge}" '
        f'stroke-width="{_u(width)}"/>'
    )


def _hospital(a: int, b: int, r: int) -> str:
    s, c = r * 72 // 100, r * 44 // 100
    square = f"M{a - s} {b - s}h{2 * s}v{2 * s}h{-2 * s}z"
    cross = f"M{a} {b - c}v{2 * c}M{a - c} {b}h{2 * c}"
    plus = f'<path d="{cross}" stroke="#FFFFFF" stroke-width="{r * 28 // 100}"/>'
    return _shape(square, "#333333", "#FFFFFF", 0.15) + plus


def _pennant(a: int, b: int, r: int) -> str:
    """Return the symbol of what is only reached, as on the screen: a pennant on its pole."""
    left = a - r // 2
    flag = f"M{left} {b - r}l{r * 3 // 2} {r // 2}l{-r * 3 // 2} {r // 2}z"
    pole = f'<path d="M{left} {b - r}v{2 * r}" stroke="#333333" stroke-width="{_u(0.3)}"/>'
    return _shape(flag, "#333333", "#FFFFFF", 0.1) + pole


_REACHED = {"hospital": _hospital, "destination": _pennant}


def symbol(kind: str, x: float, y: float, *, size: float = 3.0) -> str:
    """Return the symbol of a state, a hospital or ``"here"`` with its middle at x, y in mm.

    Parameters
    ----------
    kind : str
        Value of `spots.types.State`, ``"hospital"``, ``"destination"`` or ``"here"``.
    x, y : float
        Millimetres from the upper left corner.
    size : float
        Millimetres across.
    """
    a, b, r = _u(x), _u(y), _u(size / 2)
    if kind in _REACHED:
        return _REACHED[kind](a, b, r)
    if kind == "not_met":
        ring = f'<circle cx="{a}" cy="{b}" r="{_u(size * 0.56)}" fill="#FFFFFF" '
        return f'{ring}fill-opacity=".75" stroke="#555555" stroke-width="{_u(0.2)}"/>'
    if kind == "moot":
        lozenge = f"M{a} {b - r}l{r} {r}l{-r} {r}l{-r} {-r}z"
        bar = f'<path d="M{a - r // 2} {b}h{r}" stroke="#8A5E00" stroke-width="{_u(0.35)}"/>'
        return _shape(lozenge, "#FFFFFF", "#8A5E00", 0.25) + bar
    if kind == "excluded":
        s, c = _u(size * 0.42), _u(size * 0.24)
        square = f"M{a - s} {b - s}h{2 * s}v{2 * s}h{-2 * s}z"
        cross = f"M{a - c} {b - c}l{2 * c} {2 * c}M{a + c} {b - c}l{-2 * c} {2 * c}"
        mark = f'<path d="{cross}" stroke="#333333" stroke-width="{_u(0.3)}"/>'
        return _shape(square, "#FFFFFF", "#333333", 0.25) + mark
    if kind == "undetermined":
        triangle = f"M{a} {b - r}l{r} {2 * r - _u(0.2)}h{-2 * r}z"
        return _shape(triangle, "#F0E442", "#000000", 0.2)
    return _disc(x, y, size / 2, "#B00020", "#FFFFFF", 0.3)  # here


def badge(number: int, criteria: tuple[int, ...], x: float, y: float) -> str:
    """Return the disc under a spot's number, in the colour of its first criterion.

    The number itself is text and set by the page.
    """
    colour = criterion(criteria[0] if criteria else 1).colour
    half, r = badge_width(number) / 2, BADGE_H / 2
    return (
        f'<rect x="{_u(x - half)}" y="{_u(y - r)}" width="{_u(2 * half)}" height="{_u(2 * r)}" '
        f'rx="{_u(r)}" fill="{colour}" stroke="#FFFFFF" stroke-width="{_u(0.25)}"/>'
    )


BADGE_H = 4.2


def badge_width(number: int) -> float:
    """Return the width of a badge in mm: a disc for two digits, wider for three."""
    return BADGE_H + 1.5 * max(len(str(number)) - 2, 0)


def swatch(key: str) -> str:
    """Return what stands before a line of a legend.

    Parameters
    ----------
    key : str
        Value of a state, ``"hospital"``, ``"here"``, ``"criterion-2"``, ``"area-shortage"``,
        ``"municipality"``, ``"excluded-area"``, ``"cut"``, ``"would-be"``, ``"road-trunk"``,
        ``"route-1"``, ``"closed"`` or ``"result-spot"``.
    """
    x, y = SWATCH_W / 2, SWATCH_H / 2
    kind, _, rest = key.partition("-")
    if kind == "criterion":
        stroke = criterion(int(rest))
        disc = f'<circle cx="{_u(x)}" cy="{_u(y)}" r="{_u(2.0)}" '
        fill = f'{disc}fill="{stroke.colour}" fill-opacity=".2"/>'
        parts = [fill, stroked(_circle_path(x, y, 2.0), stroke)]
    elif kind in {"cut", "would"}:
        parts = [stroked(_circle_path(x, y, 2.0), OUTLINES[kind])]
    elif kind == "result":
        parts = _result_box(ResultKind(rest))
    elif key in _AREA_SWATCHES:
        parts = _box(_AREA_SWATCHES[key])
    elif kind in _LINES:
        stroke, casing = line_style(key)
        wave = f"M{_u(0.6)} {_u(y)}h{_u(SWATCH_W - 1.2)}"
        parts = [stroked(wave, stroke, casing=casing)]
    else:
        parts = [symbol(key, x, y, size=3.4)]
    return drawing(parts, SWATCH_W, SWATCH_H)


#: Whole circles where something was cut away, and of facilities that are no spot.
OUTLINES = {
    "cut": Stroke("#333333", 0.16, (0.6, 0.6)),
    "would": Stroke("#8A3FA0", 0.34, (0.05, 1.1)),
}
_LINES = ("road", "route", "straight", "closed")
_AREA_SWATCHES = {
    "area-shortage": "shortage",
    "area-surplus": "surplus",
    "area-neither": "",
    "area-unknown": "unknown",
    "area-none": "bare",
    "excluded-area": "excluded",
    "municipality": "",
}


def line_style(key: str) -> tuple[Stroke, float]:
    """Return stroke and casing of a line of the legend (``"road-trunk"``, ``"route-2"``)."""
    kind, _, rest = key.partition("-")
    if kind == "road":
        return road(rest), 0.0
    if kind in WAYS:
        return WAYS[kind][min(int(rest), len(WAYS[kind])) - 1], 0.2
    return CLOSED, 0.0


def _circle_path(x: float, y: float, r: float) -> str:
    a, b, c = _u(x), _u(y), _u(r)
    return f"M{a - c} {b}a{c} {c} 0 1 1 {2 * c} 0a{c} {c} 0 1 1 {-2 * c} 0z"


def _result_box(kind: ResultKind) -> list[str]:
    d = f"M70 50h{_u(SWATCH_W - 1.4)}v{_u(SWATCH_H - 1.0)}h{-_u(SWATCH_W - 1.4)}z"
    return [filled(d, RESULTS[kind]), stroked(d, RESULT_LINES[kind])]


def _box(name: str) -> list[str]:
    w, h = SWATCH_W - 1.4, SWATCH_H - 1.0
    d = f"M70 50h{_u(w)}v{_u(h)}h{-_u(w)}z"
    washes = {wash.hatch: wash for wash in (*AREAS.values(), EXCLUDED, BARE) if wash.hatch}
    wash = washes.get(name, Wash("#FFFFFF", 0.0))
    edge = AREA_BORDER if name in {"shortage", "surplus", "unknown"} else BORDER
    return [rectangle(w, h, LAND, x=0.7, y=0.5), filled(d, wash), stroked(d, edge)]


@dataclass(frozen=True, slots=True)
class Base:
    """The ground in a frame: paths, each drawn once; what does not reach into it has an empty one.

    Parameters
    ----------
    sea : bool
        Whether the land around is known, so that the rest is sea.
    home, abroad, excluded, bare, closed : str
        Land of the prefecture and of others, excluded municipalities, those in no medical area,
        closed roads.
    areas : mapping of AreaClass to str, or None
        Medical areas by class; None where the map does not show them.
    roads : tuple of (str, str)
        Class and path, the least important first.
    """

    sea: bool
    home: str
    abroad: str
    excluded: str
    bare: str
    closed: str
    areas: Mapping[AreaClass, str] | None
    roads: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, ground: SpotGround, frame: Frame, *, areas: bool) -> Base:
        """Return what of the ground lies in a frame, with or without medical areas."""
        shown = sorted(ground.areas.items())
        return cls(
            sea=bool(len(ground.abroad)),
            home=path_data(ground.home, frame),
            abroad=path_data(ground.abroad, frame),
            excluded=path_data(ground.excluded, frame),
            bare=path_data(ground.bare, frame) if areas else "",
            closed=path_data(ground.closed, frame),
            areas={k: path_data(shapes, frame) for k, shapes in shown} if areas else None,
            roads=tuple((kind, path_data(lines, frame)) for kind, lines in ground.roads),
        )

    def parts(self, frame: Frame) -> list[str]:
        """Return the shapes under everything else."""
        areas = self.areas or {}
        return [
            rectangle(frame.width, frame.height, SEA)
            if self.sea
            else filled(_whole(frame.width, frame.height), BEYOND),
            filled(self.abroad, Wash(ABROAD, 1.0)),
            filled(self.home, Wash(LAND, 1.0)),
            *(filled(data, AREAS[kind]) for kind, data in areas.items()),
            filled(self.bare, BARE),
            filled(self.excluded, EXCLUDED),
            stroked(self.abroad + self.home, BORDER),
            stroked("".join(areas.values()), AREA_BORDER),
            *(stroked(data, road(kind)) for kind, data in self.roads),
            stroked(self.closed, CLOSED, casing=0.15),
        ]

    def legend(self, lang: Lang) -> list[LegendLine]:
        """Return the legend of what lies in the frame."""
        lines: list[LegendLine] = []
        if self.areas is not None:
            shown = [k for k in AreaClass if self.areas.get(k)]
            lines += [_line(f"area-{k}", AREA_CLASS_LABELS[k], lang) for k in shown]
        if self.bare:
            lines.append(_line("area-none", WITHOUT_AREA, lang))
        if self.excluded:
            left_out = Text("設定基準により対象外の市町村", "municipality left out by the policy")
            lines.append(_line("excluded-area", left_out, lang))
        if self.areas is None:
            lines.append(_line("municipality", Text("市町村の境", "municipality"), lang))
        seen: dict[str, LegendLine] = {}
        for road_class, data in reversed(self.roads):
            label = road_label(road_class, lang)
            if data and label not in seen:
                seen[label] = LegendLine(swatch(f"road-{road_class}"), label)
        lines += seen.values()
        if self.closed:
            lines.append(_line("closed", Text("通行止め", "closed road"), lang))
        return lines


def together(bases: Sequence[Base]) -> Base:
    """Return the ground of several frames as one, for a legend of all of them."""
    first = bases[0]
    kinds = [kind for base in bases for kind in base.areas or ()]
    return Base(
        sea=first.sea,
        home="".join(base.home for base in bases),
        abroad="".join(base.abroad for base in bases),
        excluded="".join(base.excluded for base in bases),
        bare="".join(base.bare for base in bases),
        closed="".join(base.closed for base in bases),
        areas=None
        if first.areas is None
        else {kind: "".join((b.areas or {}).get(kind, "") for b in bases) for kind in kinds},
        roads=tuple(
            (road_class, "".join(dict(base.roads)[road_class] for base in bases))
            for road_class, _ in first.roads
        ),
    )


def _whole(width: float, height: float) -> str:
    return f"M0 0h{_u(width)}v{_u(height)}h{-_u(width)}z"


def _line(key: str, text: Text, lang: Lang) -> LegendLine:
    return LegendLine(swatch(key), text.render(lang))


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
