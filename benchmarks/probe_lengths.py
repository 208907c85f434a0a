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
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import geopandas as gpd
import shapely
from pyproj import Geod
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

SAMPLE = Path(__file__).resolve().parents[1] / "spots" / "sample" / "kumamoto"
PLANE = "EPSG:6670"  # JGD2011 plane rectangular zone II: Kumamoto
GEOD = Geod(ellps="GRS80")
SNAP_M = 400.0  # a node farther from every probe link is not covered
MAX_RATIO = {"plain": 2.0, "mountain": 2.6}  # beyond: not the road that the link names
STITCH_M = 3.0  # a link that ends this near to another one is taken to join it
SHORT_KM = 2.0  # below, two decimals: 0.1 km would be more than 5 %
MEASURED = "probe links 2026-07/08"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the table: degrees, JGD2011."""

    id: str
    name: str
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
    """The yardstick: probe links as a matrix of metres, with the table's nodes put into it.

    ``index`` and ``snap_m`` have the row and the distance to the nearest probe link of every
    node of the table that is covered.
    """

    metres: csr_array
    index: Mapping[str, int]
    snap_m: Mapping[str, float]


def read_nodes(path: Path) -> dict[str, Node]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["id"]: Node(row["id"], row["name"], float(row["lon"]), float(row["lat"]))
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
    cuts: dict[int, list[tuple[float, Hashable]]] = {}
    snap_m: dict[str, float] = {}
    points = gpd.GeoSeries(
        {node.id: shapely.Point(node.lon, node.lat) for node in nodes}, crs="EPSG:6668"
    ).to_crs(PLANE)
    for id_, point in points.items():
        nearest = int(tree.nearest(point))
        distance = float(lines[nearest].distance(point))
        if distance <= SNAP_M:
            snap_m[str(id_)] = distance
            cuts.setdefault(nearest, []).append((float(lines[nearest].project(point)), str(id_)))
    stitch(lines, tree, cuts)
    edges = _edges(lines, links["length_m"].to_numpy(), cuts)
    index: dict[Hashable, int] = {}
    for a, b in edges:
        index.setdefault(a, len(index))
        index.setdefault(b, len(index))
    rows = [index[a] for a, _ in edges]
    columns = [index[b] for _, b in edges]
    # The solver takes an explicit zero for "no link": two stops at one place are 1 mm apart.
    metres = [max(m, 0.001) for m in edges.values()]
    matrix = csr_array((metres, (rows, columns)), shape=(len(index), len(index)))
    return Probe(matrix, {id_: index[id_] for id_ in snap_m}, snap_m)


def stitch(
    lines: Sequence[shapely.LineString],
    tree: shapely.STRtree,
    cuts: dict[int, list[tuple[float, Hashable]]],
) -> None:
    """Cut links where another one ends on them: the published links are not cut at junctions."""
    ends = Counter(line.coords[i] for line in lines for i in (0, -1))
    for end, count in ends.items():
        point = shapely.Point(end)
        for i in tree.query(point, predicate="dwithin", distance=STITCH_M):
            line = lines[int(i)]
            if count == 1 or shapely.distance(line, point) == 0:
                at = float(line.project(point))
                if STITCH_M < at < line.length - STITCH_M or end not in (
                    line.coords[0],
                    line.coords[-1],
                ):
                    cuts.setdefault(int(i), []).append((at, end))


def pieces(
    lines: Sequence[shapely.LineString], cuts: Mapping[int, list[tuple[float, Hashable]]]
) -> Iterator[tuple[int, tuple[float, Hashable], tuple[float, Hashable]]]:
    """Yield (link, start, end) between ends, cuts and vertices that links share.

    Start and end are (metres along the link's drawn line, key of the place).
    """
    shared = Counter(vertex for line in lines for vertex in set(line.coords))
    for i, line in enumerate(lines):
        vertices = list(line.coords)
        stops: list[tuple[float, Hashable]] = list(cuts.get(i, []))
        at = 0.0
        for k, vertex in enumerate(vertices):
            at += math.dist(vertices[k - 1], vertex) if k else 0.0
            if k in (0, len(vertices) - 1) or shared[vertex] > 1:
                stops.append((at, vertex))
        stops.sort(key=lambda stop: (stop[0], str(stop[1])))
        yield from ((i, start, end) for start, end in pairwise(stops) if start[1] != end[1])


def _edges(
    lines: Sequence[shapely.LineString],
    lengths: Sequence[float],
    cuts: Mapping[int, list[tuple[float, Hashable]]],
) -> dict[tuple[Hashable, Hashable], float]:
    """Return metres of the pieces, the shorter of parallels.

    Each direction of a road is a link of its own with the same vertices.
    """
    edges: dict[tuple[Hashable, Hashable], float] = {}
    for i, (m0, a), (m1, b) in pieces(lines, cuts):
        metres = (m1 - m0) * float(lengths[i]) / lines[i].length
        if edges.get((a, b), math.inf) > metres:
            edges[a, b] = metres
    return edges


def probe_km(probe: Probe, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Return shortest kilometres, door to door, for the pairs that the probe network covers."""
    found: dict[tuple[str, str], float] = {}
    targets: dict[str, list[str]] = {}
    for a, b in pairs:
        if a in probe.index and b in probe.index:
            targets.setdefault(a, []).append(b)
    for a, ends in targets.items():
        reach = dijkstra(probe.metres, directed=False, indices=[probe.index[a]])[0]
        for b in ends:
            km = (float(reach[probe.index[b]]) + probe.snap_m[a] + probe.snap_m[b]) / 1000
            if math.isfinite(km):
                found[a, b] = km
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
