"""The same job gives the same bytes: in other processes, folders, orders of hashing."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.helpers.cli_runs import CONTRACT, spots, spots_process

pytestmark = pytest.mark.slow  # whole runs in processes of their own


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sample, run in two processes that have nothing in common but the code."""
    folders = []
    for name, seed, zone in (("one", "0", "Asia/Tokyo"), ("二つ目", "4242", "America/Caracas")):
        here = tmp_path_factory.mktemp("run") / name
        here.mkdir()
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": "C" if seed == "0" else "ja_JP"}
        out = f"out-{seed}"
        done = spots_process("demo", "--out", out, cwd=here, environment=environment)
        assert done.returncode == 0, done.stderr
        folders.append(here / out)
    return folders[0], folders[1]


def test_two_runs_are_byte_identical_but_for_the_time(two_runs: tuple[Path, Path]) -> None:
    one, two = two_runs
    assert {p.name for p in one.iterdir()} == {p.name for p in two.iterdir()} == CONTRACT
    for name in sorted(CONTRACT - {"run.json"}):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    first, second = (json.loads((f / "run.json").read_text("utf-8")) for f in two_runs)
    for manifest in (first, second):
        assert manifest.pop("created").endswith("+00:00")
    assert first == second


def test_only_one_line_of_the_manifest_may_differ(two_runs: tuple[Path, Path]) -> None:
    lines = [(f / "run.json").read_text("utf-8").splitlines() for f in two_runs]
    differing = [a for a, b in zip(*lines, strict=True) if a != b]
    assert all('"created"' in line for line in differing)


def test_a_run_in_this_process_gives_them_too(
    two_runs: tuple[Path, Path], sample_folder: Path
) -> None:
    for name in sorted(CONTRACT - {"run.json"}):
        assert (two_runs[0] / name).read_bytes() == (sample_folder / name).read_bytes(), name


def test_the_evidence_alone_gives_the_same_map(two_runs: tuple[Path, Path], tmp_path: Path) -> None:
    """What ``spots map`` draws from a folder is what the run drew."""
    folder = tmp_path / "moved"
    shutil.copytree(two_runs[0], folder)
    drawn = (folder / "map.html").read_bytes()
    (folder / "map.html").write_text("an older map", encoding="utf-8")
    assert spots("map", folder, "--out", tmp_path / "map.html").exit_code == 0
    assert (tmp_path / "map.html").read_bytes() == drawn
    english = tmp_path / "en.html"
    assert spots("map", folder, "--lang", "en", "--out", english).exit_code == 0
    assert english.read_bytes() != drawn


def test_the_manifest_holds_the_hash_of_every_other_file(two_runs: tuple[Path, Path]) -> None:
    manifest = json.loads((two_runs[0] / "run.json").read_text("utf-8"))
    listed = {f["name"]: f["sha256"] for f in manifest["files"]}
    assert set(listed) == CONTRACT - {"run.json"}
    for name, digest in listed.items():
        assert hashlib.sha256((two_runs[1] / name).read_bytes()).hexdigest() == digest, name
