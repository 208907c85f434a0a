"""How files reach the disk: complete or absent, never in the place of somebody else's.

Everything is written beside its place under a name of its own and renamed once it is whole, so
that neither a full disk nor a killed run leaves half a file, and what stood there stays until then.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from groundfloor.problems import (
    DataError,
    ForeignFolderError,
    OutputError,
    OutputExistsError,
    Problem,
    SpotsError,
    Text,
    error,
    why_not_written,
)

#: Ending of what is being written and not yet in its place.
PARTIAL = ".partial"
# What operating systems and QGIS leave behind; losing it with the folder harms nobody.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_LITTER_ENDINGS = (".gpkg-wal", ".gpkg-shm")
_SHOWN_NAMES = 5


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written.

    Parameters
    ----------
    name : str
        Its name inside its folder.
    size : int
        Bytes.
    sha256 : str
        Hash of its content, hex.
    """

    name: str
    size: int
    sha256: str


def written_file(path: Path) -> WrittenFile:
    """Return name, size and hash of a file."""
    return WrittenFile(path.name, path.stat().st_size, sha256_of(path))


def written_files(folder: Path) -> tuple[WrittenFile, ...]:
    """Return the files of a folder by name."""
    return tuple(written_file(path) for path in sorted(folder.iterdir(), key=lambda p: p.name))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hex; the file need not fit into memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def refuse_foreign(out: Path, listing: Callable[[Path], Iterable[str]], *, force: bool) -> None:
    """Refuse a folder that must not be replaced.

    Parameters
    ----------
    out : Path
        The folder to make.
    listing : callable
        ``listing(out)`` returns the names of what this tool wrote there; raises `DataError`
        where nothing says so.
    force : bool
        Whether what this tool wrote may be replaced.

    Raises
    ------
    OutputExistsError
        When it exists and `force` is not given.
    ForeignFolderError
        When it is a file, or holds what this tool did not write.
    """
    if not os.path.lexists(out):
        return
    if not force:
        raise already_there(out)
    with disk_errors(out):
        foreign = _foreign(out, listing)
    if foreign:
        raise ForeignFolderError(
            error(
                "not-our-folder",
                Text(
                    "このツールが作ったもの以外が含まれるため、置き換えません",
                    "holds what this tool did not write, so it is not replaced",
                ),
                Text(
                    "別のフォルダを指定するか、ご自身のファイルを移してください",
                    "name another folder, or move your own files away",
                ),
                file=str(out),
                value=", ".join(foreign[:_SHOWN_NAMES]),
            )
        )


def already_there(path: Path) -> OutputExistsError:
    """Return the error for an output that exists and was not to be overwritten."""
    return OutputExistsError(
        error(
            "output-exists",
            Text("出力先がすでにあります", "the output is already there"),
            Text(
                "別の出力先を指定するか、--force を付けてください",
                "name another output, or add --force",
            ),
            file=str(path),
        )
    )


def _foreign(out: Path, listing: Callable[[Path], Iterable[str]]) -> list[str]:
    """Return what in `out` is not ours, by name; empty for an empty folder."""
    if not out.is_dir():
        return [out.name]
    entries = [
        entry
        for entry in out.iterdir()
        if entry.name not in _LITTER and not entry.name.endswith(_LITTER_ENDINGS)
    ]
    if not entries:
        return []
    try:
        ours = set(listing(out))
    except DataError:
        ours = set()
    return sorted(entry.name for entry in entries if entry.name not in ours or entry.is_dir())


@contextmanager
def whole_folder(out: Path, trouble: tuple[type[Exception], ...] = ()) -> Iterator[Path]:
    """Give a working folder that takes the place of `out` when the block ends without an error.

    Its parents are made as needed. An older folder there is only removed once the new one stands;
    after an error nothing has changed. What may stand there, `refuse_foreign` says before.

    Parameters
    ----------
    out : Path
        The folder to make; where it is a link, what it points to.
    trouble : tuple of exception types
        How libraries that write in the block tell of the disk, beside `OSError`.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    target = Path(os.path.realpath(out))
    aside = _beside(target)
    with disk_errors(out, trouble):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)  # left by a killed run of our number
        aside.mkdir()
        try:
            yield aside
            _swap(aside, target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _swap(aside: Path, target: Path) -> None:
    if not target.exists():
        aside.rename(target)
        return
    old = aside.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    try:
        aside.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose bytes take the place of `path` when the block ends without an error.

    Its folder must be there. The old content stays until the new one is whole and on the disk.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    aside = _beside(path)
    with disk_errors(path):
        try:
            with aside.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            aside.replace(path)
        finally:
            with suppress(OSError):  # a name too long for a file is none that could be left behind
                aside.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> WrittenFile:
    """Write one file, text in UTF-8, through `whole_file`; its folder is made as needed.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as stream:
        stream.write(content if isinstance(content, bytes) else content.encode("utf-8"))
    with disk_errors(path):
        return written_file(path)


def _beside(target: Path) -> Path:
    """Return where to write what will stand at `target`; runs and threads have their own."""
    return target.with_name(f".{target.name}.{threading.get_native_id()}{PARTIAL}")


@contextmanager
def disk_errors(out: Path, trouble: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn trouble with the disk, an `OSError` or one of `trouble`, into an `OutputError`."""
    expected: tuple[type[Exception], ...] = (OSError, *trouble)
    try:
        yield
    except SpotsError:
        raise
    except expected as fault:
        said = Text(str(fault), str(fault))
        why = why_not_written(fault) if isinstance(fault, OSError) else said
        raise OutputError(not_writable(out, why)) from fault


def not_writable(out: Path, why: Text) -> Problem:
    """Return the problem of an output that cannot be written."""
    return error(
        "output-not-writable",
        Text(f"出力先に書き込めません（{why.ja}）", f"the output cannot be written ({why.en})"),
        Text(
            "出力先と書き込み権限、空き容量を確かめ、開いているファイルを閉じてください",
            "check the path, permissions and free space, and close files that are open",
        ),
        file=str(out),
    )
