"""Write OpenStreetMap PBF files from arrays.

Libraries write objects one by one from Python; millions of nodes need whole blocks at once. All
fields of a block that matter here are variable-length integers, so a block is one array of them,
encoded together. Format: wiki.openstreetmap.org/wiki/PBF_Format.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

BLOCK = 8000  # entities in a block, as the usual writers have it
SCALE = 1e7  # units of a degree that OSM stores
WRITER = "shortage-spots benchmarks"
AS_OF = 1_767_225_600  # 2026-01-01T00:00:00Z, the date written into every file

Ints = NDArray[np.int64]
TagSet = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TagTable:
    """Tags of many objects: a set from a short list, and one value of their own.

    Parameters
    ----------
    sets : sequence of tuples of (key, value)
        The sets that occur.
    of : (N,) int array
        Set of each object.
    names : sequence of str
        Names that occur; index 0 stands for no name.
    name : (N,) int array
        Name of each object.
    """

    sets: Sequence[TagSet]
    of: Ints
    names: Sequence[str]
    name: Ints


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation: members are (type 'n' or 'w', id, role)."""

    id: int
    tags: TagSet
    members: tuple[tuple[str, int, str], ...]


def zigzag(values: Ints) -> NDArray[np.uint64]:
    """Return signed integers as the unsigned ones that Protocol Buffers write."""
    return ((values << 1) ^ (values >> 63)).view(np.uint64)


def varint_sizes(values: NDArray[np.uint64]) -> Ints:
    """Return the bytes that each value takes."""
    sizes = np.ones(len(values), np.int64)
    for bits in range(7, 63, 7):
        more = values >> np.uint64(bits) > 0
        if not more.any():
            break
        sizes += more
    return sizes


def varints(values: NDArray[np.uint64]) -> bytes:
    """Return the values as variable-length integers, one after another."""
    sizes = varint_sizes(values)
    starts = np.cumsum(sizes) - sizes
    out = np.zeros(int(sizes.sum()), np.uint8)
    for byte in range(int(sizes.max(initial=0))):
        has = sizes > byte
        part = (values[has] >> np.uint64(7 * byte)) & np.uint64(127)
        part |= np.where(sizes[has] > byte + 1, np.uint64(128), np.uint64(0))
        out[starts[has] + byte] = part
    return out.tobytes()


def write_header(stream: BinaryIO, bounds: tuple[float, float, float, float]) -> None:
    """Write the file's header: sorted, dense nodes, west/south/east/north in degrees."""
    west, south, east, north = (round(v * 1e9) for v in bounds)
    box = b"".join(
        bytes([field << 3]) + varints(zigzag(np.array([value], np.int64)))
        for field, value in ((1, west), (2, east), (3, north), (4, south))
    )
    body = _field(1, box)
    body += _field(4, b"OsmSchema-V0.6") + _field(4, b"DenseNodes")
    body += _field(5, b"Sort.Type_then_ID") + _field(16, WRITER.encode())
    body += varints(np.array([32 << 3, AS_OF], np.uint64))
    _blob(stream, b"OSMHeader", body)


def write_nodes(stream: BinaryIO, ids: Ints, lon: Ints, lat: Ints, tags: TagTable) -> None:
    """Write nodes, ascending ids, positions in units of 1e-7 degree."""
    for first in range(0, len(ids), BLOCK):
        part = slice(first, first + BLOCK)
        index, keys_values = _dense_tags(tags, part)
        dense = b"".join(
            _field(field, varints(zigzag(np.diff(column[part], prepend=0))))
            for field, column in ((1, ids), (8, lat), (9, lon))
        )
        dense += _field(10, varints(keys_values))
        _blob(stream, b"OSMData", _block(index, _field(2, dense)))


def _dense_tags(tags: TagTable, part: slice) -> tuple[list[str], NDArray[np.uint64]]:
    of = tags.of[part]
    index: dict[str, int] = {"": 0}
    tagged = np.flatnonzero(np.array([len(s) > 0 for s in tags.sets])[of])
    if len(tagged) == 0:
        return [""], np.zeros(len(of), np.uint64)
    out: list[int] = []
    last = -1
    for i in tagged.tolist():
        out.extend([0] * (i - last - 1))
        for pair in tags.sets[of[i]]:
            out.extend(index.setdefault(text, len(index)) for text in pair)
        out.append(0)
        last = i
    out.extend([0] * (len(of) - last - 1))
    return list(index), np.array(out, np.uint64)


def write_ways(stream: BinaryIO, ids: Ints, offset: Ints, refs: Ints, tags: TagTable) -> None:
    """Write ways, ascending ids; way i has the nodes ``refs[offset[i]:offset[i + 1]]``."""
    for first in range(0, len(ids), BLOCK):
        part = slice(first, min(first + BLOCK, len(ids)))
        own = offset[part.start : part.stop + 1]
        strings, keys, values, counts = _way_tags(tags, part)
        deltas = np.diff(refs[own[0] : own[-1]], prepend=0)
        starts = own[:-1] - own[0]
        deltas[starts] = refs[own[:-1]]
        group = _way_group(ids[part], zigzag(deltas), np.diff(own), keys, values, counts)
        _blob(stream, b"OSMData", _block(strings, group))


def _way_tags(
    tags: TagTable, part: slice
) -> tuple[list[str], NDArray[np.uint64], NDArray[np.uint64], Ints]:
    """Return (strings, keys, values, tags of each way) of a block."""
    of, name = tags.of[part], tags.name[part]
    index: dict[str, int] = {"": 0}
    sets: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
    codes = of * np.int64(len(tags.names)) + name
    unique, which = np.unique(codes, return_inverse=True)
    for code in unique.tolist():
        own, label = divmod(code, len(tags.names))
        pairs = [*tags.sets[own], *([("name", tags.names[label])] if label else [])]
        sets[own, label] = (
            [index.setdefault(k, len(index)) for k, _ in pairs],
            [index.setdefault(v, len(index)) for _, v in pairs],
        )
    keys = [k for k, _ in sets.values()]
    values = [v for _, v in sets.values()]
    counts = np.array([len(k) for k in keys], np.int64)[which]
    flat = _ragged([len(k) for k in keys], which)
    return (
        list(index),
        np.array([i for k in keys for i in k], np.uint64)[flat],
        np.array([i for v in values for i in v], np.uint64)[flat],
        counts,
    )


def _ragged(sizes: Sequence[int], which: Ints) -> Ints:
    """Return the flat positions of the rows `which` of a ragged table with rows of `sizes`."""
    size = np.array(sizes, np.int64)
    starts = (np.cumsum(size) - size)[which]
    count = size[which]
    begin = np.cumsum(count) - count
    return np.arange(int(count.sum()), dtype=np.int64) + np.repeat(starts - begin, count)


def _sums(sizes: Ints, counts: Ints) -> Ints:
    """Return the sum of `sizes` over consecutive groups of `counts` (zero for empty groups)."""
    total = np.concatenate([[0], np.cumsum(sizes)])
    ends = np.cumsum(counts)
    summed: Ints = total[ends] - total[ends - counts]
    return summed


def _way_group(
    ids: Ints,
    deltas: NDArray[np.uint64],
    ref_counts: Ints,
    keys: NDArray[np.uint64],
    values: NDArray[np.uint64],
    tag_counts: Ints,
) -> bytes:
    """Return a PrimitiveGroup of ways as bytes: every field of it is a varint."""
    key_bytes = _sums(varint_sizes(keys), tag_counts)
    value_bytes = _sums(varint_sizes(values), tag_counts)
    ref_bytes = _sums(varint_sizes(deltas), ref_counts)
    body = 1 + varint_sizes(ids.view(np.uint64))
    for size in (key_bytes, value_bytes, ref_bytes):
        body += 1 + varint_sizes(size.view(np.uint64)) + size
    # group tag, length, id tag, id, (tag, length, payload) for keys, values and refs
    counts = 10 + 2 * tag_counts + ref_counts
    begin = np.cumsum(counts) - counts
    out = np.zeros(int(counts.sum()), np.uint64)
    at = begin.copy()
    for head in (3 << 3 | 2, body, 1 << 3, ids):
        out[at] = head
        at += 1
    payloads = (
        (2, key_bytes, keys, tag_counts),
        (3, value_bytes, values, tag_counts),
        (8, ref_bytes, deltas, ref_counts),
    )
    for field, size, payload, count in payloads:
        out[at] = field << 3 | 2
        out[at + 1] = size
        at += 2
        first = np.cumsum(count) - count
        out[np.arange(len(payload)) + np.repeat(at - first, count)] = payload
        at += count
    return varints(out)


def write_relations(stream: BinaryIO, relations: Sequence[Relation]) -> None:
    """Write relations, ascending ids."""
    for first in range(0, len(relations), BLOCK):
        index: dict[str, int] = {"": 0}
        group = b"".join(
            _field(4, _relation(relation, index)) for relation in relations[first : first + BLOCK]
        )
        _blob(stream, b"OSMData", _block(list(index), group))


def _relation(relation: Relation, index: dict[str, int]) -> bytes:
    def strings(texts: Iterable[str]) -> bytes:
        return _packed([index.setdefault(text, len(index)) for text in texts])

    ids = np.array([ref for _, ref, _ in relation.members], np.int64)
    return b"".join(
        (
            varints(np.array([1 << 3, relation.id], np.uint64)),
            _field(2, strings(k for k, _ in relation.tags)),
            _field(3, strings(v for _, v in relation.tags)),
            _field(8, strings(role for _, _, role in relation.members)),
            _field(9, varints(zigzag(np.diff(ids, prepend=0)))),
            _field(10, _packed(["nwr".index(kind) for kind, _, _ in relation.members])),
        )
    )


def _packed(values: Sequence[int]) -> bytes:
    return varints(np.array(values, np.uint64))


def _field(number: int, payload: bytes) -> bytes:
    return varints(np.array([number << 3 | 2, len(payload)], np.uint64)) + payload


def _block(strings: Sequence[str], group: bytes) -> bytes:
    table = b"".join(_field(1, text.encode()) for text in strings)
    return _field(1, table) + _field(2, group)


def _blob(stream: BinaryIO, kind: bytes, body: bytes) -> None:
    packed = zlib.compress(body, 6)
    blob = varints(np.array([2 << 3, len(body)], np.uint64)) + _field(3, packed)
    header = _field(1, kind) + varints(np.array([3 << 3, len(blob)], np.uint64))
    stream.write(struct.pack(">I", len(header)))
    stream.write(header)
    stream.write(blob)
