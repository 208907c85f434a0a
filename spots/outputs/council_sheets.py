"""The sheets that a council reads: the 別表, what it should look at twice, what was found.

The annex has the spots as a plan lists them; borderline facilities are those whose verdict hangs
by little; findings are what was wrong or doubtful in the inputs.

Stands apart: what a council reads is laid out row by row; other sheets are columns of `telling`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from groundfloor.problems import Lang, Severity, Text
from spots.outputs.sheet_layout import (
    BODY_SIZE,
    UNIT_PT,
    SheetColumn,
    SheetContent,
    SheetValue,
    em_width,
    sheet_column,
)
from spots.telling.columns import ColumnKind
from spots.telling.evidence_words import (
    NEAR_MS,
    NEAR_SHARE,
    annex_remark,
    doubts,
    is_borderline,
    turning_factor,
    turning_state,
    under,
    within_minutes,
)
from spots.telling.facility_columns import POPULATION
from spots.telling.labels import (
    CUT_LABELS,
    STATE_LABELS,
    UNREACHABLE,
    counted_state,
    criteria_marks,
    listed,
    measured_mark,
)
from spots.telling.setting_words import PEOPLE, people_basis
from spots.telling.sheet_columns import (
    ANNEX_COLUMNS,
    BORDERLINE_COLUMNS,
    FINDING_COLUMNS,
    PERIOD,
    annex_order,
)
from spots.telling.units import MS_PER_MINUTE, day, period
from spots.telling.wording import told_as
from spots.types import RunResult, Spot, State, TravelEvidence, TurningSpeed, Verdict

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
    spots = sorted(result.spots, key=lambda spot: annex_order(spot.place))
    rows = tuple(
        _row(number, spot, verdicts[spot.facility_id], result, lang, peopled=peopled)
        for number, spot in enumerate(spots, 1)
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
    wide, over = _day_width(result, lang), PERIOD.render(lang)
    return tuple(
        sheet_column(replace(c, width=wide), lang, over)
        if c.kind is ColumnKind.DAY
        else sheet_column(c, lang)
        for c in ANNEX_COLUMNS
        if peopled or c.name != POPULATION.name
    )


def _day_width(result: RunResult, lang: Lang) -> float:
    """Return the width that the longest day needs: a day too long for its cell shows as ####."""
    days = {end for s in result.spots for end in (s.valid_from, s.valid_to)}
    widths = [em_width(day(end).render(lang)) for end in days]
    return max([9.0, *(width * BODY_SIZE / UNIT_PT + 2 for width in widths)])


def _row(
    number: int, spot: Spot, verdict: Verdict, result: RunResult, lang: Lang, *, peopled: bool
) -> tuple[SheetValue, ...]:
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
        annex_remark(verdict, result).render(lang),
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


def _totals(result: RunResult, lang: Lang, *, peopled: bool) -> tuple[tuple[SheetValue, ...], ...]:
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
        tail: list[SheetValue] = [round(km2, 2)]
        if peopled:
            tail.append(_people(people))
        rows.append((label.render(lang), *[None] * 7, *tail, None, None, None))
    return tuple(rows)


def _nothing(result: RunResult, lang: Lang) -> str:
    """Return why the table is empty: how many facilities ended in which state."""
    counts = Counter(v.state for v in result.verdicts)
    states = [counted_state(s, result.verdicts).render(lang) for s in State if counts[s]]
    joined = listed(states, lang) or "0"
    every = len(result.verdicts)
    told = Text(
        f"（対象とした施設 {every}件の内訳: {joined}）", f"({every} facilities: {joined})"
    ).render(lang)
    return f"{_NOTHING.render(lang)}\n{told}"


def _notes(result: RunResult, lang: Lang) -> tuple[str, ...]:
    settings = result.settings
    items = "　" if lang == Lang.JA else "  "
    titles = items.join(f"{c.mark} {c.title.render(lang)}" for c in settings.criteria)
    policy = Text("設定基準: ", "Policy: ").render(lang) + settings.policy_title.render(lang)
    valid = period(settings.valid_from, settings.valid_to).render(lang)
    lines = [
        _DRAFT.render(lang),
        policy + (f"{items}{PERIOD.render(lang)}: {valid}" if valid else ""),
        Text("該当要件: ", "Criteria: ").render(lang) + titles,
    ]
    if result.dissolved_population is not None:
        lines.append(told_as(PEOPLE, people_basis(result)).render(lang))
    mark = Text("※ ", "Note: ").render(lang)
    return (*lines, *(mark + text.render(lang) for text in settings.caveats))


# --- borderline facilities

_MINUTES = NEAR_MS // MS_PER_MINUTE


def borderline(result: RunResult, lang: Lang) -> SheetContent | None:
    """Return the sheet of borderline facilities; None where no travel time was judged.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    found = [v for v in result.verdicts if is_borderline(v)]
    if not found and all(v.travel is None for v in result.verdicts):
        return None
    return SheetContent(
        tab=Text("境界の施設", "Borderline").render(lang),
        title=Text("判定が変わりうる施設", "Facilities whose verdict may turn").render(lang),
        notes=(
            Text(
                f"基準との差が{_MINUTES}分以内の施設、全道路の速度が{NEAR_SHARE:.0%}以内の違いで"
                "判定が変わる施設、前提を1つ変えると判定が変わる施設です。",
                f"Within {_MINUTES} minutes of the threshold, turned by speeds that differ by "
                f"{NEAR_SHARE:.0%} or less, or turned by one assumption.",
            ).render(lang),
        ),
        columns=tuple(sheet_column(c, lang) for c in BORDERLINE_COLUMNS),
        rows=tuple(_borderline_row(k, v, result, lang) for k, v in enumerate(found, 1)),
        nothing=Text("該当する施設はありません。", "There are none.").render(lang),
    )


def _borderline_row(
    number: int, verdict: Verdict, result: RunResult, lang: Lang
) -> tuple[SheetValue, ...]:
    travel = verdict.travel
    return (
        number,
        verdict.place.area,
        verdict.place.municipality,
        verdict.facility.name,
        STATE_LABELS[verdict.state].render(lang),
        criteria_marks(result, verdict.criteria),
        None if travel is None else travel.nearest_name,
        None if travel is None else _time(travel, lang),
        None if travel is None else travel.margin_ms,
        "\n".join(_reasons(verdict, measured_mark(result, verdict), lang)),
    )


def _time(travel: TravelEvidence, lang: Lang) -> int | str | None:
    if travel.travel_ms is not None:
        return travel.travel_ms
    return UNREACHABLE.render(lang) if travel.reachable is False else None


def _reasons(verdict: Verdict, mark: str, lang: Lang) -> Iterator[str]:
    if within_minutes(verdict):
        yield Text(
            f"基準との差が{_MINUTES}分以内", f"within {_MINUTES} min of the threshold"
        ).render(lang)
    for variant in doubts(verdict):
        yield under(verdict, variant, mark, lang)
    if verdict.travel is not None and verdict.travel.turning is not None:
        yield _speed(verdict, verdict.travel.turning, mark, lang)


def _speed(verdict: Verdict, speed: TurningSpeed, mark: str, lang: Lang) -> str:
    factor, state = turning_factor(speed), turning_state(verdict, speed, lang)
    text = Text(
        f"速度が{factor}倍を{'超える' if speed.faster else '下回る'}と{mark}が変わる",
        f"{mark} turns {'above' if speed.faster else 'below'} {factor} × speed",
    )
    return f"{text.render(lang)}: {Text('状態は', 'state ').render(lang)}{state}"


# --- findings

_SEVERITY = {
    Severity.ERROR: Text("エラー", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.NOTE: Text("確認", "note"),
}


def findings(result: RunResult, lang: Lang) -> SheetContent | None:
    """Return the sheet of findings; None where there is none.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    if not result.problems:
        return None
    return SheetContent(
        tab=Text("確認事項", "Findings").render(lang),
        title=Text("入力データの確認事項", "Findings about the inputs").render(lang),
        notes=(),
        columns=tuple(sheet_column(c, lang) for c in FINDING_COLUMNS),
        rows=tuple(
            (
                number,
                _SEVERITY[p.severity].render(lang),
                p.file,
                p.row,
                p.column,
                p.value,
                p.message.render(lang),
                p.remedy.render(lang),
                p.code,
            )
            for number, p in enumerate(result.problems, 1)
        ),
        filtered=True,
    )
