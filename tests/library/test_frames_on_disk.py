"""Frames that are written aside for a reader of files: whatever their columns are called."""

from __future__ import annotations

from collections.abc import Hashable

import geopandas as gpd
import pytest
from shapely.geometry import Point

from groundfloor.problems import UsageError
from spots.library.frames_on_disk import on_disk

SHAPES = [Point(131, 32.7), Point(131.1, 32.8)]


@pytest.mark.parametrize("column", ["fid", "FID", "geom", "ogc_fid", "rowid", 7])
def test_any_name_of_a_column_is_kept(column: Hashable):
    frame = gpd.GeoDataFrame({column: ["a", "a"]}, geometry=SHAPES, crs=6668)
    with on_disk(frame, "points") as path:
        found = gpd.read_file(path)
    assert found[str(column)].tolist() == ["a", "a"]
    assert found.geometry.tolist() == SHAPES


def test_names_that_differ_by_case_alone_are_refused():
    frame = gpd.GeoDataFrame({"Name": ["a", "b"], "name": ["c", "d"]}, geometry=SHAPES, crs=6668)
    with pytest.raises(UsageError) as caught, on_disk(frame, "points"):
        pass
    assert [(p.file, p.column) for p in caught.value.problems] == [
        ("<points>", "Name"),
        ("<points>", "name"),
    ]
