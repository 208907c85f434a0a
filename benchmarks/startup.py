"""Where the time of a second `spots run` goes, on an unchanged prefecture-size network.

    python benchmarks/startup.py [--nodes 600000] [--repeats 5]

A synthetic prefecture as PBF, fabricated municipalities and facility lists, the sample's medical
areas and index. The first run builds the network and fills the caches; the following ones are
measured, whole processes, with the time of each part from a stop-watch inside.
"""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import synthetic
from measuring import ROOT, Run, parser, python_child, report, run_child, seconds_of, table

SAMPLE = ROOT / "spots" / "sample" / "kumamoto"
PARTS = ("imports", "loading kernels", "reading", "solving", "writing", "other")
LISTS = {"base": ("①", 15), "clinics": ("②", 40), "rotation": ("③", 60)}

RUN = """\
[run]
output = "out"
[policy]
preset = "kumamoto"
{lists}
[municipalities]
file = "municipalities.geojson"
[medical_areas]
file = "{sample}/medical_areas.csv"
[physician_index]
file = "{sample}/physician_index_2024-01.csv"
edition = "2024-01"
shortage_at_most = 179.3
surplus_at_least = 217.6
[network]
file = "roads.osm.pbf"
"""


def write_job(folder: Path, nodes: int) -> Path:
    """Write a run file and all that it names; return it."""
    count = sum(size for _, size in LISTS.values())
    prefecture = synthetic.make(nodes, hospitals=count)
    synthetic.write(prefecture, folder / "roads.osm.pbf")
    _, lon, lat = synthetic.read_hospitals(folder / "roads.osm.pbf")
    towns = sample_towns()
    columns = int(np.ceil(np.sqrt(len(towns))))
    edges_x, edges_y = (
        np.linspace(c.min() - 1e6, c.max() + 1e6, columns + 1) / synthetic.SCALE
        for c in (prefecture.lon, prefecture.lat)
    )
    cell = (np.searchsorted(edges_y, lat) - 1) * columns + np.searchsorted(edges_x, lon) - 1
    write_squares(folder / "municipalities.geojson", towns, edges_x, edges_y)
    first = 0
    for name, (_, size) in LISTS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["施設ID", "医療機関名", "市町村コード", "所在地", "緯度", "経度"])
            for i in range(first, first + size):
                code, town = towns[int(cell[i]) % len(towns)]
                place = [f"{lat[i]:.7f}", f"{lon[i]:.7f}"]
                writer.writerow([f"F{i:03}", f"第{i}病院", code, f"熊本県{town}{i}番地", *place])
        first += size
    lists = "".join(
        f'[[facilities]]\nname = "{name}"\nfile = "{name}.csv"\ntype = "{kind}"\n'
        + ('list = "rotation"\n' if name == "rotation" else "")
        for name, (kind, _) in LISTS.items()
    )
    path = folder / "run.toml"
    path.write_text(RUN.format(lists=lists, sample=SAMPLE.as_posix()), encoding="utf-8")
    return path


def sample_towns() -> list[tuple[str, str]]:
    """Return (code, name) of the sample's municipalities of Kumamoto."""
    text = (SAMPLE / "municipalities.geojson").read_text("utf-8")
    found = {
        str(f["properties"]["code"]): str(f["properties"]["name"])
        for f in json.loads(text)["features"]
    }
    return sorted((code, name) for code, name in found.items() if code.startswith("43"))


def write_squares(
    path: Path,
    towns: list[tuple[str, str]],
    x: np.ndarray[tuple[int], np.dtype[np.float64]],
    y: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    """Write the municipalities as a chequered country."""
    columns = len(x) - 1
    features = []
    for i in range(columns * columns):
        code, name = towns[i % len(towns)]
        west, east = x[i % columns], x[i % columns + 1]
        south, north = y[i // columns], y[i // columns + 1]
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {"prefecture": "熊本県", "name": name, "code": code},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument("--nodes", type=int, default=600_000, help="road nodes")
    arguments.add_argument("--repeats", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_file = write_job(folder, 8_000 if given.quick else given.nodes)
        keep = {"SPOTS_CACHE_DIR": str(folder / "cache")}
        command = python_child("startup_child.py", "run", run_file, "--force")
        first = run_child(command, env=keep)
        runs = [run_child(command, env=keep) for _ in range(1 if given.quick else given.repeats)]
    rows = [["first run", first.seconds, *shares(first)]]
    parts = zip(*(shares(run) for run in runs), strict=True)
    rows.append(["second run", seconds_of(runs), *(median(part) for part in parts)])
    outside = 1 - sum(rows[1][2 + PARTS.index(p)] for p in PARTS[2:5]) / rows[1][1]
    text = table(["run", "s", *PARTS], rows)
    text += f"\n\nOutside reading, solving and writing: {outside:.0%} of the second run."
    report("Start-up", text, {"rows": rows, "outside": outside}, given.json)


def shares(run: Run) -> list[float]:
    """Return the seconds of every part; the interpreter's own start and end count as other."""
    parts = [run.said.get(part, 0.0) for part in PARTS[:-1]]
    return [*parts, run.seconds - sum(parts)]


if __name__ == "__main__":
    main()
