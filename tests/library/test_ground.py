"""A prefecture's ground: from files or frames the same as a run's, its frames, where places are."""

from __future__ import annotations

import copy
import pickle
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon

import spots as ss
from groundfloor.disk import sha256_of
from groundfloor.problems import DataError, MissingFileError, ProblemWarning, UsageError
from spots.job.execution import execute
from spots.job.inputs import read_regions
from spots.job.run_file import read_run_file
from spots.library.told_problems import notes_of, problems
from spots.types import RunResult
from tests.helpers.folders import FIELD_DATA, SAMPLE
from tests.helpers.small_job import AREAS, HEADER, INDEX, files, write_job

OUTLINES = SAMPLE / "municipalities.geojson", SAMPLE / "neighbour_municipalities.geojson"
AREA_TABLE = SAMPLE / "medical_areas.csv"
INDICES = SAMPLE / "physician_index_2024-01.csv"


@pytest.fixture(scope="module")
def sample() -> ss.Ground:
    return ss.read_ground(OUTLINES, AREA_TABLE, INDICES, prefecture="熊本県", edition="2024-01")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder of the small job's files."""
    return write_job(tmp_path).parent


def ground_of(folder: Path, **changed: object) -> ss.Ground:
    names = {
        "municipalities": folder / "municipalities.geojson",
        "areas": folder / "areas.csv",
        "index": folder / "index.csv",
    }
    return ss.read_ground(**({"prefecture": 43, "edition": "2024-01"} | names | changed))


def same_regions(one: ss.Ground, other: ss.Ground) -> None:
    pd.testing.assert_frame_equal(
        one.areas.drop(columns="geometry"), other.areas.drop(columns="geometry")
    )
    mine, others = one.regions.municipalities, other.regions.municipalities
    pd.testing.assert_frame_equal(mine.drop(columns="geometry"), others.drop(columns="geometry"))
    assert mine.geometry.geom_equals_exact(others.geometry, 1e-8).all()


# --- reading


def test_it_is_what_a_run_reads(sample):
    regions, found = read_regions(read_run_file(SAMPLE / "run.toml"))
    pd.testing.assert_frame_equal(sample.regions.areas, regions.areas)
    pd.testing.assert_frame_equal(sample.regions.municipalities, regions.municipalities)
    assert sample.regions.edition == regions.edition
    assert sample.found_problems == tuple(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "stated", ["熊本県", "熊本", "43", 43, "Kumamoto", "kumamoto-ken", "KUMAMOTO", "430005", "４３"]
)
def test_a_prefecture_is_understood_however_it_is_written(stated):
    assert ss.read_ground(OUTLINES, prefecture=stated).prefecture_code == "43"


@pytest.mark.parametrize("stated", ["", "熊本市", 48, 0, "Kumamotoo", "44熊本県"])
def test_what_is_no_prefecture_is_refused(stated):
    with pytest.raises(UsageError, match="is no prefecture"):
        ss.read_ground(OUTLINES, prefecture=stated)


@pytest.mark.parametrize("crs", [6668, 4326, 6670, 3857])
def test_frames_are_read_as_files_are(small, crs):
    outlines = gpd.read_file(small / "municipalities.geojson").to_crs(crs)
    areas, index = pd.read_csv(small / "areas.csv"), pd.read_csv(small / "index.csv")
    assert areas["muni_code"].dtype == "int64"  # as pandas reads it
    same_regions(
        ground_of(small), ground_of(small, municipalities=outlines, areas=areas, index=index)
    )


def test_codes_may_be_the_index(small):
    whole = ground_of(small)
    outlines = gpd.read_file(small / "municipalities.geojson").set_index("N03_007")
    areas = pd.read_csv(small / "areas.csv").set_index("muni_code")
    index = pd.read_csv(small / "index.csv").set_index(["area_code", "area_name"])
    same_regions(whole, ground_of(small, municipalities=outlines, areas=areas, index=index))
    # What a ground gives can be given back.
    own = pd.concat([whole.municipalities, whole.neighbours])
    again = ground_of(small, municipalities=own, merge_wards=False)
    assert again.municipalities["name"].tolist() == whole.municipalities["name"].tolist()


def test_two_columns_of_one_name_are_refused(small):
    areas = pd.read_csv(small / "areas.csv")
    twice = pd.concat([areas, areas[["area_code"]]], axis=1)
    with pytest.raises(UsageError, match="columns-of-one-name"):
        ground_of(small, areas=twice)


def test_a_table_with_gaps_has_float_codes_and_names_the_argument(small):
    areas = pd.read_csv(small / "areas.csv").astype({"muni_code": float})
    areas = areas.reindex(range(len(areas) + 1)).fillna({areas.columns[1]: "不明"})
    with pytest.raises(DataError) as fault:
        ground_of(small, areas=areas)
    assert {p.file for p in fault.value.problems} == {"<areas>"}
    same_regions(ground_of(small, areas=areas.iloc[:-1]), ground_of(small))


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-16"])
def test_tables_in_the_encodings_of_offices(small, encoding):
    (small / "areas.csv").write_bytes(AREAS.encode(encoding))
    (small / "index.csv").write_bytes(INDEX.encode(encoding))
    assert ground_of(small).areas["name"].tolist() == ["宇城", "阿蘇", "熊本・上益城"]


def test_n03_as_downloaded(small):
    frame = gpd.read_file(small / "municipalities.geojson")
    frame.to_file(small / "N03-20_43.shp", encoding="cp932")
    packed = small / "N03-20200101_43_GML.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in small.glob("N03-20_43.*"):
            archive.write(part, part.name)
    same_regions(ground_of(small, municipalities=str(packed)), ground_of(small))


def test_problems_are_the_run_s_and_told_by_one_warning(small):
    (small / "areas.csv").write_text(AREAS.replace("43424,小国町,4306,阿蘇\n", ""), "utf-8")
    regions, found = read_regions(read_run_file(small / "run.toml"))
    with pytest.warns(ProblemWarning, match="problems? in the ground of 熊本県") as told:
        ground = ground_of(small)
    assert len(told) == 1
    assert ground.found_problems == tuple(found)
    assert ground.problems["code"].tolist() == [p.code for p in found]
    assert problems(ground)["file"].tolist() == [p.file for p in found]
    assert regions.areas.equals(ground.regions.areas)


def test_everything_amiss_with_a_source_is_named(small):
    (small / "areas.csv").write_text(AREAS + "x,甲,4302,宇城\ny,乙,4302,宇城\n", "utf-8")
    with pytest.raises(DataError) as fault:
        ground_of(small)
    assert [p.row for p in fault.value.problems] == [6, 7]
    (small / "areas.csv").write_text(AREAS, "utf-8")
    with pytest.raises(MissingFileError):
        ground_of(small, municipalities=small / "none.zip")
    with pytest.raises(ValueError, match="set_crs"):
        ground_of(small, municipalities=gpd.GeoDataFrame(geometry=[Polygon()]))
    with pytest.raises(DataError, match="no municipality of 大分県"):
        ground_of(small, prefecture="Oita")


# --- the class of areas


@pytest.mark.parametrize("edition", ["2024-01", ""])
def test_cut_offs_that_are_published_are_known(small, edition):
    if not edition:
        stated = INDEX.replace("\n", ",2024-01\n").replace("index,2024-01", "index,edition")
        (small / "index.csv").write_text(stated, "utf-8")
    ground = ground_of(small, edition=edition)
    assert ground.edition == "2024-01"
    assert ground.areas["class"].tolist() == ["shortage", "neither", "surplus"]


def test_without_cut_offs_a_stated_class_holds_and_the_others_are_told(small):
    text = INDEX.replace("physician_index", "physician_index,区分").replace("164.7", "164.7,少数")
    (small / "index.csv").write_text(text, "utf-8")
    with pytest.warns(ProblemWarning, match="index-without-cut-offs × 1"):
        ground = ground_of(small, edition="")
    assert ground.areas["class"].tolist() == ["shortage", "unknown", "unknown"]
    assert ground.areas["class_basis"].tolist() == ["stated", "no_cut_offs", "no_cut_offs"]
    (told,) = ground.found_problems
    assert told.file == "index.csv"
    assert "and 1 more (4312)" in told.message.en
    assert ground.edition == "index.csv"  # what it is called where nobody says its edition


@pytest.mark.parametrize(("low", "high"), [(179.3, None), (None, 217.6), (217.6, 179.3)])
def test_half_or_reversed_cut_offs_are_refused(small, low, high):
    with pytest.raises(UsageError, match="bad-cut-offs"):
        ground_of(small, shortage_at_most=low, surplus_at_least=high)


def test_another_edition_in_the_table_is_refused(small):
    stated = INDEX.replace("\n", ",2022-11\n").replace("index,2022-11", "index,edition")
    (small / "index.csv").write_text(stated, "utf-8")
    with pytest.raises(DataError, match="another edition"):
        ground_of(small)


def test_without_tables_areas_are_unknown_and_nothing_is_amiss(small):
    ground = ground_of(small, areas=None, index=None)
    assert ground.areas.empty
    assert ground.municipalities["medical_area_code"].isna().all()
    assert set(ground.municipalities["area_class"]) == {"unknown"}
    assert ground.found_problems == ()


# --- its frames


def test_frames_of_municipalities_and_areas(sample):
    towns, areas = sample.municipalities, sample.areas
    assert len(towns) == 45
    assert towns.loc["43447", ["name", "medical_area", "area_class"]].tolist() == [
        *("山都町", "熊本・上益城", "surplus"),
    ]
    assert towns.index.name == areas.index.name == "code"
    texts = ["name", "county", "prefecture_code", "prefecture", "medical_area_code", "medical_area"]
    assert (towns.dtypes[texts] == "string").all()
    classes = ["shortage", "surplus", "neither", "unknown"]
    assert towns["area_class"].cat.categories.tolist() == classes
    assert areas["class"].cat.categories.tolist() == classes
    assert areas["index"].dtype == "Float64"
    assert towns.crs.to_epsg() == areas.crs.to_epsg() == 6668
    assert len(towns[towns["name"] == "熊本市"]) == 1


def test_municipalities_are_the_prefecture_s_and_others_are_neighbours(small):
    ground = ground_of(small)
    assert set(ground.municipalities["prefecture_code"]) == {"43"}
    assert ground.neighbours["name"].tolist() == ["大牟田市"]
    assert len(ground.regions.municipalities) == 5


def test_frames_are_the_caller_s_own(sample):
    towns = sample.municipalities
    towns.loc["43447", "name"] = "別名"
    towns["geometry"] = None
    assert sample.municipalities.loc["43447", "name"] == "山都町"
    assert sample.municipalities.geometry.notna().all()


@pytest.mark.parametrize("name", ["municipalities", "areas", "neighbours"])
def test_the_usual_tools_take_them(sample, name, tmp_path):
    frame = getattr(sample, name)
    assert frame.to_json().startswith('{"type": "FeatureCollection"')
    frame.to_parquet(tmp_path / "f.parquet")
    if len(frame):
        for file in ("f.gpkg", "f.geojson"):
            frame.to_file(tmp_path / file)
            again = gpd.read_file(tmp_path / file)
            assert again["code"].tolist() == frame.index.tolist()


@pytest.mark.slow
def test_explore_shows_them(sample):
    pytest.importorskip("mapclassify", reason="the extra [notebook] is not installed")
    assert sample.areas.explore(column="class") is not None
    assert sample.municipalities.explore("medical_area") is not None


# --- the noun itself


def test_it_shows_itself_in_short_and_escaped(sample, small):
    assert repr(sample) == (
        "<Ground 熊本県: 45 municipalities, 10 medical areas, index of 2024-01>"
    )
    assert "菊池" in sample._repr_html_()
    (small / "areas.csv").write_text(AREAS.replace("阿蘇", "<b>阿蘇"), "utf-8")
    (small / "index.csv").write_text(INDEX.replace("阿蘇", "<b>阿蘇"), "utf-8")
    html = ground_of(small)._repr_html_()
    assert "&lt;b&gt;阿蘇" in html
    assert "<b>" not in html


def test_it_pickles_and_is_read_by_threads(sample):
    again = pickle.loads(pickle.dumps(sample))  # noqa: S301 - our own bytes
    same_regions(again, sample)
    assert again.sources == sample.sources
    assert copy.deepcopy(sample).prefecture == "熊本県"
    points = gpd.GeoSeries.from_xy([131.0658, 130.7], [33.1217, 32.79], crs=4326)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: again.place(points)["municipality"].tolist(), range(8)))
    assert found == [["小国町", "熊本市"]] * 8


def test_sources_are_what_was_read(small):
    sources = {each.role: each for each in ground_of(small).sources}
    assert list(sources) == ["municipalities", "medical_areas", "index"]
    assert sources["index"].sha256 == sha256_of(small / "index.csv")
    assert sources["index"].as_of == "2024-01"
    assert {each.file for each in sources.values()} == {
        *("municipalities.geojson", "areas.csv", "index.csv")
    }
    table = pd.read_csv(small / "areas.csv")
    one, two, other = (
        next(s for s in ground_of(small, areas=t).sources if s.role == "medical_areas")
        for t in (table, table.copy(), table.iloc[::-1])
    )
    assert one == two
    assert one.file == "<areas>"
    assert one.sha256 != other.sha256


# --- under another rule


def test_under_the_same_rule_it_is_itself(sample):
    assert sample.under("43", merge_wards=True) is sample


def test_wards_apart_and_another_prefecture_are_read_again(small):
    ground = ground_of(small, national_average=255.6)
    apart = ground.under("43", merge_wards=False)
    assert "43101" in apart.municipalities.index
    assert "43100" in ground.municipalities.index
    assert apart.national_average == 255.6
    abroad = ground.under("40", merge_wards=True)
    assert abroad.prefecture == "福岡県"
    assert abroad.municipalities["name"].tolist() == ["大牟田市"]
    with pytest.raises(DataError, match="no municipality of 大分県"):
        ground.under("44", merge_wards=True)


def test_frames_are_held_as_they_were(small):
    areas = pd.read_csv(small / "areas.csv")
    ground = ground_of(small, areas=areas)
    areas["area_code"] = 4302  # what the caller does afterwards changes nothing
    assert len(ground.under("43", merge_wards=False).areas) == 3


def test_a_file_that_changed_meanwhile_is_refused(small):
    ground = ground_of(small)
    (small / "areas.csv").write_text(AREAS.replace("4306,阿蘇", "4302,宇城"), "utf-8")
    with pytest.raises(UsageError, match="ground-changed"):
        ground.under("43", merge_wards=False)


# --- places


LISTS = {
    "base_hospitals.csv": {"types": "①"},
    "remote_clinics.csv": {"types": "②"},
    "rotation_hospitals.csv": {"types": "③"},
    "neighbour_hospitals.csv": {"types": "③", "role": "destination"},
}


@pytest.mark.slow
@pytest.mark.parametrize("file", LISTS)
def test_places_are_those_of_a_run(sample, sample_result: RunResult, file):
    listed = ss.read_facilities(SAMPLE / file, **LISTS[file])
    placed = sample.place(listed)
    known = {
        (row.file, row.row): verdict.place
        for verdict in sample_result.verdicts
        for row in verdict.facility.rows
    }
    for row in placed.itertuples():
        place = known[file, row.row]
        assert none(row.municipality_code) == place.municipality_code
        assert none(row.municipality) == (place.municipality or None)
        assert none(row.medical_area_code) == place.area_code
        assert none(row.medical_area) == (place.area or None)
        assert row.area_class == place.area_class.value
        assert none(row.doubt) == (place.problem.ja if place.problem else None)


def none(value: object) -> object:
    return None if value is pd.NA else value


ODD = (
    "O1,沖合病院,43447,熊本県上益城郡山都町1,32.60,129.90,\n"  # far out at sea
    "O2,対岸病院,43447,熊本県上益城郡山都町2,33.12,131.10,\n"  # its point is in 小国町
    "O3,点なし病院,43424,熊本県阿蘇郡小国町3,,,\n"
    "O4,所在地だけ病院,,熊本県阿蘇郡小国町4,,,\n"
    "O5,何もない病院,,,,,\n"
    "O6,県外病院,40202,福岡県大牟田市5,33.05,130.45,\n"
    "O7,地図外病院,44201,大分県大分市6,33.24,131.61,\n"
    "O8,境界病院,43447,熊本県上益城郡山都町7,32.70,130.9490,\n"  # 94 m beyond the border
    "O9,点だけ病院,,,33.1,131.1,\n"
    "P1,食い違い病院,43213,熊本県阿蘇郡小国町8,32.7,130.6,\n"
    "P2,逆さ病院,43424,熊本県阿蘇郡小国町9,131.1,33.1,\n"
    "P3,浜病院,,,33.0,131.302,\n"  # 187 m off the land
)


@pytest.mark.slow
def test_doubtful_places_are_those_of_a_run(small):
    odd = small / "odd.csv"
    odd.write_text(HEADER + ODD, "utf-8")
    # Only the odd rows: names and distances of others would merge with theirs.
    run = files()["run.toml"].replace('file = "base.csv"', 'file = "odd.csv"')
    (small / "run.toml").write_text(run, "utf-8")
    result = execute(read_run_file(small / "run.toml"))
    with pytest.warns(ProblemWarning):
        listed = ss.read_facilities(odd, types="①")
    with pytest.warns(ProblemWarning, match="problems in places"):
        placed = ground_of(small).place(listed)
    known = {v.facility.name: v.place for v in result.verdicts}
    by_name = placed.set_index("name")
    for name, row in by_name.iterrows():
        place = known[name]
        assert none(row["municipality_code"]) == place.municipality_code, name
        assert none(row["municipality"]) == (place.municipality or None), name
        assert row["area_class"] == place.area_class.value, name
        if place.problem is not None:
            assert place.problem.ja in row["doubt"], name
    told = {p.value: p.message.ja for p in result.problems if p.code in PLACE_CODES}
    assert {n: d for n, d in by_name["doubt"].dropna().items() if told.get(n, d) not in d} == {}
    assert set(told) <= set(by_name["doubt"].dropna().index)
    clean = {"点なし病院", "所在地だけ病院", "点だけ病院", "県外病院", "地図外病院", "逆さ病院"}
    assert set(by_name.index[by_name["doubt"].isna()]) == clean


PLACE_CODES = {
    *("point-outside-municipality", "point-and-address-disagree", "point-nowhere", "place-unknown"),
    *("point-off-land", "outside-boundaries"),
}


def test_any_frame_of_points_is_placed_with_what_it_says(small):
    ground = ground_of(small)
    points = gpd.GeoDataFrame(
        {
            "byoin": ["A", "B", "C", "D", "E"],
            "住所": ["", "熊本県阿蘇郡小国町1", "熊本県阿蘇郡小国町2", "", "熊本県阿蘇郡小国町3"],
            "市町村コード": [43447.0, None, None, None, None],  # a gap makes floats of them
        },
        geometry=[Point(131.0, 32.7), Point(131.1, 33.1), None, None, Point(130.6, 32.7)],
        index=pd.Index(["h-A", "h-B", "h-C", "h-D", "h-E"], name="key"),
        crs=6668,
    ).to_crs(6670)
    with pytest.warns(ProblemWarning):
        placed = ground.place(points, lang="en")
    assert placed.index.equals(points.index)
    assert placed.crs == points.crs
    assert list(placed.columns)[:4] == list(points.columns)
    towns = ["山都町", "小国町", "小国町", None, "小国町"]
    assert [none(v) for v in placed["municipality"]] == towns
    doubts = placed["doubt"]
    assert doubts[["h-A", "h-B", "h-C"]].isna().all()
    assert "no coordinates" in doubts["h-D"]
    assert "its point" in doubts["h-E"]
    assert problems(placed)["row"].tolist() == [4, 5]
    assert problems(placed)["value"].tolist() == ["h-D", "h-E"]


def test_a_series_of_points_and_a_point_given_the_wrong_way_round(small):
    ground = ground_of(small)
    found = ground.place(gpd.GeoSeries([Point(131.1, 33.1)], index=["home"], crs=4326))
    assert found.loc["home", "municipality"] == "小国町"
    assert isinstance(found, gpd.GeoDataFrame)
    with pytest.warns(ProblemWarning, match="swapped"):
        turned = ground.place(gpd.GeoSeries([Point(33.1, 131.1)], crs=4326))
    assert turned["municipality"].tolist() == ["小国町"]


def test_the_tolerance_is_the_caller_s(small):
    near = gpd.GeoSeries([Point(131.302, 33.0)], crs=6668)  # 187 m off the land
    with pytest.warns(ProblemWarning, match="point-off-land"):
        assert ground_of(small).place(near)["municipality"].tolist() == ["山都町"]
    with pytest.warns(ProblemWarning, match="point-nowhere"):
        strict = ground_of(small).place(near, tolerance_m=100)
    assert strict["municipality"].isna().tolist() == [True]
    assert strict["area_class"].tolist() == ["unknown"]


def test_placing_keeps_what_was_noted_and_can_be_repeated(sample):
    listed = ss.read_facilities(SAMPLE / "base_hospitals.csv", types="①")
    once = sample.place(listed)
    twice = sample.place(once)
    pd.testing.assert_frame_equal(pd.DataFrame(once), pd.DataFrame(twice))
    assert notes_of(once).keys() >= notes_of(listed).keys()


def test_the_usual_tools_take_places(sample, tmp_path):
    placed = sample.place(ss.read_facilities(SAMPLE / "rotation_hospitals.csv", types="③"))
    assert '"municipality"' in placed.to_json()
    placed.to_file(tmp_path / "p.gpkg")
    placed.to_file(tmp_path / "p.geojson")
    placed.to_parquet(tmp_path / "p.parquet")
    assert placed["area_class"].value_counts()["surplus"] > 0


@pytest.mark.skipif(not FIELD_DATA.exists(), reason="the shared data are not here")
def test_a_whole_real_prefecture():
    ground = ss.read_ground(
        FIELD_DATA / "boundaries" / "municipalities_44_simplified.geojson",
        FIELD_DATA / "boundaries" / "municipality_to_medical_area.csv",
        pd.read_csv(FIELD_DATA / "indicators" / "kyushu_okinawa_physician_index_2024-01.csv"),
        prefecture="大分",
    )
    assert (len(ground.municipalities), len(ground.areas)) == (18, 6)
    assert set(ground.areas["class"]) == {"shortage", "neither", "surplus"}
    assert ground.found_problems == ()


def a38_of(folder: Path) -> tuple[Path, gpd.GeoDataFrame]:
    """Write A38 as downloaded, two layers in one zip; return it, and the secondary areas."""
    squares = gpd.read_file(folder / "municipalities.geojson").geometry.iloc[1:4]
    secondary = gpd.GeoDataFrame(
        {
            "A38b_001": ["43101,43447", "43213", "43424"],
            "A38b_002": ["熊本市中央区,山都町", "宇城市", "小国町"],
            "A38b_003": ["4312", "4302", "4306"],
            "A38b_004": ["熊本・上益城", "宇城", "阿蘇"],
        },
        geometry=squares.to_list(),
        crs=6668,
    )
    primary = gpd.GeoDataFrame(
        {
            "A38a_001": ["43447", "43213"],
            "A38a_002": ["山都町", "宇城市"],
            "A38a_003": ["4312", "4302"],
            "A38a_004": ["熊本・上益城", "宇城"],
        },
        geometry=squares.to_list()[:2],
        crs=6668,
    )
    packed = folder / "A38-20_43_GML.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, frame in (("A38-20_43_1", primary), ("A38-20_43_2", secondary)):
            frame.to_file(folder / f"{name}.shp", encoding="cp932")
            for part in folder.glob(f"{name}.*"):
                archive.write(part, part.name)
    return packed, secondary


def test_a38_as_downloaded_as_a_frame_and_by_layer(small):
    packed, secondary = a38_of(small)
    for areas in (packed, str(packed), secondary, secondary.to_crs(6670)):
        same_regions(ground_of(small, areas=areas), ground_of(small))
    with pytest.warns(ProblemWarning):  # the primary areas are of two towns only
        primary = ground_of(small, areas=packed, areas_layer="A38-20_43_1")
    assert primary.areas["name"].tolist() == ["宇城", "熊本・上益城"]
    with pytest.warns(ProblemWarning):
        again = ss.read_ground(
            small / "municipalities.geojson", packed, prefecture="福岡", areas_layer="A38-20_43_1"
        ).under("43", merge_wards=True)
    assert again.areas["name"].tolist() == ["宇城", "熊本・上益城"]


@pytest.mark.parametrize("tolerance", [-1, float("nan"), float("inf"), "x", None, True])
def test_a_tolerance_that_is_no_length_is_refused(sample, tolerance):
    with pytest.raises(UsageError) as fault:
        sample.place(gpd.GeoSeries.from_xy([131.0658], [33.1217], crs=4326), tolerance_m=tolerance)
    assert [p.column for p in fault.value.problems] == ["tolerance_m"]


def test_an_edition_in_the_name_of_the_file_is_taken_and_told(small):
    index = small / "index.csv"
    for name, taken in (("index_2024-01.csv", True), ("index_2027-04.csv", False)):
        other = index.with_name(name)
        other.write_bytes(index.read_bytes())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ProblemWarning)
            ground = ss.read_ground(
                small / "municipalities.geojson", small / "areas.csv", other, prefecture=43
            )
        told = set(ground.problems["code"])
        assert (ground.edition == "2024-01") is taken
        assert ("edition-by-file-name" in told, "index-without-cut-offs" in told) == (
            taken,
            not taken,
        )
