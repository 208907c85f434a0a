"""Points of a caller's frame tied to roads, and what is to be said of those that are not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundfloor.arguments import number
from groundfloor.problems import Problem, Text, UsageError, error, note, one_line, warning
from networks.network import RoadNetwork
from networks.snapping.node_places import snaps_at_nodes
from networks.snapping.points import snap_points
from networks.types import Direction, Snap, SnapResult, Terminal, TravelOptions
from spots.library.given_points import GeoFrame, GivenPoints, given_points

#: Metres beyond which a point is off the roads, as in the presets' policies.
MAX_DISTANCE_M = 1_000.0
_SHOWN = 5  # labels in a message
_WAYS = {"from": Direction.FROM_ORIGIN, "to": Direction.TO_ORIGIN}
MS_PER_MIN = 60_000
_SAME_DEGREES = 1e-5  # a metre


@dataclass(frozen=True, slots=True, eq=False)
class TiedPoints:
    """Points, and where each is tied to the roads.

    Parameters
    ----------
    given : GivenPoints
        The points, P of them.
    results : tuple of SnapResult or None
        For each point; None where a row has none.
    problems : tuple of Problem
        Rows without a point, and points off the roads.
    """

    given: GivenPoints
    results: tuple[SnapResult | None, ...]
    problems: tuple[Problem, ...]

    @property
    def on_roads(self) -> NDArray[np.int64]:
        """Numbers of the points that are tied to a road."""
        tied = [i for i, each in enumerate(self.results) if each is not None and each.snap]
        return np.array(tied, np.int64)

    def snap(self, i: int) -> Snap:
        """Return where a point that is tied to a road is.

        Raises
        ------
        AssertionError
            It is not tied to any.
        """
        result = self.results[i]
        if result is None or result.snap is None:
            raise AssertionError(f"point {i} is not on the roads")
        return result.snap

    def terminals(self, sites: Sequence[str] | None = None, prefix: str = "") -> list[Terminal]:
        """Return the points on roads as terminals, called by their place in label order.

        Of equally near destinations a search takes the lowest id: so it is the lowest label.
        """
        rank = label_ranks(self.given.index)
        return [
            Terminal(
                name := f"{prefix}{rank[i]:09}", name if sites is None else sites[i], self.snap(i)
            )
            for i in self.on_roads.tolist()
        ]


def label_ranks(index: pd.Index) -> list[int]:
    """Return the place of each label in sorted order; in the given one where none is defined."""
    try:
        order = index.argsort()
    except TypeError:
        return list(range(len(index)))
    rank = np.empty(len(index), np.int64)
    rank[order] = np.arange(len(index))
    ranks: list[int] = rank.tolist()
    return ranks


def label_series(values: Sequence[Hashable | None], like: pd.Index | None = None) -> pd.Series:
    """Return labels that may be missing: whole numbers or texts where all are, else as they are.

    Parameters
    ----------
    values : sequence of label or None
        The labels.
    like : Index, optional
        Where they are from: tells what they are where all are missing.
    """
    present = [value for value in values if value is not None] or list(
        like if like is not None else []
    )
    if all(isinstance(v, int | np.integer) and not isinstance(v, bool) for v in present):
        return pd.Series(list(values), dtype="Int64")
    if all(isinstance(value, str) for value in present):
        return pd.Series(list(values), dtype="string")
    return pd.Series(list(values), dtype=object)


def same_places(
    rows: TiedPoints, columns: TiedPoints
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of a row and a column of the same label and place: a place and itself.

    Places are the same within a metre: a frame that has been through another CRS is a few
    billionths of a degree off. A row without a point is itself too, wherever it may be.
    """
    found = columns.given.index.get_indexer(rows.given.index)
    at = np.flatnonzero(found >= 0)
    same = found[at].astype(np.int64)
    here = np.column_stack([rows.given.lon[at], rows.given.lat[at]])
    there = np.column_stack([columns.given.lon[same], columns.given.lat[same]])
    near = np.abs(here - there) <= _SAME_DEGREES
    equal = (near | (np.isnan(here) & np.isnan(there))).all(axis=1)
    return at[equal], same[equal]


def tied_points(
    network: RoadNetwork,
    options: TravelOptions,
    points: GeoFrame,
    name: str,
    max_distance_m: float = MAX_DISTANCE_M,
) -> TiedPoints:
    """Return the points of a frame tied to roads; see `Roads.snap` for the rule.

    Raises
    ------
    UsageError, CrsError, DataError
        As `given_points`, or the distance is not above zero.
    """
    limit_m = number(max_distance_m, "max_distance_m", least=0.0)
    if limit_m == 0.0:
        raise UsageError(_no_distance())
    given = given_points(points, name)
    there = np.flatnonzero(given.there)
    lon, lat = given.lon[there], given.lat[there]
    found = snap_points(network, lon, lat, limit_m, tolls=options.tolls)
    nodes = snaps_at_nodes(network, lon, lat, tolls=options.tolls)
    results: list[SnapResult | None] = [None] * len(given)
    for i, nearest, node in zip(there.tolist(), found, nodes, strict=True):
        results[i] = nearest if node is None else SnapResult(node, 0.0)
    tied = TiedPoints(given, tuple(results), ())
    return replace(tied, problems=tuple(_problems(tied, name, limit_m)))


def direction_of(direction: str) -> Direction:
    """Return which way drives go: ``"from"`` the origins, or ``"to"`` them.

    Raises
    ------
    UsageError
        It is neither.
    """
    if direction in _WAYS:
        return _WAYS[direction]
    if direction in set(Direction):
        return Direction(direction)
    raise UsageError(
        error(
            "wrong-value",
            Text("使えない値です", "is not one of the choices"),
            Text('"from" か "to" にしてください', 'use "from" or "to"'),
            column="direction",
            value=one_line(str(direction)),
        )
    )


def whole_ms(minutes: float, name: str) -> int:
    """Return minutes as whole milliseconds.

    Raises
    ------
    UsageError
        They are no finite number from 0 on.
    """
    return round(number(minutes, name, least=0.0) * MS_PER_MIN)


def _problems(tied: TiedPoints, name: str, limit_m: float) -> list[Problem]:
    index = tied.given.index
    on_roads = np.zeros(len(index), bool)
    on_roads[tied.on_roads] = True
    missing = index[~tied.given.there]
    off = index[tied.given.there & ~on_roads]
    problems = []
    if len(missing):
        problems.append(
            note(
                "point-missing",
                Text(
                    f"{len(missing)} 行に点がありません",
                    f"{len(missing)} rows have no point",
                ),
                Text("答えは欠損値（NA）です", "their answers are missing (NA)"),
                file=f"<{name}>",
                value=_shown(missing),
            )
        )
    if len(off):
        problems.append(
            warning(
                "point-off-roads",
                Text(
                    f"{len(off)} 点は道路から {limit_m:g} m より離れています",
                    f"{len(off)} points lie more than {limit_m:g} m off the roads",
                ),
                Text(
                    "座標と道路の範囲を確かめるか、max_distance_m を大きくしてください",
                    "check them and the area of the roads, or raise max_distance_m",
                ),
                file=f"<{name}>",
                value=_shown(off),
            )
        )
    return problems


def _shown(index: pd.Index) -> str:
    shown = ", ".join(str(label) for label in index[:_SHOWN])
    return f"{shown}, …" if len(index) > _SHOWN else shown


def _no_distance() -> Problem:
    return error(
        "wrong-value",
        Text("0 m より大きい値です", "must be above 0 m"),
        Text("メートルで書いてください", "write it in metres"),
        column="max_distance_m",
        value="0",
    )
