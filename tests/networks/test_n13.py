"""国土数値情報 N13: made-up meshes in the layout of the published ones."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, MultiLineString, Point

from groundfloor.archives import open_archive
from groundfloor.problems import DataError, MissingFileError
from networks.errors import NetworkDataError
from networks.n13.centre_lines import read_n13
from networks.n13.codes import CLASSES, codes_of, row_of
from networks.n13.topology import Lines, cut_lines
from networks.speeds.profile_files import load_profile, parse_profile

EVERYDAY = load_profile("everyday")
LON, LAT = 130.70, 32.80  # where the made-up town lies
PROFILE_TEXT = """
name = "small"
version = "1"
{rule}
[access]
kmh = 15
source = "test"
[ferry]
source = "test"
[fallback]
kmh = 12
source = "test"
[[class]]
name = "trunk"
kmh = 40
source = "test"
"""


def road(*points, **codes):
    """A row of N13; points in thousandths of a degree from the town's corner."""
    values = {"kind": "1", "road": "3", "state": "1", "level": "0", "width": "2", "toll": "1"}
    values |= codes
    line = LineString([(round(LON + x / 1000, 9), round(LAT + y / 1000, 9)) for x, y in points])
    return {
        "N13_001": "2024-04-01",
        "N13_002": values["kind"],
        "N13_003": values["road"],
        "N13_004": values["state"],
        "N13_005": values["level"],
        "N13_006": values["width"],
        "N13_007": values["toll"],
        "N13_008": "493015",
        "geometry": line,
    }


def frame(*rows, crs=6668):
    return gpd.GeoDataFrame(list(rows), geometry="geometry", crs=crs)


def shapefile(path, *rows, crs=6668, encoding="CP932"):
    path.parent.mkdir(parents=True, exist_ok=True)
    frame(*rows, crs=crs).to_file(
        path, driver="ESRI Shapefile", encoding=encoding, engine="pyogrio"
    )
    return path


def geojson(path, *rows, crs=6668):
    frame(*rows, crs=crs).to_file(path, driver="GeoJSON", engine="pyogrio", COORDINATE_PRECISION=9)
    return path


def zipped(path, folder):
    """Zip a folder as Windows does: member names in CP932, no UTF-8 flag."""

    class WindowsInfo(zipfile.ZipInfo):
        def _encodeFilenameFlags(self):  # noqa: N802  the name zipfile calls
            return self.filename.encode("cp932"), self.flag_bits & ~0x800

    with zipfile.ZipFile(path, "w") as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                info = WindowsInfo(str(file.relative_to(folder)))
                packed.writestr(info, file.read_bytes())
    return path


CROSS = (
    road((0, 0), (1, 0), road="1", width="3"),
    road((1, 0), (2, 0), road="1", width="3"),
    road((1, 0), (1, 1), road="2", width="2"),
    road((1, 0), (1, -1)),
)


def kmh(network, edge):
    return network.edges.length_m[edge] * 3.6 / network.edges.forward_ms[edge] * 1000


def edge_between(network, a, b):
    """The edge between two places given in thousandths."""
    found = []
    for edge in range(len(network.edges)):
        ends = {
            (
                round(float(network.nodes.lon[n] - LON) * 1000, 4),
                round(float(network.nodes.lat[n] - LAT) * 1000, 4),
            )
            for n in (network.edges.tail[edge], network.edges.head[edge])
        }
        if ends == {a, b}:
            found.append(edge)
    assert len(found) == 1, (a, b, found)
    return found[0]


def problems_of(path, profile=EVERYDAY):
    with pytest.raises(NetworkDataError) as caught:
        read_n13(path, profile)
    return caught.value.problems


def test_classes_widths_tolls_and_speeds(tmp_path):
    path = shapefile(
        tmp_path / "N13-24_4930.shp",
        *CROSS,
        road((2, 0), (3, 0), road="4", width="4", toll="2"),
        road((1, 1), (1, 2), road="3", width="3"),
        road((1, 2), (1, 3), road="5", width="1"),
        road((1, 3), (1, 4), road="6", width="6"),
    )
    network = read_n13(path, EVERYDAY)
    wanted = {
        ((0, 0), (1, 0)): ("trunk", 9.25, False),
        ((1, 0), (1, 1)): ("secondary", 4.25, False),
        ((1, -1), (1, 0)): ("unclassified", 4.25, False),
        ((2, 0), (3, 0)): ("motorway", 16.25, True),
        ((1, 1), (1, 2)): ("tertiary", 9.25, False),  # municipal with a centre line
        ((1, 2), (1, 3)): ("road", 2.0, False),
        ((1, 3), (1, 4)): ("road", np.nan, False),
    }
    for (a, b), (name, width, toll) in wanted.items():
        edge = edge_between(network, a, b)
        assert network.classes[network.edges.road_class[edge]] == name
        assert network.edges.width_m[edge] == pytest.approx(width, nan_ok=True)
        assert network.edges.toll[edge] == toll
        assert network.edges.forward_ms[edge] == network.edges.backward_ms[edge] > 0
    assert kmh(network, edge_between(network, (0, 0), (1, 0))) == pytest.approx(45, rel=1e-3)
    metres = Geod(ellps="GRS80").inv(LON, LAT, LON + 0.001, LAT)[2]
    assert network.edges.length_m[edge_between(network, (0, 0), (1, 0))] == pytest.approx(
        metres, abs=1e-3
    )
    assert network.origin.as_of == "2024"
    assert "国土数値情報" in network.origin.attribution


def test_says_that_one_way_streets_and_limits_are_unknown(tmp_path):
    network = read_n13(shapefile(tmp_path / "a.shp", *CROSS), EVERYDAY)
    (problem,) = network.problems
    assert problem.code == "n13-no-oneway"
    assert "一方通行と規制速度の情報がありません" in problem.message.ja


def test_what_no_car_may_use_is_dropped_and_counted(tmp_path):
    path = shapefile(
        tmp_path / "a.shp",
        *CROSS,
        road((2, 0), (3, 0), state="5"),
        road((2, 0), (3, 0), kind="2"),
        road((2, 0), (3, 0), kind="3", state="5"),
        road((2, 0), (3, 0), kind="4"),
        road((2, 0), (2, 0.000001)),  # a tenth of a millimetre
        road((2, 0), (2, 1), state="3", kind="5"),
    )
    network = read_n13(path, EVERYDAY)
    assert len(network.edges) == 5
    assert dict(network.origin.dropped) == {
        "建設中": 1,
        "庭園路": 1,
        "徒歩道": 1,
        "石段": 1,
        "長さ0": 1,
    }


def test_junctions_are_equal_ends_and_bridges_are_none(tmp_path):
    path = geojson(
        tmp_path / "N13-24_4930.geojson",
        road((0, 0), (1, 0), (2, 0)),  # not cut, though the next one ends at its middle
        road((1, 0), (1, 1)),
        road((0.5, -1), (0.5, 1), state="2"),  # crosses the first without a vertex: a bridge
        road((1.5, -1), (1.5, 0.5), (1.5, 1)),
        road((1.0, 0.5), (1.5, 0.5), (2.0, 0.5)),  # a vertex in common with the one above
        road((1.8, -1), (1.8, 0), (1.8, 1), level="1"),
        road((1.7, 0), (1.8, 0), (1.9, 0), level="0"),  # in common, on another level
    )
    network = read_n13(path, EVERYDAY)
    degree = np.bincount(np.concatenate([network.edges.tail, network.edges.head]))
    at = {
        (round(float(lon - LON) * 1000, 4), round(float(lat - LAT) * 1000, 4)): int(degree[i])
        for i, (lon, lat) in enumerate(zip(network.nodes.lon, network.nodes.lat, strict=True))
    }
    assert at[(1, 0)] == 3
    assert (0.5, 0) not in at
    assert at[(1.5, 0.5)] == 4
    assert (1.8, 0) not in at
    assert list(network.edges.source_id) == [1, 1, 2, 3, 4, 4, 5, 5, 6, 7]


def test_a_place_along_a_line_keeps_its_shape(tmp_path):
    path = geojson(
        tmp_path / "a.geojson", road((0, 0), (0.3, 0.4), (1, 0), (2, 1)), road((1, 0), (1, 1))
    )
    network = read_n13(path, EVERYDAY)
    shapes = network.shapes
    whole = [shapes.offset[i + 1] - shapes.offset[i] for i in range(3)]
    assert whole == [3, 2, 2]
    assert shapes.lon[1] == pytest.approx(LON + 0.0003, abs=1e-9)


def test_formats_agree(tmp_path):
    made = tmp_path / "made"
    shapefile(made / "国土" / "道路_N13-24_4930.shp", *CROSS)
    sources = [
        made / "国土" / "道路_N13-24_4930.shp",
        zipped(tmp_path / "N13-24_4930_SHP.zip", made),
        geojson(tmp_path / "N13-24_4930.geojson", *CROSS),
        tmp_path / "n13.gpkg",
    ]
    frame(*CROSS).to_file(sources[3], layer="roads", driver="GPKG")
    frame(CROSS[0])[["N13_001", "geometry"]].to_file(sources[3], layer="notes", driver="GPKG")
    hashes = {read_n13(source, EVERYDAY).sha256 for source in sources}
    assert len(hashes) == 1


def test_meshes_in_a_folder_are_joined_at_their_seam(tmp_path):
    folder = tmp_path / "meshes"
    west, east = road((0, 0), (1, 0)), road((1, 0), (2, 0))
    shapefile(folder / "N13-24_4930_SHP" / "N13-24_4930.shp", west)
    shapefile(tmp_path / "made" / "N13-24_4931_SHP" / "N13-24_4931.shp", east)
    zipped(folder / "N13-24_4931_SHP.zip", tmp_path / "made")
    geojson(folder / "N13-24_4930.geojson", west)  # the twin of the Shapefile is not read again
    network = read_n13(folder, EVERYDAY)
    assert len(network.edges) == 2
    assert len(network.nodes) == 3
    assert network.nodes.component.tolist() == [0, 0, 0]
    assert network.origin.source == "meshes"


def test_a_road_that_ends_at_the_rim_of_a_mesh_goes_on_beyond_it(tmp_path):
    west, east = road((299, 0), (300, 0)), road((300, 0), (301, 0))  # 131 degrees east
    alone = read_n13(geojson(tmp_path / "west.geojson", west), EVERYDAY)
    assert alone.nodes.lon[alone.nodes.border].tolist() == [131.0]
    both = read_n13(geojson(tmp_path / "both.geojson", west, east), EVERYDAY)
    assert not both.nodes.border.any()


def test_large_layers_are_read_in_parts(tmp_path, monkeypatch):
    rows = [*CROSS, road((2, 0), (3, 0)), road((2, 0), (3, 1), state="9")]
    whole = read_n13(shapefile(tmp_path / "good.shp", *rows[:5]), EVERYDAY)
    monkeypatch.setattr("groundfloor.layers.ROWS_AT_ONCE", 2)
    parts = read_n13(tmp_path / "good.shp", EVERYDAY)
    assert parts.sha256 == whole.sha256
    assert [p.row for p in problems_of(shapefile(tmp_path / "bad.shp", *rows))] == [6]


def test_progress_names_the_files(tmp_path):
    told = []
    read_n13(shapefile(tmp_path / "a.shp", *CROSS), EVERYDAY, progress=told.append)
    assert any("a.shp" in text.ja for text in told)


def test_numbers_and_blanks_as_codes(tmp_path):
    whole = frame(*CROSS)
    for column in ("N13_002", "N13_003", "N13_004", "N13_006", "N13_007"):
        whole[column] = whole[column].astype(int)
    whole["N13_006"] = np.nan
    whole["N13_004"] = None
    whole.to_file(tmp_path / "a.gpkg")
    network = read_n13(tmp_path / "a.gpkg", EVERYDAY)
    assert np.isnan(network.edges.width_m).all()


def test_unknown_codes_by_row_and_column(tmp_path):
    path = shapefile(
        tmp_path / "a.shp",
        *CROSS,
        road((2, 0), (3, 0), state="9"),
        road((2, 0), (3, 1), state="9"),
        road((2, 0), (3, 2), toll=""),
        road((2, 0), (3, 3), road="国道"),
    )
    found = {(p.code, p.file, p.row, p.column, p.value) for p in problems_of(path)}
    assert found == {
        ("n13-code", "a.shp", 5, "N13_004", "9"),
        ("n13-code", "a.shp", 7, "N13_007", ""),
        ("n13-code", "a.shp", 8, "N13_003", "国道"),
    }
    assert any("2行" in p.message.ja for p in problems_of(path))


def test_unknown_class_gets_the_fallback_where_the_profile_says_so(tmp_path):
    path = geojson(
        tmp_path / "a.geojson", road((0, 0), (1, 0), road="1"), road((1, 0), (2, 0), road="8")
    )
    strict = parse_profile(PROFILE_TEXT.format(rule=""), "small.toml")
    assert [p.code for p in problems_of(path, strict)] == ["n13-code"]
    lenient = parse_profile(PROFILE_TEXT.format(rule='unknown_class = "fallback"'), "small.toml")
    network = read_n13(path, lenient)
    assert [network.classes[c] for c in network.edges.road_class] == ["trunk", "fallback"]
    assert kmh(network, 1) == pytest.approx(12, rel=1e-3)
    assert [network.speed_sources[c] for c in network.edges.speed_source] == ["profile", "fallback"]
    assert "class-fallback" in [p.code for p in network.problems]


def test_narrow_roads_are_slow_or_shut_as_the_profile_says(tmp_path):
    text = (
        PROFILE_TEXT.format(rule="")
        + """
[[width]]
below_m = 5
kmh = 25
source = "test"
[[width]]
below_m = 3
kmh = 0
source = "test"
"""
    )
    path = geojson(
        tmp_path / "a.geojson",
        *(road((i, 0), (i + 1, 0), road="1", width=w) for i, w in enumerate("12346")),
    )
    network = read_n13(path, parse_profile(text, "small.toml"))
    assert [round(kmh(network, e)) for e in range(4)] == [25, 40, 40, 40]
    assert network.edges.source_id.tolist() == [2, 3, 4, 5]
    assert dict(network.origin.dropped) == {"too-narrow": 1}
    sources = [network.speed_sources[i] for i in network.edges.speed_source]
    assert sources == ["width", "profile", "profile", "profile"]


def test_a_profile_without_the_row_is_named(tmp_path):
    strict = parse_profile(PROFILE_TEXT.format(rule=""), "small.toml")
    (problem,) = problems_of(geojson(tmp_path / "a.geojson", *CROSS[1:3]), strict)
    assert problem.code == "n13-class"
    assert problem.value == "都道府県道"


@pytest.mark.parametrize("name", ["everyday", "legal"])
def test_every_class_has_a_row_in_the_built_in_profiles(name):
    assert all(row_of(found, load_profile(name)) is not None for found in CLASSES.values())


def test_other_systems_are_transformed_and_a_missing_one_is_refused(tmp_path):
    plain = read_n13(geojson(tmp_path / "a.geojson", *CROSS), EVERYDAY)
    moved = frame(*CROSS).to_crs(6670)
    moved.to_file(tmp_path / "plane.gpkg")
    plane = read_n13(tmp_path / "plane.gpkg", EVERYDAY)
    assert plane.nodes.lon == pytest.approx(plain.nodes.lon, abs=2e-8)
    assert len(plane.nodes) == len(plain.nodes)
    path = shapefile(tmp_path / "bare.shp", *CROSS)
    path.with_suffix(".prj").unlink()
    assert [p.code for p in problems_of(path)] == ["crs-missing"]


def test_metres_that_say_they_are_degrees(tmp_path):
    wrong = frame(*CROSS).to_crs(6670).set_crs(6668, allow_override=True)
    wrong.to_file(tmp_path / "a.gpkg")
    (problem,) = problems_of(tmp_path / "a.gpkg")
    assert (problem.code, problem.file) == ("crs-impossible", "a.gpkg")


def test_swapped_axes_are_not_japan(tmp_path):
    rows = frame(*CROSS)
    rows["geometry"] = shapely.transform(rows.geometry.values, lambda xy: xy[:, ::-1])
    rows.to_file(tmp_path / "a.gpkg")
    assert [p.code for p in problems_of(tmp_path / "a.gpkg")] == ["axes-swapped"]


def test_damaged_empty_and_foreign_files(tmp_path):
    (tmp_path / "a.shp").write_bytes(b"not a shapefile")
    assert [p.code for p in problems_of(tmp_path / "a.shp")] == ["vector-unreadable"]
    (tmp_path / "empty").mkdir()
    assert [p.code for p in problems_of(tmp_path / "empty")] == ["vector-none"]
    frame(*CROSS)[["N13_001", "geometry"]].to_file(tmp_path / "other.gpkg")
    assert [p.code for p in problems_of(tmp_path / "other.gpkg")] == ["n13-none"]
    frame(*CROSS).drop(columns=["N13_004", "N13_007"]).to_file(tmp_path / "thin.gpkg")
    assert [p.column for p in problems_of(tmp_path / "thin.gpkg")] == ["N13_004", "N13_007"]
    with pytest.raises(MissingFileError):
        read_n13(tmp_path / "no.shp", EVERYDAY)
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(DataError):
        read_n13(tmp_path / "a.zip", EVERYDAY)


def test_only_roads_under_construction_is_no_network(tmp_path):
    path = geojson(tmp_path / "a.geojson", road((0, 0), (1, 0), state="5"))
    assert [p.code for p in problems_of(path)] == ["network-empty"]


def test_points_are_refused_and_multilines_are_taken_apart(tmp_path):
    rows = frame(*CROSS)
    rows.loc[1, "geometry"] = Point(LON, LAT)
    rows.to_file(tmp_path / "points.geojson", driver="GeoJSON")
    (problem,) = problems_of(tmp_path / "points.geojson")
    assert (problem.code, problem.row) == ("geometry-kind", 2)
    parts = frame(CROSS[0])
    parts["geometry"] = [MultiLineString([CROSS[0]["geometry"], CROSS[3]["geometry"]])]
    network = read_n13(geojson_of(tmp_path / "multi.geojson", parts), EVERYDAY)
    assert network.edges.source_id.tolist() == [1, 1]


def geojson_of(path, rows):
    rows.to_file(path, driver="GeoJSON", COORDINATE_PRECISION=9)
    return path


def test_geojson_without_a_system_is_in_degrees(tmp_path):
    path = geojson(tmp_path / "a.geojson", *CROSS)
    data = json.loads(path.read_text("utf-8"))
    data.pop("crs", None)
    path.write_text(json.dumps(data), "utf-8")
    assert len(read_n13(path, EVERYDAY).edges) == 4


def test_codes_as_they_come():
    assert codes_of(np.array([1, 2])).tolist() == [1, 2]
    assert codes_of(np.array([1.0, np.nan, 2.5])).tolist() == [1, 0, -1]
    assert codes_of(np.array(["03", "-4", None, float("nan")], object)).tolist() == [3, -1, 0, 0]


def test_cutting_a_line_that_meets_itself():
    points = np.array([(0, 0), (1, 0), (2, 1), (1, 2), (1, 0), (1, -1)]) / 1000 + [LON, LAT]
    lines = Lines(np.array([0, 6]), points[:, 0].copy(), points[:, 1].copy())
    pieces = cut_lines(lines, np.zeros(1, np.int64))
    assert len(pieces.tail) == 3
    assert len(pieces.node_id) == 3
    assert (pieces.tail == pieces.head).sum() == 1


def test_the_zip_of_a_test_has_names_as_windows_writes_them(tmp_path):
    made = tmp_path / "made"
    shapefile(made / "道路表.shp", *CROSS)
    path = zipped(tmp_path / "a.zip", made)
    assert "道路表.shp".encode("cp932") in path.read_bytes()
    with open_archive(path) as archive:
        assert [m.name for m in archive.with_suffix(".shp")] == ["道路表.shp"]


def test_same_bytes_twice(tmp_path):
    path = shapefile(tmp_path / "a.shp", *CROSS)
    assert read_n13(path, EVERYDAY).sha256 == read_n13(Path(path), EVERYDAY).sha256


# --- sheets that do not write a place alike


def moved(row, at, east=0.0, north=0.0):
    """The row with one vertex moved by degrees."""
    points = np.array(row["geometry"].coords)
    points[at] += (east, north)
    return {**row, "geometry": LineString(points)}


def lines_of(*points):
    """Lines of two vertices each, in degrees."""
    flat = np.array(points, float).reshape(-1, 2)
    offset = np.arange(len(points) + 1) * 2
    return Lines(offset, flat[:, 0].copy(), flat[:, 1].copy())


@settings(max_examples=200)
@given(
    at=st.tuples(st.floats(130, 131), st.floats(32, 33)),
    apart=st.tuples(st.floats(-1e-7, 1e-7), st.floats(-1e-7, 1e-7)),
)
def test_ends_within_a_centimetre_meet_wherever_they_lie(at, apart):
    there = (at[0] + apart[0] * 0.99, at[1] + apart[1] * 0.99)
    pieces = cut_lines(lines_of((at, (129.5, 32.5)), ((131.5, 32.5), there)), np.zeros(2, np.int64))
    assert len(pieces.node_id) == 3
    assert set(pieces.node_lon[[pieces.head[1]]]) == {pieces.lon[0]}


def test_ends_a_decimetre_apart_do_not_meet():
    lines = lines_of(((130, 32), (130.5, 32)), ((130.500001, 32), (131, 32)))
    assert len(cut_lines(lines, np.zeros(2, np.int64)).node_id) == 4


def test_a_place_belongs_to_all_lines_that_meet_there_however_many_decimals_each_has():
    # Half of a grid of 1e-8 degrees: 1e-13 to the left and to the right of it round apart.
    at = 130.123456785
    ends = [(at + k * 1e-13, 32.123456785 - k * 1e-13) for k in (-2, -1, 0, 1, 2)]
    lines = lines_of(*((end, (130.2 + k / 100, 32.2)) for k, end in enumerate(ends)))
    pieces = cut_lines(lines, np.zeros(5, np.int64))
    assert len(pieces.node_id) == 6
    assert len(set(zip(pieces.lon[::2], pieces.lat[::2], strict=True))) == 1


@pytest.mark.parametrize("write", [shapefile, geojson])
def test_last_decimals_of_a_sheet_cut_no_road(tmp_path, write):
    suffix = ".shp" if write is shapefile else ".geojson"
    for k, offset in enumerate((5e-9, -5e-9, 4e-8)):
        seam = moved(road((1, 0), (2, 0)), 0, offset, offset)
        path = write(tmp_path / f"{k}{suffix}", road((0, 0), (1, 0)), seam)
        network = read_n13(path, EVERYDAY)
        assert len(network.nodes) == 3
        assert "dead-ends-beside-road" not in {p.code for p in network.problems}


def test_a_road_on_two_sheets_counts_once(tmp_path):
    once = shapefile(tmp_path / "once" / "N13-24_4930.shp", *CROSS)
    read = read_n13(once, EVERYDAY)
    folder = tmp_path / "twice"
    shapefile(folder / "N13-24_4930.shp", *CROSS)
    # The other sheet has it drawn the other way, cut elsewhere, and a road of its own.
    shapefile(
        folder / "N13-24_4931.shp",
        road((2, 0), (1, 0), (0, 0), road="1", width="3"),
        moved(CROSS[3], 0, 3e-8),
        road((2, 0), (3, 0), road="1", width="3"),
    )
    both = read_n13(folder, EVERYDAY)
    assert len(both.edges) == len(read.edges) + 1
    assert dict(both.origin.dropped)["二重の道路"] == 3
    km = dict(both.info().km_by_class)
    own = geod_m((2, 0), (3, 0)) / 1000
    assert km["trunk"] == pytest.approx(dict(read.info().km_by_class)["trunk"] + own)


def test_two_roads_one_above_the_other_are_two(tmp_path):
    deck = road((0, 0), (1, 0), road="4", width="4", level="1")
    network = read_n13(shapefile(tmp_path / "a.shp", road((0, 0), (1, 0)), deck), EVERYDAY)
    assert len(network.edges) == 2
    assert "二重の道路" not in dict(network.origin.dropped)


def geod_m(a, b):
    ends = [(LON + x / 1000, LAT + y / 1000) for x, y in (a, b)]
    return Geod(ellps="GRS80").inv(*ends[0], *ends[1])[2]
