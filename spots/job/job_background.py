"""The background that a run file asks for its map: which ground, whose tiles, and their record.

Stands apart: no verdict needs it, and `execution` asks for it where the map is made at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from boundaries import Regions
from groundfloor.problems import Problem, Text, UsageError, error, warning
from groundfloor.toml import key_name
from networks.storage.cache import default_folder
from spots.backgrounds import is_address
from spots.backgrounds.map_tiles import BackgroundWish, background_of, digest_of
from spots.job.named_files import BACKGROUND, is_file, shown_name
from spots.job.run_file import Job
from spots.job.run_file_shape import TileBackground
from spots.job.settings_told import records_of
from spots.types import InputRecord
from spots.types.results import MapBackground

_ROLE = "background"
_WORLD = shapely.box(-180.001, -90.001, 180.001, 90.001)


@dataclass(frozen=True, slots=True)
class JobBackground:
    """The tiles of a job's map, what was read for them, and what is to be said."""

    background: MapBackground | None = None
    records: tuple[InputRecord, ...] = ()
    problems: tuple[Problem, ...] = ()


def job_background(job: Job, regions: Regions) -> JobBackground:
    """Return the background that a run file asks for; nothing where it asks for none.

    Parameters
    ----------
    job : Job
        The checked job.
    regions : Regions
        For the prefecture's land.

    Raises
    ------
    UsageError
        Zooms or area are the wrong way round.
    MissingFileError, DataError
        The tiles cannot be used, or not even the shallowest zoom fits.
    """
    asked = job.settings.map.background
    if asked is None:
        return JobBackground()
    if wrong := tuple(_wrong(asked, job.file)):
        raise UsageError(wrong)
    towns = regions.municipalities
    home = towns.geometry[towns["prefecture_code"] == regions.prefecture_code]
    land = shapely.get_parts(np.asarray(home.values, dtype=object))
    cache = default_folder()
    label = asked.tiles if is_address(asked.tiles) else shown_name(asked.tiles)
    wish = BackgroundWish(
        tiles=asked.tiles,
        zoom=asked.zoom,
        attribution=asked.attribution,
        limit_bytes=round(asked.limit_mb * 1e6),
        area=asked.area,
        label=label,
    )
    found, problems = background_of(wish, land, job.base, cache / "tiles" if cache else None)
    if found is None:
        return JobBackground(problems=tuple(problems))
    records = tuple(_records(job, asked, found, label))
    return JobBackground(found, records, (*problems, *_changed(job, records)))


def _records(
    job: Job, asked: TileBackground, found: MapBackground, label: str
) -> Iterator[InputRecord]:
    """Yield what was read: an MBTiles file as it is, else the tiles that were taken."""
    key = key_name(BACKGROUND)
    path = job.base / asked.tiles
    if not is_address(asked.tiles) and is_file(path):
        yield from records_of(_ROLE, _ROLE, key, label, path, asked.attribution, "")
        return
    digest, size = digest_of(found)
    yield InputRecord(_ROLE, _ROLE, label, digest, asked.attribution, "", key, size)


def _changed(job: Job, records: tuple[InputRecord, ...]) -> Iterator[Problem]:
    """Yield that a replay has other tiles: a server's change, and no verdict hangs on them."""
    if job.record is None:
        return
    was = {each.sha256 for each in job.record.inputs if each.role == _ROLE}
    if was and was != {each.sha256 for each in records}:
        yield warning(
            "background-changed",
            Text(
                "背景のタイルが、記録された実行のときから変わっています。地図の背景だけが異なり、"
                "判定は同じです",
                "has other tiles than the recorded run had: the map's background differs, no "
                "verdict does",
            ),
            Text(
                "同じ地図が要るときは、タイルをフォルダか .mbtiles に保存して指定してください",
                "where the same map is wanted, keep tiles in a folder or an .mbtiles",
            ),
            file=records[0].file,
            column=key_name(BACKGROUND),
        )


def _wrong(asked: TileBackground, file: str) -> Iterator[Problem]:
    low, high = asked.zoom
    if low > high:
        yield _the_wrong_way(file, "zoom", str(list(asked.zoom)), "[8, 11]")
    if asked.area is not None:
        west, south, east, north = asked.area
        if not (
            west < east and south < north and shapely.contains(_WORLD, shapely.box(*asked.area))
        ):
            yield _the_wrong_way(file, "area", str(list(asked.area)), "[130.0, 32.0, 131.4, 33.3]")


def _the_wrong_way(file: str, key: str, value: str, example: str) -> Problem:
    return error(
        "background-range",
        Text("範囲の順序か値が正しくありません", "is no range, or is the wrong way round"),
        Text(
            f"例: {key} = {example}（zoom は浅い・深い、area は西・南・東・北）",
            f"as in {key} = {example} (zoom: shallow, deep; area: west, south, east, north)",
        ),
        file=file,
        column=f"map.background.{key}",
        value=value,
    )
