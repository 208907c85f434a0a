"""What a popup says of travel time: the nearest, the next ones, and what would turn the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groundfloor.problems import Lang, Text
from networks.info.words import road_label
from networks.types import Route
from spots.map import page_words as words
from spots.map.page_data import Row, Section, Way
from spots.map.shapes import pack_route
from spots.telling.evidence_words import (
    NOT_LISTED,
    NOT_RECORDED,
    change_words,
    no_turning,
    turning_words,
)
from spots.telling.labels import (
    BORDER,
    DELAYS,
    DETACHED,
    TRUTH_LABELS,
    UNREACHABLE,
    listed,
    ties_listed,
)
from spots.types import (
    CriterionInfo,
    OtherHospital,
    Outcome,
    State,
    TravelEvidence,
    Truth,
    Variant,
    Verdict,
)

_TIES_SHOWN = 10


def travel_sections(
    verdict: Verdict, criteria: Mapping[int, CriterionInfo], lang: Lang
) -> tuple[Section, ...]:
    """Return what was measured, the hospitals that come next, and what would turn the verdict.

    Parameters
    ----------
    verdict : Verdict
        The facility and what was found.
    criteria : mapping of int to CriterionInfo
        By number.
    lang : Lang
        Language of the page.

    Returns
    -------
    tuple of Section
        Without those that would have nothing to say.
    """
    found = (_travel(verdict, criteria, lang), _ways(verdict, lang), _variants(verdict, lang))
    return tuple(s for s in found if s is not None)


def _travel(verdict: Verdict, criteria: Mapping[int, CriterionInfo], lang: Lang) -> Section | None:
    outcome = next((o for o in verdict.outcomes if o.travel is not None), None)
    if outcome is None or outcome.travel is None or outcome.travel.reachable is None:
        return None
    travel = outcome.travel
    info = criteria.get(outcome.number)
    title = Text("最も近い他の病院までの時間", "Time to the nearest other hospital").render(lang)
    rows = [_nearest(travel, lang)]
    if travel.travel_ms is not None:
        rows += _times(travel, lang)
    rows.append(_speeds(outcome, travel, info, verdict.state, lang))
    if travel.ties:
        label = Text("同時間の病院", "Equally near").render(lang)
        rows.append(Row(label, listed(ties_listed(travel, lang, _TIES_SHOWN), lang)))
    if travel.border_ms is not None:
        label = Text("道路データの縁まで", "To the border of the data").render(lang)
        time = words.duration(travel.border_ms, lang)
        rows.append(Row(label, f"{time}{BORDER.render(lang)}", "warn"))
    if travel.route is not None:
        rows += _route(travel.route, lang)
    if travel.snap_m is not None:
        label = Text("施設から道路まで", "Facility to road").render(lang)
        rows.append(Row(label, _to_the_road(travel, lang)))
    return Section(f"{info.mark} {title}" if info else title, tuple(rows))


def _recorded(travel: TravelEvidence) -> bool:
    """Whether the run looked for the next hospitals and the turning speed; older ones did not."""
    return travel.travel_ms is None or bool(travel.others)


def _speeds(
    outcome: Outcome, travel: TravelEvidence, info: CriterionInfo | None, state: State, lang: Lang
) -> Row:
    label = Text("速度が変わると", "At other speeds").render(lang)
    if travel.turning is not None:
        mark = info.mark if info else f"({outcome.number})"
        said = turning_words(travel.turning, mark, outcome.truth, state)
    else:
        said = no_turning(travel) if _recorded(travel) else NOT_RECORDED
    return Row(label, said.render(lang))


def _ways(verdict: Verdict, lang: Lang) -> Section | None:
    travel = verdict.travel
    if travel is None or travel.travel_ms is None:
        return None
    others = travel.others
    if not others and travel.route is not None:
        name = travel.nearest_name or travel.nearest_id or ""
        others = (OtherHospital(travel.nearest_id or "", name, travel.travel_ms, travel.route),)
    ways = tuple(_way(verdict.facility.name, o, travel, lang) for o in others)
    rows: tuple[Row, ...] = ()
    if not _recorded(travel):
        rows = (Row(Text("2番目以降", "Second, third").render(lang), NOT_RECORDED.render(lang)),)
    title = Text(
        f"近い他の病院（近い順に{len(ways)}か所）", f"Nearest other hospitals ({len(ways)})"
    )
    return Section(title.render(lang), rows, ways=ways)


def _way(start: str, other: OtherHospital, travel: TravelEvidence, lang: Lang) -> Way:
    route = other.route
    time = words.duration(other.travel_ms, lang)
    ferry = Text("フェリー利用", "by ferry").render(lang)
    parts = [time, words.kilometres(route.length_m), *([ferry] if route.ferries else [])]
    decisive = travel.route is not None and other.id == travel.nearest_id
    return Way(
        name=other.name or other.id,
        detail=listed(parts, lang),
        label=f"{start} → {other.name or other.id} {time}",
        decisive=decisive,
        route=() if decisive else pack_route(route.geometry),
    )


def _nearest(travel: TravelEvidence, lang: Lang) -> Row:
    label = Text("最寄りの他病院", "Nearest other").render(lang)
    if travel.reachable:
        return Row(label, travel.nearest_name or travel.nearest_id or "")
    why = Text("（道路で行ける他の病院がありません）", " (no road leads to any other)")
    unreachable = UNREACHABLE.render(lang)
    return Row(label, unreachable + (DETACHED if travel.detached else why).render(lang), "warn")


def _to_the_road(travel: TravelEvidence, lang: Lang) -> str:
    shown = f"{travel.snap_m:.0f} m"
    if travel.alternative_snap_m is None:
        return shown
    other = f"{travel.alternative_snap_m:.0f} m"
    return shown + Text(f"（もう一方の道路まで {other}）", f" (another road: {other})").render(lang)


def _times(travel: TravelEvidence, lang: Lang) -> list[Row]:
    rows = [
        Row(
            Text("所要時間", "Travel time").render(lang),
            words.duration(travel.travel_ms or 0, lang),
            "strong",
        )
    ]
    if travel.margin_ms is not None:
        limit = words.duration(travel.threshold_ms, lang)
        against = Text(f"（基準 {limit} との差）", f" (against {limit})").render(lang)
        rows.append(
            Row(
                Text("基準との差", "Margin").render(lang),
                f"{words.signed(travel.margin_ms, lang)}{against}",
            )
        )
    return rows


def _route(route: Route, lang: Lang) -> list[Row]:
    rows = [Row(Text("経路の長さ", "Distance").render(lang), words.kilometres(route.length_m))]
    if route.road_names:
        arrow = " → "
        rows.append(Row(Text("主な道路", "Main roads").render(lang), arrow.join(route.road_names)))
    shares = [
        f"{road_label(s.road_class, lang)} {words.kilometres(s.length_m)}" for s in route.shares
    ]
    if shares:
        rows.append(Row(Text("道路種別", "By class").render(lang), listed(shares, lang)))
    if route.toll_m > 0:
        rows.append(
            Row(Text("うち有料道路", "On toll roads").render(lang), words.kilometres(route.toll_m))
        )
    if route.delay_ms > 0:
        rows.append(Row(DELAYS.render(lang), words.duration(route.delay_ms, lang)))
    if route.ferries:
        crossing, wait = (words.duration(ms, lang) for ms in (route.crossing_ms, route.wait_ms))
        note = Text(
            f"（航海 {crossing} と待ち時間 {wait} を含む）",
            f" ({crossing} of crossing and {wait} of waiting included)",
        ).render(lang)
        rows.append(
            Row(
                Text("フェリー", "Ferries").render(lang), listed(route.ferries, lang) + note, "warn"
            )
        )
    return rows


def _variants(verdict: Verdict, lang: Lang) -> Section | None:
    found = [
        (o, v)
        for o in verdict.outcomes
        for v in (*(o.travel.variants if o.travel else ()), *o.variants)
    ]
    if not found:
        return None
    rows = [_turning_assumptions([v for _, v in found], verdict.state, lang)]
    rows += [_variant(v, o.truth, verdict.state, lang) for o, v in found if v.changes]
    same = [v.label.render(lang) for _, v in found if not v.changes]
    if same:
        label = Text("判定が変わらないもの", "No change").render(lang)
        rows.append(Row(label, listed(same, lang)))
    title = Text("前提を変えた場合", "Under other assumptions").render(lang)
    return Section(title, tuple(r for r in rows if r.value))


def _turning_assumptions(variants: Sequence[Variant], state: State, lang: Lang) -> Row:
    """Return the assumptions that alone would change the state; empty where not recorded."""
    label = Text("状態が変わる前提", "What turns the state").render(lang)
    known = [v for v in variants if v.state is not None]
    if not known:
        return Row(label, "")
    turning = [v.label.render(lang) for v in known if v.state is not state]
    none = Text("なし（試したどの前提でも変わりません）", "none of those that were tried")
    return Row(label, listed(turning, lang) or none.render(lang), "warn" if turning else "")


def _variant(variant: Variant, truth: Truth, state: State, lang: Lang) -> Row:
    if not variant.asked:
        found = NOT_LISTED.render(lang)
    elif variant.travel_ms is None:
        found = UNREACHABLE.render(lang)
    else:
        found = f"{variant.nearest_name or ''} {words.duration(variant.travel_ms, lang)}"
    then = TRUTH_LABELS[variant.truth].render(lang)
    if variant.state is not None:
        change = change_words("", truth, None, state, variant.state).render(lang)
        then += Text(f"（{change}）", f" ({change})").render(lang)
    return Row(variant.label.render(lang), f"{found} → {then}", "warn")
