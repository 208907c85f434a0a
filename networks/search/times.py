"""The time from every node of a network to its nearest destination, or back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundfloor.arguments import whole_number
from groundfloor.problems import Problem, Text, error, one_of
from networks.errors import SearchError
from networks.network import RoadNetwork
from networks.search.question import Question, ask
from networks.types import Direction, Terminal, TravelOptions

UNREACHABLE = -1
FAR = 0xFFFFFFFF  # of labels, as in `networks.search.search_kernels`
Seed = tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]


@dataclass(frozen=True, slots=True, eq=False)
class NodeTimes:
    """What lies between each node and its nearest destination.

    Parameters
    ----------
    ms : (N,) int64
        Milliseconds, -1 where no destination can be reached.
    destination : (N,) int32
        Index into the destinations as they were given, -1 likewise; of equals, one.
    direction : Direction
        `FROM_ORIGIN` for drives from the node, `TO_ORIGIN` for drives to it.
    options : TravelOptions
        What the drives may use.
    destinations : tuple of Terminal
        As they were given.
    """

    ms: NDArray[np.int64]
    destination: NDArray[np.int32]
    direction: Direction
    options: TravelOptions
    destinations: tuple[Terminal, ...]


def node_times(
    network: RoadNetwork,
    destinations: Sequence[Terminal],
    *,
    direction: Direction = Direction.FROM_ORIGIN,
    options: TravelOptions | None = None,
    limit_ms: int | None = None,
) -> NodeTimes:
    """Return the milliseconds between every node and its nearest destination.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    destinations : sequence of Terminal
        Ids unique.
    direction : Direction
        Whether drives lead from the nodes to a destination, or from a destination to the nodes.
    options : TravelOptions, optional
        Tolls, ferries, waiting time; by default tolls yes, ferries no.
    limit_ms : int, optional
        Nodes further away are left out.

    Returns
    -------
    NodeTimes
        Times of drives that start or end at the node itself; the destination's access is
        included.

    Raises
    ------
    SearchError
        When ids repeat, sites contradict each other, a terminal is not on this network, or the
        limit is below zero.
    """
    if limit_ms is not None and whole_number(limit_ms, "limit_ms") < 0:
        raise SearchError(_bad_limit(limit_ms))
    chosen = options if options is not None else TravelOptions()
    destinations = tuple(destinations)
    question = ask(network, (), destinations, direction, chosen)
    label = label_states(question, limit_ms)
    at = _best_state(network, label, leaving=question.onto)
    reached = label[at, 0] != FAR
    index = {t.id: i for i, t in enumerate(destinations)}
    given = np.array([index[t.id] for t in question.destinations] or [0], np.int32)
    whose = given[np.where(reached, label[at, 1], 0)]
    return NodeTimes(
        ms=np.where(reached, label[at, 0].astype(np.int64), UNREACHABLE),
        destination=np.where(reached, whose, UNREACHABLE).astype(np.int32),
        direction=one_of(Direction, direction, "direction"),
        options=chosen,
        destinations=destinations,
    )


def _bad_limit(limit_ms: int) -> Problem:
    return error(
        "time-limit",
        Text("時間の上限は 0 以上です", "a limit of time must be zero or more"),
        Text("設定を直してください", "correct the setting"),
        value=str(limit_ms),
    )


def label_states(question: Question, limit_ms: int | None = None) -> NDArray[np.uint32]:
    """Return milliseconds and number of the nearest destination of each state.

    Parameters
    ----------
    question : Question
        Its origins are not looked at.
    limit_ms : int, optional
        States further away are left out.

    Returns
    -------
    (S, 2) uint32
        `FAR` where no destination can be reached.
    """
    far = question.far
    seed = far.state, far.ms, question.far_number
    return spread_from(question, seed, FAR - 1 if limit_ms is None else min(limit_ms, FAR - 1))


def spread_from(
    question: Question,
    seed: Seed,
    limit_ms: int,
) -> NDArray[np.uint32]:
    """Return milliseconds and number of the nearest seed of each state, against the drives.

    Parameters
    ----------
    question : Question
        Its origins and destinations are not looked at.
    seed : tuple of arrays
        States, the milliseconds that each begins with, and its number.
    limit_ms : int
        States further away are left out.

    Returns
    -------
    (S, 2) uint32
        `FAR` where no seed can be reached.
    """
    spreading = Spreading.of(question, seed, limit_ms)
    spreading.go_on(FAR - 1)
    return spreading.label


@dataclass(slots=True)
class Spreading:
    """A pass over the network that may rest and go on; mutable.

    Parameters
    ----------
    question : Question
        What drives may use, and the rows to walk.
    limit_ms : int
        States further away are left out.
    label : (S, 2) uint32
        Milliseconds and number of the nearest seed of each state.
    heap, held : array, int
        What is yet to be looked at.
    """

    question: Question
    limit_ms: int
    label: NDArray[np.uint32]
    heap: NDArray[np.uint64]
    held: int

    @classmethod
    def of(cls, question: Question, seed: Seed, limit_ms: int) -> Spreading:
        """Return the pass at its beginning; parameters as of `spread_from`."""
        state, ms, number = seed
        order = np.lexsort((ms, state))  # of seeds at one state the nearest, else the first
        order = order[ms[order] <= limit_ms]
        first = np.ones(len(order), bool)
        first[1:] = state[order][1:] != state[order][:-1]
        chosen = order[first]
        label = np.full((len(question.network.graph.states), 2), FAR, np.uint32)
        label[state[chosen]] = np.column_stack([ms[chosen], number[chosen]])
        heap = heap_of(len(question.search.arc), len(state))
        keys = (ms[chosen].astype(np.uint64) << np.uint64(32)) | state[chosen]
        heap[: len(keys)] = np.sort(keys)  # in order they are a heap
        return cls(question, limit_ms, label, heap, len(keys))

    def go_on(self, pause_ms: int) -> None:
        """Label the states up to `pause_ms` for good, and some beyond for the time being."""
        from networks.search.search_kernels import spread  # noqa: PLC0415 (compiled)

        asked, rows = self.question, self.question.search
        left = spread(
            (rows.offset, rows.arc, asked.banned, asked.wait_ms),
            np.uint32(self.limit_ms),
            np.uint32(pause_ms),
            self.heap,
            self.held,
            self.label,
        )
        self.held = int(left)


def heap_of(arcs: int, seeds: int) -> NDArray[np.uint64]:
    """Return room for the keys of a search over some arcs; what is not used takes no memory.

    A state offers each of its arcs once, when it is settled.
    """
    return np.empty(arcs + seeds + 1, np.uint64)


def _best_state(
    network: RoadNetwork, label: NDArray[np.uint32], *, leaving: bool
) -> NDArray[np.int64]:
    """Return for each node the state whose label holds for drives that start, or end, there."""
    count, states = len(network.nodes), network.graph.states
    best = np.arange(count)
    if leaving:  # a drive starts in the node itself, or in the state kept for such starts
        best[states.entry_node] = states.entry_state
        return best
    extra = np.arange(count, len(states))  # a drive may arrive in any copy of the node
    node = states.node[count:].astype(np.int64)
    order = np.lexsort((extra, label[extra, 0], node))
    first = np.ones(len(order), bool)
    first[1:] = node[order][1:] != node[order][:-1]
    at, copy = node[order][first], extra[order][first]
    better = label[copy, 0] < label[at, 0]
    best[at[better]] = copy[better]
    return best
