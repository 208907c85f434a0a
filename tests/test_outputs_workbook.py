"""table.xlsx: the 別表, inert and printable."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from fabricated import HOSTILE_NAMES, fabricated_result
from openpyxl import load_workbook

from problems import Lang
from spots.outputs.workbook import clean, display_width, table_xlsx
from spots.types import State

HEADINGS = [
    "番号",
    "二次医療圏",
    "市町村",
    "医療機関名",
    "所在地",
    "種別①②③",
    "設定理由",
    "備考",
]


def opened(result, lang=Lang.JA):
    return load_workbook(io.BytesIO(table_xlsx(result, lang)))


def table(sheet):
    rows = list(sheet.iter_rows(values_only=True))
    head = int(re.fullmatch(r"\$(\d+):\$\d+", sheet.print_title_rows).group(1))
    return rows[head - 1], rows[head:]


def test_annex_has_one_row_for_each_designated_facility():
    result = fabricated_result()
    heads, rows = table(opened(result)["別表"])
    assert list(heads) == HEADINGS
    designated = {v.facility.name for v in result.verdicts if v.state is State.DESIGNATED}
    assert {r[3] for r in rows} == designated
    assert [r[0] for r in rows] == list(range(1, len(designated) + 1))
    assert [r[1] for r in rows] == ["八代", "天草", *["熊本・上益城"] * 3]  # by area code
    soyo = next(r for r in rows if r[3] == "そよう病院")
    assert soyo[4:6] == ("山都町滝上476-2", "①③")
    assert soyo[6] == "①へき地医療拠点病院、③二次救急病院(30分以上)に該当するため"
    assert "県外の病院も対象に含める" in soyo[7]
    imuta = next(r for r in rows if r[3] == "井無田へき地診療所")
    assert imuta[7] == "要確認\n位置は町丁目の中心による"


def test_page_is_a4_landscape_with_a_repeated_heading():
    book = opened(fabricated_result())
    assert book.sheetnames == ["別表", "全施設", "設定・出典"]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
    assert [int(sheet.page_setup.paperSize) for sheet in book] == [9, 8, 9]  # A4, A3, A4
    annex = book["別表"]
    cell = annex["D5"]
    assert cell.font.name == "游ゴシック"
    assert cell.alignment.wrap_text
    assert cell.border.left.style == "thin"
    assert annex["A1"].value == "熊本県 医師少数スポット(見本)"


def test_every_facility_has_its_evidence_as_real_numbers():
    result = fabricated_result()
    heads, rows = table(opened(result)["全施設"])
    column = {name: k for k, name in enumerate(heads)}
    assert [r[column["施設ID"]] for r in rows] == [v.facility.id for v in result.verdicts]
    by_id = {r[0]: r for r in rows}
    minutes = column["所要時間(分、切り捨て)"]
    assert by_id["oguni"][minutes] == 29.97
    assert by_id["oguni"][column["所要時間(ミリ秒)"]] == 1_798_200
    assert by_id["kamiamakusa"][minutes] is None
    assert by_id["kamiamakusa"][column["到達可能"]] == "いいえ"
    assert by_id["soyo"][column["市区町村コード"]] == "43447"
    assert by_id["soyo"][column["状態"]] == "設定（案）"


def test_two_decimals_are_enough_to_tell_29_97_from_30():
    sheet = opened(fabricated_result())["全施設"]
    heads, _ = table(sheet)
    k = list(heads).index("所要時間(分、切り捨て)") + 1
    formats = {row[k - 1].number_format for row in sheet.iter_rows(min_row=4)}
    assert formats == {"0.00"}


def test_settings_and_sources():
    _, rows = table(opened(fabricated_result())["設定・出典"])
    text = "\n".join(str(cell) for row in rows for cell in row)
    for wanted in ("4 km", "2023-09-01", "a" * 64, "2024-01-01", "国土数値情報", "模式的"):
        assert wanted in text


@pytest.mark.parametrize("lang", list(Lang))
def test_hostile_text_is_text(lang):
    raw = table_xlsx(fabricated_result(hostile=True), lang)
    book = load_workbook(io.BytesIO(raw))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value[:1] in set("=+-@"):
                    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        assert all(b"<f>" not in archive.read(n) and b"<f " not in archive.read(n) for n in sheets)


def test_names_and_codes_come_back_as_written():
    heads, rows = table(opened(fabricated_result(hostile=True))["全施設"])
    column = {name: k for k, name in enumerate(heads)}
    names = {r[column["医療機関名"]] for r in rows}
    assert HOSTILE_NAMES[2] in names
    assert rows[-1][column["市区町村コード"]] == "01202"
    assert rows[-1][column["二次医療圏コード"]] == "0102"


def test_error_values_and_control_characters_in_names():
    result = fabricated_result()
    first = result.verdicts[0]
    renamed = replace(first, facility=replace(first.facility, name="#N/A", address="a\x00\x0bb"))
    heads, rows = table(opened(replace(result, verdicts=(renamed, *result.verdicts[1:])))["別表"])
    row = next(r for r in rows if r[3] == "#N/A")
    assert row[list(heads).index("所在地")] == "a  b"


def test_no_time_in_the_file():
    raw = table_xlsx(fabricated_result())
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", core)) == {"2000-01-01T00:00:00"}
    assert raw == table_xlsx(fabricated_result())


def test_wide_characters_and_limits():
    assert display_width("そよう\nab") == 6
    assert len(clean("あ" * 40_000)) == 32_767
