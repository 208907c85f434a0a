"""``spots batch``: many jobs, of which one may fail."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.cli_runs import CONTRACT, foreign_words, leftovers, spots, spots_json
from tests.helpers.folders import ROOT
from tests.helpers.small_job import CLINICS, HEADER, files, write_job

pytestmark = pytest.mark.slow  # several whole runs each


def two_jobs(folder: Path) -> tuple[Path, Path]:
    """Return a job that works and one with an empty list."""
    good = write_job(folder / "good")
    bad = write_job(folder / "bad", {"clinics.csv": b""})
    return good.rename(good.with_name("good.toml")), bad.rename(bad.with_name("bad.toml"))


def test_one_failing_job_harms_no_other(tmp_path: Path) -> None:
    good, bad = two_jobs(tmp_path)
    out = tmp_path / "batch"
    done = spots("batch", bad, good, tmp_path / "nowhere.toml", "--out", out)
    assert done.exit_code == 1
    assert "失敗 2" in done.stdout
    assert "empty-file" in done.stdout
    assert {p.name for p in (out / "good").iterdir()} == CONTRACT
    assert {p.name for p in out.iterdir()} == {"good", "summary.csv", "summary.json"}
    with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["failed", "done", "failed"]
    assert leftovers(out) == leftovers(tmp_path) == []


def test_json_has_every_job_and_problem(tmp_path: Path) -> None:
    good, bad = two_jobs(tmp_path)
    page = spots_json("batch", good, bad, "--out", tmp_path / "b", code=1)
    assert [job["name"] for job in page["jobs"]] == ["good", "bad"]
    assert page["counts"] == {"jobs": 2, "failed": 1, "undetermined": 0}
    assert [p["code"] for p in page["jobs"][1]["problems"]] == ["empty-file"]
    assert json.loads((tmp_path / "b" / "summary.json").read_text("utf-8")) == page


def test_each_list_of_a_folder_in_the_place_of_a_layer(tmp_path: Path) -> None:
    run = write_job(tmp_path / "job")
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "R5.csv").write_text(CLINICS, encoding="utf-8")
    no_place = f"{HEADER}C9,どこか診療所,,,,,\n"
    (lists / "R6.csv").write_text(no_place, encoding="utf-8")
    (lists / "~$R6.xlsx").write_bytes(b"")
    (lists / "R7.ods").write_bytes(b"")
    done = spots(
        "batch", run, "--lists", lists, "--layer", "②", "--out", tmp_path / "b", "--lang", "en"
    )
    assert done.exit_code == 3  # done, but a clinic has no place
    assert foreign_words(done.stdout, [*files().values(), no_place]) == []
    assert "R7.ods" in done.stderr
    assert "[not-a-list]" in done.stderr
    assert {p.name for p in (tmp_path / "b").iterdir() if p.is_dir()} == {"R5", "R6"}


def test_a_second_call_does_nothing_and_the_summary_of_another_batch_is_refused(
    tmp_path: Path,
) -> None:
    good, bad = two_jobs(tmp_path)
    out = tmp_path / "b"
    assert spots("batch", good, "--out", out).exit_code == 0
    made = (out / "good" / "run.json").read_bytes()
    again = spots("batch", good, "--out", out)
    assert again.exit_code == 0
    assert "1 件は前回までに完了" in again.stdout
    other = spots("batch", bad, "--out", out)
    assert (other.exit_code, other.stdout) == (2, "")
    assert spots("batch", bad, "--out", out, "--force").exit_code == 1
    assert (out / "good" / "run.json").read_bytes() == made


@pytest.mark.parametrize("runner", ["serial", "processes"])
def test_jobs_are_done_where_it_is_said(tmp_path: Path, runner: str) -> None:
    good, bad = two_jobs(tmp_path)
    out = tmp_path / "b"
    page = spots_json("batch", good, bad, "--runner", runner, "--out", out, code=1)
    assert (page["runner"], page["counts"]["failed"]) == (runner, 1)
    assert leftovers(out) == []


def test_a_runner_that_is_none_and_options_of_another(tmp_path: Path) -> None:
    good, _ = two_jobs(tmp_path)
    for options, code in (
        (("--runner", "gird"), "unknown-runner"),
        (("--runner", "serial", "--scheduler", "tcp://x:1"), "wrong-combination"),
    ):
        done = spots("batch", good, *options, "--out", tmp_path / "b")
        assert done.exit_code == 2
        assert f"[{code}]" in done.stderr
    assert spots("batch", good, "--workers", "0").exit_code == 2
    assert not (tmp_path / "b").exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_a_batch_that_is_stopped_says_so_and_leaves_nothing(tmp_path: Path, how: str) -> None:
    jobs = [write_job(tmp_path / name) for name in "abcdef"]
    out = tmp_path / "out"
    batch = subprocess.Popen(
        [sys.executable, "-m", "cli", "batch", *jobs, "--out", out, "--workers", "2"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    while not list(out.glob("*/run.json")):
        time.sleep(0.05)
    os.killpg(batch.pid, getattr(signal, how))  # as a terminal does: to the workers, too
    said, errors = batch.communicate(timeout=120)
    assert batch.returncode == 1, errors
    assert "未実行" in said
    assert "中断しました" in errors
    assert leftovers(out) == []
    assert gone(batch.pid)
    lines = (out / "summary.csv").read_text("utf-8-sig").splitlines()
    left = [row["status"] for row in csv.DictReader(lines)]
    assert {"done", "missing"} == set(left)


def gone(group: int) -> bool:
    """Return whether the processes of a group end; who was told to may take a moment."""
    for _ in range(600):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_wrong_usage(tmp_path: Path) -> None:
    good, bad = two_jobs(tmp_path)
    for args in (
        ("batch",),
        ("batch", good, "--layer", "②"),
        ("batch", good, bad, "--lists", tmp_path),
    ):
        assert spots(*args).exit_code == 2
    missing = spots("batch", good, "--lists", tmp_path / "nowhere", "--out", tmp_path / "x")
    assert missing.exit_code == 1
    assert "folder-not-found" in missing.stderr
    assert not (tmp_path / "x").exists()
