"""Which vector files a path holds: a file, a zip or a folder, told by what they contain.

Nothing here reads a feature; `groundfloor.layers` does. What GDAL would trip over is put right
first, on a copy: a Shapefile whose parts are written in different cases, a GeoPackage in WAL mode
(reading it in place writes beside it, and fails where that is forbidden), GeoJSON that is not
UTF-8, names that pyogrio takes for something else.
"""

from __future__ import annotations

import codecs
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

from groundfloor.archives import Archive, is_zip, open_archive
from groundfloor.gdal_paths import is_plain
from groundfloor.problems import (
    DataError,
    MissingFileError,
    Problem,
    Text,
    error,
    file_missing,
    warning,
)


class VectorFormat(StrEnum):
    """What a vector file is, whatever it is called."""

    GEOPACKAGE = "GeoPackage"
    FLATGEOBUF = "FlatGeobuf"
    SHAPEFILE = "Shapefile"
    GEOJSON = "GeoJSON"
    GEOJSON_LINES = "GeoJSON, newline-delimited"  # RFC 8142 and what people write without RS


_FORMAT_OF_SUFFIX = {
    ".gpkg": VectorFormat.GEOPACKAGE,
    ".fgb": VectorFormat.FLATGEOBUF,
    ".shp": VectorFormat.SHAPEFILE,
    ".geojson": VectorFormat.GEOJSON,
    ".json": VectorFormat.GEOJSON,
    **dict.fromkeys((".geojsonl", ".geojsons", ".ndjson"), VectorFormat.GEOJSON_LINES),
}
#: The suffixes that vector files go by.
VECTOR_SUFFIXES = frozenset(_FORMAT_OF_SUFFIX)
#: Suffixes of the files that belong to a vector file.
SIDECAR_SUFFIXES = frozenset({".dbf", ".shx", ".prj", ".cpg", ".gpkg-wal"})
_NEEDED_PARTS = (".shx", ".dbf")
_SHAPEFILE_MAGIC = (9994).to_bytes(4, "big")
# GDAL would take a file with other bytes for whatever they are: a list of links, say.
_MAGIC = {
    VectorFormat.SHAPEFILE: _SHAPEFILE_MAGIC,
    VectorFormat.GEOPACKAGE: b"SQLite format 3\0",
    VectorFormat.FLATGEOBUF: b"fgb\x03",
}
_GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11", b"GP12")  # SQLite's application id, offset 68
_WAL = 2  # SQLite's read version, offset 19
_HEAD_BYTES = 4096
_CHUNK = 1024**2
_LONGEST_LINE = 64 * 1024**2  # of newline-delimited GeoJSON: a feature of a million vertices
_GIVE = Text(
    "シェープファイル、GeoJSON、GeoPackage、FlatGeobuf か、それらの zip を指定してください",
    "give a Shapefile, GeoJSON, GeoPackage, FlatGeobuf or a zip of one",
)


@dataclass(frozen=True, slots=True)
class VectorFile:
    """A file that GDAL can open as it is.

    Parameters
    ----------
    path : Path
        Where to open it; lives as long as the context that gave it.
    label, stem : str
        Its name for messages; its own name without suffix.
    format : VectorFormat
        By its content.
    problems : tuple of Problem
        What was put right before it could be opened.
    """

    path: Path
    label: str
    stem: str
    format: VectorFormat
    problems: tuple[Problem, ...] = ()


def vector_format(path: Path) -> VectorFormat | None:
    """Return what a file is by its first bytes, else by its suffix; None when it is neither.

    Parameters
    ----------
    path : Path
        One that cannot be opened is judged by its suffix.
    """
    named = _FORMAT_OF_SUFFIX.get(path.suffix.lower())
    try:
        with path.open("rb") as handle:
            head = handle.read(_HEAD_BYTES)
    except OSError:
        return named
    if head.startswith(_MAGIC[VectorFormat.GEOPACKAGE]):
        known = head[68:72] in _GEOPACKAGE_IDS or named is VectorFormat.GEOPACKAGE
        return VectorFormat.GEOPACKAGE if known else None
    if head.startswith(_MAGIC[VectorFormat.FLATGEOBUF]):
        return VectorFormat.FLATGEOBUF
    if head.startswith(_SHAPEFILE_MAGIC) and path.suffix.lower() != ".shx":
        return VectorFormat.SHAPEFILE
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\x1e")[:1] == b"{":
        lines = named is VectorFormat.GEOJSON_LINES or _one_object_a_line(path)
        return VectorFormat.GEOJSON_LINES if lines else VectorFormat.GEOJSON
    return named


def _one_object_a_line(path: Path) -> bool:
    with path.open("rb") as handle:
        first = handle.readline(_LONGEST_LINE).strip(b"\xef\xbb\xbf\x1e \t\r\n")
        more = handle.read(_HEAD_BYTES).strip(b"\x1e \t\r\n")
    if not (first.startswith(b"{") and first.endswith(b"}") and more.startswith(b"{")):
        return False
    try:
        json.loads(first.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return False
    return True


@contextmanager
def vector_files(
    path: str | Path,
    *,
    label: str | None = None,
    folders: bool = False,
    first_of_twins: Sequence[VectorFormat] = tuple(VectorFormat),
) -> Iterator[tuple[VectorFile, ...]]:
    """Give the vector files of a path: a file, the members of a zip, or a folder with both.

    Parameters
    ----------
    path : str or Path
        What the user named.
    label : str, optional
        Its name for messages; the path's name by default.
    folders : bool
        Whether a folder may be given: every file and zip in it, at any depth.
    first_of_twins : sequence of VectorFormat
        Of one data set in several formats (国土数値情報 packs Shapefile and GeoJSON together) the
        format that comes first here is taken.

    Yields
    ------
    tuple of VectorFile
        By stem; at least one. Copies and members of zips live as long as the context.

    Raises
    ------
    MissingFileError
        There is nothing at `path`.
    DataError
        ``format-unknown``, ``zip-without-list``, ``vector-none`` (a folder without any),
        ``vector-unreadable``, ``shapefile-incomplete``, ``wrong-encoding``; or a bad zip, see
        `groundfloor.archives`.
    """
    source = Path(path)
    shown = label if label is not None else source.name
    if not source.exists() or (source.is_dir() and not folders):
        fault = IsADirectoryError() if source.is_dir() else None
        raise MissingFileError(file_missing(fault, file=shown))
    with ExitStack() as stack:
        found = _found(source, shown, stack, named=label is not None)
        if not found:
            if source.is_file() and not is_zip(source):
                raise DataError(_unknown(shown, source))
            raise DataError(nothing_there(shown, packed=source.is_file()))
        yield _ready(_without_twins(found, first_of_twins), stack)


def _found(source: Path, label: str, stack: ExitStack, *, named: bool) -> list[VectorFile]:
    inside = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    found: list[VectorFile] = []
    for file in inside:
        own = label if file == source else file.name
        known = VECTOR_SUFFIXES | ({file.suffix.lower()} if file == source else frozenset())
        if file.suffix.lower() == ".zip" or (file == source and is_zip(file)):
            archive = stack.enter_context(
                open_archive(file, suffixes=VECTOR_SUFFIXES | SIDECAR_SUFFIXES, label=own)
            )
            members = _members(archive)
            found += [replace(m, label=own) for m in members] if named else members
        elif file.suffix.lower() in known and (kind := vector_format(file)) is not None:
            found.append(VectorFile(file, own, file.stem, kind))
    return found


def _members(archive: Archive) -> list[VectorFile]:
    """Return the vector members of an archive, each with its own name in its label."""
    return [
        VectorFile(
            member.path,
            f"{archive.label}/{PurePosixPath(member.name).name}",
            PurePosixPath(member.name).stem,
            kind,
        )
        for member in archive.with_suffix(*VECTOR_SUFFIXES)
        if (kind := vector_format(member.path)) is not None
    ]


def _without_twins(
    found: Sequence[VectorFile], order: Sequence[VectorFormat]
) -> tuple[VectorFile, ...]:
    ranks = {kind: rank for rank, kind in enumerate(dict.fromkeys((*order, *VectorFormat)))}
    best: dict[str, VectorFile] = {}
    for file in sorted(found, key=lambda f: (ranks[f.format], f.label, f.stem)):
        best.setdefault(file.stem.casefold(), file)
    return tuple(best[stem] for stem in sorted(best))


def _ready(files: Sequence[VectorFile], stack: ExitStack) -> tuple[VectorFile, ...]:
    """Return files that GDAL can open, all that is wrong with them told at once."""
    ready: list[VectorFile] = []
    problems: list[Problem] = []
    for file in files:
        try:
            ready.append(_staged(file, stack))
        except DataError as fault:
            problems += fault.problems
        except OSError as cause:
            problems.append(file_missing(cause, file=file.label))
    if problems:
        raise DataError(problems)
    return tuple(ready)


def _staged(file: VectorFile, stack: ExitStack) -> VectorFile:
    with file.path.open("rb") as handle:
        head = handle.read(20)
    if not head or not head.startswith(_MAGIC.get(file.format, b"")):
        raise DataError(unreadable(file.label, "" if head else "0 bytes"))
    odd = not is_plain(file.path)
    parts: dict[str, Path] = {}
    if file.format is VectorFormat.SHAPEFILE:
        parts = _parts(file)
        plain = all(p.name == file.path.stem + suffix for suffix, p in parts.items())
        odd = odd or not plain
    elif file.format is VectorFormat.GEOPACKAGE:
        parts = {".gpkg": file.path, ".gpkg-wal": Path(f"{file.path}-wal")}
        odd = odd or head[19] == _WAL
    elif file.format in {VectorFormat.GEOJSON, VectorFormat.GEOJSON_LINES}:
        return _in_utf8(file, stack)
    elif odd:
        parts = {file.path.suffix: file.path}
    return replace(file, path=_copied(parts, stack)) if odd else file


def _copied(parts: Mapping[str, Path], stack: ExitStack) -> Path:
    """Copy files into a folder of their own under one stem; return the first."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spots-vector-")))
    for suffix, part in parts.items():
        if part.is_file():
            shutil.copyfile(part, folder / f"layer{suffix}")
    return folder / f"layer{next(iter(parts))}"


def file_parts(path: Path) -> tuple[Path, ...]:
    """Return a file and, behind it, what belongs to it: parts of a Shapefile, a GeoPackage's log.

    The bytes of all of them are what reading `path` gives.
    """
    beside = Path(f"{path}-wal")
    if path.suffix.lower() == ".gpkg":
        return (path, beside) if beside.is_file() and beside.stat().st_size else (path,)
    if path.suffix.lower() != ".shp":
        return (path,)
    parts = (
        other
        for other in sorted(path.parent.iterdir())
        if other.stem.casefold() == path.stem.casefold()
        and other.suffix.lower() in SIDECAR_SUFFIXES
    )
    return (path, *parts)


def _parts(file: VectorFile) -> dict[str, Path]:
    """Return the files of a Shapefile by lower-case suffix, the .shp first."""
    parts = {".shp": file.path}
    for other in sorted(file.path.parent.iterdir()):
        suffix = other.suffix.lower()
        if other.stem.casefold() != file.path.stem.casefold() or suffix not in SIDECAR_SUFFIXES:
            continue
        if suffix not in parts or other.stem == file.path.stem:
            parts[suffix] = other
    missing = [suffix for suffix in _NEEDED_PARTS if suffix not in parts]
    if missing:
        raise DataError(_incomplete(file, missing))
    return parts


def _in_utf8(file: VectorFile, stack: ExitStack) -> VectorFile:
    """Return GeoJSON as it is, or a copy in UTF-8 of one in another encoding."""
    with file.path.open("rb") as handle:
        marked = handle.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    tried = ("utf-16",) if marked else ("utf-8", "cp932", "euc_jp")
    encoding = next((e for e in tried if _decodes(file.path, e)), None)
    if encoding is None:
        raise DataError(_undecodable(file.label))
    if encoding == "utf-8":
        odd = not is_plain(file.path)
        return replace(file, path=_copied({".geojson": file.path}, stack)) if odd else file
    path = _copied({".geojson": file.path}, stack)
    with file.path.open(encoding=encoding) as given, path.open("w", encoding="utf-8") as made:
        shutil.copyfileobj(given, made, _CHUNK)
    told = () if encoding == "utf-16" else (_recoded(file.label, encoding),)
    return replace(file, path=path, problems=told)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def unreadable(label: str, cause: str = "") -> Problem:
    """Return the problem of a vector file that is damaged, or not what it is called.

    Parameters
    ----------
    label, cause : str
        The file's name for messages; what the reading library says.
    """
    ja, en = (f"（{cause}）", f" ({cause})") if cause else ("", "")
    return error(
        "vector-unreadable",
        Text(f"地図データとして読めません{ja}", f"is not readable as map data{en}"),
        Text(
            "QGIS で開けるか確かめ、書き出し直すか入手し直してください",
            "see whether QGIS opens it, then export it or download it again",
        ),
        file=label,
    )


def _unknown(label: str, source: Path) -> Problem:
    return error(
        "format-unknown",
        Text("この形式のファイルは読めません", "files of this kind are not read"),
        _GIVE,
        file=label,
        value=source.suffix or source.name,
    )


def nothing_there(label: str, *, packed: bool = False) -> Problem:
    """Return the problem of a file or folder, or a zip (`packed`), without any layer."""
    return error(
        "zip-without-list" if packed else "vector-none",
        Text("地図データ（点・線・面）がありません", "it holds no points, lines or areas"),
        _GIVE,
        file=label,
    )


def _incomplete(file: VectorFile, missing: Sequence[str]) -> Problem:
    names = ", ".join(file.stem + suffix for suffix in missing)
    return error(
        "shapefile-incomplete",
        Text(f"シェープファイルの一部がありません: {names}", f"parts are missing: {names}"),
        Text(
            "同じ名前のファイル一式（.shp .shx .dbf .prj）を同じフォルダに置いてください",
            "put all files of that name (.shp .shx .dbf .prj) in one folder",
        ),
        file=file.label,
    )


def _undecodable(label: str) -> Problem:
    return error(
        "wrong-encoding",
        Text("GeoJSON の文字を読めません", "the text of the GeoJSON cannot be read"),
        Text("UTF-8 で保存し直してください", "save it again as UTF-8"),
        file=label,
    )


def _recoded(label: str, encoding: str) -> Problem:
    return warning(
        "encoding-unusual",
        Text(
            f"UTF-8 ではない GeoJSON を {encoding.upper()} として読みました",
            f"the GeoJSON is not UTF-8 and was read as {encoding.upper()}",
        ),
        Text("文字を確かめ、UTF-8 で保存し直してください", "check it, and save it as UTF-8"),
        file=label,
    )
