"""The sheets that a council reads beside the 別表: what to look at twice, what was found.

Borderline facilities are those whose verdict hangs by little; findings are what was wrong or
doubtful in the inputs.

Stands apart: what a council reads is laid out row by row; other sheets are columns of `telling`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from groundfloor.problems import Lang, Severity, Text
from spots.outputs.sheet_layout import (
    SheetContent,
    SheetValue,
    sheet_column,
)
from spots.telling.evidence_words import (
    NEAR_MS,
    NEAR_SHARE,
    doubts,
    is_borderline,
    turning_factor,
    turning_state,
    under,
    within_minutes,
)
from spots.telling.labels import (
    STATE_LABELS,
    UNREACHABLE,
    criteria_marks,
    measured_mark,
)
from spots.telling.sheet_columns import (
    BORDERLINE_COLUMNS,
    FINDING_COLUMNS,
)
from spots.telling.straight_words import estimate_caveat, speeds_word, time_word
from spots.telling.travel_columns import TRAVEL_MS
from spots.telling.units import MS_PER_MINUTE
from spots.types import RunResult, TravelEvidence, TurningSpeed, Verdict

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
                f"基準との差が{_MINUTES}分以内の施設、{speeds_word(result).ja}が{NEAR_SHARE:.0%}以内の違いで"
                "判定が変わる施設、前提を1つ変えると判定が変わる施設です。",
                f"Within {_MINUTES} minutes of the threshold, turned by speeds that differ by "
                f"{NEAR_SHARE:.0%} or less, or turned by one assumption.",
            ).render(lang),
            *((estimate_caveat(result.straight).render(lang),) if result.straight else ()),
        ),
        columns=tuple(
            sheet_column(replace(c, label=time_word(result, c.label)), lang)
            if c is TRAVEL_MS
            else sheet_column(c, lang)
            for c in BORDERLINE_COLUMNS
        ),
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
