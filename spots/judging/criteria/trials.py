"""The same question under other assumptions: what a verdict hangs on.

Tried are the policy's settings turned over, the other lists of the run, the roads without the
run's closures, the other road that a facility could be tied to, and the closed road at its door
(`spots.judging.criteria.closed_ways`). Each is one more solve for all candidates together, and only
where it can matter at all. What is found is what a run would find that has this one thing changed:
where that ties a facility to another road, so does the trial.

Stands apart: what is tried, and when it can matter, is settled before anything is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from groundfloor.problems import Text
from spots.judging.criteria.closed_ways import with_closed_ways
from spots.judging.criteria.facts import NamedList, TiedRoads
from spots.judging.criteria.solving import Asked, Solved, solve
from spots.judging.criteria.travel import TravelSetting
from spots.telling.evidence_words import (
    OPEN_ROADS,
    left_out_label,
    one_hospital_label,
    other_list_label,
    other_road,
    other_roads_of,
    turned_label,
    two_hospitals_label,
)
from spots.types import Assumption, Facility, TravelDirection, Truth, Variant

LIST, CLOSURES, SNAP, SNAP_OTHERS = "list", "closures", "snap", "snap_others"
ONE_HOSPITAL, TWO_HOSPITALS = "one_hospital", "two_hospitals"


@dataclass(frozen=True, slots=True)
class Trial:
    """A solve under one other assumption.

    Parameters
    ----------
    name : str
        An `Assumption`, one of the names above, or that of an `Otherwise`.
    solved : Solved
        What was found.
    labels : mapping of str to Text
        What was assumed, by candidate; those that are absent were not tried.
    always : bool
        Whether it is shown also where the verdict stays the same.
    shown : frozenset of str
        Candidates to whom it is shown nevertheless.
    list_name : str
        The list that counts, where that is what differs.
    left_out : frozenset of str
        Candidates that this list does not have.
    """

    name: str
    solved: Solved
    labels: Mapping[str, Text]
    always: bool = True
    shown: frozenset[str] = frozenset()
    list_name: str = ""
    left_out: frozenset[str] = frozenset()

    def unmeasured(
        self, facility_id: str, truth: Truth, other: Truth, *, asked: bool = True, tied: bool = True
    ) -> Variant:
        """Return what becomes of a facility of which nothing would be measured.

        Parameters
        ----------
        facility_id : str
            The facility.
        truth, other : Truth
            The criterion as the run has it, and under the assumption.
        asked, tied : bool
            See `Variant`: the list that counts does not have it, or it is too far from any road.
        """
        return Variant(
            name=self.name,
            label=self.labels[facility_id],
            nearest_id=None,
            nearest_name=None,
            travel_ms=None,
            truth=other,
            changes=other is not truth,
            list_name=self.list_name,
            asked=asked,
            tied=tied,
        )


def trials(
    asked: Asked,
    roads: TiedRoads,
    base: Solved,
    lists: Mapping[NamedList, Asked],
) -> tuple[Trial, ...]:
    """Return everything that is tried beside `base`, in the order it is shown.

    Parameters
    ----------
    asked : Asked
        The question.
    roads : TiedRoads
        The roads.
    base : Solved
        Its answer under the policy.
    lists : mapping of NamedList to Asked
        The same question by each other list of the run.
    """
    return (
        *_turned(asked, roads, base),
        *_lists(asked, roads, lists),
        *_open_roads(asked, roads, base),
        *_snaps(asked, roads, base),
        *(
            Trial(other.name, other.solved, other.labels, always=False, shown=other.own)
            for other in base.otherwise
        ),
        *_doubles(base),
    )


def _ask(asked: Asked, travel: TravelSetting, roads: TiedRoads) -> Solved:
    """Ask as a run does: by closed roads at doors too, which it may hang on where they are clear.

    That nothing hangs on them as the policy has it does not tell that nothing does otherwise.
    """
    solved = solve(asked, travel, roads)
    if not any(road.clear and road.snap for road in roads.nearer.values()):
        return solved
    return with_closed_ways(asked, travel, roads, solved)


def _lists(asked: Asked, roads: TiedRoads, lists: Mapping[NamedList, Asked]) -> Iterator[Trial]:
    for other, question in lists.items():
        solved = _ask(question, asked.facts.travel, roads)
        listed = {f.id for f in question.candidates}
        left_out = frozenset(f.id for f in asked.candidates if f.id not in listed)
        yield Trial(
            LIST,
            solved,
            dict.fromkeys(sorted(listed), other_list_label(other.title))
            | dict.fromkeys(sorted(left_out), left_out_label(other.title)),
            list_name=other.name,
            left_out=left_out,
        )


def _turned(asked: Asked, roads: TiedRoads, base: Solved) -> Iterator[Trial]:
    travel = asked.facts.travel
    for assumption in travel.also_try:
        if assumption is Assumption.NEIGHBOURS and not asked.knows_beyond:
            continue  # nobody has said which there are: nothing was tried
        solved = base
        if _bears_on(assumption, roads):
            there = roads.other_tolls if assumption is Assumption.TOLLS else None
            solved = _ask(asked, turn_over(travel, assumption), there or roads)
        label = turned_label(assumption, on=_is_on(travel, assumption))
        yield Trial(assumption.value, solved, dict.fromkeys((*base.found, *solved.found), label))


def _open_roads(asked: Asked, roads: TiedRoads, base: Solved) -> Iterator[Trial]:
    if roads.without_closures is not None:
        solved = _ask(asked, asked.facts.travel, roads.without_closures)
        yield Trial(CLOSURES, solved, dict.fromkeys((*base.found, *solved.found), OPEN_ROADS))


def _snaps(asked: Asked, roads: TiedRoads, base: Solved) -> Iterator[Trial]:
    """Try the other roads: of the candidates, then of everyone else.

    Both at once would hide a change where two facilities lie beside the same fragment.
    """
    spare = roads.alternatives()
    own = {f.id: spare[f.id] for f in asked.candidates if f.id in spare}
    if own:
        solved = solve(asked, asked.facts.travel, roads, origins=own)
        labels = {i: other_road(roads.snaps[i].distance_m, s.distance_m) for i, s in own.items()}
        yield Trial(SNAP, solved, labels, always=False)
    theirs = {f.id: spare[f.id] for f in asked.others(asked.facts.travel) if f.id in spare}
    if theirs:
        solved = solve(asked, asked.facts.travel, roads, others={**roads.tied(), **theirs})
        yield Trial(SNAP_OTHERS, solved, _whose(asked, roads, base, solved), always=False)


def _doubles(base: Solved) -> Iterator[Trial]:
    """Take records that may be a candidate itself for it, and for others."""
    named = {i: [d.name for d in beyond.doubles] for i, beyond in base.beyond.items()}
    if named:
        one = {i: one_hospital_label(names) for i, names in named.items()}
        yield Trial(ONE_HOSPITAL, base.if_one(), one, always=False)
        two = {i: two_hospitals_label(names) for i, names in named.items()}
        yield Trial(TWO_HOSPITALS, base.if_two(), two, always=False)


def _whose(asked: Asked, roads: TiedRoads, base: Solved, solved: Solved) -> dict[str, Text]:
    """Name the others whose road makes the difference: the nearest before or the nearest after."""
    spare, known = roads.alternatives(), {f.id: f for f in asked.counted}
    labels = {}
    for i, found in solved.found.items():
        both = dict.fromkeys((base.found[i].destination_id, found.destination_id))
        moved: list[Facility] = [known[d] for d in both if d is not None and d in spare]
        if moved:
            metres = [(roads.snaps[f.id].distance_m, spare[f.id].distance_m) for f in moved]
            labels[i] = other_roads_of([f.name for f in moved], metres)
    return labels


def _bears_on(assumption: Assumption, roads: TiedRoads) -> bool:
    """Whether an assumption can change a time at all: a network may have no toll road or ferry."""
    edges = roads.network.edges
    if assumption is Assumption.TOLLS:
        return bool(edges.toll.any())
    if assumption is Assumption.FERRIES:
        return bool(edges.ferry.any())
    return True


def _is_on(travel: TravelSetting, assumption: Assumption) -> bool:
    """Whether the policy has what `assumption` turns over; a direction is on when it leads away."""
    if assumption is Assumption.DIRECTION:
        return travel.direction is TravelDirection.FROM_CANDIDATE
    on: bool = getattr(travel, assumption.value)
    return on


def turn_over(travel: TravelSetting, assumption: Assumption) -> TravelSetting:
    """Return `travel` with one assumption the other way round."""
    match assumption:
        case Assumption.NEIGHBOURS:
            return replace(travel, neighbours=not travel.neighbours)
        case Assumption.TOLLS:
            return replace(travel, tolls=not travel.tolls)
        case Assumption.FERRIES:
            return replace(travel, ferries=not travel.ferries)
        case Assumption.DIRECTION:
            back = travel.direction is TravelDirection.FROM_CANDIDATE
            to, away = TravelDirection.TO_CANDIDATE, TravelDirection.FROM_CANDIDATE
            return replace(travel, direction=to if back else away)
