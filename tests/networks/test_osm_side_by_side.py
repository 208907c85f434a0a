"""Extracts of neighbouring regions, read as one network."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundfloor.problems import MissingFileError
from networks import load_network, load_profile, read_osm
from networks.errors import NetworkDataError, SearchError
from tests.helpers import pbf_files as make
from tests.helpers.cli_runs import spots
from tests.helpers.road_cases import ROADS

#: A road from west to east over the border between the nodes 3 and 4.
UNIT = 10**7  # of a degree
NODES = [(i, 1_305 * UNIT // 10 + i * UNIT // 100, 325 * UNIT // 10, {}) for i in range(1, 8)]
ROAD = {"highway": "primary", "name": "国道"}
WEST, OVER, EAST = (100, [1, 2, 3], ROAD), (101, [3, 4], ROAD), (102, [4, 5, 6, 7], ROAD)


def bounds(west: float, east: float) -> bytes:
    sides = ((1, west), (2, east), (3, 33.0), (4, 32.0))
    return make.header(
        extra=make.chunk(1, b"".join(make.number(k, make.zigzag(round(v * 1e9))) for k, v in sides))
    )


def extract(folder: Path, name: str, nodes: list, ways: list, head: bytes | None = None) -> Path:
    path = folder / f"{name}.osm.pbf"
    path.write_bytes(make.pbf([make.dense_block(nodes), make.way_block(ways)], head))
    return path


@pytest.fixture
def halves(tmp_path: Path) -> tuple[Path, Path]:
    """As Geofabrik cuts them: a way over the border is whole in both."""
    return (
        extract(tmp_path, "kansai", NODES[:4], [WEST, OVER], bounds(130.5, 130.535)),
        extract(tmp_path, "chubu", NODES[2:], [OVER, EAST], bounds(130.535, 130.6)),
    )


def roads(network) -> list[tuple[object, ...]]:
    """Every edge with what tells it from others."""
    edges = network.edges
    columns = (edges.source_id, edges.forward_ms, edges.backward_ms, edges.length_m)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def test_two_halves_are_the_whole(tmp_path: Path, halves: tuple[Path, Path]):
    whole = extract(tmp_path, "whole", NODES, [WEST, OVER, EAST], bounds(130.5, 130.6))
    joined = read_osm(halves[0], "everyday", beside=[halves[1]])
    expected = read_osm(whole, "everyday")
    assert roads(joined) == roads(expected)
    assert joined.info().nodes == expected.info().nodes  # tied where they meet
    assert roads(read_osm(halves[1], "everyday", beside=[halves[0]])) == roads(joined)
    assert joined.info().source == "kansai.osm.pbf、chubu.osm.pbf"


def test_the_border_between_them_is_no_end_of_the_data(halves: tuple[Path, Path]):
    alone = read_osm(halves[0], "everyday")
    joined = read_osm(halves[0], "everyday", beside=[halves[1]])
    assert "osm-border" in {p.code for p in alone.problems}
    assert {p.code for p in joined.problems} & {"osm-border", "osm-bounds-unknown"} == set()


def test_where_one_does_not_say_its_area_nothing_is_claimed(tmp_path: Path, halves):
    other = extract(tmp_path, "other", NODES[2:], [OVER, EAST])
    joined = read_osm(halves[0], "everyday", beside=[other])
    assert "osm-bounds-unknown" in {p.code for p in joined.problems}


@pytest.mark.slow
def test_the_same_extract_twice_is_that_extract():
    path = ROADS / "kumamoto_chuo_drive_20230105.osm.pbf"
    if not path.is_file():
        pytest.skip("the extract is not at hand")
    once, twice = read_osm(path, "everyday"), read_osm(path, "everyday", beside=[path])
    assert roads(twice) == roads(once)
    assert twice.info().dropped == once.info().dropped


def test_what_cannot_be_read_with_others_is_told(tmp_path: Path, halves: tuple[Path, Path]):
    (tmp_path / "x.osm").write_text("<osm version='0.6'></osm>")
    with pytest.raises(NetworkDataError) as caught:
        read_osm(halves[0], "everyday", beside=[tmp_path / "x.osm"])
    assert [(p.code, p.file) for p in caught.value.problems] == [("osm-not-beside", "x.osm")]
    with pytest.raises(MissingFileError):
        read_osm(halves[0], "everyday", beside=[tmp_path / "none.osm.pbf"])
    with pytest.raises(SearchError) as refused:
        load_network(
            tmp_path / "n13.zip", beside=[halves[0]], profile=load_profile("everyday"), kind="n13"
        )
    assert [p.code for p in refused.value.problems] == ["network-beside"]


def test_damage_is_told_of_the_file_that_has_it(halves: tuple[Path, Path]):
    content = bytearray(halves[1].read_bytes())
    content[-20] ^= 0xFF
    halves[1].write_bytes(bytes(content))
    with pytest.raises(NetworkDataError) as caught:
        read_osm(halves[0], "everyday", beside=[halves[1]])
    assert [p.file for p in caught.value.problems] == ["chubu.osm.pbf"]


def test_the_command_builds_one_network_of_both(tmp_path: Path, halves: tuple[Path, Path]):
    out = tmp_path / "24.spotsnet"
    done = spots("network", "build", *halves, "--out", out)
    assert done.exit_code == 0, done.stderr
    assert roads(load_network(out)) == roads(read_osm(*halves[:1], "everyday", beside=halves[1:]))
