"""The popup of a facility: why it is, or is not, a spot, in a planner's words."""

from __future__ import annotations

from collections.abc import Mapping

from networks.info.words import road_label
from networks.types import Route
from problems import Lang, Text
from spots.labels import (
    AREA_CLASS_LABELS,
    BORDER,
    CUT_LABELS,
    DELAYS,
    DETACHED,
    STATE_LABELS,
    TRUTH_LABELS,
    TYPE_LABELS,
    ties_listed,
)
from spots.map import words
from spots.map.model import Card, Row, Section
from spots.types import (
    Accuracy,
    CriterionInfo,
    Facility,
    Outcome,
    Role,
    RunResult,
    Spot,
    State,
    TravelEvidence,
    Truth,
    Verdict,
)

_TIES_SHOWN = 10
_TONES = {Truth.MET: "met", Truth.NOT_MET: "not", Truth.UNDETERMINED: "warn"}


def card_of(verdict: Verdict, spot: Spot | None, result: RunResult, lang: Lang) -> Card:
    """Return the popup of one facility.

    Parameters
    ----------
    verdict : Verdict
        The facility and what was found.
    spot : Spot or None
        Its effective spot.
    result : RunResult
        The run, for the criteria's titles and the areas' indices.
    lang : Lang
        Language of the page.

    Returns
    -------
    Card
        Final text.
    """
    criteria = {c.number: c for c in result.settings.criteria}
    judged = verdict.facility.role is Role.CANDIDATE
    sections = (
        _findings(verdict, criteria, lang),
        _travel(verdict, criteria, lang),
        _variants(verdict.travel, lang),
        _spot(spot, verdict.state_reason.render(lang), lang),
        _facility(verdict, result, lang),
    )
    return Card(
        facility=verdict.facility.id,
        title=verdict.facility.name,
        state=str(verdict.state) if judged else "destination",
        badge=_badge(verdict.state, judged=judged).render(lang),
        chips=tuple(
            f"{criteria[n].mark} {criteria[n].title.render(lang)}" if n in criteria else str(n)
            for n in verdict.criteria
        ),
        lead=verdict.state_reason.render(lang),
        sections=tuple(s for s in sections if s is not None and s.rows),
    )


def _findings(
    verdict: Verdict, criteria: Mapping[int, CriterionInfo], lang: Lang
) -> Section | None:
    rows = tuple(_finding(o, criteria.get(o.number), lang) for o in verdict.outcomes)
    return Section(Text("要件ごとの判定", "Criterion by criterion").render(lang), rows)


def _finding(outcome: Outcome, info: CriterionInfo | None, lang: Lang) -> Row:
    label = f"{info.mark} {info.title.render(lang)}" if info else f"({outcome.number})"
    truth = TRUTH_LABELS[outcome.truth].render(lang)
    text = outcome.text.render(lang)
    joint = "：" if lang is Lang.JA else ": "
    return Row(label, f"{truth}{joint}{text}" if text else truth, _TONES[outcome.truth])


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
    if travel.ties:
        rows.append(
            Row(
                Text("同時間の病院", "Equally near").render(lang),
                _join(ties_listed(travel, lang, _TIES_SHOWN), lang),
            )
        )
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


def _nearest(travel: TravelEvidence, lang: Lang) -> Row:
    label = Text("最寄りの他病院", "Nearest other").render(lang)
    if travel.reachable:
        return Row(label, travel.nearest_name or travel.nearest_id or "")
    why = Text("（道路で行ける他の病院がありません）", " (no road leads to any other)")
    unreachable = Text("到達不能", "unreachable").render(lang)
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
        rows.append(Row(Text("道路種別", "By class").render(lang), _join(shares, lang)))
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
            Row(Text("フェリー", "Ferries").render(lang), _join(route.ferries, lang) + note, "warn")
        )
    return rows


def _badge(state: State, *, judged: bool) -> Text:
    if not judged:
        return words.DESTINATION
    return words.SPOTS if state is State.DESIGNATED else STATE_LABELS[state]


def _variants(travel: TravelEvidence | None, lang: Lang) -> Section | None:
    if travel is None or not travel.variants:
        return None
    rows = []
    for variant in travel.variants:
        if not variant.changes:
            continue
        if variant.travel_ms is None:
            found = Text("到達不能", "unreachable").render(lang)
        else:
            found = f"{variant.nearest_name or ''} {words.duration(variant.travel_ms, lang)}"
        truth = TRUTH_LABELS[variant.truth].render(lang)
        rows.append(Row(variant.label.render(lang), f"{found} → {truth}", "warn"))
    same = [v.label.render(lang) for v in travel.variants if not v.changes]
    if same:
        label = Text("判定が変わらないもの", "No change").render(lang)
        rows.append(Row(label, _join(same, lang)))
    title = Text("前提を変えた場合", "Under other assumptions").render(lang)
    return Section(title, tuple(rows))


def _spot(spot: Spot | None, lead: str, lang: Lang) -> Section | None:
    if spot is None:
        return None
    reason = spot.reason.render(lang)
    rows = [] if reason == lead else [Row(Text("設定理由", "Reason").render(lang), reason)]
    rows.append(Row(Text("半径", "Radius").render(lang), f"{spot.radius_m / 1000:g} km"))
    cuts = [entry for entry in spot.ledger if entry.removed_km2 >= words.SMALLEST_KM2]
    size, whole = words.area(spot.area_km2), words.area(spot.circle_km2)
    before = Text(f"（切り取り前 {whole}）", f" (before cutting {whole})")
    uncut = Text("（切り取りなし）", " (nothing cut away)")
    note = (before if cuts else uncut).render(lang)
    rows.append(Row(Text("面積", "Area").render(lang), f"{size}{note}"))
    for entry in cuts:
        name = CUT_LABELS.get(entry.step, Text(entry.step, entry.step)).render(lang)
        label = Text(f"切り取り：{name}", f"Cut: {name}").render(lang)
        rows.append(Row(label, f"−{words.area(entry.removed_km2)}"))
    when = words.period(spot.valid_from, spot.valid_to, lang)
    if when:
        rows.append(Row(Text("期間", "Period").render(lang), when))
    return Section(Text("区域", "The spot").render(lang), tuple(rows))


def _facility(verdict: Verdict, result: RunResult, lang: Lang) -> Section:
    facility, place = verdict.facility, verdict.place
    rows = [
        Row(Text("二次医療圏", "Medical area").render(lang), _medical_area(verdict, result, lang)),
        Row(Text("市町村", "Municipality").render(lang), place.municipality),
        Row(Text("所在地", "Address").render(lang), facility.address),
        Row(Text("種別", "Types").render(lang), _types(facility, lang)),
        Row(Text("備考", "Remark").render(lang), facility.remark, "warn"),
        Row(Text("位置", "Position").render(lang), _accuracy(facility, lang), "warn"),
    ]
    if place.problem is not None:
        label = Text("所在地の確認", "Check the place").render(lang)
        rows.append(Row(label, place.problem.render(lang), "warn"))
    files = sorted({f"{r.layer}（{r.file} {r.row}行目）" for r in facility.rows})
    if lang is Lang.EN:
        files = sorted({f"{r.layer} ({r.file}, row {r.row})" for r in facility.rows})
    rows.append(Row(Text("記載の一覧", "Listed in").render(lang), _join(files, lang)))
    title = Text("施設", "The facility").render(lang)
    return Section(title, tuple(r for r in rows if r.value))


def _medical_area(verdict: Verdict, result: RunResult, lang: Lang) -> str:
    place = verdict.place
    if not place.area:
        return ""
    label = AREA_CLASS_LABELS[place.area_class].render(lang)
    index = index_of(place.area_code, result)
    figure = Text(f"、医師偏在指標 {index}", f", index {index}").render(lang) if index else ""
    both = Text(f"{place.area}（{label}{figure}）", f"{place.area} ({label}{figure})")
    return both.render(lang)


def index_of(area_code: str | None, result: RunResult) -> str:
    """Return the index of an area of the run with one decimal; empty when there is none."""
    if area_code is None or area_code not in result.areas.index:
        return ""
    value = float(result.areas.loc[area_code, "index"])
    return "" if value != value else f"{value:.1f}"  # noqa: PLR0124  NaN


def _types(facility: Facility, lang: Lang) -> str:
    return _join([TYPE_LABELS[t].render(lang) for t in sorted(facility.types)], lang)


def _accuracy(facility: Facility, lang: Lang) -> str:
    if facility.position is None:
        unknown = facility.position_problem or Text("位置が分かりません", "unknown")
        return unknown.render(lang)
    if facility.position.accuracy is Accuracy.TOWN:
        return Text("町丁目の代表点（数百mの誤差）", "centre of the town (some 100 m)").render(lang)
    return facility.position_problem.render(lang) if facility.position_problem else ""


def _join(items: list[str] | tuple[str, ...], lang: Lang) -> str:
    return ("、" if lang is Lang.JA else ", ").join(items)
