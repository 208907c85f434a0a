"""Which roads drives take: how many drives from many places pass each edge.

Where a network says nothing of the importance of its roads, this shows the main ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.network import BOARD, LINK, WORD_MS, RoadNetwork
from networks.search.places import Near, TiedPlaces, only
from networks.search.question import Question
from networks.search.times import FAR, label_states
from networks.types import Direction, Snap, Terminal, TravelOptions

_Longs = NDArray[np.int64]


def edge_flows(
    network: RoadNetwork,
    places: Sequence[Snap] | TiedPlaces,
    destinations: Sequence[Terminal],
    *,
    options: TravelOptions | None = None,
) -> _Longs:
    """Return how many drives take each edge, when from every place one leads to each destination.

    The edges on which drives begin and end are not counted for them. Of equally fast drives one
    is taken. A drive is followed as far as every step of it takes some time.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    places : sequence of Snap, or TiedPlaces
        Where drives begin.
    destinations : sequence of Terminal
        Ids unique. One search for each.
    options : TravelOptions, optional
        Tolls, ferries, waiting time; by default tolls yes, ferries no.

    Returns
    -------
    (E,) int64
        Drives over each edge, both directions together.

    Raises
    ------
    SearchError
        When ids repeat, sites contradict each other, or a place or terminal is not on this network.
    """
    destinations = tuple(destinations)
    near = Near.of(network, places, destinations, Direction.FROM_ORIGIN, options)
    question, steps = near.question, _Steps.of(near.question)
    flows = np.zeros(len(network.edges), np.int64)
    for i in range(len(destinations)):
        label = label_states(only(question, i))
        after, directed = steps.onward(label[:, 0].astype(np.int64))
        flow = _gathered(_starts(near, label), after)
        driven = directed != LINK
        np.add.at(flows, directed[driven] >> 1, flow[driven])
    return flows


def _gathered(starts: _Longs, after: _Longs) -> _Longs:
    """Return how many drives pass each state, from how many begin there."""
    flow = starts.copy()
    depth = _depth(after)
    order = np.argsort(-depth, kind="stable")
    bounds = np.flatnonzero(np.diff(depth[order])) + 1
    for level in np.split(order, bounds)[:-1]:  # the last are the ends of drives
        np.add.at(flow, after[level], flow[level])
    return flow


def _starts(near: Near, label: NDArray[np.uint32]) -> _Longs:
    """Return how many drives begin at each state."""
    key = near.keys(label)
    order = np.lexsort((key, near.place))
    first = np.ones(len(order), bool)
    first[1:] = near.place[order][1:] != near.place[order][:-1]
    state = near.state[order[first]]
    return np.bincount(state[label[state, 0] != FAR], minlength=len(label)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Arcs that drives may take and that take some time, the last of each state first.

    A step that takes no time might lead in a circle; drives by those that do always end.
    """

    source: _Longs
    target: _Longs
    ms: _Longs
    directed: _Longs

    @classmethod
    def of(cls, question: Question) -> _Steps:
        rows = question.network.graph.onward
        word = rows.arc[:, 1]
        ms = (word & WORD_MS) + np.where(word & BOARD, question.wait_ms, np.uint32(0))
        arc = np.flatnonzero(((word & question.banned) == 0) & (ms > 0))[::-1]
        source = np.searchsorted(rows.offset, arc, "right") - 1
        columns = source, rows.arc[arc, 0], ms[arc], rows.directed[arc]
        return cls(*(column.astype(np.int64) for column in columns))

    def onward(self, label_ms: _Longs) -> tuple[_Longs, _Longs]:
        """Return each state's next on a fastest drive, itself at its end, and the edge between."""
        here = label_ms[self.source]
        fits = (here == label_ms[self.target] + self.ms) & (here != FAR)
        count = len(label_ms)
        after, directed = np.arange(count), np.full(count, LINK, np.int64)
        after[self.source[fits]] = self.target[fits]
        directed[self.source[fits]] = self.directed[fits]
        return after, directed


def _depth(after: _Longs) -> _Longs:
    """Return how many steps each state is from the end of its drive."""
    depth: _Longs = (after != np.arange(len(after))).astype(np.int64)
    jump = after
    while np.any(further := depth[jump]):
        depth = depth + further
        jump = jump[jump]
    return depth
