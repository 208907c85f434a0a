"""Outlines of several files: one table, nothing twice, contradictions by file and row."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

from boundaries import build_regions, read_municipalities
from boundaries.types import AreaTable
from groundfloor.problems import DataError, MissingFileError, Severity

OGUNI = ("43424", "小国町", box(131.0, 33.0, 131.2, 33.2))
YAMATO = ("43447", "山都町", box(131.0, 32.6, 131.2, 33.0))
OMUTA = ("40202", "大牟田市", box(130.4, 33.0, 130.5, 33.1))
HITA = ("44204", "日田市", box(131.0, 33.2, 131.2, 33.4))


def written(folder: Path, name: str, *rows: tuple[str, str, Polygon], crs: int = 6668) -> Path:
    data = {"code": [r[0] for r in rows], "name": [r[1] for r in rows]}
    frame = gpd.GeoDataFrame(data, geometry=[r[2] for r in rows], crs=6668).to_crs(crs)
    frame.to_file(folder / name)
    return folder / name


def test_files_of_their_own_crs_and_format_are_one_table(tmp_path: Path) -> None:
    own = written(tmp_path, "43.gpkg", YAMATO, OGUNI)
    other = written(tmp_path, "44.geojson", HITA, crs=4612)
    plane = written(tmp_path, "40.gpkg", OMUTA, crs=6670)
    frame, problems = read_municipalities([own, other, plane], merge_wards=True)
    assert not problems
    assert list(frame.index) == ["40202", "43424", "43447", "44204"]
    assert frame.crs.to_epsg() == 6668
    assert frame.geometry["40202"].symmetric_difference(OMUTA[2]).area < 1e-9
    backwards, _ = read_municipalities([plane, other, own], merge_wards=True)
    assert backwards.equals(frame)


def test_a_municipality_that_two_files_have_alike_counts_once(tmp_path: Path) -> None:
    own = written(tmp_path, "43.geojson", OGUNI, YAMATO)
    country = written(tmp_path, "japan.gpkg", OGUNI, YAMATO, HITA)
    frame, (told,) = read_municipalities([own, country], merge_wards=True)
    assert list(frame.index) == ["43424", "43447", "44204"]
    assert (told.code, told.severity) == ("municipalities-in-two-files", Severity.NOTE)
    assert told.file == "japan.gpkg"
    assert "2市区町村は43.geojsonにも" in told.message.ja
    _, (twice,) = read_municipalities([own, own], merge_wards=True)
    assert twice.code == "municipalities-in-two-files"


def test_a_vertex_more_on_a_straight_border_is_the_same_outline(tmp_path: Path) -> None:
    more = Polygon([(131.0, 33.0), (131.1, 33.0), (131.2, 33.0), (131.2, 33.2), (131.0, 33.2)])
    own = written(tmp_path, "a.gpkg", OGUNI)
    other = written(tmp_path, "b.gpkg", ("43424", "小国町", more))
    _, (told,) = read_municipalities([own, other], merge_wards=True)
    assert told.severity is Severity.NOTE


@pytest.mark.parametrize(
    ("other", "code", "row", "words"),
    [
        (
            [HITA, ("43424", "小国町", box(131.0, 33.0, 131.2, 33.19))],
            "municipality-with-two-outlines",
            2,
            "小国町 (43424)",
        ),
        (
            [("43424", "小国市", OGUNI[2])],
            "code-with-two-names",
            1,
            "小国町 (43424)と小国市 (43424)",
        ),
        (  # before a merger
            [HITA, ("43423", "南小国町", box(131.05, 33.05, 131.1, 33.1))],
            "municipalities-on-one-ground",
            2,
            "南小国町 (43423)が、own.gpkgの小国町 (43424)と",
        ),
        (  # after one
            [("43999", "新市", box(131.0, 32.6, 131.2, 33.2))],
            "municipalities-on-one-ground",
            1,
            "（ほか1組）",
        ),
    ],
)
def test_what_two_files_say_otherwise_is_an_error(
    tmp_path: Path, other: list[tuple[str, str, Polygon]], code: str, row: int, words: str
) -> None:
    own = written(tmp_path, "own.gpkg", OGUNI, YAMATO)
    file = written(tmp_path, "other.gpkg", *other)
    with pytest.raises(DataError) as caught:
        read_municipalities([own, file], merge_wards=True)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.row) == (code, "other.gpkg", row)
    assert words in problem.message.ja
    assert "own.gpkg" in problem.message.en


def test_borders_that_were_drawn_apart_harm_nobody(tmp_path: Path) -> None:
    """A neighbour's border 100 m into ours: its own middle is its own, and ours holds there."""
    own = written(tmp_path, "own.gpkg", OGUNI, YAMATO)
    over = written(tmp_path, "44.gpkg", ("40999", "隣町", box(131.0, 33.199, 131.2, 33.4)))
    frame, problems = read_municipalities([own, over], merge_wards=True)
    assert not problems
    regions, _ = build_regions(frame, AreaTable(()), None, prefecture_code="43")
    assert regions.locate(131.1, 33.1995) == "43424"
    theirs, _ = build_regions(frame, AreaTable(()), None, prefecture_code="40")
    assert theirs.locate(131.1, 33.1995) == "40999"


@pytest.mark.parametrize("merge_wards", [True, False])
def test_a_city_whole_in_one_file_and_in_wards_in_the_other(
    tmp_path: Path, *, merge_wards: bool
) -> None:
    city = ("40130", "福岡市", box(130.3, 33.5, 130.5, 33.6))
    wards = [
        ("40131", "福岡市東区", box(130.3, 33.5, 130.4, 33.6)),
        ("40132", "福岡市博多区", box(130.4, 33.5, 130.5, 33.6)),
    ]
    whole, apart = written(tmp_path, "a.gpkg", city), written(tmp_path, "b.gpkg", *wards)
    if merge_wards:  # the wards together are the city
        frame, (told,) = read_municipalities([whole, apart], merge_wards=True)
        assert list(frame.index) == ["40130"]
        assert told.code == "municipalities-in-two-files"
        return
    with pytest.raises(DataError) as caught:
        read_municipalities([whole, apart], merge_wards=False)
    assert [p.code for p in caught.value.problems] == ["municipalities-on-one-ground"]


def test_what_is_wrong_with_each_file_is_told_at_once(tmp_path: Path) -> None:
    good = written(tmp_path, "a.gpkg", OGUNI)
    bad = written(tmp_path, "b.gpkg", ("x1", "日田市", HITA[2]))
    worse = written(tmp_path, "c.gpkg", ("4020", "大牟田市", OMUTA[2]), ("??", "市", OMUTA[2]))
    with pytest.raises(DataError) as caught:
        read_municipalities([bad, good, worse], merge_wards=True, label=["B", "A", "C"])
    assert {(p.file, p.code) for p in caught.value.problems} == {
        ("B", "bad-municipality-code"),
        ("C", "bad-municipality-code"),
    }
    with pytest.raises(MissingFileError):
        read_municipalities([good, tmp_path / "none.gpkg"], merge_wards=True)
