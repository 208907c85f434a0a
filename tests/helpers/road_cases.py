"""Small road networks made by hand, for tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from networks.build import build_network
from networks.edge_rows import EdgeRow, table_of_rows
from networks.network import CLOSED, Origin, RoadNetwork
from networks.search.doors import split_ms
from networks.speeds.profile import SpeedProfile
from networks.speeds.profile_files import parse_profile
from networks.types import Direction, Snap, Terminal, TravelOptions
from tests.helpers.folders import FIELD_DATA

ROADS = FIELD_DATA / "roads"

PROFILE_TEXT = """
name = "test"
version = "1"
[access]
kmh = 3.6
source = "test: a metre a second"
[ferry]
source = "test"
[[class]]
name = "trunk"
kmh = 60
source = "test"
aliases = ["国道"]
[[class]]
name = "residential"
kmh = 30
source = "test"
[[class]]
name = "motorway"
kmh = 100
doors = false
source = "test"
"""


def flat_profile() -> SpeedProfile:
    """Return a profile with round figures: trunk 60 km/h, a metre a second to the door."""
    return parse_profile(PROFILE_TEXT, "test.toml")


def link(
    tail: int,
    head: int,
    length_m: float = 1000.0,
    *,
    road_class: str = "trunk",
    kmh: float = 60.0,
    ms: int = -1,
    both: bool = True,
    toll: bool = False,
    ferry: bool = False,
    name: str = "",
    points: list[tuple[float, float]] | None = None,
) -> EdgeRow:
    """Return an edge; `points` default to a straight line set by `roads`."""
    return EdgeRow(
        tail=tail,
        head=head,
        points=np.array(points) if points else np.empty((0, 2)),
        length_m=length_m,
        kmh=kmh,
        given_ms=ms,
        forward=True,
        backward=both,
        toll=toll,
        ferry=ferry,
        road_class="ferry" if ferry else road_class,
        name=name,
        speed_source="profile",
        length_basis="",
    )


def roads(links: list[EdgeRow], positions: list[tuple[float, float]] | None = None) -> RoadNetwork:
    """Return the network of `links`; nodes lie on a row, 0.01 degrees apart, by default."""
    count = 1 + max(max(e.tail, e.head) for e in links)
    places = positions or [(130.5 + 0.01 * i, 32.5) for i in range(count)]
    at = np.array(places, np.float64)
    drawn = [e if len(e.points) else _straight(e, at) for e in links]
    ids = np.arange(len(at))
    table = table_of_rows(ids, at[:, 0].copy(), at[:, 1].copy(), drawn)
    return build_network(table, flat_profile(), Origin("test"))


def _straight(edge: EdgeRow, at: np.ndarray) -> EdgeRow:
    return replace(edge, points=at[[edge.tail, edge.head]])


def at(
    name: str, edge: int, fraction: float, *, site: str | None = None, access_ms: int = 0
) -> Terminal:
    """Return a terminal at a place on an edge (degrees made up); its own site by default."""
    snap = Snap(edge, fraction, access_ms / 1000.0, access_ms, 130.5, 32.5)
    return Terminal(name, name if site is None else site, snap)


# --- random networks, and networkx as the judge

FRACTIONS = (0.0, 0.2, 1 / 3, 0.5, 0.9, 1.0)


@st.composite
def cases(draw):
    size = draw(st.integers(2, 7))
    node = st.integers(0, size - 1)
    links = [
        link(
            draw(node),
            draw(node),
            ms=draw(st.integers(0, 40)),
            both=draw(st.booleans()),
            toll=draw(st.integers(0, 3)) == 0,
            ferry=i > 0 and draw(st.integers(0, 4)) == 0,
            name=f"line {i}",
        )
        for i in range(draw(st.integers(1, 12)))
    ]
    solid = [i for i, e in enumerate(links) if not e.ferry]
    terminals = [
        at(
            f"t{i}",
            draw(st.sampled_from(solid)),
            draw(st.sampled_from(FRACTIONS)),
            site=f"s{draw(st.integers(0, 3))}",
            access_ms=draw(st.integers(0, 9)),
        )
        for i in range(draw(st.integers(2, 6)))
    ]
    options = TravelOptions(
        tolls=draw(st.booleans()),
        ferries=draw(st.booleans()),
        ferry_wait_ms=draw(st.integers(0, 20)),
    )
    return roads(links), terminals, options, draw(st.sampled_from(list(Direction)))


def brute_force(network, a, b, options):
    """Time from door to door by networkx on a graph cut for these two terminals alone."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(network.nodes)))
    edges = network.edges
    spot = {}
    for t in (a, b):
        f, e = t.snap.fraction, t.snap.edge
        spot[t.id] = int(edges.tail[e]) if f == 0 else int(edges.head[e]) if f == 1 else (e, f)
    for e in range(len(edges)):
        if (edges.toll[e] and not options.tolls) or (edges.ferry[e] and not options.ferries):
            continue
        inside = sorted({t.snap.fraction for t in (a, b) if t.snap.edge == e} - {0.0, 1.0})
        wait = options.ferry_wait_ms if edges.ferry[e] else 0
        stops = [(0.0, int(edges.tail[e])), *((f, (e, f)) for f in inside)]
        stops.append((1.0, int(edges.head[e])))
        for (f, u), (g, v) in pairwise(stops):
            for ms, ends in (
                (int(edges.forward_ms[e]), (u, v)),
                (int(edges.backward_ms[e]), (v, u)),
            ):
                if ms != CLOSED:
                    graph.add_edge(*ends, ms=split_ms(ms, g) - split_ms(ms, f) + wait)
    graph.add_nodes_from(spot.values())
    try:
        road = nx.dijkstra_path_length(graph, spot[a.id], spot[b.id], weight="ms")
    except nx.NetworkXNoPath:
        return None
    return a.snap.access_ms + road + b.snap.access_ms
