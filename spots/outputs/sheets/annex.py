"""The 別表: the spots as a plan lists them."""

from __future__ import annotations

import math
from collections import Counter

from groundfloor.problems import Lang, Text
from spots.outputs.sheets.model import KM2, Form, SheetColumn, SheetContent, Value
from spots.outputs.sheets.pages import UNIT_PT
from spots.outputs.sheets.styles import BODY_SIZE
from spots.outputs.sheets.text import em_width
from spots.telling import units
from spots.telling.labels import CUT_LABELS, STATE_LABELS, criteria_marks, listed, travel_marks
from spots.types import Accuracy, RunResult, Spot, State, Verdict

#: What two decimals cannot show is rounding, not a cut.
_SMALLEST_KM2 = 0.005
_DRAFT = Text(
    "この表は検討のための案です。医師少数スポットの設定は県が決定します。",
    "This table is a draft for discussion. The prefecture decides the designation.",
)
_NOTHING = Text(
    "この基準では、医師少数スポットとなる医療機関はありません。",
    "No institution becomes a spot under this policy.",
)
_CONTINUED = Text("（続き）", " (continued)")
_PERIOD = Text("有効期間", "Validity")
_POPULATION = Text("人口\n(人)", "Popu-\nlation")


def annex(result: RunResult, lang: Lang) -> SheetContent:
    """Return the 別表: one row per spot, by medical area and municipality.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    verdicts = {v.facility.id: v for v in result.verdicts}
    peopled = any(s.population is not None for s in result.spots)
    pairs = sorted(((s, verdicts[s.facility_id]) for s in result.spots), key=_by_area)
    rows = tuple(
        _row(number, spot, verdict, result, lang, peopled=peopled)
        for number, (spot, verdict) in enumerate(pairs, 1)
    )
    return SheetContent(
        tab=Text("別表", "Annex").render(lang),
        title=result.settings.title.render(lang),
        notes=_notes(result, lang),
        columns=_columns(result, lang, peopled=peopled),
        rows=rows,
        totals=_totals(result, lang, peopled=peopled) if rows else (),
        stamp=Text("案", "DRAFT").render(lang),
        nothing=_nothing(result, lang),
        merged=1,
        continued=_CONTINUED.render(lang),
    )


def _columns(result: RunResult, lang: Lang, *, peopled: bool) -> tuple[SheetColumn, ...]:
    day = _day_width(result, lang)
    made: list[tuple[Text, float, Form, str, Text | None]] = [
        (Text("番号", "No."), 5, Form.INDEX, "0", None),
        (Text("二次医療圏", "Medical area"), 11, Form.WORD, "", None),
        (Text("市町村", "Muni-\ncipality"), 10, Form.WORD, "", None),
        (Text("医療機関名", "Institution"), 20, Form.TEXT, "", None),
        (Text("所在地", "Address"), 21, Form.TEXT, "", None),
        (Text("該当要件", "Criteria met"), 7, Form.WORD, "", None),
        (Text("設定理由", "Reason for designation"), 36, Form.TEXT, "", None),
        (Text("区域", "Extent"), 17, Form.TEXT, "", None),
        (Text("面積\n(km²)", "Area\n(km²)"), 8.5, Form.NUMBER, KM2, None),
    ]
    if peopled:
        made.append((_POPULATION, 8.5, Form.NUMBER, "#,##0", None))
    made += [
        (Text("開始", "from"), day, Form.DAY, "", _PERIOD),
        (Text("終了", "to"), day, Form.DAY, "", _PERIOD),
        (Text("備考", "Remarks"), 19, Form.TEXT, "", None),
    ]
    return tuple(
        SheetColumn(name.render(lang), width, form, shown, group.render(lang) if group else "")
        for name, width, form, shown, group in made
    )


def _day_width(result: RunResult, lang: Lang) -> float:
    """Return the width that the longest day needs: a day too long for its cell shows as ####."""
    days = {day for s in result.spots for day in (s.valid_from, s.valid_to)}
    widths = [em_width(units.day(day).render(lang)) for day in days]
    return max([9.0, *(width * BODY_SIZE / UNIT_PT + 2 for width in widths)])


def _by_area(pair: tuple[Spot, Verdict]) -> tuple[str, str, str]:
    # "~" sorts after every digit: what has no code comes last. The sort keeps input order in ties.
    place = pair[0].place
    return (place.area_code or "~", place.area, place.municipality_code or "~")


def _row(
    number: int, spot: Spot, verdict: Verdict, result: RunResult, lang: Lang, *, peopled: bool
) -> tuple[Value, ...]:
    people = (_people(spot.population),) if peopled else ()
    return (
        number,
        spot.place.area,
        spot.place.municipality,
        spot.name,
        verdict.facility.address,
        criteria_marks(result, spot.criteria),
        spot.reason.render(lang),
        _extent(spot, lang),
        round(spot.area_km2, 2),
        *people,
        spot.valid_from,
        spot.valid_to,
        _remark(verdict, result, lang),
    )


def _people(count: float | None) -> int | None:
    return None if count is None or not math.isfinite(count) else round(count)


def _extent(spot: Spot, lang: Lang) -> str:
    """Return the area in a plan's words: the radius, and what is left out of the circle."""
    km = f"{spot.radius_m / 1000:g}"
    circle = Text(f"半径{km}km以内", f"within {km} km").render(lang)
    cuts = [
        CUT_LABELS[entry.step].render(lang) if entry.step in CUT_LABELS else entry.step
        for entry in spot.ledger
        if entry.removed_km2 >= _SMALLEST_KM2
    ]
    if not cuts:
        return circle
    if lang == Lang.JA:
        return f"{circle}\n{listed(cuts, lang)}を除く"
    return f"{circle}\nwithout {listed(cuts, lang)}"


def _remark(verdict: Verdict, result: RunResult, lang: Lang) -> str:
    facility = verdict.facility
    notes = [facility.remark] if facility.remark else []
    if facility.position is not None and facility.position.accuracy is Accuracy.TOWN:
        notes.append(
            Text("位置は町丁目の中心による", "position: centre of the town block").render(lang)
        )
    changing = [v for v in verdict.variants if v.changes]
    if changing:
        labels = listed([v.label.render(lang) for v in changing], lang)
        mark = travel_marks(result)
        head = Text(f"条件により{mark}の判定が変わる: ", f"{mark} turns under: ")
        notes.append(head.render(lang) + labels)
    return "\n".join(notes)


def _totals(result: RunResult, lang: Lang, *, peopled: bool) -> tuple[tuple[Value, ...], ...]:
    count = len(result.spots)
    sums = (
        (
            Text(f"合計（{count}か所）", f"Total ({count} spots)"),
            sum(s.area_km2 for s in result.spots),
            sum(s.population or 0 for s in result.spots),
        ),
        (
            Text("重なりを除いた合計", "Total, overlaps counted once"),
            result.dissolved_km2,
            result.dissolved_population,
        ),
    )
    rows = []
    for label, km2, people in sums:
        tail: list[Value] = [round(km2, 2)]
        if peopled:
            tail.append(_people(people))
        rows.append((label.render(lang), *[None] * 7, *tail, None, None, None))
    return tuple(rows)


def _nothing(result: RunResult, lang: Lang) -> str:
    """Return why the table is empty: how many facilities ended in which state."""
    counts = Counter(v.state for v in result.verdicts)
    states = [f"{STATE_LABELS[s].render(lang)} {counts[s]}" for s in State if counts[s]]
    joined = listed(states, lang) or "0"
    every = len(result.verdicts)
    told = Text(
        f"(対象とした施設 {every}件の内訳: {joined})", f"({every} facilities: {joined})"
    ).render(lang)
    return f"{_NOTHING.render(lang)}\n{told}"


def _notes(result: RunResult, lang: Lang) -> tuple[str, ...]:
    settings = result.settings
    items = "　" if lang == Lang.JA else "  "
    titles = items.join(f"{c.mark} {c.title.render(lang)}" for c in settings.criteria)
    policy = Text("基準: ", "Policy: ").render(lang) + settings.policy_title.render(lang)
    period = units.period(settings.valid_from, settings.valid_to).render(lang)
    lines = [
        _DRAFT.render(lang),
        policy + (f"{items}{_PERIOD.render(lang)}: {period}" if period else ""),
        Text("該当要件: ", "Criteria: ").render(lang) + titles,
    ]
    mark = Text("※ ", "Note: ").render(lang)
    return (*lines, *(mark + text.render(lang) for text in settings.caveats))
