"""Made-up runs that strain the map: surroundings, population, many facilities, overlaps, islands."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon, box

from groundfloor.problems import Text
from spots.types import (
    FacilityType,
    OtherHospital,
    Position,
    RunResult,
    Spot,
    State,
    Verdict,
)
from spots.types.results import ClosedLine, HospitalCatchment, MainRoad, Surroundings, TimeGrid
from tests.helpers.fabricated import area_km2, circle, fabricated_result

LONG_NAME = "社会福祉法人恩賜財団済生会支部熊本県済生会みすみ病院附属へき地診療所北部出張診療所分室"


def _multi(geometry) -> MultiPolygon:
    return MultiPolygon([p for p in shapely.get_parts(geometry) if isinstance(p, Polygon)])


def surroundings(result: RunResult) -> Surroundings:
    """Roads through the squares, catchments as blobs of cells, two closed roads."""
    ends = [(131.15, 32.68), (130.99, 32.68), (130.7, 32.7), (130.4, 32.4), (130.75, 32.2)]
    step_lon, step_lat = 0.0054, 0.0045
    catchments = []
    for verdict in result.verdicts:
        here = verdict.facility.position
        if here is None or FacilityType.SECONDARY_EMERGENCY not in verdict.facility.types:
            continue
        cells = [
            box(
                *(start := (here.lon + i * step_lon, here.lat + j * step_lat)),
                start[0] + step_lon,
                start[1] + step_lat,
            )
            for i in range(-12, 12)
            for j in range(-12, 12)
            if i * i + j * j < 110 + 30 * ((i + j) % 3)
        ]
        catchments.append(
            HospitalCatchment(verdict.facility.id, 1_800_000, _multi(shapely.union_all(cells)))
        )
    catchments.sort(key=lambda c: c.facility_id)
    covered = _multi(shapely.union_all([c.geometry for c in catchments]))
    grid = TimeGrid(130.0, 33.0, step_lon, step_lat, 1, 1, ("soyo",), (0,), (0,), 500.0)
    return Surroundings(
        roads=(
            MainRoad("trunk", MultiLineString([ends[:3]])),
            MainRoad("secondary", MultiLineString([ends[2:]])),
        ),
        catchments=tuple(catchments),
        covered=covered,
        grid=grid,
        closed=(
            ClosedLine("国道218号", "災害復旧", "2026-04-01～", MultiLineString([ends[:2]])),
            ClosedLine("", "冬期閉鎖", "", MultiLineString([ends[3:]])),
        ),
    )


def population() -> gpd.GeoDataFrame:
    """A hundred half meshes around そよう病院: one in ten secret, one in ten empty."""
    rng = np.random.default_rng(5)
    cells = [
        box(131.0 + i * 0.00625, 32.6 + j / 240, 131.0 + (i + 1) * 0.00625, 32.6 + (j + 1) / 240)
        for i in range(10)
        for j in range(10)
    ]
    people = np.exp(rng.normal(3.5, 1.4, 100)).round() + 1
    people[::10], people[5::10] = np.nan, 0.0
    codes = [f"493011{k:03d}" for k in range(100)]
    return gpd.GeoDataFrame(
        {"population": people}, geometry=cells, index=gpd.pd.Index(codes, name="code"), crs=6668
    )


def full_result() -> RunResult:
    """The fabricated run with everything that a map can show."""
    result = fabricated_result()
    return replace(result, surroundings=surroundings(result), population=population())


def _moved(verdict: Verdict, number: int, name: str, lon: float, lat: float) -> Verdict:
    facility = replace(
        verdict.facility,
        id=f"{verdict.facility.id}-{number:03d}",
        name=name,
        position=Position(lon, lat),
    )
    return replace(verdict, facility=facility)


def _spot_of(verdict: Verdict, land: Polygon | MultiPolygon | None = None) -> Spot:
    here = verdict.facility.position
    assert here is not None
    whole = circle(here.lon, here.lat)
    left = whole if land is None else shapely.intersection(whole, land)
    return Spot(
        facility_id=verdict.facility.id,
        name=verdict.facility.name,
        criteria=verdict.criteria,
        place=verdict.place,
        radius_m=4000,
        geometry=_multi(left),
        circle=whole,
        circle_km2=area_km2(whole),
        area_km2=area_km2(_multi(left)),
        ledger=(),
        reason=Text("要件に該当するため", "a criterion is met"),
        valid_from=None,
        valid_to=None,
    )


def with_verdicts(result: RunResult, verdicts: tuple[Verdict, ...], land=None) -> RunResult:
    """Return `result` with other facilities and the spots that follow."""
    spots = tuple(_spot_of(v, land) for v in verdicts if v.state is State.DESIGNATED)
    dissolved = _multi(shapely.union_all([s.geometry for s in spots]))
    return replace(result, verdicts=verdicts, spots=spots, dissolved=dissolved)


def overlapping(count: int = 20) -> RunResult:
    """`count` spots of all criteria within a few kilometres, one with a very long name."""
    result = fabricated_result()
    by_id = {v.facility.id: v for v in result.verdicts}
    rng, made = np.random.default_rng(2), []
    for k in range(count):
        kind = by_id[("soyo", "imuta", "yabe")[k % 3]]
        lon, lat = 131.1 + rng.normal(0, 0.02), 32.7 + rng.normal(0, 0.016)
        name = LONG_NAME[:40] if k == 0 else f"第{k}へき地診療所"
        made.append(_moved(kind, k, name, float(lon), float(lat)))
    return with_verdicts(result, tuple(made))


def many(count: int = 300, *, points: int = 400) -> RunResult:
    """`count` facilities of every state, each judged with three routes of `points` points."""
    result = fabricated_result()
    kinds = [v for v in result.verdicts if v.facility.position]
    rng, made = np.random.default_rng(4), []
    for k in range(count):
        lon, lat = (float(v) for v in rng.uniform((130.3, 32.15), (131.3, 33.15)))
        name = LONG_NAME[:40] if k % 10 == 0 else f"第{k}国民健康保険病院附属診療所"
        verdict = _moved(kinds[k % len(kinds)], k, name, lon, lat)
        made.append(_with_routes(verdict, rng, points))
    return with_verdicts(result, tuple(made))


def _with_routes(verdict: Verdict, rng: np.random.Generator, points: int) -> Verdict:
    here, travel = verdict.facility.position, verdict.travel
    if here is None or travel is None or travel.route is None:
        return verdict
    others = []
    for rank in range(3):
        steps = rng.normal(0.0004 * (rank - 1), 0.0009, (points, 2)).cumsum(axis=0)
        route = replace(travel.route, geometry=LineString(steps + [here.lon, here.lat]))  # noqa: RUF005
        others.append(OtherHospital(f"to-{rank}", f"第{rank}病院", route.travel_ms, route))
    known = replace(travel, route=others[0].route, others=tuple(others))
    outcomes = tuple(replace(o, travel=known if o.travel else None) for o in verdict.outcomes)
    return replace(verdict, outcomes=outcomes)
