"""Nodes and ways of a synthetic prefecture: streets, roads between towns, spurs, ramps, ferries."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from synthetic_land import UNCLASSIFIED, Links, Settlement, Terrain

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

STEP_M = 55.0  # between the shape nodes of a road out of town
NARROW = 0.1  # share of the small roads that are mapped as narrow
CUT = 0.02  # share of a road's nodes at which its way is split
JOINED = 0.55  # share of the side roads that meet another road again
SURFACE = (("surface", "asphalt"),)
CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified")
Tags = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Canvas:
    """What has been drawn so far; mutable while drawing.

    Nodes are metres in the plane, ways are node indices; `group` keeps together what a mapper
    would have drawn in one sitting, `where` says which pool of nodes later roads may start from.
    """

    rng: np.random.Generator
    x: list[Floats] = field(default_factory=list)
    y: list[Floats] = field(default_factory=list)
    group: list[Ints] = field(default_factory=list)
    nodes: int = 0
    refs: list[Ints] = field(default_factory=list)
    sizes: list[Ints] = field(default_factory=list)
    tags: list[Ints] = field(default_factory=list)
    name: list[Ints] = field(default_factory=list)
    sets: dict[Tags, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=lambda: {"": 0})
    node_tags: dict[int, Tags] = field(default_factory=dict)
    cuts: list[Ints] = field(default_factory=list)
    groups: int = 0

    def add_nodes(self, x: Floats, y: Floats, group: Ints) -> int:
        """Add nodes, return the index of the first; `group` counts from 0."""
        first = self.nodes
        self.x.append(x)
        self.y.append(y)
        self.group.append(group + self.groups)
        self.groups += int(group.max(initial=-1)) + 1
        self.nodes += len(x)
        return first

    def add_ways(self, refs: Ints, sizes: Ints, tags: Ints, name: Ints | None = None) -> None:
        """Add ways: `refs` one after another, `sizes` of each, tag sets from `tag`."""
        self.refs.append(refs)
        self.sizes.append(sizes)
        self.tags.append(tags)
        self.name.append(np.zeros(len(sizes), np.int64) if name is None else name)

    def tag(self, *pairs: tuple[str, str]) -> int:
        """Return the number of a set of tags."""
        return self.sets.setdefault(tuple(sorted(pairs)), len(self.sets))

    def label(self, text: str) -> int:
        """Return the number of a name."""
        return self.names.setdefault(text, len(self.names))

    def choose(self, shares: tuple[tuple[float, int], ...], count: int) -> Ints:
        """Return `count` tag sets drawn by their shares."""
        odds = np.array([share for share, _ in shares])
        picks = self.rng.choice(len(shares), count, p=odds / odds.sum())
        chosen: Ints = np.array([tag for _, tag in shares], np.int64)[picks]
        return chosen

    def positions(self) -> tuple[Floats, Floats]:
        """Return all nodes drawn so far."""
        return np.concatenate(self.x), np.concatenate(self.y)


def within(counts: Ints) -> tuple[Ints, Ints]:
    """Return (row, place in the row) for rows of `counts`."""
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)


def string_edges(
    tail: Ints, head: Ints, shapes: Ints, first: Ints, starts: Flags
) -> tuple[Ints, Ints]:
    """Return (refs, sizes) of ways made of consecutive edges; `starts` begins a new way.

    Edge e runs from `tail` over the nodes ``first, first + 1, ...`` to `head`.
    """
    count = shapes + 1 + starts
    edge, k = within(count)
    begins = starts[edge]
    shape = k - begins
    refs = first[edge] + shape
    refs = np.where(shape == shapes[edge], head[edge], refs)
    refs = np.where(begins & (k == 0), tail[edge], refs)
    way = np.cumsum(starts) - 1
    sizes = np.bincount(way, weights=count, minlength=int(starts.sum())).astype(np.int64)
    return refs, sizes


def road_tags(canvas: Canvas, highway: str, count: int) -> Ints:
    road = ("highway", highway)
    two = ("lanes", "2")
    return canvas.choose(
        (
            (55, canvas.tag(road, *SURFACE)),
            (20, canvas.tag(road, *SURFACE, two)),
            (12, canvas.tag(road, two, ("maxspeed", "50"))),
            (8, canvas.tag(road, ("maxspeed", "40"))),
            (3, canvas.tag(road, ("maxspeed", "30"))),
            (2, canvas.tag(road, ("width", "4.5"))),
        ),
        count,
    )


def draw_links(
    canvas: Canvas, terrain: Terrain, towns: Settlement, gates: Ints, links: Links
) -> Ints:
    """Draw the winding roads between settlements; return their nodes, for side roads to leave.

    A road leaves a settlement by one of its four `gates` (S, 4).
    """
    x, y = canvas.positions()
    a = _facing(x, y, gates[links.a], towns.x[links.b], towns.y[links.b])
    b = _facing(x, y, gates[links.b], towns.x[links.a], towns.y[links.a])
    height = terrain.height((x[a] + x[b]) / 2, (y[a] + y[b]) / 2)
    refs, sizes, first = wind(canvas, a, b, height, STEP_M)
    last = canvas.nodes
    pool = np.array([canvas.label(f"県道{n}号") for n in range(1, 600)], np.int64)
    name = np.where(links.rank < UNCLASSIFIED, pool[(links.a * 7) % len(pool)], 0)
    tags = np.zeros(len(a), np.int64)
    for rank, highway in enumerate(CLASSES):
        which = links.rank == rank
        tags[which] = road_tags(canvas, highway, int(which.sum()))
    lanes = links.rank == UNCLASSIFIED
    tags[lanes & (canvas.rng.uniform(size=len(a)) < NARROW)] = canvas.tag(
        ("highway", "unclassified"), ("width", "3.5"), ("lanes", "1")
    )
    canvas.add_ways(refs, sizes, tags, name)
    cut = np.arange(first, last)
    canvas.cuts.append(cut[canvas.rng.uniform(size=len(cut)) < CUT])
    return cut


def _facing(x: Floats, y: Floats, gates: Ints, to_x: Floats, to_y: Floats) -> Ints:
    """Return the gate of each row that is nearest to where the road goes."""
    far = np.hypot(x[gates] - to_x[:, None], y[gates] - to_y[:, None])
    chosen: Ints = gates[np.arange(len(gates)), far.argmin(axis=1)]
    return chosen


def wind(canvas: Canvas, a: Ints, b: Ints, height: Floats, step_m: float) -> tuple[Ints, Ints, int]:
    """Draw a road from node `a` to node `b` each, the more winding the higher.

    Returns (refs, sizes, index of the first new node).
    """
    rng = canvas.rng
    x, y = canvas.positions()
    dx, dy = x[b] - x[a], y[b] - y[a]
    straight = np.maximum(np.hypot(dx, dy), 1.0)
    count = np.maximum(1, (straight * (1.05 + 0.5 * height) / step_m).astype(np.int64))
    road, k = within(count)
    t = (k + 1) / (count[road] + 1)
    off = np.zeros(len(road))
    for wave_m, width in ((straight, 0.07), (np.minimum(straight, 1_400.0), 0.05)):
        phase = rng.uniform(0, 2 * np.pi, len(a))
        turns = 2 * np.pi * straight / wave_m
        size = wave_m * width * (0.35 + height) * rng.uniform(0.3, 1.2, len(a))
        off += size[road] * np.sin(turns[road] * t + phase[road])
    bends = 2 * np.pi * straight / 260.0
    off += (28.0 * height)[road] * np.sin(bends[road] * t)
    off *= np.minimum(1.0, np.minimum(t, 1 - t) * 8)  # the ends stay where they are
    nx = x[a][road] + dx[road] * t - dy[road] / straight[road] * off
    ny = y[a][road] + dy[road] * t + dx[road] / straight[road] * off
    first = canvas.add_nodes(nx, ny, road)
    starts = np.ones(len(a), np.bool_)
    begin = first + np.cumsum(count) - count
    refs, sizes = string_edges(a, b, count, begin, starts)
    return refs, sizes, first


def draw_spurs(canvas: Canvas, pool: Ints, count: int, kind: str, *, joins: bool) -> Ints:
    """Draw `count` side roads from nodes of `pool`; return their nodes.

    `kind` is ``lane`` (farm and forest roads, some kilometres) or ``drive`` (tens of metres).
    With `joins`, some end at the nearest other road instead of nowhere.
    """
    rng = canvas.rng
    lane = kind == "lane"
    root = rng.choice(pool, min(count, len(pool)), replace=False)
    mean, step = (20, STEP_M) if lane else (1.6, 22.0)
    length = 1 + rng.poisson(rng.exponential(mean, len(root)))
    spur, _ = within(length)
    turn = np.cumsum(rng.normal(0, 0.35, len(spur)))
    begin = np.cumsum(length) - length
    heading = rng.uniform(0, 2 * np.pi, len(root))[spur] + turn - turn[begin][spur]
    x, y = canvas.positions()
    mx, my = np.cumsum(step * np.cos(heading)), np.cumsum(step * np.sin(heading))
    nx = x[root][spur] + mx - mx[begin][spur] + step * np.cos(heading[begin])[spur]
    ny = y[root][spur] + my - my[begin][spur] + step * np.sin(heading[begin])[spur]
    group = np.arange(len(spur)) // (400 if lane else 60)
    first = canvas.add_nodes(nx, ny, group)
    starts = np.ones(len(root), np.bool_)
    shapes, head = length - 1, first + begin + length - 1
    if joins:
        ends = rng.uniform(size=len(root)) < JOINED
        near = cKDTree(np.column_stack([x[pool], y[pool]])).query(
            np.column_stack([nx[begin + length - 1], ny[begin + length - 1]])[ends]
        )[1]
        shapes, head = shapes.copy(), head.copy()
        shapes[ends] += 1
        head[ends] = pool[near]
    refs, sizes = string_edges(root, head, shapes, first + begin, starts)
    tags = canvas.choose(_spur_shares(canvas, lane=lane), len(root))
    canvas.add_ways(refs, sizes, tags)
    return np.arange(first, canvas.nodes)


def _spur_shares(canvas: Canvas, *, lane: bool) -> tuple[tuple[float, int], ...]:
    def road(highway: str, *more: tuple[str, str]) -> int:
        return canvas.tag(("highway", highway), *more)

    if lane:
        return (
            (45, road("unclassified")),
            (12, road("residential")),
            (30, road("track", ("tracktype", "grade2"))),
            (4, road("track", ("motor_vehicle", "forestry"))),
            (2, road("unclassified", ("access", "private"))),
            (3, road("track", ("tracktype", "grade4"), ("width", "2.5"))),
            (4, road("path")),
        )
    return (
        (50, road("service")),
        (20, road("service", ("service", "driveway"))),
        (6, road("service", ("access", "private"))),
        (4, road("service", ("access", "destination"))),
        (14, road("residential")),
        (6, road("footway")),
    )
