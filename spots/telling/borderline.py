"""Facilities whose verdict hangs by little: one rule for every output that names them."""

from __future__ import annotations

from spots.telling.units import MS_PER_MINUTE
from spots.types import State, Variant, Verdict

#: Time to the threshold within which a verdict is looked at again.
NEAR_MS = 5 * MS_PER_MINUTE
#: The same for all speeds, as a share. Both are a convention of the outputs, no rule of the plan:
#: measured drives differ from the speed profiles by about as much.
NEAR_SHARE = 0.10
#: States that no travel time turns.
_SETTLED = frozenset({State.EXCLUDED, State.MOOT})


def is_borderline(verdict: Verdict) -> bool:
    """Return whether a verdict would be another if a little were different.

    That is: a time within `NEAR_MS` of the threshold, a criterion that turns when all speeds
    differ by `NEAR_SHARE` or less, or any single assumption that turns the criterion or the
    state. What is excluded or moot is borderline only where an assumption turns its state.
    """
    if verdict.turns_on:
        return True
    if verdict.state in _SETTLED:
        return False
    return (
        within_minutes(verdict)
        or _within_share(verdict)
        or any(variant.changes for variant in verdict.variants)
    )


def within_minutes(verdict: Verdict) -> bool:
    """Return whether the time is within `NEAR_MS` of the threshold."""
    travel = verdict.travel
    return travel is not None and travel.margin_ms is not None and abs(travel.margin_ms) <= NEAR_MS


def _within_share(verdict: Verdict) -> bool:
    turning = verdict.travel.turning if verdict.travel else None
    return turning is not None and abs(turning.factor - 1) <= NEAR_SHARE


def turns_state(variant: Variant, verdict: Verdict) -> bool:
    """Return whether the facility would end in another state; no where the run does not know."""
    return variant.state not in {None, verdict.state}


def doubts(verdict: Verdict) -> tuple[Variant, ...]:
    """Return the assumptions that turn a criterion or the state, in order."""
    return tuple(v for v in verdict.variants if v.changes or turns_state(v, verdict))
