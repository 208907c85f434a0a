"""Frames of snapped points and of travel times, on the callers' own labels.

Stands apart: `road_answers` is the face, this how its places and times are found and laid out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry import Point

from groundfloor.problems import Problem, Text, UsageError, error, one_line
from networks.graphs.graph_labels import GraphLabels
from networks.network import CLOSED, RoadNetwork
from networks.search.places import times_to_each
from networks.search.times import FAR, UNREACHABLE
from networks.types import Direction, Snap, SnapResult, Terminal, TravelOptions
from spots.library.given_points import back_in
from spots.library.threads import on_all_cores
from spots.library.tied_points import MS_PER_MIN, TiedPoints, label_series, same_places

if TYPE_CHECKING:
    from collections.abc import Hashable

_BUNDLE = 32  # searches that share the tying of the other side
_Longs = NDArray[np.int64]


def snap_frame(network: RoadNetwork, labels: GraphLabels, tied: TiedPoints) -> gpd.GeoDataFrame:
    """Return where points meet the road; see `Roads.snap` for the columns."""
    snaps = [None if r is None else r.snap for r in tied.results]
    arcs = [None if s is None else _arc(network, labels, s) for s in snaps]
    frame = pd.DataFrame(
        {
            "u": label_series([None if a is None else a[0] for a in arcs]),
            "v": label_series([None if a is None else a[1] for a in arcs]),
            "key": label_series([None if a is None else a[2] for a in arcs]),
            "fraction": pd.array([None if a is None else a[3] for a in arcs], dtype="Float64"),
            "distance_m": pd.array([_distance_m(r) for r in tied.results], dtype="Float64"),
            "alternative_m": pd.array(
                [
                    None if r is None or r.alternative is None else r.alternative.distance_m
                    for r in tied.results
                ],
                dtype="Float64",
            ),
            "half_way": pd.array(
                [None if r is None or r.snap is None else r.half_way for r in tied.results],
                dtype="boolean",
            ),
        }
    )
    frame.index = tied.given.index
    shapes = np.array([None if s is None else Point(s.lon, s.lat) for s in snaps], object)
    return gpd.GeoDataFrame(frame, geometry=back_in(shapes, tied.given.index, tied.given.crs))


def _distance_m(result: SnapResult | None) -> float | None:
    return None if result is None or not np.isfinite(result.distance_m) else result.distance_m


def _arc(
    network: RoadNetwork, labels: GraphLabels, snap: Snap
) -> tuple[Hashable, Hashable, Hashable, float]:
    """Return (u, v, key, fraction from u) of an edge: its forward arc, unless that is closed."""
    edges, e = network.edges, snap.edge
    tail, head = labels.nodes[int(edges.tail[e])], labels.nodes[int(edges.head[e])]
    if edges.forward_ms[e] != CLOSED:
        return tail, head, labels.forward_key[e], snap.fraction
    return head, tail, labels.backward_key[e], 1.0 - snap.fraction


def travel_times(
    network: RoadNetwork,
    options: TravelOptions,
    rows: TiedPoints,
    columns: TiedPoints,
    limit_ms: int | None,
    direction: Direction,
) -> _Longs:
    """Return whole milliseconds between all rows and all columns, (R, C); -1 where there are none.

    One search for each place on the side that has fewer.
    """
    limit = FAR - 1 if limit_ms is None else limit_ms
    answer = np.full((len(rows.given), len(columns.given)), UNREACHABLE, np.int64)
    near, near_at = _places(rows)
    far, far_at = _places(columns)
    if len(near) and len(far):
        if len(far) <= len(near):
            times = _each(network, options, near, far, limit, direction)
        else:
            times = _each(network, options, far, near, limit, _turned(direction)).T
        answer[np.ix_(rows.on_roads, columns.on_roads)] = times[np.ix_(near_at, far_at)]
    at, same = same_places(rows, columns)
    answer[at, same] = 0
    return answer


def _each(
    network: RoadNetwork,
    options: TravelOptions,
    places: list[Snap],
    ends: list[Snap],
    limit_ms: int,
    direction: Direction,
) -> _Longs:
    terminals = [Terminal(f"{i:09}", f"{i:09}", snap) for i, snap in enumerate(ends)]
    bundles = [terminals[at : at + _BUNDLE] for at in range(0, len(terminals), _BUNDLE)]

    def times(bundle: list[Terminal]) -> list[_Longs]:
        each = times_to_each(
            network, places, bundle, limit_ms, direction=direction, options=options
        )
        return list(each)

    return np.stack([row for rows in on_all_cores(times, bundles) for row in rows], axis=1)


def _turned(direction: Direction) -> Direction:
    onto = direction is Direction.FROM_ORIGIN
    return Direction.TO_ORIGIN if onto else Direction.FROM_ORIGIN


def _places(tied: TiedPoints) -> tuple[list[Snap], _Longs]:
    """Return the different places of points on roads, and which of them each is."""
    number: dict[tuple[int, float, int], int] = {}
    places: list[Snap] = []
    at = []
    for i in tied.on_roads.tolist():
        snap = tied.snap(i)
        key = snap.edge, snap.fraction, snap.access_ms
        if key not in number:
            number[key] = len(places)
            places.append(snap)
        at.append(number[key])
    return places, np.array(at, np.int64)


def wide_frame(ms: _Longs, rows: pd.Index, columns: pd.Index, unit: str) -> pd.DataFrame:
    """Return times as a frame of rows by columns, minutes or milliseconds.

    Raises
    ------
    UsageError
        There is no such unit.
    """
    if unit not in ("min", "ms"):
        raise UsageError(_no_unit(unit))
    missing = ms == UNREACHABLE
    if unit == "ms":
        columns_of = [
            pd.arrays.IntegerArray(ms[:, j].copy(), missing[:, j].copy())
            for j in range(ms.shape[1])
        ]
    else:
        minutes = np.where(missing, 0.0, ms / MS_PER_MIN)
        columns_of = [
            pd.arrays.FloatingArray(minutes[:, j].copy(), missing[:, j].copy())
            for j in range(ms.shape[1])
        ]
    frame = pd.DataFrame(dict(enumerate(columns_of)), index=rows)
    # Of one name on both sides pandas could not make columns.
    frame.columns = columns.rename("destination") if columns.name == rows.name else columns
    return frame


def long_frame(ms: _Longs, rows: pd.Index, columns: pd.Index) -> pd.DataFrame:
    """Return times as a row for each pair: origin, destination, travel_ms, minutes."""
    flat = ms.ravel()
    missing = flat == UNREACHABLE
    return pd.DataFrame(
        {
            "origin": rows.repeat(len(columns)),
            "destination": columns.take(np.tile(np.arange(len(columns)), len(rows))),
            "travel_ms": pd.arrays.IntegerArray(flat.copy(), missing),
            "minutes": pd.arrays.FloatingArray(
                np.where(missing, 0.0, flat / MS_PER_MIN), missing.copy()
            ),
        }
    )


def _no_unit(unit: object) -> Problem:
    return error(
        "wrong-value",
        Text("使えない値です", "is not one of the choices"),
        Text('"min" か "ms" にしてください', 'use "min" or "ms"'),
        column="unit",
        value=one_line(str(unit)),
    )
