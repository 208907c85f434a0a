"""Routes from the arcs of a search: metres, milliseconds by class, names and a line to draw.

Stands apart: `question` says who asks for whom, this module what the answer looks like on a map.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString

from networks.geo import cut_polyline
from networks.network import BOARD, WORD_MS, ArcRows, RoadNetwork, Shapes
from networks.search.doors import split_ms
from networks.types import Route, RouteShare, Snap, Terminal

_SAME_PLACE = 1e-7  # degrees, a centimetre: the same place reached by two computations


@dataclass(frozen=True, slots=True, eq=False)
class Drive:
    """A drive over the network in the direction of travel, L stretches of edges.

    Parameters
    ----------
    edge : (L,) int64
        Edges.
    start, end : (L,) float64
        Fractions of the edge between which it is driven; `end` is below `start` when driven from
        head to tail.
    ms : (L,) int64
        Milliseconds of each stretch, delays included.
    wait_ms : int
        Waiting for ferries, all together.
    """

    edge: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    ms: NDArray[np.int64]
    wait_ms: int


def drive_along(
    rows: ArcRows,
    arcs: NDArray[np.int64],
    wait_ms: int,
    first: tuple[int, int, float],
    last: tuple[int, int, float],
) -> Drive:
    """Return the drive over arcs of `rows`, given in the direction of travel.

    Parameters
    ----------
    rows : ArcRows
        Rows that `arcs` index.
    arcs : (K,) int64
        Arcs.
    wait_ms : int
        Waiting time of one boarding.
    first, last : (directed edge, milliseconds, fraction)
        The part of an edge before the first and behind the last junction; a negative directed
        edge where the place is the junction.
    """
    words, directed = rows.arc[arcs, 1].astype(np.int64), rows.directed[arcs].astype(np.int64)
    boardings = int(((words & BOARD) != 0).sum())
    road = directed >= 0
    directed = directed[road]
    backward = (directed & 1).astype(np.float64)
    edge, start, end = [directed >> 1], [backward], [1.0 - backward]
    ms = [words[road] & WORD_MS]
    if first[0] >= 0:
        edge.insert(0, np.array([first[0] >> 1]))
        start.insert(0, np.array([first[2]]))
        end.insert(0, np.array([1.0 - (first[0] & 1)]))
        ms.insert(0, np.array([first[1]]))
    if last[0] >= 0:
        edge.append(np.array([last[0] >> 1]))
        start.append(np.array([float(last[0] & 1)]))
        end.append(np.array([last[2]]))
        ms.append(np.array([last[1]]))
    return Drive(
        np.concatenate(edge).astype(np.int64),
        np.concatenate(start),
        np.concatenate(end),
        np.concatenate(ms).astype(np.int64),
        boardings * wait_ms,
    )


def drive_beside(edge: int, start: float, end: float, ms: int) -> Drive:
    """Return the drive between two places of one edge."""
    return Drive(np.array([edge]), np.array([start]), np.array([end]), np.array([ms]), 0)


def build_route(network: RoadNetwork, drive: Drive, start: Terminal, end: Terminal) -> Route:
    """Return the route of a drive from `start` to `end`, door to door."""
    edges = network.edges
    metres = np.abs(drive.end - drive.start) * edges.length_m[drive.edge]
    moving_ms = _moving_ms(network, drive)
    ferry = edges.ferry[drive.edge]
    names = edges.name[drive.edge]
    total_ms = int(drive.ms.sum())
    return Route(
        from_id=start.id,
        to_id=end.id,
        travel_ms=start.snap.access_ms + total_ms + drive.wait_ms + end.snap.access_ms,
        access_ms=start.snap.access_ms,
        road_ms=int(moving_ms.sum()),
        wait_ms=drive.wait_ms,
        egress_ms=end.snap.access_ms,
        length_m=float(metres.sum()),
        toll_m=float(metres[edges.toll[drive.edge]].sum()),
        shares=_shares(network, drive, metres, moving_ms),
        ferries=_folded(network.names, names[ferry]),
        road_names=_folded(network.names, names[~ferry & (names > 0)]),
        geometry=_line(network.shapes, drive, start.snap, end.snap),
        delay_ms=total_ms - int(moving_ms.sum()),
    )


def _moving_ms(network: RoadNetwork, drive: Drive) -> NDArray[np.int64]:
    """Return each stretch's milliseconds without delays."""
    edges = network.edges
    backward = drive.end < drive.start
    whole = np.where(backward, edges.backward_ms[drive.edge], edges.forward_ms[drive.edge])
    moving = whole.astype(np.int64)
    partial = np.abs(drive.end - drive.start) < 1.0
    for i in np.flatnonzero(partial).tolist():  # two at most
        low, high = sorted((float(drive.start[i]), float(drive.end[i])))
        if low == high:
            moving[i] = 0
        else:
            moving[i] = split_ms(int(whole[i]), high) - split_ms(int(whole[i]), low)
    return moving


def _shares(
    network: RoadNetwork,
    drive: Drive,
    metres: NDArray[np.float64],
    moving_ms: NDArray[np.int64],
) -> tuple[RouteShare, ...]:
    road_class = network.edges.road_class[drive.edge]
    length_m = np.bincount(road_class, weights=metres, minlength=len(network.classes))
    used = np.unique(road_class).tolist()
    shares = [
        RouteShare(network.classes[c], float(length_m[c]), int(moving_ms[road_class == c].sum()))
        for c in used
    ]
    return tuple(sorted(shares, key=lambda s: (-s.length_m, s.road_class)))


def _folded(names: tuple[str, ...], index: NDArray[np.int32]) -> tuple[str, ...]:
    """Return names in order, repeats folded."""
    changes = np.ones(len(index), bool)
    changes[1:] = index[1:] != index[:-1]
    return tuple(names[i] for i in index[changes].tolist())


def _line(shapes: Shapes, drive: Drive, start: Snap, end: Snap) -> LineString:
    """Return the drive as a line in degrees: door, road, door."""
    here, there = np.array([[start.lon, start.lat]]), np.array([[end.lon, end.lat]])
    inner = _points(shapes, drive)[1:-1]  # the road begins and ends at the snaps
    points = np.concatenate([_door(start), here, inner, there, _door(end)])
    moved = np.ones(len(points), bool)
    moved[1:] = np.abs(np.diff(points, axis=0)).max(axis=1) > _SAME_PLACE
    kept = points[moved]
    return LineString(kept if len(kept) > 1 else np.repeat(kept, 2, axis=0))


def _door(snap: Snap) -> NDArray[np.float64]:
    if snap.door_lon is None or snap.door_lat is None:
        return np.empty((0, 2))
    return np.array([[snap.door_lon, snap.door_lat]])


def _points(shapes: Shapes, drive: Drive) -> NDArray[np.float64]:
    """Return the vertices of a drive, cut at its ends."""
    whole = np.abs(drive.end - drive.start) == 1.0
    runs: list[NDArray[np.float64]] = []
    at = 0
    while at < len(drive.edge):
        if whole[at]:
            stop = at + 1
            while stop < len(drive.edge) and whole[stop]:
                stop += 1
            vertex = _vertices(shapes, drive.edge[at:stop], drive.end[at:stop] == 0.0)
            runs.append(np.column_stack([shapes.lon[vertex], shapes.lat[vertex]]))
            at = stop
        else:
            runs.append(_part(shapes, drive, at))
            at += 1
    return np.concatenate(runs) if runs else np.empty((0, 2))


def _vertices(
    shapes: Shapes, edge: NDArray[np.int64], backward: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the vertices of whole edges in the order they are passed."""
    first, size = shapes.offset[edge], shapes.offset[edge + 1] - shapes.offset[edge]
    begin = np.where(backward, first + size - 1, first)
    step = np.where(backward, -1, 1)
    running = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    answer: NDArray[np.int64] = np.repeat(begin, size) + np.repeat(step, size) * running
    return answer


def _part(shapes: Shapes, drive: Drive, at: int) -> NDArray[np.float64]:
    edge = int(drive.edge[at])
    part = slice(int(shapes.offset[edge]), int(shapes.offset[edge + 1]))
    start, end = float(drive.start[at]), float(drive.end[at])
    points: NDArray[np.float64] = cut_polyline(
        shapes.lon[part], shapes.lat[part], min(start, end), max(start, end)
    )
    return points if end >= start else points[::-1]
