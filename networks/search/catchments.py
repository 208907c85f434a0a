"""Catchments: the exact parts of roads from which a destination is within so many milliseconds.

A place belongs to a catchment exactly when a search from it (or to it) takes no longer than the
cutoff, under the same options, with the same turn restrictions, delays and rounding. Verdicts come
from here; polygons (`networks.search.catchment_shapes`) are for drawing only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundfloor.arguments import whole_number
from groundfloor.problems import Problem, Text, error, one_of
from networks.errors import SearchError
from networks.network import CLOSED, WORD_MS, RoadNetwork
from networks.search.question import Question, ask
from networks.search.times import FAR, label_states
from networks.types import Direction, Terminal, TravelOptions

_Floats = NDArray[np.float64]
_Longs = NDArray[np.int64]

_NEVER = np.int64(1) << 40  # milliseconds, beyond any label


@dataclass(frozen=True, slots=True, eq=False)
class Catchment:
    """Parts of edges within a time, ascending by edge and start, none touching the next.

    Parameters
    ----------
    edge : (K,) int32
        Edge of each part.
    start, end : (K,) float64
        Where it begins and ends, fractions of the edge's length from its tail; start < end.
    cutoff_ms : int
        Milliseconds between a place on the road and the door of a destination.
    direction : Direction
        `FROM_ORIGIN` for drives from the place to a destination, `TO_ORIGIN` for drives from a
        destination to the place.
    options : TravelOptions
        What the drives may use.
    """

    edge: NDArray[np.int32]
    start: _Floats
    end: _Floats
    cutoff_ms: int
    direction: Direction
    options: TravelOptions

    def length_m(self, network: RoadNetwork) -> float:
        """Return the metres of road in the catchment."""
        return float((network.edges.length_m[self.edge] * (self.end - self.start)).sum())

    def contains(self, edge: int, fraction: float) -> bool:
        """Return whether a place on an edge belongs to the catchment."""
        low, high = np.searchsorted(self.edge, [edge, edge + 1])
        part = slice(int(low), int(high))
        return bool(((self.start[part] <= fraction) & (fraction <= self.end[part])).any())


def catchment(
    network: RoadNetwork,
    destinations: Sequence[Terminal],
    cutoff_ms: int,
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
) -> Catchment:
    """Return all parts of roads within `cutoff_ms` of the nearest destination.

    Ferries carry drives on, where the options allow them, but are no part of a catchment.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    destinations : sequence of Terminal
        Ids unique; their access counts.
    cutoff_ms : int
        Milliseconds, 0 or more. Places on the road have no access of their own.
    direction : Direction
        Whether drives lead from the place to a destination, or from a destination to the place.
    options : TravelOptions, optional
        Tolls, ferries, waiting time; by default tolls yes, ferries no.

    Returns
    -------
    Catchment
        The parts.

    Raises
    ------
    SearchError
        When the cutoff is below zero, ids repeat, or a terminal is not on this network.
    """
    if whole_number(cutoff_ms, "cutoff_ms") < 0:
        raise SearchError(_bad_cutoff(cutoff_ms))
    chosen = options if options is not None else TravelOptions()
    question = ask(network, (), destinations, direction, chosen)
    tail_end, head_start = _from_junctions(question, cutoff_ms)
    whole = tail_end >= head_start
    rows = [(e, 0.0, float(tail_end[e])) for e in np.flatnonzero(~whole & (tail_end > 0)).tolist()]
    rows += [
        (e, float(head_start[e]), 1.0) for e in np.flatnonzero(~whole & (head_start < 1)).tolist()
    ]
    rows += [row for row in _beside(question, cutoff_ms) if not whole[row[0]]]
    merged = np.array(list(_merged(sorted(rows))), np.float64).reshape(-1, 3)
    full = np.flatnonzero(whole)
    edge = np.concatenate([full, merged[:, 0].astype(np.int64)]).astype(np.int32)
    start = np.concatenate([np.zeros(len(full)), merged[:, 1]])
    end = np.concatenate([np.ones(len(full)), merged[:, 2]])
    order = np.lexsort((start, edge))
    way = one_of(Direction, direction, "direction")
    return Catchment(edge[order], start[order], end[order], cutoff_ms, way, chosen)


def _from_junctions(question: Question, cutoff_ms: int) -> tuple[_Floats, _Floats]:
    """Return how far along each edge drives by way of its tail, and of its head, are in time.

    By way of the tail up to the first fraction, 0 for none; by way of the head from the second
    one on, 1 for none. The parts are those for which `split_ms` leaves the drive in time.
    """
    edges = question.network.edges
    whole_ms = np.stack([edges.forward_ms, edges.backward_ms], axis=1).ravel().astype(np.int64)
    left_ms = cutoff_ms - _junction_ms(question, cutoff_ms, whole_ms)
    left_ms[np.repeat(edges.ferry, 2)] = -1
    share = np.where(left_ms < 0, 0.0, (left_ms + 0.5) / np.maximum(whole_ms, 1))
    share[(left_ms >= whole_ms) & (left_ms >= 0)] = 1.0
    forward, backward = share[0::2], share[1::2]
    by_tail, by_head = (backward, forward) if question.onto else (forward, backward)
    return by_tail, 1.0 - by_head


def _junction_ms(question: Question, cutoff_ms: int, whole_ms: _Longs) -> _Longs:
    """Return for each directed edge what a drive along it takes besides the edge itself.

    Towards destinations this is from the edge's end on, the delay there included; from
    destinations up to its start, the turn into it included.
    """
    network = question.network
    label_ms = label_states(question, cutoff_ms)[:, 0].astype(np.int64)
    label_ms[label_ms == FAR] = _NEVER
    rows, edges, states = network.graph.onward, network.edges, network.graph.states
    delay_ms = np.stack([edges.forward_delay_ms, edges.backward_delay_ms], axis=1).ravel()
    best = np.full(2 * len(edges), _NEVER)
    usable = (rows.directed >= 0) & ((rows.arc[:, 1] & question.banned) == 0)
    if not question.onto:
        arc = np.flatnonzero(usable)
        source = np.repeat(np.arange(len(states)), np.diff(rows.offset))[arc]
        directed = rows.directed[arc]
        turn_ms = (rows.arc[arc, 1] & WORD_MS).astype(np.int64)
        turn_ms -= whole_ms[directed] + delay_ms[directed]
        np.minimum.at(best, directed, label_ms[source] + turn_ms)
        return best
    # drives start in the nodes themselves; on own-traffic roads in the states kept for that
    plain = np.flatnonzero(usable[: rows.offset[len(network.nodes)]])
    entry = [
        np.arange(rows.offset[s], rows.offset[s + 1], dtype=np.int64) for s in states.entry_state
    ]
    inside = np.concatenate([*entry, np.zeros(0, np.int64)])
    arc = np.concatenate([plain, inside[usable[inside]]])
    np.minimum.at(best, rows.directed[arc], label_ms[rows.arc[arc, 0]])
    np.minimum(best + delay_ms, _NEVER, out=best)
    return best


def _beside(question: Question, cutoff_ms: int) -> Iterator[tuple[int, float, float]]:
    """Yield the parts on a destination's own edge from which one drives straight to it."""
    along, _, _, inside = question.beside
    edges = question.network.edges
    for i in inside.tolist():
        snap = question.destinations[i].snap
        left_ms = cutoff_ms - snap.access_ms
        if left_ms < 0:
            continue
        for backward, ms in enumerate((edges.forward_ms, edges.backward_ms)):
            at_ms, whole_ms = int(along[i, backward]), int(ms[snap.edge])
            if at_ms == CLOSED:
                continue
            if bool(backward) == question.onto:  # places behind it, seen from the tail
                most_ms = at_ms + left_ms
                end = (most_ms + 0.5) / whole_ms if most_ms < whole_ms else 1.0
                yield snap.edge, snap.fraction, end
            else:
                least_ms = at_ms - left_ms
                start = (least_ms - 0.5) / whole_ms if least_ms > 0 else 0.0
                yield snap.edge, start, snap.fraction


def _merged(rows: Sequence[tuple[int, float, float]]) -> Iterator[tuple[int, float, float]]:
    """Yield sorted parts with those that touch made one."""
    last: tuple[int, float, float] | None = None
    for edge, start, end in rows:
        if last is not None and last[0] == edge and start <= last[2]:
            last = edge, last[1], max(last[2], end)
            continue
        if last is not None and last[1] < last[2]:
            yield last
        last = edge, start, end
    if last is not None and last[1] < last[2]:
        yield last


def _bad_cutoff(value: int) -> Problem:
    return error(
        "catchment-cutoff",
        Text("到達圏の時間は 0 ミリ秒以上の値です", "the time of a catchment is 0 ms or more"),
        Text("設定を直してください", "correct the setting"),
        value=str(value),
    )
