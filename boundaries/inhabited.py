"""The ground that the people of a cell live on: its land, as far as their table covers it.

A mesh on a coast has its people on the land and its other half at sea; one on the border of a
table of one prefecture has the people of that prefecture only, and half of its land beyond.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries.crs import require_geographic
from boundaries.geometry import polygons

# Shares of a cell's area. Outlines of neighbours leave slivers between them; a touch is no share.
_ALL, _TOUCH = 1.0 - 1e-6, 1e-9
# A table of one prefecture has no cell that is wholly another's, but for errors of outlines; one
# that goes on beyond the border has there at least as many cells as on it.
_GOES_ON = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class InhabitedGround:
    """Where the people of cells live.

    Parameters
    ----------
    ground : GeoDataFrame
        Index ``code``, MultiPolygon geometry in the CRS of the cells: the ground of each cell
        whose people do not live all over it.
    covered : frozenset of str
        Prefectures (two digits) whose people the cells hold.
    adrift : frozenset of str
        Codes of cells with people and without any land in the outlines.
    shared : frozenset of str
        Codes of cells whose people are spread over the whole cell, since they live on both sides
        of a border and the outlines end there.
    """

    ground: gpd.GeoDataFrame
    covered: frozenset[str]
    adrift: frozenset[str]
    shared: frozenset[str]


def inhabited_ground(
    cells: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame, prefecture_code: str
) -> InhabitedGround:
    """Return the ground that the people of each cell live on.

    That is the cell's land in those prefectures whose people the cells hold: the one asked for,
    and every other one that at least half as many cells lie wholly in as on its border. A cell
    without such land keeps its whole extent, and so does one on the rim of the outlines where
    cells with people go on beyond it.

    Parameters
    ----------
    cells : GeoDataFrame
        From `boundaries.read_population`, at least those that are near the prefecture.
    municipalities : GeoDataFrame
        Outlines in the CRS of the cells, with the column ``prefecture_code``.
    prefecture_code : str
        The prefecture that the people are asked for, two digits.

    Raises
    ------
    CrsError
        One of the two is not in longitude/latitude.
    """
    require_geographic(cells, "cells")
    require_geographic(municipalities, "municipalities")
    shapes = np.asarray(cells.geometry.values, dtype=object)
    land = _land_of(shapes, municipalities)
    covered = _covered(land, len(shapes), prefecture_code)
    people = cells["population"].to_numpy(dtype=np.float64) > 0
    bare = np.ones(len(shapes), bool)
    bare[list(set().union(*land.values()))] = False
    beyond = bare & people
    edge = _touching(shapes, beyond) & ~bare
    # Whoever lives beyond the last outline lives in a neighbour that the outlines leave out; but
    # a few do so on a cape or an isle that the outlines lack.
    edge &= beyond.sum() >= edge.sum()
    ground: dict[int, MultiPolygon] = {}
    shared: list[int] = []
    for at, mine in _mine(land, covered).items():
        if shapely.area(mine) >= _ALL * shapely.area(shapes[at]):
            continue
        if edge[at]:
            shared.append(at)
        else:
            ground[at] = mine
    codes = cells.index
    return InhabitedGround(
        ground=gpd.GeoDataFrame(
            index=pd.Index([codes[at] for at in sorted(ground)], name="code", dtype=codes.dtype),
            geometry=[ground[at] for at in sorted(ground)],
            crs=cells.crs,
        ),
        covered=covered,
        adrift=frozenset(codes[beyond]),
        shared=frozenset(codes[shared]),
    )


#: By prefecture: the land of each cell (by place in the table) that has some there.
_Land = dict[str, dict[int, MultiPolygon]]


def _land_of(shapes: NDArray[np.object_], municipalities: gpd.GeoDataFrame) -> _Land:
    # Islands apart: an overlay with the whole of 天草市 for each of its cells would take seconds.
    parts, owner = shapely.get_parts(municipalities.geometry.values, return_index=True)
    prefecture = municipalities["prefecture_code"].to_numpy()[owner]
    tree = shapely.STRtree(shapes)
    part, cell = tree.query(parts, predicate="intersects")
    inside = np.zeros(len(shapes), bool)
    holder, whole = tree.query(parts, predicate="contains")
    inside[whole] = True
    pieces: defaultdict[str, defaultdict[int, list[BaseGeometry]]]
    pieces = defaultdict(lambda: defaultdict(list))
    for code, at in zip(prefecture[holder], whole.tolist(), strict=True):
        pieces[code][at].append(shapes[at])
    cut = ~inside[cell]
    part, cell = part[cut], cell[cut]
    shares = shapely.intersection(shapes[cell], parts[part])
    real = shapely.area(shares) > _TOUCH * shapely.area(shapes[cell])
    rows = zip(prefecture[part[real]], cell[real].tolist(), shares[real], strict=True)
    for code, at, share in rows:
        pieces[code][at].append(share)
    return {
        code: {at: _joined(found) for at, found in by_cell.items()}
        for code, by_cell in sorted(pieces.items())
    }


def _joined(found: list[BaseGeometry]) -> MultiPolygon:
    return polygons(found[0] if len(found) == 1 else shapely.union_all(found))


def _covered(land: _Land, cells: int, home: str) -> frozenset[str]:
    """Return the prefectures whose people the cells hold; see `inhabited_ground`."""
    owners = np.zeros(cells, np.int64)
    for by_cell in land.values():
        owners[list(by_cell)] += 1
    covered = {home}
    for code, by_cell in land.items():
        alone = int((owners[list(by_cell)] == 1).sum())
        if alone and alone >= _GOES_ON * (len(by_cell) - alone):
            covered.add(code)
    return frozenset(covered)


def _touching(shapes: NDArray[np.object_], beyond: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which cells touch one of those beyond."""
    found = np.zeros(len(shapes), bool)
    found[shapely.STRtree(shapes).query(shapes[beyond], predicate="intersects")[1]] = True
    return found


def _mine(land: _Land, covered: frozenset[str]) -> dict[int, MultiPolygon]:
    """Return the covered land of each cell that has some, by its place."""
    found: defaultdict[int, list[BaseGeometry]] = defaultdict(list)
    for code, by_cell in land.items():
        if code in covered:
            for at, mine in by_cell.items():
                found[at].append(mine)
    return {at: _joined(parts) for at, parts in sorted(found.items())}
