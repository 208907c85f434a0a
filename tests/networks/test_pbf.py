"""The PBF reader: against libosmium on real extracts, unusual files, damaged ones."""

from __future__ import annotations

import lzma
import random
import zlib
from pathlib import Path

import numpy as np
import osmium
import pytest

from networks.errors import NetworkDataError
from networks.network import CLOSED
from networks.osm import pbf_kernels as kernels
from networks.osm.data import OsmData
from networks.osm.osm_files import read_osm
from networks.osm.pbf import read_pbf
from networks.osm.pbf_blobs import PbfError, fields, unpack
from networks.speeds.profile_files import load_profile
from tests.helpers import pbf_files as make
from tests.helpers.road_cases import ROADS, flat_profile

needs_data = pytest.mark.skipif(not ROADS.is_dir(), reason="shared road data is not here")
EXTRACTS = ("kumamoto_chuo_drive_20230105.osm.pbf", "liechtenstein_2022.osm.pbf")

TRUNK = {"highway": "trunk"}
UNIT = 10**7  # of a degree, at the usual granularity
NODES = [(i, 1_305_000_000 + i * 100_000, 325_000_000, {}) for i in range(1, 7)]
NODES[2] = (*NODES[2][:3], {"highway": "traffic_signals", "note": "x"})
NODES[4] = (*NODES[4][:3], {"barrier": "bollard"})
WAYS = [
    (100, [1, 2, 3], TRUNK | {"name": "東通り"}),
    (101, [3, 4, 5, 6], TRUNK | {"ref": "57", "oneway": "yes"}),
    (102, [3, 1], {"building": "yes"}),
    (103, [2, 5], {"highway": "footway"}),
    (104, [2, 6], TRUNK | {"name": "東通り"}),
]
RELATIONS = [
    (
        200,
        [("w", 100, "from"), ("n", 3, "via"), ("w", 101, "to")],
        {"type": "restriction", "restriction": "no_right_turn"},
    ),
    (201, [("w", 100, "")], {"type": "route", "route": "bus"}),
]


def usual() -> list[bytes]:
    return [
        make.dense_block(NODES[:3]),
        make.dense_block(NODES[3:]),
        make.way_block(WAYS[:3]),
        make.way_block(WAYS[3:]),
        make.relation_block(RELATIONS),
    ]


def read(tmp_path: Path, content: bytes) -> OsmData:
    (tmp_path / "x.osm.pbf").write_bytes(content)
    return read_pbf(tmp_path / "x.osm.pbf", flat_profile())


def said(data: OsmData) -> dict[str, object]:
    """Everything in `data`, comparable."""
    ways, places, marks = data.ways, data.places, data.marks
    return {
        "ways": list(zip(ways.id.tolist(), np.diff(ways.offset).tolist(), strict=True)),
        "refs": ways.ref.tolist(),
        "roads": [repr(ways.roads[i]) for i in ways.road],  # holds NaN, equal to nothing
        "names": [ways.names[i] for i in ways.name],
        "places": list(
            zip(*(c.tolist() for c in (places.id, places.lon, places.lat)), strict=True)
        ),
        "marks": [(n, marks.marks[m]) for n, m in zip(marks.id.tolist(), marks.mark, strict=True)],
        "restrictions": data.restrictions,
        "dropped": data.dropped,
    }


def test_what_a_file_says(tmp_path):
    data = read(tmp_path, make.pbf(usual()))
    found = said(data)
    assert found["ways"] == [(100, 3), (101, 4), (104, 2)]
    assert found["refs"] == [1, 2, 3, 3, 4, 5, 6, 2, 6]
    assert found["names"] == ["東通り", "57", "東通り"]
    assert [(r.forward, r.backward) for r in data.ways.roads] == [(True, True), (True, False)]
    assert found["places"] == [(i, 130.5 + i / 100, 32.5) for i in range(1, 7)]
    assert [(n, m.kind, m.closed) for n, m in found["marks"]] == [
        (3, "traffic_signals", False),
        (5, "", True),
    ]
    assert [(r.id, r.from_way, r.via_nodes, r.to_way) for r in data.restrictions] == [
        (200, 100, (3,), 101)
    ]
    assert data.dropped == {"not-for-cars": 1}
    assert (data.as_of, data.bounds) == ("", None)


@pytest.mark.parametrize(
    ("info", "shape", "good"),
    [
        (make.packed(1, [3, 3]), b"", True),
        (make.chunk(1, b"") + make.chunk(6, b""), b"", True),
        (make.packed(1, [3]), b"", False),
        (make.packed(6, [1, 1, 1]), b"", False),
        (b"", make.packed(9, [1, 1]) + make.packed(10, [1, 1]), True),
        (b"", make.packed(9, [1]) + make.packed(10, [1]), False),
        (b"", make.packed(9, [1, 1, 1]) + make.packed(10, [1, 1, 1]), False),
    ],
)
def test_versions_and_positions_have_one_figure_for_each_node(tmp_path, info, shape, good):
    strings = make.Strings()
    columns = make.packed(1, make.steps([1, 2])) + make.chunk(5, info)
    columns += b"".join(make.packed(key, make.steps([10**9, 10**9 + 5])) for key in (8, 9))
    nodes = make.block_of(strings, make.chunk(2, columns))
    body = make.number(1, 9) + strings.tags(TRUNK) + make.packed(8, make.steps([1, 2])) + shape
    content = make.pbf([nodes, make.block_of(strings, make.chunk(3, body))])
    if good:
        assert read(tmp_path, content).ways.ref.tolist() == [1, 2]
    else:
        refused(tmp_path, content)


def as_lzma(block: bytes) -> bytes:
    return make.number(2, len(block)) + make.chunk(4, lzma.compress(block))


@pytest.mark.parametrize(
    "content",
    [
        make.pbf(usual(), pack=make.as_raw),
        make.pbf(usual(), pack=as_lzma),
        make.pbf(usual(), make.header(optional=make.SORTED)),
        make.pbf([usual()[i] for i in (4, 2, 3, 1, 0)]),
        make.pbf([usual()[i] for i in (4, 2, 3, 1, 0)], make.header(optional=make.SORTED)),
        make.pbf([usual()[i] for i in (2, 0, 4, 1, 3)], make.header(optional=make.SORTED)),
        make.pbf([make.plain_block(NODES), *usual()[2:]]),
        make.pbf([make.dense_block(NODES[::-1]), *usual()[2:]]),
    ],
    ids=[
        *("raw", "lzma", "sorted", "backwards", "backwards but said to be sorted"),
        *("mixed but said to be sorted", "plain nodes", "falling ids"),
    ],
)
def test_every_way_to_write_it_means_the_same(tmp_path, content):
    assert said(read(tmp_path, content)) == said(read(tmp_path, make.pbf(usual())))


def test_units_and_origin_of_a_block(tmp_path):
    extra = make.number(17, 1000) + make.number(19, -2_500_000_000) + make.number(20, 30)
    node = [(1, 130_500_000, 35_000_000, {}), (2, 130_500_001, 35_000_000, {})]
    for block in (make.dense_block, make.plain_block):
        data = read(tmp_path, make.pbf([block(node, extra), make.way_block([(9, [1, 2], TRUNK)])]))
        assert data.places.lon.tolist() == [130.50000003, 130.50000103]
        assert data.places.lat.tolist() == [32.5, 32.5]


def test_header_tells_date_and_bounds(tmp_path):
    sides = zip((1, 2, 3, 4), (130.0, 131.5, 33.25, 32.0), strict=True)
    box = b"".join(make.number(key, make.zigzag(round(v * 10**9))) for key, v in sides)
    head = make.header(extra=make.chunk(1, box) + make.number(32, 1_658_700_000))
    data = read(tmp_path, make.pbf(usual(), head))
    assert (data.as_of, data.bounds) == ("2022-07-24", (130.0, 32.0, 131.5, 33.25))


def test_positions_off_the_globe_and_nodes_that_are_not_there(tmp_path):
    nodes = [*NODES[:2], (3, 1_900_000_000, 325_000_000, {}), *NODES[3:5]]
    data = read(tmp_path, make.pbf([make.dense_block(nodes), *usual()[2:]]))
    assert data.places.id.tolist() == [1, 2, 4, 5]
    assert data.marks.id.tolist() == [5]


def test_progress_rises_to_the_end(tmp_path):
    calls: list[tuple[int, int]] = []
    (tmp_path / "x.pbf").write_bytes(make.pbf(usual()))
    read_osm(tmp_path / "x.pbf", flat_profile(), progress=lambda *done: calls.append(done))
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert len({total for _, total in calls}) == 1
    assert calls[-1][0] == calls[-1][1] > 0
    assert len(calls) > 5


@pytest.mark.slow
@needs_data
@pytest.mark.parametrize("name", EXTRACTS)
def test_real_extracts_say_what_libosmium_reads(name):
    data = read_pbf(ROADS / name, load_profile("everyday"))
    refs, where = {}, {}
    for thing in osmium.FileProcessor(str(ROADS / name), osmium.osm.WAY | osmium.osm.NODE):
        if isinstance(thing, osmium.osm.Way):
            refs[thing.id] = [node.ref for node in thing.nodes]
        else:
            where[thing.id] = (thing.lon, thing.lat)
    ways = data.ways
    assert len(ways.id) > 4000
    for way, a, b in zip(ways.id.tolist(), ways.offset[:-1], ways.offset[1:], strict=True):
        assert ways.ref[a:b].tolist() == refs[way]
    places = data.places
    assert len(places.id) > 20_000
    read_here = zip(places.lon.tolist(), places.lat.tolist(), strict=True)
    assert list(read_here) == [where[node] for node in places.id.tolist()]


# -- files that are not what they should be -------------------------------------------------------


def refused(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(NetworkDataError) as caught:
        read(tmp_path, content)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("osm-unreadable", "x.osm.pbf")
    return problem.message.en


GOOD = make.pbf(usual())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"this is no protocol buffer at all", "not in the PBF format"),
        (b"\0\0\0\x0c" + b"x" * 40, "not in the PBF format"),
        (make.blob("OSMData", make.as_raw(usual()[0])), "not in the PBF format"),
        (GOOD + make.blob("OSMIndex", make.as_raw(b"something else")), "damaged at byte"),
        (GOOD[:-1], "cut off"),
        (GOOD + b"\0\0", "cut off"),
        (GOOD + b"\0\1\0\1", "damaged at byte"),
        (GOOD + (7).to_bytes(4, "big") + make.chunk(1, b"OSM") + b"\x18\1", "cut off"),
        (make.pbf(usual(), make.header(("OsmSchema-V0.6", "HistoricalInformation"))), "history"),
        (make.pbf(usual(), make.header(("OsmSchema-V0.7",))), "needs the feature"),
        (make.pbf(usual(), pack=lambda b: make.number(2, len(b)) + make.chunk(6, b)), "lz4"),
        (make.pbf(usual(), pack=lambda b: make.number(2, len(b)) + make.chunk(7, b)), "zstd"),
    ],
)
def test_outer_faults_are_named(tmp_path, content, why):
    assert why in refused(tmp_path, content)


def with_block(block: bytes, pack=make.as_zlib) -> bytes:
    return GOOD + make.blob("OSMData", pack(block))


def bare_group(group: bytes) -> bytes:
    return make.block_of(make.Strings(["", "highway", "trunk"]), group)


def way(content: bytes) -> bytes:
    return bare_group(make.chunk(3, content))


TAGS = make.packed(2, [1]) + make.packed(3, [2])
REFS = make.packed(8, [2, 2])


def dense(ids=(2, 2), lats=(2, 2), lons=(2, 2), tags=()) -> bytes:
    parts = [make.packed(k, v) for k, v in ((1, ids), (8, lats), (9, lons), (10, tags)) if v]
    return bare_group(make.chunk(2, b"".join(parts)))


@pytest.mark.parametrize(
    "block",
    [
        way(TAGS + REFS),
        way(make.number(1, 5) + make.packed(2, [9]) + make.packed(3, [2]) + REFS),
        way(make.number(1, 5) + make.packed(2, [1]) + REFS),
        way(make.number(1, 5) + make.packed(2, [1]) + make.packed(3, [2, 2]) + REFS),
        way(make.number(1, 5) + TAGS + TAGS + REFS),
        way(make.number(1, 5) + TAGS + make.chunk(8, b"\x82")),
        way(make.number(1, 5) + TAGS + b"\x42\x7f\x02"),
        way(make.number(1, 5) + TAGS + b"\x43"),
        bare_group(b"\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        bare_group(b"\x1a" + b"\xff" * 12),
        dense(lats=(2,)),
        dense(tags=(1, 2, 0)),
        dense(tags=(1, 2, 0, 0, 0)),
        dense(tags=(1, 0)),
        dense(tags=(1, 9, 0, 0)),
        bare_group(make.chunk(1, make.number(1, 2) + make.number(8, 4))),
        bare_group(make.chunk(1, b"\x0d")),
        make.block_of(make.Strings(["", "highway", "trunk"]), b"", make.number(17, 0)),
        make.chunk(2, make.chunk(3, make.number(1, 5))),
        way(make.number(1, 5) + TAGS + REFS).replace(b"trunk", b"tru\xffk"),
        way(make.number(1, 5) + make.chunk(5, b"") + TAGS + REFS),
        way(make.number(1, 5) + TAGS + make.number(8, 2) + make.number(8, 2)),
        bare_group(make.chunk(7, b"")),
        bare_group(make.chunk(3, make.number(1, 5)) + make.chunk(4, make.number(1, 5))),
        bare_group(make.chunk(2, make.packed(1, [2]) + make.packed(1, [2]))),
        make.block_of(make.Strings(), b"", make.chunk(21, b"")),
        make.chunk(1, make.chunk(2, b"")),
        bare_group(make.chunk(4, make.number(1, 5) + make.packed(2, [1]) + make.packed(3, [7]))),
    ],
    ids=[
        *("way without id", "unknown string", "keys without values", "values without keys"),
        *("tags twice", "number cut off", "length beyond the end", "group wire type"),
        *("length of 64 bits", "number too long", "fewer latitudes", "tags of a node missing"),
        *("tags of too many nodes", "key without value", "unknown string of a node"),
        *("node without longitude", "field cut off", "granularity 0", "no strings", "not UTF-8"),
        *("unknown field of a way", "refs that are not packed", "unknown kind of group"),
        *("group of two kinds", "column in pieces", "unknown field", "unknown field of strings"),
        "relation with unknown string",
    ],
)
def test_inner_faults_are_found_and_placed(tmp_path, block):
    # The faulty nodes must be among those looked at: ids 1 and 2 are on ways.
    assert f"begin at byte {len(GOOD) + 15}" in refused(tmp_path, with_block(block))


def test_sizes_beyond_the_format_are_refused(tmp_path):
    bomb = make.number(2, 1 << 26) + make.chunk(3, zlib.compress(bytes(1 << 26)))
    liar = make.number(2, 100) + make.chunk(3, zlib.compress(bytes(1 << 20)))
    short = make.number(2, 100) + make.chunk(3, zlib.compress(bytes(50)))
    unsaid = make.chunk(3, zlib.compress(bytes(50)))
    unsummed = make.number(2, 50) + make.chunk(3, zlib.compress(bytes(50))[:-4])
    for content in (bomb, liar, short, unsaid, unsummed, b"", make.number(2, 3)):
        with pytest.raises(PbfError):
            unpack(content)
        assert "damaged" in refused(tmp_path, GOOD + make.blob("OSMData", content))
    head = make.chunk(1, b"OSMData") + make.number(3, (32 << 20) + 1)
    huge = GOOD + len(head).to_bytes(4, "big") + head
    assert "damaged at byte" in refused(tmp_path, huge + bytes(40 << 20))


@pytest.mark.parametrize("data", [b"\x80", b"\x08", b"\x0a\x05x", b"\x0b", b"\x0d123"])
def test_messages_cut_off(data):
    with pytest.raises(PbfError):
        list(fields(data))
    array = np.frombuffer(data, np.uint8)
    for function in (kernels.find_messages, kernels.find_messages.py_func):
        with pytest.raises(ValueError, match=r"cut off|beyond|known type"):
            function(array, 0, len(data), 10, ints(0, 0, 0), ints(0, 0, 0))


def sound(network) -> None:
    """Check what every search relies on."""
    edges, shapes, nodes = network.edges, network.shapes, network.nodes
    count = len(nodes)
    assert len(edges) > 0
    assert ((edges.tail >= 0) & (edges.tail < count)).all()
    assert ((edges.head >= 0) & (edges.head < count)).all()
    assert (np.diff(shapes.offset) >= 2).all()
    assert shapes.offset[-1] == len(shapes.lon) == len(shapes.lat)
    assert (np.abs(shapes.lat) <= 90).all()
    assert (np.abs(shapes.lon) <= 180).all()
    assert np.isfinite(edges.length_m).all()
    assert ((edges.forward_ms >= 0) | (edges.forward_ms == CLOSED)).all()


@pytest.mark.slow
@pytest.mark.parametrize("pack", [make.as_zlib, make.as_raw])
def test_changed_and_cut_files_are_refused_or_become_sound_networks(tmp_path, pack):
    whole = make.pbf(usual(), make.header(optional=make.SORTED), pack)
    rng = random.Random(20230105)  # noqa: S311 (a fixed sample, no secret)
    path = tmp_path / "x.osm.pbf"
    outcome = {"refused": 0, "read": 0}
    for turn in range(250):
        content = bytearray(whole)
        if turn % 5 == 0:
            del content[rng.randrange(len(content)) :]
        for _ in range(turn % 4):
            if content:
                content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(content)
        try:
            sound(read_osm(path, flat_profile()))
            outcome["read"] += 1
        except NetworkDataError:
            outcome["refused"] += 1
    assert outcome["refused"] > 50
    assert outcome["read"] > 5


@pytest.mark.parametrize("pack", [make.as_zlib, make.as_raw])
def test_a_file_cut_anywhere_is_never_read_to_the_end(tmp_path, pack):
    whole = make.pbf(usual(), pack=pack)
    ends = {len(make.pbf(usual()[:n], pack=pack)) for n in range(len(usual()) + 1)}
    for size in range(0, len(whole), 3):
        if size not in ends:  # a whole number of blocks: the format has no end mark
            refused(tmp_path, whole[:size])


# -- kernels ---------------------------------------------------------------------------------------


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.mark.parametrize("find", [kernels.find_ids, kernels.find_ids.py_func])
def test_wanted_ids(monkeypatch, find):
    monkeypatch.setattr(kernels, "find_ids", find)
    index, place = kernels.wanted_ids(ints(7, 3, 9, 4, 7), ints(1, 3, 5, 7))
    assert (index.tolist(), place.tolist()) == ([0, 1, 4], [3, 1, 3])
    for ids, wanted in ((ints(), ints(1)), (ints(2), ints())):
        assert len(kernels.wanted_ids(ids, wanted)[0]) == 0


@pytest.mark.parametrize("group", [kernels.find_same_rows, kernels.find_same_rows.py_func])
def test_same_rows_tells_rows_apart_by_all_they_hold(monkeypatch, group):
    monkeypatch.setattr(kernels, "find_same_rows", group)
    offset = ints(0, 2, 4, 4, 5, 7, 7, 9)
    key = ints(1, 2, 1, 2, 1, 2, 1, 1, 2)
    value = ints(5, 6, 5, 7, 5, 6, 5, 5, 6)
    with np.errstate(over="ignore"):  # mixing wraps around, on purpose
        numbers, first = kernels.same_rows(offset, key, value)
    assert numbers.tolist() == [0, 1, 2, 3, 4, 2, 0]
    assert first.tolist() == [0, 1, 2, 3, 4]
