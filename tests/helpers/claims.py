"""What a run says would be found with one thing changed, against runs that have it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from spots.judging.criteria.trials import turn_over
from spots.judging.policy import Policy
from spots.types import Assumption, Outcome, Truth, Variant, Verdict

Verdicts = Mapping[str, Verdict]
Found = tuple[str | None, int | None, Truth]
_NOTHING = (None, None)


def turned(rules: Policy, assumption: Assumption) -> Policy:
    """Return the policy with one of its assumptions the other way round."""
    return replace(rules, travel=turn_over(rules.travel, assumption))


def by_list(rules: Policy, number: int, list_name: str) -> Policy:
    """Return the policy with another list for one criterion."""
    own = replace(rules.criterion[str(number)], list=list_name)
    return replace(rules, criterion={**rules.criterion, str(number): own})


def at_threshold(rules: Policy, number: int, threshold_ms: float) -> Policy:
    """Return the policy with another threshold for one criterion."""
    own = replace(rules.criterion[str(number)], threshold_min=threshold_ms / 60_000)
    return replace(rules, criterion={**rules.criterion, str(number): own})


def claimed(verdicts: Verdicts) -> Iterator[tuple[Verdict, Outcome, Variant]]:
    """Yield every other assumption that is told, with the outcome that it is told of."""
    for verdict in verdicts.values():
        for outcome in verdict.outcomes:
            told = outcome.travel.variants if outcome.travel else outcome.variants
            for variant in told:
                yield verdict, outcome, variant


def keys_of(verdicts: Verdicts) -> dict[tuple[str, int], Variant]:
    """Return one variant of each kind that is told, by name and, for lists, criterion."""
    return {(v.key, outcome.number if v.list_name else 0): v for _, outcome, v in claimed(verdicts)}


def check(base: Verdicts, again: Verdicts, key: str, number: int = 0) -> int:
    """Hold everything said about an assumption against a run under it; return how much was said.

    Parameters
    ----------
    base, again : mapping of str to Verdict
        The run that tells, and the run that has the one thing changed.
    key : str
        `Variant.key`.
    number : int
        The criterion whose list is another one; 0 for what changes all criteria.
    """
    count = 0
    for verdict, outcome, variant in claimed(base):
        if variant.key != key or number not in (0, outcome.number):
            continue
        count += 1
        who = verdict.facility.id
        told = (variant.nearest_id, variant.travel_ms, variant.truth, variant.state)
        (real,) = [o for o in again[who].outcomes if o.number == outcome.number]
        measured = (real.travel.nearest_id, real.travel.travel_ms) if real.travel else _NOTHING
        assert told == (*measured, real.truth, again[who].state), (who, outcome.number, key)
        assert variant.changes is (real.truth is not outcome.truth), (who, outcome.number, key)
        assert variant.asked is (real.travel is not None), (who, outcome.number, key)
        if real.travel is not None:
            assert variant.tied is (real.travel.reachable is not None), (who, outcome.number, key)
    return count


def silent(base: Verdicts, again: Verdicts, key: str) -> list[tuple[str, int]]:
    """Return whose criterion an assumption turns without anybody having said so."""
    told = {(v.facility.id, o.number) for v, o, each in claimed(base) if each.key == key}
    return [
        (who, before.number)
        for who, verdict in base.items()
        for before, after in zip(verdict.outcomes, again[who].outcomes, strict=True)
        if before.truth is not after.truth and (who, before.number) not in told
    ]


def check_margins(
    base: Verdicts, judged: Callable[[Policy], Verdicts], rules: Policy, number: int
) -> None:
    """Hold margins against runs whose threshold is the time found, and one millisecond more."""
    for who, verdict in base.items():
        travel = next((o.travel for o in verdict.outcomes if o.number == number), None)
        if travel is None or travel.margin_ms is None or travel.travel_ms == 0:
            continue
        threshold_ms = travel.threshold_ms + travel.margin_ms
        at_least = rules.criterion[str(number)].comparison == "at_least"
        for more in (0, 1):
            again = judged(at_threshold(rules, number, threshold_ms + more))[who]
            (real,) = [o for o in again.outcomes if o.number == number]
            expected = Truth.MET if more == 0 and at_least else Truth.NOT_MET
            assert real.truth in {expected, Truth.UNDETERMINED}, (who, more)
