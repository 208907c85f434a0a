"""What the roads answer to a criterion of travel time, whatever its threshold.

Who is the nearest other, under the policy and under each other assumption, hangs on who counts and
on the drive; not on the minutes that are enough, nor on the circle. So it is found once for all
policies that differ in those alone, and kept with the facts.

Stands apart: here is all that the roads are asked for; `nearest_other` compares and words it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spots.judging.criteria.borders import Borders
from spots.judging.criteria.closed_ways import with_closed_ways
from spots.judging.criteria.facts import PolicyFacts, TravelFacts
from spots.judging.criteria.isolation import Lands
from spots.judging.criteria.solving import Asked, Few, Solved, solve, solve_few
from spots.judging.criteria.trials import Trial, trials
from spots.judging.criteria.unmeasured import Yardstick
from spots.types import FacilityType, Role

#: So many sets of answers are kept: those of a prefecture take some MB, with their routes, and
#: hold on to the roads they were found on.
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Inquiry:
    """All that the answers of the roads depend on.

    Parameters
    ----------
    facts : TravelFacts
        Everything known, with the prefecture and the drive of the policy.
    type : FacilityType
        Who counts, of this type,
    list : str
        and on this list of the run.
    """

    facts: TravelFacts
    type: FacilityType
    list: str

    def __hash__(self) -> int:
        """Tell by what is quickly looked at: facts are large, and mostly the same ones."""
        return hash((self.type, self.list, self.facts.prefecture, self.facts.travel))


@dataclass(frozen=True, slots=True)
class Answered:
    """What the roads answer, for all candidates.

    Parameters
    ----------
    solved : Solved
        Under the policy's assumptions.
    tried : tuple of Trial
        Under others.
    few : mapping of str to tuple of NearestOther
        The nearest few under the policy's assumptions.
    """

    solved: Solved
    tried: Sequence[Trial]
    few: Mapping[str, Few]


def asked_of_roads(facts: PolicyFacts, kind: FacilityType, list_name: str) -> Answered:
    """Return what the roads answer, found once for the facts.

    Parameters
    ----------
    facts : PolicyFacts
        Everything known, and what the policy says of it.
    kind : FacilityType
        The type of those who count.
    list_name : str
        The list that they are on.

    Raises
    ------
    ValueError
        `facts` has no roads.
    """
    return facts.memory.of(answered, Inquiry(facts.for_roads(), kind, list_name), most=_KEPT)


def answered(inquiry: Inquiry) -> Answered:
    """Ask the roads everything: as the policy has it, and under every other assumption.

    Raises
    ------
    ValueError
        There are no roads.
    """
    facts, roads = inquiry.facts, inquiry.facts.roads
    if roads is None:
        raise ValueError("this criterion needs a road network")
    yardstick = Yardstick(roads.network.top_kmh(), facts.regions)
    land = Borders(facts.regions, facts.prefecture), Lands(facts.regions, roads.network)

    def by(list_name: str) -> Asked:
        counted = tuple(f for f in facts.facilities if facts.counts(f, inquiry.type, list_name))
        asking = tuple(f for f in counted if f.role is Role.CANDIDATE)
        return Asked(asking, counted, facts, yardstick, *land)

    asked = by(inquiry.list)
    lists = {o: by(o.name) for o in inquiry.facts.other_lists(inquiry.list, inquiry.type)}
    solved = with_closed_ways(asked, facts.travel, roads, solve(asked, facts.travel, roads))
    return Answered(
        solved, trials(asked, roads, solved, lists), solve_few(asked, facts.travel, roads)
    )
