"""One page for each facility that was judged on travel time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from groundfloor.problems import Lang, Text
from spots.report.label_placing import text_em
from spots.report.palette import criterion
from spots.report.report_data import RoutePage, Table
from spots.report.routemap import hospitals_of, route_chart
from spots.report.spot_ground import SpotGround
from spots.report.travel_section import nearest_table, time_facts, turning_sentence, variants_table
from spots.telling.dossier import Dossier, dossiers_of, state_words
from spots.telling.labels import type_marks
from spots.types import Role, RunResult, State, Verdict

# Height between header and footer; that of a legend in two lines; and of maps, mm.
_PAGE_MM = 253.0
_LEGEND_MM = 13.0
_LEAST_MM, _MOST_MM = 58.0, 125.0
# Widths of the columns of both tables, in em of their type.
_NEAREST_EM = (9.0, 13.0, 7.0, 6.0, 16.0, 9.0)
_VARIANTS_EM = (8.8, 5.0, 6.0, 4.8, 6.5)


def judged(result: RunResult, numbers: Mapping[str, int]) -> tuple[Verdict, ...]:
    """Return the facilities judged on travel time: spots by number, then by margin, largest first.

    Who cannot be judged comes last, who reaches no other hospital before all with a margin.
    """
    found = [
        v for v in result.verdicts if v.travel is not None and v.facility.role is Role.CANDIDATE
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
    result: RunResult, ground: SpotGround, numbers: Mapping[str, int], lang: Lang
) -> tuple[RoutePage, ...]:
    """Return the pages in order."""
    hospitals = hospitals_of(result, ground)
    dossiers = {d.verdict.facility.id: d for d in dossiers_of(result)}
    found = []
    for verdict in judged(result, numbers):
        page = _page(dossiers[verdict.facility.id], numbers, lang)
        chart = route_chart(verdict, ground, hospitals, chart_height(page), lang)
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
        verdict=_sentence(verdict, lang),
        chart=None,
        no_chart=Text(
            "位置が分からないため、経路図はありません。",
            "There is no route map, for its position is unknown.",
        ).render(lang),
        facts=time_facts(dossier, lang),
        nearest=nearest_table(dossier, lang),
        variants=variants_table(dossier, lang),
        turning=turning_sentence(dossier, lang),
    )


def chart_height(page: RoutePage) -> float:
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
        max(_lines(cell.text, em) for cell, em in zip(row, ems, strict=True)) for row in table.rows
    ]
    return sum(3.2 + line_mm * lines for lines in heights)


def _lines(text: str, em: float) -> int:
    return sum(max(1, math.ceil(text_em(line) / em)) for line in text.split("\n"))


def _sentence(verdict: Verdict, lang: Lang) -> str:
    """Return the verdict, and the finding on travel time where it says something else."""
    reason = verdict.state_reason.render(lang)
    found = next((o.text.render(lang) for o in verdict.outcomes if o.travel is not None), "")
    if not found or found in reason:
        return reason
    return f"{reason}\n{found}"


def _colour(verdict: Verdict) -> str:
    if verdict.state is State.DESIGNATED:
        return criterion(verdict.criteria[0] if verdict.criteria else 1).colour
    return {
        State.MOOT: "#8A5E00",
        State.UNDETERMINED: "#7A6A00",
        State.EXCLUDED: "#333333",
    }.get(verdict.state, "#555555")
