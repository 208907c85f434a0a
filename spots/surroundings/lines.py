"""Lines of roads around the spots: main roads for the drawn base, and closed ones."""

from __future__ import annotations

import shapely

from networks import RoadNetwork
from networks.closures.matching import edges_under
from networks.info.road_lines import (
    MAIN_CLASSES,
    Bounds,
    class_lines,
    edge_lines,
    merged_lines,
    thinned,
)
from spots.job_closures import JobClosures
from spots.surroundings.model import ClosedLine, MainRoad

MOST_VERTICES = 20_000  # of main roads: some 400 kB in a map
_TOLERANCES_M = (40.0, 80.0)  # a pixel of a prefecture on a screen is 100 m and more


def main_roads(network: RoadNetwork, bounds: Bounds) -> tuple[MainRoad, ...]:
    """Return the main roads within some bounds, most important class first.

    Of classes that would take the lines beyond `MOST_VERTICES` the first is drawn more coarsely
    if that is enough; it and those behind it are left out if it is not.
    """
    roads: list[MainRoad] = []
    left = MOST_VERTICES
    for level in MAIN_CLASSES:
        for name in (c for c in network.classes if c.partition(":")[0] in level):
            whole = class_lines(network, name, bounds)
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
