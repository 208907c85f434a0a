"""A network in one file that is opened by mapping it, the same bytes for the same network.

What the file is: a zip archive of ``network.json`` and one ``.npy`` array for each column, stored
open and aligned, see `networks.storage.layout`; ``numpy.load`` and every zip tool read it too.

Opening checks every byte of the file against its check sums and every index against the arrays it
points into, then hands out views of the file: nothing is copied, and processes that open the same
network share its memory. The SHA-256 that names the network's content was computed when it was
built and is stored; it is not computed again, since unchanged bytes are the same content. Neither
check is a signature: a file made on purpose by others is as good as their word.

A file must not be shortened or written to while it is open (`save_network` never does: it puts
another one in its place). Windows does not allow even that while somebody has it open; the error
then says so.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from groundfloor.codec import decode, encode, hints_of
from groundfloor.disk import whole_file
from groundfloor.problems import (
    MissingFileError,
    Problem,
    Text,
    UsageError,
    error,
    file_missing,
    folder_missing,
)
from networks.errors import NetworkFormatError
from networks.network import RoadNetwork
from networks.speeds.profile_files import parse_profile, profile_to_toml
from networks.storage.arrays import (
    arrays_to,
    columns_of,
    holds_arrays,
    misfits,
    plain_of,
)
from networks.storage.layout import (
    SIGNATURE,
    LayoutError,
    array_at,
    array_pieces,
    read_members,
    write_members,
)

SUFFIX = ".spotsnet"
FORMAT = "spotsnet"
FORMAT_VERSION = 3  # raise it when a column or a setting is added, or its meaning changes
_META = "network.json"
_MOST_META_BYTES = 16 * 1024**2
_ARRAY = ".npy"

# What JSON and arrays of a sound file can still raise when others have written it.
_MISFIT = (LookupError, ValueError, TypeError, AttributeError, RecursionError)


def save_network(network: RoadNetwork, path: str | Path, *, force: bool = True) -> None:
    """Write a network to one file, whole or not at all.

    The same network gives the same bytes.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    path : str or Path
        The file to make.
    force : bool
        Whether an existing file is replaced.

    Raises
    ------
    MissingFileError
        When the folder is not there.
    OutputExistsError
        When the file exists and `force` is false.
    OutputError
        When it cannot be written: no permission, no room on the disk, a folder of that name, or
        the old file is in use (Windows).
    """
    write_network(network, path, force=force)


def write_network(
    network: RoadNetwork, path: str | Path, *, key: str = "", force: bool = True
) -> None:
    """Write a network as `save_network` does, with the key it has in a cache."""
    target = Path(path)
    if not target.parent.is_dir():
        raise MissingFileError(folder_missing(target))
    with whole_file(target, force=force) as stream:
        _write(network, stream, key)


def open_network(path: str | Path) -> RoadNetwork:
    """Return the network in a file that `save_network` wrote, its arrays views of the file.

    Raises
    ------
    NetworkFormatError
        When the file is damaged, of another kind, or of another version of the format.
    MissingFileError
        When there is no such file, or it cannot be read.
    """
    return open_keyed(path)[0]


def open_keyed(path: str | Path) -> tuple[RoadNetwork, str]:
    """Return the network as `open_network` does, and the key that it was written with."""
    source = Path(path)
    if not source.is_file():
        raise MissingFileError(file_missing(file=source.name))
    try:
        with source.open("rb") as stream:
            data = _mapped(stream)
    except OSError as cause:
        raise MissingFileError(file_missing(cause, file=source.name)) from cause
    try:
        members = read_members(data)
    except LayoutError as cause:
        raise NetworkFormatError(_why_not(source, data, str(cause))) from cause
    return _read(source, data, members)


def _mapped(stream: BinaryIO) -> memoryview:
    """Return the bytes of a file: mapped, or read where the file system cannot map."""
    try:
        return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):  # ValueError: an empty file
        return memoryview(stream.read())


def _read(
    source: Path, data: memoryview, members: Mapping[str, tuple[int, int]]
) -> tuple[RoadNetwork, str]:
    try:
        start, stop = members[_META]
        meta = json.loads(bytes(data[start:stop]))
        _check_version(source.name, meta)
        network = _network(meta["network"], _arrays(data, members))
        wrong = misfits(network)
        parse_profile(profile_to_toml(network.profile), source.name)  # speeds and waits as allowed
        key = str(meta["key"])
    except NetworkFormatError:
        raise
    except UsageError as cause:
        raise NetworkFormatError(_damaged(source.name, cause.problems[0].column or "")) from cause
    except _MISFIT as cause:
        raise NetworkFormatError(_damaged(source.name, str(cause))) from cause
    if wrong:
        raise NetworkFormatError(_damaged(source.name, ", ".join(wrong)))
    return network, key


def _check_version(file: str, meta: Mapping[str, Any]) -> None:
    """Refuse what has our layout and another version or business."""
    if (meta["format"], meta["version"]) != (FORMAT, FORMAT_VERSION):
        raise NetworkFormatError(_other_version(file, str(meta["version"])))


def _arrays(
    data: memoryview, members: Mapping[str, tuple[int, int]]
) -> dict[str, NDArray[np.generic]]:
    return {
        name.removesuffix(_ARRAY): array_at(data, start, stop)
        for name, (start, stop) in members.items()
        if name.endswith(_ARRAY)
    }


def _network(meta: Mapping[str, Any], arrays: Mapping[str, NDArray[np.generic]]) -> RoadNetwork:
    hints = hints_of(RoadNetwork)
    plain = {n: decode(meta[n], hint) for n, hint in hints.items() if not holds_arrays(hint)}
    return RoadNetwork(**arrays_to(RoadNetwork, arrays), **plain)


def _write(network: RoadNetwork, stream: BinaryIO, key: str) -> None:
    meta = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "key": key,
        "network": encode(plain_of(network)),
    }
    text = json.dumps(meta, ensure_ascii=False, sort_keys=True, indent=1)
    arrays = [(f"{name}{_ARRAY}", array_pieces(array)) for name, array in columns_of(network)]
    write_members(stream, [(_META, (memoryview(text.encode()),)), *arrays])


def _why_not(source: Path, data: memoryview, part: str) -> Problem:
    """Return what a file is that has not our layout: another version, another thing, or damaged.

    Slow, and only asked when a file cannot be used.
    """
    if len(data) and bytes(data[: len(SIGNATURE)]) != SIGNATURE:
        return _problem(
            "network-file-kind",
            source.name,
            "保存した道路網のファイルではありません",
            "this is not a saved network.",
        )
    version = _stated_version(source)
    if version not in {"", str(FORMAT_VERSION)}:
        return _other_version(source.name, version)
    return _damaged(source.name, part)


def _stated_version(source: Path) -> str:
    """Return the version that a sound zip archive says it is of; empty when it says none."""
    import struct  # noqa: PLC0415 - nothing of this is needed for a sound file
    import zipfile  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    damage = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError)
    try:
        with zipfile.ZipFile(source) as archive:
            with archive.open(_META) as stream:  # small, unless packed to fill the memory
                meta = json.loads(stream.read(_MOST_META_BYTES))
            return str(meta["version"]) if meta["format"] == FORMAT else ""
    except (*damage, *_MISFIT, NotImplementedError, OverflowError, MemoryError):
        return ""


def _damaged(file: str, cause: str) -> Problem:
    return _problem(
        "network-file-damaged",
        file,
        f"道路網ファイルが壊れています（{cause}）",
        f"the network file is damaged ({cause}).",
    )


def _other_version(file: str, version: str) -> Problem:
    return _problem(
        "network-file-version",
        file,
        f"別の版（{version}）の道路網ファイルです。必要な版は {FORMAT_VERSION} です",
        f"a network file of another version ({version}); this one reads {FORMAT_VERSION}.",
    )


def _problem(code: str, file: str, ja: str, en: str) -> Problem:
    remedy = Text(
        "元のデータから作り直してください（spots network build）",
        "build it again from its source (spots network build)",
    )
    return error(code, Text(ja, en), remedy, file=file)
