"""Roads of one prefecture and the belt around it, for `country.py`: a Delaunay graph on real land.

Stands apart: `synthetic.py` makes a coast of its own, while lists and outlines here are real.

Nodes are the hospitals, the middles of municipalities and points spread over the real land, the
same ones in every prefecture's roads; edges are those of a Delaunay triangulation that do not run
far over the sea. Speeds fall with the length of an edge's cell: main roads are the long ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay

BELT_M = 95_000.0  # a little more than spots' own belt, which needs roads
OVER_SEA_M = 4_000.0
KM_PER_DEGREE = 111.2
SEED = 14
CLASSES = (("trunk", 2.5), ("primary", 1.5), ("secondary", 0.8), ("tertiary", 0.0))  # from km on

Points = NDArray[np.float64]


def spread(towns: gpd.GeoDataFrame, per_km2: float, hospitals: Points) -> Points:
    """Return the nodes of the whole country, each once, rounded to 0.1 m.

    Parameters
    ----------
    towns : GeoDataFrame
        Outlines in degrees.
    per_km2 : float
        How many nodes a square kilometre has.
    hospitals : array of float
        Longitude and latitude of places that are nodes themselves.
    """
    rng = np.random.default_rng(SEED)
    middles = shapely.get_coordinates(towns.geometry.representative_point().to_numpy())
    parts = [hospitals, middles]
    for outline in towns.geometry:
        west, south, east, north = outline.bounds
        narrow = math.cos(math.radians((south + north) / 2))
        box_km2 = (east - west) * KM_PER_DEGREE * narrow * (north - south) * KM_PER_DEGREE
        count = rng.poisson(box_km2 * per_km2)
        points = rng.uniform((west, south), (east, north), size=(count, 2))
        shapely.prepare(outline)
        parts.append(points[shapely.contains_xy(outline, points)])
    return np.unique(np.round(np.concatenate(parts), 6), axis=0)


def roads_around(
    land: shapely.Geometry, nodes: Points, sea: shapely.STRtree
) -> tuple[Points, Points]:
    """Return nodes of a prefecture and its belt, and edges between them as pairs of places.

    Parameters
    ----------
    land : geometry
        The prefecture's, in degrees.
    nodes : array of float
        Of the whole country.
    sea : STRtree
        Of the outlines of the whole country: an edge whose middle is on none crosses the sea.
    """
    west, south, east, north = land.bounds
    high = BELT_M / 1000 / KM_PER_DEGREE
    wide = high / math.cos(math.radians(min(north + high, 60)))
    inside = (
        (nodes[:, 0] >= west - wide)
        & (nodes[:, 0] <= east + wide)
        & (nodes[:, 1] >= south - high)
        & (nodes[:, 1] <= north + high)
    )
    mine = nodes[inside]
    simplices = Delaunay(mine).simplices
    pairs = np.sort(
        np.concatenate([simplices[:, [0, 1]], simplices[:, [1, 2]], simplices[:, [2, 0]]])
    )
    pairs = np.unique(pairs, axis=0)
    middles = shapely.points((mine[pairs[:, 0]] + mine[pairs[:, 1]]) / 2)
    ashore = np.zeros(len(pairs), dtype=bool)
    ashore[sea.query(middles, predicate="intersects")[0]] = True
    return mine, pairs[ashore | (lengths_km(mine, pairs) * 1000 <= OVER_SEA_M)]


def lengths_km(nodes: Points, pairs: Points) -> Points:
    """Return flat kilometres between pairs of nodes, near enough for roads that are made up."""
    one, other = nodes[pairs[:, 0]], nodes[pairs[:, 1]]
    narrow = np.cos(np.radians((one[:, 1] + other[:, 1]) / 2))
    step = np.abs(one - other) * KM_PER_DEGREE
    return np.hypot(step[:, 0] * narrow, step[:, 1])


def write_roads(nodes: Points, pairs: Points, folder: Path, code: str) -> None:
    """Write nodes and links of a prefecture as tables."""
    with (folder / f"nodes_{code}.csv").open("w", encoding="utf-8") as file:
        file.write("id,name,lon,lat\n")
        file.writelines(f"n{k},n{k},{x:.6f},{y:.6f}\n" for k, (x, y) in enumerate(nodes.tolist()))
    km = np.maximum(lengths_km(nodes, pairs) * 1.2, 0.001)
    with (folder / f"links_{code}.csv").open("w", encoding="utf-8") as file:
        file.write("from,to,length_km,class,direction,minutes,name,toll,basis,source\n")
        for (a, b), length in zip(pairs.tolist(), km.tolist(), strict=True):
            kind = next(name for name, least in CLASSES if length >= least)
            file.write(f"n{a},n{b},{length:.3f},{kind},both,,,0,estimated,made\n")


def places(rows: Iterable[Mapping[str, str]]) -> Points:
    """Return longitude and latitude of the rows that have them."""
    found: Sequence[tuple[float, float]] = [
        (float(r["longitude"]), float(r["latitude"])) for r in rows if r["longitude"]
    ]
    return np.array(found)
