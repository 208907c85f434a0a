"""A job whose roads are several extracts of neighbouring regions: ``[network] beside``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spots.job.job_roads import SharedNetwork, load_job_network
from spots.job.run_file import read_run_file
from tests.helpers import pbf_files as make
from tests.helpers.cli_runs import spots
from tests.helpers.small_job import RUN, write_job

UNIT = 10**7  # of a degree
TRUNK = {"highway": "trunk"}
#: Along 32.7 north, as the links of the small job: 宇城, 熊本, 矢部 and そよう, and 小国 in the north.
PLACES = {1: (130.60, 32.70), 2: (130.80, 32.70), 3: (131.05, 32.70), 4: (131.15, 32.70)}
PLACES[5] = (131.10, 33.12)
WEST, OVER, EAST = (100, [1, 2], TRUNK), (101, [2, 3], TRUNK), (102, [3, 4], TRUNK)
NORTH = (103, [3, 5], TRUNK)


def extract(nodes: tuple[int, ...], ways: list, box: tuple[float, float]) -> bytes:
    sides = zip((1, 2, 3, 4), (*box, 34.0, 32.0), strict=True)
    stated = b"".join(make.number(key, make.zigzag(round(v * 10**9))) for key, v in sides)
    placed = [(i, round(PLACES[i][0] * UNIT), round(PLACES[i][1] * UNIT), {}) for i in nodes]
    blocks = [make.dense_block(placed), make.way_block(ways)]
    return make.pbf(blocks, make.header(extra=make.chunk(1, stated)))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    own = 'file = "west.osm.pbf"\nbeside = ["east.osm.pbf"]\nkind = "osm"\n'
    kept = RUN.partition('file = "links.csv"')[0]
    return write_job(
        tmp_path / "job",
        {
            "run.toml": kept + own,
            "west.osm.pbf": extract((1, 2, 3), [WEST, OVER], (130.5, 131.0)),
            "east.osm.pbf": extract((2, 3, 4, 5), [OVER, EAST, NORTH], (131.0, 131.2)),
        },
    )


@pytest.mark.slow
def test_a_drive_leads_over_the_border_and_both_are_recorded(run: Path):
    done = spots("run", run)
    assert done.exit_code in {0, 3}, done.stderr
    record = json.loads((run.parent / "out" / "run.json").read_text("utf-8"))
    inputs = {each["file"]: each for each in record["inputs"]}
    assert {"west.osm.pbf", "east.osm.pbf"} <= set(inputs)
    page = (run.parent / "out" / "evidence.json").read_text("utf-8")
    assert "west.osm.pbf、east.osm.pbf" in page
    # From そよう in the east alone 小国 would be nearest; 矢部 is, and 宇城 lies in the west.
    network = load_job_network(read_run_file(run))
    assert len(network.edges) == 4


@pytest.mark.slow
def test_a_replay_finds_both_and_sees_a_change(run: Path):
    spots("run", run)
    record = run.parent / "out" / "run.json"
    again = spots("run", record)
    assert again.exit_code in {0, 3}, again.stderr
    first, second = (
        (run.parent / folder / "evidence.json").read_bytes() for folder in ("out", "out-replay")
    )
    assert first == second
    (run.parent / "east.osm.pbf").write_bytes(
        extract((2, 3, 4), [OVER, EAST], (131.0, 131.2)),
    )
    changed = spots("run", record, "--out", run.parent / "third")
    assert changed.exit_code in {1, 2}
    assert "east.osm.pbf" in changed.stderr


def test_one_that_is_not_there_is_told_by_its_line(run: Path):
    (run.parent / "east.osm.pbf").unlink()
    done = spots("run", run)
    assert done.exit_code == 1
    assert "network.beside" in done.stderr
    assert "east.osm.pbf" in done.stderr


def test_other_kinds_are_not_read_side_by_side(run: Path):
    text = run.read_text("utf-8")
    links = RUN.replace('kind = "links"', 'kind = "links"\nbeside = ["west.osm.pbf"]')
    assert text != links
    run.write_text(links, "utf-8")
    done = spots("run", run)
    assert done.exit_code == 2
    assert "[network-beside]" in done.stderr


def test_jobs_with_another_extract_beside_have_another_network(run: Path):
    shared = SharedNetwork()
    both = shared.load(read_run_file(run))
    assert shared.load(read_run_file(run)) is both
    run.write_text(run.read_text("utf-8").replace('beside = ["east.osm.pbf"]\n', ""), "utf-8")
    assert len(shared.load(read_run_file(run)).edges) == 2 < len(both.edges)
