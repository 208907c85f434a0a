"""The arrays of a network: under which name each is saved, and whether they fit together.

Which fields are arrays is read off annotations, so that a new column, a new fact about the origin
or a new setting of a profile needs no code here. What is no array is JSON, see `groundfloor.codec`.

Stands apart: `network_files` knows the file and its versions, this module what is in a network.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from groundfloor.codec import hints_of
from networks.doorless import Doorless
from networks.network import CLOSED, WORD_MS, ArcRows, RoadNetwork

_MIN_VERTICES = 2
_LONGEST_M = 4.1e7  # once round the Earth


def numbers_of(hint: object) -> object:
    """Return what kind of numbers an annotation ``NDArray[...]`` names; None for any other.

    Up to numpy 2.4 ``NDArray[x]`` is an ``ndarray``, later it is an alias with a name of its own.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is np.ndarray:
        return typing.get_args(arguments[1])[0]
    return arguments[0] if origin is not None and origin is NDArray else None


def holds_arrays(hint: object) -> bool:
    """Return whether an annotation is an array, or a dataclass with arrays somewhere in it."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return any(holds_arrays(each) for each in typing.get_args(hint))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return any(holds_arrays(each) for each in hints_of(hint).values())
    return numbers_of(hint) is not None


def columns_of(value: typing.Any, prefix: str = "") -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Yield every array of a dataclass by its dotted name; one that is None is left out."""
    kind: typing.Any = type(value)
    for name, hint in hints_of(kind).items():
        part = getattr(value, name)
        if part is None or not holds_arrays(hint):
            continue
        if isinstance(part, np.ndarray):
            yield f"{prefix}{name}", part
        else:
            yield from columns_of(part, f"{prefix}{name}.")


def plain_of(value: typing.Any) -> dict[str, object]:
    """Return the fields of a dataclass that hold no arrays."""
    kind: typing.Any = type(value)
    hints = hints_of(kind)
    return {name: getattr(value, name) for name, hint in hints.items() if not holds_arrays(hint)}


def arrays_to(
    kind: type, columns: Mapping[str, NDArray[np.generic]], prefix: str = ""
) -> dict[str, typing.Any]:
    """Return the arguments of `kind` that hold arrays, from columns by dotted name.

    Raises
    ------
    KeyError
        A column that has no default is not there.
    TypeError
        A column holds other numbers than annotated.
    """
    defaults = {f.name for f in dataclasses.fields(kind) if f.default is not dataclasses.MISSING}
    arguments: dict[str, typing.Any] = {}
    for name, hint in hints_of(kind).items():
        if not holds_arrays(hint):
            continue
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            arguments[name] = hint(**arrays_to(hint, columns, f"{prefix}{name}."))
        elif f"{prefix}{name}" in columns or name not in defaults:
            arguments[name] = _checked(columns[f"{prefix}{name}"], hint, f"{prefix}{name}")
    return arguments


def _checked(column: NDArray[np.generic], hint: object, name: str) -> NDArray[np.generic]:
    """Return a column if its numbers are of the annotated type; one that names none takes any."""
    wanted: typing.Any = numbers_of(hint)
    if wanted is None:  # an optional column
        wanted = next(numbers_of(each) for each in typing.get_args(hint) if holds_arrays(each))
    if wanted is not np.generic and column.dtype != np.dtype(wanted):
        raise TypeError(f"{name}: {column.dtype}")
    return column


def misfits(network: RoadNetwork) -> tuple[str, ...]:
    """Return the columns that no network can have, by dotted name.

    Their length or indices do not fit the others, or their values are no degrees, metres or
    milliseconds: a search over them would never end, or answer anything.
    """
    for look in (_dimensions, _lengths, _indices, _values):
        found = tuple(name for name, fits in look(network) if not fits)
        if found:
            return found
    return ()


def _dimensions(network: RoadNetwork) -> Iterator[tuple[str, bool]]:
    for name, column in columns_of(network):
        yield name, column.ndim == (2 if name.endswith(".arc") else 1)


def _lengths(network: RoadNetwork) -> Iterator[tuple[str, bool]]:
    n, e = len(network.nodes), len(network.edges)
    graph, shapes = network.graph, network.shapes
    for group, size in (("nodes", n), ("edges", e)):
        for name, column in columns_of(getattr(network, group), f"{group}."):
            yield name, column.shape == (size,)
    yield "shapes.offset", _rows(shapes.offset, e, len(shapes.lon), _MIN_VERTICES)
    yield "shapes.lat", shapes.lat.shape == shapes.lon.shape
    closed = network.closed_ways
    yield "closed_ways.offset", _rows(closed.offset, len(closed), len(closed.lon), _MIN_VERTICES)
    yield "closed_ways.lat", closed.lat.shape == closed.lon.shape
    for name in ("head", "source_id", "doors"):
        yield f"closed_ways.{name}", getattr(closed, name).shape == closed.tail.shape
    for name in ("joint_edge", "joint_fraction"):
        yield f"closed_ways.{name}", getattr(closed, name).shape == closed.joint_place.shape
    yield "closed_ways.barrier", closed.barrier.shape == closed.barrier_node.shape
    yield "turns.offset", _rows(network.turns.offset, None, len(network.turns.directed), 2)
    yield "graph.states.node", len(graph.states) >= n
    yield "graph.states.entry_state", len(graph.states.entry_state) == len(graph.states.entry_node)
    for name, rows in (("onward", graph.onward), ("back", graph.back)):
        yield f"graph.{name}.offset", _rows(rows.offset, len(graph.states), len(rows.arc), 0)
        yield f"graph.{name}.arc", rows.arc.shape == (len(rows.directed), 2)
    yield "half_way", network.half_way.shape == (e,)
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
    closed = network.closed_ways
    for name in ("tail", "head", "joint_place"):  # every place is the end of a piece
        yield f"closed_ways.{name}", _within(getattr(closed, name), 2 * len(closed))
    yield "closed_ways.joint_edge", _within(closed.joint_edge, e)
    yield "closed_ways.barrier_node", _within(closed.barrier_node, n)
    yield "turns.directed", _within(network.turns.directed, 2 * e)
    yield "graph.states.node", _within(states.node, n)
    yield "graph.states.entry_node", _within(states.entry_node, n)
    yield "graph.states.entry_state", _within(states.entry_state, s)
    for name, rows in (("onward", network.graph.onward), ("back", network.graph.back)):
        yield f"graph.{name}.arc", _arcs_within(rows, s)
        yield f"graph.{name}.directed", _within(rows.directed, 2 * e, lowest=-1)


def _values(network: RoadNetwork) -> Iterator[tuple[str, bool]]:
    nodes, edges, shapes = network.nodes, network.edges, network.shapes
    closed = network.closed_ways
    for group, points in (("nodes", nodes), ("shapes", shapes), ("closed_ways", closed)):
        yield f"{group}.lon", _between(points.lon, -180.0, 180.0)
        yield f"{group}.lat", _between(points.lat, -90.0, 90.0)
    yield "closed_ways.joint_fraction", _between(closed.joint_fraction, 0.0, 1.0)
    yield "edges.doorless", _between(edges.doorless, 0, max(Doorless))
    yield "edges.length_m", _between(edges.length_m, 0.0, _LONGEST_M)
    yield "edges.forward_ms", _between(edges.forward_ms, CLOSED, WORD_MS)
    yield "edges.backward_ms", _between(edges.backward_ms, CLOSED, WORD_MS)
    yield "edges.forward_delay_ms", _between(edges.forward_delay_ms, 0, WORD_MS)
    yield "edges.backward_delay_ms", _between(edges.backward_delay_ms, 0, WORD_MS)
    for name, column in (("limit_kmh", edges.limit_kmh), ("width_m", edges.width_m)):
        known = column[~np.isnan(column)]
        yield f"edges.{name}", _between(known, 0.0, _LONGEST_M)
    states, n = network.graph.states, len(nodes)
    own = np.array_equal(states.node[:n], np.arange(n, dtype=np.int32))
    yield "graph.states.node", own and _ascending(states.node[n:])
    yield "graph.states.entry_node", _ascending(states.entry_node)


def _between(column: NDArray[np.generic], lowest: float, highest: float) -> bool:
    """Return whether all values are in a range; what is no number is not."""
    if len(column) == 0:
        return True
    return bool(column.min() >= lowest and column.max() <= highest)


def _ascending(column: NDArray[np.int32]) -> bool:
    return bool((column[1:] >= column[:-1]).all())


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
