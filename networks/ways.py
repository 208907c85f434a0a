"""From OSM ways to edges: cut at junctions, count what is missing. All in arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.build import EdgeTable, Labels
from networks.geo import packed_lengths
from networks.osm_tags import Drivable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Ways that cars may use, with the nodes they run over.

    Parameters
    ----------
    id : (W,) int64
        OSM ids.
    offset : (W + 1,) int64
        Nodes of way ``i`` are ``ref[offset[i]:offset[i + 1]]``.
    ref : (R,) int64
        OSM node ids.
    roads : sequence of Drivable
        What each way is.
    """

    id: Ints
    offset: Ints
    ref: Ints
    roads: Sequence[Drivable]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Known positions, sorted by id.

    Parameters
    ----------
    id : (K,) int64
        OSM node ids, ascending.
    lon, lat : (K,) float64
        Degrees.
    """

    id: Ints
    lon: Floats
    lat: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Stretches of ways between junctions."""

    way: Ints
    tail: Ints
    head: Ints
    offset: Ints
    vertex: Ints  # indices into Places


def edges_of_ways(ways: Ways, places: Places) -> tuple[EdgeTable, Counter[str]]:
    """Return the edges of `ways`, and counts of what was missing.

    A node that several ways (or one way twice) use is a junction. Where a way names nodes whose
    position is unknown, as at the border of an extract, it is cut there; a ferry cut like that is
    left out, because its duration no longer fits.

    Returns
    -------
    EdgeTable
        Edges in the order of the ways.
    Counter of str
        ``missing-nodes``, ``ways-cut-at-missing-nodes``, ``ferries-cut``.
    """
    at = np.searchsorted(places.id, ways.ref)
    at[at == len(places.id)] = 0
    known = places.id[at] == ways.ref if len(places.id) else np.zeros(len(at), bool)
    way_of = np.repeat(np.arange(len(ways.id)), np.diff(ways.offset))
    cut = np.zeros(len(ways.id), bool)
    cut[way_of[~known]] = True
    lost = cut & np.array([road.ferry for road in ways.roads], bool)
    counts = Counter(
        {
            "missing-nodes": int((~known).sum()),
            "ways-cut-at-missing-nodes": int(cut.sum()),
            "ferries-cut": int(lost.sum()),
        }
    )
    pieces = _cut_at_junctions(at, known & ~lost[way_of], way_of)
    return _table(ways, places, pieces), +counts  # plus drops the zeros


def _cut_at_junctions(at: Ints, usable: NDArray[np.bool_], way_of: Ints) -> _Pieces:
    starts = np.ones(len(at), bool)
    starts[1:] = (way_of[1:] != way_of[:-1]) | ~usable[:-1]
    at, way_of, starts = at[usable], way_of[usable], starts[usable]
    repeated = np.zeros(len(at), bool)
    repeated[1:] = (at[1:] == at[:-1]) & ~starts[1:]
    at, way_of, starts = at[~repeated], way_of[~repeated], starts[~repeated]
    ends = np.ones(len(at), bool)
    ends[:-1] = starts[1:]
    shared = np.bincount(at)[at] > 1 if len(at) else np.zeros(0, bool)
    stops = np.flatnonzero(starts | ends | shared)
    run = np.cumsum(starts)
    first, last = stops[:-1], stops[1:]
    inside = run[first] == run[last]
    first, last = first[inside], last[inside]
    size = last - first + 1
    offset = np.zeros(len(first) + 1, np.int64)
    np.cumsum(size, out=offset[1:])
    position = np.repeat(first - offset[:-1], size) + np.arange(offset[-1])
    return _Pieces(way_of[first], at[first], at[last], offset, at[position])


def _table(ways: Ways, places: Places, pieces: _Pieces) -> EdgeTable:
    classes, names, sources = Labels(), Labels(), Labels()
    names.number("")
    roads = ways.roads
    class_of = np.array([classes.number(r.road_class) for r in roads], np.int64)
    source_of = np.array([sources.number(r.speed_source) for r in roads], np.int64)
    name_of = np.array(
        [names.number(_name(r, int(i))) for r, i in zip(roads, ways.id, strict=True)], np.int64
    )
    way = pieces.way
    lon, lat = places.lon[pieces.vertex], places.lat[pieces.vertex]
    length = packed_lengths(lon, lat, pieces.offset)
    used, ends = np.unique(np.concatenate([pieces.tail, pieces.head]), return_inverse=True)
    duration = np.array([r.duration_ms for r in roads], np.int64)[way]
    return EdgeTable(
        node_id=places.id[used],
        node_lon=places.lon[used],
        node_lat=places.lat[used],
        tail=ends[: len(way)],
        head=ends[len(way) :],
        offset=pieces.offset,
        lon=lon,
        lat=lat,
        length_m=length,
        kmh=np.array([r.kmh for r in roads], np.float64)[way],
        given_ms=_shared_out(duration, way, length),
        forward=np.array([r.forward for r in roads], bool)[way],
        backward=np.array([r.backward for r in roads], bool)[way],
        toll=np.array([r.toll for r in roads], bool)[way],
        ferry=np.array([r.ferry for r in roads], bool)[way],
        road_class=class_of[way],
        name=name_of[way],
        speed_source=source_of[way],
        length_basis=np.zeros(len(way), np.int64),
        classes=classes.texts(),
        names=names.texts(),
        speed_sources=sources.texts(),
    )


def _name(road: Drivable, way_id: int) -> str:
    """Return the road's name; a nameless ferry is named by its way, since lines are told apart."""
    return road.name or (f"way/{way_id}" if road.ferry else "")


def _shared_out(duration: Ints, way: Ints, length: Floats) -> Ints:
    """Share a way's stated milliseconds among its edges by length, so that they sum to it."""
    given = np.full(len(way), -1, np.int64)
    for w in np.unique(way[duration >= 0]).tolist():
        mine = np.flatnonzero(way == w)
        total = float(length[mine].sum())
        if total > 0:
            run = np.rint(np.cumsum(length[mine]) / total * int(duration[mine[0]]))
            given[mine] = np.diff(run, prepend=0.0).astype(np.int64)
        else:
            given[mine] = 0
    return given
