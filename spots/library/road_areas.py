"""Areas within so many minutes of points, as frames.

Stands apart: `road_answers` is the face, this the drawing behind one of its answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from groundfloor.arguments import number
from groundfloor.problems import Text, UsageError, error
from networks.network import RoadNetwork
from networks.search.catchments import catchment, catchment_lines, catchment_polygon
from networks.types import Direction, Terminal, TravelOptions
from spots.library.given_points import back_in
from spots.library.threads import on_all_cores
from spots.library.tied_points import MS_PER_MIN, TiedPoints, whole_ms


def times_given(minutes: float | Iterable[float]) -> list[int]:
    """Return minutes, one or several, as whole milliseconds in the order given.

    Raises
    ------
    UsageError
        There are none, or some are no finite number from 0 on.
    """
    several = list(minutes) if isinstance(minutes, Iterable) else [minutes]
    if not several:
        raise UsageError(
            error(
                "wrong-value",
                Text("一つもありません", "are none"),
                Text(
                    "`minutes=(10, 20, 30)` のように書いてください", "such as minutes=(10, 20, 30)"
                ),
                column="minutes",
            )
        )
    return [whole_ms(each, "minutes") for each in several]


def metres_of(reach_m: float) -> float:
    """Return how far off the roads land is drawn, metres.

    Raises
    ------
    UsageError
        It is no finite number above zero.
    """
    metres = number(reach_m, "reach_m", least=0)
    if not metres:
        raise UsageError(
            error(
                "wrong-value",
                Text("0 では面になりません", "is 0, which makes no area"),
                Text(
                    "道路そのものは `lines=True` で求めます",
                    "give metres above 0; lines=True gives the roads themselves",
                ),
                column="reach_m",
                value=str(reach_m),
            )
        )
    return metres


def area_frame(
    network: RoadNetwork,
    options: TravelOptions,
    tied: TiedPoints,
    times_ms: Sequence[int],
    direction: Direction,
    *,
    dissolve: bool,
    lines: bool,
    reach_m: float,
) -> gpd.GeoDataFrame:
    """Return what lies within each time of each point, or of any of them."""

    def drawn(asked: tuple[Sequence[Terminal], int]) -> BaseGeometry | None:
        terminals, ms = asked
        if not terminals:
            return None
        parts = catchment(network, terminals, ms, direction=_roads_of(direction), options=options)
        if lines:
            return MultiLineString(list(catchment_lines(network, parts)))
        return catchment_polygon(network, parts, reach_m=reach_m)

    terminals = tied.terminals()
    if dissolve:
        asked = [(terminals, ms) for ms in times_ms]
        index: pd.Index = pd.RangeIndex(len(times_ms))
        columns = {"minutes": minutes_of_areas(times_ms)}
    else:
        by_row = {i: [t] for i, t in zip(tied.on_roads.tolist(), terminals, strict=True)}
        asked = [(by_row.get(i, []), ms) for i in range(len(tied.given)) for ms in times_ms]
        index = tied.given.index.repeat(len(times_ms))
        columns = {
            "origin": pd.Series(index.to_numpy(), dtype=index.dtype),
            "minutes": minutes_of_areas(list(times_ms) * len(tied.given)),
        }
    shapes = on_all_cores(drawn, asked)
    frame = pd.DataFrame(columns)
    frame.index = index
    return gpd.GeoDataFrame(
        frame, geometry=back_in(np.array(shapes, object), index, tied.given.crs)
    )


def _roads_of(direction: Direction) -> Direction:
    """Return how catchments, which ask from the road, call drives from or to the points."""
    onto = direction is Direction.FROM_ORIGIN
    return Direction.TO_ORIGIN if onto else Direction.FROM_ORIGIN


def minutes_of_areas(times_ms: Sequence[int]) -> object:
    """Return milliseconds as a column of minutes, whole where all of them are."""
    if all(ms % MS_PER_MIN == 0 for ms in times_ms):
        return pd.array([ms // MS_PER_MIN for ms in times_ms], dtype="Int64")
    return pd.array([ms / MS_PER_MIN for ms in times_ms], dtype="Float64")
