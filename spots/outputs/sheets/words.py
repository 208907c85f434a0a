"""Words that several sheets share."""

from __future__ import annotations

from groundfloor.problems import Lang, Text
from spots.telling.borderline import turns_state
from spots.telling.labels import STATE_LABELS
from spots.types import TurningSpeed, Variant, Verdict


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
    return state if speed.exact else state + Text("(目安)", " (approximate)").render(lang)
