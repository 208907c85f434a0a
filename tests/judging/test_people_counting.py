"""The people of spots, and what is said of a table that ends at a border, or of land that lacks."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, box

from boundaries.geometry import polygons
from groundfloor.crs import JGD2011
from groundfloor.problems import Text
from spots.judging.people_counting import CountedPeople, count_people
from spots.types import Spot
from tests.helpers.judging import place, regions_of

WIDE = 0.01  # degrees, of the cells of these tests, which lie in one row from 131 E on
Columns = tuple[float, float]


def cells_of(*columns: int) -> gpd.GeoDataFrame:
    """Return cells with a hundred people each."""
    return gpd.GeoDataFrame(
        {"population": [100.0] * len(columns)},
        index=pd.Index([f"c{k}" for k in columns], name="code"),
        geometry=[box(131 + k * WIDE, 32, 131 + (k + 1) * WIDE, 32 + WIDE) for k in columns],
        crs=JGD2011,
    )


def spot(circle: Columns, inside: Columns | None = None) -> Spot:
    """Return a spot whose circle goes from column to column, and what is left of it."""
    drawn, left = (
        box(131 + west * WIDE, 32.004, 131 + east * WIDE, 32.006)
        for west, east in (circle, inside or circle)
    )
    return Spot(
        facility_id="a",
        name="甲診療所",
        criteria=(2,),
        place=place(),
        radius_m=2000,
        geometry=polygons(left),
        circle=drawn,
        circle_km2=1.0,
        area_km2=1.0,
        ledger=(),
        reason=Text("", ""),
        valid_from=None,
        valid_to=None,
    )


def counted(cells: gpd.GeoDataFrame, towns: dict[str, Columns], *spots: Spot) -> CountedPeople:
    """Return the count with municipalities from column to column."""
    outlines = {c: (131 + a * WIDE, 31.99, 131 + b * WIDE, 32.02) for c, (a, b) in towns.items()}
    whole = shapely.union_all([s.geometry for s in spots])
    return count_people(cells, spots, polygons(whole), regions_of(outlines))


TWO = {"43447": (0.0, 3.5), "45441": (3.5, 9.0)}


def test_cells_of_the_prefecture_and_of_spots_are_kept():
    found = counted(cells_of(*range(9)), TWO, spot((3.6, 4.4)))
    assert list(found.cells.index) == ["c0", "c1", "c2", "c3", "c4"]
    alone = counted(cells_of(*range(9)), TWO, spot((0.5, 1.5)))
    assert list(alone.cells.index) == ["c0", "c1", "c2", "c3"]
    assert list(alone.ground.index) == []  # the people of c3 live on both sides, and both have land


def test_ground_is_that_of_the_cells_kept():
    """The last cell of the neighbour is half at sea, and its people are nobody's here."""
    found = counted(cells_of(*range(9)), {**TWO, "45441": (3.5, 8.5)}, spot((0.5, 1.5)))
    assert list(found.ground.index) == []
    reached = counted(cells_of(*range(9)), {**TWO, "45441": (3.5, 8.5)}, spot((8.1, 8.4)))
    assert list(reached.ground.index) == ["c8"]
    assert reached.inside == pytest.approx(100 * 0.3 * 0.2 / 0.5)


def test_each_spot_and_all_together():
    found = counted(cells_of(0, 1, 2), {"43447": (0.0, 3.0)}, spot((0.0, 2.0)), spot((1.0, 3.0)))
    assert [s.population for s in found.spots] == pytest.approx([40, 40])
    assert found.inside == pytest.approx(60)
    assert found.problems == ()


def test_without_a_table_nothing_is_counted():
    spots = (spot((0.0, 1.0)),)
    found = count_people(None, spots, MultiPolygon(), regions_of({"43447": (131, 32, 132, 33)}))
    assert (found.spots, found.inside) == (spots, None)
    assert (found.cells, found.ground, found.problems) == (None, None, ())


SEA = {"43447": (0.0, 2.25)}  # and cells go on to the east of it
STRAIT = {"43447": (0.0, 2.5), "43424": (4.5, 7.0)}
OURS = (0, 1, 2, 3)  # a table of the prefecture alone


@pytest.mark.parametrize(
    ("columns", "towns", "circle", "inside", "told"),
    [
        # The neighbour's people are in no table.
        (OURS, TWO, (3.0, 4.5), (3.0, 4.5), ["population-not-covered"]),
        (OURS, TWO, (3.0, 4.5), (3.0, 3.5), []),
        (OURS, TWO, (3.0, 4.5), (3.0, 3.5001), []),  # an error of outlines
        (range(9), TWO, (3.0, 4.5), (3.0, 4.5), []),
        # People beyond the last outline are a neighbour's: the cell on the border stays whole.
        ((0, 1, 2, 3), SEA, (1.5, 2.2), (1.5, 2.2), ["population-across-border"]),
        ((0, 1, 2, 3), SEA, (2.1, 3.5), (2.1, 2.2), ["population-across-border"]),
        ((0, 1, 2, 3), SEA, (2.5, 3.5), (0.5, 1.5), []),
        ((0, 1, 2, 3), SEA, (0.5, 1.5), (0.5, 1.5), []),
        ((0, 1, 2), SEA, (1.5, 2.2), (1.5, 2.2), []),  # nobody is beyond
        # An isle that the outlines lack, between two shores: no neighbour, and lost people.
        ((0, 1, 2, 3, 4, 5), STRAIT, (2.1, 3.5), (2.1, 2.5), ["population-without-land"]),
        ((0, 1, 2, 3, 4, 5), STRAIT, (2.1, 3.5), (2.1, 3.5), []),  # cut by nothing: counted
        ((0, 1, 2, 3, 4, 5), STRAIT, (0.5, 1.5), (0.5, 1.5), []),
        # Those half a degree away say nothing of the border here.
        ((0, 1, 2, 3, 4, 5, 60), STRAIT, (2.1, 3.5), (2.1, 2.5), ["population-without-land"]),
    ],
)
def test_what_a_table_or_the_outlines_lack_is_told(columns, towns, circle, inside, told):
    found = counted(cells_of(*columns), towns, spot(circle, inside))
    assert [p.code for p in found.problems] == told


def test_how_many_are_told_and_of_whom():
    (covered,) = counted(cells_of(*OURS), TWO, spot((3.0, 4.5)), spot((0.5, 1.0))).problems
    assert "宮崎県の住民は、区域内の人口に数えていません（甲診療所）" in covered.message.ja
    (both,) = counted(cells_of(0, 1, 2, 3), SEA, spot((0.5, 2.2))).problems
    assert "都道府県境の区画1件の人口" in both.message.ja
    (lost,) = counted(cells_of(*range(6)), STRAIT, spot((0.1, 5.9), (2.1, 2.5))).problems
    assert "円の中の区画1件（約100人）" in lost.message.ja
