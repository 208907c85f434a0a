"""Facilities whose verdict hangs by little: what a council should look at twice."""

from __future__ import annotations

from collections.abc import Iterator

from problems import Lang, Text
from spots.labels import STATE_LABELS, criteria_marks
from spots.outputs.sheets.model import SIGNED_MINUTES, Form, SheetColumn, SheetContent, Value
from spots.outputs.sheets.words import turning_state, turns, under
from spots.types import RunResult, State, TravelEvidence, TurningSpeed, Verdict
from spots.units import MS_PER_MINUTE, clock, shown_minutes

#: Minutes to the threshold within which a verdict is looked at again.
NEAR_MINUTES = 5
#: States that no travel time turns.
_SETTLED = frozenset({State.EXCLUDED, State.MOOT})


def is_borderline(verdict: Verdict) -> bool:
    """Return whether a facility is near the threshold, or turns under one other assumption."""
    travel = verdict.travel
    if travel is None:
        return False
    if any(turns(verdict, v) for v in travel.variants):
        return True
    if verdict.state in _SETTLED:
        return False
    near = travel.margin_ms is not None and abs(travel.margin_ms) <= NEAR_MINUTES * MS_PER_MINUTE
    return near or any(v.changes for v in travel.variants)


def borderline(result: RunResult, lang: Lang) -> SheetContent | None:
    """Return the sheet of borderline facilities; None where no travel time was judged.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    if all(v.travel is None for v in result.verdicts):
        return None
    found = [v for v in result.verdicts if is_borderline(v)]
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
                f"基準との差が{NEAR_MINUTES}分以内の施設と、条件を1つ変えると判定が変わる施設です。",
                f"Within {NEAR_MINUTES} minutes of the threshold, or turned by one assumption.",
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
        "\n".join(_reasons(verdict, lang)),
    )


def _time(travel: TravelEvidence, lang: Lang) -> str | None:
    if travel.travel_ms is not None:
        return clock(travel.travel_ms, lang)
    return Text("到達不能", "unreachable").render(lang) if travel.reachable is False else None


def _reasons(verdict: Verdict, lang: Lang) -> Iterator[str]:
    travel = verdict.travel
    if travel is None:
        return
    if travel.margin_ms is not None and abs(travel.margin_ms) <= NEAR_MINUTES * MS_PER_MINUTE:
        yield Text(
            f"基準との差が{NEAR_MINUTES}分以内", f"within {NEAR_MINUTES} min of the threshold"
        ).render(lang)
    for variant in travel.variants:
        if variant.changes or turns(verdict, variant):
            yield under(verdict, variant, lang)
    if travel.turning is not None:
        yield _speed(verdict, travel.turning, lang)


def _speed(verdict: Verdict, speed: TurningSpeed, lang: Lang) -> str:
    factor, state = f"{speed.factor:.3f}", turning_state(verdict, speed, lang)
    if speed.factor > 1:
        text = Text(f"速度が{factor}倍を超えると③が変わる", f"③ turns above {factor} × speed")
    else:
        text = Text(f"速度が{factor}倍以下で③が変わる", f"③ turns at {factor} × speed or less")
    return f"{text.render(lang)}: {Text('状態は', 'state ').render(lang)}{state}"
