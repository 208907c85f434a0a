"""Say how far the sample's schematic roads are from a network of driven links.

For every pair of facilities and municipal offices that the probe links cover, the shortest way on
the schematic network is compared with the shortest way on the probe network. Pairs closer than
``--min-km`` are left out (between neighbours of one town the schematic network says nothing), and
so are pairs that both lie beyond the prefecture's border (no journey is ever judged between them).

Run ``python benchmarks/check_sample_roads.py PROBE.parquet``.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median, quantiles

import networkx as nx
from probe_lengths import (
    SAMPLE,
    Link,
    Node,
    Probe,
    geodesic_km,
    load_probe,
    probe_km,
    read_links,
    read_nodes,
)

OTHERS = ("j_", "i_", "p_")  # junctions, interchanges and ports: neither facility nor town
BEYOND = "x_"  # towns beyond the border


@dataclass(frozen=True, slots=True)
class Pair:
    """One compared pair: kilometres on the schematic and on the probe network."""

    a: str
    b: str
    schematic_km: float
    probe_km: float

    @property
    def error(self) -> float:
        """Relative error of the schematic length, signed."""
        return self.schematic_km / self.probe_km - 1


def schematic(links: Iterable[Link]) -> nx.Graph:
    """Return the table as a graph of kilometres, without ferries."""
    graph = nx.Graph()
    for link in links:
        if link.class_ != "ferry":
            graph.add_edge(link.from_, link.to, km=float(link.length_km))
    return graph


def compare(
    nodes: Mapping[str, Node],
    links: Iterable[Link],
    probe: Probe,
    *,
    beyond: frozenset[str],
    min_km: float,
    max_km: float,
) -> list[Pair]:
    """Compare every covered pair within the given straight distances, not both `beyond`."""
    graph = schematic(links)
    ids = sorted(i for i in nodes if i in probe.snap_m and not i.startswith(OTHERS))
    wanted = [
        (a, b)
        for a, b in combinations(ids, 2)
        if not {a, b} <= beyond and min_km <= geodesic_km(nodes[a], nodes[b]) <= max_km
    ]
    truth = probe_km(probe, wanted)
    reach = {a: nx.single_source_dijkstra_path_length(graph, a, weight="km") for a in ids}
    return [Pair(a, b, reach[a][b], km) for (a, b), km in truth.items() if b in reach[a]]


def beyond_border(nodes: Iterable[str], neighbours: Path) -> frozenset[str]:
    """Return the ids of towns and hospitals outside the prefecture."""
    with neighbours.open(encoding="utf-8-sig", newline="") as file:
        hospitals = {row["施設ID"] for row in csv.DictReader(file)}
    return frozenset(i for i in nodes if i.startswith(BEYOND) or i in hospitals)


def summary(pairs: list[Pair]) -> str:
    errors = [abs(pair.error) for pair in pairs]
    return (
        f"{len(pairs)} pairs: median {median(errors):.1%}, p90 {quantiles(errors, n=10)[-1]:.1%}, "
        f"max {max(errors):.1%}, mean signed {sum(p.error for p in pairs) / len(pairs):+.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("probe", type=Path)
    parser.add_argument("--nodes", type=Path, default=SAMPLE / "roads_nodes.csv")
    parser.add_argument("--links", type=Path, default=SAMPLE / "roads_links.csv")
    parser.add_argument("--min-km", type=float, default=3.0)
    parser.add_argument("--max-km", type=float, default=60.0)
    parser.add_argument("--worst", type=int, default=10)
    args = parser.parse_args()
    nodes, links = read_nodes(args.nodes), read_links(args.links)
    probe = load_probe(args.probe, nodes.values())
    beyond = beyond_border(nodes, SAMPLE / "neighbour_hospitals.csv")
    pairs = compare(nodes, links, probe, beyond=beyond, min_km=args.min_km, max_km=args.max_km)
    print(summary(pairs))
    for pair in sorted(pairs, key=lambda p: (-abs(p.error), p.a, p.b))[: args.worst]:
        print(
            f"{pair.error:+7.1%}  {pair.schematic_km:6.1f} km against {pair.probe_km:6.1f} km  "
            f"{nodes[pair.a].name} - {nodes[pair.b].name}"
        )


if __name__ == "__main__":
    main()
