"""The network of a job: from the cache, from the job before, or built."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from groundfloor.problems import MissingFileError, Text, UsageError
from spots.job import job_roads as job_network
from spots.job.job_roads import SharedNetwork, load_job_network
from spots.job.run_file import Job, read_run_file
from tests.helpers.small_job import LINKS, RUN, write_job


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the networks that were loaded."""
    found: list[str] = []
    pure = job_network.load_cached

    def counted(path, **more):
        found.append(Path(path).name)
        return pure(path, **more)

    monkeypatch.setattr(job_network, "load_cached", counted)
    return found


def job(folder: Path, run: str = RUN) -> Job:
    """Return the job of `run`; files that are there stay untouched."""
    path = folder / "run.toml" if (folder / "run.toml").exists() else write_job(folder)
    path.write_text(run, "utf-8")
    return read_run_file(path)


def test_jobs_with_the_same_network_share_it(tmp_path: Path, loads: list[str]):
    shared = SharedNetwork()
    first = shared.load(job(tmp_path))
    assert shared.load(job(tmp_path)) is first
    titled = RUN.replace("[run]", '[run]\ntitle = { ja = "別", en = "another" }').replace(
        "links.csv", "./links.csv"
    )
    assert shared.load(job(tmp_path, titled + 'source = "the county"\n')) is first
    assert loads == ["links.csv"]


@pytest.mark.parametrize(
    "setting", ['profile = "legal"', "schematic = true", 'as_of = "2024-04-01"']
)
def test_jobs_with_other_settings_do_not(tmp_path: Path, loads: list[str], setting: str):
    shared = SharedNetwork()
    first = shared.load(job(tmp_path))
    other = shared.load(job(tmp_path, f"{RUN}{setting}\n"))
    assert other.info() != first.info()
    assert shared.load(job(tmp_path)).info() == first.info()
    assert len(loads) == 3  # one network is held, the last


def test_a_file_that_changes_between_two_jobs_is_another(tmp_path: Path):
    shared = SharedNetwork()
    first = shared.load(job(tmp_path))
    (tmp_path / "links.csv").write_text(LINKS.replace("20.0,trunk", "21.0,trunk"), "utf-8")
    assert shared.load(read_run_file(tmp_path / "run.toml")).sha256 != first.sha256
    own = RUN + 'profile = "own.toml"\n'
    speeds = (
        'name = "own"\nversion = "1"\n[access]\nkmh = 5\nsource = "t"\n[ferry]\nsource = "t"\n'
        '[[class]]\nname = "trunk"\nkmh = 40\nsource = "t"\n'
        '[[class]]\nname = "primary"\nkmh = 30\nsource = "t"\n'
    )
    (tmp_path / "own.toml").write_text(speeds, "utf-8")
    slow = shared.load(job(tmp_path, own))
    (tmp_path / "own.toml").write_text(speeds.replace("kmh = 40", "kmh = 50"), "utf-8")
    os.utime(tmp_path / "own.toml", (1e9, 1e9))
    fast = shared.load(job(tmp_path, own))
    assert fast.edges.forward_ms[0] < slow.edges.forward_ms[0]


def test_a_network_that_fails_is_held_by_nobody(tmp_path: Path, loads: list[str]):
    shared = SharedNetwork()
    good = job(tmp_path)
    first = shared.load(good)
    (tmp_path / "links.csv").unlink()
    with pytest.raises(MissingFileError):
        shared.load(good)
    (tmp_path / "links.csv").write_text(LINKS, "utf-8")
    assert shared.load(good).sha256 == first.sha256
    assert len(loads) == 3


def test_what_happens_to_the_cache_is_told_and_not_part_of_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("networks.storage.cache._LARGE_TABLE", 0)
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(tmp_path / "file"))
    (tmp_path / "file").write_bytes(b"where the folder should be")
    said: list[Text] = []
    network = load_job_network(job(tmp_path / "job"), said.append)
    assert network.problems == ()
    (told,) = said
    assert "結果には影響しません" in told.ja
    assert "results are the same" in told.en


def test_a_job_without_roads_has_no_network(tmp_path: Path):
    text = RUN[: RUN.index("[network]")].replace('list = "rotation"\n', "")
    without = job(tmp_path, f"{text}[policy.override.rule]\nany = [1, 2]\n")
    for load in (load_job_network, SharedNetwork().load):
        with pytest.raises(UsageError):
            load(without)
