"""The background that a map carries: which tiles, how many bytes, and what is said of them.

Nothing here touches a verdict. Where a server cannot be reached the map is made without it, and
says so; where the tiles are too many for a file that people mail, the deepest zooms go first, and
that is said too. Stands apart: `tile_sources` has one tile, here they are weighed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundfloor.frozen import FrozenDict
from groundfloor.problems import DataError, Problem, Text, error, warning
from spots.backgrounds.tile_grid import Tile, tiles_of_box, tiles_of_land
from spots.backgrounds.tile_sources import TileSource, tile_source
from spots.public_data.asking import DownloadError
from spots.telling.units import megabytes
from spots.types.results import MapBackground

KEY = "map.background"
_MOST_TILES = 1_500  # asked of anybody for one map
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"RIFF": "webp",
}


@dataclass(frozen=True, slots=True)
class BackgroundWish:
    """What a run file asks for.

    Parameters
    ----------
    tiles : str
        Address, folder or MBTiles file.
    zoom : (int, int)
        The shallowest and the deepest.
    attribution : str
        Who is to be named wherever the tiles are seen.
    limit_bytes : int
        Of the tiles as they stand in the file, base64.
    area : (float, float, float, float) or None
        West, south, east and north in degrees; None for the prefecture.
    label : str
        How outputs call the tiles.
    """

    tiles: str
    zoom: tuple[int, int]
    attribution: str
    limit_bytes: int
    area: tuple[float, float, float, float] | None
    label: str


def background_of(
    wish: BackgroundWish, land: NDArray[np.object_], base: Path, cache: Path | None
) -> tuple[MapBackground | None, list[Problem]]:
    """Return the tiles of a map, and what is to be said of them.

    Parameters
    ----------
    wish : BackgroundWish
        What was asked for.
    land : array of Polygon
        The prefecture in single parts, longitude/latitude.
    base : Path
        What paths are relative to.
    cache : Path or None
        Where a server's tiles are kept.

    Returns
    -------
    MapBackground or None
        None where a server could not be reached.
    list of Problem
        Zooms left out, tiles that are none.

    Raises
    ------
    MissingFileError, DataError
        The source cannot be used, has no tile there, or not even the shallowest zoom fits.
    """
    gathered: dict[str, str] = {}
    problems: list[Problem] = []
    deepest, low, size = None, wish.zoom[0], 0
    try:
        with tile_source(wish.tiles, base, cache, wish.label) as source:
            for z in range(low, wish.zoom[1] + 1):
                asked = _tiles(wish, land, z)
                if len(gathered) + len(asked) > _MOST_TILES:
                    problems.append(_shallower(wish, deepest, z, Text("枚数", "number")))
                    break
                level = dict(_images(source, asked, wish))
                more = sum(len(data) for data in level.values())
                if size + more > wish.limit_bytes:
                    problems.append(_shallower(wish, deepest, z, megabytes(size + more)))
                    break
                gathered |= level
                deepest, size = z, size + more
    except DownloadError as fault:
        return None, [_not_had(wish, fault)]
    if deepest is None:
        raise DataError(_too_large(wish, problems))
    if not gathered:
        raise DataError(_none_there(wish))
    return MapBackground(wish.attribution, low, deepest, FrozenDict(gathered)), problems


def digest_of(background: MapBackground) -> tuple[str, int]:
    """Return the SHA-256 of the tiles with their places, and their bytes."""
    digest, size = hashlib.sha256(), 0
    for key, data in sorted(background.tiles.items()):
        digest.update(f"{key} {data}\n".encode())
        size += len(data) * 3 // 4
    return digest.hexdigest(), size


def _tiles(wish: BackgroundWish, land: NDArray[np.object_], z: int) -> tuple[Tile, ...]:
    return tiles_of_box(wish.area, z) if wish.area is not None else tiles_of_land(land, z)


def _images(
    source: TileSource, tiles: Iterable[Tile], wish: BackgroundWish
) -> Iterable[tuple[str, str]]:
    """Yield the tiles there are as ``image/png;base64,…``."""
    for tile in tiles:
        data = source.tile(tile)
        if data is None:
            continue
        kind = next((kind for mark, kind in _IMAGES.items() if data.startswith(mark)), None)
        if kind is None:
            raise DataError(_no_image(wish, tile))
        yield tile.key, f"image/{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _shallower(wish: BackgroundWish, deepest: int | None, z: int, size: Text | str) -> Problem:
    told = size if isinstance(size, Text) else Text(size, size)
    limit = megabytes(wish.limit_bytes)
    return warning(
        "background-zoom-reduced",
        Text(
            f"ズーム{z}まで入れると上限（{limit}、{_MOST_TILES:,}枚）を超えるため（{told.ja}）、"
            f"ズーム{deepest}までにしました",
            f"zoom {z} would go beyond the limit of {limit} or {_MOST_TILES:,} tiles "
            f"({told.en}), so tiles end at zoom {deepest}",
        ),
        Text(
            "zoom の上限を下げるか、area を狭めるか、limit_mb を増やしてください",
            "lower the deepest zoom, narrow the area, or raise limit_mb",
        ),
        column=KEY,
        value=f"zoom = {list(wish.zoom)}",
    )


def _too_large(wish: BackgroundWish, problems: list[Problem]) -> list[Problem]:
    limit = megabytes(wish.limit_bytes)
    return [
        error(
            "background-too-large",
            Text(
                f"ズーム{wish.zoom[0]}だけでも上限（{limit}、{_MOST_TILES:,}枚）を超えます",
                f"zoom {wish.zoom[0]} alone goes beyond the limit of {limit} or "
                f"{_MOST_TILES:,} tiles",
            ),
            problems[-1].remedy,
            column=KEY,
            value=f"zoom = {list(wish.zoom)}",
        )
    ]


def _not_had(wish: BackgroundWish, fault: DownloadError) -> Problem:
    why = fault.problems[0].message
    return warning(
        "background-not-had",
        Text(
            f"背景のタイルを取得できないため（{why.ja}）、背景のない地図を作りました。"
            "判定には関係しません",
            f"tiles could not be fetched ({why.en}), so the map has no background; no verdict "
            "hangs on it",
        ),
        Text(
            "ネットワークのあるPCで実行するか、タイルのフォルダまたは .mbtiles を指定してください",
            "run where there is a network, or give a folder of tiles or an .mbtiles",
        ),
        column=f"{KEY}.tiles",
        value=wish.label,
    )


def _none_there(wish: BackgroundWish) -> Problem:
    return error(
        "background-empty",
        Text("この範囲とズームのタイルが一枚もありません", "has no tile of this ground and zooms"),
        Text("area と zoom を確かめてください", "check area and zoom"),
        file=wish.label,
        column=KEY,
        value=f"zoom = {list(wish.zoom)}",
    )


def _no_image(wish: BackgroundWish, tile: Tile) -> Problem:
    return error(
        "background-unusable",
        Text(
            "タイルがPNG・JPEG・WebPの画像ではありません", "has a tile that is no PNG, JPEG or WebP"
        ),
        Text(
            "画像のタイルを指定してください（ベクトルタイルは使えません）",
            "give tiles of images; vector tiles cannot be used",
        ),
        file=wish.label,
        column=f"{KEY}.tiles",
        value=tile.key,
    )
