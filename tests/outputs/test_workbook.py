"""table.xlsx: the 別表 as a council prints it, inert, with the evidence behind it."""

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from groundfloor.problems import Lang, Text
from spots.outputs.shared_width import low_rows
from spots.outputs.sheet_layout import (
    Form,
    PageRoom,
    SheetColumn,
    SheetContent,
    clean,
    em_width,
    for_page_header,
    lines_needed,
    page_breaks,
    room_em,
    runs,
)
from spots.outputs.workbook import table_xlsx
from spots.outputs.workbook_writer import workbook
from spots.telling.units import duration, margin
from spots.types import OtherHospital, State, TablePaper, TurningSpeed
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result
from tests.helpers.folders import ROOT
from tests.helpers.system import program

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADINGS = {
    "番号": 0,
    "二次医療圏": 1,
    "市町村": 2,
    "医療機関名": 3,
    "所在地": 4,
    "該当要件": 5,
    "設定理由": 6,
    "区域": 7,
    "面積（km²）": 8,
    "協議した日": 9,
    "備考": 10,
}
#: Minutes and seconds of a time, and digits of both of a margin, with a blank behind.
TIME = '[m]"分"ss"秒"_ '
MARGIN = '"+"0"分"00"秒"_ ;"−"0"分"00"秒"_ '
TABS = {
    Lang.JA: ["別表", "全施設", "設定・出典", "境界の施設", "確認事項"],
    Lang.EN: ["Annex", "All facilities", "Settings and sources", "Borderline", "Findings"],
}


def opened(result, lang=Lang.JA):
    return load_workbook(io.BytesIO(table_xlsx(result, lang)))


def head_rows(sheet):
    first, last = re.fullmatch(r"\$(\d+):\$(\d+)", sheet.print_title_rows).groups()
    return int(first), int(last)


def table(sheet):
    """Return the last row of headings (of merged cells the upper one) and the rows below it."""
    rows = list(sheet.iter_rows(values_only=True))
    first, last = head_rows(sheet)
    heads = [low or high for high, low in zip(rows[first - 1], rows[last - 1], strict=True)]
    return heads, rows[last:]


def facility_rows(result, lang=Lang.JA):
    heads, rows = table(opened(result, lang)[TABS[lang][1]])
    return {name: k for k, name in enumerate(heads)}, rows


def merges(sheet, column):
    """Return (first, last) rows of the cells merged down a column below the headings."""
    return sorted(
        (r.min_row, r.max_row)
        for r in sheet.merged_cells.ranges
        if r.min_col == r.max_col == column and r.min_row > head_rows(sheet)[1]
    )


def many_spots(count, name="療"):
    """Return a result with `count` spots in two areas."""
    result = fabricated_result()
    verdicts = [v for v in result.verdicts if v.state is State.DESIGNATED][:2]
    spots = {s.facility_id: s for s in result.spots}
    made = []
    for k in range(count):
        old = verdicts[k * 2 // count]
        facility = replace(old.facility, id=f"{k:05}", name=f"{name * 36}{k:04}", site=f"{k:05}")
        spot = replace(spots[old.facility.id], facility_id=facility.id, name=facility.name)
        made.append((replace(old, facility=facility), spot))
    return replace(result, verdicts=tuple(v for v, _ in made), spots=tuple(s for _, s in made))


def no_spots():
    result = fabricated_result()
    verdicts = tuple(
        replace(v, state=State.NOT_MET) if v.state is State.DESIGNATED else v
        for v in result.verdicts
    )
    return replace(result, verdicts=verdicts, spots=(), dissolved_km2=0.0)


# --- the annex


def test_annex_has_one_row_for_each_spot_by_area():
    result = fabricated_result()
    heads, rows = table(opened(result)["別表"])
    assert heads == list(HEADINGS)
    body = rows[: len(result.spots)]
    assert {r[3] for r in body} == {s.name for s in result.spots}
    assert [r[0] for r in body] == list(range(1, len(result.spots) + 1))
    # Merged cells hold their text once.
    assert [r[1] for r in body] == ["八代", "天草", "熊本・上益城", None, None]
    soyo = next(r for r in body if r[3] == "そよう病院")
    assert soyo[4:6] == ("山都町滝上476-2", "①③")
    assert soyo[6] == "①へき地医療拠点病院、③二次救急病院(30分以上)に該当するため"
    assert soyo[7] == "半径4km以内"
    assert "県外の病院も対象に含める" in soyo[10]
    imuta = next(r for r in body if r[3] == "井無田へき地診療所")
    assert imuta[10] == "要確認\n位置は町丁目の代表点による"


def test_extent_says_what_is_left_out_of_the_circle():
    _, rows = table(opened(fabricated_result())["別表"])
    assert rows[0][7] == "半径4km以内\n医師少数区域を除く"
    _, rows = table(opened(fabricated_result(), Lang.EN)["Annex"])
    assert rows[0][7] == "within 4 km\nwithout shortage areas"


def test_areas_are_merged_and_every_cell_of_them_has_its_border():
    sheet = opened(fabricated_result())["別表"]
    head = head_rows(sheet)[1]
    assert merges(sheet, 2) == [(head + 3, head + 5)]
    for row in range(head + 3, head + 6):
        assert sheet.cell(row, 2).border.left.style == "thin"
        assert sheet.cell(row, 2).border.right.style == "thin"
    assert sheet.cell(head + 5, 2).border.bottom.style == "thin"


def test_totals_count_overlaps_once():
    result = fabricated_result()
    _, rows = table(opened(result)["別表"])
    total, once = rows[len(result.spots) :]
    assert total[0] == f"合計（{len(result.spots)}か所）"
    assert total[8] == round(sum(s.area_km2 for s in result.spots), 2)
    assert once[0] == "重なりを除いた合計"
    assert once[8] == round(result.dissolved_km2, 2)
    assert once[8] < total[8]


def of_two_periods():
    result = fabricated_result()
    first, *others = result.spots
    return replace(result, spots=(replace(first, valid_to=date(2027, 3, 31)), *others))


def test_the_period_has_columns_only_where_spots_differ_in_it():
    """The notes say the one that all have: 29 characters of width are worth a page."""
    assert "開始" not in table(opened(fabricated_result())["別表"])[0]
    heads, rows = table(opened(of_two_periods())["別表"])
    ends = {row[heads.index("終了")] for row in rows[:5]}
    assert {end.year for end in ends} == {2027, 2030}


def test_days_are_days_and_eras_are_excel_s_own_words():
    sheet = opened(of_two_periods())["別表"]
    cell = sheet.cell(head_rows(sheet)[1] + 1, table(sheet)[0].index("開始") + 1)
    assert cell.value == datetime(2024, 4, 1)  # noqa: DTZ001 - a cell has no zone
    assert cell.is_date
    assert cell.number_format == '[$-411]ggge"年"m"月"d"日"'
    english = opened(of_two_periods(), Lang.EN)["Annex"]
    assert english.cell(cell.row, cell.column).number_format == "yyyy\\-mm\\-dd"


def test_population_has_a_column_only_where_it_was_counted():
    result = fabricated_result()
    assert not any("人口" in h for h in table(opened(result)["別表"])[0])
    spots = tuple(replace(s, population=1234.6) for s in result.spots)
    peopled = replace(result, spots=spots, dissolved_population=5000.4)
    heads, rows = table(opened(peopled)["別表"])
    k = heads.index("人口（人）")
    assert rows[0][k] == 1235
    assert rows[-2][k] == round(5 * 1234.6)
    assert rows[-1][k] == 5000


@pytest.mark.parametrize("lang", list(Lang))
def test_no_spot_at_all_is_said(lang):
    sheet = opened(no_spots(), lang)[TABS[lang][0]]
    _, rows = table(sheet)
    assert len(rows) == 1
    words = {Lang.JA: "医療機関はありません", Lang.EN: "No institution becomes a spot"}
    assert words[lang] in rows[0][0]
    assert "10" in rows[0][0]


def test_reason_service_and_councils_stand_in_the_annex():
    result = fabricated_result()
    first, *others = result.spots
    said = replace(
        first, service=Text("巡回診療", "mobile clinic"), councils=(date(2025, 2, 3),), page="45"
    )
    heads, rows = table(opened(replace(result, spots=(said, *others)))["別表"])
    (row,) = (r for r in rows if first.name in r)
    assert row[heads.index("設定理由")] == f"{first.reason.ja}\n確保する医療：巡回診療"
    assert row[heads.index("協議した日")] == "令和7年2月3日"
    assert row[heads.index("備考")].startswith("計画の頁：45")
    rest = [r for r in rows[:5] if first.name not in r]
    assert not any(r[heads.index("協議した日")] for r in rest)  # to be filled in


# --- paper


def of_paper(result, paper):
    report = replace(result.settings.report, paper=paper)
    return replace(result, settings=replace(result.settings, report=report))


def test_the_annex_is_printed_on_the_paper_asked_for():
    book = opened(of_paper(fabricated_result(), TablePaper.A3))
    assert int(book["別表"].page_setup.paperSize) == 8
    assert int(book["設定・出典"].page_setup.paperSize) == 9


def test_the_sample_s_annex_takes_two_pages(sample_result):
    """21 rows stood on three, half of each empty."""
    sheet = opened(sample_result)["別表"]
    assert len(sheet.row_breaks.brk) == 1


def test_columns_share_the_width_so_that_rows_are_low():
    told = SheetContent(
        tab="t",
        title="t",
        notes=(),
        columns=(SheetColumn("甲", 30), SheetColumn("乙", 30), SheetColumn("丙", 10, Form.WORD)),
        rows=[("短い", "長い理由" * 20, "語")] * 3,
    )
    widths = [column.width for column in low_rows(told).columns]
    assert sum(widths) == 70
    assert widths[2] == 10  # words are no text that runs on
    before, after = (lines_needed("長い理由" * 20, room_em(w)) for w in (30, widths[1]))
    assert after < before
    assert low_rows(low_rows(told)) == low_rows(told)


def test_page_is_landscape_with_a_repeated_heading():
    book = opened(fabricated_result())
    assert book.sheetnames == TABS[Lang.JA]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_options.horizontalCentered
        assert sheet.print_area.startswith(f"'{sheet.title}'!$A$1:")
        assert sheet.oddFooter.center.text == "&P / &N"
        assert (
            sheet.freeze_panes
            == sheet.cell(head_rows(sheet)[1] + 1, 4 if sheet.title == "全施設" else 1).coordinate
        )
    assert [int(s.page_setup.paperSize) for s in book] == [9, 8, 9, 9, 9]  # A4, A3, A4
    annex = book["別表"]
    assert annex["A1"].value == "熊本県 医師少数スポット(見本)"
    assert annex.oddHeader.left.text == "熊本県 医師少数スポット(見本)"
    assert annex.cell(1, len(HEADINGS)).value == "案"
    notes = [row[0] for row in annex.iter_rows(min_row=2, max_row=5, values_only=True)]
    assert notes[0] == "この表は検討のための案です。医師少数スポットの設定は都道府県が決定します。"
    assert "令和6年4月1日～令和12年3月31日" in notes[1]
    assert notes[3] == "※ 架空の所要時間です"


def test_a_merged_area_never_crosses_the_end_of_a_page():
    sheet = opened(many_spots(60))["別表"]
    head = head_rows(sheet)[1]
    ends = [b.id for b in sheet.row_breaks.brk]
    assert len(ends) >= 2
    assert all(b.man for b in sheet.row_breaks.brk)
    for first, last in merges(sheet, 2):
        assert not any(first <= end < last for end in ends)
    names = [sheet.cell(row, 2).value for row in range(head + 1, head + 61)]
    firsts = [name for name in names if name]
    assert firsts[0] == "天草"
    assert "熊本・上益城（続き）" in firsts
    # Each page begins with the name of its area.
    assert all(sheet.cell(end + 1, 2).value for end in ends)


def test_long_names_get_the_lines_they_need():
    sheet = opened(many_spots(3))["別表"]
    row = head_rows(sheet)[1] + 1
    width = sheet.column_dimensions["D"].width
    lines = lines_needed(sheet.cell(row, 4).value, room_em(width))
    assert lines > 1
    assert sheet.row_dimensions[row].height >= lines * 16


@given(
    st.lists(st.tuples(st.floats(10, 120), st.integers(0, 3)), min_size=1, max_size=40),
    st.floats(0, 40),
)
def test_pages_hold_what_they_are_given(rows, tail):
    heights, groups = [h for h, _ in rows], [g for _, g in rows]
    room = PageRoom(200, 300)
    breaks = page_breaks(heights, groups, room, tail)
    starts = (0, *breaks, len(rows))
    assert list(starts) == sorted(set(starts))
    for first, last in pairwise(starts):
        used = sum(heights[first:last]) + (tail if last == len(rows) else 0)
        assert used <= (room.other if first else room.first) or last == first + 1
    found = runs(groups, breaks)
    assert [k for first, last, _ in found for k in range(first, last + 1)] == list(range(len(rows)))
    assert not any(first < b <= last for first, last, _ in found for b in breaks)


def test_a_group_stays_together_where_it_fits():
    room = PageRoom(100, 100)
    assert page_breaks([20] * 7, "aaabbbb", room) == (3,)
    # One torn group is better than another page.
    assert page_breaks([20] * 9, "a" * 4 + "b" * 5, room) == (4,)
    assert page_breaks([20] * 10, "a" * 10, room) == (5,)


# --- every facility


def test_every_facility_once_in_input_order_with_real_numbers():
    result = fabricated_result()
    column, rows = facility_rows(result)
    assert [r[column["施設ID"]] for r in rows] == [v.facility.id for v in result.verdicts]
    by_id = {r[column["施設ID"]]: r for r in rows}
    assert by_id["oguni"][column["所要時間"]] == timedelta(minutes=29, seconds=58)
    assert by_id["oguni"][column["基準との差"]] == -2  # minutes and seconds: −0分02秒
    assert by_id["kamiamakusa"][column["所要時間"]] is None
    assert by_id["kamiamakusa"][column["到達の可否"]] == "到達不能"
    assert by_id["kuma"][column["到達の可否"]] == "判定不能"
    assert by_id["soyo"][column["市区町村コード"]] == "43447"
    assert by_id["soyo"][column["状態"]] == "設定（案）"
    assert by_id["soyo"][column["出典の行"]] == "list.csv:2"
    assert by_id["soyo"][column["道路までの距離（m）"]] == 35.2
    assert by_id["oguni"][column["前提と、その場合の状態"]] == "有料道路を使わない：③の判定が変わる"
    assert by_id["oguni"][column["有料道路を使わない"]] == "到達不能"


def test_29_58_is_never_shown_as_30():
    sheet = opened(fabricated_result())["全施設"]
    heads, rows = table(sheet)
    first = head_rows(sheet)[1] + 1
    for head, shown in (("所要時間", TIME), ("基準との差", MARGIN)):
        k = heads.index(head) + 1
        assert {sheet.cell(first + row, k).number_format for row in range(len(rows))} == {shown}


def test_filter_covers_all_facilities():
    sheet = opened(fabricated_result())["全施設"]
    head = head_rows(sheet)[1]
    assert sheet.auto_filter.ref.startswith(f"A{head}:")
    assert sheet.auto_filter.ref.endswith(str(head + len(fabricated_result().verdicts)))
    assert sheet.print_title_cols == "$A:$C"


def full_result():
    """Return a result with the evidence that newer runs have."""
    result = fabricated_result()
    route = next(v.travel.route for v in result.verdicts if v.facility.id == "yabe")
    others = tuple(
        OtherHospital(f"h{k}", f"病院{k}", 1_798_200 + k * 60_000, route) for k in range(3)
    )
    verdicts = []
    for verdict in result.verdicts:
        if verdict.facility.id == "oguni":
            outcome = verdict.outcomes[2]
            variants = tuple(replace(v, state=State.DESIGNATED) for v in outcome.travel.variants)
            travel = replace(
                outcome.travel,
                others=others,
                turning=TurningSpeed(0.999, exact=False, state=State.DESIGNATED),
                variants=variants,
            )
            outcomes = (*verdict.outcomes[:2], replace(outcome, travel=travel))
            verdicts.append(replace(verdict, outcomes=outcomes))
        else:
            verdicts.append(verdict)
    return replace(result, verdicts=tuple(verdicts))


def test_nearest_three_speed_factor_and_turning_assumptions():
    column, rows = facility_rows(full_result())
    oguni = next(r for r in rows if r[column["施設ID"]] == "oguni")
    assert oguni[column["3番目に近い二次救急病院"]] == "病院2"
    assert oguni[column["3番目の所要時間"]] == timedelta(minutes=31, seconds=58)
    assert oguni[column["③が変わる速度（倍）"]] == 0.999
    assert oguni[column["その先の状態"]] == "設定（案）（目安）"
    assert oguni[column["前提と、その場合の状態"]] == "有料道路を使わない：設定（案）"


@pytest.mark.parametrize("lang", list(Lang))
def test_what_an_older_run_did_not_record_is_said(lang):
    words = {Lang.JA: "記録されていません", Lang.EN: "not recorded"}
    for result, said in ((fabricated_result(), True), (full_result(), False)):
        sheet = opened(result, lang)[TABS[lang][1]]
        notes = "".join(str(c) for r in sheet.iter_rows(max_row=3, values_only=True) for c in r)
        assert (words[lang] in notes) is said


def test_borderline_facilities_say_why():
    _, rows = table(opened(full_result())["境界の施設"])
    by_name = {r[3]: r for r in rows}
    assert set(by_name) == {"そよう病院", "矢部広域病院", "小国公立病院"}
    oguni = by_name["小国公立病院"]
    assert oguni[7] == timedelta(minutes=29, seconds=58)
    assert oguni[9].splitlines() == [
        "基準との差が5分以内",
        "有料道路を使わない：設定（案）",
        "速度が0.999倍を下回ると③が変わる: 状態は設定（案）（目安）",
    ]


def test_settings_sources_and_findings():
    sheet = opened(fabricated_result())["設定・出典"]
    _, rows = table(sheet)
    text = "\n".join(str(cell) for row in rows for cell in row)
    for wanted in (
        "4 km",
        "a" * 64,
        "0" * 64,
        "国土数値情報",
        "模式的",
        "2024-01 版",
        "主要地方道等",
    ):
        assert wanted in text
    record = next(r for r in rows if r[4] == "list.csv")
    assert record[1] == "施設一覧"
    assert record[3] == datetime(2023, 9, 1)  # noqa: DTZ001 - a cell has no zone
    _, rows = table(opened(fabricated_result())["確認事項"])
    assert rows == [
        (
            1,
            "警告",
            "list.csv",
            10,
            "緯度",
            None,
            "座標がありません",
            "座標を追加してください",
            "no-coordinates",
        )
    ]


# --- nothing runs, nothing lies


@pytest.mark.parametrize("lang", list(Lang))
def test_hostile_text_is_text(lang):
    raw = table_xlsx(fabricated_result(hostile=True), lang)
    book = load_workbook(io.BytesIO(raw))
    assert book.sheetnames == TABS[lang]
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n", "d"}
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value[:1] in set("=+-@"):
                    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        assert all(b"<f>" not in archive.read(n) and b"<f " not in archive.read(n) for n in parts)
        assert not any("external" in n.lower() for n in archive.namelist())


def test_names_and_codes_come_back_as_written():
    column, rows = facility_rows(fabricated_result(hostile=True))
    assert HOSTILE_NAMES[2] in {r[column["医療機関名"]] for r in rows}
    assert rows[-1][column["市区町村コード"]] == "01202"
    assert rows[-1][column["二次医療圏コード"]] == "0102"


def renamed(**facility):
    result = fabricated_result()
    first = result.verdicts[0]
    verdict = replace(first, facility=replace(first.facility, **facility))
    spot = replace(result.spots[0], name=verdict.facility.name)
    return replace(
        result, verdicts=(verdict, *result.verdicts[1:]), spots=(spot, *result.spots[1:])
    )


def test_error_values_and_hidden_characters():
    result = renamed(name="#N/A", address="a\x00\x0bb\u202ec\ufffe", remark="_x0041_")
    _, rows = table(opened(result)["別表"])
    row = next(r for r in rows if r[3] == "#N/A")
    assert row[4] == "a  b c "
    # Excel reads _x0041_ as A, and _x005F_ as the underscore.
    assert row[10].splitlines()[0] == "_x0041_"
    with zipfile.ZipFile(io.BytesIO(table_xlsx(result))) as archive:
        assert b"_x005F_x0041_" in archive.read("xl/sharedStrings.xml")


def test_a_title_gives_no_commands_to_the_printer():
    settings = replace(fabricated_result().settings, title=Text("A&L&D&\n市", "x" * 300))
    result = replace(fabricated_result(), settings=settings)
    assert opened(result)["別表"].oddHeader.left.text == "A＆L＆D＆ 市"
    assert len(for_page_header("x" * 300)) < 100
    assert opened(result, Lang.EN)["Annex"].oddHeader.left.text.endswith("…")


# --- the file


def test_no_time_in_the_file():
    raw = table_xlsx(fabricated_result())
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", core)) == {"2000-01-01T00:00:00"}
    assert raw == table_xlsx(fabricated_result())


@pytest.mark.slow
def test_the_same_bytes_whatever_order_sets_have(tmp_path):
    code = (
        "import sys; from tests.helpers.fabricated import fabricated_result\n"
        "from spots.outputs.workbook import table_xlsx\n"
        "sys.stdout.buffer.write(table_xlsx(fabricated_result()))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            cwd=tmp_path,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


#: Order of the parts of a worksheet (ISO/IEC 29500-1, 18.3.1.99); Excel repairs any other.
ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetProtection",
    "autoFilter",
    "mergeCells",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
]


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("make", [fabricated_result, no_spots, lambda: many_spots(60)])
def test_what_excel_is_strict_about(make, lang):
    with zipfile.ZipFile(io.BytesIO(table_xlsx(make(), lang))) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names))
        parts = {n: ET.fromstring(archive.read(n)) for n in names if n.endswith(".xml")}  # noqa: S314 - our own
    count = len(parts["xl/styles.xml"].find(f"{MAIN}cellXfs"))
    for name, root in parts.items():
        if name.startswith("xl/worksheets/"):
            check_sheet(root, count)
    defined = [
        (d.get("name"), d.get("localSheetId"))
        for d in parts["xl/workbook.xml"].iter(f"{MAIN}definedName")
    ]
    assert len(defined) == len(set(defined))
    assert ("_xlnm.Print_Titles", "0") in defined
    assert ("_xlnm.Print_Area", "0") in defined
    assert ("_xlnm._FilterDatabase", "1") in defined
    for d in parts["xl/workbook.xml"].iter(f"{MAIN}definedName"):
        assert "#REF" not in d.text


def check_sheet(root, styles):
    order = [child.tag.removeprefix(MAIN) for child in root]
    assert order == [tag for tag in ORDER if tag in order]
    breaks = root.find(f"{MAIN}rowBreaks")
    if breaks is not None:
        assert int(breaks.get("count")) == int(breaks.get("manualBreakCount")) == len(breaks)
    areas = [m.get("ref") for m in root.iter(f"{MAIN}mergeCell")]
    taken = set()
    for area in areas:
        cells = set(cells_of(area))
        assert len(cells) > 1
        assert not cells & taken
        taken |= cells
    # Content under a merged cell comes to light when somebody unmerges it.
    firsts = {next(cells_of(area)) for area in areas}
    filled = {next(cells_of(f"{c.get('r')}:{c.get('r')}")) for c in root.iter(f"{MAIN}c") if len(c)}
    assert not filled & (taken - firsts)
    for row in root.iter(f"{MAIN}row"):
        assert float(row.get("ht", 15)) <= 409.5
        assert all(int(c.get("s", 0)) < styles for c in row)
    header = root.find(f"{MAIN}headerFooter")
    assert all(len(part.text or "") <= 255 for part in header)


def cells_of(area):
    left, top, right, bottom = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", area).groups()[:4]
    from openpyxl.utils import column_index_from_string as number  # noqa: PLC0415 - only here

    for row in range(int(top), int(bottom) + 1):
        for column in range(number(left), number(right) + 1):
            yield row, column


@pytest.mark.slow
def test_libreoffice_prints_it(tmp_path):
    soffice = program("soffice", package="libreoffice-calc")
    for lang in Lang:
        path = tmp_path / f"{lang}.xlsx"
        path.write_bytes(table_xlsx(many_spots(30), lang))
        command = [soffice, f"-env:UserInstallation=file://{tmp_path}/office", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        done = subprocess.run(
            ["pdftotext", "-layout", str(path.with_suffix(".pdf")), "-"],
            check=True,
            capture_output=True,
            text=True,
        )
        assert "###" not in done.stdout
        wanted = {Lang.JA: ("令和6年4月1日", "（続き）"), Lang.EN: ("2024-04-01", "(continued)")}
        for words in wanted[lang]:
            assert words in done.stdout


def test_what_is_no_number_is_no_cell():
    result = fabricated_result()
    spots = tuple(replace(s, population=float("nan")) for s in result.spots)
    raw = table_xlsx(replace(result, spots=spots, dissolved_population=float("inf")))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert b"<v>nan" not in archive.read("xl/worksheets/sheet1.xml")
        assert b"<v>inf" not in archive.read("xl/worksheets/sheet1.xml")
        assert b"<v>nan" not in archive.read("xl/worksheets/sheet2.xml")


def test_widths_and_limits():
    assert em_width("そよう") == 3.0
    assert em_width("W") > em_width("w")
    assert len(clean("あ" * 40_000)) == 32_767
    assert lines_needed("へき地" * 10, 10) == 3
    assert lines_needed("a remote clinic\nb", 4) == 4


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(Lang))
def test_libreoffice_shows_every_second_as_text_has_it(tmp_path, lang):
    # Off the whole second, so that what is cut off must not round up.
    times = [1000 * s + 999 for s in range(7200)]
    margins = [-t for t in times]
    columns = (SheetColumn("t", 14, Form.DURATION), SheetColumn("m", 14, Form.MARGIN))
    columns = (*columns, SheetColumn("n", 14, Form.MARGIN))
    rows = list(zip(times, times, margins, strict=True))
    path = tmp_path / "times.xlsx"
    path.write_bytes(workbook([SheetContent("t", "t", (), columns, rows)], title="t", lang=lang))
    soffice = program("soffice", package="libreoffice-calc")
    command = [soffice, f"-env:UserInstallation=file://{tmp_path}/office", "--headless"]
    command += ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir"]
    subprocess.run([*command, str(tmp_path), str(path)], check=True, capture_output=True)
    text = path.with_suffix(".csv").read_text(encoding="utf-8")
    shown = list(csv.reader(io.StringIO(text)))[2:]
    wanted = [[duration(t), margin(t), margin(m)] for t, _, m in rows]
    assert [[c.strip() for c in row] for row in shown] == [
        [text.render(lang) for text in row] for row in wanted
    ]


def test_the_number_of_the_annex_is_the_only_one_called_so():
    book = opened(full_result())
    heads = {
        sheet.title: [str(c.value) for row in sheet.iter_rows(max_row=12) for c in row if c.value]
        for sheet in book
    }
    assert [tab for tab, words in heads.items() if "番号" in words] == ["別表"]
    assert "通し番号" in heads["全施設"]
