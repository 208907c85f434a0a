"""`read_facilities`: what people have in hand becomes a frame, and nothing of it is lost."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from packaging.version import Version
from shapely.geometry import LineString, MultiPoint, Point

import spots as ss
from groundfloor.crs import CrsError
from groundfloor.problems import DataError, MissingFileError, Severity, UsageError
from spots.facilities import FacilityListError, read_layer
from spots.library.facility_frames import FACILITY_COLUMNS
from spots.library.facility_rows import given_lists
from spots.library.told_problems import noted_problems
from spots.types import FacilityType
from tests.helpers.facility_lists import spec, write

ROWS = (
    "施設番号,施設名,区分,住所,緯度,経度,病床,郵便番号,比率\n"
    "01,東病院,③,熊本県山都町滝上1,32.685331,131.150494,120,861-3513,1.5\n"
    "02,西病院,二次救急告示,熊本県山都町滝上2,,,80,861-3514,2\n"
    "03,南診療所,②,熊本県小国町宮原3,0,0,,869-2501,\n"
)
COLUMNS = {"施設番号": "id", "施設名": "name", "区分": "type", "住所": "address"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        yield


def own() -> gpd.GeoDataFrame:
    """A frame as somebody has it: own names, own index, plane coordinates, a point missing."""
    points = gpd.points_from_xy(
        [130.70, 130.95, 130.85, np.nan], [32.75, 32.90, 32.65, np.nan], crs=4326
    )
    return gpd.GeoDataFrame(
        {
            "byoin": ["A病院", "B病院", "C診療所", "D病院"],
            "kubun": pd.Categorical(["③", "secondary_emergency", "②", "①"]),
            "beds": [120, 80, 0, 60],
            "share": [0.5, None, 0.25, 1.0],
            "opened": pd.to_datetime(["2001-04-01"] * 3 + [None]),
        },
        geometry=points,
        index=pd.Index(["h-A", "h-B", "c-C", "h-D"], name="key"),
    ).to_crs(6670)


def read(source: Any = None, **options: Any) -> gpd.GeoDataFrame:
    given = own() if source is None else source
    return ss.read_facilities(given, **{"columns": {"name": "byoin", "type": "kubun"}} | options)


# --- frames


def test_a_frame_comes_back_on_its_index_with_its_crs_and_columns():
    mine = own()
    found = read(mine)
    assert found.index.equals(mine.index)
    assert found.index.name == "key"
    assert found.crs == mine.crs
    for column in ("beds", "share", "opened"):
        pd.testing.assert_series_equal(found[column], mine[column])
    assert found["name"].tolist() == mine["byoin"].tolist()
    assert found["id"].tolist() == mine.index.tolist()
    assert found.columns.tolist() == [
        *FACILITY_COLUMNS, *("beds", "share", "opened"), "geometry"
    ]  # fmt: skip
    there = mine.index != "h-D"
    assert found.geometry[there].tolist() == mine.geometry[there].tolist()
    assert found.geometry.isna()["h-D"]
    assert found["position_problem"]["h-D"] == "no-coordinates"


def test_types_are_codes_and_flags():
    found = read()
    assert found["type"].tolist() == [
        *("secondary_emergency", "secondary_emergency", "remote_clinic", "base_hospital")
    ]
    assert found["type"].cat.categories.tolist() == [kind.value for kind in FacilityType]
    assert found["secondary_emergency"].dtype == "boolean"
    assert found[found["secondary_emergency"]].index.tolist() == ["h-A", "h-B"]


def test_one_warning_with_a_count_and_the_problems_by_label():
    with warnings.catch_warnings(record=True) as got:
        warnings.simplefilter("always")
        found = read()
    (warned,) = got
    assert issubclass(warned.category, ss.ProblemWarning)
    assert str(warned.message).startswith("1 problem in <facilities> (no-coordinates × 1)")
    assert warned.filename == __file__
    told = ss.problems(found)
    assert told[["facility", "row", "code"]].to_numpy().tolist() == [["h-D", 4, "no-coordinates"]]
    assert ss.problems(found, lang="en")["message"].tolist() == ["has no coordinates"]
    frame, told_beside = read(return_problems=True)
    pd.testing.assert_frame_equal(told, told_beside)
    pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(frame))


def test_a_clean_frame_is_quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ss.problems(read(own().iloc[:3])).empty


def test_without_a_crs_it_is_refused():
    bare = own().set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="set_crs"):
        read(bare)


def test_geometry_that_is_no_point_is_no_position_as_in_a_file():
    mine = own().iloc[:3]
    mine.loc["h-A", "geometry"] = LineString([(0, 0), (1, 1)])
    found = read(mine)
    assert found.geometry.isna().tolist() == [True, False, False]
    assert [p.code for p in noted_problems(found)] == ["geometry-kind", "no-coordinates"]


@pytest.mark.parametrize(
    "missing", [None, Point(), Point(np.nan, np.nan), MultiPoint(), np.nan], ids=repr
)
def test_what_is_nowhere_stays_a_row(missing: object):
    mine = own().iloc[:3].astype({"geometry": object})
    shapes = [*mine["geometry"][:2], missing]
    found = read(gpd.GeoDataFrame(mine.drop(columns="geometry"), geometry=shapes, crs=6670))
    assert found.index.tolist() == ["h-A", "h-B", "c-C"]
    assert found.geometry.isna().tolist() == [False, False, True]


def test_points_in_odd_dress_are_points():
    mine = own().iloc[:3]
    (x, y) = mine.geometry.iloc[0].coords[0]
    shapes = [MultiPoint([(x, y)]), Point(x, y, 12.5), mine.geometry.iloc[2]]
    found = read(gpd.GeoDataFrame(mine.drop(columns="geometry"), geometry=shapes, crs=6670))
    assert found.geometry.geom_type.tolist() == ["Point"] * 3
    assert [(r.position.lon, r.position.lat) for r in given_lists(found).rows[:2]] == [
        pytest.approx((130.70, 32.75), abs=1e-9)
    ] * 2


def test_swapped_and_impossible_positions_are_mended_or_told_in_the_callers_crs():
    mine = gpd.GeoDataFrame(
        {"name": ["a", "b", "c", "d"]},
        geometry=gpd.points_from_xy([130.7, 32.8, 0.0, 10.0], [32.7, 130.8, 0.0, 50.0]),
        crs=4326,
    )
    found = ss.read_facilities(mine)
    assert found.geometry.iloc[:2].tolist() == [Point(130.7, 32.7), Point(130.8, 32.8)]
    assert found.geometry.isna().tolist() == [False, False, True, True]
    assert found["position_problem"].tolist()[2:] == ["zero-coordinates", "outside-japan"]
    assert found.crs == 4326


def test_positions_in_degrees_keep_every_bit():
    lon, lat = 130.70000000000002, 32.123456789012345
    mine = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(lon, lat)], crs=6668)
    (raw,) = given_lists(ss.read_facilities(mine)).rows
    assert (raw.position.lon, raw.position.lat) == (lon, lat)


@pytest.mark.parametrize("epsg", [6670, 4612, 3857, 32652, 4301])
def test_a_scenario_has_the_positions_that_were_read(epsg: int):
    mine = own().iloc[:3].to_crs(epsg)
    frame = read(mine)
    again = [(r.position.lon, r.position.lat) for r in given_lists(frame).rows]
    there = own().iloc[:3].to_crs(6668).geometry
    assert again == [pytest.approx((p.x, p.y), abs=1e-5) for p in there]
    assert frame.geometry.tolist() == mine.geometry.tolist()


def test_coordinates_in_columns_need_no_geometry():
    mine = pd.DataFrame(
        {"病院名": ["a", "b"], "lat": [32.123456, None], "lon": [130.654321, None], "beds": [1, 2]},
        index=[7, 9],
    )
    found = ss.read_facilities(mine, types="③")
    assert found.crs == 6668
    assert found.index.tolist() == [7, 9]
    assert found.geometry.iloc[0] == Point(130.654321, 32.123456)
    assert found.geometry.isna().tolist() == [False, True]
    assert found["beds"].tolist() == [1, 2]
    assert "lat" not in found
    assert found["id"].isna().all()  # 7 and 9 are nobody's ids


def test_coordinates_beside_geometry_stay_the_callers():
    mine = own().assign(lat=1.0, lon=2.0)
    assert read(mine)[["lat", "lon"]].to_numpy().tolist() == [[1.0, 2.0]] * 4


@pytest.mark.parametrize(
    ("index", "ids"),
    [
        (pd.Index(["x", "y"]), ["x", "y"]),
        (pd.Index(["x", "x"]), [None, None]),
        (pd.Index([4310001, 4310002], name="code"), ["4310001", "4310002"]),
        (pd.RangeIndex(2), [None, None]),
        (pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]), [None, None]),
    ],
    ids=["texts", "twice", "code", "range", "levels"],
)
def test_an_index_is_the_id_where_it_can_be(index: pd.Index, ids: list[str | None]):
    mine = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[None, None], crs=6668, index=index)
    found = ss.read_facilities(mine)
    assert found.index.equals(index)
    assert [None if pd.isna(each) else each for each in found["id"]] == ids


def test_names_in_the_index_are_names():
    mine = own().set_index("byoin").rename_axis("病院名")
    found = ss.read_facilities(mine, columns={"kubun": "type"})
    assert found["name"].tolist() == found.index.tolist()
    assert ss.read_facilities(own().set_index("byoin"), columns={"byoin": "name", "kubun": "type"})[
        "name"
    ].tolist() == ["A病院", "B病院", "C診療所", "D病院"]


def test_another_name_of_the_geometry_is_kept_with_a_second_one():
    mine = own().rename_geometry("shape")
    mine["area"] = mine.geometry.buffer(10)
    found = read(mine)
    assert found.geometry.name == "shape"
    assert found["area"].tolist() == mine["area"].tolist()


def test_own_columns_of_our_names_are_kept_aside():
    found = read(own().assign(list="x", records=1))
    assert found["own_list"].tolist() == ["x"] * 4
    assert found["own_records"].tolist() == [1] * 4
    assert [p.code for p in noted_problems(found) if p.severity is Severity.NOTE] == [
        "own-column-renamed"
    ] * 2


def test_columns_of_one_name_are_refused():
    mine = own()
    twice = mine.rename(columns={"beds": "share"})
    with pytest.raises(UsageError) as caught:
        read(twice)
    assert [p.code for p in caught.value.problems] == ["columns-of-one-name"]


def test_labels_that_stand_twice_are_kept():
    mine = own().set_axis(["x", "x", "y", "y"])
    found = read(mine)
    assert found.index.tolist() == ["x", "x", "y", "y"]
    assert found["beds"].tolist() == mine["beds"].tolist()
    assert [*given_lists(found).labels.values()] == ["x", "x", "y", "y"]  # of rows, in order


def test_a_sheet_that_pandas_did_not_understand():
    mine = pd.DataFrame(
        [["一覧", None, None], ["病院名", "緯度", "経度"], ["東", "32.701", "131.001"]],
        columns=["Unnamed: 0", "Unnamed: 1", "Unnamed: 2"],
    )
    found = ss.read_facilities(mine)
    assert found[["name", "row"]].to_numpy().tolist() == [["東", 3]]
    assert found.index.tolist() == [2]


def test_a_frame_without_rows_or_names_is_refused_as_a_file_is():
    with pytest.raises(FacilityListError) as caught:
        read(own().iloc[:0])
    assert [p.code for p in caught.value.problems] == ["no-rows"]
    with pytest.raises(FacilityListError) as caught:
        ss.read_facilities(pd.DataFrame({"memo": [1], "lat": [32.7], "lon": [131.0]}))
    assert [(p.code, p.row) for p in caught.value.problems] == [("column-missing", None)]


@pytest.mark.parametrize("where", [{"beds": 80}, {"beds": ["80", 90]}, {"name": "B病院"}])
def test_rows_are_chosen_by_a_value_or_several(where: dict[str, Any]):
    assert read(where=where).index.tolist() == ["h-B"]


def test_an_empty_row_is_told():
    mine = pd.DataFrame({"name": ["a", None], "lat": [32.7, None], "lon": [130.7, None]})
    found, told = ss.read_facilities(mine, types="③", return_problems=True)
    assert found["name"].tolist() == ["a"]
    assert told[["code", "facility"]].to_numpy().tolist()[-1] == ["row-empty", 1]


NEWCOMERS = pd.DataFrame(
    {
        "番号": ["E38", "E90"],
        "病院の名称": ["A病院", "B病院"],
        "所在市町村": ["小国町", "山都町"],
        "区分": ["二次救急", "初期"],
        "lat": [33.12167, 32.68533],
        "lon": [131.06584, 131.15049],
    }
)
WORDS = {"二次救急": "③", "初期": None}


def test_a_column_whose_cells_are_types_alone_is_the_type():
    found, told = ss.read_facilities(NEWCOMERS, types=WORDS, return_problems=True)
    assert found["type"].astype(object).tolist() == ["secondary_emergency", np.nan]
    assert found["municipality"].tolist() == ["小国町", "山都町"]
    assert found["番号"].tolist() == ["E38", "E90"]  # perhaps a running number: the caller's own
    assert told[["severity", "code", "column"]].to_numpy().tolist() == [
        ["note", "type-column-by-cells", "区分"]
    ]


def test_words_of_types_that_no_type_column_has_are_refused_by_the_column_that_has_them():
    mine = NEWCOMERS.rename(columns={"区分": "救急の別"})
    with pytest.raises(FacilityListError) as refused:
        ss.read_facilities(mine, types=WORDS)
    (fault,) = [p for p in refused.value.problems if p.severity is Severity.ERROR]
    assert (fault.code, fault.column) == ("type-words-unused", "救急の別")
    found = ss.read_facilities(mine, types=WORDS, columns={"type": "救急の別"})
    assert found["secondary_emergency"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("types", "told"), [(None, ["warning"]), ((), []), ("none", []), ("③", [])]
)
def test_a_list_that_names_no_type_is_told_unless_somebody_says_so(types: object, told: list[str]):
    mine = NEWCOMERS.drop(columns="区分")
    found = ss.problems(ss.read_facilities(mine, types=types))
    assert found.loc[found["code"] == "list-without-types", "severity"].tolist() == told


def test_cells_of_many_kinds():
    mine = gpd.GeoDataFrame(
        {
            "name": pd.Categorical(["a", "b", "c"]),
            "市町村コード": [43447.0, np.nan, 43424.0],
            "種別": [["①", "③"], FacilityType.REMOTE_CLINIC, None],
            "申請": [True, False, None],
            "協議会の日付": [pd.Timestamp(2025, 8, 1), None, pd.Timestamp(2025, 9, 2)],
        },
        geometry=[Point(130.712, 32.712)] * 3,
        crs=6668,
    )
    found = ss.read_facilities(mine)
    assert found["municipality_code"].fillna("").tolist() == ["43447", "", "43424"]
    assert found["type"].astype(object).fillna("").tolist() == [
        *("base_hospital;secondary_emergency", "remote_clinic", "")
    ]
    assert found["on_application"].tolist()[:2] == [True, False]
    assert found["councils"].fillna("").tolist() == ["2025-08-01", "", "2025-09-02"]


# --- what is said of a list


@pytest.mark.parametrize(
    "types", ["③", "3", "secondary_emergency", FacilityType.SECONDARY_EMERGENCY, ["③"], {"③"}]
)
def test_a_type_of_all_rows(types: Any):
    found = ss.read_facilities(own(), columns={"name": "byoin"}, types=types)
    assert (found["type"] == "secondary_emergency").all()
    assert found["layer_type"].tolist() == ["secondary_emergency"] * 4


def test_several_types_of_all_rows():
    found = ss.read_facilities(own(), columns={"name": "byoin"}, types=("③", "base_hospital"))
    assert found["type"].tolist() == ["base_hospital;secondary_emergency"] * 4


def test_own_words_for_types(tmp_path: Path):
    path = write(tmp_path, ROWS)
    with pytest.raises(FacilityListError, match="unknown type"):
        ss.read_facilities(path, columns=COLUMNS)
    found = ss.read_facilities(path, columns=COLUMNS, types={"二次救急告示": "③", "②": None})
    assert found["type"].astype(object).fillna("").tolist() == [
        *("secondary_emergency", "secondary_emergency", "")
    ]
    several = ss.read_facilities(path, columns=COLUMNS, types={"二次救急告示": ["①", "③"]})
    assert several["type"]["02"] == "base_hospital;secondary_emergency"


@pytest.mark.parametrize("types", ["④", ["③", "x"], {"公立": "病院"}])
def test_a_type_that_is_none_is_refused(types: Any):
    with pytest.raises(UsageError) as caught:
        read(types=types)
    assert {p.code for p in caught.value.problems} == {"unknown-type"}


@pytest.mark.parametrize(
    "columns",
    [
        {"name": "byoin", "type": "kubun"},
        {"byoin": "name", "kubun": "type"},
        {"byoin": "name", "type": "kubun"},
    ],
    ids=["ours first", "theirs first", "either"],
)
def test_columns_are_said_either_way_round(columns: dict[str, str]):
    assert read(columns=columns)["name"].tolist() == ["A病院", "B病院", "C診療所", "D病院"]


def test_two_names_of_ours_are_told_apart_by_what_is_there():
    mine = own().rename(columns={"byoin": "remark", "kubun": "kind"})
    for columns in ({"name": "remark", "type": "kind"}, {"remark": "name", "kind": "type"}):
        assert read(mine, columns=columns)["name"].tolist()[0] == "A病院"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"name": "remark"}, "columns-either-way"),
        ({"nmae": "byoin"}, "unknown-column"),
        ({"name": "byoin", "kubun": "name"}, "column-with-two-headers"),
    ],
)
def test_columns_that_mean_nothing_are_refused(tmp_path: Path, columns: Any, code: str):
    with pytest.raises(UsageError) as caught:
        ss.read_facilities(write(tmp_path, ROWS), columns=columns)
    assert [p.code for p in caught.value.problems] == [code]


def test_a_column_is_switched_off():
    found = read(own().assign(種別="公立"), columns={"name": "byoin", "type": None}, types="②")
    assert (found["type"] == "remote_clinic").all()
    assert found["種別"].tolist() == ["公立"] * 4


def test_everything_that_a_run_file_says_can_be_said(tmp_path: Path):
    path = write(tmp_path, ROWS)
    found = ss.read_facilities(
        path,
        columns=COLUMNS,
        types={"二次救急告示": "③"},
        list="rotation",
        role="destination",
        name="隣県",
        where={"病床": "120"},
        accuracy="town",
        source_note="県",
        as_of="令和6年4月1日",
        aliases={"remark": "郵便番号"},
    )
    assert found.index.tolist() == ["01"]
    (row,) = found.to_dict("records")
    assert {k: row[k] for k in ("list", "role", "layer", "accuracy", "source", "remark")} == {
        "list": "rotation",
        "role": "destination",
        "layer": "隣県",
        "accuracy": "town",
        "source": "県",
        "remark": "861-3513",
    }
    assert row["as_of"] == "2024-04-01"


@pytest.mark.parametrize("options", [{"role": "judge"}, {"accuracy": "house"}, {"as_of": "x"}])
def test_a_word_that_means_nothing_is_refused(options: dict[str, str]):
    with pytest.raises((UsageError, DataError)):
        read(**options)


def test_two_sheets_are_refused():
    with pytest.raises(UsageError):
        read(sheet="a", sheet_name="b")


# --- files


def test_a_file_has_its_own_ids_for_an_index(tmp_path: Path):
    found = ss.read_facilities(
        write(tmp_path, ROWS, encoding="cp932"), columns=COLUMNS, types={"二次救急告示": "③"}
    )
    assert found.index.tolist() == ["01", "02", "03"]
    assert found.index.name == "facility_id"
    assert found.crs == 6668
    assert found["row"].tolist() == [2, 3, 4]
    assert found["file"].tolist() == ["list.csv"] * 3
    assert found["病床"].dtype == "Int64"
    assert found["比率"].tolist()[:2] == [1.5, 2.0]
    assert found["郵便番号"].dtype == "string"
    told = ss.problems(found)
    assert told[["facility", "row", "code"]].to_numpy().tolist() == [
        ["02", 3, "no-coordinates"],
        ["03", 4, "zero-coordinates"],
    ]


@pytest.mark.parametrize("ids", ["1,1,2", "1,,2"])
def test_without_ids_of_their_own_rows_are_counted(tmp_path: Path, ids: str):
    one, two, three = ids.split(",")
    text = f"id,name,lat,lon\n{one},東,32.7,130.7\n{two},西,32.8,130.8\n{three},南,32.9,130.9\n"
    found = ss.read_facilities(write(tmp_path, text))
    assert isinstance(found.index, pd.RangeIndex)


def test_what_no_header_names_is_kept(tmp_path: Path):
    text = "name,lat,lon,,メモ,メモ\n東,32.712,130.712,x,a,b\n"
    found = ss.read_facilities(write(tmp_path, text))
    assert found[["column_4", "メモ", "メモ_2"]].to_numpy().tolist() == [["x", "a", "b"]]


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(MissingFileError):
        ss.read_facilities(tmp_path / "none.csv")


def _workbook(folder: Path) -> Path:
    path = folder / "lists.xlsx"
    frame = pd.DataFrame({"番号": [1, 2], "病院名": ["東", "西"], "緯度": [32.712, 32.8], "経度": 130.7})  # fmt: skip
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="表紙", index=False)
        frame.to_excel(book, sheet_name="R6", index=False, startrow=3)
    return path


def _package(folder: Path) -> Path:
    path = folder / "points.gpkg"
    own().rename(columns={"byoin": "病院名"}).to_file(path, layer="points")
    return path


def _p04(folder: Path) -> Path:
    path = folder / "P04.geojson"
    gpd.GeoDataFrame(
        {"P04_001": [1, 3], "P04_002": ["東病院", "西歯科"], "P04_003": "山都町滝上1", "P04_008": 60},
        geometry=[Point(131.1, 32.7), Point(131.2, 32.7)],
        crs=6668,
    ).to_file(path)  # fmt: skip
    return path


def _net(folder: Path) -> Path:
    text = "ID,正式名称,正式名称（フリガナ）,都道府県コード,市区町村コード,所在地,所在地座標（緯度）,所在地座標（経度）\n"
    text += (
        "1,東病院,ヒガシ,43,447,山都町滝上1,32.7123,131.1\n2,西病院,ニシ,43,424,小国町,0.0,0.0\n"
    )
    return write(folder, text, "01-1_hospital.csv", "utf-8-sig")


def _zipped(folder: Path) -> Path:
    path = folder / "list.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("一覧.csv", ROWS.replace("二次救急告示", "③").encode("cp932"))
    return path


@pytest.mark.parametrize("make", [_workbook, _package, _p04, _net, _zipped])
def test_every_format_gives_a_scenario_what_the_command_reads(tmp_path: Path, make: Any):
    path = make(tmp_path)
    frame = ss.read_facilities(path, types="③", name="list")
    wanted, found = read_layer(spec(path, name="list", types="③"), {})
    assert given_lists(frame).rows == wanted
    assert noted_problems(frame) == found


# --- round trips


def _parquet(frame: gpd.GeoDataFrame, folder: Path) -> gpd.GeoDataFrame:
    frame.to_parquet(folder / "f.parquet")
    return gpd.read_parquet(folder / "f.parquet")


def _geopackage(frame: gpd.GeoDataFrame, folder: Path) -> gpd.GeoDataFrame:
    frame.to_file(folder / "f.gpkg", layer="f")
    return gpd.read_file(folder / "f.gpkg", layer="f")


def _geojson(frame: gpd.GeoDataFrame, folder: Path) -> gpd.GeoDataFrame:
    (folder / "f.geojson").write_text(frame.to_json(to_wgs84=False), encoding="utf-8")
    return gpd.read_file(folder / "f.geojson").set_crs(frame.crs, allow_override=True)


TRIPS = {
    "copy": lambda frame, _: frame.copy(),
    "filter": lambda frame, _: frame[frame["name"] != ""],
    "pickle": lambda frame, _: pickle.loads(pickle.dumps(frame)),  # noqa: S301 (our own)
    "concat": lambda frame, _: pd.concat([frame.iloc[:1], frame.iloc[1:]]),
    "no-attrs": lambda frame, _: gpd.GeoDataFrame(pd.DataFrame(frame), crs=frame.crs),
    "reset": lambda frame, _: frame.reset_index(drop=True),
    "assign": lambda frame, _: frame.assign(more=1),
    "objects": lambda frame, _: gpd.GeoDataFrame(
        frame.astype({c: object for c in frame.columns if c != "geometry"})
    ),
    "parquet": _parquet,
    "geopackage": _geopackage,
    "geojson": _geojson,
}


@pytest.mark.parametrize("trip", TRIPS)
def test_a_frame_is_the_same_lists_after_a_trip(tmp_path: Path, trip: str):
    text = ROWS.replace("比率", "設定理由").replace("二次救急告示", "①・③")
    path = write(tmp_path, text)
    frame = ss.read_facilities(
        path, columns=COLUMNS, list="a", as_of="2024-04-01", source_note="県"
    )
    moved = TRIPS[trip](frame, tmp_path)
    assert given_lists(moved).rows == given_lists(frame).rows
    assert given_lists(moved).layers == given_lists(frame).layers
    assert given_lists(moved).lists == ("a",)


# Older versions of geopandas write no attrs to Parquet.
KEEPS_ATTRS = pytest.mark.skipif(
    Version(gpd.__version__) < Version("1.2"), reason="geopandas < 1.2 keeps no attrs in Parquet"
)


@pytest.mark.parametrize(
    "trip", ["copy", "filter", "pickle", "assign", pytest.param("parquet", marks=KEEPS_ATTRS)]
)
def test_problems_survive_a_trip(tmp_path: Path, trip: str):
    frame = read()
    moved = TRIPS[trip](frame, tmp_path)
    pd.testing.assert_frame_equal(ss.problems(moved), ss.problems(frame))


def test_lists_that_are_put_together_are_lists_apart(tmp_path: Path):
    path = write(tmp_path, ROWS.replace("二次救急告示", "③"))
    one = ss.read_facilities(path, columns=COLUMNS, list="a")
    two = ss.read_facilities(own(), columns={"name": "byoin", "type": "kubun"}, list="b")
    both = pd.concat([one, two.to_crs(one.crs)])
    given = given_lists(both)
    assert given.lists == ("a", "b")
    assert given.rows[:3] == given_lists(one).rows
    assert [spec.name for spec in given.layers] == ["list", "b"]
    assert given_lists([one, two]).lists == ("a", "b")


def test_a_frame_that_nobody_read_is_read():
    mine = own().rename(columns={"byoin": "病院名", "kubun": "種別"})
    assert given_lists(mine).rows == given_lists(ss.read_facilities(mine)).rows
    assert list(given_lists(mine).labels.values()) == mine.index.tolist()


def test_a_list_that_was_read_can_be_told_more():
    found = read()
    pd.testing.assert_frame_equal(pd.DataFrame(ss.read_facilities(found)), pd.DataFrame(found))
    more = ss.read_facilities(found, list="b", role="destination", types="①", name="隣県")
    assert set(more["list"]) == {"b"}
    assert set(more["role"]) == {"destination"}
    assert more["base_hospital"].all()
    assert more["beds"].tolist() == found["beds"].tolist()
    with pytest.raises(UsageError):
        ss.read_facilities(found, columns={"name": "x"})


def test_what_geopandas_does_with_a_frame(tmp_path: Path):
    found = read(own().drop(columns="opened"), as_of="2024-04-01")
    assert '"as_of": "2024-04-01"' in found.to_json(to_wgs84=True)
    pd.DataFrame(found.drop(columns="geometry")).to_excel(tmp_path / "f.xlsx")
    found.to_file(tmp_path / "f.gpkg")
    assert found.reset_index().columns[0] == "key"
