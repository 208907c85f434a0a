"""Lines of roads around the spots: main roads for the drawn base, and closed ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from networks import RoadNetwork, Terminal
from networks.closures.matching import edges_under
from networks.info.road_lines import (
    MAIN_CLASSES,
    Bounds,
    class_edges,
    edge_lines,
    merged_lines,
    road_lines,
    thinned,
)
from spots.job_closures import JobClosures
from spots.surroundings.model import ClosedLine, MainRoad

MOST_VERTICES = 20_000  # of main roads: some 400 kB in a map
_TOLERANCES_M = (40.0, 80.0)  # a pixel of a prefecture on a screen is 100 m and more
_BUSY = 25  # a road is a main one where so many drives take it as one in so many places makes


def main_roads(network: RoadNetwork, bounds: Bounds) -> tuple[MainRoad, ...]:
    """Return the main roads within some bounds, most important class first.

    Of classes that would take the lines beyond `MOST_VERTICES` the first is drawn more coarsely
    if that is enough; it and those behind it are left out if it is not.
    """
    names = [c for level in MAIN_CLASSES for c in network.classes if c.partition(":")[0] in level]
    return _drawn(network, ((c, class_edges(network, c)) for c in names), bounds)


def busy_roads(
    network: RoadNetwork, flows: NDArray[np.int64], places: int, bounds: Bounds
) -> tuple[MainRoad, ...]:
    """Return the roads that most drives take, for a network without the classes of main roads.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    flows : (E,) int64
        Drives over each edge.
    places : int
        From how many places drives begin.
    bounds : tuple of float
        West, south, east, north, degrees.

    Returns
    -------
    tuple of MainRoad
        One for each class of the network.
    """
    busy = flows >= max(places / _BUSY, 2.0)
    chosen = (
        (c, edges[busy[edges]]) for c in network.classes for edges in [class_edges(network, c)]
    )
    return _drawn(network, chosen, bounds)


def spread_out(terminals: Sequence[Terminal], count: int) -> tuple[Terminal, ...]:
    """Return some terminals far from each other: the first, and ever the one furthest from those.

    Parameters
    ----------
    terminals : sequence of Terminal
        To choose from.
    count : int
        How many at most; fewer where all others stand where one is.
    """
    if not terminals:
        return ()
    at = np.array([(t.snap.lon, t.snap.lat) for t in terminals])
    at[:, 0] *= np.cos(np.radians(at[:, 1].mean()))
    chosen = [0]
    apart = np.hypot(*(at - at[0]).T)
    while len(chosen) < count and apart.max() > 0:
        chosen.append(int(apart.argmax()))
        apart = np.minimum(apart, np.hypot(*(at - at[chosen[-1]]).T))
    return tuple(terminals[i] for i in sorted(chosen))


def _drawn(
    network: RoadNetwork, chosen: Iterable[tuple[str, NDArray[np.int64]]], bounds: Bounds
) -> tuple[MainRoad, ...]:
    roads: list[MainRoad] = []
    left = MOST_VERTICES
    for name, edges in chosen:
        whole = road_lines(network, edges, bounds)
        for tolerance_m in _TOLERANCES_M:
            lines = thinned(whole, tolerance_m)
            if (count := int(shapely.count_coordinates(lines))) <= left:
                break
        else:
            return tuple(roads)
        left -= count
        if count:
            roads.append(MainRoad(name, lines))
    return tuple(roads)


def closed_lines(network: RoadNetwork, closing: JobClosures | None) -> tuple[ClosedLine, ...]:
    """Return the stretches of road that are closed on the run's day, closure by closure."""
    if closing is None:
        return ()
    found = edges_under(network.shapes, [row.geometry for row in closing.holding])
    return tuple(
        ClosedLine(row.name, row.reason, row.period, merged_lines(edge_lines(network, edges)))
        for row, edges in zip(closing.holding, found, strict=True)
        if len(edges)
    )
