"""The time from every node of a network to its nearest destination, or back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.network import RoadNetwork
from networks.question import ask
from networks.types import Direction, Terminal, TravelOptions

UNREACHABLE = -1


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
        When ids repeat, sites contradict each other, or a terminal is not on this network.
    """
    from networks.search_kernels import FAR, spread  # noqa: PLC0415 (numba takes a while)

    chosen = options if options is not None else TravelOptions()
    question = ask(network, (), destinations, direction, chosen)
    states = network.graph.states
    label = np.full((len(states), 2), FAR, np.uint32)
    far, search = question.far, question.search
    limit = np.uint32(FAR - 1 if limit_ms is None else limit_ms)
    spread(
        search.offset,
        search.arc,
        question.banned,
        question.wait_ms,
        (far.state, far.ms, question.far_number),
        limit,
        label,
    )
    at = _best_state(network, label, leaving=question.onto)
    reached = label[at, 0] != FAR
    index = {t.id: i for i, t in enumerate(destinations)}
    given = np.array([index[t.id] for t in question.destinations] or [0], np.int32)
    whose = given[np.where(reached, label[at, 1], 0)]
    return NodeTimes(
        ms=np.where(reached, label[at, 0].astype(np.int64), UNREACHABLE),
        destination=np.where(reached, whose, UNREACHABLE).astype(np.int32),
        direction=direction,
        options=chosen,
        destinations=tuple(destinations),
    )


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
