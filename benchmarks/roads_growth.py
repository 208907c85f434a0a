"""How building, opening and solving grow: synthetic prefectures of 0.3, 1, 3 and 10 million nodes.

    python benchmarks/roads_growth.py [--sizes 300000,1000000,3000000] [--repeats 3]

Each step is a process of its own: the generator, the build (PBF to a saved network), and opening
it with 100 and 500 hospitals solved. ``cold`` is the first solve with nothing compiled before, as
after an installation. The last table has the growth per ten times the nodes.
"""

from __future__ import annotations

import math
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median

from measuring import (
    Run,
    cpu_of,
    parser,
    peak_of,
    python_child,
    report,
    run_child,
    seconds_of,
    table,
)

SIZES = "300000,1000000,3000000,10000000"
COLUMNS = ("build_s", "open_s", "snap_s", "solve_100_s", "solve_500_s")


def measure(size: int, folder: Path, repeats: int, *, cold: bool) -> dict[str, float]:
    """Return the figures of one size."""
    extract, network = folder / f"{size}.osm.pbf", folder / f"{size}.spotsnet"
    made = run_child(python_child("synthetic.py", extract, "--nodes", str(size)))
    build = python_child("building_ours.py", extract, network)
    solve = python_child("growth_solve.py", network, extract)
    builds, solves = [], []
    for _ in range(repeats):
        builds.append(run_child(build))
        solves.append(run_child(solve))
    # compiling takes as long for any size: it is measured once a size, and not for a quick look
    nothing = {"NUMBA_CACHE_DIR": str(folder / f"cache{size}")}
    afresh = run_child(solve, env=nothing) if cold else solves[0]
    figures = {
        "road_nodes": float(size),
        "junctions": solves[0].said["nodes"],
        "arcs": solves[0].said["arcs"],
        "make_s": made.seconds,
        "pbf_mb": extract.stat().st_size / 1e6,
        "build_s": seconds_of(builds),
        "build_cpu_s": cpu_of(builds),
        "build_peak_mib": peak_of(builds),
        "file_mb": network.stat().st_size / 1e6,
        "solve_peak_mib": peak_of(solves),
        "cold_first_100_s": afresh.said["first_100_s"],
        "warm_first_100_s": _median(solves, "first_100_s"),
    }
    for name in COLUMNS[1:]:
        figures[name] = _median(solves, name)
    extract.unlink()
    network.unlink()
    return figures


def _median(runs: list[Run], name: str) -> float:
    return median(run.said[name] for run in runs)


def growth(small: dict[str, float], large: dict[str, float]) -> list[object]:
    """Return how many times each cost grows per ten times the nodes."""
    decades = math.log10(large["road_nodes"] / small["road_nodes"])
    cells: list[object] = [f"{small['road_nodes'] / 1e6:g} to {large['road_nodes'] / 1e6:g} M"]
    costs = ("build_s", "build_cpu_s", "build_peak_mib", "file_mb", *COLUMNS[1:])
    cells += [(large[name] / small[name]) ** (1 / decades) for name in costs]
    return cells


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument("--sizes", default=SIZES)
    arguments.add_argument("--repeats", type=int, default=3)
    given = arguments.parse_args()
    sizes = [5_000, 10_000] if given.quick else [int(size) for size in given.sizes.split(",")]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            repeats = 1 if given.quick else given.repeats
            found.append(measure(size, Path(folder), repeats, cold=not given.quick))
            print(found[-1], flush=True)
    head = list(found[0])
    rows: list[list[object]] = [
        [int(v) if k in {"road_nodes", "junctions", "arcs"} else v for k, v in figures.items()]
        for figures in found
    ]
    report("Growth", table(head, rows), {"rows": found}, given.json)
    head = ["road nodes", "build", "its CPU", "build peak", "file", "open", "snap"]
    head += ["solve 100", "solve 500"]
    steps = [growth(a, b) for a, b in pairwise(found)]
    steps.append(growth(found[0], found[-1]))
    report(
        "Times the cost, per ten times the nodes", table(head, steps), {"rows": steps}, given.json
    )


if __name__ == "__main__":
    main()
