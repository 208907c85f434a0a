"""Every prefecture run whole, and its result held against plain rules.

    python benchmarks/prefectures.py DATA [--only 05,11,14] [--report] [--json FILE]

DATA holds the outlines of all prefectures, the table of medical areas, the indices of all areas
and the hospitals of 病床機能報告 (not part of the project). Roads are made: a Delaunay graph over
hospitals and municipalities, so that networkx can answer the same questions. `--quick` runs the
embedded sample alone, whose minutes its own tests recompute.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
from measuring import parser, report, table
from output_invariants import GEOD, broken, broken_files
from scipy.spatial import Delaunay

from groundfloor.problems import Lang
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import write_folder
from spots.outputs.folder import map_writer, report_writer
from spots.outputs.manifest import counts
from spots.sample import sample_run_file
from spots.types import RunResult, State

Row = Mapping[str, str]
PREFECTURES = tuple(f"{n:02d}" for n in range(1, 48))
STEP_MS = 600  # a hundredth of a minute, as the table of links writes it
MS_PER_M = 1.2 * 3600 / 35  # 35 km/h, and a fifth more than the straight line
BASES, CLINICS = 3, 8  # how many hospitals and clinics play へき地 here
THEN = datetime(2026, 4, 1, tzinfo=UTC)
LISTS = {"base.csv": "①", "clinics.csv": "②", "hospitals.csv": "③"}

RUN = """\
[policy]
preset = "kumamoto"
[policy.override]
exclude_municipality = []
[policy.override.policy]
prefecture = "{code}"
[policy.override.travel]
neighbours = false
[[facilities]]
name = "拠点病院"
file = "base.csv"
type = "①"
[[facilities]]
name = "診療所"
file = "clinics.csv"
type = "②"
[[facilities]]
name = "二次救急病院"
file = "hospitals.csv"
type = "③"
list = "rotation"
[municipalities]
file = "{data}/boundaries/municipalities_{code}_simplified.geojson"
[medical_areas]
file = "{data}/boundaries/municipality_to_medical_area.csv"
[physician_index]
file = "{data}/indicators/physician_index_2024-01_all_areas.csv"
edition = "2024-01"
shortage_at_most = 179.3
surplus_at_least = 217.6
[network]
file = "links.csv"
nodes = "nodes.csv"
kind = "links"
"""


def main() -> None:
    """Run the prefectures asked for and print what is wrong with each."""
    options = parser(__doc__)
    options.add_argument("data", type=Path, nargs="?", help="folder with boundaries, ...")
    options.add_argument("--only", default="", help="prefecture codes, separated by commas")
    options.add_argument("--report", action="store_true", help="write report.pdf too")
    given = options.parse_args()
    if given.quick or given.data is None:
        sys.exit(sample())
    codes = given.only.split(",") if given.only else PREFECTURES
    lines, wrong = [], 0
    for code in codes:
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            result, faults = one(given.data.resolve(), code, Path(folder), pages=given.report)
        seconds = time.perf_counter() - started
        wrong += len(faults)
        for fault in faults:
            print(f"{code}: {fault}")
        tally = counts(result)
        numbers = [tally["facilities"], *(tally[state.value] for state in State)]
        lines.append([result.settings.prefecture, *numbers, len(faults), seconds])
    heads = ["prefecture", "facilities", *(s.value for s in State), "faults", "s"]
    figures = {str(line[0]): line[1:] for line in lines}
    report("Prefectures", table(heads, lines), figures, given.json)
    sys.exit(wrong > 0)


def sample() -> int:
    """Hold the embedded sample against the rules, but for its minutes."""
    with sample_run_file() as path:
        result = execute(read_run_file(path))
        rows = {layer.file: len(read(path.parent / layer.file)) for layer in result.layers}
    faults = [f for f in broken(result, rows, None) if "excluded: out" not in f]
    print("\n".join(faults) or "the sample keeps every rule")
    return len(faults) > 0


def one(data: Path, code: str, folder: Path, *, pages: bool = False) -> tuple[RunResult, list[str]]:
    """Run one prefecture in `folder`, and return its result with what is wrong with it."""
    rows, roads = prepare(data, code, folder)
    result = execute(read_run_file(folder / "run.toml"))
    extra = {**map_writer(), **(report_writer() if pages else {})}
    write_folder(result, folder / "out", lang=Lang.JA, created=THEN, extra=extra)
    left_out = [p.message.en for p in result.problems if p.code == "decoration-left-out"]
    return result, [*broken(result, rows, roads), *broken_files(result, folder / "out"), *left_out]


# --- making a job


def prepare(data: Path, code: str, folder: Path) -> tuple[dict[str, int], nx.Graph]:
    """Write run file, lists and roads; return the rows of each list, and the roads as a graph."""
    flags = [
        r
        for r in read(data / "facilities" / "bed_function_report_R7_flags.csv")
        if r["pref"] == code
    ]
    hospitals = [r for r in flags if r["niji"]]
    others = [r for r in flags if not r["niji"] and r["longitude"]]
    lists = {
        "base.csv": hospitals[:: max(1, len(hospitals) // BASES)][:BASES],
        "clinics.csv": others[:: max(1, len(others) // CLINICS)][:CLINICS],
        "hospitals.csv": hospitals,
    }
    for name, rows in lists.items():
        write(folder / name, [_facility(r, name) for r in rows])
    towns = gpd.read_file(data / "boundaries" / f"municipalities_{code}_simplified.geojson")
    middles = towns.geometry.representative_point()
    places = [(float(r["longitude"]), float(r["latitude"])) for r in flags if r["longitude"]]
    roads = delaunay([*places, *zip(middles.x, middles.y, strict=True)])
    write_roads(roads, folder)
    (folder / "run.toml").write_text(RUN.format(code=code, data=data), "utf-8")
    return {name: len(rows) for name, rows in lists.items()}, roads


def _facility(row: Row, name: str) -> Row:
    known = bool(row["longitude"])
    return {
        "施設ID": row["record_id"],
        "医療機関名": row["name"],
        "市町村": row["municipality"],
        "経度": f"{float(row['longitude']):.6f}" if known else "",
        "緯度": f"{float(row['latitude']):.6f}" if known else "",
        "備考": LISTS[name],
    }


def delaunay(points: Iterable[tuple[float, float]]) -> nx.Graph:
    """Return the Delaunay graph of points, with milliseconds on its edges, both ways alike."""
    places = sorted({(round(lon, 6), round(lat, 6)) for lon, lat in points})
    graph = nx.Graph()
    graph.add_nodes_from(places)
    for simplex in Delaunay(np.array(places)).simplices:
        for a, b in ((0, 1), (1, 2), (2, 0)):
            start, end = places[simplex[a]], places[simplex[b]]
            metres = GEOD.inv(*start, *end)[2]
            steps = max(1, round(metres * MS_PER_M / STEP_MS))
            graph.add_edge(start, end, ms=steps * STEP_MS, km=1.2 * metres / 1000)
    return graph


def write_roads(roads: nx.Graph, folder: Path) -> None:
    """Write a graph as the tables of nodes and links."""
    names = {place: f"n{at}" for at, place in enumerate(sorted(roads.nodes))}
    write(
        folder / "nodes.csv",
        [{"id": n, "name": n, "lon": f"{x:.6f}", "lat": f"{y:.6f}"} for (x, y), n in names.items()],
    )
    links = [
        {
            "from": names[a],
            "to": names[b],
            "length_km": f"{max(edge['km'], 0.001):.3f}",
            "class": "primary",
            "direction": "both",
            "minutes": f"{edge['ms'] / 60_000:.2f}",
        }
        for a, b, edge in roads.edges(data=True)
    ]
    write(folder / "links.csv", links)


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[Row]) -> None:
    """Write rows as CSV, with the heads of the first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
