"""Where land, mountains, settlements and the roads between them lie in a synthetic prefecture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError, cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FAR_M = 9_000.0  # a road between neighbours is no longer, unless it is the only one
TOWN = 5  # streets along the side of what is more than a hamlet
TRIANGLE = 3  # corners: with no more settlements there is nothing to triangulate
CELL_M = 1_250.0  # one settlement at most in a square of this side
STREET_M = 105.0  # between the streets of a town
ISLAND_SHARE = 0.04  # of the settlements
TRUNK, PRIMARY, SECONDARY, TERTIARY, UNCLASSIFIED = range(5)


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settlements, the largest first.

    Parameters
    ----------
    x, y : (S,) float arrays
        Centres, metres in the plane.
    side : (S,) int array
        Streets along each side of its grid.
    angle : (S,) float array
        Direction of its grid, radians.
    land : (S,) int array
        0 the mainland, above it the islands.
    """

    x: Floats
    y: Floats
    side: Ints
    angle: Floats
    land: Ints


@dataclass(frozen=True, slots=True)
class Links:
    """Roads between settlements `a` and `b`; `rank` from TRUNK to UNCLASSIFIED."""

    a: Ints
    b: Ints
    rank: Ints


@dataclass(frozen=True, slots=True)
class Terrain:
    """Mountains as a sum of waves, a coast and round islands."""

    waves: Floats  # (W, 4): two wave numbers, phase, height
    coast: Floats  # (K, 2): phases and heights of the coast's harmonics
    radius_m: float
    islands: Floats  # (I, 3): x, y, radius

    def height(self, x: Floats, y: Floats) -> Floats:
        """Return how mountainous a place is, 0 plain to 1 ridge."""
        total = np.zeros(len(x))
        for kx, ky, phase, weight in self.waves:
            total += weight * np.sin(kx * x + ky * y + phase)
        return np.clip(0.5 + total, 0.0, 1.0)

    def land(self, x: Floats, y: Floats) -> Ints:
        """Return 0 on the mainland, the island's number on islands, -1 at sea."""
        theta, r = np.arctan2(y, x), np.hypot(x, y)
        reach = np.ones(len(x))
        for k, (phase, weight) in enumerate(self.coast, start=2):
            reach += weight * np.cos(k * theta + phase)
        found = np.where(r < self.radius_m * reach, 0, -1).astype(np.int64)
        for i, (ix, iy, radius) in enumerate(self.islands, start=1):
            found[(found < 0) & (np.hypot(x - ix, y - iy) < radius)] = i
        return found


def make_terrain(rng: np.random.Generator, settlements: float) -> Terrain:
    """Return a mainland with room for about `settlements`, and islands west of it."""
    radius = float(np.sqrt(settlements * CELL_M**2 * 1.9 / np.pi))
    lengths = rng.uniform(12_000, 45_000, 14)
    turn = rng.uniform(0, 2 * np.pi, 14)
    waves = np.column_stack(
        [
            2 * np.pi / lengths * np.cos(turn),
            2 * np.pi / lengths * np.sin(turn),
            rng.uniform(0, 2 * np.pi, 14),
            rng.uniform(0.06, 0.16, 14),
        ]
    )
    coast = np.column_stack([rng.uniform(0, 2 * np.pi, 7), 0.22 / np.arange(1, 8) ** 0.7])
    count = max(3, round(settlements / 350))
    area = settlements * ISLAND_SHARE * CELL_M**2 * 1.5
    radii = np.sqrt(area / np.pi / count) * rng.uniform(0.6, 1.5, count)
    theta = np.pi + rng.uniform(-1.4, 1.4, count)
    shore = 1 + sum(h * np.cos(k * theta + p) for k, (p, h) in enumerate(coast, start=2))
    far = radius * (shore + rng.uniform(0.1, 0.3, count)) + 2 * radii
    islands = np.column_stack([far * np.cos(theta), far * np.sin(theta), radii])
    return Terrain(waves, coast, radius, islands)


def settle(rng: np.random.Generator, terrain: Terrain) -> Settlement:
    """Return settlements: many in plains and valleys, few in mountains, none on ridges."""
    reach = terrain.radius_m * 1.75
    steps = int(reach // CELL_M) + 1
    gx, gy = np.meshgrid(np.arange(-steps, steps + 1), np.arange(-steps, steps + 1))
    x = (gx.ravel() + rng.uniform(-0.33, 0.33, gx.size)) * CELL_M
    y = (gy.ravel() + rng.uniform(-0.33, 0.33, gy.size)) * CELL_M
    chance = rng.uniform(size=gx.size)
    land, height = terrain.land(x, y), terrain.height(x, y)
    # every island has somebody living on it
    isle_x, isle_y = terrain.islands[:, 0], terrain.islands[:, 1]
    keep = (land >= 0) & (chance < np.clip(1.25 - 1.35 * height, 0.0, 0.95))
    x, y = np.concatenate([x[keep], isle_x]), np.concatenate([y[keep], isle_y])
    land, height = terrain.land(x, y), terrain.height(x, y)
    order = np.argsort(rng.uniform(size=len(x)) * (0.15 + height) + (land > 0) * 0.02)
    x, y, land = x[order], y[order], land[order]
    side = _sides(len(x), land)
    kept = _make_room(x, y, side)
    x, y, land, side = x[kept], y[kept], land[kept], side[kept]
    return Settlement(x, y, side, rng.uniform(0, np.pi / 2, len(x)), land)


def _sides(count: int, land: Ints) -> Ints:
    """Return street counts by rank and size: the k-th settlement has 1/k of the first's area."""
    largest = 145 * np.sqrt(count / 15_000)
    side = np.round(largest / np.sqrt(np.arange(1, count + 1))).astype(np.int64)
    side = np.clip(side, 3, None)
    return np.where(land > 0, np.minimum(side, 9), side)


def _make_room(x: Floats, y: Floats, side: Ints) -> Flags:
    """Tell which settlements remain when the larger ones swallow what lies on their ground."""
    kept = np.ones(len(x), np.bool_)
    radius = side * STREET_M * 0.72
    tree = cKDTree(np.column_stack([x, y]))
    for i in np.flatnonzero(side > TOWN).tolist():
        if kept[i]:
            near = np.array(tree.query_ball_point((x[i], y[i]), radius[i] * 1.15 + 300))
            kept[near[near > i]] = False
    return kept


def link(rng: np.random.Generator, terrain: Terrain, towns: Settlement) -> Links:
    """Return the roads between settlements: a tree always, more of them in plains."""
    parts = [_neighbours(np.flatnonzero(towns.land == land), towns) for land in _lands(towns)]
    a, b = (np.concatenate([p[i] for p in parts]) for i in (0, 1))
    x, y = (towns.x[a] + towns.x[b]) / 2, (towns.y[a] + towns.y[b]) / 2
    length = np.hypot(towns.x[a] - towns.x[b], towns.y[a] - towns.y[b])
    height = terrain.height(x, y)
    cost = length * (1 + 2 * height) * (1 + 20 * (terrain.land(x, y) < 0))
    size = len(towns.x)
    places = a.astype(np.int32), b.astype(np.int32)  # older scipy takes no others
    tree = minimum_spanning_tree(coo_array((cost, places), (size, size)).tocsr()).tocoo()
    in_tree = np.isin(a * size + b, tree.row.astype(np.int64) * size + tree.col)
    dry = (terrain.land(x, y) >= 0) & (length < FAR_M)
    keep = in_tree | (dry & (rng.uniform(size=len(a)) < 0.62 - 0.75 * height))
    a, b, length = a[keep], b[keep], length[keep]
    return Links(a, b, _ranks(towns, a, b, length))


def _lands(towns: Settlement) -> list[int]:
    return [int(v) for v in np.unique(towns.land)]


def _neighbours(members: Ints, towns: Settlement) -> tuple[Ints, Ints]:
    """Return the pairs (a < b) of one land mass that a triangulation joins."""
    pairs = np.column_stack([members[:-1], members[1:]])
    if len(members) > TRIANGLE:
        try:
            triangles = Delaunay(np.column_stack([towns.x[members], towns.y[members]])).simplices
            corners = members[triangles]
            pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
        except QhullError:  # settlements in one line: a chain of them then
            pass
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _ranks(towns: Settlement, a: Ints, b: Ints, length: Floats) -> Ints:
    """Return classes: the shortest roads between large towns are the highest."""
    size = len(towns.x)
    rank = np.where(np.minimum(towns.side[a], towns.side[b]) >= TOWN, TERTIARY, UNCLASSIFIED)
    rank[(a * 7 + b) % 3 == 0] = TERTIARY
    graph = coo_array(
        (np.tile(length, 2), (np.concatenate([a, b]), np.concatenate([b, a]))), (size, size)
    ).tocsr()
    code = a * size + b
    sorter = np.argsort(code)
    for level, share, least in ((SECONDARY, 0.06, 12), (PRIMARY, 0.015, 6), (TRUNK, 0.004, 3)):
        cities = np.arange(min(size, max(least, int(size * share))))
        used = _shortest_between(graph, towns, cities)
        at = np.searchsorted(code[sorter], used)
        rank[sorter[at]] = level
    return rank.astype(np.int64)


def _shortest_between(graph: coo_array, towns: Settlement, cities: Ints) -> Ints:
    """Return codes of the links on the shortest roads between neighbouring `cities`."""
    place = np.column_stack([towns.x[cities], towns.y[cities]])
    near = cKDTree(place).query(place, k=min(5, len(cities)))[1]
    used: set[int] = set()
    size = graph.shape[0]
    for i, others in enumerate(near.tolist()):
        straight = np.hypot(*(place[others] - place[i]).T).max()
        _, before = dijkstra(
            graph, indices=int(cities[i]), return_predecessors=True, limit=straight * 2.5
        )
        for other in others:
            at = int(cities[other])
            while (previous := int(before[at])) >= 0:
                used.add(min(at, previous) * size + max(at, previous))
                at = previous
    return np.array(sorted(used), np.int64)
