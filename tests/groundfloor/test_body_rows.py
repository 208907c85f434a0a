"""What stands in a table beside data: told in every role, and never a row of data."""

from __future__ import annotations

import pytest

from groundfloor.columns import Vocabulary
from groundfloor.tables import read_table

_PLACES = Vocabulary({"name": ("name", "名称"), "people": ("人口",)}, ("name",))


def read(tmp_path, *lines):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(("番号,名称,人口", *lines)), "utf-8")
    table = read_table(path, _PLACES)
    return [row.cells[1] for row in table.rows], [(p.code, p.row) for p in table.problems]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("合計,,12", "total-row"),
        (",小計,12", "total-row"),
        ("※ 令和6年4月1日現在,,", "note-row"),
        ("この一覧は概数である,,", "note-row"),
        (",出典：統計課,", "note-row"),
        ("計,2市町村,12", "total-row"),
        (",計 2市町村,", "total-row"),
        ("【阿蘇圏域】,,", "note-row"),
        (",■阿蘇圏域,", "note-row"),
    ],
)
def test_totals_and_notes_are_told_and_left_out(tmp_path, line, code):
    assert read(tmp_path, "1,阿蘇,5", line, "2,宇城,7") == (["阿蘇", "宇城"], [(code, 3)])


@pytest.mark.parametrize("line", ["(1),(2),(3)", ",,（人）", "-,-,[人]", ",[名],人"])
def test_units_below_the_header_are_told_and_left_out(tmp_path, line):
    assert read(tmp_path, line, "1,阿蘇,5") == (["阿蘇"], [("units-row", 2)])


@pytest.mark.parametrize(
    "line",
    [
        "合計,合計診療所,5",
        "3,阿蘇,計",
        ",阿蘇,",
        "9,(医)山田医院,5",
        "9,注連川医院,5",
        "9,2病院,5",
        ",◎阿蘇,",
    ],
)
def test_what_has_its_key_is_data(tmp_path, line):
    name = line.split(",")[1]
    assert read(tmp_path, "1,宇城,7", line) == (["宇城", name], [])


def test_units_elsewhere_are_data(tmp_path):
    assert read(tmp_path, "1,阿蘇,5", "-,-,-")[0] == ["阿蘇", "-"]
