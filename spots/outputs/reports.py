"""Why a facility is, or is not, a spot: for a terminal and for machines."""

from __future__ import annotations

from networks.info.words import road_label
from networks.types import Route
from problems import Lang, Text, one_line
from spots.labels import (
    ACCURACY_LABELS,
    AREA_CLASS_LABELS,
    BORDER,
    DELAYS,
    DETACHED,
    STATE_LABELS,
    TRUTH_LABELS,
    TYPE_LABELS,
    criteria_marks,
    removed,
    ties_listed,
)
from spots.outputs.columns import facility_columns, plain
from spots.outputs.lookup import find_verdict
from spots.types import Accuracy, RunResult, Spot, TravelEvidence, Variant, Verdict
from spots.units import clock, shown_minutes

_TIES_SHOWN = 10
# What `travel_ms` is the sum of.
_PARTS = ("access_ms", "road_ms", "delay_ms", "wait_ms", "egress_ms")


def explain(result: RunResult, query: str, lang: Lang = Lang.JA) -> str:
    """Return in words why a facility is, or is not, a spot.

    Raises
    ------
    UsageError
        When `query` names no facility, or several.
    """
    verdict = find_verdict(result, query)
    lines = [*_who(verdict, result, lang), "", *_criteria_lines(verdict, result, lang)]
    for outcome in verdict.outcomes:
        if outcome.travel is not None:
            lines += ["", *_travel_lines(outcome.travel, lang)]
    spot = next((s for s in result.spots if s.facility_id == verdict.facility.id), None)
    if spot is not None:
        lines += ["", *_spot_lines(spot, lang)]
    return "\n".join(lines)


def explain_json(result: RunResult, query: str, lang: Lang = Lang.JA) -> dict[str, object]:
    """Return the same for machines: the columns of the facility tables, criteria and cuts.

    Raises
    ------
    UsageError
        When `query` names no facility, or several.
    """
    verdict = find_verdict(result, query)
    page: dict[str, object] = {
        c.name: plain(c.value(verdict, lang)) for c in facility_columns(result)
    }
    page["outcomes"] = [
        {"number": o.number, "truth": o.truth.value, "text": o.text.render(lang)}
        for o in verdict.outcomes
    ]
    route = verdict.travel.route if verdict.travel else None
    page["route"] = route and {
        **{part: getattr(route, part) for part in _PARTS},
        "road_names": list(route.road_names),
        "length_m": round(route.length_m, 1),
        "shares": [
            {"road_class": s.road_class, "length_m": round(s.length_m, 1), "travel_ms": s.travel_ms}
            for s in route.shares
        ],
    }
    spot = next((s for s in result.spots if s.facility_id == verdict.facility.id), None)
    page["spot"] = spot and {
        "radius_m": spot.radius_m,
        "area_km2": round(spot.area_km2, 6),
        "circle_km2": round(spot.circle_km2, 6),
        "reason": spot.reason.render(lang),
        "ledger": [{"step": e.step, "removed_km2": round(e.removed_km2, 6)} for e in spot.ledger],
    }
    return page


def _who(verdict: Verdict, result: RunResult, lang: Lang) -> list[str]:
    facility, place = verdict.facility, verdict.place
    types = "、" if lang is Lang.JA else ", "
    kinds = [label.render(lang) for kind, label in TYPE_LABELS.items() if kind in facility.types]
    area = AREA_CLASS_LABELS[place.area_class].render(lang)
    lines = [
        f"{_safe(facility.name)} [{_safe(facility.id)}]",
        _pair(
            Text("状態", "state"),
            f"{STATE_LABELS[verdict.state].render(lang)}: {verdict.state_reason.render(lang)}",
            lang,
        ),
        _pair(
            Text("該当要件", "criteria met"),
            criteria_marks(result, verdict.criteria) or Text("なし", "none").render(lang),
            lang,
        ),
        _pair(Text("種別", "types"), types.join(kinds) or "-", lang),
        _pair(Text("市町村", "municipality"), place.municipality or "-", lang),
        _pair(Text("二次医療圏", "medical area"), f"{place.area or '-'} ({area})", lang),
        _pair(Text("位置", "position"), _where(verdict, lang), lang),
    ]
    if facility.remark:
        lines.append(_pair(Text("備考", "remark"), facility.remark, lang))
    return lines


def _where(verdict: Verdict, lang: Lang) -> str:
    position, problem = verdict.facility.position, verdict.facility.position_problem
    parts = []
    if position is not None:
        parts.append(f"{position.lat:.6f}, {position.lon:.6f}")
        if position.accuracy is not Accuracy.POINT:
            parts.append(f"({ACCURACY_LABELS[position.accuracy].render(lang)})")
    if problem is not None:
        parts.append(problem.render(lang))
    return " ".join(parts) or "-"


def _criteria_lines(verdict: Verdict, result: RunResult, lang: Lang) -> list[str]:
    titles = {c.number: f"{c.mark} {c.title.render(lang)}" for c in result.settings.criteria}
    return [
        f"{_safe(titles.get(o.number, str(o.number)))}: {TRUTH_LABELS[o.truth].render(lang)} - "
        f"{_safe(o.text.render(lang))}"
        for o in verdict.outcomes
    ]


def _travel_lines(travel: TravelEvidence, lang: Lang) -> list[str]:
    lines = []
    if travel.snap_m is not None:
        lines.append(_pair(Text("道路まで", "to the road"), _to_the_road(travel, lang), lang))
    if travel.reachable is False:
        unreachable = Text("到達できる他の病院がありません", "no other hospital can be reached")
        why = DETACHED.render(lang) if travel.detached else ""
        lines.append(_pair(Text("最寄り", "nearest other"), unreachable.render(lang) + why, lang))
    if travel.nearest_name is not None and travel.travel_ms is not None:
        time = _time(travel.travel_ms, travel.threshold_ms, lang)
        lines.append(_pair(Text("最寄り", "nearest other"), f"{travel.nearest_name} {time}", lang))
    if travel.margin_ms is not None:
        limit = Text("基準との差", "margin to the threshold")
        lines.append(_pair(limit, f"{_time(travel.margin_ms, 0, lang, sign=True)}", lang))
    if travel.ties:
        names = ", ".join(ties_listed(travel, lang, _TIES_SHOWN))
        lines.append(_pair(Text("同時間", "same time"), names, lang))
    if travel.border_ms is not None:
        time = _time(travel.border_ms, travel.threshold_ms, lang)
        ends = Text("道路データの縁まで", "to the border of the data")
        lines.append(_pair(ends, f"{time}{BORDER.render(lang)}", lang))
    if travel.route is not None:
        lines += _route_lines(travel.route, lang)
    lines += [_variant_line(v, travel.threshold_ms, lang) for v in travel.variants]
    return lines


def _to_the_road(travel: TravelEvidence, lang: Lang) -> str:
    shown = f"{travel.snap_m:.0f} m"
    if travel.alternative_snap_m is None:
        return shown
    other = f"{travel.alternative_snap_m:.0f} m"
    return shown + Text(f"(もう一方の道路まで {other})", f" (another road: {other})").render(lang)


def _route_lines(route: Route, lang: Lang) -> list[str]:
    roads = " → ".join(route.road_names)
    length = f"{route.length_m / 1000:.1f} km"
    shares = ", ".join(
        f"{road_label(s.road_class, lang)} {s.length_m / 1000:.1f} km" for s in route.shares
    )
    lines = [_pair(Text("経路", "route"), f"{length} ({shares})" if shares else length, lang)]
    if roads:
        lines.append(_pair(Text("道路", "roads"), roads, lang))
    if route.delay_ms > 0:
        lines.append(_pair(DELAYS, f"{_time(route.delay_ms, 0, lang)}", lang))
    if route.ferries:
        lines.append(_pair(Text("フェリー", "ferries"), ", ".join(route.ferries), lang))
    if route.toll_m > 0:
        lines.append(_pair(Text("有料道路", "toll roads"), f"{route.toll_m / 1000:.1f} km", lang))
    return lines


def _variant_line(variant: Variant, threshold_ms: int, lang: Lang) -> str:
    if variant.travel_ms is None:
        found = Text("到達不能", "unreachable").render(lang)
    else:
        time = _time(variant.travel_ms, threshold_ms, lang)
        found = f"{variant.nearest_name or variant.nearest_id} {time}"
    change = Text(" ※判定が変わります", " (the verdict changes)").render(lang)
    truth = TRUTH_LABELS[variant.truth].render(lang)
    return _pair(variant.label, f"{found} → {truth}{change if variant.changes else ''}", lang)


def _spot_lines(spot: Spot, lang: Lang) -> list[str]:
    size = f"{spot.area_km2:.2f} km² / {spot.circle_km2:.2f} km²"
    lines = [
        _pair(Text("設定理由", "reason"), spot.reason.render(lang), lang),
        _pair(Text("面積(切り取り後 / 円)", "area (after cutting / circle)"), size, lang),
    ]
    return lines + [f"  {removed(entry, lang)}" for entry in spot.ledger]


def _time(ms: int, threshold_ms: int, lang: Lang, *, sign: bool = False) -> str:
    minutes = shown_minutes(ms, threshold_ms)
    shown = f"{minutes:+}" if sign else f"{minutes}"
    unit = Text("分", " min").render(lang)
    return f"{shown}{unit} ({clock(ms, lang)})"


def _pair(label: Text, value: str, lang: Lang) -> str:
    return f"{_safe(label.render(lang))}: {_safe(value)}"


def _safe(text: str) -> str:
    return one_line(text, 400)
