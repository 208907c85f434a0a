"""``spots network``: building and looking at road networks."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import DATA, foreign_words, leftovers, spots, spots_json
from small_job import RUN, write_job

CENTRE = DATA / "roads" / "kumamoto_chuo_drive_20230105.osm.pbf"
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


def test_a_link_table_becomes_a_network_that_a_job_can_use(job: Path) -> None:
    out, done = build(job)
    assert done.exit_code == 0
    assert "110" not in done.stdout
    assert "国道 55.0 km" in done.stdout
    info = spots_json("network", "info", out)
    assert (info["nodes"], info["edges"], info["components"]) == (5, 4, 1)
    assert dict(info["km_by_class"]) == {"trunk": 55.0, "primary": 50.0}
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
        (("links.csv", "--nodes", "nodes.csv", "--profile", "run.toml"), 2, "profile-value"),
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
    for name, content in (("cut", data[: len(data) // 2]), ("empty", b""), ("junk", b"junk")):
        path = job / f"{name}.spotsnet"
        path.write_bytes(content)
        done = spots("network", "info", path)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "network-file-damaged" in done.stderr


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
