"""The same question by roads closed to the public: a hospital's own drive may be one of them.

Where the nearest road to a door is private, behind a barrier, one-way with no way back, or perhaps
a tunnel, no data tell whether the hospital's cars use it. Both are asked: as the facilities are
tied, and by that road. Where it lies clearly nearer and the criterion hangs on it, the criterion
stays open.

Stands apart: what is possible at a door, not what the policy assumes (`trials`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from groundfloor.problems import Text
from networks.types import NearerRoad, Snap
from spots.judging.criteria.facts import TiedRoads
from spots.judging.criteria.solving import Asked, Otherwise, Solved, solve
from spots.judging.criteria.travel import TravelSetting
from spots.telling.door_words import (
    beside_door,
    by_both_roads,
    by_nearer_road,
    by_nearer_roads_of,
    road_without_doors,
)
from spots.types import DoorRoad, Facility, TravelEvidence, Variant

CLOSED_WAY, CLOSED_WAY_OTHERS = "closed_way", "closed_way_others"
CLOSED_WAY_BOTH = "closed_way_both"
CLOSED_WAYS = frozenset({CLOSED_WAY, CLOSED_WAY_OTHERS, CLOSED_WAY_BOTH})


def with_closed_ways(
    asked: Asked, travel: TravelSetting, roads: TiedRoads, solved: Solved
) -> Solved:
    """Return what was found, and what is found by the closed roads at doors.

    Parameters
    ----------
    asked : Asked
        The question.
    travel : TravelSetting
        What the drive may use, and who counts.
    roads : TiedRoads
        The roads.
    solved : Solved
        Its answer as the facilities are tied.
    """
    return replace(solved, otherwise=tuple(_otherwise(asked, travel, roads, solved)))


def _otherwise(
    asked: Asked, travel: TravelSetting, roads: TiedRoads, base: Solved
) -> Iterator[Otherwise]:
    """Yield the answer with the candidates' closed roads, with everyone else's, and with both.

    Of two hospitals behind drives of their own neither is near by its own drive alone.
    """
    own = ways_out(roads, asked.candidates)
    labels = {i: by_nearer_road(roads.nearer[i], roads.snaps[i].distance_m) for i in own}
    clear = frozenset(i for i in own if roads.nearer[i].clear)
    if own:
        solved = solve(asked, travel, roads, origins=own)
        yield Otherwise(CLOSED_WAY, solved, labels, clear, own=clear)
    theirs = ways_out(roads, asked.others(travel))
    if not theirs:
        return
    ends = {**roads.tied(), **theirs}
    yield _by_theirs(asked, roads, base, solve(asked, travel, roads, others=ends), theirs)
    if own:
        solved = solve(asked, travel, roads, origins=own, others=ends)
        other = _by_theirs(asked, roads, base, solved, theirs)
        both = {i: by_both_roads(labels[i], told) for i, told in other.labels.items()}
        yield Otherwise(CLOSED_WAY_BOTH, solved, both, (other.clear | clear) & both.keys())


def _by_theirs(
    asked: Asked, roads: TiedRoads, base: Solved, solved: Solved, theirs: Mapping[str, Snap]
) -> Otherwise:
    """Return what is found by the closed roads of everyone else."""
    moved = _moved(asked, base, solved, theirs)
    labels = {
        i: by_nearer_roads_of([(f.name, roads.nearer[f.id]) for f in others])
        for i, others in moved.items()
    }
    clear = frozenset(i for i, m in moved.items() if any(roads.nearer[f.id].clear for f in m))
    return Otherwise(CLOSED_WAY_OTHERS, solved, labels, clear)


def doors_in_doubt(roads: TiedRoads, ids: Iterable[str]) -> bool:
    """Whether a closed road at the door of one of them is clearly nearer and leads to the roads."""
    ways = (roads.nearer.get(i) for i in ids)
    return any(way is not None and way.clear and way.snap is not None for way in ways)


def ways_out(roads: TiedRoads, facilities: tuple[Facility, ...]) -> dict[str, Snap]:
    """Return where facilities come out on the roads by the closed road at their door, by id."""
    ways: dict[str, NearerRoad] = {f.id: w for f in facilities if (w := roads.nearer.get(f.id))}
    return {i: way.snap for i, way in ways.items() if way.snap is not None}


def _moved(
    asked: Asked, base: Solved, solved: Solved, theirs: Mapping[str, Snap]
) -> dict[str, list[Facility]]:
    """Return the others whose road makes the difference to each candidate: nearest then or now."""
    known = {f.id: f for f in asked.counted}
    moved = {}
    for i, found in solved.found.items():
        before = base.found.get(i)
        both = (before.destination_id if before else None, found.destination_id)
        mine = [known[d] for d in dict.fromkeys(both) if d is not None and d in theirs]
        if mine:
            moved[i] = mine
    return moved


def hanging(solved: Solved, facility_id: str) -> Iterator[Otherwise]:
    """Yield the other possibilities at a door that may leave a facility's criterion open."""
    for other in solved.otherwise:
        if facility_id in other.clear and facility_id in other.solved.found:
            yield other


def at_door(road: NearerRoad | None, variants: Sequence[Variant]) -> DoorRoad | None:
    """Return the road at a door as evidence, where it is clearly nearer or turns something."""
    turns = any(v.changes for v in variants if v.name in {CLOSED_WAY, CLOSED_WAY_BOTH})
    return DoorRoad(road.kind, road.distance_m) if road and (road.clear or turns) else None


def by_door(travel: TravelEvidence) -> Iterator[Text]:
    """Yield what a reader must know of the road at a door that the facility is not tied to."""
    road = travel.nearer_road
    found = next((v for v in travel.variants if v.name == CLOSED_WAY), None)
    if road is not None and found is not None:
        yield beside_door(found.label, found.nearest_name, found.travel_ms)
    elif road is not None:
        yield road_without_doors(road.kind, road.distance_m)
