"""`spots.targets`: the table of targets in a notebook, as frames."""

from __future__ import annotations

import io
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import spots as ss
from tests.helpers.target_tables import BY_SOURCE, HEAD, HOKKAIDO, written


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.read_csv(io.StringIO(HOKKAIDO))


def test_a_frame_and_a_file_give_the_same(tmp_path: Path, table: pd.DataFrame) -> None:
    of_frame = ss.targets(table)
    of_file = ss.targets(written(tmp_path, "t.csv", HOKKAIDO))
    pd.testing.assert_frame_equal(of_frame.areas, of_file.areas)
    pd.testing.assert_frame_equal(of_frame.totals, of_file.totals)
    assert len(of_frame.problems) == 0


def test_numbers_are_numbers_and_blanks_are_missing(table: pd.DataFrame) -> None:
    areas = ss.targets(table).areas.set_index("area_name")
    assert areas.loc["宗谷", "percent_2021"] == 36.8
    assert areas.loc[["遠紋", "南檜山"], "percent_2021"].isna().all()
    assert areas["needed"].sum() == 129
    totals = ss.targets(table).totals
    assert totals["placed_2021"].tolist() == [58, 58]
    assert totals[["base", "target", "percent_2021"]].isna().all(axis=None)


def test_what_does_not_add_up_warns_once(table: pd.DataFrame) -> None:
    sources = pd.read_csv(io.StringIO(BY_SOURCE))
    with pytest.warns(ss.ProblemWarning) as warned:
        found = ss.targets(table, by_source=sources, lang="en")
    assert len(warned) == 1
    assert found.problems["code"].tolist() == ["target-sources"]
    assert found.by_source["placed_2021"].sum() == 54
    assert "total, as published" in str(found)


def test_areas_of_a_result_are_ground(tmp_path: Path, small_folder: Path) -> None:
    result = ss.read_result(small_folder)
    found = ss.targets(written(tmp_path, "t.csv", HEAD + "宇城,59,78,19,7,6\n"), areas=result)
    assert isinstance(found.areas, gpd.GeoDataFrame)
    assert found.areas.crs.to_epsg() == 6668
    assert found.areas["grade"].tolist() == ["half"]
    assert "36.8" in found.map()
    assert found.chart().startswith("<svg")


def test_a_table_of_a_frame_is_written_long_after(tmp_path: Path, table: pd.DataFrame) -> None:
    found = ss.targets(table)
    with pytest.raises(ss.SpotsError, match="target-map-without-result"):
        found.map()
    names = {file.name for file in found.write(tmp_path / "out")}
    assert names == {"targets.csv", "targets.xlsx", "targets.svg", "targets.json"}
