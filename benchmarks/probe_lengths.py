"""Compute the lengths of the sample's trunk-road links again.

The sample network is a table of figures: where a network of driven road links covers both ends of a
link, its length is the shortest way there (``measured``); elsewhere it is the geodesic times a
detour factor, the median of the measured links of the same terrain (``estimated``). The links that
serve as the yardstick are not part of the project; only the resulting figures are.

Run ``python benchmarks/probe_lengths.py PROBE.parquet`` to see what would change, and add
``--write`` to put the figures into the table.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import geopandas as gpd
import networkx as nx
import shapely
from pyproj import Geod

SAMPLE = Path(__file__).resolve().parents[1] / "spots" / "sample" / "kumamoto"
PLANE = "EPSG:6670"  # JGD2011 plane rectangular zone II: Kumamoto
GEOD = Geod(ellps="GRS80")
SNAP_M = 400.0  # a node farther from every probe link is not covered
MAX_RATIO = {"plain": 2.0, "mountain": 2.6}  # beyond: not the road that the link names
SHORT_KM = 2.0  # below, two decimals: 0.1 km would be more than 5 %
MEASURED = "probe links 2026-07/08"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the table: degrees, JGD2011."""

    id: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Link:
    """A row of the link table, in its columns' order."""

    from_: str
    to: str
    length_km: str
    class_: str
    direction: str
    minutes: str
    name: str
    toll: str
    basis: str
    source: str

    @property
    def terrain(self) -> str:
        """The terrain whose detour factor holds, as the source says it."""
        return "mountain" if "mountain" in self.source else "plain"


@dataclass(frozen=True, slots=True)
class Probe:
    """The yardstick: probe links as a graph, with the table's nodes put into it.

    ``snap_m`` has the distance of every covered node to its link; the graph knows it by its id.
    """

    graph: nx.Graph
    snap_m: Mapping[str, float]


def read_nodes(path: Path) -> dict[str, Node]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["id"]: Node(row["id"], float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(file)
        }


def read_links(path: Path) -> list[Link]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [Link(*row) for row in list(csv.reader(file))[1:]]


def write_links(path: Path, links: Iterable[Link]) -> None:
    head = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(head)
        writer.writerows([getattr(link, field) for field in Link.__slots__] for link in links)


def geodesic_km(a: Node, b: Node) -> float:
    return float(GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2]) / 1000


def rounded(km: float) -> str:
    """Round up, so that no length falls below the straight line it stands for."""
    digits = 2 if km < SHORT_KM else 1
    return f"{math.ceil(round(km * 10**digits, 6)) / 10**digits:.{digits}f}"


def load_probe(path: Path, nodes: Iterable[Node]) -> Probe:
    """Build the graph of the probe links' main component and put the covered nodes into it.

    One-way is ignored: the table's links hold in both directions. A node goes to the nearest
    point of the nearest link, which is cut there.
    """
    links = gpd.read_parquet(path)
    links = links[links["component"] == 0].to_crs(PLANE)
    lines = links.geometry.to_numpy()
    tree = shapely.STRtree(lines)
    cuts: dict[int, list[tuple[float, str]]] = {}
    snap_m: dict[str, float] = {}
    points = gpd.GeoSeries(
        {node.id: shapely.Point(node.lon, node.lat) for node in nodes}, crs="EPSG:6668"
    ).to_crs(PLANE)
    for id_, point in points.items():
        nearest = int(tree.nearest(point))
        distance = float(lines[nearest].distance(point))
        if distance <= SNAP_M:
            snap_m[str(id_)] = distance
            cuts.setdefault(nearest, []).append(
                (float(lines[nearest].project(point, normalized=True)), str(id_))
            )
    graph = nx.Graph()
    for i, (line, length) in enumerate(zip(lines, links["length_m"], strict=True)):
        start, end = line.coords[0], line.coords[-1]
        stops: list[tuple[float, Any]] = [(0.0, start), *sorted(cuts.get(i, [])), (1.0, end)]
        for (f0, a), (f1, b) in zip(stops, stops[1:], strict=False):
            _add(graph, a, b, (f1 - f0) * float(length))
    return Probe(graph, snap_m)


def _add(graph: nx.Graph, a: object, b: object, metres: float) -> None:
    """Keep the shorter of parallel links."""
    if not graph.has_edge(a, b) or graph[a][b]["m"] > metres:
        graph.add_edge(a, b, m=metres)


def probe_km(probe: Probe, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Return shortest kilometres, door to door, for the pairs that the probe network covers."""
    found: dict[tuple[str, str], float] = {}
    targets: dict[str, list[str]] = {}
    for a, b in pairs:
        if a in probe.snap_m and b in probe.snap_m:
            targets.setdefault(a, []).append(b)
    for a, ends in targets.items():
        reach = nx.single_source_dijkstra_path_length(probe.graph, a, weight="m")
        for b in ends:
            if b in reach:
                found[a, b] = (reach[b] + probe.snap_m[a] + probe.snap_m[b]) / 1000
    return found


def factors(links: Iterable[Link], nodes: Mapping[str, Node]) -> dict[str, float]:
    """Detour factor by terrain: median of measured over geodesic length, two decimals."""
    ratios: dict[str, list[float]] = {"plain": [], "mountain": []}
    for link in links:
        if link.basis == "measured":
            straight = geodesic_km(nodes[link.from_], nodes[link.to])
            if straight >= 1.0:  # shorter ones say more about the ends than about the road
                ratios[link.terrain].append(float(link.length_km) / straight)
    return {
        terrain: round(median(values), 2) if values else 1.3 for terrain, values in ratios.items()
    }


def measure(link: Link, nodes: Mapping[str, Node], km: float | None) -> Link:
    """Return the link as measured, or as one to be estimated when that is not plausible."""
    tag = " (mountain)" if link.terrain == "mountain" else ""
    straight = geodesic_km(nodes[link.from_], nodes[link.to])
    # A few hundred metres between two nodes may well go round the block.
    limit = max(MAX_RATIO[link.terrain] * straight, straight + 0.5)
    if km is None or km > limit:
        return replace(link, basis="estimated", source=f"geodesic{tag}")
    return replace(
        link, basis="measured", source=MEASURED + tag, length_km=rounded(max(km, straight))
    )


def recompute(links: Sequence[Link], nodes: Mapping[str, Node], probe: Probe) -> list[Link]:
    """Return the table with its lengths computed again; ferries keep theirs (straight lines)."""
    lengths = probe_km(probe, [(link.from_, link.to) for link in links])
    judged = [
        link if link.class_ == "ferry" else measure(link, nodes, lengths.get((link.from_, link.to)))
        for link in links
    ]
    by_terrain = factors(judged, nodes)
    done: list[Link] = []
    for link in judged:
        straight = geodesic_km(nodes[link.from_], nodes[link.to])
        if link.class_ == "ferry":
            done.append(
                replace(link, length_km=rounded(straight), basis="estimated", source=link.source)
            )
        elif link.basis == "estimated":
            factor, tag = by_terrain[link.terrain], link.source.removeprefix("geodesic")
            done.append(
                replace(
                    link,
                    length_km=rounded(straight * factor),
                    source=f"geodesic × detour factor {factor:.2f}{tag}",
                )
            )
        else:
            done.append(link)
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("probe", type=Path)
    parser.add_argument("--nodes", type=Path, default=SAMPLE / "roads_nodes.csv")
    parser.add_argument("--links", type=Path, default=SAMPLE / "roads_links.csv")
    parser.add_argument("--write", action="store_true", help="put the figures into the table")
    args = parser.parse_args()
    nodes, links = read_nodes(args.nodes), read_links(args.links)
    probe = load_probe(args.probe, nodes.values())
    after = recompute(links, nodes, probe)
    changed = [(old, new) for old, new in zip(links, after, strict=True) if old != new]
    for old, new in changed:
        print(f"{new.from_} - {new.to}: {old.length_km} {old.basis} -> {new.length_km} {new.basis}")
    measured = [link for link in after if link.basis == "measured"]
    print(f"{len(changed)} of {len(links)} links change; {len(measured)} measured")
    print(f"detour factors: {factors(after, nodes)}")
    if args.write:
        write_links(args.links, after)


if __name__ == "__main__":
    main()
