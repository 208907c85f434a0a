"""The files that a run file names: their keys, as what outputs show them, whether they are there.

What a run file says of a file is relative to its own folder or absolute; outputs show the first as
it is written and of the second only the name, for the rest is about somebody's machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import Any

from groundfloor.problems import Problem, file_missing
from groundfloor.toml import KeyPath, TomlDocument, key_name
from spots.backgrounds import is_address

_FILE_KEYS = ("file", "beside", "nodes", "profile", "closures")
_PATH_KEYS = (*_FILE_KEYS, "output")
_NO_TABLE = frozenset({"aliases"})  # whose keys are words of lists
LISTS = "facilities"
#: Arrays of tables, each of which names a file of its own, or several.
ARRAYS = (LISTS, "positions", "units", "tables", "entries")
POLICY = ("policy", "file")
BACKGROUND: KeyPath = ("map", "background", "tiles")


def shown_name(file: str) -> str:
    r"""Return `file` as outputs may show it: an absolute path says more than they should.

    Examples
    --------
    >>> shown_name("data/list.csv"), shown_name("/home/me/list.csv"), shown_name(r"C:\\me\a.csv")
    ('data/list.csv', 'list.csv', 'a.csv')
    """
    if PureWindowsPath(file).drive:
        return PureWindowsPath(file).name
    return Path(file).name if Path(file).is_absolute() else file


def named_files(tables: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the key and the path of every input in the tables of a run file.

    A file among several of one key has its number in the key. The name of a built-in speed
    profile is none.
    """
    for name, table in tables.items():
        if name in ARRAYS:
            for n, item in enumerate(table):
                yield from _of_key((name, n, "file"), item["file"])
        elif isinstance(table, Mapping) and name not in _NO_TABLE:
            for key in _FILE_KEYS:
                for where, file in _of_key((name, key), table.get(key)):
                    if key != "profile" or is_own_profile(file):
                        yield where, file
    if tiles := _local_tiles(tables):
        yield BACKGROUND, tiles


def _local_tiles(tables: Mapping[str, Any]) -> str:
    """Return the folder or file of the map's background; empty for a server, or none."""
    background = (tables.get("map") or {}).get("background") or {}
    tiles = str(background.get("tiles", ""))
    return "" if is_address(tiles) else tiles


def _of_key(key: KeyPath, value: str | Sequence[str] | None) -> Iterator[tuple[KeyPath, str]]:
    files = (value,) if isinstance(value, str) else value or ()
    for n, file in enumerate(files):
        yield (key if len(files) == 1 else (*key, n)), file


def is_own_profile(profile: str | None) -> bool:
    """Return whether a speed profile is a file, and no name of one that comes with the tool."""
    return profile is not None and profile.endswith(".toml")


def with_files(tables: Mapping[str, Any], change: Callable[[str, str], str]) -> dict[str, Any]:
    """Return the tables of a run file with other paths.

    Parameters
    ----------
    tables : mapping
        As `named_files` takes them.
    change : callable
        Returns the path to put for a key's name and its path. Asked of outputs, too.
    """

    def changed(name: str, key: str, value: Any) -> Any:
        if key not in _PATH_KEYS or not value:
            return value
        if isinstance(value, str):
            return change(f"{name}.{key}", value)
        if len(value) == 1:
            return [change(f"{name}.{key}", value[0])]
        return [change(f"{name}.{key}[{n}]", each) for n, each in enumerate(value, 1)]

    def table(name: str, of: Mapping[str, Any]) -> dict[str, Any]:
        return {key: changed(name, key, value) for key, value in of.items()}

    found = {
        name: [table(f"{name}[{n}]", each) for n, each in enumerate(of, 1)]
        if name in ARRAYS
        else table(name, of)
        if isinstance(of, Mapping) and name not in _NO_TABLE
        else of
        for name, of in tables.items()
    }
    if tiles := _local_tiles(tables):
        own = {**tables["map"]["background"], "tiles": change(key_name(BACKGROUND), tiles)}
        found["map"] = {**tables["map"], "background": own}
    return found


def missing_files(
    tables: Mapping[str, Any],
    document: TomlDocument,
    base: Path,
    entries: Collection[int],
    *,
    whole: bool,
) -> Iterator[Problem]:
    """Yield every input that is not there, by the line that names it.

    Parameters
    ----------
    tables : mapping
        Of the run file.
    document : TomlDocument
        Where they stand.
    base : Path
        What paths are relative to.
    entries : collection of int
        Facility lists in use, by their place; others were replaced on the command line.
    whole : bool
        Name the whole path where each was looked for, and not who names it.
    """
    for where, file in named_files(tables):
        if where == POLICY or (where[0] == LISTS and where[1] not in entries):
            continue  # a policy is read, and found missing, by itself
        path = base / file
        if not is_file(path) and not (where == BACKGROUND and _is_folder(path)):
            row, column = document.line_of(where), key_name(where)
            fault = IsADirectoryError() if _is_folder(path) else None
            place = {"file": str(path)} if whole else {"file": document.file, "value": file}
            yield file_missing(fault, row=row, column=column, **place)


def is_file(path: Path) -> bool:
    """Return whether a file is there; not, where it cannot even be asked for."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
