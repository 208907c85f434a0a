"""A datum that a title, a note or a column states is honoured as one in a header is."""

from __future__ import annotations

import pytest

from groundfloor.columns import PointColumns, Vocabulary
from groundfloor.positions import Datum
from groundfloor.problems import DataError
from groundfloor.tables import read_table

_POINT = PointColumns("lat", "lon")
_SITES = Vocabulary({"name": ("名称",), "lat": ("緯度",), "lon": ("経度",)}, ("name",), (_POINT,))


def read(tmp_path, *lines):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), "utf-8")
    table = read_table(path, _SITES)
    return table.columns.reference(_POINT).datum, [(p.code, p.row) for p in table.problems]


@pytest.mark.parametrize("said", ["座標：旧日本測地系", "（日本測地系による）", "Tokyo Datum"])
def test_a_title_names_tokyo(tmp_path, said):
    found = read(tmp_path, said, "名称,緯度,経度", "阿蘇,32.9,131.1")
    assert found == (Datum.TOKYO, [("datum-converted", 1)])


def test_a_note_names_tokyo(tmp_path):
    datum, problems = read(tmp_path, "名称,緯度,経度", "阿蘇,32.9,131.1", "※日本測地系,,")
    assert (datum, problems) == (Datum.TOKYO, [("note-row", 3), ("datum-converted", 3)])


@pytest.mark.parametrize(
    "said", ["Tokyo の病院", "日本測地系から世界測地系に変換", "日本測地系2011", "一覧"]
)
def test_a_title_that_names_no_other_datum_changes_nothing(tmp_path, said):
    datum, problems = read(tmp_path, said, "名称,緯度,経度", "阿蘇,32.9,131.1")
    assert (datum in {None, Datum.JGD2011}, problems) == (True, [])


def test_a_header_rules_over_a_title(tmp_path):
    lines = ("日本測地系", "名称,緯度(世界測地系),経度(世界測地系)", "阿蘇,32.9,131.1")
    assert read(tmp_path, *lines) == (Datum.JGD2011, [])


@pytest.mark.parametrize("said", ["日本測地系", "旧", "旧測地系", "Tokyo", "EPSG:4301"])
def test_a_column_names_tokyo(tmp_path, said):
    found = read(tmp_path, "名称,緯度,経度,測地系", f"阿蘇,32.9,131.1,{said}")
    assert found == (Datum.TOKYO, [("datum-converted", 2)])


@pytest.mark.parametrize(
    ("second", "code"),
    [("世界測地系", "datum-mixed"), ("", "datum-mixed"), ("不明", "datum-mixed")],
)
def test_a_column_that_names_two_is_refused_by_row(tmp_path, second, code):
    with pytest.raises(DataError) as caught:
        read(
            tmp_path,
            "名称,緯度,経度,測地系",
            f"宇城,32.6,130.7,{second}",
            "阿蘇,32.9,131.1,日本測地系",
        )
    assert [(p.code, p.row, p.column) for p in caught.value.problems] == [(code, 3, "測地系")]


def test_a_column_against_its_header_is_refused(tmp_path):
    with pytest.raises(DataError, match="coordinate-header"):
        read(tmp_path, "名称,緯度(JGD2011),経度(JGD2011),測地系", "阿蘇,32.9,131.1,日本測地系")


def test_an_unknown_datum_is_told(tmp_path):
    found = read(tmp_path, "名称,緯度,経度,測地系", "阿蘇,32.9,131.1,火星")
    assert found == (None, [("datum-unknown", 2)])


def test_headers_of_coordinates_that_nobody_knows_are_told(tmp_path):
    datum, problems = read(tmp_path, "名称,緯度（旧）,経度（旧）", "阿蘇,32.9,131.1")
    assert (datum, problems) == (None, [("coordinate-header-unread", 1)] * 2)
