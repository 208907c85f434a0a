"""The ground that people of cells live on: coasts, islands, borders of tables and of outlines."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from boundaries import inhabited_ground, people_inside

KM = 0.01  # cells of these tests are 0.01 degrees wide


def cells_of(*columns, people=100.0):
    """Cells in one row from west to east at 131.00 + 0.01 x column, each with so many people."""
    return gpd.GeoDataFrame(
        {"population": [people] * len(columns)},
        index=pd.Index([f"c{k}" for k in columns], name="code"),
        geometry=[box(131 + k * KM, 32, 131 + (k + 1) * KM, 32 + KM) for k in columns],
        crs=6668,
    )


def towns_of(**boxes):
    """Outlines by prefecture, from column to column."""
    codes = [name.removeprefix("p").split("_")[0] for name in boxes]
    return gpd.GeoDataFrame(
        {"prefecture_code": codes},
        geometry=[box(131 + a * KM, 31.99, 131 + b * KM, 32.02) for a, b in boxes.values()],
        crs=6668,
    )


def counted(cells, towns, area):
    found = inhabited_ground(cells, towns, "43")
    return people_inside(cells, [area], found.ground)[0], found


def test_people_of_a_coast_live_on_its_land():
    # Land from 0 to 2.25: a quarter of the third cell.
    cells, towns = cells_of(0, 1, 2), towns_of(p43=(0, 2.25))
    inside, found = counted(cells, towns, towns.union_all())
    assert inside == pytest.approx(300)
    assert list(found.ground.index) == ["c2"]
    assert people_inside(cells, [towns.union_all()])[0] == pytest.approx(225)


def test_an_island_keeps_all_its_people():
    cells, towns = cells_of(0, 1), towns_of(p43=(0.3, 1.2))
    inside, _ = counted(cells, towns, towns.union_all())
    assert inside == pytest.approx(200)


def test_an_area_at_sea_holds_nobody():
    cells, towns = cells_of(0), towns_of(p43=(0, 0.5))
    inside, _ = counted(cells, towns, box(131.005, 32, 131.01, 32.01))
    assert inside == 0


def test_towns_share_a_cell_without_leaving_a_gap():
    cells, towns = cells_of(0), towns_of(p43_1=(-1, 0.4), p43_2=(0.4, 3))
    found = inhabited_ground(cells, towns, "43")
    assert found.ground.empty


def test_the_people_of_one_prefecture_live_on_its_side_of_the_border():
    # No cell lies wholly in 44: the table is of 43 alone, and so are its people on the border.
    cells, towns = cells_of(0, 1, 2), towns_of(p43=(0, 2.5), p44=(2.5, 6))
    inside, found = counted(cells, towns, towns.geometry[0])
    assert inside == pytest.approx(300)
    assert found.covered == {"43"}


def test_a_table_that_goes_on_beyond_the_border_counts_people_on_both_sides():
    cells, towns = cells_of(0, 1, 2, 3, 4), towns_of(p43=(0, 2.5), p44=(2.5, 6))
    inside, found = counted(cells, towns, towns.geometry[0])
    assert inside == pytest.approx(250)
    assert found.covered == {"43", "44"}
    assert found.ground.empty


def test_a_table_that_goes_on_beyond_the_outlines_keeps_the_cells_of_their_rim_whole():
    cells, towns = cells_of(0, 1, 2, 3, 4), towns_of(p43=(0, 2.5))
    inside, found = counted(cells, towns, towns.geometry[0])
    assert inside == pytest.approx(250)
    assert (found.shared, found.adrift) == ({"c2"}, {"c3", "c4"})


def test_nobody_lives_on_the_empty_cells_beyond_a_coast():
    cells, towns = cells_of(0, 1, 2, 3), towns_of(p43=(0, 2.5))
    cells.loc["c3", "population"] = 0.0
    inside, found = counted(cells, towns, towns.geometry[0])
    assert inside == pytest.approx(300)
    assert (found.shared, found.adrift) == (frozenset(), frozenset())


def test_borders_on_the_edge_of_a_cell_touch_and_share_nothing():
    cells, towns = cells_of(0, 1), towns_of(p43=(0, 2), p44=(2, 4))
    found = inhabited_ground(cells, towns, "43")
    assert found.ground.empty
    assert found.covered == {"43"}


def test_a_cape_that_simplified_outlines_lack_is_no_neighbour():
    cells = cells_of(0, 1, 2, 3)
    coast = [*cells.geometry[:3], box(131.005, 32.01, 131.025, 32.02)]
    towns = towns_of(p43=(0.5, 2.5)).set_geometry([box(131.005, 31.99, 131.025, 32.01)])
    inside, found = counted(cells.set_geometry(coast), towns, towns.geometry[0])
    assert inside == pytest.approx(300)
    assert (found.shared, found.adrift) == (frozenset(), {"c3"})
