"""A folder becomes a run file that runs, and nothing in it is overwritten, guessed or half made."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pytest

from groundfloor.problems import Lang, OutputError, OutputExistsError, UsageError
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import write_folder
from spots.starting import started as started_module
from spots.starting.started import Started, start
from spots.types import RunResult, State
from tests.helpers.raw_folders import bed_report, clinics, outlines_of, raw_folder
from tests.helpers.small_job import AREAS, INDEX

OUT = "kumamoto.toml"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return raw_folder(tmp_path / "data")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def made(data: Path, out: Path, prefecture: str = "熊本", **given) -> Started:
    return start(prefecture, data, out, **given)


def keys(started: Started) -> dict:
    return tomllib.loads(started.run_file.read_text("utf-8"))


def ran(started: Started) -> RunResult:
    return execute(read_run_file(started.run_file))


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


# --- it runs


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
def test_a_folder_of_raw_files_becomes_a_run(data: Path, out: Path, lang: Lang):
    started = made(data, out, lang=lang)
    assert started.plan.runnable
    result = ran(started)
    assert result.settings.prefecture == "熊本県"
    assert {v.state for v in result.verdicts} <= set(State)
    roles = [v.facility.role for v in result.verdicts]
    assert roles.count("candidate") == 12
    assert set(roles) == {"candidate", "destination"}


def test_the_only_prefecture_is_found_by_itself(tmp_path: Path, out: Path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "a.geojson").write_text(outlines_of("43"), "utf-8")
    assert start(None, folder, out).plan.prefecture == "43"


def test_of_several_prefectures_none_is_guessed(data: Path, out: Path):
    with pytest.raises(UsageError) as caught:
        start(None, data, out)
    assert caught.value.problems[0].code == "prefecture-needed"
    assert "40 福岡県" in caught.value.problems[0].message.ja
    assert not files_of(out)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["熊本", "熊本県", "43", "４３", "Kumamoto", "くまもと", "クマモト"]
)
def test_every_spelling_of_a_prefecture_is_known(data: Path, out: Path, text: str):
    assert made(data, out, text).plan.prefecture == "43"


def test_an_unknown_prefecture_is_answered_with_near_ones(data: Path, out: Path):
    with pytest.raises(UsageError) as caught:
        made(data, out, "熊木県")
    assert "熊本県" in caught.value.problems[0].remedy.ja


def test_the_same_folder_gives_the_same_bytes(data: Path, tmp_path: Path):
    folders = [tmp_path / "x1", tmp_path / "x2"]
    for folder in folders:
        folder.mkdir()
        made(data, folder)
    assert files_of(folders[0]) == files_of(folders[1])


def test_a_second_start_in_the_folder_itself_gives_the_same_run_file(data: Path):
    first = made(data, data).run_file.read_bytes()
    assert made(data, data, force=True).run_file.read_bytes() == first


# --- what it decides


def test_what_is_there_goes_where_it_belongs(data: Path, out: Path):
    page = keys(made(data, out))
    assert page["municipalities"]["file"] == [
        "../data/境界/download.zip",
        "../data/境界/next door.json",
    ]
    assert page["medical_areas"]["file"] == "../data/表1.csv"
    index = page["physician_index"]
    assert (index["shortage_at_most"], index["surplus_at_least"]) == (179.3, 217.6)
    assert index["national_average"] == 255.6
    assert page["network"]["kind"] == "links"
    assert page["network"]["nodes"] == "../data/道路地点.csv"
    own, beyond = page["facilities"]
    assert own["where"] == {"pref": ["43"], "niji": ["二次"]}
    assert beyond["role"] == "destination"
    assert beyond["where"] == {"pref": ["40"], "niji": ["二次"]}
    assert page["run"]["not_given"] == [1, 2]
    assert "自己申告" in page["run"]["caveats"][0]["ja"]


def test_a_prefecture_without_criteria_gets_an_example_that_says_so(data: Path, out: Path):
    started = made(data, out, "福岡")
    page = keys(started)
    override = page["policy"]["override"]
    assert override["exclude_municipality"] == []
    assert override["policy"]["prefecture"] == "40"
    assert (
        override["policy"]["title"]["ja"] == "福岡県 医師少数スポット（案・熊本県の基準の例による）"
    )
    assert "Kumamoto" in override["policy"]["title"]["en"]


@pytest.mark.parametrize(
    ("code", "preset"), [("05", "akita"), ("22", "shizuoka"), ("43", "kumamoto")]
)
def test_published_criteria_are_used_where_their_inputs_are_there(data, out, code, preset):
    assert keys(made(data, out, code))["policy"]["preset"] == preset


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "preset"), [("33", "okayama"), ("03", "iwate"), ("36", "tokushima")]
)
def test_published_criteria_that_lack_lists_are_named(data: Path, out: Path, code, preset):
    started = made(data, out, code)
    assert keys(started)["policy"]["preset"] == "kumamoto"
    assert f'preset = "{preset}"' in started.run_file.read_text("utf-8")


@pytest.mark.slow
def test_an_edition_that_is_not_known_leaves_the_classes_open(data: Path, out: Path):
    (data / "医師偏在指標_2024-01.csv").rename(data / "指標.csv")
    started = made(data, out)
    index = keys(started)["physician_index"]
    assert not {"shortage_at_most", "surplus_at_least", "national_average"} & set(index)
    text = started.run_file.read_text("utf-8")
    assert "# shortage_at_most =" in text
    result = ran(started)
    assert set(result.areas["area_class"]) == {"unknown"}


def test_the_newest_edition_is_taken_and_the_other_stands_beside_it(data: Path, out: Path):
    with zipfile.ZipFile(data / "old.zip", "w") as packed:
        packed.writestr("N03-20210101_43.geojson", outlines_of("43"))
    started = made(data, out)
    assert keys(started)["municipalities"]["file"][0] == "../data/境界/download.zip"
    text = started.run_file.read_text("utf-8")
    assert "2021-01-01 より新しい 2024-01-01 があるため" in text
    assert '# file = "../data/old.zip"' in text


def test_roads_of_elsewhere_are_named_and_not_used(data: Path, out: Path):
    started = made(data, out, "05")
    assert started.plan.roads.taken is None


def test_what_is_of_no_use_is_named_with_the_reason(data: Path, out: Path):
    (data / "秋田.csv").write_text("医療機関名,都道府県,市町村\n秋田病院,秋田県,秋田市\n", "utf-8")
    text = made(data, out).run_file.read_text("utf-8")
    assert "# 秋田.csv: 秋田県のものです" in text
    assert "# メモ.pdf: PDF は読めません" in text


# --- colleagues' lists


@pytest.mark.slow
def test_a_list_of_a_colleague_is_used_by_its_name(data: Path, out: Path):
    (data / "へき地診療所（R7）.csv").write_text(clinics(), "utf-8")
    started = made(data, out)
    page = keys(started)
    assert page["run"]["not_given"] == [1]
    (clinic,) = [f for f in page["facilities"] if f["type"] == "②"]
    assert clinic["file"] == "../data/へき地診療所（R7）.csv"
    assert sum(v.state is State.DESIGNATED for v in ran(started).verdicts) >= 2


def test_a_list_of_candidates_is_not_used(data: Path, out: Path):
    (data / "へき地診療所の候補.csv").write_text(clinics(), "utf-8")
    started = made(data, out)
    assert keys(started)["run"]["not_given"] == [1, 2]
    assert '# file = "../data/へき地診療所の候補.csv"' in started.run_file.read_text("utf-8")


def test_a_list_of_an_unknown_type_is_asked_about(data: Path, out: Path):
    (data / "施設.csv").write_text(clinics(), "utf-8")
    started = made(data, out)
    assert keys(started)["run"]["not_given"] == [1, 2]
    text = started.run_file.read_text("utf-8")
    assert "どの種別の一覧か分かりません" in text
    assert '# file = "../data/施設.csv"' in text


def test_an_official_list_goes_before_what_hospitals_say_of_themselves(data: Path, out: Path):
    rows = ["医療機関名,市町村,緯度,経度"] + [
        f"第{n}病院,山都町,32.7{n},131.1{n}" for n in range(3)
    ]
    (data / "病院群輪番制.csv").write_text("\n".join(rows), "utf-8")
    page = keys(made(data, out))
    judged = [f for f in page["facilities"] if f.get("role") != "destination"]
    assert [f["list"] for f in judged] == ["rotation"]
    assert "caveats" in page["run"]  # the neighbours' are self-reported still


@pytest.mark.slow
def test_a_faulty_list_is_named_and_does_not_stop_the_others(data: Path, out: Path):
    (data / "へき地診療所.csv").write_text("医療機関名,市町村\n,山都町\n", "utf-8")
    started = made(data, out)
    assert "へき地診療所.csv" in started.run_file.read_text("utf-8")
    ran(started)


# --- zips and names that no key can say


@pytest.mark.slow
def test_parts_of_a_zip_are_unpacked_where_no_key_can_name_them(tmp_path: Path, out: Path):
    folder = tmp_path / "one"
    folder.mkdir()
    with zipfile.ZipFile(folder / "全部.zip", "w") as packed:
        packed.writestr("a/N03-20240101_43.geojson", outlines_of("43"))
        packed.writestr("a/対応表.csv", AREAS)
        packed.writestr("a/医師偏在指標_2024-01.csv", INDEX)
        packed.writestr("a/報告.csv", bed_report())
        packed.writestr("a/へき地診療所.csv", clinics())
    started = made(folder, out)
    page = keys(started)
    assert page["medical_areas"]["file"] == "kumamoto_data/全部_対応表.csv"
    assert started.plan.runnable
    page_text = started.run_file.read_text("utf-8")
    assert page_text == made(folder, out, force=True).run_file.read_text("utf-8")


@pytest.mark.slow
def test_a_file_under_a_misleading_name_is_copied_under_a_proper_one(data: Path, out: Path):
    (data / "表1.csv").rename(data / "表1.json")
    started = made(data, out)
    assert keys(started)["medical_areas"]["file"] == "kumamoto_data/表1.csv"
    ran(started)


# --- writing


@pytest.mark.slow
def test_what_somebody_wrote_into_a_run_file_is_kept_aside(data: Path, out: Path):
    first = made(data, out)
    assert made(data, out, force=True).run_file.read_bytes() == first.run_file.read_bytes()
    assert list(out.glob("*.bak*")) == []  # nobody had written in it
    for name in (f"{first.run_file.name}.bak", f"{first.run_file.name}.bak1"):
        own = first.run_file.read_text("utf-8") + f"# {name}\n"
        first.run_file.write_text(own, "utf-8")
        again = made(data, out, force=True)
        assert (out / name).read_text("utf-8") == own
        assert name in {each.name for each in again.written}


def test_nothing_is_overwritten_without_force(data: Path, out: Path):
    (out / OUT).write_text("mine", "utf-8")
    with pytest.raises(OutputExistsError):
        made(data, out)
    assert files_of(out) == {OUT: b"mine"}


@pytest.mark.slow
def test_a_form_that_was_filled_in_stays_and_is_used(data: Path, out: Path):
    started = made(data, out)
    form = out / "kumamoto_へき地診療所.xlsx"
    book = openpyxl.load_workbook(form)
    book.worksheets[0]["A5"], book.worksheets[0]["C5"] = "井無田診療所", "山都町"
    book.worksheets[0]["E5"], book.worksheets[0]["F5"] = 32.731, 131.0994
    book.worksheets[0]["G5"] = "巡回診療のため"
    book.save(form)
    before = form.read_bytes()
    again = made(data, out, force=True)
    assert form.read_bytes() == before
    page = keys(again)
    assert page["run"]["not_given"] == [1]
    clinic = next(f for f in page["facilities"] if f["type"] == "②")
    assert clinic["file"] == "kumamoto_へき地診療所.xlsx"
    names = {v.facility.name for v in ran(again).verdicts}
    assert "井無田診療所" in names
    assert not any("記入例" in name for name in names)
    assert started.lacking[0].needed


def test_a_form_with_its_example_alone_is_no_list(data: Path, out: Path):
    made(data, out)
    again = made(data, out, force=True)
    assert keys(again)["run"]["not_given"] == [1, 2]
    assert {path.name for path in again.kept} == {
        "kumamoto_へき地診療所.xlsx",
        "kumamoto_へき地医療拠点病院.xlsx",
        "kumamoto_二次救急病院.xlsx",
    }


def test_a_fault_while_writing_leaves_nothing(data: Path, out: Path, monkeypatch):
    def full(path, content, *, force=False):
        if path.suffix == ".toml":
            raise OutputError(())
        return real(path, content, force=force)

    real = started_module.write_whole
    monkeypatch.setattr(started_module, "write_whole", full)
    with pytest.raises(OutputError):
        made(data, out)
    assert files_of(out) == {}


def test_an_empty_folder_says_what_is_missing(tmp_path: Path, out: Path):
    started = made(tmp_path / "nothing", out) if (tmp_path / "nothing").mkdir() is None else None
    assert started is not None
    assert not started.plan.runnable
    needed = {each.file_name for each in started.lacking if each.needed}
    assert {"N03-20260101_43_GML.zip", "kyushu-latest.osm.pbf"} <= needed
    page = keys(started)
    assert page["municipalities"]["file"] == "../nothing/N03-20260101_43_GML.zip"
    beside = {e.file_name for e in started.lacking if e.key == "n03" and not e.needed}
    assert beside == {f"N03-20260101_{code}_GML.zip" for code in ("40", "44", "45", "46")}


# --- roads, people, positions


def osm(west: float, south: float, east: float, north: float) -> str:
    return (
        f'<osm version="0.6"><bounds minlat="{south}" minlon="{west}" maxlat="{north}" '
        f'maxlon="{east}"/><node id="1" lat="{south + 0.01}" lon="{west + 0.01}"/>'
        f'<node id="2" lat="{south + 0.02}" lon="{west + 0.02}"/>'
        '<way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>'
    )


def without_links(data: Path) -> Path:
    (data / "道路リンク.csv").unlink()
    (data / "道路地点.csv").unlink()
    return data


def test_an_extract_that_covers_the_prefecture_is_used(data: Path, out: Path):
    (without_links(data) / "kyushu.osm").write_text(osm(129, 31, 132, 34), "utf-8")
    (data / "chugoku.osm").write_text(osm(131, 33, 134, 36), "utf-8")
    (data / "town.osm").write_text(osm(130.8, 32.7, 130.9, 32.8), "utf-8")
    (data / "liechtenstein.osm").write_text(osm(9.4, 47.0, 9.6, 47.3), "utf-8")
    started = made(data, out)
    network = keys(started)["network"]
    assert (network["file"], network["kind"]) == ("../data/kyushu.osm", "osm")
    assert network["beside"] == ["../data/chugoku.osm"]
    text = started.run_file.read_text("utf-8")
    assert '# file = "../data/town.osm"' in text
    assert "道路が入っていないため" in text
    assert not any(each.key == "osm" for each in started.lacking)


def test_without_roads_times_are_estimates_that_say_so(data: Path, out: Path):
    (without_links(data) / "town.osm").write_text(osm(130.6, 32.6, 130.7, 32.7), "utf-8")
    started = made(data, out)
    network = keys(started)["network"]
    assert network["kind"] == "straight"
    assert (network["detour_factor"], network["speed_kmh"]) == (1.3, 40)
    assert any(each.key == "osm" and each.needed for each in started.lacking)
    ran(started)


def test_people_of_the_prefecture_are_counted_and_of_others_not(data: Path, out: Path):
    mesh = "KEY_CODE,HTKSAKI,T001140001\n,,人口（総数）\n{},,120\n"
    (data / "here.txt").write_text(mesh.format("49301562"), "utf-8")
    (data / "there.txt").write_text(mesh.format("53394611"), "utf-8")
    started = made(data, out)
    assert keys(started)["population"]["file"] == ["../data/here.txt"]
    ran(started)


def unplaced(data: Path) -> None:
    rows = bed_report().splitlines()
    cells = rows[2].split(",")
    rows[2] = ",".join([*cells[:4], "", "", cells[6]])
    (data / "national.csv").write_text("\n".join(rows), "utf-8")


def test_positions_that_a_list_lacks_are_looked_up_where_a_source_lies(data: Path, out: Path):
    unplaced(data)
    head = "ID,正式名称,都道府県コード,市区町村コード,所在地,所在地座標（緯度）,所在地座標（経度）"
    rows = [
        "1,第1病院,43,101,熊本県熊本市中央区1,32.71,130.81",
        "2,札幌病院,01,101,北海道札幌市中央区1,43.05,141.35",
    ]
    (data / "01-1.csv").write_text("\n".join([head, *rows]), "utf-8")
    started = made(data, out)
    (source,) = keys(started)["positions"]
    assert source["format"] == "iryo_joho"
    assert source["where"] == {"都道府県コード": ["43"]}
    places = {v.facility.name: v.facility.position for v in ran(started).verdicts}
    assert places["第1病院"] is not None


@pytest.mark.slow
def test_an_earlier_result_lends_its_positions(data: Path, out: Path):
    first = ran(made(data, out))
    write_folder(first, data / "昨年の結果", lang=Lang.JA, extra={})
    unplaced(data)
    (out / "kumamoto.toml").unlink()
    started = made(data, out, force=True)
    (source,) = keys(started)["positions"]
    assert (source["file"], source["format"]) == ("../data/昨年の結果/evidence.json", "result")
    places = {v.facility.name: v.facility.position for v in ran(started).verdicts}
    assert places["第1病院"] is not None


def test_sheets_of_one_workbook_say_their_types_themselves(data: Path, out: Path):
    book = openpyxl.Workbook()
    for at, title in enumerate(("へき地医療拠点病院", "へき地診療所")):
        sheet = book.create_sheet(title)
        sheet.append(["医療機関名", "市町村", "緯度", "経度"])
        sheet.append([f"第{at}総合病院", "山都町", 32.7 + at / 50, 131.1])
    book.remove(book.worksheets[0])
    book.save(data / "二次救急も入れる予定の一覧.xlsx")
    page = keys(made(data, out))
    typed = {f["type"]: f.get("sheet") for f in page["facilities"] if f["type"] != "③"}
    assert typed == {"①": "へき地医療拠点病院", "②": "へき地診療所"}
    assert "not_given" not in page["run"]


def test_a_title_above_the_header_says_the_type(data: Path, out: Path):
    (data / "一覧.csv").write_text("熊本県へき地診療所一覧\n\n" + clinics(), "utf-8")
    page = keys(made(data, out))
    assert [f["file"] for f in page["facilities"] if f["type"] == "②"] == ["../data/一覧.csv"]


def test_of_two_years_of_a_report_the_newer_is_used(data: Path, out: Path):
    (data / "national.csv").rename(data / "病床機能報告R6.csv")
    (data / "病床機能報告R7.csv").write_text(bed_report(), "utf-8")
    started = made(data, out)
    page = keys(started)
    assert {f["file"] for f in page["facilities"]} == {"../data/病床機能報告R7.csv"}
    assert "2024 より新しい 2025 があるため" in started.run_file.read_text("utf-8")
    ran(started)


def test_two_lists_of_one_type_have_names_of_their_own(data: Path, out: Path):
    for name in ("へき地診療所（北部）.csv", "へき地診療所（南部）.csv"):
        (data / name).write_text(clinics(), "utf-8")
    started = made(data, out)
    names = [f["name"] for f in keys(started)["facilities"] if f["type"] == "②"]
    assert names == ["へき地診療所", "へき地診療所（へき地診療所（南部））"]
    read_run_file(started.run_file)


def test_without_any_list_hospitals_are_shown_and_nobody_is_judged(data: Path, out: Path):
    (data / "national.csv").unlink()
    head = "ID,正式名称,都道府県コード,市区町村コード,所在地,所在地座標（緯度）,所在地座標（経度）"
    row = "1,第1病院,43,101,熊本県熊本市中央区1,32.71,130.81"
    (data / "01-1.csv").write_text(f"{head}\n{row}\n", "utf-8")
    started = made(data, out)
    page = keys(started)
    assert page["run"]["not_given"] == [1, 2, 3]
    assert [f["type"] for f in page["facilities"]] == ["none"]
    result = ran(started)
    assert {v.state for v in result.verdicts} <= {State.NOT_MET, State.EXCLUDED}
