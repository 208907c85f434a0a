"""What the report says of times: parts, margins, assumptions and the speed at which it turns."""

from __future__ import annotations

from groundfloor.problems import Lang, Text
from networks.types import Route
from spots.report.report_data import Cell, Column, Pair, Table
from spots.report.routemap import ways_of
from spots.telling.borderline import doubts
from spots.telling.evidence_words import NOT_LISTED, turning_words
from spots.telling.labels import (
    BORDER,
    DELAYS,
    DETACHED,
    STATE_LABELS,
    TRUTH_LABELS,
    UNREACHABLE,
    listed,
    ties_listed,
)
from spots.telling.units import duration, kilometres, margin, shown_factor
from spots.types import RunResult, TravelEvidence, Variant, Verdict

_TIES_SHOWN = 6
# So that the longest word for a truth fits.
_TRUTH_MM = {Lang.JA: 15.0, Lang.EN: 22.0}
_SAME = Text("変わらない", "same")
CRITERION_TURNS = Text("要件の判定が変わる", "criterion turns")


def time_facts(verdict: Verdict, travel: TravelEvidence, lang: Lang) -> tuple[Pair, ...]:
    """Return the decisive time and what it is made of."""
    pairs: list[Pair] = []
    limit = duration(travel.threshold_ms).render(lang)
    if travel.travel_ms is not None:
        time = Text("所要時間", "Travel time").render(lang)
        pairs.append(Pair(time, duration(travel.travel_ms).render(lang), "strong"))
    if travel.margin_ms is not None:
        label = Text(f"基準（{limit}）との差", f"Margin to {limit}").render(lang)
        pairs.append(Pair(label, margin(travel.margin_ms).render(lang), "strong"))
    if travel.reachable is False:
        why = (DETACHED if travel.detached else Text("", "")).render(lang)
        label = Text("最寄りの他病院", "Nearest other").render(lang)
        pairs.append(Pair(label, UNREACHABLE.render(lang) + why, "warn"))
    if travel.route is not None:
        pairs += _parts(travel.route, lang)
    if travel.ties:
        label = Text("同時間の病院", "Equally near").render(lang)
        pairs.append(Pair(label, listed(ties_listed(travel, lang, _TIES_SHOWN), lang)))
    if travel.border_ms is not None:
        label = Text("道路データの縁まで", "To the border of the data").render(lang)
        text = duration(travel.border_ms).render(lang) + BORDER.render(lang)
        pairs.append(Pair(label, text, "warn"))
    if travel.snap_m is not None:
        label = Text("施設から道路まで", "Facility to road").render(lang)
        pairs.append(Pair(label, f"{travel.snap_m:,.0f} m"))
    problem = verdict.facility.position_problem
    if problem is not None:
        label = Text("位置の確認", "Check the position").render(lang)
        pairs.append(Pair(label, problem.render(lang), "warn"))
    return tuple(pairs)


def _parts(route: Route, lang: Lang) -> list[Pair]:
    drive = route.road_ms - route.crossing_ms
    parts = (
        (Text("玄関から道路まで", "Door to road"), route.access_ms),
        (Text("道路の走行", "Driving"), drive),
        (DELAYS, route.delay_ms),
        (Text("フェリーの航海", "Ferry crossing"), route.crossing_ms),
        (Text("フェリーの待ち", "Waiting for the ferry"), route.wait_ms),
        (Text("道路から相手の玄関まで", "Road to door"), route.egress_ms),
    )
    return [Pair(label.render(lang), duration(ms).render(lang)) for label, ms in parts if ms > 0]


def nearest_table(verdict: Verdict, lang: Lang) -> Table:
    """Return the nearest hospitals: time, length, roads, toll and ferry."""
    columns = (
        Column("", 8, align="center"),
        Column(Text("病院", "Hospital").render(lang), 1.1, share=True),
        Column(Text("所要時間", "Time").render(lang), 23, align="right"),
        Column(Text("道のり", "Distance").render(lang), 18, align="right"),
        Column(Text("主な道路", "Main roads").render(lang), 1.3, share=True),
        Column(Text("有料道路・フェリー", "Toll, ferry").render(lang), 32),
    )
    rows = []
    for rank, way in enumerate(ways_of(verdict), 1):
        route = way.route
        rows.append(
            (
                Cell(str(rank), tone="strong"),
                Cell(way.name, tone="strong" if rank == 1 else ""),
                Cell(duration(route.travel_ms).render(lang)),
                Cell(kilometres(route.length_m)),
                Cell(" → ".join(route.road_names) or "–"),
                Cell(_extras(route, lang)),
            )
        )
    travel = verdict.travel
    cut_off = travel is not None and travel.reachable is False
    none = UNREACHABLE if cut_off else Text("計算していません", "not computed")
    return Table(columns, tuple(rows), empty=none.render(lang))


def _extras(route: Route, lang: Lang) -> str:
    found = []
    if route.toll_m > 0:
        length = kilometres(route.toll_m)
        found.append(Text(f"有料 {length}", f"toll {length}").render(lang))
    if route.ferries:
        names = listed(route.ferries, lang)
        found.append(Text(f"フェリー {names}", f"ferry {names}").render(lang))
    return "\n".join(found) or Text("なし", "none").render(lang)


def variants_table(verdict: Verdict, lang: Lang) -> Table | None:
    """Return the question under other assumptions; None where none was tried."""
    if not verdict.variants:
        return None
    columns = (
        Column(Text("前提", "Assumption").render(lang), 1.5, share=True),
        Column(Text("最寄り", "Nearest").render(lang), 1.1, share=True),
        Column(Text("所要時間", "Time").render(lang), 21, align="right"),
        Column(Text("要件", "Criterion").render(lang), _TRUTH_MM[lang], align="center"),
        Column(Text("状態", "State").render(lang), 22),
    )
    rows = []
    doubtful = doubts(verdict)
    for v in verdict.variants:
        tone = "warn" if v in doubtful else ""
        cells = (
            v.label.render(lang),
            _nearest_under(v, verdict, lang),
            variant_time(v, lang),
            TRUTH_LABELS[v.truth].render(lang),
            _state_of(v, verdict, lang),
        )
        rows.append(tuple(Cell(c, tone=tone) for c in cells))
    return Table(columns, tuple(rows))


def _nearest_under(variant: Variant, verdict: Verdict, lang: Lang) -> str:
    """Return the nearest hospital under an assumption; in a word where it is the same."""
    travel = verdict.travel
    if variant.nearest_id is None:
        return "–"
    if travel is not None and variant.nearest_id == travel.nearest_id:
        return Text("同じ病院", "the same").render(lang)
    return variant.nearest_name or variant.nearest_id


def _state_of(variant: Variant, verdict: Verdict, lang: Lang) -> str:
    if variant.state is None:
        return (CRITERION_TURNS if variant.changes else _SAME).render(lang)
    if variant.state is verdict.state:
        return _SAME.render(lang)
    return f"→ {STATE_LABELS[variant.state].render(lang)}"


def variant_time(variant: Variant, lang: Lang) -> str:
    """Return the time under an assumption; where there is none, why."""
    if not variant.asked:
        return NOT_LISTED.render(lang)
    if variant.travel_ms is None:
        return UNREACHABLE.render(lang)
    return duration(variant.travel_ms).render(lang)


def turning_sentence(verdict: Verdict, result: RunResult, lang: Lang) -> str:
    """Return at which speeds the criterion on travel time turns; empty where none is recorded."""
    outcome = next((o for o in verdict.outcomes if o.travel is not None), None)
    if outcome is None or outcome.travel is None or outcome.travel.turning is None:
        return ""
    marks = {c.number: c.mark for c in result.settings.criteria}
    mark = marks.get(outcome.number, str(outcome.number))
    said = turning_words(outcome.travel.turning, mark, outcome.truth, verdict.state)
    sentence = said.render(lang)
    return sentence[:1].upper() + sentence[1:]


def turning_factor(travel: TravelEvidence) -> str:
    """Return the factor on all speeds at which the criterion turns, beyond which it surely has.

    Examples
    --------
    >>> from spots.types import State, TurningSpeed
    >>> turn = TurningSpeed(1.0371, True, State.NOT_MET)
    >>> turning_factor(TravelEvidence(None, None, None, None, None, 0, None, None, turning=turn))
    '×1.038'
    """
    turning = travel.turning
    if turning is None:
        return "–"
    about = "" if turning.exact else "≈"
    return f"{about}×{shown_factor(turning.factor, faster=turning.factor >= 1)}"
