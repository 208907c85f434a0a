"""The map sheets: the prefecture on A4 and A3, and areas of their own where circles get small.

Stands apart: the document puts its parts in order, and each part is a subject of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np
import shapely

from groundfloor.problems import Lang, Text
from spots.map.extent import ShownGround
from spots.report.basemap import SpotGround, chart_of, swatch, together
from spots.report.canvas import Extent, Frame, drawing
from spots.report.insets import SheetLayout, inset_labels, inset_parts, laid_out
from spots.report.map_names import MapPoint
from spots.report.open_units import open_legend, open_note
from spots.report.report_data import Chart, LegendLine, PageFact, Sheet
from spots.report.spot_map import SpotMap, is_cut, kinds_of, spot_map
from spots.telling.drawn_ground import NO_NEIGHBOURS, far_land
from spots.telling.labels import STATE_LABELS, spots_by
from spots.types import Role, RunResult, Spot, State, Verdict

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
    if ground.shown is None:
        return ()
    shown = Text("医師少数スポットの区域", "The spots")
    if result.grounds:
        shown = Text("設定する区域", "Designated ground")
    titles = {p: Text(f"{shown.ja}（{p.upper()}）", f"{shown.en} ({p.upper()})") for p in _SIZES}
    layouts = {paper: map_layout(result, ground, ground.shown, paper, lang) for paper in _SIZES}
    sheets = [
        sheet_of(result, ground, layouts[paper], paper, title.render(lang), numbers, lang)
        for paper, title in titles.items()
    ]
    large = layouts["a3"].frame
    if details and large.mm(2 * result.settings.radius_m) < _SMALLEST_CIRCLE_MM:
        sheets += _details(result, ground, numbers, lang)
    return tuple(sheets)


def map_layout(
    result: RunResult, ground: SpotGround, shown: ShownGround, paper: str, lang: Lang
) -> SheetLayout:
    """Return where the main map of a sheet and its insets stand.

    Parameters
    ----------
    result : RunResult
        The run, or as much of it as the sheet is about.
    ground : SpotGround
        What lies under the maps.
    shown : ShownGround
        What they show.
    paper : str
        ``"a4"`` or ``"a3"``.
    lang : Lang
        Language of the titles.
    """
    home = result.settings.home
    ours = [
        ground.points[v.facility.id]
        for v in result.verdicts
        if v.facility.id in ground.points and v.place.prefecture_code in home
    ]
    places = np.array(ours, dtype=np.float64).reshape(-1, 2)
    least_m = 8.0 * result.settings.radius_m
    return laid_out(shown, ground, places, _SIZES[paper], least_m, lang)


def layout_of(extent: Extent, paper: str) -> SheetLayout:
    """Return the layout of a sheet that shows some ground and nothing beside it."""
    return SheetLayout(Frame.around(extent, *_SIZES[paper]))


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
        layout = layout_of(wide, "a4")
        sheets.append(sheet_of(result, ground, layout, "a4", title, numbers, lang))
    return sheets


def sheet_of(
    result: RunResult,
    ground: SpotGround,
    layout: SheetLayout,
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
    layout : SheetLayout
        What its maps show.
    paper : str
        ``"a4"`` or ``"a3"``.
    title : str
        Its heading.
    numbers : mapping of str to int
        Number in the 別表 by facility id.
    lang : Lang
        Language of the sheet.
    """
    chart, maps = _chart(result, ground, layout, numbers, title, lang)
    shown = {p.verdict.facility.id for drawn in maps for p in drawn.points}
    unnamed = frozenset().union(*(drawn.unnamed for drawn in maps))
    named = sorted(
        (s for s in result.spots if s.facility_id in shown), key=lambda s: numbers[s.facility_id]
    )
    notes = [c.render(lang) for c in result.settings.caveats]
    if not len(ground.abroad):
        notes.append(NO_NEIGHBOURS.render(lang))
    if layout.main is not None and ground.shown is not None and ground.shown.far:
        far = [(land.municipality, land.count, land.km2) for land in ground.shown.far]
        notes.append(far_land(far).render(lang))
    notes += [note.render(lang) for note in (*_unplaced(result), *open_note(result))]
    if not ground.roads and result.by_rule and result.straight is None:
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
    layout: SheetLayout,
    numbers: Mapping[str, int],
    title: str,
    lang: Lang,
) -> tuple[Chart, list[SpotMap]]:
    """Return the map of a sheet with its insets, and each of its maps."""
    frame = layout.frame
    main = spot_map(result, ground, frame, numbers, layout)
    maps, parts, labels = [main], [*main.parts], [*main.labels]
    for placed in layout.insets:
        inset = spot_map(result, ground, placed.frame, numbers)
        maps.append(inset)
        parts += inset_parts(placed, inset.parts)
        labels += inset_labels(placed, inset.labels, lang)
    points = {p.verdict.facility.id: p for drawn in maps for p in drawn.points}
    seen = {each for drawn in maps for each in drawn.results}
    legend = [
        *_legend(result, list(points.values()), lang, seen),
        *open_legend(result, lang),
        *together([drawn.base for drawn in maps]).legend(lang),
    ]
    alt = f"{result.settings.title.render(lang)}: {title}"
    svg = drawing(parts, frame.width, frame.height)
    return chart_of(frame, svg, labels, legend, main.corner, alt), maps


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
    if any(is_cut(s) for s in spots):
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
    kinds = {kind for p in points if p.verdict.facility.id in ids for kind in kinds_of(p.verdict)}
    lines += [LegendLine(swatch(k), t.render(lang)) for k, t in _HOSPITALS.items() if k in kinds]
    return lines
