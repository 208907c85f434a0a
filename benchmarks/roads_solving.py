"""Solve nearest other for 100 hospitals on a prefecture's network, ours and what one would use.

    python benchmarks/roads_solving.py [EXTRACT.osm.pbf] [--repeats 7] [--hospitals 100]

One run, in turn, medians: our `nearest_other` with routes; one full single-source search by scipy
on the same arcs; one search per hospital by scipy, to the end and up to an hour; networkx, a few
searches, times as many hospitals; pandarm, if installed (its nearest two places of every node: no
routes, no sites, its own preprocessing listed apart). Without an extract, a synthetic prefecture of
about 260,000 junctions and 730,000 arcs is made.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import synthetic  # noqa: E402 - after the path is set
from measuring import (  # noqa: E402
    Run,
    alternate,
    cpu_of,
    parser,
    report,
    seconds_of,
    table,
    timed,
)

from networks import (  # noqa: E402
    Direction,
    RoadNetwork,
    Terminal,
    load_profile,
    nearest_other,
    read_osm,
    snap_points,
)
from networks.network import FERRY_FLAG, WORD_MS  # noqa: E402

NODES = 1_330_000  # road nodes that make about 260,000 junctions
QUICK = 6_000
LIMIT_MS = 3_600_000.0
SAMPLE = 3  # networkx searches; more of them say no more
FARTHEST_MIN = 600.0
TWO = 2  # places that pandarm looks for: the place itself and the nearest other


def terminals_of(network: RoadNetwork, extract: Path) -> list[Terminal]:
    """Return the hospitals beside an extract, tied to the network."""
    ids, lon, lat = synthetic.read_hospitals(extract)
    results = snap_points(network, lon, lat, 1_000.0)
    return [
        Terminal(name, name, found.snap)
        for name, found in zip(ids, results, strict=True)
        if found.snap is not None
    ]


def matrix_of(network: RoadNetwork) -> csr_array:
    """Return the arcs that a drive without ferries may use, as scipy has them."""
    rows = network.graph.onward
    keep = rows.arc[:, 1] & FERRY_FLAG == 0
    size = len(rows.offset) - 1
    source = np.repeat(np.arange(size), np.diff(rows.offset))[keep]
    ms = (rows.arc[keep, 1] & WORD_MS).astype(np.float64)
    # scipy takes a stored zero for an arc; parallel arcs would be added up, so the least is kept
    target = rows.arc[keep, 0].astype(np.int64)
    order = np.lexsort((ms, target, source))
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(source[order]) != 0) | (np.diff(target[order]) != 0)
    chosen = order[first]
    offset = np.searchsorted(source[chosen], np.arange(size + 1))
    return csr_array((ms[chosen], target[chosen], offset), shape=(size, size))


def graph_of(matrix: csr_array) -> nx.DiGraph:
    """Return the same arcs as networkx has them."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(matrix.shape[0]))
    arcs = matrix.tocoo()
    graph.add_weighted_edges_from(
        zip(arcs.row.tolist(), arcs.col.tolist(), arcs.data.tolist(), strict=True), weight="ms"
    )
    return graph


def candidates(
    network: RoadNetwork, places: list[Terminal], *, with_networkx: bool
) -> dict[str, Callable[[], Run]]:
    """Return what is measured, by name."""
    matrix = matrix_of(network)
    at = network.edges.tail[np.array([t.snap.edge for t in places])].astype(np.int64)
    found: dict[str, Callable[[], Run]] = {
        "ours, routes included": lambda: timed(lambda: nearest_other(network, places, places)),
        "ours, drives to the place": lambda: timed(
            lambda: nearest_other(network, places, places, direction=Direction.TO_ORIGIN)
        ),
        "scipy, one search": lambda: timed(lambda: dijkstra(matrix, indices=int(at[0]))),
        f"scipy, {len(at)} searches": lambda: timed(lambda: dijkstra(matrix, indices=at)),
        f"scipy, {len(at)} searches up to an hour": lambda: timed(
            lambda: dijkstra(matrix, indices=at, limit=LIMIT_MS)
        ),
    }
    if with_networkx:
        graph = graph_of(matrix)

        def search(cutoff: float | None) -> Run:
            run = timed(
                lambda: [
                    nx.single_source_dijkstra_path_length(graph, i, cutoff=cutoff, weight="ms")
                    for i in at[:SAMPLE].tolist()
                ]
            )
            return Run(run.seconds * len(at) / SAMPLE, run.cpu_s * len(at) / SAMPLE)

        words = f"networkx, {len(at)} searches (from {SAMPLE})"
        found[words] = lambda: search(None)
        found[words.replace("searches", "searches up to an hour")] = lambda: search(LIMIT_MS)
    if find_spec("pandarm"):
        found |= pandarm_candidates(network, at)
    return found


def pandarm_candidates(
    network: RoadNetwork, at: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> dict[str, Callable[[], Run]]:
    """Return pandarm's preprocessing and its nearest two places of every node."""
    import pandarm  # noqa: PLC0415 - not everybody has it
    import pandas as pd  # noqa: PLC0415

    arcs = matrix_of(network).tocoo()
    nodes = network.graph.states.node
    lon, lat = (pd.Series(c[nodes]) for c in (network.nodes.lon, network.nodes.lat))
    # pandarm keeps thousandths of a unit in 32 bits: milliseconds would run over
    weight = pd.DataFrame({"minutes": arcs.data / 60_000.0})
    built: list[object] = []

    def build() -> Run:
        built.clear()
        gc.collect()
        return timed(
            lambda: built.append(
                pandarm.Network(
                    lon, lat, pd.Series(arcs.row), pd.Series(arcs.col), weight, twoway=False
                )
            )
        )

    def solve() -> Run:
        roads = built[0]
        assert isinstance(roads, pandarm.Network)
        # its search goes from each node towards the places
        roads.set_pois("places", FARTHEST_MIN, TWO, lon.iloc[at], lat.iloc[at])
        return timed(
            lambda: roads.nearest_pois(FARTHEST_MIN, "places", num_pois=TWO, include_poi_ids=True)
        )

    return {"pandarm, preprocessing": build, "pandarm, nearest two of every node": solve}


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore", "No CRS was passed")  # pandarm is given degrees
    arguments = parser(__doc__)
    arguments.add_argument("extract", type=Path, nargs="?", help="PBF file made by synthetic.py")
    arguments.add_argument("--slow", type=int, default=3, help="rounds with everything")
    arguments.add_argument("--repeats", type=int, default=12, help="further rounds of the fast")
    arguments.add_argument("--hospitals", type=int, default=100)
    arguments.add_argument("--no-networkx", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        extract = given.extract
        if extract is None:
            extract = Path(folder) / "synthetic.osm.pbf"
            size = QUICK if given.quick else NODES
            synthetic.write(synthetic.make(size, hospitals=given.hospitals), extract)
        network = read_osm(extract, load_profile("everyday"))
        places = terminals_of(network, extract)
    started = time.perf_counter()
    nearest_other(network, places, places)
    first_s = time.perf_counter() - started
    chosen = candidates(network, places, with_networkx=not given.no_networkx)
    chosen["scipy, one search"]()
    light = {name: chosen[name] for name in list(chosen)[:3]}
    runs = alternate(chosen, 1 if given.quick else given.slow)
    for name, own in alternate(light, given.repeats).items():
        runs[name] += own  # the slow ones take minutes, these deserve more rounds
    ours, one = (cpu_of(runs[name]) for name in ("ours, routes included", "scipy, one search"))
    rows: list[list[object]] = [
        [
            name,
            seconds_of(own) * 1000,
            cpu_of(own) * 1000,
            cpu_of(own) / ours,
            cpu_of(own) / one,
        ]
        for name, own in runs.items()
    ]
    print(
        f"{len(network.nodes):,} junctions, {len(network.graph.onward.arc):,} arcs, "
        f"{len(places)} hospitals; first call {first_s:.2f} s\n"
    )
    head = ["what", "ms", "CPU ms", "CPU × ours", "CPU × one scipy search"]
    figures = {
        "nodes": len(network.nodes),
        "arcs": len(network.graph.onward.arc),
        "seconds": {name: [run.seconds for run in own] for name, own in runs.items()},
    }
    report("Solving", table(head, rows), figures, given.json)


if __name__ == "__main__":
    main()
