"""Made-up runs that have every layer there is, and text that is hard on file formats."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
from shapely.geometry import LineString, MultiLineString, MultiPolygon, box

from groundfloor.problems import Text
from spots.types import OtherHospital, RunResult, Verdict
from spots.types.results import ClosedLine, HospitalCatchment, MainRoad, Surroundings
from tests.helpers.fabricated import fabricated_result

ALWAYS = (
    "spots",
    "spots_dissolved",
    "circles",
    "facilities",
    "routes",
    "municipalities",
    "medical_areas",
)
SOMETIMES = (
    "nearest_routes",
    "closures",
    "main_roads",
    "catchments",
    "catchments_dissolved",
    "population",
)
#: A character of JIS X 0213 that CP932 lacks, one with a twin in it, one of Latin-1.
HARD = "𠮷田〜é病院"


def full_result() -> RunResult:
    """The fabricated run with surroundings, nearest three and population."""
    result = fabricated_result()
    reached = {
        "soyo": box(131.0, 32.6, 131.3, 32.8),
        "yabe": box(130.9, 32.6, 131.1, 32.75),
    }
    surroundings = Surroundings(
        roads=(
            MainRoad("trunk", MultiLineString([[(130.7, 32.7), (131.0, 32.75), (131.2, 32.7)]])),
            MainRoad("primary", MultiLineString([[(130.6, 32.4), (130.7, 32.5)]])),
        ),
        catchments=tuple(
            HospitalCatchment(key, 1_800_000, MultiPolygon([shape]))
            for key, shape in sorted(reached.items())
        ),
        covered=MultiPolygon([reached["soyo"].union(reached["yabe"])]),
        grid=None,
        closed=(
            ClosedLine(
                "国道218号", "災害復旧", "", MultiLineString([[(131, 32.7), (131.1, 32.7)]])
            ),
        ),
    )
    cells = gpd.GeoDataFrame(
        {"population": [12.5, 0.0, float("nan")]},
        index=gpd.pd.Index(["49301100", "49301101", "49301102"], name="code"),
        geometry=[box(131.0 + 0.01 * k, 32.6, 131.01 + 0.01 * k, 32.61) for k in range(3)],
        crs=6668,
    )
    return replace(
        result,
        verdicts=tuple(_with_others(v) for v in result.verdicts),
        spots=tuple(replace(s, population=123.456) for s in result.spots),
        surroundings=surroundings,
        population=cells,
        dissolved_population=456.7,
    )


def _with_others(verdict: Verdict) -> Verdict:
    def others(outcome):
        travel = outcome.travel
        if travel is None or travel.route is None:
            return outcome
        further = replace(
            travel.route, to_id="far", geometry=LineString([(131, 32.7), (131.2, 32.9)])
        )
        found = (
            OtherHospital(travel.nearest_id, travel.nearest_name, travel.travel_ms, travel.route),
            OtherHospital("far", "遠い病院", travel.travel_ms + 1, further),
        )
        return replace(outcome, travel=replace(travel, others=found))

    return replace(verdict, outcomes=tuple(others(o) for o in verdict.outcomes))


def hard_result() -> RunResult:
    """The full run with a name that CP932 lacks and a reason longer than a DBF cell."""
    result = full_result()
    first, *rest = result.spots
    long = "山" * 126 + "é" + "川" * 10
    first = replace(first, name=HARD, reason=Text(long, long))
    return replace(result, spots=(first, *rest))
