"""Edges one by one, for sources that are read row by row, and their turning into columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from networks.build import EdgeTable, Labels
from networks.doorless import Doorless

#: What a speed rests on where the source's own weights are the times, see `graphs_in`.
OWN_WEIGHT = "weight"


@dataclass(slots=True, eq=False)
class EdgeRow:
    """An edge as a row-wise source gives it; see `EdgeTable` for the meaning of the fields.

    ``points`` is a (k, 2) array of degrees from tail to head, k at least 2.
    ``given_backward_ms`` None means `given_ms`. ``forward_key`` and ``backward_key`` tell arcs
    between the same nodes apart where the source is a graph that has keys. Not frozen, because a
    frozen row takes three times as long to make, and hundreds of thousands are made; nobody
    changes one.
    """

    tail: int
    head: int
    points: NDArray[np.float64]
    length_m: float
    kmh: float
    given_ms: int
    forward: bool
    backward: bool
    toll: bool
    ferry: bool
    road_class: str
    name: str
    speed_source: str
    length_basis: str
    through: bool = True
    limit_kmh: float = math.nan
    width_m: float = math.nan
    source_id: int = 0
    doorless: Doorless = Doorless.NO
    bridge: bool = False
    given_backward_ms: int | None = None
    forward_key: Hashable = 0
    backward_key: Hashable = 0

    @property
    def backward_ms(self) -> int:
        """Milliseconds from head to tail that the source states; -1 where speed decides."""
        return self.given_ms if self.given_backward_ms is None else self.given_backward_ms


def table_of_rows(
    node_id: NDArray[np.generic],
    node_lon: NDArray[np.float64],
    node_lat: NDArray[np.float64],
    rows: Sequence[EdgeRow],
) -> EdgeTable:
    """Return the columns of `rows`; labels are numbered in order of first sight."""
    classes, names, sources, bases = Labels(), Labels({"": 0}), Labels(), Labels()
    offset, lon, lat = _polylines(rows)
    of = _Columns(rows)
    return EdgeTable(
        node_id=node_id,
        node_lon=node_lon,
        node_lat=node_lat,
        tail=of.whole(attrgetter("tail")),
        head=of.whole(attrgetter("head")),
        offset=offset,
        lon=lon,
        lat=lat,
        length_m=of.real(attrgetter("length_m")),
        kmh=of.real(attrgetter("kmh")),
        given_ms=of.whole(attrgetter("given_ms")),
        forward=of.flag(attrgetter("forward")),
        backward=of.flag(attrgetter("backward")),
        toll=of.flag(attrgetter("toll")),
        ferry=of.flag(attrgetter("ferry")),
        road_class=of.whole(lambda e: classes.number(e.road_class)),
        name=of.whole(lambda e: names.number(e.name)),
        speed_source=of.whole(lambda e: sources.number(e.speed_source)),
        length_basis=of.whole(lambda e: bases.number(e.length_basis)),
        classes=classes.texts(),
        names=names.texts(),
        speed_sources=sources.texts(),
        length_bases=bases.texts(),
        through=of.flag(attrgetter("through")),
        limit_kmh=of.real(attrgetter("limit_kmh")),
        width_m=of.real(attrgetter("width_m")),
        source_id=of.whole(attrgetter("source_id")),
        doorless=of.whole(attrgetter("doorless")),
        bridge=of.flag(attrgetter("bridge")),
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of edges that were found row by row."""

    rows: Sequence[EdgeRow]

    def whole(self, value: Callable[[EdgeRow], int]) -> NDArray[np.int64]:
        return np.array([value(row) for row in self.rows], np.int64)

    def real(self, value: Callable[[EdgeRow], float]) -> NDArray[np.float64]:
        return np.array([value(row) for row in self.rows], np.float64)

    def flag(self, value: Callable[[EdgeRow], bool]) -> NDArray[np.bool_]:
        return np.array([value(row) for row in self.rows], np.bool_)


def _polylines(
    rows: Sequence[EdgeRow],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return where each edge's vertices begin, and the degrees of all of them."""
    offset = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row.points) for row in rows], out=offset[1:])
    points = np.concatenate([np.empty((0, 2)), *(row.points for row in rows)])
    return offset, np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
