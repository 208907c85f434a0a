"""What another assumption about one criterion makes of a facility's state.

A facility that ① designates stays designated when its ③ turns: what a reader wants to know of an
assumption is the state, not the criterion alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from spots.criteria import Turn
from spots.types import Outcome, State, Truth, TurningSpeed, Variant

Outcomes = Mapping[int, Outcome]


def weighed(
    outcomes: Outcomes, turns: Mapping[int, Turn], state_of: Callable[[Outcomes], State]
) -> tuple[Outcome, ...]:
    """Return a facility's outcomes with the state under each assumption that was tried.

    Parameters
    ----------
    outcomes : mapping of int to Outcome
        By number of the criterion, in the policy's order.
    turns : mapping of int to Turn
        The speeds at which each turns; those that no speed turns are absent.
    state_of : callable
        The state that the facility's outcomes lead to, by the policy's own rule.

    Returns
    -------
    tuple of Outcome
        In the order of `outcomes`; everything but the assumption under question stays as it is.
    """

    def state_if(number: int, truth: Truth) -> State:
        return state_of({**outcomes, number: replace(outcomes[number], truth=truth)})

    return tuple(_weighed(o, turns.get(n), state_if) for n, o in outcomes.items())


def _weighed(
    outcome: Outcome, turn: Turn | None, state_if: Callable[[int, Truth], State]
) -> Outcome:
    def with_states(variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
        return tuple(replace(v, state=state_if(outcome.number, v.truth)) for v in variants)

    travel = outcome.travel
    if travel is None:
        return replace(outcome, variants=with_states(outcome.variants))
    turning = None
    if turn is not None:
        state = state_if(outcome.number, turn.truth)
        turning = TurningSpeed(turn.factor, turn.exact, state, turn.truth)
    return replace(
        outcome, travel=replace(travel, variants=with_states(travel.variants), turning=turning)
    )
