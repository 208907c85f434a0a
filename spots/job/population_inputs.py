"""The people of a job: its cells of population, and whether they are of this prefecture.

Stands apart: `inputs` puts together what verdicts hang on; people are counted afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

import geopandas as gpd
import shapely

from boundaries import Regions, read_population
from groundfloor.problems import DataError, Problem, Text, error, warning
from groundfloor.toml import KeyPath
from spots.job.at_hand import AtHand
from spots.job.named_files import shown_name
from spots.job.run_file import Job


def read_people(
    job: Job, regions: Regions, hand: AtHand | None = None
) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    """Read the cells of the run file's population.

    Parameters
    ----------
    job : Job
        The checked job.
    regions : Regions
        For the prefecture's municipalities.
    hand : AtHand, optional
        What is handed over in the place of files.

    Returns
    -------
    cells : GeoDataFrame or None
        As `boundaries.read_population` gives them; None where the run file names no population.
    problems : list of Problem
        Warnings and notes.

    Raises
    ------
    DataError, MissingFileError
        A file cannot be used, or none of its cells lies in the prefecture.
    """
    asked = job.settings.population
    if asked is None:
        return None, []
    labels = [shown_name(file) for file in asked.file]
    keys: list[KeyPath] = [("population", "file")]
    if len(asked.file) > 1:
        keys = [("population", "file", n) for n in range(len(asked.file))]
    with ExitStack() as stack:
        opened = partial((hand or AtHand()).path, job)
        named = zip(keys, asked.file, strict=True)
        paths = [stack.enter_context(opened(key, file)) for key, file in named]
        cells, found = read_population(paths, column=asked.column, layer=asked.layer, labels=labels)
    towns = regions.municipalities
    home = towns.geometry[towns["prefecture_code"] == regions.prefecture_code]
    tree = shapely.STRtree(cells.geometry.to_numpy())
    if not tree.query(home.to_numpy(), predicate="intersects").size:
        raise DataError(
            error(
                "population-elsewhere",
                Text("都道府県内に人口の区画が一つもありません", "no cell lies in the prefecture"),
                Text(
                    "この都道府県を含む1次メッシュのファイルを指定してください",
                    "give the files of the primary meshes that hold the prefecture",
                ),
                file=labels[0],
            )
        )
    return cells, [*found, *([_undated(job, labels)] if asked.as_of is None else [])]


def _undated(job: Job, labels: Sequence[str]) -> Problem:
    """Ask for the census year: people of 2010 and of 2020 are not one figure."""
    return warning(
        "population-undated",
        Text(
            "人口がいつの調査のものか書かれていません",
            "the run file does not say of which census the people are",
        ),
        Text(
            "[population] に as_of を書いてください（例: as_of = 2020-10-01）",
            "write 'as_of' under [population], such as as_of = 2020-10-01",
        ),
        file=job.file,
        column="population.as_of",
        value=", ".join(labels),
    )
