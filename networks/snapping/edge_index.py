"""The nearest place on the edges of a network, for many points: a packed tree of boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.geo import geodesic_m, hilbert_order
from networks.network import RoadNetwork

_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]
_Ints = NDArray[np.int32]


class Place(NamedTuple):
    """A place on an edge, nearest to a point.

    Parameters
    ----------
    edge : int
        Edge index.
    vertex : int
        Vertex in the network's shapes behind which it lies.
    share : float
        How far towards the next vertex, 0 to 1.
    lon, lat : float
        Degrees.
    metres : float
        Geodesic metres from the point.
    road_m : float
        Metres of road in the component of the edge.
    """

    edge: int
    vertex: int
    share: float
    lon: float
    lat: float
    metres: float
    road_m: float


@dataclass(frozen=True, slots=True, eq=False)
class EdgeIndex:
    """Edges along Hilbert's curve, and boxes around them, sixteen in each of the next level.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    edges : (K,) int32
        The indexed edges.
    road_m : (K,) float64
        Metres of road of the component that each of `edges` belongs to.
    tree : (B, 4) float64
        West, south, east, north of the edges' boxes, then of the boxes around those, up to one.
    level : (L + 1,) int64
        Where each level begins in `tree`.
    """

    network: RoadNetwork
    edges: _Ints
    road_m: _Floats
    tree: _Floats
    level: _Longs

    @classmethod
    def of(cls, network: RoadNetwork, chosen: NDArray[np.bool_]) -> EdgeIndex:
        """Return the index of the chosen edges, of which there must be one at least."""
        from networks.snapping.snap_kernels import WIDTH, edge_boxes, stack_boxes  # noqa: PLC0415 (compiled)

        shapes, picked = network.shapes, np.flatnonzero(chosen).astype(np.int32)
        boxes = edge_boxes(picked, shapes.offset, shapes.lon, shapes.lat)
        order = hilbert_order(boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3])
        counts = [len(picked)]
        while counts[-1] > 1 or len(counts) == 1:
            counts.append(-(-counts[-1] // WIDTH))
        level = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        edges = picked[order]
        component = network.nodes.component[network.edges.tail]
        road = np.where(network.edges.ferry, 0.0, network.edges.length_m)
        sums = np.asarray(np.bincount(component, weights=road), np.float64)
        return cls(network, edges, sums[component[edges]], stack_boxes(boxes, order, level), level)

    def nearest(
        self, points: _Floats, *, reach_m: float = np.inf, at_least_m: _Floats | None = None
    ) -> list[Place | None]:
        """Return the place nearest to each point, the lowest edge among equals.

        Parameters
        ----------
        points : (P, 2) array
            Longitude and latitude.
        reach_m : float
            How far to look; from 60 km on a metre more or less.
        at_least_m : (P,) array, optional
            Metres of road that the edge's component must have, for each point.
        """
        from networks.snapping.snap_kernels import nearest_places  # noqa: PLC0415 (compiled)

        shapes = self.network.shapes
        item, vertex, share = nearest_places(
            np.ascontiguousarray(points),
            reach_m,
            np.zeros(len(points)) if at_least_m is None else at_least_m,
            (self.edges, self.road_m, self.tree, self.level),
            (shapes.offset, shapes.lon, shapes.lat),
        )
        lon = _between(shapes.lon, vertex, share)
        lat = _between(shapes.lat, vertex, share)
        metres = geodesic_m(points[:, 0], points[:, 1], lon, lat)
        columns = self.edges[item], vertex, share, lon, lat, metres, self.road_m[item]
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [Place(*row) if i >= 0 else None for i, row in zip(item, rows, strict=True)]

    def fractions(self, places: Sequence[Place]) -> list[float]:
        """Return where places lie by the length of their edges: 0 at the tail, 1 at the head.

        Exactly so at the ends, which running lengths would miss in the last bit.
        """
        offset = self.network.shapes.offset
        edges = np.unique(np.array([place.edge for place in places], np.int64))
        steps, first = self._steps(edges)
        nth = {edge: i for i, edge in enumerate(edges.tolist())}
        found = []
        for place in places:
            i = nth[place.edge]
            run = np.cumsum(steps[first[i] : first[i + 1]])
            step = place.vertex - int(offset[place.edge])
            if step == 0 and place.share == 0.0:
                found.append(0.0)
            elif step == len(run) - 1 and place.share == 1.0:
                found.append(1.0)
            else:
                behind, ahead = float(run[step - 1]) if step else 0.0, float(run[step])
                along = behind + place.share * (ahead - behind)
                found.append(min(along / float(run[-1]), 1.0))
        return found

    def _steps(self, edges: _Longs) -> tuple[_Floats, list[int]]:
        """Return metres from vertex to vertex of some edges, and where each edge's begin."""
        shapes = self.network.shapes
        count = shapes.offset[edges + 1] - shapes.offset[edges] - 1
        first = np.concatenate([[0], np.cumsum(count)])
        here = np.arange(int(first[-1])) + np.repeat(shapes.offset[edges] - first[:-1], count)
        lon, lat = shapes.lon, shapes.lat
        return geodesic_m(lon[here], lat[here], lon[here + 1], lat[here + 1]), first.tolist()


def _between(values: _Floats, vertex: _Longs, share: _Floats) -> _Floats:
    """Return what lies behind each vertex by a share of the step, exact at both its ends."""
    here, there = values[vertex], values[np.minimum(vertex + 1, len(values) - 1)]
    return np.where(share == 1.0, there, here + share * (there - here))
