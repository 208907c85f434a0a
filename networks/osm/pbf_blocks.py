"""The inner shape of an OSM PBF file: what a block of ways, relations or nodes holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from networks.osm import pbf_kernels as kernels
from networks.osm.pbf_blobs import BROKEN, PbfError, number, spans, unpack, whole

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Fields of the messages: field << 3 | wire type.
_STRINGS, _GROUP = 1 << 3 | 2, 2 << 3 | 2
_GRANULARITY, _DATE_GRANULARITY, _LAT_OFFSET, _LON_OFFSET = 17 << 3, 18 << 3, 19 << 3, 20 << 3
_STRING = 1 << 3 | 2
NODE, DENSE, WAY, RELATION = 1 << 3 | 2, 2 << 3 | 2, 3 << 3 | 2, 4 << 3 | 2
_CHANGES = 5 << 3 | 2
_NANO = 1e9


class Content(IntFlag):
    """Kinds of object that a block holds."""

    NOTHING = 0
    NODES = 1
    WAYS = 2
    RELATIONS = 4


_CONTENT = {
    NODE: Content.NODES,
    DENSE: Content.NODES,
    WAY: Content.WAYS,
    RELATION: Content.RELATIONS,
    _CHANGES: Content.NOTHING,
}


class KeySet:
    """Keys to look for among the strings of blocks."""

    def __init__(self, keys: frozenset[str]) -> None:
        texts = sorted(key.encode() for key in keys)
        stops = np.cumsum([len(text) for text in texts], dtype=np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), stops[:-1]])
        joined = np.frombuffer(b"".join(texts), np.uint8)
        self.texts = frozenset(texts)
        self.hashes = np.sort(kernels.text_hashes(joined, starts, stops))


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Wanted tags of some objects of a block, equal ones grouped.

    Parameters
    ----------
    group : (n,) int64
        Group of each object.
    tags : tuple
        Tags of each group, sorted.
    """

    group: Ints
    tags: tuple[tuple[tuple[str, str], ...], ...]

    def counts(self) -> list[int]:
        """Return how many objects each group has."""
        sizes: list[int] = np.bincount(self.group, minlength=len(self.tags)).tolist()
        return sizes


@dataclass(slots=True, eq=False)
class Block:
    """A block, unpacked; `read_block` makes them.

    Parameters
    ----------
    raw : bytes
        The message.
    groups : tuple of (int, int, int)
        The field that each of its groups holds, and where the group lies in it.
    string_start, string_stop : (S,) int64
        Where its strings lie in it.
    granularity, lat_offset, lon_offset : int
        Units and origin of positions, in nanodegrees.
    content : Content
        What the groups hold.
    """

    raw: bytes
    groups: tuple[tuple[int, int, int], ...]
    string_start: Ints
    string_stop: Ints
    granularity: int
    lat_offset: int
    lon_offset: int
    content: Content
    _texts: dict[int, str] = field(default_factory=dict)

    @property
    def data(self) -> NDArray[np.uint8]:
        """The message as an array."""
        return np.frombuffer(self.raw, np.uint8)

    def text(self, index: int) -> str:
        """Return string number `index`."""
        known = self._texts.get(index)
        if known is None:
            raw = self.raw[self.string_start[index] : self.string_stop[index]]
            known = self._texts[index] = raw.decode()
        return known

    def matching(self, keys: KeySet) -> Flags:
        """Return for each string whether it is one of `keys`."""
        hashes = kernels.text_hashes(self.data, self.string_start, self.string_stop)
        at = np.searchsorted(keys.hashes, hashes)
        at[at == len(keys.hashes)] = 0
        answer: Flags = keys.hashes[at] == hashes
        for index in np.flatnonzero(answer).tolist():
            raw = self.raw[self.string_start[index] : self.string_stop[index]]
            answer[index] = raw in keys.texts
        return answer

    def messages(self, key: int) -> tuple[Ints, Ints]:
        """Return where the messages `key` begin and end, of all groups that hold them."""
        mine = [(start, stop) for kind, start, stop in self.groups if kind == key]
        parts = [kernels.messages(self.data, start, stop, key) for start, stop in mine]
        if len(parts) == 1:
            return parts[0]
        none = np.zeros(0, np.int64)
        starts = np.concatenate([none, *(start for start, _ in parts)])
        return starts, np.concatenate([none, *(stop for _, stop in parts)])

    def tag_rows(self, starts: Ints, stops: Ints, wanted: Flags) -> Rows:
        """Return the wanted tags of messages."""
        return self.rows(*kernels.message_tags(self.data, starts, stops, wanted))

    def rows(self, offset: Ints, key: Ints, value: Ints) -> Rows:
        """Return packed tags, equal ones grouped."""
        group, first = kernels.same_rows(offset, key, value)
        tags = []
        for row in first.tolist():
            mine = slice(offset[row], offset[row + 1])
            pairs = zip(key[mine].tolist(), value[mine].tolist(), strict=True)
            # A key given twice, which the map does not allow, counts with its last value.
            tags.append(tuple(sorted({self.text(k): self.text(v) for k, v in pairs}.items())))
        return Rows(group, tuple(tags))


def read_block(packed: bytes) -> Block:
    """Return the block in a blob.

    Raises
    ------
    PbfError
        When its outer shape is damaged.
    ValueError
        When something within is, UTF-8 included.
    """
    raw = unpack(packed)
    strings: list[tuple[int, int]] = []
    groups: list[tuple[int, int, int]] = []
    numbers = {_GRANULARITY: 100, _LAT_OFFSET: 0, _LON_OFFSET: 0, _DATE_GRANULARITY: 0}
    for key, start, stop in spans(raw):
        if key == _STRINGS:
            strings.append((start, stop))
        elif key == _GROUP:
            groups.append((_kind(raw, start, stop), start, stop))
        elif key in numbers:
            numbers[key] = whole(number(raw[start:stop]))
        else:  # new to the format, or a damaged byte that hides a part of the map
            raise PbfError(BROKEN)
    if len(strings) != 1 or not 0 < numbers[_GRANULARITY] <= _NANO:
        raise PbfError(BROKEN)
    string_start, string_stop = kernels.messages(np.frombuffer(raw, np.uint8), *strings[0], _STRING)
    content = Content.NOTHING
    for kind, _, _ in groups:
        content |= _CONTENT[kind]
    return Block(
        raw=raw,
        groups=tuple(groups),
        string_start=string_start,
        string_stop=string_stop,
        granularity=numbers[_GRANULARITY],
        lat_offset=numbers[_LAT_OFFSET],
        lon_offset=numbers[_LON_OFFSET],
        content=content,
    )


def _kind(raw: bytes, start: int, stop: int) -> int:
    """Return the field that a group holds; a group holds one kind, so its first byte tells."""
    kind = raw[start] if start < stop else _CHANGES
    if kind not in _CONTENT:
        raise PbfError(BROKEN)
    return kind
