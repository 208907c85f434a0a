"""People by cell: meshes from their codes, e-Stat's tables, polygons, and people inside a spot."""

from __future__ import annotations

import math
import zipfile

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import MultiPolygon, box

from boundaries import people_inside, read_population
from boundaries.mesh import is_mesh_code, mesh_bounds, mesh_cell
from groundfloor.problems import DataError, MissingFileError, UsageError
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import summary_table
from spots.outputs.evidence import dump_evidence, parse_evidence
from tests.helpers import small_job
from tests.helpers.small_job import RUN, write_job

# 第3次 5339-46-11 holds Tokyo station; its corners stand in 総務省統計局「地域メッシュ統計の概要」.
TOKYO = "53394611"
HEAD = "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001141001,T001141019\r\n,,,,　人口（総数）,　６５歳以上人口　総数\r\n"


def table(folder, rows, name="tblT001141H4930.txt", encoding="cp932"):
    path = folder / name
    path.write_bytes((HEAD + "".join(f"{row}\r\n" for row in rows)).encode(encoding))
    return path


def codes(caught):
    return [p.code for p in caught.value.problems]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (TOKYO, (139.7625, 35.675, 139.775, 35 + 41 / 60)),
        (TOKYO + "1", (139.7625, 35.675, 139.76875, 35.675 + 1 / 240)),
        (TOKYO + "4", (139.76875, 35.675 + 1 / 240, 139.775, 35 + 41 / 60)),
        (TOKYO + "42", (139.771875, 35.675 + 1 / 240, 139.775, 35.675 + 1.5 / 240)),
        ("5339", (139.0, 53 / 1.5, 140.0, 54 / 1.5)),
        ("533946", (139.75, 53 / 1.5 + 4 / 12, 139.875, 53 / 1.5 + 5 / 12)),
    ],
)
def test_cells_of_codes(code, expected):
    assert mesh_bounds(code) == pytest.approx(expected, abs=1e-12)


def test_quarters_tile_their_cell_without_gap_or_overlap():
    parts = [mesh_cell(TOKYO + q) for q in "1234"]
    assert shapely.coverage_is_valid(parts)
    assert sum(p.area for p in parts) == pytest.approx(mesh_cell(TOKYO).area, rel=1e-12)
    assert parts[0].touches(parts[1])
    assert parts[0].touches(parts[2])


@pytest.mark.parametrize("code", ["", "533", "533948", "53394", "533946115", "5339461a"])
def test_what_is_no_code(code):
    assert not is_mesh_code(code)
    with pytest.raises(ValueError, match="mesh code"):
        mesh_bounds(code)


def test_estat_table_with_its_two_header_rows(tmp_path):
    path = table(tmp_path, ["493005621,0,,,120,30", "493005622,0,,,-,-", '493005623,0,,,"1,234",5'])
    cells, problems = read_population([path])
    assert dict(cells["population"]) == {"493005621": 120, "493005622": 0, "493005623": 1234}
    assert cells.crs.to_epsg() == 6668
    assert cells.index.name == "code"
    assert problems == ()
    assert cells.geometry["493005621"].equals(mesh_cell("493005621"))


@pytest.mark.parametrize("column", ["T001141019", "65歳以上人口 総数", "６５歳以上人口　総数"])
def test_another_column_by_code_or_by_words(tmp_path, column):
    cells, _ = read_population([table(tmp_path, ["493005621,0,,,120,30"])], column=column)
    assert list(cells["population"]) == [30]


def test_secret_cells_share_the_people_of_the_cell_that_counts_them(tmp_path):
    rows = [
        "493005621,1,,493005622,120,30",
        "493005622,2,493005621,,9,*",
        "493005624,2,493005699,,3,*",
    ]
    cells, problems = read_population([table(tmp_path, rows)], column="T001141019")
    assert dict(cells["population"].dropna()) == {"493005621": 30}
    both = mesh_cell("493005621").union(mesh_cell("493005622"))
    assert cells.geometry["493005621"].equals(both)
    assert math.isnan(cells["population"]["493005624"])
    assert [p.code for p in problems] == ["mesh-merged", "mesh-secret"]
    # The total is not secret: nothing is joined.
    cells, problems = read_population([table(tmp_path, rows)])
    assert list(cells["population"]) == [120, 9, 3]
    assert problems == ()


def test_a_mesh_on_the_border_stands_in_both_prefectures_files(tmp_path):
    first = table(tmp_path, ["493005621,0,,,120,30"], "tblT001141H43.txt")
    second = table(tmp_path, ["493005621,0,,,7,1", "493005622,0,,,5,1"], "tblT001141H44.txt")
    cells, _ = read_population([first, second])
    assert dict(cells["population"]) == {"493005621": 127, "493005622": 5}


def test_zip_as_downloaded_and_utf8(tmp_path):
    plain = table(tmp_path, ["493005621,0,,,120,30"], encoding="utf-8-sig")
    packed = tmp_path / "tblT001141H4930.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(plain, "tblT001141H4930.txt")
    cells, _ = read_population([packed])
    assert list(cells["population"]) == [120]


def test_polygons_with_a_column(tmp_path):
    frame = gpd.GeoDataFrame(
        {"MESH_ID": ["a", "b"], "PTN_2020": [10.5, 0]},
        geometry=[box(130, 32, 130.1, 32.1), box(130.1, 32, 130.2, 32.1)],
        crs=6668,
    )
    path = tmp_path / "future.geojson"
    frame.to_file(path, driver="GeoJSON")
    cells, _ = read_population([path])
    assert list(cells["population"]) == [10.5, 0]
    assert list(cells.index) == ["1", "2"]


def test_bad_rows_are_all_named(tmp_path):
    rows = [
        "4930056219,0,,,1,1",
        "493005621,0,,,many,1",
        "493005622,0,,,-5,1",
        "493005624,0",  # a short row is not nobody
        "493005623,0,,,1,1",
        "493005623,0,,,1,1",
    ]
    with pytest.raises(DataError) as caught:
        read_population([table(tmp_path, rows)], labels=["人口.txt"])
    assert codes(caught) == ["mesh-code", *["mesh-people"] * 3, "mesh-twice"]
    first, second = caught.value.problems[:2]
    assert (first.file, first.row, first.column, first.value) == (
        "人口.txt",
        3,
        "KEY_CODE",
        "4930056219",
    )
    assert (second.row, second.column, second.value) == (4, "T001141001", "many")


def test_missing_column_and_missing_file(tmp_path):
    with pytest.raises(DataError) as caught:
        read_population([table(tmp_path, ["493005621,0,,,1,1"])], column="T999")
    assert codes(caught) == ["column-missing"]
    assert "T999" in str(caught.value)
    with pytest.raises(MissingFileError):
        read_population([tmp_path / "none.txt"])
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[box(130, 32, 131, 33)], crs=6668)
    frame.to_file(tmp_path / "bare.geojson", driver="GeoJSON")
    with pytest.raises(DataError) as caught:
        read_population([tmp_path / "bare.geojson"])
    assert codes(caught) == ["column-missing"]


@pytest.mark.parametrize(
    ("rows", "inner"),
    [
        (["49300562,0,,,300,1", "493005621,0,,,120,1"], "493005621"),
        (["493005621,0,,,120,1", "4930056211,0,,,30,1"], "4930056211"),
        (["49300562111,0,,,3,1", "493005,0,,,9000,1"], "49300562111"),
        (["4930,0,,,9000,1", "493005621,0,,,*,1"], "493005621"),
    ],
)
def test_meshes_of_two_sizes_over_one_another_are_refused(tmp_path, rows, inner):
    with pytest.raises(DataError) as caught:
        read_population([table(tmp_path, rows)])
    (problem,) = caught.value.problems
    assert (problem.code, problem.value) == ("mesh-levels", inner)
    # In two files as well, and side by side two sizes are welcome.
    files = [
        table(tmp_path, [row], name) for row, name in zip(rows, ("a.txt", "b.txt"), strict=True)
    ]
    with pytest.raises(DataError):
        read_population(files)
    apart = [table(tmp_path, ["49300562,0,,,300,1", "493005631,0,,,120,1"])]
    assert list(read_population(apart)[0]["population"]) == [300, 120]


def test_polygons_over_one_another_are_told(tmp_path):
    def found(*boxes):
        frame = gpd.GeoDataFrame(
            {"人口": [10.0] * len(boxes)}, geometry=list(boxes), crs="EPSG:6668"
        )
        frame.to_file(tmp_path / "areas.gpkg", engine="pyogrio")
        return [p.code for p in read_population([tmp_path / "areas.gpkg"])[1]]

    whole = box(131.0, 32.6, 131.1, 32.7)
    beside = box(131.0999, 32.6, 131.2, 32.7)
    assert found(whole, whole) == ["population-overlap"]
    assert found(whole, box(131.02, 32.62, 131.03, 32.63)) == ["population-overlap"]
    assert found(whole, beside) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_mesh_tables(tmp_path, encoding):
    path = table(tmp_path, ["493005621,0,,,120,30"], encoding=encoding)
    assert list(read_population([path])[0]["population"]) == [120]


@pytest.mark.parametrize("people", ["1e300", "-1", "nan", "inf", "1000000000", "many"])
def test_what_is_no_number_of_people(tmp_path, people):
    with pytest.raises(DataError) as caught:
        read_population([table(tmp_path, [f"493005621,0,,,{people},30"])])
    assert codes(caught) == ["mesh-people"]


def test_the_same_table_twice_is_refused(tmp_path):
    rows = ["493005621,0,,,120,1"]
    files = [table(tmp_path, rows, "a.txt"), table(tmp_path, rows, "b.txt", encoding="utf-8")]
    with pytest.raises(DataError) as caught:
        read_population(files, labels=["a", "b"])
    assert [(p.code, p.file) for p in caught.value.problems] == [("mesh-table-twice", "b")]


def test_a_table_of_headings_is_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        read_population([table(tmp_path, [])])
    assert codes(caught) == ["no-rows"]


def test_people_inside_in_proportion_to_area(tmp_path):
    cells, _ = read_population([table(tmp_path, ["493005621,0,,,100,1", "493005622,0,,,60,*"])])
    west, south, east, north = mesh_bounds("493005621")
    half = box(west, south, (west + east) / 2, north)
    both = box(west, south, 2 * east - west, north)
    found = people_inside(cells, [half, both, both.buffer(1.0), MultiPolygon()])
    assert found == pytest.approx((50, 160, 160, 0))
    apart = people_inside(cells, [both.difference(half)])[0]
    assert apart + found[0] == pytest.approx(found[1])


POPULATION = (
    '\n[population]\nfile = ["tblT001141H4931.txt"]\nsource = "国勢調査"\nas_of = 2020-10-01\n'
)


def run_with_people(folder, rows, text=POPULATION):
    data = (HEAD + "".join(f"{row}\r\n" for row in rows)).encode("cp932")
    path = write_job(folder, {"tblT001141H4931.txt": data, "run.toml": RUN + text})
    return execute(read_run_file(path))


@pytest.mark.slow
def test_people_of_a_run(tmp_path):
    # 49310077 lies whole in the circle of 井無田診療所, 49317799 far from every spot.
    result = run_with_people(
        tmp_path, ["49310077,0,,,100,1", "49317799,0,,,900,1", "49300000,0,,,7,1"]
    )
    people = {s.facility_id: s.population for s in result.spots}
    assert people["C1"] == pytest.approx(100)
    assert result.dissolved_population == pytest.approx(100)
    assert list(result.population.index) == ["49310077"]  # the others lie outside the prefecture
    assert "約100人" in summary_table(result)
    record = next(r for r in result.inputs if r.role == "population")
    assert (record.file, record.as_of, record.source) == (
        "tblT001141H4931.txt",
        "2020-10-01",
        "国勢調査",
    )
    assert "国勢調査" in result.settings.attributions
    again = parse_evidence(dump_evidence(result))
    assert again.spots == result.spots
    assert again.population.equals(result.population)


@pytest.mark.slow
def test_every_file_and_the_census_of_the_people_are_told(tmp_path):
    rows = ["49310077,0,,,100,1"]
    more = (HEAD + "49310078,0,,,50,1\r\n").encode("cp932")
    text = POPULATION.replace('"tblT001141H4931.txt"', '"tblT001141H4931.txt", "more.txt"')
    write_job(tmp_path, {"more.txt": more})
    told = run_with_people(tmp_path, rows, text)
    line = {label.en: value.ja for label, value in told.settings.lines}["Population"]
    assert line == "国勢調査 令和2年10月1日（tblT001141H4931.txt、more.txt）"
    assert "約150人（区画の陸地の面積で按分）" in summary_table(told)
    assert "population-undated" not in {p.code for p in told.problems}
    undated = run_with_people(tmp_path, rows, text.replace("as_of = 2020-10-01\n", ""))
    (problem,) = [p for p in undated.problems if p.code == "population-undated"]
    assert (problem.file, problem.column) == ("run.toml", "population.as_of")
    line = {label.en: value.ja for label, value in undated.settings.lines}["Population"]
    assert "調査年の記載なし" in line


UNCUT = POPULATION + "\n[policy.override.circle]\ncut = []\n"
# 井無田診療所 stands on an isle of a tenth of a degree; 大分県 begins a kilometre east of it.
ISLE = {
    "43447": ("熊本県", "山都町", (131.05, 32.70, 131.11, 32.76)),
    "44201": ("大分県", "大分市", (131.11, 32.70, 131.3, 32.76)),
}


def people_by_the_sea(folder, monkeypatch, rows, text):
    """Return the run and its clinic's people, where the clinic stands on `ISLE`."""
    for code, square in ISLE.items():
        monkeypatch.setitem(small_job.SQUARES, code, square)
    result = run_with_people(folder, rows, text)
    return result, next(s.population for s in result.spots if s.facility_id == "C1")


@pytest.mark.slow
def test_cells_beyond_the_border_count_where_nothing_is_cut(tmp_path, monkeypatch):
    # 49310089 is wholly beyond the border (131.1125 E), within the circle of the clinic.
    assert mesh_bounds("49310089")[0] == pytest.approx(131.1125)
    rows = ["49310088,0,,,40,1", "49310089,0,,,100,1"]
    result, people = people_by_the_sea(tmp_path, monkeypatch, rows, UNCUT)
    assert people == pytest.approx(140, abs=1)
    assert "49310089" in result.population.index
    _, cut = people_by_the_sea(tmp_path / "cut", monkeypatch, rows, POPULATION)
    assert cut == pytest.approx(40 * 0.8, abs=1)


@pytest.mark.slow
def test_people_whom_no_table_holds_are_told(tmp_path, monkeypatch):
    rows = ["49310087,0,,,40,1", "49310088,0,,,40,1"]
    result, people = people_by_the_sea(tmp_path, monkeypatch, rows, UNCUT)
    assert people == pytest.approx(80, abs=1)
    (problem,) = [p for p in result.problems if p.code == "population-not-covered"]
    assert "大分県" in problem.message.ja
    assert "井無田診療所" in problem.message.ja
    result, _ = people_by_the_sea(tmp_path / "cut", monkeypatch, rows, POPULATION)
    assert not [p for p in result.problems if p.code.startswith("population")]


def test_population_of_elsewhere_or_missing_is_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        run_with_people(tmp_path, ["53394611,0,,,100,1"])
    assert codes(caught) == ["population-elsewhere"]
    with pytest.raises(MissingFileError) as caught:
        run_with_people(tmp_path / "b", [], '\n[population]\nfile = "no.txt"\n')
    assert caught.value.problems[0].column == "population.file"
    with pytest.raises(UsageError) as caught:
        run_with_people(tmp_path / "c", [], "\n[population]\nfile = []\n")
    assert "population" in str(caught.value)


def test_a_table_of_something_else_is_refused_after_its_first_rows(tmp_path):
    rows = "".join(f"駅{n},{n}\n" for n in range(5000))
    path = tmp_path / "stations.csv"
    path.write_text("KEY_CODE,人口\n" + rows, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_population([path])
    first, *shown = caught.value.problems
    assert (first.code, len(shown)) == ("mesh-table-unreadable", 20)
    assert "はじめの100行のうち100行" in first.message.ja
    assert {p.code for p in shown} == {"mesh-code"}


def test_faults_in_a_table_of_meshes_are_all_named(tmp_path):
    good = "".join(
        f"4930{a}{b}{c}{d},1\n" for a in range(8) for b in range(8) for c in "03" for d in "59"
    )
    path = tmp_path / "mesh.csv"
    wrong = "".join(f"駅{n},{n}\n" for n in range(150))
    path.write_text("KEY_CODE,人口\n" + good + wrong, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_population([path])
    assert sum(p.code == "mesh-code" for p in caught.value.problems) == 150
