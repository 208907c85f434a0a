"""Saved networks: mapped, whole, the same bytes, and refused when anything is not as written."""

from __future__ import annotations

import errno
import json
import mmap
import os
import struct
import zipfile
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from groundfloor.problems import MissingFileError, OutputError, Text, note
from networks.build import content_hash
from networks.errors import NetworkDataError, NetworkFormatError, SearchError
from networks.load import NetworkKind, load_network, network_kind
from networks.network import ArcRows, Edges, RoadNetwork, SearchGraph
from networks.snapping.points import snap_points
from networks.speeds.profile_files import load_profile
from networks.storage import network_files as storage
from networks.storage.arrays import columns_of
from networks.storage.layout import (
    ALIGNMENT,
    LayoutError,
    array_at,
    array_pieces,
    read_members,
)
from networks.storage.network_files import open_network, save_network
from tests.helpers.road_cases import flat_profile, link, roads


@pytest.fixture
def network() -> RoadNetwork:
    built = roads([link(0, 1, name="国道"), link(1, 2, 500.5, both=False), link(0, 2, ferry=True)])
    said = note("test", Text("確認", "a note"), Text("", ""), file="a.csv", row=3)
    return replace(built, problems=(said,))


@pytest.fixture
def path(network: RoadNetwork, tmp_path: Path) -> Path:
    save_network(network, tmp_path / "a.spotsnet")
    return tmp_path / "a.spotsnet"


def refusal(path: Path) -> str:
    with pytest.raises(NetworkFormatError) as caught:
        open_network(path)
    (problem,) = caught.value.problems
    assert problem.file == path.name
    return problem.code


def test_comes_back_as_it_was(network, path):
    again = open_network(path)
    assert again.info() == network.info()
    assert (again.profile, again.names, again.origin) == (
        *(network.profile, network.names, network.origin),
    )
    assert again.problems == network.problems
    mine, theirs = dict(columns_of(network)), dict(columns_of(again))
    assert list(mine) == list(theirs)
    assert {"nodes.id", "edges.limit_kmh", "graph.states.node", "graph.onward.arc"} <= set(mine)
    for name, column in mine.items():
        assert column.dtype == theirs[name].dtype, name
        assert np.array_equal(column, theirs[name], equal_nan=column.dtype.kind == "f"), name
    assert content_hash(again) == network.sha256
    assert snap_points(again, [130.505], [32.501], 1e4) == snap_points(
        network, [130.505], [32.501], 1e4
    )


def test_its_arrays_are_views_of_the_mapped_file(path):
    for name, column in columns_of(open_network(path)):
        assert not column.flags.writeable, name
        assert column.flags.c_contiguous, name
        assert column.flags.aligned, name
        assert column.ctypes.data % ALIGNMENT == 0, name
        owner = column
        while isinstance(owner, np.ndarray):
            assert not owner.flags.owndata, name
            owner = owner.base
        assert isinstance(owner, mmap.mmap), name


def test_a_file_system_that_cannot_map_is_read(network, path, monkeypatch):
    def refuse(*_args, **_more):
        raise OSError(19, "No such device")

    monkeypatch.setattr(storage.mmap, "mmap", refuse)
    assert open_network(path).info() == network.info()


def test_names_of_tables_are_kept(tmp_path):
    (tmp_path / "l.csv").write_text("from,to,km,class\n甲,bb,30,trunk\n", "utf-8")
    (tmp_path / "n.csv").write_text("id,lon,lat\n甲,131.0,32.7\nbb,130.8,32.8\n", "utf-8")
    built = load_network(
        tmp_path / "l.csv", nodes=tmp_path / "n.csv", profile=flat_profile(), as_of="2024-04-01"
    )
    assert built.edges.forward_ms.tolist() == [1_800_000]
    save_network(built, tmp_path / "l.spotsnet")
    again = open_network(tmp_path / "l.spotsnet")
    assert again.nodes.id.tolist() == ["甲", "bb"]
    assert (again.sha256, again.origin.as_of) == (built.sha256, "2024-04-01")


def test_a_zip_of_a_link_table_is_one(tmp_path):
    links, nodes = tmp_path / "l.csv", tmp_path / "n.csv"
    links.write_text("from,to,km,class\na,b,30,trunk\n", "utf-8")
    nodes.write_text("id,lon,lat\na,131.0,32.7\nb,130.8,32.8\n", "utf-8")
    packed = tmp_path / "l.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(links, "表/l.csv")
    built = load_network(packed, nodes=nodes, profile=flat_profile())
    assert built.edges.forward_ms.tolist() == [1_800_000]
    with pytest.raises(SearchError, match="nodes-needed"):
        load_network(packed, profile=flat_profile())
    with zipfile.ZipFile(packed, "a") as archive:
        archive.write(nodes, "n.csv")
    with pytest.raises(NetworkDataError, match="zip-with-several-lists"):
        load_network(packed, nodes=nodes, profile=flat_profile())
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("N13.geojson", "{}")
    assert network_kind(packed) is NetworkKind.N13


def test_anybody_can_read_it_with_numpy_or_a_zip_tool(network, path):
    with np.load(path) as columns:
        assert columns["edges.length_m"].tolist() == [1000.0, 500.5, 1000.0]
        assert columns["graph.back.arc"].shape[1] == 2
        assert len(columns) == 1 + len(list(columns_of(network)))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        meta = json.loads(archive.read("network.json"))
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert meta["network"]["names"] == ["", "国道"]


def test_same_bytes_every_time_and_nothing_left_aside(network, tmp_path):
    for name in ("a.spotsnet", "b.spotsnet", "a.spotsnet"):
        save_network(network, tmp_path / name)
    save_network(open_network(tmp_path / "a.spotsnet"), tmp_path / "c.spotsnet")
    bytes_ = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert sorted(bytes_) == ["a.spotsnet", "b.spotsnet", "c.spotsnet"]
    assert len(set(bytes_.values())) == 1


def test_an_open_network_survives_its_file_being_replaced(network, path):
    opened = open_network(path)
    save_network(replace(network, names=("", "県道")), path)
    assert opened.edges.length_m.tolist() == network.edges.length_m.tolist()
    assert open_network(path).names == ("", "県道")


def test_failed_write_leaves_the_old_file(network, tmp_path, monkeypatch):
    path = tmp_path / "a.spotsnet"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(storage, "write_members", fail)
    with pytest.raises(OutputError, match="disk full"):
        save_network(network, path)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.spotsnet", b"old")]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "空き容量がありません"),
        (errno.EFBIG, "ファイルが大きすぎます"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_full_disk_is_said_in_words(network, tmp_path, monkeypatch, number, words):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(storage, "write_members", fail)
    with pytest.raises(OutputError) as told:
        save_network(network, tmp_path / "a.spotsnet")
    assert f"a.spotsnet: 出力先に書き込めません（{words}）" in told.value.render()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_and_a_name_too_long(network, tmp_path):
    (tmp_path / "a.spotsnet").mkdir()
    for name in ("a.spotsnet", f"{'a' * 250}.spotsnet"):
        with pytest.raises(OutputError, match="output-not-writable"):
            save_network(network, tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == ["a.spotsnet"]


def test_a_file_in_use_is_said_as_windows_has_it(network, path, monkeypatch):
    before = path.read_bytes()

    def refuse(self, _target):
        raise PermissionError(13, "Access is denied", str(self))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="output-not-writable"):
        save_network(network, path)
    assert [(p.name, p.read_bytes()) for p in path.parent.iterdir()] == [(path.name, before)]


@pytest.mark.slow
def test_every_flipped_byte_is_noticed(path):
    whole = bytearray(path.read_bytes())
    assert read_members(memoryview(whole))
    for at in range(len(whole)):
        whole[at] ^= 0x55
        with pytest.raises(LayoutError):
            read_members(memoryview(whole))
        if at % 499 == 0:
            path.write_bytes(whole)
            with pytest.raises(NetworkFormatError):
                open_network(path)
        whole[at] ^= 0x55


def test_sizes_beyond_all_measure_are_noticed(path):
    whole = path.read_bytes()
    listed = whole.rindex(b"PK\x01\x02")
    for at in range(whole.index(b"PK\x01\x02"), listed + 60):
        changed = whole[:at] + b"\xff" * 8 + whole[at + 8 :]
        if changed == whole:  # the 32-bit sizes, which say "see the zip64 field"
            continue
        with pytest.raises(LayoutError):
            read_members(memoryview(changed))


def test_every_cut_and_every_addition_is_noticed(path):
    whole = path.read_bytes()
    for size in (*range(0, len(whole), 251), *range(len(whole) - 100, len(whole), 7)):
        path.write_bytes(whole[:size])
        assert refusal(path) == "network-file-damaged", size
    for changed in (whole + b"\0", b"\0" + whole, whole + whole, whole[:999] + b"\0" + whole[999:]):
        path.write_bytes(changed)
        assert refusal(path) in {"network-file-damaged", "network-file-kind"}


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def test_other_versions_and_other_files_are_told_apart(path):
    members = members_of(path)
    meta = json.loads(members["network.json"])
    # The first version was an ordinary zip with the same kind of head.
    for version in (1, 99):
        rezip(path, members | {"network.json": json.dumps(meta | {"version": version}).encode()})
        assert refusal(path) == "network-file-version"
    rezip(path, members)
    assert refusal(path) == "network-file-damaged"
    rezip(path, {"hello.txt": b"hello"})
    assert refusal(path) == "network-file-damaged"
    for other in (b"junk", b"%PDF-1.7 something else", b"\0" * 5000):
        path.write_bytes(other)
        assert refusal(path) == "network-file-kind"
    path.write_bytes(b"")
    assert refusal(path) == "network-file-damaged"


def test_another_version_in_this_layout(network, path, monkeypatch):
    monkeypatch.setattr(storage, "FORMAT_VERSION", storage.FORMAT_VERSION + 1)
    save_network(network, path)
    monkeypatch.undo()
    assert refusal(path) == "network-file-version"


def spoilt(network: RoadNetwork, name: str, value: NDArray[np.generic]) -> RoadNetwork:
    """Return the network with one column changed, as other hands might write it."""

    def inside(part, names):
        head, *rest = names
        old = getattr(part, head)
        return replace(part, **{head: inside(old, rest) if rest else value})

    return inside(network, name.split("."))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("edges.tail", lambda a: a + 100),
        ("edges.head", lambda a: a - 100),
        ("edges.tail", lambda a: a.astype(np.int64)),
        ("edges.toll", lambda a: a[:-1]),
        ("edges.name", lambda a: a + 5),
        ("edges.road_class", lambda a: a + np.int16(5)),
        ("nodes.component", lambda a: a + 100),
        ("nodes.lat", lambda a: np.append(a, 1.0)),
        ("shapes.offset", lambda a: a + 1),
        ("shapes.offset", lambda a: a[::-1].copy()),
        ("shapes.lon", lambda a: a[:-1]),
        ("turns.directed", lambda _: np.array([1, 2], np.int32)),
        ("graph.states.node", lambda a: a + 100),
        ("graph.states.node", lambda a: a[:-1]),
        ("graph.states.entry_state", lambda _: np.array([5], np.int32)),
        ("graph.onward.offset", lambda a: a + 1),
        ("graph.onward.arc", lambda a: a + np.uint32(10_000)),
        ("graph.back.arc", lambda a: a[:-1]),
        ("graph.back.arc", lambda a: a.reshape(-1)),
        ("graph.back.directed", lambda a: a + 100),
        ("graph.onward.directed", lambda a: a - 100),
    ],
)
def test_a_sound_file_whose_arrays_do_not_fit_is_refused(network, path, name, change):
    old = dict(columns_of(network))[name]
    save_network(spoilt(network, name, change(old)), path)
    assert refusal(path) == "network-file-damaged"


def test_a_sound_file_without_a_column_or_a_setting_is_refused(network, path, monkeypatch):
    def fewer(value):
        return ((n, a) for n, a in columns_of(value) if n != "edges.toll")

    monkeypatch.setattr(storage, "columns_of", fewer)
    save_network(network, path)
    assert refusal(path) == "network-file-damaged"
    monkeypatch.undo()
    plain = storage.plain_of
    monkeypatch.setattr(storage, "plain_of", lambda value: plain(value) | {"names": [1]})
    save_network(network, path)
    assert refusal(path) == "network-file-damaged"


def test_every_column_of_the_network_is_stored():
    def leaves(kind, prefix=""):
        for field in fields(kind):
            inner = {"states": None, "onward": ArcRows, "back": ArcRows}.get(field.name)
            if inner is None:
                yield f"{prefix}{field.name}"
            else:
                yield from leaves(inner, f"{prefix}{field.name}.")

    stored = {name for name, _ in columns_of(roads([link(0, 1)]))}
    assert {f"edges.{f.name}" for f in fields(Edges)} <= stored
    wanted = {f"graph.{n}" for n in leaves(SearchGraph)} - {"graph.states"}
    assert wanted <= stored
    assert is_dataclass(SearchGraph)


def test_missing_and_forbidden_files_and_folders(network, path, tmp_path, monkeypatch):
    with pytest.raises(MissingFileError):
        open_network(tmp_path / "b.spotsnet")
    with pytest.raises(MissingFileError):
        open_network(tmp_path)
    with pytest.raises(MissingFileError):
        save_network(network, tmp_path / "none" / "a.spotsnet")

    def refuse(self, *_args, **_more):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(MissingFileError, match="file-missing"):
        open_network(path)
    with pytest.raises(OutputError, match="output-not-writable"):
        save_network(network, path)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(5, dtype=np.int32),
        np.zeros((3, 2), np.uint32),
        np.zeros(0, np.float64),
        np.zeros((0, 2), np.uint32),
        np.array(["甲", "bb"]),
        np.array([], np.str_),
        np.array([True, False]),
        np.arange(12.0).reshape(3, 4).T,
        np.arange(6, dtype=">i4"),
    ],
)
def test_arrays_of_every_kind_come_back(array):
    header, content = array_pieces(array)
    assert len(header) % ALIGNMENT == 0
    data = memoryview(bytes(header) + bytes(content))
    again = array_at(data, 0, len(data))
    assert np.array_equal(again, array)
    assert again.shape == array.shape
    assert not again.flags.writeable


@pytest.mark.parametrize("size", [0, 5, 9, 64, 130])
def test_arrays_that_are_cut_are_refused(size):
    header, content = array_pieces(np.arange(5.0))
    data = memoryview((bytes(header) + bytes(content))[:size])
    with pytest.raises((ValueError, struct.error)):
        array_at(data, 0, len(data))


def test_load_by_suffix(network, path):
    assert load_network(path).sha256 == network.sha256
    assert load_network(path, profile=flat_profile()).sha256 == network.sha256


@pytest.mark.parametrize("name", ["N13-24_43.zip", "a.shp", "a.geojson", "a.gpkg", "meshes"])
def test_n13_is_told_by_its_name_or_by_being_a_folder(network, tmp_path, monkeypatch, name):
    asked = []

    def read(path, profile, *, progress):
        asked.append((path, profile.name, progress))
        return network

    monkeypatch.setattr("networks.n13.centre_lines.read_n13", read)
    path = tmp_path / name
    path.touch() if path.suffix else path.mkdir()
    said = print
    assert load_network(path, profile=flat_profile(), progress=said) is network
    assert asked == [(path, "test", said)]


def test_readers_count_bytes_and_people_hear_tenths(tmp_path, monkeypatch, network):
    def read(_path, _profile, *, beside, progress):
        assert beside == ()
        for done in (0, 5, 9, 10, 11, 35, 39, 100, 100):
            progress(done, 100)
        progress(0, 0)
        return network

    monkeypatch.setattr("networks.osm.osm_files.read_osm", read)
    (tmp_path / "a.osm.pbf").touch()
    said = []
    load_network(tmp_path / "a.osm.pbf", profile=flat_profile(), progress=said.append)
    assert [text.en for text in said] == ["10 % read", "30 % read", "100 % read"]


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("a.xyz", {"profile": flat_profile()}, "network-kind"),
        ("a.csv", {"profile": flat_profile(), "kind": "road"}, "network-kind"),
        ("a.csv", {"profile": flat_profile()}, "nodes-needed"),
        ("a.osm.pbf", {}, "profile-needed"),
        ("a.zip", {}, "profile-needed"),
    ],
)
def test_load_says_what_is_missing(tmp_path, name, options, code):
    (tmp_path / name).touch()
    with pytest.raises(SearchError, match=code):
        load_network(tmp_path / name, **options)


def test_a_file_that_is_not_there_is_said_before_what_it_would_need(tmp_path):
    with pytest.raises(MissingFileError, match="file-missing"):
        load_network(tmp_path / "links.csv", profile=flat_profile())


def test_a_saved_network_does_not_take_another_profile(path):
    with pytest.raises(SearchError, match="profile-differs"):
        load_network(path, profile=load_profile("legal"))
