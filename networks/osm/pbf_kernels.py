"""Compiled loops over the protocol buffers of an OSM PBF block.

Every read is checked against the end of its message; what does not fit raises ValueError, so that
damaged bytes never lead outside the block. A message is a row of fields, each a number ``key``
(field << 3 | wire type) followed by its content; see the PBF Format page of the OSM wiki and the
encoding page of Protocol Buffers.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.kernel import inner, kernel

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]

# Keys of the fields that are read: field << 3 | wire type (0 number, 2 bytes with their length).
ID = 1 << 3
TAG_KEYS = 2 << 3 | 2
TAG_VALUES = 3 << 3 | 2
INFO = 4 << 3 | 2
WAY_REFS = 8 << 3 | 2
WAY_LAT, WAY_LON = 9 << 3 | 2, 10 << 3 | 2
NODE_LAT, NODE_LON = 8 << 3, 9 << 3
# Of the info of an object, whose columns DenseInfo has under the same numbers.
INFO_VERSION, INFO_VISIBLE = 1 << 3, 6 << 3
# What a node, way or relation may hold. Anything else would be new to the format, or a damaged
# byte that hides a part of the map: neither is passed over.
KNOWN = (ID, TAG_KEYS, TAG_VALUES, INFO, WAY_REFS, WAY_LAT, WAY_LON, NODE_LAT, NODE_LON)


@inner
def _number(data: Bytes, at: int, end: int) -> tuple[np.uint64, int]:
    """Return the varint at `at` and where it ends."""
    value = np.uint64(0)
    shift = np.uint64(0)
    while at < end and shift < 64:  # noqa: PLR2004 (a varint holds at most 64 bits)
        byte = data[at]
        at += 1
        value |= np.uint64(byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 (the high bit says that more follows)
            return value, at
        shift += np.uint64(7)
    raise ValueError("a number is cut off")


@inner
def _signed(value: np.uint64) -> np.int64:
    """Return the signed number behind a zigzag code."""
    return np.int64(value >> np.uint64(1)) ^ -np.int64(value & np.uint64(1))


@inner
def _field(data: Bytes, at: int, end: int) -> tuple[np.int64, int, int]:
    """Return (key, start, stop) of the field at `at`; the next one begins at `stop`."""
    code, at = _number(data, at, end)
    key = np.int64(code & np.uint64(0xFFFFFFFF))
    wire = key & 7
    if wire == 0:
        _, stop = _number(data, at, end)
        return key, at, stop
    if wire == 2:  # noqa: PLR2004 (bytes, after their length)
        size, at = _number(data, at, end)
        if size > np.uint64(end - at):
            raise ValueError("a length is beyond its message")
        return key, at, at + int(size)
    width = 8 if wire == 1 else 4
    if wire not in (1, 5) or end - at < width:
        raise ValueError("a field of no known type")
    return key, at, at + width


def messages(data: Bytes, start: int, end: int, key: int) -> tuple[Ints, Ints]:
    """Return starts and stops of the fields of ``data[start:end]``, all of which are `key`."""
    room = (end - start) // 2 + 1  # a field takes two bytes at least
    starts, stops = np.empty(room, np.int64), np.empty(room, np.int64)
    count = find_messages(data, start, end, key, starts, stops)
    return starts[:count].copy(), stops[:count].copy()


@kernel
def find_messages(data: Bytes, start: int, end: int, key: int, starts: Ints, stops: Ints) -> int:
    """Fill in what `messages` returns; return how many there are."""
    count = 0
    at = start
    while at < end:
        found, begin, at = _field(data, at, end)
        if found != key:
            raise ValueError("a field of another kind")
        starts[count], stops[count] = begin, at
        count += 1
    return count


@kernel
def text_hashes(data: Bytes, starts: Ints, stops: Ints, hashes: Hashes) -> None:
    """Fill in a number for each stretch of bytes, equal for equal bytes (FNV-1a, 64 bits)."""
    for i in range(len(starts)):
        value = np.uint64(0xCBF29CE484222325)
        for at in range(starts[i], stops[i]):
            value = (value ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
        hashes[i] = value


@inner
def _tag_spans(data: Bytes, at: int, stop: int) -> tuple[int, int, int, int]:
    """Return where a message's keys and values begin and end."""
    key_at = key_stop = value_at = value_stop = 0
    while at < stop:
        field, begin, at = _field(data, at, stop)
        if field == TAG_KEYS:
            if key_stop:
                raise ValueError("tags in pieces")
            key_at, key_stop = begin, at
        elif field == TAG_VALUES:
            if value_stop:
                raise ValueError("tags in pieces")
            value_at, value_stop = begin, at
        elif field not in KNOWN:
            raise ValueError("a field of no known kind")
    return key_at, key_stop, value_at, value_stop


def message_tags(
    data: Bytes, starts: Ints, stops: Ints, is_wanted: Flags
) -> tuple[Ints, Ints, Ints]:
    """Return the tags of each message whose key is wanted: (offset, key, value).

    Keys and values are indices into the block's strings, as `is_wanted` is. Nodes, ways and
    relations have their tags in the same fields.
    """
    room = int(((stops - starts) // 2).sum())
    offset = np.zeros(len(starts) + 1, np.int64)
    keys, values = np.empty(room, np.int64), np.empty(room, np.int64)
    find_tags(data, starts, stops, is_wanted, offset, keys, values)
    return offset, keys[: offset[-1]].copy(), values[: offset[-1]].copy()


@kernel
def find_tags(
    data: Bytes,
    starts: Ints,
    stops: Ints,
    is_wanted: Flags,
    offset: Ints,
    keys: Ints,
    values: Ints,
) -> None:
    """Fill in what `message_tags` returns."""
    strings = np.uint64(len(is_wanted))
    count = 0
    for i in range(len(starts)):
        key_at, key_stop, value_at, value_stop = _tag_spans(data, starts[i], stops[i])
        while key_at < key_stop:
            key, key_at = _number(data, key_at, key_stop)
            value, value_at = _number(data, value_at, value_stop)
            if key >= strings or value >= strings:
                raise ValueError("a tag that is not among the strings")
            if is_wanted[key]:
                keys[count] = np.int64(key)
                values[count] = np.int64(value)
                count += 1
        if value_at < value_stop:
            raise ValueError("a tag without a key")
        offset[i + 1] = count


def dense_tags(data: Bytes, nodes: Ints, size: int, is_wanted: Flags) -> tuple[Ints, Ints, Ints]:
    """Return the wanted tags of some of the `size` dense nodes: (offset, key, value).

    Parameters
    ----------
    data : (B,) uint8
        The field ``keys_vals``: key, value, key, value, 0 for each node.
    nodes : (n,) int64
        Positions of the nodes to look at, ascending.
    size : int
        Number of nodes.
    is_wanted : (S,) bool
        For each of the block's strings, whether it is a wanted key.
    """
    room = len(data) // 2 + 1
    offset = np.zeros(len(nodes) + 1, np.int64)
    keys, values = np.empty(room, np.int64), np.empty(room, np.int64)
    find_dense_tags(data, nodes, size, is_wanted, offset, keys, values)
    return offset, keys[: offset[-1]].copy(), values[: offset[-1]].copy()


@kernel
def find_dense_tags(
    data: Bytes,
    nodes: Ints,
    size: int,
    is_wanted: Flags,
    offset: Ints,
    keys: Ints,
    values: Ints,
) -> None:
    """Fill in what `dense_tags` returns."""
    strings, stop = np.uint64(len(is_wanted)), len(data)
    at, count, row = 0, 0, 0
    for node in range(size):
        mine = row < len(nodes) and nodes[row] == node
        while True:
            key, at = _number(data, at, stop)
            if key == 0:
                break
            value, at = _number(data, at, stop)
            if key >= strings or value >= strings:
                raise ValueError("a tag that is not among the strings")
            if mine and is_wanted[key]:
                keys[count] = np.int64(key)
                values[count] = np.int64(value)
                count += 1
        if mine:
            row += 1
            offset[row] = count
    if at != stop:
        raise ValueError("more tags than nodes")


def same_rows(offset: Ints, key: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Return (group of each row, first row of each group); rows are equal in a group.

    Row ``i`` is ``(key, value)[offset[i]:offset[i + 1]]``. Groups are numbered by first sight.
    """
    rows = len(offset) - 1
    group, first = np.empty(rows, np.int64), np.empty(rows, np.int64)
    table = np.full(max(16, 1 << (2 * rows - 1).bit_length()), -1, np.int64)
    count = find_same_rows(offset, key, value, table, group, first)
    return group, first[:count].copy()


@kernel
def find_same_rows(
    offset: Ints, key: Ints, value: Ints, table: Ints, group: Ints, first: Ints
) -> int:
    """Fill in what `same_rows` returns; return how many groups there are.

    `table` is -1 throughout, its size a power of two and twice the rows at least.
    """
    room = len(table)
    count = 0
    for i in range(len(group)):
        size = offset[i + 1] - offset[i]
        mixed = np.uint64(size)
        for j in range(offset[i], offset[i + 1]):
            mixed = (mixed ^ np.uint64(key[j])) * np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ np.uint64(value[j])) * np.uint64(0xC2B2AE3D27D4EB4F)
            mixed ^= mixed >> np.uint64(29)
        slot = np.int64(mixed & np.uint64(room - 1))
        while True:
            known = table[slot]
            if known < 0:
                table[slot] = count
                group[i] = count
                first[count] = i
                count += 1
                break
            other = offset[first[known]]
            same = offset[first[known] + 1] - other == size
            for j in range(size if same else 0):
                here = offset[i] + j
                same = same and key[here] == key[other + j] and value[here] == value[other + j]
            if same:
                group[i] = known
                break
            slot = (slot + 1) & (room - 1)
    return count


def object_heads(data: Bytes, starts: Ints, stops: Ints) -> tuple[Ints, Ints, Flags]:
    """Return (id, version, visible) of ways or relations; version 0 where none is stated.

    Nodes have their ids in another code, and versions like these.
    """
    count = len(starts)
    ids, versions = np.zeros(count, np.int64), np.zeros(count, np.int64)
    visible = np.ones(count, np.bool_)
    find_heads(data, starts, stops, ids, versions, visible)
    return ids, np.maximum(versions, 0), visible


@kernel
def find_heads(
    data: Bytes, starts: Ints, stops: Ints, ids: Ints, versions: Ints, visible: Flags
) -> None:
    """Fill in what `object_heads` returns."""
    for i in range(len(starts)):
        at = starts[i]
        while at < stops[i]:
            field, begin, at = _field(data, at, stops[i])
            if field == ID:
                value, _ = _number(data, begin, at)
                ids[i] = np.int64(value)
            elif field == INFO:
                while begin < at:
                    part, inner, begin = _field(data, begin, at)
                    if part == INFO_VERSION:
                        value, _ = _number(data, inner, begin)
                        versions[i] = np.int64(value)
                    elif part == INFO_VISIBLE:
                        value, _ = _number(data, inner, begin)
                        visible[i] = value != 0


def numbers(data: Bytes, *, steps: bool = False) -> Ints:
    """Return the numbers of a packed field, each told by its `steps` from the one before or not."""
    found = np.empty(len(data), np.int64)
    return found[: find_numbers(data, steps, found)].copy()


@kernel
def find_numbers(data: Bytes, steps: bool, found: Ints) -> int:
    """Fill in what `numbers` returns; return how many there are."""
    count = 0
    last = np.int64(0)
    at = 0
    while at < len(data):
        value, at = _number(data, at, len(data))
        last = last + _signed(value) if steps else np.int64(value)
        found[count] = last
        count += 1
    return count


def way_places(data: Bytes, starts: Ints, stops: Ints, offset: Ints) -> tuple[Ints, Ints, Flags]:
    """Return (lon, lat, known) of the nodes of ways, where the ways tell, in the block's units.

    Nodes of way ``i`` are ``offset[i]`` to ``offset[i + 1]``, see `way_refs`.
    """
    lon, lat = np.zeros(offset[-1], np.int64), np.zeros(offset[-1], np.int64)
    known = np.zeros(offset[-1], np.bool_)
    find_places(data, starts, stops, offset, (lon, lat), known)
    return lon, lat, known


@kernel
def find_places(
    data: Bytes, starts: Ints, stops: Ints, offset: Ints, places: tuple[Ints, Ints], known: Flags
) -> None:
    """Fill in what `way_places` returns."""
    for i in range(len(starts)):
        at = starts[i]
        while at < stops[i]:
            field, begin, at = _field(data, at, stops[i])
            if field not in (WAY_LAT, WAY_LON):
                continue
            column = places[0 if field == WAY_LON else 1]
            node = offset[i]
            place = np.int64(0)
            while begin < at:
                value, begin = _number(data, begin, at)
                if node == offset[i + 1]:
                    raise ValueError("more positions than nodes")
                place += _signed(value)
                column[node] = place
                known[node] = True
                node += 1
            if node not in (offset[i], offset[i + 1]):
                raise ValueError("fewer positions than nodes")


def way_refs(data: Bytes, starts: Ints, stops: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (id, offset, ref) of ways: their ids and the nodes they run over."""
    ids, offset = np.empty(len(starts), np.int64), np.zeros(len(starts) + 1, np.int64)
    refs = np.empty(int((stops - starts).sum()), np.int64)
    find_refs(data, starts, stops, ids, offset, refs)
    return ids, offset, refs[: offset[-1]].copy()


@kernel
def find_refs(data: Bytes, starts: Ints, stops: Ints, ids: Ints, offset: Ints, refs: Ints) -> None:
    """Fill in what `way_refs` returns."""
    count = 0
    for i in range(len(starts)):
        at, stop = starts[i], stops[i]
        has_id = False
        ref = np.int64(0)
        while at < stop:
            field, begin, at = _field(data, at, stop)
            if field == ID:
                value, _ = _number(data, begin, at)
                ids[i] = np.int64(value)
                has_id = True
            elif field == WAY_REFS:
                while begin < at:
                    value, begin = _number(data, begin, at)
                    ref += _signed(value)
                    refs[count] = ref
                    count += 1
            elif field in (NODE_LAT, NODE_LON):
                raise ValueError("nodes of a way that are not packed")
        if not has_id:
            raise ValueError("a way without an id")
        offset[i + 1] = count


def plain_nodes(data: Bytes, starts: Ints, stops: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (id, lon, lat) of nodes that are messages of their own, in the block's units."""
    ids, lon, lat = (np.empty(len(starts), np.int64) for _ in range(3))
    find_nodes(data, starts, stops, ids, lon, lat)
    return ids, lon, lat


@kernel
def find_nodes(data: Bytes, starts: Ints, stops: Ints, ids: Ints, lon: Ints, lat: Ints) -> None:
    """Fill in what `plain_nodes` returns."""
    for i in range(len(starts)):
        at = starts[i]
        seen = 0
        while at < stops[i]:
            field, begin, at = _field(data, at, stops[i])
            if field not in (ID, NODE_LAT, NODE_LON):
                continue
            value, _ = _number(data, begin, at)
            if field == ID:
                ids[i] = _signed(value)
                seen |= 1
            elif field == NODE_LAT:
                lat[i] = _signed(value)
                seen |= 2
            else:
                lon[i] = _signed(value)
                seen |= 4
        if seen != 7:  # noqa: PLR2004 (all three)
            raise ValueError("a node without id or position")


def wanted_ids(ids: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Return (index into `ids`, index into `wanted`) of the ids that are wanted.

    `wanted` is ascending; `ids` may be in any order.
    """
    index, place = np.empty(len(ids), np.int64), np.empty(len(ids), np.int64)
    if len(ids) == 0:
        return index, place
    first = int(np.searchsorted(wanted, ids.min()))
    last = int(np.searchsorted(wanted, ids.max(), side="right"))
    count = find_ids(ids, wanted, first, last, index, place) if first < last else 0
    return index[:count].copy(), place[:count].copy()


@kernel
def find_ids(ids: Ints, wanted: Ints, first: int, last: int, index: Ints, place: Ints) -> int:
    """Fill in what `wanted_ids` returns, looking between `first` and `last`; return how many."""
    count = 0
    for i in range(len(ids)):
        low, high = first, last
        while low < high:
            middle = (low + high) // 2
            if wanted[middle] < ids[i]:
                low = middle + 1
            else:
                high = middle
        if low < last and wanted[low] == ids[i]:
            index[count] = i
            place[count] = low
            count += 1
    return count
