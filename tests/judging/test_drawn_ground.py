"""Circles less what the policy cuts, and verdicts of whose circle nothing is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spots.judging.designation import judge
from spots.judging.drawing import draw_ground
from spots.types import Position, State, Variant, Verdict
from tests.helpers.judging import (
    BASE,
    LIMIT,
    SECONDARY,
    chain,
    facility,
    facts,
    policy,
    regions_of,
)

HERE = Position(131.0, 32.7)
WEST, EAST = (130.8, 32.5, 131.0, 32.9), (131.0, 32.5, 131.2, 32.9)
SEA = {"43447": (132.0, 32.5, 132.2, 32.9)}


def designated(position: Position = HERE, ms: int = 2 * LIMIT) -> Verdict:
    """Return a hospital that is a spot by travel time, with everything tried."""
    everyone = [facility("a", SECONDARY, position=position), facility("b", SECONDARY)]
    doors = {"a": (0, 0.0), "b": (0, 1.0)}
    given = facts(everyone, network=chain(ms), doors=doors)
    return judge(policy(), given)[0]


@pytest.mark.parametrize("code", ["43100", "43101"])
def test_ground_of_an_excluded_city_is_cut_by_the_city_and_by_its_wards(code: str):
    given = facts([facility("a", BASE, position=HERE)], network=chain(LIMIT))
    (verdict,) = judge(policy(), given)
    drawn = draw_ground(policy(), [verdict], regions_of({code: WEST, "43447": EAST}))
    (spot,) = drawn.spots
    cuts = {entry.step: entry.removed_km2 for entry in spot.ledger}
    assert cuts["excluded_municipalities"] == pytest.approx(spot.circle_km2 / 2, rel=1e-3)
    assert spot.area_km2 == pytest.approx(drawn.dissolved_km2)


def test_where_nothing_is_left_nothing_else_would_be_a_spot_either():
    verdict = designated()
    assert verdict.state is State.DESIGNATED
    drawn = draw_ground(policy(), [verdict], regions_of(SEA))
    assert (drawn.spots, drawn.dissolved_km2) == ((), 0.0)
    (settled,) = drawn.verdicts
    assert settled.state is State.UNDETERMINED
    before, after = tried(verdict), tried(settled)
    assert {v.state for v in before} <= {State.DESIGNATED, State.NOT_MET}
    assert [v.state for v in after] == [
        State.UNDETERMINED if v.state is State.DESIGNATED else v.state for v in before
    ]
    assert before


def tried(verdict: Verdict) -> list[Variant]:
    """Return what was tried of the travel time."""
    return [v for o in verdict.outcomes if o.travel is not None for v in o.travel.variants]


def test_who_turns_at_another_speed_turns_to_nothing_either():
    (settled,) = draw_ground(policy(), [designated()], regions_of(SEA)).verdicts
    turning = [o.travel.turning for o in settled.outcomes if o.travel and o.travel.turning]
    assert turning
    assert all(turn.state is not State.DESIGNATED for turn in turning)


def test_others_keep_their_verdicts():
    on_land = replace(designated(), facility=facility("z", SECONDARY, position=HERE))
    at_sea = designated(Position(134.0, 32.7))
    town = {"43447": (130.8, 32.5, 131.2, 32.9)}
    drawn = draw_ground(policy(), [on_land, at_sea], regions_of(town))
    assert [v.state for v in drawn.verdicts] == [State.DESIGNATED, State.UNDETERMINED]
    assert drawn.verdicts[0] is on_land
    assert [s.facility_id for s in drawn.spots] == ["z"]


def test_only_designated_facilities_are_drawn():
    near = designated(ms=LIMIT - 1)
    assert near.state is State.NOT_MET
    drawn = draw_ground(policy(), [near], regions_of({"43447": EAST}))
    assert (drawn.spots, drawn.verdicts) == ((), (near,))
