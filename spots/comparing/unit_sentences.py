"""What changed about a unit of ground, in a planner's sentence.

Stands apart: words alone; what differs is found in `unit_comparing`, which hands it over.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Text
from spots.comparing.changed_ground import ComparedRuns
from spots.comparing.changes import ClauseChange, UnitAspect
from spots.telling.deciding_clauses import deciding_fact
from spots.telling.labels import TRUTH_LABELS
from spots.telling.unit_columns import clause_title
from spots.telling.unit_labels import unit_state
from spots.telling.units import area, period
from spots.telling.wording import NONE, bracketed, joined, run_on, same, sentence, told_as, turned
from spots.types import Clause, RunResult, State, UnitVerdict

_NO_CLAUSE = Text("条項なし", "no such clause")
UNIT_ASPECTS = {
    UnitAspect.NAME: Text("名称", "name"),
    UnitAspect.STATE: Text("状態", "state"),
    UnitAspect.GROUND: Text("範囲", "ground"),
    UnitAspect.REASON: Text("理由", "reason"),
    UnitAspect.CLAUSES: Text("判定の内訳", "clauses"),
    UnitAspect.PLAN: Text("計画への記載", "what the plan says"),
    UnitAspect.PERIOD: Text("設定期間", "period"),
}


def unit_sentence(
    pair: tuple[UnitVerdict | None, UnitVerdict | None],
    aspects: Sequence[UnitAspect],
    clauses: Sequence[ClauseChange],
    moved: tuple[float, float],
    ground: ComparedRuns,
) -> Text:
    """Return what changed about a unit in a result.

    Parameters
    ----------
    pair : tuple of UnitVerdict or None
        The unit in the old and in the new run.
    aspects : sequence of UnitAspect
        What is different.
    clauses : sequence of ClauseChange
        Clauses that found something else.
    moved : tuple of float and float
        Ground gained and lost, km².
    ground : ComparedRuns
        The runs.

    Returns
    -------
    Text
        One or two sentences.
    """
    old, new = pair
    if old is None or new is None:
        return _of_one(old, new, ground)
    parts = [
        *_state(old, new, aspects, clauses, ground),
        *_ground(old, new, aspects, moved),
        *_rest(old, new, aspects, clauses),
    ]
    told = sentence(joined(parts, "。", "; "))
    return Text(f"{told.ja}。", f"{told.en}.")


def _of_one(old: UnitVerdict | None, new: UnitVerdict | None, ground: ComparedRuns) -> Text:
    if new is not None:
        state, decided = state_of(new, ground.new), deciding_fact(new)
        why = told_as(decided.label, decided.words)
        return Text(
            f"新しい区域で、判定は「{state.ja}」です。{why.ja}。", f"New; {state.en}. {why.en}."
        )
    assert old is not None  # noqa: S101 - a pair is never empty
    state = state_of(old, ground.old)
    return Text(f"なくなった区域で、旧の判定は「{state.ja}」でした。", f"Gone; it was {state.en}.")


def state_of(verdict: UnitVerdict, run: RunResult) -> Text:
    """Return the state of a unit in a word, as its kind of result has it."""
    kind = next(g.kind for g in run.grounds if g.id == verdict.result)
    return unit_state(kind, verdict.state)


def _state(
    old: UnitVerdict,
    new: UnitVerdict,
    aspects: Sequence[UnitAspect],
    clauses: Sequence[ClauseChange],
    ground: ComparedRuns,
) -> list[Text]:
    if UnitAspect.STATE not in aspects:
        return []
    was, now = state_of(old, ground.old), state_of(new, ground.new)
    told = Text(
        f"状態が「{was.ja}」から「{now.ja}」に変わりました",
        f"the state went from {was.en} to {now.en}",
    )
    by = [clause_turn(c) for c in clauses if c.turned] or [
        told_as(Text("理由", "reason"), new.reason)
    ]
    return [told, *by]


def _ground(
    old: UnitVerdict, new: UnitVerdict, aspects: Sequence[UnitAspect], moved: tuple[float, float]
) -> list[Text]:
    if UnitAspect.GROUND in aspects:
        was, now = area(old.area_km2), area(new.area_km2)
        gained, lost = map(area, moved)
        return [
            Text(
                f"範囲が{was}から{now}に変わりました（増 {gained}、減 {lost}）",
                f"its ground went from {was} to {now} ({gained} gained, {lost} lost)",
            )
        ]
    if UnitAspect.STATE not in aspects:
        return []
    if new.state is State.DESIGNATED and new.area_km2:
        return [Text(f"{area(new.area_km2)}が加わります", f"{area(new.area_km2)} are gained")]
    if old.state is State.DESIGNATED and old.area_km2:
        return [Text(f"{area(old.area_km2)}がなくなります", f"{area(old.area_km2)} are lost")]
    return []


def _rest(
    old: UnitVerdict,
    new: UnitVerdict,
    aspects: Sequence[UnitAspect],
    clauses: Sequence[ClauseChange],
) -> list[Text]:
    parts = []
    if UnitAspect.NAME in aspects:
        parts.append(_turned(UnitAspect.NAME, same(old.unit.name), same(new.unit.name)))
    if UnitAspect.REASON in aspects and UnitAspect.STATE not in aspects:
        parts.append(_turned(UnitAspect.REASON, old.reason, new.reason))
    if UnitAspect.PERIOD in aspects:
        was, now = (period(v.valid_from, v.valid_to) for v in (old, new))
        parts.append(_turned(UnitAspect.PERIOD, was, now))
    if UnitAspect.PLAN in aspects:
        label = UNIT_ASPECTS[UnitAspect.PLAN]
        parts.append(Text(f"{label.ja}が変わりました", f"{label.en} changed"))
    if UnitAspect.STATE not in aspects:
        telling = [c for c in clauses if c.turned] or clauses
        parts += [clause_turn(change) for change in telling]
    return parts


def _turned(aspect: UnitAspect, was: Text, now: Text) -> Text:
    label, told = UNIT_ASPECTS[aspect], turned(was if was.ja else NONE, now if now.ja else NONE)
    return told_as(label, told)


def clause_turn(change: ClauseChange) -> Text:
    """Return what a clause found before and now."""
    return told_as(clause_label(change, "clause"), turned(_found(change.old), _found(change.new)))


def clause_label(change: ClauseChange, word: str) -> Text:
    """Return which clause changed, under the name that the later run gives its selection."""
    clause = change.new or change.old
    title = clause_title(clause) if clause is not None else same(change.select)
    return Text(f"条項 {title.ja}", f"{word} {title.en}")


def _found(clause: Clause | None) -> Text:
    if clause is None:
        return _NO_CLAUSE
    return run_on(TRUTH_LABELS[clause.truth], bracketed(clause.text))
