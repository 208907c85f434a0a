"""Times without roads: equal to pyproj's distances, and open where a straight line cannot know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spots.judging.policy import Policy
from spots.types import (
    Border,
    Double,
    Facility,
    Isolation,
    Outcome,
    Role,
    State,
    StraightTravel,
    TravelBasis,
    TravelEvidence,
    Truth,
    Variant,
    Whereabouts,
)
from tests.helpers.judging import MET, NOT_MET, UNDETERMINED, policy
from tests.helpers.straight_worlds import (
    ESTIMATE,
    ISLE,
    MAIN,
    NEXT,
    StraightWorld,
    geodesic_ms,
    hospital,
    land,
    on_one_land,
    others_by_time,
    straight_world,
)

SEEDS = 60
NO_NEIGHBOURS = {"travel": {"neighbours": False}}
HERE = hospital("here", 130.7, 32.7)
NEAR = hospital("near", 130.8, 32.7)  # 9.4 km: 18 min 16 s
FAR = hospital("far", 131.0, 32.7)  # 28 km: 55 min
OVERSEA = hospital("isle", 130.5, 32.7)  # 18.7 km across 7 km of sea: 36 min


def world(*facilities: Facility, rules: Policy | None = None, **more: object) -> StraightWorld:
    """Return hospitals on the main land and the isle."""
    regions = land(("43447", MAIN), ("43448", ISLE))
    lists = {"rotation": frozenset(f.id for f in facilities)}
    made = StraightWorld(facilities, regions, rules or policy(NO_NEIGHBOURS), lists=lists)
    return replace(made, **more)  # type: ignore[arg-type]


def third_of(made: StraightWorld, who: str = "here") -> Outcome:
    return next(o for o in made.judged()[who].outcomes if o.number == 3)


def told(made: StraightWorld, who: str = "here") -> TravelEvidence:
    travel = third_of(made, who).travel
    assert travel is not None
    return travel


# --- the numbers ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_nearest_other_is_the_one_that_pyproj_finds():
    compared = 0
    for made in map(straight_world, range(SEEDS)):
        known = {f.id: f for f in made.facilities}
        for who, verdict in made.judged().items():
            found = next((o for o in verdict.outcomes if o.number == 3), None)
            one = known[who]
            if found is None or found.travel is None or one.position is None:
                continue
            plain = others_by_time(made, one)
            travel = found.travel
            assert (travel.travel_ms, travel.nearest_id) == plain[0]
            assert [(o.travel_ms, o.id) for o in travel.others] == plain[:3]
            assert travel.margin_ms == plain[0][0] - travel.threshold_ms
            assert travel.basis is TravelBasis.STRAIGHT
            assert travel.route is None
            assert travel.line is not None
            by_land = [each for each in plain if on_one_land(one, known[each[1]])]
            assert travel.crosses_sea is not on_one_land(one, known[plain[0][1]])
            if travel.crosses_sea:
                land_ms = travel.by_land.travel_ms if travel.by_land else None
                assert land_ms == (by_land[0][0] if by_land else None)
            compared += 1
    assert compared > 5 * SEEDS


@pytest.mark.slow
def test_the_truth_is_that_of_a_plain_reading():
    truths = dict.fromkeys(Truth, 0)
    for made in map(straight_world, range(SEEDS)):
        known = {f.id: f for f in made.facilities}
        for who, verdict in made.judged().items():
            found = next((o for o in verdict.outcomes if o.number == 3), None)
            one = known[who]
            if found is None or found.travel is None or one.position is None:
                continue
            limit = found.travel.threshold_ms

            def read(left_out: frozenset[str], one: Facility = one, limit: int = limit) -> Truth:
                plain = [e for e in others_by_time(made, one) if e[1] not in left_out]  # noqa: B023
                over_land = [ms for ms, i in plain if on_one_land(one, known[i])]  # noqa: B023
                far = plain[0][0] >= limit
                far_by_land = not over_land or over_land[0] >= limit  # the preset: met if none
                if far is not far_by_land:
                    return Truth.UNDETERMINED
                if not far:
                    return Truth.NOT_MET
                lost = known.get("lost")  # noqa: B023
                counts = lost is not None and "lost" in made.lists["rotation"]  # noqa: B023
                if counts and lost.municipality_code is not None:
                    ground = made.regions  # noqa: B023
                    at = one.position
                    metres = ground.distance_m(lost.municipality_code, at.lon, at.lat)
                    if ESTIMATE.travel_ms(metres) < limit:
                        return Truth.UNDETERMINED
                return Truth.MET

            both = {read(frozenset())}
            doubles = frozenset(d.id for d in one.doubles if d.id in made.lists["rotation"])
            at_once_ms = ESTIMATE.travel_ms(250.0)
            doubles |= {i for ms, i in others_by_time(made, one) if ms < at_once_ms}
            if doubles:
                both.add(read(doubles))
            expected = both.pop() if len(both) == 1 else Truth.UNDETERMINED
            assert found.truth is expected, (who, found.text.ja)
            truths[expected] += 1
    assert min(truths.values()) > SEEDS // 4, truths


@pytest.mark.parametrize(("factor", "kmh"), [(1.0, 60.0), (1.25, 35.5), (3.0, 5.0)])
def test_times_are_metres_times_the_factor_by_the_speed(factor: float, kmh: float):
    estimate = StraightTravel(factor, kmh)
    found = told(world(HERE, FAR, estimate=estimate))
    assert found.travel_ms == geodesic_ms(HERE, FAR, estimate)


def test_exactly_the_threshold_is_met_by_at_least_and_not_by_more_than():
    ms = geodesic_ms(HERE, FAR)
    for comparison, truth in (("at_least", MET), ("more_than", NOT_MET)):
        asked = {"threshold_min": ms / 60_000, "comparison": comparison}
        rules = policy({**NO_NEIGHBOURS, "criterion": {"3": asked}})
        assert third_of(world(HERE, FAR, rules=rules)).truth is truth


# --- claims equal real runs -----------------------------------------------------------------------


@pytest.mark.slow
def test_a_turning_speed_is_where_a_run_at_that_speed_turns():
    count = 0
    for made in map(straight_world, range(30)):
        for who, verdict in made.judged().items():
            for outcome in verdict.outcomes:
                turning = outcome.travel.turning if outcome.travel else None
                if turning is None or not 0.02 < turning.factor < 40:
                    continue
                faster = turning.factor > 1 if outcome.truth is not MET else turning.factor >= 1
                step = 1.0003 if faster else 1 / 1.0003
                assert turning.faster is faster
                beyond = made.at_speed(turning.factor * step).judged()[who]
                again = next(o for o in beyond.outcomes if o.number == outcome.number)
                assert again.truth is turning.truth, (who, outcome.text.ja, again.text.ja)
                assert beyond.state is turning.state
                if abs(turning.factor - 1) > 0.001:
                    short = made.at_speed(turning.factor / step).judged()[who]
                    still = next(o for o in short.outcomes if o.number == outcome.number)
                    assert still.truth is outcome.truth, who
                count += 1
    assert count > 100


def variants(made: StraightWorld, key: str) -> dict[str, Variant]:
    found = {}
    for who, verdict in made.judged().items():
        tried = (v for o in verdict.outcomes for v in _tried(o) if v.key == key)
        found |= {who: v for v in tried}  # noqa: B035 (one criterion measures)
    return found


def _tried(outcome: Outcome) -> tuple[Variant, ...]:
    return (*(outcome.travel.variants if outcome.travel else ()), *outcome.variants)


@pytest.mark.slow
def test_an_assumption_finds_what_a_run_with_it_finds():
    count = 0
    for made in map(straight_world, range(SEEDS)):
        turned = {
            "neighbours": made.rules.changed(neighbours=False),
            "list:kokuji": made.rules.changed(list="kokuji"),
        }
        for key, rules in turned.items():
            real = replace(made, rules=rules).judged()
            for who, variant in variants(made, key).items():
                again = next(o for o in real[who].outcomes if o.number == 3)
                assert again.truth is variant.truth, (key, who)
                assert real[who].state is variant.state, (key, who)
                if again.travel is not None and variant.travel_ms is not None:
                    assert again.travel.travel_ms == variant.travel_ms
                count += 1
    assert count > 2 * SEEDS


@pytest.mark.slow
def test_one_hospital_or_two_is_what_a_run_that_was_told_finds():
    count = 0
    for made in map(straight_world, range(SEEDS)):
        one, other = made.facilities[:2]
        if not one.doubles:
            continue
        rest = made.facilities[2:]
        same = (replace(one, doubles=(), site="S"), replace(other, doubles=(), site="S"))
        apart = (
            replace(one, doubles=(), apart=(other.id,)),
            replace(other, doubles=(), apart=(one.id,)),
        )
        for key, told_so in (("one_hospital", same), ("two_hospitals", apart)):
            real = replace(made, facilities=(*told_so, *rest)).judged()
            for who, variant in variants(made, key).items():
                again = next(o for o in real[who].outcomes if o.number == 3)
                assert again.truth is variant.truth, (key, who)
                count += 1
    assert count > 10


def test_settings_of_drives_are_not_tried():
    tried = {v.name for v in told(straight_world(3), "h00").variants}
    assert tried & {"direction", "tolls", "ferries", "closures", "snap"} == set()


# --- what a straight line cannot know -------------------------------------------------------------


def test_a_nearest_other_across_the_sea_is_open_and_both_figures_are_told():
    rules = policy({**NO_NEIGHBOURS, "criterion": {"3": {"threshold_min": 40}}})
    made = world(HERE, OVERSEA, FAR, rules=rules)
    found = third_of(made)
    assert found.truth is UNDETERMINED
    assert "海" in found.text.ja
    assert "isle病院" in found.text.ja
    assert "far病院" in found.text.ja
    travel = told(made)
    assert (travel.nearest_id, travel.by_land.id) == ("isle", "far")
    assert travel.line.sea_m == pytest.approx(6_600, abs=200)
    assert made.judged()["here"].state is State.UNDETERMINED


def test_the_sea_opens_nothing_where_both_figures_agree():
    rules = policy({**NO_NEIGHBOURS, "criterion": {"3": {"threshold_min": 30}}})
    found = third_of(world(HERE, OVERSEA, FAR, rules=rules))
    assert found.truth is MET
    near = hospital("near", 130.72, 32.7)
    found = third_of(world(HERE, near, OVERSEA, rules=rules))
    assert (found.truth, told(world(HERE, near, OVERSEA, rules=rules)).crosses_sea) == (
        NOT_MET,
        False,
    )


def test_a_strait_that_a_bridge_may_cross_is_no_sea():
    close = land(("43447", MAIN), ("43448", ISLE.buffer(0)), ("43449", NEXT))
    east = hospital("east", 131.25, 32.7)
    west = hospital("west", 131.15, 32.7)
    made = replace(world(west, east), regions=close)
    assert not told(made, "west").crosses_sea


def test_who_the_policy_says_has_no_road_is_unreachable():
    rules = policy({"travel": {"neighbours": False, "roadless": ["isle"]}})
    made = world(HERE, OVERSEA, hospital("mid", 130.75, 32.7), rules=rules)
    assert third_of(made, "isle").truth is MET
    travel = told(made, "isle")
    assert (travel.reachable, travel.isolation) == (False, Isolation.ROADLESS)
    assert told(made).nearest_id == "mid"  # nobody drives to it either
    refused = policy(
        {
            "travel": {"neighbours": False, "roadless": ["isle"]},
            "criterion": {"3": {"unreachable": "not_met"}},
        }
    )
    assert third_of(world(HERE, OVERSEA, rules=refused), "isle").truth is NOT_MET


def test_without_outlines_nothing_is_known_of_the_sea():
    made = replace(world(HERE, OVERSEA, FAR), regions=None)
    travel = told(made)
    assert (travel.crosses_sea, travel.line.sea_m) == (False, None)


# --- doubts that roads have too -------------------------------------------------------------------


def test_a_hospital_without_a_position_may_stand_at_the_nearest_of_its_ground():
    lost = hospital("lost", None, code="43448")
    made = world(hospital("here", 130.62, 32.7), FAR, lost)
    found = third_of(made)
    assert found.truth is UNDETERMINED
    assert told(made).unmeasured.where is Whereabouts.MUNICIPALITY
    assert "lost病院" in found.text.ja
    assert (
        third_of(world(hospital("here", 131.1, 32.7), hospital("x", 130.7, 32.7), lost)).truth
        is MET
    )


def test_one_hospital_near_enough_settles_it_whatever_is_missing():
    lost = hospital("lost", None, code="43447")
    assert third_of(world(HERE, NEAR, lost)).truth is NOT_MET


def test_a_candidate_without_a_position_is_open():
    made = world(hospital("here", None), NEAR)
    found = third_of(made)
    assert (found.truth, told(made).reachable) == (UNDETERMINED, None)
    assert "位置が分からず" in found.text.ja


def test_nobody_else_on_the_list_proves_nothing():
    assert third_of(world(HERE)).truth is UNDETERMINED


def test_a_neighbour_of_whom_nobody_is_listed_may_have_one_behind_the_border():
    regions = land(("43447", MAIN), ("45201", NEXT))
    rules = policy()
    east = hospital("here", 131.15, 32.7)  # 4.7 km from the border: 9 minutes
    made = StraightWorld((east, HERE), regions, rules, lists={"rotation": frozenset({"here"})})
    made = replace(made, facilities=(east, hospital("x", 130.7, 32.7)))
    made = replace(made, lists={"rotation": frozenset({"here", "x"})})
    travel = told(made)
    assert third_of(made).truth is UNDETERMINED
    assert (travel.border, travel.border_ms < 600_000) == (Border.PREFECTURE, True)
    listed = hospital("n", 131.5, 33.0, code="45201", role=Role.DESTINATION)
    others = [
        hospital(f"n{code}", 131.5, 33.05, code=f"{code}201", role=Role.DESTINATION)
        for code in ("40", "44", "46")
    ]
    closed = replace(made, facilities=(*made.facilities, listed, *others))
    assert told(closed).border_ms is None
    apart = replace(made, rules=policy(NO_NEIGHBOURS))
    assert told(apart).border_ms is None


def test_a_record_that_may_be_the_facility_itself_leaves_it_open():
    twin = hospital("twin", 130.7002, 32.7)
    one = replace(HERE, doubles=(Double("twin", "twin病院", 19.0, True),))
    made = world(one, twin, FAR)
    found = third_of(made)
    assert found.truth is UNDETERMINED
    assert (told(made).if_one.id, [d.id for d in told(made).doubles]) == ("far", ["twin"])
    told_apart = world(replace(HERE, apart=("twin",)), twin, FAR)
    assert third_of(told_apart).truth is NOT_MET


def test_equally_near_hospitals_are_named():
    north = hospital("b", 130.7, 32.75)
    again = hospital("a", 130.7, 32.75)
    travel = told(world(HERE, north, again))
    assert (travel.nearest_id, travel.ties, travel.tie_count) == ("a", ("b病院",), 1)


def test_no_sentence_says_by_road():
    made = straight_world(5)
    for verdict in made.judged().values():
        for outcome in verdict.outcomes:
            if outcome.travel is not None and outcome.travel.isolation is None:
                assert "道路で" not in outcome.text.ja.replace("道路が通じるか", "")
                assert "by road" not in outcome.text.en
        if verdict.state is State.DESIGNATED:
            assert "概算" in verdict.state_reason.ja
