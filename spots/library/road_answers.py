"""What roads answer: places on them, times, nearest places, routes and areas, all as frames.

Stands apart: `roads` says where roads come from and how they change, this what is asked of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from groundfloor.arguments import whole_number
from networks.graphs.graph_labels import GraphLabels, labels_of
from networks.network import RoadNetwork
from networks.types import TravelOptions
from spots.library.closed_roads import Closing
from spots.library.given_points import GeoFrame
from spots.library.road_areas import area_frame, metres_of, times_given
from spots.library.road_drives import (
    Pair,
    elementwise,
    legs_frame,
    nearest_legs,
    pairs_of,
    route_legs,
    sites_of,
)
from spots.library.road_times import long_frame, snap_frame, travel_times, wide_frame
from spots.library.tied_points import (
    MAX_DISTANCE_M,
    TiedPoints,
    direction_of,
    tied_points,
    whole_ms,
)
from spots.library.told_problems import noted, warn_of

if TYPE_CHECKING:
    import geopandas as gpd

F = TypeVar("F", bound=pd.DataFrame)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RoadAnswers:
    """A road network that can be asked; `Roads` is the noun.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    options : TravelOptions
        Toll roads and ferries.
    labels : GraphLabels or None
        What a caller's graph calls its nodes and arcs.
    closing : Closing or None
        What was closed of them.
    """

    network: RoadNetwork
    options: TravelOptions = field(default_factory=TravelOptions)
    labels: GraphLabels | None = None
    closing: Closing | None = None
    source: str = ""

    def snap(self, points: GeoFrame, *, max_distance_m: float = MAX_DISTANCE_M) -> gpd.GeoDataFrame:
        """Return where points meet the road: the nearest place on an edge, or almost.

        Never on motorways, ferries and closed roads. Where a fragment of the network is nearest
        the main part is taken if it is almost as near; the other is the alternative. See
        `networks.snap_points` for the rule.

        Parameters
        ----------
        points : GeoDataFrame or GeoSeries
            Any CRS.
        max_distance_m : number
            Metres beyond which a point is off the roads.

        Returns
        -------
        GeoDataFrame
            On the index and in the CRS of `points`: ``u``, ``v``, ``key`` (the edge, as in
            `to_gdfs`), ``fraction`` (Float64, from u 0 to v 1 by length), ``distance_m`` (Float64,
            geodesic; also beyond the limit), ``alternative_m`` (Float64, to the other place that
            could have been meant), ``half_way`` (boolean, whether that road can not be both left
            and reached), and the place as geometry.

        Raises
        ------
        UsageError, CrsError, DataError
            The points cannot be used.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import spots as ss
        >>> with ss.sample_run_file() as run:
        ...     links, nodes = run.with_name("roads_links.csv"), run.with_name("roads_nodes.csv")
        ...     roads = ss.Roads.read(links, nodes=nodes)
        >>> places = gpd.GeoSeries.from_xy(
        ...     [130.708, 131.066], [32.803, 33.122], index=["a", "b"], crs=4326
        ... )
        >>> roads.snap(places)[["u", "v", "fraction", "distance_m"]].round(1)
                      u        v  fraction  distance_m
        a    j_ninomaru   t_chuo       1.0         0.6
        b  431143560052  t_oguni       0.1        36.2
        """
        tied = self._tied(points, "points", max_distance_m)
        frame = snap_frame(self.network, self._names(), tied)
        return self._told(frame, tied)

    def matrix(
        self,
        origins: GeoFrame,
        destinations: GeoFrame | None = None,
        *,
        limit_min: float | None = None,
        unit: str = "min",
        long: bool = False,
        direction: str = "from",
        max_distance_m: float = MAX_DISTANCE_M,
    ) -> pd.DataFrame:
        """Return the travel times between all origins and all destinations.

        Parameters
        ----------
        origins, destinations : GeoDataFrame or GeoSeries
            Any CRS; without destinations the origins are both.
        limit_min : number, optional
            Minutes beyond which a time is missing; searches end there, which is much faster.
        unit : str
            ``"min"`` or ``"ms"``, of the wide frame.
        long : bool
            Whether to return a row for each pair.
        direction : str
            ``"from"`` the origins, or ``"to"`` them.
        max_distance_m : number
            As for `snap`.

        Returns
        -------
        DataFrame
            Wide: the origins' index by the destinations', Float64 minutes (exactly milliseconds
            / 60000) or Int64 milliseconds. Long: ``origin``, ``destination``, ``travel_ms``
            (Int64), ``minutes`` (Float64). NA beyond the limit and where there is no way or no
            point; 0 between a row and itself.

        Raises
        ------
        UsageError, CrsError, DataError
            The points or settings cannot be used.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import spots as ss
        >>> with ss.sample_run_file() as run:
        ...     links, nodes = run.with_name("roads_links.csv"), run.with_name("roads_nodes.csv")
        ...     roads = ss.Roads.read(links, nodes=nodes)
        >>> places = gpd.GeoSeries.from_xy(
        ...     [130.708, 131.066], [32.803, 33.122], index=["a", "b"], crs=4326
        ... )
        >>> roads.matrix(places, unit="ms")
        destination        a        b
        a                  0  5890008
        b            5890008        0
        """
        way = direction_of(direction)
        limit_ms = None if limit_min is None else whole_ms(limit_min, "limit_min")
        rows, columns = self._both(origins, destinations, max_distance_m)
        ms = travel_times(self.network, self.options, rows, columns, limit_ms, way)
        index, heads = rows.given.index, columns.given.index
        frame = long_frame(ms, index, heads) if long else wide_frame(ms, index, heads, unit)
        return self._told(frame, rows, columns)

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
        direction: str = "from",
        max_distance_m: float = MAX_DISTANCE_M,
    ) -> gpd.GeoDataFrame:
        """Return the nearest destinations of each origin, with the drives as lines.

        Parameters
        ----------
        origins, destinations : GeoDataFrame or GeoSeries
            Any CRS; without destinations the origins are both.
        k : int
            How many.
        exclusive : bool
            Whether a place never serves itself: a label that stands for the same point on both
            sides, or rows of one site.
        exclude_self : bool, optional
            The same as `exclusive`.
        site : str, optional
            Column of both frames whose equal entries are one site; by default ``"site"`` where
            both have it.
        limit_min : number, optional
            Minutes beyond which a destination does not count.
        direction : str
            Drives lead ``"from"`` the origins, or ``"to"`` them.
        max_distance_m : number
            As for `snap`.

        Returns
        -------
        GeoDataFrame
            `k` rows for each origin on its index and in its CRS: ``origin``, ``destination``
            (labels), ``rank`` (Int64, from 1), ``travel_ms`` (Int64), ``minutes`` (Float64,
            exactly travel_ms / 60000), ``length_m`` (Float64, on roads), ``ties`` (Int64, others
            exactly as near; of them the lowest label is taken), ``toll_m`` (Float64), ``ferries``,
            ``road_names`` (string, joined by ";"), ``why`` (category, why there is none:
            beyond_limit; no_way, that no other, or no further one, can be reached; off_roads;
            no_point), and the line from door to door in the
            direction of travel.

        Raises
        ------
        UsageError, CrsError, DataError
            The points or settings cannot be used.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import spots as ss
        >>> with ss.sample_run_file() as run:
        ...     links, nodes = run.with_name("roads_links.csv"), run.with_name("roads_nodes.csv")
        ...     roads = ss.Roads.read(links, nodes=nodes)
        >>> places = gpd.GeoSeries.from_xy(
        ...     [130.708, 131.066], [32.803, 33.122], index=["a", "b"], crs=4326
        ... )
        >>> roads.nearest(places)[["destination", "travel_ms", "ties"]]
          destination  travel_ms  ties
        a           b    5890008     0
        b           a    5890008     0
        """
        way = direction_of(direction)
        count = whole_number(k, "k", least=1)
        limit_ms = None if limit_min is None else whole_ms(limit_min, "limit_min")
        rows, columns = self._both(origins, destinations, max_distance_m)
        others = origins if destinations is None else destinations
        apart = exclusive if exclude_self is None else exclude_self
        sites = sites_of(origins, others, rows, columns, exclusive=apart, site=site)
        legs = nearest_legs(
            self.network,
            self.options,
            rows,
            columns,
            sites,
            k=count,
            limit_ms=limit_ms,
            direction=way,
        )
        return self._told(legs_frame(legs, rows, columns.given.index), rows, columns)

    def routes(
        self,
        origins: GeoFrame | pd.DataFrame | Sequence[tuple[object, object]] | None = None,
        destinations: GeoFrame | None = None,
        *,
        pairs: pd.DataFrame | Sequence[tuple[object, object]] | None = None,
        points: GeoFrame | None = None,
        max_distance_m: float = MAX_DISTANCE_M,
    ) -> gpd.GeoDataFrame:
        """Return the fastest drive of each pair of points, as lines.

        Parameters
        ----------
        origins, destinations : GeoDataFrame or GeoSeries
            Row by row, as many of the one as of the other.
        pairs : list of tuple, or DataFrame, optional
            Instead of these, (from, to) labels of `points`, or a frame with the columns
            ``origin`` and ``destination`` such as `nearest` and a long `matrix` return; may be
            given first, in the place of `origins`.
        points : GeoDataFrame or GeoSeries, optional
            The points that pairs name.
        max_distance_m : number
            As for `snap`.

        Returns
        -------
        GeoDataFrame
            A row for each pair, in order, on the labels of the origins; the columns of `nearest`
            without ``rank`` and ``ties``. A pair without a destination, as `nearest` has them,
            stays a row, with its ``why``.

        Raises
        ------
        UsageError, CrsError, DataError
            The points or pairs cannot be used.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import spots as ss
        >>> with ss.sample_run_file() as run:
        ...     links, nodes = run.with_name("roads_links.csv"), run.with_name("roads_nodes.csv")
        ...     roads = ss.Roads.read(links, nodes=nodes)
        >>> places = gpd.GeoSeries.from_xy(
        ...     [130.708, 131.066], [32.803, 33.122], index=["a", "b"], crs=4326
        ... )
        >>> roads.routes([("b", "a")], points=places)[["destination", "travel_ms"]]
          destination  travel_ms
        b           a    5890008
        """
        if points is not None:
            tied = self._tied(points, "points", max_distance_m)
            both = tied, tied
            wanted = pairs_of(origins if pairs is None else pairs, tied.given.index)
        else:
            both = self._both(*elementwise(origins, destinations, pairs), max_distance_m)
            wanted = [Pair(i, i) for i in range(len(both[0].given))]
        legs = route_legs(self.network, self.options, both, wanted)
        frame = legs_frame(legs, both[0], both[1].given.index, ranked=False)
        return self._told(frame, *both)

    def isochrones(
        self,
        points: GeoFrame,
        minutes: float | Iterable[float] = (10, 20, 30),
        *,
        dissolve: bool = False,
        lines: bool = False,
        direction: str = "from",
        reach_m: float = 150.0,
        max_distance_m: float = MAX_DISTANCE_M,
    ) -> gpd.GeoDataFrame:
        """Return the land along the roads within so many minutes of points.

        Which roads are in is exact to the millisecond; the land along them is a drawing.

        Parameters
        ----------
        points : GeoDataFrame or GeoSeries
            Any CRS.
        minutes : number or iterable of number
            Minutes door to road.
        dissolve : bool
            Whether to return one area a time, within reach of any of the points.
        lines : bool
            Whether to return the parts of roads themselves, as MultiLineStrings.
        direction : str
            Drives lead ``"from"`` the points, or ``"to"`` them.
        reach_m : number
            Metres to either side of the roads that are drawn.
        max_distance_m : number
            As for `snap`.

        Returns
        -------
        GeoDataFrame
            Rows point by point, for each the minutes in the order given, on the points' index and
            in their CRS: ``origin`` (label), ``minutes`` (Int64), MultiPolygon. None as geometry
            where a row has no point or lies off the roads. Dissolved: a row for each of `minutes`.

        Raises
        ------
        UsageError, CrsError, DataError
            The points or settings cannot be used.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import spots as ss
        >>> with ss.sample_run_file() as run:
        ...     links, nodes = run.with_name("roads_links.csv"), run.with_name("roads_nodes.csv")
        ...     roads = ss.Roads.read(links, nodes=nodes)
        >>> places = gpd.GeoSeries.from_xy(
        ...     [130.708, 131.066], [32.803, 33.122], index=["a", "b"], crs=4326
        ... )
        >>> roads.isochrones(places, 15)["minutes"].tolist()
        [15, 15]
        """
        way = direction_of(direction)
        times_ms, metres = times_given(minutes), metres_of(reach_m)
        tied = self._tied(points, "points", max_distance_m)
        frame = area_frame(
            self.network,
            self.options,
            tied,
            times_ms,
            way,
            dissolve=dissolve,
            lines=lines,
            reach_m=metres,
        )
        return self._told(frame, tied)

    def _names(self) -> GraphLabels:
        return self.labels if self.labels is not None else labels_of(self.network)

    def _tied(self, points: GeoFrame, name: str, max_distance_m: float) -> TiedPoints:
        return tied_points(self.network, self.options, points, name, max_distance_m)

    def _both(
        self, origins: GeoFrame, destinations: GeoFrame | None, max_distance_m: float
    ) -> tuple[TiedPoints, TiedPoints]:
        rows = self._tied(origins, "origins", max_distance_m)
        if destinations is None or destinations is origins:
            return rows, rows
        return rows, self._tied(destinations, "destinations", max_distance_m)

    @staticmethod
    def _told(frame: F, *tied: TiedPoints) -> F:
        """Note what is to be said of the points, and warn of it once, where a user asked."""
        found = [problem for each in dict.fromkeys(tied) for problem in each.problems]
        warn_of(found, "the points", stacklevel=4)
        # `reset_index` makes columns of the index: its names give way to those of the answer.
        names = [f"own_{name}" if name in frame.columns else name for name in frame.index.names]
        frame.index = frame.index.rename(names if frame.index.nlevels > 1 else names[0])
        return noted(frame, found)
