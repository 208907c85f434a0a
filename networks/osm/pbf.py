"""OSM PBF files to `OsmData`, streamed: memory grows with the roads kept, not with the file.

The file is read in two passes, ways and restrictions first, then the nodes they need. Where the
file promises to be sorted, blocks of nodes are not even unpacked in the first pass. Two threads
unpack and decode ahead of the one that judges; the order stays that of the file. Only where ids do
not rise, so that an object may stand there twice, a pass before the others finds the versions that
hold.

Stands apart: its compiled loops are loaded for PBF files only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Text
from networks.errors import NetworkDataError
from networks.osm.data import Floats, Ints, Marks, OsmData, Places, Ways
from networks.osm.judging import Judging
from networks.osm.nodes import NODE_KEYS
from networks.osm.pbf_blobs import (
    BROKEN,
    Blob,
    Header,
    PbfError,
    list_blobs,
    parse_header,
    read_blob,
    unpack,
)
from networks.osm.pbf_blocks import (
    RELATION,
    WAY,
    Block,
    Content,
    Heads,
    KeySet,
    NodeBlock,
    WayBlock,
    read_block,
    read_heads,
    read_nodes,
    read_relations,
    read_ways,
    take_ways,
)
from networks.osm.refusals import unreadable
from networks.osm.tags import NAME_KEYS, RELEVANT_KEYS
from networks.speeds.profile import SpeedProfile

#: Called with bytes done and bytes in all.
Progress = Callable[[int, int], None]

_WORKERS = 2
_AHEAD = 6  # blocks unpacked and not yet used: bounds the memory
_RESTRICTION = "restriction"  # also restriction:hgv and the like, which the judge tells apart
_LON_MAX, _LAT_MAX = 180.0, 90.0

Flags = NDArray[np.bool_]
_Result = TypeVar("_Result")


class _NotSortedError(Exception):
    """The file breaks its promise to be sorted."""


class _RepeatedError(Exception):
    """The file may hold an object twice."""


def read_pbf(
    path: Path | Sequence[Path], profile: SpeedProfile, progress: Progress | None = None
) -> OsmData:
    """Return what an OSM PBF file holds for cars, or several that lie side by side.

    Neighbouring extracts share the roads over their border: what stands in both is one, in its
    latest version.

    Parameters
    ----------
    path : Path or sequence of Path
        The file or files.
    profile : SpeedProfile
        Speeds and policies.
    progress : Callable, optional
        Called with the bytes done and the bytes to do, as often as a block is done.

    Raises
    ------
    NetworkDataError
        When the file is damaged, no PBF, or needs what is not supported. A file cut off exactly
        between two blocks cannot be told from a shorter one: the format has no end mark.
    """
    paths = (path,) if isinstance(path, Path) else tuple(path)
    with ExitStack() as opened:
        extracts = [_extract(opened.enter_context(each.open("rb")), each.name) for each in paths]
        reader = _Reader(extracts, profile, progress, repeats=len(extracts) > 1)
        first_way = reader.find_first_way() if reader.is_sorted else 0
        while True:  # each of the two is met once at most
            try:
                return reader.read(first_way)
            except _NotSortedError:
                first_way = 0
                reader = replace(reader, content={}, last={}, done=0)
            except _RepeatedError:
                reader = replace(reader, content={}, last={}, done=0, repeats=True)


@dataclass(frozen=True, slots=True)
class _Extract:
    """One of the files that are read: its header, and where its blocks lie."""

    file: BinaryIO
    name: str
    header: Header
    blobs: tuple[Blob, ...]


def _extract(file: BinaryIO, name: str) -> _Extract:
    try:
        header_blob, blobs = list_blobs(file)
        return _Extract(file, name, parse_header(unpack(read_blob(file, header_blob))), blobs)
    except PbfError as cause:
        raise NetworkDataError(unreadable(name, cause.text)) from cause


@dataclass(slots=True)
class _Reader:
    """One reading of one file, or of several as one; mutable."""

    extracts: Sequence[_Extract]
    profile: SpeedProfile
    progress: Progress | None
    blobs: tuple[Blob, ...] = field(init=False)
    of: tuple[_Extract, ...] = field(init=False)  # by blob: which extract it is of
    judging: Judging = field(init=False)
    content: dict[int, Content] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    repeats: bool = False  # whether versions must be compared
    last: dict[int, int] = field(default_factory=dict)  # by kind of object: the last id

    def __post_init__(self) -> None:
        self.judging = Judging(self.profile)
        self.blobs = tuple(blob for each in self.extracts for blob in each.blobs)
        self.of = tuple(each for each in self.extracts for _ in each.blobs)

    @property
    def is_sorted(self) -> bool:
        """Whether the file promises it; several one after the other never are."""
        return len(self.extracts) == 1 and self.extracts[0].header.is_sorted

    def read(self, first_way: int) -> OsmData:
        """Return everything; blobs before `first_way` are taken to hold nodes only."""
        after = range(first_way, len(self.blobs))
        self.total = (3 if self.repeats else 2) * sum(self.blobs[i].size for i in after)
        self.total += sum(self.blobs[i].size for i in range(first_way))
        holds = self._latest(after) if self.repeats else {}
        columns = self._ways(after, holds)
        ways = columns.joined(self.judging)
        wanted = np.sort(ways.ref)  # by sorting: numpy's own unique is ten times slower
        wanted = wanted[np.diff(wanted, prepend=wanted[:1] - 1) != 0]
        with_nodes = [i for i in after if self.content[i] & Content.NODES]
        known = columns.places_told(wanted)
        places, marks = self._nodes([*range(first_way), *with_nodes], wanted, known, first_way)
        if self.progress is not None:
            self.progress(self.total, self.total)
        bounds = [each.header.bounds for each in self.extracts]
        return OsmData(
            ways=ways,
            places=places,
            marks=marks,
            restrictions=tuple(self.judging.restrictions),
            dropped=self.judging.dropped,
            as_of=min(each.header.as_of for each in self.extracts),  # all of them are as old
            bounds=bounds[0] if None not in bounds else None,
            more_bounds=tuple(each for each in bounds[1:] if each and None not in bounds),
        )

    def _read(self, at: int) -> bytes:
        return read_blob(self.of[at].file, self.blobs[at])

    def find_first_way(self) -> int:
        """Return the first blob with more than nodes in it, by bisection."""
        low, high = 0, len(self.blobs)
        while low < high:
            middle = (low + high) // 2
            with self._explained(middle):
                block = read_block(self._read(middle))
            if block.content <= Content.NODES:
                low = middle + 1
            else:
                high = middle
        return low

    def _latest(self, blobs: Iterable[int]) -> dict[tuple[int, int], Flags]:
        """Return by blob and kind which of its ways and relations hold: the latest versions."""

        def work(packed: bytes) -> dict[int, Heads]:
            block = read_block(packed)
            return {kind: read_heads(block, kind) for kind in (WAY, RELATION)}

        found = {
            (at, kind): heads
            for at, of_kind in self._ahead(blobs, work)
            for kind, heads in of_kind.items()
        }
        holds: dict[tuple[int, int], Flags] = {}
        for kind in (WAY, RELATION):
            mine = [key for key in found if key[1] == kind]
            none = np.zeros(0, np.int64)
            ids = np.concatenate([none, *(found[key].id for key in mine)])
            version = np.concatenate([none, *(found[key].version for key in mine)])
            visible = np.concatenate([none > 0, *(found[key].visible for key in mine)])
            # Last of its id stands the latest; of one version what deletes, then what came last.
            order = np.lexsort((~visible, version, ids))
            latest = np.zeros(len(ids), bool)
            latest[order[np.diff(ids[order], append=np.iinfo(np.int64).max) != 0]] = True
            stops = np.cumsum([len(found[key].id) for key in mine])
            holds.update(zip(mine, np.split(latest & visible, stops[:-1]), strict=True))
        return holds

    def _ways(self, blobs: Iterable[int], holds: Mapping[tuple[int, int], Flags]) -> _WayColumns:
        """Return the ways for cars; restrictions go to the judge, what blobs hold to `content`."""
        ways = _WayColumns()
        keys, names, kinds = KeySet(RELEVANT_KEYS), KeySet(NAME_KEYS), KeySet(frozenset({"type"}))

        def work(packed: bytes) -> tuple[Block, WayBlock | None]:
            block = read_block(packed)
            return block, read_ways(block, keys) if block.content & Content.WAYS else None

        for at, (block, found) in self._ahead(blobs, work):
            self.content[at] = block.content
            with self._explained(at):
                if found is not None:
                    keep = self._held(at, WAY, found.heads, holds)
                    ways.add(found, keep, names, self.judging)
                if block.content & Content.RELATIONS:
                    heads = read_heads(block, RELATION)
                    keep = self._held(at, RELATION, heads, holds)
                    for relation, tags, members in read_relations(block, kinds, _RESTRICTION, keep):
                        self.judging.restriction(relation, tags, members)
        self.judging.check_classes(self.extracts[0].name)
        return ways

    def _held(
        self, at: int, kind: int, heads: Heads, holds: Mapping[tuple[int, int], Flags]
    ) -> Flags:
        """Return which objects of a blob hold, after a look that none can be there twice."""
        if self.repeats:
            return holds[at, kind]
        ids = heads.id
        if len(ids):
            if (np.diff(ids) <= 0).any() or ids[0] <= self.last.get(kind, ids[0] - 1):
                raise _RepeatedError
            self.last[kind] = int(ids[-1])
        return heads.visible

    def _nodes(
        self, blobs: Iterable[int], wanted: Ints, known: tuple[Floats, Floats], first_way: int
    ) -> tuple[Places, Marks]:
        """Return places and marks of the wanted nodes; `known` is what ways tell of them."""
        keys = KeySet(NODE_KEYS)
        lon, lat = known
        mark = np.full(len(wanted), -1, np.int32)
        version = np.full(len(wanted), -1, np.int64)

        def work(packed: bytes) -> tuple[Content, list[NodeBlock]]:
            block = read_block(packed)
            return block.content, list(read_nodes(block, wanted, keys))

        for at, (content, found) in self._ahead(blobs, work):
            if at < first_way and content > Content.NODES:
                raise _NotSortedError
            for nodes in found:
                marks = np.array([self.judging.mark(tags) for tags in nodes.tags.tags], np.int32)
                rank = np.argsort(nodes.version, kind="stable")  # of copies the last one stays
                rank = rank[nodes.version[rank] >= version[nodes.place[rank]]]
                place = nodes.place[rank]
                version[place] = nodes.version[rank]
                lon[place], lat[place] = nodes.lon[rank], nodes.lat[rank]
                mark[place] = marks[nodes.tags.group[rank]]
        there = (np.abs(lon) <= _LON_MAX) & (np.abs(lat) <= _LAT_MAX)
        marked = there & (mark >= 0)
        return (
            Places(wanted[there], lon[there], lat[there]),
            Marks(wanted[marked], mark[marked], self.judging.marks),
        )

    def _ahead(
        self, blobs: Iterable[int], work: Callable[[bytes], _Result]
    ) -> Iterator[tuple[int, _Result]]:
        """Yield (blob, what `work` makes of it) in order, worked on by threads ahead of time."""
        waiting: deque[tuple[int, Future[_Result]]] = deque()
        pool = ThreadPoolExecutor(_WORKERS)
        try:
            for at in blobs:
                with self._explained(at):
                    packed = self._read(at)
                waiting.append((at, pool.submit(work, packed)))
                if len(waiting) >= _AHEAD:
                    yield self._finished(*waiting.popleft())
            while waiting:
                yield self._finished(*waiting.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def _finished(self, at: int, future: Future[_Result]) -> tuple[int, _Result]:
        with self._explained(at):
            result = future.result()
        self.done += self.blobs[at].size
        if self.progress is not None:
            self.progress(self.done, self.total)
        return at, result

    @contextmanager
    def _explained(self, at: int) -> Iterator[None]:
        """Say in which block something failed."""
        try:
            yield
        except NetworkDataError:
            raise
        except ValueError as cause:  # PbfError, UnicodeDecodeError and those of the kernels too
            where = self.blobs[at].start
            inner = Text(f"{BROKEN.ja}（{cause}）", f"{BROKEN.en} ({cause})")
            why = cause.text if isinstance(cause, PbfError) else inner
            text = Text(
                f"{where} バイト目から始まるデータ: {why.ja}",
                f"the data that begin at byte {where}: {why.en}",
            )
            raise NetworkDataError(unreadable(self.of[at].name, text)) from cause


@dataclass(slots=True)
class _WayColumns:
    """Ways for cars, block by block; mutable."""

    ids: list[Ints] = field(default_factory=list)
    sizes: list[Ints] = field(default_factory=list)
    refs: list[Ints] = field(default_factory=list)
    roads: list[NDArray[np.int32]] = field(default_factory=list)
    names: list[NDArray[np.int32]] = field(default_factory=list)
    told: list[tuple[Ints, Floats, Floats]] = field(default_factory=list)

    def add(self, found: WayBlock, holds: Flags, name_keys: KeySet, judging: Judging) -> None:
        """Judge the ways of a block that hold, each kind once, and keep those for cars."""
        rows = found.tags
        counts = np.bincount(rows.group[holds], minlength=len(rows.tags)).tolist()
        road = [
            judging.road(tags, count) if count else -1
            for tags, count in zip(rows.tags, counts, strict=True)
        ]
        road_of = np.array(road, np.int32)[rows.group]
        keep = holds & (road_of >= 0)
        if not keep.any():
            return
        kept = take_ways(found, keep, name_keys)
        name = np.array([judging.name(tags) for tags in kept.names.tags], np.int32)
        self.ids.append(kept.id)
        self.sizes.append(np.diff(kept.offset))
        self.refs.append(kept.ref)
        self.roads.append(road_of[keep])
        self.names.append(name[kept.names.group])
        if len(kept.told[0]):
            self.told.append(kept.told)

    def places_told(self, wanted: Ints) -> tuple[Floats, Floats]:
        """Return degrees of the wanted nodes as far as the ways tell them; else NaN."""
        lon, lat = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
        for ids, x, y in self.told:
            at = np.searchsorted(wanted, ids)
            lon[at], lat[at] = x, y
        return lon, lat

    def joined(self, judging: Judging) -> Ways:
        """Return all of them."""
        none, none32 = np.zeros(0, np.int64), np.zeros(0, np.int32)
        offset = np.zeros(sum(map(len, self.sizes)) + 1, np.int64)
        np.cumsum(np.concatenate([none, *self.sizes]), out=offset[1:])
        refs = np.concatenate([none, *self.refs])
        self.refs.clear()
        return Ways(
            id=np.concatenate([none, *self.ids]),
            offset=offset,
            ref=refs,
            road=np.concatenate([none32, *self.roads]),
            name=np.concatenate([none32, *self.names]),
            roads=judging.roads,
            names=judging.names,
        )
