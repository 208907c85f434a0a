"""From OSM ways to edges: cut at junctions, barriers and where cars wait, count what is missing.

All in arrays: a region has a million ways.

Stands apart: `osm_files` says where data come from, this module what becomes of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from networks.boats import with_boats_named
from networks.build import EdgeTable, Labels
from networks.geo import hilbert_order, packed_lengths
from networks.osm.data import Floats, Ints, Marks, OsmData, Places, Ways
from networks.osm.nodes import NodeMark
from networks.osm.pieces import Flags, WayPieces, cut_pieces
from networks.osm.private_ways import closed_ways_of, parted
from networks.osm.restrictions import turns_of
from networks.osm.verdicts import Drivable
from networks.speeds.profile import SpeedProfile

_Scalar = TypeVar("_Scalar", bound=np.generic)

_FEWEST_NODES = 2  # of a way: a line
_LONGEST_MS = 48 * 3_600_000  # from junction to junction; beyond it a node is misplaced


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Nodes of the network, N of them, and the ends of the pieces.

    Parameters
    ----------
    place : (N,) int64
        Index of each node's place.
    tail, head : (P,) int64
        Node indices.
    """

    place: Ints
    tail: Ints
    head: Ints


def edges_of_ways(data: OsmData, profile: SpeedProfile) -> tuple[EdgeTable, Counter[str]]:
    """Return the edges of `data`, and counts of what was missing or closed.

    A node that several ways (or one way twice) use is a junction. Where a way names nodes whose
    position is unknown, as at the border of an extract, it is cut there, and the nodes beside the
    cut are marked as border; a ferry cut like that is left out, because its duration no longer
    fits. At a closed barrier every road ends at a node of its own, so that both sides can be
    driven and nothing passes. A road is cut too where the profile lets cars wait, so that only
    those pay who pass the place, and not every door on the same street. Edges between two nodes
    at one position are kept, with no length and no time: without them the roads they join would
    come apart.

    Parameters
    ----------
    data : OsmData
        What a reader found.
    profile : SpeedProfile
        Its delays are met at signals and the like.

    Returns
    -------
    EdgeTable
        Edges in the order of the ways, nodes along a curve that keeps neighbours together.
    Counter of str
        ``missing-nodes``, ``ways-cut-at-missing-nodes``,
        ``ways-without-nodes``, ``ferries-cut``, ``closed-barriers``, ``nodes-outside-bounds``,
        ``conditional-barriers``, ``restrictions-applied``, and what
        `turns_of` counts.
    """
    (ways, private), places = parted(data.ways), data.places
    at, known = places.find(ways.ref)
    way_of = np.repeat(np.arange(len(ways.id)), np.diff(ways.offset))
    cut, met = np.zeros(len(ways.id), bool), at[known]
    cut[way_of[~known]] = True
    lost = cut & _of_roads(ways, lambda road: road.ferry, np.bool_)
    closed = _closed(data.marks, places)
    waits = _waits(data.marks, places, profile)
    pieces, length, impossible = _possible(
        cut_pieces(at, known & ~lost[way_of], way_of, closed | waits.any(axis=0)), ways, places
    )
    ends = _nodes(pieces, places, closed)
    beyond = _beyond(data)[ends.place]
    border = _beside_gaps(at, known, way_of, len(places.id))[ends.place] | beyond
    table = replace(
        _table(ways, places, pieces, ends, length),
        forward_delay_ms=waits[0, pieces.head()],
        backward_delay_ms=waits[1, pieces.tail()],
        border=border,
        closed_ways=closed_ways_of(private, places, pieces, (ends.place, closed)),
        doorless=_of_roads(ways, lambda road: road.doorless, np.int64)[pieces.way],
        bridge=_of_roads(ways, lambda road: road.bridge, np.bool_)[pieces.way],
    )
    piece_ends = np.bincount(np.concatenate([pieces.tail(), pieces.head()]), minlength=len(closed))
    counts = Counter(
        {
            "missing-nodes": int((~known).sum()),
            "ways-cut-at-missing-nodes": int(cut.sum()),
            "ways-without-nodes": int((np.diff(ways.offset) < _FEWEST_NODES).sum()),
            "ferries-cut": int(lost.sum()),
            "closed-barriers": int((closed & (piece_ends > 1)).sum()),
            "nodes-outside-bounds": int(beyond.sum()),
            "conditional-barriers": _marked(data.marks, places, met, lambda mark: mark.conditional),
            "node-access-not-used": _marked(data.marks, places, met, lambda mark: mark.unclear),
            "impossible-roads": impossible,
        }
    )
    table, turns = _with_turns(table, data, ways.id[pieces.way], places.id[ends.place])
    return table, +(counts + turns)  # plus drops the zeros


def _of_roads(
    ways: Ways, value: Callable[[Drivable], object], dtype: type[_Scalar]
) -> NDArray[_Scalar]:
    """Return a column of the ways' roads, by way."""
    answer: NDArray[_Scalar] = np.array([value(road) for road in ways.roads], dtype)[ways.road]
    return answer


def _closed(marks: Marks, places: Places) -> Flags:
    """Return which places no car passes."""
    closed = np.zeros(len(places.id), bool)
    shut = np.array([mark.closed for mark in marks.marks], bool)[marks.mark]
    at, known = places.find(marks.id[shut])
    closed[at[known]] = True
    return closed


def _marked(marks: Marks, places: Places, driven: Ints, chosen: Callable[[NodeMark], bool]) -> int:
    """Return how many places on roads have a mark of this kind."""
    wanted = np.array([chosen(mark) for mark in marks.marks], bool)[marks.mark]
    at, known = places.find(marks.id[wanted])
    on_road = np.zeros(len(places.id), bool)
    on_road[driven] = True
    return int(on_road[at[known]].sum())


def _beside_gaps(at: Ints, known: Flags, way_of: Ints, places: int) -> Flags:
    """Return which places lie on a way right beside a node that is missing."""
    together = way_of[1:] == way_of[:-1]
    beside = np.zeros(places, bool)
    beside[at[:-1][together & known[:-1] & ~known[1:]]] = True
    beside[at[1:][together & known[1:] & ~known[:-1]]] = True
    return beside


def _beyond(data: OsmData) -> Flags:
    """Return which places lie outside the bounds of the data, where roads may be missing."""
    lon, lat = data.places.lon, data.places.lat
    if data.bounds is None:
        return np.zeros(len(lon), bool)
    inside = np.zeros(len(lon), bool)
    for west, south, east, north in (data.bounds, *data.more_bounds):
        inside |= (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    return ~inside


def _possible(pieces: WayPieces, ways: Ways, places: Places) -> tuple[WayPieces, Floats, int]:
    """Return the pieces that can be roads, their metres, and how many are left out.

    One misplaced node must not stop a build: the pieces at it are counted instead.
    """
    vertex = pieces.vertex
    length = packed_lengths(places.lon[vertex], places.lat[vertex], pieces.offset)
    kmh = _of_roads(ways, lambda road: min(road.kmh, road.kmh_backward), np.float64)[pieces.way]
    stated = _of_roads(ways, lambda road: road.duration_ms >= 0, np.bool_)[pieces.way]
    keep = np.asarray(stated | (length * 3600.0 <= _LONGEST_MS * kmh))
    if keep.all():
        return pieces, length, 0
    size = np.diff(pieces.offset)
    offset = np.concatenate([[0], np.cumsum(size[keep])])
    kept = WayPieces(pieces.way[keep], offset, vertex[np.repeat(keep, size)])
    return kept, length[keep], int((~keep).sum())


def _nodes(pieces: WayPieces, places: Places, closed: Flags) -> _Ends:
    """Return the nodes that pieces end at; at a closed place each end gets a node of its own."""
    ends = np.concatenate([pieces.tail(), pieces.head()])
    alone = closed[ends]
    used = np.zeros(len(closed), bool)
    used[ends[~alone]] = True
    place = np.concatenate([np.flatnonzero(used), ends[alone]])
    number = (np.cumsum(used) - 1)[ends]
    number[alone] = int(used.sum()) + np.arange(int(alone.sum()))
    order = hilbert_order(places.lon[place], places.lat[place])
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    number = rank[number]
    half = len(pieces.way)
    return _Ends(place[order], number[:half], number[half:])


def _waits(marks: Marks, places: Places, profile: SpeedProfile) -> Ints:
    """Return milliseconds of waiting at each place, (2, K): driven forward, and backward.

    A drive that arrives there pays them, one that leaves from there does not.
    """
    at, known = places.find(marks.id)
    both = []
    for along in (True, False):
        cost = [
            profile.delay_ms(mark.kind)
            if (mark.forward if along else mark.backward) and not mark.closed
            else 0
            for mark in marks.marks
        ]
        here = np.zeros(len(places.id), np.int64)
        here[at[known]] = np.array(cost, np.int64)[marks.mark][known]
        both.append(here)
    return np.stack(both)


def _table(ways: Ways, places: Places, pieces: WayPieces, ends: _Ends, length: Floats) -> EdgeTable:
    """Return the edges as their ways have them: without what nodes and relations add."""
    way = pieces.way
    classes, sources = Labels(), Labels()

    def column(value: Callable[[Drivable], object], dtype: type[_Scalar]) -> NDArray[_Scalar]:
        answer: NDArray[_Scalar] = _of_roads(ways, value, dtype)[way]
        return answer

    table = EdgeTable(
        node_id=places.id[ends.place],
        node_lon=places.lon[ends.place],
        node_lat=places.lat[ends.place],
        tail=ends.tail,
        head=ends.head,
        offset=pieces.offset,
        lon=places.lon[pieces.vertex],
        lat=places.lat[pieces.vertex],
        length_m=length,
        kmh=column(lambda road: road.kmh, np.float64),
        kmh_backward=column(lambda road: road.kmh_backward, np.float64),
        given_ms=_shared_out(column(lambda road: road.duration_ms, np.int64), way, length),
        forward=column(lambda road: road.forward, np.bool_),
        backward=column(lambda road: road.backward, np.bool_),
        toll=column(lambda road: road.toll, np.bool_),
        ferry=column(lambda road: road.ferry, np.bool_),
        road_class=column(lambda road: classes.number(road.road_class), np.int64),
        name=ways.name.astype(np.int64)[way],
        speed_source=column(lambda road: sources.number(road.speed_source), np.int64),
        length_basis=np.zeros(len(way), np.int64),
        classes=classes.texts(),
        names=ways.names,
        speed_sources=sources.texts(),
        through=column(lambda road: road.through, np.bool_),
        limit_kmh=column(lambda road: road.limit_kmh, np.float64),
        width_m=column(lambda road: road.width_m, np.float64),
        source_id=ways.id[way],
    )
    return with_boats_named(table, lambda edge: f"way/{ways.id[way[edge]]}")


def _with_turns(
    table: EdgeTable, data: OsmData, edge_way: Ints, node_id: Ints
) -> tuple[EdgeTable, Counter[str]]:
    """Return the table with the turns that relations forbid, and how many could be applied."""
    offset, directed, counts = turns_of(
        data.restrictions,
        edge_way,
        table.tail,
        table.head,
        table.forward,
        table.backward,
        node_id,
    )
    counts["restrictions-applied"] = len(data.restrictions) - counts.total()
    return replace(table, turn_offset=offset, turn_directed=directed), counts


def _shared_out(duration: Ints, way: Ints, length: Floats) -> Ints:
    """Share a way's stated milliseconds among its edges by length, so that they sum to it."""
    given = np.full(len(way), -1, np.int64)
    timed = np.flatnonzero(duration >= 0)  # edges of one way stand together
    for mine in np.split(timed, np.flatnonzero(np.diff(way[timed])) + 1) if len(timed) else ():
        total = float(length[mine].sum())
        if total > 0:
            run = np.rint(np.cumsum(length[mine]) / total * int(duration[mine[0]]))
            given[mine] = np.diff(run, prepend=0.0).astype(np.int64)
        else:
            given[mine] = 0
    return given
