"""The search graph: layers of the network times what a drive must remember of its past.

A state is a place of the layers (`networks.search.layers`) and a state of the automaton of
forbidden sequences (`networks.search.turn_memory`). Every place has a state that remembers
nothing; further states exist only where an arc leads that begins a forbidden sequence, so a
network without restrictions is searched as it is. Links keep what is remembered, an arc that would
complete a forbidden sequence is left out, and so are all states that nothing leads to.

Turning back at a junction or a dead end is allowed unless a restriction forbids it, as it is in
Japan (道路交通法第25条の2 asks no more than that traffic is not disturbed): a drive may pass a
forbidden turn, turn round behind it and come back. In mid-street, where two pieces of one road meet
and nothing else does, the profile says whether it may.

Where a profile gives costs to turns, the last edge is remembered wherever the way on costs
something: nearly every directed edge then has a state of its own, and the graph has about four
times the arcs. An arc's milliseconds then include the turn that leads into it. A drive that starts
remembers nothing and pays for no turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from networks.network import (
    LINK,
    WORD_MS,
    ArcRows,
    Edges,
    Nodes,
    SearchGraph,
    Shapes,
    States,
    Turns,
)
from networks.search.layers import Layers, distinct, layers_of
from networks.search.turn_memory import (
    FORBIDDEN,
    Bearings,
    TurnAutomaton,
    TurnTable,
    bearings_of,
    turn_automaton,
    turn_table,
)
from networks.speeds.profile import SpeedProfile, TurnDelays, UTurnRule

_Number = TypeVar("_Number", bound=np.generic)


def build_graph(
    nodes: Nodes, edges: Edges, shapes: Shapes, turns: Turns, profile: SpeedProfile
) -> SearchGraph:
    """Return the search graph of a network's arrays; turns are and cost what `profile` says."""
    costs = profile.turns
    bearings = None if costs is None else bearings_of(shapes)
    return search_graph(
        len(nodes), edges, turns, costs=costs, bearings=bearings, u_turns=profile.u_turns
    )


def search_graph(
    node_count: int,
    edges: Edges,
    turns: Turns,
    *,
    line_names: NDArray[np.integer] | None = None,
    costs: TurnDelays | None = None,
    bearings: Bearings | None = None,
    u_turns: UTurnRule = UTurnRule.ANYWHERE,
) -> SearchGraph:
    """Return the search graph of `edges`.

    Rows of `SearchGraph.onward` hold links first, then arcs by directed edge. Rows of
    `SearchGraph.back` hold the same arcs by the state they come from, then likewise.

    Parameters
    ----------
    node_count : int
        N.
    edges : Edges
        Roads and ferries.
    turns : Turns
        Forbidden sequences. One that is not a connected drive forbids nothing.
    line_names : (E,) int, optional
        Ferries of one name are one line; `Edges.name` by default.
    costs : TurnDelays, optional
        Milliseconds of turns; none by default.
    bearings : Bearings, optional
        Needed with `costs`.
    u_turns : UTurnRule
        Where drives may turn back.

    Raises
    ------
    ValueError
        When milliseconds do not fit into a word, or a sequence is none.
    """
    layers = layers_of(node_count, edges, edges.name if line_names is None else line_names)
    table = turn_table(node_count, edges, turns, costs, bearings, u_turns)
    automaton = turn_automaton(
        turns.offset, turns.directed, 2 * len(edges), None if table is None else table.arrivals
    )
    found = _explore(layers, automaton, table)
    states, number = _numbered(node_count, layers, found, len(automaton))
    return _graph(states, number, found.arcs)


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Arcs between pairs of a place and an automaton state, both ends as one key each."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    word: NDArray[np.uint32]
    directed: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What can be reached: keys of states that remember something, ascending, and all arcs."""

    keys: NDArray[np.int64]
    arcs: _Arcs


def _explore(layers: Layers, automaton: TurnAutomaton, table: TurnTable | None) -> _Found:
    """Walk from the places with nothing remembered until no state is new, a whole front at once.

    The key of a state is its place times the size of the automaton, plus the automaton's state.
    The number of rounds is bounded by the longest sequence and the longest chain of links.
    """
    size = len(automaton)
    rows, offset = _order(layers.source, len(layers.node))
    directed = layers.directed[rows]
    first = np.where(directed == LINK, 0, automaton.first[directed])  # -1 reads some edge, unused
    step = _Arcs(
        source=layers.source[rows] * np.int64(size),
        target=layers.target[rows] * np.int64(size) + first,
        word=layers.word[rows],
        directed=directed,
    )
    arcs = [step]
    keys = np.zeros(0, np.int64)
    while len(front := _unknown(step.target[step.target % size > 0], keys)):
        keys = np.sort(np.concatenate([keys, front]))
        step = _steps(layers, rows, offset, automaton, table, front)
        arcs.append(step)
    return _Found(
        keys,
        _Arcs(
            source=_one([a.source for a in arcs]),
            target=_one([a.target for a in arcs]),
            word=_one([a.word for a in arcs]),
            directed=_one([a.directed for a in arcs]),
        ),
    )


def _one(parts: list[NDArray[_Number]]) -> NDArray[_Number]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _unknown(reached: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what is reached for the first time, ascending."""
    front: NDArray[np.int64] = distinct(reached)
    if not len(keys):
        return front
    at = np.minimum(np.searchsorted(keys, front), len(keys) - 1)
    new: NDArray[np.int64] = front[keys[at] != front]
    return new


def _steps(
    layers: Layers,
    rows: NDArray[np.int64],
    offset: NDArray[np.int64],
    automaton: TurnAutomaton,
    table: TurnTable | None,
    front: NDArray[np.int64],
) -> _Arcs:
    """Return the arcs that leave the states of `front`, all of which remember something."""
    size = len(automaton)
    place, memory = np.divmod(front, size)
    count = offset[place + 1] - offset[place]
    begin = np.cumsum(count) - count
    arc = rows[np.arange(int(count.sum())) + np.repeat(offset[place] - begin, count)]
    memory = np.repeat(memory, count)
    directed = layers.directed[arc]
    link = directed == LINK
    after = np.where(link, memory, automaton.step(memory, np.where(link, 0, directed)))
    word = layers.word[arc]
    if table is not None:
        ms = (word & WORD_MS).astype(np.int64)
        ms[~link] += table.between(automaton.last[memory[~link]], directed[~link])
        if ms.max(initial=0) > WORD_MS:
            raise ValueError(f"an edge and its turn take more than {WORD_MS} ms")
        word = (word & ~np.uint32(WORD_MS)) | ms.astype(np.uint32)
        after[~link & table.barred(automaton.last[memory], directed)] = FORBIDDEN
    kept = after != FORBIDDEN
    return _Arcs(
        source=np.repeat(front, count)[kept],
        target=(layers.target[arc].astype(np.int64) * size + after)[kept],
        word=word[kept],
        directed=directed[kept],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Numbering:
    """Gives keys their state."""

    size: int
    plain: NDArray[np.int32]  # state of each place with nothing remembered
    keys: NDArray[np.int64]
    state: NDArray[np.int32]  # of each key

    def of(self, key: NDArray[np.int64]) -> NDArray[np.int32]:
        if self.size == 1:
            return self.plain[key]
        place, memory = np.divmod(key, self.size)
        answer = self.plain[place]
        remembering = memory > 0
        answer[remembering] = self.state[np.searchsorted(self.keys, key[remembering])]
        return answer


def _numbered(
    node_count: int, layers: Layers, found: _Found, size: int
) -> tuple[States, _Numbering]:
    """Return the states: nodes, then the others by node, place and what they remember."""
    copies = np.arange(node_count, len(layers.node), dtype=np.int64) * size
    key = np.concatenate([copies, found.keys])
    node = layers.node[key // size]
    order = np.lexsort((key, node))
    state = np.empty(len(key), np.int32)
    state[order] = np.arange(node_count, node_count + len(key), dtype=np.int32)
    plain = np.concatenate([np.arange(node_count, dtype=np.int32), state[: len(copies)]])
    states = States(
        node=np.concatenate([layers.node[:node_count], node[order]]),
        entry_node=layers.entry_node,
        entry_state=plain[layers.entry_place],
    )
    return states, _Numbering(size, plain, found.keys, state[len(copies) :])


def _graph(states: States, number: _Numbering, arcs: _Arcs) -> SearchGraph:
    """Return the arcs in rows, by the states at either end.

    All arcs of a state were found in one go and in the order they are to have, therefore sorting
    by state alone, without changing the order of equals, is enough.
    """
    source, target = number.of(arcs.source), number.of(arcs.target)
    order, offset = _order(source, len(states))
    source, target = source[order], target[order]
    word, directed = arcs.word[order], arcs.directed[order]
    onward = ArcRows(offset=offset, arc=_pairs(target, word), directed=directed)
    order, offset = _order(target, len(states))
    back = ArcRows(offset=offset, arc=_pairs(source[order], word[order]), directed=directed[order])
    return SearchGraph(states=states, onward=onward, back=back)


def _pairs(other: NDArray[np.int32], word: NDArray[np.uint32]) -> NDArray[np.uint32]:
    arc = np.empty((len(other), 2), np.uint32)
    arc[:, 0], arc[:, 1] = other, word
    return arc


def _order(key: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what sorts by `key`, equals in their order, and where the rows of each key begin."""
    from networks.search.graph_kernels import counting_order  # noqa: PLC0415 (compiled)

    offset = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(key, minlength=count), out=offset[1:])
    order = np.empty(len(key), np.int64)
    counting_order(key, offset.copy(), order)
    return order, offset
