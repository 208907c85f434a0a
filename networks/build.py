"""From a plain table of edges to a frozen `RoadNetwork`: the one place where speed becomes time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from groundfloor.problems import Problem, Text, error
from networks.dead_ends import LOOSE_END, loose_ends, loose_ends_told
from networks.doorless import Doorless, doorless_edges
from networks.errors import NetworkDataError
from networks.geo import components, packed_lengths
from networks.network import (
    CLOSED,
    WORD_MS,
    ClosedWays,
    Edges,
    Nodes,
    Origin,
    RoadNetwork,
    Shapes,
    Turns,
    no_closed_ways,
)
from networks.parts import half_way_roads
from networks.search.graph import build_graph
from networks.speeds.profile import SpeedProfile

_FORMAT = "road-network/3"  # part of the hash: change it when the meaning of an array changes


@dataclass(frozen=True, slots=True, eq=False)
class EdgeTable:
    """What a source must say of its N nodes and E edges; every array has N, E or V entries.

    Parameters
    ----------
    node_id : (N,) int64 or str
        Identity in the source.
    node_lon, node_lat : (N,) float64
        Degrees.
    tail, head : (E,) int
        Node indices.
    offset : (E + 1,) int64
        Packed polylines, see `Shapes`.
    lon, lat : (V,) float64
        Their vertices from tail to head, degrees.
    length_m : (E,) float64
        Metres; NaN asks for the geodesic length of the polyline.
    kmh : (E,) float64
        Speed; ignored where `given_ms` is set.
    given_ms : (E,) int64
        Milliseconds that the source itself states; -1 where speed decides.
    forward, backward : (E,) bool
        Directions that may be driven.
    toll, ferry : (E,) bool
        Toll road; ferry.
    road_class, name, speed_source, length_basis : (E,) int
        Indices into the tuples below.
    classes, names, speed_sources, length_bases : tuple of str
        Their meaning.
    kmh_backward : (E,) float64, optional
        Speed from head to tail, where it is another one.
    given_backward_ms : (E,) int64, optional
        Stated milliseconds from head to tail, where they are others; by default `given_ms`.
    through : (E,) bool, optional
        False on edges for their own traffic only; True by default.
    limit_kmh, width_m : (E,) float64, optional
        Mapped speed limit and width, NaN where unknown.
    forward_delay_ms, backward_delay_ms : (E,) int64, optional
        Waiting met in that direction, see `Edges`; none by default.
    source_id : (E,) int64, optional
        What an edge is in the source.
    border : (N,) bool, optional
        Nodes at which a road was cut because the data end.
    turn_offset, turn_directed : (T + 1,) and (M,) int64, optional
        Forbidden sequences, see `Turns`.
    doorless : (E,) int, optional
        A `Doorless`, bridges aside; by default every edge has doors.
    bridge : (E,) bool, optional
        Which edges are bridges; how long a bridge is in all is found here.
    closed_ways : ClosedWays, optional
        What is closed to the public, and barriers.
    """

    node_id: NDArray[np.generic]
    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    offset: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    length_m: NDArray[np.float64]
    kmh: NDArray[np.float64]
    given_ms: NDArray[np.int64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    toll: NDArray[np.bool_]
    ferry: NDArray[np.bool_]
    road_class: NDArray[np.int64]
    name: NDArray[np.int64]
    speed_source: NDArray[np.int64]
    length_basis: NDArray[np.int64]
    classes: tuple[str, ...]
    names: tuple[str, ...]
    speed_sources: tuple[str, ...]
    length_bases: tuple[str, ...] = ("",)
    kmh_backward: NDArray[np.float64] | None = None
    given_backward_ms: NDArray[np.int64] | None = None
    through: NDArray[np.bool_] | None = None
    limit_kmh: NDArray[np.float64] | None = None
    width_m: NDArray[np.float64] | None = None
    forward_delay_ms: NDArray[np.int64] | None = None
    backward_delay_ms: NDArray[np.int64] | None = None
    source_id: NDArray[np.int64] | None = None
    border: NDArray[np.bool_] | None = None
    turn_offset: NDArray[np.int64] | None = None
    turn_directed: NDArray[np.int64] | None = None
    doorless: NDArray[np.int64] | None = None
    bridge: NDArray[np.bool_] | None = None
    closed_ways: ClosedWays = field(default_factory=no_closed_ways)


@dataclass(slots=True)
class Labels:
    """Gives each text a number in order of first sight; used while a table is being filled."""

    items: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Return the number of `text`."""
        return self.items.setdefault(text, len(self.items))

    def texts(self) -> tuple[str, ...]:
        """Return all texts by number."""
        return tuple(self.items)


def build_network(
    table: EdgeTable, profile: SpeedProfile, origin: Origin, problems: Iterable[Problem] = ()
) -> RoadNetwork:
    """Return the frozen network of `table`.

    Raises
    ------
    NetworkDataError
        When there is no edge, or an edge has no usable length.
    """
    if len(table.tail) == 0:
        raise NetworkDataError(_no_roads(origin.source))
    edges = _edges(table, origin.source)
    count = len(table.node_lon)
    road = ~edges.ferry
    nodes = Nodes(
        id=table.node_id,
        lon=table.node_lon,
        lat=table.node_lat,
        component=components(edges.tail[road], edges.head[road], count, edges.length_m[road]),
        border=_column(table.border, count, False, bool),
    )
    shapes = Shapes(offset=table.offset, lon=table.lon, lat=table.lat)
    turns = Turns(
        offset=_column(table.turn_offset, 1, 0, np.int64),
        directed=_column(table.turn_directed, 0, 0, np.int32),
    )
    graph = build_graph(nodes, edges, shapes, turns, profile)
    network = RoadNetwork(
        nodes=nodes,
        edges=edges,
        shapes=shapes,
        turns=turns,
        graph=graph,
        half_way=half_way_roads(edges, graph, piece=nodes.component),
        classes=table.classes,
        names=table.names,
        speed_sources=table.speed_sources,
        length_bases=table.length_bases,
        profile=profile,
        origin=origin,
        sha256="",
        problems=tuple(problems),
        closed_ways=table.closed_ways,
    )
    return _finished(network)


def _finished(network: RoadNetwork) -> RoadNetwork:
    """Take the last steps of a network's making, while nobody else has it: its hash, its doubts."""
    object.__setattr__(network, "sha256", content_hash(network))
    loose = loose_ends(network)
    if len(loose):
        counted = tuple(sorted((*network.origin.dropped, (LOOSE_END, len(loose)))))
        told = (*network.problems, loose_ends_told(network, loose))
        object.__setattr__(network, "origin", replace(network.origin, dropped=counted))
        object.__setattr__(network, "problems", told)
    return network


def _edges(table: EdgeTable, source: str) -> Edges:
    length_m = table.length_m
    if (unmeasured := np.isnan(length_m)).any():
        measured = packed_lengths(table.lon, table.lat, table.offset)
        length_m = np.where(unmeasured, measured, length_m)
    forward_ms = edge_ms(length_m, table.kmh, table.given_ms)
    backward_ms = forward_ms
    if table.kmh_backward is not None or table.given_backward_ms is not None:
        kmh = table.kmh if table.kmh_backward is None else table.kmh_backward
        given = table.given_ms if table.given_backward_ms is None else table.given_backward_ms
        backward_ms = edge_ms(length_m, kmh, given)
    count = len(table.tail)
    waits = [
        _column(delay, count, 0, np.int32)
        for delay in (table.forward_delay_ms, table.backward_delay_ms)
    ]
    longest_ms = np.maximum(forward_ms + waits[0], backward_ms + waits[1])
    wrong = np.flatnonzero(~(np.isfinite(length_m) & (length_m >= 0) & (longest_ms <= WORD_MS)))
    if len(wrong):
        raise NetworkDataError(_bad_lengths(table, source, wrong))
    return Edges(
        tail=table.tail.astype(np.int32),
        head=table.head.astype(np.int32),
        length_m=length_m,
        road_class=table.road_class.astype(np.int16),
        forward_ms=np.where(table.forward, forward_ms, CLOSED).astype(np.int32),
        backward_ms=np.where(table.backward, backward_ms, CLOSED).astype(np.int32),
        toll=table.toll.astype(bool),
        ferry=table.ferry.astype(bool),
        name=table.name.astype(np.int32),
        speed_source=table.speed_source.astype(np.int16),
        length_basis=table.length_basis.astype(np.int16),
        through=_column(table.through, count, True, bool),
        limit_kmh=_column(table.limit_kmh, count, np.nan, np.float32),
        width_m=_column(table.width_m, count, np.nan, np.float32),
        forward_delay_ms=waits[0],
        backward_delay_ms=waits[1],
        source_id=_column(table.source_id, count, 0, np.int64),
        doorless=_doorless(table, length_m),
    )


def _doorless(table: EdgeTable, length_m: NDArray[np.float64]) -> NDArray[np.int8]:
    count = len(length_m)
    stated = _column(table.doorless, count, Doorless.NO, np.int8)
    bridge = _column(table.bridge, count, False, bool)
    return doorless_edges(stated, bridge, (table.tail, table.head), length_m)


def _column(
    values: NDArray[np.generic] | None, count: int, default: float, kind: DTypeLike
) -> NDArray[Any]:
    """Return a column that a source may leave out."""
    return np.full(count, default, kind) if values is None else values.astype(kind)


def edge_ms(
    length_m: NDArray[np.float64], kmh: NDArray[np.float64], given_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return whole milliseconds of each edge: the stated ones, else length by speed.

    Rounded half to even, which has no bias; multiplied before divided, so that 10 m at 60 km/h
    are 600 ms exactly.

    Examples
    --------
    >>> edge_ms(np.array([10.0, 7.0]), np.array([60.0, 60.0]), np.array([-1, 30000]))
    array([  600, 30000])
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        moving = np.rint(length_m * 3600.0 / kmh)
    moving = np.where(given_ms >= 0, given_ms, moving)
    too_long = ~(moving <= WORD_MS)  # NaN too
    return np.where(too_long, WORD_MS + 1, moving).astype(np.int64)


def content_hash(network: RoadNetwork) -> str:
    """Return the SHA-256 of what a network means.

    Components, half-way roads and the search graph are left out: they follow from the rest.
    """
    digest = hashlib.sha256(_FORMAT.encode())
    head = {
        "classes": network.classes,
        "names": network.names,
        "speed_sources": network.speed_sources,
        "length_bases": network.length_bases,
        "profile": asdict(network.profile),
        "schematic": network.origin.schematic,
    }
    digest.update(json.dumps(head, ensure_ascii=False, sort_keys=True).encode())
    parts = network.nodes, network.edges, network.shapes, network.turns, network.closed_ways
    for group in parts:
        for field_ in fields(group):
            if field_.name == "component":
                continue
            column = getattr(group, field_.name)
            digest.update(f"{field_.name}{column.dtype.str}{column.shape}".encode())
            digest.update(np.ascontiguousarray(column).view(np.uint8).data)
    return digest.hexdigest()


def _no_roads(source: str) -> Problem:
    return error(
        "network-empty",
        Text("車が通れる道路が一つもありません", "it holds no road that cars may use"),
        Text("範囲とデータの種類を確かめてください", "check the area and the kind of data"),
        file=source,
    )


def _bad_lengths(table: EdgeTable, source: str, wrong: NDArray[np.int64]) -> Problem:
    ends = table.node_id[[table.tail[wrong[0]], table.head[wrong[0]]]]
    return error(
        "network-length",
        Text(
            f"長さか所要時間が扱えない道路が {len(wrong)} 本あります（最初のものの両端を示します）",
            f"{len(wrong)} roads have an impossible length or time (the ends of the first follow)",
        ),
        Text("座標と長さを確かめてください", "check coordinates and lengths"),
        file=source,
        value=" → ".join(map(str, ends.tolist())),
    )
