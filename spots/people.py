"""People inside the spots, where the run file gives population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from boundaries import Regions, people_inside, read_population
from groundfloor.problems import DataError, Problem, Text, error
from spots.runfile import Job, shown_name
from spots.types import Spot


def read_people(job: Job, regions: Regions) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    """Read the cells of the run file's population that touch the prefecture.

    Parameters
    ----------
    job : Job
        The checked job.
    regions : Regions
        For the prefecture's municipalities.

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
    paths = [job.path(file) for file in asked.file]
    cells, found = read_population(paths, column=asked.column, layer=asked.layer, labels=labels)
    towns = regions.municipalities
    home = towns.geometry[towns["prefecture_code"] == regions.prefecture_code]
    tree = shapely.STRtree(cells.geometry.to_numpy())
    near = np.unique(tree.query(home.to_numpy(), predicate="intersects")[1])
    if not len(near):
        raise DataError(
            error(
                "population-elsewhere",
                Text("県内に人口の区画が一つもありません", "no cell lies in the prefecture"),
                Text(
                    "この県を含む1次メッシュのファイルを指定してください",
                    "give the files of the primary meshes that hold the prefecture",
                ),
                file=labels[0],
            )
        )
    return cells.iloc[near], list(found)


def with_people(
    cells: gpd.GeoDataFrame | None, spots: Sequence[Spot], dissolved: MultiPolygon
) -> tuple[tuple[Spot, ...], float | None]:
    """Return the spots with the people inside each, and the people inside any of them.

    Parameters
    ----------
    cells : GeoDataFrame or None
        From `read_people`.
    spots : sequence of Spot
        The effective spots.
    dissolved : MultiPolygon
        Their union, EPSG:6668.
    """
    if cells is None:
        return tuple(spots), None
    *inside, together = people_inside(cells, [*(s.geometry for s in spots), dissolved])
    counted = (replace(s, population=n) for s, n in zip(spots, inside, strict=True))
    return tuple(counted), together
