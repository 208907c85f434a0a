"""Facilities whose verdict hangs by little: what a council should look at twice."""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Lang, Text
from spots.outputs.sheets.model import SIGNED_MINUTES, Form, SheetColumn, SheetContent, Value
from spots.outputs.sheets.words import turning_state, under
from spots.telling.borderline import NEAR_MS, NEAR_SHARE, doubts, is_borderline, within_minutes
from spots.telling.labels import STATE_LABELS, UNREACHABLE, criteria_marks, travel_marks
from spots.telling.units import MS_PER_MINUTE, duration, shown_factor, shown_minutes
from spots.types import RunResult, TravelEvidence, TurningSpeed, Verdict

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
    headings = (
        (Text("番号", "No."), 5, Form.INDEX, "0"),
        (Text("二次医療圏", "Medical area"), 14, Form.WORD, ""),
        (Text("市町村", "Municipality"), 13, Form.WORD, ""),
        (Text("医療機関名", "Institution"), 28, Form.TEXT, ""),
        (Text("状態", "State"), 15, Form.WORD, ""),
        (Text("該当要件", "Criteria met"), 9, Form.WORD, ""),
        (Text("最寄りの他の病院", "Nearest other hospital"), 26, Form.TEXT, ""),
        (Text("所要時間", "Travel time"), 14, Form.WORD, ""),
        (Text("基準との差\n(分)", "Margin\n(min)"), 10, Form.NUMBER, SIGNED_MINUTES),
        (Text("注意する理由", "Why to look again"), 52, Form.TEXT, ""),
    )
    return SheetContent(
        tab=Text("境界の施設", "Borderline").render(lang),
        title=Text("判定が変わりうる施設", "Facilities whose verdict may turn").render(lang),
        notes=(
            Text(
                f"基準との差が{_MINUTES}分以内の施設、全道路の速度が{NEAR_SHARE:.0%}以内の違いで"
                "判定が変わる施設、条件を1つ変えると判定が変わる施設です。",
                f"Within {_MINUTES} minutes of the threshold, turned by speeds that differ by "
                f"{NEAR_SHARE:.0%} or less, or turned by one assumption.",
            ).render(lang),
        ),
        columns=tuple(SheetColumn(t.render(lang), w, f, n) for t, w, f, n in headings),
        rows=tuple(_row(k, v, result, lang) for k, v in enumerate(found, 1)),
        nothing=Text("該当する施設はありません。", "There are none.").render(lang),
    )


def _row(number: int, verdict: Verdict, result: RunResult, lang: Lang) -> tuple[Value, ...]:
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
        None if travel is None or travel.margin_ms is None else shown_minutes(travel.margin_ms, 0),
        "\n".join(_reasons(verdict, travel_marks(result), lang)),
    )


def _time(travel: TravelEvidence, lang: Lang) -> str | None:
    if travel.travel_ms is not None:
        return duration(travel.travel_ms).render(lang)
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
    faster = speed.factor >= 1
    factor, state = shown_factor(speed.factor, faster=faster), turning_state(verdict, speed, lang)
    text = Text(
        f"速度が{factor}倍を{'超える' if faster else '下回る'}と{mark}が変わる",
        f"{mark} turns {'above' if faster else 'below'} {factor} × speed",
    )
    return f"{text.render(lang)}: {Text('状態は', 'state ').render(lang)}{state}"
