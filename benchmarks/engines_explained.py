"""What is mapped on the roads of an extract, in words for why two engines disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import osmium

from networks import RoadNetwork
from networks.network import CLOSED

Spot = tuple[int, int]  # 1e-7 degree
Step = tuple[Spot, Spot]
KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
PLACES = 1e7
CRAWL_KMH = 10
SHORT_S = 60
PAVED = {"asphalt", "paved", "concrete", "paving_stones"}


@dataclass(frozen=True, slots=True)
class Road:
    """What is mapped about a piece of road."""

    way: int
    tags: Mapping[str, str]
    along: bool  # whether the step follows the way's direction


class Explainer:
    """Knows every step of an extract's roads, and which of them our network drives."""

    def __init__(self, network: RoadNetwork, extract: Path) -> None:
        self.spots: dict[int, Spot] = {}
        self.barriers: dict[Spot, str] = {}
        self.roads: dict[Step, Road] = {}
        self.forbidden: dict[Spot, str] = {}
        self._read(extract)
        self.open = set(_open_steps(network))
        zone = set(_open_steps(network, zones=True))
        self.zones = {self.roads[step].way for step in zone if step in self.roads}
        self.ways = {road.way: road for road in self.roads.values()}
        self.driven = {self.roads[step].way for step in self.open if step in self.roads}

    def _read(self, extract: Path) -> None:
        for thing in osmium.FileProcessor(str(extract)):
            if thing.is_node():
                spot = (thing.location.x, thing.location.y)
                self.spots[thing.id] = spot
                if "barrier" in thing.tags or "access" in thing.tags:
                    words = [f"{t.k}={t.v}" for t in thing.tags if t.k in {"barrier", *KEYS}]
                    self.barriers[spot] = " ".join(sorted(words))
            elif thing.is_way() and ("highway" in thing.tags or "route" in thing.tags):
                tags = {t.k: t.v for t in thing.tags}
                line = [self.spots[n.ref] for n in thing.nodes if n.ref in self.spots]
                for a, b in pairwise(line):
                    self.roads.setdefault((a, b), Road(thing.id, tags, along=True))
                    self.roads.setdefault((b, a), Road(thing.id, tags, along=False))
            elif thing.is_relation() and "restriction" in str(thing.tags.get("type", "")):
                for member in thing.members:
                    if member.type == "n" and member.ref in self.spots:
                        self.forbidden[self.spots[member.ref]] = str(
                            thing.tags.get("restriction", "conditional")
                        )

    def ways_along(self, line: Iterable[tuple[float, float]]) -> frozenset[int]:
        """Return the ways under a line in degrees."""
        return self._ways((round(x * PLACES), round(y * PLACES)) for x, y in line)

    def ways_of_nodes(self, nodes: Iterable[int]) -> frozenset[int]:
        """Return the ways between the nodes of a route."""
        return self._ways(self.spots[n] for n in nodes if n in self.spots)

    def _ways(self, spots: Iterable[Spot]) -> frozenset[int]:
        return frozenset(self.roads[s].way for s in pairwise(spots) if s in self.roads)

    def cause(self, way: int, side: str) -> str:
        """Return what is mapped on a way that only one side drives."""
        road = self.ways[way]
        if way in self.zones:
            return f"a road for its residents only (way {way})"
        closed = side != "us" and way not in self.driven
        return f"{self._words(road, closed=closed)} (way {way})"

    def special_on(self, ours: Sequence[tuple[float, float]]) -> str:
        """Return what is special about our route, for an engine that may not drive it."""
        mine = [(round(x * PLACES), round(y * PLACES)) for x, y in ours]
        return self._special(mine, set()) or "not explained"

    def pace_on(self, ours: Sequence[tuple[float, float]], seconds: float) -> str:
        """Return why an engine's clock runs differently on our route."""
        mine = [(round(x * PLACES), round(y * PLACES)) for x, y in ours]
        tags = [self.roads[step].tags for step in pairwise(mine) if step in self.roads]
        limits = [t.get("maxspeed", "") for t in tags]
        if any(limit.isdigit() and int(limit) < CRAWL_KMH for limit in limits):
            return f"a mapped limit under {CRAWL_KMH} km/h, which it takes for more"
        rough = sorted({t["surface"] for t in tags if "surface" in t} - PAVED)
        rough += ["tracktype"] if any("tracktype" in t for t in tags) else []
        if rough:
            return f"slower on a surface ({', '.join(rough)})"
        return f"a drive of less than {SHORT_S} s" if seconds < SHORT_S else "not explained"

    def new_ways(self, ours: Sequence[tuple[float, float]], ways: Sequence[int]) -> str:
        """Return what is mapped on the ways that an engine drives quicker than our route."""
        mine = [(round(x * PLACES), round(y * PLACES)) for x, y in ours]
        own = {self.roads[step].way for step in pairwise(mine) if step in self.roads}
        strange = [w for w in ways if w not in own and w in self.ways]
        closed = [w for w in strange if w not in self.driven]
        special = [w for w in strange if any(key in self.ways[w].tags for key in KEYS)]
        for way in (*closed, *special):
            return self._words(self.ways[way], closed=way in closed)
        barred = next((s for s in self._spots_of(ways) if s in self.barriers), None)
        return f"barrier {self.barriers[barred]}" if barred else "quicker with its turns"

    def _spots_of(self, ways: Sequence[int]) -> Iterator[Spot]:
        wanted = set(ways)
        return (a for (a, _), road in self.roads.items() if road.way in wanted)

    def _special(self, spots: Sequence[Spot], theirs: set[Step]) -> str:
        """Return what is special about the steps of our route that the engine avoids."""
        for spot in spots[1:-1]:
            if spot in self.barriers:
                return f"barrier {self.barriers[spot]}"
        found = [
            self._words(self.roads[step], closed=False)
            for step in pairwise(spots)
            if step not in theirs and step in self.roads
        ]
        special = [words for words in found if " " in words or words in {"track", "road"}]
        if special:
            return special[0]
        for spot in spots[1:-1]:
            if spot in self.forbidden:
                return f"turn restriction {self.forbidden[spot]}"
        return ""

    def _words(self, road: Road, *, closed: bool) -> str:
        tags = road.tags
        parts = [tags.get("highway", tags.get("route", ""))]
        parts += [f"{key}={tags[key]}" for key in KEYS if key in tags]
        if closed and not any("=" in part for part in parts[1:]):
            against = tags.get("oneway") in {"yes", "1", "true"} and not road.along
            parts += ["against oneway"] if against else []
        extra = ("service", "tracktype", "smoothness", "width", "maxwidth", "maxweight", "hov")
        parts += [f"{k}={tags[k]}" for k in extra if closed and k in tags and len(parts) == 1]
        parts += [f"{k}" for k in tags if k.endswith(":conditional") and k.split(":")[0] in KEYS]
        return " ".join(parts)


def _open_steps(network: RoadNetwork, *, zones: bool = False) -> Iterator[Step]:
    """Yield the steps between points that we drive, or only those of roads with no way through."""
    shapes, edges = network.shapes, network.edges
    lon = (shapes.lon * PLACES).round().astype("int64").tolist()
    lat = (shapes.lat * PLACES).round().astype("int64").tolist()
    offset = shapes.offset.tolist()
    for e in range(len(edges)):
        if zones and edges.through[e]:
            continue
        line = list(
            zip(lon[offset[e] : offset[e + 1]], lat[offset[e] : offset[e + 1]], strict=True)
        )
        if edges.forward_ms[e] != CLOSED:
            yield from pairwise(line)
        if edges.backward_ms[e] != CLOSED:
            yield from pairwise(line[::-1])
