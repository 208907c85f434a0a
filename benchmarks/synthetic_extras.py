"""Expressways, ferries, signals, barriers and turn restrictions of a synthetic prefecture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree
from synthetic_land import SECONDARY, Settlement
from synthetic_pbf import Relation
from synthetic_roads import Canvas
from synthetic_towns import Grid, town_gates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXPRESSWAY_M = 90.0  # between the nodes of a carriageway
INTERCHANGE_M = 9_000.0
FERRY_KMH = 25.0
CORNERS = 3  # cities that a triangulation needs


def draw_expressways(canvas: Canvas, towns: Settlement, grid: Grid) -> None:
    """Draw toll roads between the large towns of the mainland: two carriageways and ramps."""
    cities = np.flatnonzero(towns.land == 0)
    cities = cities[: max(CORNERS + 1, len(cities) // 500)]
    x, y = towns.x[cities], towns.y[cities]
    corners = Delaunay(np.column_stack([x, y])).simplices
    pairs = np.unique(
        np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])),
        axis=0,
    )
    # Gabriel's rule: no third city within the circle over a pair
    centre = np.column_stack([x, y])[pairs].mean(axis=1)
    radius = np.hypot(x[pairs[:, 0]] - x[pairs[:, 1]], y[pairs[:, 0]] - y[pairs[:, 1]]) / 2
    near = cKDTree(np.column_stack([x, y])).query(centre)[0]
    pairs = pairs[near >= radius * 0.999]
    gates = grid.node[town_gates(towns, grid)]
    gates = gates[towns.land == 0].ravel()
    all_x, all_y = canvas.positions()
    tree = cKDTree(np.column_stack([all_x[gates], all_y[gates]]))
    for number, (a, b) in enumerate(pairs.tolist(), start=1):
        _draw_expressway(canvas, (x[a], y[a]), (x[b], y[b]), gates, tree, number)


def _draw_expressway(
    canvas: Canvas,
    start: tuple[float, float],
    end: tuple[float, float],
    gates: Ints,
    tree: cKDTree,
    number: int,
) -> None:
    rng = canvas.rng
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = float(np.hypot(dx, dy))
    count = max(24, int(length / EXPRESSWAY_M))
    t = np.linspace(0.06, 0.94, count)
    off = length * 0.05 * np.sin(np.pi * 2 * t + rng.uniform(0, 6.28))
    carriageways = []
    for side in (-14.0, 14.0):  # traffic keeps left
        nx = start[0] + dx * t - dy / length * (off + side)
        ny = start[1] + dy * t + dx / length * (off + side)
        first = canvas.add_nodes(nx, ny, np.zeros(count, np.int64))
        carriageways.append(np.arange(first, first + count))
    right, left = carriageways  # `side` turns left of the direction of travel: left runs a to b
    name = canvas.label(f"第{number}自動車道")
    tags = canvas.tag(
        ("highway", "motorway"), ("oneway", "yes"), ("toll", "yes"), ("maxspeed", "80")
    )
    free = canvas.tag(("highway", "motorway"), ("oneway", "yes"), ("lanes", "2"))
    own = free if number % 4 == 0 else tags  # some are built and run without toll
    for way in (left, right[::-1]):
        canvas.add_ways(way, np.array([count]), np.array([own]), np.array([name]))
        canvas.cuts.append(way[::25])
    stops = np.unique(np.linspace(4, count - 5, max(2, int(length / INTERCHANGE_M))).astype(int))
    for k in stops.tolist():
        _draw_interchange(canvas, (left, right), k, gates, tree, toll=own == tags)


def _draw_interchange(
    canvas: Canvas,
    lanes: tuple[Ints, Ints],
    k: int,
    gates: Ints,
    tree: cKDTree,
    *,
    toll: bool,
) -> None:
    """Draw four ramps to a plaza, and the road from there to the nearest town."""
    left, right = lanes
    x, y = (np.concatenate(c) for c in (canvas.x[-64:], canvas.y[-64:]))
    base = canvas.nodes - len(x)
    here = np.array([x[left[k] - base], y[left[k] - base]])
    gate = int(gates[tree.query(here)[1]])
    all_x, all_y = _at(canvas, gate)
    away = np.array([all_x, all_y]) - here
    plaza = here + away / max(1.0, np.hypot(*away)) * 220
    steps = max(2, int(np.hypot(*away) / 60))
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    road = plaza + (np.array([all_x, all_y]) - plaza) * t
    first = canvas.add_nodes(road[:, 0], road[:, 1], np.zeros(steps, np.int64))
    ramp = canvas.tag(("highway", "motorway_link"), ("oneway", "yes"))
    both = canvas.tag(("highway", "motorway_link"), ("oneway", "no"))
    paid = (("toll", "yes"),) if toll else ()
    entry = canvas.tag(("highway", "motorway_link"), ("oneway", "yes"), *paid)
    middle = np.arange(first, first + steps)
    canvas.add_ways(np.append(middle, gate), np.array([steps + 1]), np.array([both]))
    if toll:
        canvas.node_tags[first + 1] = (("barrier", "toll_booth"),)
    for way in (
        (int(left[k - 3]), first),
        (first, int(left[k + 3])),
        (int(right[k + 3]), first),
        (first, int(right[k - 3])),
    ):
        tags = entry if way[0] == first else ramp
        canvas.add_ways(np.array(way), np.array([2]), np.array([tags]))


def _at(canvas: Canvas, node: int) -> tuple[float, float]:
    """Return the position of one node without joining all parts."""
    for x, y in zip(canvas.x, canvas.y, strict=True):
        if node < len(x):
            return float(x[node]), float(y[node])
        node -= len(x)
    raise IndexError(node)


def draw_ferries(canvas: Canvas, towns: Settlement, grid: Grid) -> dict[str, int]:
    """Join the islands to the mainland: some by a bridge, by ferry with or without a time, or not.

    Returns how many islands there are of each kind.
    """
    gates = grid.node[town_gates(towns, grid)]
    x, y = canvas.positions()
    main = gates[towns.land == 0].ravel()
    tree = cKDTree(np.column_stack([x[main], y[main]]))
    kinds = {"bridge": 0, "ferry": 0, "ferry without duration": 0, "none": 0}
    for number, land in enumerate(np.unique(towns.land[towns.land > 0]).tolist()):
        own = gates[towns.land == land].ravel()
        far, near = tree.query(np.column_stack([x[own], y[own]]))
        port, pier = int(own[far.argmin()]), int(main[near[far.argmin()]])
        kind = ("ferry", "none", "ferry without duration", "ferry", "bridge")[number % 5]
        kinds[kind] += 1
        if kind != "none":
            _draw_crossing(canvas, port, pier, float(far.min()), kind, number)
    return kinds


def _draw_crossing(
    canvas: Canvas, port: int, pier: int, metres: float, kind: str, number: int
) -> None:
    ends = np.array([_at(canvas, port), _at(canvas, pier)])
    steps = max(1, int(metres / (60 if kind == "bridge" else 2_500)))
    t = (np.arange(steps) + 1)[:, None] / (steps + 1)
    sea = ends[0] + (ends[1] - ends[0]) * t
    first = canvas.add_nodes(sea[:, 0], sea[:, 1], np.zeros(steps, np.int64))
    name = canvas.label(f"第{number}航路")
    if kind == "bridge":
        tags = canvas.tag(("highway", "secondary"), ("bridge", "yes"), ("maxspeed", "50"))
    else:
        minutes = max(5, round(metres / 1000 / FERRY_KMH * 60))
        time = ("duration", f"{minutes // 60:02}:{minutes % 60:02}")
        ferry = (("route", "ferry"), ("motor_vehicle", "yes"))
        tags = canvas.tag(*ferry, *((time,) if kind == "ferry" else ()))
    refs = np.concatenate([[port], np.arange(first, first + steps), [pier]])
    canvas.add_ways(refs, np.array([steps + 2]), np.array([tags]), np.array([name]))


def mark_nodes(canvas: Canvas, towns: Settlement, grid: Grid, rank: Ints, drives: Ints) -> None:
    """Put signals on crossings of towns' main roads, and barriers on some drives."""
    rng = canvas.rng
    side = towns.side[grid.town]
    axis = (grid.i == side // 2) | (grid.j == side // 2)
    main = axis & (grid.i % 3 == 0) & (grid.j % 3 == 0) & (rank[grid.town] <= SECONDARY)
    for node in grid.node[main & grid.kept].tolist():
        canvas.node_tags[node] = (("highway", "traffic_signals"),)
    barriers = (
        (("barrier", "gate"),),
        (("access", "private"), ("barrier", "gate")),
        (("barrier", "bollard"),),
        (("barrier", "lift_gate"),),
        (("crossing", "uncontrolled"), ("highway", "crossing")),
        (("highway", "stop"),),
    )
    some = drives[rng.uniform(size=len(drives)) < 0.01]  # noqa: PLR2004 - one in a hundred
    for node, kind in zip(some.tolist(), rng.integers(0, len(barriers), len(some)), strict=True):
        canvas.node_tags[node] = barriers[kind]


def choose_restricted(canvas: Canvas, towns: Settlement, grid: Grid) -> Ints:
    """Return crossings at which a turn is forbidden; the ways are cut there."""
    side = towns.side[grid.town]
    axis = (grid.i == side // 2) ^ (grid.j == side // 2)
    able = np.flatnonzero(axis & grid.kept & (side > CORNERS))
    chosen: Ints = np.sort(
        grid.node[able[canvas.rng.uniform(size=len(able)) < 0.03]]  # noqa: PLR2004 - rare
    )
    return chosen


def restrictions(
    via: Ints, offset: Ints, refs: Ints, node_id: Ints, way_id: Ints
) -> list[Relation]:
    """Return a relation for each node of `via` at which at least three ways begin or end."""
    ends = np.concatenate([refs[offset[:-1]], refs[offset[1:] - 1]])
    ways = np.tile(np.arange(len(way_id)), 2)
    order = np.lexsort((ways, ends))
    low = np.searchsorted(ends[order], via)
    high = np.searchsorted(ends[order], via, side="right")
    found: list[Relation] = []
    for number, (node, a, b) in enumerate(zip(via.tolist(), low, high, strict=True)):
        around = ways[order[a:b]].tolist()
        if len(around) < CORNERS or len(set(around)) < len(around):
            continue
        from_way, to_way = around[number % len(around)], around[(number + 1) % len(around)]
        kind = ("no_right_turn", "no_left_turn", "only_straight_on", "no_u_turn")[number % 4]
        if kind == "no_u_turn":
            to_way = from_way
        found.append(
            Relation(
                len(found) + 1,
                (("restriction", kind), ("type", "restriction")),
                (
                    ("w", int(way_id[from_way]), "from"),
                    ("n", int(node_id[node]), "via"),
                    ("w", int(way_id[to_way]), "to"),
                ),
            )
        )
    return found


def cut_ways(refs: Ints, sizes: Ints, at: Ints) -> tuple[Ints, Ints, Ints]:
    """Split ways wherever they pass a node of `at`; return (refs, sizes, way each came from)."""
    is_cut = np.zeros(int(refs.max(initial=0)) + 1, np.bool_)
    is_cut[at] = True
    offset = np.concatenate([[0], np.cumsum(sizes)])
    cut = is_cut[refs]
    cut[offset[:-1]] = False
    cut[offset[1:] - 1] = False
    twice = np.repeat(np.arange(len(refs)), 1 + cut)
    second = np.zeros(len(twice), np.bool_)
    second[1:] = twice[1:] == twice[:-1]
    way = np.repeat(np.arange(len(sizes)), sizes)[twice]
    starts = second.copy()
    starts[0] = True
    starts[1:] |= way[1:] != way[:-1]
    begin = np.flatnonzero(starts)
    return refs[twice], np.diff(np.append(begin, len(twice))), way[begin]
