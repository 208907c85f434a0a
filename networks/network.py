"""The road network: frozen arrays that every search and every source agrees on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem
from networks.doorless import Doorless
from networks.info.network_info import NetworkInfo
from networks.speeds.profile import MAX_KMH, SpeedProfile

CLOSED = -1  # milliseconds of a direction that may not be driven

# The word of an arc: 28 bits of milliseconds (74 hours), and what a drive may be told to avoid.
WORD_MS = (1 << 28) - 1
TOLL = 1 << 28
FERRY_FLAG = 1 << 29
BOARD = 1 << 30  # the waiting time of the options is added
CLOSED_FLAG = 1 << 31  # closed for this run
LINK = -1  # directed edge of an arc that takes no road


class _Columns:
    """Arrays that cannot be written to."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for each in fields(self):  # type: ignore[arg-type]
            view = np.asarray(getattr(self, each.name)).view()
            view.flags.writeable = False
            object.__setattr__(self, each.name, view)


@dataclass(frozen=True, slots=True, eq=False)
class Nodes(_Columns):
    """Junctions and ends, N of them.

    Parameters
    ----------
    id : (N,) int64 or str
        Identity in the source (OSM node id, id of the table).
    lon, lat : (N,) float64
        Degrees.
    component : (N,) int32
        Component by roads alone, ferries not counted; 0 is the one with most kilometres.
    border : (N,) bool
        Whether a road was cut here because the data end.
    """

    id: NDArray[np.generic]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    component: NDArray[np.int32]
    border: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return N."""
        return len(self.lon)


@dataclass(frozen=True, slots=True, eq=False)
class Edges(_Columns):
    """Stretches of road between two nodes, E of them.

    Parameters
    ----------
    tail, head : (E,) int32
        Node indices; the geometry runs from tail to head.
    length_m : (E,) float64
        Metres.
    road_class : (E,) int16
        Index into `RoadNetwork.classes`.
    forward_ms, backward_ms : (E,) int32
        Milliseconds tail to head and head to tail; -1 where not allowed.
    toll, ferry : (E,) bool
        Toll road; ferry.
    name : (E,) int32
        Index into `RoadNetwork.names`.
    speed_source, length_basis : (E,) int16
        Index into `RoadNetwork.speed_sources` and `RoadNetwork.length_bases`.
    through : (E,) bool
        False where only those may drive who start or end there (``access=destination``).
    limit_kmh : (E,) float32
        Mapped speed limit, NaN where there is none; kept so that other speeds can be applied.
    width_m : (E,) float32
        Width of the carriageway, NaN where unknown.
    forward_delay_ms, backward_delay_ms : (E,) int32
        Waiting at signals and the like at the node that the direction arrives at; paid by drives
        that go to the edge's end. Sources put a node wherever cars wait.
    source_id : (E,) int64
        What it is in the source: OSM way, row of a table; 0 where unknown.
    doorless : (E,) int8
        A `Doorless`: why no place can be tied to it (a tunnel, say), whatever its class.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_m: NDArray[np.float64]
    road_class: NDArray[np.int16]
    forward_ms: NDArray[np.int32]
    backward_ms: NDArray[np.int32]
    toll: NDArray[np.bool_]
    ferry: NDArray[np.bool_]
    name: NDArray[np.int32]
    speed_source: NDArray[np.int16]
    length_basis: NDArray[np.int16]
    through: NDArray[np.bool_]
    limit_kmh: NDArray[np.float32]
    width_m: NDArray[np.float32]
    forward_delay_ms: NDArray[np.int32]
    backward_delay_ms: NDArray[np.int32]
    source_id: NDArray[np.int64]
    doorless: NDArray[np.int8]

    def __len__(self) -> int:
        """Return E."""
        return len(self.tail)


@dataclass(frozen=True, slots=True, eq=False)
class Shapes(_Columns):
    """Packed polylines of the edges.

    Parameters
    ----------
    offset : (E + 1,) int64
        Vertices of edge ``i`` are ``offset[i]:offset[i + 1]``, at least two.
    lon, lat : (V,) float64
        Degrees.
    """

    offset: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Turns(_Columns):
    """Forbidden sequences of directed edges, T of them, each of two or more.

    Parameters
    ----------
    offset : (T + 1,) int64
        Sequence ``i`` is ``directed[offset[i]:offset[i + 1]]``.
    directed : (M,) int32
        Directed edges: twice the edge, plus one when driven from head to tail.
    """

    offset: NDArray[np.int64]
    directed: NDArray[np.int32]

    def __len__(self) -> int:
        """Return T."""
        return len(self.offset) - 1


@dataclass(frozen=True, slots=True, eq=False)
class ClosedWays(_Columns):
    """Roads closed to the public, P pieces of them, and what parts the public ones.

    Nothing here is driven. It is kept to tell where the road at a door is one that only some may
    use, see `networks.snapping.nearer_roads`.

    Parameters
    ----------
    offset : (P + 1,) int64
        Vertices of piece ``i`` are ``offset[i]:offset[i + 1]``, at least two.
    lon, lat : (V,) float64
        Degrees.
    tail, head : (P,) int32
        Numbers of the places where pieces end: the same number is the same place.
    source_id : (P,) int64
        What it is in the source: OSM way; 0 where unknown.
    doors : (P,) bool
        False in tunnels and the like.
    joint_place, joint_edge, joint_fraction : (J,) int32, int32 and float64
        Places that lie on an edge of the network, that edge, and where on it, 0 to 1.
    barrier_node, barrier : (B,) int32
        Nodes of the network at which a barrier parts roads, and its number: nodes of the same
        number were one.
    """

    offset: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    source_id: NDArray[np.int64]
    doors: NDArray[np.bool_]
    joint_place: NDArray[np.int32]
    joint_edge: NDArray[np.int32]
    joint_fraction: NDArray[np.float64]
    barrier_node: NDArray[np.int32]
    barrier: NDArray[np.int32]

    def __len__(self) -> int:
        """Return P."""
        return len(self.tail)


def no_closed_ways() -> ClosedWays:
    """Return the layer of a source that knows of no closed way and of no barrier."""
    real, small = np.zeros(0, np.float64), np.zeros(0, np.int32)
    return ClosedWays(
        offset=np.zeros(1, np.int64),
        lon=real,
        lat=real,
        tail=small,
        head=small,
        source_id=np.zeros(0, np.int64),
        doors=np.zeros(0, np.bool_),
        joint_place=small,
        joint_edge=small,
        joint_fraction=real,
        barrier_node=small,
        barrier=small,
    )


@dataclass(frozen=True, slots=True, eq=False)
class ArcRows(_Columns):
    """Arcs in compressed rows: those of state ``s`` are ``offset[s]:offset[s + 1]``.

    Parameters
    ----------
    offset : (S + 1,) int64
        Row starts.
    arc : (A, 2) uint32
        The state at the other end, and a word: milliseconds (`WORD_MS`) with the flags `TOLL`,
        `FERRY`, `BOARD` and `CLOSED_FLAG`. Side by side, since a search reads both at once.
    directed : (A,) int32
        Directed edge driven, see `Turns`; -1 for a link, which takes no road.
    """

    offset: NDArray[np.int64]
    arc: NDArray[np.uint32]
    directed: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class States(_Columns):
    """What the S states of a search graph are; the first N are the nodes themselves.

    The others are copies of nodes: behind an arc that a turn restriction starts with, inside an
    area for its own traffic only, on the deck of a ferry.

    Parameters
    ----------
    node : (S,) int32
        Node of each state; ascending from state N on.
    entry_node, entry_state : (Z,) int32
        Nodes, ascending, at which a drive that starts there begins in a state of its own.
    """

    node: NDArray[np.int32]
    entry_node: NDArray[np.int32]
    entry_state: NDArray[np.int32]

    def __len__(self) -> int:
        """Return S."""
        return len(self.node)


@dataclass(frozen=True, slots=True, eq=False)
class SearchGraph:
    """The graph that searches run on: everything that rules out or delays a drive is in it.

    Parameters
    ----------
    states : States
        What its states are.
    onward, back : ArcRows
        The same arcs by the state they leave, and by the state they reach.
    """

    states: States
    onward: ArcRows
    back: ArcRows


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a network comes from; not part of its hash.

    Parameters
    ----------
    source : str
        File name or place.
    as_of : str
        Date of the road data, ISO; empty when unknown.
    attribution : str
        Who must be named.
    schematic : bool
        True for a simplified network, good only for trying the tool.
    dropped : tuple of (str, int)
        What was left out while building, and how many.
    """

    source: str
    as_of: str = ""
    attribution: str = ""
    schematic: bool = False
    dropped: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """Roads and milliseconds, frozen.

    An edge takes ``rint(length_m * 3600 / kmh)`` milliseconds, half to even, decided for each
    edge alone so that anybody can recompute it; the error of a route of n edges is at most n/2 ms
    and, lengths being irregular, about 0.3 * sqrt(n) ms (16 ms for 3,000 edges).

    Parameters
    ----------
    nodes, edges, shapes, turns : Nodes, Edges, Shapes, Turns
        The arrays, read-only, in degrees, metres and milliseconds.
    graph : SearchGraph
        What follows from them for a search.
    half_way : (E,) bool
        Roads that do not lead both to the main part of their piece and from it (see
        `networks.parts`), tolls allowed; follows from the graph, and is not part of the hash.
    classes, names, speed_sources, length_bases : tuple of str
        What the edges' indices mean; ``names[0]`` is empty.
    profile : SpeedProfile
        Speeds it was built with.
    origin : Origin
        Where it comes from.
    sha256 : str
        Hash of the canonical content: arrays in degrees, metres and milliseconds, and profile.
    problems : tuple of Problem
        Warnings and notes of the build.
    closed_ways : ClosedWays
        What is closed to the public, and barriers: never driven.
    closed : (E,) bool array or None
        Edges closed for a run (see `networks.closures.closing`); not part of the hash.
    """

    nodes: Nodes
    edges: Edges
    shapes: Shapes
    turns: Turns
    graph: SearchGraph
    half_way: NDArray[np.bool_]
    classes: tuple[str, ...]
    names: tuple[str, ...]
    speed_sources: tuple[str, ...]
    length_bases: tuple[str, ...]
    profile: SpeedProfile
    origin: Origin
    sha256: str
    problems: tuple[Problem, ...] = ()
    closed_ways: ClosedWays = field(default_factory=no_closed_ways)
    closed: NDArray[np.bool_] | None = None

    def door_edges(self, *, tolls: bool = True) -> NDArray[np.bool_]:
        """Return which edges places can be tied to: no ferries, not closed, with doors.

        Toll roads only where `tolls` says that they may be used.
        """
        without = self.doorless()
        with_doors = (without == Doorless.NO) | (without == Doorless.PARTLY)
        answer: NDArray[np.bool_] = self.open_edges(tolls=tolls) & with_doors
        return answer

    def open_edges(self, *, tolls: bool = True) -> NDArray[np.bool_]:
        """Return which edges are roads that may be driven today, motorways among them."""
        edges = self.edges
        usable = (edges.forward_ms != CLOSED) | (edges.backward_ms != CLOSED)
        answer: NDArray[np.bool_] = ~edges.ferry & usable
        if not tolls:
            answer &= ~edges.toll
        return answer if self.closed is None else answer & ~self.closed

    def doorless(self) -> NDArray[np.int8]:
        """Return a `Doorless` for each edge: why no place can be tied to it, (E,)."""
        rows = self.profile.lookup()
        doors = [(row := rows.get(name)) is None or row.doors for name in self.classes]
        by_class = ~np.array(doors, bool)[self.edges.road_class]
        return np.where(by_class, np.int8(Doorless.MOTORWAY), self.edges.doorless)

    def top_kmh(self) -> float:
        """Return the kilometres per hour that no drive on a road exceeds; ferries not counted.

        Metres in a straight line by this speed are less than any drive takes, also over roads
        that the data do not hold. It is the fastest of the profile and of the roads, of which
        some bring their own time or a mapped limit; `MAX_KMH` at most.
        """
        edges = self.edges
        road = ~edges.ferry
        ms = np.concatenate([edges.forward_ms[road], edges.backward_ms[road]])
        metres = np.tile(edges.length_m[road], 2)[ms != CLOSED]
        # Whole milliseconds are up to half of one too few: no short road looks faster than it is.
        driven = metres * 3600.0 / (ms[ms != CLOSED] + 0.5)
        return min(max(float(driven.max(initial=0.0)), self.profile.top_kmh), MAX_KMH)

    def info(self) -> NetworkInfo:
        """Return what this network is, for reports and ``spots network info``."""
        edges, length = self.edges, self.edges.length_m
        total = float(length.sum())
        by_component = np.bincount(
            self.nodes.component[edges.tail], weights=np.where(edges.ferry, 0.0, length)
        )
        inhabited = by_component > 0
        road_m = float(by_component.sum())
        bases = _shares(self.length_bases, edges.length_basis, length, total)
        return NetworkInfo(
            source=self.origin.source,
            sha256=self.sha256,
            as_of=self.origin.as_of,
            attribution=self.origin.attribution,
            profile=self.profile.label,
            nodes=len(self.nodes),
            edges=len(edges),
            components=int(inhabited.sum()),
            largest_component_share=float(by_component.max() / road_m) if road_m else 0.0,
            km_by_class=_shares(self.classes, edges.road_class, length, 1000.0),
            speed_source_share=_shares(self.speed_sources, edges.speed_source, length, total),
            length_basis_share=() if self.length_bases == ("",) else bases,
            bounds=_bounds(self.shapes),
            schematic=self.origin.schematic,
            dropped=self.origin.dropped,
        )


def _shares(
    labels: Sequence[str], index: NDArray[np.int16], length_m: NDArray[np.float64], unit: float
) -> tuple[tuple[str, float], ...]:
    sums = np.bincount(index, weights=length_m, minlength=len(labels))
    present = np.bincount(index, minlength=len(labels)) > 0
    rows = [(label, float(sums[i] / unit)) for i, label in enumerate(labels) if present[i]]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def _bounds(shapes: Shapes) -> tuple[float, float, float, float]:
    lon, lat = shapes.lon, shapes.lat
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
