"""The route map of one facility: the ways to the nearest other hospitals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.problems import Lang, Text, clean
from spots.report.basemap import (
    base_legend,
    base_parts,
    chart_of,
    scale_box,
    swatch,
    symbol,
    town_labels,
)
from spots.report.canvas import Extent, Frame, drawing, path_data, stroked
from spots.report.label_placing import Room, Wanted
from spots.report.palette import ROUTES
from spots.report.report_data import Chart, Label, LegendLine
from spots.report.spot_ground import SpotGround
from spots.telling.dossier_travel import nearest_ways
from spots.types import FacilityType, OtherHospital, Role, RunResult, Verdict

WIDTH = 180.0
# Names of other hospitals, the nearest ones as the crow flies.
_MOST_NAMES = 14
_LEAST_M = 8_000.0
# Around a facility from which no road leads to another hospital.
_ALONE_M = 30_000.0


@dataclass(frozen=True, slots=True)
class Hospitals:
    """Hospitals to be drawn, and where they are.

    Parameters
    ----------
    verdicts : tuple of Verdict
        The hospitals.
    metres : ndarray, shape (n, 2)
        East and north in the plane zone.
    """

    verdicts: tuple[Verdict, ...]
    metres: NDArray[np.float64]


def route_chart(
    verdict: Verdict, ground: SpotGround, hospitals: Hospitals, height: float, lang: Lang
) -> Chart | None:
    """Return the route map of a facility; None without a position.

    Parameters
    ----------
    verdict : Verdict
        The facility and its evidence.
    ground : SpotGround
        What lies under the map.
    hospitals : Hospitals
        Those to be drawn.
    height : float
        Of the map, mm.
    lang : Lang
        Language of the map.
    """
    here = ground.points.get(verdict.facility.id)
    if here is None:
        return None
    ways = nearest_ways(verdict.travel) if verdict.travel else ()
    lines = ground.moved(np.asarray([w.route.geometry for w in ways], dtype=object))
    frame = Frame.around(_extent(here, lines), WIDTH, height)
    parts = base_parts(ground, frame, areas=False)
    for line, stroke in reversed(list(zip(lines, ROUTES, strict=False))):
        parts.append(stroked(path_data(np.asarray([line]), frame), stroke, casing=0.2))
    room = Room(frame.width, frame.height)
    room.disliked += _along(lines, frame)
    others = _others(verdict, hospitals, frame)
    parts += [symbol("hospital", x, y, size=3.2) for _, x, y in others]
    x, y = frame.on_sheet(np.array([here]))[0].tolist()
    parts.append(symbol("here", x, y, size=3.4))
    room.taken += [(a - 1.6, b - 1.6, a + 1.6, b + 1.6) for _, a, b in (*others, ("", x, y))]
    corner = room.reserve_corner(scale_box(frame))
    labels = _labels(verdict, ways, (x, y), others, room)
    labels += town_labels(ground, frame, room)
    legend = _legend(ways, lang) + base_legend(ground, frame, lang, areas=False)
    alt = Text(
        f"{verdict.facility.name}から近い病院までの経路図",
        f"Routes from {verdict.facility.name} to the nearest hospitals",
    )
    svg = drawing(parts, frame.width, frame.height)
    return chart_of(frame, svg, labels, legend, corner, alt.render(lang))


def _extent(here: tuple[float, float], lines: NDArray[np.object_]) -> Extent:
    if not len(lines):
        return Extent(*here, *here).grown(0.0, _ALONE_M)
    west, south, east, north = (float(v) for v in shapely.total_bounds(lines))
    e, n = here
    whole = Extent(min(west, e), min(south, n), max(east, e), max(north, n))
    return whole.grown(0.12, _LEAST_M)


def _along(lines: NDArray[np.object_], frame: Frame) -> list[tuple[float, float, float, float]]:
    """Return small boxes along the routes, which names had better leave free."""
    boxes = []
    step = frame.denominator * 2.5 / 1000
    for line in lines:
        along = np.arange(0, line.length, step)
        xy = frame.on_sheet(shapely.get_coordinates(shapely.line_interpolate_point(line, along)))
        boxes += [(x - 1, y - 1, x + 1, y + 1) for x, y in xy.tolist()]
    return boxes


def hospitals_of(result: RunResult, ground: SpotGround) -> Hospitals:
    """Return every hospital that can be reached and has a position, in input order."""
    found = [
        v
        for v in result.verdicts
        if v.facility.id in ground.points
        and (
            v.facility.role is Role.DESTINATION
            or FacilityType.SECONDARY_EMERGENCY in v.facility.types
        )
    ]
    metres = np.array([ground.points[v.facility.id] for v in found], dtype=np.float64)
    return Hospitals(tuple(found), metres.reshape(-1, 2))


def _others(
    verdict: Verdict, hospitals: Hospitals, frame: Frame
) -> list[tuple[Verdict, float, float]]:
    """Return the other hospitals in the frame with their places on the sheet."""
    return [
        (other, x, y)
        for other, (x, y) in zip(
            hospitals.verdicts, frame.on_sheet(hospitals.metres).tolist(), strict=True
        )
        if 0 < x < frame.width and 0 < y < frame.height and other.facility.id != verdict.facility.id
    ]


def _labels(
    verdict: Verdict,
    ways: tuple[OtherHospital, ...],
    here: tuple[float, float],
    hospitals: list[tuple[Verdict, float, float]],
    room: Room,
) -> list[Label]:
    ranks = {w.route.to_id: k for k, w in enumerate(ways, 1)}
    ranks |= {w.route.from_id: k for k, w in enumerate(ways, 1)}
    own = clean(verdict.facility.name)
    labels = [
        room.place(Wanted(own, *here, size=9.0, gap=2.2, colour="#8A0018", must=True, reach=3))
    ]
    by_rank = sorted(
        hospitals,
        key=lambda h: (
            ranks.get(h[0].facility.id, len(ways) + 1),
            (h[1] - here[0]) ** 2 + (h[2] - here[1]) ** 2,
        ),
    )
    for other, x, y in by_rank[: len(ways) + _MOST_NAMES]:
        rank = ranks.get(other.facility.id)
        name = clean(other.facility.name)
        text = f"{rank} {name}" if rank else name
        colour = "#111111" if rank else "#5A5A5A"
        wanted = Wanted(
            text, x, y, size=8.5 if rank else 8.0, gap=2.0, colour=colour, must=bool(rank), reach=3
        )
        labels.append(room.place(wanted))
    return [label for label in labels if label is not None]


def _legend(ways: tuple[OtherHospital, ...], lang: Lang) -> list[LegendLine]:
    lines = [LegendLine(swatch("here"), Text("この施設", "this facility").render(lang))]
    hospital = Text("他の二次救急病院", "other secondary emergency hospital").render(lang)
    lines.append(LegendLine(swatch("hospital"), hospital))
    ordinals = (Text("最も近い", "nearest"), Text("2番目", "second"), Text("3番目", "third"))
    for k, (_, text) in enumerate(zip(ways, ordinals, strict=False), 1):
        label = Text(f"経路（{text.ja}）", f"route ({text.en})").render(lang)
        lines.append(LegendLine(swatch(f"route-{k}"), label))
    return lines
