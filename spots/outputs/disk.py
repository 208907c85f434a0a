"""How outputs reach the disk: complete or absent, never in the place of somebody else's files."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyogrio

from groundfloor.problems import OutputExistsError, SpotsError, Text, error, why_not_written
from spots.outputs.errors import FolderError, ForeignFolderError, OutputError
from spots.outputs.manifest import WrittenFile

# What operating systems and QGIS leave behind; losing it with the folder harms nobody.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "spots.gpkg-wal", "spots.gpkg-shm"})
_DISK_TROUBLE = (
    OSError,
    sqlite3.OperationalError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.FeatureError,  # of a full disk some drivers speak feature by feature
)


def refuse_foreign(out: Path, listing: Callable[[Path], Iterable[str]], *, force: bool) -> None:
    """Refuse a target that must not be replaced.

    Parameters
    ----------
    out : Path
        The folder to make.
    listing : callable
        ``listing(out)`` returns the names of what this tool wrote there; raises `FolderError`
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
                value=", ".join(foreign[:5]),
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


def written_file(path: Path) -> WrittenFile:
    """Return name, size and hash of a file."""
    data = path.read_bytes()
    return WrittenFile(path.name, len(data), hashlib.sha256(data).hexdigest())


def _foreign(out: Path, listing: Callable[[Path], Iterable[str]]) -> list[str]:
    """Return what in `out` is not ours, by name; empty for an empty folder."""
    if not out.is_dir():
        return [out.name]
    present = {entry.name for entry in out.iterdir()} - _LITTER
    if not present:
        return []
    try:
        ours = set(listing(out))
    except FolderError:
        ours = set()
    folders = {entry.name for entry in out.iterdir() if entry.is_dir()}
    return sorted((present - ours) | (present & folders))


@contextmanager
def aside_of(target: Path) -> Iterator[Path]:
    """Make a working folder beside `target`; it is gone afterwards, whatever happens."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}.partial")
    shutil.rmtree(aside, ignore_errors=True)  # left by a killed run that had our process number
    aside.mkdir()
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def swap(aside: Path, target: Path) -> None:
    """Rename `aside` to `target`; an older folder there is only removed once the new one stands."""
    if not target.exists():
        aside.rename(target)
        return
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    try:
        aside.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def replace_bytes(path: Path, data: bytes) -> None:
    """Put `data` into a file in one step: the old content stays until the new one is whole."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def disk_errors(out: Path) -> Iterator[None]:
    """Turn trouble with the disk into an `OutputError` about `out`."""
    try:
        yield
    except SpotsError:
        raise
    except _DISK_TROUBLE as problem:
        why = _why(problem)
        raise OutputError(
            error(
                "output-not-writable",
                Text(
                    f"出力先に書き込めません({why.ja})", f"the output cannot be written ({why.en})"
                ),
                Text(
                    "書き込み権限と空き容量を確かめ、開いているファイルを閉じてください",
                    "check permissions and free space, and close files that are open",
                ),
                file=str(out),
            )
        ) from problem


def _why(problem: Exception) -> Text:
    if isinstance(problem, OSError):
        return why_not_written(problem)
    return Text(str(problem), str(problem))
