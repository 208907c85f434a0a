"""Hospitals on made-up ground without roads, and a plain reading of the rule to hold a run against.

Nothing here is of the product but its values: distances are pyproj's own, and every question is
asked of every pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from pyproj import Geod
from shapely.geometry import Point, Polygon, box

from boundaries import Regions
from spots.judging.criteria import Facts, NamedList
from spots.judging.designation import judge
from spots.judging.policy import Policy
from spots.types import (
    Double,
    Facility,
    FacilityType,
    Place,
    Position,
    Role,
    StraightTravel,
    Verdict,
)
from tests.helpers.judging import SECONDARY, facility, place, policy, regions_of

WGS = Geod(ellps="GRS80")
ESTIMATE = StraightTravel(1.3, 40.0, "tests")
#: Two lands of one prefecture, with 6 km of sea between, and a neighbour to the east of the first.
MAIN = box(130.6, 32.5, 131.2, 33.1)
ISLE = box(130.3, 32.6, 130.53, 32.9)
NEXT = box(131.2, 32.5, 131.6, 33.1)


def land(*ground: tuple[str, Polygon]) -> Regions:
    """Return regions of municipalities by code."""
    return regions_of({code: shape.bounds for code, shape in ground})


@dataclass(frozen=True)
class StraightWorld:
    """Hospitals, some in the neighbour's land, some perhaps one, on one list or two."""

    facilities: tuple[Facility, ...]
    regions: Regions | None
    rules: Policy
    estimate: StraightTravel | None = ESTIMATE
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def facts(self) -> Facts:
        """Return the facts of it."""
        every = frozenset(f.id for f in self.facilities)
        lists = dict(self.lists) or {"rotation": every}
        named = tuple(NamedList(n, n, frozenset({SECONDARY})) for n in lists)
        return Facts(
            facilities=self.facilities,
            places={f.id: _place(f) for f in self.facilities},
            lists=lists,
            roads=None,
            named_lists=named,
            regions=self.regions,
            straight=self.estimate,
        )

    def judged(self) -> dict[str, Verdict]:
        """Return the verdicts by id."""
        return {v.facility.id: v for v in judge(self.rules, self.facts())}

    def at_speed(self, factor: float) -> StraightWorld:
        """Return the world at another speed."""
        assert self.estimate is not None
        other = replace(self.estimate, speed_kmh=self.estimate.speed_kmh * factor)
        return replace(self, estimate=other)


def _place(f: Facility) -> Place:
    code = f.municipality_code or "43447"
    return replace(place(code, prefecture=code[:2]))


def hospital(
    i: str, lon: float | None, lat: float | None = None, *, code: str = "43447", **more: object
) -> Facility:
    """Return a secondary emergency hospital at a place, or without one."""
    at = None if lon is None or lat is None else Position(lon, lat)
    made = facility(i, SECONDARY, position=at)
    return replace(made, municipality_code=code, **more)  # type: ignore[arg-type]


def straight_world(seed: int) -> StraightWorld:
    """Return a random world."""
    rng = Random(seed)  # noqa: S311 (no secret)
    made: list[Facility] = []
    for n in range(rng.randint(6, 14)):
        west, south, east, north = rng.choice([MAIN, MAIN, MAIN, ISLE]).bounds
        made.append(hospital(f"h{n:02}", rng.uniform(west, east), rng.uniform(south, north)))
    for n in range(rng.randint(1, 4)):
        west, south, east, north = NEXT.bounds
        at = rng.uniform(west, east), rng.uniform(south, north)
        made.append(hospital(f"n{n:02}", *at, code="45201", role=Role.DESTINATION))
    if rng.random() < 0.5:  # two records that may be one
        one, other = made[0], made[1]
        other = replace(other, position=replace(one.position, lon=one.position.lon + 0.0005))
        apart = WGS.inv(*_at(one), *_at(other))[2]
        made[0] = replace(one, doubles=(Double(other.id, other.name, apart, False),))
        made[1] = replace(other, doubles=(Double(one.id, one.name, apart, False),))
    if rng.random() < 0.4:  # one without a position, somewhere on the isle or the main land
        made.append(hospital("lost", None, code=rng.choice(["43447", "43448"])))
    rules = policy({"criterion": {"3": {"threshold_min": rng.choice([20, 30, 45])}}})
    listed = frozenset(f.id for f in made if rng.random() < 0.9 or f.role is Role.DESTINATION)
    lists = {"rotation": listed, "kokuji": frozenset(f.id for f in made if rng.random() < 0.7)}
    regions = land(("43447", MAIN), ("43448", ISLE), ("45201", NEXT))
    return StraightWorld(tuple(made), regions, rules, lists=lists)


def _at(f: Facility) -> tuple[float, float]:
    assert f.position is not None
    return f.position.lon, f.position.lat


# --- the rule, read plainly


def geodesic_ms(a: Facility, b: Facility, estimate: StraightTravel = ESTIMATE) -> int:
    """Return the estimate between two places by pyproj alone."""
    metres = WGS.inv(*_at(a), *_at(b))[2]
    return round(metres * estimate.detour_factor * 3600.0 / estimate.speed_kmh)


def on_one_land(a: Facility, b: Facility) -> bool:
    """Whether the line between two places of these worlds stays off the sea."""
    isles = [ISLE.contains(Point(*_at(f))) for f in (a, b)]
    return isles[0] is isles[1]


def others_by_time(
    world: StraightWorld, one: Facility, list_name: str = "rotation"
) -> list[tuple[int, str]]:
    """Return everybody who counts as another with a position, by time and id."""
    listed = world.lists[list_name]
    counted: Iterable[Facility] = (
        f
        for f in world.facilities
        if FacilityType.SECONDARY_EMERGENCY in f.types
        and (f.id in listed or f.role is Role.DESTINATION)
        and f.position is not None
        and f.site != one.site
    )
    return sorted((geodesic_ms(one, f), f.id) for f in counted)
