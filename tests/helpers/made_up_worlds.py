"""Small worlds drawn at random: roads, hospitals beside them, and a policy of two travel times."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np

from networks import RoadNetwork
from networks.closures.closing import close_edges
from spots.job.job_roads import tied_roads
from spots.judging.criteria import Facts, NamedList, RuleSetting
from spots.judging.designation import judge
from spots.judging.policy import Policy
from spots.types import Assumption, Facility, Position, Role
from tests.helpers.claims import Verdicts
from tests.helpers.judging import SECONDARY, facility, place, policy
from tests.helpers.road_cases import link, roads

LISTS = ("rotation", "kokuji")


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
        chosen = rules or self.rules
        facts = self.facts(chosen, network=network, closures=closures)
        return {v.facility.id: v for v in judge(chosen, facts)}

    def facts(
        self, rules: Policy, *, network: RoadNetwork | None = None, closures: bool = True
    ) -> Facts:
        """Return what is known, with everybody tied to the roads by the policy's drive."""
        whole = network or self.network
        given = tied_roads(rules.travel, self.facilities, whole)
        if closures and self.closed.any():
            shut = tied_roads(rules.travel, self.facilities, close_edges(whole, self.closed))
            given = replace(shut, without_closures=given)
        abroad = place("40202", prefecture="40")
        return Facts(
            facilities=self.facilities,
            places={f.id: abroad if f.id in self.neighbours else place() for f in self.facilities},
            lists=self.lists,
            roads=given,
            named_lists=tuple(NamedList(n, n, frozenset({SECONDARY})) for n in LISTS),
        )


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
