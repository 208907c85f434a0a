"""Small road networks made by hand, for tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from networks.build import build_network
from networks.edge_rows import EdgeRow, table_of_rows
from networks.network import Origin, RoadNetwork
from networks.profile import SpeedProfile, parse_profile
from networks.types import Snap, Terminal

ROADS = Path(__file__).resolve().parents[2] / "shared" / "data" / "roads"

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
