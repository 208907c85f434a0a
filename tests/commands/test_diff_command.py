"""``spots diff``: what changed between two runs."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.helpers.cli_runs import foreign_words, spots, spots_json
from tests.helpers.small_job import CLINICS, RUN, files, write_job


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A later job: 井無田 is gone, 矢部 counts because 15 minutes are enough."""
    folder = tmp_path_factory.mktemp("newer")
    lines = CLINICS.splitlines(keepends=True)
    run = write_job(
        folder,
        {
            "clinics.csv": lines[0] + lines[2],
            "run.toml": RUN + "[policy.override.criterion.3]\nthreshold_min = 15\n",
        },
    )
    assert spots("run", run).exit_code == 0
    return folder / "out"


def test_the_same_run_twice_has_no_changes(small_folder: Path) -> None:
    done = spots("diff", small_folder, small_folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "違いはありません" in done.stdout


@pytest.mark.slow
def test_what_changed_is_named(small_folder: Path, newer: Path) -> None:
    done = spots("diff", small_folder, newer)
    assert done.exit_code == 0
    for part in ("井無田診療所", "矢部広域病院", "clinics.csv", "threshold_min"):
        assert part in done.stdout, part
    assert "芳野診療所" not in done.stdout  # out by 熊本市, before and after


@pytest.mark.slow
def test_json_and_english(small_folder: Path, newer: Path) -> None:
    page = spots_json("diff", small_folder, newer)
    assert page
    english = spots("diff", small_folder, newer, "--lang", "en")
    assert foreign_words(english.stdout, files().values()) == []


def test_what_is_no_output_folder(small_folder: Path, tmp_path: Path) -> None:
    for args in ((small_folder, tmp_path), (tmp_path / "nowhere", small_folder)):
        done = spots("diff", *args)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "エラー" in done.stderr


@pytest.mark.slow
def test_a_folder_of_the_comparison(small_folder: Path, newer: Path, tmp_path: Path) -> None:
    out = tmp_path / "diff"
    done = spots("diff", small_folder, newer, "--out", out)
    assert done.exit_code == 0
    assert str(out / "diff.html") in done.stdout
    assert {p.name for p in out.iterdir()} == {
        "diff.csv", "diff.geojson", "diff.html", "diff.json", "diff.xlsx"
    }  # fmt: skip
    again = spots("diff", small_folder, newer, "--out", out)
    assert (again.exit_code, again.stdout) == (2, "")
    assert spots("diff", small_folder, newer, "--out", out, "--force").exit_code == 0
    page = spots_json("diff", small_folder, newer, "--out", tmp_path / "other")
    assert page["identical"] is False
    run = spots("diff", small_folder, newer, "--out", small_folder, "--force")
    assert run.exit_code == 2  # a run's folder is never replaced by a comparison
    assert (small_folder / "run.json").exists()


def test_why_is_said_in_a_sentence(small_folder: Path, newer: Path) -> None:
    page = spots_json("diff", small_folder, newer)
    by_name = {(f["new"] or f["old"])["name"]: f for f in page["facilities"]}
    gone = by_name["井無田診療所"]
    assert gone["why"][0]["certainty"] == "proven"
    assert "clinics.csv" in gone["why"][0]["text"]
    yabe = by_name["矢部広域病院"]
    assert yabe["verdict_changed"]
    assert "30分から15分に変わりました" in yabe["why"][0]["text"]


def edited(folder: Path, out: Path, **changes: object) -> Path:
    """Return a copy of an output folder with other evidence, as if it had been written so."""
    shutil.copytree(folder, out)
    page = json.loads((out / "evidence.json").read_text("utf-8"))
    for key, value in changes.items():
        if key == "prefecture_code":
            page["result"]["settings"]["prefecture_code"] = value
        else:
            page[key] = value
    data = json.dumps(page, ensure_ascii=False).encode()
    (out / "evidence.json").write_bytes(data)
    manifest = json.loads((out / "run.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if entry["name"] == "evidence.json":
            entry["sha256"] = hashlib.sha256(data).hexdigest()
    (out / "run.json").write_text(json.dumps(manifest), "utf-8")
    return out


def test_runs_of_two_prefectures_write_nothing(small_folder: Path, tmp_path: Path) -> None:
    other = edited(small_folder, tmp_path / "oita", prefecture_code="44")
    done = spots("diff", small_folder, other, "--out", tmp_path / "diff")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "different-prefectures" in done.stderr
    assert not (tmp_path / "diff").exists()


def test_other_versions_and_incomplete_folders(small_folder: Path, tmp_path: Path) -> None:
    old = edited(small_folder, tmp_path / "old", version=2)
    assert spots("diff", old, small_folder).exit_code == 0
    future = edited(small_folder, tmp_path / "future", version=99)
    (tmp_path / "half").mkdir()
    shutil.copy(small_folder / "run.json", tmp_path / "half")
    for folder, code in ((future, "evidence-version"), (tmp_path / "half", "incomplete-folder")):
        done = spots("diff", folder, small_folder, "--out", tmp_path / "diff")
        assert (done.exit_code, done.stdout) == (1, "")
        assert code in done.stderr
        assert not (tmp_path / "diff").exists()
