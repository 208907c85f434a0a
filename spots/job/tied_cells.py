"""Cells of the prefecture's land, tied to the roads: where times are asked for from anywhere.

They hang on the land and the roads, and hardly on the hospitals, so they are found once and kept.

Stands apart: `run_surroundings` asks what lies around; here is from where.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from groundfloor.kept_forms import packed_array, packed_plain, unpacked_array, unpacked_plain
from groundfloor.kept_on_disk import Form, KeptOnDisk, Origin, framed, unframed
from networks import RoadNetwork, Terminal, snap_points
from networks.info.road_lines import Bounds
from networks.search.places import TiedPlaces
from spots.job.catchment_outlines import CellFrame, Mask, land_frame
from spots.judging.criteria import TravelSetting
from spots.types.results import NOWHERE

_Longs = NDArray[np.int64]

_LATTICE = 0.05  # degrees, for a first look at where roads are
_CODE = ("groundfloor", "networks", "spots/job")


def kept_from(network: RoadNetwork, *settings: object) -> Origin:
    """Return what a value follows from that is made of a network, closed roads and all."""
    closed = network.closed
    shut = None if closed is None else hashlib.sha256(np.packbits(closed).data).hexdigest()
    return Origin(settings=[network.sha256, shut, *settings], code=_CODE)


@dataclass(frozen=True, slots=True, eq=False)
class TiedCells:
    """Cells of a frame that are tied to the roads.

    Parameters
    ----------
    frame : CellFrame
        All cells.
    at : (P,) int64
        Which of them are tied to the roads.
    places : TiedPlaces
        Where.
    told : tuple of object
        What they follow from beside the roads, as `kept_from` takes it.
    """

    frame: CellFrame
    at: _Longs
    places: TiedPlaces
    told: tuple[object, ...] = ()

    @classmethod
    def of(
        cls,
        network: RoadNetwork,
        travel: TravelSetting,
        hospitals: Sequence[Terminal],
        land: NDArray[np.object_],
        disk: KeptOnDisk,
    ) -> TiedCells | None:
        """Return the cells of the land near roads that may lead to a hospital; None without."""
        bounds = _reach(network, hospitals, land, ferries=travel.ferries)
        if bounds is None:
            return None
        digest = hashlib.sha256(b"".join(shapely.to_wkb(land))).hexdigest()
        told = digest, bounds, travel.snap_limit_m, travel.tolls
        tie = partial(_tied, network, travel, land, bounds)
        found = disk.get("cells", kept_from(network, *told), tie, _CELLS)
        return cls(found.frame, found.at, found.places, told)

    def spread(self, values: NDArray[np.integer]) -> _Longs:
        """Return values of the tied cells as rows and columns of the frame."""
        frame = self.frame
        whole = np.full(frame.rows * frame.columns, NOWHERE, np.int64)
        whole[self.at] = values
        return whole.reshape(frame.rows, frame.columns)


def _tied(
    network: RoadNetwork, travel: TravelSetting, land: NDArray[np.object_], bounds: Bounds
) -> TiedCells:
    frame, mask = land_frame(land, bounds)
    at = np.flatnonzero(mask.ravel())
    results = snap_points(network, *frame.middles(at), travel.snap_limit_m, tolls=travel.tolls)
    tied = [(i, r.snap) for i, r in zip(at.tolist(), results, strict=True) if r.snap]
    cells = np.array([i for i, _ in tied], np.int64)
    return TiedCells(frame, cells, TiedPlaces.of([snap for _, snap in tied]))


def _pack(cells: TiedCells) -> bytes:
    places = cells.places
    columns = cells.at, places.edge, places.fraction, places.access_ms
    return framed([packed_plain(cells.frame), *map(packed_array, columns)])


def _unpack(data: bytes) -> TiedCells:
    frame, *columns = unframed(data)
    at, edge, fraction, access_ms = map(unpacked_array, columns)
    return TiedCells(unpacked_plain(frame, CellFrame), at, TiedPlaces(edge, fraction, access_ms))


_CELLS: Form[TiedCells] = Form(_pack, _unpack)


def _reach(
    network: RoadNetwork,
    hospitals: Sequence[Terminal],
    land: NDArray[np.object_],
    *,
    ferries: bool,
) -> Bounds | None:
    """Return the bounds of the land as far as roads may lead to a hospital; None without.

    An island without a hospital needs no cells, and must not make them larger elsewhere.
    """
    taken = _Lattice.around(land)
    edges, component = network.edges, network.nodes.component
    own = component[edges.tail[np.array([t.snap.edge for t in hospitals], np.int64)]]
    near = np.isin(component[edges.tail], own) & ~edges.ferry
    if ferries and hospitals:
        near = ~edges.ferry
    taken.mark(network, np.flatnonzero(near))
    if not taken.taken.any():
        return None
    west, south, east, north = shapely.total_bounds(land).tolist()
    left, bottom, right, top = taken.bounds()
    return max(west, left), max(south, bottom), min(east, right), min(north, top)


@dataclass(frozen=True, slots=True, eq=False)
class _Lattice:
    """Large squares over the land, and whether roads are in them.

    Parameters
    ----------
    south, west : int
        Of the first square, in steps of `_LATTICE`.
    taken : (rows, columns) bool
        From the south-west.
    """

    south: int
    west: int
    taken: Mask

    @classmethod
    def around(cls, land: NDArray[np.object_]) -> _Lattice:
        """Return the squares of the land, with no roads in them yet."""
        west, south, east, north = np.floor(shapely.total_bounds(land) / _LATTICE).astype(int)
        return cls(int(south), int(west), np.zeros((north - south + 1, east - west + 1), bool))

    def mark(self, network: RoadNetwork, chosen: _Longs) -> None:
        """Mark the squares of the ends of edges, and those between where there are any."""
        ends = np.stack([network.edges.tail[chosen], network.edges.head[chosen]])
        row = np.floor(network.nodes.lat[ends] / _LATTICE).astype(np.int64) - self.south
        column = np.floor(network.nodes.lon[ends] / _LATTICE).astype(np.int64) - self.west
        low = np.maximum(np.stack([row.min(axis=0), column.min(axis=0)]), 0)
        high = np.minimum(np.stack([row.max(axis=0), column.max(axis=0)]).T + 1, self.taken.shape).T
        some = (low < high).all(axis=0)
        short = some & (high - low == 1).all(axis=0)
        self.taken[tuple(low[:, short])] = True
        for (a, b), (c, d) in zip(low.T[some & ~short], high.T[some & ~short], strict=True):
            self.taken[a:c, b:d] = True

    def bounds(self) -> Bounds:
        """Return the bounds of the squares with roads and half a square around, degrees."""
        row, column = np.nonzero(self.taken)
        return (
            (self.west + int(column.min()) - 0.5) * _LATTICE,
            (self.south + int(row.min()) - 0.5) * _LATTICE,
            (self.west + int(column.max()) + 1.5) * _LATTICE,
            (self.south + int(row.max()) + 1.5) * _LATTICE,
        )
