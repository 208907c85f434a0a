"""The outer shape of an OSM PBF file: blobs one after another, and the header block.

Written from the OSM wiki's page PBF Format.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from groundfloor.problems import Text

_HEAD_BYTES = 4  # before a BlobHeader, its length
_HEAD_MAX = 64 << 10  # bytes of a BlobHeader: the format's limits
_BLOB_MAX = 32 << 20  # bytes of a Blob, packed and unpacked
_VARINT_BITS = 64
_KNOWN_FEATURES = {"OsmSchema-V0.6", "DenseNodes", "LocationsOnWays"}
_SORTED = "Sort.Type_then_ID"
_NANO = 1e9

# Fields of the messages: field << 3 | wire type.
_HEAD_TYPE, _HEAD_SIZE = 1 << 3 | 2, 3 << 3
_RAW, _RAW_SIZE, _ZLIB, _LZMA = 1 << 3 | 2, 2 << 3, 3 << 3 | 2, 4 << 3 | 2
_OTHER_PACKING = {5 << 3 | 2: "bzip2", 6 << 3 | 2: "lz4", 7 << 3 | 2: "zstd"}
_BBOX, _REQUIRED, _OPTIONAL, _STAMP = 1 << 3 | 2, 4 << 3 | 2, 5 << 3 | 2, 32 << 3
_WEST, _EAST, _NORTH, _SOUTH = 1 << 3, 2 << 3, 3 << 3, 4 << 3

BROKEN = Text("中身が壊れています", "its content is damaged")


class PbfError(ValueError):
    """A file that is not the PBF it should be; `text` says why, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Blob:
    """Where the content of a blob lies in the file, in bytes."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself.

    Parameters
    ----------
    is_sorted : bool
        Whether it promises nodes before ways before relations.
    as_of : str
        Date of its data, ISO; empty when it does not say.
    bounds : tuple of float or None
        west, south, east, north in degrees.
    """

    is_sorted: bool
    as_of: str
    bounds: tuple[float, float, float, float] | None


def spans(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (key, start, stop) of the fields of a protocol buffer message.

    Raises
    ------
    PbfError
        When the bytes are no message.
    """
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        wire = key & 7
        if wire == 0:
            size = _number(data, at)[1] - at
        elif wire == 2:  # noqa: PLR2004 (bytes, after their length)
            size, at = _number(data, at)
        elif wire in {1, 5}:
            size = 8 if wire == 1 else 4
        else:
            raise PbfError(BROKEN)
        if size > len(data) - at:
            raise PbfError(BROKEN)
        yield key, at, at + size
        at += size


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield (key, number or bytes) of a protocol buffer message.

    Raises
    ------
    PbfError
        When the bytes are no message.

    Examples
    --------
    >>> list(fields(bytes([8, 150, 1, 18, 2, 104, 105])))
    [(8, 150), (18, b'hi')]
    """
    for key, start, stop in spans(data):
        yield key, data[start:stop] if key & 7 else _number(data, start)[0]


def number(data: bytes) -> int:
    """Return the number that stands at the beginning of `data`."""
    return _number(data, 0)[0]


def packed_numbers(data: bytes) -> Iterator[int]:
    """Yield the numbers of a packed field."""
    at = 0
    while at < len(data):
        value, at = _number(data, at)
        yield value


def signed(value: int) -> int:
    """Return the number behind a zigzag code.

    Examples
    --------
    >>> [signed(code) for code in range(4)]
    [0, -1, 1, -2]
    """
    return (value >> 1) ^ -(value & 1)


def whole(value: int) -> int:
    """Return the signed 64-bit number behind a plain varint.

    Examples
    --------
    >>> whole(5), whole(2**64 - 5)
    (5, -5)
    """
    return value - (1 << 64) if value >> 63 else value


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, _VARINT_BITS, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 (the high bit says that more follows)
            return value & (1 << _VARINT_BITS) - 1, at
    raise PbfError(BROKEN)


def list_blobs(file: BinaryIO) -> tuple[Blob, tuple[Blob, ...]]:
    """Return where the header block and the data blocks are, without reading them.

    Raises
    ------
    PbfError
        When the file is empty, cut off, or no PBF at all.
    """
    size = file.seek(0, 2)
    if size == 0:
        raise PbfError(Text("中身がありません", "it is empty"))
    found: list[Blob] = []
    at = 0
    while at < size:
        kind, blob = _blob_at(file, at, size, first=not found)
        if kind != ("OSMData" if found else "OSMHeader"):
            raise PbfError(_damaged_at(at) if found else _NOT_PBF)
        found.append(blob)
        at = blob.start + blob.size
    return found[0], tuple(found[1:])


def _blob_at(file: BinaryIO, at: int, size: int, *, first: bool) -> tuple[str, Blob]:
    cut = _cut_off(at)
    file.seek(at)
    head = file.read(_HEAD_BYTES)
    length = int.from_bytes(head, "big")
    if first and length > _HEAD_MAX:
        raise PbfError(_NOT_PBF)
    if length > _HEAD_MAX:
        raise PbfError(_damaged_at(at))
    if len(head) < _HEAD_BYTES or len(head) + length > size - at:
        raise PbfError(_NOT_PBF if first else cut)
    try:
        parts = dict(fields(file.read(length)))
    except PbfError as cause:
        raise PbfError(_NOT_PBF if first else _damaged_at(at)) from cause
    kind, data_size = parts.get(_HEAD_TYPE), parts.get(_HEAD_SIZE)
    if not isinstance(kind, bytes) or not isinstance(data_size, int) or data_size > _BLOB_MAX:
        raise PbfError(_NOT_PBF if first else _damaged_at(at))
    start = at + len(head) + length
    if data_size > size - start:
        raise PbfError(cut)
    return kind.decode("ascii", "replace"), Blob(start, data_size)


def read_blob(file: BinaryIO, blob: Blob) -> bytes:
    """Return the packed content of a blob."""
    file.seek(blob.start)
    packed = file.read(blob.size)
    if len(packed) != blob.size:
        raise PbfError(_cut_off(blob.start))
    return packed


def unpack(packed: bytes) -> bytes:
    """Return the block inside a blob.

    Raises
    ------
    PbfError
        When it is damaged, larger than the format allows, or packed in a way not supported.
    """
    parts = dict(fields(packed))
    if isinstance(raw := parts.get(_RAW), bytes):
        return raw
    size = parts.get(_RAW_SIZE)
    for key, name in _OTHER_PACKING.items():
        if key in parts:
            raise PbfError(
                Text(
                    f"{name} 圧縮には対応していません", f"packed by {name}, which is not supported"
                )
            )
    if not isinstance(size, int) or not 0 <= size <= _BLOB_MAX:
        raise PbfError(BROKEN)
    try:
        if isinstance(inner := parts.get(_ZLIB), bytes):
            # One byte more than promised tells a block that is too long; no bomb can go off.
            stream = zlib.decompressobj()
            block = stream.decompress(inner, size + 1)
            if not stream.eof:  # the check sum stands at the very end
                raise PbfError(BROKEN)
        elif isinstance(inner := parts.get(_LZMA), bytes):
            block = lzma.LZMADecompressor().decompress(inner, size + 1)
        else:
            raise PbfError(BROKEN)
    except (zlib.error, lzma.LZMAError) as cause:
        raise PbfError(BROKEN) from cause
    if len(block) != size:
        raise PbfError(BROKEN)
    return block


def parse_header(block: bytes) -> Header:
    """Return what the header block says.

    Raises
    ------
    PbfError
        When the file needs a feature that is not supported.
    """
    optional: set[str] = set()
    stamp: int | None = None
    bounds = None
    for key, value in fields(block):
        if key == _REQUIRED and isinstance(value, bytes):
            _check_feature(value.decode("utf-8", "replace"))
        elif key == _OPTIONAL and isinstance(value, bytes):
            optional.add(value.decode("utf-8", "replace"))
        elif key == _STAMP and isinstance(value, int):
            stamp = value
        elif key == _BBOX and isinstance(value, bytes):
            bounds = _bounds(value)
    return Header(_SORTED in optional, _date(stamp), bounds)


def _check_feature(name: str) -> None:
    if name == "HistoricalInformation":
        raise PbfError(
            Text(
                "履歴付きのファイルです（現在の状態だけの抽出ファイルが必要です）",
                "it holds the history of the map; an extract of its present state is needed",
            )
        )
    if name not in _KNOWN_FEATURES:
        raise PbfError(
            Text(f"対応していない機能「{name}」が必要です", f"it needs the feature {name!r}")
        )


def _date(stamp: int | None) -> str:
    try:
        return "" if not stamp else datetime.fromtimestamp(stamp, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):  # no date that a calendar knows
        return ""


def _bounds(message: bytes) -> tuple[float, float, float, float] | None:
    parts = dict(fields(message))
    sides = [parts.get(key) for key in (_WEST, _SOUTH, _EAST, _NORTH)]
    west, south, east, north = (signed(v) / _NANO if isinstance(v, int) else None for v in sides)
    if west is None or south is None or east is None or north is None:
        return None
    return west, south, east, north


_NOT_PBF = Text("PBF 形式ではありません", "it is not in the PBF format")


def _cut_off(at: int) -> Text:
    return Text(
        f"{at} バイト目から始まるデータが途中で切れています",
        f"the data that begin at byte {at} are cut off",
    )


def _damaged_at(at: int) -> Text:
    return Text(f"{at} バイト目が壊れています", f"it is damaged at byte {at}")
