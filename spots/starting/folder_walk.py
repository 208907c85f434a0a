"""Which files a folder holds, at any depth: without what systems leave there, and without end.

Stands apart: nothing here opens a file; links that lead in circles, folders without permission and
files that Excel holds open are matters of the disk, not of what files are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from groundfloor.problems import (
    MissingFileError,
    Problem,
    Text,
    UsageError,
    error,
    file_missing,
)
from spots.starting.recognised import PassedOver

#: A share of an office has more, but then its root was named and not a folder of data.
MOST_FILES = 20_000
_LITTER = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_TOOLS = frozenset({"__pycache__", "__macosx", "node_modules", "site-packages", "$recycle.bin"})
_RECORDS = frozenset({"run.json", "evidence.json"})
_LOCK = "~$"  # Excel's, while a workbook is open


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk through a folder met.

    Parameters
    ----------
    files : tuple of (Path, str)
        Files with their way from the folder, by that way.
    results : tuple of (Path, str)
        Folders of finished runs, whose files are not among `files`.
    passed : tuple of PassedOver
        Files and folders that could not be entered, or are no data.
    """

    files: tuple[tuple[Path, str], ...]
    results: tuple[tuple[Path, str], ...]
    passed: tuple[PassedOver, ...]


def walk(folder: Path) -> Walked:
    """Return the files of a folder.

    Parameters
    ----------
    folder : Path
        The folder. Links in it are followed, each target once; hidden files and folders are not.

    Raises
    ------
    MissingFileError
        There is no such folder, or it may not be read.
    UsageError
        ``too-many-files``: more than `MOST_FILES`.
    """
    if not folder.is_dir():
        fault = NotADirectoryError() if folder.exists() else None
        raise MissingFileError(_no_folder(folder, is_file=fault is not None))
    files: list[tuple[Path, str]] = []
    results: list[tuple[Path, str]] = []
    passed: list[PassedOver] = []
    seen: set[str] = set()

    def unreadable(fault: OSError) -> None:
        if Path(fault.filename) == folder:
            raise MissingFileError(file_missing(fault, file=str(folder)))
        passed.append(PassedOver(_way(Path(fault.filename), folder), _NO_ACCESS))

    for at, folders, names in os.walk(folder, onerror=unreadable, followlinks=True):
        here = Path(at)
        real = os.path.realpath(here)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        if here != folder and set(names) >= _RECORDS:
            results.append((here, _way(here, folder)))
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if _is_wanted(name, folder=True))
        files += [(here / name, _way(here / name, folder)) for name in names if _is_wanted(name)]
        passed += _locks(here, folder, names)
        if len(files) > MOST_FILES:
            raise UsageError(_too_many(folder))
    by_way = sorted(files, key=lambda pair: pair[1])
    return Walked(tuple(by_way), tuple(sorted(results, key=lambda pair: pair[1])), tuple(passed))


def _way(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _is_wanted(name: str, *, folder: bool = False) -> bool:
    plain = name.casefold()
    if name.startswith((".", _LOCK)):
        return False
    return plain not in (_TOOLS if folder else _LITTER) and not plain.endswith(".partial")


def _locks(here: Path, folder: Path, names: list[str]) -> Iterator[PassedOver]:
    for name in sorted(names):
        if name.startswith(_LOCK):
            yield PassedOver(_way(here / name, folder), _OPEN_IN_EXCEL)


_NO_ACCESS = Text("読み取る権限がありません", "may not be read")
_OPEN_IN_EXCEL = Text(
    "Excel で開いている間の印です（中身ではありません。保存してから実行してください）",
    "is Excel's mark of a workbook that is open; save that one first",
)


def _no_folder(folder: Path, *, is_file: bool) -> Problem:
    """Return the problem of a folder that is none."""
    what = (
        Text("フォルダではなくファイルです", "is a file, not a folder")
        if is_file
        else Text("フォルダがありません", "there is no such folder")
    )
    remedy = Text("データのあるフォルダを --data で指定してください", "name a folder with --data")
    return error("data-folder-missing", what, remedy, file=str(folder))


def _too_many(folder: Path) -> Problem:
    return error(
        "too-many-files",
        Text(f"ファイルが{MOST_FILES:,}を超えています", f"holds more than {MOST_FILES:,} files"),
        Text(
            "データだけのフォルダを作り、--data で指定してください",
            "put the data into a folder of their own, and name it with --data",
        ),
        file=str(folder),
    )
