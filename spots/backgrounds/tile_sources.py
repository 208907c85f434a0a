"""Where tiles come from: a server, a folder ``z/x/y.png``, or an MBTiles file.

A server is asked as little as can be: one tile after the other, with a pause, under this tool's
name, and never again for what lies in the cache. Stands apart: `map_tiles` decides which tiles and
how many; here is how one is had.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from groundfloor.problems import DataError, MissingFileError, Problem, Text, error, file_missing
from spots.backgrounds import is_address
from spots.backgrounds.tile_grid import Tile
from spots.public_data.asking import AbsentError, DownloadError, PassingError, asked

_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
_TRIES, _STALL_S = 3, 20.0
_PAUSE_S = 0.1  # between two tiles, and longer after a refusal
_KEPT_S = 30 * 24 * 3600.0  # as long a tile in the cache is taken for today's
_MOST_BYTES = 1_000_000  # of one tile: more is no tile of a map
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class TileSource(Protocol):
    """What gives tiles."""

    def tile(self, tile: Tile) -> bytes | None:
        """Return a tile's image; None where there is none."""
        ...


@contextmanager
def tile_source(tiles: str, base: Path, cache: Path | None, label: str) -> Iterator[TileSource]:
    """Give the source of tiles that a run file names.

    Parameters
    ----------
    tiles : str
        An address with ``{z}``, ``{x}`` and ``{y}``, a folder or an MBTiles file.
    base : Path
        What paths are relative to.
    cache : Path or None
        Where a server's tiles are kept.
    label : str
        How messages call it.

    Raises
    ------
    MissingFileError
        There is no such folder or file.
    DataError
        The address lacks a place for zoom, column or row, or the file is no MBTiles of images.
    """
    if is_address(tiles):
        yield _server(tiles, cache, label)
        return
    path = base / tiles
    if path.is_dir():
        yield _Folder(path)
    elif path.is_file():
        with _mbtiles(path, label) as source:
            yield source
    else:
        raise MissingFileError(file_missing(column="map.background.tiles", value=label))


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def tile(self, tile: Tile) -> bytes | None:
        for suffix in _SUFFIXES:
            file = self._path / str(tile.z) / str(tile.x) / f"{tile.y}{suffix}"
            if file.is_file():
                return file.read_bytes()
        return None


class _MBTiles:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def tile(self, tile: Tile) -> bytes | None:
        row = self._database.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?",
            (tile.z, tile.x, tile.row_from_south),
        ).fetchone()
        return bytes(row[0]) if row is not None and row[0] is not None else None


@contextmanager
def _mbtiles(path: Path, label: str) -> Iterator[_MBTiles]:
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("SELECT zoom_level, tile_column, tile_row FROM tiles LIMIT 1")
            yield _MBTiles(database)
    except sqlite3.DatabaseError:
        raise DataError(
            error(
                "background-unusable",
                Text("MBTiles のファイルとして読めません", "is no MBTiles file"),
                Text(
                    "画像タイルの .mbtiles か、z/x/y.png のフォルダを指定してください",
                    "give an .mbtiles of images, or a folder of z/x/y.png",
                ),
                file=label,
                column="map.background.tiles",
            )
        ) from None


class _Server:
    """A tile server, and what of it lies in the cache."""

    def __init__(self, address: str, cache: Path | None) -> None:
        self._address = address
        self._cache = cache
        self._pause_s = 0.0 if urlsplit(address).hostname in _HERE else _PAUSE_S

    def tile(self, tile: Tile) -> bytes | None:
        kept = self._cache / tile.key if self._cache is not None else None
        if kept is not None and (data := _fresh(kept)) is not None:
            return data or None
        data = self._asked(tile)
        if kept is not None:
            _keep(kept, data)
        return data or None

    def _asked(self, tile: Tile) -> bytes:
        """Return a tile; empty where the server has none there."""
        url = self._address.format(z=tile.z, x=tile.x, y=tile.y)
        for attempt in range(_TRIES):
            time.sleep(self._pause_s * (1 + 9 * attempt))
            try:
                with asked(url, {}, _STALL_S) as answer:
                    return answer.read(_MOST_BYTES + 1)
            except AbsentError:
                return b""
            except PassingError as fault:
                if attempt == _TRIES - 1:
                    raise DownloadError(_fell_silent(fault.why, url)) from None
        raise AssertionError  # the last try returns or raises


def _server(address: str, cache: Path | None, label: str) -> _Server:
    if any(part not in address for part in ("{z}", "{x}", "{y}")):
        raise DataError(
            error(
                "background-address",
                Text("アドレスに {z}・{x}・{y} がありません", "lacks a place for {z}, {x} or {y}"),
                Text(
                    "例: https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png",
                    "as in https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png",
                ),
                file=label,
                column="map.background.tiles",
            )
        )
    own = hashlib.sha256(address.encode()).hexdigest()[:16]
    return _Server(address, cache / own if cache is not None else None)


def _fell_silent(why: Text, url: str) -> Problem:
    return error(
        "background-server",
        Text(f"タイルを取得できません（{why.ja}）", f"gives no tile ({why.en})"),
        Text("しばらくしてから実行し直してください", "run again in a while"),
        column="map.background.tiles",
        value=url,
    )


def _fresh(kept: Path) -> bytes | None:
    """Return what the cache has, empty for a tile that does not exist; None for nothing."""
    try:
        if time.time() - kept.stat().st_mtime < _KEPT_S:
            return kept.read_bytes()
    except OSError:
        pass
    return None


def _keep(kept: Path, data: bytes) -> None:
    """Put a tile into the cache; where that cannot be, it is asked for again next time."""
    aside = kept.with_name(f"{kept.name}.{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(data)
        aside.replace(kept)
    except OSError:
        return
