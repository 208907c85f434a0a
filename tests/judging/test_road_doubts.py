"""What the roads leave open: the data's border, islands, two roads near a door, closures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from groundfloor.problems import Lang
from networks import RoadNetwork
from networks.closures.closing import close_edges
from networks.types import SnapResult
from spots.explaining import explain, explanation_text
from spots.judging.coverage import open_borders, unplaced_neighbours
from spots.judging.criteria import Facts, TiedRoads
from spots.judging.designation import judge
from spots.judging.policy import Policy
from spots.map.card import card_of
from spots.outputs.evidence import dump_evidence, parse_evidence
from spots.telling.dossier import dossier_of
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.types import Border, Facility, Outcome, Position, Role, RunResult, TravelEvidence
from tests.helpers.fabricated import fabricated_result
from tests.helpers.judging import (
    LIMIT,
    MET,
    NOT_MET,
    SECONDARY,
    UNDETERMINED,
    chain,
    facility,
    facts,
    place,
    policy,
    regions_of,
    third,
    variant,
)
from tests.helpers.road_cases import at, link, roads

PAIR = [facility("a", SECONDARY), facility("b", SECONDARY)]


def ends_at(network: RoadNetwork, *nodes: int) -> RoadNetwork:
    """Return `network` with roads that are cut at `nodes`."""
    border = np.isin(np.arange(len(network.nodes)), nodes)
    return replace(network, nodes=replace(network.nodes, border=border))


def outcome(known: Facts, who: str = "a", rules: Policy | None = None) -> Outcome:
    return third(rules).judge(3, known)[who]


FAR_AWAY = Position(133.0, 32.7)  # 187 km from anybody: over half an hour on the fastest road
NEXT_TO_43 = ("40", "44", "45", "46")


def listed_in(*prefectures: str, role: Role = Role.DESTINATION) -> dict[str, Any]:
    """Return a hospital far from anybody in each of some prefectures, for `facts`."""
    over = [facility(f"over{p}", SECONDARY, role=role, position=FAR_AWAY) for p in prefectures]
    found = [replace(f, municipality_code=f"{f.id[-2:]}202") for f in over]
    places = {f.id: place(f.municipality_code, prefecture=f.id[-2:]) for f in found}
    return {"others": found, "places": places, "doors": {f.id: 90_000.0 for f in found}}


# --- the border of the data -------------------------------------------------------------------


def beside_border(border_ms: int, travel_ms: int, travel: Any = None, **more: Any) -> Facts:
    """Return a hospital `travel_ms` from another and `border_ms` from the border of the data."""
    rules = policy({"travel": travel or {}, "criterion": {"3": more.pop("criterion", {})}})
    network = ends_at(roads([link(0, 1, ms=travel_ms), link(0, 2, ms=border_ms)]), 2)
    doors = {"a": (0, 0.0), "b": (0, 1.0)} | more.pop("doors", {})
    everyone = [*PAIR, *more.pop("others", ())]
    return facts(everyone, rules, network=network, doors=doors, **more)


def test_a_border_nearer_than_the_threshold_leaves_remoteness_unproven():
    found = outcome(beside_border(738_000, 2 * LIMIT))
    assert (found.truth, found.travel.border_ms) == (UNDETERMINED, 738_000)
    assert found.travel.travel_ms == 2 * LIMIT
    assert "道路データの縁まで12分18秒であり、縁の外により近い病院があるかもしれず" in found.text.ja
    assert "「b病院」で60分00秒" in found.text.ja
    assert "end 12 min 18 s away" in found.text.en
    tried = {v.name for v in found.travel.variants}
    assert tried == {"direction", "tolls", "ferries"}, "no list says who would count beyond"


@pytest.mark.parametrize(
    ("comparison", "border_ms", "truth"),
    [
        ("at_least", LIMIT, MET),
        ("at_least", LIMIT - 1, UNDETERMINED),
        ("more_than", LIMIT, UNDETERMINED),
        ("more_than", LIMIT + 1, MET),
    ],
)
def test_what_lies_behind_a_border_as_far_as_the_threshold_is_as_far(comparison, border_ms, truth):
    known = beside_border(border_ms, 2 * LIMIT, criterion={"comparison": comparison})
    rules = policy({"criterion": {"3": {"comparison": comparison}}})
    found = outcome(known, rules=rules)
    assert (found.truth, found.travel.border_ms) == (truth, border_ms)


def test_one_hospital_near_enough_settles_it_whatever_the_border():
    found = outcome(beside_border(1000, LIMIT - 1))
    assert (found.truth, found.travel.border_ms) == (NOT_MET, 1000)
    assert "縁" not in found.text.ja


def test_a_border_behind_the_nearest_other_says_nothing():
    assert outcome(beside_border(LIMIT, 1000)).travel.border_ms is None


def test_neighbours_that_do_not_count_make_the_border_nothing():
    found = outcome(beside_border(1000, 2 * LIMIT, {"neighbours": False}))
    assert (found.truth, found.travel.border_ms) == (MET, None)
    assert "neighbours" not in {v.name for v in found.travel.variants}, "nothing to count was given"


def test_a_list_of_neighbours_makes_the_border_nothing():
    known = listed_in(*NEXT_TO_43)
    doors = known.pop("doors")
    on_roads = dict.fromkeys(doors, (0, 1.0))
    reached = beside_border(1000, 2 * LIMIT, doors=on_roads, **known)
    assert (outcome(reached).truth, outcome(reached).travel.border_ms) == (MET, None)
    # Those of the list that are not on the roads are weighed by their places, not by the border.
    assert outcome(beside_border(1000, 2 * LIMIT, doors=doors, **known)).truth is MET


def test_neighbours_of_which_none_is_listed_leave_the_border_open_and_are_named():
    found = outcome(beside_border(1000, 2 * LIMIT, **listed_in("42")))  # over the sea
    assert (found.truth, found.travel.border_ms) == (UNDETERMINED, 1000)
    assert found.travel.border_unlisted == ("福岡県", "大分県", "宮崎県", "鹿児島県")
    assert "福岡県、大分県、宮崎県、鹿児島県の病院が一覧に1つもなく" in found.text.ja
    assert "no list names a hospital of 福岡県, 大分県, 宮崎県, 鹿児島県" in found.text.en


def test_a_list_of_one_neighbour_is_believed_where_no_outline_says_whose_border_it_is():
    found = outcome(beside_border(1000, 2 * LIMIT, **listed_in("44")))
    assert (found.truth, found.travel.border_ms) == (MET, None)


def test_hospitals_whose_prefecture_is_not_known_are_believed_to_cover_the_border_and_told():
    known = listed_in("40", "45")
    known["places"]["over45"] = place(None, prefecture=None)
    known["others"][1] = replace(known["others"][1], municipality_code=None)
    given = beside_border(1000, 2 * LIMIT, **known)
    assert outcome(given).truth is MET
    (told,) = unplaced_neighbours(policy(), given)
    assert told.code == "neighbours-without-prefecture"
    assert "over45病院" in told.message.ja
    assert "大分県、宮崎県、鹿児島県の病院" in told.message.ja
    assert unplaced_neighbours(policy({"travel": {"neighbours": False}}), given) == ()


def test_lists_that_say_of_prefectures_are_quiet_about_them():
    for codes in ((), ("40",), NEXT_TO_43):
        assert unplaced_neighbours(policy(), beside_border(1000, LIMIT, **listed_in(*codes))) == ()


def test_a_candidate_placed_in_another_prefecture_is_no_list_of_neighbours():
    known = {"others": [facility("over", SECONDARY)], "doors": {"over": (0, 1.0)}}
    places = {"over": place("40202", prefecture="40")}
    found = outcome(beside_border(1000, 2 * LIMIT, places=places, **known))
    assert found.truth is UNDETERMINED


def test_a_candidate_said_to_be_in_another_prefecture_is_on_a_list_that_names_it():
    known = listed_in(*NEXT_TO_43, role=Role.CANDIDATE)
    found = outcome(beside_border(1000, 2 * LIMIT, **known))
    assert (found.truth, found.travel.border_ms) == (MET, None)


# --- the border of the prefecture ---------------------------------------------------------------


EAST = (130.75, 32.6, 131.2, 32.8)  # where the road leads that leaves the prefecture


def leaving(
    border_ms: int, travel: Any = None, towns: dict[str, Any] | None = None, **more: Any
) -> Facts:
    """Return a hospital an hour from another, from which a road leads far beyond the prefecture.

    The road data end nowhere: they are a good extract. `towns` are known beside the own one.
    """
    rules = policy({"travel": travel or {}})
    west, home, beyond = (130.4, 32.7), (130.5, 32.7), (131.0, 32.7)
    links = [link(0, 1, ms=2 * LIMIT), link(0, 2, ms=2 * border_ms)]
    network = roads(links, [home, west, beyond])  # half of the road beyond lies in the prefecture
    doors = {"a": (0, 0.0), "b": (0, 1.0)} | more.pop("doors", {})
    everyone = [*PAIR, *more.pop("others", ())]
    known = facts(everyone, rules, network=network, doors=doors, **more)
    own = {"43447": (130.3, 32.6, 130.75, 32.8)}
    return replace(known, regions=regions_of(own | (towns or {})))


def test_a_prefecture_that_ends_nearer_than_the_threshold_leaves_remoteness_unproven():
    found = outcome(leaving(738_000))
    assert (found.truth, found.travel.border) == (UNDETERMINED, Border.PREFECTURE)
    assert found.travel.border_ms == pytest.approx(738_000, abs=2)
    assert "都道府県境まで12分18秒であり、隣の都道府県の病院の一覧がなく" in found.text.ja
    assert "the prefecture's border is 12 min 18 s away" in found.text.en
    assert "neighbours" not in {v.name for v in found.travel.variants}


@pytest.mark.parametrize("more", [-1000, 1000])
def test_a_prefecture_that_ends_as_far_as_the_threshold_proves_it(more: int):
    found = outcome(leaving(LIMIT + more))
    assert found.truth is (UNDETERMINED if more < 0 else MET)


def test_both_borders_count_and_the_nearer_one_is_told():
    known = leaving(738_000)
    assert known.roads is not None
    cut = ends_at(known.roads.network, 0)
    found = outcome(replace(known, roads=replace(known.roads, network=cut)))
    assert (found.travel.border, found.travel.border_ms) == (Border.DATA, 0)


@pytest.mark.parametrize("role", list(Role))
def test_a_prefecture_beyond_whose_border_hospitals_are_listed_is_open_no_more(role: Role):
    over = replace(facility("over", SECONDARY, role=role), municipality_code="40202")
    places = {"over": place("40202", prefecture="40")}
    beyond = {"towns": {"40202": EAST}, "places": places, "doors": {"over": (1, 1.0)}}
    found = outcome(leaving(738_000, others=[over], **beyond))
    assert (found.truth, found.travel.border_ms) == (NOT_MET, None)
    assert variant(found, "neighbours").truth is MET


@pytest.mark.parametrize(
    ("listed", "towns", "unlisted"),
    [
        (("40",), {"40202": EAST}, None),
        (("40",), {"45202": EAST}, ("宮崎県",)),
        (("40",), {"45202": EAST, "40202": (130.3, 32.8, 130.75, 33.0)}, ("宮崎県",)),
        (("40", "45"), {"45202": EAST}, None),
        (("40", "45"), {}, None),
        (("42",), {}, ("福岡県", "大分県", "宮崎県", "鹿児島県")),
        (("40", "42", "44", "45", "46"), {}, None),
        (("42",), {"42202": EAST}, None),
        (("40", "44", "45", "46"), {"42202": EAST}, None),  # no road leads there, so no list must
    ],
    ids=[
        *("listed", "other", "two-neighbours", "both", "believed", "unknown", "all"),
        *("not-next", "by-sea"),
    ],
)
def test_only_the_part_of_the_border_is_closed_behind_which_hospitals_are_listed(
    listed: tuple[str, ...], towns: dict[str, Any], unlisted: tuple[str, ...] | None
):
    found = outcome(leaving(738_000, towns=towns, **listed_in(*listed)))
    if unlisted is None:
        assert (found.truth, found.travel.border_ms) == (MET, None)
        return
    assert (found.truth, found.travel.border) == (UNDETERMINED, Border.PREFECTURE)
    assert found.travel.border_unlisted == unlisted
    assert found.text.ja.startswith("都道府県境まで12分18秒であり、その先にありうる")


def test_a_sliver_between_two_outlines_is_either_s():
    west, south, east, north = EAST
    beyond = {"40202": (west + 0.255, south, east, north)}  # 500 m behind the road's end
    others = {"44202": (10, 10, 11, 11), "45202": (12, 10, 13, 11), "46202": (14, 10, 15, 11)}
    alone = outcome(leaving(738_000, towns=beyond, **listed_in("42")))
    assert alone.travel.border_unlisted == ("福岡県", "大分県", "宮崎県", "鹿児島県")
    near = outcome(leaving(738_000, towns=beyond | others, **listed_in("44")))
    assert near.travel.border_unlisted == ("福岡県",)
    assert outcome(leaving(738_000, towns=beyond | others, **listed_in("40"))).truth is MET


def test_by_boat_any_prefecture_with_an_outline_may_be_reached():
    known = leaving(738_000, {"ferries": True}, {"42202": EAST}, **listed_in(*NEXT_TO_43))
    assert outcome(known, rules=policy({"travel": {"ferries": True}})).travel.border_unlisted == (
        "長崎県",
    )


def test_neighbours_that_do_not_count_make_the_prefecture_s_border_nothing():
    found = outcome(leaving(738_000, {"neighbours": False}))
    assert (found.truth, found.travel.border_ms) == (MET, None)


def test_the_border_is_looked_for_in_the_direction_of_the_drive():
    one_way = [link(0, 1, ms=2 * LIMIT), link(2, 0, ms=1000, both=False)]
    network = ends_at(roads(one_way), 2)
    doors = {"a": (0, 0.0), "b": (0, 1.0)}
    assert outcome(facts(PAIR, network=network, doors=doors)).truth is MET
    rules = policy({"travel": {"direction": "to_candidate"}})
    found = outcome(facts(PAIR, rules, network=network, doors=doors), rules=rules)
    assert (found.truth, found.travel.border_ms) == (UNDETERMINED, 1000)


def test_an_island_with_a_road_out_of_the_data_is_not_proven_remote():
    network = ends_at(roads([link(0, 1, 9000.0), link(2, 3)]), 3)
    found = outcome(facts(PAIR, network=network, doors={"a": (1, 0.0), "b": (0, 0.0)}))
    assert (found.truth, found.travel.reachable) == (UNDETERMINED, False)
    assert "道路網で到達できる病院はありません" in found.text.ja


def test_the_run_names_them_in_one_warning():
    known = beside_border(1000, 2 * LIMIT)
    (found,) = open_borders(judge(policy(), known))
    assert found.code == "network-border-near"
    assert "（a病院）" in found.message.ja, "b is 60 minutes from the border"
    assert "destination" in found.remedy.ja
    (found,) = open_borders(judge(policy(), beside_border(1000, 2 * LIMIT, **listed_in("42"))))
    assert "隣の都道府県（福岡県、大分県、宮崎県、鹿児島県）の病院の一覧もない" in found.message.ja
    assert "市区町村の境界も与えると" in found.remedy.ja
    assert open_borders(judge(policy(), beside_border(1000, LIMIT - 1))) == ()


# --- islands ----------------------------------------------------------------------------------


def test_a_hospital_on_an_island_is_unreachable_and_the_reason_is_named():
    network = roads([link(0, 1, 9000.0), link(2, 3)])
    rules = policy({"travel": {"roadless": ["a"]}})
    known = facts(PAIR, rules, network=network, doors={"a": (1, 0.0), "b": (0, 0.0)})
    island, mainland = outcome(known), outcome(known, "b")
    assert (island.truth, island.travel.reachable, island.travel.detached) == (MET, False, True)
    assert "道路網の本体とつながっていない道路にあります" in island.text.ja
    assert (mainland.travel.reachable, mainland.travel.detached) == (False, False)
    assert "島など" not in mainland.text.ja


def test_two_hospitals_of_one_island_reach_each_other():
    network = roads([link(0, 1, 9000.0), link(2, 3)])
    found = outcome(facts(PAIR, network=network, doors={"a": (1, 0.0), "b": (1, 1.0)}))
    assert (found.truth, found.travel.detached) == (NOT_MET, False)


# --- two roads near a door ----------------------------------------------------------------------


def with_other_roads(known: Facts, **doors: tuple[int, float, int]) -> Facts:
    """Return facts in which facilities could also be tied to another place on an edge."""
    assert known.roads is not None
    snaps = dict(known.roads.snaps)
    for key, (edge, fraction, metres) in doors.items():
        spare = replace(at(key, edge, fraction).snap, distance_m=float(metres))
        snaps[key] = SnapResult(snaps[key].snap, 12.0, spare)
    return replace(known, roads=TiedRoads(known.roads.network, snaps))


def two_parts() -> Facts:
    """Return a, b a minute apart on the main part; beside it lies an island."""
    network = roads([link(0, 1, 9000.0, ms=60_000), link(2, 3)])
    return facts(PAIR, network=network, doors={"a": (0, 0.0), "b": (0, 1.0)})


def test_the_other_road_is_shown_where_it_changes_the_verdict():
    found = outcome(with_other_roads(two_parts(), a=(1, 0.0, 95)))
    assert (found.truth, found.travel.alternative_snap_m) == (NOT_MET, 95.0)
    turned = variant(found, "snap")
    # On the fragment no road leads to b, but nothing says that a stands on an island.
    assert (turned.truth, turned.travel_ms, turned.changes) == (UNDETERMINED, None, True)
    assert turned.label.ja == "もう一方の道路に結び付けた場合（道路まで12 m→95 m）"
    assert [v.name for v in found.travel.variants].count("snap_others") == 0


def test_the_other_road_is_only_recorded_where_it_changes_nothing():
    found = outcome(with_other_roads(two_parts(), a=(0, 0.5, 95)))
    assert found.travel.alternative_snap_m == 95.0
    assert not {"snap", "snap_others"} & {v.name for v in found.travel.variants}


def test_the_other_road_of_another_hospital_is_shown_by_name():
    known = with_other_roads(two_parts(), b=(1, 0.0, 95))
    found = outcome(known)
    turned = variant(found, "snap_others")
    assert (found.truth, turned.truth, turned.changes) == (NOT_MET, UNDETERMINED, True)
    assert "「b病院」12 m→95 m" in turned.label.ja
    assert found.travel.alternative_snap_m is None
    assert variant(outcome(known, "b"), "snap").changes


def test_both_beside_one_island_do_not_hide_each_other():
    known = with_other_roads(two_parts(), a=(1, 0.0, 95), b=(1, 1.0, 95))
    found = outcome(known)
    assert variant(found, "snap").truth is UNDETERMINED
    assert variant(found, "snap_others").truth is UNDETERMINED


def test_a_hospital_that_may_be_nearer_than_it_is_tied_is_shown_too():
    network = roads([link(0, 1, 9000.0, ms=2 * LIMIT), link(2, 3)])
    everyone = [*PAIR, facility("c", SECONDARY)]
    doors = {"a": (0, 0.0), "b": (0, 1.0), "c": (1, 0.0)}
    known = with_other_roads(facts(everyone, network=network, doors=doors), c=(0, 0.1, 40))
    turned = variant(outcome(known), "snap_others")
    assert (turned.truth, turned.nearest_id, turned.changes) == (NOT_MET, "c", True)
    assert "「c病院」" in turned.label.ja


# --- closures ---------------------------------------------------------------------------------


def closed(network: RoadNetwork, edges: list[int], doors: Any, shut: Any = None) -> Facts:
    """Return facts with closed edges; `shut` are the doors on the closed network."""
    mask = np.isin(np.arange(len(network.edges)), edges)
    whole = facts(PAIR, network=network, doors=doors).roads
    known = facts(PAIR, network=close_edges(network, mask), doors=shut or doors)
    assert known.roads is not None
    return replace(known, roads=replace(known.roads, without_closures=whole))


def test_a_closure_that_makes_the_way_longer_is_shown_with_the_open_road():
    network = roads([link(0, 1, ms=1000), link(0, 1, ms=LIMIT)])
    found = outcome(closed(network, [0], {"a": (1, 0.0), "b": (1, 1.0)}))
    assert (found.truth, found.travel.travel_ms) == (MET, LIMIT)
    turned = variant(found, "closures")
    assert (turned.travel_ms, turned.truth, turned.changes) == (1000, NOT_MET, True)
    assert turned.label.ja == "通行止めがない場合"


def test_cut_off_by_a_closure_is_no_island():
    network = roads([link(0, 1, ms=1000), link(1, 2, ms=1000), link(2, 3, ms=1000)])
    found = outcome(closed(network, [1], {"a": (0, 0.0), "b": (2, 1.0)}))
    assert (found.truth, found.travel.reachable, found.travel.detached) == (MET, False, False)
    assert "（通行止めがなければ到達できます）" in found.text.ja
    assert variant(found, "closures").truth is NOT_MET


def test_a_door_on_a_closed_road_is_undetermined_with_the_open_road_beside():
    doors = {"a": (0, 0.0), "b": (1, 1.0)}
    found = outcome(closed(chain(1000, 1000), [0], doors, {**doors, "a": 5000.0}))
    assert (found.truth, found.travel.travel_ms) == (UNDETERMINED, None)
    assert variant(found, "closures").truth is NOT_MET


# --- what is shown ------------------------------------------------------------------------------


def told(**travel: Any) -> tuple[RunResult, str, str]:
    """Return a run whose first measured facility has other evidence, its report and its card."""
    result = fabricated_result()
    verdict = next(v for v in result.verdicts if v.travel and v.travel.route)
    assert verdict.travel is not None
    route = replace(verdict.travel.route, delay_ms=travel.pop("delay_ms", 0))
    evidence: TravelEvidence = replace(verdict.travel, route=route, **travel)
    outcomes = tuple(replace(o, travel=evidence) if o.travel else o for o in verdict.outcomes)
    changed = replace(verdict, outcomes=outcomes)
    verdicts = tuple(changed if v is verdict else v for v in result.verdicts)
    result = replace(result, verdicts=verdicts)
    card = card_of(dossier_of(changed, result), Lang.JA)
    rows = "\n".join(f"{r.label}: {r.value}" for s in card.sections for r in s.rows)
    return result, explanation_text(explain(result, changed.facility.id)), rows


def test_delays_are_told_only_where_there_are_any():
    _, text, card = told(delay_ms=90_000)
    assert "うち信号・右左折などの待ち: 1分30秒" in text
    assert "うち信号・右左折などの待ち" in card
    _, text, card = told()
    assert "信号" not in text + card


def test_ties_beyond_those_named_are_counted():
    names = tuple(f"h{n}" for n in range(12))
    result, text, card = told(ties=names, tie_count=20)
    assert "h8、h9、ほか10件" in text
    assert "h8、h9、ほか10件" in card
    (column,) = [c for c in facility_columns(result) if c.name == "ties"]
    cells = [column.value(row, Lang.JA) for row in facility_rows(result)]
    assert (*names, "ほか8件") in cells


def test_border_island_and_the_other_road_are_told():
    _, text, card = told(border_ms=738_000, alternative_snap_m=95.0)
    for shown in (text, card):
        assert "道路データの縁まで: 12" in shown
        assert "縁の外により近い病院があるかもしれません" in shown
        assert "もう一方の道路まで: 95 m" in shown
    _, text, card = told(detached=True, reachable=False, travel_ms=None, nearest_name=None)
    for shown in (text, card):
        assert "道路網の本体とつながっていない道路" in shown


def test_all_of_it_comes_back_from_the_folder():
    given = {"border_ms": 1, "alternative_snap_m": 95.5, "detached": True, "delay_ms": 7}
    result, _, _ = told(**given, tie_count=3)
    assert parse_evidence(dump_evidence(result)).verdicts == result.verdicts


def test_a_folder_of_the_version_before_is_read():
    result = fabricated_result()
    text = dump_evidence(result)
    for key in ("tie_count", "alternative_snap_m", "detached", "border_ms", "delay_ms"):
        for value in ("0", "null", "false"):
            text = text.replace(f',"{key}":{value}', "")
        assert f'"{key}"' not in text
    text = text.replace(',"closures":null', "").replace('"version":2', '"version":1', 1)
    assert parse_evidence(text).verdicts == result.verdicts


def test_nobody_is_its_own_other_by_its_other_road():
    lone: list[Facility] = [facility("a", SECONDARY)]
    known = with_other_roads(facts(lone, network=chain(1000), doors={"a": (0, 0.0)}), a=(0, 1.0, 9))
    assert outcome(known).travel.reachable is False
