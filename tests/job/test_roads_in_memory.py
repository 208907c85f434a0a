"""The job with roads in memory: an osmnx graph in the place of the run file's network."""

import hashlib
import shutil
from importlib import resources

import pytest

from networks import from_graph, load_profile, to_networkx
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.job_roads import load_job_network
from spots.job.run_file import read_run_file
from spots.sample import sample_run_file
from spots.types import RunResult

pytestmark = pytest.mark.slow  # whole runs, with osmnx


@pytest.fixture(scope="module")
def runs() -> tuple[RunResult, RunResult, str]:
    with sample_run_file() as path:
        job = read_run_file(path)
        graph = to_networkx(load_job_network(job))
        # Half the speed on national roads: an hour's drive takes two.
        for *_, data in graph.edges(data=True):
            if data["highway"] == "trunk":
                data["length"] *= 2
        slow = from_graph(graph, load_profile("everyday"), source="memory")
        return execute(job), execute(job, hand=AtHand(network=slow)), slow.sha256


def test_graph_in_memory_takes_the_place_of_the_file(runs):
    usual, slow, sha256 = runs
    (record,) = [r for r in slow.inputs if r.role == "network"]
    assert (record.file, record.sha256) == ("memory", sha256)
    assert {r.file for r in usual.inputs if r.role == "network"} == {
        "roads_links.csv",
        "roads_nodes.csv",
    }
    assert slow.network is not None
    assert slow.network.sha256 == sha256


def test_slower_roads_make_no_hospital_less_remote(runs):
    usual, slow, _ = runs
    pairs = [(a.travel, b.travel) for a, b in zip(usual.verdicts, slow.verdicts, strict=True)]
    times = [(a.travel_ms, b.travel_ms) for a, b in pairs if a and b]
    assert all(before <= after for before, after in times if before and after)
    assert any(before < after for before, after in times if before and after)
    met = [{v.facility.id for v in r.verdicts if 3 in v.criteria} for r in runs[:2]]
    assert met[0] < met[1]


def test_own_policy_and_profile_are_among_the_hashed_inputs(tmp_path):
    with sample_run_file() as path:
        shutil.copytree(path.parent, tmp_path / "job")
    folder = tmp_path / "job"
    with resources.as_file(resources.files("spots") / "presets" / "kumamoto.toml") as preset:
        shutil.copy(preset, folder / "ours.toml")
    with resources.as_file(resources.files("networks") / "profiles" / "everyday.toml") as profile:
        shutil.copy(profile, folder / "speeds.toml")
    run = folder / "run.toml"
    text = run.read_text("utf-8").replace('preset = "kumamoto"', 'file = "ours.toml"')
    run.write_text(text.replace('profile = "everyday"', 'profile = "speeds.toml"'), "utf-8")
    result = execute(read_run_file(run))
    hashes = {r.file: r.sha256 for r in result.inputs}
    for file in ("ours.toml", "speeds.toml", "roads_links.csv", "municipalities.geojson"):
        assert hashes[file] == hashlib.sha256((folder / file).read_bytes()).hexdigest()


def test_an_absolute_path_of_the_town_table_stays_out_of_the_outputs(tmp_path):
    with sample_run_file() as path:
        shutil.copytree(path.parent, tmp_path / "job")
    towns = tmp_path / "towns.csv"
    towns.write_text(
        "pref,city,town,koaza,lat,lng\n熊本県,山都町,下市,,32.685,131.0\n", encoding="utf-8"
    )
    run = tmp_path / "job" / "run.toml"
    with run.open("a", encoding="utf-8") as file:
        file.write(f"\n[towns]\nfile = '{towns}'\n")
    clinics = tmp_path / "job" / "remote_clinics.csv"
    clinics.write_text(
        "医療機関名,所在地\n甲診療所,熊本県上益城郡山都町無い町1\n", encoding="utf-8"
    )
    result = execute(read_run_file(run))
    (missed,) = [p for p in result.problems if p.code == "town-not-found"]
    assert "towns.csv" in missed.render()
    assert "no-coordinates" not in {p.code for p in result.problems}
    assert all(str(tmp_path) not in p.render() for p in result.problems)
