"""Zip files from the field, opened safely.

Public data arrive as zips made on Windows: member names in CP932, sometimes backslashes, sometimes
a Shapefile in a folder. Colleagues' zips can also be hostile or broken. `open_archive` is the one
place that knows: it lists what is inside under readable names, refuses what could leave the
temporary folder or fill the disk, and hands out ordinary files.
"""

from __future__ import annotations

import lzma
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from groundfloor.problems import (
    DataError,
    MissingFileError,
    Problem,
    Text,
    error,
    file_missing,
    one_line,
)

# The nationwide N03 zip holds GML, Shapefile and GeoJSON of some hundred MB each.
MAX_TOTAL_BYTES = 4 * 1024**3
MAX_MEMBERS = 10_000
# Text formats shrink 10- to 40-fold; a zip made to fill a disk shrinks a thousandfold.
MAX_RATIO = 200
RATIO_FREE_BYTES = 64 * 1024**2  # below this no ratio is worth refusing
_CHUNK = 1024**2
#: What `zipfile` and its decompressors raise on bytes that are no zip, or a damaged one.
ZIP_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(ValueError, NotImplementedError, RuntimeError, KeyError, IndexError, OverflowError),
    MemoryError,  # LZMA allots what a damaged header asks for, 4 GB at most
)
_LONGEST_NAME = 250  # bytes: no file system takes a longer one, folders included
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_UNSAFE_ON_WINDOWS = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive, extracted.

    Parameters
    ----------
    name : str
        Its name inside the archive with ``/`` between folders, decoded (UTF-8 or CP932).
    path : Path
        The extracted file; its suffix is the member's. Lives as long as the context manager.
    size : int
        Uncompressed bytes.
    """

    name: str
    path: Path
    size: int

    @property
    def suffix(self) -> str:
        """The lower-case suffix with its dot, ``".shp"``; empty when there is none."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Archive:
    """The extracted members of a zip, in name order.

    Parameters
    ----------
    label : str
        The zip's name for messages.
    members : tuple of Member
        Sorted by name. Files of one folder stay in one folder under their own stems, so a
        Shapefile finds its DBF and PRJ.
    """

    label: str
    members: tuple[Member, ...]

    def with_suffix(self, *suffixes: str) -> tuple[Member, ...]:
        """Return the members with one of the lower-case `suffixes` (``".csv"``)."""
        return tuple(m for m in self.members if m.suffix in suffixes)


def is_zip(path: str | Path) -> bool:
    """Tell whether the file starts like a zip, whatever its suffix says.

    An ``.xlsx`` is a zip too: ask for that suffix first.
    """
    try:
        with Path(path).open("rb") as handle:
            return handle.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}
    except OSError:
        return False


def member_name(info: zipfile.ZipInfo) -> str:
    """Return the readable name of a member, with ``/`` between folders.

    Names without the UTF-8 flag are bytes that `zipfile` reads as CP437; they are UTF-8 (macOS)
    or CP932 (Windows in Japanese). Backslashes are separators only after decoding, because 0x5C
    is also the second byte of characters such as 表 in CP932.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "cp932"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    return name.replace("\\", "/")


@contextmanager
def open_archive(
    path: str | Path,
    *,
    suffixes: Collection[str] | None = None,
    label: str | None = None,
    max_total_bytes: int = MAX_TOTAL_BYTES,
) -> Iterator[Archive]:
    """Open a zip and extract its files into a temporary folder that ends with the context.

    Parameters
    ----------
    path : str or Path
        The zip.
    suffixes : collection of str, optional
        Extract only members with these lower-case suffixes (``{".csv", ".tsv"}``); the others
        are still checked for their names. Default: everything.
    label : str, optional
        The zip's name in messages; its file name by default.
    max_total_bytes : int
        Limit for the uncompressed size of what is extracted.

    Yields
    ------
    Archive
        The members, sorted by name. Folders and system litter (``__MACOSX``) are left out.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        Not a zip, damaged, encrypted or packed with a method Python lacks; a member's name is
        absolute or climbs out with ``..``; a member is a symbolic link; two members have the same
        name; too many members or bytes. All such findings together; nothing is extracted then.
    """
    source = Path(path)
    shown = label if label is not None else source.name
    if not source.is_file():
        raise MissingFileError(file_missing(file=shown))
    with (
        tempfile.TemporaryDirectory(prefix="spots-zip-") as folder,
        _opened(source, shown) as packed,
    ):
        wanted = _checked(packed, source, shown, suffixes, max_total_bytes)
        yield Archive(shown, _extract(packed, wanted, Path(folder), shown))


@contextmanager
def _opened(source: Path, label: str) -> Iterator[zipfile.ZipFile]:
    try:
        packed = zipfile.ZipFile(source)
    except ZIP_FAULTS as cause:
        raise DataError(_broken(label)) from cause
    with packed:
        yield packed


def _broken(label: str, name: str | None = None) -> Problem:
    return error(
        "zip-damaged",
        Text("zipファイルとして読めません（壊れています）", "this is not a readable zip (damaged)"),
        Text(
            "ダウンロードし直すか、展開した中のファイルを指定してください",
            "download it again, or name the unpacked file instead",
        ),
        file=label,
        value=name,
    )


def _checked(
    packed: zipfile.ZipFile,
    source: Path,
    label: str,
    suffixes: Collection[str] | None,
    max_total_bytes: int,
) -> list[tuple[str, zipfile.ZipInfo]]:
    """Return the files to extract with their decoded names, or raise with every objection."""
    problems: list[Problem] = []
    wanted: dict[str, tuple[str, zipfile.ZipInfo]] = {}
    infos = packed.infolist()
    for info in infos:
        name = member_name(info)
        found = _objection(name, info, label)
        if found is not None:
            problems.append(found)
            continue
        parts = PurePosixPath(name).parts
        if name.endswith("/") or not parts or _is_junk(parts):
            continue
        if suffixes is not None and PurePosixPath(name).suffix.lower() not in suffixes:
            continue
        key = _extracted_as(name).casefold()
        if key in wanted:
            problems.append(_duplicate(label, name))
        wanted[key] = (name, info)
    total = sum(info.file_size for _, info in wanted.values())
    allowed = min(max_total_bytes, max(RATIO_FREE_BYTES, MAX_RATIO * source.stat().st_size))
    if total > allowed or len(infos) > MAX_MEMBERS:
        problems.append(_too_large(label, total, len(infos)))
    if problems:
        raise DataError(problems)
    return sorted(wanted.values(), key=lambda pair: pair[0])


def _is_junk(parts: tuple[str, ...]) -> bool:
    return parts[0] == "__MACOSX" or parts[-1].lower() in _JUNK_NAMES


def _objection(name: str, info: zipfile.ZipInfo, label: str) -> Problem | None:
    def refused(code: str, what: Text, remedy: Text) -> Problem:
        return error(code, what, remedy, file=label, value=name)

    if _points_outside(name):
        return refused(
            "zip-unsafe-name",
            Text(
                "zipの中に、展開先の外を指すファイル名があります",
                "a member's name points outside the archive",
            ),
            Text(
                "入手元を確認し、安全なファイルだけで作り直したzipを使ってください",
                "check where the zip came from and pack it again without this member",
            ),
        )
    if len(name.encode(errors="replace")) > _LONGEST_NAME:
        return refused(
            "zip-name-too-long",
            Text("zipの中のファイル名が長すぎます", "a member's name is too long"),
            Text("短い名前で作り直したzipを使ってください", "pack it again under a shorter name"),
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        return refused(
            "zip-symbolic-link",
            Text("zipの中にシンボリックリンクがあります", "a member is a symbolic link"),
            Text(
                "リンク先のファイルそのものを入れてください", "pack the file it points to instead"
            ),
        )
    if info.flag_bits & _ENCRYPTED_FLAG:
        return refused(
            "zip-encrypted",
            Text("パスワード付きのzipです", "the zip is protected by a password"),
            Text("展開した中のファイルを指定してください", "unpack it and name the file inside"),
        )
    return None


def _points_outside(name: str) -> bool:
    drive = len(name) > 1 and name[1] == ":"
    control = any(ord(ch) < ord(" ") for ch in name)
    return name.startswith("/") or drive or control or ".." in PurePosixPath(name).parts


def _duplicate(label: str, name: str) -> Problem:
    return error(
        "zip-duplicate-name",
        Text("zipの中に同じ名前のファイルが複数あります", "two members have the same name"),
        Text("どちらか一つにしたzipを使ってください", "pack it again with only one of them"),
        file=label,
        value=name,
    )


def _too_large(label: str, total: int, count: int) -> Problem:
    size = f"{total / 1024**2:,.0f} MB"
    return error(
        "zip-too-large",
        Text(
            f"展開すると大きすぎます（{size}、{count:,}件）",
            f"it would unpack to too much ({size}, {count:,} members)",
        ),
        Text(
            "必要なファイルだけを展開して指定してください",
            "unpack only what is needed and name that file",
        ),
        file=label,
    )


def _extracted_as(name: str) -> str:
    """Return the relative path a member is written to; equal names share a folder and stem."""
    parts = (p for p in PurePosixPath(name).parts if p != ".")
    return "/".join(part.translate(_UNSAFE_ON_WINDOWS).rstrip(" .") or "_" for part in parts)


def _extract(
    packed: zipfile.ZipFile, wanted: list[tuple[str, zipfile.ZipInfo]], folder: Path, label: str
) -> tuple[Member, ...]:
    members = []
    for name, info in wanted:
        target = folder / _extracted_as(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            for chunk in _chunks(packed, info, label, name):
                out.write(chunk)
        members.append(Member(name, target, info.file_size))
    return tuple(members)


def _chunks(
    packed: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, name: str
) -> Iterator[bytes]:
    """Yield the bytes of a member; a wild offset or broken data is an OSError here, too."""
    try:
        with packed.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except NotImplementedError as cause:
        raise DataError(_unknown_method(label, name)) from cause
    except (*ZIP_FAULTS, OSError) as cause:
        raise DataError(_broken(label, one_line(name))) from cause


def _unknown_method(label: str, name: str) -> Problem:
    return error(
        "zip-unknown-compression",
        Text("対応していない圧縮方式のzipです", "the zip uses an unsupported compression"),
        Text(
            "展開した中のファイルを指定するか、通常のzipで作り直してください",
            "unpack it and name the file inside, or pack it again as an ordinary zip",
        ),
        file=label,
        value=name,
    )
