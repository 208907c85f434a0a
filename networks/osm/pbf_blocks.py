"""The inner shape of an OSM PBF file: a block, and the ways, nodes and relations in it.

Stands apart: `pbf` knows how a file is gone through, this module what a block means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from networks.osm import pbf_kernels as kernels
from networks.osm.pbf_blobs import (
    BROKEN,
    PbfError,
    fields,
    number,
    packed_numbers,
    signed,
    spans,
    unpack,
    whole,
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Fields of the messages: field << 3 | wire type.
_STRINGS, _GROUP = 1 << 3 | 2, 2 << 3 | 2
_GRANULARITY, _DATE_GRANULARITY, _LAT_OFFSET, _LON_OFFSET = 17 << 3, 18 << 3, 19 << 3, 20 << 3
_STRING = 1 << 3 | 2
NODE, DENSE, WAY, RELATION = 1 << 3 | 2, 2 << 3 | 2, 3 << 3 | 2, 4 << 3 | 2
_CHANGES = 5 << 3 | 2
_DENSE_ID, _DENSE_LAT, _DENSE_LON, _DENSE_TAGS = 1 << 3 | 2, 8 << 3 | 2, 9 << 3 | 2, 10 << 3 | 2
_DENSE_INFO = 5 << 3 | 2
_DENSE_KNOWN = {_DENSE_ID, _DENSE_LAT, _DENSE_LON, _DENSE_TAGS, _DENSE_INFO}
_ROLES, _MEMBERS, _TYPES = 8 << 3 | 2, 9 << 3 | 2, 10 << 3 | 2
_NANO = 1e9
_MEMBER_TYPES = "nwr"


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
        self.hashes = np.empty(len(starts), np.uint64)
        kernels.text_hashes(joined, starts, stops, self.hashes)
        self.hashes.sort()


@dataclass(frozen=True, slots=True, eq=False)
class TagRows:
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
        hashes = np.empty(len(self.string_start), np.uint64)
        kernels.text_hashes(self.data, self.string_start, self.string_stop, hashes)
        at = np.searchsorted(keys.hashes, hashes)
        at[at == len(keys.hashes)] = 0
        answer: Flags = keys.hashes[at] == hashes
        for index in np.flatnonzero(answer).tolist():
            raw = self.raw[self.string_start[index] : self.string_stop[index]]
            answer[index] = raw in keys.texts
        return answer

    def degrees(self, lon: Ints, lat: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return degrees of positions in the block's units."""
        # A division, correctly rounded, gives the very degrees that other readers give.
        return (
            (self.lon_offset + self.granularity * lon) / _NANO,
            (self.lat_offset + self.granularity * lat) / _NANO,
        )

    def messages(self, key: int) -> tuple[Ints, Ints]:
        """Return where the messages `key` begin and end, of all groups that hold them."""
        mine = [(start, stop) for kind, start, stop in self.groups if kind == key]
        parts = [kernels.messages(self.data, start, stop, key) for start, stop in mine]
        if len(parts) == 1:
            return parts[0]
        none = np.zeros(0, np.int64)
        starts = np.concatenate([none, *(start for start, _ in parts)])
        return starts, np.concatenate([none, *(stop for _, stop in parts)])

    def tag_rows(self, starts: Ints, stops: Ints, wanted: Flags) -> TagRows:
        """Return the wanted tags of messages."""
        return self.rows(*kernels.message_tags(self.data, starts, stops, wanted))

    def rows(self, offset: Ints, key: Ints, value: Ints) -> TagRows:
        """Return packed tags, equal ones grouped."""
        group, first = kernels.same_rows(offset, key, value)
        tags = []
        for row in first.tolist():
            mine = slice(offset[row], offset[row + 1])
            pairs = zip(key[mine].tolist(), value[mine].tolist(), strict=True)
            # A key given twice, which the map does not allow, counts with its last value.
            tags.append(tuple(sorted({self.text(k): self.text(v) for k, v in pairs}.items())))
        return TagRows(group, tuple(tags))


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


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """What tells copies of objects apart: id, version (0 for none stated), whether it is there."""

    id: Ints
    version: Ints
    visible: Flags


def read_heads(block: Block, kind: int) -> Heads:
    """Return the heads of the ways (`WAY`) or relations (`RELATION`) of a block."""
    return Heads(*kernels.object_heads(block.data, *block.messages(kind)))


@dataclass(frozen=True, slots=True, eq=False)
class WayBlock:
    """The ways of a block: where they lie in it, and what tags they have."""

    block: Block
    start: Ints
    stop: Ints
    tags: TagRows
    heads: Heads


def read_ways(block: Block, keys: KeySet) -> WayBlock:
    """Return the ways of a block with their tags among `keys`."""
    start, stop = block.messages(WAY)
    tags = block.tag_rows(start, stop, block.matching(keys))
    return WayBlock(block, start, stop, tags, read_heads(block, WAY))


@dataclass(frozen=True, slots=True, eq=False)
class TakenWays:
    """Some ways of a block, see `networks.osm.data.Ways`, and the tags that name them.

    `told` are ids and degrees of nodes as far as the ways themselves tell (LocationsOnWays).
    """

    id: Ints
    offset: Ints
    ref: Ints
    names: TagRows
    told: tuple[Ints, NDArray[np.float64], NDArray[np.float64]]


def take_ways(found: WayBlock, keep: Flags, name_keys: KeySet) -> TakenWays:
    """Return the ways marked in `keep` with their nodes and names."""
    block, start, stop = found.block, found.start[keep], found.stop[keep]
    ids, offset, refs = kernels.way_refs(block.data, start, stop)
    names = block.tag_rows(start, stop, block.matching(name_keys))
    lon, lat, known = kernels.way_places(block.data, start, stop, offset)
    told = (refs[known], *block.degrees(lon[known], lat[known]))
    return TakenWays(ids, offset, refs, names, told)


@dataclass(frozen=True, slots=True, eq=False)
class NodeBlock:
    """The wanted nodes of a block.

    Parameters
    ----------
    place : (n,) int64
        Their indices into the wanted ids.
    lon, lat : (n,) float64
        Degrees; NaN where the node is deleted.
    version : (n,) int64
        Their versions, 0 where none is stated.
    tags : TagRows
        Their tags.
    """

    place: Ints
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    version: Ints
    tags: TagRows


def read_nodes(block: Block, wanted: Ints, keys: KeySet) -> Iterator[NodeBlock]:
    """Yield those nodes of a block whose ids are wanted, with their tags among `keys`.

    Parameters
    ----------
    block : Block
        The block.
    wanted : (K,) int64
        Ids, ascending.
    keys : KeySet
        Keys of tags to hand on.
    """
    is_key = block.matching(keys)
    starts, stops = block.messages(DENSE)
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        yield _dense_nodes(block, block.raw[start:stop], wanted, is_key)
    starts, stops = block.messages(NODE)
    if len(starts):
        ids, lon, lat = kernels.plain_nodes(block.data, starts, stops)
        index, place = kernels.wanted_ids(ids, wanted)
        tags = block.tag_rows(starts[index], stops[index], is_key)
        _, version, visible = kernels.object_heads(block.data, starts[index], stops[index])
        yield _nodes(block, place, lon[index], lat[index], version, visible, tags)


def _dense_nodes(block: Block, message: bytes, wanted: Ints, is_key: Flags) -> NodeBlock:
    parts: dict[int, NDArray[np.uint8]] = {}
    for field_key, value in fields(message):
        # A column in several pieces is allowed by the encoding and written by nobody.
        if field_key in parts or field_key not in _DENSE_KNOWN or not isinstance(value, bytes):
            raise PbfError(BROKEN)
        parts[field_key] = np.frombuffer(value, np.uint8)
    none = np.zeros(0, np.uint8)
    packed = [parts.get(key, none) for key in (_DENSE_ID, _DENSE_LON, _DENSE_LAT)]
    ids = kernels.numbers(packed[0], steps=True)
    index, place = kernels.wanted_ids(ids, wanted)
    if len(index) == 0:
        return _nodes(block, place, index, index, index, index > 0, TagRows(index, ()))
    lon, lat = (kernels.numbers(part, steps=True) for part in packed[1:])
    if not len(ids) == len(lon) == len(lat):
        raise PbfError(BROKEN)
    tags = parts.get(_DENSE_TAGS, none)
    if len(tags) and is_key.any():
        rows = block.rows(*kernels.dense_tags(tags, index, len(ids), is_key))
    else:
        rows = TagRows(np.zeros(len(index), np.int64), ((),))
    version, visible = _dense_info(parts.get(_DENSE_INFO, none).tobytes(), index, len(ids))
    return _nodes(block, place, lon[index], lat[index], version, visible, rows)


def _dense_info(message: bytes, index: Ints, size: int) -> tuple[Ints, Flags]:
    """Return versions and visibility of some of the `size` dense nodes."""
    stated: dict[int, Ints] = {}
    for key, value in fields(message):
        plain = key & ~7  # packed here, a number of its own elsewhere
        if (
            plain in {kernels.INFO_VERSION, kernels.INFO_VISIBLE}
            and isinstance(value, bytes)
            and value
        ):
            stated[plain] = kernels.numbers(np.frombuffer(value, np.uint8))
            if len(stated[plain]) != size:
                raise PbfError(BROKEN)
    version = stated.get(kernels.INFO_VERSION, np.zeros(size, np.int64))[index]
    visible = stated.get(kernels.INFO_VISIBLE, np.ones(size, np.int64))[index]
    return np.maximum(version, 0), visible != 0


def _nodes(
    block: Block, place: Ints, lon: Ints, lat: Ints, version: Ints, visible: Flags, tags: TagRows
) -> NodeBlock:
    there = [np.where(visible, degrees, np.nan) for degrees in block.degrees(lon, lat)]
    return NodeBlock(place, there[0], there[1], version, tags)


def read_relations(
    block: Block, wanted: KeySet, prefix: str, keep: Flags
) -> Iterator[tuple[int, dict[str, str], list[tuple[str, int, str]]]]:
    """Yield (id, tags, members) of relations with one of the wanted keys.

    Parameters
    ----------
    block : Block
        The block.
    wanted : KeySet
        Keys to look for.
    prefix : str
        How the value of such a key must begin.
    keep : (n,) bool
        Which of the block's relations to look at.
    """
    starts, stops = (part[keep] for part in block.messages(RELATION))
    rows = block.tag_rows(starts, stops, block.matching(wanted))
    chosen = np.array([any(v.startswith(prefix) for _, v in tags) for tags in rows.tags], bool)
    for at in np.flatnonzero(chosen[rows.group]).tolist() if len(chosen) else ():
        yield _relation(block, block.raw[starts[at] : stops[at]])


def _relation(
    block: Block, message: bytes
) -> tuple[int, dict[str, str], list[tuple[str, int, str]]]:
    parts = dict(fields(message))
    relation = parts.get(kernels.ID)
    keys, values, roles, types = (
        _packed(parts.get(key)) for key in (kernels.TAG_KEYS, kernels.TAG_VALUES, _ROLES, _TYPES)
    )
    steps = [signed(step) for step in _packed(parts.get(_MEMBERS))]
    strings = len(block.string_start)
    if (
        not isinstance(relation, int)
        or len(keys) != len(values)
        or not len(roles) == len(types) == len(steps)
        or max((*keys, *values, *roles), default=0) >= strings
        or max(types, default=0) >= len(_MEMBER_TYPES)
    ):
        raise PbfError(BROKEN)
    tags = {block.text(k): block.text(v) for k, v in zip(keys, values, strict=True)}
    ids = np.cumsum(np.array(steps, np.int64)).tolist()
    members = [
        (_MEMBER_TYPES[kind], ref, block.text(role))
        for kind, ref, role in zip(types, ids, roles, strict=True)
    ]
    return whole(relation), tags, members


def _packed(value: int | bytes | None) -> list[int]:
    return list(packed_numbers(value)) if isinstance(value, bytes) else []
