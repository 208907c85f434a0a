"""Every "without X" is what a run without X finds: tolls, ferries, lists, closures, speeds.

Snapping included: whoever stands beside a toll road is tied to another one where tolls are out.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from networks import RoadNetwork, open_network, retimed
from networks.closures.closing import close_edges
from spots import sample_run_file
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.job_roads import tied_roads
from spots.job.run_file import Job, read_run_file
from spots.judging.criteria import Facts, NamedList, RuleSetting
from spots.judging.designation import judge
from spots.judging.policy import Policy
from spots.telling.evidence_words import NOT_TIED, found_words
from spots.types import Assumption, Facility, Position, Role, Truth, Verdict
from tests.helpers.claims import (
    Verdicts,
    by_list,
    check,
    check_margins,
    claimed,
    keys_of,
    silent,
    turned,
)
from tests.helpers.folders import FIELD_DATA
from tests.helpers.judging import SECONDARY, facility, place, policy
from tests.helpers.road_cases import link, roads

PROBES = FIELD_DATA / "roads" / "kumamoto_probe_links_2026.parquet"
LISTS = ("rotation", "kokuji")
BESIDE = 3e-4  # far above the rounding of a few roads to milliseconds in half an hour
SEEDS = 60


@dataclass(frozen=True)
class World:
    """Roads, some of them closed, hospitals beside them and a policy with two travel times."""

    network: RoadNetwork
    closed: np.ndarray
    facilities: tuple[Facility, ...]
    neighbours: frozenset[str]
    lists: dict[str, frozenset[str]]
    rules: Policy

    def judged(
        self,
        rules: Policy | None = None,
        *,
        network: RoadNetwork | None = None,
        closures: bool = True,
    ) -> Verdicts:
        """Return the verdicts, from tying everybody to the roads on."""
        chosen, whole = rules or self.rules, network or self.network
        given = tied_roads(chosen.travel, self.facilities, whole)
        if closures and self.closed.any():
            shut = tied_roads(chosen.travel, self.facilities, close_edges(whole, self.closed))
            given = replace(shut, without_closures=given)
        abroad = place("40202", prefecture="40")
        facts = Facts(
            facilities=self.facilities,
            places={f.id: abroad if f.id in self.neighbours else place() for f in self.facilities},
            lists=self.lists,
            roads=given,
            named_lists=tuple(NamedList(n, n, frozenset({SECONDARY})) for n in LISTS),
        )
        return {v.facility.id: v for v in judge(chosen, facts)}


def made_up_world(seed: int) -> World:
    """Return a small world; ways take minutes, and doors lie metres from the roads."""
    dice = random.Random(seed)  # noqa: S311  # the same cases on every run
    spots = [(130.5 + dice.random() * 0.02, 32.5 + dice.random() * 0.02) for _ in range(6)]
    links = []
    for i in range(dice.randint(5, 12)):
        tail, head = (i, i + 1) if i < 5 and dice.random() < 0.9 else dice.sample(range(6), 2)
        links.append(
            link(
                tail,
                head,
                float(dice.randint(2_000, 30_000)),
                both=dice.random() < 0.8,
                toll=dice.random() < 0.35,
            )
        )
    if dice.random() < 0.6:
        tail, head = dice.sample(range(6), 2)
        ship = link(tail, head, ms=dice.randint(1, 20) * 60_000, ferry=True, name="航路")
        links.append(replace(ship, speed_source="duration"))
    network = roads(links, spots)
    everyone = []
    for name in "abcdefg"[: dice.randint(3, 7)]:
        tail, head = dice.choice([(e.tail, e.head) for e in links])
        along = dice.random()
        lon, lat = (a + along * (b - a) for a, b in zip(spots[tail], spots[head], strict=True))
        where = Position(lon + dice.uniform(-1, 1) * 0.002, lat + dice.uniform(-1, 1) * 0.002)
        role = Role.DESTINATION if dice.random() < 0.2 else Role.CANDIDATE
        everyone.append(facility(name, SECONDARY, position=where, role=role))
    closed = np.array([dice.random() < 0.15 and not e.ferry for e in links])
    return World(
        network,
        closed if dice.random() < 0.5 and not closed.all() else np.zeros(len(links), bool),
        tuple(everyone),
        frozenset(f.id for f in everyone if f.role is Role.DESTINATION or dice.random() < 0.1),
        {n: frozenset(f.id for f in everyone if dice.random() < 0.8) for n in LISTS},
        made_up_policy(dice),
    )


def made_up_policy(dice: random.Random) -> Policy:
    """Return a policy with criteria 3 and 4, both of travel time."""
    rules = policy(
        {
            "travel": {
                "also_try": [a.value for a in Assumption],
                "tolls": dice.random() < 0.6,
                "ferries": dice.random() < 0.4,
                "ferry_wait_min": dice.choice([0, 5]),
                "neighbours": dice.random() < 0.6,
                "direction": dice.choice(["from_candidate", "to_candidate"]),
                "snap_limit_m": 180,
            }
        }
    )
    third = replace(
        rules.criterion["3"],
        comparison=dice.choice(["at_least", "more_than"]),
        unreachable=dice.choice(["met", "not_met", "undetermined"]),
    )
    fourth = replace(third, list="kokuji", threshold_min=15, mark="④")
    joins = [RuleSetting(any=(1, 3, 4)), RuleSetting(all=(3, 4)), RuleSetting(none=(3, 4))]
    return replace(
        rules, criterion={**rules.criterion, "3": third, "4": fourth}, rule=dice.choice(joins)
    )


@pytest.fixture(scope="module")
def worlds() -> list[tuple[World, Verdicts]]:
    return [(world, world.judged()) for world in map(made_up_world, range(SEEDS))]


@pytest.mark.parametrize("assumption", Assumption)
def test_a_setting_turned_over_finds_what_a_run_with_it_finds(worlds, assumption: Assumption):
    told = 0
    for world, base in worlds:
        again = world.judged(turned(world.rules, assumption))
        told += check(base, again, assumption.value)
        assert silent(base, again, assumption.value) == []
    assert told > SEEDS


def test_another_list_finds_what_a_run_by_it_finds(worlds):
    told = 0
    for world, base in worlds:
        for number, other in ((3, "kokuji"), (4, "rotation")):
            again = world.judged(by_list(world.rules, number, other))
            told += check(base, again, f"list:{other}", number)
    assert told > SEEDS


def test_open_roads_are_those_of_a_run_without_closures(worlds):
    told = 0
    for world, base in worlds:
        again = world.judged(closures=False)
        told += check(base, again, "closures")
        if world.closed.any():
            assert silent(base, again, "closures") == []
    assert told > SEEDS // 2


def test_a_margin_is_how_far_the_threshold_may_move(worlds):
    for world, base in worlds[:20]:
        check_margins(base, world.judged, world.rules, 3)


def at_speed(network: RoadNetwork, factor: float) -> RoadNetwork:
    """Return the network with every speed multiplied, unrounded."""
    profile = network.profile

    def new(row):
        return replace(row, kmh=row.kmh * factor)

    faster = replace(
        profile,
        version=f"x{factor}",
        classes=tuple(new(row) for row in profile.classes),
        access=new(profile.access),
    )
    return retimed(network, faster)


def check_turns(base: Verdicts, beyond: Callable[[float], Verdicts]) -> int:
    """Hold turning speeds against runs just beyond them and just short of them."""
    count = 0
    for who, verdict in base.items():
        for outcome in verdict.outcomes:
            turning = outcome.travel.turning if outcome.travel else None
            if turning is None or not turning.exact or not 0.02 < turning.factor < 40:
                continue
            faster = turning.factor > 1 or outcome.truth is Truth.MET
            step = 1.0 + BESIDE if faster else 1.0 - BESIDE
            real = {o.number: o for o in beyond(turning.factor * step)[who].outcomes}
            assert real[outcome.number].truth is turning.truth, (who, outcome.number)
            if abs(turning.factor - 1.0) > 2 * BESIDE:
                short = beyond(turning.factor / step)[who]
                (still,) = [o for o in short.outcomes if o.number == outcome.number]
                assert still.truth is outcome.truth, (who, outcome.number)
            others = [o.travel.turning for o in verdict.outcomes if o.travel and o is not outcome]
            near = [t for t in others if t and abs(t.factor / turning.factor - 1) < 3 * BESIDE]
            if all(t is None or t.exact for t in others) and not near:
                assert beyond(turning.factor * step)[who].state is turning.state, who
            count += 1
    return count


def test_the_turning_speed_is_where_a_run_at_that_speed_turns(worlds):
    told = 0
    for world, base in worlds[:30]:

        def beyond(factor: float, world: World = world) -> Verdicts:
            return world.judged(network=at_speed(world.network, factor))

        told += check_turns(base, beyond)
    assert told > 20


def test_the_worlds_have_everything_in_them(worlds):
    """The comparison is worth something only while the claims differ from the verdicts."""
    every = [(v, o, each) for _, base in worlds for v, o, each in claimed(base)]
    turns = Counter(each.name for _, _, each in every if each.changes)
    assert set(turns) >= {*(a.value for a in Assumption), "list", "closures"}
    untied = [found_words(each)[1] for _, _, each in every if not each.tied]
    assert set(untied) == {NOT_TIED}
    moved = [
        w for w, _ in worlds if tied_roads(w.rules.travel, w.facilities, w.network).other_tolls
    ]
    assert len(moved) > SEEDS // 4
    # What a criterion turns to is told together with what the other one turns to.
    both = [each for v, o, each in every if each.state is not v.state and each.changes]
    assert len(both) > SEEDS // 4


# --- the sample and real data ---------------------------------------------------------------------


def verdicts_of(job: Job, network: RoadNetwork | None = None) -> dict[str, Verdict]:
    return {v.facility.id: v for v in execute(job, hand=AtHand(network=network)).verdicts}


def check_job(job: Job) -> dict[str, Verdict]:
    """Hold every assumption that a job's run tells against runs under it; return its verdicts."""
    base = verdicts_of(job)
    kinds = keys_of(base)
    assert set(kinds) >= {(a.value, 0) for a in job.policy.travel.also_try}
    for assumption in job.policy.travel.also_try:
        again = verdicts_of(replace(job, policy=turned(job.policy, assumption)))
        assert check(base, again, assumption.value) > 0
        assert silent(base, again, assumption.value) == []
    for key, number in kinds:
        if number:
            rules = by_list(job.policy, number, key.partition(":")[2])
            assert check(base, verdicts_of(replace(job, policy=rules)), key, number) > 0
    return base


@pytest.mark.slow
def test_the_claims_of_the_sample_are_what_runs_of_it_find():
    with sample_run_file() as path:
        check_job(read_run_file(path))


@pytest.mark.slow
@pytest.mark.skipif(not PROBES.is_file(), reason="the probe links of Kumamoto are not at hand")
def test_the_claims_of_a_real_run_are_what_runs_of_it_find(tmp_path: Path):
    real = import_module("benchmarks.real_kumamoto")
    real.prepare_lists(FIELD_DATA / "facilities", tmp_path)
    real.prepare_network(PROBES, tmp_path, 40.0)
    job = read_run_file(real.run_file("rotation", "輪番", FIELD_DATA, tmp_path, 40.0))
    base = check_job(job)
    assert {key for key, _ in keys_of(base)} >= {"list:kokuji", "list:flag"}
    network = open_network(tmp_path / "probe.spotsnet")
    turning = {who: v.travel.turning for who, v in base.items() if v.travel and v.travel.turning}
    who, nearest = min(turning.items(), key=lambda item: abs(item[1].factor - 1.0))
    step = BESIDE if nearest.factor >= 1.0 else -BESIDE
    again = verdicts_of(job, at_speed(network, nearest.factor * (1.0 + step)))[who]
    assert (again.outcomes[2].truth, again.state) == (nearest.truth, nearest.state)
