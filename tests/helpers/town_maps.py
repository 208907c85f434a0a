"""Towns drawn in letters, a kilometre from letter to letter, as OpenStreetMap files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import osmium

from networks.network import RoadNetwork
from networks.osm.osm_files import read_osm
from networks.search.nearest import drives
from networks.snapping.points import snap_points
from networks.speeds.profile import SpeedProfile
from networks.types import Terminal, TravelOptions
from tests.helpers.road_cases import flat_profile

LON, LAT = 130.5, 32.5
KM_LON, KM_LAT = 1 / 93.9639, 1 / 110.8948  # a kilometre east and south at 32.5 degrees, in degrees


class Town:
    """Nodes where letters stand in a drawing, ways and relations added one by one."""

    def __init__(self, drawing: str) -> None:
        self.at: dict[str, tuple[float, float]] = {}
        self.number: dict[str, int] = {}
        rows = [line for line in drawing.splitlines() if line.strip()]
        left = min(len(line) - len(line.lstrip()) for line in rows)
        for y, line in enumerate(rows):
            for x, letter in enumerate(line[left:]):
                if letter.isalnum():
                    self.number[letter] = len(self.number) + 1
                    lon, lat = LON + x / 2 * KM_LON, LAT - y * KM_LAT
                    self.at[letter] = round(lon, 7), round(lat, 7)  # as files hold them
        self.tags: dict[str, dict[str, str]] = {}
        self.ways: dict[int, tuple[str, dict[str, str]]] = {}
        self.relations: list[tuple[list[tuple[str, int, str]], dict[str, str]]] = []

    def node(self, letter: str, **tags: str) -> Town:
        self.tags[letter] = tags
        return self

    def way(self, letters: str, more: dict[str, str] | None = None, **tags: str) -> Town:
        """Add a way, a trunk road unless `tags` say another; its id is 10, 11 and so on."""
        road = {} if {"highway", "route"} & tags.keys() else {"highway": "trunk"}
        self.ways[10 + len(self.ways)] = letters, {**road, **tags, **(more or {})}
        return self

    def rule(self, value: str, start: int, via: str | Iterable[int], end: int, **more: str) -> Town:
        """Add a turn restriction; `via` is a letter, or ids of ways."""
        between = (
            [("n", self.number[via], "via")]
            if isinstance(via, str)
            else [("w", way, "via") for way in via]
        )
        members = [("w", start, "from"), *between, ("w", end, "to")]
        self.relations.append((members, {"type": "restriction", "restriction": value, **more}))
        return self

    def save(self, path: Path) -> Path:
        """Write the town in the format that the name asks for."""
        with osmium.SimpleWriter(str(path), overwrite=True) as file:
            for letter, number in self.number.items():
                file.add_node(
                    osmium.osm.mutable.Node(
                        id=number, location=self.at[letter], tags=self.tags.get(letter, {})
                    )
                )
            for way, (letters, tags) in self.ways.items():
                refs = [self.number.get(letter, 999) for letter in letters]
                file.add_way(osmium.osm.mutable.Way(id=way, nodes=refs, tags=tags))
            for i, (members, tags) in enumerate(self.relations):
                file.add_relation(osmium.osm.mutable.Relation(id=1 + i, members=members, tags=tags))
        return path

    def place(self, name: str) -> tuple[float, float]:
        """Return the position of a letter, or half way between two."""
        (ax, ay), (bx, by) = self.at[name[0]], self.at[name[-1]]
        return (ax + bx) / 2, (ay + by) / 2


def minutes(
    town: Town, network: RoadNetwork, *trips: str, options: TravelOptions | None = None
) -> list[float | None]:
    """Return the minutes of drives such as ``A>B`` or ``A>BC`` (half way from B to C)."""
    names = dict.fromkeys(name for trip in trips for name in trip.split(">"))
    places = [town.place(name) for name in names]
    tolls = options is None or options.tolls
    lon, lat = zip(*places, strict=True)
    snaps = snap_points(network, lon, lat, 1.0, tolls=tolls)
    ends = {}
    for name, result in zip(names, snaps, strict=True):
        assert result.snap is not None, name
        ends[name] = Terminal(name, name, result.snap)
    pairs = [tuple(ends[name] for name in trip.split(">")) for trip in trips]
    found = drives(network, pairs, options=options)
    return [None if route is None else round(route.travel_ms / 60_000, 1) for route in found]


def network_of(town: Town, folder: Path, profile: SpeedProfile | None = None) -> RoadNetwork:
    """Return the town's network, which must be the same from XML and from PBF."""
    speeds = flat_profile() if profile is None else profile
    xml = read_osm(town.save(folder / "town.osm"), speeds)
    pbf = read_osm(town.save(folder / "town.osm.pbf"), speeds)
    assert pbf.sha256 == xml.sha256
    assert pbf.origin.dropped == xml.origin.dropped
    return pbf
