"""Where exactly a criterion turns: what scales with speeds, what does not, and what opens first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spots.judging.criteria.travel import Turn, turn_of
from spots.judging.designation import judge
from spots.types import TravelEvidence, Truth, Unmeasured, Whereabouts
from tests.helpers.judging import (
    LIMIT,
    MET,
    NOT_MET,
    SECONDARY,
    UNDETERMINED,
    chain,
    facility,
    facts,
    policy,
)


def turned(
    truth: Truth,
    driven_ms: int,
    fixed_ms: int = 0,
    *,
    border_ms: int | None = None,
    lost_ms: int | None = None,
) -> Turn | None:
    """Return where a criterion turns whose nearest other is so far, so much of it waiting."""
    known = facts(
        [facility("a", SECONDARY), facility("b", SECONDARY)],
        network=chain(1000),
        doors={"a": (0, 0.0), "b": (0, 1.0)},
    )
    first, _ = judge(policy(), known)
    found = next(o.travel for o in first.outcomes if o.travel is not None)
    assert isinstance(found, TravelEvidence)
    assert found.route is not None
    travel = replace(
        found,
        travel_ms=driven_ms + fixed_ms,
        border_ms=border_ms,
        unmeasured=lost_ms and Unmeasured("丙病院", Whereabouts.POSITION, lost_ms),
        route=replace(found.route, wait_ms=fixed_ms),
    )
    assert known.roads is not None
    return turn_of(travel, truth, known.roads.network, policy().travel)


@pytest.mark.parametrize(
    ("driven_ms", "fixed_ms", "factor"),
    [
        (0, 0, None),  # the same door: no speed makes it farther
        (1, 0, 1 / LIMIT),
        (1000, LIMIT - 1, 1000.0),
        (1000, LIMIT, None),  # waiting alone takes the threshold
        (1000, LIMIT + 1, None),
        (LIMIT // 4, LIMIT // 2, 0.5),
    ],
)
def test_only_what_is_driven_scales(driven_ms: int, fixed_ms: int, factor: float | None):
    truth = MET if driven_ms + fixed_ms >= LIMIT else NOT_MET
    found = turned(truth, driven_ms, fixed_ms)
    assert (None if found is None else found.factor) == factor


@pytest.mark.parametrize(
    ("border_ms", "expected"),
    [
        (LIMIT // 2 - 1, UNDETERMINED),  # half the speeds leave the border nearer than the limit
        (LIMIT // 2, MET),  # both are at the limit, and beyond it a moment later
        (LIMIT // 2 + 1, MET),
        (None, MET),
    ],
)
def test_slower_speeds_prove_it_where_the_border_is_as_far(border_ms: int | None, expected: Truth):
    found = turned(NOT_MET, LIMIT // 2, border_ms=border_ms)
    assert found == Turn(0.5, exact=True, truth=expected)


@pytest.mark.parametrize(
    ("border_ms", "factor", "expected"),
    [
        (2 * LIMIT - 900, 2 - 900 / LIMIT, UNDETERMINED),  # the border is the first
        (2 * LIMIT, 2.0, NOT_MET),  # a hospital near enough settles it, border or not
        (2 * LIMIT + 900, 2.0, NOT_MET),
    ],
)
def test_faster_speeds_open_it_only_where_the_border_is_nearer(
    border_ms: int, factor: float, expected: Truth
):
    found = turned(MET, 2 * LIMIT, border_ms=border_ms)
    assert found is not None
    assert (found.factor, found.truth) == (pytest.approx(factor, rel=1e-12), expected)
    assert found.exact


@pytest.mark.parametrize(("border", "lost"), [(1.25, 1.5), (1.5, 1.25), (1.25, None), (None, 1.25)])
def test_the_nearer_of_border_and_lost_hospital_opens_it(border: float | None, lost: float | None):
    border_ms, lost_ms = (None if f is None else int(f * LIMIT) for f in (border, lost))
    found = turned(MET, 2 * LIMIT, border_ms=border_ms, lost_ms=lost_ms)
    assert found == Turn(1.25, exact=True, truth=UNDETERMINED)
