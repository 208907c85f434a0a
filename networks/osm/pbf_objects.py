"""Ways, nodes and relations out of the blocks of an OSM PBF file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.osm import pbf_kernels as kernels
from networks.osm.pbf_blobs import BROKEN, PbfError, fields, packed_numbers, signed, whole
from networks.osm.pbf_blocks import DENSE, NODE, RELATION, WAY, Block, Flags, Ints, KeySet, Rows

# Fields of the messages: field << 3 | wire type.
_DENSE_ID, _DENSE_LAT, _DENSE_LON, _DENSE_TAGS = 1 << 3 | 2, 8 << 3 | 2, 9 << 3 | 2, 10 << 3 | 2
_DENSE_KNOWN = {_DENSE_ID, _DENSE_LAT, _DENSE_LON, _DENSE_TAGS, 5 << 3 | 2}
_ROLES, _MEMBERS, _TYPES = 8 << 3 | 2, 9 << 3 | 2, 10 << 3 | 2
_NANO = 1e9
_MEMBER_TYPES = "nwr"


@dataclass(frozen=True, slots=True, eq=False)
class WayBlock:
    """The ways of a block: where they lie in it, and what tags they have."""

    block: Block
    start: Ints
    stop: Ints
    tags: Rows


def read_ways(block: Block, keys: KeySet) -> WayBlock:
    """Return the ways of a block with their tags among `keys`."""
    start, stop = block.messages(WAY)
    return WayBlock(block, start, stop, block.tag_rows(start, stop, block.matching(keys)))


@dataclass(frozen=True, slots=True, eq=False)
class TakenWays:
    """Some ways of a block, see `networks.osm.data.Ways`, and the tags that name them."""

    id: Ints
    offset: Ints
    ref: Ints
    names: Rows


def take_ways(found: WayBlock, keep: Flags, name_keys: KeySet) -> TakenWays:
    """Return the ways marked in `keep` with their nodes and names."""
    block, start, stop = found.block, found.start[keep], found.stop[keep]
    ids, offset, refs = kernels.way_refs(block.data, start, stop)
    names = block.tag_rows(start, stop, block.matching(name_keys))
    return TakenWays(ids, offset, refs, names)


@dataclass(frozen=True, slots=True, eq=False)
class NodeBlock:
    """The wanted nodes of a block.

    Parameters
    ----------
    place : (n,) int64
        Their indices into the wanted ids.
    lon, lat : (n,) float64
        Degrees.
    tags : Rows
        Their tags.
    """

    place: Ints
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tags: Rows


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
        index, place = kernels.find_ids(ids, wanted)
        tags = block.tag_rows(starts[index], stops[index], is_key)
        yield _nodes(block, place, lon[index], lat[index], tags)


def _dense_nodes(block: Block, message: bytes, wanted: Ints, is_key: Flags) -> NodeBlock:
    parts: dict[int, NDArray[np.uint8]] = {}
    for field_key, value in fields(message):
        # A column in several pieces is allowed by the encoding and written by nobody.
        if field_key in parts or field_key not in _DENSE_KNOWN or not isinstance(value, bytes):
            raise PbfError(BROKEN)
        parts[field_key] = np.frombuffer(value, np.uint8)
    none = np.zeros(0, np.uint8)
    packed = [parts.get(key, none) for key in (_DENSE_ID, _DENSE_LON, _DENSE_LAT)]
    ids = kernels.deltas(packed[0], 0, len(packed[0]))
    index, place = kernels.find_ids(ids, wanted)
    if len(index) == 0:
        return _nodes(block, place, index, index, Rows(index, ()))
    lon, lat = (kernels.deltas(part, 0, len(part)) for part in packed[1:])
    if not len(ids) == len(lon) == len(lat):
        raise PbfError(BROKEN)
    tags = parts.get(_DENSE_TAGS, none)
    if len(tags) and is_key.any():
        rows = block.rows(*kernels.dense_tags(tags, 0, len(tags), index, len(ids), is_key))
    else:
        rows = Rows(np.zeros(len(index), np.int64), ((),))
    return _nodes(block, place, lon[index], lat[index], rows)


def _nodes(block: Block, place: Ints, lon: Ints, lat: Ints, tags: Rows) -> NodeBlock:
    # A division, correctly rounded, gives the very degrees that other readers give.
    degrees = [
        (offset + block.granularity * steps) / _NANO
        for offset, steps in ((block.lon_offset, lon), (block.lat_offset, lat))
    ]
    return NodeBlock(place, degrees[0], degrees[1], tags)


def read_relations(
    block: Block, wanted: KeySet, prefix: str
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
    """
    starts, stops = block.messages(RELATION)
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
