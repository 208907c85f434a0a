"""Municipalities from N03 as downloaded and from simpler files."""

import json
import zipfile

import geopandas as gpd
import pytest
from shapely.geometry import GeometryCollection, LineString, Point, Polygon, box

from boundaries import AreaAssignment, AreaTable, CrsError, build_regions, read_municipalities
from groundfloor.problems import DataError, MissingFileError, Severity
from tests.helpers.folders import FIELD_DATA

DATA = FIELD_DATA / "boundaries"

N03 = ["N03_001", "N03_002", "N03_003", "N03_004", "N03_007"]
# 熊本市 in two wards, one of them in two pieces; a county town; land that belongs to nobody.
OLD_ROWS = [
    ("熊本県", None, "熊本市", "中央区", "43101", box(130.0, 32.0, 130.1, 32.1)),
    ("熊本県", None, "熊本市", "西区", "43103", box(129.9, 32.0, 130.0, 32.1)),
    ("熊本県", None, "熊本市", "西区", "43103", box(129.5, 32.0, 129.6, 32.1)),
    ("熊本県", None, "上益城郡", "山都町", "43447", box(130.1, 32.0, 130.2, 32.1)),
    ("熊本県", None, None, "八代市", "43202", box(130.2, 32.0, 130.3, 32.1)),
    ("熊本県", None, None, "所属未定地", None, box(130.3, 32.0, 130.31, 32.01)),
]


def _frame(rows=OLD_ROWS, columns=N03, crs=6668):
    data = {c: [r[i] for r in rows] for i, c in enumerate(columns)}
    return gpd.GeoDataFrame(data, geometry=[r[-1] for r in rows], crs=crs)


class _RawName(zipfile.ZipInfo):
    raw = b""

    def _encodeFilenameFlags(self):  # noqa: N802  zipfile's own hook
        return self.raw, 0


def _pack(path, files):
    """Zip files under CP932 names, without the UTF-8 flag, as Windows does."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, (name, file) in enumerate(files.items()):
            info = _RawName(f"m{number}")
            info.raw = name.encode("cp932")
            packed.writestr(info, file.read_bytes())
    return path


def _shapefile(folder, frame, stem="N03-20240101_43", *, cpg=False):
    folder.mkdir(exist_ok=True)
    frame.to_file(folder / f"{stem}.shp", encoding="cp932")
    if not cpg:
        (folder / f"{stem}.cpg").unlink()
    return folder / f"{stem}.shp"


def _n03_zip(tmp_path, frame, *, geojson=False):
    shp = _shapefile(tmp_path / "shp", frame)
    files = {f"N03-20240101_43_GML/行政区域_表{f.suffix}": f for f in sorted(shp.parent.iterdir())}
    if geojson:
        twin = tmp_path / "twin.geojson"
        frame.to_file(twin)
        files["N03-20240101_43_GML/行政区域_表.geojson"] = twin
        other = tmp_path / "pref.geojson"
        frame.to_file(other)
        files["N03-20240101_43_GML/N03-20240101_43_prefecture.geojson"] = other
    return _pack(tmp_path / "N03-20240101_43_GML.zip", files)


def _names(frame):
    return dict(zip(frame.index, frame["name"], strict=True))


@pytest.mark.parametrize("geojson", [False, True])
def test_n03_zip_with_cp932_names_and_dbf(tmp_path, geojson):
    path = _n03_zip(tmp_path, _frame(), geojson=geojson)
    frame, problems = read_municipalities(path, merge_wards=False)
    assert _names(frame) == {
        "43101": "熊本市中央区",
        "43103": "熊本市西区",
        "43202": "八代市",
        "43447": "山都町",
    }
    assert frame.index.name == "code"
    assert list(frame.columns) == ["name", "county", "prefecture_code", "prefecture", "geometry"]
    assert frame["county"]["43447"] == "上益城郡"
    assert set(frame["prefecture"]) == {"熊本県"}
    assert frame.crs.to_epsg() == 6668
    assert set(frame.geom_type) == {"MultiPolygon"}
    assert len(frame.geometry["43103"].geoms) == 2
    (problem,) = problems
    assert (problem.code, problem.row) == ("unassigned-land", 6)
    assert problem.severity is Severity.WARNING
    assert "1.04" in problem.message.ja  # km²


def test_wards_merge_into_their_city(tmp_path):
    frame, _ = read_municipalities(_n03_zip(tmp_path, _frame()), merge_wards=True)
    assert _names(frame) == {"43100": "熊本市", "43202": "八代市", "43447": "山都町"}
    west = box(129.9, 32.0, 130.1, 32.1)
    assert frame.geometry["43100"].equals(west.union(box(129.5, 32.0, 129.6, 32.1)))


def test_newer_layout_has_the_ward_in_its_own_column(tmp_path):
    rows = [
        ("静岡県", None, None, "浜松市", "中央区", "22138", box(137, 34, 138, 35)),
        ("静岡県", None, None, "浜松市", "浜名区", "22139", box(137, 35, 138, 36)),
        ("静岡県", None, "周智郡", "森町", None, "22461", box(138, 34, 139, 35)),
        ("東京都", None, None, "千代田区", None, "13101", box(139, 35, 140, 36)),
        ("架空県", None, None, "新政令市", "東区", "45101", box(131, 31, 132, 32)),
        ("架空県", None, None, "新政令市", "西区", "45102", box(131, 32, 132, 33)),
    ]
    source = tmp_path / "n03.geojson"
    columns = ["N03_001", "N03_002", "N03_003", "N03_004", "N03_005", "N03_007"]
    _frame(rows, columns).to_file(source)
    kept, _ = read_municipalities(source, merge_wards=False)
    assert kept["name"]["22138"] == "浜松市中央区"
    merged, _ = read_municipalities(source, merge_wards=True)
    assert _names(merged) == {
        "13101": "千代田区",
        "22130": "浜松市",
        "22461": "森町",
        "45100": "新政令市",  # designated after the table was written
    }


def test_only_the_prefectures_asked_for(tmp_path):
    rows = [("4344", "a", box(130, 32, 131, 33)), ("43447", "山都町", box(131, 32, 132, 33))]
    source = tmp_path / "a.gpkg"
    _frame(rows, ["code", "name"]).to_file(source)
    frame, problems = read_municipalities(source, merge_wards=True, prefectures={"43"})
    assert list(frame.index) == ["43447"]
    assert [(p.code, p.row, p.value) for p in problems] == [("code-leading-zero", 1, "4344")]
    with pytest.raises(DataError, match="no-municipality"):
        read_municipalities(source, merge_wards=True, prefectures={"13"})


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
def test_simple_columns_and_odd_codes(tmp_path, name):
    rows = [
        ("434477", "熊本県上益城郡山都町", box(131, 32, 132, 33)),
        ("1202", "函館市", box(133, 32, 134, 33)),
    ]
    source = tmp_path / name
    _frame(rows, ["団体コード", "市区町村名"]).to_file(
        source, encoding="cp932" if name == "a.shp" else None
    )
    frame, problems = read_municipalities(source, merge_wards=True)
    assert _names(frame) == {"01202": "函館市", "43447": "山都町"}
    assert frame["prefecture"]["01202"] == "北海道"
    assert [(p.code, p.value) for p in problems] == [("code-leading-zero", "1202")]


def test_numeric_codes_lose_zeros_too(tmp_path):
    source = tmp_path / "a.geojson"
    _frame([(1202, "函館市", box(133, 32, 134, 33))], ["code", "name"]).to_file(source)
    frame, problems = read_municipalities(source, merge_wards=True)
    assert list(frame.index) == ["01202"]
    assert len(problems) == 1


def test_every_unreadable_code_is_named(tmp_path):
    rows = [
        ("434471", "a", box(130, 32, 131, 33)),
        ("99999", "b", box(131, 32, 132, 33)),
        ("43447", "c", box(132, 32, 133, 33)),
    ]
    source = tmp_path / "a.gpkg"
    _frame(rows, ["code", "name"]).to_file(source)
    with pytest.raises(DataError) as caught:
        read_municipalities(source, merge_wards=True, label="境界.gpkg")
    assert [(p.file, p.row, p.column, p.value) for p in caught.value.problems] == [
        ("境界.gpkg", 1, "code", "434471"),
        ("境界.gpkg", 2, "code", "99999"),
    ]


def test_invalid_and_empty_geometries(tmp_path):
    bow_tie = Polygon([(130, 32), (131, 33), (131, 32), (130, 33)])
    rows = [
        ("43447", "山都町", bow_tie),
        ("43202", "八代市", None),
        ("43203", "人吉市", box(132, 32, 133, 33)),
    ]
    source = tmp_path / "a.gpkg"
    _frame(rows, ["code", "name"]).to_file(source)
    frame, problems = read_municipalities(source, merge_wards=True)
    assert list(frame.index) == ["43203", "43447"]
    assert frame.is_valid.all()
    assert {(p.code, p.row) for p in problems} == {("geometry-empty", 2), ("geometry-repaired", 1)}


def test_the_areas_in_a_collection_are_used_and_the_rest_is_told(tmp_path):
    one = box(130, 32, 131, 33)
    rows = [
        ("43447", "山都町", GeometryCollection([one, Point(130, 32)])),
        ("43202", "八代市", box(131, 32, 132, 33)),
        ("43203", "人吉市", LineString([(130, 32), (131, 33)])),
    ]
    source = tmp_path / "a.geojson"
    _frame(rows, ["code", "name"]).to_file(source)
    frame, problems = read_municipalities(source, merge_wards=True)
    assert list(frame.index) == ["43202", "43447"]
    assert frame.geometry["43447"].equals(one)
    assert {(p.code, p.row) for p in problems} == {
        ("geometry-part-dropped", 1),
        ("geometry-kind", 3),
    }


def test_days_in_an_old_layout_are_no_wards(tmp_path):
    columns = ["N03_001", "N03_003", "N03_004", "N03_005", "N03_006", "N03_007"]
    rows = [
        ("熊本県", "阿蘇郡", "小国町", "1935-04-01", None, "43424", box(131, 33, 131.1, 33.1)),
        (
            "熊本県",
            "阿蘇郡",
            "高森町",
            "1955-04-01",
            "2100-01-01",
            "43428",
            box(131, 32, 131.1, 33),
        ),
    ]
    source = tmp_path / "N03-07_43.geojson"
    _frame(rows, columns).to_file(source)
    frame, _ = read_municipalities(source, merge_wards=True)
    assert _names(frame) == {"43424": "小国町", "43428": "高森町"}
    assert set(frame["county"]) == {"阿蘇郡"}


def test_a_prefecture_one_metre_wide_is_blamed_itself(tmp_path):
    source = tmp_path / "a.gpkg"
    rows = [("43447", "山都町", box(130.9, 32.6, 131.1, 32.8))]
    _frame(rows, ["code", "name"], crs=6670).to_file(source)
    with pytest.raises(CrsError) as caught:
        read_municipalities(source, merge_wards=True, label="境界.gpkg")
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.value) == (
        "crs-impossible",
        "境界.gpkg",
        "EPSG:6670",
    )


@pytest.mark.parametrize("shape", [Point(130, 32), LineString([(130, 32), (131, 33)])])
def test_points_and_lines_are_no_boundaries(tmp_path, shape):
    source = tmp_path / "a.gpkg"
    _frame([("43447", "山都町", shape)], ["code", "name"]).to_file(source)
    with pytest.raises(DataError, match="no-polygons"):
        read_municipalities(source, merge_wards=True)


def test_other_systems_are_transformed(tmp_path):
    rows = [("43447", "山都町", box(130.9, 32.6, 131.1, 32.8))]
    source = tmp_path / "a.gpkg"
    for crs in (4612, 6670, 3857):
        _frame(rows, ["code", "name"]).to_crs(crs).to_file(source)
        frame, _ = read_municipalities(source, merge_wards=True)
        assert frame.crs.to_epsg() == 6668
        assert frame.geometry["43447"].hausdorff_distance(rows[0][-1]) < 1e-6


def test_a_missing_crs_is_refused_except_in_geojson(tmp_path):
    shp = _shapefile(tmp_path / "shp", _frame())
    shp.with_suffix(".prj").unlink()
    with pytest.raises(CrsError) as caught:
        read_municipalities(shp, merge_wards=True)
    assert ".prj" in caught.value.problems[0].remedy.ja
    source = tmp_path / "a.geojson"
    _frame().to_file(source)
    document = json.loads(source.read_text())
    document.pop("crs")
    source.write_text(json.dumps(document))
    assert read_municipalities(source, merge_wards=True)[0].crs.to_epsg() == 6668


@pytest.mark.parametrize("written", ["cp932", "utf-8"])
@pytest.mark.parametrize("claimed", [None, "UTF-8", "CP932"])
def test_the_bytes_of_a_dbf_outweigh_its_cpg(tmp_path, written, claimed):
    folder = tmp_path / "shp"
    folder.mkdir()
    shp = folder / "a.shp"
    _frame().to_file(shp, encoding=written)
    cpg = shp.with_suffix(".cpg")
    cpg.unlink() if claimed is None else cpg.write_text(claimed)
    frame, _ = read_municipalities(shp, merge_wards=True)
    assert frame["name"]["43447"] == "山都町"


def test_layers_are_chosen_or_asked_for(tmp_path):
    source = tmp_path / "a.gpkg"
    frame = _frame()
    frame.to_file(source, layer="行政区域")
    frame[["geometry"]].to_file(source, layer="背景")
    assert len(read_municipalities(source, merge_wards=True)[0]) == 3
    frame.to_file(source, layer="もう一つ")
    with pytest.raises(DataError, match="several-layers"):
        read_municipalities(source, merge_wards=True)
    assert len(read_municipalities(source, merge_wards=True, layer="もう一つ")[0]) == 3
    with pytest.raises(DataError, match="layer-missing"):
        read_municipalities(source, merge_wards=True, layer="none")


def test_bad_files(tmp_path):
    with pytest.raises(MissingFileError):
        read_municipalities(tmp_path / "none.zip", merge_wards=True)
    text = tmp_path / "a.txt"
    text.write_text("x")
    with pytest.raises(DataError, match="format-unknown"):
        read_municipalities(text, merge_wards=True)
    for name in ("a.geojson", "a.gpkg", "a.shp"):
        broken = tmp_path / name
        broken.write_bytes(b"{not a file")
        with pytest.raises(DataError, match="vector-unreadable"):
            read_municipalities(broken, merge_wards=True)
    other = tmp_path / "b.geojson"
    _frame()[["N03_001", "geometry"]].to_file(other)
    with pytest.raises(DataError, match="column-missing"):
        read_municipalities(other, merge_wards=True)
    empty = tmp_path / "c.geojson"
    empty.write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(DataError):
        read_municipalities(empty, merge_wards=True)
    bare = tmp_path / "empty.zip"
    with zipfile.ZipFile(bare, "w") as packed:
        packed.writestr("readme.txt", "x")
    with pytest.raises(DataError, match="zip-without-list"):
        read_municipalities(bare, merge_wards=True)
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w") as packed:
        packed.writestr("../evil.shp", "x")
    with pytest.raises(DataError, match="zip-unsafe-name"):
        read_municipalities(evil, merge_wards=True)
    assert not (tmp_path.parent / "evil.shp").exists()


def test_truncated_geojson(tmp_path):
    whole = tmp_path / "a.geojson"
    _frame().to_file(whole)
    cut = tmp_path / "b.geojson"
    cut.write_text(whole.read_text()[:400])
    with pytest.raises(DataError):
        read_municipalities(cut, merge_wards=True)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
class TestRealData:
    def test_kumamoto(self):
        path = DATA / "kumamoto_municipalities.gpkg"
        wards, problems = read_municipalities(path, merge_wards=False)
        assert not problems
        assert len(wards) == 49
        assert wards["name"]["43103"] == "熊本市西区"
        merged, _ = read_municipalities(path, merge_wards=True)
        assert len(merged) == 45
        assert merged["name"]["43100"] == "熊本市"
        assert merged["name"]["43423"] == "南小国町"
        assert set(merged["county"]["43447":"43447"]) == {"上益城郡"}
        assert merged.is_valid.all()

    @pytest.mark.parametrize(
        ("prefecture", "rows", "merged", "city"),
        [("40", 72, 60, "北九州市"), ("43", 49, 45, "熊本市"), ("46", 43, 43, "鹿児島市")],
    )
    def test_n03_columns(self, prefecture, rows, merged, city):
        path = DATA / f"municipalities_{prefecture}_simplified.geojson"
        assert len(read_municipalities(path, merge_wards=False)[0]) == rows
        frame, _ = read_municipalities(path, merge_wards=True)
        assert len(frame) == merged
        assert city in set(frame["name"])


def _kawasaki(tmp_path, *areas):
    """Write 川崎市 and 横浜市 with two wards each, and return them with a table of areas."""
    wards = {
        "14101": ("横浜市", "鶴見区"),
        "14102": ("横浜市", "神奈川区"),
        "14131": ("川崎市", "川崎区"),
        "14135": ("川崎市", "多摩区"),
    }
    rows = [
        ("神奈川県", None, *names, code, box(139 + n * 0.1, 35, 139.1 + n * 0.1, 35.1))
        for n, (code, names) in enumerate(wards.items())
    ]
    _frame(rows).to_file(tmp_path / "n03.geojson")
    assignments = (AreaAssignment(c, a, f"圏{a}") for c, a in zip(wards, areas, strict=True) if a)
    return tmp_path / "n03.geojson", AreaTable(tuple(assignments))


@pytest.mark.parametrize(
    ("areas", "codes", "notes"),
    [
        (("1401", "1401", "1404", "1405"), ["14100", "14131", "14135"], ["14130"]),
        (("1401", "1401", "1404", "1404"), ["14100", "14130"], []),
        (("1401", "1401", "1404", None), ["14100", "14130"], []),
        ((None, None, None, None), ["14100", "14130"], []),
        (
            ("1401", "1402", "1404", "1405"),
            ["14101", "14102", "14131", "14135"],
            ["14100", "14130"],
        ),
    ],
)
def test_wards_are_merged_within_a_medical_area_only(tmp_path, areas, codes, notes):
    path, table = _kawasaki(tmp_path, *areas)
    frame, problems = read_municipalities(path, merge_wards=True, areas=table)
    assert list(frame.index) == codes
    assert [(p.code, p.value, p.severity) for p in problems] == [
        ("wards-kept-apart", code, Severity.NOTE) for code in notes
    ]
    regions, odd = build_regions(frame, table, None, prefecture_code="14")
    assert not [p for p in odd if p.code == "wards-in-different-areas"]
    assert set(regions.areas.index) == set(areas) - {None}
    assert regions.locate(139.25, 35.05) in {"14131", "14130"}


def test_addresses_in_a_city_of_two_areas_find_the_ward(tmp_path):
    path, table = _kawasaki(tmp_path, "1401", "1401", "1404", "1405")
    frame, _ = read_municipalities(path, merge_wards=True, areas=table)
    regions, _ = build_regions(frame, table, None, prefecture_code="14")
    assert regions.from_address("神奈川県川崎市多摩区登戸1") == "14135"
    assert regions.area_of("14135").code == "1405"
    assert regions.from_address("横浜市鶴見区鶴見1") == "14100"
    assert (
        regions.from_address("川崎市登戸1") is None
    )  # which of its areas, the address leaves open


def test_a_city_of_two_areas_is_as_near_as_its_nearest_ward(tmp_path):
    path, table = _kawasaki(tmp_path, "1401", "1401", "1404", "1405")
    frame, _ = read_municipalities(path, merge_wards=True, areas=table)
    regions, _ = build_regions(frame, table, None, prefecture_code="14")
    assert regions.municipality("14130") is None
    assert regions.has_ground("14130")
    assert regions.distance_m("14130", 139.35, 35.05) == 0.0  # in 多摩区
    wards = [regions.distance_m(code, 139.05, 35.05) for code in ("14131", "14135")]
    assert regions.distance_m("14130", 139.05, 35.05) == min(wards) > 0
    assert regions.has_ground("14100")
    assert not regions.has_ground("14150")
    with pytest.raises(KeyError):
        regions.distance_m("14150", 139.05, 35.05)
