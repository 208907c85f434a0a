"""``[map] background``: in the run file, the manifest, a replay, the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import spots as ss
from spots.map.rendering import render_map
from tests.helpers.cli_runs import spots
from tests.helpers.small_job import RUN, write_job
from tests.helpers.tile_server import serve_tiles, tile_image

TABLE = (
    '\n[map]\nbackground = {{ tiles = "{tiles}", zoom = {zoom}, attribution = "国土<b>地理院" }}\n'
)


def job(folder: Path, tiles: str, zoom: str = "[7, 8]", more: str = "") -> Path:
    table = TABLE.format(tiles=tiles, zoom=zoom).replace(" }", f"{more} }}")
    return write_job(folder, {"run.toml": RUN + table})


def laid(folder: Path) -> Path:
    for z in (7, 8):
        for x in range(2**z):
            if not 0.85 < x / 2**z < 0.88:
                continue
            for y in range(2**z):
                if 0.38 < y / 2**z < 0.42:
                    file = folder / "tiles" / str(z) / str(x) / f"{y}.png"
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(tile_image(side=8))
    return folder


def test_tiles_are_in_the_map_and_in_the_record(tmp_path: Path) -> None:
    result = ss.run(job(laid(tmp_path), "tiles"))
    found = result.evidence.background
    assert found is not None
    (record,) = (r for r in result.evidence.inputs if r.role == "background")
    assert (record.key, record.file, record.source) == (
        "map.background.tiles",
        "tiles",
        "国土<b>地理院",
    )
    page = render_map(result.evidence)
    assert next(iter(found.tiles.values())) in page
    assert "国土<b>地理院" not in page  # a name is no markup
    assert ss.run(write_job(tmp_path / "plain")).evidence.background is None


def test_verdicts_are_the_same_with_and_without(tmp_path: Path) -> None:
    plain = ss.run(write_job(tmp_path / "plain")).evidence
    with_tiles = ss.run(job(laid(tmp_path / "tiled"), "tiles")).evidence
    assert with_tiles.verdicts == plain.verdicts


@pytest.mark.slow
def test_a_replay_says_that_tiles_are_others(tmp_path: Path) -> None:
    assert spots("run", job(laid(tmp_path), "tiles")).exit_code == 0
    record = tmp_path / "out" / "run.json"
    done = spots("run", record)
    assert done.exit_code == 0, done.stderr
    assert "background-changed" not in done.stderr
    assert (tmp_path / "out" / "map.html").read_bytes() == (
        tmp_path / "out-replay" / "map.html"
    ).read_bytes()
    for file in (tmp_path / "tiles").rglob("*.png"):
        file.write_bytes(tile_image("JPEG", 8))
    done = spots("run", record, "--force")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count("[background-changed]") == 1
    assert "判定は同じです" in done.stderr


@pytest.mark.slow
def test_a_folder_keeps_its_tiles(tmp_path: Path) -> None:
    assert spots("run", job(laid(tmp_path), "tiles")).exit_code == 0
    again = tmp_path / "again.html"
    assert spots("map", tmp_path / "out", "--out", again).exit_code == 0
    assert again.read_bytes() == (tmp_path / "out" / "map.html").read_bytes()


@pytest.mark.slow
def test_a_server_over_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTS_CACHE_DIR", str(tmp_path / "cache"))
    with serve_tiles() as server:
        run = job(tmp_path, server.address + "/{z}/{x}/{y}.png")
        assert spots("run", run).exit_code == 0
        asked = len(server.paths)
        assert asked > 0
    done = spots("run", tmp_path / "out" / "run.json")  # from the cache: the server is gone
    assert done.exit_code == 0, done.stderr
    assert "background" not in done.stderr
    page = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert page["job"]["settings"]["map"]["background"]["zoom"] == [7, 8]


@pytest.mark.parametrize(
    ("zoom", "more", "words"),
    [
        ("[9, 8]", "", "background-range"),
        ("[7, 8]", ", area = [131.0, 33.0, 130.0, 32.0]", "background-range"),
        ("[7, 30]", "", "map.background.zoom"),
        ("[7, 8]", ", limit_mb = 50", "limit_mb"),
    ],
)
def test_settings_that_make_no_sense(tmp_path: Path, zoom: str, more: str, words: str) -> None:
    done = spots("run", job(laid(tmp_path), "tiles", zoom, more))
    assert done.exit_code in {1, 2}
    assert words in done.stderr


def test_without_a_name_there_are_no_tiles(tmp_path: Path) -> None:
    run = write_job(
        laid(tmp_path),
        {"run.toml": RUN + '\n[map]\nbackground = { tiles = "tiles", zoom = [7, 8] }\n'},
    )
    done = spots("run", run)
    assert done.exit_code in {1, 2}
    assert "map.background.attribution" in done.stderr
    missing = spots("run", job(tmp_path / "none", "nowhere"))
    assert "map.background.tiles" in missing.stderr
    assert "file-missing" in missing.stderr
