"""A verdict that hangs on a road at a door which not everybody may use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from networks.types import NearerKind, NearerRoad, SnapResult
from spots.judging.coverage import closed_doors
from spots.judging.criteria import Facts
from spots.judging.designation import judge
from spots.outputs.evidence import dump_evidence, parse_evidence
from spots.types import DoorRoad, Outcome, State
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
    third,
    variant,
)
from tests.helpers.road_cases import at, link, roads

PAIR = [facility("a", SECONDARY), facility("b", SECONDARY)]
MINUTE = 60_000
#: a and b by the back road; by the road at its door a stands at node 2.
BACK_MS, DRIVE_MS = 2 * LIMIT, 4 * MINUTE


def outcome(known: Facts, who: str = "a") -> Outcome:
    return third().judge(3, known)[who]


def with_drive(
    known: Facts,
    *,
    who: str = "a",
    edge: int = 1,
    fraction: float = 0.0,
    clear: bool = True,
    kind: NearerKind = NearerKind.CLOSED_WAY,
    leads: bool = True,
) -> Facts:
    """Return facts in which a road at a door leads to a place on an edge."""
    snap = replace(at(who, edge, fraction).snap, access_ms=1000) if leads else None
    road = NearerRoad(kind, 3.0, 120.0, snap, clear)
    assert known.roads is not None
    return replace(known, roads=replace(known.roads, nearer={**known.roads.nearer, who: road}))


def pair(back_ms: int = BACK_MS, drive_ms: int = DRIVE_MS) -> Facts:
    """Return a at one end of the back road, b where it meets a short one from node 2."""
    network = roads([link(0, 1, ms=back_ms), link(2, 1, ms=drive_ms)])
    return facts(PAIR, network=network, doors={"a": (0, 0.0), "b": (0, 1.0)})


@pytest.mark.parametrize(
    ("back_ms", "drive_ms"), [(BACK_MS, DRIVE_MS), (DRIVE_MS, BACK_MS)], ids=["far", "near"]
)
def test_a_verdict_that_hangs_on_a_private_drive_is_open(back_ms, drive_ms):
    known = with_drive(pair(back_ms, drive_ms))
    found = outcome(known)
    assert found.truth is UNDETERMINED
    assert found.travel.travel_ms == back_ms
    assert found.travel.nearer_road == DoorRoad(NearerKind.CLOSED_WAY, 3.0)
    turned = variant(found, "closed_way")
    assert (turned.travel_ms, turned.changes) == (drive_ms + 1000, True)
    assert turned.truth is (NOT_MET if drive_ms < LIMIT else MET)
    for figure in ("60分0", "4分0"):
        assert figure in found.text.ja
    assert "戸口の道路を使えるかどうかで結果が変わり" in found.text.ja
    assert "private or the like" in found.text.en


def test_whoever_counts_it_as_the_nearest_hangs_on_the_same_drive():
    found = outcome(with_drive(pair()), "b")
    assert (found.truth, found.travel.nearer_road) == (UNDETERMINED, None)
    assert "「a病院」は私道など" in variant(found, "closed_way_others").label.ja


@pytest.mark.parametrize(("near", "far"), [(True, True), (True, False), (False, False)])
def test_two_behind_drives_of_their_own_are_near_by_both_of_them(near, far):
    """By one drive alone the back road of the other remains."""
    network = roads([link(0, 1, ms=BACK_MS), link(2, 1, ms=BACK_MS), link(2, 3, ms=DRIVE_MS)])
    plain = facts(PAIR, network=network, doors={"a": (0, 0.0), "b": (0, 1.0)})
    known = with_drive(plain, edge=2, clear=near)
    known = with_drive(known, who="b", edge=2, fraction=1.0, clear=far)
    for who in "ab":
        found = outcome(known, who)
        assert found.truth is (UNDETERMINED if near or far else MET)
        alone = [v for v in found.travel.variants if v.name in {"closed_way", "closed_way_others"}]
        assert {v.truth for v in alone} <= {MET}
        both = variant(found, "closed_way_both")
        assert (both.travel_ms, both.truth, both.changes) == (DRIVE_MS + 2000, NOT_MET, True)
        assert "（3 m）を通るうえ、他の病院をその最も近い道で結ぶ場合（「" in both.label.ja
        assert found.travel.nearer_road is not None
    assert len(closed_doors(judge(policy(), known))) == 1


def test_the_state_is_undetermined_and_the_run_says_so():
    known = with_drive(pair())
    verdicts = judge(policy(), known)
    assert {v.state for v in verdicts} == {State.UNDETERMINED}
    (found,) = closed_doors(verdicts)
    assert (found.code, "（a病院、b病院）" in found.message.ja) == ("door-on-closed-road", True)
    assert closed_doors(judge(policy(), pair())) == ()


def test_a_drive_that_changes_nothing_is_told_and_decides_nothing():
    known = with_drive(pair(drive_ms=BACK_MS + MINUTE))
    found = outcome(known)
    assert found.truth is MET
    assert found.text.ja.endswith(
        "（戸口の私道など一般の車が入れない道（3 m）を通る場合は「b病院」で61分01秒）"
    )
    assert not variant(found, "closed_way").changes
    assert closed_doors(judge(policy(), known)) == ()
    assert "closed_way_others" not in {v.name for v in outcome(known, "b").travel.variants}


def test_of_two_roads_equally_near_the_public_one_is_taken_and_the_other_told():
    found = outcome(with_drive(pair(), clear=False))
    assert (found.truth, variant(found, "closed_way").truth) == (MET, NOT_MET)
    assert found.travel.nearer_road is not None
    assert "4分01秒" in found.text.ja
    assert len(closed_doors(judge(policy(), with_drive(pair(), clear=False)))) == 1
    same = outcome(with_drive(pair(drive_ms=BACK_MS), clear=False))
    assert (same.truth, same.travel.nearer_road) == (MET, None)
    assert "closed_way" not in {v.name for v in same.travel.variants}


def test_what_is_cut_off_behind_a_barrier_is_not_proven_to_be_unreachable():
    network = roads([link(0, 1, ms=MINUTE), link(2, 3, 9000.0, ms=MINUTE)])
    rules = policy({"travel": {"roadless": ["a", "b"]}})
    known = facts(PAIR, rules, network=network, doors={"a": (0, 0.0), "b": (1, 1.0)})
    assert outcome(known).truth is MET
    found = outcome(with_drive(known, fraction=0.0, kind=NearerKind.BARRIER))
    assert (found.truth, found.travel.reachable) == (UNDETERMINED, False)
    assert "車止めや門で区切られた道" in found.text.ja
    far = outcome(with_drive(known, edge=1, kind=NearerKind.BARRIER, who="b"), "b")
    assert far.truth is MET  # it still reaches nobody


def test_another_assumption_may_hang_on_the_drive_though_nothing_else_does():
    """Without toll roads the drive leads nowhere; a run with them is undetermined."""
    network = roads([link(0, 1, ms=BACK_MS), link(2, 1, ms=DRIVE_MS, toll=True)])
    told = {}
    for tolls in (False, True):
        rules = policy({"travel": {"tolls": tolls}})
        plain = facts(PAIR, rules, network=network, doors={"a": (0, 0.0), "b": (0, 1.0)})
        told[tolls] = outcome(with_drive(plain))
    assert (told[False].truth, told[True].truth) == (MET, UNDETERMINED)
    for tolls in (False, True):
        turned = variant(told[tolls], "tolls")
        assert (turned.truth, turned.changes) == (told[not tolls].truth, True)


def test_other_assumptions_are_asked_by_the_drive_too():
    """Without toll roads it would hang on the drive as well: nothing turns."""
    network = roads([link(0, 1, ms=BACK_MS), link(2, 1, ms=DRIVE_MS), link(0, 1, ms=50, toll=True)])
    plain = facts(PAIR, network=network, doors={"a": (0, 0.0), "b": (0, 1.0)})
    assert outcome(with_drive(plain)).truth is NOT_MET
    known = with_drive(pair())
    back = variant(outcome(known), "direction")
    assert (back.truth, back.changes) == (UNDETERMINED, False)


def test_a_door_far_from_all_roads_is_tried_by_its_drive():
    known = pair()
    off = replace(known.roads, snaps={**known.roads.snaps, "a": SnapResult(None, 1200.0)})
    found = outcome(with_drive(replace(known, roads=off)))
    assert (found.truth, variant(found, "closed_way").travel_ms) == (UNDETERMINED, DRIVE_MS + 1000)
    assert "1,200 m（上限1,000 m）" in found.text.ja
    assert "を通る場合は「b病院」で4分01秒" in found.text.ja


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (NearerKind.TUNNEL, "最も近い道はトンネル（3 m）で、出入口がありません"),
        (NearerKind.RAMP, "ランプなどの連絡路（3 m）で、出入口がありません"),
        (NearerKind.CLOSED_WAY, "（3 m）で、一般の車は通れません"),
    ],
)
def test_beside_nothing_but_a_tunnel_the_tunnel_is_named(kind, words):
    known = pair()
    off = replace(known.roads, snaps={**known.roads.snaps, "a": SnapResult(None, 1200.0)})
    found = outcome(with_drive(replace(known, roads=off), kind=kind, leads=False))
    assert (found.truth, found.travel.nearer_road) == (UNDETERMINED, DoorRoad(kind, 3.0))
    assert words in found.text.ja


def test_the_evidence_file_keeps_it():
    result = fabricated_result()
    road = DoorRoad(NearerKind.BARRIER, 4.5)
    first = next(v for v in result.verdicts if v.travel is not None)
    outcomes = tuple(
        replace(o, travel=replace(o.travel, nearer_road=road)) if o.travel else o
        for o in first.outcomes
    )
    told = replace(first, outcomes=outcomes)
    verdicts = tuple(told if v is first else v for v in result.verdicts)
    again = parse_evidence(dump_evidence(replace(result, verdicts=verdicts)))
    assert again.verdicts[verdicts.index(told)].travel.nearer_road == road
