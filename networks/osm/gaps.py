"""Where ways name nodes that the data lack: at the edge of the data, or amid its roads.

Extracts cut roads at their border, and nodes beyond it are missing. A gap amid other roads is
something else: a file that lost nodes.

Stands apart: it looks at the ground around a gap, `osm_files` tells what was found.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.osm.data import Ints, OsmData, Places
from networks.osm.private_ways import parted

Flags = NDArray[np.bool_]

_CELL = 0.005  # degrees, about half a kilometre: roads of a village share a cell or have neighbours
_REACH = 4  # cells looked at in each direction
_MOST_CELLS = 4000  # a side; larger areas get larger cells
_SECTORS = 8


def gaps_amid_roads(data: OsmData) -> int:
    """Return how many gaps do not look like the edge of the data.

    Those with known nodes of the way on both sides, and those whose last known node has places of
    roads in all eight directions within two kilometres: beyond a border there are none.
    """
    places, (ways, _) = data.places, parted(data.ways)
    at, known = places.find(ways.ref)
    if known.all() or not known.any():
        return 0
    way_of = np.repeat(np.arange(len(ways.id)), np.diff(ways.offset))
    kept = np.flatnonzero(known)
    together = np.logical_and(way_of[kept[1:]] == way_of[kept[:-1]], np.diff(kept) > 1)
    same: Flags = way_of[1:] == way_of[:-1]
    last = np.flatnonzero(same & known[:-1] & ~known[1:])
    first = np.flatnonzero(same & known[1:] & ~known[:-1]) + 1
    # A gap with known nodes on both sides has one of each; both are taken out of the ends.
    ends = np.setdiff1d(np.concatenate([last, first]), kept[:-1][together])
    ends = np.setdiff1d(ends, kept[1:][together])
    return int(together.sum()) + int(_surrounded(places, np.unique(at[ends])).sum())


def _surrounded(places: Places, around: Ints) -> Flags:
    """Return which of some places have other places on all sides."""
    low = places.lon.min(), places.lat.min()
    extent = max(np.ptp(places.lon), np.ptp(places.lat))
    cell = max(_CELL, float(extent) / _MOST_CELLS)
    x = ((places.lon - low[0]) / cell).astype(np.int64) + _REACH
    y = ((places.lat - low[1]) / cell).astype(np.int64) + _REACH
    taken = np.zeros((int(x.max()) + _REACH + 1, int(y.max()) + _REACH + 1), bool)
    taken[x, y] = True
    found = np.zeros((_SECTORS, len(around)), bool)
    for dx in range(-_REACH, _REACH + 1):
        for dy in range(-_REACH, _REACH + 1):
            if dx or dy:
                turn = np.arctan2(dy, dx) / (2 * np.pi) * _SECTORS
                found[int(np.rint(turn)) % _SECTORS] |= taken[x[around] + dx, y[around] + dy]
    answer: Flags = np.asarray(found.all(axis=0))
    return answer
