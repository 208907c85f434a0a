"""The popup of a facility: why it is, or is not, a spot, in a planner's words."""

from __future__ import annotations

from collections.abc import Mapping

from groundfloor.problems import Lang, Text
from spots.map import page_words as words
from spots.map.card_travel import travel_sections
from spots.map.page_data import Card, Row, Section
from spots.telling.labels import (
    AREA_CLASS_LABELS,
    CUT_LABELS,
    STATE_LABELS,
    TRUTH_LABELS,
    TYPE_LABELS,
    listed,
)
from spots.types import (
    Accuracy,
    CriterionInfo,
    Facility,
    Outcome,
    Role,
    RunResult,
    Spot,
    State,
    Truth,
    Verdict,
)

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
        *travel_sections(verdict, criteria, lang),
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
        sections=tuple(s for s in sections if s is not None and (s.rows or s.ways)),
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
    joint = "：" if lang == Lang.JA else ": "
    return Row(label, f"{truth}{joint}{text}" if text else truth, _TONES[outcome.truth])


def _badge(state: State, *, judged: bool) -> Text:
    if not judged:
        return words.DESTINATION
    return words.SPOTS if state is State.DESIGNATED else STATE_LABELS[state]


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
    if spot.population is not None:
        label = Text("区域内の人口", "People inside").render(lang)
        rows.append(Row(label, words.people(spot.population, lang)))
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
    if lang == Lang.EN:
        files = sorted({f"{r.layer} ({r.file}, row {r.row})" for r in facility.rows})
    rows.append(Row(Text("記載の一覧", "Listed in").render(lang), listed(files, lang)))
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
    return listed([TYPE_LABELS[t].render(lang) for t in sorted(facility.types)], lang)


def _accuracy(facility: Facility, lang: Lang) -> str:
    if facility.position is None:
        unknown = facility.position_problem or Text("位置が分かりません", "unknown")
        return unknown.render(lang)
    if facility.position.accuracy is Accuracy.TOWN:
        return Text("町丁目の代表点（数百mの誤差）", "centre of the town (some 100 m)").render(lang)
    return facility.position_problem.render(lang) if facility.position_problem else ""
