"""The map sheets: the prefecture on A4 and A3, and areas of their own where circles get small.

Stands apart: the document puts its parts in order, and each part is a subject of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.problems import Lang, Text
from spots.report.basemap import (
    BADGE_H,
    OUTLINES,
    Base,
    SpotGround,
    badge,
    badge_width,
    chart_of,
    scale_box,
    swatch,
    symbol,
    whole_extent,
)
from spots.report.canvas import (
    RESULT_LINES,
    RESULTS,
    UNITS,
    Extent,
    Frame,
    Wash,
    criterion,
    drawing,
    filled,
    mark,
    path_data,
    stroked,
)
from spots.report.label_placing import Room
from spots.report.map_names import SYMBOL_MM, MapPoint, names_on
from spots.report.open_units import drawn_open, open_legend, open_note
from spots.report.report_data import Chart, Label, LegendLine, PageFact, Sheet
from spots.telling.labels import STATE_LABELS, spots_by
from spots.telling.units import SMALLEST_KM2
from spots.types import FacilityType, ResultKind, Role, RunResult, Spot, State, Verdict

# Width and height of the map on each paper, mm; the rest is margin, title and legend.
_SIZES = {"a4": (198.0, 161.0), "a3": (304.0, 244.0)}
#: Below this a circle of the sheet is too small to be read, and areas get sheets of their own.
_SMALLEST_CIRCLE_MM = 4.0
_HOSPITALS = {
    "hospital": Text("二次救急病院", "secondary emergency hospital"),
    "destination": Text("到達先のみの病院", "hospital only reached"),
}


def map_sheets(
    result: RunResult,
    ground: SpotGround,
    numbers: Mapping[str, int],
    lang: Lang,
    *,
    details: bool = True,
) -> tuple[Sheet, ...]:
    """Return the sheets in order.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : SpotGround
        What lies under the maps.
    numbers : mapping of str to int
        Number in the 別表 by facility id.
    lang : Lang
        Language of the sheets.
    details : bool
        Whether areas get sheets of their own where circles would be too small to be read.
    """
    extent = whole_extent(result, ground)
    if extent is None:
        return ()
    shown = Text("医師少数スポットの区域", "The spots")
    if result.grounds:
        shown = Text("設定する区域", "Designated ground")
    titles = {p: Text(f"{shown.ja}（{p.upper()}）", f"{shown.en} ({p.upper()})") for p in _SIZES}
    sheets = [
        sheet_of(result, ground, extent, paper, title.render(lang), numbers, lang)
        for paper, title in titles.items()
    ]
    large = Frame.around(extent, *_SIZES["a3"])
    if details and large.mm(2 * result.settings.radius_m) < _SMALLEST_CIRCLE_MM:
        sheets += _details(result, ground, numbers, lang)
    return tuple(sheets)


def _details(
    result: RunResult, ground: SpotGround, numbers: Mapping[str, int], lang: Lang
) -> list[Sheet]:
    """Return a sheet for each medical area with spots."""
    groups: dict[str, list[Spot]] = {}
    for spot in sorted(result.spots, key=lambda s: numbers[s.facility_id]):
        groups.setdefault(spot.place.area, []).append(spot)
    sheets = []
    for area, spots in groups.items():
        shapes = ground.moved(np.asarray([s.circle for s in spots], dtype=object))
        extent = Extent(*(float(v) for v in shapely.total_bounds(shapes)))
        name = Text(f"{area}医療圏" if area else "医療圏なし", area or "no medical area")
        wide = extent.grown(0.15, 6.0 * result.settings.radius_m)
        title = Text(f"区域の拡大図：{name.ja}", f"The spots: {name.en}").render(lang)
        sheets.append(sheet_of(result, ground, wide, "a4", title, numbers, lang))
    return sheets


def sheet_of(
    result: RunResult,
    ground: SpotGround,
    extent: Extent,
    paper: str,
    title: str,
    numbers: Mapping[str, int],
    lang: Lang,
) -> Sheet:
    """Return the sheet of some ground.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : SpotGround
        What lies under the map.
    extent : Extent
        What the map shows.
    paper : str
        ``"a4"`` or ``"a3"``.
    title : str
        Its heading.
    numbers : mapping of str to int
        Number in the 別表 by facility id.
    lang : Lang
        Language of the sheet.
    """
    frame = Frame.around(extent, *_SIZES[paper])
    chart, unnamed = _chart(result, ground, frame, numbers, title, lang)
    shown = {p.verdict.facility.id for p in _points(result, ground, frame)}
    named = sorted(
        (s for s in result.spots if s.facility_id in shown), key=lambda s: numbers[s.facility_id]
    )
    notes = [c.render(lang) for c in result.settings.caveats]
    if not len(ground.abroad):
        text = Text(
            "ほかの都道府県の陸と海はデータにないため、区別せずに描いています。",
            "Land and sea outside the prefecture are not in the data and are drawn alike.",
        )
        notes.append(text.render(lang))
    notes += [note.render(lang) for note in (*_unplaced(result), *open_note(result))]
    if not ground.roads and result.by_rule:
        text = Text("主な道路は記録されていません。", "No main roads are recorded.")
        notes.append(text.render(lang))
    return Sheet(
        paper=paper,
        title=title,
        chart=chart,
        index=_index(named, numbers),
        unnamed=_index([s for s in named if s.facility_id in unnamed], numbers),
        notes=tuple(notes),
        ground=any(v.state is State.DESIGNATED for v in result.units),
    )


def _index(spots: Iterable[Spot], numbers: Mapping[str, int]) -> tuple[PageFact, ...]:
    return tuple(PageFact(str(numbers[s.facility_id]), s.name) for s in spots)


def _chart(
    result: RunResult,
    ground: SpotGround,
    frame: Frame,
    numbers: Mapping[str, int],
    title: str,
    lang: Lang,
) -> tuple[Chart, frozenset[str]]:
    """Return the map, and the ids of spots on it whose name found no room."""
    points = _points(result, ground, frame)
    room = Room(frame.width, frame.height)
    badges = _badges(result, points, numbers, room)
    others = [p for p in points if p.verdict.facility.id not in badges]
    base = Base.of(ground, frame, areas=True)
    parts = base.parts(frame)
    drawn = _results(result, ground, frame)
    parts += [part for shape in drawn.values() for part in shape]
    institutions = _institutions(result, ground, frame)
    parts += [mark(RESULTS[each.kind], each.x, each.y) for each in institutions]
    parts += drawn_open(result, ground, frame)
    parts += _circles(result, ground, frame, others)
    parts += [_others(others)]
    parts += [_leader(p, badges) for p in points]
    half = SYMBOL_MM / 2
    room.taken += [(p.x - half, p.y - half, p.x + half, p.y + half) for p in others]
    corner = room.reserve_corner(scale_box(frame))
    labels = [
        _number(numbers[key], x, y)
        for key, (x, y) in sorted(badges.items(), key=lambda b: numbers[b[0]])
    ]
    names = names_on(result, points, badges, ground, frame, room)
    labels += names.labels
    parts += names.lines
    parts += [
        badge(numbers[key], _criteria(result, key), x, y) for key, (x, y) in sorted(badges.items())
    ]
    svg = drawing(parts, frame.width, frame.height)
    seen = {*drawn, *(each.result for each in institutions)}
    opened = open_legend(result, lang)
    legend = [*_legend(result, points, lang, seen), *opened, *base.legend(lang)]
    alt = f"{result.settings.title.render(lang)}: {title}"
    return chart_of(frame, svg, labels, legend, corner, alt), names.unnamed


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
    cut = [s.circle for s in result.spots if _is_cut(s)]
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


def _unplaced(result: RunResult) -> Iterator[Text]:
    """Yield how many designated units no map can show."""
    lost = sum(
        v.state is State.DESIGNATED and v.unit.geometry is None and v.unit.position is None
        for v in result.units
    )
    if lost:
        yield Text(
            f"位置の分からない区域{lost}件は図にありません（「区域の判定」にあります）。",
            f"{lost} units without a position are not drawn; the table of units has them.",
        )


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


def _is_cut(spot: Spot) -> bool:
    return spot.circle_km2 - spot.area_km2 > SMALLEST_KM2


def _exteriors(shapes: list[shapely.Polygon]) -> NDArray[np.object_]:
    return np.asarray([shape.exterior for shape in shapes], dtype=object)


def _others(others: list[MapPoint]) -> str:
    order = (State.NOT_MET, State.EXCLUDED, State.MOOT, State.UNDETERMINED)
    drawn = []
    for p in sorted(others, key=lambda p: order.index(p.verdict.state)):
        drawn += [symbol(kind, p.x, p.y, size=SYMBOL_MM) for kind in _kinds(p.verdict)]
    return "".join(drawn)


def _kinds(verdict: Verdict) -> tuple[str, ...]:
    """Return the symbols of a facility that is no spot, the lowest first."""
    if verdict.facility.role is Role.DESTINATION:
        return (str(Role.DESTINATION),)
    if verdict.state is State.NOT_MET and _hospital(verdict):
        return ("not_met", "hospital")
    return (str(verdict.state),)


def _hospital(verdict: Verdict) -> bool:
    return FacilityType.SECONDARY_EMERGENCY in verdict.facility.types


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


def _nowhere(result: RunResult, lang: Lang) -> Iterator[LegendLine]:
    """Yield how many facilities no sheet can show, by state."""
    lost = [v.state for v in result.verdicts if v.facility.position is None and _judged(v)]
    for state, count in sorted(Counter(lost).items()):
        label = STATE_LABELS[state]
        text = Text(f"{label.ja}（位置不明で図にない）", f"{label.en} (no position, not drawn)")
        yield LegendLine(swatch(str(state)), text.render(lang), str(count))


def _judged(verdict: Verdict) -> bool:
    return verdict.facility.role is Role.CANDIDATE


def _legend(
    result: RunResult, points: list[MapPoint], lang: Lang, seen: Collection[str]
) -> list[LegendLine]:
    ids = {p.verdict.facility.id for p in points}
    spots = [s for s in result.spots if s.facility_id in ids]
    lines: list[LegendLine] = []
    for info in result.settings.criteria:
        of_it = [s for s in spots if info.number in s.criteria]
        if of_it or not info.given:
            text = f"{info.mark} {info.title.render(lang)}"
            several = sum(len(s.criteria) > 1 for s in of_it)
            also = Text(f"（うち複数要件 {several}）", f" ({several} by several)").render(lang)
            count = spots_by(info, spots) + (also if several else "")
            lines.append(LegendLine(swatch(f"criterion-{info.number}"), text, count))
    lines += [
        LegendLine(swatch(f"result-{each.kind}"), each.title.render(lang))
        for each in result.grounds
        if each.id in seen
    ]
    if any(_is_cut(s) for s in spots):
        text = Text("切り取る前の円", "circle before cutting").render(lang)
        lines.append(LegendLine(swatch("cut"), text))
    states = Counter(p.verdict.state for p in points if p.verdict.facility.role is Role.CANDIDATE)
    if any(p.verdict.state in {State.EXCLUDED, State.MOOT} and p.verdict.criteria for p in points):
        text = Text("要件に該当するが設定しない円", "criterion met, but no spot").render(lang)
        lines.append(LegendLine(swatch("would-be"), text))
    for state in (State.MOOT, State.EXCLUDED, State.NOT_MET, State.UNDETERMINED):
        if states[state]:
            text = STATE_LABELS[state].render(lang)
            lines.append(LegendLine(swatch(str(state)), text, str(states[state])))
    lines += _nowhere(result, lang)
    kinds = {kind for p in points if p.verdict.facility.id in ids for kind in _kinds(p.verdict)}
    lines += [LegendLine(swatch(k), t.render(lang)) for k, t in _HOSPITALS.items() if k in kinds]
    return lines
