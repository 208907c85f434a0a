"""Hold our travel times against networkx, to the millisecond.

    python benchmarks/roads_correctness.py EXTRACT.osm.pbf... [--pairs 3000] [--profile everyday]

For each extract, and for a synthetic prefecture with tolls and ferries: random pairs of places
(junctions, and places in the middle of edges) from `nearest_other` and from networkx on drives
spelled out by the plain rules (`plain_rules.py`, which knows nothing of our search graph); then the
nearest other of random places against all pairs, ties included, both directions, tolls and ferries
on and off.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import synthetic  # noqa: E402 - after the path is set
from measuring import parser, report, table  # noqa: E402
from plain_rules import all_minutes, drives, rules_of  # noqa: E402

from networks import (  # noqa: E402
    Direction,
    RoadNetwork,
    Snap,
    Terminal,
    TravelOptions,
    load_profile,
    nearest_other,
    read_osm,
)

WAIT_MS = 600_000
SIDE = 60  # destinations that pairs are drawn from


@dataclass(frozen=True, slots=True)
class Check:
    """What one comparison found."""

    compared: int
    unreachable: int
    different: int


def terminals(network: RoadNetwork, count: int, rng: np.random.Generator) -> list[Terminal]:
    """Return places: every other one a junction, the rest in the middle of edges."""
    able = np.flatnonzero(~network.edges.ferry)
    edges = rng.choice(able, count)
    fractions = np.where(np.arange(count) % 2, rng.uniform(0.01, 0.99, count), 0.0)
    fractions[::4] = 1.0
    found = []
    for i, (edge, fraction) in enumerate(zip(edges.tolist(), fractions.tolist(), strict=True)):
        snap = Snap(edge, fraction, 0.0, 0, 0.0, 0.0, 0.0, 0.0)
        found.append(Terminal(f"t{i:05}", f"s{i:05}", snap))
    return found


def check_pairs(
    network: RoadNetwork, pairs: int, options: TravelOptions, rng: np.random.Generator
) -> Check:
    """Compare times of random pairs."""
    side = min(SIDE, max(2, int(pairs**0.5)))
    origins = terminals(network, -(-pairs // side), rng)
    ends = [Terminal(f"d{t.id}", f"d{t.site}", t.snap) for t in terminals(network, side, rng)]
    graph = drives(
        rules_of(network, options), {t.id: t.snap for t in origins}, {t.id: t.snap for t in ends}
    )
    theirs = {t.id: all_minutes(graph, t.id) for t in origins}
    different = unreachable = 0
    for end in ends:
        for found in nearest_other(network, origins, [end], options=options):
            expected = theirs[found.origin_id].get(end.id)
            unreachable += expected is None
            if found.travel_ms != expected:
                different += 1
                print(f"  {found.origin_id} to {end.id}: {found.travel_ms}, networkx {expected}")
    return Check(len(origins) * len(ends), unreachable, different)


def check_nearest(
    network: RoadNetwork,
    count: int,
    options: TravelOptions,
    direction: Direction,
    rng: np.random.Generator,
) -> Check:
    """Compare the nearest other of `count` places with all pairs of them."""
    places = terminals(network, count, rng)
    # twins: two places at one spot are a tie for everybody else, and three share a site
    places += [Terminal(f"{t.id}b", f"{t.site}b", t.snap) for t in places[: count // 10]]
    places = [Terminal(t.id, "one" if 0 < i < 4 else t.site, t.snap) for i, t in enumerate(places)]  # noqa: PLR2004
    snaps = {t.id: t.snap for t in places}
    graph = drives(rules_of(network, options), snaps, snaps)
    ms = {t.id: all_minutes(graph, t.id) for t in places}
    different = unreachable = 0
    for place, found in zip(
        places,
        nearest_other(network, places, places, direction=direction, options=options),
        strict=True,
    ):
        others = [t.id for t in places if t.site != place.site]
        onto = direction is Direction.FROM_ORIGIN
        times = {o: (ms[place.id] if onto else ms[o]).get(o if onto else place.id) for o in others}
        known = {o: t for o, t in times.items() if t is not None}
        least = min(known.values(), default=None)
        best = sorted(o for o, t in known.items() if t == least)
        unreachable += least is None
        answer = (found.travel_ms, [found.destination_id, *found.ties] if best else [])
        if answer != (least, best):
            different += 1
            print(f"  {place.id} {direction}: {answer}, all pairs {least, best}")
    return Check(len(places), unreachable, different)


def checks_of(
    name: str, network: RoadNetwork, pairs: int, rng: np.random.Generator
) -> list[list[object]]:
    """Return the table rows of one network."""
    choices = {
        "tolls, no ferries": TravelOptions(),
        "neither": TravelOptions(tolls=False),
        "both, 10 min wait": TravelOptions(ferries=True, ferry_wait_ms=WAIT_MS),
    }
    special = bool(network.edges.toll.any() or network.edges.ferry.any())
    rows: list[list[object]] = []
    for words, options in choices.items():
        if not special and words != "tolls, no ferries":
            continue
        found = check_pairs(network, pairs, options, rng)
        rows.append(_told([name, "pairs", words, *_cells(found)]))
        for direction in Direction:
            found = check_nearest(network, max(10, pairs // 15), options, direction, rng)
            rows.append(_told([name, f"nearest other, {direction.value}", words, *_cells(found)]))
    return rows


def _told(row: list[object]) -> list[object]:
    """Print a row at once: the whole takes long, and what is known should not be lost."""
    print(*row, sep=" | ", flush=True)
    return row


def _cells(found: Check) -> list[object]:
    return [found.compared, found.unreachable, found.different]


def main() -> None:
    """Compare, print, and fail when anything differs."""
    arguments = parser(__doc__)
    arguments.add_argument("extracts", type=Path, nargs="*", help="OSM PBF files")
    arguments.add_argument("--pairs", type=int, default=3000)
    arguments.add_argument("--profile", default="everyday")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    pairs = 100 if given.quick else given.pairs
    rng = np.random.default_rng(given.seed)
    profile = load_profile(given.profile)
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "synthetic.osm.pbf"
        synthetic.write(synthetic.make(6_000 if given.quick else 40_000, seed=given.seed), made)
        for path in (*given.extracts, made):
            network = read_osm(path, profile)
            turns = len(network.turns.offset) - 1
            print(f"{path.name}: {len(network.nodes):,} nodes, {turns:,} forbidden turns")
            rows += checks_of(path.name.split(".")[0], network, pairs, rng)
    head = ["network", "what", "options", "compared", "unreachable", "different"]
    figures = {"rows": [dict(zip(head, row, strict=True)) for row in rows]}
    report("Same milliseconds as networkx", table(head, rows), figures, given.json)
    if any(row[-1] for row in rows):
        sys.exit("some times differ")


if __name__ == "__main__":
    main()
