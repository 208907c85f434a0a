"""Connected land: what the sea parts, over the borders of municipalities and prefectures."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import MultiPolygon, box

from boundaries.land_parts import LandParts
from groundfloor.crs import JGD2011

TOWNS = gpd.GeoDataFrame(
    geometry=[
        MultiPolygon([box(130.0, 32.0, 130.1, 32.1), box(130.5, 32.0, 130.51, 32.01)]),
        box(130.1, 32.0, 130.2, 32.1),  # touches the first town
        box(130.2, 32.0, 130.9, 32.1).difference(box(130.45, 31.9, 130.55, 32.05)),
        box(131.0, 32.0, 131.02, 32.02),
    ],
    index=["43201", "43202", "40202", "43203"],
    crs=JGD2011,
)


@pytest.fixture(scope="module")
def land() -> LandParts:
    return LandParts.of(TOWNS)


def test_land_reaches_over_borders_and_ends_at_the_sea(land: LandParts):
    main = land.main("43")
    assert land.at(130.05, 32.05) == land.at(130.15, 32.05) == land.at(130.3, 32.05) == {main}
    assert land.at(130.505, 32.005) != {main}  # an isle in the bay of the neighbour
    assert land.at(131.01, 32.01) not in ({main}, land.at(130.505, 32.005))
    assert land.main("13") is None


def test_a_place_at_sea_is_near_the_land_within_a_distance(land: LandParts):
    assert land.at(130.05, 31.999) == frozenset()
    assert land.at(130.05, 31.999, within_m=100) == frozenset()
    assert land.at(130.05, 31.999, within_m=200) == {land.main("43")}


def test_ground_is_split_by_the_sea_and_by_prefecture(land: LandParts):
    strait = box(130.85, 32.0, 131.01, 32.02)
    parts = land.split(strait)
    assert {number: round(ground.area, 6) for number, ground in parts.items()} == {
        land.main("43"): 0.001,
        next(iter(land.at(131.01, 32.01))): 0.0002,
    }
    assert list(land.split(strait, prefecture="43")) == list(land.at(131.01, 32.01))
    assert list(land.split(strait, only=land.main("43"))) == [land.main("43")]
