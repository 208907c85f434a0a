"""What every output says of a measured time: the assumptions and speeds that would turn it."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from groundfloor.problems import Lang, Text
from spots.telling.borderline import turns_state
from spots.telling.labels import STATE_LABELS, TRUTH_LABELS, UNREACHABLE
from spots.telling.units import shown_minutes
from spots.types import State, TravelEvidence, Truth, TurningSpeed, Variant, Verdict

_STEP = Decimal("0.001")
_NOISE = Decimal("0.000000001")  # binary fractions: 1.2 is not 1.2000000000000000002 to a reader

NOT_RECORDED = Text(
    "この結果には記録されていません(spots run でもう一度作成すると表示されます)",
    "not recorded in this run (make it again with spots run)",
)
NOT_LISTED = Text("判定の対象外", "not asked")
AS_THE_POLICY = Text("方針どおり", "as the policy has it")


def shown_factor(factor: float, *, faster: bool) -> Decimal:
    """Return a factor with three decimals, rounded so that it surely turns the criterion.

    Parameters
    ----------
    factor : float
        Factor on all speeds.
    faster : bool
        Whether it takes faster speeds: then it is rounded up.

    Examples
    --------
    >>> shown_factor(1.0800001, faster=True), shown_factor(0.98765, faster=False)
    (Decimal('1.081'), Decimal('0.987'))
    >>> shown_factor(1.2, faster=True), shown_factor(0.0004, faster=False)
    (Decimal('1.200'), Decimal('0.000'))
    """
    plain = Decimal(factor).quantize(_NOISE)
    return plain.quantize(_STEP, ROUND_CEILING if faster else ROUND_FLOOR)


def turning_words(turning: TurningSpeed, mark: str, truth: Truth, state: State) -> Text:
    """Return in words at which speeds a criterion turns, and what becomes of the facility.

    Parameters
    ----------
    turning : TurningSpeed
        The factor.
    mark : str
        The criterion's mark.
    truth, state : Truth, State
        The criterion and the facility as the run has them.
    """
    faster = truth is not Truth.NOT_MET
    factor = shown_factor(turning.factor, faster=faster)
    about = ("", "") if turning.exact else ("およそ", "about ")
    ja = "を超えると" if faster else "を下回ると"
    en = "above" if faster else "below"
    change = change_words(mark, truth, turning.truth, state, turning.state)
    open_end = (
        Text("", "")
        if turning.exact
        else Text(
            "。フェリーや信号待ちの時間は速度によらないため、別の経路により倍率がずれることがあります",
            "; ferries and waiting do not scale with speed, so another way may turn it elsewhere",
        )
    )
    return Text(
        f"全道路の速度が{about[0]}{factor}倍{ja}判定が変わります({change.ja}){open_end.ja}",
        f"it turns where all speeds are {en} {about[1]}{factor} times these "
        f"({change.en}){open_end.en}",
    )


def change_words(
    mark: str, truth: Truth, truth_then: Truth | None, state: State, state_then: State
) -> Text:
    """Return what becomes of a criterion and of the facility's state.

    Examples
    --------
    >>> change_words("③", Truth.MET, Truth.NOT_MET, State.MOOT, State.MOOT).ja
    '③ 該当→非該当、状態は設定不要（少数区域内）のまま'
    """
    before, after = TRUTH_LABELS[truth], TRUTH_LABELS[truth_then or truth]
    criterion = Text(f"{mark} {before.ja}→{after.ja}", f"{mark} {before.en} → {after.en}")
    now, then = STATE_LABELS[state], STATE_LABELS[state_then]
    held = Text(f"状態は{now.ja}のまま", f"the state stays {now.en}")
    turned = Text(f"状態 {now.ja}→{then.ja}", f"state {now.en} → {then.en}")
    whole = held if state is state_then else turned
    if truth_then is None:
        return whole
    return Text(f"{criterion.ja}、{whole.ja}", f"{criterion.en}, {whole.en}")


def no_turning(travel: TravelEvidence) -> Text:
    """Return why no speed turns a criterion."""
    if travel.reachable is False:
        return Text(
            "到達できる他の病院がないため、速度では変わりません",
            "no other hospital can be reached, so no speed turns it",
        )
    return Text("速度では変わりません", "no speed turns it")


def found_words(variant: Variant, threshold_ms: int | None) -> tuple[Text, Text]:
    """Return the nearest hospital under an assumption, and the minutes to it."""
    nothing = Text("-", "-")
    if not variant.asked:
        return nothing, NOT_LISTED
    if variant.travel_ms is None:
        return nothing, UNREACHABLE
    name = variant.nearest_name or variant.nearest_id or "-"
    return Text(name, name), minutes_words(variant.travel_ms, threshold_ms)


def minutes_words(ms: int, threshold_ms: int | None, *, sign: bool = False) -> Text:
    """Return minutes, on the same side of the threshold as the milliseconds."""
    minutes = shown_minutes(ms, threshold_ms)
    shown = f"{minutes:+}" if sign else f"{minutes}"
    return Text(f"{shown}分", f"{shown} min")


def under(verdict: Verdict, variant: Variant, mark: str, lang: Lang) -> str:
    """Return what becomes of the facility under an assumption that changes something.

    Parameters
    ----------
    verdict : Verdict
        The facility.
    variant : Variant
        The assumption.
    mark : str
        Of the criterion on travel time.
    lang : Lang
        Language.
    """
    label = variant.label.render(lang)
    if variant.state is not None and turns_state(variant, verdict):
        state = STATE_LABELS[variant.state].render(lang)
        return f"{label}: {state}"
    only = Text(f"{mark}の判定のみ変わる", f"only {mark} turns")
    either = Text(f"{mark}の判定が変わる", f"{mark} turns")
    return f"{label}: {(either if variant.state is None else only).render(lang)}"


def turning_state(verdict: Verdict, speed: TurningSpeed, lang: Lang) -> str:
    """Return the state beyond the factor; marked where another way may turn it sooner."""
    if speed.state is verdict.state:
        state = Text("変わらない", "unchanged").render(lang)
    else:
        state = STATE_LABELS[speed.state].render(lang)
    return state if speed.exact else state + Text("（目安）", " (approximate)").render(lang)
