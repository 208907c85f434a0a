"""Catchments as lines and as polygons, for drawing only: verdicts come from the parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from networks.geo import GEOGRAPHIC_EPSG, cut_polyline
from networks.network import RoadNetwork, Shapes
from networks.search.catchments import Catchment

if TYPE_CHECKING:
    from pyproj import Transformer

_Floats = NDArray[np.float64]
_Parts = tuple[NDArray[np.integer], _Floats, _Floats]
_Lines = NDArray[np.object_]

_METRES_PER_DEGREE = 78_000.0  # of longitude at 45 degrees; for looking around generously
_GRID_DEGREES = 1e-7  # a centimetre
_THINNED = 0.02  # of the reach: 3 m of 150


def catchment_lines(network: RoadNetwork, parts: Catchment) -> NDArray[np.object_]:
    """Return the parts as lines.

    Parameters
    ----------
    network : RoadNetwork
        The roads the catchment was found on.
    parts : Catchment
        K parts.

    Returns
    -------
    (K,) array of LineString
        Degrees, in the order of the parts, each from the edge's tail towards its head.
    """
    return _lines(network.shapes, (parts.edge, parts.start, parts.end))


def catchment_polygon(
    network: RoadNetwork, parts: Catchment, *, reach_m: float = 150.0
) -> MultiPolygon:
    """Return the land along the parts, for drawing.

    Everything within `reach_m` of a part, except what lies within half of that of a road that is
    not in the catchment and not within half of it of one that is. Gaps between roads stay gaps:
    neither the sea nor an island nor a mountain inside a ring of roads is filled in.

    Parameters
    ----------
    network : RoadNetwork
        The roads the catchment was found on.
    parts : Catchment
        The parts.
    reach_m : float
        Metres to either side, above zero.

    Returns
    -------
    MultiPolygon
        Degrees; empty for an empty catchment.

    Raises
    ------
    ValueError
        When the reach is not above zero.
    """
    if not reach_m > 0:
        raise ValueError("reach_m must be above zero")
    if len(parts.edge) == 0:
        return MultiPolygon()
    plane = _plane(network, parts)
    near = _projected(network.shapes, (parts.edge, parts.start, parts.end), plane, reach_m)
    tree = shapely.STRtree(near)
    land = _along(near, reach_m)
    others = _projected(network.shapes, _rest(network, parts, reach_m), plane, reach_m)
    close, _ = tree.query(others, predicate="dwithin", distance=1.5 * reach_m)
    if len(close):
        theirs = _along(others[np.unique(close)], reach_m / 2)
        _, ours = tree.query(others[np.unique(close)], predicate="dwithin", distance=reach_m)
        land = land.difference(theirs.difference(_along(near[np.unique(ours)], reach_m / 2)))
    degrees = shapely.transform(
        land, lambda x, y: plane.transform(x, y, direction="INVERSE"), interleaved=False
    )
    # where outlines touch in the plane they may cross by a hair in degrees
    sound = shapely.set_precision(shapely.make_valid(degrees, method="structure"), _GRID_DEGREES)
    polygons = [p for p in shapely.get_parts(sound) if p.geom_type == "Polygon"]
    return MultiPolygon(polygons)


def _plane(network: RoadNetwork, parts: Catchment) -> Transformer:
    """Return the way to metres around the middle of the catchment."""
    from pyproj import Transformer  # noqa: PLC0415 (only drawing needs it)

    nodes, tail = network.nodes, network.edges.tail[parts.edge]
    middle = [(float(v[tail].min()) + float(v[tail].max())) / 2 for v in (nodes.lon, nodes.lat)]
    around = f"+proj=tmerc +lon_0={middle[0]!r} +lat_0={middle[1]!r} +ellps=GRS80 +units=m"
    return Transformer.from_crs(GEOGRAPHIC_EPSG, around, always_xy=True)


def _projected(shapes: Shapes, parts: _Parts, plane: Transformer, reach_m: float) -> _Lines:
    """Return parts as lines in metres, thinned by far less than anybody can see at the reach."""
    lines = shapely.transform(_lines(shapes, parts), plane.transform, interleaved=False)
    thinned: _Lines = shapely.simplify(lines, reach_m * _THINNED)
    return thinned


def _along(lines: _Lines, reach_m: float) -> BaseGeometry:
    """Return what lies within reach of the lines."""
    return shapely.union_all(shapely.buffer(lines, reach_m, quad_segs=4))


def _rest(network: RoadNetwork, parts: Catchment, reach_m: float) -> _Parts:
    """Return the parts of roads around a catchment that are not in it."""
    edges, nodes = network.edges, network.nodes
    outside = ~edges.ferry
    outside[parts.edge] = False
    for values in (nodes.lon, nodes.lat):
        ends = np.stack([values[edges.tail], values[edges.head]])
        room = (ends.max(axis=0) - ends.min(axis=0)).max() + 4 * reach_m / _METRES_PER_DEGREE
        there = ends[:, parts.edge]
        outside &= (ends.max(axis=0) > there.min() - room) & (ends.min(axis=0) < there.max() + room)
    edge = np.flatnonzero(outside)
    first = np.ones(len(parts.edge), bool)
    first[1:] = parts.edge[1:] != parts.edge[:-1]
    last = np.roll(first, -1)
    gap_edge = np.concatenate([edge, parts.edge[first], parts.edge])
    gap_start = np.concatenate([np.zeros(len(edge)), np.zeros(int(first.sum())), parts.end])
    following = np.where(last, 1.0, np.roll(parts.start, -1))
    gap_end = np.concatenate([np.ones(len(edge)), parts.start[first], following])
    open_ = gap_start < gap_end
    return gap_edge[open_], gap_start[open_], gap_end[open_]


def _lines(shapes: Shapes, parts: _Parts) -> _Lines:
    """Return parts as lines in degrees."""
    edge, start, end = parts
    size = shapes.offset[edge + 1] - shapes.offset[edge]
    at = np.repeat(shapes.offset[edge], size)
    at += np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    points = np.column_stack([shapes.lon[at], shapes.lat[at]])
    lines: _Lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(edge)), size))
    for i in np.flatnonzero((start > 0.0) | (end < 1.0)).tolist():
        part = slice(int(shapes.offset[edge[i]]), int(shapes.offset[edge[i] + 1]))
        cut = cut_polyline(shapes.lon[part], shapes.lat[part], float(start[i]), float(end[i]))
        lines[i] = shapely.LineString(cut)
    return lines
