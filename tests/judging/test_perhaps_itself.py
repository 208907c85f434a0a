"""A nearest other that may be the facility itself: both are asked, and open where they differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spots.judging.criteria import PolicyFacts
from spots.judging.criteria.beyond_doubles import nearest_at_once
from spots.judging.designation import judge
from spots.types import Accuracy, Double, Facility, Outcome, Position, State, TravelDirection
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
    third,
    variant,
)

HERE, TWIN, FAR = (
    facility(i, SECONDARY, position=Position(131.0 + n / 100, 32.7))
    for n, i in enumerate(("here", "twin", "far"))
)


def doubled(one: Facility, *others: Facility) -> Facility:
    """Return `one` with `others` as records that may be the same."""
    return replace(one, doubles=tuple(Double(o.id, o.name, 32.0, True) for o in others))


def along(*ms: int, everyone: tuple[Facility, ...] = ()) -> PolicyFacts:
    """Return facts of hospitals on a row, so many milliseconds apart."""
    doors = {f.id: (min(n, len(ms) - 1), float(n == len(ms))) for n, f in enumerate(everyone)}
    return facts(everyone, network=chain(*ms), doors=doors)


def outcome(known: PolicyFacts, who: str = "here") -> Outcome:
    return third().judge(3, known)[who]


DOUBLED = (doubled(HERE, TWIN), doubled(TWIN, HERE), FAR)


def test_it_is_open_where_the_answers_differ_and_both_are_told():
    found = outcome(along(15_000, 2 * LIMIT, everyone=DOUBLED))
    assert found.truth is UNDETERMINED
    assert "「twin病院」で0分15秒、同じ医療機関とすると「far病院」で60分15秒" in found.text.ja
    assert "twin病院, 0 min 15 s; if the same: far病院, 60 min 15 s" in found.text.en
    assert [d.name for d in found.travel.doubles] == ["twin病院"]
    assert (found.travel.if_one.id, found.travel.if_one.travel_ms) == ("far", 2 * LIMIT + 15_000)
    one, two = variant(found, "one_hospital"), variant(found, "two_hospitals")
    assert (one.truth, one.nearest_id, one.changes) == (MET, "far", True)
    assert (two.truth, two.nearest_id, two.changes) == (NOT_MET, "twin", True)
    assert one.label.ja == "「twin病院」と同じ医療機関とした場合"


def test_it_holds_where_both_answers_agree_and_is_told_all_the_same():
    found = outcome(along(15_000, LIMIT // 2, everyone=DOUBLED))
    assert found.truth is NOT_MET
    doubt = "「twin病院」（所在地が同じ、直線32 m、道路で0分15秒）は同じ医療機関かもしれません"
    assert doubt in found.text.ja
    assert not any(v.name in {"one_hospital", "two_hospitals"} for v in found.travel.variants)


def test_a_nearest_other_under_a_minute_is_looked_at_without_lists_saying_so():
    known = along(59_999, 2 * LIMIT, everyone=(HERE, TWIN, FAR))
    assert outcome(known).truth is UNDETERMINED
    (told,) = nearest_at_once(judge(policy(), known))
    assert (told.code, told.value) == ("nearest-other-at-once", "here病院")
    assert "twin病院" in told.message.ja


def test_a_minute_is_another_hospital():
    known = along(60_000, 2 * LIMIT, everyone=(HERE, TWIN, FAR))
    found = outcome(known)
    assert (found.truth, found.travel.doubles) == (NOT_MET, ())
    assert not list(nearest_at_once(judge(policy(), known)))


@pytest.mark.parametrize(
    "here",
    [
        replace(HERE, apart=("twin",)),
        replace(HERE, site="A", site_stated=True),
    ],
)
def test_what_is_told_apart_is_another_hospital(here):
    twin = replace(TWIN, site="B", site_stated=True)
    found = outcome(along(15_000, 2 * LIMIT, everyone=(here, twin, FAR)))
    assert (found.truth, found.travel.doubles) == (NOT_MET, ())


def test_records_at_one_point_that_are_two_sites_were_told_apart_when_sites_were_made():
    twin = replace(TWIN, position=HERE.position)
    found = outcome(along(15_000, 2 * LIMIT, everyone=(HERE, twin, FAR)))
    assert (found.truth, found.travel.doubles) == (NOT_MET, ())


def test_one_point_of_a_town_block_tells_nothing_apart():
    here, twin = (
        replace(f, position=replace(f.position, lon=131.0, accuracy=Accuracy.TOWN))
        for f in (HERE, TWIN)
    )
    assert outcome(along(0, 2 * LIMIT, everyone=(here, twin, FAR))).truth is UNDETERMINED


def test_one_site_is_never_another_hospital():
    twin = replace(TWIN, site="here")
    found = outcome(along(15_000, 2 * LIMIT, everyone=(HERE, twin, FAR)))
    assert (found.truth, found.travel.nearest_id, found.travel.doubles) == (MET, "far", ())


@pytest.mark.parametrize("direction", list(TravelDirection))
def test_two_names_at_one_point_are_asked_both_ways(direction):
    """They are kept from each other as one site, though nobody has said so."""
    here = doubled(HERE, TWIN)
    twin = doubled(replace(TWIN, site="here", position=HERE.position), HERE)
    known = along(0, 2 * LIMIT, everyone=(here, twin, FAR))
    known = replace(known, travel=replace(known.travel, direction=direction))
    found = third().judge(3, known)
    for who, other in (("here", "twin"), ("twin", "here")):
        assert found[who].truth is UNDETERMINED
        assert (found[who].travel.nearest_id, found[who].travel.if_one.id) == (other, "far")
        assert [o.id for o in found[who].travel.others] == [other, "far"]
    near = along(0, LIMIT // 2, everyone=(here, twin, FAR))
    assert outcome(near).truth is NOT_MET


def test_several_records_in_a_row_are_all_passed_over():
    near = [facility(f"n{n}", SECONDARY, position=Position(131.1, 32.7)) for n in range(7)]
    everyone = (HERE, *near, FAR)
    found = outcome(along(*[5_000] * 7, 2 * LIMIT, everyone=everyone))
    assert found.truth is UNDETERMINED
    assert found.travel.if_one.id == "far"
    assert len(found.travel.doubles) == 7


def test_nobody_else_within_reach_is_said():
    found = outcome(along(15_000, everyone=DOUBLED[:2]))
    assert found.truth is UNDETERMINED
    assert "同じ医療機関とすると到達できる他の病院なし" in found.text.ja
    assert found.travel.if_one is None
    assert not third().turns({"here": found, "twin": found}, along(15_000, everyone=DOUBLED[:2]))


def test_the_speed_that_turns_it_is_that_of_the_hospital_beyond():
    known = along(15_000, 2 * LIMIT - 15_000, everyone=DOUBLED)
    found = third().judge(3, known)
    turn = third().turns(found, known)["here"]
    assert (turn.factor, turn.truth) == (2.0, NOT_MET)


def test_the_facility_stays_undetermined_until_somebody_decides():
    open_, decided = (
        {v.facility.id: v for v in judge(policy(), along(15_000, 2 * LIMIT, everyone=everyone))}
        for everyone in (DOUBLED, (HERE, replace(TWIN, site="here"), FAR))
    )
    assert open_["here"].state is State.UNDETERMINED
    assert decided["here"].state is State.DESIGNATED
    one = next(v for v in open_["here"].variants if v.name == "one_hospital")
    assert one.state is decided["here"].state
