"""What a reader of OpenStreetMap data hands on: ways, positions, marked nodes, restrictions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from networks.osm.nodes import NodeMark
from networks.osm.verdicts import Drivable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: west, south, east, north in degrees.
Bounds: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Ways that cars may use, with the nodes they run over.

    Parameters
    ----------
    id : (W,) int64
        OSM ids.
    offset : (W + 1,) int64
        Nodes of way ``i`` are ``ref[offset[i]:offset[i + 1]]``.
    ref : (R,) int64
        OSM node ids.
    road : (W,) int32
        Index into `roads`.
    name : (W,) int32
        Index into `names`.
    roads : tuple of Drivable
        What ways are to a car, each kind once.
    names : tuple of str
        Names, each once; ``names[0]`` is empty.
    """

    id: Ints
    offset: Ints
    ref: Ints
    road: NDArray[np.int32]
    name: NDArray[np.int32]
    roads: tuple[Drivable, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Known positions of nodes.

    Parameters
    ----------
    id : (K,) int64
        OSM node ids, ascending, each once.
    lon, lat : (K,) float64
        Degrees.
    """

    id: Ints
    lon: Floats
    lat: Floats

    def find(self, nodes: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Return (index, whether it is there) of node ids."""
        if len(self.id) == 0:
            return np.zeros(len(nodes), np.int64), np.zeros(len(nodes), bool)
        at = np.searchsorted(self.id, nodes)
        at[at == len(self.id)] = 0
        return at, self.id[at] == nodes


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Nodes that close a road or cost time.

    Parameters
    ----------
    id : (M,) int64
        OSM node ids, ascending, each once.
    mark : (M,) int32
        Index into `marks`.
    marks : tuple of NodeMark
        What nodes do to a car, each kind once.
    """

    id: Ints
    mark: NDArray[np.int32]
    marks: tuple[NodeMark, ...]


class RestrictionKind(StrEnum):
    """What a turn restriction does."""

    NO = "no"  # this turn may not be driven
    ONLY = "only"  # no turn but this one may be driven


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn restriction for cars, as mapped.

    Parameters
    ----------
    id : int
        OSM id of the relation.
    kind : RestrictionKind
        Forbidden, or the only one allowed.
    from_way, to_way : int
        OSM ids of the ways a car comes from and turns into.
    via_nodes : tuple of int
        The node it turns at; empty where ways lie between.
    via_ways : tuple of int
        OSM ids of the ways between, in order; empty where it turns at a node.
    """

    id: int
    kind: RestrictionKind
    from_way: int
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]
    to_way: int


def no_marks() -> Marks:
    """Return marks of no node at all."""
    return Marks(np.zeros(0, np.int64), np.zeros(0, np.int32), ())


@dataclass(frozen=True, slots=True, eq=False)
class OsmData:
    """Everything about cars that an OSM source holds.

    Parameters
    ----------
    ways : Ways
        Ways that cars may use, in the order of the source.
    places : Places
        Positions of their nodes, as far as the source has them.
    marks : Marks
        Barriers, signals and the like among those nodes.
    restrictions : tuple of Restriction
        Turn restrictions, in the order of the source.
    dropped : Counter of str
        What was left out, by reason.
    as_of : str
        Date of the data, ISO; empty when the source does not say.
    bounds : tuple of float or None
        west, south, east, north in degrees, when the source says so.
    more_bounds : tuple of tuple of float
        Further ones, where a source is several downloads in one.
    """

    ways: Ways
    places: Places
    marks: Marks = field(default_factory=no_marks)
    restrictions: tuple[Restriction, ...] = ()
    dropped: Counter[str] = field(default_factory=Counter)
    as_of: str = ""
    bounds: Bounds | None = None
    more_bounds: tuple[Bounds, ...] = ()
