"""Make a synthetic prefecture: an OpenStreetMap PBF file and a list of hospitals.

    python benchmarks/synthetic.py OUT.osm.pbf --nodes 300000 [--seed 1] [--hospitals 100]

Towns with dense streets, valleys with one winding road, empty mountains, islands with and without a
ferry, expressways with ramps and tolls, one-ways, signals, barriers, turn restrictions and ways
closed to strangers, in the proportions of a rural Japanese prefecture, where Kyushu lies. The same
seed and size give the same bytes. ``OUT.hospitals.csv`` beside it has ``id, lon, lat``.
"""

from __future__ import annotations

import argparse
import csv
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from synthetic_extras import (
    choose_restricted,
    cut_ways,
    draw_expressways,
    draw_ferries,
    mark_nodes,
    restrictions,
)
from synthetic_land import Settlement, link, make_terrain, settle
from synthetic_pbf import (
    SCALE,
    Relation,
    TagSet,
    TagTable,
    write_header,
    write_nodes,
    write_relations,
    write_ways,
)
from synthetic_roads import Canvas, draw_links, draw_spurs
from synthetic_towns import Grid, axis_ranks, draw_towns, town_gates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PER_SETTLEMENT = 172  # road nodes, with its share of everything between towns
SOUTH_WEST = (129.6, 31.05)  # degrees: where Kyushu begins
METRES = 111_200.0  # in a degree of latitude, on a sphere: this is no survey
DRIVE_NODES, LANE_NODES = 2.6, 21.0  # that one side road takes, on average
DRIVES = 0.45  # share of the nodes left over that goes to drives in towns


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A synthetic prefecture, ready to be written.

    Parameters
    ----------
    node_id, lon, lat : (N,) int arrays
        Ascending ids; positions in units of 1e-7 degree.
    node_tags : TagTable
        Tags of nodes.
    way_id, offset, refs : int arrays
        Ways: way i has the nodes ``refs[offset[i]:offset[i + 1]]`` (ids).
    way_tags : TagTable
        Tags of ways.
    relations : tuple of Relation
        Turn restrictions.
    hospitals : (H, 2) float array
        Longitude and latitude, degrees.
    islands : dict of str to int
        How many islands there are, by how they are joined to the mainland.
    """

    node_id: Ints
    lon: Ints
    lat: Ints
    node_tags: TagTable
    way_id: Ints
    offset: Ints
    refs: Ints
    way_tags: TagTable
    relations: tuple[Relation, ...]
    hospitals: Floats
    islands: dict[str, int]


def make(nodes: int, *, seed: int = 1, hospitals: int = 100) -> Prefecture:
    """Return a prefecture with about `nodes` road nodes."""
    rng = np.random.default_rng(seed)
    terrain = make_terrain(rng, nodes / PER_SETTLEMENT)
    towns = settle(rng, terrain)
    links = link(rng, terrain, towns)
    canvas = Canvas(rng)
    rank = axis_ranks(towns, links)
    grid = draw_towns(canvas, towns, rank)
    streets = np.arange(canvas.nodes)
    roads = draw_links(canvas, terrain, towns, grid.node[town_gates(towns, grid)], links)
    draw_expressways(canvas, towns, grid)
    islands = draw_ferries(canvas, towns, grid)
    left = max(0, nodes - canvas.nodes)
    lanes = draw_spurs(canvas, roads, _lanes(left, 0.7), "lane", joins=True)
    more = draw_spurs(canvas, lanes, _lanes(left, 0.3), "lane", joins=True)
    pool = np.concatenate([streets, roads[::3], lanes, more[::2]])
    drives = round(max(0, nodes - canvas.nodes) / DRIVE_NODES)
    drive = draw_spurs(canvas, pool, drives, "drive", joins=True)
    mark_nodes(canvas, towns, grid, rank, drive)
    via = choose_restricted(canvas, towns, grid)
    canvas.cuts.append(via)
    beds = place_hospitals(rng, canvas, towns, grid, hospitals)
    return _number(canvas, via, beds, islands)


def _lanes(nodes: int, share: float) -> int:
    return round(nodes * (1 - DRIVES) * share / LANE_NODES)


def place_hospitals(
    rng: np.random.Generator, canvas: Canvas, towns: Settlement, grid: Grid, count: int
) -> Floats:
    """Return (H, 2) metres: a few steps from a street, more of them in larger towns."""
    weight = towns.side.astype(float) ** 1.5
    town = rng.choice(len(weight), count, p=weight / weight.sum())
    size = np.diff(grid.first)[town]
    at = grid.first[town] + (rng.uniform(size=count) * size).astype(np.int64)
    at = np.where(grid.kept[at], at, grid.first[town] + towns.side[town] // 2)
    node = grid.node[at]
    x, y = canvas.x[0][node], canvas.y[0][node]  # crossings are the first nodes drawn
    return np.column_stack([x, y]) + rng.uniform(-40, 40, (count, 2))


def _number(canvas: Canvas, via: Ints, beds: Floats, islands: dict[str, int]) -> Prefecture:
    """Give ids as years of mapping would: groups of nodes and ways in any order, with gaps."""
    rng = canvas.rng
    x, y = canvas.positions()
    group = np.concatenate(canvas.group)
    order = np.argsort(rng.permutation(canvas.groups)[group], kind="stable")
    index = np.empty_like(order)
    index[order] = np.arange(len(order))
    node_id = 300_000_000 + np.cumsum(rng.choice([1, 1, 1, 1, 2, 3, 40], len(order)))
    refs, sizes, parent = cut_ways(
        np.concatenate(canvas.refs),
        np.concatenate(canvas.sizes),
        np.concatenate(canvas.cuts),
    )
    refs = index[refs]
    # way ids follow the place where the way begins, roughly: mapped in the same sitting
    begin = np.cumsum(sizes) - sizes
    sequence = np.argsort(refs[begin] // 2_000, kind="stable")
    refs = refs[_rows(begin, sizes, sequence)]
    sizes, parent = sizes[sequence], parent[sequence]
    offset = np.concatenate([[0], np.cumsum(sizes)])
    way_id = 20_000_000 + np.cumsum(rng.choice([1, 2, 5, 30], len(sizes)))
    lon, lat = _degrees(x[order], y[order], x.min(), y.min())
    bed_lon, bed_lat = _degrees(beds[:, 0], beds[:, 1], x.min(), y.min())
    return Prefecture(
        node_id=node_id,
        lon=lon,
        lat=lat,
        node_tags=_node_table(canvas.node_tags, index, len(order)),
        way_id=way_id,
        offset=offset,
        refs=node_id[refs],
        way_tags=TagTable(
            list(canvas.sets),
            np.concatenate(canvas.tags)[parent],
            list(canvas.names),
            np.concatenate(canvas.name)[parent],
        ),
        relations=tuple(restrictions(index[via], offset, refs, node_id, way_id)),
        hospitals=np.column_stack([bed_lon, bed_lat]) / SCALE,
        islands=islands,
    )


def _rows(begin: Ints, sizes: Ints, sequence: Ints) -> Ints:
    """Return the flat positions of rows taken in `sequence`."""
    count = sizes[sequence]
    start = np.cumsum(count) - count
    return np.arange(int(count.sum())) + np.repeat(begin[sequence] - start, count)


def _degrees(x: Floats, y: Floats, west: float, south: float) -> tuple[Ints, Ints]:
    lat = SOUTH_WEST[1] + (y - south) / METRES
    # One scale for all latitudes keeps the plane a plane; roads are a little long in the north.
    lon = SOUTH_WEST[0] + (x - west) / (METRES * np.cos(np.radians(32.5)))
    return np.round(lon * SCALE).astype(np.int64), np.round(lat * SCALE).astype(np.int64)


def _node_table(tags: dict[int, TagSet], index: Ints, count: int) -> TagTable:
    sets: dict[TagSet, int] = {(): 0}
    of = np.zeros(count, np.int64)
    for node, own in tags.items():
        of[index[node]] = sets.setdefault(own, len(sets))
    return TagTable(list(sets), of, [""], np.zeros(count, np.int64))


def write(prefecture: Prefecture, path: Path) -> None:
    """Write the PBF file, and the hospitals beside it."""
    lon, lat = prefecture.lon / SCALE, prefecture.lat / SCALE
    with path.open("wb") as stream:
        write_header(stream, (lon.min(), lat.min(), lon.max(), lat.max()))
        write_nodes(
            stream, prefecture.node_id, prefecture.lon, prefecture.lat, prefecture.node_tags
        )
        write_ways(
            stream, prefecture.way_id, prefecture.offset, prefecture.refs, prefecture.way_tags
        )
        write_relations(stream, prefecture.relations)
    with hospitals_beside(path).open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(["id", "lon", "lat"])
        for i, (own_lon, own_lat) in enumerate(prefecture.hospitals, start=1):
            writer.writerow([f"H{i:05}", f"{own_lon:.7f}", f"{own_lat:.7f}"])


def hospitals_beside(path: Path) -> Path:
    """Return the name of the list of hospitals beside a PBF file."""
    return path.with_name(path.name.removesuffix(".osm.pbf") + ".hospitals.csv")


def read_hospitals(path: Path) -> tuple[list[str], Floats, Floats]:
    """Return (ids, longitudes, latitudes) of a list beside a PBF file."""
    with hospitals_beside(path).open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    lon, lat = (np.array([float(row[name]) for row in rows]) for name in ("lon", "lat"))
    return [row["id"] for row in rows], lon, lat


def main() -> None:
    """Make one file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="PBF file to write")
    parser.add_argument("--nodes", type=int, default=300_000, help="road nodes, about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hospitals", type=int, default=500)
    given = parser.parse_args()
    started = time.perf_counter()
    prefecture = make(given.nodes, seed=given.seed, hospitals=given.hospitals)
    made = time.perf_counter()
    write(prefecture, given.out)
    print(
        f"{len(prefecture.node_id):,} nodes, {len(prefecture.way_id):,} ways, "
        f"{len(prefecture.relations):,} turn restrictions, islands {prefecture.islands}; "
        f"{given.out.stat().st_size / 1e6:.1f} MB; made in {made - started:.1f} s, "
        f"written in {time.perf_counter() - made:.1f} s"
    )


if __name__ == "__main__":
    main()
