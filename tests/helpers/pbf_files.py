"""Small OSM PBF files made by hand, also ones that no tool would write."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SCHEMA = ("OsmSchema-V0.6", "DenseNodes")
SORTED = ("Sort.Type_then_ID",)


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def number(key: int, value: int) -> bytes:
    return varint(key << 3) + varint(value)


def chunk(key: int, content: bytes) -> bytes:
    return varint(key << 3 | 2) + varint(len(content)) + content


def packed(key: int, values: Iterable[int]) -> bytes:
    return chunk(key, b"".join(map(varint, values)))


def steps(values: Sequence[int]) -> list[int]:
    return [zigzag(v - u) for u, v in zip([0, *values], values, strict=False)]


def as_zlib(block: bytes) -> bytes:
    return number(2, len(block)) + chunk(3, zlib.compress(block))


def as_raw(block: bytes) -> bytes:
    return chunk(1, block)


def blob(kind: str, content: bytes) -> bytes:
    head = chunk(1, kind.encode()) + number(3, len(content))
    return len(head).to_bytes(4, "big") + head + content


@dataclass
class Strings:
    texts: list[str] = field(default_factory=lambda: [""])

    def __call__(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)

    def tags(self, tags: Mapping[str, str]) -> bytes:
        keys, values = (packed(i, map(self, part)) for i, part in ((2, tags), (3, tags.values())))
        return keys + values

    def table(self) -> bytes:
        return chunk(1, b"".join(chunk(1, text.encode()) for text in self.texts))


Node = tuple[int, int, int, Mapping[str, str]]  # id, lon, lat in units of the block
Way = tuple[int, Sequence[int], Mapping[str, str]]
Relation = tuple[int, Sequence[tuple[str, int, str]], Mapping[str, str]]


def block_of(strings: Strings, group: bytes, extra: bytes = b"") -> bytes:
    return strings.table() + chunk(2, group) + extra


def dense_block(nodes: Sequence[Node], extra: bytes = b"") -> bytes:
    strings = Strings()
    tags = [s for *_, t in nodes for kv in t.items() for s in map(strings, kv)]
    keys_vals = [v for *_, t in nodes for v in (*(strings(s) for kv in t.items() for s in kv), 0)]
    columns = [steps([n[i] for n in nodes]) for i in (0, 2, 1)]
    dense = packed(1, columns[0]) + packed(8, columns[1]) + packed(9, columns[2])
    dense += packed(10, keys_vals) if tags else b""
    return block_of(strings, chunk(2, dense), extra)


def plain_block(nodes: Sequence[Node], extra: bytes = b"") -> bytes:
    strings = Strings()
    group = b"".join(
        chunk(
            1, number(1, zigzag(i)) + strings.tags(t) + number(8, zigzag(y)) + number(9, zigzag(x))
        )
        for i, x, y, t in nodes
    )
    return block_of(strings, group, extra)


def way_block(ways: Sequence[Way]) -> bytes:
    strings = Strings()
    group = b"".join(
        chunk(3, number(1, i) + strings.tags(t) + packed(8, steps(refs))) for i, refs, t in ways
    )
    return block_of(strings, group)


def relation_block(relations: Sequence[Relation]) -> bytes:
    strings = Strings()
    group = b"".join(
        chunk(
            4,
            number(1, i)
            + strings.tags(t)
            + packed(8, [strings(role) for *_, role in members])
            + packed(9, steps([ref for _, ref, _ in members]))
            + packed(10, ["nwr".index(kind) for kind, *_ in members]),
        )
        for i, members, t in relations
    )
    return block_of(strings, group)


def header(
    required: Sequence[str] = SCHEMA, optional: Sequence[str] = (), extra: bytes = b""
) -> bytes:
    texts = [chunk(4, name.encode()) for name in required]
    texts += [chunk(5, name.encode()) for name in optional]
    return b"".join(texts) + extra


def pbf(
    blocks: Sequence[bytes],
    head: bytes | None = None,
    pack: Callable[[bytes], bytes] = as_zlib,
) -> bytes:
    """Return a file of these blocks."""
    first = blob("OSMHeader", pack(header() if head is None else head))
    return first + b"".join(blob("OSMData", pack(block)) for block in blocks)
