"""Files and folders reach the disk whole or not at all, whoever writes them."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from groundfloor.disk import (
    WrittenFile,
    disk_errors,
    refuse_foreign,
    sha256_of,
    whole_file,
    whole_folder,
    write_whole,
    written_files,
)
from groundfloor.problems import (
    DataError,
    ForeignFolderError,
    OutputError,
    OutputExistsError,
    Text,
    UsageError,
    error,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def full(*_args: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def all_of(folder: Path) -> list[str]:
    return names(folder)


def made(
    out: Path, listing: Callable[[Path], Iterable[str]] = all_of, *, force: bool = True
) -> AbstractContextManager[Path]:
    return whole_folder(out, listing, force=force)


def test_a_file_is_written_whole_and_described(tmp_path: Path):
    digest = hashlib.sha256("あ".encode()).hexdigest()
    made = write_whole(tmp_path / "new" / "a.txt", "あ")
    assert made == WrittenFile("a.txt", 3, digest)
    assert sha256_of(tmp_path / "new" / "a.txt") == digest
    assert write_whole(tmp_path / "new" / "a.txt", b"b", force=True).size == 1
    assert names(tmp_path / "new") == ["a.txt"]


@pytest.mark.parametrize("moment", ["write", "fsync", "rename"])
def test_a_file_that_fails_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    if moment == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    if moment == "rename":
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError) as caught, whole_file(path, force=True) as stream:
        _ = full() if moment == "write" else stream.write(b"half")
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("output-not-writable", str(path))
    assert "空き容量がありません" in problem.message.ja
    assert (names(tmp_path), path.read_bytes()) == (["a.txt"], b"old")


def test_an_error_of_ours_passes_and_nothing_is_written(tmp_path: Path):
    problem = error("wrong", Text("誤り", "wrong"), Text("", ""))
    with pytest.raises(UsageError), whole_file(tmp_path / "a.txt"):
        raise UsageError(problem)
    with pytest.raises(UsageError), made(tmp_path / "a"):
        raise UsageError(problem)
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["folder", "a" * 300, "file/a.txt"])
def test_places_where_no_file_can_be(tmp_path: Path, name: str):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_whole(tmp_path / name, "x", force=True)
    assert names(tmp_path) == ["file", "folder"]


def test_a_folder_takes_the_place_of_the_old_one_at_its_end(tmp_path: Path):
    out = tmp_path / "deep" / "out"
    for content in ("one", "two"):
        with made(out) as aside:
            (aside / "b.txt").write_text(content)
            (aside / "a.txt").write_text(content)
            assert not out.exists() or (out / "a.txt").read_text() == "one"
    assert [f.name for f in written_files(out)] == names(out) == ["a.txt", "b.txt"]
    assert (out / "a.txt").read_text() == "two"
    assert names(tmp_path / "deep") == ["out"]


def test_a_link_stays_a_link(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with made(tmp_path / "link") as aside:
        (aside / "a.txt").write_text("x")
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path / "real") == ["a.txt"]


def test_a_folder_that_fails_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "out"
    write_whole(out / "a.txt", "old")
    with pytest.raises(OutputError), made(out) as aside:
        full((aside / "a.txt").write_text("new"))
    rename = Path.rename

    def locked(self: Path, target: Path) -> Path:
        return full() if self.name == "new" else rename(self, target)  # type: ignore[return-value]

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(OutputError), made(out) as aside:
        (aside / "a.txt").write_text("new")
    assert (names(tmp_path), (out / "a.txt").read_text()) == (["out"], "old")


def test_libraries_tell_of_the_disk_in_their_own_way():
    class DriverError(Exception):
        pass

    with pytest.raises(OutputError, match="no room"), disk_errors(Path("out"), (DriverError,)):
        raise DriverError("no room")
    with pytest.raises(DriverError), disk_errors(Path("out")):
        raise DriverError("a defect of ours")


def test_only_what_is_ours_is_replaced(tmp_path: Path):
    out = tmp_path / "out"

    def listing(folder: Path) -> list[str]:
        if not (folder / "list").exists():
            raise DataError(error("no-list", Text("無", "none"), Text("", "")))
        return ["list", "a.txt", "sub"]

    refuse_foreign(out, listing, force=False)  # nothing is there
    out.mkdir()
    with pytest.raises(OutputExistsError):
        refuse_foreign(out, listing, force=False)
    refuse_foreign(out, listing, force=True)  # an empty folder is nobody's
    for name in (".DS_Store", "x.gpkg-wal"):
        (out / name).write_text("")
    refuse_foreign(out, listing, force=True)
    (out / "a.txt").write_text("")
    with pytest.raises(ForeignFolderError):  # nothing says that it is ours
        refuse_foreign(out, listing, force=True)
    (out / "list").write_text("")
    refuse_foreign(out, listing, force=True)
    (out / "sub").mkdir()
    (out / "mine.txt").write_text("")
    with pytest.raises(ForeignFolderError) as caught:
        refuse_foreign(out, listing, force=True)
    assert caught.value.problems[0].value == "mine.txt, sub"
    with pytest.raises(ForeignFolderError):
        refuse_foreign(out / "mine.txt", listing, force=True)
