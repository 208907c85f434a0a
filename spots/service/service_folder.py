"""The folder of a count of months: a new one, for its owner alone, apart from everything else.

What is in it is of persons. It is never a run's folder nor inside one, no link is followed to it,
and neither the user's umask nor an earlier folder decides who may read it.
"""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from pathlib import Path

from groundfloor.disk import WrittenFile, refuse_foreign, whole_folder, written_files
from groundfloor.problems import DataError, OutputExistsError, Problem, Text, error, note, warning
from spots.outputs.manifest import EVIDENCE, lists_files
from spots.telling.service_columns import CLOCK_COLUMNS, PIECE_COLUMNS

CLOCKS, POSTINGS, BOOK = "clocks.csv", "postings.csv", "service.xlsx"
COUNCIL_CLOCKS, COUNCIL_CLASSES, COUNCIL_BOOK = (
    "council_clocks.csv",
    "council_classes.csv",
    "council.xlsx",
)
NAMES = (CLOCKS, POSTINGS, BOOK, COUNCIL_CLOCKS, COUNCIL_CLASSES, COUNCIL_BOOK)
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_LARGEST_RECORD = 64 * 1024**2
_ELSEWHERE = Text(
    "ほかの出力と関係のない、新しいフォルダを指定してください",
    "name a new folder that has nothing to do with other outputs",
)


def refuse_service_folder(out: Path, *, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Refuse a folder that persons' results must not go into; call it before the work is done.

    Parameters
    ----------
    out : Path
        The folder to make.
    force : bool
        Whether an earlier folder of such results may be replaced.
    inputs : iterable of Path
        Files that are read: a folder that holds one is never replaced, whatever they are called.

    Raises
    ------
    OutputExistsError
        It is a link, lies in the folder of a run or another output, holds what is read, or is there
        already.
    ForeignFolderError
        It holds what this tool did not write.
    OutputError
        It cannot be written.
    """
    if out.is_symlink():
        message = Text("出力先がリンクです", "the output is a link")
        raise OutputExistsError(
            error("service-folder-link", message, _ELSEWHERE, file=str(out), column="--out")
        )
    whole = Path(os.path.realpath(out))
    if any(_is_output(folder) for folder in (whole, *whole.parents)):
        message = Text(
            "実行結果などの出力フォルダの中です。個人の結果はそこに置けません",
            "is in the folder of a run or another output, where results of persons must not be",
        )
        raise OutputExistsError(
            error("service-folder-run", message, _ELSEWHERE, file=str(out), column="--out")
        )
    for path in inputs:
        # Both where a link to it stands and where it lies itself.
        places = (Path(os.path.realpath(path.parent)) / path.name, Path(os.path.realpath(path)))
        if any(whole in place.parents for place in places):
            raise OutputExistsError(_holds_input(out, path))
    refuse_foreign(out, _ours, force=force)


def _holds_input(out: Path, path: Path) -> Problem:
    return error(
        "service-folder-input",
        Text(
            f"入力のファイル {path.name} が入っているので、置き換えません",
            f"holds the input {path.name}, so it is not replaced",
        ),
        _ELSEWHERE,
        file=str(out),
        column="--out",
    )


def _is_output(folder: Path) -> bool:
    """Return whether a folder holds what a run or another command of this tool wrote."""
    try:
        if (folder / EVIDENCE).exists():
            return True
        return any(_is_record(path) for path in folder.glob("*.json"))
    except OSError:  # one that the user may not read is none of theirs
        return False


def _is_record(path: Path) -> bool:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_RECORD:
            return False
        return lists_files(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return False


def _ours(out: Path) -> tuple[str, ...]:
    """Return the names of what is written here, if `out` holds such a folder."""
    if not (out / CLOCKS).is_file():
        message = Text("月数の集計のフォルダではありません", "is no folder of months of service")
        raise DataError(error("service-folder-foreign", message, _ELSEWHERE, file=str(out)))
    return tuple(name for name in NAMES if name not in _HEADINGS or _is_written(out / name))


# Two have names that tables of an office have too: what is ours, its first headings say.
_HEADINGS = {
    CLOCKS: ",".join(column.name for column in CLOCK_COLUMNS),
    POSTINGS: ",".join(column.name for column in PIECE_COLUMNS),
}


def _is_written(path: Path) -> bool:
    """Return whether a file is a page of ours, and no table of a user that is called like one."""
    names = _HEADINGS[path.name].encode()
    try:
        with path.open("rb") as stream:
            return stream.read(len(BOM_UTF8) + len(names)).removeprefix(BOM_UTF8).startswith(names)
    except OSError:
        return False


def write_service_folder(
    contents: Mapping[str, bytes], out: Path, *, force: bool
) -> tuple[WrittenFile, ...]:
    """Write a folder that its owner alone may open (0700, files 0600), or nothing.

    Parameters
    ----------
    contents : mapping of str to bytes
        Files by name.
    out : Path
        The folder.
    force : bool
        As for `refuse_service_folder`.

    Returns
    -------
    tuple of WrittenFile
        The files, by name.

    Raises
    ------
    OutputExistsError, ForeignFolderError, OutputError
        As for `refuse_service_folder`.
    """
    refuse_service_folder(out, force=force)
    with whole_folder(out, _ours, force=force) as aside:
        aside.chmod(_FOLDER_MODE)
        for name, content in contents.items():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(aside / name, flags, _FILE_MODE), "wb") as stream:
                stream.write(content)
            (aside / name).chmod(_FILE_MODE)
        return written_files(aside)


def who_may_read(out: Path) -> tuple[Problem, ...]:
    """Return what is to be said of who may read the folder, looked at once it is written.

    On Windows a program that sets modes changes nothing but whether a file is read-only, and who
    may read it is decided by the folder above. Elsewhere some disks (FAT, a share by SMB) keep no
    modes either, and do not tell: what they made of it is what counts.
    """
    if os.name == "nt":
        return (note("service-folder-windows", _WINDOWS, _WINDOWS_REMEDY, file=str(out)),)
    modes = [path.stat().st_mode for path in (out, *out.iterdir())]
    if not any(mode & _OTHERS for mode in modes):
        return ()
    return (warning("service-folder-readable", _READABLE, _READABLE_REMEDY, file=str(out)),)


_OTHERS = 0o077
_WINDOWS = Text(
    "Windows では親フォルダのアクセス権を持つ人が読めます（権限は設定していません）",
    "on Windows, whoever may read the folder above may read it: no rights were set",
)
_WINDOWS_REMEDY = Text(
    "本人だけが読めるフォルダに置くか、プロパティの「セキュリティ」で制限してください",
    "put it where you alone may read, or set rights under Properties, Security",
)
_READABLE = Text(
    "ほかの人も読めます（このディスクでは権限の設定が効きません。FAT や共有フォルダなど）",
    "others may read it: this disk keeps no modes (FAT, a shared folder or the like)",
)
_READABLE_REMEDY = Text(
    "本人だけが読めるディスクのフォルダを --out に指定し、これは削除してください",
    "name a folder on a disk that you alone may read with --out, and delete this one",
)
