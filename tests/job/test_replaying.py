"""A finished run is a job again: the same bytes, or what has changed by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

import spots as package
from groundfloor.problems import SpotsError
from networks import load_network
from networks.speeds.profile_files import load_profile, profile_to_toml
from spots.job import replaying
from spots.job.at_hand import AtHand
from spots.job.execution import execute
from spots.job.named_files import named_files, with_files
from spots.job.run_file import read_run_file
from spots.outputs.evidence import load_result
from spots.outputs.folder import write_folder
from spots.outputs.portable_paths import PortablePath, Start, portable
from tests.helpers.cli_runs import CONTRACT, spots
from tests.helpers.small_job import BASE, CLINICS, HEADER, HOSPITALS, RUN, files, write_job

POLICY = '[policy]\npreset = "kumamoto"\n'
BY_HAND = """[[policy.override.manual]]
facility = "芳野診療所"
decision = "exclude"
reason = { ja = "協議会の決定", en = "council" }
"""
OWN_POLICY = '[policy]\nfile = "policy.toml"\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run as a planner leaves it: ``project/out`` beside its inputs."""
    folder = tmp_path_factory.mktemp("finished") / "project"
    assert spots("run", write_job(folder)).exit_code == 0
    return folder


@pytest.fixture
def copied(project: Path, tmp_path: Path) -> Path:
    """The project somewhere else: the folder it was made in says nothing any more."""
    return shutil.copytree(project, tmp_path / "moved")


def same_bytes(one: Path, two: Path) -> None:
    assert {p.name for p in one.iterdir()} == {p.name for p in two.iterdir()} == CONTRACT
    for name in sorted(CONTRACT - {"run.json"}):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def edited(folder: Path, change: Mapping[str, Any]) -> Path:
    """Change run.json by dotted keys; None takes a key out."""
    path = folder / "run.json"
    page = json.loads(path.read_text("utf-8"))
    for dotted, value in change.items():
        *way, last = dotted.split(".")
        inner = page
        for key in way:
            inner = inner[int(key)] if key.isdigit() else inner[key]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    path.write_text(json.dumps(page), "utf-8")
    return path


def refused(path: Path, *options: object) -> str:
    done = spots("run", path, *options)
    assert done.exit_code in {1, 2}, done.stderr
    assert done.stdout == ""
    return done.stderr


# --- the same bytes -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_moved_project_gives_the_same_bytes_beside_its_result(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copied.parent)
    before = (copied / "out" / "run.json").read_bytes()
    done = spots("run", "moved/out/run.json")
    assert done.exit_code == 0, done.stderr
    assert "replay-differs" not in done.stderr
    same_bytes(copied / "out", copied / "out-replay")
    assert (copied / "out" / "run.json").read_bytes() == before
    assert "--force" in refused(copied / "out" / "run.json")


@pytest.mark.slow
def test_the_replay_is_a_result_that_replays(copied: Path) -> None:
    assert spots("run", copied / "out" / "run.json", "--out", copied / "a" / "b").exit_code == 0
    done = spots("run", copied / "a" / "b" / "run.json", "--out", copied / "third")
    assert done.exit_code == 0, done.stderr
    same_bytes(copied / "out", copied / "third")


@pytest.mark.slow
def test_force_replaces_what_it_is_told_to_replace(copied: Path) -> None:
    out = copied / "out"
    assert "--force" in refused(out / "run.json", "--out", out)
    assert spots("run", out / "run.json", "--out", out, "--force").exit_code == 0
    assert not (copied / "out-replay").exists()


@pytest.mark.slow
def test_python_and_batch_replay_too(copied: Path, tmp_path: Path) -> None:
    record = copied / "out" / "run.json"
    job = read_run_file(record)
    assert job.output == copied / "out-replay"
    write_folder(execute(job), tmp_path / "python")
    same_bytes(copied / "out", tmp_path / "python")
    assert spots("batch", record, "--out", tmp_path / "batch").exit_code == 0
    (made,) = (p for p in (tmp_path / "batch").iterdir() if p.is_dir())
    same_bytes(copied / "out", made)
    assert spots("run", made / "run.json", "--out", tmp_path / "again").exit_code == 0
    same_bytes(copied / "out", tmp_path / "again")


@pytest.mark.slow
def test_inputs_all_over_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute, above the run file, behind a link; a policy and speeds of its own; closures."""
    project, data = tmp_path / "work" / "p", tmp_path / "work" / "data"
    data.mkdir(parents=True)
    run = (
        RUN.replace(POLICY, OWN_POLICY + "[policy.override.circle]\nradius_m = 3000\n" + BY_HAND)
        .replace('"hospitals.csv"', json.dumps(str(data / "hospitals.csv")))
        .replace('"clinics.csv"', '"../data/clinics.csv"')
        .replace('"links.csv"', json.dumps(str(project / "links.csv")))
        .replace('file = "areas.csv"', 'file = "newest.csv"\nas_of = "令和2年12月31日"')
    )
    run += '[aliases]\nremark = ["閉院"]\n[[identity]]\nnames = ["井無田診療所", "芳野診療所"]\nsame = false\n'
    write_job(project, {"run.toml": run, "hospitals.csv": None, "clinics.csv": None})
    (data / "hospitals.csv").write_text(HOSPITALS, "utf-8")
    (data / "clinics.csv").write_text(CLINICS, "utf-8")
    preset = Path(package.__file__).parent / "presets" / "kumamoto.toml"
    shutil.copy(preset, project / "policy.toml")
    (project / "newest.csv").symlink_to("areas.csv")
    first = spots("run", project / "run.toml", "--out", tmp_path / "results" / "one")
    assert first.exit_code == 0, first.stderr
    text = (tmp_path / "results" / "one" / "run.json").read_text("utf-8")
    assert str(tmp_path) not in text
    assert str(tmp_path) not in (tmp_path / "results/one/evidence.json").read_text("utf-8")
    (tmp_path / "elsewhere").mkdir()
    for name in ("work", "results"):
        (tmp_path / name).rename(tmp_path / "elsewhere" / name)
    monkeypatch.chdir(tmp_path / "elsewhere" / "work")
    done = spots("run", "../results/one/run.json", "--out", "../two")
    assert done.exit_code == 0, done.stderr
    same_bytes(tmp_path / "elsewhere/results/one", tmp_path / "elsewhere/two")


@pytest.mark.slow
def test_lists_of_the_command_line_are_part_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [*(f"{row},③" for row in HOSPITALS.splitlines()[1:])]
    rows += [f"{BASE.splitlines()[1]},①", f"{CLINICS.splitlines()[1]},②"]
    typed = "\n".join([f"{HEADER.strip()},種別", *rows])
    write_job(tmp_path, {"all.csv": typed, "new.csv": CLINICS.replace("C1", "N1")})
    monkeypatch.chdir(tmp_path)
    for name, given in (("typed", ("all.csv",)), ("one", ("②=new.csv",))):
        options = [part for text in given for part in ("--facilities", text)]
        assert spots("run", "run.toml", *options, "--out", name).exit_code == 0
        done = spots("run", tmp_path / name / "run.json")
        assert done.exit_code == 0, done.stderr
        same_bytes(tmp_path / name, tmp_path / f"{name}-replay")


@pytest.mark.slow
def test_a_new_list_takes_the_place_of_one_that_changed(copied: Path) -> None:
    (copied / "clinics.csv").unlink()
    new = copied / "new.csv"
    new.write_text(HEADER + "N1,新診療所,43424,熊本県阿蘇郡小国町1,33.1100,131.1100,\n", "utf-8")
    out = copied / "new"
    options = ("--facilities", f"②={new}", "--out", out)
    done = spots("run", copied / "out" / "run.json", *options)
    assert done.exit_code == 0, done.stderr
    assert "replay-differs" not in done.stderr  # of course they do
    assert "N1" in (out / "facilities.csv").read_text("utf-8-sig")


@pytest.mark.slow
def test_the_language_is_that_of_the_run(tmp_path: Path) -> None:
    spots("run", write_job(tmp_path), "--lang", "en")
    done = spots("run", tmp_path / "out" / "run.json")
    assert "designated" in done.stdout
    same_bytes(tmp_path / "out", tmp_path / "out-replay")
    other = spots("run", tmp_path / "out" / "run.json", "--lang", "ja", "--out", tmp_path / "ja")
    assert "設定" in other.stdout
    assert "replay-differs" not in other.stderr


@pytest.mark.slow
def test_the_sample_replays_wherever_the_tool_is(sample_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sample_folder, tmp_path / "sample")
    assert spots("run", folder / "run.json").exit_code == 0
    same_bytes(folder, tmp_path / "sample-replay")


# --- what has changed -----------------------------------------------------------------------------


def test_every_input_that_changed_is_named_at_once(copied: Path) -> None:
    for name in ("clinics.csv", "municipalities.geojson", "links.csv", "index.csv"):
        with (copied / name).open("a", encoding="utf-8") as file:
            file.write("\n")
    (copied / "nodes.csv").unlink()
    told = refused(copied / "out" / "run.json")
    assert told.count("[input-changed]") == 4
    for name in ("clinics.csv", "municipalities.geojson", "links.csv", "index.csv"):
        assert str(copied / name) in told
    assert f"エラー: {copied / 'nodes.csv'}: 列「network.nodes」: ファイルがありません" in told
    size = len(files()["clinics.csv"].encode())
    assert f"{size:,}バイト → " in told
    assert f"{size + 1:,}バイト" in told
    english = refused(copied / "out" / "run.json", "--lang", "en")
    assert f"{size:,} B -> " in english
    assert not (copied / "out-replay").exists()


def test_a_result_taken_from_its_project_says_where_it_looked(copied: Path, tmp_path: Path) -> None:
    alone = shutil.copytree(copied / "out", tmp_path / "usb" / "stick" / "out")
    done = spots("run", alone / "run.json")
    assert done.exit_code == 1
    assert done.stderr.count("[file-missing]") == len(files()) - 1  # but the run file
    assert str(tmp_path / "usb" / "stick" / "clinics.csv") in done.stderr


@pytest.mark.slow
def test_every_part_of_a_shapefile_is_an_input(tmp_path: Path) -> None:
    write_job(tmp_path, {"run.toml": RUN.replace("municipalities.geojson", "municipalities.shp")})
    frame = gpd.read_file(tmp_path / "municipalities.geojson")
    frame.to_file(tmp_path / "municipalities.shp", encoding="utf-8")
    assert spots("run", tmp_path / "run.toml").exit_code == 0
    record = tmp_path / "out" / "run.json"
    read_run_file(record)
    table = tmp_path / "municipalities.dbf"
    table.write_bytes(table.read_bytes().replace("宇城市".encode(), "宇土市".encode()))
    (tmp_path / "municipalities.cpg").unlink()
    told = refused(record)
    assert "municipalities.dbf" in told
    assert "municipalities.cpg" in told
    assert "→ なし" in told
    assert told.count("[input-changed]") == 2


def own_policy(folder: Path) -> Path:
    write_job(folder, {"run.toml": RUN.replace(POLICY, OWN_POLICY)})
    preset = Path(package.__file__).parent / "presets" / "kumamoto.toml"
    shutil.copy(preset, folder / "policy.toml")
    assert spots("run", folder / "run.toml").exit_code == 0
    return folder / "policy.toml"


@pytest.mark.slow
@pytest.mark.parametrize("content", ["radius", "broken", "gone"])
def test_a_policy_file_that_changed(tmp_path: Path, content: str) -> None:
    policy = own_policy(tmp_path)
    text = policy.read_text("utf-8")
    if content == "gone":
        policy.unlink()
    else:
        policy.write_text(text.replace("4000", "5000") if content == "radius" else "[[", "utf-8")
    told = refused(tmp_path / "out" / "run.json")
    assert "policy.toml" in told
    assert ("[file-missing]" if content == "gone" else "[input-changed]") in told


def test_a_preset_of_another_version_is_named(copied: Path) -> None:
    path = edited(copied / "out", {"job.policy.circle.radius_m": 3000, "tool.version": "0.0.9"})
    told = refused(path)
    assert "[built-in-changed]" in told
    assert "circle.radius_m: 3000 → 4000" in told
    assert "0.0.9" in told


def test_a_setting_that_is_new_in_a_preset_is_no_change(copied: Path) -> None:
    read_run_file(edited(copied / "out", {"job.policy.travel.tolls": None}))


def test_speeds_of_another_version_are_named(copied: Path) -> None:
    told = refused(edited(copied / "out", {"replay.profile_sha256": "0" * 64}))
    assert "[built-in-changed]" in told
    assert "everyday" in told


@pytest.mark.slow
def test_own_speeds_are_a_file_like_others(tmp_path: Path) -> None:
    own = profile_to_toml(load_profile("legal"))
    write_job(tmp_path, {"run.toml": RUN + 'profile = "own.toml"\n', "own.toml": own})
    assert spots("run", tmp_path / "run.toml").exit_code == 0
    assert spots("run", tmp_path / "out" / "run.json").exit_code == 0
    (tmp_path / "own.toml").write_text(own + "\n", "utf-8")
    told = refused(tmp_path / "out" / "run.json")
    assert "own.toml" in told
    assert "[input-changed]" in told


@pytest.mark.slow
def test_other_bytes_from_the_same_inputs_are_told(copied: Path) -> None:
    changed = {"files.0.sha256": "0" * 64, "versions.shapely": "1.8"}
    done = spots("run", edited(copied / "out", changed))
    assert done.exit_code == 0
    assert "[replay-differs]" in done.stderr
    assert "shapely 1.8 → " in done.stderr


# --- what is no record ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"replay": None, "tool.format": 1}, "not-replayable"),
        ({"job": None}, "not-replayable"),
        ({"tool.format": 99}, "run-record-version"),
        ({"tool.name": "other"}, "not-an-output-folder"),
        ({"replay": [1]}, "run-record-broken"),
        ({"replay.frobnicate": 1}, "run-record-broken"),
        ({"replay.base": {"start": "moon", "path": ""}}, "run-record-broken"),
        ({"replay.base.path": "\0"}, "file-missing"),
        ({"job.settings": []}, "run-record-broken"),
        ({"job.settings.facilities": {}}, "run-record-broken"),
        ({"job.settings.facilities": ["a"]}, "run-record-broken"),
        ({"job.settings.facilities.0.type": 3}, "run-record-broken"),
        ({"job.settings.facilities.0.type": ["④"]}, "unknown-type"),
        ({"job.settings.facilities.0.file": None}, "missing-key"),
        ({"job.settings.frobnicate": 1}, "unknown-key"),
        ({"job.settings.network.frobnicate": 1}, "unknown-key"),
        ({"job.settings.population": {"file": [["a"]]}}, "wrong-type"),
        ({"job.settings.physician_index.shortage_at_most": "low"}, "wrong-type"),
        ({"job.settings.policy.preset": "nowhere"}, "unknown-preset"),
        ({"job.run_file": 7}, "run-record-broken"),
        ({"lang": "fr"}, "run-record-broken"),
        ({"inputs": [{"role": "x"}]}, "run-record-broken"),
        ({"versions": 3}, "run-record-broken"),
    ],
)
def test_a_run_json_that_cannot_be_run_again(
    copied: Path, change: Mapping[str, Any], code: str
) -> None:
    assert f"[{code}]" in refused(edited(copied / "out", change))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"{}", b"[" * 100_000])
def test_a_damaged_run_json(copied: Path, content: bytes) -> None:
    (copied / "out" / "run.json").write_bytes(content)
    told = refused(copied / "out" / "run.json")
    assert "[evidence-broken]" in told or "[not-an-output-folder]" in told


def test_a_remark_beside_the_record_harms_nobody(copied: Path) -> None:
    read_run_file(edited(copied / "out", {"remark": "council of 3 June"}))


def test_roads_handed_over_in_python_are_in_no_file(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    roads = load_network(
        tmp_path / "links.csv", kind="links", profile="everyday", nodes=tmp_path / "nodes.csv"
    )
    known = AtHand(network=roads)
    write_folder(execute(read_run_file(run), hand=known), tmp_path / "out", extra={})
    told = refused(tmp_path / "out" / "run.json")
    assert "[not-replayable]" in told
    assert "Python" in told


def test_a_result_that_was_read_back_does_not_know_its_inputs(copied: Path) -> None:
    result = load_result(copied / "out")
    assert result.origin is None
    write_folder(result, copied / "again", extra={})
    assert "[not-replayable]" in refused(copied / "again" / "run.json")


# --- paths ----------------------------------------------------------------------------------------


def test_places_survive_moving_and_name_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path("/nobodys/homes/planner")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    here = Path("/srv/gis/project/out")
    shown = {
        Path("/srv/gis/project"): (Start.HERE, ".."),
        Path("/srv/gis/data/a.csv"): (Start.HERE, "../../data/a.csv"),
        home / "a.csv": (Start.HOME, "a.csv"),
        Path("/mnt/a.csv"): (Start.ROOT, "/mnt/a.csv"),
        Path(package.__file__).parent / "sample": (Start.TOOL, "sample"),
    }
    for place, (start, path) in shown.items():
        found = portable(place, here)
        assert found == PortablePath(start, path)
        assert found.found_from(here) == place
    # Two homes have a folder in common, and nothing else.
    other = home.with_name("colleague") / "project" / "out"
    assert portable(home / "a.csv", other) == PortablePath(Start.HOME, "a.csv")


def test_a_link_is_called_as_it_was_named(tmp_path: Path) -> None:
    (tmp_path / "list_2024.csv").write_text("", "utf-8")
    (tmp_path / "newest.csv").symlink_to("list_2024.csv")
    assert portable(tmp_path / "newest.csv", tmp_path).path == "newest.csv"


def test_files_are_found_and_changed_by_the_same_keys() -> None:
    tables = {
        "run": {"output": "/x/out"},
        "facilities": [{"file": "a.csv"}, {"file": "b.csv"}],
        "network": {"file": "r.csv", "nodes": None, "profile": "legal", "closures": ["c", "d"]},
        "population": {"file": ["p.csv"]},
        "towns": None,
        "aliases": {"file": ["x"]},
    }
    named = {".".join(map(str, key)): file for key, file in named_files(tables)}
    assert list(named.values()) == ["a.csv", "b.csv", "r.csv", "c", "d", "p.csv"]
    asked: list[str] = []
    changed = with_files(tables, lambda key, file: (asked.append(key), f"!{file}")[1])
    assert changed["network"]["closures"] == ["!c", "!d"]
    assert changed["aliases"] == tables["aliases"]
    assert {"facilities[2].file", "network.closures[1]", "population.file", "run.output"} <= {
        *asked
    }


@pytest.mark.slow
def test_no_personal_path_in_a_result(tmp_path: Path) -> None:
    out = json.dumps(str(tmp_path / "somewhere" / "out"))
    run = RUN.replace('output = "out"', f"output = {out}")
    for key in ("municipalities.geojson", "areas.csv", "index.csv", "base.csv"):
        run = run.replace(f'"{key}"', json.dumps(str(tmp_path / "p" / key)))
    assert spots("run", write_job(tmp_path / "p", {"run.toml": run})).exit_code == 0
    for name in ("run.json", "evidence.json"):
        assert str(tmp_path) not in (tmp_path / "somewhere/out" / name).read_text("utf-8")


def test_an_unreadable_input_is_named(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(13, "no", str(path))

    monkeypatch.setattr(replaying, "sha256_of", refuse)
    with pytest.raises(SpotsError) as caught:
        read_run_file(copied / "out" / "run.json")
    assert {p.code for p in caught.value.problems} == {"file-missing"}


@pytest.mark.slow
def test_what_was_set_on_the_command_line_replays(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    given = ("--set", "policy.override.criterion.3.threshold_min=15", "--set", "run.title=試行")
    assert spots("run", run, *given).exit_code == 0
    assert spots("run", tmp_path / "out" / "run.json").exit_code == 0
    same_bytes(tmp_path / "out", tmp_path / "out-replay")


@pytest.mark.slow
def test_a_replay_that_is_set_otherwise(copied: Path) -> None:
    record, given = copied / "out" / "run.json", "policy.override.circle.radius_m=5000"
    done = spots("run", record, "--set", given)
    assert (done.exit_code, "replay-differs" in done.stderr) == (0, False)
    page = json.loads((copied / "out-replay" / "run.json").read_text("utf-8"))
    assert page["job"]["policy"]["circle"]["radius_m"] == 5000
    (copied / "clinics.csv").write_text(CLINICS + "\n", encoding="utf-8")
    assert "input-changed" in refused(record, "--set", given)
