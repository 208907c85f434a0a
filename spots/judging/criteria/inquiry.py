"""What the roads answer to a criterion of travel time, whatever its threshold.

Who is the nearest other, under the policy and under each other assumption, hangs on who counts and
on the drive; not on the minutes that are enough, nor on the circle. So it is found once for all
policies that differ in those alone, and kept with the facts.

Stands apart: here is all that the roads are asked for; `nearest_other` compares and words it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from boundaries import Regions
from groundfloor.kept_on_disk import KeptOnDisk
from networks import RoadNetwork
from networks.network import Nodes, Shapes
from spots.judging.criteria.borders import Borders
from spots.judging.criteria.closed_ways import with_closed_ways
from spots.judging.criteria.facts import PolicyFacts, TiedRoads, TravelFacts
from spots.judging.criteria.isolation import Lands
from spots.judging.criteria.solving import Asked, Few, Solved, solve, solve_few
from spots.judging.criteria.trials import Trial, trials
from spots.judging.criteria.unmeasured import Yardstick
from spots.types import FacilityType, Role

#: So many sets of answers are kept: those of a prefecture take some MB, with their routes, and
#: hold on to the roads they were found on.
_KEPT = 16
#: So many networks' ends and lands are kept.
_GROUNDS_KEPT = 4


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


def solved_by_roads(facts: PolicyFacts, kind: FacilityType, list_name: str) -> Solved:
    """Return what the roads answer under the policy's assumptions alone, found once for the facts.

    Parameters
    ----------
    facts, kind, list_name : PolicyFacts, FacilityType, str
        As `asked_of_roads` takes them.

    Raises
    ------
    ValueError
        `facts` has no roads.
    """
    return facts.memory.of(solved_alone, Inquiry(facts.for_roads(), kind, list_name), most=_KEPT)


def solved_alone(inquiry: Inquiry) -> Solved:
    """Ask the roads as the policy has it.

    Raises
    ------
    ValueError
        There are no roads.
    """
    facts, roads = inquiry.facts, _roads_of(inquiry)
    asked = _asked(inquiry, inquiry.list)
    return with_closed_ways(asked, facts.travel, roads, solve(asked, facts.travel, roads))


def answered(inquiry: Inquiry) -> Answered:
    """Ask the roads everything: as the policy has it, and under every other assumption.

    Raises
    ------
    ValueError
        There are no roads.
    """
    facts, roads = inquiry.facts, _roads_of(inquiry)
    asked = _asked(inquiry, inquiry.list)
    lists = {
        other: _asked(inquiry, other.name)
        for other in facts.other_lists(inquiry.list, inquiry.type)
    }
    solved = facts.memory.of(solved_alone, inquiry, most=_KEPT)
    return Answered(
        solved, trials(asked, roads, solved, lists), solve_few(asked, facts.travel, roads)
    )


def _roads_of(inquiry: Inquiry) -> TiedRoads:
    if inquiry.facts.roads is None:
        raise ValueError("this criterion needs a road network")
    return inquiry.facts.roads


def _asked(inquiry: Inquiry, list_name: str) -> Asked:
    """Return who asks, and who counts, by a list."""
    facts, roads = inquiry.facts, _roads_of(inquiry)
    counted = tuple(f for f in facts.facilities if facts.counts(f, inquiry.type, list_name))
    asking = tuple(f for f in counted if f.role is Role.CANDIDATE)
    network = roads.network
    outline = _Bordered(
        *(facts.regions, facts.prefecture, network.nodes, network.shapes), facts.memory.disk
    )
    borders = facts.memory.of(bordered, outline, most=_GROUNDS_KEPT)
    ground = _Surveyed(facts.regions, network)
    yardstick, lands = facts.memory.of(surveyed, ground, most=_GROUNDS_KEPT)
    return Asked(asking, counted, facts, yardstick, borders, lands)


@dataclass(frozen=True, slots=True)
class _Surveyed:
    """All that yardstick and lands depend on: the same whoever asks, by whatever drive."""

    regions: Regions | None
    network: RoadNetwork


def surveyed(ground: _Surveyed) -> tuple[Yardstick, Lands]:
    """Return what measures whom the roads do not reach; each remembers what it has looked up."""
    regions, network = ground.regions, ground.network
    return Yardstick(network.top_kmh(), regions), Lands(regions, network)


@dataclass(frozen=True, slots=True)
class _Bordered:
    """All that borders depend on: where roads lie, whatever is closed on them or driven there."""

    regions: Regions | None
    prefecture: str
    nodes: Nodes
    shapes: Shapes
    disk: KeptOnDisk = field(compare=False)


def bordered(outline: _Bordered) -> Borders:
    """Return what drives may leave, which remembers where roads do."""
    return Borders(outline.regions, outline.prefecture, outline.disk)
