"""Drives from the centres of units to the nearest other institution, as the criteria search them.

A unit's centre is tied to the roads as a facility is, and the same question is asked: of gaps in
the data, of doubles, of borders, of closed roads at doors. What is left open makes a drive take
anything between two times.

Stands apart: everything that a condition needs of the roads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from groundfloor.problems import Text
from networks import NearestOther, SnapResult, snap_points
from spots.judging.criteria import PolicyFacts, TiedRoads
from spots.judging.criteria.answers import named, other_way
from spots.judging.criteria.borders import Borders
from spots.judging.criteria.closed_ways import hanging, with_closed_ways
from spots.judging.criteria.facts import TravelFacts
from spots.judging.criteria.isolation import Gaps, Lands, is_named
from spots.judging.criteria.solving import Asked, Solved, solve
from spots.judging.criteria.unmeasured import Yardstick
from spots.telling.border_words import beyond_border
from spots.telling.door_words import hangs_on_door
from spots.telling.findings import (
    hangs_on_doubles,
    not_measured,
    not_proven,
    one_way_only,
)
from spots.types import Facility, Position, Role

#: So many sets of drives are kept with the facts: each holds on to the roads it was found on.
_KEPT = 16


@dataclass(frozen=True, slots=True)
class CentreDrive:
    """The drive from a place to the nearest other, as far as it is known.

    Parameters
    ----------
    least_ms, most_ms : float
        Between these, milliseconds; infinite where none is reached.
    nearest : str or None
        Name of the nearest other; None where none is reached.
    travel_ms : int or None
        Milliseconds to it by the data.
    doubts : tuple of (float, Text)
        What makes `least_ms` less than that, or leaves it open, by the time it allows.
    said : Text or None
        How the time is told where it is no drive.
    """

    least_ms: float
    most_ms: float
    nearest: str | None = None
    travel_ms: int | None = None
    doubts: tuple[tuple[float, Text], ...] = ()
    said: Text | None = None


@dataclass(frozen=True, slots=True)
class CentreInquiry:
    """All that the drives depend on: no limit that a condition compares them with.

    Parameters
    ----------
    facts : TravelFacts
        Everything known, with the prefecture and the drive of the policy.
    places : tuple of (str, Facility, Position or None)
        By unit id, the institution itself or a centre.
    others : tuple of Facility
        Those that count.
    """

    facts: TravelFacts
    places: tuple[tuple[str, Facility | Position | None], ...]
    others: tuple[Facility, ...]

    def __hash__(self) -> int:
        """Tell by what is quickly looked at."""
        ids = tuple(i for i, _ in self.places)
        return hash((ids, len(self.others), self.facts.prefecture, self.facts.travel))


def centre_drives(
    places: Mapping[str, Facility | Position | None],
    others: tuple[Facility, ...],
    facts: PolicyFacts,
) -> Mapping[str, CentreDrive]:
    """Return the drive of each place to the nearest of some institutions that is another.

    Found once for the facts, whatever limit they are compared with.

    Parameters
    ----------
    places : mapping of str to Facility, Position or None
        By unit id, the institution itself or a centre; without a place a drive is quite open.
    others : tuple of Facility
        Those that count.
    facts : PolicyFacts
        Everything known, with roads.

    Raises
    ------
    ValueError
        `facts` have no roads.
    """
    inquiry = CentreInquiry(facts.for_roads(), tuple(places.items()), others)
    return facts.memory.of(driven, inquiry, most=_KEPT)


def driven(inquiry: CentreInquiry) -> dict[str, CentreDrive]:
    """Ask the roads.

    Raises
    ------
    ValueError
        There are none.
    """
    facts, others, places = inquiry.facts, inquiry.others, dict(inquiry.places)
    if facts.roads is None:
        raise ValueError("drives need a road network")
    asking = {i: as_facility(i, place) for i, place in places.items() if place is not None}
    centres = {i: p for i, p in places.items() if isinstance(p, Position)}
    roads = _with_centres(facts.roads, centres, facts)
    ground = Lands(facts.regions, roads.network)
    yardstick = Yardstick(roads.network.top_kmh(), facts.regions)
    candidates = tuple({f.id: f for f in asking.values()}.values())
    asked = Asked(
        candidates, others, facts, yardstick, Borders(facts.regions, facts.prefecture), ground
    )
    solved = with_closed_ways(asked, facts.travel, roads, solve(asked, facts.travel, roads))
    known = {f.id: f for f in (*others, *candidates)}
    found = {}
    for i in places:
        facility = asking.get(i)
        if facility is not None and facility.id in solved.found:
            found[i] = _drive(facility.id, solved, known)
        else:
            found[i] = _untied(facility, roads, ground, facts)
    return found


def as_facility(unit_id: str, place: Facility | Position) -> Facility:
    """Return a centre in the clothes of a facility that nobody else is.

    Parameters
    ----------
    unit_id : str
        The unit whose centre it is.
    place : Facility or Position
        An institution, which stays itself, or the centre.
    """
    if isinstance(place, Facility):
        return place
    return Facility(
        id=unit_id,
        name=unit_id,
        types=frozenset(),
        role=Role.CANDIDATE,
        address="",
        municipality_code=None,
        position=place,
        position_problem=None,
        site=unit_id,
        remark="",
        rows=(),
    )


def _with_centres(
    roads: TiedRoads, centres: Mapping[str, Position], facts: TravelFacts
) -> TiedRoads:
    """Return the roads with centres tied to them too, also without the closures."""
    if not centres:
        return roads
    lon, lat = [p.lon for p in centres.values()], [p.lat for p in centres.values()]
    travel, network = facts.travel, roads.network
    tied = snap_points(network, lon, lat, travel.snap_limit_m, tolls=travel.tolls)
    snaps: dict[str, SnapResult] = {**roads.snaps, **dict(zip(centres, tied, strict=True))}
    whole = roads.without_closures
    whole = None if whole is None else _with_centres(whole, centres, facts)
    return replace(roads, snaps=snaps, without_closures=whole)


def _untied(
    facility: Facility | None, roads: TiedRoads, ground: Lands, facts: TravelFacts
) -> CentreDrive:
    """Return the drive of who is tied to no road: none, where there is no road at all."""
    far = roads.snaps.get(facility.id) if facility is not None else None
    position = facility.position if facility is not None else None
    roadless = facility is not None and is_named(facility, facts.travel.roadless)
    if roadless or (position is not None and ground.lies_apart(position)):
        return CentreDrive(math.inf, math.inf)
    why = not_measured(far.distance_m if far else None, facts.travel.snap_limit_m)
    return CentreDrive(0.0, math.inf, doubts=((0.0, why),))


def _drive(i: str, solved: Solved, known: Mapping[str, Facility]) -> CentreDrive:
    """Return what is known of one drive, over everything that may be so."""
    found = solved.found[i]
    parts = list(_possible(i, solved, known))
    for other in hanging(solved, i):
        for each in _possible(i, other.solved, known):
            both = found, other.solved.found[i]
            told = hangs_on_door(other.labels[i], *(named(one, known) for one in both))
            parts.append(replace(each, doubts=((each.least_ms, told),)))
    name, ms = named(found, known)
    doubts = tuple(d for part in parts for d in part.doubts)
    least = min(part.least_ms for part in parts)
    return CentreDrive(least, max(part.most_ms for part in parts), name, ms, doubts)


def _possible(i: str, solved: Solved, known: Mapping[str, Facility]) -> Iterator[CentreDrive]:
    """Yield the drive as it is if doubles are others, and if they are the place itself."""
    found, beyond = solved.found[i], solved.beyond.get(i)
    yield _known(i, found, solved.gaps, solved, known)
    if beyond is not None:
        told = hangs_on_doubles(*named(found, known), *named(beyond.nearest, known))
        drive = _known(i, beyond.nearest, solved.gaps_beyond, solved, known)
        near = math.inf if found.travel_ms is None else float(found.travel_ms)
        yield replace(drive, doubts=(*drive.doubts, (near, told)))


def _known(
    i: str, found: NearestOther, gaps: Gaps, solved: Solved, known: Mapping[str, Facility]
) -> CentreDrive:
    """Return the drive by one answer, between what the data miss and what they have."""
    name, ms = named(found, known)
    back = other_way(gaps.back.get(i), known)
    if not found.reachable and back is not None:
        told = one_way_only(solved.direction, back)
        return CentreDrive(0.0, math.inf, name, ms, ((0.0, told),))
    most = math.inf if ms is None else float(ms)
    doubts = []
    if (missing := gaps.unmeasured.get(i)) is not None and missing.least_ms < most:
        doubts.append((float(missing.least_ms), not_proven(missing, name, ms)))
    if (out := solved.leaving.get(i)) is not None and out.ms < most:
        doubts.append((float(out.ms), beyond_border(out, name, ms)))
    least = min((at for at, _ in doubts), default=most)
    return CentreDrive(least, most, name, ms, tuple(doubts))
