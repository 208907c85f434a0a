"""What a drive must remember of its past: how far it is in a forbidden turn, and what a turn costs.

Forbidden sequences of directed edges become an automaton by Aho and Corasick's construction. A
state is the longest end of the drive so far that begins a forbidden sequence; state 0 remembers
nothing. A step that would complete a sequence does not exist. Nearly every step depends on the edge
alone, so those that do not are kept as a short list of exceptions, and arrays of steps are looked
up in it at once.

Turns at junctions cost what a profile says, by the angle between two roads. Where a profile lets
drives turn back at junctions and dead ends only, the last edge is remembered where a street merely
goes on and the way back is barred. That can matter behind a forbidden turn alone: anywhere else a
drive that goes out and back has gained nothing. So it is remembered from the nodes at which
forbidden sequences turn to the first place where turning back is free, and not a step further.

Stands apart: `graph` walks the states, this module says which there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from networks.network import CLOSED, Edges, Shapes, Turns
from networks.speeds.profile import TurnDelays, UTurnRule

FORBIDDEN = -1
NOTHING = -1  # last directed edge of state 0
STRAIGHT_DEGREES = 45.0  # half of the eight-part compass: up to here a turn is straight on
_DECIMALS = 3  # angles are compared in thousandths, so that last bits of arctan2 decide nothing


@dataclass(frozen=True, slots=True, eq=False)
class TurnAutomaton:
    """What is remembered after each step.

    Parameters
    ----------
    first : (D,) int32
        State after each of the D directed edges when nothing is remembered.
    last : (P,) int32
        Last directed edge of each state; -1 for state 0.
    key : (K,) int64
        Exceptions, ascending: state times D plus directed edge.
    value : (K,) int32
        The state after an exception, or `FORBIDDEN`.
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    key: NDArray[np.int64]
    value: NDArray[np.int32]

    def __len__(self) -> int:
        """Return P."""
        return len(self.last)

    def step(self, state: NDArray[np.integer], directed: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return the states after driving `directed` in `state`, or `FORBIDDEN`; elementwise."""
        after: NDArray[np.int32] = self.first[directed]
        if len(self.key):
            key = state.astype(np.int64) * len(self.first) + directed
            at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
            after = np.where(self.key[at] == key, self.value[at], after)
        return after


@dataclass(slots=True)
class _Trie:
    """Nodes of the tree of sequences; node 0 is its root. Filled once, then only read."""

    children: list[dict[int, int]] = field(default_factory=lambda: [{}])
    complete: list[bool] = field(default_factory=lambda: [False])

    def add(self, sequence: Iterable[int]) -> None:
        node = 0
        for directed in sequence:
            following = self.children[node].get(directed)
            if following is None:
                following = len(self.children)
                self.children[node][directed] = following
                self.children.append({})
                self.complete.append(False)
            node = following
        self.complete[node] = True


def turn_automaton(
    offset: NDArray[np.int64],
    sequences: NDArray[np.integer],
    directed_count: int,
    arrivals: NDArray[np.integer] | None = None,
) -> TurnAutomaton:
    """Return the automaton of forbidden sequences.

    Parameters
    ----------
    offset : (T + 1,) int64
        Sequence ``i`` is ``sequences[offset[i]:offset[i + 1]]``.
    sequences : (M,) int
        Directed edges.
    directed_count : int
        How many directed edges there are, twice the edges.
    arrivals : (R,) int, optional
        Directed edges to remember in any case, ascending: what follows them costs a turn, or may
        not be the same edge back.

    Returns
    -------
    TurnAutomaton
        States in the order of a breadth-first walk, then those that `arrivals` add.

    Raises
    ------
    ValueError
        When a sequence has fewer than two edges, or an edge does not exist.

    Examples
    --------
    >>> ban = turn_automaton(np.array([0, 2]), np.array([4, 6]), 10)
    >>> ban.step(np.array([0, 1, 1]), np.array([4, 6, 8]))  # 6 may not follow 4, 8 may
    array([ 1, -1,  0], dtype=int32)
    """
    if len(offset) > 1 and (np.diff(offset) < 2).any():  # noqa: PLR2004  # a turn needs two edges
        raise ValueError("a forbidden sequence needs at least two directed edges")
    if len(sequences) and (sequences.min() < 0 or sequences.max() >= directed_count):
        raise ValueError("a forbidden sequence names an edge that does not exist")
    trie = _Trie()
    bounds, symbols = offset.tolist(), sequences.tolist()
    for start, end in pairwise(bounds):
        trie.add(symbols[start:end])
    last, exceptions = _walk(trie)
    first = np.zeros(directed_count, np.int32)
    for directed in trie.children[0]:
        first[directed] = exceptions[0, directed]
    exceptions = {at: after for at, after in exceptions.items() if at[0]}
    if arrivals is not None:
        extra = arrivals[first[arrivals] == 0]
        first[extra] = np.arange(len(last), len(last) + len(extra), dtype=np.int32)
        last = np.concatenate([last, extra.astype(np.int32)])
    key = np.fromiter((s * directed_count + d for s, d in exceptions), np.int64, len(exceptions))
    value = np.fromiter(exceptions.values(), np.int32, len(exceptions))
    order = np.argsort(key)
    return TurnAutomaton(first=first, last=last, key=key[order], value=value[order])


def _walk(trie: _Trie) -> tuple[NDArray[np.int32], dict[tuple[int, int], int]]:
    """Return the last edges of the states, numbered breadth-first, and steps by (state, edge).

    Of state 0 all steps that lead to another one, of others those that may differ from state 0's:
    to a node's own children and, where it has none, as from its longest proper end in the tree.
    """
    starts = trie.children[0]
    state = {0: 0}
    moves: dict[int, dict[int, int]] = {0: {}}
    forbidden = list(trie.complete)
    last = [NOTHING]
    queue: deque[tuple[int, int, int]] = deque()  # node, its fallback, its last edge
    for directed in sorted(starts):
        queue.append((starts[directed], 0, directed))
    while queue:
        node, fallback, directed = queue.popleft()
        forbidden[node] = forbidden[node] or forbidden[fallback]
        if forbidden[node]:
            continue
        state[node] = len(last)
        last.append(directed)
        own = trie.children[node]
        for onward in sorted(own):
            back = moves[fallback].get(onward, starts.get(onward, 0))
            queue.append((own[onward], back, onward))
        moves[node] = {**moves[fallback], **own}
    moves[0] = starts
    steps = {
        (state[node], directed): FORBIDDEN if forbidden[target] else state[target]
        for node, onward in moves.items()
        for directed, target in onward.items()
    }
    return np.array(last, np.int32), steps


@dataclass(frozen=True, slots=True, eq=False)
class Bearings:
    """Directions of travel of directed edges, degrees clockwise from north.

    Parameters
    ----------
    out, into : (2 E,) float64
        At the start and at the end; NaN where an edge has no extent.
    """

    out: NDArray[np.float64]
    into: NDArray[np.float64]


def bearings_of(shapes: Shapes) -> Bearings:
    """Return the bearings of the first and last stretch of every edge, both ways.

    Where two vertices are one, the line from end to end stands in.
    """
    start, stop = shapes.offset[:-1], shapes.offset[1:] - 1
    whole = _bearing(shapes, start, stop)
    first = _bearing(shapes, start, start + 1)
    final = _bearing(shapes, stop - 1, stop)
    first = np.where(np.isnan(first), whole, first)
    final = np.where(np.isnan(final), whole, final)
    return Bearings(
        out=np.stack([first, final + 180.0], axis=1).ravel(),
        into=np.stack([final, first + 180.0], axis=1).ravel(),
    )


def _bearing(shapes: Shapes, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    east = (shapes.lon[b] - shapes.lon[a] + 180.0) % 360.0 - 180.0
    north = shapes.lat[b] - shapes.lat[a]
    east = east * np.cos(np.radians((shapes.lat[a] + shapes.lat[b]) / 2.0))
    return np.where((east == 0.0) & (north == 0.0), np.nan, np.degrees(np.arctan2(east, north)))


@dataclass(frozen=True, slots=True, eq=False)
class TurnTable:
    """Looks up what lies between two directed edges: milliseconds, or no way at all.

    Parameters
    ----------
    costs : TurnDelays
        The profile's.
    bearings : Bearings or None
        Of the directed edges; None where turns cost nothing.
    bend : (2 E,) bool
        Whether behind a directed edge the road only leads on one way, turning back aside: then
        that way costs nothing, whatever its angle.
    free : (2 E,) bool
        Ferries, which have no turns.
    mid_street : (2 E,) bool
        Whether a directed edge may not be driven back from its end.
    arrivals : (R,) int64
        Directed edges, ascending, after which some way on costs something or is barred.
    """

    costs: TurnDelays
    bearings: Bearings | None
    bend: NDArray[np.bool_]
    free: NDArray[np.bool_]
    mid_street: NDArray[np.bool_]
    arrivals: NDArray[np.int64]

    def between(self, before: NDArray[np.integer], after: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the milliseconds of turning from `before` into `after`, elementwise."""
        if self.bearings is None:
            return np.zeros(len(before), np.int64)
        costs = self.costs
        angle = self.bearings.out[after] - self.bearings.into[before]
        angle = np.round((angle + 180.0) % 360.0 - 180.0, _DECIMALS)
        turn = np.select(
            [angle > STRAIGHT_DEGREES, angle < -STRAIGHT_DEGREES],
            [costs.right_ms, costs.left_ms],
            costs.straight_ms,  # also where an edge has no direction
        )
        turn = np.where(self.bend[before], 0, turn)
        turn = np.where(before ^ 1 == after, costs.u_turn_ms, turn)
        answer: NDArray[np.int64] = np.where(self.free[before] | self.free[after], 0, turn)
        return answer.astype(np.int64)

    def barred(self, before: NDArray[np.integer], after: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return where `after` is `before` back again and may not be, elementwise."""
        answer: NDArray[np.bool_] = (before ^ 1 == after) & self.mid_street[before]
        return answer


def turn_table(
    node_count: int,
    edges: Edges,
    turns: Turns,
    costs: TurnDelays | None,
    bearings: Bearings | None,
    u_turns: UTurnRule,
) -> TurnTable | None:
    """Return the table of turns between `edges`; None where all are free.

    Parameters
    ----------
    node_count : int
        N.
    edges : Edges
        Roads and ferries.
    turns : Turns
        Forbidden sequences: what a drive may want to turn back for.
    costs : TurnDelays or None
        The profile's.
    bearings : Bearings or None
        Needed with `costs`.
    u_turns : UTurnRule
        Where drives may turn back.

    Raises
    ------
    ValueError
        When a turn costs less than nothing.
    """
    costs = costs if costs is not None and bearings is not None else TurnDelays()
    dearest = max(costs.left_ms, costs.right_ms, costs.straight_ms)
    if min(costs.left_ms, costs.right_ms, costs.straight_ms, costs.u_turn_ms) < 0:
        raise ValueError("a turn cannot cost less than nothing")
    at_a_price = max(dearest, costs.u_turn_ms) > 0
    if not at_a_price and (u_turns is UTurnRule.ANYWHERE or not len(turns)):
        return None
    ways = _ways(node_count, edges)
    bend = ways.onward <= 1
    mid_street = np.zeros(len(bend), bool)
    if u_turns is UTurnRule.JUNCTIONS:
        mid_street = ways.back & ways.street & (ways.onward == 1)
    costly = (ways.back & (costs.u_turn_ms > 0)) | (~bend & (dearest > 0))
    # With prices a drive may turn back merely because that is cheaper than another turn.
    wanted = (
        mid_street if at_a_price else mid_street & _behind_bans(node_count, ways, turns, mid_street)
    )
    arrivals = np.flatnonzero(ways.road & (costly | wanted))
    ferry = np.repeat(edges.ferry, 2)
    return TurnTable(costs, bearings, bend, ferry, mid_street, arrivals)


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """What directed edges lead to, each column (2 E,).

    Parameters
    ----------
    tail, head : int32
        Where they begin and end.
    road : bool
        Whether it may be driven, and is no ferry.
    back : bool
        Whether one may turn back on the same edge.
    onward : int64
        Roads that lead on from the end, the way back aside.
    street : bool
        Whether two ends of roads and no more meet at the end, whatever their direction, and those
        of one kind: before a toll road, or one for its own traffic, drivers do turn back.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    road: NDArray[np.bool_]
    back: NDArray[np.bool_]
    onward: NDArray[np.int64]
    street: NDArray[np.bool_]


def _ways(node_count: int, edges: Edges) -> _Ways:
    drivable = np.stack([edges.forward_ms, edges.backward_ms], axis=1).ravel() != CLOSED
    road = drivable & ~np.repeat(edges.ferry, 2)
    tail = np.stack([edges.tail, edges.head], axis=1).ravel()
    head = tail.reshape(-1, 2)[:, ::-1].ravel()
    back = drivable.reshape(-1, 2)[:, ::-1].ravel()
    onward = np.bincount(tail[road], minlength=node_count)[head] - back
    either = np.repeat(road.reshape(-1, 2).any(axis=1), 2)
    street = np.bincount(tail[either], minlength=node_count) == 2  # noqa: PLR2004 (its two ends)
    for kind in (edges.toll, edges.through):
        street &= np.bincount(tail[either & np.repeat(kind, 2)], minlength=node_count) != 1
    return _Ways(tail, head, road, back, onward, street[head])


def _behind_bans(
    node_count: int, ways: _Ways, turns: Turns, mid_street: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the directed edges on the way from a forbidden turn to the first free turning place.

    A drive that goes out and back between two edges is quicker without doing so, unless they are
    parts of one forbidden sequence. So it went out from a node inside one, and turned back at the
    first place that allows it.
    """
    inner = np.ones(len(turns.directed), bool)
    inner[turns.offset[1:] - 1] = False
    here = np.zeros(node_count, bool)
    here[ways.head[turns.directed[inner]]] = True
    able = ways.road & ways.back
    found: NDArray[np.bool_] = able & here[ways.tail]
    street = np.zeros(node_count, bool)
    street[ways.head[mid_street]] = True
    ahead = np.flatnonzero(able & ~found & street[ways.tail])
    ends = ways.head[found & mid_street]
    while len(ends):
        here[:] = False
        here[ends] = True
        out = here[ways.tail[ahead]]
        found[ahead[out]] = True
        ends = ways.head[ahead[out & mid_street[ahead]]]
        ahead = ahead[~out]
    return found
