"""Every "without X" is what a run without X finds: tolls, ferries, lists, closures, speeds.

Snapping included: whoever stands beside a toll road is tied to another one where tolls are out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from networks import RoadNetwork, open_network, retimed
from spots import sample_run_file
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.job_roads import tied_roads
from spots.job.run_file import Job, read_run_file
from spots.telling.evidence_words import NOT_TIED, found_words
from spots.types import Assumption, Truth, Verdict
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
from tests.helpers.made_up_worlds import World, made_up_world

PROBES = FIELD_DATA / "roads" / "kumamoto_probe_links_2026.parquet"
BESIDE = 3e-4  # far above the rounding of a few roads to milliseconds in half an hour
SEEDS = 60


@pytest.fixture(scope="module")
def worlds() -> list[tuple[World, Verdicts]]:
    return [(world, world.judged()) for world in map(made_up_world, range(SEEDS))]


@pytest.mark.slow
@pytest.mark.parametrize("assumption", Assumption)
def test_a_setting_turned_over_finds_what_a_run_with_it_finds(worlds, assumption: Assumption):
    told = 0
    for world, base in worlds:
        again = world.judged(turned(world.rules, assumption))
        told += check(base, again, assumption.value)
        assert silent(base, again, assumption.value) == []
    assert told > SEEDS


@pytest.mark.slow
def test_another_list_finds_what_a_run_by_it_finds(worlds):
    told = 0
    for world, base in worlds:
        for number, other in ((3, "kokuji"), (4, "rotation")):
            again = world.judged(by_list(world.rules, number, other))
            told += check(base, again, f"list:{other}", number)
    assert told > SEEDS


@pytest.mark.slow
def test_open_roads_are_those_of_a_run_without_closures(worlds):
    told = 0
    for world, base in worlds:
        again = world.judged(closures=False)
        told += check(base, again, "closures")
        if world.closed.any():
            assert silent(base, again, "closures") == []
    assert told > SEEDS // 2


@pytest.mark.slow
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


@pytest.mark.slow
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
