"""二次医療圏 tables, A38, and indices with their cut-offs."""

from decimal import Decimal

import geopandas as gpd
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from boundaries import (
    AreaAssignment,
    AreaClass,
    AreaIndex,
    AreaTable,
    ClassBasis,
    IndexEdition,
    IndexTable,
    build_regions,
    classify,
    read_medical_areas,
    read_municipalities,
    read_physician_index,
)
from boundaries.area_classes import classed_areas
from groundfloor.problems import DataError, MissingFileError, UsageError
from tests.helpers.folders import FIELD_DATA

EDITION = IndexEdition("2024-01", 179.3, 217.6)
TABLE = (
    "muni_code,muni_name,area_code,area_name\r\n43101,中央区,4312,熊本・上益城\r\n"
    "43213,宇城市,4302,宇城\r\n"
)


def _write(tmp_path, text, encoding="utf-8", name="a.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("tab", [False, True])
def test_encodings_and_delimiters(tmp_path, encoding, tab):
    text = TABLE.replace(",", "\t") if tab else TABLE
    table, problems = read_medical_areas(_write(tmp_path, text, encoding))
    assert not problems
    assert table.get("43213").area_code == "4302"
    assert table.get("43101").area_name == "熊本・上益城"
    assert table.get("43102") is None


def test_japanese_headers_titles_and_lost_zeros(tmp_path):
    text = (
        "二次医療圏の対応表,,\n,,\n団体コード,二次医療圏コード,二次医療圏名\n"
        "１２０２５,０１０１,南渡島\n1101,104,札幌\n"
    )
    table, problems = read_medical_areas(_write(tmp_path, text, "cp932"))
    assert [(a.municipality_code, a.area_code) for a in table.assignments] == [
        ("01101", "0104"),
        ("01202", "0101"),
    ]
    assert [(p.code, p.row, p.column, p.value) for p in problems] == [
        ("code-leading-zero", 4, "団体コード", "12025"),
        ("code-leading-zero", 5, "団体コード", "1101"),
    ]


def test_excel(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["対応表"],
        [],
        ["市町村コード", "医療圏コード", "医療圏"],
        [43213, 4302.0, "宇城"],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    table, _ = read_medical_areas(tmp_path / "a.xlsx")
    assert table.get("43213").area_code == "4302"


def test_every_bad_row_is_named(tmp_path):
    text = (
        TABLE
        + "xx,x,4302,宇城\n43214,阿蘇市,06,阿蘇\n43213,宇城市,4312,熊本・上益城\n"
        + "43215,天草市,4312,熊本\n"
    )
    with pytest.raises(DataError) as caught:
        read_medical_areas(_write(tmp_path, text), label="圏域.csv")
    assert [(p.code, p.row, p.file) for p in caught.value.problems] == [
        ("bad-municipality-code", 4, "圏域.csv"),
        ("bad-area-code", 5, "圏域.csv"),
        ("municipality-in-two-areas", 6, "圏域.csv"),
        ("area-name-unclear", 7, "圏域.csv"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("\n\n", "empty-file"),
        ("muni_code,area_code,area_name\n", "no-rows"),
        ("muni_code,area_name\n1,2\n", "column-missing"),
        ("muni_code,area_code,area_code,area_name\n43213,4302,4302,宇城\n", "column-twice"),
        ('muni_code,area_code,area_name\n43213,4302,"' + "x" * 200_000, "csv-quoting"),
    ],
)
def test_bad_tables(tmp_path, text, code):
    with pytest.raises(DataError) as caught:
        read_medical_areas(_write(tmp_path, text))
    assert {p.code for p in caught.value.problems} == {code}


def test_neither_utf8_nor_cp932(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xff\xfe\x81\xff\x00")
    with pytest.raises(DataError, match="wrong-encoding"):
        read_medical_areas(path)
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(DataError, match="xlsx-damaged"):
        read_medical_areas(tmp_path / "a.xlsx")
    with pytest.raises(MissingFileError):
        read_medical_areas(tmp_path / "none.csv")


def _a38(folder):
    """Write the two layers of an A38 zip, one row for each piece."""
    secondary = gpd.GeoDataFrame(
        {
            "A38b_001": ["43101,43102,43447", "43101,43102,43447", "43211,43213"],
            "A38b_002": ["熊本市中央区,熊本市東区,山都町"] * 2 + ["宇土市,宇城市"],
            "A38b_003": ["4312", "4312", "4302"],
            "A38b_004": ["熊本・上益城", "熊本・上益城", "宇城"],
        },
        geometry=[box(130, 32, 131, 33), box(132, 32, 133, 33), box(134, 32, 135, 33)],
        crs=6668,
    )
    primary = gpd.GeoDataFrame(
        {
            "A38a_001": ["43101", "43213"],
            "A38a_002": ["熊本市中央区", "宇城市"],
            "A38a_003": ["4312", "4302"],
            "A38a_004": ["熊本・上益城", "宇城"],
        },
        geometry=[box(130, 32, 131, 33), box(134, 32, 135, 33)],
        crs=6668,
    )
    folder.mkdir()
    secondary.to_file(folder / "A38-20_43_2.shp", encoding="cp932")
    primary.to_file(folder / "A38-20_43_1.shp", encoding="cp932")
    for cpg in folder.glob("*.cpg"):
        cpg.unlink()
    return folder


def test_a38(tmp_path):
    import shutil  # noqa: PLC0415  only here

    folder = _a38(tmp_path / "a38")
    packed = shutil.make_archive(str(tmp_path / "A38-20_43_GML"), "zip", folder)
    table, problems = read_medical_areas(packed)
    assert not problems
    assert [(a.municipality_code, a.area_code) for a in table.assignments] == [
        ("43101", "4312"),
        ("43102", "4312"),
        ("43211", "4302"),
        ("43213", "4302"),
        ("43447", "4312"),
    ]
    assert table.get("43447").area_name == "熊本・上益城"
    primary, _ = read_medical_areas(folder / "A38-20_43_1.shp")
    assert [a.municipality_code for a in primary.assignments] == ["43101", "43213"]
    by_layer, _ = read_medical_areas(packed, layer="A38-20_43_1")
    assert by_layer == primary


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (179.3, AreaClass.SHORTAGE),
        (179.4, AreaClass.NEITHER),
        (217.5, AreaClass.NEITHER),
        (217.6, AreaClass.SURPLUS),
        (Decimal("179.34"), AreaClass.SHORTAGE),
        (Decimal("179.35"), AreaClass.NEITHER),
        (179.2 + 0.1, AreaClass.SHORTAGE),  # 179.29999999999998 in binary
        (217.3 + 0.3, AreaClass.SURPLUS),
    ],
)
def test_cut_offs_are_inclusive_in_decimals(value, expected):
    assert classify(value, EDITION) is expected


@given(st.integers(500, 5000), st.integers(500, 5000), st.integers(1, 1000))
def test_classes_are_exact_on_tenths(value, low, gap):
    edition = IndexEdition("x", low / 10, (low + gap) / 10)
    expected = (
        AreaClass.SHORTAGE
        if value <= low
        else AreaClass.SURPLUS
        if value >= low + gap
        else AreaClass.NEITHER
    )
    assert classify(value / 10, edition) is expected


def test_only_the_editions_own_cut_offs(tmp_path):
    # 阿蘇 176.0 was not 少数 in 2022-11, whose cut-off was lower.
    path = _write(tmp_path, "医療圏コード,医療圏名,医師偏在指標\n4306,阿蘇,176.0\n")
    newer, _ = read_physician_index(path, EDITION)
    older, _ = read_physician_index(path, IndexEdition("2022-11", 175.9, 215.0))
    assert newer.get("4306").area_class is AreaClass.SHORTAGE
    assert older.get("4306").area_class is AreaClass.NEITHER
    assert older.edition.name == "2022-11"


def test_class_column_and_gaps_are_reported(tmp_path):
    text = (
        "area_code,physician_index,区分\n4302,164.7,医師少数\n4306,184.2,医師少数\n"
        "4308,,\n4311,191.3,中間\n"
    )
    table, problems = read_physician_index(_write(tmp_path, text), EDITION)
    assert [(p.code, p.row, p.column) for p in problems] == [
        ("class-disagrees", 3, "区分"),
        ("no-index", 4, "physician_index"),
    ]
    found = table.get("4306")
    assert (found.area_class, found.basis, found.row) == (
        AreaClass.SHORTAGE,
        ClassBasis.STATED,
        3,
    )
    assert table.get("4308") is None
    assert [(a.area_code, a.row, a.basis) for a in table.blank] == [
        ("4308", 4, ClassBasis.NO_INDEX)
    ]


@pytest.mark.parametrize(
    ("index", "written", "kind", "basis"),
    [
        ("179.3", "中間", AreaClass.NEITHER, ClassBasis.STATED),
        ("179.3", "医師少数区域", AreaClass.SHORTAGE, ClassBasis.STATED),
        ("179.3", "", AreaClass.UNKNOWN, ClassBasis.SHORTAGE_TIE),
        ("179.30", "-", AreaClass.UNKNOWN, ClassBasis.SHORTAGE_TIE),
        ("179.34", "", AreaClass.UNKNOWN, ClassBasis.SHORTAGE_TIE),
        ("１７９．３", "", AreaClass.UNKNOWN, ClassBasis.SHORTAGE_TIE),
        ("179.2", "", AreaClass.SHORTAGE, ClassBasis.CUT_OFF),
        ("179.35", "", AreaClass.NEITHER, ClassBasis.CUT_OFF),
        ("217.6", "", AreaClass.SURPLUS, ClassBasis.SURPLUS_TIE),
        ("217.6", "多数", AreaClass.SURPLUS, ClassBasis.STATED),
        ("217.5", "", AreaClass.NEITHER, ClassBasis.CUT_OFF),
        ("150", "-", AreaClass.SHORTAGE, ClassBasis.CUT_OFF),  # a dash states nothing
        ("150", "少数でも多数でもない区域", AreaClass.NEITHER, ClassBasis.STATED),
        ("150", "医師少数・多数以外", AreaClass.NEITHER, ClassBasis.STATED),
        ("", "少数", AreaClass.SHORTAGE, ClassBasis.STATED),
        ("200", "Shortage area", AreaClass.SHORTAGE, ClassBasis.STATED),
        ("150", "middle", AreaClass.NEITHER, ClassBasis.STATED),
    ],
)
@pytest.mark.parametrize("header", ["区分", "class"])
def test_a_stated_class_wins_and_a_tie_is_open(tmp_path, header, index, written, kind, basis):
    text = f"area_code,area_name,physician_index,{header}\n4306,阿蘇,{index},{written}\n"
    table, _ = read_physician_index(_write(tmp_path, text), EDITION)
    found = table.get("4306")
    assert (found.area_class, found.basis) == (kind, basis)


@pytest.mark.parametrize(
    ("index", "written", "codes"),
    [
        ("179.3", "中間", []),
        ("179.3", "少数", []),
        ("179.3", "多数", ["class-disagrees"]),
        ("164.7", "中間", ["class-disagrees"]),
        ("164.7", "少数", []),
        ("164.7", "", []),
        ("164.7", "少数区域ではない", ["class-unread"]),
        ("164.7", "少数？", ["class-unread"]),
        ("164.7", "A", ["class-unread"]),
    ],
)
def test_what_a_class_column_says_is_compared_with_the_cut_offs(tmp_path, index, written, codes):
    text = f"area_code,physician_index,区分\n4306,{index},{written}\n"
    _, problems = read_physician_index(_write(tmp_path, text), EDITION)
    assert [p.code for p in problems] == codes


def test_a_column_of_other_words_is_told_once(tmp_path):
    rows = "".join(f"43{n:02d},{150 + n},二次\n" for n in range(1, 12))
    table, problems = read_physician_index(
        _write(tmp_path, "area_code,physician_index,区分\n" + rows), EDITION
    )
    assert [(p.code, p.row) for p in problems] == [("class-unread", 2)]
    assert "ほか10行" in problems[0].message.ja
    assert {i.basis for i in table.indices} == {ClassBasis.CUT_OFF}


def test_bad_indices_come_together(tmp_path):
    text = (
        "area_code,physician_index,edition\n4302,abc,2024-01\n99,1,2024-01\n4303,-5,2024-01\n"
        "4304,190,2022-11\n4305,nan,2024-01\n4306,184.2,\n4306,184.2,\n"
        "4307,1e99,\n"
    )
    with pytest.raises(DataError) as caught:
        read_physician_index(_write(tmp_path, text), EDITION)
    assert [(p.code, p.row) for p in caught.value.problems] == [
        ("bad-index", 2),
        ("bad-area-code", 3),
        ("bad-index", 4),
        ("other-edition", 5),
        ("bad-index", 6),
        ("duplicate-area", 8),
        ("bad-index", 9),
    ]


@pytest.mark.parametrize("low", [217.6, 300.0, float("nan")])
def test_cut_offs_must_be_in_order(tmp_path, low):
    path = _write(tmp_path, "area_code,index\n4302,164.7\n")
    with pytest.raises(UsageError, match="bad-cut-offs"):
        read_physician_index(path, IndexEdition("x", low, 217.6))


@pytest.mark.slow
@pytest.mark.skipif(not FIELD_DATA.is_dir(), reason="the shared data are not here")
def test_real_kumamoto():
    areas, problems = read_medical_areas(
        FIELD_DATA / "boundaries" / "municipality_to_medical_area.csv"
    )
    assert not problems
    assert len(areas.assignments) == 1896
    name = "kyushu_okinawa_physician_index_2024-01.csv"
    indices, problems = read_physician_index(FIELD_DATA / "indicators" / name, EDITION)
    assert not problems  # the file's own classes agree with the cut-offs
    assert len(indices.indices) == 63
    frame, _ = read_municipalities(
        FIELD_DATA / "boundaries" / "kumamoto_municipalities.gpkg", merge_wards=True
    )
    regions, problems = build_regions(frame, areas, indices, prefecture_code="43")
    assert not problems
    assert len(regions.areas) == 10
    classes = regions.areas["area_class"]
    assert sorted(regions.areas["name"][classes == "shortage"]) == ["宇城", "菊池"]
    assert list(classes[classes == "surplus"].index) == ["4308", "4309", "4312"]
    assert regions.area_of("43447").area_class is AreaClass.SURPLUS
    assert regions.locate(131.150494, 32.685331) == "43447"  # そよう病院


@pytest.mark.parametrize("written", ["344,3", "3,44", "1,5"])
def test_a_comma_for_a_point_is_no_index(tmp_path, written):
    path = _write(tmp_path, f"area_code;index\n4312;{written}\n")
    with pytest.raises(DataError, match="bad-index"):
        read_physician_index(path, EDITION)


@pytest.mark.parametrize(("blank", "told"), [((), ["area-without-index"]), (("4308",), [])])
def test_a_blank_index_is_told_once_by_its_row(blank, told):
    areas = AreaTable((AreaAssignment("43202", "4308", "八代"),))
    rows = (AreaIndex(c, "", None, AreaClass.UNKNOWN, ClassBasis.NO_INDEX) for c in blank)
    table = IndexTable(EDITION, (), tuple(rows))
    (area,), problems = classed_areas(areas.assignments, areas, table, homes={"43"})
    assert (area.area_class, area.basis) == (AreaClass.UNKNOWN, ClassBasis.NO_INDEX)
    assert [p.code for p in problems] == told
