"""What lies around the spots where times are estimates: rings round hospitals, cut at the land.

A ring is where the straight line to a hospital is short enough. It is no catchment of roads, and is
told as an estimate wherever it is drawn. Main roads and times from anywhere need roads: there are
none.

Stands apart: `run_surroundings` draws what drives reach.
"""

from __future__ import annotations

from collections.abc import Callable

from shapely.geometry import MultiPolygon

from boundaries import Regions
from boundaries.geometry import circle, dissolve, polygons
from boundaries.land_parts import overlap
from groundfloor.decorations import attempted
from groundfloor.problems import Problem, Text
from spots.judging.criteria import NearestOtherTimeSetting, PolicyFacts
from spots.judging.criteria.isolation import is_named
from spots.judging.criteria.solving import others_of
from spots.types import StraightTravel
from spots.types.results import HospitalCatchment, Surroundings

_RINGS = Text("地図に添える直線距離による範囲", "the map's rings round hospitals")


def ring_surroundings(
    criterion: NearestOtherTimeSetting,
    facts: PolicyFacts,
    regions: Regions,
    straight: StraightTravel,
    missing: Callable[[Problem], None],
) -> Surroundings:
    """Return the ground within the threshold of each hospital that counts, by the estimate.

    Parameters
    ----------
    criterion : NearestOtherTimeSetting
        Says which hospitals count, and the threshold.
    facts : PolicyFacts
        Facilities as the criteria saw them.
    regions : Regions
        The prefecture's land.
    straight : StraightTravel
        The estimate.
    missing : callable
        Called with the finding where they could not be made.
    """
    radius_m = straight.reach_m(criterion.threshold_ms)
    land = regions.prefecture_land()

    def rings() -> tuple[tuple[HospitalCatchment, ...], MultiPolygon]:
        counted = tuple(f for f in facts.facilities if criterion.counts(f, facts))
        hospitals = sorted(others_of(counted, facts, facts.travel), key=lambda f: f.id)
        found = []
        for f in hospitals:
            if f.position is not None and not is_named(f, facts.travel.roadless):
                whole = circle(f.position.lon, f.position.lat, radius_m)
                ground = polygons(overlap(land, whole))
                found.append(HospitalCatchment(f.id, criterion.threshold_ms, ground))
        shapes = [c.geometry for c in found if not c.geometry.is_empty]
        return tuple(found), dissolve(shapes) if shapes else MultiPolygon()

    made, problems = attempted(_RINGS, rings)
    for problem in problems:
        missing(problem)
    each, covered = made or ((), MultiPolygon())
    return Surroundings((), each, covered, None, ())
