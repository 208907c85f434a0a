"""Roads and milliseconds: build a network, tie points to it, find the nearest other place.

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from networks.calibration.calibrate import calibrate
    from networks.calibration.outcome import Calibration
    from networks.calibration.trips import ObservedTrips, Trip, read_trips
    from networks.closures.closing import ClosedEdges, close_edges, closed_edges
    from networks.closures.closure_files import Closure, Closures, read_closures
    from networks.errors import (
        FetchError,
        NetworkDataError,
        NetworkFormatError,
        ProfileError,
        SearchError,
    )
    from networks.graphs.graphs_in import from_graph, read_graphml
    from networks.graphs.graphs_out import search_digraph, to_networkx
    from networks.info.network_info import NetworkInfo
    from networks.info.network_report import NetworkReport, network_report
    from networks.links.link_table import read_link_table
    from networks.load import load_network
    from networks.n13.centre_lines import read_n13
    from networks.network import RoadNetwork
    from networks.osm.osm_files import read_osm
    from networks.osm.overpass import fetch_overpass
    from networks.retiming import retimed
    from networks.search.borders import border_times
    from networks.search.catchments import Catchment, catchment, catchment_lines, catchment_polygon
    from networks.search.flows import edge_flows
    from networks.search.nearest import drives, nearest_few, nearest_other
    from networks.search.places import PlaceTimes, place_times, times_to_each
    from networks.search.times import NodeTimes, node_times
    from networks.snapping.nearer_roads import nearer_roads
    from networks.snapping.points import snap_points
    from networks.speeds.profile import (
        MaxspeedRule,
        RoadClass,
        SpeedProfile,
        UnknownClassRule,
        UTurnRule,
    )
    from networks.speeds.profile_files import load_profile
    from networks.storage.cache import load_cached
    from networks.storage.network_files import open_network, save_network
    from networks.types import (
        Direction,
        NearerKind,
        NearerRoad,
        NearestOther,
        Route,
        RouteShare,
        Snap,
        SnapResult,
        Terminal,
        TravelOptions,
    )

__all__ = [
    "Calibration",
    "Catchment",
    "ClosedEdges",
    "Closure",
    "Closures",
    "Direction",
    "FetchError",
    "MaxspeedRule",
    "NearerKind",
    "NearerRoad",
    "NearestOther",
    "NetworkDataError",
    "NetworkFormatError",
    "NetworkInfo",
    "NetworkReport",
    "NodeTimes",
    "ObservedTrips",
    "PlaceTimes",
    "ProfileError",
    "RoadClass",
    "RoadNetwork",
    "Route",
    "RouteShare",
    "SearchError",
    "Snap",
    "SnapResult",
    "SpeedProfile",
    "Terminal",
    "TravelOptions",
    "Trip",
    "UTurnRule",
    "UnknownClassRule",
    "border_times",
    "calibrate",
    "catchment",
    "catchment_lines",
    "catchment_polygon",
    "close_edges",
    "closed_edges",
    "drives",
    "edge_flows",
    "fetch_overpass",
    "from_graph",
    "load_cached",
    "load_network",
    "load_profile",
    "nearer_roads",
    "nearest_few",
    "nearest_other",
    "network_report",
    "node_times",
    "open_network",
    "place_times",
    "read_closures",
    "read_graphml",
    "read_link_table",
    "read_n13",
    "read_osm",
    "read_trips",
    "retimed",
    "save_network",
    "search_digraph",
    "snap_points",
    "times_to_each",
    "to_networkx",
]

_HOMES = {
    "networks.calibration.calibrate": ("calibrate",),
    "networks.calibration.trips": (
        "ObservedTrips",
        "Trip",
        "read_trips",
    ),
    "networks.calibration.outcome": ("Calibration",),
    "networks.closures.closing": (
        "ClosedEdges",
        "close_edges",
        "closed_edges",
    ),
    "networks.closures.closure_files": (
        "Closure",
        "Closures",
        "read_closures",
    ),
    "networks.errors": (
        "FetchError",
        "NetworkDataError",
        "NetworkFormatError",
        "ProfileError",
        "SearchError",
    ),
    "networks.graphs.graphs_in": (
        "from_graph",
        "read_graphml",
    ),
    "networks.graphs.graphs_out": (
        "search_digraph",
        "to_networkx",
    ),
    "networks.info.network_report": (
        "NetworkReport",
        "network_report",
    ),
    "networks.info.network_info": ("NetworkInfo",),
    "networks.links.link_table": ("read_link_table",),
    "networks.load": ("load_network",),
    "networks.n13.centre_lines": ("read_n13",),
    "networks.network": ("RoadNetwork",),
    "networks.osm.overpass": ("fetch_overpass",),
    "networks.osm.osm_files": ("read_osm",),
    "networks.search.borders": ("border_times",),
    "networks.search.catchments": (
        "Catchment",
        "catchment",
        "catchment_lines",
        "catchment_polygon",
    ),
    "networks.search.flows": ("edge_flows",),
    "networks.search.nearest": (
        "drives",
        "nearest_few",
        "nearest_other",
    ),
    "networks.search.places": (
        "PlaceTimes",
        "place_times",
        "times_to_each",
    ),
    "networks.search.times": (
        "NodeTimes",
        "node_times",
    ),
    "networks.snapping.nearer_roads": ("nearer_roads",),
    "networks.snapping.points": ("snap_points",),
    "networks.speeds.profile": (
        "MaxspeedRule",
        "RoadClass",
        "SpeedProfile",
        "UTurnRule",
        "UnknownClassRule",
    ),
    "networks.speeds.profile_files": ("load_profile",),
    "networks.retiming": ("retimed",),
    "networks.storage.cache": ("load_cached",),
    "networks.storage.network_files": (
        "open_network",
        "save_network",
    ),
    "networks.types": (
        "Direction",
        "NearerKind",
        "NearerRoad",
        "NearestOther",
        "Route",
        "RouteShare",
        "Snap",
        "SnapResult",
        "Terminal",
        "TravelOptions",
    ),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
