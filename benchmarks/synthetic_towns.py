"""Streets of a synthetic prefecture's towns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from synthetic_land import STREET_M, TERTIARY, UNCLASSIFIED, Links, Settlement
from synthetic_roads import CLASSES, SURFACE, Canvas, road_tags, string_edges, within

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

STREETS = 0.86  # share of the streets of a town's grid that were built
SPLIT = 0.1  # share of crossings at which a street's way ends and another begins
VILLAGE = 8  # streets along the side of what has roads of its own class


@dataclass(frozen=True, slots=True)
class Grid:
    """Streets' crossings of all towns: node index of each, its town and place in the grid."""

    node: Ints
    town: Ints
    i: Ints
    j: Ints
    kept: Flags
    first: Ints  # (S + 1,) where each town's crossings begin


def draw_towns(canvas: Canvas, towns: Settlement, axis_rank: Ints) -> Grid:
    """Draw the streets of all settlements.

    Each is a turned grid, round at the corners, with streets missing here and there; the middle
    street of each direction is the road through it, of class `axis_rank`.
    """
    rng = canvas.rng
    side = towns.side
    town, at = within(side * side)
    i, j = at // side[town], at % side[town]
    middle = side[town] // 2
    u = (i - (side[town] - 1) / 2) * STREET_M + rng.normal(0, 14, len(at))
    v = (j - (side[town] - 1) / 2) * STREET_M + rng.normal(0, 14, len(at))
    axis = (i == middle) | (j == middle)
    kept = axis | (np.hypot(u, v) < side[town] * STREET_M * 0.53)
    cos, sin = np.cos(towns.angle)[town], np.sin(towns.angle)[town]
    x, y = towns.x[town] + u * cos - v * sin, towns.y[town] + u * sin + v * cos
    node = np.full(len(at), -1, np.int64)
    block = town * 64 + (i // 24) * 8 + j // 24  # a quarter of a city is mapped in one sitting
    group = np.unique(block[kept], return_inverse=True)[1]
    first = canvas.add_nodes(x[kept], y[kept], group)
    node[kept] = first + np.arange(int(kept.sum()))
    begin = np.concatenate([[0], np.cumsum(side * side)])
    grid = Grid(node, town, i, j, kept, begin)
    for across in (False, True):
        _draw_streets(canvas, towns, grid, x, y, axis_rank, across=across)
    return grid


def _draw_streets(
    canvas: Canvas,
    towns: Settlement,
    grid: Grid,
    x: Floats,
    y: Floats,
    axis_rank: Ints,
    *,
    across: bool,
) -> None:
    """Draw the streets of one direction: edges along each line, joined to ways."""
    rng = canvas.rng
    side = towns.side[grid.town]
    line, place = (grid.j, grid.i) if across else (grid.i, grid.j)
    order = np.lexsort((place, line, grid.town)) if across else np.arange(len(line))
    here = order[:-1]
    there = order[1:]
    follows = (grid.town[here] == grid.town[there]) & (line[here] == line[there])
    on_axis = line[here] == side[here] // 2
    built = on_axis | (rng.uniform(size=len(here)) < STREETS)
    use = follows & built & grid.kept[here] & grid.kept[there]
    here, there, on_axis = here[use], there[use], on_axis[use]
    shapes = rng.choice(6, len(here), p=[0.16, 0.26, 0.22, 0.16, 0.12, 0.08])
    first = _bend(canvas, x, y, here, there, shapes, grid.town[here])
    starts = np.ones(len(here), np.bool_)
    starts[1:] = (here[1:] != there[:-1]) | (
        ~on_axis[1:] & (rng.uniform(size=len(here) - 1) < SPLIT)
    )
    refs, sizes = string_edges(grid.node[here], grid.node[there], shapes, first, starts)
    way_town, way_axis = grid.town[here][starts], on_axis[starts]
    way_line = line[here][starts]
    tags = _street_tags(canvas, way_town, way_axis, way_line, axis_rank, towns.side)
    names = _street_names(canvas, way_town, way_line, way_axis)
    canvas.add_ways(refs, sizes, tags, names)


def _bend(
    canvas: Canvas, x: Floats, y: Floats, here: Ints, there: Ints, shapes: Ints, group: Ints
) -> Ints:
    """Add `shapes` nodes between two crossings each; return the first one of each edge."""
    edge, k = within(shapes)
    t = (k + 1) / (shapes[edge] + 1)
    a, b = here[edge], there[edge]
    jitter = canvas.rng.normal(0, 4, (2, len(edge)))
    nx = x[a] + (x[b] - x[a]) * t + jitter[0]
    ny = y[a] + (y[b] - y[a]) * t + jitter[1]
    numbers = np.unique(group, return_inverse=True)[1] if len(group) else group
    begin = canvas.add_nodes(nx, ny, numbers[edge])
    return begin + np.cumsum(shapes) - shapes


def _street_tags(
    canvas: Canvas, town: Ints, axis: Flags, line: Ints, axis_rank: Ints, side: Ints
) -> Ints:
    def street(*more: tuple[str, str], highway: str = "residential") -> int:
        return canvas.tag(("highway", highway), *SURFACE, *more)

    tags = canvas.choose(
        (
            (70, street()),
            (8, street(("lanes", "1"))),
            (6, street(("maxspeed", "30"))),
            (6, street(("oneway", "yes"))),
            (0.6, street(("oneway", "-1"))),
            (5, street(highway="service")),
            (2, street(highway="living_street")),
            (1, street(("motor_vehicle", "destination"))),
            (0.4, street(("motor_vehicle", "no"))),
            (1, canvas.tag(("highway", "pedestrian"))),
        ),
        len(town),
    )
    wider = (side[town] > VILLAGE) & (line % 5 == side[town] // 2 % 5)
    tags[wider] = canvas.choose(
        (
            (6, street(highway="tertiary")),
            (2, street(("maxspeed", "40"), highway="tertiary")),
            (4, street(highway="unclassified")),
        ),
        int(wider.sum()),
    )
    for rank, highway in enumerate(CLASSES):
        through = axis & (axis_rank[town] == rank)
        tags[through] = road_tags(canvas, highway, int(through.sum()))
    return tags


def _street_names(canvas: Canvas, town: Ints, line: Ints, axis: Flags) -> Ints:
    pool = np.array([canvas.label(f"町道{n}号線") for n in range(1, 400)], np.int64)
    named = axis | ((town * 31 + line) % 12 == 0)
    return np.where(named, pool[(town * 131 + line * 17) % len(pool)], 0)


def town_gates(towns: Settlement, grid: Grid) -> Ints:
    """Return (S, 4) crossings at the ends of every town's two through roads."""
    side, first = towns.side, grid.first[:-1]
    middle = side // 2
    ends = [middle, (side - 1) * side + middle, middle * side, middle * side + side - 1]
    return np.stack([first + e for e in ends], axis=1)


def axis_ranks(towns: Settlement, links: Links) -> Ints:
    """Return the class of every town's through roads: the best of the roads that reach it."""
    rank = np.full(len(towns.x), UNCLASSIFIED, np.int64)
    for end in (links.a, links.b):
        np.minimum.at(rank, end, links.rank)
    return np.minimum(rank, np.where(towns.side > VILLAGE, TERTIARY, UNCLASSIFIED))
