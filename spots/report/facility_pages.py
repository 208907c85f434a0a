"""One page for each facility judged on travel time: the ways on a map, the facts, two tables.

Stands apart: the document puts its parts in order, and each part is a subject of its own.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.problems import Lang, Text, clean
from spots.report.basemap import (
    Base,
    SpotGround,
    chart_of,
    scale_box,
    swatch,
    symbol,
)
from spots.report.canvas import (
    ROUTES,
    STRAIGHTS,
    Extent,
    Frame,
    criterion,
    drawing,
    path_data,
    stroked,
)
from spots.report.label_placing import Room, Wanted
from spots.report.name_lines import text_em
from spots.report.place_names import town_labels
from spots.report.report_data import (
    Cell,
    Chart,
    Label,
    LegendLine,
    PageColumn,
    PageFact,
    RoutePage,
    Table,
)
from spots.telling.dossier import Dossier, dossiers_of, state_words
from spots.telling.dossier_facts import Fact, Section, Tone
from spots.telling.dossier_travel import nearest_ways
from spots.telling.evidence_words import SAME_HOSPITAL
from spots.telling.labels import UNREACHABLE, listed, type_marks
from spots.telling.straight_words import ESTIMATE, LENGTH
from spots.telling.wording import NONE, bracketed, run_on, same, sentence, told_as
from spots.types import FacilityType, OtherHospital, Role, RunResult, State, Verdict

# Height between header and footer; that of a legend in two lines; and of maps, mm.
_PAGE_MM = 253.0
_LEGEND_MM = 13.0
_LEAST_MM, _MOST_MM = 58.0, 125.0
# Widths of the columns of both tables, in em of their type.
_NEAREST_EM = (9.0, 13.0, 7.0, 6.0, 16.0, 9.0)
_VARIANTS_EM = (8.8, 5.0, 6.0, 4.8, 6.5)


def judged(result: RunResult, numbers: Mapping[str, int]) -> tuple[Verdict, ...]:
    """Return the facilities judged on travel time: spots by number, then by margin, largest first.

    Who cannot be judged comes last, who reaches no other hospital before all with a margin. Who is
    of another prefecture has no page: a national list would make thousands.
    """
    home = {None, *result.settings.home}
    found = [
        v
        for v in result.verdicts
        if v.travel is not None
        and v.facility.role is Role.CANDIDATE
        and v.place.prefecture_code in home
    ]

    def key(verdict: Verdict) -> tuple[int, int, int]:
        number = numbers.get(verdict.facility.id)
        if number is not None:
            return (0, number, 0)
        travel = verdict.travel
        if travel is None or travel.reachable is None:
            return (2, 0, 0)
        if travel.margin_ms is None:
            return (1, 0, 0)
        return (1, 1, -travel.margin_ms)

    return tuple(sorted(found, key=key))


def route_pages(
    result: RunResult,
    verdicts: Collection[Verdict],
    ground: SpotGround,
    numbers: Mapping[str, int],
    lang: Lang,
) -> tuple[RoutePage, ...]:
    """Return the pages of some facilities, in their order."""
    hospitals = _hospitals_of(result, ground)
    found = []
    for dossier in dossiers_of(result, verdicts):
        page = _page(dossier, numbers, lang)
        chart = _route_chart(dossier.verdict, ground, hospitals, _chart_height(page), lang)
        found.append(replace(page, chart=chart))
    return tuple(found)


def _page(dossier: Dossier, numbers: Mapping[str, int], lang: Lang) -> RoutePage:
    """Return the page without its map, whose height depends on the rest."""
    verdict = dossier.verdict
    number = numbers.get(verdict.facility.id)
    place = [verdict.place.area, verdict.place.municipality, verdict.facility.address]
    types = type_marks(verdict.facility.types)
    return RoutePage(
        title=verdict.facility.name,
        number=str(number) if number else "",
        colour=_colour(verdict),
        state=state_words(verdict).render(lang),
        place="　".join(p for p in (types, *place) if p),
        verdict=_sentence(dossier, lang),
        chart=None,
        no_chart=Text(
            "位置が分からないため、経路図はありません。",
            "There is no route map, for its position is unknown.",
        ).render(lang),
        facts=_time_facts(dossier, lang),
        nearest=_nearest_table(dossier, lang),
        variants=_variants_table(dossier, lang),
        turning=_turning_sentence(dossier, lang),
    )


def _chart_height(page: RoutePage) -> float:
    """Return the height of the map, mm, that leaves the rest of the page enough room.

    An estimate by the lines of every part: a row of a table is as high as its fullest cell.
    """
    head = 10 + 5.2 * _lines(page.verdict, 49) + 4.6 * _lines(page.place, 55)
    head += 6.5 * (_lines(page.title, 34) - 1)
    nearest = 14 + _rows(page.nearest, _NEAREST_EM, 3.6)
    variants = 0.0
    if page.variants is not None:
        variants = 14 + _rows(page.variants, _VARIANTS_EM, 3.4)
    facts = [max(_lines(p.label, 9), _lines(p.value, 9)) for p in page.facts]
    times = 8 + sum(1.3 + 3.9 * lines for lines in facts)
    turning = 6 + 4.8 * _lines(page.turning, 54) if page.turning else 0.0
    rest = head + _LEGEND_MM + nearest + turning + max(times, variants)
    return round(min(max(_PAGE_MM - rest, _LEAST_MM), _MOST_MM), 1)


def _rows(table: Table, ems: tuple[float, ...], line_mm: float) -> float:
    """Return about how high the rows of a table are, mm, for columns of so many em."""
    heights = [
        max(_lines(cell.text, em) for cell, em in zip(row, ems, strict=False)) for row in table.rows
    ]
    return sum(3.2 + line_mm * lines for lines in heights)


def _lines(text: str, em: float) -> int:
    return sum(max(1, math.ceil(text_em(line) / em)) for line in text.split("\n"))


def _sentence(dossier: Dossier, lang: Lang) -> str:
    """Return the verdict, and what was found on travel time where that is something else.

    That line begins with its criterion: a spot by ① may well lie near a hospital.
    """
    verdict = dossier.verdict
    reason = verdict.state_reason.render(lang)
    measured = verdict.measured
    found = measured.text.render(lang) if measured else ""
    if measured is None or not found or found in reason:
        return reason
    fact = dossier.fact(f"criterion.{measured.number}")
    mark = fact.label.render(lang).partition(" ")[0] if fact else ""
    return f"{reason}\n{told_as(same(mark), same(found)).render(lang)}"


def _colour(verdict: Verdict) -> str:
    if verdict.state is State.DESIGNATED:
        return criterion(verdict.criteria[0] if verdict.criteria else 1).colour
    return {
        State.MOOT: "#8A5E00",
        State.UNDETERMINED: "#7A6A00",
        State.EXCLUDED: "#333333",
    }.get(verdict.state, "#555555")


# --- facts and tables

# So that the longest word for a truth, or a change of it, fits.
_TRUTH_MM = {Lang.JA: 18.0, Lang.EN: 24.0}
#: What a page says in a line of its own.
_SAID = frozenset({"speeds"})
_HEAD = frozenset({"nearest", "time", "threshold", "margin"})
#: Parts of the way that decided which are parts of its time.
_PARTS_OF_TIME = ("access", "driving", "delays", "crossing", "wait", "egress")
_WAY = Text("主な道路", "Main roads")
_MORE = Text("有料道路・フェリー", "Toll, ferry")


def _first(dossier: Dossier, kind: str) -> Section | None:
    """Return the section of the first criterion that measured."""
    return next(iter(dossier.of(kind)), None)


def _time_facts(dossier: Dossier, lang: Lang) -> tuple[PageFact, ...]:
    """Return the decisive time and what it is made of."""
    travel, ways = _first(dossier, "travel"), _first(dossier, "nearest")
    if travel is None:
        return ()
    way = ways.fact("way.1") if ways else None
    parts = [p for p in (way.part(key) for key in _PARTS_OF_TIME) if p] if way else []
    said = _SAID if way is None else {*_SAID, "nearest"}  # the table of ways begins with it
    told = [fact for fact in travel.facts if fact.key not in said]
    head = [fact for fact in told if fact.key in _HEAD]
    rest = [fact for fact in told if fact.key not in _HEAD]
    problem = dossier.fact("position_problem")
    facts = (*head, *parts, *rest, *((problem,) if problem else ()))
    return tuple(_pair(fact, lang) for fact in facts)


def _pair(fact: Fact, lang: Lang) -> PageFact:
    return PageFact(fact.label.render(lang), fact.words.render(lang), fact.tone.value)


def _nearest_table(dossier: Dossier, lang: Lang) -> Table:
    """Return the nearest hospitals: time, length, roads, toll and ferry."""
    columns: tuple[PageColumn, ...] = (
        PageColumn("", 8, align="center"),
        PageColumn(Text("病院", "Hospital").render(lang), 1.1, share=True),
        PageColumn(_time_label(dossier).render(lang), 23, align="right"),
        PageColumn(_length_label(dossier).render(lang), 20, align="right"),
    )
    if not _estimated(dossier):  # a straight line takes no road
        more = PageColumn(_WAY.render(lang), 1.3, share=True), PageColumn(_MORE.render(lang), 32)
        columns = (*columns, *more)
    section = _first(dossier, "nearest")
    ways = [fact for fact in (section.facts if section else ()) if fact.parts]
    cells = (_way(rank, fact, lang) for rank, fact in enumerate(ways, 1))
    rows = tuple(row[: len(columns)] for row in cells)
    none = UNREACHABLE if _cut_off(dossier.verdict) else Text("計算していません", "not computed")
    return Table(columns, rows, empty=none.render(lang))


def _estimated(dossier: Dossier) -> bool:
    travel = dossier.verdict.travel
    return travel is not None and travel.estimated


def _time_label(dossier: Dossier) -> Text:
    """Return what a time is called: where it is no drive, the heading says so."""
    label = Text("所要時間", "Travel time")
    return run_on(label, bracketed(ESTIMATE)) if _estimated(dossier) else label


def _length_label(dossier: Dossier) -> Text:
    return LENGTH if _estimated(dossier) else Text("経路の長さ", "Distance")


def _cut_off(verdict: Verdict) -> bool:
    return verdict.travel is not None and verdict.travel.reachable is False


def _way(rank: int, fact: Fact, lang: Lang) -> tuple[Cell, ...]:
    return (
        Cell(str(rank), tone="strong"),
        Cell(fact.part_words("name", lang), tone="strong" if rank == 1 else ""),
        Cell(fact.part_words("time", lang)),
        Cell(fact.part_words("distance", lang)),
        Cell(fact.part_words("roads", lang, "–")),
        Cell("\n".join(_extras(fact, lang)) or NONE.render(lang)),
    )


def _extras(fact: Fact, lang: Lang) -> Iterator[str]:
    tolls, ferries = fact.part("tolls"), fact.part("ferries")
    if tolls:
        yield f"{tolls.label.render(lang)} {tolls.words.render(lang)}"
    if ferries and isinstance(ferries.value, tuple):
        # Crossing and waiting stand among the parts of the time.
        yield f"{ferries.label.render(lang)} {listed(map(str, ferries.value), lang)}"


def _variants_table(dossier: Dossier, lang: Lang) -> Table | None:
    """Return the question under single other assumptions; None where none was tried."""
    facts = [fact for section in dossier.of("assumptions") for fact in section.facts]
    tried = [fact for fact in facts if fact.key.startswith("assumption.")]
    if not tried:
        return None
    columns = (
        PageColumn(Text("前提", "Assumption").render(lang), 1.5, share=True),
        PageColumn(Text("病院", "Hospital").render(lang), 1.1, share=True),
        PageColumn(_time_label(dossier).render(lang), 21, align="right"),
        PageColumn(Text("要件の判定", "Criterion").render(lang), _TRUTH_MM[lang], align="center"),
        PageColumn(Text("状態", "State").render(lang), 24),
    )
    rows = tuple(
        tuple(
            Cell(text, tone="warn" if fact.tone is Tone.WARN else "")
            for text in (
                fact.label.render(lang),
                _hospital(fact, dossier.verdict, lang),
                *(fact.part_words(key, lang) for key in ("time", "truth", "state")),
            )
        )
        for fact in tried
    )
    return Table(columns, rows)


def _hospital(fact: Fact, verdict: Verdict, lang: Lang) -> str:
    """Return the nearest hospital under an assumption; in a word where it stays, for room."""
    part, travel = fact.part("name"), verdict.travel
    if part and travel and part.value is not None and part.value == travel.nearest_id:
        return SAME_HOSPITAL.render(lang)
    return fact.part_words("name", lang)


def _turning_sentence(dossier: Dossier, lang: Lang) -> str:
    """Return what turns the verdict: the speeds, then the assumptions; empty where unknown."""
    speeds, turned_by = dossier.fact("speeds"), dossier.fact("turned_by")
    lines = [sentence(speeds.words).render(lang)] if speeds else []
    if turned_by and turned_by.value is not None:
        colon = Text("：", ": ").render(lang)
        lines.append(f"{turned_by.label.render(lang)}{colon}{turned_by.words.render(lang)}")
    return "\n".join(lines)


# --- the ways on a map

_WIDTH = 180.0
# Names of other hospitals, the nearest ones as the crow flies.
_MOST_NAMES = 14
_LEAST_M = 8_000.0
# Around a facility from which no road leads to another hospital.
_ALONE_M = 30_000.0


@dataclass(frozen=True, slots=True)
class _Hospitals:
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


def _route_chart(
    verdict: Verdict, ground: SpotGround, hospitals: _Hospitals, height: float, lang: Lang
) -> Chart | None:
    """Return the route map of a facility; None without a position."""
    here = ground.points.get(verdict.facility.id)
    if here is None:
        return None
    ways = nearest_ways(verdict.travel) if verdict.travel else ()
    lines = ground.moved(np.asarray([w.way.geometry for w in ways], dtype=object))
    frame = Frame.around(_extent(here, lines), _WIDTH, height)
    base = Base.of(ground, frame, areas=False)
    parts = base.parts(frame)
    strokes = STRAIGHTS if _straight(ways) else ROUTES
    for line, stroke in reversed(list(zip(lines, strokes, strict=False))):
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
    labels += town_labels(ground.towns, frame, room)
    legend = _legend(ways, lang) + base.legend(lang)
    drawn = Text("直線", "Straight lines") if _straight(ways) else Text("経路", "Routes")
    alt = Text(
        f"{verdict.facility.name}から近い病院までの{drawn.ja}の図",
        f"{drawn.en} from {verdict.facility.name} to the nearest hospitals",
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


def _hospitals_of(result: RunResult, ground: SpotGround) -> _Hospitals:
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
    return _Hospitals(tuple(found), metres.reshape(-1, 2))


def _others(
    verdict: Verdict, hospitals: _Hospitals, frame: Frame
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
    ranks = {w.way.to_id: k for k, w in enumerate(ways, 1)}
    ranks |= {w.way.from_id: k for k, w in enumerate(ways, 1)}
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


def _straight(ways: tuple[OtherHospital, ...]) -> bool:
    """Whether lines are no ways."""
    return any(way.route is None for way in ways)


def _legend(ways: tuple[OtherHospital, ...], lang: Lang) -> list[LegendLine]:
    lines = [LegendLine(swatch("here"), Text("この施設", "this facility").render(lang))]
    hospital = Text("他の二次救急病院", "other secondary emergency hospital").render(lang)
    lines.append(LegendLine(swatch("hospital"), hospital))
    kind = "straight" if _straight(ways) else "route"
    ordinals = (Text("最も近い", "nearest"), Text("2番目", "second"), Text("3番目", "third"))
    for k, (_, text) in enumerate(zip(ways, ordinals, strict=False), 1):
        what = Text("直線", "straight line") if kind == "straight" else Text("経路", "route")
        label = Text(f"{what.ja}（{text.ja}）", f"{what.en} ({text.en})").render(lang)
        lines.append(LegendLine(swatch(f"{kind}-{k}"), label))
    return lines
