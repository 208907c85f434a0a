"""Two writers never mix, nobody's file is removed, and a killed run leaves nothing for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from groundfloor import workspaces
from groundfloor.disk import whole_file, whole_folder, write_whole
from groundfloor.problems import (
    ForeignFolderError,
    OutputError,
    OutputExistsError,
)
from groundfloor.workspaces import set_aside, tidy, workspace
from spots.outputs import load_result
from spots.outputs.evidence import FolderError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def ours(_folder: Path) -> list[str]:
    return ["a.txt"]


def killed(script: str, folder: Path, number: int = signal.SIGKILL) -> subprocess.Popen[str]:
    """Run a script that prints a line when it is in the middle, and end it there."""
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "middle\n"
        run.send_signal(number)
    return run


HALF_A_FOLDER = """
import sys, time, pathlib
from groundfloor.disk import whole_folder
with whole_folder(pathlib.Path(sys.argv[1]) / "out", lambda _: ["a.txt"], force=True) as aside:
    (aside / "a.txt").write_text("half")
    print("middle", flush=True)
    time.sleep(60)
"""

BETWEEN_TWO_RENAMES = """
import sys, time, pathlib
import groundfloor.disk as disk
def claim(*_args):
    print("middle", flush=True)
    time.sleep(60)
disk._claim = claim
with disk.whole_folder(pathlib.Path(sys.argv[1]) / "out", lambda _: ["a.txt"], force=True) as aside:
    (aside / "a.txt").write_text("new")
"""

AFTER_THE_LAST_RENAME = """
import sys, time, pathlib
import groundfloor.disk as disk
def delete(*_args):
    print("middle", flush=True)
    time.sleep(60)
disk._delete_own = delete
with disk.whole_folder(pathlib.Path(sys.argv[1]) / "out", lambda _: ["a.txt"], force=True) as aside:
    (aside / "a.txt").write_text("new")
"""


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_appears_meanwhile_is_never_touched(tmp_path: Path, force: bool):
    out = tmp_path / "out"
    refused = ForeignFolderError if force else OutputExistsError
    with pytest.raises(refused), whole_folder(out, ours, force=force):
        write_whole(out / "diary.txt", "theirs")
    assert (names(tmp_path), (out / "diary.txt").read_text()) == (["out"], "theirs")


def test_a_file_that_comes_while_the_old_output_is_set_aside_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "out"
    write_whole(out / "a.txt", "old")
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        if self == out:
            (out / "diary.txt").write_text("theirs")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    with (
        pytest.raises(ForeignFolderError, match="diary"),
        whole_folder(out, ours, force=True) as aside,
    ):
        (aside / "a.txt").write_text("new")
    assert (names(tmp_path), names(out)) == (["out"], ["a.txt", "diary.txt"])
    assert (out / "a.txt").read_text() == "old"


def test_of_two_runs_that_replace_one_output_the_slower_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "out"
    write_whole(out / "a.txt", "old")
    rename = Path.rename

    def faster(self: Path, target: Path) -> Path:
        made = rename(self, target)
        if self == out:
            write_whole(out / "a.txt", "another run's")
        return made

    monkeypatch.setattr(Path, "rename", faster)
    with pytest.raises(OutputExistsError), whole_folder(out, ours, force=True) as aside:
        (aside / "a.txt").write_text("new")
    assert (names(tmp_path), (out / "a.txt").read_text()) == (["out"], "another run's")


def test_an_empty_folder_that_appears_in_the_last_moment_is_somebodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "out"
    lexists = os.path.lexists
    monkeypatch.setattr(os.path, "lexists", lambda p: lexists(p) and Path(p) != out)
    with pytest.raises(OutputExistsError), whole_folder(out, ours, force=False):
        out.mkdir()
    assert (names(tmp_path), names(out)) == (["out"], [])


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_file_that_appears_meanwhile_is_never_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
):
    path = tmp_path / "a.txt"
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError()))
    with pytest.raises(OutputExistsError), whole_file(path):
        path.write_text("theirs")
    assert (names(tmp_path), path.read_text()) == (["a.txt"], "theirs")
    path.unlink()
    assert write_whole(path, "ours").size == 4
    assert (names(tmp_path), path.read_text()) == (["a.txt"], "ours")


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_of_many_writers_into_one_place_one_succeeds(tmp_path: Path, kind: str):
    out = tmp_path / "out"
    together = threading.Barrier(8)
    won: list[str] = []
    lost: list[OutputExistsError] = []

    def write(content: str) -> None:
        try:
            if kind == "folder":
                with whole_folder(out, ours, force=False) as aside:
                    (aside / "a.txt").write_text(content)
                    (aside / "b.txt").write_text(content)
                    together.wait()
            else:
                with whole_file(out) as stream:
                    stream.write(content.encode())
                    together.wait()
        except OutputExistsError as error:
            lost.append(error)
        except BaseException:
            together.abort()  # or the others wait for ever
            raise
        else:
            won.append(content)

    threads = [threading.Thread(target=write, args=(str(i),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost), names(tmp_path)) == (1, 7, ["out"])
    written = out.iterdir() if kind == "folder" else [out]
    assert {path.read_text() for path in written} == set(won)


def test_workspaces_of_one_process_number_are_apart(tmp_path: Path):
    with workspace(tmp_path / "out") as one, workspace(tmp_path / "out") as two:
        assert one.folder != two.folder
        tidy(tmp_path)
        assert len(names(tmp_path)) == 2  # both are held
    assert names(tmp_path) == []


def test_a_workspace_that_is_tidied_away_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    late = [True]

    class Late(FileLock):
        def acquire(self, *args: object, **kwargs: object) -> object:
            if late.pop() if late else False:
                Path(self.lock_file).touch()
                tidy(tmp_path)
                assert names(tmp_path) == []
            return super().acquire(*args, **kwargs)

    monkeypatch.setattr(workspaces, "FileLock", Late)
    with workspace(tmp_path / "out") as work:
        work.new.mkdir()
        assert len(names(tmp_path)) == 1
    assert names(tmp_path) == []


@pytest.mark.slow
def test_many_workspaces_of_one_folder_leave_each_other_alone(tmp_path: Path):
    lost: list[OSError] = []

    def work(name: str) -> None:
        for _ in range(50):
            try:
                with workspace(tmp_path / name) as mine:
                    write_whole(mine.new / "a.txt", name)
                    assert (mine.new / "a.txt").read_text() == name
            except OSError as error:
                lost.append(error)

    threads = [threading.Thread(target=work, args=(str(i),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (lost, names(tmp_path)) == ([], [])


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path):
    killed(HALF_A_FOLDER, tmp_path)
    assert len(names(tmp_path)) == 1
    write_whole(tmp_path / "another.txt", "")
    assert names(tmp_path) == ["another.txt"]


def test_a_run_that_is_asked_to_end_cleans_up(tmp_path: Path):
    ended = HALF_A_FOLDER.replace(
        "from groundfloor",
        "from spots.commands import _clean_up_when_ended as c; c()\nfrom groundfloor",
        1,
    )
    run = killed(ended, tmp_path, signal.SIGTERM)
    assert run.returncode != -signal.SIGTERM
    assert names(tmp_path) == []


def test_an_output_that_a_killed_run_set_aside_comes_back(tmp_path: Path):
    out = tmp_path / "out"
    write_whole(out / "a.txt", "old")
    killed(BETWEEN_TWO_RENAMES, tmp_path)
    assert not out.exists()
    old = set_aside(out)
    assert old is not None
    with pytest.raises(FolderError, match="out") as caught:
        load_result(out)
    assert str(old) in caught.value.problems[0].remedy.ja
    with pytest.raises(OutputExistsError), whole_folder(out, ours, force=False):
        raise AssertionError("the older output is there again")
    assert (names(tmp_path), (out / "a.txt").read_text()) == (["out"], "old")


def test_an_output_set_aside_is_kept_where_its_place_is_taken(tmp_path: Path):
    out = tmp_path / "out"
    write_whole(out / "a.txt", "old")
    killed(BETWEEN_TWO_RENAMES, tmp_path)
    (tmp_path / "out").mkdir()
    tidy(tmp_path)
    old = set_aside(out)
    assert old is not None
    assert (old / "a.txt").read_text() == "old"


def test_an_output_that_was_replaced_is_removed_later(tmp_path: Path):
    out = tmp_path / "out"
    write_whole(out / "a.txt", "old")
    killed(AFTER_THE_LAST_RENAME, tmp_path)
    assert (out / "a.txt").read_text() == "new"
    tidy(tmp_path)
    assert names(tmp_path) == ["out"]


def test_a_share_without_locks_is_tidied_after_a_day(tmp_path: Path):
    folder = tmp_path / f".out.{'0' * 16}.partial"
    (folder / "new").mkdir(parents=True)
    tidy(tmp_path)
    assert names(tmp_path) == [folder.name]
    os.utime(folder, (0, 0))
    tidy(tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "name", [".mine.partial", ".out.123.partial", "out.0123456789abcdef.partial"]
)
def test_only_workspaces_of_ours_are_removed(tmp_path: Path, name: str):
    (tmp_path / name).mkdir()
    os.utime(tmp_path / name, (0, 0))
    tidy(tmp_path)
    assert names(tmp_path) == [name]


def fill(out: Path) -> None:
    with whole_folder(out, ours, force=False) as aside:
        (aside / "a.txt").write_text("x")


@pytest.mark.parametrize("write", [lambda out: write_whole(out, "x"), fill])
def test_a_name_too_long_is_an_error_of_the_disk(tmp_path: Path, write: Callable[[Path], object]):
    with pytest.raises(OutputError):
        write(tmp_path / ("あ" * 100))
    assert names(tmp_path) == []
