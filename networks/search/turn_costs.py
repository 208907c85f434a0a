"""What turns at junctions cost, from the angle between two roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.network import CLOSED, Edges, Shapes
from networks.speeds.profile import TurnDelays

STRAIGHT_DEGREES = 45.0  # half of the eight-part compass: up to here a turn is straight on
_DECIMALS = 3  # angles are compared in thousandths, so that last bits of arctan2 decide nothing


@dataclass(frozen=True, slots=True, eq=False)
class Bearings:
    """Directions of travel of directed edges, degrees clockwise from north.

    Parameters
    ----------
    out, into : (2 E,) float64
        At the start and at the end; NaN where an edge has no extent.
    """

    out: NDArray[np.float64]
    into: NDArray[np.float64]


def bearings_of(shapes: Shapes) -> Bearings:
    """Return the bearings of the first and last stretch of every edge, both ways.

    Where two vertices are one, the line from end to end stands in.
    """
    start, stop = shapes.offset[:-1], shapes.offset[1:] - 1
    whole = _bearing(shapes, start, stop)
    first = _bearing(shapes, start, start + 1)
    final = _bearing(shapes, stop - 1, stop)
    first = np.where(np.isnan(first), whole, first)
    final = np.where(np.isnan(final), whole, final)
    return Bearings(
        out=np.stack([first, final + 180.0], axis=1).ravel(),
        into=np.stack([final, first + 180.0], axis=1).ravel(),
    )


def _bearing(shapes: Shapes, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    east = (shapes.lon[b] - shapes.lon[a] + 180.0) % 360.0 - 180.0
    north = shapes.lat[b] - shapes.lat[a]
    east = east * np.cos(np.radians((shapes.lat[a] + shapes.lat[b]) / 2.0))
    return np.where((east == 0.0) & (north == 0.0), np.nan, np.degrees(np.arctan2(east, north)))


@dataclass(frozen=True, slots=True, eq=False)
class TurnTable:
    """Looks up the milliseconds between two directed edges.

    Parameters
    ----------
    costs : TurnDelays
        The profile's.
    bearings : Bearings
        Of the directed edges.
    bend : (2 E,) bool
        Whether behind a directed edge the road only leads on one way, turning back aside: then
        that way costs nothing, whatever its angle.
    free : (2 E,) bool
        Ferries, which have no turns.
    arrivals : (R,) int64
        Directed edges, ascending, after which some way on costs something.
    """

    costs: TurnDelays
    bearings: Bearings
    bend: NDArray[np.bool_]
    free: NDArray[np.bool_]
    arrivals: NDArray[np.int64]

    def between(self, before: NDArray[np.integer], after: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the milliseconds of turning from `before` into `after`, elementwise."""
        costs = self.costs
        angle = self.bearings.out[after] - self.bearings.into[before]
        angle = np.round((angle + 180.0) % 360.0 - 180.0, _DECIMALS)
        turn = np.select(
            [angle > STRAIGHT_DEGREES, angle < -STRAIGHT_DEGREES],
            [costs.right_ms, costs.left_ms],
            costs.straight_ms,  # also where an edge has no direction
        )
        turn = np.where(self.bend[before], 0, turn)
        turn = np.where(before ^ 1 == after, costs.u_turn_ms, turn)
        answer: NDArray[np.int64] = np.where(self.free[before] | self.free[after], 0, turn)
        return answer.astype(np.int64)


def turn_table(node_count: int, edges: Edges, bearings: Bearings, costs: TurnDelays) -> TurnTable:
    """Return the table of turns between `edges`.

    Raises
    ------
    ValueError
        When a turn costs less than nothing.
    """
    dearest = max(costs.left_ms, costs.right_ms, costs.straight_ms)
    if min(costs.left_ms, costs.right_ms, costs.straight_ms, costs.u_turn_ms) < 0:
        raise ValueError("a turn cannot cost less than nothing")
    ferry = np.repeat(edges.ferry, 2)
    drivable = np.stack([edges.forward_ms, edges.backward_ms], axis=1).ravel() != CLOSED
    road = drivable & ~ferry
    tail = np.stack([edges.tail, edges.head], axis=1).ravel()
    head = tail.reshape(-1, 2)[:, ::-1].ravel()
    back = drivable.reshape(-1, 2)[:, ::-1].ravel()  # whether one may turn back on the same edge
    ways_on = np.bincount(tail[road], minlength=node_count)[head] - back
    bend = ways_on <= 1
    costly = (back & (costs.u_turn_ms > 0)) | (~bend & (dearest > 0))
    return TurnTable(costs, bearings, bend, ferry, np.flatnonzero(road & costly))
