"""The state machine: one state for every facility, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.types import AreaClass, ClassBasis
from groundfloor.problems import Text
from spots.judging.designation import (
    FacilitiesLostError,
    covers,
    judge,
)
from spots.judging.policy import Policy
from spots.telling.labels import AREA_CLASS_LABELS
from spots.types import Decision, Facility, Place, Role, State, Verdict
from tests.helpers.judging import BASE, CLINIC, SECONDARY, facility, facts, in_town, place, policy
from tests.helpers.road_cases import link, roads

HOUR = roads([link(0, 1, ms=3_600_000)])
NEAR = roads([link(0, 1, ms=600_000)])
ENDS = {"a": (0, 0.0), "b": (0, 1.0)}
TROUBLE = Text("点の市町村と住所が合いません", "point and address disagree")
QUIET = {"also_try": []}


def verdict(
    one: Facility, where: Place | None = None, rules: Policy | None = None, **known: Any
) -> Verdict:
    """Judge one facility, beside a second hospital at the other end of the road."""
    chosen = rules or policy({"travel": QUIET})
    other = facility("b", SECONDARY, role=Role.DESTINATION)
    known = {"network": HOUR, "doors": ENDS, **known}
    places = {one.id: where} if where else {}
    found = judge(chosen, facts([one, other], chosen, places=places, **known))
    assert [v.facility.id for v in found] == [one.id, "b"]
    return found[0]


def manual(decision: str, who: str = "a病院", **more: Any) -> Policy:
    reason = {"ja": "協議会の決定（{name}）", "en": "council ({name})"}
    entry = {"facility": who, "decision": decision, "reason": reason}
    return policy({"manual": [entry], "travel": QUIET, **more})


# --- every state ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "criteria"),
    [((BASE,), (1,)), ((CLINIC,), (2,)), ((SECONDARY,), (3,)), ((BASE, SECONDARY), (1, 3))],
)
def test_designated_by_any_criterion(types: tuple[Any, ...], criteria: tuple[int, ...]):
    found = verdict(facility("a", *types))
    assert (found.state, found.criteria) == (State.DESIGNATED, criteria)
    assert found.state_reason.ja.count("ため") == len(criteria)
    assert [o.number for o in found.outcomes] == [1, 2, 3]
    assert (found.travel is not None) == (3 in criteria)


def test_not_met_names_the_measured_time():
    found = verdict(facility("a", SECONDARY), network=NEAR)
    assert (found.state, found.criteria) == (State.NOT_MET, ())
    assert "（b病院）まで道路で10分00秒" in found.state_reason.ja
    plain = verdict(facility("a"))
    assert (plain.state, plain.state_reason.ja) == (
        State.NOT_MET,
        "①・②・③のいずれの要件にも当たりません",
    )


def test_a_surplus_area_has_spots_and_a_shortage_area_none():
    one = facility("a", BASE)
    for area_class in (AreaClass.SURPLUS, AreaClass.NEITHER):
        assert verdict(one, place(area_class=area_class)).state is State.DESIGNATED
    moot = verdict(one, place("43213", area_class=AreaClass.SHORTAGE, area="宇城"))
    assert (moot.state, moot.criteria) == (State.MOOT, (1,))
    assert (
        moot.state_reason.ja
        == "所在する二次医療圏（宇城）が医師少数区域であり、スポットとする必要がない"
    )


@pytest.mark.parametrize("network", [HOUR, NEAR])
def test_moot_whatever_the_minutes(network: Any):
    where = place("43213", area_class=AreaClass.SHORTAGE)
    found = verdict(facility("a", SECONDARY), where, network=network)
    assert found.state is State.MOOT
    assert found.travel.travel_ms is not None
    assert found.criteria == ((3,) if network is HOUR else ())


def test_excluded_city_and_its_wards_keep_their_criteria():
    for code in ("43100", "43101", "43105"):
        found = verdict(facility("a", CLINIC), place(code, municipality="熊本市"))
        assert (found.state, found.criteria) == (State.EXCLUDED, (2,))
        assert "熊本市は" in found.state_reason.ja


def test_an_exclusion_of_the_area_alone_leaves_facilities_in():
    entry = {
        "code": "43100",
        "name": "熊本市",
        "facilities": False,
        "area": True,
        "reason": {"ja": "{municipality}の{name}", "en": "{name}"},
    }
    rules = policy({"exclude_municipality": [entry], "travel": QUIET})
    one, where = facility("a", CLINIC), place("43100", municipality="熊本市")
    assert verdict(one, where, rules).state is State.DESIGNATED
    rules = policy({"exclude_municipality": [entry | {"facilities": True}], "travel": QUIET})
    assert verdict(one, where, rules).state_reason == Text("熊本市のa病院", "a病院")


def test_excluded_in_another_prefecture():
    found = verdict(facility("a", BASE), place("40202", prefecture="40", municipality="大牟田市"))
    assert (found.state, found.criteria) == (State.EXCLUDED, (1,))
    assert found.state_reason.ja == "ほかの都道府県（大牟田市）の医療機関のため対象外"
    no_prefecture = place("40202", prefecture=None)
    assert verdict(facility("a", BASE), no_prefecture).state is State.EXCLUDED
    own = place("43447", prefecture=None)
    assert verdict(facility("a", BASE), own).state is State.DESIGNATED


def test_destinations_are_out_and_have_no_outcomes():
    everyone = [facility("x", BASE, SECONDARY, role=Role.DESTINATION)]
    (found,) = judge(policy(), facts(everyone, network=HOUR, doors={"x": (0, 0.0)}))
    assert (found.state, found.criteria, found.outcomes) == (State.EXCLUDED, (), ())


# --- undetermined -----------------------------------------------------------------------------


def test_a_place_in_doubt_is_undetermined_with_its_reason():
    found = verdict(facility("a", BASE), place(problem=TROUBLE))
    assert (found.state, found.state_reason, found.criteria) == (State.UNDETERMINED, TROUBLE, (1,))


def test_an_unknown_municipality_is_undetermined():
    nowhere = place(None, prefecture=None, area="", area_class=AreaClass.UNKNOWN)
    why = Text("座標がありません", "has no coordinates")
    lost = facility("a", BASE, position=None, problem=why)
    assert (verdict(lost, nowhere).state, verdict(lost, nowhere).state_reason) == (
        State.UNDETERMINED,
        why,
    )
    silent = facility("a", BASE, position=None)
    assert "市町村が分かりません" in verdict(silent, nowhere).state_reason.ja


def test_no_position_matters_only_where_a_circle_would_be_drawn():
    lost = facility("a", BASE, position=None)
    assert verdict(lost).state is State.UNDETERMINED
    assert "円を描けません" in verdict(lost).state_reason.ja
    assert verdict(facility("a", position=None)).state is State.NOT_MET
    assert verdict(lost, place("43100")).state is State.EXCLUDED
    assert verdict(lost, place(area_class=AreaClass.SHORTAGE)).state is State.MOOT


def test_an_area_of_unknown_class_cannot_hold_a_spot():
    where = place(area="", area_class=AreaClass.UNKNOWN)
    found = verdict(facility("a", BASE), where)
    assert (found.state, found.criteria) == (State.UNDETERMINED, (1,))
    assert "二次医療圏" in found.state_reason.ja
    assert verdict(facility("a"), where).state is State.NOT_MET
    assert verdict(facility("a", BASE), replace(where, municipality_code="43100")).state is (
        State.EXCLUDED
    )


@pytest.mark.parametrize(
    ("basis", "state", "words"),
    [
        (ClassBasis.SHORTAGE_TIE, State.UNDETERMINED, "医師少数の基準値と同じ"),
        (ClassBasis.OTHER_AREA, State.UNDETERMINED, "別の医療圏"),
        (ClassBasis.NO_INDEX, State.UNDETERMINED, "指標なし"),
        (None, State.UNDETERMINED, "熊本・上益城"),
        (ClassBasis.SURPLUS_TIE, State.DESIGNATED, ""),  # 多数 or neither: a spot in both
    ],
)
def test_a_class_that_is_open_leaves_the_state_open_where_it_decides(basis, state, words):
    where = replace(place(area_class=AreaClass.UNKNOWN), class_basis=basis)
    found = verdict(facility("a", BASE), where)
    assert found.state is state
    assert words in found.state_reason.ja


def test_undetermined_travel_gives_way_to_a_criterion_that_is_met():
    off = {"doors": {"a": 2500.0, "b": (0, 1.0)}}
    third = verdict(facility("a", SECONDARY), **off)
    assert third.state is State.UNDETERMINED
    assert "2,500 m" in third.state_reason.ja
    both = verdict(facility("a", BASE, SECONDARY), **off)
    assert (both.state, both.criteria) == (State.DESIGNATED, (1,))
    assert "2,500 m" not in both.state_reason.ja


# --- order of the rules -------------------------------------------------------------------------


def test_the_first_rule_that_applies_decides():
    lost = facility("a", BASE, position=None)
    everything = place("40202", prefecture="40", problem=TROUBLE, area_class=AreaClass.SHORTAGE)
    destination = replace(lost, role=Role.DESTINATION)
    rules = manual("exclude")
    assert "到達先" in verdict(destination, everything, rules).state_reason.ja
    assert verdict(lost, everything, rules).state_reason.ja == "協議会の決定（a病院）"
    steps = [
        (everything, State.UNDETERMINED),
        (replace(everything, problem=None), State.EXCLUDED),
        (place("43101", area_class=AreaClass.SHORTAGE), State.EXCLUDED),
        (place("43447", area_class=AreaClass.SHORTAGE), State.MOOT),
        (place("43447"), State.UNDETERMINED),
    ]
    for where, state in steps:
        assert verdict(lost, where).state is state, where


# --- decisions by hand ------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["a", "a病院"])
def test_a_decision_by_hand_takes_id_or_name(who: str):
    out = verdict(facility("a", BASE), rules=manual("exclude", who))
    assert (out.state, out.criteria) == (State.EXCLUDED, (1,))
    assert out.state_reason == Text("協議会の決定（a病院）", "council (a病院)")
    taken = verdict(facility("a"), rules=manual("include", who))
    assert (taken.state, taken.criteria) == (State.DESIGNATED, ())
    assert taken.state_reason.ja == "協議会の決定（a病院）"


def test_a_decision_to_include_cannot_undo_place_or_area():
    rules = manual("include")
    one = facility("a")
    assert verdict(one, place(problem=TROUBLE), rules).state is State.UNDETERMINED
    assert verdict(one, place(area_class=AreaClass.SHORTAGE), rules).state is State.MOOT
    assert verdict(one, place("43101"), rules).state is State.EXCLUDED
    assert verdict(facility("a", position=None), rules=rules).state is State.UNDETERMINED
    off = verdict(facility("a", SECONDARY), rules=rules, doors={"b": (0, 1.0)})
    assert (off.state, off.criteria) == (State.DESIGNATED, ())


def test_a_decision_to_include_overrules_what_it_says_and_no_more():
    def state(where: Place, *overrides: str) -> State:
        entry = {"facility": "a", "decision": "include", "overrides": list(overrides)}
        entry["reason"] = {"ja": "協議会", "en": "council"}
        return verdict(facility("a"), where, policy({"manual": [entry], "travel": QUIET})).state

    city, area = place("43101"), place(area_class=AreaClass.SHORTAGE)
    both = place("43101", area_class=AreaClass.SHORTAGE)
    assert state(city, "excluded") is State.DESIGNATED
    assert state(city, "moot") is State.EXCLUDED
    assert state(area, "moot") is State.DESIGNATED
    assert state(area, "excluded") is State.MOOT
    assert state(both, "excluded") is State.MOOT
    assert state(both, "excluded", "moot") is State.DESIGNATED
    assert state(place("40202", prefecture="40"), "excluded", "moot") is State.EXCLUDED


def test_a_verdict_keeps_the_decision_and_whether_it_bears():
    taken = verdict(facility("a"), rules=manual("include")).decision
    assert taken == Decision(True, Text("協議会の決定（a病院）", "council (a病院)"))
    idle = verdict(facility("a"), place("43101"), manual("include")).decision
    assert idle is not None
    assert not idle.applied
    out = verdict(facility("a", BASE), rules=manual("exclude")).decision
    assert out is not None
    assert (out.include, out.applied) == (False, True)
    assert verdict(facility("a", BASE)).decision is None


# --- joins ------------------------------------------------------------------------------------


def joined(rule: Mapping[str, Any]) -> Policy:
    return policy({"rule": rule, "travel": QUIET})


def test_all_of_several():
    rules = joined({"all": [1, 3]})
    assert verdict(facility("a", BASE, SECONDARY), rules=rules).state is State.DESIGNATED
    partly = verdict(facility("a", SECONDARY), rules=rules)
    assert (partly.state, partly.criteria) == (State.NOT_MET, (3,))
    assert partly.state_reason.ja.startswith("③に当たりますが、要件の組合せを満たしません。")
    assert "要するため" not in partly.state_reason.ja
    off = verdict(facility("a", BASE, SECONDARY), rules=rules, doors={"b": (0, 1.0)})
    assert off.state is State.UNDETERMINED
    assert verdict(facility("a", SECONDARY), rules=rules, doors={"b": (0, 1.0)}).state is (
        State.NOT_MET
    ), "one that is not met settles it"


def test_none_of_several_still_gives_a_reason():
    rules = joined({"none": [1, 2]})
    found = verdict(facility("a"), rules=rules)
    assert found.state is State.DESIGNATED
    assert "載っていません" in found.state_reason.ja
    assert found.state_reason.en
    refused = verdict(facility("a", BASE), rules=rules)
    assert refused.state is State.NOT_MET
    assert refused.state_reason.ja == "①に当たるため、設定基準の要件の組合せから外れます"


def test_a_reason_names_what_the_rule_rests_on():
    rules = joined({"any": [{"all": [1, 3]}, {"none": [2]}]})
    found = verdict(facility("a", BASE), rules=rules)
    assert found.state is State.DESIGNATED, "② is not met, and that is what it rests on"
    assert found.criteria == (1,)
    assert found.state_reason.ja == "へき地診療所の一覧に載っていません"
    rules = joined({"all": [{"none": [1]}, 3]})
    refused = verdict(facility("a", BASE, SECONDARY), rules=rules)
    assert refused.state_reason.en == "meets ①, which the rule wants not to be met"


def test_a_criterion_out_of_the_rule_needs_no_roads():
    found = verdict(facility("a", SECONDARY), rules=joined({"any": [1, 2]}), network=None)
    assert [o.number for o in found.outcomes] == [1, 2]


# --- words ------------------------------------------------------------------------------------


def test_circles_round_a_town_block_say_so_once():
    for types in ((BASE,), (SECONDARY,), (BASE, SECONDARY)):
        reason = verdict(in_town("a", *types)).state_reason
        assert reason.ja.count("（位置は町丁目の代表点による）") == 1
        assert reason.en.count("town block") == 1
    included = verdict(in_town("a"), rules=manual("include")).state_reason
    assert included.ja.endswith("（位置は町丁目の代表点による）")
    assert "町丁目" not in verdict(facility("a", BASE)).state_reason.ja


def test_names_in_findings_are_never_templates():
    other = facility("b", SECONDARY, name="{municipality}{area}病院")
    one = facility("a", SECONDARY)
    rules = policy({"travel": QUIET})
    for network in (HOUR, NEAR):
        found = judge(rules, facts([one, other], rules, network=network, doors=ENDS))
        assert "{municipality}{area}病院" in found[0].state_reason.ja
        assert "山都町" not in found[0].state_reason.ja
    trouble = Text("住所「{name}」が読めません", "cannot read {name}")
    assert verdict(one, place(problem=trouble)).state_reason == trouble
    abroad = place("40202", prefecture="40", municipality="{name}")
    assert verdict(one, abroad).state_reason.ja == "ほかの都道府県（{name}）の医療機関のため対象外"
    shortage = place(area_class=AreaClass.SHORTAGE, area="{name}")
    assert "（{name}）" in verdict(one, shortage).state_reason.ja


def test_every_class_has_a_label():
    assert set(AREA_CLASS_LABELS) == set(AreaClass)


@pytest.mark.parametrize(
    ("excluded", "code", "hit"),
    [
        ("43100", "43100", True),
        ("43100", "43105", True),
        ("43100", "43202", False),
        ("43103", "43103", True),
        ("43103", "43104", False),
        ("43103", "43100", False),
        ("43447", "43447", True),
        ("43447", None, False),
    ],
)
def test_an_exclusion_covers_a_city_with_its_wards(excluded: str, code: str | None, hit: bool):
    assert covers(excluded, code) is hit


# --- conservation -------------------------------------------------------------------------------

PLACES = st.builds(
    place,
    st.sampled_from(["43447", "43101", "43213", "40202", None]),
    prefecture=st.sampled_from(["43", "40", None]),
    area_class=st.sampled_from(list(AreaClass)),
    problem=st.sampled_from([None, TROUBLE]),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_facility_comes_out_once_in_order_with_one_reasoned_state(data: st.DataObject):
    names = data.draw(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6))
    everyone = [
        facility(
            name,
            *data.draw(st.sets(st.sampled_from([BASE, CLINIC, SECONDARY]))),
            role=data.draw(st.sampled_from([Role.CANDIDATE, Role.DESTINATION])),
            position=data.draw(st.sampled_from([None, facility("x").position])),
        )
        for name in names
    ]
    doors = {
        f.id: data.draw(st.sampled_from([(0, 0.0), (0, 0.5), (0, 1.0), 3000.0]))
        for f in everyone
        if f.position
    }
    rules = policy({"travel": QUIET})
    places = {name: data.draw(PLACES) for name in names}
    found = judge(rules, facts(everyone, rules, places=places, network=HOUR, doors=doors))
    assert [v.facility for v in found] == everyone
    for one in found:
        assert one.state_reason.ja
        assert one.state_reason.en
        assert list(one.criteria) == sorted(set(one.criteria))
        if one.state is State.DESIGNATED:
            assert one.criteria
            assert one.facility.position
            assert one.place.prefecture_code != "40"
            assert one.place.area_class not in {AreaClass.SHORTAGE, AreaClass.UNKNOWN}
    again = judge(rules, facts(everyone, rules, places=places, network=HOUR, doors=doors))
    assert again == found


def test_two_facilities_of_one_id_are_refused():
    twins = [facility("a", BASE), facility("a", CLINIC)]
    with pytest.raises(FacilitiesLostError):
        judge(policy(), facts(twins, network=HOUR, doors=ENDS))
