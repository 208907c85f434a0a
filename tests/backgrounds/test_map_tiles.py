"""Tiles inside the map: which, from where, within which limit, and what is said where not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import box

from groundfloor.problems import DataError, MissingFileError, Severity
from spots.backgrounds import map_tiles
from spots.backgrounds.map_tiles import BackgroundWish, background_of, digest_of
from spots.backgrounds.tile_grid import Tile, column_row, tiles_of_box, tiles_of_land
from tests.helpers.tile_server import TileServer, serve_tiles, tile_image

LAND = np.array([box(130.5, 32.5, 131.0, 33.0)], dtype=object)
AREA = (130.5, 32.5, 131.0, 33.0)


def wish(tiles: str, **changed: object) -> BackgroundWish:
    plain = BackgroundWish(tiles, (8, 9), "試験タイル", 2_500_000, AREA, "タイル")
    return replace(plain, **changed)  # type: ignore[arg-type]


def folder(base: Path, kind: str = "PNG", suffix: str = "png") -> Path:
    for z in (8, 9):
        for tile in tiles_of_box(AREA, z):
            file = base / "tiles" / str(tile.z) / str(tile.x) / f"{tile.y}.{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(tile_image(kind, 8))
    return base / "tiles"


def mbtiles(base: Path) -> Path:
    path = base / "tiles.mbtiles"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        for z in (8, 9):
            rows = [(t.z, t.x, 2**t.z - 1 - t.y, tile_image(side=8)) for t in tiles_of_box(AREA, z)]
            database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    database.close()
    return path


@pytest.fixture
def server() -> Iterator[TileServer]:
    with serve_tiles() as running:
        yield running


def test_the_grid_is_that_of_the_web() -> None:
    assert column_row(0.0, 0.0, 1) == (1, 1)
    assert column_row(-180.0, 85.1, 3) == (0, 0)
    assert column_row(180.0, -89.0, 3) == (7, 7)
    assert Tile(8, 220, 103).row_from_south == 152
    land = set(tiles_of_land(LAND, 9))
    assert set(tiles_of_box(AREA, 9)) < land
    assert len(land) < 4 * len(tiles_of_box(AREA, 9)) + 20


def test_a_folder_and_an_mbtiles_give_the_same(tmp_path: Path) -> None:
    folder(tmp_path)
    mbtiles(tmp_path)
    one, problems = background_of(wish("tiles"), LAND, tmp_path, None)
    other, more = background_of(wish("tiles.mbtiles"), LAND, tmp_path, None)
    assert one == other
    assert not problems
    assert not more
    assert one is not None
    assert (one.shallowest, one.deepest, one.attribution) == (8, 9, "試験タイル")
    assert set(one.tiles) == {t.key for z in (8, 9) for t in tiles_of_box(AREA, z)}
    assert all(data.startswith("image/png;base64,") for data in one.tiles.values())
    digest, size = digest_of(one)
    assert len(digest) == 64
    assert size > 0


@pytest.mark.parametrize(
    ("kind", "suffix", "mime"), [("JPEG", "jpg", "jpeg"), ("WEBP", "webp", "webp")]
)
def test_other_images(tmp_path: Path, kind: str, suffix: str, mime: str) -> None:
    folder(tmp_path, kind, suffix)
    found, _ = background_of(wish("tiles"), LAND, tmp_path, None)
    assert found is not None
    assert {data.split(";")[0] for data in found.tiles.values()} == {f"image/{mime}"}


@pytest.mark.slow
def test_a_server_is_asked_once_for_each_tile(server: TileServer, tmp_path: Path) -> None:
    asked = wish(server.address + "/{z}/{x}/{y}.png")
    found, problems = background_of(asked, LAND, tmp_path, tmp_path / "cache")
    assert found is not None
    assert not problems
    assert len(server.paths) == len(set(server.paths)) == len(found.tiles)
    again, _ = background_of(asked, LAND, tmp_path, tmp_path / "cache")
    assert again == found
    assert len(server.paths) == len(found.tiles)


def test_without_a_server_the_map_is_made_without(tmp_path: Path) -> None:
    found, (told,) = background_of(wish("http://127.0.0.1:9/{z}/{x}/{y}.png"), LAND, tmp_path, None)
    assert found is None
    assert (told.code, told.severity) == ("background-not-had", Severity.WARNING)
    assert "判定には関係しません" in told.message.ja


@pytest.mark.slow
def test_a_busy_server_is_asked_three_times(server: TileServer, tmp_path: Path) -> None:
    server.broken = True
    found, (told,) = background_of(
        wish(server.address + "/{z}/{x}/{y}.png"), LAND, tmp_path, tmp_path / "cache"
    )
    assert found is None
    assert told.code == "background-not-had"
    assert len(server.paths) == 3
    server.broken = False
    found, _ = background_of(
        wish(server.address + "/{z}/{x}/{y}.png"), LAND, tmp_path, tmp_path / "cache"
    )
    assert found is not None  # nothing of the refusal was kept


def test_deep_zooms_that_do_not_fit_are_left_out_and_told(tmp_path: Path) -> None:
    folder(tmp_path)
    whole, _ = background_of(wish("tiles"), LAND, tmp_path, None)
    assert whole is not None
    size = sum(map(len, whole.tiles.values()))
    found, (told,) = background_of(wish("tiles", limit_bytes=size - 1), LAND, tmp_path, None)
    assert found is not None
    assert found.deepest == 8
    assert {key.split("/")[0] for key in found.tiles} == {"8"}
    assert told.code == "background-zoom-reduced"
    assert "ズーム9" in told.message.ja
    assert "ズーム8まで" in told.message.ja
    assert "limit_mb" in told.remedy.en
    with pytest.raises(DataError) as caught:
        background_of(wish("tiles", limit_bytes=10), LAND, tmp_path, None)
    assert caught.value.problems[0].code == "background-too-large"


@pytest.mark.slow
def test_too_many_tiles_are_never_asked_for(
    server: TileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_tiles, "_MOST_TILES", 60)
    wide = wish(server.address + "/{z}/{x}/{y}.png", area=(125.0, 30.0, 145.0, 45.0), zoom=(5, 12))
    found, (told,) = background_of(wide, LAND, tmp_path, None)
    assert found is not None
    assert found.deepest < 12
    assert "60枚" in told.message.ja
    assert len(server.paths) <= 60


@pytest.mark.parametrize(
    ("tiles", "code"),
    [
        ("nowhere", "file-missing"),
        ("http://127.0.0.1/{z}/{x}.png", "background-address"),
        ("notes.mbtiles", "background-unusable"),
        ("vector", "background-unusable"),
        ("empty", "background-empty"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, tiles: str, code: str) -> None:
    (tmp_path / "notes.mbtiles").write_text("no database", "utf-8")
    (tmp_path / "empty").mkdir()
    tile = tiles_of_box(AREA, 8)[0]
    file = tmp_path / "vector" / "8" / str(tile.x) / f"{tile.y}.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\x1f\x8b vector tile")
    with pytest.raises((DataError, MissingFileError)) as caught:
        background_of(wish(tiles), LAND, tmp_path, None)
    assert [p.code for p in caught.value.problems] == [code]
