"""Whether the arrays of a network fit together.

The compiled searches do not look where an index points. A file that `networks.storage.files` opens
is known to be as it was written, but not by whom: one written by other hands must not make a
search read memory that is not the network's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from networks.network import ArcRows, RoadNetwork
from networks.storage.values import columns_of

_MIN_VERTICES = 2


def misfits(network: RoadNetwork) -> tuple[str, ...]:
    """Return the columns whose length or indices do not fit the others, by dotted name."""
    found = [name for name, fits in _lengths(network) if not fits]
    if found:
        return tuple(found)
    return tuple(name for name, fits in _indices(network) if not fits)


def _lengths(network: RoadNetwork) -> Iterator[tuple[str, bool]]:
    n, e = len(network.nodes), len(network.edges)
    graph, shapes = network.graph, network.shapes
    for group, size in (("nodes", n), ("edges", e)):
        for name, column in columns_of(getattr(network, group), f"{group}."):
            yield name, column.shape == (size,)
    yield "shapes.offset", _rows(shapes.offset, e, len(shapes.lon), _MIN_VERTICES)
    yield "shapes.lat", shapes.lat.shape == shapes.lon.shape
    yield "turns.offset", _rows(network.turns.offset, None, len(network.turns.directed), 2)
    yield "graph.states.node", len(graph.states) >= n
    yield "graph.states.entry_state", len(graph.states.entry_state) == len(graph.states.entry_node)
    for name, rows in (("onward", graph.onward), ("back", graph.back)):
        yield f"graph.{name}.offset", _rows(rows.offset, len(graph.states), len(rows.arc), 0)
        yield f"graph.{name}.arc", rows.arc.shape == (len(rows.directed), 2)
    yield "closed", network.closed is None or network.closed.shape == (e,)


def _indices(network: RoadNetwork) -> Iterator[tuple[str, bool]]:
    n, e, edges = len(network.nodes), len(network.edges), network.edges
    states = network.graph.states
    s = len(states)
    yield "edges.tail", _within(edges.tail, n)
    yield "edges.head", _within(edges.head, n)
    yield "edges.road_class", _within(edges.road_class, len(network.classes))
    yield "edges.name", _within(edges.name, len(network.names))
    yield "edges.speed_source", _within(edges.speed_source, len(network.speed_sources))
    yield "edges.length_basis", _within(edges.length_basis, len(network.length_bases))
    yield "nodes.component", _within(network.nodes.component, n)
    yield "turns.directed", _within(network.turns.directed, 2 * e)
    yield "graph.states.node", _within(states.node, n)
    yield "graph.states.entry_node", _within(states.entry_node, n)
    yield "graph.states.entry_state", _within(states.entry_state, s)
    for name, rows in (("onward", network.graph.onward), ("back", network.graph.back)):
        yield f"graph.{name}.arc", _arcs_within(rows, s)
        yield f"graph.{name}.directed", _within(rows.directed, 2 * e, lowest=-1)


def _rows(offset: NDArray[np.int64], rows: int | None, total: int, least: int) -> bool:
    """Return whether `offset` cuts `total` items into rows of at least `least`."""
    if len(offset) == 0 or (rows is not None and len(offset) != rows + 1):
        return False
    if offset[0] != 0 or offset[-1] != total:
        return False
    return len(offset) == 1 or bool((offset[1:] - offset[:-1]).min() >= least)


def _within(index: NDArray[np.generic], size: int, lowest: int = 0) -> bool:
    return len(index) == 0 or bool(index.min() >= lowest and index.max() < size)


def _arcs_within(rows: ArcRows, states: int) -> bool:
    return len(rows.arc) == 0 or bool(rows.arc[:, 0].max() < states)
