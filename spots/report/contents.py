"""What a report holds of what it might, and what it says that it leaves out.

Stands apart: the document puts parts in order; which there are is chosen by whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from groundfloor.problems import Text
from spots.report.facility_pages import judged
from spots.telling.evidence_words import is_borderline
from spots.telling.labels import counted_state
from spots.telling.report_words import SECTION_LABELS
from spots.telling.wording import joined, same
from spots.types import (
    ReportChoice,
    ReportSection,
    RoutePages,
    RunResult,
    State,
    Verdict,
)

#: Sections about facilities, which a policy that judges units alone does not have.
_OF_FACILITIES = frozenset(
    {
        ReportSection.ANNEX,
        ReportSection.REASONS,
        ReportSection.BORDERLINE,
        ReportSection.UNDETERMINED,
        ReportSection.REST,
        ReportSection.ROUTES,
    }
)
_WORKBOOK = same("table.xlsx")


def sections_of(result: RunResult, choice: ReportChoice) -> tuple[ReportSection, ...]:
    """Return the sections that a report has: those that are chosen, as far as the run has them."""
    return tuple(each for each in _possible(result) if each in choice.sections)


def _possible(result: RunResult) -> tuple[ReportSection, ...]:
    lacking = set() if result.by_rule else set(_OF_FACILITIES)
    if not result.grounds:
        lacking.add(ReportSection.GROUND)
    if not any(v.state is State.UNDETERMINED for v in result.verdicts):
        lacking.add(ReportSection.UNDETERMINED)
    return tuple(each for each in ReportSection if each not in lacking)


def with_routes(
    result: RunResult, numbers: Mapping[str, int], routes: RoutePages
) -> tuple[Verdict, ...]:
    """Return whose routes are drawn, in their order.

    Parameters
    ----------
    result : RunResult
        The run.
    numbers : mapping of str to int
        Number in the 別表 by facility id.
    routes : RoutePages
        What is asked for. Who is excluded has none in any case: no time turns that.
    """
    if routes is RoutePages.NONE:
        return ()
    found = (v for v in judged(result, numbers) if v.state is not State.EXCLUDED)
    return tuple(v for v in found if routes is RoutePages.ALL or _decisive(v))


def _decisive(verdict: Verdict) -> bool:
    """Tell whether a council looks at the way: it made a spot, or may make or unmake one.

    Who is undetermined for want of a position has no way that could be drawn.
    """
    if verdict.state is State.UNDETERMINED:
        return verdict.facility.position is not None
    return verdict.state is State.DESIGNATED or is_borderline(verdict)


def left_out(result: RunResult, choice: ReportChoice, numbers: Mapping[str, int]) -> Iterator[Text]:
    """Yield what a reader does not find in this report, and where it stands.

    Parameters
    ----------
    result : RunResult
        The run.
    choice : ReportChoice
        What the report holds.
    numbers : mapping of str to int
        Number in the 別表 by facility id.
    """
    held = sections_of(result, choice)
    gone = [each for each in _possible(result) if each not in held]
    if gone:
        told = joined([SECTION_LABELS[each] for each in gone])
        yield Text(f"この報告書に載せていない章：{told.ja}。", f"Sections left out: {told.en}.")
    if ReportSection.ROUTES not in held:
        return
    shown = {v.facility.id for v in with_routes(result, numbers, choice.routes)}
    rest = [v for v in judged(result, numbers) if v.facility.id not in shown]
    if rest:
        yield _routes_left_out(rest, held)


def _routes_left_out(rest: Collection[Verdict], held: Collection[ReportSection]) -> Text:
    states = {v.state for v in rest}
    told = joined([counted_state(state, rest) for state in State if state in states])
    needed = {
        ReportSection.UNDETERMINED: State.UNDETERMINED in states,
        ReportSection.REST: bool(states - {State.UNDETERMINED, State.DESIGNATED}),
    }
    places = [SECTION_LABELS[each] for each, needs in needed.items() if needs and each in held]
    named = joined([Text(f"「{each.ja}」", f"'{each.en}'") for each in places] or [_WORKBOOK])
    return Text(
        f"次の施設の経路図は省略しています：{told.ja}（判定と理由は{named.ja}にあります）。",
        f"No route is drawn of: {told.en} (for their verdicts see {named.en}).",
    )
