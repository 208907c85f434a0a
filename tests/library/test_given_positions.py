"""Positions from sources in notebooks: files and frames in, frames out, nothing lost between."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import spots as ss
from groundfloor.problems import UsageError
from spots.types import PositionMatch

BARE = pd.DataFrame(
    {
        "名称": ["そよう病院", "小国公立病院", "矢部広域病院"],
        "所在地": ["山都町滝上476", "小国町宮原1743", "山都町北中島2806"],
    },
    index=["a", "b", "c"],
)
SOURCE = gpd.GeoDataFrame(
    {
        "P04_002": ["医療法人 そよう病院", "矢部広域病院"],
        "P04_003": ["山都町滝上４７６", "山都町北中島2806"],
    },
    geometry=gpd.points_from_xy([131.1505, 131.0100], [32.6953, 32.7000]),
    crs=6668,
)


def read(positions: object, **more: object) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        return ss.read_facilities(BARE, types="③", positions=positions, **more)


@pytest.mark.parametrize("kind", ["frame", "file", "several"])
def test_rows_are_placed_on_the_callers_index(tmp_path: Path, kind: str) -> None:
    SOURCE.to_file(tmp_path / "p04.gpkg")
    given = {
        "frame": SOURCE,
        "file": tmp_path / "p04.gpkg",
        "several": [SOURCE.iloc[:1], tmp_path / "p04.gpkg"],
    }
    frame = read(given[kind])
    assert list(frame.index) == ["a", "b", "c"]
    assert frame.geometry.isna().tolist() == [False, True, False]
    assert frame.geometry["a"].coords[0] == pytest.approx((131.1505, 32.6953))
    assert frame["position_match"].tolist()[::2] == ["folded", "exact"]
    assert pd.isna(frame["position_match"]["b"])
    assert "position-not-found" in set(ss.problems(frame)["code"])


def test_a_frame_that_asks_nobody_has_no_such_columns() -> None:
    frame = ss.read_facilities(BARE, types="③")
    assert not {"position_source", "position_match", "position_lookup"} & set(frame.columns)


@pytest.mark.slow
def test_what_was_found_is_not_lost_on_the_way_to_a_scenario(tmp_path: Path) -> None:
    frame = read(SOURCE)
    frame.to_crs(6670).to_file(tmp_path / "list.gpkg")
    for each in (frame, frame.copy(), gpd.read_file(tmp_path / "list.gpkg")):
        found = by_name(each)
        soyo = found["そよう病院"]
        assert soyo.looked_up.how is PositionMatch.FOLDED
        assert soyo.position.source == "<positions>: 医療法人 そよう病院"


def test_a_point_that_somebody_moved_is_their_own() -> None:
    frame = read(SOURCE)
    frame.loc["a", "geometry"] = gpd.points_from_xy([131.2], [32.7])[0]
    assert by_name(frame)["そよう病院"].looked_up is None


def test_a_merged_frame_keeps_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        merged = ss.merge_facilities([read(SOURCE)])
    assert by_name(merged)["そよう病院"].looked_up.how is PositionMatch.FOLDED


@pytest.mark.slow
def test_a_scenario_takes_sources_too() -> None:
    found = by_name(ss.read_facilities(BARE, types="③"), positions=SOURCE)
    assert found["そよう病院"].looked_up.how is PositionMatch.FOLDED
    assert found["小国公立病院"].position is None
    given = {"file": SOURCE, "source": "P04", "names": {"小国公立病院": "矢部広域病院"}}
    by_hand = by_name(ss.read_facilities(BARE, types="③"), positions=[given])
    assert by_hand["矢部広域病院"].position.source == "P04: 矢部広域病院"


def test_a_list_that_has_been_read_is_not_asked_again() -> None:
    with pytest.raises(UsageError) as caught:
        ss.read_facilities(read(SOURCE), positions=SOURCE)
    assert caught.value.problems[0].code == "list-read-already"


def by_name(frame: gpd.GeoDataFrame, **more: object) -> dict[str, object]:
    """Return the facilities of a scenario on the sample's ground, by name."""
    sample = ss.Scenario.sample()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        scenario = ss.Scenario(
            frame.assign(list="rotation"),
            sample.ground,
            sample.roads,
            "kumamoto",
            not_given=[1, 2],
            **more,
        )
        result = scenario.judge()
    return {v.facility.name: v.facility for v in result.evidence.verdicts}
