"""`Roads`: a road network for notebooks; every answer is a frame on the caller's own labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from groundfloor.crs import WGS84
from groundfloor.problems import Lang, Problem, Text, UsageError, error, one_line
from networks.edge_rows import OWN_WEIGHT
from networks.graphs.graphs_out import graph_frames, to_networkx
from networks.load import NetworkKind
from networks.speeds.profile import SpeedProfile
from networks.storage.network_files import save_network
from networks.types import TravelOptions
from spots.library.closed_roads import Arc, closed_by_name, closed_by_shapes, joined
from spots.library.frames_on_disk import Source
from spots.library.given_points import GeoFrame
from spots.library.road_answers import RoadAnswers
from spots.library.road_reading import Box, area_of, network_in, network_of, told_of
from spots.library.road_speeds import Speeds, at_speeds_of, no_speeds
from spots.library.straight_roads import StraightRoads, straight_roads
from spots.library.tied_points import MS_PER_MIN, whole_ms
from spots.library.told_problems import problem_frame, warn_of
from spots.telling.html_tables import html_of

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Roads(RoadAnswers):
    """A road network, and what drives on it may use.

    Nothing changes a `Roads`: each change is a new one, and any number of threads may ask. Points
    are tied to the nearest place on a road, as a run ties facilities, and the metres between count
    at the profile's access speed; a point that lies exactly on a node is that node. Times are
    whole milliseconds, the same in every frame and equal to what networkx adds up.

    Points are GeoDataFrames or GeoSeries of any CRS. Answers come on their index and in their CRS;
    rows without a point and points off the roads stay, and are answered with NA.

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
    source : str
        Who made them.
    """

    # --- where they come from

    @classmethod
    def read(
        cls,
        path: str | Path,
        *,
        profile: SpeedProfile | str | None = None,
        nodes: str | Path | None = None,
        kind: str = NetworkKind.AUTO,
        bbox: Box | None = None,
        mask: GeoFrame | BaseGeometry | None = None,
        cache: bool = False,
        schematic: bool = False,
        as_of: date | str = "",
        source: str = "",
        attribution: str = "",
    ) -> Roads:
        """Return the roads in a file.

        Parameters
        ----------
        path : str or Path
            OSM extract (``.osm.pbf``), N13 zip, GraphML, link table, or a network saved before.
        profile : SpeedProfile or str, optional
            Name or TOML file of the speeds; ``"everyday"`` where the file brings none of its own.
        nodes : str or Path, optional
            Table of nodes, for link tables.
        kind : str
            ``"osm"``, ``"n13"``, ``"graphml"``, ``"links"``, ``"saved"``; ``"auto"`` goes by the
            name.
        bbox : tuple of float, optional
            West, south, east, north, degrees: roads that do not touch it are left out.
        mask : GeoDataFrame, GeoSeries or shapely geometry, optional
            The same by shapes, of a frame in any CRS, else in degrees. Drives that would leave
            the area are lost: leave a margin.
        cache : bool
            Whether to keep what was built in the user's cache folder, and take it from there.
        schematic : bool
            Whether they are simplified, good only for trying the tool: maps and reports say so.
        as_of : date or str
            Day of the data.
        source, attribution : str
            Who made them, and who must be named; maps and reports do.

        Returns
        -------
        Roads
            Toll roads are used, ferries are not; see `using`.

        Raises
        ------
        MissingFileError
            There is no such file.
        NetworkDataError, NetworkFormatError, ProfileError, SearchError
            It, or the profile, cannot be used.

        Warns
        -----
        ProblemWarning
            Once, where the file has problems; `problems` shows them.

        Examples
        --------
        >>> import spots as ss
        >>> with ss.sample_run_file() as run:
        ...     links, nodes = run.with_name("roads_links.csv"), run.with_name("roads_nodes.csv")
        ...     roads = ss.Roads.read(links, nodes=nodes)
        >>> roads
        Roads(394 nodes, 859 edges, 6,760 km; times: everyday 2026.3; with tolls, without ferries)
        """
        area = area_of(bbox, mask)
        network = network_in(path, profile, nodes, kind, area, cache=cache)
        return cls(told_of(network, schematic, as_of, attribution), source=source)

    @staticmethod
    def straight(*, detour_factor: float, speed_kmh: float, source: str = "") -> StraightRoads:
        """Return an estimate by straight lines in the place of roads: for a first look.

        Parameters
        ----------
        detour_factor : float
            How many times longer a road is taken to be than the straight line, 1 to 3.
        speed_kmh : float
            Mean speed, 5 to 120 kilometres per hour.
        source : str
            Where the two numbers come from.

        Returns
        -------
        StraightRoads
            Answers `matrix`, `nearest`, `routes` and `isochrones`, and says of each what it is; a
            scenario takes it as its roads.

        Raises
        ------
        UsageError
            A number is out of bounds.

        Examples
        --------
        >>> import spots as ss
        >>> ss.Roads.straight(detour_factor=1.3, speed_kmh=40)
        StraightRoads(straight line × 1.3 at 40 km/h)
        """
        return straight_roads(detour_factor, speed_kmh, source)

    @classmethod
    def from_graph(
        cls,
        G: nx.Graph,  # noqa: N803 (networkx's and osmnx's name for a graph)
        *,
        profile: SpeedProfile | str | None = None,
        weight: str | None = None,
        measure: bool = False,
        schematic: bool = False,
        as_of: date | str = "",
        source: str = "",
        attribution: str = "",
    ) -> Roads:
        """Return the roads of a networkx graph in osmnx's conventions.

        Parameters
        ----------
        G : networkx graph
            Directed or not, multi or not; nodes with ``x`` and ``y`` in degrees, or in the CRS
            that ``G.graph["crs"]`` names. Ids are kept, whatever they are.
        profile : SpeedProfile or str, optional
            Speeds by ``highway``, ``maxspeed`` and ``width``; see ``docs/roads.md``. Without
            `weight` and without a profile, ``travel_time`` is the weight if every edge has it,
            else the profile is ``"everyday"``.
        weight : str, optional
            Attribute of the edges with own seconds. They are rounded to whole milliseconds edge
            by edge, and no profile is laid over them: every edge is driven, in both directions
            where the graph is undirected, and answers equal networkx's with that weight. The
            profile then gives the speed between a point and the road alone.
        measure : bool
            Whether lengths are measured along the geometry instead of taken from ``length``.
        schematic, as_of, source, attribution : as there
            As in `read`.

        Returns
        -------
        Roads
            Toll roads are used; ferries are with own seconds, and are not with a profile.

        Raises
        ------
        NetworkDataError
            With every problem: coordinates, lengths, seconds, classes, CRS.
        ProfileError
            There is no such profile.

        Examples
        --------
        >>> import networkx as nx
        >>> import spots as ss
        >>> G = nx.MultiDiGraph(crs="EPSG:4326")
        >>> G.add_node("A", x=130.70, y=32.80)
        >>> G.add_node("B", x=130.71, y=32.80)
        >>> _ = G.add_edge("A", "B", highway="primary", travel_time=75.25)
        >>> ss.Roads.from_graph(G).times
        'own travel_time + everyday 2026.3'
        """
        network, labels, own = network_of(G, profile, weight, measure=measure)
        network = told_of(network, schematic, as_of, attribution)
        return cls(network, TravelOptions(ferries=own), labels, source=source)

    # --- changed

    def at_speeds(
        self,
        speeds: Speeds | None = None,
        *,
        factor: float | None = None,
    ) -> Roads:
        """Return the same roads at other speeds.

        Parameters
        ----------
        speeds : number, mapping of str to number, SpeedProfile, str or Path, optional
            A number is a factor. A mapping gives km/h by class, as osmnx's ``hwy_speeds``: roads
            of other classes stay as they are. A profile, its name or file sets all anew.
        factor : number, optional
            All speeds times this, after `speeds`: every edge takes its whole milliseconds divided
            by the factor, rounded half to even, own times too, and so does the way between point
            and road. Ferries keep their timetable, and waits stay.

        Raises
        ------
        UsageError
            A class, speed or factor is none, or a profile is laid over roads that all bring their
            own times, which it does not change.
        ProfileError
            There is no such profile.

        Examples
        --------
        >>> import spots as ss
        >>> with ss.sample_run_file() as run:
        ...     links, nodes = run.with_name("roads_links.csv"), run.with_name("roads_nodes.csv")
        ...     roads = ss.Roads.read(links, nodes=nodes)
        >>> roads.at_speeds(factor=0.8).times
        'everyday × 0.8 2026.3'
        >>> roads.at_speeds({"trunk": 40, "primary": 35}).times
        'everyday (primary 35, trunk 40) 2026.3'
        """
        if speeds is None and factor is None:
            raise UsageError(no_speeds())
        network, closing = at_speeds_of(self.network, speeds, factor), self.closing
        warn_of(network.problems[len(self.network.problems) :], "roads at other speeds")
        if closing is not None:
            closing = replace(closing, whole=at_speeds_of(closing.whole, speeds, factor))
        return replace(self, network=network, closing=closing)

    def closed(
        self,
        what: Source | GeoFrame | None = None,
        *,
        edges: Iterable[Arc] | None = None,
        on: date | str | None = None,
    ) -> Roads:
        """Return the same roads with some closed, in both directions.

        Parameters
        ----------
        what : GeoDataFrame, GeoSeries, str or Path, optional
            Lines or areas in any CRS, or a file of them: roads along a line (within 15 m) or in
            an area are closed. Columns ``name``, ``reason``, ``from`` and ``until`` are read.
        edges : iterable of tuple, optional
            Edges by ``(u, v, key)`` of `to_gdfs`; ``(u, v)`` means all between the two.
        on : date or str, optional
            The day, needed where closures have days.

        Raises
        ------
        UsageError
            Nothing is named, an edge is none of these roads, or the day is missing.
        NetworkDataError, MissingFileError, CrsError
            The closures cannot be used.

        Warns
        -----
        ProblemWarning
            Closures that fit no road, and roads that they cut off from the rest.
        """
        if what is None and edges is None:
            raise UsageError(_nothing_closed())
        network, closing = self.network, self.closing
        found: tuple[Problem, ...] = ()
        if what is not None:
            network, more, found = closed_by_shapes(network, what, on)
            closing = joined(closing, more)
        if edges is not None:
            network, named = closed_by_name(network, self._names(), edges)
            closing = joined(closing, named)
        warn_of(found, "closures")
        network = replace(network, problems=(*network.problems, *found))
        return replace(self, network=network, closing=closing)

    def using(
        self,
        *,
        tolls: bool | None = None,
        ferries: bool | None = None,
        ferry_wait_min: float | None = None,
    ) -> Roads:
        """Return the same roads for drives that use, or leave out, toll roads and ferries.

        Parameters
        ----------
        tolls, ferries : bool, optional
            What drives may use; left as it is by default.
        ferry_wait_min : number, optional
            Minutes of waiting each time a ferry is boarded.

        Raises
        ------
        UsageError
            A value is no flag, or no number from 0 on.
        """
        now = self.options
        wait_ms = now.ferry_wait_ms
        if ferry_wait_min is not None:
            wait_ms = whole_ms(ferry_wait_min, "ferry_wait_min")
        options = TravelOptions(
            tolls=now.tolls if tolls is None else tolls,
            ferries=now.ferries if ferries is None else ferries,
            ferry_wait_ms=wait_ms,
        )
        return replace(self, options=options)

    # --- given back

    def to_graph(self) -> nx.MultiDiGraph:
        """Return the roads as osmnx has them: ``x``, ``y``, ``length``, ``travel_time`` and more.

        Ids and keys are those of the graph they came from, else OSM's. ``travel_time`` is
        ``travel_ms / 1000`` seconds; ``crs`` is EPSG:4326. Left out is what drives may not use:
        closed roads, and by `using` ferries and toll roads. A graph has no place for turn
        restrictions, delays, the wait for a ferry and roads for residents only, so that only for
        roads from a graph with own seconds every answer here equals networkx's.
        """
        return to_networkx(self.network, self._names(), self.options)

    def to_gdfs(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Return (nodes, edges) as ``osmnx.graph_to_gdfs`` does.

        Nodes on ``osmid`` and directed edges on ``(u, v, key)``, EPSG:4326; see `to_graph` for
        the columns. Ids that are tuples, as those of networkx's grids, stay what they are.
        """
        return graph_frames(self.network, self._names(), self.options)

    @property
    def nodes(self) -> gpd.GeoDataFrame:
        """Junctions and ends, see `to_gdfs`."""
        return self.to_gdfs()[0]

    @property
    def edges(self) -> gpd.GeoDataFrame:
        """Directed edges, see `to_gdfs`."""
        return self.to_gdfs()[1]

    @property
    def crs(self) -> CRS:
        """The CRS of `to_graph` and `to_gdfs`, EPSG:4326."""
        return CRS.from_epsg(WGS84)

    def save(self, path: str | Path) -> None:
        """Write the roads to a file of their own (``.spotsnet``) that opens in a blink.

        Options and a graph's own ids are not kept. Nor are closures, so that roads of which some
        are closed are refused: nobody would see that they are open again.

        Raises
        ------
        UsageError
            Some of the roads are closed.
        OutputError
            It cannot be written.
        """
        if self.network.closed is not None:
            raise UsageError(_closed_not_kept())
        save_network(self.network, path)

    # --- shown

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Warnings and notes of reading and changing them."""
        return self.network.problems

    @property
    def problems(self) -> pd.DataFrame:
        """The same as a frame, see `spots.problems`."""
        return problem_frame(self.found_problems, Lang.JA)

    @property
    def times(self) -> str:
        """What the times rest on: the profile, or the graph's own attribute."""
        own = OWN_WEIGHT in self.network.speed_sources
        return f"own {self.network.profile.label}" if own else self.network.profile.label

    def __repr__(self) -> str:
        network = self.network
        nodes, edges = len(network.nodes), len(network.edges)
        plural = "edge" if edges == 1 else "edges"
        km = float(network.edges.length_m.sum()) / 1000.0
        return (
            f"Roads({nodes:,} nodes, {edges:,} {plural}, {km:,.0f} km; times: "
            f"{one_line(self.times)}; {'; '.join(self._use())})"
        )

    def _use(self) -> list[str]:
        options = self.options
        tolls, ferries = ("with" if use else "without" for use in (options.tolls, options.ferries))
        words = [f"{tolls} tolls, {ferries} ferries"]
        if options.ferries and options.ferry_wait_ms:
            words.append(f"{options.ferry_wait_ms / MS_PER_MIN:g} min waiting for each")
        if self.network.closed is not None:
            words.append(f"closed: {int(self.network.closed.sum()):,}")
        return words

    def _repr_html_(self) -> str:
        info = self.network.info()
        west, south, east, north = info.bounds
        facts = [
            ("nodes", info.nodes),
            ("edges", info.edges),
            ("km", f"{sum(km for _, km in info.km_by_class):,.1f}"),
            ("bounds", f"{west:.4f}, {south:.4f}, {east:.4f}, {north:.4f}"),
            ("CRS", f"EPSG:{WGS84}"),
            ("source", info.source),
            ("as of", info.as_of),
            ("times", self.times),
            ("drives", "; ".join(self._use())),
            ("attribution", info.attribution),
            ("problems", len(self.found_problems) or None),
        ]
        rows = [(name, f"{km:,.1f}") for name, km in info.km_by_class]
        return html_of("Roads", facts, heads=("class", "km"), rows=rows)


def _closed_not_kept() -> Problem:
    return error(
        "closures-not-kept",
        Text(
            "通行止めは保存できません",
            "some of these roads are closed, which the file would not say",
        ),
        Text(
            "通行止めにする前の道路を保存し、読み込んでから閉じてください",
            "save the roads before they are closed, and close them when they are read",
        ),
        column="save",
    )


def _nothing_closed() -> Problem:
    return error(
        "wrong-value",
        Text("閉じる道路が書かれていません", "nothing to close is given"),
        Text(
            "線か面の GeoDataFrame、または `edges=[(u, v, key)]` を渡してください",
            "give a GeoDataFrame of lines or areas, or edges=[(u, v, key)]",
        ),
        column="what",
    )
