"""`StraightRoads`: times estimated by straight lines, with the questions that `Roads` answers.

No road is in it, and every frame says so: ``basis`` is ``"straight"``.

Stands apart: `Roads` answers by drives, and nothing here is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry import LineString

from boundaries.geometry import GEOD, circles, polygons
from boundaries.geometry import dissolve as joined
from groundfloor.arguments import number, whole_number
from groundfloor.crs import JGD2011
from groundfloor.problems import Problem, UsageError
from networks.search.times import UNREACHABLE
from spots.job.network_fit import out_of_bounds
from spots.library.given_points import GeoFrame, back_in, given_points
from spots.library.road_areas import minutes_of_areas, times_given
from spots.library.road_drives import (
    BEYOND,
    NO_POINT,
    NO_WAY,
    WHYS,
    Pair,
    elementwise,
    pairs_of,
    sites_of,
)
from spots.library.road_times import long_frame, wide_frame
from spots.library.tied_points import (
    MS_PER_MIN,
    TiedPoints,
    label_ranks,
    label_series,
    same_places,
    whole_ms,
)
from spots.telling.straight_words import basis_words
from spots.types import StraightTravel, TravelBasis

_Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _StraightRow:
    """A row of an answer: from where, to where, how far; or why not."""

    row: int
    end: int | None
    rank: int
    metres: float | None = None
    ties: int = 0
    why: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class StraightRoads:
    """An estimate of travel time where there are no roads; made by `Roads.straight`.

    Parameters
    ----------
    estimate : StraightTravel
        Factor, speed and where they come from.
    """

    estimate: StraightTravel

    @property
    def times(self) -> str:
        """What its times are: ``"straight line × 1.3 at 40 km/h"``."""
        return basis_words(self.estimate).en

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Nothing: there is no file that could have any."""
        return ()

    def at_speeds(self, *, factor: float) -> StraightRoads:
        """Return the same estimate at another speed.

        Parameters
        ----------
        factor : float
            Of the speed.

        Raises
        ------
        UsageError
            It is not above zero.
        """
        times = number(factor, "factor", least=0.0)
        speed = self.estimate.speed_kmh * times
        if speed <= 0 and (found := out_of_bounds("speed_kmh", speed, column="factor")):
            raise UsageError(found)
        return replace(self, estimate=replace(self.estimate, speed_kmh=speed))

    def matrix(
        self,
        origins: GeoFrame,
        destinations: GeoFrame | None = None,
        *,
        limit_min: float | None = None,
        unit: str = "min",
        long: bool = False,
    ) -> pd.DataFrame:
        """Return the estimated times between all origins and all destinations.

        Parameters
        ----------
        origins, destinations : GeoDataFrame or GeoSeries
            As for `Roads.matrix`.
        limit_min : number, optional
            Likewise.
        unit : str
            Likewise.
        long : bool
            Likewise.

        Returns
        -------
        DataFrame
            As `Roads.matrix` returns it; long with ``straight_m`` (Float64, geodesic) and
            ``basis`` (string) too.
        """
        limit_ms = None if limit_min is None else whole_ms(limit_min, "limit_min")
        rows, columns = _both(origins, destinations)
        metres = _metres(rows, columns)
        ms = self._ms(metres)
        at, same = same_places(rows, columns)
        ms[at, same] = np.where(rows.given.there[at], 0, UNREACHABLE)
        if limit_ms is not None:
            ms[ms > limit_ms] = UNREACHABLE
        if not long:
            return wide_frame(ms, rows.given.index, columns.given.index, unit)
        frame = long_frame(ms, rows.given.index, columns.given.index)
        frame["straight_m"] = pd.array(
            [None if np.isnan(m) else m for m in metres.ravel().tolist()], dtype="Float64"
        )
        return _with_basis(frame)

    def nearest(
        self,
        origins: GeoFrame,
        destinations: GeoFrame | None = None,
        *,
        k: int = 1,
        exclusive: bool = True,
        exclude_self: bool | None = None,
        site: str | None = None,
        limit_min: float | None = None,
    ) -> gpd.GeoDataFrame:
        """Return the nearest destinations of each origin, with straight lines to them.

        Parameters
        ----------
        origins, destinations : GeoDataFrame or GeoSeries
            As for `Roads.nearest`.
        k : int
            Likewise.
        exclusive, exclude_self : bool
            Likewise.
        site : str, optional
            Likewise.
        limit_min : number, optional
            Likewise.

        Returns
        -------
        GeoDataFrame
            `k` rows for each origin on its index and in its CRS: ``origin``, ``destination``,
            ``rank``, ``travel_ms``, ``minutes``, ``straight_m`` (Float64, geodesic), ``ties``,
            ``why``, ``basis``, and the straight line, which is no way.
        """
        count = whole_number(k, "k", least=1)
        limit_ms = None if limit_min is None else whole_ms(limit_min, "limit_min")
        rows, columns = _both(origins, destinations)
        others = origins if destinations is None else destinations
        apart = exclusive if exclude_self is None else exclude_self
        near, far = sites_of(origins, others, rows, columns, exclusive=apart, site=site)
        metres, rank = _metres(rows, columns), np.array(label_ranks(columns.given.index), np.int64)
        ms = self._ms(metres)
        found: list[_StraightRow] = []
        for i in range(len(rows.given)):
            order = np.lexsort((rank, ms[i])).tolist()
            ends = [j for j in order if ms[i, j] != UNREACHABLE and far[j] != near[i]]
            found += self._ranked(rows, i, ends, ms[i], metres[i], far, count, limit_ms)
        return self._frame(found, rows, columns)

    def _ranked(
        self,
        rows: TiedPoints,
        i: int,
        ends: Sequence[int],
        ms: _Longs,
        metres: NDArray[np.float64],
        sites: Sequence[str],
        count: int,
        limit_ms: int | None,
    ) -> Iterable[_StraightRow]:
        """Yield `count` rows of an origin, one for each other site, the nearest first."""
        seen: dict[str, int] = {}
        for j in ends:
            seen.setdefault(sites[j], j)
        near = [j for j in seen.values() if limit_ms is None or ms[j] <= limit_ms]
        for rank in range(1, count + 1):
            if rank <= len(near):
                j = near[rank - 1]
                ties = sum(1 for each in seen.values() if ms[each] == ms[j]) - 1
                yield _StraightRow(i, j, rank, float(metres[j]), ties)
            elif not rows.given.there[i]:
                yield _StraightRow(i, None, rank, why=NO_POINT)
            else:
                yield _StraightRow(i, None, rank, why=BEYOND if len(seen) > len(near) else NO_WAY)

    def routes(
        self,
        origins: GeoFrame | pd.DataFrame | Sequence[tuple[object, object]] | None = None,
        destinations: GeoFrame | None = None,
        *,
        pairs: pd.DataFrame | Sequence[tuple[object, object]] | None = None,
        points: GeoFrame | None = None,
    ) -> gpd.GeoDataFrame:
        """Return the straight line of each pair of points; none of them is a way.

        Parameters
        ----------
        origins, destinations : GeoDataFrame or GeoSeries, optional
            As for `Roads.routes`.
        pairs : DataFrame or sequence of pairs of labels, optional
            Likewise.
        points : GeoDataFrame or GeoSeries, optional
            Likewise.

        Returns
        -------
        GeoDataFrame
            A row for each pair, in order; the columns of `nearest` without ``rank`` and ``ties``.
        """
        if points is not None:
            both = _both(points, None)
            wanted = pairs_of(origins if pairs is None else pairs, both[0].given.index)
        else:
            both = _both(*elementwise(origins, destinations, pairs))
            wanted = [Pair(i, i) for i in range(len(both[0].given))]
        found = [_between(pair, *both) for pair in wanted]
        return self._frame(found, *both).drop(columns=["rank", "ties"])

    def isochrones(
        self,
        points: GeoFrame,
        minutes: float | Iterable[float] = (10, 20, 30),
        *,
        dissolve: bool = False,
    ) -> gpd.GeoDataFrame:
        """Return the geodesic circles within so many minutes of points, the sea included.

        Parameters
        ----------
        points : GeoDataFrame or GeoSeries
            Any CRS.
        minutes : number or iterable of number
            Minutes.
        dissolve : bool
            Whether to return one area a time, within reach of any of the points.

        Returns
        -------
        GeoDataFrame
            As `Roads.isochrones` returns it, with ``basis``.
        """
        times_ms = times_given(minutes)
        given = given_points(points, "points")
        there = np.flatnonzero(given.there)
        at = gpd.GeoSeries.from_xy(given.lon[there], given.lat[there], crs=JGD2011)
        drawn = {ms: self._circles(at, ms) for ms in times_ms}
        if dissolve:
            index: pd.Index = pd.RangeIndex(len(times_ms))
            shapes = [joined(each) if len(each) else None for each in drawn.values()]
            columns = {"minutes": minutes_of_areas(times_ms)}
        else:
            place = {int(i): n for n, i in enumerate(there.tolist())}
            index = given.index.repeat(len(times_ms))
            shapes = [
                drawn[ms][place[i]] if i in place else None
                for i in range(len(given))
                for ms in times_ms
            ]
            columns = {
                "origin": pd.Series(index.to_numpy(), dtype=index.dtype),
                "minutes": minutes_of_areas(list(times_ms) * len(given)),
            }
        frame = _with_basis(pd.DataFrame(columns))
        frame.index = index
        return gpd.GeoDataFrame(frame, geometry=back_in(np.array(shapes, object), index, given.crs))

    def _circles(self, at: gpd.GeoSeries, ms: int) -> list[object]:
        if not len(at) or ms == 0:
            return [None] * len(at)
        return [polygons(each) for each in circles(at, self.estimate.reach_m(ms))]

    def _ms(self, metres: NDArray[np.float64]) -> _Longs:
        """Return whole milliseconds, each rounded as a run rounds it."""
        travel = self.estimate
        ms = np.rint(metres * travel.detour_factor * 3600.0 / travel.speed_kmh)
        return np.where(np.isnan(metres), UNREACHABLE, np.nan_to_num(ms)).astype(np.int64)

    def _frame(
        self, found: Sequence[_StraightRow], rows: TiedPoints, columns: TiedPoints
    ) -> gpd.GeoDataFrame:
        index, ends = rows.given.index, columns.given.index
        at = [line.row for line in found]
        times = [
            None if line.metres is None else self.estimate.travel_ms(line.metres) for line in found
        ]
        ms = pd.array(times, dtype="Int64")
        labels = [None if line.end is None else ends[line.end] for line in found]
        frame = pd.DataFrame(
            {
                "origin": index.take(at),
                "destination": label_series(labels, ends),
                "rank": pd.array([line.rank for line in found], dtype="Int64"),
                "travel_ms": ms,
                "minutes": ms.astype("Float64") / MS_PER_MIN,
                "straight_m": pd.array([line.metres for line in found], dtype="Float64"),
                "ties": pd.array([line.ties for line in found], dtype="Int64"),
                "why": pd.Categorical([line.why for line in found], categories=WHYS),
            }
        )
        frame = _with_basis(frame)
        frame.index = index.take(at)
        drawn = [
            None if line.end is None or line.metres is None else _drawn(line, rows, columns)
            for line in found
        ]
        shapes = back_in(np.array(drawn, object), frame.index, rows.given.crs)
        return gpd.GeoDataFrame(frame, geometry=shapes)

    def __repr__(self) -> str:
        """Say what it estimates by."""
        return f"StraightRoads({self.times})"


def straight_roads(detour_factor: float, speed_kmh: float, source: str) -> StraightRoads:
    """Return an estimate; its numbers are held to the bounds of a run file.

    Raises
    ------
    UsageError
        One of them is out of bounds.
    """
    given = {
        "detour_factor": number(detour_factor, "detour_factor"),
        "speed_kmh": number(speed_kmh, "speed_kmh"),
    }
    found = [out_of_bounds(key, value, column=key) for key, value in given.items()]
    if wrong := [problem for problem in found if problem is not None]:
        raise UsageError(wrong)
    return StraightRoads(StraightTravel(**given, source=source))


def _with_basis(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(basis=pd.array([TravelBasis.STRAIGHT.value] * len(frame), dtype="string"))


def _points(points: GeoFrame, name: str) -> TiedPoints:
    given = given_points(points, name)
    return TiedPoints(given, (None,) * len(given), ())


def _both(origins: GeoFrame, destinations: GeoFrame | None) -> tuple[TiedPoints, TiedPoints]:
    rows = _points(origins, "origins")
    if destinations is None or destinations is origins:
        return rows, rows
    return rows, _points(destinations, "destinations")


def _metres(rows: TiedPoints, columns: TiedPoints) -> NDArray[np.float64]:
    """Return geodesic metres of every pair; NaN where one of them has no point."""
    shape = len(rows.given), len(columns.given)
    lon1, lon2 = (np.broadcast_to(x, shape) for x in (rows.given.lon[:, None], columns.given.lon))
    lat1, lat2 = (np.broadcast_to(x, shape) for x in (rows.given.lat[:, None], columns.given.lat))
    there = ~(np.isnan(lon1) | np.isnan(lon2))
    metres = np.full(shape, np.nan)
    metres[there] = GEOD.inv(lon1[there], lat1[there], lon2[there], lat2[there])[2]
    return metres


def _between(pair: Pair, starts: TiedPoints, ends: TiedPoints) -> _StraightRow:
    i, j = pair.origin, pair.destination
    if j is None:
        return _StraightRow(i, None, 1, why=pair.why)
    here, there = starts.given, ends.given
    if not (here.there[i] and there.there[j]):
        return _StraightRow(i, j, 1, why=NO_POINT)
    metres = GEOD.inv(here.lon[i], here.lat[i], there.lon[j], there.lat[j])[2]
    return _StraightRow(i, j, 1, float(metres))


def _drawn(line: _StraightRow, rows: TiedPoints, columns: TiedPoints) -> LineString:
    i, j, here, there = line.row, line.end, rows.given, columns.given
    return LineString([(here.lon[i], here.lat[i]), (there.lon[j], there.lat[j])])
