"""Where the tool is run: no home, another locale and time zone, full or closed streams, no access."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.cli_runs import spots, spots_process
from tests.helpers.small_job import write_job

ROOT = Path(__file__).parents[2]
FULL = Path("/dev/full")  # a disk without room, on Linux
posix_only = pytest.mark.skipif(os.name == "nt", reason="names are UTF-16 there")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places")
    assert spots("run", write_job(folder)).exit_code == 0
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file but the manifest, which has the time and the paths."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "run.json"}


@pytest.mark.slow
def test_without_home_in_another_zone_and_language_the_files_are_the_same(done: Path):
    places = {"HOME": "/proc/nobody", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C"}
    caches = {"SPOTS_CACHE_DIR": "/proc/none", "PYTHONPATH": str(ROOT)}
    out = done / "結果"
    run = spots_process("run", "run.toml", "--out", out, cwd=done, environment={**places, **caches})
    assert run.returncode == 0, run.stderr
    assert contents(out) == contents(done / "out")


@pytest.mark.slow
@posix_only
def test_where_names_are_no_utf_8_it_works_and_says_what_to_do(done: Path):
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environment = {**ascii_only, "PYTHONPATH": str(ROOT)}
    run = spots_process("run", "run.toml", "--out", "出力", cwd=done, environment=environment)
    assert run.returncode == 0, run.stderr
    assert "[system-encoding]" in run.stderr
    assert "PYTHONUTF8=1" in run.stderr
    assert contents(done / "出力") == contents(done / "out")


@pytest.mark.slow
@posix_only
def test_names_of_another_encoding_are_read_and_written(done: Path, tmp_path: Path):
    name = os.fsdecode("最新の表".encode("cp932"))  # as unzipping leaves them
    try:
        (tmp_path / name).mkdir()
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    run = write_job(tmp_path / name)
    assert spots("run", run, "--out", tmp_path / name / name).exit_code == 0
    assert contents(tmp_path / name / name) == contents(done / "out")


@pytest.mark.slow
@pytest.mark.skipif(not FULL.exists(), reason="no such device here")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("explain", "out", "B1"), "結果を表示できません（空き容量がありません）"),
        (("check", "base.csv", "--json", "--lang", "en"), "cannot be printed (no space left)"),
        (("--help",), "結果を表示できません"),
    ],
)
def test_a_full_disk_behind_the_output_is_said(done: Path, arguments: tuple[str, ...], words: str):
    with FULL.open("wb") as full:
        ended = spots_process(
            *arguments, cwd=done, environment={"PYTHONPATH": str(ROOT)}, stdout=full.fileno()
        )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "[stream-not-writable]" in ended.stderr
    assert words in ended.stderr


@pytest.mark.slow
@posix_only
def test_a_closed_output_harms_nobody(done: Path):
    command = [sys.executable, "-m", "cli", "map", "out", "--out", "closed.html"]
    ended = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command],
        cwd=done,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (done / "closed.html").stat().st_size > 0


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[None]:
    """Stand in a folder that somebody has removed."""
    before = Path.cwd()
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    yield
    os.chdir(before)


@posix_only
@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize(
    "command",
    [
        ("run", "{}/run.toml", "--out", "x"),
        ("run", "run.toml"),
        ("demo",),
        ("check", "base.csv"),
        ("map", "{}/out", "--out", "x.html"),
        ("diff", "{}/out", "{}/out", "--out", "x"),
        ("export", "{}/out", "--format", "geojson", "--out", "x"),
        ("batch", "{}/run.toml", "--out", "x"),
        ("network", "build", "{}/links.csv", "--nodes", "{}/nodes.csv", "--out", "x.spotsnet"),
    ],
    ids=lambda c: " ".join(c[:2]).replace("{}/", ""),
)
def test_a_working_folder_that_was_removed_is_said(done: Path, command: tuple[str, ...]):
    ended = spots(*(part.format(done) for part in command))
    assert ended.exit_code == 1
    said = ended.stderr + ended.stdout
    codes = ("working-folder-gone", "output-not-writable", "file-missing")
    assert any(f"[{code}]" in said for code in codes)


@pytest.mark.parametrize(
    "command",
    [
        ("run", "{}/run.toml", "--out", "{}/new/x"),
        ("demo", "--out", "{}/x"),
        ("diff", "{}/out", "{}/out", "--out", "{}/x"),
        ("export", "{}/out", "--format", "geojson", "--out", "{}/x"),
    ],
    ids=lambda c: c[0],
)
@pytest.mark.parametrize("why", ["access", "name"])
def test_an_output_that_cannot_be_is_refused_before_the_work(
    done: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], why: str
):
    worked: list[object] = []
    monkeypatch.setattr("spots.library.scenario.execute", worked.append)
    before = sorted(p.name for p in done.iterdir())
    if why == "access":  # as an unprivileged user; the superuser may write anywhere
        monkeypatch.setattr(os, "access", lambda _path, mode, **_: mode != os.W_OK)
        target = [part.format(done) for part in command]
    else:
        target = [part.format(done) for part in command[:-1]]
        target.append(str(done / ("x" * 256)))
    ended = spots(*target)
    assert (ended.exit_code, worked) == (1, [])
    assert "[output-not-writable]" in ended.stderr
    assert sorted(p.name for p in done.iterdir()) == before
