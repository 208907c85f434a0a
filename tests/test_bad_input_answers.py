"""What people do to finished runs, and what a folder must survive."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_runs import leftovers, spots

from spots.outputs import load_result


@pytest.fixture
def finished(small_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_folder, tmp_path / "out"))


def first_id(folder: Path) -> str:
    return load_result(folder).verdicts[0].facility.id


def asking(command: str, folder: Path, target: Path) -> tuple[object, ...]:
    """Return a command line that writes one file from a run."""
    if command == "explain":
        return ("explain", folder, first_id(folder), "--routes", target)
    if command == "locate":
        return ("locate", folder, folder / "facilities.csv", "--out", target)
    return (command, folder, "--out", target)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        *((command, "evidence.json") for command in ("explain", "map", "report")),
        *((command, "run.json") for command in ("explain", "map", "report")),
        *(("locate", name) for name in ("table.xlsx", "spots.geojson")),
    ],
)
def test_no_answer_takes_the_place_of_a_runs_own_file(
    finished: Path, command: str, name: str
) -> None:
    before = (finished / name).read_bytes()
    done = spots(*asking(command, finished, finished / name), "--force")
    assert done.exit_code == 2
    assert "output-is-input" in done.stderr
    assert (finished / name).read_bytes() == before
    assert load_result(finished)


@pytest.mark.parametrize("command", ["explain", "map", "report"])
@pytest.mark.parametrize("target", [".", "..", "", "folder"])
def test_a_folder_where_a_file_was_asked_for(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    done = spots(*asking(command, finished, Path(target)), "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "出力先がファイルではありません" in done.stderr
    assert leftovers(tmp_path) == []


def test_a_folder_to_write_to_that_is_not_there(finished: Path, tmp_path: Path) -> None:
    done = spots("map", finished, "--out", tmp_path / "nowhere" / "map.html")
    assert done.exit_code == 1
    assert "フォルダがありません" in done.stderr


def test_the_disks_refusal_is_said_in_the_readers_language(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for lang, words in (("ja", "書き込めません(途中"), ("en", "(part of the path is no folder)")):
        out = tmp_path / "file" / "sub" / "layers"
        asked = ("export", finished, "--format", "geojson", "--out", out, "--lang", lang)
        done = spots(*asked)
        assert done.exit_code == 1
        assert words in done.stderr
