"""Everything a run warns of about its verdicts, before and after they are known.

Each doubt is found by the module of its subject; here is only which there are, for whoever judges:
a run, and scenarios without words.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Problem
from spots.judging.coverage import (
    beyond_belts,
    closed_doors,
    lost_destinations,
    open_borders,
    unplaced_neighbours,
)
from spots.judging.criteria import Facts
from spots.judging.criteria.beyond_doubles import nearest_at_once
from spots.judging.idle_travel import idle_travel
from spots.judging.policy import Policy
from spots.judging.straight_coverage import straight_doubts, unplaced_others
from spots.judging.unreached import doubtful_reach, roadless_by_road, roadless_problems
from spots.types import Verdict
from spots.types.belts import Belt


def doubts_before(policy: Policy, facts: Facts) -> tuple[Problem, ...]:
    """Return what is doubtful about facts under a policy, before anybody is judged."""
    return (
        *idle_travel(policy, facts),
        *roadless_problems(policy, facts.facilities),
        *lost_destinations(policy, facts),
        *unplaced_neighbours(policy, facts),
        *unplaced_others(policy, facts),
    )


def doubts_after(
    policy: Policy, verdicts: Sequence[Verdict], belts: Sequence[Belt]
) -> tuple[Problem, ...]:
    """Return what is doubtful about verdicts: their outcomes by time or distance alone matter."""
    return (
        *open_borders(verdicts),
        *beyond_belts(verdicts, belts),
        *doubtful_reach(verdicts),
        *roadless_by_road(policy, verdicts),
        *closed_doors(verdicts),
        *straight_doubts(verdicts),
        *nearest_at_once(verdicts),
    )
