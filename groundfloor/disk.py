"""How files reach the disk: complete or absent, never in the place of somebody else's.

Everything is written beside its place, in a workspace of its own, and renamed once it is whole, so
that neither a full disk nor a killed run leaves half a file, and what stood there stays until then.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

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
from groundfloor.workspaces import Workspace, tidy, workspace

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


#: Of a file: when its bytes and when anything of it last changed, how many they are, which it is.
FileState: TypeAlias = tuple[int, int, int, int]


def file_state(path: Path) -> FileState:
    """Return what is another once a file was written to or replaced.

    The time of its bytes may be set back by whoever writes it (copies and unpacked archives keep
    that of the original); when it was last touched may not.

    Raises
    ------
    OSError
        It cannot be asked for.
    """
    state = path.stat()
    return state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino


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
    OutputError
        When it cannot be written: its name is too long, or there is no permission.
    """
    with disk_errors(out):
        _refuse_hopeless(out)
    if out.parent.is_dir():
        tidy(out.parent)  # an older output may be put back here
    if not os.path.lexists(out):
        return
    if not force:
        raise already_there(out)
    with disk_errors(out):
        foreign = _foreign(out, listing)
    if foreign:
        raise _not_ours(out, foreign)


def _refuse_hopeless(out: Path) -> None:
    """Raise what writing would, so that nobody learns of it after an hour's work."""
    with suppress(FileNotFoundError, NotADirectoryError, ValueError):
        os.lstat(out)
    folder = out.absolute().parent
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _not_ours(out: Path, foreign: Sequence[str]) -> ForeignFolderError:
    return ForeignFolderError(
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
    entries = [entry for entry in out.iterdir() if not _is_litter(entry.name)]
    if not entries:
        return []
    try:
        ours = set(listing(out))
    except DataError:
        ours = set()
    return sorted(entry.name for entry in entries if entry.name not in ours or entry.is_dir())


def _is_litter(name: str) -> bool:
    return name in _LITTER or name.endswith(_LITTER_ENDINGS)


@contextmanager
def whole_folder(
    out: Path,
    listing: Callable[[Path], Iterable[str]],
    *,
    force: bool,
    trouble: tuple[type[Exception], ...] = (),
) -> Iterator[Path]:
    """Give a working folder that takes the place of `out` when the block ends without an error.

    Its parents are made as needed. `refuse_foreign` is asked before the block, and once more at its
    end: a folder that appeared meanwhile is no less somebody's. An older output is only removed
    once the new one stands; after an error nothing has changed.

    Parameters
    ----------
    out : Path
        The folder to make; where it is a link, what it points to.
    listing : callable
        As for `refuse_foreign`.
    force : bool
        Whether an older output of this tool may be replaced.
    trouble : tuple of exception types
        How libraries that write in the block tell of the disk, beside `OSError`.

    Raises
    ------
    OutputExistsError, ForeignFolderError
        As for `refuse_foreign`.
    OutputError
        When it cannot be written.
    """
    refuse_foreign(out, listing, force=force)
    target = Path(os.path.realpath(out))
    with disk_errors(out, trouble):
        target.parent.mkdir(parents=True, exist_ok=True)
        with workspace(target) as work:
            work.new.mkdir()
            yield work.new
            refuse_foreign(out, listing, force=force)
            if force and os.path.lexists(work.target):
                _replace(work, listing, out)
            else:
                _claim(work, out)


def _replace(work: Workspace, listing: Callable[[Path], Iterable[str]], out: Path) -> None:
    """Put a whole folder in the place of an older output, which is looked at again once aside."""
    work.set_aside()
    placed = False
    ours: frozenset[str] = frozenset()
    try:
        foreign = _foreign(work.old, listing)  # what came in the last moment
        if not foreign and any(work.old.iterdir()):
            ours = frozenset(listing(work.old))
        if not foreign:
            _claim(work, out)
            placed = True
    finally:
        if not placed and not os.path.lexists(work.target):
            work.put_back()
        else:  # the new one stands, or that of another run, which was faster
            _delete_own(work.old, ours)
    if foreign:
        raise _not_ours(out, foreign)


def _claim(work: Workspace, out: Path) -> None:
    """Rename the folder to a place where nothing stands, which of several runs only one can."""
    if os.name == "nt":  # refuses what is there by itself
        try:
            work.new.rename(work.target)
        except FileExistsError:
            raise already_there(out) from None
        return
    try:
        work.target.mkdir()
    except FileExistsError:
        raise already_there(out) from None
    try:
        work.new.rename(work.target)  # takes the place of an empty folder only
    except OSError as fault:
        with suppress(OSError):
            work.target.rmdir()
        if fault.errno in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}:
            raise already_there(out) from None
        raise


def _delete_own(old: Path, ours: Iterable[str]) -> None:
    """Delete what was ours of a replaced output, and nothing else; the new one stands already."""
    with suppress(OSError):
        for entry in list(old.iterdir()):
            if entry.name in ours or _is_litter(entry.name):
                entry.unlink()
        old.rmdir()


@contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Give a stream whose bytes take the place of `path` when the block ends without an error.

    Its folder must be there. The old content stays until the new one is whole and on the disk.

    Parameters
    ----------
    path : Path
        The file to make.
    force : bool
        Whether a file that stands there is replaced.

    Raises
    ------
    OutputExistsError
        When it exists, also since just now, and `force` is not given.
    OutputError
        When it cannot be written.
    """
    with disk_errors(path), workspace(path) as work:
        with work.new.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if force:
            work.new.replace(path)
        else:
            _place_file(work.new, path)


def _place_file(made: Path, path: Path) -> None:
    try:
        os.link(made, path)  # never in the place of another, unlike a rename
    except FileExistsError:
        raise already_there(path) from None
    except OSError:  # no links on this file system
        try:
            path.open("xb").close()
        except FileExistsError:
            raise already_there(path) from None
        made.replace(path)


def as_bytes(content: str | bytes) -> bytes:
    """Return what a file holds: text in UTF-8, bytes as they are."""
    return content if isinstance(content, bytes) else content.encode("utf-8")


def write_whole(path: Path, content: str | bytes, *, force: bool = False) -> WrittenFile:
    """Write one file, text in UTF-8, through `whole_file`; its folder is made as needed.

    Raises
    ------
    OutputExistsError
        When it exists and `force` is not given.
    OutputError
        When it cannot be written.
    """
    data = as_bytes(content)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, force=force) as stream:
        stream.write(data)
    return WrittenFile(path.name, len(data), hashlib.sha256(data).hexdigest())


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


def sources_digest(top: Path, files: Iterable[Path], first: bytes = b"") -> str:
    """Return the SHA-256 of files by their names below a folder and their bytes.

    Parameters
    ----------
    top : Path
        The folder; where it lies does not count.
    files : iterable of Path
        Files below it, in any order; what is none, such as a folder with a dot in its name, is
        passed over.
    first : bytes
        What else counts.
    """
    digest = hashlib.sha256(first)
    for path in sorted(set(files)):
        with suppress(OSError):
            name = path.relative_to(top).as_posix()
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def files_like(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder that a pattern names, sorted; none where it cannot be read."""
    try:
        return sorted(path for path in folder.glob(pattern) if path.is_file())
    except OSError:
        return []


def removed(path: Path) -> bool:
    """Remove a file, and tell whether it is gone; one that is in use (Windows) stays."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
