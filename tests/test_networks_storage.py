"""Saved networks: whole, unchanged, the same bytes, and refused when damaged."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest
from road_cases import flat_profile, link, roads

from networks import storage
from networks.errors import NetworkFormatError, SearchError
from networks.load import load_network
from networks.network import RoadNetwork
from networks.profile import load_profile
from networks.snapping import snap_points
from networks.storage import open_network, save_network
from problems import MissingFileError


@pytest.fixture
def network() -> RoadNetwork:
    return roads([link(0, 1, name="国道"), link(1, 2, 500.5, both=False), link(0, 2, ferry=True)])


def test_comes_back_as_it_was(network, tmp_path):
    save_network(network, tmp_path / "a.spotsnet")
    again = open_network(tmp_path / "a.spotsnet")
    assert again.info() == network.info()
    assert (again.profile, again.names, again.crs) == (network.profile, network.names, network.crs)
    for group in ("nodes", "edges", "shapes", "arcs"):
        mine, theirs = getattr(network, group), getattr(again, group)
        for name in mine.__slots__:
            assert np.array_equal(getattr(mine, name), getattr(theirs, name))
            assert not getattr(theirs, name).flags.writeable
    assert snap_points(again, [130.505], [32.501], 1e4) == snap_points(
        network, [130.505], [32.501], 1e4
    )


def test_same_bytes_every_time_and_nothing_left_aside(network, tmp_path):
    for name in ("a.spotsnet", "b.spotsnet", "a.spotsnet"):
        save_network(network, tmp_path / name)
    assert (tmp_path / "a.spotsnet").read_bytes() == (tmp_path / "b.spotsnet").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.spotsnet", "b.spotsnet"]


def test_failed_write_leaves_the_old_file(network, tmp_path, monkeypatch):
    path = tmp_path / "a.spotsnet"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(storage, "_write", fail)
    with pytest.raises(OSError, match="disk full"):
        save_network(network, path)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.spotsnet", b"old")]


def test_every_cut_and_many_flipped_bytes_are_noticed(network, tmp_path):
    path = tmp_path / "a.spotsnet"
    save_network(network, path)
    whole = path.read_bytes()
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        with pytest.raises(NetworkFormatError):
            open_network(path)
    unharmed = 0
    for at in range(0, len(whole), 31):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            unharmed += open_network(path).info() == network.info()
        except NetworkFormatError:
            continue
    assert unharmed < len(whole) / 31 / 3  # only in zip fields that carry no content


def test_other_version_and_other_zip(network, tmp_path):
    path = tmp_path / "a.spotsnet"
    save_network(network, path)
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    meta = json.loads(members["network.json"]) | {"version": 99}
    for content, code in (
        (members | {"network.json": json.dumps(meta).encode()}, "network-file-version"),
        ({"hello.txt": b"hello"}, "network-file-damaged"),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
        with pytest.raises(NetworkFormatError, match=code):
            open_network(path)


def test_missing_file_and_folder(network, tmp_path):
    with pytest.raises(MissingFileError):
        open_network(tmp_path / "a.spotsnet")
    with pytest.raises(MissingFileError):
        save_network(network, tmp_path / "none" / "a.spotsnet")


def test_load_by_suffix(network, tmp_path):
    save_network(network, tmp_path / "a.spotsnet")
    assert load_network(tmp_path / "a.spotsnet").sha256 == network.sha256
    assert load_network(tmp_path / "a.spotsnet", profile=flat_profile()).sha256 == network.sha256
    (tmp_path / "l.csv").write_text("from,to,km,class\na,b,30,trunk\n", "utf-8")
    (tmp_path / "n.csv").write_text("id,lon,lat\na,131.0,32.7\nb,130.8,32.8\n", "utf-8")
    links = load_network(tmp_path / "l.csv", nodes=tmp_path / "n.csv", profile=flat_profile())
    assert links.edges.forward_ms.tolist() == [1_800_000]


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("a.shp", {"profile": flat_profile()}, "network-kind"),
        ("a.csv", {"profile": flat_profile(), "kind": "road"}, "network-kind"),
        ("a.csv", {"profile": flat_profile()}, "nodes-needed"),
        ("a.osm.pbf", {}, "profile-needed"),
    ],
)
def test_load_says_what_is_missing(tmp_path, name, options, code):
    (tmp_path / name).touch()
    with pytest.raises(SearchError, match=code):
        load_network(tmp_path / name, **options)


def test_a_file_that_is_not_there_is_said_before_what_it_would_need(tmp_path):
    with pytest.raises(MissingFileError, match="file-missing"):
        load_network(tmp_path / "links.csv", profile=flat_profile())


def test_a_saved_network_does_not_take_another_profile(network, tmp_path):
    save_network(network, tmp_path / "a.spotsnet")
    with pytest.raises(SearchError, match="profile-differs"):
        load_network(tmp_path / "a.spotsnet", profile=load_profile("legal"))
