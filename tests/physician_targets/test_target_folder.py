"""The folder of targets: tables, workbook with a chart of its own, chart, layer and map."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyogrio
import pytest

from groundfloor.problems import DataError, Lang
from spots.outputs.evidence import load_result
from spots.physician_targets.area_grounds import area_key, grounds_of, joined, read_grounds
from spots.physician_targets.target_chart import targets_chart
from spots.physician_targets.target_map import targets_map
from spots.physician_targets.target_reading import read_targets
from spots.physician_targets.target_report import TargetWork, targets_of
from tests.helpers.cli_runs import spots, spots_json
from tests.helpers.target_tables import BY_SOURCE, HEAD, HOKKAIDO, written

#: The areas of `tests.helpers.small_job`, and one that is nowhere.
SMALL = HEAD + "宇城圏域,59,78,19,7,6\n阿蘇,99,99,0,6,9\n熊本上益城,48,58,10,3,\n合計,,,29,16,\n"
EVERYTHING = {
    *("targets.csv", "sources.csv", "targets.xlsx", "targets.svg", "targets.geojson"),
    *("targets.gpkg", "map.html", "targets.json"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_folder: Path) -> Path:
    place = tmp_path_factory.mktemp("targets")
    table, sources = written(place, "t.csv", SMALL), written(place, "s.csv", BY_SOURCE)
    done = spots(
        *("targets", table, "--by-source", sources, "--areas", small_folder),
        *("--out", place / "out"),
    )
    assert done.exit_code == 0, done.stderr
    return place / "out"


@pytest.fixture
def work(tmp_path: Path, small_folder: Path) -> TargetWork:
    return targets_of(written(tmp_path, "t.csv", SMALL), areas=small_folder)


def test_the_whole_folder(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == EVERYTHING
    record = json.loads((folder / "targets.json").read_text(encoding="utf-8"))
    assert {f["name"] for f in record["files"]} == EVERYTHING - {"targets.json"}
    assert [f["name"] for f in record["inputs"]] == ["t.csv", "s.csv"]
    assert record["totals"]["published_total"]["needed"] == 29
    assert str(folder.parent) not in json.dumps(record)


def test_a_folder_of_somebody_else_stays(tmp_path: Path, folder: Path) -> None:
    table = written(tmp_path, "t.csv", SMALL)
    assert spots("targets", table, "--out", folder).exit_code == 2
    mine = tmp_path / "mine"
    mine.mkdir()
    written(mine, "note.txt", "x")
    assert spots("targets", table, "--out", mine, "--force").exit_code == 2
    assert [file.name for file in mine.iterdir()] == ["note.txt"]


def test_nothing_is_written_of_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    table = written(tmp_path, "t.csv", HEAD + "宗谷,59,78,-19,7,6\n")
    assert spots("targets", table, "--out", tmp_path / "out").exit_code == 1
    assert not (tmp_path / "out").exists()


def test_the_workbook_has_a_chart_of_its_own(folder: Path) -> None:
    with zipfile.ZipFile(folder / "targets.xlsx") as book:
        chart = book.read("xl/charts/chart1.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert len(re.findall("<c:ser>", chart)) == 3
    last = {int(row) for row in re.findall(r":\$[A-Z]+\$(\d+)</c:f>", chart)}
    first = {int(row) for row in re.findall(r"\$(\d+):\$", chart)}
    assert len(last) == len(first) == 1
    assert last.pop() - first.pop() + 1 == 3  # the areas, and no total
    assert "<drawing " in sheet


def test_the_same_workbook_twice(tmp_path: Path, folder: Path, small_folder: Path) -> None:
    again = tmp_path / "again"
    sources = written(tmp_path, "s.csv", BY_SOURCE)
    table = written(tmp_path, "t.csv", SMALL)
    spots("targets", table, "--by-source", sources, "--areas", small_folder, "--out", again)
    for name in EVERYTHING - {"targets.json"}:
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


# --- the ground


def test_areas_by_name_and_what_is_nowhere(work: TargetWork) -> None:
    codes = {row.figures.name: row.area_code for row in work.report.rows}
    assert codes == {"宇城圏域": "4302", "阿蘇": "4306", "熊本上益城": ""}
    (problem,) = work.report.problems
    assert (problem.code, problem.row) == ("target-area-unknown", 4)
    assert "熊本・上益城" in problem.remedy.ja


def test_layers_keep_a_row_without_ground(folder: Path) -> None:
    info = pyogrio.read_info(folder / "targets.gpkg", layer="physician_targets")
    assert (info["features"], info["crs"]) == (3, "EPSG:6668")
    frame = pyogrio.read_dataframe(folder / "targets.gpkg", layer="physician_targets")
    assert list(frame["grade"]) == ["half", "needs_none", "half"]
    assert list(frame.geometry.isna()) == [False, False, True]
    assert frame["percent_2021"].isna().tolist() == [False, True, False]
    page = json.loads((folder / "targets.geojson").read_text(encoding="utf-8"))
    assert [f["geometry"] is None for f in page["features"]] == [False, False, True]
    with closing(sqlite3.connect(folder / "targets.gpkg")) as database:
        styles = dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert "needs_none" in styles["physician_targets"]


@pytest.mark.parametrize(
    ("rows", "found", "codes"),
    [
        ("4302,宇城,1,2,1,0\n", [2], []),
        ("4302,うき,1,2,1,0\n", [2], []),  # another name of the same code
        ("4302,阿蘇,1,2,1,0\n", [], ["target-area-contradiction"]),
        ("9999,宇城,1,2,1,0\n", [], ["target-area-unknown"]),  # a code that is none is no guess
        (",宇城,1,2,1,0\n4302,うき,1,2,1,0\n", [2], ["target-area-claimed"]),
        (",どこか,1,2,1,0\n", [], ["target-area-unknown"]),
    ],
)
def test_joins_are_never_guesses(
    tmp_path: Path, small_folder: Path, rows: str, found: list[int], codes: list[str]
) -> None:
    head = "コード,圏域名,策定時点医師数,目標数,追加確保必要数,R3\n"
    table, _ = read_targets(written(tmp_path, "t.csv", head + rows))
    ground, problems = joined(table, grounds_of(load_result(small_folder)))
    assert list(ground) == found
    assert [problem.code for problem in problems] == codes


def test_one_name_of_two_areas_is_left_open(tmp_path: Path, small_folder: Path) -> None:
    table, _ = read_targets(written(tmp_path, "t.csv", HEAD + "宇城,1,2,1,0,0\n"))
    grounds = grounds_of(load_result(small_folder))
    twin = replace(grounds[0], code="0101")
    ground, problems = joined(table, (*grounds, replace(twin, name="宇城圏域")))
    assert not ground
    assert problems[0].code == "target-area-unclear"
    assert "4302" in problems[0].remedy.ja
    assert "0101" in problems[0].remedy.ja


def test_spellings_of_a_name() -> None:
    names = ("宗谷", "宗谷圏域", "宗谷二次医療圏", "宗谷保健医療福祉圏", " 宗 谷 ")
    assert {area_key(name) for name in names} == {"宗谷"}


def _squares(folder: Path, *rows: tuple[str, str, float]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"area_code": code, "area_name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 33], [x + 0.1, 33], [x + 0.1, 33.1], [x, 33.1], [x, 33]]],
            },
        }
        for code, name, x in rows
    ]
    page = {"type": "FeatureCollection", "features": features}
    return written(folder, "areas.geojson", json.dumps(page, ensure_ascii=False))


def test_a_boundary_file_gives_layer_and_no_map(tmp_path: Path) -> None:
    areas = _squares(
        tmp_path, ("116", "宗谷", 141.0), ("0116", "宗谷", 141.2), ("0118", "遠紋", 142.0)
    )
    grounds, _ = read_grounds(areas)
    assert [(g.code, len(g.geometry.geoms) if g.code == "0116" else 1) for g in grounds] == [
        ("0116", 2),
        ("0118", 1),
    ]
    table = written(tmp_path, "t.csv", HOKKAIDO)
    done = spots("targets", table, "--areas", areas, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count("target-area-unknown") == 1  # of eight: told once, counted
    frame = pyogrio.read_dataframe(tmp_path / "out" / "targets.gpkg")
    assert frame.loc[~frame.geometry.isna(), "area_name"].tolist() == ["宗谷", "遠紋"]
    assert not (tmp_path / "out" / "map.html").exists()
    assert "target-no-map" in done.stderr


def test_a_code_of_boundaries_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_grounds(_squares(tmp_path, ("宗谷", "宗谷", 141.0)))
    assert [p.code for p in caught.value.problems] == ["target-ground-code"]


# --- chart and map


@pytest.mark.parametrize("lang", list(Lang))
def test_the_chart_has_a_bar_for_every_number(tmp_path: Path, lang: Lang) -> None:
    report = targets_of(written(tmp_path, "t.csv", HOKKAIDO)).report
    root = ET.fromstring(targets_chart(report, lang))  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    texts = [element.text or "" for element in root.iter(f"{space}text")]
    assert sum("36.8 %" in text for text in texts) == 1
    assert sum(text.endswith("―") for text in texts) == 4  # two areas, two years
    assert "100.0 %" not in "".join(texts)
    assert "inf" not in "".join(texts).lower()
    bars = [e for e in root.iter(f"{space}rect") if e.get("stroke")]
    assert len(bars) == 3 + 30 - 3  # the legend; noughts have none: two needed, one placed


def test_a_blank_has_neither_bar_nor_nought(tmp_path: Path) -> None:
    report = targets_of(written(tmp_path, "t.csv", HEAD + "宗谷,59,78,19,,\n")).report
    chart = targets_chart(report, Lang.JA)
    assert ">0<" not in chart
    assert "0.0 %" not in chart


def test_names_are_text_in_chart_and_map(tmp_path: Path, small_folder: Path) -> None:
    table = written(tmp_path, "t.csv", HEAD + "</text><script>x,59,78,19,7,6\n宇城,1,2,1,0,0\n")
    made = targets_of(table, areas=small_folder)
    assert "<script" not in targets_chart(made.report, Lang.JA)
    assert made.base is not None
    page = targets_map(made.report, made.ground, made.base, Lang.JA)
    assert "</text><script>x" not in page


@pytest.mark.parametrize("lang", list(Lang))
def test_the_map_tells_areas_and_no_verdict(work: TargetWork, lang: Lang) -> None:
    assert work.base is not None
    page = targets_map(work.report, work.ground, work.base, lang)
    found = re.search(r'id="spots-data">(.*?)</script>', page)
    assert found is not None
    data = json.loads(found[1])
    assert [(t["code"], t["grade"]) for t in data["targets"]] == [
        ("4302", "half"),
        ("4306", "needs_none"),
    ]
    assert data["targets"][1]["label"].endswith("―")
    assert data["facilities"] == data["units"] == []
    assert "熊本上益城" in data["tree"][0]["note"]
    assert [row["cells"][0] for row in data["annex"]["rows"]][:3] == [
        "宇城圏域",
        "阿蘇",
        "熊本上益城",
    ]


# --- the command


def test_json_and_csv(tmp_path: Path) -> None:
    table = written(tmp_path, "t.csv", HOKKAIDO)
    page = spots_json("targets", table)
    assert page["rows"][0]["area_name"] == "宗谷"
    assert page["rows"][0]["percent_2021"] == 36.8
    assert page["problems"] == []
    done = spots("targets", table, "--csv", "--lang", "en")
    assert io.StringIO(done.stdout).readlines()[1].startswith("area,,宗谷,59,78,19,7,36.8,6,31.6")
    assert spots("targets", table, "--csv", "--json").exit_code == 2
