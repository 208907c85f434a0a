"""One page for each facility that was judged on travel time."""

from __future__ import annotations

from collections.abc import Mapping

from problems import Lang, Text
from spots.labels import STATE_LABELS, type_marks
from spots.report.ground import Ground
from spots.report.model import RoutePage
from spots.report.palette import criterion
from spots.report.routemap import route_chart
from spots.report.timing import nearest_table, time_facts, turning_sentence, variants_table
from spots.types import Role, RunResult, State, Verdict


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
    result: RunResult, ground: Ground, numbers: Mapping[str, int], lang: Lang
) -> tuple[RoutePage, ...]:
    """Return the pages in order."""
    return tuple(_page(v, result, ground, numbers, lang) for v in judged(result, numbers))


def _page(
    verdict: Verdict, result: RunResult, ground: Ground, numbers: Mapping[str, int], lang: Lang
) -> RoutePage:
    travel = verdict.travel
    number = numbers.get(verdict.facility.id)
    place = [verdict.place.area, verdict.place.municipality, verdict.facility.address]
    types = type_marks(verdict.facility.types)
    turning = ""
    if travel is not None and travel.reachable is not None:
        turning = turning_sentence(verdict, result, lang)
    return RoutePage(
        title=verdict.facility.name,
        number=str(number) if number else "",
        colour=_colour(verdict),
        state=STATE_LABELS[verdict.state].render(lang),
        state_key=str(verdict.state),
        place="　".join(p for p in (types, *place) if p),
        verdict=_sentence(verdict, lang),
        chart=route_chart(verdict, result, ground, lang),
        no_chart=Text(
            "位置が分からないため、経路図はありません。",
            "There is no route map, for its position is unknown.",
        ).render(lang),
        facts=time_facts(verdict, travel, lang) if travel is not None else (),
        nearest=nearest_table(verdict, lang),
        variants=variants_table(verdict, lang),
        turning=turning,
    )


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
