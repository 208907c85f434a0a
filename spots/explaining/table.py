"""The table of single assumptions: what each would make of criterion and state."""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Text, one_line
from spots.evidence_words import (
    AS_THE_POLICY,
    NOT_RECORDED,
    found_words,
    minutes_words,
)
from spots.explaining.model import Assumed, CriterionFinding, Explanation
from spots.labels import STATE_LABELS, TRUTH_LABELS, UNREACHABLE, listed
from spots.types import TravelEvidence

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
