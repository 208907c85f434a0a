"""Where an output is made until it is whole, and what killed runs left there.

A workspace is a folder beside the output with a random name, since the number of a process says
nothing: every container has a process 1. Whoever works in it holds a lock, which the system lets go
of when the process dies, however it dies. A workspace whose lock is free was abandoned: it is
removed by whoever writes into the same folder next, and an older output that it was about to
replace goes back to its place.

Stands apart: who made a workspace, and whether they live, has nothing to do with what is written.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

#: Ending of the folder in which something is made that is not yet in its place.
PARTIAL = ".partial"
_TOKEN_BYTES = 8
_PATTERN = re.compile(rf"\..+\.[0-9a-f]{{{2 * _TOKEN_BYTES}}}{re.escape(PARTIAL)}")
_LOCK, _NEW, _OLD, _GONE = "lock", "new", "old", "gone"
_UNNAMED = "output"  # where nothing of a name can be shown in the system's encoding
# File names have 255 bytes at most; the beginning of the output's own name is for people.
_SHOWN_BYTES = 120
# Where the file system knows no locks, a workspace this old is taken for abandoned, seconds.
_ABANDONED_S = 24 * 3600.0


class Workspace:
    """A folder beside an output, in which it is made.

    Parameters
    ----------
    folder : Path
        The folder.
    target : Path
        The output.
    """

    def __init__(self, folder: Path, target: Path) -> None:
        self.folder = folder
        self.target = target

    @property
    def new(self) -> Path:
        """Where the output is made."""
        return self.folder / _NEW

    @property
    def old(self) -> Path:
        """Where what stood in its place is set aside, under its own name."""
        return self.folder / _OLD / self.target.name

    def set_aside(self) -> None:
        """Move what stands in the output's place aside."""
        self.old.parent.mkdir(exist_ok=True)
        self.target.rename(self.old)

    def put_back(self) -> None:
        """Move what was set aside to its place again."""
        self.old.rename(self.target)


@contextmanager
def workspace(target: Path) -> Iterator[Workspace]:
    """Give a workspace beside `target`, whose folder must be there, and remove it afterwards.

    What is still set aside then, because it could not be put back, stays for `tidy`.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    tidy(target.parent)
    folder, lock = _locked_folder(target)
    try:
        yield Workspace(folder, target)
    finally:
        _remove(folder, lock)
        lock.release()


def _locked_folder(target: Path) -> tuple[Path, FileLock]:
    """Make a folder for a workspace and hold its lock.

    Whoever tidies up between the making and the locking takes it for abandoned; then it is gone
    once the lock is had, and another is made.
    """
    cut = os.fsencode(target.name)[:_SHOWN_BYTES]
    shown = cut.decode(sys.getfilesystemencoding(), "ignore") or _UNNAMED
    while True:
        folder = target.with_name(_random_name(shown))
        folder.mkdir()
        lock = FileLock(folder / _LOCK)
        with suppress(OSError, NotImplementedError):  # a share without locks
            lock.acquire()
        if (folder / _LOCK).exists() if lock.is_locked else folder.is_dir():
            return folder, lock
        lock.release()


def _random_name(shown: str) -> str:
    return f".{shown}.{secrets.token_hex(_TOKEN_BYTES)}{PARTIAL}"


def tidy(folder: Path) -> None:
    """Remove the workspaces in `folder` that nobody works in any more.

    An output that was set aside there and is missing in its place is put back. What cannot be
    removed stays without a word: it harms nobody.
    """
    with suppress(OSError):
        for entry in sorted(os.scandir(folder), key=lambda e: e.name):
            if _PATTERN.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _tidy(Path(entry.path))


def set_aside(target: Path) -> Path | None:
    """Return where a killed run left what stood at `target`, None where it did not."""
    with suppress(OSError):
        for folder in sorted(target.absolute().parent.glob(f".*{PARTIAL}")):
            old = folder / _OLD / target.name
            if _PATTERN.fullmatch(folder.name) and old.exists():
                return old
    return None


def _tidy(folder: Path) -> None:
    if not (folder / _LOCK).exists():
        # Just made and not yet locked, or on a share without locks.
        if time.time() - folder.stat().st_mtime > _ABANDONED_S:
            _settle(folder)
        return
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except (Timeout, NotImplementedError):
        return
    try:
        _settle(folder, lock)
    finally:
        lock.release()


def _settle(folder: Path, lock: FileLock | None = None) -> None:
    """Put back what a killed run set aside, and remove what it left.

    Without `new` the run had come to its end, and what is old was replaced. With it the old output
    is the only one there is: it stays here where something else has taken its place.
    """
    old = folder / _OLD
    for each in list(old.iterdir()) if old.is_dir() else ():
        target = folder.parent / each.name
        if not (folder / _NEW).exists():
            _delete(each)
        elif not os.path.lexists(target):
            each.rename(target)
    _remove(folder, lock)


def _remove(folder: Path, lock: FileLock | None) -> None:
    """Remove a workspace unless something is still set aside in it."""
    old = folder / _OLD
    if old.is_dir() and any(old.iterdir()):
        return
    _delete(folder / _NEW)
    # Under a new name before the lock is let go of: who waits for it sees that the folder is gone.
    gone = folder.with_name(_random_name(_GONE))
    if lock is not None and os.name == "nt":
        lock.release()  # Windows renames and removes nothing that is open
    with suppress(OSError):
        folder = folder.rename(gone)
    if lock is not None:
        lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
