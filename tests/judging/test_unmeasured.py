"""Hospitals that count and are not on the roads: remoteness is proven only where none may be near."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from boundaries import Regions
from boundaries.geometry import GEOD
from groundfloor.problems import Severity
from networks import RoadNetwork
from spots.judging.coverage import lost_destinations
from spots.judging.criteria.borders import Borders
from spots.judging.criteria.unmeasured import Unplaced, Yardstick, soonest
from spots.judging.designation import judge
from spots.outputs.evidence import dump_evidence, parse_evidence
from spots.telling.evidence_words import unmeasured_words
from spots.types import (
    Border,
    Facility,
    Leaving,
    Outcome,
    Position,
    Role,
    State,
    Truth,
    Unmeasured,
    Whereabouts,
)
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
    variant,
)
from tests.helpers.road_cases import link, roads

HERE = Position(131.0, 32.7)
TOP_KMH = 100.0  # of the profile of the tests
REACH_M = TOP_KMH * 1000.0 / 2  # half an hour at that speed
#: Towns of the prefecture and of another, degrees; HERE lies in the first.
TOWNS = {
    "43447": (130.9, 32.6, 131.1, 32.8),
    "43424": (131.1, 32.6, 131.3, 32.8),
    "43202": (132.0, 32.6, 132.2, 32.8),
    "45441": (131.3, 32.6, 131.5, 32.8),
}


def east(metres: float) -> Position:
    lon, lat, _ = GEOD.fwd(HERE.lon, HERE.lat, 90.0, metres)
    return Position(lon, lat)


def without(code: str | None, **more: Any) -> Facility:
    """Return a hospital without a position, in the municipality `code`."""
    lost = facility("c", SECONDARY, position=None, name="載らない病院", **more)
    return replace(lost, municipality_code=code)


def world(
    missing: Iterable[Facility],
    ms: int = 2 * LIMIT,
    *,
    known: Regions | None = None,
    network: RoadNetwork | None = None,
    **more: Any,
):
    """Return facts: a hospital HERE, another `ms` away by road, others that the roads miss."""
    lost = list(missing)
    everyone = [facility("a", SECONDARY, position=HERE), facility("b", SECONDARY), *lost]
    off = {f.id: 9000.0 for f in lost if f.position is not None}
    doors = {"a": (0, 0.0), "b": (0, 1.0)} | off
    no_places = {f.id: place(f.municipality_code, prefecture=None) for f in lost}
    places = {
        i: replace(p, prefecture_code=_prefecture(p.municipality_code))
        for i, p in no_places.items()
    }
    given = facts(everyone, network=network or chain(ms), doors=doors, places=places, **more)
    return replace(given, regions=known)


def _prefecture(code: str | None) -> str | None:
    return None if code is None else code[:2]


def first(known: Any) -> Outcome:
    rules = policy()
    (verdict,) = [v for v in judge(rules, known) if v.facility.id == "a"]
    (outcome,) = [o for o in verdict.outcomes if o.number == 3]
    return outcome


# --- off the roads --------------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "truth"), [(REACH_M - 1, UNDETERMINED), (REACH_M + 1, MET)])
def test_a_hospital_off_the_roads_is_measured_by_the_top_speed(metres: float, truth: Truth):
    lost = facility("c", SECONDARY, position=east(metres), name="載らない病院")
    found = first(world([lost]))
    assert found.truth is truth
    assert found.travel is not None
    assert found.travel.unmeasured == Unmeasured(
        "載らない病院",
        Whereabouts.POSITION,
        pytest.approx(metres * 3600.0 / TOP_KMH, abs=1),
        pytest.approx(metres, abs=0.01),
    )


def test_one_that_is_farther_in_a_straight_line_than_the_one_found_is_no_proof():
    """The road to the one found winds; a straight one to the other would take less than 29 minutes."""
    lost = facility("c", SECONDARY, position=east(48_000.0), name="載らない病院")
    found = first(world([lost], LIMIT))
    assert found.truth is UNDETERMINED
    assert (
        "「載らない病院」（直線48.0 km、最短でも28分47秒）が道路網に載っておらず" in found.text.ja
    )
    assert "「b病院」で30分00秒" in found.text.ja


def test_one_near_enough_on_the_roads_settles_it():
    lost = facility("c", SECONDARY, position=HERE, name="載らない病院")
    assert first(world([lost], LIMIT - 1)).truth is NOT_MET


@pytest.mark.parametrize(
    ("unreachable", "metres", "truth"),
    [
        ("not_met", REACH_M - 1, UNDETERMINED),  # no road to b, and c may be near
        ("not_met", None, NOT_MET),
        ("met", REACH_M - 1, UNDETERMINED),
        ("met", None, MET),
    ],
)
def test_who_reaches_nobody_is_settled_only_where_none_is_off_the_roads(
    unreachable: str, metres: float | None, truth: Truth
):
    """Not to be reached is no answer about a hospital that no road of the data leads to."""
    rules = policy({"criterion": {"3": {"unreachable": unreachable}}})
    island = facility("a", SECONDARY, position=HERE)
    everyone = [island, facility("b", SECONDARY, position=east(300_000.0))]
    doors: dict[str, tuple[int, float] | float] = {"a": (0, 0.0), "b": (1, 0.0)}
    if metres is not None:
        everyone.append(facility("c", SECONDARY, position=east(metres), name="載らない病院"))
        doors["c"] = 9000.0
    apart = roads([link(0, 1), link(2, 3)])
    known = facts(everyone, rules, network=apart, doors=doors)
    (verdict,) = [v for v in judge(rules, known) if v.facility.id == "a"]
    (outcome,) = [o for o in verdict.outcomes if o.number == 3]
    assert outcome.travel is not None
    assert outcome.travel.reachable is False
    assert outcome.truth is truth
    assert ("「載らない病院」" in outcome.text.ja) is (metres is not None)


def test_a_faster_road_than_the_profile_has_counts():
    lost = facility("c", SECONDARY, position=east(REACH_M + 1))
    fast = roads([link(0, 1, ms=2 * LIMIT), link(1, 2, 1000.0, ms=30_000)])
    assert first(world([lost], network=fast)).truth is UNDETERMINED


def test_the_nearest_of_another_site_is_taken_from_thousands():
    many = [facility(f"m{n}", SECONDARY, position=east(30_000.0 + 10.0 * n)) for n in range(3000)]
    own = facility("own", SECONDARY, position=east(5.0), site="a")
    asking = facility("a", SECONDARY, position=HERE)
    found = soonest([asking], [*reversed(many), own], [], Yardstick(60.0), dict)
    assert found["a"].name == "m0病院"
    assert found["a"].least_ms == pytest.approx(LIMIT, abs=1)


def test_the_nearest_is_taken_on_whichever_side_it_lies():
    asking = facility("a", SECONDARY, position=HERE)
    sides = {"far": east(-50_000.0), "near": east(5_000.0), "farther": east(90_000.0)}
    lost = [facility(i, SECONDARY, position=p) for i, p in sides.items()]
    assert soonest([asking], lost, [], Yardstick(60.0), dict)["a"].name == "near病院"


# --- without a position ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "truth"),
    [
        ("43447", UNDETERMINED),  # in the same town
        ("43424", UNDETERMINED),  # the next, 9.4 km away
        ("43202", MET),  # 94 km away
        ("45441", UNDETERMINED),  # of another prefecture, 28 km away
    ],
)
def test_one_without_a_position_is_as_near_as_its_municipality(code: str, truth: Truth):
    found = first(world([without(code)], known=regions_of(TOWNS)))
    assert found.truth is truth
    assert found.travel is not None
    assert found.travel.unmeasured is None or (
        found.travel.unmeasured.where is Whereabouts.MUNICIPALITY
    )


def test_the_reason_names_the_municipality_and_both_figures():
    found = first(world([without("43424")], known=regions_of(TOWNS)))
    assert (
        "「載らない病院」の位置が分からず、所在する市町村まで直線9.4 km（最短で5分37秒）"
        in found.text.ja
    )
    assert "「b病院」で60分00秒" in found.text.ja


def test_one_in_the_same_municipality_is_not_said_to_be_0_km_away():
    found = first(world([without("43447")], known=regions_of(TOWNS)))
    assert found.text.ja.startswith("この施設と同じ市町村にある「載らない病院」の位置が分からず、")
    assert "the position of 載らない病院 in the same municipality is not known" in found.text.en
    words = unmeasured_words(found.travel.unmeasured)
    assert words.ja == "載らない病院（位置不明、同じ市町村、最短で0分00秒）"


@pytest.mark.parametrize("known", [regions_of(TOWNS), None], ids=["no-municipality", "no-ground"])
def test_one_of_which_nothing_is_known_may_be_anywhere(known: Regions | None):
    lost = without(None if known else "43202")
    found = first(world([lost], known=known))
    assert (found.truth, found.travel.unmeasured.where) == (UNDETERMINED, Whereabouts.ANYWHERE)
    assert "位置も市町村も分からず" in found.text.ja


def test_one_of_the_own_prefecture_is_not_looked_for_beyond_its_border(
    monkeypatch: pytest.MonkeyPatch,
):
    far = {"a": Leaving(2 * LIMIT, Border.PREFECTURE)}
    monkeypatch.setattr(Borders, "leaving", lambda *_given, **_more: far)
    found = first(world([without("43999")], known=regions_of(TOWNS)))  # a code that no map has
    assert (found.truth, found.travel.unmeasured.where) == (UNDETERMINED, Whereabouts.ANYWHERE)
    lost = without("40202", role=Role.DESTINATION)
    assert first(world([lost], known=regions_of(TOWNS))).truth is MET


def test_who_may_be_anywhere_is_told_by_itself():
    rules, lost = policy(), without(None)
    (told,) = lost_destinations(rules, world([lost]))
    assert (told.code, told.severity, told.value) == (
        "destination-anywhere",
        Severity.WARNING,
        lost.name,
    )
    (told,) = lost_destinations(rules, world([without("43424")]))
    assert told.code == "destination-off-network"


@pytest.mark.parametrize("named", ["大牟田市", ""])
def test_who_is_only_reached_may_be_anywhere_unless_its_municipality_is_named(named: str):
    lost = replace(without(None, role=Role.DESTINATION), municipality_name=named)
    known = world([lost], known=regions_of(TOWNS))
    (told,) = lost_destinations(policy(), known)
    assert told.code == ("destination-off-network" if named else "destination-anywhere")
    assert known.may_be_anywhere(lost) is not bool(named)


def test_who_is_named_roadless_leaves_nobody_open_and_is_not_warned_of():
    lost = facility("c", SECONDARY, position=HERE, name="島の病院")
    known = world([lost])
    assert [p.code for p in lost_destinations(policy(), known)] == ["destination-off-network"]
    assert lost_destinations(policy({"travel": {"roadless": ["島の病院"]}}), known) == ()


def test_a_neighbour_without_ground_is_as_near_as_the_border():
    lost = [Unplaced(without("40202", role=Role.DESTINATION), "40202", foreign=True)]
    asking = [facility("a", SECONDARY), facility("far", SECONDARY), facility("isle", SECONDARY)]
    border = {"a": Leaving(LIMIT - 1, Border.PREFECTURE), "far": Leaving(LIMIT, Border.DATA)}
    found = soonest(asking, [], lost, Yardstick(80.0, regions_of(TOWNS)), lambda: border)
    least = {i: u.least_ms for i, u in found.items()}
    assert least == {"a": LIMIT - 1, "far": LIMIT}, "no road leaves the island"
    assert {u.where for u in found.values()} == {Whereabouts.BEYOND}
    nowhere = soonest(asking, [], lost, Yardstick(80.0, regions_of(TOWNS)), dict)
    assert {u.where for u in nowhere.values()} == {Whereabouts.ANYWHERE}


def test_a_neighbour_without_a_municipality_is_as_near_as_the_border_too():
    lost = [Unplaced(without(None, role=Role.DESTINATION), None, foreign=True)]
    border = {"a": Leaving(LIMIT, Border.DATA)}
    for known in (None, regions_of(TOWNS)):
        yardstick = Yardstick(80.0, known)
        found = soonest([facility("a", SECONDARY)], [], lost, yardstick, lambda: border)
        assert (found["a"].where, found["a"].least_ms) == (Whereabouts.BEYOND, LIMIT)


def test_the_border_is_not_asked_for_where_the_ground_is_known():
    def refuse() -> dict[str, Leaving]:
        raise AssertionError

    lost = [Unplaced(without("45441"), "45441", foreign=True)]
    found = soonest(
        [facility("a", SECONDARY)], [], lost, Yardstick(80.0, regions_of(TOWNS)), refuse
    )
    assert found["a"].where is Whereabouts.MUNICIPALITY


# --- other assumptions and speeds -----------------------------------------------------------------


def test_an_assumption_that_leaves_it_out_is_tried_without_it():
    lost = without("45441", role=Role.DESTINATION)
    found = first(world([lost], known=regions_of(TOWNS)))
    turned = variant(found, "neighbours")
    assert (found.truth, turned.truth, turned.changes) == (UNDETERMINED, MET, True)


def test_speeds_turn_a_met_criterion_where_it_becomes_open_first():
    lost = facility("c", SECONDARY, position=east(1.2 * REACH_M))
    travel = first(world([lost])).travel
    assert travel is not None
    assert travel.turning is not None
    assert travel.turning.factor == pytest.approx(1.2, rel=1e-6)
    assert (travel.turning.state, travel.turning.truth) == (State.UNDETERMINED, UNDETERMINED)


def test_speeds_turn_even_what_reaches_nobody():
    lost = facility("c", SECONDARY, position=east(1.2 * REACH_M))
    alone = roads([link(0, 1), link(2, 3)])
    far = facility("b", SECONDARY, position=east(2 * REACH_M))
    everyone = [facility("a", SECONDARY, position=HERE), far, lost]
    doors = {"a": (0, 0.0), "b": (1, 0.0), "c": 9000.0}
    travel = first(facts(everyone, network=alone, doors=doors)).travel
    assert travel is not None
    assert (travel.reachable, travel.turning.factor) == (False, pytest.approx(1.2, rel=1e-6))


@pytest.mark.parametrize(("metres", "then"), [(0.4, UNDETERMINED), (0.6, MET)])
def test_slower_speeds_prove_nothing_while_it_stays_near(metres: float, then: Truth):
    """The one found is half the threshold away, so half the speeds put it there."""
    lost = facility("c", SECONDARY, position=east(metres * REACH_M))
    travel = first(world([lost], LIMIT // 2)).travel
    assert travel is not None
    assert (travel.turning.factor, travel.turning.truth) == (0.5, then)


def test_it_comes_back_from_the_folder():
    result = fabricated_result()
    missing = Unmeasured("載らない病院", Whereabouts.MUNICIPALITY, 337_000, 9369.5)

    def told(outcome: Outcome) -> Outcome:
        travel = outcome.travel
        return replace(outcome, travel=replace(travel, unmeasured=missing)) if travel else outcome

    verdicts = tuple(replace(v, outcomes=tuple(map(told, v.outcomes))) for v in result.verdicts)
    changed = replace(result, verdicts=verdicts)
    assert parse_evidence(dump_evidence(changed)).verdicts == verdicts


@pytest.mark.parametrize("seed", range(20))
def test_boxes_leave_out_nobody_who_could_be_reached_sooner(seed: int):
    """Whoever is passed over for the box of its municipality is farther than who is found."""
    rng = random.Random(seed)  # noqa: S311 - towns on a map
    codes = [f"43{n:03}" for n in range(1, 9)]

    def square() -> tuple[float, float, float, float]:
        west, south = rng.uniform(130, 132), rng.uniform(32, 33)
        return west, south, west + rng.uniform(0.01, 0.5), south + rng.uniform(0.01, 0.3)

    known = regions_of({code: square() for code in codes})
    asking = [
        facility(f"a{n}", position=Position(rng.uniform(130, 132), rng.uniform(32, 33)))
        for n in range(12)
    ]
    where = [rng.choice([*codes, None, "45999"]) for _ in range(9)]
    missing = [
        Unplaced(facility(rng.choice("xyz") + str(n), position=None), code, rng.random() < 0.3)
        for n, code in enumerate(where)
    ]
    ways_out = {f.id: Leaving(rng.randrange(3_000_000), Border.PREFECTURE) for f in asking[::2]}
    measure = Yardstick(60.0, known)
    each = [soonest(asking, (), [one], measure, lambda: ways_out) for one in missing]
    for candidate in asking:
        alone = [found[candidate.id] for found in each if candidate.id in found]
        best = min(alone, key=lambda u: (u.least_ms, u.name), default=None)
        together = soonest([candidate], (), missing, measure, lambda: ways_out)
        assert together.get(candidate.id) == best
