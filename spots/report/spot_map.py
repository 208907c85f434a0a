"""The map of the spots in one frame: what is drawn, what is written, and what its legend tells.

Stands apart: a sheet has one such map or several, and a heading, a legend and notes of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spots.report.basemap import (
    BADGE_H,
    OUTLINES,
    Base,
    SpotGround,
    badge,
    badge_width,
    scale_box,
    symbol,
)
from spots.report.canvas import (
    RESULT_LINES,
    RESULTS,
    UNITS,
    Frame,
    Wash,
    criterion,
    filled,
    mark,
    path_data,
    stroked,
)
from spots.report.insets import SheetLayout
from spots.report.label_placing import Room
from spots.report.map_names import SYMBOL_MM, MapPoint, names_on
from spots.report.open_units import drawn_open
from spots.report.report_data import Label
from spots.telling.units import SMALLEST_KM2
from spots.types import FacilityType, ResultKind, Role, RunResult, Spot, State, Verdict


@dataclass(frozen=True, slots=True)
class SpotMap:
    """The map in a frame.

    Parameters
    ----------
    parts : list of str
        Its shapes.
    labels : list of Label
        Its words.
    points : list of MapPoint
        The facilities on it.
    unnamed : frozenset of str
        Ids of spots on it whose name found no room.
    results : frozenset of str
        Ids of the results of which it shows ground or an institution.
    base : Base
        The ground under it.
    corner : str
        Where scale and north stand; empty where they stand outside.
    """

    parts: list[str]
    labels: list[Label]
    points: list[MapPoint]
    unnamed: frozenset[str]
    results: frozenset[str]
    base: Base
    corner: str


def spot_map(
    result: RunResult,
    ground: SpotGround,
    frame: Frame,
    numbers: Mapping[str, int],
    layout: SheetLayout | None = None,
) -> SpotMap:
    """Draw what lies in a frame.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : SpotGround
        What lies under the map.
    frame : Frame
        What it shows.
    numbers : mapping of str to int
        Number in the 別表 by facility id.
    layout : SheetLayout, optional
        Of the sheet, for its main map: what insets cover or show is left out of it. An inset has
        none, and its scale stands outside.
    """
    points, room = _points(result, ground, frame), Room(frame.width, frame.height)
    if layout is not None:
        points = [p for p in points if not _elsewhere(p, ground, layout)]
        room.taken += layout.covered
    badges = _badges(result, points, numbers, room)
    others = [p for p in points if p.verdict.facility.id not in badges]
    base = Base.of(ground, frame, areas=True)
    drawn, institutions = _results(result, ground, frame), _institutions(result, ground, frame)
    parts = base.parts(frame)
    parts += [part for shape in drawn.values() for part in shape]
    parts += [mark(RESULTS[each.kind], each.x, each.y) for each in institutions]
    parts += drawn_open(result, ground, frame)
    parts += [*_circles(result, ground, frame, others), _others(others)]
    parts += [_leader(p, badges) for p in points]
    half = SYMBOL_MM / 2
    room.taken += [(p.x - half, p.y - half, p.x + half, p.y + half) for p in others]
    corner = "" if layout is None else room.reserve_corner(scale_box(frame))
    names = names_on(result, points, badges, ground, frame, room)
    parts += names.lines
    parts += [
        badge(numbers[key], _criteria(result, key), x, y) for key, (x, y) in sorted(badges.items())
    ]
    return SpotMap(
        parts=parts,
        labels=[*_numbers(numbers, badges), *names.labels],
        points=points,
        unnamed=names.unnamed,
        results=frozenset({*drawn, *(each.result for each in institutions)}),
        base=base,
        corner=corner,
    )


def _elsewhere(point: MapPoint, ground: SpotGround, layout: SheetLayout) -> bool:
    """Tell whether a facility of the main map lies under an inset, or is told of in one."""
    if any(a <= point.x <= c and b <= point.y <= d for a, b, c, d in layout.covered):
        return True
    return layout.elsewhere(*ground.points[point.verdict.facility.id])


def _points(result: RunResult, ground: SpotGround, frame: Frame) -> list[MapPoint]:
    if not result.by_rule:  # institutions that are units are drawn as such
        return []
    known = [
        (v, ground.points[v.facility.id]) for v in result.verdicts if v.facility.id in ground.points
    ]
    if not known:
        return []
    xy = frame.on_sheet(np.array([metres for _, metres in known], dtype=np.float64))
    points = [MapPoint(v, x, y) for (v, _), (x, y) in zip(known, xy.tolist(), strict=True)]
    return [p for p in points if 0 < p.x < frame.width and 0 < p.y < frame.height]


def _badges(
    result: RunResult, points: list[MapPoint], numbers: Mapping[str, int], room: Room
) -> dict[str, tuple[float, float]]:
    """Return where the number of each spot in the frame stands."""
    at = {p.verdict.facility.id: p for p in points}
    ids = [s.facility_id for s in result.spots if s.facility_id in at]
    return {
        key: room.spread(at[key].x, at[key].y, badge_width(numbers[key]) + 0.4, BADGE_H + 0.4)
        for key in sorted(ids, key=lambda k: numbers[k])
    }


def _criteria(result: RunResult, facility_id: str) -> tuple[int, ...]:
    return next(s.criteria for s in result.spots if s.facility_id == facility_id)


def _leader(point: MapPoint, badges: Mapping[str, tuple[float, float]]) -> str:
    """Return the line from a badge that had to move to the facility it stands for."""
    moved = badges.get(point.verdict.facility.id)
    if moved is None or np.hypot(moved[0] - point.x, moved[1] - point.y) < BADGE_H / 2:
        return ""
    a, b, c, d = (round(v * UNITS) for v in (point.x, point.y, *moved))
    line = f'<path d="M{a} {b}L{c} {d}" stroke="#222222" stroke-width="20"/>'
    return f'{line}<circle cx="{a}" cy="{b}" r="50" fill="#222222"/>'


def _circles(
    result: RunResult, ground: SpotGround, frame: Frame, others: list[MapPoint]
) -> list[str]:
    radius = result.settings.radius_m
    would = [
        ground.points[p.verdict.facility.id]
        for p in others
        if p.verdict.state in {State.EXCLUDED, State.MOOT} and p.verdict.criteria
    ]
    rings = [shapely.Point(*point).buffer(radius) for point in would]
    parts = [stroked(path_data(_exteriors(rings), frame), OUTLINES["would"])]
    cut = [s.circle for s in result.spots if is_cut(s)]
    whole = ground.moved(np.asarray(cut, dtype=object))
    parts.append(stroked(path_data(_exteriors(list(whole)), frame), OUTLINES["cut"]))
    for spot in result.spots:
        stroke = criterion(spot.criteria[0] if spot.criteria else 1)
        shape = ground.moved(np.asarray([spot.geometry], dtype=object))
        data = path_data(shape, frame)
        parts += [filled(data, Wash(stroke.colour, 0.16)), stroked(data, stroke)]
    return parts


def _results(result: RunResult, ground: SpotGround, frame: Frame) -> dict[str, list[str]]:
    """Return the ground of each result that the frame shows: the policy's first lies on top."""
    drawn = {}
    for each in reversed(result.grounds):
        data = path_data(ground.moved(np.asarray([each.geometry], dtype=object)), frame)
        if data:
            drawn[each.id] = [
                filled(data, RESULTS[each.kind]),
                stroked(data, RESULT_LINES[each.kind]),
            ]
    return drawn


@dataclass(frozen=True, slots=True)
class _Institution:
    """A designated unit without ground on the sheet."""

    result: str
    kind: ResultKind
    x: float
    y: float


def _institutions(result: RunResult, ground: SpotGround, frame: Frame) -> list[_Institution]:
    kinds = {each.id: each.kind for each in result.grounds}
    found = [
        (v, v.unit.position)
        for v in result.units
        if v.state is State.DESIGNATED and v.ground is None and v.unit.position is not None
    ]
    if not found:
        return []
    points = np.asarray([shapely.Point(p.lon, p.lat) for _, p in found], dtype=object)
    places = frame.on_sheet(shapely.get_coordinates(ground.moved(points))).tolist()
    return [
        _Institution(v.result, kinds[v.result], x, y)
        for (v, _), (x, y) in zip(found, places, strict=True)
        if 0 < x < frame.width and 0 < y < frame.height
    ]


def is_cut(spot: Spot) -> bool:
    """Tell whether anything worth drawing was cut from a spot's circle."""
    return spot.circle_km2 - spot.area_km2 > SMALLEST_KM2


def _exteriors(shapes: list[shapely.Polygon]) -> NDArray[np.object_]:
    return np.asarray([shape.exterior for shape in shapes], dtype=object)


def _others(others: list[MapPoint]) -> str:
    order = (State.NOT_MET, State.EXCLUDED, State.MOOT, State.UNDETERMINED)
    drawn = []
    for p in sorted(others, key=lambda p: order.index(p.verdict.state)):
        drawn += [symbol(kind, p.x, p.y, size=SYMBOL_MM) for kind in kinds_of(p.verdict)]
    return "".join(drawn)


def kinds_of(verdict: Verdict) -> tuple[str, ...]:
    """Return the symbols of a facility that is no spot, the lowest first."""
    if verdict.facility.role is Role.DESTINATION:
        return (str(Role.DESTINATION),)
    if verdict.state is State.NOT_MET and _hospital(verdict):
        return ("not_met", "hospital")
    return (str(verdict.state),)


def _hospital(verdict: Verdict) -> bool:
    return FacilityType.SECONDARY_EMERGENCY in verdict.facility.types


def _numbers(numbers: Mapping[str, int], badges: Mapping[str, tuple[float, float]]) -> list[Label]:
    places = sorted((numbers[key], x, y) for key, (x, y) in badges.items())
    return [_number(*place) for place in places]


def _number(number: int, x: float, y: float) -> Label:
    w = badge_width(number)
    return Label(
        text=str(number),
        x=round(x - w / 2, 2),
        y=round(y - BADGE_H / 2, 2),
        width=w,
        height=BADGE_H,
        size=8.0,
        colour="#FFFFFF",
        halo=False,
    )
