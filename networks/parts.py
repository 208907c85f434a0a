"""Which roads a drive can both leave for the main part of a network and come to from there.

A network hangs together in pieces, by roads whichever way they run. Not every road of a piece can
be left and entered: an entrance lane that only leads in, an exit that only leads out, a
carriageway whose other end the data do not hold, a street behind turns that are forbidden. The
*core* of a piece is its largest part in which every place leads to every other; a road is
*half-way* that leads to the core or from it, not both.

Drives are those of a search: one-ways, forbidden turns and roads for their own traffic hold (see
`networks.search.graph`), so do closures, and tolls where a run may not use them. Ferries join
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.geo import components
from networks.network import (
    CLOSED,
    CLOSED_FLAG,
    FERRY_FLAG,
    TOLL,
    ArcRows,
    Edges,
    Nodes,
    RoadNetwork,
    SearchGraph,
)

_Flags = NDArray[np.bool_]
_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]

# Of a core and another part of its piece, the core is the main one with this many times the road.
# Of two parts of similar length neither is a slip of the data.
_LARGER = 3.0
# A core with a smaller share of its piece is none: the source seems to know one direction only of
# most roads, and tying everybody to the few that it knows both ways would be worse.
_LEAST_SHARE = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """How the roads of a network hang together for the drives of a run.

    Parameters
    ----------
    piece : (N,) int32
        The piece of each node, see `pieces_of`.
    half_way : (E,) bool
        See `half_way_roads`.
    """

    piece: _Ints
    half_way: _Flags


def parts_of(network: RoadNetwork, *, tolls: bool = True) -> Parts:
    """Return how a network's roads hang together, its closures honoured.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    tolls : bool
        Whether drives may use toll roads.
    """
    nodes, edges, closed = network.nodes, network.edges, network.closed
    free = tolls or not edges.toll.any()
    if free and closed is None:
        return Parts(nodes.component, network.half_way)
    usable = ~edges.ferry if closed is None else ~(edges.ferry | closed)
    if free:
        return Parts(pieces_of(nodes, edges, usable), network.half_way)
    piece = pieces_of(nodes, edges, usable & ~edges.toll)
    return Parts(piece, half_way_roads(edges, network.graph, piece=piece, tolls=False))


def half_way_roads(edges: Edges, graph: SearchGraph, *, piece: _Ints, tolls: bool = True) -> _Flags:
    """Return the roads that lead to their piece's core or from it, but not both.

    Where a piece has no core to speak of, or a road lies in a part of it that is nearly as large,
    none is half-way.

    Parameters
    ----------
    edges, graph : Edges, SearchGraph
        Of a network; arcs that are closed for a run are flagged in the graph.
    piece : (N,) int32
        The piece of each node, see `pieces_of`.
    tolls : bool
        Whether drives may use toll roads.

    Returns
    -------
    (E,) bool
        Ferries and roads that no drive may use lead nowhere, and are half-way where a core is.
    """
    from networks.part_kernels import reached  # noqa: PLC0415 (compiled)

    banned = np.uint32(CLOSED_FLAG | FERRY_FLAG | (0 if tolls else TOLL))
    onward, back = graph.onward, graph.back
    label, part_m, part = _strong_parts(onward, banned, edges.length_m)
    home = np.zeros(len(part_m), np.int32)
    home[label] = piece[graph.states.node]
    core_m, core = _cores(part_m, home, _driven_m(edges, piece))
    inside = core[label]
    leads, led, queue = inside.copy(), inside.copy(), np.empty(len(inside), np.int32)
    reached(back.offset, back.arc, banned, leads, queue)
    reached(onward.offset, onward.arc, banned, led, queue)
    source, target, edge = _driven(onward, banned)
    out, home_again = np.zeros(len(edges), np.bool_), np.zeros(len(edges), np.bool_)
    out[edge[leads[target]] >> 1] = True
    home_again[edge[led[source]] >> 1] = True
    own_m = np.where(part >= 0, part_m[part], 0.0)
    there_m = core_m[piece[edges.tail]]
    slip = (there_m > 0.0) & (own_m * _LARGER <= there_m)
    half_way: _Flags = slip & ~(out & home_again)
    half_way.flags.writeable = False
    return half_way


def _strong_parts(
    rows: ArcRows, banned: np.uint32, length_m: _Floats
) -> tuple[_Ints, _Floats, _Ints]:
    """Return the part of each state, the metres driven inside each, and the part of each edge.

    A part is states that all lead to each other; an edge that leads from part to part has -1. Both
    directions of an edge count, each once.
    """
    from networks.part_kernels import strong_labels  # noqa: PLC0415 (compiled)

    size = len(rows.offset) - 1
    label = np.full(size, -1, np.int32)
    order, low = np.zeros(size, np.int32), np.zeros(size, np.int32)
    work = order, low, np.empty(size, np.int32), np.empty(size, np.int32)
    strong_labels(rows.offset, rows.arc, banned, rows.offset[:-1].copy(), work, label)
    source, target, directed = _driven(rows, banned)
    within = label[source] == label[target]
    directed, inside = directed[within], label[source[within]]
    part = np.full(len(length_m), -1, np.int32)
    part[directed >> 1] = inside
    turn = np.arange(len(directed), dtype=np.int32)
    first = np.empty(2 * len(length_m), np.int32)
    first[directed[::-1]] = turn[::-1]  # of several states that drive one direction, the first
    once = first[directed] == turn
    weights = length_m[directed[once] >> 1]
    part_m = np.asarray(np.bincount(inside[once], weights=weights, minlength=size), np.float64)
    return label, part_m, part


def _driven(rows: ArcRows, banned: np.uint32) -> tuple[_Ints, NDArray[np.uint32], _Ints]:
    """Return the states at both ends of the arcs that drive a road, and its directed edge."""
    kept = (rows.directed >= 0) & (rows.arc[:, 1] & banned == 0)
    source = np.repeat(np.arange(len(rows.offset) - 1, dtype=np.int32), np.diff(rows.offset))
    return source[kept], rows.arc[kept, 0], rows.directed[kept]


def pieces_of(nodes: Nodes, edges: Edges, usable: _Flags) -> _Ints:
    """Return the piece of each node: what hangs together by usable roads, direction ignored.

    Parameters
    ----------
    nodes, edges : Nodes, Edges
        Of a network.
    usable : (E,) bool
        The roads that drives may use.

    Returns
    -------
    (N,) int32
        0 is the one with most kilometres.
    """
    length_m = edges.length_m[usable]
    return components(edges.tail[usable], edges.head[usable], len(nodes), length_m)


def _driven_m(edges: Edges, piece: _Ints) -> _Floats:
    """Return the metres of all roads of each piece, both directions of a road counted."""
    ways = (edges.forward_ms != CLOSED).astype(np.int64) + (edges.backward_ms != CLOSED)
    metres = np.where(edges.ferry, 0.0, edges.length_m * ways)
    size = int(piece.max()) + 1
    return np.asarray(np.bincount(piece[edges.tail], weights=metres, minlength=size), np.float64)


def _cores(part_m: _Floats, home: _Ints, whole_m: _Floats) -> tuple[_Floats, _Flags]:
    """Return the metres of each piece's core, 0 where it has none, and which parts are cores.

    Parameters
    ----------
    part_m : (K,) float64
        Metres of each part, both directions counted.
    home : (K,) int32
        The piece of each part.
    whole_m : (Q,) float64
        Metres of each piece, likewise.
    """
    core_m, core = np.zeros(len(whole_m)), np.zeros(len(part_m), np.bool_)
    found = np.flatnonzero(part_m > 0.0)
    longest_first = found[np.argsort(-part_m[found], kind="stable")]
    pieces, at = np.unique(home[longest_first], return_index=True)
    main = longest_first[at]
    enough = part_m[main] >= _LEAST_SHARE * whole_m[pieces]
    core[main[enough]] = True
    core_m[pieces[enough]] = part_m[main[enough]]
    return core_m, core
