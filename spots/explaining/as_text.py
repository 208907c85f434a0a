"""An explanation for a terminal: short lines, tables that align where characters are wide."""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Text, one_line, one_of
from networks.info.words import road_label
from networks.types import Route
from spots.explaining.gathering import Assumed, CriterionFinding, Explanation, ListedIn
from spots.telling.evidence_words import (
    AS_THE_POLICY,
    NOT_RECORDED,
    found_words,
    minutes_words,
    no_turning,
    turning_words,
)
from spots.telling.labels import (
    ACCURACY_LABELS,
    AREA_CLASS_LABELS,
    BORDER,
    DELAYS,
    DETACHED,
    STATE_LABELS,
    TRUTH_LABELS,
    TYPE_LABELS,
    UNREACHABLE,
    criteria_marks,
    listed,
    removed,
    ties_listed,
)
from spots.telling.units import clock, format_minutes
from spots.types import Accuracy, OtherHospital, Role, Spot, TravelEvidence

_TIES_SHOWN = 10


def explanation_text(found: Explanation, lang: Lang | str = Lang.JA) -> str:
    """Return an explanation in words.

    Parameters
    ----------
    found : Explanation
        From `spots.explaining.gathering`.
    lang : Lang
        Language.

    Returns
    -------
    str
        Lines without control characters, whatever the data hold.

    Raises
    ------
    UsageError
        There is no such language.
    """
    lang = one_of(Lang, lang, "lang")
    blocks = [
        list(_who(found, lang)),
        [_criterion_line(f, lang) for f in found.findings],
        *(list(block) for f in found.findings for block in _measured(f, found, lang)),
        _assumptions(found, lang),
        list(_spot(found.spot, lang)),
        list(_settings(found, lang)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _who(found: Explanation, lang: Lang) -> Iterator[str]:
    verdict, result = found.verdict, found.result
    facility, place = verdict.facility, verdict.place
    kinds = [label.render(lang) for kind, label in TYPE_LABELS.items() if kind in facility.types]
    state = f"{STATE_LABELS[verdict.state].render(lang)}: {verdict.state_reason.render(lang)}"
    met = criteria_marks(result, verdict.criteria) or Text("なし", "none").render(lang)
    yield f"{_safe(facility.name)} [{_safe(facility.id)}]"
    yield _pair(Text("状態", "state"), state, lang)
    yield _pair(Text("該当要件", "criteria met"), met, lang)
    yield _pair(Text("種別", "types"), listed(kinds, lang) or "-", lang)
    yield _pair(Text("市町村", "municipality"), place.municipality or "-", lang)
    yield _pair(Text("二次医療圏", "medical area"), _area(found, lang), lang)
    if facility.address:
        yield _pair(Text("所在地", "address"), facility.address, lang)
    yield _pair(Text("位置", "position"), _where(found, lang), lang)
    if place.problem is not None:
        yield _pair(Text("所在地の確認", "check the place"), place.problem.render(lang), lang)
    if facility.remark:
        yield _pair(Text("備考", "remark"), facility.remark, lang)
    rows = [_listed_in(row, lang) for row in found.listed]
    yield _pair(Text("記載の一覧", "listed in"), listed(rows, lang) or "-", lang)


def _area(found: Explanation, lang: Lang) -> str:
    place = found.verdict.place
    label = AREA_CLASS_LABELS[place.area_class].render(lang)
    if found.index is not None:
        index = f"{found.index:.1f}"
        label += Text(f"、医師偏在指標 {index}", f", physician index {index}").render(lang)
    return f"{place.area or '-'} ({label})"


def _where(found: Explanation, lang: Lang) -> str:
    facility = found.verdict.facility
    position, problem = facility.position, facility.position_problem
    parts = []
    if position is not None:
        parts.append(f"{position.lat:.6f}, {position.lon:.6f}")
        if position.accuracy is not Accuracy.POINT:
            parts.append(f"({ACCURACY_LABELS[position.accuracy].render(lang)})")
    if problem is not None:
        parts.append(problem.render(lang))
    return " ".join(parts) or "-"


def _listed_in(entry: ListedIn, lang: Lang) -> str:
    row, layer = entry.row, entry.layer
    day = f" {layer.as_of}" if layer is not None and layer.as_of else ""
    return Text(
        f"{row.layer}{day}({row.file} {row.row}行目)",
        f"{row.layer}{day} ({row.file} row {row.row})",
    ).render(lang)


def _criterion_line(finding: CriterionFinding, lang: Lang) -> str:
    info, outcome = finding.info, finding.outcome
    title = f"{info.mark} {info.title.render(lang)}".strip()
    truth = TRUTH_LABELS[outcome.truth].render(lang)
    return f"{_safe(title)}: {truth} - {_safe(outcome.text.render(lang))}"


def _measured(
    finding: CriterionFinding, found: Explanation, lang: Lang
) -> Iterator[Iterator[str] | list[str]]:
    """Yield blocks about a measured time: the nearest, and what it means for the threshold."""
    travel = finding.travel
    if travel is None:
        return
    if finding.nearest:
        yield _nearest(finding, travel, lang)
    yield _against(finding, travel, found, lang)


def _nearest(finding: CriterionFinding, travel: TravelEvidence, lang: Lang) -> Iterator[str]:
    count = len(finding.nearest)
    mark = finding.info.mark
    heading = Text(
        f"{mark} 最寄りの他の病院(近い順に{count}件)", f"{mark} nearest other hospitals ({count})"
    )
    yield _heading(heading, lang)
    for rank, other in enumerate(finding.nearest, 1):
        yield from _hospital(rank, other, travel, lang)
    if not finding.recorded:
        label = Text("2番目以降", "the second and third")
        yield _pair(label, NOT_RECORDED.render(lang), lang)


def _hospital(rank: int, other: OtherHospital, travel: TravelEvidence, lang: Lang) -> Iterator[str]:
    route = other.route
    time = _time(other.travel_ms, travel.threshold_ms, lang)
    yield _safe(f"{rank}. {other.name} {listed([time, _km(route.length_m)], lang)}")
    for label, value in _way(route, lang):
        yield f"   {_pair(label, value, lang)}"


def _way(route: Route, lang: Lang) -> Iterator[tuple[Text, str]]:
    if route.road_names:
        yield Text("道路", "roads"), " → ".join(route.road_names)
    shares = [f"{road_label(s.road_class, lang)} {_km(s.length_m)}" for s in route.shares]
    if shares:
        yield Text("道路種別", "by class"), listed(shares, lang)
    if route.ferries:
        crossing, wait = format_minutes(route.crossing_ms), format_minutes(route.wait_ms)
        spent = Text(
            f"(航海{crossing}分、待ち{wait}分)", f" (crossing {crossing} min, waiting {wait} min)"
        )
        yield Text("フェリー", "ferries"), listed(route.ferries, lang) + spent.render(lang)
    if route.toll_m > 0:
        yield Text("有料道路", "toll roads"), _km(route.toll_m)
    if route.delay_ms > 0:
        yield DELAYS, _time(route.delay_ms, 0, lang)


def _against(
    finding: CriterionFinding, travel: TravelEvidence, found: Explanation, lang: Lang
) -> Iterator[str]:
    mark = finding.info.mark
    yield _heading(Text(f"{mark} 基準との関係", f"{mark} against the threshold"), lang)
    if travel.reachable is False:
        why = DETACHED.render(lang) if travel.detached else ""
        none = Text("到達できる他の病院がありません", "no other hospital can be reached")
        yield _pair(Text("最寄り", "nearest other"), none.render(lang) + why, lang)
    if travel.snap_m is not None:
        yield _pair(Text("道路まで", "to the road"), _to_the_road(travel, lang), lang)
    yield _pair(Text("基準", "threshold"), clock(travel.threshold_ms, lang), lang)
    if travel.margin_ms is not None:
        margin = minutes_words(travel.margin_ms, 0, sign=True).render(lang)
        words = f"{margin} ({clock(travel.margin_ms, lang)})"
        yield _pair(Text("基準との差", "margin to the threshold"), words, lang)
    if travel.ties:
        names = listed(ties_listed(travel, lang, _TIES_SHOWN), lang)
        yield _pair(Text("同時間", "same time"), names, lang)
    if travel.border_ms is not None:
        time = _time(travel.border_ms, travel.threshold_ms, lang)
        ends = Text("道路データの縁まで", "to the border of the data")
        yield _pair(ends, f"{time}{BORDER.render(lang)}", lang)
    if travel.reachable is not None:
        yield _pair(Text("速度", "speeds"), _speeds(finding, travel, found, lang), lang)


def _speeds(
    finding: CriterionFinding, travel: TravelEvidence, found: Explanation, lang: Lang
) -> str:
    if travel.turning is not None:
        truth, state = finding.outcome.truth, found.verdict.state
        return turning_words(travel.turning, finding.info.mark, truth, state).render(lang)
    return (no_turning(travel) if finding.recorded else NOT_RECORDED).render(lang)


def _to_the_road(travel: TravelEvidence, lang: Lang) -> str:
    shown = f"{travel.snap_m:,.0f} m"
    if travel.alternative_snap_m is None:
        return shown
    other = f"{travel.alternative_snap_m:,.0f} m"
    return shown + Text(f"(もう一方の道路まで {other})", f" (another road: {other})").render(lang)


def _assumptions(found: Explanation, lang: Lang) -> list[str]:
    """Return the table of single assumptions, and which of them would turn the state."""
    table = assumption_table(found, lang)
    if not table:
        return []
    return [
        _heading(Text("前提を一つだけ変えた場合", "with one assumption changed"), lang),
        *table,
        _pair(
            Text("状態が変わる前提", "what turns the state"), turning_assumptions(found, lang), lang
        ),
    ]


def _spot(spot: Spot | None, lang: Lang) -> Iterator[str]:
    if spot is None:
        return
    yield _heading(Text("スポットの区域", "the spot"), lang)
    yield _pair(Text("設定理由", "reason"), spot.reason.render(lang), lang)
    if spot.valid_from or spot.valid_to:
        period = f"{spot.valid_from or ''}～{spot.valid_to or ''}"
        yield _pair(
            Text("期間", "period"),
            period if lang == Lang.JA else period.replace("～", " to "),
            lang,
        )
    size = f"{spot.area_km2:.2f} km² / {spot.circle_km2:.2f} km²"
    yield _pair(Text("面積(切り取り後 / 円)", "area (after cutting / circle)"), size, lang)
    for entry in spot.ledger:
        yield f"  {_safe(removed(entry, lang))}"
    if spot.population is not None:
        people = f"{spot.population:,.0f}"
        words = Text(f"約{people}人", f"about {people}").render(lang)
        yield _pair(Text("区域内の人口", "people inside"), words, lang)


def _settings(found: Explanation, lang: Lang) -> Iterator[str]:
    if found.verdict.facility.role is Role.DESTINATION or not found.settings:
        return
    yield _heading(Text("判定を決めた設定", "settings that decided"), lang)
    for label, value in found.settings:
        yield _pair(label, value.render(lang), lang)


def _heading(text: Text, lang: Lang) -> str:
    return f"■ {_safe(text.render(lang))}" if lang == Lang.JA else f"# {_safe(text.render(lang))}"


def _time(ms: int, threshold_ms: int | None, lang: Lang) -> str:
    return f"{minutes_words(ms, threshold_ms).render(lang)} ({clock(ms, lang)})"


def _km(metres: float) -> str:
    return f"{metres / 1000:.1f} km"


def _pair(label: Text, value: str, lang: Lang) -> str:
    return f"{_safe(label.render(lang))}: {_safe(value)}"


def _safe(text: str) -> str:
    return one_line(text, 400)


_CELL = 60


def assumption_table(found: Explanation, lang: Lang) -> list[str]:
    """Return the table of single assumptions, a line each; empty where none was tried."""
    tried = [f for f in found.findings if f.assumed]
    if not tried:
        return []
    heads = (
        Text("前提", "assumption"),
        Text("最寄りの他の病院", "nearest other"),
        Text("所要時間", "time"),
        Text("判定", "criterion"),
        Text("状態", "state"),
    )
    rows = [[h.render(lang) for h in heads]]
    for finding in tried:
        mark = f"{finding.info.mark} " if len(tried) > 1 else ""
        rows += _rows(finding, mark, found, lang)
    return aligned(rows, right=(2,))


def _rows(
    finding: CriterionFinding, mark: str, found: Explanation, lang: Lang
) -> Iterator[list[str]]:
    travel, verdict = finding.travel, found.verdict
    limit_ms = travel.threshold_ms if travel else found.result.settings.threshold_ms
    truth, state = finding.outcome.truth, STATE_LABELS[verdict.state].render(lang)
    name, time = _now(travel, lang)
    now = f"{mark}{TRUTH_LABELS[truth].render(lang)}"
    yield [AS_THE_POLICY.render(lang), _cell(name), time, now, state]
    for assumed in finding.assumed:
        variant = assumed.variant
        hospital, minutes = found_words(variant, limit_ms)
        yield [
            _cell(variant.label.render(lang)),
            _cell(hospital.render(lang)),
            minutes.render(lang),
            f"{mark}{_changed(TRUTH_LABELS[truth], TRUTH_LABELS[variant.truth], lang)}",
            _state_then(assumed, found, lang),
        ]


def _now(travel: TravelEvidence | None, lang: Lang) -> tuple[str, str]:
    if travel is None or travel.reachable is None:
        return "-", "-"
    if travel.travel_ms is None:
        return "-", UNREACHABLE.render(lang)
    minutes = minutes_words(travel.travel_ms, travel.threshold_ms).render(lang)
    return travel.nearest_name or travel.nearest_id or "-", minutes


def _state_then(assumed: Assumed, found: Explanation, lang: Lang) -> str:
    state = assumed.variant.state
    if state is None:
        return Text("記録なし", "not recorded").render(lang)
    return _changed(STATE_LABELS[found.verdict.state], STATE_LABELS[state], lang)


def _changed(before: Text, after: Text, lang: Lang) -> str:
    if before == after:
        return after.render(lang)
    return Text(f"{before.ja}→{after.ja}", f"{before.en} → {after.en}").render(lang)


def turning_assumptions(found: Explanation, lang: Lang) -> str:
    """Return the assumptions under which the facility would end in another state."""
    assumed = [a for f in found.findings for a in f.assumed]
    if all(a.turns_state is None for a in assumed):
        return NOT_RECORDED.render(lang)
    labels = [a.variant.label.render(lang) for a in found.turning]
    none = Text("なし(どれを変えても状態は同じです)", "none: the state stays the same under each")
    return listed(labels, lang) or none.render(lang)


def _cell(text: str) -> str:
    return one_line(text, _CELL)
