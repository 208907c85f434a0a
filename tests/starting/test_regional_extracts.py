"""Roads of a prefecture whose neighbours lie in another region: both extracts are read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from networks import load_network
from spots.starting.lacking import lacking
from spots.starting.started import start
from tests.helpers import pbf_files as make
from tests.helpers.cli_runs import spots
from tests.helpers.raw_folders import outlines_of

WIDE, NARROW = (129.0, 132.0, 31.0, 34.5), (130.3, 131.5, 32.9, 33.2)


def extract(path: Path, box: tuple[float, float, float, float], first: int, day: int = 0) -> None:
    west, east, south, north = box
    sides = zip((1, 2, 3, 4), (west, east, north, south), strict=True)
    stated = b"".join(make.number(key, make.zigzag(round(v * 10**9))) for key, v in sides)
    nodes = [
        (first + n, 1_304_000_000 + n * 500_000, 330_000_000 + n * 500_000, {}) for n in range(3)
    ]
    ways = [(first, [node[0] for node in nodes], {"highway": "primary"})]
    extra = make.chunk(1, stated) + (make.number(32, day) if day else b"")
    path.write_bytes(
        make.pbf([make.dense_block(nodes), make.way_block(ways)], make.header(extra=extra))
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """福岡: of Kyushu, and 関門 leads to Chugoku."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "n03.geojson").write_text(outlines_of("40"), "utf-8")
    extract(folder / "kyushu-latest.osm.pbf", NARROW, 1, 1_790_000_000)
    extract(folder / "chugoku-latest.osm.pbf", WIDE, 100, 1_780_000_000)
    return folder


def network_of(data: Path, prefecture: str = "40") -> dict[str, object]:
    started = start(prefecture, data, data.parent / "out")
    return tomllib.loads(started.run_file.read_text("utf-8"))["network"]


def test_the_own_region_comes_first_and_the_other_beside_it(data: Path):
    found = network_of(data)
    assert found["file"] == "../data/kyushu-latest.osm.pbf"
    assert found["beside"] == ["../data/chugoku-latest.osm.pbf"]
    assert str(found["as_of"]) == "2026-05-28"  # all are as old as the oldest
    started = start("40", data, data.parent / "again")
    assert not any("osm.pbf" in each.name for each in started.plan.unused)
    assert not [each for each in lacking(started.plan, {}, {}) if each.key == "osm"]


def test_a_region_that_lacks_is_named(data: Path):
    (data / "chugoku-latest.osm.pbf").unlink()
    started = start("40", data, data.parent / "out")
    (found,) = [each for each in lacking(started.plan, {}, {}) if each.key == "osm"]
    assert (found.file_name, found.needed) == ("chugoku-latest.osm.pbf", False)


def test_the_newest_of_a_region_is_taken(data: Path):
    extract(data / "chugoku-260101.osm.pbf", WIDE, 100, 1_767_200_000)
    assert network_of(data)["beside"] == ["../data/chugoku-latest.osm.pbf"]


def test_regions_that_are_nobodys_neighbour_stay_out(data: Path):
    extract(data / "kansai-latest.osm.pbf", WIDE, 200)
    assert network_of(data)["beside"] == ["../data/chugoku-latest.osm.pbf"]


def test_an_extract_of_ones_own_stands_alone(data: Path):
    (data / "kyushu-latest.osm.pbf").unlink()
    (data / "chugoku-latest.osm.pbf").rename(data / "fukuoka.osm.pbf")
    found = network_of(data)
    assert found["file"] == "../data/fukuoka.osm.pbf"
    assert "beside" not in found


def test_a_network_that_was_built_is_taken_before_all(data: Path):
    extracts = (data / "kyushu-latest.osm.pbf", data / "chugoku-latest.osm.pbf")
    done = spots("network", "build", *extracts, "--out", data / "roads_40.spotsnet")
    assert done.exit_code == 0, done.stderr
    found = network_of(data)
    assert found["kind"] == "saved"
    assert "beside" not in found


def test_what_the_run_file_names_is_read_as_one(data: Path):
    found = network_of(data)
    first, *beside = (data.parent / "out" / each for each in (found["file"], *found["beside"]))
    network = load_network(first, beside=beside, kind=found["kind"], profile=found["profile"])
    assert len(network.edges) == 2
