"""``spots map``: the map of a finished run again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.helpers.cli_runs import leftovers, spots


@pytest.fixture
def finished(small_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_folder, tmp_path / "out"))


def test_the_same_map_again(finished: Path, tmp_path: Path) -> None:
    done = spots("map", finished, "--out", tmp_path / "again.html")
    assert (done.exit_code, done.stderr) == (0, "")
    assert (tmp_path / "again.html").read_bytes() == (finished / "map.html").read_bytes()
    assert leftovers(tmp_path) == []


def test_in_english_beside_the_folder(finished: Path, tmp_path: Path) -> None:
    done = spots("map", finished, "--lang", "en")
    target = tmp_path / "out_map_en.html"
    assert done.stdout.strip() == str(target)
    assert '<html lang="en"' in target.read_text("utf-8")


def test_nothing_is_overwritten_without_force(finished: Path) -> None:
    before = (finished / "map.html").read_bytes()
    done = spots("map", finished, "--lang", "en", "--out", finished / "map.html")
    assert done.exit_code == 2
    assert (finished / "map.html").read_bytes() == before
    assert spots("map", finished, "--out", finished / "x.html").exit_code == 0
    assert spots("map", finished, "--out", finished / "x.html", "--force").exit_code == 0


@pytest.mark.parametrize("here", [".", "../out", "./"])
def test_from_inside_the_folder(finished: Path, monkeypatch: pytest.MonkeyPatch, here: str) -> None:
    monkeypatch.chdir(finished)
    assert spots("map", here).exit_code == 0
    assert (finished.parent / "out_map_ja.html").exists()


@pytest.mark.parametrize("folder", [".", "/", "..", "nowhere"])
def test_what_is_no_output_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = spots("map", folder)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "エラー" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_written(finished: Path) -> None:
    done = spots("map", finished, "--out", finished / "run.json" / "map.html")
    assert done.exit_code == 1
    assert "output-not-writable" in done.stderr
    assert spots("map", finished, "--out", finished, "--force").exit_code == 2
