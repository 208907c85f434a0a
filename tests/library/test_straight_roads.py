"""`Roads.straight`: frames of estimates, each of which says what it is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

import spots as ss
from spots.library.straight_roads import StraightRoads
from spots.types import TravelBasis

GEOD = Geod(ellps="GRS80")
LON, LAT = [130.708, 131.066, 130.5, np.nan], [32.803, 33.122, 32.5, np.nan]
POINTS = gpd.GeoSeries.from_xy(LON, LAT, index=list("abcd"), crs=6668)
LINE = ss.Roads.straight(detour_factor=1.3, speed_kmh=40, source="tests")


def ms(i: int, j: int, factor: float = 1.3, kmh: float = 40.0) -> int:
    metres = GEOD.inv(LON[i], LAT[i], LON[j], LAT[j])[2]
    return round(metres * factor * 3600 / kmh)


def test_all_pairs_are_those_of_pyproj():
    found = LINE.matrix(POINTS, unit="ms")
    for i, one in enumerate("abc"):
        for j, other in enumerate("abc"):
            assert found.loc[one, other] == ms(i, j)
    assert found.loc["d"].isna().all()
    assert found["d"].isna().all()


def test_a_long_matrix_says_what_it_is():
    found = LINE.matrix(POINTS, long=True, limit_min=100)
    assert list(found) == ["origin", "destination", "travel_ms", "minutes", "straight_m", "basis"]
    assert set(found["basis"]) == {"straight"}
    far = found.query("origin == 'b' and destination == 'c'")
    assert far["travel_ms"].isna().all()


def test_the_nearest_have_lines_that_are_no_ways():
    found = LINE.nearest(POINTS, k=2)
    assert list(found.loc["a", "destination"]) == ["c", "b"]
    assert list(found.loc["a", "travel_ms"]) == [ms(0, 2), ms(0, 1)]
    assert set(found["basis"]) == {"straight"}
    assert (found["why"].dropna() == "no_point").all()
    assert len(found.loc["d"]) == 2
    line = found.geometry.iloc[0]
    assert len(line.coords) == 2
    assert line.coords[0] == pytest.approx((130.708, 32.803))


def test_sites_and_limits_hold_as_on_roads():
    frame = gpd.GeoDataFrame(
        {"site": ["s", "s", "t", "u"]}, geometry=POINTS.to_numpy(), index=POINTS.index, crs=6668
    )
    assert LINE.nearest(frame).loc["a", "destination"] == "c"
    near = LINE.nearest(frame, limit_min=10)
    assert near.loc["a", "why"] == "beyond_limit"


def test_routes_keep_every_pair():
    found = LINE.routes([("a", "b"), ("a", "d")], points=POINTS)
    assert found["travel_ms"].tolist()[0] == ms(0, 1)
    assert pd.isna(found["travel_ms"].iloc[1])
    assert found["why"].tolist()[1] == "no_point"
    assert set(found["basis"]) == {"straight"}


def test_isochrones_are_geodesic_circles():
    found = LINE.isochrones(POINTS, [10, 30])
    assert found["minutes"].tolist() == [10, 30] * 4
    radius = 30 * 60_000 * 40 / 3600 / 1.3
    area, _ = GEOD.geometry_area_perimeter(found.geometry.iloc[1])
    assert abs(area) == pytest.approx(np.pi * radius**2, rel=1e-3)
    assert found.geometry.iloc[-1] is None
    assert set(found["basis"]) == {"straight"}
    assert len(LINE.isochrones(POINTS, [10, 30], dissolve=True)) == 2


def test_another_speed_is_another_estimate():
    faster = LINE.at_speeds(factor=1.5)
    assert faster.times == "straight line × 1.3 at 60 km/h"
    assert faster.matrix(POINTS, unit="ms").loc["a", "b"] == ms(0, 1, kmh=60.0)
    assert LINE.estimate.speed_kmh == 40


@pytest.mark.parametrize("given", [{"detour_factor": 0.5}, {"speed_kmh": 400}])
def test_numbers_out_of_bounds_are_refused(given: dict[str, float]):
    with pytest.raises(ss.SpotsError) as caught:
        ss.Roads.straight(**{"detour_factor": 1.3, "speed_kmh": 40, **given})
    assert [p.code for p in caught.value.problems] == ["straight-out-of-bounds"]


@pytest.mark.slow
def test_a_scenario_takes_it_for_its_roads_and_a_sweep_its_speeds():
    scenario = ss.Scenario.sample().changed(roads=LINE)
    assert isinstance(scenario.roads, StraightRoads)
    assert "straight line × 1.3 at 40 km/h" in repr(scenario)
    result = scenario.judge()
    measured = [v.travel for v in result.evidence.verdicts if v.travel and v.travel.reachable]
    assert {t.basis for t in measured} == {TravelBasis.STRAIGHT}
    assert result.evidence.network is None
    with pytest.warns(ss.ProblemWarning, match="straight-across-sea"):  # at the faster of the two
        swept = scenario.sweep({"speed_factor": [0.8, 1.2]})
    assert swept["n_spots"].is_monotonic_decreasing
    again = scenario.changed(roads=LINE.at_speeds(factor=0.8)).judge()
    assert len(again.evidence.spots) == swept["n_spots"].iloc[0]
    back = scenario.changed(roads=ss.Scenario.sample().roads)
    assert back.judge().evidence.straight is None
