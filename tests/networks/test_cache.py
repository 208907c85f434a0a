"""The cache of built networks: the same answer as without it, whatever state it is in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groundfloor.problems import MissingFileError, Problem
from groundfloor.workspaces import workspace
from networks import load_network
from networks.errors import NetworkDataError, SearchError
from networks.network import RoadNetwork
from networks.storage import cache
from networks.storage.arrays import columns_of
from networks.storage.cache import (
    cache_key,
    clear,
    default_folder,
    entries,
    load_cached,
    source_files,
)
from networks.storage.network_files import open_network, save_network
from tests.helpers.folders import ROOT
from tests.helpers.road_cases import PROFILE_TEXT, flat_profile

# A square of two-way streets with one one-way side.
OSM = """<osm version="0.6">
<node id="1" lon="130.70" lat="32.80"/><node id="2" lon="130.71" lat="32.80"/>
<node id="3" lon="130.71" lat="32.81"/><node id="4" lon="130.70" lat="32.81"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
<tag k="highway" v="trunk"/><tag k="name" v="国道"/></way>
<way id="11"><nd ref="3"/><nd ref="4"/><nd ref="1"/>
<tag k="highway" v="residential"/><tag k="oneway" v="yes"/></way>
<way id="12"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/></way>
</osm>"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm"
    path.write_text(OSM, "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "networks"


@pytest.fixture
def told() -> list[Problem]:
    return []


@pytest.fixture
def load(source, folder, told, monkeypatch):
    """Load the town through the cache; ``load.builds`` counts what had to be built."""

    def loaded(path=source, **more) -> RoadNetwork:
        options = {"folder": folder, "tell": told.append, "profile": flat_profile()} | more
        return load_cached(path, **options)

    loaded.builds = 0
    pure = cache.load_network

    def counted(*args, **more):
        loaded.builds += 1
        return pure(*args, **more)

    monkeypatch.setattr(cache, "load_network", counted)
    return loaded


def names_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def same(a: RoadNetwork, b: RoadNetwork) -> bool:
    """Return whether nothing tells two networks apart."""
    mine, theirs = dict(columns_of(a)), dict(columns_of(b))
    assert list(mine) == list(theirs)
    for name, column in mine.items():
        assert column.dtype == theirs[name].dtype, name
        assert np.array_equal(column, theirs[name], equal_nan=column.dtype.kind == "f"), name
    return (a.info(), a.profile, a.names, a.problems) == (b.info(), b.profile, b.names, b.problems)


def test_the_second_time_it_is_opened_and_is_the_same_to_the_last_bit(load, source, folder, told):
    fresh = load_network(source, profile=flat_profile())
    assert same(load(), fresh)
    assert same(load(), fresh)
    assert load.builds == 1
    assert told == []
    (entry,) = entries(folder)
    assert same(open_network(entry.path), fresh)
    assert cache.described(entry).source == "town.osm"
    assert names_in(folder) == [entry.path.name]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path.write_text(OSM.replace("130.71", "130.72")), id="content"),
        pytest.param(lambda path: {"path": path.rename(path.with_name("b.osm"))}, id="name"),
        pytest.param(lambda _: {"profile": replace(flat_profile(), version="2")}, id="profile"),
        pytest.param(lambda _: {"as_of": "2024-04-01"}, id="as_of"),
        pytest.param(lambda _: {"attribution": "市"}, id="attribution"),
        pytest.param(lambda _: {"schematic": True}, id="schematic"),
    ],
)
def test_any_change_of_what_it_is_made_of_builds_another(load, source, folder, change):
    load()
    more = change(source)
    load(**(more if isinstance(more, dict) else {}))
    assert load.builds == 2
    assert len(entries(folder)) == 2


def test_a_change_of_the_code_or_the_format_builds_another(load, monkeypatch):
    load()
    monkeypatch.setattr(cache, "_code", lambda: "another reader")
    load()
    monkeypatch.setattr(cache, "FORMAT_VERSION", 99)
    load()
    assert load.builds == 3


def test_the_code_counts_by_its_bytes(monkeypatch, tmp_path):
    for room in ("networks", "groundfloor"):
        shutil.copytree(ROOT / room, tmp_path / room)
    copy = tmp_path / "networks"
    here = cache._code()
    monkeypatch.setattr(cache, "__file__", str(copy / "storage" / "cache.py"))
    assert cache._code() == here
    with (copy / "osm" / "ways.py").open("a", encoding="utf-8") as stream:
        stream.write("# another reading\n")
    assert cache._code() != here


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="cut"),
        pytest.param(lambda data: data[:900] + bytes([data[900] ^ 1]) + data[901:], id="flipped"),
        pytest.param(lambda _: b"", id="emptied"),
        pytest.param(lambda _: b"something else", id="replaced"),
    ],
)
def test_a_damaged_entry_is_said_and_built_anew(load, folder, told, harm):
    first = load()
    (entry,) = entries(folder)
    whole = entry.path.read_bytes()
    entry.path.write_bytes(harm(whole))
    assert same(load(), first)
    assert [(p.code, p.severity) for p in told] == [("network-cache-damaged", "warning")]
    assert entry.path.read_bytes() == whole
    assert same(load(), first)
    assert load.builds == 2


def test_an_entry_under_the_name_of_another_is_not_believed(load, source, folder, told):
    load()
    (small,) = entries(folder)
    source.write_text(OSM.replace("130.71", "130.79"), "utf-8")
    load()
    large = next(e for e in entries(folder) if e.path != small.path)
    large.path.write_bytes(small.path.read_bytes())
    assert same(load(), load_network(source, profile=flat_profile()))
    assert [p.code for p in told] == ["network-cache-damaged"]


def test_a_saved_network_put_into_the_cache_is_not_believed(load, folder, told):
    first = load()
    (entry,) = entries(folder)
    save_network(first, entry.path)
    assert same(load(), first)
    assert [p.code for p in told] == ["network-cache-damaged"]


@pytest.mark.parametrize("broken", ["mkdir", "write", "replace", "full"])
def test_a_folder_that_cannot_be_written_costs_nothing_but_time(
    load, source, folder, told, monkeypatch, broken
):
    def refuse(*_args, **_more):
        raise OSError(28, "No space left") if broken == "full" else PermissionError(13, "Denied")

    if broken == "write":
        monkeypatch.setattr("groundfloor.disk.os.fsync", refuse)
    elif broken == "full":
        monkeypatch.setattr("networks.storage.network_files.write_members", refuse)
    else:
        monkeypatch.setattr(Path, broken, refuse)
    fresh = load_network(source, profile=flat_profile())
    assert same(load(), fresh)
    assert same(load(), fresh)
    assert load.builds == 2
    assert [(p.code, p.severity) for p in told] == [("network-cache-not-written", "note")] * 2
    assert entries(folder) == ()
    assert not folder.exists() or names_in(folder) == []


def test_a_file_where_the_folder_should_be(load, folder, told):
    folder.parent.mkdir()
    folder.write_bytes(b"not a folder")
    load()
    assert [p.code for p in told] == ["network-cache-not-written"]
    assert folder.read_bytes() == b"not a folder"
    assert clear(folder) == ()


def test_without_a_folder_nothing_is_kept(load, tmp_path, told):
    load(folder=None)
    load(folder=None)
    assert load.builds == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["town.osm"]
    assert told == []
    assert (entries(None), clear(None)) == ((), ())


def test_what_changes_while_it_is_read_is_not_kept(load, source, folder, monkeypatch):
    pure = cache.load_network

    def meanwhile(*args, **more):
        built = pure(*args, **more)
        source.write_text(OSM + "<!-- edited -->", "utf-8")
        return built

    monkeypatch.setattr(cache, "load_network", meanwhile)
    load()
    assert entries(folder) == ()


def test_errors_are_those_of_the_readers(load, source, folder):
    with pytest.raises(MissingFileError):
        load(source.with_name("none.osm"))
    with pytest.raises(SearchError, match="profile-needed"):
        load(profile=None)
    with pytest.raises(SearchError, match="network-kind"):
        load(source.with_name("none.xyz"))
    source.write_text("<osm", "utf-8")
    with pytest.raises(NetworkDataError):
        load()
    assert entries(folder) == ()


def test_small_tables_and_saved_networks_are_not_kept(load, tmp_path, folder, monkeypatch):
    links = tmp_path / "l.csv"
    links.write_text("from,to,km,class\na,b,30,trunk\n", "utf-8")
    (tmp_path / "n.csv").write_text("id,lon,lat\na,131.0,32.7\nb,130.8,32.8\n", "utf-8")
    built = load(links, nodes=tmp_path / "n.csv")
    save_network(built, tmp_path / "l.spotsnet")
    load(tmp_path / "l.spotsnet", profile=None)
    assert entries(folder) == ()
    monkeypatch.setattr(cache, "_LARGE_TABLE", 10)
    load(links, nodes=tmp_path / "n.csv")
    assert len(entries(folder)) == 1
    # The nodes are part of what it is made of.
    (tmp_path / "n.csv").write_text("id,lon,lat\na,131.0,32.7\nb,130.9,32.8\n", "utf-8")
    assert load(links, nodes=tmp_path / "n.csv").nodes.lon.max() == 131.0
    assert len(entries(folder)) == 2


def test_every_file_of_a_source_counts(tmp_path):
    for name in ("a.shp", "a.dbf", "a.prj", "b.dbf", "sub/c.zip"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    parts = source_files(tmp_path / "a.shp")
    assert [p.name for p in parts] == ["a.dbf", "a.prj", "a.shp"]
    whole = source_files(tmp_path)
    assert [p.name for p in whole] == ["a.dbf", "a.prj", "a.shp", "b.dbf", "c.zip"]
    before = cache_key(whole, {})
    (tmp_path / "sub" / "c.zip").write_bytes(b"other")
    assert cache_key(whole, {}) != before
    assert cache_key(whole, {"kind": "n13"}) != cache_key(whole, {"kind": "osm"})


def test_names_and_contents_do_not_run_into_each_other(tmp_path):
    for name, content in (("ab", b"c"), ("a", b"bc"), ("x", b""), ("y", b"")):
        (tmp_path / name).write_bytes(content)
    keys = {cache_key([tmp_path / name], {}) for name in ("ab", "a", "x", "y")}
    keys |= {cache_key([tmp_path / "x", tmp_path / "y"], {})}
    keys |= {cache_key([tmp_path / "y", tmp_path / "x"], {})}
    assert len(keys) == 6


def abandoned(folder: Path) -> Path:
    """Return what a killed process left: a workspace whose lock nobody holds."""
    part = folder / f".x.spotsnet.{'0' * 16}.partial"
    part.mkdir()
    (part / "lock").touch()
    (part / "new").write_text("never finished")
    return part


def test_what_was_used_longest_ago_makes_room(load, folder, monkeypatch):
    for version in ("1", "2", "3"):
        load(profile=replace(flat_profile(), version=version))
    oldest, middle = sorted(entries(folder), key=lambda e: e.path.name)[:2]
    os.utime(oldest.path, (1e9, 1e9))
    os.utime(middle.path, (1.1e9, 1.1e9))
    part = abandoned(folder)
    monkeypatch.setattr(cache, "MAX_BYTES", 3 * oldest.size + 1000)
    with workspace(middle.path) as being_written:
        being_written.new.write_bytes(b"half")
        load(profile=replace(flat_profile(), version="4"))
        assert being_written.new.exists()
    names = names_in(folder)
    assert oldest.path.name not in names
    assert middle.path.name in names
    assert part.name not in names
    monkeypatch.setattr(cache, "MAX_BYTES", 0)
    load(profile=replace(flat_profile(), version="5"))
    assert len(entries(folder)) == 1  # the newest stays however large it is


def test_use_keeps_an_entry_young(load, folder):
    load()
    (entry,) = entries(folder)
    os.utime(entry.path, (1e9, 1e9))
    load()
    assert entries(folder)[0].used_s > 1e9


def test_clearing_leaves_what_is_not_ours(load, folder):
    load()
    (folder / "notes.txt").write_text("mine")
    abandoned(folder)
    assert len(clear(folder)) == 1
    assert names_in(folder) == ["notes.txt"]
    assert clear(folder) == ()


@pytest.mark.slow
def test_two_processes_at_once(source, folder, tmp_path):
    """Both find the cache empty, both build, both write; the outcome is whole and both are right."""
    (tmp_path / "p.toml").write_text(PROFILE_TEXT, "utf-8")
    program = (
        "import sys, pathlib\n"
        "from networks import load_cached, load_profile\n"
        "source, profile, folder = sys.argv[1:]\n"
        "speeds = load_profile(profile)\n"
        "for _ in range(5):\n"
        "    net = load_cached(source, folder=pathlib.Path(folder), tell=print, profile=speeds)\n"
        "print(net.sha256)\n"
    )
    arguments = [str(source), str(tmp_path / "p.toml"), str(folder)]
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    expected = load_network(source, profile=flat_profile()).sha256
    assert said == [f"{expected}\n"] * 2
    (entry,) = entries(folder)
    assert names_in(folder) == [entry.path.name]
    assert open_network(entry.path).sha256 == expected


def test_the_folder_is_the_platforms_own():
    home = Path.home()
    own = Path("shortage-spots", "networks")
    assert default_folder({}, "linux") == home / ".cache" / own
    assert default_folder({"XDG_CACHE_HOME": "relative"}, "linux") == home / ".cache" / own
    assert default_folder({}, "darwin") == home / "Library" / "Caches" / own
    assert default_folder({"XDG_CACHE_HOME": "/c"}, "darwin") == home / "Library" / "Caches" / own
    assert default_folder({"LOCALAPPDATA": "/l"}, "win32") == Path("/l") / own
    assert default_folder({}, "win32") == home / "AppData" / "Local" / own
    assert default_folder({"SPOTS_CACHE_DIR": ""}, "linux") == home / ".cache" / own


def test_a_user_without_a_home(monkeypatch):
    def homeless():
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", homeless)
    assert default_folder({}, "linux") is None


def test_opening_loads_no_heavy_library(folder, load):
    load()
    (entry,) = entries(folder)
    heavy = {"scipy", "geopandas", "shapely", "networkx", "osmium", "numba", "pyproj", "pandas"}
    program = (
        "import sys\nfrom networks import open_network\n"
        f"open_network({str(entry.path)!r}).info()\n"
        f"print(*sorted(set(sys.modules) & {heavy!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_cache_can_be_switched_off():
    assert default_folder({"SPOTS_CACHE_DIR": "off", "XDG_CACHE_HOME": "/c"}, "linux") is None
    assert default_folder({"SPOTS_CACHE_DIR": "OFF"}, "linux") is None
    assert default_folder({"SPOTS_CACHE_DIR": "./off"}, "linux") == Path("off")


def test_a_home_that_no_shell_has_put_in_its_place(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert default_folder({"SPOTS_CACHE_DIR": "~/c"}, "linux") == tmp_path / "c"
    nobody = "~nobody-of-that-name/c"
    assert default_folder({"SPOTS_CACHE_DIR": nobody}, "linux") == Path(nobody)
