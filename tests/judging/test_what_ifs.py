"""Policies in a row over the same facts: what is kept for the next one never shows in an answer."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace

import pytest
from shapely.geometry import box

from boundaries import Regions
from boundaries.types import AreaClass
from groundfloor.codec import encode
from groundfloor.memory import Memory
from groundfloor.settings import Bilingual
from networks.types import NearerKind, NearerRoad
from spots.judging import cut_circles
from spots.judging.criteria import Facts, NamedList, RuleSetting, TiedRoads, inquiry
from spots.judging.criteria.facts import TravelFacts
from spots.judging.criteria.inquiry import Inquiry
from spots.judging.criteria.travel import TravelSetting
from spots.judging.cut_circles import Circle, Cuts, Pieces, Spared
from spots.judging.designation import judge
from spots.judging.drawing import draw_ground
from spots.judging.policy import Policy
from spots.judging.policy_tables import (
    CircleSetting,
    Cut,
    ManualDecision,
    MunicipalityExclusion,
)
from spots.judging.selecting.centre_drives import CentreInquiry, centre_drives
from spots.types import Assumption, Double, Facility, Position, TravelDirection
from tests.helpers.ground_cases import a_map
from tests.helpers.judging import place
from tests.helpers.made_up_worlds import LISTS, World, made_up_world

SEEDS, STEPS = 8, 20
WHY = Bilingual(ja="試し", en="trial")
WEST, MIDDLE, EAST = (
    box(130.40, 32.4, 130.505, 32.6),
    box(130.505, 32.4, 130.515, 32.6),
    box(130.515, 32.4, 130.60, 32.6),
)
#: 43101 is excluded by the preset, 43213 lies in a 少数区域, 40202 beyond the border.
TOWNS = [("43101", "西区", "4312"), ("43447", "山都町", "4312"), ("43213", "宇城市", "4302")]
AREAS = [("4312", "熊本・上益城", 344.3), ("4302", "宇城", 164.7)]
BEYOND = ("40202", "大牟田市", "4001")


def maps() -> tuple[Regions | None, ...]:
    """Return maps of the same place on which other towns lie elsewhere."""
    shapes = [WEST, MIDDLE, EAST]
    turned = [TOWNS[1], TOWNS[0], BEYOND]
    at_home = a_map(TOWNS, AREAS, prefecture="43", shapes=shapes)
    return at_home, a_map(turned, AREAS, prefecture="43", shapes=shapes), None


@dataclass(frozen=True)
class Look:
    """A policy, and the facts that it is laid over."""

    rules: Policy
    facts: Facts

    def answers(self, memory: Memory) -> object:
        """Return everything that is found, to the bit."""
        known = replace(self.facts, memory=memory)
        verdicts = judge(self.rules, known)
        if known.regions is None:
            return encode(verdicts)
        drawn = draw_ground(self.rules, verdicts, known.regions, memory)
        ground = drawn.spots, drawn.dissolved, drawn.dissolved_km2, drawn.problems
        return encode((verdicts, drawn.verdicts, ground))


# --- what may differ from one policy to the next


def criteria(dice: random.Random, rules: Policy) -> Policy:
    """Return other thresholds, comparisons, lists: of one criterion or of both."""
    settings = dict(rules.criterion)
    for number in dice.sample(("3", "4"), dice.randint(1, 2)):
        settings[number] = replace(
            settings[number],
            threshold_min=dice.choice([0.5, 5, 12, 20, 30, 45]),
            comparison=dice.choice(["at_least", "more_than"]),
            unreachable=dice.choice(["met", "not_met", "undetermined"]),
            list=dice.choice(LISTS),
        )
    return replace(rules, criterion=settings)


def drive(dice: random.Random, rules: Policy) -> Policy:
    """Return another drive: one or two of its settings."""
    settings: dict[str, object] = {
        "direction": dice.choice(list(TravelDirection)),
        "neighbours": dice.random() < 0.5,
        "tolls": dice.random() < 0.5,
        "ferries": dice.random() < 0.5,
        "ferry_wait_min": dice.choice([0, 5, 20]),
        "snap_limit_m": dice.choice([60, 120, 180, 400]),
        "also_try": tuple(dice.sample(list(Assumption), dice.randint(0, 4))),
        "roadless": tuple(dice.sample("abc", dice.randint(0, 2))),
    }
    some = dict(dice.sample(sorted(settings.items()), dice.randint(1, 2)))
    return replace(rules, travel=replace(rules.travel, **some))  # type: ignore[arg-type]


def circle(dice: random.Random, rules: Policy) -> Policy:
    """Return another radius, and sometimes other cuts, or the same in another order."""
    cuts = rules.circle.cut
    if dice.random() < 0.5:
        cuts = tuple(dice.sample(list(Cut), dice.randint(0, 4)))
    return replace(rules, circle=CircleSetting(dice.choice([500, 700, 1000, 4000]), cuts))


def hand(dice: random.Random, rules: Policy) -> Policy:
    """Return other decisions by hand, municipalities that are out and classes that are moot."""
    overrides = tuple(dice.sample(("excluded", "moot"), dice.randint(0, 2)))
    manual = [
        ManualDecision(who, "include", WHY, overrides)
        if dice.random() < 0.7
        else ManualDecision(who, "exclude", WHY)
        for who in dice.sample("abcd", dice.randint(0, 2))
    ]
    codes = ["43100", "43447"] if rules.policy.prefecture == "43" else ["40202"]
    area = dice.random() < 0.8
    out = MunicipalityExclusion(
        dice.choice(codes), "町", not area or dice.random() < 0.5, area, WHY
    )
    classes = dice.sample([AreaClass.SHORTAGE, AreaClass.SURPLUS], dice.randint(1, 2))
    return replace(
        rules,
        manual=tuple(manual),
        exclude_municipality=(out,) if dice.random() < 0.7 else (),
        scope=replace(rules.scope, moot_area_classes=tuple(classes)),
    )


def home(dice: random.Random, rules: Policy) -> Policy:
    """Return the rule of another prefecture, or of other criteria."""
    joins = [RuleSetting(any=(1, 3, 4)), RuleSetting(any=(3,)), RuleSetting(none=(3, 4))]
    code = dice.choice(["43", "43", "40"])
    out = tuple(e for e in rules.exclude_municipality if e.code.startswith(code))
    head = replace(rules.policy, prefecture=code)
    return replace(rules, policy=head, rule=dice.choice(joins), exclude_municipality=out)


CHANGES: tuple[Callable[[random.Random, Policy], Policy], ...] = (
    criteria,
    circle,
    drive,
    hand,
    home,
)


def other_facts(dice: random.Random, facts: Facts) -> Facts:
    """Return facts of which one thing is another: lists, places, roads at doors, closures, map."""
    roads, who = facts.roads, dice.choice(facts.facilities)
    assert roads is not None
    code = dice.choice(["43447", "43101", "43213", "40202", None])
    there = place(code, prefecture=code[:2] if code else None)
    changed: dict[str, object] = dice.choice(
        [
            {"lists": {n: ids ^ {who.id} for n, ids in facts.lists.items()}},
            {"places": {**facts.places, who.id: there}},
            {"named_lists": (NamedList("kokuji", "告示", frozenset()),)},
            {"regions": dice.choice(maps())},
            {"not_given": frozenset(dice.sample((1, 3, 4), 1))},
            {"roads": roads.without_closures or roads},
            {"roads": by_the_drive(dice, roads, who)},
        ]
    )
    return replace(facts, **changed)  # type: ignore[arg-type]


def by_the_drive(dice: random.Random, roads: TiedRoads, who: Facility) -> TiedRoads:
    """Return roads on which a facility may be tied by a private drive at its door."""
    snap = roads.snap_of(who)
    if snap is None:
        return roads
    end = replace(snap, fraction=dice.random())
    way = NearerRoad(NearerKind.CLOSED_WAY, 2.0, 9.0, end, dice.random() < 0.7)
    return replace(roads, nearer={**roads.nearer, who.id: way})


def look(dice: random.Random, world: World, rules: Policy, regions: Regions | None) -> Look:
    """Return a policy over the world's facts, which now and then are others."""
    facts = replace(world.facts(rules), regions=regions)
    return Look(rules, other_facts(dice, facts) if dice.random() < 0.3 else facts)


def doubled(dice: random.Random, everyone: tuple[Facility, ...]) -> tuple[Facility, ...]:
    """Return facilities of which some may be one, stand on one site, or nowhere that is known."""
    first, second, *rest = everyone
    if dice.random() < 0.5:
        twin = Double(second.id, second.name, 40.0, same_address=False)
        first = replace(first, doubles=(twin,))
    if dice.random() < 0.2:
        second = replace(second, site=first.site)
    if dice.random() < 0.3:
        rest[-1] = replace(rest[-1], position=None)
    return first, second, *rest


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_policy_finds_the_same_whatever_was_asked_before(seed: int):
    dice = random.Random(1000 + seed)  # noqa: S311  # the same cases on every run
    world = made_up_world(seed)
    world = replace(world, facilities=doubled(dice, world.facilities))
    regions, memory, rules = dice.choice(maps()[:2]), Memory(), world.rules
    for _ in range(STEPS):
        rules = dice.choice(CHANGES)(dice, dice.choice([rules, world.rules]))
        now = look(dice, world, rules, regions)
        assert now.answers(memory) == now.answers(Memory())


QUESTIONS = (Inquiry, CentreInquiry, TravelFacts, TiedRoads, Cuts, Spared, Circle, Pieces)


@pytest.mark.parametrize("question", QUESTIONS)
def test_two_questions_are_the_same_where_every_part_is(question: type):
    """Who answers sees the question alone: what is compared whole cannot be mixed up."""
    left_out = {each.name for each in fields(question) if not each.compare}
    assert left_out == ({"memory"} if question in {TravelFacts, Pieces} else set())
    assert "__eq__" in vars(question)


#: Each setting of a drive otherwise; a new one must be here too.
OTHERWISE: dict[str, object] = {
    "direction": TravelDirection.TO_CANDIDATE,
    "neighbours": False,
    "tolls": False,
    "ferries": False,
    "ferry_wait_min": 30,
    "snap_limit_m": 60,
    "also_try": (Assumption.FERRIES,),
    "roadless": ("a", "b"),
}


@pytest.mark.slow
@pytest.mark.parametrize("setting", [each.name for each in fields(TravelSetting)])
def test_every_setting_of_the_drive_is_part_of_the_question(setting: str):
    drive = {"direction": TravelDirection.FROM_CANDIDATE, "neighbours": True, "tolls": True}
    drive |= {"ferries": True, "ferry_wait_min": 0, "snap_limit_m": 400}
    for world in map(made_up_world, range(60)):
        rules = replace(world.rules, travel=replace(world.rules.travel, **drive))
        other = replace(rules, travel=replace(rules.travel, **{setting: OTHERWISE[setting]}))
        first, then = (Look(each, world.facts(each)) for each in (rules, other))
        alone, memory = then.answers(Memory()), Memory()
        if first.answers(memory) != alone:
            assert then.answers(memory) == alone
            return
    raise AssertionError(f"no world hangs on {setting}")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_drives_of_centres_are_the_same_whatever_was_asked_before(seed: int):
    dice = random.Random(seed)  # noqa: S311  # the same cases on every run
    world, memory = made_up_world(seed), Memory()
    for _ in range(STEPS):
        rules = drive(dice, world.rules)
        places: dict[str, Facility | Position | None] = {
            f"u{n}": dice.choice([f, Position(130.5 + dice.choice([0, 0.01, 0.02]), 32.51), None])
            for n, f in enumerate(dice.sample(world.facilities, 2))
        }
        others = tuple(f for f in world.facilities if dice.random() < 0.8)
        facts = rules.over(replace(world.facts(rules), regions=dice.choice(maps())))
        kept, alone = (
            centre_drives(places, others, replace(facts, memory=each))
            for each in (memory, Memory())
        )
        assert dict(kept) == dict(alone)


def one_look() -> Look:
    world = made_up_world(3)
    facts = replace(world.facts(world.rules), regions=maps()[0])
    return Look(replace(world.rules, rule=RuleSetting(any=(1, 3, 4))), facts)


def what_ifs(rules: Policy) -> list[Policy]:
    """Return the policy with other thresholds, which turn verdicts, and the other comparison."""
    third = rules.criterion["3"]
    changed = [replace(third, threshold_min=m) for m in (1, 8, 22, 60)]
    changed += [replace(each, comparison="more_than") for each in changed]
    return [replace(rules, criterion={**rules.criterion, "3": each}) for each in changed]


def test_another_threshold_asks_no_road_and_draws_no_circle_again(monkeypatch):
    start, memory = one_look(), Memory()
    nobody = RuleSetting(none=(1,))
    everyone = replace(start.rules, rule=RuleSetting(any=(nobody, 3, 4)))
    verdicts = Look(everyone, start.facts).answers(memory)[1]
    assert {v["state"] for v in verdicts} == {"designated"}
    expected = [Look(rules, start.facts).answers(Memory()) for rules in what_ifs(start.rules)]

    def never(*_args: object) -> None:
        raise AssertionError("asked again")

    for name in ("solve", "solve_few", "with_closed_ways", "trials"):
        monkeypatch.setattr(inquiry, name, never)
    for name in ("cut_steps", "cut", "circle"):
        monkeypatch.setattr(cut_circles, name, never)
    found = [Look(rules, start.facts).answers(memory) for rules in what_ifs(start.rules)]
    assert found == expected
    assert len({str(each) for each in found}) > 2
    with pytest.raises(AssertionError, match="asked again"):
        Look(start.rules, start.facts).answers(Memory())


@pytest.mark.slow
def test_threads_find_what_one_alone_finds():
    start = one_look()
    looks = [
        Look(replace(rules, circle=CircleSetting(radius_m, rules.circle.cut)), start.facts)
        for rules in what_ifs(start.rules)
        for radius_m in (500, 700, 4000)
    ]
    expected = [each.answers(Memory()) for each in looks]
    memory = Memory()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda each: each.answers(memory), looks)) == expected


def test_facts_travel_without_what_was_worked_out_of_them():
    look = one_look()
    look = replace(look, facts=replace(look.facts, regions=None))  # a map keeps land of its own
    empty = len(pickle.dumps(look.facts))
    look.answers(look.facts.memory)
    assert len(pickle.dumps(look.facts)) == empty
    again = pickle.loads(pickle.dumps(look.facts))  # noqa: S301 - our own
    assert judge(look.rules, again) == judge(look.rules, look.facts)
