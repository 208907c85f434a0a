"""The part of a network that touches an area, as if the source had held no more.

Stands apart: readers know their sources, this only what all of them end in.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from groundfloor.guarded_shapes import prepared_copy
from groundfloor.problems import Problem, Text, note
from networks.build import EdgeTable, build_network
from networks.dead_ends import LOOSE_END
from networks.network import CLOSED, ClosedWays, RoadNetwork, Shapes, Turns

_Flags = NDArray[np.bool_]
_Longs = NDArray[np.int64]
_STATED = 0  # milliseconds that a direction which is closed may as well have


def clipped(network: RoadNetwork, area: BaseGeometry) -> RoadNetwork:
    """Return the roads and ferries that touch an area, whole from junction to junction.

    Where others were joined to them the data now end: the nodes are borders, and drives that
    would lead through there are lost.

    Parameters
    ----------
    network : RoadNetwork
        The roads, with nothing closed for a run.
    area : shapely geometry
        Degrees.

    Raises
    ------
    NetworkDataError
        No road touches the area.
    """
    kept = _touching(network.shapes, area)
    if kept.all():
        return network
    dropped = tuple(each for each in network.origin.dropped if each[0] != LOOSE_END)
    told = [problem for problem in network.problems if problem.code != LOOSE_END]
    return build_network(
        _table(network, area, kept),
        network.profile,
        replace(network.origin, dropped=dropped),
        [*told, _told(network, kept)],
    )


def _table(network: RoadNetwork, area: BaseGeometry, kept: _Flags) -> EdgeTable:
    """Return the edges that are kept, as a source would give them."""
    edges, nodes = network.edges, network.nodes
    used = np.unique(np.concatenate([edges.tail[kept], edges.head[kept]]))
    offset, vertex = _rows(network.shapes.offset, kept)
    table = EdgeTable(
        node_id=nodes.id[used],
        node_lon=nodes.lon[used],
        node_lat=nodes.lat[used],
        tail=np.searchsorted(used, edges.tail[kept]),
        head=np.searchsorted(used, edges.head[kept]),
        offset=offset,
        lon=network.shapes.lon[vertex],
        lat=network.shapes.lat[vertex],
        length_m=edges.length_m[kept],
        kmh=np.zeros(int(kept.sum())),
        given_ms=_ms(edges.forward_ms[kept]),
        given_backward_ms=_ms(edges.backward_ms[kept]),
        forward=edges.forward_ms[kept] != CLOSED,
        backward=edges.backward_ms[kept] != CLOSED,
        toll=edges.toll[kept],
        ferry=edges.ferry[kept],
        road_class=edges.road_class[kept].astype(np.int64),
        name=edges.name[kept].astype(np.int64),
        speed_source=edges.speed_source[kept].astype(np.int64),
        length_basis=edges.length_basis[kept].astype(np.int64),
        classes=network.classes,
        names=network.names,
        speed_sources=network.speed_sources,
        length_bases=network.length_bases,
        through=edges.through[kept],
        limit_kmh=edges.limit_kmh[kept].astype(np.float64),
        width_m=edges.width_m[kept].astype(np.float64),
        forward_delay_ms=edges.forward_delay_ms[kept].astype(np.int64),
        backward_delay_ms=edges.backward_delay_ms[kept].astype(np.int64),
        source_id=edges.source_id[kept],
        doorless=edges.doorless[kept].astype(np.int64),
    )
    return _with_what_meets_them(table, network, area, kept, used)


def _with_what_meets_them(
    table: EdgeTable, network: RoadNetwork, area: BaseGeometry, kept: _Flags, used: _Longs
) -> EdgeTable:
    """Return the table with borders, forbidden turns and closed ways; `used` nodes are in it."""
    edges, turns = network.edges, _turns(network.turns, kept)
    cut = np.concatenate([edges.tail[~kept], edges.head[~kept]])
    return replace(
        table,
        border=network.nodes.border[used] | np.isin(used, cut),
        turn_offset=turns.offset,
        turn_directed=turns.directed.astype(np.int64),
        closed_ways=_closed_ways(network.closed_ways, area, kept, used),
    )


def _touching(shapes: Shapes, area: BaseGeometry) -> _Flags:
    """Return which polylines touch an area."""
    count = np.diff(shapes.offset)
    lines = shapely.linestrings(
        np.column_stack([shapes.lon, shapes.lat]), indices=np.repeat(np.arange(len(count)), count)
    )
    touching: _Flags = shapely.intersects(prepared_copy(area), lines)
    return touching


def _rows(offset: _Longs, kept: _Flags) -> tuple[_Longs, _Longs]:
    """Return the offsets of some rows of packed columns, and where their entries stand."""
    count = np.diff(offset)[kept]
    begin = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    entries = np.arange(begin[-1]) + np.repeat(offset[:-1][kept] - begin[:-1], count)
    return begin, entries


def _ms(given: NDArray[np.int32]) -> _Longs:
    return np.where(given == CLOSED, _STATED, given).astype(np.int64)


def _turns(turns: Turns, kept: _Flags) -> Turns:
    """Return the forbidden sequences all of whose edges are kept, by their new numbers."""
    number = np.cumsum(kept) - 1
    there = kept[turns.directed >> 1]
    whole = np.array([there[a:b].all() for a, b in pairwise(turns.offset.tolist())], bool)
    offset, entries = _rows(turns.offset, whole)
    directed = turns.directed[entries]
    renumbered = 2 * number[directed >> 1] + (directed & 1)
    return Turns(offset=offset, directed=renumbered.astype(np.int32))


def _closed_ways(ways: ClosedWays, area: BaseGeometry, kept: _Flags, used: _Longs) -> ClosedWays:
    """Return the closed ways that touch the area, and what parts the roads that are kept."""
    if not len(ways):
        here = np.zeros(0, bool)
    else:
        here = _touching(Shapes(offset=ways.offset, lon=ways.lon, lat=ways.lat), area)
    offset, entries = _rows(ways.offset, here)
    joint, barrier = kept[ways.joint_edge], np.isin(ways.barrier_node, used)
    number = np.cumsum(kept) - 1
    return ClosedWays(
        offset=offset,
        lon=ways.lon[entries],
        lat=ways.lat[entries],
        tail=ways.tail[here],
        head=ways.head[here],
        source_id=ways.source_id[here],
        doors=ways.doors[here],
        joint_place=ways.joint_place[joint],
        joint_edge=number[ways.joint_edge[joint]].astype(np.int32),
        joint_fraction=ways.joint_fraction[joint],
        barrier_node=np.searchsorted(used, ways.barrier_node[barrier]).astype(np.int32),
        barrier=ways.barrier[barrier],
    )


def _told(network: RoadNetwork, kept: _Flags) -> Problem:
    km = float(network.edges.length_m[~kept].sum()) / 1000.0
    return note(
        "roads-clipped",
        Text(
            f"指定の範囲に触れない道路 {km:,.1f} km を除きました",
            f"{km:,.1f} km of roads that do not touch the area were left out",
        ),
        Text(
            "範囲の外を通る経路は求まりません。余裕をもって指定してください",
            "drives that would leave the area are lost: leave a margin",
        ),
        file=network.origin.source,
    )
