"""What a verdict hangs on: the nearest three, speeds, lists, and the state under each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundaries.types import AreaClass
from networks import RoadNetwork, SpeedProfile, nearest_few, nearest_other, retimed
from networks.network import WORD_MS
from networks.speeds.profile import Delay, TurnDelays
from networks.types import SnapResult
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.judging.criteria import Facts, NamedList, TiedRoads
from spots.judging.designation import judge
from spots.judging.policy import Policy
from spots.types import Position, Role, State, Truth, Variant, Verdict
from tests.helpers.judging import BASE, SECONDARY, facility, facts, place, policy
from tests.helpers.road_cases import at, cases, flat_profile, link, roads
from tests.helpers.small_job import HOSPITALS, RUN, write_job

MET, NOT_MET, UNDETERMINED = Truth.MET, Truth.NOT_MET, Truth.UNDETERMINED
LIMIT = 1_800_000
BESIDE = 2e-4  # far above the rounding of a few roads to milliseconds in half an hour


def verdicts(known: Facts, rules: Policy | None = None) -> dict[str, Verdict]:
    return {v.facility.id: v for v in judge(rules or policy(), known)}


def variants(found: Verdict, name: str) -> list[Variant]:
    return [v for v in found.variants if v.name == name]


# --- the nearest three --------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_first_of_few_is_the_nearest_other(case):
    network, terminals, options, direction = case
    both = {"direction": direction, "options": options}
    ones = nearest_other(network, terminals, terminals, **both)
    for one, few in zip(ones, nearest_few(network, terminals, terminals, 3, **both), strict=True):
        first = (few[0].destination_id, few[0].travel_ms) if few else (None, None)
        assert first == (one.destination_id, one.travel_ms)


def row_of_five() -> tuple[Facts, dict[str, Verdict]]:
    """Hospitals at 0, 10, 20, 30 and 40 minutes of a road; the second has an annexe of its site."""
    network = roads([link(i, i + 1, ms=600_000, name=f"道{i}") for i in range(4)])
    everyone = [facility(c, SECONDARY) for c in "abcde"]
    everyone += [facility("annexe", SECONDARY, site="b")]
    doors = {"a": (0, 0.0), "b": (0, 1.0), "c": (1, 1.0), "d": (2, 1.0), "e": (3, 1.0)}
    known = facts(everyone, network=network, doors={**doors, "annexe": (0, 1.0)})
    return known, verdicts(known)


def test_three_hospitals_of_other_sites_with_their_ways():
    _, found = row_of_five()
    travel = found["a"].travel
    # Of one site only one is named: the three are three places to go to.
    assert [(o.id, o.name, o.travel_ms) for o in travel.others] == [
        ("annexe", "annexe病院", 600_000),
        ("c", "c病院", 1_200_000),
        ("d", "d病院", 1_800_000),
    ]
    assert [o.route.road_names for o in travel.others] == [
        ("道0",),
        ("道0", "道1"),
        ("道0", "道1", "道2"),
    ]
    for one in found.values():
        first = one.travel.others[0]
        assert (first.id, first.name) == (one.travel.nearest_id, one.travel.nearest_name)
        assert first.travel_ms == one.travel.travel_ms
        assert first.route == one.travel.route


def test_the_three_answer_the_policys_own_question():
    network = roads(
        [
            link(0, 1, ms=900_000, toll=True),
            link(0, 2, ms=1_000_000, both=False),
            link(0, 3, ms=1_100_000),
        ]
    )
    everyone = [facility(c, SECONDARY) for c in "abcd"]
    places = {"d": place("40202", prefecture="40")}
    known = {"network": network, "places": places}
    doors = {"a": (0, 0.0), "b": (0, 1.0), "c": (1, 1.0), "d": (2, 1.0)}

    def others(**travel: object) -> list[str]:
        rules = policy({"travel": travel})
        found = verdicts(facts(everyone, rules, doors=doors, **known), rules)
        return [o.id for o in found["a"].travel.others]

    assert others() == ["b", "c", "d"]
    assert others(tolls=False) == ["c", "d"]
    assert others(neighbours=False) == ["b", "c"]
    assert others(direction="to_candidate") == ["b", "d"]


def test_without_a_way_or_a_position_there_are_no_others():
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY), facility("c", SECONDARY)]
    network = roads([link(0, 1), link(2, 3)])
    found = verdicts(facts(everyone, network=network, doors={"a": (0, 0.0), "b": (1, 0.0)}))
    assert {k: v.travel.others for k, v in found.items()} == {"a": (), "b": (), "c": ()}
    assert {v.travel.turning for v in found.values()} == {None}


# --- speeds -------------------------------------------------------------------------------------


def times(profile: SpeedProfile, factor: float) -> SpeedProfile:
    """Return `profile` with every speed multiplied, unrounded."""

    def new(row):
        return replace(row, kmh=row.kmh * factor)

    return replace(
        profile,
        version=f"x{factor}",
        classes=tuple(new(row) for row in profile.classes),
        access=new(profile.access),
    )


def town(
    network: RoadNetwork,
    doors: Mapping[str, tuple[int, float, int]],
    rules: Policy,
    factor: float = 1.0,
) -> Facts:
    """Return facts on the whole network at other speeds; `doors` have access milliseconds."""
    known = facts([facility(i, SECONDARY) for i in doors], rules)
    snaps = {
        i: SnapResult(at(i, edge, along, access_ms=round(ms / factor)).snap, ms / 1000)
        for i, (edge, along, ms) in doors.items()
    }
    other = retimed(network, times(network.profile, factor)) if factor != 1.0 else network
    return replace(known, roads=TiedRoads(other, snaps))


def ship(tail: int, head: int, ms: int):
    return replace(link(tail, head, ms=ms, ferry=True), speed_source="duration")


@st.composite
def towns(draw):
    """Draw a network with roads of two classes, tolls and ships, three hospitals and a rule."""
    node = st.integers(0, 5)
    links = [
        link(
            draw(node),
            draw(node),
            draw(st.integers(4_000, 60_000)),
            both=draw(st.booleans()),
            toll=draw(st.integers(0, 3)) == 0,
            road_class=draw(st.sampled_from(["trunk", "residential"])),
            kmh=0.0,
        )
        for _ in range(draw(st.integers(2, 9)))
    ]
    speeds = {"trunk": 60.0, "residential": 30.0}
    links = [replace(e, kmh=speeds[e.road_class]) for e in links]
    solid = len(links)
    links += [
        ship(draw(node), draw(node), draw(st.integers(1, 1_500)) * 1000)
        for _ in range(draw(st.integers(0, 2)))
    ]
    doors = {
        i: (
            draw(st.integers(0, solid - 1)),
            draw(st.sampled_from((0.0, 0.25, 0.5, 1.0))),
            draw(st.integers(0, 300)) * 1000,
        )
        for i in "abc"
    }
    rules = policy(
        {
            "travel": {
                "also_try": [],
                "ferries": draw(st.booleans()),
                "ferry_wait_min": draw(st.integers(0, 20)),
                "tolls": draw(st.booleans()),
            },
            "criterion": {"3": {"comparison": draw(st.sampled_from(["at_least", "more_than"]))}},
        }
    )
    return roads(links), doors, rules


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(towns())
def test_an_exact_factor_is_where_the_whole_network_turns(case):
    network, doors, rules = case
    found = verdicts(town(network, doors, rules), rules)
    turning = {k: v for k, v in found.items() if v.travel.turning and v.travel.turning.exact}
    assume(turning)
    longest_ms = int(max(network.edges.forward_ms.max(), network.edges.backward_ms.max()))
    for who, before in turning.items():
        turn, truth = before.travel.turning, before.outcomes[2].truth
        # Not so slow that a road takes longer than a network can hold.
        assume(0.02 < turn.factor < 40 and abs(turn.factor - 1.0) > 1e-3)
        assume(longest_ms < WORD_MS * min(turn.factor, 1.0) * (1.0 - BESIDE) - 1)
        faster = truth is not NOT_MET  # one that no way leads to may leave open what is far
        beyond = 1.0 + (BESIDE if faster else -BESIDE)
        for side, expected in ((beyond, turn.truth), (2.0 - beyond, truth)):
            again = verdicts(town(network, doors, rules, turn.factor * side), rules)[who]
            assert again.outcomes[2].truth is expected
            if side == beyond:
                assert again.state is turn.state
        assert (turn.factor > 1.0) == faster


def two(ms: int, comparison: str = "at_least", **road) -> Verdict:
    rules = policy({"criterion": {"3": {"comparison": comparison}}})
    network = roads([link(0, 1, ms=ms, **road)])
    return verdicts(town(network, {"a": (0, 0.0, 0), "b": (0, 1.0, 0)}, rules), rules)["a"]


@pytest.mark.parametrize(
    ("ms", "comparison", "factor", "truth", "state"),
    [
        (2 * LIMIT, "at_least", 2.0, NOT_MET, State.NOT_MET),
        (LIMIT // 2, "at_least", 0.5, MET, State.DESIGNATED),
        (LIMIT, "at_least", 1.0, NOT_MET, State.NOT_MET),  # met: a little faster turns it
        (LIMIT, "more_than", 1.0, MET, State.DESIGNATED),  # not met: a little slower does
    ],
)
def test_the_factor_by_hand(ms: int, comparison: str, factor: float, truth: Truth, state: State):
    turning = two(ms, comparison).travel.turning
    assert (turning.factor, turning.exact, turning.truth, turning.state) == (
        factor,
        True,
        truth,
        state,
    )


def test_the_way_to_the_road_is_driven_too():
    rules = policy()
    network = roads([link(0, 1, ms=LIMIT)])
    doors = {"a": (0, 0.0, 600_000), "b": (0, 1.0, 300_000)}
    assert verdicts(town(network, doors, rules), rules)["a"].travel.turning.factor == 1.5


def by_ship(road_ms: int, crossing_ms: int, *more, wait_min: int = 5) -> Verdict:
    rules = policy({"travel": {"ferries": True, "ferry_wait_min": wait_min}})
    network = roads([link(0, 1, ms=road_ms), ship(1, 2, crossing_ms), link(2, 3, ms=0), *more])
    doors = {"a": (0, 0.0, 0), "b": (2, 1.0, 0)}
    return verdicts(town(network, doors, rules), rules)["a"]


def test_crossing_and_waiting_do_not_scale():
    # 20 minutes of road, 5 of waiting, 10 of crossing: 15 minutes are left for the road
    turning = by_ship(1_200_000, 600_000).travel.turning
    assert (turning.factor, turning.exact) == (1_200_000 / 900_000, False)


def test_no_speed_turns_what_is_all_water_or_no_way_at_all():
    assert by_ship(60_000, LIMIT).travel.turning is None  # the ship alone takes 30 minutes
    assert two(0).travel.turning is None
    assert two(LIMIT).travel.turning is not None


def test_with_ships_about_slower_speeds_may_turn_later():
    def beside(road_ms: int) -> tuple[float, bool]:
        found = by_ship(600_000, 1_500_000, link(0, 3, ms=road_ms))
        assert found.travel.route.ferries == ()
        turning = found.travel.turning
        return turning.factor, turning.exact

    # By road alone in 20 minutes: slower roads are overtaken by the ship of 40 minutes, 30 of
    # which do not scale. In 32 minutes: faster ones are not.
    assert beside(1_200_000) == (1_200_000 / LIMIT, False)
    assert beside(1_920_000) == (1_920_000 / LIMIT, True)


def test_delays_do_not_scale_and_leave_the_factor_open():
    def delayed(profile: SpeedProfile) -> Verdict:
        crossing = roads([link(0, 1, 30_000.0), link(1, 2, 10_000.0), link(1, 3)])
        network = retimed(crossing, profile)
        doors = {"a": (0, 0.0, 0), "b": (1, 1.0, 0)}
        return verdicts(town(network, doors, policy()))["a"]

    turns = TurnDelays(left_s=0, right_s=0, straight_s=60, u_turn_s=0, source="test")
    plain = delayed(replace(flat_profile(), version="2"))
    assert (plain.travel.turning.factor, plain.travel.turning.exact) == (2_400_000 / LIMIT, True)
    waiting = delayed(replace(flat_profile(), turns=turns))
    delay_ms = waiting.travel.route.delay_ms
    assert delay_ms == 60_000
    factor = (waiting.travel.travel_ms - delay_ms) / (LIMIT - delay_ms)
    assert (waiting.travel.turning.factor, waiting.travel.turning.exact) == (factor, False)
    at_signals = replace(flat_profile(), delays=(Delay("traffic_signals", 5.0, "test"),))
    assert delayed(at_signals).travel.turning.exact is True  # none is mapped here


# --- what slower speeds cannot prove --------------------------------------------------------------


def test_slower_speeds_prove_nothing_where_a_nearer_hospital_is_off_the_network():
    everyone = [
        facility("a", SECONDARY, position=Position(131.0, 32.7)),
        facility("b", SECONDARY, position=Position(131.1, 32.7)),
        facility("lost", SECONDARY, position=Position(131.05, 32.7)),
    ]
    network = roads([link(0, 1, ms=LIMIT // 2)])
    doors = {"a": (0, 0.0), "b": (0, 1.0), "lost": 9000.0}
    found = verdicts(facts(everyone, network=network, doors=doors))["a"]
    assert found.state is State.NOT_MET  # 15 minutes settle it, whatever is missing
    assert (found.travel.turning.truth, found.travel.turning.state) == (
        UNDETERMINED,
        State.UNDETERMINED,
    )


# --- the state under each -------------------------------------------------------------------------


def hospitals(**travel: object) -> tuple[Facts, Policy]:
    """A hospital of ① and ③, one of ③, one that is moot and one that is out; each turns."""
    rules = policy({"travel": {"also_try": ["tolls"], **travel}})
    network = roads([link(0, 1, ms=LIMIT), link(0, 1, ms=LIMIT - 1, toll=True)])
    everyone = [
        facility("both", BASE, SECONDARY),
        facility("third", SECONDARY),
        facility("moot", SECONDARY),
        facility("out", SECONDARY),
        facility("far", SECONDARY),
    ]
    where = {
        "moot": place(area_class=AreaClass.SHORTAGE),
        "out": place("43101", municipality="熊本市"),
    }
    doors = {f.id: (0, 0.0) for f in everyone} | {"far": (0, 1.0)}
    # Each asks for "far" only: the others beside it are of its own site.
    sited = [replace(f, site="all" if f.id != "far" else "far") for f in everyone]
    return facts(sited, rules, places=where, network=network, doors=doors), rules


def test_the_state_turns_only_where_nothing_else_holds_it():
    found = verdicts(*hospitals())
    (both,), (third,), (moot,), (out,) = (
        variants(found[k], "tolls") for k in ("both", "third", "moot", "out")
    )
    assert {v.truth for v in (both, third, moot, out)} == {MET}
    assert {v.changes for v in (both, third, moot, out)} == {True}
    assert (found["both"].state, both.state) == (State.DESIGNATED, State.DESIGNATED)
    assert (found["third"].state, third.state) == (State.NOT_MET, State.DESIGNATED)
    assert (found["moot"].state, moot.state) == (State.MOOT, State.MOOT)
    assert (found["out"].state, out.state) == (State.EXCLUDED, State.EXCLUDED)
    assert {k: v.travel.turning.state for k, v in found.items()} == {
        "both": State.DESIGNATED,
        "third": State.DESIGNATED,
        "moot": State.MOOT,
        "out": State.EXCLUDED,
        "far": State.DESIGNATED,
    }


def test_the_state_follows_the_whole_rule_and_decisions_by_hand():
    known, _ = hospitals()
    together = policy({"rule": {"any": [], "all": [1, 3]}})
    found = verdicts(known, together)
    assert (found["both"].state, variants(found["both"], "tolls")[0].state) == (
        State.NOT_MET,
        State.DESIGNATED,
    )
    assert variants(found["third"], "tolls")[0].state is State.NOT_MET
    by_hand = policy(
        {
            "manual": [
                {
                    "facility": "third",
                    "decision": "include",
                    "reason": {"ja": "協議会", "en": "council"},
                }
            ]
        }
    )
    found = verdicts(known, by_hand)
    assert (found["third"].state, variants(found["third"], "tolls")[0].state) == (
        State.DESIGNATED,
        State.DESIGNATED,
    )


# --- lists ----------------------------------------------------------------------------------------

LISTS = (
    NamedList("kokuji", "救急告示", frozenset({SECONDARY})),
    NamedList("rotation", "輪番", frozenset({SECONDARY})),
    NamedList("clinics", "診療所", frozenset({BASE})),
)


def listed(rules: Policy | None = None) -> dict[str, Verdict]:
    """Three hospitals on a row; "b", in the middle, is on one list only, "c" on the other only."""
    everyone = [facility(c, SECONDARY) for c in "abc"] + [
        facility("d", SECONDARY, role=Role.DESTINATION)
    ]
    known = facts(
        everyone,
        rules,
        network=roads([link(0, 1, ms=60_000), link(1, 2, ms=LIMIT), link(2, 3, ms=LIMIT)]),
        doors={"a": (0, 0.0), "b": (0, 1.0), "c": (1, 1.0), "d": (2, 1.0)},
        lists={"rotation": ["a", "c"], "kokuji": ["a", "b"], "clinics": ["a", "b", "c"]},
    )
    return verdicts(replace(known, named_lists=LISTS), rules)


def test_every_other_list_of_the_type_is_tried():
    found = listed()
    (a,) = variants(found["a"], "list")
    assert (a.list_name, a.nearest_id, a.travel_ms, a.truth) == ("kokuji", "b", 60_000, NOT_MET)
    assert (found["a"].state, a.changes, a.state) == (State.DESIGNATED, True, State.NOT_MET)
    assert a.label.ja == "一覧「救急告示」による場合"


def test_who_is_not_on_the_other_list_would_not_be_asked():
    found = listed()
    (c,) = variants(found["c"], "list")
    assert (c.nearest_id, c.travel_ms, c.truth, c.changes) == (None, None, NOT_MET, True)
    assert (found["c"].state, c.state) == (State.DESIGNATED, State.NOT_MET)
    assert c.label.ja == "一覧「救急告示」による場合（この一覧に載っていません）"


def test_who_is_only_on_the_other_list_learns_what_it_would_change():
    found = listed(policy({"criterion": {"3": {"threshold_min": 1}}}))
    assert (found["b"].travel, found["b"].state) == (None, State.NOT_MET)
    (b,) = variants(found["b"], "list")
    assert (b.list_name, b.nearest_id, b.travel_ms) == ("kokuji", "a", 60_000)
    assert (b.truth, b.changes, b.state) == (MET, True, State.DESIGNATED)
    assert found["d"].variants == ()


def test_a_run_with_one_list_tries_no_other():
    network = roads([link(0, 1, ms=LIMIT)])
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    known = facts(everyone, network=network, doors={"a": (0, 0.0), "b": (0, 1.0)})
    one = replace(known, named_lists=LISTS[1:2])
    assert [v.name for v in verdicts(one)["a"].variants].count("list") == 0


SECOND = """
[[facilities]]
name = "救急告示病院"
file = "kokuji.csv"
type = "③"
list = "kokuji"
"""


@pytest.mark.slow
def test_the_lists_of_a_run_file(tmp_path: Path):
    rows = HOSPITALS.splitlines(keepends=True)
    run = write_job(
        tmp_path,
        {
            "run.toml": RUN.replace("[municipalities]", SECOND + "[municipalities]"),
            "hospitals.csv": "".join(r for r in rows if not r.startswith("H1,")),
            "kokuji.csv": "".join(r for r in rows if not r.startswith("H3,")),
        },
    )
    found = {v.facility.id: v for v in execute(read_run_file(run)).verdicts}
    (b1,) = variants(found["B1"], "list")
    assert (b1.list_name, b1.nearest_name) == ("kokuji", "矢部広域病院")
    assert b1.label.ja == "一覧「救急告示病院」による場合"
    (h1,) = variants(found["H1"], "list")
    assert (found["H1"].travel, h1.nearest_name) == (None, "そよう病院")
    (h3,) = variants(found["H3"], "list")
    assert h3.nearest_name is None
    assert variants(found["C1"], "list") == []
    # A list of the command line is on every list there is.
    typed = tmp_path / "typed.csv"
    typed.write_text(HOSPITALS.replace("備考", "種別").replace(",\n", ",①②③\n"), encoding="utf-8")
    given = read_run_file(run, facilities=[str(typed)])
    found = {v.facility.id: v for v in execute(given).verdicts}
    assert all(variants(v, "list") == [] for v in found.values())
    assert [i for i, v in found.items() if v.travel] == ["B1", "H1", "H2", "H3"]
    # Beside a list that keeps its name: whom it does not have the other file puts on it too.
    kept = [f"救急告示病院={tmp_path / 'kokuji.csv'}", str(typed)]
    found = {v.facility.id: v for v in execute(read_run_file(run, facilities=kept)).verdicts}
    (h3,) = variants(found["H3"], "list")
    assert (h3.list_name, h3.asked, h3.changes) == ("kokuji", True, False)
