"""Encodings of a DBF by its bytes, and names that were cut."""

from __future__ import annotations

import struct

import geopandas as gpd
import pytest
from shapely.geometry import Point

from groundfloor.dbf import FieldName, encoding_of, whole_names
from groundfloor.layers import layers_of, read_features
from groundfloor.problems import DataError, Severity
from groundfloor.vector_files import vector_files

ROWS = {"名称": ["そよう病院", "髙森町①"], "所在": ["山都町滝上", "ﾀｶﾓﾘ"]}


def shapefile(path, encoding, cpg=None, driver=0, columns=None):
    """Write a Shapefile whose DBF is made of the bytes given, as no GDAL would."""
    columns = ROWS if columns is None else columns
    rows = len(next(iter(columns.values())))
    gpd.GeoDataFrame({"x": range(rows)}, geometry=[Point(131, 32)] * rows, crs=6668).to_file(path)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    width = 30
    encode = (lambda t: t) if encoding is None else (lambda t: t.encode(encoding))
    names = [name if isinstance(name, bytes) else encode(name)[:10] for name in columns]
    head = struct.pack(
        "<BBBBIHH17xBxx", 3, 124, 1, 1, rows, 33 + 32 * len(names), 1 + width * len(names), driver
    )
    fields = b"".join(struct.pack("<11sc4xBB14x", name, b"C", width, 0) for name in names)
    cells = (
        b" " + b"".join(encode(c[row])[:width].ljust(width) for c in columns.values())
        for row in range(rows)
    )
    path.with_suffix(".dbf").write_bytes(head + fields + b"\r" + b"".join(cells) + b"\x1a")
    return path


def read(path, **options):
    with vector_files(path) as (file,):
        (layer,) = layers_of(file, **options)
        (part,) = read_features(layer)
    found = {name: cells.tolist() for name, cells in part.columns.items()}
    return found, [(p.code, p.severity, p.column) for p in (*layer.problems, *part.problems)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp"])
@pytest.mark.parametrize(
    "cpg", [None, "UTF-8", "932", "ANSI 932", "Shift_JIS", "EUC-JP", "88591", "?"]
)
@pytest.mark.parametrize("driver", [0, 0x13, 0x57])
def test_the_bytes_outweigh_what_the_file_says_of_itself(tmp_path, encoding, cpg, driver):
    rows = ROWS
    if encoding == "euc_jp":  # which has neither 髙 nor ①
        rows = {"名称": ["そよう病院", "高森町"], "所在": ["山都町滝上", "阿蘇市"]}
    path = shapefile(tmp_path / "a.shp", encoding, cpg, driver, rows)
    assert read(path) == (rows, [])


def test_what_is_declared_decides_between_equals():
    both = "表".encode("euc_jp")  # 寺 of half-width katakana in CP932
    assert encoding_of([both], "euc_jp") == "euc_jp"
    assert encoding_of(["ﾃｽﾄ".encode("cp932")], None) == "cp932"
    assert encoding_of(["Zürich".encode("latin-1")], "iso-8859-1") == "iso-8859-1"
    assert encoding_of([], "utf-8") == "ascii"


def test_an_encoding_given_by_the_user_is_believed(tmp_path):
    path = shapefile(tmp_path / "a.shp", "cp932")
    assert read(path, encoding="cp932")[0] == ROWS
    with pytest.raises(DataError) as caught:
        read(path, encoding="utf-8")
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.column is not None) == ("wrong-encoding", 1, True)
    with pytest.raises(DataError, match="unknown-encoding"):
        read(path, encoding="utf-nine")


def test_two_encodings_in_one_file_are_refused_by_row(tmp_path):
    rows = {b"name": [t.encode() for t in ("阿蘇市", "高森町", "南阿蘇村")]}
    rows[b"name"][1] = "高森町".encode("cp932")
    path = shapefile(tmp_path / "a.shp", None, columns=rows)
    with pytest.raises(DataError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.column) == ("wrong-encoding", 2, "name")


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_text_that_ends_inside_a_character_keeps_its_whole_ones(tmp_path, encoding):
    rows = {b"name": ["阿蘇市".encode(encoding), "高森町".encode(encoding)[:-1]]}
    path = shapefile(tmp_path / "a.shp", None, columns=rows)
    assert read(path) == ({"name": ["阿蘇市", "高森"]}, [("text-cut", Severity.WARNING, "name")])


WORDS = {
    "id": ("医療機関コード", "code"),
    "name": ("name", "医療機関名", "医療機関名称"),
    "address": ("address", "所在地"),
}


def test_a_name_cut_inside_a_character_is_found_again(tmp_path):
    path = shapefile(
        tmp_path / "a.shp", "utf-8", columns={"医療機関名": ["そよう病院"], "所在地": ["山都町"]}
    )
    assert read(path, known=WORDS, required=("name",)) == (
        {"医療機関名": ["そよう病院"], "所在地": ["山都町"]},
        [("column-name-cut", Severity.WARNING, "医療機")],
    )
    assert list(read(path)[0]) == ["医療機", "所在地"]


def field(raw: bytes, text: str, *, broken: bool = False) -> FieldName:
    return FieldName(text, raw.decode("latin-1"), broken, len(raw) >= 10)


def test_which_word_a_cut_name_can_be():
    def names(*fields, required=("name",)):
        found, problems = whole_names(fields, WORDS, required, "a.shp")
        return found, [(p.severity.value, p.column) for p in problems]

    cut = field("医療機関名".encode()[:10], "医療機", broken=True)
    numbered = field("医療機".encode()[:8] + b"_1", "医療_1", broken=True)
    name = field(b"name", "name")
    # The name is required, and no other column can be it.
    assert names(cut) == (("医療機関名",), [("warning", "医療機")])
    # The name is there: what is left is the code.
    assert names(name, cut) == (("name", "医療機関コード"), [("warning", "医療機")])
    # Both could be the name.
    assert names(cut, numbered)[1] == [
        ("warning", "医療機"),
        ("warning", "医療_1"),
        ("error", "医療機"),
        ("error", "医療_1"),
    ]
    # A whole name of ten bytes that means something else stays as it is.
    other = field(b"population", "population")
    assert names(name, other) == (("name", "population"), [])


def test_a_long_name_cut_between_characters_is_found_again():
    words = {"code": ("municipality_code",), "beds": ("beds",)}
    found, problems = whole_names([field(b"municipali", "municipali")], words, ("code",), "a.shp")
    assert found == ("municipality_code",)
    assert [p.code for p in problems] == ["column-name-cut"]
    # Short enough to be whole: nothing is guessed.
    found, problems = whole_names([field(b"municip", "municip")], words, ("code",), "a.shp")
    assert (found, problems) == (("municip",), ())


def test_one_name_twice(tmp_path):
    path = shapefile(tmp_path / "a.shp", "utf-8", columns={b"a": ["x"], "a": ["y"]})
    assert read(path)[0] == {"a": ["x"], "a (2)": ["y"]}


@pytest.mark.parametrize("size", [0, 10, 31, 33, 60])
def test_a_dbf_that_stops_early(tmp_path, size):
    path = shapefile(tmp_path / "a.shp", "cp932")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes()[:size])
    with pytest.raises(DataError, match="vector-unreadable"):
        read(path)


def with_days(path, *days):
    """A Shapefile with a name and a field of days, as they stand in its DBF."""
    shapefile(path, "cp932", columns={"n": [str(i) for i in range(len(days))]})
    head = struct.pack("<BBBBIHH20x", 3, 124, 1, 1, len(days), 97, 1 + 4 + 8)
    fields = struct.pack("<11sc4xB15x", b"n", b"C", 4) + struct.pack("<11sc4xB15x", b"day", b"D", 8)
    cells = b"".join(b" " + b"%4d" % at + day.ljust(8) for at, day in enumerate(days))
    path.with_suffix(".dbf").write_bytes(head + fields + b"\r" + cells + b"\x1a")
    return path


def test_a_day_that_is_none_is_a_cell_like_others_and_does_not_spoil_the_file(tmp_path):
    path = with_days(
        tmp_path / "a.shp", b"20240401", b"20240230", b"", b"0" * 8, b"*" * 8, b"R6.4.1"
    )
    found, problems = read(path)
    assert found["day"] == ["2024-04-01", "2024-02-30", "", "", "", "R6.4.1"]
    assert found["n"] == [str(n) for n in range(6)]
    assert problems == []


def test_days_keep_to_their_records_where_one_is_deleted(tmp_path):
    path = with_days(tmp_path / "a.shp", b"20240401", b"20240402", b"20240403")
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    data[97 + 13] = ord("*")
    path.with_suffix(".dbf").write_bytes(data)
    found, _ = read(path)
    assert (found["n"], found["day"]) == (["0", "2"], ["2024-04-01", "2024-04-03"])


def test_shapes_without_records_are_not_left_out_in_silence(tmp_path):
    path = shapefile(tmp_path / "a.shp", "cp932")
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    data[4] = 1
    path.with_suffix(".dbf").write_bytes(data)
    with pytest.raises(DataError, match="shapefile-parts-differ") as caught:
        read(path)
    assert [p.code for p in caught.value.problems] == ["shapefile-parts-differ"]
