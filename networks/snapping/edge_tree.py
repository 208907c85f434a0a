"""A packed tree of boxes around edges: which edges come near a place.

Stands apart: it needs neither shapely nor a network's profile, so that a build can ask it too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.geo import hilbert_order
from networks.network import ClosedWays, Shapes


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
    from networks.snapping.snap_kernels import WIDTH, edge_boxes, stack_boxes  # noqa: PLC0415 (compiled)

    picked = np.flatnonzero(chosen).astype(np.int32)
    boxes = edge_boxes(picked, shapes.offset, shapes.lon, shapes.lat)
    order = hilbert_order(boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3])
    counts = [len(picked)]
    while counts[-1] > 1 or len(counts) == 1:
        counts.append(-(-counts[-1] // WIDTH))
    level = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return EdgeTree(picked[order], stack_boxes(boxes, order, level), level)
