"""Layers of units, tables of numbers and lists of names of a run, read against its map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from shapely.geometry import box, mapping

from groundfloor.disk import sha256_of
from groundfloor.problems import DataError, MissingFileError, Problem, Severity, UsageError
from spots.job.ground_inputs import GroundInputs, read_ground_inputs
from spots.job.inputs import read_facilities, read_regions
from spots.job.run_file import Job, read_run_file
from spots.types.ground_units import UnitKind
from tests.helpers.cli_runs import spots
from tests.helpers.small_job import RUN, outlines, write_job

UNITS = """
[[units]]
name = "districts"
file = "{file}"
unit = "{unit}"
"""
TABLE = """
[[tables]]
name = "doctors"
file = "doctors.csv"
{more}
"""
ENTRIES = """
[[entries]]
name = "applications"
file = "entries.csv"
{more}
"""


def job_of(folder: Path, run: str, files: Mapping[str, str | bytes]) -> Job:
    return read_run_file(write_job(folder, {"run.toml": RUN + run, **files}))


def read(
    folder: Path, run: str, files: Mapping[str, str | bytes]
) -> tuple[GroundInputs, list[Problem]]:
    job = job_of(folder, run, files)
    regions, _ = read_regions(job)
    facilities, _ = read_facilities(job, regions)
    return read_ground_inputs(job, regions, facilities.facilities)


def refused(folder: Path, run: str, files: Mapping[str, str | bytes]) -> list[Problem]:
    with pytest.raises(DataError) as caught:
        read(folder, run, files)
    return [p for p in caught.value.problems if p.severity is Severity.ERROR]


def layer(*rows: tuple[Mapping[str, object], object]) -> str:
    features = [
        {"type": "Feature", "properties": dict(cells), "geometry": shape and mapping(shape)}
        for cells, shape in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


YAMATO = box(131.0, 32.7, 131.1, 32.8)  # inside 山都町
UKI = box(130.55, 32.65, 130.6, 32.7)  # inside 宇城市


def districts(folder: Path, text: str, unit: str = "district", more: str = "", file="d.geojson"):
    run = UNITS.format(file=file, unit=unit) + more
    found, problems = read(folder, run, {file: text})
    return found.layers["districts"], problems


# --- layers of units


def test_a_district_has_its_municipality_area_and_reason(tmp_path):
    cells = {"地区名": "清和", "市町村名": "山都町", "設定理由": "無医地区", "サービス": "巡回診療"}
    (unit,), problems = districts(tmp_path, layer((cells, YAMATO)))
    assert (unit.id, unit.kind, unit.name) == ("districts:山都町-清和", UnitKind.DISTRICT, "清和")
    assert unit.municipality_codes == ("43447",)
    assert (unit.municipality, unit.area_codes, unit.layer) == ("山都町", ("4312",), "districts")
    assert (unit.entry.reason, unit.entry.service, unit.entry.row) == ("無医地区", "巡回診療", 1)
    assert unit.geometry.equals(YAMATO)
    assert unit.problem is None
    assert problems == []


def test_a_unit_without_a_stated_municipality_is_where_its_ground_is(tmp_path):
    both = box(130.65, 32.7, 130.75, 32.8)
    units, problems = districts(tmp_path, layer(({"name": "清和"}, YAMATO), ({"name": "境"}, both)))
    assert [u.municipality_codes for u in units] == [("43447",), ("43100", "43213")]
    assert [p.code for p in problems] == ["unit-in-several"]


def test_a_sliver_beyond_a_border_is_no_share(tmp_path):
    # 熊本市 begins at 130.7: one part in a hundred of the district lies there.
    over = box(130.6, 32.7, 130.701, 32.8)
    (unit,), problems = districts(tmp_path, layer(({"name": "境"}, over)))
    assert unit.municipality_codes == ("43213",)
    assert problems == []


def test_a_district_stated_elsewhere_is_left_undetermined(tmp_path):
    cells = {"地区名": "清和", "市町村名": "宇城市"}
    (unit,), problems = districts(tmp_path, layer((cells, YAMATO)))
    assert unit.problem.ja == "宇城市と書かれていますが、地図上では山都町にあります"
    assert [(p.code, p.row) for p in problems] == [("unit-elsewhere", 1)]


def test_a_municipality_that_the_map_lacks_is_told_and_the_ground_counts(tmp_path):
    cells = {"地区名": "清和", "市町村名": "清和村"}
    (unit,), problems = districts(tmp_path, layer((cells, YAMATO)))
    assert unit.municipality_codes == ("43447",)
    assert [p.code for p in problems] == ["unit-municipality-unknown"]


def test_a_ward_is_in_its_merged_city(tmp_path):
    cells = {"地区名": "大江", "市町村コード": "43101"}
    (unit,), _ = districts(tmp_path, layer((cells, box(130.8, 32.7, 130.85, 32.75))))
    assert unit.municipality_codes == ("43100",)


def test_units_of_other_prefectures_are_left_out_and_counted(tmp_path):
    omuta = box(130.42, 33.02, 130.48, 33.08)
    text = layer(({"name": "清和"}, YAMATO), ({"name": "駛馬"}, omuta))
    units, problems = districts(tmp_path, text)
    assert [u.name for u in units] == ["清和"]
    assert [(p.code, p.value) for p in problems] == [("units-of-elsewhere", "福岡県")]


def test_a_layer_of_another_prefecture_is_refused(tmp_path):
    text = layer(({"name": "駛馬"}, box(130.42, 33.02, 130.48, 33.08)))
    found = refused(tmp_path, UNITS.format(file="d.geojson", unit="district"), {"d.geojson": text})
    assert [p.code for p in found] == ["no-unit-here"]


def test_ground_in_no_municipality_is_left_undetermined(tmp_path):
    (unit,), problems = districts(tmp_path, layer(({"name": "沖"}, box(129.0, 31.0, 129.1, 31.1))))
    assert unit.problem is not None
    assert [p.code for p in problems] == ["unit-without-place"]


POINTS = "辺地名,市町村名,緯度,経度\n栗林,山都町,32.75,131.05\n松合,宇城市,32.65,130.6\n"


def test_listed_points_have_positions(tmp_path):
    units, problems = districts(tmp_path, POINTS, "point", file="d.csv")
    assert [(u.name, u.position.lon, u.position.lat) for u in units] == [
        ("栗林", 131.05, 32.75),
        ("松合", 130.6, 32.65),
    ]
    assert [u.municipality_codes for u in units] == [("43447",), ("43213",)]
    assert [u.geometry for u in units] == [None, None]
    assert problems == []


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        (POINTS.replace("32.75,131.05", ","), "unit-position", 2),
        (POINTS.replace("32.75", "0").replace("131.05", "0"), "unit-position", 2),
        (POINTS.replace("松合", ""), "name-missing", 3),
        (POINTS.replace("松合,宇城市", "栗林,山都町"), "unit-twice", 2),
        ("辺地名,市町村名\n栗林,山都町\n", "units-without-ground", None),
    ],
)
def test_a_row_without_a_place_or_a_name_is_an_error(tmp_path, text, code, row):
    found = refused(tmp_path, UNITS.format(file="d.csv", unit="point"), {"d.csv": text})
    assert [(p.code, p.row) for p in found] == [(code, row)]


def test_swapped_coordinates_are_put_right_and_told(tmp_path):
    text = POINTS.replace("32.75,131.05", "131.05,32.75")
    units, problems = districts(tmp_path, text, "point", file="d.csv")
    assert (units[0].position.lon, units[0].position.lat) == (131.05, 32.75)
    assert [(p.code, p.row) for p in problems] == [("swapped-coordinates", 2)]


# --- islands

ISLAND = box(130.30, 32.70, 130.34, 32.74)
ISLET = box(130.20, 32.70, 130.21, 32.71)


def with_islands() -> str:
    page = json.loads(outlines())
    for shape in (ISLAND, ISLET):
        feature = json.loads(json.dumps(page["features"][2]))  # 宇城市
        assert feature["properties"]["N03_004"] == "宇城市"
        feature["geometry"] = mapping(shape)
        page["features"].append(feature)
    return json.dumps(page, ensure_ascii=False)


def islands(folder: Path, text: str, outlines_text: str | None = None):
    found, problems = read(
        folder,
        UNITS.format(file="d.csv", unit="island"),
        {"d.csv": text, "municipalities.geojson": outlines_text or with_islands()},
    )
    return found.layers["districts"], problems


def test_a_point_names_an_island(tmp_path):
    (unit,), problems = islands(tmp_path, "島名,市町村,緯度,経度\n伊島,宇城市,32.72,130.32\n")
    assert (unit.id, unit.name) == ("districts:宇城市-伊島", "伊島")
    assert unit.geometry.equals(ISLAND)
    assert unit.municipality_codes == ("43213",)
    assert problems == []


def test_a_municipality_with_one_island_names_it_by_itself(tmp_path):
    page = json.loads(with_islands())
    page["features"].pop()
    (unit,), problems = islands(tmp_path, "島名,市町村\n伊島,宇城市\n", json.dumps(page))
    assert unit.geometry.equals(ISLAND)
    assert problems == []


@pytest.mark.parametrize(
    "text",
    [
        "島名,市町村\n伊島,宇城市\n",  # which of the two?
        "島名,市町村\n伊島,山都町\n",
        "島名,市町村,緯度,経度\n伊島,宇城市,32.7,130.6\n",  # the main land
    ],
)
def test_an_island_that_cannot_be_told_is_left_undetermined(tmp_path, text):
    (unit,), problems = islands(tmp_path, text)
    assert unit.geometry is None
    assert unit.problem is not None
    assert [p.code for p in problems] == ["unit-without-place"]


# --- tables of numbers

HEAD = "市町村コード,市町村名,人口10万対医師数\n"
ROWS = "43100,熊本市,400.5\n43213,宇城市,150\n43424,小国町,\n43447,山都町,90.5\n"


def numbers(folder: Path, text: str, more: str = ""):
    found, problems = read(folder, TABLE.format(more=more), {"doctors.csv": text})
    return found.tables["doctors"], problems


def test_a_table_of_municipalities(tmp_path):
    table, problems = numbers(tmp_path, HEAD + "00000,全国,255.6\n" + ROWS)
    assert table.columns == {"人口10万対医師数": {"43100": 400.5, "43213": 150.0, "43447": 90.5}}
    assert table.national == {"人口10万対医師数": 255.6}
    assert problems == []


@pytest.mark.parametrize("text", ["", "-", "－", "…", "X", "＊", "x", "***", "―"])
def test_a_number_that_is_not_known_is_absent(tmp_path, text):
    table, _ = numbers(tmp_path, HEAD + ROWS.replace("90.5", text))
    assert "43447" not in table.columns["人口10万対医師数"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"1,234.5"', 1234.5),
        ("１２３", 123.0),
        ("二百五十", 250.0),
        ("▲1.5", -1.5),
        ("90.5人", 90.5),
    ],
)
def test_numbers_in_every_spelling(tmp_path, text, value):
    table, _ = numbers(tmp_path, HEAD + ROWS.replace("90.5", text))
    assert table.columns["人口10万対医師数"]["43447"] == value


def test_names_do_for_codes_and_columns_have_names_of_the_users_own(tmp_path):
    text = "市町村名,医師数（人）\n全国平均,255.6\n熊本市,400\n上益城郡山都町,90.5\n宇城市,1\n小国町,2\n"
    more = 'columns = { doctors = "医師数（人）" }\nnational_average = { doctors = 256.0 }'
    table, problems = numbers(tmp_path, text, more)
    assert table.columns["doctors"]["43447"] == 90.5
    assert table.national == {"doctors": 256.0, "医師数（人）": 255.6}
    assert table.units == {"doctors": "人", "医師数（人）": "人"}
    assert problems == []


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        (ROWS.replace("90.5", "約90"), "table-number", 5),
        (ROWS + "43447,山都町,90.5\n", "table-row-twice", 6),
        (ROWS.replace("43447", "99999"), "table-code", 5),
        (ROWS.replace("43447,山都町", "43447,宇城市"), "table-name-disagrees", 5),
        (ROWS.replace("90.5", "90.5%"), "table-percent-mixed", 5),
        ("33202,倉敷市,300\n", "table-of-elsewhere", None),
    ],
)
def test_a_table_that_cannot_be_used(tmp_path, rows, code, row):
    found = refused(tmp_path, TABLE.format(more=""), {"doctors.csv": HEAD + rows})
    assert [(p.code, p.row) for p in found] == [(code, row)]


@pytest.mark.parametrize(
    ("rows", "codes", "known"),
    [
        (
            ROWS.replace("43447,山都町", "43444,清和村"),
            {"table-of-another-edition", "table-lacks"},
            2,
        ),
        (ROWS.replace("43447,山都町,90.5\n", ""), {"table-lacks"}, 2),
        (ROWS.replace("43100,熊本市", "43101,熊本市中央区"), {"table-of-wards", "table-lacks"}, 2),
        (ROWS + "43101,熊本市中央区,500\n", set(), 3),
        (ROWS + "40202,大牟田市,300\n01100,札幌市,1\n43000,熊本県,2\n", set(), 3),
        (ROWS + "1100,札幌市,1\n", {"code-leading-zero"}, 3),
    ],
)
def test_rows_that_are_not_used(tmp_path, rows, codes, known):
    table, problems = numbers(tmp_path, HEAD + rows)
    assert {p.code for p in problems} - {"code-leading-zero"} == codes - {"code-leading-zero"}
    assert len(table.columns["人口10万対医師数"]) == known


def test_a_table_of_areas_by_code_or_name(tmp_path):
    text = "二次医療圏名,医師数\n熊本・上益城医療圏,10\n宇城,20\n阿蘇保健医療圏,30\n八戸地域,1\n"
    table, problems = numbers(tmp_path, text, 'key = "medical_area"')
    assert table.columns == {"医師数": {"4312": 10.0, "4302": 20.0, "4306": 30.0}}
    assert [p.code for p in problems] == ["table-of-another-edition"]


def test_a_table_of_facilities_by_id_or_name(tmp_path):
    text = (
        "施設ID,医療機関名,市町村名,常勤医師数\nB1,,,3\n,国保 小国公立病院,小国町,5\n,別の病院,,1\n"
    )
    table, problems = numbers(tmp_path, text, 'key = "facility"')
    assert table.columns == {"常勤医師数": {"B1": 3.0, "H3": 5.0}}
    assert [p.code for p in problems] == ["table-of-another-edition"]


@pytest.mark.parametrize("shown", ["0.0%", "0%", "0.00%"])
def test_percent_is_one_figure_in_a_workbook_and_in_text(tmp_path, shown):
    book = openpyxl.Workbook()
    book.active.append(["市町村コード", "高齢化率"])
    shares = {"43100": 0.253, "43213": 0.4, "43424": 0, "43447": 0.5}
    for code, share in shares.items():
        book.active.append([code, share])
        book.active.cell(book.active.max_row, 2).number_format = shown
    book.save(tmp_path / "doctors.xlsx")
    run = TABLE.format(more="")
    found, _ = read(tmp_path, run.replace(".csv", ".xlsx"), {})
    text = "市町村コード,高齢化率\n" + "".join(f"{c},{s * 100:.1f}%\n" for c, s in shares.items())
    again, _ = read(tmp_path, run, {"doctors.csv": text})
    expected = {"43100": 25.3, "43213": 40.0, "43424": 0.0, "43447": 50.0}
    assert found.tables["doctors"].columns == {"高齢化率": expected}
    assert again.tables["doctors"].columns == {"高齢化率": expected}


def test_a_column_that_the_policy_asks_for_is_of_numbers(tmp_path):
    rows = "43100,多い,1\n43213,少ない,1\n43424,少ない,1\n43447,90,1\n"
    text = "市町村コード,医師数の,病床数\n" + rows
    table, _ = numbers(tmp_path, text)
    assert set(table.columns) == {"病床数"}  # a column of words is none of numbers
    more = 'columns = { doctors = "医師数の" }'
    found = refused(tmp_path / "asked", TABLE.format(more=more), {"doctors.csv": text})
    assert [(p.code, p.row) for p in found] == [("table-number", n) for n in (2, 3, 4)]


# --- lists of names

ENTRY_HEAD = "市町村名,大字名,設定理由,サービス,地域医療対策協議会,保険者協議会,計画の頁,申請\n"
ENTRY = "山都町,清和,無医地区,巡回診療,R7.8.1,令和7年9月2日,45,○\n"


def entries(folder: Path, text: str, more: str = ""):
    found, problems = read(folder, ENTRIES.format(more=more), {"entries.csv": text})
    return found.entries["applications"].entries, problems


def test_an_entry_has_reason_councils_and_page(tmp_path):
    (entry,), problems = entries(tmp_path, ENTRY_HEAD + ENTRY)
    assert (entry.name, entry.municipality, entry.row) == ("清和", "山都町", 2)
    assert (entry.reason, entry.service, entry.page) == ("無医地区", "巡回診療", "45")
    assert entry.councils == (date(2025, 8, 1), date(2025, 9, 2))
    assert entry.on_application
    assert problems == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "applied"),
    [
        *((w, True) for w in ("○", "〇", "有", "申請", "TRUE", "1", "R7.4.1", "あり")),
        *((w, False) for w in ("×", "無", "FALSE", "0", "なし", "未申請")),
        *((w, None) for w in ("", "-")),
    ],
)
def test_words_of_an_application(tmp_path, word, applied):
    (entry,), _ = entries(tmp_path, ENTRY_HEAD + ENTRY.replace("○", word))
    assert entry.on_application is applied


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ENTRY.replace("R7.8.1", "来年"), "date-not-understood"),
        (ENTRY.replace("○", "検討中"), "application-unread"),
        (ENTRY.replace("清和", ""), "name-missing"),
    ],
)
def test_an_entry_that_cannot_be_read(tmp_path, text, code):
    found = refused(tmp_path, ENTRIES.format(more=""), {"entries.csv": ENTRY_HEAD + text})
    assert [(p.code, p.row) for p in found] == [(code, 2)]


@pytest.mark.parametrize("days", ["2025/8/1;R7.9.2", "R7.8.1／R7.9.2", "2025-08-01/2025-09-02"])
def test_a_slash_inside_a_day_parts_no_days(tmp_path, days):
    (entry,), _ = entries(tmp_path, ENTRY_HEAD + ENTRY.replace("R7.8.1,令和7年9月2日", f"{days},"))
    assert entry.councils == (date(2025, 8, 1), date(2025, 9, 2))


def test_a_slashed_day_that_cannot_be_read_is_told_whole(tmp_path):
    text = ENTRY_HEAD + ENTRY.replace("R7.8.1", "2025/8/99")
    (found,) = refused(tmp_path, ENTRIES.format(more=""), {"entries.csv": text})
    assert found.value == "2025/8/99"


def test_a_list_of_whole_municipalities_has_no_other_name(tmp_path):
    found, _ = entries(tmp_path, "市町村コード,市町村名,設定理由\n43447,山都町,へき地\n")
    assert [(e.name, e.municipality, e.code) for e in found] == [("山都町", "山都町", "43447")]


def test_a_column_that_nobody_knows_may_be_the_one_of_the_names(tmp_path):
    text = "市町村名,なまえ,設定理由\n山都町,清和,へき地\n"
    found = refused(tmp_path, ENTRIES.format(more=""), {"entries.csv": text})
    assert [p.code for p in found] == ["column-missing"]
    (entry,), _ = entries(tmp_path, text, 'columns = { name = "なまえ" }')
    assert (entry.name, entry.municipality) == ("清和", "山都町")


def test_the_errors_of_all_files_come_together(tmp_path):
    run = UNITS.format(file="d.csv", unit="point") + TABLE.format(more="") + ENTRIES.format(more="")
    found = refused(
        tmp_path,
        run,
        {
            "d.csv": "辺地名\n栗林\n",
            "doctors.csv": HEAD + ROWS.replace("90.5", "約90"),
            "entries.csv": ENTRY_HEAD + ENTRY.replace("R7.8.1", "来年"),
        },
    )
    assert {p.file for p in found} == {"d.csv", "doctors.csv", "entries.csv"}


# --- the files as inputs of a run

ALL = UNITS.format(file="d.csv", unit="point") + TABLE.format(more="") + ENTRIES.format(more="")
FILES = {"d.csv": POINTS, "doctors.csv": HEAD + ROWS, "entries.csv": ENTRY_HEAD + ENTRY}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_missing_is_named_by_its_line(tmp_path, name):
    with pytest.raises(MissingFileError) as caught:
        job_of(tmp_path, ALL, {k: v for k, v in FILES.items() if k != name})
    (problem,) = caught.value.problems
    lines = (RUN + ALL).splitlines()
    assert (problem.code, problem.value) == ("file-missing", name)
    assert name in lines[problem.row - 1]


@pytest.mark.parametrize(
    ("run", "code", "line"),
    [
        (ALL + UNITS.format(file="d.csv", unit="point"), "name-twice", 'name = "districts"'),
        (ALL + TABLE.format(more=""), "name-twice", 'name = "doctors"'),
        (ALL.replace('"point"', '"municipality"'), "unit-without-layer", 'unit = "municipality"'),
        (ALL.replace('"districts"', '"facility"'), "unit-layer-name", 'name = "facility"'),
        (ALL + 'as_of = "いつか"\n', "date-not-understood", 'as_of = "いつか"'),
    ],
)
def test_names_kinds_and_days_are_checked_before_anything_is_read(tmp_path, run, code, line):
    with pytest.raises(UsageError) as caught:
        job_of(tmp_path, run, FILES)
    (problem,) = caught.value.problems
    text = (RUN + run).splitlines()
    assert (problem.code, text[problem.row - 1]) == (code, line)
    assert problem.row == max(n for n, each in enumerate(text, 1) if each == line)


@pytest.mark.slow
def test_a_run_records_the_files_and_can_be_run_again(tmp_path):
    assert spots("run", write_job(tmp_path, {"run.toml": RUN + ALL, **FILES})).exit_code == 0
    record = tmp_path / "out" / "run.json"
    inputs = {i["role"]: i for i in json.loads(record.read_text("utf-8"))["inputs"]}
    assert {r: inputs[r]["file"] for r in ("units", "tables", "entries")} == {
        "units": "d.csv",
        "tables": "doctors.csv",
        "entries": "entries.csv",
    }
    for role, name in (("units", "d.csv"), ("tables", "doctors.csv"), ("entries", "entries.csv")):
        assert inputs[role]["sha256"] == sha256_of(tmp_path / name)
    assert spots("run", record).exit_code == 0
    (tmp_path / "doctors.csv").write_text(HEAD + ROWS + "\n", encoding="utf-8")
    again = spots("run", record)
    assert again.exit_code != 0
    assert "input-changed" in again.output
    assert "doctors.csv" in again.output
