"""Criteria: types, and the time to the nearest other, on roads worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundfloor.problems import Text
from spots.judging.criteria.facts import Facts
from spots.judging.criteria.has_type import TypeSetting
from spots.judging.criteria.rule import RuleSetting, invert
from spots.judging.criteria.trials import turn_over
from spots.judging.policy import Policy
from spots.telling.evidence_words import turned_label
from spots.telling.wording import fill
from spots.types import Assumption, Facility, Outcome, Position, Role, Truth
from tests.helpers.judging import (
    BASE,
    CLINIC,
    LIMIT,
    MET,
    NOT_MET,
    SECONDARY,
    UNDETERMINED,
    chain,
    facility,
    facts,
    in_town,
    place,
    policy,
    third,
    variant,
)
from tests.helpers.road_cases import link, roads


def judged(
    facilities: list[Facility], rules: Policy | None = None, **known: Any
) -> dict[str, Outcome]:
    return dict(third(rules).judge(3, facts(facilities, rules, **known)))


def pair(ms: int, **setting: str) -> Outcome:
    """Return the outcome of two hospitals `ms` apart."""
    rules = policy({"criterion": {"3": setting}, "travel": {"also_try": []}})
    found = judged(
        [facility("a", SECONDARY), facility("b", SECONDARY)],
        rules,
        network=roads([link(0, 1, ms=ms)]),
        doors={"a": (0, 0.0), "b": (0, 1.0)},
    )
    return found["a"]


# --- type -------------------------------------------------------------------------------------


def test_a_type_is_met_by_having_it():
    setting = policy().criterion["1"]
    assert isinstance(setting, TypeSetting)
    everyone = [
        facility("both", BASE, SECONDARY),
        facility("clinic", CLINIC),
        facility("none"),
        facility("far", BASE, role=Role.DESTINATION),
    ]
    found = setting.judge(1, facts(everyone))
    assert {k: o.truth for k, o in found.items()} == {
        "both": MET,
        "clinic": NOT_MET,
        "none": NOT_MET,
    }
    assert "へき地医療拠点病院" in found["none"].text.ja
    assert not setting.needs_roads
    assert setting.threshold_ms is None


# --- thresholds -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ms", "comparison", "truth", "shown", "margin_ms"),
    [
        (LIMIT, "at_least", MET, "30分00秒", 0),
        (LIMIT - 1, "at_least", NOT_MET, "29分59秒", -1),
        (LIMIT + 1, "at_least", MET, "30分00秒", 1),
        (LIMIT, "more_than", NOT_MET, "30分00秒", 0),
        (LIMIT + 1, "more_than", MET, "30分00秒", 1),
        (LIMIT - 1, "more_than", NOT_MET, "29分59秒", -1),
    ],
)
def test_milliseconds_decide(ms: int, comparison: str, truth: Truth, shown: str, margin_ms: int):
    found = pair(ms, comparison=comparison)
    assert found.truth is truth
    assert f"道路で{shown}" in found.text.ja
    assert found.travel is not None
    assert (found.travel.travel_ms, found.travel.margin_ms) == (ms, margin_ms)
    assert (found.travel.nearest_id, found.travel.nearest_name) == ("b", "b病院")
    assert found.travel.reachable is True
    assert found.travel.threshold_ms == LIMIT


def test_the_wording_follows_the_comparison():
    assert "30分に達しません（差 −0分01秒）" in pair(LIMIT - 1).text.ja
    exactly = pair(LIMIT, comparison="more_than").text
    assert "30分を超えません（差 +0分00秒）" in exactly.ja
    assert "not above 30" in exactly.en
    assert "要するため" in pair(LIMIT).text.ja


def test_three_thousand_short_edges_make_exactly_thirty_minutes():
    network = roads([link(i, i + 1, 10.0) for i in range(3000)])
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    doors = {"a": (0, 0.0), "b": (2999, 1.0)}
    assert judged(everyone, network=network, doors=doors)["a"].truth is MET


# --- who is another ---------------------------------------------------------------------------


def test_the_same_site_never_serves():
    everyone = [
        facility("a", SECONDARY, site="s"),
        facility("annex", SECONDARY, site="s"),
        facility("b", SECONDARY),
    ]
    doors = {"a": (0, 0.0), "annex": (0, 0.0), "b": (0, 1.0)}
    found = judged(everyone, network=chain(LIMIT), doors=doors)
    assert [found[k].travel.nearest_id for k in ("a", "annex")] == ["b", "b"]
    assert found["b"].travel.nearest_id == "a"
    assert found["b"].travel.ties == ("annex病院",)


def test_two_records_of_one_site_alone_reach_nobody():
    everyone = [facility("a", SECONDARY, site="s"), facility("annex", SECONDARY, site="s")]
    found = judged(everyone, network=chain(1000), doors={"a": (0, 0.0), "annex": (0, 1.0)})
    assert {o.travel.reachable for o in found.values()} == {False}
    assert {o.truth for o in found.values()} == {MET}


def test_only_the_list_named_counts_on_both_sides():
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY), facility("c", SECONDARY)]
    known = {
        "network": chain(1000, LIMIT),
        "doors": {"a": (0, 0.0), "b": (0, 1.0), "c": (1, 1.0)},
        "lists": {"rotation": ["a", "c"], "kokuji": ["a", "b", "c"]},
    }
    found = judged(everyone, **known)
    assert found["a"].travel.nearest_id == "c"
    assert (found["b"].truth, found["b"].travel) == (NOT_MET, None)
    assert "「rotation」に載っていません" in found["b"].text.ja
    wider = judged(everyone, policy({"criterion": {"3": {"list": "kokuji"}}}), **known)
    assert [wider[k].truth for k in "abc"] == [NOT_MET, NOT_MET, MET]
    nobody = judged(everyone, policy({"criterion": {"3": {"list": "flag"}}}), **known)
    assert {o.truth for o in nobody.values()} == {NOT_MET}


def test_being_on_the_list_without_the_type_does_not_count():
    everyone = [facility("a", BASE), facility("b", SECONDARY)]
    found = judged(everyone, network=chain(1000), doors={"a": (0, 0.0), "b": (0, 1.0)})
    assert found["a"].truth is NOT_MET
    assert found["b"].travel.reachable is False


def test_without_roads_the_criterion_refuses():
    with pytest.raises(ValueError, match="road network"):
        third().judge(3, facts([facility("a", SECONDARY)]))


# --- neighbours, direction, tolls, ferries ------------------------------------------------------


def with_neighbour(neighbours: bool, *, near_role: Role = Role.DESTINATION) -> Outcome:
    rules = policy({"travel": {"neighbours": neighbours, "also_try": ["neighbours"]}})
    everyone = [
        facility("a", SECONDARY),
        facility("b", SECONDARY),
        facility("over", SECONDARY, role=near_role),
    ]
    known = {
        "network": roads([link(0, 1, ms=LIMIT), link(0, 2, ms=LIMIT - 1)]),
        "doors": {"a": (0, 0.0), "b": (0, 1.0), "over": (1, 1.0)},
        "places": {"over": place("40202", prefecture="40", municipality="大牟田市")},
        "lists": {"rotation": ["a", "b"]},
    }
    if near_role is Role.CANDIDATE:
        known["lists"] = {"rotation": ["a", "b", "over"]}
    return judged(everyone, rules, **known)["a"]


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.DESTINATION])
def test_neighbours_in_and_out(role: Role):
    counted = with_neighbour(True, near_role=role)
    assert (counted.truth, counted.travel.nearest_id) == (NOT_MET, "over")
    turned = variant(counted, "neighbours")
    assert (turned.truth, turned.nearest_id, turned.changes) == (MET, "b", True)
    assert turned.label.ja == "隣の都道府県の病院を数えない場合"
    left_out = with_neighbour(False, near_role=role)
    assert (left_out.truth, left_out.travel.nearest_id) == (MET, "b")
    turned = variant(left_out, "neighbours")
    assert (turned.truth, turned.nearest_id, turned.changes) == (NOT_MET, "over", True)


def test_a_destination_of_unknown_prefecture_counts_as_a_neighbour():
    everyone = [facility("a", SECONDARY), facility("x", SECONDARY, role=Role.DESTINATION)]
    unknown = {"x": place(None, prefecture=None), "a": place(None, prefecture=None)}
    known = facts(everyone, places=unknown)
    assert known.is_neighbour(everyone[1])
    assert not known.is_neighbour(everyone[0])


def test_direction_is_from_the_candidate_and_the_way_back_is_shown():
    network = roads([link(0, 1, ms=LIMIT, both=False), link(1, 0, ms=1000, both=False)])
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    doors = {"a": (0, 0.0), "b": (0, 1.0)}
    found = judged(everyone, network=network, doors=doors)
    assert (found["a"].truth, found["b"].truth) == (MET, NOT_MET)
    back = variant(found["a"], "direction")
    assert (back.travel_ms, back.truth, back.changes) == (1000, NOT_MET, True)
    assert back.label.ja == "逆向き（他の病院から当該病院へ）の場合"
    other_way = judged(
        everyone, policy({"travel": {"direction": "to_candidate"}}), network=network, doors=doors
    )
    assert (other_way["a"].truth, other_way["b"].truth) == (NOT_MET, MET)
    assert variant(other_way["a"], "direction").label.ja == "逆向き（当該病院から他の病院へ）の場合"


def test_tolls_change_the_verdict_and_say_so():
    network = roads([link(0, 1, ms=LIMIT), link(0, 1, ms=LIMIT - 1, toll=True)])
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    doors = {"a": (0, 0.0), "b": (0, 1.0)}
    found = judged(everyone, network=network, doors=doors)["a"]
    assert found.truth is NOT_MET
    assert (variant(found, "tolls").truth, variant(found, "tolls").changes) == (MET, True)
    assert variant(found, "ferries").changes is False


def test_a_ferry_is_off_by_default_and_waits_when_on():
    network = roads(
        [
            link(0, 1, ms=600_000),
            link(1, 2, ms=600_000, ferry=True, name="航路"),
            link(2, 3, ms=1000),
        ]
    )
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    doors = {"a": (0, 0.0), "b": (2, 1.0)}
    island = {"roadless": ["b病院"]}
    found = judged(everyone, policy({"travel": island}), network=network, doors=doors)["a"]
    assert (found.truth, found.travel.reachable, found.travel.travel_ms) == (MET, False, None)
    assert (found.travel.margin_ms, found.travel.nearest_name) == (None, None)
    assert "到達できる他の二次救急病院がないため" in found.text.ja
    assert not any(ch.isdigit() for ch in found.text.ja), "an unreachable hospital has no minutes"
    turned = variant(found, "ferries")
    # 10 minutes of road, 15 of waiting, 10 of crossing, one second of road
    assert (turned.travel_ms, turned.truth, turned.changes) == (2_101_000, MET, False)
    on = judged(everyone, policy({"travel": {"ferries": True}}), network=network, doors=doors)["a"]
    assert (on.travel.travel_ms, on.travel.route.ferries) == (2_101_000, ("航路",))
    assert "フェリー「航路」を利用、航海10分00秒と待ち時間15分00秒を含む" in on.text.ja
    assert variant(on, "ferries").label.ja == "フェリーを使わない場合"
    assert variant(on, "ferries").travel_ms is None
    short = policy({"travel": {"ferries": True, "ferry_wait_min": 0}})
    no_wait = judged(everyone, short, network=network, doors=doors)["a"]
    assert (no_wait.truth, variant(no_wait, "ferries").changes) == (NOT_MET, True)


def test_no_more_is_tried_than_the_policy_asks():
    assert pair(LIMIT).travel.variants == ()


@pytest.mark.parametrize("assumption", list(Assumption))
def test_turning_over_twice_is_nothing_and_labels_differ(assumption: Assumption):
    travel = policy().travel
    turned = turn_over(travel, assumption)
    assert turned != travel
    assert turn_over(turned, assumption) == travel
    assert turned_label(assumption, on=True) != turned_label(assumption, on=False)


# --- what cannot be measured --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unreachable", "truth", "words"),
    [
        ("met", MET, "ないため"),
        ("not_met", NOT_MET, "該当としません"),
        ("undetermined", UNDETERMINED, "判定しません"),
    ],
)
def test_an_island_is_judged_as_the_policy_says(unreachable: str, truth: Truth, words: str):
    island = {"travel": {"roadless": ["a"]}}
    rules = policy({"criterion": {"3": {"unreachable": unreachable}}, **island})
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    network = roads([link(0, 1), link(2, 3)])
    found = judged(everyone, rules, network=network, doors={"a": (0, 0.0), "b": (1, 0.0)})
    assert (found["a"].truth, found["a"].travel.reachable) == (truth, False)
    assert words in found["a"].text.ja


def test_no_position_is_undetermined_and_no_destination():
    everyone = [facility("a", SECONDARY, position=None), facility("b", SECONDARY)]
    found = judged(everyone, network=chain(1000), doors={"b": (0, 0.0)})
    assert found["a"].truth is UNDETERMINED
    assert "位置が分からず" in found["a"].text.ja
    evidence = found["a"].travel
    assert (evidence.reachable, evidence.travel_ms, evidence.snap_m) == (None, None, None)
    assert found["b"].travel.reachable is False


@pytest.mark.parametrize(
    ("metres", "words"),
    [(1234.5, "1,234 m（上限1,000 m）"), (float("inf"), "出入口のある道路がありません")],
)
def test_off_the_network_is_undetermined_and_no_destination(metres: float, words: str):
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    found = judged(everyone, network=chain(1000), doors={"a": metres, "b": (0, 0.0)})
    told = metres if isfinite(metres) else None  # JSON has no word for endless
    assert (found["a"].truth, found["a"].travel.snap_m) == (UNDETERMINED, told)
    assert words in found["a"].text.ja
    assert found["b"].travel.nearest_id is None


def test_town_positions_are_marked_on_either_end():
    everyone = [facility("a", SECONDARY), in_town("b", SECONDARY), in_town("c", SECONDARY)]
    doors = {"a": (0, 0.0), "b": (0, 1.0), "c": 5000.0}
    found = judged(everyone, network=chain(LIMIT), doors=doors)
    assert found["a"].text.ja.endswith("（相手先の位置は町丁目の代表点による）")
    assert found["b"].text.ja.endswith("（位置は町丁目の代表点による）")
    assert found["c"].text.ja.endswith("（位置は町丁目の代表点による）")
    assert "town block" in found["b"].text.en


# --- what the network misses --------------------------------------------------------------------

NEAR, MIDDLE, FAR = Position(131.0, 32.7), Position(131.1, 32.7), Position(131.6, 32.7)


def uncovered_case(missing: Position | None, ms: int = 2 * LIMIT, **more):
    """A hospital at NEAR, another at MIDDLE `ms` away by road, a third off the network."""
    everyone = [
        facility("a", SECONDARY, position=NEAR),
        facility("b", SECONDARY, position=MIDDLE),
        facility("c", SECONDARY, position=missing, name="載らない病院", **more),
    ]
    doors = {"a": (0, 0.0), "b": (0, 1.0)} | ({"c": 9000.0} if missing else {})
    return judged(everyone, network=chain(ms), doors=doors)["a"]


def test_a_nearer_hospital_off_the_network_leaves_remoteness_unproven():
    found = uncovered_case(Position(131.05, 32.7))
    assert found.truth is UNDETERMINED
    assert found.travel.travel_ms == 2 * LIMIT
    assert "載らない病院" in found.text.ja
    assert "直線4.7 km" in found.text.ja
    assert "60分00秒" in found.text.ja
    assert "4.7 km in a straight line" in found.text.en


def test_a_hospital_off_the_network_that_no_road_could_be_short_enough_to_changes_nothing():
    assert uncovered_case(FAR).truth is MET, "56 km in half an hour"


def test_a_hospital_that_may_be_anywhere_leaves_remoteness_unproven():
    assert uncovered_case(None).truth is UNDETERMINED


def test_one_hospital_near_enough_settles_it_whatever_is_missing():
    assert uncovered_case(Position(131.01, 32.7), ms=LIMIT - 1).truth is NOT_MET


def test_an_uncovered_record_of_the_same_site_is_no_other():
    assert uncovered_case(Position(131.001, 32.7), site="a").truth is MET


# --- sentences --------------------------------------------------------------------------------


def test_a_value_is_never_a_template():
    hostile = "{minutes}{0}{name!r}{{x}}"
    text = fill(Text("{name}まで{minutes}分", "{name}"), {"name": hostile, "minutes": "30.0"})
    assert text == Text(f"{hostile}まで30.0分", hostile)


def test_a_word_without_a_value_is_left_as_it_stands():
    assert fill(Text("{x}", "{ name }{}"), {"name": "n"}) == Text("{x}", "{ name }{}")


def test_a_hospital_named_like_a_placeholder_stays_as_it_is():
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY, name="{threshold_min}病院")]
    known = {"network": chain(LIMIT), "doors": {"a": (0, 0.0), "b": (0, 1.0)}}
    assert "（{threshold_min}病院）" in judged(everyone, **known)["a"].text.ja
    known["network"] = chain(1000)
    assert "（{threshold_min}病院）" in judged(everyone, **known)["a"].text.ja


def test_the_label_follows_the_type():
    rules = policy({"criterion": {"3": {"type": "base_hospital"}}})
    everyone = [facility("a", BASE), facility("b", BASE), facility("c", CLINIC)]
    found = judged(everyone, rules, network=chain(1000), doors={"a": (0, 0.0), "b": (0, 1.0)})
    assert "最も近い他のへき地医療拠点病院（b病院）" in found["a"].text.ja
    assert found["c"].text.ja == "へき地医療拠点病院の一覧に載っていません"


# --- properties -------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_another_hospital_never_makes_one_more_remote(data: st.DataObject):
    nodes = data.draw(st.integers(3, 7))
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)).filter(
        lambda e: e[0] != e[1]
    )
    links = [
        link(a, b, ms=data.draw(st.integers(1, 2_000_000)), both=data.draw(st.booleans()))
        for a, b in data.draw(st.lists(ends, min_size=2, max_size=9))
    ] + [link(0, nodes - 1, ms=1_500_000)]
    door = st.tuples(st.integers(0, len(links) - 1), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
    names = [f"h{n}" for n in range(data.draw(st.integers(2, 5)))]
    doors = {name: data.draw(door) for name in [*names, "new"]}
    everyone = [facility(n, SECONDARY) for n in names]
    rules = policy({"travel": {"also_try": []}})
    network = roads(links)
    before = judged(everyone, rules, network=network, doors=doors)
    after = judged([*everyone, facility("new", SECONDARY)], rules, network=network, doors=doors)
    far = float("inf")
    for name in names:
        old, new = before[name].travel.travel_ms, after[name].travel.travel_ms
        assert (far if new is None else new) <= (far if old is None else old)
        assert not (before[name].truth is NOT_MET and after[name].truth is MET)


def test_input_order_does_not_matter():
    everyone = [facility(n, SECONDARY) for n in "dbca"]
    doors = {"a": (0, 0.0), "b": (0, 1.0), "c": (1, 1.0), "d": (1, 1.0)}
    known = {"network": chain(1000, 1000), "doors": doors}
    assert judged(everyone, **known) == judged(sorted(everyone, key=lambda f: f.id), **known)


# --- three-valued joins -------------------------------------------------------------------------

ORDER = {NOT_MET: 0, UNDETERMINED: 1, MET: 2}
TRUTHS = st.sampled_from(list(Truth))


@given(TRUTHS, TRUTHS)
def test_kleene_tables(a: Truth, b: Truth):
    truths = {1: a, 2: b}
    by_order = {v: k for k, v in ORDER.items()}
    any_of = by_order[max(ORDER[a], ORDER[b])]
    assert RuleSetting(any=(1, 2)).holds(truths) is any_of
    assert RuleSetting(all=(1, 2)).holds(truths) is by_order[min(ORDER[a], ORDER[b])]
    assert RuleSetting(none=(1, 2)).holds(truths) is by_order[2 - ORDER[any_of]]
    assert invert(invert(a)) is a


RULES = st.recursive(
    st.integers(1, 3),
    lambda inner: st.builds(
        lambda join, parts: RuleSetting(**{join: tuple(parts)}),
        st.sampled_from(["any", "all", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
).filter(lambda r: isinstance(r, RuleSetting))


@settings(max_examples=200, deadline=None)
@given(RULES, st.tuples(TRUTHS, TRUTHS, TRUTHS))
def test_a_rule_that_is_sure_stays_so_whatever_the_unknown_turn_out_to_be(
    rule: RuleSetting, given_truths: tuple[Truth, Truth, Truth]
):
    truths = dict(enumerate(given_truths, 1))
    verdict = rule.holds(truths)
    for guess in (MET, NOT_MET):
        known = {n: guess if t is UNDETERMINED else t for n, t in truths.items()}
        answer = rule.holds(known)
        assert answer is not UNDETERMINED
        assert verdict in {UNDETERMINED, answer}
    assert rule.well_formed()
    assert rule.numbers() <= {1, 2, 3}


def test_a_rule_inside_must_be_well_formed_too():
    assert not RuleSetting().well_formed()
    assert not RuleSetting(any=(1, RuleSetting())).well_formed()
    assert not RuleSetting(any=(1, RuleSetting(any=(1,), none=(2,)))).well_formed()
    assert RuleSetting(any=(1, RuleSetting(none=(2,)))).numbers() == {1, 2}


def test_facts_know_their_candidates():
    known: Facts = facts([facility("a"), facility("b", role=Role.DESTINATION)])
    assert [f.id for f in known.candidates] == ["a"]
    assert replace(known, radius_m=8700).words(known.facilities[0])["radius_km"] == "8.7"
