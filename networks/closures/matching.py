"""Which edges a closure means.

Stands apart: `closing` closes edges, this finds them.

An area closes every edge that runs inside it for a metre or more.

A line closes the edges it is drawn along. Of an edge, the places within `NEAR_M` of the line are
looked at (every `STEP_M`), and how far the line runs beside them: an edge is closed when the line
accompanies it

- over at least `PART` of the edge or of the line, whichever is shorter, and
- in its direction: over at least `ALONG` of the stretch that is near.

So a road that crosses, or leaves at a junction, is not closed, nor one in parallel 40 m away. Both
carriageways of a road are, also where the line was drawn on another map some metres aside. A short
closure in the middle of a long edge closes the edge: it is the shorter of both, and the road is
blocked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from networks.network import Shapes

NEAR_M = 15.0  # two maps draw one road up to so far apart; carriageways of one road lie so close
STEP_M = 4.0
PART = 0.5
ALONG = 0.7
INSIDE_M = 1.0
_AREAS = (3, 6)  # of shapely
_M_PER_DEGREE = 111_320.0


def edges_under(shapes: Shapes, geometries: Sequence[BaseGeometry]) -> Iterator[NDArray[np.int64]]:
    """Yield, for each geometry (degrees), the edges it closes, ascending."""
    if not geometries:
        return
    boxes = _boxes(shapes)
    for geometry in geometries:
        yield _edges_of(shapes, boxes, geometry)


def _boxes(shapes: Shapes) -> NDArray[np.float64]:
    """Return west, south, east, north of each edge, (4, E)."""
    start = shapes.offset[:-1]
    return np.stack(
        [
            np.minimum.reduceat(shapes.lon, start),
            np.minimum.reduceat(shapes.lat, start),
            np.maximum.reduceat(shapes.lon, start),
            np.maximum.reduceat(shapes.lat, start),
        ]
    )


def _edges_of(
    shapes: Shapes, boxes: NDArray[np.float64], geometry: BaseGeometry
) -> NDArray[np.int64]:
    west, south, east, north = geometry.bounds
    lat = (south + north) / 2.0
    scale = np.array([_M_PER_DEGREE * np.cos(np.radians(lat)), _M_PER_DEGREE])
    x, y = NEAR_M / scale
    candidates = np.flatnonzero(
        (boxes[0] <= east + x)
        & (boxes[2] >= west - x)
        & (boxes[1] <= north + y)
        & (boxes[3] >= south - y)
    )
    if len(candidates) == 0:
        return candidates
    # A plane of metres around the closure: true to 1 % over 100 km, where 15 m are compared.
    origin = np.array([(west + east) / 2.0, lat])
    closure = shapely.transform(geometry, lambda xy: (xy - origin) * scale)
    lines = _lines(shapes, candidates, origin, scale)
    if shapely.get_type_id(closure) in _AREAS:
        shapely.prepare(closure)
        touched = np.flatnonzero(shapely.intersects(closure, lines))
        wholly = shapely.covers(closure, lines[touched])
        # Only the few on the edge of the area are cut with it, which takes long.
        partly = touched[~wholly]
        inside = shapely.length(shapely.intersection(lines[partly], closure)) >= INSIDE_M
        under: NDArray[np.int64] = np.sort(
            np.concatenate([candidates[touched[wholly]], candidates[partly[inside]]])
        )
        return under
    closure = shapely.line_merge(closure) if closure.geom_type == "MultiLineString" else closure
    hit = np.zeros(len(candidates), bool)
    for part in shapely.get_parts(closure):
        hit |= _along(lines, part)
    closed: NDArray[np.int64] = candidates[hit]
    return closed


def _lines(
    shapes: Shapes,
    edges: NDArray[np.int64],
    origin: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> NDArray[np.object_]:
    start, stop = shapes.offset[edges], shapes.offset[edges + 1]
    counts = stop - start
    first = np.cumsum(counts) - counts
    take = np.repeat(start - first, counts) + np.arange(counts.sum())
    points = (np.column_stack([shapes.lon[take], shapes.lat[take]]) - origin) * scale
    lines: NDArray[np.object_] = shapely.linestrings(
        points, indices=np.repeat(np.arange(len(edges)), counts)
    )
    return lines


def _along(lines: NDArray[np.object_], closure: BaseGeometry) -> NDArray[np.bool_]:
    """Return which lines a closing line (metres) is drawn along."""
    answer = np.zeros(len(lines), bool)
    shapely.prepare(closure)
    near = np.flatnonzero(shapely.dwithin(lines, closure, NEAR_M))
    if len(near) == 0:
        return answer
    metres = shapely.length(lines[near])
    pieces = np.maximum(np.ceil(metres / STEP_M), 1).astype(np.int64)
    owner = np.repeat(np.arange(len(near)), pieces + 1)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    points = shapely.line_interpolate_point(lines[near][owner], nth * (metres / pieces)[owner])
    close = shapely.dwithin(points, closure, NEAR_M)
    measure = np.zeros(len(points))
    measure[close] = shapely.line_locate_point(closure, points[close])
    # What lies beyond an end of the line is near it and not beside it.
    end = shapely.length(closure)
    beyond = (measure[1:] == measure[:-1]) & ((measure[1:] <= 0.0) | (measure[1:] >= end))
    both = close[1:] & close[:-1] & (owner[1:] == owner[:-1]) & ~beyond
    step = (metres / pieces)[owner[1:]]
    moved = np.abs(np.diff(measure))
    # A longer step is a leap to another bend of the line, or over the seam of a ring.
    moved = np.where(moved <= 2.0 * step, np.minimum(moved, step), 0.0)
    beside = np.bincount(owner[1:], weights=np.where(both, step, 0.0), minlength=len(near))
    along = np.bincount(owner[1:], weights=np.where(both, moved, 0.0), minlength=len(near))
    shorter = np.minimum(metres, end)
    answer[near] = (along > 0) & (along >= PART * shorter) & (along >= ALONG * beside)
    return answer
