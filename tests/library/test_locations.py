"""Institutions of a caller's frame get the answers that the same rows of a file get."""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import spots as ss
from groundfloor.crs import CrsError
from groundfloor.problems import DataError, UsageError
from spots.library.locations import locations
from spots.library.result import Result
from spots.locating import TOLERANCE_M, locate, locate_json, locate_table
from tests.helpers.fabricated import fabricated_result
from tests.helpers.unit_cases import ground_result

ROWS = {
    "name": ["甲", "乙", "丙", "丁", "そよう病院"],
    "lon": [131.150494, 131.190123, 130.650123, 130.900123, None],
    "lat": [32.685331, 32.700123, 32.650123, 32.000123, None],
}
LABELS = pd.Index(["p", "q", "r", "s", "t"], name="key")


def points(crs: int = 6668) -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries.from_xy(ROWS["lon"], ROWS["lat"], crs=6668)
    shapes[4] = None
    names = {"name": ROWS["name"], "beds": range(5)}
    return gpd.GeoDataFrame(names, geometry=list(shapes), crs=6668, index=LABELS).to_crs(crs)


def listed(folder: Path) -> Path:
    path = folder / "list.csv"
    pd.DataFrame(ROWS).to_csv(path, index=False)
    return path


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        yield


@pytest.mark.slow
@pytest.mark.parametrize("make", [fabricated_result, ground_result], ids=["circles", "units"])
@pytest.mark.parametrize("on", [None, "R8.10.1", "2020-01-01"])
def test_a_frame_is_answered_as_a_file_of_the_same_rows(make, on: str | None, tmp_path: Path):
    result = Result(make(), lang="en")
    ours, theirs = result.locate(points(), on=on), result.locate(listed(tmp_path), on=on)
    assert ours.index.equals(LABELS)
    assert theirs.index.equals(pd.RangeIndex(5))
    assert ours["beds"].tolist() == list(range(5))
    same = [c for c in ours.columns if c not in {"geometry", "id", "beds"}]
    pd.testing.assert_frame_equal(
        pd.DataFrame(ours[same]).reset_index(drop=True), pd.DataFrame(theirs[same])
    )


def test_answers_are_on_the_caller_s_index_and_in_the_caller_s_crs():
    found = Result(fabricated_result()).locate(points(6670))
    assert (found.index.name, found.crs.to_epsg()) == ("key", 6670)
    assert found["standing"].tolist()[0] == "inside_spot"
    assert set(found["standing"].cat.categories) >= {"inside_spot", "outside", "undetermined"}
    assert str(found["in_spot"].dtype) == "boolean"
    assert found.geometry.iloc[0].distance(points(6670).geometry.iloc[0]) < 0.001
    assert found.loc["t", "place_basis"] == "facility"  # by its name, one to one
    found.to_json()


def test_rows_without_a_position_or_name_are_answered_with_what_is_known():
    frame = points().assign(name="X病院")
    found = Result(fabricated_result()).locate(frame)
    assert found.loc["t", "standing"] == "undetermined"
    assert pd.isna(found.loc["t", "in_spot"])
    assert pd.isna(found.loc["t", "nearest_edge_m"])
    assert found.geometry.isna().tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("series", [True, False], ids=["GeoSeries", "GeoDataFrame"])
def test_points_without_names_are_called_by_their_labels(series: bool):
    bare = points().geometry if series else points().drop(columns="name")
    found = Result(fabricated_result()).locate(bare)
    assert found["name"].tolist() == list(LABELS)
    named = Result(fabricated_result()).locate(points())
    assert found["standing"].tolist()[:4] == named["standing"].tolist()[:4]


def test_a_list_that_was_read_is_asked_with_all_that_reading_found():
    frame = ss.read_facilities(points(), types="③", accuracy="town")
    result = Result(fabricated_result())
    found = result.locate(frame)
    assert found.index.equals(LABELS)
    assert found["tolerance_m"].tolist()[0] == 3000.0  # of town blocks
    both = pd.concat([frame, frame.set_axis([f"{label}2" for label in LABELS])])
    twice = result.locate(both)
    assert twice["standing"].tolist()[:4] == twice["standing"].tolist()[5:9]


def test_own_headers_are_named_either_way_round():
    result = Result(fabricated_result())
    own = points().rename(columns={"name": "byoin"})
    wanted = result.locate(points())["name"].tolist()
    assert result.locate(own, columns={"name": "byoin"})["name"].tolist() == wanted
    assert result.locate(own, columns={"byoin": "name"})["name"].tolist() == wanted


def test_what_cannot_be_asked_is_refused(tmp_path: Path):
    result = Result(fabricated_result())
    with pytest.raises(CrsError, match="set_crs"):
        result.locate(points().set_crs(None, allow_override=True))
    with pytest.raises(UsageError):
        result.locate(points(), only="nothing")
    far = points().set_geometry(gpd.points_from_xy([139.7] * 5, [35.7] * 5, crs=6668))
    with pytest.raises(DataError, match="list-outside-prefecture"):
        result.locate(far)
    with pytest.raises(FileNotFoundError):
        result.locate(tmp_path / "nothing.csv")


def test_positions_are_taken_to_be_as_good_as_the_command_takes_them():
    assert inspect.signature(Result.locate).parameters["tolerance_m"].default == TOLERANCE_M


def test_one_warning_tells_how_many_rows_to_look_at():
    result = Result(fabricated_result())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = result.locate(points().assign(name="X病院"))
    told = [w for w in caught if w.category is ss.ProblemWarning]
    problems = ss.problems(found)
    assert len(told) == (1 if (problems["severity"] != "note").any() else 0)
    assert len(problems)


def test_the_command_s_words_and_files_are_those_of_the_answers(tmp_path: Path):
    run = ground_result()
    path = listed(tmp_path)
    found = locations(Result(run, lang="en"), path)
    answers, problems = locate(run, path)
    assert found.text == locate_table(answers, "en")
    assert found.to_dict() == locate_json(answers, "en")
    assert found.found_problems == problems
    files = found.write(tmp_path / "answers.csv")
    assert {f.name for f in files} == {"answers.csv", "answers_spots.csv"}


def test_a_caller_s_columns_stay_and_give_way_to_the_answer_s():
    result = Result(fabricated_result(), lang="en")
    given = points(4326).assign(remarks=list("abcde"), inside=True)[::-1]
    found = result.locate(given)
    assert found["beds"].tolist() == [4, 3, 2, 1, 0]
    assert found["inside"].dtype == bool
    assert found["own_remarks"].tolist() == list("edcba")
    assert "own_name" not in found
    assert "own-column-renamed" in set(ss.problems(found)["code"])
    pd.testing.assert_frame_equal(
        pd.DataFrame(found[["standing", "remarks"]]),
        pd.DataFrame(result.locate(points(4326)).loc[given.index, ["standing", "remarks"]]),
    )


def test_a_list_that_was_read_keeps_its_own_columns():
    result = Result(fabricated_result(), lang="en")
    read = ss.read_facilities(points(), types="③")
    found = result.locate(read)
    assert found["beds"].tolist() == list(range(5))
    assert found["secondary_emergency"].all()


@pytest.mark.parametrize("empty", [points()[:0], points().geometry[:0]])
def test_no_rows_are_answered_with_no_rows(empty):
    found = Result(fabricated_result()).locate(empty)
    assert found.empty
    assert found.crs == empty.crs
    assert {"standing", "in_spot", "nearest_edge_m"} <= set(found.columns)
