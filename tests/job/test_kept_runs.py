"""What runs keep on disk: the same bytes without it, when it is made and when it is found."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

import spots.job.region_sources
from boundaries import Regions
from groundfloor.codec import encode
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk, kept_files
from groundfloor.problems import DataError, Problem
from networks.search import borders as exit_search
from spots.job import run_surroundings, tied_cells
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.inputs import read_regions
from spots.job.run_file import Job, read_run_file
from spots.outputs import write_folder
from spots.sample import sample_run_file
from tests.helpers.small_job import HOSPITALS, LINKS, RUN, outlines, write_job

MOMENT = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> KeptOnDisk:
    return KeptOnDisk(tmp_path / "kept")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    write_job(tmp_path)
    return read_run_file(tmp_path / "run.toml")


def same_frame(mine: object, theirs: object) -> None:
    """Assert that two tables are the same, with the types of their cells and every coordinate."""
    assert_geodataframe_equal(mine, theirs, check_like=False)
    for name in mine.columns:
        one, other = mine[name], theirs[name]
        if name == mine.geometry.name:
            assert [shapely.to_wkb(g) for g in one] == [shapely.to_wkb(g) for g in other]
        else:
            assert list(map(type, one)) == list(map(type, other)), name
    pd.testing.assert_index_equal(mine.index, theirs.index, exact=True)


def same_regions(mine: Regions, theirs: Regions) -> None:
    same_frame(mine.municipalities, theirs.municipalities)
    same_frame(mine.areas, theirs.areas)
    for name in ("prefecture_code", "edition", "medical_areas", "unmapped", "_names", "_known"):
        assert getattr(mine, name) == getattr(theirs, name), name
    assert shapely.to_wkb(mine.prefecture_land()) == shapely.to_wkb(theirs.prefecture_land())


def never(*_args: object, **_more: object) -> None:
    raise AssertionError


def test_regions_are_found_as_they_were_read(job: Job, store: KeptOnDisk, monkeypatch) -> None:
    plain, problems = read_regions(job)
    made, _ = read_regions(job, store)
    monkeypatch.setattr(spots.job.region_sources, "read_municipalities", never)
    found, told = read_regions(job, store)
    same_regions(made, plain)
    same_regions(found, plain)
    assert told == problems


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("municipalities.geojson", "130.95", "130.96"),
        ("areas.csv", "4306,阿蘇", "4302,宇城"),
        ("index.csv", "164.7", "217.7"),
        ("run.toml", "179.3", "150"),
        ("run.toml", "2024-01", "2027-01"),
    ],
)
def test_regions_of_other_content_are_others(
    job: Job, store: KeptOnDisk, file: str, old: str, new: str
) -> None:
    read_regions(job, store)
    path = Path(job.base) / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    changed = read_run_file(Path(job.base) / "run.toml")
    plain, problems = read_regions(changed)
    for _ in range(2):
        found, told = read_regions(changed, store)
        same_regions(found, plain)
        assert told == problems


def test_what_is_wrong_is_said_each_time(job: Job, store: KeptOnDisk) -> None:
    path = Path(job.base) / "index.csv"
    path.write_text("area_code\n4312\n", "utf-8")
    for _ in range(2):
        with pytest.raises(DataError):
            read_regions(job, store)
    assert kept_files(store.folder) == ()


def around(job: Job, disk: KeptOnDisk = NOTHING_KEPT) -> object:
    return encode(execute(job, hand=AtHand(disk=disk)).surroundings)


def ruled(table: str) -> str:
    return f"{RUN}[policy.override.{table}\n"


# Once the base is this, settings of the drive matter: a toll road, and a road one way.
STREETS = LINKS.replace("50.0,primary,both,,県道1号,0", "50.0,primary,both,,県道1号,1").replace(
    "10.0,trunk,both", "10.0,trunk,forward"
)
SHUT = {
    "type": "Feature",
    "properties": {"name": "県道1号", "reason": "崩土"},
    "geometry": {"type": "LineString", "coordinates": [[131.05, 32.7], [131.1, 33.12]]},
}
CLOSED = json.dumps({"type": "FeatureCollection", "features": [SHUT]})


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"hospitals.csv": HOSPITALS.rpartition("H3")[0]}, id="one fewer"),
        pytest.param({"hospitals.csv": HOSPITALS.replace("131.0500", "131.0700")}, id="one moved"),
        pytest.param({"hospitals.csv": HOSPITALS.replace("H2", "H9")}, id="one renamed"),
        pytest.param({"links.csv": STREETS.replace("50.0", "30.0")}, id="another road"),
        pytest.param({"run.toml": RUN + "speed_factor = 0.5\n"}, id="slower"),
        pytest.param({"run.toml": RUN + 'closures = "c.json"\n', "c.json": CLOSED}, id="closed"),
        pytest.param({"run.toml": ruled("travel]\ntolls = false")}, id="tolls"),
        pytest.param({"run.toml": ruled("travel]\nsnap_limit_m = 90")}, id="snap limit"),
        pytest.param({"run.toml": ruled('travel]\ndirection = "to_candidate"')}, id="way"),
        pytest.param({"run.toml": ruled("criterion.3]\nthreshold_min = 20")}, id="minutes"),
        pytest.param(
            {"municipalities.geojson": outlines().replace("131.3", "131.12")}, id="other land"
        ),
    ],
)
def test_what_lies_around_is_that_of_this_run(
    job: Job, store: KeptOnDisk, changed: dict[str, str]
) -> None:
    """What an earlier run kept serves this one where nothing it follows from has changed."""
    run_file = write_job(Path(job.base), {"links.csv": STREETS})
    before = around(read_run_file(run_file), store)
    other = read_run_file(write_job(Path(job.base), {"links.csv": STREETS, **changed}))
    without = around(other)
    assert [around(other, store), around(other, store)] == [without, without]
    assert around(other, store) != before


def leaving(job: Job, disk: KeptOnDisk = NOTHING_KEPT) -> object:
    """Return how soon everybody's drives leave the prefecture, where neighbours count."""
    verdicts = execute(job, hand=AtHand(disk=disk), around=False).verdicts
    known = [o.travel for v in verdicts for o in v.outcomes if o.travel is not None]
    assert any(each.border_ms for each in known)
    return [(each.border_ms, each.border) for each in known]


def test_borders_are_those_of_this_run(store: KeptOnDisk, tmp_path: Path, monkeypatch) -> None:
    """The border is looked for once; other outlines, or other roads, have another."""
    run = RUN + "[policy.override.travel]\nneighbours = true\n"
    squares = outlines().replace("130.5", "130.62")  # roads begin beyond the border
    changed = {"run.toml": run, "municipalities.geojson": squares}
    job = read_run_file(write_job(tmp_path / "a", changed))
    without = leaving(job)
    assert [leaving(job, store), leaving(job, store)] == [without, without]
    other = read_run_file(
        write_job(
            tmp_path / "b",
            {**changed, "municipalities.geojson": squares.replace("130.62", "130.63")},
        )
    )
    assert leaving(other, store) == leaving(other) != without
    monkeypatch.setattr(exit_search, "ground_exits", never)
    assert leaving(job, store) == without
    with pytest.raises(AssertionError):
        leaving(job)


def test_of_a_list_that_changed_only_what_is_new_is_looked_for(
    job: Job, store: KeptOnDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    around(job, store)
    asked = []
    pure = run_surroundings.times_to_each

    def counted(network, places, hospitals, *limits, **options):
        asked.extend(t.id for t in hospitals)
        return pure(network, places, hospitals, *limits, **options)

    monkeypatch.setattr(run_surroundings, "times_to_each", counted)
    monkeypatch.setattr(tied_cells, "snap_points", never)
    moved = HOSPITALS.replace("131.0500", "131.0700").replace("H2,済生会", "H5,済生会")
    around(read_run_file(write_job(Path(job.base), {"hospitals.csv": moved})), store)
    assert asked == ["H1"]


def folder_bytes(job: Job, store: KeptOnDisk | None, out: Path, **more) -> dict[str, bytes]:
    hand = AtHand() if store is None else AtHand(disk=store)
    result = execute(job, hand=hand)
    write_folder(result, out, created=MOMENT, force=True, **more)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def damaged(store: KeptOnDisk) -> None:
    for kept in kept_files(store.folder):
        kept.path.write_bytes(kept.path.read_bytes()[:-1] + b"\0\0")


@pytest.mark.slow
def test_the_small_job_gives_the_same_bytes(job: Job, store: KeptOnDisk, tmp_path: Path) -> None:
    told: list[Problem] = []
    store = KeptOnDisk(store.folder, told.append)
    out, extra = tmp_path / "out", {}
    without = folder_bytes(job, None, out, extra=extra)
    assert folder_bytes(job, store, out, extra=extra) == without
    assert folder_bytes(job, store, out, extra=extra) == without
    damaged(store)
    assert folder_bytes(job, store, out, extra=extra) == without
    assert {p.code for p in told} == {"kept-value-damaged"}


@pytest.mark.slow
def test_the_sample_gives_the_same_bytes(store: KeptOnDisk, tmp_path: Path) -> None:
    with sample_run_file() as path:
        job = read_run_file(path)
        without = folder_bytes(job, None, tmp_path / "out")
        assert "report.pdf" in without
        for _ in range(2):
            assert folder_bytes(job, store, tmp_path / "out") == without
