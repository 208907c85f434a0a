"""``spots network``: building and looking at road networks."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from groundfloor.kept_on_disk import Form, KeptOnDisk, Origin
from spots.job import job_roads as job_network
from tests.helpers.cli_runs import foreign_words, leftovers, spots, spots_json
from tests.helpers.folders import FIELD_DATA
from tests.helpers.small_job import RUN, write_job

CENTRE = FIELD_DATA / "roads" / "kumamoto_chuo_drive_20230105.osm.pbf"
needs_centre = pytest.mark.skipif(not CENTRE.exists(), reason="the shared OSM extract is missing")


@pytest.fixture
def job(tmp_path: Path) -> Path:
    write_job(tmp_path)
    return tmp_path


def build(job: Path, *more: object) -> tuple[Path, object]:
    out = job / "roads.spotsnet"
    done = spots(
        *("network", "build", job / "links.csv", "--nodes", job / "nodes.csv"), "--out", out, *more
    )
    return out, done


@pytest.mark.slow
def test_a_link_table_becomes_a_network_that_a_job_can_use(job: Path) -> None:
    out, done = build(job)
    assert done.exit_code == 0
    assert "110" not in done.stdout
    assert "国道 55.0 km" in done.stdout
    info = spots_json("network", "info", out)
    assert (info["nodes"], info["edges"], info["components"]) == (5, 4, 1)
    assert dict(info["km_by_class"]) == {"trunk": 55.0, "primary": 50.0}
    assert (info["road_km"], info["toll_km"], info["one_way_share"]) == (105.0, 0.0, 0.0)
    assert [(c["number"], c["km"], c["share"], c["nodes"]) for c in info["parts"]] == [
        (0, 105.0, 1.0, 5)
    ]
    tables = spots_json("network", "info", job / "links.csv", "--nodes", job / "nodes.csv")
    assert tables["sha256"] == info["sha256"]

    head, tail = RUN.split("[network]")
    (job / "saved.toml").write_text(f'{head}[network]\nfile = "{out.name}"\n', encoding="utf-8")
    assert tail
    first = spots_json("run", job / "run.toml", "--out", job / "a")
    second = spots_json("run", job / "saved.toml", "--out", job / "b")
    assert first["facilities"] == second["facilities"]


def test_the_same_source_gives_the_same_bytes_and_force_is_needed(job: Path) -> None:
    out, _ = build(job)
    before = out.read_bytes()
    _, again = build(job)
    assert again.exit_code == 2
    assert "output-exists" in again.stderr
    _, forced = build(job, "--force")
    assert forced.exit_code == 0
    assert out.read_bytes() == before
    assert leftovers(job) == []


def test_english(job: Path) -> None:
    _, done = build(job, "--lang", "en")
    assert foreign_words(done.output, []) == []


@pytest.mark.parametrize(
    ("args", "exit_code", "code"),
    [
        (("links.csv",), 2, "nodes-needed"),
        (("links.csv", "--nodes", "nowhere.csv"), 1, "file-missing"),
        (("links.csv", "--nodes", "nodes.csv", "--profile", "nix"), 2, "profile-unknown"),
        (("links.csv", "--nodes", "nodes.csv", "--profile", "run.toml"), 2, "unknown-key"),
        (("half.osm",), 1, "osm-unreadable"),
        (("empty.osm.pbf",), 1, "osm-unreadable"),
        (("bad.graphml",), 1, "graphml-unreadable"),
        (("noroads.osm",), 1, "network-empty"),
        (("list.dat",), 2, "network-kind"),
    ],
)
def test_sources_that_cannot_be_used(
    job: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], exit_code: int, code: str
) -> None:
    (job / "half.osm").write_text("<osm", encoding="utf-8")
    (job / "noroads.osm").write_text("<osm version='0.6'></osm>", encoding="utf-8")
    (job / "empty.osm.pbf").write_bytes(b"")
    (job / "bad.graphml").write_text("<graphml/>", encoding="utf-8")
    (job / "list.dat").write_bytes(b"x")
    monkeypatch.chdir(job)
    done = spots("network", "build", *args, "--out", "x.spotsnet")
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert f"[{code}]" in done.stderr
    assert str(job) not in done.stderr
    english = spots("network", "build", *args, "--out", "x.spotsnet", "--lang", "en")
    assert foreign_words(english.stderr, []) == []
    assert not (job / "x.spotsnet").exists()
    assert leftovers(job) == []


def test_damaged_network_files(job: Path) -> None:
    out, _ = build(job)
    data = out.read_bytes()
    for name, content, code in (
        ("cut", data[: len(data) // 2], "damaged"),
        ("empty", b"", "damaged"),
        ("longer", data + b"x", "damaged"),
        ("junk", b"junk", "kind"),
    ):
        path = job / f"{name}.spotsnet"
        path.write_bytes(content)
        done = spots("network", "info", path)
        assert (done.exit_code, done.stdout) == (1, "")
        assert f"network-file-{code}" in done.stderr
        assert "spots network build" in done.stderr


ISLAND = """<osm version="0.6">
<node id="1" lon="130.70" lat="32.80"/><node id="2" lon="130.71" lat="32.80"/>
<node id="3" lon="130.75" lat="32.80"/><node id="4" lon="130.76" lat="32.80"/>
<way id="10"><nd ref="1"/><nd ref="2"/>
<tag k="highway" v="trunk"/><tag k="toll" v="yes"/><tag k="oneway" v="yes"/></way>
<way id="11"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/></way>
<way id="12"><nd ref="2"/><nd ref="3"/><tag k="route" v="ferry"/><tag k="name" v="島航路"/>
<tag k="motor_vehicle" v="yes"/><tag k="duration" v="00:25"/></way>
<way id="13"><nd ref="1"/><nd ref="4"/><tag k="highway" v="footway"/></way>
<way id="14"><nd ref="1"/><nd ref="9"/><tag k="highway" v="construction"/></way>
</osm>"""


@pytest.fixture
def island(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "island.osm").write_text(ISLAND, encoding="utf-8")
    return tmp_path / "island.osm"


def test_what_a_network_is_in_words(island: Path) -> None:
    text = spots("network", "info", island).stdout
    assert "島航路  25 分" in text
    assert "連結成分（道路だけでつながる範囲） 2 のうち" in text
    assert "歩道・自転車道など、車の道ではないもの  [not-for-cars]" in text
    assert "建設中・計画中・廃道" in text
    english = spots("network", "info", island, "--lang", "en").stdout
    assert foreign_words(english, [ISLAND]) == []
    assert "paths, footways and the like" in english


def test_what_a_network_is_for_machines(island: Path) -> None:
    info = spots_json("network", "info", island)
    assert info["ferries"] == [{"name": "島航路", "minutes": 25.0, "km": pytest.approx(3.75, 0.01)}]
    assert info["toll_km"] == pytest.approx(0.937, abs=0.001)
    assert info["road_km"] == pytest.approx(2 * 0.937, abs=0.002)
    assert info["one_way_share"] == pytest.approx(0.5, abs=0.001)
    assert [c["nodes"] for c in info["parts"]] == [2, 2]
    assert 130.70 <= info["parts"][0]["lon"] <= 130.76
    reasons = {d["reason"]: (d["count"], d["meaning"]) for d in info["dropped"]}
    assert reasons["not-for-cars"][0] == 1
    assert info["extent_km2"] == 0.0  # all on one parallel


def test_the_second_look_comes_out_of_the_cache(island: Path) -> None:
    folder = island.parent / "cache"
    first = spots("network", "info", island).stdout
    (kept,) = folder.iterdir()
    assert spots("network", "info", island).stdout == first
    kept.write_bytes(kept.read_bytes()[:-1])
    again = spots("network", "info", island)
    assert again.stdout == first
    assert "network-cache-damaged" in again.stderr
    assert spots("network", "info", island).stderr == ""

    listed = spots("network", "cache").stdout
    assert (kept.name in listed, "island.osm" in listed, "1 件" in listed) == (True, True, True)
    (entry,) = spots_json("network", "cache")["networks"]
    assert (entry["source"], entry["bytes"]) == ("island.osm", kept.stat().st_size)
    kept.write_bytes(b"")
    assert "(damaged)" in spots("network", "cache", "--lang", "en").stdout
    cleared = spots_json("network", "cache", "--clear")
    assert [e["file"] for e in cleared["removed"]] == [kept.name]
    assert list(folder.iterdir()) == []
    assert spots_json("network", "cache")["networks"] == []
    assert foreign_words(spots("network", "cache", "--lang", "en").stdout, [str(folder)]) == []


def test_the_cache_tells_of_results_of_steps_and_removes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(tmp_path))
    store = KeptOnDisk.within(tmp_path)
    for text in ("a", "b"):
        store.get("words", Origin(settings=text), text.upper, Form(str.encode, bytes.decode))
    assert "途中の結果 2 件" in spots("network", "cache").stdout
    english = spots("network", "cache", "--lang", "en").stdout
    assert re.search(r"words  2  0\.0 MB", english)
    assert foreign_words(english, [str(tmp_path)]) == []
    listed = spots_json("network", "cache")["kept"]
    assert [each["kind"] for each in listed] == ["words"] * 2
    gone = spots_json("network", "cache", "--clear")["kept"]
    assert sorted(each["file"] for each in gone) == sorted(each["file"] for each in listed)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_job_gives_the_same_with_and_without_the_cache(
    job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(job / "cache"))
    monkeypatch.setattr("networks.storage.cache._LARGE_TABLE", 0)  # so that this table is kept
    (job / "off.toml").write_text(RUN + "cache = false\n", encoding="utf-8")

    def run(file: str) -> dict[str, bytes]:
        out = job / "same"
        assert spots("run", job / file, "--out", out, "--force").exit_code in {0, 3}
        return {p.name: p.read_bytes() for p in out.iterdir() if p.name != "run.json"}

    off = run("off.toml")
    assert not (job / "cache").exists()
    fresh = run("run.toml")
    assert len(list((job / "cache").glob("*.spotsnet"))) == 1
    opened = run("run.toml")
    assert fresh == opened
    # The settings are in the evidence, and the report names the run file: nothing else differs.
    assert {n for n in fresh if fresh[n] != off[n]} <= {"evidence.json", "report.pdf"}
    for kept in (job / "cache").rglob("*.*"):
        kept.write_bytes(b"broken")
    assert run("run.toml") == fresh
    (job / "off.toml").write_text(RUN + "cache = 3\n", encoding="utf-8")
    assert spots("run", job / "off.toml").exit_code == 2


@pytest.mark.slow
def test_a_batch_loads_the_network_of_its_jobs_once(
    job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = []
    pure = job_network.load_cached

    def counted(path, **more):
        loads.append(path)
        return pure(path, **more)

    monkeypatch.setattr(job_network, "load_cached", counted)
    for name in ("a", "b"):
        (job / f"{name}.toml").write_text(RUN, encoding="utf-8")
    (job / "d.toml").write_text(RUN + "schematic = true\n", encoding="utf-8")
    (job / "e.toml").write_text(RUN.replace("links.csv", "none.csv"), encoding="utf-8")
    runs = [job / f"{name}.toml" for name in "abde"]
    done = spots("batch", *runs, "--out", job / "batch", "--runner", "serial")
    assert done.exit_code == 1  # e has no network
    assert len(loads) == 2  # a and b, d
    apart = spots("run", job / "b.toml", "--out", job / "alone")
    assert apart.exit_code in {0, 3}
    for file in ("facilities.csv", "routes.geojson", "spots.geojson"):
        assert (job / "batch" / "b" / file).read_bytes() == (job / "alone" / file).read_bytes()


@pytest.mark.slow
def test_a_server_that_does_not_answer(job: Path) -> None:
    nobody = "http://127.0.0.1:9"
    done = spots(
        *("network", "fetch", "高千穂町", "--out", job / "x.spotsnet"),
        *("--overpass-url", f"{nobody}/api", "--nominatim-url", nobody),
    )
    assert done.exit_code == 1
    assert "fetch-unreachable" in done.stderr
    assert not (job / "x.spotsnet").exists()


@needs_centre
def test_the_centre_of_kumamoto(tmp_path: Path) -> None:
    out = tmp_path / "centre.spotsnet"
    assert spots("network", "build", CENTRE, "--out", out).exit_code == 0
    info = spots_json("network", "info", out)
    assert info["attribution"].startswith("© OpenStreetMap")
    west, south, east, north = info["bounds"]
    assert west < 130.7079 < east  # 熊本市役所
    assert south < 32.8032 < north
    assert info["largest_component_share"] > 0.9


@needs_centre
def test_a_truncated_extract(tmp_path: Path) -> None:
    part = tmp_path / "part.osm.pbf"
    part.write_bytes(CENTRE.read_bytes()[:100_000])
    done = spots("network", "build", part, "--out", tmp_path / "x.spotsnet")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "osm-unreadable" in done.stderr
    assert "part.osm.pbf" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["part.osm.pbf"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_what_is_no_file_is_never_replaced(job: Path) -> None:
    pipe = job / "pipe"
    os.mkfifo(pipe)
    command = ("network", "build", job / "links.csv", "--nodes", job / "nodes.csv")
    done = spots(*command, "--out", pipe, "--force")
    assert done.exit_code == 2
    assert "ファイルではありません" in done.stderr
    assert pipe.is_fifo()
