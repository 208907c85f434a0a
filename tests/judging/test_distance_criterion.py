"""A criterion on straight distance: to the millimetre, and open where a time would be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spots.judging.policy import Policy
from spots.types import Double, Outcome, Role, State, Truth, Whereabouts
from tests.helpers.judging import MET, NOT_MET, UNDETERMINED, policy
from tests.helpers.straight_worlds import (
    ISLE,
    MAIN,
    WGS,
    StraightWorld,
    hospital,
    land,
    straight_world,
)

HERE = hospital("here", 130.7, 32.7)
FAR = hospital("far", 131.0, 32.7)
OVERSEA = hospital("isle", 130.5, 32.7)
NUMBER = 4
SEEDS = 60


def by_distance(limit_m: float, base: Policy | None = None, **more: object) -> Policy:
    """Return a policy whose one criterion asks for straight distance."""
    asked = {"type": "③", "list": "rotation", "threshold_m": limit_m, **more}
    return (base or policy({"travel": {"neighbours": False}})).changed(any=[asked])


def world(*facilities, rules: Policy, **more: object) -> StraightWorld:
    lists = {"rotation": frozenset(f.id for f in facilities)}
    regions = land(("43447", MAIN), ("43448", ISLE))
    made = StraightWorld(facilities, regions, rules, None, lists)
    return replace(made, **more)  # type: ignore[arg-type]


def found(made: StraightWorld, who: str = "here") -> Outcome:
    (outcome,) = made.judged()[who].outcomes
    return outcome


def metres(a, b) -> float:
    return WGS.inv(a.position.lon, a.position.lat, b.position.lon, b.position.lat)[2]


@pytest.mark.slow
def test_every_distance_is_the_one_that_pyproj_finds():
    compared = 0
    for made in map(straight_world, range(SEEDS)):
        asked = replace(made, rules=by_distance(12_000, made.rules), estimate=None)
        for who, verdict in asked.judged().items():
            evidence = next((o.distance for o in verdict.outcomes if o.distance), None)
            one = next(f for f in made.facilities if f.id == who)
            if evidence is None or one.position is None:
                continue
            plain = sorted(
                (round(metres(one, f) * 1000), f.id)
                for f in made.facilities
                if f.position is not None
                and f.site != one.site
                and (f.id in made.lists["rotation"] or f.role is Role.DESTINATION)
            )
            got = [(round(o.line.distance_m * 1000), o.id) for o in evidence.others]
            assert got == plain[:3]
            assert evidence.margin_m == pytest.approx(plain[0][0] / 1000 - 12_000, abs=1e-6)
            compared += 1
    assert compared > 5 * SEEDS


@pytest.mark.parametrize(("comparison", "truth"), [("at_least", MET), ("more_than", NOT_MET)])
def test_exactly_the_limit_to_the_millimetre(comparison: str, truth: Truth):
    limit = round(metres(HERE, FAR), 3)
    made = world(HERE, FAR, rules=by_distance(limit, comparison=comparison))
    assert found(made).truth is truth
    assert found(made).distance.margin_m == 0
    nearer = world(HERE, FAR, rules=by_distance(limit + 0.001, comparison="at_least"))
    assert found(nearer).truth is NOT_MET


def test_the_sea_is_as_far_as_it_is():
    made = world(HERE, OVERSEA, FAR, rules=by_distance(15_000))
    assert (found(made).truth, found(made).distance.nearest.id) == (MET, "isle")


def test_the_reason_has_the_distance_and_no_road():
    made = world(HERE, FAR, rules=by_distance(15_000))
    verdict = made.judged()["here"]
    assert verdict.state is State.DESIGNATED
    assert "直線距離で28,1" in verdict.state_reason.ja
    assert "道路" not in verdict.state_reason.ja
    short = world(HERE, FAR, rules=by_distance(30_000)).judged()["here"]
    assert "基準の30,000 mに達しません（差 −1,8" in short.state_reason.ja


def test_a_policy_without_roads_needs_none():
    rules = by_distance(15_000)
    assert not any(c.needs_roads for _, c in rules.criteria)


def test_who_has_no_position_may_be_near():
    lost = hospital("lost", None, code="43447")
    made = world(HERE, FAR, lost, rules=by_distance(15_000))
    assert found(made).truth is UNDETERMINED
    assert found(made).distance.missing.where is Whereabouts.MUNICIPALITY
    assert found(made, "lost").truth is UNDETERMINED
    isle = hospital("lost", None, code="43448")  # its ground is 17 km away at best
    assert found(world(HERE, FAR, isle, rules=by_distance(15_000))).truth is MET


def test_neighbours_count_as_the_policy_says():
    east = hospital("n", 130.75, 32.7, code="45201", role=Role.DESTINATION)
    apart = world(HERE, FAR, east, rules=by_distance(15_000))
    assert found(apart).truth is MET
    counted = world(HERE, FAR, east, rules=by_distance(15_000, policy()))
    assert found(counted).truth is NOT_MET
    (variant,) = [v for v in found(counted).variants if v.name == "neighbours"]
    assert (variant.truth, variant.state) == (MET, State.DESIGNATED)


def test_a_neighbour_that_nobody_lists_may_have_one():
    regions = land(("43447", MAIN), ("45201", MAIN.buffer(0).union(ISLE).envelope))
    made = world(HERE, FAR, rules=by_distance(15_000, policy()), regions=land(("43447", MAIN)))
    assert found(made).truth is UNDETERMINED  # nothing says where the border is
    assert found(made).distance.border_m == pytest.approx(9_370, abs=60)
    assert regions.has_ground("45201")


def test_a_record_that_may_be_the_facility_itself():
    twin = hospital("twin", 130.7002, 32.7)
    one = replace(HERE, doubles=(Double("twin", "twin病院", 19.0, True),))
    made = world(one, twin, FAR, rules=by_distance(15_000))
    assert found(made).truth is UNDETERMINED
    assert found(made).distance.if_one.id == "far"
    keys = {v.key: v.truth for v in found(made).variants}
    assert (keys["one_hospital"], keys["two_hospitals"]) == (MET, NOT_MET)


def test_another_list_is_tried():
    lists = {"rotation": frozenset({"here", "far"}), "kokuji": frozenset({"here", "far", "isle"})}
    made = world(HERE, FAR, OVERSEA, rules=by_distance(20_000), lists=lists)
    (variant,) = [v for v in found(made).variants if v.key == "list:kokuji"]
    real = replace(made, rules=made.rules.changed(list="kokuji"))
    assert (variant.truth, variant.distance_m) == (
        found(real).truth,
        found(real).distance.distance_m,
    )


def test_nobody_else_proves_nothing():
    assert found(world(HERE, rules=by_distance(15_000))).truth is UNDETERMINED


def test_its_settings_have_short_names_and_never_a_guessed_limit():
    rules = by_distance(15_000)
    assert rules.threshold_m == 15_000
    assert rules.changed(threshold_m=12_000).threshold_m == 12_000
    assert (rules.comparison, rules.list) == ("at_least", "rotation")
