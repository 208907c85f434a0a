"""XLSX lists as offices make them."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest

from groundfloor.problems import Severity
from spots.facilities import FacilityListError, read_layer
from spots.types import FacilityType
from tests.helpers.facility_lists import codes, only, spec

HEADER = ["番号", "医療機関名", "市町村コード", "緯度", "経度", "種別", "備考"]


def workbook(tmp_path, rows, change=None, name="list.xlsx"):
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    if change:
        change(book, page)
    path = tmp_path / name
    book.save(path)
    return path


def test_titles_full_width_digits_and_numbers(tmp_path):
    day = datetime(2024, 4, 1)  # noqa: DTZ001 - Excel knows no time zones
    rows = [
        ["第8次計画 医師少数スポット候補一覧"],
        [],
        HEADER,
        [1, "そよう病院", 43447.0, "３２．６８５３３１", 131.150494, "①・③", day],
    ]
    raws, problems = read_layer(spec(workbook(tmp_path, rows)), {})
    (raw,) = raws
    assert problems == ()
    assert raw.row.row == 4
    assert raw.municipality_code == "43447"
    assert raw.position.lat == 32.685331
    assert raw.types == {FacilityType.BASE_HOSPITAL, FacilityType.SECONDARY_EMERGENCY}
    assert raw.remark == "2024-04-01"


def test_dates_and_booleans_become_text(tmp_path):
    rows = [
        ["name", "lat", "lon", "備考", "flag"],
        ["A", 32.5001, 130.5001, date(2024, 4, 1), True],
    ]
    raws, _ = read_layer(spec(workbook(tmp_path, rows), where=(("flag", ("true",)),)), {})
    assert raws[0].remark == "2024-04-01"


def test_cells_merged_downwards_are_filled(tmp_path):
    rows = [
        HEADER,
        [1, "そよう病院", 43447, 32.6853, 131.1504, "①", None],
        [2, None, None, None, None, "③", None],
    ]

    def merge(_, page):
        for column in "BCDE":
            page.merge_cells(f"{column}2:{column}3")

    raws, problems = read_layer(spec(workbook(tmp_path, rows, merge)), {})
    assert [(r.name, r.municipality_code, r.row.row) for r in raws] == [
        ("そよう病院", "43447", 2),
        ("そよう病院", "43447", 3),
    ]
    assert problems == ()


def test_header_merged_over_two_rows(tmp_path):
    rows = [
        ["医療機関名", "所在地", "位置", None],
        [None, None, "緯度", "経度"],
        ["A病院", "x", 32.5001, 130.5001],
    ]

    def merge(_, page):
        page.merge_cells("A1:A2")
        page.merge_cells("B1:B2")
        page.merge_cells("C1:D1")

    raws, _ = read_layer(spec(workbook(tmp_path, rows, merge)), {})
    assert raws[0].position.lon == 130.5001


def test_formulas_give_their_stored_value_or_a_warning(tmp_path):
    rows = [["name", "lat", "lon"], ["A病院", "=32+0.5001", 130.5001]]
    raws, problems = read_layer(spec(workbook(tmp_path, rows)), {})
    assert raws[0].position is None
    problem = only(problems, "formula-without-value")
    assert (problem.row, problem.severity) == (2, Severity.WARNING)
    assert "B2" in problem.message.ja


def test_error_values_are_reported(tmp_path):
    rows = [["name", "lat", "lon"], ["A病院", "#N/A", 130.5001]]
    _, problems = read_layer(spec(workbook(tmp_path, rows)), {})
    assert only(problems, "cell-error-value").value == "#N/A"


HEAD = ["name", "lat", "lon"]
FIRST = [HEAD, ["A病院", 32.5001, 130.5001]]


def test_two_sheets_that_are_lists_are_an_error_until_one_is_named(tmp_path):
    """A sheet for each medical area: the facilities of the second would be lost."""

    def more(book, _):
        page = book.create_sheet("人吉")
        page.append(HEAD)
        page.append(["B病院", 32.5001, 130.5001])

    path = workbook(tmp_path, FIRST, more)
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path), {})
    told = only(caught.value.problems, "several-lists")
    assert "「Sheet」、「人吉」" in told.message.ja
    assert 'sheet = "Sheet"' in told.remedy.ja
    assert "[[facilities]]" in told.remedy.ja
    raws, problems = read_layer(spec(path, sheet="人吉"), {})
    assert raws[0].name == "B病院"
    assert problems == ()
    with pytest.raises(FacilityListError) as caught:
        read_layer(spec(path, sheet="無い"), {})
    assert codes(caught.value.problems) == ["sheet-missing"]


@pytest.mark.parametrize(
    "rows",
    [
        [["令和6年度 一覧"], ["作成", "医療政策課"]],
        [["name", "備考"], ["A病院", "要確認"]],
        [["医療機関名", "所在地", "電話番号"], ["A病院", "上町1", "096-000-0000"]],
        [["市町村", "件数"], ["山都町", 2]],
        [["項目", "説明"], ["name", "医療機関の名称"], ["lat", "緯度"]],
        [HEAD],  # a form to fill in
    ],
    ids=["cover", "notes", "contacts", "counts", "key", "form"],
)
def test_a_second_sheet_that_is_no_list_is_only_told(tmp_path, rows):
    def more(book, _):
        page = book.create_sheet("ほか")
        for row in rows:
            page.append(row)

    raws, problems = read_layer(spec(workbook(tmp_path, FIRST, more)), {})
    assert [raw.name for raw in raws] == ["A病院"]
    assert codes(problems) == ["other-sheets-not-read"]


def test_a_hidden_list_is_only_told(tmp_path):
    def more(book, _):
        page = book.create_sheet("旧")
        page.append(HEAD)
        page.append(["B病院", 32.5001, 130.5001])
        page.sheet_state = "hidden"

    _, problems = read_layer(spec(workbook(tmp_path, FIRST, more)), {})
    assert "旧（非表示）" in only(problems, "other-sheets-not-read").message.ja


def test_hidden_rows_are_read_and_noted(tmp_path):
    rows = [["name", "lat", "lon"], ["A", 32.5001, 130.5001], ["B", 32.6001, 130.5001]]

    def hide(_, page):
        page.row_dimensions[3].hidden = True

    raws, problems = read_layer(spec(workbook(tmp_path, rows, hide)), {})
    assert [r.name for r in raws] == ["A", "B"]
    assert codes(problems) == ["hidden-rows-read"]


def test_old_encrypted_damaged_and_empty_workbooks(tmp_path):
    ole = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512)
    empty = io.BytesIO()
    openpyxl.Workbook().save(empty)
    cases = {
        "old.xls": (ole, "xls-old-format"),
        "locked.xlsx": (ole + "EncryptedPackage".encode("utf-16-le"), "xlsx-encrypted"),
        "damaged.xlsx": (b"PK\x03\x04 broken", "xlsx-damaged"),
        "nothing.xlsx": (empty.getvalue(), "empty-file"),
        "zero.xlsx": (b"", "empty-file"),
    }
    for name, (data, code) in cases.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(FacilityListError) as caught:
            read_layer(spec(path), {})
        assert codes(caught.value.problems) == [code], name
        assert caught.value.problems[0].remedy.ja


def test_a_workbook_under_the_old_suffix_is_read(tmp_path):
    rows = [["name", "lat", "lon"], ["A", 32.5001, 130.5001]]
    path = workbook(tmp_path, rows).rename(tmp_path / "list.xls")
    assert read_layer(spec(path), {})[0][0].name == "A"
