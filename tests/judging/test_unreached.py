"""Who reaches no other: one way only, or nothing that proves it; and who lies apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import MultiPolygon, box

from boundaries import Regions, build_regions
from boundaries.geometry import GEOD
from boundaries.types import AreaTable
from groundfloor.crs import JGD2011
from networks.closures.closing import close_edges
from spots.judging.coverage import lost_destinations
from spots.judging.criteria import Facts, TiedRoads
from spots.judging.criteria.isolation import Lands
from spots.judging.designation import judge
from spots.judging.unreached import doubtful_reach, roadless_by_road, roadless_problems
from spots.outputs.evidence import dump_evidence, parse_evidence
from spots.types import (
    Facility,
    Isolation,
    OtherWay,
    Outcome,
    Position,
    State,
    Truth,
    Verdict,
    Whereabouts,
)
from tests.helpers.fabricated import fabricated_result
from tests.helpers.judging import (
    LIMIT,
    MET,
    NOT_MET,
    SECONDARY,
    UNDETERMINED,
    facility,
    facts,
    policy,
    variant,
)
from tests.helpers.road_cases import at, link, roads

AWAY, BACK = "from_candidate", "to_candidate"
#: The main land and an island to its north, degrees, as two outlines of one town and its neighbour.
MAINLAND = box(130.4, 32.4, 130.6, 32.55)
NEXT_TOWN = box(130.6, 32.4, 130.8, 32.55)
ISLAND = box(130.5, 32.6, 130.55, 32.62)
FAR_KM = 60.0  # farther than half an hour at the test's top speed of 100 km/h


def regions(*island: Any, of_next: tuple[Any, ...] = ()) -> Regions:
    """Return two towns that touch, the first with an island."""
    towns = {
        "43447": MultiPolygon([MAINLAND, *(island or (ISLAND,))]),
        "43424": MultiPolygon([NEXT_TOWN, *of_next]),
    }
    frame = gpd.GeoDataFrame(
        {
            "name": [f"町{code}" for code in towns],
            "prefecture_code": ["43"] * len(towns),
            "prefecture": ["熊本県"] * len(towns),
        },
        index=list(towns),
        geometry=list(towns.values()),
        crs=JGD2011,
    )
    return build_regions(frame, AreaTable(()), None, prefecture_code="43")[0]


ON_MAIN, BESIDE = Position(130.501, 32.5), Position(130.503, 32.501)
ON_ISLAND, ON_ISLAND_TOO = Position(130.52, 32.61), Position(130.53, 32.611)


def hospitals(**positions: Position) -> list[Facility]:
    return [facility(i, SECONDARY, position=p) for i, p in positions.items()]


def judged(known: Facts, rules: Any = None) -> dict[str, Verdict]:
    return {v.facility.id: v for v in judge(rules or policy(), known)}


def third_of(verdict: Verdict) -> Outcome:
    return next(o for o in verdict.outcomes if o.number == 3)


# --- one way only -------------------------------------------------------------------------------


def one_way_pair(direction: str, ms: int = 484_000) -> dict[str, Verdict]:
    """Return a at the far end of an entrance lane and b on the main road, which leads there."""
    rules = policy({"travel": {"direction": direction}})
    network = roads([link(0, 1, 9000.0), link(1, 2, ms=ms, both=False)])
    doors = {"a": (1, 1.0), "b": (0, 1.0)}
    everyone = hospitals(a=ON_MAIN, b=BESIDE)
    return judged(facts(everyone, rules, network=network, doors=doors), rules)


@pytest.mark.parametrize(
    ("direction", "who", "words"),
    [
        (AWAY, "a", "「b病院」からここへは8分04秒で来られる"),
        (BACK, "b", "ここから「a病院」へは8分04秒で行ける"),
    ],
)
def test_reached_one_way_only_is_undetermined_with_both_figures(direction, who, words):
    found = one_way_pair(direction)[who]
    outcome, other = third_of(found), {"a": "b", "b": "a"}[who]
    assert (found.state, outcome.truth) == (State.UNDETERMINED, UNDETERMINED)
    assert (outcome.travel.reachable, outcome.travel.travel_ms) == (False, None)
    assert outcome.travel.other_way == OtherWay(other, f"{other}病院", 484_000)
    assert words in outcome.text.ja
    assert "島など" not in outcome.text.ja
    assert outcome.travel.detached is False
    assert "8 min 04 s" in outcome.text.en


def test_the_way_that_is_open_is_judged_as_ever():
    """b is driven from, a is driven to: each has one direction in which nothing is missing."""
    assert third_of(one_way_pair(BACK)["a"]).truth is NOT_MET
    assert third_of(one_way_pair(AWAY)["b"]).truth is NOT_MET
    turned = variant(third_of(one_way_pair(AWAY)["a"]), "direction")
    assert (turned.truth, turned.travel_ms, turned.changes) == (NOT_MET, 484_000, True)


def test_one_way_only_is_never_met_however_long_the_way_back_takes():
    assert third_of(one_way_pair(AWAY, 5 * LIMIT)["a"]).truth is UNDETERMINED


def test_the_run_names_them_in_one_warning_of_their_own():
    verdicts = tuple(one_way_pair(AWAY).values())
    (found,) = doubtful_reach(verdicts)
    assert found.code == "reached-one-way-only"
    assert "（a病院）" in found.message.ja
    assert doubtful_reach(tuple(one_way_pair(BACK).values()))[0].message.ja.endswith("（b病院）")


# --- unreachable is suspect ---------------------------------------------------------------------


def fragment(a: Position, b: Position, **more: Any) -> Facts:
    """Return a on a piece of road of its own, b on the main part, which lies on the main land."""
    network = roads(
        [link(0, 1, 9000.0), link(2, 3)],
        [(130.45, 32.45), (130.5, 32.5), (a.lon, a.lat), (a.lon + 0.001, a.lat)],
    )
    known = facts(hospitals(a=a, b=b), network=network, doors={"a": (1, 0.0), "b": (0, 1.0)})
    return replace(known, regions=more.pop("land", regions()))


def test_unreachable_on_the_main_land_beside_another_is_undetermined():
    found = judged(fragment(ON_MAIN, BESIDE))
    for who, other in (("a", "b"), ("b", "a")):
        outcome = third_of(found[who])
        assert (outcome.truth, outcome.travel.isolation) == (UNDETERMINED, None)
        missing = outcome.travel.unmeasured
        assert (missing.name, missing.where) == (f"{other}病院", Whereabouts.NO_WAY)
        line = GEOD.inv(ON_MAIN.lon, ON_MAIN.lat, BESIDE.lon, BESIDE.lat)[2]
        assert missing.distance_m == pytest.approx(line, abs=0.1)
        assert f"「{other}病院」（直線0.2 km" in outcome.text.ja
        assert "nothing shows that sea lies between" in outcome.text.en
    (problem,) = doubtful_reach(tuple(found.values()))
    assert problem.code == "unreachable-not-proven"
    assert "travel.roadless" in problem.remedy.ja


def test_far_enough_even_in_a_straight_line_needs_no_proof():
    lon, lat, _ = GEOD.fwd(ON_MAIN.lon, ON_MAIN.lat, 90.0, FAR_KM * 1000)
    found = judged(fragment(ON_MAIN, Position(lon, lat)))
    assert third_of(found["a"]).truth is MET
    assert doubtful_reach(tuple(found.values())) == ()


def test_an_island_is_unreachable_and_says_why():
    found = judged(fragment(ON_ISLAND, BESIDE))
    island = third_of(found["a"])
    assert (island.truth, island.travel.isolation) == (MET, Isolation.APART)
    assert island.travel.unmeasured is None
    # Nor does the hospital on the island make the one on the main land doubtful.
    assert third_of(found["b"]).truth is MET
    assert doubtful_reach(tuple(found.values())) == ()


@pytest.mark.parametrize("setting", ["not_met", "undetermined"])
def test_the_policy_says_what_proven_unreachability_is(setting: str):
    rules = policy({"criterion": {"3": {"unreachable": setting}}})
    assert third_of(judged(fragment(ON_ISLAND, BESIDE), rules)["a"]).truth is Truth(setting)
    assert third_of(judged(fragment(ON_MAIN, BESIDE), rules)["a"]).truth is UNDETERMINED


def test_without_outlines_no_ground_is_known_to_lie_apart():
    assert third_of(judged(fragment(ON_ISLAND, BESIDE, land=None))["a"]).truth is UNDETERMINED


def test_land_that_touches_land_with_roads_is_not_apart():
    """A town without any road of the main part, beside one that has them."""
    east_of_it = Position(130.7, 32.5)
    assert third_of(judged(fragment(east_of_it, BESIDE))["a"]).truth is UNDETERMINED
    strait = regions(box(130.50, 32.5501, 130.52, 32.58))  # eleven metres from the shore
    across = Position(130.51, 32.56)
    assert third_of(judged(fragment(across, BESIDE, land=strait))["a"]).truth is MET


def test_who_reaches_another_on_an_island_misses_none_of_the_main_land():
    """Two hospitals 40 minutes apart on the island, and one beside the sea on a loose piece."""
    ashore = Position(130.52, 32.5)
    spots = [ON_ISLAND, ON_ISLAND_TOO, ashore]
    network = roads(
        [link(0, 1, 9000.0), link(2, 3, ms=LIMIT * 4 // 3), link(4, 5)],
        [
            *((130.45, 32.45), (130.5, 32.5)),
            *((p.lon, p.lat) for p in spots),
            (ashore.lon + 0.001, ashore.lat),
        ],
    )
    doors = {"a": (1, 0.0), "b": (1, 1.0), "c": (2, 0.0)}
    everyone = hospitals(**dict(zip("abc", spots, strict=True)))
    known = replace(facts(everyone, network=network, doors=doors), regions=regions())
    found = third_of(judged(known)["a"])
    assert (found.truth, found.travel.nearest_id) == (MET, "b")
    assert found.travel.unmeasured is None


def test_an_island_of_two_towns_lies_apart_as_a_whole():
    """Its halves touch each other, and neither a third piece nor the main land."""
    other_half = box(130.55, 32.6, 130.6, 32.62)
    halves = regions(of_next=(other_half,))
    assert third_of(judged(fragment(ON_ISLAND, BESIDE, land=halves))["a"]).truth is MET
    joined = regions(of_next=(other_half, box(130.58, 32.55, 130.6, 32.6)))  # by an isthmus
    assert third_of(judged(fragment(ON_ISLAND, BESIDE, land=joined))["a"]).truth is UNDETERMINED


def test_a_bridge_joins_an_island_to_the_rest():
    """The main part has a road on the island, the hospital's own lane is not joined to it."""
    a = ON_ISLAND
    places = [(130.5, 32.5), (130.54, 32.615), (a.lon, a.lat), (a.lon + 0.001, a.lat)]
    network = roads([link(0, 1, 9000.0), link(2, 3)], places)
    doors = {"a": (1, 0.0), "b": (0, 0.0)}
    known = facts(hospitals(a=a, b=BESIDE), network=network, doors=doors)
    assert third_of(judged(replace(known, regions=regions()))["a"]).truth is UNDETERMINED


def test_an_island_whose_road_the_border_cuts_is_not_known_to_lie_apart():
    known = fragment(ON_ISLAND, BESIDE)
    assert known.roads is not None
    border = np.array([False, False, False, True])
    nodes = replace(known.roads.network.nodes, border=border)
    cut = TiedRoads(replace(known.roads.network, nodes=nodes), known.roads.snaps)
    rules = policy({"travel": {"neighbours": False}})
    assert third_of(judged(replace(known, roads=cut), rules)["a"]).truth is UNDETERMINED


def test_a_place_off_all_land_is_not_known_to_lie_apart():
    known = fragment(Position(130.2, 32.3), BESIDE)
    assert known.roads is not None
    ground = Lands(known.regions, known.roads.network)
    snap = at("a", 1, 0.0).snap
    assert not ground.is_apart(Position(130.2, 32.3), snap)
    assert ground.is_apart(ON_ISLAND, snap)
    assert not ground.is_apart(ON_ISLAND, at("a", 0, 0.0).snap)  # tied to the main part


def test_closed_roads_and_toll_roads_prove_what_they_cut_off():
    """The run itself says that the road is not to be driven: nothing of the data is doubtful."""
    network = roads([link(0, 1, 9000.0), link(1, 2, toll=True), link(2, 3)])
    doors = {"a": (2, 1.0), "b": (0, 0.0)}
    everyone = hospitals(a=ON_MAIN, b=BESIDE)
    rules = policy({"travel": {"tolls": False}})
    by_toll = third_of(judged(facts(everyone, rules, network=network, doors=doors), rules)["a"])
    assert (by_toll.truth, by_toll.travel.isolation) == (MET, Isolation.STATED)
    whole = facts(everyone, network=network, doors=doors)
    shut = facts(everyone, network=close_edges(network, np.arange(3) == 1), doors=doors)
    assert shut.roads is not None
    closed = replace(shut, roads=replace(shut.roads, without_closures=whole.roads))
    by_closure = third_of(judged(closed)["a"])
    assert (by_closure.truth, by_closure.travel.isolation) == (MET, Isolation.STATED)
    assert third_of(judged(shut)["a"]).truth is UNDETERMINED  # nobody said that it is closed


# --- who is nobody's nearest other ------------------------------------------------------------


def with_a_stray(position: Position, ms: int = 2 * LIMIT, *, both: bool = False) -> Facts:
    """Return a and b `ms` apart on the main part, c beside a on a road that only leads away."""
    network = roads(
        [link(0, 1, 9000.0, ms=ms), link(2, 0, 100.0, ms=70_000, both=both)],
        [(130.501, 32.5), (130.55, 32.5), (130.502, 32.5)],
    )
    far = Position(130.55, 32.5)
    doors = {"a": (0, 0.0), "b": (0, 1.0), "c": (1, 0.0)}
    everyone = hospitals(a=ON_MAIN, b=far, c=position)
    return replace(facts(everyone, network=network, doors=doors), regions=regions())


def test_another_to_which_the_data_have_no_way_leaves_remoteness_open():
    found = third_of(judged(with_a_stray(BESIDE))["a"])
    assert (found.truth, found.travel.nearest_name) == (UNDETERMINED, "b病院")
    assert found.travel.travel_ms == 2 * LIMIT
    assert (found.travel.unmeasured.name, found.travel.unmeasured.where) == (
        "c病院",
        Whereabouts.NO_WAY,
    )


def test_one_that_can_be_reached_is_measured_and_leaves_nothing_open():
    found = third_of(judged(with_a_stray(BESIDE, both=True))["a"])
    assert (found.truth, found.travel.nearest_id, found.travel.unmeasured) == (NOT_MET, "c", None)
    near = third_of(judged(with_a_stray(BESIDE, 70_000))["a"])
    assert near.truth is NOT_MET


def test_one_on_an_island_is_not_missed():
    network = roads(
        [link(0, 1, 9000.0, ms=2 * LIMIT), link(2, 3)],
        [(130.501, 32.5), (130.55, 32.5), (130.52, 32.61), (130.521, 32.61)],
    )
    doors = {"a": (0, 0.0), "b": (0, 1.0), "c": (1, 0.0)}
    everyone = hospitals(a=ON_MAIN, b=Position(130.55, 32.5), c=ON_ISLAND)
    known = replace(facts(everyone, network=network, doors=doors), regions=regions())
    assert third_of(judged(known)["a"]).truth is MET
    rules = policy({"travel": {"roadless": ["c"]}})
    unknown = facts(everyone, rules, network=network, doors=doors)
    assert third_of(judged(unknown, rules)["a"]).truth is MET
    assert (
        third_of(judged(facts(everyone, network=network, doors=doors))["a"]).truth is UNDETERMINED
    )


# --- named roadless ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "a病院"])
def test_one_that_the_policy_names_roadless_is_unreachable(name: str):
    rules = policy({"travel": {"roadless": [name]}})
    found = third_of(judged(replace(fragment(ON_MAIN, BESIDE), travel=rules.travel), rules)["a"])
    assert (found.truth, found.travel.isolation) == (MET, Isolation.ROADLESS)


@pytest.mark.parametrize("setting", ["met", "not_met", "undetermined"])
def test_one_that_no_road_is_near_is_unreachable_where_it_is_named_roadless(setting: str):
    """Off the roads alone is no answer, whatever the policy makes of those who reach nobody."""
    criterion = {"criterion": {"3": {"unreachable": setting}}}
    named = policy({"travel": {"roadless": ["a"]}, **criterion})
    network = roads([link(0, 1)])
    known = facts(hospitals(a=ON_ISLAND, b=BESIDE), named, network=network, doors={"a": 9000.0})
    found = third_of(judged(known, named)["a"])
    assert (found.truth, found.travel.reachable) == (Truth(setting), False)
    assert found.travel.isolation is Isolation.ROADLESS
    assert third_of(judged(known, policy(criterion))["a"]).truth is UNDETERMINED


def test_one_that_is_named_roadless_is_not_missed_for_want_of_a_road():
    known = facts(
        hospitals(a=ON_ISLAND, b=BESIDE), network=roads([link(0, 1)]), doors={"a": 9000.0}
    )
    assert [p.value for p in lost_destinations(policy(), known)] == ["a病院", "b病院"]
    rules = policy({"travel": {"roadless": ["a", "b病院"]}})
    assert lost_destinations(rules, known) == ()


def test_one_that_is_named_roadless_and_reaches_another_is_told():
    rules = policy({"travel": {"roadless": ["a"]}})
    doors = {"a": (0, 0.0), "b": (0, 1.0)}
    known = facts(hospitals(a=ON_MAIN, b=BESIDE), rules, network=roads([link(0, 1)]), doors=doors)
    (told,) = roadless_by_road(rules, judge(rules, known))
    assert (told.code, told.column, told.value) == ("roadless-by-road", "travel.roadless", "a病院")
    assert roadless_by_road(policy(), judge(policy(), known)) == ()


def test_one_that_is_named_roadless_and_has_a_boat_is_not_told():
    rules = policy({"travel": {"roadless": ["a"], "ferries": True}})
    network = roads([link(0, 1, ferry=True), link(0, 2), link(1, 3)])
    known = facts(
        hospitals(a=ON_MAIN, b=BESIDE), rules, network=network, doors={"a": (1, 1.0), "b": (2, 1.0)}
    )
    (found,) = [v for v in judge(rules, known) if v.facility.id == "a"]
    assert third_of(found).travel.route.ferries
    assert roadless_by_road(rules, [found]) == ()


def test_a_name_that_nobody_has_or_several_have_is_a_warning():
    twice = [facility(i, SECONDARY, name="同じ病院") for i in "ab"]
    rules = policy({"travel": {"roadless": ["a", "同じ病院", "ない病院"]}})
    found = roadless_problems(rules, twice)
    assert [p.code for p in found] == ["roadless-matches-several", "roadless-matches-none"]
    assert [p.value for p in found] == ["同じ病院", "ない病院"]
    assert "近い名称: 同じ病院 [a]" in found[1].message.ja


# --- kept ---------------------------------------------------------------------------------------


def test_all_of_it_comes_back_from_the_folder():
    result = fabricated_result()
    verdict = next(v for v in result.verdicts if v.travel)
    evidence = replace(
        verdict.travel, other_way=OtherWay("b", "b病院", 7), isolation=Isolation.APART
    )
    outcomes = tuple(replace(o, travel=evidence) if o.travel else o for o in verdict.outcomes)
    changed = replace(verdict, outcomes=outcomes)
    verdicts = tuple(changed if v is verdict else v for v in result.verdicts)
    result = replace(result, verdicts=verdicts)
    assert parse_evidence(dump_evidence(result)).verdicts == verdicts
