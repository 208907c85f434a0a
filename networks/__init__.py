"""Roads and milliseconds: build a network, tie points to it, find the nearest other place.

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from networks.cache import load_cached
    from networks.errors import (
        FetchError,
        NetworkDataError,
        NetworkFormatError,
        ProfileError,
        SearchError,
    )
    from networks.graph_out import to_networkx
    from networks.graphs import from_graph, read_graphml
    from networks.info_types import NetworkInfo
    from networks.link_table import read_link_table
    from networks.load import load_network
    from networks.nearest import nearest_other
    from networks.network import RoadNetwork
    from networks.osm import read_osm
    from networks.overpass import fetch_overpass
    from networks.profile import (
        MaxspeedRule,
        RoadClass,
        SpeedProfile,
        UnknownClassRule,
        load_profile,
    )
    from networks.snapping import snap_points
    from networks.storage import open_network, save_network
    from networks.types import (
        Direction,
        NearestOther,
        Route,
        RouteShare,
        Snap,
        SnapResult,
        Terminal,
        TravelOptions,
    )

__all__ = [
    "Direction",
    "FetchError",
    "MaxspeedRule",
    "NearestOther",
    "NetworkDataError",
    "NetworkFormatError",
    "NetworkInfo",
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
    "UnknownClassRule",
    "fetch_overpass",
    "from_graph",
    "load_cached",
    "load_network",
    "load_profile",
    "nearest_other",
    "open_network",
    "read_graphml",
    "read_link_table",
    "read_osm",
    "save_network",
    "snap_points",
    "to_networkx",
]

_HOMES = {
    "cache": ("load_cached",),
    "errors": (
        "FetchError",
        "NetworkDataError",
        "NetworkFormatError",
        "ProfileError",
        "SearchError",
    ),
    "graph_out": ("to_networkx",),
    "graphs": (
        "from_graph",
        "read_graphml",
    ),
    "info_types": ("NetworkInfo",),
    "link_table": ("read_link_table",),
    "load": ("load_network",),
    "nearest": ("nearest_other",),
    "network": ("RoadNetwork",),
    "osm": ("read_osm",),
    "overpass": ("fetch_overpass",),
    "profile": (
        "MaxspeedRule",
        "RoadClass",
        "SpeedProfile",
        "UnknownClassRule",
        "load_profile",
    ),
    "snapping": ("snap_points",),
    "storage": (
        "open_network",
        "save_network",
    ),
    "types": (
        "Direction",
        "NearestOther",
        "Route",
        "RouteShare",
        "Snap",
        "SnapResult",
        "Terminal",
        "TravelOptions",
    ),
}


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"networks.{module}"), name)
    raise AttributeError(name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
