"""Tables from disk: what a file is, its content says; one search for the header of every role."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from groundfloor.columns import PointColumns, Vocabulary
from groundfloor.folding import header_key
from groundfloor.problems import DataError, MissingFileError, Severity
from groundfloor.tables import is_table, read_table

POINT = PointColumns("lat", "lon", "both")
SITES = Vocabulary(
    {
        "code": ("市区町村コード", "code"),
        "name": ("名称", "name"),
        "lat": ("緯度", "lat"),
        "lon": ("経度", "lon"),
        "both": ("緯度経度",),
    },
    ("name", "lat", "lon"),
    (POINT,),
)


def table(tmp_path, content, name="a.csv", vocabulary=SITES):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, vocabulary)


def read(tmp_path, content, column="name", **options):
    found = table(tmp_path, content, **options)
    return [(row.number, found.columns.cell(row, column)) for row in found.rows]


def refused(tmp_path, content, **options):
    with pytest.raises(DataError) as caught:
        table(tmp_path, content, **options)
    return [(p.code, p.row) for p in caught.value.problems if p.severity is Severity.ERROR]


def book(*rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in members.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


TEXT = "名称,緯度,経度\nA,32.5,130.5\n"
BOOK = book(["名称", "緯度", "経度"], ["A", 32.5, 130.5])


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.dat", "a.xlsx", "a.xlsm", "a.zip", "a"])
def test_a_workbook_is_one_under_any_name(tmp_path, name):
    found = table(tmp_path, BOOK, name=name)
    assert [found.columns.cell(row, "name") for row in found.rows] == ["A"]
    named_so = name in {"a.xlsx", "a.xlsm"}
    assert [p.code for p in found.problems] == ([] if named_so else ["suffix-misleads"])


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (TEXT.encode(), "a.xlsx", "xlsx-damaged"),
        (b"<html><table><tr><td>x", "a.xls", "xlsx-damaged"),
        (b"<html><table><tr><td>x", "a.csv", "format-unknown"),
        (zipped(content_xml="x", mimetype="x"), "a.ods", "format-unknown"),
        (zipped(content_xml="x"), "a.xlsx", "format-unknown"),
        (zipped(Index__Document_iwa="x"), "a.numbers", "format-unknown"),
        (zipped(xl__workbook_bin="x"), "a.xlsb", "format-unknown"),
        (zipped(a_csv=TEXT, b_csv=TEXT), "a.zip", "zip-with-several-lists"),
        (zipped(a_pdf="x"), "a.zip", "zip-without-list"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "a.png", "format-unknown"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "a.csv", "not-text"),
        (b"", "a.csv", "empty-file"),
        (b" , ,\r\n", "a.csv", "empty-file"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, data, name, code):
    assert [c for c, _ in refused(tmp_path, data, name=name)] == [code]


def test_a_zip_of_one_table(tmp_path):
    assert read(tmp_path, zipped(x__a_csv=TEXT, b_pdf="x"), name="a.zip") == [(2, "A")]
    assert read(tmp_path, zipped(a_xlsx=BOOK), name="b.zip") == [(2, "A")]


def test_no_file_and_a_folder(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(MissingFileError):
            read_table(path, SITES)


def test_tables_and_layers_are_told_apart(tmp_path):
    for name, data, wanted in (
        ("a.csv", b"x", True),
        ("a.geojson", b"{}", False),
        ("a.zip", zipped(a_csv=TEXT), True),
        ("b.zip", zipped(a_csv=TEXT, a_shp="x"), False),
    ):
        (tmp_path / name).write_bytes(data)
        assert is_table(tmp_path / name) is wanted


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("令和6年度,一覧\n\n" + TEXT, 4),
        ("名称,位置,\n,緯度,経度\nA,32.5,130.5\n", 3),
        ("名称,緯度,経度\n名称,緯度,経度\nA,32.5,130.5\n", 3),
        ("名称,位置\nx,y\n" + TEXT, 4),
        ("名 称※,Ｌａｔ,緯度,経度\nA,1,32.5,130.5\n", 2),
    ],
)
def test_the_header_is_found(tmp_path, text, first):
    assert read(tmp_path, text) == [(first, "A")]
    assert read(tmp_path, text, column="lon") == [(first, "130.5")]


def test_two_rows_are_read_together_where_that_names_a_column(tmp_path):
    text = "市区町村,,医療圏,\nコード,名称,コード,名称\n43447,山都町,4312,熊本\n"
    areas = Vocabulary(
        {"code": ("市区町村コード",), "area": ("医療圏コード",)}, ("code", "area"), ()
    )
    found = table(tmp_path, text, vocabulary=areas)
    assert [found.columns.cell(found.rows[0], c) for c in ("code", "area")] == ["43447", "4312"]
    assert found.columns.label("area") == "医療圏コード"


def test_a_row_of_data_is_no_second_row_of_a_header(tmp_path):
    text = "名称,緯度,経度,種別\nname,32.5,130.5,code\nB,1,2,3\n"
    assert read(tmp_path, text) == [(2, "name"), (3, "B")]


def test_an_appended_table_gives_no_row_for_its_header(tmp_path):
    found = table(tmp_path, TEXT + "\ufeff" + TEXT)
    assert [row.number for row in found.rows] == [2, 4]
    assert [(p.code, p.row) for p in found.problems] == [("header-repeated", 3)]
    other = TEXT + "名称,経度,緯度,電話\nB,130.5,32.5,1\n"
    assert refused(tmp_path, other) == [("header-changed", 3)]


def test_all_missing_columns_are_named_with_what_was_found(tmp_path):
    with pytest.raises(DataError) as caught:
        table(tmp_path, "市町村,電話\nA,1\n")
    problems = caught.value.problems
    assert [(p.code, p.column, p.row) for p in problems] == [
        ("column-missing", "名称", 1),
        ("column-missing", "緯度", 1),
        ("column-missing", "経度", 1),
    ]
    assert "市町村, 電話" in problems[0].message.ja
    assert "name" in problems[0].remedy.en


def test_a_column_twice(tmp_path):
    assert refused(tmp_path, "名称,名 称,緯度,経度\nA,B,1,2\n") == [("column-twice", 1)]
    overlap = "名称,name,緯度,経度\nA,B,32,131\n"
    assert [p.code for p in table(tmp_path, overlap).problems] == ["columns-overlap"]
    strict = Vocabulary(SITES.names, SITES.required, SITES.points, one_each=True)
    assert refused(tmp_path, overlap, vocabulary=strict) == [("column-twice", 1)]


def coordinates(found):
    row, columns = found.rows[0], found.columns
    reference = columns.reference(POINT)
    lat, lon = (reference.parse(text) for text in columns.point_texts(row, POINT))
    return reference.to_jgd2011(lon, lat)


@pytest.mark.parametrize(
    "text",
    [
        '名称,緯度経度\nA,"32.5,130.5"\n',
        "名称,緯度（世界測地系）,経度（世界測地系）\nA,32.5,130.5\n",
        "名称,緯度(日本測地系),経度(日本測地系),緯度(世界測地系),経度(世界測地系)\nA,1,2,32.5,130.5\n",
        "名称,緯度(度分秒),経度(度分秒)\nA,323000,1303000\n",
    ],
)
def test_coordinates_mean_what_their_header_says(tmp_path, text):
    assert coordinates(table(tmp_path, text)) == pytest.approx((130.5, 32.5), abs=1e-9)


def test_plane_coordinates_run_north_and_east(tmp_path):
    text = "名称,X(平面直角2系),Y(平面直角2系)\nA,1000,0\n"
    lon, lat = coordinates(table(tmp_path, text))
    assert lon == pytest.approx(131.0, abs=1e-9)
    assert lat == pytest.approx(33.009, abs=1e-3)


def test_tokyo_datum_is_converted_with_a_warning(tmp_path):
    found = table(tmp_path, "名称,緯度(日本測地系),経度(日本測地系)\nA,32.94661,131.12242\n")
    assert coordinates(found) == pytest.approx((131.120031, 32.949959), abs=2e-6)
    (told,) = found.problems
    assert (told.code, told.severity) == ("datum-converted", Severity.WARNING)
    assert "9m" in told.message.ja


@pytest.mark.parametrize(
    "header",
    [
        "緯度(日本測地系),経度(世界測地系)",
        "緯度(UTM),経度(UTM)",
        "X(平面直角座標),Y(平面直角座標)",
    ],
)
def test_coordinates_that_cannot_be_read_as_named_are_refused(tmp_path, header):
    assert refused(tmp_path, f"名称,{header}\nA,1,2\n") == [("coordinate-header", 1)]


def test_hidden_columns_that_are_used_are_told(tmp_path):
    made = openpyxl.load_workbook(io.BytesIO(BOOK))
    made.active.column_dimensions["B"].hidden = True
    made.active.column_dimensions["D"].hidden = True
    made.save(tmp_path / "a.xlsx")
    problems = read_table(tmp_path / "a.xlsx", SITES).problems
    assert [(p.code, p.column) for p in problems] == [("hidden-column-read", "緯度")]


def test_headers_agree_across_widths_blanks_case_and_marks():
    assert len({header_key(h) for h in ("ＩＤ", " i d ", "Id※", "\ufeffid", "I_D")}) == 1
