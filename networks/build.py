"""From a plain table of edges to a frozen `RoadNetwork`: the one place where speed becomes time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from networks.errors import NetworkDataError
from networks.geo import packed_lengths, plane_epsg, project
from networks.network import CLOSED, Arcs, Edges, Nodes, Origin, RoadNetwork, Shapes
from networks.profile import SpeedProfile
from problems import Problem, Text, error

_MAX_EDGE_MS = 2**31 - 1  # milliseconds are kept in 32 bits: 24 days
_FORMAT = "road-network/1"  # part of the hash: change it when the meaning of an array changes


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
    length = np.where(
        np.isnan(table.length_m), packed_lengths(table.lon, table.lat, table.offset), table.length_m
    )
    ms = edge_ms(length, table.kmh, table.given_ms)
    if not np.isfinite(length).all() or (length < 0).any() or (ms > _MAX_EDGE_MS).any():
        raise NetworkDataError(_bad_lengths(origin.source))
    epsg = plane_epsg(table.lon.min(), table.lat.min(), table.lon.max(), table.lat.max())
    edges = _edges(table, length, ms)
    node_x, node_y = project(table.node_lon, table.node_lat, epsg)
    nodes = Nodes(
        id=table.node_id,
        lon=table.node_lon,
        lat=table.node_lat,
        x=node_x,
        y=node_y,
        component=_components(len(table.node_lon), edges),
    )
    x, y = project(table.lon, table.lat, epsg)
    network = RoadNetwork(
        nodes=nodes,
        edges=edges,
        shapes=Shapes(offset=table.offset, lon=table.lon, lat=table.lat, x=x, y=y),
        arcs=arcs_of(len(nodes), edges),
        classes=table.classes,
        names=table.names,
        speed_sources=table.speed_sources,
        length_bases=table.length_bases,
        crs=epsg,
        profile=profile,
        origin=origin,
        sha256="",
        problems=tuple(problems),
    )
    object.__setattr__(network, "sha256", content_hash(network))  # the last step of its making
    return network


def _edges(table: EdgeTable, length_m: NDArray[np.float64], ms: NDArray[np.int64]) -> Edges:
    return Edges(
        tail=table.tail.astype(np.int32),
        head=table.head.astype(np.int32),
        length_m=length_m,
        road_class=table.road_class.astype(np.int16),
        forward_ms=np.where(table.forward, ms, CLOSED).astype(np.int32),
        backward_ms=np.where(table.backward, ms, CLOSED).astype(np.int32),
        toll=table.toll.astype(bool),
        ferry=table.ferry.astype(bool),
        name=table.name.astype(np.int32),
        speed_source=table.speed_source.astype(np.int16),
        length_basis=table.length_basis.astype(np.int16),
    )


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
    too_long = ~(moving <= _MAX_EDGE_MS)
    return np.where(too_long, _MAX_EDGE_MS + 1, moving).astype(np.int64)


def arcs_of(node_count: int, edges: Edges) -> Arcs:
    """Return the directed arcs of `edges`, by tail node, then edge, then forward first."""
    forward = np.flatnonzero(edges.forward_ms != CLOSED)
    backward = np.flatnonzero(edges.backward_ms != CLOSED)
    tail = np.concatenate([edges.tail[forward], edges.head[backward]])
    head = np.concatenate([edges.head[forward], edges.tail[backward]])
    ms = np.concatenate([edges.forward_ms[forward], edges.backward_ms[backward]])
    edge = np.concatenate([forward, backward])
    is_forward = np.arange(len(edge)) < len(forward)
    order = np.lexsort((~is_forward, edge, tail))
    offset = np.zeros(node_count + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=node_count), out=offset[1:])
    return Arcs(
        offset=offset,
        head=head[order],
        ms=ms[order],
        edge=edge[order].astype(np.int32),
        forward=is_forward[order],
    )


def content_hash(network: RoadNetwork) -> str:
    """Return the SHA-256 of what a network means.

    Plane coordinates, components and arcs are left out: they follow from the rest, and the plane
    may differ in the last bit between versions of PROJ.
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
    nodes, edges, shapes = network.nodes, network.edges, network.shapes
    columns = [nodes.id, nodes.lon, nodes.lat, shapes.offset, shapes.lon, shapes.lat]
    columns += [edges.tail, edges.head, edges.length_m, edges.road_class, edges.forward_ms]
    columns += [edges.backward_ms, edges.toll, edges.ferry, edges.name, edges.speed_source]
    for column in (*columns, edges.length_basis):
        digest.update(f"{column.dtype.str}{column.shape}".encode())
        digest.update(np.ascontiguousarray(column).view(np.uint8).data)
    return digest.hexdigest()


def _components(node_count: int, edges: Edges) -> NDArray[np.int32]:
    """Return each node's component, numbered by falling length of road, ferries not counted."""
    road = ~edges.ferry
    tail, head = edges.tail[road], edges.head[road]
    links = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(node_count, node_count))
    count, label = connected_components(links, directed=False)
    metres = np.bincount(label[tail], weights=edges.length_m[road], minlength=count)
    rank = np.empty(count, np.int32)
    rank[np.argsort(-metres, kind="stable")] = np.arange(count, dtype=np.int32)
    answer: NDArray[np.int32] = rank[label]
    return answer


def _no_roads(source: str) -> Problem:
    return error(
        "network-empty",
        Text("車が通れる道路が一つもありません", "it holds no road that cars may use"),
        Text("範囲とデータの種類を確かめてください", "check the area and the kind of data"),
        file=source,
    )


def _bad_lengths(source: str) -> Problem:
    return error(
        "network-length",
        Text("長さか所要時間が扱えない道路があります", "a road has an impossible length or time"),
        Text("座標と長さを確かめてください", "check coordinates and lengths"),
        file=source,
    )
