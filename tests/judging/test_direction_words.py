"""A drive that leads from the other hospital is told as one, wherever it is told."""

from __future__ import annotations

import pytest

from spots.telling.findings import WAY
from spots.types import FacilityType, TravelDirection
from tests.helpers.judging import chain, facility, facts, policy, third

SECONDARY = FacilityType.SECONDARY_EMERGENCY


@pytest.mark.parametrize("ms", [900_000, 2_700_000], ids=["not met", "met"])
@pytest.mark.parametrize("direction", TravelDirection)
def test_findings_name_the_direction(direction: TravelDirection, ms: int):
    rules = policy({"travel": {"direction": str(direction), "neighbours": False, "also_try": []}})
    known = facts(
        [facility("a", SECONDARY), facility("b", SECONDARY)],
        network=chain(ms),
        doors={"a": (0, 0.0), "b": (0, 1.0)},
    )
    found = third(rules).judge(3, rules.over(known))["a"]
    assert found.travel is not None
    assert (found.travel.travel_ms, found.travel.direction) == (ms, direction)
    way = WAY[direction]
    assert f"（b病院）{way.ja}道路で" in found.text.ja
    assert ("まで道路で" in found.text.ja) is (direction is TravelDirection.FROM_CANDIDATE)
