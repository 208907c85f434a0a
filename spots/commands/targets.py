"""Where a command writes: targets are refused before the work is done, not after."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.disk import already_there, disk_errors, not_writable, write_whole
from groundfloor.problems import (
    Lang,
    MissingFileError,
    OutputExistsError,
    Text,
    error,
    folder_missing,
    why_not_written,
)
from spots.commands.reporting import reporting

if TYPE_CHECKING:
    from spots.library.result import Result


def refuse_file(path: Path, *sources: Path | None, force: bool) -> None:
    """Refuse a target before the work is done, not after; one of `sources` is never written to."""
    with disk_errors(path):  # to ask for a name that is too long is an error by itself
        _refuse(path, sources, force=force)


def _refuse(path: Path, sources: Sequence[Path | None], *, force: bool) -> None:
    folder = path.absolute().parent
    if not folder.exists():
        raise MissingFileError(folder_missing(path))
    if not folder.is_dir():
        why = why_not_written(NotADirectoryError(errno.ENOTDIR, ""))
        raise MissingFileError(not_writable(path.parent, why))
    if any(source and path.resolve() == source.resolve() for source in sources):
        what = Text("出力先が入力と同じファイルです", "the output is one of the inputs")
        remedy = Text("別の出力先を指定してください", "name another output")
        raise OutputExistsError(error("output-is-input", what, remedy, file=str(path)))
    if path.exists() and not path.is_file():  # a folder; a device, which must not be replaced
        what = Text("出力先がファイルではありません", "the output is no file")
        remedy = Text("ファイル名を指定してください", "name a file")
        raise OutputExistsError(error("output-no-file", what, remedy, file=str(path)))
    if path.exists() and not force:
        raise already_there(path)


def beside(folder: Path, ending: str) -> Path:
    """Return where a folder's further output goes by default; nothing is added to the folder."""
    named = folder if folder.name not in {"", ".."} else folder.resolve()
    return named.with_name(f"{named.name}_{ending}")


def write_again(
    folder: Path,
    out: Path | None,
    lang: Lang | None,
    ending: str,
    made: Callable[[Result], str | bytes],
    *,
    force: bool,
) -> None:
    """Write one file of a finished run again, beside the folder where nothing else is said."""
    from spots.library.result import read_result
    from spots.outputs import own_files

    with reporting(lang) as chosen:
        result = read_result(folder, lang=chosen)
        target = out or beside(folder, ending.format(chosen))
        refuse_file(target, *own_files(folder), force=force)
        write_whole(target, made(result), force=force)
        click.echo(target)
