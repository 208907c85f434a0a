"""Count the doors beside two-way streets that no other place can be driven to from, or back.

    python benchmarks/roads_reach.py NETWORK [NETWORK ...] [--points 20000] [--seed 1]

Every street that may be driven both ways gets its share of points, 0 to 30 m beside it. Each is
tied to the roads as a facility is, and drives go from it to the middle of the network and back. A
point beside a street of the main piece (the largest that hangs together, direction ignored) ought
to have both; what has one only, or none, is counted, and the first few are listed. Networks are
whatever `load_network` takes; those that are not saved get the speeds of everyday driving.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from networks import (  # noqa: E402 - after the path is set
    Direction,
    RoadNetwork,
    Terminal,
    load_network,
    load_profile,
    place_times,
    snap_points,
)
from networks.network import CLOSED  # noqa: E402

ASIDE_M = 30.0
LIMIT_M = 1_000.0  # as the preset ties facilities
SHOWN = 5
_M_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Doors:
    """Points beside streets, and the edge each was drawn beside."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    edge: NDArray[np.int64]


def two_way_streets(network: RoadNetwork) -> NDArray[np.bool_]:
    """Return the edges that may be driven both ways and have doors."""
    edges = network.edges
    both = (edges.forward_ms != CLOSED) & (edges.backward_ms != CLOSED)
    return network.door_edges() & both


def doors_beside(network: RoadNetwork, count: int, seed: int) -> Doors:
    """Return points 0 to 30 m beside two-way streets of the main piece, by their length."""
    random, edges, shapes = np.random.default_rng(seed), network.edges, network.shapes
    main = network.nodes.component[edges.tail] == 0
    streets = np.flatnonzero(two_way_streets(network) & main)
    share = edges.length_m[streets] / edges.length_m[streets].sum()
    edge = random.choice(streets, count, p=share)
    first, last = shapes.offset[edge], shapes.offset[edge + 1] - 2
    vertex = first + np.floor(random.random(count) * (last - first + 1)).astype(np.int64)
    along = random.random(count)
    lon = shapes.lon[vertex] + along * (shapes.lon[vertex + 1] - shapes.lon[vertex])
    lat = shapes.lat[vertex] + along * (shapes.lat[vertex + 1] - shapes.lat[vertex])
    metres, angle = random.random(count) * ASIDE_M, random.random(count) * 2 * np.pi
    scale = _M_PER_DEGREE * np.cos(np.radians(lat))
    return Doors(
        lon + metres * np.cos(angle) / scale, lat + metres * np.sin(angle) / _M_PER_DEGREE, edge
    )


def middle(network: RoadNetwork) -> Terminal:
    """Return a place on the two-way street of the main part nearest to the middle of the roads."""
    nodes = network.nodes
    main = nodes.component == 0
    lon, lat = np.median(nodes.lon[main]), np.median(nodes.lat[main])
    found = snap_points(network, [lon], [lat], 1e5, main_within_m=1e5)[0].snap
    assert found is not None
    return Terminal("middle", "middle", found)


def reach_of(network: RoadNetwork, doors: Doors) -> list[str]:
    """Return ``both``, ``away only``, ``back only``, ``neither`` or ``off the roads`` of each."""
    results = snap_points(network, doors.lon, doors.lat, LIMIT_M)
    tied = [i for i, r in enumerate(results) if r.snap is not None]
    snaps = [r.snap for r in results if r.snap is not None]
    target = [middle(network)]
    away = place_times(network, snaps, target).ms >= 0
    back = place_times(network, snaps, target, direction=Direction.TO_ORIGIN).ms >= 0
    words = ["off the roads"] * len(results)
    names = {(True, True): "both", (True, False): "away only", (False, True): "back only"}
    for i, out, home in zip(tied, away.tolist(), back.tolist(), strict=True):
        words[i] = names.get((out, home), "neither")
    return words


def main() -> None:
    """Print a table, one row a network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", nargs="+", type=Path)
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for path in given.network:
        saved = path.suffix == ".spotsnet"
        network = load_network(path, profile=None if saved else load_profile("everyday"))
        doors = doors_beside(network, given.points, given.seed)
        words = reach_of(network, doors)
        print(f"{path.name}: {dict(Counter(words).most_common())}")
        for i in [i for i, word in enumerate(words) if word != "both"][:SHOWN]:
            where = f"{doors.lat[i]:.6f}, {doors.lon[i]:.6f}"
            print(f"  {words[i]}: {where} beside edge {doors.edge[i]}")


if __name__ == "__main__":
    main()
