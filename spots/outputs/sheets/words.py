"""Words that several sheets share."""

from __future__ import annotations

from problems import Lang, Text
from spots.labels import STATE_LABELS
from spots.types import TurningSpeed, Variant, Verdict


def listed(parts: list[str], lang: Lang) -> str:
    """Return names in a sentence."""
    return ("、" if lang is Lang.JA else ", ").join(parts)


def turns(verdict: Verdict, variant: Variant) -> bool:
    """Return whether the facility would end in another state under `variant`."""
    return variant.state is not None and variant.state is not verdict.state


def under(verdict: Verdict, variant: Variant, lang: Lang) -> str:
    """Return what becomes of the facility under an assumption that changes something."""
    label = variant.label.render(lang)
    if variant.state is not None and turns(verdict, variant):
        state = STATE_LABELS[variant.state].render(lang)
        return f"{label}: {state}"
    only = Text("③の判定のみ変わる", "only ③ turns")
    either = Text("③の判定が変わる", "③ turns")
    return f"{label}: {(either if variant.state is None else only).render(lang)}"


def turning_state(verdict: Verdict, speed: TurningSpeed, lang: Lang) -> str:
    """Return the state beyond the factor; marked where another way may turn it sooner."""
    if speed.state is verdict.state:
        state = Text("変わらない", "unchanged").render(lang)
    else:
        state = STATE_LABELS[speed.state].render(lang)
    return state if speed.exact else state + Text("(目安)", " (approximate)").render(lang)
