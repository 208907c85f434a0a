"""``spots batch``: many jobs, of which one may fail."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.helpers.cli_runs import CONTRACT, foreign_words, leftovers, spots, spots_json
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
