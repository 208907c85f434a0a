"""Which published files a prefecture needs, held against the outlines of all 47."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import geopandas
import pytest
import shapely

from boundaries.codes import PREFECTURES
from groundfloor.problems import UsageError
from spots.public_data.catalogue import (
    EDITIONS,
    SEA_CROSSINGS,
    Download,
    downloads_for,
    osm_regions,
    sea_crossings,
    touching,
)
from spots.public_data.datasets import DATASETS
from spots.public_data.first_meshes import FIRST_MESHES
from tests.helpers.folders import FIELD_DATA

OUTLINES = FIELD_DATA / "boundaries"
EVERY = tuple(PREFECTURES)


def of(prefecture: str, key: str, **options: object) -> list[Download]:
    found = downloads_for(prefecture, **options)  # type: ignore[arg-type]
    return [each for each in found if each.dataset.key == key]


@pytest.mark.parametrize("prefecture", EVERY)
def test_every_prefecture_has_its_files(prefecture: str):
    found = downloads_for(prefecture)
    assert {each.dataset.key for each in found} == set(DATASETS) == set(EDITIONS)
    names = [each.file_name for each in found]
    assert len(set(names)) == len(names)
    for each in found:
        assert re.fullmatch(r"[\w.-]+", each.file_name, re.ASCII)
        assert urlsplit(each.url).scheme == "https"
        assert each.why.ja
        assert each.why.en
        assert each.size_note.ja == "サイズ未確認" or re.search(r"\d", each.size_note.ja)
        assert (each.size_bytes is None) or each.size_bytes > 0
    own = [each.prefecture for each in found if each.dataset.key == "n03"]
    assert own == [prefecture, *touching(prefecture)]


def test_neighbours_are_mutual_and_of_the_two_islands_there_are_none():
    for prefecture in EVERY:
        for other in touching(prefecture):
            assert prefecture in touching(other)
    assert touching("01") == touching("47") == ()
    assert touching("11") == ("08", "09", "10", "12", "13", "19", "20")


@pytest.mark.parametrize("crossing", SEA_CROSSINGS, ids=lambda each: each.name.en)
def test_a_road_over_the_sea_makes_neighbours_and_a_railway_does_not(crossing):
    one, other = crossing.prefectures
    assert (other in touching(one)) == crossing.by_road
    assert crossing in sea_crossings(one)
    assert crossing in sea_crossings(other)


@pytest.mark.parametrize(
    ("prefecture", "regions"),
    [
        ("24", ("kansai", "chubu")),
        ("35", ("chugoku", "kyushu")),
        ("40", ("kyushu", "chugoku")),
        ("28", ("kansai", "chugoku", "shikoku")),
        ("47", ("kyushu",)),
        ("01", ("hokkaido",)),
        ("07", ("tohoku", "kanto", "chubu")),
        ("33", ("chugoku", "kansai", "shikoku")),
    ],
)
def test_roads_reach_beyond_the_border(prefecture: str, regions: tuple[str, ...]):
    assert osm_regions(prefecture) == regions
    files = of(prefecture, "osm")
    assert [each.file_name for each in files] == [f"{each}-latest.osm.pbf" for each in regions]
    assert all(each.md5_url == f"{each.url}.md5" for each in files)


def test_without_neighbours_the_own_files_are_left():
    files = downloads_for("44", neighbours=False)
    assert {each.prefecture for each in files} == {"44", ""}
    assert [each.file_name for each in files if each.dataset.key == "osm"] == [
        "kyushu-latest.osm.pbf"
    ]
    assert [each.file_name for each in of("24", "osm", neighbours=False)] == [
        "kansai-latest.osm.pbf"
    ]


def test_other_editions_have_other_addresses():
    (first, *_) = of("44", "n03", editions={"n03": "2024"})
    assert first.url == "https://nlftp.mlit.go.jp/ksj/gml/data/N03/N03-2024/N03-20240101_44_GML.zip"
    (extract,) = of("44", "osm", editions={"osm": "260101"})
    assert extract.url.endswith("/japan/kyushu-260101.osm.pbf")
    old, _ = of("44", "iryo_joho", editions={"iryo_joho": "20250601"})
    assert (old.file_name, old.size_bytes) == ("01-1_hospital_facility_info_20250601.zip", 752_985)


@pytest.mark.parametrize(
    "editions", [{"n03": "1999"}, {"osm": "../../x"}, {"nothing": "1"}, {"isj": "19.0b\n"}]
)
def test_editions_that_nobody_has_are_refused(editions: dict[str, str]):
    with pytest.raises(UsageError) as caught:
        downloads_for("44", editions=editions)
    assert [each.code for each in caught.value.problems] == ["unknown-edition"]


@pytest.mark.parametrize("prefecture", ["00", "48", "4", "大分"])
def test_what_is_no_prefecture_is_refused(prefecture: str):
    with pytest.raises(UsageError):
        downloads_for(prefecture)


@pytest.fixture(scope="module")
def grounds() -> dict[str, object]:
    """Every prefecture's ground, of simplified outlines (国土数値情報 N03)."""
    if not OUTLINES.is_dir():
        pytest.skip("the outlines of all prefectures are not at hand")
    found = {}
    for code in EVERY:
        frame = geopandas.read_file(OUTLINES / f"municipalities_{code}_simplified.geojson")
        found[code] = shapely.union_all(shapely.make_valid(frame.geometry.to_numpy()))
    return found


@pytest.mark.slow
def test_the_table_of_neighbours_is_what_the_outlines_say(grounds: dict[str, object]):
    over_sea = {each.prefectures for each in SEA_CROSSINGS if each.by_road}
    for one in EVERY:
        for other in EVERY:
            if one < other:
                apart = shapely.distance(grounds[one], grounds[other])
                touches = bool(apart == 0)
                expected = touches or (one, other) in over_sea
                assert (other in touching(one)) == expected, (one, other, apart)


@pytest.mark.slow
def test_the_table_of_meshes_covers_the_ground(grounds: dict[str, object]):
    for code, meshes in FIRST_MESHES.items():
        boxes = shapely.box(
            [int(m[2:]) + 100 for m in meshes],
            [int(m[:2]) / 1.5 for m in meshes],
            [int(m[2:]) + 101 for m in meshes],
            [(int(m[:2]) + 1) / 1.5 for m in meshes],
        )
        rest = shapely.difference(grounds[code], shapely.union_all(boxes))
        assert shapely.area(rest) < 1e-6, code
        assert all(shapely.intersects(boxes, grounds[code])), code
