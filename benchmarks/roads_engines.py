"""Compare our minutes with those of an independent engine, and explain what differs.

    python benchmarks/roads_engines.py EXTRACT.osm.pbf --python PYTHON [--pairs 3000]

PYTHON is an interpreter that has ``osrm-bindings`` (wheels for 3.12) and, for ``--valhalla``,
``pyvalhalla``. OSRM gets the speeds of our classes, no time for turns and signals, and otherwise
reads OpenStreetMap's tags by its own car profile. Both are asked for the drives between the same
junctions. Every drive whose time differs by more than 3 % is explained by what makes the difference
vanish when it is taken out (`engines_causes.py`), and counted by what is mapped there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import engines_valhalla  # noqa: E402
import synthetic  # noqa: E402 - after the path is set
from engines_causes import (  # noqa: E402
    ENGINE,
    US,
    Causes,
    Difference,
    Sides,
    write_without,
)
from engines_explained import Explainer  # noqa: E402
from engines_osrm import binaries, write_profile  # noqa: E402
from measuring import parser, report, run_child, seconds_of, table, timed  # noqa: E402

from networks import (  # noqa: E402
    RoadNetwork,
    Snap,
    Terminal,
    TravelOptions,
    drives,
    load_profile,
    nearest_other,
    read_osm,
)
from networks.network import CLOSED  # noqa: E402
from networks.types import NearestOther  # noqa: E402

SIDE = 60
MUCH = 0.03  # a difference that must be explained
STEPS = (0.001, 0.01, 0.03, 0.1)
MATRIX = 100
OPTIONS = TravelOptions(ferries=True)


@dataclass(frozen=True, slots=True)
class Pair:
    """One drive: our answer, and the engine's."""

    start: Terminal
    end: Terminal
    ours: NearestOther
    asked: tuple[float, float, float, float]
    answer: Mapping[str, Any]

    @property
    def theirs_s(self) -> float | None:
        """Their seconds, those of turns taken off; None without a way."""
        if "s" not in self.answer:
            return None
        return float(self.answer["s"]) - float(self.answer.get("turn_s", 0.0))

    @property
    def share(self) -> float:
        """Their time less ours, as a share of ours."""
        if self.theirs_s is None or self.ours.travel_ms is None:
            return float("nan")
        if self.theirs_s == self.ours.travel_ms == 0:
            return 0.0
        return self.theirs_s * 1000 / max(1, self.ours.travel_ms) - 1


def junctions(network: RoadNetwork, count: int, rng: np.random.Generator) -> list[Terminal]:
    """Return terminals at junctions that all others can be driven to and from.

    At the start of a one-way lane of which the data have nothing else, an engine takes some other
    road instead, and two different questions would be compared.
    """
    edges = network.edges
    main = np.flatnonzero(_strongly_joined(network)[edges.tail] & ~edges.ferry)
    found = []
    for i, edge in enumerate(rng.choice(main, count, replace=False).tolist()):
        node = int(edges.tail[edge])
        lon, lat = float(network.nodes.lon[node]), float(network.nodes.lat[node])
        found.append(Terminal(f"t{i:05}", f"s{i:05}", Snap(edge, 0.0, 0.0, 0, lon, lat, lon, lat)))
    return found


def _strongly_joined(network: RoadNetwork) -> NDArray[np.bool_]:
    """Return the nodes of the largest part that can be left and entered everywhere."""
    edges = network.edges
    along, back = edges.forward_ms != CLOSED, edges.backward_ms != CLOSED
    start = np.concatenate([edges.tail[along], edges.head[back]])
    stop = np.concatenate([edges.head[along], edges.tail[back]])
    size = len(network.nodes)
    arcs = csr_array((np.ones(len(start)), (start, stop)), shape=(size, size))
    part = connected_components(arcs, connection="strong")[1]
    answer: NDArray[np.bool_] = part == np.bincount(part).argmax()
    return answer


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive from `start` to `end`, as we answer it."""

    start: Terminal
    end: Terminal
    found: NearestOther


def our_drives(network: RoadNetwork, pairs: int, seed: int) -> list[Drive]:
    """Return random drives between junctions."""
    rng = np.random.default_rng(seed)
    side = min(SIDE, max(2, int(pairs**0.5)))
    places = junctions(network, side + -(-pairs // side), rng)
    ends, origins = places[:side], places[side:]
    return [
        Drive(start, end, found)
        for end in ends
        for start, found in zip(
            origins, nearest_other(network, origins, [end], options=OPTIONS), strict=True
        )
    ]


def ask(python: Path, worker: str, request: dict[str, object]) -> dict[str, object]:
    """Let a worker of the folder ``engines`` answer in another interpreter."""
    script = Path(__file__).with_name("engines") / worker
    done = subprocess.run(  # noqa: S603 - the interpreter that the user named
        [str(python), str(script)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{worker}: {done.stderr[-2000:]}")
    answer: dict[str, object] = json.loads(done.stdout[done.stdout.index("{") :])
    return answer


def prepare_osrm(python: Path, extract: Path, profile: str, folder: Path) -> Path:
    """Extract and contract; return the path of the ``.osrm`` files."""
    tools = binaries(python)
    copy = folder / "roads.osm.pbf"
    shutil.copyfile(extract, copy)
    lua = write_profile(python, profile, folder / "our_speeds.lua")
    run_child([tools.extract, "-t", "2", "-p", lua, copy])
    run_child([tools.contract, "-t", "2", folder / "roads.osrm"])
    return folder / "roads.osrm"


def request(data: Path, **more: object) -> dict[str, object]:
    """Return a request that asks for nothing but `more`."""
    base = {"data": str(data), "pairs": [], "nodes": False, "near": [], "walks": [], "matrix": []}
    base["repeats"] = 0
    return {**base, **more}


def compare(
    network: RoadNetwork, python: Path, worker: str, data: Path, pairs: int, seed: int
) -> list[Pair]:
    """Ask both for the same drives."""
    trips = our_drives(network, pairs, seed)
    asked = [(d.start.snap.lon, d.start.snap.lat, d.end.snap.lon, d.end.snap.lat) for d in trips]
    answer = ask(python, worker, request(data, pairs=asked))
    routes = answer["routes"]
    assert isinstance(routes, list)
    return [
        Pair(drive.start, drive.end, drive.found, pair, route)
        for drive, pair, route in zip(trips, asked, routes, strict=True)
    ]


def spread(pairs: Sequence[Pair]) -> list[list[object]]:
    """Return rows of a table: how many drives differ by how much."""
    both = np.array([p.share for p in pairs if not np.isnan(p.share)])
    rows: list[list[object]] = []
    for low, high in zip((0.0, *STEPS), (*STEPS, np.inf), strict=True):
        count = int(((abs(both) >= low) & (abs(both) < high)).sum())
        words = f"{low:.1%} to {high:.1%}" if high < np.inf else f"more than {low:.0%}"
        rows.append([words, count, f"{count / max(1, len(pairs)):.1%}"])
    ours, theirs = (
        sum(p.ours.travel_ms is None and p.theirs_s is not None for p in pairs),
        sum(p.ours.travel_ms is not None and p.theirs_s is None for p in pairs),
    )
    neither = sum(p.ours.travel_ms is None and p.theirs_s is None for p in pairs)
    for words, count in (
        ("only the engine finds a way", ours),
        ("only we find a way", theirs),
        ("neither finds a way", neither),
    ):
        rows.append([words, count, f"{count / max(1, len(pairs)):.1%}"])
    return rows


def explain(
    pairs: Sequence[Pair], network: RoadNetwork, extract: Path, osrm: Osrm
) -> Counter[tuple[str, str]]:
    """Return how many of the large differences have which reason."""
    large = [
        p
        for p in pairs
        if abs(p.share) > MUCH or (p.theirs_s is None) != (p.ours.travel_ms is None)
    ]
    if not large:
        return Counter()
    routes = osrm.routes(osrm.data, large, nodes=True)
    explainer = Explainer(network, extract)

    def ours(roads: RoadNetwork, numbers: Sequence[int]) -> list[float | None]:
        asked = [(large[i].start, large[i].end) for i in numbers]
        found = drives(roads, asked, options=OPTIONS)
        return [None if route is None else route.travel_ms / 1000 for route in found]

    def theirs(ways: frozenset[int], numbers: Sequence[int]) -> list[float | None]:
        answers = osrm.without(ways, [large[i] for i in numbers])
        return [None if "s" not in answer else float(answer["s"]) for answer in answers]

    found = [_difference(p, route, explainer) for p, route in zip(large, routes, strict=True)]
    return Causes(found, Sides(network, ours, theirs), MUCH, explainer.cause).look()


def _difference(pair: Pair, route: Mapping[str, Any], explainer: Explainer) -> Difference:
    ours_s = None if pair.ours.travel_ms is None else pair.ours.travel_ms / 1000
    theirs_s = pair.theirs_s
    mine = explainer.ways_along(pair.ours.route.geometry.coords if pair.ours.route else ())
    other = explainer.ways_of_nodes(route.get("nodes", ()))
    by_us = theirs_s is None or (ours_s is not None and ours_s < theirs_s)
    ways = mine - other if by_us else other - mine
    return Difference(US if by_us else ENGINE, ours_s, theirs_s, ways)


@dataclass(frozen=True, slots=True)
class Osrm:
    """OSRM on an extract, and on the extract without some ways."""

    python: Path
    extract: Path
    profile: str
    folder: Path
    data: Path

    def routes(
        self, data: Path, pairs: Sequence[Pair], *, nodes: bool = False
    ) -> list[dict[str, Any]]:
        """Return its routes of some drives."""
        asked = [p.asked for p in pairs]
        answer = ask(self.python, "osrm_worker.py", request(data, pairs=asked, nodes=nodes))
        routes = answer["routes"]
        assert isinstance(routes, list)
        return routes

    def without(self, ways: frozenset[int], pairs: Sequence[Pair]) -> list[dict[str, Any]]:
        """Return its routes where some ways are not there."""
        inner = self.folder / "without"
        inner.mkdir(exist_ok=True)
        less = inner / "less.osm.pbf"
        write_without(self.extract, ways, less)
        return self.routes(prepare_osrm(self.python, less, self.profile, inner), pairs)


def nearest_times(network: RoadNetwork, python: Path, data: Path, seed: int) -> list[list[object]]:
    """Return rows: nearest other of 100 places, ours and from OSRM's table."""
    count = min(MATRIX, len(network.edges) // 10)
    places = junctions(network, count, np.random.default_rng(seed))
    nearest_other(network, places, places, options=OPTIONS)  # compiled once
    ours = [
        timed(lambda: nearest_other(network, places, places, options=OPTIONS)) for _ in "1234567"
    ]
    points = [(t.snap.lon, t.snap.lat) for t in places]
    answer = ask(python, "osrm_worker.py", request(data, matrix=points, repeats=7))
    matrix_s = answer["matrix_s"]
    assert isinstance(matrix_s, list)
    own = seconds_of(ours)
    return [
        [f"nearest other of {count} places, with routes (ours)", own * 1000, 1.0],
        [
            f"table of {count} × {count} (OSRM, no routes)",
            median(matrix_s) * 1000,
            median(matrix_s) / own,
        ],
    ]


def main() -> None:
    """Compare one extract."""
    arguments = parser(__doc__)
    arguments.add_argument("extract", type=Path, nargs="?", help="OSM PBF file")
    arguments.add_argument("--python", type=Path, required=True, help="has osrm-bindings")
    arguments.add_argument("--valhalla", action="store_true", help="compare with Valhalla too")
    arguments.add_argument("--pairs", type=int, default=3000)
    arguments.add_argument("--profile", default="everyday")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    pairs = 60 if given.quick else given.pairs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract = given.extract
        if extract is None:
            extract = folder / "synthetic.osm.pbf"
            synthetic.write(synthetic.make(6_000 if given.quick else 100_000), extract)
        profile = replace(load_profile(given.profile), delays=(), turns=None, widths=())
        network = read_osm(extract, profile)
        told = Told(extract.name.split(".")[0], given.json)
        data = prepare_osrm(given.python, extract, given.profile, folder)
        found = compare(network, given.python, "osrm_worker.py", data, pairs, given.seed)
        told.spread("OSRM", found)
        osrm = Osrm(given.python, extract, given.profile, folder, data)
        told.reasons("OSRM", explain(found, network, extract, osrm))
        told.timing("OSRM", nearest_times(network, given.python, data, given.seed))
        if given.valhalla:
            config = engines_valhalla.prepare(given.python, extract, profile, folder)
            found = compare(network, given.python, "valhalla_worker.py", config, pairs, given.seed)
            walks = walk(found, given.python, config)
            told.spread("Valhalla on our routes, its turns taken off", walks)
            told.reasons("Valhalla on our routes", explain_pace(walks, network, extract))
            told.routes("Valhalla", judge_routes(found, walks, network, extract))


def walk(pairs: Sequence[Pair], python: Path, data: Path) -> list[Pair]:
    """Let Valhalla drive along our routes; return its answers."""
    lines = [list(p.ours.route.geometry.coords) if p.ours.route else [] for p in pairs]
    answer = ask(python, "valhalla_worker.py", request(data, walks=lines))
    walks = answer["walks"]
    assert isinstance(walks, list)
    return [
        replace(pair, answer={} if found is None else {"s": found[0], "turn_s": found[1]})
        for pair, found in zip(pairs, walks, strict=True)
    ]


def explain_pace(
    walks: Sequence[Pair], network: RoadNetwork, extract: Path
) -> Counter[tuple[str, str]]:
    """Return why Valhalla's clock differs from ours on our routes."""
    explainer = Explainer(network, extract)
    return Counter(
        ("both", explainer.pace_on(list(w.ours.route.geometry.coords), w.ours.travel_ms / 1000))
        for w in walks
        if w.ours.route and w.ours.travel_ms and abs(w.share) > MUCH
    )


def judge_routes(
    routes: Sequence[Pair], walks: Sequence[Pair], network: RoadNetwork, extract: Path
) -> Counter[tuple[str, str]]:
    """Return how Valhalla's own routes compare with ours, both by its clock, turns included."""
    explainer = Explainer(network, extract)
    found: Counter[tuple[str, str]] = Counter()
    for own, along in zip(routes, walks, strict=True):
        if own.ours.route is None or not own.ours.travel_ms:
            found["neither", "no drive, or nowhere to go"] += 1
        elif "s" not in own.answer:
            found["ours", f"it finds no way: {own.answer.get('why', '')[:60]}"] += 1
        elif "s" not in along.answer and abs(own.share) <= MUCH:
            found["neither", f"it cannot follow our line; own route within {MUCH:.0%}"] += 1
        elif "s" not in along.answer:
            words = explainer.special_on(list(own.ours.route.geometry.coords))
            found["ours", f"its clock does not run on our route: {words}"] += 1
        elif own.answer["s"] < along.answer["s"] * (1 - MUCH):
            line = list(own.ours.route.geometry.coords)
            found["theirs", explainer.new_ways(line, own.answer["ways"])] += 1
        elif own.answer["s"] > along.answer["s"] * (1 + MUCH):
            found["ours", "by its own clock too: its route is a preference"] += 1
        else:
            found["neither", f"within {MUCH:.0%} by its own clock"] += 1
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """Where tables about one extract go."""

    extract: str
    out: Path | None

    def spread(self, engine: str, pairs: Sequence[Pair]) -> None:
        """Print how the times differ."""
        rows = spread(pairs)
        head = ["their time to ours, difference", "drives", "share"]
        title = f"{engine} and we, {self.extract}: {len(pairs):,} drives"
        report(title, table(head, rows), {"rows": rows}, self.out)

    def reasons(self, engine: str, found: Counter[tuple[str, str]]) -> None:
        """Print why the larger differences are there."""
        rows: list[list[object]] = [[*key, count] for key, count in found.most_common()]
        head = ["the road is driven by", "because", "drives"]
        title = f"{engine}: differences above {MUCH:.0%}, {self.extract}"
        report(title, table(head, rows), {"rows": rows}, self.out)

    def routes(self, engine: str, found: Counter[tuple[str, str]]) -> None:
        """Print how the engine's own routes compare with ours."""
        rows: list[list[object]] = [[*key, count] for key, count in found.most_common()]
        title = f"{engine}: its own routes and ours, {self.extract}"
        head = ["quicker", "because", "drives"]
        report(title, table(head, rows), {"rows": rows}, self.out)

    def timing(self, engine: str, rows: list[list[object]]) -> None:
        """Print how long both take for the nearest other."""
        title = f"{engine}: nearest other, {self.extract}"
        report(title, table(["what", "ms", "× ours"], rows), {"rows": rows}, self.out)


if __name__ == "__main__":
    main()
