"""OSM ways that are closed to the public, as a layer that is looked at and never driven.

Stands apart: `networks.osm.ways` makes what is driven, and must not see these.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from networks.doorless import Doorless
from networks.geo import packed_lengths
from networks.network import ClosedWays
from networks.osm.data import Floats, Ints, Places, Ways
from networks.osm.pieces import Flags, WayPieces, cut_pieces


def parted(ways: Ways) -> tuple[Ways, Ways]:
    """Return the ways for everybody, and those closed to the public."""
    shut = np.array([road.closed for road in ways.roads], bool)
    if not shut.any():
        return ways, _only(ways, np.zeros(len(shut), bool))
    return _only(ways, ~shut), _only(ways, shut)


def closed_ways_of(
    ways: Ways, places: Places, public: WayPieces, shut: tuple[Ints, Flags]
) -> ClosedWays:
    """Return the layer of closed ways, with the places where each meets the roads.

    Parameters
    ----------
    ways : Ways
        Those that are closed to the public.
    places : Places
        Positions.
    public : WayPieces
        The roads, edge by edge.
    shut : (N,) int64 and (K,) bool
        Place of each node of the roads; places with a barrier that no car passes.
    """
    at, known = places.find(ways.ref)
    way_of = np.repeat(np.arange(len(ways.id)), np.diff(ways.offset))
    met = np.zeros(len(places.id), bool)
    met[public.vertex] = True
    pieces = cut_pieces(at, known, way_of, met)
    ends = np.unique(np.concatenate([pieces.tail(), pieces.head()]))
    joint = _joints(ends, places, public)
    node, barrier = _barriers(*shut)
    doors = np.array([road.doorless is Doorless.NO for road in ways.roads], bool)
    return ClosedWays(
        offset=pieces.offset,
        lon=places.lon[pieces.vertex],
        lat=places.lat[pieces.vertex],
        tail=np.searchsorted(ends, pieces.tail()).astype(np.int32),
        head=np.searchsorted(ends, pieces.head()).astype(np.int32),
        source_id=ways.id[pieces.way],
        doors=doors[ways.road[pieces.way]],
        joint_place=joint[0].astype(np.int32),
        joint_edge=joint[1].astype(np.int32),
        joint_fraction=joint[2],
        barrier_node=node.astype(np.int32),
        barrier=barrier.astype(np.int32),
    )


def _only(ways: Ways, roads: Flags) -> Ways:
    """Return the ways that are one of some roads."""
    keep, number = roads[ways.road], np.cumsum(roads) - 1
    sizes = np.diff(ways.offset)
    offset = np.zeros(int(keep.sum()) + 1, np.int64)
    np.cumsum(sizes[keep], out=offset[1:])
    return replace(
        ways,
        id=ways.id[keep],
        offset=offset,
        ref=ways.ref[np.repeat(keep, sizes)],
        road=number[ways.road[keep]].astype(np.int32),
        name=ways.name[keep],
        roads=tuple(road for road, mine in zip(ways.roads, roads, strict=True) if mine),
    )


def _joints(ends: Ints, places: Places, public: WayPieces) -> tuple[Ints, Ints, Floats]:
    """Return (index into `ends`, edge, fraction) wherever a road runs over one of `ends`."""
    mine = np.zeros(len(places.id), bool)
    mine[ends] = True
    hit = np.flatnonzero(mine[public.vertex])
    edge = np.searchsorted(public.offset, hit, side="right") - 1
    first, last = public.offset[edge], public.offset[edge + 1] - 1
    fraction = np.where(hit == last, 1.0, 0.0)
    inside = np.flatnonzero((hit > first) & (hit < last))
    before = _lengths(places, public, first[inside], hit[inside])
    behind = _lengths(places, public, hit[inside], last[inside])
    whole = before + behind
    fraction[inside] = np.divide(before, whole, out=np.zeros(len(whole)), where=whole > 0)
    return np.searchsorted(ends, public.vertex[hit]), edge, fraction


def _lengths(places: Places, pieces: WayPieces, first: Ints, last: Ints) -> Floats:
    """Return the metres along pieces between two of their vertices."""
    size = last - first + 1
    offset = np.zeros(len(size) + 1, np.int64)
    np.cumsum(size, out=offset[1:])
    run = np.repeat(first - offset[:-1], size) + np.arange(offset[-1])
    vertex = pieces.vertex[run]
    return packed_lengths(places.lon[vertex], places.lat[vertex], offset)


def _barriers(place: Ints, closed: Flags) -> tuple[Ints, Ints]:
    """Return the nodes that a closed barrier parts, and a number of the barrier."""
    node = np.flatnonzero(closed[place])
    _, number, count = np.unique(place[node], return_inverse=True, return_counts=True)
    parts = count[number] > 1
    return node[parts], number[parts]
