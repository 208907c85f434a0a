"""A packed tree of boxes around edges: which edges come near a place.

Stands apart: it needs neither shapely nor a network's profile, so that a build can ask it too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.geo import hilbert_order
from networks.network import ClosedWays, Shapes

WIDTH = 16  # boxes in a box, as `snap_kernels` knows it too


@dataclass(frozen=True, slots=True, eq=False)
class EdgeTree:
    """Edges along Hilbert's curve, and boxes around them, sixteen in each of the next level.

    Parameters
    ----------
    edges : (K,) int32
        The edges.
    boxes : (B, 4) float64
        West, south, east, north of the edges' boxes, then of the boxes around those, up to one.
    level : (L + 1,) int64
        Where each level begins in `boxes`.
    """

    edges: NDArray[np.int32]
    boxes: NDArray[np.float64]
    level: NDArray[np.int64]


def tree_of(shapes: Shapes | ClosedWays, chosen: NDArray[np.bool_]) -> EdgeTree:
    """Return the tree of the chosen edges, of which there must be one at least."""
    picked = np.flatnonzero(chosen).astype(np.int32)
    boxes = _edge_boxes(shapes, picked)
    order = hilbert_order(boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3])
    counts = [len(picked)]
    while counts[-1] > 1 or len(counts) == 1:
        counts.append(-(-counts[-1] // WIDTH))
    level = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    tree = [boxes[order]]
    for count in counts[:-1]:
        tree.append(_boxes_around(tree[-1], np.arange(0, count, WIDTH)))
    return EdgeTree(picked[order], np.concatenate(tree), level)


def _edge_boxes(shapes: Shapes | ClosedWays, picked: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return west, south, east and north of each of the edges `picked`."""
    first = shapes.offset[:-1]  # every edge has vertices, so each begins before the next
    columns = [
        least_or_most.reduceat(axis, first)[picked]
        for least_or_most in (np.minimum, np.maximum)
        for axis in (shapes.lon, shapes.lat)
    ]
    return np.column_stack(columns)


def _boxes_around(boxes: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the boxes around runs of boxes, each of which begins at one of `first`."""
    low, high = np.minimum.reduceat(boxes[:, :2], first), np.maximum.reduceat(boxes[:, 2:], first)
    return np.concatenate([low, high], axis=1)
