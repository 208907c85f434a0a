"""Where roads come from: files of any kind, less what lies outside an area, and graphs.

Stands apart: `roads` is the noun, this how its network is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from groundfloor.arguments import number
from groundfloor.crs import JGD2011, same_as_jgd2011
from groundfloor.dates import parse_date
from groundfloor.problems import Problem, Text, UsageError, error, one_line, warning
from networks.clipping import clipped
from networks.graphs.graph_labels import GraphLabels
from networks.load import NetworkKind, load_network, network_kind
from networks.network import CLOSED, RoadNetwork
from networks.speeds.profile import SpeedProfile
from networks.storage.cache import default_folder, load_cached
from spots.library.given_points import GeoFrame, geometry_of
from spots.library.told_problems import warn_of

if TYPE_CHECKING:
    import networkx as nx

Box = tuple[float, float, float, float]
_EVERYDAY = "everyday"
#: Slower and faster than all roads of a country together are driven.
_LEAST_KMH, _MOST_KMH = 2.0, 150.0
_TRAVEL_TIME = "travel_time"  # osmnx's attribute, seconds


def network_in(
    path: str | Path,
    profile: SpeedProfile | str | None,
    nodes: str | Path | None,
    kind: str,
    area: BaseGeometry | None,
    *,
    cache: bool,
) -> RoadNetwork:
    """Return the roads in a file that touch an area; warn once of what is to be said of them."""
    chosen = network_kind(path, kind)
    if profile is None and chosen is not NetworkKind.SAVED:
        profile = _EVERYDAY
    told: list[Problem] = []
    if cache:
        network = load_cached(
            path,
            folder=default_folder(),
            tell=told.append,
            kind=chosen,
            profile=profile,
            nodes=nodes,
        )
    else:
        network = load_network(path, kind=chosen, profile=profile, nodes=nodes)
    if area is not None:
        network = clipped(network, area)
    warn_of((*told, *network.problems), Path(path).name, stacklevel=4)
    return network


def told_of(
    network: RoadNetwork, schematic: bool, as_of: date | str, attribution: str
) -> RoadNetwork:
    """Return roads with what their user knows of them, where they do not say it themselves.

    Raises
    ------
    UsageError
        The date is none.
    """
    origin = network.origin
    day = str(parse_date(as_of, column="as_of")) if as_of else ""
    told = replace(
        origin,
        schematic=schematic or origin.schematic,
        as_of=day or origin.as_of,
        attribution=attribution or origin.attribution,
    )
    return replace(network, origin=told)


def area_of(bbox: Box | None, mask: GeoFrame | BaseGeometry | None) -> BaseGeometry | None:
    """Return the area that roads must touch, degrees; None where there is none.

    Raises
    ------
    UsageError
        Both are given, the box is none, or the mask is no frame.
    CrsError
        The mask has no CRS.
    """
    if bbox is not None and mask is not None:
        raise UsageError(_one_area())
    if bbox is not None:
        edges = [number(each, "bbox") for each in bbox] if len(bbox) == 4 else []  # noqa: PLR2004
        if not edges or edges[0] >= edges[2] or edges[1] >= edges[3]:
            raise UsageError(_no_box(bbox))
        return shapely.box(*edges)
    if mask is None or isinstance(mask, BaseGeometry):
        return mask
    shapes, crs = geometry_of(mask, "mask")
    degrees = shapes if same_as_jgd2011(crs) else shapes.to_crs(JGD2011)
    area: BaseGeometry = shapely.union_all(degrees.to_numpy())
    return area


def network_of(
    graph: nx.Graph, profile: SpeedProfile | str | None, weight: str | None, *, measure: bool
) -> tuple[RoadNetwork, GraphLabels, bool]:
    """Return the roads of a graph, what it calls them, and whether their times are its own."""
    from networks.graphs.graphs_in import graph_network  # noqa: PLC0415 - networkx is slow to load

    if not callable(getattr(graph, "is_directed", None)):
        raise UsageError(_no_graph(type(graph).__name__))
    found: tuple[Problem, ...] = ()
    if weight is None and profile is None:
        timed = [data.get(_TRAVEL_TIME) is not None for *_, data in graph.edges(data=True)]
        weight = _TRAVEL_TIME if timed and all(timed) else None
        if weight is None and any(timed):
            found = (_times_not_used(sum(timed), len(timed)),)
    made = graph_network(graph, profile or _EVERYDAY, weight=weight, measure=measure)
    if weight is not None:
        found = tuple(_unlikely_times(made.network, weight))
    network = replace(made.network, problems=(*made.network.problems, *found))
    warn_of(network.problems, "graph", stacklevel=4)
    return network, made.labels, weight is not None


def _unlikely_times(network: RoadNetwork, weight: str) -> Iterator[Problem]:
    """Yield a warning where seconds of a graph cannot be seconds of cars: minutes, say."""
    edges = network.edges
    ms = np.concatenate([edges.forward_ms, edges.backward_ms])
    driven = (ms != CLOSED) & ~np.tile(edges.ferry, 2)
    hours = float(ms[driven].sum()) / 3.6e6
    km = float(np.tile(edges.length_m, 2)[driven].sum()) / 1000.0
    if not km or _LEAST_KMH * hours <= km <= _MOST_KMH * hours:
        return
    mean = f"{km / hours:,.1f}" if hours else "∞"
    yield warning(
        "graph-times-unlikely",
        Text(
            f"{weight} を秒とすると平均 {mean} km/h になります",
            f"{weight} taken as seconds makes {mean} km/h on the average",
        ),
        Text(
            "秒であることを確かめてください（分なら 60 倍します）",
            "check that it is seconds (times 60 where it is minutes)",
        ),
        file="graph",
        column=weight,
    )


def _times_not_used(timed: int, edges: int) -> Problem:
    return warning(
        "graph-times-not-used",
        Text(
            f"{_TRAVEL_TIME} のある辺は {edges} 本中 {timed} 本だけで、使わず速度表によります",
            f"only {timed} of {edges} edges have a {_TRAVEL_TIME}: none was used, but the profile",
        ),
        Text(
            "すべての辺に付けるか、profile を指定してください",
            "give it to every edge, or name a profile",
        ),
        file="graph",
    )


def _no_graph(kind: str) -> Problem:
    return error(
        "wrong-type",
        Text("networkx のグラフではありません", "is no graph of networkx"),
        Text(
            "osmnx.graph_from_gdfs などで作ったグラフか、ファイルなら Roads.read を使ってください",
            "give one, such as osmnx.graph_from_gdfs makes; files are read by Roads.read",
        ),
        column="G",
        value=kind,
    )


def _one_area() -> Problem:
    return error(
        "wrong-value",
        Text("bbox と mask の両方があります", "are both given"),
        Text("どちらか一方にしてください", "give one of the two"),
        column="bbox, mask",
    )


def _no_box(bbox: object) -> Problem:
    return error(
        "wrong-value",
        Text("範囲になっていません", "is no box"),
        Text(
            "`bbox=(西, 南, 東, 北)` を度で書いてください",
            "write bbox=(west, south, east, north) in degrees",
        ),
        column="bbox",
        value=one_line(str(bbox)),
    )
