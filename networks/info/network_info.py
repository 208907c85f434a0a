"""What a network is, in more detail than a manifest needs: for ``spots network info``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundfloor.problems import Problem
from networks.info.types import NetworkInfo
from networks.network import CLOSED, RoadNetwork

_MOST_COMPONENTS = 10  # listed; an extract of a region has hundreds, most of them stubs
_KM_PER_DEGREE = 111.195  # of latitude on the mean sphere, radius 6371.009 km


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a network that no road joins to the others: an island, or a fragment.

    Parameters
    ----------
    number : int
        0 is the one with most kilometres.
    km, share : float
        Kilometres of road, and their share of the network's.
    nodes : int
        Junctions and ends.
    lon, lat : float
        One of its nodes, the one nearest to the middle of all of them; degrees.
    """

    number: int
    km: float
    share: float
    nodes: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class FerryLine:
    """The ferries of one name.

    Parameters
    ----------
    name : str
        As the source has it; ``way/…`` where it has none.
    minutes : float
        Under way, from end to end; boarding is not in it.
    km : float
        Kilometres.
    """

    name: str
    minutes: float
    km: float


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """Everything that can be said of a network in a page.

    Parameters
    ----------
    info : NetworkInfo
        What manifests hold.
    extent_km2 : float
        Square kilometres of the rectangle around it (`NetworkInfo.bounds`), sea included.
    road_km, toll_km, destination_km : float
        Kilometres of road without ferries; of toll roads; of those for their own traffic only.
    one_way_share, limit_share, width_share : float
        Shares of the road length that is one-way, has a mapped limit, has a known width; 0 to 1.
    parts : tuple of Component
        The largest components.
    ferries : tuple of FerryLine
        By name.
    turn_restrictions : int
        Forbidden sequences of edges that searches obey.
    delays : int
        Directions of edges with waiting at signals, crossings or gates.
    border_nodes : int
        Places at which roads were cut because the data end.
    problems : tuple of Problem
        Warnings and notes of the build.
    """

    info: NetworkInfo
    extent_km2: float
    road_km: float
    toll_km: float
    destination_km: float
    one_way_share: float
    limit_share: float
    width_share: float
    parts: tuple[Component, ...]
    ferries: tuple[FerryLine, ...]
    turn_restrictions: int
    delays: int
    border_nodes: int
    problems: tuple[Problem, ...]


def network_report(network: RoadNetwork) -> NetworkReport:
    """Return what can be said of a network in a page."""
    edges = network.edges
    road = ~edges.ferry
    metres = np.where(road, edges.length_m, 0.0)
    total = float(metres.sum())
    one_way = (edges.forward_ms == CLOSED) != (edges.backward_ms == CLOSED)

    def km(chosen: NDArray[np.bool_]) -> float:
        return float(metres[chosen].sum()) / 1000.0

    def share(chosen: NDArray[np.bool_]) -> float:
        return float(metres[chosen].sum()) / total if total else 0.0

    info = network.info()
    return NetworkReport(
        info=info,
        extent_km2=extent_km2(info.bounds),
        road_km=total / 1000.0,
        toll_km=km(edges.toll),
        destination_km=km(~edges.through),
        one_way_share=share(one_way),
        limit_share=share(~np.isnan(edges.limit_kmh)),
        width_share=share(~np.isnan(edges.width_m)),
        parts=_components(network, metres, total),
        ferries=_ferries(network),
        turn_restrictions=len(network.turns),
        delays=int((edges.forward_delay_ms > 0).sum() + (edges.backward_delay_ms > 0).sum()),
        border_nodes=int(network.nodes.border.sum()),
        problems=network.problems,
    )


def extent_km2(bounds: tuple[float, float, float, float]) -> float:
    """Return the square kilometres of west, south, east, north on the sphere: a rough figure.

    Examples
    --------
    >>> round(extent_km2((130.0, 32.0, 131.0, 33.0)))
    10428
    """
    west, south, east, north = bounds
    belt = float(np.sin(np.radians(north)) - np.sin(np.radians(south)))
    return _KM_PER_DEGREE**2 * (east - west) * float(np.degrees(belt))


def _components(
    network: RoadNetwork, metres: NDArray[np.float64], total: float
) -> tuple[Component, ...]:
    nodes = network.nodes
    length = np.bincount(nodes.component[network.edges.tail], weights=metres)
    # A pier that only ferries touch is a component without roads; they come last.
    found = range(min(int((length > 0).sum()), _MOST_COMPONENTS))
    answer = []
    for number in found:
        mine = np.flatnonzero(nodes.component == number)
        lon, lat = nodes.lon[mine], nodes.lat[mine]
        middle = int(np.argmin((lon - np.median(lon)) ** 2 + (lat - np.median(lat)) ** 2))
        metre = float(length[number])
        answer.append(
            Component(
                number=number,
                km=metre / 1000.0,
                share=metre / total,
                nodes=len(mine),
                lon=float(lon[middle]),
                lat=float(lat[middle]),
            )
        )
    return tuple(answer)


def _ferries(network: RoadNetwork) -> tuple[FerryLine, ...]:
    edges = network.edges
    ferry = np.flatnonzero(edges.ferry)
    under_way = np.maximum(edges.forward_ms[ferry], edges.backward_ms[ferry]).astype(np.float64)
    lines = []
    for name in np.unique(edges.name[ferry]).tolist():
        mine = edges.name[ferry] == name
        minutes = float(under_way[mine].sum()) / 60_000.0
        km = float(edges.length_m[ferry][mine].sum()) / 1000.0
        lines.append(FerryLine(network.names[name], minutes, km))
    return tuple(sorted(lines, key=lambda line: (line.name, line.km)))
