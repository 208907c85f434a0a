"""Names on the map sheets: whose comes first, and at what line where there is no room beside it.

A designated spot always has its name, then whoever is undetermined; hospitals across the border
come last. Stands apart: what is drawn is one subject, and what is written on it another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from groundfloor.problems import clean
from spots.report.basemap import BADGE_H, SpotGround
from spots.report.canvas import UNITS, Frame
from spots.report.label_placing import Led, Room, Wanted
from spots.report.place_names import neighbour_labels, town_labels
from spots.report.report_data import Label
from spots.types import Role, RunResult, State, UnitVerdict, Verdict

SYMBOL_MM = 2.8
_GAP = SYMBOL_MM / 2 + 0.3
_SPOT, _OPEN, _OTHER = "#111111", "#5A4A00", "#4A4A4A"


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A facility on the sheet."""

    verdict: Verdict
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class MapNames:
    """The names of a sheet.

    Parameters
    ----------
    labels : tuple of Label
        Those that found room; none covers another.
    lines : tuple of str
        Drawn lines to names that stand apart.
    unnamed : frozenset of str
        Facility ids of spots on the sheet whose name found no room.
    """

    labels: tuple[Label, ...]
    lines: tuple[str, ...]
    unnamed: frozenset[str]


def names_on(
    result: RunResult,
    points: Sequence[MapPoint],
    badges: Mapping[str, tuple[float, float]],
    ground: SpotGround,
    frame: Frame,
    room: Room,
) -> MapNames:
    """Return the names: spots, who is undetermined, units, municipalities, then the others.

    Parameters
    ----------
    result : RunResult
        The run.
    points : sequence of MapPoint
        Facilities on the sheet.
    badges : mapping of str to (float, float)
        Where the number of each spot stands.
    ground : SpotGround
        What lies under the map.
    frame : Frame
        What the map shows.
    room : Room
        Its free room; names take theirs.
    """
    spots = [p for p in points if p.verdict.facility.id in badges]
    rest = [p for p in points if p.verdict.facility.id not in badges]
    found = {p.verdict.facility.id: _of_spot(p, badges, room) for p in spots}
    led = [each for each in found.values() if each is not None]
    left_open = [p for p in rest if p.verdict.state is State.UNDETERMINED]
    led += filter(None, (room.led(_beside(p, _OPEN, reach=2)) for p in left_open))
    led += _unit_names(result, ground, frame, room)
    labels = [each.label for each in led]
    said = {label.text for label in labels}
    own = tuple(town for town in ground.towns if town.home)
    labels += (town for town in town_labels(own, frame, room) if town.text not in said)
    labels += neighbour_labels(ground.neighbours, frame, room)
    others = [p for p in rest if p.verdict.state is not State.UNDETERMINED]
    placed = (room.place(_beside(p, _OTHER, reach=1)) for p in _by_weight(others, result))
    labels += filter(None, placed)
    return MapNames(
        labels=tuple(labels),
        lines=tuple(_drawn(each) for each in led if each.line is not None),
        unnamed=frozenset(key for key, each in found.items() if each is None),
    )


def _of_spot(point: MapPoint, badges: Mapping[str, tuple[float, float]], room: Room) -> Led | None:
    x, y = badges[point.verdict.facility.id]
    name = clean(point.verdict.facility.name)
    return room.led(Wanted(name, x, y, gap=BADGE_H / 2 + 0.3, colour=_SPOT))


def _beside(point: MapPoint, colour: str, *, reach: int) -> Wanted:
    name = clean(point.verdict.facility.name)
    return Wanted(name, point.x, point.y, gap=_GAP, colour=colour, reach=reach)


def _by_weight(points: Iterable[MapPoint], result: RunResult) -> list[MapPoint]:
    """Return the prefecture's own first, and among them those that are judged."""
    home = {None, *result.settings.home}

    def weight(point: MapPoint) -> tuple[bool, bool]:
        abroad = point.verdict.place.prefecture_code not in home
        return abroad, point.verdict.facility.role is Role.DESTINATION

    return sorted(points, key=weight)


def _drawn(led: Led) -> str:
    """Return the line to a name, with a white edge so that it is seen over borders and roads."""
    a, b, c, d = (round(v * UNITS) for v in led.line or (0.0, 0.0, 0.0, 0.0))
    way = f"M{a} {b}L{c} {d}"
    return (
        f'<path d="{way}" stroke="#FFFFFF" stroke-width="45"/>'
        f'<path d="{way}" stroke="{led.label.colour}" stroke-width="16"/>'
    )


def _unit_names(result: RunResult, ground: SpotGround, frame: Frame, room: Room) -> Iterator[Led]:
    """Yield names of units: the designated ones, then those that are undetermined."""
    for state, colour in ((State.DESIGNATED, _SPOT), (State.UNDETERMINED, _OPEN)):
        for verdict in {v.unit.id: v for v in result.units if v.state is state}.values():
            at = _place_of(verdict)
            if at is None:
                continue
            moved = ground.moved(np.asarray([at], dtype=object))
            ((x, y),) = frame.on_sheet(shapely.get_coordinates(moved)).tolist()
            if 0 < x < frame.width and 0 < y < frame.height:
                name = clean(verdict.unit.name)
                gap = 0.0 if verdict.ground is not None else _GAP
                led = room.led(Wanted(name, x, y, gap=gap, colour=colour, reach=3))
                yield from (led,) if led is not None else ()


def _place_of(verdict: UnitVerdict) -> shapely.Point | None:
    """Return a place within a unit's ground, else where it is; None where neither is known."""
    if verdict.ground is not None:
        return shapely.point_on_surface(verdict.ground)
    at = verdict.unit.position
    return shapely.Point(at.lon, at.lat) if at is not None else None
